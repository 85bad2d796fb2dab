/*
 * The bank's parts put together, and its loop.
 *
 * Invariant: one turn is events → delayed work → requests put on connections → one commit → SMS →
 * everything is sent. Nothing leaves the process before the commit of the turn that made it.
 */
#include "bank/bank.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bank/answers.h"
#include "bank/changes.h"
#include "bank/control.h"
#include "bank/gateway.h"
#include "bank/notices.h"
#include "util/signals.h"

#define TIMER_MAX_MS 60000
#define MIB (UINT64_C(1) << 20)

int64_t bk_now_ms(const struct bk_bank *bank) {
    return clock_boot_ms(&bank->clock);
}

int64_t bk_wall_ms(const struct bk_bank *bank) {
    return clock_wall_ms(&bank->clock);
}

static void on_timer(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    (void)context; /* it only ends the wait */
}

static void on_signal(evutil_socket_t number, short what, void *context) {
    struct bk_bank *bank = context;
    (void)what;
    if (number == SIGHUP)
        bank->renewing = true;
    else
        bank->stopping = true;
}

static int open_file(const char *path, int *fd_out, char *reason_out, size_t reason_size) {
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) {
        snprintf(reason_out, reason_size, "%s: %s", path, strerror(errno));
        return -1;
    }
    *fd_out = fd;
    return 0;
}

/* The folder, its lock, and the SMS file in it. */
static int open_folder(struct bk_bank *bank, char *reason_out, size_t reason_size) {
    const char *dir = bank->config.data_dir;
    char path[BK_PATH_SIZE + 16];
    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        snprintf(reason_out, reason_size, "data folder %s: %s", dir, strerror(errno));
        return -1;
    }
    snprintf(path, sizeof(path), "%s/lock", dir);
    int failed = open_file(path, &bank->lock_fd, reason_out, reason_size);
    if (!failed && flock(bank->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        snprintf(reason_out, reason_size,
                 "data folder %s is in use: stop the other bank, or give this one its own", dir);
        return -1;
    }
    snprintf(path, sizeof(path), "%s/sms.txt", dir);
    return failed ? failed : open_file(path, &bank->sms_fd, reason_out, reason_size);
}

static int open_files(struct bk_bank *bank, char *reason_out, size_t reason_size) {
    const struct bk_config *config = &bank->config;
    int failed = open_folder(bank, reason_out, reason_size);
    if (failed)
        return failed;
    failed = bk_accounts_load(config->accounts, bk_wall_ms(bank), &bank->accounts, reason_out,
                              reason_size);
    if (!failed && *config->faults != '\0')
        failed = bk_faults_load(config->faults, &bank->faults, reason_out, reason_size);
    if (!failed)
        failed =
            bk_db_open(config->data_dir, config->map_mib * MIB, &bank->db, reason_out, reason_size);
    return failed;
}

static void open_parts(struct bk_bank *bank) {
    bk_changes_open(bank->db, &bank->accounts);
    bk_payees_open(&bank->payees, bank->db);
    bk_books_open(&bank->books, bank->config.code, bank->db, &bank->accounts, &bank->payees);
    bk_links_open(&bank->links, bank->db, &bank->accounts);
    bk_outbox_open(&bank->outbox, bank->db, &bank->accounts, &bank->payees);
    bank->challenges = (struct bk_challenges){.db = bank->db,
                                              .accounts = &bank->accounts,
                                              .lifetime_ms = bank->config.code_lifetime_ms,
                                              .tries = bank->config.code_tries};
    bank->notices = bk_notices_open(bank);
    bank->deferrals = bk_deferrals_new();
    bk_db_commit(bank->db);
}

static void open_events(struct bk_bank *bank) {
    static const int signals[3] = {SIGTERM, SIGINT, SIGHUP};
    bank->base = event_base_new();
    ENSURE(bank->base != NULL);
    bank->timer = evtimer_new(bank->base, on_timer, bank);
    ENSURE(bank->timer != NULL);
    for (size_t i = 0; i < 3; i++) {
        bank->signals[i] = evsignal_new(bank->base, signals[i], on_signal, bank);
        ENSURE(bank->signals[i] != NULL && event_add(bank->signals[i], NULL) == 0);
    }
}

