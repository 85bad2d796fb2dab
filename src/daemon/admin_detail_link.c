/*
 * All that is to be said of one link: its terms, what stands against it, what it waits for, who is
 * asked, what its transfers used.
 *
 * Invariant: account numbers stay at their last four, a mobile number is not shown at all, and what a
 * bank wrote for its own eyes (the reference of a court's hold) is not shown to operators.
 */
#include "daemon/admin_message.h"
#include "daemon/admin_rows.h"
#include "domain/agreed.h"
#include "domain/calendar.h"
#include "domain/message_account.h"

#define OPEN_SHOWN 32 /* transfers, orders, loans: each */

#define NAME(names, value)                                                                         \
    ((unsigned)(value) < sizeof(names) / sizeof((names)[0]) ? (names)[(unsigned)(value)]           \
                                                            : "INVALID")

static const char *link_waits_for(const struct link *link) {
    if (link->frozen)
        return "an operator: a rule of the ledger was broken; look into it, then unfreeze";
    switch (link->exchange) {
    case LINK_EXCHANGE_VERIFY:
        return "the Class I bank's verification of the five elements";
    case LINK_EXCHANGE_ISSUE:
        return "the Class I bank to send a one-time code";
    case LINK_EXCHANGE_CHECK:
        return "the Class I bank to check the customer's code";
    case LINK_EXCHANGE_RECHECK:
        return "the Class I bank to say whether the account is still what it was";
    case LINK_EXCHANGE_NONE:
        break;
    }
    if (link->state == LINK_AWAITING_AUTHENTICATION)
        return id_is_zero(&link->challenge.id) ? "the Class II bank to ask for a one-time code"
                                               : "the customer's one-time code";
    if (link->state == LINK_PENDING_ACTIVATION)
        return "the customer to activate the Class I account in person";
    if (link->state == LINK_CLOSING)
        return "what is open on it to run off: transfers, orders, loans";
    return "";
}

static Linkgate__Admin__V1__HoldRow *hold_row(const struct hold *hold, struct arena *arena) {
    static const char *const authorities[] = {"NONE",     "BANK",  "CUSTOMER",
                                              "OPERATOR", "COURT", "GATEWAY"};
    Linkgate__Admin__V1__HoldRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__hold_row__init(row);
    row->id = admin_id(arena, &hold->id);
    row->authority = admin_text(arena, NAME(authorities, hold->authority));
    row->by = hold->by;
    row->blocks = hold->blocks;
    row->reason = admin_text(arena, hold->reason);
    if (hold->authority == HOLD_BY_OPERATOR)
        row->reference = admin_text(arena, hold->legal_reference);
    row->placed_at_ms = hold->placed_at_ms;
    row->expires_at_ms = hold->expires_at_ms;
    return row;
}

static void fill_holds(const struct link *link, struct arena *arena,
                       Linkgate__Admin__V1__LinkDetail *detail) {
    detail->n_holds = link->hold_count;
    detail->holds = arena_take(arena, HOLDS_MAX * sizeof(void *));
    for (uint32_t i = 0; i < link->hold_count; i++)
        detail->holds[i] = hold_row(&link->holds[i], arena);
    detail->blocked = link_blocked(link);
}

static Linkgate__Admin__V1__Limits *limits_of(const struct agreed_limits *limits,
                                              struct arena *arena) {
    Linkgate__Admin__V1__Limits *message = arena_take(arena, sizeof(*message));
    linkgate__admin__v1__limits__init(message);
    message->single_fen = limits->single_fen;
    message->daily_fen = limits->daily_fen;
    message->daily_count = limits->daily_count;
    message->yearly_fen = limits->yearly_fen;
    return message;
}

static Linkgate__Admin__V1__Amendment *amendment_of(const struct link_amendment *amendment,
                                                    struct arena *arena) {
    Linkgate__Admin__V1__Amendment *message = arena_take(arena, sizeof(*message));
    linkgate__admin__v1__amendment__init(message);
    message->scopes = amendment->scopes;
    message->limits = limits_of(&amendment->limits, arena);
    message->agreement_version = admin_text(arena, amendment->agreement.version);
    message->agreement_channel = admin_text(arena, amendment->agreement.channel);
    message->agreement_at_ms = amendment->agreement.at_ms;
    message->expires_at_ms = amendment->expires_at_ms;
    return message;
}

