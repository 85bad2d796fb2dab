/*
 * Between orders, loans and their records, as in store/record.h. Private to store.
 */
#ifndef LG_STORE_RECORD_ORDER_H
#define LG_STORE_RECORD_ORDER_H

#include "store/orders.h"
#include "store/record.h"

typedef Linkgate__Store__V1__ProductOrder order_record;
typedef Linkgate__Store__V1__Loan loan_record;

struct order_records {
    order_record order;
    struct history_records history;
};
void order_to_record(const struct product_order *order, struct order_records *records_out);
bool order_from_record(const order_record *record, const struct id *id,
                       struct product_order *order_out);

struct loan_records {
    loan_record loan;
    Linkgate__Store__V1__LoanDecision decisions[LOAN_LENDERS];
    Linkgate__Store__V1__LoanDecision *decision_pointers[LOAN_LENDERS];
    Linkgate__Store__V1__LoanInstalment instalments[PRODUCT_INSTALMENTS_MAX];
    Linkgate__Store__V1__LoanInstalment *instalment_pointers[PRODUCT_INSTALMENTS_MAX];
    struct history_records history;
};
void loan_to_record(const struct loan *loan, struct loan_records *records_out);
bool loan_from_record(const loan_record *record, const struct id *id, struct loan *loan_out);

#endif
