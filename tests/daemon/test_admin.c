/*
 * The admin dispatcher: rights of every order against fake peers, malformed and unknown requests,
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

#include "daemon/admin.h"
#include "wire/frame.h"

#define BANK_A 102100099996u

static struct {
    struct command *command;
    struct admin_listing *listing;
    struct admin_inquiry *inquiry;
    bool full;
} fake;

static bool fake_submit(void *context, struct command *command) {
    (void)context;
    if (fake.full)
        return false;
    command_free(fake.command);
    fake.command = command;
    return true;
}

static bool fake_list(void *context, struct admin_listing *listing) {
    (void)context;
    if (fake.full)
        return false;
    admin_listing_free(fake.listing);
    fake.listing = listing;
    return true;
}

static bool fake_inquire(void *context, struct admin_inquiry *inquiry) {
    (void)context;
    if (fake.full)
        return false;
    free(fake.inquiry);
    fake.inquiry = inquiry;
    return true;
}

static int64_t fake_wall(void *context) {
    (void)context;
    return 1234567;
}

static const struct admin_gateway gateway = {NULL, fake_submit, fake_list, fake_inquire, fake_wall};
static const struct admin_policy policy = {
    .daemon_uid = 990, .has_group = true, .has_read_group = true, .group = 50, .read_group = 60};
static const struct admin_peer root = {.uid = 0, .gid = 0};

static int reset(void **state) {
    (void)state;
    command_free(fake.command);
    admin_listing_free(fake.listing);
    free(fake.inquiry);
    memset(&fake, 0, sizeof(fake));
    return 0;
}

static int dispatch(const struct admin_peer *peer, admin_request *request, struct buf *out) {
    uint8_t packed[4096];
    size_t size = linkgate__admin__v1__request__pack(request, packed);
    return admin_dispatch(&gateway, &policy, peer, 77, span_of(packed, size), out);
}

static admin_reply *read_reply(const struct buf *out) {
    struct span body;
    size_t used;
    assert_int_equal(frame_next(buf_span(out), &body, &used), 0);
    assert_int_equal(used, out->size);
    admin_reply *reply = linkgate__admin__v1__reply__unpack(NULL, body.size, body.data);
    assert_non_null(reply);
    return reply;
}

static void free_reply(admin_reply *reply) {
    linkgate__admin__v1__reply__free_unpacked(reply, NULL);
}

/* Asks and gives the refusal's detail, "" when it was not refused. */
static void ask_detail(const struct admin_peer *peer, admin_request *request, char detail_out[64],
                       char field_out[64]) {
    struct buf out;
    buf_init(&out);
    detail_out[0] = field_out[0] = '\0';
    request->correlation = 5;
    int outcome = dispatch(peer, request, &out);
    if (outcome == ADMIN_ANSWERED) {
        admin_reply *reply = read_reply(&out);
        assert_int_equal(reply->correlation, 5);
        if (reply->result_case == ADMIN_RESULT(REFUSAL)) {
            snprintf(detail_out, 64, "%s", reply->refusal->detail);
            snprintf(field_out, 64, "%s", reply->refusal->field);
            assert_true(strlen(reply->refusal->text) > 0);
        }
        free_reply(reply);
    } else {
        assert_int_equal(outcome, ADMIN_PENDING);
        assert_int_equal(out.size, 0);
    }
    buf_deinit(&out);
}

static uint8_t pin_one[DIGEST_SIZE] = {1};
static uint8_t pin_two[DIGEST_SIZE] = {2};
static uint8_t seven[DIGEST_SIZE] = {7};
static uint8_t some_id[ID_SIZE] = {9};
static char bank_name[] = "Bank A";

/* A right request of every order. */
struct all {
    Linkgate__Admin__V1__BankAdd bank_add;
    ProtobufCBinaryData pins[2];
    Linkgate__Admin__V1__BankDisable bank_disable;
    Linkgate__Admin__V1__Unfreeze unfreeze;
    Linkgate__Admin__V1__ClockAccept clock_accept;
    Linkgate__Admin__V1__QuarantineRelease quarantine_release;
    Linkgate__Admin__V1__QuarantineDrop quarantine_drop;
    Linkgate__Admin__V1__GetStatus get_status;
    Linkgate__Admin__V1__GetClock get_clock;
    Linkgate__Admin__V1__ListBanks list_banks;
    Linkgate__Admin__V1__ListLinks list_links;
    Linkgate__Admin__V1__GetLink get_link;
    Linkgate__Admin__V1__ListTransfers list_transfers;
    Linkgate__Admin__V1__GetTransfer get_transfer;
    Linkgate__Admin__V1__ListNets list_nets;
    Linkgate__Admin__V1__ListPositions list_positions;
    Linkgate__Admin__V1__ListQuarantine list_quarantine;
};

