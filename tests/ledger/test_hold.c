/*
 * Holds: who may place and lift them, in which states, how many, and when they end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "ledger/laws.h"
#include "ledger/world_people.h"

static enum link_state state_of(struct world *world, const struct id *link) {
    return world_get_link(world, link).state;
}

static struct history_entry last_entry(struct world *world, const struct id *id) {
    struct history history = world_get_link(world, id).history;
    return history.entries[history.count - 1];
}

static int lift(struct world *world, bank_code bank, const struct id *link, const struct id *hold,
                enum hold_authority authority) {
    struct lift_hold lift = world_lift(world, link, hold, authority);
    return world_send(world, bank, COMMAND_LIFT_HOLD, &lift);
}

static int lift_by_operator(struct world *world, const struct id *link, const struct id *hold) {
    struct hold_order order = {.link = *link, .hold = *hold, .reason = "CUST"};
    return world_hold_order(world, COMMAND_HOLD_LIFT, &order);
}

/* ---- who ---- */

/* A hold of that authority: 0 is the operator's, placed by nobody's bank. */
static struct id placed(struct world *world, const struct id *link, enum hold_authority authority,
                        bank_code bank) {
    if (authority == HOLD_BY_OPERATOR)
        return world_hold_by_operator(world, link);
    if (authority != HOLD_BY_GATEWAY)
        return world_placed(world, bank, link, authority, HOLD_BLOCKS_ALL);
    assert_int_equal(world_reported(world, link, bank, ACCOUNT_EVENT_BLOCKED), 1);
    struct link now = world_get_link(world, link);
    return now.holds[now.hold_count - 1].id;
}

/* Every bank in every name tries to lift it; only who placed it can. */
static void try_each(struct world *world, const struct id *link, enum hold_authority authority,
                     bank_code placed_by) {
    static const bank_code banks[] = {BANK_A, BANK_B, BANK_C};
    bool through_bank = authority != HOLD_BY_OPERATOR && authority != HOLD_BY_GATEWAY;
    for (size_t i = 0; i < 3; i++) {
        for (int as = HOLD_BY_BANK; as <= HOLD_BY_GATEWAY; as++) {
            struct id hold = placed(world, link, authority, placed_by);
            assert_int_equal(lift(world, banks[i], link, &hold, (enum hold_authority)as), 0);
            bool may = through_bank && banks[i] == placed_by && as == (int)authority;
            if (may) {
                assert_false(world_one(world, EFFECT_REPLY)->refused);
                assert_int_equal(state_of(world, link), LINK_ACTIVE);
                continue;
            }
            world_expect_refused(
                world, banks[i] == BANK_C ? REFUSAL_NO_SUCH_LINK : REFUSAL_AUTHORITY, NULL);
            assert_int_equal(state_of(world, link), LINK_SUSPENDED);
            /* back to where it was */
            if (through_bank)
                assert_int_equal(lift(world, placed_by, link, &hold, authority), 0);
            else
                assert_int_equal(lift_by_operator(world, link, &hold), 0);
            assert_int_equal(state_of(world, link), LINK_ACTIVE);
        }
    }
}

static void only_who_placed_it_lifts_it(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    for (int authority = HOLD_BY_BANK; authority <= HOLD_BY_GATEWAY; authority++) {
        try_each(&world, &link, (enum hold_authority)authority, BANK_A);
        try_each(&world, &link, (enum hold_authority)authority, BANK_B);
    }
    laws_check(&world);
    world_deinit(&world);
}

