/*
 * The sample values of loans.
 */
#include "wire/samples_parts.h"

static const struct loan_schedule schedule = {
    2, {{19936, 200000}, {19967, 300000}}}; /* 2024-08-01, 2024-09-01 */

struct offer_loan sample_offer_loan(void) {
    return (struct offer_loan){REQUEST, LINK,   SPAN_LITERAL("LOAN-2024_1"),
                               300,     AMOUNT, 1722470400000};
}

struct apply_loan sample_apply_loan(void) {
    return (struct apply_loan){
        .request = REQUEST,
        .loan = OTHER,
        .amount = AMOUNT,
        .class1_account = true,
        .terms = digest_of(0xaa),
        .consent = digest_of(0xbb),
        .authorisation_count = 2,
        .authorisations = {{SAMPLE_CLASS2_BANK, digest_of(0xaa)},
                           {SAMPLE_CLASS1_BANK, digest_of(0xbb)}},
    };
}

struct decide_loan sample_decide_loan(void) {
    return (struct decide_loan){
        .request = REQUEST, .loan = OTHER, .approved = true, .limit = AMOUNT};
}

struct decide_loan sample_decline_loan(void) {
    return (struct decide_loan){.request = REQUEST, .loan = OTHER, .reason = SPAN_LITERAL("NARR")};
}

struct draw_loan sample_draw_loan(void) {
    return (struct draw_loan){REQUEST, OTHER, AMOUNT, SPAN_LITERAL("E2E-9")};
}

struct repay_loan sample_repay_loan(void) {
    return (struct repay_loan){REQUEST, OTHER, AMOUNT, 315, SPAN_LITERAL("E2E-9")};
}

struct quote_repayment sample_quote_repayment(void) {
    return (struct quote_repayment){OTHER, 19905};
}

struct loan_status sample_loan_status(void) {
    return (struct loan_status){
        .request = REQUEST, .loan = OTHER, .event = LOAN_STATUS_SCHEDULE, .schedule = &schedule};
}

struct loan_status sample_loan_waived(void) {
    return (struct loan_status){
        .request = REQUEST, .loan = OTHER, .event = LOAN_STATUS_WAIVED, .waived_fen = 315};
}

struct loan_status sample_loan_written_off(void) {
    return (struct loan_status){.request = REQUEST,
                                .loan = OTHER,
                                .event = LOAN_STATUS_WRITTEN_OFF,
                                .reason = SPAN_LITERAL("NARR")};
}

struct get_loan sample_get_loan(void) {
    return (struct get_loan){OTHER};
}

struct list_loans sample_list_loans(void) {
    return (struct list_loans){LINK, OTHER, 7};
}

struct loan_view sample_loan_view(void) {
    struct loan_view view = {.replayed = true};
    struct loan *loan = &view.loan;
    *loan = (struct loan){
        .id = OTHER,
        .state = LOAN_OUTSTANDING,
        .conflict = true,
        .unknown = true,
        .link = LINK,
        .lead = SAMPLE_CLASS2_BANK,
        .applicant = SAMPLE_CLASS2_BANK,
        .class1_account = true,
        .product = "LOAN-2024_1",
        .version = 300,
        .terms = {.partner = SAMPLE_CLASS1_BANK},
        .offered = {20000000, "CNY"},
        .asked_fen = 1000000,
        .limit_fen = 900000,
        .decisions = {{.made = true, .approved = true}, {.made = true, .approved = true}},
        .reason = "NARR",
        .offered_at_ms = 1719791998000,
        .applied_at_ms = 1719791999000,
        .deadline_ms = 1722470400000,
        .written_off_at_ms = 1722470400001,
        .schedule = schedule,
        .flight = {.kind = LOAN_FLIGHT_DRAW, .transfer = THIRD, .amount_fen = 100000},
    };
    loan->account = (struct loan_account){
        .drawn = {180000, 420000},
        .repaid = {30000, 70000},
        .interest_paid = {126, 189},
        .interest_due_fen = 17,
        .accrued_day = 19905,
    };
    return view;
}

struct notice_place sample_loan_place(void) {
    return (struct notice_place){306, digest_of(0xaa)};
}

struct loan_quote_view sample_loan_quote(void) {
    return (struct loan_quote_view){
        OTHER,
        19905,
        {.interest_fen = 315, .principal_fen = 500000, .total_fen = 500315},
        {126, 189},
        {150000, 350000}};
}
