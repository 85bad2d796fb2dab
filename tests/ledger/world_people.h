/*
 * Operators in the ledger's tests' world.
 */
#ifndef LG_TESTS_LEDGER_WORLD_PEOPLE_H
#define LG_TESTS_LEDGER_WORLD_PEOPLE_H

#include "ledger/world.h"

/* An order of that uid; giving it as it is; a second person's word (APPROVE, REJECT); and
 * the whole way, approved by UID_TWO where it waits for that. */
#define UID_ONE 1000u
#define UID_TWO 1001u
struct command *world_order(const struct world *world, enum command_kind kind, uint32_t uid);
int world_request(struct world *world, struct command *command);
int world_decide(struct world *world, enum command_kind kind, const struct id *approval,
                 uint32_t uid);
int world_give(struct world *world, struct command *command);

/* The last row of the audit; all zero if there is none. */
struct audit_row world_last_audit(const struct world *world);

#endif
