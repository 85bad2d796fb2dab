/*
 * Rows that lead to objects: I15 from their side, and the requests of I5.
 *
 * Invariant: a row that stands is one that the object which it leads to says should stand; that each
 * object's own rows are there is looked at with the object.
 */
#include <string.h>

#include "domain/command.h"
#include "domain/rules.h"
#include "verify/checks.h"

void check_deadline_row(struct look *look, struct about about, int64_t at_ms) {
    struct store_deadline before = {at_ms, about.kind, look_before(&about.id)};
    struct store_deadline due;
    if (at_ms == 0)
        return;
    enum got got = look_got(look, store_next_deadline(look->store, &before, &due), about);
    if (got == GOT_NONE || (got == GOT && (due.at_ms != at_ms || due.kind != about.kind ||
                                           !id_equal(&due.object, &about.id))))
        look_found(look, LAW_I15, about, "it is due at %lld ms, and no deadline says so",
                   (long long)at_ms);
}

void check_open_row(struct look *look, struct about about, const struct id *parent, bool open) {
    struct store_open_row row = {about.kind, *parent, about.id};
    enum got got = look_got(look, store_has_open(look->store, &row), about);
    if (got != GOT_DAMAGED && (got == GOT) != open)
        look_found(look, LAW_I15, about, "its open row %s", open ? "is not there" : "still stands");
}

/* ---- deadlines and open objects ---- */

/* What rows that lead to an order or a loan have to know of it. */
struct bought {
    struct id link;
    bool frozen, open;
    int64_t due_ms;
    uint32_t spilled;
};

static enum got bought(struct look *look, const struct store_row *row, struct bought *out) {
    struct about of = about(row->kind, &row->id);
    struct product_order order;
    struct loan loan;
    enum got got = GOT_NONE;
    if (row->kind == OBJECT_ORDER) {
        got = look_got(look, store_get_order(look->store, &row->id, &order), of);
        if (got == GOT)
            *out = (struct bought){order.link, order.frozen, product_order_open(&order),
                                   product_order_due_ms(&order), order.history.spilled};
    } else if (row->kind == OBJECT_LOAN) {
        got = look_got(look, store_get_loan(look->store, &row->id, &loan), of);
        if (got == GOT)
            *out = (struct bought){loan.link, loan.frozen, loan_open(&loan), loan_due_ms(&loan),
                                   loan.history.spilled};
    }
    return got;
}

/* When the object is due; 0: never. A frozen one may have the row of any time that it had. */
static enum got due_of(struct look *look, const struct store_row *row, int64_t *due_ms_out) {
    struct link link;
    struct transfer transfer;
    struct inquiry_case inquiry;
    struct adjustment adjustment;
    struct store_question question;
    struct approval approval;
    struct window window;
    struct card card;
    struct bank_event event;
    struct bought it;
    enum got got = GOT_NONE;
    int rc;
    if (row->kind == OBJECT_LINK) {
        got = look_link(look, &row->id, &link);
        if (got == GOT)
            *due_ms_out = link.frozen ? row->at_ms : link_due_ms(&link);
    } else if (row->kind == OBJECT_TRANSFER) {
        got = look_transfer(look, &row->id, &transfer);
        if (got == GOT)
            *due_ms_out = transfer.frozen ? row->at_ms : transfer_due_ms(&transfer);
    } else if (row->kind == OBJECT_CASE) {
        got = look_case(look, &row->id, &inquiry);
        if (got == GOT)
            *due_ms_out = inquiry.overdue ? 0 : inquiry.due_at_ms;
    } else if (row->kind == OBJECT_ADJUSTMENT) {
        got = look_adjustment(look, &row->id, &adjustment);
        if (got == GOT)
            *due_ms_out = adjustment.state == ADJUSTMENT_PROPOSED ? adjustment.expires_at_ms : 0;
    } else if (row->kind == OBJECT_QUESTION) {
        rc = store_get_question(look->store, &row->id, &question);
        got = look_got(look, rc, about(OBJECT_QUESTION, &row->id));
        if (got == GOT)
            *due_ms_out = question.deadline_ms;
    } else if (row->kind == OBJECT_APPROVAL) {
        rc = store_get_approval(look->store, &row->id, &approval);
        got = look_got(look, rc, about(OBJECT_APPROVAL, &row->id));
        if (got == GOT)
            *due_ms_out = approval.state == APPROVAL_WAITING ? approval.expires_at_ms : 0;
    } else if (row->kind == OBJECT_EVENT) {
        got = look_event(look, &row->id, &event);
        if (got == GOT)
            *due_ms_out = event.state == EVENT_WAITING ? event.expires_at_ms : 0;
    } else if (row->kind == OBJECT_WINDOW) {
        got = look_window(look, window_number(&row->id), &window);
        if (got == GOT)
            *due_ms_out = window_due_ms(&window);
    } else if (row->kind == OBJECT_CARD) {
        got = look_card(look, &row->id, &card);
        if (got == GOT)
            *due_ms_out = card_due_ms(&card);
    } else {
        got = bought(look, row, &it);
        if (got == GOT)
            *due_ms_out = it.frozen ? row->at_ms : it.due_ms;
    }
    return got;
}

