/*
 * Stored records: whatever stands under a right checksum is read as a value or refused as damaged,
 * and a value that was read is written so that the same value is read again, as the same bytes.
 *
 * Input: a table's byte (bit 7: the key is chosen too), two plaintexts with their sizes in front,
 * which stand sealed where the record has sealed fields, then the record. A chosen key is a size
 * and so many bytes behind the table's, for the tables that are all key.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "crypto/crc32c.h"
#include "fuzz/mutate.h"
#include "fuzz/walk_keys.h"
#include "store/catalogue.h"
#include "store/fields.h"
#include "store/record_product.h"
#include "store/table.h"
#include "util/logline.h"

#define MAP_BYTES (16u << 20)
#define BANK 102100099996u
#define WINDOW 7
#define VERSION 3
#define OWN_KEY 0x80
#define FRONT 5 /* table, two sizes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

static const struct id object = {{1, 2, 3}};
static const struct digest digest = {{4, 5, 6}};
static struct kv *kv;
static struct keyring *keyring;

/* ---- a table: what its row is called, and reading and writing it ------------------------------- */

typedef int pass_function(struct store *store);

/* Reads, writes, reads again: both values are the same. */
#define PASS(name, type, fields, get, put)                                                         \
    static int pass_##name(struct store *store) {                                                  \
        type value = {0}, again = {0};                                                             \
        int rc = get(&value);                                                                      \
        if (rc != 0)                                                                               \
            return rc;                                                                             \
        put(&value);                                                                               \
        ENSURE(get(&again) == 0);                                                                  \
        fields_assert_equal(&fields, &value, &again);                                              \
        return 0;                                                                                  \
    }

#define GET_META(value) store_get_meta(store, value)
#define PUT_META(value) store_put_meta(store, value)
PASS(meta, struct store_meta, meta_fields, GET_META, PUT_META)
#define GET_BANK(value) store_get_bank(store, BANK, value)
#define PUT_BANK(value) store_put_bank(store, value)
PASS(bank, struct bank, bank_fields, GET_BANK, PUT_BANK)
#define GET_COUNTERS(value) store_get_bank_counters(store, BANK, value)
#define PUT_COUNTERS(value) store_put_bank_counters(store, BANK, value)
PASS(counters, struct bank_counters, counters_fields, GET_COUNTERS, PUT_COUNTERS)
#define GET_REQUEST(value) store_get_request(store, BANK, &object, value)
#define PUT_REQUEST(value) store_put_request(store, BANK, &object, value, false)
PASS(request, struct store_request, request_fields, GET_REQUEST, PUT_REQUEST)
#define GET_USAGE(value) store_get_usage(store, &object, value)
#define PUT_USAGE(value) store_put_usage(store, &object, value)
PASS(usage, struct link_usage, usage_fields, GET_USAGE, PUT_USAGE)
#define GET_HISTORY(value) store_get_history(store, OBJECT_LINK, &object, 3, value)
#define PUT_HISTORY(value) store_put_history(store, OBJECT_LINK, &object, 3, value)
PASS(history, struct history_entry, history_entry_fields, GET_HISTORY, PUT_HISTORY)
#define GET_QUESTION(value) store_get_question(store, &object, value)
#define PUT_QUESTION(value) store_put_question(store, value)
PASS(question, struct store_question, question_fields, GET_QUESTION, PUT_QUESTION)
#define GET_AUDIT(value) store_next_audit(store, 8, value)
#define PUT_AUDIT(value) store_put_audit(store, value)
PASS(audit, struct audit_row, audit_fields, GET_AUDIT, PUT_AUDIT)

/* Compared by the rows that they make: a struct's padding holds anything. */
#define PASS_PLAIN(name, type, get, put)                                                           \
    static int pass_##name(struct store *store) {                                                  \
        type value, again;                                                                         \
        memset(&value, 0, sizeof(value));                                                          \
        memset(&again, 0, sizeof(again));                                                          \
        int rc = get(&value);                                                                      \
        if (rc == 0) {                                                                             \
            struct digest first, second;                                                           \
            put(&value);                                                                           \
            ENSURE(store_digest(store, &first) == 0);                                              \
            ENSURE(get(&again) == 0);                                                              \
            put(&again);                                                                           \
            ENSURE(store_digest(store, &second) == 0);                                             \
            ENSURE(digest_equal(&first, &second));                                                 \
        }                                                                                          \
        return rc;                                                                                 \
    }

