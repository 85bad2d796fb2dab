/*
 * A modelled bank's loans: as the lead it invites and rules, as either lender it decides, lends and
 * collects, with figures of its own; and what it is told of them.
 *
 * Invariants: (A1) a loan that was shown is in the store; (A4) what has ended stays as it ended, and
 * what was told once stays; whose account it is gives its customer the whole, and has the other
 * lender's share of that bank.
 */
#include <stdlib.h>
#include <string.h>

#include "domain/calendar.h"
#include "sim/world.h"
#include "store/orders.h"

#define WRONG_PER_MILLE 50
#define STRAY_PER_MILLE 60
#define DECLINE_PER_MILLE 120
#define MIN_FEN 50000
#define MAX_FEN 20000000
#define PAGE 3
#define TOO_MUCH_FEN 1000000 /* more than accrues while all sleep */

bool loan_asks(enum message_kind kind) {
    return kind >= MESSAGE_OFFER_LOAN && kind <= MESSAGE_LIST_LOANS;
}

static struct debt *debt_of(struct party *party, const struct id *loan) {
    struct debt *debt = party->debts;
    while (debt != NULL && !id_equal(&debt->loan, loan))
        debt = debt->next;
    if (debt != NULL)
        return debt;
    debt = xcalloc(1, sizeof(*debt));
    debt->loan = *loan;
    debt->next = party->debts;
    party->debts = debt;
    return debt;
}

static enum side other_side(enum side side) {
    return side == SIDE_CLASS2 ? SIDE_CLASS1 : SIDE_CLASS2;
}

static struct store *store_of(const struct party *party) {
    struct hub *hub = &party->world->hub;
    return hub->engine != NULL ? engine_store(hub->engine) : NULL;
}

/* ---- invitations, applications, decisions ---- */

void loan_offer(struct party *party, struct person *person, const struct bond *bond) {
    const struct party *partner = person->homes[other_side(party_side(party))];
    const struct shelf *found = NULL;
    uint64_t seen = 0;
    for (const struct shelf *shelf = party->shelves; shelf != NULL; shelf = shelf->next) {
        bool fits = shelf->issuer == party->code && shelf->terms.kind == PRODUCT_LOAN &&
                    shelf->terms.loan.partner == partner->code;
        bool sold = shelf->state == PRODUCT_ON_SALE && shelf_is_latest(party, shelf);
        if (fits && (sold || party_hits(party, WRONG_PER_MILLE)) &&
            chance_below(&party->chance, ++seen) == 0)
            found = shelf;
    }
    if (found == NULL)
        return;
    struct ask *ask = ask_new(party, person, MESSAGE_OFFER_LOAN);
    struct offer_loan message = {
        .request = ask_new_id(party, ask),
        .link = bond->link,
        .product = span_text(found->code),
        .version = found->version,
        .maximum = {chance_between(&party->chance, MIN_FEN, MAX_FEN / 20), "CNY"}};
    if (party_hits(party, WRONG_PER_MILLE))
        message.maximum.fen = MIN_FEN - 1;
    partner_encode_offer_loan(&message, &ask->payload);
    ask_go(ask);
}

static struct ask *ask_about(struct party *party, const struct debt *debt, enum message_kind kind) {
    struct ask *ask = ask_new(party, debt->person, kind);
    (void)ask_new_id(party, ask);
    ask->bought = debt->loan;
    ask->link = debt->link;
    ask->side = party_side(party);
    ask->second = bond_is_second(party, &debt->link);
    return ask;
}

