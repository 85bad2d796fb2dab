/*
 * Part of a modelled bank's books (books.h): adjustments, and what is done about them.
 */
#ifndef LG_TESTS_SIM_PACT_H
#define LG_TESTS_SIM_PACT_H

#include "wire/partner.h"

struct ask;
struct party;
struct store;

/* An adjustment as a bank was told of it. */
struct pact {
    struct id id, inquiry;
    bank_code debtor, creditor, proposed_by;
    int64_t fen;
    enum adjustment_state shown; /* NONE: nothing yet */
    struct pact *next;
};

/* ---- party_adjust.c: adjustments ---- */
bool adjust_asks(enum message_kind kind);
bool adjust_may_refuse(const struct ask *ask, struct span detail);
/* At times, one on that case. */
void adjust_propose(struct party *party, const struct case_view *view);
/* Asks for one that it knows, or for none that is; at times has a word on one. */
void adjust_look(struct party *party);
void adjust_learn(struct party *party, const struct adjustment_view *view);
/* What it came to be owed by adjustments. */
int64_t adjust_owed_fen(const struct party *party);
/* Holds what it was shown against the store. */
void adjust_check(const struct party *party, struct store *store);

#endif
