/*
 * The list of commands that crashed the ledger, and its file.
 *
 * Invariant: what the list says after a call that returned 0 is what the next start reads: the file
 * is written beside, synced and renamed before. Digests only: no payload is kept. What a stopped
 * command is answered is the engine's affair.
 */
#include "engine/quarantine.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "engine/inhand.h"
#include "util/folder.h"
#include "util/logline.h"

#define HEADER "linkgate quarantine 1\n"
#define LINE_MAX_SIZE 200
#define FILE_MAX_SIZE (sizeof(HEADER) + (size_t)QUARANTINE_MAX * LINE_MAX_SIZE)

struct quarantine {
    char *path;
    char *path_new;
    char *dir;
    size_t count;
    size_t stopping; /* rows that are held or dropped */
    struct quarantine_row rows[QUARANTINE_MAX];
};

static bool stops(const struct quarantine_row *row) {
    return row->state != QUARANTINE_SEEN;
}

static void count_stopping(struct quarantine *quarantine) {
    quarantine->stopping = 0;
    for (size_t i = 0; i < quarantine->count; i++)
        quarantine->stopping += stops(&quarantine->rows[i]);
}

/* ---- the file ---- */

/* A space and a decimal number up to max. */
static bool parse_number(const char **at, uint64_t max, uint64_t *number_out) {
    const char *digit = *at + 1;
    if (**at != ' ' || *digit < '0' || *digit > '9')
        return false;
    uint64_t number = 0;
    for (; *digit >= '0' && *digit <= '9'; digit++) {
        uint64_t add = (uint64_t)(*digit - '0');
        if (add > max || number > (max - add) / 10)
            return false;
        number = number * 10 + add;
    }
    *at = digit;
    *number_out = number;
    return true;
}

static bool parse_row(const char *line, struct quarantine_row *row) {
    char hex[2 * DIGEST_SIZE + 1];
    if (strlen(line) < sizeof(hex))
        return false;
    memcpy(hex, line, sizeof(hex) - 1);
    hex[sizeof(hex) - 1] = '\0';
    const char *at = line + sizeof(hex) - 1;
    uint64_t kind;
    uint64_t since_ms;
    uint64_t crashes;
    uint64_t state;
    if (!hex_parse(hex, row->digest.bytes, DIGEST_SIZE) || !parse_number(&at, INT32_MAX, &kind) ||
        !parse_number(&at, UINT64_MAX / 2, &row->bank) ||
        !parse_number(&at, INT64_MAX, &since_ms) || !parse_number(&at, UINT32_MAX, &crashes) ||
        !parse_number(&at, QUARANTINE_DROPPED, &state) || *at != '\0' || state < QUARANTINE_SEEN)
        return false;
    row->kind = (enum command_kind)kind;
    row->since_ms = (int64_t)since_ms;
    row->crashes = (uint32_t)crashes;
    row->state = (enum quarantine_state)state;
    return true;
}

static bool parse(struct quarantine *quarantine, char *text) {
    if (strncmp(text, HEADER, strlen(HEADER)) != 0)
        return false;
    char *at = text + strlen(HEADER);
    while (*at != '\0') {
        char *end = strchr(at, '\n');
        if (end == NULL || quarantine->count == QUARANTINE_MAX)
            return false;
        *end = '\0';
        if (!parse_row(at, &quarantine->rows[quarantine->count]))
            return false;
        quarantine->count++;
        at = end + 1;
    }
    return true;
}

