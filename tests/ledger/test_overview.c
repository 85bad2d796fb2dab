/*
 * The view of all links of one account: each bank beside the others, one answer, and nothing of it
 * that stays.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"
#include "ledger/laws.h"
#include "store/orders.h"
#include "store/overview.h"

#define DAY_MS 86400000

/* One Class II account of bank A, bound to accounts of banks B and C. */
struct scene {
    struct world world;
    struct open_link open;
    struct id links[2];
    struct query_overview query;
    struct ask_account asked[2];
};

static void begin(struct scene *scene, uint32_t scopes) {
    struct world *world = &scene->world;
    world_init(world);
    scene->open = world_open(world);
    scene->open.scopes |= scopes;
    scene->links[0] = world_link_of(world, &scene->open);
    struct open_link beside = world_open_beside(world, &scene->open, BANK_C);
    scene->links[1] = world_link_of(world, &beside);
}

static void end(struct scene *scene) {
    assert_int_equal(world_counters(&scene->world, BANK_A).questions, 0);
    laws_check(&scene->world);
    world_deinit(&scene->world);
}

static int send_query(struct scene *scene) {
    scene->query = (struct query_overview){.request = world_request_id(&scene->world),
                                           .link = scene->links[0]};
    return world_send(&scene->world, BANK_A, COMMAND_QUERY_OVERVIEW, &scene->query);
}

/* Asked of both; what was sent. */
static void ask_both(struct scene *scene) {
    struct world *world = &scene->world;
    assert_int_equal(send_query(scene), 0);
    assert_true(id_equal(&world_one(world, EFFECT_WAIT)->request, &scene->query.request));
    assert_int_equal(world_count(world, EFFECT_SEND), 2);
    for (size_t i = 0; i < 2; i++) {
        const struct effect *sent = world_effect(world, EFFECT_SEND, i);
        assert_true(sent->bank == (i ? BANK_C : BANK_B) && sent->message == MESSAGE_ASK_BALANCE);
        struct span copy = arena_copy(&world->arena, sent->payload);
        assert_int_equal(partner_decode_ask_account(copy, &world->arena, &scene->asked[i]), 0);
        assert_true(id_equal(&scene->asked[i].link, &scene->links[i]));
    }
}

static void ask(struct scene *scene) {
    ask_both(scene);
    laws_check(&scene->world);
}

static int answer(struct scene *scene, size_t i, int64_t fen, const char *reason) {
    struct balance_answer answer = world_balance(&scene->asked[i].query);
    answer.available_fen = fen;
    answer.reason = span_text(reason);
    return world_answer(&scene->world, i ? BANK_C : BANK_B, COMMAND_BALANCE_ANSWER, &answer);
}

static struct overview_view view_of(struct scene *scene, const struct effect *effect) {
    struct overview_view view;
    struct span copy = arena_copy(&scene->world.arena, effect->payload);
    assert_false(effect->refused);
    assert_int_equal(partner_decode_overview_reply(copy, &scene->world.arena, &view), 0);
    return view;
}

/* The one answer, with these two in it. */
static struct overview_view told(struct scene *scene, enum overview_status first,
                                 enum overview_status second) {
    const struct effect *effect = world_one(&scene->world, EFFECT_ANSWER);
    assert_true(effect->bank == BANK_A && effect->message == MESSAGE_QUERY_OVERVIEW);
    assert_true(id_equal(&effect->request, &scene->query.request));
    struct overview_view view = view_of(scene, effect);
    assert_int_equal(view.count, 2);
    assert_int_equal(view.accounts[0].status, first);
    assert_int_equal(view.accounts[1].status, second);
    assert_true(view.accounts[0].balance.bank == BANK_B);
    assert_true(view.accounts[1].balance.bank == BANK_C);
    return view;
}

/* ---- the way of it ---- */

