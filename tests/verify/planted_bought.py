"""Violations to plant in what is sold, and in what customers bought and borrowed: more of planted.py.

`python3 planted_bought.py` lists all of them.
"""

import states
from disk import records, u64
from planted import PLANTS, change, plant

P = states.PRODUCT


def older(edit):
    """(key, record) of each version that another one follows."""
    return edit.messages("PRODUCT_VERSION")


# ---- the catalogue ----


@plant("I4")
def product_version_gone(edit, chance):
    rows = older(edit)
    if rows:
        edit.drop("PRODUCT_VERSION", chance.choice(rows)[0])
    return bool(rows)


@plant("I15")
def product_change_gone(edit, chance):
    rows = edit.rows("PRODUCT_CHANGE")
    if rows:
        edit.drop("PRODUCT_CHANGE", chance.choice(rows)[0])
    return bool(rows)


@plant("I15")
def quota_gone(edit, chance):
    rows = edit.rows("QUOTA")
    if rows:
        edit.drop("QUOTA", chance.choice(rows)[0])
    return bool(rows)


@plant("I15")
def product_version_of_tomorrow(edit, chance):
    """A version stands as an older one that is the present one still."""
    rows = edit.messages("PRODUCT")
    if not rows:
        return False
    key, product = chance.choice(rows)
    edit.put("PRODUCT_VERSION", key + u64(product.version), product)
    return True


@plant("I15")
def product_changed_twice(edit, chance):
    rows = edit.messages("PRODUCT")
    if not rows:
        return False
    key, product = chance.choice(rows)
    edit.put("PRODUCT_CHANGE", u64(product.sequence + 1), key)
    return True


@plant("I4")
def product_comes_back(edit, chance):
    """Withdrawn, and sold again."""

    def withdraw(product):
        product.state = P["WITHDRAWN"]

    return change(edit, chance, "PRODUCT_VERSION", lambda product: True, withdraw)


@plant("I4")
def product_terms_without_their_text(edit, chance):
    """What the customer is told changed, and its digest did not."""

    def dearer(product):
        product.terms.min_fen += 1

    def same(product):
        return product.version > 1 and product.terms_version < product.version

    return change(edit, chance, "PRODUCT", same, dearer)


@plant("I4")
def product_terms_of_another_version(edit, chance):
    def earlier(product):
        product.terms_version -= 1

    return change(edit, chance, "PRODUCT", lambda product: product.terms_version > 1, earlier)


@plant("I4")
def product_bank_forgotten(edit, chance):
    """A bank that an earlier version named sees it no more."""

    def forget(product):
        del product.sale.former_banks[:]

    return change(edit, chance, "PRODUCT", lambda p: len(p.sale.former_banks), forget)


@plant("I14")
def product_of_tomorrow(edit, chance):
    def later(product):
        product.changed_at_ms += 10**12

    return change(edit, chance, "PRODUCT", lambda product: True, later)


# ---- what was sold ----


@plant("I16")
def sold_off(edit, chance):
    def more(quota):
        quota.sold_fen += 1

    return change(edit, chance, "QUOTA", lambda quota: True, more)


@plant("I3")
def quota_reserved_off(edit, chance):
    def more(quota):
        quota.reserved_fen += 1

    return change(edit, chance, "QUOTA", lambda quota: True, more)


@plant("I9")
def quota_negative(edit, chance):
    def less(quota):
        quota.reserved_fen = -1

    return change(edit, chance, "QUOTA", lambda quota: True, less)


@plant("I15")
def held_by_nobody(edit, chance):
    rows = edit.rows("PRODUCT")
    if rows:
        place = chance.choice(rows)[0] + chance.randbytes(16)
        edit.put("HELD", place, records.Held(held_fen=1))
    return bool(rows)


if __name__ == "__main__":
    for title, (named, _) in PLANTS.items():
        print(title, named)
