/*
 * Commands about adjustments: what two banks agree on besides all transfers.
 *
 * Invariant: as ask.c's. What is known of adjustments without asking stands in `adjustments` (show.c);
 * this bank's own books do not follow one: it has no account for what banks owe each other.
 */
#include "bank/ask.h"

void bk_command_adjust(const struct bk_call *call) {
    struct propose_adjustment message = {.text = bk_call_text(call, "text", ""),
                                         .amount.currency = "CNY"};
    struct bk_item spec = {.kind = MESSAGE_PROPOSE_ADJUSTMENT};
    if (!bk_ask_change_of(call, "case", &spec, &message.inquiry) ||
        !bk_call_bank(call, "debtor", &message.debtor) ||
        !bk_call_bank(call, "creditor", &message.creditor) ||
        !bk_call_fen(call, "fen", &message.amount.fen))
        return;
    message.request = spec.id;
    partner_encode_propose_adjustment(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_adjust_answer(const struct bk_call *call) {
    uint32_t reject = 0;
    struct accept_adjustment message;
    struct bk_item spec = {.kind = MESSAGE_ACCEPT_ADJUSTMENT};
    if (!bk_ask_change_of(call, "adjustment", &spec, &message.adjustment) ||
        !bk_call_number(call, "reject", &reject))
        return;
    message.request = spec.id;
    message.reject = reject != 0;
    partner_encode_accept_adjustment(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_adjust_get(const struct bk_call *call) {
    struct get_adjustment message;
    const struct bk_item spec = {.kind = MESSAGE_GET_ADJUSTMENT};
    if (!bk_call_word_id(call, 0, "adjustment", &message.adjustment))
        return;
    partner_encode_get_adjustment(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}
