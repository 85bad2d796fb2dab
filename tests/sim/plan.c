/*
 * The drawing of faults. Half of the kinds are off in a run, the rest is weak or strong.
 */
#include "sim/plan.h"

#define PLAN_LARGE_UNIT_FEN 1000000 /* amounts of 300 million yuan: 32 bits are not enough */

static unsigned draw(struct chance *chance, unsigned weak, unsigned strong) {
    switch (chance_below(chance, 4)) {
    case 0:
        return weak;
    case 1:
        return strong;
    default:
        return 0;
    }
}

static void draw_malice(struct plan *plan, struct chance *chance) {
    if (chance_below(chance, 3) != 0)
        return;
    plan->contradict = draw(chance, 20, 100);
    plan->premature = draw(chance, 50, 200);
    plan->stranger = draw(chance, 20, 100);
    plan->false_ack = draw(chance, 20, 100);
}

void plan_draw(struct plan *plan, struct chance *chance) {
    /* One draw a statement: compilers differ in the order of what stands in one expression. */
    *plan = (struct plan){0};
    plan->slow_cable = draw(chance, 100, 400);
    plan->cut = draw(chance, 5, 30);
    plan->stall = draw(chance, 5, 40);
    plan->kill = draw(chance, 30, 100);
    plan->stop = draw(chance, 5, 15);
    plan->shown = draw(chance, 20, 60);
    plan->power = (unsigned)chance_below(chance, 3) * 500;
    plan->fail = draw(chance, 100, 400);
    plan->glitch = draw(chance, 1, 4);
    plan->dawdle = draw(chance, 5, 30);
    plan->crash = draw(chance, 3, 15);
    plan->lost = draw(chance, 30, 250);
    plan->twice = draw(chance, 30, 300);
    plan->late = draw(chance, 50, 300);
    plan->elsewhere = draw(chance, 50, 300);
    plan->unreadable = draw(chance, 10, 60);
    plan->in_progress = draw(chance, 30, 200);
    plan->busy = draw(chance, 30, 150);
    plan->refuse = draw(chance, 50, 300);
    plan->undo = draw(chance, 20, 80);
    plan->hang_up = draw(chance, 5, 40);
    plan->mismatch = draw(chance, 50, 300);
    plan->wrong_code = draw(chance, 100, 400);
    plan->again = draw(chance, 50, 300);
    plan->other = draw(chance, 20, 100);
    plan->same_id = draw(chance, 30, 200);
    plan->foreign = draw(chance, 5, 30);
    plan->poll = 30 + draw(chance, 100, 400);
    plan->later = chance_below(chance, 4) == 0 ? 50 : 0;
    plan->cancel = draw(chance, 50, 250);
    plan->give_back = draw(chance, 50, 200);
    plan->uncredited = draw(chance, 50, 300);
    plan->step_up = draw(chance, 100, 400);
    plan->look = draw(chance, 10, 60);
    plan->desk = draw(chance, 30, 200);
    plan->office = draw(chance, 200, 800);
    plan->thrift = draw(chance, 200, 700);
    plan->sleep = draw(chance, 2, 10);
    plan->queue = chance_below(chance, 4) == 0 ? 8 : 1024;
    plan->exchanges = chance_below(chance, 4) == 0 ? 8 : 4096;
    plan->unit_fen = chance_below(chance, 4) == 0 ? PLAN_LARGE_UNIT_FEN : 1;
    plan->recycle = chance_below(chance, 4) == 0;
    draw_malice(plan, chance);
}

void plan_calm(struct plan *plan) {
    struct plan calm = {.queue = plan->queue,
                        .exchanges = plan->exchanges,
                        .unit_fen = plan->unit_fen,
                        .recycle = plan->recycle};
    *plan = calm;
}

bool plan_malicious(const struct plan *plan) {
    return plan->contradict > 0 || plan->premature > 0 || plan->stranger > 0 || plan->false_ack > 0;
}
