/*
 * Lines of reconciliation files, to values and back.
 *
 * Invariant: a line that is taken gives back the same bytes when its value is written. So numbers
 * have no leading zeroes or signs, and quotes stand only where a field needs them (RFC 4180). The
 * first thing that is wrong is named, without the value. Whether a list fits together is not looked
 * at here.
 */
#include "domain/recon_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "domain/calendar.h"
#include "domain/identifier.h"
#include "domain/link.h"
#include "domain/loan_state.h"
#include "domain/product_order_state.h"
#include "domain/transfer.h"
#include "util/text.h"

#define FIELDS_MAX 16 /* more than any line has */
#define HEADER_FIELDS 9
#define MAGIC "linkgate-recon"

/* A line split into fields, quotes taken away. */
struct fields {
    char bytes[RECON_LINE_MAX + FIELDS_MAX];
    struct span of[FIELDS_MAX];
    size_t count;
};

/* ---- reading ---- */

/* One field from at on, up to the comma or the end. False: quotes that do not pair. */
static bool take_field(struct span line, size_t *at, char *to, size_t *size) {
    bool quoted = *at < line.size && line.data[*at] == '"';
    *size = 0;
    *at += quoted;
    while (*at < line.size && (quoted || line.data[*at] != ',')) {
        if (line.data[*at] == '"') {
            if (!quoted)
                return false;
            (*at)++;
            if (*at == line.size || line.data[*at] != '"')
                return *at == line.size || line.data[*at] == ',';
        }
        to[(*size)++] = (char)line.data[(*at)++];
    }
    return !quoted;
}

static bool split(struct span line, struct fields *fields) {
    size_t at = 0;
    char *to = fields->bytes;
    fields->count = 0;
    if (line.size > RECON_LINE_MAX)
        return false;
    for (;;) {
        size_t size;
        if (fields->count == FIELDS_MAX || !take_field(line, &at, to, &size))
            return false;
        fields->of[fields->count++] = span_of(to, size);
        to += size;
        if (at == line.size)
            return true;
        at++; /* the comma */
    }
}

static bool parse_number(struct span text, uint64_t *number_out) {
    uint64_t number = 0;
    if (text.size == 0 || text.size > 19 || !text_is_digits(text))
        return false;
    for (size_t i = 0; i < text.size; i++)
        number = number * 10 + (uint64_t)(text.data[i] - '0');
    if (number > INT64_MAX)
        return false;
    *number_out = number;
    return true;
}

static bool parse_fen(struct span text, int64_t *fen_out) {
    uint64_t number;
    if (!parse_number(text, &number))
        return false;
    *fen_out = (int64_t)number;
    return true;
}

static bool parse_end(struct span text, bank_code *code_out) {
    if (span_equal(text, SPAN_LITERAL("000000000000"))) {
        *code_out = RECON_GATEWAY;
        return true;
    }
    return bank_code_parse(text, code_out);
}

static bool parse_id(struct span text, struct id *id_out) {
    char hex[ID_TEXT_SIZE] = "";
    if (text.size != ID_TEXT_SIZE - 1)
        return false;
    memcpy(hex, text.data, text.size);
    return id_parse(hex, id_out);
}

/* Into an array of that size, NUL included. */
static bool copy_text(struct span text, char *to, size_t size) {
    if (text.size >= size || memchr(text.data, 0, text.size) != NULL)
        return false;
    memcpy(to, text.data, text.size);
    to[text.size] = '\0';
    return true;
}

static const char *transfer_state_text(uint32_t state) {
    return transfer_state_name((enum transfer_state)state);
}

static const char *transfer_kind_text(uint32_t kind) {
    return transfer_kind_name((enum transfer_kind)kind);
}

static const char *link_state_text(uint32_t state) {
    return link_state_name((enum link_state)state);
}

static const char *order_state_text(uint32_t state) {
    return product_order_state_name((enum product_order_state)state);
}

static const char *loan_state_text(uint32_t state) {
    return loan_state_name((enum loan_state)state);
}

