/*
 * Orders about what banks may owe, with their two people, and transfers that come upon them. Each is
 * expected to work, but those that say refused.
 */
#ifndef LG_TESTS_LEDGER_BOUNDS_H
#define LG_TESTS_LEDGER_BOUNDS_H

#include "ledger/world.h"

/* Orders that are not given yet. */
struct command *bounds_cap_order(struct world *world, bank_code bank, uint32_t what);
struct command *bounds_pair_order(struct world *world, bank_code bank, bank_code with,
                                  int64_t cap_fen);
struct command *bounds_funds_order(struct world *world, bank_code bank,
                                   enum funds_direction direction, int64_t fen);
struct command *bounds_end_order(struct world *world, const struct id *funds, bool confirm);
/* The whole way of an order; and one that is refused at once: nothing waits. */
void bounds_carried_out(struct world *world, struct command *command);
void bounds_refused_order(struct world *world, struct command *command, enum refusal_code code,
                          const char *field);

void bounds_set_cap(struct world *world, bank_code bank, bool has_cap, int64_t cap_fen);
void bounds_set_prefunded(struct world *world, bank_code bank);
/* The latest payment; one that is begun; one that is confirmed. */
struct funds bounds_latest(struct world *world);
struct id bounds_begun(struct world *world, bank_code bank, enum funds_direction direction,
                       int64_t fen);
void bounds_paid_in(struct world *world, bank_code bank, int64_t fen);

struct id bounds_link_between(struct world *world, bank_code class2, bank_code class1);
/* A push by that bank, whatever comes of it; on its way; refused, and nothing moved; posted. */
void bounds_submit(struct world *world, bank_code bank, const struct id *link, int64_t fen);
struct id bounds_pushed(struct world *world, bank_code bank, const struct id *link, int64_t fen);
void bounds_refused(struct world *world, bank_code bank, const struct id *link, int64_t fen,
                    enum refusal_code code, const char *field);
void bounds_posted(struct world *world, bank_code by, const struct id *transfer);

#endif
