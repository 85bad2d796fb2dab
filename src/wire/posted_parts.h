/*
 * What an instruction to post says of the order or the loan that it is for, both ways. Private to
 * src/wire.
 */
#ifndef LG_WIRE_POSTED_PARTS_H
#define LG_WIRE_POSTED_PARTS_H

#include "domain/message.h"
#include "linkgate/v1/transfer.pb-c.h"
#include "wire/pack.h"
#include "wire/shape.h"

#define POSTED_ORDER_TEXT                                                                          \
    (BANK_CODE_TEXT_SIZE + (PRODUCT_CODE_MAX + 1) + CURRENCY_SIZE + DATE_TEXT_SIZE)
#define POSTED_LOAN_TEXT ((PRODUCT_CODE_MAX + 1) + CURRENCY_SIZE)

struct packed_order {
    Linkgate__V1__PostedOrder order;
    Linkgate__V1__Money amount;
};
struct packed_loan {
    Linkgate__V1__PostedLoan loan;
    Linkgate__V1__Money amount;
};
/* NULL for none. */
Linkgate__V1__PostedOrder *posted_pack_order(struct pack *pack, const struct posted_order *order,
                                             struct packed_order *out);
Linkgate__V1__PostedLoan *posted_pack_loan(struct pack *pack, const struct posted_loan *loan,
                                           struct packed_loan *out);

/* As the gateway tells a bank: all that belongs to it and nothing else, or a fault. NULL is none. */
void posted_read_order(struct shape *shape, const Linkgate__V1__PostedOrder *message,
                       struct posted_order *out);
void posted_read_loan(struct shape *shape, const Linkgate__V1__PostedLoan *message,
                      struct posted_loan *out);

#endif
