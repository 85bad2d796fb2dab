/*
 * A partner bank's half of the codec: orders of products. Part of wire/partner.h.
 */
#ifndef LG_WIRE_PARTNER_ORDER_H
#define LG_WIRE_PARTNER_ORDER_H

#include "wire/message.h"

void partner_encode_place_order(const struct place_order *message, struct buf *out);
void partner_encode_cancel_order(const struct cancel_order *message, struct buf *out);
void partner_encode_redeem(const struct redeem *message, struct buf *out);
void partner_encode_order_instruction_reply(const struct order_instruction_reply *message,
                                            struct buf *out);
void partner_encode_order_result(const struct order_result *message, struct buf *out);
void partner_encode_payout(const struct payout *message, struct buf *out);
void partner_encode_get_order(const struct get_order *message, struct buf *out);
void partner_encode_list_holdings(const struct list_holdings *message, struct buf *out);

int partner_decode_order_instruction(struct span payload, struct arena *arena,
                                     struct order_instruction *out) MUST_USE;
/* Of the order what OrderReply tells; the rest is zero. */
int partner_decode_order_reply(struct span payload, struct arena *arena,
                               struct order_view *out) MUST_USE;
int partner_decode_order_notice(struct span payload, struct arena *arena,
                                struct notice_place *place_out, struct order_view *out,
                                struct span *event_out) MUST_USE;

/* Entries stand in the arena. next: zero when there are no more. */
struct holdings_page {
    const struct order_view *orders;
    uint32_t count;
    struct id next;
};
int partner_decode_holdings_page(struct span payload, struct arena *arena,
                                 struct holdings_page *out) MUST_USE;

#endif
