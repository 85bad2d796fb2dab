/*
 * Hearing what became of requests.
 *
 * Invariant: an outcome moves the books, ends the item and (for a pull) starts the ConfirmCredit in
 * the same commit. An outcome that comes twice, by answer and by notice, finds no item the second
 * time. A refusal that may hide an earlier grant (a repeated request that was refused before the
 * gateway looked its id up) releases nothing.
 */
#include "bank/settle.h"

#include <stdio.h>
#include <string.h>

#include "bank/journal.h"
#include "bank/loans.h"
#include "bank/orders.h"
#include "bank/replies.h"
#include "bank/submit.h"
#include "bank/words.h"
#include "util/logline.h"

#define BUSY_PAUSE_MS 100      /* after SAME_ID_LATER */
#define VERIFYING_PAUSE_MS 500 /* asks again for a link that is not verified yet */

static void tell(const struct bk_item *item, struct bk_answer *answer) {
    answer->item = item;
    if (item->waiter.answered != NULL)
        item->waiter.answered(item->waiter.context, answer);
}

void bk_settle_end(struct bk_bank *bank, struct bk_item *item, struct bk_answer *answer) {
    tell(item, answer);
    const struct bk_done done = {.kind = item->kind};
    bk_outbox_finish(&bank->outbox, item, item->kind == MESSAGE_CONFIRM_CREDIT ? NULL : &done);
}

/* ---- outcomes of transfers ---------------------------------------------------------------- */

static void finish_transfer(struct bk_bank *bank, struct bk_item *item, struct bk_done *done) {
    done->kind = item->kind;
    done->transfer_kind = item->transfer_kind;
    done->direction = item->direction;
    done->fen = item->fen;
    done->fell_back = item->fell_back;
    done->link = item->link;
    done->original = item->original;
    if (item->account != NULL) {
        done->payee_at = item->account->payee_at;
        snprintf(done->account, sizeof(done->account), "%s", item->account->number);
    }
    bk_outbox_finish(&bank->outbox, item, done);
}

/* At once, later or never, as the fault script says. */
static void confirm_credit(struct bk_bank *bank, const struct bk_item *pull,
                           const struct id *transfer) {
    const struct bk_fault_subject subject = {.kind = MESSAGE_CONFIRM_CREDIT,
                                             .account = span_text(pull->account->number),
                                             .side = POSTING_CREDIT,
                                             .fen = pull->fen};
    const struct bk_fault fault = bk_faults_match(&bank->faults, &subject);
    if (fault.action == BK_ACT_DROP)
        return;
    struct bk_item *item = bk_submit_confirm(bank, transfer, NULL);
    if (item == NULL)
        log_line(LOG_ERR, "confirm_credit_not_queued", LOG_ID("transfer", transfer),
                 LOG_TEXT("remedy", "too many open requests; the gateway will alarm"));
    else if (fault.action == BK_ACT_DELAY)
        bk_outbox_pause(&bank->outbox, item, bk_now_ms(bank) + fault.ms);
}

static void move_books(struct bk_bank *bank, const struct bk_item *item, enum transfer_state state,
                       const struct id *transfer) {
    if (!item->durable || item->fell_back)
        return;
    bool accepted = state == TRANSFER_ACCEPTED;
    if (item->direction == TRANSFER_PUSH) {
        if (accepted)
            bk_books_pushed(&bank->books, item->account, item->fen, item->transfer_kind);
        else
            bk_books_release(item->account, item->fen);
    } else if (accepted) {
        bk_books_pulled(&bank->books, item->account, item->fen, item->transfer_kind);
        confirm_credit(bank, item, transfer);
    }
}

static bool decided(enum transfer_state state) {
    return state == TRANSFER_ACCEPTED || state == TRANSFER_REJECTED || state == TRANSFER_CANCELLED;
}

