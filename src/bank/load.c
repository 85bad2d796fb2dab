/*
 * Running many transfers.
 *
 * Invariant: a transfer counts as done once its final outcome is known (UNKNOWN is not one) and,
 * where it is returned, that of its return, so that the totals say what both banks' books must hold.
 * Shares are spread evenly: the i-th of something has it if the share grows past a whole number
 * with it. A transfer that was refused because a bank was away keeps its place and goes again, with
 * a new id, RETRIES_MAX times at most.
 */
#include "bank/load.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "bank/submit.h"

#define PROGRESS_MS 500
#define RETRY_MS 200
#define RETRIES_MAX 3000 /* ten minutes */

/* Where one transfer in flight stands. */
struct place {
    struct bk_load *load;
    struct bk_item *item; /* NULL: free, or waits to go again */
    uint64_t number;      /* of the transfer, from 0 */
    struct id original;   /* it was accepted, and is being returned; zero: not that far */
    uint32_t retries;
    int64_t again_at_ms;
    STAILQ_ENTRY(place) entry; /* in again */
};

struct bk_load {
    struct bk_session *session;
    struct bk_load_plan plan;
    uint64_t started, done, open;
    uint64_t accepted, rejected, cancelled, refused, not_sent, unknown, retried;
    uint64_t pulls, cancels, returned;
    int64_t pushed_fen, pulled_fen, returned_fen;
    int64_t started_us, slowest_us;
    int64_t progress_at_ms;
    struct place *places;  /* plan.in_flight of them */
    struct place **vacant; /* a stack of the free ones */
    uint64_t vacant_count;
    STAILQ_HEAD(place_list, place) again; /* in order of their times */
};

