/*
 * Settlement windows: closing them, what is late, how nets are settled or carried over, and what
 * banks are told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "ledger/laws.h"
#include "ledger/world.h"
#include "ledger/world_people.h"

/* ---- orders and requests ---- */

static struct command *window_order(const struct world *world, enum command_kind kind,
                                    uint64_t window) {
    struct command *command = world_order(world, kind, UID_ONE);
    command->body.window_order.window = window;
    return command;
}

static void close_window(struct world *world, uint64_t window) {
    assert_int_equal(world_give(world, window_order(world, COMMAND_WINDOW_CLOSE, window)), 0);
    world->now_ms += 1;
    assert_int_equal(world_tick(world), 0);
}

static struct command *settle_order(const struct world *world, uint64_t window, bank_code one,
                                    bank_code other) {
    struct command *command = window_order(world, COMMAND_WINDOW_SETTLE, window);
    command->body.window_order.low = one;
    command->body.window_order.high = other;
    memcpy(command->body.window_order.reference, "HVPS-1", sizeof "HVPS-1");
    command->body.window_order.settlement = SETTLEMENT_BILATERAL;
    return command;
}

static struct command *all_order(const struct world *world, uint64_t window) {
    struct command *command = window_order(world, COMMAND_WINDOW_SETTLE, window);
    command->body.window_order.settlement = SETTLEMENT_MULTILATERAL;
    return command;
}

static struct command *abort_order(const struct world *world, uint64_t window,
                                   bank_code defaulter) {
    struct command *command = window_order(world, COMMAND_WINDOW_ABORT, window);
    command->body.window_order.defaulter = defaulter;
    return command;
}

static struct confirm_settlement confirmation(struct world *world, uint64_t window, bank_code other,
                                              int64_t fen, const char *reference) {
    return (struct confirm_settlement){
        .request = world_request_id(world),
        .window = window,
        .counterparty = other,
        .amount = {.fen = fen, .currency = "CNY"},
        .reference = world_text(world, "%s", reference),
    };
}

static void confirm(struct world *world, bank_code bank, uint64_t window, bank_code other,
                    int64_t fen, const char *reference) {
    struct confirm_settlement request = confirmation(world, window, other, fen, reference);
    assert_int_equal(world_send(world, bank, COMMAND_CONFIRM_SETTLEMENT, &request), 0);
}

static struct window_view view_of(struct world *world, const struct effect *effect) {
    struct window_view view;
    assert_false(effect->refused);
    assert_int_equal(partner_decode_window_reply(effect->payload, &world->arena, &view), 0);
    return view;
}

static struct window_view ask(struct world *world, bank_code bank, uint64_t window) {
    struct get_window query = {.window = window};
    assert_int_equal(world_send(world, bank, COMMAND_GET_WINDOW, &query), 0);
    return view_of(world, world_one(world, EFFECT_REPLY));
}

static struct window get_window(const struct world *world, uint64_t number) {
    struct window window;
    assert_int_equal(store_get_window(world->store, number, &window), 0);
    return window;
}

static struct pair_net net_of(const struct world *world, uint64_t window) {
    struct pair_net net;
    assert_int_equal(store_get_net(world->store, window, BANK_A, BANK_B, "CNY", &net), 0);
    return net;
}

static int64_t settled_at(struct world *world, const struct id *transfer) {
    struct get_transfer query = {.transfer = *transfer};
    assert_int_equal(world_send(world, BANK_A, COMMAND_GET_TRANSFER, &query), 0);
    return world_transfer_view(world, world_one(world, EFFECT_REPLY)).settled_at_ms;
}

static void expect_books(struct world *world, int64_t net_of_a, int64_t reserved_of_b) {
    struct position a = world_position(world, BANK_A);
    struct position b = world_position(world, BANK_B);
    assert_int_equal(a.unsettled_net_fen, net_of_a);
    assert_int_equal(b.unsettled_net_fen, -net_of_a);
    assert_int_equal(a.reserved_outgoing_fen, 0);
    assert_int_equal(b.reserved_outgoing_fen, reserved_of_b);
}

/* ---- a pull, step by step ---- */

