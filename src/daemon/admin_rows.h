/*
 * How domain values look in admin messages.
 */
#ifndef LG_DAEMON_ADMIN_ROWS_H
#define LG_DAEMON_ADMIN_ROWS_H

#include "linkgate/admin/v1/admin.pb-c.h"
#include "store/store.h"
#include "util/arena.h"

/* All live in the arena. */
Linkgate__Admin__V1__BankRow *admin_bank_row(const struct bank *bank,
                                             const struct bank_counters *counters,
                                             struct arena *arena);
Linkgate__Admin__V1__LinkRow *admin_link_row(const struct link *link, struct arena *arena);
Linkgate__Admin__V1__TransferRow *admin_transfer_row(const struct transfer *transfer,
                                                     struct arena *arena);
Linkgate__Admin__V1__CardRow *admin_card_row(const struct card *card, struct arena *arena);
ProtobufCMessage *admin_net_row(const struct pair_net *net, struct arena *arena);
ProtobufCMessage *admin_window_row(const struct window *window, struct arena *arena);
ProtobufCMessage *admin_position_row(const struct position *position, struct arena *arena);
ProtobufCMessage *admin_adjustment_row(const struct adjustment *adjustment, struct arena *arena);
Linkgate__Admin__V1__CaseRow *admin_case_row(const struct inquiry_case *inquiry,
                                             struct arena *arena);
ProtobufCMessage *admin_audit_row(const struct audit_row *audit, struct arena *arena);
/* Entry index of the life of a link, transfer, order, loan or card. */
ProtobufCMessage *admin_history_row(enum object_kind kind, uint32_t index,
                                    const struct history_entry *entry, struct arena *arena);

/* ---- admin_detail_link.c, admin_detail_transfer.c: with what stands about it elsewhere. 0 or
 * negative ---- */
int admin_link_detail(struct store *store, const struct link *link, int64_t now_ms,
                      struct arena *arena, Linkgate__Admin__V1__LinkDetail **detail_out) MUST_USE;
int admin_transfer_detail(struct store *store, const struct transfer *transfer, struct arena *arena,
                          Linkgate__Admin__V1__TransferDetail **detail_out) MUST_USE;
/* Shared by both: the entries that stand in the record; whether a bank has a session; what is out
 * there. */
Linkgate__Admin__V1__HistoryRow **admin_history_rows(enum object_kind kind,
                                                     const struct history *history,
                                                     struct arena *arena);
int admin_bank_online(struct store *store, bank_code bank, bool *online_out) MUST_USE;
Linkgate__Admin__V1__Exchange *admin_exchange(const char *message, const struct id *id,
                                              bank_code bank, int64_t deadline_ms,
                                              struct arena *arena);

#endif
