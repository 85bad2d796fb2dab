/*
 * Keys and checked values.
 *
 * Invariant: every value ends with the CRC32C of its key (table byte included) and its record, and
 * no record leaves here unless that fits: a bit that the disk changed, and a row that stands under
 * another's key, are both found. A record with fields that this version does not know is refused
 * too, since writing it back would lose them. What a record means is not known here.
 */
#include "store/table.h"

#include <stdio.h>
#include <string.h>

#include "util/logline.h"

#define CHECKSUM_SIZE 4

struct key key_of(enum table table) {
    struct key key = {.size = 1};
    key.bytes[0] = (uint8_t)table;
    return key;
}

static void add(struct key *key, const void *bytes, size_t size) {
    ENSURE(size <= KEY_SIZE_MAX - key->size);
    memcpy(key->bytes + key->size, bytes, size);
    key->size += size;
}

void key_add_byte(struct key *key, uint8_t byte) {
    add(key, &byte, 1);
}

void key_add_u64(struct key *key, uint64_t value) {
    uint8_t bytes[8];
    put_be64(bytes, value);
    add(key, bytes, sizeof(bytes));
}

void key_add_id(struct key *key, const struct id *id) {
    add(key, id->bytes, ID_SIZE);
}

struct key key_of_id(enum table table, const struct id *id) {
    struct key key = key_of(table);
    key_add_id(&key, id);
    return key;
}

void key_add_digest(struct key *key, const struct digest *digest) {
    add(key, digest->bytes, KEY_DIGEST_SIZE);
}

void key_add_currency(struct key *key, const char *currency) {
    ENSURE(strlen(currency) == CURRENCY_SIZE - 1);
    add(key, currency, CURRENCY_SIZE - 1);
}

struct span key_span(const struct key *key) {
    return span_of(key->bytes, key->size);
}

int table_damaged(struct span key, const char *why) {
    char text[2 * KEY_SIZE_MAX + 1];
    size_t size = key.size < KEY_SIZE_MAX ? key.size : KEY_SIZE_MAX;
    hex_format(key.data, size, text);
    log_line(LOG_CRIT, "store_damaged", LOG_TEXT("why", why), LOG_TEXT("key", text));
    return STORE_DAMAGED;
}

/* ---- reading ---- */

/* The record in front of the checksum. */
static int check(struct span key, struct span value, struct span *record_out) {
    if (value.size < CHECKSUM_SIZE)
        return table_damaged(key, "too short for a checksum");
    struct span record = span_of(value.data, value.size - CHECKSUM_SIZE);
    if (get_be32(value.data + record.size) != crc32c(crc32c(0, key), record))
        return table_damaged(key, "checksum");
    *record_out = record;
    return 0;
}

int table_get(struct store *store, const struct key *key, struct span *record_out) {
    struct span value;
    int rc = overlay_get(store->overlay, key_span(key), &value);
    if (rc != 0)
        return rc == OVERLAY_ABSENT ? STORE_ABSENT : rc;
    return check(key_span(key), value, record_out);
}

int table_unpack(struct store *store, struct span key, struct span record,
                 const ProtobufCMessageDescriptor *descriptor, const void **message_out) {
    arena_reset(&store->scratch);
    const ProtobufCMessage *message =
        protobuf_c_message_unpack(descriptor, &store->allocator, record.size, record.data);
    if (message == NULL)
        return table_damaged(key, "no record of its table");
    if (message->n_unknown_fields > 0)
        return table_damaged(key, "written by a later version");
    *message_out = message;
    return 0;
}

int table_load(struct store *store, const struct key *key,
               const ProtobufCMessageDescriptor *descriptor, const void **message_out) {
    struct span record;
    int rc = table_get(store, key, &record);
    if (rc != 0)
        return rc;
    return table_unpack(store, key_span(key), record, descriptor, message_out);
}

int table_next(struct store *store, const struct key *from, size_t prefix_size, bool strict,
               struct span *key_out, struct span *record_out) {
    struct span key, value;
    struct span at = key_span(from);
    int rc = strict ? overlay_after(store->overlay, at, prefix_size, &key, &value)
                    : overlay_seek(store->overlay, at, prefix_size, &key, &value);
    if (rc != 0)
        return rc == OVERLAY_ABSENT ? STORE_ABSENT : rc;
    rc = check(key, value, record_out);
    if (rc == 0)
        *key_out = key;
    return rc;
}

static int next_under(struct store *store, const struct key *prefix, const struct id *after,
                      struct span *key_out, struct span *record_out, struct id *id_out) {
    struct key from = *prefix;
    struct span key;
    if (after != NULL)
        key_add_id(&from, after);
    int rc = table_next(store, &from, prefix->size, after != NULL, &key, record_out);
    if (rc != 0)
        return rc;
    if (!id_from_span(span_of(key.data + prefix->size, key.size - prefix->size), id_out))
        return table_damaged(key, "key does not end with an id");
    *key_out = key;
    return 0;
}

int table_next_id(struct store *store, const struct key *prefix, const struct id *after,
                  struct id *id_out) {
    struct span key, record;
    struct id id;
    int rc = next_under(store, prefix, after, &key, &record, &id);
    if (rc == 0)
        *id_out = id;
    return rc;
}

int table_next_object(struct store *store, enum table table, const struct id *after,
                      const ProtobufCMessageDescriptor *descriptor, struct key *key_out,
                      struct id *id_out, const void **message_out) {
    struct key prefix = key_of(table);
    struct span key, record;
    struct id id;
    int rc = next_under(store, &prefix, after, &key, &record, &id);
    if (rc == 0)
        rc = table_unpack(store, key, record, descriptor, message_out);
    if (rc != 0)
        return rc;
    *key_out = key_of_id(table, &id);
    *id_out = id;
    return 0;
}

/* ---- writing ---- */

/* The buffer holds the record. */
static void put_value(struct store *store, const struct key *key, bool fresh) {
    uint32_t checksum = crc32c(crc32c(0, key_span(key)), buf_span(&store->value));
    buf_append_be32(&store->value, checksum);
    overlay_put(store->overlay, key_span(key), buf_span(&store->value), fresh);
}

void table_put(struct store *store, const struct key *key, struct span record, bool fresh) {
    buf_clear(&store->value);
    buf_append_span(&store->value, record);
    put_value(store, key, fresh);
}

void table_put_empty(struct store *store, const struct key *key, bool fresh) {
    table_put(store, key, span_of(NULL, 0), fresh);
}

void table_put_message(struct store *store, const struct key *key, const ProtobufCMessage *message,
                       bool fresh) {
    buf_clear(&store->value);
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *at = buf_reserve(&store->value, size + CHECKSUM_SIZE);
    ENSURE(protobuf_c_message_pack(message, at) == size);
    store->value.size = size;
    put_value(store, key, fresh);
}

int table_remove(struct store *store, const struct key *key) {
    return overlay_remove(store->overlay, key_span(key));
}