#define GET_TRIES(value) store_get_tries(store, &digest, value)
#define PUT_TRIES(value) store_put_tries(store, &digest, value)
PASS_PLAIN(tries, struct verification_tries, GET_TRIES, PUT_TRIES)
#define GET_POSITION(value) store_get_position(store, BANK, "CNY", value)
#define PUT_POSITION(value) store_put_position(store, value)
PASS_PLAIN(position, struct position, GET_POSITION, PUT_POSITION)
#define GET_NET(value) store_get_net(store, WINDOW, BANK, BANK + 1, "CNY", value)
#define PUT_NET(value) store_put_net(store, value)
PASS_PLAIN(net, struct pair_net, GET_NET, PUT_NET)
#define GET_EXPOSURE(value) store_get_exposure(store, BANK, "CNY", value)
#define PUT_EXPOSURE(value) store_put_exposure(store, value)
PASS_PLAIN(exposure, struct exposure_terms, GET_EXPOSURE, PUT_EXPOSURE)
#define GET_PAIR(value) store_get_pair(store, BANK, BANK + 1, "CNY", value)
#define PUT_PAIR(value) store_put_pair(store, value)
PASS_PLAIN(pair, struct pair_position, GET_PAIR, PUT_PAIR)
#define GET_FUNDS(value) store_get_funds(store, &object, value)
#define PUT_FUNDS(value) store_put_funds(store, value, false)
PASS_PLAIN(funds, struct funds, GET_FUNDS, PUT_FUNDS)

#define GET_QUOTA(value) store_get_quota(store, &object, value)
#define PUT_QUOTA(value) store_put_quota(store, value, false)
PASS_PLAIN(quota, struct quota, GET_QUOTA, PUT_QUOTA)
#define GET_HELD(value) store_get_held(store, &object, &digest, value)
#define PUT_HELD(value) store_put_held(store, &object, &digest, *(value))
PASS_PLAIN(held, int64_t, GET_HELD, PUT_HELD)
#define GET_OVERVIEW(value) store_get_overview(store, &object, value)
#define PUT_OVERVIEW(value) store_put_overview(store, value, false)
PASS_PLAIN(overview, struct store_overview, GET_OVERVIEW, PUT_OVERVIEW)

/* Put once each: written again it would be another row's. */
static int pass_notice(struct store *store) {
    struct store_notice value, again;
    int rc = store_get_notice(store, BANK, 9, &value);
    if (rc != 0)
        return rc;
    ENSURE(store_drop_notice(store, BANK, 9) == 0);
    store_put_notice(store, BANK, 9, &value);
    ENSURE(store_get_notice(store, BANK, 9, &again) == 0);
    ENSURE(value.kind == again.kind && id_equal(&value.object, &again.object) &&
           value.entry == again.entry);
    return 0;
}

static int pass_link(struct store *store) {
    struct link value, again;
    struct link_private secret;
    int rc = store_get_link(store, &object, &value);
    int private_rc = store_get_link_private(store, &object, &secret);
    ENSURE(rc == 0 || rc == STORE_DAMAGED);
    if (rc != 0 || private_rc != 0)
        return rc != 0 ? rc : private_rc;
    ENSURE(store_put_link(store, &value, NULL, false) == 0);
    ENSURE(store_get_link(store, &object, &again) == 0);
    link_assert_equal(&value, &again);
    ENSURE(store_put_link(store, &value, &secret, false) == 0);
    ENSURE(store_get_link(store, &object, &again) == 0);
    link_assert_equal(&value, &again);
    return 0;
}

