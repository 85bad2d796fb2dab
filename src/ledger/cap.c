/*
 * What operators agree with banks: net debit caps, caps towards one counterparty, warnings, and
 * whether liquidity is looked at.
 *
 * Invariant: a bound that lies below what a bank owes already is granted: what is on its way goes on,
 * and nothing new goes out until it has fallen. Each change is told to the bank if it now stands
 * otherwise, and an alarm says when it stands above its bound.
 */
#include <string.h>

#include "ledger/transfers.h"

#define WARN_FIRST_PERCENT 80
#define WARN_SECOND_PERCENT 95

int exposure_bank(struct apply *apply, bank_code code, const char *field) {
    const struct bank *bank;
    apply->audit.bank = code;
    APPLY_TRY(apply_bank(apply, code, &bank));
    return bank ? 0 : refuse(apply, REFUSAL_NO_SUCH_BANK, field);
}

static void change(struct exposure_terms *terms, const struct cap_set *set) {
    if (set->what & CAP_SET_CAP) {
        terms->has_cap = set->has_cap;
        terms->cap_fen = set->has_cap ? set->cap_fen : 0;
    }
    if (set->what & CAP_SET_PREFUNDED)
        terms->prefunded = set->prefunded;
    if (set->what & CAP_SET_WARN) {
        memcpy(terms->warn_percent, set->warn_percent, sizeof terms->warn_percent);
    } else if (terms->warn_percent[0] == 0) {
        terms->warn_percent[0] = WARN_FIRST_PERCENT;
        terms->warn_percent[1] = WARN_SECOND_PERCENT;
    }
}

static void alarm_above(struct apply *apply, bank_code code, bool above) {
    static const struct id none;
    if (above)
        transfer_alarm(apply, "a cap was set below what the bank owes: nothing new goes out", code,
                       &none);
}

int exposure_terms_changed(struct apply *apply, struct exposure_terms *terms) {
    struct position position;
    int64_t bound_fen, exposure_fen;
    APPLY_TRY(store_get_position(apply->store, terms->bank, terms->currency, &position));
    APPLY_INVARIANT(position_exposure(&position, &exposure_fen));
    alarm_above(apply, terms->bank, exposure_bound(terms, &bound_fen) && exposure_fen > bound_fen);
    store_put_exposure(apply->store, terms);
    return exposure_tell(apply, &position, terms);
}

int cap_set(struct apply *apply) {
    const struct cap_set *set = &apply->command->body.cap_set;
    struct exposure_terms terms;
    int result = exposure_bank(apply, set->code, "code");
    if (result)
        return result;
    APPLY_TRY(store_get_exposure(apply->store, set->code, set->currency, &terms));
    change(&terms, set);
    result = exposure_terms_changed(apply, &terms);
    if (result == 0)
        apply_granted(apply);
    return result;
}

int cap_set_pair(struct apply *apply) {
    const struct pair_cap_set *set = &apply->command->body.pair_cap_set;
    struct pair_position pair;
    int64_t exposure_fen;
    int result = exposure_bank(apply, set->counterparty, "counterparty");
    if (result == 0)
        result = exposure_bank(apply, set->code, "code");
    if (result)
        return result;
    bool low = set->code < set->counterparty;
    APPLY_TRY(store_get_pair(apply->store, low ? set->code : set->counterparty,
                             low ? set->counterparty : set->code, set->currency, &pair));
    *(low ? &pair.low_has_cap : &pair.high_has_cap) = set->has_cap;
    *(low ? &pair.low_cap_fen : &pair.high_cap_fen) = set->has_cap ? set->cap_fen : 0;
    store_put_pair(apply->store, &pair);
    APPLY_INVARIANT(pair_exposure(&pair, set->code, &exposure_fen));
    alarm_above(apply, set->code, set->has_cap && exposure_fen > set->cap_fen);
    apply_granted(apply);
    return 0;
}
