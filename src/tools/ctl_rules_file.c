/*
 * Documents of rules from JSON.
 *
 * Invariant: a file is read whole or not at all; a key that is not known, a value of another sort or
 * one that would be cut is wrong, never passed over. What values may be is domain's to say.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "domain/calendar.h"
#include "tools/ctl_rules.h"

#define PLACE_MAX 160
#define TEXT_MAX 512

struct reading {
    const char *path;
    FILE *errors;
    char place[PLACE_MAX]; /* "periods[1].buckets.II-IN" */
};

static bool wrong(const struct reading *reading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool wrong(const struct reading *reading, const char *format, ...) {
    char text[TEXT_MAX];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    fprintf(reading->errors, "linkgatectl: %s: %s%s%s\n", reading->path, reading->place,
            reading->place[0] != '\0' ? ": " : "", text);
    return false;
}

/* Goes to a part of the place; back with leave(). */
static size_t enter(struct reading *reading, const char *name) {
    size_t size = strlen(reading->place);
    snprintf(reading->place + size, PLACE_MAX - size, "%s%s", size > 0 ? "." : "", name);
    return size;
}

static void leave(struct reading *reading, size_t size) {
    reading->place[size] = '\0';
}

static bool known_keys(struct reading *reading, const json_t *object, const char *const *known) {
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return wrong(reading, "must be an object, {...}");
    json_object_foreach((json_t *)(uintptr_t)object, key, value) {
        const char *const *at = known;
        while (*at != NULL && strcmp(*at, key) != 0)
            at++;
        if (*at == NULL)
            return wrong(reading, "unknown key \"%s\"; see docs/operations.md for those there are",
                         key);
    }
    return true;
}

static bool take_integer(struct reading *reading, const json_t *object, const char *key,
                         bool needed, int64_t *value_out) {
    const json_t *value = json_object_get(object, key);
    if (value == NULL && !needed)
        return true;
    if (!json_is_integer(value))
        return wrong(reading, "\"%s\" must be a whole number", key);
    *value_out = json_integer_value(value);
    return true;
}

static bool take_text(struct reading *reading, const json_t *object, const char *key, bool needed,
                      char *text_out, size_t max) {
    const json_t *value = json_object_get(object, key);
    if (value == NULL && !needed)
        return true;
    if (!json_is_string(value) || json_string_length(value) > max)
        return wrong(reading, "\"%s\" must be a text of at most %zu bytes", key, max);
    memcpy(text_out, json_string_value(value), json_string_length(value) + 1);
    return true;
}

static bool take_date(struct reading *reading, const json_t *value, const char *what,
                      int64_t *day_out) {
    if (json_is_string(value) && date_parse(span_text(json_string_value(value)), day_out))
        return true;
    return wrong(reading, "%s must be a day that exists, \"YYYY-MM-DD\"", what);
}

/* ---- the parts of a period ---- */

static void name_number(size_t index, int64_t value, struct rules_period *period) {
    period->numbers |= UINT64_C(1) << index;
    rules_number_set(&period->values, index, value);
}

static bool read_number(struct reading *reading, const char *key, const json_t *value,
                        struct rules_period *period) {
    size_t i = 0;
    while (rules_number_at(i) != NULL && strcmp(rules_number_at(i)->name, key) != 0)
        i++;
    const struct rules_number *number = rules_number_at(i);
    if (number == NULL || number->words != NULL)
        return wrong(reading, "unknown number \"%s\"; `rules show` has all of them", key);
    int64_t given = json_integer_value(value);
    if (!json_is_integer(value) || given < number->min || given > number->max)
        return wrong(reading, "\"%s\" must be a whole number from %" PRId64 " to %" PRId64, key,
                     number->min, number->max);
    name_number(i, given, period);
    return true;
}

static bool read_switch(struct reading *reading, const json_t *value, const char *key, size_t index,
                        struct rules_period *period) {
    if (!json_is_boolean(value))
        return wrong(reading, "\"%s\" must be true or false", key);
    name_number(index, json_is_true(value), period);
    return true;
}

/* One that stands in the period by itself, as a word or a switch; an absent one is not named. */
static bool read_word(struct reading *reading, const json_t *period_object, size_t index,
                      struct rules_period *period) {
    const struct rules_number *number = rules_number_at(index);
    const json_t *value = json_object_get(period_object, number->name);
    const char *word = json_string_value(value);
    if (value == NULL)
        return true;
    if (number->words == rules_switch)
        return read_switch(reading, value, number->name, index, period);
    for (int64_t i = number->min; word != NULL && i <= number->max; i++) {
        if (strcmp(word, number->words[i - number->min]) != 0)
            continue;
        name_number(index, i, period);
        return true;
    }
    char text[TEXT_MAX / 2] = "";
    for (int64_t i = number->min; i <= number->max; i++) {
        size_t size = strlen(text);
        snprintf(text + size, sizeof(text) - size, "%s\"%s\"", i > number->min ? " or " : "",
                 number->words[i - number->min]);
    }
    return wrong(reading, "\"%s\" must be %s", number->name, text);
}

static bool read_words(struct reading *reading, const json_t *period_object,
                       struct rules_period *period) {
    for (size_t i = 0; rules_number_at(i) != NULL; i++) {
        if (rules_number_at(i)->words != NULL && !read_word(reading, period_object, i, period))
            return false;
    }
    return true;
}

static bool read_numbers(struct reading *reading, const json_t *numbers,
                         struct rules_period *period) {
    const char *key;
    json_t *value;
    if (!json_is_object(numbers))
        return wrong(reading, "must be an object, {...}");
    json_object_foreach((json_t *)(uintptr_t)numbers, key, value) {
        if (!read_number(reading, key, value, period))
            return false;
    }
    return true;
}

static bool read_kind(struct reading *reading, const char *key, const json_t *value,
                      struct rules_period *period) {
    static const char *const known[] = {"enabled", "min_fen", "max_fen", NULL};
    int kind = TRANSFER_BOUND_PAIR;
    while (kind < TRANSFER_KINDS && strcmp(transfer_kind_name((enum transfer_kind)kind), key) != 0)
        kind++;
    if (kind == TRANSFER_KINDS)
        return wrong(reading, "unknown kind of transfer \"%s\"", key);
    struct kind_rule *rule = &period->values.kinds[kind];
    size_t place = enter(reading, key);
    if (!known_keys(reading, value, known))
        return false;
    if (!json_is_boolean(json_object_get(value, "enabled")))
        return wrong(reading, "\"enabled\" must be true or false");
    rule->enabled = json_is_true(json_object_get(value, "enabled"));
    if (!take_integer(reading, value, "min_fen", false, &rule->min_fen) ||
        !take_integer(reading, value, "max_fen", false, &rule->max_fen))
        return false;
    period->kinds |= 1u << kind;
    leave(reading, place);
    return true;
}

static bool read_kinds(struct reading *reading, const json_t *kinds, struct rules_period *period) {
    const char *key;
    json_t *value;
    if (!json_is_object(kinds))
        return wrong(reading, "must be an object, {...}");
    json_object_foreach((json_t *)(uintptr_t)kinds, key, value) {
        if (!read_kind(reading, key, value, period))
            return false;
    }
    return true;
}

static bool read_product(struct reading *reading, const char *key, const json_t *value,
                         struct rules_period *period) {
    static const char *const known[] = {"enabled", NULL};
    char name[PLACE_MAX];
    size_t i = 0;
    snprintf(name, sizeof(name), "products.%s.enabled", key);
    while (rules_number_at(i) != NULL && strcmp(rules_number_at(i)->name, name) != 0)
        i++;
    if (rules_number_at(i) == NULL)
        return wrong(reading, "unknown kind of product \"%s\"", key);
    size_t place = enter(reading, key);
    if (!known_keys(reading, value, known) ||
        !read_switch(reading, json_object_get(value, "enabled"), "enabled", i, period))
        return false;
    leave(reading, place);
    return true;
}

static bool read_products(struct reading *reading, const json_t *products,
                          struct rules_period *period) {
    const char *key;
    json_t *value;
    if (!json_is_object(products))
        return wrong(reading, "must be an object, {...}");
    json_object_foreach((json_t *)(uintptr_t)products, key, value) {
        if (!read_product(reading, key, value, period))
            return false;
    }
    return true;
}

static bool read_buckets(struct reading *reading, const json_t *buckets,
                         struct rules_period *period) {
    static const char *const known[] = {"II-IN", "II-OUT", "III-IN", "III-OUT", NULL};
    static const char *const limits[] = {"day_fen", "year_fen", NULL};
    if (!known_keys(reading, buckets, known))
        return false;
    for (int i = 0; i < BUCKET_CLASSES * BUCKET_FLOWS; i++) {
        struct bucket_limit *limit = &period->values.buckets[i / BUCKET_FLOWS][i % BUCKET_FLOWS];
        const json_t *value = json_object_get(buckets, known[i]);
        if (value == NULL)
            return wrong(reading, "\"%s\" is not there: name all four, or none", known[i]);
        size_t place = enter(reading, known[i]);
        if (!known_keys(reading, value, limits) ||
            !take_integer(reading, value, "day_fen", true, &limit->day_fen) ||
            !take_integer(reading, value, "year_fen", true, &limit->year_fen))
            return false;
        leave(reading, place);
    }
    period->buckets = true;
    return true;
}

/* ---- calendars ---- */

/* An absent list is an empty one. */
static bool list_right(struct reading *reading, const json_t *list, const char *key, size_t max) {
    if (list != NULL && (!json_is_array(list) || json_array_size(list) > max))
        return wrong(reading, "\"%s\" must be a list, [...], of at most %zu", key, max);
    return true;
}

static bool read_days(struct reading *reading, const json_t *calendar, const char *key,
                      int32_t *days_out, uint32_t *count_out) {
    const json_t *list = json_object_get(calendar, key);
    if (!list_right(reading, list, key, CALENDAR_DAYS_MAX))
        return false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        int64_t day = 0;
        if (!take_date(reading, json_array_get(list, i), key, &day))
            return false;
        days_out[i] = (int32_t)day;
    }
    *count_out = (uint32_t)json_array_size(list);
    return true;
}

