/*
 * The story of a transfer.
 *
 * Invariant: what is said of money follows from its state alone: what is reserved, what is final, who
 * may credit or release. An UNKNOWN is never called failed, and no order is offered that would
 * decide one without its bank's word.
 */
#include <string.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_object.h"
#include "tools/ctl_story.h"

#define COMMAND_MAX 160
#define SENTENCE_MAX 160
#define AMOUNT "{amount}" /* in a sentence */

struct transfer_words {
    char amount[CTL_MONEY_SIZE];
    char submitter[CTL_BANK_TEXT_SIZE];
    char instructed[CTL_BANK_TEXT_SIZE];
    char debtor[CTL_BANK_TEXT_SIZE];
    char creditor[CTL_BANK_TEXT_SIZE];
    bool push;
    bool fallback;
    bool in_house;
};

static bool state_is(const struct ctl_story *story, const char *state) {
    return strcmp(ctl_text_of(story->subject, "state"), state) == 0;
}

/* The sentence with the amount in place of its {amount}. */
static void put_amount(const char *sentence, const char *amount, char text_out[SENTENCE_MAX]) {
    const char *place = strstr(sentence, AMOUNT);
    ENSURE(place != NULL);
    snprintf(text_out, SENTENCE_MAX, "%.*s%s%s", (int)(place - sentence), sentence, amount,
             place + sizeof(AMOUNT) - 1);
}

/* What it is, but for returns and what moves between the pair. */
static const char *kind_sentence(const char *kind, bool push) {
    static const struct {
        const char *kind;
        const char *sentence;
        const char *push; /* where that is another thing */
    } rows[] = {
        {"PAYMENT", "A payment of {amount} from the linked Class I account to a payee.",
         "A payment of {amount} from the Class II account, whose payee the Class I bank pays."},
        {"BILL", "A bill of {amount}, paid from the linked Class I account.",
         "A bill of {amount}, paid from the Class II account through the Class I bank."},
        {"NON_BOUND_IN", "{amount} from somebody else's account at the Class I bank.", NULL},
        {"NON_BOUND_OUT", "{amount} to somebody else's account at the Class I bank.", NULL},
        {"CASH_IN", "{amount} paid in in cash at the Class I bank.", NULL},
        {"CASH_OUT", "{amount} handed out in cash at the Class I bank.", NULL},
        {"COUNTER_IN", "{amount} from another's account, ordered at the Class I bank's counter.",
         NULL},
        {"COUNTER_OUT", "{amount} to another's account, ordered at the Class I bank's counter.",
         NULL},
        {"ORDER_BUY", "{amount} that pay for an order of a product, and place it.", NULL},
        {"ORDER_PAYOUT", "{amount} that the issuer of a product pays out to its buyer.", NULL},
        {"LOAN_REPAYMENT", "The other lender's share of a repayment of a loan: {amount}.", NULL},
        {"LOAN_OWN",
         "The other lender's share of a draw of a loan, whose lead has the account: {amount}.",
         NULL},
        {"LOAN_OTHER",
         "The other lender's share of a draw of a loan, whose partner has the account: {amount}.",
         NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].kind, kind) == 0)
            return push && rows[i].push != NULL ? rows[i].push : rows[i].sentence;
    }
    return push ? "A push of {amount} between the two accounts of a link."
                : "A pull of {amount} between the two accounts of a link.";
}

/* Of what an order or a loan made: not both sides are customers. False: both are. */
static bool tell_bought_way(struct ctl_story *story, const struct transfer_words *words) {
    bool buys = strcmp(ctl_text_of(story->subject, "kind"), "ORDER_BUY") == 0;
    bool order = ctl_text_of(story->subject, "order")[0] != '\0';
    if (ctl_text_of(story->subject, "loan")[0] != '\0')
        ctl_tell(story, "is",
                 "It moves between the lenders, from %s to %s. The bank of the customer's account "
                 "pays out, and collects, the whole.",
                 words->debtor, words->creditor);
    else if (order && !buys)
        ctl_tell(story, "is", "%s, the issuer, pays; %s credits its customer.", words->debtor,
                 words->creditor);
    else if (order && words->push)
        ctl_tell(story, "is",
                 "%s debits its customer first, and holds the money; %s, the issuer, takes it.",
                 words->debtor, words->creditor);
    else if (order)
        ctl_tell(story, "is", "%s debits its customer; %s, the issuer, has it once it is ACCEPTED.",
                 words->debtor, words->creditor);
    return order || ctl_text_of(story->subject, "loan")[0] != '\0';
}

