/*
 * An old store that was put back, as the banks show it: each notice carries HMAC(store id, bank,
 * number), and a bank that shows a right token above our last number has seen a later state of this
 * store than we have.
 *
 * Invariants: such a bank is held, durably, until two people say that it is reconciled. Meanwhile
 * nothing new is taken from it (request.c) or goes to it (apply_check_peer), and no notice is sent;
 * answers and inquiries are taken in. No number is given twice: those up to the token's are the lost
 * state's, and what waits for the bank gets numbers above, without a gap. A false token does nothing.
 */
#include "crypto/digest.h"
#include "crypto/secret.h"
#include "ledger/handler.h"

int resync_look(struct apply *apply, const struct bank_up *up, struct bank_counters *counters) {
    /* While it is held, numbers that are given here may pass the token's and are not sent. */
    uint64_t known = counters->held_notice ? counters->held_notice : counters->last_notice;
    struct digest token;
    if (up->last_notice_sequence <= known || !up->has_token)
        return 0;
    APPLY_INVARIANT(notice_token(apply, apply->command->bank, up->last_notice_sequence, &token));
    if (!secret_equal(digest_span(&token), digest_span(&up->last_notice_token)))
        return 0;
    if (!counters->held_notice)
        counters->held_since_ms = apply->now_ms;
    counters->held_notice = up->last_notice_sequence;
    apply_alarm(apply,
                "a bank holds a later notice of this store: an old backup was put back; its "
                "traffic is held until it is reconciled",
                &(struct id){{0}});
    return 0;
}

/* What waits for the bank moves above the token's number, the last row first: a number that is
 * taken is free by then. As many rows as there are, of which each costs microseconds. */
static int renumber(struct apply *apply, bank_code bank, struct bank_counters *counters) {
    uint64_t by = counters->held_notice - counters->acked_notice;
    for (uint64_t number = counters->last_notice; number > counters->acked_notice; number--) {
        int result = store_move_notice(apply->store, bank, number, number + by);
        APPLY_TRY(result);
        APPLY_INVARIANT(result == 0);
    }
    counters->last_notice += by;
    counters->skipped_notices += by;
    counters->acked_notice = counters->held_notice;
    return 0;
}

/* A page at once; the last one too, so that the router knows that there are more. */
static int send_waiting(struct apply *apply, bank_code bank, const struct bank_counters *counters) {
    uint64_t end = counters->acked_notice + LEDGER_NOTICE_PAGE_MAX;
    uint64_t number = counters->acked_notice;
    int result = 0;
    while (result == 0 && number < counters->last_notice && number < end)
        result = notice_send_row(apply, bank, ++number);
    if (result == 0 && number < counters->last_notice)
        result = notice_send_row(apply, bank, counters->last_notice);
    return result;
}

int resync_order(struct apply *apply) {
    const struct bank_resync *order = &apply->command->body.bank_resync;
    const struct bank *bank;
    struct bank_counters counters;
    APPLY_TRY(apply_bank(apply, order->code, &bank));
    apply->audit.bank = order->code;
    if (!bank)
        return refuse(apply, REFUSAL_NO_SUCH_BANK, "code");
    APPLY_TRY(store_get_bank_counters(apply->store, order->code, &counters));
    if (!counters.held_notice)
        return refuse(apply, REFUSAL_BANK_STATE, "code");
    if (counters.held_notice != order->notice)
        return refuse(apply, REFUSAL_BANK_STATE, "notice");
    int result = renumber(apply, order->code, &counters);
    if (result)
        return result;
    counters.held_notice = 0;
    counters.held_since_ms = 0;
    store_put_bank_counters(apply->store, order->code, &counters);
    if (counters.online)
        result = send_waiting(apply, order->code, &counters);
    if (result == 0)
        apply_granted(apply);
    return result;
}
