/*
 * Rows of the store that are no objects of the domain.
 */
#ifndef LG_STORE_ROWS_H
#define LG_STORE_ROWS_H

#include "domain/limit.h"

/* One record, written with every freeze. */
struct store_meta {
    struct digest store_id;    /* made at the first start */
    uint64_t applied_sequence; /* last command applied */
    uint64_t applied_batch;    /* last log batch applied */
    struct digest chain;       /* the log's chain hash after that batch */
    int64_t ledger_ms;         /* never goes back */
    uint64_t boot_count;
    uint32_t ledger_version;
    uint64_t open_window;
};

/* Hot counters of one bank's traffic: whether it is connected, its notices, and what it owes. */
struct bank_counters {
    bool online;
    uint64_t last_notice;  /* last number given; 0: none yet */
    uint64_t acked_notice; /* all up to here are acknowledged and gone */
    uint64_t unanswered;   /* transfers that it was instructed of and that have no outcome */
    uint64_t unknown;      /* of these, UNKNOWN ones */
    uint64_t uncredited;   /* accepted pulls that it has to confirm, and did not in time */
    uint64_t questions;    /* views of accounts that it asked for and that are out */
    /* It showed the token of a notice that this store has not given (an old one was put back): its
     * traffic is held, and no notice goes to it, until it is reconciled. */
    uint64_t held_notice; /* the highest such number; 0: not held */
    int64_t held_since_ms;
    uint64_t events;          /* that wait for its acknowledgement */
    uint64_t skipped_notices; /* numbers up to last_notice that another life of this store gave */
};

/* What is sealed in a link's record. kept_*: the encoded instruction that is outstanding. */
struct link_private {
    struct span class2_number, class1_number;
    uint32_t kept_kind; /* enum message_kind; 0: none */
    struct span kept_payload;
};

struct card_private {
    struct span number; /* the latest; empty: none yet */
    struct span asked;  /* the encoded AskCard, while its answer is waited for */
};

/* Live links are found by whom and what they join; the rows go when the link becomes final. */
enum live_kind {
    LIVE_PERSON = 1, /* key: the Class II bank's code and the person key, see live_person_key */
    LIVE_CLASS2 = 2, /* key: class2_key */
    LIVE_CLASS1 = 3  /* key: class1_key */
};

/* A view of an account that was asked for: who asked, and until when. Gone with its answer. */
struct store_question {
    struct id id;
    bank_code asked_by;
    struct id request;
    bank_code asked;
    struct id link;
    uint32_t message; /* QUERY_BALANCE, QUERY_ACCOUNT_STATUS or QUERY_OVERVIEW */
    int64_t deadline_ms;
    struct id overview; /* that it is a part of; zero: none */
};

/* Verifications of one account or one person within the last day, oldest first: one more is allowed
 * or not by how many there were, whenever they were. */
#define TRIES_KEPT_MAX 16 /* no rule may allow more a day */
struct verification_tries {
    uint32_t count;
    int64_t at_ms[TRIES_KEPT_MAX];
};

/* What becomes of a transfer's sealed instruction when its record is written. */
enum store_kept { STORE_KEPT_SAME, STORE_KEPT_SET, STORE_KEPT_DROP };

struct store_deadline {
    int64_t at_ms;
    enum object_kind kind;
    struct id object;
};

struct store_open_row {
    enum object_kind kind;
    struct id parent, object;
};

struct store_request {
    struct digest payload; /* SHA-256 of the exact payload */
    enum object_kind kind; /* object it made or touched; NONE when refused without one */
    struct id object;
    uint32_t message; /* command kind */
    uint32_t refusal; /* enum refusal_code when the ledger refused it; 0: granted */
    char field[40];   /* of the refusal */
    struct id detail; /* e.g. the attempt or challenge id */
    int64_t at_ms;
    struct limit_left limit;  /* of the refusal */
    uint32_t product_version; /* likewise */
    int64_t right_fen;        /* likewise */
};

/* A document of rules. */
struct store_rules {
    uint64_t number; /* sequence of the command that loaded it */
    int64_t loaded_at_ms;
    uint32_t uid, approver;
    struct span document; /* encoded; until the next store_begin */
};

struct store_notice {
    enum object_kind kind;
    struct id object;
    uint32_t entry; /* index in the object's history */
};

#endif
