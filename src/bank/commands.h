/*
 * The commands of the control socket; `help` lists them.
 */
#ifndef LG_BANK_COMMANDS_H
#define LG_BANK_COMMANDS_H

#include "bank/control.h"
#include "bank/words.h"

/* A line, split. Options are words of the form name=value. */
struct bk_call {
    struct bk_session *session;
    int count;
    char **words;
};

/* Runs words[0]; the session gets its last line now or later. */
void bk_command_run(struct bk_session *session, int count, char **words);

/* NULL: not given. */
const char *bk_call_option(const struct bk_call *call, const char *name);
/* The index-th word after the command that is no option; NULL: not there. */
const char *bk_call_word(const struct bk_call *call, int index);

/* Each takes an option's value, or keeps what value_out holds where it is not given. False: it is
 * wrong, and the session has been answered with an error. */
bool bk_call_fen(const struct bk_call *call, const char *name, int64_t *value_out) MUST_USE;
bool bk_call_number(const struct bk_call *call, const char *name, uint32_t *value_out) MUST_USE;
bool bk_call_id(const struct bk_call *call, const char *name, struct id *value_out) MUST_USE;
bool bk_call_bank(const struct bk_call *call, const char *name, bank_code *value_out) MUST_USE;
/* YYYY-MM-DD, as a day of domain/calendar.h. */
bool bk_call_day(const struct bk_call *call, const char *name, int64_t *value_out) MUST_USE;
/* One word of a table; some of them, with commas between, as bits. */
bool bk_call_choice(const struct bk_call *call, const char *name, const struct bk_word *words,
                    uint32_t *value_out) MUST_USE;
bool bk_call_choices(const struct bk_call *call, const char *name, const struct bk_word *words,
                     uint32_t *bits_out) MUST_USE;
/* Any text; borrowed from the call. */
struct span bk_call_text(const struct bk_call *call, const char *name, const char *fallback);
/* An id that must stand there as a word. */
bool bk_call_word_id(const struct bk_call *call, int index, const char *what,
                     struct id *value_out) MUST_USE;

/* What goes to the gateway: ask_link.c, ask_account.c, ask_transfer.c, ask_case.c,
 * ask_adjustment.c, ask_card.c, ask_event.c, ask_loan.c, ask_order.c, ask_product.c, ask_window.c, ask_recon.c, lists.c,
 * upload.c, ask.c. */
void bk_command_open_link(const struct bk_call *call);
void bk_command_rebind(const struct bk_call *call);
void bk_command_resume(const struct bk_call *call);
void bk_command_amend(const struct bk_call *call);
void bk_command_challenge(const struct bk_call *call);
void bk_command_resend_code(const struct bk_call *call);
void bk_command_answer(const struct bk_call *call);
void bk_command_withdraw_consent(const struct bk_call *call);
void bk_command_close_link(const struct bk_call *call);
void bk_command_get_link(const struct bk_call *call);
void bk_command_list_links(const struct bk_call *call);
void bk_command_hold(const struct bk_call *call);
void bk_command_lift(const struct bk_call *call);
void bk_command_report(const struct bk_call *call);
void bk_command_balance(const struct bk_call *call);
void bk_command_overview(const struct bk_call *call);
void bk_command_account_status(const struct bk_call *call);
void bk_command_transfer(const struct bk_call *call);
void bk_command_return(const struct bk_call *call);
void bk_command_cancel(const struct bk_call *call);
void bk_command_confirm_credit(const struct bk_call *call);
void bk_command_get_transfer(const struct bk_call *call);
void bk_command_position(const struct bk_call *call);
void bk_command_totals(const struct bk_call *call);
void bk_command_recon_page(const struct bk_call *call);
void bk_command_recon_list(const struct bk_call *call);
void bk_command_recon_upload(const struct bk_call *call);
void bk_command_recon_result(const struct bk_call *call);
void bk_command_list_transfers(const struct bk_call *call);
void bk_command_load(const struct bk_call *call);
void bk_command_case_open(const struct bk_call *call);
void bk_command_case_answer(const struct bk_call *call);
void bk_command_case_get(const struct bk_call *call);
void bk_command_apply_card(const struct bk_call *call);
void bk_command_card_status(const struct bk_call *call);
void bk_command_cancel_card(const struct bk_call *call);
void bk_command_get_card(const struct bk_call *call);
void bk_command_adjust(const struct bk_call *call);
void bk_command_adjust_answer(const struct bk_call *call);
void bk_command_adjust_get(const struct bk_call *call);
void bk_command_product_publish(const struct bk_call *call);
void bk_command_product_state(const struct bk_call *call);
void bk_command_product_get(const struct bk_call *call);
void bk_command_product_list(const struct bk_call *call);
void bk_command_place_order(const struct bk_call *call);
void bk_command_cancel_order(const struct bk_call *call);
void bk_command_redeem(const struct bk_call *call);
void bk_command_get_order(const struct bk_call *call);
void bk_command_list_holdings(const struct bk_call *call);
void bk_command_order_result(const struct bk_call *call);
void bk_command_payout(const struct bk_call *call);
void bk_command_offer_loan(const struct bk_call *call);
void bk_command_apply_loan(const struct bk_call *call);
void bk_command_decide_loan(const struct bk_call *call);
void bk_command_draw_loan(const struct bk_call *call);
void bk_command_repay_loan(const struct bk_call *call);
void bk_command_quote_repayment(const struct bk_call *call);
void bk_command_loan_status(const struct bk_call *call);
void bk_command_get_loan(const struct bk_call *call);
void bk_command_list_loans(const struct bk_call *call);
void bk_command_event(const struct bk_call *call);
void bk_command_refer(const struct bk_call *call);
void bk_command_window(const struct bk_call *call);
void bk_command_settle(const struct bk_call *call);
void bk_command_raw_request(const struct bk_call *call);
void bk_command_raw_frame(const struct bk_call *call);

/* What happens at the bank itself: local.c. */
void bk_command_account(const struct bk_call *call);
void bk_command_confirm(const struct bk_call *call);
void bk_command_decline(const struct bk_call *call);
void bk_command_fault(const struct bk_call *call);
void bk_command_faults_clear(const struct bk_call *call);
void bk_command_disconnect(const struct bk_call *call);
void bk_command_wait(const struct bk_call *call);
void bk_command_stop(const struct bk_call *call);

/* What the bank itself holds: show.c, show_loan.c, show_order.c. */
void bk_command_accounts(const struct bk_call *call);
void bk_command_payees(const struct bk_call *call);
void bk_command_links(const struct bk_call *call);
void bk_command_postings(const struct bk_call *call);
void bk_command_transfers(const struct bk_call *call);
void bk_command_cases(const struct bk_call *call);
void bk_command_adjustments(const struct bk_call *call);
void bk_command_products(const struct bk_call *call);
void bk_command_orders(const struct bk_call *call);
void bk_command_lots(const struct bk_call *call);
void bk_command_loans(const struct bk_call *call);
void bk_command_debts(const struct bk_call *call);
void bk_command_cards(const struct bk_call *call);
void bk_command_windows(const struct bk_call *call);
void bk_command_events(const struct bk_call *call);
void bk_command_notices(const struct bk_call *call);
void bk_command_system(const struct bk_call *call);
void bk_command_books(const struct bk_call *call);
void bk_command_sms(const struct bk_call *call);
void bk_command_status(const struct bk_call *call);

#endif
