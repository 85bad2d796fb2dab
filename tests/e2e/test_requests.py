"""Bad input in messages: each is refused as docs/protocol.md says, and the connection stays."""

import time
import unittest

from hostile import HostileTest
from people import uuid7
from place import CLASS1, FOURTH, OTHER, wait_until
from wire import (
    common,
    envelope,
    link_reply,
    links,
    posted_result,
    raw_link,
    refusal,
    transfer_reply,
    transfers,
)

PUSH = transfers.TRANSFER_DIRECTION_PUSH
PULL = transfers.TRANSFER_DIRECTION_PULL
SUBMIT = envelope.KIND_SUBMIT_TRANSFER
DAY_MS = 86_400_000


# What makes a payment of a transfer.
PAYMENT = {
    "kind": transfers.TRANSFER_KIND_PAYMENT,
    "creditor": transfers.Party(
        name="Tea House", account_number="62280000000000017", bank_code=CLASS1
    ),
    "merchant": transfers.Merchant(name="Tea House", id="M-1"),
}


class Requests(HostileTest):
    def setUp(self):
        super().setUp()
        self.bank, self.peer, self.raw_link = self.raw_pair()

    def message(self, **options):
        return self.bank.transfer_message(self.raw_link, **options)

    def refused(self, message, kind=SUBMIT):
        return refusal(self.bank.ask(kind, message))

    def grant(self, message):
        """Submits, has it posted, and returns the reply."""
        correlation = self.bank.post(SUBMIT, message, 30000)
        self.peer.post_it()
        return transfer_reply(self.bank.answer_to(correlation))

    def test_unknown_kinds(self):
        kinds = [envelope.KIND_SEAL, 184, 999, 2**31 - 1]
        kinds += [envelope.KIND_VERIFY_ACCOUNT, envelope.KIND_TRANSFER_NOTICE]
        for kind in kinds:
            answer = self.bank.answer_to(self.bank.post(kind, b"anything"))
            self.assertEqual(refusal(answer)[1], "UNSUPPORTED", kind)
        self.grant(self.message())

    def test_payload_that_is_not_protobuf(self):
        for payload in (b"\xff\xff\xff", b"\x0a\x7f", b"\x00" * 50):
            self.assertEqual(self.refused(payload)[1], "MALFORMED")

    def test_field_that_is_not_known(self):
        payload = self.message().SerializeToString() + b"\xf8\x3f\x01"
        self.assertEqual(self.refused(payload)[1], "FIELD_UNKNOWN")

    def test_nothing_filled_in(self):
        self.assertEqual(self.refused(b""), ("FF08", "FIELD_MISSING", "request_id"))

    def test_request_ids(self):
        now_ms = int(time.time() * 1000)
        version4 = bytearray(uuid7())
        version4[6] = 0x40 | version4[6] & 0x0F
        cases = [
            (b"", ("FF08", "FIELD_MISSING", "request_id")),
            (uuid7()[:15], ("FF08", "FIELD_INVALID", "request_id")),
            (uuid7() + b"x", ("FF08", "FIELD_INVALID", "request_id")),
            (bytes(16), ("FF08", "FIELD_INVALID", "request_id")),
            (bytes(version4), ("FF08", "FIELD_INVALID", "request_id")),
            (uuid7(now_ms - 8 * DAY_MS), ("DT01", "REPLAY_TOO_OLD", "request_id")),
            (uuid7(now_ms + 600_000), ("DT01", "REPLAY_TOO_OLD", "request_id")),
            (uuid7(0), ("DT01", "REPLAY_TOO_OLD", "request_id")),
        ]
        for request_id, expected in cases:
            message = self.message()
            message.request_id = request_id
            self.assertEqual(self.refused(message), expected)
        message = self.message()
        message.request_id = uuid7(now_ms - 6 * DAY_MS)
        self.assertEqual(self.grant(message).state, transfers.TRANSFER_STATE_ACCEPTED)

    def test_request_id_again(self):
        message = self.message(fen=5)
        first = self.grant(message)
        self.assertFalse(first.replayed)
        again = transfer_reply(self.bank.ask(SUBMIT, message))
        self.assertTrue(again.replayed)
        self.assertEqual(again.transfer_id, first.transfer_id)
        changes = {
            "link_id": {"link_id": uuid7()},
            "kind": PAYMENT,
            "direction": {"direction": PULL},
            "amount.fen": {"amount": common.Money(fen=6)},
            "end_to_end_id": {"end_to_end_id": "another"},
            "": {"remittance": "something else"},
        }
        for field, change in changes.items():
            other = transfers.SubmitTransfer()
            other.CopyFrom(message)
            other.MergeFrom(transfers.SubmitTransfer(**change))
            self.assertEqual(self.refused(other), ("DUPL", "DUPLICATE", field))
        elsewhere = links.CloseLink(
            request_id=message.request_id, link_id=self.raw_link, reason="CUST"
        )
        self.assertEqual(
            self.refused(elsewhere, envelope.KIND_CLOSE_LINK), ("DUPL", "DUPLICATE", "kind")
        )
        shown = links.GetLink(link_id=self.raw_link)
        state = link_reply(self.bank.ask(envelope.KIND_GET_LINK, shown)).state
        self.assertEqual(state, links.LINK_STATE_ACTIVE)

    def test_refused_id_stays_refused(self):
        message = self.message(fen=1_000_001)
        self.assertEqual(self.refused(message), ("AM14", "AGREED", "amount.fen"))
        answer = self.bank.ask(SUBMIT, message)
        self.assertTrue(common.Refusal.FromString(answer.payload).replayed)
        message.amount.fen = 1
        self.assertEqual(self.refused(message)[0], "DUPL")

    def test_same_request_twice_at_once(self):
        message = self.message(fen=9)
        asked = [self.bank.post(SUBMIT, message, 30000) for _ in range(3)]
        posted = self.peer.post_it()
        for correlation in asked:
            reply = transfer_reply(self.bank.answer_to(correlation))
            self.assertEqual(reply.transfer_id, posted.transfer_id)
        self.grant(self.message())
        self.assertFalse(self.peer.asked, "nothing was instructed twice")

    def test_amounts(self):
        cases = [
            (0, ("AM01", "AMOUNT_ZERO", "amount.fen")),
            (-1, ("AM12", "AMOUNT_NEGATIVE", "amount.fen")),
            (-(2**63), ("AM12", "AMOUNT_NEGATIVE", "amount.fen")),
            (2**63 - 1, ("AM14", "AGREED", "amount.fen")),
            (1_000_001, ("AM14", "AGREED", "amount.fen")),
        ]
        for fen, expected in cases:
            for direction in (PUSH, PULL):
                message = self.message(fen=fen, direction=direction)
                self.assertEqual(self.refused(message), expected)
        missing = self.message()
        missing.ClearField("amount")
        self.assertEqual(self.refused(missing), ("FF08", "FIELD_MISSING", "amount"))

    def test_largest_amount_does_not_wrap(self):
        """On a link without a bound of its own below it, sums are checked too."""
        opening = self.bank.open_message(FOURTH, self.new_person())
        opening.limits.single_fen = opening.limits.daily_fen = 2**63 - 1
        correlation = self.bank.post(envelope.KIND_OPEN_LINK, opening)
        self.peer.verify()
        ident = link_reply(self.bank.answer_to(correlation)).link_id
        activate(self.bank, self.peer, ident)
        # Half of all there is on its way, and as much again would not fit any more.
        half = self.bank.transfer_message(ident, fen=2**62)
        self.bank.post(SUBMIT, half, 30000)
        question, asked = self.peer.posting()
        for fen in (2**62, 2**63 - 1):
            more = self.bank.transfer_message(ident, fen=fen)
            self.assertEqual(self.refused(more)[0], "AM12")
        refused = transfers.PostingResult(
            transfer_id=asked.transfer_id, outcome=transfers.POSTING_OUTCOME_REFUSED, reason="AM04"
        )
        self.peer.reply(question, refused)
        self.grant(self.message())

    def test_currencies(self):
        for currency in ("USD", "cny", "", "CNYX", "CN"):
            message = self.message()
            message.amount.currency = currency
            self.assertEqual(self.refused(message), ("AM03", "CURRENCY", "amount.currency"))

    def test_texts(self):
        cases = [
            ("end_to_end_id", "", "FIELD_MISSING"),
            ("end_to_end_id", "x" * 36, "FIELD_INVALID"),
            ("remittance", "x" * 141, "FIELD_INVALID"),
            ("remittance", "two\nlines", "FIELD_INVALID"),
            ("remittance", "\u202etxet", "FIELD_INVALID"),
            ("remittance", "\x1b[2J", "FIELD_INVALID"),
            ("remittance", "nul\0", "FIELD_INVALID"),
            ("purpose", "abcd", "FIELD_INVALID"),
            ("channel", "x" * 17, "FIELD_INVALID"),
        ]
        for field, text, detail in cases:
            message = self.message()
            setattr(message, field, text)
            self.assertEqual(self.refused(message), ("FF08", detail, field))

    def test_links_that_will_not_do(self):
        theirs = bytes.fromhex(self.link)
        half = self.bank.post(
            envelope.KIND_OPEN_LINK, self.bank.open_message(FOURTH, self.new_person())
        )
        self.peer.verify()
        waiting = link_reply(self.bank.answer_to(half)).link_id
        cases = [
            (b"", ("FF08", "FIELD_MISSING", "link_id")),
            (b"short", ("FF08", "FIELD_INVALID", "link_id")),
            (uuid7(), ("MD01", "NO_SUCH_LINK", "link_id")),
            (theirs, ("MD01", "NO_SUCH_LINK", "link_id")),
            (waiting, ("MD01", "LINK_NOT_ACTIVE", "link_id")),
        ]
        for ident, expected in cases:
            self.assertEqual(self.refused(self.bank.transfer_message(ident)), expected)
        for kind, message in (
            (envelope.KIND_GET_LINK, links.GetLink(link_id=theirs)),
            (
                envelope.KIND_CLOSE_LINK,
                links.CloseLink(request_id=uuid7(), link_id=theirs, reason="CUST"),
            ),
            (
                envelope.KIND_START_CHALLENGE,
                links.StartChallenge(request_id=uuid7(), link_id=theirs),
            ),
            (
                envelope.KIND_ANSWER_CHALLENGE,
                links.AnswerChallenge(request_id=uuid7(), link_id=theirs, code=b"1"),
            ),
        ):
            self.assertEqual(self.refused(message, kind)[:2], ("MD01", "NO_SUCH_LINK"))
        self.assertEqual(self.place.ctl("link", "show", self.link)["state"], "ACTIVE")

    def test_kinds_that_are_not_on(self):
        message = self.message()
        message.MergeFrom(transfers.SubmitTransfer(**PAYMENT))
        message.kind = transfers.TRANSFER_KIND_BILL
        self.assertEqual(self.refused(message), ("AG03", "KIND_DISABLED", "kind"))
        message = self.message()
        message.MergeFrom(transfers.SubmitTransfer(**PAYMENT))
        message.direction = transfers.TRANSFER_DIRECTION_PULL
        self.assertEqual(self.refused(message), ("AG08", "SCOPE", "link_id"))
        message = self.message()
        message.kind = transfers.TRANSFER_KIND_RETURN
        self.assertEqual(self.refused(message), ("AG03", "KIND_DISABLED", "kind"))
        message = self.message()
        message.kind = 77
        self.assertEqual(self.refused(message), ("FF08", "FIELD_INVALID", "kind"))

    def test_parties_that_are_not_the_pair(self):
        message = self.message()
        message.debtor.account_number = "880299999999"
        self.assertEqual(self.refused(message), ("AC02", "ACCOUNT_DEBTOR", "debtor.account_number"))

    def test_other_bank_offline(self):
        self.peer.close()
        self.place.wait_offline(FOURTH)
        pull = self.message(direction=PULL)
        self.assertEqual(self.refused(pull)[:2], ("AB07", "BANK_OFFLINE"))
        self.assertEqual(self.refused(self.message())[:2], ("AB08", "BANK_OFFLINE_CREDITOR"))

    def test_roles(self):
        """A bank without the role of a kind may not send it."""
        opening = self.peer.open_message(OTHER, self.new_person())
        answer = self.peer.ask(envelope.KIND_OPEN_LINK, opening)
        self.assertEqual(refusal(answer)[:2], ("AG01", "ROLE"))

    # --- answers of a bank that was not asked

    def test_result_from_another_bank(self):
        self.class1.fault("kind=post amount=77 -> delay-post 2000")
        asking = self.class2.begin(
            "transfer", link=self.link, dir="push", fen=77, timeout_ms=30000
        )
        pending = wait_until(
            lambda: [r["id"] for r in self.place.transfers() if r["state"] == "PENDING"],
            "a pending transfer",
        )
        result = posted_result(bytes.fromhex(pending[0]))
        answer = self.bank.ask(envelope.KIND_POSTING_RESULT, result)
        self.assertEqual(refusal(answer)[:2], ("AG08", "NOT_YOURS"))
        # As a reply that nobody asked for it is not even answered.
        for kind in (envelope.KIND_POST_INSTRUCTION, envelope.KIND_INQUIRE_POSTING):
            self.peer.post(kind, result, direction=envelope.DIRECTION_REPLY, correlation=4242)
        self.grant(self.message())
        out, errors = asking.communicate()
        self.class1.do("faults-clear")
        self.assertEqual(asking.returncode, 0, out + errors)
        shown = self.place.ctl("transfer", "show", pending[0])
        self.assertFalse(shown["conflict"])
        self.assertNotEqual(shown["reference"], "b1")
        unknown = self.bank.ask(envelope.KIND_POSTING_RESULT, posted_result(uuid7()))
        self.assertEqual(refusal(unknown)[:2], ("NOOR", "NO_SUCH_TRANSFER"))
        for kind, message in (
            (envelope.KIND_GET_TRANSFER, transfers.GetTransfer(transfer_id=result.transfer_id)),
            (envelope.KIND_CONFIRM_CREDIT, transfers.ConfirmCredit(transfer_id=result.transfer_id)),
        ):
            self.assertEqual(self.refused(message, kind)[:2], ("NOOR", "NO_SUCH_TRANSFER"))

    def test_verification_from_another_bank(self):
        """The Class II bank says yes for itself; nobody listens."""
        opening = self.bank.post(
            envelope.KIND_OPEN_LINK, self.bank.open_message(FOURTH, self.new_person())
        )
        question = self.peer.next_question(envelope.KIND_VERIFY_ACCOUNT)
        asked = links.VerifyAccount.FromString(question.payload)
        yes = links.VerifyAccountReply(
            link_id=asked.link_id,
            verification_id=asked.verification_id,
            name=1,
            id_number=1,
            mobile=1,
            account=1,
            account_class=1,
            status=1,
        )
        self.bank.post(
            envelope.KIND_VERIFY_ACCOUNT,
            yes,
            direction=envelope.DIRECTION_REPLY,
            correlation=question.correlation_id,
        )
        get = links.GetLink(link_id=asked.link_id)
        reply = link_reply(self.bank.ask(envelope.KIND_GET_LINK, get))
        self.assertEqual(reply.state, links.LINK_STATE_VERIFYING)
        yes.mobile = links.ELEMENT_RESULT_MISMATCH
        self.peer.reply(question, yes)
        reply = link_reply(self.bank.answer_to(opening))
        self.assertEqual((reply.state, reply.reason), (links.LINK_STATE_REJECTED, "BE01"))

    def test_answer_that_cannot_be_read(self):
        """The outcome stays open until the bank says it: UNKNOWN, inquired, then known."""
        correlation = self.bank.post(SUBMIT, self.message(), 500)
        question, asked = self.peer.posting()
        self.peer.post(
            question.kind,
            b"\xff\xff",
            direction=envelope.DIRECTION_REPLY,
            correlation=question.correlation_id,
        )
        reply = transfer_reply(self.bank.answer_to(correlation))
        self.assertEqual(reply.state, transfers.TRANSFER_STATE_UNKNOWN)
        inquiry = self.peer.next_question(envelope.KIND_INQUIRE_POSTING)
        self.peer.reply(inquiry, posted_result(asked.transfer_id))
        ident = asked.transfer_id.hex()
        wait_until(
            lambda: self.place.ctl("transfer", "show", ident)["state"] == "ACCEPTED", "ACCEPTED"
        )

    def test_second_answer_that_contradicts(self):
        """The first definite one wins; the other is recorded as a conflict and moves nothing."""
        reply = self.grant(self.message(fen=33))
        before = self.place.ctl("net", "list")
        refused = transfers.PostingResult(
            transfer_id=reply.transfer_id, outcome=transfers.POSTING_OUTCOME_REFUSED, reason="AM04"
        )
        self.peer.ask(envelope.KIND_POSTING_RESULT, refused)
        shown = self.place.ctl("transfer", "show", reply.transfer_id.hex())
        self.assertEqual((shown["state"], shown["conflict"]), ("ACCEPTED", True))
        self.assertEqual(self.place.ctl("net", "list"), before)


