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
SAME_KIND(MESSAGE_APPLY_CARD, APPLY_CARD);
SAME_KIND(MESSAGE_CARD_STATUS, CARD_STATUS);
SAME_KIND(MESSAGE_CARD_NOTICE, CARD_NOTICE);
SAME_KIND(MESSAGE_ASK_CARD, ASK_CARD);
SAME_KIND(MESSAGE_GET_CARD, GET_CARD);
SAME_KIND(MESSAGE_CANCEL_CARD, CANCEL_CARD);
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
SAME_KIND(MESSAGE_QUERY_OVERVIEW, QUERY_OVERVIEW);
SAME_KIND(MESSAGE_QUERY_POSITION, QUERY_POSITION);
SAME_KIND(MESSAGE_POSITION_ALERT, POSITION_ALERT);
SAME_KIND(MESSAGE_ASK_BALANCE, ASK_BALANCE);
SAME_KIND(MESSAGE_ASK_ACCOUNT_STATUS, ASK_ACCOUNT_STATUS);
SAME_KIND(MESSAGE_QUERY_TOTALS, QUERY_TOTALS);
SAME_KIND(MESSAGE_RECON_PAGE, RECON_PAGE);
SAME_KIND(MESSAGE_UPLOAD_RECON, UPLOAD_RECON);
SAME_KIND(MESSAGE_RECON_RESULT, RECON_RESULT);
SAME_KIND(MESSAGE_OPEN_CASE, OPEN_CASE);
SAME_KIND(MESSAGE_ANSWER_CASE, ANSWER_CASE);
SAME_KIND(MESSAGE_PROPOSE_ADJUSTMENT, PROPOSE_ADJUSTMENT);
SAME_KIND(MESSAGE_ACCEPT_ADJUSTMENT, ACCEPT_ADJUSTMENT);
SAME_KIND(MESSAGE_CASE_NOTICE, CASE_NOTICE);
SAME_KIND(MESSAGE_GET_CASE, GET_CASE);
SAME_KIND(MESSAGE_ADJUSTMENT_NOTICE, ADJUSTMENT_NOTICE);
SAME_KIND(MESSAGE_GET_ADJUSTMENT, GET_ADJUSTMENT);
SAME_KIND(MESSAGE_WINDOW_NOTICE, WINDOW_NOTICE);
SAME_KIND(MESSAGE_CONFIRM_SETTLEMENT, CONFIRM_SETTLEMENT);
SAME_KIND(MESSAGE_GET_WINDOW, GET_WINDOW);
SAME_KIND(MESSAGE_PUBLISH_PRODUCT, PUBLISH_PRODUCT);
SAME_KIND(MESSAGE_LIST_PRODUCTS, LIST_PRODUCTS);
SAME_KIND(MESSAGE_PRODUCT_NOTICE, PRODUCT_NOTICE);
SAME_KIND(MESSAGE_PLACE_ORDER, PLACE_ORDER);
SAME_KIND(MESSAGE_ORDER_INSTRUCTION, ORDER_INSTRUCTION);
SAME_KIND(MESSAGE_ORDER_RESULT, ORDER_RESULT);
SAME_KIND(MESSAGE_CANCEL_ORDER, CANCEL_ORDER);
SAME_KIND(MESSAGE_REDEEM, REDEEM);
SAME_KIND(MESSAGE_PAYOUT, PAYOUT);
SAME_KIND(MESSAGE_LIST_HOLDINGS, LIST_HOLDINGS);
SAME_KIND(MESSAGE_GET_ORDER, GET_ORDER);
SAME_KIND(MESSAGE_ORDER_NOTICE, ORDER_NOTICE);
SAME_KIND(MESSAGE_GET_PRODUCT, GET_PRODUCT);
SAME_KIND(MESSAGE_OFFER_LOAN, OFFER_LOAN);
SAME_KIND(MESSAGE_APPLY_LOAN, APPLY_LOAN);
SAME_KIND(MESSAGE_DECIDE_LOAN, DECIDE_LOAN);
SAME_KIND(MESSAGE_DRAW_LOAN, DRAW_LOAN);
SAME_KIND(MESSAGE_REPAY_LOAN, REPAY_LOAN);
SAME_KIND(MESSAGE_QUOTE_REPAYMENT, QUOTE_REPAYMENT);
SAME_KIND(MESSAGE_LOAN_STATUS, LOAN_STATUS);
SAME_KIND(MESSAGE_GET_LOAN, GET_LOAN);
SAME_KIND(MESSAGE_LOAN_NOTICE, LOAN_NOTICE);
SAME_KIND(MESSAGE_LIST_LOANS, LIST_LOANS);
SAME_KIND(MESSAGE_OFFLINE_EVENT, OFFLINE_EVENT);
SAME_KIND(MESSAGE_REFERRAL, REFERRAL);
SAME_KIND(MESSAGE_EVENT_NOTICE, EVENT_NOTICE);

#define FIRST_BANK_KIND 1000

