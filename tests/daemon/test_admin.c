/*
 * The admin dispatcher: rights of every request against fake peers, malformed and unknown requests,
 * and what is refused before anything happens.
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

#define ORDERS 71 /* in the schema */

/* Which orders change something, or tell what only those may know, is said twice, here and in the
 * table: a new one in the schema that nobody gave a right is found, since its question would be
 * refused to root as well. */
static bool changes(uint32_t order) {
    return order < ADMIN_ORDER(GET_STATUS) ||
           (order >= ADMIN_ORDER(RULES_LOAD) && order <= ADMIN_ORDER(TRANSFER_RESOLVE)) ||
           (order >= ADMIN_ORDER(RECON_BEGIN) && order <= ADMIN_ORDER(RECON_END));
}

static void rights_of_every_order(void **state) {
    (void)state;
    static const struct {
        struct admin_peer peer;
        bool read, change;
    } peers[] = {
        {{.uid = 0, .gid = 0}, true, true},
        {{.uid = 990, .gid = 990}, true, true},
        {{.uid = 1000, .gid = 50}, true, true},
        {{.uid = 1000, .gid = 1000, .groups = {4, 50}, .group_count = 2}, true, true},
        {{.uid = 1000, .gid = 60}, true, false},
        {{.uid = 1000, .gid = 1000, .groups = {60}, .group_count = 1}, true, false},
        {{.uid = 1000, .gid = 1000, .groups = {51, 61, 0}, .group_count = 3}, false, false},
        {{.uid = 1000, .gid = 0}, false, false},
        {{.uid = 65534, .gid = 65534}, false, false},
    };
    const ProtobufCMessageDescriptor *descriptor = &linkgate__admin__v1__request__descriptor;
    int orders = 0;
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        if (descriptor->fields[i].type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        orders++;
        for (size_t j = 0; j < sizeof(peers) / sizeof(peers[0]); j++) {
            char detail[64], field[64];
            reset(state);
            admin_request request = sample(descriptor->fields[i].id);
            ask_detail(&peers[j].peer, &request, detail, field);
            bool may = changes(descriptor->fields[i].id) ? peers[j].change : peers[j].read;
            assert_string_equal(detail, may ? "" : "NOT_GRANTED");
            bool touched = fake.command != NULL || fake.listing != NULL || fake.inquiry != NULL ||
                           fake.recon != NULL || fake.backup_asked;
            assert_int_equal(touched, may);
        }
    }
    assert_int_equal(orders, ORDERS);
}

static void groups_that_are_not_set_grant_nothing(void **state) {
    (void)state;
    struct admin_policy bare = {.daemon_uid = 990};
    struct admin_peer nobody = {.uid = 1000, .gid = 0, .groups = {0}, .group_count = 1};
    assert_false(admin_may(&bare, &nobody, ADMIN_READ));
    assert_false(admin_may(&bare, &nobody, ADMIN_CHANGE));
    nobody.uid = 990;
    assert_true(admin_may(&bare, &nobody, ADMIN_CHANGE));
}

static void malformed(void **state) {
    (void)state;
    struct buf out;
    buf_init(&out);
    static const uint8_t junk[][8] = {{0xff, 0xff, 0xff}, {0x52, 0x7f, 1}, {0x08}, {0x0b, 1, 2}};
    for (size_t i = 0; i < sizeof(junk) / sizeof(junk[0]); i++)
        assert_int_equal(admin_dispatch(&gateway, &policy, &root, 1, span_of(junk[i], 3), &out),
                         ADMIN_MALFORMED);
    assert_int_equal(out.size, 0);
    buf_deinit(&out);
}

/* Bytes that protobuf-c would blow up to megabytes are given up, not followed. */
static void amplification_is_bounded(void **state) {
    (void)state;
    struct buf out, body;
    buf_init(&out);
    buf_init(&body);
    while (body.size < 65000)
        buf_append(&body, "\xfa\x01\x00", 3); /* unknown field 31, again and again */
    int outcome = admin_dispatch(&gateway, &policy, &root, 1, buf_span(&body), &out);
    assert_true(outcome == ADMIN_MALFORMED || outcome == ADMIN_ANSWERED);
    assert_null(fake.inquiry);
    buf_deinit(&out);
    buf_deinit(&body);
}

static void unknown_is_unsupported(void **state) {
    (void)state;
    static const uint8_t cases[][6] = {
        {0x08, 5, 0xfa, 0x05, 0x00, 0x00}, /* order 95 */
        {0x08, 5, 0x00, 0x00, 0x00, 0x00}, /* no order */
        {0x08, 5, 0xf2, 0x01, 0x02, 0x08}, /* GetStatus with a field; see size */
    };
    static const size_t sizes[] = {5, 2, 6};
    for (size_t i = 0; i < 2; i++) {
        struct buf out;
        buf_init(&out);
        assert_int_equal(
            admin_dispatch(&gateway, &policy, &root, 1, span_of(cases[i], sizes[i]), &out),
            ADMIN_ANSWERED);
        admin_reply *reply = read_reply(&out);
        assert_string_equal(reply->refusal->detail, "UNSUPPORTED");
        free_reply(reply);
        buf_deinit(&out);
    }
    struct buf out;
    buf_init(&out);
    static const uint8_t inner[] = {0x08, 5, 0xf2, 0x01, 0x02, 0x08, 0x01};
    assert_int_equal(
        admin_dispatch(&gateway, &policy, &root, 1, span_of(inner, sizeof(inner)), &out),
        ADMIN_ANSWERED);
    admin_reply *reply = read_reply(&out);
    assert_int_equal(reply->result_case, ADMIN_RESULT(REFUSAL));
    assert_null(fake.inquiry);
    free_reply(reply);
    buf_deinit(&out);
}

