/*
 * One request on its way through the admin dispatcher, and what its parts share: admin_dispatch.c
 * (rights, and who carries out what), admin_order.c (what changes something), admin_question.c (what
 * only reads). Private to these.
 */
#ifndef LG_DAEMON_ADMIN_ASKING_H
#define LG_DAEMON_ADMIN_ASKING_H

#include "daemon/admin.h"

struct asking {
    const struct admin_gateway *gateway;
    const struct admin_peer *peer;
    uint64_t client;
    const admin_request *request;
    struct buf *out;
};

/* All answer and give ADMIN_ANSWERED. text NULL: the table's own. */
int asking_refuse(const struct asking *asking, enum refusal_code code, const char *field,
                  const char *text);
int asking_refuse_field(const struct asking *asking, const char *field, const char *text);
int asking_refuse_busy(const struct asking *asking);

bool asking_bank_code_right(uint64_t code);
/* Of links, transfers, orders and loans; OBJECT_NONE: it is none of these. */
enum object_kind asking_object_kind(Linkgate__Admin__V1__ObjectKind kind);
/* An id that must be there. */
bool asking_take_id(ProtobufCBinaryData bytes, struct id *id_out);

/* A command of the peer's, and its way to the ledger; a listing, and its way to the bulk thread. max
 * of a listing: 0 for as many as may be. */
struct command *asking_command(const struct asking *asking, enum command_kind kind);
int asking_submit(const struct asking *asking, struct command *command);
struct admin_listing *asking_listing(const struct asking *asking, enum admin_listing_kind kind,
                                     uint32_t max);
int asking_list(const struct asking *asking, struct admin_listing *listing);

/* Each gives ADMIN_ANSWERED or ADMIN_PENDING. */
typedef int asking_handler(const struct asking *asking);
asking_handler order_bank_add, order_bank_disable, order_bank_enable, order_bank_set, order_pin_add,
    order_pin_remove, order_unfreeze, order_hold_place, order_hold_lift, order_clock_accept_now,
    order_quarantine_release, order_quarantine_drop, order_approve, order_reject, order_unmask,
    order_read_unmasked, order_search, order_bank_resync, order_backup, order_rules_load,
    order_cap_set, order_pair_cap_set, order_funds_begin, order_funds_end, order_window_close,
    order_window_settle, order_window_abort, order_transfer_resolve;
asking_handler question_status, question_clock, question_banks, question_links, question_link,
    question_transfers, question_transfer, question_nets, question_positions, question_quarantine,
    question_approvals, question_approval, question_bank, question_history, question_audit,
    question_cases, question_case, question_adjustments, question_events, question_cards,
    question_card, question_open_work, question_verify, question_backup, question_exposure,
    question_funds, question_uploads, question_differences, question_listed, question_refusals,
    question_rules, question_limits, question_windows, question_products, question_product,
    question_orders, question_order, question_holdings, question_loans, question_loan;
asking_handler send_begin, send_part, send_end;

#endif
