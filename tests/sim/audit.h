/*
 * The laws: of the store alone (laws.c), of the store and the banks' books (audit.c), of the log
 * replayed (replay.c). HAZARDS.md §3. Each fails the run with what does not hold.
 */
#ifndef LG_TESTS_SIM_AUDIT_H
#define LG_TESTS_SIM_AUDIT_H

#include "store/store.h"

struct world;

/* The laws of src/verify over the store as it is, overlay included. */
void laws_check(struct world *world, struct store *store);
/* A1-A4 too; at any moment while the gateway runs. */
void audit_books(struct world *world);
/* What BOOT must have begun again: that many instructions and inquiries, at that ledger time. */
void audit_boot(struct world *world, size_t sends, size_t inquiries, int64_t now_ms);
/* What must hold when nothing is under way any more; NULL, or what is still to be waited for. */
const char *audit_unsettled(struct world *world);
void audit_settled(struct world *world);
/* I12: the log from its first command on gives the present keys and values. The gateway is down. */
void replay_check(struct world *world);

#endif