static void tell_way(struct ctl_story *story, const struct transfer_words *words) {
    if (words->fallback)
        ctl_tell(story, "is",
                 "It was above the limit of the Class II account's class, and its customer wants "
                 "the Class I account to pay then: %s debits that and pays the payee over its own "
                 "rails. Nothing is owed between the two banks, and %s holds nothing for it.",
                 words->instructed, words->submitter);
    else if (words->in_house)
        ctl_tell(story, "is",
                 "It stays within %s, which moves the money between its customer and itself. "
                 "Nothing is owed between the two banks.",
                 words->instructed);
    else if (tell_bought_way(story, words))
        return;
    else if (words->push)
        ctl_tell(story, "is",
                 "%s debits its customer first, and holds the money; %s credits its own.",
                 words->debtor, words->creditor);
    else
        ctl_tell(
            story, "is",
            "%s debits its customer; %s credits its own once it is ACCEPTED, and confirms that.",
            words->debtor, words->creditor);
}

static void tell_made_by(struct ctl_story *story) {
    const json_t *subject = story->subject;
    const char *way =
        ctl_text_of(subject, "original")[0] != '\0' ? "What it returns was made" : "Made";
    if (ctl_text_of(subject, "order")[0] != '\0')
        ctl_tell(story, "is", "%s by order %s of a product.", way, ctl_text_of(subject, "order"));
    if (ctl_text_of(subject, "loan")[0] != '\0')
        ctl_tell(story, "is", "%s by loan %s.", way, ctl_text_of(subject, "loan"));
}

static void tell_kind(struct ctl_story *story, const struct transfer_words *words) {
    const json_t *subject = story->subject;
    const char *kind = ctl_text_of(subject, "kind");
    const char *link_state = ctl_text_of(subject, "link_state");
    char sentence[SENTENCE_MAX];
    if (strcmp(kind, "RETURN") == 0) {
        ctl_tell(story, "is", "The return of %s of transfer %s, along its way back.", words->amount,
                 ctl_text_of(subject, "original"));
    } else {
        put_amount(kind_sentence(kind, words->push), words->amount, sentence);
        ctl_tell(story, "is", "%s", sentence);
    }
    tell_way(story, words);
    ctl_tell(story, "is", "Link %s%s%s%s.", ctl_text_of(subject, "link"),
             link_state[0] != '\0' ? " (now " : "", link_state, link_state[0] != '\0' ? ")" : "");
    tell_made_by(story);
    if (ctl_text_of(subject, "request")[0] == '\0')
        ctl_tell(story, "is", "Asked for by %s, with its reference %s.", words->submitter,
                 ctl_text_of(subject, "end_to_end_id"));
    else
        ctl_tell(story, "is", "Submitted by %s, with its reference %s and request id %s.",
                 words->submitter, ctl_text_of(subject, "end_to_end_id"),
                 ctl_text_of(subject, "request"));
}

/* ---- how it stands ---- */

static void tell_reserved(struct ctl_story *story, const struct transfer_words *words) {
    const char *counted = ctl_flag_of(story->subject, "counted")
                              ? ", and counted in the link's agreed limits"
                          : ctl_flag_of(story->subject, "limited")
                              ? ", and counted in the limits of its account's class"
                              : "";
    if (words->fallback)
        ctl_tell(story, "stands",
                 "Nothing is reserved between the banks; %s are counted in the "
                 "link's agreed limits.",
                 words->amount);
    else if (words->in_house)
        ctl_tell(story, "stands", "Nothing is reserved between the banks.");
    else
        ctl_tell(story, "stands", "%s stay reserved as outgoing from %s%s.", words->amount,
                 words->debtor, counted);
}

