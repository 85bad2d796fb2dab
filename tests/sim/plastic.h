/*
 * Part of a modelled bank's books (books.h): applications for cards, and what is done about them.
 */
#ifndef LG_TESTS_SIM_PLASTIC_H
#define LG_TESTS_SIM_PLASTIC_H

#include "wire/envelope.h"
#include "wire/partner.h"

struct ask;
struct connection;
struct party;
struct store;

/* An application as a bank knows it: the Class I bank from the question on. */
struct plastic {
    struct id id;
    enum card_state shown; /* NONE: nothing yet */
    struct plastic *next;
};

/* ---- party_card.c ---- */
bool card_asks(enum message_kind kind); /* it is answered by card_replied */
bool card_may_refuse(const struct ask *ask, struct span detail);
/* Applies, reports, cancels or asks for one. */
void card_work(struct party *party);
void card_asked(struct party *party, struct connection *connection,
                const struct envelope *envelope);
void card_replied(struct ask *ask, struct span payload);
void card_learn(struct party *party, const struct card_view *view);
/* Holds what it was shown against the store. */
void card_check(const struct party *party, struct store *store);

#endif
