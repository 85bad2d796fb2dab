/*
 * The one exchange that a link has with its Class I bank: a verification, a code sent or checked, a
 * re-check.
 *
 * Invariants: at most one is out, and its payload stands sealed until it ends; whoever waits for it is
 * answered once, when it ends. Nobody waits for a re-check, so that it gives way to what a customer
 * waits for. What an answer means is for link_verify.c, challenge.c and recheck.c.
 */
#include <string.h>

#include "ledger/handler.h"
#include "ledger/request.h"

bool link_busy(const struct link *link) {
    return link->exchange != LINK_EXCHANGE_NONE && link->exchange != LINK_EXCHANGE_RECHECK;
}

static enum message_kind exchange_message(enum link_exchange exchange) {
    switch (exchange) {
    case LINK_EXCHANGE_VERIFY:
        return MESSAGE_VERIFY_ACCOUNT;
    case LINK_EXCHANGE_ISSUE:
        return MESSAGE_ISSUE_CHALLENGE;
    case LINK_EXCHANGE_CHECK:
        return MESSAGE_CHECK_CHALLENGE;
    case LINK_EXCHANGE_RECHECK:
        return MESSAGE_RECHECK_ACCOUNT;
    case LINK_EXCHANGE_NONE:
        break;
    }
    return MESSAGE_NONE;
}

static struct store_open_row open_row(const struct link *link) {
    return (struct store_open_row){.kind = OBJECT_LINK, .object = link->id};
}

int link_exchange_start(struct apply *apply, struct link *link, enum link_exchange exchange,
                        const struct id *id, const struct id *request, int64_t timeout_ms) {
    if (link->exchange == LINK_EXCHANGE_RECHECK) {
        int result = recheck_timeout(apply, link);
        if (result)
            return result;
    }
    APPLY_INVARIANT(link->exchange == LINK_EXCHANGE_NONE);
    link->exchange = exchange;
    link->exchange_id = *id;
    link->exchange_request = *request;
    link->exchange_deadline_ms = apply->now_ms + timeout_ms;
    struct store_open_row row = open_row(link);
    store_put_open(apply->store, &row);
    apply_send(apply, link->class1_bank, exchange_message(exchange), id, link->exchange_deadline_ms,
               buf_span(&apply->ledger->scratch));
    if (!id_is_zero(request))
        apply_wait(apply, request);
    return 0;
}

int link_exchange_send(struct apply *apply, struct link *link, enum link_exchange exchange,
                       const struct id *id, const struct id *request, int64_t timeout_ms,
                       int64_t due_before_ms) {
    struct link_private secret;
    APPLY_TRY(store_get_link_private(apply->store, &link->id, &secret));
    int result = link_exchange_start(apply, link, exchange, id, request, timeout_ms);
    if (result)
        return result;
    secret.kept_kind = (uint32_t)exchange_message(exchange);
    secret.kept_payload = buf_span(&apply->ledger->scratch);
    return link_store(apply, link, &secret, due_before_ms);
}

int link_exchange_end(struct apply *apply, struct link *link) {
    APPLY_INVARIANT(link->exchange != LINK_EXCHANGE_NONE);
    apply_done(apply, link->class1_bank, &link->exchange_id);
    link->exchange = LINK_EXCHANGE_NONE;
    link->exchange_deadline_ms = 0;
    memset(&link->exchange_id, 0, sizeof link->exchange_id);
    memset(&link->exchange_request, 0, sizeof link->exchange_request);
    struct store_open_row row = open_row(link);
    return store_drop_open(apply->store, &row);
}

int link_exchange_expire(struct apply *apply, struct link *link) {
    enum link_exchange exchange = link->exchange;
    struct id id = link->exchange_id;
    struct id request = link->exchange_request;
    if (exchange == LINK_EXCHANGE_RECHECK)
        return recheck_timeout(apply, link);
    int result = link_exchange_end(apply, link);
    if (result)
        return result;
    if (exchange == LINK_EXCHANGE_VERIFY)
        return link_verify_late(apply, link, &request, &id);
    return link_answer_refused(apply, link, &request, REFUSAL_TIMEOUT_INSTRUCTED);
}

int link_resend(struct apply *apply, const struct link *link) {
    if (link->exchange == LINK_EXCHANGE_NONE || link->exchange_deadline_ms <= apply->now_ms)
        return 0;
    struct link_private secret;
    APPLY_TRY(store_get_link_private(apply->store, &link->id, &secret));
    APPLY_INVARIANT(secret.kept_kind != MESSAGE_NONE);
    apply_send(apply, link->class1_bank, (enum message_kind)secret.kept_kind, &link->exchange_id,
               link->exchange_deadline_ms, secret.kept_payload);
    return 0;
}

/* ---- answers ---- */

int link_load_answered(struct apply *apply, const struct id *id, enum link_exchange exchange,
                       const struct id *exchange_id, struct link *link_out) {
    int result = link_load(apply, id, link_out);
    APPLY_TRY(result);
    if (result || link_out->class1_bank != apply->command->bank) {
        apply_alarm(apply, "an answer about a link came from a bank that was not asked", id);
        return APPLY_STALE;
    }
    if (link_out->frozen) {
        apply_alarm(apply, "an answer came for a frozen link", id);
        return APPLY_STALE;
    }
    result = link_expire(apply, link_out);
    if (result)
        return result;
    if (link_out->exchange != exchange || !id_equal(&link_out->exchange_id, exchange_id))
        return APPLY_STALE;
    return 0;
}

int link_answer(struct apply *apply, const struct link *link, const struct id *request) {
    enum message_kind message;
    int result = request_message(apply, link->class2_bank, request, &message);
    return result ? result : apply_answer_link(apply, link, request, message);
}

int link_answer_refused(struct apply *apply, const struct link *link, const struct id *request,
                        enum refusal_code code) {
    enum message_kind message;
    int result = request_message(apply, link->class2_bank, request, &message);
    if (result)
        return result;
    apply_answer_refused(apply, link->class2_bank, request, message, code);
    return request_refuse_late(apply, link->class2_bank, request, code);
}
