/*
 * Transfers of every kind, with rules under which all of them are on: the ledger's tests are linked
 * with it where they need that. See world.h.
 */
#ifndef LG_TESTS_LEDGER_KINDS_H
#define LG_TESTS_LEDGER_KINDS_H

#include "domain/rules.h"
#include "ledger/money.h"

/* The rules of the tests that link this: those that are compiled in, but for what is set here. */
extern struct rules kinds_rules;
/* All kinds on, without bounds; buckets as compiled. */
void kinds_reset(void);

/* An ACTIVE link of a new Class II (or III) account opened so, with all scopes and no agreed limit. */
struct id kinds_link(struct world *world, enum account_class class, enum account_opening opening);
/* The request of that way, with all that its kind needs; and the bank that submits it. */
struct submit_transfer kinds_request(struct world *world, const struct id *link,
                                     const struct transfer_way *way, int64_t fen);
bank_code kinds_submitter(const struct transfer_way *way);
/* The only way of that kind at that flow. */
const struct transfer_way *kinds_way(enum transfer_kind kind, enum class_flow flow);
/* Sends it; what came of it stands in world->effects. */
void kinds_send(struct world *world, const struct id *link, enum transfer_kind kind,
                enum class_flow flow, int64_t fen);
/* Sends it, and it is granted. */
struct id kinds_granted(struct world *world, const struct id *link, enum transfer_kind kind,
                        enum class_flow flow, int64_t fen);
/* The same, and posted. */
struct id kinds_posted(struct world *world, const struct id *link, enum transfer_kind kind,
                       enum class_flow flow, int64_t fen);
/* Sends it, and it is refused; nothing is changed. */
void kinds_refused(struct world *world, const struct id *link, enum transfer_kind kind,
                   enum class_flow flow, int64_t fen, enum refusal_code code);
struct account_limits kinds_limits(struct world *world, const struct id *link);
/* What is used and reserved of the day. */
int64_t kinds_taken(struct world *world, const struct id *link, enum bucket_flow flow);

#endif
