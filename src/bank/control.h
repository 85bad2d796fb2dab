/*
 * The control socket: who may open it runs the bank. One command a line, words separated by
 * spaces (double quotes around words with spaces, backslash before a quote); each answer is lines
 * of JSON, of which the last begins with {"result":"granted|refused|open|error". One command at a
 * time on a connection, as many connections as BK_SESSIONS_MAX.
 */
#ifndef LG_BANK_CONTROL_H
#define LG_BANK_CONTROL_H

#include "bank/bank.h"
#include "bank/json.h"

#define BK_SESSIONS_MAX 64
#define BK_LINE_MAX 262144 /* a raw frame of the largest size, in hex, fits */
#define BK_WORDS_MAX 64

struct bk_load;
struct bk_upload;

/* One connection of a controller, and the command it waits for. */
struct bk_session {
    struct bk_bank *bank;
    int fd;
    struct event *readable, *writable;
    bool writing;  /* writable is added */
    bool busy;     /* a command is not answered yet */
    bool until_up; /* the command `wait` */
    bool until_final;
    bool closing;
    struct buf in, out;
    struct bk_item *item;     /* whose waiter this is; NULL: none */
    struct bk_load *load;     /* owned */
    struct bk_upload *upload; /* owned */
    int64_t deadline_ms;      /* of `wait`; INT64_MAX: none */
};

int bk_control_open(struct bk_bank *bank, struct bk_control **control_out, char *reason_out,
                    size_t reason_size) MUST_USE;
void bk_control_free(struct bk_control *control);
/* `wait` and progress of loads. */
void bk_control_tick(struct bk_control *control, int64_t now_ms);
void bk_control_flush(struct bk_control *control);
int64_t bk_control_deadline_ms(const struct bk_control *control);

/* The last line of an answer: begin, add what belongs, end (which frees the session for the next
 * command). */
struct bk_json bk_session_result(struct bk_session *session, const char *result);
void bk_session_end(struct bk_session *session, struct bk_json *json);
/* A last line with an error: what is wrong and what to do. */
void bk_session_error(struct bk_session *session, const char *text);
/* A line before the last. */
struct bk_json bk_session_line(struct bk_session *session);

#endif
