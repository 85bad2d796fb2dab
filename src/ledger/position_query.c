/*
 * A bank's look at what it owes and may owe, and what it is told of that unasked.
 *
 * Invariant: a bank sees its own position and its own side of each pair, never what others have
 * between them. A page looks at a bounded number of banks, so that it may hold fewer pairs than were
 * asked for, and goes on strictly behind the last bank that it looked at.
 */
#include <string.h>

#include "ledger/transfers.h"
#include "wire/message.h"

#define LOOK_MAX 256u /* banks, on one page */

static bool is_empty(const struct pair_view *pair) {
    return pair->reserved_outgoing_fen == 0 && pair->reserved_incoming_fen == 0 &&
           pair->unsettled_net_fen == 0 && !pair->has_cap;
}

static int load_pair_view(struct apply *apply, bank_code bank, bank_code other,
                          const char *currency, struct pair_view *view_out) {
    struct pair_position pair;
    bool low = bank < other;
    APPLY_TRY(
        store_get_pair(apply->store, low ? bank : other, low ? other : bank, currency, &pair));
    *view_out = (struct pair_view){
        .bank = other,
        .reserved_outgoing_fen = low ? pair.reserved_to_high_fen : pair.reserved_to_low_fen,
        .reserved_incoming_fen = low ? pair.reserved_to_low_fen : pair.reserved_to_high_fen,
        .unsettled_net_fen = low ? pair.unsettled_fen : -pair.unsettled_fen,
        .has_cap = low ? pair.low_has_cap : pair.high_has_cap,
        .cap_fen = low ? pair.low_cap_fen : pair.high_cap_fen,
    };
    return 0;
}

static int fill_pairs(struct apply *apply, const struct query_position *query,
                      struct position_view *view) {
    bank_code own = apply->command->bank;
    bank_code last = query->after;
    struct bank bank;
    int more = store_next_bank(apply->store, last, &bank);
    for (uint32_t looked = 0; more == 0 && looked < LOOK_MAX && view->pair_count < query->max;
         looked++) {
        struct pair_view *pair = &view->pairs[view->pair_count];
        last = bank.code;
        if (last != own) {
            APPLY_TRY(load_pair_view(apply, own, last, query->currency, pair));
            view->pair_count += is_empty(pair) ? 0 : 1;
        }
        more = store_next_bank(apply->store, last, &bank);
    }
    APPLY_TRY(more);
    view->next = more == 0 ? last : 0;
    return 0;
}

int position_query(struct apply *apply) {
    const struct query_position *query = &apply->command->body.query_position;
    bank_code bank = apply->command->bank;
    struct position_view view;
    int result = apply_check_bank(apply);
    if (result)
        return result;
    memset(&view, 0, sizeof view);
    view.as_of_ms = apply->now_ms;
    APPLY_TRY(store_get_position(apply->store, bank, query->currency, &view.position));
    APPLY_TRY(store_get_exposure(apply->store, bank, query->currency, &view.terms));
    APPLY_INVARIANT(position_exposure(&view.position, &view.exposure_fen));
    view.free_fen = exposure_free_fen(&view.position, &view.terms);
    result = fill_pairs(apply, query, &view);
    if (result)
        return result;
    buf_clear(&apply->ledger->scratch);
    message_encode_position_reply(&view, &apply->ledger->scratch);
    apply_reply(apply, MESSAGE_NONE, buf_span(&apply->ledger->scratch));
    return 0;
}

/* ---- what a bank is told ---- */

int position_alert(struct apply *apply, const struct position *position,
                   const struct exposure_terms *terms) {
    struct position_alert alert = {.level = terms->level, .at_ms = apply->now_ms};
    if (terms->level > 0)
        alert.warn_percent = terms->warn_percent[terms->level - 1];
    APPLY_INVARIANT(position_exposure(position, &alert.exposure_fen));
    (void)exposure_bound(terms, &alert.bound_fen); /* 0: nothing bounds it any more */
    memcpy(alert.currency, position->currency, CURRENCY_SIZE);
    buf_clear(&apply->ledger->notice);
    message_encode_position_alert(&alert, &apply->ledger->notice);
    struct effect *effect = effects_add(apply->effects, EFFECT_TELL);
    effect->bank = position->bank;
    effect->message = MESSAGE_POSITION_ALERT;
    effect->payload = arena_copy(&apply->effects->arena, buf_span(&apply->ledger->notice));
    return 0;
}

int position_remind(struct apply *apply, bank_code bank) {
    struct exposure_terms terms = {.bank = bank, .currency = "   "}; /* before all others */
    int result = store_next_exposure(apply->store, &terms, &terms);
    while (result == 0 && terms.bank == bank) {
        struct position position;
        APPLY_TRY(store_get_position(apply->store, bank, terms.currency, &position));
        if (terms.level > 0)
            result = position_alert(apply, &position, &terms);
        if (result == 0)
            result = store_next_exposure(apply->store, &terms, &terms);
    }
    return result == STORE_ABSENT ? 0 : result;
}
