/*
 * Holds on links.
 *
 * Invariant: a link with a hold is SUSPENDED, or CLOSING; an ACTIVE one has none.
 */
#include <string.h>

#include "ledger/handler.h"

bool hold_needs_person(const struct hold *hold) {
    return hold->authority == HOLD_BY_GATEWAY && strcmp(hold->reason, "NOCM") == 0;
}

/* One hold less; the last one of a SUSPENDED link makes it ACTIVE. */
static int take_out(struct apply *apply, struct link *link, uint32_t index, enum cause cause,
                    const char *reason) {
    struct id id = link->holds[index].id;
    link->hold_count--;
    memmove(&link->holds[index], &link->holds[index + 1],
            (link->hold_count - index) * sizeof link->holds[0]);
    memset(&link->holds[link->hold_count], 0, sizeof link->holds[0]);
    bool last = link->hold_count == 0 && link->state == LINK_SUSPENDED;
    return link_step_about(apply, link, last ? LINK_EVENT_HOLDS_LIFTED : LINK_EVENT_HOLD_LIFTED,
                           cause, reason, &id);
}

int hold_expire(struct apply *apply, struct link *link) {
    for (uint32_t i = link->hold_count; i-- > 0;) {
        int64_t ends_ms = link->holds[i].expires_at_ms;
        if (ends_ms == 0 || ends_ms > apply->now_ms)
            continue;
        int result = take_out(apply, link, i, CAUSE_DEADLINE, "");
        if (result)
            return result;
    }
    return 0;
}
