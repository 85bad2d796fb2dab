/*
 * Commands that ask the gateway for something.
 *
 * Invariant: a command's words are checked only as far as this program needs them; what is wrong
 * with a request is the gateway's to say, for these commands test it. The session waits through
 * its item's waiter, which it takes back when it goes away.
 */
#include <linkgate/message.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/commands.h"
#include "bank/gateway.h"
#include "bank/load.h"
#include "bank/submit.h"

#define AGREEMENT_VERSION "1"
#define CONSENT_PURPOSE "ACCOUNT_LINK"

/* SHA-256 of "linkgate simulated bank: account link agreement, version 1" and of "linkgate
 * simulated bank: consent to disclose name, id number, mobile and account for linking". */
static const char agreement_sha256[] =
    "ecc68e09332816f60729d0d3916adc645ddf6706ddd4f81579a3071c7192e646";
static const char consent_sha256[] =
    "a26e2ca79555cc9c5d397c29bfe5ba38d3160169469f8a609f700d0bc5cb4f6e";

/* ---- answers ------------------------------------------------------------------------------ */

static const char *verdict_name(enum bk_verdict verdict) {
    static const char *const names[] = {"granted", "refused", "open", "error"};
    return names[verdict];
}

static void put_transfer(struct bk_json *json, const struct transfer_view *view) {
    bk_json_id(json, "transfer", &view->transfer);
    bk_json_string(json, "state", transfer_state_name(view->state));
    bk_json_text(json, "reason", view->reason);
    bk_json_text(json, "detail", view->detail);
    bk_json_id(json, "link", &view->link);
    bk_json_string(json, "direction", view->direction == TRANSFER_PUSH ? "push" : "pull");
    bk_json_int(json, "fen", view->amount.fen);
    bk_json_string(json, "currency", view->amount.currency);
    bk_json_bank(json, "debtor_bank", view->debtor_bank);
    bk_json_bank(json, "creditor_bank", view->creditor_bank);
    bk_json_text(json, "reference", view->reference);
    bk_json_text(json, "book_date", view->book_date);
    bk_json_int(json, "received_at_ms", view->received_at_ms);
    bk_json_int(json, "accepted_at_ms", view->accepted_at_ms);
    bk_json_int(json, "credited_at_ms", view->credited_at_ms);
    bk_json_int(json, "window", (int64_t)view->window);
    bk_json_bool(json, "replayed", view->replayed);
}

static void put_link(struct bk_json *json, const struct link_view *view) {
    bk_json_id(json, "link", &view->link);
    bk_json_string(json, "state", link_state_name(view->state));
    bk_json_text(json, "reason", view->reason);
    bk_json_bank(json, "class2_bank", view->class2_bank);
    bk_json_bank(json, "class1_bank", view->class1_bank);
    bk_json_text(json, "class2_account", view->class2_masked);
    bk_json_text(json, "class1_account", view->class1_masked);
    bk_json_int(json, "single_fen", view->limits.single_fen);
    bk_json_int(json, "daily_fen", view->limits.daily_fen);
    if (view->has_challenge) {
        bk_json_text(json, "mobile", view->challenge_mobile);
        bk_json_int(json, "expires_in_ms", view->challenge_expires_in_ms);
        bk_json_int(json, "tries_left", view->challenge_tries_left);
    }
    bk_json_bool(json, "replayed", view->replayed);
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
}

static void on_answer(void *context, const struct bk_answer *answer) {
    struct bk_session *session = context;
    bool open = answer->verdict == BK_OPEN;
    bool link = answer->link != NULL && answer->item->durable;
    if (open && (session->until_final || link))
        return;
    struct bk_json json = bk_session_result(session, verdict_name(answer->verdict));
    if (!id_is_zero(&answer->item->id))
        bk_json_id(&json, "request_id", &answer->item->id);
    if (answer->transfer != NULL)
        put_transfer(&json, answer->transfer);
    if (answer->link != NULL)
        put_link(&json, answer->link);
    if (answer->refusal != NULL)
        put_refusal(&json, answer->refusal);
    if (answer->raw != NULL)
        bk_json_hex(&json, "payload", answer->raw->payload);
    if (answer->error != NULL)
        bk_json_string(&json, "error", answer->error);
    session->item->waiter.answered = NULL;
    bk_session_end(session, &json);
}

