/*
 * The instructed bank's word on a transfer, the deadline, and the creditor's confirmation.
 *
 * Invariants: only the bank that was instructed moves the transfer; the first definite outcome wins,
 * a contradicting one is recorded as CONFLICT and moves nothing; after the deadline the state is
 * UNKNOWN, money stays reserved, and only inquiries go out; a reservation becomes an obligation or
 * is released exactly once, in the same application as the state's step.
 */
#include <string.h>

#include "ledger/handler.h"
#include "wire/message.h"

/* The rows that stand while money is reserved; and the one at the deadline while PENDING. */
static int drop_rows(struct apply *apply, const struct transfer *transfer, bool was_pending) {
    struct store_open_row open = {OBJECT_TRANSFER, transfer->link, transfer->id};
    APPLY_TRY(store_drop_open(apply->store, &open));
    if (!was_pending)
        return 0;
    struct store_deadline due = {transfer->deadline_ms, OBJECT_TRANSFER, transfer->id};
    return store_drop_deadline(apply->store, &due);
}

int books_load(struct apply *apply, const struct transfer *transfer, struct books *books_out) {
    const char *currency = transfer->amount.currency;
    struct store_meta meta;
    int result = store_get_meta(apply->store, &meta);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    bool debtor_is_low = transfer->debtor_bank < transfer->creditor_bank;
    bank_code low = debtor_is_low ? transfer->debtor_bank : transfer->creditor_bank;
    bank_code high = debtor_is_low ? transfer->creditor_bank : transfer->debtor_bank;
    APPLY_TRY(
        store_get_position(apply->store, transfer->debtor_bank, currency, &books_out->debtor));
    APPLY_TRY(
        store_get_position(apply->store, transfer->creditor_bank, currency, &books_out->creditor));
    return store_get_net(apply->store, meta.open_window, low, high, currency, &books_out->net);
}

static int move_positions(struct apply *apply, struct transfer *transfer) {
    struct books books;
    int result = books_load(apply, transfer, &books);
    if (result)
        return result;
    APPLY_INVARIANT(
        position_accept(&books.debtor, &books.creditor, &books.net, transfer->amount.fen));
    store_put_position(apply->store, &books.debtor);
    store_put_position(apply->store, &books.creditor);
    store_put_net(apply->store, &books.net);
    transfer->window = books.net.window;
    return 0;
}

static int release(struct apply *apply, const struct transfer *transfer) {
    struct position debtor;
    APPLY_TRY(store_get_position(apply->store, transfer->debtor_bank, transfer->amount.currency,
                                 &debtor));
    APPLY_INVARIANT(position_release(&debtor, transfer->amount.fen));
    store_put_position(apply->store, &debtor);
    return 0;
}

static int count_answered(struct apply *apply, bank_code instructed) {
    struct bank_counters counters;
    APPLY_TRY(store_get_bank_counters(apply->store, instructed, &counters));
    APPLY_INVARIANT(counters.unanswered > 0);
    counters.unanswered--;
    store_put_bank_counters(apply->store, instructed, &counters);
    return 0;
}

/* A definite outcome: state, money, rows, notices and answer, all in this application. */
static int settle_outcome(struct apply *apply, struct transfer *transfer, enum transfer_event event,
                          struct span reason) {
    char code[REASON_SIZE];
    bool was_pending = transfer->state == TRANSFER_PENDING;
    apply_copy_text(code, sizeof code, reason);
    struct history_entry entry = apply_entry(apply, CAUSE_ANSWER, code);
    APPLY_INVARIANT(transfer_move(transfer, event, &entry));
    memcpy(transfer->reason, entry.reason, REASON_SIZE);
    transfer->answer_pin = apply->command->pin;
    int result = transfer->state == TRANSFER_ACCEPTED ? move_positions(apply, transfer)
                                                      : release(apply, transfer);
    if (result)
        return result;
    if (transfer->state == TRANSFER_ACCEPTED)
        transfer->accepted_at_ms = apply->now_ms;
    APPLY_TRY(drop_rows(apply, transfer, was_pending));
    APPLY_TRY(store_put_transfer(apply->store, transfer, STORE_KEPT_DROP, span_of(NULL, 0), false));
    apply_done(apply, transfer->instructed, &transfer->id);
    apply_answer_transfer(apply, transfer);
    result = count_answered(apply, transfer->instructed);
    if (result == 0)
        result = notice_transfer(apply, transfer);
    return result ? result : link_run_off(apply, &transfer->link);
}

static int conflict(struct apply *apply, struct transfer *transfer) {
    apply_alarm(apply, "a bank contradicted its own earlier answer: CONFLICT", &transfer->id);
    if (transfer->conflict)
        return 0;
    transfer->conflict = true;
    return store_put_transfer(apply->store, transfer, STORE_KEPT_SAME, span_of(NULL, 0), false);
}

static int posted(struct apply *apply, struct transfer *transfer,
                  const struct posting_result *answer) {
    if (transfer->state == TRANSFER_ACCEPTED)
        return 0;
    if (transfer_final(transfer->state))
        return conflict(apply, transfer);
    apply_copy_text(transfer->reference, sizeof transfer->reference, answer->reference);
    apply_copy_text(transfer->book_date, sizeof transfer->book_date, answer->book_date);
    return settle_outcome(apply, transfer, TRANSFER_EVENT_POSTED, span_of(NULL, 0));
}

