/*
 * The language of fault scripts.
 *
 * Invariant: a rule that could never do anything (an action that its kind does not know, a key
 * given twice, a code that is none) is refused when it is read. Rules only say what to do wrong;
 * doing it is answers.c's.
 */
#include "bank/faults.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bank/words.h"
#include "domain/identifier.h"
#include "util/text.h"

#define LINE_SIZE 512
#define DELAY_MAX_MS 3600000

static const char help_text[] =
    "One rule a line; empty lines and lines that begin with # are skipped. The first rule that\n"
    "fires decides.\n"
    "\n"
    "  MATCH... -> ACTION\n"
    "\n"
    "MATCH, all of them must fit; none fits every message of the gateway:\n"
    "  kind=verify|issue|check|recheck        what the gateway asks a Class I bank\n"
    "  kind=post|inquire|cancel               about postings\n"
    "  kind=balance|status                    views of an account\n"
    "  kind=card                              an application for a card of this bank\n"
    "  kind=order          a cancellation or redemption of an order of this bank's products\n"
    "  kind=confirm        our own ConfirmCredit of a pull: drop and delay only\n"
    "  kind=result         our own confirmation of an order, as an issuer that answers by itself:\n"
    "                      drop (never confirmed), delay, twice, too-much\n"
    "  kind=payout         likewise what is paid out of an order\n"
    "  kind=decide         our own word on a loan, as a lender that decides by itself: refuse\n"
    "                      (declines), drop (silent), delay\n"
    "  kind=draw           the money of a draw of ours has come: refuse (the customer cannot be\n"
    "                      credited, and it goes back)\n"
    "  account=NUMBER      the account that the message names (not inquire, cancel, check)\n"
    "  side=debit|credit   what a post does to it\n"
    "  amount=FEN          the amount of a post, or of the pull that is confirmed, or ordered, or\n"
    "                      paid out, or asked for, or drawn\n"
    "  nth=N               only the Nth message that fits the rest, counted from 1\n"
    "  every=N             each Nth message that fits the rest\n"
    "\n"
    "ACTION:\n"
    "  refuse CODE         post, inquire, cancel: REFUSED with this ISO 20022 code, unless it is\n"
    "                      decided already; issue: NOT_SENT; balance, status: cannot be told;\n"
    "                      card, order: REFUSED, unless it was answered already;\n"
    "                      verify, check, recheck: refused\n"
    "  delay MS            act at once, answer after MS\n"
    "  delay-post MS       post: act only after MS; an inquiry meanwhile hears IN_PROGRESS\n"
    "  drop                as if the message had never come: not acted on, not answered\n"
    "  drop-answer         act, but never answer\n"
    "  answer-twice        the same answer two times\n"
    "  disconnect-before-post   cut the connection instead of acting\n"
    "  disconnect-after-post    act, make it durable, cut the connection without answering\n"
    "  step-up METHOD      post: the customer must confirm first, by APP, SMS, COUNTER or CALL;\n"
    "                      `confirm` and `decline` go on\n"
    "  contradict CODE     post: posts, says POSTED, and a moment later REFUSED with this code\n"
    "  twice               result: once more, under another request id\n"
    "  too-much            result: twice the units; payout: of twice the units\n"
    "  wrong-class         verify, recheck: says Class II where it is Class I\n"
    "  other-holder        recheck: says that the account is another person's now\n"
    "  wrong-element NAME  verify: says that NAME (name, id_number, mobile or account) differs\n"
    "\n"
    "Examples:\n"
    "  kind=post side=debit every=10 -> refuse AM04\n"
    "  kind=post account=6226220000000009 nth=1 -> disconnect-after-post\n"
    "  kind=verify -> wrong-element mobile\n"
    "  kind=confirm nth=1 -> drop\n"
    "  kind=result -> too-much\n";

