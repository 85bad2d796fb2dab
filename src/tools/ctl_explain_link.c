/*
 * The story of a link.
 *
 * Invariant: what a bank or the customer said is told as that, with when and on which evidence; the
 * gateway's operators are offered only what they may do.
 */
#include <inttypes.h>
#include <string.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_object.h"
#include "tools/ctl_story.h"

#define COMMAND_MAX 160
#define NAMES_MAX 256

struct link_words {
    char class2[CTL_BANK_TEXT_SIZE];
    char class1[CTL_BANK_TEXT_SIZE];
    const char *state;
    const char *id;
};

static bool is_one_of(const char *state, const char *const *states) {
    for (; *states != NULL; states++) {
        if (strcmp(state, *states) == 0)
            return true;
    }
    return false;
}

static bool is_final(const char *state) {
    static const char *const states[] = {"CLOSED", "REJECTED", "EXPIRED", NULL};
    return is_one_of(state, states);
}

static bool can_be_held(const char *state) {
    static const char *const states[] = {"ACTIVE", "SUSPENDED", "CLOSING", NULL};
    return is_one_of(state, states);
}

static void tell_kind(struct ctl_story *story, const struct link_words *words) {
    const json_t *link = story->subject;
    ctl_tell(story, "is",
             "A link of the Class %s account that ends in %s, at %s, with the Class I account that "
             "ends in %s, of the same person, at %s.",
             ctl_number_of(link, "class2_class") == 3 ? "III" : "II",
             ctl_text_of(link, "class2_account"), words->class2,
             ctl_text_of(link, "class1_account"), words->class1);
    if (ctl_flag_of(link, "primary"))
        ctl_tell(story, "is", "It is the first link of that Class II account.");
    if (ctl_text_of(link, "replaces")[0] != '\0')
        ctl_tell(story, "is", "It takes the place of link %s.", ctl_text_of(link, "replaces"));
    if (ctl_text_of(link, "replaced_by")[0] != '\0')
        ctl_tell(story, "is", "Link %s took its place.", ctl_text_of(link, "replaced_by"));
}

/* ---- consent, agreement, evidence ---- */

static void tell_consent(struct ctl_story *story) {
    const json_t *link = story->subject;
    char at[CTL_SHORT_TIME_SIZE];
    ctl_time_of(link, "consent_at", at);
    ctl_tell(story, "stands", "At %s the customer consented to %s (SHA-256 of the text: %s).", at,
             ctl_text_of(link, "consent_purpose"), ctl_text_of(link, "consent_sha256"));
    ctl_time_of(link, "consent_withdrawn_at", at);
    if (at[0] != '\0')
        ctl_tell(story, "stands", "At %s the consent was taken back.", at);
    ctl_time_of(link, "agreement_at", at);
    ctl_tell(story, "stands",
             "At %s the customer accepted version %s of the agreement (%s; SHA-256 of its text: "
             "%s).",
             at, ctl_text_of(link, "agreement_version"), ctl_text_of(link, "agreement_channel"),
             ctl_text_of(link, "agreement_sha256"));
    ctl_time_of(link, "agreement_ends_at", at);
    if (at[0] != '\0')
        ctl_tell(story, "stands", "The agreement ends at %s.", at);
}

static void tell_limit(struct ctl_story *story, const char *what, const char *limit_key,
                       const char *used_key) {
    char limit[CTL_MONEY_SIZE], used[CTL_MONEY_SIZE];
    const json_t *usage = json_object_get(story->subject, "usage");
    if (ctl_number_of(story->subject, limit_key) == 0)
        return;
    ctl_money_of(story->subject, limit_key, limit);
    if (used_key != NULL && json_is_object(usage)) {
        ctl_money_of(usage, used_key, used);
        ctl_tell(story, "stands", "Agreed limit %s: %s, of which %s are used.", what, limit, used);
    } else {
        ctl_tell(story, "stands", "Agreed limit %s: %s.", what, limit);
    }
}

static void tell_terms(struct ctl_story *story) {
    const json_t *link = story->subject;
    char scopes[NAMES_MAX];
    ctl_names_of(json_object_get(link, "scopes"), scopes, sizeof(scopes));
    ctl_tell(story, "stands", "The customer allows: %s.", scopes);
    tell_limit(story, "of one transfer", "limit_single_fen", NULL);
    tell_limit(story, "of a day", "limit_daily_fen", "day_fen");
    if (ctl_number_of(link, "limit_daily_count") > 0)
        ctl_tell(story, "stands",
                 "Agreed limit of transfers a day: %" PRId64 ", of which %" PRId64 " are used.",
                 ctl_number_of(link, "limit_daily_count"),
                 ctl_number_of(json_object_get(link, "usage"), "day_count"));
    tell_limit(story, "of a year", "limit_yearly_fen", "year_fen");
}

