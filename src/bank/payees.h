/*
 * Whom this bank pays for its customers: the payees of payments, by their bank and account. A payee
 * is an account whose balance is what was paid on to it, less what it gave back for returns.
 */
#ifndef LG_BANK_PAYEES_H
#define LG_BANK_PAYEES_H

#include "bank/accounts.h"
#include "bank/db.h"

#define BK_PAYEES_MAX 100000

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
/* Its balance moved. */
void bk_payee_save(struct bk_db *db, const struct bk_account *payee);

#endif
