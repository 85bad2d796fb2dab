/*
 * The simulated bank from outside: what it says to the gateway after lost connections and kills,
 * and what its books say then.
 */
#include <string.h>

#include "bank/scene.h"

/* ---- asked ---------------------------------------------------------------------------------- */

static void posts_once_over_kills(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    scene_post(&stage, 1, POSTING_DEBIT, 300, 60000);
    struct posting_result first = scene_result(&stage, MESSAGE_POST_INSTRUCTION);
    assert_int_equal(first.outcome, POSTING_POSTED);
    char reference[64];
    snprintf(reference, sizeof(reference), "%.*s", (int)first.reference.size,
             (const char *)first.reference.data);
    stage_kill(&stage);
    stage_start(&stage, "");
    scene_post(&stage, 1, POSTING_DEBIT, 300, 60000);
    struct posting_result second = scene_result(&stage, MESSAGE_POST_INSTRUCTION);
    assert_int_equal(second.outcome, POSTING_POSTED);
    assert_true(span_equal(second.reference, span_text(reference)));
    scene_inquire(&stage, 2);
    assert_int_equal(scene_result(&stage, MESSAGE_INQUIRE_POSTING).outcome, POSTING_NOT_SEEN);
    stage_kill(&stage);
    stage_start(&stage, "");
    scene_post(&stage, 2, POSTING_DEBIT, 300, 60000);
    assert_int_equal(scene_result(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_NOT_SEEN);
    scene_books(&stage, "\"paid_count\":1,\"paid_fen\":300");
    stage_close(&stage);
}

static void packs_the_answers_of_a_turn(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    size_t before = stage.peer.records;
    for (uint8_t i = 0; i < 100; i++)
        scene_post(&stage, i, POSTING_CREDIT, 1, 60000);
    stage_flush(&stage);
    for (int i = 0; i < 100; i++)
        assert_int_equal(scene_result(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_POSTED);
    /* One commit, one record; the kernel may split what it hands on. */
    assert_in_range(stage.peer.records - before, 1, 10);
    scene_books(&stage, "\"received_count\":100,\"received_fen\":100,\"net_fen\":100");
    stage_close(&stage);
}

static void does_not_post_after_validity(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "kind=post -> delay-post 40\n");
    scene_post(&stage, 1, POSTING_DEBIT, 300, 20);
    scene_post(&stage, 2, POSTING_DEBIT, 300, 0);
    assert_int_equal(scene_result(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_REFUSED);
    assert_int_equal(scene_result(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_REFUSED);
    scene_books(&stage, "\"paid_count\":0");
    stage_close(&stage);
}

static void says_in_progress_then_the_result(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "kind=post -> delay-post 200\n");
    scene_post(&stage, 1, POSTING_DEBIT, 300, 60000);
    scene_inquire(&stage, 1);
    assert_int_equal(scene_result(&stage, MESSAGE_INQUIRE_POSTING).outcome, POSTING_IN_PROGRESS);
    assert_int_equal(scene_result(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_POSTED);
    struct posting_result late = scene_result(&stage, MESSAGE_POSTING_RESULT);
    assert_int_equal(late.outcome, POSTING_POSTED);
    stage_close(&stage);
}

static void cuts_before_and_after_posting(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "kind=post amount=11 nth=1 -> disconnect-before-post\n"
                        "kind=post amount=12 nth=1 -> disconnect-after-post\n");
    scene_post(&stage, 1, POSTING_DEBIT, 11, 60000);
    stage_flush(&stage);
    assert_true(stage_is_cut(&stage));
    stage_greet(&stage);
    scene_inquire(&stage, 1);
    assert_int_equal(scene_result(&stage, MESSAGE_INQUIRE_POSTING).outcome, POSTING_NOT_SEEN);
    scene_post(&stage, 2, POSTING_DEBIT, 12, 60000);
    stage_flush(&stage);
    assert_true(stage_is_cut(&stage));
    stage_greet(&stage);
    scene_inquire(&stage, 2);
    assert_int_equal(scene_result(&stage, MESSAGE_INQUIRE_POSTING).outcome, POSTING_POSTED);
    stage_close(&stage);
}

/* A refusal that was told holds against the instruction that comes after it, over a kill; what was
 * posted is not told refused. */
static void keeps_to_what_a_scripted_refusal_said(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "kind=inquire -> refuse AC06\n");
    scene_inquire(&stage, 1);
    assert_int_equal(scene_result(&stage, MESSAGE_INQUIRE_POSTING).outcome, POSTING_REFUSED);
    stage_kill(&stage);
    stage_start(&stage, "kind=inquire -> refuse AC06\n");
    scene_post(&stage, 1, POSTING_DEBIT, 300, 60000);
    struct posting_result later = scene_result(&stage, MESSAGE_POST_INSTRUCTION);
    assert_int_equal(later.outcome, POSTING_REFUSED);
    assert_true(span_equal(later.reason, SPAN_LITERAL("AC06")));
    scene_post(&stage, 2, POSTING_DEBIT, 300, 60000);
    assert_int_equal(scene_result(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_POSTED);
    scene_inquire(&stage, 2);
    assert_int_equal(scene_result(&stage, MESSAGE_INQUIRE_POSTING).outcome, POSTING_POSTED);
    scene_books(&stage, "\"paid_count\":1,\"paid_fen\":300");
    stage_close(&stage);
}

static void tells_a_late_result_elsewhere(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "kind=post -> delay 300\n");
    scene_post(&stage, 1, POSTING_DEBIT, 300, 60000);
    stage_flush(&stage);
    scene_books(&stage, "\"paid_count\":1");
    stage_cut(&stage);
    stage_greet(&stage);
    assert_int_equal(scene_result(&stage, MESSAGE_POSTING_RESULT).outcome, POSTING_POSTED);
    stage_close(&stage);
}

static void drops_and_answers_twice(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "amount=1 -> drop\namount=2 -> drop-answer\namount=3 -> answer-twice\n");
    for (uint8_t i = 1; i <= 3; i++)
        scene_post(&stage, i, POSTING_DEBIT, i, 60000);
    for (int i = 0; i < 2; i++) {
        struct posting_result result = scene_result(&stage, MESSAGE_POST_INSTRUCTION);
        assert_int_equal(result.transfer.bytes[1], 3);
    }
    scene_books(&stage, "\"paid_count\":2,\"paid_fen\":5");
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
    scene_post(&stage, 1, POSTING_DEBIT, 1, 60000);
    stage_flush(&stage);
    assert_int_equal(stage_expect(&stage, MESSAGE_VERIFY_ACCOUNT)->direction, MESSAGE_REFUSAL);
    assert_int_equal(scene_result(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_POSTED);
    stage_close(&stage);
}

/* ---- asking --------------------------------------------------------------------------------- */

static void sends_the_same_bytes_until_answered(void **state) {
    struct stage stage;
    uint8_t first[512];
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    scene_learn_link(&stage);
    scene_order(&stage, "push", 600, "");
    const struct envelope *envelope = stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER);
    size_t size = envelope->payload.size;
    assert_true(size <= sizeof(first));
    memcpy(first, envelope->payload.data, size);
    stage_kill(&stage);
    stage_start(&stage, "");
    envelope = stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER);
    assert_true(span_equal(envelope->payload, span_of(first, size)));
    scene_books(&stage, "\"balance_fen\":1000,\"held_fen\":600,\"open_requests\":1");
    stage_cut(&stage);
    stage_greet(&stage);
    envelope = stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER);
    assert_true(span_equal(envelope->payload, span_of(first, size)));
    scene_answer(&stage, envelope, TRANSFER_ACCEPTED);
    stage_await(&stage, "transfers", "\"count\":1");
    scene_books(&stage, "\"pushed_count\":1,\"pushed_fen\":600");
    scene_books(&stage, "\"balance_fen\":400,\"held_fen\":0,\"open_requests\":0");
    stage_close(&stage);
}

