/*
 * Cases with their texts, questions that are out, orders of two people, and what operators did.
 *
 * Invariant: a case's texts stand sealed in its record, one for each entry up to the last that had
 * one; they are opened only when one is asked for or added. An order's payload is written once,
 * with the order. An audit row is written once.
 */
#include <string.h>

#include "crypto/digest.h"
#include "domain/command_row.h"
#include "store/record.h"
#include "store/table.h"

/* ---- cases ---- */

typedef Linkgate__Store__V1__Case case_record;

static int load_case(struct store *store, const struct key *key, const case_record **record_out) {
    const void *message;
    int rc = table_load(store, key, &linkgate__store__v1__case__descriptor, &message);
    if (rc == 0)
        *record_out = message;
    return rc;
}

static int case_out_of(struct span key, const case_record *record, const struct id *id,
                       struct inquiry_case *case_out) {
    struct inquiry_case inquiry;
    if (!case_from_record(record, id, &inquiry))
        return table_damaged(key, "case");
    *case_out = inquiry;
    return 0;
}

int store_get_case(struct store *store, const struct id *id, struct inquiry_case *case_out) {
    struct key key = key_of_id(TABLE_CASE, id);
    const case_record *record;
    int rc = load_case(store, &key, &record);
    return rc != 0 ? rc : case_out_of(key_span(&key), record, id, case_out);
}

int store_next_case(struct store *store, const struct id *after, struct inquiry_case *case_out) {
    struct key key;
    struct id id;
    const void *record;
    int rc = table_next_object(store, TABLE_CASE, after, &linkgate__store__v1__case__descriptor,
                               &key, &id, &record);
    return rc != 0 ? rc : case_out_of(key_span(&key), record, &id, case_out);
}

struct id store_case_parent(const struct inquiry_case *inquiry) {
    if (!id_is_zero(&inquiry->link))
        return inquiry->link;
    if (!id_is_zero(&inquiry->transfer))
        return inquiry->transfer;
    uint8_t claim[8 + ID_SIZE];
    struct digest digest;
    struct id parent;
    put_be64(claim, inquiry->owner);
    memcpy(claim + 8, inquiry->claim.id.bytes, ID_SIZE);
    sha256(span_of(claim, sizeof(claim)), &digest);
    memcpy(parent.bytes, digest.bytes, ID_SIZE);
    return parent;
}

static struct key case_prefix(const struct inquiry_case *inquiry) {
    struct id parent = store_case_parent(inquiry);
    bool of_link = !id_is_zero(&inquiry->link);
    return key_of_id(of_link ? TABLE_CASE_OF_LINK : TABLE_CASE_OF_TRANSFER, &parent);
}

int store_next_case_like(struct store *store, const struct inquiry_case *inquiry,
                         const struct id *after, struct id *id_out) {
    struct key prefix = case_prefix(inquiry);
    return table_next_id(store, &prefix, after, id_out);
}

int store_next_case_of_transfer(struct store *store, const struct id *transfer,
                                const struct id *after, struct id *id_out) {
    struct key prefix = key_of_id(TABLE_CASE_OF_TRANSFER, transfer);
    return table_next_id(store, &prefix, after, id_out);
}

int store_next_case_of_link(struct store *store, const struct id *link, const struct id *after,
                            struct id *id_out) {
    struct key prefix = key_of_id(TABLE_CASE_OF_LINK, link);
    return table_next_id(store, &prefix, after, id_out);
}

/* The case's texts as they are in the store, in scratch memory. */
static int load_texts(struct store *store, const struct key *key, const texts_record **texts_out) {
    const case_record *record;
    int rc = load_case(store, key, &record);
    return rc != 0 ? rc
                   : texts_open(store, key_span(key), record->texts, CASE_ENTRIES_MAX, texts_out);
}

