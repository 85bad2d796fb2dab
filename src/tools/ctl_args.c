/*
 * The words behind `linkgatectl`: which command, which options.
 *
 * Invariant: what is accepted, what --help says and what a shell completes come from the same tables;
 * an option that the command does not have is refused, never ignored. What values mean is the
 * commands' own affair.
 */
#include <ctype.h>
#include <string.h>

#include "tools/ctl_values.h"
#include "util/text.h"

#define NAME_MAX_SIZE 64
#define NEAR 3 /* letters that may differ from a command that was meant */

static const struct ctl_option_row options[CTL_OPTIONS] = {
    [CTL_NAME] = {"--name", "NAME", "the bank's name, for people"},
    [CTL_ROLES] =
        {"--roles", "ROLE[,ROLE...]",
         "what it does: class1 (holds Class I accounts), class2 (holds Class II), issuer"},
    [CTL_PIN] = {"--pin", "HEX",
                 "SHA-256 of its certificate's public key, as certs/pin prints it; "
                 "may be given twice"},
    [CTL_DENY] = {"--deny", "KIND[,KIND...]", "requests that it may not send any more"},
    [CTL_ALLOW] = {"--allow", "KIND[,KIND...]", "requests that it may send again"},
    [CTL_STATE] = {"--state", "STATE", "only those in this state"},
    [CTL_BANK] = {"--bank", "CODE", "only those of this bank"},
    [CTL_LINK] = {"--link", "ID", "only those of this link"},
    [CTL_KIND] = {"--kind", "KIND", "only those of this kind: BOUND_PAIR, PAYMENT, RETURN, ..."},
    [CTL_FROM] = {"--from", "TIME", "not before then"},
    [CTL_TO] = {"--to", "TIME", "before then; a day counts to its end"},
    [CTL_MIN] = {"--min", "CNY", "only of this amount or more"},
    [CTL_MAX] = {"--max", "CNY", "only of this amount or less"},
    [CTL_CONFLICT] = {"--conflict", NULL, "only those whose bank contradicted itself"},
    [CTL_HELD] = {"--held", NULL, "only those with a hold"},
    [CTL_AMENDING] = {"--amending", NULL, "only those with an amendment that waits for its code"},
    [CTL_OVERDUE] = {"--overdue", NULL, "only those whose answer is late"},
    [CTL_UID] = {"--uid", "UID", "only what this user requested or approved"},
    [CTL_OF_ORDER] = {"--order", "ORDER", "only this order, as the list shows it"},
    [CTL_ACCOUNT] = {"--account", "-",
                     "by account number, which is read from the terminal or a "
                     "pipe; needs --bank"},
    [CTL_ID_NUMBER] = {"--id-number", "-",
                       "by the number of an identity card, which is read likewise"},
    [CTL_BLOCK] = {"--block", "WHAT[,WHAT...]",
                   "what it blocks: debit-class1, credit-class1, debit-class2, credit-class2, "
                   "orders; all of them "
                   "unless given"},
    [CTL_REASON] = {"--reason", "CODE", "ISO 20022 code, four letters or digits"},
    [CTL_REFERENCE] = {"--reference", "TEXT",
                       "of the paper, the booking or the payment that it rests on"},
    [CTL_UNTIL] = {"--until", "TIME", "when it ends by itself; without it, when it is lifted"},
    [CTL_YES] = {"--yes", NULL, "don't ask"},
    [CTL_INTERVAL] = {"--interval", "SECONDS", "how often (2; at most 3600)"},
    [CTL_TIMES] = {"--times", "N", "so many times, then end"},
    [CTL_AFTER] = {"--after", "ROW", "go on behind this one (the end of the list before)"},
    [CTL_LIMIT] = {"--limit", "N", "at most so many (100; at most 1000000)"},
    [CTL_STORE] = {"--store", "DIR", "the folder to look at: a stopped gateway's, or a backup"},
    [CTL_KEYS] = {"--keys", "FILE", "its key file"},
    [CTL_CONFIG] = {"--config", "FILE",
                    "where folder and key file are taken from if they are not given "
                    "(" CTL_CONFIG_FILE ")"},
    [CTL_FROM_BACKUP] = {"--from-backup", "DIR",
                         "an older backup of it, on which the log is applied again and compared"},
    [CTL_TEMP] = {"--temp", "DIR",
                  "where room is for the store that the log gives; $TMPDIR or /tmp unless given"},
    [CTL_LIVE] = {"--live", NULL,
                  "ask the running gateway instead: all links and transfers, one by one"},
    [CTL_TRANSFER] = {"--transfer", "ID", "only this transfer"},
    [CTL_DATE] = {"--date", "DAY",
                  "the day, of Shanghai (2026-07-01); of a report today unless given"},
    [CTL_CSV] = {"--csv", NULL, "print comma-separated values, for spreadsheets"},
    [CTL_WAS_POSTED] = {"--posted", NULL, "its bank says: posted; needs --reference and --date"},
    [CTL_WAS_REFUSED] = {"--refused", "CODE",
                         "its bank says: refused, for that reason (ISO 20022)"},
    [CTL_WAS_UNDONE] = {"--undone", NULL, "its bank says: undone, or never posted"},
    [CTL_WORD] = {"--word", "TEXT", "what the bank's people wrote, up to 280 bytes"},
    [CTL_DOCUMENT] = {"--document", "FILE",
                      "the bank's document; its SHA-256 is kept, the file is not"},
    [CTL_AT] = {"--at", "TIME", "in force then; now unless given"},
    [CTL_BEGIN] = {"--begin", "DATE", "let the first period begin on this day"},
    [CTL_NET_DEBIT_CAP] = {"--net-debit-cap", "CNY",
                           "what it may owe to all others together; none: there is no cap"},
    [CTL_CAP] = {"--cap", "CNY", "what it may owe to the other one; none: there is no cap"},
    [CTL_WARN] = {"--warn", "PERCENT[,PERCENT...]",
                  "at which parts of what it may owe it is told: up to three, ascending"},
    [CTL_PREFUNDED] = {"--prefunded", "yes|no", "whether what it has paid in must cover it"},
    [CTL_WINDOW] = {"--window", "N", "of that settlement window; of a list without it: links"},
    [CTL_PAIR] = {"--pair", "CODE,CODE", "the two banks of the net"},
    [CTL_MULTILATERAL] = {"--multilateral", NULL,
                          "all nets at once, from what the banks have paid in"},
    [CTL_LIST_OF] = {"--list", "KIND", "HOLDINGS or LOANS: a list of those"},
    [CTL_DEFAULTER] = {"--defaulter", "CODE", "the bank that does not pay: it is disabled"},
    [CTL_ISSUER] = {"--issuer", "CODE", "only of what this bank issues"},
    [CTL_PRODUCT] = {"--product", "CODE", "only of the product with its issuer's code"},
    [CTL_LATE] = {"--late", NULL, "only those of which something is late"},
    [CTL_UNKNOWN] = {"--unknown", NULL, "only those of which a bank's answer is missing"},
    [CTL_OPEN] = {"--open", NULL, "only those of which something is still to come"},
};

