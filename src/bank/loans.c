/*
 * A lender's part in a loan's life.
 *
 * Invariant: books and debts move in one commit, by what the bank itself was asked or has asked; only
 * how much of it is the other lender's is the gateway's figure, for it works out the shares. A draw
 * that cannot be credited is not: the other lender's share stays with the product until it went back.
 */
#include "bank/loans.h"

#include "bank/submit.h"
#include "bank/words.h"
#include "util/logline.h"

#define NOT_CREDITED "AC04" /* why a draw goes back that a closed account could not take */

/* ---- what the gateway told ---------------------------------------------------------------- */

bool bk_loan_find(struct bk_db *db, const struct id *loan, struct loan_view *view_out) {
    struct span row;
    struct arena arena;
    if (!bk_db_get(db, BK_LOANS, id_span(loan), &row))
        return false;
    arena_init(&arena, 4096, 0);
    int failed = partner_decode_loan_reply(row, &arena, view_out);
    arena_deinit(&arena);
    if (failed)
        fatal("bk_loan", "a row of the bank's store is damaged: restore its data folder");
    return true;
}

static struct bk_debt debt_of(struct bk_bank *bank, const struct id *loan, const struct id *link,
                              struct span product) {
    struct bk_debt debt;
    if (bk_debt_find(bank->db, loan, &debt))
        return debt;
    debt = (struct bk_debt){.loan = *loan, .link = *link};
    bk_text_copy(debt.product, sizeof(debt.product), product);
    return debt;
}

static void send_decision(struct bk_bank *bank, const struct loan *loan,
                          const struct bk_fault *fault) {
    struct decide_loan message = {.request = bk_new_request_id(bank), .loan = loan->id};
    const struct bk_item spec = {
        .durable = true, .id = message.request, .kind = MESSAGE_DECIDE_LOAN};
    struct buf payload = {NULL, 0, 0};
    message.approved = fault->action != BK_ACT_REFUSE;
    if (message.approved)
        message.limit = (struct money){loan->asked_fen, "CNY"};
    else
        message.reason = span_text(fault->reason);
    if (message.approved && message.limit.fen > (int64_t)bank->config.lends_fen)
        message.limit.fen = bank->config.lends_fen;
    partner_encode_decide_loan(&message, &payload);
    struct bk_item *item = bk_submit_request(bank, &spec, buf_span(&payload));
    buf_deinit(&payload);
    if (item == NULL)
        log_line(LOG_ERR, "loan_not_decided", LOG_ID("loan", &loan->id),
                 LOG_TEXT("remedy", "too many open requests: do it by hand"));
    else if (fault->action == BK_ACT_DELAY)
        bk_outbox_pause(&bank->outbox, item, bk_now_ms(bank) + fault->ms);
}

/* Once, by itself. */
static void decide(struct bk_bank *bank, const struct loan *loan) {
    enum loan_lender own = loan_lender_of(loan, bank->config.code);
    const struct bk_fault_subject subject = {.kind = MESSAGE_DECIDE_LOAN, .fen = loan->asked_fen};
    if (bank->config.lends_fen == 0 || loan->state != LOAN_APPLIED || own == LOAN_LENDERS ||
        loan->decisions[own].made)
        return;
    struct bk_debt debt = debt_of(bank, &loan->id, &loan->link, span_text(loan->product));
    if (debt.decided)
        return;
    debt.decided = true;
    bk_debt_save(bank->db, &debt);
    const struct bk_fault fault = bk_faults_match(&bank->faults, &subject);
    if (fault.action != BK_ACT_DROP)
        send_decision(bank, loan, &fault);
}

void bk_loans_hear(struct bk_bank *bank, const struct loan_view *view) {
    struct buf row = {NULL, 0, 0};
    message_encode_loan_reply(view, &row);
    bk_db_put(bank->db, BK_LOANS, id_span(&view->loan.id), buf_span(&row));
    buf_deinit(&row);
    decide(bank, &view->loan);
}

/* ---- asked by the gateway ----------------------------------------------------------------- */

/* Our share of what came back for the draw of that transfer. */
static void drawn_back(struct bk_bank *bank, const struct id *transfer, int64_t fen) {
    struct bk_drawn drawn;
    struct bk_debt debt;
    if (!bk_drawn_find(bank->db, transfer, &drawn) || !bk_debt_find(bank->db, &drawn.loan, &debt))
        return;
    debt.lent_fen -= fen;
    bk_debt_save(bank->db, &debt);
}

