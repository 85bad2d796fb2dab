/*
 * Submitting.
 *
 * Invariant: the hold of a push or a return lives exactly as long as its item in the outbox: taken
 * before it is stored, given back by settle.c alone. Our own reference carries the request id, so
 * that a notice finds its request.
 */
#include "bank/submit.h"

#include <sys/random.h>

struct id bk_new_request_id(const struct bk_bank *bank) {
    uint8_t chance[10];
    ENSURE(getrandom(chance, sizeof(chance), 0) == (ssize_t)sizeof(chance));
    return uuid7_make(bk_wall_ms(bank), chance);
}

struct bk_item *bk_submit_request(struct bk_bank *bank, const struct bk_item *spec,
                                  struct span payload) {
    struct bk_item copy = *spec;
    if (copy.durable && bk_outbox_knows(&bank->outbox, &copy.id))
        copy.durable = false;
    copy.made_us = clock_boot_us(&bank->clock);
    return bk_outbox_add(&bank->outbox, &copy, payload);
}

static int refuse(struct bk_local_refusal *refusal_out, const char *reason, const char *text) {
    *refusal_out = (struct bk_local_refusal){reason, text};
    return BK_SUBMIT_REFUSED;
}

static bool sound(const struct money *amount) {
    return amount->fen > 0 && currency_is(amount->currency, "CNY");
}

int bk_submit_money(struct bk_bank *bank, const struct bk_item *spec, struct buf *payload,
                    struct bk_item **item_out, struct bk_local_refusal *refusal_out) {
    bool hold = spec->durable && spec->direction == TRANSFER_PUSH && !spec->fell_back;
    struct bk_item *item = NULL;
    if (hold && !bk_books_hold(spec->account, spec->fen)) {
        buf_deinit(payload);
        return refuse(refusal_out, "AM04", "there is not that much on the account here");
    }
    item = bk_submit_request(bank, spec, buf_span(payload));
    buf_deinit(payload);
    if (item == NULL && hold)
        bk_books_release(spec->account, spec->fen);
    if (item == NULL)
        return refuse(refusal_out, "", "too many requests are open: wait for their answers");
    *item_out = item;
    return 0;
}

/* ---- transfers ---------------------------------------------------------------------------- */

static void name_parties(const struct bk_transfer_order *order, const struct bk_account *own,
                         struct submit_transfer *message) {
    enum class_flow other = transfer_kind_other(order->kind);
    if (own != NULL)
        message->debtor_name = message->creditor_name = span_text(own->name);
    if (other == CLASS_FLOW_OUT) {
        message->creditor_name = order->other_name;
        message->creditor_account = order->other_account;
    } else if (other == CLASS_FLOW_IN) {
        message->debtor_name = order->other_name;
        message->debtor_account = order->other_account;
    } else if (own != NULL) {
        bool push = order->direction == TRANSFER_PUSH;
        *(push ? &message->debtor_account : &message->creditor_account) = span_text(own->number);
    }
    if (transfer_kind_merchant(order->kind)) {
        message->creditor_bank = order->payee_bank;
        message->has_merchant = true;
        message->merchant = order->merchant;
    }
}

static void encode_transfer(const struct bk_transfer_order *order, const struct bk_account *own,
                            const struct id *request, struct buf *out) {
    char reference[ID_TEXT_SIZE];
    id_format(request, reference);
    struct submit_transfer message = {
        .request = *request,
        .link = order->link,
        .kind = order->kind,
        .direction = order->direction,
        .amount = order->amount,
        .end_to_end_id = span_text(reference),
        .purpose = order->purpose,
        .remittance = order->remittance,
        .channel = SPAN_LITERAL("APP"),
        .authentication = SPAN_LITERAL("PASSWORD"),
    };
    name_parties(order, own, &message);
    partner_encode_submit_transfer(&message, out);
}

/* The account whose books the order moves; NULL: none, it only tests the gateway. */
static struct bk_account *account_of(struct bk_bank *bank, const struct bk_transfer_order *order,
                                     const struct id *request) {
    const struct bk_link *link = bk_links_find(&bank->links, &order->link);
    if (link == NULL || !sound(&order->amount) || bk_outbox_knows(&bank->outbox, request))
        return NULL;
    if (!transfer_kind_merchant(order->kind))
        return link->class2_side || transfer_kind_other(order->kind) == CLASS_FLOW_NONE
                   ? link->account
                   : bk_accounts_find(&bank->accounts, order->other_account);
    if (!link->class2_side)
        return NULL;
    if (order->direction == TRANSFER_PUSH)
        return link->account;
    return bk_payees_take(&bank->payees, order->payee_bank, order->other_account,
                          order->other_name);
}

