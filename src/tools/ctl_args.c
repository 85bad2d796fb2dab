/*
 * The words behind `linkgatectl`: which command, which options.
 *
 * Invariant: what is accepted and what --help says come from the same tables; an option that the
 * command does not have is refused, never ignored. What values mean is the commands' own affair.
 */
#include <string.h>

#include "tools/ctl.h"

static const struct {
    const char *name;
    const char *value;
    const char *help;
} options[CTL_OPTIONS] = {
    [CTL_NAME] = {"--name", "NAME", "the bank's name, for people"},
    [CTL_ROLES] = {"--roles", "ROLE[,ROLE...]",
                   "class1 (holds Class I accounts), class2 (holds Class II), issuer"},
    [CTL_PIN] = {"--pin", "HEX", "SHA-256 of its certificate's public key; may be given twice"},
    [CTL_STATE] = {"--state", "STATE", "only those in this state"},
    [CTL_BANK] = {"--bank", "CODE", "only those of this bank, on either side"},
    [CTL_LINK] = {"--link", "ID", "only those of this link"},
    [CTL_AFTER] = {"--after", "ID", "go on behind this one (the end of the list before)"},
    [CTL_SINCE] = {"--since", "TIME", "only younger than this: 90s, 10m, 2h or 3d ago"},
    [CTL_LIMIT] = {"--limit", "N", "at most so many (100; at most 100000)"},
};

static const struct ctl_command *find_command(const char *noun, const char *verb) {
    size_t count;
    const struct ctl_command *commands = ctl_commands(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(commands[i].noun, noun) == 0 && strcmp(commands[i].verb, verb) == 0)
            return &commands[i];
    }
    return NULL;
}

static void print_options(unsigned bits, FILE *to) {
    for (int i = 0; i < CTL_OPTIONS; i++) {
        char words[48];
        snprintf(words, sizeof(words), "%s %s", options[i].name, options[i].value);
        if (bits & (1u << i))
            fprintf(to, "  %-24s  %s\n", words, options[i].help);
    }
}

static void print_common(FILE *to) {
    fprintf(to,
            "\nWith every command:\n"
            "  --socket PATH             the gateway's admin socket (%s)\n"
            "  --json                    print JSON for programs instead of tables\n"
            "  --help                    explain the command\n"
            "\nExit status: 0 done, 1 refused by the gateway, 2 wrong arguments, 3 gateway not "
            "reached.\n",
            CTL_SOCKET);
}

void ctl_print_help(const struct ctl_command *command, FILE *to) {
    if (command != NULL) {
        fprintf(to, "usage: linkgatectl %s%s%s%s%s%s\n\n%s\n", command->noun,
                command->verb[0] != '\0' ? " " : "", command->verb,
                command->words[0] != '\0' ? " " : "", command->words,
                command->options != 0 ? " [options]" : "", command->help);
        if (command->options != 0)
            fputc('\n', to);
        print_options(command->options, to);
        print_common(to);
        return;
    }
    size_t count;
    const struct ctl_command *commands = ctl_commands(&count);
    fputs(
        "usage: linkgatectl COMMAND [options]\n\nAsks and directs a running linkgate gateway.\n\n",
        to);
    for (size_t i = 0; i < count; i++) {
        char words[64];
        snprintf(words, sizeof(words), "%s %s %s", commands[i].noun, commands[i].verb,
                 commands[i].words);
        size_t first = strcspn(commands[i].help, "\n");
        fprintf(to, "  %-26s  %.*s\n", words, (int)first, commands[i].help);
    }
    print_common(to);
}

struct parsing {
    int argc;
    char **argv;
    int at;
    struct ctl_args *args;
    FILE *errors;
    const char *positional[2 + CTL_WORDS_MAX];
    size_t positional_count;
};

/* The value of an option: behind "=", or the next word. NULL: there is none. */
static const char *value_of(struct parsing *parsing, size_t name_size) {
    const char *word = parsing->argv[parsing->at];
    if (word[name_size] == '=')
        return word + name_size + 1;
    if (parsing->at + 1 >= parsing->argc)
        return NULL;
    return parsing->argv[++parsing->at];
}

