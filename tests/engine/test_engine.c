/*
 * The engine in one thread: order of a batch, bounds, seals, ticks, full logs and maps,
 * poison, and refusals to start.
 */
#include "engine/rig.h"
#include "ledger/entry.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct rig *started(struct rig *rig) {
    rig_init(rig);
    rig_must_open(rig);
    rig_set_up(rig);
    return rig;
}

/* ---- a batch ---- */

static void boot_is_the_first_release(void **state) {
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig_must_open(&rig);
    assert_true(rig_status(&rig).ready);
    assert_int_equal(rig_status(&rig).sequence, 1);
    rig_set_up(&rig);
    rig_stop(&rig);
    rig.book->banks = 0;
    rig_must_open(&rig);
    struct release *release;
    assert_int_equal(engine_run(rig.engine, &release), 0);
    assert_non_null(release);
    assert_int_equal(release->commands->kind, COMMAND_BOOT);
    rig_told(&rig, release);
    engine_give_back(rig.engine, release);
    assert_int_equal(rig.book->banks, 2);
    rig_deinit(&rig);
}

static void a_batch_is_released_whole_after_its_write(void **state) {
    (void)state;
    struct rig rig;
    started(&rig);
    size_t first = rig_new_row(&rig, 10);
    size_t second = rig_new_row(&rig, 20);
    rig_send_row(&rig, first);
    rig_send_row(&rig, second);
    uint64_t logged = rig.book->steps[ENGINE_STEP_LOGGED];
    struct engine_status before = rig_status(&rig);
    struct release *release;
    assert_int_equal(engine_run(rig.engine, &release), 0);
    assert_non_null(release);
    assert_int_equal(release->count, 2);
    assert_int_equal(rig.book->steps[ENGINE_STEP_LOGGED], logged + 1);
    assert_int_equal(rig_status(&rig).sequence, before.sequence + 2);
    assert_int_equal(rig_status(&rig).batches, before.batches + 1);
    engine_give_back(rig.engine, release);
    rig_deinit(&rig);
}

static void queries_are_not_logged(void **state) {
    (void)state;
    struct rig rig;
    started(&rig);
    size_t row = rig_transfer(&rig, 10);
    struct engine_status before = rig_status(&rig);
    uint32_t told = rig.book->rows[row].told;
    rig_submit(&rig, rig_query(&rig, row));
    rig_run(&rig);
    assert_int_equal(rig.book->rows[row].told, told + 1);
    assert_int_equal(rig.book->rows[row].last_state, TRANSFER_ACCEPTED);
    struct engine_status after = rig_status(&rig);
    assert_int_equal(after.sequence, before.sequence);
    assert_int_equal(after.applied_batch, before.applied_batch);
    assert_int_equal(after.queries, before.queries + 1);

    /* A query sees the writes before it, and waits for their log write. */
    size_t next = rig_new_row(&rig, 11);
    rig_send_row(&rig, next);
    rig_submit(&rig, rig_query(&rig, next));
    struct release *release;
    assert_int_equal(engine_run(rig.engine, &release), 0);
    assert_int_equal(release->count, 2);
    assert_int_equal(rig_status(&rig).applied_batch, before.applied_batch + 1);
    rig_told(&rig, release);
    assert_int_equal(rig.book->rows[next].last_state, TRANSFER_PENDING);
    engine_give_back(rig.engine, release);
    rig_deinit(&rig);
}

static void seals_after_quiet_but_not_after_a_tick(void **state) {
    (void)state;
    struct rig rig;
    started(&rig);
    rig.mute = true;
    rig.timeout_ms = 5000;
    (void)rig_transfer(&rig, 10);
    uint64_t seals = rig_status(&rig).seals;
    rig_advance(&rig, 9);
    rig_run(&rig);
    assert_int_equal(rig_status(&rig).seals, seals);
    rig_advance(&rig, 1);
    rig_run(&rig);
    assert_int_equal(rig_status(&rig).seals, seals + 1);
    assert_true(log_sealed(engine_log(rig.engine)));

    uint64_t ticks = rig_status(&rig).ticks;
    rig_advance(&rig, 4989);
    rig_run(&rig);
    assert_int_equal(rig_status(&rig).ticks, ticks);
    rig_advance(&rig, 1);
    rig_run(&rig);
    assert_int_equal(rig_status(&rig).ticks, ticks + 1);
    assert_int_equal(rig.book->inquiries, 1);
    rig_advance(&rig, 3000);
    rig_run(&rig);
    assert_int_equal(rig_status(&rig).seals, seals + 1);
    assert_false(log_sealed(engine_log(rig.engine)));
    rig_deinit(&rig);
}

