/*
 * Adjustments: what two banks agree that one owes the other. Operators look; only banks decide.
 */
#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_values.h"

CTL_PAGES(adjustments, adjustments, list_adjustments)

static const struct ctl_list adjustment_pages = {.result = CTL_RESULT(ADJUSTMENTS),
                                                 .shape = &ctl_shape_adjustment,
                                                 .page = adjustments_page,
                                                 .go_on = adjustments_go_on,
                                                 .set_max = adjustments_set_max,
                                                 .row_key = "id",
                                                 .by_id = true};

static const struct ctl_column columns[] = {
    {"ADJUSTMENT", "id", CTL_CELL_TEXT},    {"STATE", "state", CTL_CELL_TEXT},
    {"DEBTOR", "debtor", CTL_CELL_TEXT},    {"CREDITOR", "creditor", CTL_CELL_TEXT},
    {"AMOUNT", "amount_fen", CTL_CELL_FEN}, {"PROPOSED BY", "proposed_by", CTL_CELL_TEXT},
    {"AT", "proposed_at", CTL_CELL_TIME},   {"WINDOW", "window", CTL_CELL_RIGHT},
    {"CASE", "case", CTL_CELL_TEXT},        {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_adjustment_list(struct ctl_session *session) {
    struct id place;
    Linkgate__Admin__V1__ListAdjustments order;
    linkgate__admin__v1__list_adjustments__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_ADJUSTMENTS));
    request.list_adjustments = &order;
    enum ctl_exit result = ctl_take_which(session, &ctl_adjustment_states, &order.state,
                                          &order.bank, &place, &order.after);
    return result == CTL_OK ? ctl_list(session, &adjustment_pages, &request, columns) : result;
}

static const struct ctl_column card[] = {
    {"adjustment", "id", CTL_CELL_TEXT},
    {"state", "state", CTL_CELL_TEXT},
    {"case", "case", CTL_CELL_TEXT},
    {"debtor", "debtor", CTL_CELL_TEXT},
    {"creditor", "creditor", CTL_CELL_TEXT},
    {"amount", "amount_fen", CTL_CELL_FEN},
    {"proposed by", "proposed_by", CTL_CELL_TEXT},
    {"proposed at", "proposed_at", CTL_CELL_TIME},
    {"to be accepted by", "expires_at", CTL_CELL_TIME},
    {"ended at", "ended_at", CTL_CELL_TIME},
    {"in window", "window", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_adjustment_show(struct ctl_session *session) {
    struct id id;
    Linkgate__Admin__V1__ListAdjustments order;
    linkgate__admin__v1__list_adjustments__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &id);
    order.id = ctl_id_bytes(&id);
    order.max = 1;
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_ADJUSTMENTS));
    request.list_adjustments = &order;
    if (result == CTL_OK)
        result = ctl_ask_for(session, &request, CTL_RESULT(ADJUSTMENTS));
    if (result != CTL_OK)
        return result;
    if (session->reply->adjustments->n_rows == 0) {
        fprintf(
            session->errors,
            "linkgatectl: there is no adjustment of that id; see linkgatectl adjustment list\n");
        return CTL_REFUSED;
    }
    json_t *row = ctl_json(&ctl_shape_adjustment, session->reply->adjustments->rows[0]);
    if (session->args->json) {
        ctl_dump(session, row);
        return CTL_OK;
    }
    ctl_print_card(row, card, session->out);
    json_decref(row);
    return CTL_OK;
}
