/*
 * How many refusals a bank may be given in a second before it is read more slowly.
 *
 * A refusal costs the gateway what a granted request costs, a stored row and a part of a log write,
 * and the bank nothing: one that repeats its mistake as fast as it can would take the disk from the
 * others. Nothing is refused or lost here: what waits is in the bank's own connections.
 *
 * Invariant: over any time a bank is given no more refusals than the bound allows for that time and
 * a second, and those of requests that were in flight when it was used up. A bank that is not
 * refused is never slowed, and none is by what another one does.
 */
#include <stdlib.h>

#include "session/internal.h"

#define PAUSE_MS 50 /* at least, so that a slowed bank is not looked at all the time */
#define PART 1000   /* credit is counted in parts of a refusal: one a ms for each a second */

struct patience {
    int64_t credit; /* in parts; below 0 by what was in flight */
    int64_t at_ms;
    int64_t until_ms; /* it is slowed */
    struct log_seldom lines;
};

static struct span key_of(const bank_code *bank) {
    return span_of(bank, sizeof(*bank));
}

static int64_t credit_max(const struct front *front) {
    return (int64_t)front->config.refusals * PART;
}

/* With what it has by now. */
static struct patience *patience_of(struct front *front, bank_code bank) {
    struct patience *patience = hmap_get(front->patiences, key_of(&bank));
    if (patience == NULL) {
        patience = xcalloc(1, sizeof(*patience));
        *patience = (struct patience){.credit = credit_max(front), .at_ms = front->now_ms};
        (void)hmap_put(front->patiences, key_of(&bank), patience);
    }
    int64_t passed_ms = front->now_ms - patience->at_ms;
    patience->at_ms = front->now_ms;
    if (passed_ms > (credit_max(front) - patience->credit) / front->config.refusals)
        patience->credit = credit_max(front);
    else
        patience->credit += passed_ms * front->config.refusals;
    return patience;
}

static void slow(struct front *front, bank_code bank, struct patience *patience) {
    int64_t wait_ms = (PART - patience->credit) / front->config.refusals + 1;
    patience->until_ms = front->now_ms + (wait_ms < PAUSE_MS ? PAUSE_MS : wait_ms);
    uint64_t times;
    if (log_seldom(&patience->lines, front->now_ms, &times))
        log_line(LOG_WARNING, "bank_slowed", LOG_BANK("bank", bank),
                 LOG_INT("refusals_per_s", front->config.refusals),
                 LOG_TEXT("note", "more of its requests are refused: its connections are read more "
                                  "slowly"),
                 LOG_INT("times", times));
}

uint32_t patience_left(struct front *front, bank_code bank) {
    if (front->config.refusals == 0)
        return UINT32_MAX;
    struct patience *patience = patience_of(front, bank);
    if (front->now_ms >= patience->until_ms && patience->credit < PART)
        slow(front, bank, patience);
    if (front->now_ms >= patience->until_ms)
        return (uint32_t)(patience->credit / PART);
    if (patience->until_ms < front->resume_at_ms)
        front->resume_at_ms = patience->until_ms;
    return 0;
}

void patience_spend(struct front *front, bank_code bank) {
    if (front->config.refusals > 0)
        patience_of(front, bank)->credit -= PART;
}

static bool free_one(void *context, struct span key, void *value) {
    (void)context;
    (void)key;
    free(value);
    return true;
}

void patience_free(struct front *front) {
    hmap_each(front->patiences, free_one, NULL);
    hmap_free(front->patiences);
}
