/*
 * Banks' comings and goings, and the ledger's own start: BOOT, BANK_UP, BANK_DOWN. What operators
 * order about banks is registry.c's.
 *
 * Invariants: after BOOT every bank is offline until its BANK_UP; everything that was out when the
 * process ended is out again after BOOT, with the same bytes while it is valid, as an inquiry after.
 */
#include <string.h>

#include "ledger/cards.h"
#include "ledger/product_orders.h"
#include "ledger/settlement.h"
#include "wire/message.h"

void bank_tell(struct apply *apply, const struct bank *bank) {
    struct effect *effect = effects_add(apply->effects, EFFECT_BANK);
    struct span copy = arena_copy(&apply->effects->arena, span_of(bank, sizeof *bank));
    effect->bank = bank->code;
    effect->entry = (const struct bank *)(const void *)copy.data;
}

static int boot_banks(struct apply *apply) {
    bank_code after = 0;
    for (;;) {
        struct bank bank;
        int result = store_next_bank(apply->store, after, &bank);
        APPLY_TRY(result);
        if (result)
            return 0;
        struct bank_counters counters;
        APPLY_TRY(store_get_bank_counters(apply->store, bank.code, &counters));
        if (counters.online) {
            counters.online = false;
            store_put_bank_counters(apply->store, bank.code, &counters);
        }
        bank_tell(apply, &bank);
        after = bank.code;
    }
}

/* The instruction of an open transfer goes out again while it is valid; UNKNOWN is inquired about,
 * and what is being cancelled is barred.
 * One that is past its deadline waits for the TICK that is due at once. */
static int resume_transfer(struct apply *apply, const struct id *id) {
    struct transfer transfer;
    int result = store_get_transfer(apply->store, id, &transfer);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (transfer.frozen)
        return 0;
    if (transfer.state == TRANSFER_UNKNOWN || transfer.cancel) {
        posting_inquire(apply, &transfer);
    } else if (transfer.state == TRANSFER_PENDING && transfer.deadline_ms > apply->now_ms) {
        struct span payload;
        result = store_get_transfer_kept(apply->store, &transfer.id, &payload);
        APPLY_TRY(result);
        APPLY_INVARIANT(result == 0);
        apply_send(apply, transfer.instructed, MESSAGE_POST_INSTRUCTION, &transfer.id,
                   transfer.deadline_ms, payload);
    }
    return 0;
}

static int resume_link(struct apply *apply, const struct id *id) {
    struct link link;
    int result = store_get_link(apply->store, id, &link);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    return link.frozen ? 0 : link_resend(apply, &link);
}

/* What cannot be resumed is frozen and left behind: one broken object must not keep all others from
 * starting. It has changed nothing so far. */
static int resume(struct apply *apply, enum object_kind kind,
                  int (*one)(struct apply *apply, const struct id *id)) {
    struct store_open_row row;
    struct store_open_row after;
    const struct store_open_row *from = NULL;
    for (;;) {
        int result = store_next_open(apply->store, kind, from, &row);
        APPLY_TRY(result);
        if (result)
            return 0;
        result = one(apply, &row.object);
        APPLY_TRY(result);
        if (result) {
            apply_alarm(apply, "an open object could not be resumed: frozen", &row.object);
            APPLY_TRY(object_freeze(apply, kind, &row.object));
        }
        after = row;
        from = &after;
    }
}

/* The first start upon a store of an older version makes what that did not keep. */
static int take_over(struct apply *apply, struct store_meta *meta) {
    if (meta->ledger_version >= LEDGER_VERSION)
        return 0;
    meta->ledger_version = LEDGER_VERSION;
    return pairs_make(apply);
}

int bank_boot(struct apply *apply) {
    struct store_meta meta;
    int result = store_get_meta(apply->store, &meta);
    APPLY_TRY(result);
    if (result) {
        memset(&meta, 0, sizeof meta);
        meta.store_id = apply->command->body.boot.store_id;
        meta.open_window = 1;
        meta.ledger_version = LEDGER_VERSION;
    }
    result = take_over(apply, &meta);
    if (result)
        return result;
    meta.boot_count++;
    store_put_meta(apply->store, &meta);
    result = boot_banks(apply);
    if (result == 0)
        result = rules_tell_all(apply);
    if (result == 0)
        result = window_boot(apply, meta.open_window);
    if (result == 0)
        result = resume(apply, OBJECT_TRANSFER, resume_transfer);
    if (result == 0)
        result = resume(apply, OBJECT_LINK, resume_link);
    if (result == 0)
        result = resume(apply, OBJECT_CARD, card_resume);
    if (result == 0)
        result = resume(apply, OBJECT_ORDER, orders_resume);
    return result;
}

int bank_up(struct apply *apply) {
    const struct bank_up *up = &apply->command->body.bank_up;
    bank_code code = apply->command->bank;
    const struct bank *bank;
    APPLY_TRY(apply_bank(apply, code, &bank));
    if (!bank || !bank->active)
        return 0;
    struct bank_counters counters;
    APPLY_TRY(store_get_bank_counters(apply->store, code, &counters));
    int result = resync_look(apply, up, &counters);
    if (result)
        return result;
    counters.online = true;
    store_put_bank_counters(apply->store, code, &counters);
    return position_remind(apply, code);
}

int bank_down(struct apply *apply) {
    bank_code code = apply->command->bank;
    struct bank_counters counters;
    APPLY_TRY(store_get_bank_counters(apply->store, code, &counters));
    if (!counters.online)
        return 0;
    counters.online = false;
    store_put_bank_counters(apply->store, code, &counters);
    return 0;
}
