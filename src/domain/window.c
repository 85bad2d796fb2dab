/*
 * The life of a settlement window: one table says which event leads from which state to which.
 *
 * Invariants: a state moves along the table or not at all; every move is an entry; nothing leaves
 * SETTLED and ABORTED. What becomes of nets and positions is for the ledger.
 */
#include "domain/window.h"

#include <string.h>

static const uint8_t successors[WINDOW_STATES][WINDOW_EVENTS] = {
    [WINDOW_NONE] = {[WINDOW_EVENT_OPEN] = WINDOW_OPEN},
    [WINDOW_OPEN] = {[WINDOW_EVENT_CLOSE] = WINDOW_CLOSING},
    [WINDOW_CLOSING] = {[WINDOW_EVENT_FIX] = WINDOW_CLOSED},
    [WINDOW_CLOSED] =
        {[WINDOW_EVENT_SETTLE] = WINDOW_SETTLED, [WINDOW_EVENT_ABORT] = WINDOW_ABORTED},
};

bool window_next(enum window_state state, enum window_event event, enum window_state *next_out) {
    if ((unsigned)state >= WINDOW_STATES || (unsigned)event >= WINDOW_EVENTS)
        return false;
    enum window_state next = (enum window_state)successors[state][event];
    if (next == WINDOW_NONE)
        return false;
    *next_out = next;
    return true;
}

bool window_final(enum window_state state) {
    return state == WINDOW_SETTLED || state == WINDOW_ABORTED;
}

bool window_tells(enum window_event event) {
    return event == WINDOW_EVENT_FIX || event == WINDOW_EVENT_SETTLE || event == WINDOW_EVENT_ABORT;
}

bool window_move(struct window *window, enum window_event event,
                 const struct history_entry *entry) {
    enum window_state next;
    if (!window_next(window->state, event, &next))
        return false;
    struct history_entry step = *entry;
    step.state = next;
    step.event = event;
    if (!history_add(&window->history, &step))
        return false;
    window->state = next;
    return true;
}

int64_t window_due_ms(const struct window *window) {
    if (window->state == WINDOW_CLOSING)
        return window->closing_at_ms + 1; /* by a command of its own */
    return window->state == WINDOW_OPEN ? window->cut_off_at_ms : 0;
}

struct id window_id(uint64_t number) {
    struct id id = {{0}};
    put_be64(id.bytes + sizeof id.bytes - 8, number);
    return id;
}

uint64_t window_number(const struct id *id) {
    return get_be64(id->bytes) == 0 ? get_be64(id->bytes + 8) : 0;
}

/* The last id that the command of an entry could make. */
static struct id last_of(const struct history *history, uint32_t index) {
    const struct history_entry *entry = history_at(history, index);
    struct id none = {{0}};
    return entry ? id_make(entry->at_ms, entry->sequence, UINT16_MAX) : none;
}

/* Nothing was before the first window: what an older version accepted in it has no rows. */
struct id window_first(const struct window *window) {
    struct id none = {{0}};
    return window->number == 1 ? none : last_of(&window->history, 0);
}

struct id window_last(const struct window *window) {
    struct id last;
    if (window->state != WINDOW_OPEN)
        return last_of(&window->history, 1);
    memset(&last, 0xff, sizeof last);
    return last;
}

bool window_is_late(const struct window *window, const struct id *transfer) {
    struct id first = window_first(window);
    return id_compare(transfer, &first) <= 0;
}

const char *window_state_name(enum window_state state) {
    static const char *const names[WINDOW_STATES] = {
        [WINDOW_NONE] = "NONE",     [WINDOW_OPEN] = "OPEN",       [WINDOW_CLOSING] = "CLOSING",
        [WINDOW_CLOSED] = "CLOSED", [WINDOW_SETTLED] = "SETTLED", [WINDOW_ABORTED] = "ABORTED",
    };
    return (unsigned)state < WINDOW_STATES ? names[state] : "INVALID";
}

const char *window_event_name(enum window_event event) {
    static const char *const names[WINDOW_EVENTS] = {
        [WINDOW_EVENT_OPEN] = "OPEN",   [WINDOW_EVENT_CLOSE] = "CLOSE",
        [WINDOW_EVENT_FIX] = "FIX",     [WINDOW_EVENT_SETTLE] = "SETTLE",
        [WINDOW_EVENT_ABORT] = "ABORT",
    };
    return (unsigned)event < WINDOW_EVENTS ? names[event] : "INVALID";
}

const char *settlement_name(enum settlement settlement) {
    static const char *const names[] = {"NONE", "BILATERAL", "MULTILATERAL"};
    return (unsigned)settlement < sizeof(names) / sizeof(names[0]) ? names[settlement] : "INVALID";
}
