/*
 * The way to a loan: invitation, application, both lenders' words, and its ends before anything is
 * drawn; who may do what when, who is told, what a person may borrow in all, and requests that come
 * again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/rules.h"
#include "ledger/kinds.h"
#include "ledger/loans_made.h"
#include "store/orders.h"

#define CNY(yuan) ((yuan)*100LL)

static int set_up(void **state) {
    struct loans *loans = xcalloc(1, sizeof *loans);
    loans_init(loans, BANK_A);
    *state = loans;
    return 0;
}

static int tear_down(void **state) {
    struct loans *loans = *state;
    loans_deinit(loans);
    free(loans);
    return 0;
}

static void told(struct loans *loans, const char *event) {
    const char *const events[] = {event};
    loans_check_told(loans, 1, events);
}

/* ---- the whole way ---- */

static void invited_applied_and_approved_by_both(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    const struct rules *rules = rules_compiled();
    struct offer_loan offer = loans_offer_of(loans, CNY(50000));
    offer.until_ms = world->now_ms + DAY_MS;
    loans_ask(loans, BANK_A, COMMAND_OFFER_LOAN, &offer);
    told(loans, "OFFER");
    struct loan_view view = loans_replied(loans);
    struct id id = view.loan.id;
    assert_int_equal(view.loan.state, LOAN_OFFERED);
    assert_true(view.loan.lead == BANK_A && view.loan.terms.partner == BANK_B);
    assert_true(id_equal(&view.loan.link, &loans->link) && view.loan.version == 1);
    assert_string_equal(view.loan.product, LOAN_CODE);
    assert_int_equal(view.loan.offered.fen, CNY(50000));
    assert_int_equal(view.loan.offered_at_ms, world->now_ms);
    assert_int_equal(view.loan.deadline_ms, world->now_ms + DAY_MS);
    laws_check(world);
    world->now_ms += MINUTE_MS;
    struct apply_loan apply = loans_application(loans, &id, CNY(30000));
    loans_ask(loans, BANK_B, COMMAND_APPLY_LOAN, &apply);
    told(loans, "APPLY");
    view = loans_replied(loans);
    assert_int_equal(view.loan.state, LOAN_APPLIED);
    assert_true(view.loan.applicant == BANK_B && !view.loan.class1_account);
    assert_int_equal(view.loan.asked_fen, CNY(30000));
    assert_int_equal(view.loan.deadline_ms, world->now_ms + rules->loan_decision_wait_ms);
    assert_int_equal(loans_held(loans), CNY(30000));
    struct loan stored = loans_stored(loans, &id);
    assert_true(digest_equal(&stored.authorisations[LOAN_LEAD], &(struct digest){{8}}));
    assert_true(digest_equal(&stored.authorisations[LOAN_PARTNER], &(struct digest){{9}}));
    assert_true(digest_equal(&stored.consent, &(struct digest){{7}}));
    laws_check(world);
    struct decide_loan decide = loans_approval(loans, &id, CNY(25000));
    loans_ask(loans, BANK_B, COMMAND_DECIDE_LOAN, &decide);
    told(loans, "DECIDED");
    assert_int_equal(loans_replied(loans).loan.state, LOAN_APPLIED);
    laws_check(world);
    decide = loans_approval(loans, &id, CNY(30000));
    loans_ask(loans, BANK_A, COMMAND_DECIDE_LOAN, &decide);
    told(loans, "APPROVE");
    view = loans_replied(loans);
    assert_int_equal(view.loan.state, LOAN_APPROVED);
    assert_int_equal(view.loan.limit_fen, CNY(25000)); /* the lower one */
    assert_int_equal(view.loan.deadline_ms, world->now_ms + rules->loan_draw_wait_ms);
    assert_int_equal(loans_held(loans), CNY(25000));
}

static void one_no_is_enough(void **state) {
    struct loans *loans = *state;
    struct id id = loans_applied(loans, CNY(5000));
    struct decide_loan decide = loans_approval(loans, &id, CNY(5000));
    loans_ask(loans, BANK_A, COMMAND_DECIDE_LOAN, &decide);
    decide = loans_no(loans, &id);
    loans_ask(loans, BANK_B, COMMAND_DECIDE_LOAN, &decide);
    told(loans, "DECLINE");
    struct loan_view view = loans_replied(loans);
    assert_int_equal(view.loan.state, LOAN_DECLINED);
    assert_string_equal(view.loan.reason, "MS03");
    assert_int_equal(loans_held(loans), 0);
    decide = loans_no(loans, &id);
    loans_expect_refused(loans, BANK_A, COMMAND_DECIDE_LOAN, &decide, &id, REFUSAL_LOAN_STATE,
                         "loan_id");
}

