"""The partner's day one: docs/example/partner.py, with nothing of ours but proto/."""

import argparse
import importlib.util
import signal
import subprocess
import sys
import unittest

from people import accounts, people, uuid7
from place import CLASS1, CLASS2, PATIENCE_S, SOURCE, SiteTest, wait_until
from wire import common, envelope, links, notices, transfers, views


class DayOne(SiteTest):
    def setUp(self):
        self.person = people(1)[0]
        self.place = self.site().start()
        self.place.register(CLASS2, "class2")
        self.class1 = self.place.bank(
            CLASS1, "class1", accounts([self.person.class1_row()])
        )

    def partner(self, *options):
        pki, person = self.place.pki, self.person
        values = {
            "gateway": f"127.0.0.1:{self.place.port}",
            "ca": pki / "ca.crt",
            "cert": pki / f"{CLASS2}.crt",
            "key": pki / f"{CLASS2}.key",
            "bank": CLASS2,
            "peer": CLASS1,
            "class2": person.class2,
            "class1": person.class1,
            "name": person.name,
            "id-number": person.id_number,
            "mobile": person.mobile,
            "store": self.place.dir / "partner.db",
        }
        words = [sys.executable, SOURCE / "docs/example/partner.py"]
        for name, value in values.items():
            words += [f"--{name}", value]
        return subprocess.Popen(
            [str(word) for word in [*words, *options]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def code(self):
        return self.class1.do("sms", self.person.mobile)["code"]

    def sent(self):
        return self.class1.ctl("sms", self.person.mobile).returncode == 0

    def linked(self, *options):
        """The program, running, with its link and both transfers done."""
        partner = self.partner("--serve", str(PATIENCE_S), *options)
        self.addCleanup(self.end, partner)
        wait_until(self.sent, "the code to be sent")
        partner.stdin.write(self.code() + "\n")
        partner.stdin.flush()
        self.read_until(partner, "balance of")
        return partner

    def read_until(self, partner, word):
        lines = []
        while True:
            line = partner.stdout.readline()
            self.assertTrue(line, f"it ended without '{word}':\n{''.join(lines)}")
            lines.append(line)
            if word in line:
                return "".join(lines)

    def end(self, partner):
        partner.kill()
        partner.communicate()

    def link_id(self):
        return self.class1.rows("links")[0]["link"]

    def test_link_and_money_both_ways(self):
        partner = self.partner("--serve", "2")
        wait_until(self.sent, "the code to be sent")
        out, errors = partner.communicate(self.code() + "\n", timeout=PATIENCE_S)
        self.assertEqual(partner.returncode, 0, out + errors)
        self.assertIn("the system: business date ", out)
        self.assertIn(f"{CLASS1} Bank {CLASS1} (open)", out)
        self.assertIn("LINK_STATE_ACTIVE", out)
        self.assertEqual(out.count("TRANSFER_STATE_ACCEPTED"), 2, out)
        self.assertIn("balance of the Class II account: 30000 fen", out)
        states = [row["state"] for row in self.place.transfers()]
        self.assertEqual(states, ["ACCEPTED", "ACCEPTED"])
        self.assertEqual(self.class1.balance(self.person.class1), 10_000_000 - 30_000)

    def test_wrong_code_is_told(self):
        partner = self.partner("--code", "000000x")
        out, errors = partner.communicate(timeout=PATIENCE_S)
        self.assertNotEqual(partner.returncode, 0, out)
        self.assertIn("CODE_WRONG", errors)

    def test_started_again_with_the_same_store(self):
        self.end(self.linked())
        again = self.partner()
        out, errors = again.communicate(timeout=PATIENCE_S)
        self.assertEqual(again.returncode, 0, out + errors)
        self.assertIn("balance of the Class II account: 60000 fen", out)
        self.assertEqual(len(self.place.ctl("link", "list")["links"]), 1)
        self.assertEqual(self.class1.balance(self.person.class1), 10_000_000 - 60_000)

    def test_killed_without_an_answer(self):
        self.class1.do("fault", "kind=post side=debit nth=1 -> delay 60000")
        partner = self.partner()
        self.addCleanup(self.end, partner)
        wait_until(self.sent, "the code to be sent")
        partner.stdin.write(self.code() + "\n")
        partner.stdin.flush()
        wait_until(self.place.transfers, "a transfer")
        self.end(partner)
        again = self.partner()
        out, errors = again.communicate(timeout=PATIENCE_S)
        self.assertEqual(again.returncode, 0, out + errors)
        self.assertIn("without an answer when this program ended: KIND_SUBMIT_TRANSFER", out)
        # The pull of the first time, once; then pull and push.
        self.assertEqual(out.count("TRANSFER_STATE_ACCEPTED"), 3, out)
        self.assertIn("balance of the Class II account: 80000 fen", out)
        self.assertEqual(self.class1.balance(self.person.class1), 10_000_000 - 80_000)

    def test_gateway_killed(self):
        partner = self.linked()
        self.place.kill_and_restart()
        self.place.wait_online()
        self.read_until(partner, "connected")
        pushed = self.class1.do("transfer", link=self.link_id(), dir="push", fen=700, final=1)
        self.assertEqual(pushed["state"], "ACCEPTED")
        self.read_until(partner, "asked to post 700 fen: POSTING_OUTCOME_POSTED")

    def test_what_the_other_bank_wants(self):
        self.linked()
        wanted = {"link": self.link_id(), "final": 1}
        pulled = self.class1.do("transfer", dir="pull", fen=30_000, **wanted)
        self.assertEqual(pulled["state"], "ACCEPTED")
        over = self.class1.refused("transfer", dir="pull", fen=1, **wanted)
        self.assertEqual((over["state"], over["reason"]), ("REJECTED", "AM04"))

    def raw_request(self, kind, message, shape):
        payload = message.SerializeToString().hex()
        answer = self.class1.do("raw-request", kind=kind, payload=payload, timeout_ms=5000)
        return shape.FromString(bytes.fromhex(answer["payload"]))

    def test_views(self):
        self.linked()
        link = bytes.fromhex(self.link_id())
        asked = views.QueryBalance(request_id=uuid7(), link_id=link)
        balance = self.raw_request(envelope.KIND_QUERY_BALANCE, asked, views.BalanceReply)
        self.assertEqual((balance.available_fen, balance.booked_fen), (30_000, 30_000))
        asked = views.QueryAccountStatus(request_id=uuid7(), link_id=link)
        kind = envelope.KIND_QUERY_ACCOUNT_STATUS
        status = self.raw_request(kind, asked, views.AccountStatusReply)
        self.assertEqual(status.status, links.ACCOUNT_STATUS_OPEN)
        self.assertEqual(status.account_class, common.ACCOUNT_CLASS_II)
        self.assertTrue(status.can_debit and status.can_credit)

    def test_bars_what_it_never_saw(self):
        partner = self.linked()
        partner.send_signal(signal.SIGSTOP)
        pushed = self.class1.open(
            "transfer", link=self.link_id(), dir="push", fen=900, timeout_ms=500
        )
        transfer = bytes.fromhex(pushed["transfer"])
        asked = transfers.CancelTransfer(request_id=uuid7(), transfer_id=transfer, reason="CUST")
        kind = envelope.KIND_CANCEL_TRANSFER
        told = self.raw_request(kind, asked, transfers.TransferReply)
        self.assertEqual(told.state, transfers.TRANSFER_STATE_UNKNOWN)
        self.end(partner)  # with the instruction unread
        again = self.partner("--serve", str(PATIENCE_S))
        self.addCleanup(self.end, again)
        wait_until(
            lambda: self.place.ctl("transfer", "show", pushed["transfer"])["state"] == "CANCELLED",
            "the transfer to be barred",
        )
        self.read_until(again, "balance of the Class II account: 60000")
        self.assertEqual(self.class1.balance(self.person.class1), 10_000_000 - 60_000)


class Answers(unittest.TestCase):
    """What it does not do it refuses, in the words of the message that asks for it."""

    @classmethod
    def setUpClass(cls):
        example = SOURCE / "docs/example/partner.py"
        spec = importlib.util.spec_from_file_location("partner", example)
        cls.partner = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(cls.partner)
        cls.pb = cls.partner.load_messages(SOURCE / "proto")

    def setUp(self):
        arguments = argparse.Namespace(store=":memory:", bank=CLASS2, class2="6228990000000001")
        self.bank = self.partner.Bank(self.pb, arguments)
        self.addCleanup(self.bank.store.db.close)
        self.bank.store.book(b"0", "opening", arguments.class2, 1000)
        self.sent = []
        self.bank.send = lambda *words: self.sent.append(words)

    def ask(self, kind, message, shape):
        self.bank.serve(
            envelope.Envelope(correlation_id=7, kind=kind, payload=message.SerializeToString())
        )
        correlation, answered, direction, payload = self.sent.pop()
        self.assertEqual((correlation, answered), (7, kind))
        self.assertEqual(direction, envelope.DIRECTION_REPLY)
        return shape.FromString(payload)

    def post(self, **parts):
        asked = transfers.PostInstruction(
            transfer_id=uuid7(),
            side=transfers.POSTING_SIDE_DEBIT,
            amount=common.Money(fen=100, currency="CNY"),
            account_number="6228990000000001",
            **parts,
        )
        answer = self.ask(envelope.KIND_POST_INSTRUCTION, asked, transfers.PostingResult)
        again = self.ask(envelope.KIND_POST_INSTRUCTION, asked, transfers.PostingResult)
        self.assertEqual(answer, again)
        return transfers.PostingOutcome.Name(answer.outcome), answer.reason

    def test_cards(self):
        cards = self.pb.card
        asked = cards.AskCard(card_id=uuid7())
        answer = self.ask(envelope.KIND_ASK_CARD, asked, cards.AskCardReply)
        self.assertEqual(answer.card_id, asked.card_id)
        self.assertEqual(answer.outcome, cards.CARD_OUTCOME_REFUSED)
        self.assertEqual(answer.reason, "MS03")

    def test_orders(self):
        orders = self.pb.order
        asked = orders.OrderInstruction(
            order_id=uuid7(), number=3, action=orders.ORDER_ACTION_REDEEM, units=1
        )
        kind = envelope.KIND_ORDER_INSTRUCTION
        answer = self.ask(kind, asked, orders.OrderInstructionReply)
        self.assertEqual((answer.order_id, answer.number), (asked.order_id, 3))
        self.assertEqual(answer.outcome, orders.ORDER_OUTCOME_REFUSED)
        own = transfers.PostedOrder(order_id=uuid7(), issuer_bank_code=CLASS2)
        self.assertEqual(self.post(order=own), ("POSTING_OUTCOME_REFUSED", "AG01"))
        other = transfers.PostedOrder(order_id=uuid7(), issuer_bank_code=CLASS1)
        self.assertEqual(self.post(order=other), ("POSTING_OUTCOME_POSTED", ""))

    def test_loans(self):
        loan = transfers.PostedLoan(loan_id=uuid7())
        self.assertEqual(self.post(loan=loan), ("POSTING_OUTCOME_REFUSED", "AG01"))

    def test_notices_of_everything_are_acknowledged(self):
        for sequence, (kind, shape) in enumerate(self.bank.numbered().items(), 1):
            told = shape(sequence=sequence, token=bytes(16)).SerializeToString()
            self.bank.notice(envelope.Envelope(kind=kind, payload=told))
            acknowledged = notices.AckNotices.FromString(self.sent.pop()[3])
            self.assertEqual(acknowledged.up_to_sequence, sequence)
        self.assertEqual(self.bank.store.last_notice()[0], len(self.bank.numbered()))


if __name__ == "__main__":
    unittest.main()
