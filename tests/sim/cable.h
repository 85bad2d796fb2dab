/*
 * A connection between a bank and the gateway: two streams of bytes that keep their order, and that
 * dawdle, arrive in pieces, stall and break. What was under way when it broke is lost from some byte
 * on; an end may hear of the break late, or never.
 */
#ifndef LG_TESTS_SIM_CABLE_H
#define LG_TESTS_SIM_CABLE_H

#include <stdbool.h>

#include "util/bytes.h"

#define CABLES_MAX 96

struct world;
struct party;

/* An end sends on the stream of its own number. */
enum cable_end { CABLE_BANK, CABLE_HUB, CABLE_ENDS };

struct stream {
    struct buf bytes; /* under way */
    bool moving;      /* a delivery is on the agenda */
    bool ended;       /* behind the bytes comes the end */
    int64_t stalled_until_us;
};

struct cable {
    uint64_t serial; /* never used twice; 0: this slot is free */
    struct world *world;
    struct party *party;
    struct stream streams[CABLE_ENDS];
    bool open[CABLE_ENDS];
    bool cut;
    int64_t latency_us;
};

struct cables {
    struct cable slots[CABLES_MAX];
    uint64_t serial;
};

void cables_deinit(struct cables *cables);
/* A bank connects: later party_connected or party_refused. NULL: too many cables. */
struct cable *cable_open(struct world *world, struct party *party);
/* The cable of that serial; NULL: it is gone. */
struct cable *cable_find(struct world *world, uint64_t serial);
void cable_send(struct cable *cable, enum cable_end end, struct span bytes);
/* This end is done with it; what it sent still arrives. It hears no more of the cable. */
void cable_close(struct cable *cable, enum cable_end end);
/* The process at this end died: part of what it sent, or all, still arrives. */
void cable_drop(struct cable *cable, enum cable_end end);
/* The network broke it. */
void cable_cut(struct cable *cable);
void cable_stall(struct cable *cable, enum cable_end end, int64_t for_us);

#endif
