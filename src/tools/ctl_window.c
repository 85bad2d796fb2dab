/*
 * Settlement windows: what there are, closing them, and saying how they ended.
 *
 * Invariant: an order names the window that it is about, so that given twice it is refused and does
 * not hit the next one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_order.h"
#include "tools/ctl_values.h"

static enum ctl_exit take_window(struct ctl_session *session, const char *text,
                                 uint64_t *number_out) {
    char *end;
    errno = 0;
    uint64_t number = strtoull(text, &end, 10);
    if (text[0] < '1' || text[0] > '9' || *end != '\0' || errno != 0) {
        fprintf(session->errors, "linkgatectl: a window is a number: see `window list`\n");
        return CTL_USAGE;
    }
    *number_out = number;
    return CTL_OK;
}

/* ---- the list ---- */

CTL_PAGE(windows, windows)

/* The list has no place of its own: it is the last row's. */
static void windows_go_on(const ctl_reply *reply, ctl_request *request) {
    const Linkgate__Admin__V1__WindowPage *page = reply->windows;
    if (page->n_rows > 0)
        request->list_windows->after = page->rows[page->n_rows - 1]->number;
}

static void windows_set_max(ctl_request *request, uint32_t max) {
    request->list_windows->max = max;
}

static const struct ctl_list window_pages = {.result = CTL_RESULT(WINDOWS),
                                             .shape = &ctl_shape_window,
                                             .page = windows_page,
                                             .go_on = windows_go_on,
                                             .set_max = windows_set_max,
                                             .row_key = "number"};

static const struct ctl_column window_columns[] = {
    {"WINDOW", "number", CTL_CELL_RIGHT},
    {"STATE", "state", CTL_CELL_TEXT},
    {"BUSINESS DATE", "business_date", CTL_CELL_TEXT},
    {"OPENED", "opened_at", CTL_CELL_TIME},
    {"CLOSED", "closing_at", CTL_CELL_TIME},
    {"CUT-OFF", "cut_off_at", CTL_CELL_TIME},
    {"ENDED", "ended_at", CTL_CELL_TIME},
    {"OPEN NETS", "open_pairs", CTL_CELL_RIGHT},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_window_list(struct ctl_session *session) {
    Linkgate__Admin__V1__ListWindows order;
    linkgate__admin__v1__list_windows__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_WINDOWS));
    request.list_windows = &order;
    const char *after = session->args->values[CTL_AFTER];
    enum ctl_exit result = CTL_OK;
    if (after != NULL)
        result = take_window(session, after, &order.after);
    if (result != CTL_OK)
        return result;
    return ctl_list(session, &window_pages, &request, window_columns);
}

/* ---- one ---- */

static const struct ctl_column window_card[] = {
    {"window", "number", CTL_CELL_TEXT},
    {"state", "state", CTL_CELL_TEXT},
    {"business date", "business_date", CTL_CELL_TEXT},
    {"opened at", "opened_at", CTL_CELL_TIME},
    {"cut-off at", "cut_off_at", CTL_CELL_TIME},
    {"closing at", "closing_at", CTL_CELL_TIME},
    {"closed at", "closed_at", CTL_CELL_TIME},
    {"ended at", "ended_at", CTL_CELL_TIME},
    {"settlement", "settlement", CTL_CELL_TEXT},
    {"open nets", "open_pairs", CTL_CELL_TEXT},
    {"nets went on in", "successor", CTL_CELL_TEXT},
    {"defaulter", "defaulter", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static enum ctl_exit gather_one(struct ctl_session *session, uint64_t number,
                                struct ctl_rows *rows) {
    Linkgate__Admin__V1__ListWindows order;
    linkgate__admin__v1__list_windows__init(&order);
    order.after = number - 1;
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_WINDOWS));
    request.list_windows = &order;
    enum ctl_exit result = ctl_gather(session, &window_pages, &request, 1, rows);
    if (result != CTL_OK)
        return result;
    const json_t *found = json_array_get(rows->rows, 0);
    if ((uint64_t)json_integer_value(json_object_get(found, "number")) == number)
        return CTL_OK;
    ctl_rows_deinit(rows);
    fprintf(session->errors, "linkgatectl: there is no such window: see `window list`\n");
    return CTL_REFUSED;
}