/* ---- who is not invited, and what is not offered ---- */

static void expect_offer(struct loans *loans, const struct offer_loan *offer,
                         enum refusal_code code, const char *field) {
    struct offer_loan fresh = *offer;
    fresh.request = world_request_id(&loans->world);
    loans_expect_refused(loans, loans->lead, COMMAND_OFFER_LOAN, &fresh, NULL, code, field);
}

static void offers_that_are_refused(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct offer_loan offer = loans_offer_of(loans, CNY(200000));
    struct offer_loan other = offer;
    other.maximum.fen = CNY(200000) + 1;
    expect_offer(loans, &other, REFUSAL_AMOUNT_ABOVE, "maximum.fen");
    other.maximum.fen = CNY(500) - 1;
    expect_offer(loans, &other, REFUSAL_AMOUNT_BELOW, "maximum.fen");
    other = offer;
    other.until_ms = world->now_ms;
    expect_offer(loans, &other, REFUSAL_FIELD_INVALID, "until_ms");
    other.until_ms = world->now_ms + 367 * DAY_MS;
    expect_offer(loans, &other, REFUSAL_FIELD_INVALID, "until_ms");
    other = offer;
    other.product = SPAN_LITERAL("NONE");
    expect_offer(loans, &other, REFUSAL_NO_SUCH_PRODUCT, "product_code");
    other = offer;
    other.version = 2;
    expect_offer(loans, &other, REFUSAL_PRODUCT_CHANGED, "product_version");
    /* the partner does not lead, and nobody offers on a link of others */
    loans_expect_refused(loans, BANK_B, COMMAND_OFFER_LOAN, &offer, NULL, REFUSAL_NO_SUCH_PRODUCT,
                         "product_code");
    loans_expect_refused(loans, BANK_C, COMMAND_OFFER_LOAN, &offer, NULL, REFUSAL_NO_SUCH_LINK,
                         "link_id");
    struct open_link with_c = world_open(world);
    with_c.class1.bank = with_c.consent.recipient = BANK_C;
    other = offer;
    other.link = loans_link(loans, &with_c);
    expect_offer(loans, &other, REFUSAL_FIELD_INVALID, "product_code");
    other.link = world_link(world);
    expect_offer(loans, &other, REFUSAL_SCOPE, "link_id");
}

static void offers_that_the_product_or_the_link_forbid(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct offer_loan offer = loans_offer_of(loans, CNY(1000));
    loans->terms.loan.daily_rate = 400;
    loans_publish(loans, PRODUCT_ON_SALE);
    expect_offer(loans, &offer, REFUSAL_PRODUCT_CHANGED, "product_version");
    offer.version = 2;
    loans_publish(loans, PRODUCT_SUSPENDED);
    expect_offer(loans, &offer, REFUSAL_NOT_ON_SALE, "product_version");
    loans_publish(loans, PRODUCT_ON_SALE);
    offer.version = loans->version;
    struct place_hold hold = world_place(world, &loans->link, HOLD_BY_COURT, HOLD_BLOCKS_ALL);
    loans_ask(loans, BANK_A, COMMAND_PLACE_HOLD, &hold);
    expect_offer(loans, &offer, REFUSAL_LINK_SUSPENDED, "link_id");
    offer.link = loans_link(loans, NULL);
    struct id transfer = world_pending(world, &offer.link, TRANSFER_PULL, 100);
    struct close_link close = world_close(world, &offer.link);
    loans_ask(loans, BANK_A, COMMAND_CLOSE_LINK, &close);
    expect_offer(loans, &offer, REFUSAL_LINK_CLOSING, "link_id");
    money_answer(world, &transfer, POSTING_POSTED);
    expect_offer(loans, &offer, REFUSAL_LINK_NOT_ACTIVE, "link_id");
}

/* Dated data: a floor that rises later holds for what was published before; a kind that is switched
 * off is not offered. */
