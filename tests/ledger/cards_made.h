/*
 * Applications for cards in the ledger's tests: what banks send of them, and what comes out.
 */
#ifndef LG_TESTS_LEDGER_CARDS_MADE_H
#define LG_TESTS_LEDGER_CARDS_MADE_H

#include "ledger/world.h"

#define NUMBER "6226221234567896"
#define OTHER_NUMBER "6236330000000000005"
#define ADDRESS "12 Canary Lane, Suzhou"

/* By mail, of a new person of bank A at bank B. */
struct apply_card cards_request(struct world *world);
/* Of a reply or a notice; of a notice also its event's name, where that is wanted. */
struct card_view cards_view(struct world *world, const struct effect *effect,
                            struct span *event_out);
struct card_view cards_replied(struct world *world);
struct card cards_stored(struct world *world, const struct id *id);
/* Bank A applies. */
struct id cards_applied_with(struct world *world, const struct apply_card *request);
struct id cards_applied(struct world *world);
/* Bank B's words. An event comes with all that it needs. */
void cards_answer(struct world *world, const struct id *id, enum card_outcome outcome,
                  const char *reason);
struct card_status cards_report_of(struct world *world, const struct id *id, enum card_event event);
void cards_report(struct world *world, const struct id *id, enum card_event event);
void cards_report_number(struct world *world, const struct id *id, const char *number);
void cards_cancel(struct world *world, bank_code bank, const struct id *id);
/* A new one in that state. */
struct id cards_in(struct world *world, enum card_state state);

#endif
