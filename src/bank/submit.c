/*
 * Submitting, and hearing what became of it.
 *
 * Invariant: the hold of a push and the debt of a pull live exactly as long as the item in the
 * outbox; the outcome moves the books, ends the item and (for a pull) starts the ConfirmCredit in
 * the same commit. An outcome that comes twice, by answer and by notice, finds no item the second
 * time. A refusal that may hide an earlier grant (a repeated request that was refused before the
 * gateway looked its id up) releases nothing.
 */
#include "bank/submit.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "util/logline.h"

#define BUSY_PAUSE_MS 100      /* after SAME_ID_LATER */
#define VERIFYING_PAUSE_MS 500 /* asks again for a link that is not verified yet */

struct id bk_new_request_id(const struct bk_bank *bank) {
    uint8_t chance[10];
    ENSURE(getrandom(chance, sizeof(chance), 0) == (ssize_t)sizeof(chance));
    return uuid7_make(bk_wall_ms(bank), chance);
}

static void tell(const struct bk_item *item, struct bk_answer *answer) {
    answer->item = item;
    if (item->waiter.answered != NULL)
        item->waiter.answered(item->waiter.context, answer);
}

/* ---- sending ------------------------------------------------------------------------------ */

struct bk_item *bk_submit_request(struct bk_bank *bank, const struct bk_item *spec,
                                  struct span payload) {
    struct bk_item copy = *spec;
    if (copy.durable && bk_outbox_knows(&bank->outbox, &copy.id))
        copy.durable = false;
    copy.made_us = clock_boot_us(&bank->clock);
    return bk_outbox_add(&bank->outbox, &copy, payload);
}

/* Our own reference carries the request id, so that a notice finds its request. */
static void encode_transfer(const struct bk_transfer_order *order, const struct bk_account *own,
                            const struct id *request, struct buf *out) {
    char reference[ID_TEXT_SIZE];
    id_format(request, reference);
    struct submit_transfer message = {
        .request = *request,
        .link = order->link,
        .kind = TRANSFER_BOUND_PAIR,
        .direction = order->direction,
        .amount = order->amount,
        .end_to_end_id = span_text(reference),
        .channel = SPAN_LITERAL("APP"),
        .authentication = SPAN_LITERAL("PASSWORD"),
    };
    if (own != NULL) {
        bool push = order->direction == TRANSFER_PUSH;
        *(push ? &message.debtor_account : &message.creditor_account) = span_text(own->number);
        message.debtor_name = message.creditor_name = span_text(own->name);
    }
    partner_encode_submit_transfer(&message, out);
}

static int refuse(struct bk_local_refusal *refusal_out, const char *reason, const char *text) {
    *refusal_out = (struct bk_local_refusal){reason, text};
    return BK_SUBMIT_REFUSED;
}

/* The account whose books the order moves; NULL: none, it only tests the gateway. */
static struct bk_account *account_of(struct bk_bank *bank, const struct bk_transfer_order *order,
                                     const struct id *request) {
    const struct bk_link *link = bk_links_find(&bank->links, &order->link);
    bool sound = order->amount.fen > 0 && currency_is(order->amount.currency, "CNY");
    if (link == NULL || !sound || bk_outbox_knows(&bank->outbox, request))
        return NULL;
    return link->account;
}

int bk_submit_transfer(struct bk_bank *bank, const struct bk_transfer_order *order,
                       struct bk_item **item_out, struct bk_local_refusal *refusal_out) {
    struct id request = order->request;
    if (id_is_zero(&request))
        request = bk_new_request_id(bank);
    struct bk_account *account = account_of(bank, order, &request);
    bool hold = account != NULL && order->direction == TRANSFER_PUSH;
    if (hold && !bk_books_hold(account, order->amount.fen))
        return refuse(refusal_out, "AM04", "the customer has not that much here");
    const struct bk_link *link = bk_links_find(&bank->links, &order->link);
    struct bk_item spec = {.durable = account != NULL,
                           .id = request,
                           .kind = MESSAGE_SUBMIT_TRANSFER,
                           .timeout_ms = order->timeout_ms,
                           .link = order->link,
                           .direction = order->direction,
                           .fen = order->amount.fen,
                           .account = account,
                           .waiter = order->waiter};
    struct buf payload = {NULL, 0, 0};
    encode_transfer(order, link != NULL ? link->account : NULL, &request, &payload);
    struct bk_item *item = bk_submit_request(bank, &spec, buf_span(&payload));
    buf_deinit(&payload);
    if (item == NULL) {
        if (hold)
            bk_books_release(account, order->amount.fen);
        return refuse(refusal_out, "", "too many requests are open: wait for their answers");
    }
    *item_out = item;
    return 0;
}

