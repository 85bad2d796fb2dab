/*
 * Loans as their lenders look at them, and what differs in a request about one that came before. Nothing
 * here changes anything: what is due but not done yet shows as it stands.
 */
#include "ledger/loans.h"
#include "wire/message.h"

int loans_get(struct apply *apply) {
    bank_code bank = apply->command->bank;
    struct loan loan;
    int result = apply_check_bank(apply);
    if (result)
        return result;
    result = store_get_loan(apply->store, &apply->command->body.loan.get.loan, &loan);
    APPLY_TRY(result);
    if (result || loan_lender_of(&loan, bank) == LOAN_LENDERS)
        return refuse(apply, REFUSAL_NO_SUCH_LOAN, "loan_id");
    loans_answer(apply, &loan, false);
    return 0;
}

static int add_to_page(struct apply *apply, const struct id *id) {
    struct loan_view view = {.replayed = false};
    int result = store_get_loan(apply->store, id, &view.loan);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    message_encode_loan_page_entry(&view, &apply->ledger->scratch);
    return 0;
}

int loans_list(struct apply *apply) {
    const struct list_loans *query = &apply->command->body.loan.list;
    struct buf *page = &apply->ledger->scratch;
    struct link link;
    struct id last = query->after, next;
    int result = apply_check_bank(apply);
    if (result == 0)
        result = link_load_own(apply, &query->link, &link);
    if (result && result != (int)REFUSAL_FROZEN)
        return result;
    buf_clear(page);
    int more = store_next_loan_of_link(apply->store, &query->link, &last, &next);
    for (uint32_t taken = 0; more == 0 && taken < query->max && page->size < LEDGER_LIST_BYTES;
         taken++) {
        result = add_to_page(apply, &next);
        if (result)
            return result;
        last = next;
        more = store_next_loan_of_link(apply->store, &query->link, &last, &next);
    }
    APPLY_TRY(more);
    if (more == 0)
        message_encode_loan_page_next(&last, page);
    apply_reply(apply, MESSAGE_NONE, buf_span(page));
    return 0;
}

/* ---- the same request again, with other content ---- */

static const char *differing_offer(const struct offer_loan *now, const struct loan *then) {
    if (!id_equal(&now->link, &then->link))
        return "link_id";
    if (!span_equal(now->product, span_text(then->product)))
        return "product_code";
    if (now->version != then->version)
        return "product_version";
    return now->maximum.fen == then->offered.fen ? "until_ms" : "maximum.fen";
}

static const char *differing_application(const struct apply_loan *now, const struct loan *then) {
    if (now->amount.fen != then->asked_fen)
        return "amount.fen";
    if (now->class1_account != then->class1_account)
        return "account";
    if (!digest_equal(&now->terms, &then->terms_sha256))
        return "terms_sha256";
    return digest_equal(&now->consent, &then->consent) ? "authorisations" : "consent_sha256";
}

static const char *differing_decision(const struct decide_loan *now,
                                      const struct loan_decision *then) {
    if (now->approved != then->approved)
        return "approved";
    return now->approved ? "limit.fen" : "reason";
}

/* They stand in the replay row. */
static const char *differing_sums(const struct store_request *then, int64_t amount_fen,
                                  int64_t interest_fen) {
    if (amount_fen != (int64_t)get_be64(then->detail.bytes))
        return "amount.fen";
    bool same = interest_fen == (int64_t)get_be64(then->detail.bytes + 8);
    return same ? "end_to_end_id" : "interest_fen";
}

/* Which loan a request names; NULL: it makes one. */
static const struct id *named(const struct command *command) {
    const union loan_body *body = &command->body.loan;
    switch ((int)command->kind) {
    case COMMAND_APPLY_LOAN:
        return &body->apply.loan;
    case COMMAND_DECIDE_LOAN:
        return &body->decide.loan;
    case COMMAND_DRAW_LOAN:
        return &body->draw.loan;
    case COMMAND_REPAY_LOAN:
        return &body->repay.loan;
    case COMMAND_LOAN_STATUS:
        return &body->status.loan;
    default:
        return NULL;
    }
}

/* Of one that was granted; a refused one left nothing to compare with but the loan that it named. */
static const char *differing(const struct command *command, const struct store_request *row,
                             const struct loan *then) {
    const union loan_body *body = &command->body.loan;
    switch ((int)command->kind) {
    case COMMAND_OFFER_LOAN:
        return differing_offer(&body->offer, then);
    case COMMAND_APPLY_LOAN:
        return differing_application(&body->apply, then);
    case COMMAND_DECIDE_LOAN:
        return differing_decision(&body->decide,
                                  &then->decisions[loan_lender_of(then, command->bank)]);
    case COMMAND_DRAW_LOAN:
        return differing_sums(row, body->draw.amount.fen, 0);
    case COMMAND_REPAY_LOAN:
        return differing_sums(row, body->repay.amount.fen, body->repay.interest_fen);
    default: /* what it ruled stands in the replay row */
        return (uint32_t)body->status.event != get_be32(row->detail.bytes) ? "event" : "";
    }
}

int loans_differs(struct apply *apply, const struct store_request *row, const char **field_out) {
    const struct id *id = named(apply->command);
    struct loan then;
    int result = store_get_loan(apply->store, &row->object, &then);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (id && !id_equal(id, &then.id))
        *field_out = "loan_id";
    else if (row->refusal == REFUSAL_NONE)
        *field_out = differing(apply->command, row, &then);
    return 0;
}
