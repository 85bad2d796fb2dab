/*
 * Every message against protobuf's own bytes, both ways: our encoder writes what protobuf's Python
 * writes from the same values, and what our decoder makes of those bytes is written as them again,
 * so no field is lost, moved or made up on either way.
 */
#include "wire/both_ways.h"

FROM_BANK(open_link, GOLDEN_OPEN_LINK, COMMAND_OPEN_LINK, open_link)
FROM_BANK(verify_account_reply, GOLDEN_VERIFY_ACCOUNT_REPLY, COMMAND_VERIFY_ANSWER, verify_answer)
FROM_BANK(start_challenge, GOLDEN_START_CHALLENGE, COMMAND_START_CHALLENGE, start_challenge)
FROM_BANK(issue_challenge_reply, GOLDEN_ISSUE_CHALLENGE_REPLY, COMMAND_ISSUE_ANSWER, issue_answer)
FROM_BANK(answer_challenge, GOLDEN_ANSWER_CHALLENGE, COMMAND_ANSWER_CHALLENGE, answer_challenge)
FROM_BANK(check_challenge_reply, GOLDEN_CHECK_CHALLENGE_REPLY, COMMAND_CHECK_ANSWER, check_answer)
FROM_BANK(close_link, GOLDEN_CLOSE_LINK, COMMAND_CLOSE_LINK, close_link)
FROM_BANK(get_link, GOLDEN_GET_LINK, COMMAND_GET_LINK, get_link)
FROM_BANK(submit_transfer, GOLDEN_SUBMIT_TRANSFER, COMMAND_SUBMIT_TRANSFER, submit_transfer)
FROM_BANK(posting_result, GOLDEN_POSTING_RESULT, COMMAND_POSTING_ANSWER, posting_answer)
FROM_BANK(confirm_credit, GOLDEN_CONFIRM_CREDIT, COMMAND_CONFIRM_CREDIT, confirm_credit)
FROM_BANK(get_transfer, GOLDEN_GET_TRANSFER, COMMAND_GET_TRANSFER, get_transfer)
FROM_BANK(ack_notices, GOLDEN_ACK_NOTICES, COMMAND_ACK_NOTICES, ack_notices)
FROM_BANK(amend_link, GOLDEN_AMEND_LINK, COMMAND_AMEND_LINK, amend_link)
FROM_BANK(rebind_link, GOLDEN_REBIND_LINK, COMMAND_REBIND_LINK, rebind_link)
FROM_BANK(resume_link, GOLDEN_RESUME_LINK, COMMAND_RESUME_LINK, resume_link)
FROM_BANK(withdraw_consent, GOLDEN_WITHDRAW_CONSENT, COMMAND_WITHDRAW_CONSENT, withdraw_consent)
FROM_BANK(list_links, GOLDEN_LIST_LINKS, COMMAND_LIST_LINKS, list_links)
FROM_BANK(place_hold, GOLDEN_PLACE_HOLD, COMMAND_PLACE_HOLD, place_hold)
FROM_BANK(lift_hold, GOLDEN_LIFT_HOLD, COMMAND_LIFT_HOLD, lift_hold)
FROM_BANK(report_account, GOLDEN_REPORT_ACCOUNT, COMMAND_REPORT_ACCOUNT, report_account)
FROM_BANK(recheck_account_reply, GOLDEN_RECHECK_ACCOUNT_REPLY, COMMAND_RECHECK_ANSWER,
          recheck_answer)
