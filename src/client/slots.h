/*
 * Correlation: which request of ours an answer belongs to. A fixed table of slots as large as the
 * gateway's window; a correlation id is a running number and the slot's index, so that a look-up
 * is one comparison and a late or doubled answer is recognised. Private to client.
 */
#ifndef LG_CLIENT_SLOTS_H
#define LG_CLIENT_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

struct slot {
    uint64_t correlation; /* 0: free */
    void *tag;
    uint32_t next_free;
};

struct slots {
    struct slot *slots;
    uint32_t size, used, first_free;
    uint64_t serial;
};

void slots_init(struct slots *slots);
void slots_deinit(struct slots *slots);
/* Sets the number of slots, once, before the first is taken. */
void slots_allow(struct slots *slots, uint32_t size);
uint32_t slots_room(const struct slots *slots);
uint32_t slots_used(const struct slots *slots);
/* False: all are in use. */
bool slots_take(struct slots *slots, void *tag, uint64_t *correlation_out);
/* Frees the slot of an answer; false: no such request is waiting. */
bool slots_give(struct slots *slots, uint64_t correlation, void **tag_out);
/* Frees any one that is in use; false: none is. */
bool slots_pop(struct slots *slots, void **tag_out);
/* A correlation outside the window, for Hello and heartbeats. Nobody waits for it here. */
uint64_t slots_apart(struct slots *slots);

#endif
