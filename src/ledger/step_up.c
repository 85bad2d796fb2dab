/*
 * StepUp: the instructed bank waits for its customer before it posts a debit.
 *
 * Invariant: it moves nothing and gives no more time; the submitter gets a numbered notice of each
 * new demand. What was said last is what stands.
 */
#include <string.h>

#include "ledger/transfers.h"

/* Different demands of one transfer: no customer is asked more often within its time, and what is
 * PENDING never fills its record. */
#define STEP_UPS_MAX 8u

static uint32_t asked_so_far(const struct transfer *transfer) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < transfer->history.count; i++)
        count += transfer->history.entries[i].event == TRANSFER_EVENT_STEP_UP;
    return count;
}

static bool same_demand(const struct transfer *transfer, const struct step_up *demand) {
    return transfer->step_up_at_ms &&
           span_equal(demand->method, span_text(transfer->step_up_method)) &&
           span_equal(demand->text, span_text(transfer->step_up_text));
}

static int note_demand(struct apply *apply, struct transfer *transfer,
                       const struct step_up *demand) {
    if (asked_so_far(transfer) >= STEP_UPS_MAX)
        return refuse(apply, REFUSAL_HISTORY, "transfer_id");
    int64_t due = transfer_due_ms(transfer);
    struct history_entry entry = apply_entry(apply, CAUSE_ANSWER, "");
    int result = transfer_step(apply, transfer, TRANSFER_EVENT_STEP_UP, &entry);
    if (result)
        return result;
    transfer->step_up_at_ms = apply->now_ms;
    apply_copy_text(transfer->step_up_method, sizeof transfer->step_up_method, demand->method);
    apply_copy_text(transfer->step_up_text, sizeof transfer->step_up_text, demand->text);
    APPLY_TRY(transfer_store(apply, transfer, STORE_KEPT_SAME, due));
    return notice_submitter(apply, transfer);
}

int transfer_step_up(struct apply *apply) {
    const struct step_up *demand = &apply->command->body.step_up;
    struct transfer transfer;
    int result = apply_check_bank(apply);
    if (result == 0)
        result = transfer_touch_own(apply, &demand->transfer, "transfer_id", &transfer);
    if (result)
        return result;
    if (transfer.instructed != apply->command->bank)
        return refuse(apply, REFUSAL_NOT_YOURS, "transfer_id");
    if (transfer.state != TRANSFER_PENDING || transfer.direction != TRANSFER_PULL)
        return refuse(apply, REFUSAL_STEP_UP, "transfer_id");
    if (!same_demand(&transfer, demand))
        result = note_demand(apply, &transfer, demand);
    if (result)
        return result;
    return apply_reply_transfer(apply, &transfer, false);
}