/* Sends what was encoded into bank->scratch and makes the session wait for it. */
static void ask(const struct bk_call *call, struct bk_item *spec) {
    struct bk_session *session = call->session;
    struct bk_bank *bank = session->bank;
    if (!spec->durable && bk_gateway_ready(bank->gateway) == 0) {
        bk_session_error(session, "no connection to the gateway now: `wait`, then ask again");
        return;
    }
    spec->waiter = (struct bk_waiter){on_answer, session};
    session->item = bk_submit_request(bank, spec, buf_span(&bank->scratch));
    if (session->item == NULL)
        bk_session_error(session, "too many requests are open: wait for their answers");
}

static struct buf *scratch(const struct bk_call *call) {
    struct buf *out = &call->session->bank->scratch;
    buf_clear(out);
    return out;
}

/* What every changing request takes: an id, its own or a new one, and a timeout. */
static bool change(const struct bk_call *call, struct bk_item *spec) {
    spec->durable = true;
    spec->id = bk_new_request_id(call->session->bank);
    return bk_call_id(call, "request_id", &spec->id) &&
           bk_call_number(call, "timeout_ms", &spec->timeout_ms);
}

/* ---- links -------------------------------------------------------------------------------- */

static bool parse_scopes(const struct bk_call *call, uint32_t *scopes_out) {
    static const char *const names[] = {"",        "collect", "pay", "pay-fallback",
                                        "balance", "products"};
    const char *text = bk_call_option(call, "scopes");
    char copy[128];
    uint32_t scopes = 0;
    snprintf(copy, sizeof(copy), "%s", text != NULL ? text : "collect");
    for (char *rest = copy; rest != NULL;) {
        const char *word = strsep(&rest, ",");
        uint32_t scope = LINK_SCOPE_PRODUCTS;
        while (scope > 0 && strcmp(names[scope], word) != 0)
            scope--;
        if (scope == 0 && *word != '\0') {
            bk_session_error(call->session,
                             "scopes: collect, pay, pay-fallback, balance, products");
            return false;
        }
        scopes |= scope > 0 ? LINK_SCOPE_BIT(scope) : 0;
    }
    *scopes_out = scopes;
    return true;
}

static struct span option_or(const struct bk_call *call, const char *name, const char *fallback) {
    const char *text = bk_call_option(call, name);
    return span_text(text != NULL ? text : fallback);
}

static struct digest digest_of_hex(const char *hex) {
    struct digest digest = {{0}};
    ENSURE(hex_parse(hex, digest.bytes, DIGEST_SIZE));
    return digest;
}

/* The holder's data as the bank has them, where the call does not say otherwise. */
static bool fill_accounts(const struct bk_call *call, const struct bk_account *account,
                          struct open_link *message) {
    uint32_t class2 = account != NULL ? account->account_class : ACCOUNT_CLASS_II;
    uint32_t opening = account != NULL ? account->opening : ACCOUNT_OPENING_REMOTE;
    const char *peer = bk_call_option(call, "class1_bank");
    if (!bk_call_number(call, "class", &class2) || !bk_call_number(call, "opening", &opening))
        return false;
    char *end;
    message->class1.bank = peer != NULL ? strtoull(peer, &end, 10) : 0;
    message->class1.number = option_or(call, "class1", "");
    message->class1.account_class = ACCOUNT_CLASS_I;
    message->class1.opening = ACCOUNT_OPENING_FACE_TO_FACE;
    message->class2.bank = call->session->bank->config.code;
    message->class2.number = option_or(call, "class2", "");
    message->class2.account_class = (enum account_class)class2;
    message->class2.opening = (enum account_opening)opening;
    message->person.name = option_or(call, "name", account != NULL ? account->name : "");
    message->person.id_type = ID_TYPE_RESIDENT;
    message->person.id_number = option_or(call, "id", account != NULL ? account->id_number : "");
    message->person.mobile = option_or(call, "mobile", account != NULL ? account->mobile : "");
    return true;
}

static bool fill_terms(const struct bk_call *call, struct open_link *message) {
    uint32_t consent = 1;
    struct agreed_limits *limits = &message->limits;
    *limits = (struct agreed_limits){.single_fen = 5000000, .daily_fen = 20000000};
    if (!bk_call_fen(call, "single_fen", &limits->single_fen) ||
        !bk_call_fen(call, "daily_fen", &limits->daily_fen) ||
        !bk_call_fen(call, "yearly_fen", &limits->yearly_fen) ||
        !bk_call_number(call, "daily_count", &limits->daily_count) ||
        !bk_call_number(call, "consent", &consent) || !parse_scopes(call, &message->scopes))
        return false;
    int64_t now_ms = bk_wall_ms(call->session->bank);
    message->agreement.present = true;
    message->agreement.version = SPAN_LITERAL(AGREEMENT_VERSION);
    message->agreement.sha256 = digest_of_hex(agreement_sha256);
    message->agreement.at_ms = now_ms;
    message->agreement.channel = SPAN_LITERAL("APP");
    message->consent.present = consent != 0;
    message->consent.recipient = message->class1.bank;
    message->consent.purpose = SPAN_LITERAL(CONSENT_PURPOSE);
    message->consent.fields = CONSENT_FIELDS_ALL;
    message->consent.sha256 = digest_of_hex(consent_sha256);
    message->consent.at_ms = now_ms;
    return true;
}

