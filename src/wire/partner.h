/*
 * The partner bank's half of the codec: what a bank sends, encoded, and what the gateway sends,
 * decoded. Used by the client library, the simulated bank and the load generator, never by the
 * gateway. Encoders do not check: a test bank must be able to send what is wrong. Decoders return
 * 0 or WIRE_REFUSED (not readable as that message); memory comes from the arena.
 */
#ifndef LG_WIRE_PARTNER_H
#define LG_WIRE_PARTNER_H

#include "wire/message.h"

void partner_encode_open_link(const struct open_link *message, struct buf *out);
void partner_encode_verify_account_reply(const struct verify_account_reply *message,
                                         struct buf *out);
void partner_encode_start_challenge(const struct start_challenge *message, struct buf *out);
void partner_encode_issue_challenge_reply(const struct issue_challenge_reply *message,
                                          struct buf *out);
void partner_encode_answer_challenge(const struct answer_challenge *message, struct buf *out);
void partner_encode_check_challenge_reply(const struct check_challenge_reply *message,
                                          struct buf *out);
void partner_encode_close_link(const struct close_link *message, struct buf *out);
void partner_encode_get_link(const struct get_link *message, struct buf *out);
void partner_encode_submit_transfer(const struct submit_transfer *message, struct buf *out);
void partner_encode_posting_result(const struct posting_result *message, struct buf *out);
void partner_encode_confirm_credit(const struct confirm_credit *message, struct buf *out);
void partner_encode_get_transfer(const struct get_transfer *message, struct buf *out);
void partner_encode_ack_notices(const struct ack_notices *message, struct buf *out);

int partner_decode_verify_account(struct span payload, struct arena *arena,
                                  struct verify_account *out) MUST_USE;
int partner_decode_issue_challenge(struct span payload, struct arena *arena,
                                   struct issue_challenge *out) MUST_USE;
int partner_decode_check_challenge(struct span payload, struct arena *arena,
                                   struct check_challenge *out) MUST_USE;
int partner_decode_post_instruction(struct span payload, struct arena *arena,
                                    struct post_instruction *out) MUST_USE;
int partner_decode_inquire_posting(struct span payload, struct arena *arena,
                                   struct inquire_posting *out) MUST_USE;
int partner_decode_link_reply(struct span payload, struct arena *arena,
                              struct link_view *out) MUST_USE;
int partner_decode_link_notice(struct span payload, struct arena *arena,
                               struct notice_place *place_out, struct link_view *out) MUST_USE;
int partner_decode_transfer_reply(struct span payload, struct arena *arena,
                                  struct transfer_view *out) MUST_USE;
int partner_decode_transfer_notice(struct span payload, struct arena *arena,
                                   struct notice_place *place_out,
                                   struct transfer_view *out) MUST_USE;

/* A refusal as the partner reads it. */
struct refusal_view {
    struct span reason, detail, text, field;
    enum retry retry;
    bool replayed;
};
int partner_decode_refusal(struct span payload, struct arena *arena,
                           struct refusal_view *out) MUST_USE;

#endif
