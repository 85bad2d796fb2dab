/*
 * A new link: OpenLink, and RebindLink, which is an OpenLink that names what it replaces.
 *
 * Invariants: it joins accounts of two banks; one live link per pair of accounts; no more live links of
 * a person, an account, than the rules allow, the replaced one not counted; the consent is stored with
 * the same application that sends the person's data.
 */
#include <string.h>

#include "ledger/handler.h"
#include "util/text.h"

/* Accounts of one sort that a person may have linked at one bank: no rule may allow more. */
#define ACCOUNTS_COUNTED_MAX 64u

static int check_banks(struct apply *apply, const struct open_link *request) {
    if (request->class2.bank != apply->command->bank)
        return refuse(apply, REFUSAL_BANK_CODE_CREDITOR, "class2_account.bank_code");
    const struct bank *own;
    const struct bank *other;
    APPLY_TRY(apply_bank(apply, request->class2.bank, &own));
    if (!own || !bank_has_role(own, BANK_ROLE_CLASS2))
        return refuse(apply, REFUSAL_ROLE, "class2_account.bank_code");
    if (request->class1.bank == request->class2.bank)
        return refuse(apply, REFUSAL_SAME_BANK, "class1_account.bank_code");
    APPLY_TRY(apply_bank(apply, request->class1.bank, &other));
    if (!other || !bank_has_role(other, BANK_ROLE_CLASS1))
        return refuse(apply, REFUSAL_BANK_CODE_DEBTOR, "class1_account.bank_code");
    return apply_check_served(apply, request->class1.bank, "class1_account.bank_code");
}

/* ---- counting (DOMAIN.md §2 and §3) ---- */

/* Live links of that key other than the one that is replaced; counting ends at max. */
static int count_links(struct apply *apply, enum live_kind kind, const struct digest *key,
                       const struct link *replaced, uint32_t max, uint32_t *count_out) {
    struct id id = {{0}};
    uint32_t count = 0;
    int result = 0;
    while (count < max) {
        result = store_next_live(apply->store, kind, key, &id, &id);
        APPLY_TRY(result);
        if (result)
            break;
        count += !replaced || !id_equal(&id, &replaced->id);
    }
    *count_out = count;
    return 0;
}

struct accounts {
    struct digest keys[ACCOUNTS_COUNTED_MAX];
    uint32_t count;
};

static void add_account(struct accounts *accounts, const struct digest *key) {
    for (uint32_t i = 0; i < accounts->count; i++) {
        if (digest_equal(&accounts->keys[i], key))
            return;
    }
    if (accounts->count < ACCOUNTS_COUNTED_MAX)
        accounts->keys[accounts->count++] = *key;
}

/* Accounts of the new link's sort that the person has linked at this bank, with the new one. */
static int count_accounts(struct apply *apply, const struct link *link, uint32_t *count_out) {
    struct digest key = live_person_key(link->class2_bank, &link->person_key);
    struct accounts accounts = {.count = 0};
    struct id id = {{0}};
    add_account(&accounts, &link->class2_key);
    for (;;) {
        struct link other;
        int result = store_next_live(apply->store, LIVE_PERSON, &key, &id, &id);
        APPLY_TRY(result);
        if (result)
            break;
        result = store_get_link(apply->store, &id, &other);
        APPLY_TRY(result);
        APPLY_INVARIANT(result == 0);
        if (other.class2_class == link->class2_class)
            add_account(&accounts, &other.class2_key);
    }
    *count_out = accounts.count;
    return 0;
}

static int check_counts(struct apply *apply, const struct link *link, const struct link *replaced) {
    const struct rules *rules = apply->rules;
    bool class3 = link->class2_class == ACCOUNT_CLASS_III;
    const char *own_field = replaced ? "link_id" : "class2_account";
    uint32_t count;
    int result = count_accounts(apply, link, &count);
    if (result)
        return result;
    if (count > (class3 ? rules->class3_per_person_and_bank : rules->class2_per_person_and_bank))
        return refuse(apply, class3 ? REFUSAL_COUNT_CLASS3 : REFUSAL_COUNT_CLASS2, own_field);
    APPLY_TRY(count_links(apply, LIVE_CLASS2, &link->class2_key, replaced,
                          rules->links_per_class2_account, &count));
    if (count >= rules->links_per_class2_account)
        return refuse(apply, REFUSAL_COUNT_BOUND, own_field);
    APPLY_TRY(count_links(apply, LIVE_CLASS1, &link->class1_key, replaced,
                          rules->links_per_class1_account, &count));
    if (count >= rules->links_per_class1_account)
        return refuse(apply, REFUSAL_COUNT_CLASS1, "class1_account");
    return 0;
}

