/*
 * The ledger's tests' world: see world.h. Nothing here knows how the ledger works; it knows what
 * banks send and what they may expect.
 */
#include "ledger/world_people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARENA_CHUNK (64u * 1024)

/* ---- the store ---- */

static void open_store(struct side *side) {
    char reason[200] = "";
    side->kv = scratch_open(&side->scratch, SCRATCH_MAP_BYTES);
    if (store_open(side->kv, side->keyring, &side->store, reason, sizeof reason) != 0)
        fail_msg("%s", reason);
    side->ledger = ledger_new(side->store, side->keyring);
}

static void close_store(struct side *side) {
    ledger_free(side->ledger);
    store_close(side->store);
    kv_close(side->kv);
}

void side_init(struct side *side) {
    uint8_t root[32];
    memset(root, 7, sizeof root);
    memset(side, 0, sizeof *side);
    scratch_init(&side->scratch);
    side->keyring = keyring_from_root(root);
    effects_init(&side->effects);
    open_store(side);
}

void side_deinit(struct side *side) {
    close_store(side);
    effects_deinit(&side->effects);
    keyring_free(side->keyring);
    scratch_deinit(&side->scratch);
}

void side_flush(struct side *side) {
    struct overlay *overlay = store_overlay(side->store);
    struct overlay_flush flush = {0};
    overlay_freeze(overlay);
    assert_int_equal(overlay_flush(overlay, &flush), 0);
    assert_int_equal(overlay_thaw(overlay), 0);
    side->flushed.puts += flush.puts;
    side->flushed.deletes += flush.deletes;
    side->flushes++;
}

void world_init_empty(struct world *world) {
    memset(world, 0, sizeof *world);
    side_init(&world->side);
    world->store = world->side.store;
    world->effects = &world->side.effects;
    world->now_ms = WORLD_START_MS;
    world->chance = 1;
    arena_init(&world->arena, ARENA_CHUNK, 0);
    buf_init(&world->payload);
    assert_int_equal(world_boot(world), 0);
}

void world_init(struct world *world) {
    world_init_empty(world);
    assert_int_equal(world_bank_add(world, BANK_A, BANK_ROLE_CLASS2), 0);
    assert_int_equal(world_bank_add(world, BANK_B, BANK_ROLE_CLASS1), 0);
    assert_int_equal(world_bank_add(world, BANK_C, BANK_ROLE_CLASS1 | BANK_ROLE_CLASS2), 0);
    assert_int_equal(world_up(world, BANK_A), 0);
    assert_int_equal(world_up(world, BANK_B), 0);
    assert_int_equal(world_up(world, BANK_C), 0);
}

void world_deinit(struct world *world) {
    side_deinit(&world->side);
    arena_deinit(&world->arena);
    buf_deinit(&world->payload);
}

void side_reopen(struct side *side) {
    side_flush(side);
    close_store(side);
    open_store(side);
}

void world_reopen(struct world *world) {
    side_reopen(&world->side);
    world->store = world->side.store;
}

/* ---- commands ---- */

static bool same_effect(const struct effect *a, const struct effect *b) {
    return a->kind == b->kind && a->message == b->message && a->refused == b->refused &&
           a->bank == b->bank && id_equal(&a->request, &b->request) &&
           id_equal(&a->exchange, &b->exchange) && a->sequence == b->sequence &&
           a->deadline_ms == b->deadline_ms && span_equal(a->payload, b->payload) &&
           a->refusal.code == b->refusal.code && a->text == b->text &&
           id_equal(&a->object, &b->object);
}

static void expect_twin_agrees(const struct world *world) {
    const struct effects *other = &world->twin->effects;
    assert_int_equal(world->effects->count, other->count);
    for (size_t i = 0; i < other->count; i++)
        assert_true(same_effect(&world->effects->items[i], &other->items[i]));
}

void (*world_watch)(const struct command *command, uint64_t sequence, int64_t now_ms);

int world_apply(struct world *world, struct command *command) {
    if (!command_is_query(command->kind))
        world->sequence++;
    if (world_watch && !command_is_query(command->kind))
        world_watch(command, world->sequence, world->now_ms);
    effects_clear(world->effects);
    int result =
        ledger_apply(world->side.ledger, command, world->sequence, world->now_ms, world->effects);
    assert_true(result >= 0);
    if (world->twin) {
        effects_clear(&world->twin->effects);
        assert_int_equal(ledger_apply(world->twin->ledger, command, world->sequence, world->now_ms,
                                      &world->twin->effects),
                         result);
        expect_twin_agrees(world);
    }
    command_free(command);
    return result;
}

struct digest world_pin(bank_code bank) {
    struct digest pin;
    memset(pin.bytes, (int)(bank % 251) + 1, sizeof pin.bytes);
    return pin;
}

struct command *world_command(const struct world *world, enum command_kind kind, bank_code bank) {
    struct command *command = command_new(kind);
    command->bank = bank;
    command->timeout_ms = world->timeout_ms;
    if (bank)
        command->pin = world_pin(bank);
    if (world->foreign_pin)
        command->pin.bytes[0] ^= 1;
    return command;
}

