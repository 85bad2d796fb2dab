/*
 * Objects as banks may see them, and the answers that carry them. Account numbers leave only as
 * their last four. Views borrow from the object that they show.
 */
#include "ledger/bought.h"
#include "ledger/settlement.h"

#include <string.h>

#include "wire/message.h"

/* What the other bank may know of a hold: all of the gateway's own, unless it tells what that bank may
 * not learn; of a bank's no more than what it blocks. */
static bool hold_is_open_to(const struct hold *hold, bank_code viewer) {
    if (hold->by == viewer)
        return true;
    return hold->authority == HOLD_BY_GATEWAY && strcmp(hold->reason, "AC06") != 0;
}

static struct hold_view hold_view_of(const struct hold *hold, bank_code viewer) {
    bool of_bank = hold->authority != HOLD_BY_GATEWAY && hold->authority != HOLD_BY_OPERATOR;
    struct hold_view view = {
        .hold = hold->id,
        .reason = span_text("MS03"),
        .placed_at_ms = hold->placed_at_ms,
        .blocks = hold->blocks,
        .by = of_bank ? hold->by : 0,
    };
    if (hold_is_open_to(hold, viewer)) {
        view.authority = hold->authority;
        view.reason = span_text(hold->reason);
        view.legal_reference = span_text(hold->legal_reference);
        view.expires_at_ms = hold->expires_at_ms;
    }
    return view;
}

static void add_challenge(const struct apply *apply, const struct link_challenge *challenge,
                          struct link_view *view) {
    int64_t left = challenge->expires_at_ms - apply->now_ms;
    uint32_t tries = apply->rules->code_tries;
    view->has_challenge = true;
    view->challenge_mobile = span_text(challenge->masked_mobile);
    view->challenge_expires_in_ms = left > 0 ? (uint32_t)left : 0;
    view->challenge_tries_left = challenge->attempts < tries ? tries - challenge->attempts : 0;
}

static struct link_view link_view_of(const struct apply *apply, const struct link *link,
                                     bank_code viewer) {
    struct link_view view = {
        .link = link->id,
        .state = link->state,
        .reason = span_text(link->reason),
        .class2_bank = link->class2_bank,
        .class1_bank = link->class1_bank,
        .class2_masked = span_text(link->class2_masked),
        .class1_masked = span_text(link->class1_masked),
        .scopes = link->scopes,
        .limits = link->limits,
        .requested_at_ms = link->requested_at_ms,
        .activated_at_ms = link->activated_at_ms,
        .deadline_ms = link->deadline_ms,
        .hold_count = link->hold_count,
        .has_amendment = link->amendment.present,
        .amendment_scopes = link->amendment.scopes,
        .amendment_limits = link->amendment.limits,
        .amendment_expires_at_ms = link->amendment.expires_at_ms,
        .replaces = link->replaces,
        .replaced_by = link->replaced_by,
        .cool_down_until_ms = link->cool_down_until_ms,
        .recheck_due_ms = link->recheck_due_ms,
        .activation_reported_at_ms = link->activation_reported_at_ms,
        .primary = link->primary,
    };
    for (uint32_t i = 0; i < link->hold_count && i < HOLDS_MAX; i++)
        view.holds[i] = hold_view_of(&link->holds[i], viewer);
    if (link->state == LINK_VERIFYING)
        view.deadline_ms = link->exchange_deadline_ms;
    if (!id_is_zero(&link->challenge.id))
        add_challenge(apply, &link->challenge, &view);
    return view;
}

#define OPEN_TOLD_MAX 100u /* the proto says so */

static int count_open(struct apply *apply, enum object_kind kind, const struct id *link,
                      uint32_t *count_out) {
    struct store_open_row row = {.kind = kind, .parent = *link};
    uint32_t count = 0;
    int result = 0;
    while (result == 0 && count < OPEN_TOLD_MAX) {
        result = store_next_open(apply->store, kind, &row, &row);
        APPLY_TRY(result);
        if (result || !id_equal(&row.parent, link))
            break;
        count++;
    }
    *count_out = count;
    return 0;
}

