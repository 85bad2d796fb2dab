/*
 * What systemd is told (ready, reloading, stopping, alive), and the eye on what expires.
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

#define DAY_MS 86400000LL
#define EXPIRY_LOOK_SECONDS 21600
#define CERTIFICATE_WARN_MS (30 * DAY_MS)
#define CRL_WARN_MS (2 * DAY_MS)

static void look_at_expiry(const char *what, int64_t until_ms, int64_t now_ms, int64_t warn_ms) {
    char until[TIME_TEXT_SIZE];
    if (until_ms - now_ms > warn_ms)
        return;
    time_format_utc(until_ms, until);
    log_line(until_ms <= now_ms ? LOG_ALERT : LOG_WARNING, "expiry", LOG_TEXT("what", what),
             LOG_TEXT("until", until), LOG_TEXT("remedy", "renew the file and reload"));
}

static void on_expiry(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct daemon *daemon = context;
    struct timeval later = {.tv_sec = EXPIRY_LOOK_SECONDS};
    struct tls_expiry expiry = tls_context_expiry(daemon->tls);
    int64_t now_ms = clock_wall_ms(&daemon->clock);
    look_at_expiry("certificate", expiry.certificate_unix_ms, now_ms, CERTIFICATE_WARN_MS);
    look_at_expiry("crl", expiry.crl_unix_ms, now_ms, CRL_WARN_MS);
    (void)evtimer_add(daemon->expiry, &later);
}

void watch_expiry(struct daemon *daemon) {
    if (daemon->expiry == NULL)
        daemon->expiry = evtimer_new(daemon->base, on_expiry, daemon);
    ENSURE(daemon->expiry != NULL);
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