static Linkgate__Admin__V1__Evidence *evidence_of(const struct link_evidence *evidence,
                                                  struct arena *arena) {
    static const char *const results[] = {"NONE", "MATCH", "MISMATCH"};
    static const char *const statuses[] = {"NONE",   "OPEN",    "NOT_ACTIVATED",
                                           "CLOSED", "BLOCKED", "UNKNOWN"};
    Linkgate__Admin__V1__Evidence *message = arena_take(arena, sizeof(*message));
    linkgate__admin__v1__evidence__init(message);
    message->name = admin_text(arena, NAME(results, evidence->name));
    message->id_number = admin_text(arena, NAME(results, evidence->id_number));
    message->mobile = admin_text(arena, NAME(results, evidence->mobile));
    message->account = admin_text(arena, NAME(results, evidence->account));
    message->account_class = evidence->account_class;
    message->status = admin_text(arena, NAME(statuses, evidence->status));
    message->joint = evidence->joint;
    message->credit = evidence->credit;
    message->minor = evidence->minor;
    message->at_ms = evidence->at_ms;
    message->verification = admin_id_if(arena, &evidence->verification);
    message->answer_sha256 = admin_bytes(arena, evidence->answer.bytes, DIGEST_SIZE);
    message->pin = admin_bytes(arena, evidence->pin.bytes, DIGEST_SIZE);
    return message;
}

static Linkgate__Admin__V1__Challenge *challenge_of(const struct link_challenge *challenge,
                                                    struct arena *arena) {
    Linkgate__Admin__V1__Challenge *message = arena_take(arena, sizeof(*message));
    linkgate__admin__v1__challenge__init(message);
    message->id = admin_id_if(arena, &challenge->id);
    message->expires_at_ms = challenge->expires_at_ms;
    message->attempts = challenge->attempts;
    message->issued = challenge->issued;
    return message;
}

static void fill_terms(const struct link *link, struct arena *arena,
                       Linkgate__Admin__V1__LinkDetail *detail) {
    const struct link_agreement *agreement = &link->agreement;
    detail->class2_class = link->class2_class;
    detail->scopes = link->scopes;
    detail->limit_single_fen = link->limits.single_fen;
    detail->limit_daily_fen = link->limits.daily_fen;
    detail->limit_daily_count = link->limits.daily_count;
    detail->limit_yearly_fen = link->limits.yearly_fen;
    detail->agreement_version = admin_text(arena, agreement->version);
    detail->agreement_channel = admin_text(arena, agreement->channel);
    detail->agreement_at_ms = agreement->at_ms;
    if (agreement->ends_day != 0) /* at the end of that day */
        detail->agreement_ends_at_ms = shanghai_day_start_ms(agreement->ends_day + 1);
    detail->agreement_sha256 = admin_bytes(arena, agreement->sha256.bytes, DIGEST_SIZE);
    detail->consent_purpose = admin_text(arena, link->consent_purpose);
    detail->consent_at_ms = link->consent_at_ms;
    detail->consent_sha256 = admin_bytes(arena, link->consent_sha256.bytes, DIGEST_SIZE);
    detail->consent_withdrawn_at_ms = link->consent_withdrawn_at_ms;
    if (link->amendment.present)
        detail->amendment = amendment_of(&link->amendment, arena);
    if (link->evidence.present)
        detail->evidence = evidence_of(&link->evidence, arena);
    if (link->challenge.issued > 0)
        detail->challenge = challenge_of(&link->challenge, arena);
}

static void fill_course(const struct link *link, struct arena *arena,
                        Linkgate__Admin__V1__LinkDetail *detail) {
    detail->open_request = admin_id(arena, &link->open_request);
    detail->replaces = admin_id_if(arena, &link->replaces);
    detail->replaced_by = admin_id_if(arena, &link->replaced_by);
    detail->cool_down_until_ms = link->cool_down_until_ms;
    detail->recheck_due_ms = link->recheck_due_ms;
    detail->activation_reported_at_ms = link->activation_reported_at_ms;
    detail->primary = link->primary;
    detail->waits_for = admin_text(arena, link_waits_for(link));
    detail->waits_until_ms =
        link->exchange != LINK_EXCHANGE_NONE ? link->exchange_deadline_ms : link->deadline_ms;
    detail->n_history = link->history.count;
    detail->history = admin_history_rows(OBJECT_LINK, &link->history, arena);
    detail->history_length = history_length(&link->history);
}

