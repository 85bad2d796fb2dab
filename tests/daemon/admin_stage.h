/*
 * An admin dispatcher with nothing behind it: what it was given is kept, and a right request of every
 * kind can be had.
 */
#ifndef LG_TESTS_DAEMON_ADMIN_STAGE_H
#define LG_TESTS_DAEMON_ADMIN_STAGE_H

#include "daemon/admin.h"

#define BANK_A 102100099996u
#define BANK_B 305100000013u
#define STAGE_CLIENT 77
#define STAGE_WALL_MS 1234567

/* The last of each that the dispatcher started; full: it is told that there is no room. */
struct stage {
    struct command *command;
    struct admin_listing *listing;
    struct admin_inquiry *inquiry;
    struct admin_recon *recon;
    bool backing_up; /* a backup has its place */
    bool backup_asked;
    bool full;
};
extern struct stage fake;
extern struct admin_gateway gateway;
extern const struct admin_policy policy;
extern const struct admin_peer root;

/* The ring that searches are hashed with; a fixed one unless a test says so (NULL: that one). */
void stage_keyring(const struct keyring *keyring);
/* Forgets all; a cmocka setup. */
int reset(void **state);
int dispatch(const struct admin_peer *peer, admin_request *request, struct buf *out);
/* The one frame in out. */
admin_reply *read_reply(const struct buf *out);
void free_reply(admin_reply *reply);
/* Asks and gives the refusal's detail and field, "" when it was not refused. */
void ask_detail(const struct admin_peer *peer, admin_request *request, char detail_out[64],
                char field_out[64]);
/* A right request of that kind; its message may be changed until the next call for the same kind. */
admin_request sample(uint32_t order);

/* What stands in samples. */
extern uint8_t pin_one[DIGEST_SIZE], pin_two[DIGEST_SIZE], seven[DIGEST_SIZE], some_id[ID_SIZE];

#endif
