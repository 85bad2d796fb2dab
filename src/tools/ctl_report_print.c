/*
 * A bank's day, for people and for spreadsheets.
 *
 * Invariant: both are made from the JSON of the report, whose figures they repeat. Every line of the
 * CSV has all columns; a text in it that could be taken for more than one cell is quoted.
 */
#include "tools/ctl_report.h"

#include <inttypes.h>
#include <string.h>

#include "tools/ctl_list.h"
#include "tools/ctl_values.h"

#define CSV_VERSION 1

/* ---- for people ---- */

static const struct ctl_column head_card[] = {
    {"bank", "bank", CTL_CELL_TEXT},        {"name", "name", CTL_CELL_TEXT},
    {"day", "date", CTL_CELL_TEXT},         {"made at", "made_at", CTL_CELL_TIME},
    {"complete", "complete", CTL_CELL_YES}, {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column link_card[] = {
    {"opened that day", "opened", CTL_CELL_RIGHT},
    {"activated", "activated", CTL_CELL_RIGHT},
    {"ended", "ended", CTL_CELL_RIGHT},
    {"live at its end", "live", CTL_CELL_RIGHT},
    {"of these activated", "active", CTL_CELL_RIGHT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column transfer_columns[] = {
    {"KIND", "kind", CTL_CELL_TEXT},    {"DIRECTION", "direction", CTL_CELL_TEXT},
    {"SIDE", "side", CTL_CELL_TEXT},    {"STATE", "state", CTL_CELL_TEXT},
    {"COUNT", "count", CTL_CELL_RIGHT}, {"SUM", "sum_fen", CTL_CELL_FEN},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column refusal_columns[] = {
    {"REASON", "reason", CTL_CELL_TEXT},
    {"DETAIL", "detail", CTL_CELL_TEXT},
    {"COUNT", "count", CTL_CELL_RIGHT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column exposure_card[] = {
    {"exposure", "exposure_fen", CTL_CELL_FEN},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column case_card[] = {
    {"opened that day", "opened", CTL_CELL_RIGHT},
    {"closed", "closed", CTL_CELL_RIGHT},
    {"open at its end", "open", CTL_CELL_RIGHT},
    {"answer late now", "overdue", CTL_CELL_RIGHT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column holding_card[] = {
    {"orders with units", "count", CTL_CELL_RIGHT},
    {"sold of others' products", "distributed_fen", CTL_CELL_FEN},
    {"of its own products", "issued_fen", CTL_CELL_FEN},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column loan_card[] = {
    {"that run", "count", CTL_CELL_RIGHT},
    {"its principal", "principal_fen", CTL_CELL_FEN},
    {"interest it got", "interest_paid_fen", CTL_CELL_FEN},
    {"overdue", "overdue", CTL_CELL_RIGHT},
    {"its principal of these", "overdue_fen", CTL_CELL_FEN},
    {NULL, NULL, CTL_CELL_TEXT},
};

static void print_rows(const json_t *report, const char *key, const char *title,
                       const struct ctl_column *columns, FILE *to) {
    fprintf(to, "\n%s\n", title);
    ctl_print_table(json_object_get(report, key), columns, to);
}

void ctl_report_print(const json_t *report, FILE *to) {
    ctl_print_card(report, head_card, to);
    fprintf(to, "\nLinks\n");
    ctl_print_card(json_object_get(report, "links"), link_card, to);
    print_rows(report, "transfers", "Transfers received that day, as they stand now",
               transfer_columns, to);
    print_rows(report, "refusals", "Refused requests", refusal_columns, to);
    print_rows(report, "positions", "Position now", ctl_position_columns, to);
    fprintf(to, "\nWhat it may owe\n");
    ctl_print_card(json_object_get(report, "exposure"), exposure_card, to);
    ctl_print_card(json_object_get(report, "exposure"), ctl_bounds_card, to);
    print_rows(report, "nets", "Nets now", ctl_net_columns, to);
    fprintf(to, "\nCases\n");
    ctl_print_card(json_object_get(report, "cases"), case_card, to);
    fprintf(to, "\nHoldings now\n");
    ctl_print_card(json_object_get(report, "holdings"), holding_card, to);
    fprintf(to, "\nLoans now, as this lender's\n");
    ctl_print_card(json_object_get(report, "loans"), loan_card, to);
}

/* ---- CSV ---- */

/* One line; a text that is NULL is an empty cell. */
struct line {
    const char *section, *item, *kind, *direction, *state, *with, *currency;
    bool has_count, has_fen;
    int64_t count, fen;
};

static const char *text_of(const json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
}

static int64_t number_of(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

static void print_cell(const char *text, FILE *to) {
    if (text == NULL)
        return;
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;
    if (quoted)
        fputc('"', to);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', to);
        fputc(*text, to);
    }
    if (quoted)
        fputc('"', to);
}

static void print_line(const struct line *line, FILE *to) {
    const char *texts[] = {line->section, line->item, line->kind,    line->direction,
                           line->state,   line->with, line->currency};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        print_cell(texts[i], to);
        fputc(',', to);
    }
    if (line->has_count)
        fprintf(to, "%" PRId64, line->count);
    fputc(',', to);
    if (line->has_fen)
        fprintf(to, "%" PRId64, line->fen);
    fputc('\n', to);
}

/* Each number of an object, under its key. */
static void print_counts(const char *section, const json_t *object, FILE *to) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value) {
        struct line line = {
            .section = section, .item = key, .has_count = true, .count = json_integer_value(value)};
        print_line(&line, to);
    }
}

/* Each number or sum of an object, under its key. */
static void print_sums(const char *section, const json_t *object, FILE *to) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value) {
        size_t size = strlen(key);
        bool fen = size > 4 && strcmp(key + size - 4, "_fen") == 0;
        struct line line = {.section = section,
                            .item = key,
                            .currency = fen ? "CNY" : NULL,
                            .has_count = !fen,
                            .count = json_integer_value(value),
                            .has_fen = fen,
                            .fen = json_integer_value(value)};
        print_line(&line, to);
    }
}

static void print_transfers(const json_t *rows, FILE *to) {
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        struct line line = {.section = "transfers",
                            .item = text_of(row, "side"),
                            .kind = text_of(row, "kind"),
                            .direction = text_of(row, "direction"),
                            .state = text_of(row, "state"),
                            .currency = text_of(row, "currency"),
                            .has_count = true,
                            .count = number_of(row, "count"),
                            .has_fen = true,
                            .fen = number_of(row, "sum_fen")};
        print_line(&line, to);
    }
}

static void print_refusals(const json_t *rows, FILE *to) {
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        struct line line = {.section = "refusals",
                            .item = text_of(row, "detail"),
                            .kind = text_of(row, "reason"),
                            .has_count = true,
                            .count = number_of(row, "count")};
        print_line(&line, to);
    }
}

static void print_positions(const json_t *rows, FILE *to) {
    static const char *const items[] = {"reserved_outgoing_fen", "unsettled_net_fen"};
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        for (size_t j = 0; j < sizeof(items) / sizeof(items[0]); j++) {
            struct line line = {.section = "positions",
                                .item = items[j],
                                .currency = text_of(row, "currency"),
                                .has_fen = true,
                                .fen = number_of(row, items[j])};
            print_line(&line, to);
        }
    }
}

/* What does not bound it has no line. */
static void print_exposure(const json_t *exposure, FILE *to) {
    static const char *const items[] = {"exposure_fen",     "cap_fen",  "balance_fen",
                                        "out_reserved_fen", "left_fen", "free_fen"};
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
        if (!json_is_integer(json_object_get(exposure, items[i])))
            continue;
        struct line line = {.section = "exposure",
                            .item = items[i],
                            .currency = text_of(exposure, "currency"),
                            .has_fen = true,
                            .fen = number_of(exposure, items[i])};
        print_line(&line, to);
    }
}

/* Signed as the report's bank sees it: + is due to it. */
static void print_nets(const json_t *report, FILE *to) {
    const json_t *rows = json_object_get(report, "nets");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        char window[24];
        bool low = strcmp(text_of(row, "low"), text_of(report, "bank")) == 0;
        snprintf(window, sizeof(window), "%" PRId64, number_of(row, "window"));
        struct line line = {.section = "nets",
                            .item = window,
                            .with = text_of(row, low ? "high" : "low"),
                            .currency = text_of(row, "currency"),
                            .has_count = true,
                            .count = number_of(row, "count"),
                            .has_fen = true,
                            .fen = low ? number_of(row, "net_fen") : -number_of(row, "net_fen")};
        print_line(&line, to);
    }
}

void ctl_report_csv(const json_t *report, FILE *to) {
    fprintf(to, "linkgate-report,%d,%s,%s,%s,%s\n", CSV_VERSION, text_of(report, "bank"),
            text_of(report, "date"), text_of(report, "made_at"),
            json_is_true(json_object_get(report, "complete")) ? "complete" : "so far");
    fprintf(to, "section,item,kind,direction,state,with,currency,count,fen\n");
    print_counts("links", json_object_get(report, "links"), to);
    print_transfers(json_object_get(report, "transfers"), to);
    print_refusals(json_object_get(report, "refusals"), to);
    print_positions(json_object_get(report, "positions"), to);
    print_exposure(json_object_get(report, "exposure"), to);
    print_nets(report, to);
    print_counts("cases", json_object_get(report, "cases"), to);
    print_sums("holdings", json_object_get(report, "holdings"), to);
    print_sums("loans", json_object_get(report, "loans"), to);
}
