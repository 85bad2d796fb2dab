/*
 * The messages of the catalogue, as values. See message.h.
 */
#ifndef LG_DOMAIN_MESSAGE_PRODUCT_H
#define LG_DOMAIN_MESSAGE_PRODUCT_H

#include "domain/product.h"

#define PRODUCT_PAGE_MAX 40u
#define PRODUCT_PAGE_STANDARD 20u

struct publish_product {
    struct id request;
    struct span code;
    uint32_t version;
    enum product_state state;
    const struct product_terms *terms; /* NULL, both: as they were */
    const struct product_sale *sale;
};
struct get_product {
    bank_code issuer;
    struct span code;
    uint32_t version; /* 0: the present one */
};
struct list_products {
    uint64_t after_sequence;
    uint32_t max;
    enum product_kind kind; /* NONE: all */
    uint32_t risk_max;      /* 0: all */
    bank_code issuer;       /* 0: all */
};

/* A version as one bank sees it. */
struct product_view {
    struct product product;
    bool distributors; /* they are told: to the issuer */
    bool sold_by_you;
    bool replayed;
};

#endif
