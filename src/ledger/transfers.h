/*
 * What the handlers of transfers share. Internal to src/ledger. A transfer that was changed is put
 * by transfer_store, with what transfer_due_ms said before the change.
 */
#ifndef LG_LEDGER_TRANSFERS_H
#define LG_LEDGER_TRANSFERS_H

#include "ledger/handler.h"

/* ---- transfer_sides.c ---- */
/* The account numbers of the two sides, borrowed, also from the transfer. */
struct sides {
    struct span debtor_number, creditor_number;
};
int transfer_sides(struct apply *apply, const struct transfer *transfer,
                   struct sides *sides_out) MUST_USE;
/* Keeps the number of the side that is no account of the link, where there is one. */
void transfer_name_other(const struct submit_transfer *request, const struct transfer_way *way,
                         struct transfer *transfer);
int transfer_check_parties(struct apply *apply, const struct submit_transfer *request,
                           const struct sides *sides) MUST_USE;
/* The sides of the link's accounts that it moves, as bits of HOLD_BLOCK_BIT: what a hold can
 * block. */
uint32_t transfer_touches(const struct transfer *transfer);
/* The Class I account pays in place of the Class II account: no money between the banks. */
int transfer_fall_back(struct apply *apply, const struct link *link, struct transfer *transfer,
                       struct sides *sides_out) MUST_USE;

/* ---- transfer.c ---- */
/* Refuses unless the bank that must act is there and answers well enough. */
int transfer_check_other_bank(struct apply *apply, const struct transfer *transfer) MUST_USE;
/* What both kinds of submission have in common: banks are of the submitter's side and the other. */
struct transfer transfer_new(struct apply *apply, const struct link *link,
                             enum transfer_direction direction, const struct money *amount,
                             const struct id *request, struct span end_to_end_id);
/* RECEIVED, RESERVED, PENDING: rows, counters, and the instruction on its way. The fields of
 * instruction that follow from the transfer are filled in here. reason: of the first entry. */
int transfer_instruct(struct apply *apply, struct transfer *transfer, const struct sides *sides,
                      struct post_instruction *instruction, struct span reason) MUST_USE;

/* ---- transfer_store.c: loading, stepping, storing, counting ---- */
/* Refuses NO_SUCH_TRANSFER on field when the command's bank is not of it, and what is frozen. What
 * is due is done first. */
int transfer_touch_own(struct apply *apply, const struct id *id, const char *field,
                       struct transfer *transfer_out) MUST_USE;
/* The transfer that a SubmitTransfer or SubmitReturn of the command's bank made; refuses
 * NO_SUCH_TRANSFER on field. */
int transfer_of_request(struct apply *apply, const struct id *request, const char *field,
                        struct id *id_out) MUST_USE;
/* Room in the history, then the move; a move that the table does not know is broken. */
int transfer_step(struct apply *apply, struct transfer *transfer, enum transfer_event event,
                  const struct history_entry *entry) MUST_USE;
/* Puts it, and keeps its deadline row in step. KEPT_SET is for transfer_instruct alone. */
int transfer_store(struct apply *apply, const struct transfer *transfer, enum store_kept kept,
                   int64_t due_before_ms) MUST_USE;
/* Does what is due, if anything is. */
int transfer_due(struct apply *apply, struct transfer *transfer) MUST_USE;
enum tally { TALLY_UNANSWERED, TALLY_UNKNOWN, TALLY_UNCREDITED };
/* One more, or one less, of a bank's counter. */
int transfer_tally(struct apply *apply, bank_code bank, enum tally tally, bool more) MUST_USE;
/* An alarm about what a bank owes. */
void transfer_alarm(struct apply *apply, const char *text, bank_code bank, const struct id *id);

/* ---- posting.c ---- */
/* A definite outcome, and whose word it is: the instructed bank's answer, that bank's own list, or
 * two operators with its word in hand. */
