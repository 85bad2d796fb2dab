/*
 * Tables by libsmartcols.
 *
 * Invariant: a table shows values that are in the JSON, and none that is not, so that what a
 * person reads and what a program reads cannot differ.
 */
#include "tools/ctl_table.h"

#include <ctype.h>
#include <inttypes.h>
#include <libsmartcols/libsmartcols.h>
#include <string.h>

#include "domain/product_units.h"
#include "tools/ctl_values.h"
#include "util/fatal.h"
#include "util/money.h"

#define CELL_TEXT_MAX 512

/* One of a list; how much room it wants. */
static size_t cell_item(const json_t *item, bool follows, char *text_out, size_t room) {
    const char *comma = follows ? "," : "";
    const char *text = json_string_value(item);
    int size =
        json_is_integer(item)
            ? snprintf(text_out, room, "%s%" PRId64, comma, (int64_t)json_integer_value(item))
            : snprintf(text_out, room, "%s%s", comma, text != NULL ? text : "");
    return (size_t)size;
}

static void cell_text(const json_t *value, char *text_out) {
    text_out[0] = '\0';
    if (json_is_integer(value)) {
        snprintf(text_out, CELL_TEXT_MAX, "%" PRId64, (int64_t)json_integer_value(value));
    } else if (json_is_array(value)) {
        size_t used = 0;
        for (size_t i = 0; i < json_array_size(value) && used < CELL_TEXT_MAX; i++) {
            used +=
                cell_item(json_array_get(value, i), i > 0, text_out + used, CELL_TEXT_MAX - used);
        }
    } else if (json_is_string(value)) {
        snprintf(text_out, CELL_TEXT_MAX, "%s", json_string_value(value));
    }
}

static void cell_time(const json_t *value, char *text_out) {
    char shanghai[CTL_TIME_SIZE];
    int64_t unix_ms;
    if (ctl_time_parse(json_string_value(value), CTL_TIME_FROM, 0, &unix_ms)) {
        ctl_time_format(unix_ms, shanghai);
        snprintf(text_out, CELL_TEXT_MAX, "%s+08", shanghai);
    }
}

static void cell_bytes(const json_t *value, char *text_out) {
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    int64_t bytes = json_integer_value(value);
    size_t unit = 0;
    for (; bytes >= 10240 && unit < 4; unit++)
        bytes /= 1024;
    if (bytes != 0 || unit != 0)
        snprintf(text_out, CELL_TEXT_MAX, "%" PRId64 " %s", bytes, units[unit]);
}

static void cell_parts(const json_t *value, int64_t parts, int digits, char *text_out) {
    int64_t number = json_integer_value(value);
    if (number > 0)
        snprintf(text_out, CELL_TEXT_MAX, "%" PRId64 ".%0*" PRId64, number / parts, digits,
                 number % parts);
}

static void cell_fen(const json_t *row, const json_t *value, char *text_out) {
    char amount[FEN_TEXT_SIZE];
    const char *currency = json_string_value(json_object_get(row, "currency"));
    fen_format(json_integer_value(value), amount);
    snprintf(text_out, CELL_TEXT_MAX, "%s%s%s", amount, currency != NULL ? " " : "",
             currency != NULL ? currency : "");
}

static void cell_limit(const json_t *row, const struct ctl_column *column, const json_t *value,
                       char *text_out) {
    if (json_integer_value(value) == 0)
        snprintf(text_out, CELL_TEXT_MAX, "none");
    else if (strstr(column->key, "_fen") != NULL)
        cell_fen(row, value, text_out);
    else
        cell_text(value, text_out);
}

static void cell_mark(const struct ctl_column *column, const json_t *value, char *text_out) {
    size_t i = 0;
    for (; json_is_true(value) && column->heading[i] != '\0' && i < CELL_TEXT_MAX - 1; i++)
        text_out[i] = (char)tolower((unsigned char)column->heading[i]);
    text_out[i] = '\0';
}

