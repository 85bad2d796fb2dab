/*
 * Orders and loans with their indexes, and what each person holds of a product.
 *
 * Invariant: for each order and each loan stands one row under its link, and for each transfer that
 * is of one just one row. Which transfers these are the caller says, once each.
 */
#include "store/record_order.h"
#include "store/table.h"

/* A row is this object under another one. */
static void put_under(struct store *store, enum table table, const struct id *of,
                      const struct id *id) {
    struct key key = key_of_id(table, of);
    key_add_id(&key, id);
    table_put_empty(store, &key, true);
}

static int next_under(struct store *store, enum table table, const struct id *of,
                      const struct id *after, struct id *id_out) {
    struct key prefix = key_of_id(table, of);
    return table_next_id(store, &prefix, after, id_out);
}

/* ---- orders ---- */

int store_get_order(struct store *store, const struct id *id, struct product_order *order_out) {
    struct key key = key_of_id(TABLE_ORDER, id);
    struct product_order order;
    const void *record;
    int rc = table_load(store, &key, &linkgate__store__v1__product_order__descriptor, &record);
    if (rc != 0)
        return rc;
    if (!order_from_record(record, id, &order))
        return table_damaged(key_span(&key), "order");
    *order_out = order;
    return 0;
}

int store_next_order(struct store *store, const struct id *after, struct product_order *order_out) {
    struct key key;
    struct id id;
    struct product_order order;
    const void *record;
    int rc = table_next_object(store, TABLE_ORDER, after,
                               &linkgate__store__v1__product_order__descriptor, &key, &id, &record);
    if (rc != 0)
        return rc;
    if (!order_from_record(record, &id, &order))
        return table_damaged(key_span(&key), "order");
    *order_out = order;
    return 0;
}

void store_put_order(struct store *store, const struct product_order *order, bool fresh) {
    struct key key = key_of_id(TABLE_ORDER, &order->id);
    struct order_records records;
    order_to_record(order, &records);
    table_put_message(store, &key, &records.order.base, fresh);
    if (fresh)
        put_under(store, TABLE_ORDER_OF_LINK, &order->link, &order->id);
}

int store_next_order_of_link(struct store *store, const struct id *link, const struct id *after,
                             struct id *id_out) {
    return next_under(store, TABLE_ORDER_OF_LINK, link, after, id_out);
}

void store_put_order_transfer(struct store *store, const struct id *transfer,
                              const struct id *order) {
    put_under(store, TABLE_ORDER_OF_TRANSFER, transfer, order);
}

int store_find_order_of_transfer(struct store *store, const struct id *transfer,
                                 struct id *id_out) {
    return next_under(store, TABLE_ORDER_OF_TRANSFER, transfer, NULL, id_out);
}

/* ---- what a person holds ---- */

static struct key held_key(const struct id *product, const struct digest *person_key) {
    struct key key = key_of_id(TABLE_HELD, product);
    key_add_digest(&key, person_key);
    return key;
}

int store_get_held(struct store *store, const struct id *product, const struct digest *person_key,
                   int64_t *held_fen_out) {
    struct key key = held_key(product, person_key);
    const void *message;
    int rc = table_load(store, &key, &linkgate__store__v1__held__descriptor, &message);
    if (rc < 0)
        return rc;
    *held_fen_out = 0;
    if (rc == 0)
        *held_fen_out = ((const Linkgate__Store__V1__Held *)message)->held_fen;
    return 0;
}

void store_put_held(struct store *store, const struct id *product, const struct digest *person_key,
                    int64_t held_fen) {
    struct key key = held_key(product, person_key);
    Linkgate__Store__V1__Held record = LINKGATE__STORE__V1__HELD__INIT;
    record.held_fen = held_fen;
    table_put_message(store, &key, &record.base, false);
}

/* ---- loans ---- */

int store_get_loan(struct store *store, const struct id *id, struct loan *loan_out) {
    struct key key = key_of_id(TABLE_LOAN, id);
    struct loan loan;
    const void *record;
    int rc = table_load(store, &key, &linkgate__store__v1__loan__descriptor, &record);
    if (rc != 0)
        return rc;
    if (!loan_from_record(record, id, &loan))
        return table_damaged(key_span(&key), "loan");
    *loan_out = loan;
    return 0;
}

int store_next_loan(struct store *store, const struct id *after, struct loan *loan_out) {
    struct key key;
    struct id id;
    struct loan loan;
    const void *record;
    int rc = table_next_object(store, TABLE_LOAN, after, &linkgate__store__v1__loan__descriptor,
                               &key, &id, &record);
    if (rc != 0)
        return rc;
    if (!loan_from_record(record, &id, &loan))
        return table_damaged(key_span(&key), "loan");
    *loan_out = loan;
    return 0;
}

void store_put_loan(struct store *store, const struct loan *loan, bool fresh) {
    struct key key = key_of_id(TABLE_LOAN, &loan->id);
    struct loan_records records;
    loan_to_record(loan, &records);
    table_put_message(store, &key, &records.loan.base, fresh);
    if (fresh)
        put_under(store, TABLE_LOAN_OF_LINK, &loan->link, &loan->id);
}

int store_next_loan_of_link(struct store *store, const struct id *link, const struct id *after,
                            struct id *id_out) {
    return next_under(store, TABLE_LOAN_OF_LINK, link, after, id_out);
}

void store_put_loan_transfer(struct store *store, const struct id *transfer,
                             const struct id *loan) {
    put_under(store, TABLE_LOAN_OF_TRANSFER, transfer, loan);
}

int store_find_loan_of_transfer(struct store *store, const struct id *transfer, struct id *id_out) {
    return next_under(store, TABLE_LOAN_OF_TRANSFER, transfer, NULL, id_out);
}
