/*
 * The tables' own rules: indexes, sealed parts, rows that come and go, order of listings, the
 * digest over everything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/fields.h"
#include "store/stage.h"

static struct link_private secret_of(const char *class2, const char *class1, const char *kept) {
    return (struct link_private){
        .class2_number = span_text(class2),
        .class1_number = span_text(class1),
        .kept_kind = kept[0] != '\0' ? 21 : 0,
        .kept_payload = span_text(kept),
    };
}

static struct link some_link(struct stage *stage) {
    return (struct link){
        .id = stage_id(stage),
        .state = LINK_REQUESTED,
        .person_key = stage_digest(stage),
        .class2_key = stage_digest(stage),
        .class1_key = stage_digest(stage),
    };
}

static void assert_private(struct stage *stage, const struct id *id,
                           const struct link_private *expected) {
    struct link_private found;
    assert_int_equal(store_get_link_private(stage->store, id, &found), 0);
    assert_true(span_equal(found.class2_number, expected->class2_number));
    assert_true(span_equal(found.class1_number, expected->class1_number));
    assert_int_equal(found.kept_kind, expected->kept_kind);
    assert_true(span_equal(found.kept_payload, expected->kept_payload));
}

static void test_link_sealed_part_stays(void **state) {
    struct stage *stage = *state;
    struct link link = some_link(stage), back;
    struct link_private first = secret_of("11111111", "22222222", "verify");
    struct link_private second = secret_of("11111111", "22222222", "");
    struct link_private none = {0};
    store_begin(stage->store);
    assert_int_equal(store_put_link(stage->store, &link, &first, true), 0);
    assert_private(stage, &link.id, &first);
    store_commit(stage->store);
    stage_flush(stage);
    link.state = LINK_VERIFYING;
    assert_int_equal(store_put_link(stage->store, &link, NULL, false), 0);
    assert_int_equal(store_get_link(stage->store, &link.id, &back), 0);
    assert_int_equal(back.state, LINK_VERIFYING);
    assert_private(stage, &link.id, &first);
    assert_int_equal(store_put_link(stage->store, &link, &second, false), 0);
    assert_private(stage, &link.id, &second);
    assert_int_equal(store_put_link(stage->store, &link, &none, false), 0);
    assert_private(stage, &link.id, &none);
}

static void test_link_pair(void **state) {
    struct stage *stage = *state;
    struct link first = some_link(stage);
    struct link second = first;
    struct link_private secret = secret_of("11111111", "22222222", "");
    struct id found;
    const struct digest *class2 = &first.class2_key, *class1 = &first.class1_key;
    second.id = stage_id(stage);
    assert_int_equal(store_find_link_by_pair(stage->store, class2, class1, &found), STORE_ABSENT);
    assert_int_equal(store_put_link(stage->store, &first, &secret, true), 0);
    assert_int_equal(store_find_link_by_pair(stage->store, class2, class1, &found), 0);
    assert_true(id_equal(&found, &first.id));
    assert_int_equal(store_find_link_by_pair(stage->store, class1, class2, &found), STORE_ABSENT);
    assert_int_equal(store_drop_link_live(stage->store, &first), 0);
    assert_int_equal(store_find_link_by_pair(stage->store, class2, class1, &found), STORE_ABSENT);
    assert_int_equal(store_put_link(stage->store, &second, &secret, true), 0);
    assert_int_equal(store_drop_link_live(stage->store, &first), 0); /* not its row any more */
    assert_int_equal(store_find_link_by_pair(stage->store, class2, class1, &found), 0);
    assert_true(id_equal(&found, &second.id));
}

