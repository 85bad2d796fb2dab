/*
 * Messages of reconciliation: what a bank writes is what the gateway reads, and the other way round;
 * each field that is wrong is named.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "wire/partner.h"
#include "wire/recon_item.h"

#define A 999100000011u
#define B 999100000020u

static struct recon_item money_row(uint8_t number) {
    return (struct recon_item){
        .kind = RECON_MONEY,
        .id.bytes = {number, 1},
        .what = TRANSFER_BOUND_PAIR,
        .state = TRANSFER_ACCEPTED,
        .debtor = A,
        .creditor = B,
        .amount = {100 + number, "CNY"},
        .reference = "b77",
        .book_date = "2026-11-20",
    };
}

static struct recon_item link_row(void) {
    return (struct recon_item){
        .kind = RECON_LINKS,
        .id.bytes = {9, 1},
        .state = LINK_ACTIVE,
        .debtor = A,
        .creditor = B,
        .class2_tail = "0001",
        .class1_tail = "0002",
    };
}

static struct recon_item holding_row(void) {
    return (struct recon_item){
        .kind = RECON_HOLDINGS,
        .id.bytes = {9, 2},
        .state = PRODUCT_ORDER_OPEN,
        .debtor = A,
        .creditor = A,
        .amount = {100, "CNY"},
        .product = "D-1",
        .units = 10000,
    };
}

static struct recon_item loan_row(void) {
    return (struct recon_item){
        .kind = RECON_LOANS,
        .id.bytes = {9, 3},
        .state = LOAN_OUTSTANDING,
        .debtor = A,
        .creditor = B,
        .amount = {100, "CNY"},
        .interest_fen = 7,
    };
}

static void same_row(const struct recon_item *read, const struct recon_item *written) {
    assert_true(id_equal(&read->id, &written->id));
    assert_true(read->what == written->what && read->state == written->state);
    assert_true(read->debtor == written->debtor && read->creditor == written->creditor);
    assert_true(read->amount.fen == written->amount.fen);
    assert_string_equal(read->amount.currency, written->amount.currency);
    assert_string_equal(read->reference, written->reference);
    assert_string_equal(read->book_date, written->book_date);
    assert_string_equal(read->class2_tail, written->class2_tail);
    assert_string_equal(read->class1_tail, written->class1_tail);
    assert_string_equal(read->product, written->product);
    assert_true(read->units == written->units && read->interest_fen == written->interest_fen);
    assert_int_equal(read->kind, written->kind);
}

/* The command that those bytes are; refusal_out.code is NONE if it was read. */
static struct command *read_as(enum command_kind kind, struct buf *bytes,
                               struct refusal *refusal_out) {
    struct command *command = command_new(kind);
    command->payload = arena_copy(&command->arena, buf_span(bytes));
    buf_deinit(bytes);
    *refusal_out = (struct refusal){.field = ""};
    if (message_decode_command(command, 0, refusal_out) == 0)
        assert_int_equal(refusal_out->code, REFUSAL_NONE);
    return command;
}

static void upload_parts(void **state) {
    (void)state;
    struct recon_item rows[] = {money_row(1), money_row(2), link_row()};
    struct upload_recon part = {
        .upload.bytes = {7},
        .has_header = true,
        .header = {.business_date = "2026-11-20",
                   .kind = RECON_MONEY,
                   .window = 12,
                   .totals = {3, 203, 5}},
        .rows = rows,
        .row_count = 3,
        .last = true,
        .list.bytes = {8},
    };
    struct buf bytes = {0};
    struct refusal refusal;
    partner_encode_upload_recon(&part, &bytes);
    struct command *command = read_as(COMMAND_UPLOAD_RECON, &bytes, &refusal);
    const struct upload_recon *read = &command->body.upload_recon;
    assert_int_equal(refusal.code, REFUSAL_NONE);
    assert_true(id_equal(&read->upload, &part.upload) && read->has_header && read->last);
    assert_true(digest_equal(&read->list, &part.list) && read->row_count == 3);
    assert_true(read->header.window == 12 && read->header.kind == RECON_MONEY);
    assert_string_equal(read->header.business_date, "2026-11-20");
    assert_true(recon_totals_equal(&read->header.totals, &part.header.totals));
    for (size_t i = 0; i < 3; i++)
        same_row(&read->rows[i], &rows[i]);
    command_free(command);
}

static void expect_refused(const struct upload_recon *part, enum refusal_code code,
                           const char *field) {
    struct buf bytes = {0};
    struct refusal refusal;
    partner_encode_upload_recon(part, &bytes);
    command_free(read_as(COMMAND_UPLOAD_RECON, &bytes, &refusal));
    assert_int_equal(refusal.code, code);
    assert_string_equal(refusal.field, field);
}

