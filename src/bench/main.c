/*
 * linkgate-bench: complete transfers through a running gateway, from submission to final answer, by
 * two stand-in banks that it forks. scripts/bench makes the gateway, the keys and the certificates.
 *
 * Invariants: a run lasts until so many seconds and so many flushes have passed, all in flight is
 * answered, and all that was logged is flushed: the clock stops then. No figure is printed unless
 * both banks' books equal the gateway's, to the fen.
 */
#include <argp.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/bench.h"
#include "domain/identifier.h"
#include "util/clock.h"

#define RUNS_MAX 16
#define POLL_US 100000
#define SETTLE_POLLS_MAX 600
#define SIEGE_LEAVE_S 2
#define SIEGE_SETTLE_S 8 /* until a thousand have come; those that come and go never stop */

struct options {
    struct bench_files files;
    const char *dir;
    const char *json;
    uint32_t links;
    uint32_t seconds;
    uint32_t flushes;
    uint32_t rate;    /* of --hostile and --window; 0: not asked for */
    const char *only; /* one kind of hostile peers; NULL: all */
    uint32_t window;  /* transfers that the open window has before meanwhile; 0: not asked for */
    const char *meanwhile;
    uint32_t in_flight[RUNS_MAX];
    size_t runs;
};

struct bench {
    struct options options;
    struct bench_shared *shared;
    pid_t children[2];
    pid_t beside; /* a program that the run waits for; 0: none */
    bool first;   /* the honest bank is served before all others */
    struct clock clock;
};

/* ---- processes ---- */

static double cpu_us(pid_t pid) {
    clockid_t used;
    struct timespec at;
    if (clock_getcpuclockid(pid, &used) != 0 || clock_gettime(used, &at) != 0)
        return 0;
    return (double)at.tv_sec * 1e6 + (double)at.tv_nsec / 1e3;
}

/* 0: not to be had. */
static uint64_t resident_kib(pid_t pid) {
    char path[64];
    unsigned long long all;
    unsigned long long resident = 0;
    snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    if (fscanf(file, "%llu %llu", &all, &resident) != 2) /* NOLINT(cert-err34-c): the kernel's */
        resident = 0;
    (void)fclose(file);
    return resident * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
}

/* NULL: no memory. */
static struct bench_shared *map_shared(void) {
    const int flags = MAP_SHARED | MAP_ANONYMOUS;
    const size_t size = sizeof(struct bench_shared);
    /* cppcheck-suppress invalidFunctionArg ; without a file it has to be -1 */
    void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0);
    /* cppcheck-suppress memleak ; it is the caller's */
    return map == MAP_FAILED ? NULL : map;
}

static void cpu_of_all(const struct bench *bench, double cpu_out[3]) {
    cpu_out[0] = cpu_us(bench->options.files.gateway);
    cpu_out[1] = cpu_us(bench->children[0]);
    cpu_out[2] = cpu_us(bench->children[1]);
}

static void start_children(struct bench *bench) {
    int (*const bodies[2])(const struct bench_files *, struct bench_shared *) = {bench_submitter,
                                                                                 bench_responder};
    for (size_t i = 0; i < 2; i++) {
        bench->children[i] = fork();
        if (bench->children[i] == 0)
            _exit(bodies[i](&bench->options.files, bench->shared));
    }
}

static void stop_children(struct bench *bench) {
    shared_store(&bench->shared->order, BENCH_QUIT);
    for (size_t i = 0; i < 2; i++)
        (void)waitpid(bench->children[i], NULL, 0);
}

/* ---- orders ---- */

static int failed(const struct bench *bench) {
    if (!shared_load(&bench->shared->failed))
        return 0;
    (void)fprintf(stderr, "linkgate-bench: %s\n", bench->shared->failure);
    return -1;
}

static void order(struct bench *bench, enum bench_order what) {
    shared_store(&bench->shared->progress, 0);
    shared_store(&bench->shared->stop, 0);
    shared_store(&bench->shared->order, (int)what);
    shared_add(&bench->shared->order_number, 1);
}

