/*
 * Between products and their records, as in store/record.h. Private to store.
 */
#ifndef LG_STORE_RECORD_PRODUCT_H
#define LG_STORE_RECORD_PRODUCT_H

#include "store/record.h"

struct product_records {
    Linkgate__Store__V1__Product product;
    Linkgate__Store__V1__ProductTerms terms;
    Linkgate__Store__V1__LoanTerms loan;
    Linkgate__Store__V1__ProductSale sale;
    uint64_t banks[PRODUCT_BANKS_MAX];
    uint64_t former[PRODUCT_BANKS_MAX];
};
void product_to_record(const struct product *product, struct product_records *records_out);
bool product_from_record(const Linkgate__Store__V1__Product *record, struct product *product_out);

#endif
