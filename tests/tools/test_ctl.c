/*
 * linkgatectl: arguments right and wrong, what is said when nobody answers, orders, lists, tables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "stand_in.h"
#include "tools/ctl_table.h"

static const struct {
    const char *line, *says;
} wrong_lines[] = {
    {"", "usage: linkgatectl COMMAND"},
    {"frob", "there is no command 'frob'; see linkgatectl --help"},
    {"bank", "there are: bank list, bank show, bank add"},
    {"bank frob", "there is no command 'bank frob'; there are: bank list"},
    {"bank pin", "bank pin add"},
    {"bnak list", "did you mean 'bank list'?"},
    {"statsu", "did you mean 'status'?"},
    {"status now", "usage: linkgatectl status;"},
    {"bank list 1", "usage: linkgatectl bank list;"},
    {"bank add a b c d", "one word too many"},
    {"bank disable", "usage: linkgatectl bank disable CODE"},
    {"status --frob", "there is no option --frob"},
    {"link list --limt 3", "there is no option --limt; did you mean --limit?"},
    {"status --limit 3", "has no option --limit"},
    {"link list --limit", "--limit needs a value: N"},
    {"link list --limit=", "needs a value"},
    {"link list --held=yes", "--held takes no value"},
    {"link list --limit 0", "no number from 1"},
    {"link list --limit 1000001", "no number from 1 to 1000000"},
    {"link list --limit 5x", "no number from 1"},
    {"link list --limit -5", "no number from 1"},
    {"link list --limit 5 --limit 6", "--limit is given twice"},
    {"link list --state OPEN", "'OPEN' is no state; there are: REQUESTED"},
    {"link list --state ACTVE", "'ACTVE' is no state (did you mean ACTIVE?)"},
    {"transfer list --state ACTIVE", "'ACTIVE' is no state"},
    {"transfer list --kind CASH", "'CASH' is no kind; there are: BOUND_PAIR PAYMENT RETURN"},
    {"transfer list --min 1,000", "say it in CNY"},
    {"transfer list --min 1.234", "say it in CNY"},
    {"transfer list --max -1", "say it in CNY"},
    {"transfer list --min 10 --max 9.99", "--max is below --min"},
    {"link list --bank 102100099997", "check digit of the others, is wrong"},
    {"link list --bank ICBC", "it has twelve digits"},
    {"link list --after xyz", "is no id"},
    {"link list --after 0193e1c2b4a6", "it has 12 hex digits, and an id has 32"},
    {"link list --from 10", "is no time"},
    {"link list --from 10y", "is no time"},
    {"link list --from 2026-02-30", "is no time; say a day"},
    {"link list --to 2026-07-01~25:00", "is no time"},
    {"link show 12", "is no id"},
    {"link explain 12", "is no id"},
    {"transfer show zz", "is no id"},
    {"transfer explain zz", "is no id"},
    {"case show 1", "is no id"},
    {"case list --state ACTIVE", "there are: OPEN ANSWERED CLOSED"},
    {"approval approve 1", "is no id"},
    {"approval approve " ID_TEXT, "no terminal to ask on"},
    {"approval list --state OPEN", "there are: WAITING DONE"},
    {"audit list --after x", "is no sequence"},
    {"audit list --uid root", "--uid root is no number"},
    {"audit list --order FROB", "'FROB' is no order; there are: BANK_ADD"},
    {"bank disable 12", "is no bank code"},
    {"bank enable 12", "is no bank code"},
    {"bank show 12", "is no bank code"},
    {"bank set 12 --name X", "is no bank code"},
    {"bank set " BANK, "nothing to set"},
    {"bank set " BANK " --deny OPEN_LNK", "is no request (did you mean OPEN_LINK?)"},
    {"bank set " BANK " --roles king", "'king' is no role"},
    {"bank pin add " BANK " 12", "is no pin"},
    {"bank pin remove " BANK " " ID_TEXT, "a pin has 64 hex digits"},
    {"bank pin list", "usage: linkgatectl bank pin list CODE"},
    {"bank add 102100099990 --name N --roles class1 --pin " PIN, "is no bank code"},
    {"bank add " BANK " --roles class1 --pin " PIN, "needs --name"},
    {"bank add " BANK " --name N --pin " PIN, "needs --roles"},
    {"bank add " BANK " --name N --roles class1,boss --pin " PIN, "'boss' is no role"},
    {"bank add " BANK " --name N --roles , --pin " PIN, "'' is no role"},
    {"bank add " BANK " --name N --roles class1", "needs --pin"},
    {"bank add " BANK " --name N --roles class1 --pin 12", "is no pin"},
    {"bank add " BANK " --pin " PIN " --pin " PIN " --pin " PIN, "more than twice"},
    {"link search", "search by what?"},
    {"link search --account - --id-number -", "search by what?"},
    {"link search --account 6226220000000009", "do not belong into a command line"},
    {"link search --id-number 11010519491231002X", "do not belong into a command line"},
    {"link search --account -", "--account needs --bank"},
    {"link search --account - --bank " BANK, "no account number came"},
    {"link search --id-number - --bank " BANK, "--bank belongs to --account"},
    {"link hold " ID_TEXT " --block everything", "'everything' is no block; there are: DEBIT"},
    {"link hold " ID_TEXT " --reason fraud", "is no ISO 20022 code"},
    {"link hold " ID_TEXT " --until yesterday", "how long from now"},
    {"link hold 1", "is no id"},
    {"link lift " ID_TEXT, "usage: linkgatectl link lift ID HOLD"},
    {"link lift " ID_TEXT " 1", "is no id"},
    {"link unmask 1", "is no id"},
    {"link numbers 1", "is no id"},
    {"object unfreeze bank 00000000000000000000000000000001",
     "neither link, transfer, order nor loan"},
    {"object unfreeze link 1", "is no id"},
    {"quarantine drop 1", "is no digest"},
    {"watch --interval 0", "no number from 1"},
    {"watch --times many", "no number from 1"},
};

static void wrong_arguments(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(wrong_lines) / sizeof(wrong_lines[0]); i++) {
        enum ctl_exit result = tool_run(wrong_lines[i].line);
        assert_says(world.errors, wrong_lines[i].says);
        assert_int_equal(result, CTL_USAGE);
        assert_string_equal(world.out, "");
    }
}

static void every_command_explains_itself(void **state) {
    (void)state;
    size_t count;
    const struct ctl_command *commands = ctl_commands(&count);
    for (size_t i = 0; i < count; i++) {
        char line[64];
        snprintf(line, sizeof(line), "%s --help", commands[i].name);
        assert_int_equal(tool_run(line), CTL_OK);
        assert_says(world.out, commands[i].help);
        /* Its first line is a sentence: the list of commands shows it alone. */
        size_t first = strcspn(commands[i].help, "\n");
        assert_int_equal(commands[i].help[first - 1], '.');
        assert_says(world.out, "Exit status");
    }
    assert_int_equal(tool_run("--help"), CTL_OK);
    assert_says(world.out, "quarantine release DIGEST  * ");
    assert_says(world.out, "quarantine drop DIGEST  ");
    assert_int_equal(tool_run("--version"), CTL_OK);
    assert_says(world.out, "linkgatectl " LINKGATE_VERSION);
}