void bk_command_open_link(const struct bk_call *call) {
    struct bk_bank *bank = call->session->bank;
    struct open_link message = {0};
    struct bk_item spec = {.kind = MESSAGE_OPEN_LINK};
    spec.account = bk_accounts_find(&bank->accounts, option_or(call, "class2", ""));
    if (!change(call, &spec) || !fill_accounts(call, spec.account, &message) ||
        !fill_terms(call, &message))
        return;
    message.request = spec.id;
    partner_encode_open_link(&message, scratch(call));
    ask(call, &spec);
}

void bk_command_challenge(const struct bk_call *call) {
    struct start_challenge message;
    struct bk_item spec = {.kind = MESSAGE_START_CHALLENGE};
    if (!bk_call_word_id(call, 0, "link", &message.link) || !change(call, &spec))
        return;
    message.request = spec.id;
    partner_encode_start_challenge(&message, scratch(call));
    ask(call, &spec);
}

void bk_command_answer(const struct bk_call *call) {
    struct answer_challenge message;
    struct bk_item spec = {.kind = MESSAGE_ANSWER_CHALLENGE};
    const char *code = bk_call_word(call, 1);
    if (!bk_call_word_id(call, 0, "link", &message.link) || !change(call, &spec))
        return;
    message.request = spec.id;
    message.code = span_text(code != NULL ? code : "");
    partner_encode_answer_challenge(&message, scratch(call));
    ask(call, &spec);
}

void bk_command_close_link(const struct bk_call *call) {
    struct close_link message;
    struct bk_item spec = {.kind = MESSAGE_CLOSE_LINK};
    if (!bk_call_word_id(call, 0, "link", &message.link) || !change(call, &spec))
        return;
    message.request = spec.id;
    message.reason = option_or(call, "reason", "CUST");
    partner_encode_close_link(&message, scratch(call));
    ask(call, &spec);
}

void bk_command_get_link(const struct bk_call *call) {
    struct get_link message = {0};
    struct bk_item spec = {.kind = MESSAGE_GET_LINK};
    if (!bk_call_id(call, "request_id", &message.request))
        return;
    if (id_is_zero(&message.request) && !bk_call_word_id(call, 0, "link", &message.link))
        return;
    partner_encode_get_link(&message, scratch(call));
    ask(call, &spec);
}

/* ---- transfers ---------------------------------------------------------------------------- */

static bool parse_order(const struct bk_call *call, struct bk_transfer_order *order) {
    const char *direction = bk_call_option(call, "dir");
    const char *currency = bk_call_option(call, "currency");
    uint32_t until_final = 0;
    if (direction == NULL || (strcmp(direction, "push") != 0 && strcmp(direction, "pull") != 0)) {
        bk_session_error(call->session, "dir: push or pull");
        return false;
    }
    order->direction = strcmp(direction, "push") == 0 ? TRANSFER_PUSH : TRANSFER_PULL;
    snprintf(order->amount.currency, sizeof(order->amount.currency), "%s",
             currency != NULL ? currency : "CNY");
    if (!bk_call_id(call, "link", &order->link) || !bk_call_fen(call, "fen", &order->amount.fen) ||
        !bk_call_number(call, "timeout_ms", &order->timeout_ms) ||
        !bk_call_number(call, "final", &until_final) ||
        !bk_call_id(call, "request_id", &order->request))
        return false;
    call->session->until_final = until_final != 0;
    return true;
}

void bk_command_transfer(const struct bk_call *call) {
    struct bk_session *session = call->session;
    struct bk_transfer_order order = {.waiter = {on_answer, session}};
    struct bk_local_refusal refusal;
    if (!parse_order(call, &order))
        return;
    if (bk_submit_transfer(session->bank, &order, &session->item, &refusal) == 0)
        return;
    struct bk_json json = bk_session_result(session, "refused");
    bk_json_string(&json, "reason", refusal.reason);
    bk_json_string(&json, "detail", "LOCAL");
    bk_json_string(&json, "text", refusal.text);
    bk_session_end(session, &json);
}

