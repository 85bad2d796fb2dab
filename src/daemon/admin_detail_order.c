/*
 * All that is to be said of one order of a product: what was ordered and how, what became of it, what it
 * waits for and until when.
 *
 * Invariant: what it waits for is told from its own record, in the order in which something must
 * happen next; a bank's silence is called that, never a refusal.
 */
#include "daemon/admin_bought.h"
#include "domain/refusal.h"
#include "store/catalogue.h"

/* What it waits for; until_out: 0 for no end. */
struct wait {
    const char *what;
    int64_t until_ms;
};

static bool asked(const struct product_order *order) {
    return order->instruction.action != PRODUCT_ACTION_NONE && !order->instruction.taken;
}

static struct wait wait_for_issuer(const struct product_order *order) {
    const struct product_order_instruction *out = &order->instruction;
    bool cancel = out->action == PRODUCT_ACTION_CANCEL;
    if (asked(order) && order->unknown)
        return (struct wait){cancel
                                 ? "the issuer's word on the cancellation, which it did not answer"
                                 : "the issuer's word on the redemption, which it did not answer",
                             0};
    return (struct wait){cancel ? "the issuer's answer to the cancellation"
                                : "the issuer's answer to the redemption",
                         out->deadline_ms};
}

/* Of one that has units or had some. */
static struct wait wait_for_money(const struct product_order *order) {
    if (order->payout.purpose != PRODUCT_PAYOUT_NONE)
        return (struct wait){"the transfer of the payout", 0};
    if (!product_order_final(order->state) && order->payout_due_ms != 0)
        return (struct wait){"the issuer's payout", order->payout_due_ms};
    if (order->refunded_fen < order->refund_fen)
        return (struct wait){"the issuer to return what was not allotted", order->refund_due_ms};
    if (!product_order_final(order->state) && order->matures_at_ms != 0 &&
        order->state != PRODUCT_ORDER_MATURED)
        return (struct wait){"the end of its term", order->matures_at_ms};
    return (struct wait){"", 0};
}

static struct wait wait_of(const struct product_order *order) {
    if (order->frozen)
        return (struct wait){"an operator: a rule of the ledger was broken; look into it", 0};
    if (order->state == PRODUCT_ORDER_CREATED)
        return (struct wait){"the transfer that pays it to begin", order->deadline_ms};
    if (order->state == PRODUCT_ORDER_FUNDING)
        return (struct wait){"the outcome of the transfer that pays it", 0};
    if (order->state == PRODUCT_ORDER_REFUNDING)
        return (struct wait){"the issuer to return the money", order->refund_due_ms};
    if (asked(order))
        return wait_for_issuer(order);
    if (order->state == PRODUCT_ORDER_PLACED)
        return (struct wait){"the issuer's confirmation", order->confirm_due_ms};
    return wait_for_money(order);
}

/* ---- parts ---- */

static void fill_asked(const struct product_order *order, struct arena *arena,
                       Linkgate__Admin__V1__OrderDetail *detail) {
    bool ours = order->refusal > REFUSAL_NONE && order->refusal < REFUSAL_CODES;
    detail->request = admin_id(arena, &order->request);
    detail->class1_pays = order->class1_pays;
    detail->risk = order->risk;
    detail->level = order->level;
    detail->assessed_date = admin_day(arena, order->assessed_day);
    detail->terms_sha256 = admin_bytes(arena, order->terms.bytes, DIGEST_SIZE);
    detail->consent_sha256 = admin_bytes(arena, order->consent.bytes, DIGEST_SIZE);
    detail->reference = admin_text(arena, order->reference);
    detail->detail =
        admin_text(arena, ours ? refusal_row((enum refusal_code)order->refusal)->detail : "");
    detail->deadline_ms = order->deadline_ms;
}

static void fill_course(const struct product_order *order, struct arena *arena,
                        Linkgate__Admin__V1__OrderDetail *detail) {
    struct wait wait = wait_of(order);
    detail->placed_at_ms = order->placed_at_ms;
    detail->trade_date = admin_day(arena, order->trade_day);
    detail->cancel_until_ms = order->cancel_until_ms;
    detail->confirm_due_ms = order->confirm_due_ms;
    detail->confirmed_at_ms = order->confirmed_at_ms;
    detail->confirmed_date = admin_day(arena, order->confirmed_day);
    detail->confirmed_units = order->confirmed_units;
    detail->confirmed_price = order->confirmed_price;
    detail->confirmed_fen = order->confirmed_fen;
    detail->refund_fen = order->refund_fen;
    detail->refunded_fen = order->refunded_fen;
    detail->refund_due_ms = order->refund_due_ms;
    detail->paid_out_fen = order->paid_out_fen;
    detail->matures_at_ms = order->matures_at_ms;
    detail->payout_due_ms = order->payout_due_ms;
    detail->unknown_at_ms = order->unknown ? order->unknown_at_ms : 0;
    detail->unknown_alarm_ms = order->unknown ? order->unknown_alarm_ms : 0;
    detail->inquiry = admin_id_if(arena, &order->case_id);
    detail->waits_for = admin_text(arena, wait.what);
    detail->waits_until_ms = wait.until_ms;
    detail->n_history = order->history.count;
    detail->history = admin_history_rows(OBJECT_ORDER, &order->history, arena);
    detail->history_length = history_length(&order->history);
}

