/*
 * See laws_desk.h. Everything is counted anew from the records alone.
 */
#include "ledger/laws_desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"

#define BANKS 4
static const bank_code banks[BANKS] = {BANK_A, BANK_B, BANK_C, BANK_D};

/* ---- holds ---- */

static void check_hold(const struct link *link, const struct hold *hold) {
    bool own = hold->authority == HOLD_BY_GATEWAY;
    bool of_link = hold->by == link->class1_bank || hold->by == link->class2_bank;
    assert_in_range(hold->authority, HOLD_BY_BANK, HOLD_BY_GATEWAY);
    assert_true(hold->blocks != 0 && (hold->blocks & ~HOLD_BLOCKS_ALL) == 0);
    assert_true(hold->authority == HOLD_BY_OPERATOR ? hold->by == 0 : of_link);
    assert_true(!own || hold->expires_at_ms == 0);
    assert_true(hold->expires_at_ms == 0 || hold->expires_at_ms > hold->placed_at_ms);
}

void laws_check_holds(const struct link *link) {
    uint32_t placed = 0;
    assert_in_range(link->hold_count, 0, HOLDS_MAX);
    for (uint32_t i = 0; i < link->hold_count; i++) {
        const struct hold *hold = &link->holds[i];
        check_hold(link, hold);
        placed += hold->authority != HOLD_BY_GATEWAY;
        for (uint32_t j = 0; j < i; j++) {
            const struct hold *other = &link->holds[j];
            bool both_own =
                hold->authority == HOLD_BY_GATEWAY && other->authority == HOLD_BY_GATEWAY;
            assert_false(id_equal(&hold->id, &other->id));
            assert_false(both_own && hold->by == other->by &&
                         strcmp(hold->reason, other->reason) == 0);
        }
    }
    assert_in_range(placed, 0, HOLDS_PLACED_MAX);
}

/* ---- cases ---- */

static void check_case_path(const struct inquiry_case *inquiry) {
    enum case_state before = CASE_NONE;
    assert_in_range(inquiry->entry_count, 1, CASE_ENTRIES_MAX);
    for (uint32_t i = 0; i < inquiry->entry_count; i++) {
        const struct case_entry *entry = &inquiry->entries[i];
        bool leads = false;
        for (int event = 0; event < CASE_EVENTS; event++) {
            enum case_state next;
            leads |= case_next(before, (enum case_event)event, &next) && next == entry->state;
        }
        assert_true(leads);
        assert_int_equal(entry->outcome != CASE_OUTCOME_NONE, entry->state == CASE_ANSWERED);
        before = entry->state;
    }
    assert_int_equal(before, inquiry->state);
    assert_int_equal(inquiry->outcome != CASE_OUTCOME_NONE, inquiry->state != CASE_OPEN);
    assert_int_equal(inquiry->closed_at_ms != 0, inquiry->state == CASE_CLOSED);
    assert_int_equal(inquiry->due_at_ms != 0, inquiry->state == CASE_OPEN);
    assert_true(!inquiry->overdue || inquiry->state == CASE_OPEN);
}

/* Of one subject at most one is not closed. */
static void check_unique(struct world *world, const struct inquiry_case *inquiry) {
    struct id id = {{0}};
    uint64_t same = 0;
    bool listed = false;
    while (store_next_case_of_transfer(world->store, &inquiry->transfer, &id, &id) == 0) {
        struct inquiry_case other = world_get_case(world, &id);
        assert_true(id_equal(&other.transfer, &inquiry->transfer));
        same += other.state != CASE_CLOSED && other.subject == inquiry->subject;
        listed |= id_equal(&id, &inquiry->id);
    }
    assert_true(listed && same <= 1);
}

static void check_case(struct world *world, const struct inquiry_case *inquiry,
                       struct desk_sums *sums) {
    struct transfer transfer = world_get_transfer(world, &inquiry->transfer);
    bool of_transfer =
        inquiry->owner == transfer.instructed
            ? inquiry->other == transfer.submitter
            : inquiry->owner == transfer.submitter && inquiry->other == transfer.instructed;
    assert_true(of_transfer);
    assert_true(inquiry->opened_by == inquiry->other ||
                (inquiry->opened_by == 0 && inquiry->subject == CASE_CONFLICT));
    check_case_path(inquiry);
    check_unique(world, inquiry);
    struct store_deadline due = {inquiry->due_at_ms, OBJECT_CASE, inquiry->id};
    bool stands = inquiry->due_at_ms != 0 && !inquiry->overdue;
    assert_int_equal(laws_deadline_stands(world, &due), stands);
    sums->deadlines += stands;
    sums->owed += 2 * (uint64_t)inquiry->entry_count;
}

static void check_cases(struct world *world, struct desk_sums *sums) {
    struct inquiry_case inquiry;
    struct id after = {{0}};
    uint64_t cases = 0;
    while (store_next_case(world->store, &after, &inquiry) == 0) {
        after = inquiry.id;
        check_case(world, &inquiry, sums);
        cases++;
        store_begin(world->store);
        store_commit(world->store);
    }
    assert_int_equal(laws_rows(world, TABLE_CASE), cases);
    assert_int_equal(laws_rows(world, TABLE_CASE_OF_TRANSFER), cases);
}

/* ---- questions ---- */

static void check_question(struct world *world, const struct store_question *question) {
    struct link link = world_get_link(world, &question->link);
    bool of_link = question->asked == link.class1_bank ? question->asked_by == link.class2_bank
                                                       : question->asked_by == link.class1_bank &&
                                                             question->asked == link.class2_bank;
    struct store_deadline due = {question->deadline_ms, OBJECT_QUESTION, question->id};
    assert_true(of_link);
    assert_true(laws_deadline_stands(world, &due));
}

static void check_questions(struct world *world, struct desk_sums *sums) {
    struct overlay *overlay = store_overlay(world->store);
    uint64_t out[BANKS] = {0};
    uint8_t first = TABLE_QUESTION;
    struct span key, value;
    int rc = overlay_seek(overlay, span_of(&first, 1), 1, &key, &value);
    while (rc == 0) {
        struct key at = {.size = key.size};
        struct store_question question;
        struct id id;
        assert_int_equal(key.size, 1 + sizeof id.bytes);
        memcpy(at.bytes, key.data, key.size);
        memcpy(id.bytes, key.data + 1, sizeof id.bytes);
        assert_int_equal(store_get_question(world->store, &id, &question), 0);
        check_question(world, &question);
        sums->deadlines++;
        for (size_t i = 0; i < BANKS; i++)
            out[i] += question.asked_by == banks[i];
        rc = overlay_after(overlay, key_span(&at), 1, &key, &value);
    }
    assert_int_equal(rc, OVERLAY_ABSENT);
    for (size_t i = 0; i < BANKS; i++)
        assert_int_equal(world_counters(world, banks[i]).questions, out[i]);
}

struct desk_sums laws_check_desk(struct world *world) {
    struct desk_sums sums = {0, 0};
    check_cases(world, &sums);
    check_questions(world, &sums);
    return sums;
}
