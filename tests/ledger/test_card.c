/*
 * Applications for cards: the whole journey to an ACTIVE link; who may say what when; what nobody
 * answered; lost and issued anew; and where a person's data is kept, and for how long.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/rules.h"
#include "ledger/cards_made.h"
#include "ledger/laws.h"

/* Both banks, the Class II bank first; the number goes to that one alone. */
static void check_notices(struct world *world, enum card_state state, const char *event,
                          const char *number) {
    size_t told = 0;
    for (size_t i = 0; i < world_count(world, EFFECT_NOTICE); i++) {
        const struct effect *notice = world_effect(world, EFFECT_NOTICE, i);
        struct span name;
        if (notice->message != MESSAGE_CARD_NOTICE)
            continue;
        struct card_view view = cards_view(world, notice, &name);
        assert_true(notice->bank == (told++ ? BANK_B : BANK_A));
        assert_int_equal(view.state, state);
        assert_true(span_equal(name, span_text(event)));
        assert_true(span_equal(view.number, span_text(notice->bank == BANK_A ? number : "")));
    }
    assert_int_equal(told, 2);
}

/* ---- the journey ---- */

static struct open_link link_request(struct world *world, const struct apply_card *from,
                                     const char *number) {
    struct open_link open = world_open(world);
    open.person = from->person;
    open.class1.number = span_text(number);
    return open;
}

/* OpenLink, and the Class I bank says that the card is not activated. */
static struct id waiting_link(struct world *world, const struct apply_card *from,
                              const char *number) {
    struct open_link open = link_request(world, from, number);
    assert_int_equal(world_send(world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    struct verify_account question = world_question(world);
    struct verify_account_reply reply = world_match(&question);
    reply.status = ACCOUNT_NOT_ACTIVATED;
    assert_int_equal(world_answer(world, BANK_B, COMMAND_VERIFY_ANSWER, &reply), 0);
    assert_int_equal(world_get_link(world, &question.link).state, LINK_PENDING_ACTIVATION);
    return question.link;
}

static void check_asked(struct world *world, const struct id *id, const struct apply_card *from) {
    const struct effect *sent = world_one(world, EFFECT_SEND);
    struct ask_card asked;
    assert_int_equal(sent->message, MESSAGE_ASK_CARD);
    assert_true(sent->bank == BANK_B);
    assert_int_equal(sent->deadline_ms, world->now_ms + rules_compiled()->verify_timeout_ms);
    assert_int_equal(partner_decode_ask_card(sent->payload, &world->arena, &asked), 0);
    assert_true(id_equal(&asked.card, id) && asked.requesting_bank == BANK_A);
    assert_true(span_equal(asked.person.id_number, from->person.id_number));
    assert_true(span_equal(asked.deliver_to, SPAN_LITERAL(ADDRESS)));
    assert_int_equal(asked.delivery, CARD_DELIVERY_MAIL);
    assert_true(asked.consent.present && asked.consent.recipient == BANK_B);
    assert_int_equal(asked.consent.at_ms, from->consent.at_ms);
}

static void from_application_to_active_link(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct apply_card request = cards_request(&world);
    struct id id = cards_applied_with(&world, &request);
    struct card_view view = cards_replied(&world);
    assert_int_equal(view.state, CARD_APPLIED);
    assert_int_equal(view.applied_at_ms, world.now_ms);
    assert_int_equal(view.expires_at_ms, world.now_ms + 183 * DAY_MS);
    check_asked(&world, &id, &request);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 0);
    laws_check(&world);
    cards_answer(&world, &id, CARD_OUTCOME_TAKEN, "");
    check_notices(&world, CARD_FORWARDED, "TAKEN", "");
    assert_true(id_equal(&world_one(&world, EFFECT_DONE)->exchange, &id));
    laws_check(&world);
    world.now_ms += DAY_MS;
    cards_report(&world, &id, CARD_EVENT_ISSUED);
    check_notices(&world, CARD_ISSUED, "ISSUED", NUMBER);
    view = cards_replied(&world);
    assert_true(span_equal(view.masked, SPAN_LITERAL("7896")) && view.number.size == 0);
    assert_int_equal(view.expires_at_ms, world.now_ms + 183 * DAY_MS);
    struct id link = waiting_link(&world, &request, NUMBER);
    laws_check(&world);
    cards_report(&world, &id, CARD_EVENT_DISPATCHED);
    check_notices(&world, CARD_ISSUED, "DISPATCHED", NUMBER);
    world.now_ms += 7 * DAY_MS;
    cards_report(&world, &id, CARD_EVENT_ACTIVATED);
    check_notices(&world, CARD_ACTIVATED, "ACTIVATED", "");
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 4); /* and of the link, to both */
    assert_int_equal(world_get_link(&world, &link).activation_reported_at_ms, world.now_ms);
    laws_check(&world);
    struct open_link opened = link_request(&world, &request, NUMBER);
    struct resume_link resume = world_resume(&world, &link, &opened);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_RESUME_LINK, &resume), 0);
    world_finish(&world, &link);
    assert_int_equal(world_get_link(&world, &link).state, LINK_ACTIVE);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- every state with every word ---- */

