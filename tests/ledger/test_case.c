/*
 * Cases: who may say what when, how much is said, what the gateway opens itself, and where it is kept.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/rules.h"
#include "ledger/laws.h"

/* A's push to B, accepted. */
static struct id accepted(struct world *world) {
    struct id link = world_link(world);
    return world_transfer_in(world, &link, TRANSFER_PUSH, 100, TRANSFER_ACCEPTED);
}

static struct id opened(struct world *world, bank_code bank, const struct id *transfer,
                        enum case_subject subject) {
    struct open_case open = world_inquire(world, transfer, subject);
    assert_int_equal(world_send(world, bank, COMMAND_OPEN_CASE, &open), 0);
    return world_case_view(world, world_one(world, EFFECT_REPLY)).inquiry;
}

/* B contradicts itself; the case, if it opened one. */
static struct id contradicted(struct world *world, const struct id *transfer, const char *reason) {
    struct posting_result refused = world_refused(transfer, reason);
    assert_int_equal(world_answer(world, BANK_B, COMMAND_POSTING_ANSWER, &refused), 0);
    return world_get_transfer(world, transfer).case_id;
}

static int say(struct world *world, bank_code bank, struct answer_case word) {
    return world_send(world, bank, COMMAND_ANSWER_CASE, &word);
}

static void said(struct world *world, bank_code bank, struct answer_case word,
                 enum case_state state) {
    assert_int_equal(say(world, bank, word), 0);
    struct case_view view = world_case_view(world, world_one(world, EFFECT_REPLY));
    assert_int_equal(view.state, state);
}

/* ---- one case ---- */

static void a_case_from_end_to_end(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id transfer = accepted(&world);
    struct open_case open = world_inquire(&world, &transfer, CASE_AMOUNT);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_CASE, &open), 0);
    struct case_view view = world_case_view(&world, world_one(&world, EFFECT_REPLY));
    struct id id = view.inquiry;
    assert_true(id_equal(&view.transfer, &transfer));
    assert_int_equal(view.subject, CASE_AMOUNT);
    assert_int_equal(view.state, CASE_OPEN);
    assert_true(view.opened_by == BANK_A && view.owner == BANK_B);
    assert_int_equal(view.opened_at_ms, world.now_ms);
    assert_int_equal(view.due_at_ms, world.now_ms + rules_compiled()->case_due_ms);
    assert_true(view.entry_count == 1 && view.entries[0].by == BANK_A);
    assert_true(span_equal(view.entries[0].text, open.text));
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
    for (size_t i = 0; i < 2; i++) {
        const struct effect *notice = world_effect(&world, EFFECT_NOTICE, i);
        assert_true(notice->bank == (i ? BANK_A : BANK_B));
        assert_int_equal(notice->message, MESSAGE_CASE_NOTICE);
        struct case_view told = world_case_view(&world, notice);
        assert_true(id_equal(&told.inquiry, &id));
    }
    laws_check(&world);
    world.now_ms += MINUTE_MS;
    said(&world, BANK_B, world_reply(&world, &id, CASE_DENIED), CASE_ANSWERED);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
    said(&world, BANK_A, world_reply(&world, &id, CASE_OUTCOME_NONE), CASE_OPEN);
    struct inquiry_case asked_on = world_get_case(&world, &id);
    assert_int_equal(asked_on.outcome, CASE_OUTCOME_NONE);
    assert_int_equal(asked_on.due_at_ms, world.now_ms + rules_compiled()->case_due_ms);
    laws_check(&world);
    said(&world, BANK_B, world_reply(&world, &id, CASE_ADMITTED), CASE_ANSWERED);
    said(&world, BANK_A, world_close_case(&world, &id), CASE_CLOSED);
    view = world_case_view(&world, world_one(&world, EFFECT_REPLY));
    assert_int_equal(view.outcome, CASE_ADMITTED);
    assert_int_equal(view.closed_at_ms, world.now_ms);
    assert_int_equal(view.due_at_ms, 0);
    assert_int_equal(view.entry_count, 5);
    assert_int_equal(view.entries[1].outcome, CASE_DENIED);
    assert_true(view.entries[3].by == BANK_B);
    assert_true(span_equal(view.entries[3].text, SPAN_LITERAL("We looked.")));
    assert_int_equal(view.entries[4].text.size, 0);
    /* it moved nothing */
    assert_int_equal(world_get_transfer(&world, &transfer).state, TRANSFER_ACCEPTED);
    laws_check_quiet(&world);
    world_deinit(&world);
}

/* ---- every state, word and role ---- */

