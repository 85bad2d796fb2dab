"""The laws of orders and loans, for checker.py: written from docs/store.md and docs/features.md
alone."""

import collections
import hashlib

import states
from disk import records, u64

ORDER_KIND, LOAN_KIND = states.KIND["ORDER"], states.KIND["LOAN"]
O, LO = states.ORDER, states.LOAN
T = states.TRANSFER


def some(states_of, names):
    return {states_of[name] for name in names.split()}


ENDED = some(O, "REJECTED CANCELLED EXPIRED")
DEPOSITS_ALONE = some(O, "OPEN PART_WITHDRAWN MATURED CLOSED")
OTHERS_ALONE = some(O, "PLACED CONFIRMED REDEEMING REDEEMED REFUNDING")
PAID = DEPOSITS_ALONE | OTHERS_ALONE - {O["REFUNDING"]}
ORDER_FINAL = ENDED | {O["REDEEMED"], O["CLOSED"]}
LOAN_FINAL = some(LO, "DECLINED REPAID CANCELLED EXPIRED")


def pair_holds(order, transfer):
    """The transfer that pays (None: there is none) says what the state says."""
    state = None if transfer is None else transfer.state
    paid = state == T["ACCEPTED"] and transfer.amount_fen == order.amount_fen
    back = order.refunded_fen if paid and not transfer.in_house else 0
    paid = paid and transfer.came_back_fen == back
    paid = paid and transfer.returned_fen <= order.refund_fen <= order.amount_fen
    all_due = order.refund_fen == order.amount_fen
    if order.state == O["CREATED"]:
        return state is None
    if order.state == O["FUNDING"]:
        return state in states.TRANSFER_RESERVED
    if order.state in PAID:
        return paid and not all_due
    if order.state in ENDED and not order.placed_at_ms:
        return state in (None, T["REJECTED"], T["CANCELLED"])
    back = order.refunded_fen == order.amount_fen
    return paid and all_due and back == (order.state in ENDED)