static void fill_instruction(const struct product_order *order, struct arena *arena,
                             Linkgate__Admin__V1__OrderDetail *detail) {
    static const char *const actions[PRODUCT_ACTIONS] = {"NONE", "CANCEL", "REDEEM", "WITHDRAW"};
    const struct product_order_instruction *from = &order->instruction;
    if (from->action == PRODUCT_ACTION_NONE || (unsigned)from->action >= PRODUCT_ACTIONS)
        return;
    Linkgate__Admin__V1__OrderInstruction *out = arena_take(arena, sizeof(*out));
    linkgate__admin__v1__order_instruction__init(out);
    out->number = from->number;
    out->action = admin_text(arena, actions[from->action]);
    out->taken = from->taken;
    out->units = from->units;
    out->asked_at_ms = from->asked_at_ms;
    out->deadline_ms = from->deadline_ms;
    detail->instruction = out;
}

static void fill_payout(const struct product_order *order, struct arena *arena,
                        Linkgate__Admin__V1__OrderDetail *detail) {
    static const char *const purposes[PRODUCT_PAYOUTS] = {"NONE", "REDEMPTION", "INCOME",
                                                          "MATURITY"};
    const struct product_order_payout *from = &order->payout;
    if (from->purpose == PRODUCT_PAYOUT_NONE || (unsigned)from->purpose >= PRODUCT_PAYOUTS)
        return;
    Linkgate__Admin__V1__OrderPayout *out = arena_take(arena, sizeof(*out));
    linkgate__admin__v1__order_payout__init(out);
    out->purpose = admin_text(arena, purposes[from->purpose]);
    out->transfer = admin_id_if(arena, &from->transfer);
    out->units = from->units;
    out->price = from->price;
    out->fen = from->fen;
    detail->payout = out;
}

static int fill_funding(struct store *store, const struct product_order *order, struct arena *arena,
                        Linkgate__Admin__V1__OrderDetail *detail) {
    struct transfer transfer;
    const struct transfer *funding = NULL;
    if (!id_is_zero(&order->funding)) {
        int result = store_get_transfer(store, &order->funding, &transfer);
        if (result != 0)
            return result < 0 ? result : STORE_DAMAGED;
        funding = &transfer;
        detail->funding = admin_transfer_row(funding, arena);
        if (order->state == PRODUCT_ORDER_FUNDING && transfer.state == TRANSFER_UNKNOWN)
            detail->unknown_at_ms = transfer.unknown_at_ms;
    }
    detail->row = admin_product_order_row(order, funding, arena);
    return 0;
}

/* What stands about it elsewhere. */
static int fill_others(struct store *store, const struct product_order *order, struct arena *arena,
                       Linkgate__Admin__V1__OrderDetail *detail) {
    struct link link;
    struct product product;
    struct id id = store_product_id(order->issuer, span_text(order->product));
    bool distributor, issuer;
    int result = admin_bank_online(store, order->distributor, &distributor);
    if (result == 0)
        result = admin_bank_online(store, order->issuer, &issuer);
    if (result == 0)
        result = store_get_link(store, &order->link, &link);
    if (result == 0)
        result = store_get_product(store, &id, &product);
    if (result != 0)
        return result < 0 ? result : STORE_DAMAGED;
    detail->distributor_online = distributor;
    detail->issuer_online = issuer;
    detail->link_state = admin_text(arena, link_state_name(link.state));
    detail->product_name = admin_text(arena, product.terms.name);
    return 0;
}

int bought_order(struct admin_listing *listing, struct store *store) {
    struct product_order order;
    int result = store_get_order(store, &listing->after, &order);
    if (result == STORE_ABSENT)
        page_absent(listing, "There is no order of that id. See `order list`.");
    if (result != 0)
        return result < 0 ? result : 0;
    struct page page;
    page_init(&page, 1);
    Linkgate__Admin__V1__OrderDetail detail;
    linkgate__admin__v1__order_detail__init(&detail);
    fill_asked(&order, &page.arena, &detail);
    fill_course(&order, &page.arena, &detail);
    fill_instruction(&order, &page.arena, &detail);
    fill_payout(&order, &page.arena, &detail);
    result = fill_funding(store, &order, &page.arena, &detail);
    if (result == 0)
        result = fill_others(store, &order, &page.arena, &detail);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(ORDER_DETAIL);
    reply.order_detail = &detail;
    if (result == 0)
        page_finish(listing, &page, &reply);
    else
        arena_deinit(&page.arena);
    return result;
}
