/*
 * A partner bank's side of holds and of what is said of one account: reports, re-checks, balances,
 * states.
 *
 * Nothing is checked on the way out. On the way in what the gateway asks is held to the schema, as
 * the gateway holds a request; in its replies what a newer gateway adds is tolerated.
 */
#include "linkgate/v1/view.pb-c.h"
#include "wire/partner.h"
#include "wire/values.h"

/* ---- written ---- */

void partner_encode_place_hold(const struct place_hold *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__PlaceHold wire;
    int blocks[VALUE_BITS_MAX];
    pack_init(&pack);
    linkgate__v1__place_hold__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    wire.authority = (Linkgate__V1__HoldAuthority)message->authority;
    wire.reason = pack_text(&pack, message->reason);
    wire.legal_reference = pack_text(&pack, message->legal_reference);
    wire.expires_at_ms = message->expires_at_ms;
    wire.n_blocks = value_pack_bits(message->blocks, blocks);
    wire.blocks = (Linkgate__V1__HoldBlock *)blocks;
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_lift_hold(const struct lift_hold *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__LiftHold wire;
    pack_init(&pack);
    linkgate__v1__lift_hold__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    wire.hold_id = pack_id(&message->hold);
    wire.authority = (Linkgate__V1__HoldAuthority)message->authority;
    wire.reason = pack_text(&pack, message->reason);
    pack_finish(&pack, &wire.base, out);
}

struct remaining_packed {
    Linkgate__V1__RemainingLimits all;
    Linkgate__V1__Remaining in[2], out[2];
};

static Linkgate__V1__Remaining *pack_left(int64_t fen, Linkgate__V1__Remaining *out) {
    if (fen == LIMIT_NOT_SAID)
        return NULL;
    linkgate__v1__remaining__init(out);
    out->fen = fen;
    return out;
}

static Linkgate__V1__RemainingLimits *pack_remaining(const struct remaining_limits *left,
                                                     struct remaining_packed *packed) {
    linkgate__v1__remaining_limits__init(&packed->all);
    packed->all.in_day = pack_left(left->in_fen[0], &packed->in[0]);
    packed->all.in_year = pack_left(left->in_fen[1], &packed->in[1]);
    packed->all.out_day = pack_left(left->out_fen[0], &packed->out[0]);
    packed->all.out_year = pack_left(left->out_fen[1], &packed->out[1]);
    return &packed->all;
}

void partner_encode_report_account(const struct report_account *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ReportAccount wire;
    struct remaining_packed remaining;
    pack_init(&pack);
    linkgate__v1__report_account__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.account_number = pack_text(&pack, message->account_number);
    wire.event = (Linkgate__V1__AccountEvent)message->event;
    wire.account_class = (Linkgate__V1__AccountClass)message->account_class;
    wire.opening = (Linkgate__V1__AccountOpening)message->opening;
    if (message->event == ACCOUNT_EVENT_LIMIT)
        wire.remaining = pack_remaining(&message->remaining, &remaining);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_recheck_account_reply(const struct recheck_account_reply *message,
                                          struct buf *out) {
    struct pack pack;
    Linkgate__V1__RecheckAccountReply wire;
    pack_init(&pack);
    linkgate__v1__recheck_account_reply__init(&wire);
    wire.link_id = pack_id(&message->link);
    wire.recheck_id = pack_id(&message->recheck);
    wire.account_class = (Linkgate__V1__AccountClass)message->account_class;
    wire.status = (Linkgate__V1__AccountStatus)message->status;
    wire.same_holder = (Linkgate__V1__ElementResult)message->same_holder;
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_query_account(const struct query_account *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__QueryBalance wire;
    pack_init(&pack);
    linkgate__v1__query_balance__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_balance_answer(const struct balance_answer *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__AskBalanceReply wire;
    pack_init(&pack);
    linkgate__v1__ask_balance_reply__init(&wire);
    wire.query_id = pack_id(&message->query);
    wire.available_fen = message->available_fen;
    wire.booked_fen = message->booked_fen;
    wire.currency = pack_text(&pack, message->currency);
    wire.as_of_ms = message->as_of_ms;
    wire.reason = pack_text(&pack, message->reason);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_status_answer(const struct status_answer *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__AskAccountStatusReply wire;
    pack_init(&pack);
    linkgate__v1__ask_account_status_reply__init(&wire);
    wire.query_id = pack_id(&message->query);
    wire.status = (Linkgate__V1__AccountStatus)message->status;
    wire.account_class = (Linkgate__V1__AccountClass)message->account_class;
    wire.can_debit = message->can_debit;
    wire.can_credit = message->can_credit;
    wire.as_of_ms = message->as_of_ms;
    wire.reason = pack_text(&pack, message->reason);
    pack_finish(&pack, &wire.base, out);
}

/* ---- read ---- */

int partner_decode_recheck_account(struct span payload, struct arena *arena,
                                   struct recheck_account *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__RecheckAccount *message = shape_read(
        &shape, payload, &linkgate__v1__recheck_account__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct recheck_account read = {0};
    shape_id(&shape, "link_id", &message->link_id, &read.link);
    shape_id(&shape, "recheck_id", &message->recheck_id, &read.recheck);
    shape_id(&shape, "verification_id", &message->verification_id, &read.verification);
    shape_bank_code(&shape, REFUSAL_FIELD_INVALID, "requesting_bank_code",
                    message->requesting_bank_code, &read.requesting_bank);
    shape_account_number(&shape, REFUSAL_ACCOUNT, "account_number", message->account_number,
                         &read.account_number);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

int partner_decode_ask_account(struct span payload, struct arena *arena, struct ask_account *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__AskBalance *message =
        shape_read(&shape, payload, &linkgate__v1__ask_balance__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct ask_account read = {0};
    shape_id(&shape, "query_id", &message->query_id, &read.query);
    shape_id(&shape, "link_id", &message->link_id, &read.link);
    shape_bank_code(&shape, REFUSAL_FIELD_INVALID, "requesting_bank_code",
                    message->requesting_bank_code, &read.requesting_bank);
    shape_account_number(&shape, REFUSAL_ACCOUNT, "account_number", message->account_number,
                         &read.account_number);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

int partner_decode_report_account_reply(struct span payload, struct arena *arena,
                                        struct report_account_reply *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__ReportAccountReply *message = shape_read(
        &shape, payload, &linkgate__v1__report_account_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    *out = (struct report_account_reply){message->links, message->replayed != 0};
    return 0;
}

int partner_decode_balance_reply(struct span payload, struct arena *arena,
                                 struct balance_answer *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__BalanceReply *message = shape_read(
        &shape, payload, &linkgate__v1__balance_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct balance_answer read = {
        .masked = shape_clean_or_empty(message->account_masked, MASKED_ACCOUNT_MAX),
        .available_fen = message->available_fen,
        .booked_fen = message->booked_fen,
        .currency = shape_clean_or_empty(message->currency, CURRENCY_SIZE - 1),
        .as_of_ms = message->as_of_ms,
        .reason = shape_reason_or_empty(message->reason),
    };
    shape_id(&shape, "link_id", &message->link_id, &read.link);
    shape_bank_code(&shape, REFUSAL_FIELD_INVALID, "bank_code", message->bank_code, &read.bank);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

int partner_decode_account_status_reply(struct span payload, struct arena *arena,
                                        struct status_answer *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__AccountStatusReply *message = shape_read(
        &shape, payload, &linkgate__v1__account_status_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct status_answer read = {
        .masked = shape_clean_or_empty(message->account_masked, MASKED_ACCOUNT_MAX),
        .status = (enum account_status)shape_known((int)message->status, ACCOUNT_UNKNOWN),
        .account_class =
            (enum account_class)shape_known((int)message->account_class, ACCOUNT_CLASS_III),
        .can_debit = message->can_debit != 0,
        .can_credit = message->can_credit != 0,
        .as_of_ms = message->as_of_ms,
        .reason = shape_reason_or_empty(message->reason),
    };
    shape_id(&shape, "link_id", &message->link_id, &read.link);
    shape_bank_code(&shape, REFUSAL_FIELD_INVALID, "bank_code", message->bank_code, &read.bank);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}
