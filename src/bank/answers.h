/*
 * The bank as one that is asked: how and when it answers each request of the gateway's, right or
 * wrong as its fault script says. What it does with one stands in asked.h.
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
/* The customer confirmed a debit that waits for it, or (reason not empty) declined. False: none
 * waits under that id. */
bool bk_answers_confirm(struct bk_bank *bank, const struct id *transfer, const char *reason);

#endif
