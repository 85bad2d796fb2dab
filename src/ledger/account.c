/*
 * ReportAccount: what became of an account, by its own bank, for every live link of it.
 *
 * Invariants: only the account's own bank reports; a report concerns each live link once and changes
 * all of them in one application; what the report takes away (class, openness, the verified mobile)
 * is held until that bank's word, or a new verification, gives it back. A link that still waits takes
 * no holds: it is closed where it could come to be ACTIVE on what is no longer so. What the bank was
 * asked before its report, and has not answered, is asked anew.
 */
#include <string.h>

#include "ledger/hold.h"
#include "ledger/transfers.h"
#include "wire/message.h"

/* No rule allows more live links of one account. */
#define LINKS_OF_ACCOUNT_MAX 64u

/* One link, seen from the side of the account that was reported. */
struct reported {
    struct link link;
    bool class1; /* it is the bound account */
    bool changed;
};

/* Elements that were verified before the report tell nothing any more: what is out for the person
 * ends, and the bank goes on with fresh ones. */
static int end_reverifying(struct apply *apply, struct reported *reported) {
    struct link *link = &reported->link;
    if (link->exchange != LINK_EXCHANGE_VERIFY || link->state != LINK_SUSPENDED)
        return 0;
    struct id request = link->exchange_request;
    struct id verification = link->exchange_id;
    int result = link_exchange_end(apply, link);
    if (result == 0)
        result = link_step_about(apply, link, LINK_EVENT_REVERIFY_FAILED, CAUSE_REQUEST,
                                 HOLD_REASON_VERIFY, &verification);
    reported->changed = true;
    return result ? result : link_answer(apply, link, &request);
}

static int hold_it(struct apply *apply, struct reported *reported, const char *reason,
                   uint32_t blocks) {
    uint32_t before = reported->link.hold_count;
    int result = hold_add_own(apply, &reported->link, reason, blocks, CAUSE_REQUEST);
    reported->changed |= reported->link.hold_count != before;
    return result;
}

static int release_it(struct apply *apply, struct reported *reported, const char *reason) {
    uint32_t before = reported->link.hold_count;
    int result =
        hold_remove_own(apply, &reported->link, apply->command->bank, reason, CAUSE_REQUEST);
    reported->changed |= reported->link.hold_count != before;
    return result;
}

/* An account that cannot be bound any more ends what waits for it. */
static int end_it(struct apply *apply, struct reported *reported, const char *reason) {
    if (reported->link.state == LINK_CLOSING)
        return 0;
    reported->changed = true;
    return link_wind_up(apply, &reported->link, LINK_EVENT_CLOSE, CAUSE_REQUEST, reason, NULL);
}

/* A link that takes no holds yet ends: it would come to be ACTIVE on what is no longer so. */
static int bar_it(struct apply *apply, struct reported *reported, const char *reason) {
    if (link_waiting(reported->link.state))
        return end_it(apply, reported, reason);
    return hold_it(apply, reported, reason, HOLD_BLOCKS_ALL);
}

/* What the verification with fresh elements will show, while that is still to come. */
static bool verified_anew(const struct reported *reported) {
    return reported->link.state == LINK_PENDING_ACTIVATION;
}

/* To the other bank a blocked account is MS03, also as the reason of an end. */
static int block_it(struct apply *apply, struct reported *reported) {
    if (verified_anew(reported))
        return 0;
    if (link_waiting(reported->link.state))
        return end_it(apply, reported, "MS03");
    return hold_it(apply, reported, HOLD_REASON_BLOCKED,
                   reported->class1 ? HOLD_BLOCKS_CLASS1 : HOLD_BLOCKS_CLASS2);
}

static int need_person(struct apply *apply, struct reported *reported) {
    if (verified_anew(reported))
        return 0;
    int result = bar_it(apply, reported, HOLD_REASON_VERIFY);
    return result ? result : end_reverifying(apply, reported);
}