static void tell_unknown(struct ctl_story *story, const struct transfer_words *words) {
    char since[CTL_SHORT_TIME_SIZE], span[CTL_SHORT_TIME_SIZE], alarm[CTL_SHORT_TIME_SIZE];
    ctl_time_of(story->subject, "unknown_at", since);
    ctl_time_of(story->subject, "unknown_alarm_at", alarm);
    ctl_span_text(story->now_ms - ctl_ms_of(story->subject, "unknown_at"), span);
    ctl_tell(story, "stands",
             "Its outcome is unknown since %s (for %s): %s may or may not have posted it.", since,
             span, words->instructed);
    tell_reserved(story, words);
    if (alarm[0] != '\0')
        ctl_tell(story, "stands", "Its age is alarmed again at %s.", alarm);
}

static void tell_accepted(struct ctl_story *story, const struct transfer_words *words) {
    const json_t *subject = story->subject;
    char at[CTL_SHORT_TIME_SIZE], credited[CTL_SHORT_TIME_SIZE];
    ctl_time_of(subject, "accepted_at", at);
    ctl_time_of(subject, "credited_at", credited);
    ctl_tell(
        story, "stands", "%s posted it: its booking is %s, of book date %s. Since %s %s is final.",
        words->instructed, ctl_text_of(subject, "reference"), ctl_text_of(subject, "book_date"), at,
        words->fallback || words->in_house ? "that" : "the obligation between the banks");
    if (ctl_number_of(subject, "window") > 0)
        ctl_tell(story, "stands", "It stands in settlement window %d.",
                 (int)ctl_number_of(subject, "window"));
    if (credited[0] != '\0')
        ctl_tell(story, "stands", "%s confirmed the credit at %s.", words->creditor, credited);
    else if (!words->push && !words->in_house)
        ctl_tell(story, "stands", "%s has not confirmed the credit yet%s.", words->creditor,
                 ctl_flag_of(subject, "credit_late") ? ", which is late and was alarmed" : "");
}

static void tell_ended(struct ctl_story *story) {
    char reason[160];
    const char *detail = ctl_text_of(story->subject, "detail");
    ctl_reason_text(ctl_text_of(story->subject, "reason"), reason, sizeof(reason));
    ctl_tell(story, "stands", "No money moved, and nothing is reserved for it any more.%s%s%s%s",
             reason, detail[0] != '\0' ? " The gateway's own rule: " : "", detail,
             detail[0] != '\0' ? "." : "");
}

static void tell_evidence(struct ctl_story *story) {
    const char *pin = ctl_text_of(story->subject, "answer_pin");
    if (pin[0] != '\0')
        ctl_tell(story, "stands", "The bank's word came over a session with the key of pin %s.",
                 pin);
    const char *evidence = ctl_text_of(story->subject, "evidence");
    if (evidence[0] != '\0')
        ctl_tell(story, "stands", "The bank's word stands in a paper of SHA-256 %s.", evidence);
    const char *word = ctl_text_of(story->subject, "word");
    if (word[0] != '\0')
        ctl_tell(story, "stands", "Its people wrote: %s", word);
}

static void tell_returns(struct ctl_story *story) {
    const json_t *subject = story->subject;
    char returned[CTL_MONEY_SIZE];
    ctl_money_of(subject, "returned_fen", returned);
    if (ctl_number_of(subject, "returned_fen") > 0)
        ctl_tell(story, "stands", "Of it, %s are returned, or being returned, by %d transfer(s).",
                 returned, (int)json_array_size(json_object_get(subject, "returns")));
}

