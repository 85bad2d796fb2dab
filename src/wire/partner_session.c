/*
 * A partner bank's side of what belongs to no single object: acknowledging notices, the state of the
 * system, refusals.
 *
 * What a newer gateway adds is tolerated, and texts that cannot be read arrive empty.
 */
#include "domain/bank.h"
#include "linkgate/v1/common.pb-c.h"
#include "linkgate/v1/notice.pb-c.h"
#include "linkgate/v1/session.pb-c.h"
#include "wire/partner.h"
#include "wire/values.h"

void partner_encode_ack_notices(const struct ack_notices *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__AckNotices wire;
    pack_init(&pack);
    linkgate__v1__ack_notices__init(&wire);
    wire.up_to_sequence = message->up_to_sequence;
    pack_finish(&pack, &wire.base, out);
}

static void read_participants(struct shape *shape, const Linkgate__V1__SystemNotice *message,
                              struct participant *out) {
    for (size_t i = 0; i < message->n_participants; i++) {
        const Linkgate__V1__Participant *participant = message->participants[i];
        out[i] = (struct participant){
            .name = shape_clean_or_empty(participant->name, BANK_NAME_MAX),
            .active = participant->active != 0,
            .class1 = participant->class1 != 0,
            .class2 = participant->class2 != 0,
            .issuer = participant->issuer != 0,
        };
        shape_bank_code(shape, REFUSAL_FIELD_INVALID, "participants.bank_code",
                        participant->bank_code, &out[i].code);
    }
}

int partner_decode_system_notice(struct span payload, struct arena *arena,
                                 struct system_notice *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__SystemNotice *message = shape_read(
        &shape, payload, &linkgate__v1__system_notice__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL || message->n_participants > SYSTEM_NOTICE_PARTICIPANTS_MAX)
        return WIRE_REFUSED;
    struct participant *participants =
        arena_try(arena, message->n_participants * sizeof(*participants));
    if (participants == NULL)
        return WIRE_REFUSED;
    read_participants(&shape, message, participants);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = (struct system_notice){
        .ledger_time_ms = message->ledger_time_ms,
        .business_date = shape_clean_or_empty(message->business_date, DATE_TEXT_SIZE - 1),
        .cut_off_at_ms = message->cut_off_at_ms,
        .participants = participants,
        .participant_count = (uint32_t)message->n_participants,
        .complete = message->complete != 0,
        .transfer_timeout_min_ms = message->transfer_timeout_min_ms,
        .transfer_timeout_max_ms = message->transfer_timeout_max_ms,
    };
    return 0;
}

static struct limit_left_view read_limit(const Linkgate__V1__LimitLeft *limit) {
    if (limit == NULL)
        return (struct limit_left_view){.present = false};
    return (struct limit_left_view){
        .present = true,
        .bucket = shape_clean_or_empty(limit->bucket, LIMIT_NAME_MAX),
        .period = shape_clean_or_empty(limit->period, LIMIT_NAME_MAX),
        .limit_fen = limit->limit_fen,
        .left_fen = limit->left_fen,
        .resets_at_ms = limit->resets_at_ms,
        .limit_count = limit->limit_count,
    };
}

int partner_decode_refusal(struct span payload, struct arena *arena, struct refusal_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__Refusal *message =
        shape_read(&shape, payload, &linkgate__v1__refusal__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    *out = (struct refusal_view){
        .reason = shape_clean_or_empty(message->reason, REASON_SIZE - 1),
        .detail = shape_clean_or_empty(message->detail, DETAIL_MAX),
        .text = shape_clean_or_empty(message->text, REFUSAL_TEXT_MAX),
        .field = shape_clean_or_empty(message->field, FIELD_NAME_MAX),
        .retry = (enum retry)shape_known((int)message->retry, RETRY_SAME_ID_LATER),
        .replayed = message->replayed != 0,
        .limit = read_limit(message->limit),
        .product_version = message->product_version,
        .right_fen = message->right_fen,
    };
    return 0;
}
