/*
 * Between adjustments and their records, as in store/record.h. Private to store.
 */
#ifndef LG_STORE_RECORD_ADJUSTMENT_H
#define LG_STORE_RECORD_ADJUSTMENT_H

#include "store/record.h"

struct adjustment_records {
    Linkgate__Store__V1__Adjustment adjustment;
    Linkgate__Store__V1__AdjustmentEntry entries[ADJUSTMENT_ENTRIES_MAX];
    Linkgate__Store__V1__AdjustmentEntry *pointers[ADJUSTMENT_ENTRIES_MAX];
};
void adjustment_to_record(const struct adjustment *adjustment,
                          struct adjustment_records *records_out);
bool adjustment_from_record(const Linkgate__Store__V1__Adjustment *record, const struct id *id,
                            struct adjustment *adjustment_out);

#endif