static void expect_row_refused(struct recon_item row, enum refusal_code code, const char *field) {
    struct upload_recon part = {.upload.bytes = {7}, .part = 1, .rows = &row, .row_count = 1};
    expect_refused(&part, code, field);
}

static void each_field_is_named(void **state) {
    (void)state;
    struct recon_item row = money_row(1);
    struct upload_recon part = {.upload.bytes = {7}, .part = 1, .rows = &row, .row_count = 1};
    expect_refused(&part, REFUSAL_NONE, "");
    part.part = 0;
    expect_refused(&part, REFUSAL_FIELD_MISSING, "header");
    part.has_header = true;
    expect_refused(&part, REFUSAL_FIELD_INVALID, "header.business_date");
    memcpy(part.header.business_date, "2026-02-30", DATE_TEXT_SIZE);
    expect_refused(&part, REFUSAL_FIELD_INVALID, "header.business_date");
    memcpy(part.header.business_date, "2026-02-28", DATE_TEXT_SIZE);
    expect_refused(&part, REFUSAL_NONE, "");
    part.part = 1;
    expect_refused(&part, REFUSAL_FIELD_INVALID, "header");
    part.has_header = false;
    part.row_count = 0;
    expect_refused(&part, REFUSAL_FIELD_MISSING, "rows");
    part.upload = (struct id){{0}};
    expect_refused(&part, REFUSAL_FIELD_MISSING, "upload_id");
    row.id = (struct id){{0}};
    expect_row_refused(row, REFUSAL_FIELD_MISSING, "rows.id");
    row = money_row(1);
    row.debtor = 1;
    expect_row_refused(row, REFUSAL_BANK_CODE_DEBTOR, "rows.debtor_bank_code");
    row = money_row(1);
    row.state = TRANSFER_STATES;
    expect_row_refused(row, REFUSAL_FIELD_INVALID, "rows.state");
    row = money_row(1);
    memcpy(row.reference, "a\nb", 4);
    expect_row_refused(row, REFUSAL_FIELD_INVALID, "rows.reference");
    row = link_row();
    row.state = LINK_STATES;
    expect_row_refused(row, REFUSAL_FIELD_INVALID, "rows.link_state");
}

static void rows_of_holdings_and_loans(void **state) {
    (void)state;
    struct recon_item row = holding_row();
    expect_row_refused(row, REFUSAL_NONE, "");
    row.state = PRODUCT_ORDER_STATES;
    expect_row_refused(row, REFUSAL_FIELD_INVALID, "rows.order_state");
    row = holding_row();
    memcpy(row.product, "a\nb", 4);
    expect_row_refused(row, REFUSAL_FIELD_INVALID, "rows.product_code");
    row = loan_row();
    expect_row_refused(row, REFUSAL_NONE, "");
    row.state = LOAN_STATES;
    expect_row_refused(row, REFUSAL_FIELD_INVALID, "rows.loan_state");
}

/* That row with one more state, on its way in. */
static void expect_two_refused(const struct recon_item *row, enum recon_kind other,
                               const char *field) {
    struct pack pack;
    struct packed_item packed;
    Linkgate__V1__ReconItem *entries[] = {&packed.item};
    Linkgate__V1__UploadRecon part;
    uint8_t upload[ID_SIZE] = {7};
    struct buf bytes = {0};
    struct refusal refusal;
    pack_init(&pack);
    recon_item_pack(&pack, row, &packed);
    if (other == RECON_LINKS)
        packed.item.link_state = LINKGATE__V1__LINK_STATE__LINK_STATE_ACTIVE;
    else if (other == RECON_HOLDINGS)
        packed.item.order_state = LINKGATE__V1__ORDER_STATE__ORDER_STATE_OPEN;
    else
        packed.item.loan_state = LINKGATE__V1__LOAN_STATE__LOAN_STATE_OVERDUE;
    linkgate__v1__upload_recon__init(&part);
    part.upload_id = (ProtobufCBinaryData){sizeof(upload), upload};
    part.part = 1;
    part.n_rows = 1;
    part.rows = entries;
    pack_finish(&pack, &part.base, &bytes);
    command_free(read_as(COMMAND_UPLOAD_RECON, &bytes, &refusal));
    assert_int_equal(refusal.code, REFUSAL_FIELD_INVALID);
    assert_string_equal(refusal.field, field);
}

static void a_row_is_of_one_kind(void **state) {
    (void)state;
    struct recon_item money = money_row(1), link = link_row(), holding = holding_row();
    expect_two_refused(&money, RECON_LINKS, "rows.link_state");
    expect_two_refused(&money, RECON_LOANS, "rows.loan_state");
    expect_two_refused(&link, RECON_HOLDINGS, "rows.order_state");
    expect_two_refused(&holding, RECON_LOANS, "rows.loan_state");
}

