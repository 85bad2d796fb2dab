/*
 * Every row of the store, one after the other.
 *
 * Invariant: no row is passed over, and none is read by another way than the ledger reads it: a key
 * is taken apart here by the shape of its table, the value comes from that table's own getter. A row
 * whose key has another shape, and one of no table, is damaged. What rows mean for each other is not
 * known here.
 */
#include "store/tables.h"

#include <string.h>

#include "store/catalogue.h"
#include "store/table.h"

const char *table_name(enum table table) {
    static const char *const names[TABLES] = {
        [TABLE_META] = "meta",
        [TABLE_BANK] = "bank",
        [TABLE_BANK_COUNTERS] = "bank counters",
        [TABLE_LINK] = "link",
        [TABLE_LINK_PAIR] = "link by pair",
        [TABLE_LINK_PERSON] = "link by person",
        [TABLE_LINK_CLASS2] = "link by Class II account",
        [TABLE_LINK_CLASS1] = "link by Class I account",
        [TABLE_TRIES] = "tries",
        [TABLE_REQUEST] = "request",
        [TABLE_TRANSFER] = "transfer",
        [TABLE_TRANSFER_OF_LINK] = "transfer by link",
        [TABLE_OPEN] = "open object",
        [TABLE_DEADLINE] = "deadline",
        [TABLE_NOTICE] = "notice",
        [TABLE_POSITION] = "position",
        [TABLE_NET] = "net",
        [TABLE_LIVE] = "live link",
        [TABLE_LINK_OF_BANK] = "link by bank",
        [TABLE_USAGE] = "usage",
        [TABLE_HISTORY] = "history",
        [TABLE_RETURN] = "return by original",
        [TABLE_CASE] = "case",
        [TABLE_CASE_OF_TRANSFER] = "case by transfer",
        [TABLE_QUESTION] = "question",
        [TABLE_APPROVAL] = "approval",
        [TABLE_AUDIT] = "audit",
        [TABLE_RULES] = "rules",
        [TABLE_LIMIT] = "limit",
        [TABLE_EXPOSURE] = "exposure",
        [TABLE_PAIR] = "pair",
        [TABLE_FUNDS] = "funds",
        [TABLE_WINDOW] = "window",
        [TABLE_LATE] = "late transfer",
        [TABLE_ADJUSTMENT] = "adjustment",
        [TABLE_ADJUSTMENT_OF_WINDOW] = "adjustment by window",
        [TABLE_CASE_OF_LINK] = "case by link",
        [TABLE_PRODUCT] = "product",
        [TABLE_PRODUCT_VERSION] = "older version of a product",
        [TABLE_PRODUCT_CHANGE] = "product by change",
        [TABLE_QUOTA] = "quota",
        [TABLE_ORDER] = "order",
        [TABLE_ORDER_OF_LINK] = "order by link",
        [TABLE_ORDER_OF_TRANSFER] = "order by transfer",
        [TABLE_HELD] = "held by person",
        [TABLE_LOAN] = "loan",
        [TABLE_LOAN_OF_LINK] = "loan by link",
        [TABLE_LOAN_OF_TRANSFER] = "loan by transfer",
        [TABLE_CARD] = "card",
        [TABLE_CARD_OF_PERSON] = "card by person",
        [TABLE_EVENT] = "event",
        [TABLE_OVERVIEW] = "overview",
    };
    const char *name = (unsigned)table < TABLES ? names[table] : NULL;
    return name != NULL ? name : "unknown";
}

/* ---- keys ---- */

/* The parts of a key, in order: B bank, D digest, I id, K kind, L live kind, N number, P parent,
 * T time, C currency (the value has it). What is all in its key holds nothing besides. */
