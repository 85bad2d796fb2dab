/*
 * Reading and writing a connection's own messages, and refusals.
 *
 * Hello is where versions are agreed, so it must be readable across versions: fields that this one
 * does not know are tolerated in it. Texts for people and logs that are unclean arrive empty in
 * what the gateway says; a bank's software name is checked, because it reaches the log.
 */
#include "linkgate/v1/common.pb-c.h"
#include "linkgate/v1/session.pb-c.h"
#include "wire/message.h"
#include "wire/values.h"

#define SOFTWARE_MAX 64
#define WINDOW_MAX 4096
#define GO_AWAY_CODE_MAX 32

_Static_assert((int)RETRY_NEVER == (int)LINKGATE__V1__RETRY__RETRY_NEVER &&
                   (int)RETRY_NEW_ID == (int)LINKGATE__V1__RETRY__RETRY_NEW_ID &&
                   (int)RETRY_SAME_ID_LATER == (int)LINKGATE__V1__RETRY__RETRY_SAME_ID_LATER,
               "wire values");

void message_encode_hello(const struct hello *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__Hello wire;
    pack_init(&pack);
    linkgate__v1__hello__init(&wire);
    wire.protocol_min = message->protocol_min;
    wire.protocol_max = message->protocol_max;
    wire.software = pack_text(&pack, message->software);
    wire.window = message->window;
    wire.last_notice_sequence = message->last_notice_sequence;
    wire.last_notice_token = pack_bytes(message->last_notice_token);
    pack_finish(&pack, &wire.base, out);
}

/* A token stands with a sequence, and only with one. */
static void check_token(struct shape *shape, const struct hello *hello) {
    size_t size = hello->last_notice_token.size;
    if (hello->last_notice_sequence > 0 && size == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "last_notice_token");
    if (size > 0 && (size != DIGEST_SIZE || hello->last_notice_sequence == 0))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "last_notice_token");
}

int message_decode_hello(struct span payload, struct arena *arena, struct hello *out,
                         struct refusal *refusal_out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__Hello *message =
        shape_read(&shape, payload, &linkgate__v1__hello__descriptor, SHAPE_UNKNOWN_TOLERATED);
    struct hello hello = {0};
    if (message != NULL) {
        hello.protocol_min = message->protocol_min;
        hello.protocol_max = message->protocol_max;
        hello.window = message->window;
        hello.last_notice_sequence = message->last_notice_sequence;
        hello.last_notice_token = shape_bytes(&message->last_notice_token);
        if (hello.protocol_min == 0)
            shape_refuse(&shape, REFUSAL_FIELD_MISSING, "protocol_min");
        if (hello.protocol_max < hello.protocol_min)
            shape_refuse(&shape, REFUSAL_FIELD_INVALID, "protocol_max");
        shape_clean(&shape, "software", message->software, 0, SOFTWARE_MAX, &hello.software);
        if (hello.window == 0)
            shape_refuse(&shape, REFUSAL_FIELD_MISSING, "window");
        else if (hello.window > WINDOW_MAX)
            shape_refuse(&shape, REFUSAL_FIELD_INVALID, "window");
        check_token(&shape, &hello);
    }
    if (!shape_ok(&shape)) {
        *refusal_out = shape.fault;
        return WIRE_REFUSED;
    }
    *out = hello;
    return 0;
}

void message_encode_hello_reply(const struct hello_reply *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__HelloReply wire;
    pack_init(&pack);
    linkgate__v1__hello_reply__init(&wire);
    wire.protocol = message->protocol;
    wire.software = pack_text(&pack, message->software);
    wire.window = message->window;
    wire.heartbeat_ms = message->heartbeat_ms;
    wire.ledger_time_ms = message->ledger_time_ms;
    pack_finish(&pack, &wire.base, out);
}

int message_decode_hello_reply(struct span payload, struct arena *arena, struct hello_reply *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__HelloReply *message = shape_read(
        &shape, payload, &linkgate__v1__hello_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL || message->protocol == 0 || message->window == 0 ||
        message->heartbeat_ms == 0)
        return WIRE_REFUSED;
    *out = (struct hello_reply){
        .protocol = message->protocol,
        .software = shape_clean_or_empty(message->software, SOFTWARE_MAX),
        .window = message->window,
        .heartbeat_ms = message->heartbeat_ms,
        .ledger_time_ms = message->ledger_time_ms,
    };
    return 0;
}

void message_encode_heartbeat(const struct heartbeat *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__Heartbeat wire;
    pack_init(&pack);
    linkgate__v1__heartbeat__init(&wire);
    wire.nonce = message->nonce;
    pack_finish(&pack, &wire.base, out);
}

