/*
 * What the handlers of cases share. Internal to src/ledger.
 */
#ifndef LG_LEDGER_CASES_H
#define LG_LEDGER_CASES_H

#include "ledger/transfers.h"

/* Of one object, whatever they are about. Banks open fewest, lists fewer than all, so that a
 * contradiction always finds room for its own. */
#define CASES_OPENED_MAX 24u
#define CASES_LISTED_MAX 28u
#define CASES_OF_OBJECT_MAX 32u

struct case_word {
    enum case_event event;
    bank_code by; /* 0: the gateway */
    enum case_outcome outcome;
    struct span text;
};

/* Moves the case by that word, puts it and tells both banks. */
int case_say(struct apply *apply, struct inquiry_case *inquiry, const struct case_word *word,
             bool fresh) MUST_USE;
/* 0 when there may be one more like that; else CASE_EXISTS on subject or CASE_FULL on field. */
int case_check_others(struct apply *apply, const struct inquiry_case *inquiry, const char *field,
                      uint32_t max) MUST_USE;
/* A case of that transfer, or link, that owner must answer; nothing is put. */
struct inquiry_case case_of_transfer(struct apply *apply, const struct transfer *transfer,
                                     enum case_subject subject, bank_code owner);
struct inquiry_case case_of_link(struct apply *apply, const struct link *link,
                                 enum case_subject subject, bank_code owner);

/* ---- case_list.c: cases that the gateway opens and ends itself ---- */
/* Opens the case of a row, which its claim holds, unless one like it is open or the same list opened
 * one before. text: of its first entry. */
int case_open_listed(struct apply *apply, struct inquiry_case *inquiry, struct span text) MUST_USE;
/* Ends the cases that the gateway opened of the same object and owner and whose subject is one of
 * the bits (1 << subject): that list has no such difference. */
int case_explain(struct apply *apply, const struct inquiry_case *like, uint32_t subjects) MUST_USE;

#endif
