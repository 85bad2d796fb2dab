/*
 * The bank's books: balances, what was posted under which transfer id, and sums. The rules that
 * the gateway relies on stand here: an id is posted once, or refused, or barred for ever; never
 * after its validity. proto/linkgate/v1/transfer.proto.
 */
#ifndef LG_BANK_BOOKS_H
#define LG_BANK_BOOKS_H

#include "bank/payees.h"

struct bk_sum {
    uint64_t count;
    int64_t fen;
};

/* What moved over the gateway, by who submitted and which way. */
struct bk_totals {
    struct bk_sum pushed;   /* we submitted: money out, accepted */
    struct bk_sum pulled;   /* we submitted: money in, accepted */
    struct bk_sum paid;     /* we were told to debit, and did */
    struct bk_sum received; /* we were told to credit, and did */
    /* And of these: */
    struct bk_sum payments; /* of pulled and received: paid on to payees, not to our customers */
    struct bk_sum spent;    /* of paid and pushed: our customers' payments */
    struct bk_sum returned; /* of pushed: sent back along the way that it came */
    struct bk_sum refunded; /* of received: came back */
    /* Beside these: our customers' payments over our own rails, for what fell back. Nobody owes. */
    struct bk_sum fell_back;
};
#define BK_SUMS 9

struct bk_books {
    struct bk_db *db;
    struct bk_accounts *accounts;
    struct bk_payees *payees;
    bank_code own; /* our code */
    struct bk_totals totals;
};

/* What became of an instruction. */
struct bk_posting {
    enum posting_outcome outcome; /* POSTED, REFUSED, NOT_SEEN (barred), UNDONE (barred, seen) */
    enum posting_side side;       /* 0: the instruction was never seen */
    enum transfer_kind kind;
    bool fallback;            /* of a debit: paid over our own rails, or for a product of ours */
    struct id link, original; /* original: of a return */
    int64_t fen;
    char account[ACCOUNT_NUMBER_MAX + 1];
    char reference[REFERENCE_MAX + 1];
    char book_date[DATE_TEXT_SIZE];
    char reason[REASON_SIZE];
    /* Of a payment. */
    bank_code payee_bank;
    char payee_account[ACCOUNT_NUMBER_MAX + 1];
    char payee_name[PERSON_NAME_MAX + 1];
    char merchant_name[PERSON_NAME_MAX + 1];
    char merchant_id[REFERENCE_MAX + 1];
};

/* Takes balances and sums from the db; accounts that it does not know yet get those of the file.
 * All are borrowed. */
void bk_books_open(struct bk_books *books, bank_code own, struct bk_db *db,
                   struct bk_accounts *accounts, struct bk_payees *payees);

/* Posts, or refuses with its reason, or gives what was decided before for this id. in_time: the
 * validity has not passed. The caller commits before it answers. */
void bk_books_post(struct bk_books *books, const struct post_instruction *instruction, bool in_time,
                   int64_t wall_ms, struct bk_posting *posting_out);
/* The same, but an undecided id is refused with that reason. */
void bk_books_refuse(struct bk_books *books, const struct post_instruction *instruction,
                     const char *reason, struct bk_posting *posting_out);
/* What was decided; an unseen id is barred for ever. */
void bk_books_inquire(struct bk_books *books, const struct id *transfer,
                      struct bk_posting *posting_out);
/* A cancellation: what was decided; else it is barred for ever, UNDONE if the instruction was seen
 * and waits, NOT_SEEN if not. */
void bk_books_cancel(struct bk_books *books, const struct id *transfer, bool seen,
                     struct bk_posting *posting_out);
bool bk_books_find(struct bk_books *books, const struct id *transfer,
                   struct bk_posting *posting_out);
/* False: not a posting. */
bool bk_posting_read(struct span row, struct bk_posting *posting_out);

/* A push or a return of our own: debit in advance. False: not enough. For its products the bank
 * stands in with money of its own, so that their balances may be negative. */
bool bk_books_hold(struct bk_account *account, int64_t fen);
void bk_books_release(struct bk_account *account, int64_t fen);
/* It was accepted: what was held is gone. */
void bk_books_pushed(struct bk_books *books, struct bk_account *account, int64_t fen,
                     enum transfer_kind kind);
/* A pull of our own was accepted: the customer, or the payee of a payment, is credited. */
void bk_books_pulled(struct bk_books *books, struct bk_account *account, int64_t fen,
                     enum transfer_kind kind);
/* A loan is drawn or paid back by an account here: then our own share stays between our customer and
 * the product, and the instruction's amount is the other lender's. */
bool bk_loan_is_of_customer(const struct post_instruction *instruction);
int64_t bk_loan_own_fen(const struct bk_books *books, const struct post_instruction *instruction);
/* Between two accounts of this bank's. */
void bk_books_move(struct bk_books *books, struct bk_account *from, struct bk_account *to,
                   int64_t fen);

/* What the other banks owe us for all of it; negative: we owe. */
int64_t bk_totals_net_fen(const struct bk_totals *totals);

#endif
