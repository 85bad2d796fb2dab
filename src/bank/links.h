/*
 * The links that this bank knows: which of its accounts is in each, on which side. A Class II bank
 * learns them from the answer to its OpenLink, a Class I bank from VerifyAccount.
 */
#ifndef LG_BANK_LINKS_H
#define LG_BANK_LINKS_H

#include "bank/accounts.h"
#include "bank/db.h"

#define BK_LINKS_MAX 2000000

struct bk_link {
    struct id id;
    bool class2_side; /* our account is the Class II (or III) one */
    enum link_state state;
    bank_code peer;
    struct bk_account *account; /* NULL: no longer in the accounts file */
    char number[ACCOUNT_NUMBER_MAX + 1];
};

struct bk_links {
    struct bk_db *db;
    const struct bk_accounts *accounts;
    struct hmap *by_id;
    struct bk_link **rows; /* in order of learning */
    size_t count, cap;
};

void bk_links_open(struct bk_links *links, struct bk_db *db, const struct bk_accounts *accounts);
void bk_links_deinit(struct bk_links *links);
/* NULL: not known. */
struct bk_link *bk_links_find(const struct bk_links *links, const struct id *id);
/* Does nothing for a link that is known already, or beyond BK_LINKS_MAX. */
void bk_links_learn(struct bk_links *links, const struct id *id, struct span number,
                    bool class2_side, bank_code peer);
/* Does nothing for a link that is not known. */
void bk_links_move(struct bk_links *links, const struct id *id, enum link_state state);

#endif
