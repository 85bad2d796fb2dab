/*
 * Commands from sessions into the ledger thread's queue.
 *
 * Invariant: what the door took is submitted in the order in which it was taken, once, or freed at
 * the end; while anything waits here, room() says that there is none. No bank has more places than
 * are left to the others: one that floods gets half of them, two a third each, and whoever comes
 * last finds some. Ledger time here is the ledger
 * thread's last reading, carried on by the steady clock: the validity that an instruction is sent
 * with depends on it, and the ledger thread may have slept for hours. It is off by no more than the
 * slew (1 %) since that reading.
 */
#include "daemon/ledger_door.h"

#include <stdlib.h>

#define LOOK_MS 1000

static struct span key_of(const bank_code *bank) {
    return span_of(bank, sizeof(*bank));
}

static struct ledger_door_share *share_of(struct ledger_door *door, bank_code bank) {
    struct ledger_door_share *share = hmap_get(door->shares, key_of(&bank));
    if (share != NULL)
        return share;
    share = xcalloc(1, sizeof(*share));
    share->bank = bank;
    (void)hmap_put(door->shares, key_of(&bank), share);
    return share;
}

static size_t door_room(void *context, bank_code bank) {
    struct ledger_door *door = context;
    size_t left = door->count < door->bound ? door->bound - door->count : 0;
    size_t has = share_of(door, bank)->count;
    return door->first == NULL && has < left ? left - has : 0;
}

static void count_in(struct ledger_door *door, const struct command *command) {
    share_of(door, command->bank)->count++;
    door->count++;
}

void ledger_door_released(struct ledger_door *ledger_door, const struct release *release) {
    for (const struct command *command = release->commands; command != NULL;
         command = command->next) {
        if (command->bank == 0)
            continue; /* not through this door */
        struct ledger_door_share *share = share_of(ledger_door, command->bank);
        ENSURE(share->count > 0 && ledger_door->count > 0);
        share->count--;
        ledger_door->count--;
    }
}

static void keep(struct ledger_door *door, struct command *command) {
    command->next = NULL;
    if (door->last != NULL)
        door->last->next = command;
    else
        door->first = command;
    door->last = command;
}

static void door_submit(void *context, struct command *command) {
    struct ledger_door *door = context;
    count_in(door, command);
    if (door->first != NULL || !threads_submit(door->threads, command))
        keep(door, command);
}

static void door_submit_reserved(void *context, struct command *command) {
    struct ledger_door *door = context;
    count_in(door, command);
    if (door->first != NULL || !threads_submit_reserved(door->threads, command))
        keep(door, command);
}

static void look(struct ledger_door *door, int64_t now_ms) {
    struct engine_status status;
    threads_status(door->threads, &status);
    door->ledger_ms = status.ledger_ms;
    door->ledger_at_us = status.ledger_at_us;
    door->ledger_stands = status.hold != LEDGER_CLOCK_RUNS;
    door->looked_at_ms = now_ms;
}

static int64_t door_ledger_now_ms(void *context) {
    struct ledger_door *door = context;
    int64_t now_us = clock_boot_us(door->clock);
    if (now_us / 1000 - door->looked_at_ms >= LOOK_MS)
        look(door, now_us / 1000);
    if (door->ledger_stands || now_us < door->ledger_at_us)
        return door->ledger_ms;
    return door->ledger_ms + (now_us - door->ledger_at_us) / 1000;
}

static bool door_beside(void *context, struct command *command) {
    const struct ledger_door *door = context;
    return door->beside != NULL && door->beside(door->told_context, command);
}

static void door_told(void *context, const struct effect *effect) {
    const struct ledger_door *door = context;
    door->told(door->told_context, effect);
}

void ledger_door_init(struct ledger_door *ledger_door, struct threads *threads, size_t queue,
                      const struct clock *clock,
                      void (*told)(void *context, const struct effect *effect), void *context) {
    *ledger_door = (struct ledger_door){
        .door =
            {
                .context = ledger_door,
                .room = door_room,
                .submit = door_submit,
                .submit_reserved = door_submit_reserved,
                .beside = door_beside,
                .ledger_now_ms = door_ledger_now_ms,
                .told = door_told,
            },
        .threads = threads,
        .shares = hmap_new(),
        .bound = queue,
        .clock = clock,
        .looked_at_ms = -LOOK_MS,
        .told = told,
        .told_context = context,
    };
}

static bool free_share(void *context, struct span key, void *value) {
    (void)context;
    (void)key;
    free(value);
    return true;
}

void ledger_door_deinit(struct ledger_door *ledger_door) {
    if (ledger_door->shares != NULL)
        hmap_each(ledger_door->shares, free_share, NULL);
    hmap_free(ledger_door->shares);
    ledger_door->shares = NULL;
    while (ledger_door->first != NULL) {
        struct command *next = ledger_door->first->next;
        command_free(ledger_door->first);
        ledger_door->first = next;
    }
    ledger_door->last = NULL;
}

bool ledger_door_retry(struct ledger_door *ledger_door) {
    while (ledger_door->first != NULL) {
        struct command *command = ledger_door->first;
        struct command *next = command->next;
        if (!threads_submit_reserved(ledger_door->threads, command))
            return false;
        ledger_door->first = next;
        if (next == NULL)
            ledger_door->last = NULL;
    }
    return true;
}
