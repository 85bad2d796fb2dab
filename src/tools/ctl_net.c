/*
 * What banks owe each other, and their positions.
 *
 * Invariant: both tables are whole, or it is said that they are not.
 */
#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"

CTL_PAGE(nets, nets)
CTL_PAGE(positions, positions)

/* These lists have no place of their own: it is that of the last row that was looked at. */
static void nets_go_on(const ctl_reply *reply, ctl_request *request) {
    const Linkgate__Admin__V1__NetRow *last = reply->nets->last;
    if (last == NULL)
        return;
    request->list_nets->after_window = last->window;
    request->list_nets->after_low = last->low;
    request->list_nets->after_high = last->high;
    request->list_nets->after_currency = last->currency;
}

static void nets_set_max(ctl_request *request, uint32_t max) {
    request->list_nets->max = max;
}

static void positions_go_on(const ctl_reply *reply, ctl_request *request) {
    const Linkgate__Admin__V1__PositionRow *last = reply->positions->last;
    if (last == NULL)
        return;
    request->list_positions->after_bank = last->bank;
    request->list_positions->after_currency = last->currency;
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

const struct ctl_column ctl_net_columns[] = {
    {"WINDOW", "window", CTL_CELL_RIGHT},      {"BANK", "low", CTL_CELL_TEXT},
    {"WITH", "high", CTL_CELL_TEXT},           {"NET", "net_fen", CTL_CELL_FEN},
    {"TO BANK", "to_low_fen", CTL_CELL_FEN},   {"TO OTHER", "to_high_fen", CTL_CELL_FEN},
    {"TRANSFERS", "count", CTL_CELL_RIGHT},    {"SETTLED", "settled_at", CTL_CELL_TIME},
    {"REFERENCE", "reference", CTL_CELL_TEXT}, {NULL, NULL, CTL_CELL_TEXT},
};

const struct ctl_column ctl_position_columns[] = {
    {"BANK", "bank", CTL_CELL_TEXT},
    {"RESERVED", "reserved_outgoing_fen", CTL_CELL_FEN},
    {"UNSETTLED NET", "unsettled_net_fen", CTL_CELL_FEN},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_gather_window_nets(struct ctl_session *session, uint64_t window, uint64_t bank,
                                     struct ctl_rows *nets) {
    Linkgate__Admin__V1__ListNets order;
    linkgate__admin__v1__list_nets__init(&order);
    order.bank = bank;
    order.window = window;
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_NETS));
    request.list_nets = &order;
    return ctl_gather(session, &net_pages, &request, CTL_LIMIT_MAX, nets);
}

enum ctl_exit ctl_gather_nets(struct ctl_session *session, uint64_t bank, struct ctl_rows *nets,
                              struct ctl_rows *positions) {
    Linkgate__Admin__V1__ListPositions position_order;
    linkgate__admin__v1__list_positions__init(&position_order);
    position_order.bank = bank;
    ctl_request position_request = ctl_request_of(CTL_ORDER(LIST_POSITIONS));
    position_request.list_positions = &position_order;
    enum ctl_exit result = ctl_gather_window_nets(session, 0, bank, nets);
    if (result != CTL_OK)
        return result;
    result = ctl_gather(session, &position_pages, &position_request, CTL_LIMIT_MAX, positions);
    if (result != CTL_OK)
        ctl_rows_deinit(nets);
    return result;
}

enum ctl_exit ctl_net_list(struct ctl_session *session) {
    struct ctl_rows nets, positions;
    enum ctl_exit result = ctl_gather_nets(session, 0, &nets, &positions);
    if (result != CTL_OK)
        return result;
    if (session->args->json) {
        ctl_dump(session, json_pack("{s:O, s:O}", "nets", nets.rows, "positions", positions.rows));
    } else {
        ctl_print_table(nets.rows, ctl_net_columns, session->out);
        fputc('\n', session->out);
        ctl_print_table(positions.rows, ctl_position_columns, session->out);
    }
    if (nets.more || positions.more)
        fprintf(session->errors, "There are more, which are not shown\n");
    ctl_rows_deinit(&nets);
    ctl_rows_deinit(&positions);
    return CTL_OK;
}