static void check_deadline(struct look *look, const struct store_row *row) {
    int64_t due_ms = 0;
    enum got got = due_of(look, row, &due_ms);
    if (got == GOT_NONE)
        look_found(look, LAW_I15, about(row->kind, &row->id), "a deadline leads to nothing");
    else if (got == GOT && due_ms != row->at_ms)
        look_found(look, LAW_I15, about(row->kind, &row->id),
                   "a deadline stands at %lld ms, and it is due at %lld ms", (long long)row->at_ms,
                   (long long)due_ms);
}

static bool link_is_open(const struct link *link) {
    return link->exchange != LINK_EXCHANGE_NONE || link->state == LINK_CLOSING;
}

static void check_open(struct look *look, const struct store_row *row) {
    struct link link;
    struct transfer transfer;
    struct approval approval;
    struct card card;
    struct bought it;
    bool open = false;
    enum got got = GOT_NONE;
    if (row->kind == OBJECT_LINK) {
        got = look_link(look, &row->id, &link);
        open = got == GOT && link_is_open(&link) && id_is_zero(&row->parent);
    } else if (row->kind == OBJECT_TRANSFER) {
        got = look_transfer(look, &row->id, &transfer);
        open = got == GOT && transfer_reserved(transfer.state) &&
               id_equal(&row->parent, &transfer.link);
    } else if (row->kind == OBJECT_APPROVAL) {
        got = look_got(look, store_get_approval(look->store, &row->id, &approval),
                       about(OBJECT_APPROVAL, &row->id));
        open = got == GOT && approval.state == APPROVAL_WAITING && id_is_zero(&row->parent);
    } else if (row->kind == OBJECT_CARD) {
        got = look_card(look, &row->id, &card);
        open = got == GOT && card.state == CARD_APPLIED && id_is_zero(&row->parent);
    } else {
        got = bought(look, row, &it);
        open = got == GOT && it.open && id_equal(&row->parent, &it.link);
    }
    if (got != GOT_DAMAGED && !open)
        look_found(look, LAW_I15, about(row->kind, &row->id),
                   got == GOT ? "an open row stands that it does not have"
                              : "an open row leads to nothing");
}

/* ---- what finds links ---- */

/* Digests in keys have their first half alone. */
static bool same_half(const struct digest *of_key, const struct digest *digest) {
    return memcmp(of_key->bytes, digest->bytes, KEY_DIGEST_SIZE) == 0;
}

static bool live_is_right(const struct store_row *row, const struct link *link) {
    struct digest person = live_person_key(link->class2_bank, &link->person_key);
    if (link_final(link->state))
        return false;
    if (row->live == LIVE_PERSON)
        return same_half(&row->digest, &person);
    if (row->live == LIVE_CLASS2)
        return same_half(&row->digest, &link->class2_key);
    return row->live == LIVE_CLASS1 && same_half(&row->digest, &link->class1_key);
}

static bool finds_link(const struct store_row *row, const struct link *link) {
    switch ((int)row->table) {
    case TABLE_LINK_PAIR:
        return !link_final(link->state) && same_half(&row->digest, &link->class2_key) &&
               same_half(&row->other_digest, &link->class1_key);
    case TABLE_LINK_PERSON:
        return same_half(&row->digest, &link->person_key);
    case TABLE_LINK_CLASS2:
        return same_half(&row->digest, &link->class2_key);
    case TABLE_LINK_CLASS1:
        return same_half(&row->digest, &link->class1_key);
    case TABLE_LINK_OF_BANK:
        return row->bank == link->class1_bank || row->bank == link->class2_bank;
    case TABLE_LIVE:
        return live_is_right(row, link);
    default: /* usage is the link's own */
        return true;
    }
}

static void check_of_link(struct look *look, const struct store_row *row) {
    struct link link;
    enum got got = look_link(look, &row->id, &link);
    if (got == GOT_NONE || (got == GOT && !finds_link(row, &link)))
        look_found(look, LAW_I15, about(OBJECT_LINK, &row->id), "a row of table \"%s\" %s",
                   table_name(row->table),
                   got == GOT ? "stands that it does not have" : "leads to nothing");
}

