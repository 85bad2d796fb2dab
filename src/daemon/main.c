/*
 * The program linkgated: arguments, and the process itself (no core dumps, files for nobody else,
 * SIGPIPE). What runs is daemon.c's.
 *
 * Invariant: nothing is opened before the whole configuration was read and all that it names was
 * looked at; the exit status tells systemd whether a restart can help.
 */
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/keyring.h"
#include "daemon/check.h"
#include "daemon/config.h"
#include "daemon/daemon.h"
#include "ledger/ledger.h"
#include "util/logline.h"

const char *argp_program_version = "linkgated " LINKGATE_VERSION;

enum daemon_option {
    OPTION_CHECK = 1000,
    OPTION_CHECK_RELOAD,
    OPTION_HELP_CONFIG,
    OPTION_RECOVER,
    OPTION_MAKE_KEYS
};

struct arguments {
    const char *config;
    const char *make_keys;
    bool check;
    bool check_reload;
    bool help_config;
    bool recover;
};

static const struct argp_option options[] = {
    {"config", 'c', "FILE", 0, "the configuration to run with", 0},
    {"check", OPTION_CHECK, NULL, 0,
     "only look whether the configuration, certificates, keys and folders are right", 0},
    {"check-reload", OPTION_CHECK_RELOAD, NULL, 0,
     "the same without what a reload leaves as it is: the key file and the store's folder", 0},
    {"recover", OPTION_RECOVER, NULL, 0,
     "apply the log's tail to the store, seal the log, and end: before a program of another ledger "
     "version is started for the first time",
     0},
    {"help-config", OPTION_HELP_CONFIG, NULL, 0,
     "print every configuration key with its default and meaning", 0},
    {"make-keys", OPTION_MAKE_KEYS, "FILE", 0,
     "make a new key file for a new store; keep a copy of it apart", 0},
    {0},
};

static error_t parse_option(int key, char *value, struct argp_state *state) {
    struct arguments *arguments = state->input;
    switch (key) {
    case 'c':
        arguments->config = value;
        return 0;
    case OPTION_CHECK:
        arguments->check = true;
        return 0;
    case OPTION_CHECK_RELOAD:
        arguments->check_reload = true;
        return 0;
    case OPTION_HELP_CONFIG:
        arguments->help_config = true;
        return 0;
    case OPTION_RECOVER:
        arguments->recover = true;
        return 0;
    case OPTION_MAKE_KEYS:
        arguments->make_keys = value;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "'%s' is one word too many; a configuration is named with --config FILE",
                   value);
        return EINVAL;
    case ARGP_KEY_END:
        if (arguments->config == NULL && arguments->make_keys == NULL && !arguments->help_config)
            argp_error(state, "--config FILE is missing; linkgated --help-config shows what "
                              "stands in it");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse_option,
    .doc = "The linkgate gateway: links accounts between partner banks and routes their transfers."
           "\v"
           "Exit status: 0 stopped as asked; 1 wrong arguments; 2 wrong configuration, or what it "
           "names is wrong; 3 store or log are damaged, or the log cannot be replayed (a restart "
           "does not help); 4 a disk failed; 5 the system refused something else (address in use, "
           "another linkgated on the same store).",
};

static int make_keys(const char *path) {
    char reason[512];
    if (keyring_create(path, reason, sizeof(reason)) != 0) {
        fprintf(stderr, "linkgated: %s\n", reason);
        return DAEMON_CONFIG;
    }
    printf("Made %s. Without it the store cannot be read: keep a copy apart from the store.\n",
           path);
    return DAEMON_STOPPED;
}

static void print_faults(const struct buf *faults) {
    fprintf(stderr, "%.*s", (int)faults->size, (const char *)faults->data);
}

/* Personal data passes through this memory: no core, no debugger of another user. */
static void harden(void) {
    struct rlimit none = {0, 0};
    umask(0077);
    signal(SIGPIPE, SIG_IGN);
    (void)setrlimit(RLIMIT_CORE, &none);
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        log_line(LOG_WARNING, "process_dumpable", LOG_TEXT("reason", strerror(errno)));
}

/* Before something that works is replaced more is asked of it than at a start, which must go on. */
static int look_at(const struct arguments *arguments, const struct config *config,
                   struct buf *faults) {
    struct check_made made = {0};
    if (!arguments->check && !arguments->check_reload)
        return check_config(config, faults);
    int result = check_renewal(config, &made, faults);
    if (arguments->check && check_store(config, faults) != 0)
        result = -1;
    check_made_free(&made);
    return result;
}

static int run(const struct arguments *arguments) {
    struct config config;
    struct buf faults;
    buf_init(&faults);
    int status = DAEMON_CONFIG;
    if (config_load(arguments->config, &config, &faults) != 0) {
        print_faults(&faults);
    } else {
        if (look_at(arguments, &config, &faults) != 0) {
            print_faults(&faults);
        } else if (arguments->check || arguments->check_reload) {
            printf("%s: all right\n", arguments->config);
            status = DAEMON_STOPPED;
        } else {
            harden();
            status = arguments->recover ? daemon_recover(&config, LEDGER_VERSION)
                                        : daemon_run(&config, arguments->config, LEDGER_VERSION);
        }
        config_deinit(&config);
    }
    buf_deinit(&faults);
    return status;
}

int main(int argc, char **argv) {
    struct arguments arguments = {0};
    argp_err_exit_status = DAEMON_USAGE;
    if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
        return DAEMON_USAGE;
    if (arguments.help_config) {
        config_print_keys(stdout);
        return DAEMON_STOPPED;
    }
    if (arguments.make_keys != NULL)
        return make_keys(arguments.make_keys);
    return run(&arguments);
}
