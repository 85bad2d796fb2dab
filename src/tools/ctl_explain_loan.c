/*
 * The story of a loan of two lenders.
 *
 * Invariant: what each lender has lent and got back is told from the loan's own sums; what is owed is
 * that of the day on which it is asked. Nobody here decides on credit.
 */
#include <inttypes.h>
#include <string.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_object.h"
#include "tools/ctl_story.h"

#define COMMAND_MAX 160

struct loan_words {
    const char *state;
    const char *transfer; /* id of what is on its way; "": nothing is */
    char lead[CTL_BANK_TEXT_SIZE];
    char partner[CTL_BANK_TEXT_SIZE];
};

static bool is(const struct loan_words *words, const char *state) {
    return strcmp(words->state, state) == 0;
}

static void tell_kind(struct ctl_story *story, const struct loan_words *words) {
    const json_t *loan = story->subject;
    const char *link_state = ctl_text_of(loan, "link_state");
    char offered[CTL_MONEY_SIZE];
    ctl_money_of(loan, "offered_fen", offered);
    ctl_tell(story, "is",
             "A loan of up to %s by %s, which leads, and %s: product %s, version %" PRId64 ".",
             offered, words->lead, words->partner, ctl_text_of(loan, "product"),
             ctl_number_of(loan, "version"));
    ctl_tell(story, "is",
             "The lead's share is %" PRId64 "/10,000; the rate a day is %" PRId64
             "/1,000,000; an instalment has %" PRId64 " days of grace.",
             ctl_number_of(loan, "lead_share"), ctl_number_of(loan, "daily_rate"),
             ctl_number_of(loan, "grace_days"));
    ctl_tell(story, "is", "It is paid out to, and paid back from, the %s account of link %s%s%s%s.",
             ctl_flag_of(loan, "class1_account") ? "Class I" : "Class II",
             ctl_text_of(loan, "link"), link_state[0] != '\0' ? " (now " : "", link_state,
             link_state[0] != '\0' ? ")" : "");
}

/* ---- how it stands ---- */

static void tell_decisions(struct ctl_story *story) {
    const json_t *decisions = json_object_get(story->subject, "decisions");
    char asked[CTL_MONEY_SIZE];
    ctl_money_of(story->subject, "asked_fen", asked);
    if (ctl_number_of(story->subject, "asked_fen") == 0)
        return;
    ctl_tell(story, "stands",
             "The customer asked for %s; SHA-256 of the terms: %s, of the consent: "
             "%s.",
             asked, ctl_text_of(story->subject, "terms_sha256"),
             ctl_text_of(story->subject, "consent_sha256"));
    for (size_t i = 0; i < json_array_size(decisions); i++) {
        const json_t *one = json_array_get(decisions, i);
        char bank[CTL_BANK_TEXT_SIZE], limit[CTL_MONEY_SIZE], at[CTL_SHORT_TIME_SIZE], why[160];
        ctl_bank_text(story, ctl_text_of(one, "lender"), bank);
        ctl_money_of(one, "limit_fen", limit);
        ctl_time_of(one, "at", at);
        ctl_reason_text(ctl_text_of(one, "reason"), why, sizeof(why));
        if (!ctl_flag_of(one, "made"))
            ctl_tell(story, "stands", "%s has not decided.", bank);
        else if (ctl_flag_of(one, "approved"))
            ctl_tell(story, "stands", "%s approved up to %s at %s.", bank, limit, at);
        else
            ctl_tell(story, "stands", "%s declined at %s.%s", bank, at, why);
    }
}

static void tell_limit(struct ctl_story *story) {
    char limit[CTL_MONEY_SIZE], left[CTL_MONEY_SIZE];
    if (ctl_number_of(story->subject, "limit_fen") == 0)
        return;
    ctl_money_of(story->subject, "limit_fen", limit);
    ctl_money_of(story->subject, "available_fen", left);
    if (ctl_number_of(story->subject, "available_fen") > 0)
        ctl_tell(story, "stands", "Its limit is %s, of which %s may still be drawn.", limit, left);
    else
        ctl_tell(story, "stands", "Its limit is %s, of which nothing may be drawn now.", limit);
}

