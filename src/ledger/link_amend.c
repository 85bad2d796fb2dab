/*
 * Other scopes and limits for an active link.
 *
 * Invariants: what only narrows is in force at once; what widens waits, with the agreement that the
 * customer accepted, for a one-time code, while the old values hold; one amendment waits at most, and
 * only while the link is ACTIVE. Codes asked for and wrong ones count on from one amendment to the next
 * for as long as one may wait, so that asking again gives no more tries.
 */
#include <string.h>

#include "ledger/handler.h"

/* The code is no longer good; what was used of codes and tries stands for a while after the last. */
static void rest_challenge(const struct apply *apply, struct link *link, bool asked) {
    struct link_challenge *challenge = &link->challenge;
    if (asked || !id_is_zero(&challenge->id))
        challenge->expires_at_ms = apply->now_ms + apply->rules->authentication_wait_ms;
    memset(&challenge->id, 0, sizeof challenge->id);
    memset(challenge->masked_mobile, 0, sizeof challenge->masked_mobile);
}

int link_amend_drop(struct apply *apply, struct link *link, enum cause cause, const char *reason) {
    struct id waiter = link->exchange_request;
    bool asked = link->exchange == LINK_EXCHANGE_ISSUE || link->exchange == LINK_EXCHANGE_CHECK;
    int result = asked ? link_exchange_end(apply, link) : 0;
    memset(&link->amendment, 0, sizeof link->amendment);
    rest_challenge(apply, link, asked);
    if (result == 0)
        result = link_step(apply, link, LINK_EVENT_AMEND_DROPPED, cause, reason);
    if (result == 0 && asked)
        result = link_answer_refused(apply, link, &waiter, REFUSAL_NO_CHALLENGE);
    return result;
}

int link_amend_confirm(struct apply *apply, struct link *link) {
    link->scopes = link->amendment.scopes;
    link->limits = link->amendment.limits;
    link->agreement = link->amendment.agreement;
    memset(&link->amendment, 0, sizeof link->amendment);
    memset(&link->challenge, 0, sizeof link->challenge);
    return link_step(apply, link, LINK_EVENT_AMENDED, CAUSE_ANSWER, "");
}

static bool same_limits(const struct agreed_limits *a, const struct agreed_limits *b) {
    return a->single_fen == b->single_fen && a->daily_fen == b->daily_fen &&
           a->daily_count == b->daily_count && a->yearly_fen == b->yearly_fen;
}

/* The customer accepts agreements with the Class II bank alone. */
static int narrow(struct apply *apply, struct link *link, const struct amend_link *request) {
    bool agreed = request->agreement.present && apply->command->bank == link->class2_bank;
    if (!agreed && link->scopes == request->scopes && same_limits(&link->limits, &request->limits))
        return 0;
    link->scopes = request->scopes;
    link->limits = request->limits;
    if (agreed)
        link_keep_agreement(&link->agreement, &request->agreement);
    return link_step(apply, link, LINK_EVENT_AMENDED, CAUSE_REQUEST, "");
}

static int ask(struct apply *apply, struct link *link, const struct amend_link *request) {
    if (link->challenge.expires_at_ms <= apply->now_ms)
        memset(&link->challenge, 0, sizeof link->challenge);
    link->amendment = (struct link_amendment){
        .present = true,
        .scopes = request->scopes,
        .limits = request->limits,
        .expires_at_ms = apply->now_ms + apply->rules->authentication_wait_ms,
    };
    link_keep_agreement(&link->amendment.agreement, &request->agreement);
    return link_step(apply, link, LINK_EVENT_AMEND_ASKED, CAUSE_REQUEST, "");
}

int link_amend(struct apply *apply) {
    const struct amend_link *request = &apply->command->body.amend_link;
    struct link link;
    int result = link_touch_own(apply, &request->link, &link);
    if (result)
        return result;
    if (link.state != LINK_ACTIVE)
        return refuse(apply, REFUSAL_LINK_STATE, "link_id");
    bool widens = link_widens(&link, request->scopes, &request->limits);
    if (widens && link.class2_bank != apply->command->bank)
        return refuse(apply, REFUSAL_NOT_YOURS, "link_id");
    if (widens && !request->agreement.present)
        return refuse(apply, REFUSAL_AGREEMENT, "agreement");
    result = apply_check_life(apply, &link.history, "link_id");
    if (result)
        return result;
    int64_t due = link_due_ms(&link);
    if (link.amendment.present)
        result = link_amend_drop(apply, &link, CAUSE_REQUEST, "");
    if (result == 0)
        result = widens ? ask(apply, &link, request) : narrow(apply, &link, request);
    if (result == 0)
        result = link_store(apply, &link, NULL, due);
    return result ? result : apply_reply_link(apply, &link, false);
}
