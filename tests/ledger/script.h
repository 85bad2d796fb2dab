/*
 * A seeded script of commands: banks that open links, move money, answer rightly, wrongly, twice,
 * late or not at all, come and go, and repeat themselves.
 */
#ifndef LG_TESTS_LEDGER_SCRIPT_H
#define LG_TESTS_LEDGER_SCRIPT_H

#include "ledger/world.h"

#define SCRIPT_LINKS_MAX 48
#define SCRIPT_TRANSFERS_MAX 8192
#define SCRIPT_REPEATS_MAX 256

/* A request as it was sent. */
struct script_request {
    enum command_kind kind;
    bank_code bank;
    union {
        struct open_link open;
        struct start_challenge start;
        struct answer_challenge code;
        struct close_link close;
        struct submit_transfer submit;
        struct submit_return back;
        struct cancel_transfer cancel;
    } body;
};

struct script {
    struct world *world;
    uint64_t chance;
    struct id links[SCRIPT_LINKS_MAX];
    struct open_link opened[SCRIPT_LINKS_MAX]; /* likewise */
    size_t link_count;
    struct id transfers[SCRIPT_TRANSFERS_MAX];
    size_t transfer_count;
    struct script_request repeats[SCRIPT_REPEATS_MAX];
    size_t request_count;
    uint64_t outcomes[TRANSFER_STATES]; /* of ANSWER effects, by state told */
};

void script_init(struct script *script, struct world *world, uint64_t seed);
/* One command, some virtual time before it. */
void script_step(struct script *script);
/* From here on all banks are there and answer; until nothing is open. */
void script_settle(struct script *script);

#endif
