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

/* The last word about it. */
static void end(struct bk_bank *bank, struct bk_item *item, struct bk_answer *answer) {
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
    move_books(bank, item, view->state, &view->transfer);
    if (view->state == TRANSFER_ACCEPTED)
        bk_journal_own(bank, item, view);
    tell(item, &answer);
    finish_transfer(bank, item, &done);
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
    end(bank, item, &answer);
}

static void on_transfer(struct bk_bank *bank, struct bk_item *item,
                        const struct transfer_view *view) {
    struct bk_answer answer = {.transfer = view, .verdict = BK_GRANTED};
    if (bk_kind_is_money(item->kind))
        on_money(bank, item, view);
    else if (item->kind == MESSAGE_CANCEL_TRANSFER)
        on_cancel(bank, item, view);
    else
        end(bank, item, &answer);
}

/* The other bank learns our reference from the instruction and may send it back as its own: a
 * transfer is ours only if we are on the side that submits in its direction. Of what fell back both
 * sides are the other bank. */
static bool we_submitted(const struct bk_bank *bank, const struct transfer_view *view) {
    if (view->fallback)
        return view->debtor_bank != bank->config.code;
    return bank->config.code ==
           (view->direction == TRANSFER_PUSH ? view->debtor_bank : view->creditor_bank);
}

static bool is_ours(const struct bk_bank *bank, const struct bk_item *item,
                    const struct transfer_view *view) {
    return bk_kind_is_money(item->kind) && we_submitted(bank, view) &&
           item->transfer_kind == view->kind && id_equal(&item->link, &view->link) &&
           id_equal(&item->original, &view->original) && item->direction == view->direction &&
           item->fen == view->amount.fen;
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
    tell(item, &answer);
    finish_transfer(bank, item, &done);
}

/* ---- links -------------------------------------------------------------------------------- */

/* Those that begin a verification are answered when it is over. */
static bool opens(uint32_t kind) {
    return kind == MESSAGE_OPEN_LINK || kind == MESSAGE_REBIND_LINK || kind == MESSAGE_RESUME_LINK;
}

static void on_link(struct bk_bank *bank, struct bk_item *item, const struct link_view *view) {
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
    end(bank, item, &answer);
}

static bool read_link(struct bk_bank *bank, struct bk_item *item, struct span payload,
                      struct arena *arena) {
    struct link_view view;
    if (partner_decode_link_reply(payload, arena, &view))
        return false;
    on_link(bank, item, &view);
    return true;
}

static bool read_links(struct bk_bank *bank, struct bk_item *item, struct span payload,
                       struct arena *arena) {
    struct link_page page;
    struct bk_answer answer = {.links = &page, .verdict = BK_GRANTED};
    if (partner_decode_link_page(payload, arena, &page))
        return false;
    end(bank, item, &answer);
    return true;
}

/* ---- the rest ----------------------------------------------------------------------------- */

static bool read_transfer(struct bk_bank *bank, struct bk_item *item, struct span payload,
                          struct arena *arena) {
    struct transfer_view view;
    if (partner_decode_transfer_reply(payload, arena, &view))
        return false;
    on_transfer(bank, item, &view);
    return true;
}

static bool read_transfers(struct bk_bank *bank, struct bk_item *item, struct span payload,
                           struct arena *arena) {
    struct transfer_page page;
    struct bk_answer answer = {.transfers = &page, .verdict = BK_GRANTED};
    if (partner_decode_transfer_page(payload, arena, &page))
        return false;
    end(bank, item, &answer);
    return true;
}

static bool read_report(struct bk_bank *bank, struct bk_item *item, struct span payload,
                        struct arena *arena) {
    struct report_account_reply reply;
    struct bk_answer answer = {.report = &reply, .verdict = BK_GRANTED};
    if (partner_decode_report_account_reply(payload, arena, &reply))
        return false;
    end(bank, item, &answer);
    return true;
}

static bool read_balance(struct bk_bank *bank, struct bk_item *item, struct span payload,
                         struct arena *arena) {
    struct balance_answer reply;
    struct bk_answer answer = {.balance = &reply, .verdict = BK_GRANTED};
    if (partner_decode_balance_reply(payload, arena, &reply))
        return false;
    if (reply.reason.size > 0)
        answer.verdict = BK_REFUSED;
    end(bank, item, &answer);
    return true;
}

