/*
 * Backups of an engine that is at work: what was copied verifies, opens and holds all that was told
 * before; stopped at any stage, onto a full or forbidden folder, or over a log that does not lead
 * where the store is, nothing is left that looks like a backup; put back, with the old log or
 * without, it is what it should be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "engine/rig.h"
#include "verify/backup.h"
#include "verify/folder.h"

#define STAGES 7

struct stage {
    struct rig rig;
    char dir[80]; /* of the backup */
    char reason[BACKUP_REASON_MAX];
    struct manifest made;
    const char *work_at; /* at that stage's beginning transfers are made, and flushed */
    int stop_at;         /* at that call of go_on; 0: never */
    int calls;
    size_t stages;
    const char *last;
};

static void flush(struct rig *rig) {
    engine_ask_flush(rig->engine);
    rig_advance(rig, 200);
    rig_run(rig);
}

static void work(struct rig *rig, size_t transfers) {
    for (size_t i = 0; i < transfers; i++) {
        rig_send_row(rig, rig_new_row(rig, 100 + (int64_t)i));
        if (i % 4 == 3)
            rig_run(rig);
    }
    rig_run(rig);
    flush(rig);
}

static bool go_on(void *context, const char *name, uint64_t done, uint64_t of) {
    struct stage *stage = context;
    assert_true(of == 0 || done <= of);
    if (stage->last == NULL || strcmp(stage->last, name) != 0) {
        stage->stages++;
        stage->last = name;
        if (stage->work_at != NULL && strcmp(stage->work_at, name) == 0)
            work(&stage->rig, 8);
    }
    return ++stage->calls != stage->stop_at;
}

static void start(struct stage *stage) {
    memset(stage, 0, sizeof(*stage));
    rig_init(&stage->rig);
    rig_must_open(&stage->rig);
    rig_set_up(&stage->rig);
    work(&stage->rig, 20);
    snprintf(stage->dir, sizeof(stage->dir), "%s-backup", stage->rig.dir);
}

static void end(struct stage *stage) {
    rig_remove(stage->dir);
    manifest_deinit(&stage->made);
    rig_deinit(&stage->rig);
}

static int make(struct stage *stage) {
    struct backup_source source = {
        .kv = engine_kv(stage->rig.engine),
        .dir = stage->rig.dir,
        .keyring = stage->rig.keyring,
        .map_bytes = stage->rig.config.map_bytes,
        .segment_bytes = stage->rig.config.log.segment_bytes,
        .ledger_version = LEDGER_VERSION,
        .program = "test",
        .now_ms = RIG_START_MS,
    };
    struct backup_sink sink = {go_on, stage};
    manifest_deinit(&stage->made);
    stage->made = (struct manifest){0};
    stage->calls = 0;
    stage->stages = 0;
    stage->last = NULL;
    return backup_make(&source, stage->dir, &sink, &stage->made, stage->reason,
                       sizeof(stage->reason));
}

static void must_make(struct stage *stage) {
    int rc = make(stage);
    if (rc != 0)
        fail_msg("backup_make: %d: %s", rc, stage->reason);
}

static bool exists(const char *dir, const char *name) {
    char path[200];
    snprintf(path, sizeof(path), "%s%s", dir, name);
    return access(path, F_OK) == 0;
}

static void assert_nothing_left(const struct stage *stage) {
    assert_false(exists(stage->dir, ""));
    assert_false(exists(stage->dir, ".partial"));
}

static bool always(void *context, const char *name, uint64_t done, uint64_t of) {
    (void)context;
    (void)name;
    (void)done;
    (void)of;
    return true;
}
static const struct backup_sink quiet = {always, NULL};

/* The rig's engine over that folder; the book goes on. */
static void reopen(struct stage *stage, const char *dir) {
    rig_close(&stage->rig);
    stage->rig.config.dir = dir;
    rig_must_open(&stage->rig);
    rig_connect(&stage->rig);
}

