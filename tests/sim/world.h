/*
 * Everything of one run: gateway, banks, people, connections, virtual time, faults.
 */
#ifndef LG_TESTS_SIM_WORLD_H
#define LG_TESTS_SIM_WORLD_H

#include "sim/agenda.h"
#include "sim/cable.h"
#include "sim/chance.h"
#include "sim/hub.h"
#include "sim/office.h"
#include "sim/party.h"
#include "sim/plan.h"
#include "sim/trace.h"

#define WORLD_START_MS 1798000000000 /* the wall clock at virtual time 0: 2026-12-23, at noon */
#define WORLD_PARTIES_MAX 4
#define WORLD_PEOPLE_MAX 24
#define WORLD_FAILURE_SIZE 512

struct world_options {
    uint64_t seed;
    unsigned transfers;
    bool print;
    const char *keep; /* where its store and log are written; NULL: they are not */
};

struct world {
    uint64_t seed;
    struct chance chance; /* of the scheduler and the network */
    struct agenda agenda;
    struct trace trace;
    struct plan plan;
    int64_t start_ms;  /* the wall clock at virtual time 0 */
    int64_t asleep_us; /* all machines together, so far: no virtual time, but time on all clocks */
    bool clock_wrong;  /* it was not always right: alarms are right then */
    bool restored;     /* some bank has notices of a later store: alarms are right then */
    bool malicious;    /* some bank may lie: alarms are right then */
    bool calm;         /* no more faults, no new business */
    struct cables cables;
    struct hub hub;
    struct office office;
    struct party parties[WORLD_PARTIES_MAX];
    size_t party_count;
    struct person people[WORLD_PEOPLE_MAX];
    size_t people_count;
    unsigned transfers_left;
    const char *keep;
    uint64_t audits;
    bool failed;
    char failure[WORLD_FAILURE_SIZE];
};

struct world_result {
    bool failed;
    char failure[WORLD_FAILURE_SIZE];
    uint64_t hash, events, audits;
    unsigned accepted, rejected, cancelled, refused, links;
    unsigned kills, stops, crashes;
    int64_t virtual_ms, settled_ms;
};

/* One whole run. */
void world_run(const struct world_options *options, struct world_result *result_out);
/* A law does not hold: keeps the first and ends the run. */
void world_fail(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct party *world_party(struct world *world, bank_code code);
int64_t world_wall_ms(const struct world *world);
/* All machines sleep, and wake with everything as it was. */
void world_sleep(struct world *world, int64_t sleep_ms);
/* A line of ids for failures; static storage, a few at a time. */
const char *world_id(const struct id *id);

#endif