static void make_changes(struct all *all) {
    linkgate__admin__v1__bank_add__init(&all->bank_add);
    all->bank_add.code = BANK_A;
    all->bank_add.name = bank_name;
    all->bank_add.roles = 3;
    all->pins[0] = (ProtobufCBinaryData){DIGEST_SIZE, pin_one};
    all->pins[1] = (ProtobufCBinaryData){DIGEST_SIZE, pin_two};
    all->bank_add.n_pins = 2;
    all->bank_add.pins = all->pins;
    linkgate__admin__v1__bank_disable__init(&all->bank_disable);
    all->bank_disable.code = BANK_A;
    linkgate__admin__v1__unfreeze__init(&all->unfreeze);
    all->unfreeze.kind = LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_TRANSFER;
    all->unfreeze.id = (ProtobufCBinaryData){ID_SIZE, some_id};
    linkgate__admin__v1__clock_accept__init(&all->clock_accept);
    linkgate__admin__v1__quarantine_release__init(&all->quarantine_release);
    all->quarantine_release.digest = (ProtobufCBinaryData){DIGEST_SIZE, seven};
    linkgate__admin__v1__quarantine_drop__init(&all->quarantine_drop);
    all->quarantine_drop.digest = (ProtobufCBinaryData){DIGEST_SIZE, seven};
}

static void make_questions(struct all *all) {
    linkgate__admin__v1__get_status__init(&all->get_status);
    linkgate__admin__v1__get_clock__init(&all->get_clock);
    linkgate__admin__v1__list_banks__init(&all->list_banks);
    linkgate__admin__v1__list_links__init(&all->list_links);
    linkgate__admin__v1__get_link__init(&all->get_link);
    all->get_link.id = (ProtobufCBinaryData){ID_SIZE, some_id};
    linkgate__admin__v1__list_transfers__init(&all->list_transfers);
    linkgate__admin__v1__get_transfer__init(&all->get_transfer);
    all->get_transfer.id = (ProtobufCBinaryData){ID_SIZE, some_id};
    linkgate__admin__v1__list_nets__init(&all->list_nets);
    linkgate__admin__v1__list_positions__init(&all->list_positions);
    linkgate__admin__v1__list_quarantine__init(&all->list_quarantine);
}

/* All of the oneof's members are pointers to messages, in one union. */
static admin_request request_of(struct all *all, const ProtobufCFieldDescriptor *field) {
    admin_request request;
    linkgate__admin__v1__request__init(&request);
    const void *orders[] = {
        [ADMIN_ORDER(BANK_ADD)] = &all->bank_add,
        [ADMIN_ORDER(BANK_DISABLE)] = &all->bank_disable,
        [ADMIN_ORDER(UNFREEZE)] = &all->unfreeze,
        [ADMIN_ORDER(CLOCK_ACCEPT)] = &all->clock_accept,
        [ADMIN_ORDER(QUARANTINE_RELEASE)] = &all->quarantine_release,
        [ADMIN_ORDER(QUARANTINE_DROP)] = &all->quarantine_drop,
        [ADMIN_ORDER(GET_STATUS)] = &all->get_status,
        [ADMIN_ORDER(GET_CLOCK)] = &all->get_clock,
        [ADMIN_ORDER(LIST_BANKS)] = &all->list_banks,
        [ADMIN_ORDER(LIST_LINKS)] = &all->list_links,
        [ADMIN_ORDER(GET_LINK)] = &all->get_link,
        [ADMIN_ORDER(LIST_TRANSFERS)] = &all->list_transfers,
        [ADMIN_ORDER(GET_TRANSFER)] = &all->get_transfer,
        [ADMIN_ORDER(LIST_NETS)] = &all->list_nets,
        [ADMIN_ORDER(LIST_POSITIONS)] = &all->list_positions,
        [ADMIN_ORDER(LIST_QUARANTINE)] = &all->list_quarantine,
    };
    const void *order = field->id < sizeof(orders) / sizeof(orders[0]) ? orders[field->id] : NULL;
    if (order == NULL) { /* not served yet: an empty one of its kind */
        static union {
            ProtobufCMessage base;
            uint64_t room[64];
        } empty;
        const ProtobufCMessageDescriptor *descriptor = field->descriptor;
        assert_true(descriptor->sizeof_message <= sizeof(empty));
        protobuf_c_message_init(descriptor, &empty);
        order = &empty;
    }
    memcpy((char *)&request + field->offset, &order, sizeof(void *));
    request.order_case = (Linkgate__Admin__V1__Request__OrderCase)field->id;
    return request;
}

/* Which orders change something is said twice, here and in the table: a new one in the schema that
 * nobody gave a right is found, since its question would be refused to root as well. */
static bool changes(uint32_t order) {
    return order < ADMIN_ORDER(GET_STATUS);
}

