/*
 * Rows judged one by one.
 *
 * Invariant: a row is right only if the ledger could have written it: its key has the one shape of
 * its table, its record decodes to a value, and that value is written with the very same bytes, so
 * that a replay can be compared byte by byte. Sealed fields are opened in their place. Whether the
 * value is true is for the laws (src/verify).
 */
#include "store/check.h"

#include <stdlib.h>
#include <string.h>

#include "store/record_adjustment.h"
#include "store/record_card.h"
#include "store/record_event.h"
#include "store/record_money.h"
#include "store/record_order.h"
#include "store/record_overview.h"
#include "store/record_product.h"
#include "store/record_settlement.h"
#include "store/table.h"

#define CHECKSUM_SIZE 4
#define AS_MESSAGE(record) (&(record)->base)

/* What a record is checked with: the row at hand, and where the verdict goes. */
struct row {
    struct store *store;
    struct span key;
    struct span record;
    struct id id; /* of rows whose key is one */
    enum row_state state;
    const char *why;
};

typedef void check_message(struct row *row, const void *message);

static void judge(struct row *row, enum row_state state, const char *why) {
    if (row->state != ROW_RIGHT)
        return;
    row->state = state;
    row->why = why;
}

static void judge_value(struct row *row, bool decoded) {
    if (!decoded)
        judge(row, ROW_DAMAGED, "the record holds what its value cannot");
}

/* ---- written again, it is the same ---- */

static void same(struct row *row, const ProtobufCMessage *message) {
    struct buf *value = &row->store->value;
    if (row->state != ROW_RIGHT)
        return;
    buf_clear(value);
    size_t size = protobuf_c_message_get_packed_size(message);
    value->size = protobuf_c_message_pack(message, buf_reserve(value, size + 1));
    if (!span_equal(buf_span(value), row->record))
        judge(row, ROW_OTHER, "the record would be written otherwise");
}

/* Records of plain numbers: all that they hold is what the tables read. */
static void check_plain(struct row *row, const void *message) {
    same(row, message);
}

static void check_meta(struct row *row, const void *message) {
    struct store_meta meta = {0};
    Linkgate__Store__V1__Meta again;
    judge_value(row, meta_from_record(message, &meta));
    meta_to_record(&meta, &again);
    same(row, AS_MESSAGE(&again));
}

static void check_bank(struct row *row, const void *message) {
    struct bank bank = {0};
    struct bank_records again;
    judge_value(row, bank_from_record(message, get_be64(row->key.data + 1), &bank));
    if (row->state != ROW_RIGHT)
        return;
    bank_to_record(&bank, &again);
    same(row, AS_MESSAGE(&again.bank));
}

static void check_tries(struct row *row, const void *message) {
    const Linkgate__Store__V1__Tries *record = message;
    judge_value(row, record->n_at_ms <= TRIES_KEPT_MAX);
    same(row, AS_MESSAGE(record));
}

static void check_notice(struct row *row, const void *message) {
    const Linkgate__Store__V1__Notice *record = message;
    struct id id;
    judge_value(row, id_from_record(record->object, &id));
    same(row, AS_MESSAGE(record));
}

static void check_history(struct row *row, const void *message) {
    struct history_entry entry = {0};
    history_record again;
    judge_value(row, history_entry_from_record(message, 0, 0, &entry));
    history_entry_to_record(&entry, 0, 0, &again);
    same(row, AS_MESSAGE(&again));
}

static void check_request(struct row *row, const void *message) {
    struct store_request request = {0};
    struct request_records again;
    judge_value(row, request_from_record(message, &request));
    request_to_record(&request, &again);
    same(row, AS_MESSAGE(&again.request));
}

static void check_question(struct row *row, const void *message) {
    struct store_question question = {0};
    Linkgate__Store__V1__Question again;
    judge_value(row, question_from_record(message, &row->id, &question));
    question_to_record(&question, &again);
    same(row, AS_MESSAGE(&again));
}

