/*
 * Orders at the admin socket: which commands they become, what is wrong with them, and how what became
 * of them is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin_stage.h"
#include "daemon/admin_order_text.h"
#include "ledger/ledger.h"
#include "wire/message.h"

static const struct admin_peer people = {.uid = 4242, .gid = 50};

static struct command *ask(admin_request *request) {
    struct buf out;
    buf_init(&out);
    request->correlation = 12;
    assert_int_equal(dispatch(&people, request, &out), ADMIN_PENDING);
    assert_int_equal(out.size, 0);
    buf_deinit(&out);
    assert_int_equal(fake.command->uid, 4242);
    assert_int_equal(fake.command->origin.kind, ORIGIN_ADMIN);
    assert_int_equal(fake.command->origin.connection, STAGE_CLIENT);
    assert_int_equal(fake.command->origin.correlation, 12);
    assert_int_equal(message_decode_internal(fake.command), 0);
    return fake.command;
}

/* Each order is the command of its name, and its payload reads. */
static void every_order_becomes_its_command(void **state) {
    (void)state;
    const ProtobufCMessageDescriptor *descriptor = &linkgate__admin__v1__request__descriptor;
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        if (field->type != PROTOBUF_C_TYPE_MESSAGE || field->id >= ADMIN_ORDER(GET_STATUS))
            continue;
        admin_request request = sample(field->id);
        const struct command *command = ask(&request);
        assert_int_equal(strcasecmp(command_name(command->kind), field->name), 0);
        assert_true(command_is_order(command->kind));
    }
}

static void commands_carry_what_was_ordered(void **state) {
    (void)state;
    admin_request request = sample(ADMIN_ORDER(BANK_ADD));
    const struct command *command = ask(&request);
    assert_string_equal(command->body.bank_add.name, "Bank A");
    assert_int_equal(command->body.bank_add.pin_count, 2);
    assert_memory_equal(command->body.bank_add.pins[1].bytes, pin_two, DIGEST_SIZE);
    assert_true(command->body.bank_add.active);
    request = sample(ADMIN_ORDER(CLOCK_ACCEPT));
    assert_int_equal(ask(&request)->body.clock_accept.wall_ms, STAGE_WALL_MS);
    request = sample(ADMIN_ORDER(APPROVE));
    command = ask(&request);
    assert_memory_equal(command->body.decision.approval.bytes, some_id, ID_SIZE);
    assert_int_equal(command->body.decision.wall_ms, STAGE_WALL_MS);
    request = sample(ADMIN_ORDER(QUARANTINE_RELEASE));
    assert_memory_equal(ask(&request)->body.quarantine_order.digest.bytes, seven, DIGEST_SIZE);
}

static void only_what_is_set_is_set(void **state) {
    (void)state;
    static uint32_t denied[] = {MESSAGE_GET_LINK, MESSAGE_SUBMIT_TRANSFER};
    admin_request request = sample(ADMIN_ORDER(BANK_SET));
    request.bank_set->roles = 7; /* set_roles is not */
    request.bank_set->set_denied = true;
    request.bank_set->n_denied = 2;
    request.bank_set->denied = denied;
    const struct bank_set *set = &ask(&request)->body.bank_set;
    assert_int_equal(set->what, BANK_SET_NAME | BANK_SET_DENIED);
    assert_int_equal(set->roles, 0);
    struct bank bank = {.denied = set->denied};
    assert_true(bank_kind_denied(&bank, MESSAGE_GET_LINK));
    assert_true(bank_kind_denied(&bank, MESSAGE_SUBMIT_TRANSFER));
    assert_false(bank_kind_denied(&bank, MESSAGE_OPEN_LINK));
}

/* ---- what is refused ---- */

static void expect_field(admin_request *request, const char *wanted) {
    char detail[64], field[64];
    reset(NULL);
    ask_detail(&root, request, detail, field);
    assert_string_equal(detail, "FIELD_INVALID");
    assert_string_equal(field, wanted);
    assert_null(fake.command);
}