static bool served(uint32_t order) {
    return order < ADMIN_ORDER(BANK_ENABLE) ||
           (order >= ADMIN_ORDER(GET_STATUS) && order < ADMIN_ORDER(GET_BANK));
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
    struct all all;
    make_changes(&all);
    make_questions(&all);
    const ProtobufCMessageDescriptor *descriptor = &linkgate__admin__v1__request__descriptor;
    int orders = 0;
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        if (descriptor->fields[i].type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        orders += served(descriptor->fields[i].id);
        for (size_t j = 0; j < sizeof(peers) / sizeof(peers[0]); j++) {
            char detail[64], field[64];
            reset(state);
            admin_request request = request_of(&all, &descriptor->fields[i]);
            ask_detail(&peers[j].peer, &request, detail, field);
            if (!served(descriptor->fields[i].id)) {
                assert_string_equal(detail, "UNSUPPORTED");
                continue;
            }
            bool may = changes(descriptor->fields[i].id) ? peers[j].change : peers[j].read;
            assert_string_equal(detail, may ? "" : "NOT_GRANTED");
            bool touched = fake.command != NULL || fake.listing != NULL || fake.inquiry != NULL;
            assert_int_equal(touched, may);
        }
    }
    assert_int_equal(orders, 16);
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
        {0x08, 5, 0xd2, 0x05, 0x00, 0x00}, /* order 90 */
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

static void commands_carry_what_was_ordered(void **state) {
    (void)state;
    struct all all;
    make_changes(&all);
    struct buf out;
    buf_init(&out);
    admin_request request;
    linkgate__admin__v1__request__init(&request);
    request.correlation = 12;
    request.order_case = ADMIN_ORDER(BANK_ADD);
    request.bank_add = &all.bank_add;
    struct admin_peer peer = {.uid = 4242, .gid = 50};
    assert_int_equal(dispatch(&peer, &request, &out), ADMIN_PENDING);
    assert_int_equal(fake.command->kind, COMMAND_BANK_ADD);
    assert_int_equal(fake.command->uid, 4242);
    assert_int_equal(fake.command->origin.kind, ORIGIN_ADMIN);
    assert_int_equal(fake.command->origin.connection, 77);
    assert_int_equal(fake.command->origin.correlation, 12);
    assert_true(fake.command->payload.size > 0);
    assert_string_equal(fake.command->body.bank_add.name, "Bank A");
    assert_int_equal(fake.command->body.bank_add.pin_count, 2);
    assert_memory_equal(fake.command->body.bank_add.pins[1].bytes, pin_two, DIGEST_SIZE);
    assert_true(fake.command->body.bank_add.active);
    request.order_case = ADMIN_ORDER(CLOCK_ACCEPT);
    request.clock_accept = &all.clock_accept;
    assert_int_equal(dispatch(&root, &request, &out), ADMIN_PENDING);
    assert_int_equal(fake.command->body.clock_accept.wall_ms, 1234567);
    assert_int_equal(out.size, 0);
    buf_deinit(&out);
}

static void assert_bank_add_refused(struct all *all, const char *wanted_field) {
    char detail[64], field[64];
    admin_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = ADMIN_ORDER(BANK_ADD);
    request.bank_add = &all->bank_add;
    ask_detail(&root, &request, detail, field);
    assert_string_equal(detail, "FIELD_INVALID");
    assert_string_equal(field, wanted_field);
    assert_null(fake.command);
    make_changes(all);
}

static void bad_banks(void **state) {
    (void)state;
    struct all all;
    static uint8_t zero[DIGEST_SIZE];
    static char bad_name[] = "a\nb";
    static char empty[] = "";
    static char long_name[BANK_NAME_MAX + 2];
    memset(long_name, 'x', sizeof(long_name) - 1);
    make_changes(&all);
    all.bank_add.code = BANK_A + 1;
    assert_bank_add_refused(&all, "code");
    all.bank_add.code = UINT64_MAX;
    assert_bank_add_refused(&all, "code");
    all.bank_add.code = 0;
    assert_bank_add_refused(&all, "code");
    all.bank_add.name = bad_name;
    assert_bank_add_refused(&all, "name");
    all.bank_add.name = empty;
    assert_bank_add_refused(&all, "name");
    all.bank_add.name = long_name;
    assert_bank_add_refused(&all, "name");
    all.bank_add.roles = 0;
    assert_bank_add_refused(&all, "roles");
    all.bank_add.roles = 8;
    assert_bank_add_refused(&all, "roles");
    all.bank_add.n_pins = 0;
    assert_bank_add_refused(&all, "pins");
    all.pins[0].len = 31;
    assert_bank_add_refused(&all, "pins");
    all.pins[0].data = zero;
    assert_bank_add_refused(&all, "pins");
    all.pins[1].data = pin_one;
    assert_bank_add_refused(&all, "pins");
}

static void bad_ids(void **state) {
    (void)state;
    struct all all;
    char detail[64], field[64];
    make_changes(&all);
    make_questions(&all);
    admin_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = ADMIN_ORDER(UNFREEZE);
    request.unfreeze = &all.unfreeze;
    all.unfreeze.id.len = 15;
    ask_detail(&root, &request, detail, field);
    assert_string_equal(field, "id");
    all.unfreeze.id.len = 16;
    all.unfreeze.kind = LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_UNSPECIFIED;
    ask_detail(&root, &request, detail, field);
    assert_string_equal(field, "kind");
    request.order_case = ADMIN_ORDER(LIST_TRANSFERS);
    request.list_transfers = &all.list_transfers;
    all.list_transfers.link = (ProtobufCBinaryData){3, some_id};
    ask_detail(&root, &request, detail, field);
    assert_string_equal(field, "link");
    request.order_case = ADMIN_ORDER(GET_LINK);
    request.get_link = &all.get_link;
    all.get_link.id.len = 0;
    ask_detail(&root, &request, detail, field);
    assert_string_equal(field, "id");
    assert_null(fake.command);
    assert_null(fake.listing);
}

static void no_room(void **state) {
    (void)state;
    struct all all;
    char detail[64], field[64];
    make_changes(&all);
    make_questions(&all);
    fake.full = true;
    admin_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = ADMIN_ORDER(BANK_DISABLE);
    request.bank_disable = &all.bank_disable;
    ask_detail(&root, &request, detail, field);
    assert_string_equal(detail, "BUSY");
    request.order_case = ADMIN_ORDER(LIST_BANKS);
    request.list_banks = &all.list_banks;
    ask_detail(&root, &request, detail, field);
    assert_string_equal(detail, "BUSY");
}

static void page_sizes_are_bounded(void **state) {
    (void)state;
    struct all all;
    char detail[64], field[64];
    make_questions(&all);
    admin_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = ADMIN_ORDER(LIST_LINKS);
    request.list_links = &all.list_links;
    static const uint32_t asked[] = {0, 1, 500, 501, UINT32_MAX};
    static const uint32_t given[] = {500, 1, 500, 500, 500};
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        all.list_links.max = asked[i];
        ask_detail(&root, &request, detail, field);
        assert_int_equal(fake.listing->max, given[i]);
    }
}

