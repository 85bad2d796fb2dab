/*
 * The partner bank's half of the codec: applications for cards. Part of wire/partner.h.
 */
#ifndef LG_WIRE_PARTNER_CARD_H
#define LG_WIRE_PARTNER_CARD_H

#include "wire/message.h"

void partner_encode_apply_card(const struct apply_card *message, struct buf *out);
void partner_encode_ask_card_reply(const struct ask_card_reply *message, struct buf *out);
void partner_encode_card_status(const struct card_status *message, struct buf *out);
void partner_encode_get_card(const struct get_card *message, struct buf *out);
void partner_encode_cancel_card(const struct cancel_card *message, struct buf *out);

int partner_decode_ask_card(struct span payload, struct arena *arena,
                            struct ask_card *out) MUST_USE;
int partner_decode_card_reply(struct span payload, struct arena *arena,
                              struct card_view *out) MUST_USE;
int partner_decode_card_notice(struct span payload, struct arena *arena,
                               struct notice_place *place_out, struct card_view *out,
                               struct span *event_out) MUST_USE;

#endif