static void apply(struct party *party, const struct debt *debt) {
    struct ask *ask = ask_about(party, debt, MESSAGE_APPLY_LOAN);
    struct apply_loan message = {
        .request = ask->id,
        .loan = debt->loan,
        .amount = {chance_between(&party->chance, MIN_FEN, debt->offered_fen), "CNY"},
        .class1_account = party_hits(party, 500),
        .terms = debt->text,
        .consent = {{5}},
        .authorisation_count = LOAN_LENDERS,
        .authorisations = {{debt->lead, {{6}}}, {debt->partner, {{7}}}}};
    if (party_hits(party, WRONG_PER_MILLE))
        message.amount.fen = debt->offered_fen + 1;
    if (party_hits(party, WRONG_PER_MILLE))
        message.authorisation_count = 1;
    partner_encode_apply_loan(&message, &ask->payload);
    ask_go(ask);
}

static void decide(struct party *party, struct debt *debt) {
    struct ask *ask = ask_about(party, debt, MESSAGE_DECIDE_LOAN);
    struct decide_loan message = {.request = ask->id, .loan = debt->loan, .approved = true};
    if (party_hits(party, DECLINE_PER_MILLE)) {
        message.approved = false;
        message.reason = SPAN_LITERAL("MS03");
    } else {
        message.limit = (struct money){debt->asked_fen, "CNY"};
        if (party_hits(party, 400))
            message.limit.fen = chance_between(&party->chance, MIN_FEN, debt->asked_fen);
    }
    debt->decided = !party_hits(party, WRONG_PER_MILLE); /* else it says so once more */
    partner_encode_decide_loan(&message, &ask->payload);
    ask_go(ask);
}

/* ---- draws and repayments ---- */

/* The bank whose customer is paid, or pays. */
static bool is_here(const struct party *party, const struct debt *debt) {
    return debt->account == party_side(party);
}

/* share: of the lender that does not have the account. draws: to it; else from it. */
static void begin(struct ask *ask, const struct debt *debt, int64_t share_fen, bool draws) {
    bool here = is_here(ask->party, debt);
    ask->purpose = TRANSFER_LOAN_REPAYMENT;
    if (draws) {
        bool lead_pays_out = here == (debt->lead == ask->party->code);
        ask->purpose = lead_pays_out ? TRANSFER_LOAN_OWN : TRANSFER_LOAN_OTHER;
    }
    ask->direction = here == draws ? TRANSFER_PULL : TRANSFER_PUSH;
    ask->pooled = true;
    ask->fen = share_fen > 0 ? share_fen : ask->whole_fen;
    ask->in_house = share_fen == 0;
    ask->direct = share_fen == 0 && here;
    if (here)
        ask->extra_fen = draws ? ask->whole_fen : -ask->whole_fen;
    pool_begin(ask);
}

static void draw(struct party *party, const struct debt *debt) {
    int64_t left_fen = debt->limit_fen - debt->owed_fen;
    struct ask *ask;
    char reference[ID_TEXT_SIZE];
    if (left_fen < MIN_FEN)
        return;
    ask = ask_about(party, debt, MESSAGE_DRAW_LOAN);
    ask->whole_fen =
        party_hits(party, 300) ? left_fen : chance_between(&party->chance, MIN_FEN, left_fen);
    if (party_hits(party, WRONG_PER_MILLE))
        ask->whole_fen = left_fen + 1;
    int64_t lead_fen = tab_lead_fen(ask->whole_fen, debt->terms.lead_share);
    bool lead_here = is_here(party, debt) == (debt->lead == party->code);
    begin(ask, debt, lead_here ? ask->whole_fen - lead_fen : lead_fen, true);
    id_format(&ask->id, reference);
    struct draw_loan message = {ask->id, debt->loan, {ask->whole_fen, "CNY"}, span_text(reference)};
    partner_encode_draw_loan(&message, &ask->payload);
    ask_go(ask);
}

/* As much as there is, a part, or, meant to be refused, more. */
static int64_t draw_sum(struct party *party, int64_t all_fen) {
    if (party_hits(party, WRONG_PER_MILLE))
        return all_fen + TOO_MUCH_FEN;
    if (party_hits(party, 400) || all_fen < 3)
        return all_fen;
    return party_hits(party, 300) ? chance_between(&party->chance, 1, 3)
                                  : chance_between(&party->chance, 1, all_fen);
}

