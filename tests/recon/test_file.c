/*
 * Reconciliation files: what is written is read again, in whatever pieces it comes; and whatever is
 * wrong with a file is named with its line, and none of it is believed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "domain/link.h"
#include "domain/transfer.h"
#include "recon/file.h"

#define A 102100099996u
#define B 103100000026u
#define C 104100000004u
#define ROWS 5
#define CUT_SHORT 77

static struct recon_header header_of(uint64_t rows) {
    return (struct recon_header){
        .sender = A,
        .receiver = RECON_GATEWAY,
        .business_date = "2026-11-20",
        .kind = RECON_MONEY,
        .window = 12,
        .totals = {.count = rows, .debit_fen = rows > 0 ? 100 : 0, .credit_fen = 0},
    };
}

static struct recon_item row_of(uint8_t number) {
    struct recon_item row = {
        .kind = RECON_MONEY,
        .what = TRANSFER_PAYMENT,
        .state = number == 1 ? TRANSFER_ACCEPTED : TRANSFER_REJECTED,
        .debtor = A,
        .creditor = B,
        .amount = {.fen = 100, .currency = "CNY"},
        .reference = "b,\"77\"",
        .book_date = "2026-11-20",
        .window = 12,
    };
    row.id.bytes[15] = (uint8_t)(100 - number); /* any order is right */
    return row;
}

static int append(void *context, struct span bytes) {
    buf_append_span(context, bytes);
    return 0;
}

/* A whole right file. */
static void write_file(const struct recon_header *header, uint8_t rows, struct buf *file) {
    struct recon_writer writer = {.write = append, .context = file};
    struct recon_fault fault;
    assert_int_equal(recon_writer_begin(&writer, header), 0);
    for (uint8_t number = 1; number <= rows; number++) {
        struct recon_item row = row_of(number);
        assert_int_equal(recon_writer_add(&writer, &row, &fault), 0);
    }
    assert_int_equal(recon_writer_end(&writer, &fault), 0);
    recon_writer_deinit(&writer);
}

struct seen {
    struct recon_header header;
    struct recon_item rows[ROWS];
    uint64_t count;
    bool cut_short; /* the sink ends it with the first row */
};

static int on_header(void *context, const struct recon_header *header) {
    ((struct seen *)context)->header = *header;
    return 0;
}

static int on_row(void *context, uint64_t row, const struct recon_item *item) {
    struct seen *seen = context;
    assert_int_equal(row, seen->count);
    if (seen->cut_short)
        return CUT_SHORT;
    if (seen->count < ROWS)
        seen->rows[seen->count] = *item;
    seen->count++;
    return 0;
}

/* In pieces of that size. */
static int read_file(struct span file, size_t piece, struct seen *seen, struct digest *digest_out,
                     struct recon_fault *fault_out) {
    struct recon_file_sink sink = {.header = on_header, .row = on_row, .context = seen};
    struct recon_reader *reader = recon_reader_new(A, &sink);
    int rc = 0;
    for (size_t at = 0; rc == 0 && at < file.size; at += piece) {
        size_t size = file.size - at < piece ? file.size - at : piece;
        rc = recon_reader_feed(reader, span_of(file.data + at, size), fault_out);
    }
    if (rc == 0)
        rc = recon_reader_end(reader, digest_out, fault_out);
    recon_reader_free(reader);
    return rc;
}

static bool same_header(const struct recon_header *a, const struct recon_header *b) {
    struct buf lines[2] = {{0}, {0}};
    recon_header_format(a, &lines[0]);
    recon_header_format(b, &lines[1]);
    bool same = span_equal(buf_span(&lines[0]), buf_span(&lines[1]));
    buf_deinit(&lines[0]);
    buf_deinit(&lines[1]);
    return same;
}

static bool same_row(enum recon_kind kind, const struct recon_item *a, const struct recon_item *b) {
    struct buf lines[2] = {{0}, {0}};
    recon_item_format(kind, a, &lines[0]);
    recon_item_format(kind, b, &lines[1]);
    bool same = span_equal(buf_span(&lines[0]), buf_span(&lines[1]));
    buf_deinit(&lines[0]);
    buf_deinit(&lines[1]);
    return same;
}

