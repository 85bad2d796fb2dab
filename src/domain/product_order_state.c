/*
 * The life of an order: one table says which event leads from which state to which. Wealth and funds:
 *
 *   CREATED --> FUNDING --> PLACED --> CONFIRMED <--> REDEEMING --> REDEEMED
 *      |           |           |
 *      |           |           `--> REFUNDING --> REJECTED, CANCELLED, EXPIRED
 *      `-----------`--> REJECTED, CANCELLED, EXPIRED (nothing was paid)
 *
 * Deposits come from FUNDING to OPEN, from there to PART_WITHDRAWN, MATURED and CLOSED.
 *
 * Invariants: a state moves along the table or not at all; nothing leaves a final state; after
 * FUNDING no order ends before its money is where the customer is to have it: in the product, paid
 * out, or back. No deadline ends an order that is paid: what is late is alarmed, and waits. Money is
 * not moved here.
 */
#include "domain/product_order_state.h"

#define STATE(name) PRODUCT_ORDER_##name
#define ON(event) [PRODUCT_ORDER_EVENT_##event]

/* No event leads to NONE: what is not written here is refused. */
static const uint8_t successors[PRODUCT_ORDER_STATES][PRODUCT_ORDER_EVENTS] =
    {
        [STATE(NONE)] = {ON(CREATE) = STATE(CREATED)},
        [STATE(CREATED)] =
            {
                ON(FUND) = STATE(FUNDING),
                ON(REFUSE) = STATE(REJECTED),
                ON(BARRED) = STATE(CANCELLED),
                ON(DEADLINE) = STATE(EXPIRED),
            },
        [STATE(FUNDING)] =
            {
                ON(PLACE) = STATE(PLACED),
                ON(OPEN) = STATE(OPEN),
                ON(NOT_PAID) = STATE(REJECTED),
                ON(BARRED) = STATE(CANCELLED),
                ON(NOT_SEEN) = STATE(EXPIRED),
                ON(CANCEL_ASKED) = STATE(FUNDING),
                ON(UNANSWERED) = STATE(FUNDING),
            },
        [STATE(PLACED)] =
            {
                ON(CONFIRM) = STATE(CONFIRMED),
                ON(REFUSED) = STATE(REFUNDING),
                ON(CANCEL) = STATE(REFUNDING),
                ON(LAPSE) = STATE(REFUNDING),
                ON(CANCEL_ASKED) = STATE(PLACED),
                ON(CANCEL_REFUSED) = STATE(PLACED),
                ON(UNANSWERED) = STATE(PLACED),
                ON(LATE) = STATE(PLACED),
                ON(CONFLICT) = STATE(PLACED),
            },
        [STATE(CONFIRMED)] =
            {
                ON(REDEEM) = STATE(REDEEMING),
                ON(MATURE) = STATE(REDEEMING),
                ON(PAYOUT) = STATE(CONFIRMED),
                ON(PAYOUT_FAILED) = STATE(CONFIRMED),
                ON(INCOME) = STATE(CONFIRMED),
                ON(RETURNED) = STATE(CONFIRMED),
                ON(LATE) = STATE(CONFIRMED),
                ON(CONFLICT) = STATE(CONFIRMED),
            },
        [STATE(REDEEMING)] =
            {
                ON(REDEEM_REFUSED) = STATE(CONFIRMED),
                ON(PAID_PART) = STATE(CONFIRMED),
                ON(PAID_ALL) = STATE(REDEEMED),
                ON(TAKEN) = STATE(REDEEMING),
                ON(PAYOUT) = STATE(REDEEMING),
                ON(PAYOUT_FAILED) = STATE(REDEEMING),
                ON(INCOME) = STATE(REDEEMING),
                ON(RETURNED) = STATE(REDEEMING),
                ON(UNANSWERED) = STATE(REDEEMING),
                ON(LATE) = STATE(REDEEMING),
                ON(CONFLICT) = STATE(REDEEMING),
            },
        [STATE(REDEEMED)] =
            {
                ON(RETURNED) = STATE(REDEEMED),
                ON(LATE) = STATE(REDEEMED),
                ON(CONFLICT) = STATE(REDEEMED),
            },
        [STATE(REFUNDING)] =
            {
                ON(REFUNDED) = STATE(REJECTED),
                ON(RETURNED) = STATE(REFUNDING),
                ON(LATE) = STATE(REFUNDING),
                ON(CONFLICT) = STATE(REFUNDING),
            },
        [STATE(REJECTED)] = {ON(CONFLICT) = STATE(REJECTED)},
        [STATE(CANCELLED)] = {ON(CONFLICT) = STATE(CANCELLED)},
        [STATE(EXPIRED)] = {ON(CONFLICT) = STATE(EXPIRED)},
        [STATE(OPEN)] =
            {
                ON(MATURE) = STATE(MATURED),
                ON(PAID_PART) = STATE(PART_WITHDRAWN),
                ON(PAID_ALL) = STATE(CLOSED),
                ON(REDEEM) = STATE(OPEN),
                ON(REDEEM_REFUSED) = STATE(OPEN),
                ON(TAKEN) = STATE(OPEN),
                ON(PAYOUT) = STATE(OPEN),
                ON(PAYOUT_FAILED) = STATE(OPEN),
                ON(INCOME) = STATE(OPEN),
                ON(UNANSWERED) = STATE(OPEN),
                ON(LATE) = STATE(OPEN),
                ON(CONFLICT) = STATE(OPEN),
            },
        [STATE(PART_WITHDRAWN)] =
            {
                ON(MATURE) = STATE(MATURED),
                ON(PAID_PART) = STATE(PART_WITHDRAWN),
                ON(PAID_ALL) = STATE(CLOSED),
                ON(REDEEM) = STATE(PART_WITHDRAWN),
                ON(REDEEM_REFUSED) = STATE(PART_WITHDRAWN),
                ON(TAKEN) = STATE(PART_WITHDRAWN),
                ON(PAYOUT) = STATE(PART_WITHDRAWN),
                ON(PAYOUT_FAILED) = STATE(PART_WITHDRAWN),
                ON(INCOME) = STATE(PART_WITHDRAWN),
                ON(UNANSWERED) = STATE(PART_WITHDRAWN),
                ON(LATE) = STATE(PART_WITHDRAWN),
                ON(CONFLICT) = STATE(PART_WITHDRAWN),
            },
        [STATE(MATURED)] =
            {
                ON(PAID_PART) = STATE(MATURED),
                ON(PAID_ALL) = STATE(CLOSED),
                /* a withdrawal that was asked for before */
                ON(REDEEM_REFUSED) = STATE(MATURED),
                ON(TAKEN) = STATE(MATURED),
                ON(UNANSWERED) = STATE(MATURED),
                ON(PAYOUT) = STATE(MATURED),
                ON(PAYOUT_FAILED) = STATE(MATURED),
                ON(INCOME) = STATE(MATURED),
                ON(LATE) = STATE(MATURED),
                ON(CONFLICT) = STATE(MATURED),
            },
        [STATE(CLOSED)] = {ON(CONFLICT) = STATE(CLOSED)},
};