static void a_pull_across_a_cut_off(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    int64_t day = shanghai_day(world.now_ms);
    int64_t four_ms = shanghai_day_start_ms(day) + 16 * 60 * (int64_t)MINUTE_MS;

    world.now_ms = four_ms - 20 * SECOND_MS;
    world.timeout_ms = 5000;
    struct id pull = world_pending(&world, &link, TRANSFER_PULL, 500000);
    expect_books(&world, 0, 500000);

    world.now_ms += 5000;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world_get_transfer(&world, &pull).state, TRANSFER_UNKNOWN);
    assert_true(id_equal(&world_one(&world, EFFECT_INQUIRE)->exchange, &pull));
    expect_books(&world, 0, 500000);

    world.now_ms = four_ms;
    assert_int_equal(world_give(&world, window_order(&world, COMMAND_WINDOW_CLOSE, 1)), 0);
    assert_int_equal(get_window(&world, 1).state, WINDOW_CLOSING);
    assert_int_equal(get_window(&world, 2).state, WINDOW_OPEN);
    assert_int_equal(world_one(&world, EFFECT_WINDOW)->sequence, 2);
    assert_int_equal(world_get_transfer(&world, &pull).state, TRANSFER_UNKNOWN);
    expect_books(&world, 0, 500000);
    laws_check(&world);
    world.now_ms += 1;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(get_window(&world, 1).state, WINDOW_SETTLED); /* nothing was in it */
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 0);

    world.now_ms = four_ms + 20 * SECOND_MS;
    struct posting_result posted = world_posted(&world, &pull);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    struct transfer accepted = world_get_transfer(&world, &pull);
    assert_int_equal(accepted.state, TRANSFER_ACCEPTED);
    assert_int_equal(accepted.window, 2);
    assert_int_equal(store_has_late(world.store, 2, &pull), 0);
    assert_int_equal(net_of(&world, 1).count, 0);
    assert_int_equal(net_of(&world, 2).net_fen, 500000);
    expect_books(&world, 500000, 0);
    struct confirm_credit credit = {.transfer = pull};
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CONFIRM_CREDIT, &credit), 0);

    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    expect_books(&world, 500000, 0);
    laws_check(&world);

    close_window(&world, 2);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
    struct notice_place place;
    struct window_view told;
    const struct effect *notice = world_effect(&world, EFFECT_NOTICE, 0);
    assert_int_equal(notice->message, MESSAGE_WINDOW_NOTICE);
    assert_true(notice->bank == BANK_A);
    assert_int_equal(partner_decode_window_notice(notice->payload, &world.arena, &place, &told), 0);
    assert_int_equal(told.state, WINDOW_CLOSED);
    assert_int_equal(told.pair_count, 1);
    assert_int_equal(told.pairs[0].net_fen, 500000);
    assert_int_equal(settled_at(&world, &pull), 0);
    confirm(&world, BANK_B, 2, BANK_A, 500000, "HVPS-7");
    confirm(&world, BANK_A, 2, BANK_B, 500000, "HVPS-7");
    assert_int_equal(get_window(&world, 2).state, WINDOW_SETTLED);
    assert_int_equal(settled_at(&world, &pull), world.now_ms);
    expect_books(&world, 0, 0);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- settling ---- */

static void both_banks_settle_a_pair(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    (void)world_transfer_in(&world, &link, TRANSFER_PUSH, 700, TRANSFER_ACCEPTED);
    (void)world_transfer_in(&world, &link, TRANSFER_PULL, 200, TRANSFER_ACCEPTED);
    struct window_view open = ask(&world, BANK_A, 0);
    assert_int_equal(open.number, 1);
    assert_int_equal(open.state, WINDOW_OPEN);
    assert_int_equal(open.pairs[0].net_fen, -500);
    assert_int_equal(open.pairs[0].sent_fen, 700);
    assert_int_equal(open.pairs[0].received_fen, 200);
    assert_int_equal(open.pairs[0].transfers, 2);
    close_window(&world, 1);

    confirm(&world, BANK_A, 1, BANK_B, 500, "R1");
    struct window_view said = view_of(&world, world_one(&world, EFFECT_REPLY));
    assert_true(span_equal(said.pairs[0].own.reference, SPAN_LITERAL("R1")));
    assert_int_equal(said.pairs[0].settled.at_ms, 0);
    struct confirm_settlement other = confirmation(&world, 1, BANK_A, 500, "R2");
    assert_int_equal(world_send(&world, BANK_B, COMMAND_CONFIRM_SETTLEMENT, &other), 0);
    world_expect_refused(&world, REFUSAL_SETTLEMENT_REFERENCE, "reference");
    expect_books(&world, -500, 0);
    confirm(&world, BANK_A, 1, BANK_B, 500, "R2");
    struct confirm_settlement again = confirmation(&world, 1, BANK_A, 500, "R2");
    assert_int_equal(world_send(&world, BANK_B, COMMAND_CONFIRM_SETTLEMENT, &again), 0);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 2); /* SETTLED */
    expect_books(&world, 0, 0);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_CONFIRM_SETTLEMENT, &again), 0);
    assert_true(view_of(&world, world_one(&world, EFFECT_REPLY)).replayed);
    again.request = world_request_id(&world);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_CONFIRM_SETTLEMENT, &again), 0);
    world_expect_refused(&world, REFUSAL_NET_SETTLED, "counterparty_bank_code");
    laws_check(&world);
    world_deinit(&world);
}

