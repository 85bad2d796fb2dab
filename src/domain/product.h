/*
 * A product of the catalogue: what an issuing bank sells, through itself and through the banks that
 * it names. Its versions, its states, and what a publication may change. DOMAIN.md §5.
 */
#ifndef LG_DOMAIN_PRODUCT_H
#define LG_DOMAIN_PRODUCT_H

#include "domain/refusal_code.h"
#include "domain/types.h"

#define PRODUCT_CODE_MAX 32
#define PRODUCT_NAME_MAX 120
#define PRODUCT_BANKS_MAX 64u      /* that one product ever named */
#define PRODUCT_VERSIONS_MAX 4000u /* a net value on each working day of 15 years */
#define PRODUCT_RISK_MAX 5u
#define PRODUCT_TERM_DAYS_MAX 36500u
#define PRODUCT_SETTLE_DAYS_MAX 30u /* T+n */
#define PRODUCT_INSTALMENTS_MAX 60u
#define PRODUCT_GRACE_DAYS_MAX 90u
#define PRODUCT_RATE_MAX 1000000u         /* a year, in 1/1,000,000: all of it */
#define PRODUCT_DAILY_RATE_MAX 10000u     /* a day: one per cent */
#define PRODUCT_PRICE_MAX 1000000000000LL /* a unit, in 1/1,000,000 CNY */
#define PRODUCT_LOAN_MIN_FEN 50000LL      /* unsecured: 500 CNY */
#define PRODUCT_LOAN_MAX_FEN 20000000LL   /* 200,000 CNY */
#define PRODUCT_SHARES 10000u             /* a whole */
#define PRODUCT_DAY_MINUTES 1440u

/* Values equal the wire's, and are on disk. */
enum product_kind {
    PRODUCT_KIND_NONE = 0,
    PRODUCT_WEALTH = 1,
    PRODUCT_FUND = 2,
    PRODUCT_DEPOSIT = 3,
    PRODUCT_LOAN = 4,
    PRODUCT_KINDS
};
enum product_state {
    PRODUCT_NONE = 0,
    PRODUCT_ON_SALE = 1,
    PRODUCT_SUSPENDED = 2, /* no new order; comes back or is withdrawn */
    PRODUCT_WITHDRAWN = 3, /* final: what was sold runs on */
    PRODUCT_STATES
};

struct loan_terms {
    bank_code partner;            /* lends along with the lead, which is the issuer */
    uint32_t lead_share;          /* of the principal, in 1/10,000 */
    uint32_t lead_interest_share; /* of the interest; 0: as the principal */
    uint32_t daily_rate;          /* in 1/1,000,000 */
    uint32_t instalments;
    uint32_t grace_days;
};

/* What the customer agrees to. What of it changes needs a new digest of the terms' text, and makes
 * orders under older versions impossible. */
struct product_terms {
    enum product_kind kind; /* never changes, as the currency */
    char name[PRODUCT_NAME_MAX + 1];
    uint32_t risk; /* 1 to 5; 0: of a loan */
    struct digest sha256;
    char currency[CURRENCY_SIZE];
    int64_t min_fen, increment_fen;
    int64_t person_max_fen; /* 0: no such bound */
    uint32_t term_days;     /* 0: open-ended, or payable on demand */
    uint32_t rate;          /* a year, in 1/1,000,000: expected, or of a deposit */
    uint32_t cut_off;       /* minutes since midnight in Shanghai; 0: the day's end */
    uint32_t confirm_days;  /* units and price on T+n */
    uint32_t payout_days;   /* the money of a redemption on T+n */
    struct loan_terms loan; /* of a loan; else zeroes */
};

/* A bank that the product names, or named once. */
struct product_bank {
    bank_code bank;
    bool former; /* places no new order; still sees it, for what it sold runs on */
};

/* How it is sold: changes at any time. */
struct product_sale {
    int64_t quota_fen;              /* 0: none */
    int64_t from_ms, until_ms;      /* from the first on, before the second; 0: not bounded */
    int64_t price;                  /* net value of a unit, in 1/1,000,000 CNY; 0: none */
    int64_t price_day;              /* of that value */
    bool all_banks, all_banks_once; /* every bank sells it, or did once */
    uint32_t bank_count;
    struct product_bank banks[PRODUCT_BANKS_MAX];
};

struct product {
    bank_code issuer;
    char code[PRODUCT_CODE_MAX + 1];
    uint32_t version;       /* from 1 on, one more with each publication */
    uint32_t terms_version; /* since which the terms are these: older ones cannot be ordered */
    enum product_state state;
    uint64_t sequence; /* of the catalogue: that of this version */
    int64_t published_at_ms, changed_at_ms;
    struct product_terms terms;
    struct product_sale sale;
};

/* What was sold of a product, beside it: hot. */
struct quota {
    struct id product;
    int64_t sold_fen, reserved_fen; /* never negative */
};

/* 1 to 32 of A-Z, 0-9, - and _. */
bool product_code_valid(struct span code);
/* Whether a publication may turn a product of one state (NONE: there is none) into another one. */
bool product_may_become(enum product_state from, enum product_state to);
/* REFUSAL_NONE, or what is wrong with terms or sale by themselves; field_out then is the message's
 * dotted name. */
enum refusal_code product_check_terms(const struct product_terms *terms, const char **field_out);
enum refusal_code product_check_sale(const struct product_terms *terms,
                                     const struct product_sale *sale, const char **field_out);
/* Likewise, of a version that follows another one, which kept its state machine. */
enum refusal_code product_check_change(const struct product *now, const struct product *then,
                                       const char **field_out);
/* The same but for the digest of their text. */
bool product_same_terms(const struct product_terms *a, const struct product_terms *b);
/* Keeps in now the banks that then named, as former ones. False: they are too many. */
bool product_keep_banks(struct product_sale *now, const struct product_sale *then)
    __attribute__((warn_unused_result));
/* The bank may place orders; it may look at it. */
bool product_sold_by(const struct product *product, bank_code bank);
bool product_seen_by(const struct product *product, bank_code bank);
/* A notice of this version is owed to a bank that was registered then: to all that may see it but
 * the issuer; where it names none, to those that were there before. */
bool product_told_to(const struct product *product, bank_code bank, int64_t added_at_ms);

const char *product_kind_name(enum product_kind kind);
const char *product_state_name(enum product_state state);

#endif
