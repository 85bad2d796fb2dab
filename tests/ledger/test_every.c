/*
 * Every state of a link with every command, against a matrix that is written from the rules: where
 * it is silent nothing of the link changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"
#include "ledger/laws.h"
#include "store/table.h"

/* The bytes of an object's record: what must not change when nothing may. */
static struct span record_of(struct world *world, enum table table, const struct id *id) {
    struct key key = key_of(table);
    struct span value;
    key_add_id(&key, id);
    assert_int_equal(overlay_get(store_overlay(world->store), key_span(&key), &value), 0);
    return arena_copy(&world->arena, value);
}

/* ---- links ---- */

/* States, with what is out or at hand in them told apart. */
enum link_row {
    ROW_REQUESTED,
    ROW_VERIFYING,
    ROW_AWAITING,
    ROW_ISSUING,  /* a code was asked for */
    ROW_CODE,     /* a code is out at the customer */
    ROW_CHECKING, /* a code is being checked */
    ROW_ACTIVE,
    ROW_AMENDING, /* an amendment waits for its code */
    ROW_AMEND_ISSUING,
    ROW_AMEND_CODE,
    ROW_AMEND_CHECKING,
    ROW_RECHECKING, /* the bound account is being asked for again */
    ROW_SUSPENDED,
    ROW_HELD, /* until the person is verified again */
    ROW_REVERIFYING,
    ROW_CLOSING,
    ROW_CLOSED,
    ROW_PENDING,
    ROW_REJECTED,
    ROW_EXPIRED,
    LINK_ROWS
};

enum link_column {
    ON_MATCH,
    ON_MISMATCH,
    ON_NOT_ACTIVATED,
    ON_UNREADABLE,
    ON_OTHERS_MATCH, /* a bank that was not asked */
    ON_START,
    ON_RESEND,
    ON_SENT,
    ON_NOT_SENT,
    ON_CODE,
    ON_RIGHT,
    ON_WRONG,
    ON_TOO_MANY,
    ON_OTHERS_RIGHT,
    ON_NARROW_BY_II,
    ON_NARROW_BY_I,
    ON_WIDEN_BY_II,
    ON_WIDEN_BY_I,
    ON_REBIND,
    ON_RESUME,
    ON_WITHDRAW,
    ON_CLOSE_BY_II,
    ON_CLOSE_BY_I,
    ON_CLOSE_BY_OTHER,
    ON_OPEN_AGAIN,
    ON_SUBMIT,
    ON_GET,
    ON_LIST,
    ON_EARLY_TICK,
    ON_DUE_TICK, /* the deadline of whatever waits */
    ON_BOOT,
    ON_DOWN,
    ON_UNFREEZE,
    LINK_COLUMNS
};

/* clang-format off */
enum { __ = 0, /* nothing of the link changes */
       VER = LINK_VERIFYING, AUT = LINK_AWAITING_AUTHENTICATION, ACT = LINK_ACTIVE,
       SUS = LINK_SUSPENDED, CLG = LINK_CLOSING, CLD = LINK_CLOSED,
       PEN = LINK_PENDING_ACTIVATION, REJ = LINK_REJECTED, EXP = LINK_EXPIRED };