FROM_BANK(submit_return, GOLDEN_SUBMIT_RETURN, COMMAND_SUBMIT_RETURN, submit_return)
FROM_BANK(cancel_transfer, GOLDEN_CANCEL_TRANSFER, COMMAND_CANCEL_TRANSFER, cancel_transfer)
FROM_BANK(step_up, GOLDEN_STEP_UP, COMMAND_STEP_UP, step_up)
FROM_BANK(list_transfers, GOLDEN_LIST_TRANSFERS, COMMAND_LIST_TRANSFERS, list_transfers)
FROM_BANK(balance_answer, GOLDEN_BALANCE_ANSWER, COMMAND_BALANCE_ANSWER, balance_answer)
FROM_BANK(status_answer, GOLDEN_STATUS_ANSWER, COMMAND_STATUS_ANSWER, status_answer)
FROM_BANK(query_position, GOLDEN_QUERY_POSITION, COMMAND_QUERY_POSITION, query_position)
FROM_BANK(offline_event, GOLDEN_OFFLINE_EVENT, COMMAND_OFFLINE_EVENT, offline_event)
FROM_BANK(referral, GOLDEN_REFERRAL, COMMAND_REFERRAL, referral)
FROM_BANK(query_overview, GOLDEN_QUERY_OVERVIEW, COMMAND_QUERY_OVERVIEW, query_overview)
FROM_BANK_AS(query_overview_number, query_overview, query_overview, GOLDEN_QUERY_OVERVIEW_NUMBER,
             COMMAND_QUERY_OVERVIEW, query_overview)
FROM_BANK(open_case, GOLDEN_OPEN_CASE, COMMAND_OPEN_CASE, open_case)
FROM_BANK(answer_case, GOLDEN_ANSWER_CASE, COMMAND_ANSWER_CASE, answer_case)
FROM_BANK(get_case, GOLDEN_GET_CASE, COMMAND_GET_CASE, get_case)
FROM_BANK(propose_adjustment, GOLDEN_PROPOSE_ADJUSTMENT, COMMAND_PROPOSE_ADJUSTMENT,
          propose_adjustment)
FROM_BANK(accept_adjustment, GOLDEN_ACCEPT_ADJUSTMENT, COMMAND_ACCEPT_ADJUSTMENT, accept_adjustment)
FROM_BANK(get_adjustment, GOLDEN_GET_ADJUSTMENT, COMMAND_GET_ADJUSTMENT, get_adjustment)
FROM_BANK_AS(reject_adjustment, accept_adjustment, accept_adjustment, GOLDEN_REJECT_ADJUSTMENT,
             COMMAND_ACCEPT_ADJUSTMENT, accept_adjustment)
FROM_BANK(apply_card, GOLDEN_APPLY_CARD, COMMAND_APPLY_CARD, apply_card)
FROM_BANK(card_status, GOLDEN_CARD_STATUS, COMMAND_CARD_STATUS, card_status)
FROM_BANK(ask_card_reply, GOLDEN_ASK_CARD_REPLY, COMMAND_CARD_ANSWER, card_answer)
FROM_BANK(get_card, GOLDEN_GET_CARD, COMMAND_GET_CARD, get_card)
FROM_BANK(cancel_card, GOLDEN_CANCEL_CARD, COMMAND_CANCEL_CARD, cancel_card)
FROM_BANK_AS(card_refused, card_status, card_status, GOLDEN_CARD_REFUSED, COMMAND_CARD_STATUS,
             card_status)
FROM_BANK_AS(submit_payment, submit_transfer, submit_transfer, GOLDEN_SUBMIT_PAYMENT,
             COMMAND_SUBMIT_TRANSFER, submit_transfer)
FROM_BANK_AS(report_limit, report_account, report_account, GOLDEN_REPORT_LIMIT,
             COMMAND_REPORT_ACCOUNT, report_account)
FROM_BANK_AS(close_case, answer_case, answer_case, GOLDEN_CLOSE_CASE, COMMAND_ANSWER_CASE,
             answer_case)
/* Pairs of messages with the same fields have one value and one encoder. */
#define sample_resend_challenge sample_start_challenge
FROM_BANK_AS(resend_challenge, start_challenge, start_challenge, GOLDEN_RESEND_CHALLENGE,
             COMMAND_RESEND_CHALLENGE, resend_challenge)
#define sample_query_balance sample_query_account
FROM_BANK_AS(query_balance, query_account, query_account, GOLDEN_QUERY_BALANCE,
             COMMAND_QUERY_BALANCE, query_account)
#define sample_query_account_status sample_query_account
FROM_BANK_AS(query_account_status, query_account, query_account, GOLDEN_QUERY_ACCOUNT_STATUS,
             COMMAND_QUERY_ACCOUNT_STATUS, query_account)