void bk_command_get_transfer(const struct bk_call *call) {
    struct get_transfer message = {0};
    struct bk_item spec = {.kind = MESSAGE_GET_TRANSFER};
    if (!bk_call_id(call, "request_id", &message.request))
        return;
    if (id_is_zero(&message.request) && !bk_call_word_id(call, 0, "transfer", &message.transfer))
        return;
    partner_encode_get_transfer(&message, scratch(call));
    ask(call, &spec);
}

static bool add_link(struct bk_load_plan *plan, const struct id *link) {
    if (plan->links_count == BK_LOAD_LINKS_MAX)
        return false;
    plan->links[plan->links_count++] = *link;
    return true;
}

/* The ids of a comma-separated list, or all active links. */
static void parse_links(const struct bk_call *call, struct bk_load_plan *plan) {
    const struct bk_links *links = &call->session->bank->links;
    const char *text = bk_call_option(call, "link");
    plan->links = xcalloc(BK_LOAD_LINKS_MAX, sizeof(struct id));
    if (text != NULL && strcmp(text, "all") == 0) {
        for (size_t i = 0; i < links->count; i++) {
            if (links->rows[i]->state == LINK_ACTIVE && !add_link(plan, &links->rows[i]->id))
                return;
        }
        return;
    }
    char *copy = xstrdup(text != NULL ? text : "");
    for (char *rest = copy; rest != NULL;) {
        struct id link;
        if (!id_parse(strsep(&rest, ","), &link) || !add_link(plan, &link)) {
            plan->links_count = 0;
            break;
        }
    }
    free(copy);
}

void bk_command_load(const struct bk_call *call) {
    struct bk_load_plan plan = {.fen = 100};
    int64_t count = 0, in_flight = 32, push = 50;
    if (!bk_call_fen(call, "count", &count) || !bk_call_fen(call, "inflight", &in_flight) ||
        !bk_call_fen(call, "push", &push) || !bk_call_fen(call, "amount", &plan.fen) ||
        !bk_call_number(call, "timeout_ms", &plan.timeout_ms))
        return;
    if (count < 1 || in_flight < 1 || in_flight > BK_LOAD_IN_FLIGHT_MAX || push < 0 || push > 100 ||
        plan.fen < 1) {
        bk_session_error(call->session, "count, inflight (to 32768) and amount from 1, push 0 to "
                                        "100 are wanted");
        return;
    }
    parse_links(call, &plan);
    if (plan.links_count == 0) {
        free(plan.links);
        bk_session_error(call->session, "link: ids of active links with commas between, or all");
        return;
    }
    plan.count = (uint64_t)count;
    plan.in_flight = (uint64_t)in_flight;
    plan.push_percent = (uint64_t)push;
    call->session->load = bk_load_new(call->session, &plan);
    call->session->bank->again = true;
}

/* ---- raw ---------------------------------------------------------------------------------- */

/* Hex digits into the scratch buffer; false: answered with an error. */
static bool parse_hex(const struct bk_call *call, const char *text) {
    struct buf *out = scratch(call);
    size_t size = strlen(text) / 2;
    uint8_t *to = buf_reserve(out, size + 1);
    if (strlen(text) % 2 != 0 || !hex_parse(text, to, size)) {
        bk_session_error(call->session, "an even number of hex digits is wanted");
        return false;
    }
    out->size = size;
    return true;
}

void bk_command_raw_request(const struct bk_call *call) {
    const char *payload = bk_call_option(call, "payload");
    struct bk_item spec = {.raw = true};
    if (!bk_call_number(call, "kind", &spec.kind) ||
        !bk_call_number(call, "timeout_ms", &spec.timeout_ms) ||
        !parse_hex(call, payload != NULL ? payload : ""))
        return;
    if (call->session->bank->scratch.size > LG_PAYLOAD_MAX) {
        bk_session_error(call->session, "the payload is too long for one frame");
        return;
    }
    ask(call, &spec);
}

void bk_command_raw_frame(const struct bk_call *call) {
    const char *text = bk_call_word(call, 0);
    struct bk_session *session = call->session;
    if (!parse_hex(call, text != NULL ? text : ""))
        return;
    if (!bk_gateway_raw(session->bank->gateway, buf_span(&session->bank->scratch))) {
        bk_session_error(session, "no connection to the gateway now: `wait`, then ask again");
        return;
    }
    struct bk_json json = bk_session_result(session, "granted");
    bk_session_end(session, &json);
}