const char *recon_state_name(enum recon_kind kind, uint32_t state) {
    static const char *(*const names[RECON_KINDS])(uint32_t state) = {
        [RECON_KIND_NONE] = link_state_text, [RECON_MONEY] = transfer_state_text,
        [RECON_LINKS] = link_state_text,     [RECON_HOLDINGS] = order_state_text,
        [RECON_LOANS] = loan_state_text,
    };
    return names[kind](state);
}

/* What a list has instead of a window's number; NULL: it has one. */
static const char *word_of(enum recon_kind kind) {
    static const char *const words[RECON_KINDS] = {
        [RECON_LINKS] = "links",
        [RECON_HOLDINGS] = "holdings",
        [RECON_LOANS] = "loans",
    };
    return words[kind];
}

static enum recon_kind kind_of(struct span word) {
    for (enum recon_kind kind = RECON_LINKS; kind < RECON_KINDS; kind++) {
        if (span_equal(word, span_text(word_of(kind))))
            return kind;
    }
    return RECON_MONEY;
}

static bool parse_word(struct span text, const char *(*name)(uint32_t value), uint32_t values,
                       uint32_t *value_out) {
    for (uint32_t value = 1; value < values; value++) {
        if (span_equal(text, span_text(name(value)))) {
            *value_out = value;
            return true;
        }
    }
    return false;
}

static bool is_again(struct buf *again, struct span line) {
    bool same = span_equal(buf_span(again), line);
    buf_deinit(again);
    return same;
}

static const char *header_of(const struct fields *fields, struct recon_header *header) {
    const struct span *of = fields->of;
    if (fields->count != HEADER_FIELDS || !span_equal(of[0], SPAN_LITERAL(MAGIC)))
        return "is no header of a reconciliation file";
    if (!span_equal(of[1], SPAN_LITERAL("1")))
        return "names a version of the format that is not known here";
    if (!parse_end(of[2], &header->sender))
        return "has a sender that is no bank code";
    if (!parse_end(of[3], &header->receiver))
        return "has a receiver that is no bank code";
    if (!copy_text(of[4], header->business_date, sizeof(header->business_date)))
        return "has a business date that does not exist";
    header->kind = kind_of(of[5]);
    if (header->kind == RECON_MONEY && !parse_number(of[5], &header->window))
        return "has a window that is no number";
    if (!parse_number(of[6], &header->totals.count))
        return "has a count that is no number";
    if (!parse_fen(of[7], &header->totals.debit_fen) ||
        !parse_fen(of[8], &header->totals.credit_fen))
        return "has a total that is no amount in fen";
    return recon_header_fault(header);
}

bool recon_header_parse(struct span line, struct recon_header *header_out, const char **fault_out) {
    struct fields fields = {.count = 0};
    struct recon_header header = {0};
    if (!split(line, &fields)) {
        *fault_out = "is no line of fields between commas";
        return false;
    }
    const char *fault = header_of(&fields, &header);
    if (fault == NULL) {
        struct buf again = {0};
        recon_header_format(&header, &again);
        if (!is_again(&again, line))
            fault = "is not in the canonical form";
    }
    if (fault != NULL) {
        *fault_out = fault;
        return false;
    }
    *header_out = header;
    return true;
}

static const char *money_of(const struct fields *fields, struct recon_item *item) {
    const struct span *of = fields->of;
    if (!parse_word(of[1], transfer_kind_text, TRANSFER_KINDS, &item->what))
        return "has a kind that does not exist";
    if (!bank_code_parse(of[2], &item->debtor))
        return "has a debtor that is no bank code";
    if (!bank_code_parse(of[3], &item->creditor))
        return "has a creditor that is no bank code";
    if (!parse_fen(of[4], &item->amount.fen))
        return "has an amount that is no amount in fen";
    if (!copy_text(of[5], item->amount.currency, CURRENCY_SIZE))
        return "has a currency that is none";
    if (!parse_word(of[6], transfer_state_text, TRANSFER_STATES, &item->state))
        return "has a state that does not exist";
    if (!copy_text(of[7], item->reference, sizeof(item->reference)))
        return "has a reference that is too long";
    if (!copy_text(of[8], item->book_date, sizeof(item->book_date)))
        return "has a book date that does not exist";
    if (!parse_number(of[9], &item->window))
        return "has a window that is no number";
    return NULL;
}

