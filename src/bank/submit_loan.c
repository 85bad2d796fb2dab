/*
 * Submitting draws and repayments.
 *
 * Invariant: as submit.c's. The request says the whole sum, of both lenders; which of our accounts it
 * moves, and which way, follows from where the customer's account is.
 */
#include "bank/submit_loan.h"

#include "bank/loans.h"

static enum transfer_kind draw_kind(enum loan_lender own, bool customer) {
    bool lead = customer ? own == LOAN_LEAD : own == LOAN_PARTNER; /* has the account */
    return lead ? TRANSFER_LOAN_OWN : TRANSFER_LOAN_OTHER;
}

/* Which of our books it moves; none, if it only tests the gateway. */
static void choose_books(struct bk_bank *bank, const struct id *loan, const struct money *amount,
                         struct bk_item *spec) {
    struct loan_view view;
    if (amount->fen <= 0 || !currency_is(amount->currency, "CNY") ||
        bk_outbox_knows(&bank->outbox, &spec->id) || !bk_loan_find(bank->db, loan, &view))
        return;
    const struct bk_link *link = bk_links_find(&bank->links, &view.loan.link);
    enum loan_lender own = loan_lender_of(&view.loan, bank->config.code);
    if (link == NULL || own == LOAN_LENDERS)
        return;
    bool customer = link->class2_side != view.loan.class1_account;
    bool draw = spec->kind == MESSAGE_DRAW_LOAN;
    spec->link = link->id;
    spec->transfer_kind = draw ? draw_kind(own, customer) : TRANSFER_LOAN_REPAYMENT;
    spec->direction = draw == customer ? TRANSFER_PULL : TRANSFER_PUSH;
    spec->account =
        customer ? link->account : bk_payees_product(&bank->payees, span_text(view.loan.product));
    spec->durable = spec->account != NULL;
}

static struct bk_item spec_of(uint32_t kind, const struct id *request, const struct id *loan,
                              int64_t fen, const struct bk_submission *how) {
    return (struct bk_item){.kind = kind,
                            .id = *request,
                            .original = *loan,
                            .fen = fen,
                            .timeout_ms = how->timeout_ms,
                            .waiter = how->waiter};
}

int bk_submit_draw(struct bk_bank *bank, const struct draw_loan *message,
                   const struct bk_submission *how, struct bk_item **item_out,
                   struct bk_local_refusal *refusal_out) {
    struct bk_item spec =
        spec_of(MESSAGE_DRAW_LOAN, &message->request, &message->loan, message->amount.fen, how);
    struct buf payload = {NULL, 0, 0};
    choose_books(bank, &message->loan, &message->amount, &spec);
    partner_encode_draw_loan(message, &payload);
    return bk_submit_money(bank, &spec, &payload, item_out, refusal_out);
}

int bk_submit_repayment(struct bk_bank *bank, const struct repay_loan *message,
                        const struct bk_submission *how, struct bk_item **item_out,
                        struct bk_local_refusal *refusal_out) {
    struct bk_item spec =
        spec_of(MESSAGE_REPAY_LOAN, &message->request, &message->loan, message->amount.fen, how);
    struct buf payload = {NULL, 0, 0};
    choose_books(bank, &message->loan, &message->amount, &spec);
    partner_encode_repay_loan(message, &payload);
    return bk_submit_money(bank, &spec, &payload, item_out, refusal_out);
}
