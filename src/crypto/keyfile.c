/*
 * Reading and making the key file.
 *
 * Invariant: what was read is wiped before return, and no reason quotes a byte of the file: a
 * reason names the file and the line. A file that more than its owner can read is refused, not
 * repaired: whoever made it so has to know that the keys may be out.
 */
#include "crypto/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/secret.h"

#define KEYFILE_BAD (-1)
#define KEY_HEX_LENGTH (2 * ROOT_KEY_SIZE)
#define KEY_LINE_MAX (KEY_HEX_LENGTH + 13) /* ten digits of id, a space, newline, NUL */
#define KEYFILE_SIZE_MAX (KEYFILE_KEYS_MAX * KEY_LINE_MAX)

struct reason {
    const char *path;
    char *text;
    size_t size;
};

static int refuse(const struct reason *reason, const char *what, const char *remedy) {
    snprintf(reason->text, reason->size, "key file %s: %s; %s", reason->path, what, remedy);
    return KEYFILE_BAD;
}

static int refuse_line(const struct reason *reason, size_t line, const char *what) {
    char text[128];
    snprintf(text, sizeof(text), "line %zu: %s", line, what);
    return refuse(reason, text, "restore the file from its backup");
}

/* systemd hands a credential over as root's file that nobody writes, with an entry for the daemon's
 * user, which shows as the group's right to read. */
static bool others_may(const struct stat *status) {
    bool credential =
        status->st_uid == 0 && status->st_gid == 0 && (status->st_mode & 07777) == 0440;
    return !credential && (status->st_mode & 077) != 0;
}

static int check_file(int fd, const struct reason *reason) {
    struct stat status;
    if (fstat(fd, &status) != 0)
        return refuse(reason, strerror(errno), "check the disk");
    if (!S_ISREG(status.st_mode))
        return refuse(reason, "not a regular file", "name the file itself");
    if (others_may(&status))
        return refuse(reason, "others than its owner may read or change it",
                      "find out who could, then chmod 600");
    if (status.st_size > KEYFILE_SIZE_MAX)
        return refuse(reason, "too long for a key file", "name the right file");
    return 0;
}

static int read_text(const struct reason *reason, char text_out[KEYFILE_SIZE_MAX + 1]) {
    /* O_NONBLOCK: a pipe in its place must not hang the start. */
    int fd = open(reason->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return refuse(reason, strerror(errno), "check the path and its owner");
    int result = check_file(fd, reason);
    size_t size = 0;
    ssize_t got = 1;
    while (result == 0 && got > 0 && size < KEYFILE_SIZE_MAX) {
        got = read(fd, text_out + size, KEYFILE_SIZE_MAX - size);
        if (got > 0)
            size += (size_t)got;
        else if (got < 0)
            result = refuse(reason, strerror(errno), "check the disk");
    }
    close(fd);
    text_out[size] = '\0';
    if (result == 0 && strlen(text_out) != size)
        result = refuse(reason, "not a text file", "restore it from its backup");
    return result;
}

/* Decimal, 1 to 2^32 - 1, no sign and no leading zero; the end is at the first other byte. */
static bool parse_id(const char *text, uint32_t *id_out, const char **end_out) {
    uint64_t id = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++) {
        id = id * 10 + (uint64_t)(*at - '0');
        if (id == 0 || id > UINT32_MAX)
            return false;
    }
    if (at == text)
        return false;
    *id_out = (uint32_t)id;
    *end_out = at;
    return true;
}

static bool parse_line(const char *line, struct root_key *root_out) {
    const char *rest;
    if (!parse_id(line, &root_out->id, &rest) || *rest != ' ')
        return false;
    return hex_parse(rest + 1, root_out->bytes, ROOT_KEY_SIZE);
}

static bool is_known(const struct root_key *roots, size_t count, uint32_t id) {
    for (size_t i = 0; i < count; i++) {
        if (roots[i].id == id)
            return true;
    }
    return false;
}

static int parse_text(const struct reason *reason, char *text,
                      struct root_key roots_out[KEYFILE_KEYS_MAX], size_t *count_out) {
    size_t count = 0;
    for (char *line = text; *line != '\0';) {
        char *end = strchrnul(line, '\n');
        char *next = *end == '\n' ? end + 1 : end;
        *end = '\0';
        if (count == KEYFILE_KEYS_MAX)
            return refuse_line(reason, count + 1, "more keys than are allowed");
        struct root_key *root = &roots_out[count];
        if (!parse_line(line, root))
            return refuse_line(reason, count + 1, "not \"<id> <64 hex digits>\"");
        if (is_known(roots_out, count, root->id))
            return refuse_line(reason, count + 1, "its id was used before");
        count++;
        line = next;
    }
    if (count == 0)
        return refuse(reason, "no key in it", "restore it from its backup");
    *count_out = count;
    return 0;
}

int keyfile_read(const char *path, struct root_key roots_out[KEYFILE_KEYS_MAX], size_t *count_out,
                 char *reason_out, size_t reason_size) {
    struct reason reason = {path, reason_out, reason_size};
    char text[KEYFILE_SIZE_MAX + 1];
    int result = read_text(&reason, text);
    if (result == 0)
        result = parse_text(&reason, text, roots_out, count_out);
    secret_wipe(text, sizeof(text));
    return result;
}

/* A new name is durable only when its directory is. */
static int sync_parent(const char *path) {
    char *copy = xstrdup(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(copy);
    if (fd < 0)
        return -1;
    int result = fsync(fd);
    close(fd);
    return result;
}

static int write_key(int fd, const struct root_key *root) {
    char hex[KEY_HEX_LENGTH + 1];
    char line[KEY_LINE_MAX];
    hex_format(root->bytes, ROOT_KEY_SIZE, hex);
    int size = snprintf(line, sizeof(line), "%u %s\n", root->id, hex);
    ssize_t written = write(fd, line, (size_t)size);
    secret_wipe(hex, sizeof(hex));
    secret_wipe(line, sizeof(line));
    if (written >= 0 && written < size)
        errno = ENOSPC;
    return written == size ? fsync(fd) : -1;
}

int keyfile_create(const char *path, const struct root_key *root, char *reason_out,
                   size_t reason_size) {
    struct reason reason = {path, reason_out, reason_size};
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return refuse(&reason, "it exists and is left alone", "name another, or keep it");
    if (fd < 0)
        return refuse(&reason, strerror(errno), "check the directory");
    int result = write_key(fd, root);
    if (result == 0)
        result = sync_parent(path);
    if (result != 0) {
        result = refuse(&reason, strerror(errno), "check the disk");
        unlink(path);
    }
    close(fd);
    return result;
}