enum ctl_exit ctl_window_show(struct ctl_session *session) {
    uint64_t number;
    struct ctl_rows windows, nets;
    enum ctl_exit result = take_window(session, session->args->words[0], &number);
    if (result == CTL_OK)
        result = gather_one(session, number, &windows);
    if (result != CTL_OK)
        return result;
    result = ctl_gather_window_nets(session, number, 0, &nets);
    if (result == CTL_OK) {
        json_t *window = json_array_get(windows.rows, 0);
        if (session->args->json) {
            ctl_dump(session, json_pack("{s:O, s:O}", "window", window, "nets", nets.rows));
        } else {
            ctl_print_card(window, window_card, session->out);
            fputc('\n', session->out);
            ctl_print_table(nets.rows, ctl_net_columns, session->out);
        }
        ctl_rows_deinit(&nets);
    }
    ctl_rows_deinit(&windows);
    return result;
}

/* ---- orders ---- */

enum ctl_exit ctl_window_close(struct ctl_session *session) {
    Linkgate__Admin__V1__WindowClose order;
    linkgate__admin__v1__window_close__init(&order);
    enum ctl_exit result = take_window(session, session->args->words[0], &order.window);
    ctl_request request = ctl_request_of(CTL_ORDER(WINDOW_CLOSE));
    request.window_close = &order;
    return result == CTL_OK ? ctl_give(session, &request, "The window is closed.") : result;
}

/* Two bank codes, joined by a comma. */
static enum ctl_exit take_pair(struct ctl_session *session, uint64_t *one_out,
                               uint64_t *other_out) {
    const char *pair = session->args->values[CTL_PAIR];
    const char *comma = pair != NULL ? strchr(pair, ',') : NULL;
    char one[BANK_CODE_TEXT_SIZE] = "";
    if (comma == NULL || (size_t)(comma - pair) >= sizeof(one)) {
        fprintf(session->errors, "linkgatectl: say which net: --pair CODE,CODE\n");
        return CTL_USAGE;
    }
    memcpy(one, pair, (size_t)(comma - pair));
    enum ctl_exit result = ctl_take_bank(session, one, one_out);
    return result == CTL_OK ? ctl_take_bank(session, comma + 1, other_out) : result;
}

/* One net, by its payment. */
static enum ctl_exit settle_pair(struct ctl_session *session,
                                 Linkgate__Admin__V1__WindowSettle *order, ctl_request *request) {
    const char *given = session->args->values[CTL_REFERENCE];
    enum ctl_exit result = take_pair(session, &order->bank, &order->other);
    if (result != CTL_OK)
        return result;
    char *reference = xstrdup(given != NULL ? given : "");
    order->reference = reference;
    result = ctl_give(session, request, "The net is settled.");
    free(reference);
    return result;
}

enum ctl_exit ctl_window_settle(struct ctl_session *session) {
    Linkgate__Admin__V1__WindowSettle order;
    linkgate__admin__v1__window_settle__init(&order);
    enum ctl_exit result = take_window(session, session->args->words[0], &order.window);
    if (result != CTL_OK)
        return result;
    ctl_request request = ctl_request_of(CTL_ORDER(WINDOW_SETTLE));
    request.window_settle = &order;
    order.multilateral = session->args->values[CTL_MULTILATERAL] != NULL;
    if (!order.multilateral)
        return settle_pair(session, &order, &request);
    if (session->args->values[CTL_PAIR] == NULL && session->args->values[CTL_REFERENCE] == NULL)
        return ctl_give(session, &request, "The window is settled.");
    fprintf(session->errors,
            "linkgatectl: --multilateral is all nets: without --pair, --reference\n");
    return CTL_USAGE;
}

enum ctl_exit ctl_window_abort(struct ctl_session *session) {
    Linkgate__Admin__V1__WindowAbort order;
    const char *defaulter = session->args->values[CTL_DEFAULTER];
    linkgate__admin__v1__window_abort__init(&order);
    enum ctl_exit result = take_window(session, session->args->words[0], &order.window);
    if (result == CTL_OK && defaulter != NULL)
        result = ctl_take_bank(session, defaulter, &order.defaulter);
    ctl_request request = ctl_request_of(CTL_ORDER(WINDOW_ABORT));
    request.window_abort = &order;
    if (result != CTL_OK)
        return result;
    return ctl_give(session, &request, "The window is aborted, and its nets are carried over.");
}