static void what_is_written_is_read(void **state) {
    (void)state;
    static const size_t pieces[] = {1, 2, 7, 64, 400, 100000};
    struct recon_header header = header_of(ROWS);
    struct buf file = {0};
    write_file(&header, ROWS, &file);
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        struct seen seen = {.count = 0};
        struct digest digest;
        struct recon_fault fault = {0};
        if (read_file(buf_span(&file), pieces[i], &seen, &digest, &fault) != 0)
            fail_msg("%s", fault.text);
        assert_int_equal(seen.count, ROWS);
        assert_true(same_header(&seen.header, &header));
        for (uint8_t number = 1; number <= ROWS; number++) {
            struct recon_item row = row_of(number);
            assert_true(same_row(RECON_MONEY, &seen.rows[number - 1], &row));
        }
        struct digest whole;
        size_t trailer = sizeof("sha256,") - 1 + 2 * (size_t)DIGEST_SIZE + 1;
        sha256(span_of(file.data, file.size - trailer), &whole);
        assert_true(digest_equal(&digest, &whole));
    }
    buf_deinit(&file);
}

static void the_bytes_are_those_of_the_document(void **state) {
    (void)state;
    static const char wanted[] =
        "linkgate-recon,1,102100099996,000000000000,2026-11-20,12,1,100,0\n"
        "id,kind,debtor,creditor,amount_fen,currency,state,reference,book_date,window\n"
        "00000000000000000000000000000063,PAYMENT,102100099996,103100000026,100,CNY,ACCEPTED,"
        "\"b,\"\"77\"\"\",2026-11-20,12\n"
        "sha256,";
    struct recon_header header = header_of(1);
    struct buf file = {0};
    write_file(&header, 1, &file);
    assert_true(file.size == sizeof(wanted) - 1 + 2 * (size_t)DIGEST_SIZE + 1);
    assert_memory_equal(file.data, wanted, sizeof(wanted) - 1);
    buf_deinit(&file);
}

static void links_have_lists_too(void **state) {
    (void)state;
    static const char wanted[] =
        "linkgate-recon,1,102100099996,000000000000,2026-11-20,links,1,0,0\n"
        "id,class2_bank,class1_bank,state,class2_last4,class1_last4\n"
        "00000000000000000000000000000007,102100099996,103100000026,ACTIVE,0017,9X12\n";
    struct recon_header header = header_of(1);
    header.kind = RECON_LINKS;
    header.window = 0;
    header.totals = (struct recon_totals){.count = 1};
    struct recon_item row = {.state = LINK_ACTIVE,
                             .debtor = A,
                             .creditor = B,
                             .class2_tail = "0017",
                             .class1_tail = "9X12"};
    row.id.bytes[15] = 7;
    struct buf file = {0};
    struct recon_fault fault;
    struct recon_writer writer = {.write = append, .context = &file};
    assert_int_equal(recon_writer_begin(&writer, &header), 0);
    assert_int_equal(recon_writer_add(&writer, &row, &fault), 0);
    assert_int_equal(recon_writer_end(&writer, &fault), 0);
    recon_writer_deinit(&writer);
    assert_memory_equal(file.data, wanted, sizeof(wanted) - 1);
    struct seen seen = {.count = 0};
    struct digest digest;
    assert_int_equal(read_file(buf_span(&file), 50, &seen, &digest, &fault), 0);
    assert_true(same_row(RECON_LINKS, &seen.rows[0], &row));
    buf_deinit(&file);
}

/* ---- what is wrong with it ---- */

struct fault_row {
    const char *from, *to; /* the first of that text becomes the other */
    uint64_t line;
    bool totals;
    const char *says;
};