static void operators_settle_a_pair(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id push = world_transfer_in(&world, &link, TRANSFER_PUSH, 700, TRANSFER_ACCEPTED);
    close_window(&world, 1);
    assert_int_equal(world_give(&world, settle_order(&world, 1, BANK_B, BANK_A)), 0);
    assert_int_equal(get_window(&world, 1).state, WINDOW_SETTLED);
    assert_string_equal(net_of(&world, 1).settled.reference, "HVPS-1");
    assert_int_equal(settled_at(&world, &push), get_window(&world, 1).ended_at_ms);
    expect_books(&world, 0, 0);
    laws_check(&world);
    world_deinit(&world);
}

static void expect_order_refused(struct world *world, struct command *command,
                                 enum refusal_code code, const char *field) {
    assert_int_equal(world_request(world, command), 0);
    const struct effect *effect = world_one(world, EFFECT_REPLY);
    assert_true(effect->refused);
    assert_int_equal(effect->refusal.code, code);
    assert_string_equal(effect->refusal.field, field);
}

/* Asked for by one and by another, the second one comes too late. */
static void two_closes_and_two_ends(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    (void)world_transfer_in(&world, &link, TRANSFER_PUSH, 700, TRANSFER_ACCEPTED);
    expect_order_refused(&world, settle_order(&world, 1, BANK_A, BANK_B), REFUSAL_WINDOW_STATE,
                         "window");
    struct id first, second;
    assert_int_equal(world_request(&world, window_order(&world, COMMAND_WINDOW_CLOSE, 1)), 0);
    first = world_one(&world, EFFECT_REPLY)->object;
    assert_int_equal(world_request(&world, window_order(&world, COMMAND_WINDOW_CLOSE, 1)), 0);
    second = world_one(&world, EFFECT_REPLY)->object;
    assert_int_equal(world_decide(&world, COMMAND_APPROVE, &first, UID_TWO), 0);
    assert_false(world_one(&world, EFFECT_REPLY)->refused);
    assert_int_equal(world_decide(&world, COMMAND_APPROVE, &second, UID_TWO), 0);
    assert_int_equal(world_one(&world, EFFECT_REPLY)->refusal.code, REFUSAL_WINDOW_STATE);
    assert_int_equal(get_window(&world, 2).state, WINDOW_OPEN);
    assert_int_equal(store_get_window(world.store, 3, &(struct window){0}), STORE_ABSENT);
    world.now_ms += 1;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world_give(&world, settle_order(&world, 1, BANK_A, BANK_B)), 0);
    expect_order_refused(&world, settle_order(&world, 1, BANK_A, BANK_B), REFUSAL_WINDOW_STATE,
                         "window");
    expect_order_refused(&world, abort_order(&world, 1, 0), REFUSAL_WINDOW_STATE, "window");
    laws_check(&world);
    world_deinit(&world);
}

/* ---- from what was paid in ---- */

static void begin_funds(struct world *world, bank_code bank, enum funds_direction direction,
                        int64_t fen) {
    struct command *command = world_order(world, COMMAND_FUNDS_BEGIN, UID_ONE);
    command->body.funds_begin = (struct funds_begin){
        .code = bank, .direction = direction, .amount = {fen, "CNY"}, .reference = "HVPS-2"};
    assert_int_equal(world_give(world, command), 0);
}

static void pay_in(struct world *world, bank_code bank, int64_t fen) {
    begin_funds(world, bank, FUNDS_IN, fen);
    struct command *command = world_order(world, COMMAND_FUNDS_END, UID_ONE);
    command->body.funds_end = (struct funds_end){.confirm = true, .reference = "HVPS-3"};
    struct funds funds, *last = NULL;
    while (store_next_funds(world->store, last ? &last->id : NULL, &funds) == 0)
        last = &funds;
    command->body.funds_end.funds = funds.id;
    assert_int_equal(world_give(world, command), 0);
}

