/*
 * A transfer between two banks: its record and its state machine. Rules: DOMAIN.md §4.
 */
#ifndef LG_DOMAIN_TRANSFER_H
#define LG_DOMAIN_TRANSFER_H

#include "domain/transfer_kind.h"

#define BANK_WORD_MAX 280 /* bytes of what a bank's people wrote about it */

/* Values equal the wire's. SETTLED is derived from the window and is no state here. */
enum transfer_state {
    TRANSFER_NONE = 0,
    TRANSFER_RECEIVED = 1,
    TRANSFER_RESERVED = 2,
    TRANSFER_PENDING = 3,
    TRANSFER_ACCEPTED = 4,
    TRANSFER_REJECTED = 5,
    TRANSFER_CANCELLED = 6,
    TRANSFER_UNKNOWN = 7,
    TRANSFER_STATES
};

enum transfer_event {
    TRANSFER_EVENT_RECEIVE,
    TRANSFER_EVENT_RESERVE,
    TRANSFER_EVENT_REFUSE,   /* by a check of ours */
    TRANSFER_EVENT_INSTRUCT, /* the instruction is on its way */
    TRANSFER_EVENT_POSTED,   /* the instructed bank's word */
    TRANSFER_EVENT_REFUSED,  /* likewise */
    TRANSFER_EVENT_BARRED,   /* NOT_SEEN, or undone by the bank itself */
    TRANSFER_EVENT_DEADLINE,
    /* these leave the state as it is, and stand in the history for what happened */
    TRANSFER_EVENT_STEP_UP,      /* the instructed bank waits for its customer */
    TRANSFER_EVENT_CANCEL_ASKED, /* barring it is on its way */
    TRANSFER_EVENT_CREDITED,     /* the creditor bank of a pull confirmed */
    TRANSFER_EVENT_CREDIT_LATE,  /* and did not in time: alarmed */
    TRANSFER_EVENT_CONFLICT,     /* a definite answer contradicted the first one */
    TRANSFER_EVENT_RETURNED,     /* a return of it was accepted */
    TRANSFER_EVENTS
};

struct transfer {
    struct id id;
    enum transfer_state state;
    bool frozen;
    bool conflict; /* a definite answer contradicted the first one */
    enum transfer_kind kind;
    enum transfer_direction direction;
    struct id link;
    struct id request; /* zero: an order or a loan made it */
    bank_code submitter;
    bank_code instructed; /* the other bank of the link */
    bank_code debtor_bank;
    bank_code creditor_bank;
    struct money amount;
    char end_to_end_id[REFERENCE_MAX + 1];
    int64_t received_at_ms; /* also the instant of reservation: decides day and year of limits */
    int64_t deadline_ms;    /* of the instruction */
    int64_t accepted_at_ms;
    int64_t credit_wait_ms; /* ConfirmCredit of a pull is due so long after that: the rule then */
    int64_t credited_at_ms;
    uint64_t window; /* that holds it, once ACCEPTED */
    char reference[REFERENCE_MAX + 1];
    char book_date[DATE_TEXT_SIZE];
    char reason[REASON_SIZE];
    uint32_t refusal;             /* enum refusal_code when a rule of ours refused */
    struct digest answer_pin;     /* pin of the session on which the definite answer came */
    char word[BANK_WORD_MAX + 1]; /* what the bank's people wrote, where operators resolved it */
    struct digest evidence; /* SHA-256 of the list or document that settled it; zero: none did */
    bool class2_pays;       /* the debited account is the link's Class II account */
    bool counted;           /* stands in the link's usage; a return never does */
    bool in_cool_down;      /* and in what left during the cool-down */
    bool limited;           /* stands in a bucket of the Class II or III account: OUT if it pays */
    bool funds;             /* its money was the first to come in from the bound account */
    bool fallback;          /* above the class limit: the Class I account pays, nothing is owed */
    bool in_house;          /* of an order or a loan, within the instructed bank: likewise */
    char other_account[ACCOUNT_NUMBER_MAX + 1]; /* of a side that is no account of the link */
    struct id original;                         /* of a return; zero: it is none */
    int64_t returned_fen;     /* of this transfer, by returns that are accepted or on their way */
    int64_t came_back_fen;    /* of these, by accepted ones */
    bool cancel;              /* barring it was asked for: CancelPosting goes out, not an inquiry */
    struct id cancel_request; /* the request that waits for its outcome; zero: none */
    int64_t cancel_asked_at_ms;
    char cancel_reason[REASON_SIZE];
    int64_t step_up_at_ms; /* 0: not asked for */
    char step_up_method[17];
    char step_up_text[141];
    bool credit_late;         /* ConfirmCredit did not come in time, and that was alarmed */
    int64_t unknown_at_ms;    /* since when UNKNOWN; 0: never */
    int64_t unknown_alarm_ms; /* while UNKNOWN: when its age is alarmed next */
    struct id case_id;        /* that its conflict opened */
    struct history history;
};

bool transfer_next(enum transfer_state state, enum transfer_event event,
                   enum transfer_state *next_out);
/* REJECTED and CANCELLED; ACCEPTED is final as well, but for returns, which are transfers of their
 * own. */
bool transfer_final(enum transfer_state state);
/* Something is reserved: RESERVED, PENDING, UNKNOWN. */
bool transfer_reserved(enum transfer_state state);
const char *transfer_state_name(enum transfer_state state);
const char *transfer_event_name(enum transfer_event event);
/* When the ledger must look at it: the deadline while PENDING, the next alarm of its age while
 * UNKNOWN, the credit's due time of an accepted pull that is neither confirmed nor wholly returned;
 * 0: never. */
int64_t transfer_due_ms(const struct transfer *transfer);
/* When ConfirmCredit is, or was, due; 0: none is. */
int64_t transfer_credit_due_ms(const struct transfer *transfer);
/* The way it goes. NULL for a return, which goes its original's. */
const struct transfer_way *transfer_way_of(const struct transfer *transfer);
/* Which account of the link pays, where that may be either: I, or II (for III, too). Else NONE. */
enum account_class transfer_account_debited(const struct transfer *transfer);
/* Something moves from one bank to the other: reserved between them, then owed. */
bool transfer_between_banks(const struct transfer *transfer);
/* The account that pays is the Class II account when the way alone is looked at: the debited account's
 * bank, but of what is in-house the one whose side it would be. */
bool transfer_class2_pays(const struct transfer *transfer, bank_code class2_bank);
/* All of it was returned. */
bool transfer_came_back(const struct transfer *transfer);
bool transfer_move(struct transfer *transfer, enum transfer_event event,
                   const struct history_entry *entry) __attribute__((warn_unused_result));

#endif
