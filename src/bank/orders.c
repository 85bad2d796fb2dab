/*
 * The issuer's part in an order's life.
 *
 * Invariant: a lot changes in the commit that holds the word or the money which changes it, and its
 * units and money are those that the message said. Where the account that paid is our own, refund and
 * payout credit it in the same commit as the word that tells of them.
 */
#include "bank/orders.h"

#include <string.h>

#include "bank/order_desk.h"
#include "bank/words.h"
#include "domain/product_units.h"

#define KEY_SIZE (ID_SIZE + 4)

/* ---- paid for ----------------------------------------------------------------------------- */

/* A deposit is open with its units at once; all else waits for the issuer's word. */
static void place(struct bk_bank *bank, struct bk_lot *lot) {
    struct bk_offered offered = {.kind = PRODUCT_WEALTH};
    struct bk_lot before;
    if (bk_lot_find(bank->db, &lot->order, &before))
        return;
    (void)bk_offered_find(bank->db, span_text(lot->product), &offered);
    lot->kind = offered.kind;
    if (lot->kind == PRODUCT_DEPOSIT && product_units_of_deposit(lot->amount_fen, &lot->units)) {
        lot->decided = true;
        lot->price = PRODUCT_DEPOSIT_PRICE;
    }
    bk_lot_save(bank->db, lot);
}

void bk_orders_posted(struct bk_bank *bank, const struct post_instruction *instruction,
                      const struct bk_posting *posting) {
    const struct posted_order *order = &instruction->order;
    if (posting->outcome != POSTING_POSTED || instruction->kind != TRANSFER_ORDER_BUY ||
        order->issuer != bank->config.code || id_is_zero(&order->order))
        return;
    struct bk_lot lot = {.order = order->order,
                         .link = instruction->link,
                         .funding = instruction->transfer,
                         .amount_fen = instruction->amount.fen};
    bk_text_copy(lot.product, sizeof(lot.product), order->product);
    if (instruction->side == POSTING_DEBIT)
        memcpy(lot.account, posting->account, sizeof(lot.account));
    place(bank, &lot);
}

/* ---- the money of our own customers ------------------------------------------------------- */

/* From the product to the account that paid, if that is ours. */
static bool pay_back(struct bk_bank *bank, const struct bk_lot *lot, int64_t fen) {
    struct bk_account *account = bk_accounts_find(&bank->accounts, span_text(lot->account));
    struct bk_account *product = bk_payees_product(&bank->payees, span_text(lot->product));
    if (account == NULL || product == NULL)
        return false;
    if (fen > 0)
        bk_books_move(&bank->books, product, account, fen);
    return true;
}

/* So much of it is to go back, beside what is already. */
static void owe_back(struct bk_bank *bank, struct bk_lot *lot, int64_t fen) {
    lot->refund_fen += fen;
    if (pay_back(bank, lot, fen))
        lot->refunded_fen += fen;
}

/* ---- instructed --------------------------------------------------------------------------- */

/* Why the issuer does not take it; "": it does. */
static const char *refusal_of(const struct bk_lot *lot,
                              const struct order_instruction *instruction) {
    if (instruction->action == PRODUCT_ACTION_CANCEL)
        return lot->decided ? "MS03" : "";
    if (lot->taken_units > 0 || instruction->units < 1 || instruction->units > lot->units)
        return "AM04";
    return "";
}

static void take(struct bk_bank *bank, struct bk_lot *lot,
                 const struct order_instruction *instruction) {
    if (instruction->action == PRODUCT_ACTION_CANCEL) {
        lot->decided = true;
        owe_back(bank, lot, lot->amount_fen);
    } else {
        lot->taken_units = instruction->units;
    }
    bk_lot_save(bank->db, lot);
}

