/*
 * What of a loan is told both ways: instalments, and the product's code under another name. Private to
 * src/wire.
 */
#ifndef LG_WIRE_LOAN_PARTS_H
#define LG_WIRE_LOAN_PARTS_H

#include "domain/message_loan.h"
#include "linkgate/v1/loan.pb-c.h"
#include "wire/pack.h"
#include "wire/shape.h"

void loan_read_product(struct shape *shape, const char *text, struct span *out);
/* Days ascend, sums are positive, and there are no more than a product allows. What they add up to is
 * not looked at. */
void loan_read_schedule(struct shape *shape, Linkgate__V1__LoanInstalment *const *instalments,
                        size_t count, struct loan_schedule *out);

struct packed_schedule {
    Linkgate__V1__LoanInstalment instalments[PRODUCT_INSTALMENTS_MAX];
    Linkgate__V1__LoanInstalment *pointers[PRODUCT_INSTALMENTS_MAX];
    char dates[PRODUCT_INSTALMENTS_MAX][DATE_TEXT_SIZE];
};
void loan_pack_schedule(const struct loan_schedule *schedule, struct packed_schedule *out);

#endif
