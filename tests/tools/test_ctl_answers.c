/*
 * linkgatectl: what is printed of recorded answers: orders that wait, approvals, searches, banks,
 * status; and that every shape's JSON has the keys of its table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "domain/message.h"
#include "stand_in.h"

#define AT_MS 1782873000000 /* 2026-07-01 10:30:00 in Shanghai */

static uint8_t approval_id[16] = {1};
static uint8_t pin_bytes[32] = {0xab};

static ctl_reply reply_of(Linkgate__Admin__V1__Reply__ResultCase result) {
    ctl_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = result;
    return reply;
}

/* ---- two people ---- */

static struct buf waits(uint64_t correlation) {
    Linkgate__Admin__V1__Waits waits;
    linkgate__admin__v1__waits__init(&waits);
    waits.approval = (ProtobufCBinaryData){16, approval_id};
    waits.expires_at_ms = AT_MS;
    ctl_reply reply = reply_of(CTL_RESULT(WAITS));
    reply.waits = &waits;
    return tool_frame(&reply, correlation);
}

static void fill_approval(Linkgate__Admin__V1__ApprovalRow *row,
                          Linkgate__Admin__V1__OrderField *field,
                          Linkgate__Admin__V1__OrderField **fields) {
    linkgate__admin__v1__approval_row__init(row);
    linkgate__admin__v1__order_field__init(field);
    field->name = "code";
    field->value = BANK;
    fields[0] = field;
    row->id = (ProtobufCBinaryData){16, approval_id};
    row->order = "BANK_ENABLE";
    row->state = "WAITING";
    row->requested_by = 1000;
    row->requested_at_ms = AT_MS - 60000;
    row->expires_at_ms = AT_MS;
    row->n_fields = 1;
    row->fields = fields;
}

static struct buf approval(uint64_t correlation) {
    Linkgate__Admin__V1__ApprovalRow row;
    Linkgate__Admin__V1__OrderField field;
    Linkgate__Admin__V1__OrderField *fields[1];
    fill_approval(&row, &field, fields);
    ctl_reply reply = reply_of(CTL_RESULT(APPROVAL));
    reply.approval = &row;
    return tool_frame(&reply, correlation);
}

static void orders_wait_for_a_second_person(void **state) {
    (void)state;
    char command[256];
    struct buf answers[] = {waits(1), approval(2)};
    assert_int_equal(tool_run_against("bank enable " BANK, answers, 2), CTL_WAITS);
    assert_says(world.out, "Requested; nothing is changed yet");
    assert_says(world.out, "BANK_ENABLE");
    assert_says(world.out, BANK);
    assert_says(world.out, "Until 2026-07-01 10:30:00.000 Shanghai time");
    snprintf(command, sizeof(command),
             "    linkgatectl --socket %s approval approve 01000000000000000000000000000000\n",
             world.path);
    assert_says(world.out, command);
    assert_says(world.out, "approval reject 01000000000000000000000000000000");
    /* without the second answer it is told all the same */
    struct buf alone[] = {waits(1), tool_refusal(2)};
    assert_int_equal(tool_run_against("bank enable " BANK, alone, 2), CTL_WAITS);
    assert_says(world.out, "approval approve 01");
    assert_string_equal(world.errors, "");
}

static void orders_that_wait_as_json(void **state) {
    (void)state;
    struct buf answers[] = {waits(1)};
    assert_int_equal(tool_run_against("bank enable --json " BANK, answers, 1), CTL_WAITS);
    json_t *root = tool_json();
    assert_string_equal(json_string_value(json_object_get(root, "result")), "waits");
    assert_string_equal(json_string_value(json_object_get(root, "approval")), ID_TEXT);
    assert_string_equal(json_string_value(json_object_get(root, "expires_at")),
                        "2026-07-01T02:30:00.000Z");
    assert_says(json_string_value(json_object_get(root, "command")), "approval approve " ID_TEXT);
    json_decref(root);
}

static void approving(void **state) {
    (void)state;
    struct buf answers[] = {tool_done(1)};
    assert_int_equal(tool_run_against("approval approve --yes " ID_TEXT, answers, 1), CTL_OK);
    assert_says(world.out, "Approved and carried out");
    struct buf refused[] = {tool_refusal(1)};
    assert_int_equal(tool_run_against("approval approve --yes " ID_TEXT, refused, 1), CTL_REFUSED);
    struct buf rejected[] = {tool_done(1)};
    assert_int_equal(tool_run_against("approval reject " ID_TEXT, rejected, 1), CTL_OK);
    assert_says(world.out, "will not be carried out");
    struct buf shown[] = {approval(1)};
    assert_int_equal(tool_run_against("approval show " ID_TEXT, shown, 1), CTL_OK);
    assert_says(world.out, "WAITING");
    assert_says(world.out, "requested by uid 1000");
    assert_says(world.out, "code 102100099996");
}

