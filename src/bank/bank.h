/*
 * The simulated bank as a whole: its parts, and the turn of its loop. In one turn, events of all
 * sockets are taken in; then what they changed is committed once; only then anything is sent.
 */
#ifndef LG_BANK_BANK_H
#define LG_BANK_BANK_H

#include <event2/event.h>

#include "bank/challenges.h"
#include "bank/config.h"
#include "bank/faults.h"
#include "bank/links.h"
#include "bank/outbox.h"
#include "bank/system.h"
#include "util/clock.h"

struct bk_gateway;
struct bk_control;
struct bk_deferrals;
struct bk_notices;

struct bk_bank {
    struct bk_config config;
    struct clock clock;
    struct event_base *base;
    struct event *timer;
    struct event *signals[3];
    struct bk_db *db;
    struct bk_accounts accounts;
    struct bk_payees payees;
    struct bk_books books;
    struct bk_links links;
    struct bk_outbox outbox;
    struct bk_challenges challenges;
    struct bk_faults faults;
    struct bk_system system;
    struct bk_notices *notices;
    struct bk_deferrals *deferrals;
    struct bk_gateway *gateway;
    struct bk_control *control;
    struct buf scratch; /* for encoding one message at a time */
    int sms_fd;
    int lock_fd; /* keeps a second bank off the data folder */
    bool stopping;
    bool renewing; /* the certificates are to be read again */
    bool again;    /* something is left to do in the next turn at once */
};

/* Opens everything but sockets to the gateway. 0, or negative with reason_out. The bank is zeroed
 * memory with config set. */
int bk_bank_open(struct bk_bank *bank, char *reason_out, size_t reason_size) MUST_USE;
/* Until SIGTERM, SIGINT or the command `stop`; SIGHUP: the certificates are read again. None of
 * these signals is heard after it. */
void bk_bank_run(struct bk_bank *bank);
void bk_bank_close(struct bk_bank *bank);

int64_t bk_now_ms(const struct bk_bank *bank); /* steady */
int64_t bk_wall_ms(const struct bk_bank *bank);
/* A new UUIDv7 of now. */
struct id bk_new_request_id(const struct bk_bank *bank);

#endif
