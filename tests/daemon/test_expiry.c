/*
 * What is warned of before it expires, when, and how often.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/expiry.h"
#include "session/stage.h"
#include "util/logline.h"

#define DAY_MS 86400000LL
#define FAR_MS (4000000000000LL)

struct scene {
    struct stage stage;
    struct expiry *expiry;
    struct tls_expiry own;
    char *text;
    size_t size;
    FILE *log;
};

static void scene_open(struct scene *scene) {
    memset(scene, 0, sizeof(*scene));
    stage_open(&scene->stage);
    scene->expiry = expiry_new();
    scene->own = (struct tls_expiry){FAR_MS, 0, INT64_MAX};
    scene->log = open_memstream(&scene->text, &scene->size);
    assert_non_null(scene->log);
    log_set_stream(scene->log);
}

static void scene_close(struct scene *scene) {
    log_set_stream(stderr);
    fclose(scene->log);
    free(scene->text);
    expiry_free(scene->expiry);
    stage_close(&scene->stage);
}

/* Looks at that time; how many lines came with all of these words (NULL: any). */
static int lines_at(struct scene *scene, int64_t now_ms, const char *word, const char *other) {
    fflush(scene->log);
    size_t before = scene->size;
    expiry_look(scene->expiry, &scene->own, scene->stage.front, now_ms);
    fflush(scene->log);
    int count = 0;
    char *copy = strdup(scene->text + before);
    char *rest = copy;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        count += strstr(line, "expiry") != NULL && (word == NULL || strstr(line, word) != NULL) &&
                 (other == NULL || strstr(line, other) != NULL);
    }
    free(copy);
    return count;
}

/* Once at each threshold, and at the end. */
static void each_threshold_once(void **state) {
    (void)state;
    struct scene scene;
    scene_open(&scene);
    static const int days[] = {30, 14, 7, 1};
    int64_t end_ms = scene.stage.wall_ms + 100 * DAY_MS;
    scene.own.certificate_unix_ms = end_ms;
    assert_int_equal(lines_at(&scene, end_ms - 31 * DAY_MS, NULL, NULL), 0);
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        char left[32];
        snprintf(left, sizeof(left), "days_left=%d", days[i]);
        int64_t at_ms = end_ms - days[i] * DAY_MS;
        assert_int_equal(lines_at(&scene, at_ms - 1000, NULL, NULL), 0);
        assert_int_equal(lines_at(&scene, at_ms, "what=certificate", left), 1);
        assert_int_equal(lines_at(&scene, at_ms + 1000, NULL, NULL), 0);
    }
    assert_int_equal(lines_at(&scene, end_ms, "<1>", "what=certificate"), 1);
    assert_int_equal(lines_at(&scene, end_ms + DAY_MS, NULL, NULL), 0);
    scene_close(&scene);
}

/* A late look tells once; a renewed certificate begins anew. */
static void late_and_renewed(void **state) {
    (void)state;
    struct scene scene;
    scene_open(&scene);
    int64_t end_ms = scene.stage.wall_ms + 100 * DAY_MS;
    scene.own.certificate_unix_ms = end_ms;
    assert_int_equal(lines_at(&scene, end_ms - 5 * DAY_MS, "days_left=5", NULL), 1);
    scene.own.certificate_unix_ms = end_ms + 300 * DAY_MS;
    assert_int_equal(lines_at(&scene, end_ms, NULL, NULL), 0);
    assert_int_equal(lines_at(&scene, end_ms + 271 * DAY_MS, "days_left=29", NULL), 1);
    scene_close(&scene);
}

/* A list for 20 days is not warned of when it is new. */
static void lists_in_their_second_half(void **state) {
    (void)state;
    struct scene scene;
    scene_open(&scene);
    int64_t from_ms = scene.stage.wall_ms;
    scene.own.crl_from_unix_ms = from_ms;
    scene.own.crl_unix_ms = from_ms + 20 * DAY_MS;
    assert_int_equal(lines_at(&scene, from_ms + 12 * DAY_MS, NULL, NULL), 0);
    assert_int_equal(lines_at(&scene, from_ms + 13 * DAY_MS, "what=crl", "days_left=7"), 1);
    assert_int_equal(lines_at(&scene, from_ms + 19 * DAY_MS, "what=crl", "days_left=1"), 1);
    assert_int_equal(lines_at(&scene, from_ms + 20 * DAY_MS, "what=crl", "<1>"), 1);
    scene_close(&scene);
}

/* A bank's certificate is known from its session, and while the bank is away. */
static void banks(void **state) {
    (void)state;
    struct scene scene;
    struct line line;
    scene_open(&scene);
    int64_t now_ms = scene.stage.wall_ms;
    int64_t end_ms = now_ms + 30 * DAY_MS; /* as the stage's certificates have it */
    line_open(&scene.stage, &line, URI_A, 1);
    assert_int_equal(lines_at(&scene, now_ms, NULL, NULL), 0); /* no Hello yet */
    line_hello(&line);
    assert_int_equal(lines_at(&scene, now_ms, "bank=102100099996", "pin=0100000000000000"), 1);
    assert_int_equal(lines_at(&scene, now_ms, NULL, NULL), 0);
    line_close(&line);
    assert_int_equal(lines_at(&scene, end_ms - 2 * DAY_MS, "bank=102100099996", "days_left=2"), 1);
    /* It comes again with the same one: nothing new. */
    scene.stage.wall_ms += 1000;
    line_open(&scene.stage, &line, URI_A, 1);
    session_recheck(line.session, end_ms, NULL);
    line_hello(&line);
    assert_int_equal(lines_at(&scene, end_ms - 2 * DAY_MS, NULL, NULL), 0);
    /* Certified anew, with the same key. */
    session_recheck(line.session, end_ms + 300 * DAY_MS, NULL);
    assert_int_equal(lines_at(&scene, end_ms, NULL, NULL), 0);
    line_close(&line);
    scene_close(&scene);
}

/* A pin that is gone is forgotten. */
static void pins_that_are_gone(void **state) {
    (void)state;
    struct scene scene;
    struct line line;
    scene_open(&scene);
    int64_t now_ms = scene.stage.wall_ms;
    line_open(&scene.stage, &line, URI_A, 1);
    line_hello(&line);
    assert_int_equal(lines_at(&scene, now_ms, "days_left=30", NULL), 1);
    stage_bank(&scene.stage, BANK_A, BANK_ROLE_CLASS2, true, 9);
    line_close(&line);
    assert_int_equal(lines_at(&scene, now_ms + 29 * DAY_MS, NULL, NULL), 0);
    stage_bank(&scene.stage, BANK_A, BANK_ROLE_CLASS2, true, 1);
    assert_int_equal(lines_at(&scene, now_ms + 29 * DAY_MS, NULL, NULL), 0);
    scene_close(&scene);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_threshold_once),        cmocka_unit_test(late_and_renewed),
        cmocka_unit_test(lists_in_their_second_half), cmocka_unit_test(banks),
        cmocka_unit_test(pins_that_are_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
