/*
 * The messages about transfers as values. See message.h.
 */
#ifndef LG_DOMAIN_MESSAGE_TRANSFER_H
#define LG_DOMAIN_MESSAGE_TRANSFER_H

#include "domain/message_loan.h"
#include "domain/message_order.h"

/* All empty: none was given. */
struct merchant {
    struct span name, id, category_code, order_id, terminal_id;
};

struct submit_transfer {
    struct id request, link;
    enum transfer_kind kind;
    enum transfer_direction direction;
    struct money amount;
    struct span end_to_end_id, purpose, remittance;
    struct span debtor_name, debtor_account, creditor_name, creditor_account;
    bank_code creditor_bank; /* of a payee; else 0 */
    struct span channel, authentication;
    bool has_merchant;
    struct merchant merchant;
};

struct submit_return {
    struct id request, transfer;
    struct money amount;
    struct span end_to_end_id, reason, remittance;
};
/* Exactly one of transfer and submit is not zero. */
struct cancel_transfer {
    struct id request, transfer, submit;
    struct span reason;
};
struct cancel_posting {
    struct id transfer;
    struct span reason;
};
struct step_up {
    struct id transfer;
    struct span method, text;
};
/* What is zero or empty does not narrow the list. */
struct list_transfers {
    struct id after;
    uint32_t max; /* 1 to LIST_MAX */
    struct id link;
    enum transfer_state state;
    int64_t from_ms, to_ms, min_fen, max_fen;
};

enum posting_side { POSTING_DEBIT = 1, POSTING_CREDIT = 2 };

struct post_instruction {
    struct id transfer, link;
    enum posting_side side;
    struct money amount;
    struct span account_number;
    bank_code counterparty_bank;
    struct span counterparty_account_number;
    struct span debtor_name, creditor_name, end_to_end_id, purpose, remittance, channel,
        authentication;
    enum transfer_kind kind;
    bool has_merchant;
    struct merchant merchant;
    bank_code creditor_bank;             /* PAYMENT, BILL: the payee's */
    struct span creditor_account_number; /* PAYMENT, BILL: the payee's */
    struct id original;                  /* RETURN */
    struct span return_reason;
    bool fallback; /* debit the Class I account and pay the payee yourself */
    struct posted_order order;
    struct posted_loan loan;
};

enum posting_outcome {
    POSTING_NONE = 0,
    POSTING_POSTED = 1,
    POSTING_REFUSED = 2,
    POSTING_NOT_SEEN = 3,
    POSTING_IN_PROGRESS = 4,
    POSTING_UNDONE = 5
};

/* outcome NONE: what the bank said cannot be read. reason is kept raw (4 characters or empty). */
struct posting_result {
    struct id transfer;
    enum posting_outcome outcome;
    struct span reference, book_date, reason, text;
};

struct inquire_posting {
    struct id transfer;
};
struct confirm_credit {
    struct id transfer;
};
struct get_transfer {
    struct id transfer, request;
}; /* exactly one is not zero */

struct transfer_view {
    struct id transfer;
    enum transfer_state state;
    struct span reason, detail;
    struct id link;
    enum transfer_kind kind;
    enum transfer_direction direction;
    struct money amount;
    bank_code debtor_bank, creditor_bank;
    struct span end_to_end_id, reference, book_date;
    int64_t received_at_ms, deadline_ms, accepted_at_ms, credited_at_ms;
    uint64_t window;
    bool replayed;
    struct id original;
    int64_t returned_fen;
    struct span step_up_method, step_up_text;
    int64_t cancel_requested_at_ms, credit_due_ms;
    bool conflict;
    enum account_class account_debited; /* NONE: it goes without saying */
    bool fallback;
    int64_t settled_at_ms;
    struct id order, loan; /* zero, both, where it is of none */
};

#endif
