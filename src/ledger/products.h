/*
 * The catalogue for the rest of the ledger. Internal to src/ledger. Results as in apply.h.
 */
#ifndef LG_LEDGER_PRODUCTS_H
#define LG_LEDGER_PRODUCTS_H

#include "ledger/apply.h"
#include "store/catalogue.h"

/* ---- handlers ---- */
int product_publish(struct apply *apply) MUST_USE;
int product_get(struct apply *apply) MUST_USE;
int product_list(struct apply *apply) MUST_USE;

/* ---- product_query.c ---- */
/* The present version, if that bank may see it; else refuses NO_SUCH_PRODUCT on field. */
int product_present(struct apply *apply, bank_code issuer, struct span code, bank_code viewer,
                    const char *field, struct product *product_out) MUST_USE;
/* Version version of a product, of which present is the present one; 0: that one. Refuses
 * NO_SUCH_PRODUCT on field when there is none. */
int product_version_at(struct apply *apply, const struct product *present, uint32_t version,
                       const char *field, struct product *product_out) MUST_USE;
/* As the bank sees it. */
struct product_view product_view_of(const struct product *product, bank_code viewer);

/* The stored answer to a publication, in its present state; and what differs in a repeated one. */
int product_replay(struct apply *apply, const struct id *id) MUST_USE;
int product_differs(struct apply *apply, const struct store_request *row,
                    const char **field_out) MUST_USE;

/* ---- notice.c: of its present version, to all that may see it but the issuer. Without a list the
 * banks that were registered before this instant. ---- */
int notice_product(struct apply *apply, const struct product *product) MUST_USE;

#endif
