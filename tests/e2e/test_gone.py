"""A bank that goes in the middle of a message, by FIN, by reset, or because the kernel ends its
connection (where it can, and for root), and comes back: what it asks again has one effect, what it was asked it is asked again,
and of its notices none is missing. Every byte is tried in tests/session; here are some, for real."""

import itertools
import random
import socket
import struct
import unittest

from life import LifeTest, kind_of
from people import uuid7
from place import FOURTH, OTHER, attempt
from wire import (
    RawBank,
    all_match,
    envelope,
    frame,
    link_reply,
    links,
    posted_result,
    session,
    transfer_reply,
    transfers,
)

CUTS = 5
HOLDS = 3  # a link can bear some more
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: on, no time


def kill(bank):
    """Both ends of its connection hear an error; false where the kernel cannot."""
    port = bank.socket.getsockname()[1]
    either = ["(", "sport", "=", f":{port}", "or", "dport", "=", f":{port}", ")"]
    return attempt("ss", "--kill", "--tcp", "--no-header", *either).stdout.strip() != ""


def leave(bank, way):
    if way == "reset":
        bank.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    elif way == "killed":
        assert kill(bank)
    bank.close()


def frame_of(kind, message, correlation, direction=envelope.DIRECTION_REQUEST):
    return frame(
        envelope.Envelope(
            correlation_id=correlation,
            kind=kind,
            direction=direction,
            payload=message.SerializeToString(),
            timeout_ms=60000,
        ).SerializeToString()
    )


