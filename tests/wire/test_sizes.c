/*
 * How long the gateway's messages can get. Each must fit a frame with its envelope, whatever people
 * wrote; and what a partner reads must fit a command's budget of memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/envelope.h"
#include "wire/frame.h"
#include "wire/samples.h"

#define BANK 999100000038u
#define TEXT_MAX 512

static char text[TEXT_MAX];
static struct id any_id;
static struct digest any_digest;

static struct span text_of(size_t size) {
    assert_true(size <= TEXT_MAX);
    return span_of(text, size);
}

static int set_up(void **state) {
    (void)state;
    memset(text, 'x', sizeof(text));
    memset(any_id.bytes, 0xff, ID_SIZE);
    memset(any_digest.bytes, 0xff, DIGEST_SIZE);
    return 0;
}

/* Negative numbers and the largest take ten and nine bytes; times are never negative. */
static const struct agreed_limits largest_limits = {INT64_MAX, INT64_MAX, UINT32_MAX, INT64_MAX};
#define LATE_MS INT64_MAX

static struct link_view longest_link(void) {
    struct link_view view = {
        .link = any_id,
        .state = LINK_EXPIRED,
        .reason = text_of(REASON_SIZE - 1),
        .class2_bank = BANK,
        .class1_bank = BANK,
        .class2_masked = text_of(15),
        .class1_masked = text_of(15),
        .scopes = 0x3e,
        .limits = largest_limits,
        .has_challenge = true,
        .challenge_mobile = text_of(23),
        .challenge_expires_in_ms = UINT32_MAX,
        .challenge_tries_left = UINT32_MAX,
        .requested_at_ms = LATE_MS,
        .activated_at_ms = LATE_MS,
        .deadline_ms = LATE_MS,
        .replayed = true,
        .hold_count = HOLDS_MAX,
        .has_amendment = true,
        .amendment_scopes = 0x3e,
        .amendment_limits = largest_limits,
        .amendment_expires_at_ms = LATE_MS,
        .replaces = any_id,
        .replaced_by = any_id,
        .cool_down_until_ms = LATE_MS,
        .recheck_due_ms = LATE_MS,
        .activation_reported_at_ms = LATE_MS,
        .open_transfers = UINT32_MAX,
        .open_orders = UINT32_MAX,
        .open_loans = UINT32_MAX,
        .primary = true,
    };
    for (size_t i = 0; i < HOLDS_MAX; i++)
        view.holds[i] = (struct hold_view){
            .hold = any_id,
            .authority = HOLD_BY_GATEWAY,
            .reason = text_of(REASON_SIZE - 1),
            .legal_reference = text_of(LEGAL_REFERENCE_MAX),
            .placed_at_ms = LATE_MS,
            .expires_at_ms = LATE_MS,
            .blocks = HOLD_BLOCKS_ALL,
            .by = BANK,
        };
    return view;
}

static struct transfer_view longest_transfer(void) {
    return (struct transfer_view){
        .transfer = any_id,
        .state = TRANSFER_UNKNOWN,
        .reason = text_of(REASON_SIZE - 1),
        .detail = text_of(64),
        .link = any_id,
        .kind = TRANSFER_RETURN,
        .direction = TRANSFER_PULL,
        .amount = {INT64_MAX, "CNY"},
        .debtor_bank = BANK,
        .creditor_bank = BANK,
        .end_to_end_id = text_of(REFERENCE_MAX),
        .reference = text_of(REFERENCE_MAX),
        .book_date = text_of(DATE_TEXT_SIZE - 1),
        .received_at_ms = LATE_MS,
        .deadline_ms = LATE_MS,
        .accepted_at_ms = LATE_MS,
        .credited_at_ms = LATE_MS,
        .window = UINT64_MAX,
        .replayed = true,
        .original = any_id,
        .order = any_id,
        .loan = any_id,
        .settled_at_ms = LATE_MS,
        .returned_fen = INT64_MAX,
        .step_up_method = text_of(16),
        .step_up_text = text_of(140),
        .cancel_requested_at_ms = LATE_MS,
        .credit_due_ms = LATE_MS,
        .conflict = true,
    };
}

