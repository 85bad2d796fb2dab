/*
 * The messages about links as values. See message.h.
 */
#ifndef LG_DOMAIN_MESSAGE_LINK_H
#define LG_DOMAIN_MESSAGE_LINK_H

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

struct open_link {
    struct id request;
    struct account_ref class2, class1;
    struct person_elements person;
    uint32_t scopes; /* bits */
    struct agreed_limits limits;
    struct span agreement_version;
    struct digest agreement_sha256;
    int64_t agreement_at_ms;
    struct span agreement_channel;
    int64_t agreement_ends_day; /* 0: none */
    bool has_consent;           /* false: the message or a part of it is missing */
    bank_code consent_recipient;
    struct span consent_purpose;
    uint32_t consent_fields; /* bits of CONSENT_FIELD_* */
    struct digest consent_sha256;
    int64_t consent_at_ms;
};

#define CONSENT_FIELD_NAME 1u
#define CONSENT_FIELD_ID_NUMBER 2u
#define CONSENT_FIELD_MOBILE 4u
#define CONSENT_FIELD_ACCOUNT 8u
#define CONSENT_FIELDS_ALL 15u

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

struct start_challenge {
    struct id request, link;
};

struct issue_challenge {
    struct id link, challenge;
    bank_code requesting_bank;
    struct span account_number;
    uint32_t scopes;
    struct agreed_limits limits;
};

enum challenge_outcome {
    CHALLENGE_NONE = 0,
    CHALLENGE_SENT = 1,
    CHALLENGE_NOT_SENT = 2,
    CHALLENGE_RIGHT = 3,
    CHALLENGE_WRONG = 4,
    CHALLENGE_EXPIRED = 5,
    CHALLENGE_TOO_MANY = 6
};

struct issue_challenge_reply {
    struct id link, challenge;
    enum challenge_outcome outcome;
    struct span masked_mobile;
    uint32_t lifetime_ms;
    struct span reason;
};

struct answer_challenge {
    struct id request, link;
    struct span code;
};
struct check_challenge {
    struct id link, challenge, attempt;
    struct span code;
};

struct check_challenge_reply {
    struct id link, attempt;
    enum challenge_outcome outcome;
    uint32_t tries_left;
};

struct close_link {
    struct id request, link;
    struct span reason;
};
/* Exactly one of the two is not zero. */
struct get_link {
    struct id link, request;
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
};

#endif
