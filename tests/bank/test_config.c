/*
 * The bank's three files: each fault is told with file, line and remedy, and the right ones mean
 * what their documentation says.
 */
#include "bank/config.h"

#include <string.h>

#include "bank/accounts.h"
#include "bank/faults.h"
#include "bank/folder.h"

#define NOW_MS 1798732799000
#define REASON_MAX 512

static struct folder folder;

static const char right[] = "[gateway]\nhost = 127.0.0.1\nport = 7000\n"
                            "[bank]\ncode = 999100000011\nroles = class1\n"
                            "[tls]\nca = a\ncertificate = b\nkey = c\n"
                            "[data]\ndir = d\naccounts = e\ncontrol = f\n";

static int load_config(const char *text, struct bk_config *config, char *reason) {
    char path[FOLDER_PATH_SIZE];
    *reason = '\0';
    return bk_config_load(folder_file(&folder, "bank.ini", text, path), config, reason, REASON_MAX);
}

/* The right text with one line replaced or (to NULL) left out. */
static void expect_fault(const char *from, const char *to, const char *expected) {
    char text[1024];
    char reason[REASON_MAX];
    struct bk_config config;
    const char *at = strstr(right, from);
    assert_non_null(at);
    snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - right), right, to, at + strlen(from));
    assert_int_not_equal(load_config(text, &config, reason), 0);
    if (strstr(reason, expected) == NULL)
        fail_msg("'%s' does not say '%s'", reason, expected);
}

static void reads_a_configuration(void **state) {
    struct bk_config config;
    char reason[REASON_MAX];
    (void)state;
    assert_int_equal(load_config(right, &config, reason), 0);
    assert_string_equal(config.host, "127.0.0.1");
    assert_int_equal(config.port, 7000);
    assert_int_equal(config.code, 999100000011);
    assert_int_equal(config.roles, BANK_ROLE_CLASS1);
    assert_int_equal(config.window, 1024);
    assert_int_equal(config.code_tries, 3);
    assert_string_equal(config.faults, "");
}

static void refuses_configurations(void **state) {
    (void)state;
    expect_fault("port = 7000", "port = 70000", "bank.ini:3: port: write a whole number from 1");
    expect_fault("port = 7000", "port = 7x", "bank.ini:3");
    expect_fault("port = 7000\n", "", "[gateway] port is missing");
    expect_fault("port = 7000", "prot = 7000", "bank.ini:3: no key 'prot' in section [gateway]");
    expect_fault("port = 7000", "port = 7000\nport = 7000", "bank.ini:4: [gateway] port is given");
    expect_fault("[bank]", "[bnak]", "bank.ini:5: no key 'code' in section [bnak]");
    expect_fault("999100000011", "999100000012", "check digit");
    expect_fault("class1", "class3", "write class1");
    expect_fault("ca = a", "ca =", "ca is empty");
    expect_fault("ca = a", "nonsense", "bank.ini:8: neither");
}

static int load_accounts(const char *lines, struct bk_accounts *accounts, char *reason) {
    char path[FOLDER_PATH_SIZE];
    char text[1024];
    *reason = '\0';
    snprintf(text, sizeof(text), "%s\n%s", BK_ACCOUNTS_HEADER, lines);
    return bk_accounts_load(folder_file(&folder, "accounts.csv", text, path), NOW_MS, accounts,
                            reason, REASON_MAX);
}

static void reads_accounts(void **state) {
    struct bk_accounts accounts;
    char reason[REASON_MAX];
    (void)state;
    assert_int_equal(load_accounts("# people\n\n"
                                   "王·敏,11010519491231002x,13800000001,6226220000000009,1,open,"
                                   "counter,12345,no,no,yes\n"
                                   "B,999999199001010016,13900000001,II00001,2,blocked,remote,0,"
                                   "yes,yes,no\r\n",
                                   &accounts, reason),
                     0);
    assert_int_equal(accounts.count, 2);
    const struct bk_account *first = bk_accounts_find(&accounts, span_text("6226220000000009"));
    assert_string_equal(first->name, "王·敏");
    assert_string_equal(first->id_number, "11010519491231002X");
    assert_int_equal(first->balance_fen, 12345);
    assert_true(first->minor && !first->joint);
    const struct bk_account *second = bk_accounts_find(&accounts, span_text("II00001"));
    assert_int_equal(second->account_class, ACCOUNT_CLASS_II);
    assert_int_equal(second->status, ACCOUNT_BLOCKED);
    assert_null(bk_accounts_find(&accounts, span_text("II00002")));
    bk_accounts_deinit(&accounts);
}

