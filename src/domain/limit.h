/*
 * What an account's transfers use of the limits of its class: a bucket for what comes in and one for
 * what goes out, by day and by year in Shanghai. Reserved with each transfer that counts, used when
 * it is accepted, given back to the day and the year in which it was counted when it is rejected or
 * cancelled. Pure. Rules: DOMAIN.md §2.
 */
#ifndef LG_DOMAIN_LIMIT_H
#define LG_DOMAIN_LIMIT_H

#include "domain/transfer_kind.h"

/* The two classes that have buckets, and their two directions: rules.h has their limits so. */
enum bucket_class { BUCKET_CLASS_II, BUCKET_CLASS_III, BUCKET_CLASSES };
enum bucket_flow { BUCKET_IN, BUCKET_OUT, BUCKET_FLOWS };

/* At most so much, inclusive; 0: nothing at all. */
struct bucket_limit {
    int64_t day_fen, year_fen;
};

/* Amounts of a day or of a year. */
struct bucket_sum {
    int64_t used_fen;     /* by accepted transfers */
    int64_t reserved_fen; /* by those that are on their way, UNKNOWN ones too */
    /* The account's own bank said that no more than this may be used and reserved in that day or
     * year; has_cap: it did. */
    bool has_cap;
    int64_t cap_fen;
};

/* One bucket of one account. day and year are those of its latest change. */
struct bucket {
    int64_t day; /* Shanghai day */
    struct bucket_sum of_day;
    int64_t year;
    struct bucket_sum of_year;
};

/* All of one account, in a row of their own. */
struct account_limits {
    struct digest account; /* HMAC(bank, number) */
    struct bucket buckets[BUCKET_FLOWS];
    bool funded; /* money came in from the bound account (what Class III waits for) */
};

/* Values are on disk. */
enum limit_period { LIMIT_PERIOD_NONE = 0, LIMIT_DAY = 1, LIMIT_YEAR = 2 };
/* Whose limit it is. Values are on disk. */
enum limit_of {
    LIMIT_OF_NONE = 0,
    LIMIT_OF_LINK = 1, /* agreed */
    LIMIT_OF_II_IN = 2,
    LIMIT_OF_II_OUT = 3,
    LIMIT_OF_III_IN = 4,
    LIMIT_OF_III_OUT = 5,
    LIMIT_OFS
};

/* What stood in the way, and what is left: for the refusal. */
struct limit_left {
    enum limit_of of;         /* NONE: nothing did */
    enum limit_period period; /* NONE: likewise */
    int64_t limit_fen;
    int64_t left_fen;     /* never negative */
    int64_t resets_at_ms; /* the start of the next day or year */
    uint32_t limit_count; /* of transfers, when it is their number that is limited; else 0 */
};

enum limit_result {
    LIMIT_OK = 0,
    LIMIT_EXCEEDED,
    LIMIT_WRAPS /* a sum cannot be represented, or the amount is not positive */
};

/* Reserves, or says what is left and changes nothing. Exactly the limit passes. */
enum limit_result limit_reserve(const struct bucket_limit *limit, int64_t fen, int64_t at_ms,
                                struct bucket *bucket, struct limit_left *left_out)
    __attribute__((warn_unused_result));
/* What was reserved at that instant is used; or given back. What belongs to a day or a year that is
 * over counts for nothing any more. False: it was not reserved (a broken invariant); nothing
 * changed. */
bool limit_use(int64_t fen, int64_t reserved_at_ms, struct bucket *bucket)
    __attribute__((warn_unused_result));
bool limit_release(int64_t fen, int64_t reserved_at_ms, struct bucket *bucket)
    __attribute__((warn_unused_result));
/* The word of the account's own bank: no more than this is left today, and this year. A negative
 * amount says nothing about that period. False when a sum would wrap. */
bool limit_cap(int64_t day_left_fen, int64_t year_left_fen, int64_t at_ms, struct bucket *bucket)
    __attribute__((warn_unused_result));
/* The bucket as it stands at that instant: what belongs to a day or a year that is over is zero. */
struct bucket limit_at(const struct bucket *bucket, int64_t at_ms);
/* What is left of the day and of the year. */
struct limit_left limit_day_left(const struct bucket_limit *limit, const struct bucket *bucket,
                                 int64_t at_ms);
struct limit_left limit_year_left(const struct bucket_limit *limit, const struct bucket *bucket,
                                  int64_t at_ms);
enum limit_of limit_of_bucket(enum bucket_class class, enum bucket_flow flow);
/* limit_of_name of it. */
const char *bucket_name(enum bucket_class class, enum bucket_flow flow);
/* "II-IN" ... "III-OUT", "AGREED", "NONE"; "INVALID" for what is none. */
const char *limit_of_name(enum limit_of of);
/* "DAY", "YEAR", "NONE". */
const char *limit_period_name(enum limit_period period);
/* The start of the day and of the year that follow that instant. */
int64_t limit_day_resets_ms(int64_t at_ms);
int64_t limit_year_resets_ms(int64_t at_ms);

#endif