static void encode_link_message(enum command_kind kind, const void *body, struct buf *out) {
    switch ((int)kind) {
    case COMMAND_OPEN_LINK:
        partner_encode_open_link(body, out);
        break;
    case COMMAND_VERIFY_ANSWER:
        partner_encode_verify_account_reply(body, out);
        break;
    case COMMAND_START_CHALLENGE:
    case COMMAND_RESEND_CHALLENGE:
        partner_encode_start_challenge(body, out);
        break;
    case COMMAND_ISSUE_ANSWER:
        partner_encode_issue_challenge_reply(body, out);
        break;
    case COMMAND_ANSWER_CHALLENGE:
        partner_encode_answer_challenge(body, out);
        break;
    case COMMAND_CHECK_ANSWER:
        partner_encode_check_challenge_reply(body, out);
        break;
    case COMMAND_CLOSE_LINK:
        partner_encode_close_link(body, out);
        break;
    case COMMAND_GET_LINK:
        partner_encode_get_link(body, out);
        break;
    case COMMAND_LIST_LINKS:
        partner_encode_list_links(body, out);
        break;
    case COMMAND_AMEND_LINK:
        partner_encode_amend_link(body, out);
        break;
    case COMMAND_REBIND_LINK:
        partner_encode_rebind_link(body, out);
        break;
    case COMMAND_RESUME_LINK:
        partner_encode_resume_link(body, out);
        break;
    case COMMAND_WITHDRAW_CONSENT:
        partner_encode_withdraw_consent(body, out);
        break;
    default:
        world_encode_desk(kind, body, out);
    }
}

static void encode(enum command_kind kind, const void *body, struct buf *out) {
    if (world_encode_loan(kind, body, out))
        return;
    switch ((int)kind) {
    case COMMAND_SUBMIT_TRANSFER:
        partner_encode_submit_transfer(body, out);
        break;
    case COMMAND_POSTING_ANSWER:
        partner_encode_posting_result(body, out);
        break;
    case COMMAND_CONFIRM_CREDIT:
        partner_encode_confirm_credit(body, out);
        break;
    case COMMAND_GET_TRANSFER:
        partner_encode_get_transfer(body, out);
        break;
    case COMMAND_SUBMIT_RETURN:
        partner_encode_submit_return(body, out);
        break;
    case COMMAND_CANCEL_TRANSFER:
        partner_encode_cancel_transfer(body, out);
        break;
    case COMMAND_STEP_UP:
        partner_encode_step_up(body, out);
        break;
    case COMMAND_LIST_TRANSFERS:
        partner_encode_list_transfers(body, out);
        break;
    case COMMAND_ACK_NOTICES:
        partner_encode_ack_notices(body, out);
        break;
    default:
        encode_link_message(kind, body, out);
    }
}

static struct command *bank_message(struct world *world, bank_code bank, enum command_kind kind,
                                    const void *body) {
    struct command *command = world_command(world, kind, bank);
    buf_clear(&world->payload);
    encode(kind, body, &world->payload);
    command->payload = arena_copy(&command->arena, buf_span(&world->payload));
    struct refusal refusal = {.code = REFUSAL_NONE};
    if (message_decode_command(command, world->now_ms, &refusal) != 0)
        fail_msg("kind %d: %s %s", (int)kind, refusal_row(refusal.code)->detail, refusal.field);
    return command;
}

int world_send(struct world *world, bank_code bank, enum command_kind kind, const void *body) {
    struct command *command = bank_message(world, bank, kind, body);
    command->origin = (struct origin){ORIGIN_BANK, bank, world->sequence + 1};
    return world_apply(world, command);
}

int world_answer(struct world *world, bank_code bank, enum command_kind kind, const void *body) {
    return world_apply(world, bank_message(world, bank, kind, body));
}

static int internal(struct world *world, struct command *command, enum origin_kind origin) {
    command->origin.kind = origin;
    message_encode_internal(command);
    return world_apply(world, command);
}

int world_boot(struct world *world) {
    struct command *command = world_command(world, COMMAND_BOOT, 0);
    memset(command->body.boot.store_id.bytes, 0x5a, DIGEST_SIZE);
    return internal(world, command, ORIGIN_NONE);
}

int world_tick(struct world *world) {
    return internal(world, world_command(world, COMMAND_TICK, 0), ORIGIN_NONE);
}

int world_up(struct world *world, bank_code bank) {
    return internal(world, world_command(world, COMMAND_BANK_UP, bank), ORIGIN_NONE);
}

int world_down(struct world *world, bank_code bank) {
    return internal(world, world_command(world, COMMAND_BANK_DOWN, bank), ORIGIN_NONE);
}

struct command *world_order(const struct world *world, enum command_kind kind, uint32_t uid) {
    struct command *command = world_command(world, kind, 0);
    command->uid = uid;
    return command;
}

