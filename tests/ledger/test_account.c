/*
 * What banks report of accounts, and what becomes of each link of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"
#include "ledger/laws.h"

/* ---- each event, in each state, of either account ---- */

struct case_row {
    enum account_event event;
    enum account_class account_class;
    enum account_opening opening;
    const char *hold; /* reason of the hold that it makes */
    const char *end;  /* reason of the end that it makes */
    /* Of the Class I account, and of the Class II account, in the order of states. T: the activation
     * is told. J: REJECTED. C: CLOSED. H: held. R: the record changes. '.': nothing happens. */
    const char *class1, *class2;
};

static const enum link_state states[] = {
    LINK_REQUESTED,
    LINK_VERIFYING,
    LINK_AWAITING_AUTHENTICATION,
    LINK_PENDING_ACTIVATION,
    LINK_ACTIVE,
    LINK_SUSPENDED,
    LINK_CLOSING,
};
#define STATES (sizeof states / sizeof states[0])

/* clang-format off */
static const struct case_row rows[] = {
    {ACCOUNT_EVENT_ACTIVATED,        0, 0, "", "",         "...T...", "......."},
    {ACCOUNT_EVENT_CARD_REFUSED,     0, 0, "", "MS03",     "...J...", "......."},
    {ACCOUNT_EVENT_CLASS_CHANGED,    ACCOUNT_CLASS_I, 0, "AC14", "AC14", ".......", "CCCCHHH"},
    {ACCOUNT_EVENT_CLASS_CHANGED,    ACCOUNT_CLASS_II, ACCOUNT_OPENING_REMOTE,
                                           "AC13", "AC13", "CCCCHHH", "......."},
    {ACCOUNT_EVENT_CLASS_CHANGED,    ACCOUNT_CLASS_II, ACCOUNT_OPENING_FACE_TO_FACE,
                                           "AC13", "AC13", "CCCCHHH", "RRRRRRR"},
    {ACCOUNT_EVENT_CLASS_CHANGED,    ACCOUNT_CLASS_III, ACCOUNT_OPENING_REMOTE,
                                           "AC13", "AC13", "CCCCHHH", "RRRRRRR"},
    {ACCOUNT_EVENT_CLOSED,           0, 0, "", "AC04",     "CCCCCC.", "CCCCCC."},
    {ACCOUNT_EVENT_BLOCKED,          0, 0, "AC06", "MS03", "CCC.HHH", "CCC.HHH"},
    {ACCOUNT_EVENT_UNBLOCKED,        0, 0, "", "",         ".......", "......."},
    {ACCOUNT_EVENT_DECEASED,         0, 0, "MD07", "MD07", "CCCCHHH", "CCCCHHH"},
    {ACCOUNT_EVENT_MOBILE_CHANGED,   0, 0, "NOCM", "NOCM", "CCC.HHH", "CCC.HHH"},
    {ACCOUNT_EVENT_DOCUMENT_EXPIRED, 0, 0, "NOCM", "NOCM", "CCC.HHH", "CCC.HHH"},
    {ACCOUNT_EVENT_DORMANT,          0, 0, "NOCM", "NOCM", "CCC.HHH", "CCC.HHH"},
};
/* clang-format on */
#define ROWS (sizeof rows / sizeof rows[0])

