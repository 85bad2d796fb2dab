/*
 * The front of the gateway: all sessions, the router between them, and the door to the ledger.
 * No sockets, no threads, no clock of its own: the daemon drives it from its event loop, tests and
 * the simulator from a list.
 *
 * A turn: front_turn; feed sessions, deliver effects in any order; then take the sessions' output.
 */
#ifndef LG_SESSION_FRONT_H
#define LG_SESSION_FRONT_H

#include "router/router.h"
#include "util/clock.h"

/* Log lines about connections in a second; the rest is counted, and told in one line. */
#define FRONT_LOG_LINES_MAX 50u

/* Frames in a turn, of all banks: above it each gets fewer. */
#define FRONT_FRAMES_MAX 128u
/* Frames that a bank may have saved, of turns in which it had less than its part. Those that are
 * handled in a turn beyond the parts of all are FRONT_FRAMES_MAX too. */
#define FRONT_SAVED_MAX 128u

struct front;

struct front_config {
    uint32_t window;       /* requests that a bank may have in flight on a connection */
    uint32_t refusals;     /* that a bank may be given in a second, before it is slowed; 0: any */
    uint32_t handshake_ms; /* for TLS */
    uint32_t hello_ms;     /* from then to Hello */
    uint32_t heartbeat_ms; /* of silence, before a heartbeat; dead after three of these */
    struct router_limits limits;
    const char *software; /* borrowed */
};

/* clock, door and what config points to are borrowed. */
struct front *front_new(const struct front_config *config, const struct clock *clock,
                        const struct door *door);
/* All sessions must be free. */
void front_free(struct front *front);
/* Other values for sessions that say Hello from now on; limits stay as they were. */
void front_configure(struct front *front, const struct front_config *config);

/* Reads the clock and does all that is due: deadlines, heartbeats, inquiries. */
void front_turn(struct front *front);
/* So many banks were fed in this turn of the owner's loop: in the next one each gets its part. */
void front_fed(struct front *front, uint32_t banks);
/* True once it is time to look which sessions that are SESSION_SLOWED may be fed again. */
bool front_resume_due(struct front *front);
/* Whether so much of what that bank asked was refused lately that others come first. */
bool front_is_refused(struct front *front, bank_code bank);
/* Whether that bank's may not yet. */
bool front_is_slowed(struct front *front, bank_code bank);
/* When front_turn is needed next, in clock_boot_ms; INT64_MAX if never. */
int64_t front_due_ms(const struct front *front);
/* A released batch. */
void front_deliver(struct front *front, const struct effects *effects);
/* The door has room again: pages of notices that waited for it. Sessions that were blocked are the
 * owner's to feed again. */
void front_resume(struct front *front);
/* Tells every session that it has drain_ms to finish, and lets no new one say Hello. */
void front_drain(struct front *front, uint32_t drain_ms);
/* Calls visit for each certificate that a bank is connected with: its pin, and when it ends (Unix
 * time, 0: not known). Connections that share one are told each. */
void front_certificates(const struct front *front,
                        void (*visit)(void *context, bank_code bank, const struct digest *pin,
                                      int64_t expires_ms),
                        void *context);

const struct router *front_router(const struct front *front);
int64_t front_now_ms(const struct front *front); /* of the present turn */
/* True if one more line about a connection may be logged now. */
bool front_may_log(struct front *front);

struct front_stats {
    struct router_stats router;
    uint32_t sessions;   /* all, from the first byte on */
    uint32_t handshakes; /* of them, in their TLS handshake */
    uint64_t frames_in, frames_out;
    uint64_t requests;    /* submitted */
    uint64_t answers;     /* submitted */
    uint64_t refused;     /* requests refused before the ledger */
    uint64_t unreadable;  /* answers that could not be read */
    uint64_t ignored;     /* replies and notices of kinds that mean nothing here */
    uint64_t turned_away; /* connections closed before their session was open */
};
void front_stats(const struct front *front, struct front_stats *stats_out);

#endif
