/*
 * Balances and postings, as rows of the bank's store.
 *
 * Invariant: a transfer id has at most one row in BK_POSTINGS, written once and never changed; a
 * balance moves only together with the row that explains it, in the same commit; no balance goes
 * below what is held, but for a product's. A payee is an account like any other here. Sums move in the same commit as well, so that they equal the rows.
 */
#include "bank/books.h"

#include <stdio.h>
#include <string.h>

#include "bank/loans.h"
#include "bank/words.h"
#include "domain/calendar.h"

#define CLASS3_BALANCE_MAX_FEN 200000 /* DOMAIN.md §2: at any moment, at most */
#define REASON_LATE "AB06"

static void list_sums(struct bk_totals *totals, struct bk_sum *sums_out[BK_SUMS]) {
    struct bk_sum *const sums[BK_SUMS] = {&totals->pushed,   &totals->pulled,   &totals->paid,
                                          &totals->received, &totals->payments, &totals->spent,
                                          &totals->returned, &totals->refunded, &totals->fell_back};
    memcpy(sums_out, sums, sizeof(sums));
}

static void save_totals(struct bk_books *books) {
    struct bk_sum *sums[BK_SUMS];
    uint8_t row[BK_SUMS * 16];
    list_sums(&books->totals, sums);
    for (size_t i = 0; i < BK_SUMS; i++) {
        put_be64(row + 16 * i, sums[i]->count);
        put_be64(row + 16 * i + 8, (uint64_t)sums[i]->fen);
    }
    bk_db_put(books->db, BK_TOTALS, span_of(NULL, 0), span_of(row, sizeof(row)));
}

static void load_totals(struct bk_books *books) {
    struct bk_sum *sums[BK_SUMS];
    struct span row;
    if (!bk_db_get(books->db, BK_TOTALS, span_of(NULL, 0), &row))
        return;
    list_sums(&books->totals, sums);
    struct reader reader = reader_over(row);
    for (size_t i = 0; i < BK_SUMS && reader.rest.size > 0; i++) { /* older rows have fewer */
        sums[i]->count = reader_be64(&reader);
        sums[i]->fen = (int64_t)reader_be64(&reader);
    }
    bk_row_done(&reader, "bk_totals");
}

static void add(struct bk_books *books, struct bk_sum *sum, int64_t fen) {
    ENSURE(fen_add(sum->fen, fen, &sum->fen));
    sum->count++;
    save_totals(books);
}

static void save_balance(struct bk_books *books, const struct bk_account *account) {
    uint8_t row[8];
    if (account->payee_at != 0) {
        bk_payee_save(books->db, account);
        return;
    }
    put_be64(row, (uint64_t)account->balance_fen);
    bk_db_put(books->db, BK_ACCOUNTS, span_text(account->number), span_of(row, sizeof(row)));
}

void bk_books_open(struct bk_books *books, bank_code own, struct bk_db *db,
                   struct bk_accounts *accounts, struct bk_payees *payees) {
    *books = (struct bk_books){.db = db, .accounts = accounts, .payees = payees, .own = own};
    load_totals(books);
    for (size_t i = 0; i < accounts->count; i++) {
        struct bk_account *account = &accounts->rows[i];
        struct span row;
        if (!bk_db_get(db, BK_ACCOUNTS, span_text(account->number), &row)) {
            save_balance(books, account);
            continue;
        }
        struct reader reader = reader_over(row);
        account->balance_fen = (int64_t)reader_be64(&reader);
        bk_row_done(&reader, "bk_account");
    }
}

/* ---- postings ----------------------------------------------------------------------------- */

static bool read_payee(struct reader *reader, struct bk_posting *posting) {
    return bk_row_read_string(reader, posting->payee_account, sizeof(posting->payee_account)) &&
           bk_row_read_string(reader, posting->payee_name, sizeof(posting->payee_name)) &&
           bk_row_read_string(reader, posting->merchant_name, sizeof(posting->merchant_name)) &&
           bk_row_read_string(reader, posting->merchant_id, sizeof(posting->merchant_id));
}

