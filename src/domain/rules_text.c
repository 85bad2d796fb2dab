/*
 * Rules as names and values that people read before they approve them, and when they ask what holds.
 *
 * Invariant: everything that a period names is told, and nothing else; the names are those of the
 * documents' files.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "domain/calendar.h"
#include "domain/rules_document.h"
#include "util/fatal.h"

/* The longest: 64 dates with their commas. */
#define VALUE_MAX 1024

static const char *const week_names[WEEK_DAYS] = {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};

const char *rules_week_day(size_t index) {
    return index < WEEK_DAYS ? week_names[index] : NULL;
}

static void add(char *text, size_t *size, const char *word) {
    int added = snprintf(text + *size, VALUE_MAX - *size, "%s%s", *size > 0 ? ", " : "", word);
    ENSURE(added >= 0 && (size_t)added < VALUE_MAX - *size);
    *size += (size_t)added;
}

static void tell_dates(const char *name, const int32_t *days, uint32_t count, rules_teller *teller,
                       void *context) {
    char text[VALUE_MAX] = "";
    size_t size = 0;
    for (uint32_t i = 0; i < count; i++) {
        char date[DATE_TEXT_SIZE];
        date_format(days[i], date);
        add(text, &size, date);
    }
    teller(context, name, count > 0 ? text : "none");
}

static void tell_cut_offs(const struct calendar_rules *calendar, rules_teller *teller,
                          void *context) {
    char text[VALUE_MAX] = "";
    size_t size = 0;
    for (uint32_t i = 0; i < calendar->cut_off_count; i++) {
        char at[16];
        (void)snprintf(at, sizeof at, "%02u:%02u", calendar->cut_offs[i] / 60u,
                       calendar->cut_offs[i] % 60u);
        add(text, &size, at);
    }
    teller(context, "calendar.cut_offs", calendar->cut_off_count > 0 ? text : "none");
}

static void tell_calendar(const struct calendar_rules *calendar, rules_teller *teller,
                          void *context) {
    char text[VALUE_MAX] = "";
    size_t size = 0;
    if (!calendar->present) {
        teller(context, "calendar", "none");
        return;
    }
    for (size_t i = 0; i < WEEK_DAYS; i++) {
        if (calendar->week >> i & 1)
            add(text, &size, week_names[i]);
    }
    teller(context, "calendar.week", text);
    tell_cut_offs(calendar, teller, context);
    tell_dates("calendar.holidays", calendar->holidays, calendar->holiday_count, teller, context);
    tell_dates("calendar.working_days", calendar->make_up, calendar->make_up_count, teller,
               context);
}

static void tell_kind(enum transfer_kind kind, const struct kind_rule *rule, rules_teller *teller,
                      void *context) {
    char name[64], text[128], max[32];
    (void)snprintf(name, sizeof name, "kinds.%s", transfer_kind_name(kind));
    (void)snprintf(max, sizeof max, "%" PRId64 " fen", rule->max_fen);
    (void)snprintf(text, sizeof text, "%s, smallest %" PRId64 " fen, largest %s",
                   rule->enabled ? "on" : "off", rule->min_fen,
                   rule->max_fen > 0 ? max : "not bounded");
    teller(context, name, text);
}

static void tell_buckets(const struct rules *rules, rules_teller *teller, void *context) {
    for (int i = 0; i < BUCKET_CLASSES * BUCKET_FLOWS; i++) {
        const struct bucket_limit *limit = &rules->buckets[i / BUCKET_FLOWS][i % BUCKET_FLOWS];
        char name[32], text[96];
        (void)snprintf(name, sizeof name, "buckets.%s",
                       bucket_name((enum bucket_class)(i / BUCKET_FLOWS),
                                   (enum bucket_flow)(i % BUCKET_FLOWS)));
        (void)snprintf(text, sizeof text, "%" PRId64 " fen a day, %" PRId64 " fen a year",
                       limit->day_fen, limit->year_fen);
        teller(context, name, text);
    }
}

void rules_period_tell(const struct rules_period *period, rules_teller *teller, void *context) {
    for (size_t i = 0; rules_number_at(i) != NULL; i++) {
        char name[64], text[32];
        if ((period->numbers >> i & 1) == 0)
            continue;
        const struct rules_number *number = rules_number_at(i);
        int64_t value = rules_number_get(&period->values, i);
        (void)snprintf(name, sizeof name, "%s%s", number->words ? "" : "numbers.", number->name);
        (void)snprintf(text, sizeof text, "%" PRId64, value);
        teller(context, name, number->words ? number->words[value - number->min] : text);
    }
    for (int kind = TRANSFER_BOUND_PAIR; kind < TRANSFER_KINDS; kind++) {
        if (period->kinds >> kind & 1)
            tell_kind((enum transfer_kind)kind, &period->values.kinds[kind], teller, context);
    }
    if (period->buckets)
        tell_buckets(&period->values, teller, context);
    if (period->calendar)
        tell_calendar(&period->values.calendar, teller, context);
}

void rules_period_of(const struct rules *rules, struct rules_period *period_out) {
    memset(period_out, 0, sizeof *period_out);
    period_out->values = *rules;
    for (size_t i = 0; rules_number_at(i) != NULL; i++)
        period_out->numbers |= UINT64_C(1) << i;
    period_out->kinds = ((1u << TRANSFER_KINDS) - 1) & ~1u;
    period_out->buckets = period_out->calendar = true;
}