static void longest_case(struct case_view *view) {
    *view = (struct case_view){
        .inquiry = any_id,
        .transfer = any_id,
        .subject = CASE_OTHER,
        .state = CASE_CLOSED,
        .outcome = CASE_DENIED,
        .opened_by = BANK,
        .owner = BANK,
        .opened_at_ms = LATE_MS,
        .due_at_ms = LATE_MS,
        .closed_at_ms = LATE_MS,
        .entry_count = CASE_ENTRIES_MAX,
        .replayed = true,
        .adjustment = any_id,
    };
    for (size_t i = 0; i < CASE_ENTRIES_MAX; i++)
        view->entries[i] = (struct case_entry_view){BANK, LATE_MS, CASE_CLOSED, CASE_DENIED,
                                                    text_of(CASE_TEXT_MAX)};
}

/* In the largest envelope, within a frame; as frame_end would find out by ending the process. */
static void expect_in_frame(const struct buf *payload) {
    const struct envelope envelope = {
        .correlation = UINT64_MAX,
        .kind = INT32_MAX,
        .direction = MESSAGE_REFUSAL,
        .payload = buf_span(payload),
        .timeout_ms = UINT32_MAX,
        .trace_parent = text_of(TRACE_PARENT_SIZE - 1),
    };
    struct buf frame = {0};
    envelope_append(&envelope, &frame);
    assert_in_range(frame.size, 1, FRAME_HEADER_SIZE + FRAME_BODY_MAX);
    buf_deinit(&frame);
}

/* The figures of message.h, and that they are not far from what is true. */
static void test_entries(void **state) {
    struct link_view link = longest_link();
    struct transfer_view transfer = longest_transfer();
    struct buf entry = {0};
    (void)state;
    message_encode_link_page_entry(&link, &entry);
    assert_int_equal(entry.size, 2536);
    assert_in_range(entry.size, 1, LINK_ENTRY_MAX);
    buf_clear(&entry);
    message_encode_transfer_page_entry(&transfer, &entry);
    assert_int_equal(entry.size, 572);
    assert_in_range(entry.size, 1, TRANSFER_ENTRY_MAX);
    buf_deinit(&entry);
}

static void test_link_page(void **state) {
    struct link_view link = longest_link();
    struct buf page = {0};
    struct link_page read;
    struct arena arena;
    uint32_t count = 0;
    (void)state;
    arena_init(&arena, 4096, COMMAND_ARENA_BUDGET);
    while (count < LIST_MAX && page.size < MESSAGE_PAGE_ENTRIES_MAX) {
        message_encode_link_page_entry(&link, &page);
        count++;
    }
    message_encode_link_page_next(&any_id, &page);
    assert_int_equal(count, 25);
    expect_in_frame(&page);
    assert_int_equal(partner_decode_link_page(buf_span(&page), &arena, &read), 0);
    assert_int_equal(read.count, count);
    assert_memory_equal(&read.next, &any_id, ID_SIZE);
    assert_int_equal(read.links[count - 1].hold_count, HOLDS_MAX);
    arena_deinit(&arena);
    buf_deinit(&page);
}

static void test_transfer_page(void **state) {
    struct transfer_view transfer = longest_transfer();
    struct buf page = {0};
    struct transfer_page read;
    struct arena arena;
    uint32_t count = 0;
    (void)state;
    arena_init(&arena, 4096, COMMAND_ARENA_BUDGET);
    while (count < LIST_MAX && page.size < MESSAGE_PAGE_ENTRIES_MAX) {
        message_encode_transfer_page_entry(&transfer, &page);
        count++;
    }
    message_encode_transfer_page_next(&any_id, &page);
    assert_int_equal(count, LIST_MAX);
    expect_in_frame(&page);
    assert_int_equal(partner_decode_transfer_page(buf_span(&page), &arena, &read), 0);
    assert_int_equal(read.count, count);
    arena_deinit(&arena);
    buf_deinit(&page);
}

/* A hundred ordinary links are one page. */
static void test_ordinary_page(void **state) {
    struct link_view link = longest_link();
    struct buf page = {0};
    (void)state;
    link.hold_count = 0;
    link.has_amendment = false;
    for (uint32_t count = 0; count < LIST_MAX; count++) {
        assert_in_range(page.size, 0, MESSAGE_PAGE_ENTRIES_MAX - 1);
        message_encode_link_page_entry(&link, &page);
    }
    expect_in_frame(&page);
    buf_deinit(&page);
}

