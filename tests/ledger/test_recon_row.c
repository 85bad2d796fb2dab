/*
 * Rows of banks' lists: every class on every state and from every bank, what they settle, open and
 * end, and that the same row again changes nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"
#include "ledger/laws.h"
#include "ledger/world_people.h"

/* A's push to B of 100 fen: B is instructed. */
static struct id made(struct world *world, enum transfer_state state) {
    struct id link = world_link(world);
    return world_transfer_in(world, &link, TRANSFER_PUSH, 100, state);
}

static struct recon_row row_of(struct world *world, const struct id *id, bank_code uploader,
                               enum recon_class class) {
    struct transfer transfer = world_get_transfer(world, id);
    struct recon_row row = {
        .upload.bytes = {(uint8_t) class, 7},
        .uploader = uploader,
        .kind = RECON_MONEY,
        .class = class,
        .window = 1,
        .id = *id,
        .state = class == RECON_STATUS_DIFF ? TRANSFER_REJECTED : TRANSFER_ACCEPTED,
        .what = (uint32_t)transfer.kind,
        .debtor = transfer.debtor_bank,
        .creditor = transfer.creditor_bank,
        .amount = transfer.amount,
        .reference = "ITS-OWN-1",
        .book_date = "2026-12-23",
    };
    row.amount.fen += class == RECON_AMOUNT_DIFF;
    return row;
}

static void judge(struct world *world, const struct recon_row *row) {
    struct command *command = world_command(world, COMMAND_RECON_ROW, 0);
    command->body.recon_row = *row;
    message_encode_internal(command);
    assert_int_equal(world_apply(world, command), 0);
    laws_check(world);
}

/* The same again leaves the store as it is, and says nothing to banks. */
static void judge_again(struct world *world, const struct recon_row *row) {
    struct digest before = world_digest(world);
    judge(world, row);
    struct digest after = world_digest(world);
    assert_memory_equal(before.bytes, after.bytes, DIGEST_SIZE);
    assert_int_equal(world_count(world, EFFECT_NOTICE), 0);
}

/* The nth case in the store; false: there are fewer. */
static bool nth_case(struct world *world, size_t n, struct inquiry_case *case_out) {
    struct id after = {{0}};
    for (size_t i = 0; i <= n; i++) {
        if (store_next_case(world->store, &after, case_out) != 0)
            return false;
        after = case_out->id;
    }
    return true;
}

static struct inquiry_case only_case(struct world *world) {
    struct inquiry_case inquiry, other;
    assert_true(nth_case(world, 0, &inquiry));
    assert_false(nth_case(world, 1, &other));
    return inquiry;
}

/* ---- every class on every state, from every bank ---- */

enum { NOTHING = 0, SETTLED = 100 }; /* or the subject of the case that it opens */
enum uploader { INSTRUCTED, SUBMITTER, STRANGER, UPLOADERS };

#define CON CASE_CONFLICT
#define AMO CASE_AMOUNT_DIFF
#define STA CASE_STATUS_DIFF
#define HER CASE_MISSING_HERE
#define THE CASE_MISSING_THERE
#define DUP CASE_DUPLICATE
#define SET SETTLED
/* clang-format off */
/* MATCHED, AMOUNT_DIFF, STATUS_DIFF (the list says REJECTED), MISSING_HERE, MISSING_THERE,
 * DATE_SHIFT, DUPLICATE: as the comparison found, whatever is so by now. */
static const int comes_of[TRANSFER_STATES][UPLOADERS][RECON_DUPLICATE] = {
    [TRANSFER_PENDING]   = {{  0,   0,   0,   0,   0,   0,   0},
                            {  0,   0,   0,   0,   0,   0,   0},
                            {HER, HER, HER, HER,   0, HER, HER}},
    [TRANSFER_ACCEPTED]  = {{  0, AMO, CON,   0, THE,   0, DUP},
                            {  0, AMO, STA,   0, THE,   0, DUP},
                            {HER, HER, HER, HER,   0, HER, HER}},
    [TRANSFER_REJECTED]  = {{CON, AMO,   0, CON,   0, CON, DUP},
                            {STA, AMO,   0, STA,   0, STA, DUP},
                            {HER, HER, HER, HER,   0, HER, HER}},
    [TRANSFER_CANCELLED] = {{CON, AMO,   0, CON,   0, CON, DUP},
                            {STA, AMO,   0, STA,   0, STA, DUP},
                            {HER, HER, HER, HER,   0, HER, HER}},
    [TRANSFER_UNKNOWN]   = {{SET, AMO, STA, SET,   0, SET, DUP},
                            {STA, AMO, STA, STA,   0, STA, DUP},
                            {HER, HER, HER, HER,   0, HER, HER}},
};
/* clang-format on */

