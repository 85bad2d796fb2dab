/*
 * One command under one savepoint.
 *
 * Invariants: a command's puts stay wholly or not at all; a refusal stays without any of its
 * handler's puts; a broken invariant rolls back, is refused ED06 and recorded, freezes the object it
 * was about and alarms; queries put nothing. Everything is decided from the command, its sequence,
 * its time and the store.
 */
#include "ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "ledger/adjustments.h"
#include "ledger/cards.h"
#include "ledger/events.h"
#include "ledger/loans.h"
#include "ledger/product_orders.h"
#include "ledger/products.h"
#include "ledger/questions.h"
#include "ledger/request.h"
#include "ledger/settlement.h"

struct ledger *ledger_new(struct store *store, struct keyring *keyring) {
    struct ledger *ledger = xcalloc(1, sizeof *ledger);
    ledger->store = store;
    ledger->keyring = keyring;
    ledger->banks = hmap_new();
    rulebook_init(&ledger->book);
    buf_init(&ledger->scratch);
    buf_init(&ledger->notice);
    return ledger;
}

void ledger_free(struct ledger *ledger) {
    if (!ledger)
        return;
    apply_forget_banks(ledger);
    hmap_free(ledger->banks);
    rulebook_deinit(&ledger->book);
    buf_deinit(&ledger->scratch);
    buf_deinit(&ledger->notice);
    free(ledger);
}

int ledger_next_deadline(struct ledger *ledger, int64_t *at_ms_out) {
    struct store_deadline due;
    int result = store_first_deadline(ledger->store, &due);
    APPLY_TRY(result);
    *at_ms_out = result ? INT64_MAX : due.at_ms;
    return 0;
}

struct handler {
    enum command_kind kind;
    bool request; /* goes through the replay table */
    int (*apply)(struct apply *apply);
};