/* Deep inside, too. */
static void unknown_fields_of_a_row(void **state) {
    (void)state;
    struct recon_item row = money_row(1);
    struct upload_recon part = {.upload.bytes = {7}, .part = 1, .rows = &row, .row_count = 1};
    struct buf bytes = {0};
    struct refusal refusal;
    partner_encode_upload_recon(&part, &bytes);
    buf_append(&bytes, "\x22\3\xf8\x3f\1", 5);
    command_free(read_as(COMMAND_UPLOAD_RECON, &bytes, &refusal));
    assert_int_equal(refusal.code, REFUSAL_FIELD_UNKNOWN);
}

static void too_many_rows(void **state) {
    (void)state;
    static struct recon_item rows[RECON_PART_ROWS_MAX + 1];
    for (size_t i = 0; i <= RECON_PART_ROWS_MAX; i++)
        rows[i] = money_row((uint8_t)(1 + i % 200));
    struct upload_recon part = {.upload.bytes = {7}, .part = 1, .rows = rows};
    part.row_count = RECON_PART_ROWS_MAX;
    expect_refused(&part, REFUSAL_NONE, "");
    part.row_count++;
    expect_refused(&part, REFUSAL_FIELD_INVALID, "rows");
}

static void questions(void **state) {
    (void)state;
    struct buf bytes = {0};
    struct refusal refusal;
    struct recon_page_query page = {.window = 3, .after.bytes = {4}, .max = 7};
    partner_encode_recon_page(&page, &bytes);
    struct command *command = read_as(COMMAND_RECON_PAGE, &bytes, &refusal);
    assert_true(command->body.recon_page.window == 3 && command->body.recon_page.max == 7);
    assert_true(id_equal(&command->body.recon_page.after, &page.after));
    command_free(command);
    page = (struct recon_page_query){.kind = RECON_LOANS};
    partner_encode_recon_page(&page, &bytes);
    command = read_as(COMMAND_RECON_PAGE, &bytes, &refusal);
    assert_int_equal(command->body.recon_page.kind, RECON_LOANS);
    command_free(command);
    page.window = 3;
    partner_encode_recon_page(&page, &bytes);
    command_free(read_as(COMMAND_RECON_PAGE, &bytes, &refusal));
    assert_string_equal(refusal.field, "list");
    page = (struct recon_page_query){.window = 3, .max = LIST_MAX + 1};
    partner_encode_recon_page(&page, &bytes);
    command_free(read_as(COMMAND_RECON_PAGE, &bytes, &refusal));
    assert_string_equal(refusal.field, "max");
    struct query_totals totals = {.window = 3, .after = A};
    partner_encode_query_totals(&totals, &bytes);
    command = read_as(COMMAND_QUERY_TOTALS, &bytes, &refusal);
    assert_true(command->body.query_totals.window == 3 && command->body.query_totals.after == A);
    command_free(command);
    totals = (struct query_totals){.kind = RECON_HOLDINGS, .after_id.bytes = {4}};
    partner_encode_query_totals(&totals, &bytes);
    command = read_as(COMMAND_QUERY_TOTALS, &bytes, &refusal);
    assert_int_equal(command->body.query_totals.kind, RECON_HOLDINGS);
    assert_true(id_equal(&command->body.query_totals.after_id, &totals.after_id));
    command_free(command);
    totals.after = A;
    partner_encode_query_totals(&totals, &bytes);
    command_free(read_as(COMMAND_QUERY_TOTALS, &bytes, &refusal));
    assert_string_equal(refusal.field, "after_bank_code");
    totals.kind = RECON_MONEY;
    partner_encode_query_totals(&totals, &bytes);
    command_free(read_as(COMMAND_QUERY_TOTALS, &bytes, &refusal));
    assert_string_equal(refusal.field, "after");
    struct recon_result_query result = {.list.bytes = {1}, .from = 300};
    partner_encode_recon_result(&result, &bytes);
    command = read_as(COMMAND_RECON_RESULT, &bytes, &refusal);
    assert_true(digest_equal(&command->body.recon_result.list, &result.list));
    assert_true(command->body.recon_result.from == 300);
    assert_true(command->body.recon_result.max == LIST_STANDARD);
    command_free(command);
}

