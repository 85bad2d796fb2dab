/*
 * The operators' desk: orders that wait, the audit, banks, and how much is open.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "domain/command.h"
#include "shelf.h"
#include "wire/message.h"

static void put_approval(unsigned number, enum approval_state state, uint32_t refusal) {
    struct command *command = command_new(COMMAND_BANK_ENABLE);
    command->body.bank_enable.code = BANK_A;
    message_encode_internal(command);
    struct approval approval = {.id = numbered(number),
                                .order = COMMAND_BANK_ENABLE,
                                .state = state,
                                .requested_by = 1000,
                                .requested_at_ms = SHELF_MS,
                                .expires_at_ms = SHELF_MS + 1,
                                .refusal = refusal};
    sha256(command->payload, &approval.payload);
    store_begin(shelf.store);
    assert_int_equal(store_put_approval(shelf.store, &approval, command->payload, true), 0);
    struct store_open_row row = {.kind = OBJECT_APPROVAL, .object = approval.id};
    if (state == APPROVAL_WAITING)
        store_put_open(shelf.store, &row);
    store_commit(shelf.store);
    command_free(command);
}

static void approvals_are_listed(void **state) {
    (void)state;
    put_approval(1, APPROVAL_DONE, 0);
    put_approval(2, APPROVAL_WAITING, 0);
    put_approval(3, APPROVAL_REFUSED, REFUSAL_BANK_STATE);
    put_approval(4, APPROVAL_WAITING, 0);
    static const unsigned counts[APPROVAL_STATES] = {4, 2, 1, 1, 0, 0};
    struct admin_listing *listing = list(ADMIN_LIST_APPROVALS);
    admin_reply *reply;
    for (uint32_t i = 0; i < APPROVAL_STATES; i++) {
        listing->filter.state = i;
        reply = run_listing(listing);
        assert_int_equal(reply->approvals->n_rows, counts[i]);
        free_reply(reply);
    }
    listing->filter.state = APPROVAL_WAITING;
    listing->after = numbered(2);
    reply = run_listing(listing);
    assert_int_equal(reply->approvals->n_rows, 1);
    free_reply(reply);
    listing->kind = ADMIN_SHOW_APPROVAL;
    listing->after = numbered(3);
    reply = run_listing(listing);
    assert_string_equal(reply->approval->order, "BANK_ENABLE");
    assert_string_equal(reply->approval->state, "REFUSED");
    assert_string_equal(reply->approval->refusal->detail, "BANK_STATE");
    assert_int_equal(reply->approval->requested_by, 1000);
    assert_int_equal(reply->approval->n_fields, 1);
    assert_string_equal(reply->approval->fields[0]->value, "102100099996");
    free_reply(reply);
    admin_listing_free(listing);
}

static unsigned count_audit(const struct admin_filter *filter) {
    struct admin_listing *listing = list(ADMIN_LIST_AUDIT);
    listing->filter = *filter;
    admin_reply *reply = run_listing(listing);
    unsigned count = (unsigned)reply->audit->n_rows;
    free_reply(reply);
    admin_listing_free(listing);
    return count;
}

static void the_audit_is_listed(void **state) {
    (void)state;
    const struct audit_row rows[] = {
        {.sequence = 3, .at_ms = 10, .order = COMMAND_BANK_ADD, .uid = 0, .kind = OBJECT_APPROVAL},
        {.sequence = 5,
         .at_ms = 20,
         .order = COMMAND_BANK_ADD,
         .uid = 0,
         .two = true,
         .approver = 8,
         .kind = OBJECT_BANK,
         .bank = BANK_A},
        {.sequence = 9, .at_ms = 30, .order = COMMAND_SEARCH, .uid = 8, .found = 2},
        {.sequence = 10,
         .at_ms = 40,
         .order = COMMAND_APPROVE,
         .uid = 9,
         .refusal = REFUSAL_SAME_PERSON},
    };
    store_begin(shelf.store);
    for (size_t i = 0; i < 4; i++)
        store_put_audit(shelf.store, &rows[i]);
    store_commit(shelf.store);
    assert_int_equal(count_audit(&(struct admin_filter){0}), 4);
    assert_int_equal(count_audit(&(struct admin_filter){.of_uid = true, .uid = 8}), 2);
    assert_int_equal(count_audit(&(struct admin_filter){.of_uid = true, .uid = 0}), 2);
    assert_int_equal(count_audit(&(struct admin_filter){.from_ms = 20, .until_ms = 40}), 2);
    assert_int_equal(count_audit(&(struct admin_filter){.kind = COMMAND_SEARCH}), 1);
    struct admin_listing *listing = list(ADMIN_LIST_AUDIT);
    listing->after_sequence = 3;
    admin_reply *reply = run_listing(listing);
    assert_int_equal(reply->audit->n_rows, 3);
    assert_int_equal(reply->audit->next, 10);
    assert_string_equal(reply->audit->rows[0]->kind, "BANK");
    assert_int_equal(reply->audit->rows[0]->approver, 8);
    assert_int_equal(reply->audit->rows[1]->key.len, DIGEST_SIZE);
    assert_string_equal(reply->audit->rows[2]->refusal, "SAME_PERSON");
    free_reply(reply);
    admin_listing_free(listing);
}

static void banks_with_all_that_is_theirs(void **state) {
    (void)state;
    struct bank bank = {.code = BANK_A, .name = "A", .active = true, .pin_count = 1};
    bank.pins[0].bytes[0] = 1;
    bank.pin_expires_at_ms[0] = SHELF_MS;
    bank_deny_kind(&bank, MESSAGE_GET_LINK, true);
    store_begin(shelf.store);
    store_put_bank(shelf.store, &bank);
    store_commit(shelf.store);
    put_counters(BANK_A, (struct bank_counters){.online = true, .last_notice = 9, .unknown = 2});
    struct admin_listing *listing = list(ADMIN_SHOW_BANK);
    listing->after_bank = BANK_A;
    admin_reply *reply = run_listing(listing);
    assert_int_equal(reply->bank->pins[0]->expires_at_ms, SHELF_MS);
    assert_int_equal(reply->bank->n_denied, 1);
    assert_int_equal(reply->bank->denied[0], MESSAGE_GET_LINK);
    assert_int_equal(reply->bank->last_notice, 9);
    assert_int_equal(reply->bank->unknown, 2);
    assert_true(reply->bank->online);
    free_reply(reply);
    listing->after_bank = BANK_B;
    reply = run_listing(listing);
    assert_string_equal(reply->refusal->detail, "NO_SUCH_BANK");
    free_reply(reply);
    admin_listing_free(listing);
}

static void open_work_is_counted(void **state) {
    (void)state;
    struct bank bank = {.code = BANK_B, .name = "B"};
    store_begin(shelf.store);
    store_put_bank(shelf.store, &bank);
    for (unsigned i = 1; i <= 3; i++) {
        struct transfer transfer = transfer_of(i, TRANSFER_UNKNOWN);
        transfer.unknown_at_ms = SHELF_MS + 100 * (4 - i);
        put_transfer(&transfer);
    }
    for (unsigned i = 1; i <= 3; i++) {
        struct inquiry_case inquiry = {.id = numbered(i), .transfer = numbered(9), .owner = BANK_B};
        inquiry.state = i == 3 ? CASE_CLOSED : CASE_OPEN;
        inquiry.overdue = i != 1;
        assert_int_equal(store_put_case(shelf.store, &inquiry, false, (struct span){0}, true), 0);
    }
    store_commit(shelf.store);
    put_counters(BANK_B, (struct bank_counters){.unknown = 3, .unanswered = 4, .uncredited = 5});
    put_approval(1, APPROVAL_WAITING, 0);
    struct admin_listing *listing = list(ADMIN_OPEN_WORK);
    admin_reply *reply = run_listing(listing);
    assert_int_equal(reply->open_work->unknown, 3);
    assert_int_equal(reply->open_work->oldest_unknown_at_ms, SHELF_MS + 100);
    assert_int_equal(reply->open_work->unanswered, 4);
    assert_int_equal(reply->open_work->uncredited, 5);
    assert_int_equal(reply->open_work->approvals_waiting, 1);
    assert_int_equal(reply->open_work->cases_open, 2);
    assert_int_equal(reply->open_work->cases_overdue, 1);
    assert_true(reply->open_work->counted_all);
    free_reply(reply);
    admin_listing_free(listing);
}

int main(void) {
#define OVER(test) cmocka_unit_test_setup_teardown(test, open_shelf, close_shelf)
    const struct CMUnitTest tests[] = {
        OVER(approvals_are_listed),
        OVER(the_audit_is_listed),
        OVER(banks_with_all_that_is_theirs),
        OVER(open_work_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
