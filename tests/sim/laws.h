/*
 * What the laws of transfers and links share: what was used of limits, and what came back.
 */
#ifndef LG_TESTS_SIM_LAWS_H
#define LG_TESTS_SIM_LAWS_H

#include "store/store.h"

struct world;

/* What is remembered of a transfer. */
struct use {
    struct id id, link, original;
    int64_t fen, at_ms, returned_fen, came_back_fen;
    bool counted, in_cool_down, reserved, accepted;
};

struct uses {
    struct use *items;
    size_t count, cap;
};

void uses_add(struct uses *uses, const struct transfer *transfer);
/* I14: what an original says of its returns is their sum, and at most its amount. */
void uses_check_returns(const struct uses *uses, struct world *world);
/* I8: a link's usage is the sum over its counted transfers of that day and year, and within limits
 * that were never changed. */
void uses_check_link(const struct uses *uses, struct world *world, struct store *store,
                     const struct link *link);
void uses_deinit(struct uses *uses);

#endif
