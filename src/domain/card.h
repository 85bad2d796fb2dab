/*
 * An application for a debit card of the Class I bank, forwarded by the Class II bank of the same
 * person: its record and its state machine (docs/features.md). Elements, address and number are not
 * here: they stand sealed beside it (store/desk.h). DOMAIN.md §1 (F01 to F03), §3.
 */
#ifndef LG_DOMAIN_CARD_H
#define LG_DOMAIN_CARD_H

#include "domain/types.h"

#define CARD_PURPOSE_SIZE 65
#define CARD_DELIVER_TO_MAX 280 /* bytes of a postal address, or of a branch's name */
/* Entries of a life, after which a card is not issued, sent or lost again: what ends it has room. */
#define CARD_LIFE_MAX 20u

/* Values equal the wire's. */
enum card_state {
    CARD_NONE = 0,
    CARD_APPLIED = 1,   /* the partner is asked, until answer_due_ms */
    CARD_UNKNOWN = 2,   /* it did not answer in time: only its own word says what became of it */
    CARD_FORWARDED = 3, /* the partner has taken it */
    CARD_ISSUED = 4,    /* there is a number; not usable before it is activated in person */
    CARD_LOST = 5,      /* on its way; another number is to come */
    CARD_ACTIVATED = 6, /* final, as the next ones */
    CARD_REFUSED = 7,
    CARD_CANCELLED = 8,
    CARD_EXPIRED = 9,
    CARD_STATES
};
/* 1 to 6 are what the partner says, and equal the wire's; all are on disk. */
enum card_event {
    CARD_EVENT_APPLY = 0,
    CARD_EVENT_TAKEN = 1,
    CARD_EVENT_ISSUED = 2,
    CARD_EVENT_DISPATCHED = 3, /* mailed, or ready at the counter */
    CARD_EVENT_LOST = 4,
    CARD_EVENT_ACTIVATED = 5,
    CARD_EVENT_REFUSED = 6,
    CARD_EVENT_UNANSWERED = 7,
    CARD_EVENT_CANCEL = 8,
    CARD_EVENT_EXPIRE = 9,
    CARD_EVENTS
};
enum card_delivery { CARD_DELIVERY_NONE = 0, CARD_DELIVERY_MAIL = 1, CARD_DELIVERY_COUNTER = 2 };

struct card {
    struct id id;
    enum card_state state;
    bank_code class2_bank; /* that forwarded the application */
    bank_code class1_bank; /* whose card it is */
    enum card_delivery delivery;
    struct digest person_key; /* HMAC(id type, number) */
    struct digest class1_key; /* HMAC(bank, number) of the latest number; zero: none yet */
    char masked[8];           /* its last four */
    struct digest consent_sha256;
    char consent_purpose[CARD_PURPOSE_SIZE];
    int64_t consent_at_ms;
    struct id request; /* of the ApplyCard */
    int64_t applied_at_ms;
    int64_t answer_due_ms;
    int64_t expires_at_ms; /* six months after it was applied for, or issued last */
    int64_t issued_at_ms;  /* last; 0: not yet, as the next two */
    int64_t dispatched_at_ms;
    int64_t activated_at_ms;
    uint32_t issues; /* numbers that were issued */
    char reason[REASON_SIZE];
    struct history history; /* never spilled */
};

bool card_next(enum card_state state, enum card_event event, enum card_state *next_out);
bool card_final(enum card_state state);
const char *card_state_name(enum card_state state);
const char *card_event_name(enum card_event event);
/* When the ledger must look at it; 0: never again. */
int64_t card_due_ms(const struct card *card);
/* No room for this event: its life is as long as it may be. */
bool card_full(const struct card *card, enum card_event event);
/* Moves it and adds its history entry (state and event filled in here). False: refused. */
bool card_move(struct card *card, enum card_event event, const struct history_entry *entry)
    __attribute__((warn_unused_result));

#endif