static bool read_overview(struct bk_bank *bank, struct bk_item *item, struct span payload,
                          struct arena *arena) {
    struct overview_view view;
    struct bk_answer answer = {.overview = &view, .verdict = BK_GRANTED};
    if (partner_decode_overview_reply(payload, arena, &view))
        return false;
    end(bank, item, &answer);
    return true;
}

static bool read_status(struct bk_bank *bank, struct bk_item *item, struct span payload,
                        struct arena *arena) {
    struct status_answer reply;
    struct bk_answer answer = {.status = &reply, .verdict = BK_GRANTED};
    if (partner_decode_account_status_reply(payload, arena, &reply))
        return false;
    if (reply.reason.size > 0)
        answer.verdict = BK_REFUSED;
    end(bank, item, &answer);
    return true;
}

static bool read_position(struct bk_bank *bank, struct bk_item *item, struct span payload,
                          struct arena *arena) {
    struct position_view view;
    struct bk_answer answer = {.position = &view, .verdict = BK_GRANTED};
    if (partner_decode_position_reply(payload, arena, &view))
        return false;
    end(bank, item, &answer);
    return true;
}

static bool read_case(struct bk_bank *bank, struct bk_item *item, struct span payload,
                      struct arena *arena) {
    struct case_view view;
    struct bk_answer answer = {.inquiry = &view, .verdict = BK_GRANTED};
    if (partner_decode_case_reply(payload, arena, &view))
        return false;
    end(bank, item, &answer);
    return true;
}

static bool read_adjustment(struct bk_bank *bank, struct bk_item *item, struct span payload,
                            struct arena *arena) {
    struct adjustment_view view;
    struct bk_answer answer = {.adjustment = &view, .verdict = BK_GRANTED};
    if (partner_decode_adjustment_reply(payload, arena, &view))
        return false;
    end(bank, item, &answer);
    return true;
}

static bool read_card(struct bk_bank *bank, struct bk_item *item, struct span payload,
                      struct arena *arena) {
    struct card_view view;
    struct bk_answer answer = {.card = &view, .verdict = BK_GRANTED};
    if (partner_decode_card_reply(payload, arena, &view))
        return false;
    end(bank, item, &answer);
    return true;
}

static bool read_event(struct bk_bank *bank, struct bk_item *item, struct span payload,
                       struct arena *arena) {
    struct event_view view;
    struct bk_answer answer = {.event = &view, .verdict = BK_GRANTED};
    if (partner_decode_event_reply(payload, arena, &view))
        return false;
    end(bank, item, &answer);
    return true;
}

static bool read_product(struct bk_bank *bank, struct bk_item *item, struct span payload,
                         struct arena *arena) {
    struct product_view view;
    struct bk_answer answer = {.product = &view, .verdict = BK_GRANTED};
    if (partner_decode_product_reply(payload, arena, &view))
        return false;
    end(bank, item, &answer);
    return true;
}

static bool read_products(struct bk_bank *bank, struct bk_item *item, struct span payload,
                          struct arena *arena) {
    struct product_page page;
    struct bk_answer answer = {.products = &page, .verdict = BK_GRANTED};
    if (partner_decode_product_page(payload, arena, &page))
        return false;
    end(bank, item, &answer);
    return true;
}

static bool read_totals(struct bk_bank *bank, struct bk_item *item, struct span payload,
                        struct arena *arena) {
    struct totals_page page;
    struct bk_answer answer = {.totals = &page, .verdict = BK_GRANTED};
    if (partner_decode_totals_reply(payload, arena, &page))
        return false;
    end(bank, item, &answer);
    return true;
}

static bool read_recon_page(struct bk_bank *bank, struct bk_item *item, struct span payload,
                            struct arena *arena) {
    struct recon_page page;
    struct bk_answer answer = {.recon = &page, .verdict = BK_GRANTED};
    if (partner_decode_recon_page(payload, arena, &page))
        return false;
    end(bank, item, &answer);
    return true;
}

static bool read_upload(struct bk_bank *bank, struct bk_item *item, struct span payload,
                        struct arena *arena) {
    struct upload_reply reply;
    struct bk_answer answer = {.upload = &reply, .verdict = BK_GRANTED};
    if (partner_decode_upload_reply(payload, arena, &reply))
        return false;
    end(bank, item, &answer);
    return true;
}

