/*
 * What the bank says about its customers: verification, re-checks, codes and tries, and what becomes
 * of accounts.
 */
#include <string.h>

#include "bank/challenges.h"
#include "bank/till.h"

static void verifies_element_by_element(void **state) {
    struct world world;
    struct verify_account_reply reply;
    (void)state;
    open_world(&world);
    struct verify_account message = {.account_number = SPAN_LITERAL("OPEN1"),
                                     .person = {.name = SPAN_LITERAL("Wang Min"),
                                                .id_type = ID_TYPE_RESIDENT,
                                                .id_number = SPAN_LITERAL("999999199001010016"),
                                                .mobile = SPAN_LITERAL("13800000002")}};
    bk_verify(&world.accounts, &message, &reply);
    assert_int_equal(reply.name, ELEMENT_MATCH);
    assert_int_equal(reply.id_number, ELEMENT_MATCH);
    assert_int_equal(reply.mobile, ELEMENT_MISMATCH);
    assert_int_equal(reply.account, ELEMENT_MATCH);
    assert_int_equal(reply.account_class, ACCOUNT_CLASS_I);
    message.account_number = SPAN_LITERAL("NOBODY");
    bk_verify(&world.accounts, &message, &reply);
    assert_int_equal(reply.account, ELEMENT_MISMATCH);
    assert_int_equal(reply.name, ELEMENT_MISMATCH);
    assert_int_equal(reply.status, ACCOUNT_UNKNOWN);
    close_world(&world);
}

static const char *change(struct world *world, const char *what, const char *value) {
    struct bk_account *account = bk_accounts_find(&world->accounts, span_text("OPEN1"));
    return bk_change(world->db, account, what, value, NOW_MS);
}

static void keeps_changes_of_accounts(void **state) {
    static const struct {
        const char *change, *value, *debit, *credit;
    } cases[] = {{"block", NULL, "AC06", "AC06"},    {"unblock", NULL, "", ""},
                 {"dormant", NULL, "NOCM", "NOCM"},  {"awake", NULL, "", ""},
                 {"close", NULL, "AC05", "AC07"},    {"reopen", NULL, "", ""},
                 {"deceased", NULL, "MD07", "MD07"}, {"class", "2", "MD07", "MD07"}};
    struct world world;
    (void)state;
    open_world(&world);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_null(change(&world, cases[i].change, cases[i].value));
        bk_db_commit(world.db);
        reopen(&world);
        const struct bk_account *account = bk_accounts_find(&world.accounts, span_text("OPEN1"));
        assert_string_equal(bk_account_refusal(account, true), cases[i].debit);
        assert_string_equal(bk_account_refusal(account, false), cases[i].credit);
    }
    assert_null(change(&world, "mobile", "13900000001"));
    assert_null(change(&world, "holder", "310101198002290015,Li Si"));
    assert_null(change(&world, "step-up", NULL));
    bk_db_commit(world.db);
    reopen(&world);
    const struct bk_account *account = bk_accounts_find(&world.accounts, span_text("OPEN1"));
    assert_string_equal(account->mobile, "13900000001");
    assert_string_equal(account->id_number, "310101198002290015");
    assert_string_equal(account->name, "Li Si");
    assert_int_equal(account->account_class, ACCOUNT_CLASS_II);
    assert_true(account->step_up);
    assert_non_null(change(&world, "class", "4"));
    assert_non_null(change(&world, "mobile", NULL));
    assert_non_null(change(&world, "holder", "310101198002290016,Li Si"));
    assert_non_null(change(&world, "dance", NULL));
    close_world(&world);
}

