/*
 * Rows of the spool, to bytes and back.
 *
 * Invariant: what was sealed for one key opens under that key alone. Rows of lists stand as their
 * canonical lines, so that there is one writing of them and one check.
 */
#include "recon/spool_row.h"

#include <string.h>

#define FORMAT 2
#define KEY_ID_SIZE 4
#define HAS_THEIRS 1u
#define HAS_OURS 2u

static void add_u64(struct spool_key *key, uint64_t value) {
    put_be64(key->bytes + key->size, value);
    key->size += 8;
}

struct spool_key spool_key_of(enum spool_table table) {
    struct spool_key key = {.bytes = {(uint8_t)table}, .size = 1};
    return key;
}

struct spool_key spool_key_upload(uint64_t number) {
    struct spool_key key = spool_key_of(SPOOL_UPLOAD);
    add_u64(&key, number);
    return key;
}

struct spool_key spool_key_row(uint64_t number, const struct id *id, uint64_t row) {
    struct spool_key key = spool_key_of(SPOOL_ROW);
    add_u64(&key, number);
    memcpy(key.bytes + key.size, id->bytes, ID_SIZE);
    key.size += ID_SIZE;
    add_u64(&key, row);
    return key;
}

struct spool_key spool_key_difference(uint64_t number, uint64_t index) {
    struct spool_key key = spool_key_of(SPOOL_DIFFERENCE);
    add_u64(&key, number);
    add_u64(&key, index);
    return key;
}

struct span spool_key_span(const struct spool_key *key) {
    return span_of(key->bytes, key->size);
}

bool spool_key_read(struct span key, enum spool_table table, uint64_t *number_out,
                    struct id *id_out, uint64_t *row_out) {
    struct reader reader = reader_over(key);
    if (reader_u8(&reader) != (uint8_t)table)
        return false;
    *number_out = reader_be64(&reader);
    if (table == SPOOL_ROW && !id_from_span(reader_bytes(&reader, ID_SIZE), id_out))
        return false;
    if (table == SPOOL_ROW || table == SPOOL_DIFFERENCE)
        *row_out = reader_be64(&reader);
    return !reader.failed && reader.rest.size == 0;
}

/* Key of the row and id of the sealing key. */
static struct span place_of(struct span key, uint32_t key_id,
                            uint8_t bytes[SPOOL_KEY_MAX + KEY_ID_SIZE]) {
    ENSURE(key.size <= SPOOL_KEY_MAX);
    memcpy(bytes, key.data, key.size);
    put_be32(bytes + key.size, key_id);
    return span_of(bytes, key.size + KEY_ID_SIZE);
}

void spool_seal(struct keyring *keyring, const struct spool_key *key, struct span plain,
                struct buf *value) {
    uint8_t place[SPOOL_KEY_MAX + KEY_ID_SIZE];
    uint32_t key_id = keyring_sealing_id(keyring);
    struct siv *siv = keyring_siv(keyring, key_id);
    ENSURE(siv != NULL);
    buf_clear(value);
    buf_append_be32(value, key_id);
    uint8_t *sealed = buf_reserve(value, SIV_TAG_SIZE + plain.size);
    siv_seal(siv, place_of(spool_key_span(key), key_id, place), plain, sealed);
    value->size += SIV_TAG_SIZE + plain.size;
}

int spool_unseal(struct keyring *keyring, struct span key, struct span value, struct buf *plain) {
    uint8_t place[SPOOL_KEY_MAX + KEY_ID_SIZE];
    struct reader reader = reader_over(value);
    uint32_t key_id = reader_be32(&reader);
    struct siv *siv = reader.failed ? NULL : keyring_siv(keyring, key_id);
    if (siv == NULL || reader.rest.size <= SIV_TAG_SIZE || key.size > SPOOL_KEY_MAX)
        return SPOOL_DAMAGED;
    size_t size = reader.rest.size - SIV_TAG_SIZE;
    buf_clear(plain);
    uint8_t *clear = buf_reserve(plain, size);
    if (siv_open(siv, place_of(key, key_id, place), reader.rest, clear) != 0)
        return SPOOL_DAMAGED;
    plain->size += size;
    return 0;
}

