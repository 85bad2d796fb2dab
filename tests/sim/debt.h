/*
 * Part of a modelled bank's books (books.h): loans of two lenders, as either knows them.
 */
#ifndef LG_TESTS_SIM_DEBT_H
#define LG_TESTS_SIM_DEBT_H

#include "sim/slips.h"

struct ask;
struct bond;
struct party;
struct store;
struct world;

struct debt {
    struct id loan, link;
    struct person *person;
    bank_code lead, partner;
    struct loan_terms terms; /* as the catalogue told them; partner 0: not yet */
    struct digest text;
    enum side account; /* of the person, that is paid and pays back */
    enum loan_state shown;
    int64_t offered_at_ms, applied_at_ms; /* 0: not told yet */
    int64_t offered_fen, asked_fen, limit_fen, owed_fen;
    bool decided, flies; /* it has said its word; something was on its way when it was told last */
    struct debt *next;
};

/* What is owed of a loan, by the banks' own books and arithmetic. */
struct tab {
    int64_t lead_fen, partner_fen;                   /* principal */
    int64_t lead_interest_fen, partner_interest_fen; /* paid */
    int64_t due_fen;                                 /* interest that was charged and not paid */
    int64_t accrued, day;                            /* in 1/1,000,000 fen, up to that day */
};

/* ---- party_loan.c: invitations, applications, draws, repayments, and what is told of them ---- */
bool loan_asks(enum message_kind kind);
/* The lead invites the customer of that link. */
void loan_offer(struct party *party, struct person *person, const struct bond *bond);
/* The next step of some loan. */
void loan_work(struct party *party);
void loan_learn(struct party *party, const struct loan_view *view);
void loan_replied(struct ask *ask, struct span payload);
void loan_refused(struct ask *ask, const struct refusal_view *view);
/* Holds what it was shown against the store. */
void loan_check(const struct party *party, struct store *store);
void loan_forget(struct party *party);

/* ---- party_tab.c ---- */
/* From what was asked and booked, in the order of the gateway's history. False: it cannot be told. */
bool tab_make(struct world *world, struct store *store, const struct loan *loan,
              struct tab *tab_out);
/* What is charged on that day: what is due already, too. */
int64_t tab_interest_fen(const struct tab *tab, const struct loan_terms *terms, int64_t day);
/* So much for the lead, or, of a repayment of the principal, not more than it has lent. */
int64_t tab_lead_fen(int64_t fen, uint32_t share);
int64_t tab_lead_repaid_fen(const struct tab *tab, const struct loan_terms *terms, int64_t fen);
/* Each loan against the banks' own count. */
void tab_check(struct world *world, struct store *store);

/* ---- what moves for it ---- */
bool loan_is_right(const struct party *party, const struct post_instruction *message,
                   const struct ask *ask);
/* Fills in what it moves. */
void loan_instructed(struct party *party, const struct post_instruction *message,
                     struct posting *posting);

#endif