static const struct shape {
    const char *parts;
    bool empty;
} shapes[TABLES] = {
    [TABLE_META] = {"", false},
    [TABLE_BANK] = {"B", false},
    [TABLE_BANK_COUNTERS] = {"B", false},
    [TABLE_LINK] = {"I", false},
    [TABLE_LINK_PAIR] = {"DD", false},
    [TABLE_LINK_PERSON] = {"DI", true},
    [TABLE_LINK_CLASS2] = {"DI", true},
    [TABLE_LINK_CLASS1] = {"DI", true},
    [TABLE_TRIES] = {"D", false},
    [TABLE_REQUEST] = {"BI", false},
    [TABLE_TRANSFER] = {"I", false},
    [TABLE_TRANSFER_OF_LINK] = {"PI", true},
    [TABLE_OPEN] = {"KPI", true},
    [TABLE_DEADLINE] = {"TKI", true},
    [TABLE_NOTICE] = {"BN", false},
    [TABLE_POSITION] = {"BC", false},
    [TABLE_NET] = {"NBBC", false},
    [TABLE_LIVE] = {"LDI", true},
    [TABLE_LINK_OF_BANK] = {"BI", true},
    [TABLE_USAGE] = {"I", false},
    [TABLE_HISTORY] = {"KIN", false},
    [TABLE_RETURN] = {"PI", true},
    [TABLE_CASE] = {"I", false},
    [TABLE_CASE_OF_TRANSFER] = {"PI", true},
    [TABLE_QUESTION] = {"I", false},
    [TABLE_APPROVAL] = {"I", false},
    [TABLE_AUDIT] = {"N", false},
    [TABLE_RULES] = {"N", false},
    [TABLE_LIMIT] = {"D", false},
    [TABLE_EXPOSURE] = {"BC", false},
    [TABLE_PAIR] = {"BBC", false},
    [TABLE_FUNDS] = {"I", false},
    [TABLE_WINDOW] = {"N", false},
    [TABLE_LATE] = {"NI", true},
    [TABLE_ADJUSTMENT] = {"I", false},
    [TABLE_ADJUSTMENT_OF_WINDOW] = {"NI", true},
    [TABLE_CASE_OF_LINK] = {"PI", true},
    [TABLE_PRODUCT] = {"I", false},
    [TABLE_PRODUCT_VERSION] = {"IN", false},
    [TABLE_PRODUCT_CHANGE] = {"N", false},
    [TABLE_QUOTA] = {"I", false},
    [TABLE_ORDER] = {"I", false},
    [TABLE_ORDER_OF_LINK] = {"PI", true},
    [TABLE_ORDER_OF_TRANSFER] = {"PI", true},
    [TABLE_HELD] = {"ID", false},
    [TABLE_LOAN] = {"I", false},
    [TABLE_LOAN_OF_LINK] = {"PI", true},
    [TABLE_LOAN_OF_TRANSFER] = {"PI", true},
    [TABLE_CARD] = {"I", false},
    [TABLE_CARD_OF_PERSON] = {"DI", true},
    [TABLE_EVENT] = {"I", false},
    [TABLE_OVERVIEW] = {"I", false},
};

static void digest_part(struct reader *reader, struct digest *digest_out) {
    struct span half = reader_bytes(reader, KEY_DIGEST_SIZE);
    memset(digest_out, 0, sizeof(*digest_out));
    if (half.size > 0)
        memcpy(digest_out->bytes, half.data, half.size);
}

static void id_part(struct reader *reader, struct id *id_out) {
    (void)id_from_span(reader_bytes(reader, ID_SIZE), id_out);
}

static void read_part(struct reader *reader, char part, bool second, struct store_row *row) {
    switch (part) {
    case 'B':
        row->bank = reader_be64(reader);
        break;
    case 'C':
        (void)reader_bytes(reader, CURRENCY_SIZE - 1);
        break;
    case 'D':
        digest_part(reader, second ? &row->other_digest : &row->digest);
        break;
    case 'I':
        id_part(reader, &row->id);
        break;
    case 'K':
        row->kind = (enum object_kind)reader_u8(reader);
        break;
    case 'L':
        row->live = (enum live_kind)reader_u8(reader);
        break;
    case 'N':
        row->number = reader_be64(reader);
        break;
    case 'P':
        id_part(reader, &row->parent);
        break;
    default: /* T: times before 1970 sort first, too */
        row->at_ms = (int64_t)(reader_be64(reader) ^ (UINT64_C(1) << 63));
        break;
    }
}

