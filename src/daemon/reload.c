/*
 * SIGHUP: the configuration file, the certificates and the CRL are read again.
 *
 * Invariant: everything new is built and checked before anything old is given up; a fault anywhere
 * leaves the daemon exactly as it was, and the log says which of the two happened and why. Live
 * connections stay: their certificates are looked at again, and only those that are not accepted
 * any more are closed.
 */
#include "daemon/check.h"
#include "daemon/state.h"
#include "util/logline.h"

struct renewal {
    struct config config;
    struct check_made made;
};

static int build(const struct daemon *daemon, struct renewal *renewal, struct buf *faults) {
    if (config_load(daemon->config_path, &renewal->config, faults) != 0)
        return -1;
    const struct config_key *fixed = config_fixed_difference(daemon->config, &renewal->config);
    char line[256];
    if (fixed != NULL) {
        int size = snprintf(line, sizeof(line),
                            "%s: [%s] %s changed, which only a restart can; restart, or put back "
                            "the old value\n",
                            daemon->config_path, fixed->section, fixed->name);
        buf_append(faults, line, (size_t)size < sizeof(line) ? (size_t)size : sizeof(line) - 1);
    } else if (check_renewal(&renewal->config, &renewal->made, faults) == 0) {
        return 0;
    }
    config_deinit(&renewal->config);
    return -1;
}

static void swap(struct daemon *daemon, struct renewal *renewal) {
    config_deinit(daemon->config);
    *daemon->config = renewal->config;
    struct front_config front = daemon_front_config(daemon->config);
    front_configure(daemon->front, &front);
    net_set_tls(daemon->net, renewal->made.tls);
    tls_context_free(daemon->tls);
    daemon->tls = renewal->made.tls;
    admin_server_set_policy(daemon->admin, &renewal->made.policy);
    log_set_level((int)daemon->config->journal_level);
    watch_expiry(daemon);
}

static void tell_faults(struct buf *faults) {
    size_t start = 0;
    for (size_t i = 0; i < faults->size; i++) {
        if (faults->data[i] != '\n')
            continue;
        faults->data[i] = '\0';
        log_line(LOG_ERR, "reload_fault", LOG_TEXT("text", (const char *)faults->data + start));
        start = i + 1;
    }
}

void reload(struct daemon *daemon) {
    struct renewal renewal = {0};
    struct buf faults;
    buf_init(&faults);
    watch_reloading();
    if (build(daemon, &renewal, &faults) == 0) {
        swap(daemon, &renewal);
        log_line(LOG_NOTICE, "reload", LOG_TEXT("result", "new configuration in force"));
    } else {
        tell_faults(&faults);
        log_line(LOG_ERR, "reload", LOG_TEXT("result", "refused, the old configuration stays"));
    }
    buf_deinit(&faults);
    if (daemon->phase == DAEMON_SERVING)
        watch_ready(daemon);
    else
        watch_held(daemon);
}
