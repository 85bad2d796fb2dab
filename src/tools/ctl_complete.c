/*
 * What may be typed next, for shells: scripts/completion asks for it with each TAB.
 *
 * Invariant: it comes from the tables that the words are checked by, so that what is offered is
 * accepted. Nothing is ever said here of what goes wrong: a line that is being typed is not wrong
 * yet.
 */
#include <string.h>

#include "tools/ctl_values.h"

#define PATIENCE_SECONDS 1
#define NAME_MAX_SIZE 64
#define BANKS_MAX 500

/* What was typed before the word at hand. */
struct typed {
    char name[NAME_MAX_SIZE]; /* words that are no options, joined */
    size_t count;             /* how many */
    const char *awaiting;     /* the option whose value is at hand; NULL: none is */
    const char *socket;
    const struct ctl_command *command;
    size_t words; /* behind the command's name */
};

static void read_typed(int count, char **words, struct typed *typed_out) {
    struct typed typed = {.socket = CTL_SOCKET};
    for (int i = 0; i < count - 1; i++) {
        enum ctl_option option = ctl_option_named(words[i], strlen(words[i]));
        bool socket = strcmp(words[i], "--socket") == 0;
        bool valued = socket || (option != CTL_OPTIONS && ctl_option_row(option)->value != NULL);
        size_t used = strlen(typed.name);
        if (valued && i + 1 == count - 1) {
            typed.awaiting = words[i];
        } else if (valued) {
            typed.socket = socket ? words[i + 1] : typed.socket;
            i++;
        } else if (words[i][0] != '-') {
            snprintf(typed.name + used, sizeof(typed.name) - used, "%s%s", used > 0 ? " " : "",
                     words[i]);
            typed.count++;
            const struct ctl_command *command = ctl_command_named(typed.name);
            typed.words = command != NULL ? 0 : typed.words + (typed.command != NULL);
            typed.command = command != NULL ? command : typed.command;
        }
    }
    *typed_out = typed;
}

static void offer(const char *word, size_t size, FILE *out) {
    fprintf(out, "%.*s\n", (int)size, word);
}

static void offer_names(const struct ctl_names *names, FILE *out) {
    for (uint32_t i = names->first; i < names->count; i++) {
        const char *name = names->name_of(i);
        if (name[0] != '\0')
            offer(name, strlen(name), out);
    }
}

static void offer_banks(const char *socket, FILE *out) {
    struct ctl_args args = {.socket = socket};
    struct ctl_session session = {
        .args = &args, .errors = out, .fd = -1, .quiet = true, .patience_s = PATIENCE_SECONDS};
    Linkgate__Admin__V1__ListBanks order;
    linkgate__admin__v1__list_banks__init(&order);
    order.max = BANKS_MAX;
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_BANKS));
    request.list_banks = &order;
    if (ctl_ask_quietly(&session, &request, CTL_RESULT(BANKS))) {
        for (size_t i = 0; i < session.reply->banks->n_rows; i++) {
            char code[BANK_CODE_TEXT_SIZE];
            bank_code_format(session.reply->banks->rows[i]->code, code);
            offer(code, strlen(code), out);
        }
    }
    ctl_session_close(&session);
}

static void offer_values(const struct typed *typed, FILE *out) {
    enum ctl_option option = ctl_option_named(typed->awaiting, strlen(typed->awaiting));
    switch ((int)option) {
    case CTL_STATE:
        if (typed->command != NULL && typed->command->states != NULL)
            offer_names(typed->command->states, out);
        break;
    case CTL_BANK:
    case CTL_ISSUER:
        offer_banks(typed->socket, out);
        break;
    case CTL_ROLES:
        offer_names(&ctl_roles, out);
        break;
    case CTL_BLOCK:
        offer_names(&ctl_blocks, out);
        break;
    case CTL_KIND:
        offer_names(&ctl_transfer_kinds, out);
        break;
    case CTL_LIST_OF:
        offer_names(&ctl_lists, out);
        break;
    case CTL_DENY:
    case CTL_ALLOW:
        offer_names(&ctl_kinds, out);
        break;
    case CTL_OF_ORDER:
        offer_names(&ctl_orders, out);
        break;
    case CTL_ACCOUNT:
    case CTL_ID_NUMBER:
        offer("-", 1, out);
        break;
    default:
        break;
    }
}

static void offer_options(const struct ctl_command *command, FILE *out) {
    static const char *const common[] = {"--socket", "--json", "--help"};
    for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
        offer(common[i], strlen(common[i]), out);
    for (int i = 0; command != NULL && i < CTL_OPTIONS; i++) {
        const char *name = ctl_option_row((enum ctl_option)i)->name;
        if (command->options & UINT64_C(1) << i)
            offer(name, strlen(name), out);
    }
}

/* The next words of commands that begin with what was typed; none is offered twice. */
static void offer_commands(const struct typed *typed, FILE *out) {
    size_t count;
    size_t size = strlen(typed->name);
    const struct ctl_command *commands = ctl_commands(&count);
    const char *last = "";
    for (size_t i = 0; i < count; i++) {
        const char *name = commands[i].name;
        if (strncmp(name, typed->name, size) != 0 || (size > 0 && name[size] != ' '))
            continue;
        const char *next = name + size + (size > 0 ? 1 : 0);
        size_t next_size = strcspn(next, " ");
        if (strncmp(next, last, next_size) != 0 || strcspn(last, " ") != next_size)
            offer(next, next_size, out);
        last = next;
    }
}

static void offer_words(const struct typed *typed, FILE *out) {
    if (typed->command == NULL || typed->words > 0)
        return;
    if (strncmp(typed->command->words, "CODE", 4) == 0)
        offer_banks(typed->socket, out);
    if (strncmp(typed->command->words, "KIND", 4) == 0)
        fputs("link\ntransfer\norder\nloan\n", out);
}

enum ctl_exit ctl_complete(int count, char **words, FILE *out) {
    struct typed typed;
    read_typed(count, words, &typed);
    if (typed.awaiting != NULL) {
        offer_values(&typed, out);
    } else if (count > 0 && words[count - 1][0] == '-') {
        offer_options(typed.command, out);
    } else {
        offer_commands(&typed, out);
        offer_words(&typed, out);
    }
    return CTL_OK;
}
