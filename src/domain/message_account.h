/*
 * The messages about accounts and persons, what the account's bank says of them, and holds, as
 * values. See message.h.
 */
#ifndef LG_DOMAIN_MESSAGE_ACCOUNT_H
#define LG_DOMAIN_MESSAGE_ACCOUNT_H

#include "domain/link.h"

struct account_ref {
    bank_code bank;
    struct span number;
    enum account_class account_class;
    enum account_opening opening;
};

#define ID_TYPE_RESIDENT 1u

struct person_elements {
    struct span name;
    uint32_t id_type;
    struct span id_number; /* canonical: capital X */
    struct span mobile;
};

struct verify_account {
    struct id link, verification;
    bank_code requesting_bank;
    struct span account_number;
    struct person_elements person;
};

enum element_result { ELEMENT_NONE = 0, ELEMENT_MATCH = 1, ELEMENT_MISMATCH = 2 };
enum account_status {
    ACCOUNT_STATUS_NONE = 0,
    ACCOUNT_OPEN = 1,
    ACCOUNT_NOT_ACTIVATED = 2,
    ACCOUNT_CLOSED = 3,
    ACCOUNT_BLOCKED = 4,
    ACCOUNT_UNKNOWN = 5
};

/* An answer: values that this version does not know arrive as 0 (NONE). */
struct verify_account_reply {
    struct id link, verification;
    enum element_result name, id_number, mobile, account;
    enum account_class account_class;
    enum account_status status;
    bool joint, credit, minor;
};

struct recheck_account {
    struct id link, recheck, verification;
    bank_code requesting_bank;
    struct span account_number;
};
/* An answer: values that this version does not know arrive as 0 (NONE). */
struct recheck_account_reply {
    struct id link, recheck;
    enum account_class account_class;
    enum account_status status;
    enum element_result same_holder;
};

struct place_hold {
    struct id request, link;
    enum hold_authority authority; /* BANK, CUSTOMER or COURT */
    struct span reason, legal_reference;
    int64_t expires_at_ms;
    uint32_t blocks; /* bits */
};

struct lift_hold {
    struct id request, link, hold;
    enum hold_authority authority;
    struct span reason;
};

/* Values equal the wire's. */
enum account_event {
    ACCOUNT_EVENT_NONE = 0,
    ACCOUNT_EVENT_ACTIVATED = 1,
    ACCOUNT_EVENT_CARD_REFUSED = 2,
    ACCOUNT_EVENT_CLASS_CHANGED = 3,
    ACCOUNT_EVENT_CLOSED = 4,
    ACCOUNT_EVENT_BLOCKED = 5,
    ACCOUNT_EVENT_UNBLOCKED = 6,
    ACCOUNT_EVENT_DECEASED = 7,
    ACCOUNT_EVENT_MOBILE_CHANGED = 8,
    ACCOUNT_EVENT_DOCUMENT_EXPIRED = 9,
    ACCOUNT_EVENT_DORMANT = 10,
    ACCOUNT_EVENT_LIMIT = 11
};

/* What is left, of the day and of the year; LIMIT_NOT_SAID: nothing was said of it. */
#define LIMIT_NOT_SAID (-1)
struct remaining_limits {
    int64_t in_fen[2], out_fen[2];
};

struct report_account {
    struct id request;
    struct span account_number;
    enum account_event event;
    enum account_class account_class; /* with CLASS_CHANGED; else NONE */
    enum account_opening opening;
    struct remaining_limits remaining; /* with LIMIT */
};
struct report_account_reply {
    uint32_t links;
    bool replayed;
};

#endif
