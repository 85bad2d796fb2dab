/*
 * One transfer and what hangs on it: I2 to I5, I9, I10, I15, I17, I19.
 *
 * Invariant: each rule is told from the transfer's own record, its history, its link, its returns and
 * the rows that must stand for it. What it adds to banks' sums is added here and compared in sums.c.
 */
#include <string.h>

#include "domain/command.h"
#include "verify/checks.h"
#include "wire/partner.h"

static struct about of_transfer(const struct transfer *transfer) {
    return about(OBJECT_TRANSFER, &transfer->id);
}

/* ---- what its history says ---- */

struct story {
    uint32_t events[TRANSFER_EVENTS];
    int64_t at_ms[TRANSFER_EVENTS]; /* of the latest */
    uint32_t ends;                  /* entries that came to a final state */
    enum cause outcome;             /* of the entry that settled it; NONE: none did */
};

static void note(void *context, uint32_t before, const struct history_entry *entry) {
    struct story *story = context;
    if (entry->event >= TRANSFER_EVENTS)
        return;
    story->events[entry->event]++;
    story->at_ms[entry->event] = entry->at_ms;
    if (entry->event == TRANSFER_EVENT_POSTED || entry->event == TRANSFER_EVENT_REFUSED ||
        entry->event == TRANSFER_EVENT_BARRED)
        story->outcome = entry->cause;
    story->ends += entry->state != before && transfer_final((enum transfer_state)entry->state);
}

/* A field of the record and an event of the history that come together; at_ms 0: no such time. */
static void check_event(struct look *look, const struct transfer *transfer,
                        const struct story *story, enum transfer_event event, bool says,
                        int64_t at_ms) {
    bool happened = story->events[event] > 0;
    if (says != happened || (says && at_ms != 0 && at_ms != story->at_ms[event]))
        look_found(look, LAW_I4, of_transfer(transfer),
                   "its record %s %s, at %lld ms; its history has it %u times, at %lld ms",
                   says ? "tells of" : "knows no", transfer_event_name(event), (long long)at_ms,
                   story->events[event], (long long)story->at_ms[event]);
}

static void check_story(struct look *look, const struct transfer *transfer,
                        const struct story *story) {
    static const struct digest none;
    check_event(look, transfer, story, TRANSFER_EVENT_CANCEL_ASKED, transfer->cancel, 0);
    check_event(look, transfer, story, TRANSFER_EVENT_CONFLICT, transfer->conflict, 0);
    check_event(look, transfer, story, TRANSFER_EVENT_CREDIT_LATE, transfer->credit_late, 0);
    check_event(look, transfer, story, TRANSFER_EVENT_CREDITED, transfer->credited_at_ms != 0,
                transfer->credited_at_ms);
    check_event(look, transfer, story, TRANSFER_EVENT_DEADLINE, transfer->unknown_at_ms != 0,
                transfer->unknown_at_ms);
    check_event(look, transfer, story, TRANSFER_EVENT_STEP_UP, transfer->step_up_at_ms != 0,
                transfer->step_up_at_ms);
    check_event(look, transfer, story, TRANSFER_EVENT_POSTED, transfer->accepted_at_ms != 0,
                transfer->accepted_at_ms);
    check_event(look, transfer, story, TRANSFER_EVENT_RETURNED, transfer->came_back_fen != 0, 0);
    bool evident = story->outcome == CAUSE_RECON || story->outcome == CAUSE_OPERATOR;
    if (evident == digest_equal(&transfer->evidence, &none))
        look_found(look, LAW_I4, of_transfer(transfer), "it has %s evidence for its outcome",
                   evident ? "no" : "needless");
    if (story->ends > 1)
        look_found(look, LAW_I4, of_transfer(transfer), "its history came to %u ends", story->ends);
}

/* ---- the record by itself ---- */

