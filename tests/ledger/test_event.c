/*
 * Events at counters and referrals: who may tell what to whom, once; and that nothing of a person
 * stays when it was delivered, or when its time is over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"
#include "ledger/laws.h"
#include "store/events.h"

#define PLACE "Branch of the canary"
#define NAME "Canary Person"
#define ID_NUMBER "999999199001010016"
#define MOBILE "13811112222"

static struct id seen_link(struct world *world) {
    struct open_link open = world_open(world);
    open.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_BALANCE);
    return world_link_of(world, &open);
}

static struct offline_event event_of(struct world *world, const struct id *link) {
    return (struct offline_event){.request = world_request_id(world),
                                  .link = *link,
                                  .type = EVENT_CASH_DEPOSIT,
                                  .at_ms = world->now_ms - 1000,
                                  .amount = {70, "CNY"},
                                  .place = SPAN_LITERAL(PLACE)};
}

static struct referral referral_to(struct world *world, bank_code bank) {
    struct referral message = {
        .request = world_request_id(world),
        .bank = bank,
        .person = {SPAN_LITERAL(NAME), ID_TYPE_RESIDENT, SPAN_LITERAL(ID_NUMBER),
                   SPAN_LITERAL(MOBILE)},
        .consent = {.present = true,
                    .recipient = bank,
                    .purpose = SPAN_LITERAL("REFERRAL"),
                    .fields = CONSENT_FIELD_NAME | CONSENT_FIELD_ID_NUMBER | CONSENT_FIELD_MOBILE,
                    .at_ms = world->now_ms - MINUTE_MS}};
    memset(message.consent.sha256.bytes, 9, DIGEST_SIZE);
    return message;
}

static struct event_view replied(struct world *world) {
    struct event_view view;
    const struct effect *effect = world_one(world, EFFECT_REPLY);
    assert_false(effect->refused);
    struct span copy = arena_copy(&world->arena, effect->payload);
    assert_int_equal(partner_decode_event_reply(copy, &world->arena, &view), 0);
    return view;
}

static struct event_view noticed(struct world *world, bank_code bank, uint64_t *number_out) {
    struct event_view view;
    struct notice_place place;
    const struct effect *effect = world_one(world, EFFECT_NOTICE);
    assert_true(effect->bank == bank && effect->message == MESSAGE_EVENT_NOTICE);
    struct span copy = arena_copy(&world->arena, effect->payload);
    assert_int_equal(partner_decode_event_notice(copy, &world->arena, &place, &view), 0);
    *number_out = place.sequence;
    return view;
}

static bool keeps_person(struct world *world, const struct id *id) {
    struct event_content content;
    assert_int_equal(store_get_event_content(world->store, id, &content), 0);
    assert_false(world_keeps(world, SPAN_LITERAL(NAME)));
    assert_false(world_keeps(world, SPAN_LITERAL(ID_NUMBER)));
    assert_false(world_keeps(world, SPAN_LITERAL(PLACE)));
    return content.texts[0].size > 0;
}

static void expect_waiting(struct world *world, bank_code bank, uint64_t events) {
    assert_int_equal(world_counters(world, bank).events, events);
    laws_check(world);
}

/* ---- the way of both ---- */

static void a_counter_is_heard_of(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = seen_link(&world);
    struct offline_event event = event_of(&world, &link);
    uint64_t number;
    assert_int_equal(world_send(&world, BANK_B, COMMAND_OFFLINE_EVENT, &event), 0);
    struct event_view told = noticed(&world, BANK_A, &number);
    struct event_view reply = replied(&world);
    assert_true(id_equal(&told.event, &reply.event) && reply.state == EVENT_WAITING);
    assert_true(told.from == BANK_B && told.type == EVENT_CASH_DEPOSIT && !told.has_person);
    assert_true(id_equal(&told.link, &link) && told.at_ms == event.at_ms);
    assert_int_equal(told.amount.fen, 70);
    assert_true(span_equal(told.place, SPAN_LITERAL(PLACE)));
    assert_true(keeps_person(&world, &told.event));
    expect_waiting(&world, BANK_A, 1);
    assert_int_equal(world_ack(&world, BANK_A, number), 0);
    assert_false(keeps_person(&world, &told.event));
    expect_waiting(&world, BANK_A, 0);
    /* the same request again: as it is now; another one under its id is none */
    assert_int_equal(world_send(&world, BANK_B, COMMAND_OFFLINE_EVENT, &event), 0);
    assert_true(replied(&world).replayed);
    assert_int_equal(replied(&world).state, EVENT_DELIVERED);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 0);
    event.type = EVENT_CASH_WITHDRAWAL;
    assert_int_equal(world_send(&world, BANK_B, COMMAND_OFFLINE_EVENT, &event), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "type");
    world_deinit(&world);
}