static void nobody_there(void **state) {
    (void)state;
    assert_int_equal(tool_run("status"), CTL_UNREACHABLE);
    assert_says(world.errors, world.path);
    assert_says(world.errors, "systemctl start linkgated");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, world.path, strlen(world.path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
    assert_int_equal(tool_run("status"), CTL_UNREACHABLE);
    assert_says(world.errors, "nobody listens there any more");
}

static void orders_done(void **state) {
    (void)state;
    struct buf answer = tool_done(1);
    assert_int_equal(tool_run_against("bank disable " BANK, &answer, 1), CTL_OK);
    assert_says(world.out, "The bank is disabled");
    answer = tool_done(1);
    assert_int_equal(tool_run_against("bank add " BANK
                                      " --name A~B --roles class1,issuer --pin " PIN " --json",
                                      &answer, 1),
                     CTL_OK);
    json_t *root = tool_json();
    assert_string_equal(json_string_value(json_object_get(root, "result")), "done");
    assert_true(json_is_null(json_object_get(root, "approval")));
    json_decref(root);
}

static void orders_refused(void **state) {
    (void)state;
    struct buf answer = tool_refusal(1);
    assert_int_equal(tool_run_against("clock accept", &answer, 1), CTL_REFUSED);
    assert_string_equal(world.errors,
                        "linkgatectl: refused (DUPL BANK_EXISTS, field code): There is one.\n");
    assert_string_equal(world.out, "");
    answer = tool_refusal(1);
    assert_int_equal(tool_run_against("clock accept --json", &answer, 1), CTL_REFUSED);
    assert_says(world.out, "\"detail\": \"BANK_EXISTS\"");
}

static void answers_that_are_none(void **state) {
    (void)state;
    struct buf answer = tool_done(1);
    assert_int_equal(tool_run_against("status", &answer, 1), CTL_UNREACHABLE);
    assert_says(world.errors, "answered something else");
    answer = (struct buf){0};
    buf_append(&answer, "HTTP/1.1 400\r\n\r\n", 16);
    assert_int_equal(tool_run_against("status", &answer, 1), CTL_UNREACHABLE);
    assert_says(world.errors, "no linkgate gateway");
    assert_int_equal(tool_run_against("clock accept", &answer, 0), CTL_UNREACHABLE);
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
    return tool_frame(&reply, i + 1);
}

static void lists_join_pages(void **state) {
    (void)state;
    struct buf answers[] = {transfer_frame(0, true), transfer_frame(1, true),
                            transfer_frame(2, false)};
    assert_int_equal(tool_run_against("transfer list", answers, 3), CTL_OK);
    assert_says(world.out, "TRANSFER");
    assert_says(world.out, "01000000000000000000000000000000 ACCEPTED");
    assert_says(world.out, "conflict");
    assert_says(world.out, "1234.56 CNY");
    assert_says(world.out, "2023-11-15 06:13:20.123+08");
    assert_says(world.out, "000000000001");
    assert_string_equal(world.errors, "");
}

static void a_cut_list_says_so(void **state) {
    (void)state;
    struct buf answers[] = {transfer_frame(0, true), transfer_frame(1, true)};
    assert_int_equal(tool_run_against("transfer list --limit 2", answers, 2), CTL_OK);
    assert_says(world.errors, "--after 02000000000000000000000000000000");
    struct buf again[] = {transfer_frame(0, true)};
    assert_int_equal(tool_run_against("transfer list --limit 1 --json", again, 1), CTL_OK);
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
        cmocka_unit_test_setup_teardown(wrong_arguments, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(every_command_explains_itself, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(nobody_there, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(orders_done, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(orders_refused, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(answers_that_are_none, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(lists_join_pages, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(a_cut_list_says_so, tool_set_up, tool_tear_down),
        cmocka_unit_test(cells),
        cmocka_unit_test(hostile_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
