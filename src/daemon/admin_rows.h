/*
 * How domain values look in admin messages.
 */
#ifndef LG_DAEMON_ADMIN_ROWS_H
#define LG_DAEMON_ADMIN_ROWS_H

#include "domain/bank.h"
#include "domain/link.h"
#include "domain/position.h"
#include "domain/transfer.h"
#include "linkgate/admin/v1/admin.pb-c.h"
#include "util/arena.h"

/* All live in the arena. */
ProtobufCMessage *admin_bank_row(const struct bank *bank, bool online, struct arena *arena);
Linkgate__Admin__V1__LinkRow *admin_link_row(const struct link *link, struct arena *arena);
Linkgate__Admin__V1__LinkDetail *admin_link_detail(const struct link *link, struct arena *arena);
Linkgate__Admin__V1__TransferRow *admin_transfer_row(const struct transfer *transfer,
                                                     struct arena *arena);
Linkgate__Admin__V1__TransferDetail *admin_transfer_detail(const struct transfer *transfer,
                                                           struct arena *arena);
ProtobufCMessage *admin_net_row(const struct pair_net *net, struct arena *arena);
ProtobufCMessage *admin_position_row(const struct position *position, struct arena *arena);

#endif
