/*
 * What finds links, beside them what they used and the older part of their histories: neighbours
 * are never taken for each other, and after any commands every listing is what a model says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "kv/scratch.h"
#include "store/fields.h"
#include "store/stage.h"
#include "store/table.h"

static const struct link_private secret = {
    .class2_number = {(const uint8_t *)"6226220000000009", 16},
    .class1_number = {(const uint8_t *)"6226221234567896", 16},
};

/* Keys stand in rows with their first half: these are neighbours there. */
static struct digest neighbour(uint8_t i) {
    struct digest digest;
    memset(digest.bytes, 0xff, sizeof(digest.bytes));
    digest.bytes[KEY_DIGEST_SIZE - 1] = i;
    return digest;
}

static struct link link_of(uint64_t id, uint8_t person, uint8_t class2, uint8_t class1) {
    return (struct link){
        .id = id_make(1000, id, 0),
        .class2_bank = 255,
        .class1_bank = 256,
        .person_key = neighbour(person),
        .class2_key = neighbour(class2),
        .class1_key = neighbour(class1),
    };
}

static void put(struct stage *stage, const struct link *link) {
    assert_int_equal(store_put_link(stage->store, link, &secret, true), 0);
}

static void assert_is(const struct id *found, uint64_t id) {
    struct id expected = id_make(1000, id, 0);
    assert_true(id_equal(found, &expected));
}

/* ---- live rows ---- */

static void test_live_rows_are_of_one_key(void **state) {
    struct stage *stage = *state;
    struct link first = link_of(1, 10, 20, 30), second = link_of(2, 11, 21, 31);
    struct digest person = live_person_key(255, &first.person_key);
    struct digest elsewhere = live_person_key(256, &first.person_key);
    struct id found;
    put(stage, &second);
    put(stage, &first);
    stage_flush(stage);
    assert_false(digest_equal(&person, &elsewhere));
    assert_int_equal(store_next_live(stage->store, LIVE_PERSON, &person, NULL, &found), 0);
    assert_is(&found, 1);
    assert_int_equal(store_next_live(stage->store, LIVE_PERSON, &person, &found, &found),
                     STORE_ABSENT);
    assert_int_equal(store_next_live(stage->store, LIVE_PERSON, &elsewhere, NULL, &found),
                     STORE_ABSENT);
    assert_int_equal(store_next_live(stage->store, LIVE_CLASS2, &first.class2_key, NULL, &found),
                     0);
    assert_is(&found, 1);
    assert_int_equal(store_next_live(stage->store, LIVE_CLASS2, &first.class2_key, &found, &found),
                     STORE_ABSENT);
    assert_int_equal(store_next_live(stage->store, LIVE_CLASS1, &first.class2_key, NULL, &found),
                     STORE_ABSENT);
    assert_int_equal(store_drop_link_live(stage->store, &first), 0);
    assert_int_equal(store_drop_link_live(stage->store, &first), 0); /* once more does no harm */
    assert_int_equal(store_next_live(stage->store, LIVE_CLASS1, &first.class1_key, NULL, &found),
                     STORE_ABSENT);
    assert_int_equal(store_next_live(stage->store, LIVE_CLASS1, &second.class1_key, NULL, &found),
                     0);
    assert_is(&found, 2);
}

/* A link that begins and ends between two flushes leaves what stands for good. */
static void test_keys_of_a_link(void **state) {
    struct stage *stage = *state;
    struct link link = link_of(1, 10, 20, 30);
    put(stage, &link);
    assert_int_equal(store_drop_link_live(stage->store, &link), 0);
    struct overlay_flush flush = stage_flush(stage);
    assert_int_equal(flush.puts, 1 + 3 + 2); /* record; person, accounts; banks */
    assert_int_equal(flush.deletes, 0);
    link = link_of(2, 10, 20, 30);
    put(stage, &link);
    flush = stage_flush(stage);
    assert_int_equal(flush.puts, 1 + 3 + 2 + 1 + 3); /* and pair, live rows */
    assert_int_equal(store_drop_link_live(stage->store, &link), 0);
    flush = stage_flush(stage);
    assert_int_equal(flush.puts, 0);
    assert_int_equal(flush.deletes, 1 + 3);
}

