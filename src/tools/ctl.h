/*
 * linkgatectl: orders and questions to a running gateway. The parts: options (ctl_args.c), the
 * socket (ctl_socket.c), replies as JSON (ctl_json.c), JSON as tables (ctl_table.c) and the
 * commands themselves (ctl_commands.c, ctl_lists.c).
 */
#ifndef LG_TOOLS_CTL_H
#define LG_TOOLS_CTL_H

#include <jansson.h>
#include <stdio.h>

#include "linkgate/admin/v1/admin.pb-c.h"
#include "util/bytes.h"
#include "util/fatal.h"

/* How the program ends. */
enum ctl_exit { CTL_OK = 0, CTL_REFUSED = 1, CTL_USAGE = 2, CTL_UNREACHABLE = 3 };

#define CTL_SOCKET "/run/linkgate/admin.sock"

typedef Linkgate__Admin__V1__Request ctl_request;
typedef Linkgate__Admin__V1__Reply ctl_reply;
#define CTL_ORDER(name) LINKGATE__ADMIN__V1__REQUEST__ORDER_##name
#define CTL_RESULT(name) LINKGATE__ADMIN__V1__REPLY__RESULT_##name

/* ---- options ---- */

enum ctl_option {
    CTL_NAME,
    CTL_ROLES,
    CTL_PIN,
    CTL_STATE,
    CTL_BANK,
    CTL_LINK,
    CTL_AFTER,
    CTL_SINCE,
    CTL_LIMIT,
    CTL_OPTIONS
};
#define CTL_WORDS_MAX 2 /* behind the command's own */
#define CTL_PINS_MAX 2

struct ctl_command;

struct ctl_args {
    const struct ctl_command *command;
    const char *words[CTL_WORDS_MAX];
    size_t word_count;
    const char *values[CTL_OPTIONS]; /* NULL: not given */
    const char *pins[CTL_PINS_MAX];
    size_t pin_count;
    const char *socket;
    bool json;
    bool help;
    bool version;
};

struct ctl_session; /* ctl_socket.h's connection, with the arguments */

struct ctl_command {
    const char *noun;  /* "bank" */
    const char *verb;  /* "add", or "" when the noun says it all */
    const char *words; /* what stands behind, for people: "CODE" */
    size_t word_count;
    unsigned options; /* bits of enum ctl_option */
    const char *help;
    enum ctl_exit (*run)(struct ctl_session *session);
};

const struct ctl_command *ctl_commands(size_t *count_out);
/* 0, or -1 with what is wrong and what would be right on `errors`. */
int ctl_parse(int argc, char **argv, struct ctl_args *args_out, FILE *errors) MUST_USE;
/* All commands, or one with its options. */
void ctl_print_help(const struct ctl_command *command, FILE *to);

/* ---- one run ---- */

struct ctl_session {
    const struct ctl_args *args;
    FILE *out;
    FILE *errors;
    int fd; /* -1: not connected yet */
    struct buf received;
    uint64_t correlation;
    ctl_reply *reply; /* of the last ask */
};

/* Everything but main's own: parses, runs, prints. */
enum ctl_exit ctl_main(int argc, char **argv, FILE *out, FILE *errors);

/* Sends and waits; connects first. CTL_OK: session->reply is a result (never a refusal), valid until
 * the next ask. Otherwise it is said on errors (and, with --json, a refusal on out as well). */
enum ctl_exit ctl_ask(struct ctl_session *session, ctl_request *request) MUST_USE;
void ctl_session_deinit(struct ctl_session *session);
/* Says what is wrong with the arguments. Always CTL_USAGE. */
enum ctl_exit ctl_wrong(struct ctl_session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