static void check_audit(struct row *row, const void *message) {
    struct audit_row audit = {0};
    Linkgate__Store__V1__Audit again;
    judge_value(row, audit_from_record(message, get_be64(row->key.data + 1), &audit));
    audit_to_record(&audit, &again);
    same(row, AS_MESSAGE(&again));
}

static void check_rules(struct row *row, const void *message) {
    const Linkgate__Store__V1__Rules *record = message;
    struct rules_document *document = xcalloc(1, sizeof *document);
    judge_value(row, rules_document_decode(bytes_from_record(record->document), document));
    free(document);
    same(row, AS_MESSAGE(record));
}

static void check_exposure(struct row *row, const void *message) {
    struct exposure_terms terms = {0};
    struct exposure_records again;
    judge_value(row, exposure_from_record(message, &terms));
    exposure_to_record(&terms, &again);
    same(row, AS_MESSAGE(&again.exposure));
}

static void check_funds(struct row *row, const void *message) {
    struct funds funds = {0};
    struct funds_records again;
    judge_value(row, funds_from_record(message, &row->id, &funds));
    if (row->state != ROW_RIGHT)
        return;
    funds_to_record(&funds, &again);
    same(row, AS_MESSAGE(&again.funds));
}

/* ---- sealed fields ---- */

/* Opens a field that may be missing; its plaintext is held. NULL: nothing more to look at. */
static const struct span *open_sealed(struct row *row, const sealed_record *sealed,
                                      struct span *plain) {
    if (row->state != ROW_RIGHT || sealed == NULL)
        return NULL;
    if (record_unseal(row->store, row->key, sealed, plain) == 0)
        return plain;
    judge(row, ROW_SEALED, "a sealed field does not open in its row");
    return NULL;
}

/* A sealed message; it takes the place of the one that is unpacked. */
static const void *open_message(struct row *row, struct span plain,
                                const ProtobufCMessageDescriptor *descriptor) {
    const void *message;
    struct span whole = row->record;
    if (table_unpack(row->store, row->key, plain, descriptor, &message) != 0) {
        judge(row, ROW_SEALED, "a sealed field holds no such record");
        return NULL;
    }
    row->record = plain;
    same(row, message);
    row->record = whole;
    return message;
}

/* Texts that were opened before; the record is gone then. */
static void check_texts(struct row *row, const struct span *plain, size_t max) {
    if (plain == NULL || row->state != ROW_RIGHT)
        return;
    const texts_record *texts = open_message(row, *plain, &linkgate__store__v1__texts__descriptor);
    if (texts != NULL &&
        (texts->n_texts == 0 || texts->n_texts > max || texts->texts[texts->n_texts - 1].len == 0))
        judge(row, ROW_SEALED, "a sealed field holds other texts than its object can have");
}

static void check_approval(struct row *row, const void *message) {
    const Linkgate__Store__V1__Approval *record = message;
    struct approval approval = {0};
    Linkgate__Store__V1__Approval again;
    struct span plain;
    judge_value(row, approval_from_record(record, &row->id, &approval));
    approval_to_record(&approval, &again);
    again.payload = record->payload;
    again.sealed = record->sealed;
    same(row, AS_MESSAGE(&again));
    check_texts(row, open_sealed(row, record->sealed, &plain), 1);
}

static void check_transfer(struct row *row, const void *message) {
    const transfer_record *record = message;
    struct transfer transfer = {0};
    struct transfer_records again;
    struct span plain;
    judge_value(row, transfer_from_record(record, &row->id, &transfer));
    if (row->state != ROW_RIGHT)
        return;
    transfer_to_record(&transfer, &again);
    again.transfer.kept = record->kept;
    again.transfer.texts = record->texts;
    same(row, AS_MESSAGE(&again.transfer));
    (void)open_sealed(row, record->kept, &plain);
    check_texts(row, open_sealed(row, record->texts, &plain), TRANSFER_TEXTS);
}

