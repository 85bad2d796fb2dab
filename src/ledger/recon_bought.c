/*
 * RECON_ROW of holdings and loans: a row of a bank's own list of a day, judged again from the books.
 *
 * Invariants: a difference opens a case that the list's bank must answer, and moves neither units nor
 * money. What was changed here after the list's day is left to the list of a later day, and what is on
 * its way to its outcome. These cases have no object of their own: their claim names the order or the
 * loan, so that one bank's claims stand among no other's.
 */
#include <inttypes.h>
#include <stdio.h>

#include "domain/link.h"
#include "domain/recon.h"
#include "ledger/recon_rows.h"
#include "store/listed.h"
#include "store/orders.h"

/* What the gateway has under the row's id. */
struct ours {
    struct recon_item item;
    bool there;  /* and it is that bank's */
    bool rests;  /* nothing of it is on its way, and it may be touched */
    bool listed; /* a list has to have it */
};

static enum object_kind object_of(const struct recon_row *row) {
    return row->kind == RECON_HOLDINGS ? OBJECT_ORDER : OBJECT_LOAN;
}

static int load_order(struct apply *apply, const struct recon_row *row, struct ours *ours) {
    struct product_order order;
    int result = store_get_order(apply->store, &row->id, &order);
    APPLY_TRY(result);
    if (result)
        return 0;
    recon_item_of_order(&order, &ours->item);
    ours->there = order.distributor == row->uploader || order.issuer == row->uploader;
    ours->rests = !order.frozen && order.payout.purpose == PRODUCT_PAYOUT_NONE;
    ours->listed = recon_order_is_listed(&order);
    return 0;
}

static int load_loan(struct apply *apply, const struct recon_row *row, struct ours *ours) {
    struct loan loan;
    int result = store_get_loan(apply->store, &row->id, &loan);
    APPLY_TRY(result);
    if (result)
        return 0;
    recon_item_of_loan(&loan, row->uploader, &ours->item);
    ours->there = loan_lender_of(&loan, row->uploader) != LOAN_LENDERS;
    ours->rests = !loan.frozen && loan.flight.kind == LOAN_FLIGHT_NONE;
    ours->listed = recon_loan_is_listed(&loan);
    return 0;
}

/* ---- what differs, for people ---- */

static void tell_amount(const struct recon_row *row, const struct recon_item *ours,
                        char text[CASE_TEXT_MAX]) {
    if (row->debtor != ours->debtor || row->creditor != ours->creditor)
        snprintf(text, CASE_TEXT_MAX, "Your list has other banks for this. Which are right?");
    else if (row->kind == RECON_HOLDINGS)
        snprintf(text, CASE_TEXT_MAX,
                 "Your list has %" PRId64 "/10,000 units of %s for %" PRId64
                 " fen under this order; the gateway has %" PRId64 "/10,000 of %s for %" PRId64
                 " fen. Which is right?",
                 row->units, row->product, row->amount.fen, ours->units, ours->product,
                 ours->amount.fen);
    else
        snprintf(text, CASE_TEXT_MAX,
                 "Your list has %" PRId64 " fen of principal and %" PRId64
                 " fen of interest for your share of this loan; the gateway has %" PRId64
                 " and %" PRId64 ". Which is right?",
                 row->amount.fen, row->interest_fen, ours->amount.fen, ours->interest_fen);
}

static const char *state_of(const struct recon_row *row, uint32_t state) {
    return row->kind == RECON_HOLDINGS ? product_order_state_name((enum product_order_state)state)
                                       : loan_state_name((enum loan_state)state);
}

static void tell_status(const struct recon_row *row, const struct recon_item *ours,
                        char text[CASE_TEXT_MAX]) {
    snprintf(text, CASE_TEXT_MAX,
             "Your list has this %s as %s; the gateway has it as %s. Which is right?",
             row->kind == RECON_HOLDINGS ? "order" : "loan", state_of(row, row->state),
             state_of(row, ours->state));
}

static void tell_missing(const struct recon_row *row, const struct recon_item *ours,
                         char text[CASE_TEXT_MAX]) {
    snprintf(text, CASE_TEXT_MAX, "The gateway has this %s as %s; your list has it not. Why?",
             row->kind == RECON_HOLDINGS ? "order" : "loan", state_of(row, ours->state));
}

/* ---- judging ---- */

/* MISSING_THERE and DUPLICATE the comparison alone can know; the rest is looked at again. */
static enum recon_class class_of(const struct recon_row *row, const struct ours *ours) {
    struct recon_item theirs;
    bool later = ours->item.window > row->window;
    if (row->class == RECON_MISSING_THERE)
        return later || !ours->listed ? RECON_DATE_SHIFT : RECON_MISSING_THERE;
    if (row->class == RECON_DUPLICATE)
        return RECON_DUPLICATE;
    recon_item_of_row(row, &theirs);
    return recon_judge(&theirs, &ours->item, row->window);
}

/* False: nothing differs that the list could show. */
static bool tell(const struct recon_row *row, const struct ours *ours, enum recon_class class,
                 char text[CASE_TEXT_MAX]) {
    switch (class) {
    case RECON_AMOUNT_DIFF:
        tell_amount(row, &ours->item, text);
        return true;
    case RECON_STATUS_DIFF:
        tell_status(row, &ours->item, text);
        return true;
    case RECON_MISSING_THERE:
        tell_missing(row, &ours->item, text);
        return true;
    case RECON_DUPLICATE:
        snprintf(text, CASE_TEXT_MAX, "Your list has this %s more than once. Why?",
                 row->kind == RECON_HOLDINGS ? "order" : "loan");
        return true;
    case RECON_CLASS_NONE:
    case RECON_MATCHED:
    case RECON_MISSING_HERE:
    case RECON_DATE_SHIFT:
        break;
    }
    return false;
}

static int judge(struct apply *apply, const struct ours *ours) {
    const struct recon_row *row = &apply->command->body.recon_row;
    char text[CASE_TEXT_MAX];
    enum recon_class class = class_of(row, ours);
    struct inquiry_case inquiry = {
        .subject = row->kind == RECON_HOLDINGS ? CASE_HOLDING_DIFF : CASE_LOAN_DIFF,
        .owner = row->uploader,
        .opened_at_ms = apply->now_ms,
        .claim.id = row->id,
    };
    if (class == RECON_MATCHED)
        return case_explain(apply, &inquiry, 1u << inquiry.subject);
    if (!tell(row, ours, class, text))
        return 0;
    inquiry.id = apply_new_id(apply);
    int result = recon_other_bank(apply, &inquiry.other);
    return result ? result : recon_open_case(apply, &inquiry, text);
}

int recon_bought_row(struct apply *apply) {
    const struct recon_row *row = &apply->command->body.recon_row;
    struct ours ours = {.there = false};
    int result =
        row->kind == RECON_HOLDINGS ? load_order(apply, row, &ours) : load_loan(apply, row, &ours);
    if (result)
        return result;
    if (!ours.there)
        return recon_missing_here(apply);
    apply_touch(apply, object_of(row), &row->id);
    return ours.rests ? judge(apply, &ours) : 0;
}
