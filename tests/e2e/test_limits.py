#!/usr/bin/python3
"""The limits of accounts and links on a real gateway: many callers at once for the last fen, and what
a refusal, a bank's word and the Class I account make of the rest."""

import socket
import threading
import time
import unittest

from hostile import HostileTest
from life import THIRD
from people import Person, accounts, people, uuid7
from place import CLASS1, FOURTH, OTHER, SiteTest, link, wait_until
from products import today
from wire import SHA256, catalogue, common, envelope, links, orders, transfers

CALLERS = 64
LEFT_FEN = 10
SUBMIT = envelope.KIND_SUBMIT_TRANSFER
PUSH = transfers.TRANSFER_DIRECTION_PUSH
PAYMENT = {
    "kind": transfers.TRANSFER_KIND_PAYMENT,
    "creditor": transfers.Party(
        name="Tea House", account_number="62280000000000017", bank_code=CLASS1
    ),
    "merchant": transfers.Merchant(name="Tea House", id="M-1"),
}
DAY_MS = 86_400_000
QUOTA = 100
ORDER_FEN = 1000
RUSH = 25  # orders that each of so many connections has out at once
RUSHING = 40


class Posting(threading.Thread):
    """Posts whatever its bank is told, until the connection is closed."""

    def __init__(self, bank):
        super().__init__(daemon=True)
        self.bank = bank
        self.start()

    def run(self):
        try:
            while True:
                self.bank.post_it()
        except (AssertionError, OSError):
            pass

    def end(self):
        """Before the socket is closed, and its number is another's."""
        self.bank.socket.shutdown(socket.SHUT_RDWR)
        self.join()


