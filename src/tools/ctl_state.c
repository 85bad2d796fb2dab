/*
 * How the gateway is: status, clock, quarantine.
 *
 * Invariant: as everywhere in this tool, tables are made from the JSON of the same answer.
 */
#include "tools/ctl_commands.h"
#include "tools/ctl_json.h"

static const struct ctl_column status_card[] = {
    {"state", "state", CTL_CELL_TEXT},
    {"trouble", "trouble", CTL_CELL_TEXT},
    {"version", "version", CTL_CELL_TEXT},
    {"name", "name", CTL_CELL_TEXT},
    {"port", "port", CTL_CELL_TEXT},
    {"started at", "started_at", CTL_CELL_TIME},
    {"certificate until", "certificate_expires_at", CTL_CELL_TIME},
    {"CRL until", "crl_expires_at", CTL_CELL_TIME},
    {"ledger version", "ledger_version", CTL_CELL_TEXT},
    {"store", "store_id", CTL_CELL_TEXT},
    {"starts", "boot_count", CTL_CELL_TEXT},
    {"connections", "connections", CTL_CELL_TEXT},
    {"sessions", "sessions", CTL_CELL_TEXT},
    {"banks up", "banks_up", CTL_CELL_TEXT},
    {"requests in flight", "in_flight", CTL_CELL_TEXT},
    {"asked of banks", "outstanding", CTL_CELL_TEXT},
    {"waiting for a bank", "waiting", CTL_CELL_TEXT},
    {"exchanges open", "exchanges", CTL_CELL_TEXT},
    {"commands queued", "queue_commands", CTL_CELL_TEXT},
    {"commands applied", "commands", CTL_CELL_TEXT},
    {"commands refused", "refused", CTL_CELL_TEXT},
    {"queries", "queries", CTL_CELL_TEXT},
    {"poisoned", "poisoned", CTL_CELL_TEXT},
    {"quarantined", "quarantined", CTL_CELL_TEXT},
    {"sequence applied", "sequence_applied", CTL_CELL_TEXT},
    {"sequence flushed", "sequence_flushed", CTL_CELL_TEXT},
    {"batch durable", "batch_durable", CTL_CELL_TEXT},
    {"batch flushed", "batch_flushed", CTL_CELL_TEXT},
    {"overlay keys", "overlay_keys", CTL_CELL_TEXT},
    {"overlay bytes", "overlay_bytes", CTL_CELL_TEXT},
    {"flushes", "flushes", CTL_CELL_TEXT},
    {"keys put", "flushed_puts", CTL_CELL_TEXT},
    {"keys deleted", "flushed_deletes", CTL_CELL_TEXT},
    {"bytes flushed", "flushed_bytes", CTL_CELL_TEXT},
    {"log segments", "log_segments", CTL_CELL_TEXT},
    {"log spares", "log_spares", CTL_CELL_TEXT},
    {"log bytes", "log_bytes", CTL_CELL_TEXT},
    {"log bytes at most", "log_max_bytes", CTL_CELL_TEXT},
    {"log write, last, us", "log_write_us", CTL_CELL_TEXT},
    {"map bytes", "map_bytes", CTL_CELL_TEXT},
    {"map bytes used", "map_used_bytes", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column clock_card[] = {
    {"clock", "state", CTL_CELL_TEXT},         {"ledger time", "ledger_time", CTL_CELL_TIME},
    {"wall time", "wall_time", CTL_CELL_TIME}, {"difference, ms", "difference_ms", CTL_CELL_TEXT},
    {"meaning", "text", CTL_CELL_TEXT},        {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column session_columns[] = {
    {"BANK", "bank", CTL_CELL_TEXT},
    {"SESSIONS", "sessions", CTL_CELL_RIGHT},
    {"CERTIFICATE UNTIL", "certificate_expires_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_status_show(struct ctl_session *session) {
    Linkgate__Admin__V1__GetStatus order;
    linkgate__admin__v1__get_status__init(&order);
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = CTL_ORDER(GET_STATUS);
    request.get_status = &order;
    enum ctl_exit result = ctl_ask_for(session, &request, CTL_RESULT(STATUS));
    if (result != CTL_OK)
        return result;
    json_t *status = ctl_json_status(session->reply->status);
    if (session->args->json) {
        ctl_dump(session, status);
        return CTL_OK;
    }
    ctl_print_card(status, status_card, session->out);
    ctl_print_card(json_object_get(status, "clock"), clock_card, session->out);
    if (json_array_size(json_object_get(status, "banks")) > 0) {
        fputc('\n', session->out);
        ctl_print_table(json_object_get(status, "banks"), session_columns, session->out);
    }
    json_decref(status);
    return CTL_OK;
}

enum ctl_exit ctl_clock_show(struct ctl_session *session) {
    Linkgate__Admin__V1__GetClock order;
    linkgate__admin__v1__get_clock__init(&order);
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = CTL_ORDER(GET_CLOCK);
    request.get_clock = &order;
    enum ctl_exit result = ctl_ask_for(session, &request, CTL_RESULT(CLOCK));
    if (result != CTL_OK)
        return result;
    json_t *clock = ctl_json_clock(session->reply->clock);
    if (session->args->json) {
        ctl_dump(session, clock);
        return CTL_OK;
    }
    ctl_print_card(clock, clock_card, session->out);
    json_decref(clock);
    return CTL_OK;
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
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = CTL_ORDER(LIST_QUARANTINE);
    request.list_quarantine = &order;
    enum ctl_exit result = ctl_ask_for(session, &request, CTL_RESULT(QUARANTINE));
    if (result != CTL_OK)
        return result;
    json_t *rows = json_array();
    const Linkgate__Admin__V1__QuarantinePage *page = session->reply->quarantine;
    for (size_t i = 0; i < page->n_rows; i++)
        ENSURE(json_array_append_new(rows, ctl_json_quarantine(page->rows[i])) == 0);
    if (session->args->json)
        ctl_dump(session, json_pack("{s:O}", "quarantine", rows));
    else
        ctl_print_table(rows, quarantine_columns, session->out);
    json_decref(rows);
    return CTL_OK;
}
