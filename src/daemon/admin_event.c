/*
 * What banks told each other besides money, as operators see it.
 *
 * Invariant: what is sealed in an event is not opened here: no place, no person.
 */
#include "daemon/admin_message.h"
#include "daemon/admin_page.h"
#include "daemon/admin_rows.h"
#include "store/events.h"

static ProtobufCBinaryData consent_of(const struct bank_event *event, struct arena *arena) {
    if (event->kind != EVENT_REFERRAL)
        return (ProtobufCBinaryData){0, NULL};
    return admin_bytes(arena, event->consent_sha256.bytes, DIGEST_SIZE);
}

static ProtobufCMessage *event_row(const struct bank_event *event, struct arena *arena) {
    Linkgate__Admin__V1__EventRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__event_row__init(row);
    row->id = admin_id(arena, &event->id);
    row->kind = admin_text(arena, event_kind_name(event->kind));
    row->state = admin_text(arena, event_state_name(event->state));
    row->from = event->from;
    row->to = event->to;
    row->received_at_ms = event->received_at_ms;
    row->expires_at_ms = event->state == EVENT_WAITING ? event->expires_at_ms : 0;
    row->ended_at_ms = event->ended_at_ms;
    row->link = admin_id_if(arena, &event->link);
    row->type = admin_text(arena, event_type_name(event->type));
    row->at_ms = event->at_ms;
    row->fen = event->amount.fen;
    row->purpose = admin_text(arena, event->consent_purpose);
    row->consent_sha256 = consent_of(event, arena);
    row->consent_at_ms = event->consent_at_ms;
    row->sequence = event->sequence;
    return &row->base;
}

static bool fits(const struct admin_listing *listing, const struct bank_event *event) {
    const struct admin_filter *filter = &listing->filter;
    return (filter->state == 0 || filter->state == (uint32_t)event->state) &&
           (filter->bank == 0 || filter->bank == event->from || filter->bank == event->to);
}

static int add_only(struct admin_listing *listing, struct store *store, struct page *page) {
    struct bank_event event;
    int result = store_get_event(store, &listing->only, &event);
    if (result == 0)
        (void)page_add(page, event_row(&event, &page->arena));
    return result < 0 ? result : 0;
}

static int add_all(struct admin_listing *listing, struct store *store, struct page *page,
                   struct id *last) {
    struct bank_event event;
    int result;
    while ((result = store_next_event(store, last, &event)) == 0 && page_look(page)) {
        if (fits(listing, &event) && !page_add(page, event_row(&event, &page->arena)))
            break;
        *last = event.id;
    }
    return result < 0 ? result : 0;
}

int event_list(struct admin_listing *listing, struct store *store) {
    struct page page;
    struct id last = listing->after;
    page_init(&page, listing->max);
    int result = id_is_zero(&listing->only) ? add_all(listing, store, &page, &last)
                                            : add_only(listing, store, &page);
    Linkgate__Admin__V1__EventPage message;
    linkgate__admin__v1__event_page__init(&message);
    PAGE_SEND(listing, &page, message, admin_id(&page.arena, &last), EVENTS, events);
    return result;
}
