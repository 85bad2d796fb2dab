/*
 * Amounts: signed 64-bit counts of the currency's smallest unit (fen), with checked addition only.
 * No floating point anywhere.
 */
#ifndef LG_UTIL_MONEY_H
#define LG_UTIL_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#define CURRENCY_SIZE 4 /* ISO 4217 letters and NUL */

struct money {
    int64_t fen;
    char currency[CURRENCY_SIZE];
};

/* False (sum_out untouched) when the sum does not fit. */
bool fen_add(int64_t a, int64_t b, int64_t *sum_out) __attribute__((warn_unused_result));
bool fen_subtract(int64_t a, int64_t b, int64_t *difference_out)
    __attribute__((warn_unused_result));
bool currency_is(const char *currency, const char *expected);

#define FEN_TEXT_SIZE 32
/* "-1,234.56" style without separators: sign, units, point, two digits: "1234.56". */
void fen_format(int64_t fen, char text_out[FEN_TEXT_SIZE]);

#endif
