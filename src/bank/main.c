/*
 * linkgate-bank: a simulated partner bank, for trials of a gateway and for partners to learn from.
 *
 * It reads its command line and its files, says on one line that it is ready, and runs until it is
 * told to stop. Every refusal to start says what to do.
 */
#include <argp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/accounts.h"
#include "bank/bank.h"
#include "bank/ctl.h"
#include "bank/faults.h"
#include "domain/identifier.h"

#define STATUS_USAGE 2
#define REASON_SIZE_MAX 512

enum { OPTION_HELP_CONFIG = 1, OPTION_HELP_ACCOUNTS, OPTION_HELP_FAULTS, OPTION_CHECK };

struct arguments {
    const char *config;
    bool check;
};

static const struct argp_option options[] = {
    {"config", 'c', "FILE", 0, "run with this configuration", 0},
    {"check", OPTION_CHECK, NULL, 0, "only check the configuration and the accounts", 0},
    {"help-config", OPTION_HELP_CONFIG, NULL, 0, "list the configuration's keys", 1},
    {"help-accounts", OPTION_HELP_ACCOUNTS, NULL, 0, "describe the accounts file", 1},
    {"help-faults", OPTION_HELP_FAULTS, NULL, 0, "describe the fault script", 1},
    {0},
};

static void help_accounts(void) {
    puts("A CSV file: fields hold no commas and no quotes; lines that begin with # are skipped.\n"
         "Its first line is exactly\n\n  " BK_ACCOUNTS_HEADER "\n\n"
         "  class                  1, 2 or 3\n"
         "  status                 open, not-activated, closed or blocked\n"
         "  opening                remote or counter\n"
         "  balance_fen            balance at the first start, in fen; later the bank keeps it\n"
         "  joint, credit, minor   yes or no\n\n"
         "Example (a made-up person):\n\n"
         "  Wang Min,999999199001010016,13800000001,6226220000000009,1,open,counter,1000000,"
         "no,no,no");
}

static error_t on_option(int key, char *text, struct argp_state *state) {
    struct arguments *arguments = state->input;
    switch (key) {
    case 'c':
        arguments->config = text;
        break;
    case OPTION_CHECK:
        arguments->check = true;
        break;
    case OPTION_HELP_CONFIG:
        bk_config_help(stdout);
        exit(0);
    case OPTION_HELP_ACCOUNTS:
        help_accounts();
        exit(0);
    case OPTION_HELP_FAULTS:
        bk_faults_help(stdout);
        exit(0);
    case ARGP_KEY_END:
        if (arguments->config == NULL)
            argp_error(state, "--config FILE is missing");
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static int complain(const char *reason) {
    fprintf(stderr, "linkgate-bank: %s\n", reason);
    return EXIT_FAILURE;
}

static int check(const struct bk_config *config) {
    char reason[REASON_SIZE_MAX];
    struct bk_accounts accounts;
    static struct bk_faults faults;
    struct clock clock = clock_system();
    if (*config->faults != '\0' && bk_faults_load(config->faults, &faults, reason, sizeof(reason)))
        return complain(reason);
    if (bk_accounts_load(config->accounts, clock_wall_ms(&clock), &accounts, reason,
                         sizeof(reason)))
        return complain(reason);
    bk_accounts_deinit(&accounts);
    puts("configuration, accounts and faults are right");
    return EXIT_SUCCESS;
}

static int run(const struct bk_config *config) {
    static struct bk_bank bank;
    char reason[REASON_SIZE_MAX];
    char code[BANK_CODE_TEXT_SIZE];
    bank.config = *config;
    if (bk_bank_open(&bank, reason, sizeof(reason))) {
        bk_bank_close(&bank);
        return complain(reason);
    }
    bank_code_format(config->code, code);
    printf("linkgate-bank %s ready: %zu accounts, gateway %s port %u, control %s\n", code,
           bank.accounts.count, config->host, config->port, config->control);
    fflush(stdout);
    bk_bank_run(&bank);
    bk_bank_close(&bank);
    return EXIT_SUCCESS;
}

static int control(int count, char **words) {
    if (count < 4) {
        fprintf(stderr, "usage: linkgate-bank ctl SOCKET COMMAND [WORD...]\n"
                        "  `linkgate-bank ctl SOCKET help` lists the commands\n");
        return STATUS_USAGE;
    }
    return bk_ctl(words[2], count - 3, words + 3);
}

int main(int count, char **words) {
    static const struct argp parser = {
        options,
        on_option,
        "--config FILE\nctl SOCKET COMMAND [WORD...]",
        "A simulated partner bank. It connects to a linkgate gateway, answers it, and does what "
        "its control socket asks. On SIGHUP it reads its certificates again, and leaves each "
        "connection once another one with the new ones works.",
        NULL,
        NULL,
        NULL};
    struct arguments arguments = {0};
    char reason[REASON_SIZE_MAX];
    struct bk_config config;
    (void)signal(SIGPIPE, SIG_IGN);
    if (count > 1 && strcmp(words[1], "ctl") == 0)
        return control(count, words);
    argp_err_exit_status = STATUS_USAGE;
    argp_parse(&parser, count, words, 0, NULL, &arguments);
    if (bk_config_load(arguments.config, &config, reason, sizeof(reason)))
        return complain(reason);
    return arguments.check ? check(&config) : run(&config);
}
