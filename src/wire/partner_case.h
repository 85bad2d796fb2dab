/*
 * A partner bank's half of the codec: cases. Part of wire/partner.h.
 */
#ifndef LG_WIRE_PARTNER_CASE_H
#define LG_WIRE_PARTNER_CASE_H

#include "wire/message.h"

void partner_encode_open_case(const struct open_case *message, struct buf *out);
void partner_encode_answer_case(const struct answer_case *message, struct buf *out);
void partner_encode_get_case(const struct get_case *message, struct buf *out);

int partner_decode_case_reply(struct span payload, struct arena *arena,
                              struct case_view *out) MUST_USE;
int partner_decode_case_notice(struct span payload, struct arena *arena,
                               struct notice_place *place_out, struct case_view *out) MUST_USE;

#endif
