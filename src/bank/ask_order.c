/*
 * Commands about orders of products: of the bank in whose channel the customer orders, and of the
 * issuer.
 *
 * Invariant: as ask.c's; what moves books goes through submit_order.h. What is not given is taken
 * from what this bank knows (the product's version and text, the lot), so that a test says what it is
 * about, and can say anything.
 */
#include <string.h>

#include "bank/ask.h"
#include "bank/submit_order.h"
#include "domain/calendar.h"
#include "domain/product_units.h"

static const struct bk_word decisions[] = {{"confirmed", ORDER_CONFIRMED},
                                           {"refused", ORDER_DECLINED},
                                           {"lapsed", ORDER_LAPSED},
                                           {NULL, 0}};
static const struct bk_word purposes[] = {{"redemption", PRODUCT_PAYOUT_REDEMPTION},
                                          {"income", PRODUCT_PAYOUT_INCOME},
                                          {"maturity", PRODUCT_PAYOUT_MATURITY},
                                          {NULL, 0}};

/* ---- what all share ----------------------------------------------------------------------- */

static void too_many(struct bk_session *session) {
    bk_session_error(session, "too many requests are open: wait for their answers");
}

/* ---- the customer's bank ------------------------------------------------------------------ */

/* Version and text as this bank published them, or was told of them last. */
static void look_up(struct bk_bank *bank, struct place_order *message) {
    struct bk_offered offered;
    struct notice_place place;
    struct product_view view;
    struct span row;
    uint8_t key[8 + PRODUCT_CODE_MAX];
    if (message->issuer == bank->config.code) {
        if (bk_offered_find(bank->db, message->product, &offered)) {
            message->version = offered.version;
            message->terms = offered.terms;
        }
        return;
    }
    put_be64(key, message->issuer);
    if (message->product.size == 0 || message->product.size > PRODUCT_CODE_MAX)
        return;
    memcpy(key + 8, message->product.data, message->product.size);
    if (!bk_db_get(bank->db, BK_PRODUCTS, span_of(key, 8 + message->product.size), &row))
        return;
    struct arena arena;
    arena_init(&arena, 4096, 0);
    if (partner_decode_product_notice(row, &arena, &place, &view) == 0) {
        message->version = view.product.version;
        message->terms = view.product.terms.sha256;
    }
    arena_deinit(&arena);
}

static bool take_order(const struct bk_call *call, struct place_order *message) {
    struct bk_bank *bank = call->session->bank;
    uint32_t pays = ACCOUNT_CLASS_II;
    message->issuer = bank->config.code;
    message->product = bk_call_text(call, "product", "");
    if (!bk_call_bank(call, "issuer", &message->issuer))
        return false;
    look_up(bank, message);
    bool taken = bk_call_id(call, "link", &message->link) && bk_ask_money(call, &message->amount) &&
                 bk_call_number(call, "version", &message->version) &&
                 bk_call_choice(call, "pays", bk_words_class, &pays) &&
                 bk_call_number(call, "level", &message->level) &&
                 bk_call_day(call, "assessed", &message->assessed_day) &&
                 bk_ask_digest(call, "sha256", &message->terms) &&
                 bk_ask_digest(call, "consent", &message->consent);
    message->class1_pays = pays == ACCOUNT_CLASS_I;
    return taken;
}

void bk_command_place_order(const struct bk_call *call) {
    struct bk_session *session = call->session;
    struct place_order message = {.version = 1,
                                  .level = PRODUCT_LEVEL_MAX,
                                  .assessed_day = shanghai_day(bk_wall_ms(session->bank))};
    struct bk_submission how = {0};
    struct bk_local_refusal refusal;
    char reference[ID_TEXT_SIZE];
    memset(message.consent.bytes, 1, DIGEST_SIZE);
    if (!bk_ask_submission(call, &message.request, &how) || !take_order(call, &message))
        return;
    id_format(&message.request, reference);
    message.end_to_end_id = span_text(reference);
    if (bk_submit_place(session->bank, &message, &how, &session->item, &refusal))
        bk_ask_refused_here(session, &refusal);
}

