/*
 * Which field of a repeated request about a transfer differs, where the transfer still tells it.
 */
#include "ledger/transfers.h"

static bool same_code(struct span now, const char *then) {
    return span_equal(now, span_text(then));
}

static const char *differing_submit(const struct submit_transfer *now,
                                    const struct transfer *then) {
    if (!id_equal(&now->link, &then->link))
        return "link_id";
    if (now->kind != then->kind)
        return "kind";
    if (now->direction != then->direction)
        return "direction";
    if (now->amount.fen != then->amount.fen)
        return "amount.fen";
    return same_code(now->end_to_end_id, then->end_to_end_id) ? "" : "end_to_end_id";
}

static const char *differing_return(const struct submit_return *now, const struct transfer *then) {
    if (!id_equal(&now->transfer, &then->original))
        return "transfer_id";
    if (now->amount.fen != then->amount.fen)
        return "amount.fen";
    if (!same_code(now->end_to_end_id, then->end_to_end_id))
        return "end_to_end_id";
    return same_code(now->reason, then->history.entries[0].reason) ? "" : "reason";
}

/* By whichever of the two ids it names its transfer. */
static int differing_cancel(struct apply *apply, const struct cancel_transfer *now,
                            const struct transfer *then, const char **field_out) {
    bool by_id = !id_is_zero(&now->transfer);
    struct id named = now->transfer;
    if (!by_id) {
        int result = transfer_of_request(apply, &now->submit, "", &named);
        APPLY_TRY(result);
    }
    *field_out = by_id ? "transfer_id" : "submit_request_id";
    if (id_equal(&named, &then->id))
        *field_out = same_code(now->reason, then->cancel_reason) ? "" : "reason";
    return 0;
}

int request_differs_transfer(struct apply *apply, const struct store_request *row,
                             const char **field_out) {
    const struct command *command = apply->command;
    struct transfer then;
    int result = store_get_transfer(apply->store, &row->object, &then);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    *field_out = "";
    if (command->kind == COMMAND_CANCEL_TRANSFER)
        return differing_cancel(apply, &command->body.cancel_transfer, &then, field_out);
    if (command->kind == COMMAND_SUBMIT_TRANSFER)
        *field_out = differing_submit(&command->body.submit_transfer, &then);
    else if (command->kind == COMMAND_SUBMIT_RETURN && row->refusal == REFUSAL_NONE)
        *field_out = differing_return(&command->body.submit_return, &then);
    else if (command->kind == COMMAND_SUBMIT_RETURN && /* it touched its original alone */
             !id_equal(&command->body.submit_return.transfer, &then.id))
        *field_out = "transfer_id";
    return 0;
}