static void check_amount(struct look *look, const struct transfer *transfer) {
    if (transfer->amount.fen <= 0)
        look_found(look, LAW_I9, of_transfer(transfer), "it is of %lld fen",
                   (long long)transfer->amount.fen);
    if (!look_currency(transfer->amount.currency))
        look_found(look, LAW_I10, of_transfer(transfer), "it is of no currency");
}

/* What the limits of its account's class know of it. */
static const char *check_class(const struct transfer *transfer, const struct transfer_way *way,
                               bool may_have_moved) {
    bool counts = way != NULL && way->class2_in_person != CLASS_FREE && !transfer->fallback;
    bool bound_in = transfer->kind == TRANSFER_BOUND_PAIR && !transfer->class2_pays;
    if (transfer->limited != (may_have_moved && counts))
        return transfer->limited ? "counted against its class's limits"
                                 : "not counted against its class's limits";
    if (transfer->funds && (!may_have_moved || !bound_in))
        return "the first from the bound account, which it is not";
    if (transfer->fallback && (way == NULL || !way->fallback))
        return "paid by the Class I account, which its kind cannot be";
    if (transfer->in_house && !id_is_zero(&transfer->request))
        return "in-house, and neither an order's nor a loan's";
    return NULL;
}

static void check_flags(struct look *look, const struct transfer *transfer) {
    bool accepted = transfer->state == TRANSFER_ACCEPTED;
    bool may_have_moved = accepted || transfer_reserved(transfer->state);
    bool is_return = transfer->kind == TRANSFER_RETURN;
    const struct transfer_way *way = transfer_way_of(transfer);
    bool agreed = transfer->fallback || (way != NULL && way->scope != 0);
    const char *wrong = check_class(transfer, way, may_have_moved);
    if (wrong == NULL && transfer->counted != (may_have_moved && agreed))
        wrong = transfer->counted ? "counted against its limits" : "not counted";
    else if (id_is_zero(&transfer->original) == is_return)
        wrong = is_return ? "a return of nothing" : "no return, and has an original";
    else if (!id_is_zero(&transfer->cancel_request) &&
             (!transfer->cancel || transfer->state != TRANSFER_PENDING))
        wrong = "waited for by a cancellation";
    else if (transfer->cancel != (transfer->cancel_asked_at_ms != 0))
        wrong = "half cancelled";
    else if ((transfer->unknown_alarm_ms != 0) != (transfer->state == TRANSFER_UNKNOWN))
        wrong = "with an alarm of its age, or without one that it needs";
    else if (!accepted && (transfer->credited_at_ms != 0 || transfer->returned_fen != 0))
        wrong = "credited or returned";
    else if (transfer->direction != TRANSFER_PUSH && transfer->direction != TRANSFER_PULL)
        wrong = "neither push nor pull";
    else if (way == NULL && !is_return)
        wrong = "of no kind that goes this way";
    if (wrong != NULL)
        look_found(look, LAW_I4, of_transfer(transfer), "it is %s and %s",
                   transfer_state_name(transfer->state), wrong);
}

/* I17: in a window that there is; in none what moves nothing between banks. */
static void check_window_of(struct look *look, const struct transfer *transfer) {
    bool accepted = transfer->state == TRANSFER_ACCEPTED;
    uint64_t open = look->has_meta ? look->meta.open_window : 0;
    if (accepted && transfer_between_banks(transfer)
            ? transfer->window == 0 || transfer->window > open
            : transfer->window != 0)
        look_found(look, LAW_I17, of_transfer(transfer), "it is %s in window %llu; %llu is open",
                   transfer_state_name(transfer->state), (unsigned long long)transfer->window,
                   (unsigned long long)open);
    else if (transfer->window != 0)
        check_settled_in(look, transfer);
}

/* ---- its link, its banks ---- */