/* ---- bounds ---- */

static void queue_is_bounded(void **state) {
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.config.bounds.queue_commands = 4;
    rig.config.bounds.queue_reserved = 2;
    rig_must_open(&rig);
    for (int i = 0; i < 4; i++) {
        assert_true(engine_room(rig.engine));
        struct command *command = rig_command(&rig, COMMAND_BANK_DOWN, BANK_A);
        message_encode_internal(command);
        assert_true(engine_submit(rig.engine, command));
    }
    assert_false(engine_room(rig.engine));
    struct command *down = rig_command(&rig, COMMAND_BANK_DOWN, BANK_B);
    message_encode_internal(down);
    assert_false(engine_submit(rig.engine, down));
    assert_true(engine_submit_reserved(rig.engine, down));
    for (int i = 0; i < 2; i++) {
        down = rig_command(&rig, COMMAND_BANK_DOWN, BANK_B);
        message_encode_internal(down);
        if (i == 0)
            assert_true(engine_submit_reserved(rig.engine, down));
    }
    assert_false(engine_submit_reserved(rig.engine, down));
    command_free(down);
    assert_int_equal(rig_status(&rig).queued, 6);
    rig_run(&rig);
    assert_true(engine_room(rig.engine));
    rig_deinit(&rig);
}

static void batches_are_bounded(void **state) {
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.config.bounds.batch_commands = 3;
    rig_must_open(&rig);
    rig_set_up(&rig);
    uint64_t batches = rig_status(&rig).batches;
    rig.mute = true;
    for (int i = 0; i < 7; i++)
        rig_send_row(&rig, rig_new_row(&rig, 10));
    rig_run(&rig);
    assert_int_equal(rig_status(&rig).batches, batches + 3);
    rig_deinit(&rig);
}

static void overlay_freezes_at_its_bounds(void **state) {
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.config.bounds.overlay_keys = 30;
    rig.config.bounds.overlay_age_ms = 1000000000;
    rig_must_open(&rig);
    rig_set_up(&rig);
    uint64_t flushes = rig_status(&rig).flushes;
    for (int i = 0; i < 40; i++)
        (void)rig_transfer(&rig, 10);
    struct engine_status status = rig_status(&rig);
    assert_true(status.flushes > flushes + 3);
    assert_true(status.puts > 0);
    assert_true(status.flushed_sequence > 0 && status.flushed_sequence <= status.sequence);

    /* While the frozen one is not flushed and the next is full, nothing more is taken. */
    rig.mute = true;
    struct release *release;
    for (int i = 0; i < 200; i++)
        rig_send_row(&rig, rig_new_row(&rig, 10));
    int turns = 0;
    do {
        assert_int_equal(engine_run(rig.engine, &release), 0);
        if (release != NULL)
            engine_give_back(rig.engine, release);
        turns++;
    } while (release != NULL && turns < 300);
    assert_true(rig_status(&rig).queued > 0);
    assert_true(rig_status(&rig).overlay_keys < 100);
    assert_true(engine_due_us(rig.engine) == 0); /* the flush */
    rig_run(&rig);
    assert_int_equal(rig_status(&rig).queued, 0);
    rig_deinit(&rig);
}