def activate(class2, class1, ident):
    start = links.StartChallenge(request_id=uuid7(), link_id=ident)
    starting = class2.post(envelope.KIND_START_CHALLENGE, start)
    class1.send_code()
    link_reply(class2.answer_to(starting))
    answer = links.AnswerChallenge(request_id=uuid7(), link_id=ident, code=b"123456")
    answering = class2.post(envelope.KIND_ANSWER_CHALLENGE, answer)
    class1.check_code(links.CHALLENGE_OUTCOME_RIGHT, tries_left=3)
    link_reply(class2.answer_to(answering))


class Identifiers(HostileTest):
    """DOMAIN.md §7: what OpenLink refuses."""

    def check(self, path, values, expected, field=None):
        bank = self.raw()
        for value in values:
            message = bank.open_message(CLASS1, self.new_person())
            target = message
            *parents, name = path.split(".")
            for parent in parents:
                target = getattr(target, parent)
            setattr(target, name, value)
            answer = bank.ask(envelope.KIND_OPEN_LINK, message)
            self.assertEqual(refusal(answer), (*expected, field or path), value)

    wrong_codes = [
        "323584000889",
        "323584008088",
        "325384000888",
        "305100000031",
        "32358400088",
        "32358400088A",
        "",
        "000000000000",
        " 99910000020",
    ]
    wrong_numbers = ["", "1234", "6" * 35, "62262200000000a9", "6226 2200", "账号12345", "62-26"]

    def test_bank_codes(self):
        self.check(
            "class1_account.bank_code", self.wrong_codes, ("DNOR", "BANK_CODE_DEBTOR")
        )
        self.check(
            "class2_account.bank_code", self.wrong_codes, ("CNOR", "BANK_CODE_CREDITOR")
        )

    def test_bank_that_is_not_here(self):
        bank = self.raw()
        message = bank.open_message("305100000013", self.new_person())
        answer = bank.ask(envelope.KIND_OPEN_LINK, message)
        self.assertEqual(refusal(answer)[:2], ("DNOR", "BANK_CODE_DEBTOR"))

    def test_account_of_another_bank(self):
        """A bank opens links for its own accounts only."""
        bank = self.raw()
        message = bank.open_message(CLASS1, self.new_person())
        message.class2_account.bank_code = "102100099996"
        answer = bank.ask(envelope.KIND_OPEN_LINK, message)
        self.assertEqual(refusal(answer)[:2], ("CNOR", "BANK_CODE_CREDITOR"))

    def test_account_numbers(self):
        self.check("class1_account.number", self.wrong_numbers, ("AC02", "ACCOUNT_DEBTOR"))
        self.check("class2_account.number", self.wrong_numbers, ("AC03", "ACCOUNT_CREDITOR"))

    def test_classes(self):
        self.check("class1_account.account_class", [0, 2, 3, 9], ("AC13", "CLASS_DEBTOR"))
        self.check("class2_account.account_class", [0, 1, 9], ("AC14", "CLASS_CREDITOR"))

    def test_resident_ids(self):
        numbers = [
            "440300201602290015",
            "440300199102290010",
            "110105194912310021",
            "11010519491231002",
            "99999920991231001X",
            "11010519491231002Y",
        ]
        self.check("person.id_number", numbers, ("FF08", "FIELD_INVALID"))
        self.check("person.id_number", [""], ("FF08", "FIELD_MISSING"))

    def test_mobiles(self):
        numbers = ["12800000001", "1380000000", "138000000001", "+8613800000001", "1380000000a"]
        self.check("person.mobile", numbers, ("FF08", "FIELD_INVALID"))

    def test_names(self):
        names = ["x" * 129, "two\nlines", "\u202eeman", "\x1b[31mred", "nul\0", "\u2066x"]
        self.check("person.name", names, ("FF08", "FIELD_INVALID"))
        self.check("person.name", [""], ("FF08", "FIELD_MISSING"))

    def test_limits_and_scopes(self):
        self.check("limits.single_fen", [0], ("MD02", "LIMITS"), "limits")
        self.check("limits.single_fen", [-1], ("FF08", "FIELD_INVALID"))

    def test_consent(self):
        self.check(
            "consent.recipient_bank_code", ["", OTHER, FOURTH], ("MD02", "CONSENT")
        )
        self.check("consent.purpose", ["", "x" * 65], ("MD02", "CONSENT"))
        self.check("consent.given_at_ms", [0, -1], ("MD02", "CONSENT"))


