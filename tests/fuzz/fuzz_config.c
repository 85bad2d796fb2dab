/*
 * Files that people write: the daemon's configuration, the simulated bank's, its faults, its list of
 * accounts, and the file of keys. Whatever is in them, they are taken with values in their ranges or
 * refused with clean lines that say why: nothing of the file reaches a terminal as a control.
 *
 * Input: a byte that chooses the kind of file, then the file.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "bank/accounts.h"
#include "bank/config.h"
#include "bank/faults.h"
#include "crypto/keyfile.h"
#include "daemon/config.h"
#include "util/logline.h"
#include "util/text.h"

#define NOW_MS 1719792000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Lines, each clean: no controls, no marks that turn the direction of what is read. */
static void check_words(struct span words) {
    while (words.size > 0) {
        const uint8_t *end = memchr(words.data, '\n', words.size);
        size_t size = end != NULL ? (size_t)(end - words.data) : words.size;
        ENSURE(text_is_clean(span_of(words.data, size)));
        size += end != NULL;
        words = span_of(words.data + size, words.size - size);
    }
}

static void check_reason(const char *reason) {
    ENSURE(reason[0] != '\0' && text_is_clean(span_text(reason)));
}

static void try_daemon(const char *path) {
    struct config config;
    struct buf faults;
    buf_init(&faults);
    if (config_load(path, &config, &faults) == 0) {
        size_t count;
        const struct config_key *keys = config_keys(&count);
        for (size_t i = 0; i < count; i++) {
            const char *place = (const char *)&config + keys[i].offset;
            int64_t number;
            char *text;
            memcpy(&number, place, sizeof(number));
            memcpy(&text, place, sizeof(text));
            if (keys[i].type == CONFIG_NUMBER)
                ENSURE(number >= keys[i].min && number <= keys[i].max);
            else
                ENSURE((int64_t)strlen(text) <= keys[i].max);
        }
        ENSURE(faults.size == 0);
        ENSURE(config_fixed_difference(&config, &config) == NULL);
        config_deinit(&config);
    } else {
        ENSURE(faults.size > 0 && faults.data[faults.size - 1] == '\n');
        check_words(buf_span(&faults));
    }
    buf_deinit(&faults);
}

static void try_bank(const char *path) {
    struct bk_config config;
    char reason[512] = "";
    if (bk_config_load(path, &config, reason, sizeof(reason)) != 0) {
        check_reason(reason);
        return;
    }
    ENSURE(config.port <= 65535 && config.connections <= BK_CONNECTIONS_MAX);
    ENSURE(strlen(config.control) < 108 && config.reconnect_min_ms <= config.reconnect_max_ms);
}

static void try_faults(const char *path) {
    static struct bk_faults faults;
    char reason[512] = "";
    memset(&faults, 0, sizeof(faults));
    if (bk_faults_load(path, &faults, reason, sizeof(reason)) != 0) {
        check_reason(reason);
        return;
    }
    ENSURE(faults.count <= BK_FAULTS_MAX);
    for (uint32_t kind = 0; kind < 256; kind++) {
        struct bk_fault_subject subject = {
            .kind = kind, .account = SPAN_LITERAL("6222020000000000017"), .fen = 100};
        struct bk_fault fault = bk_faults_match(&faults, &subject);
        ENSURE(fault.action >= BK_ACT_NONE && fault.action <= BK_ACT_CONTRADICT);
    }
}

static void try_accounts(const char *path) {
    struct bk_accounts accounts = {0};
    char reason[512] = "";
    if (bk_accounts_load(path, NOW_MS, &accounts, reason, sizeof(reason)) != 0) {
        check_reason(reason);
        return;
    }
    ENSURE(accounts.count <= BK_ACCOUNTS_MAX);
    for (size_t i = 0; i < accounts.count; i++)
        ENSURE(bk_accounts_find(&accounts, span_text(accounts.rows[i].number)) ==
               &accounts.rows[i]);
    bk_accounts_deinit(&accounts);
}

static void try_keys(const char *path) {
    struct root_key roots[KEYFILE_KEYS_MAX];
    char reason[512] = "";
    size_t count = 0;
    if (keyfile_read(path, roots, &count, reason, sizeof(reason)) != 0)
        check_reason(reason);
    else
        ENSURE(count > 0 && count <= KEYFILE_KEYS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static void (*const kinds[])(const char *) = {try_daemon, try_bank, try_faults, try_accounts,
                                                  try_keys};
    char path[64];
    if (size == 0)
        return 0;
    log_set_level(LOG_EMERG);
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    ENSURE(fd >= 0 && fchmod(fd, 0600) == 0);
    ENSURE(write(fd, data + 1, size - 1) == (ssize_t)(size - 1));
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    kinds[data[0] % (sizeof(kinds) / sizeof(kinds[0]))](path);
    close(fd);
    return 0;
}
