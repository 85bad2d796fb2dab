/*
 * A bank's request that changes something, from its first check to its row in the replay table.
 *
 * Invariant: (bank, request id) has at most one row, written by the command that acted on it; the
 * row's digest is that of the exact payload. What comes again with the same digest gets the stored
 * answer in its present state; with another one DUPL. Refusals from the replay check on are
 * recorded; those before it (bank or pin not active, id out of date) and the one of a bank that is
 * held are not.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "ledger/adjustments.h"
#include "ledger/cards.h"
#include "ledger/events.h"
#include "ledger/hold.h"
#include "ledger/loans.h"
#include "ledger/product_orders.h"
#include "ledger/products.h"
#include "ledger/request.h"
#include "ledger/settlement.h"

static int check_date(struct apply *apply, const struct id *request) {
    int64_t age_ms = apply->now_ms - id_ms(request);
    if (age_ms > apply->rules->request_age_max_ms || -age_ms > apply->rules->request_ahead_max_ms)
        return refuse(apply, REFUSAL_REPLAY_TOO_OLD, "request_id");
    return 0;
}

static bool same_limits(const struct agreed_limits *a, const struct agreed_limits *b) {
    return a->single_fen == b->single_fen && a->daily_fen == b->daily_fen &&
           a->daily_count == b->daily_count && a->yearly_fen == b->yearly_fen;
}

static bool same_agreement(const struct open_link *now, const struct link *then) {
    return span_equal(now->agreement.version, span_text(then->agreement.version)) &&
           digest_equal(&now->agreement.sha256, &then->agreement.sha256) &&
           now->agreement.at_ms == then->agreement.at_ms &&
           span_equal(now->agreement.channel, span_text(then->agreement.channel)) &&
           now->agreement.ends_day == then->agreement.ends_day;
}

static bool same_consent(const struct open_link *now, const struct link *then) {
    return span_equal(now->consent.purpose, span_text(then->consent_purpose)) &&
           digest_equal(&now->consent.sha256, &then->consent_sha256) &&
           now->consent.at_ms == then->consent_at_ms;
}

/* Nothing of it was changed since. */
static bool as_opened(const struct link *link) {
    for (uint32_t i = 0; i < link->history.count; i++) {
        enum link_event event = (enum link_event)link->history.entries[i].event;
        if (event == LINK_EVENT_AMENDED || event == LINK_EVENT_RESUME ||
            event == LINK_EVENT_REVERIFYING)
            return false;
    }
    return link->history.spilled == 0;
}

/* All of it but the Class II account. */
static const char *differing_new(struct apply *apply, const struct open_link *now,
                                 const struct link *then) {
    struct digest key = apply_account_key(apply->ledger, now->class1.bank, now->class1.number);
    if (!digest_equal(&key, &then->class1_key))
        return "class1_account";
    key = apply_person_key(apply->ledger, now->person.id_type, now->person.id_number);
    if (!digest_equal(&key, &then->person_key))
        return "person.id_number";
    if (!as_opened(then))
        return "";
    if (now->scopes != then->scopes)
        return "scopes";
    if (!same_limits(&now->limits, &then->limits))
        return "limits";
    if (!same_agreement(now, then))
        return "agreement";
    return same_consent(now, then) ? "" : "consent";
}

static const char *differing_open(struct apply *apply, const struct open_link *now,
                                  const struct link *then) {
    struct digest key = apply_account_key(apply->ledger, now->class2.bank, now->class2.number);
    if (!digest_equal(&key, &then->class2_key) || now->class2.account_class != then->class2_class ||
        now->class2.opening != then->class2_opening)
        return "class2_account";
    return differing_new(apply, now, then);
}

static const char *differing_rebind(struct apply *apply, const struct rebind_link *now,
                                    const struct link *then) {
    struct open_link open = {
        .class1 = now->class1,
        .person = now->person,
        .scopes = now->scopes,
        .limits = now->limits,
        .agreement = now->agreement,
        .consent = now->consent,
    };
    return id_equal(&now->link, &then->replaces) ? differing_new(apply, &open, then) : "link_id";
}

/* The other requests about a link carry its id and what the link does not tell. */
static const struct id *link_of(const struct command *command) {
    switch ((int)command->kind) {
    case COMMAND_START_CHALLENGE:
        return &command->body.start_challenge.link;
    case COMMAND_RESEND_CHALLENGE:
        return &command->body.resend_challenge.link;
    case COMMAND_ANSWER_CHALLENGE:
        return &command->body.answer_challenge.link;
    case COMMAND_CLOSE_LINK:
        return &command->body.close_link.link;
    case COMMAND_AMEND_LINK:
        return &command->body.amend_link.link;
    case COMMAND_REBIND_LINK: /* refused then: there is no link to tell more */
        return &command->body.rebind_link.link;
    case COMMAND_RESUME_LINK:
        return &command->body.resume_link.link;
    case COMMAND_WITHDRAW_CONSENT:
        return &command->body.withdraw_consent.link;
    case COMMAND_PLACE_HOLD:
        return &command->body.place_hold.link;
    case COMMAND_LIFT_HOLD:
        return &command->body.lift_hold.link;
    case COMMAND_OFFER_LOAN: /* likewise */
        return &command->body.loan.offer.link;
    case COMMAND_SUBMIT_TRANSFER: /* refused then: there is no transfer to tell more */
        return &command->body.submit_transfer.link;
    default:
        return NULL;
    }
}