static const int link_after[LINK_ROWS][LINK_COLUMNS] = {
    /*                     MAT  MIS  NAC  UNR  OMA  STA  RES  SEN  NSE  COD  RIG  WRO  TOO  ORI  NA2  NA1  WI2  WI1  REB  RSM  WDC  CL2  CL1  CLO  OPN  SUB  GET  LST  ETI  DTI  BOO  DWN  UNF */
    [ROW_REQUESTED]      = { __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  CLD, CLD, __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __ },
    [ROW_VERIFYING]      = { AUT, REJ, PEN, __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  CLD, CLD, __,  __,  __,  __,  __,  __,  __,  REJ, __,  __,  __ },
    [ROW_AWAITING]       = { __,  __,  __,  __,  __,  AUT, __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  CLD, CLD, __,  __,  __,  __,  __,  __,  __,  EXP, __,  __,  __ },
    [ROW_ISSUING]        = { __,  __,  __,  __,  __,  __,  __,  AUT, AUT, __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  CLD, CLD, __,  __,  __,  __,  __,  __,  __,  AUT, __,  __,  __ },
    [ROW_CODE]           = { __,  __,  __,  __,  __,  AUT, AUT, __,  __,  AUT, __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  CLD, CLD, __,  __,  __,  __,  __,  __,  __,  EXP, __,  __,  __ },
    [ROW_CHECKING]       = { __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  ACT, AUT, REJ, __,  __,  __,  __,  __,  __,  __,  CLD, CLD, __,  __,  __,  __,  __,  __,  __,  AUT, __,  __,  __ },
    [ROW_ACTIVE]         = { __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  ACT, ACT, ACT, __,  __,  __,  CLD, CLD, CLD, __,  __,  __,  __,  __,  __,  ACT, __,  __,  __ },
    [ROW_AMENDING]       = { __,  __,  __,  __,  __,  ACT, __,  __,  __,  __,  __,  __,  __,  __,  ACT, ACT, ACT, __,  __,  __,  CLD, CLD, CLD, __,  __,  __,  __,  __,  __,  ACT, __,  __,  __ },
    [ROW_AMEND_ISSUING]  = { __,  __,  __,  __,  __,  __,  __,  ACT, ACT, __,  __,  __,  __,  __,  ACT, ACT, ACT, __,  __,  __,  CLD, CLD, CLD, __,  __,  __,  __,  __,  __,  ACT, __,  __,  __ },
    [ROW_AMEND_CODE]     = { __,  __,  __,  __,  __,  ACT, ACT, __,  __,  ACT, __,  __,  __,  __,  ACT, ACT, ACT, __,  __,  __,  CLD, CLD, CLD, __,  __,  __,  __,  __,  __,  ACT, __,  __,  __ },
    [ROW_AMEND_CHECKING] = { __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  ACT, ACT, ACT, __,  ACT, ACT, ACT, __,  __,  __,  CLD, CLD, CLD, __,  __,  __,  __,  __,  __,  ACT, __,  __,  __ },
    [ROW_RECHECKING]     = { __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  ACT, ACT, ACT, __,  __,  __,  CLD, CLD, CLD, __,  __,  __,  __,  __,  __,  ACT, __,  __,  __ },
    [ROW_SUSPENDED]      = { __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  CLD, CLD, CLD, __,  __,  __,  __,  __,  __,  SUS, __,  __,  __ },
    [ROW_HELD]           = { __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  SUS, CLD, CLD, CLD, __,  __,  __,  __,  __,  __,  SUS, __,  __,  __ },
    [ROW_REVERIFYING]    = { ACT, SUS, SUS, __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  CLD, CLD, CLD, __,  __,  __,  __,  __,  __,  SUS, __,  __,  __ },
    [ROW_CLOSING]        = { __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  CLG, __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __ },
    [ROW_CLOSED]         = { __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __ },
    [ROW_PENDING]        = { __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  VER, CLD, CLD, __,  __,  __,  __,  __,  __,  __,  EXP, __,  __,  __ },
    [ROW_REJECTED]       = { __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __ },
    [ROW_EXPIRED]        = { __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __,  __ },
};
/* clang-format on */

