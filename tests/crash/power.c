/*
 * Power lost at any call: an engine on real files, the log's and LMDB's, works through a day while
 * every write and sync is made on a modelled disk, too. At calls drawn by the seed a power loss is
 * tried out: of what was not synced, sectors of 512 bytes or of 4 KiB survive or not. Some lives
 * have a failing disk besides: an error of one call or of all from then on, with the call done, not
 * done or done in part; the process ends, starts again, and then loses power.
 *
 *   test-crash_power [--states N] [--seed S] [--json]
 *
 * Seeds from S on are lived until N states are tried (LINKGATE_CRASH_STATES, without arguments). Ends
 * with 1 if anything was lost, doubled or corrupt.
 */
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash/state.h"
#include "util/logline.h"

#define STATES 150
#define DAY 10              /* pairs of transfers in each part of a day */
#define DAY_EVERY 24        /* calls, of which one is a power loss, in an ordinary life */
#define FIRST_EVERY 2       /* the same, at the very first start */
#define AFTER_EVERY 4       /* the same, after a fault */
#define FAULTY_LIVES 3      /* of so many and one; the first with a failed meta page */
#define FAULT_AMONG 60      /* calls of a kind, among which one fails */
#define FAULT_AMONG_METAS 6 /* flushes, the same */

struct arguments {
    uint64_t states, seed;
    bool json;
};

/* A life that ends in a fault lets go of all it has, as the process that it stands for would. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "detect_leaks=0";
}

static volatile sig_atomic_t stopped;

static void on_stop(int number) {
    (void)number;
    stopped = 1;
}

static void must_open(struct life *life) {
    if (life_open(life) != 0)
        fatal("power", "%s", life->rig.reason);
}

static void last_part(struct life *life) {
    struct rig *rig = &life->rig;
    must_open(life);
    rig_connect(rig);
    rig_work(rig, DAY / 2);
    rig_stop(rig);
    ENSURE(mirror_agrees(life->disk, life->dir));
}

static void second_part(struct life *life) {
    struct rig *rig = &life->rig;
    must_open(life);
    rig_connect(rig);
    rig_work(rig, DAY);
    ENSURE(mirror_agrees(life->disk, life->dir));
    rig_stop(rig);
    last_part(life);
}

/* From an empty folder to the end of a day, with a kill and a clean stop in it. */
static void ordinary(struct life *life) {
    struct rig *rig = &life->rig;
    life->every = FIRST_EVERY;
    must_open(life);
    life->every = DAY_EVERY;
    rig_set_up(rig);
    life->ready = true;
    rig_work(rig, DAY);
    life_go_on(life, second_part);
}

/* HAZARDS: the meta page that was reported as failed, and reached the disk. LMDB puts the old one
 * back without a sync; what is written next lies on pages of the failed commit. */
static struct mirror_fault meta_fault(struct life *life) {
    return (struct mirror_fault){
        .call = MODEL_WRITE,
        .file = "data.mdb",
        .durable_only = true,
        .nth = 1 + chance_of(&life->chance) % FAULT_AMONG_METAS,
        .harm = MIRROR_DONE,
    };
}

static struct mirror_fault draw_fault(struct life *life) {
    struct mirror_fault fault = {.harm =
                                     (enum mirror_harm)(chance_of(&life->chance) % MIRROR_HARMS),
                                 .for_ever = chance_of(&life->chance) % 3 == 0};
    uint64_t among = FAULT_AMONG;
    switch (chance_of(&life->chance) % 4) {
    case 0:
        fault.call = MODEL_WRITE;
        fault.file = "data.mdb";
        fault.durable_only = true;
        among = FAULT_AMONG_METAS;
        break;
    case 1:
        fault.call = MODEL_SYNC;
        fault.file = "data.mdb";
        among = FAULT_AMONG_METAS;
        break;
    case 2:
        fault.call = MODEL_WRITE;
        fault.file = "/log/";
        break;
    default:
        fault.call = MODEL_SYNC;
        fault.file = "/log/";
        break;
    }
    fault.nth = 1 + chance_of(&life->chance) % among;
    return fault;
}

static void after_fault(struct life *life) {
    struct rig *rig = &life->rig;
    mirror_arm(NULL);
    life->every = AFTER_EVERY;
    must_open(life);
    rig_connect(rig);
    rig_work(rig, 3);
    ENSURE(mirror_agrees(life->disk, life->dir));
    rig_stop(rig);
}

/* The disk still fails: the start says so, or never comes to it. It changes nothing that was. */
static void start_on_failing_disk(struct life *life) {
    struct rig *rig = &life->rig;
    int rc = life_open(life);
    ENSURE(rc == 0 || rc == ENGINE_FAILED);
    rig->failed = true; /* killed, wherever it is */
    life_try(life, true);
    life_go_on(life, after_fault);
}