static void confirm_credit(struct bk_bank *bank, const struct id *transfer) {
    const struct confirm_credit message = {*transfer};
    struct buf payload = {NULL, 0, 0};
    partner_encode_confirm_credit(&message, &payload);
    const struct bk_item spec = {.durable = true, .id = *transfer, .kind = MESSAGE_CONFIRM_CREDIT};
    if (bk_submit_request(bank, &spec, buf_span(&payload)) == NULL)
        log_line(LOG_ERR, "confirm_credit_not_queued", LOG_ID("transfer", transfer),
                 LOG_TEXT("remedy", "too many open requests; the gateway will alarm"));
    buf_deinit(&payload);
}

/* ---- outcomes of transfers ---------------------------------------------------------------- */

static void finish_transfer(struct bk_bank *bank, struct bk_item *item, struct bk_done *done) {
    done->kind = item->kind;
    done->direction = item->direction;
    done->fen = item->fen;
    done->link = item->link;
    if (item->account != NULL)
        snprintf(done->account, sizeof(done->account), "%s", item->account->number);
    bk_outbox_finish(&bank->outbox, item, done);
}

static void move_books(struct bk_bank *bank, const struct bk_item *item, enum transfer_state state,
                       const struct id *transfer) {
    if (!item->durable)
        return;
    bool accepted = state == TRANSFER_ACCEPTED;
    if (item->direction == TRANSFER_PUSH) {
        if (accepted)
            bk_books_pushed(&bank->books, item->account, item->fen);
        else
            bk_books_release(item->account, item->fen);
    } else if (accepted) {
        bk_books_pulled(&bank->books, item->account, item->fen);
        confirm_credit(bank, transfer);
    }
}

static bool decided(enum transfer_state state) {
    return state == TRANSFER_ACCEPTED || state == TRANSFER_REJECTED || state == TRANSFER_CANCELLED;
}

static void on_transfer(struct bk_bank *bank, struct bk_item *item,
                        const struct transfer_view *view) {
    struct bk_answer answer = {.transfer = view, .verdict = BK_OPEN};
    if (item->kind == MESSAGE_GET_TRANSFER) {
        answer.verdict = BK_GRANTED;
        tell(item, &answer);
        bk_outbox_finish(&bank->outbox, item, NULL);
        return;
    }
    if (!decided(view->state)) {
        tell(item, &answer);
        if (item->durable)
            bk_outbox_wait(&bank->outbox, item);
        else
            bk_outbox_finish(&bank->outbox, item, NULL);
        return;
    }
    answer.verdict = view->state == TRANSFER_ACCEPTED ? BK_GRANTED : BK_REFUSED;
    struct bk_done done = {.state = view->state, .transfer = view->transfer};
    if (view->reason.size < sizeof(done.reason) && view->reason.size > 0)
        memcpy(done.reason, view->reason.data, view->reason.size);
    move_books(bank, item, view->state, &view->transfer);
    tell(item, &answer);
    finish_transfer(bank, item, &done);
}

/* The other bank learns our reference from the instruction and may send it back as its own: a
 * transfer is ours only if we are on the side that submits in its direction. */
