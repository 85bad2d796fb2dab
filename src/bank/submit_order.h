/*
 * What this bank submits of orders of products: as the one in whose channel the customer orders, and
 * as the issuer.
 */
#ifndef LG_BANK_SUBMIT_ORDER_H
#define LG_BANK_SUBMIT_ORDER_H

#include "bank/lots.h"
#include "bank/submit.h"

/* Where our own account pays, holds what it debits; where we are the issuer and the other bank's pays,
 * credits the product once that is accepted; else our books do not move. */
int bk_submit_place(struct bk_bank *bank, const struct place_order *message,
                    const struct bk_submission *how, struct bk_item **item_out,
                    struct bk_local_refusal *refusal_out) MUST_USE;
/* By the issuer. A push from the product, or, where our own account paid, its word alone. */
int bk_submit_payout(struct bk_bank *bank, const struct payout *message,
                     const struct bk_submission *how, struct bk_item **item_out,
                     struct bk_local_refusal *refusal_out) MUST_USE;
/* NULL, both: too many requests are open. */
struct bk_item *bk_submit_order_result(struct bk_bank *bank, const struct order_result *message,
                                       const struct bk_submission *how);
struct bk_item *bk_submit_redeem(struct bk_bank *bank, const struct redeem *message,
                                 const struct bk_submission *how);

#endif
