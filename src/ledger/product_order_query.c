/*
 * Orders and holdings as the banks of their link look at them. Nothing here changes anything.
 */
#include "ledger/links.h"
#include "ledger/product_orders.h"
#include "wire/message.h"

int orders_get(struct apply *apply) {
    struct product_order order;
    struct link link;
    int result = apply_check_bank(apply);
    if (result)
        return result;
    result = store_get_order(apply->store, &apply->command->body.order.get.order, &order);
    APPLY_TRY(result);
    if (result == 0)
        result = store_get_link(apply->store, &order.link, &link);
    APPLY_TRY(result);
    bank_code bank = apply->command->bank;
    if (result || (bank != link.class1_bank && bank != link.class2_bank))
        return refuse(apply, REFUSAL_NO_SUCH_ORDER, "order_id");
    orders_answer(apply, &order, false);
    return 0;
}

static bool wanted(const struct list_holdings *query, const struct product_order *order) {
    return (query->all || order->units > 0) &&
           (query->issuer == 0 || query->issuer == order->issuer) &&
           (query->product.size == 0 || span_equal(query->product, span_text(order->product)));
}

/* 1: it is on the page. */
static int take(struct apply *apply, const struct id *id) {
    struct order_view view = {.replayed = false};
    int result = store_get_order(apply->store, id, &view.order);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (!wanted(&apply->command->body.order.list_holdings, &view.order))
        return 0;
    message_encode_holdings_page_entry(&view, &apply->ledger->scratch);
    return 1;
}

int orders_list_holdings(struct apply *apply) {
    const struct list_holdings *query = &apply->command->body.order.list_holdings;
    struct buf *page = &apply->ledger->scratch;
    struct id last = query->after, next;
    struct link link;
    uint32_t taken = 0;
    int result = apply_check_bank(apply);
    if (result == 0)
        result = link_load_own(apply, &query->link, &link);
    if (result)
        return result;
    buf_clear(page);
    int more = store_next_order_of_link(apply->store, &query->link, &last, &next);
    for (uint32_t looked = 0; more == 0 && taken < query->max && looked < LEDGER_LIST_LOOK_MAX;
         looked++) {
        result = take(apply, &next);
        if (result < 0 || result == APPLY_BROKEN)
            return result;
        taken += (uint32_t)result;
        last = next;
        more = store_next_order_of_link(apply->store, &query->link, &last, &next);
    }
    APPLY_TRY(more);
    message_encode_holdings_page_next(more == 0 ? &last : &(struct id){{0}}, page);
    apply_reply(apply, MESSAGE_NONE, buf_span(page));
    return 0;
}
