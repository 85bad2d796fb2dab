/*
 * Answering the gateway.
 *
 * Invariant: whatever the script does to the conversation, the books keep their rules: an
 * instruction is decided once, validity is counted from its receipt, and an answer that is given
 * again is the one that was stored. A fault in the answer to VerifyAccount is stored with it.
 */
#include "bank/answers.h"

#include <stdlib.h>
#include <string.h>

#include "bank/gateway.h"
#include "bank/submit.h"
#include "util/logline.h"

/* A decoded request. */
struct question {
    struct bk_incoming incoming;
    union {
        struct verify_account verify;
        struct issue_challenge issue;
        struct check_challenge check;
        struct post_instruction post;
        struct inquire_posting inquire;
    } body;
    struct bk_fault fault;
};

/* 0; otherwise it cannot be read as what it says it is. */
static int decode(struct question *question, struct arena *arena,
                  struct bk_fault_subject *subject_out) {
    struct span payload = question->incoming.payload;
    struct bk_fault_subject subject = {.kind = question->incoming.kind};
    int failed = WIRE_REFUSED;
    switch (question->incoming.kind) {
    case MESSAGE_VERIFY_ACCOUNT:
        failed = partner_decode_verify_account(payload, arena, &question->body.verify);
        subject.account = failed ? subject.account : question->body.verify.account_number;
        break;
    case MESSAGE_ISSUE_CHALLENGE:
        failed = partner_decode_issue_challenge(payload, arena, &question->body.issue);
        subject.account = failed ? subject.account : question->body.issue.account_number;
        break;
    case MESSAGE_CHECK_CHALLENGE:
        failed = partner_decode_check_challenge(payload, arena, &question->body.check);
        break;
    case MESSAGE_INQUIRE_POSTING:
        failed = partner_decode_inquire_posting(payload, arena, &question->body.inquire);
        break;
    case MESSAGE_POST_INSTRUCTION:
        failed = partner_decode_post_instruction(payload, arena, &question->body.post);
        if (failed)
            break;
        subject.account = question->body.post.account_number;
        subject.side = question->body.post.side;
        subject.fen = question->body.post.amount.fen;
        break;
    default:
        break;
    }
    *subject_out = subject;
    return failed;
}

static void refuse(struct bk_bank *bank, const struct bk_incoming *incoming,
                   enum refusal_code code) {
    const struct refusal refusal = {.code = code, .field = ""};
    bk_gateway_refuse(bank->gateway, incoming->connection, incoming->correlation, incoming->kind,
                      &refusal);
}

/* The row of our table with that reason, for refusing what has no outcome for it. */
static enum refusal_code code_of_reason(const char *reason) {
    const struct refusal_row *row;
    for (size_t i = 0; (row = refusal_at(i)) != NULL; i++) {
        if (span_equal(span_text(row->reason), span_text(reason)))
            return row->code;
    }
    return REFUSAL_BUSY;
}

/* ---- acting: each appends the answer's payload to out; false: refused already ---------------- */

static void distort(const struct bk_fault *fault, struct verify_account_reply *reply) {
    if (fault->action == BK_ACT_WRONG_CLASS)
        reply->account_class = ACCOUNT_CLASS_II;
    if (fault->action != BK_ACT_WRONG_ELEMENT)
        return;
    switch (fault->element) {
    case BK_ELEMENT_NAME:
        reply->name = ELEMENT_MISMATCH;
        break;
    case BK_ELEMENT_ID_NUMBER:
        reply->id_number = ELEMENT_MISMATCH;
        break;
    case BK_ELEMENT_MOBILE:
        reply->mobile = ELEMENT_MISMATCH;
        break;
    case BK_ELEMENT_ACCOUNT:
        reply->account = ELEMENT_MISMATCH;
        break;
    }
}