enum { no = CARD_NONE };
static const int after[CARD_STATES][CARD_EVENTS] = {
    /*                 APPLY TAKEN         ISSUED       DISP         LOST       ACTIVATED */
    [CARD_APPLIED] = {no, CARD_FORWARDED, CARD_ISSUED, no, no, no, CARD_REFUSED},
    [CARD_UNKNOWN] = {no, CARD_FORWARDED, CARD_ISSUED, no, no, no, CARD_REFUSED},
    [CARD_FORWARDED] = {no, no, CARD_ISSUED, no, no, no, CARD_REFUSED},
    [CARD_ISSUED] = {no, no, no, CARD_ISSUED, CARD_LOST, CARD_ACTIVATED, CARD_REFUSED},
    [CARD_LOST] = {no, no, CARD_ISSUED, no, no, no, CARD_REFUSED},
};

static void try_report(struct world *world, int from, int event) {
    struct id id = cards_in(world, (enum card_state)from);
    struct card_status status = cards_report_of(world, &id, (enum card_event)event);
    if (from == CARD_LOST)
        status.number = event == CARD_EVENT_ISSUED ? SPAN_LITERAL(OTHER_NUMBER) : status.number;
    struct card before = cards_stored(world, &id);
    assert_int_equal(world_send(world, BANK_B, COMMAND_CARD_STATUS, &status), 0);
    if (after[from][event] == no) {
        world_expect_refused(world, REFUSAL_CARD_STATE, "event");
        struct card now = cards_stored(world, &id);
        assert_int_equal(now.state, from);
        assert_int_equal(now.history.count, before.history.count);
    } else {
        assert_int_equal(cards_stored(world, &id).state, after[from][event]);
        assert_int_equal(cards_replied(world).state, after[from][event]);
    }
    laws_check(world);
}

static void every_state_with_every_report(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    for (int from = CARD_APPLIED; from < CARD_STATES; from++) {
        for (int event = CARD_EVENT_TAKEN; event <= CARD_EVENT_REFUSED; event++)
            try_report(&world, from, event);
    }
    world_deinit(&world);
}

static void every_state_cancelled(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    for (int from = CARD_APPLIED; from < CARD_STATES; from++) {
        struct id id = cards_in(&world, (enum card_state)from);
        cards_cancel(&world, BANK_A, &id);
        if (card_final((enum card_state)from)) {
            world_expect_refused(&world, REFUSAL_CARD_STATE, "card_id");
            continue;
        }
        struct card_view view = cards_replied(&world);
        assert_int_equal(view.state, CARD_CANCELLED);
        assert_true(span_equal(view.reason, SPAN_LITERAL("CUST")));
        assert_int_equal(view.expires_at_ms, 0);
        check_notices(&world, CARD_CANCELLED, "CANCEL", "");
        laws_check(&world);
    }
    world_deinit(&world);
}

/* ---- answers ---- */

static void refused_by_the_partner(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = cards_applied(&world);
    cards_answer(&world, &id, CARD_OUTCOME_NONE, "");
    assert_int_equal(world_count(&world, EFFECT_ALARM), 1);
    assert_int_equal(cards_stored(&world, &id).state, CARD_APPLIED);
    cards_answer(&world, &id, CARD_OUTCOME_REFUSED, "AG01");
    check_notices(&world, CARD_REFUSED, "REFUSED", "");
    assert_string_equal(cards_stored(&world, &id).reason, "AG01");
    /* once more it says nothing new */
    cards_answer(&world, &id, CARD_OUTCOME_TAKEN, "");
    assert_int_equal(world.effects->count, 0);
    /* without a reason that can be read it is not told why */
    id = cards_applied(&world);
    cards_answer(&world, &id, CARD_OUTCOME_REFUSED, "no");
    assert_string_equal(cards_stored(&world, &id).reason, "MS03");
    /* of a bank that was not asked it is no answer */
    id = cards_applied(&world);
    struct ask_card_reply reply = {id, CARD_OUTCOME_TAKEN, span_of(NULL, 0)};
    assert_int_equal(world_answer(&world, BANK_C, COMMAND_CARD_ANSWER, &reply), 0);
    assert_int_equal(world_count(&world, EFFECT_ALARM), 1);
    assert_int_equal(cards_stored(&world, &id).state, CARD_APPLIED);
    laws_check(&world);
    world_deinit(&world);
}