/* Of a SubmitTransfer or SubmitReturn. */
static void on_money(struct bk_bank *bank, struct bk_item *item, const struct transfer_view *view) {
    struct bk_answer answer = {.transfer = view, .verdict = BK_OPEN};
    if (view->fallback)
        bk_outbox_fell_back(&bank->outbox, item);
    if (!decided(view->state)) {
        tell(item, &answer);
        if (item->durable)
            bk_outbox_wait(&bank->outbox, item);
        else
            bk_outbox_finish(&bank->outbox, item, NULL);
        return;
    }
    answer.verdict = view->state == TRANSFER_ACCEPTED ? BK_GRANTED : BK_REFUSED;
    struct bk_done done = {.state = view->state, .transfer = view->transfer};
    bk_text_copy(done.reason, sizeof(done.reason), view->reason);
    if (view->state != TRANSFER_ACCEPTED || !item->durable || !bk_kind_is_loan(item->kind))
        move_books(bank, item, view->state, &view->transfer);
    else if (bk_loans_moved(bank, item, view))
        confirm_credit(bank, item, &view->transfer);
    if (view->state == TRANSFER_ACCEPTED)
        bk_journal_own(bank, item, view);
    if (view->state == TRANSFER_ACCEPTED && item->kind == MESSAGE_SUBMIT_RETURN)
        bk_loans_gave_back(bank, item);
    bk_orders_moved(bank, item, view);
    tell(item, &answer);
    finish_transfer(bank, item, &done);
    bk_loans_finished(bank, &view->transfer);
}

/* It may be what a submission of ours waits for. */
static void on_cancel(struct bk_bank *bank, struct bk_item *item,
                      const struct transfer_view *view) {
    struct bk_answer answer = {.transfer = view, .verdict = BK_OPEN};
    if (view->state == TRANSFER_ACCEPTED)
        answer.verdict = BK_REFUSED;
    else if (decided(view->state))
        answer.verdict = BK_GRANTED;
    (void)bk_settle(bank, view);
    bk_settle_end(bank, item, &answer);
}

void bk_settle_transfer(struct bk_bank *bank, struct bk_item *item,
                        const struct transfer_view *view) {
    struct bk_answer answer = {.transfer = view, .verdict = BK_GRANTED};
    if (bk_kind_is_money(item->kind))
        on_money(bank, item, view);
    else if (item->kind == MESSAGE_CANCEL_TRANSFER)
        on_cancel(bank, item, view);
    else
        bk_settle_end(bank, item, &answer);
}

/* The other bank learns our reference from the instruction and may send it back as its own: a
 * transfer is ours only if we are on the side that submits in its direction. Of what fell back, and
 * of what moves nothing between banks, both sides are the other bank. */
static bool we_submitted(const struct bk_bank *bank, const struct transfer_view *view) {
    if (view->debtor_bank == view->creditor_bank)
        return view->debtor_bank != bank->config.code;
    return bank->config.code ==
           (view->direction == TRANSFER_PUSH ? view->debtor_bank : view->creditor_bank);
}

/* What it is about, and how much. Of a loan only the other lender's share is told. */
static bool is_same(const struct bk_item *item, const struct transfer_view *view) {
    if (bk_kind_is_loan(item->kind))
        return id_equal(&item->original, &view->loan) && view->amount.fen <= item->fen;
    return id_equal(&item->original, &view->original) && view->amount.fen == item->fen;
}

static bool is_ours(const struct bk_bank *bank, const struct bk_item *item,
                    const struct transfer_view *view) {
    return bk_kind_is_money(item->kind) && we_submitted(bank, view) &&
           item->transfer_kind == view->kind && id_equal(&item->link, &view->link) &&
           (item->fell_back || item->direction == view->direction) && is_same(item, view);
}

bool bk_settle(struct bk_bank *bank, const struct transfer_view *view) {
    char text[ID_TEXT_SIZE];
    struct id request;
    struct bk_done done;
    if (view->end_to_end_id.size != ID_TEXT_SIZE - 1)
        return false;
    memcpy(text, view->end_to_end_id.data, ID_TEXT_SIZE - 1);
    text[ID_TEXT_SIZE - 1] = '\0';
    if (!id_parse(text, &request))
        return false;
    struct bk_item *item = bk_outbox_find(&bank->outbox, &request);
    if (item == NULL)
        return bk_done_find(bank->db, &request, &done);
    if (!is_ours(bank, item, view))
        return false;
    if (view->fallback)
        bk_outbox_fell_back(&bank->outbox, item);
    if (decided(view->state))
        on_money(bank, item, view);
    return true;
}

