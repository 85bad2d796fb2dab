/*
 * The manifest of a backup, and what making and restoring one share about files.
 *
 * Invariant: a manifest names every file of the backup with size and SHA-256, ends with a line of its
 * own, and is written last: a backup without a whole one is none. What is read is not trusted: names
 * stay below the folder, numbers and counts are bounded. Nothing here knows what the files mean.
 */
#include "verify/manifest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/digest.h"

#define CHUNK ((size_t)1 << 20)
#define LINE_MAX_SIZE 256

static const char *const folders[] = {"store", "log"};
#define FOLDERS (sizeof(folders) / sizeof(folders[0]))

void manifest_deinit(struct manifest *manifest) {
    free(manifest->files);
}

uint64_t manifest_bytes(const struct manifest *manifest) {
    uint64_t bytes = 0;
    for (size_t i = 0; i < manifest->count; i++)
        bytes += manifest->files[i].bytes;
    return bytes;
}

static int fail(int code, char *reason_out, size_t reason_size, const char *path,
                const char *what) {
    snprintf(reason_out, reason_size, "%s: %s", path, what);
    return code;
}

/* ---- files ---- */

bool manifest_path(char path_out[MANIFEST_PATH_MAX], const char *dir, const char *name) {
    int size = snprintf(path_out, MANIFEST_PATH_MAX, "%s/%s", dir, name);
    return size > 0 && size < MANIFEST_PATH_MAX;
}

int manifest_sync_dir(const char *dir) {
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int rc = fsync(fd) == 0 ? 0 : -errno;
    close(fd);
    return rc;
}

static int write_all(int fd, const uint8_t *bytes, size_t size) {
    while (size > 0) {
        ssize_t done = write(fd, bytes, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return done < 0 ? -errno : -EIO;
        bytes += done;
        size -= (size_t)done;
    }
    return 0;
}

static int read_pieces(int fd, int to_fd, struct sha256_run *sum, manifest_go_on *go_on,
                       void *context, struct manifest_file *file) {
    uint64_t expected = file->bytes;
    uint8_t *chunk = xmalloc(CHUNK);
    int rc = 0;
    file->bytes = 0;
    while (rc == 0) {
        ssize_t size = read(fd, chunk, CHUNK);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0) {
            rc = size < 0 ? -errno : 0;
            break;
        }
        sha256_run_add(sum, span_of(chunk, (size_t)size));
        file->bytes += (uint64_t)size;
        if (to_fd >= 0)
            rc = write_all(to_fd, chunk, (size_t)size);
        if (rc == 0 && go_on != NULL && !go_on(context, file->bytes, expected))
            rc = 1;
    }
    free(chunk);
    return rc;
}

int manifest_read_file(const char *path, int to_fd, manifest_go_on *go_on, void *context,
                       struct manifest_file *file_out) {
    struct stat status;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        return -EINVAL;
    }
    struct sha256_run *sum = sha256_run_new();
    file_out->bytes = (uint64_t)status.st_size;
    int rc = read_pieces(fd, to_fd, sum, go_on, context, file_out);
    sha256_run_end(sum, &file_out->sha256);
    close(fd);
    return rc;
}

