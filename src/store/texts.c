/*
 * What people wrote, sealed as one field of an object's record.
 *
 * Invariant: a text of people never stands in clear in the store. Which text belongs to what is the
 * object's business: here they are a list.
 */
#include <string.h>

#include "crypto/secret.h"
#include "store/record.h"
#include "store/table.h"

int texts_open(struct store *store, struct span key, const sealed_record *sealed, size_t max,
               const texts_record **texts_out) {
    static const texts_record none = LINKGATE__STORE__V1__TEXTS__INIT;
    struct span plain;
    const void *message = &none;
    int rc = 0;
    if (sealed != NULL) {
        rc = record_unseal(store, key, sealed, &plain);
        if (rc == 0)
            rc = table_unpack(store, key, plain, &linkgate__store__v1__texts__descriptor, &message);
    }
    if (rc != 0)
        return rc;
    const texts_record *texts = message;
    if (texts->n_texts > max)
        return table_damaged(key, "more texts than its object has room for");
    *texts_out = texts;
    return 0;
}

bool texts_copy(const texts_record *texts, size_t index, char *text_out, size_t room) {
    struct span text = span_of(NULL, 0);
    if (index < texts->n_texts)
        text = bytes_from_record(texts->texts[index]);
    if (text.size >= room || (text.size > 0 && memchr(text.data, 0, text.size) != NULL))
        return false;
    if (text.size > 0)
        memcpy(text_out, text.data, text.size);
    text_out[text.size] = '\0';
    return true;
}

sealed_record *texts_seal(struct store *store, struct span key, ProtobufCBinaryData *texts,
                          size_t count, sealed_record *room) {
    texts_record record = LINKGATE__STORE__V1__TEXTS__INIT;
    while (count > 0 && texts[count - 1].len == 0)
        count--;
    if (count == 0)
        return NULL;
    record.n_texts = count;
    record.texts = texts;
    size_t size = linkgate__store__v1__texts__get_packed_size(&record);
    uint8_t *plain = arena_take(&store->scratch, size);
    ENSURE(linkgate__store__v1__texts__pack(&record, plain) == size);
    record_seal(store, key, span_of(plain, size), room);
    secret_wipe(plain, size);
    return room;
}
