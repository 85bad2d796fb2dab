/*
 * Faults of notices, times, and rows that lead to objects: I13 to I15, I18.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store/table.h"
#include "verify/planted.h"

static const struct id nothing;

#define PLANT(name) static struct id name(struct lively *lively, bank_code *bank_out)

/* ---- I13 ---- */

static void put_notice(struct lively *lively, bank_code bank, uint64_t number,
                       const struct store_notice *row) {
    store_begin(lively->world.store);
    store_put_notice(lively->world.store, bank, number, row);
    store_commit(lively->world.store);
}

static struct store_notice get_notice(struct lively *lively, bank_code bank, uint64_t number) {
    struct store_notice row;
    assert_int_equal(store_get_notice(lively->world.store, bank, number, &row), 0);
    return row;
}

static void change_counters(struct lively *lively, bank_code bank, uint64_t last, uint64_t acked) {
    struct bank_counters counters = world_counters(&lively->world, bank);
    counters.last_notice += last;
    counters.acked_notice += acked;
    store_begin(lively->world.store);
    store_put_bank_counters(lively->world.store, bank, &counters);
    store_commit(lively->world.store);
}

PLANT(a_gap) {
    *bank_out = BANK_A;
    store_begin(lively->world.store);
    assert_int_equal(store_drop_notice(lively->world.store, BANK_A, 9), 0);
    store_commit(lively->world.store);
    return nothing;
}

PLANT(one_told_twice) {
    struct store_notice row = get_notice(lively, BANK_A, 8);
    *bank_out = BANK_A;
    put_notice(lively, BANK_A, 9, &row);
    return nothing;
}

PLANT(two_in_each_others_place) {
    struct store_notice low = get_notice(lively, BANK_B, 9);
    struct store_notice high = get_notice(lively, BANK_B, 12);
    *bank_out = BANK_B;
    put_notice(lively, BANK_B, 9, &high);
    put_notice(lively, BANK_B, 12, &low);
    return nothing;
}

PLANT(one_of_an_entry_that_owes_none) {
    struct store_notice row = {OBJECT_TRANSFER, lively->original, 1};
    *bank_out = BANK_A;
    put_notice(lively, BANK_A, 9, &row);
    return lively->original;
}

PLANT(one_never_given) {
    *bank_out = BANK_A;
    change_counters(lively, BANK_A, 1, 0);
    return nothing;
}

PLANT(one_above_the_last) {
    uint64_t last = world_counters(&lively->world, BANK_A).last_notice;
    struct store_notice row = get_notice(lively, BANK_A, last);
    *bank_out = BANK_A;
    put_notice(lively, BANK_A, last + 1, &row);
    return nothing;
}

PLANT(acknowledged_and_standing) {
    *bank_out = BANK_B;
    change_counters(lively, BANK_B, 0, 1);
    return nothing;
}

PLANT(acknowledged_beyond_the_last) {
    *bank_out = BANK_C;
    change_counters(lively, BANK_C, 0, 1);
    return nothing;
}

/* The last one is gone, and the count with it; its history still owes it. */
PLANT(the_last_one_forgotten) {
    struct bank_counters counters = world_counters(&lively->world, BANK_A);
    *bank_out = BANK_A;
    store_begin(lively->world.store);
    assert_int_equal(store_drop_notice(lively->world.store, BANK_A, counters.last_notice--), 0);
    store_put_bank_counters(lively->world.store, BANK_A, &counters);
    store_commit(lively->world.store);
    return nothing;
}

/* ---- I14 ---- */

static void change_meta(struct lively *lively, void (*change)(struct store_meta *meta)) {
    struct store_meta meta;
    assert_int_equal(store_get_meta(lively->world.store, &meta), 0);
    change(&meta);
    store_begin(lively->world.store);
    store_put_meta(lively->world.store, &meta);
    store_commit(lively->world.store);
    side_flush(&lively->world.side);
}

static void earlier(struct store_meta *meta) {
    meta->ledger_ms -= 60 * SECOND_MS;
}