static void tell_evidence(struct ctl_story *story, const struct link_words *words) {
    const json_t *evidence = json_object_get(story->subject, "evidence");
    static const char *const classes[] = {"of a class that it did not say", "Class I", "Class II",
                                          "Class III"};
    char at[CTL_SHORT_TIME_SIZE];
    if (!json_is_object(evidence)) {
        ctl_tell(story, "stands", "%s has not said anything about the account yet.", words->class1);
        return;
    }
    int64_t class = ctl_number_of(evidence, "account_class");
    ctl_time_of(evidence, "at", at);
    ctl_tell(story, "stands",
             "At %s %s said: name %s, ID number %s, mobile %s, account %s; the account is %s, "
             "%s%s%s%s.",
             at, words->class1, ctl_text_of(evidence, "name"), ctl_text_of(evidence, "id_number"),
             ctl_text_of(evidence, "mobile"), ctl_text_of(evidence, "account"),
             classes[class >= 0 && class <= 3 ? class : 0], ctl_text_of(evidence, "status"),
             ctl_flag_of(evidence, "joint") ? ", a joint account" : "",
             ctl_flag_of(evidence, "credit") ? ", a credit account" : "",
             ctl_flag_of(evidence, "minor") ? ", a minor's" : "");
    ctl_tell(story, "stands",
             "Evidence of that: verification %s, SHA-256 of the exact answer %s, session's pin %s.",
             ctl_text_of(evidence, "verification"), ctl_text_of(evidence, "answer_sha256"),
             ctl_text_of(evidence, "pin"));
}

static void tell_challenge(struct ctl_story *story) {
    const json_t *challenge = json_object_get(story->subject, "challenge");
    char until[CTL_SHORT_TIME_SIZE];
    if (!json_is_object(challenge))
        return;
    ctl_time_of(challenge, "expires_at", until);
    ctl_tell(story, "stands",
             "One-time codes sent: %" PRId64
             ". The last, %s, is good until %s; codes tried: %" PRId64 ".",
             ctl_number_of(challenge, "issued"), ctl_text_of(challenge, "id"), until,
             ctl_number_of(challenge, "attempts"));
}

/* ---- holds and changes ---- */

static void tell_hold(struct ctl_story *story, const json_t *hold) {
    char at[CTL_SHORT_TIME_SIZE], until[CTL_SHORT_TIME_SIZE], reason[160];
    char blocks[NAMES_MAX], by[CTL_BANK_TEXT_SIZE];
    const char *code = ctl_text_of(hold, "by");
    const char *reference = ctl_text_of(hold, "reference");
    ctl_time_of(hold, "placed_at", at);
    ctl_time_of(hold, "expires_at", until);
    ctl_names_of(json_object_get(hold, "blocks"), blocks, sizeof(blocks));
    ctl_reason_text(ctl_text_of(hold, "reason"), reason, sizeof(reason));
    ctl_bank_text(story, code, by);
    ctl_tell(
        story, "stands", "Hold %s since %s, by authority of %s%s%s: blocks %s, until %s.%s%s%s%s",
        ctl_text_of(hold, "id"), at, ctl_text_of(hold, "authority"),
        code[0] != '\0' ? ", through " : "", code[0] != '\0' ? by : "", blocks,
        until[0] != '\0' ? until : "it is lifted", reason,
        reference[0] != '\0' ? " Reference: " : "", reference, reference[0] != '\0' ? "." : "");
}

static void tell_amendment(struct ctl_story *story) {
    const json_t *amendment = json_object_get(story->subject, "amendment");
    const json_t *limits = json_object_get(amendment, "limits");
    char until[CTL_SHORT_TIME_SIZE], scopes[NAMES_MAX];
    char single[CTL_MONEY_SIZE], daily[CTL_MONEY_SIZE], yearly[CTL_MONEY_SIZE];
    if (!json_is_object(amendment))
        return;
    ctl_time_of(amendment, "expires_at", until);
    ctl_names_of(json_object_get(amendment, "scopes"), scopes, sizeof(scopes));
    ctl_money_of(limits, "single_fen", single);
    ctl_money_of(limits, "daily_fen", daily);
    ctl_money_of(limits, "yearly_fen", yearly);
    ctl_tell(
        story, "stands",
        "An amendment waits for the customer's code until %s: scopes %s; limits (0 is none) of "
        "one transfer %s, of a day %s and %" PRId64 " transfers, of a year %s. Meanwhile the "
        "old terms hold.",
        until, scopes, single, daily, ctl_number_of(limits, "daily_count"), yearly);
}

