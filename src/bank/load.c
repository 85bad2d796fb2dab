/*
 * Running many transfers.
 *
 * Invariant: a transfer counts as done once its final outcome is known (UNKNOWN is not one), so
 * that the totals say what both banks' books must hold. Pushes are spread evenly: the i-th
 * transfer is one if the share of pushes grows past a whole number with it.
 */
#include "bank/load.h"

#include <stdlib.h>

#include "bank/submit.h"

#define PROGRESS_MS 500

/* Where one transfer in flight stands. */
struct place {
    struct bk_load *load;
    struct bk_item *item; /* NULL: free */
};

struct bk_load {
    struct bk_session *session;
    struct bk_load_plan plan;
    uint64_t started, done, open;
    uint64_t accepted, rejected, cancelled, refused, not_sent, unknown;
    int64_t pushed_fen, pulled_fen;
    int64_t started_us, slowest_us;
    int64_t progress_at_ms;
    struct place *places;  /* plan.in_flight of them */
    struct place **vacant; /* a stack of the free ones */
    uint64_t vacant_count;
};

struct bk_load *bk_load_new(struct bk_session *session, const struct bk_load_plan *plan) {
    struct bk_load *load = xcalloc(1, sizeof(*load));
    load->session = session;
    load->plan = *plan;
    load->started_us = clock_boot_us(&session->bank->clock);
    load->progress_at_ms = bk_now_ms(session->bank) + PROGRESS_MS;
    load->places = xcalloc(plan->in_flight, sizeof(struct place));
    load->vacant = xcalloc(plan->in_flight, sizeof(struct place *));
    for (uint64_t i = 0; i < plan->in_flight; i++) {
        load->places[i].load = load;
        load->vacant[load->vacant_count++] = &load->places[i];
    }
    return load;
}

void bk_load_free(struct bk_load *load) {
    if (load == NULL)
        return;
    for (uint64_t i = 0; i < load->plan.in_flight; i++) {
        if (load->places[i].item != NULL)
            load->places[i].item->waiter.answered = NULL;
    }
    free(load->vacant);
    free(load->places);
    free(load->plan.links);
    free(load);
}

static void count_transfer(struct bk_load *load, const struct bk_answer *answer) {
    const struct transfer_view *view = answer->transfer;
    if (view->state == TRANSFER_CANCELLED)
        load->cancelled++;
    else if (view->state != TRANSFER_ACCEPTED)
        load->rejected++;
    else
        load->accepted++;
    if (view->state == TRANSFER_ACCEPTED && view->direction == TRANSFER_PUSH)
        load->pushed_fen += view->amount.fen;
    else if (view->state == TRANSFER_ACCEPTED)
        load->pulled_fen += view->amount.fen;
}

static void on_answer(void *context, const struct bk_answer *answer) {
    struct place *place = context;
    struct bk_load *load = place->load;
    if (answer->verdict == BK_OPEN) {
        load->unknown++;
        return;
    }
    if (answer->transfer != NULL)
        count_transfer(load, answer);
    else if (answer->refusal != NULL)
        load->refused++;
    else
        load->not_sent++;
    int64_t took_us = clock_boot_us(&load->session->bank->clock) - answer->item->made_us;
    load->slowest_us = took_us > load->slowest_us ? took_us : load->slowest_us;
    load->done++;
    load->open--;
    place->item = NULL;
    load->vacant[load->vacant_count++] = place;
    load->session->bank->again = true;
}

/* False: not now. What the customer's balance does not bear waits for those in flight, and is not
 * sent if there are none. */
static bool start_one(struct bk_load *load) {
    const struct bk_load_plan *plan = &load->plan;
    uint64_t i = load->started;
    bool push = (i + 1) * plan->push_percent / 100 > i * plan->push_percent / 100;
    struct place *place = load->vacant[load->vacant_count - 1];
    const struct bk_transfer_order order = {
        .link = plan->links[i % plan->links_count],
        .direction = push ? TRANSFER_PUSH : TRANSFER_PULL,
        .amount = {plan->fen, "CNY"},
        .timeout_ms = plan->timeout_ms,
        .waiter = {on_answer, place},
    };
    struct bk_local_refusal refusal;
    if (bk_submit_transfer(load->session->bank, &order, &place->item, &refusal) == 0) {
        load->vacant_count--;
        load->started++;
        load->open++;
        return true;
    }
    if (load->open > 0)
        return false;
    load->started++;
    load->not_sent++;
    load->done++;
    return true;
}

static void start(struct bk_load *load) {
    bool going = true;
    while (going && load->started < load->plan.count && load->vacant_count > 0)
        going = start_one(load);
}

static void put_counts(const struct bk_load *load, struct bk_json *json) {
    bk_json_int(json, "done", (int64_t)load->done);
    bk_json_int(json, "count", (int64_t)load->plan.count);
    bk_json_int(json, "accepted", (int64_t)load->accepted);
    bk_json_int(json, "rejected", (int64_t)load->rejected);
    bk_json_int(json, "cancelled", (int64_t)load->cancelled);
    bk_json_int(json, "refused", (int64_t)load->refused);
    bk_json_int(json, "not_sent", (int64_t)load->not_sent);
    bk_json_int(json, "unknown_on_the_way", (int64_t)load->unknown);
}

static void finish(struct bk_load *load) {
    struct bk_session *session = load->session;
    int64_t took_us = clock_boot_us(&session->bank->clock) - load->started_us;
    struct bk_json json = bk_session_result(session, "granted");
    put_counts(load, &json);
    bk_json_int(&json, "pushed_fen", load->pushed_fen);
    bk_json_int(&json, "pulled_fen", load->pulled_fen);
    bk_json_int(&json, "elapsed_ms", took_us / 1000);
    bk_json_int(&json, "slowest_ms", load->slowest_us / 1000);
    session->load = NULL;
    bk_session_end(session, &json);
    bk_load_free(load);
}

void bk_load_tick(struct bk_load *load, int64_t now_ms) {
    start(load);
    if (load->done == load->plan.count) {
        finish(load);
        return;
    }
    if (load->progress_at_ms > now_ms)
        return;
    load->progress_at_ms = now_ms + PROGRESS_MS;
    struct bk_json json = bk_session_line(load->session);
    bk_json_bool(&json, "progress", true);
    put_counts(load, &json);
    bk_json_end(&json);
}

int64_t bk_load_deadline_ms(const struct bk_load *load) {
    return load->progress_at_ms;
}
