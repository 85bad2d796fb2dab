/*
 * The manifest of a backup: a text file that says of which store it is, where in its life, and what
 * files belong to it. Lines of a word and its value; docs/operations.md shows one. And the few things
 * with files that making and restoring a backup share.
 */
#ifndef LG_VERIFY_MANIFEST_H
#define LG_VERIFY_MANIFEST_H

#include <stdbool.h>

#include "util/bytes.h"
#include "util/digest_value.h"
#include "util/fatal.h"

#define MANIFEST_NAME "MANIFEST"
#define MANIFEST_PARTIAL ".partial" /* ends the name of a backup that is being made */
#define MANIFEST_FORMAT 1u
#define MANIFEST_FILES_MAX 65600u /* a log's, and a handful */
#define MANIFEST_PATH_MAX 4096
#define MANIFEST_FILE_MAX 64 /* "log/segment-000000000001" */

struct manifest_file {
    char name[MANIFEST_FILE_MAX]; /* below the backup's folder */
    uint64_t bytes;
    struct digest sha256;
};

struct manifest {
    char program[32]; /* its version */
    uint32_t ledger_version;
    struct digest store_id;
    uint64_t sequence; /* the store's, when it was copied and replayed */
    uint64_t batch;
    struct digest chain;  /* behind that batch */
    struct digest digest; /* of all keys and values */
    int64_t ledger_ms;
    struct manifest_file *files;
    size_t count, cap;
};

/* Zero-initialised is empty. */
void manifest_deinit(struct manifest *manifest);
uint64_t manifest_bytes(const struct manifest *manifest);

/* Told bytes read; false stops. */
typedef bool manifest_go_on(void *context, uint64_t done, uint64_t of);
#define MANIFEST_STOPPED 1
#define MANIFEST_WRONG 2 /* it, or a file, is not as it was written */
#define MANIFEST_FAILED (-1)

/* All with a reason for people. Lists and sums the files of dir: store/, log/, quarantine. */
int manifest_gather(const char *dir, struct manifest *manifest, manifest_go_on *go_on,
                    void *context, char *reason_out, size_t reason_size) MUST_USE;
/* Writes it into dir, durably. */
int manifest_write(const char *dir, const struct manifest *manifest, char *reason_out,
                   size_t reason_size) MUST_USE;
/* 0, MANIFEST_WRONG, MANIFEST_FAILED (there is none, or it cannot be read). */
int manifest_read(const char *dir, struct manifest *manifest_out, char *reason_out,
                  size_t reason_size) MUST_USE;

/* Joins; false: too long. */
bool manifest_path(char path_out[MANIFEST_PATH_MAX], const char *dir, const char *name);
/* 0 or a negative errno. */
int manifest_sync_dir(const char *dir) MUST_USE;
/* Reads a file to its end: its SHA-256 and its size. When to_fd >= 0 it is written there as well. 0,
 * 1 (go_on said no), or a negative errno. */
int manifest_read_file(const char *path, int to_fd, manifest_go_on *go_on, void *context,
                       struct manifest_file *file_out) MUST_USE;
/* Removes a folder with the folders store and log, and the files in all three. 0 (also when there is
 * none) or a negative errno. */
int manifest_remove_tree(const char *dir) MUST_USE;

#endif
