/*
 * Orders of products, as operators see them, and what customers hold by them.
 *
 * Invariant: where money and product stand is told from the order's state (law I16), and that one is
 * unknown from its own flag or from its transfer, as the ledger keeps them. Nothing of a person is here.
 */
#include "daemon/admin_bought.h"

#include <string.h>

#include "domain/calendar.h"
#include "domain/product_units.h"
#include "store/catalogue.h"

char *admin_day(struct arena *arena, int64_t day) {
    char text[DATE_TEXT_SIZE] = "";
    if (day != 0)
        date_format(day, text);
    return admin_text(arena, text);
}

/* ---- rows ---- */

static void fill_late(const struct product_order *order, struct arena *arena,
                      Linkgate__Admin__V1__OrderRow *row) {
    static const struct {
        uint32_t bit;
        const char *name;
    } kinds[] = {{PRODUCT_LATE_CONFIRMATION, "CONFIRMATION"},
                 {PRODUCT_LATE_REFUND, "REFUND"},
                 {PRODUCT_LATE_PAYOUT, "PAYOUT"}};
    row->late = arena_take(arena, sizeof(kinds) / sizeof(kinds[0]) * sizeof(char *));
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (order->late & kinds[i].bit)
            row->late[row->n_late++] = admin_text(arena, kinds[i].name);
    }
}

static bool order_unknown(const struct product_order *order, const struct transfer *funding) {
    return order->unknown || (order->state == PRODUCT_ORDER_FUNDING && funding != NULL &&
                              funding->state == TRANSFER_UNKNOWN);
}

Linkgate__Admin__V1__OrderRow *admin_product_order_row(const struct product_order *order,
                                                       const struct transfer *funding,
                                                       struct arena *arena) {
    struct product_order_pair pair = product_order_pair(order);
    Linkgate__Admin__V1__OrderRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__order_row__init(row);
    row->id = admin_id(arena, &order->id);
    row->state = admin_text(arena, product_order_state_name(order->state));
    if (order->ends != PRODUCT_ORDER_NONE)
        row->ends = admin_text(arena, product_order_state_name(order->ends));
    row->frozen = order->frozen;
    row->conflict = order->conflict;
    row->unknown = order_unknown(order, funding);
    fill_late(order, arena, row);
    row->open = product_order_open(order);
    row->money = admin_text(arena, product_order_money_name(pair.money));
    row->placed = admin_text(arena, product_order_product_name(pair.product));
    row->kind = admin_text(arena, product_kind_name(order->kind));
    row->link = admin_id(arena, &order->link);
    row->distributor = order->distributor;
    row->issuer = order->issuer;
    row->product = admin_text(arena, order->product);
    row->version = order->version;
    row->amount_fen = order->amount.fen;
    row->currency = admin_text(arena, order->amount.currency);
    row->units = order->units;
    row->reason = admin_text(arena, order->reason);
    row->created_at_ms = order->created_at_ms;
    row->due_at_ms = product_order_due_ms(order);
    return row;
}

/* The transfer that pays it, while it tells what becomes of the order. */
static int load_funding(struct store *store, const struct product_order *order,
                        struct transfer *funding_out, const struct transfer **which_out) {
    *which_out = NULL;
    if (order->state != PRODUCT_ORDER_FUNDING || id_is_zero(&order->funding))
        return 0;
    int result = store_get_transfer(store, &order->funding, funding_out);
    if (result == 0)
        *which_out = funding_out;
    return result > 0 ? STORE_DAMAGED : result;
}

int admin_order_row_of(struct store *store, const struct product_order *order, struct arena *arena,
                       Linkgate__Admin__V1__OrderRow **row_out) {
    struct transfer transfer;
    const struct transfer *funding;
    int result = load_funding(store, order, &transfer, &funding);
    if (result == 0)
        *row_out = admin_product_order_row(order, funding, arena);
    return result;
}

/* ---- lists ---- */

