"""Bad input to holds, reports, cases and questions: each refused, and nothing told."""

import unittest

from life import LifeTest, THIRD, link_requests, transfer_requests
from people import uuid7
from place import FOURTH
from wire import (
    REPLY,
    cases,
    common,
    envelope,
    link_reply,
    links,
    transfer_reply,
    views,
)

BANK = links.HOLD_AUTHORITY_BANK
COURT = links.HOLD_AUTHORITY_COURT
SECRET = "COURT-2026-0077"


class Holds(LifeTest):
    def place_hold(self, bank, authority=COURT, blocks=(links.HOLD_BLOCK_DEBIT_CLASS1,)):
        """Places it; its id."""
        message = links.PlaceHold(
            request_id=uuid7(),
            link_id=self.ident,
            authority=authority,
            reason="AM07",
            legal_reference=SECRET,
            blocks=blocks,
        )
        reply = link_reply(bank.ask(envelope.KIND_PLACE_HOLD, message))
        self.assertEqual(reply.state, links.LINK_STATE_SUSPENDED)
        return reply.holds[-1].hold_id

    def lifting(self, hold, authority=COURT):
        return links.LiftHold(
            request_id=uuid7(),
            link_id=self.ident,
            hold_id=hold,
            authority=authority,
            reason="CUST",
        )

    def get(self, bank):
        return link_reply(bank.ask(envelope.KIND_GET_LINK, links.GetLink(link_id=self.ident)))

    def test_lifted_by_another_authority_and_by_the_other_bank(self):
        hold = self.place_hold(self.peer)
        before = self.shown(self.ident)
        wrong = ("AG08", "AUTHORITY", "authority")
        for bank, authority in (
            (self.peer, BANK),
            (self.peer, links.HOLD_AUTHORITY_CUSTOMER),
            (self.bank, COURT),
            (self.bank, BANK),
        ):
            said = self.refused(bank, "LIFT_HOLD", self.lifting(hold, authority))
            self.assertEqual(said, wrong)
        for authority in (3, 5):  # an operator, the gateway
            said = self.refused(self.peer, "LIFT_HOLD", self.lifting(hold, authority))
            self.assertEqual(said, wrong, authority)
        for authority in (0, 99):
            said = self.refused(self.peer, "LIFT_HOLD", self.lifting(hold, authority))
            self.assertEqual((said[0], said[2]), ("FF08", "authority"), authority)
        third = self.raw(THIRD)
        said = self.refused(third, "LIFT_HOLD", self.lifting(hold))
        self.assertEqual(said, ("MD01", "NO_SUCH_LINK", "link_id"))
        for other in (uuid7(), self.ident):
            said = self.refused(self.peer, "LIFT_HOLD", self.lifting(other))
            self.assertEqual(said, ("MD01", "NO_SUCH_HOLD", "hold_id"))
        self.assertEqual(self.shown(self.ident), before)
        answer = self.peer.ask(envelope.KIND_LIFT_HOLD, self.lifting(hold))
        self.assertEqual(link_reply(answer).state, links.LINK_STATE_ACTIVE)
        said = self.refused(self.peer, "LIFT_HOLD", self.lifting(hold))
        self.assertEqual(said, ("MD01", "NO_SUCH_HOLD", "hold_id"))
        self.assert_works()

    def test_hold_on_another_pair_s_link(self):
        """The id of a hold is good for its own link alone."""
        hold = self.place_hold(self.peer)
        message = self.lifting(hold)
        message.link_id = bytes.fromhex(self.link)
        said = self.refused(self.peer, "LIFT_HOLD", message)
        self.assertEqual(said, ("MD01", "NO_SUCH_LINK", "link_id"))

    def test_the_other_bank_is_not_told_why(self):
        self.place_hold(self.peer)
        seen = self.get(self.bank)
        self.assertEqual((seen.holds[0].reason, seen.holds[0].legal_reference), ("MS03", ""))
        self.assertEqual(seen.holds[0].authority, 0)
        self.assertNotIn(SECRET.encode(), seen.SerializeToString())
        self.assertIn(SECRET.encode(), self.get(self.peer).SerializeToString())
        self.bank.ask(envelope.KIND_LIST_LINKS, links.ListLinks(max=1))
        for notice in self.bank.told:
            self.assertNotIn(SECRET.encode(), notice.payload)

    def test_authorities_and_references(self):
        for authority in (0, links.HOLD_AUTHORITY_OPERATOR, links.HOLD_AUTHORITY_GATEWAY, 99):
            message = link_requests(self.bank, self.ident, self.someone)["PLACE_HOLD"]
            message.authority = authority
            said = self.refused(self.bank, "PLACE_HOLD", message)
            self.assertEqual((said[0], said[2]), ("FF08", "authority"), authority)
        for text in ("x" * 65, "a\0b", "\u202e"):
            message = link_requests(self.bank, self.ident, self.someone)["PLACE_HOLD"]
            message.legal_reference = text
            said = self.refused(self.bank, "PLACE_HOLD", message)
            self.assertEqual(said, ("FF08", "FIELD_INVALID", "legal_reference"))
        message = link_requests(self.bank, self.ident, self.someone)["PLACE_HOLD"]
        message.authority = COURT
        said = self.refused(self.bank, "PLACE_HOLD", message)
        self.assertEqual(said, ("FF08", "FIELD_MISSING", "legal_reference"))
        for at_ms in (-1, 1):
            message = link_requests(self.bank, self.ident, self.someone)["PLACE_HOLD"]
            message.expires_at_ms = at_ms
            said = self.refused(self.bank, "PLACE_HOLD", message)
            self.assertEqual(said, ("FF08", "FIELD_INVALID", "expires_at_ms"))
        self.assert_works()

    def test_one_hold_more_than_may_be(self):
        holds = [self.place_hold(self.peer) for _ in range(6)]
        message = link_requests(self.bank, self.ident, self.someone)["PLACE_HOLD"]
        said = self.refused(self.bank, "PLACE_HOLD", message)
        self.assertEqual(said, ("MS03", "HOLDS", "link_id"))
        for hold in holds:
            link_reply(self.peer.ask(envelope.KIND_LIFT_HOLD, self.lifting(hold)))
        self.assert_works()

    def test_same_id_with_another_hold(self):
        message = link_requests(self.bank, self.ident, self.someone)["PLACE_HOLD"]
        link_reply(self.bank.ask(envelope.KIND_PLACE_HOLD, message))
        changes = {
            "authority": links.HOLD_AUTHORITY_CUSTOMER,
            "reason": "CUST",
            "legal_reference": "other",
            "expires_at_ms": 2**50,
        }
        for field, value in changes.items():
            other = links.PlaceHold()
            other.CopyFrom(message)
            setattr(other, field, value)
            said = self.refused(self.bank, "PLACE_HOLD", other)
            self.assertEqual(said, ("DUPL", "DUPLICATE", field))
        message.blocks.append(links.HOLD_BLOCK_ORDERS)
        said = self.refused(self.bank, "PLACE_HOLD", message)
        self.assertEqual(said, ("DUPL", "DUPLICATE", "blocks"))

    def test_reports_of_accounts_that_are_not_the_bank_s(self):
        """An account is the sender's own: the same number at another bank is another account."""
        third = self.raw(THIRD)
        before = self.shown(self.ident)
        for bank, number in (
            (third, self.someone.class1),
            (third, self.someone.class2),
            (self.bank, self.someone.class1),
            (self.peer, self.someone.class2),
            (self.peer, self.person.class1),
        ):
            message = links.ReportAccount(
                request_id=uuid7(), account_number=number, event=links.ACCOUNT_EVENT_CLOSED
            )
            said = self.refused(bank, "REPORT_ACCOUNT", message)
            self.assertEqual(said, ("AC01", "NO_SUCH_ACCOUNT", "account_number"))
        self.assertEqual(self.shown(self.ident), before)
        self.assert_works()


