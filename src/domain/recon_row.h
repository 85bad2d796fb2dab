/*
 * One row of a bank's own list, as the comparison with the gateway's books found it: what the
 * ledger judges again (RECON_ROW). A row that only the gateway has (MISSING_THERE) is told by the
 * gateway's own content.
 */
#ifndef LG_DOMAIN_RECON_ROW_H
#define LG_DOMAIN_RECON_ROW_H

#include "domain/product.h"

#define RECON_TAIL_SIZE 5 /* last four of an account number, and NUL */

/* Values are in the log. */
enum recon_kind {
    RECON_KIND_NONE = 0,
    RECON_MONEY = 1,
    RECON_LINKS = 2,
    RECON_HOLDINGS = 3, /* orders that have units */
    RECON_LOANS = 4     /* one lender's side of loans that run */
};
enum recon_class {
    RECON_CLASS_NONE = 0,
    RECON_MATCHED = 1,
    RECON_AMOUNT_DIFF = 2,   /* another amount, or other sides */
    RECON_STATUS_DIFF = 3,   /* another state */
    RECON_MISSING_HERE = 4,  /* the bank has it, the gateway does not */
    RECON_MISSING_THERE = 5, /* the gateway has it, the bank does not */
    RECON_DATE_SHIFT = 6,    /* all the same, but in the window before or after; of a list of a day:
                                it was changed since */
    RECON_DUPLICATE = 7      /* the bank has it more than once */
};

struct recon_row {
    struct digest upload; /* SHA-256 of the list that it stands in */
    bank_code uploader;
    enum recon_kind kind;
    enum recon_class class;
    uint64_t window; /* of the list, or its day (recon_header_period) */
    struct id id;    /* of the transfer, link, order or loan, as the list has it */
    /* That object's state, as the list has it; MISSING_THERE: as the gateway. */
    uint32_t state;
    uint32_t what;                     /* enum transfer_kind; of others 0 */
    bank_code debtor, creditor;        /* as in struct recon_item */
    struct money amount;               /* not of links */
    char reference[REFERENCE_MAX + 1]; /* the uploader's own; may be empty */
    char book_date[DATE_TEXT_SIZE];    /* may be empty */
    /* Links only: the last four of the account numbers. */
    char class2_tail[RECON_TAIL_SIZE];
    char class1_tail[RECON_TAIL_SIZE];
    /* As in struct recon_item. */
    char product[PRODUCT_CODE_MAX + 1];
    int64_t units;
    int64_t interest_fen;
};

#endif
