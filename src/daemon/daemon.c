/*
 * The running gateway: builds its parts in order, serves, and takes them down again.
 *
 *   STARTING --ledger ready--> SERVING --SIGTERM--> PARTING --peers gone--> SEALING --> end
 *
 * Invariant: nobody is listened to before the ledger has logged its BOOT and that batch was
 * delivered; nothing is delivered that was not released; a stop as asked leaves no tail in the log.
 * Everything here is on the event thread; the engine's threads are threads.c's.
 */
#include "daemon/daemon.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "daemon/check.h"
#include "daemon/state.h"
#include "util/logline.h"
#include "util/signals.h"

#define HOURS_MS 3600000LL
#define REASON_SIZE_MAX 1024
/* Descriptors that banks' connections never take: the gateway's own, and operators'. */
#define FILES_RESERVED (64u + ADMIN_CLIENTS_MAX)

/* "1.2.3" as 10203. */
static uint32_t software_version(void) {
    uint32_t number = 0;
    const char *at = LINKGATE_VERSION;
    for (int part = 0; part < 3; part++) {
        char *end;
        number = number * 100 + (uint32_t)strtoul(at, &end, 10);
        at = *end == '.' ? end + 1 : end;
    }
    return number;
}

struct front_config daemon_front_config(const struct config *config) {
    return (struct front_config){
        .window = (uint32_t)config->limits_window,
        .refusals = (uint32_t)config->limits_refusals,
        .handshake_ms = (uint32_t)config->session_handshake_ms,
        .hello_ms = (uint32_t)config->session_hello_ms,
        .heartbeat_ms = (uint32_t)config->session_heartbeat_ms,
        .limits =
            {
                .peers_per_bank = (uint32_t)config->limits_connections_per_bank,
                .exchanges = (uint32_t)config->limits_exchanges,
            },
        .software = config->gateway_name,
    };
}

static struct engine_config engine_configuration(struct daemon *daemon) {
    const struct config *config = daemon->config;
    daemon->start.whole_bytes = (uint64_t)config->store_check_mib << 20;
    struct engine_config engine = {
        .dir = config->store_dir,
        .keyring = daemon->keyring,
        .clock = daemon->clock,
        .map_bytes = (uint64_t)config->store_map_mib << 20,
        .log =
            {
                .segment_bytes = (uint64_t)config->log_segment_mib << 20,
                .max_bytes = (uint64_t)config->log_max_mib << 20,
                .keep_ms = config->log_keep_hours * HOURS_MS,
                .spares = (uint32_t)config->log_spares,
                .io = log_io_system(),
            },
        .bounds = engine_bounds_default(),
        .software_version = software_version(),
        .ledger_version = daemon->ledger_version,
        .backup_required = config->log_backup_required != 0,
        .catch_signals = true,
        .look = verify_start,
        .look_context = &daemon->start,
    };
    engine.bounds.queue_commands = (size_t)config->limits_queue;
    engine.bounds.overlay_keys = (size_t)config->limits_overlay_keys;
    engine.bounds.overlay_bytes = (size_t)config->limits_overlay_mib << 20;
    engine.bounds.overlay_age_ms = config->limits_overlay_ms;
    return engine;
}

static int fail(enum daemon_exit status, const char *what, const char *reason) {
    log_line(LOG_CRIT, "start_failed", LOG_TEXT("what", what), LOG_TEXT("reason", reason),
             LOG_INT("status", status));
    return (int)status;
}

static int engine_outcome(int result, const char *reason) {
    switch (result) {
    case 0:
        return 0;
    case ENGINE_FAILED:
        return fail(DAEMON_DISK, "engine", reason);
    case ENGINE_IN_USE:
        return fail(DAEMON_SYSTEM, "engine", reason);
    default: /* damaged, not to be replayed, another version's */
        return fail(DAEMON_DAMAGED, "engine", reason);
    }
}

