#!/usr/bin/python3
"""F20: holdings in reconciliation, with banks that list what stands in their own books; and what F15
shows of them beside the balances."""

import hashlib
import unittest

from lists import HOLDINGS, shanghai_date, whole
from people import accounts, people
from place import CLASS1, CLASS2, Bank, SiteTest, link, wait_until

UNIT = 10_000  # parts of a unit
TERMS = hashlib.sha256(b"wealth").hexdigest()
WEALTH = {
    "sha256": TERMS, "kind": "wealth", "name": "Steady", "risk": 2, "min_fen": 1000,
    "step_fen": 1, "price": 1_000_000, "price_date": "2026-07-01", "banks": "all",
}  # fmt: skip


class Holdings(SiteTest):
    """A Class I bank that issues, and a Class II bank that sells what it issues."""

    def setUp(self):
        self.place = self.site().start()
        (person,) = people(1, class2_fen=10**7, class1_fen=10**7)
        self.place.register(CLASS1, "class1,issuer")
        self.issuer = Bank(self.place, CLASS1, "class1", accounts([person.class1_row()]))
        self.place.banks.append(self.issuer)
        self.issuer.start()
        self.seller = self.place.bank(CLASS2, "class2", accounts([person.class2_row()]))
        self.link = link(self.seller, self.issuer, person, scopes="collect,products,balance")
        self.issuer.do("product-publish", "W-1", **WEALTH)
        wait_until(lambda: self.seller.rows("products"), "a notice of the product")

    def wait_event(self, order, event, bank):
        def heard():
            return {row["event"] for row in bank.rows("notices") if row["id"] == order}

        wait_until(lambda: event in heard(), lambda: f"{event} of {order}: {heard()}")

    def hold(self, fen):
        """Bought for that much and confirmed at 1.00, as far as both banks know."""
        order = self.seller.do(
            "place-order", link=self.link, issuer=CLASS1, product="W-1", fen=fen, final=1
        )["order"]
        self.wait_event(order, "PLACE", self.issuer)
        units = fen * UNIT // 100
        self.issuer.do("order-result", order, "confirmed", units=units, price=1_000_000, fen=fen)
        for bank in (self.seller, self.issuer):
            self.wait_event(order, "CONFIRM", bank)
        return order

    def upload(self, bank):
        """The bank's own list, as it was made and what came of it."""
        path = self.place.dir / f"{bank.code}-holdings.csv"
        made = bank.do("recon-list", "holdings", path)
        sha256 = bank.do("recon-upload", path)["sha256"]

        def judged():
            said = bank.do("recon-result", sha256)
            return said if said["state"] == "JUDGED" else None

        return made, wait_until(judged, "the list to be judged"), path.read_text(encoding="utf-8")

    def cases(self):
        return self.place.ctl("case", "list")["cases"]

    def test_f20_holdings_of_issuer_and_distributor(self):
        orders = [self.hold(10_000), self.hold(20_000)]
        sums = {CLASS2: (30_000, 0), CLASS1: (0, 30_000)}
        for bank, other in ((self.seller, CLASS1), (self.issuer, CLASS2)):
            made, said, text = self.upload(bank)
            self.assertEqual((made["count"], said["matched"], said["rows"]), (2, 2, []))
            self.assertEqual((made["debit_fen"], made["credit_fen"]), sums[bank.code])
            (pair,) = bank.do("totals", list="holdings")["pairs"]
            self.assertEqual((pair["bank"], pair["count"]), (other, 2))
            self.assertEqual((pair["debit_fen"], pair["credit_fen"]), sums[bank.code])
            page = bank.do("recon-page", list="holdings")
            self.assertEqual([row["id"] for row in page["rows"]], orders)
            self.assertEqual([row["units"] for row in page["rows"]], [100 * UNIT, 200 * UNIT])
        for code, keys in ((CLASS2, "distributed_fen"), (CLASS1, "issued_fen")):
            self.assertEqual(self.place.ctl("report", code)["holdings"][keys], 30_000)
        self.check_differences(orders, text)
        self.check_view(orders)
        self.assertEqual(self.place.ctl("verify", "--live")["findings"], [])

    def check_differences(self, orders, text):
        """Of the issuer's list: other units, one that is not there, one that nobody knows; each is
        a case of that bank's, and what a later list has right is explained by it."""
        lines = text.splitlines()[2:-1]
        wrong = [lines[0].replace(",1000000,", ",999999,"), "0f" * 16 + lines[1][32:]]
        text = whole(HOLDINGS, wrong, "holdings", day=shanghai_date(), debit=0, credit=30_000)
        path = self.place.dir / "wrong.csv"
        path.write_text(text, encoding="utf-8")
        found = self.place.ctl("recon", "compare", path)
        counts = [found[name] for name in ("amount_diff", "missing_there", "missing_here")]
        self.assertEqual(counts, [1, 1, 1])
        subjects = sorted(case["subject"] for case in self.cases())
        self.assertEqual(subjects, ["HOLDING_DIFF", "HOLDING_DIFF", "MISSING_HERE"])
        self.assertEqual({case["owner"] for case in self.cases()}, {CLASS1})
        orders.append(self.hold(5_000))
        made, said, _ = self.upload(self.issuer)
        self.assertEqual((made["credit_fen"], said["matched"]), (35_000, 3))
        closed = {case["list_id"] for case in self.cases() if case["state"] == "CLOSED"}
        self.assertEqual(closed, set(orders[:2]))

    def check_view(self, orders):
        """F15: both banks of the link see what it holds, beside the balance."""
        for bank in (self.seller, self.issuer):
            (account,) = bank.do("overview", self.link)["accounts"]
            self.assertEqual((account["status"], account["loans"]), ("answered", []))
            self.assertEqual([row["order"] for row in account["holdings"]], orders)
            costs = [(row["units"], row["cost_fen"]) for row in account["holdings"]]
            self.assertEqual(costs[1:], [(200 * UNIT, 20_000), (50 * UNIT, 5_000)])
            self.assertFalse(account["more_holdings"])


if __name__ == "__main__":
    unittest.main()
