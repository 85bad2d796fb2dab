"""The sums of orders and loans against the transfers that moved them, for checker.py: written from
docs/store.md and docs/features.md alone."""

import collections

import states

T = states.TRANSFER
KINDS = {"ORDER_BUY": 13, "ORDER_PAYOUT": 14, "LOAN_REPAYMENT": 15}
DRAWS = {11, 12}
FUNDING = states.ORDER["FUNDING"]
DRAWN, CONFLICT = states.LOAN_EVENT["DRAWN"], states.LOAN_EVENT["CONFLICT"]
WHOLE = 10000


class Paid:
    """Part of the Checker."""

    def moved_by(self):
        """(table, object) -> its transfers, as [(id, record)]."""
        moved = collections.defaultdict(list)
        for name in ("ORDER", "LOAN"):
            for row in self.rows[f"{name}_OF_TRANSFER"].keys():
                transfer = self.transfers.get(row[:16])
                if transfer is not None:
                    moved[name, row[16:]].append((row[:16], transfer))
        return moved

    def check_paid(self):
        moved = self.moved_by()
        for key, order in self.rows["ORDER"].items():
            self.check_order_paid(f"order {key.hex()}", order, moved["ORDER", key])
        for key, loan in self.rows["LOAN"].items():
            entries = self.lives[states.KIND["LOAN"], key]
            what = f"loan {key.hex()}"
            self.check_lead_share(what, loan, sum(entry.event == DRAWN for entry in entries))
            if not loan.conflict and not loan.frozen:
                self.check_loan_paid(what, loan, moved["LOAN", key])

    def check_order_paid(self, what, order, transfers):
        payouts = [(key, t) for key, t in transfers if key != order.funding]
        right = all(t.kind == KINDS["ORDER_PAYOUT"] and not t.in_house for _, t in payouts)
        right = right and all(t.debtor_bank == order.issuer for _, t in payouts)
        self.expect(right, "I16", what, "it has transfers that it cannot have")
        paid = sum(t.amount_fen for _, t in payouts if t.state == T["ACCEPTED"])
        link = self.links.get(order.link)
        payer = link and (link.class1_bank if order.class1_pays else link.class2_bank)
        right = paid == 0 if payer == order.issuer else paid == order.paid_out_fen
        self.expect(right, "I16", what, "its payouts are not what it says")
        open_ = {key for key, t in transfers if t.state in states.TRANSFER_RESERVED}
        says = {order.funding} if order.state == FUNDING else set()
        says |= {order.payout_transfer} if order.payout else set()
        self.expect(open_ == says, "I4", what, "others of its transfers are on their way")

    def check_lead_share(self, what, loan, draws):
        whole = loan.lead_drawn_fen + loan.partner_drawn_fen
        off = whole * loan.lead_share - loan.lead_drawn_fen * WHOLE
        self.expect(0 <= off < WHOLE * max(draws, 1), "I16", what, "the lead drew another share")

    def check_loan_paid(self, what, loan, transfers):
        right = all(t.kind in DRAWS | {KINDS["LOAN_REPAYMENT"]} for _, t in transfers)
        self.expect(right, "I16", what, "it has transfers that it cannot have")
        link = self.links.get(loan.link)
        if link is None:
            return
        payer = link.class1_bank if loan.class1_account else link.class2_bank
        other = "partner" if payer == loan.lead else "lead"
        sums = collections.Counter()
        for _, t in transfers:
            if t.state == T["ACCEPTED"] and not t.in_house:
                sums[t.kind in DRAWS] += t.amount_fen - t.came_back_fen
        back = getattr(loan, f"{other}_repaid_fen") + getattr(loan, f"{other}_interest_fen")
        right = (sums[True], sums[False]) == (getattr(loan, f"{other}_drawn_fen"), back)
        self.expect(right, "I16", what, "the other lender's share is not what its transfers moved")
        open_ = {key for key, t in transfers if t.state in states.TRANSFER_RESERVED}
        says = {loan.flight_transfer} if loan.flight else set()
        self.expect(open_ == says, "I4", what, "others of its transfers are on their way")