static int pass_transfer(struct store *store) {
    struct transfer value, again;
    struct span kept;
    int rc = store_get_transfer(store, &object, &value);
    int kept_rc = store_get_transfer_kept(store, &object, &kept);
    ENSURE(kept_rc == 0 || kept_rc == STORE_ABSENT || kept_rc == STORE_DAMAGED);
    if (rc != 0)
        return rc;
    ENSURE(store_put_transfer(store, &value, STORE_KEPT_SAME, span_of(NULL, 0), false) == 0);
    if (kept_rc == 0)
        ENSURE(store_put_transfer(store, &value, STORE_KEPT_SET, kept, false) == 0);
    ENSURE(store_get_transfer(store, &object, &again) == 0);
    transfer_assert_equal(&value, &again);
    return 0;
}

static int pass_case(struct store *store) {
    struct inquiry_case value, again;
    struct span text = span_of(NULL, 0);
    int rc = store_get_case(store, &object, &value);
    if (rc != 0)
        return rc;
    uint32_t last = value.entry_count > 0 ? value.entry_count - 1 : 0;
    int text_rc = store_get_case_text(store, &object, last, &text);
    ENSURE(text_rc == 0 || text_rc == STORE_DAMAGED);
    bool fresh = text_rc == 0 && value.entry_count > 0;
    ENSURE(store_put_case(store, &value, fresh, text, false) == 0);
    ENSURE(store_get_case(store, &object, &again) == 0);
    case_assert_equal(&value, &again);
    return 0;
}

static int pass_adjustment(struct store *store) {
    struct adjustment value, again;
    struct span text;
    int rc = store_get_adjustment(store, &object, &value);
    if (rc != 0)
        return rc;
    int text_rc = store_get_adjustment_text(store, &object, &text);
    ENSURE(text_rc == 0 || text_rc == STORE_DAMAGED);
    ENSURE(store_put_adjustment(store, &value, span_of(NULL, 0), false) == 0);
    ENSURE(store_get_adjustment(store, &object, &again) == 0);
    adjustment_assert_equal(&value, &again);
    return 0;
}

static int pass_order(struct store *store) {
    struct product_order value, again;
    int rc = store_get_order(store, &object, &value);
    if (rc != 0)
        return rc;
    store_put_order(store, &value, false);
    ENSURE(store_get_order(store, &object, &again) == 0);
    order_assert_equal(&value, &again);
    return 0;
}

static int pass_loan(struct store *store) {
    struct loan value, again;
    int rc = store_get_loan(store, &object, &value);
    if (rc != 0)
        return rc;
    store_put_loan(store, &value, false);
    ENSURE(store_get_loan(store, &object, &again) == 0);
    loan_assert_equal(&value, &again);
    return 0;
}

static struct buf packed_product(const struct product *product) {
    struct product_records records;
    struct buf packed;
    product_to_record(product, &records);
    buf_init(&packed);
    size_t size = protobuf_c_message_get_packed_size(&records.product.base);
    packed.size = protobuf_c_message_pack(&records.product.base, buf_reserve(&packed, size + 1));
    return packed;
}

/* It is put under the id that its issuer and its code make, where it is another one's. */
static void put_product(struct store *store, const struct product *value) {
    struct product again;
    struct id id = store_product_id(value->issuer, span_text(value->code));
    if (store_get_product(store, &id, &again) == STORE_ABSENT)
        ENSURE(store_put_product(store, value, NULL) == 0);
    ENSURE(store_get_product(store, &id, &again) == 0);
    struct buf first = packed_product(value);
    struct buf second = packed_product(&again);
    ENSURE(span_equal(buf_span(&first), buf_span(&second)));
    buf_deinit(&first);
    buf_deinit(&second);
}

static int pass_product(struct store *store) {
    struct product value;
    int rc = store_get_product(store, &object, &value);
    if (rc == 0)
        put_product(store, &value);
    return rc;
}

static int pass_version(struct store *store) {
    struct product value;
    int rc = store_get_product_version(store, &object, VERSION, &value);
    if (rc == 0)
        put_product(store, &value);
    return rc;
}

static int pass_event(struct store *store) {
    static const struct event_content content = {{SPAN_LITERAL("1")}};
    struct bank_event value, again;
    struct event_content there;
    struct digest first, second;
    int rc = store_get_event(store, &object, &value);
    if (rc != 0)
        return rc;
    int content_rc = store_get_event_content(store, &object, &there);
    ENSURE(content_rc == 0 || content_rc == STORE_DAMAGED);
    ENSURE(store_put_event(store, &value, &content, false) == 0);
    ENSURE(store_digest(store, &first) == 0);
    ENSURE(store_get_event(store, &object, &again) == 0);
    ENSURE(store_put_event(store, &again, &content, false) == 0);
    ENSURE(store_digest(store, &second) == 0);
    ENSURE(digest_equal(&first, &second));
    return 0;
}