static void fewer(struct store_meta *meta) {
    meta->applied_sequence -= 3;
}

static void unbooted(struct store_meta *meta) {
    meta->boot_count = 0;
}

PLANT(the_stores_time_is_earlier) {
    (void)bank_out;
    change_meta(lively, earlier);
    return lively->question;
}

PLANT(the_store_applied_fewer) {
    (void)bank_out;
    change_meta(lively, fewer);
    return lively->asked;
}

PLANT(never_started) {
    (void)bank_out;
    change_meta(lively, unbooted);
    return nothing;
}

PLANT(an_order_before_the_one_before) {
    struct audit_row row;
    (void)bank_out;
    assert_int_equal(store_next_audit(lively->world.store, 3, &row), 0);
    row.at_ms -= 1;
    store_begin(lively->world.store);
    store_put_audit(lively->world.store, &row);
    store_commit(lively->world.store);
    return row.object;
}

/* ---- I15: rows that lead to nothing, or to what is otherwise ---- */

static struct id other(const struct id *id) {
    struct id other = *id;
    other.bytes[15] ^= 0x40;
    return other;
}

PLANT(a_deadline_of_nothing) {
    struct store_deadline due = {lively->world.now_ms, OBJECT_TRANSFER, other(&lively->original)};
    (void)bank_out;
    store_begin(lively->world.store);
    store_put_deadline(lively->world.store, &due);
    store_commit(lively->world.store);
    return due.object;
}

PLANT(a_deadline_of_another_time) {
    struct store_deadline due = {lively->world.now_ms + 7, OBJECT_LINK, lively->busy};
    (void)bank_out;
    store_begin(lively->world.store);
    store_put_deadline(lively->world.store, &due);
    store_commit(lively->world.store);
    return due.object;
}

static struct id put_open(struct lively *lively, enum object_kind kind, const struct id *parent,
                          const struct id *object) {
    struct store_open_row row = {kind, *parent, *object};
    store_begin(lively->world.store);
    store_put_open(lively->world.store, &row);
    store_commit(lively->world.store);
    return *object;
}

PLANT(open_after_its_end) {
    (void)bank_out;
    return put_open(lively, OBJECT_TRANSFER, &lively->busy, &lively->original);
}

PLANT(open_and_not_there) {
    struct id gone = other(&lively->asked);
    (void)bank_out;
    return put_open(lively, OBJECT_TRANSFER, &lively->busy, &gone);
}

PLANT(open_under_another_link) {
    (void)bank_out;
    return put_open(lively, OBJECT_TRANSFER, &lively->links[LINK_CLOSED], &lively->asked);
}

PLANT(a_link_open_for_nothing) {
    (void)bank_out;
    return put_open(lively, OBJECT_LINK, &nothing, &lively->busy);
}

static void put_empty(struct lively *lively, struct key key) {
    store_begin(lively->world.store);
    table_put_empty(lively->world.store, &key, false);
    store_commit(lively->world.store);
}

/* Every index by a hash, with a row of another's hash that leads to the busy link. */
static struct id lead_to_busy(struct lively *lively, enum table table, int live) {
    struct key key = key_of(table);
    struct digest wrong = {{0x77}};
    if (live > 0)
        key_add_byte(&key, (uint8_t)live);
    key_add_digest(&key, &wrong);
    key_add_id(&key, &lively->busy);
    put_empty(lively, key);
    return lively->busy;
}

PLANT(by_another_person) {
    (void)bank_out;
    return lead_to_busy(lively, TABLE_LINK_PERSON, 0);
}

PLANT(by_another_class2) {
    (void)bank_out;
    return lead_to_busy(lively, TABLE_LINK_CLASS2, 0);
}

PLANT(by_another_class1) {
    (void)bank_out;
    return lead_to_busy(lively, TABLE_LINK_CLASS1, 0);
}

PLANT(live_by_another_person) {
    (void)bank_out;
    return lead_to_busy(lively, TABLE_LIVE, LIVE_PERSON);
}

