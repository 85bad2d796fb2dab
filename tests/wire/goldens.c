/*
 * The table of golden payloads by command.
 */
#include "wire/goldens.h"

#include <string.h>

#include "linkgate/v1/link.pb-c.h"
#include "linkgate/v1/notice.pb-c.h"
#include "linkgate/v1/transfer.pb-c.h"
#include "wire/golden.h"
#include "wire/samples.h"

static const struct golden goldens[] = {
    {COMMAND_OPEN_LINK, GOLDEN_OPEN_LINK, &linkgate__v1__open_link__descriptor, false},
    {COMMAND_VERIFY_ANSWER, GOLDEN_VERIFY_ACCOUNT_REPLY,
     &linkgate__v1__verify_account_reply__descriptor, true},
    {COMMAND_START_CHALLENGE, GOLDEN_START_CHALLENGE, &linkgate__v1__start_challenge__descriptor,
     false},
    {COMMAND_ISSUE_ANSWER, GOLDEN_ISSUE_CHALLENGE_REPLY,
     &linkgate__v1__issue_challenge_reply__descriptor, true},
    {COMMAND_ANSWER_CHALLENGE, GOLDEN_ANSWER_CHALLENGE, &linkgate__v1__answer_challenge__descriptor,
     false},
    {COMMAND_CHECK_ANSWER, GOLDEN_CHECK_CHALLENGE_REPLY,
     &linkgate__v1__check_challenge_reply__descriptor, true},
    {COMMAND_CLOSE_LINK, GOLDEN_CLOSE_LINK, &linkgate__v1__close_link__descriptor, false},
    {COMMAND_GET_LINK, GOLDEN_GET_LINK, &linkgate__v1__get_link__descriptor, false},
    {COMMAND_SUBMIT_TRANSFER, GOLDEN_SUBMIT_TRANSFER, &linkgate__v1__submit_transfer__descriptor,
     false},
    {COMMAND_POSTING_ANSWER, GOLDEN_POSTING_RESULT, &linkgate__v1__posting_result__descriptor,
     true},
    {COMMAND_CONFIRM_CREDIT, GOLDEN_CONFIRM_CREDIT, &linkgate__v1__confirm_credit__descriptor,
     false},
    {COMMAND_GET_TRANSFER, GOLDEN_GET_TRANSFER, &linkgate__v1__get_transfer__descriptor, false},
    {COMMAND_ACK_NOTICES, GOLDEN_ACK_NOTICES, &linkgate__v1__ack_notices__descriptor, false},
};

const struct golden *golden_at(size_t index) {
    return index < sizeof(goldens) / sizeof(goldens[0]) ? &goldens[index] : NULL;
}

const struct golden *golden_of(enum command_kind kind) {
    const struct golden *golden;
    for (size_t i = 0; (golden = golden_at(i)) != NULL; i++) {
        if (golden->kind == kind)
            return golden;
    }
    fatal(__func__, "no golden message: kind=%d", (int)kind);
}

void golden_bytes(const struct golden *golden, struct buf *out) {
    size_t size = strlen(golden->hex) / 2;
    ENSURE(hex_parse(golden->hex, buf_reserve(out, size), size));
    out->size += size;
}

struct command *golden_read(enum command_kind kind, struct span payload, int *verdict_out,
                            struct refusal *refusal_out) {
    struct command *command = command_new(kind);
    command->payload = arena_copy(&command->arena, payload);
    *refusal_out = (struct refusal){REFUSAL_NONE, "", false};
    *verdict_out = message_decode_command(command, SAMPLE_NOW_MS, refusal_out);
    return command;
}