static bool read_week(struct reading *reading, const json_t *list,
                      struct calendar_rules *calendar) {
    if (list == NULL || !list_right(reading, list, "week", WEEK_DAYS))
        return list != NULL ? false : wrong(reading, "\"week\" is not there");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));
        size_t day = 0;
        while (name != NULL && rules_week_day(day) != NULL &&
               strcmp(rules_week_day(day), name) != 0)
            day++;
        if (name == NULL || rules_week_day(day) == NULL)
            return wrong(reading, "\"week\" is a list of MON, TUE, WED, THU, FRI, SAT, SUN");
        calendar->week |= (uint8_t)(1u << day);
    }
    return true;
}

static bool read_cut_offs(struct reading *reading, const json_t *list,
                          struct calendar_rules *calendar) {
    if (!list_right(reading, list, "cut_offs", CUT_OFFS_MAX))
        return false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        bool right = text != NULL && strlen(text) == 5 && text[2] == ':' &&
                     strspn(text, "0123456789") == 2 && strspn(text + 3, "0123456789") == 2;
        int hour = right ? (text[0] - '0') * 10 + text[1] - '0' : 0;
        int minute = right ? (text[3] - '0') * 10 + text[4] - '0' : 0;
        if (!right || hour > 24 || minute > 59)
            return wrong(reading, "\"cut_offs\" is a list of times of day, \"HH:MM\"");
        calendar->cut_offs[i] = (uint16_t)(hour * 60 + minute);
    }
    calendar->cut_off_count = (uint32_t)json_array_size(list);
    return true;
}