static void approvals_have_no_decider_before_they_are_decided(void **state) {
    (void)state;
    Linkgate__Admin__V1__ApprovalRow row;
    Linkgate__Admin__V1__OrderField field;
    Linkgate__Admin__V1__OrderField *fields[1];
    fill_approval(&row, &field, fields);
    json_t *waiting = ctl_json(&ctl_shape_approval, &row);
    assert_true(json_is_null(json_object_get(waiting, "decided_by")));
    assert_true(json_is_null(json_object_get(waiting, "refusal")));
    json_decref(waiting);
    row.decided_at_ms = AT_MS; /* by root, whose uid is 0 */
    json_t *decided = ctl_json(&ctl_shape_approval, &row);
    assert_int_equal(json_integer_value(json_object_get(decided, "decided_by")), 0);
    assert_true(json_is_integer(json_object_get(decided, "decided_by")));
    json_decref(decided);
}

/* ---- searches ---- */

static struct buf no_links(uint64_t correlation) {
    Linkgate__Admin__V1__LinkPage page;
    linkgate__admin__v1__link_page__init(&page);
    ctl_reply reply = reply_of(CTL_RESULT(LINKS));
    reply.links = &page;
    return tool_frame(&reply, correlation);
}

static void searching(void **state) {
    (void)state;
    static const char account[] = "link search --account - --bank " BANK;
    static const char person[] = "link search --id-number -";
    struct buf answers[] = {no_links(1)};
    world.input = "6226220000000009\r\n";
    assert_int_equal(tool_run_against(account, answers, 1), CTL_OK);
    assert_says(world.out, "LINK");
    struct buf again[] = {no_links(1)};
    world.input = "11010519491231002x\n";
    assert_int_equal(tool_run_against(person, again, 1), CTL_OK);
    world.input = "110105194912310021\n";
    assert_int_equal(tool_run(person), CTL_USAGE);
    assert_says(world.errors, "is no identity card's number");
    assert_silent_on(world.errors, "110105");
    world.input = "6226 2200 0000 0009\n";
    assert_int_equal(tool_run(account), CTL_USAGE);
    assert_says(world.errors, "is no account number");
    assert_silent_on(world.errors, "6226");
    assert_int_equal(tool_run("link search --account 6226220000000009 --bank " BANK), CTL_USAGE);
    assert_silent_on(world.errors, "6226");
}

/* ---- banks ---- */

static struct buf bank(uint64_t correlation) {
    Linkgate__Admin__V1__BankRow row;
    Linkgate__Admin__V1__PinRow pin;
    Linkgate__Admin__V1__PinRow *pins[] = {&pin};
    uint32_t denied[] = {MESSAGE_OPEN_LINK};
    linkgate__admin__v1__bank_row__init(&row);
    linkgate__admin__v1__pin_row__init(&pin);
    pin.pin = (ProtobufCBinaryData){32, pin_bytes};
    pin.expires_at_ms = AT_MS;
    row.code = BANK_NUMBER;
    row.name = "Bank of Tests";
    row.active = true;
    row.roles = 5;
    row.n_pins = 1;
    row.pins = pins;
    row.n_denied = 1;
    row.denied = denied;
    row.unknown = 3;
    ctl_reply reply = reply_of(CTL_RESULT(BANK));
    reply.bank = &row;
    return tool_frame(&reply, correlation);
}

static void banks(void **state) {
    (void)state;
    struct buf answers[] = {bank(1)};
    assert_int_equal(tool_run_against("bank show " BANK, answers, 1), CTL_OK);
    assert_says(world.out, "Bank of Tests");
    assert_says(world.out, "class1,issuer");
    assert_says(world.out, "OPEN_LINK");
    assert_says(world.out, "2026-07-01 10:30:00.000+08");
    struct buf pins[] = {bank(1)};
    assert_int_equal(tool_run_against("bank pin list --json " BANK, pins, 1), CTL_OK);
    json_t *root = tool_json();
    const json_t *pin = json_array_get(json_object_get(root, "pins"), 0);
    assert_int_equal(strlen(json_string_value(json_object_get(pin, "pin"))), 64);
    json_decref(root);
    struct buf pinned[] = {tool_done(1)};
    assert_int_equal(tool_run_against("bank pin remove " BANK " " PIN, pinned, 1), CTL_OK);
    struct buf added[] = {waits(1), tool_refusal(2)};
    assert_int_equal(tool_run_against("bank pin add " BANK " " PIN, added, 2), CTL_WAITS);
}

static void rights_are_changed_from_what_they_are(void **state) {
    (void)state;
    struct buf answers[] = {bank(1), waits(2), tool_refusal(3)};
    static const char line[] =
        "bank set " BANK " --deny submit-transfer,OPEN_CASE --allow OPEN_LINK";
    assert_int_equal(tool_run_against(line, answers, 3), CTL_WAITS);
    struct buf name[] = {waits(1), tool_refusal(2)};
    assert_int_equal(tool_run_against("bank set --name Other " BANK, name, 2), CTL_WAITS);
}

