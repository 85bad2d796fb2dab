/*
 * Every state of a transfer with every command, against matrices that are written from the rules:
 * where they are silent nothing of the transfer changes. What is told to whom and what moves is in
 * the tests of each command; here the laws hold after each cell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/laws.h"
#include "ledger/money.h"

/* States, told apart where the same command does different things. */
enum row {
    PENDING,
    PENDING_BARRED, /* a cancellation waits */
    UNKNOWN_PLAIN,
    UNKNOWN_BARRED,
    ACCEPTED,
    CREDITED,
    LATE,      /* not credited in time */
    CAME_BACK, /* all of it was returned */
    REJECTED,
    CANCELLED,
    ROWS
};

enum column {
    TO_POSTED,
    TO_REFUSED,
    TO_NOT_SEEN,
    TO_IN_PROGRESS,
    TO_UNDONE,
    TO_UNREADABLE,
    TO_SUBMITTERS_POSTED, /* a bank that was not asked */
    TO_OTHERS_POSTED,
    TO_CONFIRM,
    TO_OTHERS_CONFIRM, /* of the instructed bank */
    TO_STEP_UP,
    TO_SUBMITTERS_STEP_UP,
    TO_CANCEL,
    TO_OTHERS_CANCEL,
    TO_RETURN, /* by the submitter */
    TO_OTHERS_RETURN,
    TO_CLOSE, /* of its link */
    TO_GET,
    TO_LIST,
    TO_EARLY_TICK,
    TO_DUE_TICK,
    TO_BOOT,
    TO_DOWN,
    TO_UNFREEZE,
    COLUMNS
};

/* clang-format off */
enum { _ = 0, /* nothing of the transfer changes */
       PE = TRANSFER_PENDING, AC = TRANSFER_ACCEPTED, RJ = TRANSFER_REJECTED,
       CA = TRANSFER_CANCELLED, UN = TRANSFER_UNKNOWN,
       XX = 100 /* only CONFLICT is noted */ };

/* A pull of A's: A submits and is the creditor, B is instructed and debits. */
static const int pull_after[ROWS][COLUMNS] = {
    /*                   POS REF NSE PRO UND UNR SPO OPO CON OCO STE SST CAN OCA RET ORE CLO GET LIS ETI DTI BOO DWN UNF */
    [PENDING]        = { AC, RJ, _,  _,  CA, _,  _,  _,  _,  _,  PE, _,  PE, _,  _,  _,  _,  _,  _,  _,  UN, _,  _,  _ },
    [PENDING_BARRED] = { AC, RJ, CA, _,  CA, _,  _,  _,  _,  _,  PE, _,  _,  _,  _,  _,  _,  _,  _,  _,  UN, _,  _,  _ },
    [UNKNOWN_PLAIN]  = { AC, RJ, CA, _,  CA, _,  _,  _,  _,  _,  _,  _,  UN, _,  _,  _,  _,  _,  _,  _,  UN, _,  _,  _ },
    [UNKNOWN_BARRED] = { AC, RJ, CA, _,  CA, _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  UN, _,  _,  _ },
    [ACCEPTED]       = { _,  XX, XX, _,  XX, _,  _,  _,  AC, _,  _,  _,  _,  _,  AC, _,  _,  _,  _,  _,  AC, _,  _,  _ },
    [CREDITED]       = { _,  XX, XX, _,  XX, _,  _,  _,  _,  _,  _,  _,  _,  _,  AC, _,  _,  _,  _,  _,  _,  _,  _,  _ },
    [LATE]           = { _,  XX, XX, _,  XX, _,  _,  _,  AC, _,  _,  _,  _,  _,  AC, _,  _,  _,  _,  _,  _,  _,  _,  _ },
    [CAME_BACK]      = { _,  XX, XX, _,  XX, _,  _,  _,  AC, _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _ },
    [REJECTED]       = { XX, _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _ },
    [CANCELLED]      = { XX, _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _ },
};

