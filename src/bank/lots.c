/*
 * The issuer's book of orders, as rows of the bank's store.
 *
 * Invariant: an order has one row, made in the commit that posts its money; a word about an order has
 * one from the commit that queues it to the one that hears the answer. What changes them stands in
 * orders.c.
 */
#include "bank/lots.h"

#include <string.h>

#include "bank/words.h"
#include "domain/product_units.h"

#define PARTS_OF_FEN ((int64_t)PRODUCT_UNIT_PARTS * PRODUCT_PRICE_PARTS / 100)

__extension__ typedef __int128 wide;

int64_t bk_units_for(int64_t fen, int64_t price) {
    if (fen <= 0 || price <= 0)
        return 0;
    wide units = (wide)fen * PARTS_OF_FEN / price;
    return units > INT64_MAX ? 0 : (int64_t)units;
}

int64_t bk_interest_for(int64_t fen, uint32_t rate, uint32_t days) {
    return (int64_t)((wide)fen * rate * days / 365 / 1000000);
}

/* ---- lots --------------------------------------------------------------------------------- */

bool bk_lot_read(struct span row, struct bk_lot *lot_out) {
    struct reader reader = reader_over(row);
    struct bk_lot lot = {.order = bk_row_read_id(&reader)};
    lot.link = bk_row_read_id(&reader);
    lot.funding = bk_row_read_id(&reader);
    lot.kind = (enum product_kind)reader_u8(&reader);
    lot.decided = reader_u8(&reader) != 0;
    (void)bk_row_read_string(&reader, lot.product, sizeof(lot.product));
    (void)bk_row_read_string(&reader, lot.account, sizeof(lot.account));
    int64_t *const sums[] = {&lot.amount_fen,   &lot.confirmed_fen, &lot.price, &lot.refund_fen,
                             &lot.refunded_fen, &lot.paid_out_fen,  &lot.units, &lot.taken_units};
    for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
        *sums[i] = (int64_t)reader_be64(&reader);
    lot.done = reader_be32(&reader);
    lot.number = reader_be32(&reader);
    if (reader.failed || reader.rest.size != 0)
        return false;
    *lot_out = lot;
    return true;
}

void bk_lot_save(struct bk_db *db, const struct bk_lot *lot) {
    uint8_t bytes[256];
    struct buf row = {bytes, 0, sizeof(bytes)};
    bk_row_id(&row, &lot->order);
    bk_row_id(&row, &lot->link);
    bk_row_id(&row, &lot->funding);
    buf_append_byte(&row, (uint8_t)lot->kind);
    buf_append_byte(&row, lot->decided);
    bk_row_text(&row, span_text(lot->product));
    bk_row_text(&row, span_text(lot->account));
    const int64_t sums[] = {lot->amount_fen,   lot->confirmed_fen, lot->price, lot->refund_fen,
                            lot->refunded_fen, lot->paid_out_fen,  lot->units, lot->taken_units};
    for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
        buf_append_be64(&row, (uint64_t)sums[i]);
    buf_append_be32(&row, lot->done);
    buf_append_be32(&row, lot->number);
    ENSURE(row.data == bytes);
    bk_db_put(db, BK_LOTS, id_span(&lot->order), buf_span(&row));
    bk_db_put(db, BK_LOT_PAID, id_span(&lot->funding), id_span(&lot->order));
}

bool bk_lot_find(struct bk_db *db, const struct id *order, struct bk_lot *lot_out) {
    struct span row;
    if (!bk_db_get(db, BK_LOTS, id_span(order), &row))
        return false;
    if (!bk_lot_read(row, lot_out))
        fatal("bk_lot", "a row of the bank's store is damaged: restore its data folder");
    return true;
}

bool bk_lot_paid_by(struct bk_db *db, const struct id *transfer, struct bk_lot *lot_out) {
    struct span row;
    struct id order;
    return bk_db_get(db, BK_LOT_PAID, id_span(transfer), &row) && id_from_span(row, &order) &&
           bk_lot_find(db, &order, lot_out);
}

/* ---- what is sold ------------------------------------------------------------------------- */

void bk_offered_save(struct bk_db *db, const struct product *product) {
    uint8_t bytes[64];
    struct buf row = {bytes, 0, sizeof(bytes)};
    buf_append_byte(&row, (uint8_t)product->terms.kind);
    buf_append_be32(&row, product->version);
    buf_append_be32(&row, product->terms.rate);
    buf_append_be32(&row, product->terms.term_days);
    buf_append_span(&row, span_of(product->terms.sha256.bytes, DIGEST_SIZE));
    ENSURE(row.data == bytes);
    bk_db_put(db, BK_OFFERED, span_text(product->code), buf_span(&row));
}

bool bk_offered_find(struct bk_db *db, struct span code, struct bk_offered *offered_out) {
    struct span row;
    if (!bk_db_get(db, BK_OFFERED, code, &row))
        return false;
    struct reader reader = reader_over(row);
    struct bk_offered offered = {.kind = (enum product_kind)reader_u8(&reader)};
    offered.version = reader_be32(&reader);
    offered.rate = reader_be32(&reader);
    offered.term_days = reader_be32(&reader);
    struct span terms = reader_bytes(&reader, DIGEST_SIZE);
    bk_row_done(&reader, "bk_offered");
    memcpy(offered.terms.bytes, terms.data, DIGEST_SIZE);
    *offered_out = offered;
    return true;
}

/* ---- words -------------------------------------------------------------------------------- */

void bk_order_word_save(struct bk_db *db, const struct id *request,
                        const struct bk_order_word *word) {
    uint8_t bytes[128];
    struct buf row = {bytes, 0, sizeof(bytes)};
    bk_row_id(&row, &word->order);
    bk_row_text(&row, span_text(word->product));
    buf_append_be32(&row, word->what);
    buf_append_be64(&row, (uint64_t)word->units);
    buf_append_be64(&row, (uint64_t)word->price);
    buf_append_be64(&row, (uint64_t)word->fen);
    ENSURE(row.data == bytes);
    bk_db_put(db, BK_ORDER_WORDS, id_span(request), buf_span(&row));
}

bool bk_order_word_find(struct bk_db *db, const struct id *request,
                        struct bk_order_word *word_out) {
    struct span row;
    if (!bk_db_get(db, BK_ORDER_WORDS, id_span(request), &row))
        return false;
    struct reader reader = reader_over(row);
    struct bk_order_word word = {.order = bk_row_read_id(&reader)};
    (void)bk_row_read_string(&reader, word.product, sizeof(word.product));
    word.what = reader_be32(&reader);
    word.units = (int64_t)reader_be64(&reader);
    word.price = (int64_t)reader_be64(&reader);
    word.fen = (int64_t)reader_be64(&reader);
    bk_row_done(&reader, "bk_order_word");
    *word_out = word;
    return true;
}

void bk_order_word_forget(struct bk_db *db, const struct id *request) {
    bk_db_delete(db, BK_ORDER_WORDS, id_span(request));
}