FROM_BANK(query_totals, GOLDEN_QUERY_TOTALS, COMMAND_QUERY_TOTALS, query_totals)
FROM_BANK_AS(recon_page, recon_page_query, recon_page, GOLDEN_RECON_PAGE, COMMAND_RECON_PAGE,
             recon_page)
FROM_BANK(upload_recon, GOLDEN_UPLOAD_HEAD GOLDEN_UPLOAD_ROWS, COMMAND_UPLOAD_RECON, upload_recon)
FROM_BANK_AS(upload_part, upload_recon, upload_recon, GOLDEN_UPLOAD_PART GOLDEN_UPLOAD_ROWS,
             COMMAND_UPLOAD_RECON, upload_recon)
FROM_BANK_AS(recon_result, recon_result_query, recon_result, GOLDEN_RECON_RESULT,
             COMMAND_RECON_RESULT, recon_result)
FROM_BANK(confirm_settlement, GOLDEN_CONFIRM_SETTLEMENT, COMMAND_CONFIRM_SETTLEMENT,
          confirm_settlement)
FROM_BANK(get_window, GOLDEN_GET_WINDOW, COMMAND_GET_WINDOW, get_window)
FROM_BANK(publish_product, GOLDEN_PUBLISH_PRODUCT, COMMAND_PUBLISH_PRODUCT, publish_product)
FROM_BANK_AS(withdraw_product, publish_product, publish_product, GOLDEN_WITHDRAW_PRODUCT,
             COMMAND_PUBLISH_PRODUCT, publish_product)
FROM_BANK(get_product, GOLDEN_GET_PRODUCT, COMMAND_GET_PRODUCT, get_product)
FROM_BANK(list_products, GOLDEN_LIST_PRODUCTS, COMMAND_LIST_PRODUCTS, list_products)

FROM_GATEWAY(verify_account, verify_account, verify_account, GOLDEN_VERIFY_ACCOUNT)
FROM_GATEWAY(issue_challenge, issue_challenge, issue_challenge, GOLDEN_ISSUE_CHALLENGE)
FROM_GATEWAY(check_challenge, check_challenge, check_challenge, GOLDEN_CHECK_CHALLENGE)
FROM_GATEWAY(post_instruction, post_instruction, post_instruction, GOLDEN_POST_INSTRUCTION)
FROM_GATEWAY(inquire_posting, inquire_posting, inquire_posting, GOLDEN_INQUIRE_POSTING)
FROM_GATEWAY(link_reply, link_view, link_view, GOLDEN_LINK_REPLY)
FROM_GATEWAY(transfer_reply, transfer_view, transfer_view, GOLDEN_TRANSFER_REPLY)
FROM_GATEWAY(cancel_posting, cancel_posting, cancel_posting, GOLDEN_CANCEL_POSTING)
FROM_GATEWAY(recheck_account, recheck_account, recheck_account, GOLDEN_RECHECK_ACCOUNT)
FROM_GATEWAY(report_account_reply, report_account_reply, report_account_reply,
             GOLDEN_REPORT_ACCOUNT_REPLY)
FROM_GATEWAY(balance_reply, balance_answer, balance_reply, GOLDEN_BALANCE_REPLY)
FROM_GATEWAY(account_status_reply, status_answer, account_status_reply, GOLDEN_ACCOUNT_STATUS_REPLY)
FROM_GATEWAY(position_reply, position_view, position_view, GOLDEN_POSITION_REPLY)
FROM_GATEWAY(position_alert, position_alert, position_alert, GOLDEN_POSITION_ALERT)
FROM_GATEWAY(event_reply, event_view, event_reply, GOLDEN_EVENT_REPLY)
FROM_GATEWAY(overview_reply, overview_view, overview_reply, GOLDEN_OVERVIEW_REPLY)
FROM_GATEWAY(case_reply, case_view, case_view, GOLDEN_CASE_REPLY)
FROM_GATEWAY(adjustment_reply, adjustment_view, adjustment_view, GOLDEN_ADJUSTMENT_REPLY)
FROM_GATEWAY(totals_reply, totals_page, totals_page, GOLDEN_TOTALS_PAIRS GOLDEN_TOTALS_END)
FROM_GATEWAY(upload_reply, upload_reply, upload_reply, GOLDEN_UPLOAD_REPLY)
FROM_GATEWAY(window_reply, window_view, window_view, GOLDEN_WINDOW_REPLY)
FROM_GATEWAY(ask_card, ask_card, ask_card, GOLDEN_ASK_CARD)
FROM_GATEWAY(card_reply, card_view, card_view, GOLDEN_CARD_REPLY)
FROM_GATEWAY(product_reply, product_view, product_view, GOLDEN_PRODUCT_REPLY)
FROM_GATEWAY(system_notice, system_notice, system_notice, GOLDEN_SYSTEM_NOTICE)
FROM_GATEWAY_AS(post_payment, post_instruction, post_instruction, post_payment, GOLDEN_POST_PAYMENT)
FROM_GATEWAY_AS(post_fallback, post_instruction, post_instruction, post_fallback,
                GOLDEN_POST_FALLBACK)
