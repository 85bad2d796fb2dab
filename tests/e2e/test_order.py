"""The order of checks of docs/protocol.md: one request that has every fault, mended one at a time.

At each step it must be refused for the first fault that is left, whatever comes behind.
"""

import time
import unittest

from hostile import HostileTest
from people import uuid7
from place import FOURTH, wait_until
from wire import (
    RawBank,
    common,
    envelope,
    link_reply,
    links,
    raw_link,
    refusal,
    transfer_reply,
    transfers,
)

SUBMIT = envelope.KIND_SUBMIT_TRANSFER
OPEN = envelope.KIND_OPEN_LINK
UNKNOWN_KIND = 999
UNKNOWN_FIELD = b"\xf8\x3f\x01"
NO_MESSAGE = b"\xff"
OLD_MS = 8 * 86_400_000


class Broken:
    """A message with what surrounds it, as it goes out."""

    def __init__(self, kind, message):
        self.kind = kind
        self.message = message
        self.tail = UNKNOWN_FIELD + NO_MESSAGE

    def payload(self):
        return self.message.SerializeToString() + self.tail


class Order(HostileTest):
    settings = {("limits", "window"): 4}

    def setUp(self):
        super().setUp()
        self.bank = self.raw()
        self.peer = self.raw(FOURTH)

    def expect(self, broken, detail, field=""):
        answer = refusal(self.bank.ask(broken.kind, broken.payload()))
        self.assertEqual(answer[1:], (detail, field))

    def expect_fresh(self, broken, detail, field=""):
        """For what is recorded: an id that was refused stays refused."""
        broken.message.request_id = uuid7()
        self.expect(broken, detail, field)

    def before_the_message(self, broken):
        """Steps 1 and 2: the window, the kind, the message as such."""
        known, broken.kind = broken.kind, UNKNOWN_KIND
        for fill in self.fill_window():
            self.expect(broken, "WINDOW")
            self.peer.post_it()
            transfer_reply(self.bank.answer_to(fill))
        self.expect(broken, "UNSUPPORTED")
        broken.kind = known
        self.expect(broken, "MALFORMED")
        broken.tail = UNKNOWN_FIELD
        self.expect(broken, "FIELD_UNKNOWN")
        broken.tail = b""

    def fill_window(self):
        """Requests that wait, as many as the window holds; yields one, then answers the others."""
        link = raw_link(self.bank, self.peer, self.new_person())
        window = self.bank.greeting.window
        waiting = [
            self.bank.post(SUBMIT, self.bank.transfer_message(link), 60000) for _ in range(window)
        ]
        yield waiting[0]
        for correlation in waiting[1:]:
            self.peer.post_it()
            transfer_reply(self.bank.answer_to(correlation))

    def used_id(self, link):
        """A request id that was refused, and recorded."""
        message = self.bank.transfer_message(link, fen=2**40)
        self.assertEqual(refusal(self.bank.ask(SUBMIT, message))[1], "AGREED")
        return message.request_id

    def link_with(self, **terms):
        """An active link whose OpenLink has those terms instead of the usual ones."""
        person = self.new_person()
        message = self.bank.open_message(FOURTH, person)
        for name, value in terms.items():
            message.ClearField(name)
            message.MergeFrom(links.OpenLink(**{name: value}))
        opening = self.bank.post(OPEN, message)
        self.peer.verify()
        link = link_reply(self.bank.answer_to(opening)).link_id
        self.bank.activate(self.peer, link)
        return link

    def hold(self, link):
        message = links.PlaceHold(
            request_id=uuid7(),
            link_id=link,
            authority=links.HOLD_AUTHORITY_BANK,
            reason="MS03",
            blocks=[links.HOLD_BLOCK_CREDIT_CLASS1],
        )
        answer = link_reply(self.bank.ask(envelope.KIND_PLACE_HOLD, message))
        return links.LiftHold(
            request_id=uuid7(),
            link_id=link,
            hold_id=answer.holds[0].hold_id,
            authority=links.HOLD_AUTHORITY_BANK,
            reason="MS03",
        )

    def close_link(self, link):
        message = links.CloseLink(request_id=uuid7(), link_id=link, reason="CUST")
        link_reply(self.bank.ask(envelope.KIND_CLOSE_LINK, message))

    def test_transfer(self):
        closed = self.link_with()
        self.close_link(closed)
        unscoped = self.link_with(scopes=[links.LINK_SCOPE_BALANCE])
        limits = {"single_fen": 1000, "daily_fen": 1500, "daily_count": 1, "yearly_fen": 1600}
        wanted = self.link_with(limits=links.AgreedLimits(**limits))
        used = self.used_id(wanted)
        submitted = self.bank.post(SUBMIT, self.bank.transfer_message(wanted, fen=800), 60000)
        self.peer.post_it()
        transfer_reply(self.bank.answer_to(submitted))
        for link in (unscoped, wanted):
            lift = self.hold(link)

        message = transfers.SubmitTransfer(
            amount=common.Money(currency="EUR"),
            purpose="salary",
            remittance="x" * 141,
            channel="x" * 17,
            authentication="x" * 33,
        )
        message.debtor.name = "x" * 129
        message.creditor.name = "x" * 129
        broken = Broken(SUBMIT, message)
        self.before_the_message(broken)

        self.place.order("bank", "set", self.bank.code, "--deny", "SUBMIT_TRANSFER")

        # Step 3: the fields in the order of their numbers.
        self.expect(broken, "FIELD_MISSING", "request_id")
        message.request_id = uuid7(int(time.time() * 1000) - OLD_MS)
        self.expect(broken, "FIELD_MISSING", "link_id")
        message.link_id = uuid7()
        self.expect(broken, "FIELD_INVALID", "kind")
        message.kind = transfers.TRANSFER_KIND_PAYMENT
        self.expect(broken, "FIELD_INVALID", "direction")
        message.direction = transfers.TRANSFER_DIRECTION_PUSH
        self.expect(broken, "AMOUNT_ZERO", "amount.fen")
        message.amount.fen = 1001
        self.expect(broken, "CURRENCY", "amount.currency")
        message.amount.currency = "CNY"
        self.expect(broken, "FIELD_MISSING", "end_to_end_id")
        message.end_to_end_id = "e"
        self.expect(broken, "FIELD_INVALID", "purpose")
        message.purpose = ""
        self.expect(broken, "FIELD_INVALID", "remittance")
        message.remittance = ""
        self.expect(broken, "FIELD_INVALID", "debtor.name")
        message.debtor.name = ""
        self.expect(broken, "FIELD_INVALID", "creditor.name")
        message.creditor.name = "Tea House"
        self.expect(broken, "MERCHANT", "creditor.account_number")
        message.creditor.account_number = "62280000000000017"
        message.creditor.bank_code = FOURTH
        self.expect(broken, "FIELD_INVALID", "channel")
        message.channel = ""
        self.expect(broken, "FIELD_INVALID", "authentication")
        message.authentication = ""
        self.expect(broken, "MERCHANT", "merchant")
        message.merchant.CopyFrom(transfers.Merchant(name="Tea House", id="M-1"))

        # Step 4, of which test_role has more.
        self.expect(broken, "NOT_GRANTED")
        self.place.order("bank", "set", self.bank.code, "--allow", "SUBMIT_TRANSFER")

        # Steps 6 and 7: the id's own time, then whether it was used.
        self.expect(broken, "REPLAY_TOO_OLD", "request_id")
        message.request_id = used
        self.expect(broken, "DUPLICATE", "link_id")

        # Steps 8 and 9.
        self.expect_fresh(broken, "NO_SUCH_LINK", "link_id")
        message.link_id = closed
        self.expect_fresh(broken, "LINK_NOT_ACTIVE", "link_id")
        message.link_id = unscoped
        message.kind = transfers.TRANSFER_KIND_BILL
        self.expect_fresh(broken, "KIND_DISABLED", "kind")
        message.kind = transfers.TRANSFER_KIND_BOUND_PAIR
        message.ClearField("merchant")
        message.creditor.ClearField("bank_code")
        message.debtor.account_number = "62280000000000017"
        self.expect_fresh(broken, "SCOPE", "link_id")
        message.link_id = wanted
        self.expect_fresh(broken, "LINK_SUSPENDED", "link_id")
        link_reply(self.bank.ask(envelope.KIND_LIFT_HOLD, lift))

        # Step 10 comes behind the rest of step 9.
        self.peer.close()
        self.place.wait_offline(FOURTH)
        self.expect_fresh(broken, "ACCOUNT_DEBTOR", "debtor.account_number")
        message.debtor.account_number = ""
        self.expect_fresh(broken, "ACCOUNT_CREDITOR", "creditor.account_number")
        message.creditor.account_number = ""
        self.expect_fresh(broken, "AGREED", "amount.fen")
        message.amount.fen = 900
        self.expect_fresh(broken, "AGREED_DAY", "amount.fen")
        message.amount.fen = 700
        self.expect_fresh(broken, "AGREED_COUNT", "link_id")
        message.link_id = self.reconnected_link()
        self.place.ctl("bank", "disable", FOURTH)
        self.expect_fresh(broken, "PEER_SUSPENDED", "link_id")
        self.place.order("bank", "enable", FOURTH)
        self.expect_fresh(broken, "BANK_OFFLINE_CREDITOR")

        self.peer = RawBank(self.place, FOURTH)
        self.addCleanup(self.peer.close)
        message.request_id = uuid7()
        granted = self.bank.post(SUBMIT, message, 60000)
        self.peer.post_it()
        state = transfer_reply(self.bank.answer_to(granted)).state
        self.assertEqual(state, transfers.TRANSFER_STATE_ACCEPTED)

    def reconnected_link(self):
        """A link with nothing against it; its Class I bank is gone again afterwards."""
        self.peer = RawBank(self.place, FOURTH)
        link = self.link_with()
        self.peer.close()
        wait_until(lambda: self.place.sessions(FOURTH) == 0, "the bank to be gone")
        return link

    def test_role_and_right(self):
        person = self.new_person()
        message = self.bank.open_message(FOURTH, person)
        message.request_id = uuid7(int(time.time() * 1000) - OLD_MS)
        message.ClearField("scopes")
        broken = Broken(OPEN, message)
        broken.tail = b""
        self.bank = self.peer
        self.expect(broken, "FIELD_MISSING", "scopes")
        message.scopes.append(links.LINK_SCOPE_COLLECT)
        code = self.bank.code
        self.place.order("bank", "set", code, "--deny", "OPEN_LINK")
        self.expect(broken, "ROLE")
        self.place.order("bank", "set", code, "--roles", "class1,class2")
        self.expect(broken, "NOT_GRANTED")
        self.place.order("bank", "set", code, "--allow", "OPEN_LINK")
        self.expect(broken, "REPLAY_TOO_OLD", "request_id")
        self.place.order("bank", "set", code, "--roles", "class1")

    def test_link(self):
        taken = self.new_person()
        raw_link(self.bank, self.peer, taken)
        message = self.bank.open_message("999110000015", taken)
        message.request_id = uuid7(int(time.time() * 1000) - OLD_MS)
        message.class2_account.bank_code = FOURTH
        message.ClearField("consent")
        broken = Broken(OPEN, message)
        self.before_the_message(broken)
        self.expect(broken, "CONSENT", "consent")
        message.consent.CopyFrom(self.bank.open_message("999110000015", taken).consent)
        self.expect(broken, "REPLAY_TOO_OLD", "request_id")
        self.expect_fresh(broken, "BANK_CODE_CREDITOR", "class2_account.bank_code")
        message.class2_account.bank_code = self.bank.code
        message.class1_account.bank_code = self.bank.code
        self.expect_fresh(broken, "SAME_BANK", "class1_account.bank_code")
        message.class1_account.bank_code = "999110000015"
        self.expect_fresh(broken, "BANK_CODE_DEBTOR", "class1_account.bank_code")
        message.class1_account.bank_code = FOURTH
        message.consent.recipient_bank_code = FOURTH
        self.expect_fresh(broken, "LINK_EXISTS", "class1_account")
        free = self.new_person()
        message.class1_account.number = free.class1
        for _ in range(4):  # with the one of raw_link as many as one account may have tried
            self.expect_rejected(message)
        self.expect_fresh(broken, "TRIES", "person")

    def expect_rejected(self, message):
        message.request_id = uuid7()
        opening = self.bank.post(OPEN, message)
        self.peer.verify(name=links.ELEMENT_RESULT_MISMATCH)
        state = link_reply(self.bank.answer_to(opening)).state
        self.assertEqual(state, links.LINK_STATE_REJECTED)


if __name__ == "__main__":
    unittest.main()
