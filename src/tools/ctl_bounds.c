/*
 * What banks may owe, and what they pay in and take out.
 *
 * Invariant: amounts are typed and shown in CNY; the formula is shown with every term of it, so that
 * whoever reads why something is refused can add it up.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_order.h"
#include "tools/ctl_values.h"

/* ---- caps ---- */

/* An amount, or none. */
static enum ctl_exit take_cap(struct ctl_session *session, enum ctl_option option,
                              protobuf_c_boolean *has_out, int64_t *fen_out) {
    const char *text = session->args->values[option];
    if (text != NULL && strcmp(text, "none") == 0)
        return CTL_OK;
    *has_out = text != NULL;
    return ctl_take_fen(session, option, fen_out);
}

static enum ctl_exit take_prefunded(struct ctl_session *session,
                                    Linkgate__Admin__V1__CapSet *order) {
    const char *text = session->args->values[CTL_PREFUNDED];
    if (text == NULL)
        return CTL_OK;
    order->set_prefunded = true;
    order->prefunded = strcmp(text, "yes") == 0;
    if (order->prefunded || strcmp(text, "no") == 0)
        return CTL_OK;
    return ctl_wrong(session, "--prefunded %s: say yes or no", text);
}

static enum ctl_exit take_warnings(struct ctl_session *session, uint32_t room[EXPOSURE_WARNINGS],
                                   Linkgate__Admin__V1__CapSet *order) {
    const char *text = session->args->values[CTL_WARN];
    if (text == NULL)
        return CTL_OK;
    order->set_warn = true;
    order->warn_percent = room;
    for (const char *at = text; *at != '\0';) {
        char *end;
        unsigned long percent = strtoul(at, &end, 10);
        bool more = *end == ',' && end[1] != '\0';
        if (end == at || percent < 1 || percent > 100 || (*end != '\0' && !more) ||
            order->n_warn_percent == EXPOSURE_WARNINGS ||
            (order->n_warn_percent > 0 && percent <= room[order->n_warn_percent - 1]))
            return ctl_wrong(
                session, "--warn %s: give up to three, ascending, from 1 to 100, like 80,95", text);
        room[order->n_warn_percent++] = (uint32_t)percent;
        at = more ? end + 1 : end;
    }
    return CTL_OK;
}

enum ctl_exit ctl_cap_set(struct ctl_session *session) {
    uint32_t warnings[EXPOSURE_WARNINGS];
    Linkgate__Admin__V1__CapSet order;
    linkgate__admin__v1__cap_set__init(&order);
    enum ctl_exit result = ctl_take_bank(session, session->args->words[0], &order.code);
    order.set_cap = session->args->values[CTL_NET_DEBIT_CAP] != NULL;
    if (result == CTL_OK)
        result = take_cap(session, CTL_NET_DEBIT_CAP, &order.has_cap, &order.cap_fen);
    if (result == CTL_OK)
        result = take_prefunded(session, &order);
    if (result == CTL_OK)
        result = take_warnings(session, warnings, &order);
    if (result == CTL_OK && !order.set_cap && !order.set_prefunded && !order.set_warn)
        result = ctl_wrong(session, "say what to set: --net-debit-cap, --warn, --prefunded");
    if (result != CTL_OK)
        return result;
    ctl_request request = ctl_request_of(CTL_ORDER(CAP_SET));
    request.cap_set = &order;
    return ctl_give(session, &request, "Set.");
}

enum ctl_exit ctl_cap_set_pair(struct ctl_session *session) {
    Linkgate__Admin__V1__PairCapSet order;
    linkgate__admin__v1__pair_cap_set__init(&order);
    enum ctl_exit result = ctl_take_bank(session, session->args->words[0], &order.code);
    if (result == CTL_OK)
        result = ctl_take_bank(session, session->args->words[1], &order.counterparty);
    if (result == CTL_OK && session->args->values[CTL_CAP] == NULL)
        result = ctl_wrong(session, "say what it may owe: --cap CNY, or --cap none");
    if (result == CTL_OK)
        result = take_cap(session, CTL_CAP, &order.has_cap, &order.cap_fen);
    if (result != CTL_OK)
        return result;
    ctl_request request = ctl_request_of(CTL_ORDER(PAIR_CAP_SET));
    request.pair_cap_set = &order;
    return ctl_give(session, &request, "Set.");
}

