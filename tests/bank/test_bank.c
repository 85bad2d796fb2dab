/*
 * The simulated bank from outside: what it says to the gateway after lost connections and kills,
 * and what its books say then.
 */
#include <string.h>

#include "bank/stage.h"

static const struct id link_id = {{0xaa, 1}};

static struct id transfer_of(uint8_t number) {
    return (struct id){{0xbb, number}};
}

static void send_request(struct stage *stage, uint64_t correlation, uint32_t kind,
                         const struct buf *payload, uint32_t timeout_ms) {
    peer_say(&stage->peer, correlation, kind, MESSAGE_REQUEST, buf_span(payload), timeout_ms);
}

static void say_post(struct stage *stage, uint8_t number, enum posting_side side, int64_t fen,
                     uint32_t timeout_ms) {
    const struct post_instruction message = {.transfer = transfer_of(number),
                                             .link = link_id,
                                             .side = side,
                                             .amount = {fen, "CNY"},
                                             .account_number = SPAN_LITERAL(STAGE_ACCOUNT),
                                             .counterparty_bank = 999100000020,
                                             .counterparty_account_number = SPAN_LITERAL("II00001"),
                                             .end_to_end_id = SPAN_LITERAL("e2e"),
                                             .channel = SPAN_LITERAL("APP"),
                                             .kind = TRANSFER_BOUND_PAIR};
    struct buf *payload = peer_payload();
    message_encode_post_instruction(&message, payload);
    send_request(stage, 1000u + number, MESSAGE_POST_INSTRUCTION, payload, timeout_ms);
}

static void say_inquiry(struct stage *stage, uint8_t number) {
    const struct inquire_posting message = {transfer_of(number)};
    struct buf *payload = peer_payload();
    message_encode_inquire_posting(&message, payload);
    send_request(stage, 2000u + number, MESSAGE_INQUIRE_POSTING, payload, 0);
}

/* The bank's word about it. */
static struct posting_result result_of(struct stage *stage, uint32_t kind) {
    stage_flush(stage);
    return stage_decode(stage, stage_expect(stage, kind))->body.posting_answer;
}

static void expect_books(struct stage *stage, const char *expected) {
    stage_await(stage, "books", expected);
}

static void learn_link(struct stage *stage) {
    const struct verify_account message = {
        .link = link_id,
        .verification = {{0xcc}},
        .requesting_bank = 999100000020,
        .account_number = SPAN_LITERAL(STAGE_ACCOUNT),
        .person = {.name = SPAN_LITERAL("Wang Min"),
                   .id_type = ID_TYPE_RESIDENT,
                   .id_number = SPAN_LITERAL("999999199001010016"),
                   .mobile = SPAN_LITERAL("13800000001")}};
    struct buf *payload = peer_payload();
    message_encode_verify_account(&message, payload);
    send_request(stage, 1, MESSAGE_VERIFY_ACCOUNT, payload, 1000);
    stage_flush(stage);
    const struct command *command =
        stage_decode(stage, stage_expect(stage, MESSAGE_VERIFY_ACCOUNT));
    assert_int_equal(command->body.verify_answer.mobile, ELEMENT_MATCH);
}

static void order_transfer(struct stage *stage, const char *direction, int fen,
                           const char *options) {
    char hex[ID_TEXT_SIZE];
    char line[256];
    id_format(&link_id, hex);
    snprintf(line, sizeof(line), "transfer link=%s dir=%s fen=%d %s", hex, direction, fen, options);
    stage_order(stage, line);
}

/* The view of the transfer that request asks for. */
static struct transfer_view view_of(const struct submit_transfer *request,
                                    enum transfer_state state) {
    bool push = request->direction == TRANSFER_PUSH;
    return (struct transfer_view){.transfer = transfer_of(99),
                                  .state = state,
                                  .link = request->link,
                                  .kind = request->kind,
                                  .direction = request->direction,
                                  .amount = request->amount,
                                  .debtor_bank = push ? 999100000011 : 999100000020,
                                  .creditor_bank = push ? 999100000020 : 999100000011,
                                  .end_to_end_id = request->end_to_end_id};
}

static void answer_transfer(struct stage *stage, const struct envelope *envelope,
                            enum transfer_state state) {
    const struct command *command = stage_decode(stage, envelope);
    const struct transfer_view view = view_of(&command->body.submit_transfer, state);
    struct buf *payload = peer_payload();
    message_encode_transfer_reply(&view, payload);
    peer_say(&stage->peer, envelope->correlation, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REPLY,
             buf_span(payload), 0);
    stage_flush(stage);
}

