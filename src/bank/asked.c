/*
 * Acting on the gateway's requests.
 *
 * Invariant: whatever the fault script says, the books keep their rules: an instruction is decided
 * once, validity is counted from its receipt, what is barred stays barred, and an answer that is
 * given again is the one that was stored. A fault in the answer to VerifyAccount or RecheckAccount
 * is stored with it.
 */
#include "bank/asked.h"

#include "bank/journal.h"
#include "bank/loans.h"
#include "bank/orders.h"

/* ---- decoding ----------------------------------------------------------------------------- */

static int decode_post(struct bk_question *question, struct arena *arena,
                       struct bk_fault_subject *subject) {
    struct post_instruction *post = &question->body.post;
    int failed = partner_decode_post_instruction(question->incoming.payload, arena, post);
    if (failed)
        return failed;
    subject->account = post->account_number;
    subject->side = post->side;
    subject->fen = post->amount.fen;
    return 0;
}

/* Those about an account, and no money. */
static int decode_about_account(struct bk_question *question, struct arena *arena,
                                struct span *account_out) {
    struct span payload = question->incoming.payload;
    struct verify_account *verify = &question->body.verify;
    struct recheck_account *recheck = &question->body.recheck;
    struct issue_challenge *issue = &question->body.issue;
    struct ask_account *ask = &question->body.ask;
    const struct span *account = NULL;
    int failed = WIRE_REFUSED;
    if (question->incoming.kind == MESSAGE_VERIFY_ACCOUNT) {
        failed = partner_decode_verify_account(payload, arena, verify);
        account = &verify->account_number;
    } else if (question->incoming.kind == MESSAGE_RECHECK_ACCOUNT) {
        failed = partner_decode_recheck_account(payload, arena, recheck);
        account = &recheck->account_number;
    } else if (question->incoming.kind == MESSAGE_ISSUE_CHALLENGE) {
        failed = partner_decode_issue_challenge(payload, arena, issue);
        account = &issue->account_number;
    } else {
        failed = partner_decode_ask_account(payload, arena, ask);
        account = &ask->account_number;
    }
    if (!failed)
        *account_out = *account;
    return failed;
}

int bk_asked_decode(struct bk_question *question, struct arena *arena,
                    struct bk_fault_subject *subject_out) {
    struct span payload = question->incoming.payload;
    struct bk_fault_subject subject = {.kind = question->incoming.kind};
    int failed;
    switch (question->incoming.kind) {
    case MESSAGE_CHECK_CHALLENGE:
        failed = partner_decode_check_challenge(payload, arena, &question->body.check);
        break;
    case MESSAGE_INQUIRE_POSTING:
        failed = partner_decode_inquire_posting(payload, arena, &question->body.inquire);
        break;
    case MESSAGE_CANCEL_POSTING:
        failed = partner_decode_cancel_posting(payload, arena, &question->body.cancel);
        break;
    case MESSAGE_ASK_CARD:
        failed = partner_decode_ask_card(payload, arena, &question->body.card);
        break;
    case MESSAGE_ORDER_INSTRUCTION:
        failed = partner_decode_order_instruction(payload, arena, &question->body.order);
        break;
    case MESSAGE_POST_INSTRUCTION:
        failed = decode_post(question, arena, &subject);
        break;
    default:
        failed = decode_about_account(question, arena, &subject.account);
        break;
    }
    *subject_out = subject;
    return failed;
}

/* ---- people ------------------------------------------------------------------------------- */

/* The row of our table with that reason, for refusing what has no outcome for it. */
static enum refusal_code code_of_reason(const char *reason) {
    const struct refusal_row *row;
    for (size_t i = 0; (row = refusal_at(i)) != NULL; i++) {
        if (span_equal(span_text(row->reason), span_text(reason)))
            return row->code;
    }
    return REFUSAL_BUSY;
}

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

/* The answer, and the ID number of whom it was about, for a re-check. */
static void save_verified(struct bk_bank *bank, const struct id *verification, struct span answer,
                          const struct bk_account *account) {
    struct buf row = {NULL, 0, 0};
    bk_row_text(&row, answer);
    bk_row_text(&row, span_text(account != NULL ? account->id_number : ""));
    bk_db_put(bank->db, BK_VERIFIED, id_span(verification), buf_span(&row));
    buf_deinit(&row);
}

