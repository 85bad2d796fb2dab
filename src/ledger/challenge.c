/*
 * The one-time code: issued, typed, checked; always by the Class I bank, of which the gateway is the
 * carrier.
 *
 * Invariants: a code is opaque bytes that live in the sealed part until their answer erases them; an
 * attempt counts when it is sent, so that a lost answer cannot be used to try again for nothing.
 */
#include "ledger/handler.h"
#include "wire/message.h"

/* The link of a challenge request: of this Class II bank, in AWAITING_AUTHENTICATION, with no
 * exchange out, and its Class I bank connected. */
static int load_waiting(struct apply *apply, const struct id *id, struct link *link_out) {
    int result = link_touch_own(apply, id, link_out);
    if (result)
        return result;
    if (link_out->class2_bank != apply->command->bank)
        return refuse(apply, REFUSAL_NO_SUCH_LINK, "link_id");
    if (link_out->state != LINK_AWAITING_AUTHENTICATION || link_out->exchange != LINK_EXCHANGE_NONE)
        return refuse(apply, REFUSAL_LINK_STATE, "link_id");
    return apply_check_peer(apply, link_out->class1_bank, "link_id", REFUSAL_BANK_OFFLINE);
}

/* Sends what stands in scratch and keeps it sealed until the answer. */
static int exchange(struct apply *apply, struct link *link, struct link_private *secret,
                    enum link_exchange kind, const struct id *id, const struct id *request) {
    const struct rules *rules = apply->rules;
    int64_t timeout_ms =
        apply_timeout_ms(apply, rules->challenge_timeout_ms, rules->challenge_timeout_min_ms,
                         rules->challenge_timeout_max_ms);
    int64_t due = link_due_ms(link);
    apply->detail = *id;
    int result = link_exchange_start(apply, link, kind, id, request, timeout_ms);
    if (result)
        return result;
    secret->kept_kind =
        kind == LINK_EXCHANGE_ISSUE ? MESSAGE_ISSUE_CHALLENGE : MESSAGE_CHECK_CHALLENGE;
    secret->kept_payload = buf_span(&apply->ledger->scratch);
    return link_store(apply, link, secret, due);
}

int challenge_start(struct apply *apply) {
    const struct start_challenge *request = &apply->command->body.start_challenge;
    struct link link;
    int result = load_waiting(apply, &request->link, &link);
    if (result)
        return result;
    if (link.challenge.issued >= apply->rules->codes_per_link ||
        link.challenge.attempts >= apply->rules->code_tries)
        return refuse(apply, REFUSAL_CODE_TOO_MANY, "link_id");
    struct link_private secret;
    APPLY_TRY(store_get_link_private(apply->store, &link.id, &secret));
    struct issue_challenge message = {
        .link = link.id,
        .challenge = apply_new_id(apply),
        .requesting_bank = link.class2_bank,
        .account_number = secret.class1_number,
        .scopes = link.scopes,
        .limits = link.limits,
    };
    link.challenge.issued++;
    buf_clear(&apply->ledger->scratch);
    message_encode_issue_challenge(&message, &apply->ledger->scratch);
    return exchange(apply, &link, &secret, LINK_EXCHANGE_ISSUE, &message.challenge,
                    &request->request);
}

int challenge_answer(struct apply *apply) {
    const struct answer_challenge *request = &apply->command->body.answer_challenge;
    struct link link;
    int result = load_waiting(apply, &request->link, &link);
    if (result)
        return result;
    if (id_is_zero(&link.challenge.id))
        return refuse(apply, REFUSAL_NO_CHALLENGE, "link_id");
    if (link.challenge.expires_at_ms <= apply->now_ms)
        return refuse(apply, REFUSAL_CODE_EXPIRED, "code");
    if (link.challenge.attempts >= apply->rules->code_tries)
        return refuse(apply, REFUSAL_CODE_TOO_MANY, "code");
    struct link_private secret;
    APPLY_TRY(store_get_link_private(apply->store, &link.id, &secret));
    struct check_challenge message = {
        .link = link.id,
        .challenge = link.challenge.id,
        .attempt = apply_new_id(apply),
        .code = request->code,
    };
    link.challenge.attempts++;
    buf_clear(&apply->ledger->scratch);
    message_encode_check_challenge(&message, &apply->ledger->scratch);
    return exchange(apply, &link, &secret, LINK_EXCHANGE_CHECK, &message.attempt,
                    &request->request);
}

/* ---- answers ---- */

/* 0 and the link when this answers the exchange that is out; APPLY_STALE when there is nothing to
 * do. */
