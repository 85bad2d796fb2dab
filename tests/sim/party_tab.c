/*
 * What is owed of a loan, counted from what banks asked for and posted, by arithmetic of the
 * simulator's own: not the gateway's.
 *
 * Invariant: the order in which things happened is the gateway's history; every amount, interest and
 * day is the banks' own, but for the instants at which the gateway applied a request.
 */
#include "domain/calendar.h"
#include "sim/world.h"
#include "store/orders.h"

__extension__ typedef __int128 wide;

#define FEN_PARTS 1000000
#define BOOK_AHEAD_DAYS 31

int64_t tab_lead_fen(int64_t fen, uint32_t share) {
    return (int64_t)((wide)fen * share / 10000);
}

int64_t tab_lead_repaid_fen(const struct tab *tab, const struct loan_terms *terms, int64_t fen) {
    int64_t lead_fen = tab_lead_fen(fen, terms->lead_share);
    if (fen - lead_fen > tab->partner_fen)
        lead_fen = fen - tab->partner_fen;
    return lead_fen < tab->lead_fen ? lead_fen : tab->lead_fen;
}

static int64_t of_days(int64_t fen, const struct loan_terms *terms, int64_t days) {
    return days > 0 ? (int64_t)((wide)fen * terms->daily_rate * days) : 0;
}

static int64_t accrued_on(const struct tab *tab, const struct loan_terms *terms, int64_t day) {
    return tab->accrued + of_days(tab->lead_fen + tab->partner_fen, terms, day - tab->day);
}

int64_t tab_interest_fen(const struct tab *tab, const struct loan_terms *terms, int64_t day) {
    return tab->due_fen + (accrued_on(tab, terms, day) + FEN_PARTS / 2) / FEN_PARTS;
}

static void draw(struct tab *tab, const struct loan_terms *terms, int64_t fen, int64_t day) {
    if (day < tab->day) {
        tab->accrued += of_days(fen, terms, tab->day - day);
    } else {
        tab->accrued = accrued_on(tab, terms, day);
        tab->day = day;
    }
    tab->lead_fen += tab_lead_fen(fen, terms->lead_share);
    tab->partner_fen += fen - tab_lead_fen(fen, terms->lead_share);
}

/* False: another interest was charged than these books give. */
static bool repay(struct tab *tab, const struct loan_terms *terms, const struct ask *ask,
                  int64_t day) {
    int64_t charged_fen = tab_interest_fen(tab, terms, day);
    int64_t interest_fen = ask->whole_fen < charged_fen ? ask->whole_fen : charged_fen;
    int64_t principal_fen = ask->whole_fen - interest_fen;
    uint32_t share =
        terms->lead_interest_share != 0 ? terms->lead_interest_share : terms->lead_share;
    int64_t lead_fen = tab_lead_repaid_fen(tab, terms, principal_fen);
    tab->lead_interest_fen += tab_lead_fen(interest_fen, share);
    tab->partner_interest_fen += interest_fen - tab_lead_fen(interest_fen, share);
    tab->lead_fen -= lead_fen;
    tab->partner_fen -= principal_fen - lead_fen;
    tab->due_fen = charged_fen - interest_fen;
    tab->accrued = 0;
    tab->day = day > tab->day ? day : tab->day;
    return interest_fen == ask->interest_fen;
}

/* ---- who asked for what happened ---- */

/* What came next of that kind which made no transfer. */
static const struct ask *next_direct(const struct world *world, const struct id *loan,
                                     enum message_kind kind, const struct ask *after) {
    for (size_t i = 0; i < world->party_count; i++) {
        bool past = after == NULL || after->party != &world->parties[i];
        for (const struct ask *ask = world->parties[i].asks; ask != NULL; ask = ask->next) {
            bool it = ask->kind == kind && ask->direct && !ask->refused && ask->answered &&
                      id_equal(&ask->bought, loan);
            if (past && it)
                return ask;
            past = past || ask == after;
        }
    }
    return NULL;
}