static bool by_open(const struct admin_filter *filter) {
    return id_is_zero(&filter->link) && (filter->open || filter->late || filter->unknown);
}

struct id admin_bought_begin(const struct admin_listing *listing) {
    const struct admin_filter *filter = &listing->filter;
    struct id from = id_make(filter->from_ms > 0 ? filter->from_ms : 0, 0, 0);
    if (by_open(filter) || filter->from_ms <= 0)
        return listing->after;
    return id_compare(&listing->after, &from) > 0 ? listing->after : from;
}

bool admin_bought_in_time(const struct admin_filter *filter, const struct id *id) {
    return id_ms(id) >= filter->from_ms && (filter->until_ms == 0 || id_ms(id) < filter->until_ms);
}

bool admin_bought_past(const struct admin_listing *listing, const struct id *id) {
    const struct admin_filter *filter = &listing->filter;
    return !by_open(filter) && filter->until_ms != 0 && id_ms(id) >= filter->until_ms;
}

/* Behind one of that link, which may be gone from the table; link NULL: the first one. */
static int next_open(struct store *store, enum object_kind kind, const struct id *link,
                     const struct id *after, struct id *id_out) {
    struct store_open_row from = {.kind = kind, .object = *after};
    struct store_open_row row;
    if (link != NULL)
        from.parent = *link;
    int result = store_next_open(store, kind, link == NULL ? NULL : &from, &row);
    if (result == 0)
        *id_out = row.object;
    return result;
}

int admin_next_order(const struct admin_listing *listing, struct store *store,
                     const struct id *after, struct product_order *order_out) {
    const struct admin_filter *filter = &listing->filter;
    struct product_order last;
    struct id id;
    int result = 0;
    if (id_is_zero(&filter->link) && !by_open(filter))
        return store_next_order(store, after, order_out);
    if (!id_is_zero(&filter->link)) {
        result = store_next_order_of_link(store, &filter->link, after, &id);
    } else {
        bool first = id_is_zero(after);
        if (!first)
            result = store_get_order(store, after, &last);
        if (result == 0)
            result = next_open(store, OBJECT_ORDER, first ? NULL : &last.link, after, &id);
    }
    if (result != 0)
        return result;
    result = store_get_order(store, &id, order_out);
    return result > 0 ? STORE_DAMAGED : result;
}

int admin_next_loan(const struct admin_listing *listing, struct store *store,
                    const struct id *after, struct loan *loan_out) {
    const struct admin_filter *filter = &listing->filter;
    struct loan last;
    struct id id;
    int result = 0;
    if (id_is_zero(&filter->link) && !by_open(filter))
        return store_next_loan(store, after, loan_out);
    if (!id_is_zero(&filter->link)) {
        result = store_next_loan_of_link(store, &filter->link, after, &id);
    } else {
        bool first = id_is_zero(after);
        if (!first)
            result = store_get_loan(store, after, &last);
        if (result == 0)
            result = next_open(store, OBJECT_LOAN, first ? NULL : &last.link, after, &id);
    }
    if (result != 0)
        return result;
    result = store_get_loan(store, &id, loan_out);
    return result > 0 ? STORE_DAMAGED : result;
}

static bool is_of(const struct admin_filter *filter, const struct product_order *order) {
    return (filter->bank == 0 || filter->bank == order->distributor ||
            filter->bank == order->issuer) &&
           (filter->issuer == 0 || filter->issuer == order->issuer) &&
           (filter->product[0] == '\0' || strcmp(filter->product, order->product) == 0);
}

/* But for what its transfer tells. */
static bool fits(const struct admin_filter *filter, const struct product_order *order) {
    bool may_be_unknown = order->unknown || order->state == PRODUCT_ORDER_FUNDING;
    return is_of(filter, order) && admin_bought_in_time(filter, &order->id) &&
           (filter->state == 0 || filter->state == (uint32_t)order->state) &&
           (!filter->late || order->late != 0) && (!filter->open || product_order_open(order)) &&
           (!filter->unknown || may_be_unknown);
}

