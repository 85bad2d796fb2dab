/*
 * One file of the modelled disk: the bytes that a reader sees, those that a power loss would leave,
 * and a mark on each sector that a sync would still write.
 */
#ifndef LG_TESTS_LOG_MODEL_FILE_H
#define LG_TESTS_LOG_MODEL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODEL_SECTOR 512

struct model_file {
    uint8_t *seen;
    uint8_t *durable;
    bool *marked; /* by sector */
    uint64_t seen_size;
    uint64_t durable_size;
    uint64_t cap;
    size_t users; /* entries, changes and descriptors */
};

/* What chance decides by: a splitmix64 state, and the bytes that are kept or lost together. */
struct model_dice {
    uint64_t state;
    uint64_t grain;
};
uint64_t model_draw(struct model_dice *dice);
bool model_coin(struct model_dice *dice);

struct model_file *model_file_clone(const struct model_file *file);
/* One user less; the last one frees it. */
void model_file_release(struct model_file *file);
void model_file_write(struct model_file *file, const uint8_t *data, uint64_t size, uint64_t offset,
                      struct model_dice *dice);
void model_file_resize(struct model_file *file, uint64_t size);
void model_file_sync(struct model_file *file);
/* A sync that fails: some of it reaches the disk; what is asked for the rest is not repeated. */
void model_file_sync_in_part(struct model_file *file, struct model_dice *dice);
void model_file_crash(struct model_file *file, struct model_dice *dice);

#endif