static void check_banks(struct look *look, const struct transfer *transfer,
                        const struct link *link) {
    bool push = transfer->direction == TRANSFER_PUSH;
    bool between = transfer_between_banks(transfer);
    bank_code debtor = push && between ? transfer->submitter : transfer->instructed;
    bank_code creditor = push || !between ? transfer->instructed : transfer->submitter;
    bool of_link =
        (transfer->submitter == link->class2_bank && transfer->instructed == link->class1_bank) ||
        (transfer->submitter == link->class1_bank && transfer->instructed == link->class2_bank);
    bool class2_pays = transfer_class2_pays(transfer, link->class2_bank);
    if (!of_link || debtor != transfer->debtor_bank || creditor != transfer->creditor_bank ||
        class2_pays != transfer->class2_pays)
        look_found(look, LAW_I15, of_transfer(transfer), "its banks are not those of its link");
}

static void check_in_link(struct look *look, const struct transfer *transfer) {
    struct id before = look_before(&transfer->id);
    struct link link;
    struct id id;
    int rc = store_next_transfer_of_link(look->store, &transfer->link, &before, &id);
    enum got row = look_got(look, rc, of_transfer(transfer));
    if (row == GOT_NONE || (row == GOT && !id_equal(&id, &transfer->id)))
        look_found(look, LAW_I15, of_transfer(transfer), "its row by link is not there");
    enum got got = look_link(look, &transfer->link, &link);
    if (got == GOT_NONE)
        look_found(look, LAW_I15, of_transfer(transfer), "its link is not there");
    if (got != GOT)
        return;
    check_banks(look, transfer, &link);
    bool open = transfer_reserved(transfer->state);
    if (open && link_final(link.state) && transfer->kind != TRANSFER_RETURN)
        look_found(look, LAW_I11, of_transfer(transfer), "it is open, and its link is %s",
                   link_state_name(link.state));
    bool cool = transfer->counted && transfer->class2_pays &&
                transfer->received_at_ms < link.cool_down_until_ms;
    if (transfer->in_cool_down != cool)
        look_found(look, LAW_I8, of_transfer(transfer), "it is %scounted for its link's cool-down",
                   cool ? "not " : "");
}

/* ---- I5: its request, or what made it without one ---- */

static void check_maker(struct look *look, const struct transfer *transfer) {
    struct id id;
    int of_order = store_find_order_of_transfer(look->store, &transfer->id, &id);
    int of_loan = store_find_loan_of_transfer(look->store, &transfer->id, &id);
    if (look_got(look, of_order, of_transfer(transfer)) == GOT_NONE &&
        look_got(look, of_loan, of_transfer(transfer)) == GOT_NONE)
        look_found(look, LAW_I5, of_transfer(transfer), "neither a request nor an order made it");
}

static void check_requests(struct look *look, const struct transfer *transfer) {
    uint32_t made_by =
        transfer->kind == TRANSFER_RETURN ? COMMAND_SUBMIT_RETURN : COMMAND_SUBMIT_TRANSFER;
    const struct transfer_way *way = transfer_way_of(transfer);
    struct store_request row;
    if (id_is_zero(&transfer->request)) {
        check_maker(look, transfer);
        return;
    }
    if (way != NULL && way->made)
        look_found(look, LAW_I5, of_transfer(transfer),
                   "a request made what only orders and loans do");
    int rc = store_get_request(look->store, transfer->submitter, &transfer->request, &row);
    enum got got = look_got(look, rc, of_transfer(transfer));
    if (got == GOT_NONE || (got == GOT && (row.refusal != 0 || row.message != made_by ||
                                           !id_equal(&row.object, &transfer->id))))
        look_found(look, LAW_I5, of_transfer(transfer), "it is not what its request made");
    if (id_is_zero(&transfer->cancel_request))
        return;
    rc = store_get_request(look->store, transfer->submitter, &transfer->cancel_request, &row);
    got = look_got(look, rc, of_transfer(transfer));
    if (got == GOT_NONE ||
        (got == GOT && (row.refusal != 0 || row.message != COMMAND_CANCEL_TRANSFER ||
                        !id_equal(&row.object, &transfer->id))))
        look_found(look, LAW_I5, of_transfer(transfer),
                   "a cancellation waits for it that does not know it");
}