static void offers_by_the_rules_of_the_day(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct offer_loan offer = loans_offer_of(loans, CNY(1000));
    struct rules rules = kinds_rules(world);
    assert_int_equal(rules.lead_share_floor, 3000);
    rules.lead_share_floor = 3001;
    kinds_change(world, &rules);
    expect_offer(loans, &offer, REFUSAL_LEAD_SHARE, "product_version");
    rules.lead_share_floor = 3000;
    rules.products[PRODUCT_LOAN].enabled = 0;
    kinds_change(world, &rules);
    expect_offer(loans, &offer, REFUSAL_PRODUCT_DISABLED, "product_version");
}

/* ---- what cannot be applied for ---- */

static void expect_application(struct loans *loans, const struct apply_loan *apply,
                               enum refusal_code code, const char *field) {
    struct apply_loan fresh = *apply;
    fresh.request = world_request_id(&loans->world);
    loans_expect_refused(loans, BANK_A, COMMAND_APPLY_LOAN, &fresh, &apply->loan, code, field);
}

static void applications_that_are_refused(void **state) {
    struct loans *loans = *state;
    struct id id = loans_offered(loans, CNY(1000));
    struct apply_loan apply = loans_application(loans, &id, CNY(1000)), other = apply;
    loans_expect_refused(loans, BANK_C, COMMAND_APPLY_LOAN, &apply, &id, REFUSAL_NO_SUCH_LOAN,
                         "loan_id");
    other.amount.fen = CNY(1001);
    expect_application(loans, &other, REFUSAL_AMOUNT_ABOVE, "amount.fen");
    other.amount.fen = CNY(499);
    expect_application(loans, &other, REFUSAL_AMOUNT_BELOW, "amount.fen");
    other.amount.fen = CNY(500) + 1;
    expect_application(loans, &other, REFUSAL_INCREMENT, "amount.fen");
    other = apply;
    other.terms.bytes[5] = 1;
    expect_application(loans, &other, REFUSAL_FIELD_INVALID, "terms_sha256");
    other = apply;
    other.authorisation_count = 1;
    expect_application(loans, &other, REFUSAL_CONSENT, "authorisations");
    other = apply;
    other.authorisations[1].bank = BANK_C;
    expect_application(loans, &other, REFUSAL_FIELD_INVALID, "authorisations.bank_code");
    loans->terms.loan.daily_rate = 400;
    loans_publish(loans, PRODUCT_ON_SALE);
    expect_application(loans, &apply, REFUSAL_PRODUCT_CHANGED, "loan_id");
}

static void of_a_class_three_account_nothing_is_borrowed(void **state) {
    struct loans *loans = *state;
    struct open_link open = world_open(&loans->world);
    open.class2.account_class = ACCOUNT_CLASS_III;
    loans->link = loans_link(loans, &open);
    struct id id = loans_offered(loans, CNY(1000));
    struct apply_loan apply = loans_application(loans, &id, CNY(1000));
    expect_application(loans, &apply, REFUSAL_CLASS, "account");
    apply.class1_account = true;
    loans_ask(loans, BANK_A, COMMAND_APPLY_LOAN, &apply);
    assert_true(loans_replied(loans).loan.class1_account);
}

/* Over all links of the person, and of that product alone. */
static void a_person_borrows_so_much_in_all(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct open_link open = world_open(world);
    loans->terms.person_max_fen = CNY(10000);
    loans_publish(loans, PRODUCT_ON_SALE);
    loans->link = loans_link(loans, &open);
    struct id first = loans_applied(loans, CNY(6000));
    struct open_link beside = world_open_beside(world, &open, BANK_B);
    loans->link = loans_link(loans, &beside);
    struct id id = loans_offered(loans, CNY(5000));
    struct apply_loan apply = loans_application(loans, &id, CNY(4001));
    expect_application(loans, &apply, REFUSAL_PERSON_MAXIMUM, "amount.fen");
    struct decide_loan decide = loans_approval(loans, &first, CNY(5999));
    loans_ask(loans, BANK_A, COMMAND_DECIDE_LOAN, &decide);
    decide = loans_approval(loans, &first, CNY(6000));
    loans_ask(loans, BANK_B, COMMAND_DECIDE_LOAN, &decide);
    apply.request = world_request_id(world);
    loans_ask(loans, BANK_A, COMMAND_APPLY_LOAN, &apply);
    assert_int_equal(loans_replied(loans).loan.state, LOAN_APPLIED);
    assert_int_equal(loans_held(loans), CNY(10000));
    struct loan_status cancel = loans_ruling(loans, &id, LOAN_STATUS_CANCELLED);
    loans_ask(loans, BANK_B, COMMAND_LOAN_STATUS, &cancel);
    assert_int_equal(loans_held(loans), CNY(5999));
}

