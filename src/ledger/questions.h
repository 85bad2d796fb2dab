/*
 * Questions that are out, asked alone or as parts of an overview. Internal to src/ledger.
 */
#ifndef LG_LEDGER_QUESTIONS_H
#define LG_LEDGER_QUESTIONS_H

#include "ledger/handler.h"

/* ---- question.c ---- */
/* Whether this may be asked of the link, and told: its state, and for a balance its scope. */
int question_check(struct apply *apply, const struct link *link, enum message_kind query) MUST_USE;
/* So many more of the command's bank are out, if its bound allows it. */
int question_count(struct apply *apply, uint32_t more) MUST_USE;
/* Until when one that is asked now waits. */
int64_t question_deadline_ms(const struct apply *apply);
/* Asks the bank at the other end of the link. question: all but its id, who is asked, and the
 * account, which are filled in. */
int question_send(struct apply *apply, const struct link *link,
                  struct store_question *question) MUST_USE;

/* ---- overview.c ---- */
/* QueryOverview. */
int overview_ask(struct apply *apply) MUST_USE;
/* What became of a part, whose question is gone; answer NULL: nothing was answered. The last one
 * answers the whole. */
int overview_told(struct apply *apply, const struct store_question *question,
                  const struct balance_answer *answer) MUST_USE;
/* The same upon a broken invariant: nobody is answered. */
int overview_discard(struct apply *apply, const struct store_question *question) MUST_USE;

/* ---- overview_bought.c ---- */
struct overview_bought {
    struct overview_holding holdings[OVERVIEW_HOLDINGS_MAX];
    struct overview_loan loans[OVERVIEW_LOANS_MAX];
};
/* The link's holdings and loans, which out borrows from bought. */
int overview_add_bought(struct apply *apply, const struct id *link, struct overview_bought *bought,
                        struct overview_account *out) MUST_USE;

#endif