/* A failing disk under a day's work; the process ends, as ours does, and the next ones go on with
 * what the disk holds. Nothing that was told may be missing in between, nor anything change. */
static void faulty(struct life *life, bool meta) {
    struct rig *rig = &life->rig;
    must_open(life);
    rig_set_up(rig);
    life->ready = true;
    rig_work(rig, 2);
    struct mirror_fault fault = meta ? meta_fault(life) : draw_fault(life);
    rig->may_fail = true;
    mirror_arm(&fault);
    rig_work(rig, DAY * 2);
    ENSURE(rig->failed == mirror_struck());
    if (mirror_struck())
        __atomic_add_fetch(&life->totals->faults, 1, __ATOMIC_RELAXED);
    life_try(life, false);
    life_try(life, true);
    life_go_on(life, fault.for_ever ? start_on_failing_disk : after_fault);
}

/* In a process of its own, which may end as it likes. */
static void one_life(uint64_t seed, struct totals *totals) {
    fflush(NULL);
    pid_t pid = fork();
    ENSURE(pid >= 0);
    if (pid == 0) {
        struct life life;
        life_init(&life, seed, totals);
        if (seed % (FAULTY_LIVES + 1) == 0)
            ordinary(&life);
        else
            faulty(&life, seed % (FAULTY_LIVES + 1) == 1);
        life_deinit(&life);
        exit(0);
    }
    int status = 0;
    ENSURE(waitpid(pid, &status, 0) == pid);
    if (status != 0) {
        fprintf(stderr, "seed %" PRIu64 ": the life itself ended with status %#x\n", seed,
                (unsigned)status);
        totals->verdicts[VERDICT_CORRUPT]++;
        totals->states++;
    }
    totals->lives++;
}

/* ---- the figure ---- */

static void print(const struct totals *totals, bool json) {
    const uint64_t *verdicts = totals->verdicts;
    if (json)
        printf("{\"kind\": \"b\", \"tried\": %" PRIu64 ", \"lost\": %" PRIu64
               ", \"doubled\": %" PRIu64 ", \"corrupt\": %" PRIu64 ", \"lives\": %" PRIu64
               ", \"nested\": %" PRIu64 ", \"killed\": %" PRIu64 ", \"faults\": %" PRIu64 "}\n",
               totals->states, verdicts[VERDICT_LOST], verdicts[VERDICT_DOUBLED],
               verdicts[VERDICT_CORRUPT], totals->lives, totals->nested, totals->killed,
               totals->faults);
    else
        printf("%" PRIu64 " states of %" PRIu64 " lives (%" PRIu64 " of a recovery, %" PRIu64
               " killed without power loss, %" PRIu64 " faults): %" PRIu64 " lost, %" PRIu64
               " doubled, %" PRIu64 " corrupt\n",
               totals->states, totals->lives, totals->nested, totals->killed, totals->faults,
               verdicts[VERDICT_LOST], verdicts[VERDICT_DOUBLED], verdicts[VERDICT_CORRUPT]);
}

static uint64_t number(const char *text) {
    char *last;
    uint64_t value = strtoull(text, &last, 0);
    if (*text == '\0' || *last != '\0') {
        fprintf(stderr, "not a number: %s\n", text);
        exit(2);
    }
    return value;
}

static struct arguments read_arguments(int argc, char **argv) {
    static const struct option options[] = {
        {"states", required_argument, NULL, 'n'},
        {"seed", required_argument, NULL, 's'},
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };
    const char *states = getenv("LINKGATE_CRASH_STATES");
    struct arguments arguments = {.states = states != NULL ? number(states) : STATES, .seed = 1};
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'n')
            arguments.states = number(optarg);
        else if (option == 's')
            arguments.seed = number(optarg);
        else if (option == 'j')
            arguments.json = true;
        else
            exit(2);
    }
    return arguments;
}

int main(int argc, char **argv) {
    struct arguments arguments = read_arguments(argc, argv);
    struct totals *totals =
        mmap(NULL, sizeof(*totals), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ENSURE(totals != MAP_FAILED);
    signal(SIGINT, on_stop);
    signal(SIGTERM, on_stop);
    setenv("CMOCKA_TEST_ABORT", "1", 1);
    bool shown = isatty(STDERR_FILENO) != 0;
    while (totals->states < arguments.states && !stopped) {
        one_life(arguments.seed + totals->lives, totals);
        if (shown)
            fprintf(stderr, "\r\033[K  %" PRIu64 " of %" PRIu64 " states", totals->states,
                    arguments.states);
    }
    if (shown)
        fprintf(stderr, "\r\033[K");
    print(totals, arguments.json);
    return totals->verdicts[VERDICT_GOOD] == totals->states ? 0 : 1;
}