static void what_nobody_answered_is_unknown(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    world.timeout_ms = 5000;
    struct id id = cards_applied(&world);
    world.now_ms += 4999;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(cards_stored(&world, &id).state, CARD_APPLIED);
    world.now_ms += 1;
    assert_int_equal(world_tick(&world), 0);
    check_notices(&world, CARD_UNKNOWN, "UNANSWERED", "");
    assert_true(id_equal(&world_one(&world, EFFECT_DONE)->exchange, &id));
    laws_check_quiet(&world);
    /* a late answer is an answer; also one that comes before the tick */
    cards_answer(&world, &id, CARD_OUTCOME_TAKEN, "");
    assert_int_equal(cards_stored(&world, &id).state, CARD_FORWARDED);
    id = cards_applied(&world);
    world.now_ms += 5000;
    cards_answer(&world, &id, CARD_OUTCOME_REFUSED, "NOCM");
    struct card card = cards_stored(&world, &id);
    assert_int_equal(card.state, CARD_REFUSED);
    assert_int_equal(card.history.count, 3);
    laws_check(&world);
    world_deinit(&world);
}

static void six_months(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    for (int from = CARD_UNKNOWN; from <= CARD_LOST; from++) {
        struct id id = cards_in(&world, (enum card_state)from);
        struct card card = cards_stored(&world, &id);
        int64_t since_ms = card.issues ? card.issued_at_ms : card.applied_at_ms;
        assert_int_equal(card.expires_at_ms, since_ms + 183 * DAY_MS);
        world.now_ms = card.expires_at_ms - 1;
        assert_int_equal(world_tick(&world), 0);
        assert_int_equal(cards_stored(&world, &id).state, from);
        world.now_ms++;
        assert_int_equal(world_tick(&world), 0);
        check_notices(&world, CARD_EXPIRED, "EXPIRE", "");
        laws_check(&world);
    }
    world_deinit(&world);
}

