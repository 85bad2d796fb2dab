/*
 * The classes of reconciliation: a table of pairs of rows, the join of small lists, and the join of
 * chance lists against a model that looks everything up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/loan.h"
#include "domain/product_order.h"
#include "domain/recon.h"
#include "domain/transfer.h"

#define A 100000000018u
#define B 200000000016u
#define C 300000000014u
#define WINDOW 7
#define ROWS_MAX 64

static struct recon_item item(uint8_t number) {
    struct recon_item made = {
        .kind = RECON_MONEY,
        .what = TRANSFER_BOUND_PAIR,
        .state = TRANSFER_ACCEPTED,
        .debtor = A,
        .creditor = B,
        .amount = {.fen = 100, .currency = "CNY"},
        .window = WINDOW,
    };
    made.id.bytes[15] = number;
    return made;
}

/* ---- one pair of rows ---- */

static void every_class_of_a_pair(void **state) {
    (void)state;
    struct recon_item ours = item(1);
    struct recon_item theirs = ours;
    strcpy(theirs.reference, "stands beside");
    strcpy(theirs.book_date, "2026-11-20");
    assert_int_equal(recon_judge(&theirs, &ours, WINDOW), RECON_MATCHED);
    theirs.amount.fen++;
    assert_int_equal(recon_judge(&theirs, &ours, WINDOW), RECON_AMOUNT_DIFF);
    theirs = ours;
    strcpy(theirs.amount.currency, "USD");
    assert_int_equal(recon_judge(&theirs, &ours, WINDOW), RECON_AMOUNT_DIFF);
    theirs = ours;
    theirs.debtor = B;
    theirs.creditor = A;
    assert_int_equal(recon_judge(&theirs, &ours, WINDOW), RECON_AMOUNT_DIFF);
    theirs = ours;
    theirs.what = TRANSFER_PAYMENT;
    assert_int_equal(recon_judge(&theirs, &ours, WINDOW), RECON_STATUS_DIFF);
    theirs = ours;
    theirs.state = TRANSFER_REJECTED;
    assert_int_equal(recon_judge(&theirs, &ours, WINDOW), RECON_STATUS_DIFF);
    theirs.amount.fen++; /* money first */
    assert_int_equal(recon_judge(&theirs, &ours, WINDOW), RECON_AMOUNT_DIFF);
    theirs = ours;
    strcpy(theirs.class1_tail, "0017");
    assert_int_equal(recon_judge(&theirs, &ours, 0), RECON_STATUS_DIFF);
}

