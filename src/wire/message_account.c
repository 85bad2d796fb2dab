/*
 * Reading and writing what is said of one account: reports, re-checks, balances, states.
 *
 * A bank's request is held to the schema to the last bit. Of the asked bank's answers what cannot be
 * read arrives as nothing, and the ledger decides what an answer without it is worth.
 */
#include "linkgate/v1/link.pb-c.h"
#include "linkgate/v1/view.pb-c.h"
#include "wire/message.h"
#include "wire/message_read.h"
#include "wire/values.h"

_Static_assert(
    (int)ACCOUNT_EVENT_ACTIVATED == (int)LINKGATE__V1__ACCOUNT_EVENT__ACCOUNT_EVENT_ACTIVATED &&
        (int)ACCOUNT_EVENT_CARD_REFUSED ==
            (int)LINKGATE__V1__ACCOUNT_EVENT__ACCOUNT_EVENT_CARD_REFUSED &&
        (int)ACCOUNT_EVENT_CLASS_CHANGED ==
            (int)LINKGATE__V1__ACCOUNT_EVENT__ACCOUNT_EVENT_CLASS_CHANGED &&
        (int)ACCOUNT_EVENT_CLOSED == (int)LINKGATE__V1__ACCOUNT_EVENT__ACCOUNT_EVENT_CLOSED &&
        (int)ACCOUNT_EVENT_BLOCKED == (int)LINKGATE__V1__ACCOUNT_EVENT__ACCOUNT_EVENT_BLOCKED &&
        (int)ACCOUNT_EVENT_UNBLOCKED == (int)LINKGATE__V1__ACCOUNT_EVENT__ACCOUNT_EVENT_UNBLOCKED &&
        (int)ACCOUNT_EVENT_DECEASED ==
            (int)LINKGATE__V1__ACCOUNT_EVENT__ACCOUNT_EVENT_HOLDER_DECEASED &&
        (int)ACCOUNT_EVENT_MOBILE_CHANGED ==
            (int)LINKGATE__V1__ACCOUNT_EVENT__ACCOUNT_EVENT_MOBILE_CHANGED &&
        (int)ACCOUNT_EVENT_DOCUMENT_EXPIRED ==
            (int)LINKGATE__V1__ACCOUNT_EVENT__ACCOUNT_EVENT_ID_DOCUMENT_EXPIRED &&
        (int)ACCOUNT_EVENT_DORMANT == (int)LINKGATE__V1__ACCOUNT_EVENT__ACCOUNT_EVENT_DORMANT &&
        (int)ACCOUNT_EVENT_LIMIT == (int)LINKGATE__V1__ACCOUNT_EVENT__ACCOUNT_EVENT_LIMIT,
    "wire values");

/* ---- requests ---- */

/* What the account is now: with CLASS_CHANGED only, and for Class II and III with how it was opened. */
static void read_new_class(struct shape *shape, const Linkgate__V1__ReportAccount *message,
                           struct report_account *out) {
    int account_class = (int)message->account_class, opening = (int)message->opening;
    bool changed = out->event == ACCOUNT_EVENT_CLASS_CHANGED;
    int highest = changed ? ACCOUNT_CLASS_III : ACCOUNT_CLASS_NONE;
    if (account_class < 0 || account_class > highest)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "account_class");
    else if (changed && account_class == ACCOUNT_CLASS_NONE)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "account_class");
    bool remote = account_class == ACCOUNT_CLASS_II || account_class == ACCOUNT_CLASS_III;
    if (opening < 0 || opening > (remote ? ACCOUNT_OPENING_FACE_TO_FACE : ACCOUNT_OPENING_NONE))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "opening");
    else if (remote && opening == ACCOUNT_OPENING_NONE)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "opening");
    if (!shape_ok(shape))
        return;
    out->account_class = (enum account_class)account_class;
    out->opening = (enum account_opening)opening;
}

static int64_t read_left(struct shape *shape, const char *field,
                         const Linkgate__V1__Remaining *left) {
    if (left == NULL)
        return LIMIT_NOT_SAID;
    if (left->fen < 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, field);
    return left->fen;
}

/* With LIMIT only, and then at least one of it. */
static void read_remaining(struct shape *shape, const Linkgate__V1__RemainingLimits *left,
                           struct report_account *out) {
    bool needed = out->event == ACCOUNT_EVENT_LIMIT;
    if (left == NULL || !needed) {
        if (left != NULL)
            shape_refuse(shape, REFUSAL_FIELD_INVALID, "remaining");
        else if (needed)
            shape_refuse(shape, REFUSAL_FIELD_MISSING, "remaining");
        return;
    }
    struct remaining_limits *remaining = &out->remaining;
    remaining->in_fen[0] = read_left(shape, "remaining.in_day", left->in_day);
    remaining->in_fen[1] = read_left(shape, "remaining.in_year", left->in_year);
    remaining->out_fen[0] = read_left(shape, "remaining.out_day", left->out_day);
    remaining->out_fen[1] = read_left(shape, "remaining.out_year", left->out_year);
    if (!left->in_day && !left->in_year && !left->out_day && !left->out_year)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "remaining");
}

