/*
 * SystemNotice: told after Hello and whenever it changes, to everybody who takes it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/identifier.h"
#include "session/stage.h"
#include "wire/partner.h"

/* The next frame is a SystemNotice. */
static struct system_notice expect_notice(struct line *line) {
    struct envelope envelope;
    struct system_notice notice;
    assert_true(line_read_any(line, &envelope));
    assert_int_equal(envelope.kind, MESSAGE_SYSTEM_NOTICE);
    assert_int_equal(envelope.direction, MESSAGE_NOTICE);
    assert_int_equal(envelope.correlation, 0);
    assert_int_equal(partner_decode_system_notice(envelope.payload, &line->arena, &notice), 0);
    return notice;
}

static void expect_nothing(struct line *line) {
    struct envelope envelope;
    assert_false(line_read_any(line, &envelope));
}

/* With the check digit that makes it one. */
static bank_code made_up_code(unsigned number) {
    for (unsigned digit = 0; digit < 10; digit++) {
        char text[BANK_CODE_TEXT_SIZE];
        bank_code code;
        snprintf(text, sizeof text, "%011u%u", number, digit);
        if (bank_code_parse(span_of(text, BANK_CODE_DIGITS), &code))
            return code;
    }
    fail_msg("no check digit for %u", number);
    return 0;
}

static void told_after_hello(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    char today[DATE_TEXT_SIZE];
    stage_open(&stage);
    stage_window(&stage, shanghai_day(stage.wall_ms), 0);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    struct system_notice notice = expect_notice(&line);
    date_format(shanghai_day(stage.wall_ms), today);
    assert_true(span_equal(notice.business_date, span_text(today)));
    assert_int_equal(notice.ledger_time_ms, stage.wall_ms);
    assert_int_equal(notice.participant_count, 2);
    assert_true(notice.complete);
    assert_int_equal(notice.participants[0].code, BANK_A);
    assert_true(notice.participants[0].class2 && !notice.participants[0].class1);
    assert_false(notice.participants[0].issuer);
    assert_int_equal(notice.participants[1].code, BANK_B);
    assert_true(notice.participants[1].class1 && notice.participants[1].active);
    assert_true(notice.transfer_timeout_min_ms > 0 &&
                notice.transfer_timeout_max_ms > notice.transfer_timeout_min_ms);
    expect_nothing(&line);
    line_close(&line);
    stage_close(&stage);
}

static void told_when_a_bank_changes_and_not_otherwise(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    expect_notice(&line);
    stage_bank(&stage, BANK_B, BANK_ROLE_CLASS1, true, 9); /* another pin is nobody's business */
    expect_nothing(&line);
    stage_bank(&stage, BANK_B, BANK_ROLE_CLASS1, false, 9);
    struct system_notice notice = expect_notice(&line);
    assert_false(notice.participants[1].active);
    expect_nothing(&line);
    stage_bank(&stage, BANK_B, BANK_ROLE_CLASS1 | BANK_ROLE_ISSUER, false, 9);
    notice = expect_notice(&line);
    assert_true(notice.participants[1].issuer && notice.participants[1].class1);
    line_close(&line);
    stage_close(&stage);
}

static void told_when_a_window_opens(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    stage_window(&stage, 20000, 0);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    struct system_notice notice = expect_notice(&line);
    assert_true(span_equal(notice.business_date, SPAN_LITERAL("2024-10-04")));
    assert_int_equal(notice.cut_off_at_ms, 0);
    expect_nothing(&line);
    stage_window(&stage, 20001, 77);
    notice = expect_notice(&line);
    assert_true(span_equal(notice.business_date, SPAN_LITERAL("2024-10-05")));
    assert_int_equal(notice.cut_off_at_ms, 77);
    expect_nothing(&line);
    line_close(&line);
    stage_close(&stage);
}

/* A bank that does not read must not make the gateway keep every version for it. */
static void held_sessions_get_the_last_version(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    expect_notice(&line);
    session_hold(line.session, true);
    for (int i = 0; i < 10; i++)
        stage_bank(&stage, BANK_B, BANK_ROLE_CLASS1, i % 2 == 0 ? false : true, 2);
    stage_bank(&stage, BANK_B, BANK_ROLE_CLASS1, false, 2);
    expect_nothing(&line);
    session_hold(line.session, false);
    assert_false(expect_notice(&line).participants[1].active);
    expect_nothing(&line);
    line_close(&line);
    stage_close(&stage);
}

static void many_participants_come_in_parts(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    for (unsigned i = 1; i <= 2 * SYSTEM_NOTICE_PARTICIPANTS_MAX; i++)
        stage_bank(&stage, made_up_code(i), BANK_ROLE_CLASS1, true, 3);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    size_t told = 0;
    for (int part = 0; part < 3; part++) {
        struct system_notice notice = expect_notice(&line);
        told += notice.participant_count;
        assert_int_equal(notice.complete, part == 2);
        arena_reset(&line.arena);
    }
    assert_int_equal(told, 2 * SYSTEM_NOTICE_PARTICIPANTS_MAX + 2);
    expect_nothing(&line);
    line_close(&line);
    stage_close(&stage);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(told_after_hello),
        cmocka_unit_test(told_when_a_bank_changes_and_not_otherwise),
        cmocka_unit_test(told_when_a_window_opens),
        cmocka_unit_test(held_sessions_get_the_last_version),
        cmocka_unit_test(many_participants_come_in_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