static void book_repayment(struct bk_debt *debt, int64_t whole_fen, int64_t own_fen,
                           bool customer) {
    debt->back_fen += own_fen;
    debt->paid_in_fen += customer ? whole_fen : 0;
}

static void book_draw(struct bk_bank *bank, struct bk_debt *debt, const struct id *transfer,
                      const struct bk_drawn *drawn) {
    debt->lent_fen += drawn->own_fen;
    debt->paid_out_fen += drawn->credited ? drawn->whole_fen : 0;
    bk_drawn_save(bank->db, transfer, drawn);
}

void bk_loans_posted(struct bk_bank *bank, const struct post_instruction *instruction,
                     const struct bk_posting *posting) {
    const struct posted_loan *loan = &instruction->loan;
    if (posting->outcome != POSTING_POSTED)
        return;
    if (instruction->kind == TRANSFER_RETURN)
        drawn_back(bank, &instruction->original, instruction->amount.fen);
    if (id_is_zero(&loan->loan))
        return;
    struct bk_debt debt = debt_of(bank, &loan->loan, &instruction->link, loan->product);
    bool customer = bk_loan_is_of_customer(instruction);
    struct bk_drawn drawn = {.loan = loan->loan,
                             .whole_fen = loan->amount.fen,
                             .own_fen = instruction->amount.fen,
                             .moved_fen = instruction->amount.fen,
                             .credited = customer};
    if (customer)
        drawn.own_fen = bk_loan_own_fen(&bank->books, instruction);
    if (loan->repayment)
        book_repayment(&debt, drawn.whole_fen, drawn.own_fen, customer);
    else
        book_draw(bank, &debt, &instruction->transfer, &drawn);
    bk_debt_save(bank->db, &debt);
}

/* ---- asked by us -------------------------------------------------------------------------- */

/* What one request of ours moves. */
struct moving {
    struct bk_account *account; /* our customer's, or the product's */
    struct bk_account *product;
    bool customer;                          /* account is our customer's */
    int64_t whole_fen, other_fen, kept_fen; /* kept: our own share, where the account is here */
};

static bool moving_of(struct bk_bank *bank, const struct bk_item *item, int64_t other_fen,
                      struct bk_debt *debt_out, struct moving *moving_out) {
    struct loan_view view;
    if (!bk_loan_find(bank->db, &item->original, &view))
        return false;
    struct span product = span_text(view.loan.product);
    struct moving moving = {.account = item->account,
                            .product = bk_payees_product(&bank->payees, product),
                            .customer = item->account->payee_at == 0,
                            .whole_fen = item->fen,
                            .other_fen = other_fen};
    moving.kept_fen = moving.whole_fen - moving.other_fen;
    if (moving.product == NULL)
        return false;
    *debt_out = debt_of(bank, &item->original, &item->link, product);
    *moving_out = moving;
    return true;
}

/* What was held and is neither sent nor our own customer's to pay us. */
static void pay_out(struct bk_bank *bank, const struct bk_item *item, const struct moving *moving) {
    if (moving->kept_fen > 0)
        bk_books_release(moving->account, moving->kept_fen);
    if (moving->other_fen > 0)
        bk_books_pushed(&bank->books, moving->account, moving->other_fen, item->transfer_kind);
}

/* Why the customer cannot be credited; "": he can. */
static const char *draw_refusal(struct bk_bank *bank, const struct bk_item *item) {
    const struct bk_fault_subject subject = {.kind = MESSAGE_DRAW_LOAN,
                                             .account = span_text(item->account->number),
                                             .side = POSTING_CREDIT,
                                             .fen = item->fen};
    const struct bk_fault fault = bk_faults_match(&bank->faults, &subject);
    const char *refusal = bk_account_refusal(item->account, false);
    return fault.action == BK_ACT_REFUSE || *refusal != '\0' ? NOT_CREDITED : "";
}

