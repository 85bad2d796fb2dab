/*
 * One bank; one link, transfer, order, loan or card, with all of its history.
 */
#ifndef LG_TOOLS_CTL_OBJECT_H
#define LG_TOOLS_CTL_OBJECT_H

#include "tools/ctl_session.h"
#include "tools/ctl_table.h"

#define CTL_NUMBER_SIZE 128
/* The account of --account - and --bank: its number is read into number, which order points into and
 * the caller wipes. */
enum ctl_exit ctl_take_account(struct ctl_session *session, char number[CTL_NUMBER_SIZE],
                               Linkgate__Admin__V1__Search *order) MUST_USE;
/* Asks for what --account - and --bank, or --id-number -, say: session->reply->links. */
enum ctl_exit ctl_ask_search(struct ctl_session *session) MUST_USE;
/* The bank that the command's first word names: session->reply->bank. */
enum ctl_exit ctl_ask_bank(struct ctl_session *session) MUST_USE;
/* The one that the command's first word names, as JSON of its detail's shape; a new reference. */
enum ctl_exit ctl_get_link(struct ctl_session *session, json_t **link_out) MUST_USE;
enum ctl_exit ctl_get_transfer(struct ctl_session *session, json_t **transfer_out) MUST_USE;
enum ctl_exit ctl_get_order(struct ctl_session *session, json_t **order_out) MUST_USE;
enum ctl_exit ctl_get_loan(struct ctl_session *session, json_t **loan_out) MUST_USE;
enum ctl_exit ctl_get_card(struct ctl_session *session, json_t **card_out) MUST_USE;
/* Puts the steps that its detail leaves out in front of its "history". */
enum ctl_exit ctl_complete_history(struct ctl_session *session, enum object_kind kind,
                                   json_t *object) MUST_USE;
/* The table of its "history", and how to see the rest. */
void ctl_print_history(const json_t *object, FILE *to);

#endif
