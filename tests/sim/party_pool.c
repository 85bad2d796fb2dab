/*
 * A modelled bank's own money: what it is paid for products, what it pays out for them, what it lends.
 *
 * Invariant: what a customer's account gets of the bank leaves the pool, to the fen. The pool may be
 * below zero: a bank has other money.
 */
#include "sim/world.h"

__extension__ typedef __int128 wide;

bool pool_asks(enum message_kind kind) {
    return kind == MESSAGE_PLACE_ORDER || kind == MESSAGE_PAYOUT || kind == MESSAGE_DRAW_LOAN ||
           kind == MESSAGE_REPAY_LOAN;
}

struct account *pool_account(const struct ask *ask) {
    return ask->pooled ? &ask->party->pool : &ask->person->accounts[ask->side];
}

void pool_give(struct party *party, struct person *person, enum side side, int64_t fen) {
    person->accounts[side].balance_fen += fen;
    party->pool.balance_fen -= fen;
}

int64_t pool_worth_fen(int64_t units, int64_t price) {
    return (int64_t)(((wide)units * price + 50000000) / 100000000);
}

/* ---- requests that move money ---- */

void pool_begin(struct ask *ask) {
    struct account *account = pool_account(ask);
    struct account *own = &ask->person->accounts[ask->side];
    if (ask->extra_fen < 0) { /* until it is the bank's */
        own->balance_fen += ask->extra_fen;
        own->held_fen -= ask->extra_fen;
    }
    if (ask->in_house)
        return;
    if (ask->direction == TRANSFER_PULL) {
        account->expected_fen += ask->fen;
        return;
    }
    account->balance_fen -= ask->fen;
    account->held_fen += ask->fen;
}

void pool_release(struct ask *ask) {
    struct account *own = &ask->person->accounts[ask->side];
    if (ask->extra_fen < 0) {
        own->balance_fen -= ask->extra_fen;
        own->held_fen += ask->extra_fen;
    }
    issue_moved(ask, false);
}

void pool_settle(struct ask *ask) {
    struct account *own = &ask->person->accounts[ask->side];
    if (ask->extra_fen < 0)
        own->held_fen += ask->extra_fen;
    else
        own->balance_fen += ask->extra_fen;
    ask->party->pool.balance_fen -= ask->extra_fen;
    issue_moved(ask, true);
}
