/*
 * The classes of reconciliation.
 *
 * Invariant: each row of theirs gets exactly one class, and each of ours that no row of theirs
 * names gets one too; which class depends on the two rows and the window alone, so that comparing
 * again says the same. What the other banks have is not told: a row that is not of the bank whose
 * list it is counts as one that we do not have. Opens no case and moves no money.
 */
#include "domain/recon.h"

#include <stdio.h>
#include <string.h>

#include "domain/calendar.h"
#include "domain/link.h"
#include "domain/loan.h"
#include "domain/product_order.h"

struct join {
    const struct recon_sides *sides;
    struct recon_counts counts;
    struct recon_item theirs, ours, last;
    bool theirs_there, ours_there, last_there;
    bool ours_any; /* a row of ours was read before */
};

void recon_item_of_transfer(const struct transfer *transfer, struct recon_item *item_out) {
    *item_out = (struct recon_item){
        .kind = RECON_MONEY,
        .id = transfer->id,
        .what = (uint32_t)transfer->kind,
        .state = (uint32_t)transfer->state,
        .debtor = transfer->debtor_bank,
        .creditor = transfer->creditor_bank,
        .amount = transfer->amount,
        .window = transfer->state == TRANSFER_ACCEPTED ? transfer->window : 0,
    };
    memcpy(item_out->reference, transfer->reference, sizeof(item_out->reference));
    memcpy(item_out->book_date, transfer->book_date, sizeof(item_out->book_date));
}

void recon_item_of_link(const struct link *link, struct recon_item *item_out) {
    *item_out = (struct recon_item){
        .kind = RECON_LINKS,
        .id = link->id,
        .state = (uint32_t)link->state,
        .debtor = link->class2_bank,
        .creditor = link->class1_bank,
    };
    snprintf(item_out->class2_tail, RECON_TAIL_SIZE, "%.4s", link->class2_masked);
    snprintf(item_out->class1_tail, RECON_TAIL_SIZE, "%.4s", link->class1_masked);
}

bool recon_link_is_listed(enum link_state state) {
    return state == LINK_ACTIVE || state == LINK_SUSPENDED || state == LINK_CLOSING;
}

/* Every change is an entry. */
static uint64_t changed_day(const struct history *history) {
    const struct history_entry *last = history_at(history, history_length(history) - 1);
    int64_t day = last != NULL ? shanghai_day(last->at_ms) : 0;
    return day > 0 ? (uint64_t)day : 0;
}

void recon_item_of_order(const struct product_order *order, struct recon_item *item_out) {
    *item_out = (struct recon_item){
        .kind = RECON_HOLDINGS,
        .id = order->id,
        .state = (uint32_t)order->state,
        .debtor = order->distributor,
        .creditor = order->issuer,
        .amount = order->amount,
        .units = order->units,
        .window = changed_day(&order->history),
    };
    item_out->amount.fen = product_order_cost_fen(order);
    memcpy(item_out->product, order->product, sizeof(item_out->product));
}

bool recon_order_is_listed(const struct product_order *order) {
    return order->units > 0;
}

void recon_item_of_loan(const struct loan *loan, bank_code lender, struct recon_item *item_out) {
    struct shares principal = loan_principal_of(&loan->account);
    enum loan_lender side = loan_lender_of(loan, lender);
    *item_out = (struct recon_item){
        .kind = RECON_LOANS,
        .id = loan->id,
        .state = (uint32_t)loan->state,
        .debtor = loan->lead,
        .creditor = loan->terms.partner,
        .amount = loan->offered,
        .window = changed_day(&loan->history),
    };
    item_out->amount.fen = side == LOAN_LEAD      ? principal.lead_fen
                           : side == LOAN_PARTNER ? principal.partner_fen
                                                  : 0;
    item_out->interest_fen = side == LOAN_LEAD      ? loan->account.interest_paid.lead_fen
                             : side == LOAN_PARTNER ? loan->account.interest_paid.partner_fen
                                                    : 0;
}

bool recon_loan_is_listed(const struct loan *loan) {
    return loan_runs(loan->state);
}

