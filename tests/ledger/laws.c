/*
 * See laws.h. Everything is counted anew from the links and transfers; what the store keeps beside
 * them must be equal, row for row.
 */
#include "ledger/laws.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/laws_desk.h"
#include "ledger/laws_transfer.h"
#include "store/table.h"

#define BANKS 4
static const bank_code banks[BANKS] = {BANK_A, BANK_B, BANK_C, BANK_D};

struct sums {
    int64_t reserved[BANKS], net[BANKS];
    struct pair_net pairs[BANKS][BANKS]; /* low, high */
    uint64_t unanswered[BANKS];
    uint64_t open_rows, deadlines, live_links, links, transfers, owed, spilled;
};

static size_t bank_index(bank_code bank) {
    size_t i = 0;
    while (i < BANKS && banks[i] != bank)
        i++;
    assert_true(i < BANKS);
    return i;
}

uint64_t laws_rows(struct world *world, enum table table) {
    struct overlay *overlay = store_overlay(world->store);
    uint8_t first = (uint8_t)table;
    struct span key, value;
    uint64_t count = 0;
    int rc = overlay_seek(overlay, span_of(&first, 1), 1, &key, &value);
    while (rc == 0) {
        count++;
        rc = overlay_after(overlay, key, 1, &key, &value);
    }
    assert_int_equal(rc, OVERLAY_ABSENT);
    return count;
}

bool laws_deadline_stands(struct world *world, const struct store_deadline *row) {
    struct key key = key_of(TABLE_DEADLINE);
    key_add_u64(&key, (uint64_t)row->at_ms ^ (UINT64_C(1) << 63));
    key_add_byte(&key, (uint8_t)row->kind);
    key_add_id(&key, &row->object);
    struct span value;
    return overlay_get(store_overlay(world->store), key_span(&key), &value) == 0;
}

/* ---- I4: a history is a path ---- */

static bool transfer_step_exists(uint32_t from, uint32_t to) {
    for (int event = 0; event < TRANSFER_EVENTS; event++) {
        enum transfer_state next;
        if (transfer_next((enum transfer_state)from, (enum transfer_event)event, &next) &&
            next == to)
            return true;
    }
    return false;
}

static bool link_step_exists(uint32_t from, uint32_t to) {
    for (int event = 0; event < LINK_EVENTS; event++) {
        enum link_state next;
        if (link_next((enum link_state)from, (enum link_event)event, &next) && next == to)
            return true;
    }
    return from == LINK_CLOSING && to == LINK_EXPIRED;
}

/* An entry of the whole life: in the record, or in a row of its own. */
static struct history_entry entry_at(struct world *world, enum object_kind kind,
                                     const struct id *id, const struct history *history,
                                     uint32_t index) {
    struct history_entry entry;
    if (index >= history->spilled)
        return history->entries[index - history->spilled];
    assert_int_equal(store_get_history(world->store, kind, id, index, &entry), 0);
    return entry;
}

static void check_path(struct world *world, enum object_kind kind, const struct id *id,
                       const struct history *history, uint32_t state,
                       bool (*step_exists)(uint32_t from, uint32_t to)) {
    struct history_entry before = {.state = 0};
    assert_in_range(history->count, 1, HISTORY_MAX);
    for (uint32_t i = 0; i < history->spilled + history->count; i++) {
        struct history_entry entry = entry_at(world, kind, id, history, i);
        assert_true(step_exists(before.state, entry.state));
        assert_true(entry.at_ms >= before.at_ms);
        assert_true(entry.sequence >= before.sequence);
        before = entry;
    }
    assert_int_equal(before.state, state);
}

/* ---- one object ---- */

static void add_accepted(struct sums *sums, const struct transfer *transfer) {
    size_t debtor = bank_index(transfer->debtor_bank);
    size_t creditor = bank_index(transfer->creditor_bank);
    bool to_low = transfer->creditor_bank < transfer->debtor_bank;
    struct pair_net *pair =
        to_low ? &sums->pairs[creditor][debtor] : &sums->pairs[debtor][creditor];
    sums->net[debtor] -= transfer->amount.fen;
    sums->net[creditor] += transfer->amount.fen;
    pair->net_fen += to_low ? transfer->amount.fen : -transfer->amount.fen;
    *(to_low ? &pair->to_low_fen : &pair->to_high_fen) += transfer->amount.fen;
    pair->count++;
    assert_int_equal(transfer->window, 1);
    assert_true(transfer->accepted_at_ms > 0);
}