static int64_t share_of(const struct debt *debt, const struct tab *tab, int64_t whole_fen,
                        int64_t interest_fen, bool lead) {
    uint32_t share = debt->terms.lead_interest_share != 0 ? debt->terms.lead_interest_share
                                                          : debt->terms.lead_share;
    int64_t lead_fen = tab_lead_fen(interest_fen, share) +
                       tab_lead_repaid_fen(tab, &debt->terms, whole_fen - interest_fen);
    return lead ? lead_fen : whole_fen - lead_fen;
}

static void repay(struct party *party, const struct debt *debt) {
    struct store *store = store_of(party);
    struct loan loan;
    struct tab tab;
    char reference[ID_TEXT_SIZE];
    bool here = is_here(party, debt);
    if (store == NULL || store_get_loan(store, &debt->loan, &loan) != 0 ||
        !tab_make(party->world, store, &loan, &tab) || loan.flight.kind != LOAN_FLIGHT_NONE)
        return;
    int64_t charged_fen =
        tab_interest_fen(&tab, &debt->terms, shanghai_day(world_wall_ms(party->world)));
    int64_t all_fen = tab.lead_fen + tab.partner_fen + charged_fen;
    int64_t whole_fen = draw_sum(party, all_fen);
    if (all_fen == 0 || (here && debt->person->accounts[debt->account].balance_fen < whole_fen))
        return;
    int64_t interest_fen = whole_fen < charged_fen ? whole_fen : charged_fen;
    struct ask *ask = ask_about(party, debt, MESSAGE_REPAY_LOAN);
    ask->whole_fen = whole_fen;
    ask->interest_fen = interest_fen;
    ask->wrong = whole_fen > all_fen;
    bool lead_gets = here != (debt->lead == party->code);
    int64_t share_fen = ask->wrong ? 1 : share_of(debt, &tab, whole_fen, interest_fen, lead_gets);
    begin(ask, debt, share_fen, false);
    id_format(&ask->id, reference);
    struct repay_loan message = {
        ask->id, debt->loan, {whole_fen, "CNY"}, interest_fen, span_text(reference)};
    if (whole_fen > charged_fen + TOO_MUCH_FEN / 10 && party_hits(party, WRONG_PER_MILLE))
        message.interest_fen = whole_fen;
    partner_encode_repay_loan(&message, &ask->payload);
    ask_go(ask);
}

/* ---- other words about it ---- */

static void quote(struct party *party, const struct debt *debt) {
    struct ask *ask = ask_new(party, NULL, MESSAGE_QUOTE_REPAYMENT);
    struct quote_repayment query = {.loan = debt->loan};
    struct store *store = store_of(party);
    struct loan loan;
    ask->bought = debt->loan;
    if (store != NULL && store_get_loan(store, &debt->loan, &loan) == 0)
        ask->units = history_length(&loan.history);
    if (party_hits(party, 800))
        query.day =
            shanghai_day(world_wall_ms(party->world)) + chance_between(&party->chance, 1, 400);
    partner_encode_quote_repayment(&query, &ask->payload);
    ask_go(ask);
}

static void rule(struct party *party, const struct debt *debt) {
    static const enum loan_status_event events[] = {LOAN_STATUS_WAIVED, LOAN_STATUS_WRITTEN_OFF,
                                                    LOAN_STATUS_CANCELLED, LOAN_STATUS_SCHEDULE};
    struct loan_schedule schedule = {0};
    struct ask *ask = ask_about(party, debt, MESSAGE_LOAN_STATUS);
    struct loan_status message = {.request = ask->id, .loan = debt->loan};
    message.event = events[chance_below(&party->chance, 4)];
    if (message.event == LOAN_STATUS_SCHEDULE) {
        schedule.count = 1;
        schedule.instalments[0].due_day = shanghai_day(world_wall_ms(party->world)) + 20;
        schedule.instalments[0].due_fen = debt->owed_fen > 0 ? debt->owed_fen : 1;
        message.schedule = &schedule;
    }
    if (message.event == LOAN_STATUS_WAIVED)
        message.waived_fen = chance_between(&party->chance, 1, 20);
    if (message.event == LOAN_STATUS_WRITTEN_OFF || message.event == LOAN_STATUS_CANCELLED)
        message.reason = SPAN_LITERAL("CUST");
    partner_encode_loan_status(&message, &ask->payload);
    ask_go(ask);
}

