/*
 * A modelled bank: books that survive its crashes (books.h), and a process that does not. The books
 * are the bank's own truth; each handler changes them as one transaction.
 */
#ifndef LG_TESTS_SIM_PARTY_H
#define LG_TESTS_SIM_PARTY_H

#include "sim/books.h"
#include "sim/cable.h"
#include "sim/chance.h"
#include "sim/debt.h"
#include "sim/lot.h"
#include "sim/pact.h"
#include "sim/plastic.h"
#include "util/hmap.h"
#include "wire/envelope.h"

#define PARTY_CONNECTIONS_MAX 4
#define PARTY_FLIGHTS_MAX 64
#define PARTY_OPENS_MAX 4 /* of a link for one person: verifications are bounded by the gateway */
#define PARTY_SINGLE_UNITS 300000 /* of plan.unit_fen */

/* Who takes part, as a connection was told last. */
#define PARTY_TOLD_MAX 8
struct told_bank {
    bank_code code;
    bool active;
    uint32_t roles;
    char name[BANK_NAME_MAX + 1];
};
struct told_of_system {
    char date[DATE_TEXT_SIZE];
    uint32_t count;
    struct told_bank banks[PARTY_TOLD_MAX];
};

struct flight {
    uint64_t correlation; /* 0: free */
    struct ask *ask;
    bool tampered;
    bool was_refused; /* before it was sent */
};

struct connection {
    struct cable *cable; /* NULL: this slot is free */
    uint64_t serial;     /* of the cable */
    bool connected, greeted;
    bool parting; /* the gateway said GoAway: no new requests */
    uint32_t window, heartbeat_ms;
    uint64_t correlation;
    int64_t heard_us, asked_us;
    struct buf in;
    struct flight flights[PARTY_FLIGHTS_MAX];
    struct told_of_system told;
};

struct party {
    struct world *world;
    size_t index;
    bank_code code;
    uint32_t roles;
    struct digest pin, next_pin;
    bool registry_moves; /* it is disabled at times, or its pins are changed */
    struct chance chance;
    struct arena arena; /* of one message */
    /* books */
    struct ask *asks, **asks_end;
    struct posting *postings, **postings_end;
    struct said *says;
    struct bond *bonds, **bonds_end;
    struct matter *matters;
    struct pact *pacts;
    struct plastic *plastics;
    struct shelf *shelves;
    struct lot *lots;
    struct debt *debts;
    struct hmap *asks_by_id, *postings_by_id, *says_by_id;
    struct ask *latest; /* with an id */
    uint64_t postings_made;
    int64_t railed_fen;  /* paid over its own rails for what fell back */
    struct account pool; /* its own money: what it sold products for, and what it lends */
    uint64_t last_notice, acked_notice;
    struct digest last_token;
    bool ack_planned, false_acks;
    /* the process */
    bool up;
    uint64_t life;
    unsigned wanted; /* connections */
    struct connection connections[PARTY_CONNECTIONS_MAX];
    unsigned crashes;
};

/* ---- party.c: process and connections ---- */
void party_init(struct party *party, struct world *world, size_t index);
void party_deinit(struct party *party);
void party_start(struct party *party);
void party_crash(struct party *party);
void party_connected(struct party *party, struct cable *cable);
void party_refused(struct party *party, uint64_t serial);
void party_receive(struct party *party, struct cable *cable, struct span bytes);
void party_lost(struct party *party, struct cable *cable);
/* One that is greeted; NULL: none. */
struct connection *party_any(struct party *party);
struct connection *party_find(struct party *party, uint64_t serial);
void party_put(struct party *party, struct connection *connection, const struct envelope *envelope);
void party_hang_up(struct party *party, struct connection *connection);
bool party_hits(struct party *party, unsigned per_mille);
/* Calls after a while, unless the process died before. */
typedef void party_call(struct party *party, const void *data);
void party_after(struct party *party, int64_t delay_us, party_call *call, const void *data,
                 size_t size);

/* ---- party_work.c: business ---- */
void work_start(struct party *party);

#include "sim/party_parts.h" // IWYU pragma: export

#endif
