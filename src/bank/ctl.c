/*
 * The controlling side of the control socket.
 *
 * Invariant: the exit status says what the last line said; an answer that ends without a last line
 * is an error.
 */
#include "bank/ctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/bytes.h"

#define STATUS_ERROR 2

static const struct {
    const char *start;
    int status;
} results[] = {
    {"{\"result\":\"granted\"", 0},
    {"{\"result\":\"refused\"", 1},
    {"{\"result\":\"error\"", STATUS_ERROR},
    {"{\"result\":\"open\"", 3},
};

static void quote(struct buf *line, const char *word) {
    buf_append_byte(line, '"');
    for (; *word != '\0'; word++) {
        if (*word == '"' || *word == '\\')
            buf_append_byte(line, '\\');
        buf_append_byte(line, *word == '\n' ? ' ' : (uint8_t)*word);
    }
    buf_append_byte(line, '"');
}

static int dial(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static bool send_all(int fd, struct span bytes) {
    while (bytes.size > 0) {
        ssize_t size = send(fd, bytes.data, bytes.size, MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return false;
        bytes = span_of(bytes.data + size, bytes.size - (size_t)size);
    }
    return true;
}

/* The status that the line ends the answer with; -1: it is not the last one. */
static int status_of(const char *line) {
    for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
        if (strncmp(line, results[i].start, strlen(results[i].start)) == 0)
            return results[i].status;
    }
    return -1;
}

static int copy_answer(int fd) {
    FILE *answer = fdopen(fd, "r");
    if (answer == NULL) {
        close(fd);
        return STATUS_ERROR;
    }
    char *line = NULL;
    size_t cap = 0;
    int status = -1;
    while (status < 0 && getline(&line, &cap, answer) > 0) {
        fputs(line, stdout);
        fflush(stdout);
        status = status_of(line);
    }
    free(line);
    fclose(answer);
    if (status < 0)
        fprintf(stderr, "linkgate-bank ctl: the bank went away before it answered\n");
    return status < 0 ? STATUS_ERROR : status;
}

int bk_ctl(const char *path, int count, char **words) {
    int fd = dial(path);
    if (fd < 0) {
        fprintf(stderr, "linkgate-bank ctl: %s: %s; is the bank running?\n", path, strerror(errno));
        return STATUS_ERROR;
    }
    struct buf line = {NULL, 0, 0};
    for (int i = 0; i < count; i++) {
        quote(&line, words[i]);
        buf_append_byte(&line, i + 1 < count ? ' ' : '\n');
    }
    bool sent = send_all(fd, buf_span(&line));
    buf_deinit(&line);
    if (sent)
        return copy_answer(fd);
    fprintf(stderr, "linkgate-bank ctl: %s: %s\n", path, strerror(errno));
    close(fd);
    return STATUS_ERROR;
}
