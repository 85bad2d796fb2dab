/*
 * Quarantine and clock: what keeps a gateway from going on, and how it goes on.
 */
#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_order.h"
#include "tools/ctl_values.h"

static const struct ctl_column clock_card[] = {
    {"clock", "state", CTL_CELL_TEXT},         {"ledger time", "ledger_time", CTL_CELL_TIME},
    {"wall time", "wall_time", CTL_CELL_TIME}, {"difference, ms", "difference_ms", CTL_CELL_TEXT},
    {"meaning", "text", CTL_CELL_TEXT},        {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_clock_show(struct ctl_session *session) {
    Linkgate__Admin__V1__GetClock order;
    linkgate__admin__v1__get_clock__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_CLOCK));
    request.get_clock = &order;
    enum ctl_exit result = ctl_ask_for(session, &request, CTL_RESULT(CLOCK));
    if (result != CTL_OK)
        return result;
    json_t *clock = ctl_json(&ctl_shape_clock, session->reply->clock);
    if (session->args->json) {
        ctl_dump(session, clock);
        return CTL_OK;
    }
    ctl_print_card(clock, clock_card, session->out);
    json_decref(clock);
    return CTL_OK;
}

enum ctl_exit ctl_clock_accept(struct ctl_session *session) {
    Linkgate__Admin__V1__ClockAccept order;
    linkgate__admin__v1__clock_accept__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(CLOCK_ACCEPT));
    request.clock_accept = &order;
    return ctl_give(session, &request, "The wall clock's time is accepted.");
}

static const struct ctl_column quarantine_columns[] = {
    {"DIGEST", "digest", CTL_CELL_TEXT},
    {"STATE", "state", CTL_CELL_TEXT},
    {"COMMAND", "command", CTL_CELL_TEXT},
    {"BANK", "bank", CTL_CELL_TEXT},
    {"CRASHES", "crashes", CTL_CELL_RIGHT},
    {"SINCE", "since", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_quarantine_list(struct ctl_session *session) {
    Linkgate__Admin__V1__ListQuarantine order;
    linkgate__admin__v1__list_quarantine__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_QUARANTINE));
    request.list_quarantine = &order;
    enum ctl_exit result = ctl_ask_for(session, &request, CTL_RESULT(QUARANTINE));
    if (result != CTL_OK)
        return result;
    json_t *rows = ctl_json_array();
    const Linkgate__Admin__V1__QuarantinePage *page = session->reply->quarantine;
    for (size_t i = 0; i < page->n_rows; i++)
        ctl_json_add(rows, ctl_json(&ctl_shape_quarantine, page->rows[i]));
    if (session->args->json)
        ctl_dump(session, json_pack("{s:O}", session->args->command->rows, rows));
    else
        ctl_print_table(rows, quarantine_columns, session->out);
    json_decref(rows);
    return CTL_OK;
}

enum ctl_exit ctl_quarantine_release(struct ctl_session *session) {
    Linkgate__Admin__V1__QuarantineRelease order;
    linkgate__admin__v1__quarantine_release__init(&order);
    uint8_t digest[DIGEST_SIZE];
    enum ctl_exit result = ctl_take_digest(session, session->args->words[0], digest);
    if (result != CTL_OK)
        return result;
    order.digest = (ProtobufCBinaryData){.len = DIGEST_SIZE, .data = digest};
    ctl_request request = ctl_request_of(CTL_ORDER(QUARANTINE_RELEASE));
    request.quarantine_release = &order;
    return ctl_give(session, &request, "It is forgotten; sent again, it is applied again.");
}

enum ctl_exit ctl_quarantine_drop(struct ctl_session *session) {
    Linkgate__Admin__V1__QuarantineDrop order;
    linkgate__admin__v1__quarantine_drop__init(&order);
    uint8_t digest[DIGEST_SIZE];
    enum ctl_exit result = ctl_take_digest(session, session->args->words[0], digest);
    if (result != CTL_OK)
        return result;
    order.digest = (ProtobufCBinaryData){.len = DIGEST_SIZE, .data = digest};
    ctl_request request = ctl_request_of(CTL_ORDER(QUARANTINE_DROP));
    request.quarantine_drop = &order;
    return ctl_give(session, &request, "It stays refused for good.");
}
