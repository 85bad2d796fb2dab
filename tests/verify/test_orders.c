/*
 * Orders and loans by their laws: a right one of each is found right in the middle of a real ledger,
 * and each fault that is planted is found by its law.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/world.h"
#include "store/catalogue.h"
#include "store/orders.h"
#include "verify/verify.h"

#define FEN 100000

static struct world world;
static struct id link, accepted, barred;
static struct digest person;
static uint32_t made; /* objects so far: each id is another one */

/* Of the command that ended the transfer. */
static struct history_entry entry_now(void) {
    struct transfer transfer = world_get_transfer(&world, &accepted);
    struct history_entry entry = transfer.history.entries[transfer.history.count - 1];
    entry.cause = CAUSE_REQUEST;
    entry.reason[0] = '\0';
    return entry;
}

static struct id next_id(void) {
    struct history_entry now = entry_now();
    return id_make(now.at_ms, now.sequence, (uint16_t)(0x100 + made++));
}

/* ---- an order ---- */

static struct product_order new_order(enum product_kind kind) {
    struct history_entry entry = entry_now();
    struct product_order order = {
        .id = next_id(),
        .kind = kind,
        .link = link,
        .distributor = BANK_A,
        .issuer = BANK_B,
        .product = "X",
        .version = 1,
        .person_key = person,
        .amount = {FEN, "CNY"},
        .created_at_ms = entry.at_ms,
        .placed_at_ms = entry.at_ms,
        .funding = accepted,
        .confirmed_units = 10000000,
        .confirmed_price = 1000000,
        .confirmed_fen = FEN,
        .units = 10000000,
    };
    order.product[0] = (char)('0' + kind);
    return order;
}

static void live(struct product_order *order, const enum product_order_event *events,
                 size_t count) {
    struct history_entry entry = entry_now();
    for (size_t i = 0; i < count; i++)
        assert_true(product_order_move(order, events[i], &entry));
}
#define LIVE(order, ...)                                                                           \
    live(order, (const enum product_order_event[]){__VA_ARGS__},                                   \
         sizeof((const enum product_order_event[]){__VA_ARGS__}) /                                 \
             sizeof(enum product_order_event))
#define EVENT(name) PRODUCT_ORDER_EVENT_##name
#define TO_PLACED EVENT(CREATE), EVENT(FUND), EVENT(PLACE)

static struct product_order confirmed(void) {
    struct product_order order = new_order(PRODUCT_WEALTH);
    LIVE(&order, TO_PLACED, EVENT(CONFIRM));
    return order;
}

/* Each of its entries, to both banks; of an order those that are told. */
static void tell(enum object_kind kind, const struct id *id, const struct history *history) {
    static const bank_code banks[] = {BANK_A, BANK_B};
    for (size_t n = 0; n < 2; n++) {
        struct bank_counters counters = world_counters(&world, banks[n]);
        for (uint32_t i = 0; i < history->count; i++) {
            enum product_order_event event = (enum product_order_event)history->entries[i].event;
            struct store_notice row = {kind, *id, i};
            if (kind == OBJECT_LOAN || product_order_told(event))
                store_put_notice(world.store, banks[n], ++counters.last_notice, &row);
        }
        store_put_bank_counters(world.store, banks[n], &counters);
    }
}

/* What it takes of its product stands with it. */
static void take(const struct product_order *order) {
    struct product_order_take take = product_order_takes(order);
    struct quota quota;
    struct id product = store_product_id(order->issuer, span_text(order->product));
    if (store_get_quota(world.store, &product, &quota) != 0)
        return;
    quota.reserved_fen += take.reserved_fen;
    quota.sold_fen += take.sold_fen;
    store_put_quota(world.store, &quota, false);
    store_put_held(world.store, &product, &order->person_key, take.held_fen);
}

static void put(struct product_order *order) {
    struct store_open_row open = {OBJECT_ORDER, order->link, order->id};
    take(order);
    tell(OBJECT_ORDER, &order->id, &order->history);
    store_put_order(world.store, order, true);
    store_put_order_transfer(world.store, &order->funding, &order->id);
    if (product_order_open(order))
        store_put_open(world.store, &open);
}

/* ---- a loan ---- */

