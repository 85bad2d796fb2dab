/*
 * linkgatectl: arguments right and wrong, what is said when nobody answers, and what is printed of
 * answers that a stand-in gives over a real socket.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/ctl.h"
#include "tools/ctl_table.h"
#include "wire/frame.h"

#define PIN "a1bc29536b8d474064537ed31c83b36c704f9a716ed8e7709c11a69bee7297fd"
#define BANK "102100099996"
#define BANK_NUMBER 102100099996u
#define WORDS_MAX 16

static struct {
    char folder[64];
    char path[96];
    char *out;
    char *errors;
} world;

static int set_up(void **state) {
    (void)state;
    memset(&world, 0, sizeof(world));
    snprintf(world.folder, sizeof(world.folder), "/tmp/linkgate-ctl-XXXXXX");
    if (mkdtemp(world.folder) == NULL)
        return -1;
    snprintf(world.path, sizeof(world.path), "%s/admin.sock", world.folder);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    free(world.out);
    free(world.errors);
    unlink(world.path);
    return rmdir(world.folder);
}

/* Runs `linkgatectl --socket PATH line`, words parted by blanks ("_" in a word is a blank). */
static enum ctl_exit run(const char *line) {
    char words[512];
    char *argv[WORDS_MAX] = {"linkgatectl", "--socket", world.path};
    int argc = 3;
    size_t size;
    snprintf(words, sizeof(words), "%s", line);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
        for (char *at = word; *at != '\0'; at++)
            *at = *at == '_' ? ' ' : *at;
        assert_true(argc < WORDS_MAX);
        argv[argc++] = word;
    }
    free(world.out);
    free(world.errors);
    FILE *out = open_memstream(&world.out, &size);
    size_t errors_size;
    FILE *errors = open_memstream(&world.errors, &errors_size);
    enum ctl_exit result = ctl_main(argc, argv, out, errors);
    fclose(out);
    fclose(errors);
    return result;
}

static void assert_says(const char *text, const char *part) {
    if (strstr(text, part) == NULL)
        fail_msg("no \"%s\" in: %s", part, text);
}

static void wrong_arguments(void **state) {
    (void)state;
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"", "usage: linkgatectl COMMAND"},
        {"frob", "there is no command 'frob'"},
        {"bank", "there is no command 'bank'"},
        {"bank frob", "there is no command 'bank frob'"},
        {"status now", "usage: linkgatectl status"},
        {"bank list 1", "usage: linkgatectl bank list"},
        {"bank add a b c d", "one word too many"},
        {"bank disable", "usage: linkgatectl bank disable CODE"},
        {"status --frob", "there is no option --frob"},
        {"status --limit 3", "has no option --limit"},
        {"link list --limit", "needs a value"},
        {"link list --limit=", "needs a value"},
        {"link list --limit 0", "no number from 1"},
        {"link list --limit 100001", "no number from 1"},
        {"link list --limit 5x", "no number from 1"},
        {"link list --limit 5 --limit 6", "--limit is given twice"},
        {"link list --state OPEN", "'OPEN' is no state"},
        {"transfer list --state ACTIVE", "'ACTIVE' is no state"},
        {"link list --bank 102100099997", "is no bank code"},
        {"link list --after xyz", "is no id"},
        {"link list --since 10", "is no time ago"},
        {"link list --since 10y", "is no time ago"},
        {"link list --since 1m --after 00000000000000000000000000000001", "not both"},
        {"link show 12", "is no id"},
        {"transfer show zz", "is no id"},
        {"bank disable 12", "is no bank code"},
        {"bank add 102100099990 --name N --roles class1 --pin " PIN, "is no bank code"},
        {"bank add " BANK " --roles class1 --pin " PIN, "needs --name"},
        {"bank add " BANK " --name N --pin " PIN, "needs --roles"},
        {"bank add " BANK " --name N --roles class1,boss --pin " PIN, "'boss' is no role"},
        {"bank add " BANK " --name N --roles , --pin " PIN, "'' is no role"},
        {"bank add " BANK " --name N --roles class1", "needs --pin"},
        {"bank add " BANK " --name N --roles class1 --pin 12", "is no pin"},
        {"bank add " BANK " --pin " PIN " --pin " PIN " --pin " PIN, "more than twice"},
        {"object unfreeze bank 00000000000000000000000000000001", "neither link nor transfer"},
        {"object unfreeze link 1", "is no id"},
        {"quarantine drop 1", "is no digest"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(run(cases[i].line), CTL_USAGE);
        assert_says(world.errors, cases[i].says);
        assert_string_equal(world.out, "");
    }
}

static void every_command_explains_itself(void **state) {
    (void)state;
    size_t count;
    const struct ctl_command *commands = ctl_commands(&count);
    for (size_t i = 0; i < count; i++) {
        char line[64];
        snprintf(line, sizeof(line), "%s %s --help", commands[i].noun, commands[i].verb);
        assert_int_equal(run(line), CTL_OK);
        assert_says(world.out, commands[i].help);
        assert_says(world.out, "Exit status");
    }
    assert_int_equal(run("--help"), CTL_OK);
    assert_says(world.out, "quarantine release DIGEST");
    assert_int_equal(run("--version"), CTL_OK);
    assert_says(world.out, "linkgatectl " LINKGATE_VERSION);
}

