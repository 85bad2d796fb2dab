/*
 * A lender's own book of loans: what it lent, what came back, and what its own customer was paid and
 * paid. It is kept from the money that this bank moved alone, never from what the gateway tells of a
 * loan, so that the two can be compared.
 */
#ifndef LG_BANK_DEBTS_H
#define LG_BANK_DEBTS_H

#include "bank/db.h"
#include "domain/loan.h"

struct bk_debt {
    struct id loan, link;
    char product[PRODUCT_CODE_MAX + 1];
    int64_t lent_fen; /* this bank's share of the draws */
    int64_t back_fen; /* its share of the repayments, with the interest */
    /* Of both lenders, to and from this bank's own customer; 0: the account is at the other one. */
    int64_t paid_out_fen, paid_in_fen;
    bool decided; /* this bank has given its word by itself */
};

/* False: there is none. */
bool bk_debt_find(struct bk_db *db, const struct id *loan, struct bk_debt *debt_out);
void bk_debt_save(struct bk_db *db, const struct bk_debt *debt);
/* False: not a debt. */
bool bk_debt_read(struct span row, struct bk_debt *debt_out);

/* A draw by its transfer, for when that comes back. */
struct bk_drawn {
    struct id loan;
    int64_t whole_fen, own_fen; /* of both lenders; what of it this bank lent */
    int64_t moved_fen;          /* between the lenders */
    bool credited;              /* the whole, to a customer of this bank */
    bool held_back;             /* it could not be credited: the other lender's share goes back */
};
bool bk_drawn_find(struct bk_db *db, const struct id *transfer, struct bk_drawn *drawn_out);
void bk_drawn_save(struct bk_db *db, const struct id *transfer, const struct bk_drawn *drawn);

#endif