void recon_item_of_row(const struct recon_row *row, struct recon_item *item_out) {
    *item_out = (struct recon_item){
        .kind = row->kind,
        .id = row->id,
        .what = row->what,
        .state = row->state,
        .debtor = row->debtor,
        .creditor = row->creditor,
        .amount = row->amount,
        .units = row->units,
        .interest_fen = row->interest_fen,
    };
    memcpy(item_out->reference, row->reference, sizeof(item_out->reference));
    memcpy(item_out->book_date, row->book_date, sizeof(item_out->book_date));
    memcpy(item_out->class2_tail, row->class2_tail, sizeof(item_out->class2_tail));
    memcpy(item_out->class1_tail, row->class1_tail, sizeof(item_out->class1_tail));
    memcpy(item_out->product, row->product, sizeof(item_out->product));
}

bool recon_is_by_day(enum recon_kind kind) {
    return kind == RECON_HOLDINGS || kind == RECON_LOANS;
}

const char *recon_kind_name(enum recon_kind kind) {
    static const char *const names[RECON_KINDS] = {
        [RECON_KIND_NONE] = "NONE",    [RECON_MONEY] = "MONEY", [RECON_LINKS] = "LINKS",
        [RECON_HOLDINGS] = "HOLDINGS", [RECON_LOANS] = "LOANS",
    };
    return (unsigned)kind < RECON_KINDS ? names[kind] : "INVALID";
}

const char *recon_class_name(enum recon_class class) {
    static const char *const names[RECON_CLASSES] = {
        [RECON_CLASS_NONE] = "NONE",           [RECON_MATCHED] = "MATCHED",
        [RECON_AMOUNT_DIFF] = "AMOUNT_DIFF",   [RECON_STATUS_DIFF] = "STATUS_DIFF",
        [RECON_MISSING_HERE] = "MISSING_HERE", [RECON_MISSING_THERE] = "MISSING_THERE",
        [RECON_DATE_SHIFT] = "DATE_SHIFT",     [RECON_DUPLICATE] = "DUPLICATE",
    };
    return (unsigned)class < RECON_CLASSES ? names[class] : "INVALID";
}

bool recon_opens_case(enum recon_class class) {
    return class != RECON_CLASS_NONE && class != RECON_MATCHED && class != RECON_DATE_SHIFT;
}

static bool is_of(bank_code bank, const struct recon_item *item) {
    return item->debtor == bank || item->creditor == bank;
}

bool recon_totals_add(struct recon_totals *totals, bank_code bank, const struct recon_item *item) {
    if (!is_of(bank, item) || totals->count >= RECON_ROWS_MAX)
        return false;
    struct recon_totals sum = *totals;
    if (item->kind != RECON_MONEY || item->state == TRANSFER_ACCEPTED) {
        bool credit = item->kind != RECON_LOANS && item->creditor == bank;
        int64_t *side = credit ? &sum.credit_fen : &sum.debit_fen;
        if (!fen_add(*side, item->amount.fen, side) ||
            !fen_add(sum.credit_fen, item->interest_fen, &sum.credit_fen))
            return false;
    }
    sum.count++;
    *totals = sum;
    return true;
}

bool recon_totals_equal(const struct recon_totals *a, const struct recon_totals *b) {
    return a->count == b->count && a->debit_fen == b->debit_fen && a->credit_fen == b->credit_fen;
}

static bool same_money(const struct recon_item *a, const struct recon_item *b) {
    return a->amount.fen == b->amount.fen && currency_is(a->amount.currency, b->amount.currency) &&
           a->debtor == b->debtor && a->creditor == b->creditor && a->units == b->units &&
           strcmp(a->product, b->product) == 0 && a->interest_fen == b->interest_fen;
}

static bool same_status(const struct recon_item *a, const struct recon_item *b) {
    return a->what == b->what && a->state == b->state &&
           strcmp(a->class2_tail, b->class2_tail) == 0 &&
           strcmp(a->class1_tail, b->class1_tail) == 0;
}

static bool is_beside(uint64_t window, uint64_t other) {
    return window == other + 1 || other == window + 1;
}

