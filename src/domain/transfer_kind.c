/*
 * The one table of the kinds of transfers.
 *
 * Invariants: a kind and a way that are not here cannot be submitted; which bucket a transfer counts
 * in, and whether the account's class allows it at all, is read from here and nowhere else. Amounts
 * are not: they are dated data.
 */
#include "domain/transfer_kind.h"

#include "domain/link.h"

#define PUSH TRANSFER_PUSH
#define PULL TRANSFER_PULL
#define BY_I ACCOUNT_CLASS_I
#define BY_II ACCOUNT_CLASS_II
#define NONE CLASS_FLOW_NONE
#define IN CLASS_FLOW_IN
#define OUT CLASS_FLOW_OUT
#define COLLECT LINK_SCOPE_COLLECT
#define PAY LINK_SCOPE_PAY
/* What Class II opened remotely, Class II confirmed in person and Class III say. */
#define FREE CLASS_FREE, CLASS_FREE, CLASS_FREE
#define COUNTED CLASS_COUNTED, CLASS_COUNTED, CLASS_COUNTED
#define INFLOW CLASS_FORBIDDEN, CLASS_COUNTED, CLASS_AFTER_BOUND
#define CASH CLASS_FORBIDDEN, CLASS_COUNTED, CLASS_FORBIDDEN
#define SOLD CLASS_FREE, CLASS_FREE, CLASS_FORBIDDEN
/* The other side: of the link, somebody else, somebody else who sells, likewise with fallback; a bank
 * itself, by an order or a loan. */
#define PAIR false, false, false, false
#define OTHER true, false, false, false
#define SELLER true, true, false, false
#define SELLER_OR_CLASS1 true, true, true, false
#define MADE false, false, false, true

static const struct transfer_way ways[] = {
    {TRANSFER_BOUND_PAIR, PUSH, BY_I, IN, COLLECT, PAIR, FREE},
    {TRANSFER_BOUND_PAIR, PUSH, BY_II, OUT, COLLECT, PAIR, FREE},
    {TRANSFER_BOUND_PAIR, PULL, BY_I, OUT, COLLECT, PAIR, FREE},
    {TRANSFER_BOUND_PAIR, PULL, BY_II, IN, COLLECT, PAIR, FREE},
    /* The Class I account pays, and the Class II bank pays the payee. */
    {TRANSFER_PAYMENT, PULL, BY_II, NONE, PAY, SELLER, FREE},
    /* The Class II account pays, and the Class I bank pays the payee. */
    {TRANSFER_PAYMENT, PUSH, BY_II, OUT, 0, SELLER_OR_CLASS1, COUNTED},
    {TRANSFER_NON_BOUND_IN, PUSH, BY_I, IN, 0, OTHER, INFLOW},
    {TRANSFER_NON_BOUND_OUT, PUSH, BY_II, OUT, 0, OTHER, COUNTED},
    {TRANSFER_BILL, PULL, BY_II, NONE, PAY, SELLER, FREE},
    {TRANSFER_BILL, PUSH, BY_II, OUT, 0, SELLER_OR_CLASS1, COUNTED},
    {TRANSFER_CASH_IN, PUSH, BY_I, IN, 0, PAIR, CASH},
    {TRANSFER_CASH_OUT, PULL, BY_I, OUT, 0, PAIR, CASH},
    {TRANSFER_COUNTER_IN, PUSH, BY_I, IN, 0, OTHER, INFLOW},
    {TRANSFER_COUNTER_OUT, PULL, BY_I, OUT, 0, OTHER, COUNTED},
    {TRANSFER_LOAN_OWN, PULL, BY_II, IN, 0, PAIR, FREE},
    {TRANSFER_LOAN_OWN, PUSH, BY_I, IN, 0, MADE, FREE},
    {TRANSFER_LOAN_OWN, PUSH, BY_II, NONE, 0, MADE, FREE},
    {TRANSFER_LOAN_OWN, PULL, BY_I, NONE, 0, MADE, FREE},
    {TRANSFER_LOAN_OTHER, PUSH, BY_I, IN, 0, PAIR, INFLOW},
    {TRANSFER_LOAN_OTHER, PULL, BY_II, IN, 0, MADE, INFLOW},
    {TRANSFER_LOAN_OTHER, PUSH, BY_II, NONE, 0, MADE, FREE},
    {TRANSFER_LOAN_OTHER, PULL, BY_I, NONE, 0, MADE, FREE},
    /* The Class II account pays, or is paid out to, where it moves; else the Class I account. */
    {TRANSFER_ORDER_BUY, PUSH, BY_I, NONE, 0, MADE, SOLD},
    {TRANSFER_ORDER_BUY, PUSH, BY_II, OUT, 0, MADE, SOLD},
    {TRANSFER_ORDER_BUY, PULL, BY_I, OUT, 0, MADE, SOLD},
    {TRANSFER_ORDER_BUY, PULL, BY_II, NONE, 0, MADE, SOLD},
    {TRANSFER_ORDER_PAYOUT, PUSH, BY_I, IN, 0, MADE, SOLD},
    {TRANSFER_ORDER_PAYOUT, PUSH, BY_II, NONE, 0, MADE, SOLD},
    {TRANSFER_LOAN_REPAYMENT, PUSH, BY_I, NONE, 0, MADE, SOLD},
    {TRANSFER_LOAN_REPAYMENT, PUSH, BY_II, OUT, 0, MADE, SOLD},
    {TRANSFER_LOAN_REPAYMENT, PULL, BY_I, OUT, 0, MADE, SOLD},
    {TRANSFER_LOAN_REPAYMENT, PULL, BY_II, NONE, 0, MADE, SOLD},
};

