/*
 * Whole steps in the life of links and transfers, each of which must work: how a test gets its
 * objects into the state that it is about. See world.h.
 */
#include "ledger/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"

struct id world_pending(struct world *world, const struct id *link,
                        enum transfer_direction direction, int64_t fen) {
    struct submit_transfer submit = world_submit(world, link, direction, fen);
    assert_int_equal(world_send(world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    return world_instruction(world).transfer;
}

struct id world_transfer_in(struct world *world, const struct id *link,
                            enum transfer_direction direction, int64_t fen,
                            enum transfer_state state) {
    struct id id = world_pending(world, link, direction, fen);
    struct posting_result result = world_posted(world, &id);
    if (state == TRANSFER_UNKNOWN || state == TRANSFER_CANCELLED) {
        world->now_ms = world_get_transfer(world, &id).deadline_ms;
        assert_int_equal(world_tick(world), 0);
        result = world_outcome(&id, POSTING_NOT_SEEN);
    } else if (state == TRANSFER_REJECTED) {
        result = world_refused(&id, "AM04");
    }
    if (state != TRANSFER_PENDING && state != TRANSFER_UNKNOWN)
        assert_int_equal(world_answer(world, BANK_B, COMMAND_POSTING_ANSWER, &result), 0);
    assert_int_equal(world_get_transfer(world, &id).state, state);
    return id;
}
