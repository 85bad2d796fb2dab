/*
 * Helpers around messages that every partner needs: refusals read, request ids made, outcomes in
 * words. They keep nothing.
 */
#include <string.h>
#include <sys/random.h>

#include "client/internal.h"
#include "util/clock.h"
#include "util/id.h"

#define REFUSAL_CHUNK 4096
#define REFUSAL_BUDGET (256u << 10)

const char *lg_version(void) {
    return LINKGATE_VERSION;
}

const char *lg_outcome_text(int outcome) {
    static const char *const texts[] = {
        [0] = "good",
        [LG_WINDOW_FULL] = "as many requests are in flight as the gateway allows",
        [LG_NOT_READY] = "the connection takes no requests: not greeted yet, draining or ended",
        [LG_TOO_LARGE] = "the payload is too long for one frame",
        [LG_BAD_TRACE] = "the trace parent is no W3C traceparent",
        [LG_ENDED] = "the connection is over",
        [LG_TIMEOUT] = "nothing came in time",
        [LG_INSIDE] = "a call that blocks was made from inside a callback",
        [LG_UNREADABLE] = "the payload is no message of that kind",
    };
    if (outcome >= 0 && (size_t)outcome < sizeof(texts) / sizeof(texts[0]))
        return texts[outcome];
    return "failed: see the text that came with it";
}

/* First byte of a character that would be cut at `size`, or size. */
static size_t whole_characters(struct span text, size_t size) {
    while (size > 0 && (text.data[size] & 0xc0) == 0x80)
        size--;
    return size;
}

void copy_text(struct span text, char *to, size_t room) {
    size_t size = text.size < room ? text.size : whole_characters(text, room - 1);
    if (size > 0)
        memcpy(to, text.data, size);
    to[size] = '\0';
}

_Static_assert(LG_RETRY_NEVER == (int)RETRY_NEVER, "wire value");
_Static_assert(LG_RETRY_NEW_ID == (int)RETRY_NEW_ID, "wire value");
_Static_assert(LG_RETRY_SAME_ID_LATER == (int)RETRY_SAME_ID_LATER, "wire value");

int lg_refusal_decode(struct lg_bytes payload, struct lg_refusal *refusal_out) {
    struct arena arena;
    struct refusal_view view;
    arena_init(&arena, REFUSAL_CHUNK, REFUSAL_BUDGET);
    int failed = partner_decode_refusal(span_of_lg(payload), &arena, &view);
    if (!failed) {
        copy_text(view.reason, refusal_out->reason, sizeof(refusal_out->reason));
        copy_text(view.detail, refusal_out->detail, sizeof(refusal_out->detail));
        copy_text(view.text, refusal_out->text, sizeof(refusal_out->text));
        copy_text(view.field, refusal_out->field, sizeof(refusal_out->field));
        refusal_out->retry = (enum lg_retry)view.retry;
        refusal_out->replayed = view.replayed;
    }
    arena_deinit(&arena);
    return failed ? LG_UNREADABLE : 0;
}

_Static_assert(LG_ID_SIZE == ID_SIZE, "one size of ids");

void lg_request_id(uint8_t id_out[LG_ID_SIZE]) {
    const struct clock clock = clock_system();
    uint8_t chance[10];
    ENSURE(getrandom(chance, sizeof(chance), 0) == (ssize_t)sizeof(chance));
    const struct id id = uuid7_make(clock_wall_ms(&clock), chance);
    memcpy(id_out, id.bytes, LG_ID_SIZE);
}
