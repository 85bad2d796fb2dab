/*
 * The states of an order of a product (wealth, fund, deposit) and what leads from one to another.
 * DOMAIN.md §5. The same for people, with what each means: docs/features.md.
 */
#ifndef LG_DOMAIN_PRODUCT_ORDER_STATE_H
#define LG_DOMAIN_PRODUCT_ORDER_STATE_H

#include "domain/product.h"

/* Values equal the wire's. */
enum product_order_state {
    PRODUCT_ORDER_NONE = 0,
    PRODUCT_ORDER_CREATED = 1,
    PRODUCT_ORDER_FUNDING = 2,
    PRODUCT_ORDER_PLACED = 3, /* from here to REFUNDING: wealth and funds alone */
    PRODUCT_ORDER_CONFIRMED = 4,
    PRODUCT_ORDER_REDEEMING = 5,
    PRODUCT_ORDER_REDEEMED = 6,
    PRODUCT_ORDER_REFUNDING = 7, /* remembers in which of the next three it ends */
    PRODUCT_ORDER_REJECTED = 8,
    PRODUCT_ORDER_CANCELLED = 9,
    PRODUCT_ORDER_EXPIRED = 10,
    PRODUCT_ORDER_OPEN = 11, /* from here on: deposits alone */
    PRODUCT_ORDER_PART_WITHDRAWN = 12,
    PRODUCT_ORDER_MATURED = 13,
    PRODUCT_ORDER_CLOSED = 14,
    PRODUCT_ORDER_STATES
};

enum product_order_event {
    PRODUCT_ORDER_EVENT_CREATE,
    PRODUCT_ORDER_EVENT_FUND,     /* the instruction that pays and places it is on its way */
    PRODUCT_ORDER_EVENT_REFUSE,   /* by a check of ours */
    PRODUCT_ORDER_EVENT_DEADLINE, /* it was not paid for in time */
    PRODUCT_ORDER_EVENT_PLACE,    /* the issuer has posted the instruction */
    PRODUCT_ORDER_EVENT_OPEN,     /* likewise, of a deposit */
    PRODUCT_ORDER_EVENT_NOT_PAID, /* the issuer refused the instruction */
    PRODUCT_ORDER_EVENT_BARRED,   /* it is barred, as was asked for */
    PRODUCT_ORDER_EVENT_NOT_SEEN, /* it is barred, because it was not seen in time */
    PRODUCT_ORDER_EVENT_CONFIRM,  /* the issuer's word on units and price, of all or a part */
    PRODUCT_ORDER_EVENT_REFUSED,  /* the issuer's word after it was paid: the money comes back */
    PRODUCT_ORDER_EVENT_CANCEL,   /* likewise: it took the cancellation */
    PRODUCT_ORDER_EVENT_LAPSE,    /* likewise: the sale did not come about */
    PRODUCT_ORDER_EVENT_REFUNDED, /* all of the money is back */
    PRODUCT_ORDER_EVENT_REDEEM,   /* a redemption or withdrawal was asked for */
    PRODUCT_ORDER_EVENT_REDEEM_REFUSED,
    PRODUCT_ORDER_EVENT_MATURE,    /* its term is over: the payout of all is due */
    PRODUCT_ORDER_EVENT_PAID_PART, /* a payout was accepted, and units are left */
    PRODUCT_ORDER_EVENT_PAID_ALL,  /* and none are left */
    /* these leave the state as it is, and stand in the history for what happened */
    PRODUCT_ORDER_EVENT_CANCEL_ASKED,
    PRODUCT_ORDER_EVENT_CANCEL_REFUSED,
    PRODUCT_ORDER_EVENT_TAKEN,         /* the issuer took the redemption: its payout is due */
    PRODUCT_ORDER_EVENT_PAYOUT,        /* a payout is on its way */
    PRODUCT_ORDER_EVENT_PAYOUT_FAILED, /* and did not arrive: it is due again */
    PRODUCT_ORDER_EVENT_INCOME,        /* a payout that took no units was accepted */
    PRODUCT_ORDER_EVENT_RETURNED,      /* a part of the money is back */
    PRODUCT_ORDER_EVENT_UNANSWERED,    /* no answer in time: UNKNOWN until there is one */
    PRODUCT_ORDER_EVENT_LATE,          /* what is due did not come: alarmed */
    PRODUCT_ORDER_EVENT_CONFLICT,      /* a definite answer contradicted the first one */
    PRODUCT_ORDER_EVENTS
};

/* Where money and product stand (law I16). */
enum product_order_money {
    PRODUCT_MONEY_NO,
    PRODUCT_MONEY_OPEN,
    PRODUCT_MONEY_DONE,
    PRODUCT_MONEY_RETURNING,
    PRODUCT_MONEY_RETURNED
};
enum product_order_product {
    PRODUCT_PART_NO,
    PRODUCT_PART_OPEN,
    PRODUCT_PART_DONE,
    PRODUCT_PART_REFUSED
};
struct product_order_pair {
    enum product_order_money money;
    enum product_order_product product;
};

/* True and the successor, or false: the event is refused in that state and nothing changes. REFUNDED
 * gives REJECTED: the order knows its true end. */
bool product_order_next(enum product_order_state state, enum product_order_event event,
                        enum product_order_state *next_out);
/* Whether orders of that kind of product come to that state. */
bool product_order_reaches(enum product_kind kind, enum product_order_state state);
bool product_order_final(enum product_order_state state);
/* Whether both banks are told of it: not what another event follows at once, nor that nobody answers. */
bool product_order_told(enum product_order_event event);
/* paid: the money was once with the issuer. False: there is no such state. */
bool product_order_pair_of(enum product_order_state state, bool paid,
                           struct product_order_pair *pair_out);
/* "INVALID" for what is none. */
const char *product_order_state_name(enum product_order_state state);
const char *product_order_event_name(enum product_order_event event);
const char *product_order_money_name(enum product_order_money money);
const char *product_order_product_name(enum product_order_product product);

#endif
