/*
 * Orders that need two people: requested by one, approved by another (uid). And the record of what
 * operators did. DESIGN.md §6.
 */
#ifndef LG_DOMAIN_APPROVAL_H
#define LG_DOMAIN_APPROVAL_H

#include "domain/types.h"

/* Values are on disk. */
enum approval_state {
    APPROVAL_NONE = 0,
    APPROVAL_WAITING = 1,
    APPROVAL_DONE = 2,     /* approved, and carried out */
    APPROVAL_REFUSED = 3,  /* approved, but the order itself was refused: refusal says why */
    APPROVAL_REJECTED = 4, /* by the second person, or taken back by the first */
    APPROVAL_EXPIRED = 5,
    APPROVAL_STATES
};

/* The order's encoded payload stands beside it (store_get_approval_payload). */
struct approval {
    struct id id;
    uint32_t order; /* enum command_kind */
    enum approval_state state;
    uint32_t requested_by; /* uid */
    int64_t requested_at_ms;
    int64_t expires_at_ms;
    uint32_t decided_by; /* uid */
    int64_t decided_at_ms;
    uint32_t refusal;      /* enum refusal_code */
    struct digest payload; /* of the order, so that what is approved is what was asked */
};

const char *approval_state_name(enum approval_state state);

/* What an operator did, or asked: every order, every search, every decision. Key: sequence. */
struct audit_row {
    uint64_t sequence;
    int64_t at_ms;
    uint32_t order; /* enum command_kind */
    uint32_t uid;
    bool two;
    uint32_t approver;
    uint32_t refusal;      /* enum refusal_code; 0: granted */
    enum object_kind kind; /* what it was about; NONE: nothing in particular */
    struct id object;      /* or the approval's id while it waits */
    bank_code bank;        /* or a bank */
    struct digest key;     /* of a search: the keyed hash that was looked for */
    uint32_t found;        /* and how many links it gave */
};

#endif
