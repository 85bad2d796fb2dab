/*
 * The catalogue as a partner bank writes and reads it. Part of wire/partner.h.
 */
#ifndef LG_WIRE_PARTNER_PRODUCT_H
#define LG_WIRE_PARTNER_PRODUCT_H

#include "wire/message.h"

void partner_encode_publish_product(const struct publish_product *message, struct buf *out);
void partner_encode_get_product(const struct get_product *message, struct buf *out);
void partner_encode_list_products(const struct list_products *message, struct buf *out);

/* Former banks are not told. */
int partner_decode_product_reply(struct span payload, struct arena *arena,
                                 struct product_view *out) MUST_USE;
int partner_decode_product_notice(struct span payload, struct arena *arena,
                                  struct notice_place *place_out,
                                  struct product_view *out) MUST_USE;

/* Entries stand in the arena. */
struct product_page {
    const struct product_view *products;
    uint32_t count;
    uint64_t next_sequence;
    bool more;
};
int partner_decode_product_page(struct span payload, struct arena *arena,
                                struct product_page *out) MUST_USE;

#endif
