"""Bad input in the life of a transfer: strangers, wrong sides, and many callers at once."""

import threading
import time
import unittest

from life import LifeTest, THIRD, transfer_requests
from people import uuid7
from place import FOURTH, OTHER
from wire import (
    REFUSAL,
    REPLY,
    common,
    envelope,
    link_reply,
    links,
    posted_result,
    refusal,
    transfer_reply,
    transfers,
    views,
)

SUBMIT = envelope.KIND_SUBMIT_TRANSFER
RETURN = envelope.KIND_SUBMIT_RETURN
CANCEL = envelope.KIND_CANCEL_TRANSFER
ACCEPTED = transfers.TRANSFER_STATE_ACCEPTED
CANCELLED = transfers.TRANSFER_STATE_CANCELLED
PENDING = transfers.TRANSFER_STATE_PENDING
CONNECTIONS = 60
RACES = 8


def return_message(transfer, fen):
    message = transfer_requests(transfer)["SUBMIT_RETURN"]
    message.amount.fen = fen
    return message


class MoneyTest(LifeTest):
    settings = {("limits", "connections_per_bank"): 64}

    def grant(self, fen=10):
        """A push of the Class II bank's that was posted; its id."""
        message = self.bank.transfer_message(self.ident, fen=fen)
        asked = self.bank.post(SUBMIT, message, 60000)
        self.peer.post_it()
        return transfer_reply(self.bank.answer_to(asked)).transfer_id

    def shown_transfer(self, ident):
        return self.place.ctl("transfer", "show", ident.hex())

    def net(self):
        """What moved between the two, and how often."""
        for row in self.place.ctl("net", "list")["nets"]:
            if {row["low"], row["high"]} == {OTHER, FOURTH}:
                return row["to_low_fen"], row["to_high_fen"], row["count"]
        return 0, 0, 0


