/*
 * The bank as one that asks: what it submits to the gateway, and what the answers do to its books.
 *
 * A push is debited (held) before it is sent and released only on REJECTED, CANCELLED or a
 * refusal; a pull is credited only on ACCEPTED, and then confirmed. UNKNOWN moves nothing.
 */
#ifndef LG_BANK_SUBMIT_H
#define LG_BANK_SUBMIT_H

#include "bank/bank.h"

struct bk_transfer_order {
    struct id link;
    enum transfer_direction direction;
    struct money amount;
    uint32_t timeout_ms; /* 0: the gateway's default */
    struct id request;   /* zero: a new one is made */
    struct bk_waiter waiter;
};

/* Why nothing was sent. */
struct bk_local_refusal {
    const char *reason; /* ISO code, or "" */
    const char *text;
};

#define BK_SUBMIT_REFUSED 1 /* by ourselves: refusal_out; nothing was sent or stored */

/* Holds, stores and queues. A request id that was used before, an amount that is not positive and
 * a currency other than CNY go out without touching the books: they test the gateway. */
int bk_submit_transfer(struct bk_bank *bank, const struct bk_transfer_order *order,
                       struct bk_item **item_out, struct bk_local_refusal *refusal_out) MUST_USE;
/* Any other request: spec's kind, id, timeout, durable, account, waiter. NULL: too many are
 * open. A durable one whose id was used before is sent without being stored again. */
struct bk_item *bk_submit_request(struct bk_bank *bank, const struct bk_item *spec,
                                  struct span payload);

/* From the connection that carried the item. */
void bk_submit_answered(struct bk_bank *bank, struct bk_item *item, const struct envelope *envelope,
                        struct arena *arena);
void bk_submit_lost(struct bk_bank *bank, struct bk_item *item);

/* A transfer of ours by its view (from a notice). False: it is none of our submissions. */
bool bk_submit_settle(struct bk_bank *bank, const struct transfer_view *view);

#endif