/* ---- both lenders' words ---- */

static void decisions_that_are_refused(void **state) {
    struct loans *loans = *state;
    struct id id = loans_offered(loans, CNY(1000));
    struct decide_loan decide = loans_approval(loans, &id, CNY(1000));
    loans_expect_refused(loans, BANK_A, COMMAND_DECIDE_LOAN, &decide, &id, REFUSAL_LOAN_STATE,
                         "loan_id");
    id = loans_applied(loans, CNY(1000));
    decide = loans_approval(loans, &id, CNY(1001));
    loans_expect_refused(loans, BANK_A, COMMAND_DECIDE_LOAN, &decide, &id, REFUSAL_AMOUNT_ABOVE,
                         "limit.fen");
    decide = loans_approval(loans, &id, CNY(499));
    loans_expect_refused(loans, BANK_A, COMMAND_DECIDE_LOAN, &decide, &id, REFUSAL_AMOUNT_BELOW,
                         "limit.fen");
    decide = loans_approval(loans, &id, CNY(1000));
    loans_expect_refused(loans, BANK_C, COMMAND_DECIDE_LOAN, &decide, &id, REFUSAL_NO_SUCH_LOAN,
                         "loan_id");
    decide = loans_approval(loans, &id, CNY(1000));
    loans_ask(loans, BANK_A, COMMAND_DECIDE_LOAN, &decide);
    decide = loans_no(loans, &id); /* once */
    loans_expect_refused(loans, BANK_A, COMMAND_DECIDE_LOAN, &decide, &id, REFUSAL_LOAN_STATE,
                         "loan_id");
}

/* ---- ends without a draw ---- */

static void let_it_end(struct loans *loans, const struct id *id) {
    struct world *world = &loans->world;
    world->now_ms = loans_stored(loans, id).deadline_ms - 1;
    assert_int_equal(world_tick(world), 0);
    assert_int_equal(world->effects->count, 0);
    world->now_ms++;
    assert_int_equal(world_tick(world), 0);
    told(loans, "DEADLINE");
    assert_int_equal(loans_stored(loans, id).state, LOAN_EXPIRED);
    assert_int_equal(loans_held(loans), 0);
    laws_check(world);
}

static void every_waiting_state_ends_by_itself(void **state) {
    struct loans *loans = *state;
    struct id id = loans_offered(loans, CNY(1000));
    let_it_end(loans, &id);
    id = loans_applied(loans, CNY(1000));
    let_it_end(loans, &id);
    id = loans_approved(loans, CNY(1000));
    let_it_end(loans, &id);
    /* what is due is done first, also without a tick */
    id = loans_offered(loans, CNY(1000));
    loans->world.now_ms = loans_stored(loans, &id).deadline_ms;
    struct apply_loan apply = loans_application(loans, &id, CNY(1000));
    loans_ask(loans, BANK_A, COMMAND_APPLY_LOAN, &apply);
    assert_true(world_one(&loans->world, EFFECT_REPLY)->refused);
    assert_int_equal(loans_stored(loans, &id).state, LOAN_EXPIRED);
}

static void either_bank_cancels_before_a_draw(void **state) {
    struct loans *loans = *state;
    struct id (*const make[])(struct loans *, int64_t) = {loans_offered, loans_applied,
                                                          loans_approved};
    for (size_t i = 0; i < 3; i++) {
        struct id id = make[i](loans, CNY(1000));
        struct loan_status cancel = loans_ruling(loans, &id, LOAN_STATUS_CANCELLED);
        loans_ask(loans, i == 1 ? BANK_A : BANK_B, COMMAND_LOAN_STATUS, &cancel);
        told(loans, "CANCEL");
        struct loan_view view = loans_replied(loans);
        assert_int_equal(view.loan.state, LOAN_CANCELLED);
        assert_string_equal(view.loan.reason, "CUST");
        assert_int_equal(view.loan.deadline_ms, 0);
        cancel = loans_ruling(loans, &id, LOAN_STATUS_CANCELLED);
        loans_expect_refused(loans, BANK_A, COMMAND_LOAN_STATUS, &cancel, &id, REFUSAL_LOAN_STATE,
                             "event");
        laws_check(&loans->world);
    }
}