static bool load_verified(struct bk_bank *bank, const struct id *verification,
                          struct span *answer_out, struct span *holder_out) {
    struct span row;
    if (!bk_db_get(bank->db, BK_VERIFIED, id_span(verification), &row))
        return false;
    struct reader reader = reader_over(row);
    *answer_out = bk_row_read_text(&reader);
    *holder_out = bk_row_read_text(&reader);
    bk_row_done(&reader, "bk_verified");
    return true;
}

static enum refusal_code act_verify(struct bk_bank *bank, const struct bk_question *question,
                                    struct buf *out) {
    const struct verify_account *message = &question->body.verify;
    const struct bk_fault *fault = &question->fault;
    struct span stored, holder;
    if (fault->action == BK_ACT_REFUSE)
        return code_of_reason(fault->reason);
    if (load_verified(bank, &message->verification, &stored, &holder)) {
        buf_append_span(out, stored);
        return REFUSAL_NONE;
    }
    struct verify_account_reply reply;
    const struct bk_account *account = bk_accounts_find(&bank->accounts, message->account_number);
    bk_verify(&bank->accounts, message, &reply);
    distort(fault, &reply);
    partner_encode_verify_account_reply(&reply, out);
    save_verified(bank, &message->verification, buf_span(out), account);
    if (account != NULL)
        bk_links_learn(&bank->links, &message->link, message->account_number, false,
                       message->requesting_bank);
    return REFUSAL_NONE;
}

static enum refusal_code act_recheck(struct bk_bank *bank, const struct bk_question *question,
                                     struct buf *out) {
    const struct recheck_account *message = &question->body.recheck;
    const struct bk_fault *fault = &question->fault;
    struct span stored, answer;
    struct span holder = {NULL, 0};
    if (fault->action == BK_ACT_REFUSE)
        return code_of_reason(fault->reason);
    if (bk_db_get(bank->db, BK_RECHECKED, id_span(&message->recheck), &stored)) {
        buf_append_span(out, stored);
        return REFUSAL_NONE;
    }
    struct recheck_account_reply reply;
    (void)load_verified(bank, &message->verification, &answer, &holder);
    bk_recheck(&bank->accounts, message, holder, &reply);
    if (fault->action == BK_ACT_WRONG_CLASS)
        reply.account_class = ACCOUNT_CLASS_II;
    if (fault->action == BK_ACT_OTHER_HOLDER)
        reply.same_holder = ELEMENT_MISMATCH;
    partner_encode_recheck_account_reply(&reply, out);
    bk_db_put(bank->db, BK_RECHECKED, id_span(&message->recheck), buf_span(out));
    return REFUSAL_NONE;
}

static enum refusal_code act_issue(struct bk_bank *bank, const struct bk_question *question,
                                   struct buf *out) {
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
    return REFUSAL_NONE;
}

static enum refusal_code act_check(struct bk_bank *bank, const struct bk_question *question,
                                   struct buf *out) {
    struct check_challenge_reply reply;
    if (question->fault.action == BK_ACT_REFUSE)
        return code_of_reason(question->fault.reason);
    bk_challenge_check(&bank->challenges, &question->body.check, bk_wall_ms(bank), &reply);
    partner_encode_check_challenge_reply(&reply, out);
    return REFUSAL_NONE;
}

/* ---- cards ------------------------------------------------------------------------------- */

static bool has_class1(const struct bk_accounts *accounts, struct span id_number) {
    for (size_t i = 0; i < accounts->count; i++) {
        const struct bk_account *account = &accounts->rows[i];
        if (account->account_class == ACCOUNT_CLASS_I && account->status == ACCOUNT_OPEN &&
            account->payee_at == 0 && span_equal(span_text(account->id_number), id_number))
            return true;
    }
    return false;
}