/* Calls visit for each name in dir but . and ..; stops at what is not 0. -ENOENT: no such folder. */
static int each_name(const char *dir, int (*visit)(void *context, const char *name),
                     void *context) {
    DIR *stream = opendir(dir);
    if (stream == NULL)
        return -errno;
    int rc = 0;
    const struct dirent *entry;
    /* cppcheck-suppress readdirCalled ; nobody else has this stream */
    while (rc == 0 && (entry = readdir(stream)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            rc = visit(context, entry->d_name);
    }
    closedir(stream);
    return rc;
}

/* Folders within stay: theirs are removed first, and of others the removal of dir then tells. */
static int remove_file(void *context, const char *name) {
    char path[MANIFEST_PATH_MAX];
    if (!manifest_path(path, context, name))
        return -ENAMETOOLONG;
    return unlink(path) == 0 || errno == EISDIR || errno == EPERM ? 0 : -errno;
}

static int remove_folder(char *dir) {
    int rc = each_name(dir, remove_file, dir);
    if (rc == -ENOENT)
        return 0;
    return rc != 0 || rmdir(dir) == 0 ? rc : -errno;
}

int manifest_remove_tree(const char *dir) {
    char path[MANIFEST_PATH_MAX];
    for (size_t i = 0; i < FOLDERS; i++) {
        if (!manifest_path(path, dir, folders[i]))
            return -ENAMETOOLONG;
        int rc = remove_folder(path);
        if (rc != 0)
            return rc;
    }
    snprintf(path, sizeof(path), "%s", dir);
    return remove_folder(path);
}

/* ---- gathering ---- */

struct gathering {
    const char *dir;
    const char *folder;
    struct manifest *manifest;
};

static struct manifest_file *add_file(struct manifest *manifest) {
    if (manifest->count == MANIFEST_FILES_MAX)
        return NULL;
    if (manifest->count == manifest->cap) {
        manifest->cap = manifest->cap > 0 ? 2 * manifest->cap : 16;
        manifest->files = xrealloc(manifest->files, manifest->cap * sizeof(*manifest->files));
    }
    struct manifest_file *file = &manifest->files[manifest->count++];
    memset(file, 0, sizeof(*file));
    return file;
}

static int gather_name(void *context, const char *name) {
    struct gathering *gathering = context;
    struct manifest_file *file = add_file(gathering->manifest);
    if (file == NULL)
        return -E2BIG;
    int size = snprintf(file->name, sizeof(file->name), "%s/%s", gathering->folder, name);
    return size > 0 && (size_t)size < sizeof(file->name) ? 0 : -ENAMETOOLONG;
}

static int by_name(const void *left, const void *right) {
    return strcmp(((const struct manifest_file *)left)->name,
                  ((const struct manifest_file *)right)->name);
}

static int list_files(const char *dir, struct manifest *manifest) {
    char path[MANIFEST_PATH_MAX];
    for (size_t i = 0; i < FOLDERS; i++) {
        struct gathering gathering = {dir, folders[i], manifest};
        if (!manifest_path(path, dir, folders[i]))
            return -ENAMETOOLONG;
        int rc = each_name(path, gather_name, &gathering);
        if (rc != 0)
            return rc;
    }
    if (manifest_path(path, dir, "quarantine") && access(path, F_OK) == 0) {
        struct manifest_file *file = add_file(manifest);
        if (file == NULL)
            return -E2BIG;
        memcpy(file->name, "quarantine", sizeof("quarantine"));
    }
    qsort(manifest->files, manifest->count, sizeof(*manifest->files), by_name);
    return 0;
}

int manifest_gather(const char *dir, struct manifest *manifest, manifest_go_on *go_on,
                    void *context, char *reason_out, size_t reason_size) {
    int rc = list_files(dir, manifest);
    if (rc != 0)
        return fail(MANIFEST_FAILED, reason_out, reason_size, dir, strerror(-rc));
    for (size_t i = 0; i < manifest->count; i++) {
        char path[MANIFEST_PATH_MAX];
        struct manifest_file *file = &manifest->files[i];
        rc = manifest_path(path, dir, file->name)
                 ? manifest_read_file(path, -1, go_on, context, file)
                 : -ENAMETOOLONG;
        if (rc == 1)
            return MANIFEST_STOPPED;
        if (rc != 0)
            return fail(MANIFEST_FAILED, reason_out, reason_size, path, strerror(-rc));
    }
    return 0;
}

/* ---- writing ---- */

static void line(struct buf *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void line(struct buf *text, const char *format, ...) {
    char bytes[LINE_MAX_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(bytes, sizeof(bytes), format, arguments);
    va_end(arguments);
    ENSURE(size > 0 && (size_t)size < sizeof(bytes));
    buf_append(text, bytes, (size_t)size);
}

static void digest_line(struct buf *text, const char *name, const struct digest *digest) {
    char hex[2 * DIGEST_SIZE + 1];
    hex_format(digest->bytes, DIGEST_SIZE, hex);
    line(text, "%s %s\n", name, hex);
}

static void compose(const struct manifest *manifest, struct buf *text) {
    line(text, "linkgate-backup %u\n", MANIFEST_FORMAT);
    line(text, "program %s\n", manifest->program);
    line(text, "ledger-version %" PRIu32 "\n", manifest->ledger_version);
    digest_line(text, "store", &manifest->store_id);
    line(text, "sequence %" PRIu64 "\n", manifest->sequence);
    line(text, "batch %" PRIu64 "\n", manifest->batch);
    digest_line(text, "chain", &manifest->chain);
    digest_line(text, "digest", &manifest->digest);
    line(text, "ledger-ms %" PRId64 "\n", manifest->ledger_ms);
    for (size_t i = 0; i < manifest->count; i++) {
        const struct manifest_file *file = &manifest->files[i];
        char hex[2 * DIGEST_SIZE + 1];
        hex_format(file->sha256.bytes, DIGEST_SIZE, hex);
        line(text, "file %s %" PRIu64 " %s\n", hex, file->bytes, file->name);
    }
    line(text, "end\n");
}

int manifest_write(const char *dir, const struct manifest *manifest, char *reason_out,
                   size_t reason_size) {
    char path[MANIFEST_PATH_MAX];
    struct buf text;
    if (!manifest_path(path, dir, MANIFEST_NAME))
        return fail(MANIFEST_FAILED, reason_out, reason_size, dir, strerror(ENAMETOOLONG));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(MANIFEST_FAILED, reason_out, reason_size, path, strerror(errno));
    buf_init(&text);
    compose(manifest, &text);
    int rc = write_all(fd, text.data, text.size);
    if (rc == 0 && fsync(fd) != 0)
        rc = -errno;
    close(fd);
    buf_deinit(&text);
    return rc == 0 ? 0 : fail(MANIFEST_FAILED, reason_out, reason_size, path, strerror(-rc));
}

/* ---- reading ---- */

static bool take_number(const char *text, uint64_t *number_out) {
    char *end;
    errno = 0;
    *number_out = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

static bool take_digest(const char *text, struct digest *digest_out) {
    return strlen(text) == 2 * (size_t)DIGEST_SIZE &&
           hex_parse(text, digest_out->bytes, DIGEST_SIZE);
}

/* One of the names that this program writes, in a folder of the backup. */
static bool name_right(const char *name) {
    if (strcmp(name, "quarantine") == 0)
        return true;
    for (size_t i = 0; i < FOLDERS; i++) {
        size_t size = strlen(folders[i]);
        if (strncmp(name, folders[i], size) == 0 && name[size] == '/')
            return strchr(name + size + 1, '/') == NULL && name[size + 1] != '.' &&
                   name[size + 1] != '\0' && strlen(name) < MANIFEST_FILE_MAX;
    }
    return false;
}

/* "HEX SIZE NAME" */
static bool take_file(char *value, struct manifest *manifest) {
    char *size = strchr(value, ' ');
    char *name = size == NULL ? NULL : strchr(size + 1, ' ');
    if (name == NULL)
        return false;
    *size++ = '\0';
    *name++ = '\0';
    struct manifest_file *file = name_right(name) ? add_file(manifest) : NULL;
    if (file == NULL)
        return false;
    memcpy(file->name, name, strlen(name));
    return take_digest(value, &file->sha256) && take_number(size, &file->bytes);
}

static bool take_small(const char *value, uint64_t max, uint64_t *number_out) {
    return take_number(value, number_out) && *number_out <= max;
}

static bool take_line(char *word, char *value, struct manifest *manifest) {
    uint64_t number = 0;
    bool right = false;
    if (strcmp(word, "linkgate-backup") == 0)
        return take_number(value, &number) && number == MANIFEST_FORMAT;
    if (strcmp(word, "program") == 0 && strlen(value) < sizeof(manifest->program)) {
        memcpy(manifest->program, value, strlen(value) + 1);
        return true;
    }
    if (strcmp(word, "ledger-version") == 0) {
        right = take_small(value, UINT32_MAX, &number);
        manifest->ledger_version = (uint32_t)number;
        return right;
    }
    if (strcmp(word, "ledger-ms") == 0) {
        right = take_small(value, INT64_MAX, &number);
        manifest->ledger_ms = (int64_t)number;
        return right;
    }
    if (strcmp(word, "sequence") == 0)
        return take_number(value, &manifest->sequence);
    if (strcmp(word, "batch") == 0)
        return take_number(value, &manifest->batch);
    if (strcmp(word, "store") == 0)
        return take_digest(value, &manifest->store_id);
    if (strcmp(word, "chain") == 0)
        return take_digest(value, &manifest->chain);
    if (strcmp(word, "digest") == 0)
        return take_digest(value, &manifest->digest);
    return strcmp(word, "file") == 0 && take_file(value, manifest);
}

/* The first line names the format, the last one is "end". */
static bool take_lines(FILE *file, struct manifest *manifest) {
    char text[LINE_MAX_SIZE];
    bool first = true;
    while (fgets(text, sizeof(text), file) != NULL) {
        char *end = strchr(text, '\n');
        if (end == NULL)
            return false;
        *end = '\0';
        if (strcmp(text, "end") == 0)
            return !first && fgetc(file) == EOF;
        char *value = strchr(text, ' ');
        if (value == NULL || first != (strncmp(text, "linkgate-backup ", 16) == 0))
            return false;
        *value++ = '\0';
        if (!take_line(text, value, manifest))
            return false;
        first = false;
    }
    return false;
}

int manifest_read(const char *dir, struct manifest *manifest_out, char *reason_out,
                  size_t reason_size) {
    char path[MANIFEST_PATH_MAX];
    if (!manifest_path(path, dir, MANIFEST_NAME))
        return fail(MANIFEST_FAILED, reason_out, reason_size, dir, strerror(ENAMETOOLONG));
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return fail(MANIFEST_FAILED, reason_out, reason_size, path,
                    errno == ENOENT ? "is missing: that is no whole backup" : strerror(errno));
    struct manifest manifest = {0};
    bool right = take_lines(file, &manifest);
    fclose(file);
    if (!right) {
        manifest_deinit(&manifest);
        return fail(MANIFEST_WRONG, reason_out, reason_size, path,
                    "is not a manifest of this program's form, or was changed");
    }
    *manifest_out = manifest;
    return 0;
}