static void act_verify(struct bk_bank *bank, const struct question *question, struct buf *out) {
    const struct verify_account *message = &question->body.verify;
    struct span stored;
    if (bk_db_get(bank->db, BK_VERIFIED, id_span(&message->verification), &stored)) {
        buf_append_span(out, stored);
        return;
    }
    struct verify_account_reply reply;
    bk_verify(&bank->accounts, message, &reply);
    distort(&question->fault, &reply);
    partner_encode_verify_account_reply(&reply, out);
    bk_db_put(bank->db, BK_VERIFIED, id_span(&message->verification), buf_span(out));
    if (bk_accounts_find(&bank->accounts, message->account_number) != NULL)
        bk_links_learn(&bank->links, &message->link, message->account_number, false,
                       message->requesting_bank);
}

static void act_issue(struct bk_bank *bank, const struct question *question, struct buf *out) {
    const struct issue_challenge *message = &question->body.issue;
    struct issue_challenge_reply reply;
    if (question->fault.action == BK_ACT_REFUSE)
        reply = (struct issue_challenge_reply){.link = message->link,
                                               .challenge = message->challenge,
                                               .outcome = CHALLENGE_NOT_SENT,
                                               .reason = span_text(question->fault.reason)};
    else
        bk_challenge_issue(&bank->challenges, message, bk_wall_ms(bank), &reply);
    partner_encode_issue_challenge_reply(&reply, out);
}

static void act_check(struct bk_bank *bank, const struct question *question, struct buf *out) {
    struct check_challenge_reply reply;
    bk_challenge_check(&bank->challenges, &question->body.check, bk_wall_ms(bank), &reply);
    partner_encode_check_challenge_reply(&reply, out);
}

static void encode_posting(const struct id *transfer, const struct bk_posting *posting,
                           struct buf *out) {
    const struct posting_result result = {.transfer = *transfer,
                                          .outcome = posting->outcome,
                                          .reference = span_text(posting->reference),
                                          .book_date = span_text(posting->book_date),
                                          .reason = span_text(posting->reason)};
    partner_encode_posting_result(&result, out);
}

static void act_post(struct bk_bank *bank, const struct question *question, struct buf *out) {
    const struct post_instruction *message = &question->body.post;
    const struct bk_incoming *incoming = &question->incoming;
    struct bk_posting posting;
    int64_t deadline_ms = incoming->received_ms + incoming->timeout_ms;
    if (question->fault.action == BK_ACT_REFUSE)
        bk_books_refuse(&bank->books, message, question->fault.reason, &posting);
    else
        bk_books_post(&bank->books, message, bk_now_ms(bank) < deadline_ms, bk_wall_ms(bank),
                      &posting);
    encode_posting(&message->transfer, &posting, out);
}

static void act_inquire(struct bk_bank *bank, const struct question *question, struct buf *out) {
    const struct id *transfer = &question->body.inquire.transfer;
    struct bk_posting posting = {0};
    struct bk_deferral *deferral = bk_deferrals_find(bank->deferrals, transfer);
    if (question->fault.action == BK_ACT_REFUSE) {
        /* Stored: what was told refused is never posted, what was posted is never told refused. */
        const struct post_instruction unseen = {.transfer = *transfer};
        bk_books_refuse(&bank->books, &unseen, question->fault.reason, &posting);
    } else if (deferral != NULL) {
        deferral->inquired = true;
        posting.outcome = POSTING_IN_PROGRESS;
    } else {
        bk_books_inquire(&bank->books, transfer, &posting);
    }
    encode_posting(transfer, &posting, out);
}

/* False: refused, nothing is in out. */
static bool act(struct bk_bank *bank, const struct question *question, struct buf *out) {
    uint32_t kind = question->incoming.kind;
    bool refused = question->fault.action == BK_ACT_REFUSE;
    if (refused && (kind == MESSAGE_VERIFY_ACCOUNT || kind == MESSAGE_CHECK_CHALLENGE)) {
        refuse(bank, &question->incoming, code_of_reason(question->fault.reason));
        return false;
    }
    if (kind == MESSAGE_VERIFY_ACCOUNT)
        act_verify(bank, question, out);
    else if (kind == MESSAGE_ISSUE_CHALLENGE)
        act_issue(bank, question, out);
    else if (kind == MESSAGE_CHECK_CHALLENGE)
        act_check(bank, question, out);
    else if (kind == MESSAGE_POST_INSTRUCTION)
        act_post(bank, question, out);
    else
        act_inquire(bank, question, out);
    return true;
}