static void flushes_on_demand_and_by_age(void **state) {
    (void)state;
    struct rig rig;
    started(&rig);
    rig_advance(&rig, 2000);
    rig_run(&rig);
    struct engine_status before = rig_status(&rig);
    assert_int_equal(before.flushed_sequence, before.sequence);
    engine_ask_flush(rig.engine); /* nothing to do */
    rig_run(&rig);
    assert_int_equal(rig_status(&rig).flushes, before.flushes);
    for (int i = 0; i < 20; i++) {
        (void)rig_transfer(&rig, 10);
        engine_ask_flush(rig.engine);
        rig_run(&rig);
        rig_advance(&rig, 10);
    }
    uint64_t forced = rig_status(&rig).flushes - before.flushes;
    assert_true(forced >= 2 && forced <= 3); /* 200 ms */
    rig_deinit(&rig);
}

/* ---- no room ---- */

static void full_log_refuses_new_work_and_recovers(void **state) {
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.config.log.max_bytes = (uint64_t)5 * 256 * 1024;
    rig.config.log.keep_ms = 600000;
    rig_must_open(&rig);
    rig_set_up(&rig);
    rig.mute = true;
    rig.timeout_ms = 60000;
    size_t row = 0;
    for (int i = 0; i < 600 && !rig_status(&rig).log_full; i++) {
        row = rig_transfer(&rig, 10);
        rig_advance(&rig, 20);
        rig_run(&rig);
    }
    assert_true(rig_status(&rig).log_full);
    assert_true(rig.book->alarms > 0);
    row = rig_transfer(&rig, 10);
    assert_true(rig.book->rows[row].refused);
    assert_int_equal(rig.book->rows[row].code, REFUSAL_BUSY);

    /* Answers, queries, operators and deadlines still have room. */
    size_t sent = rig.book->row_count;
    uint64_t sequence = rig_status(&rig).sequence;
    rig.mute = false;
    rig_submit(&rig, rig_query(&rig, 0));
    rig_advance(&rig, 60000);
    rig_run(&rig);
    assert_true(sent > 20 && rig_status(&rig).sequence >= sequence + sent - 1);
    assert_int_equal(rig.book->rows[0].last_state, TRANSFER_ACCEPTED);

    /* Once segments are old enough they are used again; the refused id is as good as new. */
    rig_advance(&rig, 700000);
    rig_run(&rig);
    rig_advance(&rig, 2000);
    rig_run(&rig);
    assert_false(rig_status(&rig).log_full);
    rig_connect(&rig);
    rig_send_row(&rig, row);
    rig_run(&rig);
    assert_int_equal(rig.book->rows[row].last_state, TRANSFER_ACCEPTED);
    rig_deinit(&rig);
}

static void full_map_refuses_new_work_and_recovers(void **state) {
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.config.map_bytes = (uint64_t)512 << 10;
    rig.config.bounds.spare_bytes = 0;
    rig.config.bounds.overlay_keys = 50;
    rig_must_open(&rig);
    rig_set_up(&rig);
    struct store *reader;
    uint8_t root[32];
    memset(root, 7, sizeof(root));
    struct keyring *keyring = keyring_from_root(root);
    assert_int_equal(engine_view_open(rig.engine, keyring, &reader), 0);
    size_t row = 0;
    for (int i = 0; i < 2000 && !rig_status(&rig).map_full; i++)
        row = rig_transfer(&rig, 10);
    assert_true(rig_status(&rig).map_full);
    row = rig_transfer(&rig, 10);
    assert_int_equal(rig.book->rows[row].code, REFUSAL_BUSY);
    /* Tried again and again, in vain, with longer waits. */
    uint64_t tries = rig.book->steps[ENGINE_STEP_FLUSHING];
    for (int i = 0; i < 100; i++) {
        rig_advance(&rig, 100);
        rig_run(&rig);
    }
    tries = rig.book->steps[ENGINE_STEP_FLUSHING] - tries;
    assert_true(tries >= 3 && tries <= 10);
    assert_true(rig_status(&rig).map_full);
    /* The reader goes, its pages are free again. */
    store_close(reader);
    keyring_free(keyring);
    rig_advance(&rig, 6000);
    rig_run(&rig);
    assert_false(rig_status(&rig).map_full);
    rig_connect(&rig);
    rig_send_row(&rig, row);
    rig_run(&rig);
    assert_int_equal(rig.book->rows[row].last_code, REFUSAL_NONE);
    rig_deinit(&rig);
}

