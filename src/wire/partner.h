/*
 * The partner bank's half of the codec: what a bank sends, encoded, and what the gateway sends,
 * decoded. Encoders do not check: a test bank must be able to send what is wrong. Decoders return 0 or
 * WIRE_REFUSED (not readable as that message); memory comes from the arena.
 */
#ifndef LG_WIRE_PARTNER_H
#define LG_WIRE_PARTNER_H

#include "wire/message.h"

void partner_encode_open_link(const struct open_link *message, struct buf *out);
void partner_encode_rebind_link(const struct rebind_link *message, struct buf *out);
void partner_encode_resume_link(const struct resume_link *message, struct buf *out);
void partner_encode_amend_link(const struct amend_link *message, struct buf *out);
void partner_encode_withdraw_consent(const struct withdraw_consent *message, struct buf *out);
void partner_encode_verify_account_reply(const struct verify_account_reply *message,
                                         struct buf *out);
/* Also ResendChallenge, which has the same fields. */
void partner_encode_start_challenge(const struct start_challenge *message, struct buf *out);
void partner_encode_issue_challenge_reply(const struct issue_challenge_reply *message,
                                          struct buf *out);
void partner_encode_answer_challenge(const struct answer_challenge *message, struct buf *out);
void partner_encode_check_challenge_reply(const struct check_challenge_reply *message,
                                          struct buf *out);
void partner_encode_close_link(const struct close_link *message, struct buf *out);
void partner_encode_get_link(const struct get_link *message, struct buf *out);
void partner_encode_list_links(const struct list_links *message, struct buf *out);
void partner_encode_place_hold(const struct place_hold *message, struct buf *out);
void partner_encode_lift_hold(const struct lift_hold *message, struct buf *out);
void partner_encode_report_account(const struct report_account *message, struct buf *out);
void partner_encode_recheck_account_reply(const struct recheck_account_reply *message,
                                          struct buf *out);
/* QueryBalance and QueryAccountStatus, which have the same fields. */
void partner_encode_query_account(const struct query_account *message, struct buf *out);
void partner_encode_balance_answer(const struct balance_answer *message, struct buf *out);
void partner_encode_status_answer(const struct status_answer *message, struct buf *out);
void partner_encode_submit_transfer(const struct submit_transfer *message, struct buf *out);
void partner_encode_submit_return(const struct submit_return *message, struct buf *out);
void partner_encode_cancel_transfer(const struct cancel_transfer *message, struct buf *out);
void partner_encode_step_up(const struct step_up *message, struct buf *out);
void partner_encode_posting_result(const struct posting_result *message, struct buf *out);
void partner_encode_confirm_credit(const struct confirm_credit *message, struct buf *out);
void partner_encode_get_transfer(const struct get_transfer *message, struct buf *out);
void partner_encode_list_transfers(const struct list_transfers *message, struct buf *out);
void partner_encode_query_position(const struct query_position *message, struct buf *out);
void partner_encode_query_totals(const struct query_totals *message, struct buf *out);
void partner_encode_recon_page(const struct recon_page_query *message, struct buf *out);
void partner_encode_upload_recon(const struct upload_recon *message, struct buf *out);
void partner_encode_recon_result(const struct recon_result_query *message, struct buf *out);
void partner_encode_ack_notices(const struct ack_notices *message, struct buf *out);

int partner_decode_verify_account(struct span payload, struct arena *arena,
                                  struct verify_account *out) MUST_USE;
int partner_decode_issue_challenge(struct span payload, struct arena *arena,
                                   struct issue_challenge *out) MUST_USE;
int partner_decode_check_challenge(struct span payload, struct arena *arena,
                                   struct check_challenge *out) MUST_USE;
int partner_decode_recheck_account(struct span payload, struct arena *arena,
                                   struct recheck_account *out) MUST_USE;
/* AskBalance and AskAccountStatus, which have the same fields. */
int partner_decode_ask_account(struct span payload, struct arena *arena,
                               struct ask_account *out) MUST_USE;
