/*
 * What banks owe each other, and their positions.
 *
 * Invariant: both tables are whole, or it is said that they are not.
 */
#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"

CTL_PAGE(nets, nets)
CTL_PAGE(positions, positions)

/* These lists have no place of their own: it is the last row's. */
static void nets_go_on(const ctl_reply *reply, ctl_request *request) {
    const Linkgate__Admin__V1__NetPage *page = reply->nets;
    if (page->n_rows == 0)
        return;
    const Linkgate__Admin__V1__NetRow *last = page->rows[page->n_rows - 1];
    request->list_nets->after_window = last->window;
    request->list_nets->after_low = last->low;
    request->list_nets->after_high = last->high;
    request->list_nets->after_currency = last->currency;
}

static void nets_set_max(ctl_request *request, uint32_t max) {
    request->list_nets->max = max;
}

static void positions_go_on(const ctl_reply *reply, ctl_request *request) {
    const Linkgate__Admin__V1__PositionPage *page = reply->positions;
    if (page->n_rows == 0)
        return;
    request->list_positions->after_bank = page->rows[page->n_rows - 1]->bank;
    request->list_positions->after_currency = page->rows[page->n_rows - 1]->currency;
}

static void positions_set_max(ctl_request *request, uint32_t max) {
    request->list_positions->max = max;
}

static const struct ctl_list net_pages = {.result = CTL_RESULT(NETS),
                                          .shape = &ctl_shape_net,
                                          .page = nets_page,
                                          .go_on = nets_go_on,
                                          .set_max = nets_set_max};
static const struct ctl_list position_pages = {.result = CTL_RESULT(POSITIONS),
                                               .shape = &ctl_shape_position,
                                               .page = positions_page,
                                               .go_on = positions_go_on,
                                               .set_max = positions_set_max};

static const struct ctl_column net_columns[] = {
    {"WINDOW", "window", CTL_CELL_RIGHT},    {"BANK", "low", CTL_CELL_TEXT},
    {"WITH", "high", CTL_CELL_TEXT},         {"NET", "net_fen", CTL_CELL_FEN},
    {"TO BANK", "to_low_fen", CTL_CELL_FEN}, {"TO OTHER", "to_high_fen", CTL_CELL_FEN},
    {"TRANSFERS", "count", CTL_CELL_RIGHT},  {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column position_columns[] = {
    {"BANK", "bank", CTL_CELL_TEXT},
    {"RESERVED", "reserved_outgoing_fen", CTL_CELL_FEN},
    {"UNSETTLED NET", "unsettled_net_fen", CTL_CELL_FEN},
    {NULL, NULL, CTL_CELL_TEXT},
};

static enum ctl_exit gather(struct ctl_session *session, struct ctl_rows *nets,
                            struct ctl_rows *positions) {
    Linkgate__Admin__V1__ListNets net_order;
    Linkgate__Admin__V1__ListPositions position_order;
    linkgate__admin__v1__list_nets__init(&net_order);
    linkgate__admin__v1__list_positions__init(&position_order);
    ctl_request net_request = ctl_request_of(CTL_ORDER(LIST_NETS));
    ctl_request position_request = ctl_request_of(CTL_ORDER(LIST_POSITIONS));
    net_request.list_nets = &net_order;
    position_request.list_positions = &position_order;
    enum ctl_exit result = ctl_gather(session, &net_pages, &net_request, CTL_LIMIT_MAX, nets);
    if (result != CTL_OK)
        return result;
    result = ctl_gather(session, &position_pages, &position_request, CTL_LIMIT_MAX, positions);
    if (result != CTL_OK)
        ctl_rows_deinit(nets);
    return result;
}

enum ctl_exit ctl_net_list(struct ctl_session *session) {
    struct ctl_rows nets, positions;
    enum ctl_exit result = gather(session, &nets, &positions);
    if (result != CTL_OK)
        return result;
    if (session->args->json) {
        ctl_dump(session, json_pack("{s:O, s:O}", "nets", nets.rows, "positions", positions.rows));
    } else {
        ctl_print_table(nets.rows, net_columns, session->out);
        fputc('\n', session->out);
        ctl_print_table(positions.rows, position_columns, session->out);
    }
    if (nets.more || positions.more)
        fprintf(session->errors, "There are more, which are not shown\n");
    ctl_rows_deinit(&nets);
    ctl_rows_deinit(&positions);
    return CTL_OK;
}