static void test_banks_have_their_own_links(void **state) {
    struct stage *stage = *state;
    struct link first = link_of(1, 1, 2, 3), second = link_of(2, 1, 2, 4);
    struct id found;
    first.class1_bank = 254;
    put(stage, &first);
    put(stage, &second);
    assert_int_equal(store_drop_link_live(stage->store, &first), 0); /* listed all the same */
    const struct {
        bank_code bank;
        uint64_t ids[2];
    } rows[] = {{253, {0}}, {254, {1}}, {255, {1, 2}}, {256, {2}}, {257, {0}}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct id *after = NULL;
        for (size_t j = 0; j < 2 && rows[i].ids[j] != 0; j++) {
            assert_int_equal(store_next_link_of_bank(stage->store, rows[i].bank, after, &found), 0);
            assert_is(&found, rows[i].ids[j]);
            after = &found;
        }
        assert_int_equal(store_next_link_of_bank(stage->store, rows[i].bank, after, &found),
                         STORE_ABSENT);
    }
}

/* ---- what they used, what they lived through ---- */

static void test_usage_and_history(void **state) {
    struct stage *stage = *state;
    struct store *store = stage->store;
    struct id link = id_make(1, 1, 1), next = id_make(1, 1, 2);
    struct link_usage usage = {.day = 1}, zero = {0};
    struct history_entry entry = {.state = 4, .about = id_make(2, 2, 2)}, back;
    assert_int_equal(store_get_usage(store, &link, &usage), 0);
    assert_memory_equal(&usage, &zero, sizeof(usage));
    store_put_usage(store, &link, &(struct link_usage){-3, 5, 7, -1, 9, 11});
    assert_int_equal(store_get_usage(store, &link, &usage), 0);
    assert_true(usage.day == -3 && usage.year == -1 && usage.cool_down_fen == 11);
    assert_int_equal(store_get_usage(store, &next, &usage), 0);
    assert_memory_equal(&usage, &zero, sizeof(usage));
    store_put_history(store, OBJECT_LINK, &link, 0, &entry);
    stage_flush(stage);
    assert_int_equal(store_get_history(store, OBJECT_LINK, &link, 0, &back), 0);
    assert_true(back.state == 4 && id_equal(&back.about, &entry.about));
    assert_int_equal(store_get_history(store, OBJECT_LINK, &link, 1, &back), STORE_ABSENT);
    assert_int_equal(store_get_history(store, OBJECT_TRANSFER, &link, 0, &back), STORE_ABSENT);
    assert_int_equal(store_get_history(store, OBJECT_LINK, &next, 0, &back), STORE_ABSENT);
}

static void test_damaged_rows_are_never_used(void **state) {
    struct stage *stage = *state;
    struct link link = link_of(1, 10, 20, 30);
    struct digest person = live_person_key(255, &link.person_key);
    struct history_entry entry = {.state = 4};
    struct link_usage usage = {.day = 3};
    struct id found;
    put(stage, &link);
    store_put_history(stage->store, OBJECT_LINK, &link.id, 0, &entry);
    store_put_usage(stage->store, &link.id, &usage);
    stage_flush(stage);
    static const uint8_t tables[] = {TABLE_LIVE,        TABLE_LINK_OF_BANK, TABLE_LINK_PERSON,
                                     TABLE_LINK_CLASS2, TABLE_LINK_CLASS1,  TABLE_HISTORY,
                                     TABLE_USAGE};
    for (size_t i = 0; i < sizeof(tables); i++)
        stage_damage(stage, tables[i], STAGE_FLIP_LAST_BIT);
    struct store *store = stage->store;
    assert_int_equal(store_next_live(store, LIVE_PERSON, &person, NULL, &found), STORE_DAMAGED);
    assert_int_equal(store_next_link_of_bank(store, 255, NULL, &found), STORE_DAMAGED);
    assert_int_equal(store_next_link_of_person(store, &link.person_key, NULL, &found),
                     STORE_DAMAGED);
    assert_int_equal(store_next_link_of_account(store, &link.class2_key, NULL, &found),
                     STORE_DAMAGED);
    assert_int_equal(store_next_link_of_account(store, &link.class1_key, NULL, &found),
                     STORE_DAMAGED);
    assert_int_equal(store_get_history(store, OBJECT_LINK, &link.id, 0, &entry), STORE_DAMAGED);
    assert_int_equal(store_get_usage(store, &link.id, &usage), STORE_DAMAGED);
}

