/*
 * The messages about loans of two lenders as values. See message.h.
 */
#ifndef LG_DOMAIN_MESSAGE_LOAN_H
#define LG_DOMAIN_MESSAGE_LOAN_H

#include "domain/loan.h"
#include "domain/message_product.h"

struct offer_loan {
    struct id request, link;
    struct span product;
    uint32_t version;
    struct money maximum;
    int64_t until_ms; /* 0: as the rules say */
};
/* In the order of the message; at most one of each lender. */
struct loan_authorisation {
    bank_code bank;
    struct digest sha256;
};
struct apply_loan {
    struct id request, loan;
    struct money amount;
    bool class1_account;
    struct digest terms, consent;
    uint32_t authorisation_count;
    struct loan_authorisation authorisations[LOAN_LENDERS];
};
struct decide_loan {
    struct id request, loan;
    bool approved;
    struct money limit; /* of one that approves */
    struct span reason; /* of one that does not */
};
struct draw_loan {
    struct id request, loan;
    struct money amount;
    struct span end_to_end_id;
};
struct repay_loan {
    struct id request, loan;
    struct money amount;
    int64_t interest_fen;
    struct span end_to_end_id;
};
struct quote_repayment {
    struct id loan;
    int64_t day; /* 0: today */
};
struct loan_quote_view {
    struct id loan;
    int64_t day;
    struct loan_quote quote;
    struct shares interest, principal;
};
enum loan_status_event {
    LOAN_STATUS_NONE = 0,
    LOAN_STATUS_SCHEDULE = 1,
    LOAN_STATUS_WAIVED = 2,
    LOAN_STATUS_WRITTEN_OFF = 3,
    LOAN_STATUS_CANCELLED = 4
};
struct loan_status {
    struct id request, loan;
    enum loan_status_event event;
    const struct loan_schedule *schedule; /* of SCHEDULE; else NULL */
    int64_t waived_fen;
    struct span reason;
};
struct get_loan {
    struct id loan;
};
#define LOANS_PAGE_MAX 20u
#define LOANS_PAGE_STANDARD 10u
struct list_loans {
    struct id link, after;
    uint32_t max;
};

/* What a bank says of a loan: the body of a command. */
union loan_body {
    struct offer_loan offer;
    struct apply_loan apply;
    struct decide_loan decide;
    struct draw_loan draw;
    struct repay_loan repay;
    struct quote_repayment quote;
    struct loan_status status;
    struct get_loan get;
    struct list_loans list;
};

/* What PostInstruction says of a loan. loan zero: it is of none. */
struct posted_loan {
    struct id loan;
    struct span product;
    uint32_t version;
    bool repayment;      /* else a draw */
    struct money amount; /* of both lenders */
    int64_t interest_fen;
    struct shares principal, interest;
};

/* A loan as one of its lenders may see it; also the body of a notice. */
struct loan_view {
    struct loan loan;
    bool replayed;
};

#endif
