#!/usr/bin/python3
"""docs/store.md against the sources: no table, number or field is missing there or another one."""

import os
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import disk  # noqa: E402
import states  # noqa: E402

SOURCE = pathlib.Path(os.environ.get("LINKGATE_SOURCE", pathlib.Path(__file__).parents[2]))
PAGE = (SOURCE / "docs/store.md").read_text(encoding="utf-8")


def enum(header, name):
    """Name -> number of a C enum, without its bounds."""
    text = (SOURCE / "src" / header).read_text(encoding="utf-8")
    body = re.search(rf"^enum {name} {{(.*?)}};", text, re.S | re.M)[1]
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
    values, at = {}, 0
    for part in filter(None, (piece.strip() for piece in body.split(","))):
        word, _, number = part.partition("=")
        at = int(number, 0) if number else at
        values[word.strip()] = at
        at += 1
    return values


# What a name in the page stands for: header, enum, prefix in C.
ENUMS = {
    "object_kind": ("domain/types.h", "object_kind", "OBJECT_"),
    "link_state": ("domain/link_state.h", "link_state", "LINK_"),
    "link_event": ("domain/link_state.h", "link_event", "LINK_EVENT_"),
    "link_exchange": ("domain/link.h", "link_exchange", "LINK_EXCHANGE_"),
    "transfer_state": ("domain/transfer.h", "transfer_state", "TRANSFER_"),
    "transfer_event": ("domain/transfer.h", "transfer_event", "TRANSFER_EVENT_"),
    "transfer_kind": ("domain/transfer_kind.h", "transfer_kind", "TRANSFER_"),
    "transfer_direction": ("domain/transfer_kind.h", "transfer_direction", "TRANSFER_"),
    "case_state": ("domain/inquiry.h", "case_state", "CASE_"),
    "case_outcome": ("domain/inquiry.h", "case_outcome", "CASE_"),
    "case_subject": ("domain/inquiry.h", "case_subject", "CASE_"),
    "adjustment_state": ("domain/adjustment.h", "adjustment_state", "ADJUSTMENT_"),
    "order_state": ("domain/product_order_state.h", "product_order_state", "PRODUCT_ORDER_"),
    "order_event": ("domain/product_order_state.h", "product_order_event", "PRODUCT_ORDER_EVENT_"),
    "order_action": ("domain/product_order.h", "product_order_action", "PRODUCT_ACTION_"),
    "payout": ("domain/product_order.h", "product_payout", "PRODUCT_PAYOUT_"),
    "loan_state": ("domain/loan_state.h", "loan_state", "LOAN_"),
    "loan_event": ("domain/loan_state.h", "loan_event", "LOAN_EVENT_"),
    "loan_flight": ("domain/loan.h", "loan_flight_kind", "LOAN_FLIGHT_"),
    "card_state": ("domain/card.h", "card_state", "CARD_"),
    "card_event": ("domain/card.h", "card_event", "CARD_EVENT_"),
    "card_delivery": ("domain/card.h", "card_delivery", "CARD_DELIVERY_"),
    "window_state": ("domain/window.h", "window_state", "WINDOW_"),
    "window_event": ("domain/window.h", "window_event", "WINDOW_EVENT_"),
    "settlement": ("domain/window.h", "settlement", "SETTLEMENT_"),
    "product_state": ("domain/product.h", "product_state", "PRODUCT_"),
    "product_kind": ("domain/product.h", "product_kind", "PRODUCT_"),
    "approval_state": ("domain/approval.h", "approval_state", "APPROVAL_"),
    "funds_state": ("domain/funds.h", "funds_state", "FUNDS_"),
    "funds_event": ("domain/funds.h", "funds_event", "FUNDS_EVENT_"),
    "funds_direction": ("domain/funds.h", "funds_direction", "FUNDS_"),
    "hold_authority": ("domain/hold.h", "hold_authority", "HOLD_BY_"),
    "cause": ("domain/types.h", "cause", "CAUSE_"),
}
BOUNDS = re.compile(r"_(STATES|EVENTS|KINDS|ACTIONS|PAYOUTS)$")


def from_source(header, name, prefix):
    names = {n: v for n, v in enum(header, name).items() if not BOUNDS.search(n)}
    return {n.removeprefix(prefix): v for n, v in names.items() if n.startswith(prefix)}


def listed_tables():
    rows = PAGE.split("| no. | table |")[1].split("\n\n")[0]
    return re.findall(r"^\| (\d+) \| ([A-Z0-9_]+) \|", rows, re.M)