static void releases_on_rejection_only(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    scene_learn_link(&stage);
    scene_order(&stage, "push", 600, "");
    scene_answer(&stage, stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER), TRANSFER_UNKNOWN);
    assert_non_null(strstr(stage_answer(&stage), "{\"result\":\"open\""));
    scene_books(&stage, "\"balance_fen\":1000,\"held_fen\":600");
    scene_order(&stage, "push", 401, "");
    assert_non_null(strstr(stage_answer(&stage), "AM04"));
    scene_order(&stage, "push", 400, "");
    scene_answer(&stage, stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER), TRANSFER_REJECTED);
    assert_non_null(strstr(stage_answer(&stage), "{\"result\":\"refused\""));
    scene_books(&stage, "\"balance_fen\":1000,\"held_fen\":600");
    stage_close(&stage);
}

static void credits_a_pull_by_notice_and_confirms(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    scene_learn_link(&stage);
    scene_order(&stage, "pull", 250, "final=1");
    const struct envelope *envelope = stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER);
    struct submit_transfer request = stage_decode(&stage, envelope)->body.submit_transfer;
    char reference[64];
    snprintf(reference, sizeof(reference), "%.*s", (int)request.end_to_end_id.size,
             (const char *)request.end_to_end_id.data);
    scene_answer(&stage, envelope, TRANSFER_UNKNOWN);
    request.end_to_end_id = span_text(reference);
    const struct transfer_view view = scene_view(&request, TRANSFER_ACCEPTED);
    scene_notice(&stage, 1, &view);
    scene_notice(&stage, 1, &view);
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
    scene_notice(&stage, 1, &view);
    scene_notice(&stage, 2, &view);
    const struct envelope *ack = stage_expect(&stage, MESSAGE_ACK_NOTICES);
    assert_int_equal(stage_decode(&stage, ack)->body.ack_notices.up_to_sequence, 2);
    scene_books(&stage, "\"pulled_count\":1,\"pulled_fen\":250");
    scene_books(&stage, "\"balance_fen\":1250,\"held_fen\":0,\"open_requests\":0");
    stage_close(&stage);
}