static const char *differing_rest(const struct command *now, const struct store_request *then) {
    const struct id *link = link_of(now);
    if (link && !id_equal(link, &then->object))
        return "link_id";
    if (now->kind == COMMAND_ANSWER_CHALLENGE)
        return "code";
    if (now->kind == COMMAND_LIFT_HOLD && !then->refusal)
        return id_equal(&now->body.lift_hold.hold, &then->detail) ? "" : "hold_id";
    return now->kind == COMMAND_CLOSE_LINK ? "reason" : "";
}

/* A hold that is gone tells nothing. */
static const char *differing_hold(const struct place_hold *now, const struct link *link,
                                  const struct id *hold_id) {
    const struct hold *hold = link_hold(link, hold_id);
    if (!id_equal(&now->link, &link->id))
        return "link_id";
    return hold ? hold_differs(now, hold) : "";
}

static int differing_link(struct apply *apply, const struct store_request *row,
                          const char **field_out) {
    const struct command *command = apply->command;
    bool makes = command->kind == COMMAND_OPEN_LINK || command->kind == COMMAND_REBIND_LINK ||
                 command->kind == COMMAND_PLACE_HOLD;
    if (!makes || row->refusal) {
        *field_out = differing_rest(command, row);
        return 0;
    }
    struct link link;
    int result = store_get_link(apply->store, &row->object, &link);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (command->kind == COMMAND_OPEN_LINK)
        *field_out = differing_open(apply, &command->body.open_link, &link);
    else if (command->kind == COMMAND_REBIND_LINK)
        *field_out = differing_rebind(apply, &command->body.rebind_link, &link);
    else
        *field_out = differing_hold(&command->body.place_hold, &link, &row->detail);
    return 0;
}

/* A case tells what it is about and its subject; what is left is the text. */
static int differing_case(struct apply *apply, const struct store_request *row,
                          const char **field_out) {
    const struct command *command = apply->command;
    struct inquiry_case inquiry;
    int result = store_get_case(apply->store, &row->object, &inquiry);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (command->kind == COMMAND_ANSWER_CASE) {
        *field_out = id_equal(&command->body.answer_case.inquiry, &inquiry.id) ? "" : "case_id";
        return 0;
    }
    const struct open_case *now = &command->body.open_case;
    if (!id_equal(&now->transfer, &inquiry.transfer))
        *field_out = "transfer_id";
    else if (!id_equal(&now->link, &inquiry.link))
        *field_out = "link_id";
    else
        *field_out = now->subject == inquiry.subject ? "text" : "subject";
    return 0;
}

static int duplicate(struct apply *apply, const struct store_request *row) {
    const struct command *command = apply->command;
    const char *field = "";
    if (row->message != (uint32_t)command->kind) {
        field = "kind";
    } else if (row->kind == OBJECT_TRANSFER) {
        int result = request_differs_transfer(apply, row, &field);
        if (result)
            return result;
    } else if (row->kind == OBJECT_LINK) {
        int result = differing_link(apply, row, &field);
        if (result)
            return result;
    } else if (row->kind == OBJECT_CASE) {
        int result = differing_case(apply, row, &field);
        if (result)
            return result;
    } else if (row->kind == OBJECT_ADJUSTMENT) {
        int result = adjustment_differs(apply, &row->object, &field);
        if (result)
            return result;
    } else if (row->kind == OBJECT_CARD) {
        int result = card_differs(apply, row, &field);
        if (result)
            return result;
    } else if (row->kind == OBJECT_EVENT) {
        int result = event_differs(apply, row, &field);
        if (result)
            return result;
    } else if (row->kind == OBJECT_LOAN) {
        int result = loans_differs(apply, row, &field);
        if (result)
            return result;
    } else if (row->kind == OBJECT_PRODUCT) {
        int result = product_differs(apply, row, &field);
        if (result)
            return result;
    } else if (row->kind == OBJECT_ORDER) {
        int result = orders_differs(apply, row, &field);
        if (result)
            return result;
    } else if (row->kind == OBJECT_WINDOW) {
        struct id now = window_id(command->body.confirm_settlement.window);
        field = id_equal(&now, &row->object) ? "" : "window";
    }
    return refuse(apply, REFUSAL_DUPLICATE, field);
}