static void a_person_is_referred_once(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct referral referral = referral_to(&world, BANK_C);
    uint64_t number;
    assert_int_equal(world_down(&world, BANK_C), 0); /* it waits for a bank that is away */
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REFERRAL, &referral), 0);
    struct event_view reply = replied(&world);
    assert_false(world_says(&world, 0, SPAN_LITERAL(NAME)));
    expect_waiting(&world, BANK_C, 1);
    assert_int_equal(world_up(&world, BANK_C), 0);
    assert_int_equal(world_fetch(&world, BANK_C, 0, 10), 0);
    struct event_view told = noticed(&world, BANK_C, &number);
    assert_true(id_equal(&told.event, &reply.event) && told.has_person && told.from == BANK_A);
    assert_true(span_equal(told.person.name, SPAN_LITERAL(NAME)));
    assert_true(span_equal(told.person.id_number, SPAN_LITERAL(ID_NUMBER)));
    assert_true(span_equal(told.person.mobile, SPAN_LITERAL(MOBILE)));
    assert_true(told.consent.recipient == BANK_C);
    assert_true(digest_equal(&told.consent.sha256, &referral.consent.sha256));
    assert_int_equal(world_ack(&world, BANK_C, number), 0);
    assert_false(keeps_person(&world, &reply.event));
    struct bank_event event;
    assert_int_equal(store_get_event(world.store, &reply.event, &event), 0);
    assert_int_equal(event.state, EVENT_DELIVERED);
    assert_true(digest_equal(&event.consent_sha256, &referral.consent.sha256)); /* that stays */
    expect_waiting(&world, BANK_C, 0);
    referral.person.mobile = SPAN_LITERAL("13811112223");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REFERRAL, &referral), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "person");
    referral.consent.at_ms--;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REFERRAL, &referral), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "consent");
    world_deinit(&world);
}

static void nobody_acknowledges_it_in_time(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct referral referral = referral_to(&world, BANK_C);
    uint64_t number;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REFERRAL, &referral), 0);
    struct event_view reply = replied(&world);
    world.now_ms += rules_compiled()->event_keep_ms - 1;
    assert_int_equal(world_tick(&world), 0);
    assert_true(keeps_person(&world, &reply.event));
    world.now_ms++;
    assert_int_equal(world_tick(&world), 0);
    assert_false(keeps_person(&world, &reply.event));
    expect_waiting(&world, BANK_C, 0);
    assert_int_equal(world_fetch(&world, BANK_C, 0, 10), 0);
    struct event_view told = noticed(&world, BANK_C, &number);
    assert_true(told.state == EVENT_EXPIRED && !told.has_person);
    assert_int_equal(world_ack(&world, BANK_C, number), 0);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- what is refused ---- */

static void not_of_every_link(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world); /* without the scope */
    struct offline_event event = event_of(&world, &link);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_OFFLINE_EVENT, &event), 0);
    world_expect_refused(&world, REFUSAL_SCOPE, "amount");
    event = event_of(&world, &link);
    event.amount.fen = 0;
    event.at_ms = world.now_ms + rules_compiled()->request_ahead_max_ms + 1;
    assert_int_equal(world_send(&world, BANK_B, COMMAND_OFFLINE_EVENT, &event), 0);
    world_expect_refused(&world, REFUSAL_FIELD_INVALID, "at_ms");
    event = event_of(&world, &link);
    assert_int_equal(world_send(&world, BANK_C, COMMAND_OFFLINE_EVENT, &event), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_LINK, "link_id");
    struct id opened = world_link_in(&world, LINK_VERIFYING);
    event = event_of(&world, &opened);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_OFFLINE_EVENT, &event), 0);
    world_expect_refused(&world, REFUSAL_LINK_NOT_ACTIVE, "link_id");
    assert_int_equal(world_bank_disable(&world, BANK_A), 0);
    event = event_of(&world, &link);
    event.amount.fen = 0;
    assert_int_equal(world_send(&world, BANK_B, COMMAND_OFFLINE_EVENT, &event), 0);
    world_expect_refused(&world, REFUSAL_PEER_SUSPENDED, "link_id");
    world_deinit(&world);
}

static void not_without_consent_nor_to_everybody(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct referral referral = referral_to(&world, BANK_A);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REFERRAL, &referral), 0);
    world_expect_refused(&world, REFUSAL_SAME_BANK, "bank_code");
    referral = referral_to(&world, BANK_D);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REFERRAL, &referral), 0);
    world_expect_refused(&world, REFUSAL_PEER_SUSPENDED, "bank_code");
    referral = referral_to(&world, BANK_C);
    referral.consent.at_ms = world.now_ms + rules_compiled()->request_ahead_max_ms + 1;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REFERRAL, &referral), 0);
    world_expect_refused(&world, REFUSAL_CONSENT, "consent.given_at_ms");
    assert_int_equal(world_counters(&world, BANK_C).events, 0);
    world_deinit(&world);
}

static void so_many_wait_for_a_bank(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct bank_counters counters = world_counters(&world, BANK_C);
    counters.events = rules_compiled()->events_per_bank;
    store_begin(world.store);
    store_put_bank_counters(world.store, BANK_C, &counters);
    store_commit(world.store);
    struct referral referral = referral_to(&world, BANK_C);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REFERRAL, &referral), 0);
    world_expect_refused(&world, REFUSAL_EVENTS, "");
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_counter_is_heard_of),
        cmocka_unit_test(a_person_is_referred_once),
        cmocka_unit_test(nobody_acknowledges_it_in_time),
        cmocka_unit_test(not_of_every_link),
        cmocka_unit_test(not_without_consent_nor_to_everybody),
        cmocka_unit_test(so_many_wait_for_a_bank),
    };
    return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