static void get(struct party *party, const struct debt *debt) {
    struct ask *ask = ask_new(party, NULL, MESSAGE_GET_LOAN);
    struct get_loan query = {{{9}}};
    ask->stray = debt == NULL || party_hits(party, STRAY_PER_MILLE);
    if (!ask->stray)
        query.loan = debt->loan;
    partner_encode_get_loan(&query, &ask->payload);
    ask_go(ask);
}

static void list(struct party *party, const struct debt *debt) {
    struct ask *ask = ask_new(party, NULL, MESSAGE_LIST_LOANS);
    struct list_loans query = {.link = debt->link,
                               .max = (uint32_t)chance_between(&party->chance, 1, PAGE)};
    if (party_hits(party, 300))
        query.after = debt->loan;
    ask->after = query.after;
    ask->stray = party_hits(party, STRAY_PER_MILLE);
    if (ask->stray)
        query.link = debt->loan; /* which is none */
    ask->link = query.link;
    partner_encode_list_loans(&query, &ask->payload);
    ask_go(ask);
}

/* What its state asks for. */
static void step(struct party *party, struct debt *debt) {
    bool ready = debt->person != NULL && debt->terms.partner != 0 && !debt->flies;
    if (ready && debt->shown == LOAN_OFFERED)
        apply(party, debt);
    else if (ready && debt->shown == LOAN_APPLIED && !debt->decided)
        decide(party, debt);
    else if (ready && (debt->shown == LOAN_APPROVED ||
                       (debt->shown == LOAN_OUTSTANDING && party_hits(party, 300))))
        draw(party, debt);
    else if (ready && (debt->shown == LOAN_OUTSTANDING || debt->shown == LOAN_OVERDUE))
        repay(party, debt);
    else
        get(party, debt);
}

void loan_work(struct party *party) {
    struct debt *found = NULL;
    uint64_t seen = 0;
    for (struct debt *debt = party->debts; debt != NULL; debt = debt->next) {
        if (chance_below(&party->chance, ++seen) == 0)
            found = debt;
    }
    if (found == NULL || found->person == NULL)
        get(party, NULL);
    else if (party_hits(party, 800))
        step(party, found);
    else if (party_hits(party, 500))
        quote(party, found);
    else if (party_hits(party, 400))
        list(party, found);
    else
        rule(party, found);
}

/* ---- what it is told ---- */

/* How far along. What comes and goes ranks alike. */
static int rank(enum loan_state state) {
    static const int ranks[LOAN_STATES] = {
        [LOAN_OFFERED] = 1,     [LOAN_APPLIED] = 2, [LOAN_APPROVED] = 3, [LOAN_DISBURSING] = 3,
        [LOAN_OUTSTANDING] = 4, [LOAN_OVERDUE] = 4, [LOAN_DECLINED] = 9, [LOAN_REPAID] = 9,
        [LOAN_CANCELLED] = 9,   [LOAN_EXPIRED] = 9,
    };
    return ranks[state];
}

static struct person *person_of(struct party *party, const struct id *link) {
    for (const struct bond *bond = party->bonds; bond != NULL; bond = bond->next) {
        if (id_equal(&bond->link, link))
            return bond->person;
    }
    return NULL;
}

static void stays(struct party *party, const struct loan *loan, int64_t *known, int64_t value) {
    if (*known != 0 && value != 0 && *known != value)
        world_fail(party->world, "A4: bank %zu was told %lld of loan %s, and now %lld",
                   party->index, (long long)*known, world_id(&loan->id), (long long)value);
    if (value != 0)
        *known = value;
}