int partner_decode_post_instruction(struct span payload, struct arena *arena,
                                    struct post_instruction *out) MUST_USE;
int partner_decode_inquire_posting(struct span payload, struct arena *arena,
                                   struct inquire_posting *out) MUST_USE;
int partner_decode_cancel_posting(struct span payload, struct arena *arena,
                                  struct cancel_posting *out) MUST_USE;
int partner_decode_link_reply(struct span payload, struct arena *arena,
                              struct link_view *out) MUST_USE;
int partner_decode_transfer_reply(struct span payload, struct arena *arena,
                                  struct transfer_view *out) MUST_USE;
int partner_decode_report_account_reply(struct span payload, struct arena *arena,
                                        struct report_account_reply *out) MUST_USE;
/* Of the answer everything but the query's id. */
int partner_decode_balance_reply(struct span payload, struct arena *arena,
                                 struct balance_answer *out) MUST_USE;
int partner_decode_account_status_reply(struct span payload, struct arena *arena,
                                        struct status_answer *out) MUST_USE;
int partner_decode_position_reply(struct span payload, struct arena *arena,
                                  struct position_view *out) MUST_USE;
int partner_decode_position_alert(struct span payload, struct arena *arena,
                                  struct position_alert *out) MUST_USE;
int partner_decode_totals_reply(struct span payload, struct arena *arena,
                                struct totals_page *out) MUST_USE;
int partner_decode_recon_page(struct span payload, struct arena *arena,
                              struct recon_page *out) MUST_USE;
int partner_decode_upload_reply(struct span payload, struct arena *arena,
                                struct upload_reply *out) MUST_USE;
int partner_decode_result_reply(struct span payload, struct arena *arena,
                                struct result_page *out) MUST_USE;
int partner_decode_system_notice(struct span payload, struct arena *arena,
                                 struct system_notice *out) MUST_USE;

/* Notices. event_out: the name of what happened (link_event_name, transfer_event_name), or empty. */
int partner_decode_link_notice(struct span payload, struct arena *arena,
                               struct notice_place *place_out, struct link_view *out,
                               struct span *event_out) MUST_USE;
int partner_decode_transfer_notice(struct span payload, struct arena *arena,
                                   struct notice_place *place_out, struct transfer_view *out,
                                   struct span *event_out) MUST_USE;

/* Entries stand in the arena. next: zero when there are no more. */
struct link_page {
    const struct link_view *links;
    uint32_t count;
    struct id next;
};
struct transfer_page {
    const struct transfer_view *transfers;
    uint32_t count;
    struct id next;
};
int partner_decode_link_page(struct span payload, struct arena *arena,
                             struct link_page *out) MUST_USE;
int partner_decode_transfer_page(struct span payload, struct arena *arena,
                                 struct transfer_page *out) MUST_USE;

struct limit_left_view {
    bool present; /* false: the refusal names no limit */
    struct span bucket, period;
    int64_t limit_fen, left_fen, resets_at_ms;
    uint32_t limit_count;
};
/* A refusal as the partner reads it. */
struct refusal_view {
    struct span reason, detail, text, field;
    enum retry retry;
    bool replayed;
    struct limit_left_view limit;
    uint32_t product_version; /* 0: it is about none */
    int64_t right_fen;        /* 0: none is told */
};
int partner_decode_refusal(struct span payload, struct arena *arena,
                           struct refusal_view *out) MUST_USE;

#include "wire/partner_adjustment.h" // IWYU pragma: export
#include "wire/partner_card.h"       // IWYU pragma: export
#include "wire/partner_case.h"       // IWYU pragma: export
#include "wire/partner_event.h"      // IWYU pragma: export
#include "wire/partner_loan.h"       // IWYU pragma: export
#include "wire/partner_order.h"      // IWYU pragma: export
#include "wire/partner_overview.h"   // IWYU pragma: export
#include "wire/partner_product.h"    // IWYU pragma: export
#include "wire/partner_window.h"     // IWYU pragma: export

#endif
