"""Banks that answer late, never, twice or wrongly, that go away and come back."""

import unittest

from people import accounts, people
from place import CLASS1, CLASS2, SiteTest, link, wait_until

# A validity that passes while a test waits, and is long for all that has to happen in it.
SHORT_MS = 1500


class Postings(SiteTest):
    """What becomes of a transfer when the instructed bank misbehaves."""

    def setUp(self):
        self.person = people(1, class2_fen=1000, class1_fen=1000)[0]
        self.place = self.site().start()
        self.class2, self.class1 = self.place.two_banks([self.person])
        self.link = link(self.class2, self.class1, self.person)

    def send(self, how="do", direction="push", fen=300, **fields):
        return getattr(self.class2, how)(
            "transfer", link=self.link, dir=direction, fen=fen, **fields
        )

    def states(self, transfer):
        shown = self.place.ctl("transfer", "show", transfer)
        self.assertFalse(shown["conflict"])
        return [row["state"] for row in shown["history"]]

    def reserved(self):
        return sum(row["reserved_outgoing_fen"] for row in self.place.positions().values())

    def assert_moved(self, fen):
        """Books equal, and so much went from the Class II to the Class I account."""
        self.assert_books_agree(self.place)
        balances = self.class2.balance(self.person.class2), self.class1.balance(self.person.class1)
        self.assertEqual(balances, (1000 - fen, 1000 + fen))

    def assert_unknown_then(self, end, answer):
        self.assertEqual(answer["state"], "UNKNOWN")
        ident = answer["transfer"]
        wait_until(
            lambda: self.place.ctl("transfer", "show", ident)["state"] == end, f"state {end}"
        )
        self.assertEqual(self.states(ident), ["RECEIVED", "RESERVED", "PENDING", "UNKNOWN", end])

    def test_answer_after_the_deadline(self):
        self.class1.fault("kind=post -> delay 5000")
        answer = self.send("open", timeout_ms=SHORT_MS)
        self.assert_unknown_then("ACCEPTED", answer)
        self.assert_moved(300)

    def test_posting_after_the_deadline_is_not_made(self):
        self.class1.fault("kind=post -> delay-post 4000")
        answer = self.send("open", timeout_ms=SHORT_MS)
        self.assert_unknown_then("REJECTED", answer)
        self.assert_moved(0)

    def test_slow_but_in_time(self):
        self.class1.fault("kind=post -> delay-post 300")
        self.assertEqual(self.send(timeout_ms=30000)["state"], "ACCEPTED")
        self.assert_moved(300)

    def test_instruction_lost(self):
        """The inquiry bars what was never seen."""
        self.class1.fault("kind=post -> drop")
        answer = self.send("open", timeout_ms=SHORT_MS)
        self.assert_unknown_then("CANCELLED", answer)
        self.assertEqual(self.class1.rows("postings")[0]["outcome"], "BARRED")
        self.assert_moved(0)

    def test_answer_lost(self):
        self.class1.fault("kind=post -> drop-answer")
        answer = self.send("open", timeout_ms=SHORT_MS)
        self.assert_unknown_then("ACCEPTED", answer)
        self.assert_moved(300)

    def test_money_stays_reserved_while_unknown(self):
        self.class1.fault("kind=post -> drop-answer")
        self.class1.fault("kind=inquire -> drop")
        answer = self.send("open", timeout_ms=SHORT_MS)
        self.assertEqual(self.reserved(), 300)
        self.assertEqual(self.class2.do("books")["held_fen"], 300)
        self.place.kill_and_restart()
        self.assertEqual(self.reserved(), 300)
        self.class1.do("faults-clear")
        self.class1.do("disconnect")
        self.assert_unknown_then("ACCEPTED", answer)
        self.assert_moved(300)

    def test_answered_twice(self):
        self.class1.fault("kind=post -> answer-twice")
        answer = self.send()
        self.assertEqual(self.states(answer["transfer"])[-1], "ACCEPTED")
        self.assert_moved(300)

    def test_refused(self):
        self.class1.fault("kind=post -> refuse AC06")
        answer = self.send("refused")
        self.assertEqual((answer["state"], answer["reason"]), ("REJECTED", "AC06"))
        self.assert_moved(0)

    def test_cut_before_and_after_posting(self):
        """The instruction is sent again while it is valid, and posted once."""
        for number, fault in enumerate(("disconnect-before-post", "disconnect-after-post"), 1):
            self.class1.do("faults-clear")
            self.class1.fault(f"kind=post nth=1 -> {fault}")
            answer = self.send(timeout_ms=60000)
            self.assertEqual(answer["state"], "ACCEPTED")
            self.assert_moved(300 * number)

    def test_bank_killed_while_an_instruction_is_out(self):
        self.class1.fault("kind=post -> drop-answer")
        asking = self.class2.begin(
            "transfer", link=self.link, dir="push", fen=300, timeout_ms=60000
        )
        wait_until(lambda: self.class1.rows("postings"), "the posting")
        self.class1.kill_and_restart()
        out, errors = asking.communicate()
        self.assertEqual(asking.returncode, 0, out + errors)
        self.assert_moved(300)

    def test_submitting_bank_killed_while_it_waits(self):
        self.class1.fault("kind=post -> delay 1000")
        asking = self.class2.begin("transfer", link=self.link, dir="pull", fen=300)
        wait_until(lambda: self.class1.rows("postings"), "the posting")
        self.class2.kill_and_restart()
        asking.communicate()
        self.assert_moved(-300)

    def test_other_bank_offline(self):
        self.class1.process.stop()
        self.place.wait_offline(CLASS1)
        pull = self.send("refused", "pull")
        self.assertEqual((pull["reason"], pull["retry"]), ("AB07", "new-id"))
        push = self.send("refused", "push")
        self.assertEqual((push["reason"], push["detail"]), ("AB08", "BANK_OFFLINE_CREDITOR"))
        self.assertEqual(self.place.transfers(), [])
        self.class1.start()
        self.send()
        self.assert_moved(300)


