"""The catalogue's laws, for checker.py: written from docs/store.md alone."""

import hashlib
import re

import states
from disk import records, u64

CODE = re.compile(r"[A-Z0-9_-]{1,32}\Z")
KINDS = states.PRODUCT_KIND
STATES = states.PRODUCT


def terms_of(product):
    """What the customer agrees to, but for the digest of its text."""
    terms = records.ProductTerms()
    terms.CopyFrom(product.terms)
    terms.sha256 = b""
    return terms.SerializeToString(deterministic=True)


def terms_are_right(terms):
    loan, is_loan = terms.loan, terms.kind == KINDS["LOAN"]
    right = terms.kind in KINDS.values() and terms.currency == "CNY" and len(terms.sha256) == 32
    right = right and 1 <= len(terms.name.encode()) <= 120
    risks = {KINDS["LOAN"]: {0}, KINDS["DEPOSIT"]: {1}}.get(terms.kind, set(range(1, 6)))
    right = right and terms.risk in risks
    right = right and terms.min_fen > 0 and terms.increment_fen > 0
    right = right and (terms.person_max_fen == 0 or terms.person_max_fen >= terms.min_fen)
    right = right and terms.term_days <= 36500 and terms.rate <= 1000000 and terms.cut_off < 1440
    right = right and terms.confirm_days <= 30 and terms.payout_days <= 30
    if not is_loan:
        return right and not terms.HasField("loan")
    right = right and terms.min_fen >= 50000 and 0 < terms.person_max_fen <= 20000000
    right = right and terms.term_days > 0 and terms.rate == 0 and loan.partner != 0
    right = right and 0 < loan.lead_share < 10000 and loan.lead_interest_share < 10000
    right = right and 1 <= loan.daily_rate <= 10000 and 1 <= loan.instalments <= 60
    return right and loan.grace_days <= 90


def sale_is_right(terms, sale):
    banks = [*sale.banks, *sale.former_banks]
    right = len(banks) <= 64 and len(set(banks)) == len(banks)
    right = right and not (sale.all_banks and sale.banks)
    right = right and (sale.quota_fen == 0 or sale.quota_fen >= terms.min_fen)
    right = right and sale.from_ms >= 0 and (sale.until_ms == 0 or sale.until_ms > sale.from_ms)
    if terms.kind == KINDS["FUND"] or (terms.kind == KINDS["WEALTH"] and terms.rate == 0):
        right = right and sale.price > 0
    if terms.kind in (KINDS["DEPOSIT"], KINDS["LOAN"]):
        right = right and sale.price == 0
    return right and 0 <= sale.price <= 10**12


def banks_follow(sale, before):
    """Who was named before is named still, or is a former one; who is new is none."""
    old = {*before.banks, *before.former_banks}
    once = before.all_banks_once or (before.all_banks and not sale.all_banks)
    return set(sale.former_banks) == old - set(sale.banks) and sale.all_banks_once == once


class Products:
    """Part of the Checker."""

    def check_product(self, key, product):
        what = f"product {key.hex()}"
        digest = hashlib.sha256(u64(product.issuer) + product.code.encode()).digest()
        right = digest[:16] == key and CODE.match(product.code) is not None
        self.expect(right, "I15", what, "its key is not that of issuer and code")
        before = records.Product()
        for version in range(1, product.version):
            row = self.rows["PRODUCT_VERSION"].get(key + u64(version))
            if row is None:
                self.found("I4", what, f"version {version} is not there")
                return
            self.expected["PRODUCT_VERSION"].add(key + u64(version))
            self.check_version(key, version, row, before, what)
            before = row
        self.check_version(key, product.version, product, before, what)
        self.expect(1 <= product.version <= 4001, "I4", what, "it has no such version")
        change = self.rows["PRODUCT_CHANGE"].get(u64(product.sequence))
        self.expect(change == key, "I15", what, "its row in the order of changes is not there")
        self.expected["PRODUCT_CHANGE"].add(u64(product.sequence))
        self.check_quota(key, product, what)

    def check_version(self, key, version, row, before, what):
        first = before.version == 0
        same = (row.issuer, row.code, row.published_at_ms) == (
            (row.issuer, row.code, row.changed_at_ms)
            if first
            else (before.issuer, before.code, before.published_at_ms)
        )
        steps = states.PRODUCT_STEPS
        right = same and row.version == version and (before.state, row.state) in steps
        self.expect(right, "I4", what, f"version {version} does not follow the one before it")
        right = terms_are_right(row.terms) and sale_is_right(row.terms, row.sale)
        changed = first or terms_of(row) != terms_of(before)
        digests = row.terms.sha256, before.terms.sha256
        if not first and changed:
            right = right and digests[0] != digests[1]
            right = right and row.terms.kind == before.terms.kind
        since = version if changed or digests[0] != digests[1] else before.terms_version
        self.expect(right and row.terms_version == since, "I4", what, f"terms of version {version}")
        right = banks_follow(row.sale, before.sale)
        self.expect(right, "I4", what, f"version {version} has lost banks")
        right = before.sequence < row.sequence <= self.meta.applied_sequence
        right = right and before.changed_at_ms <= row.changed_at_ms <= self.meta.ledger_ms
        self.expect(right, "I14", what, f"version {version} is of another time")
        self.owe_version(key, row)

    def owe_version(self, key, row):
        named = {*row.sale.banks, *row.sale.former_banks}
        for place, bank in self.rows["BANK"].items():
            code = int.from_bytes(place, "big")
            everyone = row.sale.all_banks or row.sale.all_banks_once
            everyone = everyone and bank.added_at_ms < row.changed_at_ms
            if code != row.issuer and (code in named or everyone):
                self.owed[code].append((row.sequence, states.KIND["PRODUCT"], key, row.version))

    def check_quota(self, key, product, what):
        quota = self.rows["QUOTA"].get(key)
        self.expected["QUOTA"].add(key)
        if quota is None:
            self.found("I15", what, "its quota is not there")
            return
        right = quota.sold_fen >= 0 and quota.reserved_fen >= 0
        self.expect(right, "I9", what, "less than nothing is sold of it")
        taken = quota.sold_fen + quota.reserved_fen
        right = product.sale.quota_fen == 0 or taken <= product.sale.quota_fen
        self.expect(right or taken < 0, "I16", what, "more is sold than its quota")