/* ---- asked ---------------------------------------------------------------------------------- */

static void posts_once_over_kills(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    say_post(&stage, 1, POSTING_DEBIT, 300, 60000);
    struct posting_result first = result_of(&stage, MESSAGE_POST_INSTRUCTION);
    assert_int_equal(first.outcome, POSTING_POSTED);
    char reference[64];
    snprintf(reference, sizeof(reference), "%.*s", (int)first.reference.size,
             (const char *)first.reference.data);
    stage_kill(&stage);
    stage_start(&stage, "");
    say_post(&stage, 1, POSTING_DEBIT, 300, 60000);
    struct posting_result second = result_of(&stage, MESSAGE_POST_INSTRUCTION);
    assert_int_equal(second.outcome, POSTING_POSTED);
    assert_true(span_equal(second.reference, span_text(reference)));
    say_inquiry(&stage, 2);
    assert_int_equal(result_of(&stage, MESSAGE_INQUIRE_POSTING).outcome, POSTING_NOT_SEEN);
    stage_kill(&stage);
    stage_start(&stage, "");
    say_post(&stage, 2, POSTING_DEBIT, 300, 60000);
    assert_int_equal(result_of(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_NOT_SEEN);
    expect_books(&stage, "\"paid_count\":1,\"paid_fen\":300");
    stage_close(&stage);
}

static void packs_the_answers_of_a_turn(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    size_t before = stage.peer.records;
    for (uint8_t i = 0; i < 100; i++)
        say_post(&stage, i, POSTING_CREDIT, 1, 60000);
    stage_flush(&stage);
    for (int i = 0; i < 100; i++)
        assert_int_equal(result_of(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_POSTED);
    /* One commit, one record; the kernel may split what it hands on. */
    assert_in_range(stage.peer.records - before, 1, 10);
    expect_books(&stage, "\"received_count\":100,\"received_fen\":100,\"net_fen\":100");
    stage_close(&stage);
}

static void does_not_post_after_validity(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "kind=post -> delay-post 40\n");
    say_post(&stage, 1, POSTING_DEBIT, 300, 20);
    say_post(&stage, 2, POSTING_DEBIT, 300, 0);
    assert_int_equal(result_of(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_REFUSED);
    assert_int_equal(result_of(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_REFUSED);
    expect_books(&stage, "\"paid_count\":0");
    stage_close(&stage);
}

static void says_in_progress_then_the_result(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "kind=post -> delay-post 200\n");
    say_post(&stage, 1, POSTING_DEBIT, 300, 60000);
    say_inquiry(&stage, 1);
    assert_int_equal(result_of(&stage, MESSAGE_INQUIRE_POSTING).outcome, POSTING_IN_PROGRESS);
    assert_int_equal(result_of(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_POSTED);
    struct posting_result late = result_of(&stage, MESSAGE_POSTING_RESULT);
    assert_int_equal(late.outcome, POSTING_POSTED);
    stage_close(&stage);
}

static void cuts_before_and_after_posting(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "kind=post amount=11 nth=1 -> disconnect-before-post\n"
                        "kind=post amount=12 nth=1 -> disconnect-after-post\n");
    say_post(&stage, 1, POSTING_DEBIT, 11, 60000);
    stage_flush(&stage);
    assert_true(stage_is_cut(&stage));
    stage_greet(&stage);
    say_inquiry(&stage, 1);
    assert_int_equal(result_of(&stage, MESSAGE_INQUIRE_POSTING).outcome, POSTING_NOT_SEEN);
    say_post(&stage, 2, POSTING_DEBIT, 12, 60000);
    stage_flush(&stage);
    assert_true(stage_is_cut(&stage));
    stage_greet(&stage);
    say_inquiry(&stage, 2);
    assert_int_equal(result_of(&stage, MESSAGE_INQUIRE_POSTING).outcome, POSTING_POSTED);
    stage_close(&stage);
}

/* A refusal that was told holds against the instruction that comes after it, over a kill; what was
 * posted is not told refused. */
static void keeps_to_what_a_scripted_refusal_said(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "kind=inquire -> refuse AC06\n");
    say_inquiry(&stage, 1);
    assert_int_equal(result_of(&stage, MESSAGE_INQUIRE_POSTING).outcome, POSTING_REFUSED);
    stage_kill(&stage);
    stage_start(&stage, "kind=inquire -> refuse AC06\n");
    say_post(&stage, 1, POSTING_DEBIT, 300, 60000);
    struct posting_result later = result_of(&stage, MESSAGE_POST_INSTRUCTION);
    assert_int_equal(later.outcome, POSTING_REFUSED);
    assert_true(span_equal(later.reason, SPAN_LITERAL("AC06")));
    say_post(&stage, 2, POSTING_DEBIT, 300, 60000);
    assert_int_equal(result_of(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_POSTED);
    say_inquiry(&stage, 2);
    assert_int_equal(result_of(&stage, MESSAGE_INQUIRE_POSTING).outcome, POSTING_POSTED);
    expect_books(&stage, "\"paid_count\":1,\"paid_fen\":300");
    stage_close(&stage);
}

static void tells_a_late_result_elsewhere(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "kind=post -> delay 300\n");
    say_post(&stage, 1, POSTING_DEBIT, 300, 60000);
    stage_flush(&stage);
    expect_books(&stage, "\"paid_count\":1");
    stage_cut(&stage);
    stage_greet(&stage);
    assert_int_equal(result_of(&stage, MESSAGE_POSTING_RESULT).outcome, POSTING_POSTED);
    stage_close(&stage);
}

static void drops_and_answers_twice(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "amount=1 -> drop\namount=2 -> drop-answer\namount=3 -> answer-twice\n");
    for (uint8_t i = 1; i <= 3; i++)
        say_post(&stage, i, POSTING_DEBIT, i, 60000);
    for (int i = 0; i < 2; i++) {
        struct posting_result result = result_of(&stage, MESSAGE_POST_INSTRUCTION);
        assert_int_equal(result.transfer.bytes[1], 3);
    }
    expect_books(&stage, "\"paid_count\":2,\"paid_fen\":5");
    stage_close(&stage);
}