static void rechecks_the_holder(void **state) {
    static const struct recheck_account message = {.account_number = SPAN_LITERAL("OPEN1")};
    static const struct recheck_account gone = {.account_number = SPAN_LITERAL("NOBODY")};
    const struct span holder = SPAN_LITERAL("999999199001010016");
    struct world world;
    struct recheck_account_reply reply;
    (void)state;
    open_world(&world);
    bk_recheck(&world.accounts, &message, holder, &reply);
    assert_int_equal(reply.same_holder, ELEMENT_MATCH);
    assert_int_equal(reply.status, ACCOUNT_OPEN);
    assert_int_equal(reply.account_class, ACCOUNT_CLASS_I);
    assert_null(change(&world, "holder", "310101198002290015,Li Si"));
    bk_recheck(&world.accounts, &message, holder, &reply);
    assert_int_equal(reply.same_holder, ELEMENT_MISMATCH);
    bk_recheck(&world.accounts, &gone, holder, &reply);
    assert_int_equal(reply.same_holder, ELEMENT_MISMATCH);
    assert_int_equal(reply.status, ACCOUNT_UNKNOWN);
    close_world(&world);
}

static void sends_one_code_per_challenge(void **state) {
    struct world world;
    struct issue_challenge_reply reply;
    struct check_challenge_reply answer;
    (void)state;
    open_world(&world);
    struct bk_challenges challenges = {
        .db = world.db, .accounts = &world.accounts, .lifetime_ms = 60000, .tries = 3};
    const struct issue_challenge issue = {.link = id_make(NOW_MS, 3, 0),
                                          .challenge = id_make(NOW_MS, 3, 1),
                                          .requesting_bank = 999100000020,
                                          .account_number = SPAN_LITERAL("OPEN1")};
    for (int i = 0; i < 2; i++) {
        bk_challenge_issue(&challenges, &issue, NOW_MS + i, &reply);
        assert_int_equal(reply.outcome, CHALLENGE_SENT);
        assert_true(span_equal(reply.masked_mobile, SPAN_LITERAL("138****0001")));
    }
    assert_non_null(challenges.sms.data);
    buf_append_byte(&challenges.sms, 0);
    assert_int_equal(strcspn((char *)challenges.sms.data, "\n"), challenges.sms.size - 2);
    struct check_challenge check = {.link = issue.link,
                                    .challenge = issue.challenge,
                                    .attempt = id_make(NOW_MS, 4, 0),
                                    .code = SPAN_LITERAL("wrong")};
    for (int i = 0; i < 2; i++) {
        bk_challenge_check(&challenges, &check, NOW_MS, &answer);
        assert_int_equal(answer.outcome, CHALLENGE_WRONG);
        assert_int_equal(answer.tries_left, 2);
    }
    check.attempt = id_make(NOW_MS, 4, 1);
    check.code = span_of(challenges.sms.data + 12, BK_CODE_DIGITS);
    bk_challenge_check(&challenges, &check, NOW_MS + 59999, &answer);
    assert_int_equal(answer.outcome, CHALLENGE_RIGHT);
    check.attempt = id_make(NOW_MS, 4, 2);
    bk_challenge_check(&challenges, &check, NOW_MS + 59999, &answer);
    assert_int_equal(answer.outcome, CHALLENGE_EXPIRED);
    buf_deinit(&challenges.sms);
    close_world(&world);
}

