/*
 * What a command brought about: effects, read as the partner reads them, and rows of the store.
 * See world.h.
 */
#include "ledger/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"

/* ---- effects ---- */

const struct effect *world_effect(const struct world *world, enum effect_kind kind, size_t nth) {
    for (size_t i = 0; i < world->effects->count; i++) {
        if (world->effects->items[i].kind == kind && nth-- == 0)
            return &world->effects->items[i];
    }
    return NULL;
}

size_t world_count(const struct world *world, enum effect_kind kind) {
    size_t count = 0;
    while (world_effect(world, kind, count))
        count++;
    return count;
}

const struct effect *world_one(const struct world *world, enum effect_kind kind) {
    if (world_count(world, kind) != 1)
        fail_msg("%zu effects of kind %d, not one", world_count(world, kind), (int)kind);
    return world_effect(world, kind, 0);
}

struct refusal_view world_refusal(struct world *world, const struct effect *effect) {
    struct refusal_view view;
    assert_true(effect->refused);
    assert_int_equal(partner_decode_refusal(effect->payload, &world->arena, &view), 0);
    return view;
}

void world_check_refused(struct world *world, const struct effect *effect, enum refusal_code code,
                         const char *field) {
    assert_true(effect->refused);
    const struct refusal_row *row = refusal_row(code);
    if (effect->refusal.code != code)
        fail_msg("refused %s, not %s", refusal_row(effect->refusal.code)->detail, row->detail);
    if (field)
        assert_string_equal(effect->refusal.field, field);
    if (effect->origin.kind == ORIGIN_ADMIN) {
        assert_int_equal(effect->payload.size, 0);
        return;
    }
    struct refusal_view view = world_refusal(world, effect);
    assert_true(span_equal(view.reason, span_text(row->reason)));
    assert_true(span_equal(view.detail, span_text(row->detail)));
    assert_true(span_equal(view.field, span_text(effect->refusal.field)));
    assert_int_equal(view.retry, row->retry);
    assert_int_equal(view.replayed, effect->refusal.replayed);
}

void world_expect_refused(struct world *world, enum refusal_code code, const char *field) {
    const struct effect *effect = world_one(world, EFFECT_REPLY);
    world_check_refused(world, effect, code, field);
    for (size_t i = 0; i < world->effects->count; i++) {
        enum effect_kind kind = world->effects->items[i].kind;
        assert_true(kind == EFFECT_REPLY || kind == EFFECT_ALARM);
    }
}

struct link_view world_link_view(struct world *world, const struct effect *effect) {
    struct link_view view;
    struct notice_place place;
    struct span event;
    struct span copy = arena_copy(&world->arena, effect->payload);
    assert_false(effect->refused);
    if (effect->kind == EFFECT_NOTICE)
        assert_int_equal(partner_decode_link_notice(copy, &world->arena, &place, &view, &event), 0);
    else
        assert_int_equal(partner_decode_link_reply(copy, &world->arena, &view), 0);
    return view;
}

struct span world_link_event(struct world *world, const struct effect *notice) {
    struct link_view view;
    struct notice_place place;
    struct span event;
    struct span copy = arena_copy(&world->arena, notice->payload);
    assert_int_equal(partner_decode_link_notice(copy, &world->arena, &place, &view, &event), 0);
    return event;
}

struct transfer_view world_transfer_view(struct world *world, const struct effect *effect) {
    struct transfer_view view;
    struct notice_place place;
    struct span event;
    struct span copy = arena_copy(&world->arena, effect->payload);
    assert_false(effect->refused);
    if (effect->kind == EFFECT_NOTICE)
        assert_int_equal(partner_decode_transfer_notice(copy, &world->arena, &place, &view, &event),
                         0);
    else
        assert_int_equal(partner_decode_transfer_reply(copy, &world->arena, &view), 0);
    return view;
}

static struct span sent(struct world *world, enum message_kind message) {
    const struct effect *effect = world_one(world, EFFECT_SEND);
    assert_int_equal(effect->message, message);
    return arena_copy(&world->arena, effect->payload);
}