static void test_transfer_kept(void **state) {
    struct stage *stage = *state;
    struct transfer transfer = {.id = stage_id(stage), .link = stage_id(stage)};
    struct span none = span_of(NULL, 0), payload;
    struct store *store = stage->store;
    assert_int_equal(store_put_transfer(store, &transfer, STORE_KEPT_SET, span_text("bytes"), true),
                     0);
    assert_int_equal(store_get_transfer_kept(store, &transfer.id, &payload), 0);
    assert_true(span_equal(payload, span_text("bytes")));
    stage_flush(stage);
    transfer.state = TRANSFER_UNKNOWN;
    assert_int_equal(store_put_transfer(store, &transfer, STORE_KEPT_SAME, none, false), 0);
    assert_int_equal(store_get_transfer_kept(store, &transfer.id, &payload), 0);
    assert_true(span_equal(payload, span_text("bytes")));
    assert_int_equal(store_put_transfer(store, &transfer, STORE_KEPT_SET, none, false), 0);
    assert_int_equal(store_get_transfer_kept(store, &transfer.id, &payload), 0);
    assert_int_equal(payload.size, 0);
    assert_int_equal(store_put_transfer(store, &transfer, STORE_KEPT_DROP, none, false), 0);
    assert_int_equal(store_get_transfer_kept(store, &transfer.id, &payload), STORE_ABSENT);
    assert_int_equal(store_put_transfer(store, &transfer, STORE_KEPT_SAME, none, false), 0);
    assert_int_equal(store_get_transfer_kept(store, &transfer.id, &payload), STORE_ABSENT);
    transfer.id = stage_id(stage);
    assert_int_equal(store_get_transfer_kept(store, &transfer.id, &payload), STORE_ABSENT);
    assert_int_equal(store_get_transfer(store, &transfer.id, &transfer), STORE_ABSENT);
}

/* Spans live until the next store_begin, whatever is read meanwhile. */
static void test_spans_live_until_begin(void **state) {
    struct stage *stage = *state;
    struct transfer transfer = {.id = stage_id(stage)};
    struct link link = some_link(stage);
    struct link_private secret = secret_of("11111111", "22222222", "kept"), first;
    struct span payload;
    assert_int_equal(
        store_put_transfer(stage->store, &transfer, STORE_KEPT_SET, span_text("bytes"), true), 0);
    assert_int_equal(store_put_link(stage->store, &link, &secret, true), 0);
    store_begin(stage->store);
    assert_int_equal(store_get_transfer_kept(stage->store, &transfer.id, &payload), 0);
    assert_int_equal(store_get_link_private(stage->store, &link.id, &first), 0);
    for (int i = 0; i < 100; i++)
        assert_private(stage, &link.id, &secret);
    assert_true(span_equal(payload, span_text("bytes")));
    assert_true(span_equal(first.class1_number, secret.class1_number));
    store_commit(stage->store);
}

/* ---- listings ---- */

static void test_listings_are_in_order(void **state) {
    struct stage *stage = *state;
    struct link_private secret = secret_of("11111111", "22222222", "");
    struct id parent = stage_id(stage), other = stage_id(stage), found;
    for (uint64_t i = 10; i > 0; i--) {
        struct link link = {.id = id_make(1000, i, 0)};
        struct transfer transfer = {.id = id_make(1000, i, 0), .link = i % 2 == 0 ? parent : other};
        struct bank bank = {.code = i};
        assert_int_equal(store_put_link(stage->store, &link, &secret, true), 0);
        assert_int_equal(
            store_put_transfer(stage->store, &transfer, STORE_KEPT_DROP, span_of(NULL, 0), true),
            0);
        store_put_bank(stage->store, &bank);
        if (i == 5)
            stage_flush(stage);
    }
    static struct link link;
    static struct transfer transfer;
    struct bank bank = {0};
    const struct id *after = NULL;
    struct id last;
    for (uint64_t i = 1; i <= 10; i++) {
        struct id expected = id_make(1000, i, 0);
        assert_int_equal(store_next_link(stage->store, after, &link), 0);
        assert_true(id_equal(&link.id, &expected));
        assert_int_equal(store_next_transfer(stage->store, after, &transfer), 0);
        assert_true(id_equal(&transfer.id, &expected));
        assert_int_equal(store_next_bank(stage->store, bank.code, &bank), 0);
        assert_int_equal(bank.code, i);
        last = expected;
        after = &last;
    }
    assert_int_equal(store_next_link(stage->store, after, &link), STORE_ABSENT);
    assert_int_equal(store_next_transfer(stage->store, after, &transfer), STORE_ABSENT);
    assert_int_equal(store_next_bank(stage->store, bank.code, &bank), STORE_ABSENT);
    after = NULL;
    for (uint64_t i = 2; i <= 10; i += 2) {
        struct id expected = id_make(1000, i, 0);
        assert_int_equal(store_next_transfer_of_link(stage->store, &parent, after, &found), 0);
        assert_true(id_equal(&found, &expected));
        after = &found;
    }
    assert_int_equal(store_next_transfer_of_link(stage->store, &parent, after, &found),
                     STORE_ABSENT);
}

