/*
 * What one bank tells another besides money: what happened at a counter to its account of a link, and
 * a person whom it refers with consent.
 *
 * Invariants: an event is told to one bank, by one numbered notice; it is WAITING until that bank
 * acknowledges the notice, or its time is over, and moves once; what it says of a person stands sealed
 * while it waits and is erased with that step. The fact, and of a referral the consent, stay.
 */
#include "ledger/events.h"
#include "wire/message.h"

/* ---- telling ---- */

int event_view_load(struct apply *apply, const struct bank_event *event,
                    struct event_view *view_out) {
    bool refers = event->kind == EVENT_REFERRAL;
    struct event_content content = {{{NULL, 0}}};
    if (event->state == EVENT_WAITING) {
        int result = store_get_event_content(apply->store, &event->id, &content);
        APPLY_TRY(result);
        APPLY_INVARIANT(result == 0);
    }
    *view_out = (struct event_view){
        .event = event->id,
        .kind = event->kind,
        .state = event->state,
        .received_at_ms = event->received_at_ms,
        .ended_at_ms = event->ended_at_ms,
        .from = event->from,
        .link = event->link,
        .type = event->type,
        .at_ms = event->at_ms,
        .amount = event->amount,
        .has_person = refers && event->state == EVENT_WAITING,
    };
    if (!refers) {
        view_out->place = content.texts[0];
        return 0;
    }
    view_out->person = (struct person_elements){content.texts[0], event->id_type, content.texts[1],
                                                content.texts[2]};
    view_out->consent = (struct consent_given){
        .present = true,
        .recipient = event->to,
        .purpose = span_text(event->consent_purpose),
        .fields = event->consent_fields,
        .sha256 = event->consent_sha256,
        .at_ms = event->consent_at_ms,
    };
    return 0;
}

static void reply(struct apply *apply, const struct bank_event *event, bool replayed) {
    struct event_view view = {
        .event = event->id,
        .kind = event->kind,
        .state = event->state,
        .received_at_ms = event->received_at_ms,
        .ended_at_ms = event->ended_at_ms,
        .replayed = replayed,
    };
    buf_clear(&apply->ledger->scratch);
    message_encode_event_reply(&view, &apply->ledger->scratch);
    apply_reply(apply, MESSAGE_NONE, buf_span(&apply->ledger->scratch));
}

int event_reply(struct apply *apply, const struct id *id, bool replayed) {
    struct bank_event event;
    int result = store_get_event(apply->store, id, &event);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    reply(apply, &event, replayed);
    return 0;
}

/* ---- making ---- */

/* One more waits for that bank, if its bound allows it. */
static int count(struct apply *apply, bank_code bank) {
    struct bank_counters counters;
    APPLY_TRY(store_get_bank_counters(apply->store, bank, &counters));
    if (counters.events >= apply->rules->events_per_bank)
        return refuse(apply, REFUSAL_EVENTS, "");
    counters.events++;
    store_put_bank_counters(apply->store, bank, &counters);
    return 0;
}

static int make(struct apply *apply, struct bank_event *event,
                const struct event_content *content) {
    int result = count(apply, event->to);
    if (result)
        return result;
    event->id = apply_new_id(apply);
    event->state = EVENT_WAITING;
    event->from = apply->command->bank;
    event->received_at_ms = apply->now_ms;
    event->sequence = apply->sequence;
    event->expires_at_ms = apply->now_ms + apply->rules->event_keep_ms;
    apply_touch(apply, OBJECT_EVENT, &event->id);
    struct store_deadline due = {event->expires_at_ms, OBJECT_EVENT, event->id};
    store_put_deadline(apply->store, &due);
    APPLY_TRY(store_put_event(apply->store, event, content, true));
    result = notice_event(apply, event);
    if (result == 0)
        reply(apply, event, false);
    return result;
}

static int check_link(struct apply *apply, const struct offline_event *request,
                      const struct link *link) {
    bool lives =
        link->state == LINK_ACTIVE || link->state == LINK_SUSPENDED || link->state == LINK_CLOSING;
    if (!lives)
        return refuse(apply, REFUSAL_LINK_NOT_ACTIVE, "link_id");
    if (request->at_ms > apply->now_ms + apply->rules->request_ahead_max_ms)
        return refuse(apply, REFUSAL_FIELD_INVALID, "at_ms");
    if (request->amount.fen != 0 && !(link->scopes & LINK_SCOPE_BIT(LINK_SCOPE_BALANCE)))
        return refuse(apply, REFUSAL_SCOPE, "amount");
    return 0;
}

