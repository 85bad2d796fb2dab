/*
 * The simulated bank over the later life of links and transfers, from outside: re-checks,
 * cancellations, customers who must confirm, contradictions, views, returns, notices.
 */
#include <string.h>

#include "bank/scene.h"

static void open_stage(struct stage *stage, const char *faults) {
    stage_open(stage);
    stage_start(stage, faults);
    scene_learn_link(stage);
}

static enum element_result recheck(struct stage *stage, uint8_t number) {
    const struct recheck_account message = {.link = scene_link,
                                            .recheck = {{0xdd, number}},
                                            .verification = {{0xcc}},
                                            .requesting_bank = 999100000020,
                                            .account_number = SPAN_LITERAL(STAGE_ACCOUNT)};
    struct buf *payload = peer_payload();
    message_encode_recheck_account(&message, payload);
    scene_ask(stage, 7, MESSAGE_RECHECK_ACCOUNT, payload, 1000);
    stage_flush(stage);
    const struct envelope *envelope = stage_expect(stage, MESSAGE_RECHECK_ACCOUNT);
    return stage_decode(stage, envelope)->body.recheck_answer.same_holder;
}

static void rechecks_once(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage, "");
    assert_int_equal(recheck(&stage, 1), ELEMENT_MATCH);
    stage_do(&stage, "account " STAGE_ACCOUNT " holder \"to=310101198002290015,Li Si\"", "granted");
    assert_int_equal(recheck(&stage, 1), ELEMENT_MATCH);
    assert_int_equal(recheck(&stage, 2), ELEMENT_MISMATCH);
    stage_kill(&stage);
    stage_start(&stage, "");
    assert_int_equal(recheck(&stage, 1), ELEMENT_MATCH);
    assert_int_equal(recheck(&stage, 3), ELEMENT_MISMATCH);
    stage_close(&stage);
}

static void say_cancel(struct stage *stage, uint8_t number) {
    const struct cancel_posting message = {scene_transfer(number), SPAN_LITERAL("CUST")};
    struct buf *payload = peer_payload();
    message_encode_cancel_posting(&message, payload);
    scene_ask(stage, 3000u + number, MESSAGE_CANCEL_POSTING, payload, 0);
}

static enum posting_outcome cancel(struct stage *stage, uint8_t number) {
    say_cancel(stage, number);
    return scene_result(stage, MESSAGE_CANCEL_POSTING).outcome;
}