static void assert_positions_equal(const struct position *a, const struct position *b) {
    assert_true(a->bank == b->bank && strcmp(a->currency, b->currency) == 0);
    assert_true(a->reserved_outgoing_fen == b->reserved_outgoing_fen);
    assert_true(a->unsettled_net_fen == b->unsettled_net_fen);
    assert_true(a->reserved_incoming_fen == b->reserved_incoming_fen);
}

static void test_positions_and_nets(void **state) {
    struct stage *stage = *state;
    struct store *store = stage->store;
    struct position position, rows[] = {{1, "CNY", 5, -7, 3},
                                        {1, "USD", INT64_MAX, INT64_MIN, INT64_MAX},
                                        {2, "CNY", 0, 0, 0}};
    struct pair_net net, nets[] = {{.window = 1,
                                    .low = 1,
                                    .high = 2,
                                    .currency = "CNY",
                                    .net_fen = -5,
                                    .to_low_fen = 1,
                                    .to_high_fen = 6,
                                    .count = 2},
                                   {.window = 1,
                                    .low = 1,
                                    .high = 3,
                                    .currency = "CNY",
                                    .net_fen = 5,
                                    .to_low_fen = 6,
                                    .to_high_fen = 1,
                                    .count = 2},
                                   {.window = 2, .low = 1, .high = 2, .currency = "CNY"}};
    assert_int_equal(store_get_position(store, 1, "CNY", &position), 0);
    assert_int_equal(position.bank, 1);
    assert_string_equal(position.currency, "CNY");
    assert_int_equal(position.unsettled_net_fen, 0);
    assert_int_equal(store_get_net(store, 1, 1, 2, "CNY", &net), 0);
    assert_true(net.window == 1 && net.low == 1 && net.high == 2 && net.count == 0);
    for (size_t i = 0; i < 3; i++) {
        store_put_position(store, &rows[2 - i]);
        store_put_net(store, &nets[2 - i]);
    }
    stage_flush(stage);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(store_next_position(store, i > 0 ? &rows[i - 1] : NULL, &position), 0);
        assert_positions_equal(&position, &rows[i]);
        assert_int_equal(store_get_position(store, rows[i].bank, rows[i].currency, &position), 0);
        assert_positions_equal(&position, &rows[i]);
        assert_int_equal(store_next_net(store, i > 0 ? &nets[i - 1] : NULL, &net), 0);
        assert_true(net.net_fen == nets[i].net_fen && net.to_low_fen == nets[i].to_low_fen &&
                    net.to_high_fen == nets[i].to_high_fen && net.count == nets[i].count &&
                    net.window == nets[i].window && net.high == nets[i].high);
    }
    assert_int_equal(store_next_position(store, &rows[2], &position), STORE_ABSENT);
    assert_int_equal(store_next_net(store, &nets[2], &net), STORE_ABSENT);
}

static void test_terms_and_pairs(void **state) {
    struct stage *stage = *state;
    struct store *store = stage->store;
    struct exposure_terms terms, rows[] = {{1, "CNY", true, 5, false, 0, 0, {80, 95, 0}, 1},
                                           {1, "USD", false, 0, true, INT64_MAX, 7, {1, 2, 300}, 0},
                                           {2, "CNY", false, 0, false, 0, 0, {0, 0, 0}, 0}};
    struct pair_position pair, pairs[] = {{1, 2, "CNY", 1, 2, -3, true, false, 4, 0},
                                          {1, 3, "CNY", 0, INT64_MAX, INT64_MIN, false, true, 0, 9},
                                          {2, 3, "USD", 0, 0, 0, false, false, 0, 0}};
    assert_int_equal(store_get_exposure(store, 1, "CNY", &terms), 0);
    assert_true(terms.bank == 1 && !terms.has_cap && terms.warn_percent[0] == 0);
    assert_string_equal(terms.currency, "CNY");
    assert_int_equal(store_get_pair(store, 1, 2, "CNY", &pair), 0);
    assert_true(pair.low == 1 && pair.high == 2 && pair.unsettled_fen == 0);
    for (size_t i = 3; i-- > 0;) {
        store_put_exposure(store, &rows[i]);
        store_put_pair(store, &pairs[i]);
    }
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(store_next_exposure(store, i > 0 ? &rows[i - 1] : NULL, &terms), 0);
        fields_assert_equal(&exposure_fields, &terms, &rows[i]);
        assert_int_equal(store_next_pair(store, i > 0 ? &pairs[i - 1] : NULL, &pair), 0);
        fields_assert_equal(&pair_fields, &pair, &pairs[i]);
    }
    assert_int_equal(store_next_exposure(store, &rows[2], &terms), STORE_ABSENT);
    assert_int_equal(store_next_pair(store, &pairs[2], &pair), STORE_ABSENT);
}

