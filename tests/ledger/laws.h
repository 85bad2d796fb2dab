/*
 * The laws that a store keeps after whatever commands (src/verify), as assertions.
 */
#ifndef LG_TESTS_LEDGER_LAWS_H
#define LG_TESTS_LEDGER_LAWS_H

#include "ledger/world.h"

/* Fails the test at the first law that is broken. */
void laws_check(struct world *world);
/* Nothing is reserved or waits any more, but for notices that nobody acknowledged. */
void laws_check_quiet(struct world *world);

#endif
