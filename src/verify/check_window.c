/*
 * Settlement windows: I17, their lives (I4, I14), and the notices that they owe (I13).
 *
 * Invariant: each window is looked at with the one before it and with its own nets; that nets follow
 * from transfers, and positions from nets, is sums.c's.
 */
#include "verify/checks.h"

static struct about of_window(const struct window *window) {
    struct id id = window_id(window->number);
    return about(OBJECT_WINDOW, &id);
}

static void broken(struct look *look, const struct window *window, const char *what) {
    look_found(look, LAW_I17, of_window(window), "it is %s and %s",
               window_state_name(window->state), what);
}

/* ---- its life ---- */

static int64_t time_of(const struct window *window, enum window_event event) {
    switch (event) {
    case WINDOW_EVENT_OPEN:
        return window->opened_at_ms;
    case WINDOW_EVENT_CLOSE:
        return window->closing_at_ms;
    case WINDOW_EVENT_FIX:
        return window->closed_at_ms;
    case WINDOW_EVENT_SETTLE:
    case WINDOW_EVENT_ABORT:
    case WINDOW_EVENTS:
        break;
    }
    return window->ended_at_ms;
}

static void check_life(struct look *look, const struct window *window) {
    struct history_entry before = {.at_ms = window->opened_at_ms};
    for (uint32_t i = 0; i < window->history.count; i++) {
        const struct history_entry *entry = &window->history.entries[i];
        enum window_state next;
        if (!window_next((enum window_state)before.state, (enum window_event)entry->event, &next) ||
            entry->state != (uint32_t)next)
            look_found(look, LAW_I4, of_window(window), "entry %u: %s does not lead from %s to %s",
                       i, window_event_name((enum window_event)entry->event),
                       window_state_name((enum window_state)before.state),
                       window_state_name((enum window_state)entry->state));
        else if (entry->at_ms != time_of(window, (enum window_event)entry->event))
            look_found(look, LAW_I4, of_window(window), "it was %s at another time than it says",
                       window_state_name(next));
        life_check_time(look, of_window(window), entry->at_ms, entry->sequence, before.at_ms,
                        before.sequence);
        before = *entry;
    }
    if (before.state != (uint32_t)window->state || window->history.spilled != 0)
        look_found(look, LAW_I4, of_window(window), "it is %s, and its history ends otherwise",
                   window_state_name(window->state));
}

static void check_parts(struct look *look, const struct window *window) {
    bool aborted = window->state == WINDOW_ABORTED;
    uint64_t open = look->has_meta ? look->meta.open_window : 0;
    if ((window->state == WINDOW_OPEN) != (window->number == open) || window->number > open)
        broken(look, window, "another one is open");
    if ((window->closing_at_ms != 0) != (window->state > WINDOW_OPEN) ||
        (window->closed_at_ms != 0) != (window->state > WINDOW_CLOSING) ||
        (window->ended_at_ms != 0) != window_final(window->state))
        broken(look, window, "has a time that is another state's");
    if ((window->settlement != SETTLEMENT_NONE) != (window->state == WINDOW_SETTLED))
        broken(look, window, "does not say how it was settled");
    if (aborted ? window->successor <= window->number || window->successor > open
                : window->successor != 0 || window->defaulter != 0)
        broken(look, window, "its successor is not one");
}

/* Numbers have no gap, and times and dates go on from one to the next. */
static void check_before(struct look *look, const struct window *window) {
    struct window before;
    if (window->number == 1)
        return;
    enum got got = look_window(look, window->number - 1, &before);
    if (got == GOT_NONE)
        broken(look, window, "the one before it is not there");
    else if (got == GOT && (before.closing_at_ms != window->opened_at_ms ||
                            before.business_day > window->business_day))
        broken(look, window, "does not go on from the one before it");
}

/* ---- its nets ---- */

/* A bank is told once, with the first of its nets. */
static bool is_first_net(struct look *look, const struct pair_net *net, bank_code bank) {
    struct pair_net first;
    int rc = store_next_net_of_bank(look->store, net->window, bank, 0, &first);
    return rc == 0 && first.low == net->low && first.high == net->high;
}

static void owe(struct look *look, const struct window *window, bank_code bank) {
    for (uint32_t i = 0; i < window->history.count; i++) {
        const struct history_entry *entry = &window->history.entries[i];
        struct told told = {OBJECT_WINDOW, window_id(window->number), i};
        if (window_tells((enum window_event)entry->event))
            notice_owed(look, bank, &told, entry->sequence);
    }
}

/* True: it is still to be settled. */
static bool check_net(struct look *look, const struct window *window, const struct pair_net *net) {
    bool settled = net->settled.at_ms != 0;
    bool said = net->low_said.at_ms != 0 || net->high_said.at_ms != 0;
    if ((settled || said) && window->state < WINDOW_CLOSED)
        broken(look, window, "a net of it was paid before it was known");
    bool paid = net->net_fen != 0 && !net->multilateral;
    if (settled && (net->settled.reference[0] != '\0') != paid)
        broken(look, window, "a net was settled without a payment, or nothing was paid");
    if (net->multilateral && (!settled || window->settlement != SETTLEMENT_MULTILATERAL))
        broken(look, window, "a net was settled with others, and they were not");
    check_settled(look, window, net);
    if (is_first_net(look, net, net->low))
        owe(look, window, net->low);
    if (is_first_net(look, net, net->high))
        owe(look, window, net->high);
    return !settled;
}

static void check_nets(struct look *look, const struct window *window) {
    struct pair_net net;
    const struct pair_net *after = NULL;
    uint64_t open = 0;
    int rc;
    while ((rc = store_next_net_of_window(look->store, window->number, after, &net)) == 0) {
        open += check_net(look, window, &net);
        after = &net;
    }
    if (look_got(look, rc, of_window(window)) == GOT_DAMAGED)
        return;
    if (window->state >= WINDOW_CLOSED && window->open_pairs != open)
        look_found(look, LAW_I17, of_window(window), "%llu nets of it are open, it says %llu",
                   (unsigned long long)open, (unsigned long long)window->open_pairs);
    if (window->state == WINDOW_SETTLED && open != 0)
        broken(look, window, "has nets that are not");
}

void check_window(struct look *look, const struct window *window) {
    check_life(look, window);
    check_parts(look, window);
    check_before(look, window);
    check_nets(look, window);
    check_deadline_row(look, of_window(window), window_due_ms(window));
}

/* ---- its transfers ---- */

void check_settled_in(struct look *look, const struct transfer *transfer) {
    struct window window;
    struct about of = about(OBJECT_TRANSFER, &transfer->id);
    if (look_window(look, transfer->window, &window) != GOT)
        return; /* of an open window that is missing the meta row tells */
    if ((window.number > 1 && transfer->accepted_at_ms < window.opened_at_ms) ||
        (window.closing_at_ms != 0 && transfer->accepted_at_ms > window.closing_at_ms))
        look_found(look, LAW_I17, of, "it was accepted at %lld ms, when window %llu was not open",
                   (long long)transfer->accepted_at_ms, (unsigned long long)window.number);
    enum got got = look_got(look, store_has_late(look->store, window.number, &transfer->id), of);
    if (got != GOT_DAMAGED && (got == GOT) != window_is_late(&window, &transfer->id))
        look_found(look, LAW_I17, of, "its row of what came late in window %llu %s",
                   (unsigned long long)window.number, got == GOT ? "stands" : "is not there");
}
