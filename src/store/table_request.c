/*
 * Replay rows, under (bank, request id), and notices, under (bank, number): what a bank asked and
 * what it is owed. Whether a row is still needed is the ledger's business.
 */
#include <string.h>

#include "store/record.h"
#include "store/table.h"

static struct key request_key(bank_code bank, const struct id *request) {
    struct key key = key_of(TABLE_REQUEST);
    key_add_u64(&key, bank);
    key_add_id(&key, request);
    return key;
}

int store_get_request(struct store *store, bank_code bank, const struct id *request,
                      struct store_request *request_out) {
    struct key key = request_key(bank, request);
    struct store_request row;
    const void *record;
    int rc = table_load(store, &key, &linkgate__store__v1__request__descriptor, &record);
    if (rc != 0)
        return rc;
    if (!request_from_record(record, &row))
        return table_damaged(key_span(&key), "request");
    *request_out = row;
    return 0;
}

void store_put_request(struct store *store, bank_code bank, const struct id *request,
                       const struct store_request *row, bool fresh) {
    struct key key = request_key(bank, request);
    struct request_records records;
    request_to_record(row, &records);
    table_put_message(store, &key, &records.request.base, fresh);
}

int store_next_request(struct store *store, bank_code bank, const struct id *after,
                       struct id *request_out, struct store_request *row_out) {
    static const struct id first;
    struct key from = request_key(bank, after != NULL ? after : &first);
    struct span key, bytes;
    struct store_request row;
    const void *record;
    int rc = table_next(store, &from, from.size - ID_SIZE, after != NULL, &key, &bytes);
    if (rc == 0 && key.size != from.size)
        rc = table_damaged(key, "key of a request");
    if (rc == 0)
        rc = table_unpack(store, key, bytes, &linkgate__store__v1__request__descriptor, &record);
    if (rc != 0)
        return rc;
    if (!request_from_record(record, &row))
        return table_damaged(key, "request");
    memcpy(request_out->bytes, key.data + key.size - ID_SIZE, ID_SIZE);
    *row_out = row;
    return 0;
}

static struct key notice_key(bank_code bank, uint64_t sequence) {
    struct key key = key_of(TABLE_NOTICE);
    key_add_u64(&key, bank);
    key_add_u64(&key, sequence);
    return key;
}

int store_get_notice(struct store *store, bank_code bank, uint64_t sequence,
                     struct store_notice *notice_out) {
    struct key key = notice_key(bank, sequence);
    const void *message;
    int rc = table_load(store, &key, &linkgate__store__v1__notice__descriptor, &message);
    if (rc != 0)
        return rc;
    const Linkgate__Store__V1__Notice *record = message;
    struct store_notice notice = {.kind = (enum object_kind)record->kind, .entry = record->entry};
    if (!id_from_record(record->object, &notice.object))
        return table_damaged(key_span(&key), "notice");
    *notice_out = notice;
    return 0;
}

static void put_notice(struct store *store, bank_code bank, uint64_t sequence,
                       const struct store_notice *notice, bool fresh) {
    struct key key = notice_key(bank, sequence);
    Linkgate__Store__V1__Notice record = LINKGATE__STORE__V1__NOTICE__INIT;
    record.kind = notice->kind;
    record.object = record_id(&notice->object);
    record.entry = notice->entry;
    table_put_message(store, &key, &record.base, fresh);
}

void store_put_notice(struct store *store, bank_code bank, uint64_t sequence,
                      const struct store_notice *notice) {
    put_notice(store, bank, sequence, notice, true); /* numbers are given once */
}

int store_move_notice(struct store *store, bank_code bank, uint64_t from, uint64_t to) {
    struct store_notice notice = {0};
    int rc = store_get_notice(store, bank, from, &notice);
    if (rc == 0)
        rc = store_drop_notice(store, bank, from);
    if (rc == 0)
        put_notice(store, bank, to, &notice, false);
    return rc;
}

int store_drop_notice(struct store *store, bank_code bank, uint64_t sequence) {
    struct key key = notice_key(bank, sequence);
    return table_remove(store, &key);
}