static const struct fault_row fault_rows[] = {
    {"linkgate-recon,1", "linkgate-recon,2", 1, false, "version"},
    {"linkgate-recon", "linkgate-recom", 1, false, "no header"},
    {"n,1,102100099996", "n,1,103100000026", 1, false, "another bank wrote it"},
    {"n,1,102100099996", "n,1,102100099997", 1, false, "sender"},
    {"n,1,102100099996,000000000000", "n,1,000000000000,102100099996", 1, false, "the gateway"},
    {"000000000000", "104100000004", 1, false, "between a bank and the gateway"},
    {"000000000000", "0", 1, false, "receiver"},
    {"2026-11-20", "2026-02-30", 1, false, "business date"},
    {",12,5,", ",012,5,", 1, false, "canonical"},
    {",12,5,", ",0,5,", 1, false, "no window"},
    {",12,5,", ",x,5,", 1, false, "window"},
    {",12,5,", ",12,9999999999999999999,", 1, false, "count"},
    {",12,5,", ",12,999999999999,", 1, false, "count"},
    {",100,0\n", ",-100,0\n", 1, false, "total"},
    {",100,0\n", ",100,0,\n", 1, false, "no header"},
    {",12,5,", ",12,4,", 7, true, "one more row"},
    {",12,5,", ",12,6,", 0, true, "fewer rows"},
    {",100,0\n", ",101,0\n", 0, true, "add up"},
    {",100,0\n", ",100,1\n", 0, true, "add up"},
    {"id,kind", "id,kinds", 2, false, "columns"},
    {"00000063,P", "00000063X,P", 3, false, "32 hex"},
    {"00000061,", "0000006A,", 5, false, "canonical"},
    {"PAYMENT", "PAYMENTS", 3, false, "kind"},
    {"PAYMENT,102100099996", "PAYMENT,102100099997", 3, false, "debtor"},
    {"103100000026", "103100000027", 3, false, "creditor"},
    {"103100000026", "102100099996", 3, false, "two banks"},
    {"PAYMENT,102100099996", "PAYMENT,104100000004", 3, false, "two other banks"},
    {",100,CNY", ",+100,CNY", 3, false, "amount"},
    {",100,CNY", ",0,CNY", 3, false, "above zero"},
    {",100,CNY", ",0100,CNY", 3, false, "canonical"},
    {",100,CNY", ",200,CNY", 0, true, "add up"},
    {",100,CNY", ",9223372036854775808,CNY", 3, false, "amount"},
    {"CNY", "CN1", 3, false, "currency"},
    {"CNY", "CNYX", 3, false, "currency"},
    {"ACCEPTED", "SETTLED", 3, false, "state"},
    {"\"b,", "b,", 3, false, "fields"},
    {"77\"\"\"", "77\"\"\"x", 3, false, "fields"},
    {"\"b,\"\"77\"\"\"", "\"b77\"", 3, false, "canonical"},
    {"\"b,\"\"77\"\"\"", "b\x1b[2J", 3, false, "characters"},
    {"\"b,\"\"77\"\"\"", "012345678901234567890123456789012345", 3, false, "too long"},
    {",2026-11-20,12\n", ",2026-11-31,12\n", 3, false, "book date"},
    {",2026-11-20,12\n", ",2026-11-20,13\n", 3, false, "another window"},
    {",2026-11-20,12\n", ",2026-11-20,12\r\n", 3, false, "window"},
    {",2026-11-20,12\n", ",2026-11-20,12,\n", 3, false, "number of fields"},
    {",2026-11-20,12\n", ",2026-11-20,12,,\n", 3, false, "fields"},
    {",2026-11-20,12\n", ",2026-11-20,12\n\n", 4, false, "number of fields"},
    {"REJECTED", "PENDING", 8, false, "not the SHA-256"}, /* the sums stay right */
    {"sha256,", "sha256,x", 8, false, "no SHA-256 in hex"},
    {"sha256,", "sha512,", 8, false, "number of fields"},
};

static void change(struct buf *file, const struct fault_row *row) {
    const char *at = memmem(file->data, file->size, row->from, strlen(row->from));
    assert_non_null(at);
    size_t front = (size_t)((const uint8_t *)at - file->data);
    struct buf changed = {0};
    buf_append(&changed, file->data, front);
    buf_append_span(&changed, span_text(row->to));
    buf_append(&changed, at + strlen(row->from), file->size - front - strlen(row->from));
    buf_deinit(file);
    *file = changed;
}

static void every_fault_is_named(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(fault_rows) / sizeof(fault_rows[0]); i++) {
        const struct fault_row *row = &fault_rows[i];
        struct recon_header header = header_of(ROWS);
        struct buf file = {0};
        struct seen seen = {.count = 0};
        struct digest digest;
        struct recon_fault fault = {0};
        write_file(&header, ROWS, &file);
        change(&file, row);
        int rc = read_file(buf_span(&file), 33, &seen, &digest, &fault);
        if (rc != RECON_FAULT || fault.line != row->line || fault.totals != row->totals ||
            strstr(fault.text, row->says) == NULL)
            fail_msg("row %zu (%s): %d, line %u, %s", i, row->to, rc, (unsigned)fault.line,
                     fault.text);
        buf_deinit(&file);
    }
}

static void a_file_cut_anywhere_is_refused(void **state) {
    (void)state;
    struct recon_header header = header_of(ROWS);
    struct buf file = {0};
    write_file(&header, ROWS, &file);
    for (size_t size = 0; size < file.size; size++) {
        struct seen seen = {.count = 0};
        struct digest digest;
        struct recon_fault fault = {0};
        assert_int_equal(read_file(span_of(file.data, size), 4096, &seen, &digest, &fault),
                         RECON_FAULT);
        assert_true(fault.line > 0 && strstr(fault.text, "cut off") != NULL);
    }
    buf_deinit(&file);
}