static int pass_card(struct store *store) {
    struct card value, again;
    struct card_private secret;
    int rc = store_get_card(store, &object, &value);
    if (rc != 0)
        return rc;
    int secret_rc = store_get_card_private(store, &object, &secret);
    ENSURE(secret_rc == 0 || secret_rc == STORE_DAMAGED);
    secret = (struct card_private){.number = SPAN_LITERAL("1")};
    ENSURE(store_put_card(store, &value, &secret, false) == 0);
    ENSURE(store_get_card(store, &object, &again) == 0);
    card_assert_equal(&value, &again);
    return 0;
}

static int pass_approval(struct store *store) {
    struct approval value, again;
    struct span payload;
    int rc = store_get_approval(store, &object, &value);
    if (rc != 0)
        return rc;
    int payload_rc = store_get_approval_payload(store, &object, &payload);
    ENSURE(payload_rc == 0 || payload_rc == STORE_DAMAGED);
    if (payload_rc != 0)
        payload = SPAN_LITERAL("1");
    ENSURE(store_put_approval(store, &value, payload, false) == 0);
    ENSURE(store_get_approval(store, &object, &again) == 0);
    fields_assert_equal(&approval_fields, &value, &again);
    return 0;
}

#define RECORD(name) &linkgate__store__v1__##name##__descriptor

static const struct subject {
    enum table table;
    pass_function *pass;
    const ProtobufCMessageDescriptor *descriptor;
} subjects[] = {
    {TABLE_META, pass_meta, RECORD(meta)},
    {TABLE_BANK, pass_bank, RECORD(bank)},
    {TABLE_BANK_COUNTERS, pass_counters, RECORD(bank_counters)},
    {TABLE_LINK, pass_link, RECORD(link)},
    {TABLE_TRIES, pass_tries, RECORD(tries)},
    {TABLE_REQUEST, pass_request, RECORD(request)},
    {TABLE_TRANSFER, pass_transfer, RECORD(transfer)},
    {TABLE_NOTICE, pass_notice, RECORD(notice)},
    {TABLE_POSITION, pass_position, RECORD(position)},
    {TABLE_NET, pass_net, RECORD(pair_net)},
    {TABLE_USAGE, pass_usage, RECORD(link_usage)},
    {TABLE_HISTORY, pass_history, RECORD(history_entry)},
    {TABLE_CASE, pass_case, RECORD(case)},
    {TABLE_QUESTION, pass_question, RECORD(question)},
    {TABLE_APPROVAL, pass_approval, RECORD(approval)},
    {TABLE_AUDIT, pass_audit, RECORD(audit)},
    {TABLE_EXPOSURE, pass_exposure, RECORD(exposure)},
    {TABLE_PAIR, pass_pair, RECORD(pair)},
    {TABLE_FUNDS, pass_funds, RECORD(funds)},
    {TABLE_ADJUSTMENT, pass_adjustment, RECORD(adjustment)},
    {TABLE_ORDER, pass_order, RECORD(product_order)},
    {TABLE_LOAN, pass_loan, RECORD(loan)},
    {TABLE_CARD, pass_card, RECORD(card)},
    {TABLE_PRODUCT, pass_product, RECORD(product)},
    {TABLE_PRODUCT_VERSION, pass_version, RECORD(product)},
    {TABLE_QUOTA, pass_quota, RECORD(quota)},
    {TABLE_HELD, pass_held, RECORD(held)},
    {TABLE_EVENT, pass_event, RECORD(event)},
    {TABLE_OVERVIEW, pass_overview, RECORD(overview)},
};

static const struct subject *subject_of(uint8_t table) {
    for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
        if (subjects[i].table == (enum table)table)
            return &subjects[i];
    }
    return NULL;
}