static void tell_asides(struct ctl_story *story) {
    const json_t *subject = story->subject;
    char at[CTL_SHORT_TIME_SIZE], reason[160];
    ctl_time_of(subject, "step_up_at", at);
    if (at[0] != '\0')
        ctl_tell(story, "stands",
                 "At %s the instructed bank asked its customer to confirm it (%s).", at,
                 ctl_text_of(subject, "step_up_method"));
    ctl_time_of(subject, "cancel_asked_at", at);
    ctl_reason_text(ctl_text_of(subject, "cancel_reason"), reason, sizeof(reason));
    if (at[0] != '\0')
        ctl_tell(story, "stands", "Cancelling it was asked for at %s.%s", at, reason);
    if (ctl_flag_of(subject, "conflict"))
        ctl_tell(story, "stands",
                 "The bank contradicted its first answer. The first one stands; "
                 "what is right is for the banks' people to find out.");
    if (ctl_flag_of(subject, "frozen"))
        ctl_tell(story, "stands",
                 "It is FROZEN: a rule of the ledger was broken on it, and it "
                 "refuses everything.");
}

static void tell_stands(struct ctl_story *story, const struct transfer_words *words) {
    if (state_is(story, "UNKNOWN"))
        tell_unknown(story, words);
    else if (state_is(story, "ACCEPTED"))
        tell_accepted(story, words);
    else if (state_is(story, "PENDING") || state_is(story, "RESERVED"))
        tell_reserved(story, words);
    else if (state_is(story, "REJECTED") || state_is(story, "CANCELLED"))
        tell_ended(story);
    tell_evidence(story);
    tell_returns(story);
    tell_asides(story);
}

/* ---- what it waits for ---- */

static void tell_waits(struct ctl_story *story, const struct transfer_words *words) {
    const char *waits_for = ctl_text_of(story->subject, "waits_for");
    char until[CTL_SHORT_TIME_SIZE];
    ctl_time_of(story->subject, "waits_until", until);
    if (waits_for[0] != '\0')
        ctl_tell(story, "waits", "For %s%s%s.", waits_for, until[0] != '\0' ? ", until " : "",
                 until);
    ctl_tell_exchange(story);
    if (state_is(story, "UNKNOWN"))
        ctl_tell(
            story, "waits",
            "Only %s resolves it: by saying that it was posted (then ACCEPTED), refused (then "
            "REJECTED), or never seen, and so barred for ever (then CANCELLED). Time does not.",
            words->instructed);
}

/* ---- what can be done ---- */

static void offer_unknown(struct ctl_story *story, const struct transfer_words *words) {
    char command[COMMAND_MAX];
    const char *code = ctl_text_of(story->subject, "instructed");
    const struct ctl_story_bank *bank = ctl_bank_of(story, code);
    snprintf(command, sizeof(command), "bank show %s", code);
    if (bank != NULL && !bank->active)
        ctl_tell_order(story, NULL,
                       "%s is disabled, so that it cannot answer: see whether it may "
                       "be enabled again (bank enable).",
                       words->instructed);
    else if (bank != NULL && !bank->online)
        ctl_tell_order(story, command,
                       "%s is not connected: call its operations. Once it is back "
                       "it is asked at once.",
                       words->instructed);
    else
        ctl_tell_order(story, command,
                       "If this lasts, call the operations of %s, with the "
                       "transfer's id: they can also send the result themselves.",
                       words->instructed);
    snprintf(command, sizeof(command), "transfer resolve %s", ctl_text_of(story->subject, "id"));
    ctl_tell_order(story, command,
                   "If %s can only say it on paper: give its words and its document (takes two "
                   "people).",
                   words->instructed);
    snprintf(command, sizeof(command), "transfer list --state UNKNOWN --bank %s", code);
    if (bank != NULL && bank->unknown > 1)
        ctl_tell_order(story, command, "See the others that wait for the same bank (%d).",
                       (int)bank->unknown);
}

static void offer_cases(struct ctl_story *story) {
    const json_t *cases = json_object_get(story->subject, "cases");
    for (size_t i = 0; i < json_array_size(cases); i++) {
        char command[COMMAND_MAX];
        snprintf(command, sizeof(command), "case show %s",
                 json_string_value(json_array_get(cases, i)));
        ctl_tell_order(story, command, "See the banks' case about it.");
    }
}

