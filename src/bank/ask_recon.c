/*
 * Reconciliation on the control socket: what the gateway has of a window, or of the links, and what
 * it made of our own list (lists.c makes that, upload.c sends it).
 */
#include <string.h>

#include "bank/ask.h"
#include "bank/commands.h"
#include "bank/print.h"
#include "bank/words.h"
#include "domain/link.h"
#include "domain/transfer.h"
#include "wire/partner.h"

/* What the list is of, where it is said. */
static bool take_kind(const struct bk_call *call, enum recon_kind *kind_out) {
    uint32_t kind = RECON_KIND_NONE;
    if (!bk_call_choice(call, "list", bk_words_recon, &kind))
        return false;
    *kind_out = (enum recon_kind)kind;
    return true;
}

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
    if (!take_window(call, &message.window) || !bk_call_bank(call, "after", &message.after) ||
        !take_kind(call, &message.kind) || !bk_call_id(call, "from", &message.after_id))
        return;
    partner_encode_query_totals(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_recon_page(const struct bk_call *call) {
    struct recon_page_query message = {.window = 0};
    const struct bk_item spec = {.kind = MESSAGE_RECON_PAGE};
    if (!take_window(call, &message.window) || !bk_call_id(call, "after", &message.after) ||
        !take_kind(call, &message.kind) || !bk_call_number(call, "max", &message.max))
        return;
    partner_encode_recon_page(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_recon_result(const struct bk_call *call) {
    const char *text = bk_call_word(call, 0);
    struct recon_result_query message = {.max = 0};
    const struct bk_item spec = {.kind = MESSAGE_RECON_RESULT};
    int64_t from = 0;
    if (text == NULL || strlen(text) != 2 * (size_t)DIGEST_SIZE ||
        !hex_parse(text, message.list.bytes, DIGEST_SIZE)) {
        bk_session_error(call->session, "SHA256: 64 hex digits, of the list");
        return;
    }
    if (!bk_call_fen(call, "from", &from) || !bk_call_number(call, "max", &message.max))
        return;
    message.from = from > 0 ? (uint64_t)from : 0;
    partner_encode_recon_result(&message, bk_ask_scratch(call));
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
    bk_json_bool(json, "more", page->more || !id_is_zero(&page->next));
    bk_json_id(json, "next", &page->next);
}

static void put_row(struct bk_json *json, const struct recon_item *row) {
    bk_json_id(json, "id", &row->id);
    bk_json_bank(json, "debtor_bank", row->debtor);
    bk_json_bank(json, "creditor_bank", row->creditor);
    bk_json_string(json, "state", recon_state_name(row->kind, row->state));
    if (row->kind == RECON_LINKS) {
        bk_json_string(json, "class2_last4", row->class2_tail);
        bk_json_string(json, "class1_last4", row->class1_tail);
        return;
    }
    bk_json_int(json, "fen", row->amount.fen);
    bk_json_string(json, "currency", row->amount.currency);
    if (row->kind == RECON_MONEY) {
        bk_json_string(json, "kind", transfer_kind_name((enum transfer_kind)row->what));
        bk_json_string(json, "reference", row->reference);
        bk_json_string(json, "book_date", row->book_date);
    } else if (row->kind == RECON_HOLDINGS) {
        bk_json_string(json, "product", row->product);
        bk_json_int(json, "units", row->units);
    } else {
        bk_json_int(json, "interest_fen", row->interest_fen);
    }
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

static const char *result_state(enum recon_state state) {
    static const char *const names[] = {"", "WAITS", "COMPARED", "JUDGED"};
    return state <= RECON_JUDGED ? names[state] : "";
}

static void put_difference(struct bk_json *json, const struct recon_difference *row) {
    const struct recon_item *theirs = &row->theirs, *ours = &row->ours;
    enum recon_kind kind = row->has_theirs ? theirs->kind : ours->kind;
    bool links = kind == RECON_LINKS;
    bk_json_id(json, "id", row->has_theirs ? &theirs->id : &ours->id);
    bk_json_string(json, "class", recon_class_name(row->class));
    if (row->has_theirs)
        bk_json_string(json, "list_state", recon_state_name(kind, theirs->state));
    if (row->has_ours)
        bk_json_string(json, "gateway_state", recon_state_name(kind, ours->state));
    if (row->has_theirs && !links)
        bk_json_int(json, "list_fen", theirs->amount.fen);
    if (row->has_ours && !links)
        bk_json_int(json, "gateway_fen", ours->amount.fen);
}

void bk_print_recon_result(struct bk_json *json, const struct result_page *page) {
    static const char *const keys[RECON_CLASSES] = {
        [RECON_MATCHED] = "matched",
        [RECON_AMOUNT_DIFF] = "amount_diff",
        [RECON_STATUS_DIFF] = "status_diff",
        [RECON_MISSING_HERE] = "missing_here",
        [RECON_MISSING_THERE] = "missing_there",
        [RECON_DATE_SHIFT] = "date_shift",
        [RECON_DUPLICATE] = "duplicate",
    };
    bk_json_hex(json, "sha256", span_of(page->result.list.bytes, DIGEST_SIZE));
    bk_json_string(json, "state", result_state(page->result.state));
    for (size_t class = RECON_MATCHED; class < RECON_CLASSES; class ++)
        bk_json_int(json, keys[class], (int64_t)page->result.counts.of[class]);
    bk_json_list(json, "rows");
    for (uint32_t i = 0; i < page->count; i++) {
        bk_json_object(json);
        put_difference(json, &page->rows[i]);
        bk_json_object_end(json);
    }
    bk_json_list_end(json);
    bk_json_int(json, "next", (int64_t)page->result.next);
}
