/*
 * The verification of a person and an account, at the beginning of a link and whenever a bank goes on
 * with fresh elements; and the Class I bank's word on it.
 *
 * Invariants: nothing of the person leaves before the consent is stored (the same application); so
 * many tries a day of one account and of one person; the gateway never decides a match: it reads the
 * bank's word. The evidence that stands is that of a verification that was passed, or of the only
 * one.
 */
#include <string.h>

#include "domain/calendar.h"
#include "ledger/handler.h"
#include "wire/message.h"

/* ---- the question ---- */

/* No probing oracle: so many verifications of one account and of one person in 24 hours. */
static int add_try(struct apply *apply, const struct digest *key,
                   struct verification_tries *tries_out) {
    struct verification_tries before;
    uint32_t count = 0;
    APPLY_TRY(store_get_tries(apply->store, key, &before));
    memset(tries_out, 0, sizeof *tries_out);
    for (uint32_t i = 0; i < before.count; i++) {
        if (apply->now_ms - before.at_ms[i] < DAY_MS)
            tries_out->at_ms[count++] = before.at_ms[i];
    }
    if (count >= apply->rules->verifications_per_day || count >= TRIES_KEPT_MAX)
        return refuse(apply, REFUSAL_TRIES, "person");
    tries_out->at_ms[count++] = apply->now_ms;
    tries_out->count = count;
    return 0;
}

int link_count_try(struct apply *apply, const struct link *link) {
    struct verification_tries of_account;
    struct verification_tries of_person;
    int result = add_try(apply, &link->class1_key, &of_account);
    if (result == 0)
        result = add_try(apply, &link->person_key, &of_person);
    if (result)
        return result;
    store_put_tries(apply->store, &link->class1_key, &of_account);
    store_put_tries(apply->store, &link->person_key, &of_person);
    return 0;
}

int link_count_person(struct apply *apply, const struct digest *person_key) {
    struct verification_tries tries;
    int result = add_try(apply, person_key, &tries);
    if (result == 0)
        store_put_tries(apply->store, person_key, &tries);
    return result;
}

struct id link_question(struct apply *apply, const struct link *link, struct span account_number,
                        const struct person_elements *person) {
    struct verify_account question = {
        .link = link->id,
        .verification = apply_new_id(apply),
        .requesting_bank = link->class2_bank,
        .account_number = account_number,
        .person = *person,
    };
    buf_clear(&apply->ledger->scratch);
    message_encode_verify_account(&question, &apply->ledger->scratch);
    return question.verification;
}

int64_t link_verify_timeout_ms(const struct apply *apply) {
    const struct rules *rules = apply->rules;
    return apply_timeout_ms(apply, rules->verify_timeout_ms, rules->verify_timeout_min_ms,
                            rules->verify_timeout_max_ms);
}

void link_keep_consent(struct link *link, const struct consent_given *consent) {
    link->consent_sha256 = consent->sha256;
    link->consent_at_ms = consent->at_ms;
    apply_copy_text(link->consent_purpose, sizeof link->consent_purpose, consent->purpose);
}

/* ---- going on with fresh elements ---- */

static bool held_for_person(const struct link *link) {
    for (uint32_t i = 0; i < link->hold_count; i++) {
        if (hold_needs_person(&link->holds[i]))
            return true;
    }
    return false;
}

static int check_resume(struct apply *apply, const struct link *link,
                        const struct resume_link *request) {
    bool held = link->state == LINK_SUSPENDED && held_for_person(link);
    if ((link->state != LINK_PENDING_ACTIVATION && !held) || link_busy(link))
        return refuse(apply, REFUSAL_LINK_STATE, "link_id");
    if (!request->consent.present)
        return refuse(apply, REFUSAL_CONSENT, "consent");
    if (request->consent.recipient != link->class1_bank)
        return refuse(apply, REFUSAL_CONSENT, "consent.recipient_bank_code");
    struct digest person =
        apply_person_key(apply->ledger, request->person.id_type, request->person.id_number);
    if (!digest_equal(&person, &link->person_key))
        return refuse(apply, REFUSAL_PERSON, "person.id_number");
    int result = apply_check_served(apply, link->class1_bank, "link_id");
    if (result)
        return result;
    return apply_check_life(apply, &link->history, "link_id");
}

int link_resume(struct apply *apply) {
    const struct resume_link *request = &apply->command->body.resume_link;
    struct link link;
    int result = link_touch_class2(apply, &request->link, &link);
    if (result == 0)
        result = check_resume(apply, &link, request);
    if (result == 0)
        result = link_count_try(apply, &link);
    if (result)
        return result;
    struct link_private secret;
    APPLY_TRY(store_get_link_private(apply->store, &link.id, &secret));
    int64_t due = link_due_ms(&link);
    bool held = link.state == LINK_SUSPENDED;
    link_keep_consent(&link, &request->consent);
    result = link_step(apply, &link, held ? LINK_EVENT_REVERIFYING : LINK_EVENT_RESUME,
                       CAUSE_REQUEST, "");
    if (result)
        return result;
    struct id verification = link_question(apply, &link, secret.class1_number, &request->person);
    return link_exchange_send(apply, &link, LINK_EXCHANGE_VERIFY, &verification, &request->request,
                              link_verify_timeout_ms(apply), due);
}

/* ---- the answer ---- */