/* A push of A's to C, which posts it. */
static void push_to_c(struct world *world, int64_t fen) {
    struct open_link open = world_open(world);
    open.class1.bank = BANK_C;
    open.consent.recipient = BANK_C;
    struct id link = world_link_of(world, &open);
    struct id push = world_pending(world, &link, TRANSFER_PUSH, fen);
    struct posting_result posted = world_posted(world, &push);
    assert_int_equal(world_answer(world, BANK_C, COMMAND_POSTING_ANSWER, &posted), 0);
}

static void all_or_nothing(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    pay_in(&world, BANK_A, 10);
    begin_funds(&world, BANK_A, FUNDS_OUT, 10);
    struct id link = world_link(&world);
    struct id push = world_transfer_in(&world, &link, TRANSFER_PUSH, 700, TRANSFER_ACCEPTED);
    push_to_c(&world, 300);
    close_window(&world, 1);
    pay_in(&world, BANK_A, 999);
    expect_order_refused(&world, all_order(&world, 1), REFUSAL_SETTLEMENT_FUNDS, "999100000011");
    assert_int_equal(get_window(&world, 1).open_pairs, 2);
    assert_int_equal(world_position(&world, BANK_A).unsettled_net_fen, -1000);
    pay_in(&world, BANK_A, 1);
    assert_int_equal(world_give(&world, all_order(&world, 1)), 0);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 3);
    struct window window = get_window(&world, 1);
    assert_int_equal(window.state, WINDOW_SETTLED);
    assert_int_equal(window.settlement, SETTLEMENT_MULTILATERAL);
    assert_int_equal(world_exposure(&world, BANK_A).balance_fen, 10);
    assert_int_equal(world_exposure(&world, BANK_B).balance_fen, 700);
    assert_int_equal(world_exposure(&world, BANK_C).balance_fen, 300);
    assert_int_equal(world_position(&world, BANK_C).unsettled_net_fen, 0);
    assert_int_equal(settled_at(&world, &push), window.ended_at_ms);
    expect_books(&world, 0, 0);
    expect_order_refused(&world, all_order(&world, 1), REFUSAL_WINDOW_STATE, "window");
    laws_check(&world);
    world_deinit(&world);
}

/* ---- aborting ---- */

static void nets_go_on_into_the_open_window(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id first = world_transfer_in(&world, &link, TRANSFER_PUSH, 700, TRANSFER_ACCEPTED);
    close_window(&world, 1);
    struct id second = world_transfer_in(&world, &link, TRANSFER_PULL, 200, TRANSFER_ACCEPTED);
    assert_int_equal(world_give(&world, abort_order(&world, 1, BANK_B)), 0);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
    struct window aborted = get_window(&world, 1);
    assert_int_equal(aborted.state, WINDOW_ABORTED);
    assert_int_equal(aborted.successor, 2);
    assert_true(aborted.defaulter == BANK_B);
    assert_false(world_effect(&world, EFFECT_BANK, 0)->entry->active);
    assert_int_equal(net_of(&world, 2).carried_fen, -700);
    assert_int_equal(net_of(&world, 2).net_fen, -500);
    expect_books(&world, -500, 0);
    assert_int_equal(world_get_transfer(&world, &first).window, 1);
    laws_check(&world);
    expect_order_refused(&world, abort_order(&world, 1, 0), REFUSAL_WINDOW_STATE, "window");

    close_window(&world, 2);
    assert_int_equal(world_give(&world, abort_order(&world, 2, 0)), 0);
    assert_int_equal(net_of(&world, 3).net_fen, -500);
    laws_check(&world);
    close_window(&world, 3);
    assert_int_equal(settled_at(&world, &first), 0);
    assert_int_equal(world_give(&world, settle_order(&world, 3, BANK_A, BANK_B)), 0);
    assert_int_equal(settled_at(&world, &first), world.now_ms);
    assert_int_equal(settled_at(&world, &second), world.now_ms);
    expect_books(&world, 0, 0);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- what is refused ---- */

static void what_is_refused(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    (void)world_transfer_in(&world, &link, TRANSFER_PUSH, 700, TRANSFER_ACCEPTED);
    struct confirm_settlement request = confirmation(&world, 9, BANK_B, 700, "R");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CONFIRM_SETTLEMENT, &request), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_WINDOW, "window");
    request = confirmation(&world, 1, BANK_B, 700, "R");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CONFIRM_SETTLEMENT, &request), 0);
    world_expect_refused(&world, REFUSAL_WINDOW_STATE, "window");
    close_window(&world, 1);
    request = confirmation(&world, 1, BANK_C, 700, "R");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CONFIRM_SETTLEMENT, &request), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_NET, "counterparty_bank_code");
    request = confirmation(&world, 1, BANK_A, 700, "R");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CONFIRM_SETTLEMENT, &request), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_NET, "counterparty_bank_code");
    request = confirmation(&world, 1, BANK_B, 701, "R");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CONFIRM_SETTLEMENT, &request), 0);
    world_expect_refused(&world, REFUSAL_SETTLEMENT_AMOUNT, "amount");
    struct get_window query = {.window = 3};
    assert_int_equal(world_send(&world, BANK_A, COMMAND_GET_WINDOW, &query), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_WINDOW, "window");
    expect_order_refused(&world, settle_order(&world, 1, BANK_A, BANK_C), REFUSAL_NO_SUCH_NET,
                         "pair");
    expect_order_refused(&world, abort_order(&world, 1, BANK_D), REFUSAL_NO_SUCH_BANK, "defaulter");
    expect_order_refused(&world, window_order(&world, COMMAND_WINDOW_CLOSE, 3),
                         REFUSAL_NO_SUCH_WINDOW, "window");
    laws_check(&world);
    world_deinit(&world);
}