/* A push of A's: B is the creditor. CREDITED, LATE: there is nothing to confirm. */
static const int push_after[ROWS][COLUMNS] = {
    /*                   POS REF NSE PRO UND UNR SPO OPO CON OCO STE SST CAN OCA RET ORE CLO GET LIS ETI DTI BOO DWN UNF */
    [PENDING]        = { AC, RJ, _,  _,  CA, _,  _,  _,  _,  _,  _,  _,  PE, _,  _,  _,  _,  _,  _,  _,  UN, _,  _,  _ },
    [PENDING_BARRED] = { AC, RJ, CA, _,  CA, _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  UN, _,  _,  _ },
    [UNKNOWN_PLAIN]  = { AC, RJ, CA, _,  CA, _,  _,  _,  _,  _,  _,  _,  UN, _,  _,  _,  _,  _,  _,  _,  UN, _,  _,  _ },
    [UNKNOWN_BARRED] = { AC, RJ, CA, _,  CA, _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  UN, _,  _,  _ },
    [ACCEPTED]       = { _,  XX, XX, _,  XX, _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  AC, _,  _,  _,  _,  _,  _,  _,  _ },
    [CAME_BACK]      = { _,  XX, XX, _,  XX, _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _ },
    [REJECTED]       = { XX, _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _ },
    [CANCELLED]      = { XX, _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _ },
};

/* A return of A's, of a pull: a push that cannot come back itself. */
static const int return_after[ROWS][COLUMNS] = {
    /*                   POS REF NSE PRO UND UNR SPO OPO CON OCO STE SST CAN OCA RET ORE CLO GET LIS ETI DTI BOO DWN UNF */
    [PENDING]        = { AC, RJ, _,  _,  CA, _,  _,  _,  _,  _,  _,  _,  PE, _,  _,  _,  _,  _,  _,  _,  UN, _,  _,  _ },
    [PENDING_BARRED] = { AC, RJ, CA, _,  CA, _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  UN, _,  _,  _ },
    [UNKNOWN_PLAIN]  = { AC, RJ, CA, _,  CA, _,  _,  _,  _,  _,  _,  _,  UN, _,  _,  _,  _,  _,  _,  _,  UN, _,  _,  _ },
    [UNKNOWN_BARRED] = { AC, RJ, CA, _,  CA, _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  UN, _,  _,  _ },
    [ACCEPTED]       = { _,  XX, XX, _,  XX, _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _ },
    [REJECTED]       = { XX, _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _ },
    [CANCELLED]      = { XX, _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _,  _ },
};
/* clang-format on */

static const enum transfer_state state_of[ROWS] = {
    [PENDING] = TRANSFER_PENDING,       [PENDING_BARRED] = TRANSFER_PENDING,
    [UNKNOWN_PLAIN] = TRANSFER_UNKNOWN, [UNKNOWN_BARRED] = TRANSFER_UNKNOWN,
    [ACCEPTED] = TRANSFER_ACCEPTED,     [CREDITED] = TRANSFER_ACCEPTED,
    [LATE] = TRANSFER_ACCEPTED,         [CAME_BACK] = TRANSFER_ACCEPTED,
    [REJECTED] = TRANSFER_REJECTED,     [CANCELLED] = TRANSFER_CANCELLED,
};

/* ---- how a transfer gets into its row ---- */

static void bring(struct world *world, const struct id *id, enum row row) {
    if (row == PENDING_BARRED || row == UNKNOWN_BARRED)
        money_ask_cancel(world, BANK_A, id);
    if (state_of[row] == TRANSFER_UNKNOWN || row == CANCELLED)
        money_expire(world, id);
    if (row == CANCELLED)
        money_answer(world, id, POSTING_NOT_SEEN);
    else if (row == REJECTED)
        money_answer(world, id, POSTING_REFUSED);
    else if (state_of[row] == TRANSFER_ACCEPTED)
        money_answer(world, id, POSTING_POSTED);
    if (row == CREDITED)
        money_confirm(world, BANK_A, id);
    if (row == LATE) {
        world->now_ms += MINUTE_MS;
        assert_int_equal(world_tick(world), 0);
    }
    if (row == CAME_BACK) {
        struct id back = money_return_pending(world, id, world_get_transfer(world, id).amount.fen);
        money_answer(world, &back, POSTING_POSTED);
    }
}

