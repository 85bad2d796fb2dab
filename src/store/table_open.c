/*
 * Rows that come and go with the states of objects: deadlines and open objects. Their keys are all
 * they hold.
 *
 * Invariant of the first deadline: no live deadline stands before floor; FIRST_IS_FLOOR says that
 * floor is one itself, FIRST_NONE that there is none at all. Tombstones of deadlines that reached
 * the disk are so walked over once, not at every turn.
 */
#include <string.h>

#include "store/table.h"

/* Times before 1970 sort first, too. */
#define SIGN_BIT (UINT64_C(1) << 63)
#define DEADLINE_KEY_SIZE (1 + 8 + 1 + ID_SIZE)
#define OPEN_KEY_SIZE (1 + 1 + ID_SIZE + ID_SIZE)

/* ---- deadlines ---- */

static struct key deadline_key(const struct store_deadline *deadline) {
    struct key key = key_of(TABLE_DEADLINE);
    key_add_u64(&key, (uint64_t)deadline->at_ms ^ SIGN_BIT);
    key_add_byte(&key, (uint8_t)deadline->kind);
    key_add_id(&key, &deadline->object);
    return key;
}

static int deadline_out_of(struct span key, struct store_deadline *deadline_out) {
    if (key.size != DEADLINE_KEY_SIZE)
        return table_damaged(key, "key of a deadline");
    deadline_out->at_ms = (int64_t)(get_be64(key.data + 1) ^ SIGN_BIT);
    deadline_out->kind = (enum object_kind)key.data[9];
    memcpy(deadline_out->object.bytes, key.data + 10, ID_SIZE);
    return 0;
}

static int compare_keys(const struct key *a, const struct key *b) {
    return span_compare(key_span(a), key_span(b));
}

void store_put_deadline(struct store *store, const struct store_deadline *deadline) {
    struct key key = deadline_key(deadline);
    struct deadline_floor *known = &store->deadlines;
    table_put(store, &key, span_of(NULL, 0), false);
    if (known->first == FIRST_NONE || compare_keys(&key, &known->floor) <= 0)
        *known = (struct deadline_floor){FIRST_IS_FLOOR, key};
}

int store_drop_deadline(struct store *store, const struct store_deadline *deadline) {
    struct key key = deadline_key(deadline);
    struct deadline_floor *known = &store->deadlines;
    if (known->first == FIRST_IS_FLOOR && compare_keys(&key, &known->floor) == 0)
        known->first = FIRST_UNKNOWN;
    return table_remove(store, &key);
}

int store_move_deadline(struct store *store, enum object_kind kind, const struct id *object,
                        int64_t before_ms, int64_t due_ms) {
    struct store_deadline row = {before_ms, kind, *object};
    int rc = 0;
    if (due_ms == before_ms)
        return 0;
    if (before_ms)
        rc = store_drop_deadline(store, &row);
    row.at_ms = due_ms;
    if (rc == 0 && due_ms)
        store_put_deadline(store, &row);
    return rc;
}

int store_first_deadline(struct store *store, struct store_deadline *deadline_out) {
    struct deadline_floor *known = &store->deadlines;
    if (known->first == FIRST_NONE)
        return STORE_ABSENT;
    if (known->first == FIRST_UNKNOWN) {
        struct span key, record;
        int rc = table_next(store, &known->floor, 1, false, &key, &record);
        if (rc == STORE_ABSENT)
            known->first = FIRST_NONE;
        if (rc != 0)
            return rc;
        if (key.size != DEADLINE_KEY_SIZE)
            return table_damaged(key, "key of a deadline");
        memcpy(known->floor.bytes, key.data, key.size);
        known->floor.size = key.size;
        known->first = FIRST_IS_FLOOR;
    }
    return deadline_out_of(key_span(&known->floor), deadline_out);
}

int store_next_deadline(struct store *store, const struct store_deadline *after,
                        struct store_deadline *deadline_out) {
    if (after == NULL)
        return store_first_deadline(store, deadline_out);
    struct key from = deadline_key(after);
    struct span key, record;
    int rc = table_next(store, &from, 1, true, &key, &record);
    return rc != 0 ? rc : deadline_out_of(key, deadline_out);
}

/* ---- open objects ---- */

static struct key open_prefix(enum object_kind kind) {
    struct key key = key_of(TABLE_OPEN);
    key_add_byte(&key, (uint8_t)kind);
    return key;
}

static struct key open_key(const struct store_open_row *row) {
    struct key key = open_prefix(row->kind);
    key_add_id(&key, &row->parent);
    key_add_id(&key, &row->object);
    return key;
}

void store_put_open(struct store *store, const struct store_open_row *row) {
    struct key key = open_key(row);
    table_put(store, &key, span_of(NULL, 0), false);
}

int store_drop_open(struct store *store, const struct store_open_row *row) {
    struct key key = open_key(row);
    return table_remove(store, &key);
}

int store_move_open(struct store *store, const struct store_open_row *row, bool before, bool now) {
    if (before && !now)
        return store_drop_open(store, row);
    if (now && !before)
        store_put_open(store, row);
    return 0;
}

int store_has_open(struct store *store, const struct store_open_row *row) {
    struct key key = open_key(row);
    struct span record;
    return table_get(store, &key, &record);
}

int store_any_open_under(struct store *store, enum object_kind kind, const struct id *parent) {
    struct key from = open_prefix(kind);
    struct span key, record;
    key_add_id(&from, parent);
    return table_next(store, &from, from.size, false, &key, &record);
}

int store_next_open(struct store *store, enum object_kind kind, const struct store_open_row *after,
                    struct store_open_row *row_out) {
    struct key prefix = open_prefix(kind);
    struct key from = after != NULL ? open_key(after) : prefix;
    struct span key, record;
    int rc = table_next(store, &from, prefix.size, after != NULL, &key, &record);
    if (rc != 0)
        return rc;
    if (key.size != OPEN_KEY_SIZE)
        return table_damaged(key, "key of an open object");
    row_out->kind = (enum object_kind)key.data[1];
    memcpy(row_out->parent.bytes, key.data + 2, ID_SIZE);
    memcpy(row_out->object.bytes, key.data + 2 + ID_SIZE, ID_SIZE);
    return 0;
}