static void test_counters_tries_notices(void **state) {
    struct stage *stage = *state;
    struct bank_counters counters;
    struct verification_tries tries;
    struct store_notice notice, row = {OBJECT_TRANSFER, stage_id(stage), 3};
    struct digest person = stage_digest(stage);
    assert_int_equal(store_get_bank_counters(stage->store, 1, &counters), 0);
    assert_true(!counters.online && counters.last_notice == 0 && counters.acked_notice == 0);
    store_put_bank_counters(stage->store, 1,
                            &(struct bank_counters){.online = true,
                                                    .last_notice = 9,
                                                    .acked_notice = 4,
                                                    .unanswered = 7,
                                                    .held_notice = 12,
                                                    .held_since_ms = 34,
                                                    .skipped_notices = 2});
    assert_int_equal(store_get_bank_counters(stage->store, 1, &counters), 0);
    assert_true(counters.online && counters.last_notice == 9 && counters.acked_notice == 4);
    assert_int_equal(counters.unanswered, 7);
    assert_int_equal(store_get_tries(stage->store, &person, &tries), 0);
    assert_true(tries.count == 0);
    store_put_tries(stage->store, &person, &(struct verification_tries){2, {77, 78}});
    assert_int_equal(store_get_tries(stage->store, &person, &tries), 0);
    assert_true(tries.count == 2 && tries.at_ms[0] == 77 && tries.at_ms[1] == 78);
    store_put_notice(stage->store, 1, 5, &row);
    stage_flush(stage);
    assert_int_equal(store_get_notice(stage->store, 1, 5, &notice), 0);
    assert_true(notice.kind == OBJECT_TRANSFER && notice.entry == 3);
    assert_true(id_equal(&notice.object, &row.object));
    assert_int_equal(store_get_notice(stage->store, 2, 5, &notice), STORE_ABSENT);
    assert_int_equal(store_drop_notice(stage->store, 1, 5), 0);
    assert_int_equal(store_get_notice(stage->store, 1, 5, &notice), STORE_ABSENT);
}

/* ---- rows that come and go ---- */

static void test_open_rows(void **state) {
    struct stage *stage = *state;
    struct store *store = stage->store;
    struct store_open_row rows[] = {
        {OBJECT_LINK, id_make(0, 0, 0), id_make(1, 1, 1)},
        {OBJECT_TRANSFER, id_make(1, 1, 1), id_make(2, 2, 2)},
        {OBJECT_TRANSFER, id_make(1, 1, 1), id_make(2, 2, 3)},
        {OBJECT_TRANSFER, id_make(1, 1, 2), id_make(2, 2, 2)},
    };
    struct store_open_row found;
    for (size_t i = 0; i < 4; i++)
        store_put_open(store, &rows[i]);
    assert_int_equal(store_has_open(store, &rows[1]), 0);
    assert_int_equal(store_any_open_under(store, OBJECT_TRANSFER, &rows[1].parent), 0);
    assert_int_equal(store_next_open(store, OBJECT_TRANSFER, NULL, &found), 0);
    for (size_t i = 1; i < 4; i++) {
        assert_memory_equal(&found, &rows[i], sizeof(found));
        int rc = store_next_open(store, OBJECT_TRANSFER, &found, &found);
        assert_int_equal(rc, i < 3 ? 0 : STORE_ABSENT);
    }
    assert_int_equal(store_next_open(store, OBJECT_LINK, &rows[0], &found), STORE_ABSENT);
    assert_int_equal(store_drop_open(store, &rows[1]), 0);
    assert_int_equal(store_has_open(store, &rows[1]), STORE_ABSENT);
    assert_int_equal(store_any_open_under(store, OBJECT_TRANSFER, &rows[1].parent), 0);
    assert_int_equal(store_drop_open(store, &rows[2]), 0);
    assert_int_equal(store_any_open_under(store, OBJECT_TRANSFER, &rows[1].parent), STORE_ABSENT);
}

