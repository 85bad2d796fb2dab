/*
 * The one-time code: issued, typed, checked; always by the Class I bank, of which the gateway is the
 * carrier. It confirms a new link, or an amendment that widens an active one.
 *
 * Invariants: a code is opaque bytes that live in the sealed part until their answer erases them; an
 * attempt counts when it is sent, so that a lost answer cannot be used to try again for nothing; one
 * code is good at a time, and another one in its place gives no more tries.
 */
#include "ledger/handler.h"
#include "wire/message.h"

/* The link of a challenge request: of this Class II bank, waiting for a code, with no exchange out,
 * and its Class I bank connected. */
static int load_waiting(struct apply *apply, const struct id *id, struct link *link_out) {
    int result = link_touch_class2(apply, id, link_out);
    if (result)
        return result;
    bool waits = link_out->state == LINK_AWAITING_AUTHENTICATION || link_out->amendment.present;
    if (!waits || link_busy(link_out))
        return refuse(apply, REFUSAL_LINK_STATE, "link_id");
    result = apply_check_life(apply, &link_out->history, "link_id");
    if (result)
        return result;
    return apply_check_peer(apply, link_out->class1_bank, "link_id", REFUSAL_BANK_OFFLINE);
}

/* Sends what stands in scratch and keeps it sealed until the answer. */
static int exchange(struct apply *apply, struct link *link, enum link_exchange kind,
                    const struct id *id, const struct id *request) {
    const struct rules *rules = apply->rules;
    int64_t timeout_ms =
        apply_timeout_ms(apply, rules->challenge_timeout_ms, rules->challenge_timeout_min_ms,
                         rules->challenge_timeout_max_ms);
    apply->detail = *id;
    return link_exchange_send(apply, link, kind, id, request, timeout_ms, link_due_ms(link));
}

/* What the customer is asked to confirm. */
static struct issue_challenge question(struct apply *apply, const struct link *link,
                                       struct span account_number) {
    const struct link_amendment *amendment = &link->amendment;
    return (struct issue_challenge){
        .link = link->id,
        .challenge = apply_new_id(apply),
        .requesting_bank = link->class2_bank,
        .account_number = account_number,
        .scopes = amendment->present ? amendment->scopes : link->scopes,
        .limits = amendment->present ? amendment->limits : link->limits,
        .replaces = link->challenge.id,
        .amendment = amendment->present,
    };
}

static int issue(struct apply *apply, struct link *link, const struct id *request) {
    if (link->challenge.issued >= apply->rules->codes_per_link ||
        link->challenge.attempts >= apply->rules->code_tries)
        return refuse(apply, REFUSAL_CODE_TOO_MANY, "link_id");
    struct link_private secret;
    APPLY_TRY(store_get_link_private(apply->store, &link->id, &secret));
    struct issue_challenge message = question(apply, link, secret.class1_number);
    link->challenge.issued++;
    buf_clear(&apply->ledger->scratch);
    message_encode_issue_challenge(&message, &apply->ledger->scratch);
    return exchange(apply, link, LINK_EXCHANGE_ISSUE, &message.challenge, request);
}

int challenge_start(struct apply *apply) {
    const struct start_challenge *request = &apply->command->body.start_challenge;
    struct link link;
    int result = load_waiting(apply, &request->link, &link);
    return result ? result : issue(apply, &link, &request->request);
}

static bool code_is_out(const struct apply *apply, const struct link *link) {
    return !id_is_zero(&link->challenge.id) && link->challenge.expires_at_ms > apply->now_ms;
}

int challenge_resend(struct apply *apply) {
    const struct start_challenge *request = &apply->command->body.resend_challenge;
    struct link link;
    int result = load_waiting(apply, &request->link, &link);
    if (result)
        return result;
    if (!code_is_out(apply, &link))
        return refuse(apply, REFUSAL_NO_CHALLENGE, "link_id");
    return issue(apply, &link, &request->request);
}

