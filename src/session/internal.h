/*
 * What the files of the session share. Private to session.
 */
#ifndef LG_SESSION_INTERNAL_H
#define LG_SESSION_INTERNAL_H

#include "domain/rulebook.h"
#include "session/session.h"
#include "util/heap.h"
#include "util/hmap.h"
#include "util/logline.h"
#include "wire/envelope.h"

#define SESSION_FROM_MAX 64
/* Buffers above this are given back when they are empty: idle connections stay small. */
#define SESSION_KEEP_MAX 16384

struct session {
    struct heap_node timer; /* first: the heap gives it back */
    struct router_peer peer;
    struct front *front;
    struct session_owner owner;
    char from[SESSION_FROM_MAX];
    enum session_state state;
    bool blocked;
    uint32_t window; /* that we granted */
    uint32_t heartbeat_ms;
    int64_t since_ms; /* in this state */
    int64_t heard_ms; /* the last whole frame */
    int64_t asked_ms; /* our last heartbeat */
    uint32_t beats;
    int64_t drain_at_ms;
    uint64_t system_version;         /* that it was told */
    char serial[SESSION_SERIAL_MAX]; /* of the certificate */
    struct buf in;                   /* a frame that is not whole yet, or frames that wait */
    struct buf out;
    TAILQ_ENTRY(session) entry;
};

TAILQ_HEAD(session_list, session);

/* What banks are told of each other and of the day. A version is never used twice; 0: nothing yet. */
struct system_participant {
    bank_code code;
    char name[BANK_NAME_MAX + 1];
    bool active;
    uint32_t roles;
};
struct system_view {
    struct system_participant *participants; /* in order of their codes */
    size_t count, cap;
    struct rulebook book; /* as the ledger has it */
    int64_t today;        /* Shanghai's; rules begin with a day */
    int64_t day;          /* business date of the open window */
    int64_t cut_off_ms;   /* of that window; 0: none */
    uint64_t version;
    uint64_t told; /* to all that were open then */
};

/* What a bank did not use of its parts of the turns up to this one. Two banks that share a slot share
 * that, no more. */
#define FRONT_BANKS 256u
struct front_saving {
    uint64_t turn;
    uint32_t frames;
};

struct front {
    struct front_config config;
    struct clock clock;
    const struct door *door; /* the owner's */
    struct door inner;       /* the router's: the same, with payloads encoded */
    struct router *router;
    int64_t now_ms;
    uint32_t frames; /* of one session at a time */
    uint32_t spare;  /* more of them, in this turn, for those that saved some */
    uint64_t turns;
    struct front_saving savings[FRONT_BANKS];
    struct hmap *patiences; /* of each bank that ever sent something */
    int64_t resume_at_ms;   /* when the first of those that were slowed goes on; or INT64_MAX */
    uint64_t connections;
    struct session_list sessions;
    struct heap timers;
    bool draining;
    struct system_view system;
    struct front_stats stats;
    struct buf scratch;   /* one encoded payload */
    struct buf decrypted; /* of the channel that is being fed */
    struct log_gate log_gate;
};

/* front.c */
/* How many frames of that bank's session may be handled now, and that so many were. */
uint32_t front_frames(struct front *front, bank_code bank);
void front_used(struct front *front, bank_code bank, uint32_t frames);

/* patience.c */
/* How many frames of that bank may be read now; 0: it is slowed. */
uint32_t patience_left(struct front *front, bank_code bank);
/* It is told one refusal. */
void patience_spend(struct front *front, bank_code bank);
void patience_free(struct front *front);

/* session.c */
void session_schedule(struct session *session);
void session_timer(struct session *session);
void session_append(struct session *session, const struct envelope *envelope);
/* Hello was answered and the router has joined it. */
void session_opened(struct session *session);

/* dispatch.c */
/* One frame's body. */
void session_handle(struct session *session, struct span body);

/* system.c */
void system_init(struct system_view *view);
void system_deinit(struct system_view *view);
void system_learn(struct system_view *view, const struct bank *bank);
/* A document of rules that was loaded. */
void system_rules(struct system_view *view, uint64_t number, struct span bytes);
void system_learn_window(struct system_view *view, const struct effect *effect);
/* Tells an open session the present version, unless it knows it or is held. */
void system_tell(struct session *session);
/* Tells all sessions what changed. */
void system_turn(struct front *front);

/* rights.c */
/* REFUSAL_NONE, or why this bank may not send that with that pin. */
enum refusal_code rights_check(const struct bank *bank, const struct digest *pin,
                               enum command_kind kind);

#endif
