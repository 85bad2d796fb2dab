/*
 * Questions about the other bank's account of a link: its balance, its status. Asked on, answered by
 * that bank alone, and forgotten.
 *
 * Invariants: nothing is asked without a live link that was verified (no probing), and no balance
 * without the customer's scope; a question that is out has one row and one deadline, and both go with
 * its answer or its time; no answer is kept, but in an overview until the last of its parts is
 * answered (overview.c).
 */
#include "ledger/questions.h"
#include "wire/message.h"

static enum message_kind asked_with(uint32_t query) {
    return query == MESSAGE_QUERY_ACCOUNT_STATUS ? MESSAGE_ASK_ACCOUNT_STATUS : MESSAGE_ASK_BALANCE;
}

int question_check(struct apply *apply, const struct link *link, enum message_kind query) {
    bool live = link->state == LINK_ACTIVE || link->state == LINK_SUSPENDED;
    if (query == MESSAGE_QUERY_ACCOUNT_STATUS && link->state == LINK_CLOSING)
        live = true;
    if (!live)
        return refuse(apply, REFUSAL_LINK_NOT_ACTIVE, "link_id");
    if (query != MESSAGE_QUERY_ACCOUNT_STATUS &&
        !(link->scopes & LINK_SCOPE_BIT(LINK_SCOPE_BALANCE)))
        return refuse(apply, REFUSAL_SCOPE, "link_id");
    return 0;
}

/* Also when the answer comes: what the customer took back meanwhile is not told any more. */
static int check_still(struct apply *apply, const struct link *link, enum message_kind query) {
    if (link->frozen)
        return refuse(apply, REFUSAL_FROZEN, "link_id");
    return question_check(apply, link, query);
}

int question_count(struct apply *apply, uint32_t more) {
    struct bank_counters counters;
    bank_code bank = apply->command->bank;
    APPLY_TRY(store_get_bank_counters(apply->store, bank, &counters));
    if (counters.questions + more > apply->rules->questions_per_bank)
        return refuse(apply, REFUSAL_QUESTIONS, "");
    counters.questions += more;
    store_put_bank_counters(apply->store, bank, &counters);
    return 0;
}

/* One of its questions is not out any more. */
static int count_down(struct apply *apply, bank_code bank) {
    struct bank_counters counters;
    APPLY_TRY(store_get_bank_counters(apply->store, bank, &counters));
    APPLY_INVARIANT(counters.questions > 0);
    counters.questions--;
    store_put_bank_counters(apply->store, bank, &counters);
    return 0;
}

int64_t question_deadline_ms(const struct apply *apply) {
    const struct rules *rules = apply->rules;
    return apply->now_ms + apply_timeout_ms(apply, rules->query_timeout_ms,
                                            rules->query_timeout_min_ms,
                                            rules->query_timeout_max_ms);
}

int question_send(struct apply *apply, const struct link *link, struct store_question *question) {
    bool from_class2 = question->asked_by == link->class2_bank;
    struct link_private secret;
    APPLY_TRY(store_get_link_private(apply->store, &link->id, &secret));
    question->id = apply_new_id(apply);
    question->asked = from_class2 ? link->class1_bank : link->class2_bank;
    struct ask_account asked = {
        .query = question->id,
        .link = link->id,
        .requesting_bank = question->asked_by,
        .account_number = from_class2 ? secret.class1_number : secret.class2_number,
    };
    store_put_question(apply->store, question);
    struct store_deadline due = {question->deadline_ms, OBJECT_QUESTION, question->id};
    store_put_deadline(apply->store, &due);
    buf_clear(&apply->ledger->scratch);
    message_encode_ask_account(&asked, &apply->ledger->scratch);
    apply_send(apply, question->asked, asked_with(question->message), &question->id,
               question->deadline_ms, buf_span(&apply->ledger->scratch));
    return 0;
}

static int ask(struct apply *apply, const struct link *link, const struct query_account *query,
               enum message_kind message) {
    struct store_question question = {
        .asked_by = apply->command->bank,
        .request = query->request,
        .link = link->id,
        .message = message,
        .deadline_ms = question_deadline_ms(apply),
    };
    int result = question_send(apply, link, &question);
    if (result)
        return result;
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
        result = question_check(apply, &link, message);
    if (result)
        return result;
    bank_code other =
        apply->command->bank == link.class2_bank ? link.class1_bank : link.class2_bank;
    result = apply_check_peer(apply, other, "link_id", REFUSAL_BANK_OFFLINE);
    if (result == 0)
        result = question_count(apply, 1);
    return result ? result : ask(apply, &link, query, message);
}

/* ---- answers ---- */

static int drop(struct apply *apply, const struct store_question *question) {
    struct store_deadline due = {question->deadline_ms, OBJECT_QUESTION, question->id};
    APPLY_TRY(store_drop_deadline(apply->store, &due));
    return store_drop_question(apply->store, &question->id);
}