static void bars_what_is_cancelled(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage, "kind=post amount=1 -> delay-post 60000\n");
    scene_post(&stage, 1, POSTING_DEBIT, 1, 60000);
    assert_int_equal(cancel(&stage, 1), POSTING_UNDONE);
    assert_int_equal(scene_result(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_UNDONE);
    assert_int_equal(cancel(&stage, 2), POSTING_NOT_SEEN);
    scene_post(&stage, 3, POSTING_DEBIT, 100, 60000);
    assert_int_equal(scene_result(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_POSTED);
    assert_int_equal(cancel(&stage, 3), POSTING_POSTED);
    stage_kill(&stage);
    stage_start(&stage, "");
    assert_int_equal(cancel(&stage, 1), POSTING_UNDONE);
    scene_post(&stage, 2, POSTING_DEBIT, 100, 60000);
    assert_int_equal(scene_result(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_NOT_SEEN);
    scene_books(&stage, "\"paid_count\":1,\"paid_fen\":100");
    stage_close(&stage);
}

static void about_transfer(struct stage *stage, const char *command, uint8_t number,
                           const char *expected) {
    const struct id transfer = scene_transfer(number);
    char hex[ID_TEXT_SIZE];
    char line[128];
    id_format(&transfer, hex);
    snprintf(line, sizeof(line), "%s %s", command, hex);
    stage_do(stage, line, expected);
}

static void expect_step_up(struct stage *stage, uint8_t number, const char *method) {
    stage_flush(stage);
    const struct command *command = stage_decode(stage, stage_expect(stage, MESSAGE_STEP_UP));
    const struct id transfer = scene_transfer(number);
    assert_true(id_equal(&command->body.step_up.transfer, &transfer));
    assert_true(span_equal(command->body.step_up.method, span_text(method)));
}

static void posts_when_its_customer_confirms(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage, "kind=post amount=7 -> step-up SMS\n");
    stage_do(&stage, "account " STAGE_ACCOUNT " step-up", "granted");
    scene_post(&stage, 1, POSTING_DEBIT, 100, 60000);
    expect_step_up(&stage, 1, "APP");
    scene_inquire(&stage, 1);
    assert_int_equal(scene_result(&stage, MESSAGE_INQUIRE_POSTING).outcome, POSTING_IN_PROGRESS);
    /* Sent again on another connection: still waiting, and answered there. */
    stage_cut(&stage);
    stage_greet(&stage);
    scene_post(&stage, 1, POSTING_DEBIT, 100, 60000);
    expect_step_up(&stage, 1, "APP");
    about_transfer(&stage, "confirm", 1, "granted");
    assert_int_equal(scene_result(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_POSTED);
    assert_int_equal(scene_result(&stage, MESSAGE_POSTING_RESULT).outcome, POSTING_POSTED);
    about_transfer(&stage, "confirm", 1, "no debit of that transfer waits");
    /* Credits need nobody; a rule says how; a customer may decline. */
    scene_post(&stage, 2, POSTING_CREDIT, 5, 60000);
    assert_int_equal(scene_result(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_POSTED);
    scene_post(&stage, 3, POSTING_DEBIT, 7, 60000);
    expect_step_up(&stage, 3, "SMS");
    about_transfer(&stage, "decline reason=AM04", 3, "granted");
    const struct posting_result declined = scene_result(&stage, MESSAGE_POST_INSTRUCTION);
    assert_int_equal(declined.outcome, POSTING_REFUSED);
    assert_true(span_equal(declined.reason, SPAN_LITERAL("AM04")));
    scene_books(&stage, "\"paid_count\":1,\"paid_fen\":100");
    stage_close(&stage);
}

static void waits_no_longer_than_the_validity(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage, "kind=post -> step-up APP\n");
    scene_post(&stage, 1, POSTING_DEBIT, 100, 20);
    expect_step_up(&stage, 1, "APP");
    const struct posting_result late = scene_result(&stage, MESSAGE_POST_INSTRUCTION);
    assert_int_equal(late.outcome, POSTING_REFUSED);
    assert_true(span_equal(late.reason, SPAN_LITERAL("AB06")));
    about_transfer(&stage, "confirm", 1, "no debit of that transfer waits");
    stage_close(&stage);
}

static void contradicts_itself(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage, "kind=post -> contradict AM04\n");
    scene_post(&stage, 1, POSTING_DEBIT, 100, 60000);
    assert_int_equal(scene_result(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_POSTED);
    const struct posting_result second = scene_result(&stage, MESSAGE_POSTING_RESULT);
    assert_int_equal(second.outcome, POSTING_REFUSED);
    assert_true(span_equal(second.reason, SPAN_LITERAL("AM04")));
    scene_books(&stage, "\"paid_count\":1,\"paid_fen\":100");
    stage_close(&stage);
}

static void keeps_its_confirmation_back(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage, "kind=confirm -> drop\n");
    scene_order(&stage, "pull", 250, "");
    scene_answer(&stage, stage_expect(&stage, MESSAGE_SUBMIT_TRANSFER), TRANSFER_ACCEPTED);
    assert_non_null(strstr(stage_answer(&stage), "{\"result\":\"granted\""));
    scene_books(&stage, "\"pulled_count\":1,\"pulled_fen\":250");
    scene_books(&stage, "\"open_requests\":0");
    char hex[ID_TEXT_SIZE];
    char line[128];
    const struct id transfer = scene_transfer(99);
    id_format(&transfer, hex);
    snprintf(line, sizeof(line), "confirm-credit %s", hex);
    stage_order(&stage, line);
    const struct envelope *confirm = stage_expect(&stage, MESSAGE_CONFIRM_CREDIT);
    assert_true(id_equal(&stage_decode(&stage, confirm)->body.confirm_credit.transfer, &transfer));
    stage_close(&stage);
}

static void say_ask(struct stage *stage, uint32_t kind, const struct id *link) {
    const struct ask_account message = {.query = {{0xee}},
                                        .link = *link,
                                        .requesting_bank = 999100000020,
                                        .account_number = SPAN_LITERAL(STAGE_ACCOUNT)};
    struct buf *payload = peer_payload();
    message_encode_ask_account(&message, payload);
    scene_ask(stage, 8, kind, payload, 1000);
    stage_flush(stage);
}

static void shows_its_accounts(void **state) {
    static const struct id other = {{0xab}};
    struct stage stage;
    (void)state;
    open_stage(&stage, "");
    say_ask(&stage, MESSAGE_ASK_BALANCE, &scene_link);
    const struct balance_answer balance =
        stage_decode(&stage, stage_expect(&stage, MESSAGE_ASK_BALANCE))->body.balance_answer;
    assert_int_equal(balance.available_fen, STAGE_BALANCE);
    assert_int_equal(balance.booked_fen, STAGE_BALANCE);
    assert_int_equal(balance.reason.size, 0);
    stage_do(&stage, "account " STAGE_ACCOUNT " dormant", "granted");
    say_ask(&stage, MESSAGE_ASK_ACCOUNT_STATUS, &scene_link);
    const struct status_answer status =
        stage_decode(&stage, stage_expect(&stage, MESSAGE_ASK_ACCOUNT_STATUS))->body.status_answer;
    assert_int_equal(status.status, ACCOUNT_OPEN);
    assert_int_equal(status.account_class, ACCOUNT_CLASS_I);
    assert_false(status.can_debit);
    /* Only in a link that it knows. */
    say_ask(&stage, MESSAGE_ASK_BALANCE, &other);
    const struct envelope *envelope = stage_expect(&stage, MESSAGE_ASK_BALANCE);
    assert_true(span_equal(stage_decode(&stage, envelope)->body.balance_answer.reason,
                           SPAN_LITERAL("MD01")));
    stage_close(&stage);
}

static void answer_return(struct stage *stage, enum transfer_state state) {
    const struct envelope *envelope = stage_expect(stage, MESSAGE_SUBMIT_RETURN);
    const struct submit_return *message = &stage_decode(stage, envelope)->body.submit_return;
    const struct transfer_view view = {.transfer = scene_transfer(98),
                                       .state = state,
                                       .link = scene_link,
                                       .kind = TRANSFER_RETURN,
                                       .direction = TRANSFER_PUSH,
                                       .amount = message->amount,
                                       .debtor_bank = 999100000011,
                                       .creditor_bank = 999100000020,
                                       .end_to_end_id = message->end_to_end_id,
                                       .original = message->transfer};
    struct buf *payload = peer_payload();
    message_encode_transfer_reply(&view, payload);
    peer_say(&stage->peer, envelope->correlation, MESSAGE_SUBMIT_RETURN, MESSAGE_REPLY,
             buf_span(payload), 0);
    stage_flush(stage);
}

static void order_return(struct stage *stage, uint8_t number, int fen) {
    const struct id transfer = scene_transfer(number);
    char hex[ID_TEXT_SIZE];
    char line[128];
    id_format(&transfer, hex);
    snprintf(line, sizeof(line), "return %s fen=%d", hex, fen);
    stage_order(stage, line);
}

static void returns_what_it_was_credited(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage, "");
    scene_post(&stage, 1, POSTING_CREDIT, 300, 60000);
    assert_int_equal(scene_result(&stage, MESSAGE_POST_INSTRUCTION).outcome, POSTING_POSTED);
    order_return(&stage, 1, 200);
    (void)stage_expect(&stage, MESSAGE_SUBMIT_RETURN);
    stage_kill(&stage);
    stage_start(&stage, "");
    scene_books(&stage, "\"balance_fen\":1300,\"held_fen\":200,\"open_requests\":1");
    answer_return(&stage, TRANSFER_ACCEPTED);
    scene_books(&stage, "\"returned_count\":1,\"returned_fen\":200");
    scene_books(&stage, "\"balance_fen\":1100,\"held_fen\":0,\"open_requests\":0");
    order_return(&stage, 1, 100);
    answer_return(&stage, TRANSFER_REJECTED);
    assert_non_null(strstr(stage_answer(&stage), "{\"result\":\"refused\""));
    scene_books(&stage, "\"balance_fen\":1100,\"held_fen\":0,\"open_requests\":0");
    order_return(&stage, 1, 5000);
    assert_non_null(strstr(stage_answer(&stage), "AM04"));
    /* Of what it does not hold as credited the gateway must say that it is wrong. */
    order_return(&stage, 2, 10);
    scene_refuse(&stage, stage_expect(&stage, MESSAGE_SUBMIT_RETURN), REFUSAL_NO_SUCH_TRANSFER);
    assert_non_null(strstr(stage_answer(&stage), "NOOR"));
    stage_close(&stage);
}

