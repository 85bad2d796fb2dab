/*
 * Lists of holdings and of loans: their files, byte for byte, what is wrong with one, and each class
 * against a store.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/loan.h"
#include "domain/product_order.h"
#include "domain/product_units.h"
#include "recon/compare.h"
#include "recon/file.h"
#include "store/desk.h"
#include "store/orders.h"
#include "store/stage.h"
#include "util/logline.h"

#define A 102100099996u
#define B 103100000026u
#define C 104100000004u
#define DAY_TEXT "2026-11-20"
#define SPOOL_BYTES (UINT64_C(64) << 20)

static int64_t day_ms(void) {
    int64_t day;
    assert_true(date_parse(span_text(DAY_TEXT), &day));
    return shanghai_day_start_ms(day);
}

static struct id id_of(uint16_t number) {
    return id_make(1700000000000, number, 0);
}

static struct product_order order_of(uint16_t number) {
    return (struct product_order){
        .id = id_of(number),
        .state = PRODUCT_ORDER_CONFIRMED,
        .kind = PRODUCT_FUND,
        .link.bytes = {1},
        .distributor = A,
        .issuer = B,
        .product = "FUND-1",
        .version = 1,
        .amount = {.fen = 10000, .currency = "CNY"},
        .confirmed_units = 1000000,
        .confirmed_price = PRODUCT_DEPOSIT_PRICE,
        .confirmed_fen = 10000,
        .units = 1000000,
        .history = {.count = 1,
                    .entries = {{.state = PRODUCT_ORDER_CONFIRMED,
                                 .event = PRODUCT_ORDER_EVENT_CONFIRM,
                                 .at_ms = day_ms(),
                                 .cause = CAUSE_REQUEST}}},
    };
}

static struct loan loan_of(uint16_t number) {
    return (struct loan){
        .id = id_of(number),
        .state = LOAN_OUTSTANDING,
        .link.bytes = {1},
        .lead = A,
        .product = "LOAN-1",
        .version = 1,
        .terms = {.partner = B},
        .offered = {.fen = 100000, .currency = "CNY"},
        .account = {.drawn = {300, 700}, .interest_paid = {1, 2}},
        .history = {.count = 1,
                    .entries = {{.state = LOAN_OUTSTANDING,
                                 .event = LOAN_EVENT_DRAWN,
                                 .at_ms = day_ms(),
                                 .cause = CAUSE_REQUEST}}},
    };
}

static struct recon_item holding(uint16_t number) {
    struct product_order order = order_of(number);
    struct recon_item item;
    recon_item_of_order(&order, &item);
    return item;
}

static struct recon_item share(uint16_t number) {
    struct loan loan = loan_of(number);
    struct recon_item item;
    recon_item_of_loan(&loan, A, &item);
    return item;
}

static struct recon_header header_of(enum recon_kind kind, const struct recon_item *rows,
                                     size_t count) {
    struct recon_header header = {
        .sender = A, .receiver = RECON_GATEWAY, .business_date = DAY_TEXT, .kind = kind};
    for (size_t i = 0; i < count; i++)
        assert_true(recon_totals_add(&header.totals, A, &rows[i]));
    return header;
}

/* ---- files ---- */

static int append(void *context, struct span bytes) {
    buf_append_span(context, bytes);
    return 0;
}

static int on_header(void *context, const struct recon_header *header) {
    (void)context;
    assert_string_equal(header->business_date, DAY_TEXT);
    assert_int_equal(header->window, 0);
    return 0;
}

static int on_row(void *context, uint64_t row, const struct recon_item *item) {
    assert_int_equal(row, 0);
    *(struct recon_item *)context = *item;
    return 0;
}

static int read_text(const char *text, size_t size, struct recon_item *row_out,
                     struct recon_fault *fault_out) {
    struct recon_file_sink sink = {on_header, on_row, row_out};
    struct recon_reader *reader = recon_reader_new(A, &sink);
    struct digest digest;
    int rc = recon_reader_feed(reader, span_of(text, size), fault_out);
    if (rc == 0)
        rc = recon_reader_end(reader, &digest, fault_out);
    recon_reader_free(reader);
    return rc;
}