static bool is_ours(const struct bk_bank *bank, const struct bk_item *item,
                    const struct transfer_view *view) {
    bool push = view->direction == TRANSFER_PUSH;
    bank_code submitter = push ? view->debtor_bank : view->creditor_bank;
    return item->kind == MESSAGE_SUBMIT_TRANSFER && submitter == bank->config.code &&
           id_equal(&item->link, &view->link) && item->direction == view->direction &&
           item->fen == view->amount.fen;
}

bool bk_submit_settle(struct bk_bank *bank, const struct transfer_view *view) {
    char text[ID_TEXT_SIZE];
    struct id request;
    struct bk_done done;
    if (view->end_to_end_id.size != ID_TEXT_SIZE - 1)
        return false;
    memcpy(text, view->end_to_end_id.data, ID_TEXT_SIZE - 1);
    text[ID_TEXT_SIZE - 1] = '\0';
    if (!id_parse(text, &request))
        return false;
    struct bk_item *item = bk_outbox_find(&bank->outbox, &request);
    if (item == NULL)
        return bk_done_find(bank->db, &request, &done);
    if (!is_ours(bank, item, view))
        return false;
    if (decided(view->state))
        on_transfer(bank, item, view);
    return true;
}

/* ---- answers ------------------------------------------------------------------------------ */

/* Refusals that are made without a look at what the id did before. */
static bool says_nothing_of_before(const struct refusal_view *refusal) {
    static const enum refusal_code codes[] = {
        REFUSAL_UNSUPPORTED,    REFUSAL_MALFORMED,      REFUSAL_FIELD_MISSING,
        REFUSAL_FIELD_INVALID,  REFUSAL_FIELD_UNKNOWN,  REFUSAL_NOT_GRANTED,
        REFUSAL_ROLE,           REFUSAL_BANK_SUSPENDED, REFUSAL_DUPLICATE,
        REFUSAL_REPLAY_TOO_OLD, REFUSAL_QUARANTINED,    REFUSAL_INVARIANT,
    };
    if (refusal->replayed)
        return false;
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (span_equal(refusal->detail, span_text(refusal_row(codes[i])->detail)))
            return true;
    }
    return false;
}

static bool hides_a_grant(const struct bk_item *item, const struct refusal_view *refusal) {
    return item->sends > 1 && says_nothing_of_before(refusal);
}

static void on_refusal(struct bk_bank *bank, struct bk_item *item,
                       const struct refusal_view *refusal) {
    struct bk_answer answer = {.refusal = refusal, .verdict = BK_REFUSED};
    if (item->durable && refusal->retry == RETRY_SAME_ID_LATER) {
        bk_outbox_pause(&bank->outbox, item, bk_now_ms(bank) + BUSY_PAUSE_MS);
        return;
    }
    if (item->durable && hides_a_grant(item, refusal)) {
        log_line(LOG_ERR, "outcome_open", LOG_ID("request", &item->id),
                 LOG_TEXT("remedy", "ask the gateway's operator what became of this request"));
        answer.verdict = BK_OPEN;
        tell(item, &answer);
        bk_outbox_wait(&bank->outbox, item);
        return;
    }
    struct bk_done done = {.kind = item->kind, .state = TRANSFER_REJECTED};
    if (refusal->reason.size < sizeof(done.reason) && refusal->reason.size > 0)
        memcpy(done.reason, refusal->reason.data, refusal->reason.size);
    if (item->kind == MESSAGE_CONFIRM_CREDIT)
        log_line(LOG_ERR, "confirm_credit_refused", LOG_ID("transfer", &item->id),
                 LOG_TEXT("reason", done.reason));
    if (item->kind == MESSAGE_SUBMIT_TRANSFER)
        move_books(bank, item, TRANSFER_REJECTED, NULL);
    tell(item, &answer);
    finish_transfer(bank, item, &done);
}

