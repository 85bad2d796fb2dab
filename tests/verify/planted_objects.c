/*
 * Faults of single objects: I4, I5, I7, I8 to I11, I14, I17, I19.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store/record.h"
#include "store/table.h"
#include "verify/planted.h"

static struct transfer get_transfer(struct lively *lively, const struct id *id) {
    return world_get_transfer(&lively->world, id);
}

static struct id put_transfer(struct lively *lively, const struct transfer *transfer) {
    world_put_transfer(&lively->world, transfer);
    return transfer->id;
}

static struct id put_link(struct lively *lively, const struct link *link) {
    world_put_link(&lively->world, link);
    return link->id;
}

#define PLANT(name) static struct id name(struct lively *lively, bank_code *bank_out)
/* Changes one transfer's, or link's, record. */
#define PLANT_TRANSFER(name, which, ...)                                                           \
    PLANT(name) {                                                                                  \
        struct transfer now = get_transfer(lively, &lively->which);                                \
        (void)bank_out;                                                                            \
        __VA_ARGS__;                                                                               \
        return put_transfer(lively, &now);                                                         \
    }
#define PLANT_LINK(name, which, ...)                                                               \
    PLANT(name) {                                                                                  \
        struct link now = world_get_link(&lively->world, &lively->which);                          \
        (void)bank_out;                                                                            \
        __VA_ARGS__;                                                                               \
        return put_link(lively, &now);                                                             \
    }

/* ---- I4 ---- */

PLANT_TRANSFER(another_state, original, now.state = TRANSFER_REJECTED)
PLANT_TRANSFER(a_step_that_is_none, original, now.history.entries[3].event = TRANSFER_EVENT_RESERVE)
PLANT_TRANSFER(two_ends, original, now.history.entries[4] = now.history.entries[3])
PLANT_TRANSFER(a_conflict_untold, conflict, now.conflict = false)
PLANT_TRANSFER(late_and_untold, late, now.credit_late = false)
PLANT_TRANSFER(accepted_at_another_time, original, now.accepted_at_ms++)
PLANT_TRANSFER(a_cancellation_untold, original, now.cancel = true; now.cancel_asked_at_ms = 1)
PLANT_LINK(a_link_in_another_state, links[LINK_CLOSED], now.state = LINK_EXPIRED)
PLANT_LINK(a_link_by_no_step, busy, now.history.entries[2].event = LINK_EVENT_RUN_OFF)
PLANT_LINK(a_hold_never_placed, links[LINK_SUSPENDED], now.holds[0].id.bytes[3] ^= 1)
PLANT_LINK(a_hold_forgotten, links[LINK_SUSPENDED], now.hold_count = 1)
PLANT_LINK(an_end_untold, busy, now.ends_expired = true)

PLANT(a_case_by_no_step) {
    struct store *store = lively->world.store;
    struct inquiry_case now = world_get_case(&lively->world, &lively->cases[CASE_CLOSED]);
    (void)bank_out;
    now.entries[1].state = CASE_CLOSED;
    store_begin(store);
    assert_int_equal(store_put_case(store, &now, false, span_of(NULL, 0), false), 0);
    store_commit(store);
    return now.id;
}

static struct id change_approval(struct lively *lively, void (*change)(struct approval *approval),
                                 const struct id *id) {
    struct store *store = lively->world.store;
    struct approval now;
    assert_int_equal(store_get_approval(store, id, &now), 0);
    change(&now);
    store_begin(store);
    assert_int_equal(store_put_approval(store, &now, span_of(NULL, 0), false), 0);
    store_commit(store);
    return *id;
}

static void by_one(struct approval *approval) {
    approval->decided_by = approval->requested_by;
}

static void for_another(struct approval *approval) {
    approval->payload.bytes[7] ^= 1;
}

static void undecided(struct approval *approval) {
    approval->state = APPROVAL_WAITING;
}

PLANT(one_person_for_two) {
    (void)bank_out;
    return change_approval(lively, by_one, &lively->done);
}

PLANT(decided_and_waiting) {
    (void)bank_out;
    return change_approval(lively, undecided, &lively->done);
}

/* ---- I6 ---- */

PLANT(approved_for_another_order) {
    (void)bank_out;
    return change_approval(lively, for_another, &lively->done);
}

