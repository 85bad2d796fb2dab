/*
 * What became of accounts since the file that named them: blocked, closed, another class, mobile or
 * holder, ... It outlives a restart. The gateway learns of it from `report` alone, or when it asks.
 */
#ifndef LG_BANK_CHANGES_H
#define LG_BANK_CHANGES_H

#include "bank/accounts.h"
#include "bank/db.h"

/* Applies what the store holds to the accounts of the file. */
void bk_changes_open(struct bk_db *db, struct bk_accounts *accounts);

/* Changes the account and stores it; the caller commits. value may be NULL where the change takes
 * none. NULL: done; else what is wrong, for people. */
const char *bk_change(struct bk_db *db, struct bk_account *account, const char *change,
                      const char *value, int64_t now_ms);
/* The names of all changes, for people. */
extern const char bk_change_names[];

#endif
