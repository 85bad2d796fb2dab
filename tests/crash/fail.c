/*
 * Preloaded into the daemon: the N-th write or sync of files with a certain name fails, once or from
 * then on; not done, done in part, or done and only reported as failed.
 *
 *   LINKGATE_FAIL="CALL:FILE:NTH:once|ever:not|part|done:ERRNO:MARK"
 *
 * CALL is write or sync, FILE a piece of the path; through "meta" instead of write only descriptors
 * with O_DSYNC count. The file MARK is made when it strikes. Whatever does not match is passed on
 * untouched; counting is over all threads.
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
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum harm { HARM_NOT, HARM_PART, HARM_DONE };

static struct {
    char call[16];
    char file[64];
    unsigned long nth; /* 0: nothing fails */
    bool ever;
    enum harm harm;
    int error;
    char mark[PATH_MAX];
} wanted;
static unsigned long seen;
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
}

static bool is_wanted_file(int fd, bool meta) {
    char link[32];
    char path[PATH_MAX];
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof(path) - 1);
    if (size < 0)
        return false;
    path[size] = '\0';
    if (strstr(path, wanted.file) == NULL)
        return false;
    return !meta || (fcntl(fd, F_GETFL) & O_DSYNC) != 0;
}

static void leave_mark(void) {
    int fd = open(wanted.mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
}

static bool strikes(const char *call, int fd) {
    int error = errno;
    pthread_once(&once, read_wish);
    bool meta = strcmp(wanted.call, "meta") == 0;
    bool ours = wanted.nth > 0 && (strcmp(call, wanted.call) == 0 || (meta && *call == 'w')) &&
                is_wanted_file(fd, meta);
    unsigned long count = ours ? __atomic_add_fetch(&seen, 1, __ATOMIC_SEQ_CST) : 0;
    errno = error;
    if (!ours || count < wanted.nth || (count > wanted.nth && !wanted.ever))
        return false;
    leave_mark();
    return true;
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