/* ---- against a model ---- */

#define LINKS 300
#define KEYS 5

struct model_link {
    struct link link;
    bool put, live, saved_put, saved_live;
};

struct model {
    struct model_link links[LINKS]; /* in order of their ids */
    size_t holder[KEYS][KEYS];      /* 1 + the link that has the pair's row; 0: none */
    size_t saved_holder[KEYS][KEYS];
};

static size_t key_index(const struct digest *digest) {
    return digest->bytes[KEY_DIGEST_SIZE - 1];
}

static size_t *holder_of(struct model *model, const struct link *link) {
    return &model->holder[key_index(&link->class2_key)][key_index(&link->class1_key)];
}

static void save(struct model *model) {
    for (size_t i = 0; i < LINKS; i++) {
        model->links[i].saved_put = model->links[i].put;
        model->links[i].saved_live = model->links[i].live;
    }
    memcpy(model->saved_holder, model->holder, sizeof(model->holder));
}

static void restore(struct model *model) {
    for (size_t i = 0; i < LINKS; i++) {
        model->links[i].put = model->links[i].saved_put;
        model->links[i].live = model->links[i].saved_live;
    }
    memcpy(model->holder, model->saved_holder, sizeof(model->holder));
}

static void step(struct stage *stage, struct model *model) {
    size_t i = (size_t)chance_below(&stage->seed, LINKS);
    struct model_link *it = &model->links[i];
    if (!it->put) {
        put(stage, &it->link);
        it->put = it->live = true;
        *holder_of(model, &it->link) = i + 1;
    } else if (it->live && chance_below(&stage->seed, 2) == 0) {
        assert_int_equal(store_drop_link_live(stage->store, &it->link), 0);
        it->live = false;
        if (*holder_of(model, &it->link) == i + 1)
            *holder_of(model, &it->link) = 0;
    } else {
        assert_int_equal(store_put_link(stage->store, &it->link, NULL, false), 0);
    }
}

/* Which links a listing must give. */
typedef bool belongs(const struct model_link *it, uint64_t to);
typedef int next_in(struct store *store, uint64_t to, const struct id *after, struct id *id_out);

static bool of_account(const struct model_link *it, uint64_t to) {
    return key_index(&it->link.class2_key) == to || key_index(&it->link.class1_key) == to;
}
static int next_of_account(struct store *store, uint64_t to, const struct id *after,
                           struct id *id_out) {
    struct digest key = neighbour((uint8_t)to);
    return store_next_link_of_account(store, &key, after, id_out);
}
static bool of_person(const struct model_link *it, uint64_t to) {
    return key_index(&it->link.person_key) == to;
}
static int next_of_person(struct store *store, uint64_t to, const struct id *after,
                          struct id *id_out) {
    struct digest key = neighbour((uint8_t)to);
    return store_next_link_of_person(store, &key, after, id_out);
}
static bool of_bank(const struct model_link *it, uint64_t to) {
    return it->link.class2_bank == to || it->link.class1_bank == to;
}
static int next_of_bank(struct store *store, uint64_t to, const struct id *after,
                        struct id *id_out) {
    return store_next_link_of_bank(store, to, after, id_out);
}
static bool live_class2(const struct model_link *it, uint64_t to) {
    return it->live && key_index(&it->link.class2_key) == to;
}
static int next_live_class2(struct store *store, uint64_t to, const struct id *after,
                            struct id *id_out) {
    struct digest key = neighbour((uint8_t)to);
    return store_next_live(store, LIVE_CLASS2, &key, after, id_out);
}
static bool live_class1(const struct model_link *it, uint64_t to) {
    return it->live && key_index(&it->link.class1_key) == to;
}
static int next_live_class1(struct store *store, uint64_t to, const struct id *after,
                            struct id *id_out) {
    struct digest key = neighbour((uint8_t)to);
    return store_next_live(store, LIVE_CLASS1, &key, after, id_out);
}
/* At bank 1. */
static bool live_person(const struct model_link *it, uint64_t to) {
    return it->live && it->link.class2_bank == 1 && of_person(it, to);
}
static int next_live_person(struct store *store, uint64_t to, const struct id *after,
                            struct id *id_out) {
    struct digest person = neighbour((uint8_t)to);
    struct digest key = live_person_key(1, &person);
    return store_next_live(store, LIVE_PERSON, &key, after, id_out);
}