static void check_case(struct row *row, const void *message) {
    const Linkgate__Store__V1__Case *record = message;
    struct inquiry_case inquiry = {0};
    struct case_records again;
    struct span plain;
    judge_value(row, case_from_record(record, &row->id, &inquiry));
    if (row->state != ROW_RIGHT)
        return;
    case_to_record(&inquiry, &again);
    again.inquiry.texts = record->texts;
    same(row, AS_MESSAGE(&again.inquiry));
    check_texts(row, open_sealed(row, record->texts, &plain), inquiry.entry_count);
}

static void check_adjustment(struct row *row, const void *message) {
    const Linkgate__Store__V1__Adjustment *record = message;
    struct adjustment adjustment = {0};
    struct adjustment_records again;
    struct span plain;
    judge_value(row,
                record->texts != NULL && adjustment_from_record(record, &row->id, &adjustment));
    if (row->state != ROW_RIGHT)
        return;
    adjustment_to_record(&adjustment, &again);
    again.adjustment.texts = record->texts;
    same(row, AS_MESSAGE(&again.adjustment));
    check_texts(row, open_sealed(row, record->texts, &plain), 1);
}

static void check_event(struct row *row, const void *message) {
    const Linkgate__Store__V1__Event *record = message;
    struct bank_event event = {.kind = EVENT_NONE};
    struct event_records again;
    struct span plain;
    judge_value(row, event_from_record(record, &row->id, &event));
    if (row->state != ROW_RIGHT)
        return;
    event_to_record(&event, &again);
    again.event.content = record->content;
    same(row, AS_MESSAGE(&again.event));
    check_texts(row, open_sealed(row, record->content, &plain), EVENT_TEXTS);
}

static void check_overview(struct row *row, const void *message) {
    const Linkgate__Store__V1__Overview *record = message;
    struct store_overview overview = {0};
    struct overview_records again;
    struct span plain;
    judge_value(row, overview_from_record(record, &row->id, &overview));
    if (row->state != ROW_RIGHT)
        return;
    overview_to_record(&overview, &again);
    again.overview.answers = record->answers;
    same(row, AS_MESSAGE(&again.overview));
    check_texts(row, open_sealed(row, record->answers, &plain), overview.count);
}

static void check_link(struct row *row, const void *message) {
    const link_record *record = message;
    struct link link = {0};
    struct link_records again;
    struct span secret, texts;
    judge_value(row, record->secret != NULL && link_from_record(record, &row->id, &link));
    if (row->state != ROW_RIGHT)
        return;
    link_to_record(&link, &again);
    again.link.secret = record->secret;
    again.link.texts = record->texts;
    same(row, AS_MESSAGE(&again.link));
    const struct span *opened = open_sealed(row, record->texts, &texts);
    if (open_sealed(row, record->secret, &secret) != NULL)
        (void)open_message(row, secret, &linkgate__store__v1__link_private__descriptor);
    check_texts(row, opened, link.hold_count);
}

static void check_card(struct row *row, const void *message) {
    const card_record *record = message;
    struct card card = {.id = row->id};
    struct card_records again;
    struct span secret;
    judge_value(row, record->secret != NULL && card_from_record(record, &row->id, &card));
    if (row->state != ROW_RIGHT)
        return;
    card_to_record(&card, &again);
    again.card.secret = record->secret;
    same(row, AS_MESSAGE(&again.card));
    if (open_sealed(row, record->secret, &secret) != NULL)
        (void)open_message(row, secret, &linkgate__store__v1__card_private__descriptor);
}

static void check_net(struct row *row, const void *message) {
    struct pair_net net = {0};
    struct net_records again;
    judge_value(row, net_from_record(message, &net));
    if (row->state != ROW_RIGHT)
        return;
    net_to_record(&net, &again);
    same(row, AS_MESSAGE(&again.net));
}

