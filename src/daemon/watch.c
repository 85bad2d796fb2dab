/*
 * What systemd is told (ready, reloading, stopping, alive), and when it is looked at what expires.
 *
 * Invariant: a sign of life is sent only when every thread of the engine made progress within the
 * limit, from the loop that serves the banks: a hang anywhere ends in a restart, which is recovery.
 * Without systemd all of this does nothing.
 */
#include <inttypes.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include "daemon/state.h"
#include "util/logline.h"

#define EXPIRY_LOOK_SECONDS 60

static void on_expiry(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct daemon *daemon = context;
    struct timeval later = {.tv_sec = EXPIRY_LOOK_SECONDS};
    struct tls_expiry own = tls_context_expiry(daemon->tls);
    expiry_look(daemon->expiry, &own, daemon->front, clock_wall_ms(&daemon->clock));
    (void)evtimer_add(daemon->expiry_event, &later);
}

void watch_expiry(struct daemon *daemon) {
    if (daemon->expiry == NULL) {
        daemon->expiry = expiry_new();
        daemon->expiry_event = evtimer_new(daemon->base, on_expiry, daemon);
        ENSURE(daemon->expiry_event != NULL);
    }
    on_expiry(-1, EV_TIMEOUT, daemon);
}

static void on_watchdog(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    const struct daemon *daemon = context;
    const char *stuck = threads_stuck(daemon->threads, daemon->watchdog_us / 2);
    if (stuck != NULL)
        log_line(LOG_CRIT, "thread_stuck", LOG_TEXT("thread", stuck));
    else
        (void)sd_notify(0, "WATCHDOG=1");
}

void watch_start(struct daemon *daemon) {
    uint64_t limit_us;
    if (sd_watchdog_enabled(0, &limit_us) <= 0 || limit_us > INT64_MAX)
        return;
    daemon->watchdog_us = (int64_t)limit_us;
    struct timeval every = {.tv_sec = (time_t)(limit_us / 4 / 1000000),
                            .tv_usec = (suseconds_t)(limit_us / 4 % 1000000)};
    daemon->watchdog = event_new(daemon->base, -1, EV_PERSIST, on_watchdog, daemon);
    ENSURE(daemon->watchdog != NULL && event_add(daemon->watchdog, &every) == 0);
}

void watch_ready(const struct daemon *daemon) {
    (void)sd_notifyf(0, "READY=1\nSTATUS=Serving on port %d", net_port(daemon->net));
}

void watch_held(const struct daemon *daemon) {
    (void)daemon;
    (void)sd_notify(0, "READY=1\nSTATUS=The clock is held, nobody is served: see linkgatectl "
                       "clock show");
}

void watch_reloading(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return;
    (void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
                     (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
}

void watch_stopping(void) {
    (void)sd_notify(0, "STOPPING=1\nSTATUS=Draining");
}