/* ---- the formula ---- */

static const struct ctl_column formula[] = {
    {"bank", "bank", CTL_CELL_TEXT},
    {"  reserved, on its way out", "reserved_outgoing_fen", CTL_CELL_FEN},
    {"- unsettled nets, + due to it", "unsettled_net_fen", CTL_CELL_FEN},
    {"= exposure", "exposure_fen", CTL_CELL_FEN},
    {NULL, NULL, CTL_CELL_TEXT},
};

const struct ctl_column ctl_bounds_card[] = {
    {"net debit cap", "cap_fen", CTL_CELL_FEN},
    {"prefunded", "prefunded", CTL_CELL_YES},
    {"  balance", "balance_fen", CTL_CELL_FEN},
    {"- funds on their way out", "out_reserved_fen", CTL_CELL_FEN},
    {"= liquidity", "liquidity_fen", CTL_CELL_FEN},
    {"it may still owe", "left_fen", CTL_CELL_FEN},
    {"it may take out", "free_fen", CTL_CELL_FEN},
    {"warnings in per cent", "warn_percent", CTL_CELL_TEXT},
    {"warnings that it stands above", "level", CTL_CELL_RIGHT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column pair_columns[] = {
    {"WITH", "bank", CTL_CELL_TEXT},
    {"RESERVED TO IT", "reserved_outgoing_fen", CTL_CELL_FEN},
    {"RESERVED FROM IT", "reserved_incoming_fen", CTL_CELL_FEN},
    {"UNSETTLED NET", "unsettled_net_fen", CTL_CELL_FEN},
    {"CAP", "cap_fen", CTL_CELL_FEN},
    {NULL, NULL, CTL_CELL_TEXT},
};

/* A new reference. */
static json_t *exposure_json(const Linkgate__Admin__V1__ExposureDetail *detail) {
    json_t *object = ctl_json(&ctl_shape_exposure, detail);
    json_t *warnings = ctl_json_array();
    for (size_t i = 0; i < detail->n_warn_percent; i++)
        ctl_json_add(warnings, json_integer(detail->warn_percent[i]));
    ctl_json_set(object, "warn_percent", warnings);
    ctl_json_set(object, "liquidity_fen",
                 json_integer(detail->balance_fen - detail->out_reserved_fen));
    return object;
}

enum ctl_exit ctl_gather_exposure(struct ctl_session *session, uint64_t bank,
                                  json_t **exposure_out) {
    Linkgate__Admin__V1__GetExposure order;
    linkgate__admin__v1__get_exposure__init(&order);
    order.bank = bank;
    ctl_request request = ctl_request_of(CTL_ORDER(GET_EXPOSURE));
    request.get_exposure = &order;
    enum ctl_exit result = ctl_ask_for(session, &request, CTL_RESULT(EXPOSURE));
    if (result == CTL_OK)
        *exposure_out = exposure_json(session->reply->exposure);
    return result;
}

static enum ctl_exit show(struct ctl_session *session, bool position) {
    json_t *exposure;
    uint64_t bank = 0;
    enum ctl_exit result = ctl_take_bank(session, session->args->words[0], &bank);
    if (result == CTL_OK)
        result = ctl_gather_exposure(session, bank, &exposure);
    if (result != CTL_OK)
        return result;
    if (session->args->json) {
        ctl_dump(session, exposure);
        return CTL_OK;
    }
    if (position) {
        ctl_print_card(exposure, formula, session->out);
        fputc('\n', session->out);
    }
    ctl_print_card(exposure, ctl_bounds_card, session->out);
    fputc('\n', session->out);
    ctl_print_table(json_object_get(exposure, "pairs"), pair_columns, session->out);
    if (json_is_true(json_object_get(exposure, "more_pairs")))
        fprintf(session->errors, "There are more pairs, which are not shown\n");
    json_decref(exposure);
    return CTL_OK;
}

enum ctl_exit ctl_cap_show(struct ctl_session *session) {
    return show(session, false);
}

enum ctl_exit ctl_position_show(struct ctl_session *session) {
    return show(session, true);
}

/* ---- payments into and out of balances ---- */

static enum ctl_exit begin_funds(struct ctl_session *session,
                                 Linkgate__Admin__V1__FundsDirection direction) {
    Linkgate__Admin__V1__FundsBegin order;
    linkgate__admin__v1__funds_begin__init(&order);
    const char *reference = session->args->values[CTL_REFERENCE];
    enum ctl_exit result = ctl_take_bank(session, session->args->words[0], &order.code);
    if (result == CTL_OK)
        result = ctl_take_amount(session, session->args->words[1], &order.amount_fen);
    if (result == CTL_OK && reference == NULL)
        result = ctl_wrong(session, "give the payment's --reference");
    if (result != CTL_OK)
        return result;
    char *text = xstrdup(reference);
    order.direction = direction;
    order.reference = text;
    ctl_request request = ctl_request_of(CTL_ORDER(FUNDS_BEGIN));
    request.funds_begin = &order;
    result = ctl_give(session, &request, "Begun.");
    free(text);
    return result;
}

enum ctl_exit ctl_funds_in(struct ctl_session *session) {
    return begin_funds(session, LINKGATE__ADMIN__V1__FUNDS_DIRECTION__FUNDS_DIRECTION_IN);
}

enum ctl_exit ctl_funds_out(struct ctl_session *session) {
    return begin_funds(session, LINKGATE__ADMIN__V1__FUNDS_DIRECTION__FUNDS_DIRECTION_OUT);
}

static enum ctl_exit end_funds(struct ctl_session *session, bool confirm) {
    struct id id;
    Linkgate__Admin__V1__FundsEnd order;
    linkgate__admin__v1__funds_end__init(&order);
    const char *reference = session->args->values[CTL_REFERENCE];
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &id);
    if (result == CTL_OK && confirm && reference == NULL)
        result = ctl_wrong(session, "give the --reference of the payment that was seen");
    if (result != CTL_OK)
        return result;
    char *text = xstrdup(confirm ? reference : "");
    order.funds = ctl_id_bytes(&id);
    order.confirm = confirm;
    order.reference = text;
    ctl_request request = ctl_request_of(CTL_ORDER(FUNDS_END));
    request.funds_end = &order;
    result = ctl_give(session, &request, confirm ? "Confirmed." : "Cancelled.");
    free(text);
    return result;
}

enum ctl_exit ctl_funds_confirm(struct ctl_session *session) {
    return end_funds(session, true);
}

enum ctl_exit ctl_funds_cancel(struct ctl_session *session) {
    return end_funds(session, false);
}

CTL_PAGES(funds, funds, list_funds)

static const struct ctl_list funds_pages = {.result = CTL_RESULT(FUNDS),
                                            .shape = &ctl_shape_funds,
                                            .page = funds_page,
                                            .go_on = funds_go_on,
                                            .set_max = funds_set_max,
                                            .row_key = "id",
                                            .by_id = true};

static const struct ctl_column funds_columns[] = {
    {"FUNDS", "id", CTL_CELL_TEXT},
    {"STATE", "state", CTL_CELL_TEXT},
    {"BANK", "bank", CTL_CELL_TEXT},
    {"GOES", "direction", CTL_CELL_TEXT},
    {"AMOUNT", "amount_fen", CTL_CELL_FEN},
    {"REFERENCE", "reference", CTL_CELL_TEXT},
    {"SEEN AS", "end_reference", CTL_CELL_TEXT},
    {"BEGUN", "begun_at", CTL_CELL_TIME},
    {"ENDED", "ended_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_funds_list(struct ctl_session *session) {
    struct id place;
    Linkgate__Admin__V1__ListFunds order;
    linkgate__admin__v1__list_funds__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_FUNDS));
    request.list_funds = &order;
    enum ctl_exit result =
        ctl_take_which(session, &ctl_funds_states, &order.state, &order.bank, &place, &order.after);
    return result == CTL_OK ? ctl_list(session, &funds_pages, &request, funds_columns) : result;
}
