/*
 * The sample values of what changes and holds a link, pays, returns and cancels.
 */
#include "wire/samples_parts.h"

struct amend_link sample_amend_link(void) {
    return (struct amend_link){
        .request = REQUEST,
        .link = LINK,
        .scopes = SCOPES,
        .limits = LIMITS,
        .agreement = sample_agreement(),
    };
}

struct rebind_link sample_rebind_link(void) {
    return (struct rebind_link){
        .request = REQUEST,
        .link = LINK,
        .class1 = CLASS1_ACCOUNT,
        .person = sample_person(),
        .scopes = SCOPES,
        .limits = LIMITS,
        .agreement = sample_agreement(),
        .consent = sample_consent(),
    };
}

struct resume_link sample_resume_link(void) {
    return (struct resume_link){
        .request = REQUEST,
        .link = LINK,
        .person = sample_person(),
        .consent = sample_consent(),
    };
}

struct withdraw_consent sample_withdraw_consent(void) {
    return (struct withdraw_consent){REQUEST, LINK};
}

struct list_links sample_list_links(void) {
    return (struct list_links){THIRD, 20, LINK_SUSPENDED, SPAN_LITERAL(CLASS2_NUMBER)};
}

struct place_hold sample_place_hold(void) {
    return (struct place_hold){
        .request = REQUEST,
        .link = LINK,
        .authority = HOLD_BY_COURT,
        .reason = SPAN_LITERAL("AM07"),
        .legal_reference = SPAN_LITERAL("(2024) 沪01执17号"),
        .expires_at_ms = 1719992000000,
        .blocks = HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1) | HOLD_BLOCK_BIT(HOLD_BLOCK_ORDERS),
    };
}

struct lift_hold sample_lift_hold(void) {
    return (struct lift_hold){REQUEST, LINK, THIRD, HOLD_BY_COURT, SPAN_LITERAL("CUST")};
}

struct submit_transfer sample_submit_payment(void) {
    struct submit_transfer payment = sample_submit_transfer();
    payment.kind = TRANSFER_PAYMENT;
    payment.creditor_name = SPAN_LITERAL(SHOP);
    payment.creditor_account = SPAN_LITERAL(PAYEE_NUMBER);
    payment.creditor_bank = SAMPLE_CLASS1_BANK;
    payment.has_merchant = true;
    payment.merchant = sample_merchant();
    return payment;
}

static struct post_instruction post(enum posting_side side) {
    return (struct post_instruction){
        .transfer = OTHER,
        .link = LINK,
        .side = side,
        .amount = AMOUNT,
        .account_number = SPAN_LITERAL(CLASS1_NUMBER),
        .counterparty_bank = SAMPLE_CLASS2_BANK,
        .counterparty_account_number = SPAN_LITERAL(CLASS2_NUMBER),
    };
}

struct post_instruction sample_post_payment(void) {
    struct post_instruction payment = post(POSTING_DEBIT);
    payment.debtor_name = SPAN_LITERAL(NAME);
    payment.creditor_name = SPAN_LITERAL(SHOP);
    payment.end_to_end_id = SPAN_LITERAL("E2E-1");
    payment.kind = TRANSFER_PAYMENT;
    payment.has_merchant = true;
    payment.merchant = sample_merchant();
    payment.creditor_bank = SAMPLE_CLASS1_BANK;
    payment.creditor_account_number = SPAN_LITERAL(PAYEE_NUMBER);
    return payment;
}

struct post_instruction sample_post_fallback(void) {
    struct post_instruction payment = sample_post_payment();
    payment.fallback = true;
    return payment;
}

struct post_instruction sample_post_return(void) {
    struct post_instruction back = post(POSTING_CREDIT);
    back.end_to_end_id = SPAN_LITERAL("R-1");
    back.kind = TRANSFER_RETURN;
    back.original = THIRD;
    back.return_reason = SPAN_LITERAL("AC04");
    return back;
}

struct submit_return sample_submit_return(void) {
    return (struct submit_return){
        .request = REQUEST,
        .transfer = OTHER,
        .amount = AMOUNT,
        .end_to_end_id = SPAN_LITERAL("R-1"),
        .reason = SPAN_LITERAL("AC04"),
        .remittance = SPAN_LITERAL("退回"),
    };
}

struct cancel_transfer sample_cancel_transfer(void) {
    return (struct cancel_transfer){
        .request = REQUEST, .transfer = OTHER, .reason = SPAN_LITERAL("CUST")};
}

struct cancel_posting sample_cancel_posting(void) {
    return (struct cancel_posting){OTHER, SPAN_LITERAL("CUST")};
}

struct step_up sample_step_up(void) {
    return (struct step_up){OTHER, SPAN_LITERAL("SMS"), SPAN_LITERAL("请在手机上确认")};
}

struct list_transfers sample_list_transfers(void) {
    return (struct list_transfers){
        .after = THIRD,
        .max = 20,
        .link = LINK,
        .state = TRANSFER_ACCEPTED,
        .from_ms = 1719791000000,
        .to_ms = 1719792000000,
        .min_fen = 100,
        .max_fen = 500000,
    };
}
