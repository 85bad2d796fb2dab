/*
 * The command `load`: many transfers over several links, some in flight at a time, until each has
 * its final outcome. What is refused because a bank was away goes again under a new id.
 */
#ifndef LG_BANK_LOAD_H
#define LG_BANK_LOAD_H

#include "bank/control.h"

#define BK_LOAD_LINKS_MAX 4096
#define BK_LOAD_IN_FLIGHT_MAX 32768 /* half of BK_OUTBOX_MAX: confirmations need room too */

struct bk_load_plan {
    struct id *links; /* taken over */
    size_t links_count;
    uint64_t count;
    uint64_t in_flight;
    uint64_t push_percent;
    uint64_t returns_percent; /* of accepted pulls, which are then sent back whole */
    uint64_t cancels_percent; /* of transfers, cancelled as soon as they are submitted */
    int64_t fen;
    uint32_t timeout_ms;
};

/* Starts; reports to the session until its last line. */
struct bk_load *bk_load_new(struct bk_session *session, const struct bk_load_plan *plan);
/* The transfers themselves go on. */
void bk_load_free(struct bk_load *load);
/* Submits up to in_flight, reports progress, ends. The session's load is NULL after its end. */
void bk_load_tick(struct bk_load *load, int64_t now_ms);
int64_t bk_load_deadline_ms(const struct bk_load *load);

#endif