static void refuses_what_it_does_not_know(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    peer_say(&stage.peer, 5, 199, MESSAGE_REQUEST, SPAN_LITERAL(""), 0);
    peer_say(&stage.peer, 6, MESSAGE_INQUIRE_POSTING, MESSAGE_REQUEST, SPAN_LITERAL("\xff"), 0);
    stage_flush(&stage);
    assert_int_equal(stage_expect(&stage, 199)->direction, MESSAGE_REFUSAL);
    assert_int_equal(stage_expect(&stage, MESSAGE_INQUIRE_POSTING)->direction, MESSAGE_REFUSAL);
    stage_close(&stage);
}

static void keeps_to_its_role(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage.roles = "class2";
    stage_start(&stage, "");
    peer_say(&stage.peer, 5, MESSAGE_VERIFY_ACCOUNT, MESSAGE_REQUEST, SPAN_LITERAL(""), 0);
    say_post(&stage, 1, POSTING_DEBIT, 1, 60000);
    stage_flush(&stage);
    assert_int_equal(stage_expect(&stage, MESSAGE_VERIFY_ACCOUNT)->direction, MESSAGE_REFUSAL);
    assert_int_equal(result_of(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_POSTED);
    stage_close(&stage);
}

/* ---- asking --------------------------------------------------------------------------------- */

static void sends_the_same_bytes_until_answered(void **state) {
    struct stage stage;
    uint8_t first[512];
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    learn_link(&stage);
    order_transfer(&stage, "push", 600, "");
    const struct envelope *envelope = stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER);
    size_t size = envelope->payload.size;
    assert_true(size <= sizeof(first));
    memcpy(first, envelope->payload.data, size);
    stage_kill(&stage);
    stage_start(&stage, "");
    envelope = stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER);
    assert_true(span_equal(envelope->payload, span_of(first, size)));
    expect_books(&stage, "\"balance_fen\":1000,\"held_fen\":600,\"open_requests\":1");
    stage_cut(&stage);
    stage_greet(&stage);
    envelope = stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER);
    assert_true(span_equal(envelope->payload, span_of(first, size)));
    answer_transfer(&stage, envelope, TRANSFER_ACCEPTED);
    stage_await(&stage, "transfers", "\"count\":1");
    expect_books(&stage, "\"pushed_count\":1,\"pushed_fen\":600");
    expect_books(&stage, "\"balance_fen\":400,\"held_fen\":0,\"open_requests\":0");
    stage_close(&stage);
}

