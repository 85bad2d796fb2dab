/*
 * What operators order about banks: on and off, names, roles, kinds denied, pins.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/world_people.h"

static struct bank stored(struct world *world, bank_code code) {
    struct bank bank;
    assert_int_equal(store_get_bank(world->store, code, &bank), 0);
    return bank;
}

static struct digest pin(uint8_t first) {
    struct digest digest = {{first, 0x55}};
    return digest;
}

static int give_pin(struct world *world, enum command_kind kind, bank_code code, uint8_t first) {
    struct command *command = world_order(world, kind, UID_ONE);
    command->body.bank_pin = (struct bank_pin){.code = code, .pin = pin(first)};
    return world_give(world, command);
}

/* The order was carried out, and the registry's new entry told before its answer. */
static const struct bank *expect_told(const struct world *world, bank_code code) {
    assert_int_equal(world->effects->count, 2);
    const struct effect *told = &world->effects->items[0];
    assert_int_equal(told->kind, EFFECT_BANK);
    assert_int_equal(told->bank, code);
    assert_int_equal(world->effects->items[1].kind, EFFECT_REPLY);
    assert_false(world->effects->items[1].refused);
    return told->entry;
}

static void a_disabled_bank_is_enabled_again(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct command *command = world_order(&world, COMMAND_BANK_ENABLE, UID_ONE);
    command->body.bank_enable.code = BANK_A;
    assert_int_equal(world_give(&world, command), 0);
    world_expect_refused(&world, REFUSAL_BANK_STATE, "code");
    assert_int_equal(world_bank_disable(&world, BANK_A), 0);
    assert_false(expect_told(&world, BANK_A)->active);
    command = world_order(&world, COMMAND_BANK_ENABLE, UID_ONE);
    command->body.bank_enable.code = BANK_A;
    assert_int_equal(world_give(&world, command), 0);
    assert_true(expect_told(&world, BANK_A)->active);
    (void)world_link(&world); /* it is served again */
    command = world_order(&world, COMMAND_BANK_ENABLE, UID_ONE);
    command->body.bank_enable.code = BANK_D;
    assert_int_equal(world_give(&world, command), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_BANK, "code");
    world_deinit(&world);
}

static void only_what_is_named_is_set(void **state) {
    (void)state;
    static const uint32_t bits[] = {BANK_SET_NAME, BANK_SET_ROLES, BANK_SET_DENIED};
    for (uint32_t what = 1; what < 8; what++) {
        struct world world;
        world_init(&world);
        struct bank before = stored(&world, BANK_A);
        struct command *command = world_order(&world, COMMAND_BANK_SET, UID_ONE);
        struct bank_set *set = &command->body.bank_set;
        set->code = BANK_A;
        for (size_t i = 0; i < 3; i++)
            set->what |= what >> i & 1 ? bits[i] : 0;
        strcpy(set->name, "Other");
        set->roles = BANK_ROLE_ISSUER;
        set->denied.bits[MESSAGE_GET_LINK / 64] = (uint64_t)1 << MESSAGE_GET_LINK % 64;
        world.now_ms++;
        assert_int_equal(world_give(&world, command), 0);
        const struct bank *after = expect_told(&world, BANK_A);
        bool name = what & 1, roles = what & 2, denied = what & 4;
        assert_string_equal(after->name, name ? "Other" : before.name);
        assert_int_equal(after->roles, roles ? BANK_ROLE_ISSUER : before.roles);
        assert_int_equal(bank_kind_denied(after, MESSAGE_GET_LINK), denied);
        assert_int_equal(after->changed_at_ms, world.now_ms);
        assert_int_equal(after->added_at_ms, before.added_at_ms);
        struct bank kept = stored(&world, BANK_A);
        assert_string_equal(kept.name, after->name);
        assert_int_equal(bank_kind_denied(&kept, MESSAGE_GET_LINK), denied);
        world_deinit(&world);
    }
}

