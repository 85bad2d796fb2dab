/*
 * What banks told each other besides money: events at counters, referrals. Operators look; places and
 * persons they do not see.
 */
#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_values.h"

CTL_PAGES(events, events, list_events)

static const struct ctl_list event_pages = {.result = CTL_RESULT(EVENTS),
                                            .shape = &ctl_shape_event,
                                            .page = events_page,
                                            .go_on = events_go_on,
                                            .set_max = events_set_max,
                                            .row_key = "id",
                                            .by_id = true};

static const struct ctl_column columns[] = {
    {"EVENT", "id", CTL_CELL_TEXT},
    {"KIND", "kind", CTL_CELL_TEXT},
    {"STATE", "state", CTL_CELL_TEXT},
    {"FROM", "from", CTL_CELL_TEXT},
    {"TO", "to", CTL_CELL_TEXT},
    {"TYPE", "type", CTL_CELL_TEXT},
    {"RECEIVED AT", "received_at", CTL_CELL_TIME},
    {"LINK", "link", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_event_list(struct ctl_session *session) {
    struct id place;
    Linkgate__Admin__V1__ListEvents order;
    linkgate__admin__v1__list_events__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_EVENTS));
    request.list_events = &order;
    enum ctl_exit result =
        ctl_take_which(session, &ctl_event_states, &order.state, &order.bank, &place, &order.after);
    return result == CTL_OK ? ctl_list(session, &event_pages, &request, columns) : result;
}

static const struct ctl_column card[] = {
    {"event", "id", CTL_CELL_TEXT},
    {"kind", "kind", CTL_CELL_TEXT},
    {"state", "state", CTL_CELL_TEXT},
    {"from", "from", CTL_CELL_TEXT},
    {"to", "to", CTL_CELL_TEXT},
    {"received at", "received_at", CTL_CELL_TIME},
    {"erased at the latest", "expires_at", CTL_CELL_TIME},
    {"ended at", "ended_at", CTL_CELL_TIME},
    {"link", "link", CTL_CELL_TEXT},
    {"type", "type", CTL_CELL_TEXT},
    {"happened at", "at", CTL_CELL_TIME},
    {"amount", "amount_fen", CTL_CELL_FEN},
    {"consent's purpose", "purpose", CTL_CELL_TEXT},
    {"consent's digest", "consent_sha256", CTL_CELL_TEXT},
    {"consent given at", "consent_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_event_show(struct ctl_session *session) {
    struct id id;
    Linkgate__Admin__V1__ListEvents order;
    linkgate__admin__v1__list_events__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &id);
    order.id = ctl_id_bytes(&id);
    order.max = 1;
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_EVENTS));
    request.list_events = &order;
    if (result == CTL_OK)
        result = ctl_ask_for(session, &request, CTL_RESULT(EVENTS));
    if (result != CTL_OK)
        return result;
    if (session->reply->events->n_rows == 0) {
        fprintf(session->errors,
                "linkgatectl: there is no event of that id; see linkgatectl event list\n");
        return CTL_REFUSED;
    }
    json_t *row = ctl_json(&ctl_shape_event, session->reply->events->rows[0]);
    if (session->args->json) {
        ctl_dump(session, row);
        return CTL_OK;
    }
    ctl_print_card(row, card, session->out);
    json_decref(row);
    return CTL_OK;
}
