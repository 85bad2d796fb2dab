/*
 * The simulated bank's configuration: one INI file, one table of keys (config.c), printed by
 * `linkgate-bank --help-config`.
 */
#ifndef LG_BANK_CONFIG_H
#define LG_BANK_CONFIG_H

#include <stdio.h>

#include "domain/bank.h"
#include "util/fatal.h"

#define BK_PATH_SIZE 192
#define BK_CONNECTIONS_MAX 16

struct bk_config {
    char host[BK_PATH_SIZE];
    uint32_t port;
    bank_code code;
    uint32_t roles; /* BANK_ROLE_CLASS1, BANK_ROLE_CLASS2 */
    char ca[BK_PATH_SIZE], crl[BK_PATH_SIZE], certificate[BK_PATH_SIZE], key[BK_PATH_SIZE];
    char data_dir[BK_PATH_SIZE];
    char accounts[BK_PATH_SIZE];
    char faults[BK_PATH_SIZE];  /* "": none */
    char control[BK_PATH_SIZE]; /* socket path; fits sun_path */
    uint32_t map_mib;
    uint32_t window;
    uint32_t connections;
    uint32_t reconnect_min_ms, reconnect_max_ms;
    uint32_t code_lifetime_ms;
    uint32_t code_tries;
    bool settles; /* confirms the nets of windows by itself */
    /* As an issuer: does by itself what its orders wait for (order_desk.h). */
    bool sells;
    uint32_t price, redeem_price; /* of a unit, in 1/1,000,000 CNY; 0: as bought */
    uint32_t allotted;            /* of each order, in percent; 0: none is confirmed */
    uint32_t lends_fen; /* as a lender: approves loans up to so much by itself; 0: by hand */
};

/* 0, or negative with reason_out: file, line, what is wrong, remedy. */
int bk_config_load(const char *path, struct bk_config *config_out, char *reason_out,
                   size_t reason_size) MUST_USE;
/* The table of keys, for people. */
void bk_config_help(FILE *out);

#endif
