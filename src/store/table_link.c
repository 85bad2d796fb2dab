/*
 * Links and their sealed parts: the private one, and the legal references of their holds.
 *
 * Invariant: the private part is opened only when asked for; a put without a new one carries the
 * sealed bytes over as they are. What finds a link is in table_live.c.
 */
#include "crypto/secret.h"
#include "store/record.h"
#include "store/table.h"

static int load_link(struct store *store, const struct key *key, const link_record **record_out) {
    const void *message;
    int rc = table_load(store, key, &linkgate__store__v1__link__descriptor, &message);
    if (rc == 0)
        *record_out = message;
    return rc;
}

static int link_out_of(struct store *store, struct span key, const link_record *record,
                       const struct id *id, struct link *link_out) {
    struct link link;
    const texts_record *references;
    if (!link_from_record(record, id, &link))
        return table_damaged(key, "link");
    int rc = texts_open(store, key, record->texts, link.hold_count, &references);
    if (rc != 0)
        return rc;
    for (uint32_t i = 0; i < link.hold_count; i++) {
        struct hold *hold = &link.holds[i];
        if (!texts_copy(references, i, hold->legal_reference, sizeof(hold->legal_reference)))
            return table_damaged(key, "legal reference of a hold");
    }
    *link_out = link;
    return 0;
}

int store_get_link(struct store *store, const struct id *id, struct link *link_out) {
    struct key key = key_of_id(TABLE_LINK, id);
    const link_record *record;
    int rc = load_link(store, &key, &record);
    return rc != 0 ? rc : link_out_of(store, key_span(&key), record, id, link_out);
}

int store_next_link(struct store *store, const struct id *after, struct link *link_out) {
    struct key key;
    struct id id;
    const void *record;
    int rc = table_next_object(store, TABLE_LINK, after, &linkgate__store__v1__link__descriptor,
                               &key, &id, &record);
    return rc != 0 ? rc : link_out_of(store, key_span(&key), record, &id, link_out);
}

/* ---- the sealed parts ---- */

int store_get_link_private(struct store *store, const struct id *id,
                           struct link_private *private_out) {
    struct key key = key_of_id(TABLE_LINK, id);
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

static sealed_record *seal_references(struct store *store, const struct key *key,
                                      const struct link *link, sealed_record *room) {
    ProtobufCBinaryData references[HOLDS_MAX];
    for (uint32_t i = 0; i < link->hold_count; i++)
        references[i] = record_bytes(span_text(link->holds[i].legal_reference));
    return texts_seal(store, key_span(key), references, link->hold_count, room);
}

int store_put_link(struct store *store, const struct link *link, const struct link_private *secret,
                   bool fresh) {
    struct key key = key_of_id(TABLE_LINK, &link->id);
    struct link_records records;
    sealed_record sealed, texts;
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
    records.link.texts = seal_references(store, &key, link, &texts);
    table_put_message(store, &key, &records.link.base, fresh);
    if (fresh)
        table_put_link_indexes(store, link);
    return 0;
}