class Window(HostileTest):
    """More in flight than was granted."""

    settings = {("limits", "window"): 8}

    def test_one_more_is_refused_and_may_come_again(self):
        bank, peer = self.raw(OTHER), self.raw(FOURTH)
        self.assertEqual(bank.greeting.window, 8)
        ident = raw_link(bank, peer, self.new_person())
        messages = [bank.transfer_message(ident, fen=number) for number in range(1, 12)]
        asked = [bank.post(SUBMIT, message, 60000) for message in messages]
        for correlation in asked[8:]:
            answer = bank.answer_to(correlation)
            said = common.Refusal.FromString(answer.payload)
            self.assertEqual((said.detail, said.retry), ("WINDOW", common.RETRY_SAME_ID_LATER))
        for correlation in asked[:8]:
            peer.post_it()
        for correlation in asked[:8]:
            state = transfer_reply(bank.answer_to(correlation)).state
            self.assertEqual(state, transfers.TRANSFER_STATE_ACCEPTED)
        # The same ids again, now that there is room: they were never recorded.
        for message in messages[8:]:
            correlation = bank.post(SUBMIT, message, 60000)
            peer.post_it()
            self.assertFalse(transfer_reply(bank.answer_to(correlation)).replayed)

    def test_instructions_respect_the_bank_s_own_window(self):
        bank, peer = self.raw(OTHER), self.raw(FOURTH, window=2)
        ident = raw_link(bank, peer, self.new_person())
        asked = [bank.post(SUBMIT, bank.transfer_message(ident), 60000) for _ in range(6)]
        first = [peer.posting() for _ in range(2)]
        bank.ask(envelope.KIND_GET_LINK, links.GetLink(link_id=ident))
        peer.ask(envelope.KIND_GET_LINK, links.GetLink(link_id=ident))
        self.assertEqual(peer.asked, [])
        for question, message in first:
            peer.reply(question, posted_result(message.transfer_id))
        for _ in range(4):
            peer.post_it()
        for correlation in asked:
            transfer_reply(bank.answer_to(correlation))


if __name__ == "__main__":
    unittest.main()
