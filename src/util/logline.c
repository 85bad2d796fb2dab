/*
 * Log lines, built on the stack and handed to the stream in one piece.
 *
 * Invariant: a line holds no newline but its last byte, and "=" stands only behind keys that the
 * program itself wrote: both are escaped in values, and a value with other than plain characters
 * is quoted. A line is at most PIPE_BUF bytes, so that writes of several threads or processes do
 * not mix. Nothing is allocated, nothing is retried: a line that cannot be written is lost.
 */
#include "util/logline.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>

#include "util/text.h"

#define LOG_LINE_MAX 4096 /* PIPE_BUF of Linux */
#define LOG_TEXT_MAX 512  /* bytes of one value before escaping; longer ones end in "..." */
#define SELDOM_MS 60000
#define LOG_CUT_MARK " truncated=1\n"
#define LOG_ROOM (LOG_LINE_MAX - sizeof(LOG_CUT_MARK))

static _Atomic int level = LOG_INFO;
static FILE *_Atomic stream;

struct line {
    char text[LOG_LINE_MAX];
    size_t size;
    bool full;
};

static void add(struct line *line, const char *text, size_t size) {
    if (line->full || size > LOG_ROOM - line->size) {
        line->full = true;
        return;
    }
    memcpy(line->text + line->size, text, size);
    line->size += size;
}

static void add_format(struct line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add_format(struct line *line, const char *format, ...) {
    char text[64];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (size > 0)
        add(line, text, (size_t)size < sizeof(text) ? (size_t)size : sizeof(text) - 1);
}

static bool is_plain(uint8_t byte) {
    return byte > ' ' && byte != '"' && byte != '\\' && byte != '=' && byte != 0x7f;
}

/* The longest front of text that is at most LOG_TEXT_MAX bytes and ends on a character. */
static struct span shorten(const char *text, bool *cut_out) {
    size_t size = strnlen(text, LOG_TEXT_MAX + 1);
    *cut_out = size > LOG_TEXT_MAX;
    if (*cut_out) {
        size = LOG_TEXT_MAX;
        while (size > 0 && ((uint8_t)text[size] & 0xc0) == 0x80)
            size--;
    }
    return span_of(text, size);
}

static void add_escaped(struct line *line, uint8_t byte, bool clean) {
    char plain = (char)byte;
    if (byte == '"' || byte == '\\')
        add_format(line, "\\%c", plain);
    else if (byte < ' ' || byte == 0x7f || byte == '=' || (byte >= 0x80 && !clean))
        add_format(line, "\\x%02x", byte);
    else
        add(line, &plain, 1);
}

static void add_text(struct line *line, const char *text) {
    bool cut;
    struct span value = shorten(text != NULL ? text : "", &cut);
    /* What forges a reading (C1 controls, bidirectional marks) is shown byte by byte as well. */
    bool clean = text_is_clean(value);
    bool plain = value.size > 0;
    for (size_t i = 0; i < value.size; i++) {
        plain = plain && is_plain(value.data[i]) && (clean || value.data[i] < 0x80);
    }
    if (!plain)
        add(line, "\"", 1);
    for (size_t i = 0; i < value.size; i++)
        add_escaped(line, value.data[i], clean);
    if (cut)
        add(line, "...", 3);
    if (!plain)
        add(line, "\"", 1);
}

static void add_field(struct line *line, const struct log_field *field) {
    char id_text[ID_TEXT_SIZE] = "-";
    add(line, " ", 1);
    add(line, field->key, strlen(field->key));
    add(line, "=", 1);
    switch (field->kind) {
    case LOG_FIELD_TEXT:
        add_text(line, field->text);
        break;
    case LOG_FIELD_INT:
        add_format(line, "%" PRId64, field->number);
        break;
    case LOG_FIELD_BANK:
        add_format(line, "%012" PRId64, field->number);
        break;
    case LOG_FIELD_ID:
        if (field->id != NULL)
            id_format(field->id, id_text);
        add(line, id_text, strlen(id_text));
        break;
    }
}

void log_line_fields(int priority, const char *event, const struct log_field *fields) {
    if (priority > atomic_load_explicit(&level, memory_order_relaxed))
        return;
    struct line line;
    line.size = 0;
    line.full = false;
    add_format(&line, "<%d>event=", priority & LOG_PRIMASK);
    add(&line, event, strlen(event));
    size_t whole = line.size;
    for (; fields->key != NULL && !line.full; fields++) {
        whole = line.size;
        add_field(&line, fields);
    }
    /* A field that does not fit is left out whole; LOG_ROOM keeps room for either ending. */
    if (line.full)
        line.size = whole;
    const char *ending = line.full ? LOG_CUT_MARK : "\n";
    memcpy(line.text + line.size, ending, strlen(ending));
    line.size += strlen(ending);
    FILE *to = atomic_load_explicit(&stream, memory_order_acquire);
    to = to != NULL ? to : stderr;
    fwrite(line.text, 1, line.size, to);
    fflush(to);
}

void log_set_level(int priority) {
    atomic_store_explicit(&level, priority, memory_order_relaxed);
}

void log_set_stream(FILE *to) {
    atomic_store_explicit(&stream, to, memory_order_release);
}

bool log_gate_open(struct log_gate *gate, uint32_t max, int64_t now_ms, const char *dropped_event) {
    int64_t second = now_ms / 1000;
    if (second != gate->second) {
        uint64_t dropped = gate->dropped;
        *gate = (struct log_gate){.second = second};
        if (dropped > 0)
            log_line(LOG_WARNING, dropped_event, LOG_INT("count", dropped));
    }
    if (gate->lines < max) {
        gate->lines++;
        return true;
    }
    gate->dropped++;
    return false;
}

bool log_seldom(struct log_seldom *seldom, int64_t now_ms, uint64_t *times_out) {
    seldom->times++;
    if (seldom->told && now_ms < seldom->again_ms)
        return false;
    *times_out = seldom->times;
    *seldom = (struct log_seldom){.told = true, .again_ms = now_ms + SELDOM_MS};
    return true;
}
