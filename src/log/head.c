/*
 * The file `head`: which segment is the last one.
 *
 * Without it nobody could tell a log whose newest segment was deleted from one that ended there.
 * Two blocks, written in turn with a rising generation, so that a torn write leaves the other one:
 *
 *     48   8  generation; written to block generation % 2
 *     56   8  number of the last segment, 0 for none yet
 *     64  32  that segment's salt
 *
 * in the frame of segment.c's header block, magic "lghead01", with a salt of its own at each write.
 *
 * Invariant: a segment takes its first batch only after head names it; head names a segment only
 * after its name is durable. So a segment above head may exist (the process ended between the two),
 * and what head names must exist, with that salt.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "log/internal.h"

#define HEAD_UNREADY HEAD_NAME ".tmp"

enum { HEAD_GENERATION = BLOCK_FIELDS, HEAD_SEGMENT = 56, HEAD_SALT = 64, HEAD_BLOCKS = 2 };

static const char head_magic[BLOCK_MAGIC_SIZE] = {'l', 'g', 'h', 'e', 'a', 'd', '0', '1'};
static const struct digest no_secret;

static int write_slot(const struct head *head, const struct disk *disk) {
    uint64_t offset = head->generation % HEAD_BLOCKS * LOG_BLOCK;
    int rc = disk_write(disk, head->fd, head->block, LOG_BLOCK, offset);
    return rc != 0 ? rc : disk_sync(disk, head->fd);
}

static void fill_slot(struct head *head, const struct disk *disk, const struct keyring *keyring) {
    memset(head->block, 0, LOG_BLOCK);
    disk->io.random(disk->io.context, head->block + BLOCK_SALT, SEGMENT_SALT_SIZE);
    put_be64(head->block + HEAD_GENERATION, head->generation);
    put_be64(head->block + HEAD_SEGMENT, head->segment);
    memcpy(head->block + HEAD_SALT, head->salt, SEGMENT_SALT_SIZE);
    block_seal(keyring, head_magic, &no_secret, head->block);
}

int head_create(const struct disk *disk, const struct keyring *keyring, struct head *head_out) {
    struct head head = {.generation = 1};
    head.fd = disk_open(disk, HEAD_UNREADY, O_RDWR | O_CREAT | O_TRUNC);
    if (head.fd < 0)
        return head.fd;
    static const uint8_t zeroes[HEAD_BLOCKS * LOG_BLOCK];
    int rc = disk_write(disk, head.fd, zeroes, sizeof(zeroes), 0);
    fill_slot(&head, disk, keyring);
    if (rc == 0)
        rc = write_slot(&head, disk);
    if (rc == 0)
        rc = disk_rename(disk, HEAD_UNREADY, HEAD_NAME);
    if (rc != 0) {
        disk_close(disk, head.fd);
        return rc;
    }
    *head_out = head;
    return 0;
}

static int fault(int rc, enum block_state state, struct reason *reason) {
    if (rc != 0 && rc != -ENODATA)
        return explain(reason, LOG_FAILED, "log file " HEAD_NAME ": cannot read: %s",
                       strerror(-rc));
    if (state == BLOCK_KEY)
        return explain(reason, LOG_DAMAGED,
                       "log file " HEAD_NAME ": the key file does not open it: put back the key "
                       "file that this log was written with");
    if (state == BLOCK_FORMAT)
        return explain(reason, LOG_DAMAGED,
                       "log file " HEAD_NAME ": its format is not one of this program: start the "
                       "program that wrote it");
    return explain(reason, LOG_DAMAGED,
                   "log file " HEAD_NAME " is damaged: restore store and log from a backup");
}

static bool is_blank(const uint8_t *block) {
    return block[0] == 0 && memcmp(block, block + 1, LOG_BLOCK - 1) == 0;
}

int head_open(const struct disk *disk, const struct keyring *keyring, int flags,
              struct head *head_out, struct reason *reason) {
    struct head head = {.fd = disk_open(disk, HEAD_NAME, flags)};
    if (head.fd < 0)
        return explain(reason, LOG_FAILED, "log file " HEAD_NAME ": cannot open: %s",
                       strerror(-head.fd));
    uint8_t blocks[HEAD_BLOCKS * LOG_BLOCK];
    int rc = disk_read(disk, head.fd, blocks, sizeof(blocks), 0);
    enum block_state worst = BLOCK_DAMAGED;
    for (size_t i = 0; rc == 0 && i < HEAD_BLOCKS; i++) {
        const uint8_t *block = blocks + i * LOG_BLOCK;
        struct digest secret;
        enum block_state state = block_open(keyring, head_magic, block, &secret);
        if (state == BLOCK_RIGHT && get_be64(block + HEAD_GENERATION) % HEAD_BLOCKS != i)
            state = BLOCK_DAMAGED; /* it was written to the other place */
        if (state != BLOCK_RIGHT && state > worst)
            worst = state;
        head.block_damaged = head.block_damaged || state != BLOCK_RIGHT;
        if (state != BLOCK_RIGHT || get_be64(block + HEAD_GENERATION) <= head.generation)
            continue;
        head.generation = get_be64(block + HEAD_GENERATION);
        head.segment = get_be64(block + HEAD_SEGMENT);
        memcpy(head.salt, block + HEAD_SALT, SEGMENT_SALT_SIZE);
        memcpy(head.block, block, LOG_BLOCK);
    }
    if (rc != 0 || head.generation == 0) {
        disk_close(disk, head.fd);
        return fault(rc, worst, reason);
    }
    if (head.generation == 1 && is_blank(blocks)) /* the second one was not written yet */
        head.block_damaged = false;
    *head_out = head;
    return 0;
}

int head_settle(const struct head *head, const struct disk *disk) {
    return write_slot(head, disk);
}

int head_advance(struct head *head, const struct disk *disk, const struct keyring *keyring,
                 const struct segment_header *last) {
    head->generation++;
    head->segment = last->number;
    memcpy(head->salt, last->salt, SEGMENT_SALT_SIZE);
    fill_slot(head, disk, keyring);
    return write_slot(head, disk);
}
