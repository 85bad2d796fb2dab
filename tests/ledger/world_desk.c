/*
 * See world_desk.h.
 */
#include "ledger/world_desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/world_people.h"

void world_encode_desk(enum command_kind kind, const void *body, struct buf *out) {
    switch ((int)kind) {
    case COMMAND_PLACE_HOLD:
        partner_encode_place_hold(body, out);
        break;
    case COMMAND_LIFT_HOLD:
        partner_encode_lift_hold(body, out);
        break;
    case COMMAND_REPORT_ACCOUNT:
        partner_encode_report_account(body, out);
        break;
    case COMMAND_RECHECK_ANSWER:
        partner_encode_recheck_account_reply(body, out);
        break;
    case COMMAND_QUERY_BALANCE:
    case COMMAND_QUERY_ACCOUNT_STATUS:
        partner_encode_query_account(body, out);
        break;
    case COMMAND_QUERY_POSITION:
        partner_encode_query_position(body, out);
        break;
    case COMMAND_BALANCE_ANSWER:
        partner_encode_balance_answer(body, out);
        break;
    case COMMAND_STATUS_ANSWER:
        partner_encode_status_answer(body, out);
        break;
    case COMMAND_OPEN_CASE:
        partner_encode_open_case(body, out);
        break;
    case COMMAND_ANSWER_CASE:
        partner_encode_answer_case(body, out);
        break;
    case COMMAND_CONFIRM_SETTLEMENT:
        partner_encode_confirm_settlement(body, out);
        break;
    case COMMAND_GET_WINDOW:
        partner_encode_get_window(body, out);
        break;
    case COMMAND_QUERY_OVERVIEW:
        partner_encode_query_overview(body, out);
        break;
    case COMMAND_OFFLINE_EVENT:
        partner_encode_offline_event(body, out);
        break;
    case COMMAND_REFERRAL:
        partner_encode_referral(body, out);
        break;
    case COMMAND_GET_CASE:
        partner_encode_get_case(body, out);
        break;
    case COMMAND_PROPOSE_ADJUSTMENT:
        partner_encode_propose_adjustment(body, out);
        break;
    case COMMAND_ACCEPT_ADJUSTMENT:
        partner_encode_accept_adjustment(body, out);
        break;
    case COMMAND_APPLY_CARD:
        partner_encode_apply_card(body, out);
        break;
    case COMMAND_CARD_STATUS:
        partner_encode_card_status(body, out);
        break;
    case COMMAND_CARD_ANSWER:
        partner_encode_ask_card_reply(body, out);
        break;
    case COMMAND_GET_CARD:
        partner_encode_get_card(body, out);
        break;
    case COMMAND_CANCEL_CARD:
        partner_encode_cancel_card(body, out);
        break;
    case COMMAND_GET_ADJUSTMENT:
        partner_encode_get_adjustment(body, out);
        break;
    case COMMAND_PUBLISH_PRODUCT:
        partner_encode_publish_product(body, out);
        break;
    case COMMAND_GET_PRODUCT:
        partner_encode_get_product(body, out);
        break;
    case COMMAND_PLACE_ORDER:
        partner_encode_place_order(body, out);
        break;
    case COMMAND_CANCEL_ORDER:
        partner_encode_cancel_order(body, out);
        break;
    case COMMAND_REDEEM:
        partner_encode_redeem(body, out);
        break;
    case COMMAND_ORDER_ANSWER:
        partner_encode_order_instruction_reply(body, out);
        break;
    case COMMAND_ORDER_RESULT:
        partner_encode_order_result(body, out);
        break;
    case COMMAND_PAYOUT:
        partner_encode_payout(body, out);
        break;
    case COMMAND_GET_ORDER:
        partner_encode_get_order(body, out);
        break;
    case COMMAND_LIST_HOLDINGS:
        partner_encode_list_holdings(body, out);
        break;
    case COMMAND_LIST_PRODUCTS:
        partner_encode_list_products(body, out);
        break;
    case COMMAND_QUERY_TOTALS:
        partner_encode_query_totals(body, out);
        break;
    case COMMAND_RECON_PAGE:
        partner_encode_recon_page(body, out);
        break;
    default:
        fail_msg("no such message: %d", (int)kind);
    }
}

/* ---- holds ---- */

struct place_hold world_place(struct world *world, const struct id *link,
                              enum hold_authority authority, uint32_t blocks) {
    bool court = authority == HOLD_BY_COURT;
    return (struct place_hold){
        .request = world_request_id(world),
        .link = *link,
        .authority = authority,
        .reason = court ? SPAN_LITERAL("AM07") : SPAN_LITERAL("FR01"),
        .legal_reference = court ? SPAN_LITERAL("(2026) Zhi 17") : span_of(NULL, 0),
        .blocks = blocks,
    };
}