static void tell_dates(struct ctl_story *story) {
    const json_t *link = story->subject;
    char at[CTL_SHORT_TIME_SIZE], left[CTL_MONEY_SIZE];
    ctl_time_of(link, "cool_down_until", at);
    ctl_money_of(json_object_get(link, "usage"), "cool_down_fen", left);
    if (ctl_ms_of(link, "cool_down_until") > story->now_ms)
        ctl_tell(
            story, "stands",
            "After the change of the bound account, what leaves the Class II account is capped "
            "until %s; %s left it so far.",
            at, left);
    ctl_time_of(link, "recheck_due_at", at);
    if (at[0] != '\0')
        ctl_tell(story, "stands", "The Class I bank is asked again about the account at %s.", at);
    ctl_time_of(link, "activation_reported_at", at);
    if (at[0] != '\0')
        ctl_tell(story, "stands", "The Class I bank reported the account's activation at %s.", at);
}

static void tell_stands(struct ctl_story *story, const struct link_words *words) {
    const json_t *holds = json_object_get(story->subject, "hold_list");
    char reason[160];
    ctl_reason_text(ctl_text_of(story->subject, "reason"), reason, sizeof(reason));
    if (is_final(words->state))
        ctl_tell(story, "stands", "It has ended.%s", reason);
    tell_consent(story);
    tell_terms(story);
    tell_evidence(story, words);
    tell_challenge(story);
    for (size_t i = 0; i < json_array_size(holds); i++)
        tell_hold(story, json_array_get(holds, i));
    tell_amendment(story);
    tell_dates(story);
    if (ctl_flag_of(story->subject, "frozen"))
        ctl_tell(story, "stands",
                 "It is FROZEN: a rule of the ledger was broken on it, and it "
                 "refuses everything.");
}

/* ---- what it waits for ---- */

static void tell_open(struct ctl_story *story, const char *part, const char *key,
                      const char *what) {
    const json_t *open = json_object_get(story->subject, key);
    for (size_t i = 0; i < json_array_size(open); i++)
        ctl_tell(story, part, "%s %s is not over.", what,
                 json_string_value(json_array_get(open, i)));
}

static void tell_waits(struct ctl_story *story) {
    const json_t *link = story->subject;
    const json_t *open = json_object_get(link, "open_transfers");
    const char *waits_for = ctl_text_of(link, "waits_for");
    char until[CTL_SHORT_TIME_SIZE];
    ctl_time_of(link, "waits_until", until);
    if (waits_for[0] != '\0')
        ctl_tell(story, "waits", "For %s%s%s.", waits_for, until[0] != '\0' ? ", until " : "",
                 until);
    ctl_tell_exchange(story);
    /* only a link that is closing waits for them */
    const char *part = strcmp(ctl_text_of(link, "state"), "CLOSING") == 0 ? "waits" : "stands";
    for (size_t i = 0; i < json_array_size(open); i++)
        ctl_tell(story, part, "Transfer %s is open on it.",
                 json_string_value(json_array_get(open, i)));
    if (ctl_flag_of(link, "more_open_transfers"))
        ctl_tell(story, part, "More transfers are open on it.");
    tell_open(story, part, "open_orders", "Order");
    tell_open(story, part, "open_loans", "Loan");
    if (ctl_flag_of(link, "more_open_bought"))
        ctl_tell(story, part, "More orders or loans may be open on it.");
}

/* ---- what can be done ---- */

static void offer_hold(struct ctl_story *story, const struct link_words *words,
                       const json_t *hold) {
    const char *authority = ctl_text_of(hold, "authority");
    const char *id = ctl_text_of(hold, "id");
    char command[COMMAND_MAX], by[CTL_BANK_TEXT_SIZE];
    ctl_bank_text(story, ctl_text_of(hold, "by"), by);
    snprintf(command, sizeof(command), "link lift %s %s", words->id, id);
    if (strcmp(authority, "OPERATOR") == 0 || strcmp(authority, "GATEWAY") == 0)
        ctl_tell_order(story, command, "Lift hold %s, if its reason is gone (takes two people).",
                       id);
    else
        ctl_tell_order(story, NULL, "Hold %s can be lifted only by %s, which placed it.", id, by);
}

