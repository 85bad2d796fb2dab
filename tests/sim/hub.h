/*
 * The gateway's process in the simulation: engine, front and sessions of the product, over a
 * modelled disk for its log and a real LMDB, driven in one thread by the agenda. It is killed at any
 * step of a batch, a flush or a start, loses power, stops cleanly, and starts again.
 */
#ifndef LG_TESTS_SIM_HUB_H
#define LG_TESTS_SIM_HUB_H

#include "engine/engine.h"
#include "log/model_disk.h"
#include "session/session.h"
#include "sim/cable.h"

#define HUB_SEATS_MAX CABLES_MAX
#define HUB_DIR_SIZE 256
#define HUB_ROUTINE 1 /* the connection on which banks are registered */

enum hub_state { HUB_DOWN, HUB_UP, HUB_DRAINING };

/* One connection on the gateway's side. */
struct seat {
    struct hub *hub;
    struct cable *cable; /* NULL: free, or the connection is gone */
    uint64_t serial;
    struct session *session; /* NULL: free */
    struct buf inbox;        /* arrived and not fed */
    bool waiting;            /* the session has frames left */
    bool lost;
    struct digest pin;          /* of the bank's certificate */
    int64_t since_ms, heard_ms; /* by the steady clock: admitted, and a whole frame came */
};

struct hub {
    struct world *world;
    char dir[HUB_DIR_SIZE]; /* of LMDB and the engine's small files */
    struct model_disk *disk;
    uint8_t root[32]; /* of the keyring */
    struct keyring *keyring;
    struct clock clock;
    struct door door;
    enum hub_state state;
    bool listening; /* BOOT was delivered */
    uint64_t life;
    struct engine *engine;
    struct front *front;
    struct seat seats[HUB_SEATS_MAX];
    struct release *untold, **untold_end; /* released, not delivered yet */
    uint64_t turn;                        /* the turn event that counts */
    int64_t turn_at_us;
    int64_t drain_until_us;
    int64_t wall_offset_ms;
    /* how it will die */
    bool dying;
    bool stay_down; /* after the next clean stop */
    bool power;
    enum engine_step kill_step;
    unsigned kill_after; /* passes of that step; 0: none planned */
    unsigned kill_told;  /* turns in which something is told; 0: none planned */
    bool kill_shown;     /* of these only those in which a query shows a bank what is new */
    bool failing;        /* some call of the disk will fail */
    /* what the ledger was seen to do */
    bool showing;
    struct origin shown; /* of the last query whose answer shows news */
    bool replaying;
    uint64_t last_sequence;
    int64_t last_ms;
    int64_t timed_ms, timed_boot_us; /* ledger time, and the steady clock then; 0: not known */
    size_t boot_sends, boot_inquiries;
    unsigned kills, stops;
};

void hub_init(struct hub *hub, struct world *world);
/* Removes its files. */
void hub_deinit(struct hub *hub);
/* Opens the ledger and serves. Killed on the way it tries again later. */
void hub_start(struct hub *hub);
/* Registers the banks, at the first start. */
void hub_add_banks(struct hub *hub);
/* Dies now, or soon in the middle of something. */
void hub_kill(struct hub *hub);
/* Dies once it has shown a bank something new in answer to a query: that stands. */
void hub_kill_shown(struct hub *hub);
/* Drains and ends cleanly; starts again after a while unless the world is calm. */
void hub_stop(struct hub *hub);
/* Its wall clock jumps: a little, or by a year; or is right again. */
void hub_glitch(struct hub *hub);
/* An operator's order; it is lost if the gateway is dying. */
void hub_order(struct hub *hub, struct command *command);
/* It serves, and nothing waits in its queue. */
bool hub_is_quiet(struct hub *hub);

/* ---- cables ---- */
bool hub_accept(struct hub *hub, struct cable *cable);
void hub_receive(struct hub *hub, struct cable *cable, struct span bytes);
void hub_lost(struct hub *hub, struct cable *cable);

/* ---- hub_life.c: shared with it ---- */
void hub_config(struct hub *hub, struct engine_config *config_out);
void hub_die(struct hub *hub);
void hub_finish_stop(struct hub *hub);
void hub_poke(struct hub *hub, int64_t delay_us);
void hub_drop_untold(struct hub *hub);
/* BOOT is logged: the clock is not held. */
bool hub_is_ready(struct hub *hub);

#endif
