/*
 * Printing views.
 *
 * Invariant: keys keep their names and units across commands; what was not told is "" or 0, so that
 * scripts find every key. Amounts are in fen.
 */
#include "bank/print.h"

#include "bank/words.h"

static void put_transfer(struct bk_json *json, const struct transfer_view *view) {
    bk_json_id(json, "transfer", &view->transfer);
    bk_json_string(json, "state", transfer_state_name(view->state));
    bk_json_text(json, "reason", view->reason);
    bk_json_text(json, "detail", view->detail);
    bk_json_id(json, "link", &view->link);
    bk_json_string(json, "kind", bk_word_of(bk_words_kind, view->kind));
    bk_json_string(json, "direction", view->direction == TRANSFER_PUSH ? "push" : "pull");
    bk_json_int(json, "fen", view->amount.fen);
    bk_json_string(json, "currency", view->amount.currency);
    bk_json_bank(json, "debtor_bank", view->debtor_bank);
    bk_json_bank(json, "creditor_bank", view->creditor_bank);
    bk_json_text(json, "reference", view->reference);
    bk_json_text(json, "book_date", view->book_date);
    bk_json_int(json, "received_at_ms", view->received_at_ms);
    bk_json_int(json, "deadline_ms", view->deadline_ms);
    bk_json_int(json, "accepted_at_ms", view->accepted_at_ms);
    bk_json_int(json, "credited_at_ms", view->credited_at_ms);
    bk_json_int(json, "credit_due_ms", view->credit_due_ms);
    bk_json_int(json, "settled_at_ms", view->settled_at_ms);
    bk_json_int(json, "cancel_requested_at_ms", view->cancel_requested_at_ms);
    bk_json_int(json, "returned_fen", view->returned_fen);
    bk_json_id(json, "original", &view->original);
    bk_json_id(json, "order", &view->order);
    bk_json_id(json, "loan", &view->loan);
    bk_json_text(json, "step_up_method", view->step_up_method);
    bk_json_text(json, "step_up_text", view->step_up_text);
    bk_json_bool(json, "conflict", view->conflict);
    bk_json_int(json, "window", (int64_t)view->window);
    bk_json_string(json, "account_debited", bk_class_name(view->account_debited));
    bk_json_bool(json, "fallback", view->fallback);
    bk_json_bool(json, "replayed", view->replayed);
}

static void put_bits(struct bk_json *json, const char *key, const struct bk_word *words,
                     uint32_t bits) {
    char text[BK_WORDS_SIZE];
    bk_words_list(words, bits, text);
    bk_json_string(json, key, text);
}

static void put_holds(struct bk_json *json, const struct link_view *view) {
    bk_json_list(json, "holds");
    for (uint32_t i = 0; i < view->hold_count; i++) {
        const struct hold_view *hold = &view->holds[i];
        bk_json_object(json);
        bk_json_id(json, "hold", &hold->hold);
        bk_json_string(json, "authority", bk_word_of(bk_words_authority, hold->authority));
        bk_json_text(json, "reason", hold->reason);
        bk_json_text(json, "legal_reference", hold->legal_reference);
        put_bits(json, "blocks", bk_words_block, hold->blocks);
        bk_json_int(json, "placed_at_ms", hold->placed_at_ms);
        bk_json_int(json, "expires_at_ms", hold->expires_at_ms);
        bk_json_bank(json, "by", hold->by);
        bk_json_object_end(json);
    }
    bk_json_list_end(json);
}