class Verification(SiteTest):
    """What becomes of a link when the Class I bank misbehaves."""

    def setUp(self):
        self.person = people(1)[0]
        self.place = self.site().start()
        self.class2, self.class1 = self.place.two_banks([self.person])

    def open_link(self, how, **fields):
        accounts_of = {"class2": self.person.class2, "class1": self.person.class1}
        return getattr(self.class2, how)(
            "open-link", class1_bank=CLASS1, **{**accounts_of, **fields}
        )

    def test_each_wrong_element(self):
        for element in ("name", "id_number", "mobile", "account"):
            self.class1.do("faults-clear")
            self.class1.fault(f"kind=verify -> wrong-element {element}")
            refusal = self.open_link("refused")
            self.assertEqual((refusal["state"], refusal["reason"]), ("REJECTED", "BE01"), element)

    def test_wrong_class(self):
        self.class1.fault("kind=verify -> wrong-class")
        refusal = self.open_link("refused")
        self.assertEqual((refusal["state"], refusal["reason"]), ("REJECTED", "AC13"))

    def test_account_that_is_not_there(self):
        """The bank cannot say of which class it is; that it does not match is answer enough."""
        refusal = self.open_link("refused", class1=self.person.class1 + "9")
        self.assertEqual((refusal["state"], refusal["reason"]), ("REJECTED", "BE01"))

    def test_no_answer(self):
        self.class1.fault("kind=verify -> drop")
        refusal = self.open_link("refused", timeout_ms=SHORT_MS)
        self.assertEqual((refusal["state"], refusal["reason"]), ("REJECTED", "AB11"))

    def test_bank_offline_waits_for_it(self):
        self.class1.process.stop()
        self.place.wait_offline(CLASS1)
        opening = self.class2.begin(
            "open-link",
            class2=self.person.class2,
            class1_bank=CLASS1,
            class1=self.person.class1,
            timeout_ms=120000,
        )
        wait_until(
            lambda: [row["state"] for row in self.place.ctl("link", "list")["links"]]
            == ["VERIFYING"],
            "the link to wait",
        )
        self.class1.start()
        out, errors = opening.communicate()
        self.assertEqual(opening.returncode, 0, out + errors)

    def test_bank_offline_until_the_deadline(self):
        self.class1.process.stop()
        self.place.wait_offline(CLASS1)
        refusal = self.open_link("refused", timeout_ms=SHORT_MS)
        self.assertEqual((refusal["state"], refusal["reason"]), ("REJECTED", "AB11"))

    def test_code_not_sent(self):
        self.class1.fault("kind=issue nth=1 -> refuse AC06")
        ident = self.open_link("do")["link"]
        refusal = self.class2.refused("challenge", ident)
        self.assertEqual((refusal["reason"], refusal["detail"]), ("MS03", "NOT_SENT"))
        self.assertEqual(self.class2.do("challenge", ident)["state"], "AWAITING_AUTHENTICATION")

    def test_killed_between_the_steps(self):
        """The gateway is killed after each step; the link goes on from where it stood."""
        ident = self.open_link("do")["link"]
        self.restart()
        self.class2.do("challenge", ident)
        self.restart()
        code = self.class1.do("sms", self.person.mobile)["code"]
        self.assertEqual(self.class2.do("answer", ident, code)["state"], "ACTIVE")
        self.restart()
        self.class2.do("transfer", link=ident, dir="push", fen=1)
        self.assert_books_agree(self.place)

    def test_killed_while_a_verification_is_out(self):
        self.class1.fault("kind=verify nth=1 -> drop")
        opening = self.class2.begin(
            "open-link",
            class2=self.person.class2,
            class1_bank=CLASS1,
            class1=self.person.class1,
            timeout_ms=60000,
        )
        wait_until(lambda: self.place.ctl("link", "list")["links"], "the link")
        self.place.kill_and_restart()
        out, errors = opening.communicate()
        self.assertEqual(opening.returncode, 0, out + errors)

    def restart(self):
        self.place.kill_and_restart()
        self.place.wait_online()


class NotActivated(SiteTest):
    def test_waits_for_the_card(self):
        person = people(1)[0]
        place = self.site().start()
        class2 = place.bank(CLASS2, "class2", accounts([person.class2_row()]))
        place.bank(CLASS1, "class1", accounts([person.class1_row(status="not-activated")]))
        opened = class2.do(
            "open-link", class2=person.class2, class1_bank=CLASS1, class1=person.class1
        )
        self.assertEqual(opened["state"], "PENDING_ACTIVATION")
        refusal = class2.refused("transfer", link=opened["link"], dir="push", fen=1)
        self.assertEqual((refusal["reason"], refusal["detail"]), ("MD01", "LINK_NOT_ACTIVE"))


if __name__ == "__main__":
    unittest.main()
