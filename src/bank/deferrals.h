/*
 * What is delayed: instructions not acted on yet (by the fault script, or until the customer
 * confirms), answers not given yet. Volatile: a restart forgets them, and the gateway inquires.
 */
#ifndef LG_BANK_DEFERRALS_H
#define LG_BANK_DEFERRALS_H

#include "bank/faults.h"
#include "util/heap.h"

#define BK_DEFERRALS_MAX 4096 /* more are not delayed */

/* A request of the gateway's. */
struct bk_incoming {
    uint64_t connection; /* serial of ours, never reused */
    uint64_t correlation;
    uint32_t kind;
    uint32_t timeout_ms;
    int64_t received_ms;
    struct span payload;
};

struct bk_deferral {
    struct heap_node due;
    bool act;                 /* payload is the request, to be acted on; else the answer */
    bool inquired;            /* meanwhile: the result goes out by itself too */
    bool step_up;             /* until the customer confirms, or its validity is over */
    char reason[REASON_SIZE]; /* the customer declined: refused with it */
    struct id transfer;
    struct bk_incoming incoming; /* its payload is the copy below */
    size_t size;
    uint8_t payload[];
};

struct bk_deferrals;

struct bk_deferrals *bk_deferrals_new(void);
void bk_deferrals_free(struct bk_deferrals *deferrals);
/* Copies incoming and its payload. transfer: zero if none. False: too many. */
bool bk_deferrals_add(struct bk_deferrals *deferrals, const struct bk_incoming *incoming, bool act,
                      const struct id *transfer, int64_t due_ms);
/* The instruction of that transfer that is not acted on yet; NULL: none. */
struct bk_deferral *bk_deferrals_find(const struct bk_deferrals *deferrals,
                                      const struct id *transfer);
/* Due now. */
void bk_deferrals_hasten(struct bk_deferrals *deferrals, struct bk_deferral *deferral,
                         int64_t now_ms);
/* One that is due, now the caller's to free(); NULL: none. */
struct bk_deferral *bk_deferrals_pop(struct bk_deferrals *deferrals, int64_t now_ms);
int64_t bk_deferrals_deadline_ms(const struct bk_deferrals *deferrals);

#endif