static void offer_bought(struct ctl_story *story, const struct link_words *words) {
    char command[COMMAND_MAX];
    snprintf(command, sizeof(command), "order list --open --link %s", words->id);
    if (json_array_size(json_object_get(story->subject, "open_orders")) > 0)
        ctl_tell_order(story, command, "See the orders of products that are not over.");
    snprintf(command, sizeof(command), "loan list --open --link %s", words->id);
    if (json_array_size(json_object_get(story->subject, "open_loans")) > 0)
        ctl_tell_order(story, command, "See the loans that are not over.");
}

static void offer_waiting(struct ctl_story *story, const struct link_words *words) {
    char command[COMMAND_MAX];
    const json_t *exchange = json_object_get(story->subject, "exchange");
    const char *code = ctl_text_of(exchange, "bank");
    snprintf(command, sizeof(command), "bank show %s", code);
    if (code[0] != '\0' && !ctl_flag_of(exchange, "bank_online"))
        ctl_tell_order(story, command, "Call the bank that is not connected.");
    if (strcmp(words->state, "PENDING_ACTIVATION") == 0)
        ctl_tell_order(story, NULL, "%s",
                       ctl_text_of(story->subject, "activation_reported_at")[0] != '\0'
                           ? "Nothing here: the Class II bank must send ResumeLink with fresh "
                             "elements, the customer in its app."
                           : "Nothing here: the customer activates the account at the Class I "
                             "bank's counter.");
    if (strcmp(words->state, "AWAITING_AUTHENTICATION") == 0)
        ctl_tell_order(story, NULL,
                       "Nothing here: the customer types the code in %s's app, which "
                       "can have another one sent.",
                       words->class2);
    snprintf(command, sizeof(command), "transfer list --link %s", words->id);
    ctl_tell_order(story, command, "See its transfers.");
    offer_bought(story, words);
}

static void offer(struct ctl_story *story, const struct link_words *words) {
    const json_t *holds = json_object_get(story->subject, "hold_list");
    char command[COMMAND_MAX];
    for (size_t i = 0; i < json_array_size(holds); i++)
        offer_hold(story, words, json_array_get(holds, i));
    snprintf(command, sizeof(command), "object unfreeze link %s", words->id);
    if (ctl_flag_of(story->subject, "frozen"))
        ctl_tell_order(story, command,
                       "Find out from the journal which rule was broken; then let "
                       "it go on (takes two people).");
    offer_waiting(story, words);
    snprintf(command, sizeof(command), "link hold %s --reason FR01 --reference TEXT", words->id);
    if (can_be_held(words->state))
        ctl_tell_order(story, command,
                       "Stop what moves on it, at once: for fraud, or an "
                       "authority's paper.");
    snprintf(command, sizeof(command), "link unmask %s", words->id);
    ctl_tell_order(story, command, "See the whole account numbers (takes two people; recorded).");
}

static void forbid(struct ctl_story *story, const struct link_words *words) {
    static const char *const verifying[] = {"REQUESTED", "VERIFYING", "AWAITING_AUTHENTICATION",
                                            NULL};
    if (is_one_of(words->state, verifying))
        ctl_tell(story, "never", "Decide here that elements or a code are right: %s alone does.",
                 words->class1);
    if (json_array_size(json_object_get(story->subject, "hold_list")) > 0)
        ctl_tell(story, "never",
                 "Tell the other bank, or the customer, why a hold stands: the "
                 "other bank is told MS03, and nothing else.");
    if (is_final(words->state))
        ctl_tell(story, "never", "Open it again: it is final. The customer asks for a new link.");
    if (strcmp(words->state, "CLOSING") == 0)
        ctl_tell(story, "never", "Take the closing back, or end it before what is open ran off.");
}

static void tell(struct ctl_session *session, const json_t *link) {
    struct ctl_story story;
    struct link_words words = {.state = ctl_text_of(link, "state"), .id = ctl_text_of(link, "id")};
    ctl_story_begin(&story, session, "link", link, "class2_bank", "class1_bank");
    ctl_bank_text(&story, ctl_text_of(link, "class2_bank"), words.class2);
    ctl_bank_text(&story, ctl_text_of(link, "class1_bank"), words.class1);
    tell_kind(&story, &words);
    ctl_story_history(&story, ctl_link_sentence);
    tell_stands(&story, &words);
    tell_waits(&story);
    ctl_tell_held(&story);
    offer(&story, &words);
    forbid(&story, &words);
    (void)ctl_story_end(&story);
}

enum ctl_exit ctl_link_explain(struct ctl_session *session) {
    return ctl_explain(session, OBJECT_LINK, ctl_get_link, tell);
}
