/*
 * CancelTransfer, and barring an open transfer because the gateway must.
 *
 * Invariants: a cancellation decides nothing by itself; the instructed bank's word does, and the
 * first definite one wins. From the moment it is asked for only CancelPosting goes out, never the
 * instruction again. At most one cancellation waits for the outcome; another one that comes
 * meanwhile is answered at once, in the present state.
 */
#include <string.h>

#include "ledger/bought.h"
#include "wire/message.h"

void transfer_answer(struct apply *apply, struct transfer *transfer) {
    if (!id_is_zero(&transfer->request)) /* else nobody waits for it */
        apply_answer_transfer(apply, transfer, &transfer->request,
                              transfer->kind == TRANSFER_RETURN ? MESSAGE_SUBMIT_RETURN
                                                                : MESSAGE_SUBMIT_TRANSFER);
    if (id_is_zero(&transfer->cancel_request))
        return;
    apply_answer_transfer(apply, transfer, &transfer->cancel_request, MESSAGE_CANCEL_TRANSFER);
    memset(&transfer->cancel_request, 0, sizeof transfer->cancel_request);
}

static bool open_state(const struct transfer *transfer) {
    return transfer->state == TRANSFER_PENDING || transfer->state == TRANSFER_UNKNOWN;
}

/* Sends the first CancelPosting; a later one who asks only stands in the history. */
static int bar(struct apply *apply, struct transfer *transfer, const char *reason,
               enum cause cause) {
    int64_t due = transfer_due_ms(transfer);
    struct history_entry entry = apply_entry(apply, cause, reason);
    int result = transfer_step(apply, transfer, TRANSFER_EVENT_CANCEL_ASKED, &entry);
    if (result)
        return result;
    if (!transfer->cancel) {
        transfer->cancel = true;
        transfer->cancel_asked_at_ms = apply->now_ms;
        memcpy(transfer->cancel_reason, entry.reason, REASON_SIZE);
        posting_inquire(apply, transfer);
    }
    APPLY_TRY(transfer_store(apply, transfer, STORE_KEPT_DROP, due));
    return bought_moved(apply, transfer, BOUGHT_CANCEL_ASKED, NULL);
}

int posting_bar(struct apply *apply, struct transfer *transfer, const char *reason,
                enum cause cause) {
    if (!open_state(transfer) || transfer->frozen || transfer->cancel)
        return 0;
    return bar(apply, transfer, reason, cause);
}

static int ask(struct apply *apply, struct transfer *transfer,
               const struct cancel_transfer *request) {
    char reason[REASON_SIZE];
    apply_copy_text(reason, sizeof reason, request->reason);
    bool waits = transfer->state == TRANSFER_PENDING && id_is_zero(&transfer->cancel_request);
    if (waits)
        transfer->cancel_request = request->request;
    int result = 0;
    if (waits || !transfer->cancel)
        result = bar(apply, transfer, reason, CAUSE_REQUEST);
    if (result)
        return result;
    if (!waits)
        return apply_reply_transfer(apply, transfer, false);
    apply_wait(apply, &request->request);
    return 0;
}

int transfer_cancel(struct apply *apply) {
    const struct cancel_transfer *request = &apply->command->body.cancel_transfer;
    struct id id = request->transfer;
    const char *field = "transfer_id";
    int result = 0;
    if (id_is_zero(&id)) {
        field = "submit_request_id";
        result = transfer_of_request(apply, &request->submit, field, &id);
    }
    struct transfer transfer;
    if (result == 0)
        result = transfer_touch_own(apply, &id, field, &transfer);
    if (result)
        return result;
    if (transfer.submitter != apply->command->bank)
        return refuse(apply, REFUSAL_NOT_YOURS, field);
    if (open_state(&transfer))
        return ask(apply, &transfer, request);
    if (transfer.state == TRANSFER_ACCEPTED)
        return refuse(apply, transfer_came_back(&transfer) ? REFUSAL_RETURNED : REFUSAL_POSTED,
                      field);
    return apply_reply_transfer(apply, &transfer, false);
}