static const enum link_state row_state[LINK_ROWS] = {
    [ROW_REQUESTED] = LINK_REQUESTED,
    [ROW_VERIFYING] = LINK_VERIFYING,
    [ROW_AWAITING] = LINK_AWAITING_AUTHENTICATION,
    [ROW_ISSUING] = LINK_AWAITING_AUTHENTICATION,
    [ROW_CODE] = LINK_AWAITING_AUTHENTICATION,
    [ROW_CHECKING] = LINK_AWAITING_AUTHENTICATION,
    [ROW_ACTIVE] = LINK_ACTIVE,
    [ROW_AMENDING] = LINK_ACTIVE,
    [ROW_AMEND_ISSUING] = LINK_ACTIVE,
    [ROW_AMEND_CODE] = LINK_ACTIVE,
    [ROW_AMEND_CHECKING] = LINK_ACTIVE,
    [ROW_RECHECKING] = LINK_ACTIVE,
    [ROW_SUSPENDED] = LINK_SUSPENDED,
    [ROW_HELD] = LINK_SUSPENDED,
    [ROW_REVERIFYING] = LINK_SUSPENDED,
    [ROW_CLOSING] = LINK_CLOSING,
    [ROW_CLOSED] = LINK_CLOSED,
    [ROW_PENDING] = LINK_PENDING_ACTIVATION,
    [ROW_REJECTED] = LINK_REJECTED,
    [ROW_EXPIRED] = LINK_EXPIRED,
};

