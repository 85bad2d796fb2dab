/*
 * The life of a case: one table says which event leads from which state to which.
 *
 *   OPEN --answer--> ANSWERED --close--> CLOSED
 *     ^                 |                  ^
 *     `-----ask on------'      explained --' from either
 *
 * Invariants: a state moves along the table or not at all; every move is an entry; nothing leaves
 * CLOSED, and every case can be closed. Who may answer and who may close is for the caller to know.
 */
#include "domain/inquiry.h"

static const uint8_t successors[CASE_STATES][CASE_EVENTS] = {
    [CASE_NONE] = {[CASE_EVENT_OPEN] = CASE_OPEN},
    [CASE_OPEN] = {[CASE_EVENT_ANSWER] = CASE_ANSWERED, [CASE_EVENT_EXPLAIN] = CASE_CLOSED},
    [CASE_ANSWERED] = {[CASE_EVENT_ASK_ON] = CASE_OPEN,
                       [CASE_EVENT_CLOSE] = CASE_CLOSED,
                       [CASE_EVENT_EXPLAIN] = CASE_CLOSED},
};

bool case_next(enum case_state state, enum case_event event, enum case_state *next_out) {
    if ((unsigned)state >= CASE_STATES || (unsigned)event >= CASE_EVENTS)
        return false;
    enum case_state next = (enum case_state)successors[state][event];
    if (next == CASE_NONE)
        return false;
    *next_out = next;
    return true;
}

bool case_subject_of_banks(enum case_subject subject, bool of_link) {
    if (of_link)
        return subject == CASE_NOT_AUTHORISED || subject == CASE_OTHER || subject == CASE_LINK_DIFF;
    return subject >= CASE_OUTCOME_OTHER && subject <= CASE_OTHER;
}

bool case_subject_of_gateway(enum case_subject subject) {
    return subject == CASE_CONFLICT ||
           (subject >= CASE_AMOUNT_DIFF && subject <= CASE_SUBJECT_LAST);
}

bool case_same_matter(const struct inquiry_case *a, const struct inquiry_case *b) {
    return a->subject == b->subject && (a->subject < CASE_AMOUNT_DIFF || a->owner == b->owner);
}

bool case_subject_of_claim(enum case_subject subject) {
    return subject == CASE_MISSING_HERE || subject == CASE_HOLDING_DIFF ||
           subject == CASE_LOAN_DIFF;
}

bool case_claim_present(const struct case_claim *claim) {
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        if (claim->upload.bytes[i] != 0)
            return true;
    }
    return false;
}

bool case_full(const struct inquiry_case *inquiry, enum case_event event) {
    uint32_t needed = event == CASE_EVENT_ASK_ON ? 3 : 1;
    return inquiry->entry_count > CASE_ENTRIES_MAX - needed;
}

bool case_move(struct inquiry_case *inquiry, enum case_event event,
               const struct case_entry *entry) {
    enum case_state next;
    if (!case_next(inquiry->state, event, &next) || case_full(inquiry, event))
        return false;
    struct case_entry step = *entry;
    step.state = next;
    inquiry->entries[inquiry->entry_count++] = step;
    inquiry->state = next;
    return true;
}

const char *case_state_name(enum case_state state) {
    static const char *const names[CASE_STATES] = {
        [CASE_NONE] = "NONE",
        [CASE_OPEN] = "OPEN",
        [CASE_ANSWERED] = "ANSWERED",
        [CASE_CLOSED] = "CLOSED",
    };
    return (unsigned)state < CASE_STATES ? names[state] : "INVALID";
}

const char *case_event_name(enum case_event event) {
    static const char *const names[CASE_EVENTS] = {
        [CASE_EVENT_OPEN] = "OPEN",       [CASE_EVENT_ANSWER] = "ANSWER",
        [CASE_EVENT_ASK_ON] = "ASK_ON",   [CASE_EVENT_CLOSE] = "CLOSE",
        [CASE_EVENT_EXPLAIN] = "EXPLAIN",
    };
    return (unsigned)event < CASE_EVENTS ? names[event] : "INVALID";
}

const char *case_subject_name(enum case_subject subject) {
    switch (subject) {
    case CASE_CONFLICT:
        return "CONFLICT";
    case CASE_OUTCOME_OTHER:
        return "OUTCOME";
    case CASE_AMOUNT:
        return "AMOUNT";
    case CASE_NOT_CREDITED:
        return "NOT_CREDITED";
    case CASE_NOT_AUTHORISED:
        return "NOT_AUTHORISED";
    case CASE_OTHER:
        return "OTHER";
    case CASE_AMOUNT_DIFF:
        return "AMOUNT_DIFF";
    case CASE_STATUS_DIFF:
        return "STATUS_DIFF";
    case CASE_MISSING_HERE:
        return "MISSING_HERE";
    case CASE_MISSING_THERE:
        return "MISSING_THERE";
    case CASE_DUPLICATE:
        return "DUPLICATE";
    case CASE_LINK_DIFF:
        return "LINK_DIFF";
    case CASE_HOLDING_DIFF:
        return "HOLDING_DIFF";
    case CASE_LOAN_DIFF:
        return "LOAN_DIFF";
    case CASE_SUBJECT_NONE:
        break;
    }
    return "NONE";
}

const char *case_outcome_name(enum case_outcome outcome) {
    switch (outcome) {
    case CASE_EXPLAINED:
        return "EXPLAINED";
    case CASE_ADMITTED:
        return "ADMITTED";
    case CASE_DENIED:
        return "DENIED";
    case CASE_OUTCOME_NONE:
        break;
    }
    return "NONE";
}
