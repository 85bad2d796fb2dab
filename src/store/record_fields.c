/*
 * Single fields and histories.
 *
 * Invariant: a value that is all zero is not written and comes back as zero; every other value
 * comes back exactly, or the record is refused. Histories are kept as differences from entry to
 * entry, because they make up a quarter of a transfer's record; the differences wrap, so that any
 * value survives.
 */
#include <string.h>

#include "store/record.h"

char *record_text(const char *text) {
    /* The packer only reads it. */
    return (char *)(uintptr_t)text;
}

ProtobufCBinaryData record_bytes(struct span bytes) {
    return (ProtobufCBinaryData){bytes.size, (uint8_t *)(uintptr_t)bytes.data};
}

ProtobufCBinaryData record_id(const struct id *id) {
    return record_bytes(span_of(id->bytes, id_is_zero(id) ? 0 : ID_SIZE));
}

ProtobufCBinaryData record_digest(const struct digest *digest) {
    static const struct digest zero;
    bool none = memcmp(digest->bytes, zero.bytes, DIGEST_SIZE) == 0;
    return record_bytes(span_of(digest->bytes, none ? 0 : DIGEST_SIZE));
}

bool text_from_record(const char *field, char *text_out, size_t room) {
    size_t size = strlen(field);
    if (size >= room)
        return false;
    memset(text_out, 0, room);
    memcpy(text_out, field, size + 1);
    return true;
}

static bool fixed_from_record(ProtobufCBinaryData field, uint8_t *bytes_out, size_t size) {
    if (field.len != 0 && field.len != size)
        return false;
    memset(bytes_out, 0, size);
    if (field.len > 0)
        memcpy(bytes_out, field.data, size);
    return true;
}

bool id_from_record(ProtobufCBinaryData field, struct id *id_out) {
    return fixed_from_record(field, id_out->bytes, ID_SIZE);
}

bool digest_from_record(ProtobufCBinaryData field, struct digest *digest_out) {
    return fixed_from_record(field, digest_out->bytes, DIGEST_SIZE);
}

struct span bytes_from_record(ProtobufCBinaryData field) {
    return span_of(field.data, field.len);
}

static int64_t difference(uint64_t later, uint64_t earlier) {
    return (int64_t)(later - earlier);
}

void history_to_records(const struct history *history, int64_t base_ms,
                        struct history_records *records_out) {
    ENSURE(history->count <= HISTORY_MAX);
    int64_t at_ms = base_ms;
    uint64_t sequence = 0;
    for (uint32_t i = 0; i < history->count; i++) {
        const struct history_entry *entry = &history->entries[i];
        history_record *record = &records_out->entries[i];
        linkgate__store__v1__history_entry__init(record);
        record->state = entry->state;
        record->after_ms = difference((uint64_t)entry->at_ms, (uint64_t)at_ms);
        record->after_sequence = difference(entry->sequence, sequence);
        record->cause = entry->cause;
        record->by = entry->by;
        record->uid = entry->uid;
        record->reason = record_text(entry->reason);
        records_out->pointers[i] = record;
        at_ms = entry->at_ms;
        sequence = entry->sequence;
    }
}

bool history_from_records(size_t count, history_record *const *records, int64_t base_ms,
                          struct history *history_out) {
    if (count > HISTORY_MAX)
        return false;
    uint64_t at_ms = (uint64_t)base_ms;
    uint64_t sequence = 0;
    for (size_t i = 0; i < count; i++) {
        const history_record *record = records[i];
        struct history_entry *entry = &history_out->entries[i];
        at_ms += (uint64_t)record->after_ms;
        sequence += (uint64_t)record->after_sequence;
        entry->state = record->state;
        entry->at_ms = (int64_t)at_ms;
        entry->sequence = sequence;
        entry->cause = (enum cause)record->cause;
        entry->by = record->by;
        entry->uid = record->uid;
        if (!text_from_record(record->reason, entry->reason, sizeof(entry->reason)))
            return false;
    }
    history_out->count = (uint32_t)count;
    return true;
}
