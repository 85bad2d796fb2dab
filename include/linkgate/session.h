/*
 * A client over a TCP socket: for an event loop, or with calls that block. A program may have as
 * many sessions as it likes, to one gateway or to several; each is used by one thread at a time.
 * Time is read from CLOCK_BOOTTIME.
 */
#ifndef LINKGATE_SESSION_H
#define LINKGATE_SESSION_H

#include <linkgate/core.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lg_session;

struct lg_target {
    const char *host; /* name or address */
    uint16_t port;
    uint32_t attempt; /* count up at each reconnect: takes the host's addresses in turn */
};

/* Starts to connect (a name is looked up here and may block, an address never does). 0, or
 * LG_FAILED with reason_out; what goes wrong later ends the client (lg_client_reason). */
int lg_session_open(const struct lg_target *target, struct lg_context *context,
                    const struct lg_config *config, const struct lg_handler *handler,
                    struct lg_session **session_out, char *reason_out,
                    size_t reason_size) LG_MUST_USE;
/* Over a connected, non-blocking descriptor, which it then owns. */
struct lg_session *lg_session_adopt(int fd, struct lg_context *context,
                                    const struct lg_config *config,
                                    const struct lg_handler *handler);
/* Closes; calls nobody. */
void lg_session_free(struct lg_session *session);
/* For state, reason, requests and answers. Feeding and draining go through the session. */
struct lg_client *lg_session_client(struct lg_session *session);
/* See lg_client_drain. */
void lg_session_drain(struct lg_session *session, uint32_t drain_ms);

/* ---- in an event loop ------------------------------------------------------------------------
 * One turn: lg_session_event for what poll said, lg_session_tick when its deadline has come, then
 * the bank's own work (making things durable), then lg_session_flush, which sends all that was
 * said in one go; then interest and deadline again. */

int lg_session_fd(const struct lg_session *session);
/* POLLIN and POLLOUT as wanted now. */
short lg_session_interest(const struct lg_session *session);
/* What poll returned for the descriptor. */
void lg_session_event(struct lg_session *session, short revents);
void lg_session_tick(struct lg_session *session);
/* On the clock of lg_now_ms; INT64_MAX: none. */
int64_t lg_session_deadline_ms(const struct lg_session *session);
/* Packs, and sends as much as the kernel takes. */
void lg_session_flush(struct lg_session *session);
/* It ended: flush once more, so that the last words leave, and free it. */
bool lg_session_over(const struct lg_session *session);
/* Milliseconds of CLOCK_BOOTTIME. */
int64_t lg_now_ms(void);

/* ---- blocking --------------------------------------------------------------------------------
 * While these wait, callbacks run: the gateway's requests and notices are served. From inside a
 * callback all of them return LG_INSIDE. */

/* Sends what was said, waits at most wait_ms for the gateway or a deadline, serves what came. 0,
 * LG_ENDED or LG_INSIDE. */
int lg_session_turn(struct lg_session *session, int64_t wait_ms) LG_MUST_USE;
/* Turns until done says so; done may be NULL: never. 0, LG_ENDED, LG_TIMEOUT or LG_INSIDE. */
int lg_session_wait(struct lg_session *session, bool (*done)(void *context), void *context,
                    int64_t wait_ms) LG_MUST_USE;
/* Until Hello is answered. 0, LG_ENDED, LG_TIMEOUT or LG_INSIDE. */
int lg_session_greet(struct lg_session *session, int64_t wait_ms) LG_MUST_USE;
/* Sends one request, waiting for Hello and for room in the window if need be, and waits for its
 * answer. 0: answer_out is the reply or refusal, borrowed until the next call or until the session
 * is freed. After LG_ENDED and LG_TIMEOUT the outcome is open: send the same bytes again. Also
 * LG_NOT_READY (draining), LG_TOO_LARGE, LG_BAD_TRACE, LG_INSIDE: nothing was sent. */
int lg_session_call(struct lg_session *session, const struct lg_request *request, int64_t wait_ms,
                    struct lg_envelope *answer_out) LG_MUST_USE;
/* Parts gracefully: drains for at most wait_ms, until the connection is over. Free it then. */
void lg_session_close(struct lg_session *session, uint32_t wait_ms);

#ifdef __cplusplus
}
#endif

#endif