static bool read_calendar(struct reading *reading, const json_t *value,
                          struct rules_period *period) {
    static const char *const known[] = {"week", "cut_offs", "holidays", "working_days", NULL};
    struct calendar_rules *calendar = &period->values.calendar;
    period->calendar = true;
    if (json_is_null(value))
        return true;
    calendar->present = true;
    return known_keys(reading, value, known) &&
           read_week(reading, json_object_get(value, "week"), calendar) &&
           read_cut_offs(reading, json_object_get(value, "cut_offs"), calendar) &&
           read_days(reading, value, "holidays", calendar->holidays, &calendar->holiday_count) &&
           read_days(reading, value, "working_days", calendar->make_up, &calendar->make_up_count);
}

/* ---- the whole ---- */

static bool read_part(struct reading *reading, const json_t *period, const char *key,
                      bool (*read)(struct reading *reading, const json_t *value,
                                   struct rules_period *period),
                      struct rules_period *period_out) {
    const json_t *value = json_object_get(period, key);
    if (value == NULL)
        return true;
    size_t place = enter(reading, key);
    if (!read(reading, value, period_out))
        return false;
    leave(reading, place);
    return true;
}

static bool read_period(struct reading *reading, const json_t *value, struct rules_period *period) {
    static const char *const known[] = {"from",     "until",      "numbers",
                                        "kinds",    "buckets",    "calendar",
                                        "products", "settlement", "deposits_through_others",
                                        NULL};
    const json_t *until = json_object_get(value, "until");
    period->until_day = RULES_FOR_EVER;
    return known_keys(reading, value, known) &&
           take_date(reading, json_object_get(value, "from"), "\"from\"", &period->from_day) &&
           (until == NULL || take_date(reading, until, "\"until\"", &period->until_day)) &&
           read_part(reading, value, "numbers", read_numbers, period) &&
           read_words(reading, value, period) &&
           read_part(reading, value, "kinds", read_kinds, period) &&
           read_part(reading, value, "products", read_products, period) &&
           read_part(reading, value, "buckets", read_buckets, period) &&
           read_part(reading, value, "calendar", read_calendar, period);
}

