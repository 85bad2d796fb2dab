/*
 * A request id is acted on once: what comes again gets the stored answer as it stands now, what
 * comes with another content is refused and told where it differs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "ledger/world.h"

/* Sends it again: nothing but a reply comes out, and nothing changes. */
static const struct effect *again(struct world *world, bank_code bank, enum command_kind kind,
                                  const void *body) {
    struct digest before = world_digest(world);
    assert_int_equal(world_send(world, bank, kind, body), 0);
    struct digest after = world_digest(world);
    assert_true(digest_equal(&before, &after));
    assert_int_equal(world->effects->count, 1);
    return world_one(world, EFFECT_REPLY);
}

static void expect_duplicate(struct world *world, enum command_kind kind, const void *body,
                             const char *field) {
    (void)again(world, BANK_A, kind, body);
    world_expect_refused(world, REFUSAL_DUPLICATE, field);
}

static void an_open_again_shows_the_link_as_it_is_now(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    struct id id = world_question(&world).link;
    struct link_view view =
        world_link_view(&world, again(&world, BANK_A, COMMAND_OPEN_LINK, &open));
    assert_true(id_equal(&view.link, &id));
    assert_int_equal(view.state, LINK_VERIFYING);
    assert_true(view.replayed);
    world_verify(&world, &id);
    view = world_link_view(&world, again(&world, BANK_A, COMMAND_OPEN_LINK, &open));
    assert_int_equal(view.state, LINK_AWAITING_AUTHENTICATION);
    world_deinit(&world);
}

static void an_open_with_other_parties(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    struct open_link else_open = world_open(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    struct open_link other = open;
    other.class2.number = else_open.class2.number;
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "class2_account");
    other = open;
    other.class2.account_class = ACCOUNT_CLASS_III;
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "class2_account");
    other = open;
    other.class2.opening = ACCOUNT_OPENING_FACE_TO_FACE;
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "class2_account");
    other = open;
    other.class1.number = else_open.class1.number;
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "class1_account");
    other = open;
    other.class1.bank = other.consent.recipient = BANK_C;
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "class1_account");
    other = open;
    other.person.id_number = else_open.person.id_number;
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "person.id_number");
    other = open;
    other.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_BALANCE);
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "scopes");
    other = open;
    other.limits.single_fen--;
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "limits");
    other = open;
    other.limits.daily_fen--;
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "limits");
    other = open;
    other.limits.daily_count++;
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "limits");
    other = open;
    other.limits.yearly_fen++;
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "limits");
    world_deinit(&world);
}

static void an_open_on_other_words(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    struct open_link other = open;
    other.agreement.version = SPAN_LITERAL("2026-2");
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "agreement");
    other = open;
    other.agreement.sha256.bytes[0]++;
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "agreement");
    other = open;
    other.agreement.at_ms++;
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "agreement");
    other = open;
    other.agreement.channel = SPAN_LITERAL("WEB");
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "agreement");
    other = open;
    other.agreement.ends_day = 99999;
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "agreement");
    other = open;
    other.consent.purpose = SPAN_LITERAL("OTHER");
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "consent");
    other = open;
    other.consent.sha256.bytes[0]++;
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "consent");
    other = open;
    other.consent.at_ms++;
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "consent");
    other = open; /* what the link does not keep, it cannot tell */
    other.person.mobile = SPAN_LITERAL("13900000002");
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "");
    other = open;
    other.person.name = SPAN_LITERAL("Li Si");
    expect_duplicate(&world, COMMAND_OPEN_LINK, &other, "");
    struct link_view view =
        world_link_view(&world, again(&world, BANK_A, COMMAND_OPEN_LINK, &open));
    assert_true(view.replayed);
    world_deinit(&world);
}

static void a_transfer_again_and_with_other_content(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id second = world_link(&world);
    struct submit_transfer submit = world_submit(&world, &link, TRANSFER_PULL, 10);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    struct id id = world_instruction(&world).transfer;
    struct transfer_view view =
        world_transfer_view(&world, again(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit));
    assert_int_equal(view.state, TRANSFER_PENDING);
    assert_true(view.replayed);
    struct submit_transfer other = submit;
    other.link = second;
    expect_duplicate(&world, COMMAND_SUBMIT_TRANSFER, &other, "link_id");
    other = submit;
    world_make_payment(&other);
    expect_duplicate(&world, COMMAND_SUBMIT_TRANSFER, &other, "kind");
    other = submit;
    other.direction = TRANSFER_PUSH;
    expect_duplicate(&world, COMMAND_SUBMIT_TRANSFER, &other, "direction");
    other = submit;
    other.amount.fen++;
    expect_duplicate(&world, COMMAND_SUBMIT_TRANSFER, &other, "amount.fen");
    other = submit;
    other.end_to_end_id = SPAN_LITERAL("another");
    expect_duplicate(&world, COMMAND_SUBMIT_TRANSFER, &other, "end_to_end_id");
    other = submit;
    other.remittance = SPAN_LITERAL("another");
    expect_duplicate(&world, COMMAND_SUBMIT_TRANSFER, &other, "");

    struct posting_result posted = world_posted(&world, &id);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    view = world_transfer_view(&world, again(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit));
    assert_int_equal(view.state, TRANSFER_ACCEPTED);
    assert_true(view.replayed);
    assert_int_equal(world_position(&world, BANK_A).unsettled_net_fen, 10);
    world_deinit(&world);
}

