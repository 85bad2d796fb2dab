/*
 * Refusals are data: reason (ISO 20022 ExternalStatusReason1Code), detail of ours, a text for
 * people, the field, and whether to try again. One table (refusal.c) gives them; the document's
 * table is generated from it (refusal_at). Rules: DESIGN.md §3, DOMAIN.md §8.
 */
#ifndef LG_DOMAIN_REFUSAL_H
#define LG_DOMAIN_REFUSAL_H

#include "domain/types.h"

enum refusal_code {
    REFUSAL_NONE = 0,
    /* before the ledger: session and shape */
    REFUSAL_UNSUPPORTED,        /* kind not known to this version */
    REFUSAL_MALFORMED,          /* payload is no message of that kind; FF08 */
    REFUSAL_FIELD_MISSING,      /* FF08 */
    REFUSAL_FIELD_INVALID,      /* FF08 */
    REFUSAL_FIELD_UNKNOWN,      /* FF08: a field that this version does not know */
    REFUSAL_WINDOW,             /* more in flight than the window; SAME_ID_LATER */
    REFUSAL_BUSY,               /* ED06: no headroom in queues, log or disk; SAME_ID_LATER */
    REFUSAL_NOT_GRANTED,        /* AG08: right not granted to this bank */
    REFUSAL_ROLE,               /* AG01: role missing */
    REFUSAL_BANK_CODE_DEBTOR,   /* DNOR: not a bank code, or not in the registry */
    REFUSAL_BANK_CODE_CREDITOR, /* CNOR */
    REFUSAL_ACCOUNT,            /* AC01 */
    REFUSAL_ACCOUNT_DEBTOR,     /* AC02 */
    REFUSAL_ACCOUNT_CREDITOR,   /* AC03 */
    REFUSAL_AMOUNT_ZERO,        /* AM01 */
    REFUSAL_AMOUNT_NEGATIVE,    /* AM12: negative or not representable */
    REFUSAL_CURRENCY,           /* AM03 */
    /* in the ledger */
    REFUSAL_BANK_SUSPENDED,  /* AG10: this bank or pin is not active */
    REFUSAL_PEER_SUSPENDED,  /* AG11: the other bank is not active */
    REFUSAL_REPLAY_TOO_OLD,  /* DT01/REPLAY_TOO_OLD: request id outside -7 days .. +5 minutes */
    REFUSAL_DUPLICATE,       /* DUPL: same id, other content */
    REFUSAL_CONSENT,         /* MD02/CONSENT */
    REFUSAL_NO_SUCH_LINK,    /* MD01: no link of that id that is yours */
    REFUSAL_LINK_NOT_ACTIVE, /* MD01/LINK_NOT_ACTIVE */
    REFUSAL_LINK_SUSPENDED,  /* MD01/LINK_SUSPENDED */
    REFUSAL_LINK_CLOSING,    /* MD01/LINK_CLOSING */
    REFUSAL_LINK_EXISTS,     /* MD02/LINK_EXISTS: one live link per pair of accounts */
    REFUSAL_LINK_STATE,      /* MD01/LINK_STATE: this event is not for this state */
    REFUSAL_SCOPE,           /* AG08/SCOPE: link scope not granted */
    REFUSAL_KIND_DISABLED,   /* AG03 */
    REFUSAL_AGREED_LIMIT,    /* AM14/AGREED */
    REFUSAL_NET_DEBIT_CAP,   /* AM23/CAP; NEW_ID */
    REFUSAL_BANK_OFFLINE,    /* AB07: debtor bank (and in general); NEW_ID */
    REFUSAL_BANK_OFFLINE_CREDITOR, /* AB08; NEW_ID */
    REFUSAL_UNANSWERED, /* ED06/UNANSWERED: the bank that must act answers too little; NEW_ID */
    REFUSAL_TIMEOUT_INSTRUCTED, /* AB06: no answer in time of the instructed bank; NEW_ID */
    REFUSAL_TIMEOUT_DEBTOR,     /* AB11; NEW_ID */
    REFUSAL_NO_SUCH_TRANSFER,   /* NOOR/NO_SUCH_TRANSFER */
    REFUSAL_NOT_YOURS,      /* AG08/NOT_YOURS: this bank was not asked, or is not the creditor */
    REFUSAL_TRANSFER_STATE, /* MS03/TRANSFER_STATE: this event is not for this state */
    REFUSAL_NO_CHALLENGE,   /* MS02/NO_CHALLENGE: no code is out, or it ended */
    REFUSAL_CODE_WRONG,     /* MS02/CODE_WRONG */
    REFUSAL_CODE_EXPIRED,   /* MS02/CODE_EXPIRED */
    REFUSAL_CODE_TOO_MANY,  /* MS02/CODE_TOO_MANY */
    REFUSAL_TRIES,          /* BE01/TRIES: too many verifications */
    REFUSAL_MISMATCH,       /* BE01: holder and account do not match */
    REFUSAL_CLASS_DEBTOR,   /* AC13 */
    REFUSAL_CLASS_CREDITOR, /* AC14 */
    REFUSAL_CHALLENGE_NOT_SENT, /* MS03/NOT_SENT: the Class I bank could not send the code; NEW_ID */
    REFUSAL_FROZEN,             /* ED06/FROZEN: the object is frozen after a broken invariant */
    REFUSAL_INVARIANT,          /* ED06/INVARIANT */
    REFUSAL_QUARANTINED,        /* ED06/QUARANTINED */
    /* to operators */
    REFUSAL_BANK_EXISTS,    /* DUPL/BANK_EXISTS */
    REFUSAL_NO_SUCH_BANK,   /* DNOR/NO_SUCH_BANK */
    REFUSAL_NO_SUCH_OBJECT, /* MD01/NO_SUCH_OBJECT */
    REFUSAL_NOT_FROZEN,     /* MS03/NOT_FROZEN */
    REFUSAL_CODES
};

/* A row of the table. reason is "" where there is no ISO code. detail is never empty, and no two
 * rows share one; where the list above names none it is the code's own name. */
struct refusal_row {
    enum refusal_code code;
    const char *reason;
    const char *detail;
    const char *text;
    enum retry retry;
};

/* A refusal of one request. field is a dotted name with static storage, "" if none. */
struct refusal {
    enum refusal_code code;
    const char *field;
    bool replayed;
};

/* Never NULL; a code that is not in the list above is a broken invariant. */
const struct refusal_row *refusal_row(enum refusal_code code);
/* Row index for listing, from the first real refusal on; NULL past the end. */
const struct refusal_row *refusal_at(size_t index);

#endif
