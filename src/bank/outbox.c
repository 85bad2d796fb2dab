/*
 * Open requests: in memory by id and by what they wait for, and as rows until they are decided.
 *
 * Invariant: a durable item has its row before it can be sent (the turn's commit comes before its
 * flush), and loses it in the commit that holds its outcome. An item is in exactly one place:
 * queue, waiting list, heap, or a connection's table of correlations.
 */
#include "bank/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/hmap.h"

struct loading {
    struct bk_outbox *outbox;
    const struct bk_accounts *accounts;
    const struct bk_payees *payees;
};

bool bk_kind_is_money(uint32_t kind) {
    return kind == MESSAGE_SUBMIT_TRANSFER || kind == MESSAGE_SUBMIT_RETURN ||
           kind == MESSAGE_PLACE_ORDER || kind == MESSAGE_PAYOUT || bk_kind_is_loan(kind);
}

bool bk_kind_is_loan(uint32_t kind) {
    return kind == MESSAGE_DRAW_LOAN || kind == MESSAGE_REPAY_LOAN;
}

static void save(struct bk_outbox *outbox, const struct bk_item *item) {
    struct buf row = {NULL, 0, 0};
    buf_append_be32(&row, item->kind);
    buf_append_be32(&row, item->timeout_ms);
    bk_row_id(&row, &item->link);
    buf_append_byte(&row, (uint8_t)item->direction);
    buf_append_be64(&row, (uint64_t)item->fen);
    buf_append_byte(&row, (uint8_t)item->transfer_kind);
    bk_row_id(&row, &item->original);
    buf_append_be64(&row, item->account != NULL ? item->account->payee_at : 0);
    bk_row_text(&row, span_text(item->account != NULL ? item->account->number : ""));
    bk_row_text(&row, span_of(item->payload, item->size));
    buf_append_byte(&row, item->fell_back);
    bk_db_put(outbox->db, BK_OUTBOX, id_span(&item->id), buf_span(&row));
    buf_deinit(&row);
}

static struct bk_item *insert(struct bk_outbox *outbox, const struct bk_item *spec,
                              struct span payload) {
    if (outbox->count == BK_OUTBOX_MAX)
        return NULL;
    struct bk_item *item = xmalloc(sizeof(*item) + payload.size);
    *item = *spec;
    item->again = HEAP_NODE_IDLE;
    item->size = payload.size;
    if (payload.size > 0)
        memcpy(item->payload, payload.data, payload.size);
    item->state = BK_ITEM_QUEUED;
    TAILQ_INSERT_TAIL(&outbox->queue, item, entry);
    if (item->durable)
        ENSURE(hmap_put(outbox->by_id, id_span(&item->id), item) == NULL);
    outbox->count++;
    return item;
}

static bool load(void *context, struct span key, struct span value) {
    const struct loading *loading = context;
    struct bk_item spec = {.durable = true, .sends = 1};
    struct reader reader = reader_over(value);
    spec.kind = reader_be32(&reader);
    spec.timeout_ms = reader_be32(&reader);
    spec.link = bk_row_read_id(&reader);
    spec.direction = (enum transfer_direction)reader_u8(&reader);
    spec.fen = (int64_t)reader_be64(&reader);
    spec.transfer_kind = (enum transfer_kind)reader_u8(&reader);
    spec.original = bk_row_read_id(&reader);
    bank_code payee_at = reader_be64(&reader);
    struct span number = bk_row_read_text(&reader);
    spec.account = payee_at != 0 ? bk_payees_find(loading->payees, payee_at, number)
                                 : bk_accounts_find(loading->accounts, number);
    struct span payload = bk_row_read_text(&reader);
    if (reader.rest.size > 0) /* older rows end here */
        spec.fell_back = reader_u8(&reader) != 0;
    if (!id_from_span(key, &spec.id))
        reader.failed = true;
    bk_row_done(&reader, "bk_outbox");
    bool moves = bk_kind_is_money(spec.kind) && !spec.fell_back;
    if (moves && spec.account == NULL)
        fatal("bk_outbox", "an account with open transfers is gone from the accounts file: "
                           "put it back and start again");
    if (moves && spec.direction == TRANSFER_PUSH)
        ENSURE(bk_books_hold(spec.account, spec.fen));
    ENSURE(insert(loading->outbox, &spec, payload) != NULL);
    return true;
}