static void operators_lift_their_own_and_the_gateways(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct hold_order order = {.link = link, .blocks = HOLD_BLOCKS_ALL, .reason = "FR01"};
    strcpy(order.legal_reference, "file 9");
    order.expires_at_ms = world.now_ms + DAY_MS;
    assert_int_equal(world_hold_order(&world, COMMAND_HOLD_PLACE, &order), 0);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
    struct link now = world_get_link(&world, &link);
    struct hold hold = now.holds[0];
    assert_int_equal(hold.authority, HOLD_BY_OPERATOR);
    assert_true(hold.by == 0 && hold.expires_at_ms == order.expires_at_ms);
    assert_string_equal(hold.legal_reference, "file 9");
    struct history_entry entry = last_entry(&world, &link);
    assert_int_equal(entry.cause, CAUSE_OPERATOR);
    assert_int_equal(entry.uid, UID_ONE);
    assert_true(id_equal(&entry.about, &hold.id));
    struct id of_bank = world_placed(&world, BANK_A, &link, HOLD_BY_COURT, HOLD_BLOCKS_ALL);
    assert_int_equal(lift_by_operator(&world, &link, &of_bank), 0);
    world_expect_refused(&world, REFUSAL_AUTHORITY, "hold");
    assert_int_equal(lift_by_operator(&world, &link, &hold.id), 0);
    assert_false(world_one(&world, EFFECT_REPLY)->refused);
    entry = last_entry(&world, &link);
    assert_int_equal(entry.event, LINK_EVENT_HOLD_LIFTED);
    assert_int_equal(entry.cause, CAUSE_OPERATOR);
    assert_true(entry.two && entry.approver == UID_TWO);
    assert_string_equal(entry.reason, "CUST");
    assert_int_equal(lift_by_operator(&world, &link, &hold.id), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_HOLD, "hold");
    order.expires_at_ms = world.now_ms;
    assert_int_equal(world_hold_order(&world, COMMAND_HOLD_PLACE, &order), 0);
    world_expect_refused(&world, REFUSAL_FIELD_INVALID, "expires_at_ms");
    order.link = of_bank;
    assert_int_equal(world_hold_order(&world, COMMAND_HOLD_PLACE, &order), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_OBJECT, "link");
    laws_check(&world);
    world_deinit(&world);
}

static void a_frozen_link_takes_none(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct id hold = world_placed(&world, BANK_A, &id, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
    struct link link = world_get_link(&world, &id);
    link.frozen = true;
    world_put_link(&world, &link);
    struct place_hold place = world_place(&world, &id, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_PLACE_HOLD, &place), 0);
    world_expect_refused(&world, REFUSAL_FROZEN, "link_id");
    assert_int_equal(lift(&world, BANK_A, &id, &hold, HOLD_BY_BANK), 0);
    world_expect_refused(&world, REFUSAL_FROZEN, "link_id");
    assert_int_equal(lift_by_operator(&world, &id, &hold), 0);
    world_expect_refused(&world, REFUSAL_FROZEN, "link");
    world_deinit(&world);
}

/* ---- the link's state ---- */

static void suspended_while_there_is_any(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id first = world_placed(&world, BANK_A, &link, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
    struct link_view view = world_link_view(&world, world_one(&world, EFFECT_REPLY));
    assert_int_equal(view.state, LINK_SUSPENDED);
    assert_int_equal(view.reason.size, 0);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
    struct history_entry entry = last_entry(&world, &link);
    assert_int_equal(entry.event, LINK_EVENT_HOLD);
    assert_string_equal(entry.reason, "FR01");
    assert_true(id_equal(&entry.about, &first) && entry.by == BANK_A);
    struct id second = world_placed(&world, BANK_B, &link, HOLD_BY_CUSTOMER, HOLD_BLOCKS_ALL);
    assert_int_equal(lift(&world, BANK_A, &link, &first, HOLD_BY_BANK), 0);
    view = world_link_view(&world, world_one(&world, EFFECT_REPLY));
    assert_int_equal(view.state, LINK_SUSPENDED);
    assert_int_equal(view.hold_count, 1);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
    entry = last_entry(&world, &link);
    assert_int_equal(entry.event, LINK_EVENT_HOLD_LIFTED);
    assert_true(id_equal(&entry.about, &first));
    assert_int_equal(lift(&world, BANK_B, &link, &second, HOLD_BY_CUSTOMER), 0);
    view = world_link_view(&world, world_one(&world, EFFECT_REPLY));
    assert_int_equal(view.state, LINK_ACTIVE);
    assert_int_equal(view.hold_count, 0);
    entry = last_entry(&world, &link);
    assert_int_equal(entry.event, LINK_EVENT_HOLDS_LIFTED);
    assert_true(id_equal(&entry.about, &second));
    assert_int_equal(lift(&world, BANK_B, &link, &second, HOLD_BY_CUSTOMER), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_HOLD, "hold_id");
    laws_check(&world);
    world_deinit(&world);
}

static void in_each_state(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    for (int from = LINK_VERIFYING; from < LINK_STATES; from++) {
        if (from == LINK_SUSPENDED)
            continue; /* above */
        bool takes = from == LINK_ACTIVE || from == LINK_CLOSING;
        struct id id = world_link_in(&world, (enum link_state)from);
        struct place_hold place = world_place(&world, &id, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
        assert_int_equal(world_send(&world, BANK_B, COMMAND_PLACE_HOLD, &place), 0);
        struct hold_order order = {.link = id, .blocks = HOLD_BLOCKS_ALL, .reason = "FR01"};
        if (!takes) {
            world_expect_refused(&world, REFUSAL_LINK_STATE, "link_id");
            assert_int_equal(world_hold_order(&world, COMMAND_HOLD_PLACE, &order), 0);
            world_expect_refused(&world, REFUSAL_LINK_STATE, "link");
        }
        struct link after = world_get_link(&world, &id);
        assert_int_equal(after.state, from == LINK_ACTIVE ? LINK_SUSPENDED : from);
        assert_int_equal(after.hold_count, takes);
    }
    laws_check(&world);
    world_deinit(&world);
}

/* CLOSING stays; the hold blocks what it blocks, and is gone with the link. */
static void while_closing(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id push = world_pending(&world, &link, TRANSFER_PUSH, 100);
    struct id pull = world_pending(&world, &link, TRANSFER_PULL, 100);
    struct close_link close = world_close(&world, &link);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    struct id hold =
        world_placed(&world, BANK_B, &link, HOLD_BY_BANK, HOLD_BLOCK_BIT(HOLD_BLOCK_CREDIT_CLASS1));
    assert_int_equal(state_of(&world, &link), LINK_CLOSING);
    assert_true(world_get_transfer(&world, &push).cancel);
    assert_false(world_get_transfer(&world, &pull).cancel);
    assert_int_equal(lift(&world, BANK_B, &link, &hold, HOLD_BY_BANK), 0);
    assert_int_equal(state_of(&world, &link), LINK_CLOSING);
    assert_int_equal(last_entry(&world, &link).event, LINK_EVENT_HOLD_LIFTED);
    (void)world_placed(&world, BANK_A, &link, HOLD_BY_COURT, HOLD_BLOCKS_ALL);
    laws_check(&world);
    struct posting_result undone = world_outcome(&push, POSTING_UNDONE);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &undone), 0);
    struct posting_result posted = world_posted(&world, &pull);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    struct link after = world_get_link(&world, &link);
    assert_int_equal(after.state, LINK_CLOSED);
    assert_int_equal(after.hold_count, 0);
    assert_string_equal(after.reason, "CUST");
    laws_check_quiet(&world);
    world_deinit(&world);
}

