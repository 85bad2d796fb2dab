/*
 * The codes of refusals, by groups: what refuses is said in domain/refusal.h. New ones go to the end,
 * which is that of domain/refusal_code_product.h.
 */
#ifndef LG_DOMAIN_REFUSAL_CODE_H
#define LG_DOMAIN_REFUSAL_CODE_H

#include "domain/refusal_code_product.h"

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
    REFUSAL_AGREED_LIMIT,    /* AM14/AGREED: one transfer's limit of the link */
    REFUSAL_AGREED_DAY,      /* AM14/AGREED_DAY; NEW_ID: tomorrow */
    REFUSAL_AGREED_COUNT,    /* AM14/AGREED_COUNT; NEW_ID */
    REFUSAL_AGREED_YEAR,     /* AM14/AGREED_YEAR; NEW_ID */
    REFUSAL_COOL_DOWN,       /* AM14/COOL_DOWN: outflow after a rebind; NEW_ID */
    REFUSAL_SAME_BANK,       /* CNOR/SAME_BANK: a link joins two banks */
    REFUSAL_SAME_ACCOUNT,    /* MD02/SAME_ACCOUNT: rebind to the account that is bound */
    REFUSAL_COUNT_CLASS2,    /* AG01/COUNT_CLASS_II: five Class II per person and bank */
    REFUSAL_COUNT_CLASS3,    /* AG01/COUNT_CLASS_III */
    REFUSAL_COUNT_BOUND,     /* AG01/COUNT_BOUND: accounts bound to one Class II */
    REFUSAL_COUNT_CLASS1,    /* AG01/COUNT_CLASS_I: links of one Class I account */
    REFUSAL_LIMITS_NEEDED,   /* MD02/LIMITS: COLLECT and PAY need a single and a daily limit */
    REFUSAL_AGREEMENT,       /* MD02/AGREEMENT: widening needs the customer's agreement */
    REFUSAL_HOLDS,           /* MS03/HOLDS: as many holds as a link may have */
    REFUSAL_NO_SUCH_HOLD,    /* MD01/NO_SUCH_HOLD */
    REFUSAL_AUTHORITY,       /* AG08/AUTHORITY: only who placed a hold may lift it */
    REFUSAL_HISTORY,         /* MS03/HISTORY: the object's life is as long as it may be */
    REFUSAL_NO_SUCH_ACCOUNT, /* AC01/NO_SUCH_ACCOUNT: no live link of that account */
    REFUSAL_PERSON,          /* BE01/PERSON: rebind or resume is for the same person */
    REFUSAL_PAYMENT,         /* AG03/PAYMENT: that kind goes another way */
    REFUSAL_MERCHANT,        /* FF08/MERCHANT: kinds with a payee name them, and others do not */
    REFUSAL_BANK_OFFLINE,    /* AB07: debtor bank (and in general); NEW_ID */
    REFUSAL_BANK_OFFLINE_CREDITOR, /* AB08; NEW_ID */
    REFUSAL_UNANSWERED, /* ED06/UNANSWERED: the bank that must act answers too little; NEW_ID */
    REFUSAL_TIMEOUT_INSTRUCTED, /* AB06: no answer in time of the instructed bank; NEW_ID */
    REFUSAL_TIMEOUT_DEBTOR,     /* AB11; NEW_ID */
    REFUSAL_NO_SUCH_TRANSFER,   /* NOOR/NO_SUCH_TRANSFER */
    REFUSAL_NOT_YOURS,        /* AG08/NOT_YOURS: this bank was not asked, or is not the creditor */
    REFUSAL_TRANSFER_STATE,   /* MS03/TRANSFER_STATE: this event is not for this state */
    REFUSAL_POSTED,           /* AGNT/POSTED: too late to cancel */
    REFUSAL_RETURNED,         /* ARDT/RETURNED: too late, and all of it came back */
    REFUSAL_RETURN_EXCEEDS,   /* AM09/RETURN_EXCEEDS: returns together above the original */
    REFUSAL_RETURN_OF_RETURN, /* AG03/RETURN_OF_RETURN */
    REFUSAL_STEP_UP,          /* MS03/STEP_UP: only for a debit that is PENDING */
    REFUSAL_QUESTIONS,      /* ED06/QUESTIONS: too many views are out; NEW_ID: none was recorded */
    REFUSAL_NO_SUCH_CASE,   /* NOOR/NO_SUCH_CASE */
    REFUSAL_CASE_EXISTS,    /* MS03/CASE_EXISTS: one open case of a subject per transfer */
    REFUSAL_CASE_STATE,     /* MS03/CASE_STATE */
    REFUSAL_CASE_FULL,      /* MS03/CASE_FULL: close it and open another */
    REFUSAL_CASE_ROLE,      /* AG08/CASE_ROLE: the owner answers, the opener closes */
    REFUSAL_NO_CHALLENGE,   /* MS02/NO_CHALLENGE: no code is out, or it ended */
    REFUSAL_CODE_WRONG,     /* MS02/CODE_WRONG */
    REFUSAL_CODE_EXPIRED,   /* MS02/CODE_EXPIRED */
    REFUSAL_CODE_TOO_MANY,  /* MS02/CODE_TOO_MANY */
    REFUSAL_TRIES,          /* BE01/TRIES: too many verifications */
    REFUSAL_MISMATCH,       /* BE01: holder and account do not match */
    REFUSAL_CLASS_DEBTOR,   /* AC13 */
    REFUSAL_CLASS_CREDITOR, /* AC14 */
    REFUSAL_CHALLENGE_NOT_SENT, /* MS03/NOT_SENT: the Class I bank could not send it; NEW_ID */
    REFUSAL_FROZEN,             /* ED06/FROZEN: the object is frozen after a broken invariant */
    REFUSAL_INVARIANT,          /* ED06/INVARIANT */
    REFUSAL_QUARANTINED,        /* ED06/QUARANTINED */
    /* to operators */
    REFUSAL_BANK_EXISTS,      /* DUPL/BANK_EXISTS */
    REFUSAL_NO_SUCH_BANK,     /* DNOR/NO_SUCH_BANK */
    REFUSAL_NO_SUCH_OBJECT,   /* MD01/NO_SUCH_OBJECT */
    REFUSAL_NOT_FROZEN,       /* MS03/NOT_FROZEN */
    REFUSAL_BANK_STATE,       /* MS03/BANK_STATE: it is so already */
    REFUSAL_PINS,             /* MS03/PINS: two pins at most */
    REFUSAL_PIN_EXISTS,       /* DUPL/PIN_EXISTS: at this or another bank */
    REFUSAL_NO_SUCH_PIN,      /* MD01/NO_SUCH_PIN */
    REFUSAL_NO_SUCH_APPROVAL, /* MD01/NO_SUCH_APPROVAL */
    REFUSAL_SAME_PERSON,      /* AG08/SAME_PERSON: the second person must be another one */
    REFUSAL_APPROVAL_STATE,   /* MS03/APPROVAL_STATE: decided already, or expired */
    REFUSAL_APPROVALS,        /* MS03/APPROVALS: too many orders wait */
    REFUSAL_NOT_REQUESTER,    /* AG08/NOT_REQUESTER: only who asked for it may read it */
    /* a bank has seen a later state of the store than this one, until that is reconciled */
    REFUSAL_BANK_HELD,    /* AG10/BANK_HELD: it is the bank that asks */
    REFUSAL_PEER_HELD,    /* AG11/PEER_HELD: it is the other one */
    REFUSAL_TOTALS,       /* AM10/TOTALS: a list's rows are not what its header says */
    REFUSAL_CLASS,        /* AG01/CLASS: an account of that class, opened so, does not do this */
    REFUSAL_NOT_FUNDED,   /* AG01/NOT_FUNDED: Class III waits for money from the bound account */
    REFUSAL_AMOUNT_ABOVE, /* AM02: above the largest amount of that kind */
    REFUSAL_AMOUNT_BELOW, /* AM06: below the smallest */
    REFUSAL_BUCKET,       /* RR04/BUCKET: a limit of the account's class; NEW_ID */
    REFUSAL_FALLBACK,     /* AG03/FALLBACK: paid over the other bank's own rails: no return */
    REFUSAL_RULES,        /* FF08/RULES: they cannot be put into force; the field says what */
    REFUSAL_RULES_PAST,   /* DT01/RULES_PAST: their first day is not after today */
    REFUSAL_CAP, /* AM23/CAP: its net debit cap, or (field debtor) its cap towards this bank */
    REFUSAL_LIQUIDITY,            /* AM23/LIQUIDITY: more than it has paid in */
    REFUSAL_FUNDS_STATE,          /* MS03/FUNDS_STATE: confirmed or cancelled already */
    REFUSAL_NO_SUCH_ADJUSTMENT,   /* NOOR/NO_SUCH_ADJUSTMENT */
    REFUSAL_ADJUSTMENT_EXISTS,    /* MS03/ADJUSTMENT_EXISTS: one of this case waits already */
    REFUSAL_ADJUSTMENT_STATE,     /* MS03/ADJUSTMENT_STATE: it has ended, or its time is over */
    REFUSAL_ADJUSTMENT_ROLE,      /* AG08/ADJUSTMENT_ROLE: only the other bank accepts */
    REFUSAL_ADJUSTMENTS,          /* MS03/ADJUSTMENTS: as many as a case may have */
    REFUSAL_NO_SUCH_WINDOW,       /* NOOR/NO_SUCH_WINDOW */
    REFUSAL_WINDOW_STATE,         /* MS03/WINDOW_STATE: this is not for this state */
    REFUSAL_NO_SUCH_NET,          /* NOOR/NO_SUCH_NET: these banks have none in that window */
    REFUSAL_NET_SETTLED,          /* MS03/NET_SETTLED */
    REFUSAL_SETTLEMENT_AMOUNT,    /* AM09/SETTLEMENT_AMOUNT: it is not the net */
    REFUSAL_SETTLEMENT_REFERENCE, /* MS03/SETTLEMENT_REFERENCE: not what the other bank said */
    REFUSAL_SETTLEMENT_FUNDS,     /* ED05/SETTLEMENT_FUNDS: a bank has not paid in enough */
    REFUSAL_NO_SUCH_CARD,         /* NOOR/NO_SUCH_CARD */
    REFUSAL_CARD_EXISTS,          /* MS03/CARD_EXISTS: one of this person is open at that bank */
    REFUSAL_CARD_STATE,           /* MS03/CARD_STATE: this is not for this state */
    REFUSAL_CARD_NUMBER,          /* AC16/CARD_NUMBER: no card number, or the one that was lost */
    REFUSAL_EVENTS,               /* ED06/EVENTS: too many wait for that bank; NEW_ID */
    REFUSAL_CODES_OF_PRODUCTS REFUSAL_CODES
};

#endif