PLANT(live_by_another_class2) {
    (void)bank_out;
    return lead_to_busy(lively, TABLE_LIVE, LIVE_CLASS2);
}

PLANT(live_by_another_class1) {
    (void)bank_out;
    return lead_to_busy(lively, TABLE_LIVE, LIVE_CLASS1);
}

PLANT(live_by_no_kind) {
    (void)bank_out;
    return lead_to_busy(lively, TABLE_LIVE, 9);
}

PLANT(live_after_its_end) {
    struct link link = world_get_link(&lively->world, &lively->links[LINK_CLOSED]);
    struct key key = key_of(TABLE_LIVE);
    (void)bank_out;
    key_add_byte(&key, LIVE_CLASS1);
    key_add_digest(&key, &link.class1_key);
    key_add_id(&key, &link.id);
    put_empty(lively, key);
    return link.id;
}

PLANT(a_pair_of_others) {
    struct key key = key_of(TABLE_LINK_PAIR);
    struct digest wrong = {{0x77}};
    (void)bank_out;
    key_add_digest(&key, &wrong);
    key_add_digest(&key, &wrong);
    store_begin(lively->world.store);
    table_put(lively->world.store, &key, id_span(&lively->busy), false);
    store_commit(lively->world.store);
    return lively->busy;
}

PLANT(a_link_of_another_bank) {
    struct key key = key_of(TABLE_LINK_OF_BANK);
    (void)bank_out;
    key_add_u64(&key, BANK_C);
    key_add_id(&key, &lively->busy);
    put_empty(lively, key);
    return lively->busy;
}

static struct id put_pair_of_ids(struct lively *lively, enum table table, const struct id *parent,
                                 const struct id *object) {
    struct key key = key_of_id(table, parent);
    key_add_id(&key, object);
    put_empty(lively, key);
    return *object;
}

PLANT(under_another_link) {
    (void)bank_out;
    return put_pair_of_ids(lively, TABLE_TRANSFER_OF_LINK, &lively->links[LINK_CLOSED],
                           &lively->original);
}

PLANT(under_another_original) {
    (void)bank_out;
    return put_pair_of_ids(lively, TABLE_RETURN, &lively->late, &lively->returned);
}

PLANT(under_another_transfer) {
    (void)bank_out;
    return put_pair_of_ids(lively, TABLE_CASE_OF_TRANSFER, &lively->late,
                           &lively->cases[CASE_OPEN]);
}

PLANT(a_history_too_long) {
    struct history_entry entry = {.state = 1};
    struct link link = world_get_link(&lively->world, &lively->busy);
    (void)bank_out;
    store_begin(lively->world.store);
    store_put_history(lively->world.store, OBJECT_LINK, &link.id, link.history.spilled, &entry);
    store_commit(lively->world.store);
    return link.id;
}

PLANT(used_by_nobody) {
    struct link_usage usage = {.day = 1, .day_fen = 5};
    struct id gone = other(&lively->busy);
    (void)bank_out;
    store_begin(lively->world.store);
    store_put_usage(lively->world.store, &gone, &usage);
    store_commit(lively->world.store);
    return gone;
}

static struct id change_bank_counters(struct lively *lively, size_t which) {
    struct bank_counters counters = world_counters(&lively->world, BANK_B);
    uint64_t *fields[] = {&counters.unanswered, &counters.unknown, &counters.uncredited,
                          &counters.questions};
    *fields[which] += 1;
    store_begin(lively->world.store);
    store_put_bank_counters(lively->world.store, BANK_B, &counters);
    store_commit(lively->world.store);
    return nothing;
}

PLANT(one_more_unanswered) {
    *bank_out = BANK_B;
    return change_bank_counters(lively, 0);
}

PLANT(one_more_unknown) {
    *bank_out = BANK_B;
    return change_bank_counters(lively, 1);
}

PLANT(one_more_uncredited) {
    *bank_out = BANK_B;
    return change_bank_counters(lively, 2);
}

PLANT(one_more_question) {
    *bank_out = BANK_B;
    return change_bank_counters(lively, 3);
}

