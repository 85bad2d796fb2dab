/*
 * The daemon's parts. Private to src/daemon: daemon.c builds and ends it, operators.c answers the
 * admin socket, reload.c renews what may change, watch.c talks to systemd.
 */
#ifndef LG_DAEMON_STATE_H
#define LG_DAEMON_STATE_H

#include <event2/event.h>

#include "daemon/admin_server.h"
#include "daemon/config.h"
#include "daemon/expiry.h"
#include "daemon/inherited.h"
#include "daemon/ledger_door.h"
#include "net/net.h"
#include "tls/tls.h"
#include "util/logline.h"
#include "verify/folder.h"

enum daemon_phase {
    DAEMON_STARTING, /* recovered; the clock may be held; nobody is served */
    DAEMON_SERVING,
    DAEMON_PARTING, /* peers were told; what is in flight runs off */
    DAEMON_SEALING  /* nobody is left; the ledger brings all into the store */
};

struct daemon {
    struct config *config;
    const char *config_path;
    uint32_t ledger_version;
    enum daemon_phase phase;
    struct clock clock;
    int64_t started_at_ms;  /* wall clock */
    int64_t stopping_at_ms; /* steady */
    bool booted;            /* the first batch was released */
    int exit_status;
    struct event_base *base;
    struct keyring *keyring;
    struct keyring *bulk_keyring;
    struct keyring *backup_keyring;
    struct keyring *desk_keyring; /* of the event thread, for what operators search for */
    struct engine *engine;
    struct threads *threads;
    struct tls_context *tls;
    struct ledger_door door;
    struct front *front;
    struct net *net;
    struct inherited inherited; /* until they are listened on */
    struct admin_gateway gateway;
    struct admin_server *admin;
    struct event *woken;
    struct event *stop_signals[2];
    struct event *reload_signal;
    struct expiry *expiry;
    struct event *expiry_event;
    struct event *watchdog;
    struct log_gate alarms;
    struct admin_alarms latest_alarms;
    struct verify_start start;
    struct backup_work *backup; /* NULL: none was ordered since the start */
    struct recon_work *recon;   /* banks' lists */
    int64_t watchdog_us;        /* 0: systemd does not watch */
};

struct front_config daemon_front_config(const struct config *config);

/* ---- operators.c ---- */
int operators_open(struct daemon *daemon, char *reason_out, size_t reason_size) MUST_USE;
/* Effects that are not for banks. */
void operators_told(void *context, const struct effect *effect);

/* ---- backup_work.c ---- */
/* One at a time: taken for that folder when it is ordered. False: one is being made. */
bool backup_work_reserve(struct daemon *daemon, const char *dir);
/* What the ledger said to the order: it begins, or is given up. */
void backup_work_ordered(struct daemon *daemon, bool granted);
void backup_work_state(const struct daemon *daemon, struct admin_backup *state_out);
void backup_work_free(struct backup_work *work);

/* ---- recon_work.c ---- */
/* Opens the spool; without it the gateway serves all the same, and refuses lists. */
void recon_work_open(struct daemon *daemon);
void recon_work_close(struct recon_work *work);
/* NULL: there is none. */
struct spool *recon_work_spool(const struct recon_work *work);
/* Drops old lists and compares those that wait, now and then again by itself. */
void recon_work_start(struct daemon *daemon);
/* An operator's part of a list. False: the threads have no room; it is still the caller's. */
bool recon_work_take(struct recon_work *work, struct admin_recon *recon);
/* A bank's part of a list, or its question for a result; context is the daemon. As in router/door.h. */
bool recon_work_take_bank(void *context, struct command *command);
void recon_work_progress(const struct daemon *daemon, struct admin_recon_progress *progress_out);
/* The ledger recorded an operator's list, or refused to. */
void recon_work_recorded(struct recon_work *work, const struct effect *effect);
/* Commands of that release are done with; and: the threads have room again. */
void recon_work_released(struct recon_work *work, const struct release *release);
void recon_work_go_on(struct recon_work *work);

/* ---- start_check.c ---- */
/* Once it serves: the rest of the store, if the start left any. */
void start_check_begin(struct daemon *daemon);

/* ---- reload.c ---- */
/* All of the new or all of the old. */
void reload(struct daemon *daemon);

/* ---- watch.c ---- */
/* Looks at once, and then every minute. */
void watch_expiry(struct daemon *daemon);
void watch_start(struct daemon *daemon);
void watch_ready(const struct daemon *daemon);
void watch_held(const struct daemon *daemon);
void watch_reloading(void);
void watch_stopping(void);

#endif
