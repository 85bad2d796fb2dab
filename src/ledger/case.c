/*
 * Cases: inquiry and answer between two banks (docs/protocol.md, "Cases").
 *
 * Invariants: a case moves no money, no transfer and no link; only its two banks see it; the owner
 * answers, the other bank asks on or closes; of one matter there is at most one case of an object
 * that is not closed; room for its last answer and its end is never given away.
 */
#include "ledger/cases.h"
#include "wire/message.h"

static struct case_view view_of(const struct inquiry_case *inquiry) {
    return (struct case_view){
        .inquiry = inquiry->id,
        .transfer = inquiry->transfer,
        .link = inquiry->link,
        .subject = inquiry->subject,
        .state = inquiry->state,
        .outcome = inquiry->outcome,
        .opened_by = inquiry->opened_by,
        .owner = inquiry->owner,
        .opened_at_ms = inquiry->opened_at_ms,
        .due_at_ms = inquiry->due_at_ms,
        .closed_at_ms = inquiry->closed_at_ms,
        .claim = inquiry->claim,
        .adjustment = inquiry->adjustment,
        .entry_count = inquiry->entry_count,
    };
}

int case_view_load(struct apply *apply, const struct inquiry_case *inquiry,
                   struct case_view *view_out) {
    *view_out = view_of(inquiry);
    for (uint32_t i = 0; i < inquiry->entry_count; i++) {
        const struct case_entry *entry = &inquiry->entries[i];
        struct case_entry_view *shown = &view_out->entries[i];
        *shown = (struct case_entry_view){.by = entry->by,
                                          .at_ms = entry->at_ms,
                                          .state = entry->state,
                                          .outcome = entry->outcome};
        int result = store_get_case_text(apply->store, &inquiry->id, i, &shown->text);
        APPLY_TRY(result);
        APPLY_INVARIANT(result == 0);
    }
    return 0;
}

static int reply(struct apply *apply, const struct inquiry_case *inquiry, bool replayed) {
    struct case_view view;
    int result = case_view_load(apply, inquiry, &view);
    if (result)
        return result;
    view.replayed = replayed;
    buf_clear(&apply->ledger->scratch);
    message_encode_case_reply(&view, &apply->ledger->scratch);
    apply_reply(apply, MESSAGE_NONE, buf_span(&apply->ledger->scratch));
    return 0;
}

int case_reply(struct apply *apply, const struct id *id, bool replayed) {
    struct inquiry_case inquiry;
    int result = store_get_case(apply->store, id, &inquiry);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    return reply(apply, &inquiry, replayed);
}

/* ---- moving ---- */

/* The owner's time to answer: a deadline row while one runs. */
static int set_due(struct apply *apply, struct inquiry_case *inquiry, int64_t due_at_ms) {
    struct store_deadline due = {inquiry->due_at_ms, OBJECT_CASE, inquiry->id};
    if (inquiry->due_at_ms && !inquiry->overdue)
        APPLY_TRY(store_drop_deadline(apply->store, &due));
    inquiry->due_at_ms = due_at_ms;
    inquiry->overdue = false;
    due.at_ms = due_at_ms;
    if (due_at_ms)
        store_put_deadline(apply->store, &due);
    return 0;
}

int case_say(struct apply *apply, struct inquiry_case *inquiry, const struct case_word *word,
             bool fresh) {
    struct case_entry entry = {
        .by = word->by,
        .outcome = word->outcome,
        .at_ms = apply->now_ms,
        .sequence = apply->sequence,
    };
    APPLY_INVARIANT(case_move(inquiry, word->event, &entry));
    /* asked on, it has none again; closed by a bank, it keeps that of the answer */
    if (inquiry->state != CASE_CLOSED || word->outcome)
        inquiry->outcome = word->outcome;
    if (inquiry->state == CASE_CLOSED)
        inquiry->closed_at_ms = apply->now_ms;
    int64_t due = inquiry->state == CASE_OPEN ? apply->now_ms + apply->rules->case_due_ms : 0;
    APPLY_TRY(set_due(apply, inquiry, due));
    APPLY_TRY(store_put_case(apply->store, inquiry, true, word->text, fresh));
    return notice_case(apply, inquiry);
}

/* ---- opening ---- */

int case_check_others(struct apply *apply, const struct inquiry_case *inquiry, const char *field,
                      uint32_t max) {
    struct id after;
    const struct id *from = NULL;
    for (uint32_t n = 0; n < max; n++) {
        struct id id;
        int result = store_next_case_like(apply->store, inquiry, from, &id);
        APPLY_TRY(result);
        if (result)
            return 0;
        struct inquiry_case other;
        result = store_get_case(apply->store, &id, &other);
        APPLY_TRY(result);
        APPLY_INVARIANT(result == 0);
        if (case_same_matter(&other, inquiry) && other.state != CASE_CLOSED)
            return refuse(apply, REFUSAL_CASE_EXISTS, "subject");
        after = id;
        from = &after;
    }
    return refuse(apply, REFUSAL_CASE_FULL, field);
}

struct inquiry_case case_of_transfer(struct apply *apply, const struct transfer *transfer,
                                     enum case_subject subject, bank_code owner) {
    return (struct inquiry_case){
        .id = apply_new_id(apply),
        .transfer = transfer->id,
        .subject = subject,
        .owner = owner,
        .other = owner == transfer->instructed ? transfer->submitter : transfer->instructed,
        .opened_at_ms = apply->now_ms,
    };
}

