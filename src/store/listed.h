/*
 * The gateway's own side of a bank's list of reconciliation, whatever it is a list of. Conventions as
 * in store/store.h.
 */
#ifndef LG_STORE_LISTED_H
#define LG_STORE_LISTED_H

#include "domain/recon.h"
#include "domain/window.h"
#include "store/store.h"

/* Which list. */
struct listed {
    enum recon_kind kind;
    bank_code bank;
    struct window window; /* of transfers */
};

/* Looks at the object behind *at (zero: at the first one), just one, and moves *at there. has_out: it
 * stands in the list, as item_out. In order of ids. */
int store_next_listed(struct store *store, const struct listed *list, struct id *at,
                      struct recon_item *item_out, bool *has_out) MUST_USE;
/* How that object would stand there, in whatever state and of whatever banks it is. */
int store_find_listed(struct store *store, const struct listed *list, const struct id *id,
                      struct recon_item *item_out) MUST_USE;

#endif
