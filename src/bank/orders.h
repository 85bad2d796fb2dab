/*
 * What becomes of orders of products at this bank: as the issuer in its book of lots, and in the
 * money of its products and its customers.
 */
#ifndef LG_BANK_ORDERS_H
#define LG_BANK_ORDERS_H

#include "bank/bank.h"
#include "bank/lots.h"

/* ---- told by the gateway ---- */

/* An instruction was posted, the first time: it may have paid for a product of ours. */
void bk_orders_posted(struct bk_bank *bank, const struct post_instruction *instruction,
                      const struct bk_posting *posting);
/* Answers OrderInstruction; the same each time that it comes. refuse: a reason to refuse what was not
 * answered yet; "": none. */
void bk_orders_instructed(struct bk_bank *bank, const struct order_instruction *instruction,
                          const char *refuse, struct buf *out);

/* ---- heard of our own requests ---- */

/* OrderReply: the gateway took what we said; money does not move between banks for it. */
void bk_orders_granted(struct bk_bank *bank, const struct bk_item *item,
                       const struct order_view *view);
/* What became of money of ours. */
void bk_orders_moved(struct bk_bank *bank, const struct bk_item *item,
                     const struct transfer_view *view);
void bk_orders_refused(struct bk_bank *bank, const struct bk_item *item);

#endif