int challenge_answer(struct apply *apply) {
    const struct answer_challenge *request = &apply->command->body.answer_challenge;
    struct link link;
    int result = load_waiting(apply, &request->link, &link);
    if (result)
        return result;
    if (id_is_zero(&link.challenge.id))
        return refuse(apply, REFUSAL_NO_CHALLENGE, "link_id");
    if (!code_is_out(apply, &link))
        return refuse(apply, REFUSAL_CODE_EXPIRED, "code");
    if (link.challenge.attempts >= apply->rules->code_tries)
        return refuse(apply, REFUSAL_CODE_TOO_MANY, "code");
    struct check_challenge message = {
        .link = link.id,
        .challenge = link.challenge.id,
        .attempt = apply_new_id(apply),
        .code = request->code,
    };
    link.challenge.attempts++;
    buf_clear(&apply->ledger->scratch);
    message_encode_check_challenge(&message, &apply->ledger->scratch);
    return exchange(apply, &link, LINK_EXCHANGE_CHECK, &message.attempt, &request->request);
}

/* ---- answers ---- */

/* The code is at the customer. */
static int code_sent(struct apply *apply, struct link *link,
                     const struct issue_challenge_reply *answer) {
    struct link_challenge *challenge = &link->challenge;
    int64_t lifetime = answer->lifetime_ms;
    if (lifetime == 0 || lifetime > apply->rules->code_lifetime_max_ms)
        lifetime = apply->rules->code_lifetime_max_ms;
    challenge->id = answer->challenge;
    challenge->expires_at_ms = apply->now_ms + lifetime;
    bool fits = answer->masked_mobile.size < sizeof challenge->masked_mobile;
    apply_copy_text(challenge->masked_mobile, sizeof challenge->masked_mobile,
                    fits ? answer->masked_mobile : span_of(NULL, 0));
    return link_step_about(apply, link, LINK_EVENT_CODE_SENT, CAUSE_ANSWER, "", &answer->challenge);
}

int challenge_issue_answer(struct apply *apply) {
    const struct issue_challenge_reply *answer = &apply->command->body.issue_answer;
    struct link link;
    int result =
        link_load_answered(apply, &answer->link, LINK_EXCHANGE_ISSUE, &answer->challenge, &link);
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
        result = link_answer_refused(apply, &link, &request, REFUSAL_CHALLENGE_NOT_SENT);
    } else {
        result = code_sent(apply, &link, answer);
        if (result == 0)
            result = link_answer(apply, &link, &request);
    }
    return result ? result : link_store(apply, &link, NULL, due);
}

static int code_failed(struct apply *apply, struct link *link, const struct id *attempt,
                       enum challenge_outcome outcome, enum refusal_code *code_out) {
    if (outcome == CHALLENGE_EXPIRED) {
        link->challenge.expires_at_ms = apply->now_ms;
        link->challenge.attempts--; /* nobody looked at the code: no try */
        *code_out = REFUSAL_CODE_EXPIRED;
        return 0;
    }
    bool last =
        outcome == CHALLENGE_TOO_MANY || link->challenge.attempts >= apply->rules->code_tries;
    *code_out = last ? REFUSAL_CODE_TOO_MANY : REFUSAL_CODE_WRONG;
    const char *reason = refusal_row(*code_out)->reason;
    if (!last)
        return link_step_about(apply, link, LINK_EVENT_CODE_WRONG, CAUSE_ANSWER, reason, attempt);
    if (link->amendment.present) {
        link->challenge.attempts = apply->rules->code_tries;
        return link_amend_drop(apply, link, CAUSE_ANSWER, reason);
    }
    return link_step_about(apply, link, LINK_EVENT_CODE_TOO_MANY, CAUSE_ANSWER, reason, attempt);
}

static int code_answered(struct apply *apply, struct link *link, const struct id *request,
                         const struct check_challenge_reply *answer) {
    enum refusal_code code = REFUSAL_NONE;
    int result;
    if (answer->outcome != CHALLENGE_RIGHT)
        result = code_failed(apply, link, &answer->attempt, answer->outcome, &code);
    else if (link->amendment.present)
        result = link_amend_confirm(apply, link);
    else
        result = link_activate(apply, link);
    if (result)
        return result;
    return code ? link_answer_refused(apply, link, request, code)
                : link_answer(apply, link, request);
}

int challenge_check_answer(struct apply *apply) {
    const struct check_challenge_reply *answer = &apply->command->body.check_answer;
    struct link link;
    int result =
        link_load_answered(apply, &answer->link, LINK_EXCHANGE_CHECK, &answer->attempt, &link);
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
    if (result == 0)
        result = code_answered(apply, &link, &request, answer);
    return result ? result : link_store(apply, &link, NULL, due);
}
