/*
 * Loans of two lenders, as operators see them.
 *
 * Invariant: what is owed is worked out as the ledger does, for the day on which it is asked; where that
 * cannot be told it is left out, never guessed.
 */
#include <string.h>

#include "daemon/admin_bought.h"
#include "domain/calendar.h"

static const char *flight_name(enum loan_flight_kind kind) {
    if (kind == LOAN_FLIGHT_DRAW)
        return "DRAW";
    return kind == LOAN_FLIGHT_REPAYMENT ? "REPAYMENT" : "";
}

Linkgate__Admin__V1__LoanRow *admin_loan_row(const struct loan *loan, struct arena *arena) {
    Linkgate__Admin__V1__LoanRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__loan_row__init(row);
    row->id = admin_id(arena, &loan->id);
    row->state = admin_text(arena, loan_state_name(loan->state));
    row->frozen = loan->frozen;
    row->conflict = loan->conflict;
    row->unknown = loan->unknown;
    row->open = loan_open(loan);
    row->link = admin_id(arena, &loan->link);
    row->lead = loan->lead;
    row->partner = loan->terms.partner;
    row->product = admin_text(arena, loan->product);
    row->version = loan->version;
    row->currency = admin_text(arena, loan->offered.currency);
    row->offered_fen = loan->offered.fen;
    row->asked_fen = loan->asked_fen;
    row->limit_fen = loan->limit_fen;
    row->principal_fen = loan_principal_fen(&loan->account);
    row->on_its_way = admin_text(arena, flight_name(loan->flight.kind));
    row->reason = admin_text(arena, loan->reason);
    row->offered_at_ms = loan->offered_at_ms;
    row->due_at_ms = loan_due_ms(loan);
    row->written_off_at_ms = loan->written_off_at_ms;
    return row;
}

/* ---- lists ---- */

static bool fits(const struct admin_filter *filter, const struct loan *loan) {
    return admin_bought_in_time(filter, &loan->id) &&
           (filter->state == 0 || filter->state == (uint32_t)loan->state) &&
           (filter->bank == 0 || filter->bank == loan->lead ||
            filter->bank == loan->terms.partner) &&
           (filter->product[0] == '\0' || strcmp(filter->product, loan->product) == 0) &&
           (!filter->unknown || loan->unknown) && (!filter->open || loan_open(loan));
}

int loan_list(struct admin_listing *listing, struct store *store) {
    struct page page;
    struct loan loan;
    struct id last = admin_bought_begin(listing);
    int result;
    page_init(&page, listing->max);
    while ((result = admin_next_loan(listing, store, &last, &loan)) == 0 &&
           !admin_bought_past(listing, &loan.id) && page_look(&page)) {
        if (fits(&listing->filter, &loan) &&
            !page_add(&page, &admin_loan_row(&loan, &page.arena)->base))
            break;
        last = loan.id;
    }
    Linkgate__Admin__V1__LoanPage message;
    linkgate__admin__v1__loan_page__init(&message);
    PAGE_SEND(listing, &page, message, admin_id(&page.arena, &last), LOANS, loans);
    return result < 0 ? result : 0;
}

/* ---- one ---- */

static const char *undecided(const struct loan *loan) {
    bool lead = loan->decisions[LOAN_LEAD].made;
    bool partner = loan->decisions[LOAN_PARTNER].made;
    if (!lead && !partner)
        return "both lenders' decisions";
    return lead ? "the partner's decision" : "the lead's decision";
}