int link_view_load(struct apply *apply, const struct link *link, bank_code viewer,
                   struct link_view *view_out) {
    *view_out = link_view_of(apply, link, viewer);
    if (link->state != LINK_CLOSING)
        return 0;
    APPLY_TRY(count_open(apply, OBJECT_TRANSFER, &link->id, &view_out->open_transfers));
    APPLY_TRY(count_open(apply, OBJECT_ORDER, &link->id, &view_out->open_orders));
    return count_open(apply, OBJECT_LOAN, &link->id, &view_out->open_loans);
}

struct transfer_view transfer_view_of(const struct transfer *transfer) {
    bool credit_owed = !transfer->credited_at_ms && !transfer_came_back(transfer);
    return (struct transfer_view){
        .transfer = transfer->id,
        .state = transfer->state,
        .reason = span_text(transfer->reason),
        .detail = transfer->refusal
                      ? span_text(refusal_row((enum refusal_code)transfer->refusal)->detail)
                      : span_text(""),
        .link = transfer->link,
        .kind = transfer->kind,
        .direction = transfer->direction,
        .amount = transfer->amount,
        .debtor_bank = transfer->debtor_bank,
        .creditor_bank = transfer->creditor_bank,
        .end_to_end_id = span_text(transfer->end_to_end_id),
        .reference = span_text(transfer->reference),
        .book_date = span_text(transfer->book_date),
        .received_at_ms = transfer->received_at_ms,
        .deadline_ms = transfer->deadline_ms,
        .accepted_at_ms = transfer->accepted_at_ms,
        .credited_at_ms = transfer->credited_at_ms,
        .window = transfer->window,
        .original = transfer->original,
        .returned_fen = transfer->returned_fen,
        .step_up_method = span_text(transfer->step_up_method),
        .step_up_text = span_text(transfer->step_up_text),
        .cancel_requested_at_ms = transfer->cancel_asked_at_ms,
        .credit_due_ms = credit_owed ? transfer_credit_due_ms(transfer) : 0,
        .conflict = transfer->conflict,
        .account_debited = transfer_account_debited(transfer),
        .fallback = transfer->fallback,
    };
}

/* Into scratch. */
static int encode_link(struct apply *apply, const struct link *link, bank_code viewer,
                       bool replayed) {
    struct link_view view;
    int result = link_view_load(apply, link, viewer, &view);
    if (result)
        return result;
    view.replayed = replayed;
    buf_clear(&apply->ledger->scratch);
    message_encode_link_reply(&view, &apply->ledger->scratch);
    return 0;
}

int transfer_view_load(struct apply *apply, const struct transfer *transfer,
                       struct transfer_view *view_out) {
    *view_out = transfer_view_of(transfer);
    int result = bought_view(apply, transfer, &view_out->order, &view_out->loan);
    return result ? result : window_settled_at(apply, transfer, &view_out->settled_at_ms);
}

static struct span encode_transfer(struct apply *apply, const struct transfer_view *view) {
    buf_clear(&apply->ledger->scratch);
    message_encode_transfer_reply(view, &apply->ledger->scratch);
    return buf_span(&apply->ledger->scratch);
}

int apply_reply_link(struct apply *apply, const struct link *link, bool replayed) {
    if (apply->command->origin.kind == ORIGIN_NONE)
        return 0;
    int result = encode_link(apply, link, apply->command->bank, replayed);
    if (result == 0)
        apply_reply(apply, MESSAGE_NONE, buf_span(&apply->ledger->scratch));
    return result;
}

int apply_reply_transfer(struct apply *apply, const struct transfer *transfer, bool replayed) {
    struct transfer_view view;
    if (apply->command->origin.kind == ORIGIN_NONE)
        return 0;
    int result = transfer_view_load(apply, transfer, &view);
    if (result)
        return result;
    view.replayed = replayed;
    apply_reply(apply, MESSAGE_NONE, encode_transfer(apply, &view));
    return 0;
}

int apply_answer_link(struct apply *apply, const struct link *link, const struct id *request,
                      enum message_kind message) {
    int result = encode_link(apply, link, link->class2_bank, false);
    if (result == 0)
        apply_answer(apply, link->class2_bank, request, message, buf_span(&apply->ledger->scratch));
    return result;
}

void apply_answer_transfer(struct apply *apply, const struct transfer *transfer,
                           const struct id *request, enum message_kind message) {
    struct transfer_view view = transfer_view_of(transfer);
    apply_answer(apply, transfer->submitter, request, message, encode_transfer(apply, &view));
}