static void check_window(struct row *row, const void *message) {
    struct window window = {0};
    struct window_records again;
    judge_value(row, window_from_record(message, get_be64(row->key.data + 1), &window));
    if (row->state != ROW_RIGHT)
        return;
    window_to_record(&window, &again);
    same(row, AS_MESSAGE(&again.window));
}

static void check_product(struct row *row, const void *message) {
    struct product product = {.issuer = 0};
    struct product_records again;
    judge_value(row, product_from_record(message, &product));
    if (row->state != ROW_RIGHT)
        return;
    product_to_record(&product, &again);
    same(row, AS_MESSAGE(&again.product));
}

static void check_order(struct row *row, const void *message) {
    struct product_order order = {.version = 0};
    struct order_records again;
    judge_value(row, order_from_record(message, &row->id, &order));
    if (row->state != ROW_RIGHT)
        return;
    order_to_record(&order, &again);
    same(row, AS_MESSAGE(&again.order));
}

static void check_loan(struct row *row, const void *message) {
    struct loan loan = {.version = 0};
    struct loan_records again;
    judge_value(row, loan_from_record(message, &row->id, &loan));
    if (row->state != ROW_RIGHT)
        return;
    loan_to_record(&loan, &again);
    same(row, AS_MESSAGE(&again.loan));
}

/* ---- tables ---- */

/* What stands in the value: a message, the 16 bytes of an id, or nothing. */
struct table_shape {
    size_t key_size; /* 0: no such table */
    size_t raw_size; /* without a message: of the record */
    const ProtobufCMessageDescriptor *descriptor;
    check_message *check;
};

#define SHAPE(record) &linkgate__store__v1__##record##__descriptor
#define ID_KEY (1 + ID_SIZE)
#define TWO_IDS (1 + 2 * ID_SIZE)
#define OF_DIGEST (1 + KEY_DIGEST_SIZE)

