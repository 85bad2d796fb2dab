/*
 * The ways a process ends on purpose: out of memory, a broken assertion, a failed disk.
 * Restart is recovery (docs/architecture.md), so none of these tries to go on.
 */
#ifndef LG_UTIL_FATAL_H
#define LG_UTIL_FATAL_H

#include <stdbool.h>
#include <stddef.h>

/* Logs one line (event=fatal) and aborts. */
_Noreturn void fatal(const char *where, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Whether it is memory that ran out which ends the process; for signal handlers. */
bool fatal_is_of_memory(void);

/* An invariant that stays checked in release builds. */
#define ENSURE(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fatal(__func__, "broken invariant: %s (%s:%d)", #condition, __FILE__, __LINE__);       \
    } while (0)

/* Never NULL for size > 0; zeroed. Freed with free(). */
void *xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *memory, size_t size) __attribute__((returns_nonnull));
char *xstrdup(const char *text) __attribute__((malloc, returns_nonnull));

#define MUST_USE __attribute__((warn_unused_result))

#endif
