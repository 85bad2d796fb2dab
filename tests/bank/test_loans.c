/*
 * The simulated bank as a lender, from outside: draws and repayments of its own by the notices that tell
 * what became of them, over a restart, and a draw that it cannot credit. Its account in the link is the
 * Class I one, and it leads: three tenths are its own.
 */
#include <string.h>

#include "bank/scene.h"

#define OWN 999100000011
#define PARTNER 999100000020

static const struct id loan_id = {{0xdd, 1}};

static struct loan_view view_of(bool class1_account, enum loan_state state) {
    struct loan_view view = {.replayed = false};
    view.loan = (struct loan){.id = loan_id,
                              .state = state,
                              .link = scene_link,
                              .lead = OWN,
                              .applicant = OWN,
                              .class1_account = class1_account,
                              .product = "L-1",
                              .version = 1,
                              .terms = {.partner = PARTNER},
                              .limit_fen = 100000};
    return view;
}

static void tell(struct stage *stage, uint64_t sequence, bool class1_account) {
    const struct loan_view view = view_of(class1_account, LOAN_APPROVED);
    const struct notice_place place = {.sequence = sequence, .token = {{(uint8_t)sequence}}};
    struct buf *payload = peer_payload();
    message_encode_loan_notice(&place, &view, "APPROVE", payload);
    peer_say(&stage->peer, 0, MESSAGE_LOAN_NOTICE, MESSAGE_NOTICE, buf_span(payload), 0);
    stage_flush(stage);
    stage_await_row(stage, "loans", "\"state\":\"APPROVED\"");
}

static void open_stage(struct stage *stage, const char *faults, bool class1_account) {
    stage_open(stage);
    stage_start(stage, faults);
    scene_learn_link(stage);
    tell(stage, 1, class1_account);
}

/* Of what the bank sent: its request id as it is told back, and the whole sum. */
struct sent {
    uint64_t correlation;
    char reference[ID_TEXT_SIZE];
    int64_t fen;
};

static struct sent expect_sent(struct stage *stage, uint32_t kind) {
    const struct envelope *envelope = stage_expect(stage, kind);
    bool draw = kind == MESSAGE_DRAW_LOAN;
    struct command *command = command_new(draw ? COMMAND_DRAW_LOAN : COMMAND_REPAY_LOAN);
    struct refusal refusal;
    command->payload = arena_copy(&command->arena, envelope->payload);
    assert_int_equal(message_decode_command(command, 0, &refusal), 0);
    const union loan_body *body = &command->body.loan;
    struct sent sent = {.correlation = envelope->correlation,
                        .fen = draw ? body->draw.amount.fen : body->repay.amount.fen};
    id_format(draw ? &body->draw.request : &body->repay.request, sent.reference);
    assert_true(span_equal(draw ? body->draw.end_to_end_id : body->repay.end_to_end_id,
                           span_text(sent.reference)));
    command_free(command);
    return sent;
}

static void reply(struct stage *stage, const struct sent *sent, uint32_t kind, bool class1_account,
                  bool flies) {
    struct loan_view view = view_of(class1_account, LOAN_OUTSTANDING);
    struct buf *payload = peer_payload();
    if (flies)
        view.loan.flight = (struct loan_flight){
            .kind = kind == MESSAGE_DRAW_LOAN ? LOAN_FLIGHT_DRAW : LOAN_FLIGHT_REPAYMENT,
            .transfer = scene_transfer(99),
            .amount_fen = sent->fen,
            .repayment = {.amount_fen = sent->fen}};
    message_encode_loan_reply(&view, payload);
    peer_say(&stage->peer, sent->correlation, kind, MESSAGE_REPLY, buf_span(payload), 0);
    stage_flush(stage);
}