static const struct bk_word kinds[] = {{"verify", MESSAGE_VERIFY_ACCOUNT},
                                       {"issue", MESSAGE_ISSUE_CHALLENGE},
                                       {"check", MESSAGE_CHECK_CHALLENGE},
                                       {"recheck", MESSAGE_RECHECK_ACCOUNT},
                                       {"post", MESSAGE_POST_INSTRUCTION},
                                       {"inquire", MESSAGE_INQUIRE_POSTING},
                                       {"cancel", MESSAGE_CANCEL_POSTING},
                                       {"balance", MESSAGE_ASK_BALANCE},
                                       {"status", MESSAGE_ASK_ACCOUNT_STATUS},
                                       {"card", MESSAGE_ASK_CARD},
                                       {"order", MESSAGE_ORDER_INSTRUCTION},
                                       {"confirm", MESSAGE_CONFIRM_CREDIT},
                                       {"result", MESSAGE_ORDER_RESULT},
                                       {"payout", MESSAGE_PAYOUT},
                                       {"decide", MESSAGE_DECIDE_LOAN},
                                       {"draw", MESSAGE_DRAW_LOAN},
                                       {NULL, 0}};
static const struct bk_word elements[] = {{"name", BK_ELEMENT_NAME},
                                          {"id_number", BK_ELEMENT_ID_NUMBER},
                                          {"mobile", BK_ELEMENT_MOBILE},
                                          {"account", BK_ELEMENT_ACCOUNT},
                                          {NULL, 0}};

enum argument { ARGUMENT_NONE, ARGUMENT_CODE, ARGUMENT_MS, ARGUMENT_ELEMENT, ARGUMENT_METHOD };

static const struct action {
    const char *name;
    enum bk_action action;
    enum argument argument;
    uint32_t only[2]; /* the kinds that know it; 0: all */
    bool ours;        /* kinds that are our own messages know it too */
} actions[] = {
    {"refuse", BK_ACT_REFUSE, ARGUMENT_CODE, {0}, false},
    {"delay", BK_ACT_DELAY, ARGUMENT_MS, {0}, true},
    {"delay-post", BK_ACT_DELAY_POST, ARGUMENT_MS, {MESSAGE_POST_INSTRUCTION}, false},
    {"drop", BK_ACT_DROP, ARGUMENT_NONE, {0}, true},
    {"drop-answer", BK_ACT_DROP_ANSWER, ARGUMENT_NONE, {0}, false},
    {"answer-twice", BK_ACT_ANSWER_TWICE, ARGUMENT_NONE, {0}, false},
    {"disconnect-before-post", BK_ACT_DISCONNECT_BEFORE_POST, ARGUMENT_NONE, {0}, false},
    {"disconnect-after-post", BK_ACT_DISCONNECT_AFTER_POST, ARGUMENT_NONE, {0}, false},
    {"step-up", BK_ACT_STEP_UP, ARGUMENT_METHOD, {MESSAGE_POST_INSTRUCTION}, false},
    {"twice", BK_ACT_TWICE, ARGUMENT_NONE, {MESSAGE_ORDER_RESULT}, true},
    {"too-much", BK_ACT_TOO_MUCH, ARGUMENT_NONE, {MESSAGE_ORDER_RESULT, MESSAGE_PAYOUT}, true},
    {"contradict", BK_ACT_CONTRADICT, ARGUMENT_CODE, {MESSAGE_POST_INSTRUCTION}, false},
    {"wrong-class",
     BK_ACT_WRONG_CLASS,
     ARGUMENT_NONE,
     {MESSAGE_VERIFY_ACCOUNT, MESSAGE_RECHECK_ACCOUNT},
     false},
    {"wrong-element", BK_ACT_WRONG_ELEMENT, ARGUMENT_ELEMENT, {MESSAGE_VERIFY_ACCOUNT}, false},
    {"other-holder", BK_ACT_OTHER_HOLDER, ARGUMENT_NONE, {MESSAGE_RECHECK_ACCOUNT}, false},
};

struct parsing {
    struct bk_fault_rule rule;
    char *reason;
    size_t reason_size;
};

static int refuse(struct parsing *parsing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int refuse(struct parsing *parsing, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    /* The analyzer does not know va_start here. NOLINTNEXTLINE(clang-analyzer-valist*) */
    vsnprintf(parsing->reason, parsing->reason_size, format, arguments);
    va_end(arguments);
    text_make_clean(parsing->reason);
    return -1;
}

static bool parse_count(const char *text, int64_t max, int64_t *count_out) {
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < 1 || value > max)
        return false;
    *count_out = value;
    return true;
}

