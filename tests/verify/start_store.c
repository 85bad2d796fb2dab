/*
 * Looks at a store and starts the ledger's engine on it, as the daemon does, and prints every row that it would use,
 * for tests/verify/damage.py.
 *
 *   start-store STORE_DIR KEYS_FILE WALL_MS
 *
 * The clocks stand still, so that the same store gives the same rows. A row whose checksum does not
 * fit is one at whose reading the daemon ends; it is printed as such. Exit status: 0 started (rows
 * follow on standard output, "<key> <record>" or "<key> unusable"), 3 refused.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "store/table.h"
#include "util/logline.h"
#include "verify/folder.h"

#define MAP_BYTES ((uint64_t)48 << 20)
#define SEGMENT_BYTES ((uint64_t)256 << 10)
#define LOG_BYTES ((uint64_t)512 << 20)
#define KEEP_MS ((int64_t)365 * 86400000)
#define REFUSED 3

static int64_t boot_us(void *context) {
    (void)context;
    return 1000000;
}

static int64_t wall_ms(void *context) {
    return *(const int64_t *)context;
}

static void print_hex(struct span bytes) {
    for (size_t i = 0; i < bytes.size; i++)
        printf("%02x", bytes.data[i]);
}

static int print_row(struct store *store, struct span bytes, struct key *key_out) {
    struct key key = {.size = bytes.size};
    struct span record;
    if (bytes.size > sizeof(key.bytes))
        return STORE_DAMAGED;
    memcpy(key.bytes, bytes.data, bytes.size);
    *key_out = key;
    int rc = table_get(store, &key, &record);
    print_hex(key_span(&key));
    putchar(' ');
    if (rc == 0)
        print_hex(record);
    else
        fputs("unusable", stdout);
    putchar('\n');
    return 0;
}

static int print_rows(struct store *store) {
    const uint8_t start = 0;
    struct span bytes;
    struct span value;
    struct key key;
    int rc = overlay_seek(store_overlay(store), span_of(&start, 1), 0, &bytes, &value);
    while (rc == 0) {
        store_begin(store);
        rc = print_row(store, bytes, &key);
        store_commit(store);
        if (rc == 0)
            rc = overlay_after(store_overlay(store), key_span(&key), 0, &bytes, &value);
    }
    return rc == OVERLAY_ABSENT ? 0 : REFUSED;
}

static int start(const char *dir, struct keyring *keyring, int64_t *wall) {
    struct engine_config config = {
        .dir = dir,
        .keyring = keyring,
        .clock = {boot_us, wall_ms, wall},
        .map_bytes = MAP_BYTES,
        .log = {.segment_bytes = SEGMENT_BYTES,
                .max_bytes = LOG_BYTES,
                .keep_ms = KEEP_MS,
                .spares = 2,
                .io = log_io_system()},
        .software_version = 1,
    };
    char reason[512] = "";
    struct engine *engine;
    struct release *release = NULL;
    config.bounds = engine_bounds_default();
    struct verify_start look = {.whole_bytes = MAP_BYTES};
    config.look = verify_start;
    config.look_context = &look;
    int rc = engine_open(&config, &engine, reason, sizeof(reason));
    if (rc != 0) {
        fprintf(stderr, "refused (%d): %s\n", rc, reason);
        return REFUSED;
    }
    rc = engine_run(engine, &release);
    if (release != NULL)
        engine_give_back(engine, release);
    rc = rc != 0 ? REFUSED : print_rows(engine_store(engine));
    engine_close(engine);
    return rc;
}

int main(int argc, char **argv) {
    char reason[512];
    struct keyring *keyring;
    if (argc != 4) {
        fputs("usage: start-store STORE_DIR KEYS_FILE WALL_MS\n", stderr);
        return 2;
    }
    log_set_level(LOG_EMERG);
    int64_t wall = strtoll(argv[3], NULL, 10);
    if (keyring_load(argv[2], &keyring, reason, sizeof(reason)) != 0) {
        fprintf(stderr, "%s\n", reason);
        return 2;
    }
    int rc = start(argv[1], keyring, &wall);
    keyring_free(keyring);
    return rc;
}