PLANT(waiting_for_another_order) {
    (void)bank_out;
    return change_approval(lively, for_another, &lively->waiting);
}

/* ---- I5 ---- */

static struct id change_request(struct lively *lively, const struct id *of,
                                void (*change)(struct store_request *row)) {
    struct store *store = lively->world.store;
    struct transfer transfer = get_transfer(lively, of);
    struct store_request row;
    assert_int_equal(store_get_request(store, transfer.submitter, &transfer.request, &row), 0);
    change(&row);
    store_begin(store);
    store_put_request(store, transfer.submitter, &transfer.request, &row, false);
    store_commit(store);
    return transfer.id;
}

static void refused(struct store_request *row) {
    row->refusal = REFUSAL_SCOPE;
}

static void of_another_kind(struct store_request *row) {
    row->message = COMMAND_CANCEL_TRANSFER;
}

static void of_nothing(struct store_request *row) {
    row->object.bytes[9] ^= 1;
}

PLANT(made_by_a_refused_request) {
    (void)bank_out;
    return change_request(lively, &lively->original, refused);
}

PLANT(made_by_another_kind) {
    (void)bank_out;
    return change_request(lively, &lively->original, of_another_kind);
}

PLANT(a_request_that_made_nothing) {
    struct id id = change_request(lively, &lively->original, of_nothing);
    (void)bank_out;
    id.bytes[9] ^= 1;
    return id;
}

PLANT_TRANSFER(two_by_one_request, original,
               now.request = get_transfer(lively, &lively->late).request)
PLANT_LINK(
    a_link_by_another_request, busy,
    now.open_request = world_get_link(&lively->world, &lively->links[LINK_CLOSED]).open_request)

/* ---- I7 ---- */

static struct id keep(struct lively *lively, const struct id *id, enum store_kept kept,
                      struct span payload) {
    struct store *store = lively->world.store;
    struct transfer transfer = get_transfer(lively, id);
    store_begin(store);
    assert_int_equal(store_put_transfer(store, &transfer, kept, payload, false), 0);
    store_commit(store);
    return *id;
}

PLANT(nothing_to_send_again) {
    (void)bank_out;
    return keep(lively, &lively->transfers[TRANSFER_PENDING], STORE_KEPT_DROP, span_of(NULL, 0));
}

PLANT(another_instruction) {
    struct span payload;
    (void)bank_out;
    assert_int_equal(store_get_transfer_kept(lively->world.store,
                                             &lively->transfers[TRANSFER_PENDING], &payload),
                     0);
    payload = arena_copy(&lively->world.arena, payload);
    return keep(lively, &lively->asked, STORE_KEPT_SET, payload);
}

PLANT(kept_after_the_end) {
    (void)bank_out;
    return keep(lively, &lively->original, STORE_KEPT_SET, span_text("once more"));
}

static struct id change_private(struct lively *lively, const struct id *id,
                                const struct link_private *secret) {
    struct store *store = lively->world.store;
    struct link link = world_get_link(&lively->world, id);
    store_begin(store);
    assert_int_equal(store_put_link(store, &link, secret, false), 0);
    store_commit(store);
    return *id;
}

PLANT(a_link_keeps_an_answered_question) {
    struct link_private secret = world_get_private(&lively->world, &lively->busy);
    (void)bank_out;
    secret.class1_number = arena_copy(&lively->world.arena, secret.class1_number);
    secret.class2_number = arena_copy(&lively->world.arena, secret.class2_number);
    secret.kept_kind = MESSAGE_VERIFY_ACCOUNT;
    secret.kept_payload = span_text("elements");
    return change_private(lively, &lively->busy, &secret);
}

/* ---- I8 ---- */

static struct id change_usage(struct lively *lively, int64_t day_fen, int64_t year_fen,
                              uint32_t count, int64_t cool_down_fen) {
    struct store *store = lively->world.store;
    struct link_usage usage = money_usage(&lively->world, &lively->busy);
    usage.day_fen += day_fen;
    usage.year_fen += year_fen;
    usage.day_count += count;
    usage.cool_down_fen += cool_down_fen;
    store_begin(store);
    store_put_usage(store, &lively->busy, &usage);
    store_commit(store);
    return lively->busy;
}