static void asked_again_after_a_start(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = cards_applied(&world);
    struct span first = arena_copy(&world.arena, world_one(&world, EFFECT_SEND)->payload);
    world_reopen(&world);
    assert_int_equal(world_boot(&world), 0);
    const struct effect *again = world_one(&world, EFFECT_SEND);
    assert_int_equal(again->message, MESSAGE_ASK_CARD);
    assert_true(span_equal(again->payload, first) && id_equal(&again->exchange, &id));
    world.now_ms += MINUTE_MS; /* its time is over: the tick says so */
    assert_int_equal(world_boot(&world), 0);
    assert_int_equal(world_count(&world, EFFECT_SEND), 0);
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(cards_stored(&world, &id).state, CARD_UNKNOWN);
    assert_int_equal(world_boot(&world), 0);
    assert_int_equal(world_count(&world, EFFECT_SEND), 0);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- what is refused ---- */

static void expect_application(struct world *world, const struct apply_card *request,
                               enum refusal_code code, const char *field) {
    struct apply_card again = *request;
    again.request = world_request_id(world);
    assert_int_equal(world_send(world, BANK_A, COMMAND_APPLY_CARD, &again), 0);
    world_expect_refused(world, code, field);
}

static void whom_one_may_ask(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct apply_card request = cards_request(&world);
    struct apply_card other = request;
    other.class1_bank = other.consent.recipient = BANK_A;
    expect_application(&world, &other, REFUSAL_SAME_BANK, "class1_bank_code");
    other.class1_bank = other.consent.recipient = BANK_D;
    expect_application(&world, &other, REFUSAL_BANK_CODE_DEBTOR, "class1_bank_code");
    assert_int_equal(world_down(&world, BANK_B), 0);
    expect_application(&world, &request, REFUSAL_BANK_OFFLINE, "");
    assert_int_equal(world_up(&world, BANK_B), 0);
    assert_int_equal(world_bank_disable(&world, BANK_B), 0);
    expect_application(&world, &request, REFUSAL_PEER_SUSPENDED, "class1_bank_code");
    laws_check(&world);
    world_deinit(&world);
}

static void one_at_a_time_and_five_a_day(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct apply_card request = cards_request(&world);
    struct id id = cards_applied_with(&world, &request);
    expect_application(&world, &request, REFUSAL_CARD_EXISTS, "person");
    for (int i = 0; i < 4; i++) {
        cards_cancel(&world, BANK_A, &id);
        request.request = world_request_id(&world);
        id = cards_applied_with(&world, &request);
    }
    cards_cancel(&world, BANK_A, &id);
    expect_application(&world, &request, REFUSAL_TRIES, "person");
    world.now_ms += DAY_MS;
    request.request = world_request_id(&world);
    id = cards_applied_with(&world, &request);
    cards_answer(&world, &id, CARD_OUTCOME_TAKEN, "");
    /* one whose time is over stands in nobody's way, whoever comes first */
    world.now_ms = cards_stored(&world, &id).expires_at_ms;
    request.request = world_request_id(&world);
    request.consent.at_ms = world.now_ms;
    struct id next = cards_applied_with(&world, &request);
    assert_int_equal(cards_stored(&world, &id).state, CARD_EXPIRED);
    assert_int_equal(cards_stored(&world, &next).state, CARD_APPLIED);
    laws_check(&world);
    world_deinit(&world);
}

static void whose_it_is(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = cards_in(&world, CARD_ISSUED);
    struct card_status status = cards_report_of(&world, &id, CARD_EVENT_ACTIVATED);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CARD_STATUS, &status), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_CARD, "card_id");
    cards_cancel(&world, BANK_B, &id);
    world_expect_refused(&world, REFUSAL_NO_SUCH_CARD, "card_id");
    struct get_card get = {id};
    assert_int_equal(world_send(&world, BANK_C, COMMAND_GET_CARD, &get), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_CARD, "card_id");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_GET_CARD, &get), 0);
    assert_true(span_equal(cards_replied(&world).number, SPAN_LITERAL(NUMBER)));
    assert_int_equal(world_send(&world, BANK_B, COMMAND_GET_CARD, &get), 0);
    assert_true(cards_replied(&world).number.size == 0);
    assert_true(span_equal(cards_replied(&world).masked, SPAN_LITERAL("7896")));
    world.foreign_pin = true;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_GET_CARD, &get), 0);
    world_expect_refused(&world, REFUSAL_BANK_SUSPENDED, NULL);
    world.foreign_pin = false;
    world_deinit(&world);
}

/* ---- lost, and what links learn ---- */

static void lost_and_issued_anew(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct apply_card request = cards_request(&world);
    struct id id = cards_applied_with(&world, &request);
    cards_report_number(&world, &id, NUMBER);
    struct id link = waiting_link(&world, &request, NUMBER);
    world.now_ms += DAY_MS;
    cards_report(&world, &id, CARD_EVENT_LOST);
    check_notices(&world, CARD_LOST, "LOST", "");
    assert_int_equal(world_get_link(&world, &link).state, LINK_CLOSED);
    laws_check(&world);
    cards_report_number(&world, &id, NUMBER);
    world_expect_refused(&world, REFUSAL_CARD_NUMBER, "card_number");
    cards_report_number(&world, &id, OTHER_NUMBER);
    check_notices(&world, CARD_ISSUED, "ISSUED", OTHER_NUMBER);
    struct card card = cards_stored(&world, &id);
    assert_string_equal(card.masked, "0005");
    assert_int_equal(card.issues, 2);
    assert_int_equal(card.expires_at_ms, world.now_ms + 183 * DAY_MS);
    link = waiting_link(&world, &request, OTHER_NUMBER);
    cards_report(&world, &id, CARD_EVENT_REFUSED);
    assert_int_equal(world_get_link(&world, &link).state, LINK_REJECTED);
    laws_check(&world);
    world_deinit(&world);
}

static void cancelled_with_its_link(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct apply_card request = cards_request(&world);
    struct id id = cards_applied_with(&world, &request);
    cards_report_number(&world, &id, NUMBER);
    struct id link = waiting_link(&world, &request, NUMBER);
    cards_cancel(&world, BANK_A, &id);
    assert_int_equal(cards_replied(&world).state, CARD_CANCELLED);
    assert_int_equal(world_get_link(&world, &link).state, LINK_REJECTED);
    laws_check(&world);
    world_deinit(&world);
}

