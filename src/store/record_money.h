/*
 * What banks may owe, and what they have paid in, as records. See record.h.
 */
#ifndef LG_STORE_RECORD_MONEY_H
#define LG_STORE_RECORD_MONEY_H

#include "domain/funds.h"
#include "store/record.h"

struct exposure_records {
    Linkgate__Store__V1__Exposure exposure;
    uint32_t warn_percent[EXPOSURE_WARNINGS];
};

void exposure_to_record(const struct exposure_terms *terms, struct exposure_records *records_out);
/* Fills in all but the key's fields. */
bool exposure_from_record(const Linkgate__Store__V1__Exposure *record,
                          struct exposure_terms *terms);

struct funds_records {
    Linkgate__Store__V1__Funds funds;
    struct history_records history;
};

void funds_to_record(const struct funds *funds, struct funds_records *records_out);
bool funds_from_record(const Linkgate__Store__V1__Funds *record, const struct id *id,
                       struct funds *funds_out);

#endif
