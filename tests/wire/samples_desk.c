/*
 * The sample values of what is said of accounts, of cases and of the system.
 */
#include "wire/samples_parts.h"

struct report_account sample_report_account(void) {
    return (struct report_account){
        .request = REQUEST,
        .account_number = SPAN_LITERAL(CLASS1_NUMBER),
        .event = ACCOUNT_EVENT_CLASS_CHANGED,
        .account_class = ACCOUNT_CLASS_II,
        .opening = ACCOUNT_OPENING_REMOTE,
    };
}

struct report_account sample_report_limit(void) {
    return (struct report_account){
        .request = REQUEST,
        .account_number = SPAN_LITERAL(CLASS1_NUMBER),
        .event = ACCOUNT_EVENT_LIMIT,
        .remaining = {{0, 1900000}, {LIMIT_NOT_SAID, INT64_MAX}},
    };
}

struct report_account_reply sample_report_account_reply(void) {
    return (struct report_account_reply){3, true};
}

struct recheck_account sample_recheck_account(void) {
    return (struct recheck_account){
        .link = LINK,
        .recheck = THIRD,
        .verification = OTHER,
        .requesting_bank = SAMPLE_CLASS2_BANK,
        .account_number = SPAN_LITERAL(CLASS1_NUMBER),
    };
}

struct recheck_account_reply sample_recheck_account_reply(void) {
    return (struct recheck_account_reply){LINK, THIRD, ACCOUNT_CLASS_I, ACCOUNT_BLOCKED,
                                          ELEMENT_MISMATCH};
}

struct query_account sample_query_account(void) {
    return (struct query_account){REQUEST, LINK};
}

struct ask_account sample_ask_account(void) {
    return (struct ask_account){THIRD, LINK, SAMPLE_CLASS2_BANK, SPAN_LITERAL(CLASS1_NUMBER)};
}

struct balance_answer sample_balance_answer(void) {
    return (struct balance_answer){
        .query = THIRD,
        .available_fen = -5,
        .booked_fen = 700000,
        .currency = SPAN_LITERAL("CNY"),
        .as_of_ms = 1719792000000,
        .reason = SPAN_LITERAL("AG08"),
    };
}

struct balance_answer sample_balance_reply(void) {
    struct balance_answer reply = sample_balance_answer();
    reply.query = (struct id){{0}};
    reply.link = LINK;
    reply.bank = SAMPLE_CLASS1_BANK;
    reply.masked = SPAN_LITERAL("****7896");
    return reply;
}

struct query_overview sample_query_overview(void) {
    return (struct query_overview){.request = REQUEST, .link = LINK, .after = THIRD};
}

struct query_overview sample_query_overview_number(void) {
    return (struct query_overview){.request = REQUEST,
                                   .account_number = SPAN_LITERAL(CLASS1_NUMBER)};
}

struct overview_view sample_overview_reply(void) {
    struct overview_view view = {.count = 2, .next = OTHER};
    static const struct overview_holding holding = {
        .order = {{0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33,
                   0x33, 0x33, 0x33}},
        .issuer = SAMPLE_CLASS1_BANK,
        .product = "D-1",
        .kind = PRODUCT_DEPOSIT,
        .state = PRODUCT_ORDER_OPEN,
        .units = 300,
        .cost_fen = 3,
        .currency = "CNY",
        .matures_at_ms = 1719792000000,
    };
    static const struct overview_loan loan = {
        .loan = {{0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33,
                  0x33, 0x33, 0x33}},
        .lead = SAMPLE_CLASS1_BANK,
        .product = "L-1",
        .state = LOAN_OVERDUE,
        .principal_fen = 300,
        .interest_due_fen = 1,
        .available_fen = 700000,
        .currency = "CNY",
    };
    view.accounts[0] = (struct overview_account){.link_state = LINK_ACTIVE,
                                                 .status = OVERVIEW_ANSWERED,
                                                 .balance = sample_balance_reply(),
                                                 .holdings = &holding,
                                                 .loans = &loan,
                                                 .holding_count = 1,
                                                 .loan_count = 1,
                                                 .more_holdings = true,
                                                 .more_loans = true};
    view.accounts[1] =
        (struct overview_account){.link_state = LINK_CLOSING,
                                  .status = OVERVIEW_NOT_ACTIVE,
                                  .balance = {.link = OTHER, .bank = SAMPLE_CLASS1_BANK}};
    return view;
}

struct offline_event sample_offline_event(void) {
    return (struct offline_event){.request = REQUEST,
                                  .link = LINK,
                                  .type = EVENT_CASH_WITHDRAWAL,
                                  .at_ms = 1719792000000,
                                  .amount = {500000, "CNY"},
                                  .place = SPAN_LITERAL("柜台")};
}