const struct ctl_option_row *ctl_option_row(enum ctl_option option) {
    return &options[option];
}

enum ctl_option ctl_option_named(const char *name, size_t size) {
    for (int i = 0; i < CTL_OPTIONS; i++) {
        if (strlen(options[i].name) == size && strncmp(options[i].name, name, size) == 0)
            return (enum ctl_option)i;
    }
    return CTL_OPTIONS;
}

const struct ctl_command *ctl_command_named(const char *name) {
    size_t count;
    const struct ctl_command *commands = ctl_commands(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

bool ctl_command_orders(const struct ctl_command *command) {
    return command->order != COMMAND_NONE;
}

bool ctl_command_takes_two(const struct ctl_command *command) {
    const struct command_row *row = command_row(command->order);
    return row != NULL && row->two_people;
}

struct parsing {
    int argc;
    char **argv;
    int at;
    struct ctl_args *args;
    FILE *errors;
    const char *positional[CTL_NAME_WORDS_MAX + CTL_WORDS_MAX];
    size_t positional_count;
};

/* ---- options ---- */

/* The value of an option: behind "=", or the next word. NULL: there is none. */
static const char *value_of(struct parsing *parsing, size_t name_size) {
    const char *word = parsing->argv[parsing->at];
    if (word[name_size] == '=')
        return word + name_size + 1;
    if (parsing->at + 1 >= parsing->argc)
        return NULL;
    return parsing->argv[++parsing->at];
}

static int take_value(struct parsing *parsing, enum ctl_option option, const char *value) {
    struct ctl_args *args = parsing->args;
    if (option == CTL_PIN) {
        if (args->pin_count == CTL_PINS_MAX) {
            fprintf(parsing->errors,
                    "linkgatectl: --pin is given more than twice; a bank has two pins at most\n");
            return -1;
        }
        args->pins[args->pin_count++] = value;
    } else if (args->values[option] != NULL) {
        fprintf(parsing->errors, "linkgatectl: %s is given twice\n", options[option].name);
        return -1;
    }
    args->values[option] = value;
    return 0;
}

static bool take_common(struct ctl_args *args, const char *word) {
    bool json = strcmp(word, "--json") == 0;
    bool version = strcmp(word, "--version") == 0;
    bool help = strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
    args->json = args->json || json;
    args->version = args->version || version;
    args->help = args->help || help;
    return json || version || help;
}

static int no_such_option(const struct parsing *parsing, const char *word, size_t size) {
    char name[NAME_MAX_SIZE];
    const char *near = NULL;
    size_t least = NEAR;
    snprintf(name, sizeof(name), "%.*s", (int)(size < sizeof(name) ? size : sizeof(name) - 1),
             word);
    for (int i = 0; i < CTL_OPTIONS; i++) {
        size_t distance = ctl_distance(options[i].name, name);
        near = distance < least ? options[i].name : near;
        least = distance < least ? distance : least;
    }
    fprintf(parsing->errors, "linkgatectl: there is no option %s", name);
    if (near != NULL)
        fprintf(parsing->errors, "; did you mean %s?\n", near);
    else
        fprintf(parsing->errors, "; see linkgatectl --help\n");
    return -1;
}

static int take_option(struct parsing *parsing) {
    const char *word = parsing->argv[parsing->at];
    size_t size = strcspn(word, "=");
    if (take_common(parsing->args, word))
        return 0;
    enum ctl_option option = ctl_option_named(word, size);
    bool is_socket = strncmp(word, "--socket", size) == 0 && size == strlen("--socket");
    if (option == CTL_OPTIONS && !is_socket)
        return no_such_option(parsing, word, size);
    if (!is_socket && options[option].value == NULL) {
        if (word[size] == '\0')
            return take_value(parsing, option, "");
        fprintf(parsing->errors, "linkgatectl: %s takes no value\n", options[option].name);
        return -1;
    }
    const char *value = value_of(parsing, size);
    if (value == NULL || value[0] == '\0') {
        fprintf(parsing->errors, "linkgatectl: %s needs a value: %s\n",
                is_socket ? "--socket" : options[option].name,
                is_socket ? "PATH" : options[option].value);
        return -1;
    }
    if (!is_socket)
        return take_value(parsing, option, value);
    parsing->args->socket = value;
    return 0;
}

static int take_words(struct parsing *parsing) {
    for (; parsing->at < parsing->argc; parsing->at++) {
        const char *word = parsing->argv[parsing->at];
        /* -5 is no option: whoever takes it as an amount says what is wrong with it */
        if (word[0] == '-' && word[1] != '\0' && !isdigit((unsigned char)word[1])) {
            if (take_option(parsing) != 0)
                return -1;
        } else if (parsing->positional_count == CTL_NAME_WORDS_MAX + CTL_WORDS_MAX) {
            fprintf(parsing->errors, "linkgatectl: '%s' is one word too many\n", word);
            return -1;
        } else {
            parsing->positional[parsing->positional_count++] = word;
        }
    }
    return 0;
}

/* ---- the command ---- */

static void join(const struct parsing *parsing, size_t count, char *text_out, size_t size) {
    size_t used = 0;
    text_out[0] = '\0';
    for (size_t i = 0; i < count && used < size; i++)
        used += (size_t)snprintf(text_out + used, size - used, "%s%s", i > 0 ? " " : "",
                                 parsing->positional[i]);
}

/* Commands that begin with that word, as they go on; false: there are none. */
static bool list_verbs(const struct parsing *parsing, const char *noun) {
    size_t count;
    const struct ctl_command *commands = ctl_commands(&count);
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(noun);
        if (strncmp(commands[i].name, noun, size) != 0 || commands[i].name[size] != ' ')
            continue;
        fprintf(parsing->errors, "%s%s", any ? ", " : " there are: ", commands[i].name);
        any = true;
    }
    return any;
}

static int no_such_command(const struct parsing *parsing) {
    char typed[NAME_MAX_SIZE];
    size_t count;
    const struct ctl_command *commands = ctl_commands(&count);
    const char *near = NULL;
    size_t least = NEAR;
    join(parsing, parsing->positional_count < 2 ? parsing->positional_count : 2, typed,
         sizeof(typed));
    for (size_t i = 0; i < count; i++) {
        size_t distance = ctl_distance(commands[i].name, typed);
        near = distance < least ? commands[i].name : near;
        least = distance < least ? distance : least;
    }
    fprintf(parsing->errors, "linkgatectl: there is no command '%s';", typed);
    if (near != NULL)
        fprintf(parsing->errors, " did you mean '%s'?\n", near);
    else if (list_verbs(parsing, parsing->positional[0]))
        fprintf(parsing->errors, "\n");
    else
        fprintf(parsing->errors, " see linkgatectl --help\n");
    return -1;
}

/* The longest name that the words begin with. */
static int choose_command(struct parsing *parsing) {
    struct ctl_args *args = parsing->args;
    size_t used = parsing->positional_count < CTL_NAME_WORDS_MAX ? parsing->positional_count
                                                                 : CTL_NAME_WORDS_MAX;
    for (; used > 0 && args->command == NULL; used--) {
        char name[NAME_MAX_SIZE];
        join(parsing, used, name, sizeof(name));
        args->command = ctl_command_named(name);
        args->word_count = parsing->positional_count - used;
    }
    if (args->command == NULL)
        return no_such_command(parsing);
    for (size_t i = 0; i < args->word_count && i < CTL_WORDS_MAX; i++)
        args->words[i] = parsing->positional[parsing->positional_count - args->word_count + i];
    return 0;
}

static size_t words_of(const struct ctl_command *command) {
    size_t count = command->words[0] != '\0';
    for (const char *at = command->words; *at != '\0'; at++)
        count += *at == ' ';
    return count;
}

static int check_command(const struct parsing *parsing) {
    const struct ctl_args *args = parsing->args;
    const struct ctl_command *command = args->command;
    for (int i = 0; i < CTL_OPTIONS; i++) {
        if (args->values[i] != NULL && !(command->options & UINT64_C(1) << i)) {
            fprintf(parsing->errors,
                    "linkgatectl: %s has no option %s; see linkgatectl %s --help\n", command->name,
                    options[i].name, command->name);
            return -1;
        }
    }
    if (args->word_count == words_of(command))
        return 0;
    fprintf(parsing->errors, "usage: linkgatectl %s%s%s; see linkgatectl %s --help\n",
            command->name, command->words[0] != '\0' ? " " : "", command->words, command->name);
    return -1;
}

/* Words are repeated in what is said of them, and no order can hold another text. */
static int check_words(const struct parsing *parsing) {
    for (int i = 1; i < parsing->argc; i++) {
        if (!text_is_clean(span_text(parsing->argv[i]))) {
            fprintf(parsing->errors,
                    "linkgatectl: word %d holds a control character, or is no UTF-8\n", i);
            return -1;
        }
    }
    return 0;
}

int ctl_parse(int argc, char **argv, struct ctl_args *args_out, FILE *errors) {
    struct ctl_args args = {.socket = CTL_SOCKET};
    struct parsing parsing = {.argc = argc, .argv = argv, .at = 1, .args = &args, .errors = errors};
    if (check_words(&parsing) != 0 || take_words(&parsing) != 0)
        return -1;
    if (parsing.positional_count > 0 && choose_command(&parsing) != 0)
        return -1;
    bool asks = args.help || args.version;
    if (args.command == NULL && !asks) {
        ctl_print_help(NULL, errors);
        return -1;
    }
    if (args.command != NULL && !asks && check_command(&parsing) != 0)
        return -1;
    *args_out = args;
    return 0;
}
