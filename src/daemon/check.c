/*
 * Looks at everything that a configuration names.
 *
 * Invariant: it says all that is wrong, not just the first thing, and what to do about each; and it
 * leaves everything as it found it, so that --check is safe beside a running daemon.
 */
#include "daemon/check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define REASON_SIZE_MAX 512
#define TLS_REASONS_SIZE_MAX 4096 /* a line for each of its files */

static void fault(struct buf *faults, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void fault(struct buf *faults, const char *format, ...) {
    char text[REASON_SIZE_MAX + 64];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    buf_append(faults, text, strlen(text));
    buf_append_byte(faults, '\n');
}

struct tls_config check_tls_files(const struct config *config) {
    return (struct tls_config){
        .server = true,
        .ca_file = config->tls_ca,
        .crl_file = config->tls_crl[0] != '\0' ? config->tls_crl : NULL,
        .certificate_file = config->tls_certificate,
        .key_file = config->tls_key,
    };
}

static void tls_faults(char *lines, struct buf *faults) {
    char *rest = lines;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        if (line[0] != '\0')
            fault(faults, "[tls] %s", line);
    }
}

static int make_tls(const struct config *config, bool dates, struct tls_context **context_out,
                    struct buf *faults) {
    char reasons[TLS_REASONS_SIZE_MAX];
    struct tls_config files = check_tls_files(config);
    struct tls_context *context = NULL;
    if (tls_context_new(&files, &context, reasons, sizeof(reasons)) != 0) {
        tls_faults(reasons, faults);
        return -1;
    }
    struct buf late = {0};
    if (dates)
        tls_context_faults(context, &files, &late);
    bool good = late.size == 0;
    if (good) {
        *context_out = context;
    } else {
        buf_append_byte(&late, '\0');
        tls_faults((char *)late.data, faults);
        tls_context_free(context);
    }
    buf_deinit(&late);
    return good ? 0 : -1;
}

static int find_group(const char *key, const char *name, bool *has_out, uint32_t *gid_out,
                      struct buf *faults) {
    *has_out = false;
    if (name[0] == '\0')
        return 0;
    struct group group;
    struct group *found = NULL;
    char memory[16384]; /* of one group's members */
    int error = getgrnam_r(name, &group, memory, sizeof(memory), &found);
    if (found == NULL) {
        fault(faults, "[admin] %s '%s': %s; make it with groupadd, or name another", key, name,
              error != 0 ? strerror(error) : "there is no such group");
        return -1;
    }
    *has_out = true;
    *gid_out = found->gr_gid;
    return 0;
}

int check_make_policy(const struct config *config, struct admin_policy *policy_out,
                      struct buf *faults) {
    struct admin_policy policy = {.daemon_uid = geteuid()};
    int result = find_group("group", config->admin_group, &policy.has_group, &policy.group, faults);
    if (find_group("read_group", config->admin_read_group, &policy.has_read_group,
                   &policy.read_group, faults) != 0)
        result = -1;
    if (result == 0)
        *policy_out = policy;
    return result;
}

/* The folder exists and may be written, or may be made. */
static int check_folder(const char *what, const char *path, struct buf *faults) {
    struct stat status;
    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode) && access(path, R_OK | W_OK | X_OK) == 0)
            return 0;
        fault(faults, "%s '%s': %s", what, path,
              S_ISDIR(status.st_mode)
                  ? "may not be read and written by this user; give it to the daemon's user"
                  : "is no folder; name another");
        return -1;
    }
    char parent[1024];
    snprintf(parent, sizeof(parent), "%s", path);
    char *slash = strrchr(parent, '/');
    if (errno == ENOENT && slash != NULL) {
        slash[slash == parent ? 1 : 0] = '\0';
        if (access(parent, W_OK | X_OK) == 0)
            return 0;
    }
    fault(faults, "%s '%s': cannot be made (%s); make it and give it to the daemon's user", what,
          path, strerror(errno));
    return -1;
}

static int check_keys(const struct config *config, struct buf *faults) {
    char reason[REASON_SIZE_MAX];
    struct keyring *keyring = NULL;
    if (keyring_load(config->store_keys, &keyring, reason, sizeof(reason)) == 0) {
        keyring_free(keyring);
        return 0;
    }
    fault(faults, "[store] keys: %s", reason);
    return -1;
}

static int check_host(const struct config *config, struct buf *faults) {
    struct in6_addr address;
    if (inet_pton(AF_INET, config->gateway_host, &address) == 1 ||
        inet_pton(AF_INET6, config->gateway_host, &address) == 1)
        return 0;
    fault(faults, "[gateway] host '%s' is no address; give IPv4 or IPv6 digits, no name",
          config->gateway_host);
    return -1;
}

static int check_socket(const struct config *config, struct buf *faults) {
    struct sockaddr_un address;
    if (strlen(config->admin_socket) < sizeof(address.sun_path))
        return 0;
    fault(faults, "[admin] socket '%s' is longer than %zu bytes; shorten it", config->admin_socket,
          sizeof(address.sun_path) - 1);
    return -1;
}

static int check_all(const struct config *config, bool dates, struct check_made *made_out,
                     struct buf *faults) {
    int result = check_host(config, faults);
    if (make_tls(config, dates, &made_out->tls, faults) != 0)
        result = -1;
    if (check_keys(config, faults) != 0)
        result = -1;
    if (check_folder("[store] dir", config->store_dir, faults) != 0)
        result = -1;
    if (check_socket(config, faults) != 0)
        result = -1;
    if (check_make_policy(config, &made_out->policy, faults) != 0)
        result = -1;
    return result;
}

int check_config(const struct config *config, struct buf *faults) {
    struct check_made made = {0};
    int result = check_all(config, false, &made, faults);
    check_made_free(&made);
    return result;
}

int check_renewal(const struct config *config, struct check_made *made_out, struct buf *faults) {
    struct check_made made = {0};
    int result = check_all(config, true, &made, faults);
    if (result == 0)
        *made_out = made;
    else
        check_made_free(&made);
    return result;
}

void check_made_free(struct check_made *made) {
    tls_context_free(made->tls);
    made->tls = NULL;
}