static void releases_on_rejection_only(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    learn_link(&stage);
    order_transfer(&stage, "push", 600, "");
    answer_transfer(&stage, stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER), TRANSFER_UNKNOWN);
    assert_non_null(strstr(stage_answer(&stage), "{\"result\":\"open\""));
    expect_books(&stage, "\"balance_fen\":1000,\"held_fen\":600");
    order_transfer(&stage, "push", 401, "");
    assert_non_null(strstr(stage_answer(&stage), "AM04"));
    order_transfer(&stage, "push", 400, "");
    answer_transfer(&stage, stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER), TRANSFER_REJECTED);
    assert_non_null(strstr(stage_answer(&stage), "{\"result\":\"refused\""));
    expect_books(&stage, "\"balance_fen\":1000,\"held_fen\":600");
    stage_close(&stage);
}

static void say_notice(struct stage *stage, uint64_t sequence, const struct transfer_view *view) {
    const struct notice_place place = {.sequence = sequence, .token = {{(uint8_t)sequence}}};
    struct buf *payload = peer_payload();
    message_encode_transfer_notice(&place, view, "POSTED", payload);
    peer_say(&stage->peer, 0, MESSAGE_TRANSFER_NOTICE, MESSAGE_NOTICE, buf_span(payload), 0);
    stage_flush(stage);
}

static void credits_a_pull_by_notice_and_confirms(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    learn_link(&stage);
    order_transfer(&stage, "pull", 250, "final=1");
    const struct envelope *envelope = stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER);
    struct submit_transfer request = stage_decode(&stage, envelope)->body.submit_transfer;
    char reference[64];
    snprintf(reference, sizeof(reference), "%.*s", (int)request.end_to_end_id.size,
             (const char *)request.end_to_end_id.data);
    answer_transfer(&stage, envelope, TRANSFER_UNKNOWN);
    request.end_to_end_id = span_text(reference);
    const struct transfer_view view = view_of(&request, TRANSFER_ACCEPTED);
    say_notice(&stage, 1, &view);
    say_notice(&stage, 1, &view);
    assert_non_null(strstr(stage_answer(&stage), "\"state\":\"ACCEPTED\""));
    const struct envelope *confirm = stage_expect(&stage, MESSAGE_CONFIRM_CREDIT);
    assert_true(
        id_equal(&stage_decode(&stage, confirm)->body.confirm_credit.transfer, &view.transfer));
    /* Not answered: it is sent again, and the customer is credited once all the same. */
    stage_kill(&stage);
    stage_start(&stage, "");
    assert_int_equal(stage.peer.hello.last_notice_sequence, 1);
    assert_int_equal(stage.peer.hello.last_notice_token.data[0], 1);
    confirm = stage_expect(&stage, MESSAGE_CONFIRM_CREDIT);
    struct buf *payload = peer_payload();
    message_encode_transfer_reply(&view, payload);
    peer_say(&stage.peer, confirm->correlation, MESSAGE_CONFIRM_CREDIT, MESSAGE_REPLY,
             buf_span(payload), 0);
    say_notice(&stage, 1, &view);
    say_notice(&stage, 2, &view);
    const struct envelope *ack = stage_expect(&stage, MESSAGE_ACK_NOTICES);
    assert_int_equal(stage_decode(&stage, ack)->body.ack_notices.up_to_sequence, 2);
    expect_books(&stage, "\"pulled_count\":1,\"pulled_fen\":250");
    expect_books(&stage, "\"balance_fen\":1250,\"held_fen\":0,\"open_requests\":0");
    stage_close(&stage);
}

/* The other bank saw our reference in the instruction and gives its own transfer the same. */
static void leaves_its_own_alone_when_the_other_bank_borrows_the_reference(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    learn_link(&stage);
    order_transfer(&stage, "push", 10, "");
    answer_transfer(&stage, stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER), TRANSFER_UNKNOWN);
    assert_non_null(strstr(stage_answer(&stage), "{\"result\":\"open\""));
    struct transfer_view view = view_of(&stage.command->body.submit_transfer, TRANSFER_ACCEPTED);
    view.debtor_bank = 999100000020;
    view.creditor_bank = 999100000011;
    say_notice(&stage, 1, &view);
    (void)stage_expect(&stage, MESSAGE_ACK_NOTICES);
    expect_books(&stage, "\"pushed_count\":0");
    expect_books(&stage, "\"balance_fen\":1000,\"held_fen\":10,\"open_requests\":1");
    stage_close(&stage);
}

static void refuse(struct stage *stage, const struct envelope *envelope, enum refusal_code code) {
    const struct refusal refusal = {.code = code, .field = ""};
    struct buf *payload = peer_payload();
    message_encode_refusal(&refusal, payload);
    peer_say(&stage->peer, envelope->correlation, envelope->kind, MESSAGE_REFUSAL,
             buf_span(payload), 0);
    stage_flush(stage);
}