static void check_tries(struct look *look, const struct store_row *row) {
    const struct verification_tries *tries = &row->value.tries;
    struct about of = about(OBJECT_NONE, &(struct id){{0}});
    struct id id;
    int by_person = store_next_link_of_person(look->store, &row->digest, NULL, &id);
    int by_account = store_next_link_of_account(look->store, &row->digest, NULL, &id);
    int by_card = store_next_card_of_person(look->store, &row->digest, NULL, &id);
    if (by_person == STORE_ABSENT && by_account == STORE_ABSENT && by_card == STORE_ABSENT)
        look_found(look, LAW_I15, of, "verifications are counted of nobody's account or person");
    if (tries->count == 0)
        look_found(look, LAW_I15, of, "no verification is counted, and a row stands");
    for (uint32_t i = 1; i < tries->count; i++) {
        if (tries->at_ms[i] < tries->at_ms[i - 1])
            look_found(look, LAW_I14, of, "a verification at %lld ms is counted after %lld ms",
                       (long long)tries->at_ms[i], (long long)tries->at_ms[i - 1]);
    }
    if (tries->count > 0) {
        int64_t last_ms = tries->at_ms[tries->count - 1];
        if (tries->count > rulebook_at(&look->book, last_ms)->verifications_per_day)
            look_found(look, LAW_I8, of, "%u verifications are counted in a day", tries->count);
        life_check_time(look, of, last_ms, 0, 0, 0);
    }
}

/* ---- what finds transfers, cases, histories ---- */

static void check_of_transfer(struct look *look, const struct store_row *row) {
    struct transfer transfer;
    enum got got = look_transfer(look, &row->id, &transfer);
    bool by_link = row->table == TABLE_TRANSFER_OF_LINK;
    const struct id *of = by_link ? &transfer.link : &transfer.original;
    if (got == GOT_NONE || (got == GOT && !id_equal(of, &row->parent)))
        look_found(look, LAW_I15, about(OBJECT_TRANSFER, &row->id), "a row of table \"%s\" %s",
                   table_name(row->table),
                   got == GOT ? "stands that it does not have" : "leads to nothing");
    if (!by_link && look_transfer(look, &row->parent, &transfer) == GOT_NONE)
        look_found(look, LAW_I15, about(OBJECT_TRANSFER, &row->id), "its original is not there");
}

static void check_late(struct look *look, const struct store_row *row) {
    struct transfer transfer;
    struct window window;
    enum got got = look_transfer(look, &row->id, &transfer);
    if (got == GOT)
        got = look_window(look, row->number, &window);
    if (got == GOT_NONE ||
        (got == GOT && (transfer.window != row->number || !window_is_late(&window, &transfer.id))))
        look_found(look, LAW_I17, about(OBJECT_TRANSFER, &row->id),
                   "it is late in window %llu by a row that it does not have",
                   (unsigned long long)row->number);
}

static void check_of_case(struct look *look, const struct store_row *row) {
    struct inquiry_case inquiry;
    enum got got = look_case(look, &row->id, &inquiry);
    struct id parent = {{0}};
    bool by_link = row->table == TABLE_CASE_OF_LINK;
    if (got == GOT)
        parent = store_case_parent(&inquiry);
    if (got == GOT_NONE ||
        (got == GOT && (!id_equal(&parent, &row->parent) || by_link != !id_is_zero(&inquiry.link))))
        look_found(look, LAW_I15, about(OBJECT_CASE, &row->id), "a row of table \"%s\" %s",
                   table_name(row->table),
                   got == GOT ? "stands that it does not have" : "leads to nothing");
}

static void check_of_window(struct look *look, const struct store_row *row) {
    struct adjustment adjustment;
    enum got got = look_adjustment(look, &row->id, &adjustment);
    if (got == GOT_NONE ||
        (got == GOT && (adjustment.state != ADJUSTMENT_BOOKED || adjustment.window != row->number)))
        look_found(look, LAW_I15, about(OBJECT_ADJUSTMENT, &row->id), "a row of table \"%s\" %s",
                   table_name(row->table),
                   got == GOT ? "stands that it does not have" : "leads to nothing");
}

