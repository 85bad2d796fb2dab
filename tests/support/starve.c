/*
 * See starve.h. The C library takes our definitions for its own calls and for every library's.
 */
#include "support/starve.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define SAID_SIZE 4096
#define SPREAD_DEFAULT 30 /* allocations that are tried where nobody asks for more */

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||                               \
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define STARVE_WORKS 0
#else
#define STARVE_WORKS 1
#endif

static uint64_t fail_at;
static bool fail_for_ever;
static uint64_t *count; /* shared with children */

bool starve_works(void) {
    return STARVE_WORKS;
}

#if STARVE_WORKS
/* The C library's own, by the names that it exports for this. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t members, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static bool fails(void) {
    if (fail_at == 0)
        return false;
    uint64_t number = __atomic_add_fetch(count, 1, __ATOMIC_RELAXED);
    bool failed = number == fail_at || (fail_for_ever && number > fail_at);
    if (failed)
        errno = ENOMEM;
    return failed;
}

void *malloc(size_t size) {
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t members, size_t size) {
    return fails() ? NULL : __libc_calloc(members, size);
}

void *realloc(void *memory, size_t size) {
    return fails() ? NULL : __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return fails() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    if (fails())
        return ENOMEM;
    *memory = __libc_memalign(alignment, size);
    return *memory != NULL ? 0 : ENOMEM;
}
#endif

void starve(uint64_t at, bool for_ever) {
    if (count == NULL) {
        count =
            mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        assert_true(count != MAP_FAILED);
    }
    *count = 0;
    fail_for_ever = for_ever;
    fail_at = at;
}

uint64_t starve_count(void) {
    return count != NULL ? *count : 0;
}

static void run_child(bool (*act)(void *context), void *context, uint64_t at, bool for_ever,
                      int errors) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    setenv("CMOCKA_TEST_ABORT", "1", 1);
    dup2(errors, STDERR_FILENO);
    starve(at, for_ever);
    bool through = act(context);
    fail_at = 0;
    _exit(through ? 0 : 1);
}

static enum starved judge(int status, const char *said) {
    if (WIFEXITED(status) && WEXITSTATUS(status) <= 1)
        return WEXITSTATUS(status) == 0 ? STARVED_DONE : STARVED_REFUSED;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT && strstr(said, "event=fatal ") != NULL)
        return STARVED_FATAL;
    return STARVED_CRASHED;
}

enum starved starve_child(bool (*act)(void *context), void *context, uint64_t at, bool for_ever,
                          uint64_t *count_out, char *said, size_t said_size) {
    FILE *errors = tmpfile();
    int status;
    assert_non_null(errors);
    starve(0, false); /* the counter is there before the child is */
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        run_child(act, context, at, for_ever, fileno(errors));
    assert_int_equal(waitpid(child, &status, 0), child);
    rewind(errors);
    said[fread(said, 1, said_size - 1, errors)] = '\0';
    fclose(errors);
    enum starved result = judge(status, said);
    if (result == STARVED_DONE)
        *count_out = starve_count();
    return result;
}

static uint64_t step_for(uint64_t all) {
    const char *text = getenv("LINKGATE_STARVE");
    uint64_t wanted = text != NULL ? strtoull(text, NULL, 10) : SPREAD_DEFAULT;
    return wanted == 0 || wanted >= all ? 1 : all / wanted;
}

void starve_all(bool (*act)(void *context), void *context) {
    char said[SAID_SIZE];
    uint64_t all = 0, ended[STARVED_CRASHED + 1] = {0};
    assert_int_equal(starve_child(act, context, UINT64_MAX, false, &all, said, sizeof(said)),
                     STARVED_DONE);
    uint64_t step = step_for(all);
    for (uint64_t at = 1; at <= all; at += step) {
        for (int for_ever = 0; for_ever < 2; for_ever++) {
            uint64_t ignored;
            enum starved result =
                starve_child(act, context, at, for_ever != 0, &ignored, said, sizeof(said));
            ended[result]++;
            if (result == STARVED_CRASHED)
                fail_msg("allocation %ju of %ju, %s: crashed, saying: %s", (uintmax_t)at,
                         (uintmax_t)all, for_ever != 0 ? "for ever" : "once", said);
        }
    }
    print_message("%ju allocations: %ju went through, %ju refused, %ju ended\n", (uintmax_t)all,
                  (uintmax_t)ended[STARVED_DONE], (uintmax_t)ended[STARVED_REFUSED],
                  (uintmax_t)ended[STARVED_FATAL]);
    assert_true(ended[STARVED_FATAL] + ended[STARVED_REFUSED] > 0);
}