static void repeats_what_was_refused_for_now(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    learn_link(&stage);
    order_transfer(&stage, "push", 10, "");
    refuse(&stage, stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER), REFUSAL_BUSY);
    const struct envelope *again = stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER);
    refuse(&stage, again, REFUSAL_LINK_NOT_ACTIVE);
    assert_non_null(strstr(stage_answer(&stage), "LINK_NOT_ACTIVE"));
    expect_books(&stage, "\"held_fen\":0,\"open_requests\":0");
    stage_close(&stage);
}

static void repeat_and_refuse(enum refusal_code code, const char *answer, const char *books) {
    struct stage stage;
    stage_open(&stage);
    stage_start(&stage, "");
    learn_link(&stage);
    order_transfer(&stage, "push", 10, "");
    (void)stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER);
    stage_cut(&stage);
    stage_greet(&stage);
    refuse(&stage, stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER), code);
    assert_non_null(strstr(stage_answer(&stage), answer));
    expect_books(&stage, books);
    stage_close(&stage);
}

/* The first sending may have been granted: these say nothing of it. */
static void keeps_the_hold_when_a_refusal_may_hide_a_grant(void **state) {
    static const enum refusal_code codes[] = {REFUSAL_REPLAY_TOO_OLD, REFUSAL_BANK_SUSPENDED,
                                              REFUSAL_ROLE, REFUSAL_QUARANTINED, REFUSAL_INVARIANT};
    (void)state;
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        repeat_and_refuse(codes[i], "{\"result\":\"open\"", "\"held_fen\":10,\"open_requests\":1");
    repeat_and_refuse(REFUSAL_LINK_NOT_ACTIVE, "{\"result\":\"refused\"",
                      "\"held_fen\":0,\"open_requests\":0");
}

static void asks_again_under_a_used_id_without_booking(void **state) {
    static const char option[] = "request_id=018cc251f4007000800000000000000a";
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    learn_link(&stage);
    order_transfer(&stage, "push", 10, option);
    answer_transfer(&stage, stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER), TRANSFER_ACCEPTED);
    assert_non_null(strstr(stage_answer(&stage), "{\"result\":\"granted\""));
    order_transfer(&stage, "push", 11, option);
    refuse(&stage, stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER), REFUSAL_DUPLICATE);
    assert_non_null(strstr(stage_answer(&stage), "DUPL"));
    expect_books(&stage, "\"pushed_count\":1,\"pushed_fen\":10");
    expect_books(&stage, "\"balance_fen\":990,\"held_fen\":0");
    stage_close(&stage);
}

static void answers_bad_commands(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    stage_do(&stage, "dance", "no such command");
    stage_do(&stage, "transfer dir=push fen=x", "fen: a whole number");
    stage_do(&stage, "challenge", "32 hex digits");
    stage_do(&stage, "raw-frame 0", "hex digits");
    stage_do(&stage, "sms \"13800000001", "a quote that does not end");
    stage_do(&stage, "load link=all count=5", "link: ids");
    stage_do(&stage, "fault kind=post -> dorp", "no action");
    stage_do(&stage, "help", "{\"result\":\"granted\"}");
    stage_close(&stage);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(posts_once_over_kills),
        cmocka_unit_test(packs_the_answers_of_a_turn),
        cmocka_unit_test(does_not_post_after_validity),
        cmocka_unit_test(says_in_progress_then_the_result),
        cmocka_unit_test(cuts_before_and_after_posting),
        cmocka_unit_test(keeps_to_what_a_scripted_refusal_said),
        cmocka_unit_test(tells_a_late_result_elsewhere),
        cmocka_unit_test(drops_and_answers_twice),
        cmocka_unit_test(refuses_what_it_does_not_know),
        cmocka_unit_test(keeps_to_its_role),
        cmocka_unit_test(sends_the_same_bytes_until_answered),
        cmocka_unit_test(releases_on_rejection_only),
        cmocka_unit_test(credits_a_pull_by_notice_and_confirms),
        cmocka_unit_test(leaves_its_own_alone_when_the_other_bank_borrows_the_reference),
        cmocka_unit_test(repeats_what_was_refused_for_now),
        cmocka_unit_test(keeps_the_hold_when_a_refusal_may_hide_a_grant),
        cmocka_unit_test(asks_again_under_a_used_id_without_booking),
        cmocka_unit_test(answers_bad_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
