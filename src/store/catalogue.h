/*
 * The tables of the catalogue: products with their versions, the order in which they changed, and
 * what was sold. Conventions as in store/store.h.
 */
#ifndef LG_STORE_CATALOGUE_H
#define LG_STORE_CATALOGUE_H

#include "store/store.h"

/* The first half of SHA-256 of the issuer (8 bytes, big-endian) and the code. */
struct id store_product_id(bank_code issuer, struct span code);

/* ---- products: the present version ---- */
int store_get_product(struct store *store, const struct id *id,
                      struct product *product_out) MUST_USE;
/* before: the version that it follows, which becomes an older one; NULL: it is the first, and its
 * quota row is made. */
int store_put_product(struct store *store, const struct product *product,
                      const struct product *before) MUST_USE;
/* An older version. */
int store_get_product_version(struct store *store, const struct id *id, uint32_t version,
                              struct product *product_out) MUST_USE;
/* The product whose present version has the lowest number in the catalogue above after. */
int store_next_product_change(struct store *store, uint64_t after, uint64_t *sequence_out,
                              struct id *id_out) MUST_USE;

/* ---- what was sold ---- */
int store_get_quota(struct store *store, const struct id *id, struct quota *quota_out) MUST_USE;
void store_put_quota(struct store *store, const struct quota *quota, bool fresh);

#endif
