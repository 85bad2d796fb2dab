/*
 * ConfirmCredit and the time that it has: the creditor bank of a pull owes its customer the money
 * from ACCEPTED on.
 *
 * Invariant: an accepted pull that was neither confirmed nor wholly returned in time is alarmed
 * once, and counted at its creditor bank until one of the two comes. No money moves by it.
 */
#include "ledger/transfers.h"

int credit_late(struct apply *apply, struct transfer *transfer) {
    int64_t due = transfer_due_ms(transfer);
    struct history_entry entry = apply_entry(apply, CAUSE_DEADLINE, "");
    int result = transfer_step(apply, transfer, TRANSFER_EVENT_CREDIT_LATE, &entry);
    if (result == 0)
        result = transfer_tally(apply, transfer->creditor_bank, TALLY_UNCREDITED, true);
    if (result)
        return result;
    transfer->credit_late = true;
    transfer_alarm(apply,
                   "an accepted pull was not credited in time: the bank must confirm or return it",
                   transfer->creditor_bank, &transfer->id);
    return transfer_store(apply, transfer, STORE_KEPT_SAME, due);
}

static int note_credit(struct apply *apply, struct transfer *transfer) {
    int64_t due = transfer_due_ms(transfer);
    struct history_entry entry = apply_entry(apply, CAUSE_REQUEST, "");
    int result = transfer_step(apply, transfer, TRANSFER_EVENT_CREDITED, &entry);
    if (result == 0 && transfer->credit_late && !transfer_came_back(transfer))
        result = transfer_tally(apply, transfer->creditor_bank, TALLY_UNCREDITED, false);
    if (result)
        return result;
    transfer->credited_at_ms = apply->now_ms;
    return transfer_store(apply, transfer, STORE_KEPT_SAME, due);
}

int posting_confirm_credit(struct apply *apply) {
    struct transfer transfer;
    int result = apply_check_bank(apply);
    if (result == 0)
        result = transfer_touch_own(apply, &apply->command->body.confirm_credit.transfer,
                                    "transfer_id", &transfer);
    if (result)
        return result;
    if (transfer.creditor_bank != apply->command->bank || transfer.direction != TRANSFER_PULL ||
        transfer.in_house)
        return refuse(apply, REFUSAL_NOT_YOURS, "transfer_id");
    if (transfer.state != TRANSFER_ACCEPTED)
        return refuse(apply, REFUSAL_TRANSFER_STATE, "transfer_id");
    if (!transfer.credited_at_ms)
        result = note_credit(apply, &transfer);
    if (result)
        return result;
    return apply_reply_transfer(apply, &transfer, false);
}