struct way {
    const char *name;
    enum transfer_kind kind;
    enum transfer_direction direction;
    const int (*after)[COLUMNS];
};

static struct id transfer_in(struct world *world, const struct way *way, enum row row) {
    struct id link = world_link(world);
    struct id id;
    if (way->kind == TRANSFER_RETURN) {
        struct id original = world_transfer_in(world, &link, TRANSFER_PULL, 40, TRANSFER_ACCEPTED);
        money_confirm(world, BANK_A, &original);
        id = money_return_pending(world, &original, 30);
    } else {
        id = world_pending(world, &link, way->direction, 20);
    }
    bring(world, &id, row);
    assert_int_equal(world_get_transfer(world, &id).state, state_of[row]);
    return id;
}

/* ---- what is done to it ---- */

static void post_word(struct world *world, const struct id *id, enum column column) {
    static const enum posting_outcome outcomes[] = {
        [TO_POSTED] = POSTING_POSTED,
        [TO_REFUSED] = POSTING_REFUSED,
        [TO_NOT_SEEN] = POSTING_NOT_SEEN,
        [TO_IN_PROGRESS] = POSTING_IN_PROGRESS,
        [TO_UNDONE] = POSTING_UNDONE,
        [TO_UNREADABLE] = POSTING_NONE,
        [TO_SUBMITTERS_POSTED] = POSTING_POSTED,
        [TO_OTHERS_POSTED] = POSTING_POSTED,
    };
    struct posting_result result = world_posted(world, id);
    result.outcome = outcomes[column];
    bank_code bank = column == TO_SUBMITTERS_POSTED ? BANK_A
                     : column == TO_OTHERS_POSTED   ? BANK_C
                                                    : BANK_B;
    assert_int_equal(world_answer(world, bank, COMMAND_POSTING_ANSWER, &result), 0);
}

