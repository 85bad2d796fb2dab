/*
 * The gateway's replies to this bank's requests.
 */
#ifndef LG_BANK_REPLIES_H
#define LG_BANK_REPLIES_H

#include "bank/bank.h"

/* Acts on one that answers the item, and tells whoever waits. False: not readable as that. */
bool bk_reply_read(struct bk_bank *bank, struct bk_item *item, const struct envelope *envelope,
                   struct arena *arena);

#endif