static void test_case(void **state) {
    static struct case_view view, read;
    struct notice_place place = {UINT64_MAX, any_digest}, read_place;
    struct buf payload = {0};
    struct arena arena;
    (void)state;
    longest_case(&view);
    arena_init(&arena, 4096, COMMAND_ARENA_BUDGET);
    message_encode_case_reply(&view, &payload);
    assert_int_equal(payload.size, 5144);
    buf_clear(&payload);
    message_encode_case_notice(&place, &view, &payload);
    assert_int_equal(payload.size, 5192);
    expect_in_frame(&payload);
    struct span bytes = buf_span(&payload);
    assert_int_equal(partner_decode_case_notice(bytes, &arena, &read_place, &read), 0);
    assert_int_equal(read.entry_count, CASE_ENTRIES_MAX);
    for (size_t i = 0; i < CASE_ENTRIES_MAX; i++)
        assert_true(span_equal(read.entries[i].text, view.entries[i].text));
    arena_deinit(&arena);
    buf_deinit(&payload);
}

static void test_position(void **state) {
    static struct position_view view, read;
    struct buf payload = {0};
    struct arena arena;
    (void)state;
    view.position = (struct position){0, "CNY", INT64_MAX, -INT64_MAX, 0};
    view.terms = (struct exposure_terms){.has_cap = true,
                                         .cap_fen = INT64_MAX,
                                         .prefunded = true,
                                         .balance_fen = INT64_MAX,
                                         .out_reserved_fen = INT64_MAX,
                                         .warn_percent = {98, 99, 100},
                                         .level = 3};
    view.exposure_fen = -INT64_MAX;
    view.free_fen = INT64_MAX;
    view.next = BANK;
    view.as_of_ms = LATE_MS;
    view.pair_count = POSITION_PAIRS_MAX;
    for (uint32_t i = 0; i < POSITION_PAIRS_MAX; i++)
        view.pairs[i] = (struct pair_view){BANK, INT64_MAX, INT64_MAX, -INT64_MAX, true, INT64_MAX};
    arena_init(&arena, 4096, COMMAND_ARENA_BUDGET);
    message_encode_position_reply(&view, &payload);
    expect_in_frame(&payload);
    assert_int_equal(partner_decode_position_reply(buf_span(&payload), &arena, &read), 0);
    assert_int_equal(read.pair_count, POSITION_PAIRS_MAX);
    arena_deinit(&arena);
    buf_deinit(&payload);
}

static void test_system_notice(void **state) {
    static struct participant participants[SYSTEM_NOTICE_PARTICIPANTS_MAX];
    struct system_notice notice = {
        .ledger_time_ms = LATE_MS,
        .business_date = text_of(DATE_TEXT_SIZE - 1),
        .cut_off_at_ms = LATE_MS,
        .participants = participants,
        .participant_count = SYSTEM_NOTICE_PARTICIPANTS_MAX,
        .complete = true,
        .transfer_timeout_min_ms = UINT32_MAX,
        .transfer_timeout_max_ms = UINT32_MAX,
    };
    struct system_notice read;
    struct buf payload = {0};
    struct arena arena;
    (void)state;
    for (size_t i = 0; i < SYSTEM_NOTICE_PARTICIPANTS_MAX; i++)
        participants[i] =
            (struct participant){BANK, text_of(BANK_NAME_MAX), true, true, true, true};
    arena_init(&arena, 4096, COMMAND_ARENA_BUDGET);
    message_encode_system_notice(&notice, &payload);
    assert_int_equal(payload.size, 36046);
    expect_in_frame(&payload);
    assert_int_equal(partner_decode_system_notice(buf_span(&payload), &arena, &read), 0);
    assert_int_equal(read.participant_count, SYSTEM_NOTICE_PARTICIPANTS_MAX);
    arena_deinit(&arena);
    buf_deinit(&payload);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries),       cmocka_unit_test(test_link_page),
        cmocka_unit_test(test_transfer_page), cmocka_unit_test(test_ordinary_page),
        cmocka_unit_test(test_case),          cmocka_unit_test(test_system_notice),
        cmocka_unit_test(test_position),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
