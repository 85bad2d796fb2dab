/*
 * The money of orders and loans: transfers that they make, and what becomes of these. Internal to
 * src/ledger. Results as in apply.h.
 */
#ifndef LG_LEDGER_BOUGHT_H
#define LG_LEDGER_BOUGHT_H

#include "ledger/transfers.h"

/* ---- transfer.c: what a submission and an order have in common ---- */
/* Refuses unless the link runs: ACTIVE, or SUSPENDED, when its holds decide. */
int transfer_check_link(struct apply *apply, const struct link *link) MUST_USE;
/* LINK_SUSPENDED when a hold blocks what the transfer touches. */
int transfer_check_holds(struct apply *apply, const struct link *link,
                         const struct transfer *transfer) MUST_USE;
/* The rule's smallest and largest amounts. */
int transfer_check_amount(struct apply *apply, const struct kind_rule *rule, int64_t fen) MUST_USE;

/* ---- bought.c: making one ---- */
/* Submitted by the command's bank; the other bank of the link is instructed. */
struct bought_plan {
    const struct link *link;
    enum transfer_kind kind;
    enum transfer_direction direction;
    bool in_house; /* within the instructed bank: PUSH credits its customer, PULL debits it */
    struct money amount;
    struct span end_to_end_id;
    const struct posted_order *order; /* what the instruction says besides: one of the two, */
    const struct posted_loan *loan;   /* and the other NULL */
};
/* Refuses LINK_SUSPENDED as bought_pay would: for whoever asks for that before other things. */
int bought_check_holds(struct apply *apply, const struct bought_plan *plan) MUST_USE;
/* The checks that each transfer passes (kind, class, holds, other bank, limits, position), then it is
 * on its way. It has no request, and nobody waits for it: the caller answers its own, and puts the
 * transfer's row (store_put_order_transfer, store_put_loan_transfer) in the same application. The
 * state of the link, its scope and the limits agreed for it are the caller's. Whether LOAN_OWN and
 * LOAN_OTHER are on is not asked here: a loan is on when its product is. */
int bought_pay(struct apply *apply, const struct bought_plan *plan,
               struct transfer *transfer_out) MUST_USE;

/* ---- bought.c: what becomes of it. Called for each transfer in the application of its step; does
 * nothing for what no order and no loan made. The transfer is put already. ---- */
enum bought_change {
    BOUGHT_ENDED,        /* it has its outcome */
    BOUGHT_UNKNOWN,      /* nobody answered in time */
    BOUGHT_CANCEL_ASKED, /* barring it is on its way; its outcome follows */
    BOUGHT_CONFLICT,     /* a definite answer contradicted the first one */
    BOUGHT_RETURNED      /* a return of it was accepted */
};
/* back: the return; else NULL. */
int bought_moved(struct apply *apply, const struct transfer *transfer, enum bought_change change,
                 const struct transfer *back) MUST_USE;
/* Of which order or loan it is, in the view of it: the other stays as it is. */
int bought_view(struct apply *apply, const struct transfer *transfer, struct id *order_out,
                struct id *loan_out) MUST_USE;
/* So much more (less, where it is negative) of a product counts for a person, over all links. */
int bought_count(struct apply *apply, const struct id *product, const struct digest *person_key,
                 int64_t more_fen) MUST_USE;
/* Whether so much of it may go back by a return. */
int bought_check_return(struct apply *apply, const struct transfer *transfer, int64_t fen) MUST_USE;

#endif
