/*
 * See world.h: what banks say of loans.
 */
#include "ledger/world.h"

bool world_encode_loan(enum command_kind kind, const void *body, struct buf *out) {
    switch ((int)kind) {
    case COMMAND_OFFER_LOAN:
        partner_encode_offer_loan(body, out);
        return true;
    case COMMAND_APPLY_LOAN:
        partner_encode_apply_loan(body, out);
        return true;
    case COMMAND_DECIDE_LOAN:
        partner_encode_decide_loan(body, out);
        return true;
    case COMMAND_DRAW_LOAN:
        partner_encode_draw_loan(body, out);
        return true;
    case COMMAND_REPAY_LOAN:
        partner_encode_repay_loan(body, out);
        return true;
    case COMMAND_QUOTE_REPAYMENT:
        partner_encode_quote_repayment(body, out);
        return true;
    case COMMAND_LOAN_STATUS:
        partner_encode_loan_status(body, out);
        return true;
    case COMMAND_GET_LOAN:
        partner_encode_get_loan(body, out);
        return true;
    case COMMAND_LIST_LOANS:
        partner_encode_list_loans(body, out);
        return true;
    default:
        return false;
    }
}
