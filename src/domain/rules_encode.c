/*
 * Documents of rules as bytes: big-endian, no more than what is named, in the order of the tables.
 *
 * Invariant: decode(encode(document)) gives the document again, and encode(decode(bytes)) the bytes:
 * one document has one encoding. Stores and logs keep it for ever: what it means is never changed; a
 * later layout begins with another first byte.
 */
#include <string.h>

#include "domain/rules_document.h"
#include "util/fatal.h"
#include "util/text.h"

#define LAYOUT 1
#define KINDS_ALL (((1u << TRANSFER_KINDS) - 1) & ~1u)
enum calendar_named { CALENDAR_UNNAMED, CALENDAR_NONE, CALENDAR_GIVEN };

static size_t number_count(void) {
    size_t count = 0;
    while (rules_number_at(count) != NULL)
        count++;
    return count;
}

/* ---- writing ---- */

static void put_text(const char *text, struct buf *out) {
    size_t size = strlen(text);
    ENSURE(size <= UINT8_MAX);
    buf_append_byte(out, (uint8_t)size);
    buf_append(out, text, size);
}

static void put_days(const int32_t *days, uint32_t count, struct buf *out) {
    buf_append_byte(out, (uint8_t)count);
    for (uint32_t i = 0; i < count; i++)
        buf_append_be32(out, (uint32_t)days[i]);
}

static void put_calendar(const struct rules_period *period, struct buf *out) {
    const struct calendar_rules *calendar = &period->values.calendar;
    if (!period->calendar || !calendar->present) {
        buf_append_byte(out, period->calendar ? CALENDAR_NONE : CALENDAR_UNNAMED);
        return;
    }
    buf_append_byte(out, CALENDAR_GIVEN);
    buf_append_byte(out, calendar->week);
    buf_append_byte(out, (uint8_t)calendar->cut_off_count);
    for (uint32_t i = 0; i < calendar->cut_off_count; i++)
        buf_append_be16(out, calendar->cut_offs[i]);
    put_days(calendar->holidays, calendar->holiday_count, out);
    put_days(calendar->make_up, calendar->make_up_count, out);
}

static void put_kinds(const struct rules_period *period, struct buf *out) {
    buf_append_be32(out, period->kinds);
    for (int kind = TRANSFER_BOUND_PAIR; kind < TRANSFER_KINDS; kind++) {
        const struct kind_rule *rule = &period->values.kinds[kind];
        if ((period->kinds >> kind & 1) == 0)
            continue;
        buf_append_byte(out, rule->enabled ? 1 : 0);
        buf_append_be64(out, (uint64_t)rule->min_fen);
        buf_append_be64(out, (uint64_t)rule->max_fen);
    }
}

static void put_buckets(const struct rules_period *period, struct buf *out) {
    buf_append_byte(out, period->buckets ? 1 : 0);
    for (int i = 0; period->buckets && i < BUCKET_CLASSES * BUCKET_FLOWS; i++) {
        const struct bucket_limit *limit =
            &period->values.buckets[i / BUCKET_FLOWS][i % BUCKET_FLOWS];
        buf_append_be64(out, (uint64_t)limit->day_fen);
        buf_append_be64(out, (uint64_t)limit->year_fen);
    }
}

static void put_period(const struct rules_period *period, struct buf *out) {
    buf_append_be32(out, (uint32_t)period->from_day);
    buf_append_be32(out, (uint32_t)period->until_day);
    buf_append_be64(out, period->numbers);
    for (size_t i = 0; rules_number_at(i) != NULL; i++) {
        if (period->numbers >> i & 1)
            buf_append_be64(out, (uint64_t)rules_number_get(&period->values, i));
    }
    put_kinds(period, out);
    put_buckets(period, out);
    put_calendar(period, out);
}

void rules_document_encode(const struct rules_document *document, struct buf *out) {
    buf_append_byte(out, LAYOUT);
    put_text(document->name, out);
    put_text(document->source, out);
    buf_append_byte(out, (uint8_t)document->count);
    for (uint32_t i = 0; i < document->count; i++)
        put_period(&document->periods[i], out);
}

/* ---- reading ---- */

/* Into max + 1 bytes. */
static void take_text(struct reader *reader, char *out, size_t max) {
    struct span text = reader_bytes(reader, reader_u8(reader));
    if (text.size > max || !text_is_clean(text)) {
        reader->failed = true;
        return;
    }
    if (text.size > 0)
        memcpy(out, text.data, text.size);
    out[text.size] = '\0';
}

