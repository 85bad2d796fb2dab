/*
 * Reading and writing the mark of the last verified backup.
 *
 * Invariant: the file holds one whole mark or is not there; a mark that does not read counts as
 * none, which keeps more of the log than is needed, never less.
 */
#include "engine/backup_mark.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/logline.h"

#define PATH_SIZE 4096
#define LINE_SIZE 160
#define WORD "linkgate-backup-mark 1"

static bool path_of(const char *dir, const char *name, char path_out[PATH_SIZE]) {
    int size = snprintf(path_out, PATH_SIZE, "%s/%s", dir, name);
    return size > 0 && size < PATH_SIZE;
}

/* " name N" at *at, which moves behind it. */
static bool take(const char **at, const char *name, uint64_t *number_out) {
    char *end;
    size_t size = strlen(name);
    if (strncmp(*at, name, size) != 0)
        return false;
    errno = 0;
    *number_out = strtoull(*at + size, &end, 10);
    bool right = errno == 0 && end != *at + size;
    *at = end;
    return right;
}

static bool parse(const char *line, struct backup_mark *mark) {
    uint64_t at_ms = 0;
    const char *at = line + strlen(WORD);
    if (strncmp(line, WORD, strlen(WORD)) != 0 || !take(&at, " sequence ", &mark->sequence) ||
        !take(&at, " batch ", &mark->batch) || !take(&at, " bytes ", &mark->bytes) ||
        !take(&at, " at_ms ", &at_ms) || strcmp(at, "\n") != 0 || at_ms > INT64_MAX)
        return false;
    mark->at_ms = (int64_t)at_ms;
    return at_ms > 0;
}

bool backup_mark_read(const char *dir, struct backup_mark *mark_out) {
    char path[PATH_SIZE];
    char line[LINE_SIZE] = "";
    struct backup_mark mark;
    FILE *file = path_of(dir, "backup", path) ? fopen(path, "re") : NULL;
    if (file == NULL)
        return false;
    bool right = fgets(line, sizeof(line), file) != NULL && parse(line, &mark);
    fclose(file);
    if (right)
        *mark_out = mark;
    else
        log_line(LOG_WARNING, "backup_mark_unreadable", LOG_TEXT("file", path));
    return right;
}

static int fail(const char *path) {
    log_line(LOG_ERR, "backup_mark_failed", LOG_TEXT("file", path),
             LOG_TEXT("error", strerror(errno)));
    return -1;
}

static int sync_dir(const char *dir) {
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fail(dir);
    int rc = fsync(fd) == 0 ? 0 : fail(dir);
    close(fd);
    return rc;
}

int backup_mark_write(const char *dir, const struct backup_mark *mark) {
    char path[PATH_SIZE], fresh[PATH_SIZE];
    if (!path_of(dir, "backup", path) || !path_of(dir, "backup.new", fresh))
        return -1;
    FILE *file = fopen(fresh, "we");
    if (file == NULL)
        return fail(fresh);
    bool written = fprintf(file,
                           WORD " sequence %" PRIu64 " batch %" PRIu64 " bytes %" PRIu64
                                " at_ms %" PRId64 "\n",
                           mark->sequence, mark->batch, mark->bytes, mark->at_ms) > 0 &&
                   fflush(file) == 0 && fsync(fileno(file)) == 0;
    if (fclose(file) != 0 || !written || rename(fresh, path) != 0)
        return fail(fresh);
    return sync_dir(dir);
}