/* What it waits for; until_out: 0 for no end. */
static const char *wait_of(const struct loan *loan, int64_t *until_out) {
    *until_out = 0;
    if (loan->frozen)
        return "an operator: a rule of the ledger was broken; look into it";
    if (loan->flight.kind != LOAN_FLIGHT_NONE)
        return "the outcome of the transfer that is on its way";
    if (loan->state == LOAN_OVERDUE)
        return "the customer's repayment, or the lead's word (LoanStatus)";
    if (loan->state == LOAN_OUTSTANDING && loan->schedule.count > 0) {
        *until_out = shanghai_day_start_ms(loan->schedule.instalments[0].due_day + 1);
        return "the repayment of the next instalment";
    }
    if (!loan_final(loan->state))
        *until_out = loan->deadline_ms;
    if (loan->state == LOAN_OFFERED)
        return "the customer to apply";
    if (loan->state == LOAN_APPLIED)
        return undecided(loan);
    return loan->state == LOAN_APPROVED ? "the first draw" : "";
}

static void fill_asked(const struct loan *loan, struct arena *arena,
                       Linkgate__Admin__V1__LoanDetail *detail) {
    detail->offer_request = admin_id_if(arena, &loan->offer_request);
    detail->request = admin_id_if(arena, &loan->request);
    detail->applicant = loan->applicant;
    detail->class1_account = loan->class1_account;
    detail->lead_share = loan->terms.lead_share;
    detail->lead_interest_share = loan->terms.lead_interest_share;
    detail->daily_rate = loan->terms.daily_rate;
    detail->grace_days = loan->terms.grace_days;
    detail->minimum_fen = loan->min_fen;
    detail->applied_at_ms = loan->applied_at_ms;
    detail->deadline_ms = loan->deadline_ms;
    if (loan->applied_at_ms == 0)
        return;
    detail->terms_sha256 = admin_bytes(arena, loan->terms_sha256.bytes, DIGEST_SIZE);
    detail->consent_sha256 = admin_bytes(arena, loan->consent.bytes, DIGEST_SIZE);
}

static void fill_decisions(const struct loan *loan, struct arena *arena,
                           Linkgate__Admin__V1__LoanDetail *detail) {
    detail->decisions = arena_take(arena, LOAN_LENDERS * sizeof(void *));
    for (int i = 0; i < LOAN_LENDERS; i++) {
        const struct loan_decision *from = &loan->decisions[i];
        Linkgate__Admin__V1__LoanDecision *row = arena_take(arena, sizeof(*row));
        linkgate__admin__v1__loan_decision__init(row);
        row->lender = i == LOAN_LEAD ? loan->lead : loan->terms.partner;
        row->made = from->made;
        row->approved = from->approved;
        row->limit_fen = from->limit_fen;
        row->at_ms = from->at_ms;
        row->reason = admin_text(arena, from->reason);
        detail->decisions[detail->n_decisions++] = row;
    }
}

static void fill_account(const struct loan *loan, int64_t now_ms, struct arena *arena,
                         Linkgate__Admin__V1__LoanDetail *detail) {
    const struct loan_account *account = &loan->account;
    int64_t day = shanghai_day(now_ms);
    struct loan_quote quote;
    detail->available_fen = loan_available_fen(loan);
    detail->drawn_lead_fen = account->drawn.lead_fen;
    detail->drawn_partner_fen = account->drawn.partner_fen;
    detail->repaid_lead_fen = account->repaid.lead_fen;
    detail->repaid_partner_fen = account->repaid.partner_fen;
    detail->interest_lead_fen = account->interest_paid.lead_fen;
    detail->interest_partner_fen = account->interest_paid.partner_fen;
    detail->waived_fen = account->waived_fen;
    if (loan_quote(account, &loan->terms, day, &quote) != LOAN_OK)
        return;
    detail->owed_date = admin_day(arena, day);
    detail->owed_interest_fen = quote.interest_fen;
    detail->owed_principal_fen = quote.principal_fen;
    detail->owed_fen = quote.total_fen;
}

