/*
 * Cases that the gateway opens itself: a bank contradicted its first answer, or its list and the
 * gateway's books differ. And the end of those that a later list explains.
 *
 * Invariants: the gateway's case asks the bank whose word differs; the same list opens a case of a
 * matter once, however often its rows come; what a bank opened the gateway does not end.
 */
#include <stdio.h>

#include "ledger/cases.h"

int case_open_conflict(struct apply *apply, struct transfer *transfer) {
    char text[160];
    struct inquiry_case inquiry =
        case_of_transfer(apply, transfer, CASE_CONFLICT, transfer->instructed);
    int result = case_check_others(apply, &inquiry, "transfer_id", CASES_OF_OBJECT_MAX);
    if (result)
        return result > 0 && result < APPLY_BROKEN ? 0 : result; /* one is open: it stands there */
    snprintf(text, sizeof text,
             "The instructed bank's first answer made this transfer %s; a later one contradicts "
             "it. The first stands. Which is right?",
             transfer_state_name(transfer->state));
    transfer->case_id = inquiry.id;
    struct case_word word = {CASE_EVENT_OPEN, 0, CASE_OUTCOME_NONE, span_text(text)};
    return case_say(apply, &inquiry, &word, true);
}

/* The next one like it, from after on; STORE_ABSENT: no more. */
static int next_like(struct apply *apply, const struct inquiry_case *like, struct id *after,
                     struct inquiry_case *case_out) {
    int result = store_next_case_like(apply->store, like, after, after);
    if (result == 0)
        result = store_get_case(apply->store, after, case_out);
    return result;
}

/* 1: that list opened one of this matter before. */
static int listed_before(struct apply *apply, const struct inquiry_case *inquiry) {
    struct id after = {{0}};
    struct inquiry_case other;
    int result = 0;
    for (uint32_t n = 0; n < CASES_OF_OBJECT_MAX && result == 0; n++) {
        result = next_like(apply, inquiry, &after, &other);
        APPLY_TRY(result);
        if (result == 0 && case_same_matter(&other, inquiry) &&
            digest_equal(&other.claim.upload, &inquiry->claim.upload))
            return 1;
    }
    return 0;
}

int case_open_listed(struct apply *apply, struct inquiry_case *inquiry, struct span text) {
    int result = listed_before(apply, inquiry);
    APPLY_TRY(result);
    if (result == 0)
        result = case_check_others(apply, inquiry, "", CASES_LISTED_MAX);
    if (result)
        return result > 0 && result < APPLY_BROKEN ? 0 : result; /* it stands there already */
    struct case_word word = {CASE_EVENT_OPEN, 0, CASE_OUTCOME_NONE, text};
    return case_say(apply, inquiry, &word, true);
}

int case_explain(struct apply *apply, const struct inquiry_case *like, uint32_t subjects) {
    static const struct case_word explained = {
        CASE_EVENT_EXPLAIN, 0, CASE_EXPLAINED,
        SPAN_LITERAL("A later list of the bank has it as the gateway has.")};
    struct id after = {{0}};
    struct inquiry_case other;
    for (uint32_t n = 0; n < CASES_OF_OBJECT_MAX; n++) {
        int result = next_like(apply, like, &after, &other);
        APPLY_TRY(result);
        if (result)
            return 0;
        if (other.state == CASE_CLOSED || other.opened_by != 0 || other.owner != like->owner ||
            !(subjects >> other.subject & 1))
            continue;
        result = case_say(apply, &other, &explained, false);
        if (result)
            return result;
    }
    return 0;
}