enum role { OWNER, OTHER, STRANGER, ROLES };
enum word { WITH_OUTCOME, WITHOUT, CLOSES, WORDS };

#define NSC (-(int)REFUSAL_NO_SUCH_CASE)
#define CRO (-(int)REFUSAL_CASE_ROLE)
#define CST (-(int)REFUSAL_CASE_STATE)
#define MIS (-(int)REFUSAL_FIELD_MISSING)
#define OPN CASE_OPEN
#define ANS CASE_ANSWERED
#define CLO CASE_CLOSED
/* clang-format off */
/* What comes of it: a state, or a refusal. Cases of a bank, and of the gateway, which either closes. */
static const int after[2][CASE_STATES][ROLES][WORDS] = {
    {
        [CASE_OPEN]     = {{ANS, MIS, CRO}, {CST, CST, CST}, {NSC, NSC, NSC}},
        [CASE_ANSWERED] = {{CST, CST, CRO}, {CRO, OPN, CLO}, {NSC, NSC, NSC}},
        [CASE_CLOSED]   = {{CST, CST, CRO}, {CST, CST, CST}, {NSC, NSC, NSC}},
    },
    {
        [CASE_OPEN]     = {{ANS, MIS, CST}, {CST, CST, CST}, {NSC, NSC, NSC}},
        [CASE_ANSWERED] = {{CST, CST, CLO}, {CRO, OPN, CLO}, {NSC, NSC, NSC}},
        [CASE_CLOSED]   = {{CST, CST, CST}, {CST, CST, CST}, {NSC, NSC, NSC}},
    },
};
/* clang-format on */

static struct answer_case saying(struct world *world, const struct id *id, enum word word) {
    if (word == CLOSES)
        return world_close_case(world, id);
    return world_reply(world, id, word == WITH_OUTCOME ? CASE_DENIED : CASE_OUTCOME_NONE);
}

static struct id case_in(struct world *world, enum case_state state, bool by_gateway) {
    struct id transfer = accepted(world);
    struct id id = by_gateway ? contradicted(world, &transfer, "AC04")
                              : opened(world, BANK_A, &transfer, CASE_OTHER);
    if (state != CASE_OPEN)
        said(world, BANK_B, world_reply(world, &id, CASE_EXPLAINED), CASE_ANSWERED);
    if (state == CASE_CLOSED)
        said(world, BANK_A, world_close_case(world, &id), CASE_CLOSED);
    return id;
}

static void try_word(struct world *world, enum case_state from, bool by_gateway, enum role role,
                     enum word word) {
    static const bank_code banks[ROLES] = {BANK_B, BANK_A, BANK_C};
    struct id id = case_in(world, from, by_gateway);
    uint32_t entries = world_get_case(world, &id).entry_count;
    int wanted = after[by_gateway][from][role][word];
    assert_int_equal(say(world, banks[role], saying(world, &id, word)), 0);
    struct inquiry_case now = world_get_case(world, &id);
    if (wanted > 0) {
        assert_int_equal(now.state, wanted);
        assert_int_equal(now.entry_count, entries + 1);
        assert_true(now.entries[entries].by == banks[role]);
        assert_int_equal(world_count(world, EFFECT_NOTICE), 2);
        return;
    }
    world_expect_refused(world, (enum refusal_code) - wanted, NULL);
    assert_int_equal(now.state, from);
    assert_int_equal(now.entry_count, entries);
}

static void every_state_word_and_role(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    for (int by_gateway = 0; by_gateway < 2; by_gateway++) {
        for (int from = CASE_OPEN; from <= CASE_CLOSED; from++) {
            for (int role = 0; role < ROLES; role++) {
                for (int word = 0; word < WORDS; word++)
                    try_word(&world, (enum case_state)from, by_gateway, (enum role)role,
                             (enum word)word);
            }
        }
    }
    laws_check(&world);
    world_deinit(&world);
}

static void either_bank_opens_one(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id transfer = accepted(&world);
    struct id id = opened(&world, BANK_B, &transfer, CASE_NOT_AUTHORISED);
    assert_true(world_get_case(&world, &id).owner == BANK_A);
    said(&world, BANK_A, world_reply(&world, &id, CASE_EXPLAINED), CASE_ANSWERED);
    said(&world, BANK_B, world_close_case(&world, &id), CASE_CLOSED);
    struct open_case open = world_inquire(&world, &transfer, CASE_OTHER);
    assert_int_equal(world_send(&world, BANK_C, COMMAND_OPEN_CASE, &open), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "transfer_id");
    open = world_inquire(&world, &id, CASE_OTHER);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_CASE, &open), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "transfer_id");
    laws_check(&world);
    world_deinit(&world);
}

