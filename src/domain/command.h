/*
 * What goes into the ledger. Everything that can change anything is a command; so are the queries
 * that must see a bank's own writes. A command owns its memory (arena); spans in its body point
 * into it. DESIGN.md §2.
 */
#ifndef LG_DOMAIN_COMMAND_H
#define LG_DOMAIN_COMMAND_H

#include "domain/bank.h"
#include "domain/message.h"
#include "util/arena.h"

/* Values are written to the log: never renumber. Bank messages are 1000 + their message kind. */
enum command_kind {
    COMMAND_NONE = 0,
    COMMAND_BOOT = 1,      /* first after recovery, and of a new ledger */
    COMMAND_TICK = 2,      /* made only when a deadline is due */
    COMMAND_BANK_UP = 3,   /* the bank's first session is open */
    COMMAND_BANK_DOWN = 4, /* its last one is gone */
    COMMAND_BANK_ADD = 100,
    COMMAND_BANK_DISABLE = 101,
    COMMAND_UNFREEZE = 102,
    COMMAND_CLOCK_ACCEPT = 103,
    /* query by the router: notices of a bank from a sequence on, then one empty EFFECT_REPLY */
    COMMAND_FETCH_NOTICES = 200,
    COMMAND_OPEN_LINK = 1020,
    COMMAND_VERIFY_ANSWER = 1021,
    COMMAND_START_CHALLENGE = 1022,
    COMMAND_ISSUE_ANSWER = 1023,
    COMMAND_ANSWER_CHALLENGE = 1024,
    COMMAND_CHECK_ANSWER = 1025,
    COMMAND_CLOSE_LINK = 1026,
    COMMAND_GET_LINK = 1027, /* query */
    COMMAND_SUBMIT_TRANSFER = 1060,
    COMMAND_POSTING_ANSWER =
        1061, /* reply to PostInstruction or InquirePosting, or PostingResult */
    COMMAND_CONFIRM_CREDIT = 1064,
    COMMAND_GET_TRANSFER = 1065, /* query */
    COMMAND_ACK_NOTICES = 1090
};

/* Where the answer goes: volatile, never logged, zero at replay. */
enum origin_kind { ORIGIN_NONE = 0, ORIGIN_BANK = 1, ORIGIN_ADMIN = 2, ORIGIN_INTERNAL = 3 };
struct origin {
    enum origin_kind kind;
    uint64_t connection;  /* id of the connection, never reused within a process */
    uint64_t correlation; /* the requester's */
};

struct bank_up {
    uint64_t last_notice_sequence;
    struct digest last_notice_token;
    bool has_token;
};
struct unfreeze {
    enum object_kind kind;
    struct id object;
};
struct bank_disable {
    bank_code code;
};
struct clock_accept {
    int64_t wall_ms;
};
struct fetch_notices {
    uint64_t after_sequence;
    uint32_t max;
};
struct boot {
    struct digest store_id;
    uint32_t software_version;
};

struct command {
    enum command_kind kind;
    bank_code
        bank; /* the bank that sent it; BANK_UP, BANK_DOWN, FETCH_NOTICES: whom it is about; else 0 */
    struct digest pin;   /* of the session it came on; zero if none */
    uint32_t uid;        /* operator's, with operators' commands */
    uint32_t timeout_ms; /* of the envelope */
    struct origin origin;
    struct span payload; /* the exact bytes received; what the log keeps */
    union {
        struct boot boot;
        struct bank_up bank_up;
        struct bank bank_add;
        struct bank_disable bank_disable;
        struct unfreeze unfreeze;
        struct clock_accept clock_accept;
        struct fetch_notices fetch_notices;
        struct open_link open_link;
        struct verify_account_reply verify_answer;
        struct start_challenge start_challenge;
        struct issue_challenge_reply issue_answer;
        struct answer_challenge answer_challenge;
        struct check_challenge_reply check_answer;
        struct close_link close_link;
        struct get_link get_link;
        struct submit_transfer submit_transfer;
        struct posting_result posting_answer;
        struct confirm_credit confirm_credit;
        struct get_transfer get_transfer;
        struct ack_notices ack_notices;
    } body;
    struct command *next; /* in whatever queue holds it */
    struct arena arena;
};

/* Queries change nothing, take no sequence and are not logged. */
static inline bool command_is_query(enum command_kind kind) {
    return kind == COMMAND_GET_LINK || kind == COMMAND_GET_TRANSFER ||
           kind == COMMAND_FETCH_NOTICES;
}

/* The request id of a request that changes something; NULL for all others. Borrowed. */
const struct id *command_request_id(const struct command *command);

/* An empty command with its arena (budget in bytes; 0: COMMAND_ARENA_BUDGET). */
#define COMMAND_ARENA_BUDGET (1u << 20)
struct command *command_new(enum command_kind kind);
void command_free(struct command *command);

#endif