/* A link that waits for its code, then on with that code as far as the row says. */
static void code_as_in(struct world *world, const struct id *id, bool sent, bool typed) {
    if (sent) {
        world_challenge(world, id);
    } else {
        struct start_challenge start = world_start(world, id);
        assert_int_equal(world_send(world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
    }
    if (typed) {
        struct answer_challenge code = world_code(world, id, "1");
        assert_int_equal(world_send(world, BANK_A, COMMAND_ANSWER_CHALLENGE, &code), 0);
    }
}

static void amend(struct world *world, const struct id *id, bank_code bank, bool widen) {
    struct amend_link amend = world_amend(world, id);
    amend.agreement = world_agreement(world);
    if (widen)
        amend.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_BALANCE);
    else
        amend.limits.single_fen = 1000;
    assert_int_equal(world_send(world, bank, COMMAND_AMEND_LINK, &amend), 0);
}

static void resume(struct world *world, const struct open_link *open, const struct id *id) {
    struct resume_link again = world_resume(world, id, open);
    assert_int_equal(world_send(world, BANK_A, COMMAND_RESUME_LINK, &again), 0);
}

/* An ACTIVE or SUSPENDED link as the row says. */
static void live_as_in(struct world *world, const struct open_link *open, const struct id *id,
                       enum link_row row) {
    if (row >= ROW_AMENDING && row <= ROW_AMEND_CHECKING)
        amend(world, id, BANK_A, true);
    if (row == ROW_AMEND_ISSUING || row == ROW_AMEND_CODE || row == ROW_AMEND_CHECKING)
        code_as_in(world, id, row != ROW_AMEND_ISSUING, row == ROW_AMEND_CHECKING);
    if (row == ROW_RECHECKING) {
        world->now_ms = world_get_link(world, id).recheck_due_ms;
        assert_int_equal(world_tick(world), 0);
    }
    if (row == ROW_SUSPENDED)
        world_hold(world, id, HOLD_BY_BANK, "FR01");
    if (row == ROW_HELD || row == ROW_REVERIFYING)
        world_hold(world, id, HOLD_BY_GATEWAY, "NOCM");
    if (row == ROW_REVERIFYING)
        resume(world, open, id);
}

static struct id link_in_row(struct world *world, struct open_link *open, enum link_row row) {
    enum link_state state = row_state[row] == LINK_SUSPENDED ? LINK_ACTIVE : row_state[row];
    struct id id = world_link_from(world, open, state);
    if (row == ROW_ISSUING || row == ROW_CODE || row == ROW_CHECKING)
        code_as_in(world, &id, row != ROW_ISSUING, row == ROW_CHECKING);
    live_as_in(world, open, &id, row);
    return id;
}

/* The exchange that is out, or the link's id where none is. */
static struct id exchange_of(const struct link *link) {
    return id_is_zero(&link->exchange_id) ? link->id : link->exchange_id;
}

static void verify_word(struct world *world, const struct link *link, enum link_column column) {
    struct verify_account question = {.link = link->id, .verification = exchange_of(link)};
    struct verify_account_reply reply = world_match(&question);
    if (column == ON_MISMATCH)
        reply.mobile = ELEMENT_MISMATCH;
    else if (column == ON_NOT_ACTIVATED)
        reply.status = ACCOUNT_NOT_ACTIVATED;
    else if (column == ON_UNREADABLE)
        reply.status = ACCOUNT_STATUS_NONE;
    bank_code bank = column == ON_OTHERS_MATCH ? BANK_C : BANK_B;
    assert_int_equal(world_answer(world, bank, COMMAND_VERIFY_ANSWER, &reply), 0);
}

static void code_word(struct world *world, const struct link *link, enum link_column column) {
    if (column == ON_SENT || column == ON_NOT_SENT) {
        struct issue_challenge_reply reply = {
            .link = link->id,
            .challenge = exchange_of(link),
            .outcome = column == ON_SENT ? CHALLENGE_SENT : CHALLENGE_NOT_SENT,
        };
        assert_int_equal(world_answer(world, BANK_B, COMMAND_ISSUE_ANSWER, &reply), 0);
        return;
    }
    struct check_challenge_reply reply = {
        .link = link->id,
        .attempt = exchange_of(link),
        .outcome = column == ON_WRONG      ? CHALLENGE_WRONG
                   : column == ON_TOO_MANY ? CHALLENGE_TOO_MANY
                                           : CHALLENGE_RIGHT,
    };
    bank_code bank = column == ON_OTHERS_RIGHT ? BANK_C : BANK_B;
    assert_int_equal(world_answer(world, bank, COMMAND_CHECK_ANSWER, &reply), 0);
}

static void close_by(struct world *world, const struct id *id, bank_code bank) {
    struct close_link close = world_close(world, id);
    assert_int_equal(world_send(world, bank, COMMAND_CLOSE_LINK, &close), 0);
}

static void request_of_link(struct world *world, const struct link *link, enum link_column column) {
    struct start_challenge start = world_start(world, &link->id);
    struct answer_challenge code = world_code(world, &link->id, "1");
    struct withdraw_consent withdraw = {world_request_id(world), link->id};
    struct submit_transfer submit = world_submit(world, &link->id, TRANSFER_PULL, 1);
    if (column == ON_START)
        assert_int_equal(world_send(world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
    else if (column == ON_RESEND)
        assert_int_equal(world_send(world, BANK_A, COMMAND_RESEND_CHALLENGE, &start), 0);
    else if (column == ON_CODE)
        assert_int_equal(world_send(world, BANK_A, COMMAND_ANSWER_CHALLENGE, &code), 0);
    else if (column == ON_WITHDRAW)
        assert_int_equal(world_send(world, BANK_A, COMMAND_WITHDRAW_CONSENT, &withdraw), 0);
    else
        assert_int_equal(world_send(world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit), 0);
}

static void look_at(struct world *world, const struct link *link, enum link_column column) {
    struct get_link get = {.link = link->id};
    struct list_links list = {.state = link->state};
    if (column == ON_GET)
        assert_int_equal(world_send(world, BANK_B, COMMAND_GET_LINK, &get), 0);
    else
        assert_int_equal(world_send(world, BANK_B, COMMAND_LIST_LINKS, &list), 0);
}

static void open_again(struct world *world, const struct link *link) {
    struct link_private secret = world_get_private(world, &link->id);
    struct open_link open = world_open(world);
    open.class2.number = arena_copy(&world->arena, secret.class2_number);
    open.class1.number = arena_copy(&world->arena, secret.class1_number);
    assert_int_equal(world_send(world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    if (link_final(link->state))
        (void)world_question(world);
    else
        world_expect_refused(world, REFUSAL_LINK_EXISTS, "class1_account");
}

static void rebind(struct world *world, const struct link *link, const struct open_link *open) {
    struct rebind_link request = world_rebind(world, &link->id, open);
    assert_int_equal(world_send(world, BANK_A, COMMAND_REBIND_LINK, &request), 0);
    if (link->state == LINK_ACTIVE || link->state == LINK_SUSPENDED)
        (void)world_question(world);
    else
        world_expect_refused(world, REFUSAL_LINK_STATE, "link_id");
}

static void pass_time(struct world *world, const struct link *link, bool due) {
    int64_t at_ms = link_due_ms(link);
    if (at_ms)
        world->now_ms = due ? at_ms : at_ms - 1;
    assert_int_equal(world_tick(world), 0);
}

static void world_event(struct world *world, const struct link *link, enum link_column column) {
    if (column == ON_EARLY_TICK || column == ON_DUE_TICK)
        pass_time(world, link, column == ON_DUE_TICK);
    else if (column == ON_BOOT)
        assert_int_equal(world_boot(world), 0);
    else if (column == ON_DOWN)
        assert_int_equal(world_down(world, BANK_B), 0);
    else
        assert_int_equal(world_unfreeze(world, OBJECT_LINK, &link->id), 0);
}

static void change_link(struct world *world, const struct link *link, const struct open_link *open,
                        enum link_column column) {
    if (column <= ON_WIDEN_BY_I)
        amend(world, &link->id,
              column == ON_NARROW_BY_I || column == ON_WIDEN_BY_I ? BANK_B : BANK_A,
              column == ON_WIDEN_BY_II || column == ON_WIDEN_BY_I);
    else if (column == ON_REBIND)
        rebind(world, link, open);
    else if (column == ON_RESUME)
        resume(world, open, &link->id);
    else if (column == ON_CLOSE_BY_II)
        close_by(world, &link->id, BANK_A);
    else if (column == ON_CLOSE_BY_I)
        close_by(world, &link->id, BANK_B);
    else
        close_by(world, &link->id, BANK_C);
}

static void do_to_link(struct world *world, const struct link *link, const struct open_link *open,
                       enum link_column column) {
    if (column <= ON_OTHERS_MATCH)
        verify_word(world, link, column);
    else if (column == ON_START || column == ON_RESEND || column == ON_CODE ||
             column == ON_WITHDRAW || column == ON_SUBMIT)
        request_of_link(world, link, column);
    else if (column <= ON_OTHERS_RIGHT)
        code_word(world, link, column);
    else if (column <= ON_CLOSE_BY_OTHER)
        change_link(world, link, open, column);
    else if (column == ON_OPEN_AGAIN)
        open_again(world, link);
    else if (column == ON_GET || column == ON_LIST)
        look_at(world, link, column);
    else
        world_event(world, link, column);
}

/* Some rows are reached by hand, so that not all rows beside them agree. */
static bool lawful(enum link_row row) {
    return row != ROW_REQUESTED && row != ROW_SUSPENDED && row != ROW_HELD &&
           row != ROW_REVERIFYING;
}

static void check_link_cell(struct world *world, enum link_row row, enum link_column column) {
    struct open_link open = world_open(world);
    struct id id = link_in_row(world, &open, row);
    struct link before = world_get_link(world, &id);
    assert_int_equal(before.state, row_state[row]);
    struct span record = record_of(world, TABLE_LINK, &id);
    do_to_link(world, &before, &open, column);
    struct link after = world_get_link(world, &id);
    int want = link_after[row][column];
    bool same = span_equal(record, record_of(world, TABLE_LINK, &id));
    if (same != (want == __) || (want != __ && (int)after.state != want))
        fail_msg("row %d, column %d: %s became %s", (int)row, (int)column,
                 link_state_name(before.state), link_state_name(after.state));
    if (lawful(row))
        laws_check(world);
}

static void every_link_state_with_every_command(void **state) {
    (void)state;
    for (int row = 0; row < LINK_ROWS; row++) {
        struct world world;
        world_init(&world);
        for (int column = 0; column < LINK_COLUMNS; column++) {
            check_link_cell(&world, (enum link_row)row, (enum link_column)column);
            assert_int_equal(world_up(&world, BANK_A), 0);
            assert_int_equal(world_up(&world, BANK_B), 0);
            assert_int_equal(world_up(&world, BANK_C), 0);
        }
        world_deinit(&world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_link_state_with_every_command),
    };
    return cmocka_run_group_tests_name("every", tests, NULL, NULL);
}