static void try_row(struct world *world, enum transfer_state state, enum uploader uploader,
                    enum recon_class class) {
    static const bank_code banks[UPLOADERS] = {BANK_B, BANK_A, BANK_C};
    int wanted = comes_of[state][uploader][class - 1];
    struct id id = made(world, state);
    struct recon_row row = row_of(world, &id, banks[uploader], class);
    judge(world, &row);
    struct transfer transfer = world_get_transfer(world, &id);
    assert_int_equal(transfer.state, wanted == SETTLED ? TRANSFER_ACCEPTED : state);
    assert_int_equal(transfer.conflict, wanted == CASE_CONFLICT);
    struct inquiry_case inquiry;
    bool opened = wanted != NOTHING && wanted != SETTLED;
    assert_int_equal(nth_case(world, 0, &inquiry), opened);
    if (opened) {
        assert_int_equal(inquiry.subject, wanted);
        assert_true(inquiry.owner == banks[uploader] && inquiry.opened_by == 0);
        assert_int_equal(id_is_zero(&inquiry.transfer), wanted == CASE_MISSING_HERE);
    }
    judge_again(world, &row);
}

static void every_class_on_every_state(void **state) {
    (void)state;
    static const enum transfer_state states[] = {TRANSFER_PENDING, TRANSFER_ACCEPTED,
                                                 TRANSFER_REJECTED, TRANSFER_CANCELLED,
                                                 TRANSFER_UNKNOWN};
    for (size_t s = 0; s < sizeof states / sizeof states[0]; s++) {
        for (int uploader = 0; uploader < UPLOADERS; uploader++) {
            struct world world;
            for (int class = RECON_MATCHED; class <= RECON_DUPLICATE; class ++) {
                world_init(&world);
                try_row(&world, states[s], (enum uploader)uploader, (enum recon_class) class);
                world_deinit(&world);
            }
        }
    }
}

/* ---- what settles ---- */

static void the_bank_s_own_list_settles(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = made(&world, TRANSFER_UNKNOWN);
    struct recon_row row = row_of(&world, &id, BANK_B, RECON_MISSING_HERE);
    judge(&world, &row);
    struct transfer transfer = world_get_transfer(&world, &id);
    const struct history_entry *entry = &transfer.history.entries[transfer.history.count - 1];
    assert_int_equal(entry->event, TRANSFER_EVENT_POSTED);
    assert_int_equal(entry->cause, CAUSE_RECON);
    assert_true(entry->by == BANK_B);
    assert_true(digest_equal(&transfer.evidence, &row.upload));
    assert_string_equal(transfer.reference, "ITS-OWN-1");
    assert_string_equal(transfer.book_date, "2026-12-23");
    assert_int_equal(world_position(&world, BANK_A).unsettled_net_fen, -100);
    assert_int_equal(world_counters(&world, BANK_B).unknown, 0);
    /* what it says later against its own list is a contradiction like any other */
    struct posting_result refused = world_refused(&id, "AM04");
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &refused), 0);
    assert_true(world_get_transfer(&world, &id).conflict);
    laws_check(&world);
    world_deinit(&world);
}

/* A list that does not say where it was booked is no word on it. */
static void without_a_reference_it_does_not(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = made(&world, TRANSFER_UNKNOWN);
    struct recon_row row = row_of(&world, &id, BANK_B, RECON_MATCHED);
    row.reference[0] = '\0';
    judge(&world, &row);
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_UNKNOWN);
    assert_int_equal(only_case(&world).subject, CASE_STATUS_DIFF);
    world_deinit(&world);
}

/* PENDING whose time is over is UNKNOWN first, and then settled; a frozen one is left alone. */
static void what_is_due_comes_first(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = made(&world, TRANSFER_PENDING);
    struct recon_row row = row_of(&world, &id, BANK_B, RECON_MATCHED);
    struct transfer transfer = world_get_transfer(&world, &id);
    transfer.frozen = true;
    world_put_transfer(&world, &transfer);
    world.now_ms = transfer.deadline_ms;
    judge(&world, &row);
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_PENDING);
    transfer.frozen = false;
    world_put_transfer(&world, &transfer);
    judge(&world, &row);
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_ACCEPTED);
    assert_int_equal(world_get_transfer(&world, &id).unknown_at_ms, world.now_ms);
    world_deinit(&world);
}

/* ---- what is opened and explained ---- */

