/*
 * Files of rules: the shipped ones say what they should, and each way to write one wrongly is told with
 * the place and what would be right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/rulebook.h"
#include "tools/ctl_rules.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct rules_document *read_shipped(const char *name) {
    struct rules_document *document = xcalloc(1, sizeof(*document));
    const char *source = getenv("LINKGATE_SOURCE");
    char path[4096];
    assert_non_null(source);
    snprintf(path, sizeof(path), "%s/data/rules/%s", source, name);
    assert_true(ctl_rules_read(path, -1, document, stderr));
    return document;
}

/* All that the program has by itself stands in the file, and the file changes nothing. */
static void cn_2018_is_the_compiled_row(void **state) {
    (void)state;
    struct rules_document *document = read_shipped("cn-2018.json");
    struct rules_period *whole = xcalloc(1, sizeof(*whole));
    struct rulebook book;
    struct rules_problem problem;
    rules_period_of(rules_compiled(), whole);
    assert_int_equal(document->count, 1);
    assert_int_equal(document->periods[0].numbers, whole->numbers);
    assert_int_equal(document->periods[0].kinds, whole->kinds);
    assert_true(document->periods[0].buckets);
    rulebook_init(&book);
    assert_true(rulebook_add(&book, 0, document, &problem));
    struct rules loaded = *rulebook_at(&book, INT64_MAX);
    loaded.effective_from_ms = rules_compiled()->effective_from_ms;
    assert_memory_equal(&loaded, rules_compiled(), sizeof(loaded));
    rulebook_deinit(&book);
    free(whole);
    free(document);
}

static void calendar_2026_has_its_days(void **state) {
    (void)state;
    struct rules_document *document = read_shipped("calendar-2026.json");
    const struct calendar_rules *calendar = &document->periods[0].values.calendar;
    int64_t saturday;
    assert_true(calendar->present);
    assert_int_equal(calendar->week, 0x1f);
    assert_int_equal(calendar->holiday_count, 33);
    assert_int_equal(calendar->make_up_count, 6);
    /* What is made up for is a day of a week's end. */
    assert_true(date_parse(span_text("2026-02-14"), &saturday));
    for (uint32_t i = 0; i < calendar->make_up_count; i++)
        assert_in_range((calendar->make_up[i] - saturday + 7 * 52) % 7, 0, 1);
    free(document);
}

#define PERIOD(text) "{\"name\":\"n\",\"periods\":[{\"from\":\"2027-01-01\"," text "}]}"
#define BUCKET "{\"day_fen\":1,\"year_fen\":2}"