static void offer(struct ctl_story *story, const struct transfer_words *words) {
    const json_t *subject = story->subject;
    char command[COMMAND_MAX];
    if (state_is(story, "UNKNOWN"))
        offer_unknown(story, words);
    if (state_is(story, "ACCEPTED") && ctl_flag_of(subject, "credit_late") &&
        ctl_text_of(subject, "credited_at")[0] == '\0')
        ctl_tell_order(story, NULL,
                       "Call the operations of %s: what cannot be credited must be "
                       "returned by it (SubmitReturn).",
                       words->creditor);
    offer_cases(story);
    snprintf(command, sizeof(command), "object unfreeze transfer %s", ctl_text_of(subject, "id"));
    if (ctl_flag_of(subject, "frozen"))
        ctl_tell_order(story, command,
                       "Find out from the journal which rule was broken; then let "
                       "it go on (takes two people).");
    snprintf(command, sizeof(command), "order explain %s", ctl_text_of(subject, "order"));
    if (ctl_text_of(subject, "order")[0] != '\0')
        ctl_tell_order(story, command, "See the story of its order.");
    snprintf(command, sizeof(command), "loan explain %s", ctl_text_of(subject, "loan"));
    if (ctl_text_of(subject, "loan")[0] != '\0')
        ctl_tell_order(story, command, "See the story of its loan.");
    snprintf(command, sizeof(command), "link explain %s", ctl_text_of(subject, "link"));
    ctl_tell_order(story, command, "See the story of its link.");
}

static void forbid(struct ctl_story *story, const struct transfer_words *words) {
    if (state_is(story, "UNKNOWN") || state_is(story, "PENDING")) {
        ctl_tell(story, "never", "%s: %s while the outcome is not known.", words->submitter,
                 words->fallback || words->in_house
                     ? "tell its customer that it was, or was not, paid"
                 : words->push ? "release the money that it holds"
                               : "credit its customer");
        ctl_tell(story, "never",
                 "Send it once more as a new transfer: the customer would pay "
                 "twice if this one was posted.");
    }
    if (state_is(story, "UNKNOWN"))
        ctl_tell(story, "never",
                 "Call it failed, or decide its outcome here without the bank's written "
                 "word. Disabling the bank would keep it from answering.");
    if (state_is(story, "ACCEPTED"))
        ctl_tell(story, "never", "Cancel it: it is final. Money goes back %s %s alone.",
                 words->fallback   ? "over the rails of"
                 : words->in_house ? "in the books of"
                                   : "by a return of",
                 words->creditor);
}

static void tell(struct ctl_session *session, const json_t *transfer) {
    struct ctl_story story;
    struct transfer_words words;
    ctl_story_begin(&story, session, "transfer", transfer, "submitter", "instructed");
    ctl_money_of(transfer, "amount_fen", words.amount);
    ctl_bank_text(&story, ctl_text_of(transfer, "submitter"), words.submitter);
    ctl_bank_text(&story, ctl_text_of(transfer, "instructed"), words.instructed);
    ctl_bank_text(&story, ctl_text_of(transfer, "debtor_bank"), words.debtor);
    ctl_bank_text(&story, ctl_text_of(transfer, "creditor_bank"), words.creditor);
    words.fallback = ctl_flag_of(transfer, "fallback");
    words.in_house = ctl_flag_of(transfer, "in_house");
    words.push = strcmp(ctl_text_of(transfer, "direction"), "PUSH") == 0;
    tell_kind(&story, &words);
    ctl_story_history(&story, ctl_transfer_sentence);
    tell_stands(&story, &words);
    tell_waits(&story, &words);
    ctl_tell_held(&story);
    offer(&story, &words);
    forbid(&story, &words);
    (void)ctl_story_end(&story);
}

enum ctl_exit ctl_transfer_explain(struct ctl_session *session) {
    return ctl_explain(session, OBJECT_TRANSFER, ctl_get_transfer, tell);
}
