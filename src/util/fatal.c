/*
 * How the process ends on purpose, and the allocators that never return NULL.
 *
 * Invariant: fatal() allocates nothing, so that it can report that memory ran out. It does not
 * clean up: what has to survive is on disk already, and restart is recovery.
 */
#include "util/fatal.h"

#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/logline.h"

#define FATAL_TEXT_SIZE 480

static volatile sig_atomic_t of_memory;

_Noreturn void fatal(const char *where, const char *format, ...) {
    char text[FATAL_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    log_line(LOG_CRIT, "fatal", LOG_TEXT("where", where), LOG_TEXT("reason", text));
    abort();
}

/* malloc(0) may return NULL; one byte never does without a reason. */
static size_t at_least_one(size_t size) {
    return size > 0 ? size : 1;
}

static void *checked(void *memory, size_t size) {
    if (memory == NULL) {
        of_memory = 1;
        fatal("memory", "no memory for %zu bytes", size);
    }
    return memory;
}

bool fatal_is_of_memory(void) {
    return of_memory != 0;
}

void *xcalloc(size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        fatal("memory", "size overflow: %zu times %zu bytes", count, size);
    return checked(calloc(1, at_least_one(total)), total);
}

void *xmalloc(size_t size) {
    return checked(malloc(at_least_one(size)), size);
}

void *xrealloc(void *memory, size_t size) {
    return checked(realloc(memory, at_least_one(size)), size);
}

char *xstrdup(const char *text) {
    return checked(strdup(text), strlen(text) + 1);
}
