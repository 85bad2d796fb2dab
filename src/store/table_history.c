/*
 * What belongs to an object and would make its record too long, or be rewritten too often with it:
 * the older part of its history, and what a link's transfers used of its limits.
 *
 * Invariant: an entry of a history stands here or in the object's record, and is written once. The
 * rows are an object's own; which of them there must be is for its record to say.
 */
#include "store/record.h"
#include "store/table.h"

static struct key history_key(enum object_kind kind, const struct id *object, uint32_t index) {
    struct key key = key_of(TABLE_HISTORY);
    key_add_byte(&key, (uint8_t)kind);
    key_add_id(&key, object);
    key_add_u64(&key, index);
    return key;
}

void store_put_history(struct store *store, enum object_kind kind, const struct id *object,
                       uint32_t index, const struct history_entry *entry) {
    struct key key = history_key(kind, object, index);
    history_record record;
    history_entry_to_record(entry, 0, 0, &record);
    table_put_message(store, &key, &record.base, true);
}

int store_get_history(struct store *store, enum object_kind kind, const struct id *object,
                      uint32_t index, struct history_entry *entry_out) {
    struct key key = history_key(kind, object, index);
    struct history_entry entry;
    const void *record;
    int rc = table_load(store, &key, &linkgate__store__v1__history_entry__descriptor, &record);
    if (rc != 0)
        return rc;
    if (!history_entry_from_record(record, 0, 0, &entry))
        return table_damaged(key_span(&key), "history");
    *entry_out = entry;
    return 0;
}

int store_get_usage(struct store *store, const struct id *link, struct link_usage *usage_out) {
    struct key key = key_of_id(TABLE_USAGE, link);
    const void *message;
    int rc = table_load(store, &key, &linkgate__store__v1__link_usage__descriptor, &message);
    if (rc < 0)
        return rc;
    *usage_out = (struct link_usage){0};
    if (rc == STORE_ABSENT)
        return 0;
    const Linkgate__Store__V1__LinkUsage *record = message;
    usage_out->day = record->day;
    usage_out->day_fen = record->day_fen;
    usage_out->day_count = record->day_count;
    usage_out->year = record->year;
    usage_out->year_fen = record->year_fen;
    usage_out->cool_down_fen = record->cool_down_fen;
    return 0;
}

void store_put_usage(struct store *store, const struct id *link, const struct link_usage *usage) {
    struct key key = key_of_id(TABLE_USAGE, link);
    Linkgate__Store__V1__LinkUsage record = LINKGATE__STORE__V1__LINK_USAGE__INIT;
    record.day = usage->day;
    record.day_fen = usage->day_fen;
    record.day_count = usage->day_count;
    record.year = usage->year;
    record.year_fen = usage->year_fen;
    record.cool_down_fen = usage->cool_down_fen;
    table_put_message(store, &key, &record.base, false);
}
