/*
 * The gate of the session's tests: see gate.h. Its door is the engine's queue, and what a batch
 * releases is delivered at once. The clock moves only from one transfer to the next.
 */
#include "session/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The two have banks of these names each. */
#undef BANK_A
#undef BANK_B
#include "engine/rig.h"

#define TURNS_MAX 10000
#define REPLAY_OVERLAY_KEYS 300

struct gate {
    struct rig rig;
    struct door door;
    struct front *front;
};

static size_t gate_room(void *context, bank_code bank) {
    (void)bank;
    return engine_room(((struct gate *)context)->rig.engine) ? 1 : 0;
}

static void gate_take(void *context, struct command *command) {
    assert_true(engine_submit(((struct gate *)context)->rig.engine, command));
}

static void gate_take_reserved(void *context, struct command *command) {
    assert_true(engine_submit_reserved(((struct gate *)context)->rig.engine, command));
}

static int64_t gate_now_ms(void *context) {
    return rig_status(&((struct gate *)context)->rig).ledger_ms;
}

static void gate_told(void *context, const struct effect *effect) {
    (void)context;
    if (effect->kind == EFFECT_ALARM)
        fail_msg("an alarm: %s", effect->text);
}

/* Nobody loses power here, and there are thousands of batches. */
static int no_sync(void *context, int fd) {
    (void)context;
    (void)fd;
    return 0;
}

struct gate *gate_new(void) {
    static const struct front_config config = {.window = STAGE_WINDOW,
                                               .handshake_ms = 10000,
                                               .hello_ms = 10000,
                                               .heartbeat_ms = STAGE_HEARTBEAT_MS,
                                               .limits = {.peers_per_bank = 3, .exchanges = 1000},
                                               .software = "linkgate test"};
    struct gate *gate = xcalloc(1, sizeof(*gate));
    rig_init(&gate->rig);
    gate->rig.config.log.io.sync = no_sync;
    rig_must_open(&gate->rig);
    rig_set_up(&gate->rig);
    rig_stop(&gate->rig);
    rig_must_open(&gate->rig); /* the start tells the front which banks there are */
    gate->door =
        (struct door){gate, gate_room, gate_take, gate_take_reserved, gate_now_ms, gate_told, NULL};
    gate->front = front_new(&config, &gate->rig.config.clock, &gate->door);
    gate_run(gate);
    return gate;
}

void gate_free(struct gate *gate) {
    front_free(gate->front);
    rig_stop(&gate->rig);
    rig_check_replay(&gate->rig, REPLAY_OVERLAY_KEYS);
    rig_deinit(&gate->rig);
    free(gate);
}

/* True when there is more to do. */
static bool turn(struct gate *gate) {
    struct engine *engine = gate->rig.engine;
    struct release *release = NULL;
    bool ran = false;
    front_turn(gate->front);
    assert_int_equal(engine_run(engine, &release), 0);
    bool told = release != NULL;
    if (told) {
        front_deliver(gate->front, &release->effects);
        engine_give_back(engine, release);
    }
    assert_int_equal(engine_job_step(engine, &ran), 0);
    front_resume(gate->front);
    return told || ran || engine_due_us(engine) <= gate->rig.book->boot_us;
}

void gate_run(struct gate *gate) {
    for (int i = 0; turn(gate); i++)
        assert_true(i < TURNS_MAX);
}

static void woken(void *context) {
    ((struct line *)context)->woken++;
}

void gate_line(struct gate *gate, struct line *line, enum gate_bank bank) {
    bank_code code = bank == GATE_CLASS2 ? BANK_A : BANK_B;
    char uri[64];
    snprintf(uri, sizeof(uri), "urn:linkgate:bank:%012llu", (unsigned long long)code);
    *line = (struct line){0};
    arena_init(&line->arena, 4096, 0);
    struct session_owner owner = {line, woken, "127.0.0.1:1"};
    struct session_peer peer = {.uri = uri};
    memset(peer.pin.bytes, (int)(code % 251) + 1, sizeof(peer.pin.bytes)); /* as the rig has it */
    line->session = session_new(gate->front, &owner);
    session_admit(line->session, &peer);
    assert_int_equal(session_state(line->session), SESSION_AWAIT_HELLO);
}

void gate_submit_transfer(struct gate *gate, struct buf *out) {
    rig_advance(&gate->rig, 1);
    struct command *command = rig_transfer_command(&gate->rig, rig_new_row(&gate->rig, 1));
    buf_append_span(out, command->payload);
    command_free(command);
}
