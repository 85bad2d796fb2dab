/*
 * Answering the gateway.
 *
 * Invariant: what the script does to the conversation (delays, drops, cuts, repetitions,
 * contradictions) never reaches the books: those are asked.c's and keep their rules. An instruction
 * that waits for the customer is decided when it is confirmed, declined or barred, and at the latest
 * when its validity ends.
 */
#include "bank/answers.h"

#include <stdio.h>
#include <stdlib.h>

#include "bank/asked.h"
#include "bank/gateway.h"
#include "bank/submit.h"
#include "util/logline.h"

/* POSTED has long arrived when REFUSED follows, whatever way each takes. */
#define CONTRADICT_MS 200
#define STEP_UP_TEXT "Confirm this payment with your bank."

static void refuse(struct bk_bank *bank, const struct bk_incoming *incoming,
                   enum refusal_code code) {
    const struct refusal refusal = {.code = code, .field = ""};
    bk_gateway_refuse(bank->gateway, incoming->connection, incoming->correlation, incoming->kind,
                      &refusal);
}

/* By itself, as a request of ours. NULL: it could not be. */
static struct bk_item *send_result(struct bk_bank *bank, struct span payload) {
    const struct bk_item spec = {.kind = MESSAGE_POSTING_RESULT, .raw = true};
    struct bk_item *item = bk_submit_request(bank, &spec, payload);
    if (item == NULL)
        log_line(LOG_WARNING, "result_not_sent",
                 LOG_TEXT("remedy", "too many open requests; the gateway will inquire"));
    return item;
}

static void reply(struct bk_bank *bank, const struct bk_incoming *incoming, struct span payload) {
    if (!bk_gateway_reply(bank->gateway, incoming->connection, incoming->correlation,
                          incoming->kind, payload) &&
        incoming->kind == MESSAGE_POST_INSTRUCTION)
        (void)send_result(bank, payload);
}

static void contradict(struct bk_bank *bank, const struct bk_question *question) {
    const struct posting_result result = {.transfer = question->body.post.transfer,
                                          .outcome = POSTING_REFUSED,
                                          .reason = span_text(question->fault.reason)};
    struct buf payload = {NULL, 0, 0};
    partner_encode_posting_result(&result, &payload);
    struct bk_item *item = send_result(bank, buf_span(&payload));
    if (item != NULL)
        bk_outbox_pause(&bank->outbox, item, bk_now_ms(bank) + CONTRADICT_MS);
    buf_deinit(&payload);
}

static void answer(struct bk_bank *bank, const struct bk_question *question, struct span payload) {
    const struct bk_incoming *incoming = &question->incoming;
    static const struct id none;
    struct bk_incoming later = *incoming;
    later.payload = payload;
    switch (question->fault.action) {
    case BK_ACT_DROP_ANSWER:
        return;
    case BK_ACT_DISCONNECT_AFTER_POST:
        bk_gateway_cut(bank->gateway, incoming->connection);
        return;
    case BK_ACT_DELAY:
        if (bk_deferrals_add(bank->deferrals, &later, false, &none,
                             bk_now_ms(bank) + question->fault.ms))
            return;
        break;
    case BK_ACT_ANSWER_TWICE:
        reply(bank, incoming, payload);
        break;
    case BK_ACT_CONTRADICT:
        contradict(bank, question);
        break;
    case BK_ACT_NONE:
    case BK_ACT_REFUSE:
    case BK_ACT_DELAY_POST:
    case BK_ACT_DROP:
    case BK_ACT_DISCONNECT_BEFORE_POST:
    case BK_ACT_WRONG_CLASS:
    case BK_ACT_WRONG_ELEMENT:
    case BK_ACT_OTHER_HOLDER:
    case BK_ACT_STEP_UP:
    case BK_ACT_TWICE:
    case BK_ACT_TOO_MUCH:
        break;
    }
    reply(bank, incoming, payload);
}

/* ---- the customer confirms ---------------------------------------------------------------- */

static void say_step_up(struct bk_bank *bank, const struct id *transfer, const char *method) {
    const struct step_up message = {
        .transfer = *transfer, .method = span_text(method), .text = SPAN_LITERAL(STEP_UP_TEXT)};
    const struct bk_item spec = {.kind = MESSAGE_STEP_UP, .id = *transfer};
    struct buf payload = {NULL, 0, 0};
    partner_encode_step_up(&message, &payload);
    if (bk_submit_request(bank, &spec, buf_span(&payload)) == NULL)
        log_line(LOG_WARNING, "step_up_not_sent", LOG_ID("transfer", transfer),
                 LOG_TEXT("remedy", "too many open requests"));
    buf_deinit(&payload);
}

