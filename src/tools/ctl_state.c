/*
 * How the gateway is: once, again and again, and its alarms.
 *
 * Invariant: as everywhere in this tool, tables are made from the JSON of the same answer. What
 * somebody must look into stands in front; what is well takes a line.
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_story.h"
#include "tools/ctl_values.h"
#include "util/clock.h"

#define INTERVAL_STANDARD 2
#define INTERVAL_MAX 3600
#define TIMES_MAX 1000000
#define ALARMS_ON_SCREEN 5

static const struct ctl_column head_card[] = {
    {"state", "state", CTL_CELL_TEXT},
    {"trouble", "trouble", CTL_CELL_TEXT},
    {"version", "version", CTL_CELL_TEXT},
    {"name", "name", CTL_CELL_TEXT},
    {"port", "port", CTL_CELL_TEXT},
    {"started at", "started_at", CTL_CELL_TIME},
    {"alarms since then", "alarms", CTL_CELL_TEXT},
    {"certificate until", "certificate_expires_at", CTL_CELL_TIME},
    {"CRL until", "crl_expires_at", CTL_CELL_TIME},
    {"last backup", "last_backup_at", CTL_CELL_TIME},
    {"its age", "last_backup_age", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column work_card[] = {
    {"UNKNOWN transfers", "unknown", CTL_CELL_TEXT},
    {"the oldest since", "oldest_unknown_at", CTL_CELL_TIME},
    {"unanswered transfers", "unanswered", CTL_CELL_TEXT},
    {"credits not confirmed", "uncredited", CTL_CELL_TEXT},
    {"approvals waiting", "approvals_waiting", CTL_CELL_TEXT},
    {"cases open", "cases_open", CTL_CELL_TEXT},
    {"cases overdue", "cases_overdue", CTL_CELL_TEXT},
    {"orders open", "orders_open", CTL_CELL_TEXT},
    {"orders unknown", "orders_unknown", CTL_CELL_TEXT},
    {"confirmations late", "orders_late_confirmation", CTL_CELL_TEXT},
    {"refunds late", "orders_late_refund", CTL_CELL_TEXT},
    {"payouts late", "orders_late_payout", CTL_CELL_TEXT},
    {"loans open", "loans_open", CTL_CELL_TEXT},
    {"loans unknown", "loans_unknown", CTL_CELL_TEXT},
    {"loans overdue", "loans_overdue", CTL_CELL_TEXT},
    {"all counted", "counted_all", CTL_CELL_YES},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column rest_card[] = {
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
    {"overlay keys", "overlay_keys", CTL_CELL_TEXT},
    {"overlay", "overlay_bytes", CTL_CELL_BYTES},
    {"log segments", "log_segments", CTL_CELL_TEXT},
    {"log spares", "log_spares", CTL_CELL_TEXT},
    {"log", "log_bytes", CTL_CELL_BYTES},
    {"log at most", "log_max_bytes", CTL_CELL_BYTES},
    {"log, disk left", "log_free_bytes", CTL_CELL_BYTES},
    {"log write, last, us", "log_write_us", CTL_CELL_TEXT},
    {"store at most", "map_bytes", CTL_CELL_BYTES},
    {"store used", "map_used_bytes", CTL_CELL_BYTES},
    {"store, disk left", "store_free_bytes", CTL_CELL_BYTES},
    {"backup required", "backup_required", CTL_CELL_YES},
    {"banks held", "banks_held", CTL_CELL_TEXT},
    {"ledger version", "ledger_version", CTL_CELL_TEXT},
    {"store", "store_id", CTL_CELL_TEXT},
    {"starts", "boot_count", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column clock_card[] = {
    {"clock", "state", CTL_CELL_TEXT},
    {"ledger time", "ledger_time", CTL_CELL_TIME},
    {"meaning", "text", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column session_columns[] = {
    {"BANK", "bank", CTL_CELL_TEXT},
    {"SESSIONS", "sessions", CTL_CELL_RIGHT},
    {"CERTIFICATE UNTIL", "certificate_expires_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column expiry_columns[] = {
    {"EXPIRES", "expires_at", CTL_CELL_TIME},
    {"WHAT", "what", CTL_CELL_TEXT},
    {"OF BANK", "bank", CTL_CELL_TEXT},
    {"PIN", "pin", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column alarm_columns[] = {
    {"AT", "at", CTL_CELL_TIME},         {"ALARM", "text", CTL_CELL_TEXT},
    {"OBJECT", "object", CTL_CELL_TEXT}, {"BANK", "bank", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

/* By the gateway's wall clock. */
static json_t *backup_age(const Linkgate__Admin__V1__Status *status) {
    char text[CTL_SHORT_TIME_SIZE];
    if (status->last_backup_at_ms == 0 || status->clock == NULL)
        return json_null();
    int64_t age_ms = status->clock->wall_ms - status->last_backup_at_ms;
    ctl_span_text(age_ms, text);
    return json_string(text);
}

static enum ctl_exit get_status(struct ctl_session *session, json_t **status_out) {
    Linkgate__Admin__V1__GetStatus order;
    linkgate__admin__v1__get_status__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_STATUS));
    request.get_status = &order;
    enum ctl_exit result = ctl_ask_for(session, &request, CTL_RESULT(STATUS));
    if (result != CTL_OK)
        return result;
    *status_out = ctl_json(&ctl_shape_status, session->reply->status);
    ctl_json_set(*status_out, "last_backup_age", backup_age(session->reply->status));
    return CTL_OK;
}