/* The most frequent first. */
static const struct handler handlers[] = {
    {COMMAND_SUBMIT_TRANSFER, true, transfer_submit},
    {COMMAND_POSTING_ANSWER, false, posting_answer},
    {COMMAND_CONFIRM_CREDIT, false, posting_confirm_credit},
    {COMMAND_ACK_NOTICES, false, notice_acknowledge},
    {COMMAND_GET_TRANSFER, false, transfer_get},
    {COMMAND_SUBMIT_RETURN, true, return_submit},
    {COMMAND_CANCEL_TRANSFER, true, transfer_cancel},
    {COMMAND_STEP_UP, false, transfer_step_up},
    {COMMAND_LIST_TRANSFERS, false, transfer_list},
    {COMMAND_RECON_PAGE, false, recon_page},
    {COMMAND_QUERY_TOTALS, false, recon_totals},
    {COMMAND_UPLOAD_RECON, false, recon_beside},
    {COMMAND_RECON_RESULT, false, recon_beside},
    {COMMAND_GET_LINK, false, link_get},
    {COMMAND_FETCH_NOTICES, false, notice_fetch},
    {COMMAND_OPEN_LINK, true, link_open},
    {COMMAND_VERIFY_ANSWER, false, link_verify_answer},
    {COMMAND_START_CHALLENGE, true, challenge_start},
    {COMMAND_ISSUE_ANSWER, false, challenge_issue_answer},
    {COMMAND_ANSWER_CHALLENGE, true, challenge_answer},
    {COMMAND_CHECK_ANSWER, false, challenge_check_answer},
    {COMMAND_CLOSE_LINK, true, link_close},
    {COMMAND_RESEND_CHALLENGE, true, challenge_resend},
    {COMMAND_AMEND_LINK, true, link_amend},
    {COMMAND_REBIND_LINK, true, link_rebind},
    {COMMAND_RESUME_LINK, true, link_resume},
    {COMMAND_WITHDRAW_CONSENT, true, link_withdraw_consent},
    {COMMAND_LIST_LINKS, false, link_list},
    {COMMAND_PLACE_HOLD, true, hold_place},
    {COMMAND_LIFT_HOLD, true, hold_lift},
    {COMMAND_REPORT_ACCOUNT, true, account_report},
    {COMMAND_RECHECK_ANSWER, false, recheck_answer},
    {COMMAND_OPEN_CASE, true, case_open},
    {COMMAND_ANSWER_CASE, true, case_answer},
    {COMMAND_GET_CASE, false, case_get},
    {COMMAND_PROPOSE_ADJUSTMENT, true, adjustment_propose},
    {COMMAND_ACCEPT_ADJUSTMENT, true, adjustment_accept},
    {COMMAND_GET_ADJUSTMENT, false, adjustment_get},
    {COMMAND_APPLY_CARD, true, card_apply},
    {COMMAND_CARD_ANSWER, false, card_answer},
    {COMMAND_CARD_STATUS, true, card_report},
    {COMMAND_CANCEL_CARD, true, card_cancel},
    {COMMAND_GET_CARD, false, card_get},
    {COMMAND_PLACE_ORDER, true, orders_place},
    {COMMAND_ORDER_RESULT, true, orders_result},
    {COMMAND_CANCEL_ORDER, true, orders_cancel},
    {COMMAND_ORDER_ANSWER, false, orders_answered},
    {COMMAND_REDEEM, true, orders_redeem},
    {COMMAND_PAYOUT, true, orders_pay_out},
    {COMMAND_GET_ORDER, false, orders_get},
    {COMMAND_LIST_HOLDINGS, false, orders_list_holdings},
    {COMMAND_QUERY_BALANCE, false, question_ask},
    {COMMAND_QUERY_ACCOUNT_STATUS, false, question_ask},
    {COMMAND_QUERY_OVERVIEW, false, overview_ask},
    {COMMAND_QUERY_POSITION, false, position_query},
    {COMMAND_BALANCE_ANSWER, false, question_balance_answer},
    {COMMAND_STATUS_ANSWER, false, question_status_answer},
    {COMMAND_HOLD_PLACE, false, hold_order_place},
    {COMMAND_HOLD_LIFT, false, hold_order_lift},
    {COMMAND_TICK, false, deadline_tick},
    {COMMAND_RECON_ROW, false, recon_row},
    {COMMAND_BANK_UP, false, bank_up},
    {COMMAND_BANK_DOWN, false, bank_down},
    {COMMAND_BOOT, false, bank_boot},
    {COMMAND_BANK_ADD, false, bank_add},
    {COMMAND_BANK_DISABLE, false, bank_disable},
    {COMMAND_UNFREEZE, false, object_unfreeze},
    {COMMAND_CLOCK_ACCEPT, false, order_clock_accept},
    {COMMAND_BANK_ENABLE, false, bank_enable},
    {COMMAND_BANK_SET, false, bank_set},
    {COMMAND_PIN_ADD, false, bank_pin_add},
    {COMMAND_PIN_REMOVE, false, bank_pin_remove},
    {COMMAND_PIN_SEEN, false, bank_pin_seen},
    {COMMAND_QUARANTINE_RELEASE, false, order_quarantine},
    {COMMAND_QUARANTINE_DROP, false, order_quarantine},
    {COMMAND_APPROVE, false, approval_approve},
    {COMMAND_REJECT, false, approval_reject},
    {COMMAND_SEARCH, false, search_links},
    {COMMAND_UNMASK, false, search_unmask},
    {COMMAND_READ_UNMASKED, false, search_read_unmasked},
    {COMMAND_BANK_RESYNC, false, resync_order},
    {COMMAND_BACKUP, false, order_record_backup},
    {COMMAND_RULES_LOAD, false, rules_load},
    {COMMAND_CAP_SET, false, cap_set},
    {COMMAND_PAIR_CAP_SET, false, cap_set_pair},
    {COMMAND_FUNDS_BEGIN, false, funds_begin},
    {COMMAND_FUNDS_END, false, funds_end},
    {COMMAND_TRANSFER_RESOLVE, false, transfer_resolve},
    {COMMAND_RECON_COMPARE, false, order_record_recon},
    {COMMAND_WINDOW_CLOSE, false, window_order_close},
    {COMMAND_WINDOW_SETTLE, false, window_order_settle},
    {COMMAND_WINDOW_ABORT, false, window_order_abort},
    {COMMAND_CONFIRM_SETTLEMENT, true, settlement_confirm},
    {COMMAND_GET_WINDOW, false, window_get},
    {COMMAND_OFFLINE_EVENT, true, event_offline},
    {COMMAND_REFERRAL, true, event_referral},
    {COMMAND_PUBLISH_PRODUCT, true, product_publish},
    {COMMAND_LIST_PRODUCTS, false, product_list},
    {COMMAND_GET_PRODUCT, false, product_get},
    {COMMAND_OFFER_LOAN, true, loans_offer},
    {COMMAND_APPLY_LOAN, true, loans_apply},
    {COMMAND_DECIDE_LOAN, true, loans_decide},
    {COMMAND_DRAW_LOAN, true, loans_draw},
    {COMMAND_REPAY_LOAN, true, loans_repay},
    {COMMAND_QUOTE_REPAYMENT, false, loans_quote},
    {COMMAND_LOAN_STATUS, true, loans_rule},
    {COMMAND_GET_LOAN, false, loans_get},
    {COMMAND_LIST_LOANS, false, loans_list},
};

