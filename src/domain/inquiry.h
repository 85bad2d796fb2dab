/*
 * A case: inquiry and answer between two banks about a transfer, about a link, or about what only one
 * bank's list has. Its record and its state machine. DOMAIN.md §6, proto/linkgate/v1/case.proto.
 */
#ifndef LG_DOMAIN_INQUIRY_H
#define LG_DOMAIN_INQUIRY_H

#include "domain/recon_row.h"

#define CASE_ENTRIES_MAX 16
#define CASE_TEXT_MAX 280

/* Values equal the wire's. */
enum case_subject {
    CASE_SUBJECT_NONE = 0,
    CASE_CONFLICT = 1,
    CASE_OUTCOME_OTHER = 2,
    CASE_AMOUNT = 3,
    CASE_NOT_CREDITED = 4,
    CASE_NOT_AUTHORISED = 5,
    CASE_OTHER = 6,
    /* what a bank's own list and the gateway's books differ in */
    CASE_AMOUNT_DIFF = 7,
    CASE_STATUS_DIFF = 8,
    CASE_MISSING_HERE = 9,
    CASE_MISSING_THERE = 10,
    CASE_DUPLICATE = 11,
    CASE_LINK_DIFF = 12,
    CASE_HOLDING_DIFF = 13, /* of an order, which the claim names, as CASE_LOAN_DIFF a loan */
    CASE_LOAN_DIFF = 14
};
#define CASE_SUBJECT_LAST CASE_LOAN_DIFF
enum case_state { CASE_NONE = 0, CASE_OPEN = 1, CASE_ANSWERED = 2, CASE_CLOSED = 3, CASE_STATES };
enum case_outcome { CASE_OUTCOME_NONE = 0, CASE_EXPLAINED = 1, CASE_ADMITTED = 2, CASE_DENIED = 3 };
enum case_event {
    CASE_EVENT_OPEN,
    CASE_EVENT_ANSWER,
    CASE_EVENT_ASK_ON,
    CASE_EVENT_CLOSE,
    CASE_EVENT_EXPLAIN, /* by the gateway: a later list has what was missed */
    CASE_EVENTS
};

/* Its text stands sealed beside it (store_get_case_text). */
struct case_entry {
    bank_code by; /* 0: the gateway */
    enum case_state state;
    enum case_outcome outcome;
    int64_t at_ms;
    uint64_t sequence;
};

/* What a row of the owner's list says, of a case that it opened. */
struct case_claim {
    struct digest upload; /* of the list; zero: no list opened this case */
    enum recon_kind kind; /* HOLDINGS or LOANS; NONE: transfers with a window, links without */
    uint64_t window;      /* of the list; 0 but of transfers */
    struct id id;         /* of the transfer, link, order or loan, as the list has it */
    struct money amount;  /* 0 with links */
    uint32_t state;       /* as in struct recon_row */
};

struct inquiry_case {
    struct id id;
    struct id transfer; /* that it is about; zero: none */
    struct id link;     /* likewise. Of both at most one; of neither: its claim tells */
    enum case_subject subject;
    enum case_state state;
    enum case_outcome outcome;
    bank_code opened_by; /* 0: the gateway */
    bank_code owner;     /* who must answer */
    bank_code other;     /* the other bank of what it is about; 0: the list names none here */
    int64_t opened_at_ms;
    int64_t due_at_ms; /* 0 once answered */
    bool overdue;      /* was alarmed */
    int64_t closed_at_ms;
    struct case_claim claim;
    struct id adjustment; /* the one that was proposed on it last; zero: none */
    uint32_t adjustments; /* so many there were */
    uint32_t entry_count;
    struct case_entry entries[CASE_ENTRIES_MAX];
};

bool case_next(enum case_state state, enum case_event event, enum case_state *next_out);
const char *case_state_name(enum case_state state);
const char *case_event_name(enum case_event event);
const char *case_subject_name(enum case_subject subject);
const char *case_outcome_name(enum case_outcome outcome);
/* A bank may open a case on it: of a transfer, or of a link. */
bool case_subject_of_banks(enum case_subject subject, bool of_link);
/* The gateway opens cases on it. */
bool case_subject_of_gateway(enum case_subject subject);
/* Two cases of one object are about the same: at most one of such is not closed. What two banks'
 * lists differ in are two matters. */
bool case_same_matter(const struct inquiry_case *a, const struct inquiry_case *b);
/* It is about what its claim names, and neither about a transfer nor about a link of ours. */
bool case_subject_of_claim(enum case_subject subject);
/* A list opened it. */
bool case_claim_present(const struct case_claim *claim);
/* There is no room for the entry of that event. A question leaves room for its answer and for
 * closing, so that no case is stuck open. */
bool case_full(const struct inquiry_case *inquiry, enum case_event event);
/* Moves the case and adds the entry (its state filled in here). False: refused, or full. */
bool case_move(struct inquiry_case *inquiry, enum case_event event, const struct case_entry *entry)
    __attribute__((warn_unused_result));

#endif