/* Nothing stands posted at the bank: refused, never seen, or undone. */
static int not_posted(struct apply *apply, struct transfer *transfer, enum transfer_event event,
                      struct span reason) {
    if (transfer->state == TRANSFER_ACCEPTED)
        return conflict(apply, transfer);
    if (transfer_final(transfer->state))
        return 0;
    return settle_outcome(apply, transfer, event, reason);
}

/* inquired: an inquiry was out before this answer came. */
static int judge(struct apply *apply, struct transfer *transfer, bool inquired,
                 const struct posting_result *answer) {
    switch (answer->outcome) {
    case POSTING_POSTED:
        return posted(apply, transfer, answer);
    case POSTING_REFUSED:
        return not_posted(apply, transfer, TRANSFER_EVENT_REFUSED, answer->reason);
    case POSTING_NOT_SEEN:
        if (!inquired && !transfer_final(transfer->state)) {
            /* nobody inquired yet: it bars nothing, so it proves nothing */
            apply_alarm(apply, "NOT_SEEN came before any inquiry", &transfer->id);
            return 0;
        }
        return not_posted(apply, transfer, TRANSFER_EVENT_BARRED, answer->reason);
    case POSTING_UNDONE:
        return not_posted(apply, transfer, TRANSFER_EVENT_BARRED, answer->reason);
    case POSTING_IN_PROGRESS:
        return 0;
    case POSTING_NONE:
        break;
    }
    apply_alarm(apply, "a posting's answer cannot be read; its outcome stays open", &transfer->id);
    return 0;
}

int posting_answer(struct apply *apply) {
    const struct posting_result *answer = &apply->command->body.posting_answer;
    struct transfer transfer;
    int result = store_get_transfer(apply->store, &answer->transfer, &transfer);
    APPLY_TRY(result);
    if (result) {
        apply_alarm(apply, "a result came for a transfer that is not here", &answer->transfer);
        return refuse(apply, REFUSAL_NO_SUCH_TRANSFER, "transfer_id");
    }
    if (transfer.instructed != apply->command->bank) {
        apply_alarm(apply, "a posting was answered by a bank that was not asked", &transfer.id);
        return refuse(apply, REFUSAL_NOT_YOURS, "transfer_id");
    }
    apply_touch(apply, OBJECT_TRANSFER, &transfer.id);
    if (transfer.frozen) {
        apply_alarm(apply, "an answer came for a frozen transfer", &transfer.id);
        return refuse(apply, REFUSAL_FROZEN, "transfer_id");
    }
    bool inquired = transfer.state == TRANSFER_UNKNOWN;
    if (transfer.state == TRANSFER_PENDING && transfer.deadline_ms <= apply->now_ms) {
        result = posting_expire(apply, &transfer, CAUSE_DEADLINE);
        if (result)
            return result;
    }
    result = judge(apply, &transfer, inquired, answer);
    if (result == 0)
        apply_reply_transfer(apply, &transfer, false);
    return result;
}

void posting_inquire(struct apply *apply, const struct transfer *transfer) {
    struct inquire_posting inquiry = {.transfer = transfer->id};
    buf_clear(&apply->ledger->scratch);
    message_encode_inquire_posting(&inquiry, &apply->ledger->scratch);
    apply_send(apply, transfer->instructed, MESSAGE_INQUIRE_POSTING, &transfer->id, 0,
               buf_span(&apply->ledger->scratch));
}

int posting_expire(struct apply *apply, struct transfer *transfer, enum cause cause) {
    struct history_entry entry = apply_entry(apply, cause, "");
    APPLY_INVARIANT(transfer_move(transfer, TRANSFER_EVENT_DEADLINE, &entry));
    struct store_deadline due = {transfer->deadline_ms, OBJECT_TRANSFER, transfer->id};
    APPLY_TRY(store_drop_deadline(apply->store, &due));
    APPLY_TRY(store_put_transfer(apply->store, transfer, STORE_KEPT_DROP, span_of(NULL, 0), false));
    posting_inquire(apply, transfer);
    apply_answer_transfer(apply, transfer);
    return 0;
}

int posting_confirm_credit(struct apply *apply) {
    const struct confirm_credit *request = &apply->command->body.confirm_credit;
    bank_code bank = apply->command->bank;
    int result = apply_check_bank(apply);
    if (result)
        return result;
    struct transfer transfer;
    result = store_get_transfer(apply->store, &request->transfer, &transfer);
    APPLY_TRY(result);
    if (result || (transfer.submitter != bank && transfer.instructed != bank))
        return refuse(apply, REFUSAL_NO_SUCH_TRANSFER, "transfer_id");
    if (transfer.creditor_bank != bank || transfer.direction != TRANSFER_PULL)
        return refuse(apply, REFUSAL_NOT_YOURS, "transfer_id");
    apply_touch(apply, OBJECT_TRANSFER, &transfer.id);
    if (transfer.frozen)
        return refuse(apply, REFUSAL_FROZEN, "transfer_id");
    if (transfer.state != TRANSFER_ACCEPTED)
        return refuse(apply, REFUSAL_TRANSFER_STATE, "transfer_id");
    if (!transfer.credited_at_ms) {
        transfer.credited_at_ms = apply->now_ms;
        APPLY_TRY(
            store_put_transfer(apply->store, &transfer, STORE_KEPT_SAME, span_of(NULL, 0), false));
    }
    apply_reply_transfer(apply, &transfer, false);
    return 0;
}