struct bk_load *bk_load_new(struct bk_session *session, const struct bk_load_plan *plan) {
    struct bk_load *load = xcalloc(1, sizeof(*load));
    load->session = session;
    load->plan = *plan;
    load->started_us = clock_boot_us(&session->bank->clock);
    load->progress_at_ms = bk_now_ms(session->bank) + PROGRESS_MS;
    load->places = xcalloc(plan->in_flight, sizeof(struct place));
    load->vacant = xcalloc(plan->in_flight, sizeof(struct place *));
    STAILQ_INIT(&load->again);
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

/* The number-th of them belongs to that share. */
static bool in_share(uint64_t number, uint64_t percent) {
    return (number + 1) * percent / 100 > number * percent / 100;
}

/* ---- outcomes ----------------------------------------------------------------------------- */

static void leave(struct place *place) {
    struct bk_load *load = place->load;
    load->done++;
    load->open--;
    place->item = NULL;
    load->vacant[load->vacant_count++] = place;
    load->session->bank->again = true;
}

static void count_transfer(struct bk_load *load, const struct transfer_view *view) {
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

/* A bank was away: the same again makes sense. */
static bool away(const struct bk_answer *answer) {
    struct span reason = {NULL, 0};
    if (answer->refusal != NULL)
        reason = answer->refusal->reason;
    else if (answer->transfer != NULL && answer->transfer->state == TRANSFER_REJECTED)
        reason = answer->transfer->reason;
    return span_equal(reason, SPAN_LITERAL("AB07")) || span_equal(reason, SPAN_LITERAL("AB08"));
}

static void go_again(struct place *place) {
    struct bk_load *load = place->load;
    load->retried++;
    place->retries++;
    place->item = NULL;
    place->again_at_ms = bk_now_ms(load->session->bank) + RETRY_MS;
    STAILQ_INSERT_TAIL(&load->again, place, entry);
}

static void on_return(struct place *place, const struct bk_answer *answer) {
    struct bk_load *load = place->load;
    if (answer->transfer != NULL && answer->transfer->state == TRANSFER_ACCEPTED) {
        load->returned++;
        load->returned_fen += answer->transfer->amount.fen;
    }
    leave(place);
}

static void on_transfer(struct place *place, const struct bk_answer *answer) {
    struct bk_load *load = place->load;
    const struct transfer_view *view = answer->transfer;
    if (view != NULL)
        count_transfer(load, view);
    else if (answer->refusal != NULL)
        load->refused++;
    else
        load->not_sent++;
    int64_t took_us = clock_boot_us(&load->session->bank->clock) - answer->item->made_us;
    load->slowest_us = took_us > load->slowest_us ? took_us : load->slowest_us;
    bool pulled =
        view != NULL && view->state == TRANSFER_ACCEPTED && view->direction == TRANSFER_PULL;
    if (!pulled || !in_share(load->pulls++, load->plan.returns_percent)) {
        leave(place);
        return;
    }
    /* The books know of it at the end of this turn: the return is made in the next. */
    place->item = NULL;
    place->original = view->transfer;
    place->again_at_ms = bk_now_ms(load->session->bank);
    STAILQ_INSERT_HEAD(&load->again, place, entry);
    load->session->bank->again = true;
}

static void on_answer(void *context, const struct bk_answer *answer) {
    struct place *place = context;
    if (answer->verdict == BK_OPEN)
        place->load->unknown++;
    else if (away(answer) && place->retries < RETRIES_MAX)
        go_again(place);
    else if (!id_is_zero(&place->original))
        on_return(place, answer);
    else
        on_transfer(place, answer);
}

/* ---- sending ------------------------------------------------------------------------------ */

/* Barred as soon as it is sent: whichever comes first. Whoever asks for the transfer hears which. */
static void cancel(struct bk_load *load, const struct id *submit) {
    struct bk_bank *bank = load->session->bank;
    const struct cancel_transfer message = {
        .request = bk_new_request_id(bank), .submit = *submit, .reason = SPAN_LITERAL("CUST")};
    const struct bk_item spec = {
        .durable = true, .id = message.request, .kind = MESSAGE_CANCEL_TRANSFER};
    struct buf payload = {NULL, 0, 0};
    partner_encode_cancel_transfer(&message, &payload);
    if (bk_submit_request(bank, &spec, buf_span(&payload)) != NULL)
        load->cancels++;
    buf_deinit(&payload);
}

/* False: the customer's balance does not bear it now, or too much is open. */
static bool submit(struct place *place) {
    struct bk_load *load = place->load;
    const struct bk_load_plan *plan = &load->plan;
    bool push = in_share(place->number, plan->push_percent);
    const struct bk_transfer_order order = {
        .link = plan->links[place->number % plan->links_count],
        .kind = TRANSFER_BOUND_PAIR,
        .direction = push ? TRANSFER_PUSH : TRANSFER_PULL,
        .amount = {plan->fen, "CNY"},
        .timeout_ms = plan->timeout_ms,
        .waiter = {on_answer, place},
    };
    struct bk_local_refusal refusal;
    if (bk_submit_transfer(load->session->bank, &order, &place->item, &refusal))
        return false;
    if (in_share(place->number, plan->cancels_percent))
        cancel(load, &place->item->id);
    return true;
}

static bool submit_return(struct place *place) {
    const struct bk_load *load = place->load;
    const struct bk_return_order order = {.original = place->original,
                                          .amount = {load->plan.fen, "CNY"},
                                          .reason = SPAN_LITERAL("CUST"),
                                          .timeout_ms = load->plan.timeout_ms,
                                          .waiter = {on_answer, place}};
    struct bk_local_refusal refusal;
    return bk_submit_return(load->session->bank, &order, &place->item, &refusal) == 0;
}

/* What the customer's balance does not bear waits for those in flight, and is not sent if there are
 * none. False: not now. */
static bool start_one(struct bk_load *load) {
    struct place *place = load->vacant[load->vacant_count - 1];
    *place = (struct place){.load = load, .number = load->started};
    bool sent = submit(place);
    if (!sent && load->open > 0)
        return false;
    load->started++;
    if (sent) {
        load->vacant_count--;
        load->open++;
        return true;
    }
    load->not_sent++;
    load->done++;
    return true;
}

static void start(struct bk_load *load, int64_t now_ms) {
    struct place *place;
    while ((place = STAILQ_FIRST(&load->again)) != NULL && place->again_at_ms <= now_ms) {
        STAILQ_REMOVE_HEAD(&load->again, entry);
        bool sent = id_is_zero(&place->original) ? submit(place) : submit_return(place);
        if (!sent && place->retries < RETRIES_MAX) {
            go_again(place);
        } else if (!sent) {
            load->not_sent++;
            leave(place);
        }
    }
    bool going = true;
    while (going && load->started < load->plan.count && load->vacant_count > 0)
        going = start_one(load);
}

/* ---- telling ------------------------------------------------------------------------------ */

static void put_counts(const struct bk_load *load, struct bk_json *json) {
    bk_json_int(json, "done", (int64_t)load->done);
    bk_json_int(json, "count", (int64_t)load->plan.count);
    bk_json_int(json, "accepted", (int64_t)load->accepted);
    bk_json_int(json, "rejected", (int64_t)load->rejected);
    bk_json_int(json, "cancelled", (int64_t)load->cancelled);
    bk_json_int(json, "refused", (int64_t)load->refused);
    bk_json_int(json, "not_sent", (int64_t)load->not_sent);
    bk_json_int(json, "unknown_on_the_way", (int64_t)load->unknown);
    bk_json_int(json, "retried", (int64_t)load->retried);
    bk_json_int(json, "cancels", (int64_t)load->cancels);
    bk_json_int(json, "returned", (int64_t)load->returned);
}

static void finish(struct bk_load *load) {
    struct bk_session *session = load->session;
    int64_t took_us = clock_boot_us(&session->bank->clock) - load->started_us;
    struct bk_json json = bk_session_result(session, "granted");
    put_counts(load, &json);
    bk_json_int(&json, "pushed_fen", load->pushed_fen);
    bk_json_int(&json, "pulled_fen", load->pulled_fen);
    bk_json_int(&json, "returned_fen", load->returned_fen);
    bk_json_int(&json, "elapsed_ms", took_us / 1000);
    bk_json_int(&json, "slowest_ms", load->slowest_us / 1000);
    session->load = NULL;
    bk_session_end(session, &json);
    bk_load_free(load);
}

void bk_load_tick(struct bk_load *load, int64_t now_ms) {
    start(load, now_ms);
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
    const struct place *place = STAILQ_FIRST(&load->again);
    if (place != NULL && place->again_at_ms < load->progress_at_ms)
        return place->again_at_ms;
    return load->progress_at_ms;
}
