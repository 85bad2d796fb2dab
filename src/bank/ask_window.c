/*
 * Commands about settlement windows.
 *
 * Invariant: as ask.c's. What is known of windows without asking stands in `windows` (show.c).
 */
#include <string.h>

#include "bank/ask.h"
#include "bank/windows.h"

void bk_command_window(const struct bk_call *call) {
    uint32_t window = 0;
    struct get_window message = {0};
    const struct bk_item spec = {.kind = MESSAGE_GET_WINDOW};
    if (!bk_call_number(call, "window", &window) || !bk_call_bank(call, "after", &message.after))
        return;
    message.window = window;
    partner_encode_get_window(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_settle(const struct bk_call *call) {
    uint32_t window = 0;
    char made[REFERENCE_MAX + 1];
    struct confirm_settlement message = {.amount = {.currency = "CNY"}};
    struct bk_item spec = {.kind = MESSAGE_CONFIRM_SETTLEMENT};
    if (!bk_ask_change(call, &spec) || !bk_call_number(call, "window", &window) ||
        !bk_call_bank(call, "with", &message.counterparty) ||
        !bk_call_fen(call, "fen", &message.amount.fen))
        return;
    struct span usual =
        bk_windows_reference(window, call->session->bank->config.code, message.counterparty, made);
    message.request = spec.id;
    message.window = window;
    message.reference = usual;
    if (bk_call_option(call, "reference") != NULL)
        message.reference = bk_call_text(call, "reference", "");
    partner_encode_confirm_settlement(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}
