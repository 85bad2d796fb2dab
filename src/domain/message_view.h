/*
 * Views of accounts and the messages of cases, as values. See message.h.
 */
#ifndef LG_DOMAIN_MESSAGE_VIEW_H
#define LG_DOMAIN_MESSAGE_VIEW_H

#include "domain/adjustment.h"
#include "domain/exposure.h"
#include "domain/inquiry.h"
#include "domain/message_link.h"

/* QueryBalance and QueryAccountStatus. */
struct query_account {
    struct id request, link;
};

/* AskBalance and AskAccountStatus. */
struct ask_account {
    struct id query, link;
    bank_code requesting_bank;
    struct span account_number;
};

/* Also BalanceReply, with the group below. An answer: a reason that is none is empty. */
struct balance_answer {
    struct id query; /* AskBalanceReply only */
    int64_t available_fen, booked_fen;
    struct span currency;
    int64_t as_of_ms;
    struct span reason;
    /* BalanceReply only */
    struct id link;
    bank_code bank;
    struct span masked;
};

/* Also AccountStatusReply, likewise. */
struct status_answer {
    struct id query;
    enum account_status status;
    enum account_class account_class;
    bool can_debit, can_credit;
    int64_t as_of_ms;
    struct span reason;
    struct id link;
    bank_code bank;
    struct span masked;
};

#define POSITION_PAIRS_MAX 100u
struct query_position {
    char currency[CURRENCY_SIZE];
    bank_code after; /* 0: from the first pair on */
    uint32_t max;
};
/* Seen from the asking bank. */
struct pair_view {
    bank_code bank;
    int64_t reserved_outgoing_fen, reserved_incoming_fen;
    int64_t unsettled_net_fen;
    bool has_cap;
    int64_t cap_fen;
};
struct position_view {
    struct position position;
    struct exposure_terms terms;
    int64_t exposure_fen, free_fen;
    struct pair_view pairs[POSITION_PAIRS_MAX];
    uint32_t pair_count;
    bank_code next; /* 0: no more */
    int64_t as_of_ms;
};
struct position_alert {
    char currency[CURRENCY_SIZE];
    uint32_t level, warn_percent;
    int64_t exposure_fen, bound_fen;
    int64_t at_ms;
};

struct open_case {
    struct id request, transfer, link; /* of these two one is given */
    enum case_subject subject;         /* one that banks may open a case on */
    struct span text;
};
struct answer_case {
    struct id request, inquiry;
    enum case_outcome outcome;
    struct span text;
    bool close;
};
struct get_case {
    struct id inquiry;
};

struct propose_adjustment {
    struct id request, inquiry;
    bank_code debtor, creditor;
    struct money amount;
    struct span text;
};
struct accept_adjustment {
    struct id request, adjustment;
    bool reject;
};
struct get_adjustment {
    struct id adjustment;
};
struct adjustment_view {
    struct id adjustment, inquiry;
    enum adjustment_state state;
    bank_code debtor, creditor, proposed_by;
    struct money amount;
    struct span text;
    int64_t proposed_at_ms, expires_at_ms, ended_at_ms;
    uint64_t window;
    bool replayed;
};

struct case_entry_view {
    bank_code by;
    int64_t at_ms;
    enum case_state state;
    enum case_outcome outcome;
    struct span text;
};
struct case_view {
    struct id inquiry, transfer, link; /* of these two at most one is given */
    enum case_subject subject;
    enum case_state state;
    enum case_outcome outcome;
    bank_code opened_by, owner;
    int64_t opened_at_ms, due_at_ms, closed_at_ms;
    struct case_claim claim;
    struct id adjustment; /* the latest; zero: none */
    uint32_t entry_count;
    struct case_entry_view entries[CASE_ENTRIES_MAX];
    bool replayed;
};

#endif