/* One transfer from its beginning to its end between two flushes: what reaches the disk. */
static void test_keys_of_a_finished_transfer(void **state) {
    struct stage *stage = *state;
    struct store *store = stage->store;
    struct transfer transfer = {.id = stage_id(stage), .link = stage_id(stage)};
    struct store_deadline deadline = {5000, OBJECT_TRANSFER, transfer.id};
    struct store_open_row open = {OBJECT_TRANSFER, transfer.link, transfer.id};
    struct store_notice notice = {OBJECT_TRANSFER, transfer.id, 3};
    struct store_request row = {.kind = OBJECT_TRANSFER, .object = transfer.id};
    struct id request = stage_id(stage);
    store_begin(store);
    assert_int_equal(store_put_transfer(store, &transfer, STORE_KEPT_SET, span_text("bytes"), true),
                     0);
    store_put_request(store, 1, &request, &row, true);
    store_put_deadline(store, &deadline);
    store_put_open(store, &open);
    store_commit(store);
    store_begin(store);
    transfer.state = TRANSFER_ACCEPTED;
    assert_int_equal(store_put_transfer(store, &transfer, STORE_KEPT_DROP, span_of(NULL, 0), false),
                     0);
    assert_int_equal(store_drop_deadline(store, &deadline), 0);
    assert_int_equal(store_drop_open(store, &open), 0);
    store_put_notice(store, 1, 1, &notice);
    store_put_notice(store, 2, 1, &notice);
    store_commit(store);
    store_begin(store);
    assert_int_equal(store_drop_notice(store, 1, 1), 0);
    assert_int_equal(store_drop_notice(store, 2, 1), 0);
    store_commit(store);
    struct overlay_flush flush = stage_flush(stage);
    assert_int_equal(flush.puts, 3); /* record, row under the link, replay row */
    assert_int_equal(flush.deletes, 0);
}

/* ---- deadlines against a model ---- */

#define DEADLINES 40

struct deadlines {
    bool live[DEADLINES], saved[DEADLINES];
};

static struct store_deadline deadline_at(size_t i) {
    return (struct store_deadline){(int64_t)(i / 2) - 5, (enum object_kind)(1 + i % 2),
                                   id_make((int64_t)i, i, 0)};
}

static void check_first(struct stage *stage, const struct deadlines *model) {
    struct store_deadline found;
    size_t first = 0;
    while (first < DEADLINES && !model->live[first])
        first++;
    int rc = store_first_deadline(stage->store, &found);
    assert_int_equal(rc, first < DEADLINES ? 0 : STORE_ABSENT);
    if (rc != 0)
        return;
    struct store_deadline expected = deadline_at(first);
    assert_true(found.at_ms == expected.at_ms && found.kind == expected.kind);
    assert_true(id_equal(&found.object, &expected.object));
}

static void check_deadlines(struct stage *stage, const struct deadlines *model) {
    struct store_deadline found;
    int rc = store_next_deadline(stage->store, NULL, &found);
    for (size_t i = 0; i < DEADLINES; i++) {
        if (!model->live[i])
            continue;
        struct store_deadline expected = deadline_at(i);
        assert_int_equal(rc, 0);
        assert_true(found.at_ms == expected.at_ms && id_equal(&found.object, &expected.object));
        rc = store_next_deadline(stage->store, &found, &found);
    }
    assert_int_equal(rc, STORE_ABSENT);
}