class Tables(unittest.TestCase):
    def test_every_table_of_the_store_is_there(self):
        values = enum("store/tables.h", "table")
        tables = {n.removeprefix("TABLE_"): v for n, v in values.items() if n != "TABLES"}
        rows = listed_tables()
        self.assertEqual({name: int(number) for number, name in rows}, tables)

    def test_the_second_reader_knows_them_all(self):
        rows = listed_tables()
        self.assertEqual(
            {int(n): name for n, name in rows}, {n: t[0] for n, t in disk.TABLES.items()}
        )

    def test_every_record_message_is_named(self):
        proto = (SOURCE / "proto/linkgate/store/v1/records.proto").read_text(encoding="utf-8")
        inner = {
            "AgreedLimits", "Agreement", "Consent", "Hold", "Amendment", "Exchange", "Challenge"
        }
        for message in set(re.findall(r"^message (\w+)", proto, re.M)) - inner - {
            "Evidence", "CaseEntry", "AdjustmentEntry", "LimitLeft", "Bucket", "BucketSum",
            "LoanTerms", "LoanDecision", "LoanInstalment",
        }:
            self.assertRegex(PAGE, rf"\b{message}\b")


class Numbers(unittest.TestCase):
    def page(self, name):
        row = re.search(rf"^\| {name} \| (.*) \|$", PAGE, re.M)[1]
        return {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", row)}

    def test_they_are_the_sources(self):
        for name, place in ENUMS.items():
            known = from_source(*place)
            named = self.page(name)
            # NONE is in the page where it stands for something.
            known = {n: v for n, v in known.items() if not n.endswith("NONE")}
            named.pop("NONE", None)
            self.assertEqual(named, known, name)

    def test_labels_and_formats_are_the_sources(self):
        keyring = (SOURCE / "src/crypto/keyring.c").read_text(encoding="utf-8")
        for label in re.findall(r'"(linkgate [a-z ]+ v1)"', keyring):
            self.assertIn(f"`{label}`", PAGE)


class States(unittest.TestCase):
    """The tables of the second checker, written by hand, against those for partners."""

    def table(self, mark, page=None):
        page = page or self.protocol
        body = re.search(rf"<!-- generated: {mark} -->(.*?)<!-- end -->", page, re.S)[1]
        rows = re.findall(r"^\| ([A-Z_]+) \| ([A-Z_]+) \| ([A-Z_]+) \|", body, re.M)
        return set(rows)

    def setUp(self):
        self.protocol = (SOURCE / "docs/protocol.md").read_text(encoding="utf-8")

    def named(self, steps, names, events):
        def name(numbers, number):
            return "NONE" if number == 0 and numbers is names else states.name_of(numbers, number)

        return {(name(names, a), name(events, e), name(names, b)) for (a, e), b in steps.items()}

    def test_links(self):
        steps = self.named(states.LINK_STEPS, states.LINK, states.LINK_EVENT)
        self.assertEqual(steps, self.table("link-states"))

    def test_transfers(self):
        steps = self.named(states.TRANSFER_STEPS, states.TRANSFER, states.TRANSFER_EVENT)
        self.assertEqual(steps, self.table("transfer-states"))

    def test_cases(self):
        numbers = {"NONE": 0} | states.CASE
        steps = {(numbers[a], numbers[b]) for a, _, b in self.table("case-states")}
        self.assertEqual(steps, states.CASE_STEPS)

    def test_adjustments(self):
        numbers = {"NONE": 0} | states.ADJUSTMENT
        steps = {(numbers[a], numbers[b]) for a, _, b in self.table("adjustment-states")}
        self.assertEqual(steps, states.ADJUSTMENT_STEPS)

    def test_cards(self):
        steps = self.named(states.CARD_STEPS, states.CARD, states.CARD_EVENT)
        self.assertEqual(steps, self.table("card-states"))

    def test_orders_and_loans(self):
        page = (SOURCE / "docs/features.md").read_text(encoding="utf-8")
        steps = self.named(states.ORDER_STEPS, states.ORDER, states.ORDER_EVENT)
        self.assertEqual(steps, self.table("order-states", page))
        steps = self.named(states.LOAN_STEPS, states.LOAN, states.LOAN_EVENT)
        self.assertEqual(steps, self.table("loan-states", page))


if __name__ == "__main__":
    unittest.main()
