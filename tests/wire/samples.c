/*
 * The sample values. Spans point to static text. Kept equal to make_golden.py by the golden test.
 */
#include "wire/samples_parts.h"

struct open_link sample_open_link(void) {
    return (struct open_link){
        .request = REQUEST,
        .class2 = {SAMPLE_CLASS2_BANK, SPAN_LITERAL(CLASS2_NUMBER), ACCOUNT_CLASS_II,
                   ACCOUNT_OPENING_REMOTE},
        .class1 = CLASS1_ACCOUNT,
        .person = sample_person(),
        .scopes = SCOPES,
        .limits = LIMITS,
        .agreement = sample_agreement(),
        .consent = sample_consent(),
    };
}

struct verify_account sample_verify_account(void) {
    return (struct verify_account){
        .link = LINK,
        .verification = OTHER,
        .requesting_bank = SAMPLE_CLASS2_BANK,
        .account_number = SPAN_LITERAL(CLASS1_NUMBER),
        .person = sample_person(),
    };
}

struct verify_account_reply sample_verify_account_reply(void) {
    return (struct verify_account_reply){
        .link = LINK,
        .verification = OTHER,
        .name = ELEMENT_MATCH,
        .id_number = ELEMENT_MISMATCH,
        .mobile = ELEMENT_MATCH,
        .account = ELEMENT_MISMATCH,
        .account_class = ACCOUNT_CLASS_I,
        .status = ACCOUNT_NOT_ACTIVATED,
        .joint = true,
        .credit = true,
        .minor = true,
    };
}

struct start_challenge sample_start_challenge(void) {
    return (struct start_challenge){REQUEST, LINK};
}

struct issue_challenge sample_issue_challenge(void) {
    return (struct issue_challenge){
        .link = LINK,
        .challenge = OTHER,
        .requesting_bank = SAMPLE_CLASS2_BANK,
        .account_number = SPAN_LITERAL(CLASS1_NUMBER),
        .scopes = SCOPES,
        .limits = LIMITS,
        .replaces = THIRD,
        .amendment = true,
    };
}

struct issue_challenge_reply sample_issue_challenge_reply(void) {
    return (struct issue_challenge_reply){
        .link = LINK,
        .challenge = OTHER,
        .outcome = CHALLENGE_NOT_SENT,
        .masked_mobile = SPAN_LITERAL("138****0001"),
        .lifetime_ms = 300000,
        .reason = SPAN_LITERAL("MS03"),
    };
}

struct answer_challenge sample_answer_challenge(void) {
    return (struct answer_challenge){REQUEST, LINK,
                                     SPAN_LITERAL("\x00"
                                                  "123456")};
}

struct check_challenge sample_check_challenge(void) {
    return (struct check_challenge){LINK, OTHER, THIRD,
                                    SPAN_LITERAL("\x00"
                                                 "123456")};
}

struct check_challenge_reply sample_check_challenge_reply(void) {
    return (struct check_challenge_reply){LINK, THIRD, CHALLENGE_WRONG, 2};
}

struct close_link sample_close_link(void) {
    return (struct close_link){REQUEST, LINK, SPAN_LITERAL("CUST")};
}

struct get_link sample_get_link(void) {
    return (struct get_link){.link = LINK};
}

