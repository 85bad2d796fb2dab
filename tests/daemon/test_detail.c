/*
 * What operators look at: open transfers without the others, whole lives, cases; and links and
 * transfers with all that stands about them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "domain/message_account.h"
#include "shelf.h"

/* ---- filters ---- */

static unsigned count_transfers(const struct admin_filter *filter) {
    struct admin_listing *listing = list(ADMIN_LIST_TRANSFERS);
    listing->filter = *filter;
    listing->max = 3;
    unsigned count = 0;
    bool more = true;
    while (more) {
        admin_reply *reply = run_listing(listing);
        count += (unsigned)reply->transfers->n_rows;
        more = reply->transfers->more;
        assert_true(id_from_span(span_of(reply->transfers->next.data, reply->transfers->next.len),
                                 &listing->after));
        free_reply(reply);
    }
    admin_listing_free(listing);
    return count;
}

static void transfers_are_filtered(void **state) {
    (void)state;
    store_begin(shelf.store);
    for (unsigned i = 1; i <= 60; i++) {
        struct transfer transfer = transfer_of(i, i % 6 == 0   ? TRANSFER_UNKNOWN
                                                  : i % 6 == 1 ? TRANSFER_PENDING
                                                               : TRANSFER_ACCEPTED);
        transfer.conflict = i == 8;
        transfer.kind = i % 2 ? TRANSFER_PAYMENT : TRANSFER_BOUND_PAIR;
        if (i == 9)
            transfer.debtor_bank = 999100000020u;
        put_transfer(&transfer);
    }
    store_commit(shelf.store);
    const struct {
        struct admin_filter filter;
        unsigned count;
    } cases[] = {
        {{0}, 60},
        {{.state = TRANSFER_UNKNOWN}, 10},
        {{.state = TRANSFER_PENDING}, 10},
        {{.state = TRANSFER_ACCEPTED}, 40},
        {{.state = TRANSFER_UNKNOWN, .link = link_of(0)}, 10},
        {{.state = TRANSFER_UNKNOWN, .link = link_of(1)}, 0},
        {{.state = TRANSFER_UNKNOWN, .from_ms = SHELF_MS + 31}, 5},
        {{.state = TRANSFER_UNKNOWN, .until_ms = SHELF_MS + 31}, 5},
        {{.from_ms = SHELF_MS + 11}, 50},
        {{.until_ms = SHELF_MS + 11}, 10},
        {{.from_ms = SHELF_MS + 11, .until_ms = SHELF_MS + 12}, 1},
        {{.min_fen = 51}, 10},
        {{.max_fen = 50}, 50},
        {{.min_fen = 7, .max_fen = 7}, 1},
        {{.kind = TRANSFER_PAYMENT}, 30},
        {{.conflict = true}, 1},
        {{.bank = BANK_B}, 59},
        {{.bank = 999100000020u}, 1},
        {{.bank = BANK_A}, 60},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(count_transfers(&cases[i].filter), cases[i].count);
}

/* As many others as one page may not look at: the open ones are found all the same, at once. */
static void unknown_ones_are_found_among_many(void **state) {
    (void)state;
    store_begin(shelf.store);
    for (unsigned i = 1; i <= ADMIN_PAGE_SCAN_MAX + 10; i++) {
        bool unknown = i == ADMIN_PAGE_SCAN_MAX + 5;
        struct transfer transfer = transfer_of(i, unknown ? TRANSFER_UNKNOWN : TRANSFER_ACCEPTED);
        put_transfer(&transfer);
    }
    store_commit(shelf.store);
    struct admin_listing *listing = list(ADMIN_LIST_TRANSFERS);
    listing->filter.state = TRANSFER_UNKNOWN;
    admin_reply *reply = run_listing(listing);
    assert_int_equal(reply->transfers->n_rows, 1);
    assert_false(reply->transfers->more);
    free_reply(reply);
    admin_listing_free(listing);
}

/* ---- one transfer ---- */

static admin_reply *show_transfer(const struct transfer *transfer) {
    store_begin(shelf.store);
    put_transfer(transfer);
    store_commit(shelf.store);
    struct admin_listing *listing = list(ADMIN_SHOW_TRANSFER);
    listing->after = transfer->id;
    admin_reply *reply = run_listing(listing);
    admin_listing_free(listing);
    assert_int_equal(reply->result_case, ADMIN_RESULT(TRANSFER));
    return reply;
}

static void what_is_out_for_a_transfer(void **state) {
    (void)state;
    struct transfer transfer = transfer_of(1, TRANSFER_PENDING);
    transfer.deadline_ms = SHELF_MS + 5000;
    admin_reply *reply = show_transfer(&transfer);
    assert_string_equal(reply->transfer->exchange->message, "POST_INSTRUCTION");
    assert_int_equal(reply->transfer->exchange->bank, BANK_B);
    assert_false(reply->transfer->exchange->bank_online);
    assert_int_equal(reply->transfer->waits_until_ms, transfer.deadline_ms);
    free_reply(reply);

    put_counters(BANK_B, (struct bank_counters){.online = true});
    transfer = transfer_of(2, TRANSFER_UNKNOWN);
    transfer.unknown_at_ms = SHELF_MS;
    transfer.unknown_alarm_ms = SHELF_MS + 9;
    reply = show_transfer(&transfer);
    assert_string_equal(reply->transfer->exchange->message, "INQUIRE_POSTING");
    assert_true(reply->transfer->exchange->bank_online);
    assert_int_equal(reply->transfer->waits_until_ms, 0);
    assert_int_equal(reply->transfer->unknown_at_ms, SHELF_MS);
    assert_int_equal(reply->transfer->unknown_alarm_ms, SHELF_MS + 9);
    free_reply(reply);

    transfer = transfer_of(3, TRANSFER_UNKNOWN);
    transfer.cancel = true;
    reply = show_transfer(&transfer);
    assert_string_equal(reply->transfer->exchange->message, "CANCEL_POSTING");
    free_reply(reply);

    transfer = transfer_of(4, TRANSFER_ACCEPTED);
    reply = show_transfer(&transfer);
    assert_null(reply->transfer->exchange);
    free_reply(reply);
}

static void returns_and_cases_of_a_transfer(void **state) {
    (void)state;
    struct transfer original = transfer_of(1, TRANSFER_ACCEPTED);
    struct transfer back = transfer_of(2, TRANSFER_REJECTED);
    back.kind = TRANSFER_RETURN;
    back.original = original.id;
    struct inquiry_case inquiry = {.id = numbered(77),
                                   .transfer = original.id,
                                   .subject = CASE_AMOUNT,
                                   .state = CASE_OPEN,
                                   .opened_by = BANK_A,
                                   .owner = BANK_B,
                                   .other = BANK_A,
                                   .entry_count = 1,
                                   .entries = {{.by = BANK_A, .state = CASE_OPEN, .at_ms = 5}}};
    store_begin(shelf.store);
    put_transfer(&back);
    assert_int_equal(store_put_case(shelf.store, &inquiry, true, span_text("a secret word"), true),
                     0);
    store_commit(shelf.store);
    admin_reply *reply = show_transfer(&original);
    assert_int_equal(reply->transfer->n_returns, 1);
    assert_string_equal(reply->transfer->returns[0]->state, "REJECTED");
    assert_string_equal(reply->transfer->returns[0]->kind, "RETURN");
    assert_int_equal(reply->transfer->n_cases, 1);
    assert_memory_equal(reply->transfer->cases[0].data, inquiry.id.bytes, ID_SIZE);
    free_reply(reply);

    struct admin_listing *listing = list(ADMIN_SHOW_CASE);
    listing->after = inquiry.id;
    reply = run_listing(listing);
    assert_string_equal(reply->case_detail->row->subject, "AMOUNT");
    assert_int_equal(reply->case_detail->n_entries, 1);
    assert_int_equal(reply->case_detail->entries[0]->by, BANK_A);
    /* what was written stays between the banks */
    assert_null(memmem(listing->reply.data, listing->reply.size, "secret", 6));
    free_reply(reply);
    listing->kind = ADMIN_LIST_CASES;
    listing->after = (struct id){{0}};
    listing->filter.bank = BANK_B;
    reply = run_listing(listing);
    assert_int_equal(reply->cases->n_rows, 1);
    free_reply(reply);
    listing->filter.overdue = true;
    reply = run_listing(listing);
    assert_int_equal(reply->cases->n_rows, 0);
    free_reply(reply);
    admin_listing_free(listing);
}

/* ---- one link ---- */

static struct link full_link(void) {
    struct link link = {.id = link_of(1),
                        .state = LINK_ACTIVE,
                        .class2_bank = BANK_A,
                        .class1_bank = BANK_B,
                        .class2_class = ACCOUNT_CLASS_II,
                        .scopes = LINK_SCOPE_BIT(LINK_SCOPE_PAY),
                        .limits = {.single_fen = 100, .daily_fen = 1000},
                        .class2_masked = "0001",
                        .class1_masked = "0002",
                        .exchange = LINK_EXCHANGE_RECHECK,
                        .exchange_id = numbered(5),
                        .exchange_deadline_ms = SHELF_MS + 50};
    link.hold_count = 2;
    link.holds[0] = (struct hold){.id = numbered(6),
                                  .authority = HOLD_BY_COURT,
                                  .by = BANK_B,
                                  .blocks = HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1),
                                  .legal_reference = "court-17"};
    link.holds[1] = (struct hold){.id = numbered(7),
                                  .authority = HOLD_BY_OPERATOR,
                                  .blocks = HOLD_BLOCK_BIT(HOLD_BLOCK_ORDERS),
                                  .legal_reference = "desk-3"};
    link.amendment = (struct link_amendment){
        .present = true, .limits = {.single_fen = 500}, .expires_at_ms = SHELF_MS + 70};
    link.evidence = (struct link_evidence){.present = true,
                                           .name = ELEMENT_MATCH,
                                           .mobile = ELEMENT_MISMATCH,
                                           .account_class = ACCOUNT_CLASS_I,
                                           .status = ACCOUNT_OPEN};
    link.challenge = (struct link_challenge){
        .id = numbered(8), .issued = 2, .attempts = 1, .masked_mobile = "138****0001"};
    return link;
}