/* Of one row; header, columns and row have to be that text, and are read again. */
static void check_bytes(const struct recon_item *row, const char *wanted) {
    struct recon_header header = header_of(row->kind, row, 1);
    struct buf file = {0};
    struct recon_fault fault;
    struct recon_item read;
    struct recon_writer writer = {.write = append, .context = &file};
    assert_int_equal(recon_writer_begin(&writer, &header), 0);
    assert_int_equal(recon_writer_add(&writer, row, &fault), 0);
    assert_int_equal(recon_writer_end(&writer, &fault), 0);
    recon_writer_deinit(&writer);
    assert_memory_equal(file.data, wanted, strlen(wanted));
    assert_int_equal(read_text((const char *)file.data, file.size, &read, &fault), 0);
    read.window = row->window; /* no line tells it */
    assert_int_equal(recon_judge(&read, row, UINT64_MAX), RECON_MATCHED);
    assert_true(read.kind == row->kind);
    buf_deinit(&file);
}

static void the_bytes_are_those_of_the_document(void **state) {
    (void)state;
    char text[1000];
    char id[ID_TEXT_SIZE];
    struct id number = id_of(7);
    struct recon_item row = holding(7);
    id_format(&number, id);
    snprintf(text, sizeof(text),
             "linkgate-recon,1,102100099996,000000000000,2026-11-20,holdings,1,10000,0\n"
             "id,distributor,issuer,product,units,amount_fen,currency,state\n"
             "%s,102100099996,103100000026,FUND-1,1000000,10000,CNY,CONFIRMED\n"
             "sha256,",
             id);
    check_bytes(&row, text);
    row.creditor = A; /* sold by its own issuer */
    snprintf(text, sizeof(text),
             "linkgate-recon,1,102100099996,000000000000,2026-11-20,holdings,1,0,10000\n"
             "id,distributor,issuer,product,units,amount_fen,currency,state\n"
             "%s,102100099996,102100099996,FUND-1,1000000,10000,CNY,CONFIRMED\n"
             "sha256,",
             id);
    check_bytes(&row, text);
    row = share(7);
    snprintf(text, sizeof(text),
             "linkgate-recon,1,102100099996,000000000000,2026-11-20,loans,1,300,1\n"
             "id,lead,partner,principal_fen,interest_fen,currency,state\n"
             "%s,102100099996,103100000026,300,1,CNY,OUTSTANDING\n"
             "sha256,",
             id);
    check_bytes(&row, text);
}

static void what_no_list_may_have(void **state) {
    (void)state;
    struct recon_item row = holding(1);
    assert_null(recon_item_fault(RECON_HOLDINGS, &row));
    row.product[0] = 'a';
    assert_non_null(strstr(recon_item_fault(RECON_HOLDINGS, &row), "product"));
    row = holding(1);
    row.units = -1;
    assert_non_null(strstr(recon_item_fault(RECON_HOLDINGS, &row), "units"));
    row = holding(1);
    row.amount.fen = -1;
    assert_non_null(strstr(recon_item_fault(RECON_HOLDINGS, &row), "amount"));
    row = holding(1);
    row.state = PRODUCT_ORDER_STATES;
    assert_non_null(strstr(recon_item_fault(RECON_HOLDINGS, &row), "state"));
    row = holding(1);
    row.amount.currency[0] = '\0';
    assert_non_null(strstr(recon_item_fault(RECON_HOLDINGS, &row), "currency"));
    row = share(1);
    assert_null(recon_item_fault(RECON_LOANS, &row));
    row.creditor = row.debtor;
    assert_non_null(strstr(recon_item_fault(RECON_LOANS, &row), "two banks"));
    row = share(1);
    row.interest_fen = -1;
    assert_non_null(strstr(recon_item_fault(RECON_LOANS, &row), "interest"));
    row = share(1);
    row.amount.fen = -1;
    assert_non_null(strstr(recon_item_fault(RECON_LOANS, &row), "principal"));
    row = share(1);
    row.state = LOAN_STATES;
    assert_non_null(strstr(recon_item_fault(RECON_LOANS, &row), "state"));
    row = share(1);
    row.amount.currency[2] = 'y';
    assert_non_null(strstr(recon_item_fault(RECON_LOANS, &row), "currency"));
}

