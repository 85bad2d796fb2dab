/*
 * Requests about the catalogue with one thing wrong at a time: each is refused, and the field named.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/golden.h"
#include "wire/samples.h"

static void expect(enum command_kind kind, struct buf *bytes, enum refusal_code code,
                   const char *field) {
    struct command *command = command_new(kind);
    struct refusal refusal = {.field = ""};
    command->payload = arena_copy(&command->arena, buf_span(bytes));
    buf_deinit(bytes);
    int result = message_decode_command(command, SAMPLE_NOW_MS, &refusal);
    assert_int_equal(result, code == REFUSAL_NONE ? 0 : WIRE_REFUSED);
    assert_int_equal(refusal.code, code);
    assert_string_equal(refusal.field, field);
    command_free(command);
}

static void publication(const struct publish_product *request, enum refusal_code code,
                        const char *field) {
    struct buf bytes;
    buf_init(&bytes);
    partner_encode_publish_product(request, &bytes);
    expect(COMMAND_PUBLISH_PRODUCT, &bytes, code, field);
}

#define PUBLISH(member, value, code, field)                                                        \
    do {                                                                                           \
        struct publish_product request = sample_publish_product();                                 \
        request.member = (value);                                                                  \
        publication(&request, code, field);                                                        \
    } while (0)

static void test_what_is_published(void **state) {
    (void)state;
    struct publish_product good = sample_publish_product();
    publication(&good, REFUSAL_NONE, "");
    PUBLISH(request, (struct id){{0}}, REFUSAL_FIELD_MISSING, "request_id");
    PUBLISH(code, span_of(NULL, 0), REFUSAL_FIELD_MISSING, "code");
    PUBLISH(code, SPAN_LITERAL("w-1"), REFUSAL_FIELD_INVALID, "code");
    PUBLISH(code, SPAN_LITERAL("ABCDEFGHIJKLMNOPQRSTUVWXYZ1234567"), REFUSAL_FIELD_INVALID, "code");
    PUBLISH(version, 0, REFUSAL_FIELD_MISSING, "version");
    PUBLISH(state, PRODUCT_NONE, REFUSAL_FIELD_INVALID, "state");
    PUBLISH(state, (enum product_state)4, REFUSAL_FIELD_INVALID, "state");
}

#define TERMS(member, value, code, field)                                                          \
    do {                                                                                           \
        struct publish_product request = sample_publish_product();                                 \
        struct product_terms terms = *request.terms;                                               \
        terms.member = (value);                                                                    \
        request.terms = &terms;                                                                    \
        publication(&request, code, "terms." field);                                               \
    } while (0)

/* What the values may be is tried in tests/domain; here, that it is looked at. */
static void test_terms(void **state) {
    (void)state;
    TERMS(kind, PRODUCT_KIND_NONE, REFUSAL_FIELD_INVALID, "kind");
    TERMS(kind, (enum product_kind)9, REFUSAL_FIELD_INVALID, "kind");
    TERMS(name[0], '\0', REFUSAL_FIELD_MISSING, "name");
    TERMS(name[0], '\n', REFUSAL_FIELD_INVALID, "name");
    TERMS(currency[0], 'U', REFUSAL_CURRENCY, "currency");
    TERMS(currency[0], '\0', REFUSAL_CURRENCY, "currency");
    TERMS(min_fen, 0, REFUSAL_AMOUNT_ZERO, "minimum_fen");
    TERMS(increment_fen, -1, REFUSAL_AMOUNT_NEGATIVE, "increment_fen");
    TERMS(loan.lead_share, 10001, REFUSAL_FIELD_INVALID, "loan.lead_share");
    TERMS(loan.partner, 999100000021, REFUSAL_FIELD_INVALID, "loan.partner_bank_code");
}

static void sold(const struct product_sale *sale, enum refusal_code code, const char *field) {
    struct publish_product request = sample_publish_product();
    request.sale = sale;
    publication(&request, code, field);
}

static void test_sale(void **state) {
    (void)state;
    struct product_sale sale = *sample_publish_product().sale;
    sale.price = -1;
    sold(&sale, REFUSAL_FIELD_INVALID, "sale.net_value.price");
    sale.price = 1;
    sale.price_day = INT32_MIN; /* of no year: written as zeroes */
    sold(&sale, REFUSAL_FIELD_INVALID, "sale.net_value.date");
    sale.price_day = 0;
    sale.banks[1].bank = 999100000021; /* a wrong check digit */
    sold(&sale, REFUSAL_FIELD_INVALID, "sale.distributor_bank_codes");
}

/* More banks than our own half can write. */
static void test_too_many_banks(void **state) {
    (void)state;
    struct publish_product request = sample_publish_product();
    struct buf bytes;
    request.terms = NULL;
    request.sale = NULL;
    buf_init(&bytes);
    partner_encode_publish_product(&request, &bytes);
    const size_t entry = 2 + 12; /* field 5 of a sale: twelve digits */
    const size_t size = (PRODUCT_BANKS_MAX + 1) * entry;
    const uint8_t front[] = {6 << 3 | 2, (uint8_t)(size % 128 + 128), (uint8_t)(size / 128)};
    buf_append(&bytes, front, sizeof front);
    for (uint32_t i = 0; i <= PRODUCT_BANKS_MAX; i++)
        buf_append(&bytes,
                   "\x2a\x0c"
                   "999100000011",
                   entry);
    expect(COMMAND_PUBLISH_PRODUCT, &bytes, REFUSAL_PRODUCT_BANKS, "sale.distributor_bank_codes");
}