static int open_engine(struct daemon *daemon) {
    char reason[REASON_SIZE_MAX] = "";
    struct engine_config engine = engine_configuration(daemon);
    return engine_outcome(engine_open(&engine, &daemon->engine, reason, sizeof(reason)), reason);
}

static int load_keys(struct daemon *daemon) {
    char reason[REASON_SIZE_MAX];
    const char *path = daemon->config->store_keys;
    if (keyring_load(path, &daemon->keyring, reason, sizeof(reason)) != 0 ||
        keyring_load(path, &daemon->bulk_keyring, reason, sizeof(reason)) != 0 ||
        keyring_load(path, &daemon->backup_keyring, reason, sizeof(reason)) != 0 ||
        keyring_load(path, &daemon->desk_keyring, reason, sizeof(reason)) != 0)
        return fail(DAEMON_CONFIG, "keys", reason);
    return 0;
}

static int load_tls(struct daemon *daemon) {
    char reason[REASON_SIZE_MAX];
    struct tls_config tls = check_tls_files(daemon->config);
    if (tls_context_new(&tls, &daemon->tls, reason, sizeof(reason)) != 0)
        return fail(DAEMON_CONFIG, "tls", reason);
    return 0;
}

/* ---- stopping ---------------------------------------------------------------------------------- */

/* What sessions left behind goes into the ledger; then the ledger drains. */
static void seal_if_empty(struct daemon *daemon) {
    if (!ledger_door_retry(&daemon->door))
        return; /* again when there is room */
    threads_drain(daemon->threads);
}

static void on_parted(void *context) {
    struct daemon *daemon = context;
    log_line(LOG_NOTICE, "drained",
             LOG_INT("after_ms", clock_boot_ms(&daemon->clock) - daemon->stopping_at_ms));
    daemon->phase = DAEMON_SEALING;
    seal_if_empty(daemon);
}

static void on_stop(evutil_socket_t number, short what, void *context) {
    (void)what;
    struct daemon *daemon = context;
    if (daemon->phase >= DAEMON_PARTING)
        return;
    log_line(LOG_NOTICE, "stopping", LOG_INT("signal", number),
             LOG_INT("drain_ms", daemon->config->gateway_drain_ms));
    watch_stopping();
    daemon->stopping_at_ms = clock_boot_ms(&daemon->clock);
    daemon->phase = DAEMON_PARTING;
    net_drain(daemon->net, (uint32_t)daemon->config->gateway_drain_ms, on_parted, daemon);
}

static void on_reload(evutil_socket_t number, short what, void *context) {
    (void)number;
    (void)what;
    struct daemon *daemon = context;
    if (daemon->phase < DAEMON_PARTING)
        reload(daemon);
}

/* ---- serving ----------------------------------------------------------------------------------- */

static void stop_by_itself(struct daemon *daemon) {
    on_stop(0, 0, daemon);
}

/* On what systemd handed over, or else where the configuration says. 0, or -1 with a reason. */
static int listen_for_banks(struct daemon *daemon, char *reason_out, size_t reason_size) {
    const struct config *config = daemon->config;
    struct inherited *inherited = &daemon->inherited;
    if (inherited->count == 0)
        return net_listen(daemon->net, config->gateway_host, (uint16_t)config->gateway_port,
                          reason_out, reason_size);
    for (size_t i = 0; i < inherited->count; i++)
        net_adopt(daemon->net, inherited->fds[i]);
    inherited->count = 0;
    return 0;
}

static void serve(struct daemon *daemon) {
    char reason[REASON_SIZE_MAX];
    struct engine_status status;
    threads_status(daemon->threads, &status);
    if (!status.ready || !daemon->booted)
        return;
    const struct config *config = daemon->config;
    const char *host = daemon->inherited.count > 0 ? daemon->inherited.host : config->gateway_host;
    if (listen_for_banks(daemon, reason, sizeof(reason)) != 0) {
        daemon->exit_status = fail(DAEMON_SYSTEM, "listen", reason);
        stop_by_itself(daemon);
        return;
    }
    daemon->phase = DAEMON_SERVING;
    log_line(LOG_NOTICE, "ready", LOG_TEXT("host", host), LOG_INT("port", net_port(daemon->net)),
             LOG_TEXT("version", LINKGATE_VERSION), LOG_TEXT("admin", config->admin_socket),
             LOG_INT("replayed", status.replayed));
    watch_ready(daemon);
    start_check_begin(daemon);
    recon_work_start(daemon);
}

