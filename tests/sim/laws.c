/*
 * The laws over all rows of a store (src/verify), and what only the simulator can know of it: nobody
 * lied and nothing broke, so that nothing is frozen or in conflict; and what a hold blocks is barred.
 */
#include "sim/audit.h"
#include "sim/world.h"
#include "verify/verify.h"

static void found(void *context, const struct verify_finding *finding) {
    world_fail(context, "%s: object %d %s, bank %012llu: %s", law_name(finding->law),
               (int)finding->kind, world_id(&finding->object), (unsigned long long)finding->bank,
               finding->text);
}

/* What a hold of its link blocks, and is open, is being barred. */
static void check_blocked(struct world *world, struct store *store,
                          const struct transfer *transfer) {
    const struct transfer_way *way = transfer_way_of(transfer);
    bool pays = transfer->class2_pays;
    uint32_t blocks = 0;
    struct link link;
    if (transfer->kind == TRANSFER_RETURN || transfer->cancel)
        return;
    if (transfer->fallback || way->scope != 0) /* it is the Class I account's, too */
        blocks |= HOLD_BLOCK_BIT(pays ? HOLD_BLOCK_CREDIT_CLASS1 : HOLD_BLOCK_DEBIT_CLASS1);
    if (!transfer->fallback && way->flow != CLASS_FLOW_NONE)
        blocks |= HOLD_BLOCK_BIT(pays ? HOLD_BLOCK_DEBIT_CLASS2 : HOLD_BLOCK_CREDIT_CLASS2);
    if (store_get_link(store, &transfer->link, &link) != 0 || (link_blocked(&link) & blocks) != 0)
        world_fail(world, "transfer %s is open, blocked by a hold, and not being barred",
                   world_id(&transfer->id));
}

static void check_transfers(struct world *world, struct store *store) {
    struct transfer transfer;
    struct id after = {{0}};
    while (!world->failed && store_next_transfer(store, &after, &transfer) == 0) {
        if (transfer.frozen || (transfer.conflict && !world->malicious))
            world_fail(world, "transfer %s is %s", world_id(&transfer.id),
                       transfer.frozen ? "frozen" : "in conflict, and nobody lied");
        if (transfer_reserved(transfer.state))
            check_blocked(world, store, &transfer);
        after = transfer.id;
    }
}

static void check_links(struct world *world, struct store *store) {
    struct link link;
    struct id after = {{0}};
    while (!world->failed && store_next_link(store, &after, &link) == 0) {
        if (link.frozen)
            world_fail(world, "link %s is frozen", world_id(&link.id));
        after = link.id;
    }
}

static void check_cases(struct world *world, struct store *store) {
    struct inquiry_case inquiry;
    struct id after = {{0}};
    while (!world->failed && store_next_case(store, &after, &inquiry) == 0) {
        if (inquiry.subject == CASE_CONFLICT && !world->malicious)
            world_fail(world, "case %s is of a conflict, and nobody lied", world_id(&inquiry.id));
        after = inquiry.id;
    }
}

void laws_check(struct world *world, struct store *store) {
    struct verify_sink sink = {.found = found, .context = world};
    struct verify_counts counts;
    if (verify_store(store, false, &sink, &counts) != 0)
        world_fail(world, "the store cannot be read");
    check_transfers(world, store);
    check_links(world, store);
    check_cases(world, store);
}