struct outcome {
    enum transfer_event event; /* POSTED, REFUSED or BARRED */
    enum cause cause;
    struct span reason;    /* of what was not posted */
    struct span reference; /* of what was; as book_date */
    struct span book_date;
};
/* The first outcome of an open transfer settles it: state, money, rows, notices and answers. One that
 * has its outcome takes the same again without effect, and another as a CONFLICT. */
int posting_outcome(struct apply *apply, struct transfer *transfer,
                    const struct outcome *outcome) MUST_USE;

/* ---- request_transfer.c ---- */
/* Of a repeated request with other content: the field that differs, "" when it is not told. */
int request_differs_transfer(struct apply *apply, const struct store_request *row,
                             const char **field_out) MUST_USE;

/* ---- usage.c: the link's agreed limits ---- */
/* Whether the limits allow it; usage_out is what usage will be, to be put when all else is granted.
 * Fills in counted and in_cool_down. */
int usage_check(struct apply *apply, const struct link *link, struct transfer *transfer,
                struct link_usage *usage_out) MUST_USE;
/* Gives back what the transfer counts, if it does. */
int usage_release(struct apply *apply, struct transfer *transfer) MUST_USE;

/* ---- exposure.c: what a transfer moves between two banks ---- */
/* Reserves it, but what fell back; CAP and LIQUIDITY by what is agreed with the debtor's bank,
 * AMOUNT_NEGATIVE when a sum could no longer be told. */
int transfer_reserve(struct apply *apply, const struct transfer *transfer) MUST_USE;
/* The reservation becomes an obligation in the open window, which is noted in the transfer; or goes. */
int books_accept(struct apply *apply, struct transfer *transfer) MUST_USE;
int books_release(struct apply *apply, const struct transfer *transfer) MUST_USE;

/* The bank stands above other warnings than it was told: it is told, and the terms are put. */
int exposure_tell(struct apply *apply, const struct position *position,
                  struct exposure_terms *terms) MUST_USE;
/* The same; the bank's exposure has moved. */
int exposure_moved(struct apply *apply, const struct position *position) MUST_USE;

/* ---- position_query.c ---- */
/* Tells the bank which warnings it stands above. */
int position_alert(struct apply *apply, const struct position *position,
                   const struct exposure_terms *terms) MUST_USE;

/* ---- cap.c ---- */
/* Refuses NO_SUCH_BANK on field; the audit's row is about this bank. */
int exposure_bank(struct apply *apply, bank_code code, const char *field) MUST_USE;
/* Puts terms that an order changed, and says where the bank stands now. */
int exposure_terms_changed(struct apply *apply, struct exposure_terms *terms) MUST_USE;

/* ---- class_limit.c: the limits of an account's class ---- */
/* Whether the account's class allows it, and its bucket has room: limits_out is what the row will be,
 * to be put when all else is granted, if it is limited. Fills in limited, funds and fallback. */
int class_limit_check(struct apply *apply, const struct link *link, const struct transfer_way *way,
                      struct transfer *transfer, struct account_limits *limits_out) MUST_USE;
/* What was reserved is used. */
int class_limit_accepted(struct apply *apply, struct transfer *transfer) MUST_USE;
/* Gives back what it stands for, if it does. */
int class_limit_release(struct apply *apply, struct transfer *transfer) MUST_USE;
/* The account's own bank says what is left. */
int class_limit_report(struct apply *apply, const struct digest *account,
                       const struct remaining_limits *left) MUST_USE;

/* ---- return.c ---- */
/* A return has its outcome: what that means for its original. */
int return_ended(struct apply *apply, const struct transfer *transfer) MUST_USE;

/* ---- credit.c ---- */
int credit_late(struct apply *apply, struct transfer *transfer) MUST_USE;

/* ---- unknown.c ---- */
/* When the age of what is unknown since then is alarmed next, seen from now. */
int64_t unknown_after_ms(const struct apply *apply, int64_t since_ms);
int unknown_aged(struct apply *apply, struct transfer *transfer) MUST_USE;

/* ---- cancel.c ---- */
/* Answers whoever waits for this transfer: its submission, and its cancellation. */
void transfer_answer(struct apply *apply, struct transfer *transfer);

#endif
