/*
 * The bank's part in loans that it lends along with another bank: its share of each draw comes from
 * the account of the loan's product, and goes back there; its customer, if the account is here, is
 * paid the whole, and pays the whole.
 */
#ifndef LG_BANK_LOANS_H
#define LG_BANK_LOANS_H

#include "bank/bank.h"
#include "bank/debts.h"

/* As the gateway told it last. False: never. */
bool bk_loan_find(struct bk_db *db, const struct id *loan, struct loan_view *view_out);
/* The gateway told it: kept, and decided on if the configuration says so. */
void bk_loans_hear(struct bk_bank *bank, const struct loan_view *view);

/* A posting that the gateway asked for, for the first time. */
void bk_loans_posted(struct bk_bank *bank, const struct post_instruction *instruction,
                     const struct bk_posting *posting);
/* A draw or repayment of ours was accepted: the books move. True: the gateway waits for
 * ConfirmCredit. Of a draw that could not be credited the account is the product's from then on. */
bool bk_loans_moved(struct bk_bank *bank, struct bk_item *item,
                    const struct transfer_view *view) MUST_USE;
/* The same of a repayment that needed no transfer: all of it is this bank's own. */
void bk_loans_kept(struct bk_bank *bank, const struct bk_item *item);
/* The request is finished: what could not be credited goes back. */
void bk_loans_finished(struct bk_bank *bank, const struct id *transfer);
/* A return of ours was accepted. */
void bk_loans_gave_back(struct bk_bank *bank, const struct bk_item *item);

#endif