class Sides(MoneyTest):
    def test_third_bank_learns_nothing(self):
        """Its refusals are those of an id that there is not."""
        third = self.raw(THIRD)
        ident = self.grant()
        before = self.shown_transfer(ident)
        for kind, message in transfer_requests(ident).items():
            said = self.whole_refusal(third, kind, message)
            made_up = transfer_requests(uuid7())[kind]
            self.assertEqual(said, self.whole_refusal(third, kind, made_up), kind)
            self.assertEqual((said.reason, said.detail), ("NOOR", "NO_SUCH_TRANSFER"), kind)
            self.assertEqual((said.field, said.retry), ("transfer_id", common.RETRY_NEVER), kind)
        for query in ({}, {"link_id": self.ident}, {"after": uuid7(0)}, {"min_fen": 1}):
            answer = third.ask(envelope.KIND_LIST_TRANSFERS, transfers.ListTransfers(**query))
            if answer.direction == REPLY:
                page = transfers.TransferPage.FromString(answer.payload)
                self.assertEqual(page, transfers.TransferPage(), query)
            else:
                self.assertEqual(refusal(answer)[:2], ("MD01", "NO_SUCH_LINK"), query)
        self.assertEqual(self.shown_transfer(ident), before)

    def test_request_ids_of_another_bank(self):
        message = self.bank.transfer_message(self.ident)
        asked = self.bank.post(SUBMIT, message, 60000)
        self.peer.post_it()
        transfer_reply(self.bank.answer_to(asked))
        none = ("NOOR", "NO_SUCH_TRANSFER")
        for bank in (self.raw(THIRD), self.peer):
            query = transfers.GetTransfer(request_id=message.request_id)
            self.assertEqual(self.refused(bank, "GET_TRANSFER", query)[:2], none)
            cancel = transfers.CancelTransfer(
                request_id=uuid7(), submit_request_id=message.request_id, reason="CUST"
            )
            said = self.refused(bank, "CANCEL_TRANSFER", cancel)
            self.assertEqual(said, (*none, "submit_request_id"))

    def test_the_wrong_side(self):
        """What is the other bank's to do is refused, and does nothing."""
        asked = self.bank.post(SUBMIT, self.bank.transfer_message(self.ident), 60000)
        question, instruction = self.peer.posting()
        ident = instruction.transfer_id
        before = self.shown_transfer(ident)
        not_yours = ("AG08", "NOT_YOURS", "transfer_id")
        for bank, kind, expected in (
            (self.peer, "CANCEL_TRANSFER", not_yours),
            (self.bank, "SUBMIT_RETURN", not_yours),
            (self.bank, "STEP_UP", not_yours),
            (self.peer, "STEP_UP", ("MS03", "STEP_UP", "transfer_id")),
            (self.peer, "SUBMIT_RETURN", ("MS03", "TRANSFER_STATE", "transfer_id")),
        ):
            said = self.refused(bank, kind, transfer_requests(ident)[kind])
            self.assertEqual(said, expected, kind)
        self.assertEqual(self.shown_transfer(ident), before)
        self.peer.reply(question, posted_result(ident))
        self.assertEqual(transfer_reply(self.bank.answer_to(asked)).state, ACCEPTED)
        said = self.refused(self.bank, "SUBMIT_RETURN", return_message(ident, 1))
        self.assertEqual(said, not_yours)
        cancelling = transfer_requests(ident)["CANCEL_TRANSFER"]
        said = self.refused(self.bank, "CANCEL_TRANSFER", cancelling)
        self.assertEqual(said, ("AGNT", "POSTED", "transfer_id"))

    def test_return_of_a_return(self):
        ident = self.grant(10)
        asked = self.peer.post(RETURN, return_message(ident, 10), 60000)
        self.bank.post_it()
        back = transfer_reply(self.peer.answer_to(asked)).transfer_id
        for fen in (1, 10):
            said = self.refused(self.bank, "SUBMIT_RETURN", return_message(back, fen))
            self.assertEqual(said, ("AG03", "RETURN_OF_RETURN", "transfer_id"))
        said = self.refused(self.peer, "SUBMIT_RETURN", return_message(ident, 1))
        self.assertEqual(said, ("AM09", "RETURN_EXCEEDS", "amount.fen"))
        cancelling = transfer_requests(ident)["CANCEL_TRANSFER"]
        said = self.refused(self.bank, "CANCEL_TRANSFER", cancelling)
        self.assertEqual(said, ("ARDT", "RETURNED", "transfer_id"))

    def test_amounts_of_returns(self):
        ident = self.grant(10)
        for fen, expected in (
            (0, ("AM01", "AMOUNT_ZERO")),
            (-1, ("AM12", "AMOUNT_NEGATIVE")),
            (-(2**63), ("AM12", "AMOUNT_NEGATIVE")),
            (11, ("AM09", "RETURN_EXCEEDS")),
            (2**63 - 1, ("AM09", "RETURN_EXCEEDS")),
        ):
            said = self.refused(self.peer, "SUBMIT_RETURN", return_message(ident, fen))
            self.assertEqual(said, (*expected, "amount.fen"))
        answer = self.peer.ask(
            envelope.KIND_GET_TRANSFER, transfers.GetTransfer(transfer_id=ident)
        )
        self.assertEqual(transfer_reply(answer).returned_fen, 0)

    def test_return_of_what_was_not_posted(self):
        asked = self.bank.post(SUBMIT, self.bank.transfer_message(self.ident), 60000)
        question, instruction = self.peer.posting()
        no = transfers.PostingResult(
            transfer_id=instruction.transfer_id,
            outcome=transfers.POSTING_OUTCOME_REFUSED,
            reason="AM04",
        )
        self.peer.reply(question, no)
        reply = transfer_reply(self.bank.answer_to(asked))
        said = self.refused(self.peer, "SUBMIT_RETURN", return_message(reply.transfer_id, 1))
        self.assertEqual(said, ("MS03", "TRANSFER_STATE", "transfer_id"))


