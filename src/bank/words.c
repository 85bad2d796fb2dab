/*
 * Tables of words.
 *
 * Invariant: within a table no name and no value stands twice, and values are below 32, so that a
 * set of them is a word of bits. What the words mean is the messages' (proto/linkgate/v1).
 */
#include "bank/words.h"

#include <stdio.h>
#include <string.h>

#include "domain/message.h"

const struct bk_word bk_words_class[] = {
    {"1", ACCOUNT_CLASS_I}, {"2", ACCOUNT_CLASS_II}, {"3", ACCOUNT_CLASS_III}, {NULL, 0}};
const struct bk_word bk_words_status[] = {{"open", ACCOUNT_OPEN},
                                          {"not-activated", ACCOUNT_NOT_ACTIVATED},
                                          {"closed", ACCOUNT_CLOSED},
                                          {"blocked", ACCOUNT_BLOCKED},
                                          {NULL, 0}};
const struct bk_word bk_words_opening[] = {
    {"remote", ACCOUNT_OPENING_REMOTE}, {"counter", ACCOUNT_OPENING_FACE_TO_FACE}, {NULL, 0}};
const struct bk_word bk_words_yes[] = {{"no", 0}, {"yes", 1}, {NULL, 0}};
const struct bk_word bk_words_side[] = {
    {"debit", POSTING_DEBIT}, {"credit", POSTING_CREDIT}, {NULL, 0}};
const struct bk_word bk_words_scope[] = {
    {"collect", LINK_SCOPE_COLLECT},           {"pay", LINK_SCOPE_PAY},
    {"pay-fallback", LINK_SCOPE_PAY_FALLBACK}, {"balance", LINK_SCOPE_BALANCE},
    {"products", LINK_SCOPE_PRODUCTS},         {NULL, 0}};
const struct bk_word bk_words_block[] = {
    {"debit1", HOLD_BLOCK_DEBIT_CLASS1}, {"credit1", HOLD_BLOCK_CREDIT_CLASS1},
    {"debit2", HOLD_BLOCK_DEBIT_CLASS2}, {"credit2", HOLD_BLOCK_CREDIT_CLASS2},
    {"orders", HOLD_BLOCK_ORDERS},       {NULL, 0}};
const struct bk_word bk_words_authority[] = {
    {"bank", HOLD_BY_BANK},   {"customer", HOLD_BY_CUSTOMER}, {"operator", HOLD_BY_OPERATOR},
    {"court", HOLD_BY_COURT}, {"gateway", HOLD_BY_GATEWAY},   {NULL, 0}};
const struct bk_word bk_words_report[] = {{"activated", ACCOUNT_EVENT_ACTIVATED},
                                          {"card-refused", ACCOUNT_EVENT_CARD_REFUSED},
                                          {"class", ACCOUNT_EVENT_CLASS_CHANGED},
                                          {"closed", ACCOUNT_EVENT_CLOSED},
                                          {"blocked", ACCOUNT_EVENT_BLOCKED},
                                          {"unblocked", ACCOUNT_EVENT_UNBLOCKED},
                                          {"deceased", ACCOUNT_EVENT_DECEASED},
                                          {"mobile", ACCOUNT_EVENT_MOBILE_CHANGED},
                                          {"document", ACCOUNT_EVENT_DOCUMENT_EXPIRED},
                                          {"dormant", ACCOUNT_EVENT_DORMANT},
                                          {"limit", ACCOUNT_EVENT_LIMIT},
                                          {NULL, 0}};
const struct bk_word bk_words_delivery[] = {
    {"mail", CARD_DELIVERY_MAIL}, {"counter", CARD_DELIVERY_COUNTER}, {NULL, 0}};
const struct bk_word bk_words_card[] = {{"taken", CARD_EVENT_TAKEN},
                                        {"issued", CARD_EVENT_ISSUED},
                                        {"dispatched", CARD_EVENT_DISPATCHED},
                                        {"lost", CARD_EVENT_LOST},
                                        {"activated", CARD_EVENT_ACTIVATED},
                                        {"refused", CARD_EVENT_REFUSED},
                                        {NULL, 0}};
const struct bk_word bk_words_kind[] = {{"bound-pair", TRANSFER_BOUND_PAIR},
                                        {"payment", TRANSFER_PAYMENT},
                                        {"return", TRANSFER_RETURN},
                                        {"non-bound-in", TRANSFER_NON_BOUND_IN},
                                        {"non-bound-out", TRANSFER_NON_BOUND_OUT},
                                        {"bill", TRANSFER_BILL},
                                        {"cash-in", TRANSFER_CASH_IN},
                                        {"cash-out", TRANSFER_CASH_OUT},
                                        {"counter-in", TRANSFER_COUNTER_IN},
                                        {"counter-out", TRANSFER_COUNTER_OUT},
                                        {"loan-own", TRANSFER_LOAN_OWN},
                                        {"loan-other", TRANSFER_LOAN_OTHER},
                                        {"order-buy", TRANSFER_ORDER_BUY},
                                        {"order-payout", TRANSFER_ORDER_PAYOUT},
                                        {"loan-repayment", TRANSFER_LOAN_REPAYMENT},
                                        {NULL, 0}};