/* 0 or an errno; EINVAL: it does not read. No file is an empty list. */
static int read_file(struct quarantine *quarantine) {
    int fd = open(quarantine->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? 0 : errno;
    char text[FILE_MAX_SIZE + 1];
    size_t size = 0;
    ssize_t got;
    do {
        got = read(fd, text + size, FILE_MAX_SIZE - size);
        size += got > 0 ? (size_t)got : 0;
    } while (got > 0 || (got < 0 && errno == EINTR));
    int rc = got < 0 ? errno : 0;
    close(fd);
    text[size] = '\0';
    if (rc == 0 && (strlen(text) != size || !parse(quarantine, text)))
        rc = EINVAL;
    return rc;
}

static size_t print(const struct quarantine *quarantine, char text[FILE_MAX_SIZE]) {
    size_t size = (size_t)snprintf(text, FILE_MAX_SIZE, "%s", HEADER);
    for (size_t i = 0; i < quarantine->count; i++) {
        const struct quarantine_row *row = &quarantine->rows[i];
        char hex[2 * DIGEST_SIZE + 1];
        hex_format(row->digest.bytes, DIGEST_SIZE, hex);
        int more = snprintf(text + size, FILE_MAX_SIZE - size,
                            "%s %d %" PRIu64 " %" PRId64 " %" PRIu32 " %d\n", hex, (int)row->kind,
                            row->bank, row->since_ms, row->crashes, (int)row->state);
        ENSURE(more > 0 && (size_t)more < FILE_MAX_SIZE - size);
        size += (size_t)more;
    }
    return size;
}

static int write_all(int fd, const char *text, size_t size) {
    while (size > 0) {
        ssize_t done = write(fd, text, size);
        if (done < 0 && errno != EINTR)
            return errno;
        if (done > 0) {
            text += done;
            size -= (size_t)done;
        }
    }
    return fsync(fd) == 0 ? 0 : errno;
}

static int save(struct quarantine *quarantine) {
    count_stopping(quarantine);
    char text[FILE_MAX_SIZE];
    size_t size = print(quarantine, text);
    int rc;
    int fd = open(quarantine->path_new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        rc = errno;
    } else {
        rc = write_all(fd, text, size);
        close(fd);
    }
    if (rc == 0 && rename(quarantine->path_new, quarantine->path) != 0)
        rc = errno;
    if (rc == 0)
        rc = folder_sync(quarantine->dir);
    if (rc == 0)
        return 0;
    log_line(LOG_CRIT, "quarantine_write_failed", LOG_TEXT("path", quarantine->path),
             LOG_TEXT("error", strerror(rc)));
    return QUARANTINE_FAILED;
}

int quarantine_open(const char *path, struct quarantine **quarantine_out, char *reason_out,
                    size_t reason_size) {
    struct quarantine *quarantine = xcalloc(1, sizeof(*quarantine));
    size_t size = strlen(path) + sizeof(".new");
    quarantine->path = xstrdup(path);
    quarantine->path_new = xmalloc(size);
    snprintf(quarantine->path_new, size, "%s.new", path);
    char *copy = xstrdup(path);
    quarantine->dir = xstrdup(dirname(copy));
    free(copy);
    int rc = read_file(quarantine);
    if (rc != 0) {
        snprintf(reason_out, reason_size,
                 "%s: %s; look at it, and move it away to start without a quarantine", path,
                 rc == EINVAL ? "not a list of quarantined commands" : strerror(rc));
        quarantine_close(quarantine);
        return QUARANTINE_FAILED;
    }
    count_stopping(quarantine);
    *quarantine_out = quarantine;
    return 0;
}

void quarantine_close(struct quarantine *quarantine) {
    if (quarantine == NULL)
        return;
    free(quarantine->path);
    free(quarantine->path_new);
    free(quarantine->dir);
    free(quarantine);
}

/* ---- the list ---- */

static struct quarantine_row *find(struct quarantine *quarantine, const struct digest *digest) {
    for (size_t i = 0; i < quarantine->count; i++) {
        if (digest_equal(&quarantine->rows[i].digest, digest))
            return &quarantine->rows[i];
    }
    return NULL;
}

static void remove_row(struct quarantine *quarantine, struct quarantine_row *row) {
    size_t at = (size_t)(row - quarantine->rows);
    quarantine->count--;
    memmove(row, row + 1, (quarantine->count - at) * sizeof(*row));
}

static void forget_old(struct quarantine *quarantine, int64_t wall_ms) {
    for (size_t i = quarantine->count; i > 0; i--) {
        struct quarantine_row *row = &quarantine->rows[i - 1];
        if (!stops(row) && wall_ms - row->since_ms > QUARANTINE_FORGET_MS)
            remove_row(quarantine, row);
    }
}

/* Room for one more: the oldest row that stops nothing gives way. */
static bool make_room(struct quarantine *quarantine) {
    for (size_t i = 0; quarantine->count == QUARANTINE_MAX && i < quarantine->count; i++) {
        if (!stops(&quarantine->rows[i]))
            remove_row(quarantine, &quarantine->rows[i]);
    }
    return quarantine->count < QUARANTINE_MAX;
}

int quarantine_count(struct quarantine *quarantine, const struct digest *digest,
                     enum command_kind kind, bank_code bank, int64_t wall_ms,
                     struct quarantine_row *row_out) {
    forget_old(quarantine, wall_ms);
    struct quarantine_row *row = find(quarantine, digest);
    if (row == NULL) {
        if (!make_room(quarantine))
            return QUARANTINE_FULL;
        row = &quarantine->rows[quarantine->count++];
        *row = (struct quarantine_row){*digest, kind, bank, wall_ms, 0, QUARANTINE_SEEN};
    }
    row->crashes++;
    if (row->crashes >= QUARANTINE_CRASHES && row->state == QUARANTINE_SEEN)
        row->state = QUARANTINE_HELD;
    *row_out = *row;
    return save(quarantine);
}

bool quarantine_stops(const struct quarantine *quarantine, const struct command *command) {
    if (quarantine->stopping == 0)
        return false;
    struct digest digest;
    bool digested = false;
    for (size_t i = 0; i < quarantine->count; i++) {
        const struct quarantine_row *row = &quarantine->rows[i];
        if (!stops(row) || row->kind != command->kind || row->bank != command->bank)
            continue;
        if (!digested)
            inhand_digest(command, &digest);
        digested = true;
        if (digest_equal(&row->digest, &digest))
            return true;
    }
    return false;
}

bool quarantine_stops_kind(const struct quarantine *quarantine, enum command_kind kind) {
    for (size_t i = 0; quarantine->stopping > 0 && i < quarantine->count; i++) {
        if (stops(&quarantine->rows[i]) && quarantine->rows[i].kind == kind)
            return true;
    }
    return false;
}

size_t quarantine_rows(const struct quarantine *quarantine,
                       const struct quarantine_row **rows_out) {
    *rows_out = quarantine->rows;
    return quarantine->count;
}

int quarantine_release(struct quarantine *quarantine, const struct digest *digest) {
    struct quarantine_row *row = find(quarantine, digest);
    if (row == NULL || !stops(row))
        return QUARANTINE_ABSENT;
    remove_row(quarantine, row);
    return save(quarantine);
}

int quarantine_drop(struct quarantine *quarantine, const struct digest *digest) {
    struct quarantine_row *row = find(quarantine, digest);
    if (row == NULL || !stops(row))
        return QUARANTINE_ABSENT;
    row->state = QUARANTINE_DROPPED;
    return save(quarantine);
}