void loan_learn(struct party *party, const struct loan_view *view) {
    const struct loan *loan = &view->loan;
    struct debt *debt = debt_of(party, &loan->id);
    const struct shelf *shelf =
        shelf_of(party, loan->lead, span_text(loan->product), loan->version);
    debt->link = loan->link;
    debt->lead = loan->lead;
    debt->partner = loan->terms.partner;
    debt->person = person_of(party, &loan->link);
    if (shelf != NULL) {
        debt->terms = shelf->terms.loan;
        debt->text = shelf->terms.sha256;
    }
    if (loan->lead != party->code && loan->terms.partner != party->code)
        world_fail(party->world, "bank %zu is told of loan %s, which is of others", party->index,
                   world_id(&loan->id));
    if (rank(debt->shown) == 9 && rank(loan->state) == 9 && debt->shown != loan->state)
        world_fail(party->world, "A4: bank %zu was shown loan %s as %s, and now as %s",
                   party->index, world_id(&loan->id), loan_state_name(debt->shown),
                   loan_state_name(loan->state));
    stays(party, loan, &debt->offered_at_ms, loan->offered_at_ms);
    stays(party, loan, &debt->applied_at_ms, loan->applied_at_ms);
    stays(party, loan, &debt->offered_fen, loan->offered.fen);
    stays(party, loan, &debt->asked_fen, loan->asked_fen);
    stays(party, loan, &debt->limit_fen, loan->limit_fen);
    if (loan->applied_at_ms != 0)
        debt->account = loan->class1_account ? SIDE_CLASS1 : SIDE_CLASS2;
    if (rank(loan->state) < rank(debt->shown))
        return;
    debt->shown = loan->state;
    debt->owed_fen = loan_principal_fen(&loan->account);
    debt->flies = loan->flight.kind != LOAN_FLIGHT_NONE;
}

/* ---- answers ---- */

static void learn_page(struct ask *ask, struct span payload) {
    struct party *party = ask->party;
    struct loan_page page;
    struct id last = ask->after;
    if (partner_decode_loan_page(payload, &party->arena, &page) != 0) {
        world_fail(party->world, "bank %zu: a page of loans cannot be read", party->index);
        return;
    }
    for (uint32_t i = 0; i < page.count; i++) {
        const struct loan *loan = &page.loans[i].loan;
        if (memcmp(loan->id.bytes, last.bytes, ID_SIZE) <= 0 || !id_equal(&loan->link, &ask->link))
            world_fail(party->world, "bank %zu: a page of loans is not as it was asked for",
                       party->index);
        last = loan->id;
        loan_learn(party, &page.loans[i]);
    }
}

/* Where nothing happened to it meanwhile, it is what the banks count for themselves. */
static void check_quote(struct ask *ask, const struct loan_quote_view *view) {
    struct party *party = ask->party;
    struct store *store = store_of(party);
    struct loan loan;
    struct tab tab;
    if (store == NULL || store_get_loan(store, &ask->bought, &loan) != 0 ||
        history_length(&loan.history) != (uint32_t)ask->units ||
        !tab_make(party->world, store, &loan, &tab))
        return;
    int64_t interest_fen = tab_interest_fen(&tab, &loan.terms, view->day);
    if (view->quote.interest_fen != interest_fen ||
        view->quote.principal_fen != tab.lead_fen + tab.partner_fen)
        world_fail(party->world,
                   "A2: by its banks, %lld fen of interest are charged of loan %s; by a quote %lld",
                   (long long)interest_fen, world_id(&ask->bought),
                   (long long)view->quote.interest_fen);
}

