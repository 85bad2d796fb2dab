/*
 * A lender's book of loans, as rows of the bank's store.
 *
 * Invariant: a loan has one row at most, which moves in the commit that moves the money. What moves it
 * stands in loans.c.
 */
#include "bank/debts.h"

bool bk_debt_read(struct span row, struct bk_debt *debt_out) {
    struct reader reader = reader_over(row);
    struct bk_debt debt = {.loan = bk_row_read_id(&reader)};
    debt.link = bk_row_read_id(&reader);
    (void)bk_row_read_string(&reader, debt.product, sizeof(debt.product));
    int64_t *const sums[] = {&debt.lent_fen, &debt.back_fen, &debt.paid_out_fen, &debt.paid_in_fen};
    for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
        *sums[i] = (int64_t)reader_be64(&reader);
    debt.decided = reader_u8(&reader) != 0;
    if (reader.failed || reader.rest.size != 0)
        return false;
    *debt_out = debt;
    return true;
}

bool bk_debt_find(struct bk_db *db, const struct id *loan, struct bk_debt *debt_out) {
    struct span row;
    if (!bk_db_get(db, BK_DEBTS, id_span(loan), &row))
        return false;
    if (!bk_debt_read(row, debt_out))
        fatal("bk_debt", "a row of the bank's store is damaged: restore its data folder");
    return true;
}

void bk_debt_save(struct bk_db *db, const struct bk_debt *debt) {
    uint8_t bytes[128];
    struct buf row = {bytes, 0, sizeof(bytes)};
    bk_row_id(&row, &debt->loan);
    bk_row_id(&row, &debt->link);
    bk_row_text(&row, span_text(debt->product));
    const int64_t sums[] = {debt->lent_fen, debt->back_fen, debt->paid_out_fen, debt->paid_in_fen};
    for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
        buf_append_be64(&row, (uint64_t)sums[i]);
    buf_append_byte(&row, debt->decided);
    ENSURE(row.data == bytes);
    bk_db_put(db, BK_DEBTS, id_span(&debt->loan), buf_span(&row));
}

bool bk_drawn_find(struct bk_db *db, const struct id *transfer, struct bk_drawn *drawn_out) {
    struct span row;
    if (!bk_db_get(db, BK_DRAWN, id_span(transfer), &row))
        return false;
    struct reader reader = reader_over(row);
    struct bk_drawn drawn = {.loan = bk_row_read_id(&reader)};
    drawn.whole_fen = (int64_t)reader_be64(&reader);
    drawn.own_fen = (int64_t)reader_be64(&reader);
    drawn.moved_fen = (int64_t)reader_be64(&reader);
    drawn.credited = reader_u8(&reader) != 0;
    drawn.held_back = reader_u8(&reader) != 0;
    bk_row_done(&reader, "bk_drawn");
    *drawn_out = drawn;
    return true;
}

void bk_drawn_save(struct bk_db *db, const struct id *transfer, const struct bk_drawn *drawn) {
    uint8_t bytes[64];
    struct buf row = {bytes, 0, sizeof(bytes)};
    bk_row_id(&row, &drawn->loan);
    buf_append_be64(&row, (uint64_t)drawn->whole_fen);
    buf_append_be64(&row, (uint64_t)drawn->own_fen);
    buf_append_be64(&row, (uint64_t)drawn->moved_fen);
    buf_append_byte(&row, drawn->credited);
    buf_append_byte(&row, drawn->held_back);
    ENSURE(row.data == bytes);
    bk_db_put(db, BK_DRAWN, id_span(transfer), buf_span(&row));
}
