/*
 * Loans in the ledger's tests: what banks send of them, what comes out, and whole steps of their lives.
 * See world.h.
 */
#ifndef LG_TESTS_LEDGER_LOANS_MADE_H
#define LG_TESTS_LEDGER_LOANS_MADE_H

#include "ledger/laws.h"
#include "ledger/money.h"

#define LOAN_CODE "LOAN-1"

/* One bank leads, the other one of A and B lends along; a link of theirs that may have products. */
struct loans {
    struct world world;
    bank_code lead, partner;
    struct id link;
    struct product_terms terms; /* as they were published last */
    uint32_t version;
};

/* 30 per cent are the lead's; 0.05 % a day; 500 to 200,000 CNY in steps of 1 CNY; twelve instalments,
 * three days of grace. */
void loans_init(struct loans *loans, bank_code lead);
/* The laws hold. */
void loans_deinit(struct loans *loans);
/* The terms as they are now, as the next version. */
void loans_publish(struct loans *loans, enum product_state state);
/* Another link of a new person, or of that of an OpenLink. */
struct id loans_link(struct loans *loans, const struct open_link *open);

/* ---- requests with the usual content ---- */
struct offer_loan loans_offer_of(struct loans *loans, int64_t fen);
/* Of all lenders' consent; into the Class II account. */
struct apply_loan loans_application(struct loans *loans, const struct id *loan, int64_t fen);
struct decide_loan loans_approval(struct loans *loans, const struct id *loan, int64_t fen);
struct decide_loan loans_no(struct loans *loans, const struct id *loan);
struct draw_loan loans_draw_of(struct loans *loans, const struct id *loan, int64_t fen);
struct repay_loan loans_repayment_of(struct loans *loans, const struct id *loan, int64_t fen,
                                     int64_t interest_fen);
struct loan_status loans_ruling(struct loans *loans, const struct id *loan,
                                enum loan_status_event event);

/* ---- steps: each is sent; what came of it stands in the world's effects ---- */
void loans_ask(struct loans *loans, bank_code bank, enum command_kind kind, const void *body);
/* And it is refused so, and changes nothing of that loan (NULL: there is none). */
void loans_expect_refused(struct loans *loans, bank_code bank, enum command_kind kind,
                          const void *body, const struct id *loan, enum refusal_code code,
                          const char *field);
/* What would have been right, as the last refusal says. */
int64_t loans_right_fen(struct loans *loans);

/* ---- whole steps, each expected to work ---- */
struct id loans_offered(struct loans *loans, int64_t fen);
struct id loans_applied(struct loans *loans, int64_t fen);
struct id loans_approved(struct loans *loans, int64_t fen);
/* On its way; the transfer. */
struct id loans_drawing(struct loans *loans, bank_code bank, const struct id *loan, int64_t fen);
struct id loans_repaying(struct loans *loans, bank_code bank, const struct id *loan, int64_t fen,
                         int64_t interest_fen);
/* Posted on the book date of the day. */
void loans_posted(struct loans *loans, const struct id *transfer);
/* Both steps. */
struct id loans_drawn(struct loans *loans, bank_code bank, const struct id *loan, int64_t fen);
struct id loans_repaid(struct loans *loans, bank_code bank, const struct id *loan, int64_t fen,
                       int64_t interest_fen);
/* day 0: today. */
struct loan_quote_view loans_quoted(struct loans *loans, bank_code bank, const struct id *loan,
                                    int64_t day);
/* So many days later, and a tick. */
void loans_days_on(struct loans *loans, int64_t days);

/* ---- what came out, and what is stored ---- */
struct loan_view loans_view(struct loans *loans, const struct effect *effect,
                            struct span *event_out);
struct loan_view loans_replied(struct loans *loans);
/* Both lenders were told of these events, in this order, by the last command. */
void loans_check_told(struct loans *loans, size_t count, const char *const events[]);
struct loan loans_stored(struct loans *loans, const struct id *id);
int64_t loans_held(struct loans *loans);

#endif
