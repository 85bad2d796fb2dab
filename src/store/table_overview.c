/*
 * Overviews that wait for answers, with those that are there sealed.
 */
#include "crypto/secret.h"
#include "store/record_overview.h"
#include "store/table.h"

int store_get_overview(struct store *store, const struct id *id,
                       struct store_overview *overview_out) {
    struct key key = key_of_id(TABLE_OVERVIEW, id);
    struct store_overview overview;
    const texts_record *texts;
    const void *message;
    int rc = table_load(store, &key, &linkgate__store__v1__overview__descriptor, &message);
    if (rc != 0)
        return rc;
    const Linkgate__Store__V1__Overview *record = message;
    if (!overview_from_record(record, id, &overview))
        return table_damaged(key_span(&key), "overview");
    rc = texts_open(store, key_span(&key), record->answers, OVERVIEW_PARTS_MAX, &texts);
    if (rc != 0)
        return rc;
    if (!overview_take_answers(texts, &overview))
        return table_damaged(key_span(&key), "overview");
    *overview_out = overview;
    return 0;
}

void store_put_overview(struct store *store, const struct store_overview *overview, bool fresh) {
    struct key key = key_of_id(TABLE_OVERVIEW, &overview->id);
    struct overview_records records;
    sealed_record room;
    overview_to_record(overview, &records);
    arena_reset(&store->scratch);
    records.overview.answers =
        texts_seal(store, key_span(&key), records.texts, overview->count, &room);
    secret_wipe(records.answers, sizeof(records.answers));
    table_put_message(store, &key, &records.overview.base, fresh);
}

int store_drop_overview(struct store *store, const struct id *id) {
    struct key key = key_of_id(TABLE_OVERVIEW, id);
    return table_remove(store, &key);
}
