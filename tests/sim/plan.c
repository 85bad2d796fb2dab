/*
 * The drawing of faults. Half of the kinds are off in a run, the rest is weak or strong.
 */
#include "sim/plan.h"

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
    *plan = (struct plan){
        .slow_cable = draw(chance, 100, 400),
        .cut = draw(chance, 5, 30),
        .stall = draw(chance, 5, 40),
        .kill = draw(chance, 15, 60),
        .stop = draw(chance, 5, 15),
        .power = (unsigned)chance_below(chance, 3) * 500,
        .dawdle = draw(chance, 5, 30),
        .crash = draw(chance, 3, 15),
        .lost = draw(chance, 30, 250),
        .twice = draw(chance, 30, 300),
        .late = draw(chance, 50, 300),
        .elsewhere = draw(chance, 50, 300),
        .unreadable = draw(chance, 10, 60),
        .in_progress = draw(chance, 30, 200),
        .busy = draw(chance, 30, 150),
        .refuse = draw(chance, 50, 300),
        .undo = draw(chance, 20, 80),
        .hang_up = draw(chance, 5, 40),
        .mismatch = draw(chance, 50, 300),
        .wrong_code = draw(chance, 100, 400),
        .again = draw(chance, 50, 300),
        .other = draw(chance, 20, 100),
        .same_id = draw(chance, 30, 200),
        .poll = draw(chance, 50, 200),
        .queue = chance_below(chance, 4) == 0 ? 8 : 1024,
        .exchanges = chance_below(chance, 4) == 0 ? 8 : 4096,
        .recycle = chance_below(chance, 4) == 0,
    };
    draw_malice(plan, chance);
}

void plan_calm(struct plan *plan) {
    struct plan calm = {
        .queue = plan->queue, .exchanges = plan->exchanges, .recycle = plan->recycle};
    *plan = calm;
}

bool plan_malicious(const struct plan *plan) {
    return plan->contradict > 0 || plan->premature > 0 || plan->stranger > 0 || plan->false_ack > 0;
}
