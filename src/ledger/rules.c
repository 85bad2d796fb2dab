/*
 * Rules that operators load.
 *
 * Invariants: a document is kept whole, under the sequence of its command, for ever; what it changes
 * begins tomorrow at the earliest, so that no command is decided by rules that were loaded after it,
 * and the rules of a command are those of its time whenever it is applied again.
 */
#include "domain/calendar.h"
#include "ledger/settlement.h"

static struct id id_of(uint64_t number) {
    struct id id = {{0}};
    put_be64(id.bytes + ID_SIZE - 8, number);
    return id;
}

static void tell(struct apply *apply, uint64_t number, struct span document) {
    struct effect *effect = effects_add(apply->effects, EFFECT_RULES);
    effect->sequence = number;
    effect->payload = arena_copy(&apply->effects->arena, document);
}

int rules_tell_all(struct apply *apply) {
    struct store_rules rules = {.number = 0};
    for (;;) {
        int result = store_next_rules(apply->store, rules.number, &rules);
        APPLY_TRY(result);
        if (result)
            return 0;
        tell(apply, rules.number, rules.document);
    }
}

/* With what was just put; the command goes on by the book that it began with. */
static int replan(struct apply *apply) {
    struct rulebook book;
    rulebook_init(&book);
    int result = store_load_rulebook(apply->store, &book);
    if (result == 0)
        result = window_replan(apply, &book);
    rulebook_deinit(&book);
    return result;
}

/* approver is 0 in the trial, which is undone. */
int rules_load(struct apply *apply) {
    const struct rules_document *document = apply->command->body.rules_load.document;
    struct rules_problem problem;
    struct id id = id_of(apply->sequence);
    if (!rulebook_check(apply->book, document, &problem))
        return refuse(apply, REFUSAL_RULES, problem.field);
    if (document->periods[0].from_day <= shanghai_day(apply->now_ms))
        return refuse(apply, REFUSAL_RULES_PAST, "from");
    struct store_rules rules = {
        .number = apply->sequence,
        .loaded_at_ms = apply->now_ms,
        .uid = apply->command->uid,
        .approver = apply->approval ? apply->approval->uid : 0,
        .document = apply->command->payload,
    };
    store_put_rules(apply->store, &rules);
    apply_forget_rules(apply->ledger);
    apply_touch(apply, OBJECT_RULES, &id);
    tell(apply, rules.number, rules.document);
    int result = replan(apply);
    if (result == 0)
        apply_granted(apply);
    return result;
}
