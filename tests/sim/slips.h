/*
 * Part of a modelled bank's books (books.h): what it was instructed to post, and what it answered.
 */
#ifndef LG_TESTS_SIM_SLIPS_H
#define LG_TESTS_SIM_SLIPS_H

#include "sim/books.h"

enum posting_state {
    POSTING_UNDECIDED,
    POSTING_DONE,
    POSTING_DENIED,
    POSTING_BARRED,
    POSTING_BACK
};

/* An instruction that the bank was given, by transfer id; or barred before it came. */
struct posting {
    struct id transfer;
    enum posting_state state;
    bool instructed;
    bool told; /* an answer left that says POSTED */
    enum transfer_kind purpose;
    struct id link;
    bool second;           /* of a link that is bound to the second number */
    bool other, fallback;  /* as of an ask; paid over the bank's own rails, nobody owes */
    struct digest payload; /* of the instruction: it must be the same bytes each time */
    int64_t fen;
    enum posting_side side;
    struct person *person;
    enum side account;
    char reference[24], reason[REASON_SIZE];
    enum transfer_state shown;
    struct sight sight;
    int64_t day;       /* in Shanghai, on which it was posted */
    bool in_house;     /* nothing moves between the banks */
    struct id bought;  /* the order or loan that it is for; zero: none */
    bool pooled;       /* the bank itself is debited or credited, or nobody between the banks */
    int64_t extra_fen; /* what the bank then gives its customer of its own; negative: takes */
    bool premature;    /* a NOT_SEEN was sent that was not true */
    bool excused;      /* the bank's own lies may make the books differ here */
    uint64_t life;     /* of the process that has it in hand */
    int64_t valid_until_us;
    struct posting *next;
};

/* Answers about a link that must be the same again: by verification, challenge or attempt id. */
struct said {
    struct id id;
    struct buf payload;
    struct said *next;
};

#endif
