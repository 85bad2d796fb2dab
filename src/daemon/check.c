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
#define PLACE_SIZE_MAX 4128       /* a path and a line */

/* A line about a key's value, with its place in the file. */
static void fault(const struct config *config, const char *section, const char *name,
                  struct buf *faults, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static void fault(const struct config *config, const char *section, const char *name,
                  struct buf *faults, const char *format, ...) {
    char text[REASON_SIZE_MAX + 64];
    char place[PLACE_SIZE_MAX];
    config_place(config, section, name, place, sizeof(place));
    int used = snprintf(text, sizeof(text), ": [%s] %s ", section, name);
    ENSURE(used > 0 && (size_t)used < sizeof(text));
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, sizeof(text) - (size_t)used, format, arguments);
    va_end(arguments);
    buf_append(faults, place, strlen(place));
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

/* A line begins with the key that it is about. */
static void tls_fault(const struct config *config, const char *line, struct buf *faults) {
    static const char *const names[] = {"certificate", "key", "ca", "crl"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        size_t length = strlen(names[i]);
        if (strncmp(line, names[i], length) == 0 && line[length] == ' ') {
            fault(config, "tls", names[i], faults, "%s", line + length + 1);
            return;
        }
    }
    fault(config, "tls", "certificate", faults, "cannot be used: %s", line);
}

static void tls_faults(const struct config *config, char *lines, struct buf *faults) {
    char *rest = lines;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        if (line[0] != '\0')
            tls_fault(config, line, faults);
    }
}

static int make_tls(const struct config *config, bool dates, struct tls_context **context_out,
                    struct buf *faults) {
    char reasons[TLS_REASONS_SIZE_MAX];
    struct tls_config files = check_tls_files(config);
    struct tls_context *context = NULL;
    if (tls_context_new(&files, &context, reasons, sizeof(reasons)) != 0) {
        tls_faults(config, reasons, faults);
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
        tls_faults(config, (char *)late.data, faults);
        tls_context_free(context);
    }
    buf_deinit(&late);
    return good ? 0 : -1;
}

static int find_group(const struct config *config, const char *key, const char *name, bool *has_out,
                      uint32_t *gid_out, struct buf *faults) {
    *has_out = false;
    if (name[0] == '\0')
        return 0;
    struct group group;
    struct group *found = NULL;
    char memory[16384]; /* of one group's members */
    int error = getgrnam_r(name, &group, memory, sizeof(memory), &found);
    if (found == NULL) {
        fault(config, "admin", key, faults, "'%s': %s; make it with groupadd, or name another",
              name, error != 0 ? strerror(error) : "there is no such group");
        return -1;
    }
    *has_out = true;
    *gid_out = found->gr_gid;
    return 0;
}

int check_make_policy(const struct config *config, struct admin_policy *policy_out,
                      struct buf *faults) {
    struct admin_policy policy = {.daemon_uid = geteuid()};
    int result =
        find_group(config, "group", config->admin_group, &policy.has_group, &policy.group, faults);
    if (find_group(config, "read_group", config->admin_read_group, &policy.has_read_group,
                   &policy.read_group, faults) != 0)
        result = -1;
    if (result == 0)
        *policy_out = policy;
    return result;
}

/* The folder exists and may be written, or may be made. */
static int check_folder(const struct config *config, struct buf *faults) {
    const char *path = config->store_dir;
    struct stat status;
    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode) && access(path, R_OK | W_OK | X_OK) == 0)
            return 0;
        fault(config, "store", "dir", faults, "'%s': %s", path,
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
    fault(config, "store", "dir", faults,
          "'%s': cannot be made (%s); make it and give it to the daemon's user", path,
          strerror(errno));
    return -1;
}

static int check_keys(const struct config *config, struct buf *faults) {
    char reason[REASON_SIZE_MAX];
    struct keyring *keyring = NULL;
    if (keyring_load(config->store_keys, &keyring, reason, sizeof(reason)) == 0) {
        keyring_free(keyring);
        return 0;
    }
    fault(config, "store", "keys", faults, "cannot be used: %s", reason);
    return -1;
}

/* The TLS key may be shared with a group, which is how the daemon's user gets to read root's file;
 * a key that all may read is everybody's. */
static int check_tls_key(const struct config *config, struct buf *faults) {
    struct stat status;
    if (stat(config->tls_key, &status) != 0 || !S_ISREG(status.st_mode) ||
        (status.st_mode & S_IRWXO) == 0)
        return 0; /* that it cannot be read is told by who reads it */
    fault(config, "tls", "key", faults,
          "'%s': every user of this machine may read or change it; make a new one, chmod 640",
          config->tls_key);
    return -1;
}

static int check_host(const struct config *config, struct buf *faults) {
    struct in6_addr address;
    if (inet_pton(AF_INET, config->gateway_host, &address) == 1 ||
        inet_pton(AF_INET6, config->gateway_host, &address) == 1)
        return 0;
    fault(config, "gateway", "host", faults,
          "'%s' is no address; give IPv4 or IPv6 digits, no name", config->gateway_host);
    return -1;
}

static int check_socket(const struct config *config, struct buf *faults) {
    struct sockaddr_un address;
    if (strlen(config->admin_socket) < sizeof(address.sun_path))
        return 0;
    fault(config, "admin", "socket", faults, "'%s' is longer than %zu bytes; shorten it",
          config->admin_socket, sizeof(address.sun_path) - 1);
    return -1;
}

/* What a reload can change. */
static int look_at(const struct config *config, bool dates, struct check_made *made_out,
                   struct buf *faults) {
    int result = check_host(config, faults);
    if (make_tls(config, dates, &made_out->tls, faults) != 0)
        result = -1;
    else if (check_tls_key(config, faults) != 0)
        result = -1;
    if (check_socket(config, faults) != 0)
        result = -1;
    if (check_make_policy(config, &made_out->policy, faults) != 0)
        result = -1;
    return result;
}

int check_store(const struct config *config, struct buf *faults) {
    int result = check_keys(config, faults);
    if (check_folder(config, faults) != 0)
        result = -1;
    return result;
}

int check_config(const struct config *config, struct buf *faults) {
    struct check_made made = {0};
    int result = look_at(config, false, &made, faults);
    if (check_store(config, faults) != 0)
        result = -1;
    check_made_free(&made);
    return result;
}

int check_renewal(const struct config *config, struct check_made *made_out, struct buf *faults) {
    struct check_made made = {0};
    int result = look_at(config, true, &made, faults);
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
