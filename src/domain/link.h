/*
 * The link between a Class II (or III) account and the same person's Class I account: its record
 * and its state machine. States and events: DOMAIN.md §3. Account numbers and elements are not
 * here: they travel sealed (store/store.h) and are opened only where routing needs them.
 */
#ifndef LG_DOMAIN_LINK_H
#define LG_DOMAIN_LINK_H

#include "domain/hold.h"
#include "domain/link_state.h"

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
    LINK_EXCHANGE_CHECK = 3,
    LINK_EXCHANGE_RECHECK = 4
};

/* The agreement that the customer accepted. */
struct link_agreement {
    struct digest sha256;
    char version[33];
    char channel[9];
    int64_t at_ms;
    int64_t ends_day; /* Shanghai day; 0: without end */
};

/* A change that widens the link and waits for the customer's code. */
struct link_amendment {
    bool present;
    uint32_t scopes;
    struct agreed_limits limits;
    struct link_agreement agreement;
    int64_t expires_at_ms;
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
    struct id verification; /* that it answered; a re-check refers to it */
    struct digest answer;   /* SHA-256 of the exact answer */
    struct digest pin;      /* of the session it came on */
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
    struct link_agreement agreement;
    struct digest consent_sha256;
    char consent_purpose[65];
    int64_t consent_at_ms;
    int64_t consent_withdrawn_at_ms; /* 0: it stands */
    struct id open_request;          /* request id of the OpenLink or RebindLink */
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
    uint32_t hold_count;
    struct hold holds[HOLDS_MAX];
    struct link_amendment amendment;
    struct id replaces;                /* the link whose place this one takes; zero: none */
    struct id replaced_by;             /* the one that took the place of this, once ACTIVE */
    int64_t cool_down_until_ms;        /* outflow over this link is capped until then; 0: not */
    int64_t recheck_due_ms;            /* the Class I bank is asked again; 0: not */
    int64_t activation_reported_at_ms; /* while PENDING_ACTIVATION; 0: not yet */
    bool primary;                      /* first live link of its Class II account */
    struct history history;
};

/* What the link's transfers used of its agreed limits, in their own row: rewritten with each
 * transfer. Day and year are those of the latest reservation; rules: DOMAIN.md §2. */
struct link_usage {
    int64_t day; /* Shanghai day */
    int64_t day_fen;
    uint32_t day_count;
    int64_t year;
    int64_t year_fen;
    int64_t cool_down_fen; /* left the Class II account during the cool-down */
};

/* What all its holds block together, as bits. */
uint32_t link_blocked(const struct link *link);
/* NULL: no such hold. */
const struct hold *link_hold(const struct link *link, const struct id *hold);
/* The new values allow something that the old ones do not: a scope more, a limit higher or gone. */
bool link_widens(const struct link *link, uint32_t scopes, const struct agreed_limits *limits);
/* ACTIVE or SUSPENDED. */
bool link_runs(const struct link *link);
/* When the ledger must look at it: the earliest of the ends of its waiting state or agreement, of the
 * exchange that is out, the amendment and the holds, and of the next re-check; 0: never. */
int64_t link_due_ms(const struct link *link);
/* Of its holds alone; of the re-check alone, which waits for whatever is out. */
int64_t link_hold_due_ms(const struct link *link);
int64_t link_recheck_due_ms(const struct link *link);
/* Moves the link and adds its history entry (state filled in here). False: refused. */
bool link_move(struct link *link, enum link_event event, const struct history_entry *entry)
    __attribute__((warn_unused_result));

#endif