const struct bk_word bk_words_event[] = {
    {"cash-deposit", EVENT_CASH_DEPOSIT}, {"cash-withdrawal", EVENT_CASH_WITHDRAWAL},
    {"transfer", EVENT_COUNTER_TRANSFER}, {"card-replaced", EVENT_CARD_REPLACED},
    {"card-lost", EVENT_CARD_LOST},       {"details", EVENT_DETAILS_CHECKED},
    {"service", EVENT_COUNTER_SERVICE},   {NULL, 0}};
const struct bk_word bk_words_overview[] = {
    {"answered", OVERVIEW_ANSWERED},     {"declined", OVERVIEW_DECLINED},
    {"no-answer", OVERVIEW_NO_ANSWER},   {"offline", OVERVIEW_OFFLINE},
    {"suspended", OVERVIEW_SUSPENDED},   {"no-scope", OVERVIEW_NO_SCOPE},
    {"not-active", OVERVIEW_NOT_ACTIVE}, {NULL, 0}};
const struct bk_word bk_words_recon[] = {
    {"links", RECON_LINKS}, {"holdings", RECON_HOLDINGS}, {"loans", RECON_LOANS}, {NULL, 0}};

const struct bk_word bk_words_subject[] = {{"conflict", CASE_CONFLICT},
                                           {"outcome", CASE_OUTCOME_OTHER},
                                           {"amount", CASE_AMOUNT},
                                           {"not-credited", CASE_NOT_CREDITED},
                                           {"not-authorised", CASE_NOT_AUTHORISED},
                                           {"other", CASE_OTHER},
                                           {"amount-diff", CASE_AMOUNT_DIFF},
                                           {"status-diff", CASE_STATUS_DIFF},
                                           {"missing-here", CASE_MISSING_HERE},
                                           {"missing-there", CASE_MISSING_THERE},
                                           {"duplicate", CASE_DUPLICATE},
                                           {"link-diff", CASE_LINK_DIFF},
                                           {"holding-diff", CASE_HOLDING_DIFF},
                                           {"loan-diff", CASE_LOAN_DIFF},
                                           {NULL, 0}};
const struct bk_word bk_words_outcome[] = {
    {"explained", CASE_EXPLAINED}, {"admitted", CASE_ADMITTED}, {"denied", CASE_DENIED}, {NULL, 0}};

bool bk_word_find(const struct bk_word *words, const char *name, uint32_t *value_out) {
    for (; words->name != NULL; words++) {
        if (strcmp(words->name, name) == 0) {
            *value_out = words->value;
            return true;
        }
    }
    return false;
}

const char *bk_word_of(const struct bk_word *words, uint32_t value) {
    for (; words->name != NULL; words++) {
        if (words->value == value)
            return words->name;
    }
    return "";
}

void bk_words_list(const struct bk_word *words, uint32_t bits, char text_out[BK_WORDS_SIZE]) {
    size_t size = 0;
    *text_out = '\0';
    for (; words->name != NULL && size < BK_WORDS_SIZE; words++) {
        if (bits & (1u << words->value))
            size += (size_t)snprintf(text_out + size, BK_WORDS_SIZE - size, "%s%s",
                                     size > 0 ? ", " : "", words->name);
    }
}

bool bk_words_bits(const struct bk_word *words, const char *text, uint32_t *bits_out) {
    char copy[BK_WORDS_SIZE];
    uint32_t bits = 0;
    if (strlen(text) >= sizeof(copy))
        return false;
    snprintf(copy, sizeof(copy), "%s", text);
    for (char *rest = copy; rest != NULL;) {
        const char *name = strsep(&rest, ",");
        uint32_t value;
        bool all = strcmp(name, "all") == 0;
        for (const struct bk_word *word = words; all && word->name != NULL; word++)
            bits |= 1u << word->value;
        if (all || *name == '\0')
            continue;
        if (!bk_word_find(words, name, &value))
            return false;
        bits |= 1u << value;
    }
    *bits_out = bits;
    return true;
}

void bk_text_copy(char *text_out, size_t size, struct span text) {
    bool fits = text.size < size;
    snprintf(text_out, size, "%.*s", fits ? (int)text.size : 0, (const char *)text.data);
}
