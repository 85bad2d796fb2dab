/*
 * Settling windows by themselves.
 *
 * Invariant: a net is confirmed in the commit that keeps the notice of it; a net that this bank has
 * spoken about, or that is settled, is left alone. Nothing is paid: this bank's rails to the others
 * are made up, and so is the reference, which both banks make from the window and their codes.
 */
#include "bank/windows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bank/submit.h"
#include "util/logline.h"

struct span bk_windows_reference(uint64_t window, bank_code one, bank_code other,
                                 char text_out[REFERENCE_MAX + 1]) {
    bank_code low = one < other ? one : other;
    bank_code high = one < other ? other : one;
    snprintf(text_out, REFERENCE_MAX + 1, "W%" PRIu64 "-%012" PRIu64 "-%012" PRIu64, window, low,
             high);
    return span_text(text_out);
}

static void confirm(struct bk_bank *bank, uint64_t window, const struct window_pair *pair) {
    char reference[REFERENCE_MAX + 1];
    struct bk_item spec = {
        .durable = true, .id = bk_new_request_id(bank), .kind = MESSAGE_CONFIRM_SETTLEMENT};
    struct confirm_settlement message = {
        .request = spec.id,
        .window = window,
        .counterparty = pair->counterparty,
        .amount = {.fen = pair->net_fen < 0 ? -pair->net_fen : pair->net_fen},
        .reference = bk_windows_reference(window, bank->config.code, pair->counterparty, reference),
    };
    memcpy(message.amount.currency, pair->currency, CURRENCY_SIZE);
    buf_clear(&bank->scratch);
    partner_encode_confirm_settlement(&message, &bank->scratch);
    if (bk_submit_request(bank, &spec, buf_span(&bank->scratch)) == NULL)
        log_line(LOG_ERR, "settlement_not_queued", LOG_INT("window", (int64_t)window),
                 LOG_TEXT("remedy", "too many open requests; use settle"));
}

void bk_windows_take(struct bk_bank *bank, const struct window_view *view, struct span notice) {
    uint8_t key[8];
    put_be64(key, view->number);
    bk_db_put(bank->db, BK_WINDOWS, span_of(key, sizeof(key)), notice);
    for (uint32_t i = 0; i < view->pair_count && bank->config.settles; i++) {
        const struct window_pair *pair = &view->pairs[i];
        bool open = view->state == WINDOW_CLOSED && pair->settled.at_ms == 0;
        if (open && pair->own.at_ms == 0 && pair->net_fen != INT64_MIN)
            confirm(bank, view->number, pair);
    }
}
