/*
 * See state.h. A child takes what the modelled disk leaves, writes it into a folder of its own and
 * starts an engine on it. It may crash again while it recovers: then the same, one level deeper.
 *
 * What is checked: it opens, and finds nothing wrong in the file; what was told is there, and a final outcome is still what was told; the
 * same requests get the same answers, and those that were not answered are answered now; every
 * transfer is there once, in the books, too; the laws hold; new work is served; and the log from its
 * first batch on, replayed into an empty store, gives the same keys and values.
 */
#include "crash/state.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kv/pages.h"
#include "util/logline.h"
#include "verify/verify.h"

#define MAP_BYTES ((uint64_t)8 << 20)
#define SPARE_BYTES ((uint64_t)64 << 10)
#define SEGMENT_BYTES ((uint64_t)256 << 10)
#define PAGE 4096
#define RUNNING_MAX 2    /* children at a time */
#define DEPTH_MAX 2      /* crashes in a row */
#define NESTED_CALLS 120 /* of a recovery, among which the next crash falls */
#define KILLED_ONE_IN 8
#define NESTED_ONE_IN 3
#define PROCESS_ENDED 77 /* exit status of a child that is no state, but the next process */
#define LAGS 3           /* how far behind the log a flush may be: none, or so many times */
#define LAG_BATCHES 4
#define WORK 2 /* transfers, twice: what is served after a crash */

