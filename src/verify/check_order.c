/*
 * Orders of products and loans: the path of each, its rows, and what goes with its state: I4, I9, I14
 * to I16.
 *
 * Invariant: an order's money and product stand where its state says, and the transfer that pays for
 * it says the same; a loan's sums are those of two lenders, of whom none got back more than it lent.
 */
#include "domain/product_units.h"
#include "verify/checks.h"

static void check_row_of(struct look *look, struct about of, int rc, const struct id *found,
                         const char *which) {
    enum got got = look_got(look, rc, of);
    if (got == GOT_NONE || (got == GOT && !id_equal(found, &of.id)))
        look_found(look, LAW_I15, of, "its row by %s is not there", which);
}

/* Whose an order or a loan is: two banks, of whom each is one of its link's. */
struct bought {
    bank_code one, other;
    const struct digest *person_key;
};

static void check_bought_on(struct look *look, struct about of, const struct id *id, bool open,
                            struct bought bought) {
    struct link link;
    enum got got = look_link(look, id, &link);
    if (got == GOT_NONE)
        look_found(look, LAW_I15, of, "its link is not there");
    if (got != GOT)
        return;
    if ((bought.one != link.class1_bank && bought.one != link.class2_bank) ||
        (bought.other != link.class1_bank && bought.other != link.class2_bank) ||
        !digest_equal(bought.person_key, &link.person_key))
        look_found(look, LAW_I15, of, "its banks or its person are not those of its link");
    if (open && link_final(link.state))
        look_found(look, LAW_I11, of, "it is open, and its link is %s",
                   link_state_name(link.state));
}

/* ---- orders ---- */

/* What an order's life says of it. */
struct order_life {
    enum product_order_state ends; /* of REFUNDING, by what led there */
    bool right;                    /* it ended as it began to */
    bool paid, conflict;
};

static void visit_order(void *context, uint32_t before, const struct history_entry *entry) {
    struct order_life *life = context;
    if (entry->event == PRODUCT_ORDER_EVENT_REFUNDED && entry->state != (uint32_t)life->ends)
        life->right = false;
    if (entry->state == PRODUCT_ORDER_REFUNDING && before != PRODUCT_ORDER_REFUNDING)
        life->ends = product_order_end((enum product_order_event)entry->event);
    else if (entry->state != PRODUCT_ORDER_REFUNDING)
        life->ends = PRODUCT_ORDER_NONE;
    life->paid |=
        entry->event == PRODUCT_ORDER_EVENT_PLACE || entry->event == PRODUCT_ORDER_EVENT_OPEN;
    life->conflict |= entry->event == PRODUCT_ORDER_EVENT_CONFLICT;
}

static void check_order_life(struct look *look, struct about of,
                             const struct product_order *order) {
    struct order_life said = {.right = true};
    struct life life = {.about = of,
                        .history = &order->history,
                        .state = order->state,
                        .born_ms = order->created_at_ms};
    struct link link;
    if (look_link(look, &order->link, &link) == GOT) {
        life.first = link.class2_bank;
        life.second = link.class1_bank;
    }
    if (!life_check(look, &life, visit_order, &said))
        return;
    if (!said.right || said.ends != order->ends)
        look_found(look, LAW_I4, of, "it ends in %s, and its life says %s",
                   product_order_state_name(order->ends), product_order_state_name(said.ends));
    if (said.paid != (order->placed_at_ms != 0) || said.conflict != order->conflict)
        look_found(look, LAW_I4, of, "its life says otherwise whether it was paid or contradicted");
}

static void check_order_money(struct look *look, struct about of,
                              const struct product_order *order) {
    struct product_order_pair pair = product_order_pair(order);
    struct transfer funding;
    enum got got = GOT_NONE;
    if (!id_is_zero(&order->funding)) {
        struct id found = {{0}};
        got = look_transfer(look, &order->funding, &funding);
        check_row_of(look, of, store_find_order_of_transfer(look->store, &order->funding, &found),
                     &found, "transfer");
    }
    if (order->amount.fen <= 0 || order->units < 0 || order->paid_out_fen < 0)
        look_found(look, LAW_I9, of, "%lld fen are ordered, %lld units left",
                   (long long)order->amount.fen, (long long)order->units);
    if (got != GOT_DAMAGED && !product_order_agrees(order, got == GOT ? &funding : NULL))
        look_found(look, LAW_I16, of, "money is %s and product %s, and its transfer says otherwise",
                   product_order_money_name(pair.money), product_order_product_name(pair.product));
    if (order->confirmed_units != 0 &&
        !product_units_are(order->confirmed_units, order->confirmed_price, order->confirmed_fen))
        look_found(look, LAW_I16, of, "%lld units at %lld are not %lld fen",
                   (long long)order->confirmed_units, (long long)order->confirmed_price,
                   (long long)order->confirmed_fen);
}

