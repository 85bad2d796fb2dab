/*
 * The issuer's desk: what an issuing bank does by itself once the gateway tells where an order stands,
 * if its configuration says so: it confirms, sends back what was not allotted, pays out what was
 * redeemed or is due.
 */
#ifndef LG_BANK_ORDER_DESK_H
#define LG_BANK_ORDER_DESK_H

#include "bank/bank.h"
#include "bank/lots.h"

/* From a notice; event: as docs/features.md names it. What was done for it before is not done again. */
void bk_desk_hear(struct bk_bank *bank, const struct order_view *view, struct span event);
/* The gateway took what leaves a refund due, or the redemption of that number: the notice may have
 * come before. */
void bk_desk_refund(struct bk_bank *bank, struct bk_lot *lot);
void bk_desk_pay(struct bk_bank *bank, struct bk_lot *lot, uint32_t number);

#endif
