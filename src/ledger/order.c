/*
 * Operators' orders: the one way that all of them go, and those that are carried out beside the
 * ledger.
 *
 * Invariant: an order of two people reaches its handler only as a trial that is undone, or under the
 * APPROVE of another uid; nothing that this process or its configuration says changes that. Every
 * order leaves its row in the audit, but for one that breaks an invariant: its row is written once it
 * is rolled back.
 */
#include "ledger/handler.h"

int order_apply(struct apply *apply, handler_function *handler) {
    const struct command_row *row = command_row(apply->command->kind);
    int result = row->two_people ? approval_request(apply, handler) : handler(apply);
    if (result < 0 || result == APPLY_BROKEN)
        return result;
    audit_order(apply, (enum refusal_code)result);
    return result;
}

static struct effect *beside(struct apply *apply) {
    struct effect *effect = effects_add(apply->effects, EFFECT_ORDER);
    effect->order = apply->command->kind;
    return effect;
}

/* The clock is the engine's. What is accepted is the time that the second person's order came with:
 * the first may be hours old. */
int order_clock_accept(struct apply *apply) {
    struct effect *effect = beside(apply);
    effect->deadline_ms = apply->approval ? apply->approval->body.decision.wall_ms
                                          : apply->command->body.clock_accept.wall_ms;
    apply_granted(apply);
    return 0;
}

/* So is the quarantine; the engine has looked whether there is such a command. */
int order_quarantine(struct apply *apply) {
    struct effect *effect = beside(apply);
    effect->digest = apply->command->body.quarantine_order.digest;
    apply_granted(apply);
    return 0;
}

/* A copy of everything is made by the daemon once this is answered: here it is recorded. */
int order_record_backup(struct apply *apply) {
    apply_granted(apply);
    return 0;
}

/* So is the comparison of a bank's list; which rows of it matter comes later, row by row. */
int order_record_recon(struct apply *apply) {
    apply->audit.bank = apply->command->body.recon_order.bank;
    apply_granted(apply);
    return 0;
}