/* Units stand while they are held. */
static void check_order_units(struct look *look, struct about of,
                              const struct product_order *order) {
    bool holds = product_order_pair(order).product == PRODUCT_PART_DONE &&
                 !product_order_final(order->state);
    bool asked = order->instruction.action != PRODUCT_ACTION_NONE;
    bool paying = order->payout.purpose != PRODUCT_PAYOUT_NONE;
    if (holds != (order->units > 0) || (asked && order->instruction.units > order->units) ||
        (paying && order->payout.units > order->units))
        look_found(look, LAW_I16, of, "it is %s with %lld units, of which %lld and %lld are to go",
                   product_order_state_name(order->state), (long long)order->units,
                   (long long)order->instruction.units, (long long)order->payout.units);
    if (order->kind != PRODUCT_DEPOSIT && order->units > order->confirmed_units)
        look_found(look, LAW_I16, of, "%lld units are left of %lld", (long long)order->units,
                   (long long)order->confirmed_units);
}

void check_product_order(struct look *look, const struct product_order *order) {
    struct about of = about(OBJECT_ORDER, &order->id);
    struct id before = look_before(&order->id), found = {{0}};
    if (!product_order_reaches(order->kind, order->state))
        look_found(look, LAW_I4, of, "a product of kind %u does not come to %s",
                   (unsigned)order->kind, product_order_state_name(order->state));
    check_order_life(look, of, order);
    check_order_money(look, of, order);
    check_order_units(look, of, order);
    check_bought_on(look, of, &order->link, product_order_open(order),
                    (struct bought){order->distributor, order->issuer, &order->person_key});
    check_sold(look, order);
    check_order_paid(look, order);
    check_row_of(look, of, store_next_order_of_link(look->store, &order->link, &before, &found),
                 &found, "link");
    check_open_row(look, of, &order->link, product_order_open(order));
    if (!order->frozen)
        check_deadline_row(look, of, product_order_due_ms(order));
}

/* ---- loans ---- */

struct loan_life {
    bool conflict;
    uint32_t draws;
};

static void visit_loan(void *context, uint32_t before, const struct history_entry *entry) {
    struct loan_life *life = context;
    (void)before;
    life->conflict |= entry->event == LOAN_EVENT_CONFLICT;
    life->draws += entry->event == LOAN_EVENT_DRAWN;
}

static void check_loan_sums(struct look *look, struct about of, const struct loan *loan) {
    struct shares lent = loan_principal_of(&loan->account);
    int64_t principal_fen = 0;
    if (lent.lead_fen < 0 || lent.partner_fen < 0 || loan->account.accrued < 0 ||
        loan->account.interest_due_fen < 0 ||
        !fen_add(lent.lead_fen, lent.partner_fen, &principal_fen))
        look_found(look, LAW_I9, of, "the lead has lent %lld fen, the partner %lld",
                   (long long)lent.lead_fen, (long long)lent.partner_fen);
    else if (principal_fen > 0 && !loan_runs(loan->state))
        look_found(look, LAW_I16, of, "%lld fen are owed while it is %s", (long long)principal_fen,
                   loan_state_name(loan->state));
    else if (!loan_schedule_valid(&loan->schedule, principal_fen))
        look_found(look, LAW_I16, of, "its instalments are not the %lld fen that are owed",
                   (long long)principal_fen);
}