static const char *link_of(const struct fields *fields, struct recon_item *item) {
    const struct span *of = fields->of;
    if (!bank_code_parse(of[1], &item->debtor))
        return "has a Class II bank that is no bank code";
    if (!bank_code_parse(of[2], &item->creditor))
        return "has a Class I bank that is no bank code";
    if (!parse_word(of[3], link_state_text, LINK_STATES, &item->state))
        return "has a state that does not exist";
    if (!copy_text(of[4], item->class2_tail, RECON_TAIL_SIZE) ||
        !copy_text(of[5], item->class1_tail, RECON_TAIL_SIZE))
        return "has more of an account number than its last four characters";
    return NULL;
}

static const char *holding_of(const struct fields *fields, struct recon_item *item) {
    const struct span *of = fields->of;
    if (!bank_code_parse(of[1], &item->debtor))
        return "has a distributor that is no bank code";
    if (!bank_code_parse(of[2], &item->creditor))
        return "has an issuer that is no bank code";
    if (!copy_text(of[3], item->product, sizeof(item->product)))
        return "has a product whose code is too long";
    if (!parse_fen(of[4], &item->units))
        return "has units that are no number";
    if (!parse_fen(of[5], &item->amount.fen))
        return "has an amount that is no amount in fen";
    if (!copy_text(of[6], item->amount.currency, CURRENCY_SIZE))
        return "has a currency that is none";
    if (!parse_word(of[7], order_state_text, PRODUCT_ORDER_STATES, &item->state))
        return "has a state that does not exist";
    return NULL;
}

static const char *loan_of(const struct fields *fields, struct recon_item *item) {
    const struct span *of = fields->of;
    if (!bank_code_parse(of[1], &item->debtor))
        return "has a lead that is no bank code";
    if (!bank_code_parse(of[2], &item->creditor))
        return "has a partner that is no bank code";
    if (!parse_fen(of[3], &item->amount.fen))
        return "has a principal that is no amount in fen";
    if (!parse_fen(of[4], &item->interest_fen))
        return "has interest that is no amount in fen";
    if (!copy_text(of[5], item->amount.currency, CURRENCY_SIZE))
        return "has a currency that is none";
    if (!parse_word(of[6], loan_state_text, LOAN_STATES, &item->state))
        return "has a state that does not exist";
    return NULL;
}

/* One row for each kind of list: its columns, and how a line of it is read behind the id. */
static const struct shape_of_list {
    const char *columns;
    size_t fields;
    const char *(*read)(const struct fields *fields, struct recon_item *item);
} shapes[RECON_KINDS] = {
    [RECON_MONEY] = {"id,kind,debtor,creditor,amount_fen,currency,state,reference,book_date,window",
                     10, money_of},
    [RECON_LINKS] = {"id,class2_bank,class1_bank,state,class2_last4,class1_last4", 6, link_of},
    [RECON_HOLDINGS] = {"id,distributor,issuer,product,units,amount_fen,currency,state", 8,
                        holding_of},
    [RECON_LOANS] = {"id,lead,partner,principal_fen,interest_fen,currency,state", 7, loan_of},
};

const char *recon_columns(enum recon_kind kind) {
    return shapes[kind].columns;
}

static const char *item_of(enum recon_kind kind, const struct fields *fields,
                           struct recon_item *item) {
    item->kind = kind;
    if (fields->count != shapes[kind].fields)
        return "has another number of fields than the line of columns";
    if (!parse_id(fields->of[0], &item->id))
        return "has an id that is not 32 hex digits";
    const char *fault = shapes[kind].read(fields, item);
    return fault != NULL ? fault : recon_item_fault(kind, item);
}