PLANT(one_pin_at_two_banks) {
    struct bank bank;
    *bank_out = BANK_A;
    assert_int_equal(store_get_bank(lively->world.store, BANK_B, &bank), 0);
    bank.pins[0] = world_pin(BANK_A);
    store_begin(lively->world.store);
    store_put_bank(lively->world.store, &bank);
    store_commit(lively->world.store);
    return nothing;
}

PLANT(another_number_sealed) {
    struct store *store = lively->world.store;
    struct link link = world_get_link(&lively->world, &lively->busy);
    struct link_private secret = world_get_private(&lively->world, &lively->busy);
    (void)bank_out;
    secret.class1_number = arena_copy(&lively->world.arena, secret.class1_number);
    secret.class2_number = secret.class1_number;
    store_begin(store);
    assert_int_equal(store_put_link(store, &link, &secret, false), 0);
    store_commit(store);
    return link.id;
}

PLANT(tried_too_often) {
    struct verification_tries tries = {.count = TRIES_KEPT_MAX};
    struct link link = world_get_link(&lively->world, &lively->busy);
    (void)bank_out;
    for (uint32_t i = 0; i < tries.count; i++)
        tries.at_ms[i] = WORLD_START_MS + i;
    store_begin(lively->world.store);
    store_put_tries(lively->world.store, &link.class1_key, &tries);
    store_commit(lively->world.store);
    return nothing;
}

/* ---- I18: nothing is planted, it just goes on ---- */

/* ---- overviews ---- */

static void change_overview(struct lively *lively, enum overview_status first, bool other_link) {
    struct store_overview overview;
    store_begin(lively->world.store);
    assert_int_equal(store_get_overview(lively->world.store, &lively->overview, &overview), 0);
    overview.parts[0].status = first;
    if (other_link)
        overview.parts[1].link.bytes[15] ^= 1;
    store_put_overview(lively->world.store, &overview, false);
    store_commit(lively->world.store);
}

PLANT(a_part_that_nobody_was_asked) {
    *bank_out = BANK_A;
    change_overview(lively, OVERVIEW_WAITING, false);
    return nothing;
}

PLANT(a_part_of_another_link) {
    (void)bank_out;
    change_overview(lively, OVERVIEW_ANSWERED, true);
    return lively->part;
}

PLANT(a_question_of_no_overview) {
    (void)bank_out;
    store_begin(lively->world.store);
    assert_int_equal(store_drop_overview(lively->world.store, &lively->overview), 0);
    store_commit(lively->world.store);
    return lively->part;
}

/* ---- events ---- */

static struct bank_event get_event(struct lively *lively, const struct id *id) {
    struct bank_event event;
    assert_int_equal(store_get_event(lively->world.store, id, &event), 0);
    return event;
}

static void put_event(struct lively *lively, const struct bank_event *event) {
    store_begin(lively->world.store);
    assert_int_equal(store_put_event(lively->world.store, event, NULL, false), 0);
    store_commit(lively->world.store);
}

/* What it says goes with the state, and does not come back with it. */
PLANT(a_referral_of_nobody) {
    struct bank_event event = get_event(lively, &lively->referral);
    (void)bank_out;
    event.state = EVENT_DELIVERED;
    put_event(lively, &event);
    event.state = EVENT_WAITING;
    put_event(lively, &event);
    return lively->referral;
}

PLANT(an_event_of_another_link) {
    struct bank_event event = get_event(lively, &lively->offline);
    (void)bank_out;
    event.link.bytes[15] ^= 1;
    put_event(lively, &event);
    return lively->offline;
}

PLANT(an_event_that_ended_and_waits) {
    struct bank_event event = get_event(lively, &lively->offline);
    (void)bank_out;
    event.ended_at_ms = event.received_at_ms;
    put_event(lively, &event);
    return lively->offline;
}