static void about_a_transfer_in_any_state(void **state) {
    (void)state;
    static const enum transfer_state from[] = {TRANSFER_PENDING, TRANSFER_ACCEPTED,
                                               TRANSFER_REJECTED, TRANSFER_CANCELLED,
                                               TRANSFER_UNKNOWN};
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    for (size_t i = 0; i < sizeof from / sizeof from[0]; i++) {
        struct id id = world_transfer_in(&world, &link, TRANSFER_PUSH, 100, from[i]);
        struct transfer before = world_get_transfer(&world, &id);
        (void)opened(&world, BANK_A, &id, CASE_OUTCOME_OTHER);
        struct transfer now = world_get_transfer(&world, &id);
        assert_int_equal(now.state, from[i]);
        assert_int_equal(now.history.count, before.history.count);
    }
    laws_check(&world);
    world_deinit(&world);
}

/* ---- how many, how much ---- */

static void one_of_a_subject(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id transfer = accepted(&world);
    struct id first = opened(&world, BANK_A, &transfer, CASE_AMOUNT);
    struct open_case open = world_inquire(&world, &transfer, CASE_AMOUNT);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_OPEN_CASE, &open), 0);
    world_expect_refused(&world, REFUSAL_CASE_EXISTS, "subject");
    (void)opened(&world, BANK_B, &transfer, CASE_NOT_CREDITED);
    said(&world, BANK_B, world_reply(&world, &first, CASE_EXPLAINED), CASE_ANSWERED);
    open = world_inquire(&world, &transfer, CASE_AMOUNT);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_OPEN_CASE, &open), 0);
    world_expect_refused(&world, REFUSAL_CASE_EXISTS, "subject");
    said(&world, BANK_A, world_close_case(&world, &first), CASE_CLOSED);
    (void)opened(&world, BANK_B, &transfer, CASE_AMOUNT);
    laws_check(&world);
    world_deinit(&world);
}

static void one_bank_after_another_until_it_is_full(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id transfer = accepted(&world);
    struct id id = opened(&world, BANK_A, &transfer, CASE_AMOUNT);
    uint32_t entries = 1;
    for (;;) {
        said(&world, BANK_B, world_reply(&world, &id, CASE_DENIED), CASE_ANSWERED);
        entries++;
        assert_int_equal(say(&world, BANK_A, world_reply(&world, &id, CASE_OUTCOME_NONE)), 0);
        if (world_one(&world, EFFECT_REPLY)->refused)
            break;
        entries++;
    }
    world_expect_refused(&world, REFUSAL_CASE_FULL, "case_id");
    assert_int_equal(entries, CASE_ENTRIES_MAX - 2);
    said(&world, BANK_A, world_close_case(&world, &id), CASE_CLOSED);
    laws_check(&world);
    (void)opened(&world, BANK_A, &transfer, CASE_AMOUNT);
    world_deinit(&world);
}

/* Banks leave room for what the gateway opens. */
static void as_many_cases_as_a_transfer_may_have(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id transfer = accepted(&world);
    uint32_t cases = 0;
    for (;; cases++) {
        struct open_case open = world_inquire(&world, &transfer, CASE_OTHER);
        assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_CASE, &open), 0);
        const struct effect *reply = world_one(&world, EFFECT_REPLY);
        if (reply->refused)
            break;
        struct id id = world_case_view(&world, reply).inquiry;
        said(&world, BANK_B, world_reply(&world, &id, CASE_DENIED), CASE_ANSWERED);
        said(&world, BANK_A, world_close_case(&world, &id), CASE_CLOSED);
    }
    world_expect_refused(&world, REFUSAL_CASE_FULL, "transfer_id");
    assert_int_equal(cases, 24);
    struct id conflict = contradicted(&world, &transfer, "AC04");
    assert_int_equal(world_get_case(&world, &conflict).subject, CASE_CONFLICT);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- what the gateway opens ---- */

static void a_contradiction_opens_one(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id transfer = accepted(&world);
    struct id id = contradicted(&world, &transfer, "AC04");
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
    struct case_view view = world_case_view(&world, world_effect(&world, EFFECT_NOTICE, 0));
    assert_true(id_equal(&view.inquiry, &id));
    assert_int_equal(view.subject, CASE_CONFLICT);
    assert_true(view.opened_by == 0 && view.owner == BANK_B);
    assert_true(view.entry_count == 1 && view.entries[0].by == 0 && view.entries[0].text.size);
    assert_true(world_says(&world, BANK_A, SPAN_LITERAL("ACCEPTED")));
    /* another claim, while it is open */
    struct id same = contradicted(&world, &transfer, "AM04");
    assert_true(id_equal(&same, &id));
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 0);
    said(&world, BANK_B, world_reply(&world, &id, CASE_ADMITTED), CASE_ANSWERED);
    said(&world, BANK_B, world_close_case(&world, &id), CASE_CLOSED);
    /* the same claim again is known; another one is another case */
    same = contradicted(&world, &transfer, "AC04");
    assert_true(id_equal(&same, &id));
    struct id next = contradicted(&world, &transfer, "AC06");
    assert_false(id_equal(&next, &id));
    laws_check(&world);
    world_deinit(&world);
}

