/*
 * The readers that message_decode_command chooses from, one for each kind of message that a bank
 * sends. Private to src/wire. Each reads payload with the shape's arena and fills its value; the
 * value is good if shape_ok() afterwards.
 */
#ifndef LG_WIRE_MESSAGE_READ_H
#define LG_WIRE_MESSAGE_READ_H

#include "domain/message.h"
#include "wire/shape.h"

/* Requests. */
void read_open_link(struct shape *shape, struct span payload, struct open_link *out);
void read_rebind_link(struct shape *shape, struct span payload, struct rebind_link *out);
void read_resume_link(struct shape *shape, struct span payload, struct resume_link *out);
void read_amend_link(struct shape *shape, struct span payload, struct amend_link *out);
void read_withdraw_consent(struct shape *shape, struct span payload, struct withdraw_consent *out);
void read_apply_card(struct shape *shape, struct span payload, struct apply_card *out);
void read_card_status(struct shape *shape, struct span payload, struct card_status *out);
void read_get_card(struct shape *shape, struct span payload, struct get_card *out);
void read_cancel_card(struct shape *shape, struct span payload, struct cancel_card *out);
/* Also ResendChallenge, which has the same fields. */
void read_start_challenge(struct shape *shape, struct span payload, struct start_challenge *out);
void read_answer_challenge(struct shape *shape, struct span payload, struct answer_challenge *out);
void read_close_link(struct shape *shape, struct span payload, struct close_link *out);
void read_get_link(struct shape *shape, struct span payload, struct get_link *out);
void read_list_links(struct shape *shape, struct span payload, struct list_links *out);
void read_place_hold(struct shape *shape, struct span payload, struct place_hold *out);
void read_lift_hold(struct shape *shape, struct span payload, struct lift_hold *out);
void read_report_account(struct shape *shape, struct span payload, struct report_account *out);
/* QueryBalance and QueryAccountStatus, which have the same fields. */
void read_query_account(struct shape *shape, struct span payload, struct query_account *out);
void read_query_overview(struct shape *shape, struct span payload, struct query_overview *out);
void read_query_position(struct shape *shape, struct span payload, struct query_position *out);
void read_submit_transfer(struct shape *shape, struct span payload, struct submit_transfer *out);
void read_submit_return(struct shape *shape, struct span payload, struct submit_return *out);
void read_cancel_transfer(struct shape *shape, struct span payload, struct cancel_transfer *out);
void read_step_up(struct shape *shape, struct span payload, struct step_up *out);
void read_confirm_credit(struct shape *shape, struct span payload, struct confirm_credit *out);
void read_get_transfer(struct shape *shape, struct span payload, struct get_transfer *out);
void read_list_transfers(struct shape *shape, struct span payload, struct list_transfers *out);
void read_ack_notices(struct shape *shape, struct span payload, struct ack_notices *out);
void read_open_case(struct shape *shape, struct span payload, struct open_case *out);
void read_answer_case(struct shape *shape, struct span payload, struct answer_case *out);
void read_query_totals(struct shape *shape, struct span payload, struct query_totals *out);
void read_recon_page(struct shape *shape, struct span payload, struct recon_page_query *out);
void read_upload_recon(struct shape *shape, struct span payload, struct upload_recon *out);
void read_recon_result(struct shape *shape, struct span payload, struct recon_result_query *out);
void read_get_case(struct shape *shape, struct span payload, struct get_case *out);
void read_propose_adjustment(struct shape *shape, struct span payload,
                             struct propose_adjustment *out);
void read_accept_adjustment(struct shape *shape, struct span payload,
                            struct accept_adjustment *out);
void read_get_adjustment(struct shape *shape, struct span payload, struct get_adjustment *out);
void read_confirm_settlement(struct shape *shape, struct span payload,
                             struct confirm_settlement *out);
void read_offline_event(struct shape *shape, struct span payload, struct offline_event *out);
void read_referral(struct shape *shape, struct span payload, struct referral *out);
void read_get_window(struct shape *shape, struct span payload, struct get_window *out);
void read_publish_product(struct shape *shape, struct span payload, struct publish_product *out);
void read_list_products(struct shape *shape, struct span payload, struct list_products *out);
void read_get_product(struct shape *shape, struct span payload, struct get_product *out);
void read_place_order(struct shape *shape, struct span payload, struct place_order *out);
void read_cancel_order(struct shape *shape, struct span payload, struct cancel_order *out);
void read_redeem(struct shape *shape, struct span payload, struct redeem *out);
void read_order_result(struct shape *shape, struct span payload, struct order_result *out);
void read_payout(struct shape *shape, struct span payload, struct payout *out);
void read_get_order(struct shape *shape, struct span payload, struct get_order *out);
void read_list_holdings(struct shape *shape, struct span payload, struct list_holdings *out);
void read_offer_loan(struct shape *shape, struct span payload, struct offer_loan *out);
void read_apply_loan(struct shape *shape, struct span payload, struct apply_loan *out);
void read_decide_loan(struct shape *shape, struct span payload, struct decide_loan *out);
void read_draw_loan(struct shape *shape, struct span payload, struct draw_loan *out);
void read_repay_loan(struct shape *shape, struct span payload, struct repay_loan *out);
void read_quote_repayment(struct shape *shape, struct span payload, struct quote_repayment *out);
void read_loan_status(struct shape *shape, struct span payload, struct loan_status *out);
void read_get_loan(struct shape *shape, struct span payload, struct get_loan *out);
void read_list_loans(struct shape *shape, struct span payload, struct list_loans *out);

/* Answers: only an unreadable message and a bad id are faults. */
void read_verify_answer(struct shape *shape, struct span payload, struct verify_account_reply *out);
void read_issue_answer(struct shape *shape, struct span payload, struct issue_challenge_reply *out);
void read_check_answer(struct shape *shape, struct span payload, struct check_challenge_reply *out);
void read_recheck_answer(struct shape *shape, struct span payload,
                         struct recheck_account_reply *out);
void read_posting_answer(struct shape *shape, struct span payload, struct posting_result *out);
void read_card_answer(struct shape *shape, struct span payload, struct ask_card_reply *out);
void read_order_answer(struct shape *shape, struct span payload,
                       struct order_instruction_reply *out);
void read_balance_answer(struct shape *shape, struct span payload, struct balance_answer *out);
void read_status_answer(struct shape *shape, struct span payload, struct status_answer *out);

#endif
