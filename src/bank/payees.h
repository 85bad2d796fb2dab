/*
 * Whom this bank pays for its customers: the payees of payments, by their bank and account. A payee
 * is an account whose balance is what was paid on to it, less what it gave back for returns. So is
 * each product of this bank: what customers paid for it, less what they got back or out of it.
 */
#ifndef LG_BANK_PAYEES_H
#define LG_BANK_PAYEES_H

#include "bank/accounts.h"
#include "bank/db.h"

#define BK_PAYEES_MAX 100000
#define BK_AT_PRODUCTS 1 /* in place of a bank's code: its account is a product's code */

struct bk_payees {
    struct bk_db *db;
    struct hmap *by_place;
    struct bk_account **rows; /* in order of becoming known */
    size_t count, cap;
};

void bk_payees_open(struct bk_payees *payees, struct bk_db *db);
void bk_payees_deinit(struct bk_payees *payees);
/* NULL: not known. */
struct bk_account *bk_payees_find(const struct bk_payees *payees, bank_code bank,
                                  struct span number);
/* Found or made. NULL: no bank, no account number, or BK_PAYEES_MAX are known. */
struct bk_account *bk_payees_take(struct bk_payees *payees, bank_code bank, struct span number,
                                  struct span name);
/* Found or made: what is paid for a product of ours. NULL: no code, or too many. */
struct bk_account *bk_payees_product(struct bk_payees *payees, struct span code);
/* Its balance moved. */
void bk_payee_save(struct bk_db *db, const struct bk_account *payee);

#endif