static char bad_name[] = "a\nb";
static char empty[] = "";
static char long_name[BANK_NAME_MAX + 2];

static void bad_banks(void **state) {
    (void)state;
    static uint8_t zero[DIGEST_SIZE];
    static const uint64_t codes[] = {BANK_A + 1, UINT64_MAX, 0};
    memset(long_name, 'x', sizeof(long_name) - 1);
    char *const names[] = {bad_name, empty, long_name};
    static const uint32_t roles[] = {0, 8};
    admin_request request;
    for (size_t i = 0; i < 3; i++) {
        request = sample(ADMIN_ORDER(BANK_ADD));
        request.bank_add->code = codes[i];
        expect_field(&request, "code");
        request = sample(ADMIN_ORDER(BANK_ADD));
        request.bank_add->name = names[i];
        expect_field(&request, "name");
        request = sample(ADMIN_ORDER(BANK_ADD));
        request.bank_add->roles = roles[i % 2];
        expect_field(&request, "roles");
    }
    request = sample(ADMIN_ORDER(BANK_ADD));
    request.bank_add->n_pins = 0;
    expect_field(&request, "pins");
    request = sample(ADMIN_ORDER(BANK_ADD));
    request.bank_add->pins[0].len = 31;
    expect_field(&request, "pins");
    request = sample(ADMIN_ORDER(BANK_ADD));
    request.bank_add->pins[0].data = zero;
    expect_field(&request, "pins");
    request = sample(ADMIN_ORDER(BANK_ADD));
    request.bank_add->pins[1].data = pin_one;
    expect_field(&request, "pins");
}

static void bad_changes_of_banks(void **state) {
    (void)state;
    static uint32_t no_request[] = {MESSAGE_VERIFY_ACCOUNT};
    static uint32_t an_answer[] = {MESSAGE_POSTING_RESULT};
    admin_request request = sample(ADMIN_ORDER(BANK_SET));
    request.bank_set->set_name = false;
    expect_field(&request, "");
    request = sample(ADMIN_ORDER(BANK_SET));
    request.bank_set->name = bad_name;
    expect_field(&request, "name");
    request = sample(ADMIN_ORDER(BANK_SET));
    request.bank_set->set_roles = true;
    expect_field(&request, "roles");
    request = sample(ADMIN_ORDER(BANK_SET));
    request.bank_set->set_denied = true;
    request.bank_set->n_denied = 1;
    request.bank_set->denied = no_request;
    expect_field(&request, "denied");
    request.bank_set->denied = an_answer;
    expect_field(&request, "denied");
    request = sample(ADMIN_ORDER(BANK_SET));
    request.bank_set->code = 5;
    expect_field(&request, "code");
    request = sample(ADMIN_ORDER(BANK_ENABLE));
    request.bank_enable->code = 5;
    expect_field(&request, "code");
    request = sample(ADMIN_ORDER(PIN_ADD));
    request.pin_add->code = 5;
    expect_field(&request, "code");
}

static void bad_settlements(void **state) {
    (void)state;
    static char long_one[REFERENCE_MAX + 2];
    memset(long_one, 'R', sizeof(long_one) - 1);
    admin_request request = sample(ADMIN_ORDER(WINDOW_SETTLE));
    request.window_settle->bank = 7;
    expect_field(&request, "bank");
    request = sample(ADMIN_ORDER(WINDOW_SETTLE));
    request.window_settle->other = 7;
    expect_field(&request, "other");
    request = sample(ADMIN_ORDER(WINDOW_SETTLE));
    request.window_settle->reference = long_one;
    expect_field(&request, "reference");
    request = sample(ADMIN_ORDER(WINDOW_ABORT));
    request.window_abort->defaulter = 7;
    expect_field(&request, "defaulter");
}