FROM_GATEWAY_AS(transfer_fell_back, transfer_reply, transfer_view, transfer_fell_back,
                GOLDEN_TRANSFER_FELL_BACK)
FROM_GATEWAY_AS(post_return, post_instruction, post_instruction, post_return, GOLDEN_POST_RETURN)
FROM_GATEWAY_AS(ask_balance, ask_account, ask_account, ask_account, GOLDEN_ASK_BALANCE)
FROM_GATEWAY_AS(ask_account_status, ask_account, ask_account, ask_account,
                GOLDEN_ASK_ACCOUNT_STATUS)

NOTICE(link_notice, link_view, link_view, link_place, "HOLD", GOLDEN_LINK_NOTICE)
NOTICE(transfer_notice, transfer_view, transfer_view, transfer_place, "POSTED",
       GOLDEN_TRANSFER_NOTICE)

static void test_case_notice(void **state) {
    struct fixture *fixture = *state;
    struct case_view sample = sample_case_view(), read;
    struct notice_place place = sample_case_place(), read_place;
    struct span bytes = golden(fixture, GOLDEN_CASE_NOTICE);
    message_encode_case_notice(&place, &sample, &fixture->written);
    expect_golden(fixture);
    assert_int_equal(partner_decode_case_notice(bytes, &fixture->arena, &read_place, &read), 0);
    message_encode_case_notice(&read_place, &read, &fixture->written);
    expect_golden(fixture);
}

static void test_card_notice(void **state) {
    struct fixture *fixture = *state;
    struct card_view sample = sample_card_view(), read;
    struct notice_place place = sample_card_place(), read_place;
    struct span bytes = golden(fixture, GOLDEN_CARD_NOTICE);
    struct span event;
    message_encode_card_notice(&place, &sample, "ISSUED", &fixture->written);
    expect_golden(fixture);
    assert_int_equal(partner_decode_card_notice(bytes, &fixture->arena, &read_place, &read, &event),
                     0);
    assert_true(span_equal(event, SPAN_LITERAL("ISSUED")));
    message_encode_card_notice(&read_place, &read, "ISSUED", &fixture->written);
    expect_golden(fixture);
}

static void test_adjustment_notice(void **state) {
    struct fixture *fixture = *state;
    struct adjustment_view sample = sample_adjustment_view(), read;
    struct notice_place place = sample_adjustment_place(), read_place;
    struct span bytes = golden(fixture, GOLDEN_ADJUSTMENT_NOTICE);
    message_encode_adjustment_notice(&place, &sample, &fixture->written);
    expect_golden(fixture);
    assert_int_equal(partner_decode_adjustment_notice(bytes, &fixture->arena, &read_place, &read),
                     0);
    message_encode_adjustment_notice(&read_place, &read, &fixture->written);
    expect_golden(fixture);
}

static void check_event_notice(struct fixture *fixture, struct event_view sample,
                               const char *wanted) {
    struct notice_place place = sample_event_place(), read_place;
    struct event_view read;
    struct span bytes = golden(fixture, wanted);
    message_encode_event_notice(&place, &sample, &fixture->written);
    expect_golden(fixture);
    assert_int_equal(partner_decode_event_notice(bytes, &fixture->arena, &read_place, &read), 0);
    message_encode_event_notice(&read_place, &read, &fixture->written);
    expect_golden(fixture);
}