static struct id link_in(struct world *world, enum link_state state) {
    if (state != LINK_SUSPENDED)
        return world_link_in(world, state);
    struct id id = world_link(world);
    (void)world_placed(world, BANK_A, &id, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
    return id;
}

static void report_row(struct world *world, const struct case_row *row, bank_code bank,
                       const struct id *id) {
    struct report_account report = world_report_of(world, id, bank, row->event);
    report.account_class = row->account_class;
    report.opening = row->opening;
    assert_int_equal(world_send(world, bank, COMMAND_REPORT_ACCOUNT, &report), 0);
}

static void expect_held(const struct case_row *row, bank_code bank, const struct link *before,
                        const struct link *after) {
    assert_int_equal(after->state, before->state == LINK_ACTIVE ? LINK_SUSPENDED : before->state);
    assert_int_equal(after->hold_count, before->hold_count + 1);
    const struct hold *hold = &after->holds[before->hold_count];
    assert_int_equal(hold->authority, HOLD_BY_GATEWAY);
    assert_true(hold->by == bank);
    assert_string_equal(hold->reason, row->hold);
    bool part = row->event == ACCOUNT_EVENT_BLOCKED;
    uint32_t side =
        bank == BANK_B
            ? HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1) | HOLD_BLOCK_BIT(HOLD_BLOCK_CREDIT_CLASS1)
            : HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS2) | HOLD_BLOCK_BIT(HOLD_BLOCK_CREDIT_CLASS2);
    uint32_t blocks = part ? side | HOLD_BLOCK_BIT(HOLD_BLOCK_ORDERS) : HOLD_BLOCKS_ALL;
    assert_int_equal(hold->blocks, blocks);
}

static void expect_outcome(struct world *world, const struct case_row *row, bank_code bank,
                           char wanted, const struct link *before) {
    struct link after = world_get_link(world, &before->id);
    uint32_t more = history_length(&after.history) - history_length(&before->history);
    size_t notices = world_count(world, EFFECT_NOTICE);
    switch (wanted) {
    case 'T':
        assert_int_equal(after.state, before->state);
        assert_int_equal(after.activation_reported_at_ms, world->now_ms);
        assert_int_equal(notices, 2);
        break;
    case 'J':
        assert_int_equal(after.state, LINK_REJECTED);
        assert_string_equal(after.reason, row->end);
        break;
    case 'C':
        assert_int_equal(after.state, LINK_CLOSED);
        assert_string_equal(after.reason, row->end);
        assert_int_equal(notices, link_waiting(before->state) ? 2 : 4);
        bool waits = before->exchange != LINK_EXCHANGE_NONE;
        assert_int_equal(world_count(world, EFFECT_ANSWER), waits);
        break;
    case 'H':
        expect_held(row, bank, before, &after);
        assert_int_equal(notices, 2);
        break;
    case 'R':
        assert_int_equal(after.state, before->state);
        assert_int_equal(after.class2_class, row->account_class);
        assert_int_equal(after.class2_opening, row->opening);
        assert_int_equal(after.history.entries[after.history.count - 1].event, LINK_EVENT_REPORTED);
        assert_int_equal(notices, 0);
        break;
    default:
        assert_int_equal(more, 0);
        assert_int_equal(after.state, before->state);
        assert_int_equal(world->effects->count, 1);
        return;
    }
    assert_true(more > 0);
}

static void each_event_in_each_state(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < STATES; j++) {
            for (int side = 0; side < 2; side++) {
                bank_code bank = side ? BANK_A : BANK_B;
                struct id id = link_in(&world, states[j]);
                struct link before = world_get_link(&world, &id);
                report_row(&world, &rows[i], bank, &id);
                assert_int_equal(world_report_reply(&world, NULL), 1);
                const char *wanted = side ? rows[i].class2 : rows[i].class1;
                expect_outcome(&world, &rows[i], bank, wanted[j], &before);
            }
        }
    }
    world_deinit(&world);
}

/* The same, without the state that no command leads to. */
static void the_laws_hold_meanwhile(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 1; j < STATES; j++) {
            struct id id = link_in(&world, states[j]);
            report_row(&world, &rows[i], BANK_A, &id);
            report_row(&world, &rows[i], BANK_B, &id);
        }
        laws_check(&world);
    }
    world_deinit(&world);
}

static void what_has_ended_is_not_concerned(void **state) {
    (void)state;
    static const enum link_state final[] = {LINK_CLOSED, LINK_REJECTED, LINK_EXPIRED};
    struct world world;
    world_init(&world);
    for (size_t i = 0; i < 3; i++) {
        struct id id = world_link_in(&world, final[i]);
        for (size_t j = 0; j < ROWS; j++) {
            report_row(&world, &rows[j], BANK_B, &id);
            world_expect_refused(&world, REFUSAL_NO_SUCH_ACCOUNT, "account_number");
        }
    }
    laws_check(&world);
    world_deinit(&world);
}