/* ---- refusals ----------------------------------------------------------------------------- */

/* Refusals that are made without a look at what the id did before. */
static bool says_nothing_of_before(const struct refusal_view *refusal) {
    static const enum refusal_code codes[] = {
        REFUSAL_UNSUPPORTED,    REFUSAL_MALFORMED,      REFUSAL_FIELD_MISSING,
        REFUSAL_FIELD_INVALID,  REFUSAL_FIELD_UNKNOWN,  REFUSAL_NOT_GRANTED,
        REFUSAL_ROLE,           REFUSAL_BANK_SUSPENDED, REFUSAL_DUPLICATE,
        REFUSAL_REPLAY_TOO_OLD, REFUSAL_QUARANTINED,    REFUSAL_INVARIANT,
    };
    if (refusal->replayed)
        return false;
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (span_equal(refusal->detail, span_text(refusal_row(codes[i])->detail)))
            return true;
    }
    return false;
}

static bool hides_a_grant(const struct bk_item *item, const struct refusal_view *refusal) {
    return item->sends > 1 && says_nothing_of_before(refusal);
}

static void on_refusal(struct bk_bank *bank, struct bk_item *item,
                       const struct refusal_view *refusal) {
    struct bk_answer answer = {.refusal = refusal, .verdict = BK_REFUSED};
    if (item->durable && refusal->retry == RETRY_SAME_ID_LATER) {
        bk_outbox_pause(&bank->outbox, item, bk_now_ms(bank) + BUSY_PAUSE_MS);
        return;
    }
    if (item->durable && hides_a_grant(item, refusal)) {
        log_line(LOG_ERR, "outcome_open", LOG_ID("request", &item->id),
                 LOG_TEXT("remedy", "ask the gateway's operator what became of this request"));
        answer.verdict = BK_OPEN;
        tell(item, &answer);
        bk_outbox_wait(&bank->outbox, item);
        return;
    }
    struct bk_done done = {.kind = item->kind, .state = TRANSFER_REJECTED};
    bk_text_copy(done.reason, sizeof(done.reason), refusal->reason);
    if (item->kind == MESSAGE_CONFIRM_CREDIT || item->kind == MESSAGE_STEP_UP)
        log_line(LOG_ERR, "word_refused", LOG_INT("kind", item->kind),
                 LOG_ID("transfer", &item->id), LOG_TEXT("reason", done.reason));
    if (bk_kind_is_money(item->kind))
        move_books(bank, item, TRANSFER_REJECTED, NULL);
    bk_orders_refused(bank, item);
    tell(item, &answer);
    finish_transfer(bank, item, &done);
}

/* ---- orders ------------------------------------------------------------------------------- */

/* The order is on its way: what becomes of its money comes later, and ends the request. */
static bool waits_for_money(const struct bk_item *item) {
    return item->durable && (item->kind == MESSAGE_PLACE_ORDER ||
                             (item->kind == MESSAGE_PAYOUT && !item->fell_back));
}

void bk_settle_order(struct bk_bank *bank, struct bk_item *item, const struct order_view *view) {
    struct bk_answer answer = {.order = view, .verdict = BK_GRANTED};
    if (waits_for_money(item)) {
        answer.verdict = BK_OPEN;
        tell(item, &answer);
        bk_outbox_wait(&bank->outbox, item);
        return;
    }
    bk_orders_granted(bank, item, view);
    bk_settle_end(bank, item, &answer);
}

/* ---- loans -------------------------------------------------------------------------------- */

/* A repayment of which nothing is the other lender's needs no transfer. An answer that comes again
 * does not say which it was: then the notice of the transfer is waited for. */
static bool moved_at_once(const struct bk_item *item, const struct loan_view *view) {
    return item->kind == MESSAGE_REPAY_LOAN && view->loan.flight.kind == LOAN_FLIGHT_NONE &&
           !view->replayed;
}