static const struct ask *asked_by(struct world *world, struct store *store, const struct id *about,
                                  int64_t *day_out) {
    struct transfer transfer;
    struct id id;
    if (store_get_transfer(store, about, &transfer) != 0 || !id_parse(transfer.end_to_end_id, &id))
        return NULL;
    struct party *submitter = world_party(world, transfer.submitter);
    struct party *instructed = world_party(world, transfer.instructed);
    const struct ask *ask = ask_find(submitter, &id);
    const struct posting *posting = posting_find(instructed, &transfer.id);
    *day_out = shanghai_day(transfer.accepted_at_ms);
    if (posting != NULL && posting->excused)
        return NULL;
    bool near = posting != NULL && posting->day >= shanghai_day(transfer.received_at_ms) &&
                posting->day <= *day_out + BOOK_AHEAD_DAYS;
    if (near && posting->extra_fen != 0) /* it is the bank of the account */
        *day_out = posting->day;
    return ask;
}

/* ---- the walk ---- */

struct walk {
    struct world *world;
    struct store *store;
    const struct loan *loan;
    const struct ask *drawn, *repaid; /* the last ones without a transfer */
    int64_t asked_day;                /* of the repayment that is on its way */
};

static bool go(struct walk *walk, const struct history_entry *entry, struct tab *tab) {
    const struct loan *loan = walk->loan;
    bool repayment = entry->event == LOAN_EVENT_REPAYMENT;
    int64_t day = shanghai_day(entry->at_ms);
    if (entry->event == LOAN_EVENT_REPAY)
        walk->asked_day = day;
    if (entry->event == LOAN_EVENT_RETURNED || entry->event == LOAN_EVENT_WAIVED)
        return false; /* its books do not tell of how much */
    if (!repayment && entry->event != LOAN_EVENT_DRAWN)
        return true;
    const struct ask *ask;
    if (!id_is_zero(&entry->about)) {
        ask = asked_by(walk->world, walk->store, &entry->about, &day);
        day = repayment ? walk->asked_day : day;
    } else {
        enum message_kind kind = repayment ? MESSAGE_REPAY_LOAN : MESSAGE_DRAW_LOAN;
        const struct ask **last = repayment ? &walk->repaid : &walk->drawn;
        *last = ask = next_direct(walk->world, &loan->id, kind, *last);
    }
    if (ask == NULL)
        return false;
    if (!repayment)
        draw(tab, &loan->terms, ask->whole_fen, day);
    else if (!repay(tab, &loan->terms, ask, day))
        world_fail(walk->world, "A2: loan %s: %lld fen of interest were charged, not as it accrued",
                   world_id(&loan->id), (long long)ask->interest_fen);
    return true;
}

bool tab_make(struct world *world, struct store *store, const struct loan *loan,
              struct tab *tab_out) {
    struct walk walk = {.world = world, .store = store, .loan = loan};
    struct tab tab = {0};
    if (loan->history.spilled > 0 || loan->conflict)
        return false;
    for (uint32_t i = 0; i < loan->history.count; i++) {
        if (!go(&walk, &loan->history.entries[i], &tab))
            return false;
    }
    *tab_out = tab;
    return true;
}

static void check_tab(struct world *world, struct store *store, const struct loan *loan) {
    const struct loan_account *account = &loan->account;
    struct tab tab;
    if (!tab_make(world, store, loan, &tab))
        return;
    if (tab.lead_fen != account->drawn.lead_fen - account->repaid.lead_fen ||
        tab.partner_fen != account->drawn.partner_fen - account->repaid.partner_fen ||
        tab.lead_interest_fen != account->interest_paid.lead_fen ||
        tab.partner_interest_fen != account->interest_paid.partner_fen ||
        tab.due_fen != account->interest_due_fen || tab.accrued != account->accrued)
        world_fail(world,
                   "A2: by its banks, of loan %s the lead has lent %lld fen and its partner %lld, "
                   "%lld millionths have accrued; by the gateway %lld, %lld and %lld",
                   world_id(&loan->id), (long long)tab.lead_fen, (long long)tab.partner_fen,
                   (long long)tab.accrued,
                   (long long)(account->drawn.lead_fen - account->repaid.lead_fen),
                   (long long)(account->drawn.partner_fen - account->repaid.partner_fen),
                   (long long)account->accrued);
}

void tab_check(struct world *world, struct store *store) {
    struct loan loan;
    struct id after = {{0}};
    while (!world->failed && store_next_loan(store, &after, &loan) == 0) {
        check_tab(world, store, &loan);
        after = loan.id;
    }
}