static void check_transfer(struct world *world, const struct transfer *transfer,
                           struct sums *sums) {
    check_path(world, OBJECT_TRANSFER, &transfer->id, &transfer->history, transfer->state,
               transfer_step_exists);
    sums->spilled += transfer->history.spilled;
    assert_true(transfer->amount.fen > 0);
    sums->transfers++;
    struct store_open_row open = {OBJECT_TRANSFER, transfer->link, transfer->id};
    bool reserved = transfer_reserved(transfer->state);
    assert_int_equal(store_has_open(world->store, &open), reserved ? 0 : STORE_ABSENT);
    struct link link = world_get_link(world, &transfer->link);
    if (reserved) {
        sums->reserved[bank_index(transfer->debtor_bank)] += transfer->amount.fen;
        sums->open_rows++;
        sums->unanswered[bank_index(transfer->instructed)]++;
        assert_false(link_final(link.state) && transfer->kind != TRANSFER_RETURN);
    } else {
        sums->owed += 2;
    }
    sums->owed += laws_step_ups(transfer);
    if (transfer->state == TRANSFER_ACCEPTED)
        add_accepted(sums, transfer);
    else
        assert_int_equal(transfer->credited_at_ms, 0);
    bool pending = transfer->state == TRANSFER_PENDING;
    struct store_deadline due = {laws_transfer_due_ms(transfer), OBJECT_TRANSFER, transfer->id};
    bool stands = due.at_ms != 0 && !transfer->frozen;
    assert_int_equal(laws_deadline_stands(world, &due), stands);
    sums->deadlines += stands;
    struct span kept;
    assert_int_equal(store_get_transfer_kept(world->store, &transfer->id, &kept),
                     pending && !transfer->cancel ? 0 : STORE_ABSENT);
}

static bool owes_notice(uint32_t before, const struct history_entry *entry) {
    static const bool told[LINK_EVENTS] = {
        [LINK_EVENT_HOLD] = true,       [LINK_EVENT_HOLD_LIFTED] = true,
        [LINK_EVENT_AMENDED] = true,    [LINK_EVENT_AMEND_DROPPED] = true,
        [LINK_EVENT_REVERIFIED] = true, [LINK_EVENT_ACTIVATED] = true,
    };
    if (entry->state == LINK_REQUESTED || entry->state == LINK_VERIFYING ||
        entry->state == LINK_AWAITING_AUTHENTICATION)
        return false;
    return entry->state != before || told[entry->event];
}

static void count_owed(struct world *world, const struct link *link, struct sums *sums) {
    uint32_t before = LINK_NONE;
    for (uint32_t i = 0; i < link->history.spilled + link->history.count; i++) {
        struct history_entry entry = entry_at(world, OBJECT_LINK, &link->id, &link->history, i);
        sums->owed += owes_notice(before, &entry) ? 2 : 0;
        before = entry.state;
    }
    sums->spilled += link->history.spilled;
}

static void sooner(int64_t *due, int64_t ms) {
    if (ms && (!*due || ms < *due))
        *due = ms;
}

int64_t laws_due_ms(const struct link *link) {
    int64_t due = link->deadline_ms;
    bool runs = link->state == LINK_ACTIVE || link->state == LINK_SUSPENDED;
    if (link->exchange != LINK_EXCHANGE_NONE)
        sooner(&due, link->exchange_deadline_ms);
    else if (runs)
        sooner(&due, link->recheck_due_ms);
    if (link->amendment.present)
        sooner(&due, link->amendment.expires_at_ms);
    for (uint32_t i = 0; i < link->hold_count; i++)
        sooner(&due, link->holds[i].expires_at_ms);
    return due;
}