static void put_link(const struct link *link) {
    struct link_private secret = {.class2_number = SPAN_LITERAL("6236330000000000001"),
                                  .class1_number = SPAN_LITERAL("6226220000000000002")};
    store_begin(shelf.store);
    assert_int_equal(store_put_link(shelf.store, link, &secret, true), 0);
    store_commit(shelf.store);
}

static void all_of_a_link(void **state) {
    (void)state;
    struct link link = full_link();
    put_link(&link);
    struct transfer open = transfer_of(1, TRANSFER_PENDING); /* 1 % LINKS: of this link */
    struct link_usage usage = {
        .day = 1, .day_fen = 10, .day_count = 1, .year = 1970, .year_fen = 20, .cool_down_fen = 3};
    store_begin(shelf.store);
    put_transfer(&open);
    store_put_usage(shelf.store, &link.id, &usage);
    store_commit(shelf.store);
    put_counters(BANK_B, (struct bank_counters){.online = true});
    struct admin_listing *listing = list(ADMIN_SHOW_LINK);
    listing->after = link.id;
    admin_reply *reply = run_listing(listing);
    const Linkgate__Admin__V1__LinkDetail *detail = reply->link;
    assert_int_equal(detail->row->holds, 2);
    assert_true(detail->row->amending);
    assert_int_equal(detail->n_holds, 2);
    assert_string_equal(detail->holds[0]->authority, "COURT");
    assert_string_equal(detail->holds[0]->reference, "");
    assert_string_equal(detail->holds[1]->reference, "desk-3");
    assert_int_equal(detail->blocked,
                     HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1) | HOLD_BLOCK_BIT(HOLD_BLOCK_ORDERS));
    assert_int_equal(detail->amendment->limits->single_fen, 500);
    assert_string_equal(detail->evidence->name, "MATCH");
    assert_string_equal(detail->evidence->id_number, "NONE");
    assert_string_equal(detail->evidence->mobile, "MISMATCH");
    assert_string_equal(detail->evidence->status, "OPEN");
    assert_string_equal(detail->exchange->message, "RECHECK_ACCOUNT");
    assert_true(detail->exchange->bank_online);
    assert_false(detail->class2_bank_online);
    assert_int_equal(detail->challenge->issued, 2);
    assert_int_equal(detail->usage->day_fen, 0); /* another day by now */
    assert_int_equal(detail->usage->cool_down_fen, 3);
    assert_int_equal(detail->n_open_transfers, 1);
    assert_memory_equal(detail->open_transfers[0].data, open.id.bytes, ID_SIZE);
    static const char *const hidden[] = {"court-17", "138", "623633", "622622"};
    for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
        assert_null(memmem(listing->reply.data, listing->reply.size, hidden[i], strlen(hidden[i])));
    free_reply(reply);
    admin_listing_free(listing);
}