static void restore(struct stage *stage, const char *to, bool keeps_log) {
    struct backup_restored restored;
    int rc =
        backup_restore(stage->dir, to, &quiet, &restored, stage->reason, sizeof(stage->reason));
    if (rc != 0)
        fail_msg("backup_restore: %d: %s", rc, stage->reason);
    assert_int_equal(restored.kept_log, keeps_log);
    manifest_deinit(&restored.manifest);
}

/* Row by row: sent again, one that was there before is told as it was; one that was not is new. */
static size_t count_known(struct stage *stage, size_t from, size_t to) {
    size_t known = 0;
    for (size_t i = from; i < to; i++) {
        struct id before = stage->rig.book->rows[i].transfer;
        stage->rig.book->rows[i].told = 0; /* what it will be told may be another transfer */
        rig_send_row(&stage->rig, i);
        rig_run(&stage->rig);
        known += id_equal(&before, &stage->rig.book->rows[i].transfer);
    }
    return known;
}

/* ---- making ---- */

static void an_idle_store_is_copied(void **state) {
    (void)state;
    struct stage stage;
    struct manifest checked;
    struct stat status;
    start(&stage);
    must_make(&stage);
    assert_int_equal(stage.stages, STAGES);
    assert_int_equal(stage.made.sequence, rig_status(&stage.rig).flushed_sequence);
    struct digest digest = rig_digest(&stage.rig);
    assert_true(digest_equal(&stage.made.digest, &digest));
    assert_false(exists(stage.dir, ".partial"));
    assert_false(exists(stage.dir, "/store/lock.mdb"));
    assert_int_equal(stat(stage.dir, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_int_equal(backup_check(stage.dir, &quiet, &checked, stage.reason, sizeof(stage.reason)),
                     0);
    assert_int_equal(checked.sequence, stage.made.sequence);
    assert_int_equal(checked.count, stage.made.count);
    assert_int_equal(manifest_bytes(&checked), manifest_bytes(&stage.made));
    manifest_deinit(&checked);
    /* Again to the same place is refused, and leaves it as it is. */
    assert_int_equal(make(&stage), BACKUP_FOLDER);
    assert_true(exists(stage.dir, "/MANIFEST"));
    end(&stage);
}

/* Between the copy and its end the store goes on: the log's piece leads there. */
static void a_store_at_work_is_copied_with_its_log(void **state) {
    (void)state;
    static const char *const stages[] = {"copying the store", "reading the store's digest",
                                         "copying the log", "replaying the log",
                                         "comparing digests"};
    for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
        struct stage stage;
        start(&stage);
        uint64_t before = rig_status(&stage.rig).flushed_sequence;
        stage.work_at = stages[i];
        must_make(&stage);
        if (i < 2)
            assert_true(stage.made.sequence >= before + 8);
        else
            assert_int_equal(stage.made.sequence, before);
        assert_true(rig_status(&stage.rig).flushed_sequence >= before + 8);
        end(&stage);
    }
}

/* Transfers without an answer are as right as any others. */
static void what_is_under_way_is_copied_too(void **state) {
    (void)state;
    struct stage stage;
    start(&stage);
    stage.rig.mute = true;
    stage.work_at = "reading the store's digest";
    work(&stage.rig, 8);
    must_make(&stage);
    end(&stage);
}

static void stopped_at_any_call_nothing_is_left(void **state) {
    (void)state;
    struct stage stage;
    start(&stage);
    stage.work_at = "reading the store's digest";
    int calls = 1;
    for (int rc = BACKUP_STOPPED; rc != 0; calls++) {
        stage.stop_at = calls;
        rc = make(&stage);
        assert_true(rc == 0 || rc == BACKUP_STOPPED);
        if (rc == BACKUP_STOPPED)
            assert_nothing_left(&stage);
    }
    assert_true(calls > STAGES);
    end(&stage);
}

static void what_a_killed_one_left_is_cleared_away(void **state) {
    (void)state;
    struct stage stage;
    char path[200];
    start(&stage);
    snprintf(path, sizeof(path), "%s.partial", stage.dir);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof(path), "%s.partial/store", stage.dir);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof(path), "%s.partial/store/data.mdb", stage.dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    must_make(&stage);
    assert_false(exists(stage.dir, ".partial"));
    end(&stage);
}

