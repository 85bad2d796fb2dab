/*
 * Links, their sealed parts and their indexes.
 *
 * Invariant: for each link stands one row by person and one by each account, and one by pair from
 * its beginning until it becomes final (or a later link takes the pair). The sealed part is opened
 * only when asked for; a put without a new one carries the sealed bytes over as they are.
 */
#include "crypto/secret.h"
#include "store/record.h"
#include "store/table.h"

static struct key link_key(const struct id *id) {
    struct key key = key_of(TABLE_LINK);
    key_add_id(&key, id);
    return key;
}

static int load_link(struct store *store, const struct key *key, const link_record **record_out) {
    const void *message;
    int rc = table_load(store, key, &linkgate__store__v1__link__descriptor, &message);
    if (rc == 0)
        *record_out = message;
    return rc;
}

static int link_out_of(struct span key, const link_record *record, const struct id *id,
                       struct link *link_out) {
    struct link link;
    if (!link_from_record(record, id, &link))
        return table_damaged(key, "link");
    *link_out = link;
    return 0;
}

int store_get_link(struct store *store, const struct id *id, struct link *link_out) {
    struct key key = link_key(id);
    const link_record *record;
    int rc = load_link(store, &key, &record);
    return rc != 0 ? rc : link_out_of(key_span(&key), record, id, link_out);
}

int store_next_link(struct store *store, const struct id *after, struct link *link_out) {
    struct key from = key_of(TABLE_LINK);
    struct span key, bytes;
    struct id id;
    const void *message;
    if (after != NULL)
        key_add_id(&from, after);
    int rc = table_next(store, &from, 1, after != NULL, &key, &bytes);
    if (rc == 0)
        rc = table_unpack(store, key, bytes, &linkgate__store__v1__link__descriptor, &message);
    if (rc != 0)
        return rc;
    if (!id_from_span(span_of(key.data + 1, key.size - 1), &id))
        return table_damaged(key, "key of a link");
    return link_out_of(key, message, &id, link_out);
}

/* ---- the sealed part ---- */

int store_get_link_private(struct store *store, const struct id *id,
                           struct link_private *private_out) {
    struct key key = link_key(id);
    const link_record *record;
    struct span plain;
    const void *message;
    int rc = load_link(store, &key, &record);
    if (rc != 0)
        return rc;
    if (record->secret == NULL)
        return table_damaged(key_span(&key), "link without its sealed part");
    rc = record_unseal(store, key_span(&key), record->secret, &plain);
    if (rc == 0)
        rc = table_unpack(store, key_span(&key), plain,
                          &linkgate__store__v1__link_private__descriptor, &message);
    if (rc != 0)
        return rc;
    const Linkgate__Store__V1__LinkPrivate *secret = message;
    struct arena *held = &store->held;
    private_out->class2_number = arena_copy(held, bytes_from_record(secret->class2_number));
    private_out->class1_number = arena_copy(held, bytes_from_record(secret->class1_number));
    private_out->kept_kind = secret->kept_kind;
    private_out->kept_payload = arena_copy(held, bytes_from_record(secret->kept_payload));
    return 0;
}

static void seal_private(struct store *store, const struct key *key,
                         const struct link_private *secret, sealed_record *sealed_out) {
    Linkgate__Store__V1__LinkPrivate record = LINKGATE__STORE__V1__LINK_PRIVATE__INIT;
    record.class2_number = record_bytes(secret->class2_number);
    record.class1_number = record_bytes(secret->class1_number);
    record.kept_kind = secret->kept_kind;
    record.kept_payload = record_bytes(secret->kept_payload);
    size_t size = linkgate__store__v1__link_private__get_packed_size(&record);
    arena_reset(&store->scratch);
    uint8_t *plain = arena_take(&store->scratch, size);
    ENSURE(linkgate__store__v1__link_private__pack(&record, plain) == size);
    record_seal(store, key_span(key), span_of(plain, size), sealed_out);
    secret_wipe(plain, size);
}

/* ---- indexes ---- */

static struct key pair_key(const struct digest *class2_key, const struct digest *class1_key) {
    struct key key = key_of(TABLE_LINK_PAIR);
    key_add_digest(&key, class2_key);
    key_add_digest(&key, class1_key);
    return key;
}

static void put_index(struct store *store, enum table table, const struct digest *of,
                      const struct id *link) {
    struct key key = key_of(table);
    key_add_digest(&key, of);
    key_add_id(&key, link);
    table_put(store, &key, span_of(NULL, 0), true);
}

static void put_indexes(struct store *store, const struct link *link) {
    struct key pair = pair_key(&link->class2_key, &link->class1_key);
    table_put(store, &pair, id_span(&link->id), false); /* an older link's row may be there */
    put_index(store, TABLE_LINK_PERSON, &link->person_key, &link->id);
    put_index(store, TABLE_LINK_CLASS2, &link->class2_key, &link->id);
    put_index(store, TABLE_LINK_CLASS1, &link->class1_key, &link->id);
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

int store_drop_link_live(struct store *store, const struct link *link) {
    struct key key = pair_key(&link->class2_key, &link->class1_key);
    struct id holder;
    int rc = store_find_link_by_pair(store, &link->class2_key, &link->class1_key, &holder);
    if (rc != 0)
        return rc == STORE_ABSENT ? 0 : rc;
    return id_equal(&holder, &link->id) ? table_remove(store, &key) : 0;
}

int store_put_link(struct store *store, const struct link *link, const struct link_private *secret,
                   bool fresh) {
    struct key key = link_key(&link->id);
    struct link_records records;
    sealed_record sealed;
    link_to_record(link, &records);
    if (secret != NULL) {
        seal_private(store, &key, secret, &sealed);
        records.link.secret = &sealed;
    } else {
        const link_record *old;
        int rc = load_link(store, &key, &old);
        if (rc < 0)
            return rc;
        ENSURE(rc == 0 && old->secret != NULL); /* a new link comes with its sealed part */
        records.link.secret = old->secret;
    }
    table_put_message(store, &key, &records.link.base, fresh);
    if (fresh)
        put_indexes(store, link);
    return 0;
}
