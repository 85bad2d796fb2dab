/*
 * What banks owe each other. A bank's position is one hot counter per currency; nets are kept per
 * window and pair of banks. Rules: DOMAIN.md §6.
 *
 *   exposure = reserved_outgoing - sum of unsettled nets (a net is + when due to the bank)
 */
#ifndef LG_DOMAIN_POSITION_H
#define LG_DOMAIN_POSITION_H

#include "domain/types.h"

struct position {
    bank_code bank;
    char currency[CURRENCY_SIZE];
    int64_t reserved_outgoing_fen; /* never negative */
    int64_t unsettled_net_fen;     /* + due to the bank */
    int64_t reserved_incoming_fen; /* by other banks, on its way to this one; never negative */
};

/* A payment between two banks over rails of their own, by its reference there. */
struct payment_word {
    int64_t at_ms;
    char reference[REFERENCE_MAX + 1];
    int64_t amount_fen; /* that a bank says was paid; 0 in what settled a net */
};

/* Net of one window between two banks, low < high: + is due to low. */
struct pair_net {
    uint64_t window;
    bank_code low;
    bank_code high;
    char currency[CURRENCY_SIZE];
    int64_t net_fen;    /* carried_fen + to_low_fen - to_high_fen */
    int64_t to_low_fen; /* gross accepted, money that went to low */
    int64_t to_high_fen;
    uint64_t count;
    int64_t carried_fen; /* nets of aborted windows that go on in this one: + is due to low */
    /* The banks' words that it was paid, and the one that settled it: 0 and empty, not yet. */
    struct payment_word low_said, high_said, settled;
    bool multilateral; /* settled from what the banks have paid in, by no payment of its own */
    struct id order;   /* the approval by which operators settled it; zero: the banks did */
};

/* All return false, and change nothing, when a sum would wrap, a reservation become negative or an
 * amount is not positive. */
bool position_reserve(struct position *debtor, struct position *creditor, int64_t amount_fen)
    __attribute__((warn_unused_result));
bool position_release(struct position *debtor, struct position *creditor, int64_t amount_fen)
    __attribute__((warn_unused_result));
/* The reservation becomes an obligation: debtor's bank owes creditor's bank. False as well when net
 * is not of these two banks or the currencies differ: the caller fills in a new net's window, banks
 * and currency. */
bool position_accept(struct position *debtor, struct position *creditor, struct pair_net *net,
                     int64_t amount_fen) __attribute__((warn_unused_result));
/* The net was paid: it leaves both positions. False as well when it is settled already. A net of zero
 * may be settled by itself, and one that is multilateral, without a reference. */
bool position_settle(struct position *low, struct position *high, struct pair_net *net,
                     const struct payment_word *word) __attribute__((warn_unused_result));
/* The net of an aborted window goes on in another window's of the same banks: positions keep it. */
bool position_carry(const struct pair_net *net, struct pair_net *to)
    __attribute__((warn_unused_result));
/* Whether its sums can take whatever becomes of all that is reserved: no order of acceptances and
 * releases makes the net, or the exposure, wrap. Both of these keep it; what else changes a position
 * has to look. */
bool position_holds(const struct position *position);
/* What bank has to get of it; negative: to pay. */
int64_t pair_net_of(const struct pair_net *net, bank_code bank);
/* False when it would wrap. */
bool position_exposure(const struct position *position, int64_t *exposure_fen_out)
    __attribute__((warn_unused_result));

#endif