static struct loan new_loan(void) {
    struct history_entry entry = entry_now();
    static const enum loan_event events[] = {LOAN_EVENT_OFFER, LOAN_EVENT_APPLY, LOAN_EVENT_APPROVE,
                                             LOAN_EVENT_DRAW, LOAN_EVENT_DRAWN};
    struct loan loan = {
        .id = next_id(),
        .link = link,
        .lead = BANK_B,
        .product = "4",
        .version = 1,
        .terms = {.partner = BANK_A, .lead_share = PRODUCT_SHARES, .daily_rate = 500},
        .offered = {FEN, "CNY"},
        .asked_fen = FEN,
        .limit_fen = FEN,
        .decisions = {{true, true, FEN, 0, ""}, {true, true, FEN, 0, ""}},
        .person_key = person,
        .class1_account = true, /* the lead's: no money moved */
        .offered_at_ms = entry.at_ms};
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
        assert_true(loan_move(&loan, events[i], &entry));
    assert_int_equal(loan_drawn(&loan.account, &loan.terms, FEN, 20000), LOAN_OK);
    loan_schedule_make(FEN, 20000, 3, &loan.schedule);
    return loan;
}

static void put_loan(struct loan *loan) {
    struct store_open_row open = {OBJECT_LOAN, loan->link, loan->id};
    struct store_deadline due = {loan_due_ms(loan), OBJECT_LOAN, loan->id};
    struct id product = store_product_id(loan->lead, span_text(loan->product));
    store_put_held(world.store, &product, &loan->person_key, loan_counted_fen(loan));
    tell(OBJECT_LOAN, &loan->id, &loan->history);
    store_put_loan(world.store, loan, true);
    if (loan_open(loan))
        store_put_open(world.store, &open);
    if (due.at_ms != 0)
        store_put_deadline(world.store, &due);
}

/* ---- what is found ---- */

struct seen {
    enum law law;
    struct id object;
    unsigned of_law, others;
};

static void count(void *context, const struct verify_finding *finding) {
    struct seen *seen = context;
    if (finding->law == seen->law && id_equal(&finding->object, &seen->object))
        seen->of_law++;
    else
        seen->others++;
}

static struct seen look(enum law law, const struct id *object) {
    struct seen seen = {.law = law, .object = *object};
    struct verify_counts counts;
    struct verify_sink sink = {.found = count, .context = &seen};
    assert_int_equal(verify_store(world.store, false, &sink, &counts), 0);
    return seen;
}

static void find(enum law law, const struct id *object, const char *what) {
    if (look(law, object).of_law == 0)
        fail_msg("not found by %s: %s", law_name(law), what);
}

/* Takes back all that was put since the flush of set_up. */
static void forget(void) {
    struct side *side = &world.side;
    char reason[200];
    ledger_free(side->ledger);
    store_close(side->store);
    assert_int_equal(store_open(side->kv, side->keyring, &side->store, reason, sizeof reason), 0);
    side->ledger = ledger_new(side->store, side->keyring);
    world.store = side->store;
}

