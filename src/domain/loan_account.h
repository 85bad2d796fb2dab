/*
 * What a loan owes: principal of both lenders, interest that runs and interest that is due, and the
 * instalments in which it is to be paid back. Pure; days are Shanghai's. DOMAIN.md §5.
 */
#ifndef LG_DOMAIN_LOAN_ACCOUNT_H
#define LG_DOMAIN_LOAN_ACCOUNT_H

#include "domain/interest.h"
#include "domain/product.h"

struct loan_instalment {
    int64_t due_day;
    int64_t due_fen; /* of the principal */
};
/* What is still to be paid, ascending by day. */
struct loan_schedule {
    uint32_t count;
    struct loan_instalment instalments[PRODUCT_INSTALMENTS_MAX];
};

struct loan_account {
    /* Sums of all draws, and of all repayments; what is owed is the difference. */
    struct shares drawn, repaid;
    struct shares interest_paid;
    int64_t
        interest_due_fen; /* charged, and not paid with the repayment that it was charged with */
    int64_t waived_fen;   /* of interest that was charged */
    int64_t accrued;      /* 1/1,000,000 fen, since it was charged last */
    int64_t accrued_day;  /* up to which, that day not counted */
};

/* What it owes on a day. */
struct loan_quote {
    int64_t interest_fen;
    int64_t principal_fen;
    int64_t total_fen;
};

/* Interest first, then principal; what is left of the interest stays due. */
struct loan_repayment {
    int64_t day; /* up to which interest is charged */
    int64_t amount_fen;
    int64_t interest_left_fen;
    struct shares interest, principal;
};

enum loan_outcome {
    LOAN_OK = 0,
    LOAN_DAY_PAST, /* interest was charged up to a later day */
    LOAN_ABOVE,    /* more than is owed */
    LOAN_NOT_POSITIVE,
    LOAN_TOO_LARGE /* a sum would not fit */
};

int64_t loan_principal_fen(const struct loan_account *account);
/* What each lender has lent and not got back. */
struct shares loan_principal_of(const struct loan_account *account);
enum loan_outcome loan_quote(const struct loan_account *account, const struct loan_terms *terms,
                             int64_t day, struct loan_quote *quote_out);
/* From that day, the posting bank's, interest runs on it. */
enum loan_outcome loan_drawn(struct loan_account *account, const struct loan_terms *terms,
                             int64_t amount_fen, int64_t day);
/* The draw of that day never reached the customer: as if it had not been. ABOVE: more was paid back
 * since than would be left. */
enum loan_outcome loan_undrawn(struct loan_account *account, const struct loan_terms *terms,
                               int64_t amount_fen, int64_t day);
/* How so much would be shared, on that day. Nobody gets more of the principal than it has lent. */
enum loan_outcome loan_repayment(const struct loan_account *account, const struct loan_terms *terms,
                                 int64_t amount_fen, int64_t day,
                                 struct loan_repayment *repayment_out);
/* One that was worked out from this account, to which nothing but draws happened since. */
enum loan_outcome loan_repaid(struct loan_account *account, const struct loan_terms *terms,
                              const struct loan_repayment *repayment);
/* Of interest that was charged and not paid. */
enum loan_outcome loan_waive(struct loan_account *account, int64_t fen);

/* ---- instalments ---- */
/* In so many equal parts, one a month from the month after that day on (its last day, where the month
 * is shorter); the last part takes the rest. count: up to PRODUCT_INSTALMENTS_MAX; 0: no schedule. */
void loan_schedule_make(int64_t principal_fen, int64_t day, uint32_t count,
                        struct loan_schedule *schedule_out);
/* Days ascend, all is positive, and the sum is the principal. */
bool loan_schedule_valid(const struct loan_schedule *schedule, int64_t principal_fen);
/* Equal parts anew, on the days that are left: after a further draw, or one that came back. */
void loan_schedule_spread(struct loan_schedule *schedule, int64_t principal_fen);
/* The earliest first; what is paid up leaves the schedule. */
void loan_schedule_pay(struct loan_schedule *schedule, int64_t principal_fen);
/* The first day on which it is overdue, if nothing is paid; 0: it is paid up. */
int64_t loan_schedule_overdue_day(const struct loan_schedule *schedule, uint32_t grace_days);

#endif
