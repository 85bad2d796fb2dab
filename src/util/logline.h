/*
 * Log lines: one event, one line, key=value, with a journald priority in front ("<6>").
 *
 *   log_line(LOG_INFO, "bank_up", LOG_BANK("bank", code), LOG_INT("sessions", 2));
 *
 * Values are escaped (control bytes, "=", quotes, bad UTF-8) and quoted when they hold spaces, so
 * that no byte from outside can make a second line or a second key. Person data never goes in:
 * there is no field kind for it.
 */
#ifndef LG_UTIL_LOGLINE_H
#define LG_UTIL_LOGLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <syslog.h>

#include "util/id.h"

enum log_field_kind { LOG_FIELD_TEXT, LOG_FIELD_INT, LOG_FIELD_BANK, LOG_FIELD_ID };

struct log_field {
    const char *key;
    enum log_field_kind kind;
    int64_t number;
    const char *text;
    const struct id *id;
};

#define LOG_TEXT(k, v) ((struct log_field){.key = (k), .kind = LOG_FIELD_TEXT, .text = (v)})
#define LOG_INT(k, v)                                                                              \
    ((struct log_field){.key = (k), .kind = LOG_FIELD_INT, .number = (int64_t)(v)})
#define LOG_BANK(k, v)                                                                             \
    ((struct log_field){.key = (k), .kind = LOG_FIELD_BANK, .number = (int64_t)(v)})
#define LOG_ID(k, v) ((struct log_field){.key = (k), .kind = LOG_FIELD_ID, .id = (v)})

#define log_line(priority, event, ...)                                                             \
    log_line_fields((priority), (event),                                                           \
                    (const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){.key = NULL}})

/* fields ends with a NULL key. Thread-safe: a line is one write. */
void log_line_fields(int priority, const char *event, const struct log_field *fields);
/* Bounds the lines that others can cause. All 0 at first. */
struct log_gate {
    int64_t second;
    uint32_t lines;
    uint64_t dropped;
};
/* True if one more line may be written in this second: at most max are. What was dropped is told by
 * one line, named dropped_event, when the gate is asked in a later second. */
bool log_gate_open(struct log_gate *gate, uint32_t max, int64_t now_ms, const char *dropped_event);
/* Of what may fail again and again, one line a minute. All 0 at first. */
struct log_seldom {
    bool told;
    int64_t again_ms;
    uint64_t times;
};
/* True for the first time, and then once a minute; times_out: how often it was since the line before,
 * this time included. */
bool log_seldom(struct log_seldom *seldom, int64_t now_ms, uint64_t *times_out);
/* Lines above this priority number are dropped; default LOG_INFO. */
void log_set_level(int priority);
/* Where lines go; default stderr. Borrowed. */
void log_set_stream(FILE *to);

#endif