/* Puts it, looks, and takes it back. */
#define FIND_ORDER(law, order, change)                                                             \
    do {                                                                                           \
        struct product_order it = order;                                                           \
        change;                                                                                    \
        put(&it);                                                                                  \
        find(law, &it.id, #change);                                                                \
        forget();                                                                                  \
    } while (0)
#define FIND_LOAN(law, change)                                                                     \
    do {                                                                                           \
        static struct loan it;                                                                     \
        it = new_loan();                                                                           \
        change;                                                                                    \
        put_loan(&it);                                                                             \
        find(law, &it.id, #change);                                                                \
        forget();                                                                                  \
    } while (0)

/* "1" to "4", by kind. */
static void publish(enum product_kind kind) {
    char code[2] = {(char)('0' + kind), '\0'};
    bool is_loan = kind == PRODUCT_LOAN;
    struct product_terms terms = {.kind = kind,
                                  .name = "It",
                                  .risk = is_loan ? 0 : 1,
                                  .sha256 = {{1}},
                                  .currency = "CNY",
                                  .min_fen = 50000,
                                  .increment_fen = 1,
                                  .person_max_fen = is_loan ? 20000000 : 0,
                                  .term_days = 30};
    if (is_loan)
        terms.loan = (struct loan_terms){BANK_A, 3000, 0, 500, 3, 3};
    struct product_sale sale = {.all_banks = true, .price = kind <= PRODUCT_FUND ? 1000000 : 0};
    struct publish_product message = {.request = world_request_id(&world),
                                      .code = span_text(code),
                                      .version = 1,
                                      .state = PRODUCT_ON_SALE,
                                      .terms = &terms,
                                      .sale = &sale};
    assert_int_equal(world_send(&world, BANK_B, COMMAND_PUBLISH_PRODUCT, &message), 0);
}

static int set_up(void **state) {
    (void)state;
    world_init(&world);
    for (int kind = PRODUCT_WEALTH; kind <= PRODUCT_LOAN; kind++)
        publish((enum product_kind)kind);
    link = world_link(&world);
    person = world_get_link(&world, &link).person_key;
    barred = world_transfer_in(&world, &link, TRANSFER_PUSH, FEN, TRANSFER_REJECTED);
    accepted = world_transfer_in(&world, &link, TRANSFER_PUSH, FEN, TRANSFER_ACCEPTED);
    side_flush(&world.side);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    world_deinit(&world);
    return 0;
}

static void what_is_right_is_found_right(void **state) {
    (void)state;
    struct product_order order = confirmed();
    static struct loan loan;
    assert_int_equal(look(LAW_I16, &order.id).others, 0);
    put(&order);
    assert_int_equal(look(LAW_I16, &order.id).others, 0);
    assert_int_equal(look(LAW_I16, &order.id).of_law, 0);
    struct product_order refused = new_order(PRODUCT_DEPOSIT);
    refused.funding = barred;
    refused.placed_at_ms = 0;
    refused.units = 0;
    LIVE(&refused, EVENT(CREATE), EVENT(FUND), EVENT(NOT_PAID));
    put(&refused);
    loan = new_loan();
    put_loan(&loan);
    struct seen seen = look(LAW_I16, &order.id);
    assert_int_equal(seen.of_law + seen.others, 0);
}

static void orders_that_are_not(void **state) {
    (void)state;
    FIND_ORDER(LAW_I16, confirmed(), it.funding = barred);
    FIND_ORDER(LAW_I16, confirmed(), it.funding = (struct id){{0}});
    FIND_ORDER(LAW_I16, confirmed(), it.amount.fen++);
    FIND_ORDER(LAW_I16, confirmed(), it.refunded_fen = it.refund_fen = 7);
    FIND_ORDER(LAW_I16, confirmed(), it.confirmed_fen--);
    FIND_ORDER(LAW_I16, confirmed(), it.confirmed_units = INT64_MAX;
               it.confirmed_price = INT64_MAX);
    FIND_ORDER(LAW_I9, confirmed(), it.units = -1);
    FIND_ORDER(LAW_I4, confirmed(), it.kind = PRODUCT_DEPOSIT);
    FIND_ORDER(LAW_I4, confirmed(), it.state = PRODUCT_ORDER_PLACED);
    FIND_ORDER(LAW_I4, confirmed(), it.history.entries[2].event = EVENT(OPEN));
    FIND_ORDER(LAW_I4, confirmed(), it.placed_at_ms = 0);
    FIND_ORDER(LAW_I4, confirmed(), it.conflict = true);
    FIND_ORDER(LAW_I4, confirmed(), it.ends = PRODUCT_ORDER_EXPIRED);
    FIND_ORDER(LAW_I14, confirmed(), it.created_at_ms++);
    FIND_ORDER(LAW_I15, confirmed(), it.matures_at_ms = 5); /* no deadline says so */
    FIND_ORDER(LAW_I15, confirmed(), it.issuer = BANK_C);
    FIND_ORDER(LAW_I15, confirmed(), it.version = 2);
    FIND_ORDER(LAW_I15, confirmed(), it.product[0] = '4');
    FIND_ORDER(LAW_I15, confirmed(), it.person_key.bytes[0]++);
    FIND_ORDER(LAW_I16, confirmed(), it.units = 0);
    FIND_ORDER(LAW_I16, confirmed(), it.units++);
    FIND_ORDER(LAW_I16, confirmed(), it.payout.purpose = PRODUCT_PAYOUT_REDEMPTION;
               it.payout.units = it.units + 1);
}

/* Of its product and its person. */
static void sums_that_are_not(void **state) {
    (void)state;
    struct product_order order = confirmed();
    struct id product = store_product_id(order.issuer, span_text(order.product));
    struct quota quota;
    put(&order);
    assert_int_equal(store_get_quota(world.store, &product, &quota), 0);
    assert_int_equal(quota.sold_fen, FEN);
    quota.sold_fen--;
    store_put_quota(world.store, &quota, false);
    find(LAW_I16, &product, "less is sold than its orders say");
    quota.sold_fen++;
    quota.reserved_fen++;
    store_put_quota(world.store, &quota, false);
    find(LAW_I3, &product, "more is reserved than its open orders say");
    quota.reserved_fen--;
    store_put_quota(world.store, &quota, false);
    store_put_held(world.store, &product, &person, FEN + 1);
    find(LAW_I8, &product, "its person holds more than its orders say");
    store_put_held(world.store, &product, &person, FEN - 1);
    find(LAW_I8, &order.id, "its person holds less than it");
    store_put_held(world.store, &product, &person, FEN);
    struct seen seen = look(LAW_I16, &order.id);
    assert_int_equal(seen.of_law + seen.others, 0);
}

static struct product_order refunding(void) {
    struct product_order order = new_order(PRODUCT_FUND);
    order.refund_fen = FEN;
    order.units = order.confirmed_units = order.confirmed_price = order.confirmed_fen = 0;
    LIVE(&order, TO_PLACED, EVENT(CANCEL));
    return order;
}

static void ends_that_are_others(void **state) {
    (void)state;
    FIND_ORDER(LAW_I4, refunding(), it.ends = PRODUCT_ORDER_REJECTED);
    FIND_ORDER(LAW_I4, refunding(), LIVE(&it, EVENT(REFUNDED)); it.state = PRODUCT_ORDER_REJECTED;
               it.history.entries[it.history.count - 1].state = PRODUCT_ORDER_REJECTED);
    FIND_ORDER(LAW_I16, refunding(), LIVE(&it, EVENT(REFUNDED))); /* nothing came back */
}

static void rows_that_lead_nowhere(void **state) {
    (void)state;
    struct product_order order = confirmed();
    static struct loan loan;
    struct id nothing = next_id();
    struct digest nobody = {{1}};
    loan = new_loan();
    put(&order);
    store_put_order_transfer(world.store, &nothing, &order.id);
    find(LAW_I15, &order.id, "a row by a transfer that is none");
    forget();
    store_put_loan_transfer(world.store, &accepted, &nothing);
    find(LAW_I15, &nothing, "a row that leads to no loan");
    forget();
    put(&order);
    order.link = nothing; /* its row by link is the old one */
    store_put_order(world.store, &order, false);
    find(LAW_I15, &order.id, "another link");
    forget();
    struct store_open_row open = {OBJECT_LOAN, loan.link, loan.id};
    put_loan(&loan);
    assert_int_equal(store_drop_open(world.store, &open), 0);
    find(LAW_I15, &loan.id, "no open row");
    forget();
    store_put_held(world.store, &nothing, &nobody, -1);
    assert_int_equal(look(LAW_I9, &nothing).of_law, 1);
}

static void loans_that_are_not(void **state) {
    (void)state;
    static struct loan loan;
    struct id product = store_product_id(BANK_B, SPAN_LITERAL("4"));
    FIND_LOAN(LAW_I9, it.account.repaid.lead_fen = FEN + 1);
    FIND_LOAN(LAW_I9, it.account.accrued = -1);
    FIND_LOAN(LAW_I16, it.account.repaid.lead_fen = 1);
    FIND_LOAN(LAW_I16, it.terms.lead_share = 3000);
    FIND_LOAN(LAW_I16, it.class1_account = false);
    FIND_LOAN(LAW_I16, it.schedule.count--);
    FIND_LOAN(LAW_I16, it.limit_fen--);
    FIND_LOAN(LAW_I16, it.decisions[LOAN_LEAD].approved = false);
    FIND_LOAN(LAW_I16, it.asked_fen--);
    FIND_LOAN(LAW_I15, it.lead = BANK_C);
    FIND_LOAN(LAW_I15, it.terms.partner = BANK_B);
    FIND_LOAN(LAW_I15, it.product[0] = '1');
    FIND_LOAN(LAW_I4, it.state = LOAN_REPAID);
    FIND_LOAN(LAW_I4, it.history.entries[3].event = LOAN_EVENT_REPAY);
    FIND_LOAN(LAW_I4, it.conflict = true);
    loan = new_loan();
    put_loan(&loan);
    store_put_held(world.store, &product, &person, FEN - 1);
    find(LAW_I8, &product, "more than the person may have");
    forget();
    FIND_LOAN(LAW_I15, it.flight.kind = LOAN_FLIGHT_DRAW; it.flight.transfer = it.id);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(what_is_right_is_found_right), IN_A_WORLD(orders_that_are_not),
        IN_A_WORLD(ends_that_are_others),         IN_A_WORLD(rows_that_lead_nowhere),
        IN_A_WORLD(loans_that_are_not),           IN_A_WORLD(sums_that_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