struct link_view sample_link_view(void) {
    return (struct link_view){
        .link = LINK,
        .state = LINK_AWAITING_AUTHENTICATION,
        .reason = SPAN_LITERAL("BE01"),
        .class2_bank = SAMPLE_CLASS2_BANK,
        .class1_bank = SAMPLE_CLASS1_BANK,
        .class2_masked = SPAN_LITERAL("****0009"),
        .class1_masked = SPAN_LITERAL("****7896"),
        .scopes = SCOPES,
        .limits = LIMITS,
        .has_challenge = true,
        .challenge_mobile = SPAN_LITERAL("138****0001"),
        .challenge_expires_in_ms = 300000,
        .challenge_tries_left = 3,
        .requested_at_ms = 1719792000000,
        .activated_at_ms = 1719792001000,
        .deadline_ms = 1719792030000,
        .replayed = true,
        .hold_count = 2,
        .holds[0] =
            {
                .hold = THIRD,
                .authority = HOLD_BY_COURT,
                .reason = SPAN_LITERAL("AM07"),
                .legal_reference = SPAN_LITERAL("(2024) 沪01执17号"),
                .placed_at_ms = 1719792002000,
                .expires_at_ms = 1719992000000,
                .blocks = HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1) |
                          HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS2),
                .by = SAMPLE_CLASS1_BANK,
            },
        /* as the other bank sees one */
        .holds[1] =
            {
                .hold = OTHER,
                .reason = SPAN_LITERAL("MS03"),
                .placed_at_ms = 1719792003000,
                .blocks = HOLD_BLOCK_BIT(HOLD_BLOCK_ORDERS),
            },
        .has_amendment = true,
        .amendment_scopes = LINK_SCOPE_BIT(LINK_SCOPE_COLLECT) | LINK_SCOPE_BIT(LINK_SCOPE_PAY),
        .amendment_limits = {2000000, 6000000, 0, 0},
        .amendment_expires_at_ms = 1719793000000,
        .replaces = OTHER,
        .replaced_by = THIRD,
        .cool_down_until_ms = 1719878400000,
        .recheck_due_ms = 1735344000000,
        .activation_reported_at_ms = 1719792004000,
        .open_transfers = 1,
        .open_orders = 2,
        .open_loans = 3,
        .primary = true,
    };
}

struct notice_place sample_link_place(void) {
    return (struct notice_place){300, digest_of(0xbb)};
}

struct submit_transfer sample_submit_transfer(void) {
    return (struct submit_transfer){
        .request = REQUEST,
        .link = LINK,
        .kind = TRANSFER_BOUND_PAIR,
        .direction = TRANSFER_PULL,
        .amount = AMOUNT,
        .end_to_end_id = SPAN_LITERAL("E2E-1"),
        .purpose = SPAN_LITERAL("CASH"),
        .remittance = SPAN_LITERAL("七月 rent"),
        .debtor_name = SPAN_LITERAL(NAME),
        .debtor_account = SPAN_LITERAL(CLASS1_NUMBER),
        .creditor_name = SPAN_LITERAL(NAME),
        .creditor_account = SPAN_LITERAL(CLASS2_NUMBER),
        .channel = SPAN_LITERAL("APP"),
        .authentication = SPAN_LITERAL("PASSWORD+OTP"),
    };
}

struct post_instruction sample_post_instruction(void) {
    return (struct post_instruction){
        .transfer = OTHER,
        .link = LINK,
        .side = POSTING_DEBIT,
        .amount = AMOUNT,
        .account_number = SPAN_LITERAL(CLASS1_NUMBER),
        .counterparty_bank = SAMPLE_CLASS2_BANK,
        .counterparty_account_number = SPAN_LITERAL(CLASS2_NUMBER),
        .debtor_name = SPAN_LITERAL(NAME),
        .creditor_name = SPAN_LITERAL(NAME),
        .end_to_end_id = SPAN_LITERAL("E2E-1"),
        .purpose = SPAN_LITERAL("CASH"),
        .remittance = SPAN_LITERAL("七月 rent"),
        .channel = SPAN_LITERAL("APP"),
        .authentication = SPAN_LITERAL("PASSWORD+OTP"),
        .kind = TRANSFER_BOUND_PAIR,
    };
}

struct posting_result sample_posting_result(void) {
    return (struct posting_result){
        .transfer = OTHER,
        .outcome = POSTING_POSTED,
        .reference = SPAN_LITERAL("b77"),
        .book_date = SPAN_LITERAL("2024-07-01"),
        .reason = SPAN_LITERAL("AM04"),
        .text = SPAN_LITERAL("booked"),
    };
}

struct inquire_posting sample_inquire_posting(void) {
    return (struct inquire_posting){OTHER};
}

