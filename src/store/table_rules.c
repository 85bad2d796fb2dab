/*
 * Documents of rules, and the book that they make.
 *
 * Invariant: a row is written once, with the bytes that were approved, and stays for ever; the book is
 * made from all rows in the order of their numbers and from nothing else.
 */
#include <stdlib.h>

#include "store/record.h"
#include "store/table.h"

static struct key rules_key(uint64_t number) {
    struct key key = key_of(TABLE_RULES);
    key_add_u64(&key, number);
    return key;
}

void store_put_rules(struct store *store, const struct store_rules *rules) {
    struct key key = rules_key(rules->number);
    Linkgate__Store__V1__Rules record = LINKGATE__STORE__V1__RULES__INIT;
    record.loaded_at_ms = rules->loaded_at_ms;
    record.uid = rules->uid;
    record.approver = rules->approver;
    record.document = record_bytes(rules->document);
    table_put_message(store, &key, &record.base, true);
}

int store_next_rules(struct store *store, uint64_t after, struct store_rules *rules_out) {
    struct key from = rules_key(after);
    struct span key, bytes;
    const void *message;
    int rc = table_next(store, &from, 1, true, &key, &bytes);
    if (rc == 0 && key.size != from.size)
        rc = table_damaged(key, "key of rules");
    if (rc == 0)
        rc = table_unpack(store, key, bytes, &linkgate__store__v1__rules__descriptor, &message);
    if (rc != 0)
        return rc;
    const Linkgate__Store__V1__Rules *record = message;
    *rules_out = (struct store_rules){
        .number = get_be64(key.data + 1),
        .loaded_at_ms = record->loaded_at_ms,
        .uid = record->uid,
        .approver = record->approver,
        .document = arena_copy(&store->held, bytes_from_record(record->document)),
    };
    return 0;
}

int store_load_rulebook(struct store *store, struct rulebook *book) {
    struct rules_document *document = xcalloc(1, sizeof *document);
    struct store_rules row = {.number = 0};
    struct rules_problem problem;
    int rc;
    while ((rc = store_next_rules(store, row.number, &row)) == 0) {
        struct key key = rules_key(row.number);
        if (!rules_document_decode(row.document, document) ||
            !rulebook_add(book, row.number, document, &problem)) {
            rc = table_damaged(key_span(&key), "rules");
            break;
        }
    }
    free(document);
    return rc == STORE_ABSENT ? 0 : rc;
}