static void opened_again_by_another_list_only(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = made(&world, TRANSFER_ACCEPTED);
    struct recon_row row = row_of(&world, &id, BANK_A, RECON_MISSING_THERE);
    judge(&world, &row);
    struct inquiry_case inquiry = only_case(&world);
    assert_true(inquiry.owner == BANK_A && inquiry.other == BANK_B);
    assert_true(digest_equal(&inquiry.claim.upload, &row.upload));
    assert_int_equal(inquiry.due_at_ms, world.now_ms + rules_compiled()->case_due_ms);
    row.upload.bytes[5] = 1; /* another list, while it is open */
    judge_again(&world, &row);
    struct answer_case word = world_reply(&world, &inquiry.id, CASE_ADMITTED);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_ANSWER_CASE, &word), 0);
    word = world_close_case(&world, &inquiry.id);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_ANSWER_CASE, &word), 0);
    struct recon_row first = row_of(&world, &id, BANK_A, RECON_MISSING_THERE);
    judge_again(&world, &first); /* the list that it was of */
    judge(&world, &row);
    assert_true(nth_case(&world, 1, &inquiry));
    assert_int_equal(inquiry.state, CASE_OPEN);
    /* and the other bank's list is another matter */
    row = row_of(&world, &id, BANK_B, RECON_MISSING_THERE);
    judge(&world, &row);
    assert_true(nth_case(&world, 2, &inquiry));
    assert_true(inquiry.owner == BANK_B);
    world_deinit(&world);
}

static void a_later_list_explains(void **state) {
    (void)state;
    static const struct {
        enum recon_class opened, explained;
    } pairs[] = {{RECON_MISSING_THERE, RECON_DATE_SHIFT},
                 {RECON_AMOUNT_DIFF, RECON_MATCHED},
                 {RECON_STATUS_DIFF, RECON_MATCHED}};
    for (size_t i = 0; i < 2 * sizeof pairs / sizeof pairs[0]; i++) {
        struct world world;
        world_init(&world);
        struct id id = made(&world, TRANSFER_ACCEPTED);
        struct recon_row row = row_of(&world, &id, BANK_A, pairs[i / 2].opened);
        judge(&world, &row);
        struct inquiry_case inquiry = only_case(&world);
        if (i % 2) {
            struct answer_case word = world_reply(&world, &inquiry.id, CASE_DENIED);
            assert_int_equal(world_send(&world, BANK_A, COMMAND_ANSWER_CASE, &word), 0);
        }
        world.now_ms += MINUTE_MS;
        row = row_of(&world, &id, BANK_A, pairs[i / 2].explained);
        judge(&world, &row);
        assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
        inquiry = only_case(&world);
        assert_int_equal(inquiry.state, CASE_CLOSED);
        assert_int_equal(inquiry.outcome, CASE_EXPLAINED);
        assert_int_equal(inquiry.closed_at_ms, world.now_ms);
        assert_true(inquiry.entries[inquiry.entry_count - 1].by == 0);
        judge_again(&world, &row);
        world_deinit(&world);
    }
}

/* What a bank opened is for banks to end, and another's list says nothing of this one's. */
static void nothing_else_is_explained(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = made(&world, TRANSFER_ACCEPTED);
    struct open_case open = world_inquire(&world, &id, CASE_OTHER);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_OPEN_CASE, &open), 0);
    struct recon_row row = row_of(&world, &id, BANK_A, RECON_MISSING_THERE);
    judge(&world, &row);
    struct recon_row other = row_of(&world, &id, BANK_B, RECON_MATCHED);
    judge_again(&world, &other);
    row = row_of(&world, &id, BANK_A, RECON_MATCHED);
    judge(&world, &row);
    struct inquiry_case inquiry;
    assert_true(nth_case(&world, 0, &inquiry) && inquiry.state == CASE_OPEN);
    assert_true(nth_case(&world, 1, &inquiry) && inquiry.state == CASE_CLOSED);
    world_deinit(&world);
}

static void what_only_the_list_has(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct recon_row row = {
        .upload.bytes = {9},
        .uploader = BANK_A,
        .kind = RECON_MONEY,
        .class = RECON_MISSING_HERE,
        .window = 4,
        .id.bytes = {1, 2, 3},
        .state = TRANSFER_ACCEPTED,
        .debtor = BANK_A,
        .creditor = BANK_B,
        .amount = {500, "CNY"},
    };
    judge(&world, &row);
    struct inquiry_case inquiry = only_case(&world);
    assert_true(inquiry.owner == BANK_A && inquiry.other == BANK_B);
    assert_true(id_is_zero(&inquiry.transfer) && id_is_zero(&inquiry.link));
    assert_true(id_equal(&inquiry.claim.id, &row.id) && inquiry.claim.window == 4);
    assert_int_equal(inquiry.claim.amount.fen, 500);
    const struct effect *notice = world_effect(&world, EFFECT_NOTICE, 1);
    struct case_view told = world_case_view(&world, notice);
    assert_true(notice->bank == BANK_B && id_equal(&told.claim.id, &row.id));
    assert_true(told.claim.amount.fen == 500 && told.claim.window == 4);
    judge_again(&world, &row);
    /* one that names nobody here is between its bank and the gateway */
    row.creditor = BANK_D;
    row.id.bytes[0] = 2;
    judge(&world, &row);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 1);
    assert_true(nth_case(&world, 1, &inquiry) && inquiry.other == 0);
    struct answer_case word = world_reply(&world, &inquiry.id, CASE_ADMITTED);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_ANSWER_CASE, &word), 0);
    word = world_close_case(&world, &inquiry.id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_ANSWER_CASE, &word), 0);
    laws_check(&world);
    row.uploader = BANK_D; /* a list of no bank here */
    judge_again(&world, &row);
    world_deinit(&world);
}