static void a_hold_drops_the_amendment(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct amend_link amend = world_amend(&world, &link);
    amend.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_BALANCE);
    amend.agreement = world_agreement(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_AMEND_LINK, &amend), 0);
    struct start_challenge start = world_start(&world, &link);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
    (void)world_placed(&world, BANK_B, &link, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
    world_check_refused(&world, world_one(&world, EFFECT_ANSWER), REFUSAL_NO_CHALLENGE, NULL);
    struct link after = world_get_link(&world, &link);
    assert_false(after.amendment.present);
    assert_int_equal(after.exchange, LINK_EXCHANGE_NONE);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- time ---- */

static struct id placed_until(struct world *world, const struct id *link, int64_t expires_at_ms) {
    struct place_hold place = world_place(world, link, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
    place.expires_at_ms = expires_at_ms;
    assert_int_equal(world_send(world, BANK_A, COMMAND_PLACE_HOLD, &place), 0);
    struct link now = world_get_link(world, link);
    return now.holds[now.hold_count - 1].id;
}

static void they_end_in_their_order(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    int64_t start = world.now_ms;
    struct id third = placed_until(&world, &link, start + 3000);
    struct id first = placed_until(&world, &link, start + 1000);
    struct id stays = placed_until(&world, &link, 0);
    struct id second = placed_until(&world, &link, start + 2000);
    laws_check(&world);
    world.now_ms = start + 999;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world_get_link(&world, &link).hold_count, 4);
    world.now_ms = start + 1000;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world_get_link(&world, &link).hold_count, 3);
    struct history_entry entry = last_entry(&world, &link);
    assert_int_equal(entry.cause, CAUSE_DEADLINE);
    assert_true(id_equal(&entry.about, &first));
    laws_check(&world);
    world.now_ms = start + 5000; /* both at once: the earlier one goes first */
    assert_int_equal(world_tick(&world), 0);
    struct link after = world_get_link(&world, &link);
    assert_int_equal(after.hold_count, 1);
    uint32_t last = after.history.count - 1;
    assert_true(id_equal(&after.history.entries[last - 1].about, &second));
    assert_true(id_equal(&after.history.entries[last].about, &third));
    assert_int_equal(lift(&world, BANK_A, &link, &stays, HOLD_BY_BANK), 0);
    assert_int_equal(state_of(&world, &link), LINK_ACTIVE);
    laws_check(&world);
    world_deinit(&world);
}

