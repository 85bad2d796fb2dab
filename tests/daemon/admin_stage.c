/*
 * See admin_stage.h. Nothing here knows who may do what.
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

#include "wire/frame.h"

struct stage fake;

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

static bool fake_reserve(void *context, const char *dir) {
    (void)context;
    (void)dir;
    bool taken = fake.backing_up;
    fake.backing_up = true;
    return !taken;
}

static void fake_release(void *context) {
    (void)context;
    fake.backing_up = false;
}

static void fake_backup(void *context, struct admin_backup *state_out) {
    (void)context;
    fake.backup_asked = true;
    *state_out = (struct admin_backup){.state = "NONE", .dir = "", .stage = "", .text = ""};
}

static bool fake_inquire(void *context, struct admin_inquiry *inquiry) {
    (void)context;
    if (fake.full)
        return false;
    free(fake.inquiry);
    fake.inquiry = inquiry;
    return true;
}

static void fake_recon_progress(void *context, struct admin_recon_progress *progress_out) {
    (void)context;
    *progress_out = (struct admin_recon_progress){.done = 1, .of = 2};
}

static bool fake_recon(void *context, struct admin_recon *recon) {
    (void)context;
    if (fake.full)
        return false;
    admin_recon_free(fake.recon);
    fake.recon = recon;
    return true;
}

static int64_t fake_wall(void *context) {
    (void)context;
    return STAGE_WALL_MS;
}

struct admin_gateway gateway = {
    .submit = fake_submit,
    .list = fake_list,
    .inquire = fake_inquire,
    .wall_ms = fake_wall,
    .reserve_backup = fake_reserve,
    .release_backup = fake_release,
    .backup = fake_backup,
    .recon = fake_recon,
    .recon_progress = fake_recon_progress,
    .spool = (struct spool *)&fake, /* looked into by nobody here */
};
const struct admin_policy policy = {
    .daemon_uid = 990, .has_group = true, .has_read_group = true, .group = 50, .read_group = 60};
const struct admin_peer root = {.uid = 0, .gid = 0};

void stage_keyring(const struct keyring *keyring) {
    static struct keyring *standard;
    static const uint8_t root_key[32] = {1};
    if (standard == NULL)
        standard = keyring_from_root(root_key);
    gateway.keyring = keyring != NULL ? keyring : standard;
}

int reset(void **state) {
    stage_keyring(NULL);
    (void)state;
    command_free(fake.command);
    admin_listing_free(fake.listing);
    free(fake.inquiry);
    admin_recon_free(fake.recon);
    memset(&fake, 0, sizeof(fake));
    return 0;
}

int dispatch(const struct admin_peer *peer, admin_request *request, struct buf *out) {
    uint8_t packed[4096];
    size_t size = linkgate__admin__v1__request__pack(request, packed);
    return admin_dispatch(&gateway, &policy, peer, STAGE_CLIENT, span_of(packed, size), out);
}

admin_reply *read_reply(const struct buf *out) {
    struct span body;
    size_t used;
    assert_int_equal(frame_next(buf_span(out), &body, &used), 0);
    assert_int_equal(used, out->size);
    admin_reply *reply = linkgate__admin__v1__reply__unpack(NULL, body.size, body.data);
    assert_non_null(reply);
    return reply;
}

void free_reply(admin_reply *reply) {
    linkgate__admin__v1__reply__free_unpacked(reply, NULL);
}

