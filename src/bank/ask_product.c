/*
 * Commands about the catalogue: what this bank publishes as an issuer, and what it looks at.
 *
 * Invariant: as ask.c's. Nothing is checked here, so that a test can send what is wrong; what was told
 * without asking stands in `products` (show.c).
 */
#include <string.h>

#include "bank/ask.h"

static const struct bk_word kinds[] = {
    {"wealth", PRODUCT_WEALTH},
    {"fund", PRODUCT_FUND},
    {"deposit", PRODUCT_DEPOSIT},
    {"loan", PRODUCT_LOAN},
    {NULL, 0},
};
static const struct bk_word states[] = {
    {"on-sale", PRODUCT_ON_SALE},
    {"suspended", PRODUCT_SUSPENDED},
    {"withdrawn", PRODUCT_WITHDRAWN},
    {NULL, 0},
};

static bool take_loan(const struct bk_call *call, struct loan_terms *loan) {
    return bk_call_bank(call, "partner", &loan->partner) &&
           bk_call_number(call, "lead_share", &loan->lead_share) &&
           bk_call_number(call, "lead_interest_share", &loan->lead_interest_share) &&
           bk_call_number(call, "daily_rate", &loan->daily_rate) &&
           bk_call_number(call, "instalments", &loan->instalments) &&
           bk_call_number(call, "grace_days", &loan->grace_days);
}

static bool take_terms(const struct bk_call *call, struct product_terms *terms) {
    uint32_t kind = PRODUCT_WEALTH;
    struct span name = bk_call_text(call, "name", "A product");
    *terms = (struct product_terms){
        .risk = 1, .currency = "CNY", .min_fen = 100, .increment_fen = 1, .confirm_days = 1};
    bk_text_copy(terms->name, sizeof(terms->name), name);
    bool taken =
        bk_call_choice(call, "kind", kinds, &kind) && bk_call_number(call, "risk", &terms->risk) &&
        bk_call_fen(call, "min_fen", &terms->min_fen) &&
        bk_call_fen(call, "step_fen", &terms->increment_fen) &&
        bk_call_fen(call, "person_max_fen", &terms->person_max_fen) &&
        bk_call_number(call, "term_days", &terms->term_days) &&
        bk_call_number(call, "rate", &terms->rate) &&
        bk_call_number(call, "cut_off", &terms->cut_off) &&
        bk_call_number(call, "confirm_days", &terms->confirm_days) &&
        bk_call_number(call, "payout_days", &terms->payout_days) && take_loan(call, &terms->loan);
    terms->kind = (enum product_kind)kind;
    return taken && bk_ask_digest(call, "sha256", &terms->sha256);
}

/* Codes joined by commas, or "all". False: one is no bank code. */
static bool take_banks(const char *text, struct product_sale *sale) {
    sale->all_banks = text != NULL && strcmp(text, "all") == 0;
    if (text == NULL || sale->all_banks)
        return true;
    while (*text != '\0') {
        size_t size = strcspn(text, ",");
        if (sale->bank_count == PRODUCT_BANKS_MAX ||
            !bank_code_parse(span_of(text, size), &sale->banks[sale->bank_count++].bank))
            return false;
        text += size + (text[size] == ',');
    }
    return true;
}

static bool take_sale(const struct bk_call *call, struct product_sale *sale) {
    *sale = (struct product_sale){.price = 0};
    bool taken = bk_call_fen(call, "quota_fen", &sale->quota_fen) &&
                 bk_call_fen(call, "from_ms", &sale->from_ms) &&
                 bk_call_fen(call, "until_ms", &sale->until_ms) &&
                 bk_call_fen(call, "price", &sale->price) &&
                 bk_call_day(call, "price_date", &sale->price_day);
    if (taken && !take_banks(bk_call_option(call, "banks"), sale)) {
        bk_session_error(call->session, "banks takes bank codes joined by commas, or all");
        return false;
    }
    return taken;
}

/* Code, version and state, which every publication has. */
static bool take_publication(const struct bk_call *call, uint32_t state, struct bk_item *spec,
                             struct publish_product *message) {
    const char *code = bk_call_word(call, 0);
    message->version = 1;
    if (code == NULL) {
        bk_session_error(call->session, "which product?");
        return false;
    }
    message->code = span_text(code);
    if (!bk_ask_change(call, spec) || !bk_call_number(call, "version", &message->version) ||
        !bk_call_choice(call, "state", states, &state))
        return false;
    message->state = (enum product_state)state;
    message->request = spec->id;
    return true;
}

void bk_command_product_publish(const struct bk_call *call) {
    struct product_terms terms;
    struct product_sale sale;
    struct publish_product message = {.terms = &terms, .sale = &sale};
    struct bk_item spec = {.kind = MESSAGE_PUBLISH_PRODUCT};
    if (!take_publication(call, PRODUCT_ON_SALE, &spec, &message) || !take_terms(call, &terms) ||
        !take_sale(call, &sale))
        return;
    partner_encode_publish_product(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_product_state(const struct bk_call *call) {
    struct publish_product message = {.terms = NULL};
    struct bk_item spec = {.kind = MESSAGE_PUBLISH_PRODUCT};
    if (!take_publication(call, PRODUCT_SUSPENDED, &spec, &message))
        return;
    partner_encode_publish_product(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_product_get(const struct bk_call *call) {
    const struct bk_item spec = {.kind = MESSAGE_GET_PRODUCT};
    const char *code = bk_call_word(call, 0);
    struct get_product message = {.issuer = call->session->bank->config.code};
    if (code == NULL) {
        bk_session_error(call->session, "which product?");
        return;
    }
    message.code = span_text(code);
    if (!bk_call_bank(call, "issuer", &message.issuer) ||
        !bk_call_number(call, "version", &message.version))
        return;
    partner_encode_get_product(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_product_list(const struct bk_call *call) {
    const struct bk_item spec = {.kind = MESSAGE_LIST_PRODUCTS};
    struct list_products message = {.max = 0};
    uint32_t kind = PRODUCT_KIND_NONE;
    int64_t after = 0;
    if (!bk_call_fen(call, "after", &after) || !bk_call_number(call, "max", &message.max) ||
        !bk_call_choice(call, "kind", kinds, &kind) ||
        !bk_call_number(call, "risk_max", &message.risk_max) ||
        !bk_call_bank(call, "issuer", &message.issuer))
        return;
    message.after_sequence = (uint64_t)after;
    message.kind = (enum product_kind)kind;
    partner_encode_list_products(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}
