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

void history_entry_to_record(const struct history_entry *entry, int64_t base_ms,
                             uint64_t base_sequence, history_record *record_out) {
    history_record *record = record_out;
    linkgate__store__v1__history_entry__init(record);
    record->state = entry->state;
    record->event = entry->event;
    record->after_ms = difference((uint64_t)entry->at_ms, (uint64_t)base_ms);
    record->after_sequence = difference(entry->sequence, base_sequence);
    record->cause = entry->cause;
    record->by = entry->by;
    record->uid = entry->uid;
    record->two = entry->two;
    record->approver = entry->approver;
    record->reason = record_text(entry->reason);
    record->about = record_id(&entry->about);
}

void history_to_records(const struct history *history, int64_t base_ms,
                        struct history_records *records_out) {
    ENSURE(history->count <= HISTORY_MAX);
    int64_t at_ms = base_ms;
    uint64_t sequence = 0;
    for (uint32_t i = 0; i < history->count; i++) {
        const struct history_entry *entry = &history->entries[i];
        records_out->pointers[i] = &records_out->entries[i];
        history_entry_to_record(entry, at_ms, sequence, &records_out->entries[i]);
        at_ms = entry->at_ms;
        sequence = entry->sequence;
    }
}

bool history_entry_from_record(const history_record *record, int64_t base_ms,
                               uint64_t base_sequence, struct history_entry *entry_out) {
    *entry_out = (struct history_entry){
        .state = record->state,
        .event = record->event,
        .at_ms = (int64_t)((uint64_t)base_ms + (uint64_t)record->after_ms),
        .sequence = base_sequence + (uint64_t)record->after_sequence,
        .cause = (enum cause)record->cause,
        .by = record->by,
        .uid = record->uid,
        .approver = record->approver,
        .two = record->two,
    };
    return text_from_record(record->reason, entry_out->reason, sizeof(entry_out->reason)) &&
           id_from_record(record->about, &entry_out->about);
}

bool history_from_records(size_t count, history_record *const *records, int64_t base_ms,
                          struct history *history_out) {
    if (count > HISTORY_MAX)
        return false;
    int64_t at_ms = base_ms;
    uint64_t sequence = 0;
    for (size_t i = 0; i < count; i++) {
        struct history_entry *entry = &history_out->entries[i];
        if (!history_entry_from_record(records[i], at_ms, sequence, entry))
            return false;
        at_ms = entry->at_ms;
        sequence = entry->sequence;
    }
    history_out->count = (uint32_t)count;
    return true;
}
