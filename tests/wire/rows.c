/*
 * The runner of the tables. Of a table that fails it names the first row.
 */
#include "wire/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void check_row(const struct row *row, size_t index, const char *hex) {
    struct golden golden = *golden_of(row->kind);
    struct buf bytes, edited;
    struct refusal refusal;
    int verdict;
    if (hex)
        golden.hex = hex;
    buf_init(&bytes);
    buf_init(&edited);
    golden_bytes(&golden, &bytes);
    edit_field(buf_span(&bytes), row->path, &row->edit, &edited);
    struct command *command = golden_read(row->kind, buf_span(&edited), &verdict, &refusal);
    if (refusal.code != row->code || strcmp(refusal.field, row->field) != 0)
        fail_msg("row %zu (kind %d, field %s): code %d, field %s", index, (int)row->kind,
                 row->field, (int)refusal.code, refusal.field);
    assert_int_equal(verdict, row->code == REFUSAL_NONE ? 0 : WIRE_REFUSED);
    command_free(command);
    buf_deinit(&bytes);
    buf_deinit(&edited);
}

void check_rows(const struct row *rows, size_t count, const char *hex) {
    for (size_t i = 0; i < count; i++)
        check_row(&rows[i], i, hex);
}
