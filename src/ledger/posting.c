/*
 * The instructed bank's word on a transfer, and its deadline.
 *
 * Invariants: only the bank that was instructed moves the transfer; the first definite outcome wins,
 * a contradicting one is recorded as CONFLICT and moves nothing; after the deadline the state is
 * UNKNOWN, money stays reserved, and only inquiries (or CancelPosting) go out; a reservation becomes an obligation or
 * is released exactly once, in the same application as the state's step.
 */
#include <string.h>

#include "ledger/bought.h"
#include "wire/message.h"

/* The money of a definite outcome: the reservation becomes an obligation, or goes. Between the banks
 * there is none of what fell back, or is in-house. */
static int move_money(struct apply *apply, struct transfer *transfer) {
    int result = 0;
    if (transfer->state == TRANSFER_ACCEPTED) {
        transfer->accepted_at_ms = apply->now_ms;
        transfer->credit_wait_ms = apply->rules->credit_due_ms;
        if (transfer_between_banks(transfer))
            result = books_accept(apply, transfer);
        if (result == 0)
            result = class_limit_accepted(apply, transfer);
    } else {
        if (transfer_between_banks(transfer))
            result = books_release(apply, transfer);
        if (result == 0)
            result = usage_release(apply, transfer);
        if (result == 0)
            result = class_limit_release(apply, transfer);
    }
    return result ? result : return_ended(apply, transfer);
}

static int count_outcome(struct apply *apply, struct transfer *transfer, bool was_unknown) {
    struct store_open_row open = {OBJECT_TRANSFER, transfer->link, transfer->id};
    APPLY_TRY(store_drop_open(apply->store, &open));
    if (was_unknown) {
        transfer->unknown_alarm_ms = 0;
        int result = transfer_tally(apply, transfer->instructed, TALLY_UNKNOWN, false);
        if (result)
            return result;
    }
    return transfer_tally(apply, transfer->instructed, TALLY_UNANSWERED, false);
}

/* By whom the word came. A list's row is its bank's. */
static struct history_entry entry_of(const struct apply *apply, const struct transfer *transfer,
                                     enum cause cause, const char *code) {
    struct history_entry entry = apply_entry(apply, cause, code);
    if (cause == CAUSE_RECON)
        entry.by = transfer->instructed;
    return entry;
}

/* A definite outcome: state, money, rows, notices and answers, all in this application. */
static int settle_outcome(struct apply *apply, struct transfer *transfer,
                          const struct outcome *outcome) {
    char code[REASON_SIZE];
    int64_t due = transfer_due_ms(transfer);
    bool was_unknown = transfer->state == TRANSFER_UNKNOWN;
    apply_copy_text(code, sizeof code, outcome->reason);
    struct history_entry entry = entry_of(apply, transfer, outcome->cause, code);
    int result = transfer_step(apply, transfer, outcome->event, &entry);
    if (result)
        return result;
    memcpy(transfer->reason, entry.reason, REASON_SIZE);
    transfer->answer_pin = apply->command->pin;
    result = move_money(apply, transfer);
    if (result == 0)
        result = count_outcome(apply, transfer, was_unknown);
    if (result)
        return result;
    apply_done(apply, transfer->instructed, &transfer->id);
    transfer_answer(apply, transfer);
    APPLY_TRY(transfer_store(apply, transfer, STORE_KEPT_DROP, due));
    result = notice_transfer(apply, transfer);
    if (result == 0)
        result = bought_moved(apply, transfer, BOUGHT_ENDED, NULL);
    return result ? result : link_run_off(apply, &transfer->link);
}

/* ---- contradictions ---- */

/* Different claims that are noted: the outcome is known, the rest is the case's. */
#define CONFLICTS_MAX 4u

/* The claim's words were noted before, or there are enough of them. */
static bool claim_is_known(const struct transfer *transfer, const char *reason) {
    uint32_t noted = 0;
    for (uint32_t i = 0; i < transfer->history.count; i++) {
        const struct history_entry *entry = &transfer->history.entries[i];
        if (entry->event != TRANSFER_EVENT_CONFLICT)
            continue;
        noted++;
        if (strcmp(entry->reason, reason) == 0)
            return true;
    }
    return noted >= CONFLICTS_MAX;
}

/* Moves nothing. A claim that was noted already has no effect; reason tells claims apart. */
static int conflict(struct apply *apply, struct transfer *transfer, enum cause cause,
                    struct span reason) {
    char code[REASON_SIZE];
    apply_copy_text(code, sizeof code, reason);
    if (transfer->conflict && claim_is_known(transfer, code))
        return 0;
    int64_t due = transfer_due_ms(transfer);
    struct history_entry entry = entry_of(apply, transfer, cause, code);
    int result = transfer_step(apply, transfer, TRANSFER_EVENT_CONFLICT, &entry);
    if (result)
        return result;
    transfer_alarm(apply, "a bank contradicted its own earlier answer: CONFLICT",
                   transfer->instructed, &transfer->id);
    transfer->conflict = true;
    result = case_open_conflict(apply, transfer);
    if (result == 0)
        result = transfer_store(apply, transfer, STORE_KEPT_SAME, due);
    return result ? result : bought_moved(apply, transfer, BOUGHT_CONFLICT, NULL);
}