static void test_event_notice(void **state) {
    check_event_notice(*state, sample_event_notice(), GOLDEN_EVENT_NOTICE);
}

static void test_referral_notice(void **state) {
    check_event_notice(*state, sample_referral_notice(), GOLDEN_REFERRAL_NOTICE);
}

static void test_window_notice(void **state) {
    struct fixture *fixture = *state;
    struct window_view sample = sample_window_view(), read;
    struct notice_place place = sample_window_place(), read_place;
    struct span bytes = golden(fixture, GOLDEN_WINDOW_NOTICE);
    message_encode_window_notice(&place, &sample, &fixture->written);
    expect_golden(fixture);
    assert_int_equal(partner_decode_window_notice(bytes, &fixture->arena, &read_place, &read), 0);
    message_encode_window_notice(&read_place, &read, &fixture->written);
    expect_golden(fixture);
}

static void write_rows(struct fixture *fixture, const struct recon_item *rows,
                       const struct id *next) {
    message_encode_recon_page_entry(&rows[0], &fixture->written);
    message_encode_recon_page_entry(&rows[1], &fixture->written);
    message_encode_recon_page_next(next, &fixture->written);
    expect_golden(fixture);
}

static void test_recon_rows(void **state) {
    struct fixture *fixture = *state;
    struct recon_page page;
    struct id next;
    memset(next.bytes, 0x22, ID_SIZE);
    struct span bytes = golden(fixture, GOLDEN_RECON_ROWS GOLDEN_RECON_NEXT);
    write_rows(fixture, sample_recon_rows(), &next);
    assert_int_equal(partner_decode_recon_page(bytes, &fixture->arena, &page), 0);
    assert_int_equal(page.count, 2);
    write_rows(fixture, page.rows, &page.next);
}

static void test_recon_bought(void **state) {
    struct fixture *fixture = *state;
    struct recon_page page;
    struct id next;
    memset(next.bytes, 0x22, ID_SIZE);
    struct span bytes = golden(fixture, GOLDEN_RECON_BOUGHT GOLDEN_RECON_NEXT);
    write_rows(fixture, sample_recon_rows() + 2, &next);
    assert_int_equal(partner_decode_recon_page(bytes, &fixture->arena, &page), 0);
    assert_int_equal(page.count, 2);
    write_rows(fixture, page.rows, &page.next);
}

static void test_recon_differences(void **state) {
    struct fixture *fixture = *state;
    struct recon_difference sample = sample_recon_difference();
    struct result_reply reply = sample_result_reply();
    struct result_page page;
    struct span bytes = golden(fixture, GOLDEN_RESULT_ROWS GOLDEN_RESULT_END);
    message_encode_result_entry(&sample, &fixture->written);
    message_encode_result_end(&reply, &fixture->written);
    expect_golden(fixture);
    assert_int_equal(partner_decode_result_reply(bytes, &fixture->arena, &page), 0);
    assert_int_equal(page.count, 1);
    message_encode_result_entry(&page.rows[0], &fixture->written);
    message_encode_result_end(&page.result, &fixture->written);
    expect_golden(fixture);
}

