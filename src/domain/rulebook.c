/*
 * The rules of all times, from the compiled row and the documents in the order they were loaded.
 *
 * Invariant: rows stand in ascending order of their instants, each whole: a row is looked up, never
 * put together. The same documents in the same order make the same book. Adding one changes no row
 * that was in force before its first day.
 */
#include "domain/rulebook.h"

#include <stdlib.h>

#include "domain/calendar.h"
#include "util/fatal.h"

void rulebook_init(struct rulebook *book) {
    *book = (struct rulebook){.rows = xcalloc(1, sizeof book->rows[0]), .count = 1, .cap = 1};
    book->rows[0] = *rules_compiled();
}

void rulebook_deinit(struct rulebook *book) {
    free(book->rows);
    *book = (struct rulebook){0};
}

/* Most lookups are of the present, which has few rows behind it. */
const struct rules *rulebook_at(const struct rulebook *book, int64_t unix_ms) {
    size_t i = book->count - 1;
    while (i > 0 && book->rows[i].effective_from_ms > unix_ms)
        i--;
    return &book->rows[i];
}

/* How many rows stay when a document begins on that day: the compiled one always does. */
static size_t rows_before(const struct rulebook *book, int64_t day) {
    size_t kept = book->count;
    while (kept > 1 && book->rows[kept - 1].effective_from_ms >= shanghai_day_start_ms(day))
        kept--;
    return kept;
}

/* The document's rows, one for each of its periods, whole. */
static bool resolve(const struct rulebook *book, size_t kept, const struct rules_document *document,
                    struct rules *rows_out, struct rules_problem *problem_out) {
    const struct rules *before = &book->rows[kept - 1];
    for (uint32_t i = 0; i < document->count; i++) {
        rules_period_apply(&document->periods[i], before, &rows_out[i]);
        if (!rules_check(&rows_out[i], problem_out)) {
            problem_out->period = i;
            return false;
        }
        before = &rows_out[i];
    }
    return true;
}

/* The rows that the document makes, to be freed; NULL: it may not be added. */
static struct rules *rows_of(const struct rulebook *book, const struct rules_document *document,
                             size_t *kept_out, struct rules_problem *problem_out) {
    if (!rules_document_check(document, problem_out))
        return NULL;
    size_t kept = rows_before(book, document->periods[0].from_day);
    if (kept + document->count > RULEBOOK_ROWS_MAX) {
        *problem_out = (struct rules_problem){RULES_PERIODS_MAX, "periods",
                                              "The gateway has as many rules as it can keep."};
        return NULL;
    }
    struct rules *rows = xcalloc(RULES_PERIODS_MAX, sizeof *rows);
    if (!resolve(book, kept, document, rows, problem_out)) {
        free(rows);
        return NULL;
    }
    *kept_out = kept;
    return rows;
}

bool rulebook_check(const struct rulebook *book, const struct rules_document *document,
                    struct rules_problem *problem_out) {
    size_t kept;
    struct rules *rows = rows_of(book, document, &kept, problem_out);
    bool right = rows != NULL;
    free(rows);
    return right;
}

bool rulebook_add(struct rulebook *book, uint64_t number, const struct rules_document *document,
                  struct rules_problem *problem_out) {
    size_t kept;
    struct rules *rows = rows_of(book, document, &kept, problem_out);
    if (rows == NULL)
        return false;
    size_t count = kept + document->count;
    if (count > book->cap) {
        book->rows = xrealloc(book->rows, count * sizeof book->rows[0]);
        book->cap = count;
    }
    for (uint32_t i = 0; i < document->count; i++) {
        book->rows[kept + i] = rows[i];
        book->rows[kept + i].document = number;
    }
    book->count = count;
    free(rows);
    return true;
}
