/*
 * All laws over a whole store, in one walk over its rows in the order of their keys; and those of one
 * object.
 *
 * Invariant: each row is come upon once, and is looked at by the law of its table: objects with all
 * that must stand for them, rows that lead to objects with what they lead to. Bankwise sums are made
 * on the way and compared at the end. Nothing is changed.
 */
#include "verify/checks.h"

/* So often progress is told: rows. */
#define PROGRESS_ROWS 4096u

/* What is sold, and what came of it. */
static void check_of_sale(struct look *look, const struct store_row *row) {
    switch ((int)row->table) {
    case TABLE_PRODUCT:
        check_product(look, &row->id, &row->value.product);
        break;
    case TABLE_PRODUCT_VERSION:
    case TABLE_PRODUCT_CHANGE:
        check_of_product(look, row);
        break;
    case TABLE_QUOTA:
        check_of_product(look, row);
        sold_row(look, row);
        break;
    case TABLE_ORDER:
        check_product_order(look, &row->value.order);
        break;
    case TABLE_ORDER_OF_LINK:
    case TABLE_ORDER_OF_TRANSFER:
        check_of_order(look, row);
        break;
    case TABLE_HELD:
        check_held(look, row);
        break;
    case TABLE_LOAN:
        check_loan(look, &row->value.loan);
        break;
    case TABLE_LOAN_OF_LINK:
    case TABLE_LOAN_OF_TRANSFER:
        check_of_loan(look, row);
        break;
    default:
        check_index(look, row);
        break;
    }
}

static void check_row(struct look *look, const struct store_row *row) {
    switch ((int)row->table) {
    case TABLE_META:
    case TABLE_BANK:
    case TABLE_BANK_COUNTERS:
    case TABLE_POSITION:
    case TABLE_NET:
    case TABLE_EXPOSURE:
    case TABLE_PAIR:
        sums_row(look, row);
        break;
    case TABLE_LINK:
        check_link(look, &row->value.link);
        break;
    case TABLE_TRANSFER:
        check_transfer(look, &row->value.transfer);
        break;
    case TABLE_CASE:
        check_case(look, &row->value.inquiry);
        break;
    case TABLE_ADJUSTMENT:
        check_adjustment(look, &row->value.adjustment);
        break;
    case TABLE_CARD:
        check_card(look, &row->value.card);
        break;
    case TABLE_QUESTION:
        check_question(look, &row->value.question);
        break;
    case TABLE_EVENT:
        check_bank_event(look, &row->value.event);
        break;
    case TABLE_OVERVIEW:
        check_overview(look, &row->value.overview);
        break;
    case TABLE_APPROVAL:
        check_approval(look, &row->value.approval);
        break;
    case TABLE_AUDIT:
        check_audit(look, &row->value.audit);
        break;
    case TABLE_RULES:
        check_rules(look, &row->value.rules);
        break;
    case TABLE_LIMIT:
        check_limits(look, &row->value.limits);
        break;
    case TABLE_FUNDS:
        check_funds(look, &row->value.funds);
        break;
    case TABLE_WINDOW:
        check_window(look, &row->value.window);
        break;
    case TABLE_REQUEST:
        check_request(look, row);
        break;
    case TABLE_NOTICE:
        notice_row(look, row);
        break;
    default:
        check_of_sale(look, row);
        break;
    }
}

static void tell_damage(struct look *look, const struct store_row *row) {
    bool object = row->table == TABLE_LINK || row->table == TABLE_TRANSFER;
    char key[2 * KEY_SIZE_MAX + 1];
    size_t size = row->key_size < KEY_SIZE_MAX ? row->key_size : KEY_SIZE_MAX;
    struct about of = about_bank(row->bank);
    if (object)
        of = about(row->table == TABLE_LINK ? OBJECT_LINK : OBJECT_TRANSFER, &row->id);
    hex_format(row->key, size, key);
    if (object && row->checks)
        look_found(look, LAW_I19, of,
                   "it checks and cannot be read: what is sealed in it does not open in its place");
    else
        look_found(look, LAW_ROWS, of, "a row of table \"%s\" is damaged: key %s",
                   table_name(row->table), key);
}

