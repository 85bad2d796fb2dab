/*
 * TRANSFER_RESOLVE: two operators give the instructed bank's word on a transfer whose outcome that
 * bank cannot give itself any more.
 *
 * Invariants: only an UNKNOWN transfer is resolved, and only on paper: what the bank's people wrote
 * and the digest of their document stay with it. It counts as that bank's answer: the same books,
 * notices and rows follow, and a later answer of another sort is a CONFLICT.
 */
#include "ledger/transfers.h"

static bool has_evidence(const struct transfer_resolve *order) {
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        if (order->document.bytes[i] != 0)
            return order->word[0] != '\0';
    }
    return false;
}

/* The words that go with that outcome are all there, and no others. */
static int check_words(struct apply *apply, const struct transfer_resolve *order) {
    bool posted = order->outcome == POSTING_POSTED;
    bool booked = order->reference[0] != '\0' && order->book_date[0] != '\0';
    if (!posted && order->outcome != POSTING_REFUSED && order->outcome != POSTING_UNDONE)
        return refuse(apply, REFUSAL_FIELD_INVALID, "outcome");
    if (posted && !booked)
        return refuse(apply, REFUSAL_FIELD_MISSING, "reference");
    if (order->outcome == POSTING_REFUSED && order->reason[0] == '\0')
        return refuse(apply, REFUSAL_FIELD_MISSING, "reason");
    if (!has_evidence(order))
        return refuse(apply, REFUSAL_FIELD_MISSING, "evidence");
    return 0;
}

static int load(struct apply *apply, const struct id *id, struct transfer *transfer_out) {
    int result = store_get_transfer(apply->store, id, transfer_out);
    APPLY_TRY(result);
    if (result)
        return refuse(apply, REFUSAL_NO_SUCH_OBJECT, "transfer");
    apply_touch(apply, OBJECT_TRANSFER, id);
    if (transfer_out->frozen)
        return refuse(apply, REFUSAL_FROZEN, "transfer");
    if (transfer_out->state != TRANSFER_UNKNOWN)
        return refuse(apply, REFUSAL_TRANSFER_STATE, "transfer");
    return 0;
}

int transfer_resolve(struct apply *apply) {
    const struct transfer_resolve *order = &apply->command->body.transfer_resolve;
    struct transfer transfer;
    int result = load(apply, &order->transfer, &transfer);
    if (result == 0)
        result = check_words(apply, order);
    if (result)
        return result;
    struct outcome outcome = {
        .event = order->outcome == POSTING_POSTED    ? TRANSFER_EVENT_POSTED
                 : order->outcome == POSTING_REFUSED ? TRANSFER_EVENT_REFUSED
                                                     : TRANSFER_EVENT_BARRED,
        .cause = CAUSE_OPERATOR,
        .reason = span_text(order->reason),
        .reference = span_text(order->reference),
        .book_date = span_text(order->book_date),
    };
    if (order->outcome == POSTING_POSTED)
        outcome.reason = span_of(NULL, 0);
    apply_copy_text(transfer.word, sizeof transfer.word, span_text(order->word));
    transfer.evidence = order->document;
    result = posting_outcome(apply, &transfer, &outcome);
    if (result == 0)
        apply_granted(apply);
    return result;
}