static bool carried_out(const struct bench *bench) {
    return shared_load(&bench->shared->done_number) == shared_load(&bench->shared->order_number);
}

static void show(const char *what, uint64_t done, uint64_t all) {
    if (isatty(STDERR_FILENO))
        (void)fprintf(stderr, "\r%s %llu/%llu   ", what, (unsigned long long)done,
                      (unsigned long long)all);
}

static void show_end(void) {
    if (isatty(STDERR_FILENO))
        (void)fprintf(stderr, "\r%60s\r", "");
}

static int preload(struct bench *bench) {
    bench->shared->links = bench->options.links;
    order(bench, BENCH_LINKS);
    while (!carried_out(bench)) {
        if (failed(bench))
            return -1;
        show("opening links", shared_load(&bench->shared->progress), bench->options.links);
        usleep(POLL_US);
    }
    show_end();
    return failed(bench);
}

/* Until the store holds all that was applied by now. */
static int settle(struct bench *bench, struct bench_status *status_out) {
    uint64_t applied = 0;
    for (int i = 0; i < SETTLE_POLLS_MAX; i++) {
        if (bench_status(&bench->options.files, status_out) != 0)
            return -1;
        if (i == 0)
            applied = status_out->applied;
        if (status_out->flushed >= applied)
            return 0;
        usleep(POLL_US / 4);
    }
    (void)fprintf(stderr, "linkgate-bench: the gateway does not flush what it has logged\n");
    return -1;
}

static int check_books(const struct bench *bench) {
    const struct bench_books *own = &bench->shared->submitter;
    const struct bench_books *other = &bench->shared->responder;
    int64_t to_submitter;
    int64_t to_responder;
    uint64_t count;
    if (bench_nets(&bench->options.files, &to_submitter, &to_responder, &count) != 0)
        return -1;
    if (own->credited_fen == to_submitter && other->debited_fen == to_submitter &&
        own->debited_fen == to_responder && other->credited_fen == to_responder &&
        own->accepted == count && other->accepted == count)
        return 0;
    (void)fprintf(
        stderr,
        "linkgate-bench: books differ, no figure is given\n"
        "  gateway:       to Class II bank %lld, to Class I bank %lld fen, %llu transfers\n"
        "  Class II bank: credited %lld, debited %lld fen, %llu transfers\n"
        "  Class I bank:  debited %lld, credited %lld fen, %llu transfers\n",
        (long long)to_submitter, (long long)to_responder, (unsigned long long)count,
        (long long)own->credited_fen, (long long)own->debited_fen,
        (unsigned long long)own->accepted, (long long)other->debited_fen,
        (long long)other->credited_fen, (unsigned long long)other->accepted);
    return -1;
}

static bool runs_beside(struct bench *bench) {
    int status;
    if (bench->beside == 0 || waitpid(bench->beside, &status, WNOHANG) == 0)
        return bench->beside != 0;
    bench->beside = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        bench_fail(bench->shared, "the program that was to run beside the transfers failed");
    return false;
}

static int end_run(struct bench *bench) {
    shared_store(&bench->shared->stop, 1);
    while (!carried_out(bench)) {
        if (failed(bench))
            return -1;
        usleep(1000);
    }
    show_end();
    return 0;
}

static int run_until_enough(struct bench *bench, uint64_t flushes_before, int64_t start_us) {
    struct bench_status status;
    int64_t end_us = start_us + (int64_t)bench->options.seconds * 1000000;
    uint64_t flushes = 0;
    while (clock_boot_us(&bench->clock) < end_us || flushes < bench->options.flushes ||
           runs_beside(bench)) {
        usleep(POLL_US * 2);
        if (failed(bench))
            return -1;
        if (clock_boot_us(&bench->clock) >= end_us) {
            if (bench_status(&bench->options.files, &status) != 0)
                return -1;
            flushes = status.flushes - flushes_before;
        }
        show("transfers", shared_load(&bench->shared->progress), 0);
    }
    return end_run(bench);
}