static void refuses_accounts(void **state) {
    static const struct {
        const char *line;
        const char *expected;
    } cases[] = {
        {"A,999999199001010017,13800000001,ACC01,1,open,counter,1,no,no,no", "2: id_number"},
        {"A,999999199001010016,23800000001,ACC01,1,open,counter,1,no,no,no", "2: mobile"},
        {"A,999999199001010016,13800000001,acc01,1,open,counter,1,no,no,no", "2: account"},
        {"A,999999199001010016,13800000001,ACC01,4,open,counter,1,no,no,no", "2: class"},
        {"A,999999199001010016,13800000001,ACC01,1,shut,counter,1,no,no,no", "2: status"},
        {"A,999999199001010016,13800000001,ACC01,1,open,branch,1,no,no,no", "2: opening"},
        {"A,999999199001010016,13800000001,ACC01,1,open,counter,-1,no,no,no", "2: balance_fen"},
        {"A,999999199001010016,13800000001,ACC01,1,open,counter,1,no,no,maybe", "2: joint"},
        {"A,999999199001010016,13800000001,ACC01,1,open,counter,1,no,no", "10 fields"},
        {",999999199001010016,13800000001,ACC01,1,open,counter,1,no,no,no", "2: name"},
        {"A,999999199001010016,13800000001,ACC01,1,open,counter,1,no,no,no\n"
         "A,999999199001010016,13800000001,ACC01,1,open,counter,1,no,no,no",
         "there twice"},
    };
    struct bk_accounts accounts;
    char reason[REASON_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_not_equal(load_accounts(cases[i].line, &accounts, reason), 0);
        if (strstr(reason, cases[i].expected) == NULL)
            fail_msg("'%s' does not say '%s'", reason, cases[i].expected);
    }
}

static struct bk_fault match(struct bk_faults *faults, uint32_t kind, const char *account,
                             enum posting_side side, int64_t fen) {
    const struct bk_fault_subject subject = {kind, span_text(account), side, fen};
    return bk_faults_match(faults, &subject);
}

static struct bk_fault post(struct bk_faults *faults) {
    return match(faults, MESSAGE_POST_INSTRUCTION, "ACC01", POSTING_DEBIT, 5);
}

static void add(struct bk_faults *faults, const char *rule) {
    char reason[REASON_MAX] = "";
    if (bk_faults_add(faults, rule, reason, sizeof(reason)) != 0)
        fail_msg("%s: %s", rule, reason);
}

static void fires_rules(void **state) {
    struct bk_faults faults = {0};
    (void)state;
    add(&faults, "kind=post nth=2 -> drop");
    add(&faults, "kind=post every=3 -> delay 250");
    add(&faults, "kind=verify account=ACC02 -> wrong-element mobile");
    add(&faults, "side=credit amount=7 -> refuse AC06");
    assert_int_equal(post(&faults).action, BK_ACT_NONE);
    assert_int_equal(post(&faults).action, BK_ACT_DROP);
    struct bk_fault third = post(&faults);
    assert_int_equal(third.action, BK_ACT_DELAY);
    assert_int_equal(third.ms, 250);
    assert_int_equal(post(&faults).action, BK_ACT_NONE);
    assert_int_equal(match(&faults, MESSAGE_VERIFY_ACCOUNT, "ACC01", 0, 0).action, BK_ACT_NONE);
    struct bk_fault verify = match(&faults, MESSAGE_VERIFY_ACCOUNT, "ACC02", 0, 0);
    assert_int_equal(verify.action, BK_ACT_WRONG_ELEMENT);
    assert_int_equal(verify.element, BK_ELEMENT_MOBILE);
    struct bk_fault credit = match(&faults, MESSAGE_POST_INSTRUCTION, "ACC09", POSTING_CREDIT, 7);
    assert_int_equal(credit.action, BK_ACT_REFUSE);
    assert_string_equal(credit.reason, "AC06");
}

/* Our own messages are kept back only by rules that name them. */
static void keeps_to_its_own_confirmations(void **state) {
    struct bk_faults faults = {0};
    (void)state;
    add(&faults, "-> drop");
    assert_int_equal(match(&faults, MESSAGE_CONFIRM_CREDIT, "ACC01", POSTING_CREDIT, 7).action,
                     BK_ACT_NONE);
    add(&faults, "kind=confirm amount=7 -> drop");
    assert_int_equal(match(&faults, MESSAGE_CONFIRM_CREDIT, "ACC01", POSTING_CREDIT, 7).action,
                     BK_ACT_DROP);
}