static void challenges_and_close_again(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id other_link = world_open_link(&world);
    struct id link = world_open_link(&world);
    world_verify(&world, &link);
    struct start_challenge start = world_start(&world, &link);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
    struct issue_challenge_reply sent = {.link = link,
                                         .challenge = world_issue(&world).challenge,
                                         .outcome = CHALLENGE_SENT,
                                         .lifetime_ms = 60000};
    struct link_view view =
        world_link_view(&world, again(&world, BANK_A, COMMAND_START_CHALLENGE, &start));
    assert_true(view.replayed && !view.has_challenge);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_ISSUE_ANSWER, &sent), 0);
    view = world_link_view(&world, again(&world, BANK_A, COMMAND_START_CHALLENGE, &start));
    assert_true(view.replayed && view.has_challenge);
    start.link = other_link;
    expect_duplicate(&world, COMMAND_START_CHALLENGE, &start, "link_id");

    struct answer_challenge code = world_code(&world, &link, "1");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_ANSWER_CHALLENGE, &code), 0);
    struct check_challenge_reply right = {
        .link = link, .attempt = world_check(&world).attempt, .outcome = CHALLENGE_RIGHT};
    view = world_link_view(&world, again(&world, BANK_A, COMMAND_ANSWER_CHALLENGE, &code));
    assert_int_equal(view.state, LINK_AWAITING_AUTHENTICATION);
    assert_int_equal(world_get_link(&world, &link).challenge.attempts, 1);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_CHECK_ANSWER, &right), 0);
    view = world_link_view(&world, again(&world, BANK_A, COMMAND_ANSWER_CHALLENGE, &code));
    assert_int_equal(view.state, LINK_ACTIVE);
    struct answer_challenge other_code = code;
    other_code.code = SPAN_LITERAL("2");
    expect_duplicate(&world, COMMAND_ANSWER_CHALLENGE, &other_code, "code");
    code.link = other_link;
    expect_duplicate(&world, COMMAND_ANSWER_CHALLENGE, &code, "link_id");

    struct close_link close = world_close(&world, &link);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    view = world_link_view(&world, again(&world, BANK_A, COMMAND_CLOSE_LINK, &close));
    assert_true(view.replayed);
    assert_int_equal(view.state, LINK_CLOSED);
    close.reason = SPAN_LITERAL("MS03");
    expect_duplicate(&world, COMMAND_CLOSE_LINK, &close, "reason");
    close.link = other_link;
    expect_duplicate(&world, COMMAND_CLOSE_LINK, &close, "link_id");
    /* one id for two kinds of request */
    struct start_challenge kind = {close.request, link};
    expect_duplicate(&world, COMMAND_START_CHALLENGE, &kind, "kind");
    world_deinit(&world);
}

