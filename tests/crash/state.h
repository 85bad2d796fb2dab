/*
 * What a crash leaves, tried out: the real recovery on it, then all that must be true. A child
 * process does each, so that the one that crashed goes on as if nothing had happened.
 */
#ifndef LG_TESTS_CRASH_STATE_H
#define LG_TESTS_CRASH_STATE_H

#include "crash/mirror.h"
#include "engine/rig.h"
#include "verify/folder.h"

enum verdict { VERDICT_GOOD, VERDICT_LOST, VERDICT_DOUBLED, VERDICT_CORRUPT, VERDICTS };

/* Counted by all processes: shared memory. */
struct totals {
    uint64_t states; /* tried */
    uint64_t nested; /* of these, crashes of a recovery from a crash */
    uint64_t killed; /* of these, without a power loss */
    uint64_t lives;
    uint64_t faults;  /* calls that were reported as failed */
    uint64_t started; /* of the states, those with everything to check: the links stood */
    uint64_t verdicts[VERDICTS];
};

/* One gateway's life on a modelled disk. */
struct life {
    struct rig rig;
    struct verify_start start;
    char dir[128]; /* rig.config.dir: below rig.dir */
    struct model_disk *disk;
    struct totals *totals;
    uint64_t seed, chance, number; /* of the states */
    uint64_t every;                /* a state at one call in so many; 0: none */
    unsigned depth, running;
    bool ready; /* the links stand: whoever comes now may go on with transfers */
};

/* splitmix64, from a state of its own. */
uint64_t chance_of(uint64_t *state);

void life_init(struct life *life, uint64_t seed, struct totals *totals);
void life_deinit(struct life *life);
/* Opens the engine, with every call mirrored. What engine_open gave. */
int life_open(struct life *life) MUST_USE;
/* The state as it is now, tried in a child; with a power loss or only killed. */
void life_try(struct life *life, bool power);
/* The process was killed, and the next one does that. */
void life_go_on(struct life *life, void (*next)(struct life *life));
/* Until all states are counted. */
void life_wait(struct life *life);

#endif
