/*
 * One link and what hangs on it: I4, I11, I13, I15, I19.
 *
 * Invariant: each rule is told from the link's own record, its history and the rows that must stand
 * for it; what its transfers used is in check_usage.c. Rows that stand for no link are found by
 * check_index.c.
 */
#include <string.h>

#include "domain/command.h"
#include "ledger/ledger.h"
#include "verify/checks.h"

#define LINK_SCOPES_ALL                                                                            \
    (LINK_SCOPE_BIT(LINK_SCOPE_COLLECT) | LINK_SCOPE_BIT(LINK_SCOPE_PAY) |                         \
     LINK_SCOPE_BIT(LINK_SCOPE_PAY_FALLBACK) | LINK_SCOPE_BIT(LINK_SCOPE_BALANCE) |                \
     LINK_SCOPE_BIT(LINK_SCOPE_PRODUCTS))

static struct about of_link(const struct link *link) {
    return about(OBJECT_LINK, &link->id);
}

static bool text_is(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

/* ---- what its history says ---- */

/* Gathered from the whole life. */
struct story {
    uint64_t held, lifted, reverified, ends, activations;
    int64_t activated_at_ms;
    /* of the holds in the record: placed in the history, at what time; and lifted there */
    const struct link *link;
    bool placed[HOLDS_MAX], gone[HOLDS_MAX];
};

static void note_hold(struct story *story, const struct history_entry *entry, bool placed) {
    const struct link *link = story->link;
    for (uint32_t i = 0; i < link->hold_count; i++) {
        if (!id_equal(&link->holds[i].id, &entry->about))
            continue;
        if (placed)
            story->placed[i] = entry->at_ms == link->holds[i].placed_at_ms;
        else
            story->gone[i] = true;
    }
}

static void note(void *context, uint32_t before, const struct history_entry *entry) {
    struct story *story = context;
    bool lifts = entry->event == LINK_EVENT_HOLD_LIFTED || entry->event == LINK_EVENT_HOLDS_LIFTED;
    (void)before;
    if (entry->event == LINK_EVENT_HOLD) {
        story->held++;
        note_hold(story, entry, true);
    } else if (lifts && !id_is_zero(&entry->about)) {
        story->lifted++;
        note_hold(story, entry, false);
    } else if (entry->event == LINK_EVENT_REVERIFIED) {
        story->reverified++;
    } else if (entry->event == LINK_EVENT_AGREEMENT_END) {
        story->ends++;
    } else if (entry->event == LINK_EVENT_CODE_RIGHT) {
        story->activations++;
        story->activated_at_ms = entry->at_ms;
    }
}

/* ---- holds ---- */

static bool hold_is_right(const struct link *link, const struct hold *hold) {
    bool own = hold->authority == HOLD_BY_GATEWAY;
    bool of_link = hold->by == link->class1_bank || hold->by == link->class2_bank;
    return hold->authority >= HOLD_BY_BANK && hold->authority <= HOLD_BY_GATEWAY &&
           hold->blocks != 0 && (hold->blocks & ~HOLD_BLOCKS_ALL) == 0 &&
           (hold->authority == HOLD_BY_OPERATOR ? hold->by == 0 : of_link) &&
           (!own || hold->expires_at_ms == 0) &&
           (hold->expires_at_ms == 0 || hold->expires_at_ms > hold->placed_at_ms);
}

static bool same_hold(const struct hold *a, const struct hold *b) {
    bool own = a->authority == HOLD_BY_GATEWAY && b->authority == HOLD_BY_GATEWAY;
    return id_equal(&a->id, &b->id) || (own && a->by == b->by && text_is(a->reason, b->reason));
}

static void check_hold(struct look *look, const struct story *story, uint32_t i) {
    const struct link *link = story->link;
    if (!hold_is_right(link, &link->holds[i]))
        look_found(look, LAW_I11, of_link(link), "hold %u is none that could be placed", i);
    for (uint32_t j = 0; j < i; j++) {
        if (same_hold(&link->holds[i], &link->holds[j]))
            look_found(look, LAW_I11, of_link(link), "holds %u and %u are the same", j, i);
    }
    if (!story->placed[i] || story->gone[i])
        look_found(look, LAW_I4, of_link(link), "hold %u stands, and its history %s", i,
                   story->gone[i] ? "lifted it" : "never placed it then");
}

static void check_holds(struct look *look, const struct story *story) {
    const struct link *link = story->link;
    uint32_t placed = 0;
    for (uint32_t i = 0; i < link->hold_count; i++) {
        placed += link->holds[i].authority != HOLD_BY_GATEWAY;
        check_hold(look, story, i);
    }
    if (placed > HOLDS_PLACED_MAX)
        look_found(look, LAW_I11, of_link(link), "%u holds were placed, more than %u", placed,
                   (unsigned)HOLDS_PLACED_MAX);
    bool may = link->state == LINK_SUSPENDED || link->state == LINK_CLOSING;
    if ((link->hold_count > 0 && !may) || (link->hold_count == 0 && link->state == LINK_SUSPENDED))
        look_found(look, LAW_I11, of_link(link), "it is %s with %u holds",
                   link_state_name(link->state), link->hold_count);
    /* A verification takes several away in one entry, and so does the end. */
    bool exact = story->reverified == 0 && !link_final(link->state);
    if (exact && story->held - story->lifted != link->hold_count)
        look_found(look, LAW_I4, of_link(link),
                   "it has %u holds; its history placed %llu and lifted %llu", link->hold_count,
                   (unsigned long long)story->held, (unsigned long long)story->lifted);
}

/* ---- what goes with the state ---- */

static bool evidence_matches(const struct link_evidence *evidence) {
    return evidence->present && evidence->name == ELEMENT_MATCH &&
           evidence->id_number == ELEMENT_MATCH && evidence->mobile == ELEMENT_MATCH &&
           evidence->account == ELEMENT_MATCH && !evidence->joint && !evidence->credit;
}

/* I11 itself. A re-check may find another class: then it was held. */
static void check_joins(struct look *look, const struct story *story) {
    const struct link *link = story->link;
    if (link->class1_bank == link->class2_bank || link->class1_bank == 0 || link->class2_bank == 0)
        look_found(look, LAW_I11, of_link(link), "it joins %012llu with %012llu",
                   (unsigned long long)link->class2_bank, (unsigned long long)link->class1_bank);
    if (link->class2_class != ACCOUNT_CLASS_II && link->class2_class != ACCOUNT_CLASS_III)
        look_found(look, LAW_I11, of_link(link), "its own account is of class %d",
                   (int)link->class2_class);
    if ((link->scopes & ~LINK_SCOPES_ALL) != 0 ||
        link->class2_opening > ACCOUNT_OPENING_FACE_TO_FACE ||
        link->exchange > LINK_EXCHANGE_RECHECK)
        look_found(look, LAW_I11, of_link(link), "scopes, opening or exchange are none: %x, %d, %d",
                   link->scopes, (int)link->class2_opening, (int)link->exchange);
    if ((link->activated_at_ms != 0) != (story->activations == 1) || story->activations > 1 ||
        link->activated_at_ms != story->activated_at_ms)
        look_found(look, LAW_I4, of_link(link),
                   "it was activated at %lld ms, by its history %llu times, at %lld ms",
                   (long long)link->activated_at_ms, (unsigned long long)story->activations,
                   (long long)story->activated_at_ms);
    if (link->activated_at_ms == 0)
        return;
    bool class1 = link->evidence.account_class == ACCOUNT_CLASS_I || story->held > 0;
    if (!evidence_matches(&link->evidence) || !class1)
        look_found(look, LAW_I11, of_link(link),
                   "it was activated without evidence of the person's Class I account");
}

static void check_parts(struct look *look, const struct story *story) {
    const struct link *link = story->link;
    bool coded = link->state == LINK_AWAITING_AUTHENTICATION || link->amendment.present;
    bool out = link->exchange != LINK_EXCHANGE_NONE;
    const char *wrong = NULL;
    if (link->amendment.present && link->state != LINK_ACTIVE)
        wrong = "an amendment";
    else if (!id_is_zero(&link->challenge.id) && !coded)
        wrong = "a one-time code";
    else if ((link->recheck_due_ms != 0) != link_runs(link))
        wrong = link_runs(link) ? "no re-check ahead" : "a re-check ahead";
    else if (!id_is_zero(&link->replaced_by) && !link->frozen && link->state != LINK_CLOSING &&
             !link_final(link->state))
        wrong = "another one in its place";
    else if (link_final(link->state) && link_due_ms(link) != 0)
        wrong = "a time that it waits for";
    else if (out != (link->exchange_deadline_ms != 0) || out == id_is_zero(&link->exchange_id))
        wrong = "half an exchange";
    else if (link->state == LINK_VERIFYING && link->exchange != LINK_EXCHANGE_VERIFY)
        wrong = "no verification out";
    if (wrong != NULL)
        look_found(look, LAW_I11, of_link(link), "it is %s with %s", link_state_name(link->state),
                   wrong);
    if (link->ends_expired != (story->ends > 0))
        look_found(look, LAW_I4, of_link(link), "its agreement %s, its history says otherwise",
                   link->ends_expired ? "came to its end" : "did not end");
}

/* ---- rows that stand for it ---- */

static bool is_next_live(struct look *look, enum live_kind kind, const struct digest *key,
                         const struct link *link) {
    struct id before = look_before(&link->id);
    struct id id;
    int rc = store_next_live(look->store, kind, key, &before, &id);
    return look_got(look, rc, of_link(link)) == GOT && id_equal(&id, &link->id);
}

static void check_live_row(struct look *look, const struct link *link, enum live_kind kind,
                           const struct digest *key, const char *by) {
    bool live = !link_final(link->state);
    if (is_next_live(look, kind, key, link) != live)
        look_found(look, LAW_I15, of_link(link), "it is %s, and its live row by %s %s",
                   link_state_name(link->state), by, live ? "is not there" : "still stands");
}

/* Among the live links of a Class II account one is the primary. */
static void check_primary(struct look *look, const struct link *link) {
    struct id id = {{0}};
    struct link other;
    unsigned primaries = 0;
    bool live = !link_final(link->state);
    while (live && store_next_live(look->store, LIVE_CLASS2, &link->class2_key, &id, &id) == 0)
        primaries += look_link(look, &id, &other) == GOT && other.primary;
    if (live && primaries != 1)
        look_found(look, LAW_I11, of_link(link),
                   "of the live links of its Class II account %u are the primary", primaries);
    if (!live && link->primary)
        look_found(look, LAW_I11, of_link(link), "it is %s and still a primary",
                   link_state_name(link->state));
}

static void check_live(struct look *look, const struct link *link) {
    struct digest person = live_person_key(link->class2_bank, &link->person_key);
    struct id holder;
    check_live_row(look, link, LIVE_PERSON, &person, "person");
    check_live_row(look, link, LIVE_CLASS2, &link->class2_key, "Class II account");
    check_live_row(look, link, LIVE_CLASS1, &link->class1_key, "Class I account");
    check_primary(look, link);
    int rc = store_find_link_by_pair(look->store, &link->class2_key, &link->class1_key, &holder);
    bool holds = look_got(look, rc, of_link(link)) == GOT && id_equal(&holder, &link->id);
    if (holds == link_final(link->state))
        look_found(look, LAW_I11, of_link(link), "it is %s, and the row of its pair of accounts %s",
                   link_state_name(link->state),
                   holds ? "still leads to it" : "does not lead to it");
}

/* What a getter of "the next after" gave for the id just before it. */
static void check_index_row(struct look *look, const struct link *link, int rc,
                            const struct id *found, const char *by) {
    enum got got = look_got(look, rc, of_link(link));
    if (got == GOT_NONE || (got == GOT && !id_equal(found, &link->id)))
        look_found(look, LAW_I15, of_link(link), "its row by %s is not there", by);
}

static void check_tries(struct look *look, const struct link *link, const struct digest *key,
                        const char *of) {
    struct verification_tries tries;
    int rc = store_get_tries(look->store, key, &tries);
    if (look_got(look, rc, of_link(link)) == GOT && tries.count == 0)
        look_found(look, LAW_I15, of_link(link), "no verification of its %s is counted", of);
}

static void check_indexes(struct look *look, const struct link *link) {
    struct id before = look_before(&link->id);
    struct store *store = look->store;
    struct id id;
    int rc = store_next_link_of_person(store, &link->person_key, &before, &id);
    check_index_row(look, link, rc, &id, "person");
    rc = store_next_link_of_account(store, &link->class2_key, &before, &id);
    check_index_row(look, link, rc, &id, "Class II account");
    rc = store_next_link_of_account(store, &link->class1_key, &before, &id);
    check_index_row(look, link, rc, &id, "Class I account");
    rc = store_next_link_of_bank(store, link->class2_bank, &before, &id);
    check_index_row(look, link, rc, &id, "Class II bank");
    rc = store_next_link_of_bank(store, link->class1_bank, &before, &id);
    check_index_row(look, link, rc, &id, "Class I bank");
    check_tries(look, link, &link->class1_key, "Class I account");
    check_tries(look, link, &link->person_key, "person");
}

/* ---- I5: its requests ---- */

static void check_requests(struct look *look, const struct link *link) {
    struct store_request row;
    int rc = store_get_request(look->store, link->class2_bank, &link->open_request, &row);
    enum got got = look_got(look, rc, of_link(link));
    bool opens =
        got == GOT && row.refusal == 0 && id_equal(&row.object, &link->id) &&
        row.message == (id_is_zero(&link->replaces) ? COMMAND_OPEN_LINK : COMMAND_REBIND_LINK);
    if (got != GOT_DAMAGED && !opens)
        look_found(look, LAW_I5, of_link(link), "it is not what its request made");
    if (id_is_zero(&link->exchange_request))
        return;
    rc = store_get_request(look->store, link->class2_bank, &link->exchange_request, &row);
    got = look_got(look, rc, of_link(link));
    if (got == GOT_NONE || (got == GOT && (row.refusal != 0 || !id_equal(&row.object, &link->id))))
        look_found(look, LAW_I5, of_link(link), "a request waits for it that does not know it");
}

/* ---- I19: its sealed part ---- */

static uint32_t exchange_message(enum link_exchange exchange) {
    static const uint32_t messages[] = {
        [LINK_EXCHANGE_VERIFY] = MESSAGE_VERIFY_ACCOUNT,
        [LINK_EXCHANGE_ISSUE] = MESSAGE_ISSUE_CHALLENGE,
        [LINK_EXCHANGE_CHECK] = MESSAGE_CHECK_CHALLENGE,
        [LINK_EXCHANGE_RECHECK] = MESSAGE_RECHECK_ACCOUNT,
    };
    return (unsigned)exchange < sizeof messages / sizeof messages[0] ? messages[exchange] : 0;
}

static void check_number(struct look *look, const struct link *link, bank_code bank,
                         struct span number, const struct digest *key, const char *of) {
    struct digest made = ledger_account_key(store_keyring(look->store), bank, number);
    if (number.size == 0 || !digest_equal(&made, key))
        look_found(look, LAW_I15, of_link(link),
                   "the sealed number of its %s is not that of its key", of);
}

static void check_private(struct look *look, const struct link *link) {
    struct link_private secret;
    int rc = store_get_link_private(look->store, &link->id, &secret);
    if (rc == STORE_DAMAGED) {
        look_found(look, LAW_I19, of_link(link), "its sealed part does not open in its place");
        return;
    }
    if (look_got(look, rc, of_link(link)) != GOT)
        return;
    check_number(look, link, link->class2_bank, secret.class2_number, &link->class2_key,
                 "Class II account");
    check_number(look, link, link->class1_bank, secret.class1_number, &link->class1_key,
                 "Class I account");
    bool kept = secret.kept_payload.size > 0;
    if (secret.kept_kind != exchange_message(link->exchange) ||
        kept != (link->exchange != LINK_EXCHANGE_NONE))
        look_found(look, LAW_I7, of_link(link),
                   "it keeps an instruction of kind %u with exchange %d", secret.kept_kind,
                   (int)link->exchange);
}

/* ---- what is open on it ---- */

static void check_open(struct look *look, const struct link *link) {
    bool out = link->exchange != LINK_EXCHANGE_NONE;
    bool closing = link->state == LINK_CLOSING;
    check_open_row(look, of_link(link), &(struct id){{0}}, out || closing);
    if (look->at_rest && (out || closing))
        look_found(look, LAW_I18, of_link(link), "it is %s and waits",
                   link_state_name(link->state));
    enum got any = GOT_NONE;
    static const enum object_kind kinds[] = {OBJECT_TRANSFER, OBJECT_ORDER, OBJECT_LOAN};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && any == GOT_NONE; i++) {
        int rc = store_any_open_under(look->store, kinds[i], &link->id);
        any = look_got(look, rc, of_link(link));
    }
    if (closing && !link->frozen && any == GOT_NONE)
        look_found(look, LAW_I11, of_link(link), "it is CLOSING, and nothing is open on it");
}