/* At most that many; 0 after a failure. */
static uint32_t take_count(struct reader *reader, uint32_t max) {
    uint32_t count = reader_u8(reader);
    if (count > max)
        reader->failed = true;
    return reader->failed ? 0 : count;
}

static bool take_bool(struct reader *reader) {
    uint8_t value = reader_u8(reader);
    if (value > 1)
        reader->failed = true;
    return value == 1;
}

static uint32_t take_days(struct reader *reader, int32_t *days_out) {
    uint32_t count = take_count(reader, CALENDAR_DAYS_MAX);
    for (uint32_t i = 0; i < count; i++)
        days_out[i] = (int32_t)reader_be32(reader);
    return count;
}

static void take_calendar(struct reader *reader, struct rules_period *period) {
    struct calendar_rules *calendar = &period->values.calendar;
    uint8_t named = reader_u8(reader);
    if (named > CALENDAR_GIVEN)
        reader->failed = true;
    period->calendar = named != CALENDAR_UNNAMED;
    calendar->present = named == CALENDAR_GIVEN;
    if (!calendar->present)
        return;
    calendar->week = reader_u8(reader);
    calendar->cut_off_count = take_count(reader, CUT_OFFS_MAX);
    for (uint32_t i = 0; i < calendar->cut_off_count; i++)
        calendar->cut_offs[i] = reader_be16(reader);
    calendar->holiday_count = take_days(reader, calendar->holidays);
    calendar->make_up_count = take_days(reader, calendar->make_up);
}

static void take_numbers(struct reader *reader, struct rules_period *period) {
    size_t count = number_count();
    period->numbers = reader_be64(reader);
    if (count < 64 && period->numbers >> count != 0)
        reader->failed = true;
    for (size_t i = 0; i < count; i++) {
        if ((period->numbers >> i & 1) == 0)
            continue;
        int64_t value = (int64_t)reader_be64(reader);
        if (rules_number_at(i)->size < sizeof value && (value < 0 || value > UINT32_MAX))
            reader->failed = true;
        rules_number_set(&period->values, i, value);
    }
}

static void take_kinds(struct reader *reader, struct rules_period *period) {
    period->kinds = reader_be32(reader);
    if ((period->kinds & ~KINDS_ALL) != 0)
        reader->failed = true;
    for (int kind = TRANSFER_BOUND_PAIR; kind < TRANSFER_KINDS; kind++) {
        struct kind_rule *rule = &period->values.kinds[kind];
        if ((period->kinds >> kind & 1) == 0)
            continue;
        rule->enabled = take_bool(reader);
        rule->min_fen = (int64_t)reader_be64(reader);
        rule->max_fen = (int64_t)reader_be64(reader);
    }
}

static void take_buckets(struct reader *reader, struct rules_period *period) {
    period->buckets = take_bool(reader);
    for (int i = 0; period->buckets && i < BUCKET_CLASSES * BUCKET_FLOWS; i++) {
        struct bucket_limit *limit = &period->values.buckets[i / BUCKET_FLOWS][i % BUCKET_FLOWS];
        limit->day_fen = (int64_t)reader_be64(reader);
        limit->year_fen = (int64_t)reader_be64(reader);
    }
}

static void take_period(struct reader *reader, struct rules_period *period) {
    period->from_day = (int32_t)reader_be32(reader);
    period->until_day = (int32_t)reader_be32(reader);
    take_numbers(reader, period);
    take_kinds(reader, period);
    take_buckets(reader, period);
    take_calendar(reader, period);
}

bool rules_document_decode(struct span bytes, struct rules_document *document_out) {
    struct reader reader = reader_over(bytes);
    memset(document_out, 0, sizeof *document_out);
    if (reader_u8(&reader) != LAYOUT)
        return false;
    take_text(&reader, document_out->name, RULES_NAME_MAX);
    take_text(&reader, document_out->source, RULES_SOURCE_MAX);
    document_out->count = take_count(&reader, RULES_PERIODS_MAX);
    for (uint32_t i = 0; i < document_out->count; i++)
        take_period(&reader, &document_out->periods[i]);
    return !reader.failed && reader.rest.size == 0;
}