class Gone(LifeTest):
    def setUp(self):
        super().setUp()
        ways = ["fin", "reset", "killed"] if kill(self.raw()) else ["fin", "reset"]
        self.ways = itertools.cycle(ways)
        self.chance = random.Random(self.id())
        self.stored = {OTHER: (0, b""), FOURTH: (0, b"")}  # the last notice, by bank

    def parts(self):
        """How much of a message arrives: not all of it."""
        return [0, *(self.chance.random() for _ in range(CUTS))]

    def back(self, code):
        sequence, token = self.stored[code]
        bank = RawBank(
            self.place, code, last_notice_sequence=sequence, last_notice_token=token
        )
        self.addCleanup(bank.close)
        return bank

    def hear_of(self, bank, kind, about):
        """Takes notices until one of that kind is about(message); none may be missing."""
        form = {"LINK": links.LinkNotice, "TRANSFER": transfers.TransferNotice}
        found = False
        while not found:
            while not bank.told:
                self.assertTrue(bank.take(), "the gateway closed")
            said = bank.told.pop(0)
            if said.kind == envelope.KIND_SYSTEM_NOTICE:
                continue
            name = envelope.Kind.Name(said.kind).split("_")[1]
            notice = form[name].FromString(said.payload)
            self.assertEqual(notice.sequence, self.stored[bank.code][0] + 1)
            self.stored[bank.code] = notice.sequence, notice.token
            found = name == kind and about(notice)

    def hear_accepted(self, bank, ident):
        accepted = transfers.TRANSFER_STATE_ACCEPTED
        self.hear_of(
            bank,
            "TRANSFER",
            lambda said: (said.transfer.transfer_id, said.transfer.state) == (ident, accepted),
        )

    def transfer_ids(self):
        rows = self.place.transfers()
        return {row["id"] for row in rows if row["link"] == self.ident.hex()}

    def no_more_questions(self, bank):
        """What was asked before is there when a later request is answered."""
        bank.ask(envelope.KIND_HEARTBEAT, session.Heartbeat(nonce=1))
        self.assertEqual(bank.asked, [])

    def test_in_a_transfer(self):
        for part in [*self.parts(), 1]:
            known = self.transfer_ids()
            message = self.bank.transfer_message(self.ident)
            self.bank.correlation += 1
            data = frame_of(envelope.KIND_SUBMIT_TRANSFER, message, self.bank.correlation)
            self.bank.send(data[: int(part * len(data))])
            leave(self.bank, next(self.ways))
            self.bank = self.back(OTHER)
            asked = self.bank.post(envelope.KIND_SUBMIT_TRANSFER, message, 60000)
            self.peer.post_it()
            # If all of it had arrived, this says how far it is by now.
            first = transfer_reply(self.bank.answer_to(asked))
            self.hear_accepted(self.bank, first.transfer_id)
            again = transfer_reply(self.bank.ask(envelope.KIND_SUBMIT_TRANSFER, message, 60000))
            self.assertEqual(again.state, transfers.TRANSFER_STATE_ACCEPTED)
            self.assertTrue(again.replayed)
            self.assertEqual(again.transfer_id, first.transfer_id)
            self.assertEqual(self.transfer_ids() - known, {first.transfer_id.hex()})
            self.no_more_questions(self.peer)

    def test_in_a_posting(self):
        """The other bank: gone in the middle of its answer, it is asked again."""
        for part in self.parts():
            message = self.bank.transfer_message(self.ident)
            asked = self.bank.post(envelope.KIND_SUBMIT_TRANSFER, message, 60000)
            question, instruction = self.peer.posting()
            answer = frame_of(
                *(question.kind, posted_result(instruction.transfer_id)),
                *(question.correlation_id, envelope.DIRECTION_REPLY),
            )
            self.peer.send(answer[: int(part * len(answer))])
            leave(self.peer, next(self.ways))
            self.peer = self.back(FOURTH)
            self.assertEqual(self.peer.post_it(), instruction)
            done = transfer_reply(self.bank.answer_to(asked))
            self.assertEqual(done.state, transfers.TRANSFER_STATE_ACCEPTED)
            self.assertEqual(done.transfer_id, instruction.transfer_id)
            self.hear_accepted(self.peer, done.transfer_id)
            self.no_more_questions(self.peer)

    def test_in_what_it_is_told(self):
        """So many bytes of an answer and of notices are read, and it goes with the rest unread."""
        for size in (1, 5, *self.chance.sample(range(6, 300), CUTS)):
            message = self.bank.transfer_message(self.ident)
            self.bank.post(envelope.KIND_SUBMIT_TRANSFER, message, 60000)
            asked = self.peer.post_it()
            while len(self.bank.received) < size:
                self.bank.received += self.bank.socket.recv(size - len(self.bank.received))
            leave(self.bank, next(self.ways))
            self.bank = self.back(OTHER)
            again = transfer_reply(self.bank.ask(envelope.KIND_SUBMIT_TRANSFER, message, 60000))
            self.assertTrue(again.replayed)
            self.assertEqual(again.transfer_id, asked.transfer_id)
            self.hear_accepted(self.bank, again.transfer_id)
            self.no_more_questions(self.peer)

    def test_in_a_verification(self):
        """Opening a link: both banks go in the middle of it."""
        for part in self.parts():
            message = self.bank.open_message(FOURTH, self.new_person())
            self.bank.correlation += 1
            data = frame_of(envelope.KIND_OPEN_LINK, message, self.bank.correlation)
            self.bank.send(data[: int(part * len(data))])
            leave(self.bank, next(self.ways))
            self.bank = self.back(OTHER)
            asked = self.bank.post(envelope.KIND_OPEN_LINK, message, 60000)
            question = self.peer.next_question(envelope.KIND_VERIFY_ACCOUNT)
            verification = links.VerifyAccount.FromString(question.payload)
            answer = frame_of(
                *(question.kind, all_match(verification)),
                *(question.correlation_id, envelope.DIRECTION_REPLY),
            )
            self.peer.send(answer[: int(part * len(answer))])
            leave(self.peer, next(self.ways))
            self.peer = self.back(FOURTH)
            question = self.peer.next_question(envelope.KIND_VERIFY_ACCOUNT)
            self.assertEqual(links.VerifyAccount.FromString(question.payload), verification)
            self.peer.reply(question, all_match(verification))
            opened = link_reply(self.bank.answer_to(asked))
            self.assertEqual(opened.link_id, verification.link_id)
            again = link_reply(self.bank.ask(envelope.KIND_OPEN_LINK, message, 60000))
            self.assertEqual(again.link_id, opened.link_id)
            self.no_more_questions(self.peer)

    def test_in_a_hold(self):
        before = self.shown(self.ident)["holds"]
        message = links.PlaceHold(
            link_id=self.ident,
            authority=links.HOLD_AUTHORITY_BANK,
            reason="FR01",
            blocks=[links.HOLD_BLOCK_DEBIT_CLASS2],
        )
        for number, part in enumerate([*self.parts()[:HOLDS], 1], before + 1):
            message.request_id = uuid7()
            self.bank.correlation += 1
            data = frame_of(kind_of("PLACE_HOLD"), message, self.bank.correlation)
            self.bank.send(data[: int(part * len(data))])
            leave(self.bank, next(self.ways))
            self.bank = self.back(OTHER)
            first = link_reply(self.bank.ask(kind_of("PLACE_HOLD"), message))
            again = link_reply(self.bank.ask(kind_of("PLACE_HOLD"), message))
            self.assertTrue(again.replayed)
            self.assertEqual(again.link_id, first.link_id)
            self.assertEqual(self.shown(self.ident)["holds"], number)


if __name__ == "__main__":
    unittest.main()