bool recon_item_parse(enum recon_kind kind, struct span line, struct recon_item *item_out,
                      const char **fault_out) {
    struct fields fields = {.count = 0};
    struct recon_item item = {0};
    if (!split(line, &fields)) {
        *fault_out = "is no line of fields between commas";
        return false;
    }
    const char *fault = item_of(kind, &fields, &item);
    if (fault == NULL) {
        struct buf again = {0};
        recon_item_format(kind, &item, &again);
        if (!is_again(&again, line))
            fault = "is not in the canonical form";
    }
    if (fault != NULL) {
        *fault_out = fault;
        return false;
    }
    *item_out = item;
    return true;
}

/* ---- what may stand in a list ---- */

bank_code recon_header_bank(const struct recon_header *header) {
    if ((header->sender == RECON_GATEWAY) == (header->receiver == RECON_GATEWAY))
        return 0;
    return header->sender != RECON_GATEWAY ? header->sender : header->receiver;
}

uint64_t recon_header_period(const struct recon_header *header) {
    int64_t day;
    if (!recon_is_by_day(header->kind))
        return header->window;
    return date_parse(span_text(header->business_date), &day) && day > 0 ? (uint64_t)day : 0;
}

static bool is_date(const char *text) {
    int64_t day;
    return date_parse(span_text(text), &day);
}

const char *recon_header_fault(const struct recon_header *header) {
    if (recon_header_bank(header) == 0)
        return "is not between a bank and the gateway";
    if (!is_date(header->business_date))
        return "has a business date that does not exist";
    if (header->kind == RECON_MONEY && (header->window == 0 || header->window > INT64_MAX))
        return "has no window";
    if (header->totals.count > RECON_ROWS_MAX)
        return "has a count that no list may have";
    if (header->totals.debit_fen < 0 || header->totals.credit_fen < 0)
        return "has a total below zero";
    return NULL;
}

static bool is_tail(const char *tail) {
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return strlen(tail) == RECON_TAIL_SIZE - 1 && strspn(tail, alphabet) == RECON_TAIL_SIZE - 1;
}

static bool is_currency(const char *text) {
    return strlen(text) == CURRENCY_SIZE - 1 &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == CURRENCY_SIZE - 1;
}

static const char *money_fault(const struct recon_item *item) {
    if (item->what == 0 || item->what >= TRANSFER_KINDS)
        return "has a kind that does not exist";
    if (item->state == 0 || item->state >= TRANSFER_STATES)
        return "has a state that does not exist";
    if (item->amount.fen <= 0)
        return "has an amount that is not above zero";
    if (!is_currency(item->amount.currency))
        return "has a currency that is none";
    if (!text_is_clean(span_text(item->reference)))
        return "has a reference with characters that may not be there";
    if (item->book_date[0] != '\0' && !is_date(item->book_date))
        return "has a book date that does not exist";
    if (item->window > INT64_MAX)
        return "has a window that is no number";
    return NULL;
}

static const char *link_fault(const struct recon_item *item) {
    if (item->state == 0 || item->state >= LINK_STATES)
        return "has a state that does not exist";
    if (!is_tail(item->class2_tail) || !is_tail(item->class1_tail))
        return "has no last four characters of an account number";
    return NULL;
}

/* Neither units nor their cost need be above zero: what was sold may stand in a list, too. */
static const char *holding_fault(const struct recon_item *item) {
    if (item->state == 0 || item->state >= PRODUCT_ORDER_STATES)
        return "has a state that does not exist";
    if (!product_code_valid(span_text(item->product)))
        return "has a product whose code is none";
    if (item->units < 0)
        return "has units below zero";
    if (item->amount.fen < 0)
        return "has an amount below zero";
    return is_currency(item->amount.currency) ? NULL : "has a currency that is none";
}

static const char *loan_fault(const struct recon_item *item) {
    if (item->state == 0 || item->state >= LOAN_STATES)
        return "has a state that does not exist";
    if (item->amount.fen < 0)
        return "has a principal below zero";
    if (item->interest_fen < 0)
        return "has interest below zero";
    return is_currency(item->amount.currency) ? NULL : "has a currency that is none";
}

