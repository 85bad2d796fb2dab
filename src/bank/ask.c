/*
 * Commands that ask the gateway for something: what they share, and the raw ones.
 *
 * Invariant: a command's words are checked only as far as this program needs them; what is wrong
 * with a request is the gateway's to say, for these commands test it. The session waits through
 * its item's waiter, which it takes back when it goes away.
 */
#include "bank/ask.h"

#include <linkgate/message.h>
#include <string.h>

#include "bank/gateway.h"
#include "bank/print.h"
#include "bank/submit.h"

void bk_ask_answered(void *context, const struct bk_answer *answer) {
    struct bk_session *session = context;
    bool open = answer->verdict == BK_OPEN;
    bool link = answer->link != NULL && answer->item->durable;
    if (open && (session->until_final || link))
        return;
    session->item->waiter.answered = NULL;
    bk_print_answer(session, answer);
}

void bk_ask(const struct bk_call *call, const struct bk_item *spec) {
    struct bk_session *session = call->session;
    struct bk_bank *bank = session->bank;
    struct bk_item copy = *spec;
    if (!copy.durable && bk_gateway_ready(bank->gateway) == 0) {
        bk_session_error(session, "no connection to the gateway now: `wait`, then ask again");
        return;
    }
    copy.waiter = (struct bk_waiter){bk_ask_answered, session};
    session->item = bk_submit_request(bank, &copy, buf_span(&bank->scratch));
    if (session->item == NULL)
        bk_session_error(session, "too many requests are open: wait for their answers");
}

struct buf *bk_ask_scratch(const struct bk_call *call) {
    struct buf *out = &call->session->bank->scratch;
    buf_clear(out);
    return out;
}

bool bk_ask_change(const struct bk_call *call, struct bk_item *spec) {
    spec->durable = true;
    spec->id = bk_new_request_id(call->session->bank);
    return bk_call_id(call, "request_id", &spec->id) &&
           bk_call_number(call, "timeout_ms", &spec->timeout_ms);
}

bool bk_ask_change_of(const struct bk_call *call, const char *what, struct bk_item *spec,
                      struct id *object_out) {
    return bk_call_word_id(call, 0, what, object_out) && bk_ask_change(call, spec);
}

/* ---- what several take -------------------------------------------------------------------- */

bool bk_ask_money(const struct bk_call *call, struct money *amount) {
    struct span currency = bk_call_text(call, "currency", "CNY");
    bk_text_copy(amount->currency, sizeof(amount->currency), currency);
    return bk_call_fen(call, "fen", &amount->fen);
}

bool bk_ask_digest(const struct bk_call *call, const char *name, struct digest *digest) {
    const char *hex = bk_call_option(call, name);
    if (hex == NULL ||
        (strlen(hex) == (size_t)2 * DIGEST_SIZE && hex_parse(hex, digest->bytes, DIGEST_SIZE)))
        return true;
    bk_session_error(call->session, "a digest is 64 hex digits");
    return false;
}

bool bk_ask_submission(const struct bk_call *call, struct id *request, struct bk_submission *how) {
    uint32_t until_final = 0;
    *request = bk_new_request_id(call->session->bank);
    how->waiter = (struct bk_waiter){bk_ask_answered, call->session};
    if (!bk_call_id(call, "request_id", request) ||
        !bk_call_number(call, "timeout_ms", &how->timeout_ms) ||
        !bk_call_number(call, "final", &until_final))
        return false;
    call->session->until_final = until_final != 0;
    return true;
}

void bk_ask_refused_here(struct bk_session *session, const struct bk_local_refusal *refusal) {
    struct bk_json json = bk_session_result(session, "refused");
    bk_json_string(&json, "reason", refusal->reason);
    bk_json_string(&json, "detail", "LOCAL");
    bk_json_string(&json, "text", refusal->text);
    bk_session_end(session, &json);
}

/* ---- raw ---------------------------------------------------------------------------------- */

/* Hex digits into the scratch buffer; false: answered with an error. */
static bool parse_hex(const struct bk_call *call, const char *text) {
    struct buf *out = bk_ask_scratch(call);
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
    bk_ask(call, &spec);
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
