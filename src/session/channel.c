/*
 * TLS and session put together.
 *
 * Invariant: the session is admitted once, when the handshake is done, with what the certificate
 * says; it sees no byte before that. Plain output waits in the session until channel_flush, so that
 * all the frames of a turn share their records. After a failure of TLS only its alert is sent.
 */
#include "session/channel.h"

#include <stdlib.h>

#include "session/internal.h"
#include "tls/tls.h"

struct channel {
    struct front *front;
    struct tls *tls;
    struct session *session;
    struct tls_context *newer; /* than the one of the handshake; NULL: none */
    bool admitted;
    bool shut;
};

struct channel *channel_new(struct front *front, struct tls_context *tls,
                            const struct session_owner *owner) {
    struct channel *channel = xcalloc(1, sizeof(*channel));
    channel->front = front;
    channel->tls = tls_new(tls);
    channel->session = session_new(front, owner);
    return channel;
}

void channel_free(struct channel *channel) {
    if (channel == NULL)
        return;
    session_free(channel->session);
    tls_free(channel->tls);
    free(channel);
}

static void look_again(struct channel *channel) {
    const char *why;
    struct tls_peer peer;
    const struct door *door = channel->front->door;
    int64_t now_ms = door->ledger_now_ms(door->context);
    bool trusted = tls_verify(channel->tls, channel->newer, now_ms, &why) == 0;
    tls_peer(channel->tls, &peer);
    session_recheck(channel->session, peer.until_unix_ms, trusted ? NULL : why);
}

static void admit(struct channel *channel) {
    struct tls_peer peer;
    tls_peer(channel->tls, &peer);
    struct session_peer known = {peer.uri, peer.pin, peer.serial, peer.until_unix_ms};
    channel->admitted = true;
    session_admit(channel->session, &known);
    if (channel->newer != NULL)
        look_again(channel);
}

void channel_recheck(struct channel *channel, struct tls_context *tls) {
    channel->newer = tls;
    if (channel->admitted && session_state(channel->session) != SESSION_CLOSED)
        look_again(channel);
}

enum session_need channel_feed(struct channel *channel, struct span cipher) {
    if (session_state(channel->session) == SESSION_CLOSED)
        return SESSION_OVER;
    struct buf *plain = &channel->front->decrypted;
    buf_clear(plain);
    int result = tls_feed(channel->tls, cipher, plain, SIZE_MAX);
    if (!channel->admitted && tls_established(channel->tls))
        admit(channel);
    enum session_need need = SESSION_WANTS;
    if (channel->admitted)
        need = session_feed(channel->session, buf_span(plain));
    if (result == TLS_CLOSED) {
        session_end(channel->session, "the peer closed");
    } else if (result == TLS_REFUSED) {
        session_end(channel->session, tls_reason(channel->tls));
        channel->shut = true;
    }
    return session_state(channel->session) == SESSION_CLOSED ? SESSION_OVER : need;
}

void channel_flush(struct channel *channel) {
    struct buf *out = session_output(channel->session);
    if (out->size > 0) {
        if (!channel->shut && tls_write(channel->tls, buf_span(out)) != 0) {
            session_end(channel->session, tls_reason(channel->tls));
            channel->shut = true;
        }
        buf_clear(out);
        if (out->cap > SESSION_KEEP_MAX)
            buf_deinit(out);
    }
    if (session_state(channel->session) == SESSION_CLOSED && !channel->shut) {
        channel->shut = true;
        tls_shut(channel->tls);
    }
}

struct span channel_output(const struct channel *channel) {
    return tls_output(channel->tls);
}

void channel_sent(struct channel *channel, size_t size) {
    tls_sent(channel->tls, size);
}

size_t channel_backlog(const struct channel *channel) {
    return session_output(channel->session)->size + tls_pending(channel->tls);
}

struct session *channel_session(struct channel *channel) {
    return channel->session;
}