static int forget(struct apply *apply, const struct store_question *question) {
    APPLY_TRY(drop(apply, question));
    apply_done(apply, question->asked, &question->id);
    return count_down(apply, question->asked_by);
}

static int refuse_late(struct apply *apply, const struct store_question *question,
                       enum refusal_code code) {
    int result = forget(apply, question);
    if (result)
        return result;
    if (!id_is_zero(&question->overview))
        return overview_told(apply, question, NULL);
    apply_answer_refused(apply, question->asked_by, &question->request,
                         (enum message_kind)question->message, code);
    return 0;
}

/* 0 when this bank answers a question that is out; APPLY_STALE otherwise. */
static int load(struct apply *apply, const struct id *id, enum message_kind message,
                struct store_question *question_out) {
    int result = store_get_question(apply->store, id, question_out);
    APPLY_TRY(result);
    if (result || asked_with(question_out->message) != message)
        return APPLY_STALE;
    if (question_out->asked != apply->command->bank) {
        apply_alarm(apply, "a question was answered by a bank that was not asked", id);
        return APPLY_STALE;
    }
    apply_touch(apply, OBJECT_QUESTION, id);
    if (question_out->deadline_ms > apply->now_ms)
        return 0;
    result = refuse_late(apply, question_out, REFUSAL_TIMEOUT_INSTRUCTED);
    return result ? result : APPLY_STALE;
}

/* 0 when the answer may be told; the question is forgotten either way. */
static int finish(struct apply *apply, const struct store_question *question,
                  struct link *link_out) {
    int result = store_get_link(apply->store, &question->link, link_out);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    result = check_still(apply, link_out, (enum message_kind)question->message);
    if (result == 0)
        return forget(apply, question);
    result = refuse_late(apply, question, (enum refusal_code)result);
    return result ? result : APPLY_STALE;
}

/* An overview looks again at the link when it is told. */
static int keep(struct apply *apply, const struct store_question *question,
                const struct balance_answer *answer) {
    int result = forget(apply, question);
    return result ? result : overview_told(apply, question, answer);
}

static struct span masked_of(const struct link *link, bank_code bank) {
    return span_text(bank == link->class1_bank ? link->class1_masked : link->class2_masked);
}

static int balance_answer(struct apply *apply) {
    struct balance_answer answer = apply->command->body.balance_answer;
    struct store_question question;
    struct link link;
    int result = load(apply, &answer.query, MESSAGE_ASK_BALANCE, &question);
    if (result)
        return result;
    if (!answer.reason.size && !answer.currency.size) {
        apply_alarm(apply, "a balance cannot be read; the question waits", &question.id);
        return 0;
    }
    if (!id_is_zero(&question.overview))
        return keep(apply, &question, &answer);
    result = finish(apply, &question, &link);
    if (result)
        return result;
    if (answer.reason.size)
        answer.available_fen = answer.booked_fen = 0;
    answer.link = link.id;
    answer.bank = question.asked;
    answer.masked = masked_of(&link, question.asked);
    buf_clear(&apply->ledger->scratch);
    message_encode_balance_reply(&answer, &apply->ledger->scratch);
    apply_answer(apply, question.asked_by, &question.request, MESSAGE_QUERY_BALANCE,
                 buf_span(&apply->ledger->scratch));
    return 0;
}

int question_balance_answer(struct apply *apply) {
    int result = balance_answer(apply);
    return result == APPLY_STALE ? 0 : result;
}

static int status_answer(struct apply *apply) {
    struct status_answer answer = apply->command->body.status_answer;
    struct store_question question;
    struct link link;
    int result = load(apply, &answer.query, MESSAGE_ASK_ACCOUNT_STATUS, &question);
    if (result)
        return result;
    if (!answer.reason.size && !answer.status) {
        apply_alarm(apply, "an account's status cannot be read; the question waits", &question.id);
        return 0;
    }
    result = finish(apply, &question, &link);
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

int question_status_answer(struct apply *apply) {
    int result = status_answer(apply);
    return result == APPLY_STALE ? 0 : result;
}

int question_expire(struct apply *apply, const struct store_deadline *due) {
    struct store_question question;
    int result = store_get_question(apply->store, &due->object, &question);
    APPLY_TRY(result);
    if (result || question.deadline_ms != due->at_ms)
        return deadline_drop_stray(apply, due);
    apply_touch(apply, OBJECT_QUESTION, &question.id);
    return refuse_late(apply, &question, REFUSAL_TIMEOUT_INSTRUCTED);
}

int question_discard(struct apply *apply, const struct id *id) {
    struct store_question question;
    int result = store_get_question(apply->store, id, &question);
    if (result == 0)
        result = drop(apply, &question);
    if (result == 0 && !id_is_zero(&question.overview))
        result = overview_discard(apply, &question);
    return result;
}