struct lift_hold world_lift(struct world *world, const struct id *link, const struct id *hold,
                            enum hold_authority authority) {
    return (struct lift_hold){world_request_id(world), *link, *hold, authority,
                              SPAN_LITERAL("CUST")};
}

static struct id last_hold(struct world *world, const struct id *link) {
    struct link now = world_get_link(world, link);
    assert_false(world_one(world, EFFECT_REPLY)->refused);
    assert_true(now.hold_count > 0);
    return now.holds[now.hold_count - 1].id;
}

struct id world_placed(struct world *world, bank_code bank, const struct id *link,
                       enum hold_authority authority, uint32_t blocks) {
    struct place_hold place = world_place(world, link, authority, blocks);
    assert_int_equal(world_send(world, bank, COMMAND_PLACE_HOLD, &place), 0);
    return last_hold(world, link);
}

int world_hold_order(struct world *world, enum command_kind kind, const struct hold_order *order) {
    struct command *command = world_order(world, kind, UID_ONE);
    command->body.hold_order = *order;
    return world_give(world, command);
}

struct id world_hold_by_operator(struct world *world, const struct id *link) {
    struct hold_order order = {.link = *link, .blocks = HOLD_BLOCKS_ALL, .reason = "FR01"};
    assert_int_equal(world_hold_order(world, COMMAND_HOLD_PLACE, &order), 0);
    return last_hold(world, link);
}

/* ---- accounts ---- */

struct report_account world_report(struct world *world, struct span account_number,
                                   enum account_event event) {
    bool class_changed = event == ACCOUNT_EVENT_CLASS_CHANGED;
    return (struct report_account){
        .request = world_request_id(world),
        .account_number = arena_copy(&world->arena, account_number),
        .event = event,
        .account_class = class_changed ? ACCOUNT_CLASS_II : ACCOUNT_CLASS_NONE,
        .opening = class_changed ? ACCOUNT_OPENING_FACE_TO_FACE : ACCOUNT_OPENING_NONE,
    };
}

struct report_account world_report_of(struct world *world, const struct id *link, bank_code bank,
                                      enum account_event event) {
    struct link now = world_get_link(world, link);
    struct link_private secret = world_get_private(world, link);
    return world_report(
        world, bank == now.class1_bank ? secret.class1_number : secret.class2_number, event);
}

uint32_t world_report_reply(struct world *world, bool *replayed_out) {
    const struct effect *effect = world_one(world, EFFECT_REPLY);
    struct report_account_reply reply;
    assert_false(effect->refused);
    assert_int_equal(partner_decode_report_account_reply(effect->payload, &world->arena, &reply),
                     0);
    if (replayed_out)
        *replayed_out = reply.replayed;
    return reply.links;
}

uint32_t world_reported(struct world *world, const struct id *link, bank_code bank,
                        enum account_event event) {
    struct report_account report = world_report_of(world, link, bank, event);
    assert_int_equal(world_send(world, bank, COMMAND_REPORT_ACCOUNT, &report), 0);
    return world_report_reply(world, NULL);
}

static struct span sent(struct world *world, enum message_kind message) {
    const struct effect *effect = world_one(world, EFFECT_SEND);
    assert_int_equal(effect->message, message);
    return arena_copy(&world->arena, effect->payload);
}

struct recheck_account world_recheck(struct world *world, const struct id *link) {
    struct recheck_account question;
    world->now_ms = world_get_link(world, link).recheck_due_ms;
    assert_int_equal(world_tick(world), 0);
    assert_int_equal(partner_decode_recheck_account(sent(world, MESSAGE_RECHECK_ACCOUNT),
                                                    &world->arena, &question),
                     0);
    return question;
}

struct recheck_account_reply world_recheck_reply(const struct recheck_account *question) {
    return (struct recheck_account_reply){
        .link = question->link,
        .recheck = question->recheck,
        .account_class = ACCOUNT_CLASS_I,
        .status = ACCOUNT_OPEN,
        .same_holder = ELEMENT_MATCH,
    };
}

/* ---- questions and cases ---- */

struct query_account world_query(struct world *world, const struct id *link) {
    return (struct query_account){world_request_id(world), *link};
}

struct ask_account world_asked(struct world *world, enum message_kind message) {
    struct ask_account asked;
    assert_int_equal(partner_decode_ask_account(sent(world, message), &world->arena, &asked), 0);
    return asked;
}

struct balance_answer world_balance(const struct id *query) {
    return (struct balance_answer){
        .query = *query,
        .available_fen = 4711,
        .booked_fen = -12,
        .currency = SPAN_LITERAL("CNY"),
        .as_of_ms = WORLD_START_MS - 5,
    };
}

