/*
 * Transfers without an outcome: since when, and the alarms about their age.
 *
 * Invariant: a transfer that is UNKNOWN is counted at the instructed bank and has an alarm ahead of
 * it, for as long as it is. Its age decides nothing: only the bank's own word does.
 */
#include "domain/rules.h"
#include "ledger/transfers.h"

#define AGES (sizeof((struct rules *)NULL)->unknown_alarm_ms / sizeof(int64_t))

int64_t unknown_after_ms(const struct apply *apply, int64_t since_ms) {
    const int64_t *ages_ms = apply->rules->unknown_alarm_ms;
    int64_t age_ms = apply->now_ms - since_ms;
    for (size_t i = 0; i < AGES; i++) {
        if (ages_ms[i] > age_ms)
            return since_ms + ages_ms[i];
    }
    int64_t last_ms = ages_ms[AGES - 1];
    return since_ms + (age_ms / last_ms + 1) * last_ms;
}

int unknown_aged(struct apply *apply, struct transfer *transfer) {
    int64_t due = transfer_due_ms(transfer);
    transfer_alarm(apply,
                   "a transfer is UNKNOWN: its bank gives no outcome. Ask that bank, and see "
                   "`linkgatectl transfer explain`",
                   transfer->instructed, &transfer->id);
    transfer->unknown_alarm_ms = unknown_after_ms(apply, transfer->unknown_at_ms);
    return transfer_store(apply, transfer, STORE_KEPT_SAME, due);
}
