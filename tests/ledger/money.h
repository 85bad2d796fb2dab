/*
 * Requests about transfers with the usual content, and whole steps of their lives. See world.h.
 */
#ifndef LG_TESTS_LEDGER_MONEY_H
#define LG_TESTS_LEDGER_MONEY_H

#include "ledger/world.h"

struct submit_transfer money_payment(struct world *world, const struct id *link, int64_t fen);
struct submit_return money_return(struct world *world, const struct id *original, int64_t fen);
struct cancel_transfer money_cancel(struct world *world, const struct id *transfer);

/* Each of these sends; what came of it stands in world->effects. */
void money_ask_return(struct world *world, bank_code bank, const struct id *original, int64_t fen);
void money_ask_cancel(struct world *world, bank_code bank, const struct id *transfer);
void money_ask_step_up(struct world *world, bank_code bank, const struct id *transfer,
                       const char *method, const char *text);
void money_confirm(struct world *world, bank_code bank, const struct id *transfer);
/* The instructed bank's word. POSTED comes with its booking. */
void money_answer(struct world *world, const struct id *transfer, enum posting_outcome outcome);
/* To its deadline, and a tick. */
void money_expire(struct world *world, const struct id *transfer);

/* A return that is on its way, from the original's creditor bank. */
struct id money_return_pending(struct world *world, const struct id *original, int64_t fen);
/* A link whose limits are these, and which has all scopes that move money. */
struct id money_link(struct world *world, const struct agreed_limits *limits);
/* The bytes of its record: what must not change when nothing may. */
struct span money_record(struct world *world, const struct id *transfer);
/* Events of that kind in its record. */
size_t money_events(struct world *world, const struct id *transfer, enum transfer_event event);
/* The view in the one reply, or in the nth answer. */
struct transfer_view money_reply(struct world *world);
struct transfer_view money_told(struct world *world, size_t nth);
struct link_usage money_usage(struct world *world, const struct id *link);

#endif