/* Who is asked, and who is there to answer. */
static int fill_banks(struct store *store, const struct link *link, struct arena *arena,
                      Linkgate__Admin__V1__LinkDetail *detail) {
    static const char *const messages[] = {"", "VERIFY_ACCOUNT", "ISSUE_CHALLENGE",
                                           "CHECK_CHALLENGE", "RECHECK_ACCOUNT"};
    bool class2, class1;
    int result = admin_bank_online(store, link->class2_bank, &class2);
    if (result == 0)
        result = admin_bank_online(store, link->class1_bank, &class1);
    if (result != 0)
        return result;
    detail->class2_bank_online = class2;
    detail->class1_bank_online = class1;
    if (link->exchange == LINK_EXCHANGE_NONE)
        return 0;
    detail->exchange = admin_exchange(NAME(messages, link->exchange), &link->exchange_id,
                                      link->class1_bank, link->exchange_deadline_ms, arena);
    detail->exchange->bank_online = class1;
    return 0;
}

static int fill_usage(struct store *store, const struct link *link, int64_t now_ms,
                      struct arena *arena, Linkgate__Admin__V1__LinkDetail *detail) {
    struct link_usage usage;
    int result = store_get_usage(store, &link->id, &usage);
    if (result < 0)
        return result;
    usage = agreed_usage_at(&usage, now_ms);
    Linkgate__Admin__V1__Usage *message = arena_take(arena, sizeof(*message));
    linkgate__admin__v1__usage__init(message);
    message->day_fen = usage.day_fen;
    message->day_count = usage.day_count;
    message->year_fen = usage.year_fen;
    message->cool_down_fen = usage.cool_down_fen;
    detail->usage = message;
    return 0;
}

/* The open rows of that kind under the link. */
static int fill_open(struct store *store, enum object_kind kind, const struct link *link,
                     struct arena *arena, ProtobufCBinaryData **ids_out, size_t *count_out,
                     protobuf_c_boolean *more_out) {
    struct store_open_row row = {.kind = kind, .parent = link->id};
    *ids_out = arena_take(arena, OPEN_SHOWN * sizeof(ProtobufCBinaryData));
    for (;;) {
        struct store_open_row after = row;
        int result = store_next_open(store, kind, &after, &row);
        if (result < 0)
            return result;
        if (result > 0 || !id_equal(&row.parent, &link->id))
            return 0;
        if (*count_out == OPEN_SHOWN) {
            *more_out = true;
            return 0;
        }
        (*ids_out)[(*count_out)++] = admin_id(arena, &row.object);
    }
}

int admin_link_detail(struct store *store, const struct link *link, int64_t now_ms,
                      struct arena *arena, Linkgate__Admin__V1__LinkDetail **detail_out) {
    Linkgate__Admin__V1__LinkDetail *detail = arena_take(arena, sizeof(*detail));
    linkgate__admin__v1__link_detail__init(detail);
    detail->row = admin_link_row(link, arena);
    fill_terms(link, arena, detail);
    fill_holds(link, arena, detail);
    fill_course(link, arena, detail);
    int result = fill_banks(store, link, arena, detail);
    if (result == 0)
        result = fill_usage(store, link, now_ms, arena, detail);
    if (result == 0)
        result = fill_open(store, OBJECT_TRANSFER, link, arena, &detail->open_transfers,
                           &detail->n_open_transfers, &detail->more_open_transfers);
    if (result == 0)
        result = fill_open(store, OBJECT_ORDER, link, arena, &detail->open_orders,
                           &detail->n_open_orders, &detail->more_open_bought);
    if (result == 0)
        result = fill_open(store, OBJECT_LOAN, link, arena, &detail->open_loans,
                           &detail->n_open_loans, &detail->more_open_bought);
    if (result == 0)
        *detail_out = detail;
    return result;
}