static int waiting_step(struct apply *apply, struct reported *reported, enum link_event event,
                        const char *reason) {
    if (reported->link.state != LINK_PENDING_ACTIVATION || !reported->class1)
        return 0;
    if (event == LINK_EVENT_ACTIVATED) {
        if (reported->link.activation_reported_at_ms)
            return 0;
        reported->link.activation_reported_at_ms = apply->now_ms;
    }
    reported->changed = true;
    return link_step(apply, &reported->link, event, CAUSE_REQUEST, reason);
}

static int class1_changed(struct apply *apply, struct reported *reported,
                          const struct report_account *report) {
    if (report->account_class == ACCOUNT_CLASS_I)
        return release_it(apply, reported, HOLD_REASON_CLASS1);
    return bar_it(apply, reported, HOLD_REASON_CLASS1);
}

/* The Class II account's class and opening stand in the link; as Class I it is none of a link's. */
static int class2_changed(struct apply *apply, struct reported *reported,
                          const struct report_account *report) {
    struct link *link = &reported->link;
    if (report->account_class == ACCOUNT_CLASS_I)
        return bar_it(apply, reported, HOLD_REASON_CLASS2);
    bool other = link->class2_class != report->account_class ||
                 (report->opening && link->class2_opening != report->opening);
    link->class2_class = report->account_class;
    if (report->opening)
        link->class2_opening = report->opening;
    reported->changed |= other;
    int result = 0;
    if (other)
        result = link_step(apply, link, LINK_EVENT_REPORTED, CAUSE_REQUEST, "");
    return result ? result : release_it(apply, reported, HOLD_REASON_CLASS2);
}

static int carry_out(struct apply *apply, struct reported *reported,
                     const struct report_account *report) {
    switch (report->event) {
    case ACCOUNT_EVENT_ACTIVATED:
        return waiting_step(apply, reported, LINK_EVENT_ACTIVATED, "");
    case ACCOUNT_EVENT_CARD_REFUSED:
        return waiting_step(apply, reported, LINK_EVENT_CARD_REFUSED, "MS03");
    case ACCOUNT_EVENT_CLASS_CHANGED:
        return reported->class1 ? class1_changed(apply, reported, report)
                                : class2_changed(apply, reported, report);
    case ACCOUNT_EVENT_CLOSED:
        return end_it(apply, reported, HOLD_REASON_CLOSED);
    case ACCOUNT_EVENT_BLOCKED:
        return block_it(apply, reported);
    case ACCOUNT_EVENT_UNBLOCKED:
        return release_it(apply, reported, HOLD_REASON_BLOCKED);
    case ACCOUNT_EVENT_DECEASED:
        return bar_it(apply, reported, HOLD_REASON_DECEASED);
    case ACCOUNT_EVENT_MOBILE_CHANGED:
    case ACCOUNT_EVENT_DOCUMENT_EXPIRED:
    case ACCOUNT_EVENT_DORMANT:
        return need_person(apply, reported);
    case ACCOUNT_EVENT_LIMIT: /* concerns the account's own row alone */
    case ACCOUNT_EVENT_NONE:
        break;
    }
    return APPLY_BROKEN;
}

/* It gives back what was taken: of these a life has only so many, or banks could write into it
 * without end. */
static bool eases(const struct report_account *report, bool class1) {
    bool is_class1 = report->account_class == ACCOUNT_CLASS_I;
    return report->event == ACCOUNT_EVENT_UNBLOCKED ||
           (report->event == ACCOUNT_EVENT_CLASS_CHANGED && is_class1 == class1);
}

/* An answer that is out may be older than the report: the question is put again later. */
static int overtake_recheck(struct apply *apply, struct reported *reported) {
    if (!reported->class1 || reported->link.exchange != LINK_EXCHANGE_RECHECK)
        return 0;
    reported->changed = true;
    return recheck_timeout(apply, &reported->link);
}

static int report_live(struct apply *apply, struct reported *reported,
                       const struct report_account *report) {
    struct link *link = &reported->link;
    if (eases(report, reported->class1) && history_length(&link->history) >= HISTORY_LIFE_MAX) {
        apply_alarm(apply, "a link's life is as long as it may be: it stays as it is", &link->id);
        return 0;
    }
    int64_t due = link_due_ms(link);
    int result = overtake_recheck(apply, reported);
    if (result == 0)
        result = carry_out(apply, reported, report);
    if (result || !reported->changed)
        return result;
    return link_store(apply, link, NULL, due);
}