static const struct {
    const char *text, *told;
} wrongs[] = {
    {"{\n \"name\": \"n\",,\n}", "line 2, column 14"},
    {"{\"name\":\"n\",\"name\":\"n\"}", "duplicate"},
    {"[]", "must be an object"},
    {"{\"name\":\"n\",\"extra\":1}", "unknown key \"extra\""},
    {"{\"name\":7,\"periods\":[]}", "\"name\" must be a text"},
    {"{\"name\":\"n\",\"periods\":[]}", "periods: A document has 1 to 16 periods"},
    {"{\"name\":\"n\",\"periods\":[{}]}", "periods[0]: \"from\" must be a day"},
    {"{\"name\":\"n\",\"periods\":[{\"from\":\"2027-02-29\"}]}", "a day that exists"},
    {PERIOD("\"numbers\":{}"), "names nothing"},
    {PERIOD("\"numbers\":{\"code_trys\":1}"), "periods[0].numbers: unknown number \"code_trys\""},
    {PERIOD("\"numbers\":{\"code_tries\":11}"), "whole number from 1 to 10"},
    {PERIOD("\"numbers\":{\"code_tries\":1.5}"), "whole number from 1 to 10"},
    {PERIOD("\"numbers\":{\"settlement\":1}"), "unknown number \"settlement\""},
    {PERIOD("\"settlement\":1"), "\"settlement\" must be \"bilateral\" or \"multilateral\""},
    {PERIOD("\"settlement\":\"gross\""), "must be \"bilateral\" or \"multilateral\""},
    {PERIOD("\"settlement\":\"multilateral\""), ""},
    {PERIOD("\"deposits_through_others\":true"), ""},
    {PERIOD("\"deposits_through_others\":\"true\""),
     "periods[0]: \"deposits_through_others\" must be true or false"},
    {PERIOD("\"numbers\":{\"deposits_through_others\":1}"), "unknown number"},
    {PERIOD("\"products\":{\"LOAN\":{\"enabled\":false}}"), ""},
    {PERIOD("\"products\":{\"LOAN\":{}}"), "periods[0].products.LOAN: \"enabled\" must be true"},
    {PERIOD("\"products\":{\"LOAN\":{\"enabled\":1}}"), "\"enabled\" must be true or false"},
    {PERIOD("\"products\":{\"LOAN\":{\"on\":true}}"), "unknown key \"on\""},
    {PERIOD("\"products\":{\"SHARE\":{\"enabled\":true}}"), "unknown kind of product \"SHARE\""},
    {PERIOD("\"products\":[]"), "periods[0].products: must be an object"},
    {PERIOD("\"products.LOAN.enabled\":true"), "unknown key"},
    {PERIOD("\"numbers\":{\"assessment_days\":0}"), "whole number from 1 to 3650"},
    {PERIOD("\"kinds\":{\"GIFT\":{\"enabled\":true}}"), "unknown kind of transfer \"GIFT\""},
    {PERIOD("\"kinds\":{\"BILL\":{}}"), "periods[0].kinds.BILL: \"enabled\""},
    {PERIOD("\"kinds\":{\"BILL\":{\"enabled\":true,\"min_fen\":3,\"max_fen\":2}}"), ""},
    {PERIOD("\"buckets\":{\"II-IN\":" BUCKET "}"), "name all four"},
    {PERIOD("\"buckets\":{\"IV-IN\":" BUCKET "}"), "unknown key \"IV-IN\""},
    {PERIOD("\"buckets\":{\"II-IN\":{\"day_fen\":1}}"), "periods[0].buckets.II-IN: \"year_fen\""},
    {PERIOD("\"calendar\":{}"), "\"week\" is not there"},
    {PERIOD("\"calendar\":{\"week\":[\"MONDAY\"]}"), "a list of MON"},
    {PERIOD("\"calendar\":{\"week\":[\"MON\"],\"cut_offs\":[\"25:00\"]}"), "times of day"},
    {PERIOD("\"calendar\":{\"week\":[\"MON\"],\"cut_offs\":[\"16:00\",\"15:00\"]}"), "ascending"},
    {PERIOD("\"calendar\":{\"week\":[\"MON\"],\"holidays\":[\"2027-13-01\"]}"),
     "a day that exists"},
    {PERIOD("\"calendar\":null,\"until\":\"2027-12-31\""), "The last period has no last day"},
    {"{\"name\":\"n\",\"periods\":["
     "{\"from\":\"2027-01-01\",\"until\":\"2027-01-31\",\"calendar\":null},"
     "{\"from\":\"2027-02-02\",\"calendar\":null}]}",
     "periods[1].from: A gap"},
    {"{\"name\":\"n\",\"periods\":["
     "{\"from\":\"2027-01-01\",\"until\":\"2027-01-31\",\"calendar\":null},"
     "{\"from\":\"2027-01-31\",\"calendar\":null}]}",
     "periods[1].from: It overlaps"},
};

static bool read_text(const char *text, char **told_out) {
    char path[] = "/tmp/linkgate-test-rules-XXXXXX";
    size_t size;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    FILE *errors = open_memstream(told_out, &size);
    struct rules_document *document = xcalloc(1, sizeof(*document));
    bool right = ctl_rules_read(path, -1, document, errors);
    fclose(errors);
    free(document);
    unlink(path);
    return right;
}

static void what_is_wrong_is_told_with_its_place(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(wrongs); i++) {
        char *told;
        bool right = read_text(wrongs[i].text, &told);
        /* What only shows together with the rules before it is the book's to say. */
        if (right != (wrongs[i].told[0] == '\0') || strstr(told, wrongs[i].told) == NULL)
            fail_msg("row %zu: %s", i, told);
        free(told);
    }
}

static void the_first_day_may_be_given(void **state) {
    (void)state;
    char path[4096];
    struct rules_document *document = xcalloc(1, sizeof(*document));
    snprintf(path, sizeof(path), "%s/data/rules/cn-2018.json", getenv("LINKGATE_SOURCE"));
    assert_true(ctl_rules_read(path, 20700, document, stderr));
    assert_int_equal(document->periods[0].from_day, 20700);
    free(document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cn_2018_is_the_compiled_row),
        cmocka_unit_test(calendar_2026_has_its_days),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(the_first_day_may_be_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
