/*
 * Holds on links: what else in the ledger places and removes them. Internal to src/ledger.
 */
#ifndef LG_LEDGER_HOLD_H
#define LG_LEDGER_HOLD_H

#include "ledger/handler.h"

/* Reasons of the gateway's own holds: one hold for each reason and bank that it came from. */
#define HOLD_REASON_CLASS1 "AC13" /* the bound account is not Class I any more */
#define HOLD_REASON_CLASS2 "AC14" /* the Class II account became another kind */
#define HOLD_REASON_CLOSED "AC04"
#define HOLD_REASON_BLOCKED "AC06"
#define HOLD_REASON_HOLDER "BE01"  /* another's */
#define HOLD_REASON_ACCOUNT "AC01" /* not to be found */
#define HOLD_REASON_DECEASED "MD07"
#define HOLD_REASON_VERIFY "NOCM" /* until the person is verified again */

/* What a blocked account stops: all that moves it. What is reported of the person, or takes away what
 * the link rests on, stops everything (HOLD_BLOCKS_ALL). */
#define HOLD_BLOCKS_CLASS1                                                                         \
    (HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1) | HOLD_BLOCK_BIT(HOLD_BLOCK_CREDIT_CLASS1) |          \
     HOLD_BLOCK_BIT(HOLD_BLOCK_ORDERS))
#define HOLD_BLOCKS_CLASS2                                                                         \
    (HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS2) | HOLD_BLOCK_BIT(HOLD_BLOCK_CREDIT_CLASS2) |          \
     HOLD_BLOCK_BIT(HOLD_BLOCK_ORDERS))

/* The gateway's own at a time. Of the Class I bank: AC13, BE01, MD07, NOCM, AC06 after a report, and
 * one of AC01, AC04 (a re-check that finds another state of the account takes the former one out). Of
 * the Class II bank: AC14, MD07, NOCM, AC06. */
#define HOLDS_OWN_MAX 10
_Static_assert(HOLDS_PLACED_MAX + HOLDS_OWN_MAX <= HOLDS_MAX, "its own always find room");

/* These change the link in hand, its history and its notices, and what is open and blocked; the caller
 * stores the link. hold_add: in ACTIVE, SUSPENDED and CLOSING, with room for one more. */
int hold_add(struct apply *apply, struct link *link, const struct hold *hold,
             enum cause cause) MUST_USE;
int hold_remove(struct apply *apply, struct link *link, const struct id *id, enum cause cause,
                const char *reason) MUST_USE;
/* The gateway's own, after the word of the command's bank: nothing happens when that bank's hold of
 * that reason stands already, or the link's state takes no holds. */
int hold_add_own(struct apply *apply, struct link *link, const char *reason, uint32_t blocks,
                 enum cause cause) MUST_USE;
/* Of a request to place it that comes again with other content: the field that differs. */
const char *hold_differs(const struct place_hold *now, const struct hold *then);
/* Nothing happens when there is none. */
int hold_remove_own(struct apply *apply, struct link *link, bank_code by, const char *reason,
                    enum cause cause) MUST_USE;

#endif