/* ---- back again ---- */

static int class_of(struct world *world, const struct id *link, bank_code bank,
                    enum account_class account_class) {
    struct report_account report = world_report_of(world, link, bank, ACCOUNT_EVENT_CLASS_CHANGED);
    report.account_class = account_class;
    if (account_class == ACCOUNT_CLASS_I)
        report.opening = ACCOUNT_OPENING_NONE;
    return world_send(world, bank, COMMAND_REPORT_ACCOUNT, &report);
}

static void what_was_taken_is_given_back(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_BLOCKED);
    (void)world_reported(&world, &id, BANK_A, ACCOUNT_EVENT_BLOCKED);
    assert_int_equal(world_get_link(&world, &id).hold_count, 2);
    uint32_t entries = world_get_link(&world, &id).history.count;
    (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_BLOCKED); /* known */
    assert_int_equal(world_get_link(&world, &id).history.count, entries);
    (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_UNBLOCKED);
    struct link link = world_get_link(&world, &id);
    assert_int_equal(link.state, LINK_SUSPENDED);
    assert_true(link.hold_count == 1 && link.holds[0].by == BANK_A);
    (void)world_reported(&world, &id, BANK_A, ACCOUNT_EVENT_UNBLOCKED);
    assert_int_equal(world_get_link(&world, &id).state, LINK_ACTIVE);

    assert_int_equal(class_of(&world, &id, BANK_B, ACCOUNT_CLASS_II), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_SUSPENDED);
    assert_int_equal(class_of(&world, &id, BANK_B, ACCOUNT_CLASS_III), 0);
    assert_int_equal(world_get_link(&world, &id).hold_count, 1);
    assert_int_equal(class_of(&world, &id, BANK_B, ACCOUNT_CLASS_I), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_ACTIVE);

    assert_int_equal(class_of(&world, &id, BANK_A, ACCOUNT_CLASS_I), 0);
    assert_string_equal(world_get_link(&world, &id).holds[0].reason, "AC14");
    assert_int_equal(class_of(&world, &id, BANK_A, ACCOUNT_CLASS_III), 0);
    link = world_get_link(&world, &id);
    assert_int_equal(link.state, LINK_ACTIVE);
    assert_int_equal(link.class2_class, ACCOUNT_CLASS_III);
    laws_check(&world);
    world_deinit(&world);
}

/* A bank's own hold is not what its reports take back, nor are the other bank's reports. */
static void only_its_own_word(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct place_hold place = world_place(&world, &id, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
    place.reason = SPAN_LITERAL("AC06");
    assert_int_equal(world_send(&world, BANK_B, COMMAND_PLACE_HOLD, &place), 0);
    (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_UNBLOCKED);
    assert_int_equal(world_get_link(&world, &id).hold_count, 1);
    (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_BLOCKED);
    (void)world_reported(&world, &id, BANK_A, ACCOUNT_EVENT_UNBLOCKED);
    assert_int_equal(world_get_link(&world, &id).hold_count, 2);
    laws_check(&world);
    world_deinit(&world);
}

static void verify(struct world *world, const struct id *id, enum element_result mobile) {
    struct verify_account question = {.link = *id,
                                      .verification = world_get_link(world, id).exchange_id};
    struct verify_account_reply answer = world_match(&question);
    answer.mobile = mobile;
    assert_int_equal(world_answer(world, BANK_B, COMMAND_VERIFY_ANSWER, &answer), 0);
}

static void a_new_mobile_is_verified(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    struct id id = world_link_of(&world, &open);
    (void)world_reported(&world, &id, BANK_A, ACCOUNT_EVENT_MOBILE_CHANGED);
    (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_DORMANT);
    assert_int_equal(world_get_link(&world, &id).hold_count, 2);
    struct resume_link resume = world_resume(&world, &id, &open);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_RESUME_LINK, &resume), 0);
    verify(&world, &id, ELEMENT_MISMATCH);
    assert_int_equal(world_get_link(&world, &id).hold_count, 2);
    resume = world_resume(&world, &id, &open);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_RESUME_LINK, &resume), 0);
    verify(&world, &id, ELEMENT_MATCH);
    assert_int_equal(world_get_link(&world, &id).state, LINK_ACTIVE);
    laws_check(&world);
    world_deinit(&world);
}