static void bank_asks(struct world *world, const struct transfer *transfer, enum column column) {
    struct get_transfer get = {.transfer = transfer->id};
    struct list_transfers list = {.max = 10, .link = transfer->link};
    struct close_link close = world_close(world, &transfer->link);
    if (column == TO_CONFIRM || column == TO_OTHERS_CONFIRM)
        money_confirm(world, column == TO_CONFIRM ? BANK_A : BANK_B, &transfer->id);
    else if (column == TO_STEP_UP || column == TO_SUBMITTERS_STEP_UP)
        money_ask_step_up(world, column == TO_STEP_UP ? BANK_B : BANK_A, &transfer->id, "APP", "");
    else if (column == TO_CANCEL || column == TO_OTHERS_CANCEL)
        money_ask_cancel(world, column == TO_CANCEL ? BANK_A : BANK_B, &transfer->id);
    else if (column == TO_RETURN || column == TO_OTHERS_RETURN)
        money_ask_return(world, column == TO_RETURN ? BANK_A : BANK_B, &transfer->id, 1);
    else if (column == TO_CLOSE)
        assert_int_equal(world_send(world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    else if (column == TO_GET)
        assert_int_equal(world_send(world, BANK_B, COMMAND_GET_TRANSFER, &get), 0);
    else
        assert_int_equal(world_send(world, BANK_B, COMMAND_LIST_TRANSFERS, &list), 0);
}

static void tick_at(struct world *world, const struct transfer *transfer, bool due) {
    int64_t due_ms = transfer_due_ms(transfer);
    if (due_ms)
        world->now_ms = due ? due_ms : due_ms - 1;
    assert_int_equal(world_tick(world), 0);
}

static void do_to(struct world *world, const struct transfer *transfer, enum column column) {
    if (column <= TO_OTHERS_POSTED)
        post_word(world, &transfer->id, column);
    else if (column == TO_EARLY_TICK || column == TO_DUE_TICK)
        tick_at(world, transfer, column == TO_DUE_TICK);
    else if (column == TO_BOOT)
        assert_int_equal(world_boot(world), 0);
    else if (column == TO_DOWN)
        assert_int_equal(world_down(world, BANK_B), 0);
    else if (column == TO_UNFREEZE)
        assert_int_equal(world_unfreeze(world, OBJECT_TRANSFER, &transfer->id), 0);
    else
        bank_asks(world, transfer, column);
}

/* ---- the cells ---- */

static void check_cell(struct world *world, const struct way *way, enum row row,
                       enum column column) {
    struct id id = transfer_in(world, way, row);
    struct transfer before = world_get_transfer(world, &id);
    struct span record = money_record(world, &id);
    struct position own = world_position(world, BANK_A);
    do_to(world, &before, column);
    struct transfer after = world_get_transfer(world, &id);
    int want = way->after[row][column];
    bool same = span_equal(record, money_record(world, &id));
    bool as_wanted = want == XX  ? after.conflict && after.state == before.state
                     : want == _ ? same
                                 : (int)after.state == want && !same;
    if (!as_wanted)
        fail_msg("%s, row %d, column %d: %s became %s", way->name, (int)row, (int)column,
                 transfer_state_name(before.state), transfer_state_name(after.state));
    if (want == XX) {
        assert_int_equal(after.history.count, before.history.count + 1);
        (void)world_one(world, EFFECT_ALARM);
        assert_int_equal(world_count(world, EFFECT_ANSWER) + world_count(world, EFFECT_DONE), 0);
        struct position now = world_position(world, BANK_A);
        assert_memory_equal(&now, &own, sizeof now);
    }
}

static void every_cell(const struct way *way) {
    for (int row = 0; row < ROWS; row++) {
        bool confirmable = way->direction == TRANSFER_PULL;
        if (((row == CREDITED || row == LATE) && !confirmable) ||
            (row == CAME_BACK && way->kind == TRANSFER_RETURN))
            continue; /* there is no such thing */
        struct world world;
        world_init(&world);
        for (int column = 0; column < COLUMNS; column++) {
            check_cell(&world, way, (enum row)row, (enum column)column);
            laws_check(&world);
            assert_int_equal(world_up(&world, BANK_A), 0);
            assert_int_equal(world_up(&world, BANK_B), 0);
        }
        world_deinit(&world);
    }
}

static void every_pull(void **state) {
    (void)state;
    every_cell(&(struct way){"pull", TRANSFER_BOUND_PAIR, TRANSFER_PULL, pull_after});
}

static void every_push(void **state) {
    (void)state;
    every_cell(&(struct way){"push", TRANSFER_BOUND_PAIR, TRANSFER_PUSH, push_after});
}

static void every_return(void **state) {
    (void)state;
    every_cell(&(struct way){"return", TRANSFER_RETURN, TRANSFER_PUSH, return_after});
}

/* States that are passed within one application and never stand in a store that is sound. */
static void a_state_that_cannot_be_is_frozen(void **state) {
    (void)state;
    for (int from = TRANSFER_RECEIVED; from <= TRANSFER_RESERVED; from++) {
        struct world world;
        world_init(&world);
        struct id link = world_link(&world);
        struct id id = world_pending(&world, &link, TRANSFER_PULL, 10);
        struct transfer transfer = world_get_transfer(&world, &id);
        transfer.state = (enum transfer_state)from;
        world_put_transfer(&world, &transfer);
        struct posting_result posted = world_posted(&world, &id);
        assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted),
                         LEDGER_POISONED);
        transfer = world_get_transfer(&world, &id);
        assert_true(transfer.frozen);
        assert_int_equal(transfer.state, from);
        assert_int_equal(world_position(&world, BANK_B).reserved_outgoing_fen, 10);
        world_deinit(&world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pull),
        cmocka_unit_test(every_push),
        cmocka_unit_test(every_return),
        cmocka_unit_test(a_state_that_cannot_be_is_frozen),
    };
    return cmocka_run_group_tests_name("every_transfer", tests, NULL, NULL);
}