static void put_link(struct bk_json *json, const struct link_view *view) {
    bk_json_id(json, "link", &view->link);
    bk_json_string(json, "state", link_state_name(view->state));
    bk_json_text(json, "reason", view->reason);
    bk_json_bank(json, "class2_bank", view->class2_bank);
    bk_json_bank(json, "class1_bank", view->class1_bank);
    bk_json_text(json, "class2_account", view->class2_masked);
    bk_json_text(json, "class1_account", view->class1_masked);
    put_bits(json, "scopes", bk_words_scope, view->scopes);
    bk_json_int(json, "single_fen", view->limits.single_fen);
    bk_json_int(json, "daily_fen", view->limits.daily_fen);
    bk_json_int(json, "daily_count", view->limits.daily_count);
    bk_json_int(json, "yearly_fen", view->limits.yearly_fen);
    if (view->has_challenge) {
        bk_json_text(json, "mobile", view->challenge_mobile);
        bk_json_int(json, "expires_in_ms", view->challenge_expires_in_ms);
        bk_json_int(json, "tries_left", view->challenge_tries_left);
    }
    if (view->has_amendment) {
        put_bits(json, "amendment_scopes", bk_words_scope, view->amendment_scopes);
        bk_json_int(json, "amendment_single_fen", view->amendment_limits.single_fen);
        bk_json_int(json, "amendment_daily_fen", view->amendment_limits.daily_fen);
        bk_json_int(json, "amendment_expires_at_ms", view->amendment_expires_at_ms);
    }
    put_holds(json, view);
    bk_json_int(json, "activated_at_ms", view->activated_at_ms);
    bk_json_int(json, "deadline_ms", view->deadline_ms);
    bk_json_id(json, "replaces", &view->replaces);
    bk_json_id(json, "replaced_by", &view->replaced_by);
    bk_json_int(json, "cool_down_until_ms", view->cool_down_until_ms);
    bk_json_int(json, "recheck_due_ms", view->recheck_due_ms);
    bk_json_int(json, "activation_reported_at_ms", view->activation_reported_at_ms);
    bk_json_int(json, "open_transfers", view->open_transfers);
    bk_json_int(json, "open_orders", view->open_orders);
    bk_json_int(json, "open_loans", view->open_loans);
    bk_json_bool(json, "primary", view->primary);
    bk_json_bool(json, "replayed", view->replayed);
}

/* What a list of the owner says, of a case that it opened. */
static void put_claim(struct bk_json *json, const struct case_claim *claim) {
    if (!case_claim_present(claim))
        return;
    bk_json_hex(json, "list_sha256", span_of(claim->upload.bytes, DIGEST_SIZE));
    bk_json_int(json, "list_window", (int64_t)claim->window);
    bk_json_id(json, "list_id", &claim->id);
    bk_json_int(json, "list_fen", claim->amount.fen);
}

void bk_print_case(struct bk_json *json, const struct case_view *view) {
    bk_json_id(json, "case", &view->inquiry);
    bk_json_id(json, "transfer", &view->transfer);
    bk_json_id(json, "link", &view->link);
    bk_json_string(json, "subject", bk_word_of(bk_words_subject, view->subject));
    bk_json_string(json, "state", case_state_name(view->state));
    bk_json_string(json, "outcome", bk_word_of(bk_words_outcome, view->outcome));
    bk_json_bank(json, "opened_by", view->opened_by);
    bk_json_bank(json, "owner", view->owner);
    bk_json_int(json, "opened_at_ms", view->opened_at_ms);
    bk_json_int(json, "due_at_ms", view->due_at_ms);
    bk_json_int(json, "closed_at_ms", view->closed_at_ms);
    bk_json_id(json, "adjustment", &view->adjustment);
    put_claim(json, &view->claim);
    bk_json_list(json, "entries");
    for (uint32_t i = 0; i < view->entry_count; i++) {
        const struct case_entry_view *entry = &view->entries[i];
        bk_json_object(json);
        bk_json_bank(json, "by", entry->by);
        bk_json_string(json, "state", case_state_name(entry->state));
        bk_json_string(json, "outcome", bk_word_of(bk_words_outcome, entry->outcome));
        bk_json_text(json, "text", entry->text);
        bk_json_object_end(json);
    }
    bk_json_list_end(json);
    bk_json_bool(json, "replayed", view->replayed);
}

void bk_print_adjustment(struct bk_json *json, const struct adjustment_view *view) {
    bk_json_id(json, "adjustment", &view->adjustment);
    bk_json_id(json, "case", &view->inquiry);
    bk_json_string(json, "state", adjustment_state_name(view->state));
    bk_json_bank(json, "debtor", view->debtor);
    bk_json_bank(json, "creditor", view->creditor);
    bk_json_bank(json, "proposed_by", view->proposed_by);
    bk_json_int(json, "fen", view->amount.fen);
    bk_json_text(json, "text", view->text);
    bk_json_int(json, "proposed_at_ms", view->proposed_at_ms);
    bk_json_int(json, "expires_at_ms", view->expires_at_ms);
    bk_json_int(json, "ended_at_ms", view->ended_at_ms);
    bk_json_int(json, "window", (int64_t)view->window);
    bk_json_bool(json, "replayed", view->replayed);
}