/* ---- making it ---- */

void link_mask(char *to, size_t size, struct span number) {
    char masked[MASK_TEXT_SIZE];
    text_mask(number, masked);
    const char *last = strlen(masked) > 4 ? masked + strlen(masked) - 4 : "";
    apply_copy_text(to, size, span_text(last));
}

void link_keep_agreement(struct link_agreement *agreement, const struct agreement_given *given) {
    *agreement = (struct link_agreement){
        .sha256 = given->sha256, .at_ms = given->at_ms, .ends_day = given->ends_day};
    apply_copy_text(agreement->version, sizeof agreement->version, given->version);
    apply_copy_text(agreement->channel, sizeof agreement->channel, given->channel);
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
        .open_request = request->request,
        .requested_at_ms = apply->now_ms,
    };
    link_mask(link.class2_masked, sizeof link.class2_masked, request->class2.number);
    link_mask(link.class1_masked, sizeof link.class1_masked, request->class1.number);
    link_keep_agreement(&link.agreement, &request->agreement);
    link_keep_consent(&link, &request->consent);
    return link;
}

/* What stands against the new link, in the order of the checks. */
static int check_new(struct apply *apply, const struct link *link, const struct link *replaced) {
    struct id other;
    int result =
        store_find_link_by_pair(apply->store, &link->class2_key, &link->class1_key, &other);
    APPLY_TRY(result);
    if (result == 0)
        return refuse(apply, REFUSAL_LINK_EXISTS, "class1_account");
    result = check_counts(apply, link, replaced);
    return result ? result : link_count_try(apply, link);
}

/* REQUESTED and VERIFYING are passed in one application. */
static int ask(struct apply *apply, struct link *link, const struct open_link *request) {
    struct id verification = link_question(apply, link, request->class1.number, &request->person);
    struct history_entry entry = apply_entry(apply, CAUSE_REQUEST, "");
    entry.about = link->replaces;
    APPLY_INVARIANT(link_move(link, LINK_EVENT_REQUEST, &entry));
    entry.about = verification;
    APPLY_INVARIANT(link_move(link, LINK_EVENT_ASKED, &entry));
    return link_exchange_start(apply, link, LINK_EXCHANGE_VERIFY, &verification, &request->request,
                               link_verify_timeout_ms(apply));
}

static int put_new(struct apply *apply, struct link *link, const struct open_link *request) {
    struct id first;
    int any = store_next_live(apply->store, LIVE_CLASS2, &link->class2_key, NULL, &first);
    APPLY_TRY(any);
    link->primary = any != 0;
    struct link_private secret = {
        .class2_number = request->class2.number,
        .class1_number = request->class1.number,
        .kept_kind = MESSAGE_VERIFY_ACCOUNT,
        .kept_payload = buf_span(&apply->ledger->scratch),
    };
    struct store_deadline due = {link_due_ms(link), OBJECT_LINK, link->id};
    store_put_deadline(apply->store, &due);
    return store_put_link(apply->store, link, &secret, true);
}

int link_make(struct apply *apply, const struct open_link *request, const struct link *replaced) {
    int result = check_banks(apply, request);
    if (result)
        return result;
    if (!request->consent.present)
        return refuse(apply, REFUSAL_CONSENT, "consent");
    struct link link = new_link(apply, request);
    if (replaced) {
        if (!digest_equal(&link.person_key, &replaced->person_key))
            return refuse(apply, REFUSAL_PERSON, "person.id_number");
        if (digest_equal(&link.class1_key, &replaced->class1_key))
            return refuse(apply, REFUSAL_SAME_ACCOUNT, "class1_account");
        link.replaces = replaced->id;
    }
    result = check_new(apply, &link, replaced);
    if (result)
        return result;
    apply_touch(apply, OBJECT_LINK, &link.id);
    result = ask(apply, &link, request);
    return result ? result : put_new(apply, &link, request);
}

int link_open(struct apply *apply) {
    return link_make(apply, &apply->command->body.open_link, NULL);
}