void bk_orders_instructed(struct bk_bank *bank, const struct order_instruction *instruction,
                          const char *refuse, struct buf *out) {
    struct order_instruction_reply reply = {
        .order = instruction->order, .number = instruction->number, .outcome = ORDER_TAKEN};
    uint8_t key[KEY_SIZE];
    struct span stored;
    struct bk_lot lot;
    memcpy(key, instruction->order.bytes, ID_SIZE);
    put_be32(key + ID_SIZE, instruction->number);
    if (bk_db_get(bank->db, BK_INSTRUCTED, span_of(key, sizeof(key)), &stored)) {
        buf_append_span(out, stored);
        return;
    }
    if (!bk_lot_find(bank->db, &instruction->order, &lot))
        reply.reason = SPAN_LITERAL("NOOR");
    else if (*refuse != '\0')
        reply.reason = span_text(refuse);
    else
        reply.reason = span_text(refusal_of(&lot, instruction));
    if (reply.reason.size > 0)
        reply.outcome = ORDER_REFUSED;
    else
        take(bank, &lot, instruction);
    partner_encode_order_instruction_reply(&reply, out);
    bk_db_put(bank->db, BK_INSTRUCTED, span_of(key, sizeof(key)), buf_span(out));
}

/* ---- our own words ------------------------------------------------------------------------ */

static void decide(struct bk_bank *bank, struct bk_lot *lot, const struct bk_order_word *word) {
    bool confirmed = word->what == ORDER_CONFIRMED;
    lot->decided = true;
    if (confirmed) {
        lot->units = word->units;
        lot->price = word->price;
        lot->confirmed_fen = word->fen;
    }
    owe_back(bank, lot, lot->amount_fen - lot->confirmed_fen);
    bk_lot_save(bank->db, lot);
}

static void paid_out(struct bk_bank *bank, struct bk_lot *lot, const struct bk_order_word *word) {
    lot->paid_out_fen += word->fen;
    lot->units -= word->units;
    if (word->what != PRODUCT_PAYOUT_INCOME)
        lot->taken_units = 0;
    bk_lot_save(bank->db, lot);
}

void bk_orders_granted(struct bk_bank *bank, const struct bk_item *item,
                       const struct order_view *view) {
    struct bk_order_word word;
    struct bk_lot lot;
    if (!bk_order_word_find(bank->db, &item->id, &word))
        return;
    bk_order_word_forget(bank->db, &item->id);
    if (!bk_lot_find(bank->db, &view->order.id, &lot))
        return;
    if (item->kind == MESSAGE_ORDER_RESULT) {
        decide(bank, &lot, &word);
        bk_desk_refund(bank, &lot);
    } else if (item->kind == MESSAGE_PAYOUT && pay_back(bank, &lot, word.fen)) {
        paid_out(bank, &lot, &word);
    } else if (item->kind == MESSAGE_REDEEM && view->order.issuer == bank->config.code) {
        /* What we asked for ourselves is taken, without an instruction. */
        lot.taken_units = word.units > 0 ? word.units : lot.units;
        bk_lot_save(bank->db, &lot);
        bk_desk_pay(bank, &lot, view->order.instruction.number);
    }
}

void bk_orders_refused(struct bk_bank *bank, const struct bk_item *item) {
    bk_order_word_forget(bank->db, &item->id);
}

/* ---- our own money ------------------------------------------------------------------------ */

/* The other bank's account has paid what was ordered in our own channel. */
static void bought(struct bk_bank *bank, const struct bk_item *item,
                   const struct transfer_view *view, const struct bk_order_word *word) {
    struct bk_lot lot = {.order = view->order,
                         .link = item->link,
                         .funding = view->transfer,
                         .amount_fen = item->fen};
    if (item->direction != TRANSFER_PULL || item->fell_back)
        return;
    memcpy(lot.product, word->product, sizeof(lot.product));
    place(bank, &lot);
}

static void returned(struct bk_bank *bank, const struct bk_item *item) {
    struct bk_lot lot;
    if (!bk_lot_paid_by(bank->db, &item->original, &lot))
        return;
    lot.refunded_fen += item->fen;
    bk_lot_save(bank->db, &lot);
}

void bk_orders_moved(struct bk_bank *bank, const struct bk_item *item,
                     const struct transfer_view *view) {
    struct bk_order_word word;
    struct bk_lot lot;
    bool accepted = view->state == TRANSFER_ACCEPTED;
    bool said = bk_order_word_find(bank->db, &item->id, &word);
    if (said)
        bk_order_word_forget(bank->db, &item->id);
    if (!accepted)
        return;
    if (item->kind == MESSAGE_SUBMIT_RETURN)
        returned(bank, item);
    else if (said && item->kind == MESSAGE_PLACE_ORDER)
        bought(bank, item, view, &word);
    else if (said && item->kind == MESSAGE_PAYOUT && bk_lot_find(bank->db, &word.order, &lot))
        paid_out(bank, &lot, &word);
}
