/*
 * What a registry entry allows: pins of active banks only, whole roles only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/bank.h"

static struct digest digest_of(uint8_t byte) {
    struct digest digest;
    memset(digest.bytes, byte, sizeof(digest.bytes));
    return digest;
}

static struct bank two_pins(void) {
    struct bank bank = {.code = UINT64_C(999100000011), .active = true, .pin_count = 2};
    bank.pins[0] = digest_of(1);
    bank.pins[1] = digest_of(2);
    return bank;
}

static void either_pin_is_active(void **state) {
    (void)state;
    struct bank bank = two_pins();
    struct digest first = digest_of(1);
    struct digest second = digest_of(2);
    struct digest other = digest_of(1);
    other.bytes[DIGEST_SIZE - 1] = 0;
    assert_true(bank_pin_active(&bank, &first));
    assert_true(bank_pin_active(&bank, &second));
    assert_false(bank_pin_active(&bank, &other));
}

static void removed_pin_is_not(void **state) {
    (void)state;
    struct bank bank = two_pins();
    struct digest second = digest_of(2);
    bank.pin_count = 1;
    assert_false(bank_pin_active(&bank, &second));
    bank.pin_count = 0;
    bank.pins[0] = second;
    assert_false(bank_pin_active(&bank, &second));
}

static void disabled_bank_has_no_active_pin(void **state) {
    (void)state;
    struct bank bank = two_pins();
    struct digest first = digest_of(1);
    bank.active = false;
    assert_false(bank_pin_active(&bank, &first));
}

static void no_pin_never_matches(void **state) {
    (void)state;
    struct bank bank = two_pins();
    struct digest none = digest_of(0);
    bank.pins[1] = none;
    assert_false(bank_pin_active(&bank, &none));
}

static void count_out_of_bounds_reads_nothing_else(void **state) {
    (void)state;
    struct bank bank = two_pins();
    struct digest other = digest_of(3);
    bank.pin_count = UINT32_MAX;
    assert_false(bank_pin_active(&bank, &other));
}

static void roles_are_a_mask(void **state) {
    (void)state;
    struct bank bank = {.roles = BANK_ROLE_CLASS1 | BANK_ROLE_ISSUER};
    assert_true(bank_has_role(&bank, BANK_ROLE_CLASS1));
    assert_false(bank_has_role(&bank, BANK_ROLE_CLASS2));
    assert_true(bank_has_role(&bank, BANK_ROLE_ISSUER));
    assert_true(bank_has_role(&bank, (enum bank_role)(BANK_ROLE_CLASS1 | BANK_ROLE_ISSUER)));
    assert_false(bank_has_role(&bank, (enum bank_role)(BANK_ROLE_CLASS1 | BANK_ROLE_CLASS2)));
    assert_false(bank_has_role(&bank, (enum bank_role)0));
    assert_int_equal(BANK_ROLE_CLASS1 ^ BANK_ROLE_CLASS2 ^ BANK_ROLE_ISSUER, 7);
}

static void a_pin_is_found_by_its_place(void **state) {
    (void)state;
    struct bank bank = two_pins();
    struct digest first = digest_of(1), second = digest_of(2), third = digest_of(3);
    assert_int_equal(bank_pin_index(&bank, &first), 0);
    assert_int_equal(bank_pin_index(&bank, &second), 1);
    assert_int_equal(bank_pin_index(&bank, &third), -1);
    bank.active = false; /* it stands there all the same */
    assert_int_equal(bank_pin_index(&bank, &second), 1);
    bank.pin_count = 1;
    assert_int_equal(bank_pin_index(&bank, &second), -1);
}

static void each_kind_is_denied_by_itself(void **state) {
    (void)state;
    struct bank bank = {0};
    for (uint32_t kind = 0; kind < BANK_KINDS; kind++) {
        bank_deny_kind(&bank, kind, true);
        for (uint32_t other = 0; other < BANK_KINDS; other++)
            assert_int_equal(bank_kind_denied(&bank, other), other == kind);
        bank_deny_kind(&bank, kind, false);
    }
    bank_deny_kind(&bank, 0, true);
    bank_deny_kind(&bank, BANK_KINDS - 1, true);
    bank_deny_kind(&bank, BANK_KINDS - 1, true);
    bank_deny_kind(&bank, 7, false);
    assert_true(bank_kind_denied(&bank, 0) && bank_kind_denied(&bank, BANK_KINDS - 1));
}

static void what_is_no_kind_is_never_denied(void **state) {
    (void)state;
    struct bank bank = {0}, before = bank;
    bank_deny_kind(&bank, BANK_KINDS, true);
    bank_deny_kind(&bank, UINT32_MAX, true);
    assert_memory_equal(&bank, &before, sizeof(bank));
    memset(&bank.denied, 0xff, sizeof(bank.denied));
    assert_false(bank_kind_denied(&bank, BANK_KINDS));
    assert_false(bank_kind_denied(&bank, UINT32_MAX));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(either_pin_is_active),
        cmocka_unit_test(removed_pin_is_not),
        cmocka_unit_test(disabled_bank_has_no_active_pin),
        cmocka_unit_test(no_pin_never_matches),
        cmocka_unit_test(count_out_of_bounds_reads_nothing_else),
        cmocka_unit_test(roles_are_a_mask),
        cmocka_unit_test(a_pin_is_found_by_its_place),
        cmocka_unit_test(each_kind_is_denied_by_itself),
        cmocka_unit_test(what_is_no_kind_is_never_denied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
