/*
 * One value of each message, with every field set to something that differs from the others. The
 * same values stand in make_golden.py.
 */
#ifndef LG_TESTS_WIRE_SAMPLES_H
#define LG_TESTS_WIRE_SAMPLES_H

#include "wire/partner.h"
#include "wire/samples_loan.h" // IWYU pragma: export

#define SAMPLE_CLASS2_BANK 999100000011u
#define SAMPLE_CLASS1_BANK 999100000020u
#define SAMPLE_NOW_MS 1719792000000 /* 2024-07-01 08:00 in Shanghai */

struct open_link sample_open_link(void);
struct verify_account sample_verify_account(void);
struct verify_account_reply sample_verify_account_reply(void);
struct start_challenge sample_start_challenge(void);
struct issue_challenge sample_issue_challenge(void);
struct issue_challenge_reply sample_issue_challenge_reply(void);
struct answer_challenge sample_answer_challenge(void);
struct check_challenge sample_check_challenge(void);
struct check_challenge_reply sample_check_challenge_reply(void);
struct close_link sample_close_link(void);
struct get_link sample_get_link(void);
struct link_view sample_link_view(void);
struct notice_place sample_link_place(void);
struct submit_transfer sample_submit_transfer(void);
struct post_instruction sample_post_instruction(void);
struct posting_result sample_posting_result(void);
struct inquire_posting sample_inquire_posting(void);
struct confirm_credit sample_confirm_credit(void);
struct get_transfer sample_get_transfer(void);
struct transfer_view sample_transfer_view(void);
struct transfer_view sample_transfer_fell_back(void);
struct notice_place sample_transfer_place(void);
struct ack_notices sample_ack_notices(void);
struct amend_link sample_amend_link(void);
struct rebind_link sample_rebind_link(void);
struct resume_link sample_resume_link(void);
struct withdraw_consent sample_withdraw_consent(void);
struct list_links sample_list_links(void);
struct place_hold sample_place_hold(void);
struct lift_hold sample_lift_hold(void);
struct submit_transfer sample_submit_payment(void);
struct post_instruction sample_post_payment(void);
struct post_instruction sample_post_fallback(void);
struct post_instruction sample_post_return(void);
struct submit_return sample_submit_return(void);
struct cancel_transfer sample_cancel_transfer(void);
struct cancel_posting sample_cancel_posting(void);
struct step_up sample_step_up(void);
struct list_transfers sample_list_transfers(void);
struct report_account sample_report_account(void);
struct report_account sample_report_limit(void);
struct report_account_reply sample_report_account_reply(void);
struct recheck_account sample_recheck_account(void);
struct recheck_account_reply sample_recheck_account_reply(void);
struct query_account sample_query_account(void);
struct ask_account sample_ask_account(void);
struct balance_answer sample_balance_answer(void);
struct balance_answer sample_balance_reply(void);
struct query_overview sample_query_overview(void);
struct query_overview sample_query_overview_number(void);
struct overview_view sample_overview_reply(void);
struct offline_event sample_offline_event(void);
struct referral sample_referral(void);
struct event_view sample_event_reply(void);
struct event_view sample_event_notice(void);
struct event_view sample_referral_notice(void);
struct notice_place sample_event_place(void);
struct status_answer sample_status_answer(void);
struct status_answer sample_account_status_reply(void);
struct query_position sample_query_position(void);
struct position_view sample_position_view(void);
struct position_alert sample_position_alert(void);
struct open_case sample_open_case(void);
struct answer_case sample_answer_case(void);
struct answer_case sample_close_case(void);
struct get_case sample_get_case(void);
struct apply_card sample_apply_card(void);
struct card_status sample_card_status(void);
struct card_status sample_card_refused(void);
struct ask_card_reply sample_ask_card_reply(void);
struct get_card sample_get_card(void);
struct cancel_card sample_cancel_card(void);
struct ask_card sample_ask_card(void);
struct card_view sample_card_view(void);
struct notice_place sample_card_place(void);
struct propose_adjustment sample_propose_adjustment(void);
struct accept_adjustment sample_accept_adjustment(void);
struct accept_adjustment sample_reject_adjustment(void);
struct get_adjustment sample_get_adjustment(void);
struct adjustment_view sample_adjustment_view(void);
struct notice_place sample_adjustment_place(void);
struct case_view sample_case_view(void);
struct notice_place sample_case_place(void);
struct query_totals sample_query_totals(void);
struct totals_page sample_totals_page(void);
struct recon_page_query sample_recon_page(void);
const struct recon_item *sample_recon_rows(void); /* of each kind of list one */
struct upload_recon sample_upload_recon(void);
struct upload_recon sample_upload_part(void);
struct upload_reply sample_upload_reply(void);
struct recon_result_query sample_recon_result(void);
struct recon_difference sample_recon_difference(void);
struct result_reply sample_result_reply(void);
struct confirm_settlement sample_confirm_settlement(void);
struct get_window sample_get_window(void);
struct window_view sample_window_view(void);
struct notice_place sample_window_place(void);
struct publish_product sample_publish_product(void); /* a loan */
struct publish_product sample_withdraw_product(void);
struct get_product sample_get_product(void);
struct list_products sample_list_products(void);
struct product_view sample_product_view(void);
struct notice_place sample_product_place(void);
struct place_order sample_place_order(void);
struct cancel_order sample_cancel_order(void);
struct redeem sample_redeem(void);
struct order_instruction_reply sample_order_instruction_reply(void);
struct order_result sample_order_result(void);
struct order_result sample_order_declined(void);
struct payout sample_payout(void);
struct payout sample_income(void);
struct get_order sample_get_order(void);
struct list_holdings sample_list_holdings(void);
struct order_instruction sample_order_instruction(void);
struct order_instruction sample_cancel_instruction(void);
struct order_view sample_order_view(void);
struct notice_place sample_order_place(void);
struct posted_order sample_posted_order(void);
struct posted_order sample_posted_payout(void);
struct posted_loan sample_posted_loan(void);
struct system_notice sample_system_notice(void);
struct hello sample_hello(void);
struct hello_reply sample_hello_reply(void);
struct heartbeat sample_heartbeat(void);
struct go_away sample_go_away(void);
struct refusal sample_refusal(void);
struct refusal sample_refusal_limit(void);

#endif
