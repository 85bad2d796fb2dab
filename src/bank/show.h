/*
 * A list that a command prints: a line for each entry, and a last line that counts them.
 */
#ifndef LG_BANK_SHOW_H
#define LG_BANK_SHOW_H

#include "bank/commands.h"

struct bk_listing {
    const struct bk_call *call;
    uint32_t limit, count;
    bool more;
};

struct bk_listing bk_listing_of(const struct bk_call *call);
/* False: the list is full. */
bool bk_listing_next(struct bk_listing *listing, struct bk_json *json_out);
/* Ends the answer. */
void bk_listing_end(const struct bk_listing *listing);

#endif
