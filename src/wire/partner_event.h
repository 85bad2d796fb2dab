/*
 * The partner bank's half of events at counters and referrals. Part of wire/partner.h, whose
 * conventions hold.
 */
#ifndef LG_WIRE_PARTNER_EVENT_H
#define LG_WIRE_PARTNER_EVENT_H

#include "wire/message.h"

void partner_encode_offline_event(const struct offline_event *message, struct buf *out);
void partner_encode_referral(const struct referral *message, struct buf *out);
int partner_decode_event_reply(struct span payload, struct arena *arena,
                               struct event_view *out) MUST_USE;
int partner_decode_event_notice(struct span payload, struct arena *arena,
                                struct notice_place *place_out, struct event_view *out) MUST_USE;

#endif
