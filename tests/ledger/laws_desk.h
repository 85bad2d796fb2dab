/*
 * The laws of holds, cases and questions, beyond those of laws.h.
 */
#ifndef LG_TESTS_LEDGER_LAWS_DESK_H
#define LG_TESTS_LEDGER_LAWS_DESK_H

#include "ledger/laws_transfer.h"

/* What cases and questions add to what is counted over all objects. */
struct desk_sums {
    uint64_t deadlines, owed;
};

/* In laws.c. */
bool laws_deadline_stands(struct world *world, const struct store_deadline *row);
/* Fails the test at the first law that is broken. */
struct desk_sums laws_check_desk(struct world *world);
void laws_check_holds(const struct link *link);

#endif
