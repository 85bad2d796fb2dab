/*
 * Reconciliation on the control socket: what the gateway has of a window, or of the links. What is
 * compared with it is the controller's.
 */
#include "bank/ask.h"
#include "bank/commands.h"
#include "bank/print.h"
#include "domain/link.h"
#include "domain/transfer.h"
#include "wire/partner.h"

/* The window's number; 0 where it is not given. */
static bool take_window(const struct bk_call *call, uint64_t *window_out) {
    int64_t window = 0;
    if (!bk_call_fen(call, "window", &window))
        return false;
    *window_out = window > 0 ? (uint64_t)window : 0;
    return true;
}

void bk_command_totals(const struct bk_call *call) {
    struct query_totals message = {.window = 0};
    const struct bk_item spec = {.kind = MESSAGE_QUERY_TOTALS};
    if (!take_window(call, &message.window) || !bk_call_bank(call, "after", &message.after))
        return;
    partner_encode_query_totals(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_recon_page(const struct bk_call *call) {
    struct recon_page_query message = {.window = 0};
    const struct bk_item spec = {.kind = MESSAGE_RECON_PAGE};
    if (!take_window(call, &message.window) || !bk_call_id(call, "after", &message.after) ||
        !bk_call_number(call, "max", &message.max))
        return;
    partner_encode_recon_page(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

/* ---- answers ---- */

void bk_print_totals(struct bk_json *json, const struct totals_page *page) {
    bk_json_int(json, "window", (int64_t)page->window);
    bk_json_list(json, "pairs");
    for (uint32_t i = 0; i < page->count; i++) {
        const struct totals_pair *pair = &page->pairs[i];
        bk_json_object(json);
        bk_json_bank(json, "bank", pair->counterparty);
        bk_json_string(json, "currency", pair->currency);
        bk_json_int(json, "count", (int64_t)pair->count);
        bk_json_int(json, "debit_fen", pair->debit_fen);
        bk_json_int(json, "credit_fen", pair->credit_fen);
        bk_json_object_end(json);
    }
    bk_json_list_end(json);
    bk_json_bool(json, "more", page->more);
}

static void put_row(struct bk_json *json, const struct recon_item *row) {
    bk_json_id(json, "id", &row->id);
    bk_json_bank(json, "debtor_bank", row->debtor);
    bk_json_bank(json, "creditor_bank", row->creditor);
    if (row->what == 0) {
        bk_json_string(json, "state", link_state_name((enum link_state)row->state));
        bk_json_string(json, "class2_last4", row->class2_tail);
        bk_json_string(json, "class1_last4", row->class1_tail);
        return;
    }
    bk_json_string(json, "kind", transfer_kind_name((enum transfer_kind)row->what));
    bk_json_string(json, "state", transfer_state_name((enum transfer_state)row->state));
    bk_json_int(json, "fen", row->amount.fen);
    bk_json_string(json, "currency", row->amount.currency);
    bk_json_string(json, "reference", row->reference);
    bk_json_string(json, "book_date", row->book_date);
}

void bk_print_recon_page(struct bk_json *json, const struct recon_page *page) {
    bk_json_list(json, "rows");
    for (uint32_t i = 0; i < page->count; i++) {
        bk_json_object(json);
        put_row(json, &page->rows[i]);
        bk_json_object_end(json);
    }
    bk_json_list_end(json);
    bk_json_bool(json, "more", !id_is_zero(&page->next));
    bk_json_id(json, "next", &page->next);
}
