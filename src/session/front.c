/*
 * What all sessions share: the turn's time, the heap of their deadlines, the door.
 *
 * Invariant: every session that is not CLOSED has its timer in the heap, at or before the time at
 * which something is due; a timer that fires early only computes the time anew, so that traffic
 * costs the heap nothing. Commands that the router makes get their payload here, for the log keeps
 * payloads.
 */
#include "session/front.h"

#include <stdlib.h>

#include "session/internal.h"
#include "wire/message.h"

static size_t inner_room(void *context, bank_code bank) {
    const struct front *front = context;
    return front->door->room(front->door->context, bank);
}

static void inner_submit(void *context, struct command *command) {
    const struct front *front = context;
    message_encode_internal(command);
    front->door->submit(front->door->context, command);
}

static void inner_submit_reserved(void *context, struct command *command) {
    const struct front *front = context;
    message_encode_internal(command);
    front->door->submit_reserved(front->door->context, command);
}

static int64_t inner_ledger_now_ms(void *context) {
    const struct front *front = context;
    return front->door->ledger_now_ms(front->door->context);
}

static void inner_told(void *context, const struct effect *effect) {
    const struct front *front = context;
    front->door->told(front->door->context, effect);
}

struct front *front_new(const struct front_config *config, const struct clock *clock,
                        const struct door *door) {
    struct front *front = xcalloc(1, sizeof(*front));
    front->clock = *clock;
    front->door = door;
    front->inner = (struct door){
        .context = front,
        .room = inner_room,
        .submit = inner_submit,
        .submit_reserved = inner_submit_reserved,
        .ledger_now_ms = inner_ledger_now_ms,
        .told = inner_told,
    };
    front->now_ms = clock_boot_ms(clock);
    front->router = router_new(&front->inner, &config->limits, front->now_ms);
    front_configure(front, config);
    front_fed(front, 1);
    front->patiences = hmap_new();
    front->resume_at_ms = INT64_MAX;
    system_init(&front->system);
    TAILQ_INIT(&front->sessions);
    heap_init(&front->timers);
    return front;
}

void front_free(struct front *front) {
    if (front == NULL)
        return;
    ENSURE(TAILQ_EMPTY(&front->sessions));
    router_free(front->router);
    heap_deinit(&front->timers);
    patience_free(front);
    system_deinit(&front->system);
    buf_deinit(&front->scratch);
    buf_deinit(&front->decrypted);
    free(front);
}

void front_configure(struct front *front, const struct front_config *config) {
    ENSURE(config->window > 0 && config->handshake_ms > 0 && config->hello_ms > 0 &&
           config->heartbeat_ms > 0);
    front->config = *config;
}

void front_turn(struct front *front) {
    front->now_ms = clock_boot_ms(&front->clock);
    struct heap_node *node;
    while ((node = heap_earliest(&front->timers)) != NULL && node->at_ms <= front->now_ms) {
        heap_clear(&front->timers, node);
        session_timer((struct session *)(void *)node);
    }
    router_advance(front->router, front->now_ms);
    system_turn(front);
}

void front_fed(struct front *front, uint32_t banks) {
    uint32_t each = FRONT_FRAMES_MAX / (banks > 0 ? banks : 1);
    if (each > SESSION_FRAMES_MAX)
        each = SESSION_FRAMES_MAX;
    front->frames = each > SESSION_FRAMES_MIN ? each : SESSION_FRAMES_MIN;
    front->spare = FRONT_FRAMES_MAX;
    front->turns++;
}

static struct front_saving *saving_of(struct front *front, bank_code bank) {
    return &front->savings[bank % FRONT_BANKS];
}

uint32_t front_frames(struct front *front, bank_code bank) {
    struct front_saving *saving = saving_of(front, bank);
    uint64_t saved = saving->frames + (front->turns - saving->turn) * front->frames;
    saving->frames = saved < FRONT_SAVED_MAX ? (uint32_t)saved : FRONT_SAVED_MAX;
    saving->turn = front->turns;
    uint32_t most = front->frames + front->spare;
    if (saving->frames < most)
        most = saving->frames;
    return most > front->frames ? most : front->frames;
}

void front_used(struct front *front, bank_code bank, uint32_t frames) {
    struct front_saving *saving = saving_of(front, bank);
    saving->frames -= frames < saving->frames ? frames : saving->frames;
    front->spare -= frames > front->frames ? frames - front->frames : 0;
}

int64_t front_due_ms(const struct front *front) {
    const struct heap_node *node = heap_earliest(&front->timers);
    int64_t due_ms = router_due_ms(front->router);
    if (front->resume_at_ms < due_ms)
        due_ms = front->resume_at_ms;
    return node != NULL && node->at_ms < due_ms ? node->at_ms : due_ms;
}

bool front_is_refused(struct front *front, bank_code bank) {
    return patience_left(front, bank) < front->config.refusals / 2;
}

bool front_is_slowed(struct front *front, bank_code bank) {
    return patience_left(front, bank) == 0;
}

bool front_resume_due(struct front *front) {
    bool due = front->now_ms >= front->resume_at_ms;
    if (due)
        front->resume_at_ms = INT64_MAX;
    return due;
}

/* The router cuts those that said Hello; here are the others. */
static void review(struct front *front, bank_code bank) {
    struct session *session;
    TAILQ_FOREACH (session, &front->sessions, entry) {
        if (session->peer.bank == bank)
            session_review(session);
    }
}

void front_deliver(struct front *front, const struct effects *effects) {
    for (size_t i = 0; i < effects->count; i++) {
        const struct effect *effect = &effects->items[i];
        router_deliver(front->router, effect);
        if (effect->kind == EFFECT_BANK) {
            system_learn(&front->system, effect->entry);
            review(front, effect->entry->code);
        } else if (effect->kind == EFFECT_RULES) {
            system_rules(&front->system, effect->sequence, effect->payload);
        } else if (effect->kind == EFFECT_WINDOW) {
            system_learn_window(&front->system, effect);
        }
    }
    system_turn(front);
}

void front_resume(struct front *front) {
    router_resume(front->router);
}

void front_drain(struct front *front, uint32_t drain_ms) {
    front->draining = true;
    struct session *session;
    TAILQ_FOREACH (session, &front->sessions, entry) {
        session_drain(session, drain_ms);
    }
}

void front_certificates(const struct front *front,
                        void (*visit)(void *context, bank_code bank, const struct digest *pin,
                                      int64_t expires_ms),
                        void *context) {
    const struct session *session;
    TAILQ_FOREACH (session, &front->sessions, entry) {
        if (session->state == SESSION_OPEN || session->state == SESSION_DRAINING)
            visit(context, session->peer.bank, &session->peer.pin,
                  session->peer.certificate_expires_ms);
    }
}

const struct router *front_router(const struct front *front) {
    return front->router;
}

int64_t front_now_ms(const struct front *front) {
    return front->now_ms;
}

bool front_may_log(struct front *front) {
    return log_gate_open(&front->log_gate, FRONT_LOG_LINES_MAX, front->now_ms,
                         "connection_lines_dropped");
}

void front_stats(const struct front *front, struct front_stats *stats_out) {
    *stats_out = front->stats;
    router_stats(front->router, &stats_out->router);
}