static const struct handler *row_of(enum command_kind kind) {
    for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++) {
        if (handlers[i].kind == kind)
            return &handlers[i];
    }
    return NULL;
}

handler_function *handler_of(enum command_kind kind) {
    const struct handler *handler = row_of(kind);
    return handler ? handler->apply : NULL;
}

static int dispatch(struct apply *apply) {
    const struct handler *handler = row_of(apply->command->kind);
    if (!handler)
        return APPLY_BROKEN;
    if (handler->request)
        return request_apply(apply, handler->apply);
    if (command_is_order(apply->command->kind))
        return order_apply(apply, handler->apply);
    return handler->apply(apply);
}

/* The broken command stays as a refusal on record, its object frozen. A query is not logged, so that
 * it may leave nothing: the command that comes upon the same object freezes it. */
static int poison(struct apply *apply) {
    const struct id *request = command_request_id(apply->command);
    store_begin(apply->store);
    int result = 0;
    if (!command_is_query(apply->command->kind))
        result = object_freeze(apply, apply->object_kind, &apply->object);
    if (result == 0 && request) {
        struct store_request row;
        result = store_get_request(apply->store, apply->command->bank, request, &row);
        if (result == STORE_ABSENT) {
            row = (struct store_request){
                .payload = apply->payload,
                .message = (uint32_t)apply->command->kind,
                .refusal = REFUSAL_INVARIANT,
                .at_ms = apply->now_ms,
            };
            store_put_request(apply->store, apply->command->bank, request, &row, true);
            result = 0;
        }
    }
    if (result < 0)
        return result;
    if (command_is_order(apply->command->kind))
        audit_order(apply, REFUSAL_INVARIANT);
    struct refusal refusal = {.code = REFUSAL_INVARIANT, .field = ""};
    apply_reply_refused(apply, &refusal);
    apply_alarm(apply, "a command came upon a broken invariant: rolled back, its object frozen",
                &apply->object);
    store_commit(apply->store);
    return LEDGER_POISONED;
}

/* Those in force at the command's time. */
static int use_rules(struct apply *apply) {
    struct ledger *ledger = apply->ledger;
    if (!ledger->book_read) {
        rulebook_deinit(&ledger->book);
        rulebook_init(&ledger->book);
        APPLY_TRY(store_load_rulebook(ledger->store, &ledger->book));
        ledger->book_read = true;
    }
    apply->book = &ledger->book;
    apply->rules = rulebook_at(&ledger->book, apply->now_ms);
    return 0;
}

int ledger_apply(struct ledger *ledger, const struct command *command, uint64_t sequence,
                 int64_t now_ms, struct effects *effects) {
    struct apply apply = {
        .ledger = ledger,
        .store = ledger->store,
        .command = command,
        .sequence = sequence,
        .now_ms = now_ms,
        .effects = effects,
        .effects_before = effects->count,
        .field = "",
    };
    if (!command_is_query(command->kind))
        sha256(command->payload, &apply.payload);
    store_begin(ledger->store);
    int result = use_rules(&apply);
    if (result == 0)
        result = dispatch(&apply);
    if (result < 0)
        return result;
    if (result == APPLY_BROKEN) {
        store_rollback(ledger->store);
        effects_truncate(effects, apply.effects_before);
        apply_forget_all(ledger);
        return poison(&apply);
    }
    if (result) {
        struct refusal refusal = {.code = (enum refusal_code)result, .field = apply.field};
        apply_reply_refused(&apply, &refusal);
    }
    store_commit(ledger->store);
    return 0;
}