/* Command, its reader, its body. */
#define READERS(READ)                                                                              \
    READ(OPEN_LINK, read_open_link, open_link)                                                     \
    READ(VERIFY_ANSWER, read_verify_answer, verify_answer)                                         \
    READ(START_CHALLENGE, read_start_challenge, start_challenge)                                   \
    READ(ISSUE_ANSWER, read_issue_answer, issue_answer)                                            \
    READ(ANSWER_CHALLENGE, read_answer_challenge, answer_challenge)                                \
    READ(CHECK_ANSWER, read_check_answer, check_answer)                                            \
    READ(CLOSE_LINK, read_close_link, close_link)                                                  \
    READ(GET_LINK, read_get_link, get_link)                                                        \
    READ(RESEND_CHALLENGE, read_start_challenge, resend_challenge)                                 \
    READ(AMEND_LINK, read_amend_link, amend_link)                                                  \
    READ(REBIND_LINK, read_rebind_link, rebind_link)                                               \
    READ(RESUME_LINK, read_resume_link, resume_link)                                               \
    READ(PLACE_HOLD, read_place_hold, place_hold)                                                  \
    READ(LIFT_HOLD, read_lift_hold, lift_hold)                                                     \
    READ(REPORT_ACCOUNT, read_report_account, report_account)                                      \
    READ(RECHECK_ANSWER, read_recheck_answer, recheck_answer)                                      \
    READ(LIST_LINKS, read_list_links, list_links)                                                  \
    READ(WITHDRAW_CONSENT, read_withdraw_consent, withdraw_consent)                                \
    READ(APPLY_CARD, read_apply_card, apply_card)                                                  \
    READ(CARD_STATUS, read_card_status, card_status)                                               \
    READ(CARD_ANSWER, read_card_answer, card_answer)                                               \
    READ(GET_CARD, read_get_card, get_card)                                                        \
    READ(CANCEL_CARD, read_cancel_card, cancel_card)                                               \
    READ(SUBMIT_TRANSFER, read_submit_transfer, submit_transfer)                                   \
    READ(POSTING_ANSWER, read_posting_answer, posting_answer)                                      \
    READ(CONFIRM_CREDIT, read_confirm_credit, confirm_credit)                                      \
    READ(GET_TRANSFER, read_get_transfer, get_transfer)                                            \
    READ(STEP_UP, read_step_up, step_up)                                                           \
    READ(CANCEL_TRANSFER, read_cancel_transfer, cancel_transfer)                                   \
    READ(SUBMIT_RETURN, read_submit_return, submit_return)                                         \
    READ(LIST_TRANSFERS, read_list_transfers, list_transfers)                                      \
    READ(ACK_NOTICES, read_ack_notices, ack_notices)                                               \
    READ(QUERY_BALANCE, read_query_account, query_account)                                         \
    READ(QUERY_ACCOUNT_STATUS, read_query_account, query_account)                                  \
    READ(QUERY_OVERVIEW, read_query_overview, query_overview)                                      \
    READ(QUERY_POSITION, read_query_position, query_position)                                      \
    READ(BALANCE_ANSWER, read_balance_answer, balance_answer)                                      \
    READ(STATUS_ANSWER, read_status_answer, status_answer)                                         \
    READ(QUERY_TOTALS, read_query_totals, query_totals)                                            \
    READ(RECON_PAGE, read_recon_page, recon_page)                                                  \
    READ(UPLOAD_RECON, read_upload_recon, upload_recon)                                            \
    READ(RECON_RESULT, read_recon_result, recon_result)                                            \
    READ(OPEN_CASE, read_open_case, open_case)                                                     \
    READ(ANSWER_CASE, read_answer_case, answer_case)                                               \
    READ(PROPOSE_ADJUSTMENT, read_propose_adjustment, propose_adjustment)                          \
    READ(ACCEPT_ADJUSTMENT, read_accept_adjustment, accept_adjustment)                             \
    READ(GET_CASE, read_get_case, get_case)                                                        \
    READ(GET_ADJUSTMENT, read_get_adjustment, get_adjustment)                                      \
    READ(CONFIRM_SETTLEMENT, read_confirm_settlement, confirm_settlement)                          \
    READ(GET_WINDOW, read_get_window, get_window)                                                  \
    READ(PUBLISH_PRODUCT, read_publish_product, publish_product)                                   \
    READ(LIST_PRODUCTS, read_list_products, list_products)                                         \
    READ(GET_PRODUCT, read_get_product, get_product)                                               \
    READ(PLACE_ORDER, read_place_order, order.place)                                               \
    READ(ORDER_ANSWER, read_order_answer, order.instruction_answer)                                \
    READ(ORDER_RESULT, read_order_result, order.result)                                            \
    READ(CANCEL_ORDER, read_cancel_order, order.cancel)                                            \
    READ(REDEEM, read_redeem, order.redeem)                                                        \
    READ(PAYOUT, read_payout, order.payout)                                                        \
    READ(LIST_HOLDINGS, read_list_holdings, order.list_holdings)                                   \
    READ(GET_ORDER, read_get_order, order.get)                                                     \
    READ(OFFER_LOAN, read_offer_loan, loan.offer)                                                  \
    READ(APPLY_LOAN, read_apply_loan, loan.apply)                                                  \
    READ(DECIDE_LOAN, read_decide_loan, loan.decide)                                               \
    READ(DRAW_LOAN, read_draw_loan, loan.draw)                                                     \
    READ(REPAY_LOAN, read_repay_loan, loan.repay)                                                  \
    READ(QUOTE_REPAYMENT, read_quote_repayment, loan.quote)                                        \
    READ(LOAN_STATUS, read_loan_status, loan.status)                                               \
    READ(GET_LOAN, read_get_loan, loan.get)                                                        \
    READ(LIST_LOANS, read_list_loans, loan.list)                                                   \
    READ(OFFLINE_EVENT, read_offline_event, offline_event)                                         \
    READ(REFERRAL, read_referral, referral)

static void read_body(struct shape *shape, struct command *command) {
#define CASE_OF(kind, reader, member)                                                              \
    case COMMAND_##kind:                                                                           \
        reader(shape, command->payload, &command->body.member);                                    \
        break;
    switch ((int)command->kind) {
        READERS(CASE_OF)
    default:
        shape_refuse(shape, REFUSAL_UNSUPPORTED, "");
    }
#undef CASE_OF
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
