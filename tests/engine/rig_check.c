/*
 * Work that the rig's banks do over a while, and what must be true after it: see rig.h. Of the
 * engine it knows the public side only.
 */
#include "engine/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "verify/verify.h"

void rig_rest(struct rig *rig, int64_t ms) {
    rig_advance(rig, ms);
    rig_run(rig);
}

void rig_work(struct rig *rig, size_t transfers) {
    for (size_t i = 0; i < transfers && !rig->failed; i++) {
        rig_send_row(rig, rig_new_row(rig, 100 + (int64_t)i));
        rig_send_row(rig, rig_new_row(rig, 200 + (int64_t)i));
        rig_run(rig);
        rig_rest(rig, i % 3 == 0 ? 15 : 400);
    }
}

void rig_check_told(struct rig *rig) {
    struct book *book = rig->book;
    for (size_t i = 0; i < book->row_count; i++) {
        struct row before = book->rows[i];
        if (!before.submitted)
            continue;
        rig_send_row(rig, i);
        rig_run(rig);
        const struct row *row = &book->rows[i];
        assert_int_equal(row->told, before.told + 1);
        assert_int_equal(row->last_refused, before.told > 0 && before.refused);
        assert_int_equal(row->last_state, TRANSFER_ACCEPTED);
    }
}

static void found(void *context, const struct verify_finding *finding) {
    (void)context;
    fail_msg("%s: %s", law_name(finding->law), finding->text);
}

static void check_laws(struct rig *rig) {
    struct verify_sink sink = {.found = found};
    struct verify_counts counts;
    assert_int_equal(verify_store(engine_store(rig->engine), false, &sink, &counts), 0);
    assert_true(counts.links > 0);
}

static void expect_same_store(struct rig *rig, const char *dir) {
    struct rig other = *rig;
    other.engine = NULL;
    other.config.dir = dir;
    other.config.step = NULL;
    rig_must_open(rig);
    check_laws(rig);
    struct digest here = rig_digest(rig);
    rig_close(rig);
    rig_must_open(&other);
    assert_true(rig_status(&other).replayed > rig_status(&other).flushes);
    struct digest there = rig_digest(&other);
    rig_close(&other);
    assert_memory_equal(here.bytes, there.bytes, DIGEST_SIZE);
}

void rig_check_replay(struct rig *rig, size_t overlay_keys) {
    char dir[200];
    char from[220];
    char to[220];
    snprintf(dir, sizeof(dir), "%s-replay", rig->config.dir);
    snprintf(from, sizeof(from), "%s/log", rig->config.dir);
    snprintf(to, sizeof(to), "%s/log", dir);
    assert_int_equal(mkdir(dir, 0700), 0);
    rig_copy(from, to);
    struct rig other = *rig;
    other.config.bounds.overlay_keys = overlay_keys;
    expect_same_store(&other, dir);
    rig_remove(dir);
}
