/*
 * An engine on real files with a virtual clock, two banks that answer, and a book of what they sent
 * and were told. The book lives in shared memory: what a child was told before it was killed is
 * known to its parent.
 */
#ifndef LG_TESTS_ENGINE_RIG_H
#define LG_TESTS_ENGINE_RIG_H

#include "engine/engine.h"
#include "wire/partner.h"

#define BANK_A 999100000011u       /* Class II */
#define BANK_B 999100000020u       /* Class I */
#define RIG_START_MS 1798000000000 /* 2026-12-23 */
#define RIG_LINKS 4
#define RIG_ROWS 8192
#define RIG_POISON_FEN 666 /* what tests of crashing commands plant */

/* One transfer as its submitter sees it. */
struct row {
    struct id request;
    uint32_t link;
    int64_t fen;
    bool push;
    bool submitted;
    uint32_t told; /* times; the first and the last: */
    bool refused, last_refused;
    enum refusal_code code, last_code;
    struct id transfer; /* as told, when not refused */
    enum transfer_state state, last_state;
};

struct book {
    int64_t boot_us, wall_ms; /* the virtual clocks: they go on over a kill */
    uint64_t serial;          /* of persons and request ids */
    struct id links[RIG_LINKS];
    size_t link_count;
    struct row rows[RIG_ROWS];
    size_t row_count;
    struct id waits; /* the last order that waits for a second operator */
    uint64_t alarms, sends, inquiries, notices, banks, operator_granted, operator_refused;
    enum refusal_code operator_code;
    uint64_t steps[ENGINE_STEPS];
};

struct rig {
    char dir[64];
    struct keyring *keyring;
    struct engine_config config;
    struct engine *engine;
    struct book *book; /* shared */
    bool mute;         /* the banks do not answer */
    /* The engine may fail, as with a failing disk: nothing runs then until the next rig_open. */
    bool may_fail, failed;
    /* A job is done when that many batches were released after it was taken, as on a thread of its
     * own that is slow, or when anything waits for it; 0: at once. rig_stop waits for it. */
    uint32_t job_batches, job_age;
    bool job_out;
    struct engine_job job;
    uint32_t timeout_ms;
    struct arena arena; /* of what is decoded */
    /* Dies at the kill_at'th time of that step; 0: never. */
    enum engine_step kill_step;
    uint64_t kill_at;
    char reason[512];
};

void rig_init(struct rig *rig);
void rig_deinit(struct rig *rig);
void rig_remove(const char *dir);
void rig_copy(const char *from, const char *to);

int rig_open(struct rig *rig); /* what engine_open gave */
void rig_must_open(struct rig *rig);
void rig_close(struct rig *rig); /* leaves the tail where it is */
void rig_stop(struct rig *rig);  /* drains */
void rig_advance(struct rig *rig, int64_t ms);

/* Commands; they are submitted, not yet run. */
struct command *rig_command(struct rig *rig, enum command_kind kind, bank_code bank);
void rig_submit(struct rig *rig, struct command *command);
struct command *rig_operator(struct rig *rig, enum command_kind kind); /* body to fill */
/* The order that waits is approved by that uid; rig_operator's is another one. */
#define RIG_UID_TWO 1001u
void rig_approve(struct rig *rig, uint32_t uid, int64_t wall_ms);
void rig_submit_operator(struct rig *rig, struct command *command);
struct command *rig_message(struct rig *rig, bank_code bank, enum command_kind kind,
                            struct buf *payload);
struct command *rig_transfer_command(struct rig *rig, size_t row);
struct command *rig_query(struct rig *rig, size_t row); /* of bank A, about its row */

/* Runs batches and jobs until nothing is left to do now. Negative from the engine fails the test. */
void rig_run(struct rig *rig);
/* What a release does to the book, and the banks' answers. The caller gives it back. */
void rig_told(struct rig *rig, const struct release *release);
/* The answer that bank B gives to what it was sent; NULL if none. */
struct command *rig_answer(struct rig *rig, const struct effect *effect);

/* Both banks registered and connected, and RIG_LINKS links active. */
void rig_set_up(struct rig *rig);
void rig_connect(struct rig *rig);
/* A new row; submitted and run. Its index. */
size_t rig_transfer(struct rig *rig, int64_t fen);
size_t rig_new_row(struct rig *rig, int64_t fen);
/* Sends that row's request (again). */
void rig_send_row(struct rig *rig, size_t row);

/* Time passes, and what is due then runs. */
void rig_rest(struct rig *rig, int64_t ms);
/* Twice as many transfers, several a batch, with seals, ticks and flushes among them. */
void rig_work(struct rig *rig, size_t transfers);
/* Sends every row again: what was told stays as it was told, what was not told is told now. */
void rig_check_told(struct rig *rig);
/* After a stop: the whole log, from its first batch on, into an empty store, with other points of
 * freezing, gives the same keys and values, and the store keeps its laws. */
void rig_check_replay(struct rig *rig, size_t overlay_keys);

struct engine_status rig_status(struct rig *rig);
struct digest rig_digest(struct rig *rig);

#endif
