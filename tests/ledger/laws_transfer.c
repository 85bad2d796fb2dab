/*
 * See laws_transfer.h. All is summed up anew from the transfers alone.
 */
#include "ledger/laws_transfer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/rules.h"

#define BANKS 4
static const bank_code banks[BANKS] = {BANK_A, BANK_B, BANK_C, BANK_D};

int64_t laws_transfer_due_ms(const struct transfer *transfer) {
    if (transfer->state == TRANSFER_PENDING)
        return transfer->deadline_ms;
    if (transfer->state == TRANSFER_UNKNOWN)
        return transfer->unknown_alarm_ms;
    bool owed = transfer->state == TRANSFER_ACCEPTED && transfer->direction == TRANSFER_PULL &&
                !transfer->credited_at_ms && !transfer->credit_late &&
                transfer->came_back_fen < transfer->amount.fen;
    return owed ? transfer->accepted_at_ms + rules_at(transfer->accepted_at_ms)->credit_due_ms : 0;
}

static uint64_t events(const struct transfer *transfer, enum transfer_event event) {
    uint64_t count = 0;
    for (uint32_t i = 0; i < transfer->history.count; i++)
        count += transfer->history.entries[i].event == (uint32_t)event;
    return count;
}

uint64_t laws_step_ups(const struct transfer *transfer) {
    return events(transfer, TRANSFER_EVENT_STEP_UP);
}

/* ---- one transfer by itself ---- */

static void check_flags(const struct transfer *transfer) {
    bool open = transfer->state == TRANSFER_PENDING || transfer->state == TRANSFER_UNKNOWN;
    bool may_have_moved = open || transfer->state == TRANSFER_ACCEPTED;
    bool whole = transfer->history.spilled == 0;
    assert_int_equal(transfer->counted, may_have_moved && transfer->kind != TRANSFER_RETURN);
    assert_true(transfer->counted || !transfer->in_cool_down);
    assert_int_equal(id_is_zero(&transfer->original), transfer->kind != TRANSFER_RETURN);
    assert_true(id_is_zero(&transfer->cancel_request) ||
                (transfer->cancel && transfer->state == TRANSFER_PENDING));
    assert_int_equal(transfer->cancel, transfer->cancel_asked_at_ms != 0);
    assert_int_equal(transfer->unknown_alarm_ms != 0, transfer->state == TRANSFER_UNKNOWN);
    if (whole) {
        assert_int_equal(transfer->cancel, events(transfer, TRANSFER_EVENT_CANCEL_ASKED) > 0);
        assert_int_equal(transfer->conflict, events(transfer, TRANSFER_EVENT_CONFLICT) > 0);
        assert_int_equal(transfer->credit_late, events(transfer, TRANSFER_EVENT_CREDIT_LATE));
        assert_int_equal(transfer->credited_at_ms != 0, events(transfer, TRANSFER_EVENT_CREDITED));
        assert_int_equal(transfer->unknown_at_ms != 0, events(transfer, TRANSFER_EVENT_DEADLINE));
    }
    assert_in_range(events(transfer, TRANSFER_EVENT_CONFLICT), 0, 4);
    assert_true(transfer->state == TRANSFER_ACCEPTED || transfer->returned_fen == 0);
}

/* What came back, and is on its way back, of an original. */
static uint64_t check_returns(struct world *world, const struct transfer *original) {
    struct id id = {{0}};
    int64_t taken = 0;
    int64_t back = 0;
    uint64_t rows = 0;
    while (store_next_return(world->store, &original->id, &id, &id) == 0) {
        struct transfer transfer = world_get_transfer(world, &id);
        rows++;
        assert_int_equal(transfer.kind, TRANSFER_RETURN);
        assert_true(id_equal(&transfer.original, &original->id));
        assert_true(id_equal(&transfer.link, &original->link));
        assert_true(transfer.debtor_bank == original->creditor_bank);
        assert_true(transfer.creditor_bank == original->debtor_bank);
        if (transfer.state == TRANSFER_ACCEPTED)
            back += transfer.amount.fen;
        if (transfer.state == TRANSFER_ACCEPTED || transfer_reserved(transfer.state))
            taken += transfer.amount.fen;
    }
    assert_true(original->returned_fen == taken && original->came_back_fen == back);
    assert_true(taken <= original->amount.fen);
    return rows;
}

/* ---- the limits of a link ---- */

static void add_use(struct link_usage *sum, const struct transfer *transfer) {
    if (!transfer->counted)
        return;
    if (shanghai_day(transfer->received_at_ms) == sum->day) {
        sum->day_fen += transfer->amount.fen;
        sum->day_count++;
    }
    if (shanghai_year(transfer->received_at_ms) == sum->year)
        sum->year_fen += transfer->amount.fen;
    if (transfer->in_cool_down)
        sum->cool_down_fen += transfer->amount.fen;
}

/* I8, but for limits that were narrowed since. */
static void check_usage(struct world *world, const struct id *link) {
    struct link_usage usage;
    struct id id = {{0}};
    assert_int_equal(store_get_usage(world->store, link, &usage), 0);
    struct link_usage sum = {.day = usage.day, .year = usage.year};
    while (store_next_transfer_of_link(world->store, link, &id, &id) == 0) {
        struct transfer transfer = world_get_transfer(world, &id);
        add_use(&sum, &transfer);
    }
    assert_true(sum.day_fen == usage.day_fen && sum.day_count == usage.day_count);
    assert_true(sum.year_fen == usage.year_fen && sum.cool_down_fen == usage.cool_down_fen);
}

/* ---- all together ---- */

struct owing {
    uint64_t unknown[BANKS], uncredited[BANKS], returns;
};

static void add_owing(const struct transfer *transfer, struct owing *owing) {
    bool uncredited = transfer->credit_late && !transfer->credited_at_ms &&
                      transfer->came_back_fen < transfer->amount.fen;
    for (size_t i = 0; i < BANKS; i++) {
        owing->unknown[i] +=
            transfer->state == TRANSFER_UNKNOWN && transfer->instructed == banks[i];
        owing->uncredited[i] += uncredited && transfer->creditor_bank == banks[i];
    }
    owing->returns += transfer->kind == TRANSFER_RETURN;
}

static void release_memory(struct world *world) {
    store_begin(world->store);
    store_commit(world->store);
}

void laws_check_transfers(struct world *world) {
    struct owing owing;
    struct transfer transfer;
    struct link link;
    struct id after = {{0}};
    uint64_t rows = 0;
    memset(&owing, 0, sizeof owing);
    while (store_next_transfer(world->store, &after, &transfer) == 0) {
        after = transfer.id;
        check_flags(&transfer);
        add_owing(&transfer, &owing);
        rows += check_returns(world, &transfer);
        release_memory(world);
    }
    assert_int_equal(rows, owing.returns);
    assert_int_equal(laws_rows(world, TABLE_RETURN), owing.returns);
    for (size_t i = 0; i < BANKS; i++) {
        struct bank_counters counters = world_counters(world, banks[i]);
        assert_int_equal(counters.unknown, owing.unknown[i]);
        assert_int_equal(counters.uncredited, owing.uncredited[i]);
    }
    memset(&after, 0, sizeof after);
    while (store_next_link(world->store, &after, &link) == 0) {
        after = link.id;
        check_usage(world, &link.id);
        release_memory(world);
    }
}
