/*
 * Draws and repayments that this bank submits, as either lender.
 */
#ifndef LG_BANK_SUBMIT_LOAN_H
#define LG_BANK_SUBMIT_LOAN_H

#include "bank/submit.h"

/* Where the customer's account is ours, a repayment holds what it debits. Of a loan that this bank was
 * never told of the books do not move. */
int bk_submit_draw(struct bk_bank *bank, const struct draw_loan *message,
                   const struct bk_submission *how, struct bk_item **item_out,
                   struct bk_local_refusal *refusal_out) MUST_USE;
int bk_submit_repayment(struct bk_bank *bank, const struct repay_loan *message,
                        const struct bk_submission *how, struct bk_item **item_out,
                        struct bk_local_refusal *refusal_out) MUST_USE;

#endif