/* ---- returns ---- */

static void add_return(struct look *look, const struct transfer *original,
                       const struct transfer *transfer, int64_t *taken, int64_t *back) {
    bool accepted = transfer->state == TRANSFER_ACCEPTED;
    bool right = id_equal(&transfer->link, &original->link) &&
                 transfer->debtor_bank == original->creditor_bank &&
                 transfer->creditor_bank == original->debtor_bank;
    if (!right)
        look_found(look, LAW_I15, of_transfer(transfer), "it returns a transfer of other accounts");
    if (strcmp(transfer->amount.currency, original->amount.currency) != 0)
        look_found(look, LAW_I10, of_transfer(transfer), "it is in %s, its original in %s",
                   transfer->amount.currency, original->amount.currency);
    if (accepted)
        look_add(look, back, transfer->amount.fen, of_transfer(original));
    if (accepted || transfer_reserved(transfer->state))
        look_add(look, taken, transfer->amount.fen, of_transfer(original));
}

static void check_returns(struct look *look, const struct transfer *original) {
    struct id id = {{0}};
    int64_t taken = 0;
    int64_t back = 0;
    int rc;
    while ((rc = store_next_return(look->store, &original->id, &id, &id)) == 0) {
        struct transfer transfer;
        enum got got = look_transfer(look, &id, &transfer);
        if (got == GOT_DAMAGED)
            return;
        if (got == GOT)
            add_return(look, original, &transfer, &taken, &back);
    }
    if (look_got(look, rc, of_transfer(original)) == GOT_DAMAGED)
        return;
    if (original->returned_fen != taken || original->came_back_fen != back ||
        taken > original->amount.fen)
        look_found(look, LAW_I2, of_transfer(original),
                   "of %lld fen it says %lld returned, %lld back: its returns are %lld and %lld",
                   (long long)original->amount.fen, (long long)original->returned_fen,
                   (long long)original->came_back_fen, (long long)taken, (long long)back);
}

static void check_original(struct look *look, const struct transfer *transfer) {
    struct id before = look_before(&transfer->id);
    struct id id;
    if (id_is_zero(&transfer->original))
        return;
    int rc = store_next_return(look->store, &transfer->original, &before, &id);
    enum got got = look_got(look, rc, of_transfer(transfer));
    if (got == GOT_NONE || (got == GOT && !id_equal(&id, &transfer->id)))
        look_found(look, LAW_I15, of_transfer(transfer), "its row by original is not there");
}

/* ---- the case of its conflict ---- */

static void check_conflict_case(struct look *look, const struct transfer *transfer) {
    struct inquiry_case inquiry;
    if (id_is_zero(&transfer->case_id))
        return;
    enum got got = look_case(look, &transfer->case_id, &inquiry);
    if (got == GOT_NONE ||
        (got == GOT && (inquiry.subject != CASE_CONFLICT ||
                        !id_equal(&inquiry.transfer, &transfer->id) || !transfer->conflict)))
        look_found(look, LAW_I15, of_transfer(transfer), "the case of its conflict is another's");
}

/* ---- I19, I7: what is kept to be sent again ---- */

static void check_instruction(struct look *look, const struct transfer *transfer,
                              struct span payload) {
    struct post_instruction instruction;
    struct arena arena;
    arena_init(&arena, 4096, 0);
    int rc = partner_decode_post_instruction(payload, &arena, &instruction);
    if (rc != 0 || !id_equal(&instruction.transfer, &transfer->id) ||
        !id_equal(&instruction.link, &transfer->link) ||
        instruction.amount.fen != transfer->amount.fen || instruction.kind != transfer->kind ||
        strcmp(instruction.amount.currency, transfer->amount.currency) != 0)
        look_found(look, LAW_I7, of_transfer(transfer),
                   "the instruction that it keeps is another's");
    arena_deinit(&arena);
}

