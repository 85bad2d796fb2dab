/*
 * See loans_made.h.
 */
#include "ledger/loans_made.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "store/catalogue.h"
#include "store/orders.h"
#include "store/table.h"

struct id loans_link(struct loans *loans, const struct open_link *open) {
    struct open_link fresh = open ? *open : world_open(&loans->world);
    fresh.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_PRODUCTS);
    return world_link_of(&loans->world, &fresh);
}

void loans_publish(struct loans *loans, enum product_state state) {
    struct product_sale sale = {.all_banks = false};
    struct publish_product request = {.request = world_request_id(&loans->world),
                                      .code = SPAN_LITERAL(LOAN_CODE),
                                      .version = ++loans->version,
                                      .state = state,
                                      .terms = &loans->terms,
                                      .sale = &sale};
    loans->terms.sha256.bytes[0] = (uint8_t)loans->version;
    loans_ask(loans, loans->lead, COMMAND_PUBLISH_PRODUCT, &request);
    assert_false(world_one(&loans->world, EFFECT_REPLY)->refused);
}

void loans_init(struct loans *loans, bank_code lead) {
    world_init(&loans->world);
    loans->lead = lead;
    loans->partner = lead == BANK_A ? BANK_B : BANK_A;
    loans->version = 0;
    loans->terms = (struct product_terms){
        .kind = PRODUCT_LOAN,
        .name = "Easy loan",
        .currency = "CNY",
        .min_fen = 50000,
        .increment_fen = 100,
        .person_max_fen = 20000000,
        .term_days = 360,
        .loan = {loans->partner, 3000, 0, 500, 12, 3},
    };
    loans_publish(loans, PRODUCT_ON_SALE);
    loans->link = loans_link(loans, NULL);
}

void loans_deinit(struct loans *loans) {
    laws_check(&loans->world);
    world_deinit(&loans->world);
}

/* ---- requests ---- */

struct offer_loan loans_offer_of(struct loans *loans, int64_t fen) {
    return (struct offer_loan){.request = world_request_id(&loans->world),
                               .link = loans->link,
                               .product = SPAN_LITERAL(LOAN_CODE),
                               .version = loans->version,
                               .maximum = {fen, "CNY"}};
}

struct apply_loan loans_application(struct loans *loans, const struct id *loan, int64_t fen) {
    return (struct apply_loan){
        .request = world_request_id(&loans->world),
        .loan = *loan,
        .amount = {fen, "CNY"},
        .terms = loans->terms.sha256,
        .consent.bytes = {7},
        .authorisation_count = LOAN_LENDERS,
        .authorisations = {{BANK_A, {{8}}}, {BANK_B, {{9}}}},
    };
}

struct decide_loan loans_approval(struct loans *loans, const struct id *loan, int64_t fen) {
    return (struct decide_loan){.request = world_request_id(&loans->world),
                                .loan = *loan,
                                .approved = true,
                                .limit = {fen, "CNY"}};
}

struct decide_loan loans_no(struct loans *loans, const struct id *loan) {
    return (struct decide_loan){
        .request = world_request_id(&loans->world), .loan = *loan, .reason = SPAN_LITERAL("MS03")};
}

struct draw_loan loans_draw_of(struct loans *loans, const struct id *loan, int64_t fen) {
    return (struct draw_loan){.request = world_request_id(&loans->world),
                              .loan = *loan,
                              .amount = {fen, "CNY"},
                              .end_to_end_id = SPAN_LITERAL("DRAW")};
}

struct repay_loan loans_repayment_of(struct loans *loans, const struct id *loan, int64_t fen,
                                     int64_t interest_fen) {
    return (struct repay_loan){.request = world_request_id(&loans->world),
                               .loan = *loan,
                               .amount = {fen, "CNY"},
                               .interest_fen = interest_fen,
                               .end_to_end_id = SPAN_LITERAL("BACK")};
}

struct loan_status loans_ruling(struct loans *loans, const struct id *loan,
                                enum loan_status_event event) {
    bool ends = event == LOAN_STATUS_WRITTEN_OFF || event == LOAN_STATUS_CANCELLED;
    return (struct loan_status){.request = world_request_id(&loans->world),
                                .loan = *loan,
                                .event = event,
                                .reason = ends ? SPAN_LITERAL("CUST") : span_of(NULL, 0)};
}

/* ---- steps ---- */

void loans_ask(struct loans *loans, bank_code bank, enum command_kind kind, const void *body) {
    assert_int_equal(world_send(&loans->world, bank, kind, body), 0);
}

/* What must not change when nothing may. */
static struct span record_of(struct loans *loans, const struct id *loan) {
    struct key key = key_of(TABLE_LOAN);
    struct span value;
    key_add_id(&key, loan);
    assert_int_equal(overlay_get(store_overlay(loans->world.store), key_span(&key), &value), 0);
    return arena_copy(&loans->world.arena, value);
}

void loans_expect_refused(struct loans *loans, bank_code bank, enum command_kind kind,
                          const void *body, const struct id *loan, enum refusal_code code,
                          const char *field) {
    struct span before = loan ? record_of(loans, loan) : span_of(NULL, 0);
    loans_ask(loans, bank, kind, body);
    world_expect_refused(&loans->world, code, field);
    if (loan)
        assert_true(span_equal(record_of(loans, loan), before));
}

int64_t loans_right_fen(struct loans *loans) {
    const struct effect *reply = world_one(&loans->world, EFFECT_REPLY);
    return world_refusal(&loans->world, reply).right_fen;
}

