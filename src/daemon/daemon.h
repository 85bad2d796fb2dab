/*
 * The running gateway.
 */
#ifndef LG_DAEMON_DAEMON_H
#define LG_DAEMON_DAEMON_H

#include "daemon/config.h"

/* How the process ends. systemd/linkgated.service restarts after DISK, SYSTEM and crashes, not
 * after the others. */
enum daemon_exit {
    DAEMON_STOPPED = 0, /* as asked */
    DAEMON_USAGE = 1,
    DAEMON_CONFIG = 2,  /* configuration, or what it names */
    DAEMON_DAMAGED = 3, /* store or log damaged, or a log that cannot be replayed */
    DAEMON_DISK = 4,    /* restart is recovery */
    DAEMON_SYSTEM = 5   /* address in use and the like */
};

/* Runs until it is told to stop. The configuration was checked; it changes at reloads, which read
 * that file again. */
int daemon_run(struct config *config, const char *config_path, uint32_t ledger_version) MUST_USE;
/* Brings the log's tail into the store, seals the log, and ends: nobody is served. */
int daemon_recover(struct config *config, uint32_t ledger_version) MUST_USE;

#endif