static void say_case(struct stage *stage, uint64_t sequence, enum case_state state) {
    const struct notice_place place = {.sequence = sequence, .token = {{1}}};
    const struct case_view view = {.inquiry = {{0xfa}},
                                   .transfer = scene_transfer(1),
                                   .subject = CASE_AMOUNT,
                                   .state = state,
                                   .opened_by = 999100000020,
                                   .owner = 999100000011,
                                   .opened_at_ms = 1,
                                   .entry_count = 1,
                                   .entries = {{.by = 999100000020,
                                                .at_ms = 1,
                                                .state = CASE_OPEN,
                                                .text = SPAN_LITERAL("Where is it?")}}};
    struct buf *payload = peer_payload();
    message_encode_case_notice(&place, &view, payload);
    peer_say(&stage->peer, 0, MESSAGE_CASE_NOTICE, MESSAGE_NOTICE, buf_span(payload), 0);
    stage_flush(stage);
}

static void say_system(struct stage *stage, const char *name, bool complete) {
    const struct participant row = {
        .code = 999100000020, .name = span_text(name), .active = true, .class1 = true};
    const struct system_notice notice = {.business_date = SPAN_LITERAL("2026-12-31"),
                                         .participants = &row,
                                         .participant_count = 1,
                                         .complete = complete,
                                         .transfer_timeout_min_ms = 100,
                                         .transfer_timeout_max_ms = 60000};
    struct buf *payload = peer_payload();
    message_encode_system_notice(&notice, payload);
    peer_say(&stage->peer, 0, MESSAGE_SYSTEM_NOTICE, MESSAGE_NOTICE, buf_span(payload), 0);
    stage_flush(stage);
}

