/*
 * The agreed limits of a link: reserved with each transfer, given back when it is rejected or
 * cancelled. Day and year are Shanghai's, by the instant of the reservation. Pure. Rules: DOMAIN.md
 * §2 (last points).
 */
#ifndef LG_DOMAIN_AGREED_H
#define LG_DOMAIN_AGREED_H

#include "domain/link.h"

enum agreed_result {
    AGREED_OK = 0,
    AGREED_SINGLE,    /* above the limit of one transfer */
    AGREED_DAY,       /* above the day's amount */
    AGREED_COUNT,     /* above the day's count */
    AGREED_YEAR,      /* above the year's amount */
    AGREED_COOL_DOWN, /* above what may leave during the cool-down */
    AGREED_WRAPS      /* a sum cannot be represented, or the amount is not positive */
};

struct agreed_use {
    int64_t fen;       /* positive */
    int64_t at_ms;     /* of the reservation */
    bool in_cool_down; /* leaves the Class II account before cool_down_until_ms */
};

/* Counts it, or says which limit stands against it and changes nothing. Exactly the limit passes.
 * cool_down_cap_fen: read with in_cool_down. */
enum agreed_result agreed_reserve(const struct agreed_limits *limits, int64_t cool_down_cap_fen,
                                  const struct agreed_use *use, struct link_usage *usage)
    __attribute__((warn_unused_result));
/* Gives back to the day and the year in which it was counted: if either is over, nothing of it
 * stands any more. False: it was not counted (a broken invariant); nothing changed. */
bool agreed_release(const struct agreed_use *use, struct link_usage *usage)
    __attribute__((warn_unused_result));
/* The usage as it stands at that instant: what belongs to a day or a year that is over is zero. */
struct link_usage agreed_usage_at(const struct link_usage *usage, int64_t at_ms);

#endif
