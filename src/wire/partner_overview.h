/*
 * The partner bank's half of the view of all links of one account. Part of wire/partner.h, whose
 * conventions hold.
 */
#ifndef LG_WIRE_PARTNER_OVERVIEW_H
#define LG_WIRE_PARTNER_OVERVIEW_H

#include "wire/message.h"

void partner_encode_query_overview(const struct query_overview *message, struct buf *out);
int partner_decode_overview_reply(struct span payload, struct arena *arena,
                                  struct overview_view *out) MUST_USE;

#endif
