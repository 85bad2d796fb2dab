/*
 * The trace of a run: everything that happened, as a hash, and as lines for people if asked. Two
 * runs of one seed must give the same hash.
 */
#ifndef LG_TESTS_SIM_TRACE_H
#define LG_TESTS_SIM_TRACE_H

#include <stdbool.h>

#include "sim/agenda.h"
#include "util/bytes.h"

struct trace {
    const struct agenda *agenda;
    uint64_t hash;
    uint64_t events;
    bool print; /* lines on standard error */
};

void trace_init(struct trace *trace, const struct agenda *agenda, bool print);
/* Bytes that went somewhere; where: a static word. */
void trace_bytes(struct trace *trace, const char *where, uint64_t which, struct span bytes);
void trace_note(struct trace *trace, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