/* The other lender's share has come: the customer gets the whole, or nothing. */
static bool take_draw(struct bk_bank *bank, const struct bk_item *item,
                      const struct transfer_view *view, const struct moving *moving,
                      struct bk_debt *debt) {
    bool held_back = *draw_refusal(bank, item) != '\0';
    struct bk_drawn drawn = {.loan = debt->loan,
                             .whole_fen = moving->whole_fen,
                             .own_fen = held_back ? 0 : moving->kept_fen,
                             .moved_fen = moving->other_fen,
                             .credited = !held_back,
                             .held_back = held_back};
    bk_books_pulled(&bank->books, held_back ? moving->product : moving->account, moving->other_fen,
                    item->transfer_kind);
    if (!held_back)
        bk_books_move(&bank->books, moving->product, moving->account, moving->kept_fen);
    book_draw(bank, debt, &view->transfer, &drawn);
    return !held_back;
}

static void give_draw(struct bk_bank *bank, const struct bk_item *item,
                      const struct transfer_view *view, const struct moving *moving,
                      struct bk_debt *debt) {
    const struct bk_drawn drawn = {.loan = debt->loan,
                                   .whole_fen = moving->whole_fen,
                                   .own_fen = moving->other_fen,
                                   .moved_fen = moving->other_fen};
    pay_out(bank, item, moving);
    book_draw(bank, debt, &view->transfer, &drawn);
}

bool bk_loans_moved(struct bk_bank *bank, struct bk_item *item, const struct transfer_view *view) {
    bool in_house = view->debtor_bank == view->creditor_bank;
    struct bk_debt debt;
    struct moving moving;
    bool credited = false;
    if (!moving_of(bank, item, in_house ? 0 : view->amount.fen, &debt, &moving))
        return false;
    if (item->kind == MESSAGE_DRAW_LOAN && moving.customer) {
        credited = take_draw(bank, item, view, &moving, &debt);
        item->account = credited ? item->account : moving.product;
    } else if (item->kind == MESSAGE_DRAW_LOAN) {
        give_draw(bank, item, view, &moving, &debt);
    } else if (moving.customer) {
        pay_out(bank, item, &moving);
        bk_books_move(&bank->books, moving.account, moving.product, moving.kept_fen);
        book_repayment(&debt, moving.whole_fen, moving.kept_fen, true);
    } else if (!in_house) {
        bk_books_pulled(&bank->books, moving.product, moving.other_fen, item->transfer_kind);
        book_repayment(&debt, moving.whole_fen, moving.other_fen, false);
        credited = true;
    }
    bk_debt_save(bank->db, &debt);
    return credited;
}

void bk_loans_kept(struct bk_bank *bank, const struct bk_item *item) {
    struct bk_debt debt;
    struct moving moving;
    if (!item->durable || !moving_of(bank, item, 0, &debt, &moving) || !moving.customer)
        return;
    pay_out(bank, item, &moving);
    bk_books_move(&bank->books, moving.account, moving.product, moving.kept_fen);
    book_repayment(&debt, moving.whole_fen, moving.kept_fen, true);
    bk_debt_save(bank->db, &debt);
}

/* ---- sent back ---------------------------------------------------------------------------- */

void bk_loans_finished(struct bk_bank *bank, const struct id *transfer) {
    struct bk_drawn drawn;
    struct bk_item *item;
    struct bk_local_refusal refusal;
    if (!bk_drawn_find(bank->db, transfer, &drawn) || !drawn.held_back)
        return;
    const struct bk_return_order order = {.original = *transfer,
                                          .amount = {drawn.moved_fen, "CNY"},
                                          .reason = SPAN_LITERAL(NOT_CREDITED)};
    if (bk_submit_return(bank, &order, &item, &refusal))
        log_line(LOG_ERR, "draw_not_sent_back", LOG_ID("transfer", transfer),
                 LOG_TEXT("remedy", "return it by hand"));
}

void bk_loans_gave_back(struct bk_bank *bank, const struct bk_item *item) {
    struct bk_drawn drawn;
    struct bk_debt debt;
    if (!bk_drawn_find(bank->db, &item->original, &drawn) || !drawn.credited ||
        !bk_debt_find(bank->db, &drawn.loan, &debt) || item->account == NULL)
        return;
    struct bk_account *product = bk_payees_product(&bank->payees, span_text(debt.product));
    if (product == NULL)
        return;
    bk_books_move(&bank->books, item->account, product, drawn.own_fen);
    debt.lent_fen -= drawn.own_fen;
    debt.paid_out_fen -= drawn.whole_fen;
    bk_debt_save(bank->db, &debt);
}
