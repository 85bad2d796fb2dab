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
#include "tools/ctl_rules.h"
#include "tools/ctl_values.h"

static enum ctl_exit take_window(struct ctl_session *session, const char *text,
                                 uint64_t *number_out) {
    char *end;
    errno = 0;
    uint64_t number = strtoull(text, &end, 10);
    if (text[0] < '1' || text[0] > '9' || *end != '\0' || errno != 0) {
        return ctl_wrong(session, "'%s' is no window's number; linkgatectl window list shows them",
                         text);
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
    {"mode by the rules", "mode", CTL_CELL_TEXT},
    {"settled", "settlement", CTL_CELL_TEXT},
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
    fprintf(session->errors,
            "linkgatectl: there is no window %llu; linkgatectl window list shows them\n",
            (unsigned long long)number);
    return CTL_REFUSED;
}

static enum ctl_exit mode_of(struct ctl_session *session, const json_t *window,
                             enum settlement *mode_out) {
    return ctl_rules_settlement(
        session, json_string_value(json_object_get(window, "business_date")), mode_out);
}

static void print_one(struct ctl_session *session, json_t *window, enum settlement mode,
                      json_t *nets) {
    const char *name = settlement_name(mode);
    if (session->args->json) {
        ctl_dump(session,
                 json_pack("{s:O, s:s, s:O}", "window", window, "mode", name, "nets", nets));
        return;
    }
    ctl_json_set(window, "mode", json_string(name));
    if (json_integer_value(json_object_get(window, "successor")) == 0)
        json_object_del(window, "successor");
    ctl_print_card(window, window_card, session->out);
    fputc('\n', session->out);
    ctl_print_table(nets, ctl_net_columns, session->out);
}

enum ctl_exit ctl_window_show(struct ctl_session *session) {
    uint64_t number = 0;
    enum settlement mode;
    struct ctl_rows windows, nets;
    enum ctl_exit result = take_window(session, session->args->words[0], &number);
    if (result == CTL_OK)
        result = gather_one(session, number, &windows);
    if (result != CTL_OK)
        return result;
    json_t *window = json_array_get(windows.rows, 0);
    result = mode_of(session, window, &mode);
    if (result == CTL_OK)
        result = ctl_gather_window_nets(session, number, 0, &nets);
    if (result == CTL_OK) {
        print_one(session, window, mode, nets.rows);
        ctl_rows_deinit(&nets);
    }
    ctl_rows_deinit(&windows);
    return result;
}

/* ---- orders ---- */

/* Where the window stands, and what may be done with it. */
static void tell_state(struct ctl_session *session, uint64_t number, const json_t *window) {
    static const struct {
        const char *state, *next;
    } nexts[] = {
        {"OPEN", "first close it: linkgatectl window close"},
        {"CLOSING", "it is CLOSED in a moment; give the order again then"},
        {"CLOSED", "its nets may be settled (window settle), or carried over (window abort)"},
        {"SETTLED", "all of its nets are paid, and nothing is left to do"},
        {"ABORTED", "its nets went on in a later window, that window show names"},
    };
    const char *state = json_string_value(json_object_get(window, "state"));
    for (size_t i = 0; state != NULL && i < sizeof(nexts) / sizeof(nexts[0]); i++) {
        if (strcmp(nexts[i].state, state) == 0)
            fprintf(session->errors, "linkgatectl: window %llu is %s: %s\n",
                    (unsigned long long)number, state, nexts[i].next);
    }
}

/* Refused for its state: which one is it? */
static enum ctl_exit give(struct ctl_session *session, ctl_request *request, uint64_t number,
                          const char *done) {
    struct ctl_rows windows;
    enum ctl_exit result = ctl_give(session, request, done);
    if (result != CTL_REFUSED || session->reply->result_case != CTL_RESULT(REFUSAL) ||
        strcmp(session->reply->refusal->detail, "WINDOW_STATE") != 0 ||
        gather_one(session, number, &windows) != CTL_OK)
        return result;
    tell_state(session, number, json_array_get(windows.rows, 0));
    ctl_rows_deinit(&windows);
    return result;
}

enum ctl_exit ctl_window_close(struct ctl_session *session) {
    Linkgate__Admin__V1__WindowClose order;
    linkgate__admin__v1__window_close__init(&order);
    enum ctl_exit result = take_window(session, session->args->words[0], &order.window);
    ctl_request request = ctl_request_of(CTL_ORDER(WINDOW_CLOSE));
    request.window_close = &order;
    return result == CTL_OK ? give(session, &request, order.window, "The window is closed.")
                            : result;
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
    if (result == CTL_OK && given == NULL)
        result = ctl_wrong(session, "say by which payment the net was settled: --reference R, as "
                                    "the banks have it");
    if (result != CTL_OK)
        return result;
    char *reference = xstrdup(given);
    order->reference = reference;
    result = give(session, request, order->window, "The net is settled.");
    free(reference);
    return result;
}

/* By the rules of its business date: neither --pair nor --multilateral was given. */
static enum ctl_exit take_mode(struct ctl_session *session, uint64_t number,
                               enum settlement *mode_out) {
    struct ctl_rows windows;
    enum ctl_exit result = gather_one(session, number, &windows);
    if (result != CTL_OK)
        return result;
    const json_t *window = json_array_get(windows.rows, 0);
    const char *state = json_string_value(json_object_get(window, "state"));
    if (state == NULL || strcmp(state, "CLOSED") != 0) {
        tell_state(session, number, window);
        result = CTL_REFUSED;
    }
    if (result == CTL_OK)
        result = mode_of(session, window, mode_out);
    if (result == CTL_OK && *mode_out != SETTLEMENT_MULTILATERAL) {
        result = ctl_wrong(session,
                           "the rules of %s settle pair by pair: say which net, and by which "
                           "payment: --pair CODE,CODE --reference R; or all that are left from "
                           "the banks' balances: --multilateral",
                           json_string_value(json_object_get(window, "business_date")));
    }
    ctl_rows_deinit(&windows);
    return result;
}

enum ctl_exit ctl_window_settle(struct ctl_session *session) {
    const char *const *given = session->args->values;
    bool pair = given[CTL_PAIR] != NULL || given[CTL_REFERENCE] != NULL;
    enum settlement mode = given[CTL_MULTILATERAL] ? SETTLEMENT_MULTILATERAL : SETTLEMENT_BILATERAL;
    Linkgate__Admin__V1__WindowSettle order;
    linkgate__admin__v1__window_settle__init(&order);
    if (mode == SETTLEMENT_MULTILATERAL && pair)
        return ctl_wrong(session, "--multilateral is all nets that are left: give it without "
                                  "--pair and --reference");
    enum ctl_exit result = take_window(session, session->args->words[0], &order.window);
    if (result == CTL_OK && !pair && mode != SETTLEMENT_MULTILATERAL)
        result = take_mode(session, order.window, &mode);
    if (result != CTL_OK)
        return result;
    ctl_request request = ctl_request_of(CTL_ORDER(WINDOW_SETTLE));
    request.window_settle = &order;
    order.multilateral = mode == SETTLEMENT_MULTILATERAL;
    return order.multilateral ? give(session, &request, order.window, "The window is settled.")
                              : settle_pair(session, &order, &request);
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
    return give(session, &request, order.window,
                "The window is aborted, and its nets are carried over.");
}