int world_request(struct world *world, struct command *command) {
    return internal(world, command, ORIGIN_ADMIN);
}

int world_decide(struct world *world, enum command_kind kind, const struct id *approval,
                 uint32_t uid) {
    struct command *command = world_order(world, kind, uid);
    command->body.decision = (struct decision){*approval, world->now_ms};
    return world_request(world, command);
}

struct audit_row world_last_audit(const struct world *world) {
    struct audit_row row = {0}, next;
    while (store_next_audit(world->store, row.sequence, &next) == 0)
        row = next;
    return row;
}

int world_give(struct world *world, struct command *command) {
    int result = world_request(world, command);
    if (result || !world_count(world, EFFECT_REPLY))
        return result;
    struct id approval = world_one(world, EFFECT_REPLY)->object;
    return id_is_zero(&approval) ? 0 : world_decide(world, COMMAND_APPROVE, &approval, UID_TWO);
}

int world_bank_add(struct world *world, bank_code bank, uint32_t roles) {
    struct command *command = world_order(world, COMMAND_BANK_ADD, UID_ONE);
    command->body.bank_add = (struct bank){.code = bank, .name = "Bank", .roles = roles};
    command->body.bank_add.pin_count = 1;
    command->body.bank_add.pins[0] = world_pin(bank);
    return world_give(world, command);
}

int world_bank_disable(struct world *world, bank_code bank) {
    struct command *command = world_order(world, COMMAND_BANK_DISABLE, UID_ONE);
    command->body.bank_disable.code = bank;
    return world_give(world, command);
}

int world_unfreeze(struct world *world, enum object_kind kind, const struct id *object) {
    struct command *command = world_order(world, COMMAND_UNFREEZE, UID_ONE);
    command->body.unfreeze = (struct unfreeze){kind, *object};
    return world_give(world, command);
}

int world_fetch(struct world *world, bank_code bank, uint64_t after, uint32_t max) {
    struct command *command = world_command(world, COMMAND_FETCH_NOTICES, bank);
    command->body.fetch_notices = (struct fetch_notices){after, max};
    return internal(world, command, ORIGIN_INTERNAL);
}

int world_ack(struct world *world, bank_code bank, uint64_t up_to) {
    struct ack_notices ack = {up_to};
    return world_answer(world, bank, COMMAND_ACK_NOTICES, &ack);
}

/* ---- content ---- */

struct id world_request_id(struct world *world) {
    uint8_t random[10];
    put_be64(random, chance(&world->chance));
    put_be16(random + 8, (uint16_t)++world->people);
    return uuid7_make(world->now_ms, random);
}

struct span world_text(struct world *world, const char *format, ...) {
    char text[256];
    va_list args;
    va_start(args, format);
    /* The analyzer does not see va_start. NOLINTNEXTLINE(clang-analyzer-valist*) */
    int size = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    assert_in_range(size, 0, sizeof text - 1);
    return arena_copy(&world->arena, span_of(text, (size_t)size));
}

struct submit_transfer world_submit(struct world *world, const struct id *link,
                                    enum transfer_direction direction, int64_t fen) {
    return (struct submit_transfer){
        .request = world_request_id(world),
        .link = *link,
        .kind = TRANSFER_BOUND_PAIR,
        .direction = direction,
        .amount = {fen, "CNY"},
        .end_to_end_id = world_text(world, "E%llu", (unsigned long long)++world->people),
        .remittance = SPAN_LITERAL("savings"),
        .debtor_name = SPAN_LITERAL("Zhang San"),
        .creditor_name = SPAN_LITERAL("Zhang San"),
        .channel = SPAN_LITERAL("APP"),
        .authentication = SPAN_LITERAL("PASSWORD"),
    };
}

void world_make_payment(struct submit_transfer *request) {
    request->kind = TRANSFER_PAYMENT;
    request->creditor_name = SPAN_LITERAL("Tea House");
    request->creditor_account = SPAN_LITERAL("62280000000000017");
    request->creditor_bank = BANK_C;
    request->has_merchant = true;
    request->merchant = (struct merchant){
        .name = SPAN_LITERAL("Tea House"),
        .id = SPAN_LITERAL("M-1"),
        .category_code = SPAN_LITERAL("5812"),
    };
}

struct posting_result world_posted(struct world *world, const struct id *transfer) {
    return (struct posting_result){
        .transfer = *transfer,
        .outcome = POSTING_POSTED,
        .reference = world_text(world, "B%llu", (unsigned long long)++world->people),
        .book_date = SPAN_LITERAL("2026-12-23"),
    };
}

struct posting_result world_refused(const struct id *transfer, const char *reason) {
    return (struct posting_result){
        .transfer = *transfer, .outcome = POSTING_REFUSED, .reason = span_text(reason)};
}

struct posting_result world_outcome(const struct id *transfer, enum posting_outcome outcome) {
    return (struct posting_result){.transfer = *transfer, .outcome = outcome};
}
