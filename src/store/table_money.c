/*
 * What is agreed with a bank, under (bank, currency); what two banks have between them, under (low
 * bank, high bank, currency); payments into and out of prefunded balances, by id. Sums are the
 * domain's; these rows only keep them.
 */
#include <string.h>

#include "store/record_money.h"
#include "store/table.h"

#define EXPOSURE_KEY_SIZE (1 + 8 + 3)
#define PAIR_KEY_SIZE (1 + 8 + 8 + 3)

static struct key exposure_key(bank_code bank, const char *currency) {
    struct key key = key_of(TABLE_EXPOSURE);
    key_add_u64(&key, bank);
    key_add_currency(&key, currency);
    return key;
}

/* The key's fields; the key has the right size. */
static struct exposure_terms exposure_of(struct span key) {
    struct exposure_terms terms = {.bank = get_be64(key.data + 1)};
    memcpy(terms.currency, key.data + 9, CURRENCY_SIZE - 1);
    return terms;
}

static int fill_exposure(struct span key, const void *record, struct exposure_terms *terms_out) {
    struct exposure_terms terms = exposure_of(key);
    if (!exposure_from_record(record, &terms))
        return table_damaged(key, "the terms of a bank");
    *terms_out = terms;
    return 0;
}

int store_get_exposure(struct store *store, bank_code bank, const char *currency,
                       struct exposure_terms *terms_out) {
    struct key key = exposure_key(bank, currency);
    const void *record;
    int rc = table_load(store, &key, &linkgate__store__v1__exposure__descriptor, &record);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return fill_exposure(key_span(&key), record, terms_out);
    *terms_out = exposure_of(key_span(&key));
    return 0;
}

void store_put_exposure(struct store *store, const struct exposure_terms *terms) {
    struct key key = exposure_key(terms->bank, terms->currency);
    struct exposure_records records;
    exposure_to_record(terms, &records);
    table_put_message(store, &key, &records.exposure.base, false);
}

int store_next_exposure(struct store *store, const struct exposure_terms *after,
                        struct exposure_terms *terms_out) {
    struct key from = key_of(TABLE_EXPOSURE);
    struct span key, bytes;
    const void *record;
    if (after != NULL)
        from = exposure_key(after->bank, after->currency);
    int rc = table_next(store, &from, 1, after != NULL, &key, &bytes);
    if (rc == 0 && key.size != EXPOSURE_KEY_SIZE)
        rc = table_damaged(key, "key of the terms of a bank");
    if (rc == 0)
        rc = table_unpack(store, key, bytes, &linkgate__store__v1__exposure__descriptor, &record);
    return rc == 0 ? fill_exposure(key, record, terms_out) : rc;
}

/* ---- pairs ---- */

static struct key pair_key(bank_code low, bank_code high, const char *currency) {
    struct key key = key_of(TABLE_PAIR);
    key_add_u64(&key, low);
    key_add_u64(&key, high);
    key_add_currency(&key, currency);
    return key;
}

static struct pair_position pair_of(struct span key) {
    struct pair_position pair = {
        .low = get_be64(key.data + 1),
        .high = get_be64(key.data + 9),
    };
    memcpy(pair.currency, key.data + 17, CURRENCY_SIZE - 1);
    return pair;
}

static void fill_pair(const Linkgate__Store__V1__Pair *record, struct pair_position *pair) {
    pair->reserved_to_low_fen = record->reserved_to_low_fen;
    pair->reserved_to_high_fen = record->reserved_to_high_fen;
    pair->unsettled_fen = record->unsettled_fen;
    pair->low_has_cap = record->low_has_cap;
    pair->high_has_cap = record->high_has_cap;
    pair->low_cap_fen = record->low_cap_fen;
    pair->high_cap_fen = record->high_cap_fen;
}

int store_get_pair(struct store *store, bank_code low, bank_code high, const char *currency,
                   struct pair_position *pair_out) {
    struct key key = pair_key(low, high, currency);
    const void *record;
    int rc = table_load(store, &key, &linkgate__store__v1__pair__descriptor, &record);
    if (rc < 0)
        return rc;
    *pair_out = pair_of(key_span(&key));
    if (rc == 0)
        fill_pair(record, pair_out);
    return 0;
}

void store_put_pair(struct store *store, const struct pair_position *pair) {
    struct key key = pair_key(pair->low, pair->high, pair->currency);
    Linkgate__Store__V1__Pair record = LINKGATE__STORE__V1__PAIR__INIT;
    record.reserved_to_low_fen = pair->reserved_to_low_fen;
    record.reserved_to_high_fen = pair->reserved_to_high_fen;
    record.unsettled_fen = pair->unsettled_fen;
    record.low_has_cap = pair->low_has_cap;
    record.high_has_cap = pair->high_has_cap;
    record.low_cap_fen = pair->low_cap_fen;
    record.high_cap_fen = pair->high_cap_fen;
    table_put_message(store, &key, &record.base, false);
}

int store_next_pair(struct store *store, const struct pair_position *after,
                    struct pair_position *pair_out) {
    struct key from = key_of(TABLE_PAIR);
    struct span key, bytes;
    const void *record;
    if (after != NULL)
        from = pair_key(after->low, after->high, after->currency);
    int rc = table_next(store, &from, 1, after != NULL, &key, &bytes);
    if (rc == 0 && key.size != PAIR_KEY_SIZE)
        rc = table_damaged(key, "key of a pair");
    if (rc == 0)
        rc = table_unpack(store, key, bytes, &linkgate__store__v1__pair__descriptor, &record);
    if (rc != 0)
        return rc;
    *pair_out = pair_of(key);
    fill_pair(record, pair_out);
    return 0;
}

/* ---- funds ---- */

static int funds_out_of(struct span key, const void *record, const struct id *id,
                        struct funds *funds_out) {
    struct funds funds;
    if (!funds_from_record(record, id, &funds))
        return table_damaged(key, "funds");
    *funds_out = funds;
    return 0;
}

int store_get_funds(struct store *store, const struct id *id, struct funds *funds_out) {
    struct key key = key_of_id(TABLE_FUNDS, id);
    const void *record;
    int rc = table_load(store, &key, &linkgate__store__v1__funds__descriptor, &record);
    return rc != 0 ? rc : funds_out_of(key_span(&key), record, id, funds_out);
}

void store_put_funds(struct store *store, const struct funds *funds, bool fresh) {
    struct key key = key_of_id(TABLE_FUNDS, &funds->id);
    struct funds_records records;
    funds_to_record(funds, &records);
    table_put_message(store, &key, &records.funds.base, fresh);
}

int store_next_funds(struct store *store, const struct id *after, struct funds *funds_out) {
    struct key key;
    struct id id;
    const void *record;
    int rc = table_next_object(store, TABLE_FUNDS, after, &linkgate__store__v1__funds__descriptor,
                               &key, &id, &record);
    return rc != 0 ? rc : funds_out_of(key_span(&key), record, &id, funds_out);
}