static void both_are_asked_side_by_side(void **state) {
    (void)state;
    struct scene scene;
    begin(&scene, LINK_SCOPE_BIT(LINK_SCOPE_BALANCE));
    struct digest before = world_digest(&scene.world);
    ask(&scene);
    assert_int_equal(world_counters(&scene.world, BANK_A).questions, 2);
    assert_int_equal(answer(&scene, 1, 22, ""), 0);
    assert_int_equal(world_count(&scene.world, EFFECT_ANSWER), 0);
    assert_true(id_equal(&world_one(&scene.world, EFFECT_DONE)->exchange, &scene.asked[1].query));
    laws_check(&scene.world);
    assert_int_equal(answer(&scene, 1, 23, ""), 0); /* once */
    assert_int_equal(scene.world.effects->count, 0);
    assert_int_equal(answer(&scene, 0, 11, ""), 0);
    struct overview_view view = told(&scene, OVERVIEW_ANSWERED, OVERVIEW_ANSWERED);
    assert_int_equal(view.accounts[0].balance.available_fen, 11);
    assert_int_equal(view.accounts[1].balance.available_fen, 22);
    assert_int_equal(view.accounts[1].balance.booked_fen, -12);
    assert_true(span_equal(view.accounts[1].balance.currency, SPAN_LITERAL("CNY")));
    struct link link = world_get_link(&scene.world, &scene.links[1]);
    assert_true(span_equal(view.accounts[1].balance.masked, span_text(link.class1_masked)));
    assert_int_equal(view.accounts[1].link_state, LINK_ACTIVE);
    assert_true(id_is_zero(&view.next));
    struct digest after = world_digest(&scene.world);
    (void)before; /* the counters' rows are there now */
    ask(&scene);
    assert_int_equal(answer(&scene, 0, 11, ""), 0);
    assert_int_equal(answer(&scene, 1, 22, ""), 0);
    before = world_digest(&scene.world);
    assert_true(digest_equal(&before, &after)); /* nothing of it stays */
    end(&scene);
}

/* So many orders of that link with units, as many without, and loans in that state. */
static void plant(struct scene *scene, const struct id *link, uint16_t orders, uint16_t loans,
                  enum loan_state state) {
    struct store *store = scene->world.store;
    struct product_order order = {.state = PRODUCT_ORDER_CONFIRMED,
                                  .kind = PRODUCT_FUND,
                                  .link = *link,
                                  .distributor = BANK_A,
                                  .issuer = BANK_B,
                                  .product = "FUND-1",
                                  .amount = {1000, "CNY"},
                                  .confirmed_units = 10000,
                                  .confirmed_fen = 999};
    struct loan loan = {.state = state,
                        .link = *link,
                        .lead = BANK_A,
                        .product = "LOAN-1",
                        .terms = {.partner = BANK_B},
                        .offered = {100000, "CNY"},
                        .limit_fen = 100000,
                        .account = {.drawn = {300, 700}, .interest_due_fen = 3}};
    store_begin(store);
    for (uint16_t i = 0; i < 2 * orders; i++) {
        order.id = id_make(id_ms(link), 900, i);
        order.units = i % 2 == 0 ? 10000 : 0;
        store_put_order(store, &order, true);
    }
    for (uint16_t i = 0; i < loans; i++) {
        loan.id = id_make(id_ms(link), (uint32_t)(901 + state), i);
        store_put_loan(store, &loan, true);
    }
    store_commit(store);
}

static void holdings_and_loans_stand_beside(void **state) {
    (void)state;
    struct scene scene;
    begin(&scene, LINK_SCOPE_BIT(LINK_SCOPE_BALANCE));
    plant(&scene, &scene.links[0], 3, 2, LOAN_OUTSTANDING);
    plant(&scene, &scene.links[0], 0, 9, LOAN_REPAID);
    ask_both(&scene);
    assert_int_equal(answer(&scene, 0, 11, ""), 0);
    assert_int_equal(answer(&scene, 1, 22, ""), 0);
    struct overview_view view = told(&scene, OVERVIEW_ANSWERED, OVERVIEW_ANSWERED);
    const struct overview_account *account = &view.accounts[0];
    assert_true(account->holding_count == 3 && !account->more_holdings);
    assert_true(account->loan_count == 2 && !account->more_loans);
    assert_true(account->holdings[0].units == 10000 && account->holdings[0].cost_fen == 999);
    assert_string_equal(account->holdings[0].product, "FUND-1");
    assert_true(account->holdings[0].issuer == BANK_B && account->loans[0].lead == BANK_A);
    assert_true(account->loans[0].principal_fen == 1000 && account->loans[0].interest_due_fen == 3);
    assert_int_equal(account->loans[0].available_fen, 99000);
    assert_true(view.accounts[1].holding_count == 0 && view.accounts[1].loan_count == 0);
    world_deinit(&scene.world);
}

