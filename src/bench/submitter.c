/*
 * The stand-in Class II bank: opens the links, then keeps so many transfers in flight, half pushes,
 * half pulls, and notes each one's time from submission to final answer.
 *
 * Invariants: what an answer says is on the books before its slot is used again; a pull that was
 * accepted is confirmed; an answer that is no ACCEPTED ends the run as failed, and so does the end
 * of the connection, because a figure with losses in it would be none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "bench/bench.h"
#include "util/clock.h"
#include "wire/partner.h"

#define TURN_MS 50
#define PACED_TURN_MS 1
#define PACE_GRAIN_US 3000 /* poll's, and a busy machine's: below it a transfer is not late */
#define LINKS_AT_ONCE 512u
#define TIMEOUT_MS 60000u
#define AMOUNT_FEN 100

enum step { STEP_IDLE, STEP_OPEN, STEP_START, STEP_ANSWER, STEP_TRANSFER };

struct slot {
    enum step step;
    uint32_t link; /* index */
    bool pull;
    int64_t sent_us;
};

struct submitter {
    struct lg_session *session;
    struct bench_shared *shared;
    struct clock clock;
    struct buf payload;
    struct arena arena; /* of the message in hand */
    bool ready;
    struct slot slots[BENCH_IN_FLIGHT_MAX];
    struct slot *idle[BENCH_IN_FLIGHT_MAX];
    uint32_t idle_count;
    uint32_t next; /* link to open, or to use */
    uint64_t started;
    uint8_t random[10];
};

/* The tag of a ConfirmCredit, which nobody waits for. */
static char confirm_tag;

static struct id new_request(struct submitter *submitter) {
    /* chance once, then counted: an id is unique, and the system is not asked for each */
    uint64_t count = get_be64(submitter->random + 2) + 1;
    put_be64(submitter->random + 2, count);
    return uuid7_make(clock_wall_ms(&submitter->clock), submitter->random);
}

static void send(struct submitter *submitter, enum message_kind kind, void *tag) {
    struct lg_client *client = lg_session_client(submitter->session);
    const struct lg_request request = {
        .kind = kind,
        .payload = lg_bytes_of(submitter->payload.data, submitter->payload.size),
        .timeout_ms = TIMEOUT_MS};
    if (lg_client_request(client, &request, tag) != 0)
        bench_fail(submitter->shared, "the gateway's window is smaller than what is in flight");
}

/* ---- links ---- */

static void open_link(struct submitter *submitter, const struct bench_files *files,
                      struct slot *slot) {
    struct bench_person person;
    bench_person(slot->link, &person);
    struct open_link request = {
        .request = new_request(submitter),
        .class2 = {files->submitter, span_text(person.class2), ACCOUNT_CLASS_II,
                   ACCOUNT_OPENING_REMOTE},
        .class1 = {files->responder, span_text(person.class1), ACCOUNT_CLASS_I,
                   ACCOUNT_OPENING_FACE_TO_FACE},
        .person = {SPAN_LITERAL("\xe5\xbc\xa0\xe4\xb8\x89"), ID_TYPE_RESIDENT,
                   span_text(person.id_number), span_text(person.mobile)},
        .scopes = LINK_SCOPE_BIT(LINK_SCOPE_COLLECT),
        .limits = {.single_fen = 1000000000, .daily_fen = 100000000000},
        .agreement.present = true,
        .agreement.version = SPAN_LITERAL("1"),
        .agreement.at_ms = clock_wall_ms(&submitter->clock),
        .agreement.channel = SPAN_LITERAL("APP"),
        .consent.present = true,
        .consent.recipient = files->responder,
        .consent.purpose = SPAN_LITERAL("ACCOUNT_LINK"),
        .consent.fields = CONSENT_FIELDS_ALL,
        .consent.at_ms = clock_wall_ms(&submitter->clock),
    };
    slot->step = STEP_OPEN;
    buf_clear(&submitter->payload);
    partner_encode_open_link(&request, &submitter->payload);
    send(submitter, MESSAGE_OPEN_LINK, slot);
}

static void link_answered(struct submitter *submitter, struct slot *slot,
                          const struct link_view *view) {
    struct start_challenge start = {new_request(submitter), view->link};
    struct answer_challenge answer = {start.request, view->link, SPAN_LITERAL("123456")};
    buf_clear(&submitter->payload);
    if (slot->step == STEP_OPEN && view->state == LINK_AWAITING_AUTHENTICATION) {
        slot->step = STEP_START;
        partner_encode_start_challenge(&start, &submitter->payload);
        send(submitter, MESSAGE_START_CHALLENGE, slot);
    } else if (slot->step == STEP_START && view->has_challenge) {
        slot->step = STEP_ANSWER;
        partner_encode_answer_challenge(&answer, &submitter->payload);
        send(submitter, MESSAGE_ANSWER_CHALLENGE, slot);
    } else if (slot->step == STEP_ANSWER && view->state == LINK_ACTIVE) {
        submitter->shared->link[slot->link] = view->link;
        shared_add(&submitter->shared->progress, 1);
        slot->step = STEP_IDLE;
        submitter->idle[submitter->idle_count++] = slot;
    } else {
        bench_fail(submitter->shared, "a link did not become active");
    }
}

