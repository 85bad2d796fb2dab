/*
 * The story of an order of a product.
 *
 * Invariant: where its money and its product are follows from its state alone (law I16), and is said in
 * so many words; what only the issuer can say is never decided here, and silence is never a refusal.
 */
#include <inttypes.h>
#include <string.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_object.h"
#include "tools/ctl_story.h"

#define COMMAND_MAX 160

struct order_words {
    const char *state;
    const char *funding; /* id of the transfer that pays it; "": none */
    char amount[CTL_MONEY_SIZE];
    char distributor[CTL_BANK_TEXT_SIZE];
    char issuer[CTL_BANK_TEXT_SIZE];
    bool deposit;
};

static bool is(const struct order_words *words, const char *state) {
    return strcmp(words->state, state) == 0;
}

static bool late(const struct ctl_story *story, const char *what) {
    const json_t *kinds = json_object_get(story->subject, "late");
    for (size_t i = 0; i < json_array_size(kinds); i++) {
        if (strcmp(json_string_value(json_array_get(kinds, i)), what) == 0)
            return true;
    }
    return false;
}

static bool is_out(const struct ctl_story *story) {
    const json_t *out = json_object_get(story->subject, "instruction");
    return json_is_object(out) && !ctl_flag_of(out, "taken");
}

/* ---- what it is ---- */

static void tell_kind(struct ctl_story *story, const struct order_words *words) {
    const json_t *order = story->subject;
    const char *link_state = ctl_text_of(order, "link_state");
    ctl_tell(
        story, "is",
        "%s of %s of product %s (%s, version %" PRId64 ", risk R%" PRId64 ") of %s, placed by %s.",
        words->deposit ? "A deposit" : "An order", words->amount, ctl_text_of(order, "product"),
        ctl_text_of(order, "product_name"), ctl_number_of(order, "version"),
        ctl_number_of(order, "risk"), words->issuer, words->distributor);
    ctl_tell(story, "is", "The %s account of link %s%s%s%s pays, and is paid out to.",
             ctl_flag_of(order, "class1_pays") ? "Class I" : "Class II", ctl_text_of(order, "link"),
             link_state[0] != '\0' ? " (now " : "", link_state, link_state[0] != '\0' ? ")" : "");
    ctl_tell(story, "is",
             "The customer's level is C%" PRId64 ", assessed on %s; SHA-256 of the terms accepted: "
             "%s, of the consent: %s.",
             ctl_number_of(order, "level"), ctl_text_of(order, "assessed_date"),
             ctl_text_of(order, "terms_sha256"), ctl_text_of(order, "consent_sha256"));
    ctl_tell(story, "is", "Its request id is %s.", ctl_text_of(order, "request"));
}

/* ---- how it stands ---- */

/* Of one whose money the issuer got. */
static const char *kept_by_issuer(const struct ctl_story *story, const struct order_words *words) {
    if (is(words, "REDEEMED"))
        return "The money: the issuer had it, and has paid out all that was bought with it.";
    if (ctl_number_of(story->subject, "refund_fen") > ctl_number_of(story->subject, "refunded_fen"))
        return "The money: the issuer has it, but for what comes back.";
    if (ctl_number_of(story->subject, "refund_fen") > 0)
        return "The money: the issuer has it, but for what came back.";
    return "The money: the issuer has it.";
}

static void tell_funding(struct ctl_story *story, const struct order_words *words) {
    const json_t *funding = json_object_get(story->subject, "funding");
    bool paid = strcmp(ctl_text_of(story->subject, "money"), "no") != 0;
    if (words->funding[0] != '\0')
        ctl_tell(story, "stands", "Transfer %s %s it: %s.", words->funding,
                 paid ? "pays" : "was to pay", ctl_text_of(funding, "state"));
}

static void tell_money(struct ctl_story *story, const struct order_words *words) {
    static const struct {
        const char *money;
        const char *text;
    } rows[] = {
        {"no", "The money: nothing was paid."},
        {"open", "The money is on its way to the issuer; it stays reserved, and is not paid yet."},
        {"returning", "The money: the issuer had it and must return all of it."},
        {"returned", "The money: all of it is back with the customer."},
    };
    const char *money = ctl_text_of(story->subject, "money");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].money, money) == 0)
            ctl_tell(story, "stands", "%s", rows[i].text);
    }
    if (strcmp(money, "done") == 0)
        ctl_tell(story, "stands", "%s", kept_by_issuer(story, words));
    tell_funding(story, words);
}