int message_decode_heartbeat(struct span payload, struct arena *arena, struct heartbeat *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__Heartbeat *message =
        shape_read(&shape, payload, &linkgate__v1__heartbeat__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return WIRE_REFUSED;
    *out = (struct heartbeat){message->nonce};
    return 0;
}

void message_encode_go_away(const struct go_away *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__GoAway wire;
    pack_init(&pack);
    linkgate__v1__go_away__init(&wire);
    wire.code = pack_text(&pack, message->code);
    wire.text = pack_text(&pack, message->text);
    wire.drain_ms = message->drain_ms;
    pack_finish(&pack, &wire.base, out);
}

int message_decode_go_away(struct span payload, struct arena *arena, struct go_away *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__GoAway *message =
        shape_read(&shape, payload, &linkgate__v1__go_away__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    *out = (struct go_away){
        .code = shape_clean_or_empty(message->code, GO_AWAY_CODE_MAX),
        .text = shape_clean_or_empty(message->text, REFUSAL_TEXT_MAX),
        .drain_ms = message->drain_ms,
    };
    return 0;
}

/* NULL: it was no limit. */
static Linkgate__V1__LimitLeft *pack_limit(struct pack *pack, const struct limit_left *left,
                                           Linkgate__V1__LimitLeft *out) {
    if (left->of == LIMIT_OF_NONE)
        return NULL;
    linkgate__v1__limit_left__init(out);
    out->bucket = pack_text(pack, span_text(limit_of_name(left->of)));
    out->period = pack_text(pack, span_text(limit_period_name(left->period)));
    out->limit_fen = left->limit_fen;
    out->left_fen = left->left_fen;
    out->resets_at_ms = left->resets_at_ms;
    out->limit_count = left->limit_count;
    return out;
}

void message_encode_refusal(const struct refusal *refusal, struct buf *out) {
    const struct refusal_row *row = refusal_row(refusal->code);
    struct pack pack;
    Linkgate__V1__Refusal wire;
    Linkgate__V1__LimitLeft limit;
    pack_init(&pack);
    linkgate__v1__refusal__init(&wire);
    wire.reason = pack_text(&pack, span_text(row->reason));
    wire.detail = pack_text(&pack, span_text(row->detail));
    wire.text = pack_text(&pack, span_text(row->text));
    wire.field = pack_text(&pack, span_text(refusal->field == NULL ? "" : refusal->field));
    wire.retry = (Linkgate__V1__Retry)row->retry;
    wire.replayed = refusal->replayed;
    wire.limit = pack_limit(&pack, &refusal->limit, &limit);
    wire.product_version = refusal->product_version;
    wire.right_fen = refusal->right_fen;
    pack_finish(&pack, &wire.base, out);
}

/* More than a pack's room: their texts take its arena. */
struct packed_participants {
    Linkgate__V1__Participant items[SYSTEM_NOTICE_PARTICIPANTS_MAX];
    Linkgate__V1__Participant *pointers[SYSTEM_NOTICE_PARTICIPANTS_MAX];
};

static void pack_participants(struct pack *pack, const struct system_notice *message,
                              struct packed_participants *out) {
    for (uint32_t i = 0; i < message->participant_count; i++) {
        const struct participant *participant = &message->participants[i];
        Linkgate__V1__Participant *wire = &out->items[i];
        linkgate__v1__participant__init(wire);
        wire->bank_code = pack_bank(pack, participant->code);
        wire->name = pack_text(pack, participant->name);
        wire->active = participant->active;
        wire->class1 = participant->class1;
        wire->class2 = participant->class2;
        wire->issuer = participant->issuer;
        out->pointers[i] = wire;
    }
}

void message_encode_system_notice(const struct system_notice *message, struct buf *out) {
    struct pack pack;
    struct packed_participants participants;
    Linkgate__V1__SystemNotice wire;
    ENSURE(message->participant_count <= SYSTEM_NOTICE_PARTICIPANTS_MAX);
    pack_init(&pack);
    linkgate__v1__system_notice__init(&wire);
    pack_participants(&pack, message, &participants);
    wire.ledger_time_ms = message->ledger_time_ms;
    wire.business_date = pack_text(&pack, message->business_date);
    wire.cut_off_at_ms = message->cut_off_at_ms;
    wire.n_participants = message->participant_count;
    wire.participants = participants.pointers;
    wire.complete = message->complete;
    wire.transfer_timeout_min_ms = message->transfer_timeout_min_ms;
    wire.transfer_timeout_max_ms = message->transfer_timeout_max_ms;
    pack_finish(&pack, &wire.base, out);
}
