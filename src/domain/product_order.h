/*
 * An order of a product: its record. An order is the lot that it bought: holdings are orders with
 * units. Its money moves by transfers, which know nothing of units; DOMAIN.md §5, law I16.
 */
#ifndef LG_DOMAIN_PRODUCT_ORDER_H
#define LG_DOMAIN_PRODUCT_ORDER_H

#include "domain/product_order_state.h"
#include "domain/transfer.h"

#define PRODUCT_LEVEL_MAX 5u /* C5; risks go up to R5 */

/* What the issuer is told of an order after it was placed. Values equal the wire's. */
enum product_order_action {
    PRODUCT_ACTION_NONE = 0,
    PRODUCT_ACTION_CANCEL = 1,
    PRODUCT_ACTION_REDEEM = 2,
    PRODUCT_ACTION_WITHDRAW = 3, /* of a deposit, before its term is over */
    PRODUCT_ACTIONS
};
/* One at a time. */
struct product_order_instruction {
    uint32_t number;                  /* 1, 2, ...: the issuer knows it by the order and this */
    enum product_order_action action; /* NONE: none is out, and none was taken */
    bool taken;                       /* by the issuer: what is left of it is its payout */
    int64_t units;                    /* of a redemption or withdrawal */
    struct id request;                /* that waits for the answer */
    int64_t asked_at_ms;
    int64_t deadline_ms; /* of the answer: then UNKNOWN */
};

/* What a payout is for. Values equal the wire's. */
enum product_payout {
    PRODUCT_PAYOUT_NONE = 0,
    PRODUCT_PAYOUT_REDEMPTION = 1, /* or withdrawal: takes units */
    PRODUCT_PAYOUT_INCOME = 2,     /* takes none */
    PRODUCT_PAYOUT_MATURITY = 3,   /* takes all */
    PRODUCT_PAYOUTS
};
/* The one that is on its way. */
struct product_order_payout {
    enum product_payout purpose; /* NONE: none is */
    struct id transfer;
    int64_t units, price;
    int64_t fen; /* what the units are worth, and what income comes with them */
};

/* What was due and did not come, and was alarmed: bits of product_order.late. */
#define PRODUCT_LATE_CONFIRMATION 1u
#define PRODUCT_LATE_REFUND 2u
#define PRODUCT_LATE_PAYOUT 4u

struct product_order {
    struct id id;
    enum product_order_state state;
    enum product_order_state ends; /* of REFUNDING: REJECTED, CANCELLED or EXPIRED; else NONE */
    bool frozen;
    bool conflict;
    bool unknown; /* nobody has answered the instruction that is out; its transfer knows its own */
    enum product_kind kind;
    struct id link;
    struct id request;
    bank_code distributor; /* placed it: one bank of the link */
    bank_code issuer;      /* the other one, or the same */
    char product[PRODUCT_CODE_MAX + 1];
    uint32_t version;
    struct money amount;  /* ordered */
    bool class1_pays;     /* the link's Class I account; else its Class II account */
    uint32_t risk, level; /* R of the product's version, C of the customer */
    int64_t assessed_day;
    struct digest terms, consent; /* SHA-256 of what the customer accepted */
    struct digest person_key;
    char reference[REFERENCE_MAX + 1]; /* the issuer's */
    char reason[REASON_SIZE];
    uint32_t refusal; /* enum refusal_code when a rule of ours refused */
    int64_t created_at_ms, deadline_ms;
    int64_t placed_at_ms; /* 0: it was never paid */
    int64_t trade_day;    /* Shanghai day for which it counts */
    int64_t cancel_until_ms, confirm_due_ms;
    struct id funding; /* the transfer that pays it; zero: none yet */
    int64_t confirmed_at_ms;
    int64_t confirmed_day; /* the issuer's */
    int64_t confirmed_units, confirmed_price;
    int64_t confirmed_fen; /* what they are worth: what the customer has paid in the end */
    int64_t refund_fen;    /* to come back of the amount, and what of it is back */
    int64_t refunded_fen;
    int64_t refund_due_ms;
    int64_t units;         /* left */
    int64_t paid_out_fen;  /* by accepted payouts */
    int64_t matures_at_ms; /* 0: open-ended */
    int64_t payout_due_ms; /* 0: none is */
    struct product_order_instruction instruction;
    struct product_order_payout payout;
    uint32_t late;
    int64_t unknown_at_ms, unknown_alarm_ms;
    struct id case_id;
    struct history history;
};

/* In which state one ends that the event leads to REFUNDING. */
enum product_order_state product_order_end(enum product_order_event event);
/* Where its money and product stand. */
struct product_order_pair product_order_pair(const struct product_order *order);
/* Its state goes with what became of the transfer that pays it (NULL: there is none): law I16. */
bool product_order_agrees(const struct product_order *order, const struct transfer *funding);
/* Something is still to come: not final, money to come back, or a payout on its way. */
bool product_order_open(const struct product_order *order);
/* What it takes: of its product's quota, reserved until it is paid and sold from then on, and of what
 * its person may hold of the product. Money that comes back was not sold; units that were paid out
 * were, and are held no more. quota and held rows are sums of these. */
struct product_order_take {
    int64_t reserved_fen, sold_fen, held_fen;
};
struct product_order_take product_order_takes(const struct product_order *order);
/* When the ledger must look at it; 0: never. */
int64_t product_order_due_ms(const struct product_order *order);
/* What the units cost that are left, at the price at which they were confirmed. */
int64_t product_order_cost_fen(const struct product_order *order);
/* The level is too low for the risk. */
bool product_order_too_risky(uint32_t level, uint32_t risk);
/* An assessment is valid on the last of so many days after its own, and not on the one behind; one
 * that is to come is none. */
bool product_order_assessed(int64_t assessed_day, int64_t today, uint32_t valid_days);
/* Moves it and adds the history entry (state and event filled in here). False: refused, or its kind
 * does not come to that state. The rest of the record is the caller's. */
bool product_order_move(struct product_order *order, enum product_order_event event,
                        const struct history_entry *entry) __attribute__((warn_unused_result));

#endif