static void two_pins_at_most_and_each_once(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    assert_int_equal(give_pin(&world, COMMAND_PIN_ADD, BANK_A, 9), 0);
    const struct bank *told = expect_told(&world, BANK_A);
    assert_int_equal(told->pin_count, 2);
    assert_int_equal(told->pin_added_at_ms[1], world.now_ms);
    assert_int_equal(give_pin(&world, COMMAND_PIN_ADD, BANK_A, 10), 0);
    world_expect_refused(&world, REFUSAL_PINS, "pin");
    assert_int_equal(give_pin(&world, COMMAND_PIN_ADD, BANK_B, 9), 0);
    world_expect_refused(&world, REFUSAL_PIN_EXISTS, "pin");
    assert_int_equal(give_pin(&world, COMMAND_PIN_ADD, BANK_A, 9), 0);
    world_expect_refused(&world, REFUSAL_PIN_EXISTS, "pin");
    assert_int_equal(give_pin(&world, COMMAND_PIN_ADD, BANK_D, 11), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_BANK, "code");

    struct command *command = world_order(&world, COMMAND_BANK_ADD, UID_ONE);
    command->body.bank_add = (struct bank){
        .code = BANK_D, .name = "D", .roles = BANK_ROLE_CLASS1, .pin_count = 1, .pins = {pin(9)}};
    assert_int_equal(world_give(&world, command), 0);
    world_expect_refused(&world, REFUSAL_PIN_EXISTS, "pins");
    world_deinit(&world);
}

static void a_removed_pin_lets_nobody_in(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    assert_int_equal(give_pin(&world, COMMAND_PIN_ADD, BANK_A, 9), 0);
    struct digest first = world_pin(BANK_A);
    struct command *command = world_order(&world, COMMAND_PIN_REMOVE, UID_ONE);
    command->body.bank_pin = (struct bank_pin){.code = BANK_A, .pin = first};
    assert_int_equal(world_give(&world, command), 0);
    const struct bank *told = expect_told(&world, BANK_A);
    assert_int_equal(told->pin_count, 1);
    assert_false(bank_pin_active(told, &first));
    struct digest second = pin(9);
    assert_true(bank_pin_active(told, &second));
    struct open_link open = world_open(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    world_expect_refused(&world, REFUSAL_BANK_SUSPENDED, "");

    assert_int_equal(give_pin(&world, COMMAND_PIN_REMOVE, BANK_A, 10), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_PIN, "pin");
    assert_int_equal(give_pin(&world, COMMAND_PIN_REMOVE, BANK_A, 9), 0); /* the last one, too */
    assert_int_equal(expect_told(&world, BANK_A)->pin_count, 0);
    assert_int_equal(give_pin(&world, COMMAND_PIN_REMOVE, BANK_D, 9), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_BANK, "code");
    world_deinit(&world);
}

static int see(struct world *world, bank_code code, const struct digest *pin_seen,
               int64_t expires_at_ms) {
    struct command *command = world_command(world, COMMAND_PIN_SEEN, code);
    command->body.bank_pin = (struct bank_pin){code, *pin_seen, expires_at_ms};
    message_encode_internal(command);
    return world_apply(world, command);
}

static void the_certificates_end_is_kept_with_its_pin(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct digest first = world_pin(BANK_A);
    int64_t changed = stored(&world, BANK_A).changed_at_ms;
    world.now_ms += 5;
    assert_int_equal(see(&world, BANK_A, &first, 123456), 0);
    assert_int_equal(world_one(&world, EFFECT_BANK)->entry->pin_expires_at_ms[0], 123456);
    assert_int_equal(stored(&world, BANK_A).pin_expires_at_ms[0], 123456);
    assert_int_equal(stored(&world, BANK_A).changed_at_ms, changed);
    struct digest before = world_digest(&world);
    assert_int_equal(see(&world, BANK_A, &first, 123456), 0);
    struct digest foreign = pin(77);
    assert_int_equal(see(&world, BANK_A, &foreign, 5), 0);
    assert_int_equal(see(&world, BANK_D, &first, 5), 0);
    assert_int_equal(world.effects->count, 0);
    struct digest after = world_digest(&world);
    assert_true(digest_equal(&before, &after));
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disabled_bank_is_enabled_again),
        cmocka_unit_test(only_what_is_named_is_set),
        cmocka_unit_test(two_pins_at_most_and_each_once),
        cmocka_unit_test(a_removed_pin_lets_nobody_in),
        cmocka_unit_test(the_certificates_end_is_kept_with_its_pin),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