static const struct table_shape shapes[TABLES] = {
    [TABLE_META] = {1, 0, SHAPE(meta), check_meta},
    [TABLE_BANK] = {9, 0, SHAPE(bank), check_bank},
    [TABLE_BANK_COUNTERS] = {9, 0, SHAPE(bank_counters), check_plain},
    [TABLE_LINK] = {ID_KEY, 0, SHAPE(link), check_link},
    [TABLE_LINK_PAIR] = {OF_DIGEST + KEY_DIGEST_SIZE, ID_SIZE, NULL, NULL},
    [TABLE_LINK_PERSON] = {OF_DIGEST + ID_SIZE, 0, NULL, NULL},
    [TABLE_LINK_CLASS2] = {OF_DIGEST + ID_SIZE, 0, NULL, NULL},
    [TABLE_LINK_CLASS1] = {OF_DIGEST + ID_SIZE, 0, NULL, NULL},
    [TABLE_TRIES] = {OF_DIGEST, 0, SHAPE(tries), check_tries},
    [TABLE_REQUEST] = {9 + ID_SIZE, 0, SHAPE(request), check_request},
    [TABLE_TRANSFER] = {ID_KEY, 0, SHAPE(transfer), check_transfer},
    [TABLE_TRANSFER_OF_LINK] = {TWO_IDS, 0, NULL, NULL},
    [TABLE_OPEN] = {TWO_IDS + 1, 0, NULL, NULL},
    [TABLE_DEADLINE] = {10 + ID_SIZE, 0, NULL, NULL},
    [TABLE_NOTICE] = {17, 0, SHAPE(notice), check_notice},
    [TABLE_POSITION] = {12, 0, SHAPE(position), check_plain},
    [TABLE_NET] = {28, 0, SHAPE(pair_net), check_net},
    [TABLE_LIVE] = {OF_DIGEST + 1 + ID_SIZE, 0, NULL, NULL},
    [TABLE_LINK_OF_BANK] = {9 + ID_SIZE, 0, NULL, NULL},
    [TABLE_USAGE] = {ID_KEY, 0, SHAPE(link_usage), check_plain},
    [TABLE_HISTORY] = {10 + ID_SIZE, 0, SHAPE(history_entry), check_history},
    [TABLE_RETURN] = {TWO_IDS, 0, NULL, NULL},
    [TABLE_CASE] = {ID_KEY, 0, SHAPE(case), check_case},
    [TABLE_CASE_OF_TRANSFER] = {TWO_IDS, 0, NULL, NULL},
    [TABLE_QUESTION] = {ID_KEY, 0, SHAPE(question), check_question},
    [TABLE_APPROVAL] = {ID_KEY, 0, SHAPE(approval), check_approval},
    [TABLE_AUDIT] = {9, 0, SHAPE(audit), check_audit},
    [TABLE_RULES] = {9, 0, SHAPE(rules), check_rules},
    [TABLE_LIMIT] = {OF_DIGEST, 0, SHAPE(account_limits), check_plain},
    [TABLE_EXPOSURE] = {12, 0, SHAPE(exposure), check_exposure},
    [TABLE_PAIR] = {20, 0, SHAPE(pair), check_plain},
    [TABLE_FUNDS] = {ID_KEY, 0, SHAPE(funds), check_funds},
    [TABLE_WINDOW] = {9, 0, SHAPE(window), check_window},
    [TABLE_LATE] = {9 + ID_SIZE, 0, NULL, NULL},
    [TABLE_ADJUSTMENT] = {ID_KEY, 0, SHAPE(adjustment), check_adjustment},
    [TABLE_ADJUSTMENT_OF_WINDOW] = {9 + ID_SIZE, 0, NULL, NULL},
    [TABLE_CASE_OF_LINK] = {TWO_IDS, 0, NULL, NULL},
    [TABLE_ORDER] = {ID_KEY, 0, SHAPE(product_order), check_order},
    [TABLE_ORDER_OF_LINK] = {TWO_IDS, 0, NULL, NULL},
    [TABLE_ORDER_OF_TRANSFER] = {TWO_IDS, 0, NULL, NULL},
    [TABLE_HELD] = {ID_KEY + KEY_DIGEST_SIZE, 0, SHAPE(held), check_plain},
    [TABLE_LOAN] = {ID_KEY, 0, SHAPE(loan), check_loan},
    [TABLE_LOAN_OF_LINK] = {TWO_IDS, 0, NULL, NULL},
    [TABLE_LOAN_OF_TRANSFER] = {TWO_IDS, 0, NULL, NULL},
    [TABLE_CARD] = {ID_KEY, 0, SHAPE(card), check_card},
    [TABLE_CARD_OF_PERSON] = {OF_DIGEST + ID_SIZE, 0, NULL, NULL},
    [TABLE_EVENT] = {ID_KEY, 0, SHAPE(event), check_event},
    [TABLE_OVERVIEW] = {ID_KEY, 0, SHAPE(overview), check_overview},
    [TABLE_PRODUCT] = {ID_KEY, 0, SHAPE(product), check_product},
    [TABLE_PRODUCT_VERSION] = {9 + ID_SIZE, 0, SHAPE(product), check_product},
    [TABLE_PRODUCT_CHANGE] = {9, ID_SIZE, NULL, NULL},
    [TABLE_QUOTA] = {ID_KEY, 0, SHAPE(quota), check_plain},
};

static const struct table_shape *shape_of(struct span key) {
    if (key.size == 0 || key.data[0] >= TABLES || shapes[key.data[0]].key_size == 0)
        return NULL;
    return &shapes[key.data[0]];
}

static void check_record(struct row *row, const struct table_shape *shape) {
    const void *message;
    if (shape->descriptor == NULL) {
        judge_value(row, row->record.size == shape->raw_size);
        return;
    }
    if (table_unpack(row->store, row->key, row->record, shape->descriptor, &message) != 0)
        judge(row, ROW_DAMAGED, "no record of its table");
    else
        shape->check(row, message);
}

