/*
 * Units times price is money, exactly.
 *
 * Invariant: one rounding, half up, at the end of a product of 128 bits; what does not fit an int64 is
 * refused. Who may hold how many units is not known here.
 */
#include "domain/product_units.h"

#define PARTS_OF_FEN ((int64_t)PRODUCT_UNIT_PARTS * PRODUCT_PRICE_PARTS / 100)

__extension__ typedef __int128 wide;

bool product_units_worth(int64_t units, int64_t price, int64_t *fen_out) {
    if (units <= 0 || price <= 0)
        return false;
    wide fen = ((wide)units * price + PARTS_OF_FEN / 2) / PARTS_OF_FEN;
    if (fen > INT64_MAX)
        return false;
    *fen_out = (int64_t)fen;
    return true;
}

bool product_units_are(int64_t units, int64_t price, int64_t fen) {
    int64_t worth_fen;
    return product_units_worth(units, price, &worth_fen) && worth_fen == fen;
}

bool product_units_of_deposit(int64_t fen, int64_t *units_out) {
    int64_t units;
    if (fen <= 0 || __builtin_mul_overflow(fen, (int64_t)PRODUCT_UNIT_PARTS / 100, &units))
        return false;
    *units_out = units;
    return true;
}