static int load_answered(struct apply *apply, const struct id *id, enum link_exchange kind,
                         const struct id *exchange_id, struct link *link_out) {
    int result = link_load(apply, id, link_out);
    APPLY_TRY(result);
    if (result || link_out->class1_bank != apply->command->bank) {
        apply_alarm(apply, "a challenge was answered by a bank that was not asked", id);
        return APPLY_STALE;
    }
    if (link_out->frozen) {
        apply_alarm(apply, "an answer came for a frozen link", id);
        return APPLY_STALE;
    }
    result = link_expire(apply, link_out);
    if (result)
        return result;
    if (link_out->exchange != kind || !id_equal(&link_out->exchange_id, exchange_id))
        return APPLY_STALE;
    return 0;
}

static int refuse_waiter(struct apply *apply, const struct link *link, const struct id *request,
                         enum message_kind message, enum refusal_code code) {
    apply_answer_refused(apply, link->class2_bank, request, message, code);
    return request_refuse_late(apply, link->class2_bank, request, code);
}

int challenge_issue_answer(struct apply *apply) {
    const struct issue_challenge_reply *answer = &apply->command->body.issue_answer;
    struct link link;
    int result =
        load_answered(apply, &answer->link, LINK_EXCHANGE_ISSUE, &answer->challenge, &link);
    if (result)
        return result == APPLY_STALE ? 0 : result;
    if (answer->outcome != CHALLENGE_SENT && answer->outcome != CHALLENGE_NOT_SENT) {
        apply_alarm(apply, "a challenge's answer cannot be read; the link waits", &link.id);
        return 0;
    }
    int64_t due = link_due_ms(&link);
    struct id request = link.exchange_request;
    result = link_exchange_end(apply, &link);
    if (result)
        return result;
    if (answer->outcome == CHALLENGE_NOT_SENT) {
        result = refuse_waiter(apply, &link, &request, MESSAGE_START_CHALLENGE,
                               REFUSAL_CHALLENGE_NOT_SENT);
        return result ? result : link_store_ended(apply, &link, due);
    }
    int64_t lifetime = answer->lifetime_ms;
    if (lifetime == 0 || lifetime > apply->rules->code_lifetime_max_ms)
        lifetime = apply->rules->code_lifetime_max_ms;
    link.challenge.id = answer->challenge;
    link.challenge.expires_at_ms = apply->now_ms + lifetime;
    bool fits = answer->masked_mobile.size < sizeof link.challenge.masked_mobile;
    apply_copy_text(link.challenge.masked_mobile, sizeof link.challenge.masked_mobile,
                    fits ? answer->masked_mobile : span_of(NULL, 0));
    apply_answer_link(apply, &link, &request, MESSAGE_START_CHALLENGE);
    return link_store_ended(apply, &link, due);
}

static int code_failed(struct apply *apply, struct link *link, const struct id *request,
                       enum challenge_outcome outcome) {
    enum refusal_code code =
        outcome == CHALLENGE_EXPIRED ? REFUSAL_CODE_EXPIRED : REFUSAL_CODE_WRONG;
    if (outcome == CHALLENGE_EXPIRED) {
        link->challenge.expires_at_ms = apply->now_ms;
        link->challenge.attempts--; /* nobody looked at the code: no try */
    }
    if (outcome == CHALLENGE_TOO_MANY ||
        (outcome == CHALLENGE_WRONG && link->challenge.attempts >= apply->rules->code_tries)) {
        code = REFUSAL_CODE_TOO_MANY;
        int result = link_step(apply, link, LINK_EVENT_CODE_TOO_MANY, CAUSE_ANSWER,
                               refusal_row(code)->reason);
        if (result)
            return result;
    }
    return refuse_waiter(apply, link, request, MESSAGE_ANSWER_CHALLENGE, code);
}

int challenge_check_answer(struct apply *apply) {
    const struct check_challenge_reply *answer = &apply->command->body.check_answer;
    struct link link;
    int result = load_answered(apply, &answer->link, LINK_EXCHANGE_CHECK, &answer->attempt, &link);
    if (result)
        return result == APPLY_STALE ? 0 : result;
    if (answer->outcome != CHALLENGE_RIGHT && answer->outcome != CHALLENGE_WRONG &&
        answer->outcome != CHALLENGE_EXPIRED && answer->outcome != CHALLENGE_TOO_MANY) {
        apply_alarm(apply, "a code's answer cannot be read; the link waits", &link.id);
        return 0;
    }
    int64_t due = link_due_ms(&link);
    struct id request = link.exchange_request;
    result = link_exchange_end(apply, &link);
    if (result)
        return result;
    if (answer->outcome == CHALLENGE_RIGHT) {
        result = link_step(apply, &link, LINK_EVENT_CODE_RIGHT, CAUSE_ANSWER, "");
        if (result)
            return result;
        apply_answer_link(apply, &link, &request, MESSAGE_ANSWER_CHALLENGE);
    } else {
        result = code_failed(apply, &link, &request, answer->outcome);
        if (result)
            return result;
    }
    return link_store_ended(apply, &link, due);
}