static void end_loan_money(struct bk_bank *bank, struct bk_item *item,
                           const struct loan_view *view) {
    struct bk_answer answer = {.loan = view, .verdict = BK_OPEN};
    if (!item->durable) {
        answer.verdict = BK_GRANTED;
        bk_settle_end(bank, item, &answer);
    } else if (moved_at_once(item, view)) {
        answer.verdict = BK_GRANTED;
        bk_loans_kept(bank, item);
        bk_settle_end(bank, item, &answer);
    } else {
        tell(item, &answer);
        bk_outbox_wait(&bank->outbox, item);
    }
}

void bk_settle_loan(struct bk_bank *bank, struct bk_item *item, const struct loan_view *view) {
    struct bk_answer answer = {.loan = view, .verdict = BK_GRANTED};
    bk_loans_hear(bank, view);
    if (bk_kind_is_loan(item->kind))
        end_loan_money(bank, item, view);
    else
        bk_settle_end(bank, item, &answer);
}

/* ---- links -------------------------------------------------------------------------------- */

/* Those that begin a verification are answered when it is over. */
static bool opens(uint32_t kind) {
    return kind == MESSAGE_OPEN_LINK || kind == MESSAGE_REBIND_LINK || kind == MESSAGE_RESUME_LINK;
}

void bk_settle_link(struct bk_bank *bank, struct bk_item *item, const struct link_view *view) {
    struct bk_answer answer = {.link = view, .verdict = BK_GRANTED};
    bool asking = item->kind == MESSAGE_GET_LINK;
    if (opens(item->kind) && item->account != NULL)
        bk_links_learn(&bank->links, &view->link, span_text(item->account->number), true,
                       view->class1_bank);
    bk_links_hear(&bank->links, view);
    if (!asking && (view->state == LINK_REQUESTED || view->state == LINK_VERIFYING)) {
        answer.verdict = BK_OPEN;
        tell(item, &answer);
        if (item->durable)
            bk_outbox_pause(&bank->outbox, item, bk_now_ms(bank) + VERIFYING_PAUSE_MS);
        else
            bk_outbox_finish(&bank->outbox, item, NULL);
        return;
    }
    if (!asking && (view->state == LINK_REJECTED || view->state == LINK_EXPIRED))
        answer.verdict = BK_REFUSED;
    bk_settle_end(bank, item, &answer);
}

static void on_raw(struct bk_bank *bank, struct bk_item *item, const struct envelope *envelope) {
    struct bk_answer answer = {.verdict = BK_GRANTED, .raw = envelope};
    tell(item, &answer);
    bk_outbox_finish(&bank->outbox, item, NULL);
}

static void on_unreadable(struct bk_bank *bank, struct bk_item *item) {
    log_line(LOG_ERR, "answer_unreadable", LOG_INT("kind", item->kind),
             LOG_ID("request", &item->id));
    struct bk_answer answer = {.verdict = BK_FAILED, .error = "the answer cannot be read"};
    if (item->durable) {
        bk_outbox_wait(&bank->outbox, item);
        return;
    }
    tell(item, &answer);
    bk_outbox_finish(&bank->outbox, item, NULL);
}

void bk_settle_answered(struct bk_bank *bank, struct bk_item *item, const struct envelope *envelope,
                        struct arena *arena) {
    if (bk_outbox_returned(&bank->outbox, item))
        return;
    struct refusal_view refusal;
    bool read = envelope->kind == item->kind;
    if (envelope->direction == MESSAGE_REFUSAL) {
        read = partner_decode_refusal(envelope->payload, arena, &refusal) == 0;
        if (read)
            on_refusal(bank, item, &refusal);
    } else if (item->raw) {
        read = true;
        on_raw(bank, item, envelope);
    } else if (read) {
        read = bk_reply_read(bank, item, envelope, arena);
    }
    if (!read)
        on_unreadable(bank, item);
}

void bk_settle_lost(struct bk_bank *bank, struct bk_item *item) {
    if (bk_outbox_returned(&bank->outbox, item))
        return;
    if (item->durable) {
        bk_outbox_queue(&bank->outbox, item);
        return;
    }
    struct bk_answer answer = {.verdict = BK_FAILED,
                               .error = "the connection was lost before the answer"};
    tell(item, &answer);
    bk_outbox_finish(&bank->outbox, item, NULL);
}