/* ---- looking ---- */

static void looked_at_and_listed(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct id ids[3];
    for (size_t i = 0; i < 3; i++)
        ids[i] = loans_offered(loans, CNY(1000) * (int64_t)(i + 1));
    struct get_loan get = {ids[1]};
    loans_ask(loans, BANK_B, COMMAND_GET_LOAN, &get);
    assert_int_equal(loans_replied(loans).loan.offered.fen, CNY(2000));
    loans_ask(loans, BANK_C, COMMAND_GET_LOAN, &get);
    world_expect_refused(world, REFUSAL_NO_SUCH_LOAN, "loan_id");
    get.loan.bytes[15] ^= 1;
    loans_ask(loans, BANK_B, COMMAND_GET_LOAN, &get);
    world_expect_refused(world, REFUSAL_NO_SUCH_LOAN, "loan_id");
    struct list_loans list = {.link = loans->link, .max = 2};
    struct loan_page page;
    loans_ask(loans, BANK_B, COMMAND_LIST_LOANS, &list);
    assert_int_equal(
        partner_decode_loan_page(world_one(world, EFFECT_REPLY)->payload, &world->arena, &page), 0);
    assert_int_equal(page.count, 2);
    assert_true(id_equal(&page.loans[0].loan.id, &ids[0]) && id_equal(&page.next, &ids[1]));
    list.after = page.next;
    loans_ask(loans, BANK_A, COMMAND_LIST_LOANS, &list);
    assert_int_equal(
        partner_decode_loan_page(world_one(world, EFFECT_REPLY)->payload, &world->arena, &page), 0);
    assert_true(page.count == 1 && id_is_zero(&page.next));
    assert_true(id_equal(&page.loans[0].loan.id, &ids[2]));
    loans_ask(loans, BANK_C, COMMAND_LIST_LOANS, &list);
    world_expect_refused(world, REFUSAL_NO_SUCH_LINK, "link_id");
}

/* ---- notices ---- */

static void notices_come_again_as_they_were(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct id id = loans_applied(loans, CNY(1000));
    assert_int_equal(world_fetch(world, BANK_B, 0, 100), 0);
    size_t seen = 0;
    for (size_t i = 0; i < world_count(world, EFFECT_NOTICE); i++) {
        const struct effect *notice = world_effect(world, EFFECT_NOTICE, i);
        if (notice->message != MESSAGE_LOAN_NOTICE)
            continue;
        struct loan_view view = loans_view(loans, notice, NULL);
        assert_true(id_equal(&view.loan.id, &id));
        assert_int_equal(view.loan.state, seen++ == 0 ? LOAN_OFFERED : LOAN_APPLIED);
        assert_int_equal(view.loan.asked_fen, CNY(1000)); /* as it is now */
    }
    assert_int_equal(seen, 2);
}

/* ---- the same request again ---- */

static void again(struct loans *loans, bank_code bank, enum command_kind kind, const void *body,
                  const char *field) {
    loans_ask(loans, bank, kind, body);
    world_expect_refused(&loans->world, REFUSAL_DUPLICATE, field);
}