struct inquiry_case case_of_link(struct apply *apply, const struct link *link,
                                 enum case_subject subject, bank_code owner) {
    return (struct inquiry_case){
        .id = apply_new_id(apply),
        .link = link->id,
        .subject = subject,
        .owner = owner,
        .other = owner == link->class1_bank ? link->class2_bank : link->class1_bank,
        .opened_at_ms = apply->now_ms,
    };
}

/* The case that the request is for; refused when what it is about is not this bank's. */
static int asked_for(struct apply *apply, const struct open_case *request,
                     struct inquiry_case *case_out) {
    bank_code bank = apply->command->bank;
    struct transfer transfer;
    struct link link;
    int result;
    if (!id_is_zero(&request->link)) {
        result = store_get_link(apply->store, &request->link, &link);
        APPLY_TRY(result);
        if (result || (link.class1_bank != bank && link.class2_bank != bank))
            return refuse(apply, REFUSAL_NO_SUCH_LINK, "link_id");
        bank_code owner = bank == link.class1_bank ? link.class2_bank : link.class1_bank;
        *case_out = case_of_link(apply, &link, request->subject, owner);
        return 0;
    }
    result = store_get_transfer(apply->store, &request->transfer, &transfer);
    APPLY_TRY(result);
    if (result || (transfer.submitter != bank && transfer.instructed != bank))
        return refuse(apply, REFUSAL_NO_SUCH_TRANSFER, "transfer_id");
    bank_code owner = bank == transfer.submitter ? transfer.instructed : transfer.submitter;
    *case_out = case_of_transfer(apply, &transfer, request->subject, owner);
    return 0;
}

int case_open(struct apply *apply) {
    const struct open_case *request = &apply->command->body.open_case;
    bank_code bank = apply->command->bank;
    struct inquiry_case inquiry;
    int result = asked_for(apply, request, &inquiry);
    if (result == 0)
        result = case_check_others(apply, &inquiry,
                                   id_is_zero(&inquiry.link) ? "transfer_id" : "link_id",
                                   CASES_OPENED_MAX);
    if (result)
        return result;
    inquiry.opened_by = bank;
    apply_touch(apply, OBJECT_CASE, &inquiry.id);
    struct case_word word = {CASE_EVENT_OPEN, bank, CASE_OUTCOME_NONE, request->text};
    result = case_say(apply, &inquiry, &word, true);
    return result ? result : reply(apply, &inquiry, false);
}

/* ---- answering ---- */

static int load_own(struct apply *apply, const struct id *id, struct inquiry_case *case_out) {
    bank_code bank = apply->command->bank;
    int result = store_get_case(apply->store, id, case_out);
    APPLY_TRY(result);
    if (result || (case_out->owner != bank && case_out->other != bank))
        return refuse(apply, REFUSAL_NO_SUCH_CASE, "case_id");
    return 0;
}

/* What this word of this bank is; refused when it is not for this bank or this state to say. */
static int judge(struct apply *apply, const struct inquiry_case *inquiry,
                 const struct answer_case *request, enum case_event *event_out) {
    bool owner = apply->command->bank == inquiry->owner;
    enum case_state next;
    if (request->close) {
        if (owner && inquiry->opened_by != 0)
            return refuse(apply, REFUSAL_CASE_ROLE, "close");
        *event_out = CASE_EVENT_CLOSE;
    } else {
        *event_out = owner ? CASE_EVENT_ANSWER : CASE_EVENT_ASK_ON;
    }
    bool answers = *event_out == CASE_EVENT_ANSWER;
    if (!case_next(inquiry->state, *event_out, &next))
        return refuse(apply, REFUSAL_CASE_STATE, "case_id");
    if (answers && !request->outcome)
        return refuse(apply, REFUSAL_FIELD_MISSING, "outcome");
    if (!answers && request->outcome)
        return refuse(apply, REFUSAL_CASE_ROLE, "outcome");
    if (case_full(inquiry, *event_out))
        return refuse(apply, REFUSAL_CASE_FULL, "case_id");
    return 0;
}

int case_answer(struct apply *apply) {
    const struct answer_case *request = &apply->command->body.answer_case;
    struct inquiry_case inquiry;
    int result = load_own(apply, &request->inquiry, &inquiry);
    if (result)
        return result;
    apply_touch(apply, OBJECT_CASE, &inquiry.id);
    struct case_word word = {
        .by = apply->command->bank, .outcome = request->outcome, .text = request->text};
    result = judge(apply, &inquiry, request, &word.event);
    if (result == 0)
        result = case_say(apply, &inquiry, &word, false);
    return result ? result : reply(apply, &inquiry, false);
}

int case_get(struct apply *apply) {
    struct inquiry_case inquiry;
    int result = apply_check_bank(apply);
    if (result == 0)
        result = load_own(apply, &apply->command->body.get_case.inquiry, &inquiry);
    return result ? result : reply(apply, &inquiry, false);
}

int case_expire(struct apply *apply, const struct store_deadline *due) {
    struct inquiry_case inquiry;
    int result = store_get_case(apply->store, &due->object, &inquiry);
    APPLY_TRY(result);
    if (result || inquiry.due_at_ms != due->at_ms || inquiry.overdue)
        return deadline_drop_stray(apply, due);
    apply_touch(apply, OBJECT_CASE, &inquiry.id);
    APPLY_TRY(store_drop_deadline(apply->store, due));
    inquiry.overdue = true;
    transfer_alarm(apply, "a case was not answered in time by the bank that owns it", inquiry.owner,
                   &inquiry.id);
    return store_put_case(apply->store, &inquiry, false, span_of(NULL, 0), false);
}
