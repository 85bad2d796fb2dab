/*
 * What holds stop, what becomes of what is open, and what the other bank learns of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "ledger/laws.h"

/* ---- what passes ---- */

struct way {
    bank_code submitter;
    enum transfer_direction direction;
    bool payment;
    uint32_t touches;
};
static const struct way ways[] = {
    {BANK_A, TRANSFER_PUSH, false,
     HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS2) | HOLD_BLOCK_BIT(HOLD_BLOCK_CREDIT_CLASS1)},
    {BANK_A, TRANSFER_PULL, false,
     HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1) | HOLD_BLOCK_BIT(HOLD_BLOCK_CREDIT_CLASS2)},
    {BANK_B, TRANSFER_PUSH, false,
     HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1) | HOLD_BLOCK_BIT(HOLD_BLOCK_CREDIT_CLASS2)},
    {BANK_B, TRANSFER_PULL, false,
     HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS2) | HOLD_BLOCK_BIT(HOLD_BLOCK_CREDIT_CLASS1)},
    {BANK_A, TRANSFER_PULL, true, HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1)},
};
#define WAYS (sizeof ways / sizeof ways[0])

static struct id paying_link(struct world *world) {
    struct open_link open = world_open(world);
    open.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_PAY);
    return world_link_of(world, &open);
}

/* The transfer, or zero when the link is suspended for it. */
static struct id submit(struct world *world, const struct id *link, const struct way *way) {
    struct submit_transfer submit = world_submit(world, link, way->direction, 100);
    if (way->payment)
        world_make_payment(&submit);
    assert_int_equal(world_send(world, way->submitter, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    if (world_count(world, EFFECT_SEND) == 1)
        return world_instruction(world).transfer;
    world_expect_refused(world, REFUSAL_LINK_SUSPENDED, "link_id");
    return (struct id){{0}};
}

static void what_is_not_blocked_goes_on(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = paying_link(&world);
    for (int block = HOLD_BLOCK_DEBIT_CLASS1; block <= HOLD_BLOCK_ORDERS; block++) {
        uint32_t bit = HOLD_BLOCK_BIT(block);
        struct id hold = world_placed(&world, BANK_B, &link, HOLD_BY_BANK, bit);
        assert_int_equal(world_get_link(&world, &link).state, LINK_SUSPENDED);
        for (size_t i = 0; i < WAYS; i++) {
            struct id transfer = submit(&world, &link, &ways[i]);
            assert_int_equal(id_is_zero(&transfer), (ways[i].touches & bit) != 0);
        }
        struct lift_hold lift = world_lift(&world, &link, &hold, HOLD_BY_BANK);
        assert_int_equal(world_send(&world, BANK_B, COMMAND_LIFT_HOLD, &lift), 0);
    }
    for (size_t i = 0; i < WAYS; i++) {
        struct id transfer = submit(&world, &link, &ways[i]);
        assert_false(id_is_zero(&transfer));
    }
    laws_check(&world);
    world_deinit(&world);
}

/* Each open transfer that the hold blocks is barred, and no other. */
static void what_is_open_and_blocked_is_cancelled(void **state) {
    (void)state;
    for (int block = HOLD_BLOCK_DEBIT_CLASS1; block <= HOLD_BLOCK_ORDERS; block++) {
        struct world world;
        struct id transfers[WAYS];
        uint32_t bit = HOLD_BLOCK_BIT(block);
        size_t barred = 0;
        world_init(&world);
        struct id link = paying_link(&world);
        struct id other = paying_link(&world);
        (void)submit(&world, &other, &ways[0]);
        for (size_t i = 0; i < WAYS; i++) {
            transfers[i] = submit(&world, &link, &ways[i]);
            barred += (ways[i].touches & bit) != 0;
        }
        (void)world_placed(&world, BANK_A, &link, HOLD_BY_BANK, bit);
        assert_int_equal(world_count(&world, EFFECT_INQUIRE), barred);
        for (size_t i = 0; i < WAYS; i++) {
            struct transfer now = world_get_transfer(&world, &transfers[i]);
            assert_int_equal(now.cancel, (ways[i].touches & bit) != 0);
            assert_int_equal(now.state, TRANSFER_PENDING);
            assert_string_equal(now.cancel_reason, now.cancel ? "DS02" : "");
        }
        for (size_t i = 0; i < barred; i++)
            assert_int_equal(world_effect(&world, EFFECT_INQUIRE, i)->message,
                             MESSAGE_CANCEL_POSTING);
        /* barred once */
        (void)world_placed(&world, BANK_A, &link, HOLD_BY_BANK, bit);
        assert_int_equal(world_count(&world, EFFECT_INQUIRE), 0);
        laws_check(&world);
        world_deinit(&world);
    }
}

/* The instructed bank's word decides, whichever way the two crossed. */
static void the_banks_word_decides(void **state) {
    (void)state;
    static const enum transfer_state from[] = {TRANSFER_PENDING, TRANSFER_UNKNOWN};
    static const enum posting_outcome outcomes[] = {POSTING_POSTED, POSTING_NOT_SEEN,
                                                    POSTING_UNDONE, POSTING_REFUSED};
    static const enum transfer_state to[] = {TRANSFER_ACCEPTED, TRANSFER_CANCELLED,
                                             TRANSFER_CANCELLED, TRANSFER_REJECTED};
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; j < 4; j++) {
            struct world world;
            world_init(&world);
            struct id link = world_link(&world);
            struct id id = world_transfer_in(&world, &link, TRANSFER_PUSH, 100, from[i]);
            (void)world_placed(&world, BANK_B, &link, HOLD_BY_COURT, HOLD_BLOCKS_ALL);
            assert_int_equal(world_one(&world, EFFECT_INQUIRE)->message, MESSAGE_CANCEL_POSTING);
            struct posting_result answer = world_outcome(&id, outcomes[j]);
            if (outcomes[j] == POSTING_POSTED)
                answer = world_posted(&world, &id);
            if (outcomes[j] == POSTING_REFUSED)
                answer = world_refused(&id, "AM04");
            assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &answer), 0);
            struct transfer after = world_get_transfer(&world, &id);
            assert_int_equal(after.state, to[j]);
            if (to[j] == TRANSFER_CANCELLED)
                assert_string_equal(after.reason, "DS02");
            laws_check_quiet(&world);
            world_deinit(&world);
        }
    }
}

