/*
 * Sealed fields: AES-256-SIV with the place as associated data.
 *
 * Invariant: what was sealed for one row opens in that row alone and under the key id that stands
 * beside it: both are in the associated data. The same row, key and plaintext give the same bytes,
 * so that a replay writes what was there. Plaintexts begin with a format byte, and so are never
 * empty. Which key is the present one is the ring's business.
 */
#include <string.h>

#include "crypto/secret.h"
#include "store/record.h"
#include "store/table.h"

#define SEAL_FORMAT 1

/* Row and key id. */
struct place {
    uint8_t bytes[KV_KEY_MAX + 4];
    size_t size;
};

static struct place place_of(struct span key, uint32_t key_id) {
    struct place place = {.size = key.size + 4};
    ENSURE(key.size <= KV_KEY_MAX);
    memcpy(place.bytes, key.data, key.size);
    put_be32(place.bytes + key.size, key_id);
    return place;
}

void record_seal(struct store *store, struct span key, struct span plain,
                 sealed_record *sealed_out) {
    uint32_t key_id = keyring_sealing_id(store->keyring);
    struct siv *siv = keyring_siv(store->keyring, key_id);
    ENSURE(siv != NULL);
    size_t size = 1 + plain.size;
    uint8_t *clear = arena_take(&store->scratch, size);
    uint8_t *sealed = arena_take(&store->scratch, SIV_TAG_SIZE + size);
    clear[0] = SEAL_FORMAT;
    if (plain.size > 0)
        memcpy(clear + 1, plain.data, plain.size);
    struct place place = place_of(key, key_id);
    siv_seal(siv, span_of(place.bytes, place.size), span_of(clear, size), sealed);
    secret_wipe(clear, size);
    linkgate__store__v1__sealed__init(sealed_out);
    sealed_out->key_id = key_id;
    sealed_out->sealed = record_bytes(span_of(sealed, SIV_TAG_SIZE + size));
}

int record_unseal(struct store *store, struct span key, const sealed_record *sealed,
                  struct span *plain_out) {
    struct siv *siv = keyring_siv(store->keyring, sealed->key_id);
    if (siv == NULL)
        return table_damaged(key, "sealed under a key that the key file does not have");
    if (sealed->sealed.len <= SIV_TAG_SIZE)
        return table_damaged(key, "sealed field too short");
    size_t size = sealed->sealed.len - SIV_TAG_SIZE;
    uint8_t *clear = arena_take(&store->held, size);
    struct place place = place_of(key, sealed->key_id);
    if (siv_open(siv, span_of(place.bytes, place.size), bytes_from_record(sealed->sealed), clear))
        return table_damaged(key, "sealed field is not this row's");
    if (clear[0] != SEAL_FORMAT)
        return table_damaged(key, "sealed by a later version");
    *plain_out = span_of(clear + 1, size - 1);
    return 0;
}
