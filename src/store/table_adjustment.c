/*
 * Adjustments with their sealed text, and the index by window.
 *
 * Invariant: one row by window for each that is BOOKED, and for no other; the text is written once,
 * with the adjustment.
 */
#include "store/record_adjustment.h"
#include "store/table.h"

typedef Linkgate__Store__V1__Adjustment adjustment_record;

static int load(struct store *store, const struct key *key, const adjustment_record **record_out) {
    const void *message;
    int rc = table_load(store, key, &linkgate__store__v1__adjustment__descriptor, &message);
    if (rc == 0)
        *record_out = message;
    return rc;
}

int store_get_adjustment(struct store *store, const struct id *id,
                         struct adjustment *adjustment_out) {
    struct key key = key_of_id(TABLE_ADJUSTMENT, id);
    const adjustment_record *record;
    struct adjustment adjustment;
    int rc = load(store, &key, &record);
    if (rc != 0)
        return rc;
    if (!adjustment_from_record(record, id, &adjustment))
        return table_damaged(key_span(&key), "adjustment");
    *adjustment_out = adjustment;
    return 0;
}

int store_next_adjustment(struct store *store, const struct id *after,
                          struct adjustment *adjustment_out) {
    struct key key;
    struct id id;
    struct adjustment adjustment;
    const void *record;
    int rc = table_next_object(store, TABLE_ADJUSTMENT, after,
                               &linkgate__store__v1__adjustment__descriptor, &key, &id, &record);
    if (rc != 0)
        return rc;
    if (!adjustment_from_record(record, &id, &adjustment))
        return table_damaged(key_span(&key), "adjustment");
    *adjustment_out = adjustment;
    return 0;
}

int store_get_adjustment_text(struct store *store, const struct id *id, struct span *text_out) {
    struct key key = key_of_id(TABLE_ADJUSTMENT, id);
    const adjustment_record *record;
    const texts_record *texts;
    int rc = load(store, &key, &record);
    if (rc == 0)
        rc = texts_open(store, key_span(&key), record->texts, 1, &texts);
    if (rc != 0)
        return rc;
    struct span text = texts->n_texts > 0 ? bytes_from_record(texts->texts[0]) : span_of(NULL, 0);
    *text_out = arena_copy(&store->held, text);
    return 0;
}

static struct key window_prefix(uint64_t window) {
    struct key key = key_of(TABLE_ADJUSTMENT_OF_WINDOW);
    key_add_u64(&key, window);
    return key;
}

int store_next_adjustment_of_window(struct store *store, uint64_t window, const struct id *after,
                                    struct id *id_out) {
    struct key prefix = window_prefix(window);
    return table_next_id(store, &prefix, after, id_out);
}

int store_put_adjustment(struct store *store, const struct adjustment *adjustment, struct span text,
                         bool fresh) {
    struct key key = key_of_id(TABLE_ADJUSTMENT, &adjustment->id);
    struct adjustment_records records;
    sealed_record room;
    ProtobufCBinaryData bytes = record_bytes(text);
    adjustment_to_record(adjustment, &records);
    if (fresh) {
        arena_reset(&store->scratch);
        records.adjustment.texts = texts_seal(store, key_span(&key), &bytes, 1, &room);
    } else {
        const adjustment_record *old;
        int rc = load(store, &key, &old);
        if (rc < 0)
            return rc;
        ENSURE(rc == 0); /* one that is not fresh has been put */
        records.adjustment.texts = old->texts;
    }
    table_put_message(store, &key, &records.adjustment.base, fresh);
    if (adjustment->state == ADJUSTMENT_BOOKED) {
        struct key row = window_prefix(adjustment->window);
        key_add_id(&row, &adjustment->id);
        table_put_empty(store, &row, true);
    }
    return 0;
}