static void test_first_deadline_under_random_commands(void **state) {
    struct stage *stage = *state;
    struct deadlines model = {0};
    for (int round = 0; round < 3000; round++) {
        memcpy(model.saved, model.live, sizeof(model.live));
        store_begin(stage->store);
        for (uint64_t steps = chance_below(&stage->seed, 6); steps > 0; steps--) {
            size_t i = (size_t)chance_below(&stage->seed, DEADLINES);
            struct store_deadline deadline = deadline_at(i);
            model.live[i] = chance_below(&stage->seed, 5) < 2;
            if (model.live[i])
                store_put_deadline(stage->store, &deadline);
            else
                assert_int_equal(store_drop_deadline(stage->store, &deadline), 0);
            if (chance_below(&stage->seed, 3) == 0)
                check_first(stage, &model);
        }
        if (chance_below(&stage->seed, 3) == 0) {
            store_rollback(stage->store);
            memcpy(model.live, model.saved, sizeof(model.live));
        } else {
            store_commit(stage->store);
        }
        check_first(stage, &model);
        if (round % 50 == 0)
            stage_flush(stage);
        if (round % 10 == 0)
            check_deadlines(stage, &model);
    }
}

/* ---- savepoints and digests ---- */

static void put_some(struct stage *stage, uint64_t seed) {
    static struct link link;
    static struct transfer transfer;
    struct link_private secret = secret_of("11111111", "22222222", "kept");
    stage->seed = seed;
    link_fill(&link, &stage->seed);
    transfer_fill(&transfer, &stage->seed);
    assert_int_equal(store_put_link(stage->store, &link, &secret, true), 0);
    assert_int_equal(
        store_put_transfer(stage->store, &transfer, STORE_KEPT_SET, span_text("bytes"), true), 0);
}

static void test_digest(void **state) {
    struct stage *stage = *state;
    struct digest empty, one, two, again;
    struct store_notice notice = {OBJECT_LINK, stage_id(stage), 0};
    assert_int_equal(store_digest(stage->store, &empty), 0);
    put_some(stage, 1);
    assert_int_equal(store_digest(stage->store, &one), 0);
    assert_false(digest_equal(&empty, &one));
    stage_flush(stage);
    assert_int_equal(store_digest(stage->store, &again), 0);
    assert_true(digest_equal(&one, &again)); /* wherever the rows stand */
    store_begin(stage->store);
    put_some(stage, 2);
    store_put_notice(stage->store, 1, 1, &notice);
    assert_int_equal(store_digest(stage->store, &two), 0);
    assert_false(digest_equal(&one, &two));
    store_rollback(stage->store);
    assert_int_equal(store_digest(stage->store, &again), 0);
    assert_true(digest_equal(&one, &again));
    for (uint64_t i = 0; i < 1000; i++) /* more than one block */
        put_some(stage, i + 10);
    overlay_freeze(store_overlay(stage->store));
    put_some(stage, 5000);
    assert_int_equal(store_digest(stage->store, &two), 0);
    struct overlay_flush flush;
    assert_int_equal(overlay_flush(store_overlay(stage->store), &flush), 0);
    assert_int_equal(overlay_thaw(store_overlay(stage->store)), 0);
    assert_int_equal(store_digest(stage->store, &again), 0);
    assert_true(digest_equal(&two, &again));
}

/* Two stores with the same key ring and the same puts hold the same bytes. */
static void test_same_puts_same_bytes(void **state) {
    struct stage *stage = *state;
    void *second_state;
    struct digest first, second;
    assert_int_equal(stage_set_up(&second_state), 0);
    struct stage *other = second_state;
    for (uint64_t i = 0; i < 50; i++) {
        put_some(stage, i);
        put_some(other, i);
        if (i % 7 == 0)
            stage_flush(other);
    }
    assert_int_equal(store_digest(stage->store, &first), 0);
    assert_int_equal(store_digest(other->store, &second), 0);
    assert_true(digest_equal(&first, &second));
    assert_int_equal(stage_tear_down(&second_state), 0);
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        STAGED(test_link_sealed_part_stays),
        STAGED(test_link_pair),
        STAGED(test_transfer_kept),
        STAGED(test_spans_live_until_begin),
        STAGED(test_listings_are_in_order),
        STAGED(test_positions_and_nets),
        STAGED(test_terms_and_pairs),
        STAGED(test_counters_tries_notices),
        STAGED(test_open_rows),
        STAGED(test_keys_of_a_finished_transfer),
        STAGED(test_first_deadline_under_random_commands),
        STAGED(test_digest),
        STAGED(test_same_puts_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