/* ---- transfers ---- */

static void submit(struct submitter *submitter, struct slot *slot) {
    slot->step = STEP_TRANSFER;
    slot->link = submitter->next;
    slot->pull = submitter->started++ % 2 == 1;
    submitter->next = (submitter->next + 1) % submitter->shared->links;
    struct submit_transfer request = {
        .request = new_request(submitter),
        .link = submitter->shared->link[slot->link],
        .kind = TRANSFER_BOUND_PAIR,
        .direction = slot->pull ? TRANSFER_PULL : TRANSFER_PUSH,
        .amount = {AMOUNT_FEN, "CNY"},
        .end_to_end_id = SPAN_LITERAL("BENCH-0001"),
        .purpose = SPAN_LITERAL("CASH"),
        .remittance = SPAN_LITERAL("top up"),
        .channel = SPAN_LITERAL("APP"),
        .authentication = SPAN_LITERAL("PASSWORD"),
    };
    buf_clear(&submitter->payload);
    partner_encode_submit_transfer(&request, &submitter->payload);
    slot->sent_us = clock_boot_us(&submitter->clock);
    send(submitter, MESSAGE_SUBMIT_TRANSFER, slot);
}

static void transfer_answered(struct submitter *submitter, struct slot *slot,
                              const struct transfer_view *view) {
    struct bench_shared *shared = submitter->shared;
    if (view->state != TRANSFER_ACCEPTED) {
        shared->refused++;
        bench_fail(shared, "a transfer was not accepted");
        return;
    }
    if (shared->samples < BENCH_SAMPLES_MAX)
        shared->latency_us[shared->samples++] =
            (uint32_t)(clock_boot_us(&submitter->clock) - slot->sent_us);
    if (slot->pull) {
        shared->submitter.credited_fen += AMOUNT_FEN;
        struct confirm_credit confirm = {view->transfer};
        buf_clear(&submitter->payload);
        partner_encode_confirm_credit(&confirm, &submitter->payload);
        send(submitter, MESSAGE_CONFIRM_CREDIT, &confirm_tag);
    } else {
        shared->submitter.debited_fen += AMOUNT_FEN;
    }
    shared->submitter.accepted++;
    shared_add(&shared->progress, 1);
    slot->step = STEP_IDLE;
    submitter->idle[submitter->idle_count++] = slot;
}

/* ---- the connection ---- */

static void refused(struct submitter *submitter, const struct lg_envelope *envelope) {
    struct lg_refusal refusal;
    char text[200] = "a request was refused";
    if (lg_refusal_decode(envelope->payload, &refusal) == 0)
        snprintf(text, sizeof(text), "a request was refused: %s %s", refusal.reason,
                 refusal.detail);
    bench_fail(submitter->shared, text);
}

static void on_answer(void *context, void *tag, const struct lg_envelope *envelope) {
    struct submitter *submitter = context;
    struct arena *arena = &submitter->arena;
    arena_reset(arena);
    if (envelope->direction == LG_REFUSAL) {
        refused(submitter, envelope);
        return;
    }
    if (tag == &confirm_tag)
        return;
    struct slot *slot = tag;
    struct transfer_view transfer;
    struct link_view link;
    if (slot->step == STEP_TRANSFER &&
        partner_decode_transfer_reply(bench_payload(envelope), arena, &transfer) == 0)
        transfer_answered(submitter, slot, &transfer);
    else if (slot->step != STEP_TRANSFER &&
             partner_decode_link_reply(bench_payload(envelope), arena, &link) == 0)
        link_answered(submitter, slot, &link);
    else
        bench_fail(submitter->shared, "the Class II bank got an answer that it cannot read");
}

static void on_lost(void *context, void *tag) {
    struct submitter *submitter = context;
    (void)tag;
    bench_fail(submitter->shared, "the connection ended with requests in flight");
}

static void on_request(void *context, const struct lg_envelope *envelope) {
    struct submitter *submitter = context;
    (void)envelope;
    bench_fail(submitter->shared, "the Class II bank got a request that it does not expect");
}

