/*
 * Applications for cards with their sealed part, and what finds them by person.
 *
 * Invariant: for each stands one row by its person, for good, and one by its partner and person until
 * it comes to its end: that says which one is open. Both are written with it, when it is fresh. A put
 * without a new sealed part carries the sealed bytes over as they are.
 */
#include "crypto/secret.h"
#include "store/record_card.h"
#include "store/table.h"

static int load(struct store *store, const struct key *key, const card_record **record_out) {
    const void *message;
    int rc = table_load(store, key, &linkgate__store__v1__card__descriptor, &message);
    if (rc == 0)
        *record_out = message;
    return rc;
}

int store_get_card(struct store *store, const struct id *id, struct card *card_out) {
    struct key key = key_of_id(TABLE_CARD, id);
    const card_record *record;
    struct card card;
    int rc = load(store, &key, &record);
    if (rc != 0)
        return rc;
    if (!card_from_record(record, id, &card))
        return table_damaged(key_span(&key), "card");
    *card_out = card;
    return 0;
}

int store_next_card(struct store *store, const struct id *after, struct card *card_out) {
    struct key key;
    struct id id;
    struct card card;
    const void *record;
    int rc = table_next_object(store, TABLE_CARD, after, &linkgate__store__v1__card__descriptor,
                               &key, &id, &record);
    if (rc != 0)
        return rc;
    if (!card_from_record(record, &id, &card))
        return table_damaged(key_span(&key), "card");
    *card_out = card;
    return 0;
}

/* ---- the sealed part ---- */

int store_get_card_private(struct store *store, const struct id *id,
                           struct card_private *private_out) {
    struct key key = key_of_id(TABLE_CARD, id);
    const card_record *record;
    struct span plain;
    const void *message;
    int rc = load(store, &key, &record);
    if (rc != 0)
        return rc;
    if (record->secret == NULL)
        return table_damaged(key_span(&key), "card without its sealed part");
    rc = record_unseal(store, key_span(&key), record->secret, &plain);
    if (rc == 0)
        rc = table_unpack(store, key_span(&key), plain,
                          &linkgate__store__v1__card_private__descriptor, &message);
    if (rc != 0)
        return rc;
    const Linkgate__Store__V1__CardPrivate *secret = message;
    private_out->number = arena_copy(&store->held, bytes_from_record(secret->number));
    private_out->asked = arena_copy(&store->held, bytes_from_record(secret->asked));
    return 0;
}

static void seal_private(struct store *store, const struct key *key,
                         const struct card_private *secret, sealed_record *sealed_out) {
    Linkgate__Store__V1__CardPrivate record = LINKGATE__STORE__V1__CARD_PRIVATE__INIT;
    record.number = record_bytes(secret->number);
    record.asked = record_bytes(secret->asked);
    size_t size = linkgate__store__v1__card_private__get_packed_size(&record);
    arena_reset(&store->scratch);
    uint8_t *plain = arena_take(&store->scratch, size);
    ENSURE(linkgate__store__v1__card_private__pack(&record, plain) == size);
    record_seal(store, key_span(key), span_of(plain, size), sealed_out);
    secret_wipe(plain, size);
}

/* ---- by person ---- */

static struct key person_prefix(const struct digest *of) {
    struct key key = key_of(TABLE_CARD_OF_PERSON);
    key_add_digest(&key, of);
    return key;
}

int store_next_card_of_person(struct store *store, const struct digest *key, const struct id *after,
                              struct id *id_out) {
    struct key prefix = person_prefix(key);
    return table_next_id(store, &prefix, after, id_out);
}

static int put_rows(struct store *store, const struct card *card, bool fresh) {
    struct digest open_key = live_person_key(card->class1_bank, &card->person_key);
    struct key person = person_prefix(&card->person_key);
    struct key open = person_prefix(&open_key);
    key_add_id(&person, &card->id);
    key_add_id(&open, &card->id);
    if (fresh) {
        table_put_empty(store, &person, true);
        table_put_empty(store, &open, true);
    }
    return card_final(card->state) ? table_remove(store, &open) : 0;
}

int store_put_card(struct store *store, const struct card *card, const struct card_private *secret,
                   bool fresh) {
    struct key key = key_of_id(TABLE_CARD, &card->id);
    struct card_records records;
    sealed_record sealed;
    card_to_record(card, &records);
    if (secret != NULL) {
        seal_private(store, &key, secret, &sealed);
        records.card.secret = &sealed;
    } else {
        const card_record *old;
        int rc = load(store, &key, &old);
        if (rc < 0)
            return rc;
        ENSURE(rc == 0 && old->secret != NULL); /* a new one comes with its sealed part */
        records.card.secret = old->secret;
    }
    table_put_message(store, &key, &records.card.base, fresh);
    int rc = put_rows(store, card, fresh);
    return rc < 0 ? rc : 0;
}