struct id loans_offered(struct loans *loans, int64_t fen) {
    struct offer_loan request = loans_offer_of(loans, fen);
    loans_ask(loans, loans->lead, COMMAND_OFFER_LOAN, &request);
    return loans_replied(loans).loan.id;
}

struct id loans_applied(struct loans *loans, int64_t fen) {
    struct id id = loans_offered(loans, fen);
    struct apply_loan request = loans_application(loans, &id, fen);
    loans_ask(loans, BANK_A, COMMAND_APPLY_LOAN, &request);
    assert_int_equal(loans_replied(loans).loan.state, LOAN_APPLIED);
    return id;
}

struct id loans_approved(struct loans *loans, int64_t fen) {
    struct id id = loans_applied(loans, fen);
    struct decide_loan request = loans_approval(loans, &id, fen);
    loans_ask(loans, BANK_A, COMMAND_DECIDE_LOAN, &request);
    request = loans_approval(loans, &id, fen);
    loans_ask(loans, BANK_B, COMMAND_DECIDE_LOAN, &request);
    assert_int_equal(loans_replied(loans).loan.state, LOAN_APPROVED);
    return id;
}

struct id loans_drawing(struct loans *loans, bank_code bank, const struct id *loan, int64_t fen) {
    struct draw_loan request = loans_draw_of(loans, loan, fen);
    loans_ask(loans, bank, COMMAND_DRAW_LOAN, &request);
    return loans_replied(loans).loan.flight.transfer;
}

struct id loans_repaying(struct loans *loans, bank_code bank, const struct id *loan, int64_t fen,
                         int64_t interest_fen) {
    struct repay_loan request = loans_repayment_of(loans, loan, fen, interest_fen);
    loans_ask(loans, bank, COMMAND_REPAY_LOAN, &request);
    return loans_replied(loans).loan.flight.transfer;
}

void loans_posted(struct loans *loans, const struct id *transfer) {
    struct posting_result result = world_posted(&loans->world, transfer);
    char date[DATE_TEXT_SIZE];
    date_format(shanghai_day(loans->world.now_ms), date);
    result.book_date = world_text(&loans->world, "%s", date);
    assert_int_equal(world_answer(&loans->world,
                                  world_get_transfer(&loans->world, transfer).instructed,
                                  COMMAND_POSTING_ANSWER, &result),
                     0);
}

struct id loans_drawn(struct loans *loans, bank_code bank, const struct id *loan, int64_t fen) {
    struct id transfer = loans_drawing(loans, bank, loan, fen);
    loans_posted(loans, &transfer);
    return transfer;
}

struct id loans_repaid(struct loans *loans, bank_code bank, const struct id *loan, int64_t fen,
                       int64_t interest_fen) {
    struct id transfer = loans_repaying(loans, bank, loan, fen, interest_fen);
    loans_posted(loans, &transfer);
    return transfer;
}

struct loan_quote_view loans_quoted(struct loans *loans, bank_code bank, const struct id *loan,
                                    int64_t day) {
    struct quote_repayment query = {*loan, day};
    struct loan_quote_view view;
    loans_ask(loans, bank, COMMAND_QUOTE_REPAYMENT, &query);
    const struct effect *reply = world_one(&loans->world, EFFECT_REPLY);
    assert_false(reply->refused);
    assert_int_equal(partner_decode_loan_quote(reply->payload, &loans->world.arena, &view), 0);
    return view;
}

void loans_days_on(struct loans *loans, int64_t days) {
    loans->world.now_ms += days * DAY_MS;
    assert_int_equal(world_tick(&loans->world), 0);
}

/* ---- what came out ---- */

struct loan_view loans_view(struct loans *loans, const struct effect *effect,
                            struct span *event_out) {
    struct world *world = &loans->world;
    struct loan_view view;
    struct notice_place place;
    struct span event = span_of(NULL, 0);
    struct span copy = arena_copy(&world->arena, effect->payload);
    assert_false(effect->refused);
    if (effect->kind == EFFECT_NOTICE)
        assert_int_equal(partner_decode_loan_notice(copy, &world->arena, &place, &view, &event), 0);
    else
        assert_int_equal(partner_decode_loan_reply(copy, &world->arena, &view), 0);
    if (event_out)
        *event_out = event;
    return view;
}

struct loan_view loans_replied(struct loans *loans) {
    return loans_view(loans, world_one(&loans->world, EFFECT_REPLY), NULL);
}

void loans_check_told(struct loans *loans, size_t count, const char *const events[]) {
    size_t told = 0;
    for (size_t i = 0; i < world_count(&loans->world, EFFECT_NOTICE); i++) {
        const struct effect *notice = world_effect(&loans->world, EFFECT_NOTICE, i);
        struct span event;
        if (notice->message != MESSAGE_LOAN_NOTICE)
            continue;
        (void)loans_view(loans, notice, &event);
        assert_true(told / 2 < count && span_equal(event, span_text(events[told / 2])));
        assert_true(notice->bank == (told % 2 ? loans->partner : loans->lead));
        told++;
    }
    assert_int_equal(told, 2 * count);
}

struct loan loans_stored(struct loans *loans, const struct id *id) {
    struct loan loan;
    assert_int_equal(store_get_loan(loans->world.store, id, &loan), 0);
    return loan;
}

int64_t loans_held(struct loans *loans) {
    struct id product = store_product_id(loans->lead, SPAN_LITERAL(LOAN_CODE));
    struct link link = world_get_link(&loans->world, &loans->link);
    int64_t held_fen;
    assert_int_equal(store_get_held(loans->world.store, &product, &link.person_key, &held_fen), 0);
    return held_fen;
}