static void learn_quote(struct ask *ask, struct span payload) {
    struct party *party = ask->party;
    struct loan_quote_view view;
    const struct loan_quote *quote = &view.quote;
    if (partner_decode_loan_quote(payload, &party->arena, &view) != 0) {
        world_fail(party->world, "bank %zu: a LoanQuote cannot be read", party->index);
        return;
    }
    if (!id_equal(&view.loan, &ask->bought) ||
        quote->total_fen != quote->interest_fen + quote->principal_fen ||
        view.interest.lead_fen + view.interest.partner_fen != quote->interest_fen ||
        view.principal.lead_fen + view.principal.partner_fen != quote->principal_fen)
        world_fail(party->world, "bank %zu: a LoanQuote does not add up", party->index);
    check_quote(ask, &view);
}

/* The transfer that it made, as far as the reply tells. */
static void learn_transfer_of(struct ask *ask, const struct loan *loan, bool replayed) {
    if (ask->direct) {
        if (ask->shown != TRANSFER_ACCEPTED)
            pool_settle(ask);
        ask->shown = TRANSFER_ACCEPTED;
        return;
    }
    if (id_is_zero(&ask->transfer) && !replayed) /* later it may be another's */
        ask->transfer = loan->flight.transfer;
    if (!id_is_zero(&ask->transfer) && !transfer_state_final(ask->shown) &&
        (ask->sends > 1 || party_hits(ask->party, 300)))
        ask_get_transfer(ask, 0);
}

void loan_replied(struct ask *ask, struct span payload) {
    struct party *party = ask->party;
    struct loan_view view;
    if (ask->kind == MESSAGE_LIST_LOANS || ask->kind == MESSAGE_QUOTE_REPAYMENT) {
        if (ask->kind == MESSAGE_LIST_LOANS)
            learn_page(ask, payload);
        else
            learn_quote(ask, payload);
        ask_done(ask);
        return;
    }
    if (partner_decode_loan_reply(payload, &party->arena, &view) != 0) {
        world_fail(party->world, "bank %zu: a LoanReply cannot be read", party->index);
        return;
    }
    if (ask->wrong || (!id_is_zero(&ask->bought) && !id_equal(&ask->bought, &view.loan.id)))
        world_fail(party->world, "bank %zu: what nobody may say of loan %s was taken: kind %d",
                   party->index, world_id(&view.loan.id), (int)ask->kind);
    ask->bought = view.loan.id;
    ask->answered = true;
    loan_learn(party, &view);
    if (pool_asks(ask->kind))
        learn_transfer_of(ask, &view.loan, view.replayed);
    if (!pool_asks(ask->kind) || transfer_state_final(ask->shown))
        ask_done(ask);
}

static bool may_refuse(const struct ask *ask, struct span detail) {
    static const char *const details[] = {"LINK_NOT_ACTIVE",
                                          "LINK_CLOSING",
                                          "LINK_SUSPENDED",
                                          "SCOPE",
                                          "BANK_OFFLINE",
                                          "PEER_SUSPENDED",
                                          "BANK_OFFLINE_CREDITOR",
                                          "PEER_HELD",
                                          "CAP",
                                          "LIQUIDITY",
                                          "KIND_DISABLED",
                                          "CLASS",
                                          "HISTORY",
                                          "PRODUCT_STATE",
                                          "PRODUCT_CHANGED",
                                          "NO_SUCH_PRODUCT",
                                          "PERSON_MAXIMUM",
                                          "LOAN_STATE",
                                          "LOAN_BUSY",
                                          "AMOUNT_BELOW",
                                          "AMOUNT_ABOVE",
                                          "CONSENT",
                                          "FIELD_INVALID",
                                          "INTEREST",
                                          "LOAN_ABOVE",
                                          "NOT_YOURS",
                                          "LEAD_SHARE",
                                          "LOAN_LIMIT",
                                          "NOT_FUNDED",
                                          "BUCKET",
                                          "LOAN_EXCEEDED",
                                          "LOAN_DAY",
                                          "ROLE",
                                          "NO_SUCH_LINK",
                                          "NOT_ON_SALE",
                                          "PRODUCT_DISABLED",
                                          "INSTALMENTS",
                                          "INCREMENT"};
    if (ask->stray)
        return span_equal(detail, SPAN_LITERAL("NO_SUCH_LOAN")) ||
               span_equal(detail, SPAN_LITERAL("NO_SUCH_LINK"));
    return ask->kind != MESSAGE_GET_LOAN && ask->kind != MESSAGE_LIST_LOANS &&
           desk_says_one_of(detail, details, sizeof(details) / sizeof(details[0]));
}

