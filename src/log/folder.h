/*
 * What lies in the log's folder, by name. Private to src/log.
 */
#ifndef LG_LOG_FOLDER_H
#define LG_LOG_FOLDER_H

#include "log/state.h"

enum folder_kind { FOLDER_SEGMENT, FOLDER_SPARE, FOLDER_UNREADY };

struct folder_file {
    enum folder_kind kind;
    uint64_t number; /* > 0 */
    uint64_t bytes;
    bool in_chain; /* recovery's mark */
};

/* Zero-initialised is empty. Files in ascending order of kind and number. */
struct folder {
    struct folder_file *files;
    size_t count;
    size_t cap;
    bool has_head;
};

/* Files whose names are not the log's are left alone. 0, LOG_FAILED, LOG_DAMAGED (too many). */
int folder_list(struct folder *folder, const struct disk *disk, struct reason *reason) MUST_USE;
void folder_deinit(struct folder *folder);
/* 0: no segment. */
uint64_t folder_newest(const struct folder *folder);
/* NULL when absent. */
struct folder_file *folder_segment(struct folder *folder, uint64_t number);
bool folder_any_below(const struct folder *folder, uint64_t number);
/* Durably. 0 or a negative errno. */
int folder_remove(const struct disk *disk, const struct folder_file *file) MUST_USE;

#endif
