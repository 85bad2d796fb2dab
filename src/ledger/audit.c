/*
 * The record of what operators did: one row for every order, decision, search and reading, granted or
 * refused, under the sequence of its command.
 *
 * Invariant: a command leaves one row at most, and no row is ever changed. An approved order stands
 * under its requester, with who approved it; that is the decision's row too.
 */
#include "ledger/handler.h"

void audit_order(struct apply *apply, enum refusal_code refusal) {
    struct audit_row row = apply->audit;
    row.sequence = apply->sequence;
    row.at_ms = apply->now_ms;
    if (!row.order) {
        row.order = (uint32_t)apply->command->kind;
        row.uid = apply->command->uid;
    }
    row.refusal = refusal;
    row.kind = apply->object_kind;
    row.object = apply->object;
    if (row.kind == OBJECT_NONE && row.bank)
        row.kind = OBJECT_BANK;
    store_put_audit(apply->store, &row);
}
