"""Every new request: denied and allowed again, mangled, with ids of other sorts, repeated."""

import struct
import unittest

from life import LifeTest, kind_of, link_requests, transfer_requests
from people import uuid7
from place import FOURTH, OTHER
from wire import (
    REFUSAL,
    REPLY,
    cases,
    common,
    envelope,
    frame,
    links,
    refusal,
    transfer_reply,
    transfers,
)


def all_requests(bank, ident, person, transfer):
    """One of every kind that is about a link or a transfer, and the kinds about neither."""
    return {
        **link_requests(bank, ident, person),
        **transfer_requests(transfer),
        "ANSWER_CASE": cases.AnswerCase(request_id=uuid7(), case_id=uuid7(), text="no"),
        "GET_CASE": cases.GetCase(case_id=uuid7()),
        "REPORT_ACCOUNT": links.ReportAccount(
            request_id=uuid7(), account_number="62280000009999", event=links.ACCOUNT_EVENT_DORMANT
        ),
        "LIST_LINKS": links.ListLinks(max=1),
        "LIST_TRANSFERS": transfers.ListTransfers(max=1),
    }


class Requests(LifeTest):
    def made(self, ident=None, transfer=None):
        return all_requests(self.bank, ident or uuid7(), self.someone, transfer or uuid7())

    def test_denied_and_allowed_again(self):
        """Each is refused before it is recorded: the same request is a new one afterwards."""
        made = self.made()
        for kind in ("CLOSE_LINK", "SUBMIT_TRANSFER", "LIST_LINKS", "GET_LINK"):
            made.pop(kind)
        self.place.order("bank", "set", OTHER, "--deny", ",".join(made))
        for kind, message in made.items():
            said = self.whole_refusal(self.bank, kind, message)
            self.assertEqual((said.reason, said.detail), ("AG08", "NOT_GRANTED"), kind)
            self.assertEqual((said.field, said.retry), ("", common.RETRY_NEVER), kind)
        self.assert_works()
        # Nobody else is concerned, and what is asked may be answered.
        query = links.ListLinks(max=1)
        self.assertEqual(self.peer.ask(envelope.KIND_LIST_LINKS, query).direction, REPLY)
        self.place.order("bank", "set", OTHER, "--allow", ",".join(made))
        for kind, message in made.items():
            answer = self.bank.ask(kind_of(kind), message)
            if answer.direction == REFUSAL:
                said = common.Refusal.FromString(answer.payload)
                self.assertNotEqual(said.detail, "NOT_GRANTED", kind)
                self.assertFalse(said.replayed, kind)
        self.assert_works()

    def test_truncated(self):
        """Cut anywhere: refused, whatever is left, and the connection stays."""
        for kind, message in self.made().items():
            whole = message.SerializeToString()
            asked = [
                self.bank.post(kind_of(kind), whole[:size])
                for size in range(max(len(whole) - 40, 1), len(whole))
            ]
            asked += [self.bank.post(kind_of(kind), whole[:size]) for size in (1, 7, 17, 18)]
            for correlation in asked:
                answer = self.bank.answer_to(correlation)
                if kind.startswith("LIST_"):
                    continue
                reason, detail, _ = refusal(answer)
                self.assertTrue(reason and detail, kind)
                self.assertNotIn(detail, ("INVARIANT", "UNSUPPORTED"), kind)
        self.assert_works()

    def test_nothing_filled_in(self):
        first = {"STEP_UP": "transfer_id", "CONFIRM_CREDIT": "transfer_id", "GET_CASE": "case_id"}
        for kind in self.made():
            if kind.startswith("LIST_"):
                continue
            said = self.refused(self.bank, kind, b"")
            self.assertEqual(said[:2], ("FF08", "FIELD_MISSING"), kind)
            if not kind.startswith("GET_"):
                self.assertEqual(said[2], first.get(kind, "request_id"), kind)
        self.assert_works()

    def test_unknown_field_in_each(self):
        for kind, message in self.made().items():
            said = self.refused(self.bank, kind, message.SerializeToString() + b"\xf8\x3f\x01")
            self.assertEqual(said[:2], ("FF08", "FIELD_UNKNOWN"), kind)
        self.assert_works()

    def test_texts_too_long_and_lists_too_long(self):
        """As much as a frame holds in every text, and in every list."""
        for kind, message in self.made().items():
            for descriptor in message.DESCRIPTOR.fields:
                name = descriptor.name
                other = type(message)()
                other.CopyFrom(message)
                if descriptor.label == descriptor.LABEL_REPEATED:
                    getattr(other, name).extend([1] * 60000)
                elif descriptor.type == descriptor.TYPE_STRING:
                    setattr(other, name, "x" * 60000)
                elif descriptor.type == descriptor.TYPE_BYTES:
                    setattr(other, name, b"x" * 60000)
                else:
                    continue
                reason, _, field = self.refused(self.bank, kind, other)
                self.assertIn(reason, ("FF08", "AC01", "AC02"), (kind, name))
                self.assertEqual(field, name, kind)
        self.assert_works()

    def test_frame_too_long_closes_that_connection_alone(self):
        for kind, message in self.made().items():
            bank = self.raw()
            body = envelope.Envelope(
                correlation_id=5,
                kind=kind_of(kind),
                direction=envelope.DIRECTION_REQUEST,
                payload=message.SerializeToString() + bytes(65536),
            ).SerializeToString()
            bank.send(struct.pack(">BI", 0, len(body)) + body[:2000])
            self.assertEqual(bank.goodbye(), "FRAME_LENGTH", kind)
        self.assert_works()

    def test_frame_cut_off_and_gone(self):
        for kind, message in self.made(self.ident).items():
            bank = self.raw()
            body = envelope.Envelope(
                correlation_id=5,
                kind=kind_of(kind),
                direction=envelope.DIRECTION_REQUEST,
                payload=message.SerializeToString(),
            ).SerializeToString()
            bank.send(frame(body)[:-1])
            bank.close()
        self.assert_works()

    def test_ids_of_other_kinds(self):
        """A transfer's id is no link, a link's no transfer and no case, a request's neither."""
        asked = self.bank.transfer_message(self.ident)
        correlation = self.bank.post(envelope.KIND_SUBMIT_TRANSFER, asked, 60000)
        self.peer.post_it()
        transfer = transfer_reply(self.bank.answer_to(correlation)).transfer_id
        before = self.shown(self.ident)
        wrong = {
            "link_id": (transfer, asked.request_id),
            "transfer_id": (self.ident, asked.request_id),
            "case_id": (self.ident, transfer, asked.request_id),
        }
        for number in range(3):
            for kind, message in self.made().items():
                for field, values in wrong.items():
                    if field not in message.DESCRIPTOR.fields_by_name or number >= len(values):
                        continue
                    if kind == "LIST_TRANSFERS":
                        continue
                    if kind == "OPEN_CASE":  # of a transfer, or of a link
                        message.ClearField("link_id")
                        message.ClearField("transfer_id")
                        message.request_id = uuid7()
                    setattr(message, field, values[number])
                    reason, detail, said = self.refused(self.bank, kind, message)
                    self.assertIn(reason, ("MD01", "NOOR"), kind)
                    self.assertRegex(detail, "NO_SUCH_(LINK|TRANSFER|CASE)", kind)
                    self.assertEqual(said, field, kind)
        for request, kind in ((asked.request_id, "GET_LINK"),):
            said = self.refused(self.bank, kind, links.GetLink(request_id=request))
            self.assertEqual(said, ("MD01", "NO_SUCH_LINK", "request_id"))
        after = self.shown(self.ident)
        self.assertEqual(after, before)

    def test_same_id_for_another_link(self):
        """Of what was refused about a link of its own the gateway still knows which it was."""
        made = self.made(self.ident)
        for kind in ("START_CHALLENGE", "RESEND_CHALLENGE", "ANSWER_CHALLENGE", "RESUME_LINK"):
            message = made[kind]
            self.assertEqual(self.refused(self.bank, kind, message)[2], "link_id", kind)
            message.link_id = uuid7()
            said = self.refused(self.bank, kind, message)
            self.assertEqual(said, ("DUPL", "DUPLICATE", "link_id"), kind)

    def test_same_id_with_another_body(self):
        """Refused requests hold their ids as granted ones do."""
        for kind, message in self.made().items():
            if "request_id" not in message.DESCRIPTOR.fields_by_name or kind.startswith("GET_"):
                continue
            if kind.startswith("QUERY_"):
                continue  # not recorded: asking again asks again
            first = self.whole_refusal(self.bank, kind, message)
            self.assertFalse(first.replayed, kind)
            again = self.whole_refusal(self.bank, kind, message)
            self.assertTrue(again.replayed, kind)
            self.assertEqual((again.detail, again.field), (first.detail, first.field), kind)
            other = type(message)()
            other.CopyFrom(message)
            for field in ("link_id", "transfer_id", "case_id"):
                if getattr(message, field, b""):
                    setattr(other, field, uuid7())
            if kind == "REPORT_ACCOUNT":
                other.event = links.ACCOUNT_EVENT_CLOSED
            said = self.refused(self.bank, kind, other)
            self.assertEqual(said[:2], ("DUPL", "DUPLICATE"), kind)
            another = links.StartChallenge(request_id=message.request_id, link_id=self.ident)
            if kind != "START_CHALLENGE":
                said = self.refused(self.bank, "START_CHALLENGE", another)
                self.assertEqual(said, ("DUPL", "DUPLICATE", "kind"), kind)