static void tell_product(struct ctl_story *story, const struct order_words *words) {
    const json_t *order = story->subject;
    const char *stands = ctl_text_of(order, "product_stands");
    const char *reference = ctl_text_of(order, "reference");
    char units[CTL_MONEY_SIZE], price[CTL_MONEY_SIZE], worth[CTL_MONEY_SIZE];
    ctl_units_of(order, "confirmed_units", units);
    ctl_price_of(order, "confirmed_price", price);
    ctl_money_of(order, "confirmed_fen", worth);
    if (strcmp(stands, "no") == 0 || strcmp(stands, "refused") == 0)
        ctl_tell(story, "stands", "The product: nothing was bought.");
    else if (strcmp(stands, "open") == 0)
        ctl_tell(story, "stands", "The product: %s has not confirmed it yet.", words->issuer);
    else if (ctl_number_of(order, "confirmed_units") > 0)
        ctl_tell(story, "stands", "The product: %s units at %s CNY, worth %s%s%s, were bought%s%s.",
                 units, price, worth,
                 ctl_text_of(order, "confirmed_date")[0] != '\0' ? ", of " : "",
                 ctl_text_of(order, "confirmed_date"),
                 reference[0] != '\0' ? "; the issuer's reference: " : "", reference);
    ctl_units_of(order, "units", units);
    ctl_money_of(order, "paid_out_fen", worth);
    if (strcmp(stands, "done") == 0)
        ctl_tell(story, "stands", "Units left: %s. Paid out so far: %s.", units, worth);
}

static void tell_back(struct ctl_story *story) {
    char to_come[CTL_MONEY_SIZE], back[CTL_MONEY_SIZE], due[CTL_SHORT_TIME_SIZE];
    if (ctl_number_of(story->subject, "refund_fen") == 0)
        return;
    ctl_money_of(story->subject, "refund_fen", to_come);
    ctl_money_of(story->subject, "refunded_fen", back);
    ctl_time_of(story->subject, "refund_due_at", due);
    if (ctl_number_of(story->subject, "refunded_fen") ==
        ctl_number_of(story->subject, "refund_fen"))
        ctl_tell(story, "stands", "%s came back to the customer.", back);
    else
        ctl_tell(story, "stands", "To come back to the customer: %s, of which %s are back%s%s.",
                 to_come, back, due[0] != '\0' ? "; due at " : "", due);
}

static void tell_instruction(struct ctl_story *story, const struct order_words *words) {
    const json_t *out = json_object_get(story->subject, "instruction");
    char at[CTL_SHORT_TIME_SIZE], units[CTL_MONEY_SIZE];
    if (!json_is_object(out))
        return;
    ctl_time_of(out, "asked_at", at);
    ctl_units_of(out, "units", units);
    ctl_tell(story, "stands",
             "Since %s instruction %" PRId64 " of it (%s%s%s) is with %s, which %s.", at,
             ctl_number_of(out, "number"), ctl_text_of(out, "action"),
             ctl_number_of(out, "units") > 0 ? ", units " : "",
             ctl_number_of(out, "units") > 0 ? units : "", words->issuer,
             ctl_flag_of(out, "taken") ? "has taken it" : "has not answered");
}

static void tell_payout(struct ctl_story *story) {
    const json_t *out = json_object_get(story->subject, "payout");
    char amount[CTL_MONEY_SIZE];
    if (!json_is_object(out))
        return;
    ctl_money_of(out, "amount_fen", amount);
    ctl_tell(story, "stands", "A payout of %s (%s) is on its way by transfer %s.", amount,
             ctl_text_of(out, "purpose"), ctl_text_of(out, "transfer"));
}

static void tell_unknown(struct ctl_story *story, const struct order_words *words) {
    char since[CTL_SHORT_TIME_SIZE], alarm[CTL_SHORT_TIME_SIZE];
    if (!ctl_flag_of(story->subject, "unknown"))
        return;
    ctl_time_of(story->subject, "unknown_at", since);
    ctl_time_of(story->subject, "unknown_alarm_at", alarm);
    if (is(words, "FUNDING"))
        ctl_tell(story, "stands",
                 "It is UNKNOWN since %s, as its transfer is: whether it was paid is not known.",
                 since);
    else
        ctl_tell(story, "stands",
                 "It is UNKNOWN since %s: %s may or may not have taken the instruction. The same "
                 "bytes go out again until it answers%s%s.",
                 since, words->issuer, alarm[0] != '\0' ? "; its age is alarmed again at " : "",
                 alarm);
}

