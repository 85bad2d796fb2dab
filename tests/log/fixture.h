/*
 * What the log's tests share: a modelled disk with a log on it, batches whose content follows from
 * their number, and a record of what was acknowledged.
 */
#ifndef LG_TESTS_LOG_FIXTURE_H
#define LG_TESTS_LOG_FIXTURE_H

#include "log/log.h"
#include "model_disk.h"

#define FIXTURE_DIR "log"
#define FIXTURE_SEGMENT ((uint64_t)16 * LOG_BLOCK)
#define FIXTURE_BATCHES 4096

struct fixture {
    struct model_disk *disk;
    struct keyring *keyring;
    struct log_config config;
    struct log *log; /* NULL: closed */
    char reason[512];
    /* Acknowledged: content of batch i is plain_of(tags[i], sizes[i]), places[i] its place. */
    uint64_t tags[FIXTURE_BATCHES];
    size_t sizes[FIXTURE_BATCHES];
    struct log_place places[FIXTURE_BATCHES]; /* [0]: the start */
    uint64_t last;
    /* Tried and not acknowledged: may be there or not. */
    bool tried;
    uint64_t next_tag;
    uint64_t applied; /* a batch <= last that the store holds */
};

void fixture_init(struct fixture *fixture, uint64_t seed);
/* With four segments of seven batches each, a fifth of one and a seal; closed. */
void fixture_init_sealed(struct fixture *fixture);
void fixture_deinit(struct fixture *fixture);
/* Same record and key, over a copy of the disk. The log is closed in it. */
void fixture_fork(const struct fixture *from, struct fixture *fixture, uint64_t seed);

/* log_open at fixture->applied. On success the log must hold all that was acknowledged, in order,
 * and nothing else but what was tried: checked by replay. */
int fixture_open(struct fixture *fixture);
void fixture_close(struct fixture *fixture);
/* Ends the process, with or without the power. */
void fixture_kill(struct fixture *fixture);
void fixture_crash(struct fixture *fixture);

/* log_append, with a record of it. */
int fixture_append(struct fixture *fixture, size_t size);
void fixture_append_many(struct fixture *fixture, size_t count, size_t size);
/* Everything is in the store; the log tidies up. */
int fixture_flush(struct fixture *fixture, int64_t now_ms);
void fixture_seal(struct fixture *fixture);
/* Path of that segment; valid until the next call. */
const char *fixture_segment(uint64_t number);
/* Number of the newest segment. */
uint64_t fixture_newest(const struct fixture *fixture);
/* Replays all that is kept: how many batches. */
uint64_t fixture_kept(struct fixture *fixture);

#endif