/* What goes with the state. */
static void check_parts(const struct link *link) {
    bool runs = link->state == LINK_ACTIVE || link->state == LINK_SUSPENDED;
    bool coded = link->state == LINK_AWAITING_AUTHENTICATION || link->amendment.present;
    assert_true(!link->amendment.present || link->state == LINK_ACTIVE);
    assert_true(id_is_zero(&link->challenge.id) || coded);
    assert_int_equal(link->recheck_due_ms != 0, runs);
    assert_true(link->hold_count == 0 || link->state == LINK_SUSPENDED ||
                link->state == LINK_CLOSING);
    assert_true(link->hold_count > 0 || link->state != LINK_SUSPENDED);
    assert_true(id_is_zero(&link->replaced_by) || link->state == LINK_CLOSING ||
                link_final(link->state));
    assert_false(link_final(link->state) &&
                 (link->exchange != LINK_EXCHANGE_NONE || laws_due_ms(link) != 0));
}

static bool live_row_stands(struct world *world, enum live_kind kind, const struct digest *of,
                            const struct id *id) {
    struct key key = key_of(TABLE_LIVE);
    struct span value;
    key_add_byte(&key, (uint8_t)kind);
    key_add_digest(&key, of);
    key_add_id(&key, id);
    return overlay_get(store_overlay(world->store), key_span(&key), &value) == 0;
}

/* Among the live links of a Class II account one is the primary. */
static void check_primary(struct world *world, const struct link *link) {
    struct id id = {{0}};
    size_t primaries = 0;
    while (store_next_live(world->store, LIVE_CLASS2, &link->class2_key, &id, &id) == 0)
        primaries += world_get_link(world, &id).primary;
    assert_int_equal(primaries, 1);
}

static void check_live(struct world *world, const struct link *link, struct sums *sums) {
    struct digest person = live_person_key(link->class2_bank, &link->person_key);
    bool live = !link_final(link->state);
    assert_int_equal(live_row_stands(world, LIVE_PERSON, &person, &link->id), live);
    assert_int_equal(live_row_stands(world, LIVE_CLASS2, &link->class2_key, &link->id), live);
    assert_int_equal(live_row_stands(world, LIVE_CLASS1, &link->class1_key, &link->id), live);
    if (!live) {
        assert_false(link->primary);
        return;
    }
    struct id holder; /* one live link a pair: this one */
    assert_int_equal(
        store_find_link_by_pair(world->store, &link->class2_key, &link->class1_key, &holder), 0);
    assert_true(id_equal(&holder, &link->id));
    check_primary(world, link);
    sums->live_links++;
}

static void check_link(struct world *world, const struct link *link, struct sums *sums) {
    check_path(world, OBJECT_LINK, &link->id, &link->history, link->state, link_step_exists);
    check_parts(link);
    laws_check_holds(link);
    count_owed(world, link, sums);
    sums->links++;
    bool out = link->exchange != LINK_EXCHANGE_NONE;
    struct link_private secret = world_get_private(world, &link->id);
    assert_int_equal(secret.kept_kind != MESSAGE_NONE, out);
    assert_int_equal(secret.kept_payload.size > 0, out);
    assert_true(secret.class1_number.size > 0 && secret.class2_number.size > 0);
    struct store_open_row row = {.kind = OBJECT_LINK, .object = link->id};
    bool open = out || link->state == LINK_CLOSING;
    assert_int_equal(store_has_open(world->store, &row), open ? 0 : STORE_ABSENT);
    sums->open_rows += open;
    struct store_deadline due = {laws_due_ms(link), OBJECT_LINK, link->id};
    assert_int_equal(laws_deadline_stands(world, &due), due.at_ms != 0);
    sums->deadlines += due.at_ms != 0;
    check_live(world, link, sums);
}

/* ---- all together ---- */

