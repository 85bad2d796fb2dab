/*
 * What one bank tells another besides money: what happened at a counter to an account of a link, and
 * a person whom it refers with consent. Its record and its short life.
 */
#ifndef LG_DOMAIN_EVENT_H
#define LG_DOMAIN_EVENT_H

#include "domain/link.h"

#define EVENT_PLACE_MAX 64
#define EVENT_TEXTS 3 /* the place; or name, ID number and mobile */

/* Values equal the wire's, and those in the store. */
enum event_kind { EVENT_NONE = 0, EVENT_OFFLINE = 1, EVENT_REFERRAL = 2 };
enum event_type {
    EVENT_TYPE_NONE = 0,
    EVENT_CASH_DEPOSIT = 1,
    EVENT_CASH_WITHDRAWAL = 2,
    EVENT_COUNTER_TRANSFER = 3,
    EVENT_CARD_REPLACED = 4,
    EVENT_CARD_LOST = 5,
    EVENT_DETAILS_CHECKED = 6,
    EVENT_COUNTER_SERVICE = 7,
    EVENT_TYPES
};
enum event_state {
    EVENT_STATE_NONE = 0,
    EVENT_WAITING = 1,
    EVENT_DELIVERED = 2, /* acknowledged: what it said is erased */
    EVENT_EXPIRED = 3,   /* nobody acknowledged it in time: likewise */
    EVENT_STATES
};

/* What it says of a person stands beside it, sealed, while it is WAITING. */
struct bank_event {
    struct id id;
    enum event_kind kind;
    enum event_state state;
    bank_code from, to;
    int64_t received_at_ms;
    uint64_t sequence; /* of the command that made it */
    int64_t expires_at_ms, ended_at_ms;
    /* OFFLINE */
    struct id link;
    enum event_type type;
    int64_t at_ms;
    struct money amount; /* 0 fen: none was said */
    /* REFERRAL; the fact of the consent stays */
    uint32_t id_type;
    uint32_t consent_fields;
    char consent_purpose[65];
    struct digest consent_sha256;
    int64_t consent_at_ms;
};

/* "" for what is none. */
const char *event_kind_name(enum event_kind kind);
const char *event_type_name(enum event_type type);
const char *event_state_name(enum event_state state);
/* Whether an amount may be said. */
bool event_type_moves_money(enum event_type type);

#endif
