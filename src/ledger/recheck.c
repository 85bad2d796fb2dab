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

/* ---- the answer ---- */

#define FINDINGS 5
/* What the answer tells of one thing that the link rests on. */
struct finding {
    const char *reason; /* of the hold, when it is not so any more */
    bool told, fault;
};

static void find(const struct recheck_account_reply *answer, struct finding findings[FINDINGS]) {
    enum account_status status = answer->status;
    bool lost = status == ACCOUNT_NOT_ACTIVATED || status == ACCOUNT_UNKNOWN;
    findings[0] = (struct finding){HOLD_REASON_HOLDER, answer->same_holder != ELEMENT_NONE,
                                   answer->same_holder == ELEMENT_MISMATCH};
    findings[1] = (struct finding){HOLD_REASON_CLASS1, answer->account_class != ACCOUNT_CLASS_NONE,
                                   answer->account_class != ACCOUNT_CLASS_I};
    findings[2] = (struct finding){HOLD_REASON_CLOSED, true, status == ACCOUNT_CLOSED};
    findings[3] = (struct finding){HOLD_REASON_BLOCKED, true, status == ACCOUNT_BLOCKED};
    findings[4] = (struct finding){HOLD_REASON_ACCOUNT, true, lost};
}

/* A bank need not tell class and holder of an account that cannot be used. */
static bool readable(const struct recheck_account_reply *answer) {
    if (answer->status == ACCOUNT_STATUS_NONE)
        return false;
    return answer->status != ACCOUNT_OPEN || (answer->account_class && answer->same_holder);
}

static bool all_is_well(const struct finding findings[FINDINGS]) {
    for (size_t i = 0; i < FINDINGS; i++) {
        if (findings[i].told && findings[i].fault)
            return false;
    }
    return true;
}

/* What an earlier answer or report of this bank held, and this one gives back. */
static int release(struct apply *apply, struct link *link, const struct finding findings[FINDINGS],
                   bool all) {
    int result = 0;
    for (size_t i = 0; i < FINDINGS && result == 0; i++) {
        bool given_back = findings[i].told && !findings[i].fault;
        if (given_back && (all || link->hold_count > 1))
            result =
                hold_remove_own(apply, link, link->class1_bank, findings[i].reason, CAUSE_ANSWER);
    }
    return result;
}

/* One fault in the place of another never makes the link ACTIVE in between, nor needs more room than
 * there is. */
static int hold_faults(struct apply *apply, struct link *link,
                       const struct finding findings[FINDINGS]) {
    int result = release(apply, link, findings, false);
    for (size_t i = 0; i < FINDINGS && result == 0; i++) {
        if (findings[i].told && findings[i].fault)
            result = hold_add_own(apply, link, findings[i].reason, HOLD_BLOCKS_ALL, CAUSE_ANSWER);
    }
    return result ? result : release(apply, link, findings, true);
}

static void keep_evidence(struct apply *apply, struct link *link,
                          const struct recheck_account_reply *answer) {
    link->evidence.account_class = answer->account_class;
    link->evidence.status = answer->status;
    link->evidence.at_ms = apply->now_ms;
    link->evidence.answer = apply->payload;
    link->evidence.pin = apply->command->pin;
}

static int judge(struct apply *apply, struct link *link,
                 const struct recheck_account_reply *answer) {
    struct finding findings[FINDINGS];
    find(answer, findings);
    keep_evidence(apply, link, answer);
    if (!all_is_well(findings)) {
        link->recheck_due_ms = apply->now_ms + apply->rules->recheck_again_ms;
        return hold_faults(apply, link, findings);
    }
    link->recheck_due_ms = apply->now_ms + apply->rules->recheck_after_ms;
    int result =
        link_step_about(apply, link, LINK_EVENT_RECHECKED, CAUSE_ANSWER, "", &answer->recheck);
    return result ? result : release(apply, link, findings, true);
}

int recheck_answer(struct apply *apply) {
    const struct recheck_account_reply *answer = &apply->command->body.recheck_answer;
    struct link link;
    int result =
        link_load_answered(apply, &answer->link, LINK_EXCHANGE_RECHECK, &answer->recheck, &link);
    if (result)
        return result == APPLY_STALE ? 0 : result;
    if (!readable(answer)) {
        apply_alarm(apply, "a re-check's answer cannot be read; the link waits", &link.id);
        return 0;
    }
    int64_t due = link_due_ms(&link);
    result = link_exchange_end(apply, &link);
    if (result == 0)
        result = judge(apply, &link, answer);
    return result ? result : link_store(apply, &link, NULL, due);
}
