/*
 * What became of an operator's order, as the answer to it.
 *
 * Invariant: account numbers pass here only as the answer to READ_UNMASKED, which the ledger has
 * recorded.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/admin.h"

static void fill_waits(const struct effect *effect, struct arena *arena, admin_reply *reply) {
    Linkgate__Admin__V1__Waits *waits = arena_take(arena, sizeof(*waits));
    linkgate__admin__v1__waits__init(waits);
    waits->approval = admin_id(arena, &effect->object);
    waits->expires_at_ms = effect->deadline_ms;
    reply->result_case = ADMIN_RESULT(WAITS);
    reply->waits = waits;
}

static void fill_unmasked(const struct effect *effect, struct arena *arena, admin_reply *reply) {
    struct unmasked from;
    ENSURE(effect->payload.size == sizeof(from));
    memcpy(&from, effect->payload.data, sizeof(from));
    Linkgate__Admin__V1__Unmasked *unmasked = arena_take(arena, sizeof(*unmasked));
    linkgate__admin__v1__unmasked__init(unmasked);
    unmasked->link = admin_id(arena, &from.link);
    unmasked->class2_bank = from.class2_bank;
    unmasked->class2_number = admin_text(arena, from.class2_number);
    unmasked->class1_bank = from.class1_bank;
    unmasked->class1_number = admin_text(arena, from.class1_number);
    unmasked->until_ms = from.until_ms;
    reply->result_case = ADMIN_RESULT(UNMASKED);
    reply->unmasked = unmasked;
}

void admin_append_outcome(const struct effect *effect, struct buf *out) {
    uint64_t correlation = effect->origin.correlation;
    if (effect->refused) {
        admin_append_refusal(correlation, &effect->refusal, NULL, out);
        return;
    }
    bool waits = !id_is_zero(&effect->object);
    if (!waits && effect->order != COMMAND_READ_UNMASKED) {
        admin_append_done(correlation, out);
        return;
    }
    struct arena arena;
    arena_init(&arena, 1024, 0);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.correlation = correlation;
    if (waits)
        fill_waits(effect, &arena, &reply);
    else
        fill_unmasked(effect, &arena, &reply);
    admin_reply_append(&reply, out);
    arena_deinit(&arena);
}

struct admin_listing *admin_found(const struct effect *effect) {
    if (effect->refused || effect->order != COMMAND_SEARCH)
        return NULL;
    size_t count = effect->payload.size / sizeof(struct id);
    ENSURE(effect->payload.size == count * sizeof(struct id) && count <= SEARCH_FOUND_MAX + 1);
    struct admin_listing *listing =
        admin_listing_new(ADMIN_LIST_FOUND, effect->origin.connection, effect->origin.correlation);
    listing->max = SEARCH_FOUND_MAX;
    listing->found_key = effect->digest;
    listing->found_more = count > SEARCH_FOUND_MAX;
    listing->found_count = listing->found_more ? SEARCH_FOUND_MAX : count;
    listing->found = xcalloc(count + 1, sizeof(struct id));
    if (count > 0)
        memcpy(listing->found, effect->payload.data, count * sizeof(struct id));
    return listing;
}