/* As the table itself names the row that its pass reads. */
static struct key key_in(enum table table) {
    struct key key = key_of(table);
    switch ((int)table) {
    case TABLE_BANK:
    case TABLE_BANK_COUNTERS:
        key_add_u64(&key, BANK);
        break;
    case TABLE_TRIES:
        key_add_digest(&key, &digest);
        break;
    case TABLE_REQUEST:
        key_add_u64(&key, BANK);
        key_add_id(&key, &object);
        break;
    case TABLE_NOTICE:
        key_add_u64(&key, BANK);
        key_add_u64(&key, 9);
        break;
    case TABLE_POSITION:
    case TABLE_EXPOSURE:
        key_add_u64(&key, BANK);
        key_add_currency(&key, "CNY");
        break;
    case TABLE_NET:
        key_add_u64(&key, WINDOW);
        key_add_u64(&key, BANK);
        key_add_u64(&key, BANK + 1);
        key_add_currency(&key, "CNY");
        break;
    case TABLE_PAIR:
        key_add_u64(&key, BANK);
        key_add_u64(&key, BANK + 1);
        key_add_currency(&key, "CNY");
        break;
    case TABLE_HISTORY:
        key_add_byte(&key, OBJECT_LINK);
        key_add_id(&key, &object);
        key_add_u64(&key, 3);
        break;
    case TABLE_PRODUCT_VERSION:
        key_add_id(&key, &object);
        key_add_u64(&key, VERSION);
        break;
    case TABLE_HELD:
        key_add_id(&key, &object);
        key_add_digest(&key, &digest);
        break;
    case TABLE_AUDIT:
        key_add_u64(&key, 9);
        break;
    case TABLE_META:
        break;
    default:
        key_add_id(&key, &object);
    }
    return key;
}

/* ---- rows -------------------------------------------------------------------------------------- */

static void put_raw(struct store *store, struct span key, struct span record) {
    struct buf value;
    uint8_t checksum[4];
    buf_init(&value);
    buf_append_span(&value, record);
    put_be32(checksum, crc32c(crc32c(0, key), record));
    buf_append(&value, checksum, sizeof(checksum));
    overlay_put(store_overlay(store), key, buf_span(&value), false);
    buf_deinit(&value);
}

static struct buf copy_of(struct store *store, const struct key *key) {
    struct span value;
    struct buf copy;
    buf_init(&copy);
    ENSURE(overlay_get(store_overlay(store), key_span(key), &value) == 0);
    buf_append_span(&copy, value);
    return copy;
}

/* The record with its sealed fields sealed for that place: what they hold no input could forge. */
static void put_sealed(struct store *store, const struct key *key, const struct subject *subject,
                       const struct span plain[2], struct span record) {
    ProtobufCMessage *message =
        protobuf_c_message_unpack(subject->descriptor, NULL, record.size, record.data);
    if (message == NULL) {
        put_raw(store, key_span(key), record);
        return;
    }
    Linkgate__Store__V1__Sealed sealed[2];
    Linkgate__Store__V1__Sealed *before[2];
    size_t found = 0;
    struct buf packed;
    arena_reset(&store->scratch);
    buf_init(&packed);
    char *places[2];
    for (unsigned i = 0; i < subject->descriptor->n_fields && found < 2; i++) {
        const ProtobufCFieldDescriptor *field = &subject->descriptor->fields[i];
        if (field->type != PROTOBUF_C_TYPE_MESSAGE ||
            field->descriptor != (const void *)&linkgate__store__v1__sealed__descriptor)
            continue;
        places[found] = (char *)message + field->offset;
        memcpy(&before[found], places[found], sizeof(void *));
        if (before[found] == NULL)
            continue;
        record_seal(store, key_span(key), plain[found], &sealed[found]);
        const void *now = &sealed[found];
        memcpy(places[found++], &now, sizeof(void *));
    }
    size_t size = protobuf_c_message_get_packed_size(message);
    packed.size = protobuf_c_message_pack(message, buf_reserve(&packed, size + 1));
    for (size_t i = 0; i < found; i++)
        memcpy(places[i], &before[i], sizeof(void *));
    protobuf_c_message_free_unpacked(message, NULL);
    put_raw(store, key_span(key), buf_span(&packed));
    buf_deinit(&packed);
}

