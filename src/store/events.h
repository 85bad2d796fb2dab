/*
 * The table of events, with what each says of a person sealed as long as it waits. Conventions as in
 * store/store.h.
 */
#ifndef LG_STORE_EVENTS_H
#define LG_STORE_EVENTS_H

#include "domain/event.h"
#include "store/store.h"

/* The place; or name, ID number and mobile. */
struct event_content {
    struct span texts[EVENT_TEXTS];
};

int store_get_event(struct store *store, const struct id *id,
                    struct bank_event *event_out) MUST_USE;
/* Empty when it is erased. Held until the next store_begin. */
int store_get_event_content(struct store *store, const struct id *id,
                            struct event_content *content_out) MUST_USE;
/* content is read with fresh; else it stays while the event is WAITING, and is erased after. */
int store_put_event(struct store *store, const struct bank_event *event,
                    const struct event_content *content, bool fresh) MUST_USE;
int store_next_event(struct store *store, const struct id *after,
                     struct bank_event *event_out) MUST_USE;

#endif