static void another_bank_s_id_is_another_request(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct submit_transfer submit = world_submit(&world, &link, TRANSFER_PULL, 10);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    struct id first = world_instruction(&world).transfer;
    assert_int_equal(world_send(&world, BANK_B, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    struct id second = world_instruction(&world).transfer;
    assert_false(id_equal(&first, &second));
    assert_true(world_get_transfer(&world, &second).submitter == BANK_B);
    assert_int_equal(world_send(&world, BANK_C, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_LINK, "link_id");
    assert_false(world_one(&world, EFFECT_REPLY)->refusal.replayed);
    world_deinit(&world);
}

/* Also when what stood in the way is gone; with other content it is a duplicate. */
static void a_refused_id_stays_refused(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    assert_int_equal(world_down(&world, BANK_B), 0);
    struct submit_transfer submit = world_submit(&world, &link, TRANSFER_PULL, 10);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    world_expect_refused(&world, REFUSAL_BANK_OFFLINE, "");
    assert_int_equal(world_up(&world, BANK_B), 0);
    const struct effect *reply = again(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit);
    world_check_refused(&world, reply, REFUSAL_BANK_OFFLINE, "");
    assert_true(reply->refusal.replayed);
    submit.amount.fen++;
    expect_duplicate(&world, COMMAND_SUBMIT_TRANSFER, &submit, "");
    submit.link.bytes[15] ^= 1;
    expect_duplicate(&world, COMMAND_SUBMIT_TRANSFER, &submit, "link_id");

    struct open_link open = world_open(&world);
    open.class1.bank = open.consent.recipient = BANK_D;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    world_expect_refused(&world, REFUSAL_BANK_CODE_DEBTOR, NULL);
    assert_int_equal(world_bank_add(&world, BANK_D, BANK_ROLE_CLASS1), 0);
    reply = again(&world, BANK_A, COMMAND_OPEN_LINK, &open);
    world_check_refused(&world, reply, REFUSAL_BANK_CODE_DEBTOR, "class1_account.bank_code");
    assert_true(reply->refusal.replayed);
    open.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_BALANCE);
    expect_duplicate(&world, COMMAND_OPEN_LINK, &open, "");
    world_deinit(&world);
}

static struct id id_at(int64_t ms) {
    const uint8_t random[10] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    return uuid7_make(ms, random);
}

static void ids_out_of_date_leave_no_row(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    const struct {
        int64_t offset_ms;
        bool granted;
    } rows[] = {
        {-7 * DAY_MS - 1, false},     {-7 * DAY_MS, true},    {5LL * MINUTE_MS, true},
        {5LL * MINUTE_MS + 1, false}, {-365 * DAY_MS, false}, {100 * 365 * DAY_MS, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct submit_transfer submit = world_submit(&world, &link, TRANSFER_PULL, 10);
        submit.request = id_at(world.now_ms + rows[i].offset_ms);
        struct digest before = world_digest(&world);
        assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit), 0);
        struct digest after = world_digest(&world);
        assert_int_equal(digest_equal(&before, &after), !rows[i].granted);
        struct store_request row;
        assert_int_equal(store_get_request(world.store, BANK_A, &submit.request, &row),
                         rows[i].granted ? 0 : STORE_ABSENT);
        if (!rows[i].granted)
            world_expect_refused(&world, REFUSAL_REPLAY_TOO_OLD, "request_id");
    }
    world_deinit(&world);
}

/* A refusal before the replay check uses nothing up: the same id is good once its cause is gone. */
static void an_early_refusal_uses_no_id_up(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct submit_transfer submit = world_submit(&world, &link, TRANSFER_PULL, 10);
    world.foreign_pin = true;
    (void)again(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit);
    world_expect_refused(&world, REFUSAL_BANK_SUSPENDED, "");
    world.foreign_pin = false;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    (void)world_instruction(&world);
    /* and one that was granted is not shown to a wrong pin */
    world.foreign_pin = true;
    (void)again(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit);
    world_expect_refused(&world, REFUSAL_BANK_SUSPENDED, "");
    world_deinit(&world);
}

/* The row tells the digest of the exact bytes, and the object. */
static void what_stands_in_the_row(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct submit_transfer submit = world_submit(&world, &link, TRANSFER_PULL, 10);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    struct digest digest;
    sha256(buf_span(&world.payload), &digest);
    struct store_request row;
    assert_int_equal(store_get_request(world.store, BANK_A, &submit.request, &row), 0);
    assert_true(digest_equal(&row.payload, &digest));
    assert_int_equal(row.kind, OBJECT_TRANSFER);
    struct id transfer = world_instruction(&world).transfer;
    assert_true(id_equal(&row.object, &transfer));
    assert_int_equal(row.message, COMMAND_SUBMIT_TRANSFER);
    assert_int_equal(row.refusal, 0);
    assert_int_equal(row.at_ms, world.now_ms);

    struct id waiting = world_link_in(&world, LINK_AWAITING_AUTHENTICATION);
    struct start_challenge start = world_start(&world, &waiting);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
    struct id challenge = world_issue(&world).challenge;
    assert_int_equal(store_get_request(world.store, BANK_A, &start.request, &row), 0);
    assert_int_equal(row.kind, OBJECT_LINK);
    assert_true(id_equal(&row.object, &waiting));
    assert_true(id_equal(&row.detail, &challenge));
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_again_shows_the_link_as_it_is_now),
        cmocka_unit_test(an_open_with_other_parties),
        cmocka_unit_test(an_open_on_other_words),
        cmocka_unit_test(a_transfer_again_and_with_other_content),
        cmocka_unit_test(challenges_and_close_again),
        cmocka_unit_test(another_bank_s_id_is_another_request),
        cmocka_unit_test(a_refused_id_stays_refused),
        cmocka_unit_test(ids_out_of_date_leave_no_row),
        cmocka_unit_test(an_early_refusal_uses_no_id_up),
        cmocka_unit_test(what_stands_in_the_row),
    };
    return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