bool bk_posting_read(struct span row, struct bk_posting *posting_out) {
    struct reader reader = reader_over(row);
    struct bk_posting posting = {0};
    posting.outcome = (enum posting_outcome)reader_u8(&reader);
    posting.side = (enum posting_side)reader_u8(&reader);
    posting.fen = (int64_t)reader_be64(&reader);
    posting.kind = (enum transfer_kind)reader_u8(&reader);
    posting.link = bk_row_read_id(&reader);
    posting.original = bk_row_read_id(&reader);
    posting.payee_bank = reader_be64(&reader);
    bool read = bk_row_read_string(&reader, posting.account, sizeof(posting.account)) &&
                bk_row_read_string(&reader, posting.reference, sizeof(posting.reference)) &&
                bk_row_read_string(&reader, posting.book_date, sizeof(posting.book_date)) &&
                bk_row_read_string(&reader, posting.reason, sizeof(posting.reason)) &&
                read_payee(&reader, &posting);
    if (reader.rest.size > 0) /* older rows end here */
        posting.fallback = reader_u8(&reader) != 0;
    if (!read || reader.failed || reader.rest.size != 0)
        return false;
    *posting_out = posting;
    return true;
}

static void save_posting(struct bk_books *books, const struct id *transfer,
                         const struct bk_posting *posting) {
    uint8_t bytes[640];
    struct buf row = {bytes, 0, sizeof(bytes)};
    buf_append_byte(&row, (uint8_t)posting->outcome);
    buf_append_byte(&row, (uint8_t)posting->side);
    buf_append_be64(&row, (uint64_t)posting->fen);
    buf_append_byte(&row, (uint8_t)posting->kind);
    bk_row_id(&row, &posting->link);
    bk_row_id(&row, &posting->original);
    buf_append_be64(&row, posting->payee_bank);
    bk_row_text(&row, span_text(posting->account));
    bk_row_text(&row, span_text(posting->reference));
    bk_row_text(&row, span_text(posting->book_date));
    bk_row_text(&row, span_text(posting->reason));
    bk_row_text(&row, span_text(posting->payee_account));
    bk_row_text(&row, span_text(posting->payee_name));
    bk_row_text(&row, span_text(posting->merchant_name));
    bk_row_text(&row, span_text(posting->merchant_id));
    buf_append_byte(&row, posting->fallback);
    ENSURE(row.data == bytes);
    bk_db_put(books->db, BK_POSTINGS, id_span(transfer), buf_span(&row));
}

bool bk_books_find(struct bk_books *books, const struct id *transfer,
                   struct bk_posting *posting_out) {
    struct span row;
    if (!bk_db_get(books->db, BK_POSTINGS, id_span(transfer), &row))
        return false;
    if (!bk_posting_read(row, posting_out))
        fatal("bk_posting", "a row of the bank's store is damaged: restore its data folder");
    return true;
}

static const char *check_money(const struct bk_account *account, bool debit, int64_t fen) {
    int64_t sum;
    if (debit)
        return account->payee_at != BK_AT_PRODUCTS && account->balance_fen - account->held_fen < fen
                   ? "AM04"
                   : "";
    if (!fen_add(account->balance_fen, fen, &sum))
        return "AM12";
    if (account->account_class == ACCOUNT_CLASS_III && sum > CLASS3_BALANCE_MAX_FEN)
        return "RR04";
    return "";
}

/* A payee becomes known by being paid. */
static struct bk_account *payee_of(struct bk_books *books,
                                   const struct post_instruction *instruction) {
    return bk_payees_take(books->payees, instruction->creditor_bank,
                          instruction->creditor_account_number, instruction->creditor_name);
}