int bk_submit_transfer(struct bk_bank *bank, const struct bk_transfer_order *order,
                       struct bk_item **item_out, struct bk_local_refusal *refusal_out) {
    struct id request = order->request;
    if (id_is_zero(&request))
        request = bk_new_request_id(bank);
    struct bk_account *account = account_of(bank, order, &request);
    const struct bk_link *link = bk_links_find(&bank->links, &order->link);
    const struct bk_item spec = {.durable = account != NULL,
                                 .id = request,
                                 .kind = MESSAGE_SUBMIT_TRANSFER,
                                 .timeout_ms = order->timeout_ms,
                                 .link = order->link,
                                 .transfer_kind = order->kind,
                                 .direction = order->direction,
                                 .fen = order->amount.fen,
                                 .account = account,
                                 .waiter = order->waiter};
    struct buf payload = {NULL, 0, 0};
    encode_transfer(order, link != NULL ? link->account : NULL, &request, &payload);
    return bk_submit_money(bank, &spec, &payload, item_out, refusal_out);
}

/* ---- returns ------------------------------------------------------------------------------ */

/* The account that the original credited, and its link. NULL: our books do not hold it so. */
static struct bk_account *credited(struct bk_bank *bank, const struct id *original,
                                   struct id *link_out) {
    struct bk_done done;
    struct bk_posting posting;
    if (bk_done_of_transfer(bank->db, original, &done)) {
        *link_out = done.link;
        if (done.state != TRANSFER_ACCEPTED || done.direction != TRANSFER_PULL)
            return NULL;
        return done.payee_at != 0
                   ? bk_payees_find(&bank->payees, done.payee_at, span_text(done.account))
                   : bk_accounts_find(&bank->accounts, span_text(done.account));
    }
    if (!bk_books_find(&bank->books, original, &posting) || posting.outcome != POSTING_POSTED ||
        posting.side != POSTING_CREDIT)
        return NULL;
    *link_out = posting.link;
    if (transfer_kind_merchant(posting.kind))
        return bk_payees_find(&bank->payees, posting.payee_bank, span_text(posting.account));
    if (posting.kind == TRANSFER_ORDER_BUY)
        return bk_payees_product(&bank->payees, span_text(posting.account));
    return bk_accounts_find(&bank->accounts, span_text(posting.account));
}

int bk_submit_return(struct bk_bank *bank, const struct bk_return_order *order,
                     struct bk_item **item_out, struct bk_local_refusal *refusal_out) {
    struct id request = order->request;
    struct bk_account *account = NULL;
    struct bk_item spec = {.kind = MESSAGE_SUBMIT_RETURN,
                           .timeout_ms = order->timeout_ms,
                           .original = order->original,
                           .transfer_kind = TRANSFER_RETURN,
                           .direction = TRANSFER_PUSH,
                           .fen = order->amount.fen,
                           .waiter = order->waiter};
    if (id_is_zero(&request))
        request = bk_new_request_id(bank);
    if (sound(&order->amount) && !bk_outbox_knows(&bank->outbox, &request))
        account = credited(bank, &order->original, &spec.link);
    spec.id = request;
    spec.account = account;
    spec.durable = account != NULL;
    char reference[ID_TEXT_SIZE];
    id_format(&request, reference);
    const struct submit_return message = {.request = request,
                                          .transfer = order->original,
                                          .amount = order->amount,
                                          .end_to_end_id = span_text(reference),
                                          .reason = order->reason,
                                          .remittance = order->remittance};
    struct buf payload = {NULL, 0, 0};
    partner_encode_submit_return(&message, &payload);
    return bk_submit_money(bank, &spec, &payload, item_out, refusal_out);
}

struct bk_item *bk_submit_confirm(struct bk_bank *bank, const struct id *transfer,
                                  const struct bk_waiter *waiter) {
    const struct confirm_credit message = {*transfer};
    struct bk_item spec = {.durable = true, .id = *transfer, .kind = MESSAGE_CONFIRM_CREDIT};
    struct buf payload = {NULL, 0, 0};
    if (waiter != NULL)
        spec.waiter = *waiter;
    partner_encode_confirm_credit(&message, &payload);
    struct bk_item *item = bk_submit_request(bank, &spec, buf_span(&payload));
    buf_deinit(&payload);
    return item;
}
