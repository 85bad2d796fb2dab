/*
 * A partner bank's side of one-time codes.
 *
 * Nothing is checked on the way out. On the way in an instruction is held to the schema, as the
 * gateway holds a request.
 */
#include "wire/partner.h"
#include "wire/values.h"

/* ---- written ---- */

void partner_encode_start_challenge(const struct start_challenge *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__StartChallenge wire;
    pack_init(&pack);
    linkgate__v1__start_challenge__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_issue_challenge_reply(const struct issue_challenge_reply *message,
                                          struct buf *out) {
    struct pack pack;
    Linkgate__V1__IssueChallengeReply wire;
    pack_init(&pack);
    linkgate__v1__issue_challenge_reply__init(&wire);
    wire.link_id = pack_id(&message->link);
    wire.challenge_id = pack_id(&message->challenge);
    wire.outcome = (Linkgate__V1__ChallengeOutcome)message->outcome;
    wire.masked_mobile = pack_text(&pack, message->masked_mobile);
    wire.lifetime_ms = message->lifetime_ms;
    wire.reason = pack_text(&pack, message->reason);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_answer_challenge(const struct answer_challenge *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__AnswerChallenge wire;
    pack_init(&pack);
    linkgate__v1__answer_challenge__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    wire.code = pack_bytes(message->code);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_check_challenge_reply(const struct check_challenge_reply *message,
                                          struct buf *out) {
    struct pack pack;
    Linkgate__V1__CheckChallengeReply wire;
    pack_init(&pack);
    linkgate__v1__check_challenge_reply__init(&wire);
    wire.link_id = pack_id(&message->link);
    wire.attempt_id = pack_id(&message->attempt);
    wire.outcome = (Linkgate__V1__ChallengeOutcome)message->outcome;
    wire.tries_left = message->tries_left;
    pack_finish(&pack, &wire.base, out);
}

/* ---- read ---- */

int partner_decode_issue_challenge(struct span payload, struct arena *arena,
                                   struct issue_challenge *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__IssueChallenge *message = shape_read(
        &shape, payload, &linkgate__v1__issue_challenge__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct issue_challenge read = {
        .scopes = value_read_bits(message->scopes, message->n_scopes, LINK_SCOPE_PRODUCTS),
        .limits = value_read_limits(message->limits),
        .amendment = message->amendment != 0,
    };
    shape_id(&shape, "link_id", &message->link_id, &read.link);
    shape_id(&shape, "challenge_id", &message->challenge_id, &read.challenge);
    shape_bank_code(&shape, REFUSAL_FIELD_INVALID, "requesting_bank_code",
                    message->requesting_bank_code, &read.requesting_bank);
    shape_account_number(&shape, REFUSAL_ACCOUNT, "account_number", message->account_number,
                         &read.account_number);
    shape_id_or_none(&shape, "replaces_challenge_id", &message->replaces_challenge_id,
                     &read.replaces);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

int partner_decode_check_challenge(struct span payload, struct arena *arena,
                                   struct check_challenge *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__CheckChallenge *message = shape_read(
        &shape, payload, &linkgate__v1__check_challenge__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct check_challenge read = {.code = shape_bytes(&message->code)};
    shape_id(&shape, "link_id", &message->link_id, &read.link);
    shape_id(&shape, "challenge_id", &message->challenge_id, &read.challenge);
    shape_id(&shape, "attempt_id", &message->attempt_id, &read.attempt);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}