class Crowds(MoneyTest):
    """Many connections at the same moment; exactly what fits goes through."""

    def crowd(self, code, count):
        return [self.raw(code) for _ in range(count)]

    def test_returns_together_above_the_original(self):
        """Of 64 returns of 3 fen from 16 connections, 33 fit into 100 fen."""
        ident = self.grant(100)
        before = self.net()
        crowd = self.crowd(FOURTH, 16)
        asked = [
            (bank, bank.post(RETURN, return_message(ident, 3), 60000))
            for _ in range(4)
            for bank in crowd
        ]
        for _ in range(33):
            self.bank.post_it()
        answers = [bank.answer_to(correlation) for bank, correlation in asked]
        granted = [transfer_reply(a) for a in answers if a.direction == REPLY]
        self.assertEqual([reply.state for reply in granted], [ACCEPTED] * 33)
        for answer in answers:
            if answer.direction == REFUSAL:
                self.assertEqual(refusal(answer), ("AM09", "RETURN_EXCEEDS", "amount.fen"))
        for bank in (self.bank, self.peer):
            answer = bank.ask(
                envelope.KIND_GET_TRANSFER, transfers.GetTransfer(transfer_id=ident)
            )
            reply = transfer_reply(answer)
            self.assertEqual((reply.returned_fen, reply.state), (99, ACCEPTED))
        moved = [after - old for after, old in zip(self.net(), before)]
        self.assertEqual((sum(moved[:2]), moved[2]), (99, 33))
        self.bank.ask(envelope.KIND_LIST_LINKS, links.ListLinks())
        self.assertEqual(self.bank.asked, [])

    def use_up_63(self, expected):
        """64 callers of 2 fen where 63 are left, then one fen, then one more; the callers."""
        crowd = self.crowd(OTHER, CONNECTIONS)
        asked = [
            (bank, bank.post(SUBMIT, bank.transfer_message(self.ident, fen=2), 60000))
            for bank in crowd + crowd[: 64 - CONNECTIONS]
        ]
        for _ in range(31):
            self.peer.post_it()
        answers = [bank.answer_to(correlation) for bank, correlation in asked]
        granted = [transfer_reply(a).state for a in answers if a.direction == REPLY]
        self.assertEqual(granted, [ACCEPTED] * 31)
        for answer in answers:
            if answer.direction == REFUSAL:
                self.assertEqual(refusal(answer), expected)
        self.grant(1)
        last = self.bank.transfer_message(self.ident, fen=1)
        said = self.refused(self.bank, "SUBMIT_TRANSFER", last)
        self.assertEqual(said, expected)
        self.assertEqual(self.peer.asked, [])
        return crowd

    def test_last_fen_of_a_day(self):
        """Exactly what two banks and their customer agreed on."""
        opening = self.bank.open_message(FOURTH, self.new_person())
        opening.limits.single_fen = opening.limits.daily_fen = 100
        self.ident = self.opened(opening)
        self.grant(37)
        self.use_up_63(("AM14", "AGREED_DAY", "amount.fen"))

    def test_last_fen_of_a_cap(self):
        """Exactly what their bank may still owe."""
        self.grant(1000)
        cap = self.place.ctl("position", "show", OTHER)["exposure_fen"] + 63
        amount = f"{cap // 100}.{cap % 100:02}"
        uncapped = ("cap", "set", OTHER, "--net-debit-cap", "none")
        self.addCleanup(lambda: self.place.order(*uncapped))
        self.place.order("cap", "set", OTHER, "--net-debit-cap", amount)
        crowd = self.use_up_63(("AM23", "CAP", "amount.fen"))
        self.assertEqual(self.position(self.bank).exposure_fen, cap)
        self.assertEqual(self.position(self.peer).exposure_fen, -cap)
        self.assertEqual(self.alerts(self.peer), [])
        levels = [alert.level for bank in [self.bank, *crowd] for alert in self.alerts(bank)]
        self.assertEqual(max(levels), 2, levels)
        wrong = views.QueryPosition(currency="USD")
        said = self.refused(self.bank, "QUERY_POSITION", wrong)
        self.assertEqual((said[0], said[2]), ("AM03", "currency"))

    def position(self, bank):
        answer = bank.ask(envelope.KIND_QUERY_POSITION, views.QueryPosition())
        return views.PositionReply.FromString(answer.payload)

    def alerts(self, bank):
        self.position(bank)  # all that came before is read
        told = [m for m in bank.told if m.kind == envelope.KIND_POSITION_ALERT]
        return [views.PositionAlert.FromString(message.payload) for message in told]

    def opened(self, opening):
        asked = self.bank.post(envelope.KIND_OPEN_LINK, opening)
        self.peer.verify()
        ident = link_reply(self.bank.answer_to(asked)).link_id
        start = links.StartChallenge(request_id=uuid7(), link_id=ident)
        asked = self.bank.post(envelope.KIND_START_CHALLENGE, start)
        self.peer.send_code()
        link_reply(self.bank.answer_to(asked))
        answer = links.AnswerChallenge(request_id=uuid7(), link_id=ident, code=b"1")
        asked = self.bank.post(envelope.KIND_ANSWER_CHALLENGE, answer)
        self.peer.check_code(links.CHALLENGE_OUTCOME_RIGHT)
        link_reply(self.bank.answer_to(asked))
        return ident

    def decide(self, transfer, question, wait_s, contradict):
        """The instructed bank's part of a race: posts after a while unless it is barred before.

        Returns its first word. One that contradicts itself also says the opposite.
        """
        peer = self.peer
        self.posting = False

        def post():
            time.sleep(wait_s)
            self.posting = True

        threading.Thread(target=post).start()
        undone = transfers.PostingResult(
            transfer_id=transfer, outcome=transfers.POSTING_OUTCOME_UNDONE
        )
        peer.socket.settimeout(0.001)
        try:
            while not self.posting:
                try:
                    peer.take()
                except TimeoutError:
                    pass
                if any(m.kind == envelope.KIND_CANCEL_POSTING for m in peer.asked):
                    break
        finally:
            peer.socket.settimeout(90)
        first, second = posted_result(transfer), undone
        if any(m.kind == envelope.KIND_CANCEL_POSTING for m in peer.asked):
            first, second = undone, first
            peer.reply(peer.next_question(envelope.KIND_CANCEL_POSTING), first)
        else:
            peer.reply(question, first)
        if contradict:
            peer.post(envelope.KIND_POSTING_RESULT, second)
        return first

    def race(self, crowd, wait_s, contradict):
        """One transfer, cancelled from all connections while the bank decides."""
        before = self.net()
        message = self.bank.transfer_message(self.ident, fen=7)
        submitted = self.bank.post(SUBMIT, message, 60000)
        question, instruction = self.peer.posting()
        transfer = instruction.transfer_id
        asked = []

        def cancel():
            for bank in crowd:
                cancelling = transfer_requests(transfer)["CANCEL_TRANSFER"]
                asked.append((bank, bank.post(CANCEL, cancelling, 60000)))

        thread = threading.Thread(target=cancel)
        thread.start()
        word = self.decide(transfer, question, wait_s, contradict)
        thread.join()
        state = transfer_reply(self.bank.answer_to(submitted)).state
        final = ACCEPTED if word.outcome == transfers.POSTING_OUTCOME_POSTED else CANCELLED
        if not contradict:
            self.assertEqual(state, final)
        for bank, correlation in asked:
            answer = bank.answer_to(correlation)
            if answer.direction == REFUSAL:
                self.assertEqual(refusal(answer)[:2], ("AGNT", "POSTED"))
                self.assertEqual(state, ACCEPTED)
            else:
                self.assertIn(transfer_reply(answer).state, (state, PENDING))
        self.assert_one_effect(transfer, state, before, contradict)
        return state

    def assert_one_effect(self, transfer, state, before, contradict):
        name = transfers.TransferState.Name(state).removeprefix("TRANSFER_STATE_")
        shown = self.shown_transfer(transfer)
        self.assertEqual(shown["state"], name)
        moved = [after - old for after, old in zip(self.net(), before)]
        posted = state == ACCEPTED
        self.assertEqual((sum(moved[:2]), moved[2]), (7, 1) if posted else (0, 0))
        reserved = self.place.positions()[OTHER]["reserved_outgoing_fen"]
        self.assertEqual(reserved, 0)
        if not contradict:
            self.assertFalse(shown["conflict"])

    def test_cancel_raced_with_the_answer(self):
        crowd = self.crowd(OTHER, CONNECTIONS)
        seen = set()
        for number in range(RACES):
            seen.add(self.race(crowd, number * 0.004, contradict=False))
        self.assertLessEqual(seen, {ACCEPTED, CANCELLED})
        self.assert_told_once([self.bank, *crowd])

    def assert_told_once(self, banks):
        """Each bank has one final notice about each transfer."""
        for group, code in ((banks, OTHER), ([self.peer], FOURTH)):
            rows = {}
            for bank in group:
                bank.ask(envelope.KIND_LIST_LINKS, links.ListLinks(max=1))
                for message in bank.told:
                    if message.kind != envelope.KIND_TRANSFER_NOTICE:
                        continue
                    notice = transfers.TransferNotice.FromString(message.payload)
                    if notice.transfer.state in (ACCEPTED, CANCELLED):
                        rows.setdefault(notice.transfer.transfer_id, set()).add(notice.sequence)
            self.assertTrue(rows)
            for sequences in rows.values():
                self.assertEqual(len(sequences), 1, code)

    def test_cancel_raced_with_two_answers(self):
        """The bank says both that it posted and that it did not: the first word is the effect."""
        crowd = self.crowd(OTHER, 16)
        for number in range(RACES // 2):
            self.race(crowd, number * 0.004, contradict=True)


if __name__ == "__main__":
    unittest.main()
