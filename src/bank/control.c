/*
 * The control socket's connections.
 *
 * Invariant: one command is in hand per connection and its last line is written exactly once; a
 * connection that goes away takes itself out of whatever would have answered it, and the work
 * itself goes on. Answers leave after the turn's commit, as all else. A controller that does not
 * read is cut when OUT_MAX waits for it.
 */
#include "bank/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "bank/commands.h"
#include "bank/gateway.h"
#include "bank/load.h"
#include "bank/upload.h"

#define OUT_MAX (64u << 20) /* lists of a million accounts fit */
#define READ_SIZE 65536

struct bk_control {
    struct bk_bank *bank;
    int fd;
    struct event *acceptable;
    struct bk_session *sessions[BK_SESSIONS_MAX];
};

/* ---- answering ---------------------------------------------------------------------------- */

struct bk_json bk_session_line(struct bk_session *session) {
    return bk_json_begin(&session->out);
}

struct bk_json bk_session_result(struct bk_session *session, const char *result) {
    struct bk_json json = bk_json_begin(&session->out);
    bk_json_string(&json, "result", result);
    return json;
}

void bk_session_end(struct bk_session *session, struct bk_json *json) {
    bk_json_end(json);
    session->busy = session->until_up = session->until_final = false;
    session->deadline_ms = INT64_MAX;
    session->item = NULL;
    session->bank->again = true; /* the next command may be waiting in the buffer */
}

void bk_session_error(struct bk_session *session, const char *text) {
    struct bk_json json = bk_session_result(session, "error");
    bk_json_string(&json, "error", text);
    bk_session_end(session, &json);
}

/* ---- reading ------------------------------------------------------------------------------ */