int bk_bank_open(struct bk_bank *bank, char *reason_out, size_t reason_size) {
    bank->clock = clock_system();
    bank->sms_fd = bank->lock_fd = -1;
    int failed = open_files(bank, reason_out, reason_size);
    if (failed)
        return failed;
    open_events(bank);
    open_parts(bank);
    failed = bk_gateway_open(bank, &bank->gateway, reason_out, reason_size);
    if (!failed)
        failed = bk_control_open(bank, &bank->control, reason_out, reason_size);
    return failed;
}

static void send_sms(struct bk_bank *bank) {
    struct buf *sms = &bank->challenges.sms;
    size_t at = 0;
    while (at < sms->size) {
        ssize_t size = write(bank->sms_fd, sms->data + at, sms->size - at);
        if (size < 0 && errno != EINTR)
            fatal("bk_sms", "sms.txt cannot be written: %s", strerror(errno));
        at += size > 0 ? (size_t)size : 0;
    }
    buf_clear(sms);
}

static void turn(struct bk_bank *bank) {
    int64_t now_ms = bk_now_ms(bank);
    bank->again = false;
    bk_outbox_wake(&bank->outbox, now_ms);
    bk_gateway_tick(bank->gateway, now_ms);
    bk_answers_tick(bank, now_ms);
    bk_control_tick(bank->control, now_ms);
    bk_gateway_pump(bank->gateway);
    bk_db_commit(bank->db);
    send_sms(bank);
    bk_gateway_flush(bank->gateway, now_ms);
    bk_control_flush(bank->control);
    if (bank->renewing)
        bk_gateway_renew(bank->gateway);
    bank->renewing = false;
}

static int64_t deadline_ms(const struct bk_bank *bank) {
    const int64_t deadlines[] = {
        bk_outbox_deadline_ms(&bank->outbox), bk_gateway_deadline_ms(bank->gateway),
        bk_deferrals_deadline_ms(bank->deferrals), bk_control_deadline_ms(bank->control)};
    int64_t earliest_ms = INT64_MAX;
    for (size_t i = 0; i < sizeof(deadlines) / sizeof(deadlines[0]); i++)
        earliest_ms = deadlines[i] < earliest_ms ? deadlines[i] : earliest_ms;
    return earliest_ms;
}

static void set_timer(struct bk_bank *bank) {
    int64_t at_ms = deadline_ms(bank);
    int64_t now_ms = bk_now_ms(bank);
    int64_t wait_ms = bank->again || at_ms <= now_ms ? 0 : at_ms - now_ms;
    wait_ms = wait_ms < TIMER_MAX_MS ? wait_ms : TIMER_MAX_MS;
    const struct timeval wait = {.tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000};
    ENSURE(event_add(bank->timer, &wait) == 0);
}

void bk_bank_run(struct bk_bank *bank) {
    do {
        turn(bank);
        set_timer(bank);
        if (!bank->stopping)
            ENSURE(event_base_loop(bank->base, EVLOOP_ONCE) >= 0);
    } while (!bank->stopping);
    signals_deafen();
    turn(bank);
}

void bk_bank_close(struct bk_bank *bank) {
    bk_gateway_free(bank->gateway);
    if (bank->db != NULL)
        bk_db_commit(bank->db);
    bk_control_free(bank->control);
    bk_deferrals_free(bank->deferrals);
    bk_notices_free(bank->notices);
    buf_deinit(&bank->challenges.sms);
    buf_deinit(&bank->scratch);
    bk_outbox_deinit(&bank->outbox);
    bk_payees_deinit(&bank->payees);
    bk_system_deinit(&bank->system);
    bk_links_deinit(&bank->links);
    bk_db_close(bank->db);
    bk_accounts_deinit(&bank->accounts);
    for (size_t i = 0; i < 3; i++) {
        if (bank->signals[i] != NULL)
            event_free(bank->signals[i]);
    }
    if (bank->timer != NULL)
        event_free(bank->timer);
    if (bank->base != NULL)
        event_base_free(bank->base);
    if (bank->sms_fd >= 0)
        close(bank->sms_fd);
    if (bank->lock_fd >= 0)
        close(bank->lock_fd);
}