struct referral sample_referral(void) {
    return (struct referral){REQUEST, SAMPLE_CLASS1_BANK, sample_person(), sample_consent()};
}

struct event_view sample_event_reply(void) {
    return (struct event_view){.event = THIRD,
                               .kind = EVENT_REFERRAL,
                               .state = EVENT_EXPIRED,
                               .received_at_ms = 1719792000000,
                               .ended_at_ms = 1719792000001,
                               .replayed = true};
}

struct event_view sample_event_notice(void) {
    return (struct event_view){.event = THIRD,
                               .kind = EVENT_OFFLINE,
                               .state = EVENT_WAITING,
                               .received_at_ms = 1719792000000,
                               .from = SAMPLE_CLASS2_BANK,
                               .link = LINK,
                               .type = EVENT_CASH_WITHDRAWAL,
                               .at_ms = 1719791999000,
                               .amount = {500000, "CNY"},
                               .place = SPAN_LITERAL("柜台")};
}

struct event_view sample_referral_notice(void) {
    return (struct event_view){.event = THIRD,
                               .kind = EVENT_REFERRAL,
                               .state = EVENT_WAITING,
                               .received_at_ms = 1719792000000,
                               .from = SAMPLE_CLASS2_BANK,
                               .has_person = true,
                               .person = sample_person(),
                               .consent = sample_consent()};
}

struct notice_place sample_event_place(void) {
    return (struct notice_place){404, digest_of(0xaa)};
}

struct status_answer sample_status_answer(void) {
    return (struct status_answer){
        .query = THIRD,
        .status = ACCOUNT_BLOCKED,
        .account_class = ACCOUNT_CLASS_I,
        .can_debit = true,
        .can_credit = true,
        .as_of_ms = 1719792000000,
        .reason = SPAN_LITERAL("AG08"),
    };
}

struct status_answer sample_account_status_reply(void) {
    struct status_answer reply = sample_status_answer();
    reply.query = (struct id){{0}};
    reply.link = LINK;
    reply.bank = SAMPLE_CLASS1_BANK;
    reply.masked = SPAN_LITERAL("****7896");
    return reply;
}

struct query_position sample_query_position(void) {
    return (struct query_position){"CNY", SAMPLE_CLASS1_BANK, 7};
}

struct position_view sample_position_view(void) {
    return (struct position_view){
        .position = {.currency = "CNY",
                     .reserved_outgoing_fen = 500000,
                     .unsettled_net_fen = -200000},
        .terms = {.has_cap = true,
                  .cap_fen = 1000000,
                  .prefunded = true,
                  .balance_fen = 900000,
                  .out_reserved_fen = 50000,
                  .warn_percent = {50, 80, 95},
                  .level = 1},
        .exposure_fen = 700000,
        .free_fen = 150000,
        .pair_count = 1,
        .pairs[0] = {SAMPLE_CLASS1_BANK, 400000, 300, -200000, true, 800000},
        .next = SAMPLE_CLASS1_BANK,
        .as_of_ms = 1719792000000,
    };
}

struct position_alert sample_position_alert(void) {
    return (struct position_alert){"CNY", 2, 80, 700000, 850000, 1719792000000};
}

struct open_case sample_open_case(void) {
    return (struct open_case){.request = REQUEST,
                              .transfer = OTHER,
                              .subject = CASE_NOT_CREDITED,
                              .text = SPAN_LITERAL("没有到账")};
}

struct answer_case sample_answer_case(void) {
    return (struct answer_case){REQUEST, THIRD, CASE_ADMITTED, SPAN_LITERAL("查实"), false};
}

struct answer_case sample_close_case(void) {
    return (struct answer_case){REQUEST, THIRD, CASE_OUTCOME_NONE, SPAN_LITERAL("谢谢"), true};
}

struct get_case sample_get_case(void) {
    return (struct get_case){THIRD};
}

struct apply_card sample_apply_card(void) {
    return (struct apply_card){
        .request = REQUEST,
        .class1_bank = SAMPLE_CLASS1_BANK,
        .person = sample_person(),
        .delivery = CARD_DELIVERY_MAIL,
        .deliver_to = SPAN_LITERAL("苏州 12"),
        .consent = sample_consent(),
    };
}

struct card_status sample_card_status(void) {
    return (struct card_status){REQUEST, LINK, CARD_EVENT_ISSUED, SPAN_LITERAL(CLASS1_NUMBER),
                                span_of(NULL, 0)};
}

struct card_status sample_card_refused(void) {
    return (struct card_status){REQUEST, LINK, CARD_EVENT_REFUSED, span_of(NULL, 0),
                                SPAN_LITERAL("NOCM")};
}

