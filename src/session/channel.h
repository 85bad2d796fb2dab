/*
 * A session with its TLS around it: cipher bytes in and out. What a socket moves.
 */
#ifndef LG_SESSION_CHANNEL_H
#define LG_SESSION_CHANNEL_H

#include "session/session.h"

struct tls_context;
struct channel;

struct channel *channel_new(struct front *front, struct tls_context *tls,
                            const struct session_owner *owner);
void channel_free(struct channel *channel);

/* Bytes from the socket; none after SESSION_AGAIN, SESSION_BLOCKED or SESSION_SLOWED. */
enum session_need channel_feed(struct channel *channel, struct span cipher);
/* Encrypts all that the session has to say, in as few records as it takes; behind the last of a
 * closed session, close_notify. Once a turn. */
void channel_flush(struct channel *channel);
/* What is to be written to the socket (borrowed until the next call), and how much was. */
struct span channel_output(const struct channel *channel);
void channel_sent(struct channel *channel, size_t size);
/* Bytes that wait to be written, encrypted or not. */
size_t channel_backlog(const struct channel *channel);

/* The CAs or their lists are new ones: the peer's certificate is looked at again under that context,
 * at once or, in the handshake, behind it. Borrowed until the next call or the channel's end. */
void channel_recheck(struct channel *channel, struct tls_context *tls);

struct session *channel_session(struct channel *channel);

#endif