static void decide(struct stage *stage, uint64_t sequence, const struct sent *sent,
                   enum transfer_kind kind, enum transfer_direction direction, int64_t fen,
                   enum transfer_state state) {
    bool push = direction == TRANSFER_PUSH;
    const struct transfer_view view = {.transfer = scene_transfer((uint8_t)(100 + sequence)),
                                       .state = state,
                                       .reason = state == TRANSFER_ACCEPTED ? span_of(NULL, 0)
                                                                            : SPAN_LITERAL("AM04"),
                                       .link = scene_link,
                                       .kind = kind,
                                       .direction = direction,
                                       .amount = {fen, "CNY"},
                                       .debtor_bank = push ? OWN : PARTNER,
                                       .creditor_bank = push ? PARTNER : OWN,
                                       .end_to_end_id = span_text(sent->reference),
                                       .loan = loan_id};
    scene_notice(stage, sequence, &view);
}

static struct sent ask(struct stage *stage, const char *command, uint32_t kind, int64_t fen,
                       bool class1_account) {
    char hex[ID_TEXT_SIZE], line[160];
    id_format(&loan_id, hex);
    snprintf(line, sizeof(line), "%s %s fen=%lld final=1", command, hex, (long long)fen);
    stage_order(stage, line);
    const struct sent sent = expect_sent(stage, kind);
    assert_int_equal(sent.fen, fen);
    reply(stage, &sent, kind, class1_account, true);
    return sent;
}

static void the_account_is_ours(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage, "", true);
    struct sent sent = ask(&stage, "draw-loan", MESSAGE_DRAW_LOAN, 1000, true);
    decide(&stage, 2, &sent, TRANSFER_LOAN_OWN, TRANSFER_PULL, 700, TRANSFER_ACCEPTED);
    (void)stage_expect(&stage, MESSAGE_CONFIRM_CREDIT);
    assert_non_null(strstr(stage_answer(&stage), "granted"));
    scene_books(&stage, "\"pulled_count\":1,\"pulled_fen\":700");
    scene_books(&stage, "\"products_fen\":-300,\"balance_fen\":2000");
    sent = ask(&stage, "repay-loan", MESSAGE_REPAY_LOAN, 1500, true);
    decide(&stage, 3, &sent, TRANSFER_LOAN_REPAYMENT, TRANSFER_PUSH, 1050, TRANSFER_REJECTED);
    assert_non_null(strstr(stage_answer(&stage), "refused"));
    scene_books(&stage, "\"held_fen\":0");
    sent = ask(&stage, "repay-loan", MESSAGE_REPAY_LOAN, 400, true);
    decide(&stage, 4, &sent, TRANSFER_LOAN_REPAYMENT, TRANSFER_PUSH, 280, TRANSFER_ACCEPTED);
    assert_non_null(strstr(stage_answer(&stage), "granted"));
    scene_books(&stage, "\"pushed_count\":1,\"pushed_fen\":280");
    scene_books(&stage, "\"products_fen\":-180,\"balance_fen\":1600,\"held_fen\":0");
    stage_await_row(&stage, "debts",
                    "\"lent_fen\":300,\"back_fen\":120,\"paid_out_fen\":1000,\"paid_in_fen\":400");
    stage_close(&stage);
}

static void the_account_is_the_other_ones(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage, "", false);
    struct sent sent = ask(&stage, "draw-loan", MESSAGE_DRAW_LOAN, 90000, false);
    decide(&stage, 2, &sent, TRANSFER_LOAN_OTHER, TRANSFER_PUSH, 27000, TRANSFER_ACCEPTED);
    assert_non_null(strstr(stage_answer(&stage), "granted"));
    scene_books(&stage, "\"pushed_count\":1,\"pushed_fen\":27000");
    scene_books(&stage, "\"products_fen\":-27000,\"balance_fen\":1000,\"held_fen\":0");
    sent = ask(&stage, "repay-loan", MESSAGE_REPAY_LOAN, 10000, false);
    decide(&stage, 3, &sent, TRANSFER_LOAN_REPAYMENT, TRANSFER_PULL, 3000, TRANSFER_ACCEPTED);
    (void)stage_expect(&stage, MESSAGE_CONFIRM_CREDIT);
    assert_non_null(strstr(stage_answer(&stage), "granted"));
    stage_await_row(&stage, "debts",
                    "\"lent_fen\":27000,\"back_fen\":3000,\"paid_out_fen\":0,\"paid_in_fen\":0");
    stage_close(&stage);
}

