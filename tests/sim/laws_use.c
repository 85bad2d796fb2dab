/*
 * What was used of limits, and what came back: summed anew from the transfers alone.
 */
#include <stdlib.h>

#include "domain/calendar.h"
#include "sim/laws.h"
#include "sim/world.h"

void uses_add(struct uses *uses, const struct transfer *transfer) {
    if (uses->count == uses->cap) {
        uses->cap = uses->cap > 0 ? uses->cap * 2 : 256;
        uses->items = xrealloc(uses->items, uses->cap * sizeof(*uses->items));
    }
    uses->items[uses->count++] = (struct use){
        .id = transfer->id,
        .link = transfer->link,
        .original = transfer->original,
        .fen = transfer->amount.fen,
        .at_ms = transfer->received_at_ms,
        .returned_fen = transfer->returned_fen,
        .came_back_fen = transfer->came_back_fen,
        .counted = transfer->counted,
        .in_cool_down = transfer->in_cool_down,
        .reserved = transfer_reserved(transfer->state),
        .accepted = transfer->state == TRANSFER_ACCEPTED,
    };
}

void uses_deinit(struct uses *uses) {
    free(uses->items);
    *uses = (struct uses){0};
}

static void check_use(const struct uses *uses, struct world *world, const struct use *use) {
    bool is_return = !id_is_zero(&use->original);
    int64_t taken_fen = 0;
    int64_t back_fen = 0;
    if (use->counted != (!is_return && (use->reserved || use->accepted)))
        world_fail(world, "I8: transfer %s is %scounted, and should not be so", world_id(&use->id),
                   use->counted ? "" : "not ");
    for (size_t i = 0; i < uses->count; i++) {
        const struct use *other = &uses->items[i];
        if (id_is_zero(&other->original) || !id_equal(&other->original, &use->id))
            continue;
        taken_fen += other->reserved || other->accepted ? other->fen : 0;
        back_fen += other->accepted ? other->fen : 0;
    }
    if (use->returned_fen != taken_fen || use->came_back_fen != back_fen || taken_fen > use->fen ||
        (taken_fen > 0 && !use->accepted))
        world_fail(world, "transfer %s of %lld fen says %lld returned, %lld back: %lld and %lld",
                   world_id(&use->id), (long long)use->fen, (long long)use->returned_fen,
                   (long long)use->came_back_fen, (long long)taken_fen, (long long)back_fen);
}

void uses_check_returns(const struct uses *uses, struct world *world) {
    for (size_t i = 0; i < uses->count; i++)
        check_use(uses, world, &uses->items[i]);
}

static struct link_usage sum_of(const struct uses *uses, const struct link *link,
                                const struct link_usage *usage) {
    struct link_usage sum = {.day = usage->day, .year = usage->year};
    for (size_t i = 0; i < uses->count; i++) {
        const struct use *use = &uses->items[i];
        if (!use->counted || !id_equal(&use->link, &link->id))
            continue;
        bool same_day = shanghai_day(use->at_ms) == usage->day;
        sum.day_fen += same_day ? use->fen : 0;
        sum.day_count += same_day;
        sum.year_fen += shanghai_year(use->at_ms) == usage->year ? use->fen : 0;
        sum.cool_down_fen += use->in_cool_down ? use->fen : 0;
    }
    return sum;
}

static bool was_amended(const struct link *link) {
    for (uint32_t i = 0; i < link->history.count; i++) {
        if (link->history.entries[i].event == LINK_EVENT_AMENDED)
            return true;
    }
    return link->history.spilled > 0;
}

void uses_check_link(const struct uses *uses, struct world *world, struct store *store,
                     const struct link *link) {
    const struct agreed_limits *limits = &link->limits;
    struct link_usage usage;
    if (store_get_usage(store, &link->id, &usage) < 0) {
        world_fail(world, "the usage of link %s cannot be read", world_id(&link->id));
        return;
    }
    struct link_usage sum = sum_of(uses, link, &usage);
    if (sum.day_fen != usage.day_fen || sum.day_count != usage.day_count ||
        sum.year_fen != usage.year_fen || sum.cool_down_fen != usage.cool_down_fen)
        world_fail(world, "I8: link %s says %lld fen by %u today, %lld this year: %lld, %u, %lld",
                   world_id(&link->id), (long long)usage.day_fen, usage.day_count,
                   (long long)usage.year_fen, (long long)sum.day_fen, sum.day_count,
                   (long long)sum.year_fen);
    if (!was_amended(link) && ((limits->daily_fen > 0 && usage.day_fen > limits->daily_fen) ||
                               (limits->daily_count > 0 && usage.day_count > limits->daily_count) ||
                               (limits->yearly_fen > 0 && usage.year_fen > limits->yearly_fen)))
        world_fail(world, "I8: link %s used more than was agreed", world_id(&link->id));
}