static void quarantine_decisions(void **state) {
    (void)state;
    struct all all;
    char detail[64], field[64];
    make_changes(&all);
    admin_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = ADMIN_ORDER(QUARANTINE_RELEASE);
    request.quarantine_release = &all.quarantine_release;
    ask_detail(&root, &request, detail, field);
    assert_int_equal(fake.inquiry->kind, ADMIN_QUARANTINE_RELEASE);
    assert_memory_equal(fake.inquiry->digest.bytes, seven, DIGEST_SIZE);
    assert_int_equal(fake.inquiry->client, 77);
    all.quarantine_release.digest.len = 31;
    ask_detail(&root, &request, detail, field);
    assert_string_equal(field, "digest");
    request.order_case = ADMIN_ORDER(QUARANTINE_DROP);
    request.quarantine_drop = &all.quarantine_drop;
    ask_detail(&root, &request, detail, field);
    assert_int_equal(fake.inquiry->kind, ADMIN_QUARANTINE_DROP);
    /* The gateway's word on it. */
    struct buf out;
    buf_init(&out);
    fake.inquiry->result = QUARANTINE_ABSENT;
    admin_inquiry_answer(fake.inquiry, NULL, &out);
    admin_reply *reply = read_reply(&out);
    assert_string_equal(reply->refusal->detail, "NO_SUCH_OBJECT");
    free_reply(reply);
    buf_clear(&out);
    fake.inquiry->result = 0;
    admin_inquiry_answer(fake.inquiry, NULL, &out);
    reply = read_reply(&out);
    assert_int_equal(reply->result_case, ADMIN_RESULT(DONE));
    free_reply(reply);
    buf_deinit(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rights_of_every_order, reset),
        cmocka_unit_test_setup(groups_that_are_not_set_grant_nothing, reset),
        cmocka_unit_test_setup(malformed, reset),
        cmocka_unit_test_setup(amplification_is_bounded, reset),
        cmocka_unit_test_setup(unknown_is_unsupported, reset),
        cmocka_unit_test_setup(commands_carry_what_was_ordered, reset),
        cmocka_unit_test_setup(bad_banks, reset),
        cmocka_unit_test_setup(bad_ids, reset),
        cmocka_unit_test_setup(no_room, reset),
        cmocka_unit_test_setup(page_sizes_are_bounded, reset),
        cmocka_unit_test_setup_teardown(quarantine_decisions, reset, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