static int measure(struct bench *bench, uint32_t in_flight, struct bench_result *result_out) {
    struct bench_shared *shared = bench->shared;
    struct bench_status before;
    struct bench_status after;
    double cpu_before[3];
    double cpu_after[3];
    if (settle(bench, &before) != 0)
        return -1;
    shared->in_flight = in_flight;
    shared->samples = 0;
    cpu_of_all(bench, cpu_before);
    int64_t start_us = clock_boot_us(&bench->clock);
    order(bench, BENCH_RUN);
    if (run_until_enough(bench, before.flushes, start_us) != 0 || settle(bench, &after) != 0)
        return -1;
    double seconds = (double)(clock_boot_us(&bench->clock) - start_us) / 1e6;
    cpu_of_all(bench, cpu_after);
    if (check_books(bench) != 0)
        return -1;
    uint64_t transfers = shared_load(&shared->progress);
    double each = transfers > 0 ? (double)transfers : 1;
    bench_sort(shared->latency_us, shared->samples);
    *result_out = (struct bench_result){
        .in_flight = in_flight,
        .transfers = transfers,
        .seconds = seconds,
        .transfers_per_s = (double)transfers / seconds,
        .p50_us = bench_percentile(shared->latency_us, shared->samples, 500),
        .p95_us = bench_percentile(shared->latency_us, shared->samples, 950),
        .p99_us = bench_percentile(shared->latency_us, shared->samples, 990),
        .max_us = bench_percentile(shared->latency_us, shared->samples, 1000),
        .keys_per_transfer = (double)(after.keys - before.keys) / each,
        .bytes_per_transfer = (double)(after.bytes - before.bytes) / each,
        .flushes = after.flushes - before.flushes,
        .gateway_kib = resident_kib(bench->options.files.gateway),
    };
    for (size_t i = 0; i < 3; i++)
        result_out->cpu_us[i] = (cpu_after[i] - cpu_before[i]) / each;
    return 0;
}

/* ---- beside hostile peers ---- */

/* The honest bank has a machine of its own in truth: it takes processor time whenever it wants some.
 * Not so the gateway: with real-time priority it would be stopped where the kernel gives all others
 * their least part, for up to 50 ms in a second. False: this user may not. */
static bool prefer(const struct bench *bench) {
    const struct sched_param first = {.sched_priority = 1};
    return sched_setscheduler(bench->children[0], SCHED_RR, &first) == 0 &&
           sched_setscheduler(bench->children[1], SCHED_RR, &first) == 0;
}

static pid_t start_hostile(const struct bench *bench, size_t kind) {
    pid_t pid = fork();
    if (pid == 0)
        bench_hostile(&bench->options.files, kind);
    (void)sleep(SIEGE_SETTLE_S);
    return pid;
}

static void stop_hostile(pid_t pid) {
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    (void)sleep(SIEGE_LEAVE_S);
}

/* Without hostile peers before and after all the others: what else the machine does shows there. */
static int siege(struct bench *bench, const struct bench_disk *disk) {
    struct bench_result results[RUNS_MAX];
    struct bench_result alone;
    const char *text;
    const char *name;
    size_t count = 0;
    bench->shared->rate = bench->options.rate;
    bench->first = prefer(bench);
    bench_print_siege_head(disk, bench->options.rate, bench->first);
    if (measure(bench, bench->options.in_flight[0], &alone) != 0)
        return 1;
    bench_print_siege("nobody", "", &alone, &alone);
    results[count++] = alone;
    for (size_t kind = 0; (name = bench_hostile_name(kind, &text)) != NULL; kind++) {
        if (bench->options.only != NULL && strcmp(bench->options.only, name) != 0)
            continue;
        ENSURE(count < RUNS_MAX);
        pid_t pid = start_hostile(bench, kind);
        int rc = measure(bench, bench->options.in_flight[0], &results[count]);
        stop_hostile(pid);
        if (rc != 0)
            return 1;
        results[count].beside = name;
        bench_print_siege(name, text, &results[count++], &alone);
    }
    if (measure(bench, bench->options.in_flight[0], &results[count]) != 0)
        return 1;
    bench_print_siege("nobody", "", &results[count++], &alone);
    if (bench->options.json == NULL)
        return 0;
    return bench_write_json(bench->options.json, disk, bench->options.links, results, count) != 0;
}