static void what_was_answered_before_stands(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id id = world_transfer_in(&world, &link, TRANSFER_PUSH, 100, TRANSFER_ACCEPTED);
    (void)world_placed(&world, BANK_B, &link, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
    assert_int_equal(world_count(&world, EFFECT_INQUIRE), 0);
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_ACCEPTED);
    assert_false(world_get_transfer(&world, &id).cancel);
    world_deinit(&world);
}

static void returns_are_exempt(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id original = world_transfer_in(&world, &link, TRANSFER_PUSH, 100, TRANSFER_ACCEPTED);
    struct submit_return back = {
        .request = world_request_id(&world),
        .transfer = original,
        .amount = {40, "CNY"},
        .reason = SPAN_LITERAL("CUST"),
        .end_to_end_id = SPAN_LITERAL("R-1"),
    };
    assert_int_equal(world_send(&world, BANK_B, COMMAND_SUBMIT_RETURN, &back), 0);
    struct id first = world_instruction(&world).transfer;
    (void)world_placed(&world, BANK_A, &link, HOLD_BY_COURT, HOLD_BLOCKS_ALL);
    assert_int_equal(world_count(&world, EFFECT_INQUIRE), 0);
    assert_false(world_get_transfer(&world, &first).cancel);
    back.request = world_request_id(&world);
    back.end_to_end_id = SPAN_LITERAL("R-2");
    assert_int_equal(world_send(&world, BANK_B, COMMAND_SUBMIT_RETURN, &back), 0);
    (void)world_instruction(&world);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- what the other bank learns ---- */

static void expect_veiled(const struct hold_view *hold) {
    assert_int_equal(hold->authority, HOLD_NONE);
    assert_true(span_equal(hold->reason, SPAN_LITERAL("MS03")));
    assert_int_equal(hold->legal_reference.size, 0);
    assert_int_equal(hold->expires_at_ms, 0);
    assert_int_equal(hold->blocks, HOLD_BLOCKS_ALL);
}

/* Whatever goes out is searched for what the other bank must not learn. */
static void expect_silence(struct world *world, bank_code other) {
    assert_false(world_says(world, other, SPAN_LITERAL("AM07")));
    assert_false(world_says(world, other, SPAN_LITERAL("Zhi 17")));
}

static void look(struct world *world, const struct id *link, bank_code bank, bool own) {
    struct get_link get = {.link = *link};
    assert_int_equal(world_send(world, bank, COMMAND_GET_LINK, &get), 0);
    struct link_view view = world_link_view(world, world_one(world, EFFECT_REPLY));
    assert_int_equal(view.hold_count, 1);
    if (own) {
        assert_int_equal(view.holds[0].authority, HOLD_BY_COURT);
        assert_true(span_equal(view.holds[0].legal_reference, SPAN_LITERAL("(2026) Zhi 17")));
        assert_true(span_equal(view.holds[0].reason, SPAN_LITERAL("AM07")));
        return;
    }
    expect_veiled(&view.holds[0]);
    struct list_links list = {.max = 10};
    assert_int_equal(world_send(world, bank, COMMAND_LIST_LINKS, &list), 0);
    expect_silence(world, bank);
    assert_int_equal(world_fetch(world, bank, 0, 100), 0);
    assert_true(world_count(world, EFFECT_NOTICE) > 0);
    expect_silence(world, bank);
}

static void the_other_bank_sees_ms03_and_nothing_more(void **state) {
    (void)state;
    for (int side = 0; side < 2; side++) {
        bank_code own = side ? BANK_B : BANK_A;
        bank_code other = side ? BANK_A : BANK_B;
        struct world world;
        world_init(&world);
        struct id link = world_link(&world);
        struct id open = world_pending(&world, &link, TRANSFER_PUSH, 100);
        struct place_hold place = world_place(&world, &link, HOLD_BY_COURT, HOLD_BLOCKS_ALL);
        place.expires_at_ms = world.now_ms + DAY_MS;
        assert_int_equal(world_send(&world, own, COMMAND_PLACE_HOLD, &place), 0);
        assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
        expect_silence(&world, other);
        assert_true(world_says(&world, own, SPAN_LITERAL("Zhi 17")));
        for (size_t i = 0; i < 2; i++) {
            const struct effect *notice = world_effect(&world, EFFECT_NOTICE, i);
            struct link_view view = world_link_view(&world, notice);
            assert_int_equal(view.state, LINK_SUSPENDED);
            assert_true(view.holds[0].by == own);
            if (notice->bank == other)
                expect_veiled(&view.holds[0]);
        }
        look(&world, &link, own, true);
        look(&world, &link, other, false);
        struct posting_result undone = world_outcome(&open, POSTING_UNDONE);
        assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &undone), 0);
        expect_silence(&world, other);
        struct id hold = world_get_link(&world, &link).holds[0].id;
        struct lift_hold lift = world_lift(&world, &link, &hold, HOLD_BY_COURT);
        lift.reason = SPAN_LITERAL("AM07");
        assert_int_equal(world_send(&world, own, COMMAND_LIFT_HOLD, &lift), 0);
        expect_silence(&world, other);
        assert_int_equal(world_fetch(&world, other, 0, 100), 0);
        expect_silence(&world, other);
        world_deinit(&world);
    }
}

static void an_operators_hold_is_veiled_to_both(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct hold_order order = {.link = link, .blocks = HOLD_BLOCKS_ALL, .reason = "AM07"};
    strcpy(order.legal_reference, "Zhi 17");
    assert_int_equal(world_hold_order(&world, COMMAND_HOLD_PLACE, &order), 0);
    expect_silence(&world, BANK_A);
    expect_silence(&world, BANK_B);
    struct link_view view = world_link_view(&world, world_effect(&world, EFFECT_NOTICE, 0));
    expect_veiled(&view.holds[0]);
    assert_true(view.holds[0].by == 0);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_blocked_goes_on),
        cmocka_unit_test(what_is_open_and_blocked_is_cancelled),
        cmocka_unit_test(the_banks_word_decides),
        cmocka_unit_test(what_was_answered_before_stands),
        cmocka_unit_test(returns_are_exempt),
        cmocka_unit_test(the_other_bank_sees_ms03_and_nothing_more),
        cmocka_unit_test(an_operators_hold_is_veiled_to_both),
    };
    return cmocka_run_group_tests_name("hold_block", tests, NULL, NULL);
}