struct verify_account world_question(struct world *world) {
    struct verify_account out;
    struct span payload = sent(world, MESSAGE_VERIFY_ACCOUNT);
    assert_int_equal(partner_decode_verify_account(payload, &world->arena, &out), 0);
    return out;
}

struct issue_challenge world_issue(struct world *world) {
    struct issue_challenge out;
    struct span payload = sent(world, MESSAGE_ISSUE_CHALLENGE);
    assert_int_equal(partner_decode_issue_challenge(payload, &world->arena, &out), 0);
    return out;
}

struct check_challenge world_check(struct world *world) {
    struct check_challenge out;
    struct span payload = sent(world, MESSAGE_CHECK_CHALLENGE);
    assert_int_equal(partner_decode_check_challenge(payload, &world->arena, &out), 0);
    return out;
}

struct post_instruction world_instruction(struct world *world) {
    struct post_instruction out;
    struct span payload = sent(world, MESSAGE_POST_INSTRUCTION);
    assert_int_equal(partner_decode_post_instruction(payload, &world->arena, &out), 0);
    return out;
}

/* ---- the store's content ---- */

struct link world_get_link(struct world *world, const struct id *id) {
    struct link link;
    assert_int_equal(store_get_link(world->store, id, &link), 0);
    return link;
}

struct link_private world_get_private(struct world *world, const struct id *id) {
    struct link_private secret;
    assert_int_equal(store_get_link_private(world->store, id, &secret), 0);
    return secret;
}

struct transfer world_get_transfer(struct world *world, const struct id *id) {
    struct transfer transfer;
    assert_int_equal(store_get_transfer(world->store, id, &transfer), 0);
    return transfer;
}

struct position world_position(struct world *world, bank_code bank) {
    struct position position;
    assert_int_equal(store_get_position(world->store, bank, "CNY", &position), 0);
    return position;
}

struct pair_net world_net(struct world *world, bank_code low, bank_code high) {
    struct pair_net net;
    assert_int_equal(store_get_net(world->store, 1, low, high, "CNY", &net), 0);
    return net;
}

struct pair_position world_pair(struct world *world, bank_code low, bank_code high) {
    struct pair_position pair;
    assert_int_equal(store_get_pair(world->store, low, high, "CNY", &pair), 0);
    return pair;
}

struct exposure_terms world_exposure(struct world *world, bank_code bank) {
    struct exposure_terms terms;
    assert_int_equal(store_get_exposure(world->store, bank, "CNY", &terms), 0);
    return terms;
}

struct bank_counters world_counters(struct world *world, bank_code bank) {
    struct bank_counters counters;
    assert_int_equal(store_get_bank_counters(world->store, bank, &counters), 0);
    return counters;
}

void world_put_position(struct world *world, const struct position *position) {
    store_begin(world->store);
    store_put_position(world->store, position);
    store_commit(world->store);
}

void world_put_pair(struct world *world, const struct pair_position *pair) {
    store_begin(world->store);
    store_put_pair(world->store, pair);
    store_commit(world->store);
}

void world_put_exposure(struct world *world, const struct exposure_terms *terms) {
    store_begin(world->store);
    store_put_exposure(world->store, terms);
    store_commit(world->store);
}

void world_put_link(struct world *world, const struct link *link) {
    store_begin(world->store);
    assert_int_equal(store_put_link(world->store, link, NULL, false), 0);
    store_commit(world->store);
}

void world_put_transfer(struct world *world, const struct transfer *transfer) {
    store_begin(world->store);
    assert_int_equal(
        store_put_transfer(world->store, transfer, STORE_KEPT_SAME, span_of(NULL, 0), false), 0);
    store_commit(world->store);
}

bool world_is_idle(struct world *world) {
    int64_t due;
    assert_int_equal(ledger_next_deadline(world->side.ledger, &due), 0);
    return due > world->now_ms + 30 * DAY_MS;
}

struct digest side_digest(struct side *side) {
    struct digest digest;
    assert_int_equal(store_digest(side->store, &digest), 0);
    return digest;
}

struct digest world_digest(struct world *world) {
    return side_digest(&world->side);
}