PLANT(a_fen_more_today) {
    (void)bank_out;
    return change_usage(lively, 1, 0, 0, 0);
}

PLANT(a_fen_less_this_year) {
    (void)bank_out;
    return change_usage(lively, 0, -1, 0, 0);
}

PLANT(one_transfer_more) {
    (void)bank_out;
    return change_usage(lively, 0, 0, 1, 0);
}

PLANT(a_cool_down_that_was_not) {
    (void)bank_out;
    return change_usage(lively, 0, 0, 0, 7);
}

PLANT_LINK(over_the_day, busy, now.limits.daily_fen = 100)
PLANT_LINK(over_the_count, busy, now.limits.daily_count = 3)
PLANT_LINK(over_the_year, busy, now.limits.yearly_fen = 100)
PLANT(over_the_single_one) {
    struct link now = world_get_link(&lively->world, &lively->busy);
    (void)bank_out;
    now.limits.single_fen = 150;
    (void)put_link(lively, &now);
    return lively->late;
}
PLANT_TRANSFER(in_a_cool_down_that_was_not, original, now.in_cool_down = true)
PLANT_LINK(a_scope_that_is_none, busy, now.scopes |= 1u << 9)
PLANT_TRANSFER(of_no_kind, original, now.kind = TRANSFER_KIND_NONE)
PLANT_TRANSFER(without_a_cause, original, now.history.entries[2].cause = CAUSE_NONE)
PLANT_TRANSFER(not_counted, original, now.counted = false)

/* ---- I9, I10, I17 ---- */

PLANT_TRANSFER(no_amount, original, now.amount.fen = 0)
PLANT_TRANSFER(less_than_nothing, transfers[TRANSFER_REJECTED], now.amount.fen = -100)
PLANT(more_than_can_be) {
    struct transfer now = get_transfer(lively, &lively->transfers[TRANSFER_ACCEPTED]);
    (void)bank_out;
    now.amount.fen = INT64_MAX;
    (void)put_transfer(lively, &now);
    now = get_transfer(lively, &lively->original);
    now.amount.fen = INT64_MAX;
    return put_transfer(lively, &now);
}
PLANT_TRANSFER(no_currency, original, memcpy(now.amount.currency, "yen", 4))
PLANT_TRANSFER(returned_in_another_currency, returned, memcpy(now.amount.currency, "USD", 4))
PLANT_TRANSFER(another_currency_on_a_link, late, memcpy(now.amount.currency, "USD", 4))
PLANT_TRANSFER(in_no_window, original, now.window = 0)
PLANT_TRANSFER(in_a_later_window, original, now.window = 2)
PLANT_TRANSFER(rejected_in_a_window, transfers[TRANSFER_REJECTED], now.window = 1)

/* ---- I11 ---- */

PLANT_LINK(no_evidence, busy, now.evidence.present = false)
PLANT_LINK(another_person, busy, now.evidence.id_number = 2)
PLANT_LINK(another_class, busy, now.evidence.account_class = ACCOUNT_CLASS_II)
PLANT_LINK(one_bank, busy, now.class1_bank = now.class2_bank)
PLANT_LINK(two_class1, busy, now.class2_class = ACCOUNT_CLASS_I)
PLANT_LINK(no_primary, busy, now.primary = false)
PLANT_LINK(active_and_held, busy, now.hold_count = 1; now.holds[0].id.bytes[0] = 1)
PLANT_LINK(suspended_without_hold, links[LINK_SUSPENDED], now.hold_count = 0)
PLANT_LINK(an_impossible_hold, links[LINK_SUSPENDED], now.holds[1].blocks = 0)
PLANT_LINK(no_recheck_ahead, busy, now.recheck_due_ms = 0)
PLANT_LINK(amended_while_held, links[LINK_SUSPENDED], now.amendment.present = true)
PLANT(final_with_a_transfer_open) {
    struct link now = world_get_link(&lively->world, &lively->busy);
    (void)bank_out;
    now.state = LINK_CLOSED;
    (void)put_link(lively, &now);
    return lively->asked;
}
PLANT(closing_with_nothing_open) {
    struct store_open_row at = {.kind = OBJECT_TRANSFER, .parent = lively->links[LINK_CLOSING]};
    struct store_open_row row;
    struct store *store = lively->world.store;
    (void)bank_out;
    assert_int_equal(store_next_open(store, OBJECT_TRANSFER, &at, &row), 0);
    assert_true(id_equal(&row.parent, &at.parent));
    store_begin(store);
    assert_int_equal(store_drop_open(store, &row), 0);
    store_commit(store);
    return at.parent;
}