static void keep_evidence(struct apply *apply, struct link *link,
                          const struct verify_account_reply *answer) {
    link->evidence = (struct link_evidence){
        .present = true,
        .name = answer->name,
        .id_number = answer->id_number,
        .mobile = answer->mobile,
        .account = answer->account,
        .account_class = answer->account_class,
        .status = answer->status,
        .joint = answer->joint,
        .credit = answer->credit,
        .minor = answer->minor,
        .at_ms = apply->now_ms,
        .verification = answer->verification,
        .answer = apply->payload,
        .pin = apply->command->pin,
    };
}

static bool all_match(const struct verify_account_reply *answer) {
    return answer->name == ELEMENT_MATCH && answer->id_number == ELEMENT_MATCH &&
           answer->mobile == ELEMENT_MATCH && answer->account == ELEMENT_MATCH;
}

/* A bank that does not know the account has neither class nor status to tell. */
static bool readable(const struct verify_account_reply *answer) {
    if (!answer->name || !answer->id_number || !answer->mobile || !answer->account)
        return false;
    return !all_match(answer) || (answer->account_class && answer->status);
}

/* What the bank's word means; the first that applies. */
static enum link_event judge(const struct verify_account_reply *answer, const char **reason_out) {
    *reason_out = "";
    if (!all_match(answer)) {
        *reason_out = refusal_row(REFUSAL_MISMATCH)->reason;
        return LINK_EVENT_MISMATCH;
    }
    if (answer->status == ACCOUNT_NOT_ACTIVATED && !answer->joint && !answer->credit)
        return LINK_EVENT_NOT_ACTIVATED;
    if (answer->account_class != ACCOUNT_CLASS_I || answer->joint || answer->credit) {
        *reason_out = refusal_row(REFUSAL_CLASS_DEBTOR)->reason;
        return LINK_EVENT_MISMATCH;
    }
    if (answer->status != ACCOUNT_OPEN) {
        *reason_out = answer->status == ACCOUNT_CLOSED    ? "AC04"
                      : answer->status == ACCOUNT_BLOCKED ? "AC06"
                                                          : "AC01";
        return LINK_EVENT_MISMATCH;
    }
    return LINK_EVENT_VERIFIED;
}

/* The same person again: what was held for that is free. */
static int reverified(struct apply *apply, struct link *link, const struct id *verification) {
    uint32_t left = 0;
    for (uint32_t i = 0; i < link->hold_count; i++) {
        if (!hold_needs_person(&link->holds[i]))
            link->holds[left++] = link->holds[i];
    }
    memset(&link->holds[left], 0, (HOLDS_MAX - left) * sizeof link->holds[0]);
    link->hold_count = left;
    int result =
        link_step_about(apply, link, LINK_EVENT_REVERIFIED, CAUSE_ANSWER, "", verification);
    if (result == 0 && left == 0)
        result = link_step(apply, link, LINK_EVENT_HOLDS_LIFTED, CAUSE_RULE, "");
    return result;
}

/* Of a link that was held for it. An operator may have lifted the hold meanwhile: then nothing hangs
 * on it any more. */
static int answered_again(struct apply *apply, struct link *link,
                          const struct verify_account_reply *answer) {
    const char *reason;
    enum link_event event = judge(answer, &reason);
    if (event == LINK_EVENT_VERIFIED)
        keep_evidence(apply, link, answer);
    if (link->state != LINK_SUSPENDED)
        return 0;
    if (event == LINK_EVENT_VERIFIED)
        return reverified(apply, link, &answer->verification);
    if (event == LINK_EVENT_NOT_ACTIVATED)
        reason = refusal_row(REFUSAL_CLASS_DEBTOR)->reason;
    return link_step_about(apply, link, LINK_EVENT_REVERIFY_FAILED, CAUSE_ANSWER, reason,
                           &answer->verification);
}

static int answered(struct apply *apply, struct link *link,
                    const struct verify_account_reply *answer) {
    const char *reason;
    enum link_event event = judge(answer, &reason);
    if (link->state != LINK_VERIFYING)
        return answered_again(apply, link, answer);
    keep_evidence(apply, link, answer);
    return link_step_about(apply, link, event, CAUSE_ANSWER, reason, &answer->verification);
}

int link_verify_answer(struct apply *apply) {
    const struct verify_account_reply *answer = &apply->command->body.verify_answer;
    struct link link;
    int result = link_load_answered(apply, &answer->link, LINK_EXCHANGE_VERIFY,
                                    &answer->verification, &link);
    if (result)
        return result == APPLY_STALE ? 0 : result;
    if (!readable(answer)) {
        apply_alarm(apply, "a verification's answer cannot be read; the link waits", &link.id);
        return 0;
    }
    int64_t due = link_due_ms(&link);
    struct id request = link.exchange_request;
    result = link_exchange_end(apply, &link);
    if (result == 0)
        result = answered(apply, &link, answer);
    if (result == 0)
        result = link_answer(apply, &link, &request);
    return result ? result : link_store(apply, &link, NULL, due);
}

int link_verify_late(struct apply *apply, struct link *link, const struct id *request,
                     const struct id *verification) {
    const char *reason = refusal_row(REFUSAL_TIMEOUT_DEBTOR)->reason;
    int result = 0;
    if (link->state == LINK_VERIFYING)
        result =
            link_step_about(apply, link, LINK_EVENT_DEADLINE, CAUSE_DEADLINE, reason, verification);
    else if (link->state == LINK_SUSPENDED)
        result = link_step_about(apply, link, LINK_EVENT_REVERIFY_FAILED, CAUSE_DEADLINE, reason,
                                 verification);
    return result ? result : link_answer(apply, link, request);
}