static void nobody_there(void **state) {
    (void)state;
    assert_int_equal(run("status"), CTL_UNREACHABLE);
    assert_says(world.errors, world.path);
    assert_says(world.errors, "systemctl start linkgated");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, world.path, strlen(world.path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
    assert_int_equal(run("status"), CTL_UNREACHABLE);
    assert_says(world.errors, "nobody listens there any more");
}

/* ---- a stand-in ---- */

static int listen_here(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, world.path, strlen(world.path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 4), 0);
    return fd;
}

/* The child: gives each request the next of the answers, then closes. */
static void stand_in(int listener, const struct buf *answers, size_t count) {
    int fd = accept(listener, NULL, NULL);
    uint8_t request[4096];
    for (size_t i = 0; i < count; i++) {
        if (recv(fd, request, sizeof(request), 0) <= 0)
            _exit(1);
        if (send(fd, answers[i].data, answers[i].size, MSG_NOSIGNAL) < 0)
            _exit(1);
    }
    (void)recv(fd, request, sizeof(request), 0);
    _exit(0);
}

static enum ctl_exit run_against(const char *line, struct buf *answers, size_t count) {
    int listener = listen_here();
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        stand_in(listener, answers, count);
    close(listener);
    enum ctl_exit result = run(line);
    unlink(world.path);
    assert_int_equal(waitpid(child, NULL, 0), child);
    for (size_t i = 0; i < count; i++)
        buf_deinit(&answers[i]);
    return result;
}

static struct buf frame_of(ctl_reply *reply, uint64_t correlation) {
    struct buf frame;
    buf_init(&frame);
    reply->correlation = correlation;
    size_t place = frame_begin(&frame);
    size_t size = linkgate__admin__v1__reply__get_packed_size(reply);
    frame.size += linkgate__admin__v1__reply__pack(reply, buf_reserve(&frame, size));
    frame_end(&frame, place);
    return frame;
}

static struct buf done_frame(void) {
    Linkgate__Admin__V1__Done done;
    ctl_reply reply;
    linkgate__admin__v1__done__init(&done);
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = CTL_RESULT(DONE);
    reply.done = &done;
    return frame_of(&reply, 1);
}

static void orders_done(void **state) {
    (void)state;
    struct buf answer = done_frame();
    assert_int_equal(run_against("bank disable " BANK, &answer, 1), CTL_OK);
    assert_says(world.out, "The bank is disabled");
    answer = done_frame();
    assert_int_equal(run_against("bank add " BANK " --name A_B --roles class1,issuer --pin " PIN
                                 " --json",
                                 &answer, 1),
                     CTL_OK);
    assert_string_equal(world.out, "{\n  \"result\": \"done\"\n}\n");
}

static struct buf refusal_frame(void) {
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
    return frame_of(&reply, 1);
}

static void orders_refused(void **state) {
    (void)state;
    struct buf answer = refusal_frame();
    assert_int_equal(run_against("clock accept", &answer, 1), CTL_REFUSED);
    assert_string_equal(world.errors,
                        "linkgatectl: refused (DUPL BANK_EXISTS, field code): There is one.\n");
    assert_string_equal(world.out, "");
    answer = refusal_frame();
    assert_int_equal(run_against("clock accept --json", &answer, 1), CTL_REFUSED);
    assert_says(world.out, "\"detail\": \"BANK_EXISTS\"");
}

static void answers_that_are_none(void **state) {
    (void)state;
    struct buf answer = done_frame();
    assert_int_equal(run_against("status", &answer, 1), CTL_UNREACHABLE);
    assert_says(world.errors, "answered something else");
    answer = (struct buf){0};
    buf_append(&answer, "HTTP/1.1 400\r\n\r\n", 16);
    assert_int_equal(run_against("status", &answer, 1), CTL_UNREACHABLE);
    assert_says(world.errors, "no linkgate gateway");
    assert_int_equal(run_against("clock accept", &answer, 0), CTL_UNREACHABLE);
    assert_says(world.errors, "may or may not have been carried out");
}

static uint8_t ids[3][16] = {{1}, {2}, {3}};
static uint8_t link_id[16] = {9};

/* A page with one transfer, number i. */
static struct buf transfer_frame(size_t i, bool more) {
    Linkgate__Admin__V1__TransferRow row;
    Linkgate__Admin__V1__TransferRow *rows[] = {&row};
    Linkgate__Admin__V1__TransferPage page;
    ctl_reply reply;
    linkgate__admin__v1__transfer_row__init(&row);
    linkgate__admin__v1__transfer_page__init(&page);
    linkgate__admin__v1__reply__init(&reply);
    row.id = (ProtobufCBinaryData){16, ids[i]};
    row.link = (ProtobufCBinaryData){16, link_id};
    row.state = "ACCEPTED";
    row.kind = "BOUND_PAIR";
    row.direction = "PULL";
    row.debtor_bank = BANK_NUMBER;
    row.creditor_bank = 1;
    row.amount_fen = 123456;
    row.currency = "CNY";
    row.received_at_ms = 1700000000123;
    row.conflict = i == 1;
    page.n_rows = 1;
    page.rows = rows;
    page.more = more;
    page.next = (ProtobufCBinaryData){16, ids[i]};
    reply.result_case = CTL_RESULT(TRANSFERS);
    reply.transfers = &page;
    return frame_of(&reply, i + 1);
}