int store_get_case_text(struct store *store, const struct id *id, uint32_t index,
                        struct span *text_out) {
    struct key key = key_of_id(TABLE_CASE, id);
    const texts_record *texts;
    int rc = load_texts(store, &key, &texts);
    if (rc != 0)
        return rc;
    struct span text = span_of(NULL, 0);
    if (index < texts->n_texts)
        text = arena_copy(&store->held, bytes_from_record(texts->texts[index]));
    *text_out = text;
    return 0;
}

/* The texts with that of the last entry, sealed, in scratch memory; NULL: all are empty. */
static int seal_texts(struct store *store, const struct key *key, uint32_t entry_count,
                      struct span text, sealed_record *room, sealed_record **texts_out) {
    ProtobufCBinaryData all[CASE_ENTRIES_MAX] = {{0}};
    const texts_record *old = NULL;
    ENSURE(entry_count > 0 && entry_count <= CASE_ENTRIES_MAX);
    int rc = load_texts(store, key, &old);
    if (rc < 0)
        return rc;
    if (rc == STORE_ABSENT)
        arena_reset(&store->scratch);
    for (size_t i = 0; rc == 0 && i < old->n_texts && i < entry_count - 1; i++)
        all[i] = old->texts[i];
    all[entry_count - 1] = record_bytes(text);
    *texts_out = texts_seal(store, key_span(key), all, entry_count, room);
    return 0;
}

/* Where the sealed texts of the new record come from; NULL: there are none. */
static int texts_for(struct store *store, const struct key *key, uint32_t entry_count,
                     bool fresh_text, struct span text, sealed_record *room,
                     sealed_record **texts_out) {
    const case_record *old;
    if (fresh_text)
        return seal_texts(store, key, entry_count, text, room, texts_out);
    int rc = load_case(store, key, &old);
    if (rc < 0)
        return rc;
    *texts_out = rc == 0 ? old->texts : NULL;
    return 0;
}

int store_put_case(struct store *store, const struct inquiry_case *inquiry, bool fresh_text,
                   struct span text, bool fresh) {
    struct key key = key_of_id(TABLE_CASE, &inquiry->id);
    struct case_records records;
    sealed_record sealed;
    case_to_record(inquiry, &records);
    int rc = texts_for(store, &key, inquiry->entry_count, fresh_text, text, &sealed,
                       &records.inquiry.texts);
    if (rc != 0)
        return rc;
    table_put_message(store, &key, &records.inquiry.base, fresh);
    if (fresh) {
        struct key index = case_prefix(inquiry);
        key_add_id(&index, &inquiry->id);
        table_put_empty(store, &index, true);
    }
    return 0;
}

/* ---- questions ---- */

int store_get_question(struct store *store, const struct id *id,
                       struct store_question *question_out) {
    struct key key = key_of_id(TABLE_QUESTION, id);
    struct store_question question;
    const void *record;
    int rc = table_load(store, &key, &linkgate__store__v1__question__descriptor, &record);
    if (rc != 0)
        return rc;
    if (!question_from_record(record, id, &question))
        return table_damaged(key_span(&key), "question");
    *question_out = question;
    return 0;
}

void store_put_question(struct store *store, const struct store_question *question) {
    struct key key = key_of_id(TABLE_QUESTION, &question->id);
    Linkgate__Store__V1__Question record;
    question_to_record(question, &record);
    table_put_message(store, &key, &record.base, true);
}

int store_drop_question(struct store *store, const struct id *id) {
    struct key key = key_of_id(TABLE_QUESTION, id);
    return table_remove(store, &key);
}

/* ---- orders of two people ---- */

typedef Linkgate__Store__V1__Approval approval_record;

static int load_approval(struct store *store, const struct key *key,
                         const approval_record **record_out) {
    const void *message;
    int rc = table_load(store, key, &linkgate__store__v1__approval__descriptor, &message);
    if (rc == 0)
        *record_out = message;
    return rc;
}

static int approval_out_of(struct span key, const approval_record *record, const struct id *id,
                           struct approval *approval_out) {
    struct approval approval;
    if (!approval_from_record(record, id, &approval))
        return table_damaged(key, "approval");
    *approval_out = approval;
    return 0;
}