void bk_command_cancel_order(const struct bk_call *call) {
    struct cancel_order message = {.reason = bk_call_text(call, "reason", "CUST")};
    struct bk_item spec = {.kind = MESSAGE_CANCEL_ORDER};
    if (!bk_ask_change_of(call, "order", &spec, &message.order))
        return;
    message.request = spec.id;
    partner_encode_cancel_order(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_redeem(const struct bk_call *call) {
    struct bk_session *session = call->session;
    struct redeem message = {.units = 0};
    struct bk_submission how = {0};
    if (!bk_call_word_id(call, 0, "order", &message.order) ||
        !bk_ask_submission(call, &message.request, &how) ||
        !bk_call_fen(call, "units", &message.units))
        return;
    session->item = bk_submit_redeem(session->bank, &message, &how);
    if (session->item == NULL)
        too_many(session);
}

void bk_command_get_order(const struct bk_call *call) {
    struct get_order message;
    const struct bk_item spec = {.kind = MESSAGE_GET_ORDER};
    if (!bk_call_word_id(call, 0, "order", &message.order))
        return;
    partner_encode_get_order(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_list_holdings(const struct bk_call *call) {
    struct list_holdings message = {.product = bk_call_text(call, "product", "")};
    const struct bk_item spec = {.kind = MESSAGE_LIST_HOLDINGS};
    uint32_t all = 0;
    if (!bk_call_word_id(call, 0, "link", &message.link) || !bk_call_number(call, "all", &all) ||
        !bk_call_bank(call, "issuer", &message.issuer) ||
        !bk_call_id(call, "after", &message.after) || !bk_call_number(call, "max", &message.max))
        return;
    message.all = all != 0;
    partner_encode_list_holdings(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

/* ---- the issuer --------------------------------------------------------------------------- */

/* 0: nothing. */
static int64_t worth(int64_t units, int64_t price) {
    int64_t fen;
    return product_units_worth(units, price, &fen) ? fen : 0;
}

/* What is not given follows from the lot: all of it, at 1 CNY a unit. */
static void fill_result(struct bk_bank *bank, struct order_result *message) {
    struct bk_lot lot;
    if (message->decision != ORDER_CONFIRMED || !bk_lot_find(bank->db, &message->order, &lot))
        return;
    if (message->amount.fen == 0 && message->units == 0)
        message->amount.fen = lot.amount_fen;
    if (message->units == 0)
        message->units = bk_units_for(message->amount.fen, message->price);
    if (message->amount.fen == 0)
        message->amount.fen = worth(message->units, message->price);
}

void bk_command_order_result(const struct bk_call *call) {
    struct bk_session *session = call->session;
    struct order_result message = {.reference = bk_call_text(call, "reference", "")};
    struct bk_submission how = {0};
    const char *decision = bk_call_word(call, 1);
    uint32_t value = 0;
    if (!bk_call_word_id(call, 0, "order", &message.order) ||
        !bk_ask_submission(call, &message.request, &how) || !bk_ask_money(call, &message.amount) ||
        !bk_call_fen(call, "units", &message.units))
        return;
    if (decision == NULL || !bk_word_find(decisions, decision, &value)) {
        bk_session_error(session, "ORDER DECISION are wanted: confirmed, refused or lapsed");
        return;
    }
    message.decision = (enum order_decision)value;
    if (message.decision == ORDER_CONFIRMED) {
        message.price = PRODUCT_PRICE_PARTS;
        message.confirmed_day = shanghai_day(bk_wall_ms(session->bank));
    } else if (message.amount.fen == 0) {
        message.amount = (struct money){.fen = 0};
    }
    message.reason = bk_call_text(call, "reason", value == ORDER_CONFIRMED ? "" : "AM21");
    if (!bk_call_fen(call, "price", &message.price) ||
        !bk_call_day(call, "on", &message.confirmed_day))
        return;
    fill_result(session->bank, &message);
    session->item = bk_submit_order_result(session->bank, &message, &how);
    if (session->item == NULL)
        too_many(session);
}

/* Likewise: what was taken, or all that is left, at the price at which it was bought. */
static void fill_payout(struct bk_bank *bank, struct payout *message) {
    struct bk_lot lot;
    if (message->purpose == PRODUCT_PAYOUT_INCOME || !bk_lot_find(bank->db, &message->order, &lot))
        return;
    if (message->units == 0)
        message->units =
            message->purpose == PRODUCT_PAYOUT_REDEMPTION ? lot.taken_units : lot.units;
    if (message->price == 0)
        message->price = lot.price;
    if (message->amount.fen == 0)
        message->amount.fen = worth(message->units, message->price);
}

void bk_command_payout(const struct bk_call *call) {
    struct bk_session *session = call->session;
    struct payout message = {.units = 0};
    struct bk_submission how = {0};
    struct bk_local_refusal refusal;
    uint32_t purpose = PRODUCT_PAYOUT_REDEMPTION;
    char reference[ID_TEXT_SIZE];
    if (!bk_call_word_id(call, 0, "order", &message.order) ||
        !bk_ask_submission(call, &message.request, &how) || !bk_ask_money(call, &message.amount) ||
        !bk_call_choice(call, "purpose", purposes, &purpose) ||
        !bk_call_fen(call, "units", &message.units) || !bk_call_fen(call, "price", &message.price))
        return;
    message.purpose = (enum product_payout)purpose;
    fill_payout(session->bank, &message);
    id_format(&message.request, reference);
    message.end_to_end_id = span_text(reference);
    if (bk_submit_payout(session->bank, &message, &how, &session->item, &refusal))
        bk_ask_refused_here(session, &refusal);
}
