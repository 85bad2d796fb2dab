/*
 * The one loop that gathers lists.
 *
 * Invariant: a list holds at most --limit rows, and when there are more it says how to go on, so
 * that a cut list is never taken for a whole one. On a terminal a long one says how far it is; into
 * a pipe goes nothing but the list.
 */
#include "tools/ctl_list.h"

#include <inttypes.h>
#include <string.h>

#include "tools/ctl_values.h"

#define PAGE_MAX 500
#define PROGRESS_PAGES 4 /* shorter lists don't say how far they are */

struct gathering {
    struct ctl_session *session;
    const struct ctl_list *list;
    json_t *rows;
    int64_t limit;
    int64_t until_ms; /* 0: no bound */
    uint32_t pages;
    bool more;
};

static int64_t room(const struct gathering *gathering) {
    return gathering->limit - (int64_t)json_array_size(gathering->rows);
}

static bool tells_progress(const struct gathering *gathering) {
    return gathering->pages >= PROGRESS_PAGES && ctl_is_terminal(gathering->session->errors);
}

/* The row is of --to's time or later, as are all behind it. */
static bool too_late(const struct gathering *gathering, const json_t *row) {
    struct id id;
    const char *text = json_string_value(json_object_get(row, gathering->list->row_key));
    return gathering->until_ms != 0 && text != NULL && id_parse(text, &id) &&
           id_ms(&id) >= gathering->until_ms;
}

/* False: no further page is wanted. */
static bool add_rows(struct gathering *gathering, const struct ctl_page *page) {
    gathering->more = page->more;
    for (size_t i = 0; i < page->count && room(gathering) > 0; i++) {
        json_t *row = ctl_json(gathering->list->shape, page->rows[i]);
        if (too_late(gathering, row)) {
            json_decref(row);
            gathering->more = false;
            return false;
        }
        ctl_json_add(gathering->rows, row);
    }
    return page->more && room(gathering) > 0;
}

static enum ctl_exit gather(struct gathering *gathering, ctl_request *request) {
    const struct ctl_list *list = gathering->list;
    struct ctl_session *session = gathering->session;
    bool again = true;
    while (again) {
        struct ctl_page page;
        list->set_max(request, (uint32_t)(room(gathering) < PAGE_MAX ? room(gathering) : PAGE_MAX));
        enum ctl_exit result = ctl_ask_for(session, request, list->result);
        if (result != CTL_OK)
            return result;
        list->page(session->reply, &page);
        again = add_rows(gathering, &page);
        list->go_on(session->reply, request);
        request->going_on = true;
        gathering->pages++;
        if (tells_progress(gathering))
            fprintf(session->errors, "\r%zu rows, looking on ...",
                    json_array_size(gathering->rows));
    }
    if (tells_progress(gathering))
        fprintf(session->errors, "\r\033[K");
    return CTL_OK;
}

static json_t *next_of(const struct gathering *gathering) {
    size_t count = json_array_size(gathering->rows);
    if (!gathering->more || gathering->list->row_key == NULL || count == 0)
        return json_null();
    const json_t *last = json_array_get(gathering->rows, count - 1);
    return json_incref(json_object_get(last, gathering->list->row_key));
}

enum ctl_exit ctl_gather(struct ctl_session *session, const struct ctl_list *list,
                         ctl_request *request, int64_t limit, struct ctl_rows *rows_out) {
    struct gathering gathering = {.session = session, .list = list, .limit = limit};
    enum ctl_exit result = ctl_take_number(session, CTL_LIMIT, 1, CTL_LIMIT_MAX, &gathering.limit);
    if (result == CTL_OK && list->by_id)
        result = ctl_take_time(session, CTL_TO, CTL_TIME_TO, &gathering.until_ms);
    if (result != CTL_OK)
        return result;
    gathering.rows = ctl_json_array();
    result = gather(&gathering, request);
    *rows_out = (struct ctl_rows){.rows = gathering.rows, .more = gathering.more};
    rows_out->next = next_of(&gathering);
    if (result != CTL_OK)
        ctl_rows_deinit(rows_out);
    return result;
}

void ctl_rows_deinit(struct ctl_rows *rows) {
    json_decref(rows->rows);
    json_decref(rows->next);
}

static void tell_more(struct ctl_session *session, const struct ctl_rows *rows) {
    if (json_is_string(rows->next))
        fprintf(session->errors,
                "There are more: go on with --after %s, or take a greater --limit\n",
                json_string_value(rows->next));
    else if (json_is_integer(rows->next))
        fprintf(session->errors,
                "There are more: go on with --after %" PRId64 ", or take a greater --limit\n",
                (int64_t)json_integer_value(rows->next));
    else
        fprintf(session->errors, "There are more, which are not shown\n");
}

enum ctl_exit ctl_list(struct ctl_session *session, const struct ctl_list *list,
                       ctl_request *request, const struct ctl_column *columns) {
    struct ctl_rows rows;
    enum ctl_exit result = ctl_gather(session, list, request, CTL_LIMIT_STANDARD, &rows);
    if (result != CTL_OK)
        return result;
    if (session->args->json) {
        ctl_dump(session, json_pack("{s:O, s:b, s:O}", session->args->command->rows, rows.rows,
                                    "more", (int)rows.more, "next", rows.next));
    } else {
        ctl_print_table(rows.rows, columns, session->out);
        if (rows.more)
            tell_more(session, &rows);
    }
    ctl_rows_deinit(&rows);
    return CTL_OK;
}

enum ctl_exit ctl_take_place(struct ctl_session *session, struct id *place,
                             ProtobufCBinaryData *after_out) {
    const char *after = session->args->values[CTL_AFTER];
    int64_t from_ms = -1;
    struct id from;
    enum ctl_exit result = CTL_OK;
    *place = (struct id){0};
    if (after != NULL)
        result = ctl_take_id(session, after, place);
    if (result == CTL_OK)
        result = ctl_take_time(session, CTL_FROM, CTL_TIME_FROM, &from_ms);
    if (result != CTL_OK)
        return result;
    from = id_make(from_ms > 0 ? from_ms : 0, 0, 0);
    if (from_ms >= 0 && id_compare(&from, place) > 0)
        *place = from;
    if (after != NULL || from_ms >= 0)
        *after_out = ctl_id_bytes(place);
    return CTL_OK;
}

enum ctl_exit ctl_take_which(struct ctl_session *session, const struct ctl_names *states,
                             uint32_t *state_out, uint64_t *bank_out, struct id *place,
                             ProtobufCBinaryData *after_out) {
    enum ctl_exit result = ctl_take_name(session, CTL_STATE, states, "state", state_out);
    if (result == CTL_OK)
        result = ctl_take_bank_option(session, bank_out);
    return result == CTL_OK ? ctl_take_place(session, place, after_out) : result;
}