static void progress(struct look *look) {
    if (look->sink->progress != NULL)
        look->sink->progress(look->sink->context, "rows", look->counts->rows, 0);
}

static void walk(struct look *look) {
    struct store_row row = {.key_size = 0};
    while (look->failed == 0) {
        int rc = store_next_row(look->store, span_of(row.key, row.key_size), &row);
        if (rc == STORE_ABSENT)
            return;
        look->counts->rows++;
        if (rc == 0)
            check_row(look, &row);
        else if (rc == STORE_DAMAGED)
            tell_damage(look, &row);
        else
            look->failed = rc;
        store_release(look->store);
        if (look->counts->rows % PROGRESS_ROWS == 0)
            progress(look);
    }
}

int verify_store(struct store *store, bool at_rest, const struct verify_sink *sink,
                 struct verify_counts *counts) {
    struct look look;
    look_init(&look, store, sink, counts);
    look.whole = true;
    look.at_rest = at_rest;
    walk(&look);
    if (look.failed == 0) {
        if (!look.has_meta && counts->rows > 0)
            look_found(&look, LAW_ROWS, about_bank(0), "the row of table \"meta\" is not there");
        sums_finish(&look);
        sold_finish(&look);
        progress(&look);
    }
    int failed = look.failed;
    look_deinit(&look);
    return failed;
}

/* ---- one object ---- */

static enum got check_one(struct look *look, enum object_kind kind, const struct id *id) {
    union {
        struct link link;
        struct transfer transfer;
        struct inquiry_case inquiry;
        struct adjustment adjustment;
        struct store_question question;
        struct approval approval;
        struct window window;
        struct card card;
        struct bank_event event;
        struct product product;
        struct product_order order;
        struct loan loan;
    } object;
    struct about of = about(kind, id);
    enum got got = GOT_NONE;
    if (kind == OBJECT_LINK && (got = look_link(look, id, &object.link)) == GOT)
        check_link(look, &object.link);
    else if (kind == OBJECT_TRANSFER && (got = look_transfer(look, id, &object.transfer)) == GOT)
        check_transfer(look, &object.transfer);
    else if (kind == OBJECT_CASE && (got = look_case(look, id, &object.inquiry)) == GOT)
        check_case(look, &object.inquiry);
    else if (kind == OBJECT_ADJUSTMENT &&
             (got = look_adjustment(look, id, &object.adjustment)) == GOT)
        check_adjustment(look, &object.adjustment);
    else if (kind == OBJECT_QUESTION &&
             (got = look_got(look, store_get_question(look->store, id, &object.question), of)) ==
                 GOT)
        check_question(look, &object.question);
    else if (kind == OBJECT_APPROVAL &&
             (got = look_got(look, store_get_approval(look->store, id, &object.approval), of)) ==
                 GOT)
        check_approval(look, &object.approval);
    else if (kind == OBJECT_EVENT && (got = look_event(look, id, &object.event)) == GOT)
        check_bank_event(look, &object.event);
    else if (kind == OBJECT_WINDOW &&
             (got = look_window(look, window_number(id), &object.window)) == GOT)
        check_window(look, &object.window);
    else if (kind == OBJECT_CARD && (got = look_card(look, id, &object.card)) == GOT)
        check_card(look, &object.card);
    else if (kind == OBJECT_PRODUCT && (got = look_product(look, id, &object.product)) == GOT)
        check_product(look, id, &object.product);
    else if (kind == OBJECT_ORDER &&
             (got = look_got(look, store_get_order(look->store, id, &object.order), of)) == GOT)
        check_product_order(look, &object.order);
    else if (kind == OBJECT_LOAN &&
             (got = look_got(look, store_get_loan(look->store, id, &object.loan), of)) == GOT)
        check_loan(look, &object.loan);
    return got;
}

int verify_object(struct store *store, enum object_kind kind, const struct id *object,
                  const struct verify_sink *sink, struct verify_counts *counts) {
    struct look look;
    look_init(&look, store, sink, counts);
    enum got got = check_one(&look, kind, object);
    int failed = look.failed;
    look_deinit(&look);
    store_release(store);
    if (failed == 0 && got == GOT_NONE)
        return STORE_ABSENT;
    return failed;
}