static void short_of_headroom_refuses_before_the_map_is_full(void **state) {
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.config.map_bytes = (uint64_t)1 << 20;
    rig.config.bounds.spare_bytes = (uint64_t)1 << 40; /* cut to an eighth of the map */
    rig.config.bounds.overlay_keys = 20;
    rig_must_open(&rig);
    rig_set_up(&rig);
    for (int i = 0; i < 4000 && !rig_status(&rig).disk_short; i++)
        (void)rig_transfer(&rig, 10);
    assert_true(rig_status(&rig).disk_short);
    assert_false(rig_status(&rig).map_full);
    size_t row = rig_transfer(&rig, 10);
    assert_int_equal(rig.book->rows[row].code, REFUSAL_BUSY);
    rig_deinit(&rig);
}

/* ---- poison, damage, other processes ---- */

static void poison_is_rolled_back_and_the_batch_goes_on(void **state) {
    (void)state;
    struct rig rig;
    started(&rig);
    rig.mute = true;
    size_t bad = rig_new_row(&rig, 10);
    rig_send_row(&rig, bad);
    struct release *release;
    assert_int_equal(engine_run(rig.engine, &release), 0);
    /* The reservation vanishes behind the ledger's back. */
    struct store *store = engine_store(rig.engine);
    struct position position;
    assert_int_equal(store_get_position(store, BANK_A, "CNY", &position), 0);
    position.reserved_outgoing_fen = 0;
    store_begin(store);
    store_put_position(store, &position);
    store_commit(store);
    struct command *answer = NULL;
    for (size_t i = 0; i < release->effects.count; i++) {
        if (release->effects.items[i].kind == EFFECT_SEND)
            answer = rig_answer(&rig, &release->effects.items[i]);
    }
    engine_give_back(rig.engine, release);
    assert_non_null(answer);
    rig_submit(&rig, answer);
    size_t good = rig_new_row(&rig, 20);
    rig.book->rows[good].link = 1;
    rig_send_row(&rig, good);
    uint64_t alarms = rig.book->alarms;
    rig.mute = false;
    rig_run(&rig);
    assert_int_equal(rig_status(&rig).poisoned, 1);
    assert_true(rig.book->alarms > alarms);
    assert_int_equal(rig.book->rows[good].state, TRANSFER_ACCEPTED);
    rig_submit(&rig, rig_query(&rig, bad));
    rig_run(&rig);
    assert_int_equal(rig.book->rows[bad].last_state, TRANSFER_PENDING);
    rig_deinit(&rig);
}

static int failing_apply(struct ledger *ledger, const struct command *command, uint64_t sequence,
                         int64_t now_ms, struct effects *effects) {
    (void)ledger, (void)command, (void)sequence, (void)now_ms, (void)effects;
    return -1;
}

static void failing_replay_is_told_apart(void **state) {
    (void)state;
    struct rig rig;
    started(&rig);
    rig_close(&rig);
    rig.config.apply = failing_apply;
    assert_int_equal(rig_open(&rig), ENGINE_REPLAY);
    assert_non_null(strstr(rig.reason, "cannot be replayed at command"));
    rig.config.apply = NULL;
    rig_must_open(&rig); /* nothing was changed */
    rig_deinit(&rig);
}

/* A batch written to the log from outside, behind what the store holds. */
static void append_from_outside(struct rig *rig, struct span plain, uint32_t ledger_version) {
    char dir[100];
    snprintf(dir, sizeof(dir), "%s/log", rig->dir);
    struct log_config config = rig->config.log;
    config.dir = dir;
    config.ledger_version = ledger_version;
    engine_drain(rig->engine);
    rig_run(rig);
    struct log_place last = log_last(engine_log(rig->engine));
    rig_close(rig);
    struct log *log;
    assert_int_equal(log_open(&config, rig->keyring, &last, &log, rig->reason, sizeof(rig->reason)),
                     0);
    assert_int_equal(log_append(log, plain, rig->book->wall_ms, &last), 0);
    log_close(log);
}