static int parse_match(struct parsing *parsing, const char *name, const char *value) {
    struct bk_fault_rule *rule = &parsing->rule;
    int64_t number;
    uint32_t word;
    if (strcmp(name, "kind") == 0) {
        if (!bk_word_find(kinds, value, &rule->kind))
            return refuse(parsing, "kind is verify, issue, check, recheck, post, inquire, cancel, "
                                   "balance, status, card, order, confirm, result, payout, "
                                   "decide or draw");
    } else if (strcmp(name, "account") == 0) {
        if (!account_number_valid(span_text(value)))
            return refuse(parsing, "account: 5 to 34 digits and capital letters");
        snprintf(rule->account, sizeof(rule->account), "%s", value);
    } else if (strcmp(name, "side") == 0) {
        if (!bk_word_find(bk_words_side, value, &word))
            return refuse(parsing, "side is debit or credit");
        rule->side = (enum posting_side)word;
    } else if (strcmp(name, "amount") == 0) {
        if (!parse_count(value, INT64_MAX, &rule->fen))
            return refuse(parsing, "amount: fen, at least 1");
    } else if (strcmp(name, "nth") == 0 || strcmp(name, "every") == 0) {
        if (!parse_count(value, INT64_MAX, &number))
            return refuse(parsing, "%s: a number from 1", name);
        *(*name == 'n' ? &rule->nth : &rule->every) = (uint64_t)number;
    } else {
        return refuse(parsing, "no match '%s': see linkgate-bank --help-faults", name);
    }
    return 0;
}

static int parse_argument(struct parsing *parsing, enum argument argument, const char *text) {
    struct bk_fault *fault = &parsing->rule.fault;
    int64_t ms;
    uint32_t element;
    if (text == NULL)
        return argument == ARGUMENT_NONE ? 0 : refuse(parsing, "the action wants a word behind it");
    switch (argument) {
    case ARGUMENT_NONE:
        return refuse(parsing, "the action takes nothing behind it");
    case ARGUMENT_CODE:
        if (!reason_code_valid(span_text(text)))
            return refuse(parsing, "an ISO 20022 code of four characters is wanted, as AM04");
        snprintf(fault->reason, sizeof(fault->reason), "%s", text);
        break;
    case ARGUMENT_METHOD:
        if (strlen(text) >= sizeof(fault->method))
            return refuse(parsing, "a method has at most %zu bytes", sizeof(fault->method) - 1);
        snprintf(fault->method, sizeof(fault->method), "%s", text);
        break;
    case ARGUMENT_MS:
        if (!parse_count(text, DELAY_MAX_MS, &ms))
            return refuse(parsing, "a delay is 1 to %d ms", DELAY_MAX_MS);
        fault->ms = (uint32_t)ms;
        break;
    case ARGUMENT_ELEMENT:
        if (!bk_word_find(elements, text, &element))
            return refuse(parsing, "an element is name, id_number, mobile or account");
        fault->element = (enum bk_element)element;
        break;
    }
    return 0;
}

/* A message that this bank sends, and not one that it answers. */
static bool is_ours(uint32_t kind) {
    return kind == MESSAGE_CONFIRM_CREDIT || kind == MESSAGE_ORDER_RESULT ||
           kind == MESSAGE_PAYOUT || kind == MESSAGE_DECIDE_LOAN || kind == MESSAGE_DRAW_LOAN;
}

static bool ours_knows(uint32_t kind, const struct action *action) {
    if (kind == MESSAGE_DRAW_LOAN)
        return action->action == BK_ACT_REFUSE;
    return action->ours || (kind == MESSAGE_DECIDE_LOAN && action->action == BK_ACT_REFUSE);
}

