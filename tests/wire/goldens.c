/*
 * The table of golden payloads by command.
 */
#include "wire/goldens.h"

#include <string.h>

#include "linkgate/v1/adjustment.pb-c.h"
#include "linkgate/v1/card.pb-c.h"
#include "linkgate/v1/case.pb-c.h"
#include "linkgate/v1/event.pb-c.h"
#include "linkgate/v1/link.pb-c.h"
#include "linkgate/v1/loan.pb-c.h"
#include "linkgate/v1/notice.pb-c.h"
#include "linkgate/v1/order.pb-c.h"
#include "linkgate/v1/product.pb-c.h"
#include "linkgate/v1/recon.pb-c.h"
#include "linkgate/v1/transfer.pb-c.h"
#include "linkgate/v1/view.pb-c.h"
#include "linkgate/v1/window.pb-c.h"
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
    /* a payment: nothing else has every field */
    {COMMAND_SUBMIT_TRANSFER, GOLDEN_SUBMIT_PAYMENT, &linkgate__v1__submit_transfer__descriptor,
     false},
    {COMMAND_POSTING_ANSWER, GOLDEN_POSTING_RESULT, &linkgate__v1__posting_result__descriptor,
     true},
    {COMMAND_CONFIRM_CREDIT, GOLDEN_CONFIRM_CREDIT, &linkgate__v1__confirm_credit__descriptor,
     false},
    {COMMAND_GET_TRANSFER, GOLDEN_GET_TRANSFER, &linkgate__v1__get_transfer__descriptor, false},
    {COMMAND_ACK_NOTICES, GOLDEN_ACK_NOTICES, &linkgate__v1__ack_notices__descriptor, false},
    {COMMAND_RESEND_CHALLENGE, GOLDEN_RESEND_CHALLENGE, &linkgate__v1__resend_challenge__descriptor,
     false},
    {COMMAND_AMEND_LINK, GOLDEN_AMEND_LINK, &linkgate__v1__amend_link__descriptor, false},
    {COMMAND_REBIND_LINK, GOLDEN_REBIND_LINK, &linkgate__v1__rebind_link__descriptor, false},
    {COMMAND_RESUME_LINK, GOLDEN_RESUME_LINK, &linkgate__v1__resume_link__descriptor, false},
    {COMMAND_WITHDRAW_CONSENT, GOLDEN_WITHDRAW_CONSENT, &linkgate__v1__withdraw_consent__descriptor,
     false},
    {COMMAND_LIST_LINKS, GOLDEN_LIST_LINKS, &linkgate__v1__list_links__descriptor, false},
    {COMMAND_PLACE_HOLD, GOLDEN_PLACE_HOLD, &linkgate__v1__place_hold__descriptor, false},
    {COMMAND_LIFT_HOLD, GOLDEN_LIFT_HOLD, &linkgate__v1__lift_hold__descriptor, false},
    {COMMAND_REPORT_ACCOUNT, GOLDEN_REPORT_ACCOUNT, &linkgate__v1__report_account__descriptor,
     false},
    {COMMAND_RECHECK_ANSWER, GOLDEN_RECHECK_ACCOUNT_REPLY,
     &linkgate__v1__recheck_account_reply__descriptor, true},
    {COMMAND_STEP_UP, GOLDEN_STEP_UP, &linkgate__v1__step_up__descriptor, false},
    {COMMAND_CANCEL_TRANSFER, GOLDEN_CANCEL_TRANSFER, &linkgate__v1__cancel_transfer__descriptor,
     false},
    {COMMAND_SUBMIT_RETURN, GOLDEN_SUBMIT_RETURN, &linkgate__v1__submit_return__descriptor, false},
    {COMMAND_LIST_TRANSFERS, GOLDEN_LIST_TRANSFERS, &linkgate__v1__list_transfers__descriptor,
     false},
    {COMMAND_QUERY_BALANCE, GOLDEN_QUERY_BALANCE, &linkgate__v1__query_balance__descriptor, false},
    {COMMAND_QUERY_ACCOUNT_STATUS, GOLDEN_QUERY_ACCOUNT_STATUS,
     &linkgate__v1__query_account_status__descriptor, false},
    {COMMAND_QUERY_OVERVIEW, GOLDEN_QUERY_OVERVIEW, &linkgate__v1__query_overview__descriptor,
     false},
    {COMMAND_OFFLINE_EVENT, GOLDEN_OFFLINE_EVENT, &linkgate__v1__offline_event__descriptor, false},
    {COMMAND_REFERRAL, GOLDEN_REFERRAL, &linkgate__v1__referral__descriptor, false},
    {COMMAND_QUERY_POSITION, GOLDEN_QUERY_POSITION, &linkgate__v1__query_position__descriptor,
     false},
    {COMMAND_BALANCE_ANSWER, GOLDEN_BALANCE_ANSWER, &linkgate__v1__ask_balance_reply__descriptor,
     true},
    {COMMAND_STATUS_ANSWER, GOLDEN_STATUS_ANSWER,
     &linkgate__v1__ask_account_status_reply__descriptor, true},
    {COMMAND_OPEN_CASE, GOLDEN_OPEN_CASE, &linkgate__v1__open_case__descriptor, false},
    {COMMAND_ANSWER_CASE, GOLDEN_ANSWER_CASE, &linkgate__v1__answer_case__descriptor, false},
    {COMMAND_GET_CASE, GOLDEN_GET_CASE, &linkgate__v1__get_case__descriptor, false},
    {COMMAND_PROPOSE_ADJUSTMENT, GOLDEN_PROPOSE_ADJUSTMENT,
     &linkgate__v1__propose_adjustment__descriptor, false},
    /* rejected: nothing else has every field */
    {COMMAND_ACCEPT_ADJUSTMENT, GOLDEN_REJECT_ADJUSTMENT,
     &linkgate__v1__accept_adjustment__descriptor, false},
    {COMMAND_GET_ADJUSTMENT, GOLDEN_GET_ADJUSTMENT, &linkgate__v1__get_adjustment__descriptor,
     false},
    {COMMAND_CONFIRM_SETTLEMENT, GOLDEN_CONFIRM_SETTLEMENT,
     &linkgate__v1__confirm_settlement__descriptor, false},
    {COMMAND_QUERY_TOTALS, GOLDEN_QUERY_TOTALS, &linkgate__v1__query_totals__descriptor, false},
    {COMMAND_RECON_PAGE, GOLDEN_RECON_PAGE, &linkgate__v1__recon_page__descriptor, false},
    {COMMAND_UPLOAD_RECON, GOLDEN_UPLOAD_HEAD GOLDEN_UPLOAD_ROWS,
     &linkgate__v1__upload_recon__descriptor, false},
    {COMMAND_RECON_RESULT, GOLDEN_RECON_RESULT, &linkgate__v1__recon_result__descriptor, false},
    {COMMAND_GET_WINDOW, GOLDEN_GET_WINDOW, &linkgate__v1__get_window__descriptor, false},
    {COMMAND_APPLY_CARD, GOLDEN_APPLY_CARD, &linkgate__v1__apply_card__descriptor, false},
    {COMMAND_CARD_STATUS, GOLDEN_CARD_STATUS, &linkgate__v1__card_status__descriptor, false},
    {COMMAND_CARD_ANSWER, GOLDEN_ASK_CARD_REPLY, &linkgate__v1__ask_card_reply__descriptor, true},
    {COMMAND_GET_CARD, GOLDEN_GET_CARD, &linkgate__v1__get_card__descriptor, false},
    {COMMAND_CANCEL_CARD, GOLDEN_CANCEL_CARD, &linkgate__v1__cancel_card__descriptor, false},
    {COMMAND_PUBLISH_PRODUCT, GOLDEN_PUBLISH_PRODUCT, &linkgate__v1__publish_product__descriptor,
     false},
    {COMMAND_LIST_PRODUCTS, GOLDEN_LIST_PRODUCTS, &linkgate__v1__list_products__descriptor, false},
    {COMMAND_PLACE_ORDER, GOLDEN_PLACE_ORDER, &linkgate__v1__place_order__descriptor, false},
    {COMMAND_ORDER_ANSWER, GOLDEN_ORDER_INSTRUCTION_REPLY,
     &linkgate__v1__order_instruction_reply__descriptor, true},
    {COMMAND_ORDER_RESULT, GOLDEN_ORDER_RESULT, &linkgate__v1__order_result__descriptor, false},
    {COMMAND_CANCEL_ORDER, GOLDEN_CANCEL_ORDER, &linkgate__v1__cancel_order__descriptor, false},
    {COMMAND_REDEEM, GOLDEN_REDEEM, &linkgate__v1__redeem__descriptor, false},
    {COMMAND_PAYOUT, GOLDEN_PAYOUT, &linkgate__v1__payout__descriptor, false},
    {COMMAND_LIST_HOLDINGS, GOLDEN_LIST_HOLDINGS, &linkgate__v1__list_holdings__descriptor, false},
    {COMMAND_GET_ORDER, GOLDEN_GET_ORDER, &linkgate__v1__get_order__descriptor, false},
    {COMMAND_GET_PRODUCT, GOLDEN_GET_PRODUCT, &linkgate__v1__get_product__descriptor, false},
    {COMMAND_OFFER_LOAN, GOLDEN_OFFER_LOAN, &linkgate__v1__offer_loan__descriptor, false},
    {COMMAND_APPLY_LOAN, GOLDEN_APPLY_LOAN, &linkgate__v1__apply_loan__descriptor, false},
    {COMMAND_DECIDE_LOAN, GOLDEN_DECIDE_LOAN, &linkgate__v1__decide_loan__descriptor, false},
    {COMMAND_DRAW_LOAN, GOLDEN_DRAW_LOAN, &linkgate__v1__draw_loan__descriptor, false},
    {COMMAND_REPAY_LOAN, GOLDEN_REPAY_LOAN, &linkgate__v1__repay_loan__descriptor, false},
    {COMMAND_QUOTE_REPAYMENT, GOLDEN_QUOTE_REPAYMENT, &linkgate__v1__quote_repayment__descriptor,
     false},
    {COMMAND_LOAN_STATUS, GOLDEN_LOAN_STATUS, &linkgate__v1__loan_status__descriptor, false},
    {COMMAND_GET_LOAN, GOLDEN_GET_LOAN, &linkgate__v1__get_loan__descriptor, false},
    {COMMAND_LIST_LOANS, GOLDEN_LIST_LOANS, &linkgate__v1__list_loans__descriptor, false},
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
    *refusal_out = (struct refusal){.field = ""};
    *verdict_out = message_decode_command(command, SAMPLE_NOW_MS, refusal_out);
    return command;
}