enum row_state store_check_row(struct store *store, struct span key, struct span value,
                               const char **why_out) {
    struct row row = {.store = store, .key = key, .why = ""};
    const struct table_shape *shape = shape_of(key);
    arena_reset(&store->held);
    if (shape == NULL)
        judge(&row, ROW_DAMAGED, "of no table");
    else if (key.size != shape->key_size)
        judge(&row, ROW_DAMAGED, "the key has not the shape of its table");
    else if (value.size < CHECKSUM_SIZE)
        judge(&row, ROW_DAMAGED, "too short for a checksum");
    if (row.state == ROW_RIGHT) {
        row.record = span_of(value.data, value.size - CHECKSUM_SIZE);
        if (get_be32(value.data + row.record.size) != crc32c(crc32c(0, key), row.record))
            judge(&row, ROW_DAMAGED, "the checksum is not that of key and record");
        else if (key.size == ID_KEY)
            memcpy(row.id.bytes, key.data + 1, ID_SIZE);
    }
    if (row.state == ROW_RIGHT)
        check_record(&row, shape);
    *why_out = row.why;
    return row.state;
}

static enum object_kind kind_of(enum table table) {
    switch ((int)table) {
    case TABLE_LINK:
    case TABLE_TRANSFER_OF_LINK:
    case TABLE_USAGE:
    case TABLE_CASE_OF_LINK:
    case TABLE_ORDER_OF_LINK:
    case TABLE_LOAN_OF_LINK:
        return OBJECT_LINK;
    case TABLE_TRANSFER:
    case TABLE_RETURN:
    case TABLE_CASE_OF_TRANSFER:
    case TABLE_ORDER_OF_TRANSFER:
    case TABLE_LOAN_OF_TRANSFER:
        return OBJECT_TRANSFER;
    case TABLE_CASE:
        return OBJECT_CASE;
    case TABLE_ADJUSTMENT:
        return OBJECT_ADJUSTMENT;
    case TABLE_ORDER:
        return OBJECT_ORDER;
    case TABLE_LOAN:
        return OBJECT_LOAN;
    case TABLE_CARD:
        return OBJECT_CARD;
    case TABLE_EVENT:
        return OBJECT_EVENT;
    case TABLE_QUESTION:
        return OBJECT_QUESTION;
    case TABLE_APPROVAL:
        return OBJECT_APPROVAL;
    case TABLE_FUNDS:
        return OBJECT_FUNDS;
    case TABLE_PRODUCT:
    case TABLE_PRODUCT_VERSION:
    case TABLE_QUOTA:
    case TABLE_HELD:
        return OBJECT_PRODUCT;
    default:
        return OBJECT_NONE;
    }
}

static bool is_of_bank(enum table table) {
    return table == TABLE_BANK || table == TABLE_BANK_COUNTERS || table == TABLE_REQUEST ||
           table == TABLE_NOTICE || table == TABLE_POSITION || table == TABLE_LINK_OF_BANK ||
           table == TABLE_EXPOSURE || table == TABLE_PAIR;
}

const char *store_row_table(struct span key, enum object_kind *kind_out, struct id *id_out,
                            bank_code *bank_out) {
    enum table table = key.size > 0 ? (enum table)key.data[0] : TABLES;
    bool has_id = kind_of(table) != OBJECT_NONE && key.size >= ID_KEY;
    *kind_out = has_id ? kind_of(table) : OBJECT_NONE;
    *id_out = (struct id){{0}};
    if (has_id)
        memcpy(id_out->bytes, key.data + 1, ID_SIZE);
    *bank_out = is_of_bank(table) && key.size >= 9 ? get_be64(key.data + 1) : 0;
    return table_name(table);
}