static void try_record(struct store *store, const struct subject *subject,
                       const struct span plain[2], struct span record) {
    struct key key = key_in(subject->table);
    put_sealed(store, &key, subject, plain, record);
    int rc = subject->pass(store);
    ENSURE(rc == 0 || rc == STORE_DAMAGED);
    if (rc != 0)
        return;
    struct buf once = copy_of(store, &key);
    store_commit(store);
    store_begin(store);
    ENSURE(subject->pass(store) == 0);
    struct buf twice = copy_of(store, &key);
    ENSURE(span_equal(buf_span(&once), buf_span(&twice)));
    buf_deinit(&once);
    buf_deinit(&twice);
}

/* ---- keys -------------------------------------------------------------------------------------- */

static void try_key(struct store *store, uint8_t table, struct span rest) {
    struct reader reader = reader_over(rest);
    struct digest all;
    struct digest of = {{0}};
    struct id id = {{0}};
    size_t size = reader_u8(&reader) % KEY_SIZE_MAX;
    struct span tail = reader_bytes(&reader, size);
    if (reader.failed)
        return;
    struct key key = key_of((enum table)table);
    for (size_t i = 0; i < tail.size; i++)
        key_add_byte(&key, tail.data[i]);
    memcpy(id.bytes, tail.data, tail.size < sizeof(id.bytes) ? tail.size : sizeof(id.bytes));
    memcpy(of.bytes, tail.data, tail.size < sizeof(of.bytes) ? tail.size : sizeof(of.bytes));
    put_raw(store, key_span(&key), reader.rest);
    walk_keys(store, &id, &of, tail.size >= 8 ? get_be64(tail.data) : BANK);
    ENSURE(store_digest(store, &all) == 0);
}

/* ---- the target -------------------------------------------------------------------------------- */

/* An empty environment; its files have no name while it is used, so that nothing is left behind. */
static void set_up(void) {
    static const uint8_t root[32] = {1};
    char folder[] = "/tmp/linkgate-fuzz-XXXXXX";
    char path[64];
    char reason[200];
    log_set_level(LOG_EMERG);
    ENSURE(mkdtemp(folder) != NULL);
    ENSURE(kv_open(folder, MAP_BYTES, &kv, reason, sizeof(reason)) == 0);
    snprintf(path, sizeof(path), "%s/data.mdb", folder);
    unlink(path);
    snprintf(path, sizeof(path), "%s/lock.mdb", folder);
    unlink(path);
    ENSURE(rmdir(folder) == 0);
    keyring = keyring_from_root(root);
}

static void try_input(struct store *store, struct reader *reader) {
    uint8_t table = reader_u8(reader);
    struct span plain[2];
    for (size_t i = 0; i < 2; i++) {
        size_t size = reader_be16(reader);
        plain[i] = reader_bytes(reader, size < reader->rest.size ? size : reader->rest.size);
    }
    const struct subject *subject = subject_of(table & 0x7f);
    if (reader->failed)
        return;
    if ((table & OWN_KEY) != 0)
        try_key(store, table & 0x7f, reader->rest);
    else if (subject != NULL)
        try_record(store, subject, plain, reader->rest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct reader reader = reader_over(span_of(data, size));
    struct store *store;
    char reason[200];
    if (kv == NULL)
        set_up();
    if (size < FRONT)
        return 0;
    ENSURE(store_open(kv, keyring, &store, reason, sizeof(reason)) == 0);
    store_begin(store);
    try_input(store, &reader);
    store_rollback(store);
    store_close(store);
    return 0;
}

/* The record begins behind the plaintexts; these are protobuf for links, cases, adjustments and transfers. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed) {
    size_t front = FRONT;
    if (size >= FRONT) {
        size_t first = get_be16(data + 1);
        if (3 + first + 2 <= size)
            front += first + get_be16(data + 3 + first);
    }
    if ((seed & 3) == 0 && size > FRONT && front <= size && get_be16(data + 1) > 0)
        return mutate_bytes_within(data, size, max, 3, get_be16(data + 1), seed);
    return mutate_message(data, size, max, front, seed);
}