struct ask_card_reply sample_ask_card_reply(void) {
    return (struct ask_card_reply){LINK, CARD_OUTCOME_REFUSED, SPAN_LITERAL("AG01")};
}

struct get_card sample_get_card(void) {
    return (struct get_card){LINK};
}

struct cancel_card sample_cancel_card(void) {
    return (struct cancel_card){REQUEST, LINK, SPAN_LITERAL("CUST")};
}

struct ask_card sample_ask_card(void) {
    return (struct ask_card){
        .card = LINK,
        .requesting_bank = SAMPLE_CLASS2_BANK,
        .person = sample_person(),
        .delivery = CARD_DELIVERY_COUNTER,
        .deliver_to = SPAN_LITERAL("苏州 12"),
        .consent = sample_consent(),
    };
}

struct card_view sample_card_view(void) {
    return (struct card_view){
        .card = LINK,
        .state = CARD_ISSUED,
        .class2_bank = SAMPLE_CLASS2_BANK,
        .class1_bank = SAMPLE_CLASS1_BANK,
        .delivery = CARD_DELIVERY_MAIL,
        .masked = SPAN_LITERAL("7896"),
        .number = SPAN_LITERAL(CLASS1_NUMBER),
        .reason = SPAN_LITERAL("CUST"),
        .applied_at_ms = 1719792000000,
        .expires_at_ms = 1735603200000,
        .issued_at_ms = 1719795600000,
        .dispatched_at_ms = 1719799200000,
        .activated_at_ms = 1719878400000,
        .issues = 2,
        .replayed = true,
    };
}

struct notice_place sample_card_place(void) {
    return (struct notice_place){304, digest_of(0xaa)};
}

struct propose_adjustment sample_propose_adjustment(void) {
    return (struct propose_adjustment){
        REQUEST, THIRD, SAMPLE_CLASS1_BANK, SAMPLE_CLASS2_BANK, AMOUNT, SPAN_LITERAL("多付了")};
}

struct accept_adjustment sample_accept_adjustment(void) {
    return (struct accept_adjustment){REQUEST, LINK, false};
}

struct accept_adjustment sample_reject_adjustment(void) {
    return (struct accept_adjustment){REQUEST, LINK, true};
}

struct get_adjustment sample_get_adjustment(void) {
    return (struct get_adjustment){LINK};
}

struct adjustment_view sample_adjustment_view(void) {
    return (struct adjustment_view){
        .adjustment = LINK,
        .inquiry = THIRD,
        .state = ADJUSTMENT_BOOKED,
        .debtor = SAMPLE_CLASS1_BANK,
        .creditor = SAMPLE_CLASS2_BANK,
        .proposed_by = SAMPLE_CLASS1_BANK,
        .amount = AMOUNT,
        .text = SPAN_LITERAL("多付了"),
        .proposed_at_ms = 1719792000000,
        .expires_at_ms = 1719878400000,
        .ended_at_ms = 1719795600000,
        .window = 7,
        .replayed = true,
    };
}

struct notice_place sample_adjustment_place(void) {
    return (struct notice_place){303, digest_of(0xaa)};
}

struct case_view sample_case_view(void) {
    return (struct case_view){
        .inquiry = THIRD,
        .transfer = OTHER,
        .subject = CASE_NOT_CREDITED,
        .state = CASE_CLOSED,
        .outcome = CASE_ADMITTED,
        .opened_by = SAMPLE_CLASS2_BANK,
        .owner = SAMPLE_CLASS1_BANK,
        .opened_at_ms = 1719792000000,
        .due_at_ms = 1719878400000,
        .closed_at_ms = 1719795600000,
        .entry_count = 2,
        .entries[0] = {SAMPLE_CLASS2_BANK, 1719792000000, CASE_OPEN, CASE_OUTCOME_NONE,
                       SPAN_LITERAL("没有到账")},
        .entries[1] = {0, 1719795600000, CASE_CLOSED, CASE_ADMITTED, {NULL, 0}},
        .replayed = true,
        .adjustment = LINK,
    };
}

struct notice_place sample_case_place(void) {
    return (struct notice_place){302, digest_of(0xbb)};
}

struct system_notice sample_system_notice(void) {
    static const struct participant participants[] = {
        {SAMPLE_CLASS2_BANK, {(const uint8_t *)"银行", 6}, true, true, true, true},
        {SAMPLE_CLASS1_BANK, {(const uint8_t *)"Bank", 4}, false, false, false, false},
    };
    return (struct system_notice){
        .ledger_time_ms = 1719792000000,
        .business_date = SPAN_LITERAL("2024-07-01"),
        .cut_off_at_ms = 1719820800000,
        .participants = participants,
        .participant_count = 2,
        .complete = true,
        .transfer_timeout_min_ms = 100,
        .transfer_timeout_max_ms = 60000,
    };
}