int store_get_approval(struct store *store, const struct id *id, struct approval *approval_out) {
    struct key key = key_of_id(TABLE_APPROVAL, id);
    const approval_record *record;
    int rc = load_approval(store, &key, &record);
    return rc != 0 ? rc : approval_out_of(key_span(&key), record, id, approval_out);
}

int store_get_approval_payload(struct store *store, const struct id *id, struct span *payload_out) {
    struct key key = key_of_id(TABLE_APPROVAL, id);
    const approval_record *record;
    const texts_record *texts;
    int rc = load_approval(store, &key, &record);
    if (rc != 0)
        return rc;
    struct span payload = bytes_from_record(record->payload);
    if (record->sealed != NULL) {
        rc = texts_open(store, key_span(&key), record->sealed, 1, &texts);
        if (rc != 0)
            return rc;
        payload = texts->n_texts > 0 ? bytes_from_record(texts->texts[0]) : span_of(NULL, 0);
    }
    *payload_out = arena_copy(&store->held, payload);
    return 0;
}

/* What the new record says of the order: the old one's, in clear or sealed. */
static int keep_payload(struct store *store, const struct key *key, approval_record *record) {
    const approval_record *old;
    int rc = load_approval(store, key, &old);
    if (rc < 0)
        return rc;
    ENSURE(rc == 0); /* an order that is not fresh has been put */
    record->payload = old->payload;
    record->sealed = old->sealed;
    return 0;
}

int store_put_approval(struct store *store, const struct approval *approval, struct span payload,
                       bool fresh) {
    struct key key = key_of_id(TABLE_APPROVAL, &approval->id);
    approval_record record;
    sealed_record room;
    ProtobufCBinaryData text = record_bytes(payload);
    approval_to_record(approval, &record);
    if (fresh && command_holds_words((enum command_kind)approval->order)) {
        arena_reset(&store->scratch);
        record.sealed = texts_seal(store, key_span(&key), &text, 1, &room);
    } else if (fresh) {
        record.payload = text;
    } else {
        int rc = keep_payload(store, &key, &record);
        if (rc != 0)
            return rc;
    }
    table_put_message(store, &key, &record.base, fresh);
    return 0;
}

int store_next_approval(struct store *store, const struct id *after,
                        struct approval *approval_out) {
    struct key key;
    struct id id;
    const void *record;
    int rc = table_next_object(store, TABLE_APPROVAL, after,
                               &linkgate__store__v1__approval__descriptor, &key, &id, &record);
    return rc != 0 ? rc : approval_out_of(key_span(&key), record, &id, approval_out);
}

/* ---- what operators did ---- */

#define AUDIT_KEY_SIZE (1 + 8)

static struct key audit_key(uint64_t sequence) {
    struct key key = key_of(TABLE_AUDIT);
    key_add_u64(&key, sequence);
    return key;
}

void store_put_audit(struct store *store, const struct audit_row *row) {
    struct key key = audit_key(row->sequence);
    Linkgate__Store__V1__Audit record;
    audit_to_record(row, &record);
    table_put_message(store, &key, &record.base, true);
}

int store_next_audit(struct store *store, uint64_t after, struct audit_row *row_out) {
    struct key from = audit_key(after);
    struct span key, bytes;
    struct audit_row row;
    const void *record;
    int rc = table_next(store, &from, 1, true, &key, &bytes);
    if (rc == 0 && key.size != AUDIT_KEY_SIZE)
        rc = table_damaged(key, "key of an audit row");
    if (rc == 0)
        rc = table_unpack(store, key, bytes, &linkgate__store__v1__audit__descriptor, &record);
    if (rc != 0)
        return rc;
    if (!audit_from_record(record, get_be64(key.data + 1), &row))
        return table_damaged(key, "audit row");
    *row_out = row;
    return 0;
}
