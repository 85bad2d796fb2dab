/*
 * The states of a loan and what leads from one to another. DOMAIN.md §5. The same for people, with
 * what each means: docs/features.md.
 */
#ifndef LG_DOMAIN_LOAN_STATE_H
#define LG_DOMAIN_LOAN_STATE_H

#include "domain/types.h"

/* Values equal the wire's. */
enum loan_state {
    LOAN_NONE = 0,
    LOAN_OFFERED = 1, /* the lead invites the customer of a link */
    LOAN_APPLIED = 2,
    LOAN_APPROVED = 3,
    LOAN_DECLINED = 4,
    LOAN_DISBURSING = 5, /* the first draw is on its way */
    LOAN_OUTSTANDING = 6,
    LOAN_OVERDUE = 7,
    LOAN_REPAID = 8,
    LOAN_CANCELLED = 9, /* before anything was drawn, as EXPIRED */
    LOAN_EXPIRED = 10,
    LOAN_STATES
};

enum loan_event {
    LOAN_EVENT_OFFER,
    LOAN_EVENT_APPLY,
    LOAN_EVENT_APPROVE, /* the last lender's word that was missing */
    LOAN_EVENT_DECLINE, /* either lender's */
    LOAN_EVENT_CANCEL,
    LOAN_EVENT_DEADLINE, /* of offer, decision or approval */
    LOAN_EVENT_DRAW,     /* the share of the lender that does not hold the account is on its way */
    LOAN_EVENT_DRAWN,
    LOAN_EVENT_DRAW_FAILED,
    LOAN_EVENT_OVERDUE, /* an instalment was not paid, and its days of grace are over */
    LOAN_EVENT_CAUGHT_UP,
    LOAN_EVENT_SETTLED, /* nothing is owed any more */
    /* these leave the state as it is, and stand in the history for what happened */
    LOAN_EVENT_DECIDED, /* one lender approves, the other one has not decided yet */
    LOAN_EVENT_REPAY,   /* the other lender's share of a repayment is on its way */
    LOAN_EVENT_REPAYMENT,
    LOAN_EVENT_REPAY_FAILED,
    LOAN_EVENT_RETURNED, /* a draw came back: it could not be paid out */
    LOAN_EVENT_STATUS,   /* the lead told the instalments anew */
    LOAN_EVENT_WAIVED,
    LOAN_EVENT_WRITTEN_OFF,
    LOAN_EVENT_UNANSWERED, /* no answer in time: UNKNOWN until there is one */
    LOAN_EVENT_CONFLICT,   /* a definite answer contradicted the first one */
    LOAN_EVENTS
};

/* True and the successor, or false: the event is refused in that state and nothing changes. */
bool loan_next(enum loan_state state, enum loan_event event, enum loan_state *next_out);
bool loan_final(enum loan_state state);
/* OUTSTANDING and OVERDUE. */
bool loan_runs(enum loan_state state);
/* "INVALID" for what is none. */
const char *loan_state_name(enum loan_state state);
const char *loan_event_name(enum loan_event event);

#endif