static void the_last_one_that_ends_frees_the_link(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    (void)placed_until(&world, &link, world.now_ms + 1000);
    struct place_hold late = world_place(&world, &link, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
    late.expires_at_ms = world.now_ms;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_PLACE_HOLD, &late), 0);
    world_expect_refused(&world, REFUSAL_FIELD_INVALID, "expires_at_ms");
    world.now_ms += 1000; /* without a TICK: what touches the link finds it free */
    (void)world_pending(&world, &link, TRANSFER_PUSH, 100);
    assert_int_equal(state_of(&world, &link), LINK_ACTIVE);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- how many ---- */

static void as_many_as_allowed_and_one_more(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id hold = {{0}};
    for (uint32_t i = 0; i < HOLDS_PLACED_MAX - 1; i++)
        hold = world_placed(&world, i % 2 ? BANK_B : BANK_A, &link, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
    (void)world_hold_by_operator(&world, &link);
    struct place_hold place = world_place(&world, &link, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_PLACE_HOLD, &place), 0);
    world_expect_refused(&world, REFUSAL_HOLDS, "link_id");
    struct hold_order order = {.link = link, .blocks = HOLD_BLOCKS_ALL, .reason = "FR01"};
    assert_int_equal(world_hold_order(&world, COMMAND_HOLD_PLACE, &order), 0);
    world_expect_refused(&world, REFUSAL_HOLDS, "link");
    assert_int_equal(lift(&world, BANK_A, &link, &hold, HOLD_BY_BANK), 0);
    (void)world_placed(&world, BANK_B, &link, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
    laws_check(&world);
    world_deinit(&world);
}

/* All that banks can report and a re-check can find, on top of all that is placed. */
static void the_gateways_own_find_room(void **state) {
    (void)state;
    static const enum account_status statuses[] = {ACCOUNT_CLOSED, ACCOUNT_UNKNOWN, ACCOUNT_CLOSED,
                                                   ACCOUNT_BLOCKED};
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    for (uint32_t i = 0; i < HOLDS_PLACED_MAX; i++)
        (void)world_placed(&world, BANK_A, &link, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
    struct report_account now_class1 =
        world_report_of(&world, &link, BANK_A, ACCOUNT_EVENT_CLASS_CHANGED);
    now_class1.account_class = ACCOUNT_CLASS_I;
    now_class1.opening = ACCOUNT_OPENING_NONE;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REPORT_ACCOUNT, &now_class1), 0);
    static const enum account_event events[] = {ACCOUNT_EVENT_BLOCKED, ACCOUNT_EVENT_DECEASED,
                                                ACCOUNT_EVENT_DORMANT};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        struct recheck_account question = world_recheck(&world, &link);
        struct recheck_account_reply answer = world_recheck_reply(&question);
        answer.status = statuses[i];
        answer.account_class = ACCOUNT_CLASS_II;
        answer.same_holder = ELEMENT_MISMATCH;
        assert_int_equal(world_answer(&world, BANK_B, COMMAND_RECHECK_ANSWER, &answer), 0);
        for (size_t j = 0; j < 3; j++) {
            assert_int_equal(world_reported(&world, &link, BANK_A, events[j]), 1);
            assert_int_equal(world_reported(&world, &link, BANK_B, events[j]), 1);
        }
        assert_int_equal(world_get_link(&world, &link).hold_count, i == 3 ? 15 : HOLDS_MAX);
        laws_check(&world);
    }
    world_deinit(&world);
}