static void one_window_each_side(void **state) {
    (void)state;
    static const struct {
        uint64_t list, ours;
        enum recon_class class;
    } rows[] = {
        {7, 7, RECON_MATCHED},      {7, 6, RECON_DATE_SHIFT},
        {7, 8, RECON_DATE_SHIFT},   {7, 5, RECON_MISSING_HERE},
        {7, 9, RECON_MISSING_HERE}, {7, 0, RECON_MATCHED}, /* in no window: not accepted */
        {1, 2, RECON_DATE_SHIFT},   {UINT64_MAX, 1, RECON_MISSING_HERE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct recon_item ours = item(1);
        struct recon_item theirs = ours;
        ours.window = rows[i].ours;
        if (recon_judge(&theirs, &ours, rows[i].list) != rows[i].class)
            fail_msg("row %zu", i);
    }
}

static void classes_have_names(void **state) {
    (void)state;
    assert_string_equal(recon_class_name(RECON_DATE_SHIFT), "DATE_SHIFT");
    assert_string_equal(recon_class_name((enum recon_class)RECON_CLASSES), "INVALID");
    assert_string_equal(recon_kind_name(RECON_LINKS), "LINKS");
    assert_string_equal(recon_kind_name((enum recon_kind)RECON_KINDS), "INVALID");
    for (enum recon_class class = RECON_MATCHED; (int)class < RECON_CLASSES; class ++)
        assert_true(recon_opens_case(class) ==
                    (class != RECON_MATCHED && class != RECON_DATE_SHIFT));
    assert_false(recon_opens_case(RECON_CLASS_NONE));
}

/* ---- holdings and loans: lists of a day ---- */

#define DAY 20000

static struct product_order order_of(int64_t units) {
    struct product_order order = {
        .id.bytes = {7},
        .state = PRODUCT_ORDER_CONFIRMED,
        .kind = PRODUCT_FUND,
        .distributor = A,
        .issuer = B,
        .product = "F-1",
        .amount = {.fen = 10000, .currency = "CNY"},
        .confirmed_units = 900000,
        .confirmed_price = 1100001,
        .confirmed_fen = 9900,
        .units = units,
        .history = {.count = 1, .entries = {{.at_ms = shanghai_day_start_ms(DAY)}}},
    };
    return order;
}

static void an_order_s_units_and_what_they_cost(void **state) {
    (void)state;
    struct recon_item row;
    struct product_order order = order_of(900000);
    recon_item_of_order(&order, &row);
    assert_true(row.units == 900000 && row.amount.fen == 9900 && row.window == DAY);
    assert_true(row.debtor == A && row.creditor == B && row.kind == RECON_HOLDINGS);
    assert_string_equal(row.product, "F-1");
    assert_true(recon_order_is_listed(&order));
    order.units = 300000; /* 30 units at 1.100001 */
    recon_item_of_order(&order, &row);
    assert_int_equal(row.amount.fen, 3300);
    order.kind = PRODUCT_DEPOSIT;
    recon_item_of_order(&order, &row);
    assert_int_equal(row.amount.fen, 3000);
    order.units = 0;
    recon_item_of_order(&order, &row);
    assert_true(row.amount.fen == 0 && !recon_order_is_listed(&order));
}

static struct loan loan_of(void) {
    struct loan loan = {
        .id.bytes = {8},
        .state = LOAN_OUTSTANDING,
        .lead = A,
        .terms.partner = B,
        .offered = {.fen = 100000, .currency = "CNY"},
        .account = {.drawn = {300, 700}, .repaid = {30, 70}, .interest_paid = {1, 2}},
        .history = {.count = 1, .entries = {{.at_ms = shanghai_day_start_ms(DAY)}}},
    };
    return loan;
}

static void a_loan_as_each_lender_has_it(void **state) {
    (void)state;
    struct recon_item row;
    struct loan loan = loan_of();
    recon_item_of_loan(&loan, A, &row);
    assert_true(row.amount.fen == 270 && row.interest_fen == 1 && row.window == DAY);
    recon_item_of_loan(&loan, B, &row);
    assert_true(row.amount.fen == 630 && row.interest_fen == 2 && row.debtor == A);
    recon_item_of_loan(&loan, C, &row);
    assert_true(row.amount.fen == 0 && row.interest_fen == 0);
    assert_true(recon_loan_is_listed(&loan));
    loan.state = LOAN_REPAID;
    assert_false(recon_loan_is_listed(&loan));
}

/* What was changed here after the list's day is not judged by it. */
static void what_was_changed_since_is_shifted(void **state) {
    (void)state;
    struct recon_item ours, theirs;
    struct product_order order = order_of(900000);
    recon_item_of_order(&order, &ours);
    theirs = ours;
    assert_int_equal(recon_judge(&theirs, &ours, DAY), RECON_MATCHED);
    assert_int_equal(recon_judge(&theirs, &ours, DAY - 1), RECON_MATCHED);
    theirs.units++;
    assert_int_equal(recon_judge(&theirs, &ours, DAY), RECON_AMOUNT_DIFF);
    assert_int_equal(recon_judge(&theirs, &ours, DAY + 30), RECON_AMOUNT_DIFF);
    assert_int_equal(recon_judge(&theirs, &ours, DAY - 1), RECON_DATE_SHIFT);
    theirs = ours;
    strcpy(theirs.product, "F-2");
    assert_int_equal(recon_judge(&theirs, &ours, DAY), RECON_AMOUNT_DIFF);
    theirs = ours;
    theirs.state = PRODUCT_ORDER_REDEEMING;
    assert_int_equal(recon_judge(&theirs, &ours, DAY), RECON_STATUS_DIFF);
    struct loan loan = loan_of();
    recon_item_of_loan(&loan, B, &ours);
    theirs = ours;
    theirs.interest_fen++;
    assert_int_equal(recon_judge(&theirs, &ours, DAY), RECON_AMOUNT_DIFF);
    assert_int_equal(recon_judge(&theirs, &ours, DAY - 1), RECON_DATE_SHIFT);
}

static void what_holdings_and_loans_add_up_to(void **state) {
    (void)state;
    struct recon_totals totals = {0};
    struct recon_item row;
    struct product_order order = order_of(900000);
    struct loan loan = loan_of();
    recon_item_of_order(&order, &row);
    assert_true(recon_totals_add(&totals, A, &row) && recon_totals_add(&totals, B, &row));
    row.debtor = B; /* it sold its own */
    assert_true(recon_totals_add(&totals, B, &row));
    struct recon_totals wanted = {.count = 3, .debit_fen = 9900, .credit_fen = 19800};
    assert_true(recon_totals_equal(&totals, &wanted));
    totals = (struct recon_totals){0};
    recon_item_of_loan(&loan, B, &row);
    assert_true(recon_totals_add(&totals, B, &row));
    wanted = (struct recon_totals){.count = 1, .debit_fen = 630, .credit_fen = 2};
    assert_true(recon_totals_equal(&totals, &wanted));
    row.interest_fen = INT64_MAX;
    assert_false(recon_totals_add(&totals, B, &row));
}

/* ---- totals ---- */

static void totals_are_checked_sums(void **state) {
    (void)state;
    struct recon_totals totals = {0};
    struct recon_item row = item(1);
    assert_true(recon_totals_add(&totals, A, &row));
    assert_true(recon_totals_add(&totals, B, &row));
    row.state = TRANSFER_REJECTED; /* a row, but no money */
    assert_true(recon_totals_add(&totals, A, &row));
    struct recon_totals wanted = {.count = 3, .debit_fen = 100, .credit_fen = 100};
    assert_true(recon_totals_equal(&totals, &wanted));
    assert_false(recon_totals_add(&totals, C, &row));
    row.state = TRANSFER_ACCEPTED;
    row.amount.fen = INT64_MAX - 99;
    assert_false(recon_totals_add(&totals, A, &row));
    assert_true(recon_totals_equal(&totals, &wanted));
    row.amount.fen = INT64_MAX - 100;
    assert_true(recon_totals_add(&totals, A, &row));
    assert_int_equal(totals.debit_fen, INT64_MAX);
    totals.count = RECON_ROWS_MAX;
    row.amount.fen = 1;
    assert_false(recon_totals_add(&totals, B, &row));
}

/* ---- the join ---- */

struct list {
    struct recon_item rows[ROWS_MAX];
    size_t count, at;
};

struct told {
    enum recon_class class;
    uint8_t id;
};

/* elsewhere: ours outside the window's list. beside: of their neighbouring lists. */
struct scene {
    struct list theirs, ours, elsewhere, beside;
    struct told told[2 * ROWS_MAX];
    size_t told_count;
    size_t fail_at; /* the row that cannot be told; SIZE_MAX: all can */
};

static int next(struct list *list, struct recon_item *item_out) {
    if (list->at == list->count)
        return RECON_END;
    *item_out = list->rows[list->at++];
    return 0;
}

static int next_theirs(void *context, struct recon_item *item_out) {
    return next(&((struct scene *)context)->theirs, item_out);
}

static int next_ours(void *context, struct recon_item *item_out) {
    return next(&((struct scene *)context)->ours, item_out);
}

static const struct recon_item *look_up(const struct list *list, const struct id *id) {
    for (size_t i = 0; i < list->count; i++) {
        if (id_equal(&list->rows[i].id, id))
            return &list->rows[i];
    }
    return NULL;
}

static int find(const struct list *list, const struct id *id, struct recon_item *item_out) {
    const struct recon_item *found = look_up(list, id);
    if (found == NULL)
        return RECON_END;
    *item_out = *found;
    return 0;
}

static int find_ours(void *context, const struct id *id, struct recon_item *item_out) {
    return find(&((struct scene *)context)->elsewhere, id, item_out);
}

static int find_beside(void *context, const struct id *id, struct recon_item *item_out) {
    return find(&((struct scene *)context)->beside, id, item_out);
}

static int on_found(void *context, enum recon_class class, const struct recon_item *theirs,
                    const struct recon_item *ours) {
    struct scene *scene = context;
    assert_true(theirs != NULL || ours != NULL);
    if (scene->told_count == scene->fail_at)
        return -5;
    assert_true(scene->told_count < sizeof(scene->told) / sizeof(scene->told[0]));
    scene->told[scene->told_count++] =
        (struct told){class, (theirs != NULL ? theirs : ours)->id.bytes[15]};
    return 0;
}

static int compare(struct scene *scene, struct recon_counts *counts_out) {
    struct recon_sides sides = {
        .bank = A,
        .window = WINDOW,
        .next_theirs = next_theirs,
        .next_ours = next_ours,
        .find_ours = find_ours,
        .find_beside = find_beside,
        .found = on_found,
        .context = scene,
    };
    return recon_compare(&sides, counts_out);
}

static void add(struct list *list, const struct recon_item *row) {
    assert_true(list->count < ROWS_MAX);
    list->rows[list->count++] = *row;
}

static void add_plain(struct list *list, uint8_t number) {
    struct recon_item row = item(number);
    add(list, &row);
}

static void lists_with_one_of_each(void **state) {
    (void)state;
    static struct scene scene;
    struct recon_counts counts;
    memset(&scene, 0, sizeof(scene));
    scene.fail_at = SIZE_MAX;
    for (uint8_t number = 1; number <= 9; number++)
        if (number != 4 && number != 6 && number != 8)
            add_plain(&scene.ours, number);
    struct recon_item row;
    add_plain(&scene.theirs, 1);
    add_plain(&scene.theirs, 1); /* again */
    row = item(2);
    row.amount.fen = 1;
    add(&scene.theirs, &row);
    row = item(3);
    row.state = TRANSFER_CANCELLED;
    add(&scene.theirs, &row);
    add_plain(&scene.theirs, 4); /* nobody knows it */
    /* 5: they do not have it. 6: ours has it in the next window. */
    add_plain(&scene.theirs, 6);
    row = item(6);
    row.window = WINDOW + 1;
    add(&scene.elsewhere, &row);
    /* 7: they have it in the list of the window before */
    add_plain(&scene.beside, 7);
    /* 8: we have it, but it is other banks' */
    add_plain(&scene.theirs, 8);
    row = item(8);
    row.debtor = C;
    add(&scene.elsewhere, &row);
    add_plain(&scene.theirs, 9);
    assert_int_equal(compare(&scene, &counts), 0);
    static const struct told wanted[] = {
        {RECON_MATCHED, 1},     {RECON_DUPLICATE, 1},    {RECON_AMOUNT_DIFF, 2},
        {RECON_STATUS_DIFF, 3}, {RECON_MISSING_HERE, 4}, {RECON_MISSING_THERE, 5},
        {RECON_DATE_SHIFT, 6},  {RECON_DATE_SHIFT, 7},   {RECON_MISSING_HERE, 8},
        {RECON_MATCHED, 9},
    };
    assert_int_equal(scene.told_count, sizeof(wanted) / sizeof(wanted[0]));
    for (size_t i = 0; i < scene.told_count; i++) {
        if (scene.told[i].class != wanted[i].class || scene.told[i].id != wanted[i].id)
            fail_msg("%zu: %s of %u", i, recon_class_name(scene.told[i].class), scene.told[i].id);
    }
    assert_int_equal(counts.of[RECON_MATCHED], 2);
    assert_int_equal(counts.of[RECON_DATE_SHIFT], 2);
    assert_int_equal(counts.of[RECON_DUPLICATE], 1);
}

static void empty_sides(void **state) {
    (void)state;
    static struct scene scene;
    struct recon_counts counts;
    memset(&scene, 0, sizeof(scene));
    scene.fail_at = SIZE_MAX;
    assert_int_equal(compare(&scene, &counts), 0);
    assert_int_equal(scene.told_count, 0);
    add_plain(&scene.theirs, 1);
    assert_int_equal(compare(&scene, &counts), 0);
    assert_int_equal(counts.of[RECON_MISSING_HERE], 1);
    memset(&scene, 0, sizeof(scene));
    scene.fail_at = SIZE_MAX;
    add_plain(&scene.ours, 1);
    assert_int_equal(compare(&scene, &counts), 0);
    assert_int_equal(counts.of[RECON_MISSING_THERE], 1);
}

static void a_side_in_disorder(void **state) {
    (void)state;
    static struct scene scene;
    struct recon_counts counts;
    memset(&scene, 0, sizeof(scene));
    scene.fail_at = SIZE_MAX;
    add_plain(&scene.theirs, 2);
    add_plain(&scene.theirs, 1);
    assert_int_equal(compare(&scene, &counts), RECON_DISORDER);
    memset(&scene, 0, sizeof(scene));
    scene.fail_at = SIZE_MAX;
    add_plain(&scene.ours, 1);
    add_plain(&scene.ours, 1); /* ours has nothing twice */
    assert_int_equal(compare(&scene, &counts), RECON_DISORDER);
    memset(&scene, 0, sizeof(scene));
    add_plain(&scene.ours, 1); /* fail_at is 0 */
    assert_int_equal(compare(&scene, &counts), -5);
}

/* ---- chance against a model ---- */

static uint32_t chance(uint32_t *seed, uint32_t below) {
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

/* What a row of theirs is, looked up instead of joined. */
static enum recon_class model_theirs(const struct scene *scene, size_t at) {
    const struct recon_item *theirs = &scene->theirs.rows[at];
    if (at > 0 && id_equal(&scene->theirs.rows[at - 1].id, &theirs->id))
        return RECON_DUPLICATE;
    const struct recon_item *ours = look_up(&scene->ours, &theirs->id);
    if (ours == NULL)
        ours = look_up(&scene->elsewhere, &theirs->id);
    if (ours == NULL || (ours->debtor != A && ours->creditor != A))
        return RECON_MISSING_HERE;
    return recon_judge(theirs, ours, WINDOW);
}

static void model(const struct scene *scene, struct recon_counts *counts) {
    for (size_t i = 0; i < scene->theirs.count; i++)
        counts->of[model_theirs(scene, i)]++;
    for (size_t i = 0; i < scene->ours.count; i++) {
        const struct recon_item *ours = &scene->ours.rows[i];
        const struct recon_item *beside = look_up(&scene->beside, &ours->id);
        if (look_up(&scene->theirs, &ours->id) != NULL)
            continue;
        bool same = beside != NULL && beside->amount.fen == ours->amount.fen &&
                    beside->state == ours->state;
        counts->of[same ? RECON_DATE_SHIFT : RECON_MISSING_THERE]++;
    }
}

static void chance_row(struct scene *scene, uint32_t *seed, uint8_t number) {
    struct recon_item row = item(number);
    bool here = chance(seed, 4) > 0;
    if (here) {
        add(&scene->ours, &row);
    } else if (chance(seed, 2) == 0) {
        row.window = WINDOW - 2 + chance(seed, 5);
        if (row.window == WINDOW)
            row.window = 0;
        if (chance(seed, 4) == 0)
            row.debtor = C;
        add(&scene->elsewhere, &row);
    }
    row = item(number);
    row.amount.fen += chance(seed, 8) == 0;
    if (chance(seed, 8) == 0)
        row.state = TRANSFER_REJECTED;
    if (chance(seed, 4) > 0)
        for (uint32_t times = 1 + (chance(seed, 6) == 0); times > 0; times--)
            add(&scene->theirs, &row);
    else if (chance(seed, 2) == 0)
        add(&scene->beside, &row);
}

static void chance_lists_agree_with_the_model(void **state) {
    (void)state;
    static struct scene scene;
    for (uint32_t round = 0; round < 3000; round++) {
        uint32_t seed = round * 7919u + 17u;
        struct recon_counts counts;
        struct recon_counts wanted = {0};
        memset(&scene, 0, sizeof(scene));
        scene.fail_at = SIZE_MAX;
        uint8_t rows = (uint8_t)chance(&seed, ROWS_MAX / 2);
        for (uint8_t number = 1; number <= rows; number++)
            chance_row(&scene, &seed, number);
        model(&scene, &wanted);
        assert_int_equal(compare(&scene, &counts), 0);
        if (memcmp(&counts, &wanted, sizeof(counts)) != 0)
            fail_msg("round %u", round);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_class_of_a_pair),
        cmocka_unit_test(one_window_each_side),
        cmocka_unit_test(classes_have_names),
        cmocka_unit_test(an_order_s_units_and_what_they_cost),
        cmocka_unit_test(a_loan_as_each_lender_has_it),
        cmocka_unit_test(what_was_changed_since_is_shifted),
        cmocka_unit_test(what_holdings_and_loans_add_up_to),
        cmocka_unit_test(totals_are_checked_sums),
        cmocka_unit_test(lists_with_one_of_each),
        cmocka_unit_test(empty_sides),
        cmocka_unit_test(a_side_in_disorder),
        cmocka_unit_test(chance_lists_agree_with_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