static void expect_field(admin_request *request, const char *wanted) {
    char detail[64], field[64];
    ask_detail(&root, request, detail, field);
    assert_string_equal(detail, "FIELD_INVALID");
    assert_string_equal(field, wanted);
    assert_true(fake.command == NULL && fake.listing == NULL && fake.inquiry == NULL);
}

static void bad_ids(void **state) {
    (void)state;
    static const struct {
        uint32_t order;
        const char *member, *field;
    } cases[] = {
        {ADMIN_ORDER(UNFREEZE), "id", "id"},
        {ADMIN_ORDER(GET_LINK), "id", "id"},
        {ADMIN_ORDER(GET_TRANSFER), "id", "id"},
        {ADMIN_ORDER(GET_APPROVAL), "id", "id"},
        {ADMIN_ORDER(APPROVE), "approval", "approval"},
        {ADMIN_ORDER(REJECT), "approval", "approval"},
        {ADMIN_ORDER(READ_UNMASKED), "approval", "approval"},
        {ADMIN_ORDER(UNMASK), "link", "link"},
        {ADMIN_ORDER(QUARANTINE_RELEASE), "digest", "digest"},
        {ADMIN_ORDER(QUARANTINE_DROP), "digest", "digest"},
        {ADMIN_ORDER(PIN_ADD), "pin", "pin"},
        {ADMIN_ORDER(RULES_LOAD), "document", "document"},
        {ADMIN_ORDER(PIN_REMOVE), "pin", "pin"},
        {ADMIN_ORDER(LIST_TRANSFERS), "link", "link"},
        {ADMIN_ORDER(LIST_TRANSFERS), "after", "after"},
        {ADMIN_ORDER(LIST_LINKS), "after", "after"},
        {ADMIN_ORDER(LIST_APPROVALS), "after", "after"},
    };
    static const size_t sizes[] = {1, ID_SIZE - 1, ID_SIZE + 1, DIGEST_SIZE - 1, DIGEST_SIZE + 1};
    static uint8_t bytes[DIGEST_SIZE + 1] = {5};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size_t j = 0; j < sizeof(sizes) / sizeof(sizes[0]); j++) {
            admin_request request = sample(cases[i].order);
            const ProtobufCFieldDescriptor *outer = protobuf_c_message_descriptor_get_field(
                &linkgate__admin__v1__request__descriptor, cases[i].order);
            const ProtobufCFieldDescriptor *inner =
                protobuf_c_message_descriptor_get_field_by_name(outer->descriptor, cases[i].member);
            assert_non_null(inner);
            char *message;
            memcpy(&message, (char *)&request + outer->offset, sizeof(message));
            ProtobufCBinaryData wrong = {sizes[j], bytes};
            memcpy(message + inner->offset, &wrong, sizeof(wrong));
            expect_field(&request, cases[i].field);
        }
    }
    admin_request request = sample(ADMIN_ORDER(UNFREEZE));
    request.unfreeze->kind = LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_UNSPECIFIED;
    expect_field(&request, "kind");
}

/* One backup at a time; one that cannot leave gives its place back. */
static void backups_take_turns(void **state) {
    (void)state;
    char detail[64], field[64];
    admin_request request = sample(ADMIN_ORDER(BACKUP));
    fake.full = true;
    ask_detail(&root, &request, detail, field);
    assert_string_equal(detail, "BUSY");
    assert_false(fake.backing_up);
    fake.full = false;
    ask_detail(&root, &request, detail, field);
    assert_string_equal(detail, "");
    ask_detail(&root, &request, detail, field);
    assert_string_equal(detail, "BUSY");
    char relative[] = "here";
    request.backup->dir = relative;
    ask_detail(&root, &request, detail, field);
    assert_string_equal(field, "dir");
}

static void no_room(void **state) {
    (void)state;
    static const uint32_t orders[] = {ADMIN_ORDER(BANK_DISABLE), ADMIN_ORDER(LIST_BANKS),
                                      ADMIN_ORDER(GET_STATUS)};
    for (size_t i = 0; i < 3; i++) {
        char detail[64], field[64];
        admin_request request = sample(orders[i]);
        fake.full = true;
        ask_detail(&root, &request, detail, field);
        assert_string_equal(detail, "BUSY");
    }
}

static void page_sizes_are_bounded(void **state) {
    (void)state;
    static const uint32_t asked[] = {0, 1, 500, 501, UINT32_MAX};
    static const uint32_t given[] = {500, 1, 500, 500, 500};
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        char detail[64], field[64];
        admin_request request = sample(ADMIN_ORDER(LIST_LINKS));
        request.list_links->max = asked[i];
        ask_detail(&root, &request, detail, field);
        assert_int_equal(fake.listing->max, given[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rights_of_every_order, reset),
        cmocka_unit_test_setup(groups_that_are_not_set_grant_nothing, reset),
        cmocka_unit_test_setup(malformed, reset),
        cmocka_unit_test_setup(amplification_is_bounded, reset),
        cmocka_unit_test_setup(unknown_is_unsupported, reset),
        cmocka_unit_test_setup(bad_ids, reset),
        cmocka_unit_test_setup(no_room, reset),
        cmocka_unit_test_setup(backups_take_turns, reset),
        cmocka_unit_test_setup_teardown(page_sizes_are_bounded, reset, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