/* It pays for a product of ours. */
static bool sells(const struct bk_books *books, const struct post_instruction *instruction) {
    return instruction->kind == TRANSFER_ORDER_BUY && instruction->order.issuer == books->own &&
           !id_is_zero(&instruction->order.order);
}

static bool lends(const struct post_instruction *instruction) {
    return !id_is_zero(&instruction->loan.loan) && !bk_loan_is_of_customer(instruction);
}

/* All of what is paid back is our own share: the account is here, and the other lender gets nothing. */
static bool keeps_all(const struct bk_books *books, const struct post_instruction *instruction) {
    const struct posted_loan *loan = &instruction->loan;
    struct loan_view view;
    if (!bk_loan_is_of_customer(instruction) || !loan->repayment ||
        !bk_loan_find(books->db, &loan->loan, &view))
        return false;
    bool lead = view.loan.lead == books->own;
    return (lead ? loan->principal.partner_fen : loan->principal.lead_fen) == 0 &&
           (lead ? loan->interest.partner_fen : loan->interest.lead_fen) == 0;
}

/* Both sides of it are ours: no other bank owes or is owed. */
static bool in_house(const struct bk_books *books, const struct post_instruction *instruction) {
    return instruction->fallback ||
           (sells(books, instruction) && instruction->side == POSTING_DEBIT) ||
           keeps_all(books, instruction);
}

bool bk_loan_is_of_customer(const struct post_instruction *instruction) {
    const struct posted_loan *loan = &instruction->loan;
    return !id_is_zero(&loan->loan) &&
           instruction->side == (loan->repayment ? POSTING_DEBIT : POSTING_CREDIT);
}

int64_t bk_loan_own_fen(const struct bk_books *books, const struct post_instruction *instruction) {
    int64_t whole_fen = instruction->loan.amount.fen;
    return in_house(books, instruction) ? whole_fen : whole_fen - instruction->amount.fen;
}

/* The product whose loan was drawn by what comes back; NULL: it goes back to a customer. */
static struct bk_account *drawn_from(struct bk_books *books,
                                     const struct post_instruction *instruction) {
    struct bk_drawn drawn;
    struct bk_debt debt;
    if (instruction->kind != TRANSFER_RETURN ||
        !bk_drawn_find(books->db, &instruction->original, &drawn) ||
        !bk_debt_find(books->db, &drawn.loan, &debt))
        return NULL;
    return bk_payees_product(books->payees, span_text(debt.product));
}

/* A payment that is pushed here is paid on to its payee, and what is pushed for a product of ours goes
 * to that; all else concerns our customers. */
static struct bk_account *account_of(struct bk_books *books,
                                     const struct post_instruction *instruction) {
    if (transfer_kind_merchant(instruction->kind) && instruction->side == POSTING_CREDIT)
        return payee_of(books, instruction);
    if (sells(books, instruction) && instruction->side == POSTING_CREDIT)
        return bk_payees_product(books->payees, instruction->order.product);
    if (lends(instruction))
        return bk_payees_product(books->payees, instruction->loan.product);
    struct bk_account *product = drawn_from(books, instruction);
    return product != NULL ? product
                           : bk_accounts_find(books->accounts, instruction->account_number);
}

/* Of what is in house: who gets it. */
static struct bk_account *other_side(struct bk_books *books,
                                     const struct post_instruction *instruction) {
    if (instruction->fallback)
        return payee_of(books, instruction);
    return bk_payees_product(books->payees, sells(books, instruction) ? instruction->order.product
                                                                      : instruction->loan.product);
}

/* What the account is debited or credited: of a loan that is drawn or paid back here the whole, and not
 * only the other lender's share. */
static int64_t moved_fen(const struct post_instruction *instruction) {
    return bk_loan_is_of_customer(instruction) ? instruction->loan.amount.fen
                                               : instruction->amount.fen;
}

