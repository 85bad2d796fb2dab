/*
 * What all handlers of loans share: loading, stepping, storing, and what is due.
 *
 * Invariants: a deadline row stands at loan_due_ms of each loan that is not frozen, an open row while
 * it is open; what a person may borrow of a product, over all links, is summed in one row; a move goes
 * through the state table and into the history, and is told to both lenders, or is not at all.
 */
#include "ledger/loans.h"

#include "domain/calendar.h"
#include "wire/message.h"

/* ---- showing ---- */

void loans_answer(struct apply *apply, const struct loan *loan, bool replayed) {
    struct loan_view view = {.loan = *loan, .replayed = replayed};
    buf_clear(&apply->ledger->scratch);
    message_encode_loan_reply(&view, &apply->ledger->scratch);
    apply_reply(apply, MESSAGE_NONE, buf_span(&apply->ledger->scratch));
}

int loans_reply(struct apply *apply, const struct id *id, bool replayed) {
    struct loan loan;
    int result = store_get_loan(apply->store, id, &loan);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    loans_answer(apply, &loan, replayed);
    return 0;
}

bank_code loans_other(const struct loan *loan, bank_code bank) {
    return bank == loan->lead ? loan->terms.partner : loan->lead;
}

/* ---- storing ---- */

struct loans_before loans_before(const struct loan *loan) {
    return (struct loans_before){loan_due_ms(loan), loan_open(loan), loan_counted_fen(loan)};
}

int loans_store(struct apply *apply, const struct loan *loan, const struct loans_before *before) {
    static const struct loans_before nothing;
    const struct loans_before *then = before ? before : &nothing;
    struct store_open_row open = {OBJECT_LOAN, loan->link, loan->id};
    struct id product = store_product_id(loan->lead, span_text(loan->product));
    APPLY_TRY(
        store_move_deadline(apply->store, OBJECT_LOAN, &loan->id, then->due_ms, loan_due_ms(loan)));
    APPLY_TRY(store_move_open(apply->store, &open, then->open, loan_open(loan)));
    int result = bought_count(apply, &product, &loan->person_key,
                              loan_counted_fen(loan) - then->counted_fen);
    if (result)
        return result;
    store_put_loan(apply->store, loan, before == NULL);
    return then->open && !loan_open(loan) ? link_run_off(apply, &loan->link) : 0;
}

/* ---- stepping ---- */

int loans_step(struct apply *apply, struct loan *loan, enum loan_event event, enum cause cause,
               const char *reason, const struct id *about) {
    struct history_entry entry = apply_entry(apply, cause, reason);
    if (about)
        entry.about = *about;
    apply_make_room(apply, OBJECT_LOAN, &loan->id, &loan->history);
    APPLY_INVARIANT(loan_move(loan, event, &entry));
    if (loan_final(loan->state))
        loan->deadline_ms = 0;
    return notice_loan(apply, loan);
}

int loans_follow(struct apply *apply, struct loan *loan) {
    if (!loan_runs(loan->state))
        return 0;
    if (loan_settled(loan))
        return loans_step(apply, loan, LOAN_EVENT_SETTLED, CAUSE_RULE, "", NULL);
    if (loan->state == LOAN_OVERDUE && !loan_behind(loan, shanghai_day(apply->now_ms)))
        return loans_step(apply, loan, LOAN_EVENT_CAUGHT_UP, CAUSE_RULE, "", NULL);
    return 0;
}

/* ---- deadlines ---- */

static int expire(struct apply *apply, struct loan *loan) {
    int64_t due_ms = loan_due_ms(loan);
    struct loans_before before = loans_before(loan);
    if (due_ms == 0 || due_ms > apply->now_ms)
        return 0;
    bool runs = loan_runs(loan->state);
    if (runs)
        apply_alarm(apply,
                    "a loan is overdue: an instalment is late, and its days of grace are over",
                    &loan->id);
    int result = loans_step(apply, loan, runs ? LOAN_EVENT_OVERDUE : LOAN_EVENT_DEADLINE,
                            CAUSE_DEADLINE, "", NULL);
    return result ? result : loans_store(apply, loan, &before);
}

int loans_expire(struct apply *apply, const struct store_deadline *due) {
    struct loan loan;
    int result = store_get_loan(apply->store, &due->object, &loan);
    APPLY_TRY(result);
    if (result)
        return deadline_drop_stray(apply, due);
    apply_touch(apply, OBJECT_LOAN, &loan.id);
    if (loan.frozen)
        return store_drop_deadline(apply->store, due);
    if (loan_due_ms(&loan) != due->at_ms)
        return deadline_drop_stray(apply, due);
    return expire(apply, &loan);
}

int loans_touch(struct apply *apply, const struct id *id, struct loan *loan_out) {
    int result = store_get_loan(apply->store, id, loan_out);
    APPLY_TRY(result);
    if (result || loan_lender_of(loan_out, apply->command->bank) == LOAN_LENDERS)
        return refuse(apply, REFUSAL_NO_SUCH_LOAN, "loan_id");
    apply_touch(apply, OBJECT_LOAN, id);
    if (loan_out->frozen)
        return refuse(apply, REFUSAL_FROZEN, "loan_id");
    return expire(apply, loan_out);
}

int loans_check_link(struct apply *apply, const struct link *link, const char *field) {
    if (link->state == LINK_CLOSING)
        return refuse(apply, REFUSAL_LINK_CLOSING, field);
    if (!link_runs(link))
        return refuse(apply, REFUSAL_LINK_NOT_ACTIVE, field);
    if (!(link->scopes & LINK_SCOPE_BIT(LINK_SCOPE_PRODUCTS)))
        return refuse(apply, REFUSAL_SCOPE, field);
    if (link_blocked(link) & HOLD_BLOCK_BIT(HOLD_BLOCK_ORDERS))
        return refuse(apply, REFUSAL_LINK_SUSPENDED, field);
    return 0;
}

/* ---- freezing ---- */

int loans_freeze(struct apply *apply, const struct id *id) {
    struct loan loan;
    int result = store_get_loan(apply->store, id, &loan);
    if (result)
        return result < 0 ? result : 0;
    loan.frozen = true;
    store_put_loan(apply->store, &loan, false);
    return 0;
}

int loans_unfreeze(struct apply *apply, const struct id *id) {
    struct loan loan;
    int result = store_get_loan(apply->store, id, &loan);
    APPLY_TRY(result);
    if (result)
        return refuse(apply, REFUSAL_NO_SUCH_OBJECT, "object");
    if (!loan.frozen)
        return refuse(apply, REFUSAL_NOT_FROZEN, "object");
    loan.frozen = false;
    struct loans_before before = loans_before(&loan);
    struct store_deadline due = {before.due_ms, OBJECT_LOAN, loan.id};
    if (due.at_ms)
        store_put_deadline(apply->store, &due);
    result = loans_catch_up(apply, &loan);
    return result ? result : loans_store(apply, &loan, &before);
}
