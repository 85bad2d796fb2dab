/*
 * Peers and a door that only take notes: what the router's tests stand on.
 */
#ifndef LG_TESTS_ROUTER_STAND_H
#define LG_TESTS_ROUTER_STAND_H

#include "router/router.h"

#define BANK_A 102100099996u
#define BANK_B 313100000013u
#define NOTES_MAX 4096

struct sent {
    enum message_kind kind;
    enum message_direction direction;
    uint64_t correlation;
    uint32_t timeout_ms;
    char payload[64];
    bool refused;
};

struct fake_peer {
    struct router_peer peer; /* first */
    struct router *router;
    struct sent sent[NOTES_MAX];
    size_t count;
    bool cut;
};

struct world {
    struct door door;
    struct router *router;
    struct command *commands[NOTES_MAX];
    size_t count;
    size_t room;
    int64_t ledger_ms;
    int64_t now_ms;
    size_t told;
    uint64_t connections;
    int64_t expires_at_ms; /* of the certificates of those who join */
};

void clear_commands(struct world *world);
void set_bank(struct world *world, bank_code code, bool active, uint8_t pin);
void open_world(struct world *world);
void close_world(struct world *world);
struct fake_peer *join_at(struct world *world, bank_code bank, uint32_t window, uint64_t position);
/* token: each byte of it; 0: none. */
struct fake_peer *join_with(struct world *world, bank_code bank, uint32_t window, uint64_t position,
                            uint8_t token);
struct fake_peer *join(struct world *world, bank_code bank, uint32_t window);
void leave(struct world *world, struct fake_peer *fake);
struct id id_number(uint64_t number);
void deliver_send(struct world *world, bank_code bank, uint64_t exchange, int64_t deadline_ms);
void deliver_inquire(struct world *world, bank_code bank, uint64_t exchange);
void deliver_cancel(struct world *world, bank_code bank, uint64_t exchange);
void deliver_done(struct world *world, uint64_t exchange);
void deliver_tell(struct world *world, bank_code bank);
void deliver_notice(struct world *world, uint64_t sequence);
/* The last command submitted, of that kind. */
struct command *last_command(struct world *world, enum command_kind kind);
/* Answers the last FETCH_NOTICES with what a table of notices from first to last holds. */
void serve_page_from(struct world *world, uint64_t first, uint64_t last);
void serve_page(struct world *world, uint64_t last);
void pass(struct world *world, int64_t ms);

#endif
