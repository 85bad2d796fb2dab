/*
 * Figures of the load generator: the disk's own latency, percentiles, the table and the JSON file.
 * It judges nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "util/clock.h"

#define DISK_WRITES 1000u
#define DISK_BLOCK 4096u

static int compare(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

void bench_sort(uint32_t *samples, uint32_t count) {
    qsort(samples, count, sizeof(*samples), compare);
}

uint32_t bench_percentile(const uint32_t *sorted, uint32_t count, uint32_t per_mille) {
    if (count == 0)
        return 0;
    uint64_t place = ((uint64_t)count * per_mille + 999) / 1000;
    return sorted[place > 0 ? place - 1 : 0];
}

static int write_blocks(int fd, uint32_t *latency_us) {
    static const uint8_t block[DISK_BLOCK];
    struct clock clock = clock_system();
    for (uint32_t i = 0; i < DISK_WRITES; i++) {
        off_t offset = (off_t)i * DISK_BLOCK;
        if (pwrite(fd, block, sizeof(block), offset) != (ssize_t)sizeof(block))
            return -1;
    }
    if (fsync(fd) != 0)
        return -1;
    for (uint32_t i = 0; i < DISK_WRITES; i++) {
        int64_t before = clock_boot_us(&clock);
        off_t offset = (off_t)i * DISK_BLOCK;
        if (pwrite(fd, block, sizeof(block), offset) != (ssize_t)sizeof(block) ||
            fdatasync(fd) != 0)
            return -1;
        latency_us[i] = (uint32_t)(clock_boot_us(&clock) - before);
    }
    return 0;
}

int bench_measure_disk(const char *dir, struct bench_disk *disk_out) {
    char path[1024];
    uint32_t latency_us[DISK_WRITES] = {0};
    snprintf(path, sizeof(path), "%s/disk.probe", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int rc = fd < 0 ? -1 : write_blocks(fd, latency_us);
    if (rc != 0)
        (void)fprintf(stderr, "linkgate-bench: cannot write %s: %s\n", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    (void)unlink(path);
    if (rc != 0)
        return rc;
    bench_sort(latency_us, DISK_WRITES);
    *disk_out = (struct bench_disk){bench_percentile(latency_us, DISK_WRITES, 500),
                                    bench_percentile(latency_us, DISK_WRITES, 990),
                                    latency_us[DISK_WRITES - 1]};
    return 0;
}

static void print_disk(const struct bench_disk *disk) {
    printf("disk: 4 KiB overwritten and synced in %u us (median), %u us (p99), %u us (max)\n",
           disk->p50_us, disk->p99_us, disk->max_us);
}

void bench_print_head(const struct bench_disk *disk, uint32_t links) {
    print_disk(disk);
    printf(
        "links: %u; transfers half pushes, half pulls; cpu per transfer: gateway + Class II bank "
        "+ Class I bank\n\n",
        links);
    printf("%9s %11s %9s %9s %9s %9s %22s %7s %7s %8s\n", "in flight", "transfers/s", "p50 us",
           "p95 us", "p99 us", "max us", "cpu us", "keys", "bytes", "flushes");
    (void)fflush(stdout);
}

void bench_print(const struct bench_result *result) {
    char cpu[64];
    double all = result->cpu_us[0] + result->cpu_us[1] + result->cpu_us[2];
    snprintf(cpu, sizeof(cpu), "%.1f=%.1f+%.1f+%.1f", all, result->cpu_us[0], result->cpu_us[1],
             result->cpu_us[2]);
    printf("%9u %11.0f %9u %9u %9u %9u %22s %7.2f %7.0f %8llu\n", result->in_flight,
           result->transfers_per_s, result->p50_us, result->p95_us, result->p99_us, result->max_us,
           cpu, result->keys_per_transfer, result->bytes_per_transfer,
           (unsigned long long)result->flushes);
    (void)fflush(stdout);
}

static void print_siege_columns(void) {
    printf("%-14s %-52s %9s %9s %9s %6s %9s\n", "beside", "which", "p50 us", "p99 us", "max us",
           "p99 x", "rss MiB");
    (void)fflush(stdout);
}

void bench_print_window_head(const struct bench_disk *disk, uint32_t rate, uint32_t window) {
    print_disk(disk);
    printf("%u transfers in the window, %u more a second\n\n", window, rate);
    print_siege_columns();
}

void bench_print_siege_head(const struct bench_disk *disk, uint32_t rate, bool first) {
    print_disk(disk);
    printf("one honest bank, %u transfers/s, beside peers; %s\n\n", rate,
           first ? "it is served by the processor first, the peers last"
                 : "the peers are served by the processor last");
    print_siege_columns();
}

void bench_print_siege(const char *name, const char *text, const struct bench_result *result,
                       const struct bench_result *alone) {
    printf("%-14s %-52s %9u %9u %9u %6.2f %9llu\n", name, text, result->p50_us, result->p99_us,
           result->max_us, (double)result->p99_us / (double)(alone->p99_us > 0 ? alone->p99_us : 1),
           (unsigned long long)(result->gateway_kib >> 10));
    (void)fflush(stdout);
}

static json_t *result_json(const struct bench_result *result) {
    return json_pack(
        "{s:s?, s:I, s:i, s:I, s:f, s:f, s:i, s:i, s:i, s:i, s:f, s:{s:f, s:f, s:f}, s:f, s:f, "
        "s:I}",
        "beside", result->beside, "gateway_kib", (json_int_t)result->gateway_kib, "in_flight",
        (int)result->in_flight, "transfers", (json_int_t)result->transfers, "seconds",
        result->seconds, "transfers_per_s", result->transfers_per_s, "p50_us", (int)result->p50_us,
        "p95_us", (int)result->p95_us, "p99_us", (int)result->p99_us, "max_us", (int)result->max_us,
        "cpu_us_per_transfer", result->cpu_us[0] + result->cpu_us[1] + result->cpu_us[2],
        "cpu_us_per_transfer_by_process", "gateway", result->cpu_us[0], "class2_bank",
        result->cpu_us[1], "class1_bank", result->cpu_us[2], "keys_per_transfer",
        result->keys_per_transfer, "bytes_per_transfer", result->bytes_per_transfer, "flushes",
        (json_int_t)result->flushes);
}

int bench_write_json(const char *path, const struct bench_disk *disk, uint32_t links,
                     const struct bench_result *results, size_t count) {
    json_t *runs = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(runs, result_json(&results[i]));
    json_t *root =
        json_pack("{s:{s:i, s:i, s:i}, s:i, s:o}", "disk_us", "p50", (int)disk->p50_us, "p99",
                  (int)disk->p99_us, "max", (int)disk->max_us, "links", (int)links, "runs", runs);
    int rc = json_dump_file(root, path, JSON_INDENT(2));
    json_decref(root);
    if (rc != 0)
        (void)fprintf(stderr, "linkgate-bench: cannot write %s\n", path);
    return rc != 0 ? -1 : 0;
}
