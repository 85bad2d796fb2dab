/*
 * What a Class I bank answers about its customers: verification of elements, re-checks, one-time
 * codes.
 * Each answer is durable under the id that was asked with, so that asking again gives it again.
 */
#ifndef LG_BANK_CHALLENGES_H
#define LG_BANK_CHALLENGES_H

#include "bank/accounts.h"
#include "bank/db.h"

#define BK_CODE_DIGITS 6

struct bk_challenges {
    struct bk_db *db;
    const struct bk_accounts *accounts;
    uint32_t lifetime_ms, tries;
    struct buf sms;         /* lines to append to the SMS file once their challenge is durable */
    char masked_mobile[16]; /* of the last reply */
    char reason[REASON_SIZE];
};

/* Compares with the account's data, element by element. An account that is not ours matches
 * nothing. */
void bk_verify(const struct bk_accounts *accounts, const struct verify_account *message,
               struct verify_account_reply *reply_out);

/* Is it still what that verification found? holder: the ID number of whom it was about; empty: it
 * was about nobody of ours. */
void bk_recheck(const struct bk_accounts *accounts, const struct recheck_account *message,
                struct span holder, struct recheck_account_reply *reply_out);

/* Makes a code and its SMS for a challenge id that is new. Spans of the reply are borrowed until
 * the next call. The code that it replaces is no longer good; wrong tries go on counting. */
void bk_challenge_issue(struct bk_challenges *challenges, const struct issue_challenge *message,
                        int64_t wall_ms, struct issue_challenge_reply *reply_out);
void bk_challenge_check(struct bk_challenges *challenges, const struct check_challenge *message,
                        int64_t wall_ms, struct check_challenge_reply *reply_out);

#endif
