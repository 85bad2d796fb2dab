/*
 * A front with two banks, a door that only takes notes, and a clock that stands still until it is
 * told: what the tests of sessions play on.
 */
#ifndef LG_TESTS_SESSION_STAGE_H
#define LG_TESTS_SESSION_STAGE_H

#include "session/front.h"
#include "session/session.h"
#include "wire/envelope.h"
#include "wire/frame.h"
#include "wire/message.h"
#include "wire/partner.h"

#define BANK_A 102100099996u /* Class II holder */
#define BANK_B 313100000013u /* Class I holder */
#define URI_A "urn:linkgate:bank:102100099996"
#define URI_B "urn:linkgate:bank:313100000013"
#define STAGE_COMMANDS_MAX 4096
#define STAGE_WINDOW 8
#define STAGE_HEARTBEAT_MS 10000

struct stage {
    struct front_config config;
    struct clock clock;
    struct door door;
    struct front *front;
    int64_t boot_ms;
    int64_t wall_ms; /* ledger time too */
    size_t room;
    struct command *commands[STAGE_COMMANDS_MAX];
    size_t count;
    size_t told;
    struct effects effects; /* to be filled and delivered */
};

void stage_open(struct stage *stage);
void stage_close(struct stage *stage);
void stage_clear(struct stage *stage);
void stage_pass(struct stage *stage, int64_t ms);
void stage_bank(struct stage *stage, bank_code code, uint32_t roles, bool active, uint8_t pin);
/* Delivers stage->effects and empties it. */
void stage_deliver(struct stage *stage);
/* That window is open. */
void stage_window(struct stage *stage, int64_t day, int64_t cut_off_ms);
/* Adds the effect that has that request wait for its answer. */
void stage_grant(struct stage *stage, const struct command *command);
/* Commands of that kind among those taken. */
size_t stage_count(const struct stage *stage, enum command_kind kind);
/* The last of that kind, NULL if there is none. */
struct command *stage_last(const struct stage *stage, enum command_kind kind);

/* One session, and what it said. */
struct line {
    struct session *session;
    struct buf in;      /* frames to be fed */
    struct arena arena; /* of what was read */
    size_t woken;
    enum session_need need;
};

void line_open(struct stage *stage, struct line *line, const char *uri, uint8_t pin);
void line_close(struct line *line);
/* Hello, and its answer read away. */
void line_hello(struct line *line);
void line_hello_at(struct line *line, uint32_t window, uint64_t position);
/* Adds one frame to line->in. */
void line_put(struct line *line, uint64_t correlation, uint32_t kind,
              enum message_direction direction, struct span payload);
/* Feeds line->in, and empties it. */
void line_feed(struct line *line);
void line_send(struct line *line, uint64_t correlation, uint32_t kind,
               enum message_direction direction, struct span payload);
/* The next frame of the output; false if there is none. */
bool line_read(struct line *line, struct envelope *envelope_out);
/* The same, SystemNotice included. */
bool line_read_any(struct line *line, struct envelope *envelope_out);
/* Fails the test unless the next frame is a GoAway of that code and the session is closed. */
void line_expect_go_away(struct line *line, const char *code);
/* Fails the test unless the next frame is a refusal of that request. */
void line_expect_refusal(struct line *line, uint64_t correlation, const char *detail);
void line_expect_silence(struct line *line);

/* A right SubmitTransfer with that number in its request id, appended. */
void stage_submit_transfer(const struct stage *stage, uint32_t number, struct buf *out);

#endif
