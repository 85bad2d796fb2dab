/*
 * OpenLink and the Class I bank's word on it.
 *
 * Invariants: one live link per pair of accounts; nothing of the person leaves before the consent is
 * stored (the same application); the gateway never decides a match: it reads the bank's word.
 */
#include <string.h>

#include "crypto/digest.h"
#include "domain/calendar.h"
#include "ledger/handler.h"
#include "util/text.h"
#include "wire/message.h"

static void copy_masked(char *to, size_t size, struct span number) {
    char masked[MASK_TEXT_SIZE];
    text_mask(number, masked);
    const char *last = strlen(masked) > 4 ? masked + strlen(masked) - 4 : "";
    apply_copy_text(to, size, span_text(last));
}

static int check_banks(struct apply *apply, const struct open_link *request) {
    if (request->class2.bank != apply->command->bank)
        return refuse(apply, REFUSAL_BANK_CODE_CREDITOR, "class2_account.bank_code");
    const struct bank *own;
    const struct bank *other;
    APPLY_TRY(apply_bank(apply, request->class2.bank, &own));
    if (!own || !bank_has_role(own, BANK_ROLE_CLASS2))
        return refuse(apply, REFUSAL_ROLE, "class2_account.bank_code");
    APPLY_TRY(apply_bank(apply, request->class1.bank, &other));
    if (!other || !bank_has_role(other, BANK_ROLE_CLASS1))
        return refuse(apply, REFUSAL_BANK_CODE_DEBTOR, "class1_account.bank_code");
    if (!other->active)
        return refuse(apply, REFUSAL_PEER_SUSPENDED, "class1_account.bank_code");
    return 0;
}

/* No probing oracle: so many verifications of one account and of one person in 24 hours. */
static int check_tries(struct apply *apply, const struct digest *key,
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

static struct link new_link(struct apply *apply, const struct open_link *request) {
    struct ledger *ledger = apply->ledger;
    struct link link = {
        .id = apply_new_id(apply),
        .class2_bank = request->class2.bank,
        .class1_bank = request->class1.bank,
        .class2_class = request->class2.account_class,
        .class2_opening = request->class2.opening,
        .scopes = request->scopes,
        .limits = request->limits,
        .person_key = apply_person_key(ledger, request->person.id_type, request->person.id_number),
        .class2_key = apply_account_key(ledger, request->class2.bank, request->class2.number),
        .class1_key = apply_account_key(ledger, request->class1.bank, request->class1.number),
        .agreement.sha256 = request->agreement.sha256,
        .agreement.at_ms = request->agreement.at_ms,
        .agreement.ends_day = request->agreement.ends_day,
        .consent_sha256 = request->consent.sha256,
        .consent_at_ms = request->consent.at_ms,
        .open_request = request->request,
        .requested_at_ms = apply->now_ms,
    };
    copy_masked(link.class2_masked, sizeof link.class2_masked, request->class2.number);
    copy_masked(link.class1_masked, sizeof link.class1_masked, request->class1.number);
    apply_copy_text(link.agreement.version, sizeof link.agreement.version,
                    request->agreement.version);
    apply_copy_text(link.agreement.channel, sizeof link.agreement.channel,
                    request->agreement.channel);
    apply_copy_text(link.consent_purpose, sizeof link.consent_purpose, request->consent.purpose);
    return link;
}

static int ask(struct apply *apply, struct link *link, const struct open_link *request) {
    struct verify_account question = {
        .link = link->id,
        .verification = apply_new_id(apply),
        .requesting_bank = link->class2_bank,
        .account_number = request->class1.number,
        .person = request->person,
    };
    struct history_entry entry = apply_entry(apply, CAUSE_REQUEST, "");
    APPLY_INVARIANT(link_move(link, LINK_EVENT_REQUEST, &entry));
    APPLY_INVARIANT(link_move(link, LINK_EVENT_ASKED, &entry));
    int64_t timeout_ms =
        apply_timeout_ms(apply, apply->rules->verify_timeout_ms,
                         apply->rules->verify_timeout_min_ms, apply->rules->verify_timeout_max_ms);
    buf_clear(&apply->ledger->scratch);
    message_encode_verify_account(&question, &apply->ledger->scratch);
    return link_exchange_start(apply, link, LINK_EXCHANGE_VERIFY, &question.verification,
                               &request->request, timeout_ms);
}

int link_open(struct apply *apply) {
    const struct open_link *request = &apply->command->body.open_link;
    int result = check_banks(apply, request);
    if (result)
        return result;
    if (!request->consent.present)
        return refuse(apply, REFUSAL_CONSENT, "consent");
    struct link link = new_link(apply, request);
    struct id other;
    result = store_find_link_by_pair(apply->store, &link.class2_key, &link.class1_key, &other);
    APPLY_TRY(result);
    if (result == 0)
        return refuse(apply, REFUSAL_LINK_EXISTS, "class1_account");
    struct verification_tries of_account;
    struct verification_tries of_person;
    result = check_tries(apply, &link.class1_key, &of_account);
    if (result == 0)
        result = check_tries(apply, &link.person_key, &of_person);
    if (result)
        return result;
    apply_touch(apply, OBJECT_LINK, &link.id);
    result = ask(apply, &link, request);
    if (result)
        return result;
    store_put_tries(apply->store, &link.class1_key, &of_account);
    store_put_tries(apply->store, &link.person_key, &of_person);
    struct link_private secret = {
        .class2_number = request->class2.number,
        .class1_number = request->class1.number,
        .kept_kind = MESSAGE_VERIFY_ACCOUNT,
        .kept_payload = buf_span(&apply->ledger->scratch),
    };
    struct store_deadline due = {link_due_ms(&link), OBJECT_LINK, link.id};
    store_put_deadline(apply->store, &due);
    return store_put_link(apply->store, &link, &secret, true);
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

int link_verify_answer(struct apply *apply) {
    const struct verify_account_reply *answer = &apply->command->body.verify_answer;
    struct link link;
    int result = link_load(apply, &answer->link, &link);
    APPLY_TRY(result);
    if (result || link.class1_bank != apply->command->bank) {
        apply_alarm(apply, "a verification was answered by a bank that was not asked",
                    &answer->link);
        return 0;
    }
    if (link.frozen) {
        apply_alarm(apply, "an answer came for a frozen link", &link.id);
        return 0;
    }
    result = link_expire(apply, &link);
    if (result)
        return result;
    if (link.exchange != LINK_EXCHANGE_VERIFY ||
        !id_equal(&link.exchange_id, &answer->verification))
        return 0;
    if (!readable(answer)) {
        apply_alarm(apply, "a verification's answer cannot be read; the link waits", &link.id);
        return 0;
    }
    const char *reason;
    enum link_event event = judge(answer, &reason);
    int64_t due = link_due_ms(&link);
    struct id request = link.exchange_request;
    keep_evidence(apply, &link, answer);
    result = link_exchange_end(apply, &link);
    if (result == 0)
        result = link_step(apply, &link, event, CAUSE_ANSWER, reason);
    if (result)
        return result;
    apply_answer_link(apply, &link, &request, MESSAGE_OPEN_LINK);
    return link_store_ended(apply, &link, due);
}