/* By its person for good, and by partner and person while it is open. */
static void check_of_person(struct look *look, const struct store_row *row) {
    struct card card;
    bool right = false;
    enum got got = look_card(look, &row->id, &card);
    if (got == GOT) {
        struct digest open_key = live_person_key(card.class1_bank, &card.person_key);
        right = same_half(&row->digest, &card.person_key) ||
                (same_half(&row->digest, &open_key) && !card_final(card.state));
    }
    if (got != GOT_DAMAGED && !right)
        look_found(look, LAW_I15, about(OBJECT_CARD, &row->id), "a row of table \"%s\" %s",
                   table_name(row->table),
                   got == GOT ? "stands that it does not have" : "leads to nothing");
}

static void check_history(struct look *look, const struct store_row *row) {
    struct link link;
    struct transfer transfer;
    struct bought it;
    uint32_t spilled = 0;
    enum got got = GOT_NONE;
    if (row->kind == OBJECT_LINK) {
        got = look_link(look, &row->id, &link);
        spilled = got == GOT ? link.history.spilled : 0;
    } else if (row->kind == OBJECT_TRANSFER) {
        got = look_transfer(look, &row->id, &transfer);
        spilled = got == GOT ? transfer.history.spilled : 0;
    } else {
        got = bought(look, row, &it);
        spilled = got == GOT ? it.spilled : 0;
    }
    if (got != GOT_DAMAGED && row->number >= spilled)
        look_found(look, LAW_I15, about(row->kind, &row->id),
                   "entry %llu of a history stands in a row of its own, of %u that should",
                   (unsigned long long)row->number, spilled);
}

void check_index(struct look *look, const struct store_row *row) {
    switch ((int)row->table) {
    case TABLE_TRIES:
        check_tries(look, row);
        break;
    case TABLE_OPEN:
        check_open(look, row);
        break;
    case TABLE_DEADLINE:
        check_deadline(look, row);
        break;
    case TABLE_HISTORY:
        check_history(look, row);
        break;
    case TABLE_TRANSFER_OF_LINK:
    case TABLE_RETURN:
        check_of_transfer(look, row);
        break;
    case TABLE_CASE_OF_TRANSFER:
    case TABLE_CASE_OF_LINK:
        check_of_case(look, row);
        break;
    case TABLE_ADJUSTMENT_OF_WINDOW:
        check_of_window(look, row);
        break;
    case TABLE_CARD_OF_PERSON:
        check_of_person(look, row);
        break;
    case TABLE_LATE:
        check_late(look, row);
        break;
    default:
        check_of_link(look, row);
        break;
    }
}

/* ---- I5: requests ---- */

static bool made_transfer(const struct store_row *row, const struct transfer *transfer) {
    bool made = id_equal(&transfer->request, &row->id);
    bool submits = row->value.request.message == COMMAND_SUBMIT_TRANSFER ||
                   row->value.request.message == COMMAND_SUBMIT_RETURN;
    return transfer->submitter == row->bank && made == submits;
}

static bool made_link(const struct store_row *row, const struct link *link) {
    uint32_t message = row->value.request.message;
    if (message == COMMAND_OPEN_LINK || message == COMMAND_REBIND_LINK)
        return link->class2_bank == row->bank && id_equal(&link->open_request, &row->id);
    return link->class2_bank == row->bank || link->class1_bank == row->bank;
}

static bool made_case(const struct store_row *row, const struct inquiry_case *inquiry) {
    if (row->value.request.message == COMMAND_OPEN_CASE)
        return inquiry->opened_by == row->bank;
    return inquiry->owner == row->bank || inquiry->other == row->bank;
}

static bool made_adjustment(const struct store_row *row, const struct adjustment *adjustment) {
    if (row->value.request.message == COMMAND_PROPOSE_ADJUSTMENT)
        return adjustment->proposed_by == row->bank;
    return row->value.request.message == COMMAND_ACCEPT_ADJUSTMENT &&
           (adjustment->debtor == row->bank || adjustment->creditor == row->bank) &&
           adjustment->entry_count == ADJUSTMENT_ENTRIES_MAX &&
           adjustment->entries[1].by == row->bank;
}

static bool made_card(const struct store_row *row, const struct card *card) {
    uint32_t message = row->value.request.message;
    if (message == COMMAND_CARD_STATUS)
        return card->class1_bank == row->bank;
    bool own = id_equal(&card->request, &row->id);
    return card->class2_bank == row->bank &&
           (message == COMMAND_APPLY_CARD ? own : message == COMMAND_CANCEL_CARD);
}

static bool made_event(const struct store_row *row, const struct bank_event *event) {
    bool offline = row->value.request.message == COMMAND_OFFLINE_EVENT;
    return event->from == row->bank &&
           (offline || row->value.request.message == COMMAND_REFERRAL) &&
           offline == (event->kind == EVENT_OFFLINE);
}

