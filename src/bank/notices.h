/*
 * Numbered notices: what the gateway tells about links, transfers, cases, adjustments, orders, windows
 * and events until it is acknowledged. Applied as often as they come, acknowledged once they are stored, without gaps. And
 * the one without a number: SystemNotice.
 */
#ifndef LG_BANK_NOTICES_H
#define LG_BANK_NOTICES_H

#include "bank/bank.h"

#define BK_NOTICES_AHEAD 1024 /* beyond a gap (several connections); more are left unstored */
#define BK_NOTICES_KEPT 1024  /* the last ones since the start of the program, to be shown */

struct bk_notice_mark {
    uint64_t sequence; /* 0: none yet */
    struct digest token;
};

/* What one said, for people. */
struct bk_notice_seen {
    uint64_t sequence;
    uint32_t kind;
    struct id object;
    char event[32];
    char state[32];
    char reason[REASON_SIZE];
};

struct bk_notices *bk_notices_open(struct bk_bank *bank);
void bk_notices_free(struct bk_notices *notices);
/* Acts on it; true: its mark may move, so acknowledge after the turn's commit. */
bool bk_notices_take(struct bk_notices *notices, const struct envelope *envelope,
                     struct arena *arena);
/* The last one of an unbroken row: for Hello, and (after the commit) for acknowledgement. */
const struct bk_notice_mark *bk_notices_last(const struct bk_notices *notices);
/* Those kept, oldest first; NULL past the end. */
const struct bk_notice_seen *bk_notices_seen(const struct bk_notices *notices, size_t index);

#endif
