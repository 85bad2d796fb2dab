/*
 * The bank's own list of a window, of its links, its holdings or its loans, as a file of
 * docs/reconciliation.md.
 *
 * Invariant: it is made of this bank's books alone, in one turn, so that no transfer comes between
 * its totals and its rows. What was posted and has no window yet stands in the list, and in that of a
 * window that is closed if it was posted on its business date or before.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bank/commands.h"
#include "bank/debts.h"
#include "bank/journal.h"
#include "bank/lots.h"
#include "bank/words.h"
#include "domain/calendar.h"
#include "recon/file.h"

struct making {
    struct bk_bank *bank;
    struct recon_header header;
    struct recon_writer writer;
    struct recon_fault fault;
    bool closed;  /* the gateway said so of that window */
    bool writing; /* else only adding up */
    int rc;
};

static bool take(struct making *making, const struct recon_item *item) {
    struct recon_item row = *item;
    row.window = making->header.window;
    if (making->writing)
        making->rc = recon_writer_add(&making->writer, &row, &making->fault);
    else if (!recon_totals_add(&making->header.totals, making->bank->config.code, &row))
        making->rc = RECON_FAULT;
    return making->rc == 0;
}

static bool take_row(void *context, const struct recon_item *item) {
    return take(context, item);
}

static bool take_open(void *context, const struct recon_item *item) {
    struct making *making = context;
    if (making->closed && strcmp(item->book_date, making->header.business_date) > 0)
        return true;
    return take(making, item);
}

static void each_link(struct making *making) {
    const struct bk_links *links = &making->bank->links;
    struct recon_item item;
    for (size_t i = 0; making->rc == 0 && i < links->count; i++) {
        bk_link_item(links->rows[i], making->bank->config.code, &item);
        if (recon_link_is_listed(links->rows[i]->state))
            (void)take(making, &item);
    }
}

/* Which orders there are, and their states, every bank knows from its notices; units and money of its
 * own products the issuer has in its own book. */
static void take_order(struct making *making, struct product_order *order) {
    bank_code own = making->bank->config.code;
    struct recon_item item;
    struct bk_lot lot;
    if (order->distributor != own && order->issuer != own)
        return;
    if (order->issuer == own && bk_lot_find(making->bank->db, &order->id, &lot)) {
        order->units = lot.units;
        order->confirmed_fen = lot.confirmed_fen;
        order->confirmed_price = lot.price;
    }
    recon_item_of_order(order, &item);
    if (recon_order_is_listed(order))
        (void)take(making, &item);
}

static bool take_order_row(void *context, struct span key, struct span value) {
    struct making *making = context;
    struct arena arena;
    struct notice_place place;
    struct order_view view;
    struct span event;
    (void)key;
    arena_init(&arena, 4096, 0);
    if (partner_decode_order_notice(value, &arena, &place, &view, &event) == 0)
        take_order(making, &view.order);
    arena_deinit(&arena);
    return making->rc == 0;
}

/* What it lent and got back are of its own book; what of that was interest the gateway told. */
static void take_loan(struct making *making, const struct loan *loan) {
    bank_code own = making->bank->config.code;
    struct recon_item item;
    struct bk_debt debt;
    if (loan_lender_of(loan, own) == LOAN_LENDERS || !recon_loan_is_listed(loan))
        return;
    recon_item_of_loan(loan, own, &item);
    memcpy(item.amount.currency, "CNY", CURRENCY_SIZE); /* of all loans: none says it */
    if (bk_debt_find(making->bank->db, &loan->id, &debt))
        item.amount.fen = debt.lent_fen - debt.back_fen + item.interest_fen;
    (void)take(making, &item);
}

static bool take_loan_row(void *context, struct span key, struct span value) {
    struct making *making = context;
    struct arena arena;
    struct loan_view view;
    (void)key;
    arena_init(&arena, 4096, 0);
    if (partner_decode_loan_reply(value, &arena, &view) == 0)
        take_loan(making, &view.loan);
    arena_deinit(&arena);
    return making->rc == 0;
}

static void each(struct making *making) {
    switch (making->header.kind) {
    case RECON_LINKS:
        each_link(making);
        return;
    case RECON_HOLDINGS:
        bk_db_each(making->bank->db, BK_ORDERS, take_order_row, making);
        return;
    case RECON_LOANS:
        bk_db_each(making->bank->db, BK_LOANS, take_loan_row, making);
        return;
    case RECON_KIND_NONE:
    case RECON_MONEY:
        break;
    }
    bk_journal_each(making->bank, 0, take_open, making);
    if (making->rc == 0)
        bk_journal_each(making->bank, making->header.window, take_row, making);
}

