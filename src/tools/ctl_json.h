/*
 * Replies of the gateway as JSON. The names here are a promise to scripts: they are documented in
 * linkgatectl(1), and only ever added to. Ids and digests are hex, times RFC 3339 in UTC or null,
 * bank codes strings of twelve digits, money an integer "..._fen" beside a "currency".
 */
#ifndef LG_TOOLS_CTL_JSON_H
#define LG_TOOLS_CTL_JSON_H

#include <jansson.h>

#include "linkgate/admin/v1/admin.pb-c.h"

/* Each is a new reference. */
json_t *ctl_json_bank(const Linkgate__Admin__V1__BankRow *row);
json_t *ctl_json_link(const Linkgate__Admin__V1__LinkRow *row);
json_t *ctl_json_link_detail(const Linkgate__Admin__V1__LinkDetail *detail);
json_t *ctl_json_transfer(const Linkgate__Admin__V1__TransferRow *row);
json_t *ctl_json_transfer_detail(const Linkgate__Admin__V1__TransferDetail *detail);
json_t *ctl_json_net(const Linkgate__Admin__V1__NetRow *row);
json_t *ctl_json_position(const Linkgate__Admin__V1__PositionRow *row);
json_t *ctl_json_quarantine(const Linkgate__Admin__V1__QuarantineRow *row);
json_t *ctl_json_clock(const Linkgate__Admin__V1__Clock *clock);
json_t *ctl_json_status(const Linkgate__Admin__V1__Status *status);

#endif
