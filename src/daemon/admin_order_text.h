/*
 * What an order says, for who must approve it.
 */
#ifndef LG_DAEMON_ADMIN_ORDER_TEXT_H
#define LG_DAEMON_ADMIN_ORDER_TEXT_H

#include "domain/command.h"
#include "linkgate/admin/v1/admin.pb-c.h"

/* The payload's fields as names and texts in the arena; how many. A payload that does not read gives
 * one field that says so. */
size_t admin_order_fields(enum command_kind kind, struct span payload, struct arena *arena,
                          Linkgate__Admin__V1__OrderField ***fields_out);

#endif
