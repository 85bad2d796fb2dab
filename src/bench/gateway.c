/*
 * What the load generator learns from the gateway itself, through linkgatectl --json: sequences,
 * flushes, and the money on its books.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "bench/bench.h"
#include "domain/identifier.h"

static json_t *ask(const struct bench_files *files, const char *words) {
    char command[2048];
    snprintf(command, sizeof(command), "'%s' --socket '%s' --json %s", files->control, files->admin,
             words);
    FILE *answer = popen(command, "r"); /* NOLINT(cert-env33-c): paths of our own making */
    if (answer == NULL)
        return NULL;
    json_error_t error;
    json_t *root = json_loadf(answer, 0, &error);
    if (pclose(answer) != 0 || root == NULL) {
        (void)fprintf(stderr, "linkgate-bench: `linkgatectl %s` failed; is the gateway up?\n",
                      words);
        json_decref(root);
        return NULL;
    }
    return root;
}

static uint64_t number(const json_t *object, const char *name) {
    return (uint64_t)json_integer_value(json_object_get(object, name));
}

int bench_status(const struct bench_files *files, struct bench_status *status_out) {
    json_t *root = ask(files, "status");
    if (root == NULL)
        return -1;
    *status_out = (struct bench_status){
        .applied = number(root, "sequence_applied"),
        .flushed = number(root, "sequence_flushed"),
        .flushes = number(root, "flushes"),
        .keys = number(root, "flushed_puts") + number(root, "flushed_deletes"),
        .bytes = number(root, "flushed_bytes"),
    };
    json_decref(root);
    return 0;
}

int bench_nets(const struct bench_files *files, int64_t *to_submitter_fen_out,
               int64_t *to_responder_fen_out, uint64_t *count_out) {
    json_t *root = ask(files, "net list");
    if (root == NULL)
        return -1;
    const json_t *rows = json_is_array(root) ? root : json_object_get(root, "nets");
    bool submitter_low = files->submitter < files->responder;
    int64_t to_low = 0;
    int64_t to_high = 0;
    uint64_t count = 0;
    size_t index;
    json_t *row;
    json_array_foreach((json_t *)(uintptr_t)rows, index, row) {
        to_low += json_integer_value(json_object_get(row, "to_low_fen"));
        to_high += json_integer_value(json_object_get(row, "to_high_fen"));
        count += number(row, "count");
    }
    json_decref(root);
    *to_submitter_fen_out = submitter_low ? to_low : to_high;
    *to_responder_fen_out = submitter_low ? to_high : to_low;
    *count_out = count;
    return 0;
}