PLANT(one_more_event) {
    struct bank_counters counters = world_counters(&lively->world, BANK_C);
    *bank_out = BANK_C;
    counters.events++;
    store_begin(lively->world.store);
    store_put_bank_counters(lively->world.store, BANK_C, &counters);
    store_commit(lively->world.store);
    return nothing;
}

PLANT(an_overview_waits) {
    *bank_out = BANK_A;
    (void)lively;
    return nothing;
}

PLANT(a_transfer_goes_on) {
    (void)bank_out;
    return lively->asked;
}

PLANT(a_link_goes_on) {
    (void)bank_out;
    return lively->links[LINK_VERIFYING];
}

PLANT(a_question_is_out) {
    (void)bank_out;
    return lively->question;
}

PLANT(notices_wait) {
    (void)lively;
    *bank_out = BANK_A;
    return nothing;
}

#define ROW(law, plant)                                                                            \
    { law, #plant, plant, false, false }
#define REST(law, plant)                                                                           \
    { law, #plant, plant, false, true }
#define KEPT(law, plant)                                                                           \
    { law, #plant, plant, true, false }

const struct planted planted_rows[] = {
    ROW(LAW_I13, a_gap),
    ROW(LAW_I13, one_told_twice),
    ROW(LAW_I13, two_in_each_others_place),
    ROW(LAW_I13, one_of_an_entry_that_owes_none),
    ROW(LAW_I13, one_never_given),
    ROW(LAW_I13, one_above_the_last),
    ROW(LAW_I13, acknowledged_and_standing),
    ROW(LAW_I13, acknowledged_beyond_the_last),
    ROW(LAW_I13, the_last_one_forgotten),
    KEPT(LAW_I14, the_store_applied_fewer),
    KEPT(LAW_I14, never_started),
    KEPT(LAW_I14, the_stores_time_is_earlier),
    ROW(LAW_I14, an_order_before_the_one_before),
    ROW(LAW_I15, a_deadline_of_nothing),
    ROW(LAW_I15, a_deadline_of_another_time),
    ROW(LAW_I15, open_after_its_end),
    ROW(LAW_I15, open_and_not_there),
    ROW(LAW_I15, open_under_another_link),
    ROW(LAW_I15, a_link_open_for_nothing),
    ROW(LAW_I15, by_another_person),
    ROW(LAW_I15, by_another_class2),
    ROW(LAW_I15, by_another_class1),
    ROW(LAW_I15, live_by_another_person),
    ROW(LAW_I15, live_by_another_class2),
    ROW(LAW_I15, live_by_another_class1),
    ROW(LAW_I15, live_by_no_kind),
    ROW(LAW_I15, live_after_its_end),
    ROW(LAW_I15, a_pair_of_others),
    ROW(LAW_I15, a_link_of_another_bank),
    ROW(LAW_I15, under_another_link),
    ROW(LAW_I15, under_another_original),
    ROW(LAW_I15, under_another_transfer),
    ROW(LAW_I15, a_history_too_long),
    ROW(LAW_I15, used_by_nobody),
    ROW(LAW_I15, one_more_unanswered),
    ROW(LAW_I15, one_more_unknown),
    ROW(LAW_I15, one_more_uncredited),
    ROW(LAW_I15, one_more_question),
    ROW(LAW_I15, one_pin_at_two_banks),
    ROW(LAW_I15, another_number_sealed),
    ROW(LAW_I15, a_part_that_nobody_was_asked),
    ROW(LAW_I15, a_part_of_another_link),
    ROW(LAW_I15, a_question_of_no_overview),
    ROW(LAW_I7, a_referral_of_nobody),
    ROW(LAW_I15, an_event_of_another_link),
    ROW(LAW_I4, an_event_that_ended_and_waits),
    ROW(LAW_I15, one_more_event),
    ROW(LAW_I8, tried_too_often),
    REST(LAW_I18, a_transfer_goes_on),
    REST(LAW_I18, a_link_goes_on),
    REST(LAW_I18, a_question_is_out),
    REST(LAW_I18, an_overview_waits),
    REST(LAW_I18, notices_wait),
    {LAW_ROWS, NULL, NULL, false, false},
};