/* ---- while a window is closed ---- */

static int fill_window(struct bench *bench) {
    bench->shared->in_flight = bench->options.in_flight[0];
    bench->shared->rate = 0;
    bench->shared->samples = 0;
    order(bench, BENCH_RUN);
    while (shared_load(&bench->shared->progress) < bench->options.window) {
        if (failed(bench))
            return -1;
        show("transfers", shared_load(&bench->shared->progress), bench->options.window);
        usleep(POLL_US);
    }
    struct bench_status after;
    if (end_run(bench) != 0 || settle(bench, &after) != 0)
        return -1;
    return check_books(bench);
}

static pid_t start_meanwhile(const struct bench *bench) {
    pid_t pid = fork();
    if (pid == 0) {
        (void)execl(bench->options.meanwhile, bench->options.meanwhile, (char *)NULL);
        _exit(127);
    }
    return pid;
}

/* At a fixed rate: before, while that program closes the window and asks what is in it, and after. */
static int close_window(struct bench *bench, const struct bench_disk *disk) {
    static const char *const names[3] = {NULL, "closing", NULL};
    struct bench_result results[3];
    if (fill_window(bench) != 0)
        return 1;
    bench->shared->rate = bench->options.rate;
    bench_print_window_head(disk, bench->options.rate, bench->options.window);
    for (size_t i = 0; i < 3; i++) {
        bench->beside = names[i] != NULL ? start_meanwhile(bench) : 0;
        if (measure(bench, bench->options.in_flight[0], &results[i]) != 0)
            return 1;
        results[i].beside = names[i];
        bench_print_siege(names[i] != NULL ? names[i] : "nothing", "", &results[i], &results[0]);
    }
    if (bench->options.json == NULL)
        return 0;
    return bench_write_json(bench->options.json, disk, bench->options.links, results, 3) != 0;
}

static int run_all(struct bench *bench) {
    struct bench_disk disk;
    struct bench_result results[RUNS_MAX];
    if (bench_measure_disk(bench->options.dir, &disk) != 0 || preload(bench) != 0)
        return 1;
    if (bench->options.window > 0)
        return close_window(bench, &disk);
    if (bench->options.rate > 0)
        return siege(bench, &disk);
    bench_print_head(&disk, bench->options.links);
    for (size_t i = 0; i < bench->options.runs; i++) {
        if (measure(bench, bench->options.in_flight[i], &results[i]) != 0)
            return 1;
        bench_print(&results[i]);
    }
    if (bench->options.json != NULL &&
        bench_write_json(bench->options.json, &disk, bench->options.links, results,
                         bench->options.runs) != 0)
        return 1;
    return 0;
}

/* ---- options ---- */

enum {
    OPTION_PORT = 256,
    OPTION_PKI,
    OPTION_CTL,
    OPTION_ADMIN,
    OPTION_PID,
    OPTION_JSON,
    OPTION_FLUSHES,
    OPTION_HOSTILE,
    OPTION_ONLY,
    OPTION_RATE,
    OPTION_WINDOW,
    OPTION_MEANWHILE
};

static const struct argp_option argp_options[] = {
    {"port", OPTION_PORT, "PORT", 0, "The gateway's port on 127.0.0.1", 0},
    {"pki", OPTION_PKI, "DIR", 0, "Folder with ca.crt and the banks' certificates and keys", 0},
    {"ctl", OPTION_CTL, "PROGRAM", 0, "linkgatectl", 0},
    {"admin", OPTION_ADMIN, "SOCKET", 0, "The gateway's admin socket", 0},
    {"gateway-pid", OPTION_PID, "PID", 0, "The gateway's process", 0},
    {"dir", 'd', "DIR", 0, "Folder on the gateway's disk, to measure it", 0},
    {"links", 'l', "N", 0, "Links opened first (100000)", 0},
    {"seconds", 's', "S", 0, "Length of a run at least (10)", 0},
    {"flushes", OPTION_FLUSHES, "N", 0, "Flushes in a run at least (20)", 0},
    {"in-flight", 'n', "N,N...", 0, "Transfers in flight, a run each (1,32,256,1024)", 0},
    {"json", OPTION_JSON, "FILE", 0, "Write the figures to FILE as well", 0},
    {"hostile", OPTION_HOSTILE, "RATE", 0,
     "RATE transfers a second, alone and beside each kind of hostile peers", 0},
    {"only", OPTION_ONLY, "KIND", 0, "With --hostile: this kind alone", 0},
    {"window", OPTION_WINDOW, "N", 0,
     "N transfers into the open window; then at --rate: before, beside --meanwhile, and after", 0},
    {"meanwhile", OPTION_MEANWHILE, "PROGRAM", 0, "With --window: what is run in the middle", 0},
    {"rate", OPTION_RATE, "RATE", 0, "With --window: transfers a second", 0},
    {NULL, 0, NULL, 0, NULL, 0}};

