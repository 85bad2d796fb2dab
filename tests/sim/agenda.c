/*
 * A heap of events by (time, order of insertion). Times never go back.
 */
#include "sim/agenda.h"

#include <stdlib.h>
#include <string.h>

#include "util/fatal.h"

void agenda_init(struct agenda *agenda) {
    *agenda = (struct agenda){0};
}

void agenda_deinit(struct agenda *agenda) {
    free(agenda->events);
    *agenda = (struct agenda){0};
}

static bool before(const struct agenda_event *a, const struct agenda_event *b) {
    return a->at_us != b->at_us ? a->at_us < b->at_us : a->order < b->order;
}

static void swap(struct agenda_event *a, struct agenda_event *b) {
    struct agenda_event kept = *a;
    *a = *b;
    *b = kept;
}

void agenda_after(struct agenda *agenda, int64_t delay_us, agenda_call *call, void *context,
                  const void *data, size_t size) {
    ENSURE(size <= AGENDA_DATA_MAX);
    if (agenda->count == agenda->cap) {
        agenda->cap = agenda->cap > 0 ? agenda->cap * 2 : 256;
        agenda->events = xrealloc(agenda->events, agenda->cap * sizeof(*agenda->events));
    }
    size_t at = agenda->count++;
    struct agenda_event *event = &agenda->events[at];
    *event = (struct agenda_event){.at_us = agenda->now_us + (delay_us > 0 ? delay_us : 0),
                                   .order = agenda->order++,
                                   .call = call,
                                   .context = context};
    if (size > 0)
        memcpy(event->data, data, size);
    while (at > 0 && before(&agenda->events[at], &agenda->events[(at - 1) / 2])) {
        swap(&agenda->events[at], &agenda->events[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static void take_first(struct agenda *agenda, struct agenda_event *event_out) {
    *event_out = agenda->events[0];
    agenda->events[0] = agenda->events[--agenda->count];
    for (size_t at = 0;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < agenda->count; child++) {
            if (before(&agenda->events[child], &agenda->events[least]))
                least = child;
        }
        if (least == at)
            return;
        swap(&agenda->events[at], &agenda->events[least]);
        at = least;
    }
}

bool agenda_step(struct agenda *agenda, int64_t until_us) {
    if (agenda->count == 0 || agenda->events[0].at_us > until_us) {
        agenda->now_us = until_us;
        return false;
    }
    struct agenda_event event;
    take_first(agenda, &event);
    agenda->now_us = event.at_us;
    event.call(event.context, event.data);
    return true;
}
