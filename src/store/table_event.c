/*
 * Events with their sealed content.
 *
 * Invariant: the content is written once, with the event, and goes with the first put of one that
 * does not wait any more.
 */
#include "store/record_event.h"
#include "store/table.h"

typedef Linkgate__Store__V1__Event event_record;

static int load(struct store *store, const struct key *key, const event_record **record_out) {
    const void *message;
    int rc = table_load(store, key, &linkgate__store__v1__event__descriptor, &message);
    if (rc == 0)
        *record_out = message;
    return rc;
}

int store_get_event(struct store *store, const struct id *id, struct bank_event *event_out) {
    struct key key = key_of_id(TABLE_EVENT, id);
    const event_record *record;
    struct bank_event event;
    int rc = load(store, &key, &record);
    if (rc != 0)
        return rc;
    if (!event_from_record(record, id, &event))
        return table_damaged(key_span(&key), "event");
    *event_out = event;
    return 0;
}

int store_next_event(struct store *store, const struct id *after, struct bank_event *event_out) {
    struct key key;
    struct id id;
    struct bank_event event;
    const void *record;
    int rc = table_next_object(store, TABLE_EVENT, after, &linkgate__store__v1__event__descriptor,
                               &key, &id, &record);
    if (rc != 0)
        return rc;
    if (!event_from_record(record, &id, &event))
        return table_damaged(key_span(&key), "event");
    *event_out = event;
    return 0;
}

int store_get_event_content(struct store *store, const struct id *id,
                            struct event_content *content_out) {
    struct key key = key_of_id(TABLE_EVENT, id);
    struct event_content content = {{{NULL, 0}}};
    const event_record *record;
    const texts_record *texts;
    int rc = load(store, &key, &record);
    if (rc == 0)
        rc = texts_open(store, key_span(&key), record->content, EVENT_TEXTS, &texts);
    if (rc != 0)
        return rc;
    for (size_t i = 0; i < texts->n_texts; i++)
        content.texts[i] = arena_copy(&store->held, bytes_from_record(texts->texts[i]));
    *content_out = content;
    return 0;
}

static int old_content(struct store *store, const struct key *key, sealed_record **content_out) {
    const event_record *old;
    int rc = load(store, key, &old);
    if (rc < 0)
        return rc;
    ENSURE(rc == 0); /* one that is not fresh has been put */
    *content_out = old->content;
    return 0;
}

int store_put_event(struct store *store, const struct bank_event *event,
                    const struct event_content *content, bool fresh) {
    struct key key = key_of_id(TABLE_EVENT, &event->id);
    struct event_records records;
    sealed_record room;
    int rc = 0;
    event_to_record(event, &records);
    if (fresh) {
        ProtobufCBinaryData texts[EVENT_TEXTS];
        for (size_t i = 0; i < EVENT_TEXTS; i++)
            texts[i] = record_bytes(content->texts[i]);
        arena_reset(&store->scratch);
        records.event.content = texts_seal(store, key_span(&key), texts, EVENT_TEXTS, &room);
    } else if (event->state == EVENT_WAITING) {
        rc = old_content(store, &key, &records.event.content);
    }
    if (rc != 0)
        return rc;
    table_put_message(store, &key, &records.event.base, fresh);
    return 0;
}
