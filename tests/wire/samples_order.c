/*
 * The sample values of orders of products, and of what an instruction says of an order or a loan.
 */
#include "wire/samples_parts.h"

#define FOURTH id_of(0x44)
#define DAY 19905 /* 2024-07-01 */

struct place_order sample_place_order(void) {
    return (struct place_order){
        .request = REQUEST,
        .link = LINK,
        .issuer = SAMPLE_CLASS1_BANK,
        .product = SPAN_LITERAL("W-1"),
        .version = 300,
        .amount = AMOUNT,
        .class1_pays = false,
        .level = 3,
        .assessed_day = DAY,
        .terms = digest_of(0xaa),
        .consent = digest_of(0xbb),
        .end_to_end_id = SPAN_LITERAL("O-1"),
    };
}

struct cancel_order sample_cancel_order(void) {
    return (struct cancel_order){REQUEST, OTHER, SPAN_LITERAL("CUST")};
}

struct redeem sample_redeem(void) {
    return (struct redeem){REQUEST, OTHER, 48850000};
}

struct order_instruction_reply sample_order_instruction_reply(void) {
    return (struct order_instruction_reply){OTHER, 2, ORDER_REFUSED, SPAN_LITERAL("MS03")};
}

struct order_result sample_order_result(void) {
    return (struct order_result){
        .request = REQUEST,
        .order = OTHER,
        .decision = ORDER_CONFIRMED,
        .units = 48850000,
        .price = 1023541,
        .amount = AMOUNT,
        .confirmed_day = DAY,
        .reference = SPAN_LITERAL("TA-77"),
    };
}

struct order_result sample_order_declined(void) {
    return (struct order_result){
        .request = REQUEST,
        .order = OTHER,
        .decision = ORDER_DECLINED,
        .reason = SPAN_LITERAL("MS03"),
        .reference = SPAN_LITERAL("TA-78"),
    };
}

struct payout sample_payout(void) {
    return (struct payout){REQUEST, OTHER,  PRODUCT_PAYOUT_REDEMPTION, 48850000,
                           1023541, AMOUNT, SPAN_LITERAL("P-1")};
}

struct payout sample_income(void) {
    return (struct payout){.request = REQUEST,
                           .order = OTHER,
                           .purpose = PRODUCT_PAYOUT_INCOME,
                           .amount = AMOUNT,
                           .end_to_end_id = SPAN_LITERAL("P-2")};
}

struct get_order sample_get_order(void) {
    return (struct get_order){OTHER};
}

struct list_holdings sample_list_holdings(void) {
    return (struct list_holdings){LINK, SAMPLE_CLASS1_BANK, SPAN_LITERAL("W-1"), true, OTHER, 7};
}

struct order_instruction sample_order_instruction(void) {
    return (struct order_instruction){
        .order = OTHER, .number = 2, .action = PRODUCT_ACTION_REDEEM, .units = 48850000};
}

struct order_instruction sample_cancel_instruction(void) {
    return (struct order_instruction){.order = OTHER,
                                      .number = 1,
                                      .action = PRODUCT_ACTION_CANCEL,
                                      .reason = SPAN_LITERAL("CUST")};
}

struct order_view sample_order_view(void) {
    return (struct order_view){
        .order =
            {
                .id = OTHER,
                .state = PRODUCT_ORDER_REDEEMING,
                .ends = PRODUCT_ORDER_EXPIRED,
                .conflict = true,
                .unknown = true,
                .kind = PRODUCT_WEALTH,
                .link = LINK,
                .distributor = SAMPLE_CLASS2_BANK,
                .issuer = SAMPLE_CLASS1_BANK,
                .product = "W-1",
                .version = 300,
                .amount = AMOUNT,
                .class1_pays = true,
                .reference = "TA-77",
                .reason = "MS03",
                .created_at_ms = 1719792000001,
                .placed_at_ms = 1719792000002,
                .trade_day = DAY,
                .cancel_until_ms = 1719792000003,
                .confirm_due_ms = 1719792000004,
                .funding = THIRD,
                .confirmed_day = DAY + 1,
                .confirmed_units = 48850000,
                .confirmed_price = 1023541,
                .confirmed_fen = 499999,
                .refund_fen = 300,
                .refunded_fen = 299,
                .units = 48849999,
                .paid_out_fen = 301,
                .matures_at_ms = 1719792000005,
                .payout_due_ms = 1719792000006,
                .instruction = {.number = 2, .action = PRODUCT_ACTION_REDEEM, .units = 1000},
                .payout = {.transfer = FOURTH},
            },
        .replayed = true,
    };
}

struct notice_place sample_order_place(void) {
    return (struct notice_place){306, digest_of(0xaa)};
}

struct posted_order sample_posted_order(void) {
    return (struct posted_order){
        .order = OTHER,
        .issuer = SAMPLE_CLASS1_BANK,
        .product = SPAN_LITERAL("W-1"),
        .version = 300,
        .amount = AMOUNT,
        .level = 3,
        .terms = digest_of(0xaa),
        .trade_day = DAY,
    };
}

struct posted_order sample_posted_payout(void) {
    return (struct posted_order){
        .order = OTHER,
        .issuer = SAMPLE_CLASS1_BANK,
        .product = SPAN_LITERAL("W-1"),
        .version = 300,
        .purpose = PRODUCT_PAYOUT_REDEMPTION,
        .units = 48850000,
        .price = 1023541,
    };
}

struct posted_loan sample_posted_loan(void) {
    return (struct posted_loan){
        .loan = FOURTH,
        .product = SPAN_LITERAL("LOAN-2024_1"),
        .version = 300,
        .repayment = true,
        .amount = AMOUNT,
        .interest_fen = 1000,
        .principal = {149700, 349300},
        .interest = {400, 600},
    };
}
