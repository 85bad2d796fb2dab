/*
 * The process or the power ends at each call to the disk: while appending, switching segments,
 * recycling and recovering. Acknowledged batches are there after every recovery, in order, with
 * their content; what was not acknowledged is there or not, and does not come back later.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fixture.h"

#define SEEDS 800
#define LIVES 12

static struct fixture now;

struct chance {
    uint64_t state;
};

static uint64_t below(struct chance *chance, uint64_t bound) {
    chance->state = chance->state * 6364136223846793005u + 1442695040888963407u;
    return (chance->state >> 33) % bound;
}

static size_t some_size(struct chance *chance) {
    switch (below(chance, 4)) {
    case 0:
        return 0;
    case 1:
        return (size_t)below(chance, 300);
    case 2:
        return (size_t)below(chance, 9000);
    default:
        return (size_t)below(chance, log_batch_max(now.log) + 1);
    }
}

/* Works until the process dies, or for so many steps. */
static void live(struct chance *chance, uint64_t steps) {
    for (uint64_t i = 0; i < steps; i++) {
        int rc = fixture_append(&now, some_size(chance));
        if (rc == LOG_FAILED)
            return;
        if (rc != LOG_FULL && below(chance, 6) != 0)
            continue;
        uint64_t flushed = now.applied + below(chance, now.last - now.applied + 1);
        now.applied = rc == LOG_FULL ? now.last : flushed;
        if (log_flushed(now.log, now.applied, 1000000) != 0)
            return;
    }
}

static void die(struct chance *chance) {
    if (below(chance, 2) == 0)
        fixture_crash(&now);
    else
        fixture_kill(&now);
}

static void plan_fault(struct chance *chance) {
    switch (below(chance, 5)) {
    case 0:
        model_disk_fail(now.disk, MODEL_SYNC, 1 + below(chance, 12), below(chance, 2) == 0);
        return;
    case 1:
        model_disk_fail(now.disk, MODEL_WRITE, 1 + below(chance, 12), below(chance, 2) == 0);
        return;
    default:
        model_disk_stop_after(now.disk, below(chance, 70));
    }
}

/* Recovery with faults in it, until one comes through. */
static void recover(struct chance *chance, uint64_t seed) {
    for (uint64_t tries = 0;; tries++) {
        if (tries < 4 && below(chance, 2) == 0)
            plan_fault(chance);
        int rc = fixture_open(&now);
        if (rc == 0)
            return;
        if (rc != LOG_FAILED)
            fail_msg("seed %llu: %d: %s", (unsigned long long)seed, rc, now.reason);
        die(chance);
    }
}

static void test_lives_and_deaths(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct chance chance = {seed};
        fixture_init(&now, seed);
        now.config.max_bytes = (4 + below(&chance, 10)) * FIXTURE_SEGMENT;
        now.config.spares = 1 + (uint32_t)below(&chance, 2);
        now.config.check_all = true;
        for (int life = 0; life < LIVES; life++) {
            recover(&chance, seed);
            if (!model_disk_stopped(now.disk) && below(&chance, 3) != 0)
                plan_fault(&chance);
            live(&chance, below(&chance, 25));
            die(&chance);
        }
        recover(&chance, seed);
        fixture_deinit(&now);
    }
}

/* A fixed story with a switch, a flush and a recycled segment; returns false when it dies. */
static bool story(void) {
    for (int i = 0; i < 40; i++) {
        if (fixture_append(&now, 3500) != 0)
            return false;
        if (i % 12 == 11) {
            now.applied = now.last - 2;
            if (log_flushed(now.log, now.applied, 1000000) != 0)
                return false;
        }
    }
    return true;
}

static void begin(uint64_t seed) {
    fixture_init(&now, seed);
    now.config.check_all = true;
}

static void must_open(uint64_t at) {
    int rc = fixture_open(&now);
    if (rc != 0)
        fail_msg("call %llu: %d: %s", (unsigned long long)at, rc, now.reason);
}

static void test_dies_at_every_call(void **state) {
    (void)state;
    bool whole = false;
    for (uint64_t at = 0; !whole; at++) {
        for (uint64_t variant = 0; variant < 4; variant++) {
            begin(at * 4 + variant);
            model_disk_stop_after(now.disk, at);
            int rc = fixture_open(&now);
            whole = rc == 0 && story();
            if (variant == 0)
                fixture_kill(&now);
            else
                fixture_crash(&now);
            must_open(at);
            fixture_append_many(&now, 3, 100);
            fixture_crash(&now);
            must_open(at);
            fixture_deinit(&now);
        }
    }
}

/* A log whose last append failed at a sync: what is read may not be on the disk. */
static void make_wounded(uint64_t seed) {
    begin(seed);
    must_open(0);
    story();
    model_disk_fail(now.disk, MODEL_SYNC, 1, false);
    assert_int_equal(fixture_append(&now, 9000), LOG_FAILED);
    fixture_kill(&now);
}

static void test_recovery_dies_at_every_call(void **state) {
    (void)state;
    bool whole = false;
    for (uint64_t at = 0; !whole; at++) {
        for (uint64_t variant = 0; variant < 6; variant++) {
            make_wounded(at * 8 + variant);
            model_disk_stop_after(now.disk, at);
            whole = fixture_open(&now) == 0;
            if (variant % 2 == 0)
                fixture_kill(&now);
            else
                fixture_crash(&now);
            if (variant >= 2) { /* and the next one too, a little later */
                model_disk_stop_after(now.disk, at / 2 + variant);
                if (fixture_open(&now) == 0 && fixture_append(&now, 50) == 0)
                    assert_false(now.tried);
                fixture_crash(&now);
            }
            must_open(at);
            fixture_append_many(&now, 3, 100);
            fixture_crash(&now);
            must_open(at);
            fixture_deinit(&now);
        }
    }
}

/* A sync that failed lets the next process read what is not on the disk; then the power ends while
 * that one recovers. Each sync of the story, each call of the recovery. */
static void test_failed_sync_then_power_loss(void **state) {
    (void)state;
    bool lived = false;
    for (uint64_t sync = 1; !lived; sync++) {
        bool recovered = false;
        for (uint64_t at = 0; !recovered; at++) {
            begin(sync * 1000 + at);
            model_disk_fail(now.disk, MODEL_SYNC, sync, false);
            lived = fixture_open(&now) == 0 && story();
            fixture_kill(&now);
            model_disk_stop_after(now.disk, at);
            recovered = fixture_open(&now) == 0;
            fixture_crash(&now);
            must_open(at);
            fixture_append_many(&now, 2, 100);
            fixture_deinit(&now);
        }
    }
}

/* What recovery handed out stays, whatever happens to the power afterwards. */
static void test_what_was_replayed_is_durable(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        make_wounded(seed);
        must_open(seed); /* counts what it found as acknowledged */
        fixture_crash(&now);
        must_open(seed);
        fixture_deinit(&now);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lives_and_deaths),
        cmocka_unit_test(test_dies_at_every_call),
        cmocka_unit_test(test_recovery_dies_at_every_call),
        cmocka_unit_test(test_failed_sync_then_power_loss),
        cmocka_unit_test(test_what_was_replayed_is_durable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