/* What was asked before the report may be answered from before it. */
static void a_report_overtakes_a_verification(void **state) {
    (void)state;
    for (int lifted = 0; lifted < 2; lifted++) {
        struct world world;
        world_init(&world);
        struct open_link open = world_open(&world);
        struct id id = world_link_of(&world, &open);
        (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_MOBILE_CHANGED);
        struct resume_link resume = world_resume(&world, &id, &open);
        assert_int_equal(world_send(&world, BANK_A, COMMAND_RESUME_LINK, &resume), 0);
        struct id verification = world_get_link(&world, &id).exchange_id;
        struct id hold = world_get_link(&world, &id).holds[0].id;
        struct hold_order order = {.link = id, .hold = hold, .reason = "CUST"};
        if (lifted) /* by an operator, meanwhile */
            assert_int_equal(world_hold_order(&world, COMMAND_HOLD_LIFT, &order), 0);
        (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_BLOCKED); /* not about the person */
        assert_int_equal(world_get_link(&world, &id).exchange, LINK_EXCHANGE_VERIFY);
        (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_MOBILE_CHANGED);
        struct link_view view = world_link_view(&world, world_one(&world, EFFECT_ANSWER));
        assert_int_equal(view.state, LINK_SUSPENDED);
        assert_true(span_equal(view.reason, SPAN_LITERAL("NOCM")));
        struct verify_account question = {.link = id, .verification = verification};
        struct verify_account_reply answer = world_match(&question);
        assert_int_equal(world_answer(&world, BANK_B, COMMAND_VERIFY_ANSWER, &answer), 0);
        assert_int_equal(world.effects->count, 0);
        assert_int_equal(world_get_link(&world, &id).hold_count, 2);
        laws_check(&world);
        world_deinit(&world);
    }
}

/* ---- waiting links ---- */

static void an_activation_goes_on_with_fresh_elements(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    struct id id = world_link_from(&world, &open, LINK_PENDING_ACTIVATION);
    (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_ACTIVATED);
    for (size_t i = 0; i < 2; i++) {
        const struct effect *notice = world_effect(&world, EFFECT_NOTICE, i);
        struct link_view view = world_link_view(&world, notice);
        assert_int_equal(view.state, LINK_PENDING_ACTIVATION);
        assert_int_equal(view.activation_reported_at_ms, world.now_ms);
    }
    (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_ACTIVATED); /* known */
    assert_int_equal(world.effects->count, 1);
    struct resume_link resume = world_resume(&world, &id, &open);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_RESUME_LINK, &resume), 0);
    assert_int_equal(world_get_link(&world, &id).activation_reported_at_ms, 0);
    world_finish(&world, &id);
    laws_check(&world);
    world_deinit(&world);
}

static void who_waits_is_answered(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    struct id id = world_question(&world).link;
    (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_CLOSED);
    const struct effect *answer = world_one(&world, EFFECT_ANSWER);
    assert_true(id_equal(&answer->request, &open.request));
    struct link_view view = world_link_view(&world, answer);
    assert_int_equal(view.state, LINK_CLOSED);
    assert_true(span_equal(view.reason, SPAN_LITERAL("AC04")));
    (void)world_one(&world, EFFECT_DONE);
    laws_check_quiet(&world);
    world_deinit(&world);
}

static void a_closed_account_runs_off(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct id transfer = world_pending(&world, &id, TRANSFER_PUSH, 100);
    (void)world_reported(&world, &id, BANK_A, ACCOUNT_EVENT_CLOSED);
    assert_int_equal(world_get_link(&world, &id).state, LINK_CLOSING);
    struct posting_result posted = world_posted(&world, &transfer);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_CLOSED);
    assert_string_equal(world_get_link(&world, &id).reason, "AC04");
    laws_check_quiet(&world);
    world_deinit(&world);
}

