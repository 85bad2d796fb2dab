/*
 * The link between a Class II (or III) account and the same person's Class I account: its record
 * and its state machine. States and events: DOMAIN.md §3. Account numbers and elements are not
 * here: they travel sealed (store/store.h) and are opened only where routing needs them.
 */
#ifndef LG_DOMAIN_LINK_H
#define LG_DOMAIN_LINK_H

#include "domain/types.h"

/* Values equal the wire's. */
enum link_state {
    LINK_NONE = 0,
    LINK_REQUESTED = 1,
    LINK_VERIFYING = 2,
    LINK_AWAITING_AUTHENTICATION = 3,
    LINK_ACTIVE = 4,
    LINK_SUSPENDED = 5,
    LINK_CLOSING = 6,
    LINK_CLOSED = 7,
    LINK_PENDING_ACTIVATION = 8,
    LINK_REJECTED = 9,
    LINK_EXPIRED = 10,
    LINK_STATES
};

enum link_event {
    LINK_EVENT_REQUEST,       /* a valid OpenLink */
    LINK_EVENT_ASKED,         /* VerifyAccount is on its way */
    LINK_EVENT_NOT_ACTIVATED, /* the Class I account is not activated yet */
    LINK_EVENT_RESUME,        /* activation: fresh elements */
    LINK_EVENT_VERIFIED,      /* all match, class I */
    LINK_EVENT_MISMATCH,      /* mismatch, wrong class, joint, credit; no answer in time */
    LINK_EVENT_CODE_RIGHT,
    LINK_EVENT_CODE_TOO_MANY,
    LINK_EVENT_DEADLINE, /* the waiting state's time is over */
    LINK_EVENT_HOLD,     /* the set of holds is no longer empty */
    LINK_EVENT_HOLDS_LIFTED,
    LINK_EVENT_CLOSE, /* unbind by either bank, consent withdrawn, rebind done */
    LINK_EVENT_AGREEMENT_END,
    LINK_EVENT_RUN_OFF, /* nothing open any more */
    LINK_EVENT_CARD_REFUSED,
    LINK_EVENTS
};

enum link_scope {
    LINK_SCOPE_COLLECT = 1,
    LINK_SCOPE_PAY = 2,
    LINK_SCOPE_PAY_FALLBACK = 3,
    LINK_SCOPE_BALANCE = 4,
    LINK_SCOPE_PRODUCTS = 5
};
#define LINK_SCOPE_BIT(scope) (1u << (scope))

/* What is outstanding at the Class I bank for this link, besides transfers. */
enum link_exchange {
    LINK_EXCHANGE_NONE = 0,
    LINK_EXCHANGE_VERIFY = 1,
    LINK_EXCHANGE_ISSUE = 2,
    LINK_EXCHANGE_CHECK = 3
};

struct link_challenge {
    struct id id; /* zero: none was issued */
    int64_t expires_at_ms;
    uint32_t attempts; /* codes checked or being checked */
    uint32_t issued;   /* codes sent for this link */
    char masked_mobile[24];
};

/* What B said at verification, kept as evidence. */
struct link_evidence {
    bool present;
    uint32_t name, id_number, mobile, account; /* enum element_result */
    enum account_class account_class;
    uint32_t status; /* enum account_status */
    bool joint, credit, minor;
    int64_t at_ms;
    struct digest answer; /* SHA-256 of the exact answer */
    struct digest pin;    /* of the session it came on */
};

struct link {
    struct id id;
    enum link_state state;
    bool frozen;       /* after a broken invariant: refuses all until an operator unfreezes */
    bool ends_expired; /* CLOSING ends in EXPIRED, not CLOSED */
    bank_code class2_bank;
    bank_code class1_bank;
    enum account_class class2_class; /* II or III */
    enum account_opening class2_opening;
    uint32_t scopes; /* bits of LINK_SCOPE_BIT */
    struct agreed_limits limits;
    char class2_masked[8]; /* last four */
    char class1_masked[8];
    struct digest person_key; /* HMAC(id type, number) */
    struct digest class2_key; /* HMAC(bank, account number) */
    struct digest class1_key;
    struct digest agreement_sha256;
    char agreement_version[33];
    char agreement_channel[9];
    int64_t agreement_at_ms;
    int64_t agreement_ends_day; /* Shanghai day; 0: without end */
    struct digest consent_sha256;
    char consent_purpose[65];
    int64_t consent_at_ms;
    struct id open_request; /* request id of the OpenLink */
    int64_t requested_at_ms;
    int64_t activated_at_ms;
    int64_t deadline_ms; /* of the waiting state; 0: none */
    enum link_exchange exchange;
    struct id exchange_id;      /* verification, challenge or attempt id */
    struct id exchange_request; /* the bank's request that waits for it */
    int64_t exchange_deadline_ms;
    struct link_challenge challenge;
    struct link_evidence evidence;
    char reason[REASON_SIZE];
    struct history history;
};

/* True and the successor, or false: the event is refused in that state and nothing changes. */
bool link_next(enum link_state state, enum link_event event, enum link_state *next_out);
bool link_final(enum link_state state);
/* REQUESTED, VERIFYING, AWAITING_AUTHENTICATION, PENDING_ACTIVATION: counts as "live" for one
 * link per pair, as do ACTIVE, SUSPENDED and CLOSING. */
bool link_waiting(enum link_state state);
const char *link_state_name(enum link_state state);
const char *link_event_name(enum link_event event);
/* Moves the link and adds its history entry (state filled in here). False: refused. */
bool link_move(struct link *link, enum link_event event, const struct history_entry *entry)
    __attribute__((warn_unused_result));

#endif
