/*
 * Rows of banks' lists of holdings and loans: what each opens, what a later list ends, and that the
 * same row again changes nothing. The orders and loans are planted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/recon.h"
#include "ledger/world_people.h"
#include "store/desk.h"
#include "store/orders.h"

#define UNITS 1000000

struct scene {
    struct world world;
    struct product_order order;
    struct loan loan;
    uint8_t lists;
};

static void put(struct scene *scene, bool fresh) {
    store_begin(scene->world.store);
    store_put_order(scene->world.store, &scene->order, fresh);
    store_put_loan(scene->world.store, &scene->loan, fresh);
    store_commit(scene->world.store);
}

/* A's customer holds a product of B's; A and B lend to it. */
static void begin(struct scene *scene) {
    memset(scene, 0, sizeof *scene);
    world_init(&scene->world);
    struct id link = world_link(&scene->world);
    int64_t at_ms = id_ms(&link);
    scene->order = (struct product_order){
        .id = id_make(at_ms, 900, 1),
        .state = PRODUCT_ORDER_CONFIRMED,
        .kind = PRODUCT_FUND,
        .link = link,
        .distributor = BANK_A,
        .issuer = BANK_B,
        .product = "FUND-1",
        .amount = {.fen = 10000, .currency = "CNY"},
        .confirmed_units = UNITS,
        .confirmed_fen = 10000,
        .units = UNITS,
        .history = {.count = 1, .entries = {{.state = PRODUCT_ORDER_CONFIRMED, .at_ms = at_ms}}},
    };
    scene->loan = (struct loan){
        .id = id_make(at_ms, 900, 2),
        .state = LOAN_OUTSTANDING,
        .link = link,
        .lead = BANK_A,
        .terms = {.partner = BANK_B},
        .offered = {.fen = 100000, .currency = "CNY"},
        .account = {.drawn = {300, 700}, .interest_paid = {1, 2}},
        .history = {.count = 1, .entries = {{.state = LOAN_OUTSTANDING, .at_ms = at_ms}}},
    };
    put(scene, true);
}

static struct recon_row row_of(struct scene *scene, enum recon_kind kind, bank_code uploader) {
    struct recon_item item;
    if (kind == RECON_HOLDINGS)
        recon_item_of_order(&scene->order, &item);
    else
        recon_item_of_loan(&scene->loan, uploader, &item);
    struct recon_row row = {
        .upload.bytes = {++scene->lists},
        .uploader = uploader,
        .kind = kind,
        .class = RECON_MATCHED,
        .window = item.window,
        .id = item.id,
        .state = item.state,
        .debtor = item.debtor,
        .creditor = item.creditor,
        .amount = item.amount,
        .units = item.units,
        .interest_fen = item.interest_fen,
    };
    memcpy(row.product, item.product, sizeof row.product);
    return row;
}

static void judge(struct scene *scene, const struct recon_row *row) {
    struct command *command = world_command(&scene->world, COMMAND_RECON_ROW, 0);
    command->body.recon_row = *row;
    message_encode_internal(command);
    assert_int_equal(world_apply(&scene->world, command), 0);
}

static void judge_again(struct scene *scene, const struct recon_row *row) {
    struct digest before = world_digest(&scene->world);
    judge(scene, row);
    struct digest after = world_digest(&scene->world);
    assert_memory_equal(before.bytes, after.bytes, DIGEST_SIZE);
}

/* So many there are; the last of them. */
static size_t cases(struct scene *scene, struct inquiry_case *last_out) {
    struct id after = {{0}};
    size_t count = 0;
    while (store_next_case(scene->world.store, &after, last_out) == 0) {
        after = last_out->id;
        count++;
    }
    return count;
}

static void expect(struct scene *scene, size_t count, enum case_subject subject,
                   enum case_state state) {
    struct inquiry_case last;
    assert_int_equal(cases(scene, &last), count);
    if (count == 0)
        return;
    assert_int_equal(last.subject, subject);
    assert_int_equal(last.state, state);
    assert_true(id_is_zero(&last.transfer) && id_is_zero(&last.link));
    assert_true(last.claim.window == 0 && last.opened_by == 0);
}

