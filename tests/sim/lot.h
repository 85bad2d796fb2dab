/*
 * Part of a modelled bank's books (books.h): orders of products, as the bank that sells, the one that
 * issues, and the one that has the account know them. One order is one lot.
 */
#ifndef LG_TESTS_SIM_LOT_H
#define LG_TESTS_SIM_LOT_H

#include "sim/slips.h"
#include "wire/envelope.h"

struct connection;
struct store;

/* What was told of an order once is told again for ever: when it was created and placed, its day, and
 * what was confirmed. 0: not told yet. */
#define LOT_SIGHTS 7

struct lot {
    struct id order, link, transfer;
    struct person *person;
    enum side pays; /* of the person's accounts */
    bank_code issuer, distributor;
    enum product_kind kind;
    int64_t fen;
    enum product_order_state shown; /* the furthest */
    bool conflict;
    int64_t sights[LOT_SIGHTS];
    int64_t paid_out_fen, refunded_fen; /* the most that was told */
    int64_t told_units;                 /* left, as it was told last */
    /* Of its issuer: */
    bool decided;       /* it has said what becomes of it */
    bool excused;       /* by its own lies the books may differ here */
    struct ask *saying; /* a result or a payout that is not taken yet */
    int64_t units;      /* left */
    int64_t bought_units, bought_price, bought_fen;
    int64_t due_units; /* of a redemption that it took */
    int64_t due_fen;   /* that it has to send back, and has not yet */
    int64_t paid_fen, back_fen;
    struct lot *next;
};

/* ---- party_order.c: customers' orders, and what either bank is told of them ---- */
bool order_asks(enum message_kind kind);
void order_place(struct party *party, struct person *person, const struct bond *bond);
/* Cancels, redeems, looks; or goes on with what it issued. */
void order_work(struct party *party);
struct lot *order_lot(struct party *party, const struct id *order);
void order_learn(struct party *party, const struct order_view *view);
void order_replied(struct ask *ask, struct span payload);
void order_refused(struct ask *ask, const struct refusal_view *view);
/* Holds what it was shown against the store. */
void order_check(const struct party *party, struct store *store);
/* Likewise, when all is quiet. */
void order_check_settled(const struct party *party, struct store *store);
void order_forget(struct party *party);

/* ---- party_issue.c: the issuer ---- */
/* The next step of something that it has sold. */
void issue_work(struct party *party);
void issue_told(struct party *party, struct connection *connection,
                const struct envelope *envelope);
/* The gateway has taken a result, a payout or a redemption of its own. */
void issue_taken(struct ask *ask, const struct product_order *order);
/* A payout or a return came to its end. */
void issue_moved(struct ask *ask, bool accepted);

/* ---- party_pool.c: the bank's own money ---- */
/* PlaceOrder, Payout, DrawLoan, RepayLoan: they make a transfer. */
bool pool_asks(enum message_kind kind);
struct account *pool_account(const struct ask *ask);
/* The bank gives so much of its own to its customer; negative: takes. */
void pool_give(struct party *party, struct person *person, enum side side, int64_t fen);
/* A request that moves money begins; its money is held, or room is kept. */
void pool_begin(struct ask *ask);
/* Its transfer was refused, or did not come to be; or was accepted. What moves between the banks is
 * not looked at here. */
void pool_release(struct ask *ask);
void pool_settle(struct ask *ask);
/* Rounded half up, in fen. */
int64_t pool_worth_fen(int64_t units, int64_t price);

/* ---- other files, for orders and loans ---- */
/* So much of the money of an order that this bank has issued. */
void back_refund(struct party *party, const struct lot *lot, int64_t fen);
/* These, and what orders and loans do by transfers. */
bool ask_moves(const struct ask *ask);
/* Its transfer was not made, or is not to be: what was held for it is free again. */
void learn_release(struct ask *ask);
/* The bank's link is bound to the second number. */
bool bond_is_second(const struct party *party, const struct id *link);

/* ---- what the instruction says besides ---- */
bool order_is_right(const struct party *party, const struct post_instruction *message,
                    const struct ask *ask);
/* Fills in what it moves. */
void order_instructed(struct party *party, const struct post_instruction *message,
                      struct posting *posting);

#endif
