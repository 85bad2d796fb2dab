/*
 * Orders of products, and what customers hold by them: lists and details. Operators look; banks and
 * customers decide. The story of an order is told in ctl_explain_order.c.
 */
#include "tools/ctl_bought.h"

#include <string.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_object.h"
#include "tools/ctl_values.h"

/* ---- what lists are asked for ---- */

enum ctl_exit ctl_take_of_link(struct ctl_session *session, struct id *link,
                               ProtobufCBinaryData *bytes_out) {
    const char *text = session->args->values[CTL_LINK];
    if (text == NULL)
        return CTL_OK;
    enum ctl_exit result = ctl_take_id(session, text, link);
    if (result == CTL_OK)
        *bytes_out = ctl_id_bytes(link);
    return result;
}

enum ctl_exit ctl_take_product(struct ctl_session *session, char **code_out) {
    const char *text = session->args->values[CTL_PRODUCT];
    if (text == NULL)
        return CTL_OK;
    if (!product_code_valid(span_text(text)))
        return ctl_wrong(session,
                         "'%s' is no product's code: 1 to 32 capital letters, digits, - and _; see "
                         "linkgatectl product list",
                         text);
    *code_out = (char *)(uintptr_t)text; /* never written through */
    return CTL_OK;
}

enum ctl_exit ctl_take_these(struct ctl_session *session, const struct ctl_names *states,
                             uint32_t *state_out, uint64_t *bank_out, struct ctl_when *when_out,
                             struct id *place, ProtobufCBinaryData *after_out) {
    const char *after = session->args->values[CTL_AFTER];
    *when_out = (struct ctl_when){0};
    enum ctl_exit result = ctl_take_name(session, CTL_STATE, states, "state", state_out);
    if (result == CTL_OK)
        result = ctl_take_bank_option(session, bank_out);
    if (result == CTL_OK)
        result = ctl_take_time(session, CTL_FROM, CTL_TIME_FROM, &when_out->from_ms);
    if (result == CTL_OK)
        result = ctl_take_time(session, CTL_TO, CTL_TIME_TO, &when_out->until_ms);
    if (result != CTL_OK || after == NULL)
        return result;
    result = ctl_take_id(session, after, place);
    if (result == CTL_OK)
        *after_out = ctl_id_bytes(place);
    return result;
}

static enum ctl_exit take_issuer(struct ctl_session *session, uint64_t *code_out) {
    const char *text = session->args->values[CTL_ISSUER];
    return text == NULL ? CTL_OK : ctl_take_bank(session, text, code_out);
}

/* ---- orders ---- */

CTL_PAGES(orders, orders, list_orders)

/* Not in order of time where only open ones are asked for: the gateway looks at the times. */
static const struct ctl_list order_pages = {.result = CTL_RESULT(ORDERS),
                                            .shape = &ctl_shape_product_order,
                                            .page = orders_page,
                                            .go_on = orders_go_on,
                                            .set_max = orders_set_max,
                                            .row_key = "id"};

const struct ctl_column ctl_order_columns[] = {
    {"ORDER", "id", CTL_CELL_TEXT},
    {"STATE", "state", CTL_CELL_TEXT},
    {"UNKNOWN", "unknown", CTL_CELL_MARK},
    {"LATE", "late", CTL_CELL_TEXT},
    {"REASON", "reason", CTL_CELL_TEXT},
    {"MONEY", "money", CTL_CELL_TEXT},
    {"PRODUCT IS", "product_stands", CTL_CELL_TEXT},
    {"ISSUER", "issuer", CTL_CELL_TEXT},
    {"PRODUCT", "product", CTL_CELL_TEXT},
    {"PLACED BY", "distributor", CTL_CELL_TEXT},
    {"AMOUNT", "amount_fen", CTL_CELL_FEN},
    {"UNITS", "units", CTL_CELL_UNITS},
    {"CREATED", "created_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_order_list(struct ctl_session *session) {
    struct id place, link;
    struct ctl_when when;
    Linkgate__Admin__V1__ListOrders order;
    linkgate__admin__v1__list_orders__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_ORDERS));
    request.list_orders = &order;
    order.late = session->args->values[CTL_LATE] != NULL;
    order.unknown = session->args->values[CTL_UNKNOWN] != NULL;
    order.open = session->args->values[CTL_OPEN] != NULL;
    enum ctl_exit result = ctl_take_these(session, &ctl_product_order_states, &order.state,
                                          &order.bank, &when, &place, &order.after);
    order.from_ms = when.from_ms;
    order.until_ms = when.until_ms;
    if (result == CTL_OK)
        result = ctl_take_of_link(session, &link, &order.link);
    if (result == CTL_OK)
        result = take_issuer(session, &order.issuer);
    if (result == CTL_OK)
        result = ctl_take_product(session, &order.product);
    return result == CTL_OK ? ctl_list(session, &order_pages, &request, ctl_order_columns) : result;
}