static void fill_schedule(const struct loan *loan, struct arena *arena,
                          Linkgate__Admin__V1__LoanDetail *detail) {
    const struct loan_schedule *schedule = &loan->schedule;
    detail->instalments = arena_take(arena, PRODUCT_INSTALMENTS_MAX * sizeof(void *));
    for (uint32_t i = 0; i < schedule->count && i < PRODUCT_INSTALMENTS_MAX; i++) {
        Linkgate__Admin__V1__LoanInstalment *row = arena_take(arena, sizeof(*row));
        linkgate__admin__v1__loan_instalment__init(row);
        row->due_date = admin_day(arena, schedule->instalments[i].due_day);
        row->due_fen = schedule->instalments[i].due_fen;
        detail->instalments[detail->n_instalments++] = row;
    }
    detail->overdue_date =
        admin_day(arena, loan_schedule_overdue_day(schedule, loan->terms.grace_days));
}

static void fill_course(const struct loan *loan, struct arena *arena,
                        Linkgate__Admin__V1__LoanDetail *detail) {
    detail->drawn_date = admin_day(arena, loan->drawn_day);
    detail->unknown_at_ms = loan->unknown ? loan->unknown_at_ms : 0;
    detail->inquiry = admin_id_if(arena, &loan->case_id);
    detail->waits_for = admin_text(arena, wait_of(loan, &detail->waits_until_ms));
    detail->n_history = loan->history.count;
    detail->history = admin_history_rows(OBJECT_LOAN, &loan->history, arena);
    detail->history_length = history_length(&loan->history);
}

static int fill_transfer(struct store *store, const struct loan *loan, struct arena *arena,
                         Linkgate__Admin__V1__LoanDetail *detail) {
    struct transfer transfer;
    const struct loan_flight *flight = &loan->flight;
    if (flight->kind == LOAN_FLIGHT_NONE)
        return 0;
    detail->on_its_way_fen =
        flight->kind == LOAN_FLIGHT_DRAW ? flight->amount_fen : flight->repayment.amount_fen;
    int result = store_get_transfer(store, &flight->transfer, &transfer);
    if (result != 0)
        return result < 0 ? result : STORE_DAMAGED;
    detail->transfer = admin_transfer_row(&transfer, arena);
    return 0;
}

static int fill_others(struct store *store, const struct loan *loan, struct arena *arena,
                       Linkgate__Admin__V1__LoanDetail *detail) {
    struct link link;
    bool lead, partner;
    int result = admin_bank_online(store, loan->lead, &lead);
    if (result == 0)
        result = admin_bank_online(store, loan->terms.partner, &partner);
    if (result == 0)
        result = store_get_link(store, &loan->link, &link);
    if (result != 0)
        return result < 0 ? result : STORE_DAMAGED;
    detail->lead_online = lead;
    detail->partner_online = partner;
    detail->link_state = admin_text(arena, link_state_name(link.state));
    return 0;
}

int loan_show(struct admin_listing *listing, struct store *store) {
    struct loan loan;
    int result = store_get_loan(store, &listing->after, &loan);
    if (result == STORE_ABSENT)
        page_absent(listing, "There is no loan of that id. See `loan list`.");
    if (result != 0)
        return result < 0 ? result : 0;
    struct page page;
    page_init(&page, 1);
    Linkgate__Admin__V1__LoanDetail detail;
    linkgate__admin__v1__loan_detail__init(&detail);
    detail.row = admin_loan_row(&loan, &page.arena);
    fill_asked(&loan, &page.arena, &detail);
    fill_decisions(&loan, &page.arena, &detail);
    fill_account(&loan, listing->now_ms, &page.arena, &detail);
    fill_schedule(&loan, &page.arena, &detail);
    fill_course(&loan, &page.arena, &detail);
    result = fill_transfer(store, &loan, &page.arena, &detail);
    if (result == 0)
        result = fill_others(store, &loan, &page.arena, &detail);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(LOAN_DETAIL);
    reply.loan_detail = &detail;
    if (result == 0)
        page_finish(listing, &page, &reply);
    else
        arena_deinit(&page.arena);
    return result;
}
