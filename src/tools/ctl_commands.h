/*
 * What linkgatectl's commands share. The table of commands stands in ctl_commands.c.
 */
#ifndef LG_TOOLS_CTL_COMMANDS_H
#define LG_TOOLS_CTL_COMMANDS_H

#include "domain/types.h"
#include "tools/ctl.h"
#include "tools/ctl_table.h"

/* Prints one JSON value and frees it. */
void ctl_dump(struct ctl_session *session, json_t *value);
/* Arguments to values; CTL_OK or CTL_USAGE, said. */
enum ctl_exit ctl_take_id(struct ctl_session *session, const char *text,
                          struct id *id_out) MUST_USE;
enum ctl_exit ctl_take_bank(struct ctl_session *session, const char *text,
                            uint64_t *code_out) MUST_USE;

/* ctl_ask for a reply of that sort. */
enum ctl_exit ctl_ask_for(struct ctl_session *session, ctl_request *request,
                          Linkgate__Admin__V1__Reply__ResultCase wanted) MUST_USE;

enum ctl_exit ctl_bank_list(struct ctl_session *session);
enum ctl_exit ctl_link_list(struct ctl_session *session);
enum ctl_exit ctl_link_show(struct ctl_session *session);
enum ctl_exit ctl_transfer_list(struct ctl_session *session);
enum ctl_exit ctl_transfer_show(struct ctl_session *session);
enum ctl_exit ctl_net_list(struct ctl_session *session);
enum ctl_exit ctl_quarantine_list(struct ctl_session *session);
enum ctl_exit ctl_status_show(struct ctl_session *session);
enum ctl_exit ctl_clock_show(struct ctl_session *session);

#endif