void bk_print_event(struct bk_json *json, const struct event_view *view) {
    bk_json_id(json, "event", &view->event);
    bk_json_string(json, "kind", event_kind_name(view->kind));
    bk_json_string(json, "state", event_state_name(view->state));
    bk_json_int(json, "received_at_ms", view->received_at_ms);
    bk_json_int(json, "ended_at_ms", view->ended_at_ms);
    bk_json_bool(json, "replayed", view->replayed);
    if (view->from == 0) /* an answer */
        return;
    bk_json_bank(json, "from", view->from);
    bk_json_id(json, "link", &view->link);
    bk_json_string(json, "type", event_type_name(view->type));
    bk_json_int(json, "at_ms", view->at_ms);
    bk_json_int(json, "fen", view->amount.fen);
    bk_json_text(json, "place", view->place);
    bk_json_text(json, "name", view->person.name);
    bk_json_text(json, "id", view->person.id_number);
    bk_json_text(json, "mobile", view->person.mobile);
    bk_json_text(json, "purpose", view->consent.purpose);
}

static void put_terms(struct bk_json *json, const struct product_terms *terms) {
    bk_json_string(json, "kind", product_kind_name(terms->kind));
    bk_json_string(json, "name", terms->name);
    bk_json_int(json, "risk", terms->risk);
    bk_json_hex(json, "sha256", span_of(terms->sha256.bytes, DIGEST_SIZE));
    bk_json_int(json, "min_fen", terms->min_fen);
    bk_json_int(json, "step_fen", terms->increment_fen);
    bk_json_int(json, "person_max_fen", terms->person_max_fen);
    bk_json_int(json, "term_days", terms->term_days);
    bk_json_int(json, "rate", terms->rate);
    if (terms->kind != PRODUCT_LOAN)
        return;
    bk_json_bank(json, "partner", terms->loan.partner);
    bk_json_int(json, "lead_share", terms->loan.lead_share);
    bk_json_int(json, "daily_rate", terms->loan.daily_rate);
}

void bk_print_product(struct bk_json *json, const struct product_view *view) {
    const struct product *product = &view->product;
    bk_json_bank(json, "issuer", product->issuer);
    bk_json_string(json, "code", product->code);
    bk_json_int(json, "version", product->version);
    bk_json_int(json, "terms_version", product->terms_version);
    bk_json_string(json, "state", product_state_name(product->state));
    bk_json_int(json, "sequence", (int64_t)product->sequence);
    put_terms(json, &product->terms);
    bk_json_int(json, "quota_fen", product->sale.quota_fen);
    bk_json_int(json, "from_ms", product->sale.from_ms);
    bk_json_int(json, "until_ms", product->sale.until_ms);
    bk_json_int(json, "price", product->sale.price);
    bk_json_bool(json, "all_banks", product->sale.all_banks);
    bk_json_int(json, "distributors", product->sale.bank_count);
    bk_json_bool(json, "sold_by_you", view->sold_by_you);
    bk_json_bool(json, "replayed", view->replayed);
}

static void put_pair(struct bk_json *json, const struct window_pair *pair) {
    bk_json_object(json);
    bk_json_bank(json, "with", pair->counterparty);
    bk_json_int(json, "net_fen", pair->net_fen);
    bk_json_int(json, "received_fen", pair->received_fen);
    bk_json_int(json, "sent_fen", pair->sent_fen);
    bk_json_int(json, "carried_fen", pair->carried_fen);
    bk_json_int(json, "transfers", (int64_t)pair->transfers);
    bk_json_int(json, "settled_at_ms", pair->settled.at_ms);
    bk_json_text(json, "reference", pair->settled.reference);
    bk_json_text(json, "own_reference", pair->own.reference);
    bk_json_text(json, "other_reference", pair->other.reference);
    bk_json_object_end(json);
}

void bk_print_window(struct bk_json *json, const struct window_view *view) {
    bk_json_int(json, "window", (int64_t)view->number);
    bk_json_string(json, "state", window_state_name(view->state));
    bk_json_text(json, "business_date", view->business_date);
    bk_json_int(json, "cut_off_at_ms", view->cut_off_at_ms);
    bk_json_int(json, "closing_at_ms", view->closing_at_ms);
    bk_json_int(json, "ended_at_ms", view->ended_at_ms);
    bk_json_int(json, "successor", (int64_t)view->successor);
    bk_json_list(json, "nets");
    for (uint32_t i = 0; i < view->pair_count; i++)
        put_pair(json, &view->pairs[i]);
    bk_json_list_end(json);
    bk_json_bool(json, "more", view->more);
    bk_json_bool(json, "replayed", view->replayed);
}

