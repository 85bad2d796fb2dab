"""F09, F10: the catalogue on real processes. One bank issues, one sells, one may not see a thing."""

import hashlib
import json
import unittest

from people import accounts, people
from place import CLASS1, CLASS2, OTHER, Bank, SiteTest, wait_until


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


WEALTH = {
    "sha256": digest("terms 1"), "kind": "wealth", "name": "Steady-90", "risk": 2,
    "min_fen": 100000, "step_fen": 100, "term_days": 90, "rate": 31000, "quota_fen": 1000000,
    "price": 1000000, "price_date": "2026-07-01", "banks": CLASS2,
}  # fmt: skip
LOAN = {
    "sha256": digest("loan 1"), "kind": "loan", "name": "Quick", "risk": 0, "min_fen": 50000,
    "person_max_fen": 20000000, "term_days": 365, "partner": CLASS2, "lead_share": 3000,
    "daily_rate": 500, "instalments": 12, "grace_days": 3, "banks": CLASS2,
}  # fmt: skip


class Catalogue(SiteTest):
    def setUp(self):
        self.place = self.site().start()
        person = people(1)[0]
        self.place.register(CLASS1, "class1,issuer")
        self.issuer = self.start_bank(CLASS1, "class1", [person.class1_row()])
        self.seller = self.place.bank(CLASS2, "class2", accounts([person.class2_row()]))
        self.stranger = self.place.bank(OTHER, "class1,class2", accounts([]))

    def start_bank(self, code, roles, rows):
        bank = Bank(self.place, code, roles, accounts(rows))
        self.place.banks.append(bank)
        return bank.start()

    def publish(self, code, **fields):
        return self.issuer.do("product-publish", code, **fields)

    def not_published(self, detail, field, code="W-1", **fields):
        refusal = self.issuer.refused("product-publish", code, **fields)
        self.assertEqual((refusal["detail"], refusal["field"]), (detail, field), refusal)
        return refusal

    def listed(self, bank, **fields):
        """Page by page, from that number on."""
        found, after = [], fields.pop("after", 0)
        while True:
            done = bank.ctl("product-list", after=after, max=2, **fields)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            lines = self.lines(done.stdout)
            found += lines[:-1]
            after = lines[-1]["next"]
            if not lines[-1]["more"]:
                return found

    def lines(self, text):
        return [json.loads(line) for line in text.splitlines() if line.strip()]

    def told(self, bank, code, version):
        """What its notices told of that product, once they came to that version."""

        def there():
            rows = [row for row in bank.rows("products") if row["code"] == code]
            return rows and rows[0]["version"] == version and rows[0]

        return wait_until(there, f"a notice of version {version} of {code}")

    def test_published_listed_changed_and_withdrawn(self):
        first = self.publish("W-1", **WEALTH)
        self.assertEqual((first["version"], first["state"]), (1, "ON_SALE"))
        self.publish("L-1", **LOAN)
        self.publish("D-1", sha256=digest("d"), kind="deposit", rate=18000, term_days=365)
        self.told(self.seller, "L-1", 1)
        rows = self.listed(self.seller)
        self.assertEqual([row["code"] for row in rows], ["W-1", "L-1"])  # D-1 names nobody
        self.assertTrue(all(row["sold_by_you"] for row in rows))
        self.assertEqual([row["code"] for row in self.listed(self.seller, kind="loan")], ["L-1"])
        self.assertEqual(len(self.listed(self.issuer)), 3)
        self.assertEqual(self.listed(self.stranger), [])
        last = rows[-1]["sequence"]
        # Its terms change with their text, and its price without.
        fields = {**WEALTH, "rate": 29000, "sha256": digest("terms 2")}
        self.assertEqual(self.publish("W-1", version=2, **fields)["terms_version"], 2)
        priced = self.publish("W-1", version=3, **{**fields, "price": 1001000})
        self.assertEqual(priced["terms_version"], 2)
        self.issuer.do("product-state", "W-1", version=4, state="suspended")
        self.told(self.seller, "W-1", 4)
        changed = self.listed(self.seller, after=last)
        self.assertEqual([(row["code"], row["version"]) for row in changed], [("W-1", 4)])
        older = self.seller.do("product-get", "W-1", issuer=CLASS1, version=1)
        self.assertEqual((older["rate"], older["version"]), (31000, 1))
        self.issuer.do("product-state", "W-1", version=5, state="withdrawn")
        self.told(self.seller, "W-1", 5)
        self.not_published("PRODUCT_STATE", "state", version=6, **WEALTH)
        self.assertEqual(self.stranger.rows("products"), [])

    def test_it_is_all_there_after_a_kill(self):
        self.publish("W-1", **WEALTH)
        self.publish("W-1", version=2, **{**WEALTH, "banks": OTHER})
        self.told(self.stranger, "W-1", 1 + 1)
        self.place.kill_and_restart()
        self.place.wait_online()
        self.publish("W-1", version=3, **{**WEALTH, "banks": OTHER})
        self.assertFalse(self.told(self.seller, "W-1", 3)["sold_by_you"])
        self.assertTrue(self.told(self.stranger, "W-1", 3)["sold_by_you"])
        self.assertEqual(self.listed(self.stranger)[0], self.told(self.stranger, "W-1", 3))

    def test_the_same_request_and_others_under_its_id(self):
        ident = "0190a000-0000-7000-8000-000000000001"
        request = self.publish("W-1", **WEALTH)["request_id"]
        self.assertNotEqual(request, ident)
        again = self.publish("W-1", request_id=request, **WEALTH)
        self.assertTrue(again["replayed"])
        refusal = self.issuer.refused("product-publish", "W-2", request_id=request, **WEALTH)
        self.assertEqual((refusal["reason"], refusal["field"]), ("DUPL", "code"))

    def test_what_is_refused(self):
        refusal = self.seller.refused("product-publish", "W-1", **WEALTH)
        self.assertEqual(refusal["detail"], "ROLE")
        refusal = self.seller.refused("product-get", "W-1", issuer=CLASS1)
        self.assertEqual(refusal["detail"], "NO_SUCH_PRODUCT")
        self.not_published("NO_SUCH_PRODUCT", "code", version=2, **WEALTH)
        self.publish("W-1", **WEALTH)
        refusal = self.not_published("PRODUCT_CHANGED", "version", **WEALTH)
        self.assertEqual(refusal["product_version"], 1)
        for detail, field, other in (
            ("PRODUCT_TERMS", "terms.text_sha256", {"rate": 1}),
            ("AMOUNT_ZERO", "terms.minimum_fen", {"min_fen": 0}),
            ("FIELD_INVALID", "terms.risk", {"risk": 6}),
            ("FIELD_INVALID", "sale.until_ms", {"from_ms": 9, "until_ms": 9}),
            ("FIELD_INVALID", "sale.quota_fen", {"quota_fen": 99999}),
            ("FIELD_INVALID", "sale.distributor_bank_codes", {"banks": "999584000018"}),
            ("FIELD_INVALID", "sale.distributor_bank_codes", {"banks": f"{CLASS2},{CLASS2}"}),
        ):
            self.not_published(detail, field, version=2, **{**WEALTH, **other})
        low = {**LOAN, "lead_share": 2999}
        self.not_published("LEAD_SHARE", "terms.loan.lead_share", "L-1", **low)
        refusal = self.stranger.refused("product-get", "W-1", issuer=CLASS1)
        self.assertEqual(refusal["detail"], "NO_SUCH_PRODUCT")
        refusal = self.seller.refused("product-list", max=41)
        self.assertEqual((refusal["detail"], refusal["field"]), ("FIELD_INVALID", "max"))
        self.assertEqual(self.listed(self.seller, after=2**63 - 1), [])

    def test_operators_see_it(self):
        self.publish("W-1", **WEALTH)
        self.publish("W-1", version=2, **{**WEALTH, "banks": OTHER})
        self.publish("L-1", **LOAN)
        listed = self.place.ctl("product", "list")["products"]
        versions = [(row["code"], row["version"]) for row in listed]
        self.assertEqual(versions, [("W-1", 2), ("L-1", 1)])
        listed = self.place.ctl("product", "list", "--bank", OTHER)["products"]
        self.assertEqual([row["code"] for row in listed], ["W-1"])
        self.assertEqual(self.place.ctl("product", "list", "--state", "withdrawn")["products"], [])
        shown = self.place.ctl("product", "show", CLASS1, "W-1")
        self.assertEqual((shown["banks"], shown["former_banks"]), ([OTHER], [CLASS2]))
        self.assertEqual((shown["quota_fen"], shown["sold_fen"]), (1000000, 0))
        history = self.place.ctl("product", "history", CLASS1, "W-1")["products"]
        self.assertEqual([row["version"] for row in history], [1, 2])
        self.assertIn("Steady-90", self.place.tool("product", "show", CLASS1, "W-1").stdout)
        self.assertIn("L-1", self.place.tool("product", "list").stdout)
        self.assertEqual(self.place.tool("product", "show", CLASS1, "X").returncode, 1)


if __name__ == "__main__":
    unittest.main()
