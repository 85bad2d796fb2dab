#!/usr/bin/python3
"""The second checker's laws of orders and loans: what is right, and each fault by its law."""

import collections
import unittest

import states
from bought import product_key
from checker import Checker
from disk import records

LINK, TRANSFER, KEY, PERSON = b"L" * 16, b"T" * 16, b"K" * 16, b"P" * 32
DRAW = b"D" * 16
FEN = 100000
ISSUER, SELLER = 7, 8


def entries(record, states_of, events_of, text):
    """A life of one command: "EVENT>STATE ..."."""
    for way in text.split():
        event, state = way.split(">")
        record.history.add(event=events_of[event], state=states_of[state], cause=1)
    record.history[0].after_sequence = 1


def an_order():
    order = records.ProductOrder(
        state=4, kind=1, link=LINK, amount_fen=FEN, created_at_ms=5, placed_at_ms=5,
        funding=TRANSFER, confirmed_units=10**7, confirmed_price=10**6, confirmed_fen=FEN,
        units=10**7, issuer=ISSUER, distributor=SELLER, product="X", version=1, person_key=PERSON,
    )
    way = "CREATE>CREATED FUND>FUNDING PLACE>PLACED CONFIRM>CONFIRMED"
    entries(order, states.ORDER, states.ORDER_EVENT, way)
    return order


def a_loan():
    loan = records.Loan(
        state=6, link=LINK, offered_at_ms=5, lead_drawn_fen=300, partner_drawn_fen=700,
        grace_days=3, lead=ISSUER, partner=SELLER, product="Y", version=1, person_key=PERSON,
        offered_fen=2000, asked_fen=1500, limit_fen=1000, lead_share=3000, class1_account=True,
    )
    for fen in (1200, 1000):
        loan.decisions.add(made=True, approved=True, limit_fen=fen)
    loan.schedule.add(due_day=20000, due_fen=1000)
    way = "OFFER>OFFERED APPLY>APPLIED APPROVE>APPROVED DRAW>DISBURSING DRAWN>OUTSTANDING"
    entries(loan, states.LOAN, states.LOAN_EVENT, way)
    return loan


def found(order=None, loan=None, transfer_state=4, row=True, sums=(FEN, FEN), drawn=700):
    rows = collections.defaultdict(dict)
    rows["META"][b""] = records.Meta(ledger_ms=9, applied_sequence=9)
    rows["LINK"][LINK] = records.Link(
        class1_bank=ISSUER, class2_bank=SELLER, person_key=PERSON, state=5
    )
    for code, kind in (("X", 1), ("Y", 4)):
        product = records.Product(version=1, terms=records.ProductTerms(kind=kind))
        rows["PRODUCT"][product_key(ISSUER, code)] = product
    sold, held = sums
    rows["QUOTA"][product_key(ISSUER, "X")] = records.Quota(sold_fen=sold if order else 0)
    if order:
        rows["HELD"][product_key(ISSUER, "X") + PERSON[:16]] = records.Held(held_fen=held)
    rows["TRANSFER"][TRANSFER] = records.Transfer(state=transfer_state, amount_fen=FEN, link=LINK)
    checker = Checker(rows, None, None)
    if order:
        rows["ORDER"][KEY] = order
        if row:
            rows["ORDER_OF_TRANSFER"][TRANSFER + KEY] = None
        checker.check_order(KEY, order)
    if loan:
        rows["LOAN"][KEY] = loan
        rows["TRANSFER"][DRAW] = records.Transfer(state=4, kind=11, amount_fen=drawn, link=LINK)
        rows["LOAN_OF_TRANSFER"][DRAW + KEY] = None
        rows["HELD"][product_key(ISSUER, "Y") + PERSON[:16]] = records.Held(held_fen=1000)
        checker.check_loan(KEY, loan)
    checker.check_of_transfers()
    checker.check_sold()
    checker.check_paid()
    return {law for law, _, _ in checker.findings}


class Laws(unittest.TestCase):
    def test_right_ones(self):
        self.assertEqual(found(order=an_order()), set())
        self.assertEqual(found(loan=a_loan()), set())

    def change(self, record, fields):
        for name, value in fields.items():
            setattr(record, name, value)
        return record

    def test_orders(self):
        for law, fields in (
            ("I16", {"funding": b""}),
            ("I16", {"amount_fen": FEN + 1}),
            ("I16", {"confirmed_fen": FEN - 1}),
            ("I16", {"refund_fen": 7, "refunded_fen": 7}),
            ("I9", {"units": -1}),
            ("I16", {"units": 0}),
            ("I16", {"units": 10**7 + 1}),
            ("I16", {"payout": 1, "payout_units": 10**7 + 1}),
            ("I15", {"issuer": 9}),
            ("I15", {"version": 2}),
            ("I15", {"product": "Y"}),
            ("I15", {"person_key": b"Q" * 32}),
            ("I4", {"kind": 3}),
            ("I4", {"state": 3}),
            ("I4", {"placed_at_ms": 0}),
        ):
            self.assertIn(law, found(order=self.change(an_order(), fields)), fields)
        self.assertIn("I16", found(order=an_order(), transfer_state=5))
        self.assertIn("I15", found(order=an_order(), row=False))

    def test_sums(self):
        self.assertIn("I16", found(order=an_order(), sums=(FEN - 1, FEN)))
        self.assertIn("I8", found(order=an_order(), sums=(FEN, FEN + 1)))

    def test_transfers(self):
        self.assertIn("I16", found(loan=a_loan(), drawn=699))
        self.assertIn("I16", found(order=self.change(an_order(), {"paid_out_fen": 1})))
        payout = {"payout": 1, "payout_units": 1, "payout_transfer": b"X" * 16}
        self.assertIn("I4", found(order=self.change(an_order(), payout)))

    def test_ends(self):
        for end, law in (("CANCELLED", False), ("EXPIRED", True)):
            order = self.change(an_order(), {"state": states.ORDER[end], "kind": 2})
            del order.history[:]
            order.units = order.confirmed_units = order.confirmed_fen = 0
            order.refund_fen = FEN
            way = "CREATE>CREATED FUND>FUNDING PLACE>PLACED CANCEL>REFUNDING REFUNDED>" + end
            entries(order, states.ORDER, states.ORDER_EVENT, way)
            self.assertEqual("I4" in found(order=order), law, end)

    def test_loans(self):
        for law, fields in (
            ("I9", {"lead_repaid_fen": 301}),
            ("I16", {"partner_repaid_fen": 1}),
            ("I16", {"state": 8}),
            ("I16", {"limit_fen": 999}),
            ("I16", {"lead_share": 4000}),
            ("I16", {"partner_interest_fen": 1}),
            ("I16", {"class1_account": False}),
            ("I16", {"asked_fen": 999}),
            ("I15", {"lead": 9}),
            ("I15", {"partner": ISSUER}),
            ("I15", {"product": "X"}),
            ("I4", {"state": 7}),
            ("I15", {"flight_transfer": TRANSFER}),
        ):
            self.assertIn(law, found(loan=self.change(a_loan(), fields)), fields)


if __name__ == "__main__":
    unittest.main()