static void tell_late(struct ctl_story *story) {
    if (late(story, "CONFIRMATION"))
        ctl_tell(story, "stands", "The confirmation is LATE, and was alarmed.");
    if (late(story, "REFUND"))
        ctl_tell(story, "stands", "The return of the money is LATE, and was alarmed.");
    if (late(story, "PAYOUT"))
        ctl_tell(story, "stands", "The payout is LATE, and was alarmed.");
}

static void tell_ends(struct ctl_story *story) {
    const json_t *order = story->subject;
    const char *detail = ctl_text_of(order, "detail");
    char reason[160];
    ctl_reason_text(ctl_text_of(order, "reason"), reason, sizeof(reason));
    if (ctl_text_of(order, "ends")[0] != '\0')
        ctl_tell(story, "stands", "Once all of the money is back it is %s.",
                 ctl_text_of(order, "ends"));
    if (reason[0] != '\0' || detail[0] != '\0')
        ctl_tell(story, "stands", "Why:%s%s%s%s", reason,
                 detail[0] != '\0' ? " The gateway's own rule: " : "", detail,
                 detail[0] != '\0' ? "." : "");
    if (ctl_flag_of(order, "conflict"))
        ctl_tell(story, "stands",
                 "A bank contradicted its first answer. The first one stands; what is right is for "
                 "the banks' people to find out.");
    if (ctl_flag_of(order, "frozen"))
        ctl_tell(story, "stands",
                 "It is FROZEN: a rule of the ledger was broken on it, and it refuses everything.");
}

static void tell_dates(struct ctl_story *story, const struct order_words *words) {
    const json_t *order = story->subject;
    char cancel[CTL_SHORT_TIME_SIZE], due[CTL_SHORT_TIME_SIZE];
    ctl_time_of(order, "cancel_until", cancel);
    ctl_time_of(order, "confirm_due_at", due);
    if (is(words, "PLACED"))
        ctl_tell(story, "stands",
                 "It counts for %s, can be cancelled until %s, and its confirmation is due at %s.",
                 ctl_text_of(order, "trade_date"), cancel, due);
    ctl_time_of(order, "matures_at", due);
    if (due[0] != '\0')
        ctl_tell(story, "stands", "Its term ends at %s.", due);
    ctl_time_of(order, "payout_due_at", due);
    if (due[0] != '\0')
        ctl_tell(story, "stands", "A payout is due at %s.", due);
}

static void tell_stands(struct ctl_story *story, const struct order_words *words) {
    tell_money(story, words);
    tell_product(story, words);
    tell_back(story);
    tell_dates(story, words);
    tell_instruction(story, words);
    tell_payout(story);
    tell_unknown(story, words);
    tell_late(story);
    tell_ends(story);
}

/* ---- what it waits for, what can be done ---- */

static void tell_waits(struct ctl_story *story) {
    const char *waits_for = ctl_text_of(story->subject, "waits_for");
    char until[CTL_SHORT_TIME_SIZE];
    ctl_time_of(story->subject, "waits_until", until);
    if (waits_for[0] != '\0')
        ctl_tell(story, "waits", "For %s%s%s.", waits_for, until[0] != '\0' ? ", due " : "", until);
}

static void offer_transfer(struct ctl_story *story, const char *transfer, const char *text) {
    char command[COMMAND_MAX];
    snprintf(command, sizeof(command), "transfer explain %s", transfer);
    if (transfer[0] != '\0')
        ctl_tell_order(story, command, "%s", text);
}

static void offer_late(struct ctl_story *story, const struct order_words *words) {
    if (late(story, "CONFIRMATION"))
        ctl_tell_order(story, NULL,
                       "Call the operations of %s, with the order's id: it must send OrderResult "
                       "(confirmed, refused or lapsed).",
                       words->issuer);
    if (late(story, "REFUND"))
        ctl_tell_order(story, NULL,
                       "Call the operations of %s: it must return the money (SubmitReturn of "
                       "transfer %s).",
                       words->issuer, words->funding);
    if (late(story, "PAYOUT"))
        ctl_tell_order(story, NULL,
                       "Call the operations of %s: it must pay out what is due (Payout).",
                       words->issuer);
}

