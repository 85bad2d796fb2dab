/*
 * The tables of the store by number, and every row of them in the order of their keys: for whoever
 * checks a store instead of using it.
 */
#ifndef LG_STORE_TABLES_H
#define LG_STORE_TABLES_H

#include "store/events.h"
#include "store/orders.h"
#include "store/overview.h"

/* The first byte of every key. Never renumbered: they are on disk. */
enum table {
    TABLE_META = 1,
    TABLE_BANK = 2,
    TABLE_BANK_COUNTERS = 3,
    TABLE_LINK = 4,
    TABLE_LINK_PAIR = 5,   /* class2 key, class1 key -> link id */
    TABLE_LINK_PERSON = 6, /* person key, link id */
    TABLE_LINK_CLASS2 = 7, /* account key, link id */
    TABLE_LINK_CLASS1 = 8,
    TABLE_TRIES = 9,
    TABLE_REQUEST = 10,
    TABLE_TRANSFER = 11,
    TABLE_TRANSFER_OF_LINK = 12, /* link id, transfer id */
    TABLE_OPEN = 13,
    TABLE_DEADLINE = 14,
    TABLE_NOTICE = 15,
    TABLE_POSITION = 16,
    TABLE_NET = 17,
    TABLE_LIVE = 18,         /* live kind, key, link id */
    TABLE_LINK_OF_BANK = 19, /* bank, link id */
    TABLE_USAGE = 20,        /* link id */
    TABLE_HISTORY = 21,      /* object kind, id, index */
    TABLE_RETURN = 22,       /* original, return */
    TABLE_CASE = 23,
    TABLE_CASE_OF_TRANSFER = 24, /* transfer id, case id */
    TABLE_QUESTION = 25,
    TABLE_APPROVAL = 26,
    TABLE_AUDIT = 27,    /* sequence */
    TABLE_RULES = 28,    /* sequence */
    TABLE_LIMIT = 29,    /* account key */
    TABLE_EXPOSURE = 30, /* bank, currency */
    TABLE_PAIR = 31,     /* low bank, high bank, currency */
    TABLE_FUNDS = 32,
    TABLE_WINDOW = 33,
    TABLE_LATE = 34, /* window, transfer id */
    TABLE_ADJUSTMENT = 35,
    TABLE_ADJUSTMENT_OF_WINDOW = 36, /* window, adjustment id: of those that are booked */
    TABLE_CASE_OF_LINK = 37,         /* link id, case id */
    TABLE_PRODUCT = 38,
    TABLE_PRODUCT_VERSION = 39, /* product id, version: the older ones */
    TABLE_PRODUCT_CHANGE = 40,  /* sequence of the present version -> product id */
    TABLE_QUOTA = 41,           /* product id */
    TABLE_ORDER = 42,
    TABLE_ORDER_OF_LINK = 43,     /* link id, order id */
    TABLE_ORDER_OF_TRANSFER = 44, /* transfer id, order id */
    TABLE_HELD = 45,              /* product id, person key */
    TABLE_LOAN = 46,
    TABLE_LOAN_OF_LINK = 47,
    TABLE_LOAN_OF_TRANSFER = 48,
    TABLE_CARD = 49,
    TABLE_CARD_OF_PERSON = 50, /* person key, or of its partner and it while it is open; card id */
    TABLE_EVENT = 51,
    TABLE_OVERVIEW = 52,
    TABLES
};

/* HMACs stand in keys with their first half: 128 bits still never meet by chance. */
#define KEY_DIGEST_SIZE 16
/* The longest is an open row: table, kind, two ids. */
#define KEY_SIZE_MAX 48

const char *table_name(enum table table); /* "transfer" ...; "unknown" */

/* A row as its table has it. What a key says stands in the fields before the value; a table uses
 * those that it has. Digests from keys have their first half, and zeroes behind. */
struct store_row {
    uint8_t key[KV_KEY_MAX];
    size_t key_size;
    bool checks; /* of a damaged row: its checksum is right all the same */
    enum table table;
    enum object_kind kind; /* open, deadline, history */
    enum live_kind live;
    bank_code bank;
    uint64_t number; /* notice, audit, history, rules: sequence or index; window; version */
    int64_t at_ms;   /* deadline */
    struct digest digest, other_digest; /* person, account, tries; of a pair class 2, then 1 */
    struct id parent;                   /* link, original, transfer that an index is by */
    struct id id;                       /* the object's, or the request's */
    union {
        struct store_meta meta;
        struct bank bank;
        struct bank_counters counters;
        struct link link;
        struct verification_tries tries;
        struct store_request request;
        struct transfer transfer;
        struct store_notice notice;
        struct position position;
        struct pair_net net;
        struct link_usage usage;
        struct history_entry history;
        struct inquiry_case inquiry;
        struct store_question question;
        struct store_overview overview;
        struct bank_event event;
        struct approval approval;
        struct audit_row audit;
        struct store_rules rules;
        struct account_limits limits;
        struct exposure_terms exposure;
        struct pair_position pair;
        struct funds funds;
        struct adjustment adjustment;
        struct window window;
        struct product product;
        struct quota quota;
        struct product_order order;
        struct loan loan;
        int64_t held_fen;
        struct card card;
    } value;
};

/* The row behind that key (size 0: the first), read and checked. STORE_DAMAGED: all but
 * the value is filled in, as far as the key tells it, so that one can go on behind it. after may be the key of row_out. */
int store_next_row(struct store *store, struct span after, struct store_row *row_out) MUST_USE;

/* What seals and hashes this store's fields. */
struct keyring *store_keyring(struct store *store);
/* Savepoint and back: gives back the memory of what was read since the last store_begin. */
void store_release(struct store *store);

#endif
