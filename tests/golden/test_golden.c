/*
 * A day in the life of a ledger, kept in the tree: its log, the store that it gives, and what each
 * command told the world. The log is replayed into an empty store, command by command, and all of it
 * must come out again. When this fails and nothing was meant to change, the ledger is not
 * deterministic or has changed unseen: tails of logs out there would be replayed into other states
 * than those that were told. docs/contributing.md says what to do when it was meant.
 *
 * usage: test_golden --make FOLDER     writes the files anew (tests/golden)
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "ledger/entry.h"
#include "ledger/script.h"
#include "log/copy.h"
#include "verify/folder.h"
#include "verify/lively.h"
#include "verify/replay.h"
#include "wire/message.h"

#define SEED 20260801
#define STEPS 130
#define BATCH_BYTES 12000
#define SEGMENT_BYTES ((uint64_t)40 * LOG_BLOCK)
#define LOG_BYTES ((uint64_t)64 * SEGMENT_BYTES)
#define MAP_BYTES ((uint64_t)64 << 20)
#define PATH_SIZE 300
#define LINE_SIZE 200

/* The key ring of the world: no secret, and made by this formula alone. */
static struct keyring *ring(void) {
    uint8_t root[32];
    memset(root, 7, sizeof root);
    return keyring_from_root(root);
}

static void path_of(char path_out[PATH_SIZE], const char *dir, const char *name) {
    assert_true(snprintf(path_out, PATH_SIZE, "%s/%s", dir, name) < PATH_SIZE);
}

/* ---- a folder, and a store of its own, that are forgotten ---- */

struct files {
    char dir[64];
};

static void files_init(struct files *files) {
    memcpy(files->dir, "/tmp/linkgate-golden-XXXXXX", sizeof "/tmp/linkgate-golden-XXXXXX");
    assert_non_null(mkdtemp(files->dir));
}

static void files_deinit(struct files *files) {
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%s'", files->dir);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): names are our own */
}

struct place {
    struct scratch scratch;
    struct keyring *keyring;
    struct kv *kv;
    struct store *store;
};

static void place_open_at(struct place *place, const char *dir) {
    char reason[200] = "";
    if (kv_open(dir, MAP_BYTES, &place->kv, reason, sizeof reason) != 0 ||
        store_open(place->kv, place->keyring, &place->store, reason, sizeof reason) != 0)
        fail_msg("%s", reason);
}

static void place_init(struct place *place) {
    scratch_init(&place->scratch);
    place->keyring = ring();
    place_open_at(place, place->scratch.dir);
}

static void place_deinit(struct place *place) {
    store_close(place->store);
    kv_close(place->kv);
    keyring_free(place->keyring);
    scratch_deinit(&place->scratch);
}

/* ---- what a command told ---- */

static void add_number(struct buf *bytes, uint64_t number) {
    buf_append_be64(bytes, number);
}

static void add_text(struct buf *bytes, const char *text) {
    struct span span = span_text(text ? text : "");
    add_number(bytes, span.size);
    buf_append_span(bytes, span);
}

static void add_effect(struct buf *bytes, const struct effect *effect) {
    add_number(bytes, (uint64_t)effect->kind);
    add_number(bytes, (uint64_t)effect->message);
    add_number(bytes, effect->bank);
    add_number(bytes, (uint64_t)effect->order);
    add_number(bytes, effect->refused);
    add_number(bytes, (uint64_t)effect->refusal.code);
    add_number(bytes, effect->refusal.replayed);
    add_text(bytes, effect->refusal.field);
    buf_append(bytes, effect->request.bytes, ID_SIZE);
    buf_append(bytes, effect->exchange.bytes, ID_SIZE);
    buf_append(bytes, effect->object.bytes, ID_SIZE);
    add_number(bytes, effect->sequence);
    add_number(bytes, (uint64_t)effect->deadline_ms);
    add_text(bytes, effect->text);
    add_number(bytes, effect->payload.size);
    buf_append_span(bytes, effect->payload);
}