static void a_file_with_any_byte_changed_is_refused(void **state) {
    (void)state;
    struct recon_header header = header_of(ROWS);
    struct buf file = {0};
    write_file(&header, ROWS, &file);
    for (size_t at = 0; at < file.size; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            struct seen seen = {.count = 0};
            struct digest digest;
            struct recon_fault fault = {0};
            file.data[at] ^= (uint8_t)(1u << bit);
            assert_int_equal(read_file(buf_span(&file), 4096, &seen, &digest, &fault), RECON_FAULT);
            assert_true(fault.text[0] != '\0');
            file.data[at] ^= (uint8_t)(1u << bit);
        }
    }
    buf_deinit(&file);
}

static void a_file_twice_over_is_refused(void **state) {
    (void)state;
    struct recon_header header = header_of(ROWS);
    struct buf file = {0};
    struct seen seen = {.count = 0};
    struct digest digest;
    struct recon_fault fault = {0};
    write_file(&header, ROWS, &file);
    write_file(&header, ROWS, &file);
    assert_int_equal(read_file(buf_span(&file), 4096, &seen, &digest, &fault), RECON_FAULT);
    assert_int_equal(fault.line, ROWS + 4);
    assert_non_null(strstr(fault.text, "twice"));
    buf_deinit(&file);
}

static void long_lines_are_not_kept(void **state) {
    (void)state;
    struct seen seen = {.count = 0};
    struct recon_file_sink sink = {.header = on_header, .row = on_row, .context = &seen};
    struct recon_reader *reader = recon_reader_new(0, &sink);
    struct recon_fault fault = {0};
    static const uint8_t bytes[RECON_LINE_MAX] = {'x'};
    assert_int_equal(recon_reader_feed(reader, span_of(bytes, sizeof(bytes)), &fault), 0);
    assert_int_equal(recon_reader_feed(reader, span_of(bytes, 1), &fault), RECON_FAULT);
    assert_int_equal(fault.line, 1);
    assert_non_null(strstr(fault.text, "longer"));
    recon_reader_free(reader);
}

static void sums_that_no_amount_holds(void **state) {
    (void)state;
    struct recon_header header = header_of(2);
    struct recon_list *list = recon_list_new(&header);
    struct recon_item row = row_of(1);
    struct recon_fault fault = {0};
    row.amount.fen = INT64_MAX;
    assert_int_equal(recon_list_add(list, &row, &fault), 0);
    row.amount.fen = 1;
    assert_int_equal(recon_list_add(list, &row, &fault), RECON_FAULT);
    assert_true(fault.totals && fault.line == 4);
    assert_int_equal(recon_list_header(list)->window, 12);
    recon_list_free(list);
}

static void a_sink_can_end_it(void **state) {
    (void)state;
    struct recon_header header = header_of(ROWS);
    struct buf file = {0};
    struct seen seen = {.cut_short = true};
    struct digest digest;
    struct recon_fault fault = {0};
    write_file(&header, ROWS, &file);
    assert_int_equal(read_file(buf_span(&file), 4096, &seen, &digest, &fault), CUT_SHORT);
    buf_deinit(&file);
}

static void a_writer_takes_no_other_list(void **state) {
    (void)state;
    struct recon_header header = header_of(1);
    struct buf file = {0};
    struct recon_fault fault = {0};
    struct recon_writer writer = {.write = append, .context = &file};
    struct recon_item row = row_of(1);
    assert_int_equal(recon_writer_begin(&writer, &header), 0);
    assert_int_equal(recon_writer_end(&writer, &fault), RECON_FAULT);
    row.debtor = C;
    assert_int_equal(recon_writer_add(&writer, &row, &fault), RECON_FAULT);
    recon_writer_deinit(&writer);
    buf_deinit(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(the_bytes_are_those_of_the_document),
        cmocka_unit_test(links_have_lists_too),
        cmocka_unit_test(every_fault_is_named),
        cmocka_unit_test(a_file_cut_anywhere_is_refused),
        cmocka_unit_test(a_file_with_any_byte_changed_is_refused),
        cmocka_unit_test(a_file_twice_over_is_refused),
        cmocka_unit_test(long_lines_are_not_kept),
        cmocka_unit_test(sums_that_no_amount_holds),
        cmocka_unit_test(a_sink_can_end_it),
        cmocka_unit_test(a_writer_takes_no_other_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
