/*
 * Transfers of every kind, under rules by which all of them are on. See world.h.
 */
#ifndef LG_TESTS_LEDGER_KINDS_H
#define LG_TESTS_LEDGER_KINDS_H

#include "domain/rules.h"
#include "ledger/money.h"

/* A world in which two people loaded rules that have all kinds on, without bounds; the first instant
 * of the day from which they hold. */
void kinds_init(struct world *world);
struct rules kinds_rules(const struct world *world); /* in force now */
/* Two people load these; then it is the first instant of the next day. */
void kinds_change(struct world *world, const struct rules *rules);

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
