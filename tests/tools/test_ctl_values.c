/*
 * linkgatectl: times of Shanghai, names, completion; and that the man page has every command and
 * option, and no other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "stand_in.h"
#include "tools/ctl_values.h"

#define NOW_MS 1782873000000 /* 2026-07-01 10:30:00 in Shanghai */
#define DAY_START_MS (NOW_MS - (10 * 60 + 30) * 60000)

static void times(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum ctl_time sort;
        int64_t ms;
    } cases[] = {
        {"2026-07-01", CTL_TIME_FROM, DAY_START_MS},
        {"2026-07-01", CTL_TIME_TO, DAY_START_MS + 86400000},
        {"2026-07-01", CTL_TIME_UNTIL, DAY_START_MS + 86400000},
        {"2026-07-01 10:30", CTL_TIME_FROM, NOW_MS},
        {"2026-07-01 10:30", CTL_TIME_TO, NOW_MS},
        {"2026-07-01T10:30:00", CTL_TIME_FROM, NOW_MS},
        {"2026-07-01 10:30:00.000+08", CTL_TIME_FROM, NOW_MS},
        {"2026-07-01T10:30:00+08:00", CTL_TIME_FROM, NOW_MS},
        {"2026-07-01T02:30:00.000Z", CTL_TIME_FROM, NOW_MS},
        {"10:30", CTL_TIME_FROM, NOW_MS},
        {"10:29:59.500", CTL_TIME_FROM, NOW_MS - 500},
        {"90s", CTL_TIME_FROM, NOW_MS - 90000},
        {"10m", CTL_TIME_TO, NOW_MS - 600000},
        {"2h", CTL_TIME_FROM, NOW_MS - 7200000},
        {"3d", CTL_TIME_UNTIL, NOW_MS + 3 * 86400000},
    };
    static const char *const wrong[] = {
        "",
        "now",
        "10",
        "10y",
        "-1h",
        "2026-13-01",
        "2026-02-29",
        "2026-07-01 24:00",
        "9:30",
        "09:60",
        "2026-07-01 10:30+09",
        "2026-07-01 10",
        "10:30:00.5",
        "1000001s",
        "2h 3m",
    };
    int64_t ms;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (!ctl_time_parse(cases[i].text, cases[i].sort, NOW_MS, &ms) || ms != cases[i].ms)
            fail_msg("%s: %lld, not %lld", cases[i].text, (long long)ms, (long long)cases[i].ms);
    }
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        if (ctl_time_parse(wrong[i], CTL_TIME_FROM, NOW_MS, &ms))
            fail_msg("%s is taken for a time", wrong[i]);
    }
}

static void shown_times_are_understood(void **state) {
    (void)state;
    char text[CTL_TIME_SIZE];
    int64_t again;
    for (int64_t ms = NOW_MS; ms < NOW_MS + 400 * INT64_C(86400000); ms += INT64_C(86399123)) {
        ctl_time_format(ms, text);
        assert_true(ctl_time_parse(text, CTL_TIME_FROM, 0, &again));
        assert_int_equal(again, ms);
    }
    ctl_time_format(INT64_C(1798732799000), text);
    assert_string_equal(text, "2026-12-31 23:59:59.000");
}

static void distances(void **state) {
    (void)state;
    assert_int_equal(ctl_distance("link", "link"), 0);
    assert_int_equal(ctl_distance("link", "lnk"), 1);
    assert_int_equal(ctl_distance("link", "LINKS"), 1);
    assert_int_equal(ctl_distance("abc", "xyz"), 3);
    assert_int_equal(ctl_distance("", "xyz"), 3);
    assert_string_equal(ctl_names_near(&ctl_transfer_states, "unknwon"), "UNKNOWN");
    assert_null(ctl_names_near(&ctl_transfer_states, "sleeping"));
}

/* ---- completion ---- */

static const char *complete(const char *const *words) {
    char *argv[16];
    int argc = 0;
    size_t size;
    for (; words[argc] != NULL; argc++)
        argv[argc] = strdup(words[argc]);
    free(world.out);
    FILE *out = open_memstream(&world.out, &size);
    assert_int_equal(ctl_complete(argc, argv, out), CTL_OK);
    fclose(out);
    for (int i = 0; i < argc; i++)
        free(argv[i]);
    return world.out;
}

#define COMPLETE(...) complete((const char *const[]){__VA_ARGS__, NULL})