uint64_t chance_of(uint64_t *state) {
    *state += 0x9e3779b97f4a7c15u;
    uint64_t value = *state;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

static void count(uint64_t *counter) {
    __atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
}

/* ---- checks, in a child ---- */

static _Noreturn void end(struct life *life, enum verdict verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static _Noreturn void end(struct life *life, enum verdict verdict, const char *format, ...) {
    static const char *const words[VERDICTS] = {"good", "LOST", "DOUBLED", "CORRUPT"};
    if (verdict != VERDICT_GOOD) {
        va_list arguments;
        va_start(arguments, format);
        fprintf(stderr, "seed %llu, state %llu, depth %u: %s: ", (unsigned long long)life->seed,
                (unsigned long long)life->number, life->depth, words[verdict]);
        vfprintf(stderr, format, arguments);
        fputc('\n', stderr);
        va_end(arguments);
    }
    life_wait(life);
    _exit((int)verdict);
}

static void check_links(struct life *life) {
    struct store *store = engine_store(life->rig.engine);
    const struct book *book = life->rig.book;
    for (size_t i = 0; i < book->link_count; i++) {
        struct link link;
        if (store_get_link(store, &book->links[i], &link) != 0)
            end(life, VERDICT_LOST, "link %zu", i);
        if (link.state != LINK_ACTIVE)
            end(life, VERDICT_CORRUPT, "link %zu is no longer what it was", i);
    }
}

static void check_rows(struct life *life) {
    struct store *store = engine_store(life->rig.engine);
    const struct book *book = life->rig.book;
    for (size_t i = 0; i < book->row_count; i++) {
        const struct row *row = &book->rows[i];
        struct transfer transfer;
        if (row->told == 0 || row->refused)
            continue;
        int rc = store_get_transfer(store, &row->transfer, &transfer);
        if (rc != 0)
            end(life, rc == STORE_ABSENT ? VERDICT_LOST : VERDICT_CORRUPT, "transfer %zu: %d", i,
                rc);
        if (row->last_state == TRANSFER_ACCEPTED && transfer.state != TRANSFER_ACCEPTED)
            end(life, VERDICT_LOST, "transfer %zu was told as accepted", i);
    }
}

/* Everything was answered: each row is one transfer, and the net of the two banks is theirs. */
static void check_sums(struct life *life) {
    struct store *store = engine_store(life->rig.engine);
    const struct book *book = life->rig.book;
    int64_t to_b_fen = 0;
    int64_t to_a_fen = 0;
    uint64_t rows = 0;
    for (size_t i = 0; i < book->row_count; i++) {
        rows += book->rows[i].submitted;
        *(book->rows[i].push ? &to_b_fen : &to_a_fen) += book->rows[i].fen;
    }
    uint64_t found = 0;
    struct transfer transfer;
    int rc = store_next_transfer(store, NULL, &transfer);
    for (; rc == 0; rc = store_next_transfer(store, &transfer.id, &transfer))
        found++;
    if (rc != STORE_ABSENT)
        end(life, VERDICT_CORRUPT, "transfers cannot be read: %d", rc);
    if (found != rows)
        end(life, found < rows ? VERDICT_LOST : VERDICT_DOUBLED, "%llu transfers of %llu",
            (unsigned long long)found, (unsigned long long)rows);
    struct pair_net net;
    if (store_next_net(store, NULL, &net) != 0)
        end(life, VERDICT_CORRUPT, "there is no net");
    if (net.count != rows || net.to_low_fen != to_a_fen || net.to_high_fen != to_b_fen)
        end(life, net.count < rows ? VERDICT_LOST : VERDICT_DOUBLED,
            "net of %llu transfers, %lld and %lld fen", (unsigned long long)net.count,
            (long long)net.to_low_fen, (long long)net.to_high_fen);
}

static void on_finding(void *context, const struct verify_finding *finding) {
    (void)context;
    fprintf(stderr, "%s: %s\n", law_name(finding->law), finding->text);
}

static void check_laws(struct life *life) {
    const struct verify_sink sink = {.found = on_finding};
    struct verify_counts counts = {0};
    int rc = verify_store(engine_store(life->rig.engine), false, &sink, &counts);
    if (rc != 0 || counts.findings > 0)
        end(life, VERDICT_CORRUPT, "the laws do not hold: %d, %llu findings", rc,
            (unsigned long long)counts.findings);
}

static void on_fault(void *context, uint64_t page, const char *text) {
    (void)context;
    fprintf(stderr, "page %lld: %s\n", (long long)page, text);
}

/* The file as no LMDB sees it, which would not notice. */
static void check_pages(struct life *life) {
    const struct kv_pages sink = {.fault = on_fault};
    struct kv_pages_found found = {0};
    char dir[sizeof(life->dir) + sizeof("/store")];
    char reason[256] = "";
    snprintf(dir, sizeof(dir), "%s/store", life->dir);
    if (kv_pages_check(dir, &sink, &found, reason, sizeof(reason)) != 0 || found.faults > 0)
        end(life, VERDICT_CORRUPT, "the store's pages are not right: %s", reason);
}

static void check(struct life *life) {
    struct rig *rig = &life->rig;
    int rc = life_open(life);
    if (rc != 0)
        end(life, VERDICT_CORRUPT, "does not start: %d: %s", rc, rig->reason);
    /* Before the banks say anything: what they would say again might hide what is missing. */
    check_links(life);
    check_rows(life);
    check_laws(life);
    if (!life->ready) /* nobody goes on with half a link */
        end(life, VERDICT_GOOD, "-");
    count(&life->totals->started);
    rig_run(rig);
    rig_connect(rig);
    rig_check_told(rig);
    rig_work(rig, WORK);
    rig_check_told(rig);
    check_sums(life);
    check_laws(life);
    rig_stop(rig);
    mirror_stop();
    check_pages(life);
    if (life->rig.config.log.keep_ms > 0)
        rig_check_replay(rig, rig->config.bounds.overlay_keys);
    end(life, VERDICT_GOOD, "-");
}

/* ---- children ---- */

static void before_call(void *context) {
    struct life *life = context;
    if (life->every > 0 && chance_of(&life->chance) % life->every == 0)
        life_try(life, chance_of(&life->chance) % KILLED_ONE_IN != 0);
}

/* What the child has from its parent: the engine that crashed stays untouched. */
static void become(struct life *life, bool power) {
    struct rig *rig = &life->rig;
    rig->engine = NULL;
    rig->may_fail = false;
    mirror_stop();
    life->depth++;
    life->running = 0;
    if (power)
        model_disk_crash(life->disk);
    else
        model_disk_kill(life->disk);
    snprintf(life->dir, sizeof(life->dir), "%s/state-%d", rig->dir, getpid());
    mirror_write_out(life->disk, life->dir);
}

static void try_here(struct life *life, bool power) {
    mirror_arm(NULL);
    model_disk_reseed(life->disk, chance_of(&life->chance));
    model_disk_grain(life->disk, (chance_of(&life->chance) & 1) != 0 ? MODEL_SECTOR : PAGE);
    become(life, power);
    bool again = life->depth < DEPTH_MAX && chance_of(&life->chance) % NESTED_ONE_IN == 0;
    life->every = again ? NESTED_CALLS : 0;
    check(life);
}

static void collect(struct life *life) {
    int status = 0;
    pid_t ended = waitpid(-1, &status, 0);
    ENSURE(ended > 0);
    life->running--;
    char dir[2 * sizeof(life->dir)];
    snprintf(dir, sizeof(dir), "%s/state-%d", life->rig.dir, ended);
    rig_remove(dir);
    strncat(dir, "-replay", sizeof(dir) - strlen(dir) - 1);
    rig_remove(dir);
    if (WIFEXITED(status) && WEXITSTATUS(status) == PROCESS_ENDED)
        return;
    enum verdict verdict = VERDICT_CORRUPT;
    if (WIFEXITED(status) && WEXITSTATUS(status) < VERDICTS)
        verdict = (enum verdict)WEXITSTATUS(status);
    else
        fprintf(stderr, "seed %llu: a state's check ended with status %#x\n",
                (unsigned long long)life->seed, (unsigned)status);
    count(&life->totals->verdicts[verdict]);
}

void life_wait(struct life *life) {
    while (life->running > 0)
        collect(life);
}

/* True in the child, which has nothing open that its parent had, and the book as it is now. */
static bool split(struct life *life) {
    if (life->running >= RUNNING_MAX)
        collect(life);
    /* Whoever is forked draws other chances than its parent, which draws one. */
    uint64_t seed = chance_of(&life->chance);
    int let_go[2];
    ENSURE(pipe(let_go) == 0);
    fflush(NULL);
    pid_t pid = fork();
    ENSURE(pid >= 0);
    if (pid == 0) {
        struct book *book = xmalloc(sizeof(*book));
        *book = *life->rig.book;
        life->rig.book = book;
        /* The parent's lock on its folder is the child's, too, until this. */
        ENSURE(close_range(STDERR_FILENO + 1, ~0U, 0) == 0);
        signal(SIGINT, SIG_IGN);
        signal(SIGTERM, SIG_DFL);
        log_set_level(LOG_ALERT);
        life->chance = seed;
        return true;
    }
    life->running++;
    close(let_go[1]);
    char byte;
    ENSURE(read(let_go[0], &byte, 1) == 0);
    close(let_go[0]);
    return false;
}

void life_try(struct life *life, bool power) {
    life->number++;
    count(&life->totals->states);
    if (life->depth > 0)
        count(&life->totals->nested);
    if (!power)
        count(&life->totals->killed);
    if (split(life))
        try_here(life, power);
}

void life_go_on(struct life *life, void (*next)(struct life *life)) {
    life_wait(life);
    if (!split(life))
        return;
    become(life, false);
    life->depth--; /* nothing was lost: what comes is one crash, not the second */
    next(life);
    life_wait(life);
    _exit(PROCESS_ENDED);
}

/* ---- a life ---- */

void life_init(struct life *life, uint64_t seed, struct totals *totals) {
    memset(life, 0, sizeof(*life));
    struct rig *rig = &life->rig;
    rig_init(rig);
    log_set_level(LOG_ALERT); /* failures are asked for here */
    life->seed = seed;
    life->chance = seed;
    life->totals = totals;
    life->disk = model_disk_new(chance_of(&life->chance));
    snprintf(life->dir, sizeof(life->dir), "%s/live", rig->dir);
    rig->config.map_bytes = MAP_BYTES;
    rig->config.bounds.spare_bytes = SPARE_BYTES;
    rig->config.look = verify_start; /* as the daemon's starts do, at all of it or at some */
    rig->config.look_context = &life->start;
    life->start.whole_bytes = seed % 2 == 0 ? MAP_BYTES : 0;
    rig->config.log.segment_bytes = SEGMENT_BYTES;
    rig->config.log.spares = 1;
    /* A flush that fails, or during which power is lost, is behind the log by something. */
    rig->job_batches = (uint32_t)(seed % LAGS) * LAG_BATCHES;
    /* Half of them have the whole log, to replay it; the others nothing but what they need. */
    rig->config.log.keep_ms = seed % 8 < 4 ? INT64_MAX : 0;
}

void life_deinit(struct life *life) {
    life_wait(life);
    mirror_stop();
    if (life->rig.failed || life->rig.job_out) /* as a process does that has ended */
        life->rig.engine = NULL;
    rig_deinit(&life->rig);
    model_disk_free(life->disk);
}

int life_open(struct life *life) {
    mirror_start(life->dir, life->disk, before_call, life);
    life->rig.config.dir = life->dir;
    return rig_open(&life->rig);
}
