/*
 * Orders of products: loading, stepping, storing, showing.
 *
 * Invariants: an order moves by orders_step alone, so that its history, deadline, open row, the quota
 * of its product, what its person holds, and the notices to both banks of its link follow from one
 * place; quota and holdings change by what product_order_takes says before and after, so that they
 * are the sums of it over all orders.
 */
#include "ledger/product_orders.h"

#include "domain/calendar.h"
#include "wire/message.h"

/* ---- loading ---- */

static int is_of_link(struct apply *apply, const struct product_order *order, bool *is_out) {
    struct link link;
    bank_code bank = apply->command->bank;
    int result = store_get_link(apply->store, &order->link, &link);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    *is_out = bank == link.class2_bank || bank == link.class1_bank;
    return 0;
}

int orders_touch(struct apply *apply, const struct id *id, struct product_order *order_out) {
    int result = store_get_order(apply->store, id, order_out);
    APPLY_TRY(result);
    bool own = false;
    if (result == 0) {
        result = is_of_link(apply, order_out, &own);
        if (result)
            return result;
    }
    if (!own)
        return refuse(apply, REFUSAL_NO_SUCH_ORDER, "order_id");
    apply_touch(apply, OBJECT_ORDER, id);
    if (order_out->frozen)
        return refuse(apply, REFUSAL_FROZEN, "order_id");
    return orders_due(apply, order_out);
}

int orders_terms(struct apply *apply, const struct product_order *order,
                 struct product *product_out) {
    struct id id = store_product_id(order->issuer, span_text(order->product));
    int result = store_get_product(apply->store, &id, product_out);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0 && order->version <= product_out->version);
    if (order->version == product_out->version)
        return 0;
    result = store_get_product_version(apply->store, &id, order->version, product_out);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    return 0;
}

int64_t orders_due_ms(const struct apply *apply, int64_t day, uint32_t working_days) {
    int64_t due_day;
    if (!calendar_working_day(apply->book, day, working_days, &due_day))
        due_day = day + working_days; /* the calendar names no working day so far ahead */
    return shanghai_day_start_ms(due_day + 1) + apply->rules->order_grace_ms;
}

bool orders_paid_at_issuer(const struct product_order *order, const struct transfer *funding) {
    return funding->in_house && order->issuer == funding->instructed;
}

/* ---- storing ---- */

static int put_quota(struct apply *apply, const struct id *product,
                     const struct product_order_take *before,
                     const struct product_order_take *now) {
    struct quota quota;
    if (before->reserved_fen == now->reserved_fen && before->sold_fen == now->sold_fen)
        return 0;
    int result = store_get_quota(apply->store, product, &quota);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0 &&
                    fen_add(quota.reserved_fen, now->reserved_fen - before->reserved_fen,
                            &quota.reserved_fen) &&
                    fen_add(quota.sold_fen, now->sold_fen - before->sold_fen, &quota.sold_fen) &&
                    quota.reserved_fen >= 0 && quota.sold_fen >= 0);
    store_put_quota(apply->store, &quota, false);
    return 0;
}

/* Puts it, and brings what stands beside it from what the stored record says to what this one says.
 * closed_out: nothing of it is open any more. */
static int put(struct apply *apply, const struct product_order *order, bool *closed_out) {
    struct product_order then = {.state = PRODUCT_ORDER_NONE};
    struct product_order_take before = {0, 0, 0}, now = product_order_takes(order);
    struct id product = store_product_id(order->issuer, span_text(order->product));
    int result = store_get_order(apply->store, &order->id, &then);
    APPLY_TRY(result);
    bool fresh = result == STORE_ABSENT;
    bool open = !fresh && product_order_open(&then);
    int64_t due_ms = fresh || then.frozen ? 0 : product_order_due_ms(&then);
    struct store_open_row row = {OBJECT_ORDER, order->link, order->id};
    if (!fresh)
        before = product_order_takes(&then);
    result = put_quota(apply, &product, &before, &now);
    if (result == 0)
        result = bought_count(apply, &product, &order->person_key, now.held_fen - before.held_fen);
    if (result)
        return result;
    if (!order->frozen)
        APPLY_TRY(store_move_deadline(apply->store, OBJECT_ORDER, &order->id, due_ms,
                                      product_order_due_ms(order)));
    APPLY_TRY(store_move_open(apply->store, &row, open, product_order_open(order)));
    store_put_order(apply->store, order, fresh);
    *closed_out = open && !product_order_open(order);
    return 0;
}

int orders_put(struct apply *apply, const struct product_order *order) {
    bool closed;
    int result = put(apply, order, &closed);
    return result || !closed ? result : link_run_off(apply, &order->link);
}

int orders_step(struct apply *apply, struct product_order *order, enum product_order_event event,
                enum cause cause, const char *reason, const struct id *about) {
    struct history_entry entry = apply_entry(apply, cause, reason);
    bool closed;
    if (about)
        entry.about = *about;
    apply_make_room(apply, OBJECT_ORDER, &order->id, &order->history);
    APPLY_INVARIANT(product_order_move(order, event, &entry));
    int result = put(apply, order, &closed);
    if (result == 0 && product_order_told(event))
        result = notice_order(apply, order);
    return result || !closed ? result : link_run_off(apply, &order->link);
}

/* ---- showing ---- */

void orders_answer(struct apply *apply, const struct product_order *order, bool replayed) {
    struct order_view view = {.order = *order, .replayed = replayed};
    buf_clear(&apply->ledger->scratch);
    message_encode_order_reply(&view, &apply->ledger->scratch);
    apply_reply(apply, MESSAGE_NONE, buf_span(&apply->ledger->scratch));
}

int orders_reply(struct apply *apply, const struct id *id, bool replayed) {
    struct product_order order;
    int result = store_get_order(apply->store, id, &order);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    orders_answer(apply, &order, replayed);
    return 0;
}

/* ---- what differs in a repeated request ---- */

static const char *differing_place(const struct place_order *now,
                                   const struct product_order *then) {
    if (!id_equal(&now->link, &then->link))
        return "link_id";
    if (now->issuer != then->issuer)
        return "issuer_bank_code";
    if (!span_equal(now->product, span_text(then->product)))
        return "product_code";
    if (now->version != then->version)
        return "product_version";
    if (now->amount.fen != then->amount.fen)
        return "amount.fen";
    if (now->class1_pays != then->class1_pays)
        return "pays";
    if (now->level != then->level)
        return "customer_level";
    if (now->assessed_day != then->assessed_day)
        return "assessed_on";
    if (!digest_equal(&now->terms, &then->terms))
        return "terms_sha256";
    return digest_equal(&now->consent, &then->consent) ? "" : "consent_sha256";
}

static const struct id *order_of(const struct command *command) {
    switch ((int)command->kind) {
    case COMMAND_CANCEL_ORDER:
        return &command->body.order.cancel.order;
    case COMMAND_REDEEM:
        return &command->body.order.redeem.order;
    case COMMAND_ORDER_RESULT:
        return &command->body.order.result.order;
    case COMMAND_PAYOUT:
        return &command->body.order.payout.order;
    default:
        return NULL;
    }
}

int orders_differs(struct apply *apply, const struct store_request *then, const char **field_out) {
    const struct id *named = order_of(apply->command);
    struct product_order order;
    *field_out = named && !id_equal(named, &then->object) ? "order_id" : "";
    if (named || then->refusal)
        return 0;
    int result = store_get_order(apply->store, &then->object, &order);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    *field_out = differing_place(&apply->command->body.order.place, &order);
    return 0;
}