static bool is_space(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/* Splits in place; -1: too many words, or a quote that does not end. */
static int split(char *line, char *words[BK_WORDS_MAX]) {
    int count = 0;
    char *from = line;
    while (true) {
        while (is_space(*from))
            from++;
        if (*from == '\0')
            return count;
        if (count == BK_WORDS_MAX)
            return -1;
        char *to = from;
        words[count++] = to;
        bool quoted = false;
        for (; *from != '\0' && (quoted || !is_space(*from)); from++) {
            if (*from == '"')
                quoted = !quoted;
            else if (*from == '\\' && from[1] != '\0')
                *to++ = *++from;
            else
                *to++ = *from;
        }
        if (quoted)
            return -1;
        if (*from != '\0')
            from++;
        *to = '\0';
    }
}

static void run_line(struct bk_session *session, char *line) {
    char *words[BK_WORDS_MAX];
    int count = split(line, words);
    if (count == 0)
        return;
    session->busy = true;
    if (count < 0)
        bk_session_error(session, "the line has too many words, or a quote that does not end");
    else
        bk_command_run(session, count, words);
}

static void run_lines(struct bk_session *session) {
    while (!session->busy && !session->closing) {
        char *end = session->in.size > 0 ? memchr(session->in.data, '\n', session->in.size) : NULL;
        if (end == NULL) {
            session->closing = session->in.size > BK_LINE_MAX;
            return;
        }
        size_t size = (size_t)(end - (char *)session->in.data);
        char *line = xmalloc(size + 1);
        memcpy(line, session->in.data, size);
        line[size] = '\0';
        buf_consume(&session->in, size + 1);
        run_line(session, line);
        free(line);
    }
}

static void on_readable(evutil_socket_t fd, short what, void *context) {
    struct bk_session *session = context;
    (void)what;
    uint8_t *to = buf_reserve(&session->in, READ_SIZE);
    ssize_t size = recv((int)fd, to, READ_SIZE, 0);
    if (size > 0)
        session->in.size += (size_t)size;
    else if (size == 0 || (errno != EAGAIN && errno != EINTR))
        session->closing = true;
    if (session->in.size > BK_LINE_MAX && session->busy)
        session->closing = true;
    run_lines(session);
}

static void on_writable(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    (void)context; /* the turn's flush writes */
}

/* ---- opening and closing ------------------------------------------------------------------- */

static void close_session(struct bk_control *control, size_t index) {
    struct bk_session *session = control->sessions[index];
    if (session->item != NULL)
        session->item->waiter.answered = NULL;
    bk_load_free(session->load);
    bk_upload_free(session->upload);
    event_free(session->readable);
    event_free(session->writable);
    close(session->fd);
    buf_deinit(&session->in);
    buf_deinit(&session->out);
    free(session);
    control->sessions[index] = NULL;
}

static void on_acceptable(evutil_socket_t listener, short what, void *context) {
    struct bk_control *control = context;
    (void)what;
    int fd = accept4((int)listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    size_t index = 0;
    while (index < BK_SESSIONS_MAX && control->sessions[index] != NULL)
        index++;
    if (index == BK_SESSIONS_MAX) {
        close(fd);
        return;
    }
    struct bk_session *session = xcalloc(1, sizeof(*session));
    session->bank = control->bank;
    session->fd = fd;
    session->deadline_ms = INT64_MAX;
    struct event_base *base = control->bank->base;
    session->readable = event_new(base, fd, EV_READ | EV_PERSIST, on_readable, session);
    session->writable = event_new(base, fd, EV_WRITE | EV_PERSIST, on_writable, session);
    ENSURE(session->readable != NULL && session->writable != NULL);
    ENSURE(event_add(session->readable, NULL) == 0);
    control->sessions[index] = session;
}

static int listen_at(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    ENSURE(strlen(path) < sizeof(address.sun_path)); /* checked with the configuration */
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    /* One that a killed bank left behind; the data folder's lock keeps two living ones apart. */
    (void)unlink(path);
    mode_t before = umask(0077);
    int failed = bind(fd, (const struct sockaddr *)&address, sizeof(address));
    umask(before);
    if (failed || listen(fd, BK_SESSIONS_MAX) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

int bk_control_open(struct bk_bank *bank, struct bk_control **control_out, char *reason_out,
                    size_t reason_size) {
    int fd = listen_at(bank->config.control);
    if (fd < 0) {
        snprintf(reason_out, reason_size,
                 "control socket %s: %s; see that its folder exists and is yours",
                 bank->config.control, strerror(errno));
        return -1;
    }
    struct bk_control *control = xcalloc(1, sizeof(*control));
    control->bank = bank;
    control->fd = fd;
    control->acceptable = event_new(bank->base, fd, EV_READ | EV_PERSIST, on_acceptable, control);
    ENSURE(control->acceptable != NULL && event_add(control->acceptable, NULL) == 0);
    *control_out = control;
    return 0;
}

void bk_control_free(struct bk_control *control) {
    if (control == NULL)
        return;
    for (size_t i = 0; i < BK_SESSIONS_MAX; i++) {
        if (control->sessions[i] != NULL)
            close_session(control, i);
    }
    event_free(control->acceptable);
    close(control->fd);
    (void)unlink(control->bank->config.control);
    free(control);
}

/* ---- the turn ----------------------------------------------------------------------------- */

static void tick(struct bk_session *session, int64_t now_ms) {
    if (session->load != NULL)
        bk_load_tick(session->load, now_ms);
    if (session->until_up && bk_gateway_ready(session->bank->gateway) > 0) {
        struct bk_json json = bk_session_result(session, "granted");
        bk_session_end(session, &json);
    } else if (session->until_up && session->deadline_ms <= now_ms) {
        char text[384];
        snprintf(text, sizeof(text), "no connection to the gateway: %s",
                 bk_gateway_trouble(session->bank->gateway));
        bk_session_error(session, text);
    }
    run_lines(session);
}

void bk_control_tick(struct bk_control *control, int64_t now_ms) {
    for (size_t i = 0; i < BK_SESSIONS_MAX; i++) {
        if (control->sessions[i] != NULL)
            tick(control->sessions[i], now_ms);
    }
}

static void flush(struct bk_session *session) {
    while (session->out.size > 0) {
        ssize_t size = send(session->fd, session->out.data, session->out.size, MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0 && errno != EAGAIN)
            session->closing = true;
        if (size < 0)
            break;
        buf_consume(&session->out, (size_t)size);
    }
    bool more = session->out.size > 0;
    if (more && !session->writing)
        ENSURE(event_add(session->writable, NULL) == 0);
    else if (!more && session->writing)
        ENSURE(event_del(session->writable) == 0);
    session->writing = more;
    if (session->out.size > OUT_MAX)
        session->closing = true;
}

void bk_control_flush(struct bk_control *control) {
    for (size_t i = 0; i < BK_SESSIONS_MAX; i++) {
        struct bk_session *session = control->sessions[i];
        if (session == NULL)
            continue;
        flush(session);
        if (session->closing)
            close_session(control, i);
    }
}

int64_t bk_control_deadline_ms(const struct bk_control *control) {
    int64_t earliest_ms = INT64_MAX;
    for (size_t i = 0; i < BK_SESSIONS_MAX; i++) {
        const struct bk_session *session = control->sessions[i];
        if (session == NULL)
            continue;
        int64_t at_ms = session->deadline_ms;
        if (session->load != NULL && bk_load_deadline_ms(session->load) < at_ms)
            at_ms = bk_load_deadline_ms(session->load);
        earliest_ms = at_ms < earliest_ms ? at_ms : earliest_ms;
    }
    return earliest_ms;
}
