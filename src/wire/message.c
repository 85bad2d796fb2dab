/*
 * The one entry that reads any command's payload.
 *
 * Which message makes which command stands in the table of command kinds (domain/command_kinds.c).
 * Rights are not looked at: that is the dispatcher's part.
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
SAME_KIND(MESSAGE_SYSTEM_NOTICE, SYSTEM_NOTICE);
SAME_KIND(MESSAGE_RESEND_CHALLENGE, RESEND_CHALLENGE);
SAME_KIND(MESSAGE_AMEND_LINK, AMEND_LINK);
SAME_KIND(MESSAGE_REBIND_LINK, REBIND_LINK);
SAME_KIND(MESSAGE_RESUME_LINK, RESUME_LINK);
SAME_KIND(MESSAGE_PLACE_HOLD, PLACE_HOLD);
SAME_KIND(MESSAGE_LIFT_HOLD, LIFT_HOLD);
SAME_KIND(MESSAGE_REPORT_ACCOUNT, REPORT_ACCOUNT);
SAME_KIND(MESSAGE_RECHECK_ACCOUNT, RECHECK_ACCOUNT);
SAME_KIND(MESSAGE_LIST_LINKS, LIST_LINKS);
SAME_KIND(MESSAGE_WITHDRAW_CONSENT, WITHDRAW_CONSENT);
SAME_KIND(MESSAGE_STEP_UP, STEP_UP);
SAME_KIND(MESSAGE_CANCEL_TRANSFER, CANCEL_TRANSFER);
SAME_KIND(MESSAGE_CANCEL_POSTING, CANCEL_POSTING);
SAME_KIND(MESSAGE_SUBMIT_RETURN, SUBMIT_RETURN);
SAME_KIND(MESSAGE_LIST_TRANSFERS, LIST_TRANSFERS);
SAME_KIND(MESSAGE_QUERY_BALANCE, QUERY_BALANCE);
SAME_KIND(MESSAGE_QUERY_ACCOUNT_STATUS, QUERY_ACCOUNT_STATUS);
SAME_KIND(MESSAGE_ASK_BALANCE, ASK_BALANCE);
SAME_KIND(MESSAGE_ASK_ACCOUNT_STATUS, ASK_ACCOUNT_STATUS);
SAME_KIND(MESSAGE_OPEN_CASE, OPEN_CASE);
SAME_KIND(MESSAGE_ANSWER_CASE, ANSWER_CASE);
SAME_KIND(MESSAGE_CASE_NOTICE, CASE_NOTICE);
SAME_KIND(MESSAGE_GET_CASE, GET_CASE);

#define FIRST_BANK_KIND 1000

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
