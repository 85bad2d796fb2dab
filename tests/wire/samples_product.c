/*
 * The sample values of the catalogue.
 */
#include "wire/samples_parts.h"

static const struct product_sale sale = {
    .quota_fen = 9000000000,
    .from_ms = 1719792000000,
    .until_ms = 1722470400000,
    .price = 1023400,
    .price_day = 19905, /* 2024-07-01 */
    .bank_count = 2,
    .banks = {{SAMPLE_CLASS2_BANK, false}, {SAMPLE_CLASS1_BANK, false}},
};

static struct product_terms wealth(void) {
    return (struct product_terms){.kind = PRODUCT_WEALTH,
                                  .name = "Steady 90 \"A\"",
                                  .risk = 2,
                                  .sha256 = digest_of(0xaa),
                                  .currency = "CNY",
                                  .min_fen = 100000,
                                  .increment_fen = 100,
                                  .person_max_fen = 5000000,
                                  .term_days = 90,
                                  .rate = 31000,
                                  .cut_off = 930,
                                  .confirm_days = 1,
                                  .payout_days = 2};
}

struct publish_product sample_publish_product(void) {
    static struct product_terms loan;
    loan = wealth();
    loan.kind = PRODUCT_LOAN;
    loan.risk = 0;
    loan.rate = 0;
    loan.loan = (struct loan_terms){SAMPLE_CLASS2_BANK, 3000, 4000, 500, 3, 5};
    return (struct publish_product){
        REQUEST, SPAN_LITERAL("LOAN-2024_1"), 300, PRODUCT_ON_SALE, &loan, &sale};
}

struct publish_product sample_withdraw_product(void) {
    return (struct publish_product){
        REQUEST, SPAN_LITERAL("LOAN-2024_1"), 301, PRODUCT_WITHDRAWN, NULL, NULL};
}

struct get_product sample_get_product(void) {
    return (struct get_product){SAMPLE_CLASS1_BANK, SPAN_LITERAL("W-1"), 300};
}

struct list_products sample_list_products(void) {
    return (struct list_products){301, 7, PRODUCT_WEALTH, 3, SAMPLE_CLASS1_BANK};
}

struct product_view sample_product_view(void) {
    return (struct product_view){
        .product = {.issuer = SAMPLE_CLASS1_BANK,
                    .code = "W-1",
                    .version = 300,
                    .terms_version = 299,
                    .state = PRODUCT_SUSPENDED,
                    .sequence = 70000,
                    .published_at_ms = 1719792000001,
                    .changed_at_ms = 1719792000002,
                    .terms = wealth(),
                    .sale = sale},
        .distributors = true,
        .sold_by_you = true,
        .replayed = true,
    };
}

struct notice_place sample_product_place(void) {
    return (struct notice_place){305, digest_of(0xaa)};
}