void bk_print_card(struct bk_json *json, const struct card_view *view) {
    bk_json_id(json, "card", &view->card);
    bk_json_string(json, "state", card_state_name(view->state));
    bk_json_bank(json, "class2_bank", view->class2_bank);
    bk_json_bank(json, "class1_bank", view->class1_bank);
    bk_json_string(json, "delivery", bk_word_of(bk_words_delivery, view->delivery));
    bk_json_text(json, "masked", view->masked);
    bk_json_text(json, "number", view->number);
    bk_json_text(json, "reason", view->reason);
    bk_json_int(json, "applied_at_ms", view->applied_at_ms);
    bk_json_int(json, "expires_at_ms", view->expires_at_ms);
    bk_json_int(json, "issued_at_ms", view->issued_at_ms);
    bk_json_int(json, "dispatched_at_ms", view->dispatched_at_ms);
    bk_json_int(json, "activated_at_ms", view->activated_at_ms);
    bk_json_int(json, "issues", view->issues);
    bk_json_bool(json, "replayed", view->replayed);
}

static void put_balance(struct bk_json *json, const struct balance_answer *reply) {
    bk_json_id(json, "link", &reply->link);
    bk_json_bank(json, "bank", reply->bank);
    bk_json_text(json, "account", reply->masked);
    bk_json_text(json, "reason", reply->reason);
    bk_json_int(json, "available_fen", reply->available_fen);
    bk_json_int(json, "booked_fen", reply->booked_fen);
    bk_json_text(json, "currency", reply->currency);
    bk_json_int(json, "as_of_ms", reply->as_of_ms);
}

static void put_holding(struct bk_json *json, const struct overview_holding *holding) {
    bk_json_object(json);
    bk_json_id(json, "order", &holding->order);
    bk_json_bank(json, "issuer", holding->issuer);
    bk_json_string(json, "product", holding->product);
    bk_json_string(json, "kind", product_kind_name(holding->kind));
    bk_json_string(json, "state", product_order_state_name(holding->state));
    bk_json_int(json, "units", holding->units);
    bk_json_int(json, "cost_fen", holding->cost_fen);
    bk_json_int(json, "matures_at_ms", holding->matures_at_ms);
    bk_json_object_end(json);
}

static void put_owed(struct bk_json *json, const struct overview_loan *loan) {
    bk_json_object(json);
    bk_json_id(json, "loan", &loan->loan);
    bk_json_bank(json, "lead", loan->lead);
    bk_json_string(json, "product", loan->product);
    bk_json_string(json, "state", loan_state_name(loan->state));
    bk_json_int(json, "principal_fen", loan->principal_fen);
    bk_json_int(json, "interest_due_fen", loan->interest_due_fen);
    bk_json_int(json, "available_fen", loan->available_fen);
    bk_json_object_end(json);
}

static void put_bought(struct bk_json *json, const struct overview_account *account) {
    bk_json_list(json, "holdings");
    for (uint32_t i = 0; i < account->holding_count; i++)
        put_holding(json, &account->holdings[i]);
    bk_json_list_end(json);
    bk_json_bool(json, "more_holdings", account->more_holdings);
    bk_json_list(json, "loans");
    for (uint32_t i = 0; i < account->loan_count; i++)
        put_owed(json, &account->loans[i]);
    bk_json_list_end(json);
    bk_json_bool(json, "more_loans", account->more_loans);
}

static void put_overview(struct bk_json *json, const struct overview_view *view) {
    bk_json_list(json, "accounts");
    for (uint32_t i = 0; i < view->count; i++) {
        const struct overview_account *account = &view->accounts[i];
        bk_json_object(json);
        bk_json_string(json, "status", bk_word_of(bk_words_overview, account->status));
        bk_json_string(json, "link_state", link_state_name(account->link_state));
        put_balance(json, &account->balance);
        put_bought(json, account);
        bk_json_object_end(json);
    }
    bk_json_list_end(json);
    bk_json_bool(json, "more", !id_is_zero(&view->next));
    bk_json_id(json, "next", &view->next);
}