/* How its customer must confirm it; NULL: not. What is decided already is only told again. */
static const char *step_up_method(struct bk_bank *bank, const struct bk_question *question) {
    const struct post_instruction *post = &question->body.post;
    const struct bk_account *account = bk_accounts_find(&bank->accounts, post->account_number);
    struct bk_posting posting;
    if (question->incoming.kind != MESSAGE_POST_INSTRUCTION || post->side != POSTING_DEBIT ||
        bk_books_find(&bank->books, &post->transfer, &posting))
        return NULL;
    if (question->fault.action == BK_ACT_STEP_UP)
        return question->fault.method;
    return account != NULL && account->step_up ? "APP" : NULL;
}

/* True: it waits now, or did already; then the answer goes where it was asked last. */
static bool waits_for_customer(struct bk_bank *bank, const struct bk_question *question) {
    const struct bk_incoming *incoming = &question->incoming;
    const char *method = step_up_method(bank, question);
    if (method == NULL)
        return false;
    const struct id *transfer = &question->body.post.transfer;
    struct bk_deferral *deferral = bk_deferrals_find(bank->deferrals, transfer);
    if (deferral != NULL && deferral->step_up) {
        deferral->incoming.connection = incoming->connection;
        deferral->incoming.correlation = incoming->correlation;
    } else {
        if (!bk_deferrals_add(bank->deferrals, incoming, true, transfer,
                              incoming->received_ms + incoming->timeout_ms))
            return false;
        bk_deferrals_find(bank->deferrals, transfer)->step_up = true;
    }
    say_step_up(bank, transfer, method);
    return true;
}

bool bk_answers_confirm(struct bk_bank *bank, const struct id *transfer, const char *reason) {
    struct bk_deferral *deferral = bk_deferrals_find(bank->deferrals, transfer);
    if (deferral == NULL || !deferral->step_up)
        return false;
    snprintf(deferral->reason, sizeof(deferral->reason), "%s", reason);
    bk_deferrals_hasten(bank->deferrals, deferral, bk_now_ms(bank));
    bank->again = true;
    return true;
}

/* ---- taking ------------------------------------------------------------------------------- */

/* True: that was all for now. */
static bool held_back(struct bk_bank *bank, const struct bk_question *question) {
    const struct bk_incoming *incoming = &question->incoming;
    const struct bk_fault *fault = &question->fault;
    if (fault->action == BK_ACT_DROP)
        return true;
    if (fault->action == BK_ACT_DISCONNECT_BEFORE_POST) {
        bk_gateway_cut(bank->gateway, incoming->connection);
        return true;
    }
    if (fault->action == BK_ACT_DELAY_POST &&
        bk_deferrals_add(bank->deferrals, incoming, true, &question->body.post.transfer,
                         bk_now_ms(bank) + fault->ms))
        return true;
    return waits_for_customer(bank, question);
}

void bk_answers_take(struct bk_bank *bank, const struct bk_incoming *incoming,
                     struct arena *arena) {
    struct bk_question question = {.incoming = *incoming};
    struct bk_fault_subject subject;
    enum refusal_code code = REFUSAL_NONE;
    if (!bk_asked_known(incoming->kind))
        code = REFUSAL_UNSUPPORTED;
    else if (bk_asked_of_class1(incoming->kind) && !(bank->config.roles & BANK_ROLE_CLASS1))
        code = REFUSAL_ROLE;
    else if (bk_asked_decode(&question, arena, &subject))
        code = REFUSAL_MALFORMED;
    if (code != REFUSAL_NONE) {
        refuse(bank, incoming, code);
        return;
    }
    question.fault = bk_faults_match(&bank->faults, &subject);
    if (held_back(bank, &question))
        return;
    struct buf *out = &bank->scratch;
    buf_clear(out);
    code = bk_asked_act(bank, &question, out);
    if (code != REFUSAL_NONE)
        refuse(bank, incoming, code);
    else
        answer(bank, &question, buf_span(out));
}

/* An instruction: there is no other delayed act. */
static void act_late(struct bk_bank *bank, const struct bk_deferral *deferral) {
    struct bk_question question = {.incoming = deferral->incoming};
    struct bk_fault_subject subject;
    struct arena arena;
    arena_init(&arena, 4096, 0);
    if (*deferral->reason != '\0') {
        question.fault.action = BK_ACT_REFUSE;
        snprintf(question.fault.reason, sizeof(question.fault.reason), "%s", deferral->reason);
    }
    if (bk_asked_decode(&question, &arena, &subject) == 0) {
        struct buf *out = &bank->scratch;
        buf_clear(out);
        ENSURE(bk_asked_act(bank, &question, out) == REFUSAL_NONE);
        reply(bank, &question.incoming, buf_span(out));
        if (deferral->inquired)
            (void)send_result(bank, buf_span(out));
    }
    arena_deinit(&arena);
}

void bk_answers_tick(struct bk_bank *bank, int64_t now_ms) {
    struct bk_deferral *deferral;
    while ((deferral = bk_deferrals_pop(bank->deferrals, now_ms)) != NULL) {
        if (deferral->act)
            act_late(bank, deferral);
        else
            reply(bank, &deferral->incoming, deferral->incoming.payload);
        free(deferral);
    }
}