/* False: the key is not of its table's shape. */
static bool take_apart(struct store_row *row) {
    struct reader reader = reader_over(span_of(row->key + 1, row->key_size - 1));
    const char *parts = shapes[row->table].parts;
    for (size_t i = 0; parts[i] != '\0'; i++)
        read_part(&reader, parts[i], i > 0 && parts[i - 1] == parts[i], row);
    return !reader.failed && reader.rest.size == 0;
}

/* ---- values ---- */

/* What belongs to banks: its key ends with a currency. */
static int read_money(struct store *store, struct store_row *row) {
    const uint8_t *parts = row->key + 1;
    char currency[CURRENCY_SIZE] = {0};
    memcpy(currency, row->key + row->key_size - (CURRENCY_SIZE - 1), CURRENCY_SIZE - 1);
    if (strlen(currency) != CURRENCY_SIZE - 1)
        return STORE_DAMAGED;
    switch ((int)row->table) {
    case TABLE_POSITION:
        return store_get_position(store, row->bank, currency, &row->value.position);
    case TABLE_NET:
        return store_get_net(store, get_be64(parts), get_be64(parts + 8), get_be64(parts + 16),
                             currency, &row->value.net);
    case TABLE_EXPOSURE:
        return store_get_exposure(store, row->bank, currency, &row->value.exposure);
    default:
        return store_get_pair(store, get_be64(parts), get_be64(parts + 8), currency,
                              &row->value.pair);
    }
}

static int read_audit(struct store *store, struct store_row *row) {
    if (row->number == 0)
        return STORE_DAMAGED;
    return store_next_audit(store, row->number - 1, &row->value.audit);
}

static int read_rules(struct store *store, struct store_row *row) {
    if (row->number == 0)
        return STORE_DAMAGED;
    return store_next_rules(store, row->number - 1, &row->value.rules);
}

static int read_history(struct store *store, struct store_row *row) {
    if (row->number > UINT32_MAX)
        return STORE_DAMAGED;
    return store_get_history(store, row->kind, &row->id, (uint32_t)row->number,
                             &row->value.history);
}

/* What belongs to the catalogue. */
static int read_product(struct store *store, struct store_row *row) {
    uint64_t sequence;
    switch ((int)row->table) {
    case TABLE_PRODUCT:
        return store_get_product(store, &row->id, &row->value.product);
    case TABLE_PRODUCT_VERSION:
        if (row->number > UINT32_MAX)
            return STORE_DAMAGED;
        return store_get_product_version(store, &row->id, (uint32_t)row->number,
                                         &row->value.product);
    case TABLE_PRODUCT_CHANGE:
        if (row->number == 0)
            return STORE_DAMAGED;
        return store_next_product_change(store, row->number - 1, &sequence, &row->id);
    default:
        return store_get_quota(store, &row->id, &row->value.quota);
    }
}

/* The key has its table's shape, and so fits. */
static int read_record(struct store *store, const struct store_row *row, struct span *record_out) {
    struct key key = {.size = row->key_size};
    memcpy(key.bytes, row->key, row->key_size);
    return table_get(store, &key, record_out);
}

static int read_empty(struct store *store, const struct store_row *row) {
    struct span record;
    int rc = read_record(store, row, &record);
    return rc == 0 && record.size > 0 ? STORE_DAMAGED : rc;
}

