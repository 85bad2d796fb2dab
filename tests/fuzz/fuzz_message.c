/*
 * Every decoder. An input is two bytes that choose one (a command's kind, or SESSION_KINDS and
 * PARTNER_KINDS on), then a payload.
 *
 * Nothing may crash, read past the end or take more than its budget. What a decoder accepts is
 * written by the other half of the codec and read again: that must be accepted, and written as the
 * same bytes.
 */
#include <string.h>

#include "wire/partner.h"

#define PARTNER_KINDS 2000
#define SESSION_KINDS 3000
#define NOW_MS 1719792000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef bool (*round_trip)(struct span payload, struct arena *arena, struct buf *out);

/* With a NUL behind it, as encoders take names. */
static const char *text_of(struct arena *arena, struct span text) {
    char *copy = arena_zero(arena, text.size + 1);
    if (text.size > 0)
        memcpy(copy, text.data, text.size);
    return copy;
}

/* Reads and, if it was accepted, writes. */
#define PARTNER(name, type)                                                                        \
    static bool pass_##name(struct span payload, struct arena *arena, struct buf *out) {           \
        struct type message;                                                                       \
        if (partner_decode_##name(payload, arena, &message) != 0)                                  \
            return false;                                                                          \
        message_encode_##name(&message, out);                                                      \
        return true;                                                                               \
    }
#define NOTICE(name, type)                                                                         \
    static bool pass_##name(struct span payload, struct arena *arena, struct buf *out) {           \
        struct notice_place place;                                                                 \
        struct type message;                                                                       \
        struct span event;                                                                         \
        if (partner_decode_##name(payload, arena, &place, &message, &event) != 0)                  \
            return false;                                                                          \
        message_encode_##name(&place, &message, text_of(arena, event), out);                       \
        return true;                                                                               \
    }
#define SESSION(name)                                                                              \
    static bool pass_##name(struct span payload, struct arena *arena, struct buf *out) {           \
        struct name message;                                                                       \
        if (message_decode_##name(payload, arena, &message) != 0)                                  \
            return false;                                                                          \
        message_encode_##name(&message, out);                                                      \
        return true;                                                                               \
    }

PARTNER(verify_account, verify_account)
PARTNER(issue_challenge, issue_challenge)
PARTNER(check_challenge, check_challenge)
PARTNER(post_instruction, post_instruction)
PARTNER(inquire_posting, inquire_posting)
PARTNER(link_reply, link_view)
PARTNER(transfer_reply, transfer_view)
NOTICE(link_notice, link_view)
NOTICE(transfer_notice, transfer_view)
SESSION(hello_reply)
SESSION(heartbeat)
SESSION(go_away)

static bool pass_hello(struct span payload, struct arena *arena, struct buf *out) {
    struct hello message;
    struct refusal refusal;
    if (message_decode_hello(payload, arena, &message, &refusal) != 0)
        return false;
    message_encode_hello(&message, out);
    return true;
}

/* The gateway writes refusals from its table only, so there is nothing to write again. */
static bool pass_refusal(struct span payload, struct arena *arena, struct buf *out) {
    struct refusal_view view;
    (void)out;
    if (partner_decode_refusal(payload, arena, &view) == 0)
        ENSURE(view.retry >= RETRY_NONE && view.retry <= RETRY_SAME_ID_LATER);
    return false;
}

static const round_trip partner_kinds[] = {
    pass_verify_account,  pass_issue_challenge, pass_check_challenge, pass_post_instruction,
    pass_inquire_posting, pass_link_reply,      pass_transfer_reply,  pass_link_notice,
    pass_transfer_notice, pass_refusal,
};
static const round_trip session_kinds[] = {
    pass_hello,
    pass_hello_reply,
    pass_heartbeat,
    pass_go_away,
};

