/*
 * A row of a list of reconciliation.
 *
 * Invariant: what was read fits its room and is clean; a row has the fields of one kind of list, never
 * of two. A row of the wire says no window: its list does.
 */
#include "wire/recon_item.h"

#include <string.h>

#include "domain/link.h"
#include "domain/loan_state.h"
#include "domain/product_order_state.h"
#include "domain/transfer.h"

static char *pack_words(struct pack *pack, const char *text) {
    return pack_text(pack, span_text(text));
}

static void pack_amount(struct pack *pack, const struct recon_item *item, struct packed_item *out) {
    linkgate__v1__money__init(&out->amount);
    out->amount.fen = item->amount.fen;
    out->amount.currency = pack_words(pack, item->amount.currency);
    out->item.amount = &out->amount;
}

static void pack_money(struct pack *pack, const struct recon_item *item, struct packed_item *out) {
    Linkgate__V1__ReconItem *wire = &out->item;
    pack_amount(pack, item, out);
    wire->kind = (Linkgate__V1__TransferKind)item->what;
    wire->state = (Linkgate__V1__TransferState)item->state;
    wire->reference = pack_words(pack, item->reference);
    wire->book_date = pack_words(pack, item->book_date);
}

static void pack_link(struct pack *pack, const struct recon_item *item, struct packed_item *out) {
    Linkgate__V1__ReconItem *wire = &out->item;
    wire->link_state = (Linkgate__V1__LinkState)item->state;
    wire->class2_last4 = pack_words(pack, item->class2_tail);
    wire->class1_last4 = pack_words(pack, item->class1_tail);
}

static void pack_holding(struct pack *pack, const struct recon_item *item,
                         struct packed_item *out) {
    pack_amount(pack, item, out);
    out->item.order_state = (Linkgate__V1__OrderState)item->state;
    out->item.product_code = pack_words(pack, item->product);
    out->item.units = item->units;
}

static void pack_loan(struct pack *pack, const struct recon_item *item, struct packed_item *out) {
    pack_amount(pack, item, out);
    out->item.loan_state = (Linkgate__V1__LoanState)item->state;
    out->item.interest_fen = item->interest_fen;
}

void recon_item_pack(struct pack *pack, const struct recon_item *item, struct packed_item *out) {
    Linkgate__V1__ReconItem *wire = &out->item;
    linkgate__v1__recon_item__init(wire);
    wire->id = pack_id(&item->id);
    wire->debtor_bank_code = pack_bank(pack, item->debtor);
    wire->creditor_bank_code = pack_bank(pack, item->creditor);
    switch (item->kind) {
    case RECON_MONEY:
        pack_money(pack, item, out);
        break;
    case RECON_HOLDINGS:
        pack_holding(pack, item, out);
        break;
    case RECON_LOANS:
        pack_loan(pack, item, out);
        break;
    case RECON_KIND_NONE:
    case RECON_LINKS:
        pack_link(pack, item, out);
        break;
    }
}

/* Into room for max bytes and a NUL. */
static void read_text(struct shape *shape, const char *field, const char *text, size_t max,
                      char *out) {
    struct span clean = {NULL, 0};
    shape_clean(shape, field, text, 0, max, &clean);
    if (clean.size > 0)
        memcpy(out, clean.data, clean.size);
}

/* What a row has of each kind of list, but for its amount. */
static bool has_money(const Linkgate__V1__ReconItem *message) {
    return message->kind != 0 || message->state != 0 || shape_text(message->reference).size > 0 ||
           shape_text(message->book_date).size > 0;
}

static bool has_link(const Linkgate__V1__ReconItem *message) {
    return message->link_state != 0 || shape_text(message->class2_last4).size > 0 ||
           shape_text(message->class1_last4).size > 0;
}

static bool has_holding(const Linkgate__V1__ReconItem *message) {
    return message->order_state != 0 || shape_text(message->product_code).size > 0 ||
           message->units != 0;
}

static bool has_loan(const Linkgate__V1__ReconItem *message) {
    return message->loan_state != 0 || message->interest_fen != 0;
}

static void read_amount(struct shape *shape, const Linkgate__V1__ReconItem *message,
                        struct recon_item *out) {
    if (message->amount == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "rows.amount");
        return;
    }
    out->amount.fen = message->amount->fen;
    read_text(shape, "rows.amount.currency", message->amount->currency, CURRENCY_SIZE - 1,
              out->amount.currency);
}