/* Money and state are alike, but it is another sort of transfer in the list. */
static void another_kind(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = made(&world, TRANSFER_ACCEPTED);
    struct recon_row row = row_of(&world, &id, BANK_B, RECON_MATCHED);
    struct recon_row wrong = row;
    wrong.class = RECON_STATUS_DIFF;
    wrong.what = TRANSFER_BILL;
    judge(&world, &wrong);
    assert_int_equal(only_case(&world).subject, CASE_STATUS_DIFF);
    judge_again(&world, &wrong);
    judge(&world, &row); /* explained */
    assert_int_equal(only_case(&world).state, CASE_CLOSED);
    world_deinit(&world);
}

/* ---- links ---- */

static void rows_of_links(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct recon_row row = {
        .upload.bytes = {1},
        .uploader = BANK_B,
        .kind = RECON_LINKS,
        .class = RECON_MATCHED,
        .id = id,
        .state = LINK_ACTIVE,
        .debtor = BANK_A,
        .creditor = BANK_B,
    };
    struct link link = world_get_link(&world, &id);
    memcpy(row.class2_tail, link.class2_masked, sizeof row.class2_tail);
    memcpy(row.class1_tail, link.class1_masked, sizeof row.class1_tail);
    judge_again(&world, &row);
    for (int i = 0; i < 5; i++) {
        struct recon_row wrong = row;
        wrong.upload.bytes[1] = (uint8_t)(1 + i);
        wrong.class = i == 0 ? RECON_MISSING_THERE : i == 1 ? RECON_DUPLICATE : RECON_STATUS_DIFF;
        wrong.state = i == 2 ? LINK_CLOSED : LINK_ACTIVE;
        wrong.debtor = i == 3 ? BANK_C : BANK_A;
        wrong.class1_tail[3] = i == 4 ? 'X' : wrong.class1_tail[3];
        judge(&world, &wrong);
        struct inquiry_case inquiry;
        assert_true(nth_case(&world, (size_t)i, &inquiry));
        assert_int_equal(inquiry.subject, CASE_LINK_DIFF);
        assert_true(id_equal(&inquiry.link, &id) && id_is_zero(&inquiry.transfer));
        assert_true(inquiry.owner == BANK_B && inquiry.other == BANK_A);
        judge_again(&world, &wrong);
        judge(&world, &row); /* explained */
        assert_true(nth_case(&world, (size_t)i, &inquiry) && inquiry.state == CASE_CLOSED);
    }
    row.uploader = BANK_C;
    judge(&world, &row);
    struct inquiry_case inquiry;
    assert_true(nth_case(&world, 5, &inquiry));
    assert_int_equal(inquiry.subject, CASE_MISSING_HERE);
    world_deinit(&world);
}

/* Banks open cases of links too. */
static void a_bank_s_case_of_a_link(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct open_case open = world_inquire(&world, &(struct id){{0}}, CASE_LINK_DIFF);
    open.link = id;
    assert_int_equal(world_send(&world, BANK_C, COMMAND_OPEN_CASE, &open), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_LINK, "link_id");
    open.request = world_request_id(&world);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_OPEN_CASE, &open), 0);
    struct case_view view = world_case_view(&world, world_one(&world, EFFECT_REPLY));
    assert_true(id_equal(&view.link, &id) && view.owner == BANK_A);
    assert_int_equal(view.subject, CASE_LINK_DIFF);
    laws_check(&world);
    struct open_case again = open;
    again.link.bytes[0] ^= 1;
    assert_int_equal(world_send(&world, BANK_B, COMMAND_OPEN_CASE, &again), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "link_id");
    open.request = world_request_id(&world);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_OPEN_CASE, &open), 0);
    world_expect_refused(&world, REFUSAL_CASE_EXISTS, "subject");
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_class_on_every_state),
        cmocka_unit_test(the_bank_s_own_list_settles),
        cmocka_unit_test(without_a_reference_it_does_not),
        cmocka_unit_test(what_is_due_comes_first),
        cmocka_unit_test(opened_again_by_another_list_only),
        cmocka_unit_test(a_later_list_explains),
        cmocka_unit_test(nothing_else_is_explained),
        cmocka_unit_test(what_only_the_list_has),
        cmocka_unit_test(another_kind),
        cmocka_unit_test(rows_of_links),
        cmocka_unit_test(a_bank_s_case_of_a_link),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
