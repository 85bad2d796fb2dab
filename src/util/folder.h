/*
 * Folders that must still be there after a power loss, with the names in them.
 */
#ifndef LG_UTIL_FOLDER_H
#define LG_UTIL_FOLDER_H

#include "util/fatal.h"

/* Makes it (mode 0700) if it is not there, and its name durable. 0 or an errno. */
int folder_make(const char *path) MUST_USE;
/* Makes the names in it durable: files made, renamed, removed. 0 or an errno. */
int folder_sync(const char *path) MUST_USE;

#endif
