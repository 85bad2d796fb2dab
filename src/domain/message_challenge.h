/*
 * The messages about one-time codes as values. See message.h.
 */
#ifndef LG_DOMAIN_MESSAGE_CHALLENGE_H
#define LG_DOMAIN_MESSAGE_CHALLENGE_H

#include "domain/link.h"

/* StartChallenge and ResendChallenge. */
struct start_challenge {
    struct id request, link;
};

struct issue_challenge {
    struct id link, challenge;
    bank_code requesting_bank;
    struct span account_number;
    uint32_t scopes;
    struct agreed_limits limits;
    struct id replaces; /* the challenge whose place this one takes; zero: none */
    bool amendment;
};

enum challenge_outcome {
    CHALLENGE_NONE = 0,
    CHALLENGE_SENT = 1,
    CHALLENGE_NOT_SENT = 2,
    CHALLENGE_RIGHT = 3,
    CHALLENGE_WRONG = 4,
    CHALLENGE_EXPIRED = 5,
    CHALLENGE_TOO_MANY = 6
};

struct issue_challenge_reply {
    struct id link, challenge;
    enum challenge_outcome outcome;
    struct span masked_mobile;
    uint32_t lifetime_ms;
    struct span reason;
};

struct answer_challenge {
    struct id request, link;
    struct span code;
};
struct check_challenge {
    struct id link, challenge, attempt;
    struct span code;
};

struct check_challenge_reply {
    struct id link, attempt;
    enum challenge_outcome outcome;
    uint32_t tries_left;
};

#endif
