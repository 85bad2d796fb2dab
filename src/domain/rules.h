/*
 * Policy values that banks and regulators change: dated data, never constants in code. Each row is
 * in force from its instant on; domain/rulebook.h has all of them. The ledger reads the row of the
 * ledger time at hand.
 */
#ifndef LG_DOMAIN_RULES_H
#define LG_DOMAIN_RULES_H

#include <stdint.h>

#include "domain/limit.h"
#include "domain/product.h"

/* Whether a kind of transfer is on, and its amounts. */
struct kind_rule {
    bool enabled;
    int64_t min_fen, max_fen; /* inclusive; 0: no such bound */
};

/* Whether products of a kind are sold: what was sold runs on. */
struct product_rule {
    uint32_t enabled; /* 0, 1 */
};

#define CUT_OFFS_MAX 8u
#define CALENDAR_DAYS_MAX 64u /* holidays, and make-up days, that one calendar names */
#define WEEK_DAYS 7u

/* Which days are worked, and when a business day ends. Days are Shanghai's, since 1970-01-01. */
struct calendar_rules {
    bool present; /* without one every day is a business day of its own, and nothing is cut off */
    uint8_t week; /* the days that are worked: bit 0 is Monday */
    uint32_t cut_off_count, holiday_count, make_up_count;
    uint16_t cut_offs[CUT_OFFS_MAX];     /* minutes since midnight, ascending */
    int32_t holidays[CALENDAR_DAYS_MAX]; /* not worked, whatever the day of the week; ascending */
    int32_t make_up[CALENDAR_DAYS_MAX];  /* worked; ascending */
};

struct rules {
    int64_t effective_from_ms;
    uint64_t document;       /* number of the document that set it; 0: the compiled row */
    uint32_t code_tries;     /* wrong one-time codes that reject (DOMAIN.md §3, P) */
    uint32_t codes_per_link; /* one-time codes sent for one link */
    int64_t code_lifetime_max_ms;
    uint32_t verifications_per_day; /* per account and per person in 24 hours (P) */
    int64_t authentication_wait_ms; /* AWAITING_AUTHENTICATION ends by itself */
    int64_t activation_wait_ms;     /* PENDING_ACTIVATION ends by itself: 6 months */
    int64_t request_age_max_ms;     /* request ids older than this are refused */
    int64_t request_ahead_max_ms;
    int64_t verify_timeout_ms; /* OpenLink: when the bank names none, and bounds */
    int64_t verify_timeout_min_ms, verify_timeout_max_ms;
    int64_t challenge_timeout_ms, challenge_timeout_min_ms, challenge_timeout_max_ms;
    /* Transfers that one bank was instructed of and that have no outcome: above it none is made. */
    uint64_t unanswered_per_bank;
    int64_t transfer_timeout_ms, transfer_timeout_min_ms, transfer_timeout_max_ms;
    int64_t query_timeout_ms, query_timeout_min_ms, query_timeout_max_ms;
    uint32_t
        questions_per_bank; /* QueryBalance, QueryAccountStatus that are out, per asking bank */
    /* Counting rules (DOMAIN.md §2 and §3): live links are counted. */
    uint32_t class2_per_person_and_bank, class3_per_person_and_bank;
    uint32_t links_per_class2_account; /* 1 primary and 4 more (P) */
    uint32_t links_per_class1_account; /* so that a report about it stays one step (P) */
    int64_t cool_down_ms;              /* after a rebind (P) */
    int64_t cool_down_cap_fen;         /* that may leave the Class II account during it (P) */
    int64_t recheck_after_ms;          /* of the bound account: 180 days (P) */
    int64_t recheck_timeout_ms;  /* for its answer; then it is asked again, as when it is offline */
    int64_t recheck_again_ms;    /* after that */
    int64_t credit_due_ms;       /* ConfirmCredit after ACCEPTED: 60 s */
    int64_t unknown_alarm_ms[3]; /* ages of an UNKNOWN that are alarmed; then every last one */
    uint32_t freeze_cancels_max; /* open transfers that one PlaceHold bars at once */
    int64_t event_keep_ms;       /* until an event that nobody acknowledges is erased */
    uint32_t events_per_bank;    /* that wait for one bank */
    int64_t case_due_ms;         /* to answer a case (P) */
    int64_t approval_wait_ms;    /* an order waits so long for its second person (P) */
    uint32_t approvals_waiting_max;
    uint32_t settlement;    /* enum settlement: of a window, where its order does not say */
    int64_t unmask_read_ms; /* what two people unmasked may be read so long (P) */
    /* Of a joint loan the lead lender bears at least so much, in 1/10,000 (2021: 30 per cent). */
    uint32_t lead_share_floor;
    struct product_rule products[PRODUCT_KINDS];
    uint32_t assessment_days; /* an assessment of the customer's risk level is good for (P) */
    uint32_t deposits_through_others; /* 0, 1: sold by other banks than their issuer, too */
    int64_t order_grace_ms; /* after the end of the day on which an issuer's word is due (P) */
    /* An invitation without an end of its own; an application, for both lenders' word (P). */
    int64_t loan_decision_wait_ms;
    int64_t loan_draw_wait_ms; /* an approval, for the first draw (P) */
    struct kind_rule kinds[TRANSFER_KINDS];
    struct bucket_limit buckets[BUCKET_CLASSES][BUCKET_FLOWS];
    struct calendar_rules calendar;
};

/* What holds from the beginning, until a document says otherwise (domain/rulebook.h). */
const struct rules *rules_compiled(void);

#endif