/* ---- the file ---- */

static int put(void *context, struct span bytes) {
    return fwrite(bytes.data, 1, bytes.size, context) == bytes.size ? 0 : -1;
}

static int write_rows(struct making *making, FILE *file) {
    making->writing = true;
    making->writer = (struct recon_writer){.write = put, .context = file};
    making->rc = recon_writer_begin(&making->writer, &making->header);
    if (making->rc == 0)
        each(making);
    if (making->rc == 0)
        making->rc = recon_writer_end(&making->writer, &making->fault);
    recon_writer_deinit(&making->writer);
    return making->rc;
}

/* NULL, or what is wrong. */
static const char *write_file(struct making *making, const char *path) {
    each(making);
    if (making->rc != 0)
        return "the list is too long, or its totals are too large";
    FILE *file = fopen(path, "we");
    bool written = file != NULL && write_rows(making, file) == 0;
    int number = errno;
    if (file != NULL && fclose(file) != 0) {
        number = errno;
        written = false;
    }
    if (!written && file != NULL)
        (void)unlink(path);
    if (making->rc == RECON_FAULT)
        return making->fault.text;
    return written ? NULL : strerror(number);
}

/* ---- the header ---- */

/* As the notice of that window told it; else that of today, by the gateway. Of holdings and loans by the clock. */
static void take_date(struct making *making) {
    struct bk_bank *bank = making->bank;
    char *date = making->header.business_date;
    uint8_t key[8];
    struct span row;
    struct arena arena;
    struct notice_place place;
    struct window_view view;
    if (recon_is_by_day(making->header.kind)) {
        date_format(shanghai_day(bk_wall_ms(bank)), date);
        return;
    }
    memcpy(date, bank->system.business_date, DATE_TEXT_SIZE);
    put_be64(key, making->header.window);
    if (!bk_db_get(bank->db, BK_WINDOWS, span_of(key, sizeof(key)), &row))
        return;
    arena_init(&arena, 4096, 0);
    if (partner_decode_window_notice(row, &arena, &place, &view) == 0)
        bk_text_copy(date, DATE_TEXT_SIZE, view.business_date);
    arena_deinit(&arena);
    making->closed = true;
}

/* False: answered with an error. */
static bool take_header(const struct bk_call *call, const char *what, struct making *making) {
    struct recon_header *header = &making->header;
    struct bk_session *session = call->session;
    const char *day = bk_call_option(call, "day");
    char *end = NULL;
    header->sender = session->bank->config.code;
    header->receiver = RECON_GATEWAY;
    uint32_t kind = RECON_MONEY;
    (void)bk_word_find(bk_words_recon, what, &kind);
    header->kind = (enum recon_kind)kind;
    if (header->kind == RECON_MONEY)
        header->window = strtoull(what, &end, 10);
    if (header->kind == RECON_MONEY && (header->window == 0 || *end != '\0')) {
        bk_session_error(session, "WINDOW: a window's number, `links`, `holdings` or `loans`");
        return false;
    }
    take_date(making);
    if (day != NULL)
        bk_text_copy(header->business_date, sizeof(header->business_date), span_text(day));
    if (recon_header_fault(header) == NULL)
        return true;
    bk_session_error(session, "no business date: the gateway told none, and day= has no right one");
    return false;
}

void bk_command_recon_list(const struct bk_call *call) {
    struct bk_session *session = call->session;
    struct making making = {.bank = session->bank};
    const char *what = bk_call_word(call, 0);
    const char *path = bk_call_word(call, 1);
    if (what == NULL || path == NULL) {
        bk_session_error(session, "WINDOW|links|holdings|loans FILE: what is listed, and where");
        return;
    }
    if (!take_header(call, what, &making))
        return;
    const char *wrong = write_file(&making, path);
    if (wrong != NULL) {
        bk_session_error(session, wrong);
        return;
    }
    struct bk_json json = bk_session_result(session, "granted");
    bk_json_string(&json, "business_date", making.header.business_date);
    bk_json_int(&json, "count", (int64_t)making.header.totals.count);
    bk_json_int(&json, "debit_fen", making.header.totals.debit_fen);
    bk_json_int(&json, "credit_fen", making.header.totals.credit_fen);
    bk_session_end(session, &json);
}
