/*
 * One peer's conversation, without TLS and without a socket: plain bytes in, commands and plain
 * bytes out.
 *
 *   HANDSHAKE --admit--> AWAIT_HELLO --Hello--> OPEN --drain--> DRAINING
 *        |                    |                  |                 |
 *        +--------------------+--------+---------+-----------------+--> CLOSED
 *
 * CLOSED by: a deadline, GoAway of ours (its bytes are in the output), the peer's end, a right that
 * ended. What was in flight is the router's.
 */
#ifndef LG_SESSION_SESSION_H
#define LG_SESSION_SESSION_H

#include "session/front.h"

/* Frames that one call of session_feed handles at most, so that no peer holds the loop; and when so
 * many banks were fed in the last turn that these would be too many, the least. */
#define SESSION_FRAMES_MAX 32u
#define SESSION_FRAMES_MIN 4u

enum session_state {
    SESSION_HANDSHAKE,
    SESSION_AWAIT_HELLO,
    SESSION_OPEN,
    SESSION_DRAINING,
    SESSION_CLOSED
};

/* wake: there is output, or the session closed. Called at any time within a turn; it must only
 * take a note. from: the peer's address, for the log; copied. */
struct session_owner {
    void *context;
    void (*wake)(void *context);
    const char *from;
};

#define SESSION_SERIAL_MAX 48

/* Who the peer is, by its certificate. */
struct session_peer {
    const char *uri; /* "" if it has none, or more than one */
    struct digest pin;
    const char *serial;    /* of the certificate, in hex, for the log; NULL: not known */
    int64_t until_unix_ms; /* the certificate's end; then the session ends; 0: not known */
};

enum session_need {
    SESSION_WANTS,   /* more bytes from the peer */
    SESSION_AGAIN,   /* has frames left: feed it with no bytes in the next turn */
    SESSION_BLOCKED, /* has frames left, and the door no room: feed it when there is */
    SESSION_SLOWED,  /* has frames left, and its bank too many refusals: front_resume_due */
    SESSION_OVER     /* closed: send its output, then part */
};

struct session;

struct session *session_new(struct front *front, const struct session_owner *owner);
/* Leaves the router too. */
void session_free(struct session *session);

/* The handshake is done. Closes with GoAway DISABLED unless the URI is a bank of the registry that
 * is active and has this pin, and LIMIT if the bank has as many connections as it may. */
void session_admit(struct session *session, const struct session_peer *peer);
/* The certificate was looked at again (the CAs or their lists are new ones): why is NULL and
 * until_unix_ms its end by now, or why says what is wrong (static): GoAway CERTIFICATE. */
void session_recheck(struct session *session, int64_t until_unix_ms, const char *why);
/* Closes with GoAway DISABLED if the registry does not let the peer in any more. */
void session_review(struct session *session);
/* Bytes from the peer, after session_admit. Those that are no whole frame yet are kept; an owner
 * that stops feeding on AGAIN and BLOCKED keeps that below what it feeds at once plus one frame. */
enum session_need session_feed(struct session *session, struct span plain);
/* What to send; the owner takes it and clears it. */
struct buf *session_output(struct session *session);
/* While held, nothing new is sent but answers: its owner has too much for it already. */
void session_hold(struct session *session, bool held);
/* The peer is gone; why: static, for the log. */
void session_end(struct session *session, const char *why);
/* GoAway with that code, and no more. */
void session_go_away(struct session *session, const char *code, const char *text);
/* Drains this one. */
void session_drain(struct session *session, uint32_t drain_ms);

enum session_state session_state(const struct session *session);
/* 0 before it is admitted. */
bank_code session_bank(const struct session *session);

#endif
