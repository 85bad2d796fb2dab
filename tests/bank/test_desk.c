/*
 * The simulated bank as an issuer, from outside: it posts and places, confirms, gives back, takes
 * redemptions and pays out, by itself or by hand, once each, also over a kill.
 */
#include <string.h>

#include "bank/scene.h"
#include "domain/calendar.h"

#define OWN 999100000011
#define BY_ITSELF                                                                                  \
    "[orders]\nanswer = auto\nprice = 1250000\nallotted = 80\nredeem_price = 1300000\n"

static const struct id order_id = {{0xcd, 1}};
static uint64_t sequence;

static void open_desk(struct stage *stage, const char *settings, const char *faults) {
    stage_open(stage);
    stage->settings = settings;
    sequence = 0;
    stage_start(stage, faults);
    scene_learn_link(stage);
}

/* Of our own customer's account: in house. */
static void say_buy(struct stage *stage) {
    const struct post_instruction message = {.transfer = scene_transfer(1),
                                             .link = scene_link,
                                             .side = POSTING_DEBIT,
                                             .amount = {1000, "CNY"},
                                             .account_number = SPAN_LITERAL(STAGE_ACCOUNT),
                                             .counterparty_bank = 999100000020,
                                             .counterparty_account_number = SPAN_LITERAL("II00001"),
                                             .end_to_end_id = SPAN_LITERAL("e2e"),
                                             .channel = SPAN_LITERAL("APP"),
                                             .kind = TRANSFER_ORDER_BUY,
                                             .order = {.order = order_id,
                                                       .issuer = OWN,
                                                       .product = SPAN_LITERAL("W-1"),
                                                       .version = 1,
                                                       .amount = {1000, "CNY"},
                                                       .level = 3,
                                                       .trade_day = 20000}};
    struct buf *payload = peer_payload();
    message_encode_post_instruction(&message, payload);
    scene_ask(stage, 1001, MESSAGE_POST_INSTRUCTION, payload, 60000);
}

static struct order_view view_of(enum product_order_state state) {
    return (struct order_view){.order = {.id = order_id,
                                         .state = state,
                                         .kind = PRODUCT_WEALTH,
                                         .link = scene_link,
                                         .distributor = 999100000020,
                                         .issuer = OWN,
                                         .product = "W-1",
                                         .version = 1,
                                         .amount = {1000, "CNY"},
                                         .class1_pays = true}};
}

static void say_notice(struct stage *stage, const struct order_view *view, const char *event) {
    sequence++;
    const struct notice_place place = {.sequence = sequence, .token = {{(uint8_t)sequence}}};
    struct buf *payload = peer_payload();
    message_encode_order_notice(&place, view, event, payload);
    peer_say(&stage->peer, 0, MESSAGE_ORDER_NOTICE, MESSAGE_NOTICE, buf_span(payload), 0);
    stage_flush(stage);
}

static void say_placed(struct stage *stage) {
    const struct order_view view = view_of(PRODUCT_ORDER_PLACED);
    say_notice(stage, &view, "PLACE");
}

static void say_taken(struct stage *stage, uint32_t number) {
    struct order_view view = view_of(PRODUCT_ORDER_REDEEMING);
    view.order.instruction.number = number;
    view.order.instruction.action = PRODUCT_ACTION_REDEEM;
    say_notice(stage, &view, "TAKEN");
}

static void reply(struct stage *stage, const struct envelope *envelope) {
    const struct order_view view = view_of(PRODUCT_ORDER_CONFIRMED);
    struct buf *payload = peer_payload();
    message_encode_order_reply(&view, payload);
    peer_say(&stage->peer, envelope->correlation, envelope->kind, MESSAGE_REPLY, buf_span(payload),
             0);
    stage_flush(stage);
}

