/*
 * The partner bank's half of the codec: adjustments. Part of wire/partner.h.
 */
#ifndef LG_WIRE_PARTNER_ADJUSTMENT_H
#define LG_WIRE_PARTNER_ADJUSTMENT_H

#include "wire/message.h"

void partner_encode_propose_adjustment(const struct propose_adjustment *message, struct buf *out);
void partner_encode_accept_adjustment(const struct accept_adjustment *message, struct buf *out);
void partner_encode_get_adjustment(const struct get_adjustment *message, struct buf *out);

int partner_decode_adjustment_reply(struct span payload, struct arena *arena,
                                    struct adjustment_view *out) MUST_USE;
int partner_decode_adjustment_notice(struct span payload, struct arena *arena,
                                     struct notice_place *place_out,
                                     struct adjustment_view *out) MUST_USE;

#endif
