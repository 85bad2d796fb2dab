/*
 * The daemon's configuration: one INI file, and one table of keys that everything about a key
 * follows from: what is accepted, what it defaults to, what --help-config prints, and whether a
 * reload may change it.
 */
#ifndef LG_DAEMON_CONFIG_H
#define LG_DAEMON_CONFIG_H

#include <stddef.h>
#include <stdio.h>

#include "util/bytes.h"
#include "util/fatal.h"

#define CONFIG_KEYS_MAX 64 /* rows of the table */

/* Texts are owned; an optional text that was not given is "". Numbers are in the unit of their
 * key's name. */
struct config {
    char *gateway_name;
    char *gateway_host;
    int64_t gateway_port; /* 0: any free one */
    int64_t gateway_drain_ms;
    char *tls_ca;
    char *tls_crl;
    char *tls_certificate;
    char *tls_key;
    char *store_dir;
    char *store_keys;
    int64_t store_map_mib;
    int64_t store_check_mib;
    int64_t log_segment_mib;
    int64_t log_max_mib;
    int64_t log_keep_hours;
    int64_t log_spares;
    int64_t log_backup_required;
    int64_t limits_connections;
    int64_t limits_handshakes;
    int64_t limits_connections_per_bank;
    int64_t limits_window;
    int64_t limits_refusals;
    int64_t limits_exchanges;
    int64_t limits_queue;
    int64_t limits_overlay_keys;
    int64_t limits_overlay_mib;
    int64_t limits_overlay_ms;
    int64_t recon_max_mib;
    int64_t recon_keep_days;
    int64_t session_handshake_ms;
    int64_t session_hello_ms;
    int64_t session_heartbeat_ms;
    char *admin_socket;
    char *admin_group;
    char *admin_read_group;
    int64_t journal_level;
    char *file;                   /* that it was read from */
    int line_of[CONFIG_KEYS_MAX]; /* where each row of the table was given; 0: not */
};

enum config_type {
    CONFIG_TEXT,
    CONFIG_PATH, /* absolute, or behind $CREDENTIALS_DIRECTORY/ */
    CONFIG_NUMBER
};

struct config_key {
    const char *section;
    const char *name;
    enum config_type type;
    size_t offset;        /* in struct config */
    const char *standard; /* default as it would stand in the file; NULL: must be given */
    const char *example;  /* the default, or what could stand there */
    int64_t min, max;     /* numbers; texts: max is the length in bytes */
    const char *unit;     /* "" if none */
    bool reloadable;
    const char *help;
};

/* The table, in order of sections. */
const struct config_key *config_keys(size_t *count_out);

/* Reads the file, a regular one that not everybody may write. 0, or -1 with one line per fault in faults_out ("file:line: what; remedy"): all
 * that is wrong, CONFIG_FAULTS_MAX at most. */
#define CONFIG_FAULTS_MAX 32
int config_load(const char *path, struct config *config_out, struct buf *faults_out) MUST_USE;
void config_deinit(struct config *config);

/* The first key that differs and may not be changed by a reload; NULL if there is none. */
const struct config_key *config_fixed_difference(const struct config *a, const struct config *b);

/* "FILE:LINE" where that key was given, "FILE" where it was not: how a fault about it begins. */
void config_place(const struct config *config, const char *section, const char *name,
                  char *text_out, size_t size);

/* What values a key takes, in words. */
#define CONFIG_RANGE_SIZE 64
void config_range(const struct config_key *key, char text_out[CONFIG_RANGE_SIZE]);
/* The table as text, for --help-config: an example file with all defaults and what they mean. */
void config_print_keys(FILE *to);

#endif
