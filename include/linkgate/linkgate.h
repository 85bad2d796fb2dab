/*
 * liblinkgate: a partner bank's end of a connection to a linkgate gateway. This header brings all
 * of it; liblinkgate(3) and docs/protocol.md tell how to use it.
 *
 *   <linkgate/message.h>  what is said: envelopes, refusals, request ids
 *   <linkgate/core.h>     one connection as a machine over bytes and milliseconds: no socket, no
 *                         clock, for any event loop
 *   <linkgate/session.h>  the same over a TCP socket, and calls that block
 *
 * The library does Hello, the window, heartbeats, correlation, packing of frames and
 * acknowledgements. Payloads are the program's: it encodes and decodes them with code generated
 * from proto/linkgate/v1 in whatever way it likes.
 *
 * Errors: 0 is good, LG_FAILED (negative) comes with a text, positive values are outcomes that the
 * caller has to handle (enum lg_outcome). Nothing here is thread-safe for one object; different
 * objects may be used by different threads. Memory that runs out ends the process, after a line on
 * standard error.
 */
#ifndef LINKGATE_LINKGATE_H
#define LINKGATE_LINKGATE_H

#include <linkgate/core.h>
#include <linkgate/message.h>
#include <linkgate/session.h>

#endif