static void check_money(struct world *world, const struct sums *sums) {
    int64_t total = 0;
    for (size_t i = 0; i < BANKS; i++) {
        struct position position = world_position(world, banks[i]);
        assert_true(position.reserved_outgoing_fen == sums->reserved[i]);
        assert_true(position.unsettled_net_fen == sums->net[i]);
        total += position.unsettled_net_fen;
        for (size_t j = i + 1; j < BANKS; j++) {
            struct pair_net net = world_net(world, banks[i], banks[j]);
            const struct pair_net *sum = &sums->pairs[i][j];
            assert_true(net.net_fen == sum->net_fen && net.count == sum->count);
            assert_true(net.to_low_fen == sum->to_low_fen && net.to_high_fen == sum->to_high_fen);
        }
    }
    assert_int_equal(total, 0);
}

static uint32_t entries_of(struct world *world, enum object_kind kind, const struct id *id) {
    if (kind == OBJECT_CASE)
        return world_get_case(world, id).entry_count;
    struct history history = kind == OBJECT_LINK ? world_get_link(world, id).history
                                                 : world_get_transfer(world, id).history;
    return history_length(&history);
}

/* I13: numbers without gaps, each row leads to an entry of a history. */
static void check_notices(struct world *world, const struct sums *sums) {
    uint64_t given = 0;
    uint64_t kept = 0;
    for (size_t i = 0; i < BANKS; i++) {
        struct bank_counters counters = world_counters(world, banks[i]);
        assert_true(counters.acked_notice <= counters.last_notice);
        assert_int_equal(counters.unanswered, sums->unanswered[i]);
        given += counters.last_notice;
        kept += counters.last_notice - counters.acked_notice;
        for (uint64_t n = counters.acked_notice + 1; n <= counters.last_notice; n++) {
            struct store_notice row;
            assert_int_equal(store_get_notice(world->store, banks[i], n, &row), 0);
            assert_true(row.entry < entries_of(world, row.kind, &row.object));
        }
    }
    assert_int_equal(given, sums->owed);
    assert_int_equal(laws_rows(world, TABLE_NOTICE), kept);
}

static void check_indexes(struct world *world, const struct sums *sums) {
    assert_int_equal(laws_rows(world, TABLE_OPEN), sums->open_rows);
    assert_int_equal(laws_rows(world, TABLE_DEADLINE), sums->deadlines);
    assert_int_equal(laws_rows(world, TABLE_TRANSFER_OF_LINK), sums->transfers);
    assert_int_equal(laws_rows(world, TABLE_LINK_PERSON), sums->links);
    assert_int_equal(laws_rows(world, TABLE_LINK_CLASS1), sums->links);
    assert_int_equal(laws_rows(world, TABLE_LINK_CLASS2), sums->links);
    assert_int_equal(laws_rows(world, TABLE_LINK_OF_BANK), 2 * sums->links);
    assert_int_equal(laws_rows(world, TABLE_LINK_PAIR), sums->live_links);
    assert_int_equal(laws_rows(world, TABLE_LIVE), 3 * sums->live_links);
    assert_int_equal(laws_rows(world, TABLE_HISTORY), sums->spilled);
}

/* Each round's memory is given back by an empty savepoint. */
static void release_memory(struct world *world) {
    store_begin(world->store);
    store_commit(world->store);
}

static struct sums sum_up(struct world *world) {
    struct sums sums;
    struct transfer transfer;
    struct link link;
    struct id after = {{0}};
    memset(&sums, 0, sizeof sums);
    while (store_next_transfer(world->store, &after, &transfer) == 0) {
        after = transfer.id;
        check_transfer(world, &transfer, &sums);
        release_memory(world);
    }
    memset(&after, 0, sizeof after);
    while (store_next_link(world->store, &after, &link) == 0) {
        after = link.id;
        check_link(world, &link, &sums);
        release_memory(world);
    }
    return sums;
}

void laws_check(struct world *world) {
    struct sums sums = sum_up(world);
    struct desk_sums desk = laws_check_desk(world);
    sums.deadlines += desk.deadlines;
    sums.owed += desk.owed;
    check_money(world, &sums);
    check_notices(world, &sums);
    check_indexes(world, &sums);
    laws_check_transfers(world);
}

void laws_check_quiet(struct world *world) {
    laws_check(world);
    struct sums sums = sum_up(world);
    assert_int_equal(sums.open_rows, 0);
    for (size_t i = 0; i < BANKS; i++)
        assert_int_equal(sums.reserved[i], 0);
}