enum ctl_exit ctl_get_order(struct ctl_session *session, json_t **order_out) {
    struct id id;
    Linkgate__Admin__V1__GetOrder order;
    linkgate__admin__v1__get_order__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &id);
    order.id = ctl_id_bytes(&id);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_ORDER));
    request.get_order = &order;
    if (result == CTL_OK)
        result = ctl_ask_for(session, &request, CTL_RESULT(ORDER_DETAIL));
    if (result == CTL_OK)
        *order_out = ctl_json(&ctl_shape_product_order_detail, session->reply->order_detail);
    return result;
}

static const struct ctl_column card[] = {
    {"order", "id", CTL_CELL_TEXT},
    {"state", "state", CTL_CELL_TEXT},
    {"comes to", "ends", CTL_CELL_TEXT},
    {"unknown", "unknown", CTL_CELL_YES},
    {"late", "late", CTL_CELL_TEXT},
    {"conflict", "conflict", CTL_CELL_YES},
    {"frozen", "frozen", CTL_CELL_YES},
    {"reason", "reason", CTL_CELL_TEXT},
    {"detail", "detail", CTL_CELL_TEXT},
    {"money", "money", CTL_CELL_TEXT},
    {"product is", "product_stands", CTL_CELL_TEXT},
    {"waits for", "waits_for", CTL_CELL_TEXT},
    {"waits until", "waits_until", CTL_CELL_TIME},
    {"kind", "kind", CTL_CELL_TEXT},
    {"product", "product", CTL_CELL_TEXT},
    {"name", "product_name", CTL_CELL_TEXT},
    {"version", "version", CTL_CELL_TEXT},
    {"issuer", "issuer", CTL_CELL_TEXT},
    {"placed by", "distributor", CTL_CELL_TEXT},
    {"link", "link", CTL_CELL_TEXT},
    {"link is", "link_state", CTL_CELL_TEXT},
    {"request", "request", CTL_CELL_TEXT},
    {"amount", "amount_fen", CTL_CELL_FEN},
    {"Class I account pays", "class1_pays", CTL_CELL_YES},
    {"risk", "risk", CTL_CELL_TEXT},
    {"customer's level", "level", CTL_CELL_TEXT},
    {"assessed on", "assessed_date", CTL_CELL_TEXT},
    {"created at", "created_at", CTL_CELL_TIME},
    {"placed at", "placed_at", CTL_CELL_TIME},
    {"counts for", "trade_date", CTL_CELL_TEXT},
    {"can be cancelled until", "cancel_until", CTL_CELL_TIME},
    {"confirmation due", "confirm_due_at", CTL_CELL_TIME},
    {"confirmed at", "confirmed_at", CTL_CELL_TIME},
    {"units", "confirmed_units", CTL_CELL_UNITS},
    {"price of a unit", "confirmed_price", CTL_CELL_PRICE},
    {"worth", "confirmed_fen", CTL_CELL_FEN},
    {"to come back", "refund_fen", CTL_CELL_FEN},
    {"of it is back", "refunded_fen", CTL_CELL_FEN},
    {"return due", "refund_due_at", CTL_CELL_TIME},
    {"units left", "units", CTL_CELL_UNITS},
    {"paid out", "paid_out_fen", CTL_CELL_FEN},
    {"term ends", "matures_at", CTL_CELL_TIME},
    {"payout due", "payout_due_at", CTL_CELL_TIME},
    {"issuer's reference", "reference", CTL_CELL_TEXT},
    {"case", "case", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column instruction_card[] = {
    {"instruction", "number", CTL_CELL_TEXT},
    {"action", "action", CTL_CELL_TEXT},
    {"taken", "taken", CTL_CELL_YES},
    {"units", "units", CTL_CELL_UNITS},
    {"asked at", "asked_at", CTL_CELL_TIME},
    {"answer due", "deadline_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column payout_card[] = {
    {"payout", "purpose", CTL_CELL_TEXT},   {"transfer", "transfer", CTL_CELL_TEXT},
    {"units", "units", CTL_CELL_UNITS},     {"price of a unit", "price", CTL_CELL_PRICE},
    {"amount", "amount_fen", CTL_CELL_FEN}, {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column funding_card[] = {
    {"transfer that pays", "id", CTL_CELL_TEXT},
    {"state", "state", CTL_CELL_TEXT},
    {"direction", "direction", CTL_CELL_TEXT},
    {"amount", "amount_fen", CTL_CELL_FEN},
    {"debtor bank", "debtor_bank", CTL_CELL_TEXT},
    {"creditor bank", "creditor_bank", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

void ctl_print_part(const json_t *object, const char *key, const struct ctl_column *columns,
                    FILE *to) {
    const json_t *part = json_object_get(object, key);
    if (!json_is_object(part))
        return;
    ctl_print_card(part, columns, to);
    fputc('\n', to);
}

enum ctl_exit ctl_order_show(struct ctl_session *session) {
    json_t *order;
    enum ctl_exit result = ctl_get_order(session, &order);
    if (result != CTL_OK)
        return result;
    if (session->args->json) {
        ctl_dump(session, order);
        return CTL_OK;
    }
    ctl_print_card(order, card, session->out);
    fputc('\n', session->out);
    ctl_print_part(order, "funding", funding_card, session->out);
    ctl_print_part(order, "instruction", instruction_card, session->out);
    ctl_print_part(order, "payout", payout_card, session->out);
    ctl_print_history(order, session->out);
    json_decref(order);
    return CTL_OK;
}

/* ---- holdings ---- */

CTL_PAGES(holdings, holdings, list_holdings)

static const struct ctl_list holding_pages = {.result = CTL_RESULT(HOLDINGS),
                                              .shape = &ctl_shape_holding,
                                              .page = holdings_page,
                                              .go_on = holdings_go_on,
                                              .set_max = holdings_set_max,
                                              .row_key = "order",
                                              .by_id = true};

static const struct ctl_column holding_columns[] = {
    {"ORDER", "order", CTL_CELL_TEXT},      {"STATE", "state", CTL_CELL_TEXT},
    {"ISSUER", "issuer", CTL_CELL_TEXT},    {"PRODUCT", "product", CTL_CELL_TEXT},
    {"NAME", "name", CTL_CELL_TEXT},        {"KIND", "kind", CTL_CELL_TEXT},
    {"UNITS", "units", CTL_CELL_UNITS},     {"PRICE", "price", CTL_CELL_PRICE},
    {"OF", "price_date", CTL_CELL_TEXT},    {"WORTH", "worth_fen", CTL_CELL_FEN},
    {"BOUGHT", "bought_fen", CTL_CELL_FEN}, {"TERM ENDS", "matures_at", CTL_CELL_TIME},
    {"LINK", "link", CTL_CELL_TEXT},        {NULL, NULL, CTL_CELL_TEXT},
};

/* Whose product it is, and which. */
static enum ctl_exit take_what(struct ctl_session *session,
                               Linkgate__Admin__V1__ListHoldings *order) {
    enum ctl_exit result = take_issuer(session, &order->issuer);
    return result == CTL_OK ? ctl_take_product(session, &order->product) : result;
}

enum ctl_exit ctl_holding_list(struct ctl_session *session) {
    struct id place, link;
    Linkgate__Admin__V1__ListHoldings order;
    linkgate__admin__v1__list_holdings__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_HOLDINGS));
    request.list_holdings = &order;
    enum ctl_exit result = ctl_take_bank_option(session, &order.bank);
    if (result == CTL_OK)
        result = ctl_take_place(session, &place, &order.after);
    if (result == CTL_OK)
        result = ctl_take_of_link(session, &link, &order.link);
    if (result == CTL_OK)
        result = take_what(session, &order);
    return result == CTL_OK ? ctl_list(session, &holding_pages, &request, holding_columns) : result;
}

/* Those of one link, behind the others. */
static enum ctl_exit add_holdings(struct ctl_session *session, struct id *link, json_t *all) {
    struct ctl_rows rows;
    Linkgate__Admin__V1__ListHoldings order;
    linkgate__admin__v1__list_holdings__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_HOLDINGS));
    request.list_holdings = &order;
    order.link = ctl_id_bytes(link);
    enum ctl_exit result = take_what(session, &order);
    if (result == CTL_OK)
        result = ctl_gather(session, &holding_pages, &request, CTL_LIMIT_MAX, &rows);
    if (result != CTL_OK)
        return result;
    ENSURE(json_array_extend(all, rows.rows) == 0);
    ctl_rows_deinit(&rows);
    return CTL_OK;
}

enum ctl_exit ctl_holding_search(struct ctl_session *session) {
    struct id links[SEARCH_FOUND_MAX];
    size_t count = 0;
    enum ctl_exit result = ctl_ask_search(session);
    if (result != CTL_OK)
        return result;
    const Linkgate__Admin__V1__LinkPage *page = session->reply->links;
    bool more = page->more;
    for (size_t i = 0; i < page->n_rows && count < SEARCH_FOUND_MAX; i++) {
        if (id_from_span(span_of(page->rows[i]->id.data, page->rows[i]->id.len), &links[count]))
            count++;
    }
    json_t *rows = ctl_json_array();
    for (size_t i = 0; i < count && result == CTL_OK; i++)
        result = add_holdings(session, &links[i], rows);
    if (result == CTL_OK && session->args->json)
        ctl_dump(session, json_pack("{s:O, s:b, s:n}", session->args->command->rows, rows, "more",
                                    (int)more, "next"));
    else if (result == CTL_OK)
        ctl_print_table(rows, holding_columns, session->out);
    if (result == CTL_OK && more && !session->args->json)
        fprintf(session->errors, "There are more links, whose holdings are not shown\n");
    json_decref(rows);
    return result;
}