static void understands_notices(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage, "");
    say_system(&stage, "One", false);
    say_system(&stage, "Two", true);
    stage_await(&stage, "system", "\"notices\":2,\"business_date\":\"2026-12-31\"");
    stage_do(&stage, "system", "{\"result\":\"granted\",\"count\":2,\"more\":false");
    say_system(&stage, "Three", true);
    stage_await(&stage, "system", "{\"result\":\"granted\",\"count\":1,");
    say_case(&stage, 1, CASE_OPEN);
    say_case(&stage, 2, CASE_ANSWERED);
    const struct envelope *ack = stage_expect(&stage, MESSAGE_ACK_NOTICES);
    assert_int_equal(stage_decode(&stage, ack)->body.ack_notices.up_to_sequence, 2);
    stage_do(&stage, "notices", "{\"result\":\"granted\",\"count\":2");
    stage_kill(&stage);
    stage_start(&stage, "");
    stage_do(&stage, "cases", "{\"result\":\"granted\",\"count\":1");
    stage_close(&stage);
}

static void answers_bad_commands(void **state) {
    struct stage stage;
    (void)state;
    stage_open(&stage);
    stage_start(&stage, "");
    stage_do(&stage, "hold 018cc251f4007000800000000000000a blocks=all,debit3", "blocks: debit1");
    stage_do(&stage, "hold 018cc251f4007000800000000000000a by=king", "by: bank");
    stage_do(&stage, "report " STAGE_ACCOUNT " sold", "NUMBER EVENT");
    stage_do(&stage, "account NOBODY block", "an account of this bank");
    stage_do(&stage, "account " STAGE_ACCOUNT " paint", "block, unblock");
    stage_do(&stage, "list-links state=ACTIV", "as ACTIVE");
    stage_do(&stage, "list-transfers state=accepted", "as ACCEPTED");
    stage_do(&stage, "open-link scopes=collect,pays", "scopes: collect");
    stage_do(&stage, "open-link ends_on=2026-02-30", "YYYY-MM-DD");
    stage_do(&stage, "transfer kind=gift dir=pull fen=1", "kind: bound-pair");
    stage_do(&stage, "decline 018cc251f4007000800000000000000a reason=no", "ISO 20022");
    stage_do(&stage, "load link=all count=1 returns=101", "0 to 100");
    stage_close(&stage);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rechecks_once),
        cmocka_unit_test(bars_what_is_cancelled),
        cmocka_unit_test(posts_when_its_customer_confirms),
        cmocka_unit_test(waits_no_longer_than_the_validity),
        cmocka_unit_test(contradicts_itself),
        cmocka_unit_test(keeps_its_confirmation_back),
        cmocka_unit_test(shows_its_accounts),
        cmocka_unit_test(returns_what_it_was_credited),
        cmocka_unit_test(understands_notices),
        cmocka_unit_test(answers_bad_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