/* ---- status ---- */

static struct buf status(uint64_t correlation) {
    Linkgate__Admin__V1__Status status;
    Linkgate__Admin__V1__Alarm alarm;
    Linkgate__Admin__V1__Alarm *alarms[] = {&alarm};
    Linkgate__Admin__V1__Expiry expiry;
    Linkgate__Admin__V1__Expiry *expiring[] = {&expiry};
    linkgate__admin__v1__status__init(&status);
    linkgate__admin__v1__alarm__init(&alarm);
    linkgate__admin__v1__expiry__init(&expiry);
    alarm.at_ms = AT_MS;
    alarm.text = "UNKNOWN for an hour";
    alarm.bank = BANK_NUMBER;
    expiry.what = "CRL";
    expiry.expires_at_ms = AT_MS;
    status.state = "SERVING";
    status.alarms = 70;
    status.n_recent_alarms = 1;
    status.recent_alarms = alarms;
    status.n_expiring = 1;
    status.expiring = expiring;
    status.map_bytes = UINT64_C(1) << 34;
    status.store_free_bytes = 5000;
    ctl_reply reply = reply_of(CTL_RESULT(STATUS));
    reply.status = &status;
    return tool_frame(&reply, correlation);
}

static struct buf open_work(uint64_t correlation) {
    Linkgate__Admin__V1__OpenWork work;
    linkgate__admin__v1__open_work__init(&work);
    work.unknown = 7;
    work.oldest_unknown_at_ms = AT_MS;
    ctl_reply reply = reply_of(CTL_RESULT(OPEN_WORK));
    reply.open_work = &work;
    return tool_frame(&reply, correlation);
}

static void status_shows_what_waits(void **state) {
    (void)state;
    struct buf answers[] = {status(1), open_work(2)};
    assert_int_equal(tool_run_against("status", answers, 2), CTL_OK);
    assert_says(world.out, "SERVING");
    assert_says(world.out, "UNKNOWN transfers     7");
    assert_says(world.out, "UNKNOWN for an hour");
    assert_says(world.out, "CRL");
    assert_says(world.out, "16 GiB");
    assert_says(world.out, "5000 bytes");
    struct buf without[] = {status(1), tool_refusal(2)};
    assert_int_equal(tool_run_against("status --json", without, 2), CTL_OK);
    json_t *root = tool_json();
    assert_true(json_is_null(json_object_get(root, "open_work")));
    json_decref(root);
    assert_string_equal(world.errors, "");
}

static void watching(void **state) {
    (void)state;
    struct buf answers[] = {status(1), open_work(2), status(3), open_work(4)};
    assert_int_equal(tool_run_against("watch --interval 1 --times 2 --json", answers, 4), CTL_OK);
    char *second = strchr(world.out, '\n');
    assert_non_null(second);
    assert_true(second[1] == '{');
    assert_int_equal(tool_run("watch --times 1"), CTL_UNREACHABLE);
    assert_says(world.errors, "there is no such socket");
}

static void alarms(void **state) {
    (void)state;
    struct buf answers[] = {status(1)};
    assert_int_equal(tool_run_against("alarms", answers, 1), CTL_OK);
    assert_says(world.out, "UNKNOWN for an hour");
    assert_says(world.errors, "There were 69 before these");
}

/* ---- shapes ---- */

static void check_shape(const struct ctl_shape *shape) {
    for (const struct ctl_field *field = shape->fields; field->key != NULL; field++) {
        assert_non_null(field->help);
        assert_true(ctl_as_name(field->as)[0] != '\0' || field->as == CTL_AS_INLINE ||
                    (field->as == CTL_AS_MADE && field->help[0] != '\0'));
        if (field->as == CTL_AS_INLINE || field->as == CTL_AS_OBJECT || field->as == CTL_AS_ROWS)
            check_shape(field->of);
    }
}

static void every_shape_is_right(void **state) {
    (void)state;
    const struct ctl_shape *shape;
    size_t count;
    const struct ctl_command *commands = ctl_commands(&count);
    for (size_t i = 0; (shape = ctl_shape_at(i)) != NULL; i++)
        check_shape(shape);
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while ((shape = ctl_shape_at(at)) != NULL && shape != commands[i].shape)
            at++;
        assert_non_null(shape);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(orders_wait_for_a_second_person, tool_set_up,
                                        tool_tear_down),
        cmocka_unit_test_setup_teardown(orders_that_wait_as_json, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(approving, tool_set_up, tool_tear_down),
        cmocka_unit_test(approvals_have_no_decider_before_they_are_decided),
        cmocka_unit_test_setup_teardown(searching, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(banks, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(rights_are_changed_from_what_they_are, tool_set_up,
                                        tool_tear_down),
        cmocka_unit_test_setup_teardown(status_shows_what_waits, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(watching, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(alarms, tool_set_up, tool_tear_down),
        cmocka_unit_test(every_shape_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
