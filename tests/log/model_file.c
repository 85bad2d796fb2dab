/*
 * Sectors of one file. Invariant: bytes reach the durable side only by a sync, or by chance at a
 * crash and before a sector is written again, and only where the mark stands: a sync that failed
 * takes marks away without writing, as Linux does.
 */
#include "log/model_file.h"

#include <stdlib.h>
#include <string.h>

#include "util/fatal.h"

uint64_t model_draw(struct model_dice *dice) {
    dice->state += 0x9e3779b97f4a7c15u; /* splitmix64 */
    uint64_t value = dice->state;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

bool model_coin(struct model_dice *dice) {
    return (model_draw(dice) & 1) != 0;
}

static uint64_t sectors(uint64_t bytes) {
    return (bytes + MODEL_SECTOR - 1) / MODEL_SECTOR;
}

void model_file_release(struct model_file *file) {
    if (--file->users > 0)
        return;
    free(file->seen);
    free(file->durable);
    free(file->marked);
    free(file);
}

static void file_fit(struct model_file *file, uint64_t size) {
    if (size <= file->cap)
        return;
    uint64_t cap = sectors(size) * MODEL_SECTOR;
    if (cap < 2 * file->cap)
        cap = 2 * file->cap;
    file->seen = xrealloc(file->seen, cap);
    file->durable = xrealloc(file->durable, cap);
    file->marked = xrealloc(file->marked, sectors(cap) * sizeof(bool));
    memset(file->seen + file->cap, 0, cap - file->cap);
    memset(file->durable + file->cap, 0, cap - file->cap);
    memset(file->marked + sectors(file->cap), 0, sectors(cap) - sectors(file->cap));
    file->cap = cap;
}

static void sector_reaches_disk(struct model_file *file, uint64_t sector) {
    memcpy(file->durable + sector * MODEL_SECTOR, file->seen + sector * MODEL_SECTOR, MODEL_SECTOR);
}

/* What stood there unsynced may have gone to the disk before. */
void model_file_write(struct model_file *file, const uint8_t *data, uint64_t size, uint64_t offset,
                      struct model_dice *dice) {
    if (size == 0)
        return;
    file_fit(file, offset + size);
    for (uint64_t i = offset / MODEL_SECTOR; i < sectors(offset + size); i++) {
        if (file->marked[i] && model_coin(dice))
            sector_reaches_disk(file, i);
        file->marked[i] = true;
    }
    memcpy(file->seen + offset, data, size);
    if (offset + size > file->seen_size)
        file->seen_size = offset + size;
}

void model_file_resize(struct model_file *file, uint64_t size) {
    file_fit(file, size);
    if (size < file->seen_size)
        memset(file->seen + size, 0, file->seen_size - size);
    file->seen_size = size;
}

void model_file_sync(struct model_file *file) {
    for (uint64_t i = 0; i < sectors(file->cap); i++) {
        if (file->marked[i])
            sector_reaches_disk(file, i);
        file->marked[i] = false;
    }
    file->durable_size = file->seen_size;
}

void model_file_sync_in_part(struct model_file *file, struct model_dice *dice) {
    const uint64_t grain = dice->grain / MODEL_SECTOR;
    bool drawn = false;
    bool kept = false;
    for (uint64_t i = 0; i < sectors(file->cap); i++) {
        if (i % grain == 0)
            drawn = false;
        if (file->marked[i] && !drawn) {
            drawn = true;
            kept = model_coin(dice);
        }
        if (file->marked[i] && kept)
            sector_reaches_disk(file, i);
        file->marked[i] = false;
    }
    if (model_coin(dice))
        file->durable_size = file->seen_size;
}

void model_file_crash(struct model_file *file, struct model_dice *dice) {
    model_file_sync_in_part(file, dice);
    if (file->cap > 0)
        memcpy(file->seen, file->durable, file->cap);
    file->seen_size = file->durable_size;
}

struct model_file *model_file_clone(const struct model_file *file) {
    struct model_file *copy = xcalloc(1, sizeof(*copy));
    file_fit(copy, file->cap);
    if (file->cap > 0) {
        memcpy(copy->seen, file->seen, file->cap);
        memcpy(copy->durable, file->durable, file->cap);
        memcpy(copy->marked, file->marked, sectors(file->cap) * sizeof(bool));
    }
    copy->seen_size = file->seen_size;
    copy->durable_size = file->durable_size;
    return copy;
}
