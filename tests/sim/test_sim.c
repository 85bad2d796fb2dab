/*
 * The simulator as a test: the whole gateway in one thread, seed after seed. Each run prints what it
 * did; some are done twice, and must be the same both times. A failure prints the seed and how to
 * do it again.
 *
 *   test-sim_seeds [--seed S | --seeds N [--from S]] [--transfers N] [--trace] [--first]
 *                  [--keep DIR]
 *
 * LINKGATE_SIM_SEEDS sets how many there are without arguments.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/tally.h"
#include "sim/world.h"
#include "util/logline.h"

#define SEEDS 30
#define TRANSFERS 300
#define TWICE_EVERY 10 /* runs of which the first is done twice */

struct arguments {
    uint64_t from;
    uint64_t seeds;
    unsigned transfers;
    bool trace;
    bool first; /* ends at the first failure */
    const char *keep;
};

static uint64_t number(const char *text) {
    char *end;
    uint64_t value = strtoull(text, &end, 0);
    if (*text == '\0' || *end != '\0') {
        fprintf(stderr, "not a number: %s\n", text);
        exit(2);
    }
    return value;
}

static struct arguments read_arguments(int argc, char **argv) {
    static const struct option options[] = {
        {"seed", required_argument, NULL, 's'}, {"seeds", required_argument, NULL, 'n'},
        {"from", required_argument, NULL, 'f'}, {"transfers", required_argument, NULL, 't'},
        {"trace", no_argument, NULL, 'v'},      {"first", no_argument, NULL, '1'},
        {"keep", required_argument, NULL, 'k'}, {NULL, 0, NULL, 0},
    };
    const char *seeds = getenv("LINKGATE_SIM_SEEDS");
    struct arguments arguments = {
        .from = 1, .seeds = seeds != NULL ? number(seeds) : SEEDS, .transfers = TRANSFERS};
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 's':
            arguments.from = number(optarg);
            arguments.seeds = 1;
            break;
        case 'n':
            arguments.seeds = number(optarg);
            break;
        case 'f':
            arguments.from = number(optarg);
            break;
        case 't':
            arguments.transfers = (unsigned)number(optarg);
            break;
        case 'v':
            arguments.trace = true;
            break;
        case '1':
            arguments.first = true;
            break;
        case 'k':
            arguments.keep = optarg;
            break;
        default:
            fprintf(stderr,
                    "usage: %s [--seed S | --seeds N [--from S]] [--transfers N] "
                    "[--trace] [--first] [--keep DIR]\n",
                    argv[0]);
            exit(2);
        }
    }
    return arguments;
}

static void print(uint64_t seed, const struct world_result *result) {
    printf("seed %" PRIu64 ": %u accepted, %u rejected, %u cancelled, %u refused, %u links; "
           "%u kills, %u stops, %u bank crashes; %" PRId64 " s and %" PRId64
           " s to settle; %" PRIu64 " events, %" PRIu64 " audits, trace %016" PRIx64 "\n",
           seed, result->accepted, result->rejected, result->cancelled, result->refused,
           result->links, result->kills, result->stops, result->crashes, result->virtual_ms / 1000,
           result->settled_ms / 1000, result->events, result->audits, result->hash);
    fflush(stdout);
}

/* Which program it was. */
static void commit(char *text_out, size_t size) {
    const char *tree = getenv("LINKGATE_SOURCE");
    char command[4096];
    snprintf(text_out, size, "linkgate %s", LINKGATE_VERSION);
    snprintf(command, sizeof(command), "git -C '%s' describe --always --dirty 2>/dev/null",
             tree != NULL ? tree : ".");
    FILE *git = popen(command, "r");
    if (git == NULL)
        return;
    if (fgets(command, sizeof(command), git) != NULL) {
        command[strcspn(command, "\n")] = '\0';
        snprintf(text_out, size, "commit %.100s", command);
    }
    (void)pclose(git);
}

/* False: a law does not hold. */
static bool run_seed(const struct arguments *arguments, uint64_t seed, const char *program) {
    struct world_options options = {seed, arguments->transfers, arguments->trace, arguments->keep};
    struct world_result result;
    struct world_result again;
    world_run(&options, &result);
    options.keep = NULL;
    print(seed, &result);
    if (!result.failed && !arguments->trace && (seed - arguments->from) % TWICE_EVERY == 0) {
        world_run(&options, &again);
        if (again.hash != result.hash) {
            result.failed = true;
            snprintf(result.failure, sizeof(result.failure),
                     "the same seed gave another trace: %016" PRIx64, again.hash);
        }
    }
    if (result.failed) {
        char which[128];
        commit(which, sizeof(which));
        printf("FAILED seed %" PRIu64 ": %s\n  %s; again: %s --seed %" PRIu64
               " --transfers %u --trace\n",
               seed, result.failure, which, program, seed, arguments->transfers);
    }
    return !result.failed;
}

int main(int argc, char **argv) {
    struct arguments arguments = read_arguments(argc, argv);
    uint64_t failed = 0;
    log_set_level(arguments.trace ? LOG_INFO : LOG_EMERG);
    for (uint64_t i = 0; i < arguments.seeds && !(arguments.first && failed > 0); i++)
        failed += !run_seed(&arguments, arguments.from + i, argv[0]);
    if (failed > 0)
        printf("%" PRIu64 " of %" PRIu64 " seeds failed\n", failed, arguments.seeds);
    if (failed == 0 && arguments.seeds >= SEEDS && !tally_complete()) {
        printf("FAILED: these kinds of commands are not driven as they should be\n");
        return 1;
    }
    return failed > 0;
}
