/*
 * The life of settlement windows: opening, closing, and the fixing of what is in them.
 *
 *   TICK or order: OPEN -> CLOSING, and the next one opens.   TICK: CLOSING -> CLOSED, banks are told.
 *
 * Invariants: exactly one window is open, of the highest number, which the meta row names; numbers have
 * no gap; the business date never goes back. Closing looks at no transfer: what is accepted from then
 * on enters the next window. How windows are settled is settlement.c's.
 */
#include "domain/calendar.h"
#include "ledger/settlement.h"

static int load_meta(struct apply *apply, struct store_meta *meta_out) {
    int result = store_get_meta(apply->store, meta_out);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    return 0;
}

/* Read once: each transfer asks for it. */
static int read_open(struct apply *apply) {
    struct window *open = &apply->ledger->open;
    struct store_meta meta;
    int result = load_meta(apply, &meta);
    if (result)
        return result;
    result = store_get_window(apply->store, meta.open_window, open);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0 && open->state == WINDOW_OPEN);
    apply->ledger->open_read = true;
    return 0;
}

int window_open(struct apply *apply, const struct window **window_out) {
    int result = apply->ledger->open_read ? 0 : read_open(apply);
    if (result == 0)
        *window_out = &apply->ledger->open;
    return result;
}

int window_load_open(struct apply *apply, struct window *window_out) {
    const struct window *open;
    int result = window_open(apply, &open);
    if (result == 0)
        *window_out = *open;
    return result;
}

int window_store(struct apply *apply, const struct window *window, int64_t due_before_ms) {
    struct store_deadline row = {due_before_ms, OBJECT_WINDOW, window_id(window->number)};
    int64_t due_ms = window_due_ms(window);
    if (due_ms != due_before_ms) {
        if (due_before_ms)
            APPLY_TRY(store_drop_deadline(apply->store, &row));
        row.at_ms = due_ms;
        if (due_ms)
            store_put_deadline(apply->store, &row);
    }
    store_put_window(apply->store, window);
    apply_forget_window(apply->ledger);
    return 0;
}

int window_step(struct apply *apply, struct window *window, enum window_event event,
                enum cause cause) {
    struct history_entry entry = apply_entry(apply, cause, "");
    APPLY_INVARIANT(window_move(window, event, &entry));
    return 0;
}

/* ---- opening ---- */

static void tell(struct apply *apply, const struct window *window) {
    struct effect *effect = effects_add(apply->effects, EFFECT_WINDOW);
    effect->sequence = window->number;
    effect->day = window->business_day;
    effect->deadline_ms = window->cut_off_at_ms;
}

/* No business date before that day. */
static int open_next(struct apply *apply, uint64_t number, int64_t since_day, enum cause cause) {
    int64_t day = calendar_business_day(apply->book, apply->now_ms);
    struct window window = {
        .number = number,
        .business_day = day > since_day ? day : since_day,
        .cut_off_at_ms = calendar_next_cut_off_ms(apply->book, apply->now_ms),
        .opened_at_ms = apply->now_ms,
    };
    int result = window_step(apply, &window, WINDOW_EVENT_OPEN, cause);
    if (result == 0)
        result = window_store(apply, &window, 0);
    if (result == 0)
        tell(apply, &window);
    return result;
}

int window_boot(struct apply *apply, uint64_t open) {
    struct window window;
    int result = store_get_window(apply->store, open, &window);
    APPLY_TRY(result);
    if (result == STORE_ABSENT)
        return open_next(apply, open, INT64_MIN, CAUSE_RULE);
    tell(apply, &window);
    return 0;
}

int window_replan(struct apply *apply, const struct rulebook *book) {
    struct window window;
    int result = window_load_open(apply, &window);
    if (result)
        return result;
    int64_t before_ms = window_due_ms(&window);
    int64_t cut_off_ms = calendar_next_cut_off_ms(book, apply->now_ms);
    if (cut_off_ms == before_ms || (before_ms && before_ms <= apply->now_ms))
        return 0;
    window.cut_off_at_ms = cut_off_ms;
    result = window_store(apply, &window, before_ms);
    if (result == 0)
        tell(apply, &window);
    return result;
}

/* ---- closing ---- */

int window_close(struct apply *apply, struct window *window, enum cause cause) {
    struct store_meta meta;
    int64_t due_ms = window_due_ms(window);
    window->closing_at_ms = apply->now_ms;
    int result = window_step(apply, window, WINDOW_EVENT_CLOSE, cause);
    if (result == 0)
        result = window_store(apply, window, due_ms);
    if (result == 0)
        result = load_meta(apply, &meta);
    if (result)
        return result;
    APPLY_INVARIANT(meta.open_window == window->number);
    meta.open_window++;
    store_put_meta(apply->store, &meta);
    return open_next(apply, meta.open_window, window->business_day, cause);
}

/* Nobody has to pay a net of zero. */
static int fix_nets(struct apply *apply, struct window *window) {
    struct pair_net net;
    const struct pair_net *after = NULL;
    for (;;) {
        int result = store_next_net_of_window(apply->store, window->number, after, &net);
        APPLY_TRY(result);
        if (result)
            return 0;
        if (net.net_fen == 0) {
            net.settled.at_ms = apply->now_ms;
            store_put_net(apply->store, &net);
        } else {
            window->open_pairs++;
        }
        after = &net;
    }
}

static int fix(struct apply *apply, struct window *window) {
    int64_t due_ms = window_due_ms(window);
    int result = fix_nets(apply, window);
    window->closed_at_ms = apply->now_ms;
    if (result == 0)
        result = window_step(apply, window, WINDOW_EVENT_FIX, CAUSE_DEADLINE);
    if (result == 0)
        result = window_store(apply, window, due_ms);
    if (result == 0)
        result = notice_window(apply, window);
    if (result)
        return result;
    return window->open_pairs
               ? 0
               : window_end_settled(apply, window, SETTLEMENT_BILATERAL, CAUSE_DEADLINE);
}

int window_expire(struct apply *apply, const struct store_deadline *due) {
    struct window window;
    int result = store_get_window(apply->store, window_number(&due->object), &window);
    APPLY_TRY(result);
    if (result || window_due_ms(&window) != due->at_ms)
        return APPLY_STALE;
    apply_touch(apply, OBJECT_WINDOW, &due->object);
    return window.state == WINDOW_CLOSING ? fix(apply, &window)
                                          : window_close(apply, &window, CAUSE_DEADLINE);
}