static int posted(struct apply *apply, struct transfer *transfer, const struct outcome *outcome) {
    if (transfer->state == TRANSFER_ACCEPTED)
        return 0;
    if (transfer_final(transfer->state))
        return conflict(apply, transfer, outcome->cause, span_of(NULL, 0));
    apply_copy_text(transfer->reference, sizeof transfer->reference, outcome->reference);
    apply_copy_text(transfer->book_date, sizeof transfer->book_date, outcome->book_date);
    return settle_outcome(apply, transfer, outcome);
}

/* Nothing stands posted at the bank: refused, never seen, or undone. */
static int not_posted(struct apply *apply, struct transfer *transfer,
                      const struct outcome *outcome) {
    struct outcome ended = *outcome;
    if (transfer->state == TRANSFER_ACCEPTED)
        return conflict(apply, transfer, outcome->cause, outcome->reason);
    if (transfer_final(transfer->state))
        return 0;
    if (outcome->event == TRANSFER_EVENT_BARRED && transfer->cancel)
        ended.reason = span_text(transfer->cancel_reason);
    return settle_outcome(apply, transfer, &ended);
}

int posting_outcome(struct apply *apply, struct transfer *transfer, const struct outcome *outcome) {
    return outcome->event == TRANSFER_EVENT_POSTED ? posted(apply, transfer, outcome)
                                                   : not_posted(apply, transfer, outcome);
}

/* inquired: an inquiry or a CancelPosting was out before this answer came. */
static int judge(struct apply *apply, struct transfer *transfer, bool inquired,
                 const struct posting_result *answer) {
    struct outcome outcome = {TRANSFER_EVENT_BARRED, CAUSE_ANSWER, answer->reason,
                              answer->reference, answer->book_date};
    switch (answer->outcome) {
    case POSTING_POSTED:
        outcome.event = TRANSFER_EVENT_POSTED;
        outcome.reason = span_of(NULL, 0);
        return posting_outcome(apply, transfer, &outcome);
    case POSTING_REFUSED:
        outcome.event = TRANSFER_EVENT_REFUSED;
        return posting_outcome(apply, transfer, &outcome);
    case POSTING_NOT_SEEN:
        if (!inquired && !transfer_final(transfer->state)) {
            /* nobody asked yet: it bars nothing, so it proves nothing */
            apply_alarm(apply, "NOT_SEEN came before any inquiry", &transfer->id);
            return 0;
        }
        return posting_outcome(apply, transfer, &outcome);
    case POSTING_UNDONE:
        return posting_outcome(apply, transfer, &outcome);
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
    bool inquired = transfer.state == TRANSFER_UNKNOWN || transfer.cancel;
    if (transfer.state == TRANSFER_PENDING && transfer.deadline_ms <= apply->now_ms) {
        result = posting_expire(apply, &transfer, CAUSE_DEADLINE);
        if (result)
            return result;
    }
    result = judge(apply, &transfer, inquired, answer);
    return result ? result : apply_reply_transfer(apply, &transfer, false);
}

void posting_inquire(struct apply *apply, const struct transfer *transfer) {
    struct buf *scratch = &apply->ledger->scratch;
    enum message_kind message = MESSAGE_INQUIRE_POSTING;
    buf_clear(scratch);
    if (transfer->cancel) {
        struct cancel_posting cancel = {transfer->id, span_text(transfer->cancel_reason)};
        message = MESSAGE_CANCEL_POSTING;
        message_encode_cancel_posting(&cancel, scratch);
    } else {
        struct inquire_posting inquiry = {.transfer = transfer->id};
        message_encode_inquire_posting(&inquiry, scratch);
    }
    apply_send(apply, transfer->instructed, message, &transfer->id, 0, buf_span(scratch));
}

int posting_expire(struct apply *apply, struct transfer *transfer, enum cause cause) {
    int64_t due = transfer_due_ms(transfer);
    struct history_entry entry = apply_entry(apply, cause, "");
    int result = transfer_step(apply, transfer, TRANSFER_EVENT_DEADLINE, &entry);
    if (result == 0)
        result = transfer_tally(apply, transfer->instructed, TALLY_UNKNOWN, true);
    if (result)
        return result;
    transfer->unknown_at_ms = apply->now_ms;
    transfer->unknown_alarm_ms = unknown_after_ms(apply, transfer->unknown_at_ms);
    posting_inquire(apply, transfer);
    transfer_answer(apply, transfer);
    APPLY_TRY(transfer_store(apply, transfer, STORE_KEPT_DROP, due));
    return bought_moved(apply, transfer, BOUGHT_UNKNOWN, NULL);
}