static void tell_lender(struct ctl_story *story, const char *bank, const char *drawn_key,
                        const char *repaid_key, const char *interest_key) {
    char drawn[CTL_MONEY_SIZE], repaid[CTL_MONEY_SIZE], interest[CTL_MONEY_SIZE];
    ctl_money_of(story->subject, drawn_key, drawn);
    ctl_money_of(story->subject, repaid_key, repaid);
    ctl_money_of(story->subject, interest_key, interest);
    ctl_tell(story, "stands", "%s has lent %s, and got back %s and %s of interest.", bank, drawn,
             repaid, interest);
}

static void tell_account(struct ctl_story *story, const struct loan_words *words) {
    const json_t *loan = story->subject;
    char all[CTL_MONEY_SIZE], interest[CTL_MONEY_SIZE], principal[CTL_MONEY_SIZE];
    if (ctl_text_of(loan, "drawn_date")[0] == '\0')
        return;
    tell_lender(story, words->lead, "drawn_lead_fen", "repaid_lead_fen", "interest_lead_fen");
    tell_lender(story, words->partner, "drawn_partner_fen", "repaid_partner_fen",
                "interest_partner_fen");
    ctl_money_of(loan, "owed_fen", all);
    ctl_money_of(loan, "owed_interest_fen", interest);
    ctl_money_of(loan, "owed_principal_fen", principal);
    if (ctl_text_of(loan, "owed_date")[0] != '\0' && ctl_number_of(loan, "owed_fen") == 0)
        ctl_tell(story, "stands", "Nothing is owed on %s.", ctl_text_of(loan, "owed_date"));
    else if (ctl_text_of(loan, "owed_date")[0] != '\0')
        ctl_tell(story, "stands", "Owed on %s: %s, which is %s of interest and %s of principal.",
                 ctl_text_of(loan, "owed_date"), all, interest, principal);
}

static void tell_flight(struct ctl_story *story, const struct loan_words *words) {
    const json_t *loan = story->subject;
    const json_t *transfer = json_object_get(loan, "transfer");
    char all[CTL_MONEY_SIZE], share[CTL_MONEY_SIZE], since[CTL_SHORT_TIME_SIZE];
    if (words->transfer[0] == '\0')
        return;
    ctl_money_of(loan, "on_its_way_fen", all);
    ctl_money_of(transfer, "amount_fen", share);
    ctl_tell(story, "stands",
             "A %s of %s is on its way; transfer %s of %s between the lenders is %s.",
             strcmp(ctl_text_of(loan, "on_its_way"), "DRAW") == 0 ? "draw" : "repayment", all,
             words->transfer, share, ctl_text_of(transfer, "state"));
    ctl_time_of(loan, "unknown_at", since);
    if (ctl_flag_of(loan, "unknown"))
        ctl_tell(story, "stands",
                 "Its outcome is UNKNOWN since %s: what is reserved stays reserved, and nothing "
                 "else can be drawn or repaid.",
                 since);
}

static void tell_overdue(struct ctl_story *story, const struct loan_words *words) {
    const json_t *loan = story->subject;
    const json_t *next = json_array_get(json_object_get(loan, "instalments"), 0);
    char due[CTL_MONEY_SIZE], off[CTL_SHORT_TIME_SIZE];
    ctl_money_of(next, "due_fen", due);
    ctl_time_of(loan, "written_off_at", off);
    if (json_is_object(next))
        ctl_tell(story, "stands", "The next instalment, %s of principal, is due on %s.", due,
                 ctl_text_of(next, "due_date"));
    if (is(words, "OVERDUE"))
        ctl_tell(story, "stands", "It is OVERDUE since %s: nothing more can be drawn.",
                 ctl_text_of(loan, "overdue_date"));
    else if (ctl_text_of(loan, "overdue_date")[0] != '\0')
        ctl_tell(story, "stands", "If nothing is paid it is overdue from %s on.",
                 ctl_text_of(loan, "overdue_date"));
    if (off[0] != '\0')
        ctl_tell(story, "stands",
                 "It was written off at %s: it can be repaid, and no longer keeps its link open.",
                 off);
}

static void tell_stands(struct ctl_story *story, const struct loan_words *words) {
    char reason[160];
    ctl_reason_text(ctl_text_of(story->subject, "reason"), reason, sizeof(reason));
    tell_decisions(story);
    tell_limit(story);
    tell_account(story, words);
    tell_flight(story, words);
    tell_overdue(story, words);
    if (reason[0] != '\0')
        ctl_tell(story, "stands", "Why:%s", reason);
    if (ctl_flag_of(story->subject, "conflict"))
        ctl_tell(story, "stands",
                 "A bank contradicted its first answer. The first one stands; what is right is for "
                 "the banks' people to find out.");
    if (ctl_flag_of(story->subject, "frozen"))
        ctl_tell(story, "stands",
                 "It is FROZEN: a rule of the ledger was broken on it, and it refuses everything.");
}

