/*
 * Commands that happen at the bank itself: accounts that change, customers who confirm, faults,
 * connections.
 *
 * Invariant: they ask the gateway for nothing and are answered at once, but for `wait`.
 */
#include <stdio.h>

#include "bank/answers.h"
#include "bank/changes.h"
#include "bank/commands.h"
#include "bank/gateway.h"

#define WAIT_MS 30000

static void done(const struct bk_call *call) {
    struct bk_json json = bk_session_result(call->session, "granted");
    bk_session_end(call->session, &json);
}

void bk_command_account(const struct bk_call *call) {
    struct bk_session *session = call->session;
    struct bk_bank *bank = session->bank;
    const char *number = bk_call_word(call, 0);
    const char *change = bk_call_word(call, 1);
    struct bk_account *account =
        number != NULL ? bk_accounts_find(&bank->accounts, span_text(number)) : NULL;
    if (account == NULL || change == NULL) {
        bk_session_error(session, "NUMBER CHANGE: an account of this bank, and what becomes of it");
        return;
    }
    const char *wrong =
        bk_change(bank->db, account, change, bk_call_option(call, "to"), bk_wall_ms(bank));
    if (wrong != NULL)
        bk_session_error(session, wrong);
    else
        done(call);
}

static void decide(const struct bk_call *call, const char *reason) {
    struct id transfer;
    if (!bk_call_word_id(call, 0, "transfer", &transfer))
        return;
    if (bk_answers_confirm(call->session->bank, &transfer, reason))
        done(call);
    else
        bk_session_error(call->session, "no debit of that transfer waits for its customer");
}

void bk_command_confirm(const struct bk_call *call) {
    decide(call, "");
}

void bk_command_decline(const struct bk_call *call) {
    const char *reason = bk_call_option(call, "reason");
    reason = reason != NULL ? reason : "MS02";
    if (reason_code_valid(span_text(reason)))
        decide(call, reason);
    else
        bk_session_error(call->session, "reason: an ISO 20022 code of four characters");
}

void bk_command_wait(const struct bk_call *call) {
    uint32_t wait_ms = WAIT_MS;
    if (!bk_call_number(call, "timeout_ms", &wait_ms))
        return;
    call->session->until_up = true;
    call->session->deadline_ms = bk_now_ms(call->session->bank) + wait_ms;
}

void bk_command_stop(const struct bk_call *call) {
    call->session->bank->stopping = true;
    done(call);
}

void bk_command_disconnect(const struct bk_call *call) {
    bk_gateway_cut_all(call->session->bank->gateway);
    done(call);
}

void bk_command_fault(const struct bk_call *call) {
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

void bk_command_faults_clear(const struct bk_call *call) {
    call->session->bank->faults.count = 0;
    done(call);
}
