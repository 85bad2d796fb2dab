/*
 * The story of an application for a card.
 *
 * Invariant: only banks and the customer decide on it; operators are offered whom to call. No number is
 * told but its last four.
 */
#include <inttypes.h>
#include <string.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_object.h"
#include "tools/ctl_story.h"

#define COMMAND_MAX 160

struct card_words {
    const char *state;
    char class2[CTL_BANK_TEXT_SIZE];
    char class1[CTL_BANK_TEXT_SIZE];
};

static bool is(const struct card_words *words, const char *state) {
    return strcmp(words->state, state) == 0;
}

static void tell_kind(struct ctl_story *story, const struct card_words *words) {
    bool mail = strcmp(ctl_text_of(story->subject, "delivery"), "MAIL") == 0;
    ctl_tell(
        story, "is",
        "An application for a debit card of %s, which %s forwarded for its customer; the card %s.",
        words->class1, words->class2,
        mail ? "is mailed" : "is collected at the Class I bank's counter");
    ctl_tell(story, "is", "It moves no money, and no product depends on it.");
}

static void tell_card(struct ctl_story *story) {
    const json_t *card = story->subject;
    char at[CTL_SHORT_TIME_SIZE], sent[CTL_SHORT_TIME_SIZE];
    ctl_time_of(card, "issued_at", at);
    ctl_time_of(card, "dispatched_at", sent);
    if (at[0] != '\0')
        ctl_tell(story, "stands",
                 "Numbers issued: %" PRId64 ". The latest, which ends in %s, was issued at %s%s%s.",
                 ctl_number_of(card, "issues"), ctl_text_of(card, "masked"), at,
                 sent[0] != '\0' ? " and sent at " : " and is not sent yet", sent);
    if (ctl_text_of(card, "link")[0] != '\0')
        ctl_tell(story, "stands", "Link %s has that number.", ctl_text_of(card, "link"));
}

static void tell_stands(struct ctl_story *story, const struct card_words *words) {
    char reason[160], at[CTL_SHORT_TIME_SIZE];
    ctl_reason_text(ctl_text_of(story->subject, "reason"), reason, sizeof(reason));
    ctl_time_of(story->subject, "activated_at", at);
    if (is(words, "UNKNOWN"))
        ctl_tell(story, "stands",
                 "%s did not answer in time: it may have the application or not. It is not asked "
                 "again, since the person's elements are erased.",
                 words->class1);
    if (at[0] != '\0')
        ctl_tell(story, "stands",
                 "The card was activated at %s: its account is Class I, and %s was told to go on "
                 "with the link (ResumeLink).",
                 at, words->class2);
    tell_card(story);
    if (reason[0] != '\0')
        ctl_tell(story, "stands", "It has ended.%s", reason);
}

static void tell_waits(struct ctl_story *story, const struct card_words *words) {
    const char *waits_for = ctl_text_of(story->subject, "waits_for");
    char due[CTL_SHORT_TIME_SIZE];
    ctl_time_of(story->subject, "due_at", due);
    if (waits_for[0] != '\0')
        ctl_tell(story, "waits", "For %s.%s%s%s", waits_for, due[0] != '\0' ? " At " : "", due,
                 due[0] == '\0'         ? ""
                 : is(words, "APPLIED") ? " it becomes UNKNOWN."
                                        : " it becomes EXPIRED.");
}

static void offer_call(struct ctl_story *story, const struct card_words *words) {
    const char *code = ctl_text_of(story->subject, "class1_bank");
    const struct ctl_story_bank *bank = ctl_bank_of(story, code);
    char command[COMMAND_MAX];
    snprintf(command, sizeof(command), "bank show %s", code);
    if (bank != NULL && !bank->online)
        ctl_tell_order(story, command, "%s is not connected: call its operations.", words->class1);
    if (is(words, "UNKNOWN"))
        ctl_tell_order(story, NULL,
                       "Ask %s to send CardStatus with its word (TAKEN or REFUSED); or %s cancels "
                       "the application (CancelCard) and applies anew.",
                       words->class1, words->class2);
    if (is(words, "FORWARDED") || is(words, "LOST"))
        ctl_tell_order(story, NULL, "If this lasts, ask %s: it issues the card.", words->class1);
    if (is(words, "ISSUED"))
        ctl_tell_order(story, NULL,
                       "Nothing here: the customer activates the card in person, at %s.",
                       words->class1);
}

static void offer(struct ctl_story *story, const struct card_words *words) {
    const char *link = ctl_text_of(story->subject, "link");
    char command[COMMAND_MAX];
    offer_call(story, words);
    snprintf(command, sizeof(command), "link explain %s", link);
    if (link[0] != '\0')
        ctl_tell_order(story, command, "See the story of the link of its number.");
}

static void forbid(struct ctl_story *story, const struct card_words *words) {
    if (is(words, "UNKNOWN"))
        ctl_tell(story, "never",
                 "Apply once more while this one stands: the customer could get two cards.");
    if (is(words, "ACTIVATED") || is(words, "REFUSED") || is(words, "CANCELLED") ||
        is(words, "EXPIRED"))
        ctl_tell(story, "never", "Open it again: it is final. The customer applies anew.");
}

static void tell(struct ctl_session *session, const json_t *card) {
    struct ctl_story story;
    struct card_words words = {.state = ctl_text_of(card, "state")};
    ctl_story_begin(&story, session, "card", card, "class2_bank", "class1_bank");
    ctl_bank_text(&story, ctl_text_of(card, "class2_bank"), words.class2);
    ctl_bank_text(&story, ctl_text_of(card, "class1_bank"), words.class1);
    tell_kind(&story, &words);
    ctl_story_history(&story, ctl_card_sentence);
    tell_stands(&story, &words);
    tell_waits(&story, &words);
    ctl_tell_held(&story);
    offer(&story, &words);
    forbid(&story, &words);
    (void)ctl_story_end(&story);
}

enum ctl_exit ctl_card_explain(struct ctl_session *session) {
    json_t *card;
    enum ctl_exit result = ctl_get_card(session, &card);
    if (result != CTL_OK)
        return result;
    tell(session, card);
    json_decref(card);
    return CTL_OK;
}
