/*
 * Transfers, the sealed instruction that may be sent again, the sealed texts (what the customer is
 * told at step-up, what the bank's people wrote, the account of a side that is not of the link), and
 * the indexes by link and original.
 *
 * Invariant: for each transfer stands one row under its link, and for each return one more under
 * its original. The instruction is carried over, replaced or dropped exactly as the caller says; it
 * is opened only when asked for.
 */
#include "store/record.h"
#include "store/table.h"

static int load_transfer(struct store *store, const struct key *key,
                         const transfer_record **record_out) {
    const void *message;
    int rc = table_load(store, key, &linkgate__store__v1__transfer__descriptor, &message);
    if (rc == 0)
        *record_out = message;
    return rc;
}

static int transfer_out_of(struct store *store, struct span key, const transfer_record *record,
                           const struct id *id, struct transfer *transfer_out) {
    struct transfer transfer;
    const texts_record *texts;
    if (!transfer_from_record(record, id, &transfer))
        return table_damaged(key, "transfer");
    int rc = texts_open(store, key, record->texts, TRANSFER_TEXTS, &texts);
    if (rc != 0)
        return rc;
    if (!texts_copy(texts, 0, transfer.step_up_text, sizeof(transfer.step_up_text)) ||
        !texts_copy(texts, 1, transfer.word, sizeof(transfer.word)) ||
        !texts_copy(texts, 2, transfer.other_account, sizeof(transfer.other_account)))
        return table_damaged(key, "text of a transfer");
    *transfer_out = transfer;
    return 0;
}

int store_get_transfer(struct store *store, const struct id *id, struct transfer *transfer_out) {
    struct key key = key_of_id(TABLE_TRANSFER, id);
    const transfer_record *record;
    int rc = load_transfer(store, &key, &record);
    return rc != 0 ? rc : transfer_out_of(store, key_span(&key), record, id, transfer_out);
}

int store_next_transfer(struct store *store, const struct id *after,
                        struct transfer *transfer_out) {
    struct key key;
    struct id id;
    const void *record;
    int rc = table_next_object(store, TABLE_TRANSFER, after,
                               &linkgate__store__v1__transfer__descriptor, &key, &id, &record);
    return rc != 0 ? rc : transfer_out_of(store, key_span(&key), record, &id, transfer_out);
}

int store_get_transfer_kept(struct store *store, const struct id *id, struct span *payload_out) {
    struct key key = key_of_id(TABLE_TRANSFER, id);
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
    arena_reset(&store->scratch);
    if (kept == STORE_KEPT_SET) {
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

/* A row is this transfer under another object. */
static void put_under(struct store *store, enum table table, const struct id *of,
                      const struct id *transfer) {
    struct key key = key_of_id(table, of);
    key_add_id(&key, transfer);
    table_put_empty(store, &key, true);
}

static void put_indexes(struct store *store, const struct transfer *transfer) {
    put_under(store, TABLE_TRANSFER_OF_LINK, &transfer->link, &transfer->id);
    if (!id_is_zero(&transfer->original))
        put_under(store, TABLE_RETURN, &transfer->original, &transfer->id);
}

int store_put_transfer(struct store *store, const struct transfer *transfer, enum store_kept kept,
                       struct span payload, bool fresh) {
    struct key key = key_of_id(TABLE_TRANSFER, &transfer->id);
    struct transfer_records records;
    sealed_record sealed, told;
    ProtobufCBinaryData texts[TRANSFER_TEXTS] = {record_bytes(span_text(transfer->step_up_text)),
                                                 record_bytes(span_text(transfer->word)),
                                                 record_bytes(span_text(transfer->other_account))};
    transfer_to_record(transfer, &records);
    int rc = kept_for(store, &key, kept, payload, &sealed, &records.transfer.kept);
    if (rc != 0)
        return rc;
    records.transfer.texts = texts_seal(store, key_span(&key), texts, TRANSFER_TEXTS, &told);
    table_put_message(store, &key, &records.transfer.base, fresh);
    if (fresh)
        put_indexes(store, transfer);
    return 0;
}

int store_next_transfer_of_link(struct store *store, const struct id *link, const struct id *after,
                                struct id *id_out) {
    struct key prefix = key_of_id(TABLE_TRANSFER_OF_LINK, link);
    return table_next_id(store, &prefix, after, id_out);
}

int store_next_return(struct store *store, const struct id *original, const struct id *after,
                      struct id *id_out) {
    struct key prefix = key_of_id(TABLE_RETURN, original);
    return table_next_id(store, &prefix, after, id_out);
}