/* The other bank saw our reference in the instruction and gives its own transfer the same. */
static void leaves_its_own_alone_when_the_other_bank_borrows_the_reference(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    scene_learn_link(&stage);
    scene_order(&stage, "push", 10, "");
    scene_answer(&stage, stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER), TRANSFER_UNKNOWN);
    assert_non_null(strstr(stage_answer(&stage), "{\"result\":\"open\""));
    struct transfer_view view = scene_view(&stage.command->body.submit_transfer, TRANSFER_ACCEPTED);
    view.debtor_bank = 999100000020;
    view.creditor_bank = 999100000011;
    scene_notice(&stage, 1, &view);
    (void)stage_expect(&stage, MESSAGE_ACK_NOTICES);
    scene_books(&stage, "\"pushed_count\":0");
    scene_books(&stage, "\"balance_fen\":1000,\"held_fen\":10,\"open_requests\":1");
    stage_close(&stage);
}

static void repeats_what_was_refused_for_now(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    scene_learn_link(&stage);
    scene_order(&stage, "push", 10, "");
    scene_refuse(&stage, stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER), REFUSAL_BUSY);
    const struct envelope *again = stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER);
    scene_refuse(&stage, again, REFUSAL_LINK_NOT_ACTIVE);
    assert_non_null(strstr(stage_answer(&stage), "LINK_NOT_ACTIVE"));
    scene_books(&stage, "\"held_fen\":0,\"open_requests\":0");
    stage_close(&stage);
}

static void repeat_and_refuse(enum refusal_code code, const char *answer, const char *books) {
    struct stage stage;
    stage_open(&stage);
    stage_start(&stage, "");
    scene_learn_link(&stage);
    scene_order(&stage, "push", 10, "");
    (void)stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER);
    stage_cut(&stage);
    stage_greet(&stage);
    scene_refuse(&stage, stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER), code);
    assert_non_null(strstr(stage_answer(&stage), answer));
    scene_books(&stage, books);
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
    scene_learn_link(&stage);
    scene_order(&stage, "push", 10, option);
    scene_answer(&stage, stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER), TRANSFER_ACCEPTED);
    assert_non_null(strstr(stage_answer(&stage), "{\"result\":\"granted\""));
    scene_order(&stage, "push", 11, option);
    scene_refuse(&stage, stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER), REFUSAL_DUPLICATE);
    assert_non_null(strstr(stage_answer(&stage), "DUPL"));
    scene_books(&stage, "\"pushed_count\":1,\"pushed_fen\":10");
    scene_books(&stage, "\"balance_fen\":990,\"held_fen\":0");
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

/* What it posted is there, and its end is a good one. */
static void ends_well_however_often_it_is_asked(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    scene_post(&stage, 1, POSTING_DEBIT, 300, 60000);
    assert_int_equal(scene_result(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_POSTED);
    stage_stop(&stage);
    stage_kill(&stage);
    stage_start(&stage, "");
    scene_books(&stage, "\"paid_count\":1,\"paid_fen\":300");
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
        cmocka_unit_test(ends_well_however_often_it_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
