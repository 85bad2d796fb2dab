/*
 * The laws of transfers beyond those of laws.h: what they use of limits, what came back of them, and
 * what banks are counted to owe.
 */
#ifndef LG_TESTS_LEDGER_LAWS_TRANSFER_H
#define LG_TESTS_LEDGER_LAWS_TRANSFER_H

#include "ledger/world.h"
#include "store/table.h"

/* Rows of a table, overlay and disk together. In laws.c. */
uint64_t laws_rows(struct world *world, enum table table);
/* When the transfer must be looked at, by the rules; 0: never. */
int64_t laws_transfer_due_ms(const struct transfer *transfer);
/* Notices that its step-ups owe. */
uint64_t laws_step_ups(const struct transfer *transfer);
/* Fails the test at the first law that is broken. */
void laws_check_transfers(struct world *world);

#endif