const char *recon_item_fault(enum recon_kind kind, const struct recon_item *item) {
    static const char *(*const fault_of[RECON_KINDS])(const struct recon_item *item) = {
        [RECON_MONEY] = money_fault,
        [RECON_LINKS] = link_fault,
        [RECON_HOLDINGS] = holding_fault,
        [RECON_LOANS] = loan_fault,
    };
    if (id_is_zero(&item->id))
        return "has no id";
    /* An issuer may have sold its product itself. */
    if (item->debtor == 0 || item->creditor == 0 ||
        (item->debtor == item->creditor && kind != RECON_HOLDINGS))
        return "is not between two banks";
    return fault_of[kind](item);
}

/* ---- writing ---- */

static void add_text(struct buf *line, const char *text) {
    buf_append(line, text, strlen(text));
}

static void add_field(struct buf *line, const char *text) {
    buf_append_byte(line, ',');
    if (strpbrk(text, ",\"") == NULL) {
        add_text(line, text);
        return;
    }
    buf_append_byte(line, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            buf_append_byte(line, '"');
        buf_append_byte(line, (uint8_t)*text);
    }
    buf_append_byte(line, '"');
}

static void add_number(struct buf *line, uint64_t number) {
    char text[24];
    snprintf(text, sizeof(text), "%" PRIu64, number);
    add_field(line, text);
}

static void add_bank(struct buf *line, bank_code bank) {
    char text[BANK_CODE_TEXT_SIZE];
    bank_code_format(bank, text);
    add_field(line, text);
}

void recon_header_format(const struct recon_header *header, struct buf *line) {
    add_text(line, MAGIC);
    add_number(line, RECON_VERSION);
    add_bank(line, header->sender);
    add_bank(line, header->receiver);
    add_field(line, header->business_date);
    if (header->kind == RECON_MONEY)
        add_number(line, header->window);
    else
        add_field(line, word_of(header->kind));
    add_number(line, header->totals.count);
    add_number(line, (uint64_t)header->totals.debit_fen);
    add_number(line, (uint64_t)header->totals.credit_fen);
}

static void add_link(struct buf *line, const struct recon_item *item) {
    add_field(line, link_state_text(item->state));
    add_field(line, item->class2_tail);
    add_field(line, item->class1_tail);
}

static void add_holding(struct buf *line, const struct recon_item *item) {
    add_field(line, item->product);
    add_number(line, (uint64_t)item->units);
    add_number(line, (uint64_t)item->amount.fen);
    add_field(line, item->amount.currency);
    add_field(line, order_state_text(item->state));
}

static void add_loan(struct buf *line, const struct recon_item *item) {
    add_number(line, (uint64_t)item->amount.fen);
    add_number(line, (uint64_t)item->interest_fen);
    add_field(line, item->amount.currency);
    add_field(line, loan_state_text(item->state));
}

static void add_money(struct buf *line, const struct recon_item *item) {
    add_number(line, (uint64_t)item->amount.fen);
    add_field(line, item->amount.currency);
    add_field(line, transfer_state_text(item->state));
    add_field(line, item->reference);
    add_field(line, item->book_date);
    add_number(line, item->window);
}

void recon_item_format(enum recon_kind kind, const struct recon_item *item, struct buf *line) {
    static void (*const add_rest[RECON_KINDS])(struct buf * line, const struct recon_item *item) = {
        [RECON_MONEY] = add_money,
        [RECON_LINKS] = add_link,
        [RECON_HOLDINGS] = add_holding,
        [RECON_LOANS] = add_loan,
    };
    char id[ID_TEXT_SIZE];
    id_format(&item->id, id);
    add_text(line, id);
    if (kind == RECON_MONEY)
        add_field(line, transfer_kind_text(item->what));
    add_bank(line, item->debtor);
    add_bank(line, item->creditor);
    add_rest[kind](line, item);
}
