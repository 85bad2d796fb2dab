/*
 * What the issuer of an order is told after it was placed (cancel, redeem, withdraw), and its answer.
 *
 * Invariants: one instruction is out at a time, known to the issuer by the order and a number; it goes
 * out again with the same bytes until it is answered; without an answer in time the order is unknown,
 * and only the issuer's word ends that. The first answer stands; another one is a CONFLICT. Where the
 * issuer itself asks, it has taken it.
 */
#include <string.h>

#include "domain/calendar.h"
#include "ledger/cases.h"
#include "ledger/product_orders.h"
#include "wire/message.h"

static void send(struct apply *apply, const struct product_order *order) {
    const struct product_order_instruction *out = &order->instruction;
    bool cancel = out->action == PRODUCT_ACTION_CANCEL;
    struct order_instruction message = {
        .order = order->id,
        .number = out->number,
        .action = out->action,
        .units = out->units,
        .reason = span_text(cancel ? order->reason : ""),
    };
    buf_clear(&apply->ledger->scratch);
    message_encode_order_instruction(&message, &apply->ledger->scratch);
    apply_send(apply, order->issuer, MESSAGE_ORDER_INSTRUCTION, &order->id,
               order->unknown ? 0 : out->deadline_ms, buf_span(&apply->ledger->scratch));
}

static struct product_order_instruction next(const struct apply *apply,
                                             const struct product_order *order,
                                             enum product_order_action action, int64_t units) {
    const struct rules *rules = apply->rules;
    return (struct product_order_instruction){
        .number = order->instruction.number + 1,
        .action = action,
        .units = units,
        .request = *command_request_id(apply->command),
        .asked_at_ms = apply->now_ms,
        .deadline_ms = apply->now_ms + apply_timeout_ms(apply, rules->transfer_timeout_ms,
                                                        rules->transfer_timeout_min_ms,
                                                        rules->transfer_timeout_max_ms),
    };
}

bool orders_busy(const struct product_order *order) {
    return order->instruction.action != PRODUCT_ACTION_NONE ||
           order->payout.purpose != PRODUCT_PAYOUT_NONE;
}

/* The payout is due now. */
static int take_redemption(struct apply *apply, struct product_order *order, enum cause cause) {
    struct product product;
    int result = orders_terms(apply, order, &product);
    if (result)
        return result;
    order->instruction.taken = true;
    order->late &= ~PRODUCT_LATE_PAYOUT;
    if (order->payout_due_ms == 0) /* of the end of its term it stands already */
        order->payout_due_ms =
            orders_due_ms(apply, shanghai_day(apply->now_ms), product.terms.payout_days);
    return orders_step(apply, order, PRODUCT_ORDER_EVENT_TAKEN, cause, "", NULL);
}

static int take(struct apply *apply, struct product_order *order, enum cause cause) {
    char reason[REASON_SIZE];
    if (order->instruction.action != PRODUCT_ACTION_CANCEL)
        return take_redemption(apply, order, cause);
    apply_copy_text(reason, sizeof reason, span_text(order->reason));
    return orders_give_back(apply, order, PRODUCT_ORDER_EVENT_CANCEL, cause, reason);
}

int orders_instruct(struct apply *apply, struct product_order *order,
                    enum product_order_action action, int64_t units, struct span reason) {
    char code[REASON_SIZE];
    bool cancel = action == PRODUCT_ACTION_CANCEL;
    apply_copy_text(code, sizeof code, reason);
    order->instruction = next(apply, order, action, units);
    if (cancel)
        apply_copy_text(order->reason, sizeof order->reason, reason);
    order->instruction.taken = apply->command->bank == order->issuer && !cancel;
    int result = orders_step(apply, order,
                             cancel ? PRODUCT_ORDER_EVENT_CANCEL_ASKED : PRODUCT_ORDER_EVENT_REDEEM,
                             CAUSE_REQUEST, code, NULL);
    if (result)
        return result;
    if (apply->command->bank == order->issuer)
        return take(apply, order, CAUSE_REQUEST);
    send(apply, order);
    return 0;
}

/* ---- no answer in time ---- */

int orders_unanswered(struct apply *apply, struct product_order *order) {
    bool first = !order->unknown;
    if (first)
        order->unknown_at_ms = apply->now_ms;
    else
        transfer_alarm(apply,
                       "an issuer does not answer about an order that it was instructed of: ask it",
                       order->issuer, &order->id);
    order->unknown = true;
    order->unknown_alarm_ms = unknown_after_ms(apply, order->unknown_at_ms);
    send(apply, order);
    return first
               ? orders_step(apply, order, PRODUCT_ORDER_EVENT_UNANSWERED, CAUSE_DEADLINE, "", NULL)
               : orders_put(apply, order);
}