static void on_link(struct bk_bank *bank, struct bk_item *item, const struct link_view *view) {
    struct bk_answer answer = {.link = view, .verdict = BK_GRANTED};
    bool asking = item->kind == MESSAGE_GET_LINK;
    if (item->kind == MESSAGE_OPEN_LINK && item->account != NULL)
        bk_links_learn(&bank->links, &view->link, span_text(item->account->number), true,
                       view->class1_bank);
    bk_links_move(&bank->links, &view->link, view->state);
    if (!asking && (view->state == LINK_REQUESTED || view->state == LINK_VERIFYING)) {
        answer.verdict = BK_OPEN;
        tell(item, &answer);
        if (item->durable)
            bk_outbox_pause(&bank->outbox, item, bk_now_ms(bank) + VERIFYING_PAUSE_MS);
        else
            bk_outbox_finish(&bank->outbox, item, NULL);
        return;
    }
    if (!asking && (view->state == LINK_REJECTED || view->state == LINK_EXPIRED))
        answer.verdict = BK_REFUSED;
    tell(item, &answer);
    const struct bk_done done = {.kind = item->kind};
    bk_outbox_finish(&bank->outbox, item, &done);
}

static void on_raw(struct bk_bank *bank, struct bk_item *item, const struct envelope *envelope) {
    struct bk_answer answer = {.verdict = BK_GRANTED, .raw = envelope};
    tell(item, &answer);
    bk_outbox_finish(&bank->outbox, item, NULL);
}

static void on_unreadable(struct bk_bank *bank, struct bk_item *item) {
    log_line(LOG_ERR, "answer_unreadable", LOG_INT("kind", item->kind),
             LOG_ID("request", &item->id));
    struct bk_answer answer = {.verdict = BK_FAILED, .error = "the answer cannot be read"};
    if (item->durable) {
        bk_outbox_wait(&bank->outbox, item);
        return;
    }
    tell(item, &answer);
    bk_outbox_finish(&bank->outbox, item, NULL);
}

/* False: not readable as that. */
static bool on_reply(struct bk_bank *bank, struct bk_item *item, const struct envelope *envelope,
                     struct arena *arena) {
    struct transfer_view transfer;
    struct link_view link;
    switch (envelope->kind) {
    case MESSAGE_SUBMIT_TRANSFER:
    case MESSAGE_GET_TRANSFER:
    case MESSAGE_CONFIRM_CREDIT:
    case MESSAGE_POSTING_RESULT:
        if (partner_decode_transfer_reply(envelope->payload, arena, &transfer))
            return false;
        if (item->kind == MESSAGE_CONFIRM_CREDIT)
            bk_outbox_finish(&bank->outbox, item, NULL);
        else
            on_transfer(bank, item, &transfer);
        return true;
    case MESSAGE_OPEN_LINK:
    case MESSAGE_START_CHALLENGE:
    case MESSAGE_ANSWER_CHALLENGE:
    case MESSAGE_CLOSE_LINK:
    case MESSAGE_GET_LINK:
        if (partner_decode_link_reply(envelope->payload, arena, &link))
            return false;
        on_link(bank, item, &link);
        return true;
    default:
        return false;
    }
}

void bk_submit_answered(struct bk_bank *bank, struct bk_item *item, const struct envelope *envelope,
                        struct arena *arena) {
    if (bk_outbox_returned(&bank->outbox, item))
        return;
    struct refusal_view refusal;
    bool read = envelope->kind == item->kind;
    if (envelope->direction == MESSAGE_REFUSAL) {
        read = partner_decode_refusal(envelope->payload, arena, &refusal) == 0;
        if (read)
            on_refusal(bank, item, &refusal);
    } else if (item->raw) {
        read = true;
        on_raw(bank, item, envelope);
    } else if (read) {
        read = on_reply(bank, item, envelope, arena);
    }
    if (!read)
        on_unreadable(bank, item);
}

void bk_submit_lost(struct bk_bank *bank, struct bk_item *item) {
    if (bk_outbox_returned(&bank->outbox, item))
        return;
    if (item->durable) {
        bk_outbox_queue(&bank->outbox, item);
        return;
    }
    struct bk_answer answer = {.verdict = BK_FAILED,
                               .error = "the connection was lost before the answer"};
    tell(item, &answer);
    bk_outbox_finish(&bank->outbox, item, NULL);
}
