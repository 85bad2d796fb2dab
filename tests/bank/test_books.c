/*
 * The rules of posting over a real store that is closed and opened again: an id is decided once,
 * whatever comes later; an inquiry bars; nothing is posted after its validity; codes and tries.
 */
#include "bank/books.h"

#include <string.h>

#include "bank/challenges.h"
#include "bank/folder.h"
#include "bank/outbox.h"

#define NOW_MS 1798732799000 /* 2026-12-31 23:59:59 in Shanghai */
#define MAP_BYTES (UINT64_C(64) << 20)
#define PERSON "Wang Min,999999199001010016,13800000001,"

static const char accounts_text[] = BK_ACCOUNTS_HEADER
    "\n" PERSON "OPEN1,1,open,counter,1000,no,no,no\n" PERSON
    "BLOCKED1,1,blocked,counter,1000,no,no,no\n" PERSON
    "CLOSED1,1,closed,counter,1000,no,no,no\n" PERSON "SMALL3,3,open,remote,199999,no,no,no\n";

struct world {
    struct folder folder;
    struct bk_db *db;
    struct bk_accounts accounts;
    struct bk_books books;
};

static void open_bank(struct world *world) {
    char path[FOLDER_PATH_SIZE];
    char reason[256] = "";
    if (bk_accounts_load(folder_file(&world->folder, "accounts", NULL, path), NOW_MS,
                         &world->accounts, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
    if (bk_db_open(world->folder.path, MAP_BYTES, &world->db, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
    bk_books_open(&world->books, world->db, &world->accounts);
}

static void close_bank(struct world *world) {
    bk_db_close(world->db);
    bk_accounts_deinit(&world->accounts);
}

/* A kill: what was not committed is gone. */
static void reopen(struct world *world) {
    close_bank(world);
    open_bank(world);
}

static void open_world(struct world *world) {
    char path[FOLDER_PATH_SIZE];
    folder_open(&world->folder);
    folder_file(&world->folder, "accounts", accounts_text, path);
    open_bank(world);
}

static void close_world(struct world *world) {
    close_bank(world);
    folder_close(&world->folder);
}

static struct post_instruction instruct(uint16_t id, enum posting_side side, const char *account,
                                        int64_t fen) {
    return (struct post_instruction){.transfer = id_make(NOW_MS, 1, id),
                                     .side = side,
                                     .amount = {fen, "CNY"},
                                     .account_number = span_text(account)};
}

static struct bk_posting post(struct world *world, const struct post_instruction *instruction) {
    struct bk_posting posting;
    bk_books_post(&world->books, instruction, true, NOW_MS, &posting);
    return posting;
}

static int64_t balance(const struct world *world, const char *account) {
    return bk_accounts_find(&world->accounts, span_text(account))->balance_fen;
}

static void posts_once(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    struct post_instruction debit = instruct(1, POSTING_DEBIT, "OPEN1", 400);
    struct bk_posting first = post(&world, &debit);
    assert_int_equal(first.outcome, POSTING_POSTED);
    assert_string_equal(first.book_date, "2026-12-31");
    assert_int_equal(strlen(first.reference), 34);
    bk_db_commit(world.db);
    reopen(&world);
    assert_int_equal(balance(&world, "OPEN1"), 600);
    /* The same id again, with other content even, posts nothing. */
    debit.amount.fen = 1;
    struct bk_posting second = post(&world, &debit);
    assert_memory_equal(&first, &second, sizeof(first));
    assert_int_equal(balance(&world, "OPEN1"), 600);
    assert_int_equal(world.books.totals.paid.count, 1);
    assert_int_equal(bk_totals_net_fen(&world.books.totals), -400);
    close_world(&world);
}

static void forgets_what_was_not_committed(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    bk_db_commit(world.db);
    const struct post_instruction debit = instruct(1, POSTING_DEBIT, "OPEN1", 400);
    struct bk_posting posting = post(&world, &debit);
    assert_int_equal(posting.outcome, POSTING_POSTED);
    reopen(&world);
    assert_int_equal(balance(&world, "OPEN1"), 1000);
    assert_false(bk_books_find(&world.books, &debit.transfer, &posting));
    assert_int_equal(world.books.totals.paid.count, 0);
    close_world(&world);
}

static void refuses_with_the_right_code(void **state) {
    static const struct {
        enum posting_side side;
        const char *account;
        int64_t fen;
        const char *reason;
    } cases[] = {
        {POSTING_DEBIT, "OPEN1", 1001, "AM04"},  {POSTING_DEBIT, "NOBODY", 1, "AC02"},
        {POSTING_CREDIT, "NOBODY", 1, "AC03"},   {POSTING_DEBIT, "CLOSED1", 1, "AC05"},
        {POSTING_CREDIT, "CLOSED1", 1, "AC07"},  {POSTING_DEBIT, "BLOCKED1", 1, "AC06"},
        {POSTING_CREDIT, "BLOCKED1", 1, "AC06"}, {POSTING_CREDIT, "OPEN1", 0, "AM01"},
        {POSTING_CREDIT, "OPEN1", -1, "AM12"},   {POSTING_CREDIT, "OPEN1", INT64_MAX, "AM12"},
        {POSTING_CREDIT, "SMALL3", 2, "RR04"},
    };
    struct world world;
    (void)state;
    open_world(&world);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct post_instruction instruction =
            instruct((uint16_t)i, cases[i].side, cases[i].account, cases[i].fen);
        struct bk_posting posting = post(&world, &instruction);
        assert_int_equal(posting.outcome, POSTING_REFUSED);
        assert_string_equal(posting.reason, cases[i].reason);
    }
    struct post_instruction last = instruct(100, POSTING_CREDIT, "SMALL3", 1);
    assert_int_equal(post(&world, &last).outcome, POSTING_POSTED);
    last = instruct(101, POSTING_DEBIT, "OPEN1", 1000);
    memcpy(last.amount.currency, "USD", 4);
    assert_string_equal(post(&world, &last).reason, "AM03");
    last = instruct(102, POSTING_DEBIT, "OPEN1", 1000);
    assert_int_equal(post(&world, &last).outcome, POSTING_POSTED);
    close_world(&world);
}

static void refusals_stay(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    const struct post_instruction debit = instruct(1, POSTING_DEBIT, "OPEN1", 1001);
    const struct post_instruction credit = instruct(2, POSTING_CREDIT, "OPEN1", 500);
    assert_string_equal(post(&world, &debit).reason, "AM04");
    assert_int_equal(post(&world, &credit).outcome, POSTING_POSTED);
    bk_db_commit(world.db);
    reopen(&world);
    assert_string_equal(post(&world, &debit).reason, "AM04");
    assert_int_equal(balance(&world, "OPEN1"), 1500);
    close_world(&world);
}

static void never_posts_after_validity(void **state) {
    struct world world;
    struct bk_posting posting;
    (void)state;
    open_world(&world);
    const struct post_instruction debit = instruct(1, POSTING_DEBIT, "OPEN1", 1);
    bk_books_post(&world.books, &debit, false, NOW_MS, &posting);
    assert_int_equal(posting.outcome, POSTING_REFUSED);
    assert_string_equal(posting.reason, "AB06");
    assert_int_equal(post(&world, &debit).outcome, POSTING_REFUSED);
    assert_int_equal(balance(&world, "OPEN1"), 1000);
    close_world(&world);
}

static void bars_what_it_has_not_seen(void **state) {
    struct world world;
    struct bk_posting posting;
    (void)state;
    open_world(&world);
    const struct post_instruction debit = instruct(1, POSTING_DEBIT, "OPEN1", 1);
    const struct post_instruction other = instruct(2, POSTING_DEBIT, "OPEN1", 1);
    assert_int_equal(post(&world, &other).outcome, POSTING_POSTED);
    bk_books_inquire(&world.books, &debit.transfer, &posting);
    assert_int_equal(posting.outcome, POSTING_NOT_SEEN);
    bk_books_inquire(&world.books, &other.transfer, &posting);
    assert_int_equal(posting.outcome, POSTING_POSTED);
    bk_db_commit(world.db);
    reopen(&world);
    assert_int_equal(post(&world, &debit).outcome, POSTING_NOT_SEEN);
    bk_books_inquire(&world.books, &debit.transfer, &posting);
    assert_int_equal(posting.outcome, POSTING_NOT_SEEN);
    assert_int_equal(balance(&world, "OPEN1"), 999);
    close_world(&world);
}

static void holds_before_a_push(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    struct bk_account *account = bk_accounts_find(&world.accounts, span_text("OPEN1"));
    assert_true(bk_books_hold(account, 700));
    assert_false(bk_books_hold(account, 301));
    const struct post_instruction debit = instruct(1, POSTING_DEBIT, "OPEN1", 301);
    assert_string_equal(post(&world, &debit).reason, "AM04");
    bk_books_pushed(&world.books, account, 700);
    assert_int_equal(account->balance_fen, 300);
    assert_int_equal(account->held_fen, 0);
    assert_true(bk_books_hold(account, 300));
    bk_books_release(account, 300);
    bk_books_pulled(&world.books, account, 50);
    assert_int_equal(bk_totals_net_fen(&world.books.totals), -650);
    bk_db_commit(world.db);
    reopen(&world);
    assert_int_equal(balance(&world, "OPEN1"), 350);
    close_world(&world);
}

static struct bk_item push_of(struct world *world, uint16_t id, int64_t fen) {
    return (struct bk_item){.durable = true,
                            .id = id_make(NOW_MS, 2, id),
                            .kind = MESSAGE_SUBMIT_TRANSFER,
                            .direction = TRANSFER_PUSH,
                            .fen = fen,
                            .account = bk_accounts_find(&world->accounts, span_text("OPEN1"))};
}

static void outbox_survives(void **state) {
    struct world world;
    struct bk_outbox outbox;
    (void)state;
    open_world(&world);
    bk_outbox_open(&outbox, world.db, &world.accounts);
    struct bk_item spec = push_of(&world, 1, 600);
    assert_non_null(bk_outbox_add(&outbox, &spec, SPAN_LITERAL("the same bytes")));
    spec = push_of(&world, 2, 100);
    struct bk_item *second = bk_outbox_add(&outbox, &spec, SPAN_LITERAL("x"));
    const struct bk_done done = {.kind = MESSAGE_SUBMIT_TRANSFER, .state = TRANSFER_REJECTED};
    bk_outbox_finish(&outbox, second, &done);
    bk_db_commit(world.db);
    bk_outbox_deinit(&outbox);
    reopen(&world);
    bk_outbox_open(&outbox, world.db, &world.accounts);
    assert_int_equal(outbox.count, 1);
    assert_int_equal(bk_accounts_find(&world.accounts, span_text("OPEN1"))->held_fen, 600);
    struct bk_item *item = bk_outbox_next(&outbox);
    assert_true(span_equal(span_of(item->payload, item->size), SPAN_LITERAL("the same bytes")));
    assert_int_equal(item->sends, 2);
    assert_null(bk_outbox_next(&outbox));
    struct bk_done found;
    assert_true(bk_done_find(world.db, &spec.id, &found));
    assert_int_equal(found.state, TRANSFER_REJECTED);
    assert_true(bk_outbox_knows(&outbox, &item->id));
    /* Decided while it was on its way: it goes with its answer. */
    bk_outbox_finish(&outbox, item, &done);
    assert_int_equal(outbox.count, 1);
    assert_true(bk_outbox_returned(&outbox, item));
    assert_int_equal(outbox.count, 0);
    bk_outbox_deinit(&outbox);
    close_world(&world);
}

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(posts_once),
        cmocka_unit_test(forgets_what_was_not_committed),
        cmocka_unit_test(refuses_with_the_right_code),
        cmocka_unit_test(refusals_stay),
        cmocka_unit_test(never_posts_after_validity),
        cmocka_unit_test(bars_what_it_has_not_seen),
        cmocka_unit_test(holds_before_a_push),
        cmocka_unit_test(outbox_survives),
        cmocka_unit_test(verifies_element_by_element),
        cmocka_unit_test(sends_one_code_per_challenge),
        cmocka_unit_test(ends_challenges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