static void check_listing(struct stage *stage, const struct model *model, belongs *wanted,
                          next_in *next, uint64_t to) {
    struct id found;
    int rc = next(stage->store, to, NULL, &found);
    for (size_t i = 0; i < LINKS; i++) {
        if (!model->links[i].put || !wanted(&model->links[i], to))
            continue;
        assert_int_equal(rc, 0);
        assert_true(id_equal(&found, &model->links[i].link.id));
        rc = next(stage->store, to, &found, &found);
    }
    assert_int_equal(rc, STORE_ABSENT);
}

static void check(struct stage *stage, struct model *model) {
    static const struct {
        belongs *wanted;
        next_in *next;
    } listings[] = {
        {of_account, next_of_account},   {of_person, next_of_person},
        {of_bank, next_of_bank},         {live_class2, next_live_class2},
        {live_class1, next_live_class1}, {live_person, next_live_person},
    };
    for (size_t i = 0; i < sizeof(listings) / sizeof(listings[0]); i++)
        for (uint64_t to = 0; to < KEYS; to++)
            check_listing(stage, model, listings[i].wanted, listings[i].next, to);
    for (uint8_t class2 = 0; class2 < KEYS; class2++) {
        for (uint8_t class1 = 0; class1 < KEYS; class1++) {
            struct digest left = neighbour(class2), right = neighbour(class1);
            struct id found;
            size_t holder = model->holder[class2][class1];
            int rc = store_find_link_by_pair(stage->store, &left, &right, &found);
            assert_int_equal(rc, holder != 0 ? 0 : STORE_ABSENT);
            if (rc == 0)
                assert_true(id_equal(&found, &model->links[holder - 1].link.id));
        }
    }
}

static void fill_model(struct stage *stage, struct model *model) {
    for (uint64_t i = 0; i < LINKS; i++) {
        struct link *link = &model->links[i].link;
        uint64_t *seed = &stage->seed;
        uint64_t class2 = chance_below(seed, KEYS);
        *link = link_of(i, (uint8_t)chance_below(seed, KEYS), (uint8_t)class2,
                        (uint8_t)((class2 + 1 + chance_below(seed, KEYS - 1)) % KEYS));
        link->class2_bank = 1 + chance_below(seed, 2);
        link->class1_bank = 3 + chance_below(seed, 2);
    }
}

static void test_listings_under_random_commands(void **state) {
    struct stage *stage = *state;
    struct model *model = xcalloc(1, sizeof(*model));
    fill_model(stage, model);
    for (int round = 0; round < 1000; round++) {
        save(model);
        store_begin(stage->store);
        for (uint64_t steps = 1 + chance_below(&stage->seed, 4); steps > 0; steps--)
            step(stage, model);
        if (chance_below(&stage->seed, 4) == 0) {
            store_rollback(stage->store);
            restore(model);
        } else {
            store_commit(stage->store);
        }
        if (round % 40 == 0)
            stage_flush(stage);
        if (round % 20 == 0)
            check(stage, model);
    }
    check(stage, model);
    free(model);
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        STAGED(test_live_rows_are_of_one_key),    STAGED(test_keys_of_a_link),
        STAGED(test_banks_have_their_own_links),  STAGED(test_usage_and_history),
        STAGED(test_damaged_rows_are_never_used), STAGED(test_listings_under_random_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