static void sent_and_sent_again(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = cards_in(&world, CARD_ISSUED);
    for (int i = 0;
         i < 100 && !card_full(&(struct card){.history = cards_stored(&world, &id).history},
                               CARD_EVENT_DISPATCHED);
         i++)
        cards_report(&world, &id, CARD_EVENT_DISPATCHED);
    cards_report(&world, &id, CARD_EVENT_DISPATCHED);
    world_expect_refused(&world, REFUSAL_HISTORY, "card_id");
    assert_int_equal(cards_stored(&world, &id).history.count, CARD_LIFE_MAX);
    cards_report(&world, &id, CARD_EVENT_ACTIVATED);
    assert_int_equal(cards_replied(&world).state, CARD_ACTIVATED);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- the same request again ---- */

static void the_same_again_and_another(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct apply_card request = cards_request(&world);
    struct id id = cards_applied_with(&world, &request);
    cards_answer(&world, &id, CARD_OUTCOME_TAKEN, "");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_APPLY_CARD, &request), 0);
    struct card_view view = cards_replied(&world);
    assert_true(view.replayed && id_equal(&view.card, &id));
    assert_int_equal(view.state, CARD_FORWARDED);
    struct apply_card other = request;
    other.delivery = CARD_DELIVERY_COUNTER;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_APPLY_CARD, &other), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "delivery");
    other = request;
    other.class1_bank = other.consent.recipient = BANK_C;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_APPLY_CARD, &other), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "class1_bank_code");
    other = request;
    other.person = world_open(&world).person;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_APPLY_CARD, &other), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "person.id_number");
    other = request;
    other.consent.at_ms++;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_APPLY_CARD, &other), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "consent");
    struct card_status status = cards_report_of(&world, &id, CARD_EVENT_ISSUED);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_CARD_STATUS, &status), 0);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_CARD_STATUS, &status), 0);
    assert_true(cards_replied(&world).replayed);
    status.number = SPAN_LITERAL(OTHER_NUMBER);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_CARD_STATUS, &status), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "card_number");
    status.number = span_of(NULL, 0);
    status.event = CARD_EVENT_LOST;
    assert_int_equal(world_send(&world, BANK_B, COMMAND_CARD_STATUS, &status), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "event");
    status.card = world_request_id(&world);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_CARD_STATUS, &status), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "card_id");
    struct cancel_card end = {world_request_id(&world), id, SPAN_LITERAL("CUST")};
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CANCEL_CARD, &end), 0);
    end.reason = SPAN_LITERAL("MS03");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CANCEL_CARD, &end), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "reason");
    laws_check(&world);
    world_deinit(&world);
}

/* ---- a person's data ---- */

static void nothing_stands_in_clear(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct apply_card request = cards_request(&world);
    struct id id = cards_applied_with(&world, &request);
    struct card_private secret;
    assert_int_equal(store_get_card_private(world.store, &id, &secret), 0);
    assert_true(secret.asked.size > 0 && secret.number.size == 0);
    assert_false(world_keeps(&world, request.person.id_number));
    assert_false(world_keeps(&world, SPAN_LITERAL(ADDRESS)));
    cards_answer(&world, &id, CARD_OUTCOME_TAKEN, "");
    assert_int_equal(store_get_card_private(world.store, &id, &secret), 0);
    assert_true(secret.asked.size == 0);
    cards_report(&world, &id, CARD_EVENT_ISSUED);
    assert_true(world_says(&world, BANK_A, SPAN_LITERAL(NUMBER)));
    assert_false(world_says(&world, BANK_B, SPAN_LITERAL(NUMBER)));
    assert_false(world_keeps(&world, SPAN_LITERAL(NUMBER)));
    assert_int_equal(store_get_card_private(world.store, &id, &secret), 0);
    assert_true(span_equal(secret.number, SPAN_LITERAL(NUMBER)));
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_application_to_active_link),
        cmocka_unit_test(every_state_with_every_report),
        cmocka_unit_test(every_state_cancelled),
        cmocka_unit_test(refused_by_the_partner),
        cmocka_unit_test(what_nobody_answered_is_unknown),
        cmocka_unit_test(six_months),
        cmocka_unit_test(asked_again_after_a_start),
        cmocka_unit_test(whom_one_may_ask),
        cmocka_unit_test(one_at_a_time_and_five_a_day),
        cmocka_unit_test(whose_it_is),
        cmocka_unit_test(lost_and_issued_anew),
        cmocka_unit_test(cancelled_with_its_link),
        cmocka_unit_test(sent_and_sent_again),
        cmocka_unit_test(the_same_again_and_another),
        cmocka_unit_test(nothing_stands_in_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
