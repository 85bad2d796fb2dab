/*
 * Terms and sale of a product, which banks send and the gateway tells in the same form. Private to
 * src/wire.
 */
#ifndef LG_WIRE_PRODUCT_PARTS_H
#define LG_WIRE_PRODUCT_PARTS_H

#include "domain/message.h"
#include "linkgate/v1/product.pb-c.h"
#include "wire/pack.h"
#include "wire/shape.h"

/* Reads what stands there, each field by itself: what the values may be is domain/product.h's. A kind
 * that is none is NONE, and a currency that is none is empty. NULL is missing. */
void product_read_terms(struct shape *shape, const Linkgate__V1__ProductTerms *message,
                        struct product_terms *out);
void product_read_sale(struct shape *shape, const Linkgate__V1__ProductSale *message,
                       struct product_sale *out);
void product_read_code(struct shape *shape, const char *field, const char *text, struct span *out);

struct packed_terms {
    Linkgate__V1__ProductTerms terms;
    Linkgate__V1__LoanTerms loan;
};
struct packed_sale {
    Linkgate__V1__ProductSale sale;
    Linkgate__V1__NetValue net_value;
    char *banks[PRODUCT_BANKS_MAX];
    char date[DATE_TEXT_SIZE];
};
void product_pack_terms(struct pack *pack, const struct product_terms *terms,
                        struct packed_terms *out);
/* Former banks are left out. */
void product_pack_sale(struct pack *pack, const struct product_sale *sale, bool distributors,
                       struct packed_sale *out);

#endif
