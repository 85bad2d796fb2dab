/*
 * What the gateway answered, and what it does to the books.
 */
#ifndef LG_BANK_SETTLE_H
#define LG_BANK_SETTLE_H

#include "bank/bank.h"

/* From the connection that carried the item. */
void bk_settle_answered(struct bk_bank *bank, struct bk_item *item, const struct envelope *envelope,
                        struct arena *arena);
void bk_settle_lost(struct bk_bank *bank, struct bk_item *item);

/* What replies are read as. The last word about a request, whatever it was about: */
void bk_settle_end(struct bk_bank *bank, struct bk_item *item, struct bk_answer *answer);
void bk_settle_transfer(struct bk_bank *bank, struct bk_item *item,
                        const struct transfer_view *view);
void bk_settle_order(struct bk_bank *bank, struct bk_item *item, const struct order_view *view);
void bk_settle_loan(struct bk_bank *bank, struct bk_item *item, const struct loan_view *view);
void bk_settle_link(struct bk_bank *bank, struct bk_item *item, const struct link_view *view);

/* A transfer of ours by its view (from a notice, or another request's answer). False: it is none of
 * our submissions. */
bool bk_settle(struct bk_bank *bank, const struct transfer_view *view);

#endif