static void bad_holds(void **state) {
    (void)state;
    static char reason[] = "fr01";
    static char reference[] = "a\nb";
    static const uint32_t blocks[] = {0, 1, 64};
    admin_request request;
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
        request = sample(ADMIN_ORDER(HOLD_PLACE));
        request.hold_place->blocks = blocks[i];
        expect_field(&request, "blocks");
    }
    request = sample(ADMIN_ORDER(HOLD_PLACE));
    request.hold_place->reason = reason;
    expect_field(&request, "reason");
    request = sample(ADMIN_ORDER(HOLD_PLACE));
    request.hold_place->reference = reference;
    expect_field(&request, "reference");
    request = sample(ADMIN_ORDER(HOLD_PLACE));
    request.hold_place->expires_at_ms = STAGE_WALL_MS;
    expect_field(&request, "expires_at_ms");
    request.hold_place->expires_at_ms = STAGE_WALL_MS + 1;
    assert_int_equal(ask(&request)->body.hold_order.expires_at_ms, STAGE_WALL_MS + 1);
}

/* ---- searching ---- */

static void a_number_becomes_its_hash(void **state) {
    (void)state;
    static char account[] = "6222020000000000017";
    static char person[] = "11010519491231002x";
    uint8_t key[32] = {3};
    struct keyring *keyring = keyring_from_root(key);
    stage_keyring(keyring);
    admin_request request = sample(ADMIN_ORDER(SEARCH));
    const struct search *search = &ask(&request)->body.search;
    struct digest wanted = ledger_account_key(keyring, BANK_A, span_text(account));
    assert_int_equal(search->by, SEARCH_BY_ACCOUNT);
    assert_true(digest_equal(&search->key, &wanted));
    request.search->bank = 0;
    request.search->account = empty;
    request.search->id_type = ID_TYPE_RESIDENT;
    request.search->id_number = person;
    search = &ask(&request)->body.search;
    /* as banks' numbers are: the check character is a capital */
    wanted = ledger_person_key(keyring, ID_TYPE_RESIDENT, span_text("11010519491231002X"));
    assert_int_equal(search->by, SEARCH_BY_PERSON);
    assert_true(digest_equal(&search->key, &wanted));
    stage_keyring(NULL);
    keyring_free(keyring);
}

static void bad_searches(void **state) {
    (void)state;
    static char number[] = "110105194912310021";
    static char account[] = "12 45";
    admin_request request = sample(ADMIN_ORDER(SEARCH));
    request.search->id_type = ID_TYPE_RESIDENT;
    expect_field(&request, "");
    request = sample(ADMIN_ORDER(SEARCH));
    request.search->bank = 0;
    request.search->account = empty;
    expect_field(&request, "");
    request.search->id_type = ID_TYPE_RESIDENT;
    request.search->id_number = number;
    expect_field(&request, "id_number");
    request.search->id_type = 9;
    expect_field(&request, "id_type");
    request = sample(ADMIN_ORDER(SEARCH));
    request.search->account = account;
    expect_field(&request, "account");
    request = sample(ADMIN_ORDER(SEARCH));
    request.search->bank = 5;
    expect_field(&request, "bank");
}

/* ---- what became of it ---- */

static admin_reply *outcome(const struct effect *effect) {
    struct buf out;
    buf_init(&out);
    admin_append_outcome(effect, &out);
    admin_reply *reply = read_reply(&out);
    buf_deinit(&out);
    assert_int_equal(reply->correlation, 6);
    return reply;
}

