/*
 * Orders, and what is said when one of them waits for a second person.
 *
 * Invariant: exit status 0 means that it was carried out. What is shown of an order that waits is
 * what the gateway has of it, not what this program meant to send.
 */
#include "tools/ctl_order.h"

#include <string.h>

#include "tools/ctl_table.h"
#include "tools/ctl_values.h"
#include "util/clock.h"

#define COMMAND_MAX 256

void ctl_program(const struct ctl_session *session, char *text_out, size_t size) {
    bool usual = strcmp(session->args->socket, CTL_SOCKET) == 0;
    snprintf(text_out, size, "linkgatectl%s%s", usual ? "" : " --socket ",
             usual ? "" : session->args->socket);
}

bool ctl_said_yes(struct ctl_session *session) {
    char answer[16] = "";
    fprintf(session->errors, "\nCarry this out? [y/N] ");
    return fgets(answer, sizeof(answer), session->in) != NULL &&
           (answer[0] == 'y' || answer[0] == 'Y');
}

static json_t *outcome(const char *result, json_t *approval, json_t *expires_at, json_t *command) {
    json_t *object = json_object();
    ctl_json_set(object, "result", json_string(result));
    ctl_json_set(object, "approval", approval);
    ctl_json_set(object, "expires_at", expires_at);
    ctl_json_set(object, "command", command);
    return object;
}

void ctl_print_order(const json_t *approval, FILE *to) {
    static const struct ctl_column head[] = {
        {"order", "order", CTL_CELL_TEXT},
        {"requested by uid", "requested_by", CTL_CELL_TEXT},
        {"requested at", "requested_at", CTL_CELL_TIME},
        {NULL, NULL, CTL_CELL_TEXT},
    };
    static const struct ctl_column columns[] = {
        {"WHAT", "name", CTL_CELL_TEXT},
        {"IS", "value", CTL_CELL_TEXT},
        {NULL, NULL, CTL_CELL_TEXT},
    };
    ctl_print_card(approval, head, to);
    fputc('\n', to);
    if (json_array_size(json_object_get(approval, "fields")) > 0)
        ctl_print_table(json_object_get(approval, "fields"), columns, to);
}

/* What the gateway has of it; nothing if it does not tell. */
static void print_requested(struct ctl_session *session, struct id *approval) {
    Linkgate__Admin__V1__GetApproval order;
    linkgate__admin__v1__get_approval__init(&order);
    order.id = ctl_id_bytes(approval);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_APPROVAL));
    request.get_approval = &order;
    if (!ctl_ask_quietly(session, &request, CTL_RESULT(APPROVAL)))
        return;
    json_t *object = ctl_json(&ctl_shape_approval, session->reply->approval);
    ctl_print_order(object, session->out);
    json_decref(object);
}

static enum ctl_exit tell_waits(struct ctl_session *session) {
    struct id approval = {{0}};
    char id[ID_TEXT_SIZE], until[CTL_TIME_SIZE], program[COMMAND_MAX];
    char command[COMMAND_MAX + 64], utc[TIME_TEXT_SIZE];
    const Linkgate__Admin__V1__Waits *waits = session->reply->waits;
    (void)id_from_span(span_of(waits->approval.data, waits->approval.len), &approval);
    id_format(&approval, id);
    ctl_time_format(waits->expires_at_ms, until);
    time_format_utc(waits->expires_at_ms, utc);
    ctl_program(session, program, sizeof(program));
    snprintf(command, sizeof(command), "%s approval approve %s", program, id);
    if (session->args->json) {
        ctl_dump(session,
                 outcome("waits", json_string(id), json_string(utc), json_string(command)));
        return CTL_WAITS;
    }
    fprintf(session->out, "Requested; nothing is changed yet. This order needs two people.\n\n");
    print_requested(session, &approval);
    fprintf(session->out,
            "\nUntil %s Shanghai time, somebody else who may give orders must run, as a\nuser of "
            "their own:\n\n    %s\n\nTo take it back: %s approval reject %s\n",
            until, command, program, id);
    return CTL_WAITS;
}

enum ctl_exit ctl_give(struct ctl_session *session, ctl_request *request, const char *done) {
    enum ctl_exit result = ctl_ask(session, request);
    if (result == CTL_OK && session->reply->result_case == CTL_RESULT(WAITS))
        return tell_waits(session);
    if (result == CTL_OK && session->reply->result_case != CTL_RESULT(DONE)) {
        fprintf(session->errors, "linkgatectl: the gateway answered something else; use the "
                                 "linkgatectl of its version\n");
        return CTL_UNREACHABLE;
    }
    if (result != CTL_OK)
        return result;
    if (session->args->json)
        ctl_dump(session, outcome("done", json_null(), json_null(), json_null()));
    else
        fprintf(session->out, "%s\n", done);
    return CTL_OK;
}