static int add_order(const struct admin_filter *filter, struct store *store, struct page *page,
                     const struct product_order *order, bool *added_out) {
    Linkgate__Admin__V1__OrderRow *row;
    int result = admin_order_row_of(store, order, &page->arena, &row);
    if (result == 0)
        *added_out = (filter->unknown && !row->unknown) || page_add(page, &row->base);
    return result;
}

int bought_orders(struct admin_listing *listing, struct store *store) {
    struct page page;
    struct product_order order;
    struct id last = admin_bought_begin(listing);
    bool added = true;
    int result;
    page_init(&page, listing->max);
    while ((result = admin_next_order(listing, store, &last, &order)) == 0 &&
           !admin_bought_past(listing, &order.id) && page_look(&page)) {
        if (fits(&listing->filter, &order) &&
            ((result = add_order(&listing->filter, store, &page, &order, &added)) != 0 || !added))
            break;
        last = order.id;
    }
    Linkgate__Admin__V1__OrderPage message;
    linkgate__admin__v1__order_page__init(&message);
    PAGE_SEND(listing, &page, message, admin_id(&page.arena, &last), ORDERS, orders);
    return result < 0 ? result : 0;
}

/* ---- what customers hold ---- */

/* The latest price; a deposit's unit is 1 CNY. */
static void fill_price(const struct product_order *order, const struct product *product,
                       struct arena *arena, Linkgate__Admin__V1__HoldingRow *row) {
    bool deposit = order->kind == PRODUCT_DEPOSIT;
    row->price = deposit ? PRODUCT_DEPOSIT_PRICE : product->sale.price;
    if (!deposit && product->sale.price > 0)
        row->price_date = admin_day(arena, product->sale.price_day);
    if (!product_units_worth(order->units, row->price, &row->worth_fen))
        row->worth_fen = 0;
}

static int holding_row(struct store *store, const struct product_order *order, struct arena *arena,
                       ProtobufCMessage **row_out) {
    struct product product;
    struct id id = store_product_id(order->issuer, span_text(order->product));
    int result = store_get_product(store, &id, &product);
    if (result != 0)
        return result < 0 ? result : STORE_DAMAGED;
    Linkgate__Admin__V1__HoldingRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__holding_row__init(row);
    row->order = admin_id(arena, &order->id);
    row->state = admin_text(arena, product_order_state_name(order->state));
    row->link = admin_id(arena, &order->link);
    row->distributor = order->distributor;
    row->issuer = order->issuer;
    row->product = admin_text(arena, order->product);
    row->name = admin_text(arena, product.terms.name);
    row->kind = admin_text(arena, product_kind_name(order->kind));
    row->currency = admin_text(arena, order->amount.currency);
    row->units = order->units;
    row->bought_fen = order->confirmed_fen;
    row->matures_at_ms = order->matures_at_ms;
    fill_price(order, &product, arena, row);
    *row_out = &row->base;
    return 0;
}

int bought_holdings(struct admin_listing *listing, struct store *store) {
    struct page page;
    struct product_order order;
    struct id last = listing->after;
    int result;
    page_init(&page, listing->max);
    while ((result = admin_next_order(listing, store, &last, &order)) == 0 && page_look(&page)) {
        ProtobufCMessage *row = NULL;
        if (order.units > 0 && is_of(&listing->filter, &order))
            result = holding_row(store, &order, &page.arena, &row);
        if (result != 0 || (row != NULL && !page_add(&page, row)))
            break;
        last = order.id;
    }
    Linkgate__Admin__V1__HoldingPage message;
    linkgate__admin__v1__holding_page__init(&message);
    PAGE_SEND(listing, &page, message, admin_id(&page.arena, &last), HOLDINGS, holdings);
    return result < 0 ? result : 0;
}
