"""The spine: customers linked, money both ways, refusals, what comes twice; real processes."""

import unittest

from people import Person, people, uuid7
from place import CLASS1, SiteTest, link, wait_until


class Links(SiteTest):
    def setUp(self):
        self.persons = people(4)
        self.place = self.site().start()
        self.class2, self.class1 = self.place.two_banks(self.persons)

    def open_link(self, person, how="do", **terms):
        return getattr(self.class2, how)(
            "open-link", class2=person.class2, class1_bank=CLASS1, class1=person.class1, **terms
        )

    def state(self, ident):
        return self.place.ctl("link", "show", ident)["state"]

    def test_one_link_from_request_to_close(self):
        person = self.persons[0]
        opened = self.open_link(person)
        self.assertEqual(opened["state"], "AWAITING_AUTHENTICATION")
        ident = opened["link"]
        challenged = self.class2.do("challenge", ident)
        self.assertEqual(challenged["mobile"], person.mobile[:3] + "****" + person.mobile[-4:])
        self.assertEqual(challenged["tries_left"], 3)
        sms = self.class1.do("sms", person.mobile)
        self.assertIn(self.class2.code, sms["text"])
        active = self.class2.do("answer", ident, sms["code"])
        self.assertEqual(active["state"], "ACTIVE")
        self.assertEqual(active["class1_account"], person.class1[-4:])
        # Both banks may ask, and hear the same.
        for bank in (self.class2, self.class1):
            self.assertEqual(bank.do("get-link", ident)["state"], "ACTIVE")
        history = [row["state"] for row in self.place.ctl("link", "show", ident)["history"]]
        waiting = ["AWAITING_AUTHENTICATION"] * 2  # verified; the code is out
        self.assertEqual(history, ["REQUESTED", "VERIFYING", *waiting, "ACTIVE"])
        again = self.open_link(person, "refused")
        self.assertEqual((again["reason"], again["detail"]), ("MD02", "LINK_EXISTS"))
        closed = self.class1.do("close-link", ident)
        self.assertEqual(closed["state"], "CLOSED")
        refusal = self.class2.refused("transfer", link=ident, dir="pull", fen=1)
        self.assertEqual((refusal["reason"], refusal["detail"]), ("MD01", "LINK_NOT_ACTIVE"))

    def test_wrong_element_is_refused_and_can_be_mended(self):
        person = self.persons[0]
        refusal = self.open_link(person, "refused", mobile="13900000099")
        self.assertEqual((refusal["state"], refusal["reason"]), ("REJECTED", "BE01"))
        self.assertEqual(self.state(refusal["link"]), "REJECTED")
        link(self.class2, self.class1, person)

    def test_verification_is_no_oracle(self):
        person = self.persons[0]
        for number in range(5):
            self.open_link(person, "refused", mobile=f"1390000010{number}")
        refusal = self.open_link(person, "refused")
        self.assertEqual((refusal["reason"], refusal["detail"]), ("BE01", "TRIES"))

    def test_without_consent_nothing_is_asked(self):
        refusal = self.open_link(self.persons[0], "refused", consent=0)
        self.assertEqual((refusal["reason"], refusal["detail"]), ("MD02", "CONSENT"))
        self.assertEqual(self.place.ctl("link", "list")["links"], [])

    def test_wrong_code_then_right(self):
        person = self.persons[1]
        ident = self.open_link(person)["link"]
        self.class2.do("challenge", ident)
        code = self.class1.do("sms", person.mobile)["code"]
        refusal = self.class2.refused("answer", ident, wrong(code))
        self.assertEqual((refusal["reason"], refusal["detail"]), ("MS02", "CODE_WRONG"))
        self.assertEqual(self.class2.do("answer", ident, code)["state"], "ACTIVE")

    def test_three_wrong_codes_reject_the_link(self):
        person = self.persons[2]
        ident = self.open_link(person)["link"]
        self.class2.do("challenge", ident)
        code = self.class1.do("sms", person.mobile)["code"]
        details = [
            self.class2.refused("answer", ident, wrong(code, by))["detail"] for by in (1, 2, 3)
        ]
        self.assertEqual(details, ["CODE_WRONG", "CODE_WRONG", "CODE_TOO_MANY"])
        self.assertEqual(self.state(ident), "REJECTED")
        late = self.class2.refused("answer", ident, code)
        self.assertEqual(late["reason"], "MD01")
        # The customer may begin anew.
        link(self.class2, self.class1, person)

    def test_closed_before_it_is_active(self):
        person = self.persons[3]
        ident = self.open_link(person)["link"]
        self.assertEqual(self.class2.do("close-link", ident)["state"], "CLOSED")
        self.assertEqual(self.state(ident), "CLOSED")


def wrong(code, by=1):
    """Another code of six digits."""
    return f"{(int(code) + by) % 1000000:06}"


