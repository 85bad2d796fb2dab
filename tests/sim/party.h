/*
 * A modelled bank: books that survive its crashes, and a process that does not.
 *
 * The books are the bank's own truth: accounts, what it posted, refused or barred, what it asked of
 * the gateway and what it was told. Each handler changes them as one transaction.
 */
#ifndef LG_TESTS_SIM_PARTY_H
#define LG_TESTS_SIM_PARTY_H

#include "sim/cable.h"
#include "sim/chance.h"
#include "util/hmap.h"
#include "wire/envelope.h"
#include "wire/partner.h"

#define PARTY_CONNECTIONS_MAX 4
#define PARTY_FLIGHTS_MAX 64
#define PARTY_OPENS_MAX 4 /* of a link for one person: verifications are bounded by the gateway */
#define PARTY_SINGLE_FEN 300000

enum side { SIDE_CLASS2, SIDE_CLASS1, SIDES };

struct account {
    int64_t balance_fen;
    int64_t held_fen; /* for pushes that are not final */
};

struct ask;

/* A customer with an account at either bank; each bank touches only what is its own. */
struct person {
    size_t index;
    struct party *homes[SIDES];
    char numbers[SIDES][20];
    char name[24], id_number[19], mobile[12];
    struct account accounts[SIDES];
    int64_t opening_fen[SIDES];
    /* What the Class II bank knows of the link. */
    struct bond *bonds[SIDES]; /* the latest link, as either bank knows it; NULL: none */
    bool has_code;
    bool unsure; /* asks for the state before anything else */
    bool giving_up;
    unsigned opens;
    struct ask *link_ask;
    char code[8]; /* the last one-time code that the Class I bank sent */
};

/* A link as one bank knows it. */
struct bond {
    struct id link;
    struct person *person;
    enum link_state shown; /* the furthest */
    struct bond *next;
};

/* What the bank asked of the gateway; changing requests are stored before they are sent. */
struct ask {
    struct party *party;
    struct person *person;
    enum message_kind kind;
    struct id id; /* request id; zero: changes nothing, or needs none */
    struct buf payload;
    uint32_t timeout_ms;
    bool done;      /* nobody waits for it any more */
    bool stranger;  /* a result that nobody asked this bank for */
    bool shared_id; /* another bank uses this id as well */
    unsigned sends;
    uint64_t retry; /* which of its retry events counts */
    struct ask *about; /* ConfirmCredit, GetTransfer: the transfer's request */
    /* SubmitTransfer */
    struct id link, transfer;
    enum side side; /* the person's account here */
    enum transfer_direction direction;
    int64_t fen;
    enum transfer_state shown; /* the furthest state that we were shown */
    bool refused;
    bool credit_confirmed;
    struct ask *next;
};

enum posting_state { POSTING_UNDECIDED, POSTING_DONE, POSTING_DENIED, POSTING_BARRED, POSTING_BACK };

/* An instruction that the bank was given, by transfer id; or barred before it came. */
struct posting {
    struct id transfer;
    enum posting_state state;
    bool instructed;
    struct digest payload; /* of the instruction: it must be the same bytes each time */
    int64_t fen;
    enum posting_side side;
    struct person *person;
    enum side account;
    char reference[24], reason[REASON_SIZE];
    enum transfer_state shown;
    bool premature; /* a NOT_SEEN was sent that was not true */
    bool excused;   /* the bank's own lies may make the books differ here */
    uint64_t life;  /* of the process that has it in hand */
    int64_t valid_until_us;
    struct posting *next;
};

/* Answers about a link that must be the same again: by verification, challenge or attempt id. */
struct said {
    struct id id;
    struct buf payload;
    struct said *next;
};

struct flight {
    uint64_t correlation; /* 0: free */
    struct ask *ask;
    bool tampered;
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
};

struct party {
    struct world *world;
    size_t index;
    bank_code code;
    uint32_t roles;
    struct digest pin;
    struct chance chance;
    struct arena arena; /* of one message */
    /* books */
    struct ask *asks, **asks_end;
    struct posting *postings, **postings_end;
    struct said *says;
    struct bond *bonds, **bonds_end;
    struct hmap *asks_by_id, *postings_by_id, *says_by_id;
    struct ask *latest; /* with an id */
    uint64_t postings_made;
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
void party_hang_up_all(struct party *party);
bool party_hits(struct party *party, unsigned per_mille);
/* Calls after a while, unless the process died before. */
typedef void party_call(struct party *party, const void *data);
void party_after(struct party *party, int64_t delay_us, party_call *call, const void *data,
                 size_t size);

/* ---- party_ask.c: its requests ---- */
struct ask *ask_new(struct party *party, struct person *person, enum message_kind kind);
struct id ask_new_id(struct party *party, struct ask *ask);
/* Sends it now, or when there is a connection, and again until it is done. */
void ask_go(struct ask *ask);
void ask_done(struct ask *ask);
void ask_greeted(struct party *party);
void ask_answered(struct party *party, struct connection *connection,
                  const struct envelope *envelope);
void ask_get_transfer(struct ask *about);
void ask_forget_volatile(struct party *party);
struct ask *ask_find(struct party *party, const struct id *id);
/* The payload of a SubmitTransfer as it stands in ask, but for the amount. */
void ask_encode_submit(const struct ask *ask, int64_t fen, struct buf *out);

/* ---- party_learn.c: what it is told ---- */
void learn_transfer(struct party *party, const struct transfer_view *view, bool notice);
void learn_acknowledge(struct party *party);
void learn_refusal(struct ask *ask, const struct refusal_view *view);
void learn_notice(struct party *party, struct connection *connection,
                  const struct envelope *envelope);

/* ---- party_post.c: instructions ---- */
void post_instructed(struct party *party, struct connection *connection,
                     const struct envelope *envelope);
void post_inquired(struct party *party, struct connection *connection,
                   const struct envelope *envelope);
struct posting *posting_find(struct party *party, const struct id *transfer);
bool transfer_state_final(enum transfer_state state);
/* How far along: a bank that saw a state must never see one that ranks lower in the books. */
int transfer_state_rank(enum transfer_state state);

/* ---- party_answer.c: how answers travel ---- */
/* Answers a request of the gateway about object, as the books have it when the answer leaves. */
void answer_send(struct party *party, uint64_t serial, uint64_t correlation, uint32_t kind,
                 const struct id *object);
/* A PostingResult that is no reply. */
struct ask *answer_result(struct party *party, struct posting *posting,
                          enum posting_outcome outcome);
/* What was said first about that id; NULL: nothing yet. */
struct said *said_find(struct party *party, const struct id *id);
struct said *said_new(struct party *party, const struct id *id);

/* ---- party_bond.c: both sides of a link's life ---- */
void bond_verify(struct party *party, struct connection *connection,
                 const struct envelope *envelope);
void bond_issue(struct party *party, struct connection *connection,
                const struct envelope *envelope);
void bond_check(struct party *party, struct connection *connection,
                const struct envelope *envelope);
void bond_learn(struct party *party, const struct link_view *view);
enum side party_side(const struct party *party);
void bond_close(struct party *party, struct person *person, const struct id *link);
void bond_refused(struct ask *ask, const struct refusal_view *view);
/* The Class II bank's next step for this person, if there is one. */
void bond_step(struct person *person);

/* ---- party_work.c: business ---- */
void work_start(struct party *party);

#endif
