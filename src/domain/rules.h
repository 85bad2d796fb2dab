/*
 * Policy values that banks and regulators change: dated data, never constants in code. Each row is
 * in force from its instant on. The ledger reads the row of the ledger time at hand.
 */
#ifndef LG_DOMAIN_RULES_H
#define LG_DOMAIN_RULES_H

#include <stdint.h>

struct rules {
    int64_t effective_from_ms;
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
};

/* The row in force at that instant; the first one before all rows. */
const struct rules *rules_at(int64_t unix_ms);

#endif
