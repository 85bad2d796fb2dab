"""F01 to F05: a card of the partner, from the application in the app to the linked account; its
delivery, its activation in person, and what may go wrong on the way. Real processes."""

import unittest

from people import Person, accounts
from place import CLASS1, SiteTest, wait_until

ADDRESS = "12-Canary-Lane"


def card_number(body):
    """With its Luhn digit."""
    digits = [int(digit) for digit in reversed(body)]
    total = sum(sum(divmod(2 * d, 10)) if i % 2 == 0 else d for i, d in enumerate(digits))
    return body + str(-total % 10)


class Journey(SiteTest):
    """A Class II bank, and a partner at which the person's card is made but not activated."""

    def setUp(self):
        self.person = Person(1)
        self.first = card_number("622622000000001")
        self.second = card_number("622622000000002")
        rows = []
        for number in (self.first, self.second):
            self.person.class1 = number
            rows.append(self.person.class1_row(status="not-activated"))
        settled = Person(2)
        self.settled = settled
        self.place = self.site().start()
        self.class1 = self.place.bank(CLASS1, "class1", accounts([*rows, settled.class1_row()]))
        self.class2 = self.place.bank(
            "999100000011",
            "class2",
            accounts([self.person.class2_row(), settled.class2_row()]),
        )

    def apply(self, person=None, how="do", **fields):
        person = person or self.person
        words = {"class2": person.class2, "class1_bank": CLASS1, "to": ADDRESS, **fields}
        return getattr(self.class2, how)("apply-card", **words)

    def told(self, bank, card):
        """The events of which that bank had a notice, in order."""
        return [row["event"] for row in bank.rows("notices") if row["id"] == card]

    def wait_told(self, card, *events):
        for bank in (self.class2, self.class1):
            wait_until(
                lambda bank=bank: self.told(bank, card) == list(events),
                lambda bank=bank: f"{events} at {bank.code}; told {self.told(bank, card)}",
            )

    def taken(self, **fields):
        card = self.apply(**fields)["card"]
        self.wait_told(card, "TAKEN")
        return card

    def issue(self, card, number):
        return self.class1.do("card-status", card, "issued", number=number)

    def open_link(self, number):
        return self.class2.do(
            "open-link", class2=self.person.class2, class1_bank=CLASS1, class1=number
        )

    def state(self, ident):
        return self.class2.do("get-link", ident)["state"]

    def activate(self, card, number):
        self.class1.do("account", number, "activate")
        return self.class1.do("card-status", card, "activated")

    # ---- F01 ----

    def test_f01_applied_for_and_taken(self):
        applied = self.apply()
        self.assertEqual((applied["state"], applied["delivery"]), ("APPLIED", "mail"))
        self.wait_told(applied["card"], "TAKEN")
        shown = self.class2.do("get-card", applied["card"])
        self.assertEqual((shown["state"], shown["number"]), ("FORWARDED", ""))
        again = self.apply(how="refused")
        self.assertEqual(again["detail"], "CARD_EXISTS")
        ended = self.class2.do("cancel-card", applied["card"])
        self.assertEqual((ended["state"], ended["reason"]), ("CANCELLED", "CUST"))
        self.wait_told(applied["card"], "TAKEN", "CANCEL")
        self.place.stop()
        self.assertNotIn(ADDRESS, (self.place.dir / "linkgated.log").read_text(encoding="utf-8"))

    def test_f01_refused(self):
        without = self.apply(how="refused", consent=0)
        self.assertEqual((without["reason"], without["detail"]), ("MD02", "CONSENT"))
        has_one = self.apply(self.settled)["card"]
        self.wait_told(has_one, "REFUSED")
        self.assertEqual(self.class2.do("get-card", has_one)["reason"], "AG01")
        self.class1.fault("kind=card -> refuse MS03")
        listed = self.apply()["card"]
        self.wait_told(listed, "REFUSED")
        self.assertEqual(self.class2.do("get-card", listed)["reason"], "MS03")

    def test_f01_unanswered_and_known_again(self):
        self.class1.fault("kind=card nth=1 -> drop")
        card = self.apply(timeout_ms=1000)["card"]
        self.wait_told(card, "UNANSWERED")
        self.assertEqual(self.class2.do("get-card", card)["state"], "UNKNOWN")
        self.class1.do("card-status", card, "taken")
        self.wait_told(card, "UNANSWERED", "TAKEN")

    def test_f01_asked_again_after_a_restart(self):
        self.class1.fault("kind=card nth=1 -> drop")
        card = self.apply(timeout_ms=120_000)["card"]
        self.assertEqual(self.class2.do("get-card", card)["state"], "APPLIED")
        self.place.kill_and_restart()
        self.wait_told(card, "TAKEN")

    # ---- F02 ----

    def test_f02_delivered_by_mail_or_at_the_counter(self):
        card = self.taken(delivery="counter")
        issued = self.issue(card, self.first)
        self.assertEqual((issued["masked"], issued["number"]), (self.first[-4:], ""))
        self.class1.do("card-status", card, "dispatched")
        self.wait_told(card, "TAKEN", "ISSUED", "DISPATCHED")
        shown = self.class2.do("get-card", card)
        self.assertEqual((shown["number"], shown["delivery"]), (self.first, "counter"))
        self.assertGreaterEqual(shown["dispatched_at_ms"], shown["issued_at_ms"])
        wrong = self.class1.refused("card-status", card, "taken")
        self.assertEqual(wrong["detail"], "CARD_STATE")

    def test_f02_lost_and_issued_anew(self):
        card = self.taken()
        self.issue(card, self.first)
        waiting = self.open_link(self.first)
        self.assertEqual(waiting["state"], "PENDING_ACTIVATION")
        self.class1.do("card-status", card, "lost")
        self.assertEqual(self.state(waiting["link"]), "CLOSED")
        same = self.class1.refused("card-status", card, "issued", number=self.first)
        self.assertEqual((same["reason"], same["detail"]), ("AC16", "CARD_NUMBER"))
        anew = self.issue(card, self.second)
        self.assertEqual((anew["issues"], anew["masked"]), (2, self.second[-4:]))
        self.wait_told(card, "TAKEN", "ISSUED", "LOST", "ISSUED")
        waiting = self.open_link(self.second)
        self.assertEqual(waiting["state"], "PENDING_ACTIVATION")

    # ---- F03 to F05 ----

    def test_f03_activated_in_person(self):
        card = self.taken()
        self.issue(card, self.first)
        link = self.open_link(self.first)["link"]
        self.assertEqual(self.activate(card, self.first)["state"], "ACTIVATED")
        self.wait_told(card, "TAKEN", "ISSUED", "ACTIVATED")
        self.assertGreater(self.class2.do("get-link", link)["activation_reported_at_ms"], 0)
        late = self.class2.refused("cancel-card", card)
        self.assertEqual(late["detail"], "CARD_STATE")
        shown = self.place.ctl("card", "show", card)
        self.assertEqual((shown["state"], shown["link"]), ("ACTIVATED", link))
        self.assertEqual((shown["masked"], shown["waits_for"]), (self.first[-4:], None))
        events = [step["event"] for step in shown["history"]]
        self.assertEqual(events, ["APPLY", "TAKEN", "ISSUED", "ACTIVATED"])
        listed = self.place.ctl("card", "list", "--state", "ACTIVATED", "--bank", CLASS1)
        self.assertEqual([row["id"] for row in listed["cards"]], [card])
        self.assertEqual(self.place.ctl("card", "list", "--state", "LOST")["cards"], [])
        self.assertNotIn(self.first, self.place.tool("card", "show", card).stdout)

    def test_f03_cancelled_before_the_activation(self):
        card = self.taken()
        self.issue(card, self.first)
        link = self.open_link(self.first)["link"]
        self.class2.do("cancel-card", card)
        self.assertEqual(self.state(link), "REJECTED")
        late = self.class1.refused("card-status", card, "activated")
        self.assertEqual(late["detail"], "CARD_STATE")

    def test_f04_f05_linked_after_verification_and_code(self):
        card = self.taken()
        self.issue(card, self.first)
        link = self.open_link(self.first)["link"]
        self.activate(card, self.first)
        resumed = self.class2.do("resume", link)
        self.assertEqual(resumed["state"], "AWAITING_AUTHENTICATION")
        self.class2.do("challenge", link)
        code = self.class1.do("sms", self.person.mobile)["code"]
        self.assertEqual(self.class2.do("answer", link, code)["state"], "ACTIVE")
        pulled = self.class2.do("transfer", link=link, dir="pull", fen=100)
        self.assertEqual(pulled["state"], "ACCEPTED")
        self.assert_quiet(self.place)
        self.assertEqual(self.place.ctl("verify", "--live")["findings"], [])


if __name__ == "__main__":
    unittest.main()