void loan_refused(struct ask *ask, const struct refusal_view *view) {
    struct party *party = ask->party;
    if (!may_refuse(ask, view->detail))
        world_fail(party->world, "bank %zu: kind %d about a loan was refused %.*s %.*s",
                   party->index, (int)ask->kind, (int)view->detail.size,
                   (const char *)view->detail.data, (int)view->field.size,
                   (const char *)view->field.data);
    if (ask->answered)
        world_fail(party->world, "bank %zu: request %s was taken, and is refused now", party->index,
                   world_id(&ask->id));
    if (ask->refused || ask->done)
        return;
    ask->refused = !span_equal(view->detail, SPAN_LITERAL("ROLE")); /* that is not recorded */
    if (pool_asks(ask->kind))
        learn_release(ask);
    ask_done(ask);
}

/* ---- against the store ---- */

void loan_check(const struct party *party, struct store *store) {
    struct loan loan;
    for (const struct debt *debt = party->debts; debt != NULL; debt = debt->next) {
        bool there = store_get_loan(store, &debt->loan, &loan) == 0;
        if (debt->shown == LOAN_NONE)
            continue;
        bool back = !there || rank(loan.state) < rank(debt->shown) ||
                    (rank(debt->shown) == 9 && loan.state != debt->shown);
        if (back || (debt->limit_fen != 0 && debt->limit_fen != loan.limit_fen))
            world_fail(party->world, "A4: bank %zu was shown loan %s as %s, and it is %s",
                       party->index, world_id(&debt->loan), loan_state_name(debt->shown),
                       there ? loan_state_name(loan.state) : "not there");
        if (there && loan.conflict && !party->world->malicious)
            world_fail(party->world, "loan %s is in conflict, and nobody lied",
                       world_id(&debt->loan));
    }
}

void loan_forget(struct party *party) {
    while (party->debts != NULL) {
        struct debt *debt = party->debts;
        party->debts = debt->next;
        free(debt);
    }
}

/* ---- what moves for it ---- */

bool loan_is_right(const struct party *party, const struct post_instruction *message,
                   const struct ask *ask) {
    const struct posted_loan *loan = &message->loan;
    bool is_loan = ask->kind == MESSAGE_DRAW_LOAN || ask->kind == MESSAGE_REPAY_LOAN;
    (void)party;
    if (!is_loan || id_is_zero(&loan->loan))
        return is_loan != id_is_zero(&loan->loan);
    return id_equal(&loan->loan, &ask->bought) && loan->amount.fen == ask->whole_fen &&
           loan->repayment == (ask->kind == MESSAGE_REPAY_LOAN) &&
           loan->interest_fen == ask->interest_fen &&
           loan->principal.lead_fen + loan->principal.partner_fen + loan->interest.lead_fen +
                   loan->interest.partner_fen ==
               ask->whole_fen;
}

/* The bank of the account gives its customer the whole, or takes it; the other one its share. */
void loan_instructed(struct party *party, const struct post_instruction *message,
                     struct posting *posting) {
    const struct posted_loan *loan = &message->loan;
    if (id_is_zero(&loan->loan))
        return;
    bool credit = posting->side == POSTING_CREDIT;
    (void)party;
    posting->bought = loan->loan;
    posting->pooled = true;
    if (credit != loan->repayment) /* a draw comes here, a repayment leaves from here */
        posting->extra_fen = loan->repayment ? -loan->amount.fen : loan->amount.fen;
}
