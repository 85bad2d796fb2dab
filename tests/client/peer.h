/*
 * The other end for tests of what a bank does: a scripted gateway over TLS in memory. It answers
 * nothing by itself but Hello.
 */
#ifndef LG_TESTS_CLIENT_PEER_H
#define LG_TESTS_CLIENT_PEER_H

#include "support/pki.h"
#include "tls/tls.h"
#include "wire/envelope.h"
#include "wire/message.h"

#define PEER_FRAMES_MAX 4096

struct peer {
    struct tls_context *context;
    struct tls *tls;
    struct arena arena; /* what was received lives here until peer_deinit */
    struct buf plain;   /* a frame's unfinished rest */
    struct buf out;     /* plain, since the last peer_output */
    struct envelope frames[PEER_FRAMES_MAX];
    size_t count;   /* frames received, Hello included */
    size_t taken;   /* by peer_next */
    size_t records; /* times that plain bytes came */
    bool greeted;   /* Hello was answered */
    struct hello hello;
    uint32_t window; /* offered in the reply */
    uint32_t heartbeat_ms;
    bool mute; /* does not answer Hello */
    int result;
};

void peer_init(struct peer *peer, struct pki *pki, const char *certificate);
void peer_deinit(struct peer *peer);
/* A new connection of the same peer; what was received before is forgotten. */
void peer_again(struct peer *peer);
void peer_feed(struct peer *peer, struct span cipher);
/* Cipher bytes to give to the other end; peer_sent when they were. */
struct span peer_output(struct peer *peer);
void peer_sent(struct peer *peer, size_t size);

void peer_say(struct peer *peer, uint64_t correlation, uint32_t kind,
              enum message_direction direction, struct span payload, uint32_t timeout_ms);
/* Encodes with one of wire's functions first: peer_payload() is an empty buffer each time. */
struct buf *peer_payload(void);
/* The next frame received that was not taken yet; NULL: none. */
const struct envelope *peer_next(struct peer *peer);

#endif
