/*
 * Checked arithmetic on fen. A sum that does not fit is the caller's to refuse; nothing wraps,
 * saturates or rounds.
 */
#include "util/money.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool fen_add(int64_t a, int64_t b, int64_t *sum_out) {
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return false;
    *sum_out = sum;
    return true;
}

bool fen_subtract(int64_t a, int64_t b, int64_t *difference_out) {
    int64_t difference;
    if (__builtin_sub_overflow(a, b, &difference))
        return false;
    *difference_out = difference;
    return true;
}

bool currency_is(const char *currency, const char *expected) {
    return strncmp(currency, expected, CURRENCY_SIZE) == 0;
}

void fen_format(int64_t fen, char text_out[FEN_TEXT_SIZE]) {
    /* INT64_MIN has no positive counterpart in int64_t. */
    uint64_t magnitude = fen < 0 ? -(uint64_t)fen : (uint64_t)fen;
    snprintf(text_out, FEN_TEXT_SIZE, "%s%" PRIu64 ".%02u", fen < 0 ? "-" : "", magnitude / 100,
             (unsigned)(magnitude % 100));
}