static const char *check(struct bk_books *books, const struct post_instruction *instruction,
                         const struct bk_account *account, bool in_time) {
    bool debit = instruction->side == POSTING_DEBIT;
    if (!in_time)
        return REASON_LATE;
    if (!debit && instruction->side != POSTING_CREDIT)
        return "FF08";
    if (instruction->amount.fen <= 0)
        return instruction->amount.fen == 0 ? "AM01" : "AM12";
    if (!currency_is(instruction->amount.currency, "CNY"))
        return "AM03";
    if (account == NULL)
        return debit ? "AC02" : "AC03";
    if (in_house(books, instruction) && other_side(books, instruction) == NULL)
        return "AC03";
    if (bk_loan_is_of_customer(instruction) &&
        bk_payees_product(books->payees, instruction->loan.product) == NULL)
        return "FF08";
    const char *reason = bk_account_refusal(account, debit);
    if (moved_fen(instruction) < instruction->amount.fen)
        return "AM12";
    return *reason != '\0' ? reason : check_money(account, debit, moved_fen(instruction));
}

/* Over our own rails, at once. */
static void pay(struct bk_books *books, const struct post_instruction *instruction) {
    struct bk_account *payee = other_side(books, instruction);
    ENSURE(payee != NULL &&
           fen_add(payee->balance_fen, instruction->amount.fen, &payee->balance_fen));
    bk_payee_save(books->db, payee);
    if (instruction->fallback)
        add(books, &books->totals.fell_back, instruction->amount.fen);
}

/* This bank's own share, between its customer and the product. */
static void book_own_share(struct bk_books *books, struct bk_account *customer,
                           const struct post_instruction *instruction) {
    struct bk_account *product = bk_payees_product(books->payees, instruction->loan.product);
    int64_t own_fen = bk_loan_own_fen(books, instruction);
    ENSURE(product != NULL);
    if (own_fen > 0)
        bk_books_move(books, instruction->loan.repayment ? customer : product,
                      instruction->loan.repayment ? product : customer, own_fen);
}

static void book(struct bk_books *books, struct bk_account *account,
                 const struct post_instruction *instruction) {
    int64_t fen = instruction->amount.fen;
    bool payment = transfer_kind_merchant(instruction->kind);
    bool debit = instruction->side == POSTING_DEBIT;
    account->balance_fen += debit ? -fen : fen;
    save_balance(books, account);
    if (in_house(books, instruction)) {
        pay(books, instruction);
        return;
    }
    add(books, debit ? &books->totals.paid : &books->totals.received, fen);
    if (payment)
        add(books, debit ? &books->totals.spent : &books->totals.payments, fen);
    if (instruction->kind == TRANSFER_RETURN)
        add(books, &books->totals.refunded, fen);
    if (bk_loan_is_of_customer(instruction))
        book_own_share(books, account, instruction);
}

static struct bk_posting describe(const struct bk_books *books,
                                  const struct post_instruction *instruction,
                                  const struct bk_account *account) {
    struct bk_posting posting = {.outcome = POSTING_REFUSED,
                                 .side = instruction->side,
                                 .kind = instruction->kind,
                                 .fallback = in_house(books, instruction),
                                 .link = instruction->link,
                                 .original = instruction->original,
                                 .fen = instruction->amount.fen,
                                 .payee_bank = instruction->creditor_bank};
    if (account != NULL)
        snprintf(posting.account, sizeof(posting.account), "%s", account->number);
    if (!transfer_kind_merchant(instruction->kind))
        return posting;
    const struct merchant *merchant = &instruction->merchant;
    bk_text_copy(posting.payee_account, sizeof(posting.payee_account),
                 instruction->creditor_account_number);
    bk_text_copy(posting.payee_name, sizeof(posting.payee_name), instruction->creditor_name);
    bk_text_copy(posting.merchant_name, sizeof(posting.merchant_name), merchant->name);
    bk_text_copy(posting.merchant_id, sizeof(posting.merchant_id), merchant->id);
    return posting;
}

