/*
 * The laws of a linkgate store: what must be true of its rows at every moment, whatever failed.
 *
 * Nothing here asks the ledger what it did: sums, paths and indexes are made anew from the rows and
 * compared. Nothing is changed. A finding names the law, the object and what differs, without person
 * data. docs/reliability.md tells the laws to people.
 */
#ifndef LG_VERIFY_VERIFY_H
#define LG_VERIFY_VERIFY_H

#include "store/store.h"

/* The laws, by the numbers that people know them by. */
enum law {
    LAW_ROWS = 0, /* each row decodes, checks and belongs to a table that is known */
    LAW_I1 = 1,
    LAW_I2,
    LAW_I3,
    LAW_I4,
    LAW_I5,
    LAW_I6,
    LAW_I7,
    LAW_I8,
    LAW_I9,
    LAW_I10,
    LAW_I11,
    LAW_I12,
    LAW_I13,
    LAW_I14,
    LAW_I15,
    LAW_I16,
    LAW_I17,
    LAW_I18,
    LAW_I19,
    LAW_I20,
    LAWS
};

const char *law_name(enum law law); /* "rows", "I1" ... */
const char *law_text(enum law law); /* one sentence for people */

#define VERIFY_TEXT_MAX 200

struct verify_finding {
    enum law law;
    enum object_kind kind; /* OBJECT_NONE: about a bank, a row or the whole */
    struct id object;
    bank_code bank; /* 0: none */
    char text[VERIFY_TEXT_MAX];
};

/* Whoever wants to know. found is told each finding; progress (may be NULL) now and then how far a
 * long check has come, of how many (0: not known). */
struct verify_sink {
    void (*found)(void *context, const struct verify_finding *finding);
    void (*progress)(void *context, const char *stage, uint64_t done, uint64_t of);
    void *context;
};

/* What one look came to. */
struct verify_counts {
    uint64_t rows, links, transfers, notices, batches, commands;
    uint64_t findings;
};

/* All laws that a store alone can show, over a view that stands still (an overlay that is merged is
 * right, too): rows, I1 to I11, I13 to I15, I17 to I20 as far as they apply. at_rest: nothing may be
 * under way any more (I18). There must be no savepoint; spans that the store gave out are gone. 0,
 * or negative when the store cannot be read to its end; what was found until then was told. A row
 * that is damaged is found, and does not end it. */
int verify_store(struct store *store, bool at_rest, const struct verify_sink *sink,
                 struct verify_counts *counts) MUST_USE;

/* The laws of one link, transfer, case, question or approval and what hangs on it, for stores that
 * are in use: history, state, sums of its own, indexes, notices. The time that it takes grows with
 * the object's own transfers and history. STORE_ABSENT: there is none. */
int verify_object(struct store *store, enum object_kind kind, const struct id *object,
                  const struct verify_sink *sink, struct verify_counts *counts) MUST_USE;

#endif
