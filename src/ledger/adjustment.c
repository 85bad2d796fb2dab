/*
 * Adjustments: what two banks agree on besides all transfers (docs/protocol.md, "An adjustment").
 *
 * Invariants: each is of a case of both banks, which has at most one that waits; one bank proposes,
 * and only the other accepts; what is accepted is booked in the open window in the same application,
 * once; no cap and no liquidity is looked at, since it is owed already. One that ended moves no more.
 */
#include "ledger/adjustments.h"
#include "wire/message.h"

int adjustment_view_load(struct apply *apply, const struct adjustment *adjustment,
                         struct adjustment_view *view_out) {
    const struct adjustment_entry *last = &adjustment->entries[adjustment->entry_count - 1];
    *view_out = (struct adjustment_view){
        .adjustment = adjustment->id,
        .inquiry = adjustment->inquiry,
        .state = adjustment->state,
        .debtor = adjustment->debtor,
        .creditor = adjustment->creditor,
        .proposed_by = adjustment->proposed_by,
        .amount = adjustment->amount,
        .proposed_at_ms = adjustment->entries[0].at_ms,
        .expires_at_ms = adjustment->expires_at_ms,
        .ended_at_ms = adjustment->state != ADJUSTMENT_PROPOSED ? last->at_ms : 0,
        .window = adjustment->window,
    };
    int result = store_get_adjustment_text(apply->store, &adjustment->id, &view_out->text);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    return 0;
}

static int reply(struct apply *apply, const struct adjustment *adjustment, bool replayed) {
    struct adjustment_view view;
    int result = adjustment_view_load(apply, adjustment, &view);
    if (result)
        return result;
    view.replayed = replayed;
    buf_clear(&apply->ledger->scratch);
    message_encode_adjustment_reply(&view, &apply->ledger->scratch);
    apply_reply(apply, MESSAGE_NONE, buf_span(&apply->ledger->scratch));
    return 0;
}

int adjustment_reply(struct apply *apply, const struct id *id, bool replayed) {
    struct adjustment adjustment;
    int result = store_get_adjustment(apply->store, id, &adjustment);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    return reply(apply, &adjustment, replayed);
}

/* Moves it, puts it with its deadline, and tells both banks. */
static int move(struct apply *apply, struct adjustment *adjustment, enum adjustment_event event,
                bank_code by, struct span text) {
    bool fresh = event == ADJUSTMENT_EVENT_PROPOSE;
    struct store_deadline due = {adjustment->expires_at_ms, OBJECT_ADJUSTMENT, adjustment->id};
    const struct adjustment_entry entry = {
        .by = by, .at_ms = apply->now_ms, .sequence = apply->sequence};
    APPLY_INVARIANT(adjustment_move(adjustment, event, &entry));
    if (fresh)
        store_put_deadline(apply->store, &due);
    else
        APPLY_TRY(store_drop_deadline(apply->store, &due));
    APPLY_TRY(store_put_adjustment(apply->store, adjustment, text, fresh));
    return notice_adjustment(apply, adjustment);
}

static int expire(struct apply *apply, struct adjustment *adjustment) {
    return move(apply, adjustment, ADJUSTMENT_EVENT_EXPIRE, 0, span_of(NULL, 0));
}

static bool waits(const struct adjustment *adjustment) {
    return adjustment->state == ADJUSTMENT_PROPOSED;
}

/* ---- proposing ---- */

/* The case is this bank's and another's, which are the two sides. */
static int load_case(struct apply *apply, const struct propose_adjustment *request,
                     struct inquiry_case *case_out) {
    bank_code bank = apply->command->bank;
    int result = store_get_case(apply->store, &request->inquiry, case_out);
    APPLY_TRY(result);
    if (result || (case_out->owner != bank && case_out->other != bank))
        return refuse(apply, REFUSAL_NO_SUCH_CASE, "case_id");
    bank_code other = case_out->owner == bank ? case_out->other : case_out->owner;
    if (other == 0)
        return refuse(apply, REFUSAL_CASE_ROLE, "case_id");
    if (request->debtor != bank && request->debtor != other)
        return refuse(apply, REFUSAL_BANK_CODE_DEBTOR, "debtor_bank_code");
    if (request->creditor != (request->debtor == bank ? other : bank))
        return refuse(apply, REFUSAL_BANK_CODE_CREDITOR, "creditor_bank_code");
    return apply_check_served(apply, other, "case_id");
}

/* There is room for one more, and none that waits: one whose time is over ends here. */
static int check_room(struct apply *apply, const struct inquiry_case *inquiry) {
    struct adjustment before;
    if (inquiry->state == CASE_CLOSED)
        return refuse(apply, REFUSAL_CASE_STATE, "case_id");
    if (inquiry->adjustments >= ADJUSTMENTS_OF_CASE_MAX)
        return refuse(apply, REFUSAL_ADJUSTMENTS, "case_id");
    if (inquiry->adjustments == 0)
        return 0;
    int result = store_get_adjustment(apply->store, &inquiry->adjustment, &before);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (!waits(&before))
        return 0;
    if (before.expires_at_ms > apply->now_ms)
        return refuse(apply, REFUSAL_ADJUSTMENT_EXISTS, "case_id");
    return expire(apply, &before);
}

