/*
 * What the commands do. The table of them stands in ctl_commands.c.
 */
#ifndef LG_TOOLS_CTL_COMMANDS_H
#define LG_TOOLS_CTL_COMMANDS_H

#include "tools/ctl_session.h"

/* ctl_bank.c */
enum ctl_exit ctl_bank_add(struct ctl_session *session);
enum ctl_exit ctl_bank_list(struct ctl_session *session);
enum ctl_exit ctl_bank_show(struct ctl_session *session);
enum ctl_exit ctl_bank_set(struct ctl_session *session);
enum ctl_exit ctl_bank_enable(struct ctl_session *session);
enum ctl_exit ctl_bank_disable(struct ctl_session *session);
enum ctl_exit ctl_bank_resync(struct ctl_session *session);
enum ctl_exit ctl_pin_add(struct ctl_session *session);
enum ctl_exit ctl_pin_remove(struct ctl_session *session);
enum ctl_exit ctl_pin_list(struct ctl_session *session);
/* ctl_link.c */
enum ctl_exit ctl_link_list(struct ctl_session *session);
enum ctl_exit ctl_link_show(struct ctl_session *session);
enum ctl_exit ctl_link_hold(struct ctl_session *session);
enum ctl_exit ctl_link_lift(struct ctl_session *session);
enum ctl_exit ctl_link_unmask(struct ctl_session *session);
enum ctl_exit ctl_link_numbers(struct ctl_session *session);
/* ctl_search.c */
enum ctl_exit ctl_link_search(struct ctl_session *session);
enum ctl_exit ctl_search(struct ctl_session *session);
/* ctl_limit.c */
enum ctl_exit ctl_limit_show(struct ctl_session *session);
enum ctl_exit ctl_limit_search(struct ctl_session *session);
/* ctl_transfer.c */
enum ctl_exit ctl_transfer_list(struct ctl_session *session);
enum ctl_exit ctl_transfer_show(struct ctl_session *session);
enum ctl_exit ctl_transfer_resolve(struct ctl_session *session);
enum ctl_exit ctl_object_unfreeze(struct ctl_session *session);
/* ctl_explain*.c */
enum ctl_exit ctl_link_explain(struct ctl_session *session);
enum ctl_exit ctl_transfer_explain(struct ctl_session *session);
enum ctl_exit ctl_order_explain(struct ctl_session *session);
enum ctl_exit ctl_loan_explain(struct ctl_session *session);
/* ctl_desk.c */
enum ctl_exit ctl_case_list(struct ctl_session *session);
enum ctl_exit ctl_case_show(struct ctl_session *session);
enum ctl_exit ctl_event_list(struct ctl_session *session);
enum ctl_exit ctl_event_show(struct ctl_session *session);
enum ctl_exit ctl_card_list(struct ctl_session *session);
enum ctl_exit ctl_card_show(struct ctl_session *session);
enum ctl_exit ctl_card_explain(struct ctl_session *session);
enum ctl_exit ctl_adjustment_list(struct ctl_session *session);
enum ctl_exit ctl_adjustment_show(struct ctl_session *session);
enum ctl_exit ctl_product_list(struct ctl_session *session);
enum ctl_exit ctl_product_show(struct ctl_session *session);
enum ctl_exit ctl_product_history(struct ctl_session *session);
enum ctl_exit ctl_approval_list(struct ctl_session *session);
enum ctl_exit ctl_approval_show(struct ctl_session *session);
enum ctl_exit ctl_approval_approve(struct ctl_session *session);
enum ctl_exit ctl_approval_reject(struct ctl_session *session);
enum ctl_exit ctl_audit_list(struct ctl_session *session);
/* ctl_bought.c, ctl_loan.c */
enum ctl_exit ctl_order_list(struct ctl_session *session);
enum ctl_exit ctl_order_show(struct ctl_session *session);
enum ctl_exit ctl_holding_list(struct ctl_session *session);
enum ctl_exit ctl_holding_search(struct ctl_session *session);
enum ctl_exit ctl_loan_list(struct ctl_session *session);
enum ctl_exit ctl_loan_show(struct ctl_session *session);
/* ctl_rules.c */
enum ctl_exit ctl_rules_load(struct ctl_session *session);
enum ctl_exit ctl_rules_show(struct ctl_session *session);
enum ctl_exit ctl_rules_list(struct ctl_session *session);
/* ctl_net.c */
enum ctl_exit ctl_net_list(struct ctl_session *session);
/* ctl_report.c */
enum ctl_exit ctl_report(struct ctl_session *session);
/* ctl_bounds.c */
enum ctl_exit ctl_cap_set(struct ctl_session *session);
enum ctl_exit ctl_cap_set_pair(struct ctl_session *session);
enum ctl_exit ctl_cap_show(struct ctl_session *session);
enum ctl_exit ctl_position_show(struct ctl_session *session);
enum ctl_exit ctl_funds_in(struct ctl_session *session);
enum ctl_exit ctl_funds_out(struct ctl_session *session);
enum ctl_exit ctl_funds_confirm(struct ctl_session *session);
enum ctl_exit ctl_funds_cancel(struct ctl_session *session);
enum ctl_exit ctl_funds_list(struct ctl_session *session);
/* ctl_window.c */
enum ctl_exit ctl_window_list(struct ctl_session *session);
enum ctl_exit ctl_window_show(struct ctl_session *session);
enum ctl_exit ctl_window_close(struct ctl_session *session);
enum ctl_exit ctl_window_settle(struct ctl_session *session);
enum ctl_exit ctl_window_abort(struct ctl_session *session);
/* ctl_state.c */
enum ctl_exit ctl_status_show(struct ctl_session *session);
enum ctl_exit ctl_watch(struct ctl_session *session);
enum ctl_exit ctl_alarm_list(struct ctl_session *session);
/* ctl_verify.c */
enum ctl_exit ctl_verify(struct ctl_session *session);
enum ctl_exit ctl_verify_live(struct ctl_session *session); /* with --live */
/* ctl_backup.c */
enum ctl_exit ctl_backup(struct ctl_session *session);
enum ctl_exit ctl_restore(struct ctl_session *session);
/* ctl_recon.c */
enum ctl_exit ctl_recon_compare(struct ctl_session *session);
enum ctl_exit ctl_recon_export(struct ctl_session *session);
enum ctl_exit ctl_recon_list(struct ctl_session *session);
enum ctl_exit ctl_recon_show(struct ctl_session *session);
/* ctl_keeping.c */
enum ctl_exit ctl_quarantine_list(struct ctl_session *session);
enum ctl_exit ctl_quarantine_release(struct ctl_session *session);
enum ctl_exit ctl_quarantine_drop(struct ctl_session *session);
enum ctl_exit ctl_clock_show(struct ctl_session *session);
enum ctl_exit ctl_clock_accept(struct ctl_session *session);

#endif