static void check_kept(struct look *look, const struct transfer *transfer) {
    bool should = transfer->state == TRANSFER_PENDING && !transfer->cancel;
    struct span payload;
    int rc = store_get_transfer_kept(look->store, &transfer->id, &payload);
    if (rc == STORE_DAMAGED) {
        look_found(look, LAW_I19, of_transfer(transfer),
                   "what it keeps does not open in its place");
        return;
    }
    enum got got = look_got(look, rc, of_transfer(transfer));
    if (got != GOT_DAMAGED && (got == GOT) != should)
        look_found(look, LAW_I7, of_transfer(transfer), "it is %s and %s an instruction",
                   transfer_state_name(transfer->state), should ? "does not keep" : "still keeps");
    if (got == GOT && should)
        check_instruction(look, transfer, payload);
}

/* ---- what it adds ---- */

static void add_reserved(struct look *look, const struct transfer *transfer) {
    const char *currency = transfer->amount.currency;
    struct about of = of_transfer(transfer);
    bool to_low = transfer->creditor_bank < transfer->debtor_bank;
    bank_code low = to_low ? transfer->creditor_bank : transfer->debtor_bank;
    bank_code high = to_low ? transfer->debtor_bank : transfer->creditor_bank;
    struct pair_position *pair = &look_pair(look, low, high, currency)->sum;
    look_add(look, &look_money(look, transfer->debtor_bank, currency)->reserved_fen,
             transfer->amount.fen, of);
    look_add(look, &look_money(look, transfer->creditor_bank, currency)->incoming_fen,
             transfer->amount.fen, of);
    look_add(look, to_low ? &pair->reserved_to_low_fen : &pair->reserved_to_high_fen,
             transfer->amount.fen, of);
}

static void add_up(struct look *look, const struct transfer *transfer) {
    struct bank_sum *instructed = look_bank(look, transfer->instructed);
    bool between = transfer_between_banks(transfer);
    if (transfer_reserved(transfer->state) && between)
        add_reserved(look, transfer);
    if (transfer_reserved(transfer->state)) {
        instructed->unanswered++;
        instructed->unknown += transfer->state == TRANSFER_UNKNOWN;
    }
    if (transfer->state == TRANSFER_ACCEPTED && transfer->amount.fen > 0 && between)
        sums_owed(look, of_transfer(transfer), transfer->debtor_bank, transfer->creditor_bank,
                  &transfer->amount, transfer->window);
    if (transfer->credit_late && transfer->credited_at_ms == 0 && !transfer_came_back(transfer))
        look_bank(look, transfer->creditor_bank)->uncredited++;
}

void check_transfer(struct look *look, const struct transfer *transfer) {
    struct story story = {.ends = 0};
    struct life life = {
        .about = of_transfer(transfer),
        .history = &transfer->history,
        .state = transfer->state,
        .born_ms = transfer->received_at_ms,
        .first = transfer->submitter,
        .second = transfer->instructed,
    };
    bool open = transfer_reserved(transfer->state);
    look->counts->transfers++;
    if (life_check(look, &life, note, &story))
        check_story(look, transfer, &story);
    check_amount(look, transfer);
    check_flags(look, transfer);
    check_window_of(look, transfer);
    check_in_link(look, transfer);
    check_requests(look, transfer);
    check_returns(look, transfer);
    check_original(look, transfer);
    check_conflict_case(look, transfer);
    check_kept(look, transfer);
    check_open_row(look, of_transfer(transfer), &transfer->link, open);
    if (!transfer->frozen) /* a frozen one loses its row when it comes due */
        check_deadline_row(look, of_transfer(transfer), transfer_due_ms(transfer));
    if (look->at_rest && open)
        look_found(look, LAW_I18, of_transfer(transfer), "it is still %s",
                   transfer_state_name(transfer->state));
    add_up(look, transfer);
}