/* Status with what waits for somebody; that may be missing: a gateway that is held counts nothing. */
static enum ctl_exit get_all(struct ctl_session *session, json_t **status_out) {
    Linkgate__Admin__V1__GetOpenWork order;
    linkgate__admin__v1__get_open_work__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_OPEN_WORK));
    request.get_open_work = &order;
    enum ctl_exit result = get_status(session, status_out);
    if (result == CTL_OK && ctl_ask_quietly(session, &request, CTL_RESULT(OPEN_WORK)))
        ctl_json_set(*status_out, "open_work",
                     ctl_json(&ctl_shape_open_work, session->reply->open_work));
    return result;
}

static void print_rows(const json_t *rows, const char *heading, const struct ctl_column *columns,
                       FILE *to) {
    if (json_array_size(rows) == 0)
        return;
    fprintf(to, "\n%s", heading);
    ctl_print_table(rows, columns, to);
}

/* The last ones, the latest first in sight. */
static json_t *last_alarms(const json_t *status) {
    const json_t *alarms = json_object_get(status, "recent_alarms");
    size_t count = json_array_size(alarms);
    json_t *last = ctl_json_array();
    for (size_t i = count > ALARMS_ON_SCREEN ? count - ALARMS_ON_SCREEN : 0; i < count; i++)
        ctl_json_add(last, json_incref(json_array_get(alarms, i)));
    return last;
}

static void print_status(const json_t *status, FILE *to) {
    json_t *alarms = last_alarms(status);
    ctl_print_card(status, head_card, to);
    ctl_print_card(json_object_get(status, "clock"), clock_card, to);
    if (json_is_object(json_object_get(status, "open_work"))) {
        fputc('\n', to);
        ctl_print_card(json_object_get(status, "open_work"), work_card, to);
    }
    print_rows(alarms, "", alarm_columns, to);
    print_rows(json_object_get(status, "expiring"), "", expiry_columns, to);
    fputc('\n', to);
    ctl_print_card(status, rest_card, to);
    print_rows(json_object_get(status, "banks"), "", session_columns, to);
    json_decref(alarms);
}

enum ctl_exit ctl_status_show(struct ctl_session *session) {
    json_t *status;
    enum ctl_exit result = get_all(session, &status);
    if (result != CTL_OK)
        return result;
    if (session->args->json) {
        ctl_dump(session, status);
        return CTL_OK;
    }
    print_status(status, session->out);
    json_decref(status);
    return CTL_OK;
}

enum ctl_exit ctl_alarm_list(struct ctl_session *session) {
    json_t *status;
    enum ctl_exit result = get_status(session, &status);
    if (result != CTL_OK)
        return result;
    json_t *alarms = json_object_get(status, "recent_alarms");
    int64_t all = json_integer_value(json_object_get(status, "alarms"));
    if (session->args->json)
        ctl_dump(session, json_pack("{s:O}", session->args->command->rows, alarms));
    else
        ctl_print_table(alarms, alarm_columns, session->out);
    if (all > (int64_t)json_array_size(alarms) && !session->args->json)
        fprintf(session->errors, "There were %" PRId64 " before these; the journal has them\n",
                all - (int64_t)json_array_size(alarms));
    json_decref(status);
    return CTL_OK;
}

/* ---- watch ---- */

/* One turn; what cannot be reached is shown like anything else. */
static enum ctl_exit look(struct ctl_session *session) {
    char now[CTL_TIME_SIZE];
    struct clock clock = clock_system();
    json_t *status;
    enum ctl_exit result = get_all(session, &status);
    if (result != CTL_OK) {
        ctl_session_close(session);
        return result;
    }
    if (session->args->json) {
        json_dumpf(status, session->out, JSON_COMPACT);
        fputc('\n', session->out);
    } else {
        ctl_time_format(clock_wall_ms(&clock), now);
        fprintf(session->out, "linkgate at %s Shanghai time\n\n", now);
        print_status(status, session->out);
        fputc('\n', session->out);
    }
    json_decref(status);
    return CTL_OK;
}

enum ctl_exit ctl_watch(struct ctl_session *session) {
    int64_t seconds = INTERVAL_STANDARD;
    int64_t times = 0; /* without end */
    enum ctl_exit result = ctl_take_number(session, CTL_INTERVAL, 1, INTERVAL_MAX, &seconds);
    if (result == CTL_OK)
        result = ctl_take_number(session, CTL_TIMES, 1, TIMES_MAX, &times);
    if (result != CTL_OK)
        return result;
    bool screen = ctl_is_terminal(session->out) && !session->args->json;
    for (int64_t turn = 0; times == 0 || turn < times; turn++) {
        if (turn > 0)
            (void)sleep((unsigned)seconds);
        if (screen)
            fputs("\033[H\033[2J", session->out);
        result = look(session);
        (void)fflush(session->out);
        if (ferror(session->out))
            return CTL_OK; /* whoever read it is gone */
    }
    return result;
}