static void completion(void **state) {
    (void)state;
    assert_says(COMPLETE(""), "status\nwatch\nalarms\nverify\nbank\nlink\n");
    assert_string_equal(COMPLETE("bank", ""),
                        "list\nshow\nadd\nset\nenable\ndisable\nresync\npin\n");
    assert_string_equal(COMPLETE("bank", "pin", ""), "list\nadd\nremove\n");
    assert_string_equal(COMPLETE("--json", "--socket", "x", "net", ""), "list\n");
    assert_string_equal(COMPLETE("link", "list", "--state", ""),
                        "REQUESTED\nVERIFYING\nAWAITING_AUTHENTICATION\nACTIVE\nSUSPENDED\n"
                        "CLOSING\nCLOSED\nPENDING_ACTIVATION\nREJECTED\nEXPIRED\n");
    assert_says(COMPLETE("approval", "list", "--state", "W"), "WAITING\n");
    assert_string_equal(COMPLETE("bank", "add", "x", "--roles", ""), "class1\nclass2\nissuer\n");
    assert_says(COMPLETE("bank", "set", "x", "--deny", ""), "OPEN_LINK\n");
    assert_says(COMPLETE("link", "hold", "x", "--block", ""), "DEBIT_CLASS1\n");
    assert_says(COMPLETE("transfer", "list", "--kind", ""), "BOUND_PAIR\nPAYMENT\nRETURN\n");
    assert_says(COMPLETE("transfer", "list", "--kind", ""), "ORDER_BUY\n");
    assert_string_equal(COMPLETE("order", ""), "list\nshow\nexplain\n");
    assert_string_equal(COMPLETE("holding", ""), "list\nsearch\n");
    assert_string_equal(COMPLETE("loan", "list", "--state", ""),
                        "OFFERED\nAPPLIED\nAPPROVED\nDECLINED\nDISBURSING\nOUTSTANDING\nOVERDUE\n"
                        "REPAID\nCANCELLED\nEXPIRED\n");
    assert_says(COMPLETE("order", "list", "--state", ""), "REFUNDING\n");
    assert_string_equal(COMPLETE("object", "unfreeze", ""), "link\ntransfer\norder\nloan\n");
    assert_string_equal(COMPLETE("link", "show", ""), "");
    assert_says(COMPLETE("transfer", "list", "--m"), "--min\n--max\n");
    assert_silent_on(COMPLETE("status", "-"), "--limit");
    assert_string_equal(COMPLETE("link", "list", "--from", ""), "");
    assert_string_equal(COMPLETE("nonsense", "--frob", "more", ""), "");
    /* nobody answers there, and that is no error while a line is typed */
    assert_string_equal(COMPLETE("--socket", world.path, "bank", "show", ""), "");
}

/* ---- the man page ---- */

static char *man_page(void) {
    char path[512];
    const char *source = getenv("LINKGATE_SOURCE");
    snprintf(path, sizeof(path), "%s/docs/man/linkgatectl.1.scd", source != NULL ? source : ".");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = calloc(1, 1 << 17);
    assert_true(fread(text, 1, (1 << 17) - 1, file) > 0);
    fclose(file);
    return text;
}

/* The heading of a command: its line in COMMANDS. */
static void command_line(const struct ctl_command *command, char *line_out, size_t size) {
    size_t used = (size_t)snprintf(line_out, size, "\n*%s*", command->name);
    const char *word = command->words;
    while (*word != '\0') {
        int length = (int)strcspn(word, " ");
        used += (size_t)snprintf(line_out + used, size - used, " _%.*s_", length, word);
        word += length + (word[length] == ' ');
    }
    for (int i = 0; i < CTL_OPTIONS; i++) {
        const struct ctl_option_row *row = ctl_option_row((enum ctl_option)i);
        if (!(command->options & UINT64_C(1) << i))
            continue;
        if (row->value != NULL)
            used += (size_t)snprintf(line_out + used, size - used, " [*%s* _%s_]", row->name,
                                     row->value);
        else
            used += (size_t)snprintf(line_out + used, size - used, " [*%s*]", row->name);
    }
    snprintf(line_out + used, size - used, "\n\t%s",
             ctl_command_takes_two(command) ? "\\[2\\] " : "");
}

static void man_page_has_every_command(void **state) {
    (void)state;
    char *page = man_page();
    size_t count;
    const struct ctl_command *commands = ctl_commands(&count);
    for (size_t i = 0; i < count; i++) {
        char line[1024];
        command_line(&commands[i], line, sizeof(line));
        assert_says(page, line);
    }
    for (int i = 0; i < CTL_OPTIONS; i++) {
        const struct ctl_option_row *row = ctl_option_row((enum ctl_option)i);
        char line[128];
        if (row->value != NULL)
            snprintf(line, sizeof(line), "\n*%s* _%s_\n", row->name, row->value);
        else
            snprintf(line, sizeof(line), "\n*%s*\n", row->name);
        assert_says(page, line);
    }
    free(page);
}

static void man_page_has_no_other_command(void **state) {
    (void)state;
    char *page = man_page();
    size_t count, found = 0;
    const struct ctl_command *commands = ctl_commands(&count);
    char *from = strstr(page, "\n# COMMANDS\n");
    assert_non_null(from);
    char *to = strstr(from + 1, "\n# ");
    assert_non_null(to);
    *to = '\0';
    for (char *line = strstr(from, "\n*"); line != NULL; line = strstr(line + 1, "\n*")) {
        char name[64];
        snprintf(name, sizeof(name), "%.*s", (int)strcspn(line + 2, "*"), line + 2);
        if (ctl_command_named(name) == NULL)
            fail_msg("the man page has a command '%s'", name);
        found++;
    }
    assert_int_equal(found, count);
    assert_non_null(commands);
    free(page);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times),
        cmocka_unit_test(shown_times_are_understood),
        cmocka_unit_test(distances),
        cmocka_unit_test_setup_teardown(completion, tool_set_up, tool_tear_down),
        cmocka_unit_test(man_page_has_every_command),
        cmocka_unit_test(man_page_has_no_other_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