/* One field of the line after the other is spoilt. */
static void lines_that_are_none(void **state) {
    (void)state;
    static const struct {
        enum recon_kind kind;
        const char *line, *says;
    } rows[] = {
        {RECON_HOLDINGS, "1,103100000026,P,1,1,CNY,CONFIRMED", "distributor"},
        {RECON_HOLDINGS, "102100099996,1,P,1,1,CNY,CONFIRMED", "issuer"},
        {RECON_HOLDINGS, "102100099996,103100000026,PPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPP,1,1,CNY,OPEN",
         "product"},
        {RECON_HOLDINGS, "102100099996,103100000026,P,1.5,1,CNY,CONFIRMED", "units"},
        {RECON_HOLDINGS, "102100099996,103100000026,P,1,-1,CNY,CONFIRMED", "amount"},
        {RECON_HOLDINGS, "102100099996,103100000026,P,1,1,CNYY,CONFIRMED", "currency"},
        {RECON_HOLDINGS, "102100099996,103100000026,P,1,1,CNY,ACCEPTED", "state"},
        {RECON_HOLDINGS, "102100099996,103100000026,P,01,1,CNY,CONFIRMED", "canonical"},
        {RECON_HOLDINGS, "102100099996,103100000026,P,1,1,CNY", "number of fields"},
        {RECON_LOANS, "1,103100000026,1,1,CNY,OVERDUE", "lead"},
        {RECON_LOANS, "102100099996,1,1,1,CNY,OVERDUE", "partner"},
        {RECON_LOANS, "102100099996,103100000026,x,1,CNY,OVERDUE", "principal"},
        {RECON_LOANS, "102100099996,103100000026,1,x,CNY,OVERDUE", "interest"},
        {RECON_LOANS, "102100099996,103100000026,1,1,CNYY,OVERDUE", "currency"},
        {RECON_LOANS, "102100099996,103100000026,1,1,CNY,CONFIRMED", "state"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[200];
        const char *fault = "";
        struct recon_item item;
        snprintf(line, sizeof(line), "00000000000000000000000000000001,%s", rows[i].line);
        assert_false(recon_item_parse(rows[i].kind, span_text(line), &item, &fault));
        if (strstr(fault, rows[i].says) == NULL)
            fail_msg("row %zu: %s", i, fault);
    }
}

/* ---- against a store ---- */

struct bench {
    struct stage *stage;
    struct scratch scratch;
    struct spool *spool;
    uint8_t names;
};

static int setup(void **state) {
    struct bench *bench = xcalloc(1, sizeof(*bench));
    void *stage;
    char reason[200] = "";
    assert_int_equal(stage_set_up(&stage), 0);
    bench->stage = stage;
    scratch_init(&bench->scratch);
    struct spool_config config = {bench->scratch.dir, bench->stage->keyring, SPOOL_BYTES};
    assert_int_equal(spool_open(&config, &bench->spool, reason, sizeof(reason)), 0);
    *state = bench;
    return 0;
}

static int teardown(void **state) {
    struct bench *bench = *state;
    void *stage = bench->stage;
    spool_close(bench->spool);
    scratch_deinit(&bench->scratch);
    free(bench);
    return stage_tear_down(&stage);
}

static void put_order(struct bench *bench, const struct product_order *order) {
    struct store *store = bench->stage->store;
    store_begin(store);
    store_put_order(store, order, true);
    store_commit(store);
}

static void put_loan(struct bench *bench, const struct loan *loan) {
    struct store *store = bench->stage->store;
    store_begin(store);
    store_put_loan(store, loan, true);
    store_commit(store);
}

static bool go_on(void *context, uint64_t done, uint64_t of) {
    (void)context;
    (void)done;
    (void)of;
    return true;
}

static struct upload compared(struct bench *bench, const char *date, const struct recon_item *rows,
                              size_t count) {
    struct recon_header header = header_of(rows[0].kind, rows, count);
    struct digest digest = {{++bench->names}};
    struct spool_view *view;
    struct upload upload;
    memcpy(header.business_date, date, DATE_TEXT_SIZE);
    struct compare job = {.spool = bench->spool,
                          .keyring = bench->stage->keyring,
                          .store = bench->stage->store,
                          .now_ms = day_ms(),
                          .go_on = go_on};
    assert_int_equal(spool_begin(bench->spool, &header, day_ms(), &job.number), 0);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(spool_add(bench->spool, job.number, &rows[i]), 0);
    assert_int_equal(spool_end(bench->spool, job.number, &digest), 0);
    assert_int_equal(compare_run(&job), 0);
    assert_int_equal(spool_look(bench->spool, bench->stage->keyring, &view), 0);
    assert_int_equal(spool_get_upload(view, job.number, &upload), 0);
    spool_view_close(view);
    return upload;
}

static struct recon_row told(struct bench *bench, const struct upload *upload, uint64_t index) {
    struct spool_view *view;
    struct recon_difference difference;
    struct recon_row row;
    assert_int_equal(spool_look(bench->spool, bench->stage->keyring, &view), 0);
    assert_int_equal(spool_next_difference(view, upload->number, index, &difference), 0);
    spool_view_close(view);
    recon_row_of(upload, &difference, &row);
    return row;
}

static void holdings_of_each_class(void **state) {
    struct bench *bench = *state;
    struct recon_item rows[6];
    for (uint16_t number = 1; number <= 6; number++) {
        struct product_order order = order_of(number);
        if (number == 5)
            order.units = 0; /* redeemed: no list has to have it */
        if (number == 6)
            order.distributor = C; /* another bank's */
        put_order(bench, &order);
        rows[number - 1] = holding(number);
    }
    rows[1].units++;
    rows[2].state = PRODUCT_ORDER_REDEEMING;
    rows[3] = rows[0];
    rows[4] = holding(9);
    struct upload upload = compared(bench, DAY_TEXT, rows, 5); /* 4 is missing there */
    const uint64_t *of = upload.counts.of;
    assert_true(of[RECON_MATCHED] == 1 && of[RECON_AMOUNT_DIFF] == 1);
    assert_true(of[RECON_STATUS_DIFF] == 1 && of[RECON_MISSING_HERE] == 1);
    assert_true(of[RECON_MISSING_THERE] == 1 && of[RECON_DUPLICATE] == 1);
    assert_int_equal(upload.differences, 5);
    struct recon_row row = told(bench, &upload, 1);
    assert_true(row.kind == RECON_HOLDINGS && row.class == RECON_AMOUNT_DIFF);
    assert_true(row.units == 1000001 && row.amount.fen == 10000);
    assert_string_equal(row.product, "FUND-1");
    assert_int_equal(shanghai_day_start_ms((int64_t)row.window), day_ms());
    upload = compared(bench, "2026-11-19", rows, 3); /* all was changed since */
    assert_true(upload.counts.of[RECON_MATCHED] == 1 && upload.differences == 0);
    assert_int_equal(upload.counts.of[RECON_DATE_SHIFT], 3);
}

static void loans_of_a_lender(void **state) {
    struct bench *bench = *state;
    struct recon_item rows[3] = {share(1), share(2), share(3)};
    for (uint16_t number = 1; number <= 4; number++) {
        struct loan loan = loan_of(number);
        if (number == 4)
            loan.state = LOAN_REPAID;
        put_loan(bench, &loan);
    }
    assert_int_equal(compared(bench, DAY_TEXT, rows, 3).counts.of[RECON_MATCHED], 3);
    rows[0].amount.fen = 1000; /* both lenders' */
    rows[1].interest_fen++;
    struct upload upload = compared(bench, DAY_TEXT, rows, 2);
    const uint64_t *of = upload.counts.of;
    assert_true(of[RECON_AMOUNT_DIFF] == 2 && of[RECON_MISSING_THERE] == 1);
    struct recon_row row = told(bench, &upload, 1);
    assert_true(row.kind == RECON_LOANS && row.interest_fen == 2 && row.amount.fen == 300);
}

/* The gateway has asked about one, by a case that has no object but its claim. */
static void what_was_asked_about_is_in_the_result(void **state) {
    struct bench *bench = *state;
    struct recon_item rows[2] = {holding(1), holding(2)};
    struct store *store = bench->stage->store;
    for (uint16_t number = 1; number <= 2; number++) {
        struct product_order order = order_of(number);
        put_order(bench, &order);
    }
    struct inquiry_case inquiry = {
        .id = id_of(77),
        .subject = CASE_HOLDING_DIFF,
        .state = CASE_OPEN,
        .owner = A,
        .other = B,
        .claim = {.upload = {{1}}, .kind = RECON_HOLDINGS, .id = id_of(2)}};
    store_begin(store);
    assert_int_equal(store_put_case(store, &inquiry, false, (struct span){NULL, 0}, true), 0);
    store_commit(store);
    struct upload upload = compared(bench, DAY_TEXT, rows, 2);
    assert_true(upload.counts.of[RECON_MATCHED] == 2 && upload.differences == 1);
    struct recon_row row = told(bench, &upload, 0);
    assert_true(row.class == RECON_MATCHED && id_equal(&row.id, &rows[1].id));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_are_those_of_the_document),
        cmocka_unit_test(what_no_list_may_have),
        cmocka_unit_test(lines_that_are_none),
        TEST(holdings_of_each_class),
        TEST(loans_of_a_lender),
        TEST(what_was_asked_about_is_in_the_result),
    };
    log_set_level(LOG_EMERG);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