class Replay(LifeTest):
    """A whole life, then each of its requests once more, then again after a kill."""

    def granted(self, bank, kind, message, *answers):
        """Sends it, lets the other side answer, keeps both."""
        asked = bank.post(kind_of(kind), message, 60000)
        for answer in answers:
            answer()
        reply = bank.answer_to(asked)
        self.sent.append((bank.code, kind, message))
        return reply

    def live(self):
        """From opening over a transfer, its return and a case to the end."""
        self.sent = []
        person = self.new_person()
        opening = self.bank.open_message(FOURTH, person)
        reply = self.granted(self.bank, "OPEN_LINK", opening, self.peer.verify)
        ident = links.LinkReply.FromString(reply.payload).link_id
        made = link_requests(self.bank, ident, person)
        self.granted(self.bank, "START_CHALLENGE", made["START_CHALLENGE"], self.peer.send_code)
        self.granted(self.bank, "RESEND_CHALLENGE", made["RESEND_CHALLENGE"], self.peer.send_code)
        right = links.CHALLENGE_OUTCOME_RIGHT
        self.granted(
            self.bank,
            "ANSWER_CHALLENGE",
            made["ANSWER_CHALLENGE"],
            lambda: self.peer.check_code(right),
        )
        made["AMEND_LINK"].limits.single_fen = made["AMEND_LINK"].limits.daily_fen = 900
        self.granted(self.bank, "AMEND_LINK", made["AMEND_LINK"])
        made["SUBMIT_TRANSFER"].amount.fen = 50
        reply = self.granted(
            self.bank, "SUBMIT_TRANSFER", made["SUBMIT_TRANSFER"], self.peer.post_it
        )
        transfer = transfer_reply(reply).transfer_id
        about = transfer_requests(transfer)
        back = about["SUBMIT_RETURN"]
        self.granted(self.peer, "SUBMIT_RETURN", back, self.bank.post_it)
        self.granted(self.bank, "CANCEL_TRANSFER", about["CANCEL_TRANSFER"])
        self.live_with_holds(made, about)
        self.granted(self.bank, "RESUME_LINK", made["RESUME_LINK"])
        other = self.new_person()
        made["REBIND_LINK"].class1_account.number = other.class1
        made["REBIND_LINK"].limits.single_fen = 1
        no = links.ELEMENT_RESULT_MISMATCH
        self.granted(
            self.bank, "REBIND_LINK", made["REBIND_LINK"], lambda: self.peer.verify(name=no)
        )
        self.granted(self.bank, "WITHDRAW_CONSENT", made["WITHDRAW_CONSENT"])
        self.granted(self.bank, "CLOSE_LINK", made["CLOSE_LINK"])
        return ident, transfer

    def live_with_holds(self, made, about):
        reply = self.granted(self.bank, "PLACE_HOLD", made["PLACE_HOLD"])
        hold = links.LinkReply.FromString(reply.payload).holds[0]
        made["LIFT_HOLD"].hold_id = hold.hold_id
        self.granted(self.bank, "LIFT_HOLD", made["LIFT_HOLD"])
        reply = self.granted(self.bank, "OPEN_CASE", about["OPEN_CASE"])
        inquiry = cases.CaseReply.FromString(reply.payload).case_id
        answer = cases.AnswerCase(
            request_id=uuid7(), case_id=inquiry, outcome=cases.CASE_OUTCOME_EXPLAINED, text="so"
        )
        self.granted(self.peer, "ANSWER_CASE", answer)

    def replay_all(self):
        banks = {OTHER: self.bank, FOURTH: self.peer}
        answers = []
        for code, kind, message in self.sent:
            answer = banks[code].ask(kind_of(kind), message)
            made = common.Refusal if answer.direction == REFUSAL else self.replies.get(kind)
            said = made.FromString(answer.payload)
            self.assertTrue(said.replayed, (kind, said))
            answers.append((kind, answer.direction, answer.payload))
        self.assertEqual(self.bank.asked + self.peer.asked, [])
        return answers

    def state(self, ident, transfer):
        """What an effect would show in."""
        return (
            self.shown(ident),
            self.place.ctl("transfer", "show", transfer.hex()),
            [row for row in self.place.transfers() if row["debtor_bank"] in (OTHER, FOURTH)],
            self.place.ctl("link", "list")["links"],
            self.place.ctl("net", "list"),
        )

    def test_replay_of_a_whole_life(self):
        link, transfer, case = links.LinkReply, transfers.TransferReply, cases.CaseReply
        self.replies = {
            **{kind: link for kind in link_requests(self.bank, self.ident, self.someone)},
            "OPEN_LINK": link,
            "SUBMIT_TRANSFER": transfer,
            "SUBMIT_RETURN": transfer,
            "CANCEL_TRANSFER": transfer,
            "OPEN_CASE": case,
            "ANSWER_CASE": case,
        }
        objects = self.live()
        before = self.state(*objects)
        first = self.replay_all()
        self.assertEqual(self.state(*objects), before)
        self.place.kill_and_restart()
        self.place.wait_online()
        self.bank, self.peer = self.raw(), self.raw(FOURTH)
        self.assertEqual(self.replay_all(), first)
        self.assertEqual(self.state(*objects), before)
        self.assert_works()


if __name__ == "__main__":
    unittest.main()
