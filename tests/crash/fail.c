/*
 * Preloaded into the daemon: the N-th write or sync of files with a certain name fails, once or from
 * then on; not done, done in part, or done and only reported as failed.
 *
 *   LINKGATE_FAIL="CALL:FILE:NTH:once|ever:not|part|done:ERRNO:MARK"
 *   LINKGATE_FAIL="all:-:0:once:not:0:MARK"
 *
 * CALL is write, meta (a write through O_DSYNC) or sync; FILE what the path ends with, its digits
 * left out. Into the file MARK goes the first path that it strikes. With CALL all nothing fails, and
 * a line of call and path goes there for each. Whatever does not match is passed on untouched;
 * counting is over all threads.
 *
 * A batch of the log that fails is told to its thread only when nothing was sent to any bank for
 * QUIET_US: what is sent after that is an answer that should not be, and MARK says so.
 */
/* Both names of each call are taken, with and without the 64. */
#undef _FILE_OFFSET_BITS

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define QUIET_US 60000
#define QUIET_TRIES 50 /* after so many waits it is told anyway, and nothing more is looked at */

enum harm { HARM_NOT, HARM_PART, HARM_DONE };

static struct {
    char call[16];
    char file[64];
    unsigned long nth;
    bool all; /* nothing fails */
    bool ever;
    enum harm harm;
    int error;
    char mark[PATH_MAX];
} wanted;
static unsigned long seen, sent;
static bool told; /* a batch's failure, to its thread */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void read_wish(void) {
    const char *text = getenv("LINKGATE_FAIL");
    char times[8];
    char harm[8];
    if (text == NULL)
        return;
    if (sscanf(text, "%15[^:]:%63[^:]:%lu:%7[^:]:%7[^:]:%d:%4095s", wanted.call, wanted.file,
               &wanted.nth, times, harm, &wanted.error, wanted.mark) != 7) {
        fprintf(stderr, "LINKGATE_FAIL: cannot read '%s'\n", text);
        _exit(2);
    }
    wanted.ever = strcmp(times, "ever") == 0;
    wanted.harm = strcmp(harm, "not") == 0 ? HARM_NOT : HARM_PART;
    if (strcmp(harm, "done") == 0)
        wanted.harm = HARM_DONE;
    wanted.all = strcmp(wanted.call, "all") == 0;
}

/* Without digits: segments and spares have numbers. */
static bool path_of(int fd, char path_out[PATH_MAX]) {
    char link[32];
    char path[PATH_MAX];
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof(path) - 1);
    if (size < 0 || path[0] != '/')
        return false;
    size_t kept = 0;
    for (ssize_t i = 0; i < size; i++) {
        if (path[i] < '0' || path[i] > '9')
            path_out[kept++] = path[i];
    }
    path_out[kept] = '\0';
    return true;
}

static bool ends_with(const char *path, const char *end) {
    size_t size = strlen(path);
    size_t end_size = strlen(end);
    return size >= end_size && strcmp(path + size - end_size, end) == 0;
}

static void mark(const char *call, const char *path) {
    char line[PATH_MAX + 32];
    int size = snprintf(line, sizeof(line), "%s %s\n", call, path);
    int fd = open(wanted.mark, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd >= 0) {
        (void)!syscall(SYS_write, fd, line, (size_t)size);
        close(fd);
    }
}

/* What was released before goes out; this thread, which would release more, is here. */
static void wait_for_quiet(void) {
    for (int i = 0; i < QUIET_TRIES; i++) {
        unsigned long before = __atomic_load_n(&sent, __ATOMIC_SEQ_CST);
        nanosleep(&(struct timespec){.tv_nsec = QUIET_US * 1000L}, NULL);
        if (__atomic_load_n(&sent, __ATOMIC_SEQ_CST) == before) {
            __atomic_store_n(&told, true, __ATOMIC_SEQ_CST);
            return;
        }
    }
}

static bool is_ours(const char *call, const char *path, bool durable) {
    if (strcmp(wanted.call, "meta") == 0)
        call = *call == 'w' && durable ? "meta" : "";
    return strcmp(call, wanted.call) == 0 && ends_with(path, wanted.file);
}

static bool strikes(const char *call, int fd) {
    int error = errno;
    char path[PATH_MAX];
    pthread_once(&once, read_wish);
    bool strikes = false;
    if ((wanted.all || wanted.nth > 0) && path_of(fd, path)) {
        bool durable = (fcntl(fd, F_GETFL) & O_DSYNC) != 0;
        if (wanted.all) {
            mark(durable && *call == 'w' ? "meta" : call, path);
        } else if (is_ours(call, path, durable)) {
            unsigned long count = __atomic_add_fetch(&seen, 1, __ATOMIC_SEQ_CST);
            strikes = count == wanted.nth || (count > wanted.nth && wanted.ever);
            if (count == wanted.nth)
                mark("struck", path);
            if (count == wanted.nth && ends_with(path, "/log/segment-"))
                wait_for_quiet();
        }
    }
    errno = error;
    return strikes;
}

ssize_t send(int fd, const void *data, size_t size, int flags) {
    __atomic_add_fetch(&sent, 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&told, __ATOMIC_SEQ_CST))
        mark("answered", "");
    return syscall(SYS_sendto, fd, data, size, flags, NULL, 0);
}

static int failed(void) {
    errno = wanted.error;
    return -1;
}

/* In part: half of it, which is told (the caller goes on), or the error is. */
static ssize_t write_failed(int fd, const void *data, size_t size, off_t offset) {
    if (wanted.harm != HARM_NOT)
        (void)!syscall(SYS_pwrite64, fd, data, wanted.harm == HARM_DONE ? size : size / 2, offset);
    return failed();
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t offset) {
    if (strikes("write", fd))
        return write_failed(fd, data, size, offset);
    return syscall(SYS_pwrite64, fd, data, size, offset);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) {
    return pwrite64(fd, data, size, offset);
}

/* LMDB's, behind an lseek. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (!strikes("write", fd))
        return syscall(SYS_writev, fd, parts, count);
    if (wanted.harm != HARM_NOT)
        (void)!syscall(SYS_writev, fd, parts, wanted.harm == HARM_DONE ? count : count / 2);
    return failed();
}

static int sync_by(long number, int fd) {
    if (!strikes("sync", fd))
        return (int)syscall(number, fd);
    if (wanted.harm == HARM_DONE)
        syscall(number, fd);
    return failed();
}

int fdatasync(int fd) {
    return sync_by(SYS_fdatasync, fd);
}

int fsync(int fd) {
    return sync_by(SYS_fsync, fd);
}