/* Each difference opens a case of that bank's, and a list that matches ends it. */
static void each_difference(enum recon_kind kind, bank_code uploader, bank_code other) {
    enum case_subject subject = kind == RECON_HOLDINGS ? CASE_HOLDING_DIFF : CASE_LOAN_DIFF;
    struct scene scene;
    begin(&scene);
    struct recon_row right = row_of(&scene, kind, uploader);
    judge_again(&scene, &right);
    for (size_t i = 0; i < 6; i++) {
        struct recon_row row = row_of(&scene, kind, uploader);
        struct inquiry_case last;
        row.class = i == 0 ? RECON_MISSING_THERE : i == 1 ? RECON_DUPLICATE : RECON_AMOUNT_DIFF;
        row.state += i == 2;
        row.amount.fen += i == 3;
        row.units += i == 4 && kind == RECON_HOLDINGS;
        row.interest_fen += i == 4 && kind == RECON_LOANS;
        if (i == 5)
            row.debtor = BANK_C;
        judge(&scene, &row);
        expect(&scene, i + 1, subject, CASE_OPEN);
        (void)cases(&scene, &last);
        assert_true(last.owner == uploader && last.claim.kind == kind);
        assert_true(i == 5 || last.other == other);
        assert_true(id_equal(&last.claim.id, &row.id));
        judge_again(&scene, &row);
        judge(&scene, &right);
        expect(&scene, i + 1, subject, CASE_CLOSED);
    }
    world_deinit(&scene.world);
}

static void differences_of_holdings(void **state) {
    (void)state;
    each_difference(RECON_HOLDINGS, BANK_A, BANK_B);
    each_difference(RECON_HOLDINGS, BANK_B, BANK_A);
}

static void differences_of_loans(void **state) {
    (void)state;
    each_difference(RECON_LOANS, BANK_A, BANK_B);
    each_difference(RECON_LOANS, BANK_B, BANK_A);
}

static void of_another_bank_it_is_missing_here(void **state) {
    (void)state;
    struct scene scene;
    begin(&scene);
    for (enum recon_kind kind = RECON_HOLDINGS; kind <= RECON_LOANS; kind++) {
        struct recon_row row = row_of(&scene, kind, BANK_C);
        judge(&scene, &row);
        expect(&scene, kind - RECON_LINKS, CASE_MISSING_HERE, CASE_OPEN);
        judge_again(&scene, &row);
        row = row_of(&scene, kind, BANK_A);
        row.class = RECON_MISSING_THERE;
        row.id.bytes[0] ^= 1; /* it is gone meanwhile: nobody has it */
        judge_again(&scene, &row);
    }
    world_deinit(&scene.world);
}

static void what_was_changed_since_is_left(void **state) {
    (void)state;
    struct scene scene;
    begin(&scene);
    for (enum recon_kind kind = RECON_HOLDINGS; kind <= RECON_LOANS; kind++) {
        for (enum recon_class class = RECON_AMOUNT_DIFF; class <= RECON_MISSING_THERE; class ++) {
            struct recon_row row = row_of(&scene, kind, BANK_A);
            row.class = class;
            row.amount.fen++;
            row.window--;
            judge_again(&scene, &row);
        }
    }
    world_deinit(&scene.world);
}

static void what_is_on_its_way_is_left(void **state) {
    (void)state;
    struct scene scene;
    begin(&scene);
    scene.order.payout.purpose = PRODUCT_PAYOUT_REDEMPTION;
    scene.loan.flight.kind = LOAN_FLIGHT_REPAYMENT;
    put(&scene, false);
    for (enum recon_kind kind = RECON_HOLDINGS; kind <= RECON_LOANS; kind++) {
        struct recon_row row = row_of(&scene, kind, BANK_A);
        row.amount.fen++;
        judge_again(&scene, &row);
    }
    scene.order.payout.purpose = PRODUCT_PAYOUT_NONE;
    scene.order.units = 0; /* nobody has to list it any more */
    put(&scene, false);
    struct recon_row row = row_of(&scene, RECON_HOLDINGS, BANK_A);
    row.class = RECON_MISSING_THERE;
    judge_again(&scene, &row);
    world_deinit(&scene.world);
}

/* ---- what a bank asks for ---- */

static struct totals_page totals_of(struct scene *scene, struct arena *arena, bank_code bank,
                                    enum recon_kind kind, const struct id *after) {
    struct query_totals query = {.kind = kind, .after_id = *after};
    struct totals_page page;
    assert_int_equal(world_send(&scene->world, bank, COMMAND_QUERY_TOTALS, &query), 0);
    struct span payload = world_one(&scene->world, EFFECT_REPLY)->payload;
    assert_int_equal(partner_decode_totals_reply(payload, arena, &page), 0);
    return page;
}