/* Counts it if it lives. */
static int report_one(struct apply *apply, const struct id *id, bool class1,
                      const struct report_account *report, uint32_t *links) {
    struct reported reported = {.class1 = class1};
    int result = link_load(apply, id, &reported.link);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (reported.link.frozen) {
        ++*links;
        apply_alarm(apply,
                    "a report came for an account of a frozen link, which it does not reach: have "
                    "the bank report again once it is unfrozen",
                    id);
        return 0;
    }
    result = link_expire(apply, &reported.link);
    if (result || link_final(reported.link.state))
        return result;
    ++*links;
    return report_live(apply, &reported, report);
}

struct found {
    uint32_t count;
    struct id links[LINKS_OF_ACCOUNT_MAX];
};

/* All before any is changed: a link that ends leaves the table that is being read. */
static int find(struct apply *apply, enum live_kind kind, const struct digest *key,
                struct found *found_out) {
    const struct id *after = NULL;
    found_out->count = 0;
    for (;;) {
        struct id id;
        int result = store_next_live(apply->store, kind, key, after, &id);
        APPLY_TRY(result);
        if (result)
            return 0;
        APPLY_INVARIANT(found_out->count < LINKS_OF_ACCOUNT_MAX);
        found_out->links[found_out->count] = id;
        after = &found_out->links[found_out->count++];
    }
}

static int report_side(struct apply *apply, enum live_kind kind, const struct digest *key,
                       const struct report_account *report, uint32_t *links) {
    struct found found;
    int result = find(apply, kind, key, &found);
    for (uint32_t i = 0; i < found.count && result == 0; i++)
        result = report_one(apply, &found.links[i], kind == LIVE_CLASS1, report, links);
    return result;
}

static int report_both_sides(struct apply *apply, const struct digest *key,
                             const struct report_account *report, uint32_t *links) {
    int result = report_side(apply, LIVE_CLASS1, key, report, links);
    return result ? result : report_side(apply, LIVE_CLASS2, key, report, links);
}

int account_tell(struct apply *apply, const struct digest *key, enum account_event event) {
    const struct report_account report = {.event = event};
    uint32_t links = 0;
    return report_side(apply, LIVE_CLASS1, key, &report, &links);
}

/* The account's bank counts, too; and its word on what is left of a Class II or III account's limits
 * goes before ours. */
static int report_limit(struct apply *apply, const struct digest *key,
                        const struct remaining_limits *left, uint32_t *links) {
    struct found found;
    int result = find(apply, LIVE_CLASS2, key, &found);
    if (result || found.count == 0)
        return result;
    *links = found.count;
    return class_limit_report(apply, key, left);
}

void account_reply(struct apply *apply, uint32_t links, bool replayed) {
    struct report_account_reply reply = {.links = links, .replayed = replayed};
    buf_clear(&apply->ledger->scratch);
    message_encode_report_account_reply(&reply, &apply->ledger->scratch);
    apply_reply(apply, MESSAGE_NONE, buf_span(&apply->ledger->scratch));
}

int account_report(struct apply *apply) {
    const struct report_account *report = &apply->command->body.report_account;
    struct digest key =
        apply_account_key(apply->ledger, apply->command->bank, report->account_number);
    uint32_t links = 0;
    int result = report->event == ACCOUNT_EVENT_LIMIT
                     ? report_limit(apply, &key, &report->remaining, &links)
                     : report_both_sides(apply, &key, report, &links);
    if (result)
        return result;
    if (links == 0)
        return refuse(apply, REFUSAL_NO_SUCH_ACCOUNT, "account_number");
    /* Stands in the replay row: it is all that the answer tells. */
    memset(&apply->object, 0, sizeof apply->object);
    apply->object_kind = OBJECT_NONE;
    put_be32(apply->detail.bytes, links);
    account_reply(apply, links, false);
    return 0;
}
