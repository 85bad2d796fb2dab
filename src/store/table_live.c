/*
 * What finds links: by the pair of accounts, by what they join while they are live, and for good by
 * person, account and bank.
 *
 * Invariant: for each link stands one row by person, one by each account and one by each bank. From
 * its beginning until it becomes final one more stands by pair (unless a later link took the pair),
 * by person and Class II bank, and by each account: those say which links are live. All of a link's
 * rows are written with it, when it is fresh.
 */
#include "crypto/digest.h"
#include "store/record.h"
#include "store/table.h"

static struct key pair_key(const struct digest *class2_key, const struct digest *class1_key) {
    struct key key = key_of(TABLE_LINK_PAIR);
    key_add_digest(&key, class2_key);
    key_add_digest(&key, class1_key);
    return key;
}

int store_find_link_by_pair(struct store *store, const struct digest *class2_key,
                            const struct digest *class1_key, struct id *id_out) {
    struct key key = pair_key(class2_key, class1_key);
    struct span bytes;
    int rc = table_get(store, &key, &bytes);
    if (rc != 0)
        return rc;
    return id_from_span(bytes, id_out) ? 0 : table_damaged(key_span(&key), "pair of accounts");
}

/* ---- live rows ---- */

struct digest live_person_key(bank_code class2_bank, const struct digest *person_key) {
    uint8_t code[8];
    struct digest key;
    put_be64(code, class2_bank);
    struct span parts[] = {span_of(code, sizeof(code)), digest_span(person_key)};
    sha256_parts(parts, 2, &key);
    return key;
}

static struct key live_prefix(enum live_kind kind, const struct digest *of) {
    struct key key = key_of(TABLE_LIVE);
    key_add_byte(&key, (uint8_t)kind);
    key_add_digest(&key, of);
    return key;
}

#define LIVE_ROWS 3 /* one of each kind */

static void live_keys(const struct link *link, struct key keys_out[LIVE_ROWS]) {
    struct digest person = live_person_key(link->class2_bank, &link->person_key);
    keys_out[0] = live_prefix(LIVE_PERSON, &person);
    keys_out[1] = live_prefix(LIVE_CLASS2, &link->class2_key);
    keys_out[2] = live_prefix(LIVE_CLASS1, &link->class1_key);
    for (size_t i = 0; i < LIVE_ROWS; i++)
        key_add_id(&keys_out[i], &link->id);
}

int store_next_live(struct store *store, enum live_kind kind, const struct digest *key,
                    const struct id *after, struct id *id_out) {
    struct key prefix = live_prefix(kind, key);
    return table_next_id(store, &prefix, after, id_out);
}

static int drop_pair(struct store *store, const struct link *link) {
    struct key key = pair_key(&link->class2_key, &link->class1_key);
    struct id holder;
    int rc = store_find_link_by_pair(store, &link->class2_key, &link->class1_key, &holder);
    if (rc != 0)
        return rc == STORE_ABSENT ? 0 : rc;
    return id_equal(&holder, &link->id) ? table_remove(store, &key) : 0;
}

int store_drop_link_live(struct store *store, const struct link *link) {
    struct key keys[LIVE_ROWS];
    live_keys(link, keys);
    int rc = drop_pair(store, link);
    for (size_t i = 0; i < LIVE_ROWS && rc == 0; i++)
        rc = table_remove(store, &keys[i]);
    return rc;
}

/* ---- rows for good ---- */

static struct key digest_prefix(enum table table, const struct digest *of) {
    struct key key = key_of(table);
    key_add_digest(&key, of);
    return key;
}

static struct key bank_prefix(bank_code bank) {
    struct key key = key_of(TABLE_LINK_OF_BANK);
    key_add_u64(&key, bank);
    return key;
}

static void put_index(struct store *store, struct key prefix, const struct id *link) {
    key_add_id(&prefix, link);
    table_put_empty(store, &prefix, true);
}

void table_put_link_indexes(struct store *store, const struct link *link) {
    struct key pair = pair_key(&link->class2_key, &link->class1_key);
    struct key live[LIVE_ROWS];
    table_put(store, &pair, id_span(&link->id), false); /* an older link's row may be there */
    live_keys(link, live);
    for (size_t i = 0; i < LIVE_ROWS; i++)
        table_put_empty(store, &live[i], true);
    put_index(store, digest_prefix(TABLE_LINK_PERSON, &link->person_key), &link->id);
    put_index(store, digest_prefix(TABLE_LINK_CLASS2, &link->class2_key), &link->id);
    put_index(store, digest_prefix(TABLE_LINK_CLASS1, &link->class1_key), &link->id);
    put_index(store, bank_prefix(link->class2_bank), &link->id);
    if (link->class1_bank != link->class2_bank)
        put_index(store, bank_prefix(link->class1_bank), &link->id);
}

int store_next_link_of_bank(struct store *store, bank_code bank, const struct id *after,
                            struct id *id_out) {
    struct key prefix = bank_prefix(bank);
    return table_next_id(store, &prefix, after, id_out);
}

int store_next_link_of_person(struct store *store, const struct digest *person_key,
                              const struct id *after, struct id *id_out) {
    struct key prefix = digest_prefix(TABLE_LINK_PERSON, person_key);
    return table_next_id(store, &prefix, after, id_out);
}

int store_next_link_of_account(struct store *store, const struct digest *account_key,
                               const struct id *after, struct id *id_out) {
    struct key class2 = digest_prefix(TABLE_LINK_CLASS2, account_key);
    struct key class1 = digest_prefix(TABLE_LINK_CLASS1, account_key);
    struct id left, right;
    int left_rc = table_next_id(store, &class2, after, &left);
    if (left_rc < 0)
        return left_rc;
    int right_rc = table_next_id(store, &class1, after, &right);
    if (right_rc < 0)
        return right_rc;
    if (left_rc == STORE_ABSENT && right_rc == STORE_ABSENT)
        return STORE_ABSENT;
    bool take_left = right_rc == STORE_ABSENT || (left_rc == 0 && id_compare(&left, &right) <= 0);
    *id_out = take_left ? left : right;
    return 0;
}
