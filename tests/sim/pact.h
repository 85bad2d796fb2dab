/*
 * Part of a modelled bank's books (books.h): adjustments and
 * products, and what is done about them.
 */
#ifndef LG_TESTS_SIM_PACT_H
#define LG_TESTS_SIM_PACT_H

#include "wire/partner.h"

struct ask;
struct party;
struct store;

/* An adjustment as a bank was told of it. */
struct pact {
    struct id id, inquiry;
    bank_code debtor, creditor, proposed_by;
    int64_t fen;
    enum adjustment_state shown; /* NONE: nothing yet */
    struct pact *next;
};

/* A version of a product, as a bank was shown it. */
struct shelf {
    bank_code issuer;
    char code[PRODUCT_CODE_MAX + 1];
    uint32_t version, terms_version;
    struct product_terms terms;
    enum product_state state;
    uint64_t sequence;
    int64_t price;
    struct shelf *next;
};

/* ---- party_shop.c: the catalogue ---- */
bool shop_asks(enum message_kind kind);
bool shop_may_refuse(const struct ask *ask, struct span detail);
/* Publishes, lists or asks for a version. */
void shop_look(struct party *party);
/* 0, or it cannot be read. */
int shop_replied(struct ask *ask, struct span payload);
/* It was shown no later version of it. */
bool shelf_is_latest(const struct party *party, const struct shelf *shelf);
/* NULL: it was not shown it. */
const struct shelf *shelf_of(const struct party *party, bank_code issuer, struct span code,
                             uint32_t version);
void shop_learn(struct party *party, const struct product_view *view);
/* Holds what it was shown against the store. */
void shop_check(const struct party *party, struct store *store);
void shop_forget(struct party *party);

/* ---- party_adjust.c: adjustments ---- */
bool adjust_asks(enum message_kind kind);
bool adjust_may_refuse(const struct ask *ask, struct span detail);
/* At times, one on that case. */
void adjust_propose(struct party *party, const struct case_view *view);
/* Asks for one that it knows, or for none that is; at times has a word on one. */
void adjust_look(struct party *party);
void adjust_learn(struct party *party, const struct adjustment_view *view);
/* What it came to be owed by adjustments. */
int64_t adjust_owed_fen(const struct party *party);
/* Holds what it was shown against the store. */
void adjust_check(const struct party *party, struct store *store);

#endif
