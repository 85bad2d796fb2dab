/*
 * Questions about the other bank's account of a link: its balance, its status. Asked on, answered by
 * that bank alone, and forgotten.
 *
 * Invariants: nothing is asked without a live link that was verified (no probing), and no balance
 * without the customer's scope; a question that is out has one row and one deadline, and both go with
 * its answer or its time; no answer is kept.
 */
#include "ledger/handler.h"
#include "wire/message.h"

static enum message_kind asked_with(enum message_kind query) {
    return query == MESSAGE_QUERY_BALANCE ? MESSAGE_ASK_BALANCE : MESSAGE_ASK_ACCOUNT_STATUS;
}

static int check_link(struct apply *apply, const struct link *link, enum message_kind query) {
    bool live = link->state == LINK_ACTIVE || link->state == LINK_SUSPENDED;
    if (query == MESSAGE_QUERY_ACCOUNT_STATUS && link->state == LINK_CLOSING)
        live = true;
    if (!live)
        return refuse(apply, REFUSAL_LINK_NOT_ACTIVE, "link_id");
    if (query == MESSAGE_QUERY_BALANCE && !(link->scopes & LINK_SCOPE_BIT(LINK_SCOPE_BALANCE)))
        return refuse(apply, REFUSAL_SCOPE, "link_id");
    return 0;
}

/* How many of this bank's questions are out. */
static int count(struct apply *apply, bank_code bank, int change) {
    struct bank_counters counters;
    APPLY_TRY(store_get_bank_counters(apply->store, bank, &counters));
    if (change > 0 && counters.questions >= apply->rules->questions_per_bank)
        return refuse(apply, REFUSAL_QUESTIONS, "");
    APPLY_INVARIANT(change > 0 || counters.questions > 0);
    counters.questions = change > 0 ? counters.questions + 1 : counters.questions - 1;
    store_put_bank_counters(apply->store, bank, &counters);
    return 0;
}

static int ask(struct apply *apply, const struct link *link, const struct query_account *query,
               enum message_kind message) {
    const struct rules *rules = apply->rules;
    bool from_class2 = apply->command->bank == link->class2_bank;
    struct link_private secret;
    APPLY_TRY(store_get_link_private(apply->store, &link->id, &secret));
    struct store_question question = {
        .id = apply_new_id(apply),
        .asked_by = apply->command->bank,
        .request = query->request,
        .asked = from_class2 ? link->class1_bank : link->class2_bank,
        .link = link->id,
        .message = message,
        .deadline_ms = apply->now_ms + apply_timeout_ms(apply, rules->query_timeout_ms,
                                                        rules->query_timeout_min_ms,
                                                        rules->query_timeout_max_ms),
    };
    struct ask_account asked = {
        .query = question.id,
        .link = link->id,
        .requesting_bank = question.asked_by,
        .account_number = from_class2 ? secret.class1_number : secret.class2_number,
    };
    store_put_question(apply->store, &question);
    struct store_deadline due = {question.deadline_ms, OBJECT_QUESTION, question.id};
    store_put_deadline(apply->store, &due);
    buf_clear(&apply->ledger->scratch);
    message_encode_ask_account(&asked, &apply->ledger->scratch);
    apply_send(apply, question.asked, asked_with(message), &question.id, question.deadline_ms,
               buf_span(&apply->ledger->scratch));
    apply_wait(apply, &question.request);
    return 0;
}

int question_ask(struct apply *apply) {
    const struct query_account *query = &apply->command->body.query_account;
    enum message_kind message = apply->command->kind == COMMAND_QUERY_BALANCE
                                    ? MESSAGE_QUERY_BALANCE
                                    : MESSAGE_QUERY_ACCOUNT_STATUS;
    struct link link;
    int result = apply_check_bank(apply);
    if (result == 0)
        result = link_touch_own(apply, &query->link, &link);
    if (result == 0)
        result = check_link(apply, &link, message);
    if (result)
        return result;
    bank_code other =
        apply->command->bank == link.class2_bank ? link.class1_bank : link.class2_bank;
    result = apply_check_peer(apply, other, "link_id", REFUSAL_BANK_OFFLINE);
    if (result == 0)
        result = count(apply, apply->command->bank, 1);
    return result ? result : ask(apply, &link, query, message);
}

