/*
 * Units of a product and what they are worth. Units are counted in 1/10,000, prices in 1/1,000,000 CNY
 * a unit.
 */
#ifndef LG_DOMAIN_PRODUCT_UNITS_H
#define LG_DOMAIN_PRODUCT_UNITS_H

#include "domain/types.h"

#define PRODUCT_UNIT_PARTS 10000
#define PRODUCT_PRICE_PARTS 1000000
/* A deposit's unit is 1 CNY. */
#define PRODUCT_DEPOSIT_PRICE PRODUCT_PRICE_PARTS

/* units x price, rounded half up to the fen. False: one of them is not positive, or the product does
 * not fit. It may be 0 fen. */
bool product_units_worth(int64_t units, int64_t price, int64_t *fen_out)
    __attribute__((warn_unused_result));
/* The money is just what the units are worth. */
bool product_units_are(int64_t units, int64_t price, int64_t fen);
/* Units of a deposit of so much. False: not positive, or too much. */
bool product_units_of_deposit(int64_t fen, int64_t *units_out) __attribute__((warn_unused_result));

#endif