static void put_status(struct bk_json *json, const struct status_answer *reply) {
    bk_json_id(json, "link", &reply->link);
    bk_json_bank(json, "bank", reply->bank);
    bk_json_text(json, "account", reply->masked);
    bk_json_text(json, "reason", reply->reason);
    bool unknown = reply->status == ACCOUNT_UNKNOWN;
    bk_json_string(json, "status",
                   unknown ? "unknown" : bk_word_of(bk_words_status, reply->status));
    bk_json_string(json, "class", bk_class_name(reply->account_class));
    bk_json_bool(json, "can_debit", reply->can_debit);
    bk_json_bool(json, "can_credit", reply->can_credit);
    bk_json_int(json, "as_of_ms", reply->as_of_ms);
}

static void put_limit(struct bk_json *json, const struct limit_left_view *limit) {
    if (!limit->present)
        return;
    bk_json_text(json, "bucket", limit->bucket);
    bk_json_text(json, "period", limit->period);
    bk_json_int(json, "limit_fen", limit->limit_fen);
    bk_json_int(json, "left_fen", limit->left_fen);
    bk_json_int(json, "limit_count", limit->limit_count);
    bk_json_int(json, "resets_at_ms", limit->resets_at_ms);
}

static void put_pairs(struct bk_json *json, const struct position_view *view) {
    bk_json_list(json, "pairs");
    for (uint32_t i = 0; i < view->pair_count; i++) {
        const struct pair_view *pair = &view->pairs[i];
        bk_json_object(json);
        bk_json_bank(json, "bank", pair->bank);
        bk_json_int(json, "reserved_outgoing_fen", pair->reserved_outgoing_fen);
        bk_json_int(json, "reserved_incoming_fen", pair->reserved_incoming_fen);
        bk_json_int(json, "unsettled_net_fen", pair->unsettled_net_fen);
        bk_json_bool(json, "has_cap", pair->has_cap);
        bk_json_int(json, "cap_fen", pair->cap_fen);
        bk_json_object_end(json);
    }
    bk_json_list_end(json);
}

static void put_position(struct bk_json *json, const struct position_view *view) {
    bk_json_string(json, "currency", view->position.currency);
    bk_json_int(json, "reserved_outgoing_fen", view->position.reserved_outgoing_fen);
    bk_json_int(json, "unsettled_net_fen", view->position.unsettled_net_fen);
    bk_json_int(json, "exposure_fen", view->exposure_fen);
    bk_json_bool(json, "has_cap", view->terms.has_cap);
    bk_json_int(json, "cap_fen", view->terms.cap_fen);
    bk_json_bool(json, "prefunded", view->terms.prefunded);
    bk_json_int(json, "balance_fen", view->terms.balance_fen);
    bk_json_int(json, "out_reserved_fen", view->terms.out_reserved_fen);
    bk_json_int(json, "free_fen", view->free_fen);
    bk_json_int(json, "level", view->terms.level);
    put_pairs(json, view);
    bk_json_bool(json, "more", view->next != 0);
    bk_json_bank(json, "next", view->next);
    bk_json_int(json, "as_of_ms", view->as_of_ms);
}

static void put_refusal(struct bk_json *json, const struct refusal_view *refusal) {
    static const char *const retries[] = {"", "never", "new-id", "same-id-later"};
    bk_json_text(json, "reason", refusal->reason);
    bk_json_text(json, "detail", refusal->detail);
    bk_json_text(json, "text", refusal->text);
    bk_json_text(json, "field", refusal->field);
    bk_json_string(json, "retry",
                   refusal->retry <= RETRY_SAME_ID_LATER ? retries[refusal->retry] : "");
    bk_json_bool(json, "replayed", refusal->replayed);
    put_limit(json, &refusal->limit);
    if (refusal->product_version > 0)
        bk_json_int(json, "product_version", refusal->product_version);
    if (refusal->right_fen != 0)
        bk_json_int(json, "right_fen", refusal->right_fen);
}

/* ---- pages -------------------------------------------------------------------------------- */