static struct recon_page page_of(struct scene *scene, struct arena *arena, bank_code bank,
                                 enum recon_kind kind, const struct id *after) {
    struct recon_page_query query = {.kind = kind, .after = *after, .max = 2};
    struct recon_page page;
    assert_int_equal(world_send(&scene->world, bank, COMMAND_RECON_PAGE, &query), 0);
    struct span payload = world_one(&scene->world, EFFECT_REPLY)->payload;
    assert_int_equal(partner_decode_recon_page(payload, arena, &page), 0);
    return page;
}

/* More than are looked at in one go; of each third one A is the distributor, of the others C. */
static void plant_many(struct scene *scene, uint16_t count) {
    for (uint16_t i = 0; i < count; i++) {
        scene->order.id = id_make(id_ms(&scene->order.id), 901, i);
        scene->order.distributor = i % 3 == 0 ? BANK_A : BANK_C;
        store_begin(scene->world.store);
        store_put_order(scene->world.store, &scene->order, true);
        store_commit(scene->world.store);
    }
}

static void totals_in_pieces_and_pages(void **state) {
    (void)state;
    struct scene scene;
    struct arena arena;
    struct id after = {{0}};
    uint64_t of[2] = {0, 0};
    size_t pieces = 0, rows = 0;
    begin(&scene);
    arena_init(&arena, 4096, 0);
    plant_many(&scene, LEDGER_TRANSFERS_LOOK_MAX + 88);
    do {
        struct totals_page page = totals_of(&scene, &arena, BANK_B, RECON_HOLDINGS, &after);
        assert_true(page.count == 2 && page.pairs[0].counterparty == BANK_A);
        for (size_t i = 0; i < 2; i++) {
            of[i] += page.pairs[i].count;
            assert_int_equal(page.pairs[i].credit_fen, 10000 * (int64_t)page.pairs[i].count);
            assert_int_equal(page.pairs[i].debit_fen, 0);
        }
        after = page.next;
        pieces++;
    } while (!id_is_zero(&after));
    assert_true(pieces == 2 && of[0] == 201 && of[1] == 400);
    do {
        struct recon_page page = page_of(&scene, &arena, BANK_A, RECON_HOLDINGS, &after);
        for (uint32_t i = 0; i < page.count; i++)
            assert_true(page.rows[i].debtor == BANK_A && page.rows[i].units == UNITS);
        rows += page.count;
        after = page.next;
        arena_reset(&arena);
    } while (!id_is_zero(&after));
    assert_int_equal(rows, 201);
    arena_deinit(&arena);
    world_deinit(&scene.world);
}

static void loans_as_each_lender_sees_them(void **state) {
    (void)state;
    static const struct id start = {{0}};
    struct scene scene;
    struct arena arena;
    begin(&scene);
    arena_init(&arena, 4096, 0);
    struct totals_page totals = totals_of(&scene, &arena, BANK_B, RECON_LOANS, &start);
    assert_true(totals.count == 1 && id_is_zero(&totals.next));
    assert_true(totals.pairs[0].counterparty == BANK_A && totals.pairs[0].debit_fen == 700);
    assert_int_equal(totals.pairs[0].credit_fen, 2);
    struct recon_page page = page_of(&scene, &arena, BANK_A, RECON_LOANS, &start);
    assert_true(page.count == 1 && page.rows[0].amount.fen == 300);
    assert_int_equal(page.rows[0].interest_fen, 1);
    assert_int_equal(page_of(&scene, &arena, BANK_C, RECON_LOANS, &start).count, 0);
    assert_int_equal(totals_of(&scene, &arena, BANK_C, RECON_LOANS, &start).count, 0);
    arena_deinit(&arena);
    world_deinit(&scene.world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_of_holdings),
        cmocka_unit_test(differences_of_loans),
        cmocka_unit_test(of_another_bank_it_is_missing_here),
        cmocka_unit_test(what_was_changed_since_is_left),
        cmocka_unit_test(what_is_on_its_way_is_left),
        cmocka_unit_test(totals_in_pieces_and_pages),
        cmocka_unit_test(loans_as_each_lender_sees_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
