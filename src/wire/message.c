/*
 * Which message makes which command, and the one entry that reads any command's payload.
 *
 * The two tables here are the whole list of what a bank may send. A kind that is not in them makes
 * no command, whatever its payload. Rights are not looked at: that is the dispatcher's part.
 */
#include "wire/message.h"

#include "linkgate/v1/envelope.pb-c.h"
#include "wire/message_read.h"

#define SAME_KIND(message, wire)                                                                   \
    _Static_assert((int)(message) == (int)LINKGATE__V1__KIND__KIND_##wire, "wire value")

SAME_KIND(MESSAGE_HELLO, HELLO);
SAME_KIND(MESSAGE_HEARTBEAT, HEARTBEAT);
SAME_KIND(MESSAGE_GO_AWAY, GO_AWAY);
SAME_KIND(MESSAGE_OPEN_LINK, OPEN_LINK);
SAME_KIND(MESSAGE_VERIFY_ACCOUNT, VERIFY_ACCOUNT);
SAME_KIND(MESSAGE_START_CHALLENGE, START_CHALLENGE);
SAME_KIND(MESSAGE_ISSUE_CHALLENGE, ISSUE_CHALLENGE);
SAME_KIND(MESSAGE_ANSWER_CHALLENGE, ANSWER_CHALLENGE);
SAME_KIND(MESSAGE_CHECK_CHALLENGE, CHECK_CHALLENGE);
SAME_KIND(MESSAGE_CLOSE_LINK, CLOSE_LINK);
SAME_KIND(MESSAGE_GET_LINK, GET_LINK);
SAME_KIND(MESSAGE_LINK_NOTICE, LINK_NOTICE);
SAME_KIND(MESSAGE_SUBMIT_TRANSFER, SUBMIT_TRANSFER);
SAME_KIND(MESSAGE_POST_INSTRUCTION, POST_INSTRUCTION);
SAME_KIND(MESSAGE_POSTING_RESULT, POSTING_RESULT);
SAME_KIND(MESSAGE_INQUIRE_POSTING, INQUIRE_POSTING);
SAME_KIND(MESSAGE_CONFIRM_CREDIT, CONFIRM_CREDIT);
SAME_KIND(MESSAGE_GET_TRANSFER, GET_TRANSFER);
SAME_KIND(MESSAGE_TRANSFER_NOTICE, TRANSFER_NOTICE);
SAME_KIND(MESSAGE_ACK_NOTICES, ACK_NOTICES);

#define FIRST_BANK_KIND 1000

static enum command_kind kind_of_request(uint32_t kind) {
    switch (kind) {
    case MESSAGE_OPEN_LINK:
        return COMMAND_OPEN_LINK;
    case MESSAGE_START_CHALLENGE:
        return COMMAND_START_CHALLENGE;
    case MESSAGE_ANSWER_CHALLENGE:
        return COMMAND_ANSWER_CHALLENGE;
    case MESSAGE_CLOSE_LINK:
        return COMMAND_CLOSE_LINK;
    case MESSAGE_GET_LINK:
        return COMMAND_GET_LINK;
    case MESSAGE_SUBMIT_TRANSFER:
        return COMMAND_SUBMIT_TRANSFER;
    case MESSAGE_POSTING_RESULT:
        return COMMAND_POSTING_ANSWER;
    case MESSAGE_CONFIRM_CREDIT:
        return COMMAND_CONFIRM_CREDIT;
    case MESSAGE_GET_TRANSFER:
        return COMMAND_GET_TRANSFER;
    default:
        return COMMAND_NONE;
    }
}

static enum command_kind kind_of_reply(uint32_t kind) {
    switch (kind) {
    case MESSAGE_VERIFY_ACCOUNT:
        return COMMAND_VERIFY_ANSWER;
    case MESSAGE_ISSUE_CHALLENGE:
        return COMMAND_ISSUE_ANSWER;
    case MESSAGE_CHECK_CHALLENGE:
        return COMMAND_CHECK_ANSWER;
    case MESSAGE_POST_INSTRUCTION:
    case MESSAGE_INQUIRE_POSTING:
        return COMMAND_POSTING_ANSWER;
    default:
        return COMMAND_NONE;
    }
}

enum command_kind command_kind_of_message(uint32_t kind, enum message_direction direction) {
    switch (direction) {
    case MESSAGE_REQUEST:
        return kind_of_request(kind);
    case MESSAGE_REPLY:
        return kind_of_reply(kind);
    case MESSAGE_NOTICE:
        return kind == MESSAGE_ACK_NOTICES ? COMMAND_ACK_NOTICES : COMMAND_NONE;
    case MESSAGE_REFUSAL:
        return COMMAND_NONE;
    }
    return COMMAND_NONE;
}

static void read_link_body(struct shape *shape, struct command *command) {
    struct span payload = command->payload;
    switch ((int)command->kind) {
    case COMMAND_OPEN_LINK:
        read_open_link(shape, payload, &command->body.open_link);
        break;
    case COMMAND_VERIFY_ANSWER:
        read_verify_answer(shape, payload, &command->body.verify_answer);
        break;
    case COMMAND_START_CHALLENGE:
        read_start_challenge(shape, payload, &command->body.start_challenge);
        break;
    case COMMAND_ISSUE_ANSWER:
        read_issue_answer(shape, payload, &command->body.issue_answer);
        break;
    case COMMAND_ANSWER_CHALLENGE:
        read_answer_challenge(shape, payload, &command->body.answer_challenge);
        break;
    case COMMAND_CHECK_ANSWER:
        read_check_answer(shape, payload, &command->body.check_answer);
        break;
    case COMMAND_CLOSE_LINK:
        read_close_link(shape, payload, &command->body.close_link);
        break;
    case COMMAND_GET_LINK:
        read_get_link(shape, payload, &command->body.get_link);
        break;
    default:
        shape_refuse(shape, REFUSAL_UNSUPPORTED, "");
    }
}

static void read_body(struct shape *shape, struct command *command) {
    struct span payload = command->payload;
    switch ((int)command->kind) {
    case COMMAND_SUBMIT_TRANSFER:
        read_submit_transfer(shape, payload, &command->body.submit_transfer);
        break;
    case COMMAND_POSTING_ANSWER:
        read_posting_answer(shape, payload, &command->body.posting_answer);
        break;
    case COMMAND_CONFIRM_CREDIT:
        read_confirm_credit(shape, payload, &command->body.confirm_credit);
        break;
    case COMMAND_GET_TRANSFER:
        read_get_transfer(shape, payload, &command->body.get_transfer);
        break;
    case COMMAND_ACK_NOTICES:
        read_ack_notices(shape, payload, &command->body.ack_notices);
        break;
    default:
        read_link_body(shape, command);
    }
}

int message_decode_command(struct command *command, int64_t now_ms, struct refusal *refusal_out) {
    struct shape shape = shape_over(&command->arena, now_ms);
    if ((int)command->kind >= FIRST_BANK_KIND)
        read_body(&shape, command);
    else if (message_decode_internal(command) != 0)
        shape_refuse(&shape, REFUSAL_MALFORMED, "");
    if (shape_ok(&shape))
        return 0;
    *refusal_out = shape.fault;
    return WIRE_REFUSED;
}