static int parse_action(struct parsing *parsing, const char *name, const char *argument) {
    struct bk_fault_rule *rule = &parsing->rule;
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (strcmp(actions[i].name, name) != 0)
            continue;
        const uint32_t *only = actions[i].only;
        if (is_ours(rule->kind) && !ours_knows(rule->kind, &actions[i]))
            return refuse(parsing, "kind=%s does not know '%s'", bk_word_of(kinds, rule->kind),
                          name);
        if (only[0] != 0 && rule->kind != only[0] && (only[1] == 0 || rule->kind != only[1]))
            return refuse(parsing, "'%s' needs kind=%s%s%s", name, bk_word_of(kinds, only[0]),
                          only[1] != 0 ? " or kind=" : "", bk_word_of(kinds, only[1]));
        rule->fault.action = actions[i].action;
        return parse_argument(parsing, actions[i].argument, argument);
    }
    return refuse(parsing, "no action '%s': see linkgate-bank --help-faults", name);
}

static char *next_word(char **rest) {
    char *word = NULL;
    while (*rest != NULL && (word == NULL || *word == '\0'))
        word = strsep(rest, " \t");
    return word == NULL || *word == '\0' ? NULL : word;
}

static int parse_rule(struct parsing *parsing, char *line) {
    char *rest = line;
    char *word = next_word(&rest);
    for (; word != NULL && strcmp(word, "->") != 0; word = next_word(&rest)) {
        char *value = strchr(word, '=');
        if (value == NULL)
            return refuse(parsing, "'%s' is no match: write name=value, then ->", word);
        *value++ = '\0';
        int failed = parse_match(parsing, word, value);
        if (failed)
            return failed;
    }
    char *action = word != NULL ? next_word(&rest) : NULL;
    if (action == NULL)
        return refuse(parsing, "-> and an action are missing");
    char *argument = next_word(&rest);
    if (next_word(&rest) != NULL)
        return refuse(parsing, "there is something behind the action: remove it");
    return parse_action(parsing, action, argument);
}

int bk_faults_add(struct bk_faults *faults, const char *rule, char *reason_out,
                  size_t reason_size) {
    struct parsing parsing = {.reason = reason_out, .reason_size = reason_size};
    char line[LINE_SIZE];
    if (strlen(rule) >= sizeof(line))
        return refuse(&parsing, "a rule has at most %zu bytes", sizeof(line) - 1);
    if (faults->count == BK_FAULTS_MAX)
        return refuse(&parsing, "more than %d rules", BK_FAULTS_MAX);
    snprintf(line, sizeof(line), "%s", rule);
    int failed = parse_rule(&parsing, line);
    if (!failed)
        faults->rules[faults->count++] = parsing.rule;
    return failed;
}

int bk_faults_load(const char *path, struct bk_faults *faults, char *reason_out,
                   size_t reason_size) {
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        snprintf(reason_out, reason_size, "%s: cannot be opened: %s", path, strerror(errno));
        return -1;
    }
    char line[LINE_SIZE];
    char why[256];
    int failed = 0;
    unsigned number = 0;
    while (!failed && fgets(line, sizeof(line), file) != NULL) {
        number++;
        line[strcspn(line, "\r\n")] = '\0';
        if (*line != '\0' && *line != '#')
            failed = bk_faults_add(faults, line, why, sizeof(why));
    }
    fclose(file);
    if (failed)
        snprintf(reason_out, reason_size, "%s:%u: %s", path, number, why);
    return failed;
}

static bool fits(const struct bk_fault_rule *rule, const struct bk_fault_subject *subject) {
    bool ours = is_ours(subject->kind);
    return (rule->kind == subject->kind || (rule->kind == 0 && !ours)) &&
           (*rule->account == '\0' || span_equal(span_text(rule->account), subject->account)) &&
           (rule->side == 0 || rule->side == subject->side) &&
           (rule->fen == 0 || rule->fen == subject->fen);
}

struct bk_fault bk_faults_match(struct bk_faults *faults, const struct bk_fault_subject *subject) {
    struct bk_fault fault = {.action = BK_ACT_NONE};
    for (size_t i = 0; i < faults->count; i++) {
        struct bk_fault_rule *rule = &faults->rules[i];
        if (!fits(rule, subject))
            continue;
        rule->seen++;
        bool fires = (rule->nth == 0 || rule->seen == rule->nth) &&
                     (rule->every == 0 || rule->seen % rule->every == 0);
        if (fires && fault.action == BK_ACT_NONE)
            fault = rule->fault;
    }
    return fault;
}

void bk_faults_help(FILE *out) {
    fputs(help_text, out);
}