static void format_cell(const json_t *row, const struct ctl_column *column, char *text_out) {
    const json_t *value = json_object_get(row, column->key);
    text_out[0] = '\0';
    if (value == NULL || json_is_null(value))
        return;
    switch (column->cell) {
    case CTL_CELL_TEXT:
    case CTL_CELL_RIGHT:
        cell_text(value, text_out);
        break;
    case CTL_CELL_FEN:
        cell_fen(row, value, text_out);
        break;
    case CTL_CELL_UNITS:
        cell_parts(value, PRODUCT_UNIT_PARTS, 4, text_out);
        break;
    case CTL_CELL_PRICE:
        cell_parts(value, PRODUCT_PRICE_PARTS, 6, text_out);
        break;
    case CTL_CELL_LIMIT:
        cell_limit(row, column, value, text_out);
        break;
    case CTL_CELL_TIME:
        cell_time(value, text_out);
        break;
    case CTL_CELL_COUNT:
        snprintf(text_out, CELL_TEXT_MAX, "%zu", json_array_size(value));
        break;
    case CTL_CELL_BYTES:
        cell_bytes(value, text_out);
        break;
    case CTL_CELL_MARK:
        cell_mark(column, value, text_out);
        break;
    case CTL_CELL_YES:
        snprintf(text_out, CELL_TEXT_MAX, "%s", json_is_true(value) ? "yes" : "no");
        break;
    }
}

static struct libscols_table *new_table(FILE *to) {
    struct libscols_table *table = scols_new_table();
    ENSURE(table != NULL);
    scols_table_set_stream(table, to);
    if (!ctl_is_terminal(to))
        scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
    return table;
}

static void set_cell(struct libscols_line *line, size_t column, const char *text) {
    ENSURE(line != NULL && scols_line_set_data(line, column, text) == 0);
}

static void print_and_free(struct libscols_table *table) {
    (void)scols_print_table(table);
    scols_unref_table(table);
}

void ctl_print_table(const json_t *rows, const struct ctl_column *columns, FILE *to) {
    struct libscols_table *table = new_table(to);
    for (const struct ctl_column *column = columns; column->heading != NULL; column++) {
        bool right = column->cell == CTL_CELL_FEN || column->cell == CTL_CELL_RIGHT ||
                     column->cell == CTL_CELL_COUNT || column->cell == CTL_CELL_UNITS ||
                     column->cell == CTL_CELL_PRICE;
        ENSURE(scols_table_new_column(table, column->heading, 0, right ? SCOLS_FL_RIGHT : 0) !=
               NULL);
    }
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        struct libscols_line *line = scols_table_new_line(table, NULL);
        char text[CELL_TEXT_MAX];
        for (size_t j = 0; columns[j].heading != NULL; j++) {
            format_cell(row, &columns[j], text);
            set_cell(line, j, text);
        }
    }
    if (json_array_size(rows) == 0) {
        /* libsmartcols prints nothing at all for an empty table. */
        for (const struct ctl_column *column = columns; column->heading != NULL; column++)
            fprintf(to, "%s%s", column == columns ? "" : " ", column->heading);
        fputc('\n', to);
    }
    print_and_free(table);
}

void ctl_print_card(const json_t *object, const struct ctl_column *columns, FILE *to) {
    struct libscols_table *table = new_table(to);
    scols_table_enable_noheadings(table, 1);
    ENSURE(scols_table_new_column(table, "NAME", 0, 0) != NULL);
    ENSURE(scols_table_new_column(table, "VALUE", 0, 0) != NULL);
    for (size_t i = 0; columns[i].heading != NULL; i++) {
        char text[CELL_TEXT_MAX];
        format_cell(object, &columns[i], text);
        if (text[0] == '\0')
            continue;
        struct libscols_line *line = scols_table_new_line(table, NULL);
        set_cell(line, 0, columns[i].heading);
        set_cell(line, 1, text);
    }
    print_and_free(table);
}