static int replay(struct apply *apply, const struct store_request *row) {
    if (!digest_equal(&row->payload, &apply->payload) ||
        row->message != (uint32_t)apply->command->kind)
        return duplicate(apply, row);
    if (row->refusal) {
        struct refusal refusal = {
            .code = (enum refusal_code)row->refusal,
            .field = row->field,
            .replayed = true,
            .limit = row->limit,
            .product_version = row->product_version,
            .right_fen = row->right_fen,
        };
        apply_reply_refused(apply, &refusal);
        return 0;
    }
    if (row->kind == OBJECT_LINK) {
        struct link link;
        int result = store_get_link(apply->store, &row->object, &link);
        APPLY_TRY(result);
        APPLY_INVARIANT(result == 0);
        return apply_reply_link(apply, &link, true);
    }
    if (row->kind == OBJECT_CASE)
        return case_reply(apply, &row->object, true);
    if (row->kind == OBJECT_ADJUSTMENT)
        return adjustment_reply(apply, &row->object, true);
    if (row->kind == OBJECT_CARD)
        return card_reply(apply, &row->object, true);
    if (row->kind == OBJECT_EVENT)
        return event_reply(apply, &row->object, true);
    if (row->kind == OBJECT_WINDOW)
        return settlement_replay(apply, &row->object);
    if (row->kind == OBJECT_PRODUCT)
        return product_replay(apply, &row->object);
    if (row->kind == OBJECT_LOAN)
        return loans_reply(apply, &row->object, true);
    if (row->kind == OBJECT_ORDER)
        return orders_reply(apply, &row->object, true);
    if (row->message == COMMAND_REPORT_ACCOUNT) {
        account_reply(apply, get_be32(row->detail.bytes), true);
        return 0;
    }
    struct transfer transfer;
    int result = store_get_transfer(apply->store, &row->object, &transfer);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    return apply_reply_transfer(apply, &transfer, true);
}

static void record(struct apply *apply, const struct id *request, enum refusal_code refusal) {
    struct store_request row = {
        .payload = apply->payload,
        .kind = apply->object_kind,
        .object = apply->object,
        .message = (uint32_t)apply->command->kind,
        .refusal = refusal,
        .detail = apply->detail,
        .at_ms = apply->now_ms,
    };
    if (refusal) {
        apply_copy_text(row.field, sizeof row.field, span_text(apply->field));
        row.limit = apply->limit;
        row.product_version = apply->product_version;
        row.right_fen = apply->right_fen;
    }
    store_put_request(apply->store, apply->command->bank, request, &row, true);
}

/* What the store holds already is answered as ever. What is new may have been acted on in the state
 * that was lost; and is not recorded, since it may be sent again once the bank is reconciled. A hold
 * is placed all the same: it makes things safer. */
static int check_held(struct apply *apply) {
    struct bank_counters counters;
    if (apply->command->kind == COMMAND_PLACE_HOLD)
        return 0;
    APPLY_TRY(store_get_bank_counters(apply->store, apply->command->bank, &counters));
    return counters.held_notice ? refuse(apply, REFUSAL_BANK_HELD, "") : 0;
}

int request_apply(struct apply *apply, int (*handler)(struct apply *apply)) {
    const struct id *request = command_request_id(apply->command);
    int result = apply_check_bank(apply);
    if (result == 0)
        result = check_date(apply, request);
    if (result)
        return result;
    struct store_request row;
    result = store_get_request(apply->store, apply->command->bank, request, &row);
    APPLY_TRY(result);
    if (result == 0)
        return replay(apply, &row);
    result = check_held(apply);
    if (result)
        return result;
    result = handler(apply);
    if (result < 0 || result == APPLY_BROKEN)
        return result;
    record(apply, request, (enum refusal_code)result);
    if (result) {
        struct refusal refusal = {.code = (enum refusal_code)result,
                                  .field = apply->field,
                                  .limit = apply->limit,
                                  .product_version = apply->product_version,
                                  .right_fen = apply->right_fen};
        apply_reply_refused(apply, &refusal);
    }
    return 0;
}

int request_refuse_late(struct apply *apply, bank_code bank, const struct id *request,
                        enum refusal_code code) {
    struct store_request row;
    int result = store_get_request(apply->store, bank, request, &row);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    row.refusal = code;
    store_put_request(apply->store, bank, request, &row, false);
    return 0;
}

int request_message(struct apply *apply, bank_code bank, const struct id *request,
                    enum message_kind *message_out) {
    struct store_request row;
    int result = store_get_request(apply->store, bank, request, &row);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    const struct command_row *kind = command_row((enum command_kind)row.message);
    APPLY_INVARIANT(kind != NULL);
    *message_out = kind->message;
    return 0;
}