void ask_detail(const struct admin_peer *peer, admin_request *request, char detail_out[64],
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

/* ---- samples ---- */

#define KINDS 128
#define ROOM 40 /* words; no message is longer */

uint8_t pin_one[DIGEST_SIZE] = {1};
uint8_t pin_two[DIGEST_SIZE] = {2};
uint8_t seven[DIGEST_SIZE] = {7};
static uint8_t some_rules[] = {1, 1, 'n', 0, 0}; /* a document without periods */
uint8_t some_id[ID_SIZE] = {9};
static char bank_name[] = "Bank A";
static char backup_dir[] = "/tmp/linkgate-no-such-backup";
static char account_text[] = "6222020000000000017";
static char word_text[] = "It was never booked.";
static char window_reference[] = "HVPS-1";
static ProtobufCBinaryData two_pins[2];

static void fill_bank(admin_request *request) {
    if (request->order_case == ADMIN_ORDER(BANK_ADD)) {
        two_pins[0] = (ProtobufCBinaryData){DIGEST_SIZE, pin_one};
        two_pins[1] = (ProtobufCBinaryData){DIGEST_SIZE, pin_two};
        request->bank_add->code = BANK_A;
        request->bank_add->name = bank_name;
        request->bank_add->roles = 3;
        request->bank_add->n_pins = 2;
        request->bank_add->pins = two_pins;
    } else if (request->order_case == ADMIN_ORDER(BANK_DISABLE)) {
        request->bank_disable->code = BANK_A;
    } else if (request->order_case == ADMIN_ORDER(BANK_ENABLE)) {
        request->bank_enable->code = BANK_A;
    } else if (request->order_case == ADMIN_ORDER(BANK_SET)) {
        request->bank_set->code = BANK_A;
        request->bank_set->set_name = true;
        request->bank_set->name = bank_name;
    } else if (request->order_case == ADMIN_ORDER(PIN_ADD)) {
        request->pin_add->code = BANK_A;
        request->pin_add->pin = (ProtobufCBinaryData){DIGEST_SIZE, pin_one};
    } else if (request->order_case == ADMIN_ORDER(PIN_REMOVE)) {
        request->pin_remove->code = BANK_A;
        request->pin_remove->pin = (ProtobufCBinaryData){DIGEST_SIZE, pin_one};
    }
}

/* What banks may owe, and pay in. */
static void fill_bounds(admin_request *request) {
    if (request->order_case == ADMIN_ORDER(CAP_SET)) {
        request->cap_set->code = BANK_A;
        request->cap_set->set_cap = true;
        request->cap_set->has_cap = true;
        request->cap_set->cap_fen = 7;
    } else if (request->order_case == ADMIN_ORDER(PAIR_CAP_SET)) {
        request->pair_cap_set->code = BANK_A;
        request->pair_cap_set->counterparty = BANK_B;
    } else if (request->order_case == ADMIN_ORDER(FUNDS_BEGIN)) {
        request->funds_begin->code = BANK_A;
        request->funds_begin->direction = LINKGATE__ADMIN__V1__FUNDS_DIRECTION__FUNDS_DIRECTION_OUT;
        request->funds_begin->amount_fen = 7;
        request->funds_begin->reference = bank_name;
    } else if (request->order_case == ADMIN_ORDER(FUNDS_END)) {
        request->funds_end->funds = (ProtobufCBinaryData){ID_SIZE, some_id};
    } else if (request->order_case == ADMIN_ORDER(GET_EXPOSURE)) {
        request->get_exposure->bank = BANK_A;
    }
}

static void fill_order(admin_request *request) {
    const ProtobufCBinaryData id = {ID_SIZE, some_id};
    const ProtobufCBinaryData digest = {DIGEST_SIZE, seven};
    switch ((int)request->order_case) {
    case ADMIN_ORDER(UNFREEZE):
        request->unfreeze->kind = LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_TRANSFER;
        request->unfreeze->id = id;
        break;
    case ADMIN_ORDER(QUARANTINE_RELEASE):
        request->quarantine_release->digest = digest;
        break;
    case ADMIN_ORDER(QUARANTINE_DROP):
        request->quarantine_drop->digest = digest;
        break;
    case ADMIN_ORDER(HOLD_PLACE):
        request->hold_place->link = id;
        request->hold_place->blocks = 2;
        break;
    case ADMIN_ORDER(HOLD_LIFT):
        request->hold_lift->link = id;
        request->hold_lift->hold = id;
        break;
    case ADMIN_ORDER(APPROVE):
        request->approve->approval = id;
        break;
    case ADMIN_ORDER(REJECT):
        request->reject->approval = id;
        break;
    case ADMIN_ORDER(UNMASK):
        request->unmask->link = id;
        break;
    case ADMIN_ORDER(READ_UNMASKED):
        request->read_unmasked->approval = id;
        break;
    case ADMIN_ORDER(BANK_RESYNC):
        request->bank_resync->code = BANK_A;
        request->bank_resync->notice = 7;
        break;
    case ADMIN_ORDER(TRANSFER_RESOLVE):
        request->transfer_resolve->transfer = id;
        request->transfer_resolve->outcome =
            LINKGATE__ADMIN__V1__RESOLVED_OUTCOME__RESOLVED_OUTCOME_UNDONE;
        request->transfer_resolve->word = word_text;
        request->transfer_resolve->document_sha256 = digest;
        break;
    case ADMIN_ORDER(WINDOW_CLOSE):
        request->window_close->window = 1;
        break;
    case ADMIN_ORDER(WINDOW_SETTLE):
        request->window_settle->window = 1;
        request->window_settle->bank = BANK_A;
        request->window_settle->other = 999100000011u;
        request->window_settle->reference = window_reference;
        break;
    case ADMIN_ORDER(WINDOW_ABORT):
        request->window_abort->window = 1;
        break;
    case ADMIN_ORDER(BACKUP):
        request->backup->dir = backup_dir;
        break;
    case ADMIN_ORDER(RULES_LOAD):
        request->rules_load->document = (ProtobufCBinaryData){sizeof(some_rules), some_rules};
        break;
    case ADMIN_ORDER(SEARCH):
        request->search->bank = BANK_A;
        request->search->account = account_text;
        break;
    default:
        fill_bank(request);
        fill_bounds(request);
    }
}

static void fill_question(admin_request *request) {
    const ProtobufCBinaryData id = {ID_SIZE, some_id};
    switch ((int)request->order_case) {
    case ADMIN_ORDER(GET_LINK):
        request->get_link->id = id;
        break;
    case ADMIN_ORDER(GET_LIMITS):
        request->get_limits->link = id;
        break;
    case ADMIN_ORDER(GET_TRANSFER):
        request->get_transfer->id = id;
        break;
    case ADMIN_ORDER(GET_APPROVAL):
        request->get_approval->id = id;
        break;
    case ADMIN_ORDER(GET_CASE):
        request->get_case->id = id;
        break;
    case ADMIN_ORDER(GET_CARD):
        request->get_card->id = id;
        break;
    case ADMIN_ORDER(GET_ORDER):
        request->get_order->id = id;
        break;
    case ADMIN_ORDER(GET_LOAN):
        request->get_loan->id = id;
        break;
    case ADMIN_ORDER(GET_BANK):
        request->get_bank->code = BANK_A;
        break;
    case ADMIN_ORDER(LIST_WINDOW_TRANSFERS):
        request->list_window_transfers->bank = BANK_A;
        break;
    case ADMIN_ORDER(LIST_REFUSALS):
        request->list_refusals->bank = BANK_A;
        break;
    case ADMIN_ORDER(LIST_HISTORY):
        request->list_history->kind = LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_LINK;
        request->list_history->id = id;
        break;
    case ADMIN_ORDER(VERIFY):
        request->verify->kind = LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_TRANSFER;
        request->verify->id = id;
        break;
    case ADMIN_ORDER(RECON_PART):
        request->recon_part->content = id; /* any bytes */
        break;
    default:
        fill_order(request);
    }
}

/* All of the oneof's members are pointers to messages, in one union. */
admin_request sample(uint32_t order) {
    static uint64_t room[KINDS][ROOM];
    admin_request request;
    linkgate__admin__v1__request__init(&request);
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(&linkgate__admin__v1__request__descriptor, order);
    assert_non_null(field);
    assert_true(order < KINDS);
    const ProtobufCMessageDescriptor *descriptor = field->descriptor;
    assert_true(descriptor->sizeof_message <= sizeof(room[0]));
    protobuf_c_message_init(descriptor, room[order]);
    const void *message = room[order];
    memcpy((char *)&request + field->offset, &message, sizeof(void *));
    request.order_case = (Linkgate__Admin__V1__Request__OrderCase)order;
    fill_question(&request);
    return request;
}