/* What of a state is to be known besides: whose it is, and where money and product stand. */
static const struct state_row {
    bool deposit, other; /* kinds that come there */
    bool final;
    struct product_order_pair pair;
} rows[PRODUCT_ORDER_STATES] = {
    [STATE(NONE)] = {true, true, false, {PRODUCT_MONEY_NO, PRODUCT_PART_NO}},
    [STATE(CREATED)] = {true, true, false, {PRODUCT_MONEY_NO, PRODUCT_PART_NO}},
    [STATE(FUNDING)] = {true, true, false, {PRODUCT_MONEY_OPEN, PRODUCT_PART_OPEN}},
    [STATE(PLACED)] = {false, true, false, {PRODUCT_MONEY_DONE, PRODUCT_PART_OPEN}},
    [STATE(CONFIRMED)] = {false, true, false, {PRODUCT_MONEY_DONE, PRODUCT_PART_DONE}},
    [STATE(REDEEMING)] = {false, true, false, {PRODUCT_MONEY_DONE, PRODUCT_PART_DONE}},
    [STATE(REDEEMED)] = {false, true, true, {PRODUCT_MONEY_DONE, PRODUCT_PART_DONE}},
    [STATE(REFUNDING)] = {false, true, false, {PRODUCT_MONEY_RETURNING, PRODUCT_PART_REFUSED}},
    [STATE(REJECTED)] = {true, true, true, {PRODUCT_MONEY_RETURNED, PRODUCT_PART_REFUSED}},
    [STATE(CANCELLED)] = {true, true, true, {PRODUCT_MONEY_RETURNED, PRODUCT_PART_REFUSED}},
    [STATE(EXPIRED)] = {true, true, true, {PRODUCT_MONEY_RETURNED, PRODUCT_PART_REFUSED}},
    [STATE(OPEN)] = {true, false, false, {PRODUCT_MONEY_DONE, PRODUCT_PART_DONE}},
    [STATE(PART_WITHDRAWN)] = {true, false, false, {PRODUCT_MONEY_DONE, PRODUCT_PART_DONE}},
    [STATE(MATURED)] = {true, false, false, {PRODUCT_MONEY_DONE, PRODUCT_PART_DONE}},
    [STATE(CLOSED)] = {true, false, true, {PRODUCT_MONEY_DONE, PRODUCT_PART_DONE}},
};

