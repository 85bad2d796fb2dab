/*
 * A whole simulated bank in a process of its own, between a scripted gateway (tests/client/peer.h)
 * on a real socket and a controller. Everything waits for what must come, never for time.
 */
#ifndef LG_TESTS_BANK_STAGE_H
#define LG_TESTS_BANK_STAGE_H

#include <sys/types.h>

#include "bank/folder.h"
#include "client/peer.h"
#include "domain/command.h"

#define STAGE_ACCOUNT "6226220000000009"
#define STAGE_BALANCE 1000

struct stage {
    struct folder folder;
    struct pki pki;
    struct peer peer;
    int listener;
    int gateway_fd; /* -1: the bank is not connected */
    int control_fd;
    uint16_t port;
    const char *roles;
    const char *settings; /* more sections of its configuration; NULL: none */
    pid_t bank;
    struct buf control_in;
    struct command *command; /* of the last stage_decode */
    char line[4096];         /* of the last stage_answer */
};

/* The bank is not started yet. */
void stage_open(struct stage *stage);
void stage_close(struct stage *stage);
/* Starts the bank with these fault rules and waits for its Hello. */
void stage_start(struct stage *stage, const char *faults);
/* SIGTERM, and more of them while it ends: it must end well. To be closed, or killed, after it. */
void stage_stop(struct stage *stage);
/* kill -9: no farewell. */
void stage_kill(struct stage *stage);
/* Cuts the connection; the bank comes back. */
void stage_cut(struct stage *stage);
/* Waits until the bank has said Hello on a new connection. */
void stage_greet(struct stage *stage);

/* Sends what peer_say gathered. */
void stage_flush(struct stage *stage);
/* The next envelope of that kind; acknowledgements before it are passed over, all else fails. */
const struct envelope *stage_expect(struct stage *stage, uint32_t kind);
/* True if the bank cuts the connection before it says anything. */
bool stage_is_cut(struct stage *stage);
/* Its payload as the gateway reads it. Borrowed until the next call. */
const struct command *stage_decode(struct stage *stage, const struct envelope *envelope);

/* A command to the bank, and its last line. */
void stage_order(struct stage *stage, const char *command);
const char *stage_answer(struct stage *stage);
/* Both; fails unless the answer holds that text. */
void stage_do(struct stage *stage, const char *command, const char *expected);

/* The same, asked until it does: what else was sent may not have been taken in yet. */
void stage_await(struct stage *stage, const char *command, const char *expected);
/* The same of any line of the answer. */
void stage_await_row(struct stage *stage, const char *command, const char *expected);

#endif
