/*
 * One value of each message, with every field set to something that differs from the others. The
 * same values stand in make_golden.py.
 */
#ifndef LG_TESTS_WIRE_SAMPLES_H
#define LG_TESTS_WIRE_SAMPLES_H

#include "wire/partner.h"

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
struct notice_place sample_transfer_place(void);
struct ack_notices sample_ack_notices(void);
struct hello sample_hello(void);
struct hello_reply sample_hello_reply(void);
struct heartbeat sample_heartbeat(void);
struct go_away sample_go_away(void);
struct refusal sample_refusal(void);

#endif