static void listed(struct list_products query, enum refusal_code code, const char *field) {
    struct buf bytes;
    buf_init(&bytes);
    partner_encode_list_products(&query, &bytes);
    expect(COMMAND_LIST_PRODUCTS, &bytes, code, field);
}

static void test_looks(void **state) {
    (void)state;
    struct get_product look = sample_get_product();
    struct buf bytes;
    buf_init(&bytes);
    look.issuer = 0;
    partner_encode_get_product(&look, &bytes);
    expect(COMMAND_GET_PRODUCT, &bytes, REFUSAL_FIELD_INVALID, "issuer_bank_code");
    buf_init(&bytes);
    look = sample_get_product();
    look.code = SPAN_LITERAL("a");
    partner_encode_get_product(&look, &bytes);
    expect(COMMAND_GET_PRODUCT, &bytes, REFUSAL_FIELD_INVALID, "code");
    listed((struct list_products){.max = 0}, REFUSAL_NONE, "");
    listed((struct list_products){.max = 40}, REFUSAL_NONE, "");
    listed((struct list_products){.max = 41}, REFUSAL_FIELD_INVALID, "max");
    listed((struct list_products){.kind = (enum product_kind)5}, REFUSAL_FIELD_INVALID, "kind");
    listed((struct list_products){.risk_max = 6}, REFUSAL_FIELD_INVALID, "risk_max");
    listed((struct list_products){.issuer = 999100000021}, REFUSAL_FIELD_INVALID,
           "issuer_bank_code");
}

/* ---- what the gateway says, against protobuf's own bytes ---- */

static void same_as(struct buf *written, const char *hex) {
    struct buf golden;
    size_t size = strlen(hex) / 2;
    buf_init(&golden);
    assert_true(hex_parse(hex, buf_reserve(&golden, size), size));
    golden.size = size;
    assert_true(span_equal(buf_span(written), buf_span(&golden)));
    buf_deinit(&golden);
    buf_clear(written);
}

static void test_notice(void **state) {
    (void)state;
    struct product_view sample = sample_product_view(), read;
    struct notice_place place = sample_product_place(), read_place;
    struct arena arena;
    struct buf written;
    arena_init(&arena, 4096, 0);
    buf_init(&written);
    message_encode_product_notice(&place, &sample, &written);
    assert_int_equal(partner_decode_product_notice(buf_span(&written), &arena, &read_place, &read),
                     0);
    same_as(&written, GOLDEN_PRODUCT_NOTICE);
    message_encode_product_notice(&read_place, &read, &written);
    same_as(&written, GOLDEN_PRODUCT_NOTICE);
    buf_deinit(&written);
    arena_deinit(&arena);
}

static void test_page(void **state) {
    (void)state;
    struct product_view sample = sample_product_view();
    struct product_page page;
    struct arena arena;
    struct buf written;
    arena_init(&arena, 4096, 0);
    buf_init(&written);
    message_encode_product_page_entry(&sample, &written);
    message_encode_product_page_entry(&sample, &written);
    message_encode_product_page_end(70000, true, &written);
    assert_int_equal(partner_decode_product_page(buf_span(&written), &arena, &page), 0);
    assert_int_equal(page.count, 2);
    same_as(&written, GOLDEN_PRODUCT_PAGE);
    message_encode_product_page_entry(&page.products[0], &written);
    message_encode_product_page_entry(&page.products[1], &written);
    message_encode_product_page_end(page.next_sequence, page.more, &written);
    same_as(&written, GOLDEN_PRODUCT_PAGE);
    buf_deinit(&written);
    arena_deinit(&arena);
}

/* Every field as long as it may be: a page of them fits a frame. */
static void test_sizes(void **state) {
    (void)state;
    struct product_view view = sample_product_view();
    struct product *product = &view.product;
    memset(product->code, 'W', PRODUCT_CODE_MAX);
    memset(product->terms.name, 'n', PRODUCT_NAME_MAX);
    product->terms.loan = (struct loan_terms){SAMPLE_CLASS2_BANK, UINT32_MAX, UINT32_MAX,
                                              UINT32_MAX,         UINT32_MAX, UINT32_MAX};
    product->version = product->terms_version = UINT32_MAX;
    product->sequence = UINT64_MAX;
    product->published_at_ms = product->changed_at_ms = -1;
    product->terms.min_fen = product->terms.increment_fen = product->terms.person_max_fen = -1;
    product->terms.risk = product->terms.term_days = product->terms.rate = UINT32_MAX;
    product->terms.cut_off = product->terms.confirm_days = product->terms.payout_days = UINT32_MAX;
    product->sale.quota_fen = product->sale.from_ms = product->sale.until_ms = -1;
    product->sale.price = -1;
    product->sale.all_banks = true;
    product->sale.bank_count = PRODUCT_BANKS_MAX;
    for (uint32_t i = 0; i < PRODUCT_BANKS_MAX; i++)
        product->sale.banks[i] = (struct product_bank){SAMPLE_CLASS2_BANK, false};
    struct buf bytes;
    buf_init(&bytes);
    message_encode_product_page_entry(&view, &bytes);
    assert_in_range(bytes.size, 1000, PRODUCT_ENTRY_MAX);
    assert_true(PRODUCT_PAGE_MAX * PRODUCT_ENTRY_MAX <= MESSAGE_PAGE_ENTRIES_MAX);
    buf_deinit(&bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_published),
        cmocka_unit_test(test_terms),
        cmocka_unit_test(test_sale),
        cmocka_unit_test(test_too_many_banks),
        cmocka_unit_test(test_looks),
        cmocka_unit_test(test_notice),
        cmocka_unit_test(test_page),
        cmocka_unit_test(test_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