/* A part of the link may go on: only what touches the blocked account stops. */
static void a_blocked_class2_account_lets_payments_pass(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    open.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_PAY);
    struct id id = world_link_of(&world, &open);
    (void)world_reported(&world, &id, BANK_A, ACCOUNT_EVENT_BLOCKED);
    struct submit_transfer submit = world_submit(&world, &id, TRANSFER_PULL, 100);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    world_expect_refused(&world, REFUSAL_LINK_SUSPENDED, "link_id");
    submit = world_submit(&world, &id, TRANSFER_PULL, 100);
    world_make_payment(&submit);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    struct id payment = world_instruction(&world).transfer;
    (void)world_reported(&world, &id, BANK_A, ACCOUNT_EVENT_DECEASED);
    assert_true(world_get_transfer(&world, &payment).cancel);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- many links ---- */

static struct id one_more_link(struct world *world, const struct open_link *first) {
    struct open_link open = world_open(world);
    open.class1 = first->class1;
    return world_link_of(world, &open);
}

static void all_links_of_an_account(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    struct id ids[4] = {world_link_of(&world, &open)};
    for (size_t i = 1; i < 4; i++)
        ids[i] = one_more_link(&world, &open);
    struct id else_id = world_link(&world);
    struct link frozen = world_get_link(&world, &ids[1]);
    frozen.frozen = true;
    world_put_link(&world, &frozen);
    struct close_link close = world_close(&world, &ids[3]);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);

    struct report_account report = world_report(&world, open.class1.number, ACCOUNT_EVENT_BLOCKED);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_REPORT_ACCOUNT, &report), 0);
    assert_int_equal(world_report_reply(&world, NULL), 3);
    assert_true(id_equal(&world_one(&world, EFFECT_ALARM)->object, &ids[1]));
    assert_int_equal(world_get_link(&world, &ids[0]).state, LINK_SUSPENDED);
    assert_int_equal(world_get_link(&world, &ids[1]).state, LINK_ACTIVE);
    assert_int_equal(world_get_link(&world, &ids[2]).state, LINK_SUSPENDED);
    assert_int_equal(world_get_link(&world, &ids[3]).state, LINK_CLOSED);
    assert_int_equal(world_get_link(&world, &else_id).state, LINK_ACTIVE);

    /* again gives the same count, whatever became of them */
    assert_int_equal(world_unfreeze(&world, OBJECT_LINK, &ids[1]), 0);
    struct report_account closed = world_report(&world, open.class1.number, ACCOUNT_EVENT_CLOSED);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_REPORT_ACCOUNT, &closed), 0);
    assert_int_equal(world_report_reply(&world, NULL), 3);
    struct digest before = world_digest(&world);
    bool replayed;
    assert_int_equal(world_send(&world, BANK_B, COMMAND_REPORT_ACCOUNT, &report), 0);
    assert_int_equal(world_report_reply(&world, &replayed), 3);
    assert_true(replayed);
    struct digest after = world_digest(&world);
    assert_true(digest_equal(&before, &after));
    report.event = ACCOUNT_EVENT_CLOSED;
    assert_int_equal(world_send(&world, BANK_B, COMMAND_REPORT_ACCOUNT, &report), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "");
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(world_get_link(&world, &ids[i]).state, LINK_CLOSED);
    laws_check(&world);
    world_deinit(&world);
}

/* The first link of the account goes, and with it in turn each that took its place. */
static void all_links_of_a_class2_account_close(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    struct id first = world_link_of(&world, &open);
    struct open_link more = world_open(&world);
    more.class2 = open.class2;
    struct id second = world_link_of(&world, &more);
    struct open_link last = world_open(&world);
    last.class2 = open.class2;
    struct id third = world_link_from(&world, &last, LINK_VERIFYING);
    assert_int_equal(world_reported(&world, &first, BANK_A, ACCOUNT_EVENT_CLOSED), 3);
    assert_int_equal(world_get_link(&world, &second).state, LINK_CLOSED);
    assert_int_equal(world_get_link(&world, &third).state, LINK_CLOSED);
    laws_check_quiet(&world);
    world_deinit(&world);
}