static int take_value(struct parsing *parsing, int option, const char *value) {
    struct ctl_args *args = parsing->args;
    if (option == CTL_PIN) {
        if (args->pin_count == CTL_PINS_MAX) {
            fprintf(parsing->errors, "linkgatectl: --pin is given more than twice\n");
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

static int take_option(struct parsing *parsing) {
    const char *word = parsing->argv[parsing->at];
    struct ctl_args *args = parsing->args;
    size_t name_size = strcspn(word, "=");
    if (strcmp(word, "--json") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
        strcmp(word, "--version") == 0) {
        args->json = args->json || strcmp(word, "--json") == 0;
        args->version = args->version || strcmp(word, "--version") == 0;
        args->help = args->help || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
        return 0;
    }
    int option = 0;
    while (option < CTL_OPTIONS && (strlen(options[option].name) != name_size ||
                                    strncmp(options[option].name, word, name_size) != 0))
        option++;
    bool is_socket = strncmp(word, "--socket", name_size) == 0 && name_size == strlen("--socket");
    if (option == CTL_OPTIONS && !is_socket) {
        fprintf(parsing->errors, "linkgatectl: there is no option %s; see linkgatectl --help\n",
                word);
        return -1;
    }
    const char *value = value_of(parsing, name_size);
    if (value == NULL || value[0] == '\0') {
        fprintf(parsing->errors, "linkgatectl: %s needs a value\n", word);
        return -1;
    }
    if (is_socket) {
        args->socket = value;
        return 0;
    }
    return take_value(parsing, option, value);
}

static int take_words(struct parsing *parsing) {
    for (; parsing->at < parsing->argc; parsing->at++) {
        const char *word = parsing->argv[parsing->at];
        if (word[0] == '-' && word[1] != '\0') {
            if (take_option(parsing) != 0)
                return -1;
        } else if (parsing->positional_count == 2 + CTL_WORDS_MAX) {
            fprintf(parsing->errors, "linkgatectl: '%s' is one word too many\n", word);
            return -1;
        } else {
            parsing->positional[parsing->positional_count++] = word;
        }
    }
    return 0;
}

static int choose_command(struct parsing *parsing) {
    struct ctl_args *args = parsing->args;
    size_t used = 1;
    const char *noun = parsing->positional[0];
    args->command = find_command(noun, "");
    if (args->command == NULL && parsing->positional_count > 1) {
        args->command = find_command(noun, parsing->positional[1]);
        used = 2;
    }
    if (args->command == NULL) {
        fprintf(parsing->errors,
                "linkgatectl: there is no command '%s%s%s'; see linkgatectl "
                "--help\n",
                noun, parsing->positional_count > 1 ? " " : "",
                parsing->positional_count > 1 ? parsing->positional[1] : "");
        return -1;
    }
    args->word_count = parsing->positional_count - used;
    for (size_t i = 0; i < args->word_count && i < CTL_WORDS_MAX; i++)
        args->words[i] = parsing->positional[used + i];
    return 0;
}

static int check_command(struct parsing *parsing) {
    const struct ctl_args *args = parsing->args;
    const struct ctl_command *command = args->command;
    for (int i = 0; i < CTL_OPTIONS; i++) {
        if (args->values[i] != NULL && !(command->options & (1u << i))) {
            fprintf(parsing->errors,
                    "linkgatectl: %s %s has no option %s; see linkgatectl %s %s "
                    "--help\n",
                    command->noun, command->verb, options[i].name, command->noun, command->verb);
            return -1;
        }
    }
    if (args->word_count != command->word_count) {
        fprintf(parsing->errors, "usage: linkgatectl %s %s %s; see linkgatectl %s %s --help\n",
                command->noun, command->verb, command->words, command->noun, command->verb);
        return -1;
    }
    return 0;
}

int ctl_parse(int argc, char **argv, struct ctl_args *args_out, FILE *errors) {
    struct ctl_args args = {.socket = CTL_SOCKET};
    struct parsing parsing = {.argc = argc, .argv = argv, .at = 1, .args = &args, .errors = errors};
    if (take_words(&parsing) != 0)
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
