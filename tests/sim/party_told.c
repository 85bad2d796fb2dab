/*
 * What a modelled bank was told and keeps, beside states: times and amounts of its transfers, and who
 * takes part in the system.
 *
 * Invariant (A4): a time that was told once is told again for ever, and stands in the store. The
 * business date that was told last is that of the window that is open.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "domain/calendar.h"
#include "sim/tally.h"
#include "sim/world.h"

#define SHANGHAI_AHEAD_S (8 * 3600)

/* ---- transfers ---- */

static struct sight sight_of(const struct transfer_view *view) {
    return (struct sight){{view->received_at_ms, view->deadline_ms, view->accepted_at_ms,
                           view->credited_at_ms, (int64_t)view->window,
                           view->cancel_requested_at_ms}};
}

void told_transfer(struct party *party, struct sight *sight, const struct transfer_view *view) {
    struct sight now = sight_of(view);
    for (size_t i = 0; i < SIGHTS; i++) {
        if (now.items[i] == 0)
            continue; /* an older word, or not there yet */
        if (sight->items[i] != 0 && sight->items[i] != now.items[i])
            world_fail(party->world, "A4: bank %zu was told %lld of transfer %s, and now %lld",
                       party->index, (long long)sight->items[i], world_id(&view->transfer),
                       (long long)now.items[i]);
        sight->items[i] = now.items[i];
    }
}

void told_check(const struct party *party, const struct sight *sight,
                const struct transfer *transfer) {
    const struct sight there = {{transfer->received_at_ms, transfer->deadline_ms,
                                 transfer->accepted_at_ms, transfer->credited_at_ms,
                                 (int64_t)transfer->window, transfer->cancel_asked_at_ms}};
    for (size_t i = 0; i < SIGHTS; i++) {
        if (sight->items[i] != 0 && sight->items[i] != there.items[i])
            world_fail(party->world, "A4: bank %zu was told %lld of transfer %s, which has %lld",
                       party->index, (long long)sight->items[i], world_id(&transfer->id),
                       (long long)there.items[i]);
    }
}

/* ---- the system ---- */

static void note_leap_day(int64_t at_ms) {
    time_t at = (time_t)(at_ms / 1000) + SHANGHAI_AHEAD_S;
    struct tm day;
    ENSURE(gmtime_r(&at, &day) != NULL);
    if (day.tm_mon == 1 && day.tm_mday == 29)
        tally_note(TALLY_LEAP_DAY);
}

/* By the C library's calendar, which is not the gateway's. */
static bool is_a_day(const char text[DATE_TEXT_SIZE]) {
    struct tm said = {0};
    char again[DATE_TEXT_SIZE];
    const char *end = strptime(text, "%Y-%m-%d", &said);
    if (end == NULL || *end != '\0')
        return false;
    time_t at = timegm(&said);
    return gmtime_r(&at, &said) != NULL && strftime(again, sizeof(again), "%Y-%m-%d", &said) > 0 &&
           strcmp(text, again) == 0;
}

void told_system(struct party *party, struct connection *connection,
                 const struct system_notice *notice) {
    struct told_of_system *told = &connection->told;
    bool right = notice->business_date.size == DATE_TEXT_SIZE - 1 && notice->complete &&
                 notice->participant_count <= PARTY_TOLD_MAX &&
                 notice->transfer_timeout_min_ms <= notice->transfer_timeout_max_ms;
    note_leap_day(notice->ledger_time_ms);
    if (right) {
        memcpy(told->date, notice->business_date.data, DATE_TEXT_SIZE - 1);
        right = is_a_day(told->date);
    }
    told->count = right ? notice->participant_count : 0;
    for (uint32_t i = 0; i < told->count; i++) {
        const struct participant *from = &notice->participants[i];
        struct told_bank *bank = &told->banks[i];
        *bank = (struct told_bank){from->code, from->active, 0, ""};
        bank->roles =
            (from->class1 ? BANK_ROLE_CLASS1 : 0u) | (from->class2 ? BANK_ROLE_CLASS2 : 0u);
        right = right && (i == 0 || from->code > told->banks[i - 1].code) &&
                from->name.size < sizeof(bank->name);
        if (right)
            memcpy(bank->name, from->name.data, from->name.size);
    }
    if (!right)
        world_fail(party->world, "bank %zu: a SystemNotice of %.*s is not as it should be",
                   party->index, (int)notice->business_date.size,
                   (const char *)notice->business_date.data);
}

static bool knows(const struct told_of_system *told, struct store *store) {
    struct bank bank;
    bank_code at = 0;
    uint32_t count = 0;
    while (store_next_bank(store, at, &bank) == 0) {
        const struct told_bank *known = &told->banks[count];
        at = bank.code;
        if (count++ == told->count || known->code != bank.code || known->active != bank.active ||
            known->roles != (bank.roles & ~(uint32_t)BANK_ROLE_ISSUER) ||
            strcmp(known->name, bank.name) != 0)
            return false;
    }
    return count == told->count;
}

/* That of the window that is open. */
static void business_date(struct store *store, char text_out[DATE_TEXT_SIZE]) {
    struct store_meta meta;
    struct window window;
    ENSURE(store_get_meta(store, &meta) == 0);
    ENSURE(store_get_window(store, meta.open_window, &window) == 0);
    date_format(window.business_day, text_out);
}

bool told_all(const struct party *party, struct store *store) {
    char date[DATE_TEXT_SIZE];
    business_date(store, date);
    for (size_t i = 0; i < PARTY_CONNECTIONS_MAX; i++) {
        const struct connection *connection = &party->connections[i];
        if (connection->cable == NULL || !connection->greeted || connection->parting)
            continue;
        if (strcmp(connection->told.date, date) != 0 || !knows(&connection->told, store))
            return false;
    }
    return true;
}

/* ---- notices that it has, and the gateway has not given ---- */

/* Over another connection than this one. */
static bool is_known_to_gateway(const struct party *party, uint64_t serial) {
    const struct hub *hub = &party->world->hub;
    for (size_t i = 0; i < HUB_SEATS_MAX; i++) {
        const struct seat *seat = &hub->seats[i];
        if (seat->session != NULL && seat->serial != serial &&
            session_bank(seat->session) == party->code)
            return true;
    }
    return false;
}

/* As if the gateway's store were an old one that was put back: the number is beyond all that it gives
 * before it has heard of it. Only where this Hello is the first that it hears. */
void told_more(struct party *party, const struct connection *connection) {
    struct hub *hub = &party->world->hub;
    struct store_meta meta;
    struct bank_counters counters;
    uint8_t place[16];
    if (hub->engine == NULL || party->false_acks ||
        is_known_to_gateway(party, connection->serial) ||
        !party_hits(party, party->world->plan.later))
        return;
    struct store *store = engine_store(hub->engine);
    ENSURE(store_get_meta(store, &meta) == 0 &&
           store_get_bank_counters(store, party->code, &counters) >= 0);
    if (party->last_notice > counters.last_notice)
        return;
    party->last_notice =
        counters.last_notice + (uint64_t)chance_between(&party->chance, 100000, 200000);
    put_be64(place, party->code);
    put_be64(place + 8, party->last_notice);
    struct span parts[] = {digest_span(&meta.store_id), span_of(place, sizeof(place))};
    keyring_hash(hub->keyring, KEYRING_NOTICE, parts, 2, &party->last_token);
    party->world->restored = true;
    trace_note(&party->world->trace, "bank %zu has notice %llu of a later store", party->index,
               (unsigned long long)party->last_notice);
}