static void a_tail_of_another_version_is_not_replayed(void **state) {
    (void)state;
    struct rig rig;
    started(&rig);
    append_from_outside(&rig, SPAN_LITERAL("whatever it means there"), LEDGER_VERSION + 1);
    assert_int_equal(rig_open(&rig), ENGINE_VERSION);
    assert_non_null(strstr(rig.reason, "--recover"));
    rig_deinit(&rig);
}

static void a_tail_that_does_not_read_is_told_apart(void **state) {
    (void)state;
    struct rig rig;
    started(&rig);
    append_from_outside(&rig, SPAN_LITERAL("no command at all"), LEDGER_VERSION);
    assert_int_equal(rig_open(&rig), ENGINE_REPLAY);
    rig_deinit(&rig);
}

static void a_lost_batch_is_told_apart(void **state) {
    (void)state;
    struct rig rig;
    started(&rig);
    struct command *tick = command_new(COMMAND_TICK);
    struct buf entry;
    buf_init(&entry);
    entry_append(&entry, tick, rig_status(&rig).sequence + 2, rig.book->wall_ms);
    append_from_outside(&rig, buf_span(&entry), LEDGER_VERSION);
    assert_int_equal(rig_open(&rig), ENGINE_REPLAY);
    assert_non_null(strstr(rig.reason, "does not follow"));
    command_free(tick);
    buf_deinit(&entry);
    rig_deinit(&rig);
}

static void one_process_at_a_time(void **state) {
    (void)state;
    struct rig rig;
    started(&rig);
    struct engine *second;
    assert_int_equal(engine_open(&rig.config, &second, rig.reason, sizeof(rig.reason)),
                     ENGINE_IN_USE);
    rig_deinit(&rig);
}

static int64_t short_write(void *context, int fd, const void *data, size_t size, int64_t offset) {
    bool *fails = context;
    if (*fails)
        return -5; /* EIO */
    return pwrite(fd, data, size, offset);
}

static void a_failed_log_write_tells_nothing(void **state) {
    (void)state;
    struct rig rig;
    rig_init(&rig);
    bool fails = false;
    rig.config.log.io.pwrite = short_write;
    rig.config.log.io.context = &fails;
    rig_must_open(&rig);
    rig_set_up(&rig);
    size_t row = rig_new_row(&rig, 10);
    rig_send_row(&rig, row);
    fails = true;
    struct release *release = NULL;
    assert_int_equal(engine_run(rig.engine, &release), ENGINE_FAILED);
    assert_null(release);
    rig_close(&rig);
    fails = false;
    rig_must_open(&rig);
    rig_connect(&rig);
    rig_send_row(&rig, row);
    rig_run(&rig);
    assert_int_equal(rig.book->rows[row].state, TRANSFER_ACCEPTED);
    rig_deinit(&rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boot_is_the_first_release),
        cmocka_unit_test(a_batch_is_released_whole_after_its_write),
        cmocka_unit_test(queries_are_not_logged),
        cmocka_unit_test(seals_after_quiet_but_not_after_a_tick),
        cmocka_unit_test(queue_is_bounded),
        cmocka_unit_test(batches_are_bounded),
        cmocka_unit_test(overlay_freezes_at_its_bounds),
        cmocka_unit_test(flushes_on_demand_and_by_age),
        cmocka_unit_test(full_log_refuses_new_work_and_recovers),
        cmocka_unit_test(full_map_refuses_new_work_and_recovers),
        cmocka_unit_test(short_of_headroom_refuses_before_the_map_is_full),
        cmocka_unit_test(poison_is_rolled_back_and_the_batch_goes_on),
        cmocka_unit_test(failing_replay_is_told_apart),
        cmocka_unit_test(a_tail_of_another_version_is_not_replayed),
        cmocka_unit_test(a_tail_that_does_not_read_is_told_apart),
        cmocka_unit_test(a_lost_batch_is_told_apart),
        cmocka_unit_test(one_process_at_a_time),
        cmocka_unit_test(a_failed_log_write_tells_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
