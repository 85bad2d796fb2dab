/*
 * Takes over the sockets that systemd hands to the process.
 *
 * Invariant: what is given out are listening TCP sockets named for banks, non-blocking and closed
 * on exec. Anything else in their place refuses the start: a gateway that listens on something
 * that nobody meant, or ignores what somebody did mean, is worse than none.
 */
#include "daemon/inherited.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "util/logline.h"

static void address_of(int fd, char text_out[INHERITED_HOST_SIZE], uint16_t *port_out) {
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof(address);
    (void)getsockname(fd, (struct sockaddr *)&address, &size);
    if (address.ss_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, &address, sizeof(in6));
        inet_ntop(AF_INET6, &in6.sin6_addr, text_out, INHERITED_HOST_SIZE);
        *port_out = ntohs(in6.sin6_port);
    } else {
        struct sockaddr_in in;
        memcpy(&in, &address, sizeof(in));
        inet_ntop(AF_INET, &in.sin_addr, text_out, INHERITED_HOST_SIZE);
        *port_out = ntohs(in.sin_port);
    }
}

/* NULL, or what is wrong with it. */
static const char *look_at(int fd, const char *name) {
    if (strcmp(name, INHERITED_NAME) != 0)
        return "has another name; its unit wants FileDescriptorName " INHERITED_NAME;
    if (sd_is_socket_inet(fd, AF_UNSPEC, SOCK_STREAM, 1, 0) <= 0)
        return "is no listening TCP socket; its unit wants ListenStream with a port, and Accept no";
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
        return "cannot be made non-blocking";
    return NULL;
}

static int take(struct inherited *inherited, int count, char **names, char *reason_out,
                size_t reason_size) {
    if (count > (int)NET_LISTENERS_MAX) {
        snprintf(reason_out, reason_size, "systemd hands over %d sockets; at most %u can be used",
                 count, NET_LISTENERS_MAX);
        return -1;
    }
    for (int i = 0; i < count; i++) {
        int fd = SD_LISTEN_FDS_START + i;
        char address[INHERITED_HOST_SIZE] = "?";
        uint16_t port;
        const char *fault = look_at(fd, names[i]);
        if (fault != NULL) {
            snprintf(reason_out, reason_size, "the socket '%s' that systemd hands over %s",
                     names[i], fault);
            return -1;
        }
        address_of(fd, address, &port);
        log_line(LOG_NOTICE, "socket_inherited", LOG_TEXT("name", names[i]),
                 LOG_TEXT("host", address), LOG_INT("port", port));
        if (i == 0)
            memcpy(inherited->host, address, sizeof(address));
        inherited->fds[i] = fd;
    }
    inherited->count = (size_t)count;
    return 0;
}

int inherited_take(struct inherited *inherited_out, char *reason_out, size_t reason_size) {
    struct inherited inherited = {0};
    char **names = NULL;
    int count = sd_listen_fds_with_names(1, &names);
    if (count < 0) {
        snprintf(reason_out, reason_size, "systemd's sockets cannot be taken over: %s",
                 strerror(-count));
        return -1;
    }
    int result = take(&inherited, count, names, reason_out, reason_size);
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
    if (result == 0)
        *inherited_out = inherited;
    return result;
}

void inherited_close(struct inherited *inherited) {
    for (size_t i = 0; i < inherited->count; i++)
        close(inherited->fds[i]);
    inherited->count = 0;
}
