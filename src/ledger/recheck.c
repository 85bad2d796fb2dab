/*
 * The bound account is asked about again from time to time: is it still open, Class I, and the same
 * person's?
 *
 * Invariants: a re-check changes nothing but holds; the Class I bank's word is kept as evidence; no
 * answer is no answer: it is asked again later, and alarmed.
 */
#include "ledger/hold.h"
#include "wire/message.h"

static int bank_is_up(struct apply *apply, bank_code bank, bool *up_out) {
    struct bank_counters counters;
    const struct bank *entry;
    APPLY_TRY(apply_bank(apply, bank, &entry));
    APPLY_TRY(store_get_bank_counters(apply->store, bank, &counters));
    *up_out = entry && entry->active && counters.online;
    return 0;
}

int recheck_start(struct apply *apply, struct link *link) {
    const struct id nobody = {{0}};
    struct link_private secret;
    bool up;
    int64_t due = link_due_ms(link);
    APPLY_TRY(bank_is_up(apply, link->class1_bank, &up));
    if (!up) {
        link->recheck_due_ms = apply->now_ms + apply->rules->recheck_again_ms;
        return link_store(apply, link, NULL, due);
    }
    APPLY_TRY(store_get_link_private(apply->store, &link->id, &secret));
    struct recheck_account question = {
        .link = link->id,
        .recheck = apply_new_id(apply),
        .verification = link->evidence.verification,
        .requesting_bank = link->class2_bank,
        .account_number = secret.class1_number,
    };
    buf_clear(&apply->ledger->scratch);
    message_encode_recheck_account(&question, &apply->ledger->scratch);
    return link_exchange_send(apply, link, LINK_EXCHANGE_RECHECK, &question.recheck, &nobody,
                              apply->rules->recheck_timeout_ms, due);
}

int recheck_timeout(struct apply *apply, struct link *link) {
    /* It may have given way to another exchange instead. */
    if (link->exchange_deadline_ms <= apply->now_ms)
        apply_alarm(apply, "a re-check of a bound account was not answered; it is asked again",
                    &link->id);
    link->recheck_due_ms = apply->now_ms + apply->rules->recheck_again_ms;
    return link_exchange_end(apply, link);
}

/* Why the link must be held; NULL when all is well. */
static const char *fault_of(const struct recheck_account_reply *answer) {
    if (answer->same_holder != ELEMENT_MATCH)
        return HOLD_REASON_HOLDER;
    if (answer->status == ACCOUNT_CLOSED)
        return HOLD_REASON_CLOSED;
    if (answer->status == ACCOUNT_BLOCKED)
        return HOLD_REASON_BLOCKED;
    if (answer->status != ACCOUNT_OPEN)
        return HOLD_REASON_ACCOUNT;
    return answer->account_class == ACCOUNT_CLASS_I ? NULL : HOLD_REASON_CLASS1;
}

/* What an earlier answer or report of this bank held, and this one gives back. */
static int release_all(struct apply *apply, struct link *link) {
    static const char *const reasons[] = {HOLD_REASON_HOLDER, HOLD_REASON_CLOSED,
                                          HOLD_REASON_BLOCKED, HOLD_REASON_ACCOUNT,
                                          HOLD_REASON_CLASS1};
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        int result = hold_remove_own(apply, link, link->class1_bank, reasons[i], CAUSE_ANSWER);
        if (result)
            return result;
    }
    return 0;
}

static int judge(struct apply *apply, struct link *link,
                 const struct recheck_account_reply *answer) {
    const char *fault = fault_of(answer);
    link->evidence.account_class = answer->account_class;
    link->evidence.status = answer->status;
    link->evidence.at_ms = apply->now_ms;
    link->evidence.answer = apply->payload;
    link->evidence.pin = apply->command->pin;
    if (fault) {
        link->recheck_due_ms = apply->now_ms + apply->rules->recheck_again_ms;
        return hold_add_own(apply, link, fault, HOLD_BLOCKS_ALL, CAUSE_ANSWER);
    }
    link->recheck_due_ms = apply->now_ms + apply->rules->recheck_after_ms;
    int result =
        link_step_about(apply, link, LINK_EVENT_RECHECKED, CAUSE_ANSWER, "", &answer->recheck);
    return result ? result : release_all(apply, link);
}

int recheck_answer(struct apply *apply) {
    const struct recheck_account_reply *answer = &apply->command->body.recheck_answer;
    struct link link;
    int result =
        link_load_answered(apply, &answer->link, LINK_EXCHANGE_RECHECK, &answer->recheck, &link);
    if (result)
        return result == APPLY_STALE ? 0 : result;
    if (!answer->account_class || !answer->status || !answer->same_holder) {
        apply_alarm(apply, "a re-check's answer cannot be read; the link waits", &link.id);
        return 0;
    }
    int64_t due = link_due_ms(&link);
    result = link_exchange_end(apply, &link);
    if (result == 0)
        result = judge(apply, &link, answer);
    return result ? result : link_store(apply, &link, NULL, due);
}