/* ---- values ---- */

void spool_write_upload(const struct upload *upload, struct buf *plain) {
    buf_clear(plain);
    buf_append_byte(plain, FORMAT);
    buf_append_byte(plain, (uint8_t)upload->state);
    buf_append_be64(plain, (uint64_t)upload->came_at_ms);
    buf_append_be64(plain, (uint64_t)upload->compared_at_ms);
    buf_append_be64(plain, upload->differences);
    buf_append_be64(plain, upload->judged);
    for (size_t i = 0; i < RECON_CLASSES; i++)
        buf_append_be64(plain, upload->counts.of[i]);
    buf_append(plain, upload->digest.bytes, DIGEST_SIZE);
    recon_header_format(&upload->header, plain);
}

bool spool_read_upload(struct span plain, struct upload *upload_out) {
    const char *fault;
    struct reader reader = reader_over(plain);
    if (reader_u8(&reader) != FORMAT)
        return false;
    upload_out->state = (enum upload_state)reader_u8(&reader);
    upload_out->came_at_ms = (int64_t)reader_be64(&reader);
    upload_out->compared_at_ms = (int64_t)reader_be64(&reader);
    upload_out->differences = reader_be64(&reader);
    upload_out->judged = reader_be64(&reader);
    for (size_t i = 0; i < RECON_CLASSES; i++)
        upload_out->counts.of[i] = reader_be64(&reader);
    struct span digest = reader_bytes(&reader, DIGEST_SIZE);
    if (reader.failed || upload_out->state <= UPLOAD_NONE || upload_out->state >= UPLOAD_STATES)
        return false;
    memcpy(upload_out->digest.bytes, digest.data, DIGEST_SIZE);
    return recon_header_parse(reader.rest, &upload_out->header, &fault);
}

void spool_write_difference(enum recon_kind kind, const struct recon_difference *difference,
                            struct buf *plain) {
    buf_clear(plain);
    buf_append_byte(plain, FORMAT);
    buf_append_byte(plain, (uint8_t)difference->class);
    buf_append_byte(plain, (uint8_t)((difference->has_theirs ? HAS_THEIRS : 0) |
                                     (difference->has_ours ? HAS_OURS : 0)));
    if (difference->has_theirs)
        recon_item_format(kind, &difference->theirs, plain);
    buf_append_byte(plain, '\n');
    if (difference->has_ours)
        recon_item_format(kind, &difference->ours, plain);
}

bool spool_read_difference(enum recon_kind kind, struct span plain,
                           struct recon_difference *difference_out) {
    const char *fault;
    struct reader reader = reader_over(plain);
    bool known = reader_u8(&reader) == FORMAT;
    difference_out->class = (enum recon_class)reader_u8(&reader);
    uint8_t has = reader_u8(&reader);
    const uint8_t *end = reader.failed ? NULL : memchr(reader.rest.data, '\n', reader.rest.size);
    if (!known || end == NULL || difference_out->class <= RECON_CLASS_NONE ||
        (int)difference_out->class >= RECON_CLASSES)
        return false;
    struct span theirs = reader_bytes(&reader, (size_t)(end - reader.rest.data));
    (void)reader_u8(&reader);
    difference_out->has_theirs = (has & HAS_THEIRS) != 0;
    difference_out->has_ours = (has & HAS_OURS) != 0;
    return (!difference_out->has_theirs ||
            recon_item_parse(kind, theirs, &difference_out->theirs, &fault)) &&
           (!difference_out->has_ours ||
            recon_item_parse(kind, reader.rest, &difference_out->ours, &fault));
}
