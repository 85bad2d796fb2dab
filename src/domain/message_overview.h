/*
 * The view of all links of one account, as values. See message.h.
 */
#ifndef LG_DOMAIN_MESSAGE_OVERVIEW_H
#define LG_DOMAIN_MESSAGE_OVERVIEW_H

#include "domain/loan_state.h"
#include "domain/message_view.h"
#include "domain/product_order_state.h"

/* Links in one answer: a Class II account has at most five bound ones; of a Class I account the rest
 * is asked for page by page. */
#define OVERVIEW_PARTS_MAX 10u

/* Values equal the wire's, and those in the store. */
enum overview_status {
    OVERVIEW_WAITING = 0, /* never told */
    OVERVIEW_ANSWERED = 1,
    OVERVIEW_DECLINED = 2,
    OVERVIEW_NO_ANSWER = 3,
    OVERVIEW_OFFLINE = 4,
    OVERVIEW_SUSPENDED = 5,
    OVERVIEW_NO_SCOPE = 6,
    OVERVIEW_NOT_ACTIVE = 7
};

struct query_overview {
    struct id request;
    struct id link; /* zero: by the number */
    struct span account_number;
    struct id after;
};

/* Of each link; the rest is for ListHoldings and ListLoans. */
#define OVERVIEW_HOLDINGS_MAX 20u
#define OVERVIEW_LOANS_MAX 5u

struct overview_holding {
    struct id order;
    bank_code issuer;
    char product[PRODUCT_CODE_MAX + 1];
    enum product_kind kind;
    enum product_order_state state;
    int64_t units, cost_fen;
    char currency[CURRENCY_SIZE];
    int64_t matures_at_ms; /* 0: open-ended */
};
struct overview_loan {
    struct id loan;
    bank_code lead;
    char product[PRODUCT_CODE_MAX + 1];
    enum loan_state state;
    int64_t principal_fen, interest_due_fen, available_fen;
    char currency[CURRENCY_SIZE];
};

/* One link's: the balance's link, bank, masked number and reason are of it, too. */
struct overview_account {
    enum link_state link_state;
    enum overview_status status;
    struct balance_answer balance;
    /* Borrowed. */
    const struct overview_holding *holdings;
    const struct overview_loan *loans;
    uint32_t holding_count, loan_count;
    bool more_holdings, more_loans;
};
struct overview_view {
    uint32_t count;
    struct overview_account accounts[OVERVIEW_PARTS_MAX];
    struct id next; /* zero: no more */
};

#endif