static uint32_t number(struct argp_state *state, const char *text, uint32_t max) {
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (errno || end == text || *end != '\0' || value < 1 || value > max)
        argp_error(state, "'%s' is not a whole number from 1 to %u", text, max);
    return (uint32_t)value;
}

static void set_in_flight(struct argp_state *state, struct options *options, const char *list) {
    char *copy = xstrdup(list);
    char *rest = copy;
    options->runs = 0;
    for (char *word = strsep(&rest, ","); word != NULL; word = strsep(&rest, ",")) {
        if (options->runs == RUNS_MAX)
            argp_error(state, "at most %d runs", RUNS_MAX);
        options->in_flight[options->runs++] = number(state, word, BENCH_IN_FLIGHT_MAX);
    }
    free(copy);
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct options *options = state->input;
    switch (key) {
    case OPTION_PORT:
        options->files.port = (uint16_t)number(state, argument, 65535);
        break;
    case OPTION_PKI:
        options->files.pki = argument;
        break;
    case OPTION_CTL:
        options->files.control = argument;
        break;
    case OPTION_ADMIN:
        options->files.admin = argument;
        break;
    case OPTION_PID:
        options->files.gateway = (pid_t)number(state, argument, INT32_MAX);
        break;
    case OPTION_JSON:
        options->json = argument;
        break;
    case OPTION_FLUSHES:
        options->flushes = number(state, argument, 100000);
        break;
    case OPTION_HOSTILE:
        options->rate = number(state, argument, 100000);
        break;
    case OPTION_ONLY:
        options->only = argument;
        break;
    case OPTION_RATE:
        options->rate = number(state, argument, 100000);
        break;
    case OPTION_WINDOW:
        options->window = number(state, argument, 100000000);
        break;
    case OPTION_MEANWHILE:
        options->meanwhile = argument;
        break;
    case 'd':
        options->dir = argument;
        break;
    case 'l':
        options->links = number(state, argument, BENCH_LINKS_MAX);
        break;
    case 's':
        options->seconds = number(state, argument, 86400);
        break;
    case 'n':
        set_in_flight(state, options, argument);
        break;
    case ARGP_KEY_END:
        if (!options->files.port || !options->files.pki || !options->files.control ||
            !options->files.admin || !options->files.gateway || !options->dir)
            argp_error(state, "scripts/bench gives all of these: --port, --pki, --ctl, --admin, "
                              "--gateway-pid, --dir");
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

int main(int argc, char **argv) {
    struct bench bench = {
        .options = {.files = {.host = "127.0.0.1",
                              .submitter = 999100000011,
                              .responder = 999100000020},
                    .links = 100000,
                    .seconds = 10,
                    .flushes = 20,
                    .in_flight = {1, 32, 256, 1024},
                    .runs = 4},
        .clock = clock_system(),
    };
    struct argp argp = {
        argp_options, parse, NULL, "Measures complete transfers through a running gateway.",
        NULL,         NULL,  NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &bench.options);
    bench.shared = map_shared();
    if (bench.shared == NULL) {
        perror("linkgate-bench: mmap");
        return 1;
    }
    start_children(&bench);
    int status = run_all(&bench);
    stop_children(&bench);
    return status;
}