static void offer_issuer(struct ctl_story *story, const struct order_words *words) {
    const char *code = ctl_text_of(story->subject, "issuer");
    const struct ctl_story_bank *bank = ctl_bank_of(story, code);
    char command[COMMAND_MAX];
    snprintf(command, sizeof(command), "bank show %s", code);
    if (bank != NULL && !bank->online && ctl_flag_of(story->subject, "open"))
        ctl_tell_order(story, command,
                       "%s is not connected: call its operations. Once it is back it is asked at "
                       "once.",
                       words->issuer);
    else if (is_out(story) && ctl_flag_of(story->subject, "unknown"))
        ctl_tell_order(story, command,
                       "If this lasts, call the operations of %s, with the order's id and the "
                       "instruction's number: its software must answer.",
                       words->issuer);
}

static void offer(struct ctl_story *story, const struct order_words *words) {
    const json_t *order = story->subject;
    bool unpaid = strcmp(ctl_text_of(order, "money"), "no") == 0;
    char command[COMMAND_MAX];
    offer_transfer(story, words->funding,
                   is(words, "FUNDING") ? "See the transfer that pays it, which decides."
                   : unpaid             ? "See the transfer that was to pay it."
                                        : "See the transfer that pays it, and its returns.");
    offer_transfer(story, ctl_text_of(json_object_get(order, "payout"), "transfer"),
                   "See the transfer of the payout.");
    offer_issuer(story, words);
    offer_late(story, words);
    snprintf(command, sizeof(command), "case show %s", ctl_text_of(order, "case"));
    if (ctl_text_of(order, "case")[0] != '\0')
        ctl_tell_order(story, command, "See the banks' case about it.");
    snprintf(command, sizeof(command), "object unfreeze order %s", ctl_text_of(order, "id"));
    if (ctl_flag_of(order, "frozen"))
        ctl_tell_order(story, command,
                       "Find out from the journal which rule was broken; then let it go on (takes "
                       "two people).");
    snprintf(command, sizeof(command), "product show %s %s", ctl_text_of(order, "issuer"),
             ctl_text_of(order, "product"));
    ctl_tell_order(story, command, "See the product.");
    snprintf(command, sizeof(command), "link explain %s", ctl_text_of(order, "link"));
    ctl_tell_order(story, command, "See the story of its link.");
}

static void forbid(struct ctl_story *story, const struct order_words *words) {
    if (is(words, "FUNDING"))
        ctl_tell(story, "never",
                 "Place it once more while this one stands: the customer would pay twice if it was "
                 "posted.");
    if (is(words, "PLACED"))
        ctl_tell(story, "never",
                 "Call it failed: %s has the money, and only its word ends the order.",
                 words->issuer);
    if (is_out(story))
        ctl_tell(story, "never",
                 "Take silence for a refusal: the same units would be redeemed twice, or a "
                 "cancelled order bought.");
    if (ctl_number_of(story->subject, "refund_fen") > ctl_number_of(story->subject, "refunded_fen"))
        ctl_tell(story, "never",
                 "Give the money back by a new transfer: it comes back by a return of %s alone, "
                 "or it would come back twice.",
                 words->funding);
}

static void tell(struct ctl_session *session, const json_t *order) {
    struct ctl_story story;
    struct order_words words = {.state = ctl_text_of(order, "state")};
    words.funding = ctl_text_of(json_object_get(order, "funding"), "id");
    words.deposit = strcmp(ctl_text_of(order, "kind"), "DEPOSIT") == 0;
    ctl_story_begin(&story, session, "order", order, "distributor", "issuer");
    ctl_money_of(order, "amount_fen", words.amount);
    ctl_bank_text(&story, ctl_text_of(order, "distributor"), words.distributor);
    ctl_bank_text(&story, ctl_text_of(order, "issuer"), words.issuer);
    tell_kind(&story, &words);
    ctl_story_history(&story, ctl_order_sentence);
    tell_stands(&story, &words);
    tell_waits(&story);
    ctl_tell_held(&story);
    offer(&story, &words);
    forbid(&story, &words);
    (void)ctl_story_end(&story);
}

enum ctl_exit ctl_order_explain(struct ctl_session *session) {
    return ctl_explain(session, OBJECT_ORDER, ctl_get_order, tell);
}