static void a_folder_that_will_not_do_is_told(void **state) {
    (void)state;
    struct stage stage;
    start(&stage);
    char mine[80];
    memcpy(mine, stage.dir, sizeof(mine));
    static const char *const wrong[] = {"not/absolute", "/nowhere/at/all", "/proc/linkgate", "/"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        snprintf(stage.dir, sizeof(stage.dir), "%s", wrong[i]);
        assert_int_equal(make(&stage), BACKUP_FOLDER);
        assert_true(stage.reason[0] != '\0');
    }
    snprintf(stage.dir, sizeof(stage.dir), "%s", stage.rig.dir); /* not empty */
    assert_int_equal(make(&stage), BACKUP_FOLDER);
    memcpy(stage.dir, mine, sizeof(mine));
    assert_int_equal(mkdir(stage.dir, 0755), 0); /* empty */
    must_make(&stage);
    end(&stage);
}

static void flip(const char *dir, const char *name, long offset) {
    char path[200];
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, offset, SEEK_SET), 0);
    int byte = fgetc(file);
    assert_int_equal(fseek(file, offset, SEEK_SET), 0);
    assert_int_not_equal(fputc(byte ^ 0x20, file), EOF);
    fclose(file);
}

/* Damage of the live log that recovery would meet is met by the backup, which then is none. */
static void a_damaged_log_makes_no_backup(void **state) {
    (void)state;
    struct stage stage;
    start(&stage);
    stage.work_at = "reading the store's digest";
    /* The header of the newest segment, which the copy must open. */
    char newest[40] = "";
    for (unsigned number = 1; number < 20; number++) {
        char name[40];
        snprintf(name, sizeof(name), "/log/segment-%012u", number);
        if (exists(stage.rig.dir, name))
            memcpy(newest, name, sizeof(newest));
    }
    flip(stage.rig.dir, newest + 1, 100);
    assert_int_equal(make(&stage), BACKUP_WRONG);
    assert_nothing_left(&stage);
    end(&stage);
}

/* ---- restoring ---- */

static void store_lost_log_kept_all_told_is_there(void **state) {
    (void)state;
    struct stage stage;
    char path[200];
    start(&stage);
    must_make(&stage);
    work(&stage.rig, 30); /* after the backup */
    (void)rig_transfer(&stage.rig, 777);
    size_t rows = stage.rig.book->row_count;
    rig_close(&stage.rig); /* killed */
    snprintf(path, sizeof(path), "%s/store", stage.rig.dir);
    rig_remove(path);
    restore(&stage, stage.rig.dir, true);
    reopen(&stage, stage.rig.dir);
    assert_int_equal(count_known(&stage, 0, rows), rows);
    end(&stage);
}

static void both_lost_the_old_state_is_there(void **state) {
    (void)state;
    struct stage stage;
    start(&stage);
    must_make(&stage);
    size_t old = stage.rig.book->row_count;
    work(&stage.rig, 10);
    size_t rows = stage.rig.book->row_count;
    rig_close(&stage.rig);
    rig_remove(stage.rig.dir);
    restore(&stage, stage.rig.dir, false);
    reopen(&stage, stage.rig.dir);
    assert_int_equal(count_known(&stage, 0, old), old);
    assert_int_equal(count_known(&stage, old, rows), 0);
    end(&stage);
}

