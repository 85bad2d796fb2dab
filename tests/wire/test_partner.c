/*
 * What a partner reads: of what it is asked every needed field, and no unknown one; of what it is
 * told everything that it knows, whatever a newer gateway adds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/edit.h"
#include "wire/samples.h"

struct fixture {
    struct arena arena;
    struct buf bytes, edited;
};

static int set_up(void **state) {
    struct fixture *fixture = xcalloc(1, sizeof(*fixture));
    arena_init(&fixture->arena, 4096, COMMAND_ARENA_BUDGET);
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    arena_deinit(&fixture->arena);
    buf_deinit(&fixture->bytes);
    buf_deinit(&fixture->edited);
    free(fixture);
    return 0;
}

/* fixture->bytes with one field changed. */
static struct span changed(struct fixture *fixture, unsigned field, struct edit edit) {
    const unsigned path[EDIT_DEPTH] = {field};
    buf_clear(&fixture->edited);
    edit_field(buf_span(&fixture->bytes), path, &edit, &fixture->edited);
    return buf_span(&fixture->edited);
}

static const struct edit drop = DROP, one = NUMBER(1), nul = BYTES("a\0b"), short_id = BYTES("id");

/* The message whole; without each of the fields; with each as what it is not; with a new field. */
#define EXPECT_NEEDED(fixture, name, sample, type, wrong, ...)                                     \
    do {                                                                                           \
        static const unsigned needed[] = {__VA_ARGS__};                                            \
        struct type value = sample_##sample(), read;                                               \
        struct arena *arena = &(fixture)->arena;                                                   \
        buf_clear(&(fixture)->bytes);                                                              \
        message_encode_##name(&value, &(fixture)->bytes);                                          \
        assert_int_equal(partner_decode_##name(buf_span(&(fixture)->bytes), arena, &read), 0);     \
        for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {                          \
            struct span bytes = changed(fixture, needed[i], drop);                                 \
            if (partner_decode_##name(bytes, arena, &read) != WIRE_REFUSED)                        \
                fail_msg("%s without field %u", #name, needed[i]);                                 \
            bytes = changed(fixture, needed[i], wrong);                                            \
            if (partner_decode_##name(bytes, arena, &read) != WIRE_REFUSED)                        \
                fail_msg("%s with a wrong field %u", #name, needed[i]);                            \
        }                                                                                          \
    } while (0)
#define EXPECT_UNKNOWN(fixture, name, type, verdict)                                               \
    do {                                                                                           \
        struct type read;                                                                          \
        struct span bytes = changed(fixture, 1000, one);                                           \
        assert_int_equal(partner_decode_##name(bytes, &(fixture)->arena, &read), verdict);         \
    } while (0)

static void test_asked(void **state) {
    struct fixture *fixture = *state;
    EXPECT_NEEDED(fixture, recheck_account, recheck_account, recheck_account, nul, 1, 2, 3, 4, 5);
    EXPECT_UNKNOWN(fixture, recheck_account, recheck_account, WIRE_REFUSED);
    EXPECT_NEEDED(fixture, ask_account, ask_account, ask_account, nul, 1, 2, 3, 4);
    EXPECT_UNKNOWN(fixture, ask_account, ask_account, WIRE_REFUSED);
    EXPECT_NEEDED(fixture, cancel_posting, cancel_posting, cancel_posting, nul, 1, 2);
    EXPECT_UNKNOWN(fixture, cancel_posting, cancel_posting, WIRE_REFUSED);
    EXPECT_NEEDED(fixture, issue_challenge, issue_challenge, issue_challenge, nul, 1, 2, 3, 4);
    EXPECT_UNKNOWN(fixture, issue_challenge, issue_challenge, WIRE_REFUSED);
}

/* The one id of a challenge that need not be there must be one if it is. */
static void test_replaced_challenge(void **state) {
    struct fixture *fixture = *state;
    struct issue_challenge sample = sample_issue_challenge(), read;
    struct arena *arena = &fixture->arena;
    message_encode_issue_challenge(&sample, &fixture->bytes);
    assert_int_equal(partner_decode_issue_challenge(changed(fixture, 7, drop), arena, &read), 0);
    assert_true(id_is_zero(&read.replaces));
    assert_int_equal(partner_decode_issue_challenge(changed(fixture, 7, short_id), arena, &read),
                     WIRE_REFUSED);
}

/* A bank moves money on it: what belongs to a kind is there, and with no other kind. */
static void test_instructions_by_kind(void **state) {
    struct fixture *fixture = *state;
    const struct edit kinds[] = {NUMBER(1), NUMBER(2), NUMBER(3), NUMBER(4)};
    EXPECT_NEEDED(fixture, post_instruction, post_payment, post_instruction, nul, 16, 17, 18);
    struct post_instruction posted;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(partner_decode_post_instruction(changed(fixture, 15, kinds[i]),
                                                         &fixture->arena, &posted),
                         i == 1 ? 0 : WIRE_REFUSED);
    EXPECT_NEEDED(fixture, post_instruction, post_return, post_instruction, nul, 19, 20);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(partner_decode_post_instruction(changed(fixture, 15, kinds[i]),
                                                         &fixture->arena, &posted),
                         i == 2 ? 0 : WIRE_REFUSED);
    struct post_instruction plain = sample_post_instruction();
    static const struct edit news[] = {BYTES(""), BYTES("999100000020"), BYTES("62280000000000017"),
                                       BYTES("0123456789abcdef"), BYTES("AC04")};
    buf_clear(&fixture->bytes);
    message_encode_post_instruction(&plain, &fixture->bytes);
    for (unsigned field = 16; field <= 20; field++)
        assert_int_equal(partner_decode_post_instruction(changed(fixture, field, news[field - 16]),
                                                         &fixture->arena, &posted),
                         WIRE_REFUSED);
}

static void test_told(void **state) {
    struct fixture *fixture = *state;
    EXPECT_NEEDED(fixture, link_reply, link_view, link_view, nul, 1, 4, 5);
    EXPECT_UNKNOWN(fixture, link_reply, link_view, 0);
    EXPECT_NEEDED(fixture, transfer_reply, transfer_view, transfer_view, nul, 1, 5, 9, 10);
    EXPECT_UNKNOWN(fixture, transfer_reply, transfer_view, 0);
    EXPECT_NEEDED(fixture, balance_reply, balance_reply, balance_answer, nul, 1, 2);
    EXPECT_UNKNOWN(fixture, balance_reply, balance_answer, 0);
    EXPECT_NEEDED(fixture, account_status_reply, account_status_reply, status_answer, nul, 1, 2);
    EXPECT_UNKNOWN(fixture, account_status_reply, status_answer, 0);
    EXPECT_NEEDED(fixture, case_reply, case_view, case_view, nul, 1, 7);
    EXPECT_UNKNOWN(fixture, case_reply, case_view, 0);
    struct report_account_reply report = sample_report_account_reply(), told;
    buf_clear(&fixture->bytes);
    message_encode_report_account_reply(&report, &fixture->bytes);
    EXPECT_UNKNOWN(fixture, report_account_reply, report_account_reply, 0);
    assert_int_equal(
        partner_decode_report_account_reply(SPAN_LITERAL("\xff"), &fixture->arena, &told),
        WIRE_REFUSED);
}

/* Texts for people that cannot be read arrive empty, and numbers that are new as nothing. */
static void test_tolerated(void **state) {
    struct fixture *fixture = *state;
    struct arena *arena = &fixture->arena;
    struct transfer_view transfer = sample_transfer_view(), read;
    message_encode_transfer_reply(&transfer, &fixture->bytes);
    assert_int_equal(partner_decode_transfer_reply(changed(fixture, 22, nul), arena, &read), 0);
    assert_int_equal(read.step_up_method.size, 0);
    assert_int_equal(partner_decode_transfer_reply(changed(fixture, 23, nul), arena, &read), 0);
    assert_int_equal(read.step_up_text.size, 0);
    assert_int_equal(partner_decode_transfer_reply(changed(fixture, 20, short_id), arena, &read),
                     WIRE_REFUSED);
    assert_int_equal(
        partner_decode_transfer_reply(changed(fixture, 2, (struct edit)NUMBER(8)), arena, &read),
        0);
    assert_int_equal(read.state, TRANSFER_NONE);

    struct balance_answer balance = sample_balance_reply(), read_balance;
    buf_clear(&fixture->bytes);
    message_encode_balance_reply(&balance, &fixture->bytes);
    assert_int_equal(partner_decode_balance_reply(changed(fixture, 8, nul), arena, &read_balance),
                     0);
    assert_int_equal(read_balance.reason.size, 0);
}

/* The event of a notice: nothing where it cannot be read. */
static void test_events(void **state) {
    struct fixture *fixture = *state;
    struct arena *arena = &fixture->arena;
    struct notice_place place = sample_link_place();
    struct link_view link = sample_link_view(), read;
    struct span event;
    message_encode_link_notice(&place, &link, "HOLD", &fixture->bytes);
    struct span bytes = changed(fixture, 4, drop);
    assert_int_equal(partner_decode_link_notice(bytes, arena, &place, &read, &event), 0);
    assert_int_equal(event.size, 0);
    bytes = changed(fixture, 4, nul);
    assert_int_equal(partner_decode_link_notice(bytes, arena, &place, &read, &event), 0);
    assert_int_equal(event.size, 0);
    bytes = changed(fixture, 3, drop);
    assert_int_equal(partner_decode_link_notice(bytes, arena, &place, &read, &event), WIRE_REFUSED);
    bytes = changed(fixture, 2, drop);
    assert_int_equal(partner_decode_link_notice(bytes, arena, &place, &read, &event), WIRE_REFUSED);
    buf_clear(&fixture->bytes);
    struct case_view inquiry = sample_case_view(), read_case;
    message_encode_case_notice(&place, &inquiry, &fixture->bytes);
    assert_int_equal(
        partner_decode_case_notice(changed(fixture, 3, drop), arena, &place, &read_case),
        WIRE_REFUSED);
    assert_int_equal(
        partner_decode_case_notice(changed(fixture, 2, short_id), arena, &place, &read_case),
        WIRE_REFUSED);
    buf_clear(&fixture->bytes);
    struct adjustment_view adjustment = sample_adjustment_view(), read_adjustment;
    message_encode_adjustment_notice(&place, &adjustment, &fixture->bytes);
    bytes = changed(fixture, 3, drop);
    assert_int_equal(partner_decode_adjustment_notice(bytes, arena, &place, &read_adjustment),
                     WIRE_REFUSED);
    buf_clear(&fixture->bytes);
    message_encode_adjustment_reply(&adjustment, &fixture->bytes);
    bytes = changed(fixture, 7, drop);
    assert_int_equal(partner_decode_adjustment_reply(bytes, arena, &read_adjustment), WIRE_REFUSED);
    buf_clear(&fixture->bytes);
    struct card_view card = sample_card_view(), read_card;
    message_encode_card_notice(&place, &card, "ISSUED", &fixture->bytes);
    bytes = changed(fixture, 3, drop);
    assert_int_equal(partner_decode_card_notice(bytes, arena, &place, &read_card, &event),
                     WIRE_REFUSED);
    bytes = changed(fixture, 4, nul);
    assert_int_equal(partner_decode_card_notice(bytes, arena, &place, &read_card, &event), 0);
    assert_int_equal(event.size, 0);
}

/* More than this version holds of what a newer gateway may have more of: what fits is read. */
static void test_more_than_fits(void **state) {
    struct fixture *fixture = *state;
    struct link_view link = sample_link_view(), read;
    link.hold_count = 0;
    message_encode_link_reply(&link, &fixture->bytes);
    static const struct edit hold = BYTES("\x0a\x10"
                                          "0123456789abcdef");
    for (unsigned i = 0; i < HOLDS_MAX + 3; i++)
        edit_append(15, &hold, &fixture->bytes);
    struct span bytes = buf_span(&fixture->bytes);
    assert_int_equal(partner_decode_link_reply(bytes, &fixture->arena, &read), 0);
    assert_int_equal(read.hold_count, HOLDS_MAX);

    struct case_view inquiry = sample_case_view(), read_case;
    static const struct edit entry = BYTES("\x10\x01");
    buf_clear(&fixture->bytes);
    message_encode_case_reply(&inquiry, &fixture->bytes);
    for (unsigned i = 0; i < CASE_ENTRIES_MAX; i++)
        edit_append(11, &entry, &fixture->bytes);
    bytes = buf_span(&fixture->bytes);
    assert_int_equal(partner_decode_case_reply(bytes, &fixture->arena, &read_case), 0);
    assert_int_equal(read_case.entry_count, CASE_ENTRIES_MAX);
}

/* A page's bounds are those that were asked for. */
static void test_pages(void **state) {
    struct fixture *fixture = *state;
    struct link_view link = sample_link_view();
    struct link_page page;
    static const struct edit bad_link = BYTES("\x0a\x01x");
    for (unsigned i = 0; i < LIST_MAX; i++)
        message_encode_link_page_entry(&link, &fixture->bytes);
    struct span bytes = buf_span(&fixture->bytes);
    assert_int_equal(partner_decode_link_page(bytes, &fixture->arena, &page), 0);
    assert_int_equal(page.count, LIST_MAX);
    arena_reset(&fixture->arena);
    message_encode_link_page_entry(&link, &fixture->bytes);
    bytes = buf_span(&fixture->bytes);
    assert_int_equal(partner_decode_link_page(bytes, &fixture->arena, &page), WIRE_REFUSED);
    buf_clear(&fixture->bytes);
    edit_append(1, &bad_link, &fixture->bytes);
    bytes = buf_span(&fixture->bytes);
    assert_int_equal(partner_decode_link_page(bytes, &fixture->arena, &page), WIRE_REFUSED);
    struct transfer_page transfers;
    assert_int_equal(partner_decode_transfer_page(bytes, &fixture->arena, &transfers),
                     WIRE_REFUSED);
}

static void test_system(void **state) {
    struct fixture *fixture = *state;
    struct system_notice sample = sample_system_notice(), read;
    static const struct edit nobody = BYTES("");
    message_encode_system_notice(&sample, &fixture->bytes);
    struct span bytes = changed(fixture, 1000, one);
    assert_int_equal(partner_decode_system_notice(bytes, &fixture->arena, &read), 0);
    bytes = changed(fixture, 4, nobody); /* without a code */
    assert_int_equal(partner_decode_system_notice(bytes, &fixture->arena, &read), WIRE_REFUSED);
    bytes = changed(fixture, 4, drop);
    assert_int_equal(partner_decode_system_notice(bytes, &fixture->arena, &read), 0);
    assert_int_equal(read.participant_count, 0);
}

static void test_every_kind_is_told(void **state) {
    struct fixture *fixture = *state;
    for (int kind = TRANSFER_BOUND_PAIR; kind < TRANSFER_KINDS; kind++) {
        struct transfer_view view = sample_transfer_view(), read;
        view.kind = (enum transfer_kind)kind;
        buf_clear(&fixture->bytes);
        message_encode_transfer_reply(&view, &fixture->bytes);
        assert_int_equal(
            partner_decode_transfer_reply(buf_span(&fixture->bytes), &fixture->arena, &read), 0);
        assert_int_equal(read.kind, kind);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_asked),
        TEST(test_replaced_challenge),
        TEST(test_instructions_by_kind),
        TEST(test_told),
        TEST(test_tolerated),
        TEST(test_events),
        TEST(test_every_kind_is_told),
        TEST(test_pages),
        TEST(test_more_than_fits),
        TEST(test_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
