/*
 * JSON values as tables for people. A listing is an array of objects; a column shows one key.
 */
#ifndef LG_TOOLS_CTL_TABLE_H
#define LG_TOOLS_CTL_TABLE_H

#include <jansson.h>
#include <stdio.h>

enum ctl_cell {
    CTL_CELL_TEXT,  /* as it is; arrays joined by commas */
    CTL_CELL_RIGHT, /* numbers */
    CTL_CELL_FEN,   /* an amount; the row's "currency" follows it */
    CTL_CELL_LIMIT, /* an amount, or a count where the key is no "..._fen"; 0 is none */
    CTL_CELL_TIME,  /* RFC 3339, shown as Shanghai's: 2026-12-31 23:59:59.000+08 */
    CTL_CELL_COUNT, /* how many an array holds */
    CTL_CELL_UNITS, /* in 1/10,000; 0 is nothing */
    CTL_CELL_PRICE, /* in 1/1,000,000 CNY; 0 is nothing */
    CTL_CELL_BYTES, /* a number of bytes, with its unit; 0 is not known */
    CTL_CELL_MARK,  /* true: the column's own heading in lower case; false: nothing */
    CTL_CELL_YES    /* yes or no */
};

struct ctl_column {
    const char *heading;
    const char *key;
    enum ctl_cell cell;
};

/* columns ends with a NULL heading. An empty array prints the headings. */
void ctl_print_table(const json_t *rows, const struct ctl_column *columns, FILE *to);
/* One object, a line per key that it has. */
void ctl_print_card(const json_t *object, const struct ctl_column *columns, FILE *to);

#endif