/* What is held is held again, and the same bytes go out. */
static void killed_before_the_outcome(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage, "", true);
    const struct sent first = ask(&stage, "repay-loan", MESSAGE_REPAY_LOAN, 600, true);
    stage_kill(&stage);
    stage_start(&stage, "");
    struct sent again = expect_sent(&stage, MESSAGE_REPAY_LOAN);
    assert_string_equal(again.reference, first.reference);
    scene_books(&stage, "\"held_fen\":600");
    reply(&stage, &again, MESSAGE_REPAY_LOAN, true, true);
    decide(&stage, 2, &again, TRANSFER_LOAN_REPAYMENT, TRANSFER_PUSH, 420, TRANSFER_ACCEPTED);
    scene_books(&stage, "\"products_fen\":180,\"balance_fen\":400,\"held_fen\":0");
    stage_close(&stage);
}

static void nothing_of_it_is_the_other_ones(void **state) {
    struct stage stage;
    char hex[ID_TEXT_SIZE], line[128];
    (void)state;
    open_stage(&stage, "", true);
    id_format(&loan_id, hex);
    snprintf(line, sizeof(line), "repay-loan %s fen=1", hex);
    stage_order(&stage, line);
    const struct sent sent = expect_sent(&stage, MESSAGE_REPAY_LOAN);
    reply(&stage, &sent, MESSAGE_REPAY_LOAN, true, false);
    assert_non_null(strstr(stage_answer(&stage), "granted"));
    scene_books(&stage, "\"products_fen\":1,\"balance_fen\":999,\"held_fen\":0");
    scene_books(&stage, "\"net_fen\":0");
    stage_close(&stage);
}

/* The share goes back, and the book has no such draw. */
static void a_draw_that_cannot_be_credited(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage, "kind=draw nth=1 -> refuse AC04\n", true);
    const struct sent sent = ask(&stage, "draw-loan", MESSAGE_DRAW_LOAN, 1000, true);
    decide(&stage, 2, &sent, TRANSFER_LOAN_OWN, TRANSFER_PULL, 700, TRANSFER_ACCEPTED);
    const struct envelope *envelope = stage_expect(&stage, MESSAGE_SUBMIT_RETURN);
    const struct command *command = stage_decode(&stage, envelope);
    const struct id drawn = scene_transfer(102);
    assert_true(id_equal(&command->body.submit_return.transfer, &drawn));
    assert_int_equal(command->body.submit_return.amount.fen, 700);
    scene_books(&stage, "\"products_fen\":700,\"balance_fen\":1000,\"held_fen\":700");
    const struct transfer_view back = {.transfer = scene_transfer(103),
                                       .state = TRANSFER_ACCEPTED,
                                       .link = scene_link,
                                       .kind = TRANSFER_RETURN,
                                       .direction = TRANSFER_PUSH,
                                       .amount = {700, "CNY"},
                                       .debtor_bank = OWN,
                                       .creditor_bank = PARTNER,
                                       .end_to_end_id = command->body.submit_return.end_to_end_id,
                                       .original = drawn};
    scene_notice(&stage, 3, &back);
    scene_books(&stage, "\"products_fen\":0,\"balance_fen\":1000,\"held_fen\":0");
    stage_await_row(&stage, "debts", "\"lent_fen\":0,\"back_fen\":0,\"paid_out_fen\":0");
    stage_close(&stage);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_account_is_ours),
        cmocka_unit_test(the_account_is_the_other_ones),
        cmocka_unit_test(killed_before_the_outcome),
        cmocka_unit_test(nothing_of_it_is_the_other_ones),
        cmocka_unit_test(a_draw_that_cannot_be_credited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