def worth(units, price):
    """Half up, in fen."""
    return (units * price + 10**8 // 2) // 10**8


def product_key(issuer, code):
    return hashlib.sha256(u64(issuer) + code.encode()).digest()[:16]


def takes(order):
    """(reserved, sold, held): of its product, and of what its person may hold."""
    if order.state in (O["CREATED"], O["FUNDING"]):
        return order.amount_fen, 0, order.amount_fen
    if not order.placed_at_ms:
        return 0, 0, 0
    sold = order.amount_fen - order.refund_fen
    if order.state == O["PLACED"]:
        return 0, sold, sold
    bought = order.confirmed_units or order.amount_fen * 100
    return 0, sold, sold * order.units // bought if order.units < bought else sold


class Bought:
    """Part of the Checker."""

    def __init__(self):
        self.open_bought = set()  # links
        self.taken = collections.defaultdict(lambda: [0, 0])  # product -> reserved, sold
        self.held = collections.Counter()  # product and person -> fen

    def check_under(self, kind, name, key, record, banks, is_open):
        """Its rows by link, and while it is open."""
        what = f"{name} {key.hex()}"
        self.expected[f"{name}_OF_LINK"].add(record.link + key)
        link = self.links.get(record.link)
        right = link is not None and banks <= {link.class1_bank, link.class2_bank}
        right = right and record.person_key == link.person_key
        self.expect(right, "I15", what, "it is on no link, or another person's or bank's")
        if is_open:
            self.expected["OPEN"].add(bytes([kind]) + record.link + key)
            self.open_bought.add(record.link)
            ended = link is not None and link.state in states.LINK_FINAL
            self.expect(not ended, "I11", what, "it is open, and its link has ended")

    def check_product_of(self, name, key, issuer, record):
        """Whether it is of a version that there is, of a loan or not; the key of its product."""
        place = product_key(issuer, record.product)
        product = self.rows["PRODUCT"].get(place)
        kinds = {getattr(record, "kind", states.PRODUCT_KIND["LOAN"])}
        right = product is not None and {product.terms.kind} == kinds
        right = right and 1 <= record.version <= product.version
        loan = states.PRODUCT_KIND["LOAN"] in kinds
        self.expect(right and loan == (name == "LOAN"), "I15", f"{name} {key.hex()}", "no product")
        return place

    def check_order(self, key, order):
        what = f"order {key.hex()}"
        self.check_life(ORDER_KIND, key, order, states.ORDER_STEPS, order.created_at_ms)
        self.owe_order(key, order)
        deposit = order.kind == states.PRODUCT_KIND["DEPOSIT"]
        never = OTHERS_ALONE if deposit else DEPOSITS_ALONE
        self.expect(order.state not in never, "I4", what, "its product does not come to its state")
        events = {entry.event for entry in self.lives[ORDER_KIND, key]}
        said = bool(events & {states.ORDER_EVENT["PLACE"], states.ORDER_EVENT["OPEN"]})
        self.expect(said == bool(order.placed_at_ms), "I4", what, "whether it was paid")
        right = order.amount_fen > 0 and order.units >= 0 and order.paid_out_fen >= 0
        self.expect(right, "I9", what, "less than nothing")
        transfer = self.transfers.get(order.funding) if order.funding else None
        self.expect(pair_holds(order, transfer), "I16", what, "its transfer says otherwise")
        self.check_units(order, what)
        exact = worth(order.confirmed_units, order.confirmed_price) == order.confirmed_fen
        right = exact or not order.confirmed_units
        self.expect(right, "I16", what, "units and price are not the money")
        refund = order.refunded_fen < order.refund_fen
        is_open = order.state not in ORDER_FINAL or refund or order.payout
        banks = {order.distributor, order.issuer}
        self.check_under(ORDER_KIND, "ORDER", key, order, banks, is_open)
        place = self.check_product_of("ORDER", key, order.issuer, order)
        reserved, sold, held = takes(order)
        self.expect(min(reserved, sold, held) >= 0, "I9", what, "it takes less than nothing")
        self.taken[place][0] += reserved
        self.taken[place][1] += sold
        self.held[place + order.person_key[:16]] += held
        self.deadline(ORDER_KIND, key, self.order_due(order, refund), order.frozen)

    def check_units(self, order, what):
        holds = order.state in PAID - {O["PLACED"], O["REDEEMED"], O["CLOSED"]}
        right = holds == (order.units > 0)
        right = right and (not order.action or order.instruction_units <= order.units)
        right = right and (not order.payout or order.payout_units <= order.units)
        deposit = order.kind == states.PRODUCT_KIND["DEPOSIT"]
        right = right and (deposit or order.units <= order.confirmed_units)
        self.expect(right, "I16", what, "its units are not those of its state")

    def check_sold(self):
        """What is sold of each product, and what each person holds, by their orders."""
        for key in self.taken.keys() | self.rows["QUOTA"].keys():
            what, row = f"product {key.hex()}", self.rows["QUOTA"].get(key, records.Quota())
            reserved, sold = self.taken[key]
            self.expect(row.reserved_fen == reserved, "I3", what, "its reservation is not its orders'")
            self.expect(row.sold_fen == sold, "I16", what, "more or less is sold than its orders say")
        for key in self.held.keys() | self.rows["HELD"].keys():
            row = self.rows["HELD"].get(key, records.Held())
            right = row.held_fen == self.held[key]
            self.expect(right, "I8", f"held {key.hex()}", "it is not what the person has")

    def owe_order(self, key, order):
        link = self.links.get(order.link)
        quiet = (states.ORDER_EVENT["CREATE"], states.ORDER_EVENT["UNANSWERED"])
        for i, entry in enumerate(self.lives[ORDER_KIND, key]):
            if link is not None and entry.event not in quiet:
                self.owe(ORDER_KIND, key, i, link.class2_bank, link.class1_bank)

    def order_due(self, order, refund):
        asked = order.action and not order.taken
        holds = order.state in {O["CONFIRMED"], O["OPEN"], O["PART_WITHDRAWN"]}
        times = [
            order.deadline_ms * (order.state == O["CREATED"]),
            (order.unknown_alarm_ms if order.unknown else order.answer_due_ms) if asked else 0,
            order.confirm_due_ms * (order.state == O["PLACED"] and not order.late & 1),
            order.refund_due_ms * (refund and not order.late & 2),
            order.payout_due_ms * (order.state not in ORDER_FINAL and not order.late & 4),
            order.matures_at_ms * holds,
        ]
        return min((time for time in times if time), default=0)

    def check_loan(self, key, loan):
        what = f"loan {key.hex()}"
        self.check_life(LOAN_KIND, key, loan, states.LOAN_STEPS, loan.offered_at_ms)
        for i in range(len(self.lives[LOAN_KIND, key])):
            self.owe(LOAN_KIND, key, i, loan.lead, loan.partner)
        lead = loan.lead_drawn_fen - loan.lead_repaid_fen
        lent = lead, loan.partner_drawn_fen - loan.partner_repaid_fen
        right = min(*lent, loan.accrued, loan.interest_due_fen) >= 0
        self.expect(right, "I9", what, "a lender got back more than it lent")
        runs = loan.state in (LO["OUTSTANDING"], LO["OVERDUE"])
        self.expect(runs or sum(lent) <= 0, "I16", what, "something is owed")
        days = [one.due_day for one in loan.schedule]
        right = all(one.due_fen > 0 for one in loan.schedule) and days == sorted(set(days))
        right = right and sum(one.due_fen for one in loan.schedule) == sum(lent)
        right = right or min(lent) < 0
        self.expect(right, "I16", what, "its instalments are not what is owed")
        self.check_lenders(key, loan, sum(lent), what)
        is_open = loan.state not in LOAN_FINAL and (not loan.written_off_at_ms or loan.flight)
        self.check_under(LOAN_KIND, "LOAN", key, loan, {loan.lead, loan.partner}, is_open)
        due = loan.deadline_ms * (loan.state in (LO["OFFERED"], LO["APPLIED"], LO["APPROVED"]))
        if loan.state == LO["OUTSTANDING"] and days:
            due = (days[0] + loan.grace_days + 1) * 86400000 - 8 * 3600000
        self.deadline(LOAN_KIND, key, due, loan.frozen)

    def loan_knows(self, bank, request, message, key):
        """A granted request of that kind is this loan's."""
        loan = self.rows["LOAN"][key]
        if message == 1180:
            return (loan.lead, loan.offer_request) == (bank, request)
        if message == 1181:
            return (loan.applicant, loan.request) == (bank, request)
        return bank in (loan.lead, loan.partner)

    def check_lenders(self, key, loan, lent, what):
        approved = loan.state in some(LO, "APPROVED DISBURSING OUTSTANDING OVERDUE REPAID")
        words = list(loan.decisions)
        right = len(words) == 2 and all(word.approved for word in words)
        right = right and loan.limit_fen == min(word.limit_fen for word in words)
        right = right and loan.limit_fen <= loan.asked_fen <= loan.offered_fen
        self.expect(right or not approved, "I16", what, "its lenders did not approve it so")
        self.expect(lent <= loan.limit_fen, "I16", what, "more is lent than its limit")
        self.expect(loan.lead != loan.partner, "I15", what, "one bank is both lenders")
        place = self.check_product_of("LOAN", key, loan.lead, loan)
        asked = loan.asked_fen * (loan.state == LO["APPLIED"])
        granted = loan.limit_fen * (approved and loan.state != LO["REPAID"])
        self.held[place + loan.person_key[:16]] += asked + granted

    def bought_transfers(self):
        """Those that an order or a loan made."""
        tables = ("ORDER_OF_TRANSFER", "LOAN_OF_TRANSFER")
        return {row[:16] for table in tables for row in self.rows[table]}

    def check_of_transfers(self):
        """Which transfers are of one the rows alone say: each leads to one of its own link."""
        for name in ("ORDER", "LOAN"):
            for row in self.rows[f"{name}_OF_TRANSFER"].keys():
                transfer, bought = self.transfers.get(row[:16]), self.rows[name].get(row[16:])
                right = None not in (transfer, bought) and transfer.link == bought.link
                what = f"{name} {row[16:].hex()}"
                self.expect(right, "I15", what, "a row by transfer leads astray")
            for key, record in self.rows[name].items():
                there = record.funding if name == "ORDER" else record.flight_transfer
                right = not there or there + key in self.rows[f"{name}_OF_TRANSFER"]
                self.expect(right, "I15", f"{name} {key.hex()}", "its transfer has no row")
        for key, held in self.rows["HELD"].items():
            someone = any(link.person_key[:16] == key[16:] for link in self.links.values())
            self.expect(someone, "I15", f"held {key.hex()}", "it is nobody's")
            self.expect(held.held_fen >= 0, "I9", f"held {key.hex()}", "less than nothing")