static void a_long_life_ends(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    uint32_t cycles = 0;
    for (;; cycles++) {
        struct place_hold place = world_place(&world, &link, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
        assert_int_equal(world_send(&world, BANK_A, COMMAND_PLACE_HOLD, &place), 0);
        if (world_one(&world, EFFECT_REPLY)->refused)
            break;
        struct id hold = world_get_link(&world, &link).holds[0].id;
        assert_int_equal(lift(&world, BANK_A, &link, &hold, HOLD_BY_BANK), 0);
        assert_false(world_one(&world, EFFECT_REPLY)->refused);
    }
    world_expect_refused(&world, REFUSAL_HISTORY, "link_id");
    assert_in_range(cycles, HISTORY_LIFE_MAX / 2 - 8, HISTORY_LIFE_MAX / 2);
    struct history history = world_get_link(&world, &link).history;
    assert_in_range(history_length(&history), HISTORY_LIFE_MAX, HISTORY_LIFE_MAX + 1);
    /* what a bank reports is held all the same, and is not given back without end */
    assert_int_equal(world_reported(&world, &link, BANK_B, ACCOUNT_EVENT_BLOCKED), 1);
    assert_int_equal(state_of(&world, &link), LINK_SUSPENDED);
    assert_int_equal(world_reported(&world, &link, BANK_B, ACCOUNT_EVENT_UNBLOCKED), 1);
    assert_int_equal(world_count(&world, EFFECT_ALARM), 1);
    assert_int_equal(state_of(&world, &link), LINK_SUSPENDED);
    laws_check(&world);
    struct close_link close = world_close(&world, &link);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    assert_int_equal(state_of(&world, &link), LINK_CLOSED);
    world_deinit(&world);
}

/* ---- once ---- */

static void expect_duplicate(struct world *world, enum command_kind kind, const void *body,
                             const char *field) {
    assert_int_equal(world_send(world, BANK_A, kind, body), 0);
    world_expect_refused(world, REFUSAL_DUPLICATE, field);
}

static void a_request_is_acted_on_once(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id elsewhere = world_link(&world);
    struct place_hold place = world_place(&world, &link, HOLD_BY_COURT, HOLD_BLOCKS_ALL);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_PLACE_HOLD, &place), 0);
    struct id hold = world_get_link(&world, &link).holds[0].id;
    struct digest before = world_digest(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_PLACE_HOLD, &place), 0);
    struct link_view view = world_link_view(&world, world_one(&world, EFFECT_REPLY));
    assert_true(view.replayed);
    assert_int_equal(view.hold_count, 1);
    assert_int_equal(world.effects->count, 1);
    struct digest after = world_digest(&world);
    assert_true(digest_equal(&before, &after));
    struct place_hold other = place;
    other.link = elsewhere;
    expect_duplicate(&world, COMMAND_PLACE_HOLD, &other, "link_id");
    other = place;
    other.authority = HOLD_BY_BANK;
    expect_duplicate(&world, COMMAND_PLACE_HOLD, &other, "authority");
    other = place;
    other.reason = SPAN_LITERAL("FR01");
    expect_duplicate(&world, COMMAND_PLACE_HOLD, &other, "reason");
    other = place;
    other.legal_reference = SPAN_LITERAL("another");
    expect_duplicate(&world, COMMAND_PLACE_HOLD, &other, "legal_reference");
    other = place;
    other.expires_at_ms = world.now_ms + 1;
    expect_duplicate(&world, COMMAND_PLACE_HOLD, &other, "expires_at_ms");
    other = place;
    other.blocks = HOLD_BLOCK_BIT(HOLD_BLOCK_ORDERS);
    expect_duplicate(&world, COMMAND_PLACE_HOLD, &other, "blocks");

    struct lift_hold lift = world_lift(&world, &link, &hold, HOLD_BY_COURT);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_LIFT_HOLD, &lift), 0);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_LIFT_HOLD, &lift), 0);
    assert_true(world_link_view(&world, world_one(&world, EFFECT_REPLY)).replayed);
    struct lift_hold else_lift = lift;
    else_lift.link = elsewhere;
    expect_duplicate(&world, COMMAND_LIFT_HOLD, &else_lift, "link_id");
    else_lift = lift;
    else_lift.hold = elsewhere;
    expect_duplicate(&world, COMMAND_LIFT_HOLD, &else_lift, "hold_id");
    else_lift = lift;
    else_lift.reason = SPAN_LITERAL("FR01");
    expect_duplicate(&world, COMMAND_LIFT_HOLD, &else_lift, "");
    /* gone, it tells nothing more */
    other = place;
    other.blocks = HOLD_BLOCK_BIT(HOLD_BLOCK_ORDERS);
    expect_duplicate(&world, COMMAND_PLACE_HOLD, &other, "");
    laws_check(&world);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_who_placed_it_lifts_it),
        cmocka_unit_test(operators_lift_their_own_and_the_gateways),
        cmocka_unit_test(a_frozen_link_takes_none),
        cmocka_unit_test(suspended_while_there_is_any),
        cmocka_unit_test(in_each_state),
        cmocka_unit_test(while_closing),
        cmocka_unit_test(a_hold_drops_the_amendment),
        cmocka_unit_test(they_end_in_their_order),
        cmocka_unit_test(the_last_one_that_ends_frees_the_link),
        cmocka_unit_test(as_many_as_allowed_and_one_more),
        cmocka_unit_test(the_gateways_own_find_room),
        cmocka_unit_test(a_long_life_ends),
        cmocka_unit_test(a_request_is_acted_on_once),
    };
    return cmocka_run_group_tests_name("hold", tests, NULL, NULL);
}
