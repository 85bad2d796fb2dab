/*
 * Log lines: form, escaping, levels, length; and that fatal() logs one and aborts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/fatal.h"
#include "util/logline.h"

static FILE *stream;
static char *written;
static size_t written_size;

static int open_stream(void **state) {
    (void)state;
    stream = open_memstream(&written, &written_size);
    log_set_stream(stream);
    return stream == NULL;
}

static int close_stream(void **state) {
    (void)state;
    log_set_stream(NULL);
    log_set_level(LOG_INFO);
    fclose(stream);
    free(written);
    return 0;
}

static void fields_have_their_form(void **state) {
    (void)state;
    struct id id = id_make(1, 2, 3);
    log_line(LOG_WARNING, "bank_up", LOG_BANK("bank", 102100099996), LOG_BANK("small", 5),
             LOG_INT("n", -3), LOG_ID("id", &id), LOG_ID("none", NULL), LOG_TEXT("state", "open"));
    log_line(LOG_INFO, "bare");
    assert_string_equal(written, "<4>event=bank_up bank=102100099996 small=000000000005 n=-3 "
                                 "id=00000000000100000000000000020003 none=- state=open\n"
                                 "<6>event=bare\n");
}

static void values_cannot_forge(void **state) {
    (void)state;
    static const struct {
        const char *value;
        const char *text;
    } cases[] = {
        {"two words", "\"two words\""},
        {"", "\"\""},
        {NULL, "\"\""},
        {"a\n<0>event=b", "\"a\\x0a<0>event\\x3db\""},
        {"x admin=1", "\"x admin\\x3d1\""},
        {"say \"hi\" \\", "\"say \\\"hi\\\" \\\\\""},
        {"\xe6\x9d\x8e", "\xe6\x9d\x8e"},
        {"\xe6\x9d", "\"\\xe6\\x9d\""},
        {"\xc2\x85", "\"\\xc2\\x85\""},
        {"\x1b[31m", "\"\\x1b[31m\""},
        {"\xe2\x80\xaexyz", "\"\\xe2\\x80\\xaexyz\""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char expected[128];
        rewind(stream);
        log_line(LOG_INFO, "e", LOG_TEXT("v", cases[i].value));
        snprintf(expected, sizeof(expected), "<6>event=e v=%s\n", cases[i].text);
        assert_memory_equal(written, expected, strlen(expected));
        assert_int_equal(written_size, strlen(expected));
    }
}

static void level_drops_lines(void **state) {
    (void)state;
    log_line(LOG_DEBUG, "dropped");
    fflush(stream);
    assert_int_equal(written_size, 0);
    log_set_level(LOG_DEBUG);
    log_line(LOG_DEBUG, "kept");
    log_set_level(LOG_ERR);
    log_line(LOG_WARNING, "dropped");
    assert_string_equal(written, "<7>event=kept\n");
}

static void long_lines_are_cut(void **state) {
    (void)state;
    char text[5000];
    memset(text, '"', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    log_line(LOG_INFO, "long", LOG_TEXT("a", text), LOG_TEXT("b", text), LOG_TEXT("c", text),
             LOG_TEXT("d", text), LOG_TEXT("e", text));
    assert_int_equal(strcspn(written, "\n"), written_size - 1);
    assert_true(written_size <= 4096);
    assert_null(strstr(written, " e="));
    const char *ending = "...\" truncated=1\n";
    assert_string_equal(written + written_size - strlen(ending), ending);
}

static void cut_keeps_characters_whole(void **state) {
    (void)state;
    char text[601] = "";
    for (size_t i = 0; i + 3 < sizeof(text); i += 3)
        memcpy(text + i, "\xe6\x9d\x8e", 4);
    log_line(LOG_INFO, "e", LOG_TEXT("v", text));
    assert_null(strchr(written, '\\'));
    assert_string_equal(written + written_size - 7, "\xe6\x9d\x8e...\n");
}

/* Runs act in a child with stderr in a pipe; returns the wait status. */
static int in_child(void (*act)(void), char *output, size_t size) {
    int ends[2];
    int status = -1;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        static const struct rlimit no_core = {0, 0};
        signal(SIGABRT, SIG_DFL);
        setrlimit(RLIMIT_CORE, &no_core);
        dup2(ends[1], STDERR_FILENO);
        act();
        _exit(0);
    }
    close(ends[1]);
    size_t total = 0;
    ssize_t got;
    while ((got = read(ends[0], output + total, size - 1 - total)) > 0)
        total += (size_t)got;
    output[total] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void break_invariant(void) {
    const char *volatile text = "";
    ENSURE(text == NULL);
}

static void exhaust_memory(void) {
    volatile size_t count = SIZE_MAX / 2;
    free(xcalloc(count, 3));
}

static void fatal_logs_and_aborts(void **state) {
    (void)state;
    char output[2048];
    int status = in_child(break_invariant, output, sizeof(output));
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    const char *start = "<2>event=fatal where=break_invariant reason=\"broken invariant: ";
    assert_memory_equal(output, start, strlen(start));
    assert_int_equal(strcspn(output, "\n"), strlen(output) - 1);
    status = in_child(exhaust_memory, output, sizeof(output));
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_non_null(strstr(output, "where=memory"));
}

static void gate_counts_what_it_drops(void **state) {
    (void)state;
    struct log_gate gate = {0};
    for (int i = 0; i < 10; i++)
        assert_int_equal(log_gate_open(&gate, 3, 5000 + i, "dropped"), i < 3);
    assert_true(log_gate_open(&gate, 3, 6000, "dropped"));
    assert_true(log_gate_open(&gate, 3, 7000, "dropped"));
    fflush(stream);
    assert_string_equal(written, "<4>event=dropped count=7\n");
}

static void what_repeats_is_told_once_a_minute(void **state) {
    (void)state;
    struct log_seldom seldom = {0};
    uint64_t times = 0;
    assert_true(log_seldom(&seldom, 1000, &times));
    assert_int_equal(times, 1);
    for (int64_t now_ms = 1000; now_ms < 61000; now_ms += 1000)
        assert_false(log_seldom(&seldom, now_ms, &times));
    assert_true(log_seldom(&seldom, 61000, &times));
    assert_int_equal(times, 61);
    assert_false(log_seldom(&seldom, 61001, &times));
    assert_true(log_seldom(&seldom, 500000, &times));
    assert_int_equal(times, 2);
}

static void allocators_give_memory(void **state) {
    (void)state;
    uint8_t *memory = xcalloc(10, 10);
    for (int i = 0; i < 100; i++)
        assert_int_equal(memory[i], 0);
    memory = xrealloc(memory, 1000);
    memory[999] = 1;
    free(memory);
    free(xmalloc(0));
    char *text = xstrdup("text");
    assert_string_equal(text, "text");
    free(text);
}

#define LOGGED(test) cmocka_unit_test_setup_teardown(test, open_stream, close_stream)

int main(void) {
    const struct CMUnitTest tests[] = {
        LOGGED(fields_have_their_form),
        LOGGED(values_cannot_forge),
        LOGGED(level_drops_lines),
        LOGGED(long_lines_are_cut),
        LOGGED(cut_keeps_characters_whole),
        LOGGED(gate_counts_what_it_drops),
        cmocka_unit_test(what_repeats_is_told_once_a_minute),
        cmocka_unit_test(fatal_logs_and_aborts),
        cmocka_unit_test(allocators_give_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
