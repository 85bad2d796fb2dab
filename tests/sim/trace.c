/*
 * A running 64-bit hash over what happened and when. It need not be strong: it tells two runs of
 * the same program apart, and nobody attacks it.
 */
#include "sim/trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void trace_init(struct trace *trace, const struct agenda *agenda, bool print) {
    *trace = (struct trace){.agenda = agenda, .hash = 0xcbf29ce484222325u, .print = print};
}

static void add_word(struct trace *trace, uint64_t word) {
    uint64_t hash = (trace->hash ^ word) * 0xff51afd7ed558ccdu;
    trace->hash = hash ^ (hash >> 29);
}

static void add(struct trace *trace, const uint8_t *bytes, size_t size) {
    add_word(trace, size);
    while (size > 0) {
        uint64_t word = 0;
        size_t part = size < sizeof(word) ? size : sizeof(word);
        memcpy(&word, bytes, part);
        add_word(trace, word);
        bytes += part;
        size -= part;
    }
}

static void begin(struct trace *trace) {
    trace->events++;
    add_word(trace, (uint64_t)trace->agenda->now_us);
}

void trace_bytes(struct trace *trace, const char *where, uint64_t which, struct span bytes) {
    begin(trace);
    add(trace, (const uint8_t *)where, strlen(where));
    add_word(trace, which);
    add(trace, bytes.data, bytes.size);
}

void trace_note(struct trace *trace, const char *format, ...) {
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    begin(trace);
    add(trace, (const uint8_t *)line, size > 0 ? strnlen(line, sizeof(line)) : 0);
    if (trace->print)
        fprintf(stderr, "%10" PRId64 ".%06" PRId64 " %s\n", trace->agenda->now_us / 1000000,
                trace->agenda->now_us % 1000000, line);
}
