/*
 * The catalogue: products that issuing banks publish. Operators look; only issuers change them.
 */
#include <stdio.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_values.h"

/* ---- the list ---- */

CTL_PAGES(products, products, list_products)

static const struct ctl_list product_pages = {.result = CTL_RESULT(PRODUCTS),
                                              .shape = &ctl_shape_product,
                                              .page = products_page,
                                              .go_on = products_go_on,
                                              .set_max = products_set_max,
                                              .row_key = "sequence"};

static const struct ctl_column columns[] = {
    {"ISSUER", "issuer", CTL_CELL_TEXT},      {"CODE", "code", CTL_CELL_TEXT},
    {"NAME", "name", CTL_CELL_TEXT},          {"KIND", "kind", CTL_CELL_TEXT},
    {"RISK", "risk", CTL_CELL_RIGHT},         {"STATE", "state", CTL_CELL_TEXT},
    {"VERSION", "version", CTL_CELL_RIGHT},   {"QUOTA", "quota_fen", CTL_CELL_FEN},
    {"SOLD", "sold_fen", CTL_CELL_FEN},       {"RESERVED", "reserved_fen", CTL_CELL_FEN},
    {"CHANGED", "changed_at", CTL_CELL_TIME}, {NULL, NULL, CTL_CELL_TEXT},
};

static enum ctl_exit take_after(struct ctl_session *session, uint64_t *after_out) {
    int64_t after = 0;
    enum ctl_exit result = ctl_take_number(session, CTL_AFTER, 0, INT64_MAX, &after);
    *after_out = (uint64_t)after;
    return result;
}

enum ctl_exit ctl_product_list(struct ctl_session *session) {
    Linkgate__Admin__V1__ListProducts order;
    linkgate__admin__v1__list_products__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_PRODUCTS));
    request.list_products = &order;
    enum ctl_exit result =
        ctl_take_name(session, CTL_STATE, &ctl_product_states, "state", &order.state);
    if (result == CTL_OK)
        result = ctl_take_bank_option(session, &order.bank);
    if (result == CTL_OK)
        result = take_after(session, &order.after);
    return result == CTL_OK ? ctl_list(session, &product_pages, &request, columns) : result;
}

/* ---- one product ---- */

CTL_PAGE(versions, products)

static void versions_go_on(const ctl_reply *reply, ctl_request *request) {
    request->get_product->after = reply->products->next;
}

static void versions_set_max(ctl_request *request, uint32_t max) {
    request->get_product->max = max;
}

static const struct ctl_list version_pages = {.result = CTL_RESULT(PRODUCTS),
                                              .shape = &ctl_shape_product,
                                              .page = versions_page,
                                              .go_on = versions_go_on,
                                              .set_max = versions_set_max,
                                              .row_key = "version"};

/* Issuer and code: the words of the command. */
static enum ctl_exit take_product(struct ctl_session *session,
                                  Linkgate__Admin__V1__GetProduct *order) {
    enum ctl_exit result = ctl_take_bank(session, session->args->words[0], &order->issuer);
    order->code = (char *)(uintptr_t)session->args->words[1]; /* never written through */
    return result;
}

static const struct ctl_column history_columns[] = {
    {"VERSION", "version", CTL_CELL_RIGHT},
    {"STATE", "state", CTL_CELL_TEXT},
    {"TERMS OF", "terms_version", CTL_CELL_RIGHT},
    {"NAME", "name", CTL_CELL_TEXT},
    {"RISK", "risk", CTL_CELL_RIGHT},
    {"MINIMUM", "minimum_fen", CTL_CELL_FEN},
    {"QUOTA", "quota_fen", CTL_CELL_FEN},
    {"PRICE", "price", CTL_CELL_RIGHT},
    {"CHANGED", "changed_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_product_history(struct ctl_session *session) {
    Linkgate__Admin__V1__GetProduct order;
    linkgate__admin__v1__get_product__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_PRODUCT));
    request.get_product = &order;
    enum ctl_exit result = take_product(session, &order);
    if (result == CTL_OK)
        result = take_after(session, &order.after);
    return result == CTL_OK ? ctl_list(session, &version_pages, &request, history_columns) : result;
}

static const struct ctl_column card[] = {
    {"issuer", "issuer", CTL_CELL_TEXT},
    {"code", "code", CTL_CELL_TEXT},
    {"name", "name", CTL_CELL_TEXT},
    {"kind", "kind", CTL_CELL_TEXT},
    {"risk", "risk", CTL_CELL_TEXT},
    {"state", "state", CTL_CELL_TEXT},
    {"version", "version", CTL_CELL_TEXT},
    {"terms since version", "terms_version", CTL_CELL_TEXT},
    {"digest of the terms", "text_sha256", CTL_CELL_TEXT},
    {"smallest order", "minimum_fen", CTL_CELL_FEN},
    {"in steps of", "increment_fen", CTL_CELL_FEN},
    {"at most for a person", "person_maximum_fen", CTL_CELL_LIMIT},
    {"term in days", "term_days", CTL_CELL_TEXT},
    {"rate a year, 1/1000000", "rate", CTL_CELL_TEXT},
    {"confirmed on T+", "confirm_days", CTL_CELL_TEXT},
    {"paid out on T+", "payout_days", CTL_CELL_TEXT},
    {"partner", "partner", CTL_CELL_TEXT},
    {"quota", "quota_fen", CTL_CELL_LIMIT},
    {"sold", "sold_fen", CTL_CELL_FEN},
    {"reserved", "reserved_fen", CTL_CELL_FEN},
    {"on sale from", "on_sale_from", CTL_CELL_TIME},
    {"on sale until", "on_sale_until", CTL_CELL_TIME},
    {"price of a unit, 1/1000000", "price", CTL_CELL_TEXT},
    {"of the day", "price_date", CTL_CELL_TEXT},
    {"every bank sells it", "all_banks", CTL_CELL_YES},
    {"sold by", "banks", CTL_CELL_TEXT},
    {"once sold by", "former_banks", CTL_CELL_TEXT},
    {"published at", "published_at", CTL_CELL_TIME},
    {"changed at", "changed_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_product_show(struct ctl_session *session) {
    Linkgate__Admin__V1__GetProduct order;
    linkgate__admin__v1__get_product__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_PRODUCT));
    request.get_product = &order;
    order.present = true;
    enum ctl_exit result = take_product(session, &order);
    if (result == CTL_OK)
        result = ctl_ask_for(session, &request, CTL_RESULT(PRODUCTS));
    if (result != CTL_OK || session->reply->products->n_rows == 0)
        return result;
    json_t *row = ctl_json(&ctl_shape_product, session->reply->products->rows[0]);
    if (session->args->json) {
        ctl_dump(session, row);
        return CTL_OK;
    }
    ctl_print_card(row, card, session->out);
    json_decref(row);
    return CTL_OK;
}
