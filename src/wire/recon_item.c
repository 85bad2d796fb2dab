/*
 * A row of a list of reconciliation: of a transfer, or of a link.
 *
 * Invariant: what was read fits its room and is clean; a row has the fields of a transfer or those of
 * a link, never both. A row of the wire says no window: its list does.
 */
#include "wire/recon_item.h"

#include <string.h>

#include "domain/link.h"
#include "domain/transfer.h"

static char *pack_words(struct pack *pack, const char *text) {
    return pack_text(pack, span_text(text));
}

void recon_item_pack(struct pack *pack, const struct recon_item *item, struct packed_item *out) {
    Linkgate__V1__ReconItem *wire = &out->item;
    linkgate__v1__recon_item__init(wire);
    wire->id = pack_id(&item->id);
    wire->debtor_bank_code = pack_bank(pack, item->debtor);
    wire->creditor_bank_code = pack_bank(pack, item->creditor);
    if (item->what == 0) {
        wire->link_state = (Linkgate__V1__LinkState)item->state;
        wire->class2_last4 = pack_words(pack, item->class2_tail);
        wire->class1_last4 = pack_words(pack, item->class1_tail);
        return;
    }
    linkgate__v1__money__init(&out->amount);
    out->amount.fen = item->amount.fen;
    out->amount.currency = pack_words(pack, item->amount.currency);
    wire->kind = (Linkgate__V1__TransferKind)item->what;
    wire->amount = &out->amount;
    wire->state = (Linkgate__V1__TransferState)item->state;
    wire->reference = pack_words(pack, item->reference);
    wire->book_date = pack_words(pack, item->book_date);
}

/* Into room for max bytes and a NUL. */
static void read_text(struct shape *shape, const char *field, const char *text, size_t max,
                      char *out) {
    struct span clean = {NULL, 0};
    shape_clean(shape, field, text, 0, max, &clean);
    if (clean.size > 0)
        memcpy(out, clean.data, clean.size);
}

static bool has_money(const Linkgate__V1__ReconItem *message) {
    return message->kind != 0 || message->amount != NULL || message->state != 0 ||
           shape_text(message->reference).size > 0 || shape_text(message->book_date).size > 0;
}

static bool has_link(const Linkgate__V1__ReconItem *message) {
    return message->link_state != 0 || shape_text(message->class2_last4).size > 0 ||
           shape_text(message->class1_last4).size > 0;
}

static void read_money(struct shape *shape, const Linkgate__V1__ReconItem *message,
                       struct recon_item *out) {
    if (shape_enum(shape, "rows.kind", (int)message->kind, TRANSFER_KINDS - 1))
        out->what = (uint32_t)message->kind;
    if (message->amount == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "rows.amount");
    } else {
        out->amount.fen = message->amount->fen;
        read_text(shape, "rows.amount.currency", message->amount->currency, CURRENCY_SIZE - 1,
                  out->amount.currency);
    }
    if (shape_enum(shape, "rows.state", (int)message->state, TRANSFER_STATES - 1))
        out->state = (uint32_t)message->state;
    read_text(shape, "rows.reference", message->reference, REFERENCE_MAX, out->reference);
    read_text(shape, "rows.book_date", message->book_date, DATE_TEXT_SIZE - 1, out->book_date);
    if (has_link(message))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "rows.link_state");
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

void recon_item_read(struct shape *shape, const Linkgate__V1__ReconItem *message,
                     struct recon_item *out) {
    *out = (struct recon_item){.window = 0};
    shape_id(shape, "rows.id", &message->id, &out->id);
    shape_bank_code(shape, REFUSAL_BANK_CODE_DEBTOR, "rows.debtor_bank_code",
                    message->debtor_bank_code, &out->debtor);
    shape_bank_code(shape, REFUSAL_BANK_CODE_CREDITOR, "rows.creditor_bank_code",
                    message->creditor_bank_code, &out->creditor);
    out->kind = has_money(message) ? RECON_MONEY : RECON_LINKS;
    if (out->kind == RECON_MONEY)
        read_money(shape, message, out);
    else
        read_link(shape, message, out);
}
