/*
 * Between events and their records, as in store/record.h. Private to store.
 */
#ifndef LG_STORE_RECORD_EVENT_H
#define LG_STORE_RECORD_EVENT_H

#include "store/events.h"
#include "store/record.h"

struct event_records {
    Linkgate__Store__V1__Event event;
    Linkgate__Store__V1__Consent consent;
};
/* The sealed content is the table's business. */
void event_to_record(const struct bank_event *event, struct event_records *records_out);
bool event_from_record(const Linkgate__Store__V1__Event *record, const struct id *id,
                       struct bank_event *event_out);

#endif