struct confirm_credit sample_confirm_credit(void) {
    return (struct confirm_credit){OTHER};
}

struct get_transfer sample_get_transfer(void) {
    return (struct get_transfer){.request = REQUEST};
}

struct transfer_view sample_transfer_view(void) {
    return (struct transfer_view){
        .transfer = OTHER,
        .state = TRANSFER_ACCEPTED,
        .reason = SPAN_LITERAL("AM04"),
        .detail = SPAN_LITERAL("CAP"),
        .link = LINK,
        .kind = TRANSFER_BOUND_PAIR,
        .direction = TRANSFER_PULL,
        .amount = AMOUNT,
        .debtor_bank = SAMPLE_CLASS1_BANK,
        .creditor_bank = SAMPLE_CLASS2_BANK,
        .end_to_end_id = SPAN_LITERAL("E2E-1"),
        .reference = SPAN_LITERAL("b77"),
        .book_date = SPAN_LITERAL("2024-07-01"),
        .received_at_ms = 1719792000000,
        .deadline_ms = 1719792010000,
        .accepted_at_ms = 1719792000500,
        .credited_at_ms = 1719792000900,
        .window = 7,
        .replayed = true,
        .original = THIRD,
        .returned_fen = 400000,
        .step_up_method = SPAN_LITERAL("SMS"),
        .step_up_text = SPAN_LITERAL("请在手机上确认"),
        .cancel_requested_at_ms = 1719792000700,
        .credit_due_ms = 1719792060500,
        .conflict = true,
    };
}

struct transfer_view sample_transfer_fell_back(void) {
    return (struct transfer_view){
        .transfer = OTHER,
        .state = TRANSFER_ACCEPTED,
        .link = LINK,
        .kind = TRANSFER_PAYMENT,
        .direction = TRANSFER_PUSH,
        .amount = AMOUNT,
        .debtor_bank = SAMPLE_CLASS1_BANK,
        .creditor_bank = SAMPLE_CLASS1_BANK,
        .end_to_end_id = SPAN_LITERAL("E2E-1"),
        .received_at_ms = 1719792000000,
        .account_debited = ACCOUNT_CLASS_I,
        .fallback = true,
    };
}

struct notice_place sample_transfer_place(void) {
    return (struct notice_place){301, digest_of(0xaa)};
}

struct ack_notices sample_ack_notices(void) {
    return (struct ack_notices){301};
}

struct hello sample_hello(void) {
    static const struct digest token = {{
        0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb,
        0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb,
        0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb, 0xbb,
    }};
    return (struct hello){
        .protocol_min = 1,
        .protocol_max = 1,
        .software = SPAN_LITERAL("bank 1.0"),
        .window = 256,
        .last_notice_sequence = 300,
        .last_notice_token = {token.bytes, DIGEST_SIZE},
    };
}

struct hello_reply sample_hello_reply(void) {
    return (struct hello_reply){
        .protocol = 1,
        .software = SPAN_LITERAL("linkgate 0.1"),
        .window = 1024,
        .heartbeat_ms = 10000,
        .ledger_time_ms = 1719792000000,
    };
}

struct heartbeat sample_heartbeat(void) {
    return (struct heartbeat){UINT64_MAX};
}

struct go_away sample_go_away(void) {
    return (struct go_away){SPAN_LITERAL("DRAIN"), SPAN_LITERAL("restart"), 5000};
}

struct refusal sample_refusal(void) {
    return (struct refusal){.code = REFUSAL_AMOUNT_ZERO, .field = "amount.fen", .replayed = true};
}

struct refusal sample_refusal_limit(void) {
    return (struct refusal){.code = REFUSAL_BUCKET,
                            .field = "amount.fen",
                            .limit = {.of = LIMIT_OF_II_OUT,
                                      .period = LIMIT_YEAR,
                                      .limit_fen = 20000000,
                                      .left_fen = 1,
                                      .resets_at_ms = 1735660800000,
                                      .limit_count = 7}};
}
