/*
 * What comes out of the ledger: all that the world is told, and nothing is told otherwise. Effects
 * of a batch are released together after its log write. Spans point into the list's arena.
 */
#ifndef LG_DOMAIN_EFFECT_H
#define LG_DOMAIN_EFFECT_H

#include "domain/command.h"
#include "domain/refusal.h"

enum effect_kind {
    /* Answer one origin now: payload is the reply of message kind, or a Refusal with refused. To an
     * operator (ORIGIN_ADMIN): order says what was carried out, or object and deadline_ms which
     * approval waits until when; payload after SEARCH is the ids found (struct id, one above
     * SEARCH_FOUND_MAX when there are more), after READ_UNMASKED a struct unmasked, else empty. */
    EFFECT_REPLY,
    /* The request of that origin was granted: from now on it waits for EFFECT_ANSWER. */
    EFFECT_WAIT,
    /* Answer who waits for (bank, request) with a late result. */
    EFFECT_ANSWER,
    /* Send a request to a bank and go on, over whatever session, until EFFECT_DONE of the same
     * exchange or deadline_ms (ledger time). message POST_INSTRUCTION, VERIFY_ACCOUNT, ... */
    EFFECT_SEND,
    /* From now on only ask: payload is an InquirePosting or a CancelPosting, sent with backoff until
     * EFFECT_DONE in the place of whatever went out for that exchange before. */
    EFFECT_INQUIRE,
    EFFECT_DONE,
    /* A numbered notice, to be sent if the bank is connected and caught up. */
    EFFECT_NOTICE,
    /* The registry's entry of a bank is now this one. */
    EFFECT_BANK,
    /* The settlement window that is open now: sequence is its number, day its business date,
     * deadline_ms its cut-off (0: none). */
    EFFECT_WINDOW,
    /* An order of two people that is carried out beside the ledger: order says which (
     * QUARANTINE_RELEASE: digest; CLOCK_ACCEPT: deadline_ms is the wall clock's time). */
    EFFECT_ORDER,
    /* For the log and the alarms: text names what, object which. */
    EFFECT_ALARM,
    /* A document of rules, encoded, under its number: all after BOOT, in order; each when it is
     * loaded. */
    EFFECT_RULES,
    /* A notice without a number: over one of the bank's connections, or lost. */
    EFFECT_TELL
};

struct effect {
    enum effect_kind kind;
    enum message_kind message;
    bool refused;
    struct origin origin; /* REPLY, WAIT */
    bank_code bank;       /* whom: WAIT, ANSWER, SEND, INQUIRE, NOTICE, BANK, TELL */
    struct id request;    /* WAIT, ANSWER: request id */
    struct id exchange;   /* SEND, INQUIRE, DONE: transfer, verification, challenge, attempt id */
    uint64_t sequence;    /* NOTICE, RULES, WINDOW: its number */
    int64_t day;          /* WINDOW */
    int64_t deadline_ms;  /* SEND; REPLY to an operator: until when the approval waits */
    struct span payload;
    struct refusal refusal;   /* REPLY and ANSWER with refused */
    const struct bank *entry; /* BANK */
    const char *text;         /* ALARM: static; bank, if not 0: whom it is about */
    struct id object;         /* ALARM; REPLY to an operator: the approval that waits */
    enum command_kind order;  /* ORDER; REPLY to an operator */
    struct digest digest;     /* ORDER; REPLY after SEARCH: the key that was looked for */
};

struct effects {
    struct effect *items;
    size_t count;
    size_t cap;
    struct arena arena;
};

void effects_init(struct effects *effects);
void effects_deinit(struct effects *effects);
void effects_clear(struct effects *effects);
/* A zeroed effect at the end; valid until the next add. */
struct effect *effects_add(struct effects *effects, enum effect_kind kind);
/* Drops all from count on (a command that was rolled back). */
void effects_truncate(struct effects *effects, size_t count);

#endif
