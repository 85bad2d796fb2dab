/*
 * The messages about orders of products as values. See message.h.
 */
#ifndef LG_DOMAIN_MESSAGE_ORDER_H
#define LG_DOMAIN_MESSAGE_ORDER_H

#include "domain/message_product.h"
#include "domain/product_order.h"

struct place_order {
    struct id request, link;
    bank_code issuer;
    struct span product; /* its code */
    uint32_t version;
    struct money amount;
    bool class1_pays; /* else the Class II account */
    uint32_t level;
    int64_t assessed_day;
    struct digest terms, consent;
    struct span end_to_end_id;
};
struct cancel_order {
    struct id request, order;
    struct span reason;
};
struct redeem {
    struct id request, order;
    int64_t units; /* 0: all that are left */
};

/* To the issuer, and its answer. */
struct order_instruction {
    struct id order;
    uint32_t number;
    enum product_order_action action;
    int64_t units;
    struct span reason; /* of CANCEL */
};
/* NONE: what it said cannot be read. */
enum order_outcome { ORDER_OUTCOME_NONE = 0, ORDER_TAKEN = 1, ORDER_REFUSED = 2 };
struct order_instruction_reply {
    struct id order;
    uint32_t number;
    enum order_outcome outcome;
    struct span reason; /* kept raw; empty when it is none */
};

enum order_decision {
    ORDER_DECISION_NONE = 0,
    ORDER_CONFIRMED = 1,
    ORDER_DECLINED = 2,
    ORDER_LAPSED = 3
};
struct order_result {
    struct id request, order;
    enum order_decision decision;
    int64_t units, price;
    struct money amount;
    int64_t confirmed_day;
    struct span reason, reference;
};
struct payout {
    struct id request, order;
    enum product_payout purpose;
    int64_t units, price;
    struct money amount;
    struct span end_to_end_id;
};
struct get_order {
    struct id order;
};
#define HOLDINGS_PAGE_MAX 40u
#define HOLDINGS_PAGE_STANDARD 20u
struct list_holdings {
    struct id link;
    bank_code issuer; /* 0: all */
    struct span product;
    bool all; /* also orders without units */
    struct id after;
    uint32_t max;
};

/* What a bank says of an order: the body of a command. */
union order_body {
    struct place_order place;
    struct cancel_order cancel;
    struct redeem redeem;
    struct order_instruction_reply instruction_answer;
    struct order_result result;
    struct payout payout;
    struct get_order get;
    struct list_holdings list_holdings;
};

/* What PostInstruction says of an order. order zero: it is of none. */
struct posted_order {
    struct id order;
    bank_code issuer;
    struct span product;
    uint32_t version;
    struct money amount; /* of ORDER_BUY, as level, terms and trade_day */
    uint32_t level;
    struct digest terms;
    int64_t trade_day;
    enum product_payout purpose; /* of ORDER_PAYOUT, as units and price */
    int64_t units, price;
};

/* An order as a bank of its link may see it; also the body of a notice. */
struct order_view {
    struct product_order order;
    bool replayed;
};

#endif
