/*
 * Rules as they are loaded: a document of one period or several, each of which names what it changes.
 * Its canonical encoding is what the log and the store keep.
 */
#ifndef LG_DOMAIN_RULES_DOCUMENT_H
#define LG_DOMAIN_RULES_DOCUMENT_H

#include "domain/rules.h"

#define RULES_NAME_MAX 64
#define RULES_SOURCE_MAX 255
#define RULES_PERIODS_MAX 16u
#define RULES_FOR_EVER INT32_MAX /* as the last day of a period */
/* Far above what the largest document encodes to. */
#define RULES_ENCODED_MAX (48u * 1024)
/* Of one that is loaded: all that it says is shown on a page of an approval. Longer ones are loaded
 * in parts. */
#define RULES_LOAD_MAX 6144u

/* What a period does not name is carried over from the rules in force before it. */
struct rules_period {
    int64_t from_day;
    int64_t until_day; /* inclusive; of the last one RULES_FOR_EVER */
    /* What it names: */
    uint64_t numbers; /* bits, by rules_number_at */
    uint32_t kinds;   /* bits, by enum transfer_kind */
    bool buckets;     /* all four */
    bool calendar;    /* also that there is none any more */
    struct rules values;
};

struct rules_document {
    char name[RULES_NAME_MAX + 1];     /* plain UTF-8, not empty */
    char source[RULES_SOURCE_MAX + 1]; /* who set these rules, where; may be empty */
    uint32_t count;
    struct rules_period periods[RULES_PERIODS_MAX];
};

/* What is wrong, where. */
struct rules_problem {
    uint32_t period;   /* from 0 on; RULES_PERIODS_MAX: no period's */
    const char *field; /* static: as the member of struct rules, or "from", "until", "cut_offs" */
    const char *what;  /* static: a sentence */
};

/* ---- numbers that have names of their own ---- */
struct rules_number {
    const char *name;
    size_t at;     /* offset in struct rules */
    unsigned size; /* 4 or 8 */
    int64_t min, max;
    const char *const *words; /* what people write for min, min + 1 ... max; NULL: the number */
};
/* The words of what is on or off: files say true and false for them. A name with dots stands in objects
 * within each other, "products.LOAN.enabled". */
extern const char *const rules_switch[2];
/* NULL past the end. Their places are on disk: rows are only ever added behind. */
const struct rules_number *rules_number_at(size_t index);
int64_t rules_number_get(const struct rules *rules, size_t index);
/* value is within the row's bounds. */
void rules_number_set(struct rules *rules, size_t index, int64_t value);

/* The document by itself: days, ranges, calendars. False: the first thing that is wrong. */
bool rules_document_check(const struct rules_document *document, struct rules_problem *problem_out)
    __attribute__((warn_unused_result));
/* One whole row: what must hold between its values. */
bool rules_check(const struct rules *rules, struct rules_problem *problem_out)
    __attribute__((warn_unused_result));
/* What the period makes of the row before it. */
void rules_period_apply(const struct rules_period *period, const struct rules *before,
                        struct rules *rules_out);

/* Appends. The document was checked. */
void rules_document_encode(const struct rules_document *document, struct buf *out);
/* False: these are no bytes of a document. What it says is not checked. */
bool rules_document_decode(struct span bytes, struct rules_document *document_out)
    __attribute__((warn_unused_result));

/* ---- for people (rules_text.c) ---- */
typedef void rules_teller(void *context, const char *name, const char *value);
/* Each thing that it names: "buckets.II-IN", "1000000 fen a day, ...". */
void rules_period_tell(const struct rules_period *period, rules_teller *teller, void *context);
/* A period that names all of the row. */
void rules_period_of(const struct rules *rules, struct rules_period *period_out);
/* "MON" ... "SUN"; NULL past the end. */
const char *rules_week_day(size_t index);

#endif