class Transfers(SiteTest):
    def setUp(self):
        self.persons = people(3, class2_fen=1_000_000, class1_fen=2_000_000)
        self.place = self.site().start()
        self.class2, self.class1 = self.place.two_banks(self.persons)
        self.person = self.persons[0]
        self.link = link(self.class2, self.class1, self.person, single_fen=1_500_000)

    def send(self, bank, direction, fen, how="do", **fields):
        return getattr(bank, how)(
            "transfer", link=self.link, dir=direction, fen=fen, **fields
        )

    def balances(self):
        return self.class2.balance(self.person.class2), self.class1.balance(self.person.class1)

    def test_f06_both_ways_from_both_banks(self):
        steps = [
            (self.class2, "pull", 500_000, (1_500_000, 1_500_000)),
            (self.class2, "push", 100_001, (1_399_999, 1_600_001)),
            (self.class1, "push", 7, (1_400_006, 1_599_994)),
            (self.class1, "pull", 400_000, (1_000_006, 1_999_994)),
        ]
        for bank, direction, fen, balances in steps:
            answer = self.send(bank, direction, fen)
            self.assertEqual((answer["state"], answer["fen"]), ("ACCEPTED", fen))
            self.assertTrue(answer["reference"] and answer["book_date"])
            wait_until(lambda: self.balances() == balances, lambda: f"{balances}")
        self.assert_books_agree(self.place)
        # A pull is confirmed by the bank that credited its customer.
        for row in self.place.transfers():
            shown = self.place.ctl("transfer", "show", row["id"])
            self.assertEqual(bool(shown["credited_at"]), row["direction"] == "PULL")
            states = [entry["state"] for entry in shown["history"]]
            credited = ["ACCEPTED"] if row["direction"] == "PULL" else []
            self.assertEqual(states, ["RECEIVED", "RESERVED", "PENDING", "ACCEPTED"] + credited)

    def test_request_sent_again(self):
        request = uuid7().hex()
        first = self.send(self.class2, "pull", 1000, request_id=request)
        for restart in (False, True):
            if restart:
                self.place.kill_and_restart()
                self.place.wait_online()
            again = self.send(self.class2, "pull", 1000, request_id=request)
            self.assertEqual(again["transfer"], first["transfer"])
            self.assertTrue(again["replayed"])
            refusal = self.send(self.class2, "pull", 1001, "refused", request_id=request)
            self.assertEqual(
                (refusal["reason"], refusal["detail"], refusal["field"]),
                ("DUPL", "DUPLICATE", "amount.fen"),
            )
        self.assertEqual(len(self.place.transfers()), 1)
        self.assert_books_agree(self.place)
        self.assertEqual(self.balances(), (1_001_000, 1_999_000))

    def test_the_id_of_another_bank_is_another_request(self):
        request = uuid7().hex()
        first = self.send(self.class2, "pull", 1000, request_id=request)
        second = self.send(self.class1, "pull", 1000, request_id=request)
        self.assertNotEqual(first["transfer"], second["transfer"])
        self.assert_books_agree(self.place)

    def test_refused(self):
        over = self.send(self.class2, "pull", 1_500_001, "refused")
        self.assertEqual((over["reason"], over["detail"]), ("AM14", "AGREED"))
        self.send(self.class2, "pull", 1_500_000)
        poor = self.send(self.class2, "pull", 1_000_000, "refused")
        self.assertEqual((poor["state"], poor["reason"]), ("REJECTED", "AM04"))
        # What the submitting bank cannot hold is never sent.
        own = self.send(self.class1, "push", 1_000_000, "refused")
        self.assertEqual((own["reason"], own["detail"]), ("AM04", "LOCAL"))
        self.assert_books_agree(self.place)
        self.assertEqual(self.balances(), (2_500_000, 500_000))

    def test_load_from_both_banks_on_several_links(self):
        for person in self.persons[1:]:
            link(self.class2, self.class1, person)
        loads = [
            bank.begin("load", link="all", count=300, inflight=32, push=50, amount=100)
            for bank in (self.class2, self.class1)
        ]
        for load in loads:
            out, errors = load.communicate()
            self.assertEqual(load.returncode, 0, out + errors)
        rows = self.place.transfers()
        self.assertEqual(len(rows), 600)
        self.assertEqual({row["state"] for row in rows}, {"ACCEPTED"})
        self.assertEqual(sum(row["direction"] == "PUSH" for row in rows), 300)
        self.assert_books_agree(self.place)


class RareNames(SiteTest):
    def test_names_travel_verbatim(self):
        person = Person(7, name="阿卜杜拉·𠮷田𡘙")
        place = self.site().start()
        class2, class1 = place.two_banks([person])
        ident = link(class2, class1, person)
        class2.do("transfer", link=ident, dir="push", fen=1)
        self.assert_books_agree(place)


if __name__ == "__main__":
    unittest.main()