static void place(struct stage *stage) {
    say_buy(stage);
    assert_int_equal(scene_result(stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_POSTED);
    scene_books(stage, "\"products_fen\":1000,\"balance_fen\":0");
}

static struct order_instruction_reply instruct(struct stage *stage, uint32_t number,
                                               enum product_order_action action, int64_t units) {
    const struct order_instruction message = {
        .order = order_id,
        .number = number,
        .action = action,
        .units = units,
        .reason = span_text(action == PRODUCT_ACTION_CANCEL ? "CUST" : "")};
    struct buf *payload = peer_payload();
    message_encode_order_instruction(&message, payload);
    scene_ask(stage, 5000 + number, MESSAGE_ORDER_INSTRUCTION, payload, 1000);
    stage_flush(stage);
    const struct envelope *envelope = stage_expect(stage, MESSAGE_ORDER_INSTRUCTION);
    return stage_decode(stage, envelope)->body.order.instruction_answer;
}

static struct order_result expect_result(struct stage *stage) {
    const struct envelope *envelope = stage_expect(stage, MESSAGE_ORDER_RESULT);
    const struct order_result result = stage_decode(stage, envelope)->body.order.result;
    reply(stage, envelope);
    return result;
}

static void confirms_and_pays_out_by_itself(void **state) {
    struct stage stage;
    (void)state;
    open_desk(&stage, BY_ITSELF, "");
    place(&stage);
    say_placed(&stage);
    const struct order_result result = expect_result(&stage);
    assert_int_equal(result.decision, ORDER_CONFIRMED);
    assert_int_equal(result.units, 64000);
    assert_int_equal(result.amount.fen, 800);
    /* What was not allotted is back on its customer's account. */
    scene_books(&stage, "\"products_fen\":800,\"balance_fen\":200");
    /* The same answer each time, over a kill too; a redemption at a time; not more than there is. */
    assert_int_equal(instruct(&stage, 1, PRODUCT_ACTION_REDEEM, 64001).outcome, ORDER_REFUSED);
    assert_int_equal(instruct(&stage, 2, PRODUCT_ACTION_REDEEM, 10000).outcome, ORDER_TAKEN);
    stage_kill(&stage);
    stage_start(&stage, "");
    assert_int_equal(instruct(&stage, 2, PRODUCT_ACTION_REDEEM, 10000).outcome, ORDER_TAKEN);
    assert_int_equal(instruct(&stage, 3, PRODUCT_ACTION_REDEEM, 10000).outcome, ORDER_REFUSED);
    assert_int_equal(instruct(&stage, 4, PRODUCT_ACTION_CANCEL, 0).outcome, ORDER_REFUSED);
    say_taken(&stage, 2);
    const struct envelope *envelope = stage_expect(&stage, MESSAGE_PAYOUT);
    const struct payout payout = stage_decode(&stage, envelope)->body.order.payout;
    assert_int_equal(payout.purpose, PRODUCT_PAYOUT_REDEMPTION);
    assert_int_equal(payout.units, 10000);
    assert_int_equal(payout.amount.fen, 130);
    reply(&stage, envelope);
    scene_books(&stage, "\"products_fen\":670,\"balance_fen\":330");
    stage_do(&stage, "lots", "granted");
    /* Told again, it does nothing again. */
    say_placed(&stage);
    say_taken(&stage, 2);
    scene_inquire(&stage, 9);
    assert_int_equal(scene_result(&stage, MESSAGE_INQUIRE_POSTING).outcome, POSTING_NOT_SEEN);
    stage_close(&stage);
}

static void takes_a_cancellation(void **state) {
    struct stage stage;
    (void)state;
    open_desk(&stage, BY_ITSELF, "kind=result -> drop\nkind=order nth=1 -> refuse MS03\n");
    place(&stage);
    say_placed(&stage);
    const struct order_instruction_reply refused = instruct(&stage, 1, PRODUCT_ACTION_CANCEL, 0);
    assert_int_equal(refused.outcome, ORDER_REFUSED);
    assert_true(span_equal(refused.reason, SPAN_LITERAL("MS03")));
    assert_int_equal(instruct(&stage, 2, PRODUCT_ACTION_CANCEL, 0).outcome, ORDER_TAKEN);
    scene_books(&stage, "\"products_fen\":0,\"balance_fen\":1000");
    assert_int_equal(instruct(&stage, 3, PRODUCT_ACTION_CANCEL, 0).outcome, ORDER_REFUSED);
    stage_close(&stage);
}

static void says_it_wrong_as_it_is_told(void **state) {
    struct stage stage;
    (void)state;
    open_desk(&stage, BY_ITSELF, "kind=result amount=1000 -> too-much\n");
    place(&stage);
    say_placed(&stage);
    const struct envelope *envelope = stage_expect(&stage, MESSAGE_ORDER_RESULT);
    const struct order_result wrong = stage_decode(&stage, envelope)->body.order.result;
    assert_int_equal(wrong.units, 128000);
    assert_int_equal(wrong.amount.fen, 1600);
    scene_refuse(&stage, envelope, REFUSAL_FIELD_INVALID);
    scene_books(&stage, "\"open_requests\":0");
    scene_books(&stage, "\"products_fen\":1000,\"balance_fen\":0");
    /* By hand, then: refused, and all of it is back. */
    char hex[ID_TEXT_SIZE];
    char line[128];
    id_format(&order_id, hex);
    snprintf(line, sizeof(line), "order-result %s refused", hex);
    stage_order(&stage, line);
    assert_int_equal(expect_result(&stage).decision, ORDER_DECLINED);
    assert_non_null(strstr(stage_answer(&stage), "\"result\":\"granted\""));
    scene_books(&stage, "\"products_fen\":0,\"balance_fen\":1000");
    stage_close(&stage);
}

static void confirms_twice_and_waits_by_hand(void **state) {
    struct stage stage;
    (void)state;
    open_desk(&stage, BY_ITSELF, "kind=result -> twice\n");
    place(&stage);
    say_placed(&stage);
    const struct id first = expect_result(&stage).request;
    const struct envelope *envelope = stage_expect(&stage, MESSAGE_ORDER_RESULT);
    const struct id second = stage_decode(&stage, envelope)->body.order.result.request;
    assert_false(id_equal(&first, &second));
    scene_refuse(&stage, envelope, REFUSAL_FIELD_INVALID);
    scene_books(&stage, "\"open_requests\":0");
    scene_books(&stage, "\"products_fen\":800,\"balance_fen\":200");
    stage_close(&stage);
    open_desk(&stage, NULL, "");
    place(&stage);
    say_placed(&stage);
    scene_inquire(&stage, 9);
    assert_int_equal(scene_result(&stage, MESSAGE_INQUIRE_POSTING).outcome, POSTING_NOT_SEEN);
    stage_close(&stage);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(confirms_and_pays_out_by_itself),
        cmocka_unit_test(takes_a_cancellation),
        cmocka_unit_test(says_it_wrong_as_it_is_told),
        cmocka_unit_test(confirms_twice_and_waits_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