struct status_answer world_status(const struct id *query) {
    return (struct status_answer){
        .query = *query,
        .status = ACCOUNT_OPEN,
        .account_class = ACCOUNT_CLASS_I,
        .can_debit = true,
        .as_of_ms = WORLD_START_MS - 5,
    };
}

struct open_case world_inquire(struct world *world, const struct id *transfer,
                               enum case_subject subject) {
    return (struct open_case){.request = world_request_id(world),
                              .transfer = *transfer,
                              .subject = subject,
                              .text = SPAN_LITERAL("Our books say otherwise.")};
}

struct answer_case world_reply(struct world *world, const struct id *inquiry,
                               enum case_outcome outcome) {
    return (struct answer_case){
        .request = world_request_id(world),
        .inquiry = *inquiry,
        .outcome = outcome,
        .text = outcome ? SPAN_LITERAL("We looked.") : SPAN_LITERAL("Look again."),
    };
}

struct answer_case world_close_case(struct world *world, const struct id *inquiry) {
    return (struct answer_case){
        .request = world_request_id(world), .inquiry = *inquiry, .close = true};
}

struct case_view world_case_view(struct world *world, const struct effect *effect) {
    struct case_view view;
    struct notice_place place;
    struct span copy = arena_copy(&world->arena, effect->payload);
    assert_false(effect->refused);
    if (effect->kind == EFFECT_NOTICE)
        assert_int_equal(partner_decode_case_notice(copy, &world->arena, &place, &view), 0);
    else
        assert_int_equal(partner_decode_case_reply(copy, &world->arena, &view), 0);
    return view;
}

struct propose_adjustment world_propose(struct world *world, const struct id *inquiry,
                                        bank_code debtor, bank_code creditor, int64_t fen) {
    return (struct propose_adjustment){
        .request = world_request_id(world),
        .inquiry = *inquiry,
        .debtor = debtor,
        .creditor = creditor,
        .amount = {fen, "CNY"},
        .text = SPAN_LITERAL("We were paid too much."),
    };
}

struct accept_adjustment world_accept(struct world *world, const struct id *adjustment,
                                      bool reject) {
    return (struct accept_adjustment){world_request_id(world), *adjustment, reject};
}

struct adjustment_view world_adjustment_view(struct world *world, const struct effect *effect) {
    struct adjustment_view view;
    struct notice_place place;
    struct span copy = arena_copy(&world->arena, effect->payload);
    assert_false(effect->refused);
    if (effect->kind == EFFECT_NOTICE)
        assert_int_equal(partner_decode_adjustment_notice(copy, &world->arena, &place, &view), 0);
    else
        assert_int_equal(partner_decode_adjustment_reply(copy, &world->arena, &view), 0);
    return view;
}

struct adjustment world_get_adjustment(struct world *world, const struct id *id) {
    struct adjustment adjustment;
    assert_int_equal(store_get_adjustment(world->store, id, &adjustment), 0);
    return adjustment;
}

struct inquiry_case world_get_case(struct world *world, const struct id *id) {
    struct inquiry_case inquiry;
    assert_int_equal(store_get_case(world->store, id, &inquiry), 0);
    return inquiry;
}

/* ---- canaries ---- */

static bool holds(struct span bytes, struct span wanted) {
    return wanted.size && bytes.size &&
           memmem(bytes.data, bytes.size, wanted.data, wanted.size) != NULL;
}

bool world_says(const struct world *world, bank_code bank, struct span bytes) {
    for (size_t i = 0; i < world->effects->count; i++) {
        const struct effect *effect = &world->effects->items[i];
        bank_code to = effect->kind == EFFECT_REPLY ? effect->origin.connection : effect->bank;
        if ((bank == 0 || to == bank) && holds(effect->payload, bytes))
            return true;
    }
    return false;
}

static bool table_keeps(struct world *world, uint8_t table, struct span bytes) {
    struct overlay *overlay = store_overlay(world->store);
    struct span key, value;
    int rc = overlay_seek(overlay, span_of(&table, 1), 1, &key, &value);
    while (rc == 0) {
        if (holds(key, bytes) || holds(value, bytes))
            return true;
        rc = overlay_after(overlay, key, 1, &key, &value);
    }
    assert_int_equal(rc, OVERLAY_ABSENT);
    return false;
}

bool world_keeps(struct world *world, struct span bytes) {
    for (unsigned table = 0; table <= UINT8_MAX; table++) {
        if (table_keeps(world, (uint8_t)table, bytes))
            return true;
    }
    return false;
}
