/*
 * Not hearing signals any more, at a program's end.
 *
 * Blocked, not ignored: libevent puts the default back when its handlers go, and a default ends the
 * process.
 */
#include "util/signals.h"

#include <signal.h>

#include "util/fatal.h"

void signals_deafen(void) {
    sigset_t stop;
    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigaddset(&stop, SIGINT);
    (void)sigaddset(&stop, SIGHUP);
    ENSURE(pthread_sigmask(SIG_BLOCK, &stop, NULL) == 0);
}