/* reason "": post it. */
static void decide(struct bk_books *books, const struct post_instruction *instruction,
                   struct bk_account *account, const char *reason, int64_t wall_ms,
                   struct bk_posting *posting_out) {
    struct bk_posting posting = describe(books, instruction, account);
    snprintf(posting.reason, sizeof(posting.reason), "%s", reason);
    if (*reason == '\0') {
        ENSURE(account != NULL);
        char hex[ID_TEXT_SIZE];
        id_format(&instruction->transfer, hex);
        posting.outcome = POSTING_POSTED;
        snprintf(posting.reference, sizeof(posting.reference), "BK%s", hex);
        date_format(shanghai_day(wall_ms), posting.book_date);
        book(books, account, instruction);
    }
    save_posting(books, &instruction->transfer, &posting);
    *posting_out = posting;
}

void bk_books_post(struct bk_books *books, const struct post_instruction *instruction, bool in_time,
                   int64_t wall_ms, struct bk_posting *posting_out) {
    if (bk_books_find(books, &instruction->transfer, posting_out))
        return;
    struct bk_account *account = account_of(books, instruction);
    decide(books, instruction, account, check(books, instruction, account, in_time), wall_ms,
           posting_out);
}

void bk_books_refuse(struct bk_books *books, const struct post_instruction *instruction,
                     const char *reason, struct bk_posting *posting_out) {
    if (bk_books_find(books, &instruction->transfer, posting_out))
        return;
    struct bk_account *account = account_of(books, instruction);
    decide(books, instruction, account, reason, 0, posting_out);
}

void bk_books_cancel(struct bk_books *books, const struct id *transfer, bool seen,
                     struct bk_posting *posting_out) {
    if (bk_books_find(books, transfer, posting_out))
        return;
    const struct bk_posting barred = {.outcome = seen ? POSTING_UNDONE : POSTING_NOT_SEEN};
    save_posting(books, transfer, &barred);
    *posting_out = barred;
}

void bk_books_inquire(struct bk_books *books, const struct id *transfer,
                      struct bk_posting *posting_out) {
    bk_books_cancel(books, transfer, false, posting_out);
}

/* ---- our own transfers -------------------------------------------------------------------- */

bool bk_books_hold(struct bk_account *account, int64_t fen) {
    ENSURE(fen > 0);
    if (account->payee_at != BK_AT_PRODUCTS && account->balance_fen - account->held_fen < fen)
        return false;
    account->held_fen += fen;
    return true;
}

void bk_books_release(struct bk_account *account, int64_t fen) {
    ENSURE(account->held_fen >= fen);
    account->held_fen -= fen;
}

void bk_books_pushed(struct bk_books *books, struct bk_account *account, int64_t fen,
                     enum transfer_kind kind) {
    bk_books_release(account, fen);
    account->balance_fen -= fen;
    save_balance(books, account);
    add(books, &books->totals.pushed, fen);
    if (kind == TRANSFER_RETURN)
        add(books, &books->totals.returned, fen);
    if (transfer_kind_merchant(kind))
        add(books, &books->totals.spent, fen);
}

void bk_books_pulled(struct bk_books *books, struct bk_account *account, int64_t fen,
                     enum transfer_kind kind) {
    ENSURE(fen_add(account->balance_fen, fen, &account->balance_fen));
    save_balance(books, account);
    add(books, &books->totals.pulled, fen);
    if (transfer_kind_merchant(kind))
        add(books, &books->totals.payments, fen);
}

void bk_books_move(struct bk_books *books, struct bk_account *from, struct bk_account *to,
                   int64_t fen) {
    ENSURE(fen_add(to->balance_fen, fen, &to->balance_fen));
    from->balance_fen -= fen;
    save_balance(books, from);
    save_balance(books, to);
}

int64_t bk_totals_net_fen(const struct bk_totals *totals) {
    return totals->pulled.fen + totals->received.fen - totals->pushed.fen - totals->paid.fen;
}