/* The threads told something, ended a task, or have room again. */
static void on_woken(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct daemon *daemon = context;
    struct release *release = threads_take(daemon->threads);
    while (release != NULL) {
        struct release *next = release->next;
        daemon->booted = true;
        net_release(daemon->net, &release->effects);
        ledger_door_released(&daemon->door, release);
        recon_work_released(daemon->recon, release);
        threads_give_back(daemon->threads, release);
        release = next;
    }
    bool caught_up = ledger_door_retry(&daemon->door);
    recon_work_go_on(daemon->recon);
    if (daemon->phase == DAEMON_STARTING)
        serve(daemon);
    if (daemon->phase <= DAEMON_PARTING && caught_up)
        net_resume(daemon->net);
    if (daemon->phase == DAEMON_SEALING)
        seal_if_empty(daemon);
    if (daemon->phase == DAEMON_SEALING && threads_drained(daemon->threads))
        (void)event_base_loopbreak(daemon->base);
}

/* ---- building and ending ----------------------------------------------------------------------- */

static struct event *add_event(struct daemon *daemon, int fd, short what,
                               event_callback_fn callback) {
    struct event *event = event_new(daemon->base, fd, (short)(what | EV_PERSIST), callback, daemon);
    ENSURE(event != NULL && event_add(event, NULL) == 0);
    return event;
}

static void start_events(struct daemon *daemon) {
    daemon->woken = add_event(daemon, threads_fd(daemon->threads), EV_READ, on_woken);
    daemon->stop_signals[0] = add_event(daemon, SIGTERM, EV_SIGNAL, on_stop);
    daemon->stop_signals[1] = add_event(daemon, SIGINT, EV_SIGNAL, on_stop);
    daemon->reload_signal = add_event(daemon, SIGHUP, EV_SIGNAL, on_reload);
    watch_start(daemon);
    watch_expiry(daemon);
}

/* As many as there are descriptors for, besides those of log, store and operators: a log that cannot
 * open its next segment would end the process. */
static uint32_t connections_max(const struct config *config) {
    struct rlimit files;
    uint64_t wanted = (uint64_t)config->limits_connections;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return (uint32_t)wanted;
    files.rlim_cur = files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files);
    uint64_t kept = files.rlim_max / 4 * 3;
    if (kept > FILES_RESERVED)
        kept = FILES_RESERVED;
    if (wanted <= files.rlim_max - kept)
        return (uint32_t)wanted;
    wanted = files.rlim_max - kept;
    log_line(LOG_WARNING, "connections_limited", LOG_INT("connections", wanted),
             LOG_INT("descriptors", files.rlim_max),
             LOG_TEXT("remedy", "raise LimitNOFILE (ulimit -n), or lower [limits] connections"));
    return (uint32_t)wanted;
}

static void start_threads(struct daemon *daemon) {
    struct threads_config threads = {
        .engine = daemon->engine,
        .bulk_keyring = daemon->bulk_keyring,
        .clock = daemon->clock,
    };
    daemon->threads = threads_start(&threads);
    ledger_door_init(&daemon->door, daemon->threads, (size_t)daemon->config->limits_queue,
                     &daemon->clock, operators_told, daemon);
    daemon->door.beside = recon_work_take_bank;
    struct front_config front = daemon_front_config(daemon->config);
    daemon->front = front_new(&front, &daemon->clock, &daemon->door.door);
    struct net_config net = {
        .base = daemon->base,
        .front = daemon->front,
        .tls = daemon->tls,
        .connections_max = connections_max(daemon->config),
        .handshakes_max = (uint32_t)daemon->config->limits_handshakes,
    };
    daemon->net = net_new(&net);
}