static void pages_are_read_as_they_were_written(void **state) {
    (void)state;
    struct arena arena;
    struct buf bytes = {0};
    struct recon_item rows[] = {money_row(1), link_row(), holding_row(), loan_row()};
    struct id next = {{3}};
    arena_init(&arena, 4096, 0);
    for (size_t i = 0; i < 4; i++)
        message_encode_recon_page_entry(&rows[i], &bytes);
    message_encode_recon_page_next(&next, &bytes);
    struct recon_page page;
    assert_int_equal(partner_decode_recon_page(buf_span(&bytes), &arena, &page), 0);
    assert_true(page.count == 4 && id_equal(&page.next, &next));
    for (size_t i = 0; i < 4; i++)
        same_row(&page.rows[i], &rows[i]);
    buf_clear(&bytes);
    struct totals_pair pairs[] = {{A, "CNY", 3, 5, 7}, {B, "CNY", 1, 0, 2}};
    struct totals_page written = {12, pairs, 2, true, {{9}}};
    struct totals_page totals;
    message_encode_totals_reply(&written, &bytes);
    assert_int_equal(partner_decode_totals_reply(buf_span(&bytes), &arena, &totals), 0);
    assert_true(totals.window == 12 && totals.count == 2 && totals.more);
    assert_true(id_equal(&totals.next, &written.next));
    assert_true(totals.pairs[0].counterparty == A && totals.pairs[0].debit_fen == 5);
    assert_true(totals.pairs[1].count == 1 && totals.pairs[1].credit_fen == 2);
    buf_deinit(&bytes);
    arena_deinit(&arena);
}

static void results_are_read_as_they_were_written(void **state) {
    (void)state;
    struct arena arena;
    struct buf bytes = {0};
    struct recon_difference differences[] = {
        {0, RECON_AMOUNT_DIFF, true, true, money_row(1), money_row(2)},
        {1, RECON_MISSING_THERE, false, true, {.what = 0}, money_row(3)},
    };
    struct result_reply reply = {.list.bytes = {5}, .state = RECON_JUDGED, .next = 17};
    struct result_page page;
    reply.counts.of[RECON_MATCHED] = 40;
    reply.counts.of[RECON_DUPLICATE] = 2;
    arena_init(&arena, 4096, 0);
    for (size_t i = 0; i < 2; i++)
        message_encode_result_entry(&differences[i], &bytes);
    message_encode_result_end(&reply, &bytes);
    assert_int_equal(partner_decode_result_reply(buf_span(&bytes), &arena, &page), 0);
    assert_true(page.count == 2 && page.result.next == 17 && page.result.state == RECON_JUDGED);
    assert_true(digest_equal(&page.result.list, &reply.list));
    assert_true(page.result.counts.of[RECON_MATCHED] == 40);
    assert_true(page.result.counts.of[RECON_DUPLICATE] == 2);
    same_row(&page.rows[0].theirs, &differences[0].theirs);
    same_row(&page.rows[0].ours, &differences[0].ours);
    assert_true(page.rows[1].class == RECON_MISSING_THERE && !page.rows[1].has_theirs);
    buf_clear(&bytes);
    struct upload_reply upload = {{{7}}, 3, 1000, true};
    struct upload_reply read;
    message_encode_upload_reply(&upload, &bytes);
    assert_int_equal(partner_decode_upload_reply(buf_span(&bytes), &arena, &read), 0);
    assert_true(id_equal(&read.upload, &upload.upload) && read.part == 3);
    assert_true(read.rows == 1000 && read.whole);
    buf_deinit(&bytes);
    arena_deinit(&arena);
}

/* The longest row, as often as a page or a result may have it, fits a frame. */
static void the_longest_fit(void **state) {
    (void)state;
    struct recon_item row = money_row(1);
    struct recon_difference difference = {.class = RECON_DUPLICATE};
    struct buf bytes = {0};
    memset(row.reference, 'r', REFERENCE_MAX);
    memset(row.id.bytes, 0xff, ID_SIZE);
    row.amount.fen = INT64_MAX;
    difference.has_theirs = difference.has_ours = true;
    difference.theirs = difference.ours = row;
    message_encode_result_entry(&difference, &bytes);
    assert_true(bytes.size <= RECON_ENTRY_MAX);
    buf_clear(&bytes);
    static struct recon_item rows[RECON_PART_ROWS_MAX];
    struct upload_recon part = {.upload = row.id, .part = UINT32_MAX, .rows = rows};
    part.row_count = RECON_PART_ROWS_MAX;
    for (size_t i = 0; i < RECON_PART_ROWS_MAX; i++)
        rows[i] = row;
    buf_clear(&bytes);
    partner_encode_upload_recon(&part, &bytes);
    assert_true(bytes.size < 65000);
    buf_deinit(&bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(upload_parts),
        cmocka_unit_test(each_field_is_named),
        cmocka_unit_test(rows_of_holdings_and_loans),
        cmocka_unit_test(a_row_is_of_one_kind),
        cmocka_unit_test(unknown_fields_of_a_row),
        cmocka_unit_test(too_many_rows),
        cmocka_unit_test(questions),
        cmocka_unit_test(pages_are_read_as_they_were_written),
        cmocka_unit_test(results_are_read_as_they_were_written),
        cmocka_unit_test(the_longest_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
