#!/usr/bin/python3
"""F20: each lender's side of loans in reconciliation, listed from its own book; and F15 beside."""

import hashlib
import unittest

from lists import LOANS, shanghai_date, whole
from people import accounts, people
from place import CLASS1, CLASS2, Bank, SiteTest, link, wait_until

TERMS = hashlib.sha256(b"loan").hexdigest()
LOAN = {
    "sha256": TERMS, "kind": "loan", "name": "Quick", "risk": 0, "min_fen": 50_000,
    "step_fen": 100, "person_max_fen": 20_000_000, "term_days": 365, "lead_share": 3000,
    "daily_rate": 500, "instalments": 3, "grace_days": 5, "banks": "all",
}  # fmt: skip


class Loans(SiteTest):
    """The Class II bank leads with 30 %, the Class I bank lends the rest."""

    def setUp(self):
        self.place = self.site().start()
        (person,) = people(1, class2_fen=10**7, class1_fen=10**7)
        self.lead = self.start(CLASS2, "class2", person.class2_row())
        self.partner = self.start(CLASS1, "class1", person.class1_row())
        self.banks = (self.lead, self.partner)
        self.link = link(self.lead, self.partner, person, scopes="collect,products,balance")
        self.lead.do("product-publish", "L-1", partner=CLASS1, **LOAN)

    def start(self, code, role, row):
        self.place.register(code, f"{role},issuer")
        bank = Bank(self.place, code, role, accounts([row]))
        self.place.banks.append(bank)
        return bank.start()

    def wait_told(self, loan, bank, **wanted):
        def told():
            rows = [row for row in bank.rows("loans", limit=1000) if row["loan"] == loan]
            return {key: rows[0][key] for key in wanted} if rows else {}

        wait_until(lambda: told() == wanted, lambda: f"{wanted} of {loan}: {told()}")

    def lend(self, fen):
        """Offered, asked for, approved, drawn whole; both banks know."""
        loan = self.lead.do("offer-loan", self.link, product="L-1", fen=fen)["loan"]
        self.wait_told(loan, self.partner, state="OFFERED")
        self.partner.do("apply-loan", loan, fen=fen, sha256=TERMS, account=2)
        for bank in self.banks:
            bank.do("decide-loan", loan, fen=fen)
        self.assertEqual(self.lead.do("draw-loan", loan, fen=fen, final=1)["state"], "ACCEPTED")
        for bank in self.banks:
            self.wait_told(loan, bank, state="OUTSTANDING", principal_fen=fen)
        return loan

    def upload(self, bank):
        path = self.place.dir / f"{bank.code}-loans.csv"
        made = bank.do("recon-list", "loans", path)
        sha256 = bank.do("recon-upload", path)["sha256"]

        def judged():
            said = bank.do("recon-result", sha256)
            return said if said["state"] == "JUDGED" else None

        return made, wait_until(judged, "the list to be judged")

    def assert_shares(self, shares, count):
        """By bank: its principal and its interest, by its own book and by the gateway."""
        for bank in self.banks:
            principal, interest = shares[bank.code]
            made, said = self.upload(bank)
            self.assertEqual((said["matched"], said["rows"]), (count, []))
            self.assertEqual((made["debit_fen"], made["credit_fen"]), (principal, interest))
            (pair,) = bank.do("totals", list="loans")["pairs"]
            self.assertEqual((pair["debit_fen"], pair["credit_fen"]), (principal, interest))
            report = self.place.ctl("report", bank.code)["loans"]
            self.assertEqual((report["count"], report["principal_fen"]), (count, principal))
            self.assertEqual((report["interest_paid_fen"], report["overdue_fen"]), (interest, 0))

    def test_f20_loans_of_each_lender(self):
        loan = self.lend(100_001 * 100)
        self.assert_shares({CLASS2: (3_000_030, 0), CLASS1: (7_000_070, 0)}, 1)
        self.lead.do("repay-loan", loan, fen=1_000_000, interest_fen=0, final=1)
        for bank in self.banks:
            self.wait_told(loan, bank, principal_fen=9_000_100)
        self.assert_shares({CLASS2: (2_700_030, 0), CLASS1: (6_300_070, 0)}, 1)
        # The partner's list has both lenders' principal, and interest that it never got.
        row = f"{loan},{CLASS2},{CLASS1},9000100,7,CNY,OUTSTANDING"
        path = self.place.dir / "wrong.csv"
        totals = {"debit": 9_000_100, "credit": 7}
        path.write_text(whole(LOANS, [row], "loans", day=shanghai_date(), **totals), "utf-8")
        self.assertEqual(self.place.ctl("recon", "compare", path)["amount_diff"], 1)
        (case,) = self.place.ctl("case", "list")["cases"]
        self.assertEqual((case["subject"], case["owner"]), ("LOAN_DIFF", CLASS1))
        self.assertEqual((case["other"], case["list_id"]), (CLASS2, loan))
        (account,) = self.partner.do("overview", self.link)["accounts"]
        (shown,) = account["loans"]
        self.assertEqual((shown["loan"], shown["lead"]), (loan, CLASS2))
        self.assertEqual((shown["principal_fen"], shown["available_fen"]), (9_000_100, 1_000_000))
        self.assertEqual(self.place.ctl("verify", "--live")["findings"], [])


if __name__ == "__main__":
    unittest.main()