/* Without the scope for balances, too: both banks of the link have them. */
static void more_than_are_told(void **state) {
    (void)state;
    static const struct {
        uint16_t orders, loans;
        uint32_t holdings_told, loans_told;
        bool more_holdings, more_loans;
    } rows[] = {
        {20, 5, 20, 5, false, false},
        {21, 6, 20, 5, true, true},
        {33, 70, 20, 5, true, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene scene;
        begin(&scene, 0);
        plant(&scene, &scene.links[0], rows[i].orders, rows[i].loans, LOAN_OVERDUE);
        assert_int_equal(send_query(&scene), 0);
        struct overview_view view = view_of(&scene, world_one(&scene.world, EFFECT_REPLY));
        const struct overview_account *account = &view.accounts[0];
        assert_int_equal(account->status, OVERVIEW_NO_SCOPE);
        assert_int_equal(account->holding_count, rows[i].holdings_told);
        assert_int_equal(account->loan_count, rows[i].loans_told);
        assert_int_equal(account->more_holdings, rows[i].more_holdings);
        assert_int_equal(account->more_loans, rows[i].more_loans);
        world_deinit(&scene.world);
    }
}

/* TICK or the late answer: the deadline ends it with what was said by then. */
static void a_silent_bank_delays_to_the_deadline(void **state) {
    (void)state;
    for (int tick = 0; tick < 2; tick++) {
        struct scene scene;
        begin(&scene, LINK_SCOPE_BIT(LINK_SCOPE_BALANCE));
        scene.world.timeout_ms = 2000;
        ask(&scene);
        assert_int_equal(answer(&scene, 0, 11, ""), 0);
        scene.world.now_ms += 1999;
        assert_int_equal(world_tick(&scene.world), 0);
        assert_int_equal(scene.world.effects->count, 0);
        scene.world.now_ms++;
        assert_int_equal(tick ? world_tick(&scene.world) : answer(&scene, 1, 22, ""), 0);
        struct overview_view view = told(&scene, OVERVIEW_ANSWERED, OVERVIEW_NO_ANSWER);
        assert_int_equal(view.accounts[0].balance.available_fen, 11);
        assert_int_equal(view.accounts[1].balance.available_fen, 0);
        assert_int_equal(answer(&scene, 1, 22, ""), 0);
        assert_int_equal(scene.world.effects->count, 0);
        end(&scene);
    }
}

static void each_says_why_it_tells_nothing(void **state) {
    (void)state;
    struct scene scene;
    begin(&scene, LINK_SCOPE_BIT(LINK_SCOPE_BALANCE));
    ask(&scene);
    assert_int_equal(answer(&scene, 0, 11, "MS03"), 0);
    assert_int_equal(answer(&scene, 1, 22, ""), 0);
    struct overview_view view = told(&scene, OVERVIEW_DECLINED, OVERVIEW_ANSWERED);
    assert_true(span_equal(view.accounts[0].balance.reason, SPAN_LITERAL("MS03")));
    assert_int_equal(view.accounts[0].balance.available_fen, 0);

    assert_int_equal(world_down(&scene.world, BANK_C), 0);
    assert_int_equal(send_query(&scene), 0);
    struct span copy =
        arena_copy(&scene.world.arena, world_one(&scene.world, EFFECT_SEND)->payload);
    assert_int_equal(partner_decode_ask_account(copy, &scene.world.arena, &scene.asked[0]), 0);
    assert_int_equal(answer(&scene, 0, 5, ""), 0);
    (void)told(&scene, OVERVIEW_ANSWERED, OVERVIEW_OFFLINE);

    assert_int_equal(world_bank_disable(&scene.world, BANK_C), 0);
    struct id hold = world_placed(&scene.world, BANK_B, &scene.links[0], HOLD_BY_BANK, 2);
    (void)hold; /* SUSPENDED is asked all the same */
    assert_int_equal(send_query(&scene), 0);
    copy = arena_copy(&scene.world.arena, world_one(&scene.world, EFFECT_SEND)->payload);
    assert_int_equal(partner_decode_ask_account(copy, &scene.world.arena, &scene.asked[0]), 0);
    assert_int_equal(answer(&scene, 0, 5, ""), 0);
    (void)told(&scene, OVERVIEW_ANSWERED, OVERVIEW_SUSPENDED);
    end(&scene);
}

/* ---- whom it may be asked of ---- */

static void nobody_is_asked_and_it_is_answered_at_once(void **state) {
    (void)state;
    struct scene scene;
    begin(&scene, 0);
    struct link frozen = world_get_link(&scene.world, &scene.links[1]);
    frozen.frozen = true;
    world_put_link(&scene.world, &frozen);
    assert_int_equal(send_query(&scene), 0);
    assert_int_equal(scene.world.effects->count, 1);
    struct overview_view view = view_of(&scene, world_one(&scene.world, EFFECT_REPLY));
    assert_int_equal(view.count, 2);
    assert_int_equal(view.accounts[0].status, OVERVIEW_NO_SCOPE);
    assert_int_equal(view.accounts[1].status, OVERVIEW_NOT_ACTIVE);
    world_deinit(&scene.world);
}

static void by_the_number_and_from_either_side(void **state) {
    (void)state;
    struct scene scene;
    begin(&scene, LINK_SCOPE_BIT(LINK_SCOPE_BALANCE));
    struct query_overview query = {.request = world_request_id(&scene.world),
                                   .account_number = scene.open.class2.number};
    assert_int_equal(world_send(&scene.world, BANK_A, COMMAND_QUERY_OVERVIEW, &query), 0);
    assert_int_equal(world_count(&scene.world, EFFECT_SEND), 2);
    query.account_number = scene.open.class1.number;
    assert_int_equal(world_send(&scene.world, BANK_B, COMMAND_QUERY_OVERVIEW, &query), 0);
    assert_true(world_one(&scene.world, EFFECT_SEND)->bank == BANK_A);
    /* another bank's account is none of its own, and says nothing of who has it */
    assert_int_equal(world_send(&scene.world, BANK_C, COMMAND_QUERY_OVERVIEW, &query), 0);
    assert_int_equal(view_of(&scene, world_one(&scene.world, EFFECT_REPLY)).count, 0);
    query = (struct query_overview){.request = query.request, .link = scene.links[0]};
    assert_int_equal(world_send(&scene.world, BANK_C, COMMAND_QUERY_OVERVIEW, &query), 0);
    world_expect_refused(&scene.world, REFUSAL_NO_SUCH_LINK, "link_id");
    query = (struct query_overview){
        .request = query.request, .link = scene.links[1], .after = scene.links[0]};
    assert_int_equal(world_send(&scene.world, BANK_A, COMMAND_QUERY_OVERVIEW, &query), 0);
    assert_true(world_one(&scene.world, EFFECT_SEND)->bank == BANK_C);
    scene.world.now_ms += rules_compiled()->query_timeout_ms;
    assert_int_equal(world_tick(&scene.world), 0);
    assert_int_equal(world_count(&scene.world, EFFECT_ANSWER), 3);
    end(&scene);
}

static void page_by_page(void **state) {
    (void)state;
    struct scene scene;
    struct world *world = &scene.world;
    world_init(world);
    struct open_link open = world_open(world);
    for (uint32_t i = 0; i <= OVERVIEW_PARTS_MAX; i++) {
        world->now_ms += DAY_MS + MINUTE_MS; /* verifications of a day are bounded */
        struct open_link beside = world_open(world);
        beside.class1 = open.class1;
        beside.person = open.person; /* who has at most five accounts of a class at one bank */
        beside.class2.bank = i % 2 ? BANK_A : BANK_C;
        beside.class2.account_class = i < 10 ? ACCOUNT_CLASS_II : ACCOUNT_CLASS_III;
        (void)world_link_of(world, &beside);
    }
    struct query_overview query = {.request = world_request_id(&scene.world),
                                   .account_number = open.class1.number};
    assert_int_equal(world_send(&scene.world, BANK_B, COMMAND_QUERY_OVERVIEW, &query), 0);
    struct overview_view view = view_of(&scene, world_one(&scene.world, EFFECT_REPLY));
    assert_int_equal(view.count, OVERVIEW_PARTS_MAX);
    assert_true(id_equal(&view.next, &view.accounts[OVERVIEW_PARTS_MAX - 1].balance.link));
    query.after = view.next;
    assert_int_equal(world_send(&scene.world, BANK_B, COMMAND_QUERY_OVERVIEW, &query), 0);
    view = view_of(&scene, world_one(&scene.world, EFFECT_REPLY));
    assert_int_equal(view.count, 1);
    assert_true(id_is_zero(&view.next));
    world_deinit(&scene.world);
}

static void what_the_link_no_longer_allows_is_not_told(void **state) {
    (void)state;
    for (int how = 0; how < 2; how++) {
        struct scene scene;
        begin(&scene, LINK_SCOPE_BIT(LINK_SCOPE_BALANCE));
        ask(&scene);
        assert_int_equal(answer(&scene, 0, 11, ""), 0);
        struct amend_link amend = world_amend(&scene.world, &scene.links[0]);
        amend.scopes = LINK_SCOPE_BIT(LINK_SCOPE_COLLECT);
        struct close_link close = world_close(&scene.world, &scene.links[0]);
        assert_int_equal(how ? world_send(&scene.world, BANK_A, COMMAND_CLOSE_LINK, &close)
                             : world_send(&scene.world, BANK_A, COMMAND_AMEND_LINK, &amend),
                         0);
        assert_int_equal(answer(&scene, 1, 22, ""), 0);
        struct overview_view view =
            told(&scene, how ? OVERVIEW_NOT_ACTIVE : OVERVIEW_NO_SCOPE, OVERVIEW_ANSWERED);
        assert_int_equal(view.accounts[0].balance.available_fen, 0);
        end(&scene);
    }
}

/* Parts count as questions, and one too many asks nobody. */
static void so_many_at_a_time(void **state) {
    (void)state;
    struct scene scene;
    begin(&scene, LINK_SCOPE_BIT(LINK_SCOPE_BALANCE));
    uint32_t most = rules_compiled()->questions_per_bank;
    for (uint32_t i = 0; i + 2 <= most; i += 2)
        ask_both(&scene);
    laws_check(&scene.world);
    struct digest before = world_digest(&scene.world);
    assert_int_equal(send_query(&scene), 0);
    world_expect_refused(&scene.world, REFUSAL_QUESTIONS, "");
    struct digest after = world_digest(&scene.world);
    assert_true(digest_equal(&before, &after));
    scene.world.now_ms += rules_compiled()->query_timeout_ms;
    for (uint32_t i = 0; i <= most / LEDGER_TICK_MAX + 1; i++)
        assert_int_equal(world_tick(&scene.world), 0);
    end(&scene);
}

/* ---- after a restart, and when something is wrong ---- */

static void a_restart_answers_nothing_twice(void **state) {
    (void)state;
    struct scene scene;
    begin(&scene, LINK_SCOPE_BIT(LINK_SCOPE_BALANCE));
    ask(&scene);
    assert_int_equal(answer(&scene, 0, 11, ""), 0);
    world_reopen(&scene.world);
    assert_int_equal(world_boot(&scene.world), 0);
    assert_int_equal(world_count(&scene.world, EFFECT_SEND), 0);
    assert_int_equal(world_count(&scene.world, EFFECT_ANSWER), 0);
    laws_check(&scene.world);
    assert_int_equal(answer(&scene, 0, 11, ""), 0);
    assert_int_equal(scene.world.effects->count, 0);
    scene.world.now_ms += rules_compiled()->query_timeout_ms;
    assert_int_equal(world_tick(&scene.world), 0);
    (void)told(&scene, OVERVIEW_ANSWERED, OVERVIEW_NO_ANSWER);
    assert_int_equal(world_tick(&scene.world), 0);
    assert_int_equal(scene.world.effects->count, 0);
    end(&scene);
}

/* A part upon which an invariant broke is gone, and the others with the last of them. */
static void a_broken_part_is_gone(void **state) {
    (void)state;
    struct scene scene;
    begin(&scene, LINK_SCOPE_BIT(LINK_SCOPE_BALANCE));
    ask(&scene);
    struct bank_counters counters = world_counters(&scene.world, BANK_A);
    counters.questions = 0;
    store_begin(scene.world.store);
    store_put_bank_counters(scene.world.store, BANK_A, &counters);
    store_commit(scene.world.store);
    scene.world.now_ms += rules_compiled()->query_timeout_ms;
    assert_int_equal(world_tick(&scene.world), LEDGER_POISONED);
    assert_int_equal(world_tick(&scene.world), LEDGER_POISONED);
    assert_int_equal(world_tick(&scene.world), 0);
    assert_int_equal(scene.world.effects->count, 0);
    end(&scene);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_are_asked_side_by_side),
        cmocka_unit_test(holdings_and_loans_stand_beside),
        cmocka_unit_test(more_than_are_told),
        cmocka_unit_test(a_silent_bank_delays_to_the_deadline),
        cmocka_unit_test(each_says_why_it_tells_nothing),
        cmocka_unit_test(nobody_is_asked_and_it_is_answered_at_once),
        cmocka_unit_test(by_the_number_and_from_either_side),
        cmocka_unit_test(page_by_page),
        cmocka_unit_test(what_the_link_no_longer_allows_is_not_told),
        cmocka_unit_test(so_many_at_a_time),
        cmocka_unit_test(a_restart_answers_nothing_twice),
        cmocka_unit_test(a_broken_part_is_gone),
    };
    return cmocka_run_group_tests_name("overview", tests, NULL, NULL);
}
