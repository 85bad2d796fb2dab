/*
 * A loan of two lenders, the banks of a link, to its customer: its record. The lead is the issuer of
 * the product and rules; the gateway checks. Its money moves by transfers. DOMAIN.md §5.
 */
#ifndef LG_DOMAIN_LOAN_H
#define LG_DOMAIN_LOAN_H

#include "domain/loan_account.h"
#include "domain/loan_state.h"
#include "domain/transfer.h"

enum loan_lender { LOAN_LEAD, LOAN_PARTNER, LOAN_LENDERS };

/* One lender's word. */
struct loan_decision {
    bool made, approved;
    int64_t limit_fen; /* of one that approves */
    int64_t at_ms;
    char reason[REASON_SIZE]; /* of one that declines */
};

/* What is on its way: one draw or one repayment at a time. */
enum loan_flight_kind { LOAN_FLIGHT_NONE = 0, LOAN_FLIGHT_DRAW = 1, LOAN_FLIGHT_REPAYMENT = 2 };
struct loan_flight {
    enum loan_flight_kind kind;
    struct id transfer;
    int64_t amount_fen;              /* of a draw: of both lenders */
    struct loan_repayment repayment; /* of a repayment */
};

/* The last draw that was accepted: it may still come back. */
struct loan_draw {
    struct id transfer; /* zero: there is none */
    int64_t amount_fen;
    int64_t day; /* from which interest runs on it */
};

struct loan {
    struct id id;
    enum loan_state state;
    bool frozen;
    bool conflict;
    bool unknown; /* nobody has answered what is on its way */
    struct id link;
    struct id offer_request, request; /* of OfferLoan, and of ApplyLoan */
    bank_code lead;                   /* the partner is in the terms */
    bank_code applicant;              /* the bank that sent ApplyLoan */
    bool class1_account; /* the link's Class I account is paid and pays; else Class II */
    char product[PRODUCT_CODE_MAX + 1];
    uint32_t version;
    struct loan_terms terms; /* of that version: later ones change nothing here */
    int64_t min_fen;         /* of a draw */
    struct money offered;    /* at most */
    int64_t asked_fen;
    int64_t limit_fen; /* the lower of both lenders'; 0: not approved */
    struct digest terms_sha256, consent;
    struct digest authorisations[LOAN_LENDERS]; /* to ask for the person's credit, one per lender */
    struct digest person_key;
    struct loan_decision decisions[LOAN_LENDERS];
    char reason[REASON_SIZE];
    int64_t offered_at_ms, applied_at_ms;
    int64_t deadline_ms; /* of OFFERED, APPLIED, APPROVED */
    struct loan_account account;
    struct loan_schedule schedule;
    struct loan_flight flight;
    struct loan_draw last_draw;
    int64_t drawn_day; /* of the first draw */
    int64_t written_off_at_ms;
    int64_t unknown_at_ms;
    struct id case_id;
    struct history history;
};

/* LOAN_LENDERS: it is neither. */
enum loan_lender loan_lender_of(const struct loan *loan, bank_code bank);
/* Every lender that lends a share of it approves. */
bool loan_approved(const struct loan *loan);
/* What may still be drawn; nothing of one that is overdue, written off or over. */
int64_t loan_available_fen(const struct loan *loan);
/* What of its person's maximum it takes: asked for, then approved, until it ends. */
int64_t loan_counted_fen(const struct loan *loan);
/* Nothing is owed, and nothing is on its way. */
bool loan_settled(const struct loan *loan);
/* Holds its link open. One that was written off does not, and can still be repaid. */
bool loan_open(const struct loan *loan);
/* An instalment is not paid on that day, and its days of grace are over. */
bool loan_behind(const struct loan *loan, int64_t day);
/* When the ledger must look at it: the end of its waiting state, or the day on which it falls overdue;
 * 0: never. */
int64_t loan_due_ms(const struct loan *loan);
/* Moves it and adds the history entry (state and event filled in here). False: refused. The rest of
 * the record is the caller's. */
bool loan_move(struct loan *loan, enum loan_event event, const struct history_entry *entry)
    __attribute__((warn_unused_result));

#endif
