/*
 * Settlement as a partner bank writes and reads it. Part of wire/partner.h.
 */
#ifndef LG_WIRE_PARTNER_WINDOW_H
#define LG_WIRE_PARTNER_WINDOW_H

#include "wire/partner.h"

void partner_encode_confirm_settlement(const struct confirm_settlement *message, struct buf *out);
void partner_encode_get_window(const struct get_window *message, struct buf *out);

int partner_decode_window_reply(struct span payload, struct arena *arena,
                                struct window_view *out) MUST_USE;
int partner_decode_window_notice(struct span payload, struct arena *arena,
                                 struct notice_place *place_out, struct window_view *out) MUST_USE;

#endif
