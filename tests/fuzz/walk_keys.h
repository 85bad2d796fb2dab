/*
 * Reading all that is read by its key, over one row with any key: nothing but a row, none, or damage.
 */
#ifndef LG_TESTS_FUZZ_WALK_KEYS_H
#define LG_TESTS_FUZZ_WALK_KEYS_H

#include "store/store.h"

void walk_keys(struct store *store, const struct id *id, const struct digest *of, bank_code bank);

#endif
