/*
 * What the bank still has to hear an answer to. Requests that change something are stored here
 * before they are sent, and are sent again, the same bytes under the same id, until they are
 * answered: after a lost connection as after a restart.
 */
#ifndef LG_BANK_OUTBOX_H
#define LG_BANK_OUTBOX_H

#include <sys/queue.h>

#include "bank/books.h"
#include "bank/verdict.h"
#include "util/heap.h"
#include "wire/envelope.h"

#define BK_OUTBOX_MAX 65536

enum bk_item_state {
    BK_ITEM_QUEUED,
    BK_ITEM_SENT,    /* its correlation is open at some connection */
    BK_ITEM_WAITING, /* for a notice */
    BK_ITEM_PAUSED,  /* to be sent again at its time */
    BK_ITEM_LOOSE    /* just came back; in no list */
};

struct bk_item {
    TAILQ_ENTRY(bk_item) entry; /* in queue or waiting */
    struct heap_node again;     /* PAUSED */
    enum bk_item_state state;
    bool durable; /* has a row in BK_OUTBOX */
    bool raw;     /* its answer is handed on unread */
    bool over;    /* decided (by a notice) while it was SENT: freed with its answer */
    uint32_t sends;
    struct id id; /* request id; the transfer's of a ConfirmCredit; zero of a query */
    uint32_t kind;
    uint32_t timeout_ms;
    /* Of a transfer or a return (which is a push); account also of OpenLink and RebindLink. */
    struct id link;
    struct id original; /* of a return; of a draw or a repayment its loan */
    enum transfer_kind transfer_kind;
    enum transfer_direction direction;
    /* Held on the account while this is open, if a push that did not fall back. Of a loan: of both
     * lenders. */
    int64_t fen;
    bool fell_back; /* an account of the other bank's pays it, or nothing moves between banks */
    struct bk_account *account;
    struct bk_waiter waiter; /* answered NULL: nobody */
    int64_t made_us;
    size_t size;
    uint8_t payload[];
};

TAILQ_HEAD(bk_item_list, bk_item);

struct bk_outbox {
    struct bk_db *db;
    struct hmap *by_id; /* durable ones */
    struct bk_item_list queue;
    struct bk_item_list waiting;
    struct heap paused;
    size_t count;
};

/* What became of a durable request. */
struct bk_done {
    uint32_t kind;
    enum transfer_state state;
    enum transfer_kind transfer_kind;
    enum transfer_direction direction;
    int64_t fen;
    bool fell_back;
    struct id link, transfer, original;
    bank_code payee_at; /* as of the account; of a payment */
    char account[ACCOUNT_NUMBER_MAX + 1];
    char reason[REASON_SIZE];
};

/* SubmitTransfer or SubmitReturn, or what makes a transfer by itself: PlaceOrder, Payout, DrawLoan,
 * RepayLoan. */
bool bk_kind_is_money(uint32_t kind);
bool bk_kind_is_loan(uint32_t kind); /* the last two */

/* Loads what was open; pushes hold their amount again. */
void bk_outbox_open(struct bk_outbox *outbox, struct bk_db *db, const struct bk_accounts *accounts,
                    const struct bk_payees *payees);
void bk_outbox_deinit(struct bk_outbox *outbox);
/* Copies spec and payload (spec's list, state and size are set here) and queues. NULL: full. */
struct bk_item *bk_outbox_add(struct bk_outbox *outbox, const struct bk_item *spec,
                              struct span payload);
/* The other bank's account pays it: what was held for it is free. Does nothing the second time. */
void bk_outbox_fell_back(struct bk_outbox *outbox, struct bk_item *item);
struct bk_item *bk_outbox_find(const struct bk_outbox *outbox, const struct id *id);
/* First of the queue, now SENT; NULL: empty. */
struct bk_item *bk_outbox_next(struct bk_outbox *outbox);
/* Moves an item of any state but SENT-and-over. */
void bk_outbox_queue(struct bk_outbox *outbox, struct bk_item *item);
void bk_outbox_wait(struct bk_outbox *outbox, struct bk_item *item);
void bk_outbox_pause(struct bk_outbox *outbox, struct bk_item *item, int64_t until_ms);
/* Queues what was paused until now; all that wait for a notice. */
void bk_outbox_wake(struct bk_outbox *outbox, int64_t now_ms);
void bk_outbox_wake_waiting(struct bk_outbox *outbox);
int64_t bk_outbox_deadline_ms(const struct bk_outbox *outbox);
/* Its correlation is closed: LOOSE now. True: it was over, and is gone. */
bool bk_outbox_returned(struct bk_outbox *outbox, struct bk_item *item);
/* Decided: its row goes, done (may be NULL) is stored under its id, the item is freed now or when
 * its correlation closes. */
void bk_outbox_finish(struct bk_outbox *outbox, struct bk_item *item, const struct bk_done *done);

bool bk_done_find(struct bk_db *db, const struct id *request, struct bk_done *done_out);
/* Of a transfer that was ours, by the gateway's id of it. */
bool bk_done_of_transfer(struct bk_db *db, const struct id *transfer, struct bk_done *done_out);
/* The id was used for a durable request before, open or done. */
bool bk_outbox_knows(const struct bk_outbox *outbox, const struct id *id);

#endif
