/*
 * Any row of the store, judged by itself. For who checks stores; the tables have no need of it.
 */
#ifndef LG_STORE_CHECK_H
#define LG_STORE_CHECK_H

#include "store/store.h"

enum row_state {
    ROW_RIGHT,
    ROW_DAMAGED, /* unknown table, key of no such shape, checksum, record that does not decode */
    ROW_OTHER,   /* decodes, but would not be written with these bytes */
    ROW_SEALED   /* a sealed field does not open in this row, or holds no such thing */
};

/* why_out: static, for people, without the row's data; "" when it is right. Borrows key and value;
 * what gets of this store handed out is gone. */
enum row_state store_check_row(struct store *store, struct span key, struct span value,
                               const char **why_out);
/* What the row belongs to, as far as its key tells: the object's kind and id, or the bank. The name
 * of its table, static; "unknown" for others. */
const char *store_row_table(struct span key, enum object_kind *kind_out, struct id *id_out,
                            bank_code *bank_out);

#endif