int event_offline(struct apply *apply) {
    const struct offline_event *request = &apply->command->body.offline_event;
    struct link link;
    int result = link_touch_own(apply, &request->link, &link);
    if (result == 0)
        result = check_link(apply, request, &link);
    if (result)
        return result;
    struct bank_event event = {
        .kind = EVENT_OFFLINE,
        .to = apply->command->bank == link.class2_bank ? link.class1_bank : link.class2_bank,
        .link = request->link,
        .type = request->type,
        .at_ms = request->at_ms,
        .amount = request->amount,
    };
    struct event_content content = {{request->place}};
    result = apply_check_served(apply, event.to, "link_id");
    return result ? result : make(apply, &event, &content);
}

int event_referral(struct apply *apply) {
    const struct referral *request = &apply->command->body.referral;
    if (request->bank == apply->command->bank)
        return refuse(apply, REFUSAL_SAME_BANK, "bank_code");
    if (!request->consent.present ||
        request->consent.at_ms > apply->now_ms + apply->rules->request_ahead_max_ms)
        return refuse(apply, REFUSAL_CONSENT, "consent.given_at_ms");
    int result = apply_check_served(apply, request->bank, "bank_code");
    if (result)
        return result;
    struct bank_event event = {
        .kind = EVENT_REFERRAL,
        .to = request->bank,
        .id_type = request->person.id_type,
        .consent_fields = request->consent.fields,
        .consent_sha256 = request->consent.sha256,
        .consent_at_ms = request->consent.at_ms,
    };
    apply_copy_text(event.consent_purpose, sizeof event.consent_purpose, request->consent.purpose);
    struct event_content content = {
        {request->person.name, request->person.id_number, request->person.mobile}};
    return make(apply, &event, &content);
}

/* ---- its end ---- */

static int end(struct apply *apply, struct bank_event *event, enum event_state state) {
    struct store_deadline due = {event->expires_at_ms, OBJECT_EVENT, event->id};
    event->state = state;
    event->ended_at_ms = apply->now_ms;
    APPLY_TRY(store_drop_deadline(apply->store, &due));
    return store_put_event(apply->store, event, NULL, false);
}

int event_delivered(struct apply *apply, const struct id *id, struct bank_counters *counters) {
    struct bank_event event;
    int result = store_get_event(apply->store, id, &event);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (event.state != EVENT_WAITING)
        return 0;
    APPLY_INVARIANT(counters->events > 0);
    counters->events--;
    return end(apply, &event, EVENT_DELIVERED);
}

int event_expire(struct apply *apply, const struct store_deadline *due) {
    struct bank_event event;
    struct bank_counters counters;
    int result = store_get_event(apply->store, &due->object, &event);
    APPLY_TRY(result);
    if (result || event.state != EVENT_WAITING || event.expires_at_ms != due->at_ms)
        return deadline_drop_stray(apply, due);
    apply_touch(apply, OBJECT_EVENT, &event.id);
    APPLY_TRY(store_get_bank_counters(apply->store, event.to, &counters));
    APPLY_INVARIANT(counters.events > 0);
    counters.events--;
    store_put_bank_counters(apply->store, event.to, &counters);
    return end(apply, &event, EVENT_EXPIRED);
}

/* ---- the same request again, with other content ---- */

static const char *differing_offline(const struct offline_event *now,
                                     const struct bank_event *then) {
    if (!id_equal(&now->link, &then->link))
        return "link_id";
    if (now->type != then->type)
        return "type";
    if (now->at_ms != then->at_ms)
        return "at_ms";
    return now->amount.fen != then->amount.fen ? "amount.fen" : "place";
}

static const char *differing_referral(const struct referral *now, const struct bank_event *then) {
    if (now->bank != then->to)
        return "bank_code";
    bool same = span_equal(now->consent.purpose, span_text(then->consent_purpose)) &&
                digest_equal(&now->consent.sha256, &then->consent_sha256) &&
                now->consent.fields == then->consent_fields &&
                now->consent.at_ms == then->consent_at_ms;
    return same ? "person" : "consent";
}

int event_differs(struct apply *apply, const struct store_request *row, const char **field_out) {
    struct bank_event event;
    int result = store_get_event(apply->store, &row->object, &event);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    *field_out = event.kind == EVENT_OFFLINE
                     ? differing_offline(&apply->command->body.offline_event, &event)
                     : differing_referral(&apply->command->body.referral, &event);
    return 0;
}
