/*
 * The sums of orders and loans against the transfers that moved them: I16, and I4 of what is on its
 * way.
 *
 * Invariant: each transfer of an order or a loan is one that its record knows: it pays for it, is on
 * its way as it says, or stands in its sums. What one bank gave its own customer moved by no transfer:
 * of that nothing can be told here.
 */
#include "verify/checks.h"

/* What the transfers of one order or loan say together. */
struct moved {
    int64_t out_fen;      /* accepted payouts; accepted draws that did not come back */
    int64_t in_fen;       /* accepted repayments */
    unsigned open, wrong; /* on their way; of a kind or a way that cannot be */
    struct transfer last_open;
};

typedef void visit_moved(struct look *look, const struct transfer *transfer, const void *object,
                         struct moved *moved);

/* All its transfers were made after it, on its link. */
static bool each_moved(struct look *look, struct about of, const struct id *link,
                       visit_moved *visit, const void *object, struct moved *moved) {
    struct id id = of.id, made_by;
    struct transfer transfer;
    int rc;
    while ((rc = store_next_transfer_of_link(look->store, link, &id, &id)) == 0) {
        rc = of.kind == OBJECT_ORDER ? store_find_order_of_transfer(look->store, &id, &made_by)
                                     : store_find_loan_of_transfer(look->store, &id, &made_by);
        if (rc == STORE_ABSENT || (rc == 0 && !id_equal(&made_by, &of.id)))
            continue;
        if (rc != 0 || look_transfer(look, &id, &transfer) != GOT)
            return false;
        if (transfer_reserved(transfer.state)) {
            moved->open++;
            moved->last_open = transfer;
        }
        visit(look, &transfer, object, moved);
    }
    return look_got(look, rc, of) != GOT_DAMAGED;
}

/* ---- orders ---- */

static void visit_order(struct look *look, const struct transfer *transfer, const void *object,
                        struct moved *moved) {
    const struct product_order *order = object;
    bool funding = id_equal(&transfer->id, &order->funding);
    (void)look;
    if (funding == (transfer->kind == TRANSFER_ORDER_PAYOUT) ||
        (!funding && (transfer->in_house || transfer->debtor_bank != order->issuer)))
        moved->wrong++;
    if (!funding && transfer->state == TRANSFER_ACCEPTED)
        look_add(look, &moved->out_fen, transfer->amount.fen, about(OBJECT_ORDER, &order->id));
}

static void check_payout(struct look *look, struct about of, const struct product_order *order,
                         const struct moved *moved) {
    const struct product_order_payout *payout = &order->payout;
    const struct transfer *open = &moved->last_open;
    bool pays = order->state == PRODUCT_ORDER_FUNDING;
    bool pays_out = payout->purpose != PRODUCT_PAYOUT_NONE;
    if (moved->open != (unsigned)pays + pays_out ||
        (pays && !id_equal(&open->id, &order->funding)) ||
        (pays_out && (!id_equal(&open->id, &payout->transfer) || open->amount.fen != payout->fen)))
        look_found(look, LAW_I4, of, "%u transfers of it are on their way, and it says otherwise",
                   moved->open);
}

void check_order_paid(struct look *look, const struct product_order *order) {
    struct about of = about(OBJECT_ORDER, &order->id);
    struct moved moved = {.open = 0};
    struct link link;
    if (look_link(look, &order->link, &link) != GOT ||
        !each_moved(look, of, &order->link, visit_order, order, &moved))
        return;
    bool at_issuer = order->issuer == (order->class1_pays ? link.class1_bank : link.class2_bank);
    if (moved.wrong > 0)
        look_found(look, LAW_I16, of, "%u of its transfers are none that it can have", moved.wrong);
    if (at_issuer ? moved.out_fen != 0 : moved.out_fen != order->paid_out_fen)
        look_found(look, LAW_I16, of, "%lld fen of it are paid out; its payouts are %lld",
                   (long long)order->paid_out_fen, (long long)moved.out_fen);
    check_payout(look, of, order, &moved);
}

/* ---- loans ---- */

static void visit_loan(struct look *look, const struct transfer *transfer, const void *object,
                       struct moved *moved) {
    const struct loan *loan = object;
    struct about of = about(OBJECT_LOAN, &loan->id);
    bool repays = transfer->kind == TRANSFER_LOAN_REPAYMENT;
    bool counts = transfer->state == TRANSFER_ACCEPTED && !transfer->in_house;
    if (!repays && transfer->kind != TRANSFER_LOAN_OWN && transfer->kind != TRANSFER_LOAN_OTHER)
        moved->wrong++;
    if (counts)
        look_add(look, repays ? &moved->in_fen : &moved->out_fen,
                 transfer->amount.fen - transfer->came_back_fen, of);
}

/* Its share of what was drawn is at most one fen a draw away from the whole's. */
static void check_shares(struct look *look, struct about of, const struct loan *loan,
                         uint32_t draws) {
    const struct shares *drawn = &loan->account.drawn;
    __extension__ __int128 whole = (__int128)drawn->lead_fen + drawn->partner_fen;
    __extension__ __int128 off =
        whole * loan->terms.lead_share - (__int128)drawn->lead_fen * PRODUCT_SHARES;
    if (off < 0 || off >= (__int128)PRODUCT_SHARES * (draws > 0 ? draws : 1))
        look_found(look, LAW_I16, of, "the lead's share of what was drawn is %lld of %lld fen",
                   (long long)drawn->lead_fen, (long long)whole);
}

void check_loan_paid(struct look *look, const struct loan *loan, uint32_t draws) {
    struct about of = about(OBJECT_LOAN, &loan->id);
    const struct loan_account *account = &loan->account;
    struct moved moved = {.open = 0};
    struct link link;
    check_shares(look, of, loan, draws);
    if (loan->conflict || look_link(look, &loan->link, &link) != GOT ||
        !each_moved(look, of, &loan->link, visit_loan, loan, &moved))
        return; /* of a conflict people have the sums */
    bank_code payer = loan->class1_account ? link.class1_bank : link.class2_bank;
    bool other_leads = payer != loan->lead;
    int64_t drawn_fen = other_leads ? account->drawn.lead_fen : account->drawn.partner_fen;
    int64_t repaid_fen = other_leads
                             ? account->repaid.lead_fen + account->interest_paid.lead_fen
                             : account->repaid.partner_fen + account->interest_paid.partner_fen;
    if (moved.wrong > 0)
        look_found(look, LAW_I16, of, "%u of its transfers are none that it can have", moved.wrong);
    if (!loan->frozen && (moved.out_fen != drawn_fen || moved.in_fen != repaid_fen))
        look_found(look, LAW_I16, of,
                   "the other lender gave %lld fen and got %lld; the transfers are %lld and %lld",
                   (long long)drawn_fen, (long long)repaid_fen, (long long)moved.out_fen,
                   (long long)moved.in_fen);
    bool flies = loan->flight.kind != LOAN_FLIGHT_NONE;
    if (!loan->frozen &&
        (moved.open != flies || (flies && !id_equal(&moved.last_open.id, &loan->flight.transfer))))
        look_found(look, LAW_I4, of, "%u transfers of it are on their way, and it says otherwise",
                   moved.open);
}
