/*
 * A row of a list, on its way in and out. Private to src/wire.
 */
#ifndef LG_WIRE_RECON_ITEM_H
#define LG_WIRE_RECON_ITEM_H

#include "domain/message.h"
#include "linkgate/v1/recon.pb-c.h"
#include "wire/pack.h"
#include "wire/shape.h"

/* A ReconItem and what it points to. */
struct packed_item {
    Linkgate__V1__ReconItem item;
    Linkgate__V1__Money amount;
};

void recon_item_pack(struct pack *pack, const struct recon_item *item, struct packed_item *out);
/* Shape alone: whether such a row may stand in a list is recon_item_fault's. Fields' names are those of
 * a part's rows. */
void recon_item_read(struct shape *shape, const Linkgate__V1__ReconItem *message,
                     struct recon_item *out);
/* What a list is of: by what its message says (ReconList), and whether it has a window. */
enum recon_kind recon_list_kind(struct shape *shape, const char *field, int list, bool window);

#endif