static void of_each_final_state(void **state) {
    (void)state;
    static const enum transfer_state from[] = {TRANSFER_REJECTED, TRANSFER_CANCELLED};
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    for (size_t i = 0; i < 2; i++) {
        struct id id = world_transfer_in(&world, &link, TRANSFER_PULL, 100, from[i]);
        struct posting_result posted = world_posted(&world, &id);
        assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
        struct id conflict = world_get_transfer(&world, &id).case_id;
        assert_int_equal(world_get_case(&world, &conflict).state, CASE_OPEN);
        assert_true(world_says(&world, BANK_A, span_text(transfer_state_name(from[i]))));
    }
    laws_check(&world);
    world_deinit(&world);
}

/* ---- time ---- */

static void no_answer_in_time_is_alarmed_once(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id transfer = accepted(&world);
    struct id id = opened(&world, BANK_A, &transfer, CASE_AMOUNT);
    world.now_ms = world_get_case(&world, &id).due_at_ms - 1;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world.effects->count, 0);
    world.now_ms++;
    assert_int_equal(world_tick(&world), 0);
    const struct effect *alarm = world_one(&world, EFFECT_ALARM);
    assert_true(id_equal(&alarm->object, &id) && alarm->bank == BANK_B);
    assert_int_equal(world.effects->count, 1);
    struct inquiry_case inquiry = world_get_case(&world, &id);
    assert_true(inquiry.overdue && inquiry.state == CASE_OPEN);
    laws_check(&world);
    world.now_ms += 30 * DAY_MS;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world.effects->count, 0);
    said(&world, BANK_B, world_reply(&world, &id, CASE_ADMITTED), CASE_ANSWERED);
    laws_check(&world);
    /* asked on, it has its time again */
    said(&world, BANK_A, world_reply(&world, &id, CASE_OUTCOME_NONE), CASE_OPEN);
    laws_check(&world);
    world.now_ms = world_get_case(&world, &id).due_at_ms;
    assert_int_equal(world_tick(&world), 0);
    (void)world_one(&world, EFFECT_ALARM);
    laws_check(&world);
    world_deinit(&world);
}

static void after_a_restart(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id transfer = accepted(&world);
    struct id id = opened(&world, BANK_A, &transfer, CASE_AMOUNT);
    world_reopen(&world);
    assert_int_equal(world_boot(&world), 0);
    assert_int_equal(world_up(&world, BANK_B), 0);
    assert_int_equal(world_fetch(&world, BANK_B, 0, 100), 0);
    size_t notices = world_count(&world, EFFECT_NOTICE);
    const struct effect *last = world_effect(&world, EFFECT_NOTICE, notices - 1);
    struct case_view view = world_case_view(&world, last);
    assert_true(id_equal(&view.inquiry, &id));
    assert_true(span_equal(view.entries[0].text, SPAN_LITERAL("Our books say otherwise.")));
    said(&world, BANK_B, world_reply(&world, &id, CASE_DENIED), CASE_ANSWERED);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- seeing, keeping, repeating ---- */

static void only_its_banks_see_it(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id transfer = accepted(&world);
    struct id id = opened(&world, BANK_A, &transfer, CASE_AMOUNT);
    struct get_case get = {id};
    static const bank_code banks[] = {BANK_A, BANK_B};
    for (size_t i = 0; i < 2; i++) {
        struct digest before = world_digest(&world);
        assert_int_equal(world_send(&world, banks[i], COMMAND_GET_CASE, &get), 0);
        struct case_view view = world_case_view(&world, world_one(&world, EFFECT_REPLY));
        assert_true(id_equal(&view.inquiry, &id) && view.entry_count == 1);
        struct digest now = world_digest(&world);
        assert_true(digest_equal(&before, &now));
    }
    assert_int_equal(world_send(&world, BANK_C, COMMAND_GET_CASE, &get), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_CASE, "case_id");
    get.inquiry = transfer;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_GET_CASE, &get), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_CASE, "case_id");
    world_deinit(&world);
}

