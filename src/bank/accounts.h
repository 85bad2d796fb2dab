/*
 * The bank's customers and their accounts, from a CSV file; balances are the books'.
 *
 * The file's first line is exactly
 *   name,id_number,mobile,account,class,status,opening,balance_fen,joint,credit,minor
 * and every other line gives one account. Empty lines and lines that begin with # are skipped.
 * Fields hold no commas and no quotes.
 *   class    1, 2 or 3
 *   status   open, not-activated, closed or blocked
 *   opening  remote or counter
 *   joint, credit, minor   yes or no
 */
#ifndef LG_BANK_ACCOUNTS_H
#define LG_BANK_ACCOUNTS_H

#include "domain/identifier.h"
#include "domain/message.h"
#include "util/fatal.h"

#define BK_ACCOUNTS_MAX 2000000

struct bk_account {
    char number[ACCOUNT_NUMBER_MAX + 1];
    char *name; /* owned by bk_accounts */
    char id_number[RESIDENT_ID_SIZE + 1];
    char mobile[12];
    enum account_class account_class;
    enum account_status status;
    enum account_opening opening;
    bool joint, credit, minor;
    bool deceased, dormant; /* never of the file: see changes.h */
    bool step_up;           /* each debit waits until the customer confirms it (`confirm`) */
    bank_code payee_at;     /* 0: our customer's; else a payee's at that bank: see payees.h */
    int64_t balance_fen;
    int64_t held_fen; /* debited in advance for pushes and returns that are not decided yet */
};

struct bk_accounts {
    struct bk_account *rows;
    size_t count;
    struct hmap *by_number;
};

/* 0, or negative with reason_out: file, line, what is wrong, remedy. */
int bk_accounts_load(const char *path, int64_t now_ms, struct bk_accounts *accounts_out,
                     char *reason_out, size_t reason_size) MUST_USE;
void bk_accounts_deinit(struct bk_accounts *accounts);
/* NULL: not ours. */
struct bk_account *bk_accounts_find(const struct bk_accounts *accounts, struct span number);
/* Why nothing can be posted to it on that side, as an ISO code; "": it can. */
const char *bk_account_refusal(const struct bk_account *account, bool debit);
/* "I", "II", "III". */
const char *bk_class_name(enum account_class account_class);

#define BK_ACCOUNTS_HEADER                                                                         \
    "name,id_number,mobile,account,class,status,opening,balance_fen,joint,credit,minor"

#endif
