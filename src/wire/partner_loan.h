/*
 * The partner bank's half of the codec: loans. Part of wire/partner.h.
 */
#ifndef LG_WIRE_PARTNER_LOAN_H
#define LG_WIRE_PARTNER_LOAN_H

#include "wire/message.h"

void partner_encode_offer_loan(const struct offer_loan *message, struct buf *out);
void partner_encode_apply_loan(const struct apply_loan *message, struct buf *out);
void partner_encode_decide_loan(const struct decide_loan *message, struct buf *out);
void partner_encode_draw_loan(const struct draw_loan *message, struct buf *out);
void partner_encode_repay_loan(const struct repay_loan *message, struct buf *out);
void partner_encode_quote_repayment(const struct quote_repayment *message, struct buf *out);
void partner_encode_loan_status(const struct loan_status *message, struct buf *out);
void partner_encode_get_loan(const struct get_loan *message, struct buf *out);
void partner_encode_list_loans(const struct list_loans *message, struct buf *out);

/* Of the loan what is told: the principal stands as if it were one draw, and its terms name nothing
 * but the partner. */
int partner_decode_loan_reply(struct span payload, struct arena *arena,
                              struct loan_view *out) MUST_USE;
int partner_decode_loan_notice(struct span payload, struct arena *arena,
                               struct notice_place *place_out, struct loan_view *out,
                               struct span *event_out) MUST_USE;
int partner_decode_loan_quote(struct span payload, struct arena *arena,
                              struct loan_quote_view *out) MUST_USE;

/* Entries stand in the arena. next: zero when there are no more. */
struct loan_page {
    const struct loan_view *loans;
    uint32_t count;
    struct id next;
};
int partner_decode_loan_page(struct span payload, struct arena *arena,
                             struct loan_page *out) MUST_USE;

#endif
