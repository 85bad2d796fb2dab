/*
 * The gateway's operators: people who give orders, approve each other's, and see to the clock. Their
 * orders go the way of the admin socket's; what they forget is lost with the gateway's process.
 */
#ifndef LG_TESTS_SIM_OFFICE_H
#define LG_TESTS_SIM_OFFICE_H

#include "domain/effect.h"
#include "store/store.h"

#define OFFICE_ERRANDS_MAX 64

struct world;

/* An order that was given and not answered yet. */
struct errand {
    uint64_t correlation; /* 0: free */
    enum command_kind kind;
    uint32_t uid;
    struct id approval; /* that it decides on */
    uint32_t requester; /* of that */
};

struct office {
    struct world *world;
    uint64_t correlation;
    bank_code thrifty; /* which pays in, and takes out, what it can */
    unsigned ruled; /* how often rules were loaded first, which many runs' first midnight needs */
    struct errand errands[OFFICE_ERRANDS_MAX]; /* the oldest give way */
};

void office_start(struct office *office, struct world *world);
/* An answer to an order of theirs. */
void office_told(struct office *office, const struct effect *effect);
/* The gateway's process ended. */
void office_forget(struct office *office);

/* ---- office.c: for the other files of the office ---- */
struct chance *office_chance(const struct office *office);
bool office_hits(struct office *office, unsigned per_mille);
/* One of so many works. Each run has one that it does more often than others, which so many runs in a
 * row take in turn: what is seldom done is done in some of them, whatever the dice say. */
size_t office_pick(struct office *office, size_t count);
struct store *office_store(struct office *office);
/* Somebody gives that order. */
void office_give(struct office *office, struct command *command);

/* ---- office_orders.c: what is ordered ---- */
void office_work(struct office *office);
/* Limits and kinds, and a number that nothing here comes near; at times out of range, or from today
 * on. */
void office_load_rules(struct office *office);
bool office_some_link(struct office *office, struct link *link_out);
/* A row of some bank's list. */
void office_hand_in_row(struct office *office);
/* Banks that are disabled, and certificates that are being replaced. */
void office_see_to_banks(struct office *office);

/* ---- office_money.c: caps, and money that is paid in and out ---- */
void office_money(struct office *office);
/* What the thrifty bank has paid in, and what it takes out: all that is free, or more. */
void office_see_to_funds(struct office *office);
/* ---- office_window.c: likewise, of settlement windows ---- */
/* One order about a settlement window. */
void office_window(struct office *office);

#endif
