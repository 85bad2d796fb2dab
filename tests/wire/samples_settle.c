/*
 * The sample values of settlement and of reconciliation.
 */
#include "wire/samples_parts.h"

struct query_totals sample_query_totals(void) {
    return (struct query_totals){.window = 12, .after = SAMPLE_CLASS1_BANK};
}

struct totals_page sample_totals_page(void) {
    static const struct totals_pair pairs[] = {
        {SAMPLE_CLASS1_BANK, "CNY", 300, 500000, 700000},
        {SAMPLE_CLASS2_BANK, "CNY", 0, 0, 0},
    };
    return (struct totals_page){.window = 12, .pairs = pairs, .count = 2, .more = true};
}

struct recon_page_query sample_recon_page(void) {
    return (struct recon_page_query){.kind = RECON_MONEY, .window = 12, .after = OTHER, .max = 7};
}

const struct recon_item *sample_recon_rows(void) {
    static struct recon_item rows[4];
    rows[0] = (struct recon_item){
        .kind = RECON_MONEY,
        .id = LINK,
        .what = TRANSFER_BOUND_PAIR,
        .state = TRANSFER_ACCEPTED,
        .debtor = SAMPLE_CLASS2_BANK,
        .creditor = SAMPLE_CLASS1_BANK,
        .amount = AMOUNT,
        .reference = "b77",
        .book_date = "2024-07-01",
    };
    rows[1] = (struct recon_item){
        .kind = RECON_LINKS,
        .id = OTHER,
        .state = LINK_ACTIVE,
        .debtor = SAMPLE_CLASS2_BANK,
        .creditor = SAMPLE_CLASS1_BANK,
        .class2_tail = "0009",
        .class1_tail = "7896",
    };
    rows[2] = (struct recon_item){
        .kind = RECON_HOLDINGS,
        .id = LINK,
        .state = PRODUCT_ORDER_CONFIRMED,
        .debtor = SAMPLE_CLASS2_BANK,
        .creditor = SAMPLE_CLASS1_BANK,
        .amount = AMOUNT,
        .product = "FUND-1",
        .units = 300,
    };
    rows[3] = (struct recon_item){
        .kind = RECON_LOANS,
        .id = OTHER,
        .state = LOAN_OVERDUE,
        .debtor = SAMPLE_CLASS2_BANK,
        .creditor = SAMPLE_CLASS1_BANK,
        .amount = AMOUNT,
        .interest_fen = 300,
    };
    return rows;
}

struct upload_recon sample_upload_recon(void) {
    return (struct upload_recon){
        .upload = THIRD,
        .has_header = true,
        .header = {.business_date = "2024-07-01",
                   .kind = RECON_MONEY,
                   .window = 12,
                   .totals = {2, 500000, 700000}},
        .rows = sample_recon_rows(),
        .row_count = 2,
        .last = true,
        .list = digest_of(0xaa),
    };
}

struct upload_recon sample_upload_part(void) {
    return (struct upload_recon){
        .upload = THIRD, .part = 300, .rows = sample_recon_rows(), .row_count = 2};
}

struct upload_reply sample_upload_reply(void) {
    return (struct upload_reply){THIRD, 300, 2, true};
}

struct recon_result_query sample_recon_result(void) {
    return (struct recon_result_query){digest_of(0xaa), 300, 7};
}

struct recon_difference sample_recon_difference(void) {
    const struct recon_item *rows = sample_recon_rows();
    return (struct recon_difference){
        .class = RECON_STATUS_DIFF,
        .has_theirs = true,
        .has_ours = true,
        .theirs = rows[0],
        .ours = rows[1],
    };
}

struct result_reply sample_result_reply(void) {
    return (struct result_reply){
        .list = digest_of(0xaa),
        .state = RECON_JUDGED,
        .counts = {{0, 1, 2, 3, 4, 5, 6, 7}},
        .next = 301,
    };
}

struct confirm_settlement sample_confirm_settlement(void) {
    return (struct confirm_settlement){REQUEST, 12, SAMPLE_CLASS1_BANK, AMOUNT,
                                       SPAN_LITERAL("HVPS-1")};
}

struct get_window sample_get_window(void) {
    return (struct get_window){12, SAMPLE_CLASS1_BANK};
}

struct window_view sample_window_view(void) {
    static struct window_pair pair;
    pair = (struct window_pair){
        .counterparty = SAMPLE_CLASS1_BANK,
        .currency = "CNY",
        .net_fen = -200000,
        .received_fen = 500000,
        .sent_fen = 700000,
        .carried_fen = -5,
        .transfers = 300,
        .settled = {1719820800003, SPAN_LITERAL("HVPS-1")},
        .own = {1719820800004, SPAN_LITERAL("HVPS-2")},
        .other = {1719820800005, SPAN_LITERAL("HVPS-3")},
    };
    return (struct window_view){
        .number = 12,
        .state = WINDOW_ABORTED,
        .settlement = SETTLEMENT_MULTILATERAL,
        .business_date = SPAN_LITERAL("2024-07-01"),
        .cut_off_at_ms = 1719820800000,
        .opened_at_ms = 1719792000000,
        .closing_at_ms = 1719820800001,
        .closed_at_ms = 1719820800002,
        .ended_at_ms = 1719824400000,
        .successor = 13,
        .pairs = &pair,
        .pair_count = 1,
        .more = true,
        .replayed = true,
    };
}

struct notice_place sample_window_place(void) {
    return (struct notice_place){304, digest_of(0xbb)};
}