bool product_order_next(enum product_order_state state, enum product_order_event event,
                        enum product_order_state *next_out) {
    if ((unsigned)state >= PRODUCT_ORDER_STATES || (unsigned)event >= PRODUCT_ORDER_EVENTS)
        return false;
    enum product_order_state next = (enum product_order_state)successors[state][event];
    if (next == PRODUCT_ORDER_NONE)
        return false;
    *next_out = next;
    return true;
}

bool product_order_reaches(enum product_kind kind, enum product_order_state state) {
    if ((unsigned)state >= PRODUCT_ORDER_STATES)
        return false;
    if (kind == PRODUCT_DEPOSIT)
        return rows[state].deposit;
    return (kind == PRODUCT_WEALTH || kind == PRODUCT_FUND) && rows[state].other;
}

bool product_order_final(enum product_order_state state) {
    return (unsigned)state < PRODUCT_ORDER_STATES && rows[state].final;
}

bool product_order_told(enum product_order_event event) {
    return event != PRODUCT_ORDER_EVENT_CREATE && event != PRODUCT_ORDER_EVENT_UNANSWERED;
}

bool product_order_pair_of(enum product_order_state state, bool paid,
                           struct product_order_pair *pair_out) {
    if ((unsigned)state >= PRODUCT_ORDER_STATES)
        return false;
    struct product_order_pair pair = rows[state].pair;
    if (!paid && pair.money == PRODUCT_MONEY_RETURNED)
        pair = (struct product_order_pair){PRODUCT_MONEY_NO, PRODUCT_PART_NO};
    *pair_out = pair;
    return true;
}

#define NAME(table, value)                                                                         \
    ((unsigned)(value) < sizeof(table) / sizeof((table)[0]) ? (table)[value] : "INVALID")

const char *product_order_state_name(enum product_order_state state) {
    static const char *const names[] = {
        "NONE",      "CREATED",  "FUNDING",        "PLACED",   "CONFIRMED",
        "REDEEMING", "REDEEMED", "REFUNDING",      "REJECTED", "CANCELLED",
        "EXPIRED",   "OPEN",     "PART_WITHDRAWN", "MATURED",  "CLOSED",
    };
    _Static_assert(sizeof(names) / sizeof(names[0]) == PRODUCT_ORDER_STATES, "each has its name");
    return NAME(names, state);
}

const char *product_order_event_name(enum product_order_event event) {
    static const char *const names[PRODUCT_ORDER_EVENTS] = {
        ON(CREATE) = "CREATE",
        ON(FUND) = "FUND",
        ON(REFUSE) = "REFUSE",
        ON(DEADLINE) = "DEADLINE",
        ON(PLACE) = "PLACE",
        ON(OPEN) = "OPEN",
        ON(NOT_PAID) = "NOT_PAID",
        ON(BARRED) = "BARRED",
        ON(NOT_SEEN) = "NOT_SEEN",
        ON(CONFIRM) = "CONFIRM",
        ON(REFUSED) = "REFUSED",
        ON(CANCEL) = "CANCEL",
        ON(LAPSE) = "LAPSE",
        ON(REFUNDED) = "REFUNDED",
        ON(REDEEM) = "REDEEM",
        ON(REDEEM_REFUSED) = "REDEEM_REFUSED",
        ON(MATURE) = "MATURE",
        ON(PAID_PART) = "PAID_PART",
        ON(PAID_ALL) = "PAID_ALL",
        ON(CANCEL_ASKED) = "CANCEL_ASKED",
        ON(CANCEL_REFUSED) = "CANCEL_REFUSED",
        ON(TAKEN) = "TAKEN",
        ON(PAYOUT) = "PAYOUT",
        ON(PAYOUT_FAILED) = "PAYOUT_FAILED",
        ON(INCOME) = "INCOME",
        ON(RETURNED) = "RETURNED",
        ON(UNANSWERED) = "UNANSWERED",
        ON(LATE) = "LATE",
        ON(CONFLICT) = "CONFLICT",
    };
    return NAME(names, event);
}

const char *product_order_money_name(enum product_order_money money) {
    static const char *const names[] = {"no", "open", "done", "returning", "returned"};
    return NAME(names, money);
}

const char *product_order_product_name(enum product_order_product product) {
    static const char *const names[] = {"no", "open", "done", "refused"};
    return NAME(names, product);
}