/* ---- which transfers are in it ---- */

static void its_transfers_in_order(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id late = world_transfer_in(&world, &link, TRANSFER_PUSH, 1, TRANSFER_UNKNOWN);
    struct id first = world_transfer_in(&world, &link, TRANSFER_PUSH, 2, TRANSFER_ACCEPTED);
    close_window(&world, 1);
    (void)world_transfer_in(&world, &link, TRANSFER_PUSH, 4, TRANSFER_REJECTED);
    struct id second = world_transfer_in(&world, &link, TRANSFER_PUSH, 3, TRANSFER_ACCEPTED);
    struct posting_result posted = world_posted(&world, &late);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    struct window window = get_window(&world, 1);
    struct transfer transfer;
    assert_int_equal(store_next_of_window(world.store, &window, 0, NULL, &transfer), 0);
    assert_true(id_equal(&transfer.id, &first));
    assert_int_equal(store_next_of_window(world.store, &window, 0, &transfer.id, &transfer),
                     STORE_ABSENT);
    window = get_window(&world, 2);
    assert_int_equal(store_next_of_window(world.store, &window, BANK_A, NULL, &transfer), 0);
    assert_true(id_equal(&transfer.id, &late));
    assert_int_equal(store_next_of_window(world.store, &window, BANK_A, &late, &transfer), 0);
    assert_true(id_equal(&transfer.id, &second));
    assert_int_equal(store_next_of_window(world.store, &window, BANK_A, &second, &transfer),
                     STORE_ABSENT);
    assert_int_equal(store_next_of_window(world.store, &window, BANK_C, NULL, &transfer),
                     STORE_ABSENT);
    laws_check(&world);
    world_deinit(&world);
}

