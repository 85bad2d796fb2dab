/*
 * Transfers, the sealed instruction that may be sent again, and the index by link.
 *
 * Invariant: for each transfer stands one row under its link. The instruction is carried over,
 * replaced or dropped exactly as the caller says; it is opened only when asked for.
 */
#include "store/record.h"
#include "store/table.h"

static struct key transfer_key(const struct id *id) {
    struct key key = key_of(TABLE_TRANSFER);
    key_add_id(&key, id);
    return key;
}

static int load_transfer(struct store *store, const struct key *key,
                         const transfer_record **record_out) {
    const void *message;
    int rc = table_load(store, key, &linkgate__store__v1__transfer__descriptor, &message);
    if (rc == 0)
        *record_out = message;
    return rc;
}

static int transfer_out_of(struct span key, const transfer_record *record, const struct id *id,
                           struct transfer *transfer_out) {
    struct transfer transfer;
    if (!transfer_from_record(record, id, &transfer))
        return table_damaged(key, "transfer");
    *transfer_out = transfer;
    return 0;
}

int store_get_transfer(struct store *store, const struct id *id, struct transfer *transfer_out) {
    struct key key = transfer_key(id);
    const transfer_record *record;
    int rc = load_transfer(store, &key, &record);
    return rc != 0 ? rc : transfer_out_of(key_span(&key), record, id, transfer_out);
}

int store_next_transfer(struct store *store, const struct id *after,
                        struct transfer *transfer_out) {
    struct key from = key_of(TABLE_TRANSFER);
    struct span key, bytes;
    struct id id;
    const void *message;
    if (after != NULL)
        key_add_id(&from, after);
    int rc = table_next(store, &from, 1, after != NULL, &key, &bytes);
    if (rc == 0)
        rc = table_unpack(store, key, bytes, &linkgate__store__v1__transfer__descriptor, &message);
    if (rc != 0)
        return rc;
    if (!id_from_span(span_of(key.data + 1, key.size - 1), &id))
        return table_damaged(key, "key of a transfer");
    return transfer_out_of(key, message, &id, transfer_out);
}

int store_get_transfer_kept(struct store *store, const struct id *id, struct span *payload_out) {
    struct key key = transfer_key(id);
    const transfer_record *record;
    int rc = load_transfer(store, &key, &record);
    if (rc != 0)
        return rc;
    if (record->kept == NULL)
        return STORE_ABSENT;
    return record_unseal(store, key_span(&key), record->kept, payload_out);
}

/* Where the sealed instruction of the new record comes from; NULL: there is none. */
static int kept_for(struct store *store, const struct key *key, enum store_kept kept,
                    struct span payload, sealed_record *room, sealed_record **kept_out) {
    *kept_out = NULL;
    if (kept == STORE_KEPT_SET) {
        arena_reset(&store->scratch);
        record_seal(store, key_span(key), payload, room);
        *kept_out = room;
    } else if (kept == STORE_KEPT_SAME) {
        const transfer_record *old;
        int rc = load_transfer(store, key, &old);
        if (rc < 0)
            return rc;
        *kept_out = rc == 0 ? old->kept : NULL;
    }
    return 0;
}

static void put_under_link(struct store *store, const struct transfer *transfer) {
    struct key key = key_of(TABLE_TRANSFER_OF_LINK);
    key_add_id(&key, &transfer->link);
    key_add_id(&key, &transfer->id);
    table_put(store, &key, span_of(NULL, 0), true);
}

int store_put_transfer(struct store *store, const struct transfer *transfer, enum store_kept kept,
                       struct span payload, bool fresh) {
    struct key key = transfer_key(&transfer->id);
    struct transfer_records records;
    sealed_record sealed;
    transfer_to_record(transfer, &records);
    int rc = kept_for(store, &key, kept, payload, &sealed, &records.transfer.kept);
    if (rc != 0)
        return rc;
    table_put_message(store, &key, &records.transfer.base, fresh);
    if (fresh)
        put_under_link(store, transfer);
    return 0;
}

int store_next_transfer_of_link(struct store *store, const struct id *link, const struct id *after,
                                struct id *id_out) {
    struct key from = key_of(TABLE_TRANSFER_OF_LINK);
    struct span key, record;
    key_add_id(&from, link);
    size_t prefix_size = from.size;
    if (after != NULL)
        key_add_id(&from, after);
    int rc = table_next(store, &from, prefix_size, after != NULL, &key, &record);
    if (rc != 0)
        return rc;
    if (!id_from_span(span_of(key.data + prefix_size, key.size - prefix_size), id_out))
        return table_damaged(key, "key of a transfer under its link");
    return 0;
}