static void check_loan_lenders(struct look *look, struct about of, const struct loan *loan) {
    const struct loan_decision *lead = &loan->decisions[LOAN_LEAD];
    const struct loan_decision *partner = &loan->decisions[LOAN_PARTNER];
    struct id id = store_product_id(loan->lead, span_text(loan->product));
    struct product product;
    bool approved =
        loan->state >= LOAN_APPROVED && loan->state <= LOAN_REPAID && loan->state != LOAN_DECLINED;
    int64_t limit_fen = lead->limit_fen;
    if (partner->approved && partner->limit_fen < limit_fen)
        limit_fen = partner->limit_fen;
    if (loan->lead == loan->terms.partner)
        look_found(look, LAW_I15, of, "one bank is both of its lenders");
    if (approved && (!loan_approved(loan) || loan->limit_fen != limit_fen ||
                     limit_fen > loan->asked_fen || loan->asked_fen > loan->offered.fen))
        look_found(look, LAW_I16, of, "it is %s up to %lld fen, and its lenders say %lld",
                   loan_state_name(loan->state), (long long)loan->limit_fen, (long long)limit_fen);
    if (loan_principal_fen(&loan->account) > loan->limit_fen)
        look_found(look, LAW_I16, of, "more is lent than its limit, %lld fen",
                   (long long)loan->limit_fen);
    enum got got = look_product(look, &id, &product);
    if (got == GOT_NONE || (got == GOT && (product.terms.kind != PRODUCT_LOAN ||
                                           loan->version == 0 || loan->version > product.version)))
        look_found(look, LAW_I15, of, "it is of a product that is not there");
}

void check_loan(struct look *look, const struct loan *loan) {
    struct about of = about(OBJECT_LOAN, &loan->id);
    struct id before = look_before(&loan->id), found = {{0}};
    struct loan_life said = {.draws = 0};
    struct life life = {.about = of,
                        .history = &loan->history,
                        .state = loan->state,
                        .born_ms = loan->offered_at_ms,
                        .first = loan->lead,
                        .second = loan->terms.partner};
    bool whole = life_check(look, &life, visit_loan, &said);
    if (whole && said.conflict != loan->conflict)
        look_found(look, LAW_I4, of, "its life says otherwise whether it was contradicted");
    check_loan_sums(look, of, loan);
    check_loan_lenders(look, of, loan);
    if (whole)
        check_loan_paid(look, loan, said.draws);
    check_bought_on(look, of, &loan->link, loan_open(loan),
                    (struct bought){loan->lead, loan->terms.partner, &loan->person_key});
    check_row_of(look, of, store_next_loan_of_link(look->store, &loan->link, &before, &found),
                 &found, "link");
    if (loan->flight.kind != LOAN_FLIGHT_NONE)
        check_row_of(look, of,
                     store_find_loan_of_transfer(look->store, &loan->flight.transfer, &found),
                     &found, "transfer");
    check_open_row(look, of, &loan->link, loan_open(loan));
    if (!loan->frozen)
        check_deadline_row(look, of, loan_due_ms(loan));
}

/* ---- rows that lead to them ---- */

static void check_leads(struct look *look, const struct store_row *row, struct about of,
                        enum got got, const struct id *link) {
    struct transfer transfer;
    bool by_link = row->table == TABLE_ORDER_OF_LINK || row->table == TABLE_LOAN_OF_LINK;
    bool right = got == GOT && by_link && id_equal(link, &row->parent);
    if (got == GOT && !by_link) {
        enum got there = look_transfer(look, &row->parent, &transfer);
        right = there == GOT_DAMAGED || (there == GOT && id_equal(&transfer.link, link));
    }
    if (got != GOT_DAMAGED && !right)
        look_found(look, LAW_I15, of, "a row of table \"%s\" %s", table_name(row->table),
                   got == GOT ? "stands that it does not have" : "leads to nothing");
}

void check_of_order(struct look *look, const struct store_row *row) {
    struct product_order order;
    struct about of = about(OBJECT_ORDER, &row->id);
    enum got got = look_got(look, store_get_order(look->store, &row->id, &order), of);
    check_leads(look, row, of, got, &order.link);
}

void check_of_loan(struct look *look, const struct store_row *row) {
    struct loan loan;
    struct about of = about(OBJECT_LOAN, &row->id);
    enum got got = look_got(look, store_get_loan(look->store, &row->id, &loan), of);
    check_leads(look, row, of, got, &loan.link);
}