static void write_link_command(const struct command *command, struct buf *out) {
    switch ((int)command->kind) {
    case COMMAND_OPEN_LINK:
        partner_encode_open_link(&command->body.open_link, out);
        break;
    case COMMAND_VERIFY_ANSWER:
        partner_encode_verify_account_reply(&command->body.verify_answer, out);
        break;
    case COMMAND_START_CHALLENGE:
        partner_encode_start_challenge(&command->body.start_challenge, out);
        break;
    case COMMAND_ISSUE_ANSWER:
        partner_encode_issue_challenge_reply(&command->body.issue_answer, out);
        break;
    case COMMAND_ANSWER_CHALLENGE:
        partner_encode_answer_challenge(&command->body.answer_challenge, out);
        break;
    case COMMAND_CHECK_ANSWER:
        partner_encode_check_challenge_reply(&command->body.check_answer, out);
        break;
    case COMMAND_CLOSE_LINK:
        partner_encode_close_link(&command->body.close_link, out);
        break;
    case COMMAND_GET_LINK:
        partner_encode_get_link(&command->body.get_link, out);
        break;
    default:
        fatal(__func__, "a kind that nobody sends was accepted: kind=%d", (int)command->kind);
    }
}

static void write_command(struct command *command, struct buf *out) {
    switch ((int)command->kind) {
    case COMMAND_SUBMIT_TRANSFER:
        partner_encode_submit_transfer(&command->body.submit_transfer, out);
        break;
    case COMMAND_POSTING_ANSWER:
        partner_encode_posting_result(&command->body.posting_answer, out);
        break;
    case COMMAND_CONFIRM_CREDIT:
        partner_encode_confirm_credit(&command->body.confirm_credit, out);
        break;
    case COMMAND_GET_TRANSFER:
        partner_encode_get_transfer(&command->body.get_transfer, out);
        break;
    case COMMAND_ACK_NOTICES:
        partner_encode_ack_notices(&command->body.ack_notices, out);
        break;
    default:
        if (command->kind >= COMMAND_OPEN_LINK) {
            write_link_command(command, out);
            break;
        }
        message_encode_internal(command);
        buf_append_span(out, command->payload);
    }
}

static bool pass_command(enum command_kind kind, struct span payload, struct buf *out) {
    struct refusal refusal = {REFUSAL_NONE, NULL, false};
    struct command *command = command_new(kind);
    command->payload = payload;
    int verdict = message_decode_command(command, NOW_MS, &refusal);
    ENSURE(command->arena.used <= COMMAND_ARENA_BUDGET);
    if (verdict == 0)
        write_command(command, out);
    else
        ENSURE(verdict == WIRE_REFUSED && refusal.code > REFUSAL_NONE &&
               refusal.code < REFUSAL_CODES && refusal.field != NULL);
    command_free(command);
    return verdict == 0;
}

static bool pass(uint16_t kind, struct span payload, struct buf *out) {
    round_trip chosen = NULL;
    if (kind >= SESSION_KINDS && kind < SESSION_KINDS + sizeof(session_kinds) / sizeof(chosen))
        chosen = session_kinds[kind - SESSION_KINDS];
    else if (kind >= PARTNER_KINDS && kind < PARTNER_KINDS + sizeof(partner_kinds) / sizeof(chosen))
        chosen = partner_kinds[kind - PARTNER_KINDS];
    if (chosen == NULL)
        return pass_command((enum command_kind)kind, payload, out);
    struct arena arena;
    arena_init(&arena, 4096, COMMAND_ARENA_BUDGET);
    bool accepted = chosen(payload, &arena, out);
    arena_deinit(&arena);
    return accepted;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2)
        return 0;
    uint16_t kind = get_be16(data);
    struct buf once, twice;
    buf_init(&once);
    buf_init(&twice);
    if (pass(kind, span_of(data + 2, size - 2), &once)) {
        ENSURE(pass(kind, buf_span(&once), &twice));
        ENSURE(span_equal(buf_span(&once), buf_span(&twice)));
    }
    buf_deinit(&once);
    buf_deinit(&twice);
    return 0;
}
