/*
 * The messages between banks and gateway as values. Spans are borrowed from whatever the message
 * was decoded from (usually a command's arena). Kinds' numbers equal the wire's. The meaning of
 * each field stands in proto/linkgate/v1.
 */
#ifndef LG_DOMAIN_MESSAGE_H
#define LG_DOMAIN_MESSAGE_H

#include "domain/link.h"
#include "domain/transfer.h"

enum message_kind {
    MESSAGE_NONE = 0,
    MESSAGE_HELLO = 1,
    MESSAGE_HEARTBEAT = 2,
    MESSAGE_GO_AWAY = 3,
    MESSAGE_OPEN_LINK = 20,
    MESSAGE_VERIFY_ACCOUNT = 21,
    MESSAGE_START_CHALLENGE = 22,
    MESSAGE_ISSUE_CHALLENGE = 23,
    MESSAGE_ANSWER_CHALLENGE = 24,
    MESSAGE_CHECK_CHALLENGE = 25,
    MESSAGE_CLOSE_LINK = 26,
    MESSAGE_GET_LINK = 27,
    MESSAGE_LINK_NOTICE = 28,
    MESSAGE_SUBMIT_TRANSFER = 60,
    MESSAGE_POST_INSTRUCTION = 61,
    MESSAGE_POSTING_RESULT = 62,
    MESSAGE_INQUIRE_POSTING = 63,
    MESSAGE_CONFIRM_CREDIT = 64,
    MESSAGE_GET_TRANSFER = 65,
    MESSAGE_TRANSFER_NOTICE = 66,
    MESSAGE_ACK_NOTICES = 90
};

enum message_direction { MESSAGE_REQUEST = 1, MESSAGE_REPLY = 2, MESSAGE_NOTICE = 3, MESSAGE_REFUSAL = 4 };

struct hello {
    uint32_t protocol_min, protocol_max;
    struct span software;
    uint32_t window;
    uint64_t last_notice_sequence;
    struct span last_notice_token;
};

struct hello_reply {
    uint32_t protocol;
    struct span software;
    uint32_t window;
    uint32_t heartbeat_ms;
    int64_t ledger_time_ms;
};

struct heartbeat { uint64_t nonce; };
struct go_away { struct span code, text; uint32_t drain_ms; };

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
    bool has_consent; /* false: the message or a part of it is missing */
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
enum account_status { ACCOUNT_STATUS_NONE = 0, ACCOUNT_OPEN = 1, ACCOUNT_NOT_ACTIVATED = 2, ACCOUNT_CLOSED = 3, ACCOUNT_BLOCKED = 4, ACCOUNT_UNKNOWN = 5 };

/* An answer: values that this version does not know arrive as 0 (NONE). */
struct verify_account_reply {
    struct id link, verification;
    enum element_result name, id_number, mobile, account;
    enum account_class account_class;
    enum account_status status;
    bool joint, credit, minor;
};

struct start_challenge { struct id request, link; };

struct issue_challenge {
    struct id link, challenge;
    bank_code requesting_bank;
    struct span account_number;
    uint32_t scopes;
    struct agreed_limits limits;
};

enum challenge_outcome { CHALLENGE_NONE = 0, CHALLENGE_SENT = 1, CHALLENGE_NOT_SENT = 2, CHALLENGE_RIGHT = 3, CHALLENGE_WRONG = 4, CHALLENGE_EXPIRED = 5, CHALLENGE_TOO_MANY = 6 };

struct issue_challenge_reply {
    struct id link, challenge;
    enum challenge_outcome outcome;
    struct span masked_mobile;
    uint32_t lifetime_ms;
    struct span reason;
};

struct answer_challenge { struct id request, link; struct span code; };
struct check_challenge { struct id link, challenge, attempt; struct span code; };

struct check_challenge_reply {
    struct id link, attempt;
    enum challenge_outcome outcome;
    uint32_t tries_left;
};

struct close_link { struct id request, link; struct span reason; };
/* Exactly one of the two is not zero. */
struct get_link { struct id link, request; };

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

struct notice_place { uint64_t sequence; struct digest token; }; /* token: HMAC, DESIGN.md, HAZARDS.md §2 */

struct submit_transfer {
    struct id request, link;
    enum transfer_kind kind;
    enum transfer_direction direction;
    struct money amount;
    struct span end_to_end_id, purpose, remittance;
    struct span debtor_name, debtor_account, creditor_name, creditor_account;
    struct span channel, authentication;
};

enum posting_side { POSTING_DEBIT = 1, POSTING_CREDIT = 2 };

struct post_instruction {
    struct id transfer, link;
    enum posting_side side;
    struct money amount;
    struct span account_number;
    bank_code counterparty_bank;
    struct span counterparty_account_number;
    struct span debtor_name, creditor_name, end_to_end_id, purpose, remittance, channel, authentication;
    enum transfer_kind kind;
};

enum posting_outcome { POSTING_NONE = 0, POSTING_POSTED = 1, POSTING_REFUSED = 2, POSTING_NOT_SEEN = 3, POSTING_IN_PROGRESS = 4, POSTING_UNDONE = 5 };

/* outcome NONE: what the bank said cannot be read. reason is kept raw (4 characters or empty). */
struct posting_result {
    struct id transfer;
    enum posting_outcome outcome;
    struct span reference, book_date, reason, text;
};

struct inquire_posting { struct id transfer; };
struct confirm_credit { struct id transfer; };
struct get_transfer { struct id transfer, request; }; /* exactly one is not zero */

struct transfer_view {
    struct id transfer;
    enum transfer_state state;
    struct span reason, detail;
    struct id link;
    enum transfer_kind kind;
    enum transfer_direction direction;
    struct money amount;
    bank_code debtor_bank, creditor_bank;
    struct span end_to_end_id, reference, book_date;
    int64_t received_at_ms, deadline_ms, accepted_at_ms, credited_at_ms;
    uint64_t window;
    bool replayed;
};

struct ack_notices { uint64_t up_to_sequence; };

#endif
