/*
 * Submitting orders, redemptions, confirmations and payouts.
 *
 * Invariant: as submit.c's. What a word says of units and money is stored with its request, so that
 * the book moves by what was said when the answer comes, after a restart too.
 */
#include "bank/submit_order.h"

#include "bank/words.h"

static bool sound(const struct money *amount) {
    return amount->fen > 0 && currency_is(amount->currency, "CNY");
}

/* Of an item that was stored just now. */
static void keep_word(struct bk_bank *bank, const struct bk_item *item,
                      const struct bk_order_word *word) {
    if (item->durable)
        bk_order_word_save(bank->db, &item->id, word);
}

static struct bk_item spec_of(uint32_t kind, const struct id *request,
                              const struct bk_submission *how) {
    return (struct bk_item){
        .kind = kind, .id = *request, .timeout_ms = how->timeout_ms, .waiter = how->waiter};
}

/* ---- orders ------------------------------------------------------------------------------- */

/* Which of our books it moves; none, if it only tests the gateway. */
static void choose_books(struct bk_bank *bank, const struct place_order *message,
                         struct bk_item *spec) {
    const struct bk_link *link = bk_links_find(&bank->links, &message->link);
    bool issuer = message->issuer == bank->config.code;
    if (link == NULL || !sound(&message->amount) ||
        bk_outbox_knows(&bank->outbox, &message->request))
        return;
    bool ours = link->class2_side != message->class1_pays;
    if (issuer && ours)
        return;
    spec->durable = true;
    spec->direction = issuer ? TRANSFER_PULL : TRANSFER_PUSH;
    spec->fell_back = !issuer && !ours;
    if (issuer)
        spec->account = bk_payees_product(&bank->payees, message->product);
    else if (ours)
        spec->account = link->account;
    if (spec->account == NULL && !spec->fell_back)
        spec->durable = false;
}

int bk_submit_place(struct bk_bank *bank, const struct place_order *message,
                    const struct bk_submission *how, struct bk_item **item_out,
                    struct bk_local_refusal *refusal_out) {
    struct bk_item spec = spec_of(MESSAGE_PLACE_ORDER, &message->request, how);
    struct bk_order_word word = {.fen = message->amount.fen};
    struct buf payload = {NULL, 0, 0};
    spec.link = message->link;
    spec.transfer_kind = TRANSFER_ORDER_BUY;
    spec.fen = message->amount.fen;
    choose_books(bank, message, &spec);
    partner_encode_place_order(message, &payload);
    bk_text_copy(word.product, sizeof(word.product), message->product);
    int refused = bk_submit_money(bank, &spec, &payload, item_out, refusal_out);
    if (!refused)
        keep_word(bank, *item_out, &word);
    return refused;
}

struct bk_item *bk_submit_redeem(struct bk_bank *bank, const struct redeem *message,
                                 const struct bk_submission *how) {
    struct bk_item spec = spec_of(MESSAGE_REDEEM, &message->request, how);
    const struct bk_order_word word = {.order = message->order, .units = message->units};
    struct buf payload = {NULL, 0, 0};
    spec.durable = true;
    partner_encode_redeem(message, &payload);
    struct bk_item *item = bk_submit_request(bank, &spec, buf_span(&payload));
    buf_deinit(&payload);
    if (item != NULL)
        keep_word(bank, item, &word);
    return item;
}

/* ---- the issuer --------------------------------------------------------------------------- */

struct bk_item *bk_submit_order_result(struct bk_bank *bank, const struct order_result *message,
                                       const struct bk_submission *how) {
    struct bk_item spec = spec_of(MESSAGE_ORDER_RESULT, &message->request, how);
    const struct bk_order_word word = {.order = message->order,
                                       .what = message->decision,
                                       .units = message->units,
                                       .price = message->price,
                                       .fen = message->amount.fen};
    struct buf payload = {NULL, 0, 0};
    spec.durable = true;
    partner_encode_order_result(message, &payload);
    struct bk_item *item = bk_submit_request(bank, &spec, buf_span(&payload));
    buf_deinit(&payload);
    if (item != NULL)
        keep_word(bank, item, &word);
    return item;
}

int bk_submit_payout(struct bk_bank *bank, const struct payout *message,
                     const struct bk_submission *how, struct bk_item **item_out,
                     struct bk_local_refusal *refusal_out) {
    struct bk_item spec = spec_of(MESSAGE_PAYOUT, &message->request, how);
    const struct bk_order_word word = {.order = message->order,
                                       .what = message->purpose,
                                       .units = message->units,
                                       .price = message->price,
                                       .fen = message->amount.fen};
    struct buf payload = {NULL, 0, 0};
    struct bk_lot lot;
    spec.transfer_kind = TRANSFER_ORDER_PAYOUT;
    spec.direction = TRANSFER_PUSH;
    spec.fen = message->amount.fen;
    if (bk_lot_find(bank->db, &message->order, &lot) && sound(&message->amount) &&
        !bk_outbox_knows(&bank->outbox, &message->request)) {
        spec.durable = true;
        spec.link = lot.link;
        spec.fell_back = *lot.account != '\0';
        spec.account = bk_payees_product(&bank->payees, span_text(lot.product));
    }
    partner_encode_payout(message, &payload);
    int refused = bk_submit_money(bank, &spec, &payload, item_out, refusal_out);
    if (!refused)
        keep_word(bank, *item_out, &word);
    return refused;
}