/* ---- I14 ---- */

PLANT_TRANSFER(time_goes_back, original, now.history.entries[2].at_ms -= 5)
PLANT_TRANSFER(commands_go_back, original, now.history.entries[3].sequence = 1)
PLANT_TRANSFER(made_at_another_time, transfers[TRANSFER_REJECTED], now.received_at_ms--)
PLANT_LINK(later_than_the_store, busy, now.history.entries[now.history.count - 1].at_ms += 3600000)
PLANT(an_old_request) {
    struct store *store = lively->world.store;
    struct store_request row = {
        .message = COMMAND_CLOSE_LINK, .refusal = REFUSAL_SCOPE, .at_ms = lively->world.now_ms};
    struct id request =
        uuid7_make(lively->world.now_ms - INT64_C(8) * 86400000, (const uint8_t *)"0123456789");
    *bank_out = BANK_A;
    store_begin(store);
    store_put_request(store, BANK_A, &request, &row, true);
    store_commit(store);
    return (struct id){{0}};
}

/* ---- I19 ---- */

static void *load(struct lively *lively, const struct key *key,
                  const ProtobufCMessageDescriptor *descriptor) {
    struct span record;
    assert_int_equal(table_get(lively->world.store, key, &record), 0);
    void *message = protobuf_c_message_unpack(descriptor, NULL, record.size, record.data);
    assert_non_null(message);
    return message;
}

/* One bit of a sealed field, in a record whose checksum is right. Takes the record. */
static void put_unsealed(struct lively *lively, const struct key *key, ProtobufCMessage *message,
                         sealed_record *sealed) {
    struct store *store = lively->world.store;
    assert_non_null(sealed);
    sealed->sealed.data[3] ^= 1;
    store_begin(store);
    table_put_message(store, key, message, false);
    store_commit(store);
    protobuf_c_message_free_unpacked(message, NULL);
}

static struct id unseal_link(struct lively *lively, const struct id *id, bool texts) {
    struct key key = key_of_id(TABLE_LINK, id);
    Linkgate__Store__V1__Link *link = load(lively, &key, &linkgate__store__v1__link__descriptor);
    put_unsealed(lively, &key, &link->base, texts ? link->texts : link->secret);
    return *id;
}

static struct id unseal_transfer(struct lively *lively, const struct id *id, bool texts) {
    struct key key = key_of_id(TABLE_TRANSFER, id);
    Linkgate__Store__V1__Transfer *transfer =
        load(lively, &key, &linkgate__store__v1__transfer__descriptor);
    put_unsealed(lively, &key, &transfer->base, texts ? transfer->texts : transfer->kept);
    return *id;
}

PLANT(a_link_that_does_not_open) {
    (void)bank_out;
    return unseal_link(lively, &lively->busy, false);
}

PLANT(holds_that_do_not_open) {
    (void)bank_out;
    return unseal_link(lively, &lively->links[LINK_SUSPENDED], true);
}

PLANT(an_instruction_that_does_not_open) {
    (void)bank_out;
    return unseal_transfer(lively, &lively->transfers[TRANSFER_PENDING], false);
}

PLANT(a_step_up_that_does_not_open) {
    (void)bank_out;
    return unseal_transfer(lively, &lively->asked, true);
}

PLANT(a_case_that_does_not_open) {
    struct store *store = lively->world.store;
    struct key key = key_of_id(TABLE_CASE, &lively->cases[CASE_OPEN]);
    struct span record;
    (void)bank_out;
    assert_int_equal(table_get(store, &key, &record), 0);
    Linkgate__Store__V1__Case *inquiry =
        linkgate__store__v1__case__unpack(NULL, record.size, record.data);
    assert_non_null(inquiry);
    assert_non_null(inquiry->texts);
    inquiry->texts->sealed.data[3] ^= 1;
    store_begin(store);
    table_put_message(store, &key, &inquiry->base, false);
    store_commit(store);
    linkgate__store__v1__case__free_unpacked(inquiry, NULL);
    return lively->cases[CASE_OPEN];
}