/* ---- answers ---- */

static int forget(struct apply *apply, const struct store_question *question) {
    struct store_deadline due = {question->deadline_ms, OBJECT_QUESTION, question->id};
    APPLY_TRY(store_drop_deadline(apply->store, &due));
    APPLY_TRY(store_drop_question(apply->store, &question->id));
    apply_done(apply, question->asked, &question->id);
    return count(apply, question->asked_by, -1);
}

/* 0 when this bank answers a question that is out; APPLY_STALE otherwise. */
static int load(struct apply *apply, const struct id *id, enum message_kind message,
                struct store_question *question_out) {
    int result = store_get_question(apply->store, id, question_out);
    APPLY_TRY(result);
    if (result || question_out->message != (uint32_t)message)
        return APPLY_STALE;
    if (question_out->asked != apply->command->bank) {
        apply_alarm(apply, "a question was answered by a bank that was not asked", id);
        return APPLY_STALE;
    }
    return 0;
}

static int load_link(struct apply *apply, const struct store_question *question,
                     struct link *link_out) {
    int result = store_get_link(apply->store, &question->link, link_out);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    return 0;
}

static struct span masked_of(const struct link *link, bank_code bank) {
    return span_text(bank == link->class1_bank ? link->class1_masked : link->class2_masked);
}

int question_balance_answer(struct apply *apply) {
    struct balance_answer answer = apply->command->body.balance_answer;
    struct store_question question;
    struct link link;
    int result = load(apply, &answer.query, MESSAGE_QUERY_BALANCE, &question);
    if (result)
        return result == APPLY_STALE ? 0 : result;
    result = load_link(apply, &question, &link);
    if (result == 0)
        result = forget(apply, &question);
    if (result)
        return result;
    answer.link = link.id;
    answer.bank = question.asked;
    answer.masked = masked_of(&link, question.asked);
    buf_clear(&apply->ledger->scratch);
    message_encode_balance_reply(&answer, &apply->ledger->scratch);
    apply_answer(apply, question.asked_by, &question.request, MESSAGE_QUERY_BALANCE,
                 buf_span(&apply->ledger->scratch));
    return 0;
}

int question_status_answer(struct apply *apply) {
    struct status_answer answer = apply->command->body.status_answer;
    struct store_question question;
    struct link link;
    int result = load(apply, &answer.query, MESSAGE_QUERY_ACCOUNT_STATUS, &question);
    if (result)
        return result == APPLY_STALE ? 0 : result;
    result = load_link(apply, &question, &link);
    if (result == 0)
        result = forget(apply, &question);
    if (result)
        return result;
    answer.link = link.id;
    answer.bank = question.asked;
    answer.masked = masked_of(&link, question.asked);
    buf_clear(&apply->ledger->scratch);
    message_encode_account_status_reply(&answer, &apply->ledger->scratch);
    apply_answer(apply, question.asked_by, &question.request, MESSAGE_QUERY_ACCOUNT_STATUS,
                 buf_span(&apply->ledger->scratch));
    return 0;
}

int question_expire(struct apply *apply, const struct store_deadline *due) {
    struct store_question question;
    int result = store_get_question(apply->store, &due->object, &question);
    APPLY_TRY(result);
    if (result)
        return store_drop_deadline(apply->store, due);
    result = forget(apply, &question);
    if (result)
        return result;
    apply_answer_refused(apply, question.asked_by, &question.request,
                         (enum message_kind)question.message, REFUSAL_TIMEOUT_INSTRUCTED);
    return 0;
}