static bool read_result(struct bk_bank *bank, struct bk_item *item, struct span payload,
                        struct arena *arena) {
    struct result_page page;
    struct bk_answer answer = {.compared = &page, .verdict = BK_GRANTED};
    if (partner_decode_result_reply(payload, arena, &page))
        return false;
    end(bank, item, &answer);
    return true;
}

static bool read_window(struct bk_bank *bank, struct bk_item *item, struct span payload,
                        struct arena *arena) {
    struct window_view view;
    struct bk_answer answer = {.window = &view, .verdict = BK_GRANTED};
    if (partner_decode_window_reply(payload, arena, &view))
        return false;
    end(bank, item, &answer);
    return true;
}

static const struct {
    uint32_t kind;
    /* False: not readable as that. */
    bool (*read)(struct bk_bank *bank, struct bk_item *item, struct span payload,
                 struct arena *arena);
} readers[] = {
    {MESSAGE_OPEN_LINK, read_link},
    {MESSAGE_REBIND_LINK, read_link},
    {MESSAGE_RESUME_LINK, read_link},
    {MESSAGE_AMEND_LINK, read_link},
    {MESSAGE_START_CHALLENGE, read_link},
    {MESSAGE_RESEND_CHALLENGE, read_link},
    {MESSAGE_ANSWER_CHALLENGE, read_link},
    {MESSAGE_CLOSE_LINK, read_link},
    {MESSAGE_WITHDRAW_CONSENT, read_link},
    {MESSAGE_PLACE_HOLD, read_link},
    {MESSAGE_LIFT_HOLD, read_link},
    {MESSAGE_GET_LINK, read_link},
    {MESSAGE_LIST_LINKS, read_links},
    {MESSAGE_REPORT_ACCOUNT, read_report},
    {MESSAGE_QUERY_BALANCE, read_balance},
    {MESSAGE_QUERY_ACCOUNT_STATUS, read_status},
    {MESSAGE_QUERY_OVERVIEW, read_overview},
    {MESSAGE_QUERY_POSITION, read_position},
    {MESSAGE_QUERY_TOTALS, read_totals},
    {MESSAGE_RECON_PAGE, read_recon_page},
    {MESSAGE_UPLOAD_RECON, read_upload},
    {MESSAGE_RECON_RESULT, read_result},
    {MESSAGE_SUBMIT_TRANSFER, read_transfer},
    {MESSAGE_SUBMIT_RETURN, read_transfer},
    {MESSAGE_CANCEL_TRANSFER, read_transfer},
    {MESSAGE_STEP_UP, read_transfer},
    {MESSAGE_CONFIRM_CREDIT, read_transfer},
    {MESSAGE_POSTING_RESULT, read_transfer},
    {MESSAGE_GET_TRANSFER, read_transfer},
    {MESSAGE_LIST_TRANSFERS, read_transfers},
    {MESSAGE_OPEN_CASE, read_case},
    {MESSAGE_ANSWER_CASE, read_case},
    {MESSAGE_GET_CASE, read_case},
    {MESSAGE_PROPOSE_ADJUSTMENT, read_adjustment},
    {MESSAGE_ACCEPT_ADJUSTMENT, read_adjustment},
    {MESSAGE_GET_ADJUSTMENT, read_adjustment},
    {MESSAGE_APPLY_CARD, read_card},
    {MESSAGE_CARD_STATUS, read_card},
    {MESSAGE_CANCEL_CARD, read_card},
    {MESSAGE_GET_CARD, read_card},
    {MESSAGE_PUBLISH_PRODUCT, read_product},
    {MESSAGE_GET_PRODUCT, read_product},
    {MESSAGE_LIST_PRODUCTS, read_products},
    {MESSAGE_CONFIRM_SETTLEMENT, read_window},
    {MESSAGE_GET_WINDOW, read_window},
    {MESSAGE_OFFLINE_EVENT, read_event},
    {MESSAGE_REFERRAL, read_event},
};

static bool on_reply(struct bk_bank *bank, struct bk_item *item, const struct envelope *envelope,
                     struct arena *arena) {
    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
        if (readers[i].kind == envelope->kind)
            return readers[i].read(bank, item, envelope->payload, arena);
    }
    return false;
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
        read = on_reply(bank, item, envelope, arena);
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