static void put_lines(struct bk_session *session, const struct bk_answer *answer) {
    for (uint32_t i = 0; answer->links != NULL && i < answer->links->count; i++) {
        struct bk_json json = bk_session_line(session);
        put_link(&json, &answer->links->links[i]);
        bk_json_end(&json);
    }
    for (uint32_t i = 0; answer->transfers != NULL && i < answer->transfers->count; i++) {
        struct bk_json json = bk_session_line(session);
        put_transfer(&json, &answer->transfers->transfers[i]);
        bk_json_end(&json);
    }
    for (uint32_t i = 0; answer->holdings != NULL && i < answer->holdings->count; i++) {
        struct bk_json json = bk_session_line(session);
        bk_print_order(&json, &answer->holdings->orders[i]);
        bk_json_end(&json);
    }
    for (uint32_t i = 0; answer->loans != NULL && i < answer->loans->count; i++) {
        struct bk_json json = bk_session_line(session);
        bk_print_loan(&json, &answer->loans->loans[i]);
        bk_json_end(&json);
    }
    for (uint32_t i = 0; answer->products != NULL && i < answer->products->count; i++) {
        struct bk_json json = bk_session_line(session);
        bk_print_product(&json, &answer->products->products[i]);
        bk_json_end(&json);
    }
}

static void put_page(struct bk_json *json, const struct bk_answer *answer) {
    bool links = answer->links != NULL;
    const struct id *next = links ? &answer->links->next : &answer->transfers->next;
    bk_json_int(json, "count", links ? answer->links->count : answer->transfers->count);
    bk_json_bool(json, "more", !id_is_zero(next));
    bk_json_id(json, "next", next);
}

/* ---- all ---------------------------------------------------------------------------------- */

static const char *verdict_name(enum bk_verdict verdict) {
    static const char *const names[] = {"granted", "refused", "open", "error"};
    return names[verdict];
}

static void put_body(struct bk_json *json, const struct bk_answer *answer) {
    if (answer->transfer != NULL)
        put_transfer(json, answer->transfer);
    if (answer->link != NULL)
        put_link(json, answer->link);
    if (answer->links != NULL || answer->transfers != NULL)
        put_page(json, answer);
    if (answer->report != NULL) {
        bk_json_int(json, "links", answer->report->links);
        bk_json_bool(json, "replayed", answer->report->replayed);
    }
    if (answer->balance != NULL)
        put_balance(json, answer->balance);
    if (answer->overview != NULL)
        put_overview(json, answer->overview);
    if (answer->status != NULL)
        put_status(json, answer->status);
    if (answer->inquiry != NULL)
        bk_print_case(json, answer->inquiry);
    if (answer->adjustment != NULL)
        bk_print_adjustment(json, answer->adjustment);
    if (answer->product != NULL)
        bk_print_product(json, answer->product);
    if (answer->products != NULL) {
        bk_json_int(json, "count", answer->products->count);
        bk_json_int(json, "next", (int64_t)answer->products->next_sequence);
        bk_json_bool(json, "more", answer->products->more);
    }
    if (answer->order != NULL)
        bk_print_order(json, answer->order);
    if (answer->holdings != NULL) {
        bk_json_int(json, "count", answer->holdings->count);
        bk_json_bool(json, "more", !id_is_zero(&answer->holdings->next));
        bk_json_id(json, "next", &answer->holdings->next);
    }
    if (answer->loan != NULL)
        bk_print_loan(json, answer->loan);
    if (answer->quote != NULL)
        bk_print_quote(json, answer->quote);
    if (answer->loans != NULL) {
        bk_json_int(json, "count", answer->loans->count);
        bk_json_bool(json, "more", !id_is_zero(&answer->loans->next));
        bk_json_id(json, "next", &answer->loans->next);
    }
    if (answer->card != NULL)
        bk_print_card(json, answer->card);
    if (answer->position != NULL)
        put_position(json, answer->position);
    if (answer->totals != NULL)
        bk_print_totals(json, answer->totals);
    if (answer->recon != NULL)
        bk_print_recon_page(json, answer->recon);
    if (answer->compared != NULL)
        bk_print_recon_result(json, answer->compared);
    if (answer->event != NULL)
        bk_print_event(json, answer->event);
    if (answer->window != NULL)
        bk_print_window(json, answer->window);
    if (answer->refusal != NULL)
        put_refusal(json, answer->refusal);
    if (answer->raw != NULL)
        bk_json_hex(json, "payload", answer->raw->payload);
    if (answer->error != NULL)
        bk_json_string(json, "error", answer->error);
}

void bk_print_answer(struct bk_session *session, const struct bk_answer *answer) {
    put_lines(session, answer);
    struct bk_json json = bk_session_result(session, verdict_name(answer->verdict));
    if (!id_is_zero(&answer->item->id))
        bk_json_id(&json, "request_id", &answer->item->id);
    put_body(&json, answer);
    bk_session_end(session, &json);
}
