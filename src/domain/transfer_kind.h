/*
 * The kinds of transfers, and the one table of what is to be known of each: which way it may go, who
 * submits it, what it does at the link's Class II or III account, and what the account's class says
 * to that. Rules: DOMAIN.md §2. Whether a kind is on at all, and its smallest and largest amounts,
 * are dated data (domain/rules.h).
 */
#ifndef LG_DOMAIN_TRANSFER_KIND_H
#define LG_DOMAIN_TRANSFER_KIND_H

#include "domain/types.h"

/* Values equal the wire's. */
enum transfer_kind {
    TRANSFER_KIND_NONE = 0,
    TRANSFER_BOUND_PAIR = 1,
    TRANSFER_PAYMENT = 2,
    TRANSFER_RETURN = 3,
    TRANSFER_NON_BOUND_IN = 4,  /* from somebody else's account at the Class I bank */
    TRANSFER_NON_BOUND_OUT = 5, /* to somebody else's account at the Class I bank */
    TRANSFER_BILL = 6,
    TRANSFER_CASH_IN = 7,      /* paid in in cash at the Class I bank */
    TRANSFER_CASH_OUT = 8,     /* handed out in cash there */
    TRANSFER_COUNTER_IN = 9,   /* ordered at the Class I bank's counter, from another's account */
    TRANSFER_COUNTER_OUT = 10, /* likewise, to another's account */
    TRANSFER_LOAN_OWN = 11,    /* payout of a loan of the account's own bank, funded by the other */
    TRANSFER_LOAN_OTHER = 12,  /* payout of a loan of the other bank */
    TRANSFER_ORDER_BUY = 13,   /* pays for an order of a product, and places it */
    TRANSFER_ORDER_PAYOUT = 14,
    TRANSFER_LOAN_REPAYMENT = 15,
    TRANSFER_KINDS
};
enum transfer_direction { TRANSFER_DIRECTION_NONE = 0, TRANSFER_PUSH = 1, TRANSFER_PULL = 2 };

/* What happens at the link's Class II or III account. */
enum class_flow { CLASS_FLOW_NONE, CLASS_FLOW_IN, CLASS_FLOW_OUT, CLASS_FLOWS };

/* What an account of that class and opening says to it. */
enum class_verdict {
    CLASS_FREE,        /* never counted */
    CLASS_COUNTED,     /* in the bucket of its flow */
    CLASS_AFTER_BOUND, /* the same, once money came in from the bound account */
    CLASS_FORBIDDEN
};

/* One way that a kind may go. */
struct transfer_way {
    enum transfer_kind kind;
    enum transfer_direction direction;
    enum account_class submitter; /* the bank of the link's Class I or Class II account */
    enum class_flow flow;
    uint32_t scope;   /* enum link_scope that the link must have; 0: none */
    bool third_party; /* the other side is no account of the link: it is named in the request */
    bool merchant;    /* and is a merchant, or whoever sent the bill */
    bool fallback;    /* above the class limit the Class I account may pay instead */
    bool made;        /* by an order or a loan alone: SubmitTransfer does not go this way */
    enum class_verdict class2_remote, class2_in_person, class3;
};

/* Whether one side of such a kind is no account of the link: IN the debtor, OUT the creditor. NONE:
 * both are the link's. */
enum class_flow transfer_kind_other(enum transfer_kind kind);
/* Whether it names a payee at some bank, and a merchant. */
bool transfer_kind_merchant(enum transfer_kind kind);
/* Whether it goes no way but by an order or a loan. */
bool transfer_kind_made(enum transfer_kind kind);
/* NULL: that kind does not go that way. submitter: CLASS_I or CLASS_II, whose bank's it is. RETURN
 * goes no way of its own: it follows its original. */
const struct transfer_way *transfer_way(enum transfer_kind kind, enum transfer_direction direction,
                                        enum account_class submitter);
/* Rows in the order of kinds; NULL past the end. */
const struct transfer_way *transfer_way_at(size_t index);
/* FORBIDDEN for what is no Class II or III account. */
enum class_verdict transfer_way_verdict(const struct transfer_way *way, enum account_class class,
                                        enum account_opening opening);
/* "INVALID" for what is none. */
const char *transfer_kind_name(enum transfer_kind kind);
const char *transfer_direction_name(enum transfer_direction direction);

#endif
