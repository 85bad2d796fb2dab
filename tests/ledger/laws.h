/*
 * The laws that a store keeps after whatever commands (HAZARDS: I1 to I4, I11, I13, I15, I18), over
 * what the ledger's tests can see of it.
 */
#ifndef LG_TESTS_LEDGER_LAWS_H
#define LG_TESTS_LEDGER_LAWS_H

#include "ledger/world.h"

/* Fails the test at the first law that is broken. */
void laws_check(struct world *world);
/* When the link must be looked at, by the rules; 0: never. */
int64_t laws_due_ms(const struct link *link);
/* Nothing is reserved or waits any more. */
void laws_check_quiet(struct world *world);

#endif