static void outcomes(void **state) {
    (void)state;
    struct effect effect = {.kind = EFFECT_REPLY, .origin = {ORIGIN_ADMIN, 1, 6}};
    effect.order = COMMAND_BANK_ADD;
    admin_reply *reply = outcome(&effect);
    assert_int_equal(reply->result_case, ADMIN_RESULT(DONE));
    free_reply(reply);

    memcpy(effect.object.bytes, some_id, ID_SIZE);
    effect.deadline_ms = 99;
    reply = outcome(&effect);
    assert_int_equal(reply->result_case, ADMIN_RESULT(WAITS));
    assert_memory_equal(reply->waits->approval.data, some_id, ID_SIZE);
    assert_int_equal(reply->waits->expires_at_ms, 99);
    free_reply(reply);

    effect.refused = true;
    effect.refusal = (struct refusal){.code = REFUSAL_SAME_PERSON, .field = "approval"};
    reply = outcome(&effect);
    assert_string_equal(reply->refusal->detail, "SAME_PERSON");
    assert_string_equal(reply->refusal->field, "approval");
    free_reply(reply);

    struct unmasked unmasked = {.class2_number = "123", .class1_number = "456", .until_ms = 7};
    struct effect numbers = {.kind = EFFECT_REPLY, .origin = {ORIGIN_ADMIN, 1, 6}};
    numbers.order = COMMAND_READ_UNMASKED;
    numbers.payload = span_of(&unmasked, sizeof(unmasked));
    reply = outcome(&numbers);
    assert_string_equal(reply->unmasked->class2_number, "123");
    assert_string_equal(reply->unmasked->class1_number, "456");
    assert_int_equal(reply->unmasked->until_ms, 7);
    free_reply(reply);
}

static void orders_and_loans_can_be_unfrozen(void **state) {
    static const uint32_t kinds[] = {OBJECT_LINK, OBJECT_TRANSFER, OBJECT_ORDER, OBJECT_LOAN};
    char detail[64], field[64];
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        reset(state);
        admin_request request = sample(ADMIN_ORDER(UNFREEZE));
        request.unfreeze->kind = (Linkgate__Admin__V1__ObjectKind)kinds[i];
        ask_detail(&root, &request, detail, field);
        assert_string_equal(detail, "");
        assert_int_equal(fake.command->body.unfreeze.kind, kinds[i]);
    }
}

static void what_was_found_is_listed(void **state) {
    (void)state;
    static struct id ids[SEARCH_FOUND_MAX + 1];
    static const size_t counts[] = {0, 1, SEARCH_FOUND_MAX, SEARCH_FOUND_MAX + 1};
    struct effect effect = {.kind = EFFECT_REPLY, .origin = {ORIGIN_ADMIN, 8, 6}};
    effect.order = COMMAND_SEARCH;
    effect.digest.bytes[0] = 7;
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        effect.payload = span_of(ids, counts[i] * sizeof(ids[0]));
        struct admin_listing *listing = admin_found(&effect);
        assert_int_equal(listing->kind, ADMIN_LIST_FOUND);
        assert_int_equal(listing->client, 8);
        assert_int_equal(listing->correlation, 6);
        assert_int_equal(listing->found_count, i == 3 ? SEARCH_FOUND_MAX : counts[i]);
        assert_int_equal(listing->found_more, i == 3);
        assert_true(digest_equal(&listing->found_key, &effect.digest));
        admin_listing_free(listing);
    }
    effect.refused = true;
    assert_null(admin_found(&effect));
}

/* ---- what is approved is what was read ---- */

static const char *field_value(Linkgate__Admin__V1__OrderField *const *fields, size_t count,
                               const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(fields[i]->name, name) == 0)
            return fields[i]->value;
    }
    return "";
}

/* What may not be zero in orders about what banks may owe, and pay in. */
static void fill_money(struct command *command) {
    static const struct money fen = {1, "CNY"};
    if (command->kind == COMMAND_CAP_SET) {
        command->body.cap_set = (struct cap_set){.what = CAP_SET_ALL};
        memcpy(command->body.cap_set.currency, fen.currency, CURRENCY_SIZE);
    } else if (command->kind == COMMAND_PAIR_CAP_SET) {
        command->body.pair_cap_set.code = BANK_A;
        memcpy(command->body.pair_cap_set.currency, fen.currency, CURRENCY_SIZE);
    } else if (command->kind == COMMAND_FUNDS_BEGIN) {
        command->body.funds_begin.direction = FUNDS_OUT;
        command->body.funds_begin.amount = fen;
    }
}

