/*
 * Numbered notices: what the gateway tells about links and transfers until it is acknowledged.
 * Applied as often as they come, acknowledged once they are stored, without gaps.
 */
#ifndef LG_BANK_NOTICES_H
#define LG_BANK_NOTICES_H

#include "bank/submit.h"

#define BK_NOTICES_AHEAD 1024 /* beyond a gap (several connections); more are left unstored */

struct bk_notice_mark {
    uint64_t sequence; /* 0: none yet */
    struct digest token;
};

struct bk_notices *bk_notices_open(struct bk_bank *bank);
void bk_notices_free(struct bk_notices *notices);
/* The last one of an unbroken row: for Hello, and (after the commit) for acknowledgement. */
const struct bk_notice_mark *bk_notices_last(const struct bk_notices *notices);
void bk_notices_take(struct bk_notices *notices, const struct envelope *envelope,
                     struct arena *arena);

#endif
