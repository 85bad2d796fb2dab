/*
 * A gateway's front and net on a loop of its own, and banks that come to it over real sockets of
 * the loopback: all in one thread, moved on step by step until what a test waits for is there.
 */
#ifndef LG_TESTS_NET_HARBOUR_H
#define LG_TESTS_NET_HARBOUR_H

#include <event2/event.h>

#include "net/net.h"
#include "support/pki.h"
#include "tls/tls.h"
#include "wire/envelope.h"
#include "wire/frame.h"
#include "wire/message.h"
#include "wire/partner.h"

#define BANK_A 102100099996u
#define BANK_B 313100000013u
#define COMMANDS_MAX 65536

struct harbour {
    struct front_config front_config;
    struct clock clock;
    int64_t skipped_ms; /* that the clock is ahead of the machine's */
    struct door door;
    struct event_base *base;
    struct front *front;
    struct net *net;
    size_t room;
    struct command *commands[COMMANDS_MAX];
    size_t count;
    struct effects effects;
    bool drained;
    void (*told)(struct harbour *harbour, const struct effect *effect); /* NULL: nobody listens */
};

/* Once a program: the PKI with "gateway", "bank-a", "bank-b" and "stranger". */
int harbour_pki_open(void **state);
int harbour_pki_close(void **state);
/* The gateway's own. */
struct tls_context *harbour_tls(void);
/* The gateway's with that list of revoked certificates: "nobody" or "bank-a-revoked", or with the
 * files of another CA: "other-ca". */
struct tls_context *harbour_tls_renewed(const char *which);

void harbour_open(struct harbour *harbour, uint32_t connections_max, uint32_t handshakes_max,
                  uint32_t deadline_ms);
void harbour_close(struct harbour *harbour);
/* One turn of the loop, without waiting for more than a millisecond. */
void harbour_step(struct harbour *harbour);
/* So much time passes at once, and what is due by then is done. */
void harbour_skip(struct harbour *harbour, int64_t ms);
size_t harbour_commands(const struct harbour *harbour, enum command_kind kind);
void harbour_clear(struct harbour *harbour);
/* Releases harbour->effects. */
void harbour_release(struct harbour *harbour);
/* Answers every SubmitTransfer taken so far, and forgets them. */
void harbour_answer_all(struct harbour *harbour);

struct caller {
    struct harbour *harbour;
    int fd;
    struct tls *tls;
    struct buf out;   /* cipher bytes to send */
    struct buf plain; /* what was received and not yet read */
    bool closed;      /* the gateway ended the connection */
    bool refused;     /* TLS was */
    bool deaf;        /* does not read */
};

/* Connects; name NULL: a bare socket. */
void caller_open(struct harbour *harbour, struct caller *caller, const char *name);
void caller_close(struct caller *caller);
/* Moves bytes both ways, without waiting. */
void caller_pump(struct caller *caller);
void caller_say(struct caller *caller, uint64_t correlation, uint32_t kind,
                enum message_direction direction, struct span payload);
/* Connects and says Hello; the answer was read. */
void caller_hello(struct harbour *harbour, struct caller *caller, const char *name);
void caller_say_hello(struct caller *caller);
void caller_submit(struct caller *caller, uint64_t correlation);
/* It asks for large answers, and takes none, until the gateway has enough of it. */
void caller_choke(struct caller *caller);
/* The next frame that came; false if none did. kind 0 if it is no Envelope. */
bool caller_read(struct caller *caller, uint32_t *kind_out, uint64_t *correlation_out);
/* Waits for a frame and fails unless it is of that kind. */
void caller_expect(struct caller *caller, uint32_t kind);
void caller_expect_closed(struct caller *caller);

/* Steps, pumping the callers, until the condition holds; fails the test after ten seconds. */
#define UNTIL(harbour, caller, condition)                                                          \
    do {                                                                                           \
        int64_t until_end = clock_boot_ms(&(harbour)->clock) + 10000;                              \
        while (!(condition)) {                                                                     \
            assert_true(clock_boot_ms(&(harbour)->clock) < until_end);                             \
            caller_pump(caller);                                                                   \
            harbour_step(harbour);                                                                 \
            caller_pump(caller);                                                                   \
        }                                                                                          \
    } while (0)

#endif