void bk_outbox_open(struct bk_outbox *outbox, struct bk_db *db, const struct bk_accounts *accounts,
                    const struct bk_payees *payees) {
    *outbox = (struct bk_outbox){.db = db, .by_id = hmap_new()};
    TAILQ_INIT(&outbox->queue);
    TAILQ_INIT(&outbox->waiting);
    heap_init(&outbox->paused);
    struct loading loading = {outbox, accounts, payees};
    bk_db_each(db, BK_OUTBOX, load, &loading);
}

static struct bk_item *paused_item(struct heap_node *node) {
    return (struct bk_item *)(void *)((char *)node - offsetof(struct bk_item, again));
}

static void detach(struct bk_outbox *outbox, struct bk_item *item) {
    switch (item->state) {
    case BK_ITEM_QUEUED:
        TAILQ_REMOVE(&outbox->queue, item, entry);
        break;
    case BK_ITEM_WAITING:
        TAILQ_REMOVE(&outbox->waiting, item, entry);
        break;
    case BK_ITEM_PAUSED:
        heap_clear(&outbox->paused, &item->again);
        break;
    case BK_ITEM_SENT:
    case BK_ITEM_LOOSE:
        break;
    }
}

static void destroy(struct bk_outbox *outbox, struct bk_item *item) {
    outbox->count--;
    free(item);
}