class Cases(LifeTest):
    def open(self):
        asked = self.bank.post(
            envelope.KIND_SUBMIT_TRANSFER, self.bank.transfer_message(self.ident), 60000
        )
        self.peer.post_it()
        self.transfer = transfer_reply(self.bank.answer_to(asked)).transfer_id
        message = transfer_requests(self.transfer)["OPEN_CASE"]
        answer = self.bank.ask(envelope.KIND_OPEN_CASE, message)
        self.assertEqual(answer.direction, REPLY, answer)
        return cases.CaseReply.FromString(answer.payload).case_id

    def answering(self, ident, **fields):
        return cases.AnswerCase(request_id=uuid7(), case_id=ident, **fields)

    def test_third_bank_learns_nothing(self):
        ident = self.open()
        third = self.raw(THIRD)
        for kind, real, made_up in (
            ("GET_CASE", cases.GetCase(case_id=ident), cases.GetCase(case_id=uuid7())),
            (
                "ANSWER_CASE",
                self.answering(ident, text="mine"),
                self.answering(uuid7(), text="mine"),
            ),
        ):
            said = self.whole_refusal(third, kind, real)
            self.assertEqual(said, self.whole_refusal(third, kind, made_up))
            self.assertEqual((said.detail, said.field), ("NO_SUCH_CASE", "case_id"))
        said = self.refused(third, "OPEN_CASE", transfer_requests(self.transfer)["OPEN_CASE"])
        self.assertEqual(said, ("NOOR", "NO_SUCH_TRANSFER", "transfer_id"))

    def test_each_side_has_its_part(self):
        ident = self.open()
        explained = cases.CASE_OUTCOME_EXPLAINED
        for bank, fields, expected in (
            (self.peer, {"close": True}, ("AG08", "CASE_ROLE", "close")),
            (self.bank, {"text": "again"}, ("MS03", "CASE_STATE", "case_id")),
            (self.bank, {"close": True}, ("MS03", "CASE_STATE", "case_id")),
            (self.peer, {"text": "so"}, ("FF08", "FIELD_MISSING", "outcome")),
        ):
            said = self.refused(bank, "ANSWER_CASE", self.answering(ident, **fields))
            self.assertEqual(said, expected, fields)
        for fields in (
            {"close": True, "outcome": explained},
            {"outcome": 99, "text": "x"},
            {"outcome": explained, "text": "x" * 281},
            {"outcome": explained, "text": "a\0"},
            {"outcome": explained},
        ):
            said = self.refused(self.peer, "ANSWER_CASE", self.answering(ident, **fields))
            self.assertEqual(said[0], "FF08", fields)
        answer = self.answering(ident, text="so", outcome=explained)
        self.assertEqual(self.peer.ask(envelope.KIND_ANSWER_CASE, answer).direction, REPLY)
        said = self.refused(
            self.bank, "ANSWER_CASE", self.answering(ident, text="so", outcome=explained)
        )
        self.assertEqual(said, ("AG08", "CASE_ROLE", "outcome"))

    def test_second_case_on_the_same(self):
        self.open()
        for bank in (self.bank, self.peer):
            said = self.refused(bank, "OPEN_CASE", transfer_requests(self.transfer)["OPEN_CASE"])
            self.assertEqual(said, ("MS03", "CASE_EXISTS", "subject"))

    def test_subjects_and_texts(self):
        self.open()
        for subject in (0, cases.CASE_SUBJECT_CONFLICT, 99):
            message = transfer_requests(self.transfer)["OPEN_CASE"]
            message.subject = subject
            said = self.refused(self.bank, "OPEN_CASE", message)
            self.assertEqual((said[0], said[2]), ("FF08", "subject"), subject)
        for text in ("", "x" * 281, "\0", "\u2066", "\x9b"):
            message = transfer_requests(self.transfer)["OPEN_CASE"]
            message.text = text
            said = self.refused(self.bank, "OPEN_CASE", message)
            self.assertEqual((said[0], said[2]), ("FF08", "text"))


