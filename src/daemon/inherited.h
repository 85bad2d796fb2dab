/*
 * Listening sockets that systemd opened (linkgated.socket) and hands over at the start. They stay
 * open while the daemon restarts: banks that connect meanwhile wait in the kernel.
 */
#ifndef LG_DAEMON_INHERITED_H
#define LG_DAEMON_INHERITED_H

#include "net/net.h"

/* FileDescriptorName= of the socket unit. */
#define INHERITED_NAME "banks"
#define INHERITED_HOST_SIZE 46 /* of an IPv6 address */

struct inherited {
    int fds[NET_LISTENERS_MAX];
    size_t count;
    char host[INHERITED_HOST_SIZE]; /* address of the first */
};

/* Once, before anything else is opened. count 0: nothing was handed over. Each is logged. 0, or -1
 * with a reason when one is not what banks could connect to. */
int inherited_take(struct inherited *inherited_out, char *reason_out, size_t reason_size) MUST_USE;
/* Those that nobody took. */
void inherited_close(struct inherited *inherited);

#endif