void bk_outbox_deinit(struct bk_outbox *outbox) {
    if (outbox->by_id == NULL)
        return;
    bk_outbox_wake(outbox, INT64_MAX);
    bk_outbox_wake_waiting(outbox);
    struct bk_item *item;
    while ((item = TAILQ_FIRST(&outbox->queue)) != NULL) {
        /* The analyzer loses the list after a turn. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
        detach(outbox, item);
        destroy(outbox, item);
    }
    heap_deinit(&outbox->paused);
    hmap_free(outbox->by_id);
    outbox->by_id = NULL;
}

struct bk_item *bk_outbox_add(struct bk_outbox *outbox, const struct bk_item *spec,
                              struct span payload) {
    struct bk_item *item = insert(outbox, spec, payload);
    if (item != NULL && item->durable)
        save(outbox, item);
    return item;
}

void bk_outbox_fell_back(struct bk_outbox *outbox, struct bk_item *item) {
    if (!item->durable || item->fell_back)
        return;
    bk_books_release(item->account, item->fen);
    item->fell_back = true;
    save(outbox, item);
}

struct bk_item *bk_outbox_find(const struct bk_outbox *outbox, const struct id *id) {
    return hmap_get(outbox->by_id, id_span(id));
}

struct bk_item *bk_outbox_next(struct bk_outbox *outbox) {
    struct bk_item *item = TAILQ_FIRST(&outbox->queue);
    if (item == NULL)
        return NULL;
    detach(outbox, item);
    item->state = BK_ITEM_SENT;
    item->sends++;
    return item;
}

void bk_outbox_queue(struct bk_outbox *outbox, struct bk_item *item) {
    detach(outbox, item);
    item->state = BK_ITEM_QUEUED;
    TAILQ_INSERT_TAIL(&outbox->queue, item, entry);
}

void bk_outbox_wait(struct bk_outbox *outbox, struct bk_item *item) {
    detach(outbox, item);
    item->state = BK_ITEM_WAITING;
    TAILQ_INSERT_TAIL(&outbox->waiting, item, entry);
}

void bk_outbox_pause(struct bk_outbox *outbox, struct bk_item *item, int64_t until_ms) {
    detach(outbox, item);
    item->state = BK_ITEM_PAUSED;
    heap_set(&outbox->paused, &item->again, until_ms);
}

void bk_outbox_wake(struct bk_outbox *outbox, int64_t now_ms) {
    struct heap_node *node;
    while ((node = heap_earliest(&outbox->paused)) != NULL && node->at_ms <= now_ms)
        bk_outbox_queue(outbox, paused_item(node));
}

void bk_outbox_wake_waiting(struct bk_outbox *outbox) {
    struct bk_item *item;
    while ((item = TAILQ_FIRST(&outbox->waiting)) != NULL)
        bk_outbox_queue(outbox, item);
}

int64_t bk_outbox_deadline_ms(const struct bk_outbox *outbox) {
    const struct heap_node *node = heap_earliest(&outbox->paused);
    return node != NULL ? node->at_ms : INT64_MAX;
}

bool bk_outbox_returned(struct bk_outbox *outbox, struct bk_item *item) {
    ENSURE(item->state == BK_ITEM_SENT);
    if (item->over) {
        destroy(outbox, item);
        return true;
    }
    item->state = BK_ITEM_LOOSE;
    return false;
}

static void save_done(struct bk_outbox *outbox, const struct id *id, const struct bk_done *done) {
    uint8_t bytes[160];
    struct buf row = {bytes, 0, sizeof(bytes)};
    buf_append_be32(&row, done->kind);
    buf_append_byte(&row, (uint8_t)done->state);
    buf_append_byte(&row, (uint8_t)done->direction);
    buf_append_be64(&row, (uint64_t)done->fen);
    bk_row_id(&row, &done->link);
    bk_row_id(&row, &done->transfer);
    bk_row_id(&row, &done->original);
    buf_append_byte(&row, (uint8_t)done->transfer_kind);
    buf_append_be64(&row, done->payee_at);
    bk_row_text(&row, span_text(done->account));
    bk_row_text(&row, span_text(done->reason));
    buf_append_byte(&row, done->fell_back);
    ENSURE(row.data == bytes);
    bk_db_put(outbox->db, BK_DONE, id_span(id), buf_span(&row));
    if (!id_is_zero(&done->transfer))
        bk_db_put(outbox->db, BK_TRANSFERS, id_span(&done->transfer), id_span(id));
}

void bk_outbox_finish(struct bk_outbox *outbox, struct bk_item *item, const struct bk_done *done) {
    if (item->durable) {
        (void)hmap_remove(outbox->by_id, id_span(&item->id));
        bk_db_delete(outbox->db, BK_OUTBOX, id_span(&item->id));
        if (done != NULL)
            save_done(outbox, &item->id, done);
    }
    item->over = true;
    item->waiter.answered = NULL;
    if (item->state == BK_ITEM_SENT)
        return;
    detach(outbox, item);
    destroy(outbox, item);
}

bool bk_done_find(struct bk_db *db, const struct id *request, struct bk_done *done_out) {
    struct span row;
    if (!bk_db_get(db, BK_DONE, id_span(request), &row))
        return false;
    struct reader reader = reader_over(row);
    struct bk_done done = {.kind = reader_be32(&reader)};
    done.state = (enum transfer_state)reader_u8(&reader);
    done.direction = (enum transfer_direction)reader_u8(&reader);
    done.fen = (int64_t)reader_be64(&reader);
    done.link = bk_row_read_id(&reader);
    done.transfer = bk_row_read_id(&reader);
    done.original = bk_row_read_id(&reader);
    done.transfer_kind = (enum transfer_kind)reader_u8(&reader);
    done.payee_at = reader_be64(&reader);
    (void)bk_row_read_string(&reader, done.account, sizeof(done.account));
    (void)bk_row_read_string(&reader, done.reason, sizeof(done.reason));
    if (reader.rest.size > 0) /* older rows end here */
        done.fell_back = reader_u8(&reader) != 0;
    bk_row_done(&reader, "bk_done");
    *done_out = done;
    return true;
}

bool bk_done_of_transfer(struct bk_db *db, const struct id *transfer, struct bk_done *done_out) {
    struct span row;
    struct id request;
    return bk_db_get(db, BK_TRANSFERS, id_span(transfer), &row) && id_from_span(row, &request) &&
           bk_done_find(db, &request, done_out);
}

bool bk_outbox_knows(const struct bk_outbox *outbox, const struct id *id) {
    struct bk_done done;
    return bk_outbox_find(outbox, id) != NULL || bk_done_find(outbox->db, id, &done);
}