static unsigned count_links(const struct admin_filter *filter) {
    struct admin_listing *listing = list(ADMIN_LIST_LINKS);
    listing->filter = *filter;
    admin_reply *reply = run_listing(listing);
    unsigned count = (unsigned)reply->links->n_rows;
    free_reply(reply);
    admin_listing_free(listing);
    return count;
}

static void links_are_filtered(void **state) {
    (void)state;
    struct link link = full_link();
    put_link(&link);
    struct link plain = {.id = link_of(2),
                         .state = LINK_CLOSED,
                         .class2_bank = 999100000020u,
                         .class1_bank = BANK_B};
    put_link(&plain);
    assert_int_equal(count_links(&(struct admin_filter){0}), 2);
    assert_int_equal(count_links(&(struct admin_filter){.state = LINK_CLOSED}), 1);
    assert_int_equal(count_links(&(struct admin_filter){.bank = BANK_B}), 2);
    assert_int_equal(count_links(&(struct admin_filter){.bank = BANK_A}), 1);
    assert_int_equal(count_links(&(struct admin_filter){.bank = 5}), 0);
    assert_int_equal(count_links(&(struct admin_filter){.held = true}), 1);
    assert_int_equal(count_links(&(struct admin_filter){.amending = true}), 1);

    struct admin_listing *listing = list(ADMIN_LIST_FOUND);
    listing->found = xcalloc(2, sizeof(struct id));
    listing->found[0] = plain.id;
    listing->found[1] = numbered(4711); /* not there */
    listing->found_count = 2;
    listing->found_more = true;
    admin_reply *reply = run_listing(listing);
    assert_int_equal(reply->links->n_rows, 1);
    assert_true(reply->links->more);
    free_reply(reply);
    admin_listing_free(listing);
}

