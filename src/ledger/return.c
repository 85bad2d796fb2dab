/*
 * SubmitReturn: money back along the way of an accepted transfer.
 *
 * Invariants: a return goes from the bank that was credited to the bank that was debited, between
 * the same two accounts; the returns of a transfer that are accepted or on their way are together at
 * most its amount, taken when one is submitted and given back when it is rejected or cancelled. It
 * asks for no scope, no live link, no hold and no limit: the account's own bank rules over what is
 * credited to it.
 * Order of checks: original -> its state -> amount -> its history -> other bank -> position.
 */
#include <string.h>

#include "ledger/bought.h"

static int check_original(struct apply *apply, const struct submit_return *request,
                          const struct transfer *original) {
    if (original->creditor_bank != apply->command->bank)
        return refuse(apply, REFUSAL_NOT_YOURS, "transfer_id");
    if (original->state != TRANSFER_ACCEPTED)
        return refuse(apply, REFUSAL_TRANSFER_STATE, "transfer_id");
    if (original->kind == TRANSFER_RETURN)
        return refuse(apply, REFUSAL_RETURN_OF_RETURN, "transfer_id");
    if (!transfer_between_banks(original))
        return refuse(apply, REFUSAL_FALLBACK, "transfer_id");
    if (!span_equal(span_text(request->amount.currency), span_text(original->amount.currency)))
        return refuse(apply, REFUSAL_CURRENCY, "amount.currency");
    int64_t together;
    if (!fen_add(original->returned_fen, request->amount.fen, &together) ||
        together > original->amount.fen)
        return refuse(apply, REFUSAL_RETURN_EXCEEDS, "amount.fen");
    int result = bought_check_return(apply, original, request->amount.fen);
    return result ? result : apply_check_life(apply, &original->history, "transfer_id");
}

static int reserve_on_original(struct apply *apply, struct transfer *original, int64_t fen) {
    int64_t due = transfer_due_ms(original);
    original->returned_fen += fen;
    return transfer_store(apply, original, STORE_KEPT_SAME, due);
}

/* Also one that is closed. */
static int load_link(struct apply *apply, const struct transfer *transfer, struct link *link_out) {
    int result = store_get_link(apply->store, &transfer->link, link_out);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (link_out->frozen)
        return refuse(apply, REFUSAL_FROZEN, "transfer_id");
    return 0;
}

static int send_back(struct apply *apply, const struct submit_return *request,
                     struct transfer *original) {
    struct link link;
    struct sides sides;
    int result = load_link(apply, original, &link);
    if (result)
        return result;
    struct transfer transfer = transfer_new(apply, &link, TRANSFER_PUSH, &request->amount,
                                            &request->request, request->end_to_end_id);
    transfer.kind = TRANSFER_RETURN;
    transfer.original = original->id;
    transfer.class2_pays = !original->class2_pays;
    memcpy(transfer.other_account, original->other_account, sizeof transfer.other_account);
    result = transfer_sides(apply, &transfer, &sides);
    if (result == 0)
        result = transfer_check_other_bank(apply, &transfer);
    if (result == 0)
        result = transfer_reserve(apply, &transfer);
    if (result)
        return result;
    APPLY_TRY(reserve_on_original(apply, original, request->amount.fen));
    apply_touch(apply, OBJECT_TRANSFER, &transfer.id);
    struct post_instruction instruction = {
        .remittance = request->remittance,
        .original = original->id,
        .return_reason = request->reason,
    };
    return transfer_instruct(apply, &transfer, &sides, &instruction, request->reason);
}

int return_submit(struct apply *apply) {
    const struct submit_return *request = &apply->command->body.submit_return;
    struct transfer original;
    int result = transfer_touch_own(apply, &request->transfer, "transfer_id", &original);
    if (result == 0)
        result = check_original(apply, request, &original);
    return result ? result : send_back(apply, request, &original);
}

static int came_back(struct apply *apply, struct transfer *original,
                     const struct transfer *transfer) {
    APPLY_INVARIANT(original->returned_fen - original->came_back_fen >= transfer->amount.fen);
    original->came_back_fen += transfer->amount.fen;
    struct history_entry entry =
        apply_entry(apply, CAUSE_RULE, transfer->history.entries[0].reason);
    entry.about = transfer->id;
    int result = transfer_step(apply, original, TRANSFER_EVENT_RETURNED, &entry);
    bool owed = original->credit_late && !original->credited_at_ms;
    if (result == 0 && owed && transfer_came_back(original))
        result = transfer_tally(apply, original->creditor_bank, TALLY_UNCREDITED, false);
    return result;
}

int return_ended(struct apply *apply, const struct transfer *transfer) {
    if (transfer->kind != TRANSFER_RETURN)
        return 0;
    struct transfer original;
    int result = store_get_transfer(apply->store, &transfer->original, &original);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    int64_t due = transfer_due_ms(&original);
    if (transfer->state == TRANSFER_ACCEPTED) {
        result = came_back(apply, &original, transfer);
        if (result)
            return result;
    } else {
        APPLY_INVARIANT(original.returned_fen - original.came_back_fen >= transfer->amount.fen);
        original.returned_fen -= transfer->amount.fen;
    }
    APPLY_TRY(transfer_store(apply, &original, STORE_KEPT_SAME, due));
    return transfer->state == TRANSFER_ACCEPTED
               ? bought_moved(apply, &original, BOUGHT_RETURNED, transfer)
               : 0;
}