static void lists_join_pages(void **state) {
    (void)state;
    struct buf answers[] = {transfer_frame(0, true), transfer_frame(1, true),
                            transfer_frame(2, false)};
    assert_int_equal(run_against("transfer list", answers, 3), CTL_OK);
    assert_says(world.out, "TRANSFER");
    assert_says(world.out, "01000000000000000000000000000000 ACCEPTED");
    assert_says(world.out, "conflict");
    assert_says(world.out, "1234.56 CNY");
    assert_says(world.out, "2023-11-14 22:13:20.123Z");
    assert_says(world.out, "000000000001");
    assert_string_equal(world.errors, "");
}

static void a_cut_list_says_so(void **state) {
    (void)state;
    struct buf answers[] = {transfer_frame(0, true), transfer_frame(1, true)};
    assert_int_equal(run_against("transfer list --limit 2", answers, 2), CTL_OK);
    assert_says(world.errors, "--after 02000000000000000000000000000000");
    struct buf again[] = {transfer_frame(0, true)};
    assert_int_equal(run_against("transfer list --limit 1 --json", again, 1), CTL_OK);
    json_t *root = json_loads(world.out, 0, NULL);
    assert_non_null(root);
    assert_true(json_is_true(json_object_get(root, "more")));
    assert_string_equal(json_string_value(json_object_get(root, "next")),
                        "01000000000000000000000000000000");
    const json_t *row = json_array_get(json_object_get(root, "transfers"), 0);
    assert_int_equal(json_integer_value(json_object_get(row, "amount_fen")), 123456);
    assert_string_equal(json_string_value(json_object_get(row, "currency")), "CNY");
    assert_string_equal(json_string_value(json_object_get(row, "debtor_bank")), BANK);
    assert_string_equal(json_string_value(json_object_get(row, "received_at")),
                        "2023-11-14T22:13:20.123Z");
    assert_true(json_is_null(json_object_get(row, "accepted_at")));
    assert_true(json_is_null(json_object_get(row, "reason")));
    json_decref(root);
}

static void cells(void **state) {
    (void)state;
    static const struct ctl_column columns[] = {
        {"WHO", "who", CTL_CELL_TEXT},      {"FROZEN", "frozen", CTL_CELL_MARK},
        {"OPEN", "open", CTL_CELL_YES},     {"PAID", "paid_fen", CTL_CELL_FEN},
        {"COUNT", "count", CTL_CELL_RIGHT}, {"TAGS", "tags", CTL_CELL_TEXT},
        {"AT", "at", CTL_CELL_TIME},        {NULL, NULL, CTL_CELL_TEXT},
    };
    json_t *rows = json_pack("[{s:s, s:b, s:b, s:I, s:s, s:i, s:[s,s], s:n}, {s:s}]", "who", "a",
                             "frozen", 1, "open", 0, "paid_fen", (json_int_t)-5, "currency", "CNY",
                             "count", 7, "tags", "x", "y", "at", "who", "b");
    assert_non_null(rows);
    char *text = NULL;
    size_t size;
    FILE *memory = open_memstream(&text, &size);
    ctl_print_table(rows, columns, memory);
    fclose(memory);
    assert_string_equal(text, "WHO FROZEN OPEN      PAID COUNT TAGS AT\n"
                              "a   frozen no   -0.05 CNY     7 x,y  \n"
                              "b                                    \n");
    free(text);
    text = NULL;
    memory = open_memstream(&text, &size);
    ctl_print_card(json_array_get(rows, 0), columns, memory);
    fclose(memory);
    assert_says(text, "PAID   -0.05 CNY\n");
    assert_null(strstr(text, "AT"));
    free(text);
    json_decref(rows);
}

/* What a bank may call itself is shown, never obeyed by the terminal. */
static void hostile_names(void **state) {
    (void)state;
    static const struct ctl_column columns[] = {{"NAME", "name", CTL_CELL_TEXT},
                                                {NULL, NULL, CTL_CELL_TEXT}};
    json_t *rows = json_pack("[{s:s}]", "name", "a\x1b[2Jb\nc");
    char *text = NULL;
    size_t size;
    FILE *memory = open_memstream(&text, &size);
    ctl_print_table(rows, columns, memory);
    fclose(memory);
    assert_null(strchr(text, '\x1b'));
    free(text);
    json_decref(rows);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(wrong_arguments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_command_explains_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(orders_done, set_up, tear_down),
        cmocka_unit_test_setup_teardown(orders_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(answers_that_are_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lists_join_pages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cut_list_says_so, set_up, tear_down),
        cmocka_unit_test(cells),
        cmocka_unit_test(hostile_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