class Questions(LifeTest):
    def test_balance_without_the_scope(self):
        for bank in (self.bank, self.peer):
            query = views.QueryBalance(request_id=uuid7(), link_id=self.ident)
            said = self.refused(bank, "QUERY_BALANCE", query)
            self.assertEqual(said, ("AG08", "SCOPE", "link_id"))
        self.bank.ask(envelope.KIND_LIST_LINKS, links.ListLinks(max=1))
        self.assertEqual(self.bank.asked + self.peer.asked, [])

    def test_status_before_anything_was_verified(self):
        """No probing: a link that only waits tells nothing of the account."""
        opening = self.bank.open_message(FOURTH, self.new_person())
        asked = self.bank.post(envelope.KIND_OPEN_LINK, opening)
        self.peer.verify()
        ident = link_reply(self.bank.answer_to(asked)).link_id
        for kind, made in (
            ("QUERY_ACCOUNT_STATUS", views.QueryAccountStatus),
            ("QUERY_BALANCE", views.QueryBalance),
        ):
            said = self.refused(self.bank, kind, made(request_id=uuid7(), link_id=ident))
            self.assertEqual(said, ("MD01", "LINK_NOT_ACTIVE", "link_id"))

    def test_answered_by_another_bank(self):
        """Neither a third bank nor the one that asks can answer; the one asked still can."""
        query = views.QueryAccountStatus(request_id=uuid7(), link_id=self.ident)
        asked = self.bank.post(envelope.KIND_QUERY_ACCOUNT_STATUS, query, 30000)
        question = self.peer.next_question(envelope.KIND_ASK_ACCOUNT_STATUS)
        seen = views.AskAccountStatus.FromString(question.payload)
        self.assertEqual(seen.account_number, self.someone.class1)
        false = views.AskAccountStatusReply(
            query_id=seen.query_id,
            status=links.ACCOUNT_STATUS_CLOSED,
            account_class=common.ACCOUNT_CLASS_I,
            as_of_ms=1,
        )
        for bank in (self.raw(THIRD), self.bank):
            bank.post(question.kind, false, direction=REPLY, correlation=question.correlation_id)
            bank.ask(envelope.KIND_LIST_LINKS, links.ListLinks(max=1))
        false.status = links.ACCOUNT_STATUS_OPEN
        self.peer.reply(question, false)
        answer = self.bank.answer_to(asked)
        self.assertEqual(answer.direction, REPLY)
        said = views.AccountStatusReply.FromString(answer.payload)
        self.assertEqual(said.status, links.ACCOUNT_STATUS_OPEN)
        self.assertNotIn(self.someone.class1.encode(), answer.payload)
        # Once more, late: nobody waits for it.
        self.peer.post(question.kind, false, direction=REPLY, correlation=question.correlation_id)
        self.assert_works()


if __name__ == "__main__":
    unittest.main()
