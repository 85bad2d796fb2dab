/*
 * Holds, reports, re-checks, cases and questions in the ledger's tests: messages with the usual content,
 * and what comes out of them. Part of world.h.
 */
#ifndef LG_TESTS_LEDGER_WORLD_DESK_H
#define LG_TESTS_LEDGER_WORLD_DESK_H

#include "ledger/world.h"

/* One of these kinds of message; fails for any other. */
void world_encode_desk(enum command_kind kind, const void *body, struct buf *out);

/* ---- holds ---- */
/* Reason FR01; of a court AM07, with a legal reference. */
struct place_hold world_place(struct world *world, const struct id *link,
                              enum hold_authority authority, uint32_t blocks);
struct lift_hold world_lift(struct world *world, const struct id *link, const struct id *hold,
                            enum hold_authority authority);
/* Placed by that bank, which must work: the hold's id. */
struct id world_placed(struct world *world, bank_code bank, const struct id *link,
                       enum hold_authority authority, uint32_t blocks);
/* HOLD_PLACE, and HOLD_LIFT with its second person. */
int world_hold_order(struct world *world, enum command_kind kind, const struct hold_order *order);
/* HOLD_PLACE of all, which must work: the hold's id. */
struct id world_hold_by_operator(struct world *world, const struct id *link);

/* ---- accounts ---- */
struct report_account world_report(struct world *world, struct span account_number,
                                   enum account_event event);
/* Of the link's account at that bank. */
struct report_account world_report_of(struct world *world, const struct id *link, bank_code bank,
                                      enum account_event event);
/* The same, sent, and how many links it concerned. */
uint32_t world_reported(struct world *world, const struct id *link, bank_code bank,
                        enum account_event event);
uint32_t world_report_reply(struct world *world, bool *replayed_out);
/* Time goes on to the re-check of the link; what was asked. */
struct recheck_account world_recheck(struct world *world, const struct id *link);
/* All is well. */
struct recheck_account_reply world_recheck_reply(const struct recheck_account *question);

/* ---- questions and cases ---- */
struct query_account world_query(struct world *world, const struct id *link);
struct ask_account world_asked(struct world *world, enum message_kind message);
struct balance_answer world_balance(const struct id *query);
struct status_answer world_status(const struct id *query);
struct open_case world_inquire(struct world *world, const struct id *transfer,
                               enum case_subject subject);
struct answer_case world_reply(struct world *world, const struct id *inquiry,
                               enum case_outcome outcome);
struct answer_case world_close_case(struct world *world, const struct id *inquiry);
/* Of a reply or a notice. */
struct case_view world_case_view(struct world *world, const struct effect *effect);
struct inquiry_case world_get_case(struct world *world, const struct id *id);

/* ---- adjustments ---- */
struct propose_adjustment world_propose(struct world *world, const struct id *inquiry,
                                        bank_code debtor, bank_code creditor, int64_t fen);
struct accept_adjustment world_accept(struct world *world, const struct id *adjustment,
                                      bool reject);
/* Of a reply or a notice. */
struct adjustment_view world_adjustment_view(struct world *world, const struct effect *effect);
struct adjustment world_get_adjustment(struct world *world, const struct id *id);

/* The bytes stand in something that goes to that bank, or, with 0, to anybody. */
bool world_says(const struct world *world, bank_code bank, struct span bytes);
/* The bytes stand in some key or value of the store, as they are. */
bool world_keeps(struct world *world, struct span bytes);

#endif