class AtOnce(HostileTest):
    settings = {("limits", "connections_per_bank"): CALLERS}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place.order("bank", "set", FOURTH, "--roles", "class1,issuer")

    def setUp(self):
        super().setUp()
        self.bank, self.peer, self.ident = self.raw_pair(links.LINK_SCOPE_PRODUCTS)
        self.code = f"Q-{self.ident.hex()[-8:].upper()}"
        answer = self.peer.ask(envelope.KIND_PUBLISH_PRODUCT, self.publication())
        self.assertEqual(answer.direction, envelope.DIRECTION_REPLY, answer)
        self.addCleanup(Posting(self.peer).end)

    def publication(self):
        terms = catalogue.ProductTerms(
            kind=catalogue.PRODUCT_KIND_WEALTH, name="Steady", risk=1, text_sha256=SHA256,
            currency="CNY", minimum_fen=ORDER_FEN, increment_fen=1, rate=30_000,
        )  # fmt: skip
        sale = catalogue.ProductSale(quota_fen=QUOTA * ORDER_FEN, all_banks=True)
        return catalogue.PublishProduct(
            request_id=uuid7(), code=self.code, version=1, terms=terms, sale=sale,
            state=catalogue.PRODUCT_STATE_ON_SALE,
        )  # fmt: skip

    def order(self):
        return orders.PlaceOrder(
            request_id=uuid7(), link_id=self.ident, issuer_bank_code=FOURTH, product_version=1,
            product_code=self.code, amount=common.Money(fen=ORDER_FEN, currency="CNY"),
            pays=common.ACCOUNT_CLASS_II, customer_level=5, assessed_on=today(),
            terms_sha256=SHA256, consent_sha256=SHA256, end_to_end_id="e2e",
        )  # fmt: skip

    def submit(self, bank, fen, parts):
        message = bank.transfer_message(self.ident, fen)
        message.MergeFrom(transfers.SubmitTransfer(**parts))
        message.kind = parts.get("kind", message.kind)
        return bank.ask(SUBMIT, message, 30_000)

    def use(self, fen, **parts):
        answer = self.submit(self.bank, fen, parts)
        reply = transfers.TransferReply.FromString(answer.payload)
        self.assertEqual(reply.state, transfers.TRANSFER_STATE_ACCEPTED)

    def call_at_once(self, **parts):
        """One fen, over a connection each; the refusals."""
        banks = [self.bank] + [self.raw(OTHER) for _ in range(CALLERS - 1)]
        answers = [None] * CALLERS
        ready = threading.Barrier(CALLERS)

        def call(index):
            ready.wait()
            answers[index] = self.submit(banks[index], 1, parts)

        callers = [threading.Thread(target=call, args=(i,)) for i in range(CALLERS)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        refused = [a for a in answers if a.direction == envelope.DIRECTION_REFUSAL]
        self.assertEqual(len(refused), CALLERS - LEFT_FEN)
        return [common.Refusal.FromString(answer.payload) for answer in refused]

    def assert_left(self, refusals, reason, bucket, limit_fen):
        for refusal in refusals:
            left = refusal.limit
            self.assertEqual(refusal.reason, reason)
            self.assertEqual((left.bucket, left.period), (bucket, "DAY"))
            self.assertEqual((left.limit_fen, left.left_fen), (limit_fen, 0))
            self.assertLessEqual(left.resets_at_ms - time.time() * 1000, DAY_MS)

    def taken(self, part, period):
        shown = self.place.ctl("limit", "show", self.ident.hex())[part]
        return next(row for row in shown if row["period"] == period and row.get("bucket") != "II-IN")

    def test_f08_the_last_fen_of_a_bucket(self):
        self.use(1_000_000 - LEFT_FEN, **PAYMENT)
        self.assert_left(self.call_at_once(**PAYMENT), "RR04", "II-OUT", 1_000_000)
        row = self.taken("buckets", "DAY")
        self.assertEqual((row["used_fen"], row["reserved_fen"]), (1_000_000, 0))
        self.assertEqual(row["left_fen"], 0)

    def test_the_last_fen_of_an_agreed_limit(self):
        for _ in range(9):
            self.use(1_000_000)
        self.use(1_000_000 - LEFT_FEN)
        self.assert_left(self.call_at_once(), "AM14", "AGREED", 10_000_000)
        row = self.taken("agreed", "DAY")
        self.assertEqual((row["taken_fen"], row["left_fen"]), (10_000_000, 0))


    def test_f09_a_quota_of_100_and_1000_orders_at_once(self):
        """None waits for the answer to another."""
        banks = [self.bank] + [self.raw(OTHER) for _ in range(RUSHING - 1)]
        out = [(bank, bank.post(envelope.KIND_PLACE_ORDER, self.order(), 30_000))
               for _ in range(RUSH) for bank in banks]  # fmt: skip
        answers = [bank.answer_to(correlation) for bank, correlation in out]
        refused = [a for a in answers if a.direction == envelope.DIRECTION_REFUSAL]
        self.assertEqual((len(answers), len(refused)), (1000, 1000 - QUOTA))
        details = {common.Refusal.FromString(a.payload).detail for a in refused}
        self.assertEqual(details, {"QUOTA"})

        def sums():
            shown = self.place.ctl("product", "show", FOURTH, self.code)
            return shown["sold_fen"], shown["reserved_fen"]

        wait_until(lambda: sums() == (QUOTA * ORDER_FEN, 0), lambda: f"{sums()}")
        self.assertEqual(self.place.ctl("verify", "--live")["findings"], [])


class Beyond(SiteTest):
    """Banks that are honest, and customers with much to pay."""

    PAYEE = {"merchant": "茶馆", "payee": "6200000000000001", "payee_bank": FOURTH}

    def setUp(self):
        self.person = people(1, class2_fen=3_000_000, class1_fen=5_000_000)[0]
        self.place = self.site().start()
        self.class2, self.class1 = self.place.two_banks([self.person])

    def open(self, scopes):
        terms = {"scopes": scopes, "single_fen": 2_000_000, "daily_fen": 4_000_000}
        return link(self.class2, self.class1, self.person, **terms)

    def pay(self, ident, fen, how="do", **fields):
        return getattr(self.class2, how)(
            "transfer", kind="payment", link=ident, dir="push", fen=fen, **self.PAYEE, **fields
        )

    def payees(self, bank):
        return sum(row["paid_fen"] for row in bank.rows("payees"))

    def test_without_fallback_it_is_refused(self):
        ident = self.open("collect,pay")
        self.assertEqual(self.pay(ident, 900_000)["account_debited"], "II")
        refusal = self.pay(ident, 100_001, "refused")
        self.assertEqual((refusal["reason"], refusal["detail"]), ("RR04", "BUCKET"))
        self.assertEqual((refusal["bucket"], refusal["period"]), ("II-OUT", "DAY"))
        self.assertEqual((refusal["limit_fen"], refusal["left_fen"]), (1_000_000, 100_000))
        self.assertEqual(self.class2.balance(self.person.class2), 2_100_000)
        # Money from and to the bound account counts nowhere.
        for direction in ("push", "pull"):
            self.class2.do("transfer", link=ident, dir=direction, fen=2_000_000)
        # The account's own bank knows of more that was spent.
        self.class2.do("report", self.person.class2, "limit", out_day_fen=7)
        self.assertEqual(self.pay(ident, 8, "refused")["left_fen"], 7)
        self.pay(ident, 7)
        self.assertEqual(self.pay(ident, 1, "refused")["left_fen"], 0)
        self.assertEqual(self.payees(self.class1), 900_007)
        self.assert_books_agree(self.place)

    def test_f08_the_class1_account_pays_instead(self):
        ident = self.open("collect,pay,pay-fallback")
        straight = self.pay(ident, 900_000)
        paid = self.pay(ident, 100_001)
        self.assertEqual((paid["state"], paid["fallback"]), ("ACCEPTED", True))
        self.assertEqual((paid["account_debited"], paid["window"]), ("I", 0))
        self.assertEqual((paid["debtor_bank"], paid["creditor_bank"]), (CLASS1, CLASS1))
        self.assertEqual(self.class2.balance(self.person.class2), 2_100_000)
        self.assertEqual(self.class1.balance(self.person.class1), 4_899_999)
        self.assertEqual(self.payees(self.class1), 1_000_001)
        # What is left of the limit is still there.
        self.assertEqual(self.pay(ident, 100_000)["account_debited"], "II")
        told = self.place.tool("transfer", "explain", paid["transfer"]).stdout
        self.assertIn("above the limit of the Class II account's class", told)
        refusal = self.class1.refused("return", paid["transfer"], fen=1)
        self.assertEqual((refusal["reason"], refusal["detail"]), ("AG03", "FALLBACK"))
        self.class1.do("return", straight["transfer"], fen=900_000)
        self.assertEqual(self.class2.balance(self.person.class2), 2_900_000)
        # A return gives nothing back: the whole limit is used up.
        self.assertTrue(self.pay(ident, 1)["fallback"])
        books = self.class1.do("books")
        self.assertEqual((books["fell_back_count"], books["fell_back_fen"]), (2, 100_002))
        self.assert_books_agree(self.place)

    def test_class_three_has_a_balance_that_its_bank_knows(self):
        """T9, T10: the gateway lets it pass, and the account's own bank has the last word."""
        small = Person(7, class1_fen=1_000_000)
        small.class2_fen = 150_000
        class3 = self.place.bank(OTHER, "class2", accounts([small.class3_row()]))
        row = accounts([small.class1_row()])
        class1 = self.place.bank(THIRD, "class1", row)
        terms = {"class": 3, "scopes": "collect,pay", "single_fen": 100_000, "daily_fen": 500_000}
        ident = link(class3, class1, small, **terms)
        pushed = class1.do("transfer", link=ident, dir="push", fen=50_000)
        self.assertEqual(pushed["state"], "ACCEPTED")
        refused = class1.refused("transfer", link=ident, dir="push", fen=1)
        self.assertEqual((refused["state"], refused["reason"]), ("REJECTED", "RR04"))
        self.assertEqual(class3.balance(small.class2), 200_000)
        pay = {"kind": "payment", "link": ident, "dir": "push", **self.PAYEE}
        class3.do("transfer", fen=150_000, **pay)
        class1.do("transfer", link=ident, dir="push", fen=100_000)
        class3.do("transfer", fen=50_000, **pay)
        refusal = class3.refused("transfer", fen=1, **pay)
        self.assertEqual((refusal["reason"], refusal["bucket"]), ("RR04", "III-OUT"))
        self.assert_books_agree(self.place)

    def test_what_falls_back_lives_through_crashes(self):
        ident = self.open("collect,pay,pay-fallback")
        self.class1.fault("kind=post -> delay-post 2000")
        waits = self.class2.begin(
            "transfer",
            kind="payment",
            link=ident,
            dir="push",
            fen=1_000_001,
            timeout_ms=60_000,
            **self.PAYEE,
        )
        self.wait_held(0)
        self.class2.kill_and_restart()
        waits.communicate()
        self.place.kill_and_restart()
        self.place.wait_online()
        self.assertEqual(self.class2.do("books")["held_fen"], 0)
        wait_until(lambda: self.place.transfers()[0]["state"] == "ACCEPTED", "it to be posted")
        self.assert_books_agree(self.place)
        self.assertEqual(self.class2.balance(self.person.class2), 3_000_000)
        self.assertEqual(self.class1.balance(self.person.class1), 3_999_999)

    def wait_held(self, fen):
        """Until the instruction is out, and so much is held for it."""
        wait_until(self.place.transfers, "the transfer to be there")
        wait_until(lambda: self.class2.do("books")["held_fen"] == fen, "the hold to be gone")


if __name__ == "__main__":
    unittest.main()