/* ---- lives ---- */

static void a_long_life_is_whole(void **state) {
    (void)state;
    struct link link = full_link();
    store_begin(shelf.store);
    for (uint32_t i = 0; i < 2000; i++) {
        struct history_entry entry = {.state = LINK_ACTIVE,
                                      .event = LINK_EVENT_HOLD,
                                      .at_ms = SHELF_MS + i,
                                      .sequence = i + 1,
                                      .cause = CAUSE_OPERATOR,
                                      .uid = i,
                                      .two = true,
                                      .approver = 7,
                                      .about = numbered(i)};
        if (history_full(&link.history)) {
            for (uint32_t j = 0; j < HISTORY_SPILL; j++)
                store_put_history(shelf.store, OBJECT_LINK, &link.id, link.history.spilled + j,
                                  &link.history.entries[j]);
            history_spill(&link.history);
        }
        assert_true(history_add(&link.history, &entry));
    }
    store_commit(shelf.store);
    put_link(&link);
    struct admin_listing *listing = list(ADMIN_LIST_HISTORY);
    listing->object = OBJECT_LINK;
    listing->after = link.id;
    uint32_t seen = 0;
    bool more = true;
    while (more) {
        admin_reply *reply = run_listing(listing);
        for (size_t i = 0; i < reply->history->n_rows; i++, seen++) {
            const Linkgate__Admin__V1__HistoryRow *row = reply->history->rows[i];
            assert_int_equal(row->index, seen);
            assert_int_equal(row->uid, seen);
            assert_string_equal(row->event, "HOLD");
            assert_true(row->two);
            assert_int_equal(row->approver, 7);
        }
        more = reply->history->more;
        listing->from = reply->history->next;
        free_reply(reply);
    }
    assert_int_equal(seen, 2000);
    listing->kind = ADMIN_SHOW_LINK;
    admin_reply *reply = run_listing(listing);
    assert_int_equal(reply->link->history_length, 2000);
    assert_int_equal(reply->link->history[reply->link->n_history - 1]->index, 1999);
    free_reply(reply);
    admin_listing_free(listing);
}

int main(void) {
#define OVER(test) cmocka_unit_test_setup_teardown(test, open_shelf, close_shelf)
    const struct CMUnitTest tests[] = {
        OVER(transfers_are_filtered),
        OVER(unknown_ones_are_found_among_many),
        OVER(what_is_out_for_a_transfer),
        OVER(returns_and_cases_of_a_transfer),
        OVER(all_of_a_link),
        OVER(links_are_filtered),
        OVER(a_long_life_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
