/*
 * The record against which the log is held. A batch's bytes follow from a tag that is never used
 * twice, so that no batch can be taken for another one.
 */
#include "fixture.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t root[32] = {7};

static uint8_t plain_byte(uint64_t tag, size_t index) {
    uint64_t value = (tag * 0x9e3779b97f4a7c15u) ^ (index * 0xbf58476d1ce4e5b9u);
    return (uint8_t)(value >> 29);
}

void fixture_init(struct fixture *fixture, uint64_t seed) {
    memset(fixture, 0, sizeof(*fixture));
    fixture->disk = model_disk_new(seed);
    fixture->keyring = keyring_from_root(root);
    fixture->next_tag = 1;
    fixture->config = (struct log_config){
        .dir = FIXTURE_DIR,
        .segment_bytes = FIXTURE_SEGMENT,
        .max_bytes = 64 * FIXTURE_SEGMENT,
        .spares = 2,
        .ledger_version = 1,
        .io = model_disk_io(fixture->disk),
    };
}

void fixture_deinit(struct fixture *fixture) {
    fixture_close(fixture);
    keyring_free(fixture->keyring);
    model_disk_free(fixture->disk);
}

void fixture_fork(const struct fixture *from, struct fixture *fixture, uint64_t seed) {
    memcpy(fixture, from, sizeof(*fixture));
    fixture->disk = model_disk_clone(from->disk, seed);
    fixture->keyring = keyring_from_root(root);
    fixture->config.io = model_disk_io(fixture->disk);
    fixture->log = NULL;
}

struct check {
    struct fixture *fixture;
    uint64_t next;
};

static bool is_content(uint64_t tag, size_t size, struct span plain) {
    if (plain.size != size)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (plain.data[i] != plain_byte(tag, i))
            return false;
    }
    return true;
}

static int check_batch(void *context, const struct log_place *place, struct span plain) {
    struct check *check = context;
    struct fixture *fixture = check->fixture;
    assert_int_equal(place->batch, check->next);
    if (place->batch > fixture->last) {
        assert_true(fixture->tried);
        assert_int_equal(place->batch, fixture->last + 1);
        fixture->tried = false;
        fixture->places[++fixture->last] = *place;
    }
    assert_true(is_content(fixture->tags[place->batch], fixture->sizes[place->batch], plain));
    assert_memory_equal(&place->chain, &fixture->places[place->batch].chain, DIGEST_SIZE);
    check->next++;
    return 0;
}

int fixture_open(struct fixture *fixture) {
    int rc = log_open(&fixture->config, fixture->keyring, &fixture->places[fixture->applied],
                      &fixture->log, fixture->reason, sizeof(fixture->reason));
    if (rc != 0)
        return rc;
    struct check check = {fixture, fixture->applied + 1};
    rc = log_replay(fixture->log, &fixture->places[fixture->applied], check_batch, &check);
    if (rc != 0) {
        assert_true(model_disk_stopped(fixture->disk));
        fixture_close(fixture);
        return rc;
    }
    fixture->tried = false; /* it is there by now, or gone for ever */
    assert_int_equal(check.next, fixture->last + 1);
    struct log_place last = log_last(fixture->log);
    assert_int_equal(last.batch, fixture->last);
    assert_memory_equal(&last.chain, &fixture->places[fixture->last].chain, DIGEST_SIZE);
    return 0;
}

void fixture_close(struct fixture *fixture) {
    log_close(fixture->log);
    fixture->log = NULL;
}

void fixture_kill(struct fixture *fixture) {
    fixture_close(fixture);
    model_disk_kill(fixture->disk);
}

void fixture_crash(struct fixture *fixture) {
    fixture_close(fixture);
    model_disk_crash(fixture->disk);
}

int fixture_append(struct fixture *fixture, size_t size) {
    assert_true(fixture->last + 1 < FIXTURE_BATCHES);
    uint64_t batch = fixture->last + 1;
    uint64_t tag = fixture->next_tag++;
    uint8_t *plain = xmalloc(size + 1);
    for (size_t i = 0; i < size; i++)
        plain[i] = plain_byte(tag, i);
    struct log_place place;
    int rc = log_append(fixture->log, span_of(plain, size), (int64_t)batch, &place);
    free(plain);
    if (rc == LOG_FULL)
        return rc;
    fixture->tags[batch] = tag;
    fixture->sizes[batch] = size;
    if (rc != 0) {
        fixture->tried = true;
        fixture->places[batch].batch = batch;
        return rc;
    }
    assert_int_equal(place.batch, batch);
    fixture->places[batch] = place;
    fixture->last = batch;
    return 0;
}

void fixture_append_many(struct fixture *fixture, size_t count, size_t size) {
    for (size_t i = 0; i < count; i++) {
        if (log_room(fixture->log, size) != 0) /* makes spares, recycles nothing */
            assert_int_equal(log_flushed(fixture->log, 0, 0), 0);
        assert_int_equal(fixture_append(fixture, size), 0);
    }
}

int fixture_flush(struct fixture *fixture, int64_t now_ms) {
    fixture->applied = fixture->last;
    return log_flushed(fixture->log, fixture->applied, now_ms);
}

void fixture_seal(struct fixture *fixture) {
    assert_int_equal(fixture_append(fixture, 0), 0);
    assert_true(log_sealed(fixture->log));
}

const char *fixture_segment(uint64_t number) {
    static char path[64];
    snprintf(path, sizeof(path), FIXTURE_DIR "/segment-%012" PRIu64, number);
    return path;
}

uint64_t fixture_newest(const struct fixture *fixture) {
    uint64_t newest = 0;
    for (uint64_t number = 1; number < FIXTURE_BATCHES; number++) {
        if (model_disk_exists(fixture->disk, fixture_segment(number)))
            newest = number;
    }
    return newest;
}

static int check_kept(void *context, const struct log_place *place, struct span plain) {
    struct check *check = context;
    if (check->next == 0)
        check->next = place->batch;
    return check_batch(context, place, plain);
}

uint64_t fixture_kept(struct fixture *fixture) {
    struct check check = {fixture, 0};
    assert_int_equal(log_replay_all(fixture->log, check_kept, &check), 0);
    if (check.next == 0)
        return 0;
    struct log_stats stats;
    log_stats(fixture->log, &stats);
    assert_int_equal(check.next, fixture->last + 1);
    return stats.batches;
}

void fixture_init_sealed(struct fixture *fixture) {
    fixture_init(fixture, 1);
    assert_int_equal(fixture_open(fixture), 0);
    fixture_append_many(fixture, 29, 5000);
    fixture_seal(fixture);
    fixture_close(fixture);
}