static int read_value(struct store *store, struct store_row *row) {
    if (shapes[row->table].empty)
        return read_empty(store, row);
    switch ((int)row->table) {
    case TABLE_META:
        return store_get_meta(store, &row->value.meta);
    case TABLE_BANK:
        return store_get_bank(store, row->bank, &row->value.bank);
    case TABLE_BANK_COUNTERS:
        return store_get_bank_counters(store, row->bank, &row->value.counters);
    case TABLE_LINK:
        return store_get_link(store, &row->id, &row->value.link);
    case TABLE_LINK_PAIR:
        return store_find_link_by_pair(store, &row->digest, &row->other_digest, &row->id);
    case TABLE_TRIES:
        return store_get_tries(store, &row->digest, &row->value.tries);
    case TABLE_REQUEST:
        return store_get_request(store, row->bank, &row->id, &row->value.request);
    case TABLE_TRANSFER:
        return store_get_transfer(store, &row->id, &row->value.transfer);
    case TABLE_NOTICE:
        return store_get_notice(store, row->bank, row->number, &row->value.notice);
    case TABLE_POSITION:
    case TABLE_NET:
    case TABLE_EXPOSURE:
    case TABLE_PAIR:
        return read_money(store, row);
    case TABLE_FUNDS:
        return store_get_funds(store, &row->id, &row->value.funds);
    case TABLE_USAGE:
        return store_get_usage(store, &row->id, &row->value.usage);
    case TABLE_HISTORY:
        return read_history(store, row);
    case TABLE_CASE:
        return store_get_case(store, &row->id, &row->value.inquiry);
    case TABLE_QUESTION:
        return store_get_question(store, &row->id, &row->value.question);
    case TABLE_EVENT:
        return store_get_event(store, &row->id, &row->value.event);
    case TABLE_OVERVIEW:
        return store_get_overview(store, &row->id, &row->value.overview);
    case TABLE_APPROVAL:
        return store_get_approval(store, &row->id, &row->value.approval);
    case TABLE_RULES:
        return read_rules(store, row);
    case TABLE_ADJUSTMENT:
        return store_get_adjustment(store, &row->id, &row->value.adjustment);
    case TABLE_CARD:
        return store_get_card(store, &row->id, &row->value.card);
    case TABLE_LIMIT:
        return store_get_limits(store, &row->digest, &row->value.limits);
    case TABLE_ORDER:
        return store_get_order(store, &row->id, &row->value.order);
    case TABLE_HELD:
        return store_get_held(store, &row->id, &row->digest, &row->value.held_fen);
    case TABLE_LOAN:
        return store_get_loan(store, &row->id, &row->value.loan);
    case TABLE_WINDOW:
        return store_get_window(store, row->number, &row->value.window);
    case TABLE_PRODUCT:
    case TABLE_PRODUCT_VERSION:
    case TABLE_PRODUCT_CHANGE:
    case TABLE_QUOTA:
        return read_product(store, row);
    default:
        return read_audit(store, row);
    }
}

int store_next_row(struct store *store, struct span after, struct store_row *row_out) {
    static const uint8_t start = 0;
    struct span key, value;
    int rc = after.size == 0 ? overlay_seek(store->overlay, span_of(&start, 1), 0, &key, &value)
                             : overlay_after(store->overlay, after, 0, &key, &value);
    if (rc != 0)
        return rc == OVERLAY_ABSENT ? STORE_ABSENT : rc;
    ENSURE(key.size > 0 && key.size <= sizeof(row_out->key));
    memset(row_out, 0, offsetof(struct store_row, value));
    row_out->key_size = key.size;
    memcpy(row_out->key, key.data, key.size);
    row_out->table = (enum table)row_out->key[0];
    bool known = (unsigned)row_out->table < TABLES && shapes[row_out->table].parts != NULL;
    if (!known || !take_apart(row_out))
        return table_damaged(key, "key of no table");
    rc = read_value(store, row_out);
    ENSURE(rc != STORE_ABSENT); /* it was just there */
    struct span record;
    row_out->checks = rc == STORE_DAMAGED && read_record(store, row_out, &record) == 0;
    return rc;
}

struct keyring *store_keyring(struct store *store) {
    return store->keyring;
}

void store_release(struct store *store) {
    store_begin(store);
    store_commit(store);
}
