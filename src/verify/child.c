/*
 * A process that reads what may be damaged, and the pipe to the one that asked.
 *
 * Invariant: whatever becomes of the child, the parent ends: it dies, ends, or falls silent and is
 * killed. Messages are fixed structures of one program, whole or not at all. The caller has one
 * thread and nothing of LMDB open.
 */
#include "verify/child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/logline.h"

#define STAGE_MAX 24
#define REASON_MAX 600
#define MS 1000

enum said { SAID_FOUND, SAID_PROGRESS, SAID_DONE };

struct message {
    enum said said;
    union {
        struct verify_finding finding;
        struct {
            char stage[STAGE_MAX];
            uint64_t done, of;
        } progress;
        struct {
            int result;
            struct verify_report report;
            char reason[REASON_MAX];
        } end;
    } of;
};

/* ---- the child's side ---- */

static void say(int fd, const struct message *message) {
    const uint8_t *at = (const uint8_t *)message;
    size_t left = sizeof(*message);
    while (left > 0) {
        ssize_t done = write(fd, at, left);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            _exit(EXIT_FAILURE); /* nobody listens any more */
        at += done;
        left -= (size_t)done;
    }
}

static void say_found(void *context, const struct verify_finding *finding) {
    struct message message = {.said = SAID_FOUND};
    message.of.finding = *finding;
    say(*(const int *)context, &message);
}

static void say_progress(void *context, const char *stage, uint64_t done, uint64_t of) {
    struct message message = {.said = SAID_PROGRESS};
    snprintf(message.of.progress.stage, STAGE_MAX, "%s", stage);
    message.of.progress.done = done;
    message.of.progress.of = of;
    say(*(const int *)context, &message);
}

_Noreturn static void be_child(struct inside *inside, int (*look)(struct inside *inside), int fd) {
    static struct verify_sink sink = {say_found, say_progress, NULL};
    struct message message = {.said = SAID_DONE};
    struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none); /* personal data passes through this memory */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    log_set_level(-1); /* what is wrong is said once, as a finding */
    sink.context = &fd;
    inside->sink = &sink;
    message.of.end.result = look(inside);
    message.of.end.report = inside->report;
    snprintf(message.of.end.reason, REASON_MAX, "%s", inside->reason);
    say(fd, &message);
    _exit(EXIT_SUCCESS);
}

/* ---- the parent's side ---- */

/* 0: whole; 1: the end; 2: silence. */
static int hear(int fd, struct message *message) {
    uint8_t *at = (uint8_t *)message;
    size_t left = sizeof(*message);
    while (left > 0) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int ready = poll(&wait, 1, CHILD_SILENCE_S * MS);
        if (ready == 0)
            return 2;
        ssize_t done = ready < 0 ? -1 : read(fd, at, left);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return 1;
        at += done;
        left -= (size_t)done;
    }
    return 0;
}

static int take_end(struct inside *inside, const struct message *message) {
    inside->report = message->of.end.report;
    snprintf(inside->reason, inside->reason_size, "%s", message->of.end.reason);
    return message->of.end.result;
}

/* What look returned, or CHILD_DIED. */
static int listen_to(struct inside *inside, int fd, pid_t child, bool *silent_out) {
    const struct verify_sink *sink = inside->sink;
    struct message *message = xmalloc(sizeof(*message));
    int result = CHILD_DIED;
    int heard;
    *silent_out = false;
    while ((heard = hear(fd, message)) == 0) {
        if (message->said == SAID_FOUND) {
            sink->found(sink->context, &message->of.finding);
            inside->report.counts.findings++;
        } else if (message->said == SAID_PROGRESS && sink->progress != NULL) {
            sink->progress(sink->context, message->of.progress.stage, message->of.progress.done,
                           message->of.progress.of);
        } else if (message->said == SAID_DONE) {
            result = take_end(inside, message);
            break;
        }
    }
    *silent_out = heard == 2;
    if (heard == 2)
        (void)kill(child, SIGKILL);
    free(message);
    return result;
}

static void tell_death(int status, bool silent, char *died_out, size_t died_size) {
    if (silent)
        snprintf(died_out, died_size, "it did not come to an end");
    else if (WIFSIGNALED(status))
        snprintf(died_out, died_size, "it died of signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(died_out, died_size, "it ended without a word");
}

int child_run(struct inside *inside, int (*look)(struct inside *inside), char *died_out,
              size_t died_size) {
    int fds[2];
    int status = 0;
    bool silent;
    fflush(NULL);
    pid_t child = pipe(fds) != 0 ? -1 : fork();
    if (child < 0) {
        snprintf(inside->reason, inside->reason_size, "no process can be made: %s",
                 strerror(errno));
        return VERIFY_UNREADABLE;
    }
    if (child == 0) {
        close(fds[0]);
        be_child(inside, look, fds[1]);
    }
    close(fds[1]);
    int result = listen_to(inside, fds[0], child, &silent);
    close(fds[0]);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (result == CHILD_DIED)
        tell_death(status, silent, died_out, died_size);
    return result;
}