/* ---- what it waits for, what can be done ---- */

static void tell_waits(struct ctl_story *story) {
    const char *waits_for = ctl_text_of(story->subject, "waits_for");
    char until[CTL_SHORT_TIME_SIZE];
    ctl_time_of(story->subject, "waits_until", until);
    if (waits_for[0] != '\0')
        ctl_tell(story, "waits", "For %s%s%s.", waits_for, until[0] != '\0' ? ", until " : "",
                 until);
}

static void offer_banks(struct ctl_story *story) {
    for (size_t i = 0; i < CTL_STORY_BANKS; i++) {
        const struct ctl_story_bank *bank = &story->banks[i];
        char command[COMMAND_MAX];
        snprintf(command, sizeof(command), "bank show %s", bank->code);
        if (bank->known && !bank->online && ctl_flag_of(story->subject, "open"))
            ctl_tell_order(story, command, "Bank %s (%s) is not connected: call its operations.",
                           bank->code, bank->name);
    }
}

static void offer(struct ctl_story *story, const struct loan_words *words) {
    const json_t *loan = story->subject;
    char command[COMMAND_MAX];
    snprintf(command, sizeof(command), "transfer explain %s", words->transfer);
    if (words->transfer[0] != '\0')
        ctl_tell_order(story, command, "See the transfer that is on its way, which decides.");
    offer_banks(story);
    if (is(words, "APPLIED"))
        ctl_tell_order(story, NULL,
                       "If this lasts, ask the lender that has not decided: it sends DecideLoan.");
    if (is(words, "OVERDUE"))
        ctl_tell_order(story, NULL,
                       "Nothing here: %s collects, tells the instalments anew, waives, or writes "
                       "it off (LoanStatus).",
                       words->lead);
    snprintf(command, sizeof(command), "case show %s", ctl_text_of(loan, "case"));
    if (ctl_text_of(loan, "case")[0] != '\0')
        ctl_tell_order(story, command, "See the banks' case about it.");
    snprintf(command, sizeof(command), "object unfreeze loan %s", ctl_text_of(loan, "id"));
    if (ctl_flag_of(loan, "frozen"))
        ctl_tell_order(story, command,
                       "Find out from the journal which rule was broken; then let it go on (takes "
                       "two people).");
    snprintf(command, sizeof(command), "product show %s %s", ctl_text_of(loan, "lead"),
             ctl_text_of(loan, "product"));
    ctl_tell_order(story, command, "See the product.");
    snprintf(command, sizeof(command), "link explain %s", ctl_text_of(loan, "link"));
    ctl_tell_order(story, command, "See the story of its link.");
}

static void forbid(struct ctl_story *story, const struct loan_words *words) {
    if (words->transfer[0] != '\0')
        ctl_tell(story, "never",
                 "Draw or repay once more while this is on its way: it would be booked twice.");
    if (is(words, "APPLIED"))
        ctl_tell(story, "never", "Decide here on credit: each lender alone does.");
    if (is(words, "OUTSTANDING") || is(words, "OVERDUE"))
        ctl_tell(story, "never",
                 "Settle it by other payments: what was paid back is what a repayment over the "
                 "gateway booked.");
}

static void tell(struct ctl_session *session, const json_t *loan) {
    struct ctl_story story;
    struct loan_words words = {.state = ctl_text_of(loan, "state")};
    words.transfer = ctl_text_of(json_object_get(loan, "transfer"), "id");
    ctl_story_begin(&story, session, "loan", loan, "lead", "partner");
    ctl_bank_text(&story, ctl_text_of(loan, "lead"), words.lead);
    ctl_bank_text(&story, ctl_text_of(loan, "partner"), words.partner);
    tell_kind(&story, &words);
    ctl_story_history(&story, ctl_loan_sentence);
    tell_stands(&story, &words);
    tell_waits(&story);
    ctl_tell_held(&story);
    offer(&story, &words);
    forbid(&story, &words);
    (void)ctl_story_end(&story);
}

enum ctl_exit ctl_loan_explain(struct ctl_session *session) {
    return ctl_explain(session, OBJECT_LOAN, ctl_get_loan, tell);
}