/* ---- answering ---------------------------------------------------------------------------- */

/* By itself, as a request of ours: the connection that asked is gone. */
static void send_result(struct bk_bank *bank, struct span payload) {
    const struct bk_item spec = {.kind = MESSAGE_POSTING_RESULT, .raw = true};
    if (bk_submit_request(bank, &spec, payload) == NULL)
        log_line(LOG_WARNING, "result_not_sent",
                 LOG_TEXT("remedy", "too many open requests; the gateway will inquire"));
}

static void reply(struct bk_bank *bank, const struct bk_incoming *incoming, struct span payload) {
    if (!bk_gateway_reply(bank->gateway, incoming->connection, incoming->correlation,
                          incoming->kind, payload) &&
        incoming->kind == MESSAGE_POST_INSTRUCTION)
        send_result(bank, payload);
}

static void answer(struct bk_bank *bank, const struct question *question, struct span payload) {
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
    case BK_ACT_NONE:
    case BK_ACT_REFUSE:
    case BK_ACT_DELAY_POST:
    case BK_ACT_DROP:
    case BK_ACT_DISCONNECT_BEFORE_POST:
    case BK_ACT_WRONG_CLASS:
    case BK_ACT_WRONG_ELEMENT:
        break;
    }
    reply(bank, incoming, payload);
}

static bool about_money(uint32_t kind) {
    return kind == MESSAGE_POST_INSTRUCTION || kind == MESSAGE_INQUIRE_POSTING;
}

/* What only a Class I bank is asked. */
static bool about_people(uint32_t kind) {
    return kind == MESSAGE_VERIFY_ACCOUNT || kind == MESSAGE_ISSUE_CHALLENGE ||
           kind == MESSAGE_CHECK_CHALLENGE;
}

/* True: that was all for now. */
static bool held_back(struct bk_bank *bank, const struct question *question) {
    const struct bk_incoming *incoming = &question->incoming;
    const struct bk_fault *fault = &question->fault;
    if (fault->action == BK_ACT_DROP)
        return true;
    if (fault->action == BK_ACT_DISCONNECT_BEFORE_POST) {
        bk_gateway_cut(bank->gateway, incoming->connection);
        return true;
    }
    return fault->action == BK_ACT_DELAY_POST &&
           bk_deferrals_add(bank->deferrals, incoming, true, &question->body.post.transfer,
                            bk_now_ms(bank) + fault->ms);
}

void bk_answers_take(struct bk_bank *bank, const struct bk_incoming *incoming,
                     struct arena *arena) {
    struct question question = {.incoming = *incoming};
    struct bk_fault_subject subject;
    bool money = about_money(incoming->kind);
    enum refusal_code code = REFUSAL_NONE;
    if (!money && !about_people(incoming->kind))
        code = REFUSAL_UNSUPPORTED;
    else if (!money && !(bank->config.roles & BANK_ROLE_CLASS1))
        code = REFUSAL_ROLE;
    else if (decode(&question, arena, &subject))
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
    if (act(bank, &question, out))
        answer(bank, &question, buf_span(out));
}

static void act_late(struct bk_bank *bank, const struct bk_deferral *deferral) {
    struct question question = {.incoming = deferral->incoming};
    struct bk_fault_subject subject;
    struct arena arena;
    arena_init(&arena, 4096, 0);
    if (decode(&question, &arena, &subject) == 0) {
        struct buf *out = &bank->scratch;
        buf_clear(out);
        (void)act(bank, &question, out);
        reply(bank, &question.incoming, buf_span(out));
        if (deferral->inquired)
            send_result(bank, buf_span(out));
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