static struct digest told(const struct effects *effects) {
    struct buf bytes;
    struct digest digest;
    buf_init(&bytes);
    for (size_t i = 0; i < effects->count; i++)
        add_effect(&bytes, &effects->items[i]);
    sha256(buf_span(&bytes), &digest);
    buf_deinit(&bytes);
    return digest;
}

/* ---- replaying the log: one line for each command, and one for the store ---- */

struct golden {
    FILE *to;   /* lines are written there, or */
    FILE *from; /* compared with these */
    struct replay replay;
    uint64_t commands;
};

static void line(struct golden *golden, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void line(struct golden *golden, const char *format, ...) {
    char now[LINE_SIZE], kept[LINE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    assert_true(vsnprintf(now, sizeof now, format, arguments) < LINE_SIZE);
    va_end(arguments);
    if (golden->to) {
        fputs(now, golden->to);
        return;
    }
    if (!fgets(kept, sizeof kept, golden->from))
        kept[0] = '\0';
    if (strcmp(now, kept) != 0)
        fail_msg("the ledger's outputs have changed (docs/contributing.md says what to do)\n"
                 "kept: %snow:  %s",
                 kept, now);
}

static void on_applied(void *context, const struct replay *replay, const struct command *command) {
    struct golden *golden = context;
    char hex[2 * DIGEST_SIZE + 1];
    struct digest digest = told(&replay->effects);
    hex_format(digest.bytes, DIGEST_SIZE, hex);
    line(golden, "%" PRIu64 " %s %zu %s\n", replay->sequence, command_name(command->kind),
         replay->effects.count, hex);
    golden->commands++;
}

/* Somebody waits for each answer, so that replies are told too. */
static void on_command(void *context, struct command *command) {
    const struct golden *golden = context;
    if (command_is_order(command->kind))
        command->origin.kind = ORIGIN_ADMIN;
    else if (command->bank && command_row(command->kind)->message != MESSAGE_NONE)
        command->origin.kind = ORIGIN_BANK;
    command->origin.connection = 1;
    command->origin.correlation = golden->replay.sequence + 1;
}

/* The log is opened where it may be written: in a copy. */
static struct log *open_log(const char *dir, struct keyring *keyring) {
    struct log_place start = {0};
    char reason[300] = "";
    struct log *log;
    struct log_config config = {
        .dir = dir,
        .segment_bytes = SEGMENT_BYTES,
        .max_bytes = LOG_BYTES,
        .spares = 1,
        .ledger_version = LEDGER_VERSION,
        .io = log_io_system(),
    };
    int rc = log_open(&config, keyring, &start, &log, reason, sizeof reason);
    if (rc == LOG_OTHER_VERSION)
        fail_msg("LEDGER_VERSION was raised: make the golden files anew (docs/contributing.md)");
    if (rc != 0)
        fail_msg("%s", reason);
    return log;
}

static void replay_into(struct golden *golden, struct place *place, const char *log_dir) {
    char hex[2 * DIGEST_SIZE + 1];
    struct digest digest;
    struct log *log = open_log(log_dir, place->keyring);
    line(golden, "ledger version %u\n", LEDGER_VERSION);
    assert_int_equal(replay_init(&golden->replay, place->store, place->keyring, LEDGER_VERSION), 0);
    golden->replay.applied = on_applied;
    golden->replay.prepare = on_command;
    golden->replay.context = golden;
    if (log_replay_all(log, replay_batch, &golden->replay) != 0)
        fail_msg("%s", golden->replay.reason);
    assert_int_equal(replay_settle(&golden->replay, true), 0);
    replay_deinit(&golden->replay);
    log_close(log);
    assert_int_equal(store_digest(place->store, &digest), 0);
    hex_format(digest.bytes, DIGEST_SIZE, hex);
    line(golden, "store %s\n", hex);
}

/* ---- making it ---- */

static struct log *recorded;
static struct buf batch;
static int64_t batch_ms;

static void log_batch(void) {
    struct log_place place;
    assert_int_equal(log_append(recorded, buf_span(&batch), batch_ms, &place), 0);
    buf_clear(&batch);
}

static void record(const struct command *command, uint64_t sequence, int64_t now_ms) {
    if (batch.size + entry_size(command) > BATCH_BYTES)
        log_batch();
    entry_append(&batch, command, sequence, now_ms);
    batch_ms = now_ms;
}

/* A store with something of everything, and then a script by chance. */
static void live(void) {
    struct lively *lively = xcalloc(1, sizeof *lively);
    struct script *script = xcalloc(1, sizeof *script);
    world_watch = record;
    lively_init(lively);
    script_init(script, &lively->world, SEED);
    for (int i = 0; i < STEPS; i++)
        script_step(script);
    world_watch = NULL;
    lively_deinit(lively);
    free(script);
    free(lively);
    log_batch();
    log_batch(); /* the seal */
}

static void fresh_folder(char path_out[PATH_SIZE], const char *dir, const char *name) {
    path_of(path_out, dir, name);
    assert_int_equal(mkdir(path_out, 0755), 0);
}

static void copy_log(const char *from, const char *to, struct keyring *keyring) {
    char reason[300] = "";
    struct log_piece piece = {.dir = from, .io = log_io_system(), .until = log_last(recorded)};
    struct log_copy copy = {
        .dir = to, .segment_bytes = SEGMENT_BYTES, .ledger_version = LEDGER_VERSION};
    if (log_piece_copy(&piece, &copy, keyring, reason, sizeof reason) != 0)
        fail_msg("%s", reason);
}

static int make(const char *dir) {
    char path[PATH_SIZE];
    char reason[300] = "";
    struct files logs;
    struct place place;
    struct golden golden = {0};
    files_init(&logs);
    place_init(&place);
    buf_init(&batch);
    recorded = open_log(logs.dir, place.keyring);
    live();
    fresh_folder(path, dir, "log");
    copy_log(logs.dir, path, place.keyring);
    log_close(recorded);
    path_of(path, dir, "outputs.txt");
    golden.to = fopen(path, "we");
    assert_non_null(golden.to);
    replay_into(&golden, &place, logs.dir);
    assert_int_equal(fclose(golden.to), 0);
    fresh_folder(path, dir, "store");
    struct kv_copy copy = {.dir = path, .map_bytes = MAP_BYTES};
    if (kv_copy(place.kv, &copy, reason, sizeof reason) != 0)
        fail_msg("%s", reason);
    printf("%" PRIu64 " commands\n", golden.commands);
    buf_deinit(&batch);
    place_deinit(&place);
    files_deinit(&logs);
    return 0;
}

/* ---- comparing ---- */

/* A copy of log and store of that folder, which is read only. */
static void copied_from(const char *folder, struct files *files) {
    char command[3 * PATH_SIZE];
    const char *source = getenv("LINKGATE_SOURCE");
    assert_non_null(source);
    files_init(files);
    assert_true(snprintf(command, sizeof command, "cp -r '%s/%s/log' '%s/%s/store' '%s'", source,
                         folder, source, folder, files->dir) < (int)sizeof command);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): names are our own */
}

static void copied(struct files *files) {
    copied_from("tests/golden", files);
}

static void each_command_tells_what_it_told(void **state) {
    (void)state;
    struct files files;
    struct place place;
    char path[PATH_SIZE];
    char rest[LINE_SIZE];
    struct golden golden = {0};
    copied(&files);
    place_init(&place);
    path_of(path, getenv("LINKGATE_SOURCE"), "tests/golden/outputs.txt");
    golden.from = fopen(path, "re");
    assert_non_null(golden.from);
    path_of(path, files.dir, "log");
    replay_into(&golden, &place, path);
    assert_null(fgets(rest, sizeof rest, golden.from));
    assert_true(golden.commands > 100);
    fclose(golden.from);
    place_deinit(&place);
    files_deinit(&files);
}

/* What an older program of this version left opens, and holds what the log gives. */
static void the_store_opens_and_is_what_the_log_gives(void **state) {
    (void)state;
    struct files files;
    struct place place;
    struct place again;
    char path[PATH_SIZE];
    struct digest kept, replayed;
    FILE *nothing = fopen("/dev/null", "we");
    struct golden golden = {.to = nothing};
    copied(&files);
    place_init(&again);
    path_of(path, files.dir, "log");
    replay_into(&golden, &again, path);
    place.keyring = ring();
    path_of(path, files.dir, "store");
    place_open_at(&place, path);
    assert_int_equal(store_digest(place.store, &kept), 0);
    assert_int_equal(store_digest(again.store, &replayed), 0);
    assert_true(digest_equal(&kept, &replayed));
    store_close(place.store);
    kv_close(place.kv);
    keyring_free(place.keyring);
    place_deinit(&again);
    fclose(nothing);
    files_deinit(&files);
}

static void on_finding(void *context, const struct verify_finding *finding) {
    (void)context;
    print_error("%s: %s\n", law_name(finding->law), finding->text);
}

static void it_verifies(void **state) {
    (void)state;
    struct files files;
    char reason[300] = "";
    struct verify_report report;
    struct keyring *keyring = ring();
    struct verify_options options = {.keyring = keyring, .in_process = true};
    struct verify_sink sink = {.found = on_finding};
    copied(&files);
    options.temp = files.dir;
    if (verify_folder(files.dir, &options, &sink, &report, reason, sizeof reason) != 0)
        fail_msg("%s", reason);
    assert_int_equal(report.counts.findings, 0);
    assert_int_equal(report.replay, VERIFY_REPLAY_WHOLE);
    keyring_free(keyring);
    files_deinit(&files);
}

/* ---- a store of ledger version 1, taken over ---- */

/* The first start of this version, as a command; what it told is gone. */
static void boot(struct place *place, struct replay *replay) {
    struct command *command = command_new(COMMAND_BOOT);
    command->body.boot.software_version = 2;
    message_encode_internal(command);
    replay->sequence++;
    effects_clear(&replay->effects);
    assert_int_equal(
        ledger_apply(replay->ledger, command, replay->sequence, replay->at_ms, &replay->effects),
        0);
    command_free(command);
    assert_int_equal(replay_settle(replay, true), 0);
    assert_ptr_equal(replay->store, place->store);
}

static void first_place(struct files *files, struct place *place) {
    char path[PATH_SIZE];
    copied_from("tests/golden/version1", files);
    path_of(path, files->dir, "store");
    place->keyring = ring();
    place_open_at(place, path);
}

static void check_laws(struct store *store) {
    struct verify_counts counts;
    struct verify_sink sink = {.found = on_finding};
    assert_int_equal(verify_store(store, false, &sink, &counts), 0);
    assert_int_equal(counts.findings, 0);
    assert_true(counts.transfers > 0);
}

static size_t pairs_of(struct store *store) {
    struct pair_position pair, last;
    size_t count = 0;
    while (store_next_pair(store, count > 0 ? &last : NULL, &pair) == 0) {
        last = pair;
        count++;
    }
    return count;
}

static void a_store_of_version_1_is_taken_over(void **state) {
    (void)state;
    struct digest taken[2];
    for (size_t i = 0; i < 2; i++) {
        struct files files;
        struct place place;
        struct replay replay;
        struct store_meta meta;
        first_place(&files, &place);
        assert_int_equal(store_get_meta(place.store, &meta), 0);
        assert_int_equal(meta.ledger_version, 1);
        assert_int_equal(pairs_of(place.store), 0);
        check_laws(place.store);
        assert_int_equal(replay_init(&replay, place.store, place.keyring, LEDGER_VERSION), 0);
        boot(&place, &replay);
        assert_true(pairs_of(place.store) > 0);
        check_laws(place.store);
        assert_int_equal(store_get_meta(place.store, &meta), 0);
        assert_int_equal(meta.ledger_version, LEDGER_VERSION);
        boot(&place, &replay); /* once is enough */
        check_laws(place.store);
        assert_int_equal(store_digest(place.store, &taken[i]), 0);
        replay_deinit(&replay);
        store_close(place.store);
        kv_close(place.kv);
        keyring_free(place.keyring);
        files_deinit(&files);
    }
    assert_true(digest_equal(&taken[0], &taken[1]));
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "--make") == 0)
        return make(argv[2]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_command_tells_what_it_told),
        cmocka_unit_test(the_store_opens_and_is_what_the_log_gives),
        cmocka_unit_test(it_verifies),
        cmocka_unit_test(a_store_of_version_1_is_taken_over),
    };
    return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
