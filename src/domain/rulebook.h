/*
 * All rules that ever were and that are to come: the compiled row, and what documents changed, each
 * from its first day on. A later document replaces all that was to be in force from its own first day
 * on; what was in force before that day stays as it was, for ever.
 */
#ifndef LG_DOMAIN_RULEBOOK_H
#define LG_DOMAIN_RULEBOOK_H

#include "domain/rules_document.h"

/* Rows of a book: far more than a change every month for as long as records are kept. Above it
 * nothing more is loaded. */
#define RULEBOOK_ROWS_MAX 1024u

struct rulebook {
    struct rules *rows; /* ascending; the first is the compiled one */
    size_t count, cap;
};

void rulebook_init(struct rulebook *book);
void rulebook_deinit(struct rulebook *book);
/* The row in force at that instant. Borrowed until the book changes. */
const struct rules *rulebook_at(const struct rulebook *book, int64_t unix_ms);
/* Whether the document may be added: the document itself, and with what it carries over from the
 * book. Whether it comes in time is not looked at: the book knows no clock. */
bool rulebook_check(const struct rulebook *book, const struct rules_document *document,
                    struct rules_problem *problem_out) __attribute__((warn_unused_result));
/* The same, and adds it under its number. False: nothing changed. */
bool rulebook_add(struct rulebook *book, uint64_t number, const struct rules_document *document,
                  struct rules_problem *problem_out) __attribute__((warn_unused_result));

#endif