static void check_successor(struct look *look, const struct link *link) {
    struct link other;
    if (!id_is_zero(&link->replaces) && look_link(look, &link->replaces, &other) == GOT_NONE)
        look_found(look, LAW_I15, of_link(link), "the link that it replaces is not there");
    if (id_is_zero(&link->replaced_by))
        return;
    enum got got = look_link(look, &link->replaced_by, &other);
    if (got == GOT_NONE || (got == GOT && !id_equal(&other.replaces, &link->id)))
        look_found(look, LAW_I15, of_link(link), "what took its place does not know it");
}

void check_link(struct look *look, const struct link *link) {
    struct story story = {.link = link};
    struct life life = {
        .about = of_link(link),
        .history = &link->history,
        .state = link->state,
        .born_ms = link->requested_at_ms,
        .first = link->class2_bank,
        .second = link->class1_bank,
        .ends_expired = link->ends_expired,
    };
    look->counts->links++;
    if (life_check(look, &life, note, &story)) {
        check_holds(look, &story);
        check_joins(look, &story);
        check_parts(look, &story);
    }
    int64_t due_ms = link_due_ms(link);
    if (!link->frozen) /* a frozen one loses its row when it comes due */
        check_deadline_row(look, of_link(link), due_ms);
    check_live(look, link);
    check_indexes(look, link);
    check_requests(look, link);
    check_private(look, link);
    check_open(look, link);
    check_successor(look, link);
    check_usage(look, link);
}