int orders_resume(struct apply *apply, const struct id *id) {
    struct product_order order;
    int result = store_get_order(apply->store, id, &order);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    const struct product_order_instruction *out = &order.instruction;
    bool waits = out->action != PRODUCT_ACTION_NONE && !out->taken;
    if (!order.frozen && waits && (order.unknown || out->deadline_ms > apply->now_ms))
        send(apply, &order);
    return 0;
}

/* ---- the answer ---- */

/* Whether the instruction that is not out any more was taken; the last one of which the history tells
 * is the one with the last number. */
static bool was_taken(const struct product_order *order) {
    for (uint32_t i = order->history.count; i > 0; i--) {
        uint32_t event = order->history.entries[i - 1].event;
        if (event == PRODUCT_ORDER_EVENT_TAKEN || event == PRODUCT_ORDER_EVENT_CANCEL)
            return true;
        if (event == PRODUCT_ORDER_EVENT_REDEEM_REFUSED ||
            event == PRODUCT_ORDER_EVENT_CANCEL_REFUSED ||
            event == PRODUCT_ORDER_EVENT_CANCEL_ASKED || event == PRODUCT_ORDER_EVENT_REDEEM)
            return false;
    }
    return false;
}

/* About its link: the issuer is to say which of its words is right. */
static int open_case(struct apply *apply, struct product_order *order) {
    struct link link;
    int result = store_get_link(apply->store, &order->link, &link);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    struct inquiry_case inquiry = case_of_link(apply, &link, CASE_CONFLICT, order->issuer);
    result = case_check_others(apply, &inquiry, "order_id", CASES_OF_OBJECT_MAX);
    if (result)
        return result > 0 && result < APPLY_BROKEN ? 0 : result; /* one is open: it stands there */
    struct case_word word = {CASE_EVENT_OPEN, 0, CASE_OUTCOME_NONE,
                             SPAN_LITERAL("The issuer answered an instruction about an order of "
                                          "this link, and otherwise later. Its first answer "
                                          "stands. Which is right?")};
    order->case_id = inquiry.id;
    return case_say(apply, &inquiry, &word, true);
}

/* The same again says nothing new; another word is a contradiction, which is noted once. */
static int again(struct apply *apply, struct product_order *order,
                 const struct order_instruction_reply *answer) {
    bool taken = order->instruction.taken || was_taken(order);
    if (answer->number != order->instruction.number || order->conflict ||
        taken == (answer->outcome == ORDER_TAKEN))
        return 0;
    transfer_alarm(apply, "an issuer contradicted its own earlier answer about an order: CONFLICT",
                   order->issuer, &order->id);
    order->conflict = true;
    int result = open_case(apply, order);
    return result ? result
                  : orders_step(apply, order, PRODUCT_ORDER_EVENT_CONFLICT, CAUSE_ANSWER, "", NULL);
}

static int refused(struct apply *apply, struct product_order *order, struct span reason) {
    char code[REASON_SIZE];
    bool cancel = order->instruction.action == PRODUCT_ACTION_CANCEL;
    apply_copy_text(code, sizeof code, reason.size ? reason : SPAN_LITERAL("MS03"));
    order->instruction.action = PRODUCT_ACTION_NONE;
    if (cancel)
        memset(order->reason, 0, sizeof order->reason);
    return orders_step(apply, order,
                       cancel ? PRODUCT_ORDER_EVENT_CANCEL_REFUSED
                              : PRODUCT_ORDER_EVENT_REDEEM_REFUSED,
                       CAUSE_ANSWER, code, NULL);
}

void orders_settled(struct apply *apply, struct product_order *order) {
    apply_done(apply, order->issuer, &order->id);
    order->unknown = false;
    order->unknown_alarm_ms = 0;
}

static int judge(struct apply *apply, struct product_order *order,
                 const struct order_instruction_reply *answer) {
    const struct product_order_instruction *out = &order->instruction;
    if (answer->number == 0 || answer->number > out->number ||
        answer->outcome == ORDER_OUTCOME_NONE) {
        apply_alarm(apply, "an issuer's answer about an order cannot be read; it waits",
                    &order->id);
        return 0;
    }
    if (answer->number < out->number || out->action == PRODUCT_ACTION_NONE || out->taken)
        return again(apply, order, answer);
    orders_settled(apply, order);
    return answer->outcome == ORDER_TAKEN ? take(apply, order, CAUSE_ANSWER)
                                          : refused(apply, order, answer->reason);
}

/* Also a late one, of what nobody knew meanwhile. */
int orders_answered(struct apply *apply) {
    const struct order_instruction_reply *answer = &apply->command->body.order.instruction_answer;
    struct product_order order;
    int result = store_get_order(apply->store, &answer->order, &order);
    APPLY_TRY(result);
    if (result || order.issuer != apply->command->bank || order.frozen) {
        apply_alarm(apply, "an answer came about no order of its bank, or a frozen one",
                    &answer->order);
        return 0;
    }
    apply_touch(apply, OBJECT_ORDER, &order.id);
    result = orders_due(apply, &order);
    return result ? result : judge(apply, &order, answer);
}
