/*
 * What is sold of each product, and what each person holds of it, against the orders: I3, I8, I9, I16.
 *
 * Invariant: what an order takes is told from its record alone. Sums of products are made on the way,
 * with or without a row; what a person holds is made anew at its row, from the links of that person,
 * so that nothing is remembered of people.
 */
#include <string.h>

#include "verify/checks.h"

/* What is counted of one product's orders, and what its row says. */
struct sold_sum {
    struct id product;
    struct quota row;
    int64_t reserved_fen, sold_fen;
};

static struct sold_sum *sum_of(struct look *look, const struct id *product) {
    struct sold_sum *sum = hmap_get(look->sold, id_span(product));
    if (sum == NULL) {
        sum = xcalloc(1, sizeof *sum);
        sum->product = *product;
        (void)hmap_put(look->sold, id_span(&sum->product), sum);
    }
    return sum;
}

static struct id product_of(const struct product_order *order) {
    return store_product_id(order->issuer, span_text(order->product));
}

/* ---- one order ---- */

static void check_person(struct look *look, struct about of, const struct product_order *order,
                         const struct id *product, int64_t held_fen) {
    int64_t says_fen = 0;
    int rc = store_get_held(look->store, product, &order->person_key, &says_fen);
    if (look_got(look, rc, of) == GOT && says_fen < held_fen)
        look_found(look, LAW_I8, of,
                   "its person holds %lld fen of its product by it, and %lld in all",
                   (long long)held_fen, (long long)says_fen);
}

void check_sold(struct look *look, const struct product_order *order) {
    struct about of = about(OBJECT_ORDER, &order->id);
    struct id id = product_of(order);
    struct product_order_take take = product_order_takes(order);
    struct product product;
    struct sold_sum *sum = sum_of(look, &id);
    enum got got = look_product(look, &id, &product);
    if (got == GOT_NONE ||
        (got == GOT && (order->version == 0 || order->version > product.version ||
                        order->kind != product.terms.kind || product.terms.kind == PRODUCT_LOAN)))
        look_found(look, LAW_I15, of, "it is of a product that is not there");
    if (take.reserved_fen < 0 || take.sold_fen < 0 || take.held_fen < 0)
        look_found(look, LAW_I9, of, "it takes %lld and %lld fen of its product",
                   (long long)take.sold_fen, (long long)take.held_fen);
    look_add(look, &sum->reserved_fen, take.reserved_fen, of);
    look_add(look, &sum->sold_fen, take.sold_fen, of);
    check_person(look, of, order, &id, take.held_fen);
}

/* ---- one person ---- */

static void add_orders(struct look *look, const struct store_row *row, const struct id *link,
                       int64_t *sum_fen) {
    struct product_order order;
    struct id id = {{0}};
    while (store_next_order_of_link(look->store, link, &id, &id) == 0) {
        struct about of = about(OBJECT_ORDER, &id);
        if (look_got(look, store_get_order(look->store, &id, &order), of) != GOT)
            continue;
        struct id product = product_of(&order);
        if (id_equal(&product, &row->id))
            look_add(look, sum_fen, product_order_takes(&order).held_fen, of);
    }
}

static void add_loans(struct look *look, const struct store_row *row, const struct id *link,
                      int64_t *sum_fen) {
    struct loan loan;
    struct id id = {{0}};
    while (store_next_loan_of_link(look->store, link, &id, &id) == 0) {
        struct about of = about(OBJECT_LOAN, &id);
        if (look_got(look, store_get_loan(look->store, &id, &loan), of) != GOT)
            continue;
        struct id product = store_product_id(loan.lead, span_text(loan.product));
        if (id_equal(&product, &row->id))
            look_add(look, sum_fen, loan_counted_fen(&loan), of);
    }
}

void check_held(struct look *look, const struct store_row *row) {
    struct about of = about(OBJECT_NONE, &row->id);
    struct id link = {{0}};
    int64_t sum_fen = 0;
    bool somebody = false;
    while (store_next_link_of_person(look->store, &row->digest, &link, &link) == 0) {
        add_orders(look, row, &link, &sum_fen);
        add_loans(look, row, &link, &sum_fen);
        somebody = true;
    }
    if (!somebody)
        look_found(look, LAW_I15, of, "nobody's orders of a product are summed up");
    if (row->value.held_fen < 0)
        look_found(look, LAW_I9, of, "a person holds %lld fen of a product",
                   (long long)row->value.held_fen);
    else if (row->value.held_fen != sum_fen)
        look_found(look, LAW_I8, of, "a person holds %lld fen of a product, by its orders %lld",
                   (long long)row->value.held_fen, (long long)sum_fen);
}

/* ---- the sums ---- */

void sold_row(struct look *look, const struct store_row *row) {
    sum_of(look, &row->id)->row = row->value.quota;
}

static bool finish(void *context, struct span key, void *value) {
    struct look *look = context;
    const struct sold_sum *sum = value;
    struct about of = about(OBJECT_PRODUCT, &sum->product);
    (void)key;
    if (sum->row.reserved_fen != sum->reserved_fen)
        look_found(look, LAW_I3, of, "%lld fen of it are reserved; its open orders are %lld",
                   (long long)sum->row.reserved_fen, (long long)sum->reserved_fen);
    if (sum->row.sold_fen != sum->sold_fen)
        look_found(look, LAW_I16, of, "%lld fen of it are sold; its orders that were paid are %lld",
                   (long long)sum->row.sold_fen, (long long)sum->sold_fen);
    return true;
}

void sold_finish(struct look *look) {
    hmap_each(look->sold, finish, look);
}