static void texts_are_sealed(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id transfer = accepted(&world);
    struct open_case open = world_inquire(&world, &transfer, CASE_AMOUNT);
    open.text = SPAN_LITERAL("CANARY of the one");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_CASE, &open), 0);
    struct id id = world_case_view(&world, world_one(&world, EFFECT_REPLY)).inquiry;
    struct answer_case word = world_reply(&world, &id, CASE_DENIED);
    word.text = SPAN_LITERAL("CANARY of the other");
    said(&world, BANK_B, word, CASE_ANSWERED);
    assert_true(world_says(&world, BANK_A, SPAN_LITERAL("CANARY of the one")));
    assert_true(world_says(&world, BANK_B, SPAN_LITERAL("CANARY of the other")));
    assert_false(world_keeps(&world, SPAN_LITERAL("CANARY")));
    side_flush(&world.side);
    assert_false(world_keeps(&world, SPAN_LITERAL("CANARY")));
    assert_true(world_keeps(&world, span_of(id.bytes, sizeof id.bytes))); /* it does look */
    world_deinit(&world);
}

static void expect_duplicate(struct world *world, enum command_kind kind, const void *body,
                             const char *field) {
    assert_int_equal(world_send(world, BANK_A, kind, body), 0);
    world_expect_refused(world, REFUSAL_DUPLICATE, field);
}

static void a_request_is_acted_on_once(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id transfer = accepted(&world);
    struct open_case open = world_inquire(&world, &transfer, CASE_AMOUNT);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_CASE, &open), 0);
    struct id id = world_case_view(&world, world_one(&world, EFFECT_REPLY)).inquiry;
    said(&world, BANK_B, world_reply(&world, &id, CASE_DENIED), CASE_ANSWERED);
    struct digest before = world_digest(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_CASE, &open), 0);
    struct case_view view = world_case_view(&world, world_one(&world, EFFECT_REPLY));
    assert_true(view.replayed && id_equal(&view.inquiry, &id));
    assert_int_equal(view.state, CASE_ANSWERED); /* as it stands now */
    assert_int_equal(world.effects->count, 1);
    struct open_case other = open;
    other.transfer = accepted(&world);
    before = world_digest(&world);
    expect_duplicate(&world, COMMAND_OPEN_CASE, &other, "transfer_id");
    other = open;
    other.subject = CASE_OTHER;
    expect_duplicate(&world, COMMAND_OPEN_CASE, &other, "subject");
    other = open;
    other.text = SPAN_LITERAL("else");
    expect_duplicate(&world, COMMAND_OPEN_CASE, &other, "text");
    struct digest now = world_digest(&world);
    assert_true(digest_equal(&before, &now));

    struct answer_case close = world_close_case(&world, &id);
    said(&world, BANK_A, close, CASE_CLOSED);
    said(&world, BANK_A, close, CASE_CLOSED);
    assert_true(world_case_view(&world, world_one(&world, EFFECT_REPLY)).replayed);
    struct answer_case else_close = close;
    else_close.inquiry = transfer;
    expect_duplicate(&world, COMMAND_ANSWER_CASE, &else_close, "case_id");
    else_close = close;
    else_close.text = SPAN_LITERAL("thanks");
    expect_duplicate(&world, COMMAND_ANSWER_CASE, &else_close, "");
    /* a refusal stands as well */
    close = world_close_case(&world, &id);
    assert_int_equal(say(&world, BANK_A, close), 0);
    world_expect_refused(&world, REFUSAL_CASE_STATE, "case_id");
    assert_int_equal(say(&world, BANK_A, close), 0);
    assert_true(world_one(&world, EFFECT_REPLY)->refusal.replayed);
    laws_check(&world);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_from_end_to_end),
        cmocka_unit_test(every_state_word_and_role),
        cmocka_unit_test(either_bank_opens_one),
        cmocka_unit_test(about_a_transfer_in_any_state),
        cmocka_unit_test(one_of_a_subject),
        cmocka_unit_test(one_bank_after_another_until_it_is_full),
        cmocka_unit_test(as_many_cases_as_a_transfer_may_have),
        cmocka_unit_test(a_contradiction_opens_one),
        cmocka_unit_test(of_each_final_state),
        cmocka_unit_test(no_answer_in_time_is_alarmed_once),
        cmocka_unit_test(after_a_restart),
        cmocka_unit_test(only_its_banks_see_it),
        cmocka_unit_test(texts_are_sealed),
        cmocka_unit_test(a_request_is_acted_on_once),
    };
    return cmocka_run_group_tests_name("case", tests, NULL, NULL);
}