/* One application has one answer, which is kept. */
static enum refusal_code act_card(struct bk_bank *bank, const struct bk_question *question,
                                  struct buf *out) {
    const struct ask_card *message = &question->body.card;
    struct ask_card_reply reply = {.card = message->card, .outcome = CARD_OUTCOME_TAKEN};
    struct span stored;
    if (bk_db_get(bank->db, BK_APPLIED, id_span(&message->card), &stored)) {
        buf_append_span(out, stored);
        return REFUSAL_NONE;
    }
    if (question->fault.action == BK_ACT_REFUSE)
        reply.reason = span_text(question->fault.reason);
    else if (has_class1(&bank->accounts, message->person.id_number))
        reply.reason = SPAN_LITERAL("AG01");
    if (reply.reason.size > 0)
        reply.outcome = CARD_OUTCOME_REFUSED;
    partner_encode_ask_card_reply(&reply, out);
    bk_db_put(bank->db, BK_APPLIED, id_span(&message->card), buf_span(out));
    return REFUSAL_NONE;
}

/* ---- orders ------------------------------------------------------------------------------- */

static enum refusal_code act_order(struct bk_bank *bank, const struct bk_question *question,
                                   struct buf *out) {
    bool refuse = question->fault.action == BK_ACT_REFUSE;
    bk_orders_instructed(bank, &question->body.order, refuse ? question->fault.reason : "", out);
    return REFUSAL_NONE;
}

/* ---- views -------------------------------------------------------------------------------- */

/* Why this bank may not or cannot tell; "": it can. */
static const char *view_refusal(const struct bk_question *question, const struct bk_link *link) {
    if (question->fault.action == BK_ACT_REFUSE)
        return question->fault.reason;
    if (link == NULL || !span_equal(span_text(link->number), question->body.ask.account_number))
        return "MD01";
    return link->account == NULL ? "AC01" : "";
}

/* The account, if this bank knows it in that link; else NULL with the reason. */
static const struct bk_account *viewed(struct bk_bank *bank, const struct bk_question *question,
                                       struct span *reason_out) {
    const struct bk_link *link = bk_links_find(&bank->links, &question->body.ask.link);
    *reason_out = span_text(view_refusal(question, link));
    return link != NULL && reason_out->size == 0 ? link->account : NULL;
}

static enum refusal_code act_balance(struct bk_bank *bank, const struct bk_question *question,
                                     struct buf *out) {
    struct balance_answer reply = {.query = question->body.ask.query,
                                   .currency = SPAN_LITERAL("CNY"),
                                   .as_of_ms = bk_wall_ms(bank)};
    const struct bk_account *account = viewed(bank, question, &reply.reason);
    if (account != NULL) {
        reply.booked_fen = account->balance_fen;
        reply.available_fen = account->balance_fen - account->held_fen;
    }
    partner_encode_balance_answer(&reply, out);
    return REFUSAL_NONE;
}

static enum refusal_code act_status(struct bk_bank *bank, const struct bk_question *question,
                                    struct buf *out) {
    struct status_answer reply = {
        .query = question->body.ask.query, .status = ACCOUNT_UNKNOWN, .as_of_ms = bk_wall_ms(bank)};
    const struct bk_account *account = viewed(bank, question, &reply.reason);
    if (account != NULL) {
        reply.status = account->status;
        reply.account_class = account->account_class;
        reply.can_debit = *bk_account_refusal(account, true) == '\0';
        reply.can_credit = *bk_account_refusal(account, false) == '\0';
    }
    partner_encode_status_answer(&reply, out);
    return REFUSAL_NONE;
}

/* ---- money -------------------------------------------------------------------------------- */

static void encode_posting(const struct id *transfer, const struct bk_posting *posting,
                           struct buf *out) {
    const struct posting_result result = {.transfer = *transfer,
                                          .outcome = posting->outcome,
                                          .reference = span_text(posting->reference),
                                          .book_date = span_text(posting->book_date),
                                          .reason = span_text(posting->reason)};
    partner_encode_posting_result(&result, out);
}

static enum refusal_code act_post(struct bk_bank *bank, const struct bk_question *question,
                                  struct buf *out) {
    const struct post_instruction *message = &question->body.post;
    const struct bk_incoming *incoming = &question->incoming;
    struct bk_posting posting;
    int64_t deadline_ms = incoming->received_ms + incoming->timeout_ms;
    bool again = bk_books_find(&bank->books, &message->transfer, &posting);
    if (question->fault.action == BK_ACT_REFUSE)
        bk_books_refuse(&bank->books, message, question->fault.reason, &posting);
    else
        bk_books_post(&bank->books, message, bk_now_ms(bank) < deadline_ms, bk_wall_ms(bank),
                      &posting);
    if (!again) {
        bk_journal_posted(bank, &message->transfer, &posting);
        bk_orders_posted(bank, message, &posting);
        bk_loans_posted(bank, message, &posting);
    }
    encode_posting(&message->transfer, &posting, out);
    return REFUSAL_NONE;
}

