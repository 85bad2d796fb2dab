/*
 * linkgatectl: orders and questions to a running gateway. The parts: the table of commands
 * (ctl_commands.c), words and options (ctl_args.c, ctl_help.c, ctl_complete.c), their values
 * (ctl_values.c), the socket (ctl_socket.c), answers as JSON (ctl_shape.c, ctl_shapes*.c) and as
 * tables (ctl_table.c), lists (ctl_list.c), orders (ctl_order.c), the story of an object
 * (ctl_explain*.c), what a verification finds (ctl_verified.c), and the commands themselves, by theme.
 */
#ifndef LG_TOOLS_CTL_H
#define LG_TOOLS_CTL_H

#include <jansson.h>
#include <stdio.h>

#include "domain/command_row.h"
#include "linkgate/admin/v1/admin.pb-c.h"
#include "tools/ctl_option.h"
#include "tools/ctl_shape.h"
#include "util/bytes.h"
#include "util/fatal.h"

/* How the program ends. */
enum ctl_exit {
    CTL_OK = 0,
    CTL_REFUSED = 1, /* by the gateway; also: there is no such thing, or a store is not right */
    CTL_USAGE = 2,
    CTL_UNREACHABLE = 3, /* the gateway, or a store that was to be looked at */
    CTL_WAITS = 4        /* requested, and waits for a second person */
};

#define CTL_SOCKET "/run/linkgate/admin.sock"
#define CTL_CONFIG_FILE "/etc/linkgate/linkgated.ini"

typedef Linkgate__Admin__V1__Request ctl_request;
typedef Linkgate__Admin__V1__Reply ctl_reply;
#define CTL_ORDER(name) LINKGATE__ADMIN__V1__REQUEST__ORDER_##name
#define CTL_RESULT(name) LINKGATE__ADMIN__V1__REPLY__RESULT_##name

/* ---- words and options ---- */

#define CTL_BIT(name) (UINT64_C(1) << CTL_##name)
#define CTL_NAME_WORDS_MAX 3 /* of a command: "bank pin add" */
#define CTL_WORDS_MAX 2      /* behind them */
#define CTL_PINS_MAX 2

/* Names that an option takes, and their numbers: from first on, below count. */
struct ctl_names {
    const char *(*name_of)(uint32_t number); /* "": there is none */
    uint32_t first;
    uint32_t count;
};

struct ctl_command;

struct ctl_args {
    const struct ctl_command *command;
    const char *words[CTL_WORDS_MAX];
    size_t word_count;
    const char *values[CTL_OPTIONS]; /* NULL: not given; "" of one without a value: given */
    const char *pins[CTL_PINS_MAX];
    size_t pin_count;
    const char *socket;
    bool json;
    bool help;
    bool version;
};

struct ctl_session;

struct ctl_command {
    const char *name;               /* "bank pin add" */
    const char *words;              /* what stands behind, for people: "CODE PIN" */
    uint64_t options;               /* bits of enum ctl_option */
    enum command_kind order;        /* that it gives; NONE: it only asks */
    const struct ctl_names *states; /* what --state takes */
    const struct ctl_shape *shape;  /* of what --json prints: of the object, or of each row of */
    const char *rows;               /* this array; NULL: it is one object */
    const char *help;               /* first line: what it does; then whatever must be known */
    enum ctl_exit (*run)(struct ctl_session *session);
};

const struct ctl_command *ctl_commands(size_t *count_out);
/* NULL: no such command. */
const struct ctl_command *ctl_command_named(const char *name);
/* It can be sent only by those who may give orders. */
bool ctl_command_orders(const struct ctl_command *command);
/* And a second person must approve it. */
bool ctl_command_takes_two(const struct ctl_command *command);

struct ctl_option_row {
    const char *name;  /* "--limit" */
    const char *value; /* for people; NULL: it takes none */
    const char *help;
};
const struct ctl_option_row *ctl_option_row(enum ctl_option option);
/* The option of that name, CTL_OPTIONS if there is none. */
enum ctl_option ctl_option_named(const char *name, size_t size);

/* 0, or -1 with what is wrong and what would be right on `errors`. */
int ctl_parse(int argc, char **argv, struct ctl_args *args_out, FILE *errors) MUST_USE;
/* All commands, or one with its options. */
void ctl_print_help(const struct ctl_command *command, FILE *to);
/* What may follow these words (those behind the program's name), a line each, for shells. Asks the
 * gateway for its banks' codes where one is wanted. */
enum ctl_exit ctl_complete(int count, char **words, FILE *out);

/* All but main. */
enum ctl_exit ctl_main(int argc, char **argv, FILE *in, FILE *out, FILE *errors);

#endif
