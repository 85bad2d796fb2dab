/*
 * The bank as one that is asked: what it does with each request of the gateway's, right or wrong
 * as its fault script says.
 */
#ifndef LG_BANK_ANSWERS_H
#define LG_BANK_ANSWERS_H

#include "bank/bank.h"
#include "bank/deferrals.h"

/* Acts and puts the answer on the connection it came from; nothing leaves before the turn's
 * commit. */
void bk_answers_take(struct bk_bank *bank, const struct bk_incoming *incoming, struct arena *arena);
/* Delayed work that is due. */
void bk_answers_tick(struct bk_bank *bank, int64_t now_ms);

#endif
