/*
 * The table of commands, and the words of a line.
 *
 * Invariant: every command answers its session exactly once, an unknown one and a wrong option
 * included. What a command does stands in ask.c and show.c.
 */
#include "bank/commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/gateway.h"

#define WAIT_MS 30000

static void command_help(const struct bk_call *call);
static void command_wait(const struct bk_call *call);
static void command_stop(const struct bk_call *call);
static void command_disconnect(const struct bk_call *call);
static void command_fault(const struct bk_call *call);
static void command_faults_clear(const struct bk_call *call);

static const struct {
    const char *name;
    void (*run)(const struct bk_call *call);
    const char *help;
} commands[] = {
    {"status", bk_command_status, "connections, open requests, last notice"},
    {"wait", command_wait, "[timeout_ms=30000]: until a connection to the gateway works"},
    {"open-link", bk_command_open_link,
     "class2=NUMBER class1_bank=CODE class1=NUMBER [name= id= mobile= class= opening= scopes= "
     "single_fen= daily_fen= daily_count= yearly_fen= consent=0 timeout_ms= request_id=]: name, id "
     "and mobile are those of the class2 account's holder if not given; scopes: collect,pay,..."},
    {"challenge", bk_command_challenge, "LINK [timeout_ms= request_id=]: send the customer a code"},
    {"answer", bk_command_answer, "LINK CODE [timeout_ms= request_id=]: the code that was typed"},
    {"close-link", bk_command_close_link, "LINK [reason=CUST request_id=]"},
    {"get-link", bk_command_get_link, "LINK, or request_id=ID: what the gateway holds"},
    {"transfer", bk_command_transfer,
     "link=ID dir=push|pull fen=N [timeout_ms= currency=CNY request_id= final=1]: final=1 waits "
     "beyond UNKNOWN; a request_id that was used before only asks the gateway again"},
    {"get-transfer", bk_command_get_transfer, "ID, or request_id=ID: what the gateway holds"},
    {"load", bk_command_load,
     "link=ID[,ID...]|all count=N [inflight=32 push=50 amount=100 timeout_ms=]: N transfers over "
     "these links, push in percent, until each is final"},
    {"accounts", bk_command_accounts, "[NUMBER]: accounts and balances"},
    {"links", bk_command_links, "links that this bank knows"},
    {"postings", bk_command_postings,
     "[limit=1000]: what was posted, refused or barred for others"},
    {"transfers", bk_command_transfers, "[limit=1000]: what became of our own"},
    {"books", bk_command_books, "sums of what moved, and balances"},
    {"sms", bk_command_sms, "MOBILE: the last message that a customer got, with its code"},
    {"fault", command_fault, "RULE: one rule more (see linkgate-bank --help-faults)"},
    {"faults-clear", command_faults_clear, "forget all rules"},
    {"disconnect", command_disconnect, "cut all connections; they come back"},
    {"raw-request", bk_command_raw_request,
     "kind=N [payload=HEX timeout_ms=]: any request; prints the answer"},
    {"raw-frame", bk_command_raw_frame, "HEX: any bytes inside TLS, as they are"},
    {"stop", command_stop, "end the bank"},
    {"help", command_help, "this list"},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

void bk_command_run(struct bk_session *session, int count, char **words) {
    const struct bk_call call = {session, count, words};
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i].name, words[0]) == 0) {
            commands[i].run(&call);
            return;
        }
    }
    bk_session_error(session, "no such command: `help` lists them");
}

const char *bk_call_option(const struct bk_call *call, const char *name) {
    size_t size = strlen(name);
    for (int i = 1; i < call->count; i++) {
        if (strncmp(call->words[i], name, size) == 0 && call->words[i][size] == '=')
            return call->words[i] + size + 1;
    }
    return NULL;
}

const char *bk_call_word(const struct bk_call *call, int index) {
    for (int i = 1; i < call->count; i++) {
        if (strchr(call->words[i], '=') == NULL && index-- == 0)
            return call->words[i];
    }
    return NULL;
}

static bool complain(const struct bk_call *call, const char *name, const char *text) {
    char line[128];
    snprintf(line, sizeof(line), "%s: %s", name, text);
    bk_session_error(call->session, line);
    return false;
}

bool bk_call_fen(const struct bk_call *call, const char *name, int64_t *value_out) {
    const char *text = bk_call_option(call, name);
    if (text == NULL)
        return true;
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0')
        return complain(call, name, "a whole number of 64 bits");
    *value_out = value;
    return true;
}

bool bk_call_number(const struct bk_call *call, const char *name, uint32_t *value_out) {
    int64_t value = *value_out;
    if (!bk_call_fen(call, name, &value))
        return false;
    if (value < 0 || value > UINT32_MAX)
        return complain(call, name, "a whole number from 0 to 4294967295");
    *value_out = (uint32_t)value;
    return true;
}

bool bk_call_id(const struct bk_call *call, const char *name, struct id *value_out) {
    const char *text = bk_call_option(call, name);
    if (text == NULL || id_parse(text, value_out))
        return true;
    return complain(call, name, "32 hex digits");
}

bool bk_call_word_id(const struct bk_call *call, int index, const char *what,
                     struct id *value_out) {
    const char *text = bk_call_word(call, index);
    if (text != NULL && id_parse(text, value_out))
        return true;
    return complain(call, what, "its id is wanted here, 32 hex digits");
}

/* ---- the bank itself ---------------------------------------------------------------------- */

static void done(const struct bk_call *call) {
    struct bk_json json = bk_session_result(call->session, "granted");
    bk_session_end(call->session, &json);
}

static void command_help(const struct bk_call *call) {
    for (size_t i = 0; i < COMMANDS; i++) {
        struct bk_json json = bk_session_line(call->session);
        bk_json_string(&json, "command", commands[i].name);
        bk_json_string(&json, "help", commands[i].help);
        bk_json_end(&json);
    }
    done(call);
}

static void command_wait(const struct bk_call *call) {
    uint32_t wait_ms = WAIT_MS;
    if (!bk_call_number(call, "timeout_ms", &wait_ms))
        return;
    call->session->until_up = true;
    call->session->deadline_ms = bk_now_ms(call->session->bank) + wait_ms;
}

static void command_stop(const struct bk_call *call) {
    call->session->bank->stopping = true;
    done(call);
}

static void command_disconnect(const struct bk_call *call) {
    bk_gateway_cut_all(call->session->bank->gateway);
    done(call);
}

static void command_fault(const struct bk_call *call) {
    char rule[512] = "";
    char reason[256];
    size_t size = 0;
    for (int i = 1; i < call->count && size < sizeof(rule); i++)
        size += (size_t)snprintf(rule + size, sizeof(rule) - size, "%s ", call->words[i]);
    if (size >= sizeof(rule))
        bk_session_error(call->session, "the rule is too long");
    else if (bk_faults_add(&call->session->bank->faults, rule, reason, sizeof(reason)))
        bk_session_error(call->session, reason);
    else
        done(call);
}

static void command_faults_clear(const struct bk_call *call) {
    call->session->bank->faults.count = 0;
    done(call);
}