int adjustment_propose(struct apply *apply) {
    const struct propose_adjustment *request = &apply->command->body.propose_adjustment;
    bank_code bank = apply->command->bank;
    struct inquiry_case inquiry;
    int result = load_case(apply, request, &inquiry);
    if (result == 0)
        result = check_room(apply, &inquiry);
    if (result)
        return result;
    struct adjustment adjustment = {
        .id = apply_new_id(apply),
        .inquiry = request->inquiry,
        .debtor = request->debtor,
        .creditor = request->creditor,
        .proposed_by = bank,
        .amount = request->amount,
        .expires_at_ms = apply->now_ms + apply->rules->case_due_ms,
    };
    inquiry.adjustment = adjustment.id;
    inquiry.adjustments++;
    apply_touch(apply, OBJECT_ADJUSTMENT, &adjustment.id);
    APPLY_TRY(store_put_case(apply->store, &inquiry, false, span_of(NULL, 0), false));
    result = move(apply, &adjustment, ADJUSTMENT_EVENT_PROPOSE, bank, request->text);
    return result ? result : reply(apply, &adjustment, false);
}

/* ---- its end ---- */

static int load_own(struct apply *apply, const struct id *id, struct adjustment *adjustment_out) {
    bank_code bank = apply->command->bank;
    int result = store_get_adjustment(apply->store, id, adjustment_out);
    APPLY_TRY(result);
    if (result || (adjustment_out->debtor != bank && adjustment_out->creditor != bank))
        return refuse(apply, REFUSAL_NO_SUCH_ADJUSTMENT, "adjustment_id");
    return 0;
}

/* What this bank's word is; the proposer never accepts. */
static int judge(struct apply *apply, const struct adjustment *adjustment, bool reject,
                 enum adjustment_event *event_out) {
    bool own = adjustment->proposed_by == apply->command->bank;
    bank_code other =
        adjustment->debtor == apply->command->bank ? adjustment->creditor : adjustment->debtor;
    if (own && !reject)
        return refuse(apply, REFUSAL_ADJUSTMENT_ROLE, "adjustment_id");
    enum adjustment_state next;
    enum adjustment_event event = own      ? ADJUSTMENT_EVENT_WITHDRAW
                                  : reject ? ADJUSTMENT_EVENT_REJECT
                                           : ADJUSTMENT_EVENT_ACCEPT;
    if (!adjustment_next(adjustment->state, event, &next))
        return refuse(apply, REFUSAL_ADJUSTMENT_STATE, "adjustment_id");
    *event_out = event;
    return reject ? 0 : apply_check_served(apply, other, "adjustment_id");
}

int adjustment_accept(struct apply *apply) {
    const struct accept_adjustment *request = &apply->command->body.accept_adjustment;
    struct adjustment adjustment;
    enum adjustment_event event = ADJUSTMENT_EVENTS;
    int result = load_own(apply, &request->adjustment, &adjustment);
    if (result)
        return result;
    apply_touch(apply, OBJECT_ADJUSTMENT, &adjustment.id);
    if (waits(&adjustment) && adjustment.expires_at_ms <= apply->now_ms) {
        result = expire(apply, &adjustment);
        if (result)
            return result;
    }
    result = judge(apply, &adjustment, request->reject, &event);
    if (result == 0 && event == ADJUSTMENT_EVENT_ACCEPT)
        result = books_adjust(apply, &adjustment);
    if (result == 0)
        result = move(apply, &adjustment, event, apply->command->bank, span_of(NULL, 0));
    return result ? result : reply(apply, &adjustment, false);
}

int adjustment_get(struct apply *apply) {
    struct adjustment adjustment;
    int result = apply_check_bank(apply);
    if (result == 0)
        result = load_own(apply, &apply->command->body.get_adjustment.adjustment, &adjustment);
    return result ? result : reply(apply, &adjustment, false);
}

int adjustment_expire(struct apply *apply, const struct store_deadline *due) {
    struct adjustment adjustment;
    int result = store_get_adjustment(apply->store, &due->object, &adjustment);
    APPLY_TRY(result);
    if (result || !waits(&adjustment) || adjustment.expires_at_ms != due->at_ms)
        return deadline_drop_stray(apply, due);
    apply_touch(apply, OBJECT_ADJUSTMENT, &adjustment.id);
    return expire(apply, &adjustment);
}

/* ---- the same request again, with other content ---- */

int adjustment_differs(struct apply *apply, const struct id *id, const char **field_out) {
    const struct propose_adjustment *now = &apply->command->body.propose_adjustment;
    struct adjustment then;
    int result = store_get_adjustment(apply->store, id, &then);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (apply->command->kind == COMMAND_ACCEPT_ADJUSTMENT)
        *field_out = id_equal(&apply->command->body.accept_adjustment.adjustment, id)
                         ? "reject"
                         : "adjustment_id";
    else if (!id_equal(&now->inquiry, &then.inquiry))
        *field_out = "case_id";
    else if (now->debtor != then.debtor)
        *field_out = "debtor_bank_code";
    else if (now->creditor != then.creditor)
        *field_out = "creditor_bank_code";
    else
        *field_out = now->amount.fen != then.amount.fen ? "amount.fen" : "text";
    return 0;
}