void read_report_account(struct shape *shape, struct span payload, struct report_account *out) {
    const Linkgate__V1__ReportAccount *message = shape_read(
        shape, payload, &linkgate__v1__report_account__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct report_account){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_account_number(shape, REFUSAL_ACCOUNT, "account_number", message->account_number,
                         &out->account_number);
    if (shape_enum(shape, "event", (int)message->event, ACCOUNT_EVENT_LIMIT))
        out->event = (enum account_event)message->event;
    read_new_class(shape, message, out);
    read_remaining(shape, message->remaining, out);
}

void read_query_account(struct shape *shape, struct span payload, struct query_account *out) {
    const Linkgate__V1__QueryBalance *message =
        shape_read(shape, payload, &linkgate__v1__query_balance__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct query_account){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "link_id", &message->link_id, &out->link);
}

/* ---- answers ---- */

void read_recheck_answer(struct shape *shape, struct span payload,
                         struct recheck_account_reply *out) {
    const Linkgate__V1__RecheckAccountReply *message = shape_read(
        shape, payload, &linkgate__v1__recheck_account_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return;
    *out = (struct recheck_account_reply){
        .account_class =
            (enum account_class)shape_known((int)message->account_class, ACCOUNT_CLASS_III),
        .status = (enum account_status)shape_known((int)message->status, ACCOUNT_UNKNOWN),
        .same_holder =
            (enum element_result)shape_known((int)message->same_holder, ELEMENT_MISMATCH),
    };
    shape_id(shape, "link_id", &message->link_id, &out->link);
    shape_id(shape, "recheck_id", &message->recheck_id, &out->recheck);
}

void read_balance_answer(struct shape *shape, struct span payload, struct balance_answer *out) {
    const Linkgate__V1__AskBalanceReply *message = shape_read(
        shape, payload, &linkgate__v1__ask_balance_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return;
    *out = (struct balance_answer){
        .available_fen = message->available_fen,
        .booked_fen = message->booked_fen,
        .currency = shape_clean_or_empty(message->currency, CURRENCY_SIZE - 1),
        .as_of_ms = message->as_of_ms,
        .reason = shape_reason_or_empty(message->reason),
    };
    shape_id(shape, "query_id", &message->query_id, &out->query);
}

void read_status_answer(struct shape *shape, struct span payload, struct status_answer *out) {
    const Linkgate__V1__AskAccountStatusReply *message =
        shape_read(shape, payload, &linkgate__v1__ask_account_status_reply__descriptor,
                   SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return;
    *out = (struct status_answer){
        .status = (enum account_status)shape_known((int)message->status, ACCOUNT_UNKNOWN),
        .account_class =
            (enum account_class)shape_known((int)message->account_class, ACCOUNT_CLASS_III),
        .can_debit = message->can_debit != 0,
        .can_credit = message->can_credit != 0,
        .as_of_ms = message->as_of_ms,
        .reason = shape_reason_or_empty(message->reason),
    };
    shape_id(shape, "query_id", &message->query_id, &out->query);
}

/* ---- what the gateway says ---- */

void message_encode_report_account_reply(const struct report_account_reply *reply,
                                         struct buf *out) {
    struct pack pack;
    Linkgate__V1__ReportAccountReply wire;
    pack_init(&pack);
    linkgate__v1__report_account_reply__init(&wire);
    wire.links = reply->links;
    wire.replayed = reply->replayed;
    pack_finish(&pack, &wire.base, out);
}

void message_encode_recheck_account(const struct recheck_account *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__RecheckAccount wire;
    pack_init(&pack);
    linkgate__v1__recheck_account__init(&wire);
    wire.link_id = pack_id(&message->link);
    wire.recheck_id = pack_id(&message->recheck);
    wire.verification_id = pack_id(&message->verification);
    wire.requesting_bank_code = pack_bank(&pack, message->requesting_bank);
    wire.account_number = pack_text(&pack, message->account_number);
    pack_finish(&pack, &wire.base, out);
}

void message_encode_ask_account(const struct ask_account *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__AskBalance wire;
    pack_init(&pack);
    linkgate__v1__ask_balance__init(&wire);
    wire.query_id = pack_id(&message->query);
    wire.link_id = pack_id(&message->link);
    wire.requesting_bank_code = pack_bank(&pack, message->requesting_bank);
    wire.account_number = pack_text(&pack, message->account_number);
    pack_finish(&pack, &wire.base, out);
}

void message_encode_balance_reply(const struct balance_answer *answer, struct buf *out) {
    struct pack pack;
    Linkgate__V1__BalanceReply wire;
    pack_init(&pack);
    linkgate__v1__balance_reply__init(&wire);
    wire.link_id = pack_id(&answer->link);
    wire.bank_code = pack_bank(&pack, answer->bank);
    wire.account_masked = pack_text(&pack, answer->masked);
    wire.available_fen = answer->available_fen;
    wire.booked_fen = answer->booked_fen;
    wire.currency = pack_text(&pack, answer->currency);
    wire.as_of_ms = answer->as_of_ms;
    wire.reason = pack_text(&pack, answer->reason);
    pack_finish(&pack, &wire.base, out);
}

void message_encode_account_status_reply(const struct status_answer *answer, struct buf *out) {
    struct pack pack;
    Linkgate__V1__AccountStatusReply wire;
    pack_init(&pack);
    linkgate__v1__account_status_reply__init(&wire);
    wire.link_id = pack_id(&answer->link);
    wire.bank_code = pack_bank(&pack, answer->bank);
    wire.account_masked = pack_text(&pack, answer->masked);
    wire.status = (Linkgate__V1__AccountStatus)answer->status;
    wire.account_class = (Linkgate__V1__AccountClass)answer->account_class;
    wire.can_debit = answer->can_debit;
    wire.can_credit = answer->can_credit;
    wire.as_of_ms = answer->as_of_ms;
    wire.reason = pack_text(&pack, answer->reason);
    pack_finish(&pack, &wire.base, out);
}
