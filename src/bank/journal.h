/*
 * What moved over the gateway, transfer by transfer, under the settlement window that the gateway
 * told: what this bank's own list of a window is made of.
 */
#ifndef LG_BANK_JOURNAL_H
#define LG_BANK_JOURNAL_H

#include "bank/bank.h"
#include "domain/recon.h"

/* We were told to post it, and did: it stands without a window until one is told. What the other
 * bank owes nobody for (a fallback), and what is of no link that we know, is left out. */
void bk_journal_posted(struct bk_bank *bank, const struct id *transfer,
                       const struct bk_posting *posting);
/* The gateway accepted it, in the view's window: what we posted, or an item of ours. */
void bk_journal_accepted(struct bk_bank *bank, const struct transfer_view *view);
void bk_journal_own(struct bk_bank *bank, const struct bk_item *item,
                    const struct transfer_view *view);

/* Rows of that window in order of ids, from the committed state; window 0: those without one.
 * Until visit returns false. */
void bk_journal_each(struct bk_bank *bank, uint64_t window,
                     bool (*visit)(void *context, const struct recon_item *item), void *context);

#endif
