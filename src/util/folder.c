/*
 * Names on the disk. A file's own sync need not make its name durable, nor the name of the folder
 * that it lies in: that is the folder's sync, and its parent's.
 */
#include "util/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int folder_sync(const char *path) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int rc = fsync(fd) == 0 ? 0 : errno;
    close(fd);
    return rc;
}

int folder_make(const char *path) {
    bool made = mkdir(path, 0700) == 0;
    if (!made && errno != EEXIST)
        return errno;
    /* Also when it was there: whoever made it may have died before this. */
    char *copy = xstrdup(path);
    int rc = folder_sync(dirname(copy));
    free(copy);
    /* A parent that may only be passed is somebody else's, who made the folder for us. */
    return !made && rc == EACCES ? 0 : rc;
}
