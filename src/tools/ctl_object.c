/*
 * Details of links and transfers, and the older part of the lives of objects.
 *
 * Invariant: a history that is not whole says so.
 */
#include "tools/ctl_object.h"

#include <inttypes.h>

#include "tools/ctl_list.h"
#include "tools/ctl_values.h"

enum ctl_exit ctl_get_link(struct ctl_session *session, json_t **link_out) {
    struct id id;
    Linkgate__Admin__V1__GetLink order;
    linkgate__admin__v1__get_link__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &id);
    order.id = ctl_id_bytes(&id);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_LINK));
    request.get_link = &order;
    if (result == CTL_OK)
        result = ctl_ask_for(session, &request, CTL_RESULT(LINK));
    if (result == CTL_OK)
        *link_out = ctl_json(&ctl_shape_link_detail, session->reply->link);
    return result;
}

enum ctl_exit ctl_get_transfer(struct ctl_session *session, json_t **transfer_out) {
    struct id id;
    Linkgate__Admin__V1__GetTransfer order;
    linkgate__admin__v1__get_transfer__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &id);
    order.id = ctl_id_bytes(&id);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_TRANSFER));
    request.get_transfer = &order;
    if (result == CTL_OK)
        result = ctl_ask_for(session, &request, CTL_RESULT(TRANSFER));
    if (result == CTL_OK)
        *transfer_out = ctl_json(&ctl_shape_transfer_detail, session->reply->transfer);
    return result;
}

CTL_PAGE(history, history)

static void history_go_on(const ctl_reply *reply, ctl_request *request) {
    request->list_history->from = reply->history->next;
}

static void history_set_max(ctl_request *request, uint32_t max) {
    request->list_history->max = max;
}

static int64_t missing(const json_t *object) {
    int64_t length = json_integer_value(json_object_get(object, "history_length"));
    return length - (int64_t)json_array_size(json_object_get(object, "history"));
}

enum ctl_exit ctl_complete_history(struct ctl_session *session, enum object_kind kind,
                                   json_t *object) {
    static const struct ctl_list pages = {.result = CTL_RESULT(HISTORY),
                                          .shape = &ctl_shape_history,
                                          .page = history_page,
                                          .go_on = history_go_on,
                                          .set_max = history_set_max};
    struct id id;
    struct ctl_rows older;
    int64_t wanted = missing(object);
    if (wanted <= 0)
        return CTL_OK;
    Linkgate__Admin__V1__ListHistory order;
    linkgate__admin__v1__list_history__init(&order);
    order.kind = (Linkgate__Admin__V1__ObjectKind)kind; /* of the same values */
    ENSURE(id_parse(json_string_value(json_object_get(object, "id")), &id));
    order.id = ctl_id_bytes(&id);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_HISTORY));
    request.list_history = &order;
    enum ctl_exit result = ctl_gather(session, &pages, &request, wanted, &older);
    if (result != CTL_OK)
        return result;
    ENSURE(json_array_extend(older.rows, json_object_get(object, "history")) == 0);
    ctl_json_set(object, "history", json_incref(older.rows));
    ctl_rows_deinit(&older);
    return CTL_OK;
}

void ctl_print_history(const json_t *object, FILE *to) {
    static const struct ctl_column columns[] = {
        {"AT", "at", CTL_CELL_TIME},
        {"EVENT", "event", CTL_CELL_TEXT},
        {"STATE", "state", CTL_CELL_TEXT},
        {"CAUSE", "cause", CTL_CELL_TEXT},
        {"BY BANK", "by", CTL_CELL_TEXT},
        {"UID", "uid", CTL_CELL_RIGHT},
        {"APPROVED", "approver", CTL_CELL_RIGHT},
        {"REASON", "reason", CTL_CELL_TEXT},
        {"SEQUENCE", "sequence", CTL_CELL_RIGHT},
        {NULL, NULL, CTL_CELL_TEXT},
    };
    if (missing(object) > 0)
        fprintf(to, "(the %" PRId64 " steps before these are told by explain)\n", missing(object));
    ctl_print_table(json_object_get(object, "history"), columns, to);
}
