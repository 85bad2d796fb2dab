/*
 * The stand-in: a child that gives each request the next of the answers, then closes.
 */
#include "stand_in.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wire/frame.h"

#define WORDS_MAX 16
#define REQUEST_MAX 4096

/* Of the child's, for the test. */
static struct asked {
    uint8_t frame[REQUEST_MAX];
    ssize_t size;
} * asked;
static ctl_request *last; /* unpacked */

struct tool_world world;

int tool_set_up(void **state) {
    (void)state;
    memset(&world, 0, sizeof(world));
    snprintf(world.folder, sizeof(world.folder), "/tmp/linkgate-ctl-XXXXXX");
    if (mkdtemp(world.folder) == NULL)
        return -1;
    snprintf(world.path, sizeof(world.path), "%s/admin.sock", world.folder);
    asked = mmap(NULL, sizeof(*asked), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return asked == MAP_FAILED ? -1 : 0;
}

int tool_tear_down(void **state) {
    (void)state;
    free(world.out);
    free(world.errors);
    linkgate__admin__v1__request__free_unpacked(last, NULL);
    last = NULL;
    (void)munmap(asked, sizeof(*asked));
    unlink(world.path);
    return rmdir(world.folder);
}

static FILE *input(void) {
    static char nothing[1];
    char *text = world.input != NULL ? strdup(world.input) : nothing;
    FILE *in = tmpfile();
    assert_non_null(in);
    fputs(text, in);
    rewind(in);
    if (text != nothing)
        free(text);
    world.input = NULL;
    return in;
}

enum ctl_exit tool_run(const char *line) {
    char words[512];
    char *argv[WORDS_MAX] = {"linkgatectl", "--socket", world.path};
    int argc = 3;
    size_t out_size, errors_size;
    snprintf(words, sizeof(words), "%s", line);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
        for (char *at = word; *at != '\0'; at++)
            *at = *at == '~' ? ' ' : *at;
        assert_true(argc < WORDS_MAX);
        argv[argc++] = word;
    }
    free(world.out);
    free(world.errors);
    FILE *in = input();
    FILE *out = open_memstream(&world.out, &out_size);
    FILE *errors = open_memstream(&world.errors, &errors_size);
    enum ctl_exit result = ctl_main(argc, argv, in, out, errors);
    fclose(in);
    fclose(out);
    fclose(errors);
    return result;
}

void assert_says(const char *text, const char *part) {
    if (strstr(text, part) == NULL)
        fail_msg("no \"%s\" in: %s", part, text);
}

void assert_silent_on(const char *text, const char *part) {
    if (strstr(text, part) != NULL)
        fail_msg("\"%s\" in: %s", part, text);
}

json_t *tool_json(void) {
    json_t *root = json_loads(world.out, 0, NULL);
    if (root == NULL)
        fail_msg("no JSON: %s %s", world.out, world.errors);
    return root;
}

static int listen_here(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, world.path, strlen(world.path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 4), 0);
    return fd;
}

static void stand_in(int listener, const struct buf *answers, size_t count) {
    int fd = accept(listener, NULL, NULL);
    uint8_t nothing;
    for (size_t i = 0; i < count; i++) {
        asked->size = recv(fd, asked->frame, sizeof(asked->frame), 0);
        if (asked->size <= 0)
            _exit(1);
        if (send(fd, answers[i].data, answers[i].size, MSG_NOSIGNAL) < 0)
            _exit(1);
    }
    (void)recv(fd, &nothing, sizeof(nothing), 0);
    _exit(0);
}

const ctl_request *tool_asked(void) {
    linkgate__admin__v1__request__free_unpacked(last, NULL);
    assert_true(asked->size > FRAME_HEADER_SIZE);
    last = linkgate__admin__v1__request__unpack(NULL, (size_t)asked->size - FRAME_HEADER_SIZE,
                                                asked->frame + FRAME_HEADER_SIZE);
    assert_non_null(last);
    return last;
}

enum ctl_exit tool_run_against(const char *line, struct buf *answers, size_t count) {
    int listener = listen_here();
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        stand_in(listener, answers, count);
    close(listener);
    enum ctl_exit result = tool_run(line);
    unlink(world.path);
    assert_int_equal(waitpid(child, NULL, 0), child);
    for (size_t i = 0; i < count; i++)
        buf_deinit(&answers[i]);
    return result;
}

struct buf tool_frame(ctl_reply *reply, uint64_t correlation) {
    struct buf frame;
    buf_init(&frame);
    reply->correlation = correlation;
    size_t place = frame_begin(&frame);
    size_t size = linkgate__admin__v1__reply__get_packed_size(reply);
    frame.size += linkgate__admin__v1__reply__pack(reply, buf_reserve(&frame, size));
    frame_end(&frame, place);
    return frame;
}

struct buf tool_done(uint64_t correlation) {
    Linkgate__Admin__V1__Done done;
    ctl_reply reply;
    linkgate__admin__v1__done__init(&done);
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = CTL_RESULT(DONE);
    reply.done = &done;
    return tool_frame(&reply, correlation);
}

struct buf tool_refusal(uint64_t correlation) {
    Linkgate__Admin__V1__Refusal refusal;
    ctl_reply reply;
    linkgate__admin__v1__refusal__init(&refusal);
    linkgate__admin__v1__reply__init(&reply);
    refusal.reason = "DUPL";
    refusal.detail = "BANK_EXISTS";
    refusal.text = "There is one.";
    refusal.field = "code";
    refusal.retry = "NEVER";
    reply.result_case = CTL_RESULT(REFUSAL);
    reply.refusal = &refusal;
    return tool_frame(&reply, correlation);
}

struct buf tool_bank(uint64_t correlation, uint64_t code, char *name, bool online) {
    Linkgate__Admin__V1__BankRow row;
    linkgate__admin__v1__bank_row__init(&row);
    row.code = code;
    row.name = name;
    row.active = true;
    row.online = online;
    ctl_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = CTL_RESULT(BANK);
    reply.bank = &row;
    return tool_frame(&reply, correlation);
}

Linkgate__Admin__V1__HistoryRow tool_step(char *event, char *state) {
    Linkgate__Admin__V1__HistoryRow row;
    linkgate__admin__v1__history_row__init(&row);
    row.event = event;
    row.state = state;
    row.cause = "REQUEST";
    row.by = BANK_NUMBER;
    row.at_ms = TOOL_STEP_MS;
    row.sequence = 7;
    return row;
}

void tool_join_lines(void) {
    for (char *at = world.out; (at = strstr(at, "\n    ")) != NULL; at++) {
        size_t blanks = 1 + strspn(at + 1, " ");
        memmove(at + 1, at + blanks, strlen(at + blanks) + 1);
        *at = ' ';
    }
}