static void nobodys_account(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct report_account report =
        world_report(&world, SPAN_LITERAL("62280000999999999"), ACCOUNT_EVENT_CLOSED);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_REPORT_ACCOUNT, &report), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_ACCOUNT, "account_number");
    assert_int_equal(world_send(&world, BANK_B, COMMAND_REPORT_ACCOUNT, &report), 0);
    assert_true(world_one(&world, EFFECT_REPLY)->refusal.replayed);
    /* the other bank's account of the link, by its number */
    report = world_report_of(&world, &id, BANK_B, ACCOUNT_EVENT_CLOSED);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REPORT_ACCOUNT, &report), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_ACCOUNT, "account_number");
    report.request = world_request_id(&world);
    assert_int_equal(world_send(&world, BANK_C, COMMAND_REPORT_ACCOUNT, &report), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_ACCOUNT, "account_number");
    assert_int_equal(world_get_link(&world, &id).state, LINK_ACTIVE);
    laws_check(&world);
    world_deinit(&world);
}

/* What is due comes first: a link whose time is over is not concerned. */
static void what_is_due_comes_first(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link_in(&world, LINK_AWAITING_AUTHENTICATION);
    world.now_ms += rules_compiled()->authentication_wait_ms;
    struct report_account report = world_report_of(&world, &id, BANK_B, ACCOUNT_EVENT_DECEASED);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_REPORT_ACCOUNT, &report), 0);
    world_check_refused(&world, world_one(&world, EFFECT_REPLY), REFUSAL_NO_SUCH_ACCOUNT, NULL);
    assert_int_equal(world_get_link(&world, &id).state, LINK_EXPIRED);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- what the other bank learns ---- */

static void a_blocked_account_is_ms03_to_the_other_bank(void **state) {
    (void)state;
    for (int side = 0; side < 2; side++) {
        bank_code own = side ? BANK_B : BANK_A;
        bank_code other = side ? BANK_A : BANK_B;
        struct world world;
        world_init(&world);
        struct id id = world_link(&world);
        (void)world_reported(&world, &id, own, ACCOUNT_EVENT_BLOCKED);
        assert_true(world_says(&world, own, SPAN_LITERAL("AC06")));
        assert_false(world_says(&world, other, SPAN_LITERAL("AC06")));
        assert_int_equal(world_fetch(&world, other, 0, 100), 0);
        assert_false(world_says(&world, other, SPAN_LITERAL("AC06")));
        struct id waits = world_link_in(&world, LINK_AWAITING_AUTHENTICATION);
        (void)world_reported(&world, &waits, own, ACCOUNT_EVENT_BLOCKED);
        assert_false(world_says(&world, other, SPAN_LITERAL("AC06")));
        /* what both must know is open */
        (void)world_reported(&world, &id, own, ACCOUNT_EVENT_DORMANT);
        assert_true(world_says(&world, other, SPAN_LITERAL("NOCM")));
        world_deinit(&world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_event_in_each_state),
        cmocka_unit_test(the_laws_hold_meanwhile),
        cmocka_unit_test(what_has_ended_is_not_concerned),
        cmocka_unit_test(what_was_taken_is_given_back),
        cmocka_unit_test(only_its_own_word),
        cmocka_unit_test(a_new_mobile_is_verified),
        cmocka_unit_test(a_report_overtakes_a_verification),
        cmocka_unit_test(an_activation_goes_on_with_fresh_elements),
        cmocka_unit_test(who_waits_is_answered),
        cmocka_unit_test(a_closed_account_runs_off),
        cmocka_unit_test(a_blocked_class2_account_lets_payments_pass),
        cmocka_unit_test(all_links_of_an_account),
        cmocka_unit_test(all_links_of_a_class2_account_close),
        cmocka_unit_test(nobodys_account),
        cmocka_unit_test(what_is_due_comes_first),
        cmocka_unit_test(a_blocked_account_is_ms03_to_the_other_bank),
    };
    return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