static int build(struct daemon *daemon) {
    char reason[REASON_SIZE_MAX];
    if (inherited_take(&daemon->inherited, reason, sizeof(reason)) != 0)
        return fail(DAEMON_SYSTEM, "sockets", reason);
    int status = load_keys(daemon);
    if (status == 0)
        status = load_tls(daemon);
    if (status == 0)
        status = open_engine(daemon);
    if (status != 0)
        return status;
    daemon->base = event_base_new();
    if (daemon->base == NULL)
        return fail(DAEMON_SYSTEM, "loop", "libevent has no way to wait here");
    recon_work_open(daemon);
    start_threads(daemon);
    if (operators_open(daemon, reason, sizeof(reason)) != 0)
        return fail(DAEMON_SYSTEM, "admin", reason);
    start_events(daemon);
    return 0;
}

static void free_event(struct event *event) {
    if (event != NULL)
        event_free(event);
}

static void tear_down(struct daemon *daemon) {
    signals_deafen();
    net_free(daemon->net);
    daemon->net = NULL;
    inherited_close(&daemon->inherited);
    front_free(daemon->front);
    if (daemon->threads != NULL)
        threads_stop(daemon->threads);
    ledger_door_deinit(&daemon->door);
    admin_server_close(daemon->admin);
    backup_work_free(daemon->backup);
    recon_work_close(daemon->recon);
    free_event(daemon->woken);
    free_event(daemon->stop_signals[0]);
    free_event(daemon->stop_signals[1]);
    free_event(daemon->reload_signal);
    free_event(daemon->expiry_event);
    expiry_free(daemon->expiry);
    free_event(daemon->watchdog);
    if (daemon->base != NULL)
        event_base_free(daemon->base);
    if (daemon->engine != NULL)
        engine_close(daemon->engine);
    tls_context_free(daemon->tls);
    keyring_free(daemon->desk_keyring);
    keyring_free(daemon->backup_keyring);
    keyring_free(daemon->bulk_keyring);
    keyring_free(daemon->keyring);
}

static void tell_if_held(const struct daemon *daemon) {
    struct engine_status status;
    threads_status(daemon->threads, &status);
    if (status.hold == LEDGER_CLOCK_RUNS)
        return;
    log_line(LOG_ALERT, "clock_held", LOG_INT("difference_ms", status.clock_difference_ms),
             LOG_TEXT("remedy", "set the machine's clock right and restart, or, if it is right: "
                                "linkgatectl clock accept"));
    watch_held(daemon);
}

int daemon_run(struct config *config, const char *config_path, uint32_t ledger_version) {
    struct daemon daemon = {
        .config = config,
        .config_path = config_path,
        .ledger_version = ledger_version,
        .clock = clock_system(),
    };
    log_set_level((int)config->journal_level);
    daemon.started_at_ms = clock_wall_ms(&daemon.clock);
    int status = build(&daemon);
    if (status == 0) {
        tell_if_held(&daemon);
        (void)event_base_dispatch(daemon.base);
        status = daemon.exit_status;
        log_line(LOG_NOTICE, "stopped", LOG_INT("status", status));
    }
    tear_down(&daemon);
    return status;
}

int daemon_recover(struct config *config, uint32_t ledger_version) {
    char reason[REASON_SIZE_MAX] = "";
    struct daemon daemon = {
        .config = config,
        .ledger_version = ledger_version,
        .clock = clock_system(),
    };
    uint64_t replayed = 0;
    int status = load_keys(&daemon);
    if (status == 0) {
        struct engine_config engine = engine_configuration(&daemon);
        engine.catch_signals = false;
        status = engine_outcome(engine_recover(&engine, &replayed, reason, sizeof(reason)), reason);
    }
    if (status == 0)
        log_line(LOG_NOTICE, "recovered", LOG_INT("replayed", replayed),
                 LOG_INT("ledger_version", ledger_version));
    tear_down(&daemon);
    return status;
}
