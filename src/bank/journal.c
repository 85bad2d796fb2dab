/*
 * The journal of what moved over the gateway, as rows of the bank's store.
 *
 * Invariant: a transfer has one row at most. It is written in the commit that posts it, without a
 * window, or in the one in which its acceptance is heard, and goes under its window when that is
 * told; amount, sides and kind are this bank's own, never the gateway's. What was posted and not
 * accepted stays without a window: the list of each day has it until that is cleared up.
 */
#include "bank/journal.h"

#include <stdio.h>
#include <string.h>

#include "domain/transfer.h"

#define KEY_SIZE (8 + ID_SIZE)

struct walk {
    uint64_t window;
    bool (*visit)(void *context, const struct recon_item *item);
    void *context;
};

static struct span key_of(uint64_t window, const struct id *transfer, uint8_t bytes[KEY_SIZE]) {
    put_be64(bytes, window);
    memcpy(bytes + 8, transfer->bytes, ID_SIZE);
    return span_of(bytes, KEY_SIZE);
}

static void save(struct bk_bank *bank, const struct recon_item *item) {
    uint8_t key[KEY_SIZE];
    uint8_t bytes[128];
    struct buf row = {bytes, 0, sizeof(bytes)};
    buf_append_byte(&row, (uint8_t)item->what);
    buf_append_be64(&row, item->debtor);
    buf_append_be64(&row, item->creditor);
    buf_append_be64(&row, (uint64_t)item->amount.fen);
    bk_row_text(&row, span_text(item->reference));
    bk_row_text(&row, span_text(item->book_date));
    ENSURE(row.data == bytes);
    bk_db_put(bank->db, BK_JOURNAL, key_of(item->window, &item->id, key), buf_span(&row));
}

static bool load(void *context, struct span key, struct span value) {
    const struct walk *walk = context;
    struct reader place = reader_over(key);
    struct reader reader = reader_over(value);
    struct recon_item item = {
        .kind = RECON_MONEY, .window = reader_be64(&place), .state = TRANSFER_ACCEPTED};
    if (item.window != walk->window)
        return false;
    reader.failed = !id_from_span(place.rest, &item.id);
    item.what = reader_u8(&reader);
    item.debtor = reader_be64(&reader);
    item.creditor = reader_be64(&reader);
    item.amount = (struct money){.fen = (int64_t)reader_be64(&reader), .currency = "CNY"};
    (void)bk_row_read_string(&reader, item.reference, sizeof(item.reference));
    (void)bk_row_read_string(&reader, item.book_date, sizeof(item.book_date));
    bk_row_done(&reader, "bk_journal");
    return walk->visit(walk->context, &item);
}

void bk_journal_each(struct bk_bank *bank, uint64_t window,
                     bool (*visit)(void *context, const struct recon_item *item), void *context) {
    struct walk walk = {window, visit, context};
    uint8_t from[8];
    put_be64(from, window);
    bk_db_each_from(bank->db, BK_JOURNAL, span_of(from, sizeof(from)), load, &walk);
}

/* Between us and the bank at the other end of the link. */
static struct recon_item row_of(const struct bk_bank *bank, const struct bk_link *link, bool debit,
                                enum transfer_kind kind, int64_t fen) {
    bank_code own = bank->config.code;
    return (struct recon_item){.kind = RECON_MONEY,
                               .what = (uint32_t)kind,
                               .state = TRANSFER_ACCEPTED,
                               .debtor = debit ? own : link->peer,
                               .creditor = debit ? link->peer : own,
                               .amount = {.fen = fen, .currency = "CNY"}};
}

static bool row_of_posting(const struct bk_bank *bank, const struct id *transfer,
                           const struct bk_posting *posting, struct recon_item *row_out) {
    const struct bk_link *link = bk_links_find(&bank->links, &posting->link);
    if (posting->outcome != POSTING_POSTED || posting->fallback || link == NULL)
        return false;
    *row_out = row_of(bank, link, posting->side == POSTING_DEBIT, posting->kind, posting->fen);
    row_out->id = *transfer;
    memcpy(row_out->reference, posting->reference, sizeof(row_out->reference));
    memcpy(row_out->book_date, posting->book_date, sizeof(row_out->book_date));
    return true;
}

void bk_journal_posted(struct bk_bank *bank, const struct id *transfer,
                       const struct bk_posting *posting) {
    struct recon_item row;
    if (row_of_posting(bank, transfer, posting, &row))
        save(bank, &row);
}

void bk_journal_accepted(struct bk_bank *bank, const struct transfer_view *view) {
    struct bk_posting posting;
    struct recon_item row;
    uint8_t key[KEY_SIZE];
    if (view->window == 0 || !bk_books_find(&bank->books, &view->transfer, &posting) ||
        !row_of_posting(bank, &view->transfer, &posting, &row))
        return;
    bk_db_delete(bank->db, BK_JOURNAL, key_of(0, &row.id, key));
    row.window = view->window;
    save(bank, &row);
}

/* Our reference is the id under which we asked. */
void bk_journal_own(struct bk_bank *bank, const struct bk_item *item,
                    const struct transfer_view *view) {
    const struct bk_link *link = bk_links_find(&bank->links, &item->link);
    bool loan = bk_kind_is_loan(item->kind);
    bool in_house = loan && view->debtor_bank == view->creditor_bank;
    if (!item->durable || item->fell_back || in_house || link == NULL)
        return;
    struct recon_item row =
        row_of(bank, link, item->direction == TRANSFER_PUSH, item->transfer_kind,
               loan ? view->amount.fen : item->fen); /* the gateway works out a loan's shares */
    row.id = view->transfer;
    row.window = view->window;
    id_format(&item->id, row.reference);
    save(bank, &row);
}
