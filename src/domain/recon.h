/*
 * Comparing a bank's list with ours: control totals, the class of one pair of rows, and the join of
 * two lists that are sorted by id. Pure; holds one row of each side, however long the lists are.
 * Rules: DOMAIN.md §6, docs/reconciliation.md.
 */
#ifndef LG_DOMAIN_RECON_H
#define LG_DOMAIN_RECON_H

#include "domain/link_state.h"
#include "domain/recon_row.h"
#include "util/fatal.h"

#define RECON_KINDS (RECON_LOANS + 1)
#define RECON_CLASSES (RECON_DUPLICATE + 1)

/* A row as it stands in a list. */
struct recon_item {
    enum recon_kind kind;
    struct id id;   /* our transfer's, link's, order's or loan's */
    uint32_t what;  /* money: enum transfer_kind; others: 0 */
    uint32_t state; /* of that object, by its own enum */
    bank_code
        debtor; /* of a link: the Class II bank; of an order: who placed it; of a loan: the lead */
    bank_code creditor; /* the Class I bank; the issuer, which may have placed it; the partner */
    /* Not of links: what moved, what the units cost that are left, the lender's principal. */
    struct money amount;
    /* money */
    char reference[REFERENCE_MAX + 1]; /* of the bank whose list it is; may be empty */
    char book_date[DATE_TEXT_SIZE];    /* that bank's; may be empty */
    uint64_t window; /* 0: in none; holdings, loans: ours, day of the last change */
    /* links */
    char class2_tail[RECON_TAIL_SIZE];
    char class1_tail[RECON_TAIL_SIZE];
    /* holdings */
    char product[PRODUCT_CODE_MAX + 1];
    int64_t units;
    /* loans: what the lender got */
    int64_t interest_fen;
};

struct transfer;
struct link;
struct product_order;
struct loan;
/* How our own object stands in a list. */
void recon_item_of_transfer(const struct transfer *transfer, struct recon_item *item_out);
void recon_item_of_link(const struct link *link, struct recon_item *item_out);
void recon_item_of_order(const struct product_order *order, struct recon_item *item_out);
/* lender: a bank of the loan; of another one it lent nothing. */
void recon_item_of_loan(const struct loan *loan, bank_code lender, struct recon_item *item_out);
/* As a list has it. */
void recon_item_of_row(const struct recon_row *row, struct recon_item *item_out);
/* A list of links, holdings or loans must have those; of others it may tell. */
bool recon_link_is_listed(enum link_state state);
bool recon_order_is_listed(const struct product_order *order);
bool recon_loan_is_listed(const struct loan *loan);
/* Of the state of a day, and not of a window or of now. */
bool recon_is_by_day(enum recon_kind kind);

const char *recon_kind_name(enum recon_kind kind);
const char *recon_class_name(enum recon_class class);

#define RECON_ROWS_MAX 100000000u /* of one list: far beyond what a window holds */

/* What a list adds up to, seen from one bank: debits are what it pays. Of holdings: what it has sold
 * of others' products, and as credits what anybody holds of its own. Of loans: its principal, and as
 * credits the interest that it got. */
struct recon_totals {
    uint64_t count;
    int64_t debit_fen;
    int64_t credit_fen;
};

/* Of transfers only what is ACCEPTED moves money: other rows count as rows alone. False, and nothing changed:
 * a sum or the count would not fit, or the row is not of that bank. */
bool recon_totals_add(struct recon_totals *totals, bank_code bank,
                      const struct recon_item *item) MUST_USE;
bool recon_totals_equal(const struct recon_totals *a, const struct recon_totals *b);

/* Of two rows with one id. window: of the list (recon_header_period). A row that is ACCEPTED on both
 * sides but here in a window further away than the next is MISSING_HERE. What was changed here after
 * the day of the list is not judged by it. */
enum recon_class recon_judge(const struct recon_item *theirs, const struct recon_item *ours,
                             uint64_t window);

#define RECON_END 1 /* no row there (any more) */

/* Where rows come from and go to. 0, RECON_END or negative, which ends the comparison. Rows of each
 * side ascend by id; only theirs may have one twice. */
struct recon_sides {
    bank_code bank;
    uint64_t window;
    int (*next_theirs)(void *context, struct recon_item *item_out);
    /* Of our list: what is in that window; links, holdings and loans that are listed. */
    int (*next_ours)(void *context, struct recon_item *item_out);
    /* Whatever we have under that id, in whatever state and window. */
    int (*find_ours)(void *context, const struct id *id, struct recon_item *item_out);
    /* A row of that bank's lists of the windows beside this one. */
    int (*find_beside)(void *context, const struct id *id, struct recon_item *item_out);
    /* Each row once. theirs or ours is NULL where that side has none. 0 or negative. */
    int (*found)(void *context, enum recon_class class, const struct recon_item *theirs,
                 const struct recon_item *ours);
    void *context;
};

struct recon_counts {
    uint64_t of[RECON_CLASSES];
};

/* 0 or what a side gave that was negative. RECON_DISORDER: a side does not ascend. */
#define RECON_DISORDER 2
int recon_compare(const struct recon_sides *sides, struct recon_counts *counts_out) MUST_USE;
/* All but MATCHED and DATE_SHIFT. */
bool recon_opens_case(enum recon_class class);

#endif