/* Stored: what was told refused is never posted, what was posted is never told refused. */
static void refuse_unseen(struct bk_bank *bank, const struct id *transfer, const char *reason,
                          struct bk_posting *posting_out) {
    const struct post_instruction unseen = {.transfer = *transfer};
    bk_books_refuse(&bank->books, &unseen, reason, posting_out);
}

static enum refusal_code act_inquire(struct bk_bank *bank, const struct bk_question *question,
                                     struct buf *out) {
    const struct id *transfer = &question->body.inquire.transfer;
    struct bk_posting posting = {0};
    struct bk_deferral *deferral = bk_deferrals_find(bank->deferrals, transfer);
    if (question->fault.action == BK_ACT_REFUSE) {
        refuse_unseen(bank, transfer, question->fault.reason, &posting);
    } else if (deferral != NULL) {
        deferral->inquired = true;
        posting.outcome = POSTING_IN_PROGRESS;
    } else {
        bk_books_inquire(&bank->books, transfer, &posting);
    }
    encode_posting(transfer, &posting, out);
    return REFUSAL_NONE;
}

/* What waits to be posted finds itself decided, at once. */
static enum refusal_code act_cancel(struct bk_bank *bank, const struct bk_question *question,
                                    struct buf *out) {
    const struct id *transfer = &question->body.cancel.transfer;
    struct bk_posting posting = {0};
    struct bk_deferral *deferral = bk_deferrals_find(bank->deferrals, transfer);
    if (question->fault.action == BK_ACT_REFUSE)
        refuse_unseen(bank, transfer, question->fault.reason, &posting);
    else
        bk_books_cancel(&bank->books, transfer, deferral != NULL, &posting);
    if (deferral != NULL)
        bk_deferrals_hasten(bank->deferrals, deferral, bk_now_ms(bank));
    encode_posting(transfer, &posting, out);
    return REFUSAL_NONE;
}

/* ---- all ---------------------------------------------------------------------------------- */

static const struct {
    uint32_t kind;
    bool of_class1;
    enum refusal_code (*act)(struct bk_bank *bank, const struct bk_question *question,
                             struct buf *out);
} acts[] = {
    {MESSAGE_VERIFY_ACCOUNT, true, act_verify},    {MESSAGE_RECHECK_ACCOUNT, true, act_recheck},
    {MESSAGE_ISSUE_CHALLENGE, true, act_issue},    {MESSAGE_CHECK_CHALLENGE, true, act_check},
    {MESSAGE_ASK_BALANCE, false, act_balance},     {MESSAGE_ASK_ACCOUNT_STATUS, false, act_status},
    {MESSAGE_POST_INSTRUCTION, false, act_post},   {MESSAGE_INQUIRE_POSTING, false, act_inquire},
    {MESSAGE_CANCEL_POSTING, false, act_cancel},   {MESSAGE_ASK_CARD, true, act_card},
    {MESSAGE_ORDER_INSTRUCTION, false, act_order},
};

#define ACTS (sizeof(acts) / sizeof(acts[0]))

bool bk_asked_known(uint32_t kind) {
    for (size_t i = 0; i < ACTS; i++) {
        if (acts[i].kind == kind)
            return true;
    }
    return false;
}

bool bk_asked_of_class1(uint32_t kind) {
    for (size_t i = 0; i < ACTS; i++) {
        if (acts[i].kind == kind)
            return acts[i].of_class1;
    }
    return false;
}

enum refusal_code bk_asked_act(struct bk_bank *bank, const struct bk_question *question,
                               struct buf *out) {
    for (size_t i = 0; i < ACTS; i++) {
        if (acts[i].kind == question->incoming.kind)
            return acts[i].act(bank, question, out);
    }
    return REFUSAL_UNSUPPORTED;
}
