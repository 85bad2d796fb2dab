/*
 * The table of requests in flight, with its free ones in a list.
 *
 * Invariant: a correlation id is never used twice on a connection: its upper bits count up, its
 * lower bits name the slot (or none). Nothing is allocated after slots_allow.
 */
#include "client/slots.h"

#include <stdlib.h>

#include "util/fatal.h"

#define INDEX_BITS 16
#define INDEX_MASK ((UINT64_C(1) << INDEX_BITS) - 1)
#define INDEX_APART INDEX_MASK
#define NO_SLOT UINT32_MAX

void slots_init(struct slots *slots) {
    *slots = (struct slots){.first_free = NO_SLOT};
}

void slots_deinit(struct slots *slots) {
    free(slots->slots);
}

void slots_allow(struct slots *slots, uint32_t size) {
    ENSURE(slots->slots == NULL && size > 0 && size < INDEX_APART);
    slots->slots = xcalloc(size, sizeof(*slots->slots));
    slots->size = size;
    slots->first_free = 0;
    for (uint32_t i = 0; i < size; i++)
        slots->slots[i].next_free = i + 1 < size ? i + 1 : NO_SLOT;
}

uint32_t slots_room(const struct slots *slots) {
    return slots->size - slots->used;
}

uint32_t slots_used(const struct slots *slots) {
    return slots->used;
}

bool slots_take(struct slots *slots, void *tag, uint64_t *correlation_out) {
    uint32_t index = slots->first_free;
    if (index == NO_SLOT)
        return false;
    struct slot *slot = &slots->slots[index];
    slots->first_free = slot->next_free;
    slots->used++;
    slot->correlation = ++slots->serial << INDEX_BITS | index;
    slot->tag = tag;
    *correlation_out = slot->correlation;
    return true;
}

static void *set_free(struct slots *slots, uint32_t index) {
    struct slot *slot = &slots->slots[index];
    slot->correlation = 0;
    slot->next_free = slots->first_free;
    slots->first_free = index;
    slots->used--;
    return slot->tag;
}

bool slots_give(struct slots *slots, uint64_t correlation, void **tag_out) {
    uint64_t index = correlation & INDEX_MASK;
    if (index >= slots->size || slots->slots[index].correlation != correlation || correlation == 0)
        return false;
    *tag_out = set_free(slots, (uint32_t)index);
    return true;
}

bool slots_pop(struct slots *slots, void **tag_out) {
    for (uint32_t i = 0; slots->used > 0 && i < slots->size; i++) {
        if (slots->slots[i].correlation == 0)
            continue;
        *tag_out = set_free(slots, i);
        return true;
    }
    return false;
}

uint64_t slots_apart(struct slots *slots) {
    return ++slots->serial << INDEX_BITS | INDEX_APART;
}