/* Put in place with nothing but cp. */
static void a_copied_backup_starts(void **state) {
    (void)state;
    struct stage stage;
    char to[100];
    start(&stage);
    stage.work_at = "reading the store's digest";
    must_make(&stage);
    rig_close(&stage.rig);
    snprintf(to, sizeof(to), "%s-copied", stage.rig.dir);
    rig_copy(stage.dir, to);
    reopen(&stage, to);
    assert_int_equal(rig_status(&stage.rig).replayed, 0);
    rig_close(&stage.rig);
    rig_remove(to);
    end(&stage);
}

static void a_store_that_is_there_is_not_touched(void **state) {
    (void)state;
    struct stage stage;
    struct backup_restored restored;
    start(&stage);
    must_make(&stage);
    assert_int_equal(backup_restore(stage.dir, stage.rig.dir, &quiet, &restored, stage.reason,
                                    sizeof(stage.reason)),
                     BACKUP_FOLDER); /* in use */
    rig_close(&stage.rig);
    assert_int_equal(backup_restore(stage.dir, stage.rig.dir, &quiet, &restored, stage.reason,
                                    sizeof(stage.reason)),
                     BACKUP_FOLDER); /* a store */
    reopen(&stage, stage.rig.dir);
    end(&stage);
}

struct named {
    const char *name;
    bool found;
};

static void on_finding(void *context, const struct verify_finding *finding) {
    struct named *named = context;
    named->found = named->found || strstr(finding->text, named->name) != NULL;
}

/* What verify says of the backup's folder: whether a finding names that. */
static bool is_found(struct stage *stage, const char *name) {
    struct named named = {name, false};
    struct verify_sink sink = {on_finding, NULL, &named};
    struct verify_options options = {.keyring = stage->rig.config.keyring, .in_process = true};
    struct verify_report report;
    int rc =
        verify_folder(stage->dir, &options, &sink, &report, stage->reason, sizeof(stage->reason));
    assert_int_equal(rc, 0);
    return named.found;
}

static void verify_looks_at_the_manifest(void **state) {
    (void)state;
    struct stage stage;
    char lock[160];
    start(&stage);
    must_make(&stage);
    assert_false(is_found(&stage, "not as it was written"));
    /* Behind the last page: nothing else tells it. */
    const char *name = "store/data.mdb";
    char path[160];
    snprintf(path, sizeof(path), "%s/%s", stage.dir, name);
    FILE *file = fopen(path, "ae");
    assert_non_null(file);
    assert_int_equal(fputc(0, file), 0);
    fclose(file);
    assert_true(is_found(&stage, name));
    /* Once it was started its files are a gateway's. */
    snprintf(lock, sizeof(lock), "%s/lock", stage.dir);
    file = fopen(lock, "we");
    assert_non_null(file);
    fclose(file);
    assert_false(is_found(&stage, name));
    assert_int_equal(unlink(lock), 0);
    end(&stage);
}

/* Every file: what is not as it was written is not put in place. */
static void a_damaged_backup_is_not_restored(void **state) {
    (void)state;
    struct stage stage;
    struct manifest checked;
    struct backup_restored restored;
    char to[100];
    start(&stage);
    must_make(&stage);
    snprintf(to, sizeof(to), "%s-restored", stage.rig.dir);
    for (size_t i = 0; i < stage.made.count; i++) {
        const char *name = stage.made.files[i].name;
        flip(stage.dir, name, (long)(stage.made.files[i].bytes / 2));
        assert_int_equal(
            backup_check(stage.dir, &quiet, &checked, stage.reason, sizeof(stage.reason)),
            BACKUP_WRONG);
        assert_non_null(strstr(stage.reason, name));
        assert_int_equal(
            backup_restore(stage.dir, to, &quiet, &restored, stage.reason, sizeof(stage.reason)),
            BACKUP_WRONG);
        assert_false(exists(to, "/store"));
        rig_remove(to);
        flip(stage.dir, name, (long)(stage.made.files[i].bytes / 2));
    }
    for (long offset = 0; offset < 400; offset += 37) {
        flip(stage.dir, "MANIFEST", offset);
        int rc = backup_check(stage.dir, &quiet, &checked, stage.reason, sizeof(stage.reason));
        if (rc == 0) /* in a value that people read */
            manifest_deinit(&checked);
        else
            assert_int_equal(rc, BACKUP_WRONG);
        flip(stage.dir, "MANIFEST", offset);
    }
    assert_int_equal(backup_check(stage.dir, &quiet, &checked, stage.reason, sizeof(stage.reason)),
                     0);
    manifest_deinit(&checked);
    end(&stage);
}

