/*
 * The messages about links as values. See message.h.
 */
#ifndef LG_DOMAIN_MESSAGE_LINK_H
#define LG_DOMAIN_MESSAGE_LINK_H

#include "domain/message_account.h"
#include "domain/message_challenge.h"

#define CONSENT_FIELD_NAME 1u
#define CONSENT_FIELD_ID_NUMBER 2u
#define CONSENT_FIELD_MOBILE 4u
#define CONSENT_FIELD_ACCOUNT 8u
#define CONSENT_FIELDS_ALL 15u

struct consent_given {
    bool present; /* false: the message or a part of it is missing */
    bank_code recipient;
    struct span purpose;
    uint32_t fields; /* bits of CONSENT_FIELD_* */
    struct digest sha256;
    int64_t at_ms;
};

struct agreement_given {
    bool present;
    struct span version;
    struct digest sha256;
    int64_t at_ms;
    struct span channel;
    int64_t ends_day; /* 0: none */
};

struct open_link {
    struct id request;
    struct account_ref class2, class1;
    struct person_elements person;
    uint32_t scopes; /* bits */
    struct agreed_limits limits;
    struct agreement_given agreement;
    struct consent_given consent;
};

struct rebind_link {
    struct id request, link;
    struct account_ref class1;
    struct person_elements person;
    uint32_t scopes;
    struct agreed_limits limits;
    struct agreement_given agreement;
    struct consent_given consent;
};

struct amend_link {
    struct id request, link;
    uint32_t scopes;
    struct agreed_limits limits;
    struct agreement_given agreement;
};

struct resume_link {
    struct id request, link;
    struct person_elements person;
    struct consent_given consent;
};

struct withdraw_consent {
    struct id request, link;
};

struct close_link {
    struct id request, link;
    struct span reason;
};
/* Exactly one of the two is not zero. */
struct get_link {
    struct id link, request;
};

struct list_links {
    struct id after; /* zero: from the start */
    uint32_t max;    /* 1 to LIST_MAX */
    enum link_state state;
    struct span account_number; /* empty: all */
};
#define LIST_MAX 100u
#define LIST_STANDARD 50u

struct hold_view {
    struct id hold;
    enum hold_authority authority;
    struct span reason, legal_reference;
    int64_t placed_at_ms, expires_at_ms;
    uint32_t blocks;
    bank_code by;
};

/* A link as a bank may see it; also the body of a notice. */
struct link_view {
    struct id link;
    enum link_state state;
    struct span reason;
    bank_code class2_bank, class1_bank;
    struct span class2_masked, class1_masked;
    uint32_t scopes;
    struct agreed_limits limits;
    bool has_challenge;
    struct span challenge_mobile;
    uint32_t challenge_expires_in_ms, challenge_tries_left;
    int64_t requested_at_ms, activated_at_ms, deadline_ms;
    bool replayed;
    uint32_t hold_count;
    struct hold_view holds[HOLDS_MAX];
    bool has_amendment;
    uint32_t amendment_scopes;
    struct agreed_limits amendment_limits;
    int64_t amendment_expires_at_ms;
    struct id replaces, replaced_by;
    int64_t cool_down_until_ms, recheck_due_ms, activation_reported_at_ms;
    bool primary;
    uint32_t open_transfers, open_orders, open_loans; /* CLOSING: what it waits for */
};

#endif
