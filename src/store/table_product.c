/*
 * Products, their older versions, the order in which they changed, and their quotas.
 *
 * Invariant: of each product that was ever published there is one present version, every older one,
 * one row in the order of changes (that of the present version) and one quota.
 */
#include <string.h>

#include "crypto/digest.h"
#include "store/catalogue.h"
#include "store/record_product.h"
#include "store/table.h"

struct id store_product_id(bank_code issuer, struct span code) {
    uint8_t bytes[8 + PRODUCT_CODE_MAX];
    struct digest digest;
    struct id id;
    size_t size = code.size < PRODUCT_CODE_MAX ? code.size : PRODUCT_CODE_MAX;
    put_be64(bytes, issuer);
    if (size > 0)
        memcpy(bytes + 8, code.data, size);
    sha256(span_of(bytes, 8 + size), &digest);
    memcpy(id.bytes, digest.bytes, ID_SIZE);
    return id;
}

static struct key version_key(const struct id *id, uint64_t version) {
    struct key key = key_of_id(TABLE_PRODUCT_VERSION, id);
    key_add_u64(&key, version);
    return key;
}

static struct key change_key(uint64_t sequence) {
    struct key key = key_of(TABLE_PRODUCT_CHANGE);
    key_add_u64(&key, sequence);
    return key;
}

static int get(struct store *store, const struct key *key, struct product *product_out) {
    const void *record;
    struct product product;
    int rc = table_load(store, key, &linkgate__store__v1__product__descriptor, &record);
    if (rc != 0)
        return rc;
    if (!product_from_record(record, &product))
        return table_damaged(key_span(key), "product");
    *product_out = product;
    return 0;
}

int store_get_product(struct store *store, const struct id *id, struct product *product_out) {
    struct key key = key_of_id(TABLE_PRODUCT, id);
    return get(store, &key, product_out);
}

int store_get_product_version(struct store *store, const struct id *id, uint32_t version,
                              struct product *product_out) {
    struct key key = version_key(id, version);
    return get(store, &key, product_out);
}

static void put(struct store *store, const struct key *key, const struct product *product,
                bool fresh) {
    struct product_records records;
    product_to_record(product, &records);
    table_put_message(store, key, &records.product.base, fresh);
}

int store_put_product(struct store *store, const struct product *product,
                      const struct product *before) {
    struct id id = store_product_id(product->issuer, span_text(product->code));
    struct key key = key_of_id(TABLE_PRODUCT, &id);
    struct key change = change_key(product->sequence);
    if (before) {
        struct key older = version_key(&id, before->version);
        struct key changed = change_key(before->sequence);
        int rc = table_remove(store, &changed);
        if (rc != 0)
            return rc < 0 ? rc : table_damaged(key_span(&changed), "a product's change is gone");
        put(store, &older, before, true);
    } else {
        struct quota none = {.product = id};
        store_put_quota(store, &none, true);
    }
    put(store, &key, product, before == NULL);
    table_put(store, &change, id_span(&id), true);
    return 0;
}

int store_next_product_change(struct store *store, uint64_t after, uint64_t *sequence_out,
                              struct id *id_out) {
    struct key from = change_key(after);
    struct span key, record;
    struct id id;
    int rc = table_next(store, &from, 1, true, &key, &record);
    if (rc != 0)
        return rc;
    if (key.size != from.size || !id_from_span(record, &id))
        return table_damaged(key, "a product's change");
    *sequence_out = get_be64(key.data + 1);
    *id_out = id;
    return 0;
}

int store_get_quota(struct store *store, const struct id *id, struct quota *quota_out) {
    struct key key = key_of_id(TABLE_QUOTA, id);
    const void *message;
    int rc = table_load(store, &key, &linkgate__store__v1__quota__descriptor, &message);
    if (rc != 0)
        return rc;
    const Linkgate__Store__V1__Quota *record = message;
    *quota_out = (struct quota){*id, record->sold_fen, record->reserved_fen};
    return 0;
}

void store_put_quota(struct store *store, const struct quota *quota, bool fresh) {
    struct key key = key_of_id(TABLE_QUOTA, &quota->product);
    Linkgate__Store__V1__Quota record;
    linkgate__store__v1__quota__init(&record);
    record.sold_fen = quota->sold_fen;
    record.reserved_fen = quota->reserved_fen;
    table_put_message(store, &key, &record.base, fresh);
}