static void read_money(struct shape *shape, const Linkgate__V1__ReconItem *message,
                       struct recon_item *out) {
    if (shape_enum(shape, "rows.kind", (int)message->kind, TRANSFER_KINDS - 1))
        out->what = (uint32_t)message->kind;
    read_amount(shape, message, out);
    if (shape_enum(shape, "rows.state", (int)message->state, TRANSFER_STATES - 1))
        out->state = (uint32_t)message->state;
    read_text(shape, "rows.reference", message->reference, REFERENCE_MAX, out->reference);
    read_text(shape, "rows.book_date", message->book_date, DATE_TEXT_SIZE - 1, out->book_date);
}

static void read_link(struct shape *shape, const Linkgate__V1__ReconItem *message,
                      struct recon_item *out) {
    if (shape_enum(shape, "rows.link_state", (int)message->link_state, LINK_STATES - 1))
        out->state = (uint32_t)message->link_state;
    read_text(shape, "rows.class2_last4", message->class2_last4, RECON_TAIL_SIZE - 1,
              out->class2_tail);
    read_text(shape, "rows.class1_last4", message->class1_last4, RECON_TAIL_SIZE - 1,
              out->class1_tail);
}

static void read_holding(struct shape *shape, const Linkgate__V1__ReconItem *message,
                         struct recon_item *out) {
    if (shape_enum(shape, "rows.order_state", (int)message->order_state, PRODUCT_ORDER_STATES - 1))
        out->state = (uint32_t)message->order_state;
    read_amount(shape, message, out);
    read_text(shape, "rows.product_code", message->product_code, PRODUCT_CODE_MAX, out->product);
    out->units = message->units;
}

static void read_loan(struct shape *shape, const Linkgate__V1__ReconItem *message,
                      struct recon_item *out) {
    if (shape_enum(shape, "rows.loan_state", (int)message->loan_state, LOAN_STATES - 1))
        out->state = (uint32_t)message->loan_state;
    read_amount(shape, message, out);
    out->interest_fen = message->interest_fen;
}

/* The first kind of which it has something; it must have nothing of another one. */
static enum recon_kind kind_of(struct shape *shape, const Linkgate__V1__ReconItem *message) {
    const struct {
        enum recon_kind kind;
        bool has;
        const char *field;
    } parts[] = {
        {RECON_MONEY, has_money(message), "rows.state"},
        {RECON_LINKS, has_link(message), "rows.link_state"},
        {RECON_HOLDINGS, has_holding(message), "rows.order_state"},
        {RECON_LOANS, has_loan(message), "rows.loan_state"},
    };
    enum recon_kind kind = RECON_KIND_NONE;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i].has && kind != RECON_KIND_NONE)
            shape_refuse(shape, REFUSAL_FIELD_INVALID, parts[i].field);
        else if (parts[i].has)
            kind = parts[i].kind;
    }
    if (kind == RECON_KIND_NONE)
        kind = message->amount != NULL ? RECON_MONEY : RECON_LINKS;
    if (kind == RECON_LINKS && message->amount != NULL)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "rows.amount");
    return kind;
}

void recon_item_read(struct shape *shape, const Linkgate__V1__ReconItem *message,
                     struct recon_item *out) {
    static void (*const reads[RECON_KINDS])(
        struct shape * shape, const Linkgate__V1__ReconItem *message, struct recon_item *out) = {
        [RECON_MONEY] = read_money,
        [RECON_LINKS] = read_link,
        [RECON_HOLDINGS] = read_holding,
        [RECON_LOANS] = read_loan,
    };
    *out = (struct recon_item){.window = 0};
    shape_id(shape, "rows.id", &message->id, &out->id);
    shape_bank_code(shape, REFUSAL_BANK_CODE_DEBTOR, "rows.debtor_bank_code",
                    message->debtor_bank_code, &out->debtor);
    shape_bank_code(shape, REFUSAL_BANK_CODE_CREDITOR, "rows.creditor_bank_code",
                    message->creditor_bank_code, &out->creditor);
    out->kind = kind_of(shape, message);
    reads[out->kind](shape, message, out);
}

enum recon_kind recon_list_kind(struct shape *shape, const char *field, int list, bool window) {
    bool by_day = list == RECON_HOLDINGS || list == RECON_LOANS;
    if (list != RECON_KIND_NONE && (!by_day || window))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, field);
    if (by_day)
        return (enum recon_kind)list;
    return window ? RECON_MONEY : RECON_LINKS;
}
