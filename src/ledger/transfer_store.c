/*
 * What all handlers of transfers share: loading, stepping, storing, and what is due.
 *
 * Invariants: a deadline row stands at transfer_due_ms of each transfer that is not frozen; a bank's
 * counters are the numbers of the transfers that they count; a move goes through the state table
 * and into the history, or not at all.
 */
#include "ledger/transfers.h"

int transfer_touch_own(struct apply *apply, const struct id *id, const char *field,
                       struct transfer *transfer_out) {
    bank_code bank = apply->command->bank;
    int result = store_get_transfer(apply->store, id, transfer_out);
    APPLY_TRY(result);
    if (result || (transfer_out->submitter != bank && transfer_out->instructed != bank))
        return refuse(apply, REFUSAL_NO_SUCH_TRANSFER, field);
    apply_touch(apply, OBJECT_TRANSFER, id);
    if (transfer_out->frozen)
        return refuse(apply, REFUSAL_FROZEN, field);
    return transfer_due(apply, transfer_out);
}

int transfer_of_request(struct apply *apply, const struct id *request, const char *field,
                        struct id *id_out) {
    struct store_request row;
    int result = store_get_request(apply->store, apply->command->bank, request, &row);
    APPLY_TRY(result);
    bool made = result == 0 && !row.refusal && row.kind == OBJECT_TRANSFER &&
                (row.message == COMMAND_SUBMIT_TRANSFER || row.message == COMMAND_SUBMIT_RETURN);
    if (!made)
        return refuse(apply, REFUSAL_NO_SUCH_TRANSFER, field);
    *id_out = row.object;
    return 0;
}

int transfer_step(struct apply *apply, struct transfer *transfer, enum transfer_event event,
                  const struct history_entry *entry) {
    apply_make_room(apply, OBJECT_TRANSFER, &transfer->id, &transfer->history);
    APPLY_INVARIANT(transfer_move(transfer, event, entry));
    return 0;
}

int transfer_store(struct apply *apply, const struct transfer *transfer, enum store_kept kept,
                   int64_t due_before_ms) {
    int64_t due_ms = transfer_due_ms(transfer);
    /* A frozen one has lost its row, and gets it back when it is unfrozen. */
    if (!transfer->frozen)
        APPLY_TRY(store_move_deadline(apply->store, OBJECT_TRANSFER, &transfer->id, due_before_ms,
                                      due_ms));
    return store_put_transfer(apply->store, transfer, kept, span_of(NULL, 0), false);
}

int transfer_due(struct apply *apply, struct transfer *transfer) {
    int64_t due_ms = transfer_due_ms(transfer);
    if (due_ms == 0 || due_ms > apply->now_ms)
        return 0;
    if (transfer->state == TRANSFER_PENDING)
        return posting_expire(apply, transfer, CAUSE_DEADLINE);
    return transfer->state == TRANSFER_UNKNOWN ? unknown_aged(apply, transfer)
                                               : credit_late(apply, transfer);
}

static uint64_t *counter_of(struct bank_counters *counters, enum tally tally) {
    if (tally == TALLY_UNANSWERED)
        return &counters->unanswered;
    return tally == TALLY_UNKNOWN ? &counters->unknown : &counters->uncredited;
}

int transfer_tally(struct apply *apply, bank_code bank, enum tally tally, bool more) {
    struct bank_counters counters;
    APPLY_TRY(store_get_bank_counters(apply->store, bank, &counters));
    uint64_t *counter = counter_of(&counters, tally);
    APPLY_INVARIANT(more || *counter > 0);
    *counter += more ? 1 : (uint64_t)-1;
    store_put_bank_counters(apply->store, bank, &counters);
    return 0;
}

void transfer_alarm(struct apply *apply, const char *text, bank_code bank, const struct id *id) {
    apply_alarm(apply, text, id);
    apply->effects->items[apply->effects->count - 1].bank = bank;
}
