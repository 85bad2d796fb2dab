/*
 * The admin side of the daemon: who may ask what, and what becomes of it. No sockets here
 * (admin_server.h), so that every rule is tested with plain values.
 */
#ifndef LG_DAEMON_ADMIN_H
#define LG_DAEMON_ADMIN_H

#include "daemon/admin_inquiry.h"
#include "daemon/admin_listing.h"
#include "daemon/admin_message.h"
#include "daemon/admin_recon.h"
#include "domain/effect.h"

/* Every order has one of these rights in the dispatcher's table. */
enum admin_right { ADMIN_READ = 1, ADMIN_CHANGE = 2 };

/* Who is at the other end, by the kernel's word (SO_PEERCRED, SO_PEERGROUPS). */
#define ADMIN_GROUPS_MAX 64
struct admin_peer {
    uint32_t uid;
    uint32_t gid;
    uint32_t groups[ADMIN_GROUPS_MAX];
    size_t group_count;
};

/* Root and the daemon's own user may do all; the groups may as named. */
struct admin_policy {
    uint32_t daemon_uid;
    bool has_group, has_read_group;
    uint32_t group, read_group;
};

bool admin_may(const struct admin_policy *policy, const struct admin_peer *peer,
               enum admin_right right);

/* The backup that is being made, or the last one. Texts are borrowed. */
struct admin_backup {
    const char *state, *dir, *stage, *text;
    uint64_t done, of;
    uint64_t sequence, bytes;
    uint32_t files;
    int64_t started_at_ms, ended_at_ms; /* wall clock */
};

/* What orders act on. A struct of functions, so that the dispatcher is tested without a gateway.
 * Each takes over what it is given and answers later; false: no room, still the caller's. */
struct admin_gateway {
    void *context;
    bool (*submit)(void *context, struct command *command); /* answered by its origin */
    bool (*list)(void *context, struct admin_listing *listing);
    bool (*inquire)(void *context, struct admin_inquiry *inquiry);
    int64_t (*wall_ms)(void *context);
    /* One backup at a time: takes the place for it before it is ordered. False: one is being made. */
    bool (*reserve_backup)(void *context, const char *dir);
    void (*release_backup)(void *context); /* the order could not leave */
    void (*backup)(void *context, struct admin_backup *state_out);
    /* Something about a bank's list, on its way to the long thread. */
    bool (*recon)(void *context, struct admin_recon *recon);
    void (*recon_progress)(void *context, struct admin_recon_progress *progress_out);
    struct spool *spool;           /* NULL: there is none */
    const struct keyring *keyring; /* of the dispatcher's thread: for what is searched for */
};

/* Outcomes of a request. */
#define ADMIN_ANSWERED 0
#define ADMIN_PENDING 1   /* the answer comes later, under (client, correlation) */
#define ADMIN_MALFORMED 2 /* not a message: close the connection */

/* Reads one frame's body and answers into out, or starts what will be answered later. Orders that
 * are refused are answered; only bytes that are no Request are ADMIN_MALFORMED. */
int admin_dispatch(const struct admin_gateway *gateway, const struct admin_policy *policy,
                   const struct admin_peer *peer, uint64_t client, struct span body,
                   struct buf *out) MUST_USE;

/* Appends the answer that an EFFECT_REPLY to an operator is. */
void admin_append_outcome(const struct effect *effect, struct buf *out);
/* What a granted SEARCH found, to be listed under its origin; NULL: the effect is no such answer. */
struct admin_listing *admin_found(const struct effect *effect);

#endif