static void after_a_restart(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    (void)world_transfer_in(&world, &link, TRANSFER_PUSH, 700, TRANSFER_ACCEPTED);
    assert_int_equal(world_give(&world, window_order(&world, COMMAND_WINDOW_CLOSE, 1)), 0);
    world_reopen(&world);
    assert_int_equal(world_boot(&world), 0);
    assert_int_equal(world_one(&world, EFFECT_WINDOW)->sequence, 2);
    world.now_ms += 1;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(get_window(&world, 1).state, WINDOW_CLOSED);
    assert_int_equal(get_window(&world, 1).open_pairs, 1);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- the calendar ---- */

static uint64_t next_number(struct world *world) {
    struct store_meta meta;
    assert_int_equal(store_get_meta(world->store, &meta), 0);
    return meta.open_window;
}

/* The cut-off of the open window comes; the next one opens then. */
static struct window cut_off(struct world *world) {
    struct window window = get_window(world, next_number(world));
    assert_true(window.cut_off_at_ms > world->now_ms);
    world->now_ms = window.cut_off_at_ms - 1;
    assert_int_equal(world_tick(world), 0);
    assert_int_equal(next_number(world), window.number);
    world->now_ms++;
    assert_int_equal(world_tick(world), 0);
    struct window next = get_window(world, window.number + 1);
    assert_int_equal(world_one(world, EFFECT_WINDOW)->deadline_ms, next.cut_off_at_ms);
    assert_true(next.opened_at_ms == window.cut_off_at_ms);
    world->now_ms++;
    assert_int_equal(world_tick(world), 0);
    assert_int_equal(get_window(world, window.number).state, WINDOW_SETTLED);
    return next;
}

static int64_t at(int64_t day, int hour) {
    return shanghai_day_start_ms(day) + hour * 60 * (int64_t)MINUTE_MS;
}

/* From tomorrow on: cut off at 11:00 and 16:00 from Monday to Friday, but for one day; and one
 * Saturday is worked. */
static struct command *calendar_order(const struct world *world, int64_t holiday, int64_t make_up) {
    static struct rules_document document;
    struct calendar_rules *calendar = &document.periods[0].values.calendar;
    document = (struct rules_document){.name = "calendar", .count = 1};
    document.periods[0].from_day = shanghai_day(world->now_ms) + 1;
    document.periods[0].until_day = RULES_FOR_EVER;
    document.periods[0].calendar = true;
    *calendar = (struct calendar_rules){.present = true,
                                        .week = 0x1f,
                                        .cut_off_count = 2,
                                        .holiday_count = 1,
                                        .make_up_count = 1,
                                        .cut_offs = {11 * 60, 16 * 60}};
    calendar->holidays[0] = (int32_t)holiday;
    calendar->make_up[0] = (int32_t)make_up;
    struct command *command = world_order(world, COMMAND_RULES_LOAD, UID_ONE);
    command->body.rules_load.document = &document;
    return command;
}

/* 2026-12-23 is a Wednesday: Thursday is worked, Friday a holiday, Saturday is made up for it. */
static void the_calendar_closes_windows(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    int64_t today = shanghai_day(world.now_ms);
    assert_int_equal(get_window(&world, 1).cut_off_at_ms, 0);
    assert_int_equal(world_give(&world, calendar_order(&world, today + 2, today + 3)), 0);
    assert_int_equal(world_one(&world, EFFECT_WINDOW)->deadline_ms, at(today + 1, 11));
    assert_int_equal(get_window(&world, 1).cut_off_at_ms, at(today + 1, 11));
    assert_int_equal(get_window(&world, 1).business_day, today);

    struct window next = cut_off(&world);
    assert_int_equal(next.business_day, today + 1);
    assert_int_equal(next.cut_off_at_ms, at(today + 1, 16));
    laws_check(&world);
    next = cut_off(&world);
    assert_int_equal(next.business_day, today + 3);
    assert_int_equal(next.cut_off_at_ms, at(today + 3, 11));
    (void)cut_off(&world);
    next = cut_off(&world);
    assert_int_equal(next.business_day, today + 5); /* over Sunday */
    assert_int_equal(next.cut_off_at_ms, at(today + 5, 11));

    /* Closed early by hand, the business day goes on. */
    close_window(&world, next.number);
    next = get_window(&world, next.number + 1);
    assert_int_equal(next.business_day, today + 5);
    assert_int_equal(next.cut_off_at_ms, at(today + 5, 11));
    laws_check(&world);
    world_deinit(&world);
}

/* Nobody was there to close it: the date goes on, and no window is made up for those missed. */
static void a_cut_off_that_was_slept_through(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    int64_t today = shanghai_day(world.now_ms);
    assert_int_equal(world_give(&world, calendar_order(&world, today + 2, today + 3)), 0);
    world.now_ms = at(today + 5, 12);
    world_reopen(&world);
    assert_int_equal(world_boot(&world), 0);
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(next_number(&world), 2);
    struct window next = get_window(&world, 2);
    assert_int_equal(next.business_day, today + 5);
    assert_int_equal(next.cut_off_at_ms, at(today + 5, 16));
    laws_check(&world);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pull_across_a_cut_off),
        cmocka_unit_test(both_banks_settle_a_pair),
        cmocka_unit_test(operators_settle_a_pair),
        cmocka_unit_test(two_closes_and_two_ends),
        cmocka_unit_test(all_or_nothing),
        cmocka_unit_test(nets_go_on_into_the_open_window),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(its_transfers_in_order),
        cmocka_unit_test(after_a_restart),
        cmocka_unit_test(the_calendar_closes_windows),
        cmocka_unit_test(a_cut_off_that_was_slept_through),
    };
    return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
