/*
 * The links that this bank knows: which of its accounts is in each, on which side. A Class II bank
 * learns them from the answer to its OpenLink, a Class I bank from VerifyAccount.
 */
#ifndef LG_BANK_LINKS_H
#define LG_BANK_LINKS_H

#include "bank/accounts.h"
#include "bank/db.h"
#include "domain/message_link.h"
#include "domain/recon.h"

#define BK_LINKS_MAX 2000000

struct bk_link {
    struct id id;
    bool class2_side; /* our account is the Class II (or III) one */
    enum link_state state;
    bank_code peer;
    struct bk_account *account; /* NULL: no longer in the accounts file */
    char number[ACCOUNT_NUMBER_MAX + 1];
    char other_tail[RECON_TAIL_SIZE]; /* of the peer's account; "": not told yet */
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
/* What the gateway says of it. Does nothing for a link that is not known. */
void bk_links_hear(struct bk_links *links, const struct link_view *view);
/* How it stands in this bank's own list; own: its code. */
void bk_link_item(const struct bk_link *link, bank_code own, struct recon_item *item_out);

#endif
