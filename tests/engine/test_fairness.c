/*
 * Fairness between banks in front of the ledger: what a batch holds beside a flood.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "engine/rig.h"
#include "engine/state.h"

/* Where that bank's first command stands in the batch, from 0 on. */
static size_t place_of(const struct release *release, bank_code bank) {
    size_t place = 0;
    const struct command *command = release->commands;
    for (; command != NULL && command->bank != bank; command = command->next)
        place++;
    assert_non_null(command);
    return place;
}

static void flood(struct rig *rig, size_t row) {
    for (size_t i = 0; i < 20 * BANK_QUEUE_QUANTUM; i++)
        rig_submit(rig, rig_query(rig, row));
}

static struct command *of_the_other(struct rig *rig, size_t row) {
    struct command *command = rig_query(rig, row);
    command->bank = BANK_B;
    return command;
}

/* One bank's command leaves with the next batch, which holds no more than a quantum of another's. */
static void a_flood_has_a_quantum_of_a_batch(void **state) {
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig_must_open(&rig);
    rig_set_up(&rig);
    size_t row = rig_transfer(&rig, 10);
    flood(&rig, row);
    rig_submit(&rig, of_the_other(&rig, row));
    struct release *release;
    assert_int_equal(engine_run(rig.engine, &release), 0);
    assert_true(place_of(release, BANK_B) <= 1);
    assert_int_equal(release->count, 1 + BANK_QUEUE_QUANTUM);
    engine_give_back(rig.engine, release);
    rig_deinit(&rig);
}

struct late {
    struct rig *rig;
    size_t row;
    size_t asked;
};

static void come_late(void *context, struct engine *engine) {
    struct late *late = context;
    assert_ptr_equal(engine, late->rig->engine);
    if (late->asked++ == 1)
        rig_submit(late->rig, of_the_other(late->rig, late->row));
}

/* The same in the middle of a batch that serves the flood alone. */
static void who_comes_into_a_flood_is_let_in(void **state) {
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig_must_open(&rig);
    rig_set_up(&rig);
    size_t row = rig_transfer(&rig, 10);
    flood(&rig, row);
    struct late late = {.rig = &rig, .row = row};
    engine_set_intake(rig.engine, come_late, &late);
    struct release *release;
    assert_int_equal(engine_run(rig.engine, &release), 0);
    size_t place = place_of(release, BANK_B);
    assert_true(place <= BANK_QUEUE_QUANTUM + ENGINE_INTAKE + 1);
    assert_int_equal(release->count, place + 1);
    assert_int_equal(late.asked, 2);
    engine_give_back(rig.engine, release);
    engine_set_intake(rig.engine, NULL, NULL);
    rig_deinit(&rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flood_has_a_quantum_of_a_batch),
        cmocka_unit_test(who_comes_into_a_flood_is_let_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