static void requests_that_come_again(void **state) {
    struct loans *loans = *state;
    struct offer_loan offer = loans_offer_of(loans, CNY(1000)), other = offer;
    loans_ask(loans, BANK_A, COMMAND_OFFER_LOAN, &offer);
    struct id id = loans_replied(loans).loan.id;
    loans_ask(loans, BANK_A, COMMAND_OFFER_LOAN, &offer);
    struct loan_view view = loans_replied(loans);
    assert_true(view.replayed && id_equal(&view.loan.id, &id));
    assert_int_equal(world_count(&loans->world, EFFECT_NOTICE), 0);
    other.maximum.fen++;
    again(loans, BANK_A, COMMAND_OFFER_LOAN, &other, "maximum.fen");
    other = offer;
    other.until_ms = loans->world.now_ms + DAY_MS;
    again(loans, BANK_A, COMMAND_OFFER_LOAN, &other, "until_ms");
    other.version++;
    again(loans, BANK_A, COMMAND_OFFER_LOAN, &other, "product_version");
    other.product = SPAN_LITERAL("OTHER");
    again(loans, BANK_A, COMMAND_OFFER_LOAN, &other, "product_code");
    other.link.bytes[15] ^= 1;
    again(loans, BANK_A, COMMAND_OFFER_LOAN, &other, "link_id");
    struct apply_loan apply = loans_application(loans, &id, CNY(900)), changed = apply;
    loans_ask(loans, BANK_A, COMMAND_APPLY_LOAN, &apply);
    changed.authorisations[0].sha256.bytes[0]++;
    again(loans, BANK_A, COMMAND_APPLY_LOAN, &changed, "authorisations");
    changed.consent.bytes[0]++;
    again(loans, BANK_A, COMMAND_APPLY_LOAN, &changed, "consent_sha256");
    changed.terms.bytes[0]++;
    again(loans, BANK_A, COMMAND_APPLY_LOAN, &changed, "terms_sha256");
    changed.class1_account = true;
    again(loans, BANK_A, COMMAND_APPLY_LOAN, &changed, "account");
    changed.amount.fen--;
    again(loans, BANK_A, COMMAND_APPLY_LOAN, &changed, "amount.fen");
    changed.loan.bytes[15] ^= 1;
    again(loans, BANK_A, COMMAND_APPLY_LOAN, &changed, "loan_id");
    assert_int_equal(loans_stored(loans, &id).asked_fen, CNY(900));
}

static void words_that_come_again(void **state) {
    struct loans *loans = *state;
    struct id id = loans_applied(loans, CNY(1000));
    struct decide_loan decide = loans_approval(loans, &id, CNY(800)), changed = decide;
    loans_ask(loans, BANK_A, COMMAND_DECIDE_LOAN, &decide);
    loans_ask(loans, BANK_A, COMMAND_DECIDE_LOAN, &decide);
    assert_true(loans_replied(loans).replayed);
    changed.limit.fen++;
    again(loans, BANK_A, COMMAND_DECIDE_LOAN, &changed, "limit.fen");
    changed = loans_no(loans, &id);
    changed.request = decide.request;
    again(loans, BANK_A, COMMAND_DECIDE_LOAN, &changed, "approved");
    struct loan_status cancel = loans_ruling(loans, &id, LOAN_STATUS_CANCELLED), waive;
    loans_ask(loans, BANK_A, COMMAND_LOAN_STATUS, &cancel);
    waive = loans_ruling(loans, &id, LOAN_STATUS_WAIVED);
    waive.waived_fen = 1;
    waive.request = cancel.request;
    again(loans, BANK_A, COMMAND_LOAN_STATUS, &waive, "event");
    /* another kind under the same id */
    changed.request = cancel.request;
    again(loans, BANK_A, COMMAND_DECIDE_LOAN, &changed, "kind");
}

/* ---- the link ---- */

static void a_closing_link_waits_for_its_loans(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct id id = loans_applied(loans, CNY(1000));
    struct close_link close = world_close(world, &loans->link);
    loans_ask(loans, BANK_A, COMMAND_CLOSE_LINK, &close);
    assert_int_equal(world_get_link(world, &loans->link).state, LINK_CLOSING);
    laws_check(world);
    struct decide_loan decide = loans_approval(loans, &id, CNY(1000));
    loans_expect_refused(loans, BANK_A, COMMAND_DECIDE_LOAN, &decide, &id, REFUSAL_LINK_CLOSING,
                         "loan_id");
    decide = loans_no(loans, &id);
    loans_ask(loans, BANK_A, COMMAND_DECIDE_LOAN, &decide);
    assert_int_equal(world_get_link(world, &loans->link).state, LINK_CLOSED);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(invited_applied_and_approved_by_both),
        TEST(one_no_is_enough),
        TEST(offers_that_are_refused),
        TEST(offers_that_the_product_or_the_link_forbid),
        TEST(offers_by_the_rules_of_the_day),
        TEST(applications_that_are_refused),
        TEST(of_a_class_three_account_nothing_is_borrowed),
        TEST(a_person_borrows_so_much_in_all),
        TEST(decisions_that_are_refused),
        TEST(every_waiting_state_ends_by_itself),
        TEST(either_bank_cancels_before_a_draw),
        TEST(looked_at_and_listed),
        TEST(notices_come_again_as_they_were),
        TEST(requests_that_come_again),
        TEST(words_that_come_again),
        TEST(a_closing_link_waits_for_its_loans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
