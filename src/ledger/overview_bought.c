/*
 * What an overview tells of holdings and loans: from the gateway's own rows, as of the answer.
 *
 * Invariant: of each link so many orders and loans are looked at and no more; where there were more to
 * look at, or more than are told, the answer says so. Only banks of the link ask, and these see its
 * orders and loans anyway: no scope hides them.
 */
#include <string.h>

#include "ledger/questions.h"
#include "store/orders.h"

#define LOOK_MAX 64u /* of one link: holdings stand among orders that are over */

static void show_holding(const struct product_order *order, struct overview_holding *out) {
    *out = (struct overview_holding){
        .order = order->id,
        .issuer = order->issuer,
        .kind = order->kind,
        .state = order->state,
        .units = order->units,
        .cost_fen = product_order_cost_fen(order),
        .matures_at_ms = order->matures_at_ms,
    };
    memcpy(out->product, order->product, sizeof out->product);
    memcpy(out->currency, order->amount.currency, sizeof out->currency);
}

static void show_loan(const struct loan *loan, struct overview_loan *out) {
    *out = (struct overview_loan){
        .loan = loan->id,
        .lead = loan->lead,
        .state = loan->state,
        .principal_fen = loan_principal_fen(&loan->account),
        .interest_due_fen = loan->account.interest_due_fen,
        .available_fen = loan_available_fen(loan),
    };
    memcpy(out->product, loan->product, sizeof out->product);
    memcpy(out->currency, loan->offered.currency, sizeof out->currency);
}

/* 0, or STORE_ABSENT when it was the last one. */
static int look_at_order(struct apply *apply, const struct id *link, struct id *at,
                         struct overview_bought *bought, struct overview_account *out) {
    struct product_order order;
    int result = store_next_order_of_link(apply->store, link, at, at);
    APPLY_TRY(result);
    if (result)
        return result;
    result = store_get_order(apply->store, at, &order);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (order.units == 0)
        return 0;
    if (out->holding_count == OVERVIEW_HOLDINGS_MAX)
        out->more_holdings = true;
    else
        show_holding(&order, &bought->holdings[out->holding_count++]);
    return 0;
}

static int look_at_loan(struct apply *apply, const struct id *link, struct id *at,
                        struct overview_bought *bought, struct overview_account *out) {
    struct loan loan;
    int result = store_next_loan_of_link(apply->store, link, at, at);
    APPLY_TRY(result);
    if (result)
        return result;
    result = store_get_loan(apply->store, at, &loan);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (!loan_runs(loan.state) && loan.state != LOAN_DISBURSING)
        return 0;
    if (out->loan_count == OVERVIEW_LOANS_MAX)
        out->more_loans = true;
    else
        show_loan(&loan, &bought->loans[out->loan_count++]);
    return 0;
}

int overview_add_bought(struct apply *apply, const struct id *link, struct overview_bought *bought,
                        struct overview_account *out) {
    struct id order = {{0}};
    struct id loan = {{0}};
    int result = 0;
    out->holdings = bought->holdings;
    out->loans = bought->loans;
    for (uint32_t i = 0; i < LOOK_MAX && result == 0 && !out->more_holdings; i++)
        result = look_at_order(apply, link, &order, bought, out);
    if (result < 0 || result == APPLY_BROKEN)
        return result;
    out->more_holdings = result == 0; /* it did not come to the end */
    result = 0;
    for (uint32_t i = 0; i < LOOK_MAX && result == 0 && !out->more_loans; i++)
        result = look_at_loan(apply, link, &loan, bought, out);
    if (result < 0 || result == APPLY_BROKEN)
        return result;
    out->more_loans = result == 0;
    return 0;
}
