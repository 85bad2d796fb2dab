/*
 * Warns of what expires: the gateway's own certificate, its lists of revoked certificates, and the
 * certificates that banks are connected with.
 */
#ifndef LG_DAEMON_EXPIRY_H
#define LG_DAEMON_EXPIRY_H

#include "session/front.h"
#include "tls/tls.h"

struct expiry;

struct expiry *expiry_new(void);
void expiry_free(struct expiry *expiry);
/* Logs what came within 30, 14, 7, 1 days of its end since the last look, or reached it: a line
 * each time, not at every look. Of lists only thresholds within the second half of their time
 * count: one that is renewed each month would else be warned of all the time. */
void expiry_look(struct expiry *expiry, const struct tls_expiry *own, const struct front *front,
                 int64_t now_ms);

#endif