#define ROW(law, plant)                                                                            \
    { law, #plant, plant, false, false }
#define KEPT(law, plant)                                                                           \
    { law, #plant, plant, true, false }

const struct planted planted_objects[] = {
    ROW(LAW_I4, another_state),
    ROW(LAW_I4, a_step_that_is_none),
    ROW(LAW_I4, two_ends),
    ROW(LAW_I4, a_conflict_untold),
    ROW(LAW_I4, late_and_untold),
    ROW(LAW_I4, accepted_at_another_time),
    ROW(LAW_I4, a_cancellation_untold),
    ROW(LAW_I4, a_link_in_another_state),
    ROW(LAW_I4, a_link_by_no_step),
    ROW(LAW_I4, a_hold_never_placed),
    ROW(LAW_I4, a_hold_forgotten),
    ROW(LAW_I4, an_end_untold),
    ROW(LAW_I4, a_case_by_no_step),
    ROW(LAW_I4, one_person_for_two),
    ROW(LAW_I4, decided_and_waiting),
    ROW(LAW_I6, approved_for_another_order),
    ROW(LAW_I6, waiting_for_another_order),
    ROW(LAW_I5, made_by_a_refused_request),
    ROW(LAW_I5, made_by_another_kind),
    ROW(LAW_I5, a_request_that_made_nothing),
    ROW(LAW_I5, two_by_one_request),
    ROW(LAW_I5, a_link_by_another_request),
    ROW(LAW_I7, nothing_to_send_again),
    ROW(LAW_I7, another_instruction),
    ROW(LAW_I7, kept_after_the_end),
    ROW(LAW_I7, a_link_keeps_an_answered_question),
    ROW(LAW_I8, a_fen_more_today),
    ROW(LAW_I8, a_fen_less_this_year),
    ROW(LAW_I8, one_transfer_more),
    ROW(LAW_I8, a_cool_down_that_was_not),
    ROW(LAW_I8, over_the_day),
    ROW(LAW_I8, over_the_count),
    ROW(LAW_I8, over_the_year),
    ROW(LAW_I8, over_the_single_one),
    ROW(LAW_I8, in_a_cool_down_that_was_not),
    ROW(LAW_I11, a_scope_that_is_none),
    ROW(LAW_I4, of_no_kind),
    ROW(LAW_I4, without_a_cause),
    ROW(LAW_I4, not_counted),
    ROW(LAW_I9, no_amount),
    ROW(LAW_I9, less_than_nothing),
    ROW(LAW_I9, more_than_can_be),
    ROW(LAW_I10, no_currency),
    ROW(LAW_I10, returned_in_another_currency),
    ROW(LAW_I10, another_currency_on_a_link),
    ROW(LAW_I17, in_no_window),
    ROW(LAW_I17, in_a_later_window),
    ROW(LAW_I17, rejected_in_a_window),
    ROW(LAW_I11, no_evidence),
    ROW(LAW_I11, another_person),
    ROW(LAW_I11, another_class),
    ROW(LAW_I11, one_bank),
    ROW(LAW_I11, two_class1),
    ROW(LAW_I11, no_primary),
    ROW(LAW_I11, active_and_held),
    ROW(LAW_I11, suspended_without_hold),
    ROW(LAW_I11, an_impossible_hold),
    ROW(LAW_I11, no_recheck_ahead),
    ROW(LAW_I11, amended_while_held),
    ROW(LAW_I11, final_with_a_transfer_open),
    ROW(LAW_I11, closing_with_nothing_open),
    ROW(LAW_I14, time_goes_back),
    ROW(LAW_I14, commands_go_back),
    ROW(LAW_I14, made_at_another_time),
    KEPT(LAW_I14, later_than_the_store),
    ROW(LAW_I14, an_old_request),
    ROW(LAW_I19, a_link_that_does_not_open),
    ROW(LAW_I19, holds_that_do_not_open),
    ROW(LAW_I19, an_instruction_that_does_not_open),
    ROW(LAW_I19, a_step_up_that_does_not_open),
    ROW(LAW_I19, a_case_that_does_not_open),
    {LAW_ROWS, NULL, NULL, false, false},
};