/* Each kind that may wait has a text of its own. */
static void orders_are_shown(void **state) {
    (void)state;
    static const struct rules_document no_rules;
    const struct command_row *row;
    struct arena arena;
    arena_init(&arena, 4096, 0);
    Linkgate__Admin__V1__OrderField **fields;
    for (size_t i = 0; (row = command_row_at(i)) != NULL; i++) {
        if (!row->two_people)
            continue;
        struct command *command = command_new(row->kind);
        if (row->kind == COMMAND_BANK_SET)
            command->body.bank_set.what = BANK_SET_NAME;
        if (row->kind == COMMAND_RULES_LOAD)
            command->body.rules_load.document = &no_rules;
        if (row->kind == COMMAND_UNFREEZE)
            command->body.unfreeze.kind = OBJECT_LINK;
        fill_money(command);
        message_encode_internal(command);
        size_t count = admin_order_fields(row->kind, command->payload, &arena, &fields);
        assert_true(count > 0);
        assert_string_equal(field_value(fields, count, "payload"), "");
        command_free(command);
    }
    size_t count = admin_order_fields(COMMAND_BANK_ADD, span_of("x", 1), &arena, &fields);
    assert_int_equal(count, 1);
    assert_string_equal(fields[0]->name, "payload");
    arena_deinit(&arena);
}

static void every_field_is_shown(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena, 4096, 0);
    Linkgate__Admin__V1__OrderField **fields;
    admin_request request = sample(ADMIN_ORDER(BANK_ADD));
    size_t count = admin_order_fields(COMMAND_BANK_ADD, ask(&request)->payload, &arena, &fields);
    assert_int_equal(count, 5);
    assert_string_equal(field_value(fields, count, "bank"), "102100099996");
    assert_string_equal(field_value(fields, count, "name"), "Bank A");
    assert_string_equal(field_value(fields, count, "roles"), "class1,class2");
    assert_string_equal(fields[4]->value,
                        "0200000000000000000000000000000000000000000000000000000000000000");
    static uint32_t denied[] = {MESSAGE_GET_LINK, MESSAGE_SUBMIT_TRANSFER};
    request = sample(ADMIN_ORDER(BANK_SET));
    request.bank_set->set_denied = true;
    request.bank_set->n_denied = 2;
    request.bank_set->denied = denied;
    count = admin_order_fields(COMMAND_BANK_SET, ask(&request)->payload, &arena, &fields);
    assert_string_equal(field_value(fields, count, "denied"), "GET_LINK,SUBMIT_TRANSFER");
    request = sample(ADMIN_ORDER(WINDOW_SETTLE));
    count = admin_order_fields(COMMAND_WINDOW_SETTLE, ask(&request)->payload, &arena, &fields);
    assert_int_equal(count, 4);
    assert_string_equal(field_value(fields, count, "bank"), "102100099996");
    assert_string_equal(field_value(fields, count, "with bank"), "999100000011");
    request = sample(ADMIN_ORDER(WINDOW_SETTLE));
    request.window_settle->multilateral = true;
    count = admin_order_fields(COMMAND_WINDOW_SETTLE, ask(&request)->payload, &arena, &fields);
    assert_int_equal(count, 2);
    assert_string_equal(field_value(fields, count, "roles"), "");
    arena_deinit(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_order_becomes_its_command, reset),
        cmocka_unit_test_setup(commands_carry_what_was_ordered, reset),
        cmocka_unit_test_setup(only_what_is_set_is_set, reset),
        cmocka_unit_test_setup(bad_banks, reset),
        cmocka_unit_test_setup(bad_changes_of_banks, reset),
        cmocka_unit_test_setup(bad_settlements, reset),
        cmocka_unit_test_setup(bad_holds, reset),
        cmocka_unit_test_setup(a_number_becomes_its_hash, reset),
        cmocka_unit_test_setup(bad_searches, reset),
        cmocka_unit_test_setup(outcomes, reset),
        cmocka_unit_test_setup(orders_and_loans_can_be_unfrozen, reset),
        cmocka_unit_test_setup(what_was_found_is_listed, reset),
        cmocka_unit_test_setup(orders_are_shown, reset),
        cmocka_unit_test_setup_teardown(every_field_is_shown, reset, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
