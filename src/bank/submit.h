/*
 * The bank as one that asks: what it submits to the gateway. What the answers do to its books
 * stands in settle.h.
 *
 * A push, and a return, is debited (held) before it is sent and released only on REJECTED,
 * CANCELLED or a refusal; a pull is credited only on ACCEPTED, and then confirmed. UNKNOWN moves
 * nothing.
 */
#ifndef LG_BANK_SUBMIT_H
#define LG_BANK_SUBMIT_H

#include "bank/bank.h"

struct bk_transfer_order {
    struct id link;
    enum transfer_kind kind;
    enum transfer_direction direction;
    struct money amount;
    struct span purpose, remittance;
    /* Of a payment or a bill. */
    struct merchant merchant;
    bank_code payee_bank;
    /* The payee; of other kinds somebody else at the Class I bank, who pays or is paid. */
    struct span other_account, other_name;
    uint32_t timeout_ms; /* 0: the gateway's default */
    struct id request;   /* zero: a new one is made */
    struct bk_waiter waiter;
};

struct bk_return_order {
    struct id original; /* the transfer, by the gateway's id */
    struct money amount;
    struct span reason, remittance;
    uint32_t timeout_ms;
    struct id request;
    struct bk_waiter waiter;
};

/* How it is submitted, beside the message, whose request is set: its timeout, and who waits. */
struct bk_submission {
    uint32_t timeout_ms;
    struct bk_waiter waiter;
};

/* Why nothing was sent. */
struct bk_local_refusal {
    const char *reason; /* ISO code, or "" */
    const char *text;
};

#define BK_SUBMIT_REFUSED 1 /* by ourselves: refusal_out; nothing was sent or stored */

/* Holds, stores and queues. A request id that was used before, an amount that is not positive, a
 * currency other than CNY and a payment by the wrong side go out without touching the books: they
 * test the gateway. */
int bk_submit_transfer(struct bk_bank *bank, const struct bk_transfer_order *order,
                       struct bk_item **item_out, struct bk_local_refusal *refusal_out) MUST_USE;
/* Debits the account that the original credited, also a payee's. An original that our books do not
 * hold as credited goes out without touching them. */
int bk_submit_return(struct bk_bank *bank, const struct bk_return_order *order,
                     struct bk_item **item_out, struct bk_local_refusal *refusal_out) MUST_USE;
/* A request that moves money, as settle.c does: account, fen and direction are the spec's. payload is
 * given up. */
int bk_submit_money(struct bk_bank *bank, const struct bk_item *spec, struct buf *payload,
                    struct bk_item **item_out, struct bk_local_refusal *refusal_out) MUST_USE;
/* Any other request: spec's kind, id, timeout, durable, account, waiter. NULL: too many are
 * open. A durable one whose id was used before is sent without being stored again. */
struct bk_item *bk_submit_request(struct bk_bank *bank, const struct bk_item *spec,
                                  struct span payload);
/* The customer (or payee) of that pull was credited; NULL: too many requests are open. */
struct bk_item *bk_submit_confirm(struct bk_bank *bank, const struct id *transfer,
                                  const struct bk_waiter *waiter);

#endif