/* A page, written entry by entry. */
#define PAGE(name, type, member, sample_name, GOLDEN)                                              \
    static void test_##name(void **state) {                                                        \
        struct fixture *fixture = *state;                                                          \
        struct type sample = sample_##sample_name();                                               \
        struct name page;                                                                          \
        struct id next;                                                                            \
        struct span bytes = golden(fixture, GOLDEN);                                               \
        memset(next.bytes, 0x22, ID_SIZE);                                                         \
        message_encode_##name##_entry(&sample, &fixture->written);                                 \
        message_encode_##name##_entry(&sample, &fixture->written);                                 \
        message_encode_##name##_next(&next, &fixture->written);                                    \
        expect_golden(fixture);                                                                    \
        assert_int_equal(partner_decode_##name(bytes, &fixture->arena, &page), 0);                 \
        assert_int_equal(page.count, 2);                                                           \
        message_encode_##name##_entry(&page.member[0], &fixture->written);                         \
        message_encode_##name##_entry(&page.member[1], &fixture->written);                         \
        message_encode_##name##_next(&page.next, &fixture->written);                               \
        expect_golden(fixture);                                                                    \
        /* the last page, and an empty one */                                                      \
        next = (struct id){{0}};                                                                   \
        message_encode_##name##_next(&next, &fixture->written);                                    \
        assert_int_equal(fixture->written.size, 0);                                                \
        assert_int_equal(                                                                          \
            partner_decode_##name(buf_span(&fixture->written), &fixture->arena, &page), 0);        \
        assert_int_equal(page.count, 0);                                                           \
        assert_true(id_is_zero(&page.next));                                                       \
    }

PAGE(link_page, link_view, links, link_view, GOLDEN_LINK_PAGE)
PAGE(transfer_page, transfer_view, transfers, transfer_view, GOLDEN_TRANSFER_PAGE)

/* A message of the session, which both sides write and read. */
#define SESSION(name, GOLDEN)                                                                      \
    static void test_##name(void **state) {                                                        \
        struct fixture *fixture = *state;                                                          \
        struct name sample = sample_##name();                                                      \
        struct name read;                                                                          \
        struct span bytes = golden(fixture, GOLDEN);                                               \
        message_encode_##name(&sample, &fixture->written);                                         \
        expect_golden(fixture);                                                                    \
        assert_int_equal(message_decode_##name(bytes, &fixture->arena, &read), 0);                 \
        message_encode_##name(&read, &fixture->written);                                           \
        expect_golden(fixture);                                                                    \
    }

SESSION(hello_reply, GOLDEN_HELLO_REPLY)
SESSION(heartbeat, GOLDEN_HEARTBEAT)
SESSION(go_away, GOLDEN_GO_AWAY)

static void test_hello(void **state) {
    struct fixture *fixture = *state;
    struct hello sample = sample_hello();
    struct hello read;
    struct refusal refusal = {0};
    struct span bytes = golden(fixture, GOLDEN_HELLO);
    message_encode_hello(&sample, &fixture->written);
    expect_golden(fixture);
    assert_int_equal(message_decode_hello(bytes, &fixture->arena, &read, &refusal), 0);
    message_encode_hello(&read, &fixture->written);
    expect_golden(fixture);
}

static void test_refusal(void **state) {
    struct fixture *fixture = *state;
    struct refusal sample = sample_refusal();
    struct refusal_view view;
    struct span bytes = golden(fixture, GOLDEN_REFUSAL);
    message_encode_refusal(&sample, &fixture->written);
    expect_golden(fixture);
    assert_int_equal(partner_decode_refusal(bytes, &fixture->arena, &view), 0);
    assert_true(span_equal(view.reason, SPAN_LITERAL("AM01")));
    assert_true(span_equal(view.detail, SPAN_LITERAL("AMOUNT_ZERO")));
    assert_true(span_equal(view.field, SPAN_LITERAL("amount.fen")));
    assert_true(view.text.size > 0);
    assert_int_equal(view.retry, RETRY_NEVER);
    assert_true(view.replayed);
}

/* A refusal that a limit caused, with what is left of it. */
static void test_refusal_limit(void **state) {
    struct fixture *fixture = *state;
    struct refusal sample = sample_refusal_limit();
    struct refusal_view view;
    struct span bytes = golden(fixture, GOLDEN_REFUSAL_LIMIT);
    message_encode_refusal(&sample, &fixture->written);
    expect_golden(fixture);
    assert_int_equal(partner_decode_refusal(bytes, &fixture->arena, &view), 0);
    assert_true(view.limit.present && !view.replayed);
    assert_true(span_equal(view.limit.bucket, SPAN_LITERAL("II-OUT")));
    assert_true(span_equal(view.limit.period, SPAN_LITERAL("YEAR")));
    assert_int_equal(view.limit.limit_fen, 20000000);
    assert_int_equal(view.limit.left_fen, 1);
    assert_int_equal(view.limit.resets_at_ms, 1735660800000);
    assert_int_equal(view.limit.limit_count, 7);
}

/* Each row's refusal fits what a partner's decoder accepts. */
static void test_all_refusals(void **state) {
    struct fixture *fixture = *state;
    const struct refusal_row *row;
    for (size_t i = 0; (row = refusal_at(i)) != NULL; i++) {
        struct refusal refusal = {.code = row->code, .field = "class1_account.account_class"};
        struct refusal_view view;
        buf_clear(&fixture->written);
        message_encode_refusal(&refusal, &fixture->written);
        struct span bytes = buf_span(&fixture->written);
        assert_int_equal(partner_decode_refusal(bytes, &fixture->arena, &view), 0);
        assert_true(span_equal(view.reason, span_text(row->reason)));
        assert_true(span_equal(view.detail, span_text(row->detail)));
        assert_true(span_equal(view.text, span_text(row->text)));
        assert_true(span_equal(view.field, span_text(refusal.field)));
        assert_int_equal(view.retry, row->retry);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(open_link),
        TEST(verify_account_reply),
        TEST(start_challenge),
        TEST(issue_challenge_reply),
        TEST(answer_challenge),
        TEST(check_challenge_reply),
        TEST(close_link),
        TEST(get_link),
        TEST(submit_transfer),
        TEST(posting_result),
        TEST(confirm_credit),
        TEST(get_transfer),
        TEST(ack_notices),
        TEST(verify_account),
        TEST(issue_challenge),
        TEST(check_challenge),
        TEST(post_instruction),
        TEST(inquire_posting),
        TEST(link_reply),
        TEST(transfer_reply),
        TEST(link_notice),
        TEST(transfer_notice),
        TEST(amend_link),
        TEST(rebind_link),
        TEST(resume_link),
        TEST(withdraw_consent),
        TEST(list_links),
        TEST(place_hold),
        TEST(lift_hold),
        TEST(report_account),
        TEST(report_limit),
        TEST(recheck_account_reply),
        TEST(submit_return),
        TEST(cancel_transfer),
        TEST(step_up),
        TEST(list_transfers),
        TEST(balance_answer),
        TEST(status_answer),
        TEST(query_position),
        TEST(position_reply),
        TEST(position_alert),
        TEST(open_case),
        TEST(answer_case),
        TEST(close_case),
        TEST(get_case),
        TEST(propose_adjustment),
        TEST(accept_adjustment),
        TEST(reject_adjustment),
        TEST(get_adjustment),
        TEST(apply_card),
        TEST(card_status),
        TEST(card_refused),
        TEST(ask_card_reply),
        TEST(get_card),
        TEST(cancel_card),
        TEST(submit_payment),
        TEST(resend_challenge),
        TEST(query_balance),
        TEST(query_account_status),
        TEST(cancel_posting),
        TEST(recheck_account),
        TEST(report_account_reply),
        TEST(query_overview),
        TEST(query_overview_number),
        TEST(overview_reply),
        TEST(balance_reply),
        TEST(account_status_reply),
        TEST(case_reply),
        TEST(adjustment_reply),
        TEST(ask_card),
        TEST(card_reply),
        TEST(system_notice),
        TEST(query_totals),
        TEST(totals_reply),
        TEST(recon_page),
        TEST(recon_rows),
        TEST(recon_bought),
        TEST(upload_recon),
        TEST(upload_part),
        TEST(upload_reply),
        TEST(recon_result),
        TEST(recon_differences),
        TEST(confirm_settlement),
        TEST(get_window),
        TEST(window_reply),
        TEST(window_notice),
        TEST(publish_product),
        TEST(withdraw_product),
        TEST(get_product),
        TEST(list_products),
        TEST(product_reply),
        TEST(post_payment),
        TEST(post_fallback),
        TEST(transfer_fell_back),
        TEST(post_return),
        TEST(ask_balance),
        TEST(ask_account_status),
        TEST(case_notice),
        TEST(adjustment_notice),
        TEST(card_notice),
        TEST(offline_event),
        TEST(referral),
        TEST(event_reply),
        TEST(event_notice),
        TEST(referral_notice),
        TEST(link_page),
        TEST(transfer_page),
        TEST(hello),
        TEST(hello_reply),
        TEST(heartbeat),
        TEST(go_away),
        TEST(refusal),
        TEST(refusal_limit),
        TEST(all_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