#define WAYS (sizeof ways / sizeof ways[0])

const struct transfer_way *transfer_way_at(size_t index) {
    return index < WAYS ? &ways[index] : NULL;
}

const struct transfer_way *transfer_way(enum transfer_kind kind, enum transfer_direction direction,
                                        enum account_class submitter) {
    for (size_t i = 0; i < WAYS; i++) {
        if (ways[i].kind == kind && ways[i].direction == direction &&
            ways[i].submitter == submitter)
            return &ways[i];
    }
    return NULL;
}

enum class_flow transfer_kind_other(enum transfer_kind kind) {
    for (size_t i = 0; i < WAYS; i++) {
        if (ways[i].kind == kind && ways[i].third_party)
            return ways[i].flow == IN ? IN : OUT;
    }
    return NONE;
}

bool transfer_kind_merchant(enum transfer_kind kind) {
    for (size_t i = 0; i < WAYS; i++) {
        if (ways[i].kind == kind && ways[i].merchant)
            return true;
    }
    return false;
}

bool transfer_kind_made(enum transfer_kind kind) {
    bool goes = false;
    for (size_t i = 0; i < WAYS; i++) {
        if (ways[i].kind == kind && !ways[i].made)
            return false;
        goes |= ways[i].kind == kind;
    }
    return goes;
}

enum class_verdict transfer_way_verdict(const struct transfer_way *way, enum account_class class,
                                        enum account_opening opening) {
    if (class == ACCOUNT_CLASS_III)
        return way->class3;
    if (class != ACCOUNT_CLASS_II)
        return CLASS_FORBIDDEN;
    /* An opening that is not known is the narrow one. */
    return opening == ACCOUNT_OPENING_FACE_TO_FACE ? way->class2_in_person : way->class2_remote;
}

const char *transfer_kind_name(enum transfer_kind kind) {
    static const char *const names[TRANSFER_KINDS] = {
        [TRANSFER_KIND_NONE] = "NONE",
        [TRANSFER_BOUND_PAIR] = "BOUND_PAIR",
        [TRANSFER_PAYMENT] = "PAYMENT",
        [TRANSFER_RETURN] = "RETURN",
        [TRANSFER_NON_BOUND_IN] = "NON_BOUND_IN",
        [TRANSFER_NON_BOUND_OUT] = "NON_BOUND_OUT",
        [TRANSFER_BILL] = "BILL",
        [TRANSFER_CASH_IN] = "CASH_IN",
        [TRANSFER_CASH_OUT] = "CASH_OUT",
        [TRANSFER_COUNTER_IN] = "COUNTER_IN",
        [TRANSFER_COUNTER_OUT] = "COUNTER_OUT",
        [TRANSFER_LOAN_OWN] = "LOAN_OWN",
        [TRANSFER_LOAN_OTHER] = "LOAN_OTHER",
        [TRANSFER_ORDER_BUY] = "ORDER_BUY",
        [TRANSFER_ORDER_PAYOUT] = "ORDER_PAYOUT",
        [TRANSFER_LOAN_REPAYMENT] = "LOAN_REPAYMENT",
    };
    return (unsigned)kind < TRANSFER_KINDS ? names[kind] : "INVALID";
}

const char *transfer_direction_name(enum transfer_direction direction) {
    static const char *const names[] = {"NONE", "PUSH", "PULL"};
    return (unsigned)direction < sizeof(names) / sizeof(names[0]) ? names[direction] : "INVALID";
}
