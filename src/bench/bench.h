/*
 * What the parts of linkgate-bench share: two stand-in banks in processes of their own, which keep
 * their books in memory, and a coordinator that times them.
 */
#ifndef LG_BENCH_BENCH_H
#define LG_BENCH_BENCH_H

#include <linkgate/linkgate.h>
#include <sys/types.h>

#include "domain/message.h"
#include "util/arena.h"

/* Words that the processes share. */
#define shared_load(word) __atomic_load_n(word, __ATOMIC_ACQUIRE)
#define shared_store(word, value) __atomic_store_n(word, value, __ATOMIC_RELEASE)
#define shared_add(word, value) (void)__atomic_add_fetch(word, value, __ATOMIC_ACQ_REL)

#define BENCH_SAMPLES_MAX (8u << 20) /* latencies kept of one run */
#define BENCH_IN_FLIGHT_MAX 4096u
#define BENCH_LINKS_MAX 1000000u

struct bench_files {
    const char *host;
    uint16_t port;
    const char *pki;     /* folder with ca.crt and <code>.crt, <code>.key */
    const char *control; /* the linkgatectl program */
    const char *admin;   /* its socket */
    pid_t gateway;
    bank_code submitter;
    bank_code responder;
};

/* What one bank has on its own books, from all runs together. */
struct bench_books {
    int64_t debited_fen;  /* its customers paid */
    int64_t credited_fen; /* its customers got */
    uint64_t accepted;
};

enum bench_order { BENCH_WAIT, BENCH_LINKS, BENCH_RUN, BENCH_QUIT };

/* Shared by the three processes. The coordinator writes order, the submitter answers with done. */
struct bench_shared {
    int order;
    uint32_t order_number; /* rises with each order */
    uint32_t done_number;  /* the order that was carried out */
    int stop;              /* the run is to end when all in flight are answered */
    uint64_t progress;     /* links opened, or transfers finished, of this order */
    int failed;            /* 1: a bank gave up; its text says why */
    char failure[256];
    uint32_t links;
    uint32_t in_flight;
    uint32_t rate;    /* transfers begun in a second; 0: as many as are answered */
    uint64_t refused; /* answers of this run that were no ACCEPTED */
    struct bench_books submitter;
    struct bench_books responder; /* updated by the responder before it answers */
    uint32_t samples;
    uint32_t latency_us[BENCH_SAMPLES_MAX];
    struct id link[BENCH_LINKS_MAX];
};

/* Hostile peers: the name and description of each kind from 0 on; NULL behind the last. */
const char *bench_hostile_name(size_t kind, const char **text_out);
/* Runs in a process of its own until it is killed. The certificates of pki are hostile-N.
 It takes the processor time that nobody else wants. */
void bench_hostile(const struct bench_files *files, size_t kind) __attribute__((noreturn));

/* Each runs in a process of its own and returns its exit status. */
int bench_submitter(const struct bench_files *files, struct bench_shared *shared);
int bench_responder(const struct bench_files *files, struct bench_shared *shared);

/* One figure set. Times in microseconds; cpu_us: of the gateway, the submitter, the responder. */
struct bench_result {
    const char *beside; /* what went on at the same time; NULL: nothing */
    uint32_t in_flight;
    uint64_t transfers;
    double seconds, transfers_per_s;
    uint32_t p50_us, p95_us, p99_us, max_us;
    double cpu_us[3];
    double keys_per_transfer, bytes_per_transfer;
    uint64_t flushes;
    uint64_t gateway_kib; /* its resident memory at the end of the run */
};

struct bench_disk {
    uint32_t p50_us, p99_us, max_us; /* of a 4 KiB overwrite and fdatasync */
};

/* dir: on the disk that the gateway's log is on. 0 or negative (said on stderr). */
int bench_measure_disk(const char *dir, struct bench_disk *disk_out) MUST_USE;
uint32_t bench_percentile(const uint32_t *sorted, uint32_t count, uint32_t per_mille);
void bench_sort(uint32_t *samples, uint32_t count);
void bench_print_head(const struct bench_disk *disk, uint32_t links);
void bench_print(const struct bench_result *result);
/* The same while a window of so many transfers is closed. */
void bench_print_window_head(const struct bench_disk *disk, uint32_t rate, uint32_t window);
/* The same beside hostile peers; alone: what the bank has when there are none. */
void bench_print_siege_head(const struct bench_disk *disk, uint32_t rate, bool first);
void bench_print_siege(const char *name, const char *text, const struct bench_result *result,
                       const struct bench_result *alone);
/* 0 or negative (said on stderr). */
int bench_write_json(const char *path, const struct bench_disk *disk, uint32_t links,
                     const struct bench_result *results, size_t count) MUST_USE;

/* What the gateway says of itself. */
struct bench_status {
    uint64_t applied, flushed; /* sequences */
    uint64_t flushes, keys, bytes;
};
int bench_status(const struct bench_files *files, struct bench_status *status_out) MUST_USE;
/* Gross money between the two banks, on the gateway's books. */
int bench_nets(const struct bench_files *files, int64_t *to_submitter_fen_out,
               int64_t *to_responder_fen_out, uint64_t *count_out) MUST_USE;

/* Says why, for all processes to see. */
void bench_fail(struct bench_shared *shared, const char *text);

/* The i-th made-up customer: valid identifiers, each once. */
struct bench_person {
    char class1[20], class2[20], id_number[19], mobile[12];
};
void bench_person(uint32_t index, struct bench_person *person_out);

/* NULL with reason_out: certificates, or the address. */
struct lg_session *bench_connect(const struct bench_files *files, bank_code code,
                                 const struct lg_handler *handler, char *reason_out,
                                 size_t reason_size);
/* Memory for decoding one message at a time. */
void bench_arena_init(struct arena *arena);
struct span bench_payload(const struct lg_envelope *envelope);
/* Its number; 0 for a notice that has none. 0, or it cannot be read. */
int bench_read_notice(const struct lg_envelope *envelope, struct arena *arena,
                      uint64_t *sequence_out) MUST_USE;

#endif