static void reads_all_actions(void **state) {
    static const char *const rules[] = {
        "kind=post -> refuse AM04",
        "kind=post -> delay 1",
        "kind=post -> delay-post 1000",
        "kind=inquire -> drop",
        "-> drop-answer",
        "kind=check -> answer-twice",
        "kind=post -> disconnect-after-post",
        "kind=post -> disconnect-before-post",
        "kind=verify -> wrong-class",
        "kind=verify   ->   wrong-element  id_number",
        "kind=recheck -> wrong-class",
        "kind=recheck -> other-holder",
        "kind=cancel -> drop-answer",
        "kind=balance -> refuse AC06",
        "kind=status -> answer-twice",
        "kind=post side=debit -> step-up APP",
        "kind=post -> contradict AM04",
        "kind=confirm nth=1 -> drop",
        "kind=confirm -> delay 500",
        "kind=order nth=2 -> drop-answer",
        "kind=result -> twice",
        "kind=result amount=7 -> too-much",
        "kind=payout -> drop",
        "kind=decide -> refuse AM04",
        "kind=decide nth=1 -> drop",
        "kind=decide -> delay 500",
        "kind=draw amount=7 -> refuse AC04",
    };
    struct bk_faults faults = {0};
    (void)state;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        add(&faults, rules[i]);
    assert_int_equal(faults.count, sizeof(rules) / sizeof(rules[0]));
}

static void refuses_rules(void **state) {
    static const struct {
        const char *rule;
        const char *expected;
    } cases[] = {
        {"kind=pots -> drop", "kind is verify"},
        {"kind=post -> dorp", "no action 'dorp'"},
        {"kind=post drop", "'drop' is no match"},
        {"kind=post ->", "action are missing"},
        {"colour=red -> drop", "no match 'colour'"},
        {"kind=post -> refuse", "wants a word"},
        {"kind=post -> refuse am04", "ISO 20022"},
        {"kind=post -> drop now", "takes nothing"},
        {"kind=post -> delay 0", "a delay is"},
        {"kind=post -> delay 5 6", "remove it"},
        {"kind=post -> wrong-class", "needs kind=verify"},
        {"-> delay-post 5", "needs kind=post"},
        {"nth=0 -> drop", "nth: a number from 1"},
        {"kind=verify -> wrong-element age", "an element is"},
        {"kind=confirm -> refuse AM04", "kind=confirm does not know 'refuse'"},
        {"kind=draw -> drop", "kind=draw does not know 'drop'"},
        {"kind=decide -> contradict AM04", "kind=decide does not know 'contradict'"},
        {"kind=payout -> twice", "'twice' needs kind=result"},
        {"kind=order -> too-much", "needs kind=result or kind=payout"},
        {"kind=verify -> other-holder", "needs kind=recheck"},
        {"kind=inquire -> contradict AM04", "needs kind=post"},
        {"kind=post -> step-up 12345678901234567", "a method has at most"},
    };
    struct bk_faults faults = {0};
    char reason[REASON_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_not_equal(bk_faults_add(&faults, cases[i].rule, reason, sizeof(reason)), 0);
        if (strstr(reason, cases[i].expected) == NULL)
            fail_msg("'%s' does not say '%s'", reason, cases[i].expected);
    }
    assert_int_equal(faults.count, 0);
}

static void says_where_a_rule_is_wrong(void **state) {
    struct bk_faults faults = {0};
    char path[FOLDER_PATH_SIZE];
    char reason[REASON_MAX];
    (void)state;
    folder_file(&folder, "faults", "# rules\n\n-> drop\nkind=x -> drop\n", path);
    assert_int_not_equal(bk_faults_load(path, &faults, reason, sizeof(reason)), 0);
    assert_non_null(strstr(reason, "faults:4: kind is"));
    folder_file(&folder, "none", NULL, path);
    assert_int_not_equal(bk_faults_load(path, &faults, reason, sizeof(reason)), 0);
}

static int setup(void **state) {
    (void)state;
    folder_open(&folder);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    folder_close(&folder);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_configuration),
        cmocka_unit_test(refuses_configurations),
        cmocka_unit_test(reads_accounts),
        cmocka_unit_test(refuses_accounts),
        cmocka_unit_test(fires_rules),
        cmocka_unit_test(reads_all_actions),
        cmocka_unit_test(keeps_to_its_own_confirmations),
        cmocka_unit_test(refuses_rules),
        cmocka_unit_test(says_where_a_rule_is_wrong),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