static bool read_document(struct reading *reading, const json_t *root,
                          struct rules_document *document) {
    static const char *const known[] = {"name", "source", "periods", NULL};
    const json_t *periods = json_object_get(root, "periods");
    if (!known_keys(reading, root, known) ||
        !take_text(reading, root, "name", true, document->name, RULES_NAME_MAX) ||
        !take_text(reading, root, "source", false, document->source, RULES_SOURCE_MAX))
        return false;
    if (!json_is_array(periods) || json_array_size(periods) > RULES_PERIODS_MAX)
        return wrong(reading, "\"periods\" must be a list, [...], of 1 to 16");
    document->count = (uint32_t)json_array_size(periods);
    for (uint32_t i = 0; i < document->count; i++) {
        snprintf(reading->place, PLACE_MAX, "periods[%u]", i);
        if (!read_period(reading, json_array_get(periods, i), &document->periods[i]))
            return false;
    }
    leave(reading, 0);
    return true;
}

void ctl_rules_wrong(const char *path, const struct rules_problem *problem, FILE *errors) {
    struct reading reading = {.path = path, .errors = errors};
    if (problem->period < RULES_PERIODS_MAX)
        snprintf(reading.place, PLACE_MAX, "periods[%u]", problem->period);
    if (problem->field[0] != '\0')
        (void)enter(&reading, problem->field);
    (void)wrong(&reading, "%s", problem->what);
}

bool ctl_rules_read(const char *path, int64_t begin, struct rules_document *document_out,
                    FILE *errors) {
    struct reading reading = {.path = path, .errors = errors};
    struct rules_problem problem;
    json_error_t error;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    memset(document_out, 0, sizeof(*document_out));
    if (root == NULL && error.line < 0)
        return wrong(&reading, "%s", error.text);
    if (root == NULL)
        return wrong(&reading, "line %d, column %d: %s", error.line, error.column, error.text);
    bool right = read_document(&reading, root, document_out);
    json_decref(root);
    if (right && begin >= 0 && document_out->count > 0)
        document_out->periods[0].from_day = begin;
    if (right && !rules_document_check(document_out, &problem)) {
        ctl_rules_wrong(path, &problem, errors);
        right = false;
    }
    return right;
}