static bool made_loan(const struct store_row *row, const struct loan *loan) {
    uint32_t message = row->value.request.message;
    if (message == COMMAND_OFFER_LOAN)
        return loan->lead == row->bank && id_equal(&loan->offer_request, &row->id);
    if (message == COMMAND_APPLY_LOAN)
        return loan->applicant == row->bank && id_equal(&loan->request, &row->id);
    bool about = message == COMMAND_DECIDE_LOAN || message == COMMAND_LOAN_STATUS ||
                 message == COMMAND_DRAW_LOAN || message == COMMAND_REPAY_LOAN;
    return about && loan_lender_of(loan, row->bank) != LOAN_LENDERS;
}

static bool made_order(const struct store_row *row, const struct product_order *order) {
    if (row->value.request.message == COMMAND_PLACE_ORDER)
        return order->distributor == row->bank && id_equal(&order->request, &row->id);
    return order->distributor == row->bank || order->issuer == row->bank;
}

/* The object that a granted request made or touched knows the bank, and what was made the request. */
static void check_made(struct look *look, const struct store_row *row) {
    const struct store_request *request = &row->value.request;
    struct about of = {request->kind, request->object, row->bank};
    struct link link;
    struct transfer transfer;
    struct inquiry_case inquiry;
    struct adjustment adjustment;
    struct card card;
    struct bank_event event;
    struct product product;
    struct loan loan;
    struct product_order order;
    enum got got = GOT_NONE;
    bool right = false;
    if (request->kind == OBJECT_LINK) {
        got = look_link(look, &request->object, &link);
        right = got == GOT && made_link(row, &link);
    } else if (request->kind == OBJECT_TRANSFER) {
        got = look_transfer(look, &request->object, &transfer);
        right = got == GOT && made_transfer(row, &transfer);
    } else if (request->kind == OBJECT_CASE) {
        got = look_case(look, &request->object, &inquiry);
        right = got == GOT && made_case(row, &inquiry);
    } else if (request->kind == OBJECT_ADJUSTMENT) {
        got = look_adjustment(look, &request->object, &adjustment);
        right = got == GOT && made_adjustment(row, &adjustment);
    } else if (request->kind == OBJECT_CARD) {
        got = look_card(look, &request->object, &card);
        right = got == GOT && made_card(row, &card);
    } else if (request->kind == OBJECT_EVENT) {
        got = look_event(look, &request->object, &event);
        right = got == GOT && made_event(row, &event);
    } else if (request->kind == OBJECT_PRODUCT) {
        got = look_product(look, &request->object, &product);
        right = got == GOT && request->message == COMMAND_PUBLISH_PRODUCT &&
                product.issuer == row->bank;
    } else if (request->kind == OBJECT_LOAN) {
        got = look_got(look, store_get_loan(look->store, &request->object, &loan), of);
        right = got == GOT && made_loan(row, &loan);
    } else if (request->kind == OBJECT_ORDER) {
        got = look_got(look, store_get_order(look->store, &request->object, &order), of);
        right = got == GOT && made_order(row, &order);
    } else if (request->kind == OBJECT_WINDOW) {
        got = look_window(look, window_number(&request->object), &(struct window){0});
        right = got == GOT && request->message == COMMAND_CONFIRM_SETTLEMENT;
    } else {
        right = request->message == COMMAND_REPORT_ACCOUNT && request->kind == OBJECT_NONE;
    }
    if (got != GOT_DAMAGED && !right)
        look_found(look, LAW_I5, of, "request %02x%02x... of kind %u has another effect, or none",
                   row->id.bytes[14], row->id.bytes[15], request->message);
}

void check_request(struct look *look, const struct store_row *row) {
    const struct store_request *request = &row->value.request;
    const struct rules *rules = rulebook_at(&look->book, request->at_ms);
    struct about of = {request->kind, request->object, row->bank};
    const struct command_row *kind = command_row((enum command_kind)request->message);
    static const struct digest none;
    int64_t age_ms = request->at_ms - id_ms(&row->id);
    if (digest_equal(&request->payload, &none))
        look_found(look, LAW_I6, of, "a request without a digest");
    if (kind == NULL || kind->request_at == 0)
        look_found(look, LAW_I5, of, "a request of kind %u, which makes no row", request->message);
    if (age_ms > rules->request_age_max_ms || -age_ms > rules->request_ahead_max_ms)
        look_found(look, LAW_I14, of, "a request dated %lld ms was taken at %lld ms",
                   (long long)id_ms(&row->id), (long long)request->at_ms);
    life_check_time(look, of, request->at_ms, 0, 0, 0);
    if (request->refusal == 0)
        check_made(look, row);
}