static void ends_challenges(void **state) {
    static const enum challenge_outcome outcomes[] = {CHALLENGE_WRONG, CHALLENGE_WRONG,
                                                      CHALLENGE_TOO_MANY, CHALLENGE_TOO_MANY};
    struct world world;
    struct issue_challenge_reply reply;
    struct check_challenge_reply answer;
    (void)state;
    open_world(&world);
    struct bk_challenges challenges = {
        .db = world.db, .accounts = &world.accounts, .lifetime_ms = 60000, .tries = 3};
    struct issue_challenge issue = {.challenge = id_make(NOW_MS, 3, 1),
                                    .account_number = SPAN_LITERAL("OPEN1")};
    bk_challenge_issue(&challenges, &issue, NOW_MS, &reply);
    for (uint16_t i = 0; i < 4; i++) {
        const struct check_challenge check = {.challenge = issue.challenge,
                                              .attempt = id_make(NOW_MS, 4, i),
                                              .code = SPAN_LITERAL("wrong")};
        bk_challenge_check(&challenges, &check, NOW_MS, &answer);
        assert_int_equal(answer.outcome, outcomes[i]);
    }
    issue.challenge = id_make(NOW_MS, 3, 2);
    bk_challenge_issue(&challenges, &issue, NOW_MS, &reply);
    const struct check_challenge late = {.challenge = issue.challenge,
                                         .attempt = id_make(NOW_MS, 4, 9),
                                         .code = SPAN_LITERAL("wrong")};
    bk_challenge_check(&challenges, &late, NOW_MS + 60000, &answer);
    assert_int_equal(answer.outcome, CHALLENGE_EXPIRED);
    issue.challenge = id_make(NOW_MS, 3, 3);
    issue.account_number = SPAN_LITERAL("BLOCKED1");
    bk_challenge_issue(&challenges, &issue, NOW_MS, &reply);
    assert_int_equal(reply.outcome, CHALLENGE_NOT_SENT);
    assert_true(span_equal(reply.reason, SPAN_LITERAL("AC06")));
    buf_deinit(&challenges.sms);
    close_world(&world);
}

/* The code of the n-th line of the SMS file. */
static struct span code_in(const struct bk_challenges *challenges, int line) {
    const uint8_t *at = challenges->sms.data;
    for (; line > 0; line--)
        at = (const uint8_t *)memchr(at, '\n', challenges->sms.size) + 1;
    return span_of(at + 12, BK_CODE_DIGITS);
}

static enum challenge_outcome try(struct bk_challenges *challenges, const struct id *challenge,
                                  struct span code) {
    static uint16_t attempts;
    struct check_challenge_reply answer;
    const struct check_challenge check = {
        .challenge = *challenge, .attempt = id_make(NOW_MS, 5, attempts++), .code = code};
    bk_challenge_check(challenges, &check, NOW_MS, &answer);
    return answer.outcome;
}

static void ends_the_code_that_is_replaced(void **state) {
    struct world world;
    struct issue_challenge_reply reply;
    (void)state;
    open_world(&world);
    struct bk_challenges challenges = {
        .db = world.db, .accounts = &world.accounts, .lifetime_ms = 60000, .tries = 3};
    struct issue_challenge issue = {.challenge = id_make(NOW_MS, 3, 1),
                                    .account_number = SPAN_LITERAL("OPEN1"),
                                    .scopes = LINK_SCOPE_BIT(LINK_SCOPE_PAY),
                                    .amendment = true};
    bk_challenge_issue(&challenges, &issue, NOW_MS, &reply);
    assert_int_equal(try(&challenges, &issue.challenge, SPAN_LITERAL("wrong")), CHALLENGE_WRONG);
    const struct id first = issue.challenge;
    issue.replaces = first;
    issue.challenge = id_make(NOW_MS, 3, 2);
    bk_challenge_issue(&challenges, &issue, NOW_MS, &reply);
    buf_append_byte(&challenges.sms, 0);
    const char *text = (char *)challenges.sms.data;
    assert_non_null(strstr(text, "widen what the link with your account allows"));
    assert_non_null(strstr(text, ": pay; limits"));
    assert_non_null(strstr(text, "in place of the one before"));
    assert_int_equal(try(&challenges, &first, code_in(&challenges, 0)), CHALLENGE_EXPIRED);
    /* One wrong try went over to it. */
    assert_int_equal(try(&challenges, &issue.challenge, SPAN_LITERAL("wrong")), CHALLENGE_WRONG);
    assert_int_equal(try(&challenges, &issue.challenge, code_in(&challenges, 1)), CHALLENGE_RIGHT);
    buf_deinit(&challenges.sms);
    close_world(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verifies_element_by_element),
        cmocka_unit_test(keeps_changes_of_accounts),
        cmocka_unit_test(rechecks_the_holder),
        cmocka_unit_test(sends_one_code_per_challenge),
        cmocka_unit_test(ends_challenges),
        cmocka_unit_test(ends_the_code_that_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