/* ---- what the log keeps ---- */

static uint64_t oldest_kept(struct rig *rig) {
    struct engine_status status = rig_status(rig);
    return log_last(engine_log(rig->engine)).batch + 1 - status.log.batches;
}

static void fill_segments(struct rig *rig) {
    for (int i = 0; i < 12; i++) {
        work(rig, 12);
        rig_advance(rig, 2000);
        rig_run(rig);
    }
}

static void the_log_stays_until_a_backup_where_that_is_asked(void **state) {
    (void)state;
    struct stage stage;
    start(&stage);
    rig_close(&stage.rig);
    stage.rig.config.log.segment_bytes = (uint64_t)160 << 10;
    stage.rig.config.log.keep_ms = 0;
    stage.rig.config.backup_required = true;
    reopen(&stage, stage.rig.dir);
    fill_segments(&stage.rig);
    assert_int_equal(oldest_kept(&stage.rig), 1);
    must_make(&stage);
    struct backup_mark mark = {stage.made.sequence, stage.made.batch, 1, RIG_START_MS};
    assert_int_equal(engine_backed_up(stage.rig.engine, &mark), 0);
    fill_segments(&stage.rig);
    uint64_t oldest = oldest_kept(&stage.rig);
    assert_true(oldest > 1 && oldest <= mark.batch + 1);
    rig_close(&stage.rig);
    reopen(&stage, stage.rig.dir);
    assert_int_equal(rig_status(&stage.rig).backup.batch, mark.batch);
    fill_segments(&stage.rig);
    assert_true(oldest_kept(&stage.rig) <= mark.batch + 1);
    end(&stage);
}

static void the_log_stays_while_a_backup_is_made(void **state) {
    (void)state;
    struct stage stage;
    start(&stage);
    rig_close(&stage.rig);
    stage.rig.config.log.segment_bytes = (uint64_t)160 << 10;
    stage.rig.config.log.keep_ms = 0;
    reopen(&stage, stage.rig.dir);
    flush(&stage.rig);
    uint64_t from = rig_status(&stage.rig).flushed_batch;
    engine_keep_log(stage.rig.engine, true);
    fill_segments(&stage.rig);
    assert_true(oldest_kept(&stage.rig) <= from + 1);
    engine_keep_log(stage.rig.engine, false);
    fill_segments(&stage.rig);
    assert_true(oldest_kept(&stage.rig) > from + 1);
    end(&stage);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_store_is_copied),
        cmocka_unit_test(a_store_at_work_is_copied_with_its_log),
        cmocka_unit_test(what_is_under_way_is_copied_too),
        cmocka_unit_test(stopped_at_any_call_nothing_is_left),
        cmocka_unit_test(what_a_killed_one_left_is_cleared_away),
        cmocka_unit_test(a_folder_that_will_not_do_is_told),
        cmocka_unit_test(a_damaged_log_makes_no_backup),
        cmocka_unit_test(store_lost_log_kept_all_told_is_there),
        cmocka_unit_test(both_lost_the_old_state_is_there),
        cmocka_unit_test(a_copied_backup_starts),
        cmocka_unit_test(a_store_that_is_there_is_not_touched),
        cmocka_unit_test(a_damaged_backup_is_not_restored),
        cmocka_unit_test(verify_looks_at_the_manifest),
        cmocka_unit_test(the_log_stays_until_a_backup_where_that_is_asked),
        cmocka_unit_test(the_log_stays_while_a_backup_is_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
