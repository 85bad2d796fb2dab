/*
 * The sample values. Spans point to static text. Kept equal to make_golden.py by the golden test.
 */
#include "wire/samples.h"

#include <string.h>

#define NAME "张·三"
#define CLASS2_NUMBER "6226220000000009"
#define CLASS1_NUMBER "6226221234567896"

static const struct id request = {{0x01, 0x90, 0xa0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}};

static struct id id_of(uint8_t byte) {
    struct id id;
    memset(id.bytes, byte, sizeof(id.bytes));
    return id;
}

static struct digest digest_of(uint8_t byte) {
    struct digest digest;
    memset(digest.bytes, byte, sizeof(digest.bytes));
    return digest;
}

#define LINK id_of(0x11)
#define OTHER id_of(0x22)
#define THIRD id_of(0x33)
#define SCOPES (LINK_SCOPE_BIT(LINK_SCOPE_COLLECT) | LINK_SCOPE_BIT(LINK_SCOPE_BALANCE))
#define LIMITS ((struct agreed_limits){1000000, 5000000, 20, 90000000})
#define AMOUNT ((struct money){500000, "CNY"})

static struct person_elements person(void) {
    return (struct person_elements){
        .name = SPAN_LITERAL(NAME),
        .id_type = ID_TYPE_RESIDENT,
        .id_number = SPAN_LITERAL("999999199001010016"),
        .mobile = SPAN_LITERAL("13800000001"),
    };
}

struct open_link sample_open_link(void) {
    return (struct open_link){
        .request = request,
        .class2 = {SAMPLE_CLASS2_BANK, SPAN_LITERAL(CLASS2_NUMBER), ACCOUNT_CLASS_II,
                   ACCOUNT_OPENING_REMOTE},
        .class1 = {SAMPLE_CLASS1_BANK, SPAN_LITERAL(CLASS1_NUMBER), ACCOUNT_CLASS_I,
                   ACCOUNT_OPENING_NONE},
        .person = person(),
        .scopes = SCOPES,
        .limits = LIMITS,
        .agreement.present = true,
        .agreement.version = SPAN_LITERAL("2024-1"),
        .agreement.sha256 = digest_of(0xaa),
        .agreement.at_ms = 1719791999000,
        .agreement.channel = SPAN_LITERAL("APP"),
        .agreement.ends_day = 22279, /* 2030-12-31 */
        .consent.present = true,
        .consent.recipient = SAMPLE_CLASS1_BANK,
        .consent.purpose = SPAN_LITERAL("ACCOUNT_LINK"),
        .consent.fields = CONSENT_FIELDS_ALL,
        .consent.sha256 = digest_of(0xbb),
        .consent.at_ms = 1719791998000,
    };
}

struct verify_account sample_verify_account(void) {
    return (struct verify_account){
        .link = LINK,
        .verification = OTHER,
        .requesting_bank = SAMPLE_CLASS2_BANK,
        .account_number = SPAN_LITERAL(CLASS1_NUMBER),
        .person = person(),
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
    return (struct start_challenge){request, LINK};
}

struct issue_challenge sample_issue_challenge(void) {
    return (struct issue_challenge){
        .link = LINK,
        .challenge = OTHER,
        .requesting_bank = SAMPLE_CLASS2_BANK,
        .account_number = SPAN_LITERAL(CLASS1_NUMBER),
        .scopes = SCOPES,
        .limits = LIMITS,
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
    return (struct answer_challenge){request, LINK,
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
    return (struct close_link){request, LINK, SPAN_LITERAL("CUST")};
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
    };
}

struct notice_place sample_link_place(void) {
    return (struct notice_place){300, digest_of(0xbb)};
}

struct submit_transfer sample_submit_transfer(void) {
    return (struct submit_transfer){
        .request = request,
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
    return (struct get_transfer){.request = request};
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
    return (struct refusal){REFUSAL_AMOUNT_ZERO, "amount.fen", true};
}
