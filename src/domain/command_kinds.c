/*
 * The one table of commands' kinds.
 *
 * Invariant: a kind that is not here cannot come in, be recorded or be carried out; what a bank may
 * send, in which role, and which orders need a second person is read from here and nowhere else.
 * What a command does is the ledger's (src/ledger/ledger.c has the handlers).
 */
#include "domain/command.h"

#define EITHER ((uint32_t)(BANK_ROLE_CLASS1 | BANK_ROLE_CLASS2))
#define CLASS1 ((uint32_t)BANK_ROLE_CLASS1)
#define CLASS2 ((uint32_t)BANK_ROLE_CLASS2)
#define ISSUER ((uint32_t)BANK_ROLE_ISSUER)

/* Inside the gateway; an operator's order; one that needs two people. */
#define INTERNAL(name)                                                                             \
    { COMMAND_##name, #name, MESSAGE_NONE, MESSAGE_REQUEST, 0, false, false, false, 0 }
#define ORDER(name)                                                                                \
    { COMMAND_##name, #name, MESSAGE_NONE, MESSAGE_REQUEST, 0, true, false, false, 0 }
#define ORDER_OF_TWO(name)                                                                         \
    { COMMAND_##name, #name, MESSAGE_NONE, MESSAGE_REQUEST, 0, true, false, true, 0 }
/* A bank's request that is recorded; one that is not; a query; an answer to a request of ours. */
#define REQUEST(name, roles, member)                                                               \
    {                                                                                              \
        COMMAND_##name, #name, MESSAGE_##name, MESSAGE_REQUEST, roles, false, false, false,        \
            offsetof(struct command, body.member.request)                                          \
    }
#define UNRECORDED(name, roles)                                                                    \
    { COMMAND_##name, #name, MESSAGE_##name, MESSAGE_REQUEST, roles, false, false, false, 0 }
#define QUERY(name, roles)                                                                         \
    { COMMAND_##name, #name, MESSAGE_##name, MESSAGE_REQUEST, roles, false, true, false, 0 }
#define ANSWER(name, message, roles)                                                               \
    { COMMAND_##name, #name, MESSAGE_##message, MESSAGE_REPLY, roles, false, false, false, 0 }

static const struct command_row rows[] = {
    INTERNAL(BOOT),
    INTERNAL(TICK),
    INTERNAL(BANK_UP),
    INTERNAL(BANK_DOWN),
    INTERNAL(PIN_SEEN),
    INTERNAL(RECON_ROW),
    ORDER_OF_TWO(BANK_ADD),
    ORDER(BANK_DISABLE),
    ORDER_OF_TWO(UNFREEZE),
    ORDER_OF_TWO(CLOCK_ACCEPT),
    ORDER_OF_TWO(BANK_ENABLE),
    ORDER_OF_TWO(BANK_SET),
    ORDER_OF_TWO(PIN_ADD),
    ORDER(PIN_REMOVE),
    ORDER(HOLD_PLACE),
    ORDER_OF_TWO(HOLD_LIFT),
    ORDER_OF_TWO(QUARANTINE_RELEASE),
    ORDER(APPROVE),
    ORDER(REJECT),
    ORDER(SEARCH),
    ORDER_OF_TWO(UNMASK),
    ORDER(QUARANTINE_DROP),
    ORDER(READ_UNMASKED),
    ORDER_OF_TWO(BANK_RESYNC),
    ORDER(BACKUP),
    ORDER_OF_TWO(RULES_LOAD),
    ORDER_OF_TWO(CAP_SET),
    ORDER_OF_TWO(PAIR_CAP_SET),
    ORDER_OF_TWO(FUNDS_BEGIN),
    ORDER_OF_TWO(FUNDS_END),
    ORDER_OF_TWO(WINDOW_CLOSE),
    ORDER_OF_TWO(WINDOW_SETTLE),
    ORDER_OF_TWO(WINDOW_ABORT),
    ORDER_OF_TWO(TRANSFER_RESOLVE),
    ORDER(RECON_COMPARE),
    {COMMAND_FETCH_NOTICES, "FETCH_NOTICES", MESSAGE_NONE, MESSAGE_REQUEST, 0, false, true, false,
     0},
    REQUEST(OPEN_LINK, CLASS2, open_link),
    ANSWER(VERIFY_ANSWER, VERIFY_ACCOUNT, CLASS1),
    REQUEST(START_CHALLENGE, CLASS2, start_challenge),
    ANSWER(ISSUE_ANSWER, ISSUE_CHALLENGE, CLASS1),
    REQUEST(ANSWER_CHALLENGE, CLASS2, answer_challenge),
    ANSWER(CHECK_ANSWER, CHECK_CHALLENGE, CLASS1),
    REQUEST(CLOSE_LINK, EITHER, close_link),
    QUERY(GET_LINK, EITHER),
    REQUEST(RESEND_CHALLENGE, CLASS2, resend_challenge),
    REQUEST(AMEND_LINK, EITHER, amend_link),
    REQUEST(REBIND_LINK, CLASS2, rebind_link),
    REQUEST(RESUME_LINK, CLASS2, resume_link),
    REQUEST(PLACE_HOLD, EITHER, place_hold),
    REQUEST(LIFT_HOLD, EITHER, lift_hold),
    REQUEST(REPORT_ACCOUNT, EITHER, report_account),
    ANSWER(RECHECK_ANSWER, RECHECK_ACCOUNT, CLASS1),
    QUERY(LIST_LINKS, EITHER),
    REQUEST(WITHDRAW_CONSENT, CLASS2, withdraw_consent),
    REQUEST(APPLY_CARD, CLASS2, apply_card),
    REQUEST(CARD_STATUS, CLASS1, card_status),
    ANSWER(CARD_ANSWER, ASK_CARD, CLASS1),
    QUERY(GET_CARD, EITHER),
    REQUEST(CANCEL_CARD, CLASS2, cancel_card),
    REQUEST(SUBMIT_TRANSFER, EITHER, submit_transfer),
    ANSWER(POSTING_ANSWER, POST_INSTRUCTION, EITHER),
    UNRECORDED(CONFIRM_CREDIT, EITHER),
    QUERY(GET_TRANSFER, EITHER),
    UNRECORDED(STEP_UP, EITHER),
    REQUEST(CANCEL_TRANSFER, EITHER, cancel_transfer),
    REQUEST(SUBMIT_RETURN, EITHER, submit_return),
    QUERY(LIST_TRANSFERS, EITHER),
    {COMMAND_ACK_NOTICES, "ACK_NOTICES", MESSAGE_ACK_NOTICES, MESSAGE_NOTICE, BANK_ROLES_ALL, false,
     false, false, 0},
    UNRECORDED(QUERY_BALANCE, EITHER),
    UNRECORDED(QUERY_ACCOUNT_STATUS, EITHER),
    UNRECORDED(QUERY_OVERVIEW, EITHER),
    QUERY(QUERY_POSITION, EITHER),
    ANSWER(BALANCE_ANSWER, ASK_BALANCE, EITHER),
    ANSWER(STATUS_ANSWER, ASK_ACCOUNT_STATUS, EITHER),
    REQUEST(CONFIRM_SETTLEMENT, EITHER, confirm_settlement),
    QUERY(QUERY_TOTALS, EITHER),
    QUERY(RECON_PAGE, EITHER),
    QUERY(UPLOAD_RECON, EITHER),
    QUERY(RECON_RESULT, EITHER),
    REQUEST(OPEN_CASE, EITHER, open_case),
    REQUEST(ANSWER_CASE, EITHER, answer_case),
    REQUEST(PROPOSE_ADJUSTMENT, EITHER, propose_adjustment),
    REQUEST(ACCEPT_ADJUSTMENT, EITHER, accept_adjustment),
    QUERY(GET_CASE, EITHER),
    QUERY(GET_ADJUSTMENT, EITHER),
    QUERY(GET_WINDOW, EITHER),
    REQUEST(PUBLISH_PRODUCT, ISSUER, publish_product),
    QUERY(LIST_PRODUCTS, BANK_ROLES_ALL),
    REQUEST(PLACE_ORDER, EITHER, order.place),
    ANSWER(ORDER_ANSWER, ORDER_INSTRUCTION, ISSUER),
    REQUEST(ORDER_RESULT, ISSUER, order.result),
    REQUEST(CANCEL_ORDER, EITHER, order.cancel),
    REQUEST(REDEEM, EITHER, order.redeem),
    REQUEST(PAYOUT, ISSUER, order.payout),
    QUERY(LIST_HOLDINGS, EITHER),
    QUERY(GET_ORDER, EITHER),
    QUERY(GET_PRODUCT, BANK_ROLES_ALL),
    REQUEST(OFFER_LOAN, ISSUER, loan.offer),
    REQUEST(APPLY_LOAN, EITHER, loan.apply),
    REQUEST(DECIDE_LOAN, EITHER, loan.decide),
    REQUEST(DRAW_LOAN, EITHER, loan.draw),
    REQUEST(REPAY_LOAN, EITHER, loan.repay),
    QUERY(QUOTE_REPAYMENT, EITHER),
    REQUEST(LOAN_STATUS, EITHER, loan.status),
    QUERY(GET_LOAN, EITHER),
    QUERY(LIST_LOANS, EITHER),
    REQUEST(OFFLINE_EVENT, EITHER, offline_event),
    REQUEST(REFERRAL, EITHER, referral),
};

#define ROWS (sizeof rows / sizeof rows[0])

const struct command_row *command_row_at(size_t index) {
    return index < ROWS ? &rows[index] : NULL;
}

const struct command_row *command_row(enum command_kind kind) {
    size_t low = 0;
    size_t high = ROWS;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (rows[middle].kind == kind)
            return &rows[middle];
        if (rows[middle].kind < kind)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Several messages may make one command. */
static uint32_t same_command(uint32_t message, enum message_direction direction) {
    if (direction == MESSAGE_REPLY &&
        (message == MESSAGE_INQUIRE_POSTING || message == MESSAGE_CANCEL_POSTING))
        return MESSAGE_POST_INSTRUCTION;
    return message;
}

const struct command_row *command_row_of_message(uint32_t message,
                                                 enum message_direction direction) {
    if (message == MESSAGE_NONE)
        return NULL;
    if (message == MESSAGE_POSTING_RESULT && direction == MESSAGE_REQUEST)
        return command_row(COMMAND_POSTING_ANSWER);
    uint32_t wanted = same_command(message, direction);
    for (size_t i = 0; i < ROWS; i++) {
        if ((uint32_t)rows[i].message == wanted && rows[i].direction == direction)
            return &rows[i];
    }
    return NULL;
}

const char *command_name(enum command_kind kind) {
    const struct command_row *row = command_row(kind);
    return row ? row->name : "UNKNOWN";
}

bool command_is_order(enum command_kind kind) {
    const struct command_row *row = command_row(kind);
    return row && row->order;
}

bool command_is_query(enum command_kind kind) {
    const struct command_row *row = command_row(kind);
    return row && row->query;
}

bool command_is_beside(enum command_kind kind) {
    return kind == COMMAND_UPLOAD_RECON || kind == COMMAND_RECON_RESULT;
}

const struct id *command_request_id(const struct command *command) {
    const struct command_row *row = command_row(command->kind);
    if (!row || row->request_at == 0)
        return NULL;
    return (const struct id *)(const void *)((const uint8_t *)command + row->request_at);
}

bool command_holds_words(enum command_kind kind) {
    return kind == COMMAND_TRANSFER_RESOLVE;
}