enum recon_class recon_judge(const struct recon_item *theirs, const struct recon_item *ours,
                             uint64_t window) {
    bool money = same_money(theirs, ours);
    if (recon_is_by_day(ours->kind) && !(money && same_status(theirs, ours)) &&
        ours->window > window)
        return RECON_DATE_SHIFT;
    if (!money)
        return RECON_AMOUNT_DIFF;
    if (!same_status(theirs, ours))
        return RECON_STATUS_DIFF;
    if (ours->window == 0 || ours->window == window || recon_is_by_day(ours->kind))
        return RECON_MATCHED;
    return is_beside(window, ours->window) ? RECON_DATE_SHIFT : RECON_MISSING_HERE;
}

static int found(struct join *join, enum recon_class class, const struct recon_item *theirs,
                 const struct recon_item *ours) {
    join->counts.of[class]++;
    return join->sides->found(join->sides->context, class, theirs, ours);
}

static int step_theirs(struct join *join) {
    struct recon_item before = join->theirs;
    int rc = join->sides->next_theirs(join->sides->context, &join->theirs);
    bool any = join->last_there || join->theirs_there;
    join->theirs_there = rc == 0;
    if (rc == 0 && any && id_compare(&before.id, &join->theirs.id) > 0)
        return RECON_DISORDER;
    return rc < 0 ? rc : 0;
}

static int step_ours(struct join *join) {
    struct recon_item before = join->ours;
    int rc = join->sides->next_ours(join->sides->context, &join->ours);
    join->ours_there = rc == 0;
    if (rc == 0 && join->ours_any && id_compare(&before.id, &join->ours.id) >= 0)
        return RECON_DISORDER;
    join->ours_any = join->ours_any || rc == 0;
    return rc < 0 ? rc : 0;
}

/* Their row has no equal in our list: it may be ours all the same, elsewhere. */
static int only_theirs(struct join *join) {
    const struct recon_sides *sides = join->sides;
    struct recon_item ours;
    int rc = sides->find_ours(sides->context, &join->theirs.id, &ours);
    if (rc < 0)
        return rc;
    if (rc == RECON_END || !is_of(sides->bank, &ours))
        return found(join, RECON_MISSING_HERE, &join->theirs, NULL);
    return found(join, recon_judge(&join->theirs, &ours, sides->window), &join->theirs, &ours);
}

static int only_ours(struct join *join) {
    const struct recon_sides *sides = join->sides;
    struct recon_item theirs;
    if (recon_is_by_day(join->ours.kind) && join->ours.window > sides->window)
        return found(join, RECON_DATE_SHIFT, NULL, &join->ours);
    int rc = sides->find_beside(sides->context, &join->ours.id, &theirs);
    if (rc < 0)
        return rc;
    if (rc == 0 && same_money(&theirs, &join->ours) && same_status(&theirs, &join->ours))
        return found(join, RECON_DATE_SHIFT, &theirs, &join->ours);
    return found(join, RECON_MISSING_THERE, NULL, &join->ours);
}

/* The next of their rows, first or again. */
static int take_theirs(struct join *join) {
    const struct recon_sides *sides = join->sides;
    int rc;
    if (join->last_there && id_equal(&join->last.id, &join->theirs.id)) {
        rc = found(join, RECON_DUPLICATE, &join->theirs, NULL);
    } else if (join->ours_there && id_equal(&join->ours.id, &join->theirs.id)) {
        rc = found(join, recon_judge(&join->theirs, &join->ours, sides->window), &join->theirs,
                   &join->ours);
        if (rc == 0)
            rc = step_ours(join);
    } else {
        rc = only_theirs(join);
    }
    if (rc != 0)
        return rc;
    join->last = join->theirs;
    join->last_there = true;
    return step_theirs(join);
}

int recon_compare(const struct recon_sides *sides, struct recon_counts *counts_out) {
    struct join join = {.sides = sides};
    int rc = step_theirs(&join);
    if (rc == 0)
        rc = step_ours(&join);
    while (rc == 0 && (join.theirs_there || join.ours_there)) {
        if (join.theirs_there &&
            (!join.ours_there || id_compare(&join.theirs.id, &join.ours.id) <= 0)) {
            rc = take_theirs(&join);
        } else {
            rc = only_ours(&join);
            if (rc == 0)
                rc = step_ours(&join);
        }
    }
    if (rc == 0)
        *counts_out = join.counts;
    return rc;
}
