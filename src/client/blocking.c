/*
 * Calls that block: poll, event, tick, flush.
 *
 * Invariants: what callbacks said is flushed before anything is waited for; a call that was given
 * up never takes the answer of another, since answers are known by their correlation. It knows one
 * session at a time and reconnects none.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>

#include "client/internal.h"

static int wait_time(const struct lg_session *session, int64_t wait_ms) {
    int64_t left_ms = lg_session_deadline_ms(session) - lg_now_ms();
    left_ms = left_ms < wait_ms ? left_ms : wait_ms;
    if (left_ms < 0)
        return 0;
    return left_ms < INT_MAX ? (int)left_ms : INT_MAX;
}

int lg_session_turn(struct lg_session *session, int64_t wait_ms) {
    if (session->inside)
        return LG_INSIDE;
    lg_session_flush(session);
    if (lg_session_over(session))
        return LG_ENDED;
    struct pollfd fd = {.fd = session->fd, .events = lg_session_interest(session)};
    int count = poll(&fd, 1, wait_time(session, wait_ms));
    ENSURE(count >= 0 || errno == EINTR);
    if (count > 0)
        lg_session_event(session, fd.revents);
    lg_session_tick(session);
    lg_session_flush(session);
    return lg_session_over(session) ? LG_ENDED : 0;
}

/* One turn of what is left until then. */
static int turn_until(struct lg_session *session, int64_t until_ms) {
    int64_t left_ms = until_ms - lg_now_ms();
    return left_ms > 0 ? lg_session_turn(session, left_ms) : LG_TIMEOUT;
}

static bool is_done(bool (*done)(void *context), void *context) {
    return done != NULL && done(context);
}

int lg_session_wait(struct lg_session *session, bool (*done)(void *context), void *context,
                    int64_t wait_ms) {
    int64_t until_ms = lg_now_ms() + wait_ms;
    while (!is_done(done, context)) {
        int outcome = session->inside ? LG_INSIDE : turn_until(session, until_ms);
        if (outcome != 0)
            return is_done(done, context) ? 0 : outcome;
    }
    return 0;
}

static bool is_greeted(void *context) {
    const struct lg_session *session = context;
    enum lg_state state = lg_client_state(session->client);
    return state == LG_STATE_READY || state == LG_STATE_DRAINING;
}

int lg_session_greet(struct lg_session *session, int64_t wait_ms) {
    return lg_session_wait(session, is_greeted, session, wait_ms);
}

/* Until the gateway takes the request. */
static int ask(struct lg_session *session, const struct lg_request *request, int64_t until_ms) {
    for (;;) {
        int asked = client_ask(session->client, request, &session->waiting, &session->waiting);
        bool later = asked == LG_NOT_READY && !is_greeted(session);
        if (asked != LG_WINDOW_FULL && !later)
            return asked;
        int turned = turn_until(session, until_ms);
        if (turned != 0)
            return turned;
    }
}

int lg_session_call(struct lg_session *session, const struct lg_request *request, int64_t wait_ms,
                    struct lg_envelope *answer_out) {
    int64_t until_ms = lg_now_ms() + wait_ms;
    if (session->inside)
        return LG_INSIDE;
    session->answered = false;
    int outcome = ask(session, request, until_ms);
    while (outcome == 0 && !session->answered)
        outcome = turn_until(session, until_ms);
    session->waiting = 0;
    if (!session->answered)
        return outcome;
    *answer_out = session->answer;
    return 0;
}

void lg_session_close(struct lg_session *session, uint32_t wait_ms) {
    if (session->inside)
        return;
    lg_session_drain(session, wait_ms);
    while (lg_session_turn(session, INT64_MAX) == 0)
        continue;
}
