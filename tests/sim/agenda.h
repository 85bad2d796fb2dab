/*
 * Virtual time, and what happens in it: calls in the order of their times. Time moves only from one
 * call to the next.
 */
#ifndef LG_TESTS_SIM_AGENDA_H
#define LG_TESTS_SIM_AGENDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AGENDA_DATA_MAX 96

/* data: the copy of what was given with the call. */
typedef void agenda_call(void *context, const void *data);

struct agenda_event {
    int64_t at_us;
    uint64_t order;
    agenda_call *call;
    void *context;
    _Alignas(8) uint8_t data[AGENDA_DATA_MAX];
};

struct agenda {
    int64_t now_us;
    uint64_t order;
    struct agenda_event *events; /* a binary heap */
    size_t count;
    size_t cap;
};

void agenda_init(struct agenda *agenda);
void agenda_deinit(struct agenda *agenda);
/* data may be NULL when size is 0. delay_us below 0 counts as 0. Events cannot be taken back: give
 * them something by which they know that they came too late. */
void agenda_after(struct agenda *agenda, int64_t delay_us, agenda_call *call, void *context,
                  const void *data, size_t size);
/* Runs the earliest call at or before until_us. False: there is none, and it is until_us now. */
bool agenda_step(struct agenda *agenda, int64_t until_us);

#endif