static void on_notice(void *context, const struct lg_envelope *envelope) {
    struct submitter *submitter = context;
    uint64_t sequence;
    arena_reset(&submitter->arena);
    if (bench_read_notice(envelope, &submitter->arena, &sequence) == 0)
        lg_client_noticed(lg_session_client(submitter->session), sequence);
}

static void on_ready(void *context, const struct lg_greeting *greeting) {
    struct submitter *submitter = context;
    (void)greeting;
    submitter->ready = true;
}

/* ---- orders ---- */

static int turn(struct submitter *submitter) {
    int64_t wait_ms = submitter->shared->rate > 0 ? PACED_TURN_MS : TURN_MS;
    if (lg_session_turn(submitter->session, wait_ms) != 0)
        bench_fail(submitter->shared, lg_client_reason(lg_session_client(submitter->session)));
    return shared_load(&submitter->shared->failed);
}

static void take_slots(struct submitter *submitter, uint32_t count) {
    submitter->idle_count = 0;
    for (uint32_t i = 0; i < count; i++)
        submitter->idle[submitter->idle_count++] = &submitter->slots[i];
}

static void make_links(struct submitter *submitter, const struct bench_files *files) {
    take_slots(submitter, LINKS_AT_ONCE);
    submitter->next = 0;
    uint32_t links = submitter->shared->links;
    while (submitter->next < links || submitter->idle_count < LINKS_AT_ONCE) {
        while (submitter->idle_count > 0 && submitter->next < links) {
            struct slot *slot = submitter->idle[--submitter->idle_count];
            slot->link = submitter->next++;
            open_link(submitter, files, slot);
        }
        if (turn(submitter) != 0)
            return;
    }
    submitter->next = 0;
}

/* As many as may be in flight, or as are due at a fixed rate. One that is late because all slots
 * are taken is timed from when it was due, so that a gateway that stands still does not look quick. */
static void begin_transfers(struct submitter *submitter, int64_t start_us, uint64_t *begun) {
    struct lg_client *client = lg_session_client(submitter->session);
    uint32_t rate = submitter->shared->rate;
    while (submitter->idle_count > 0 && lg_client_room(client) > 0) {
        int64_t now_us = clock_boot_us(&submitter->clock);
        int64_t due_us = rate > 0 ? start_us + (int64_t)(*begun * 1000000 / rate) : now_us;
        if (due_us > now_us)
            return;
        struct slot *slot = submitter->idle[--submitter->idle_count];
        submit(submitter, slot);
        if (now_us - due_us > PACE_GRAIN_US)
            slot->sent_us = due_us;
        ++*begun;
    }
}

static void make_transfers(struct submitter *submitter) {
    uint32_t in_flight = submitter->shared->in_flight;
    int64_t start_us = clock_boot_us(&submitter->clock);
    uint64_t begun = 0;
    take_slots(submitter, in_flight);
    for (;;) {
        bool stopping = shared_load(&submitter->shared->stop) != 0;
        if (stopping && submitter->idle_count == in_flight)
            break;
        if (!stopping)
            begin_transfers(submitter, start_us, &begun);
        if (turn(submitter) != 0)
            return;
    }
}

static void carry_out(struct submitter *submitter, const struct bench_files *files) {
    struct bench_shared *shared = submitter->shared;
    uint32_t number = shared_load(&shared->order_number);
    if (number == shared_load(&shared->done_number))
        return;
    if (shared_load(&shared->order) == BENCH_LINKS)
        make_links(submitter, files);
    else if (shared_load(&shared->order) == BENCH_RUN)
        make_transfers(submitter);
    shared_store(&shared->done_number, number);
}

int bench_submitter(const struct bench_files *files, struct bench_shared *shared) {
    struct submitter *submitter = xcalloc(1, sizeof(*submitter));
    submitter->shared = shared;
    submitter->clock = clock_system();
    bench_arena_init(&submitter->arena);
    ENSURE(getrandom(submitter->random, sizeof(submitter->random), 0) ==
           (ssize_t)sizeof(submitter->random));
    const struct lg_handler handler = {.context = submitter,
                                       .ready = on_ready,
                                       .answer = on_answer,
                                       .lost = on_lost,
                                       .request = on_request,
                                       .notice = on_notice};
    char reason[LG_REASON_SIZE];
    submitter->session = bench_connect(files, files->submitter, &handler, reason, sizeof(reason));
    if (submitter->session == NULL)
        bench_fail(shared, reason);
    while (shared_load(&shared->order) != BENCH_QUIT && !shared_load(&shared->failed)) {
        if (submitter->ready)
            carry_out(submitter, files);
        if (turn(submitter) != 0)
            break;
    }
    lg_session_free(submitter->session);
    arena_deinit(&submitter->arena);
    buf_deinit(&submitter->payload);
    free(submitter);
    return shared_load(&shared->failed);
}
