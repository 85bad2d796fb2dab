/*
 * Applications for cards of the Class I bank (docs/protocol.md, "A card").
 *
 * Invariants: nothing of the person leaves before the consent is stored (the same application); the
 * question, which has the person's elements, stands sealed until it is answered, given up or
 * cancelled, and no longer; it is sent again with the same bytes, and what nobody answered is
 * UNKNOWN, never guessed. Of one person at most one application is open at a bank. A deadline row
 * stands at card_due_ms, an open row while the answer is waited for. What becomes of a number
 * reaches the links that wait for it in the same application; the link itself is the Class II
 * bank's to open.
 */
#include "ledger/cards.h"

#include <string.h>

#include "wire/message.h"

/* ---- as its banks see it ---- */

int card_view_load(struct apply *apply, const struct card *card, bank_code bank,
                   struct card_view *view_out) {
    bool live = card->state == CARD_ISSUED || card->state == CARD_ACTIVATED;
    *view_out = (struct card_view){
        .card = card->id,
        .state = card->state,
        .class2_bank = card->class2_bank,
        .class1_bank = card->class1_bank,
        .delivery = card->delivery,
        .masked = span_text(card->masked),
        .reason = span_text(card->reason),
        .applied_at_ms = card->applied_at_ms,
        .expires_at_ms = card_final(card->state) ? 0 : card->expires_at_ms,
        .issued_at_ms = card->issued_at_ms,
        .dispatched_at_ms = card->dispatched_at_ms,
        .activated_at_ms = card->activated_at_ms,
        .issues = card->issues,
    };
    if (!live || bank != card->class2_bank)
        return 0;
    struct card_private secret;
    int result = store_get_card_private(apply->store, &card->id, &secret);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    view_out->number = secret.number;
    return 0;
}

static int reply(struct apply *apply, const struct card *card, bool replayed) {
    struct card_view view;
    int result = card_view_load(apply, card, apply->command->bank, &view);
    if (result)
        return result;
    view.replayed = replayed;
    buf_clear(&apply->ledger->scratch);
    message_encode_card_reply(&view, &apply->ledger->scratch);
    apply_reply(apply, MESSAGE_NONE, buf_span(&apply->ledger->scratch));
    return 0;
}

int card_reply(struct apply *apply, const struct id *id, bool replayed) {
    struct card card;
    int result = store_get_card(apply->store, id, &card);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    return reply(apply, &card, replayed);
}

/* ---- moving ---- */

static struct store_open_row open_row(const struct card *card) {
    return (struct store_open_row){.kind = OBJECT_CARD, .object = card->id};
}

/* What the new state brings along. */
static void settle(const struct apply *apply, struct card *card, enum card_event event,
                   const char *reason) {
    if (event == CARD_EVENT_ISSUED) {
        card->issues++;
        card->issued_at_ms = apply->now_ms;
        card->dispatched_at_ms = 0;
        card->expires_at_ms = apply->now_ms + apply->rules->activation_wait_ms;
    } else if (event == CARD_EVENT_DISPATCHED) {
        card->dispatched_at_ms = apply->now_ms;
    } else if (event == CARD_EVENT_ACTIVATED) {
        card->activated_at_ms = apply->now_ms;
    } else if (event == CARD_EVENT_REFUSED || event == CARD_EVENT_CANCEL) {
        memcpy(card->reason, reason, REASON_SIZE);
    }
}

/* Nothing is waited for any more: the question is taken back, and its elements are erased. */
static int end_asking(struct apply *apply, const struct card *card) {
    struct store_open_row row = open_row(card);
    apply_done(apply, card->class1_bank, &card->id);
    return store_drop_open(apply->store, &row);
}

/* Moves it, puts it with its deadline, and tells both banks. number: of a card that was issued. */
static int step(struct apply *apply, struct card *card, enum card_event event, enum cause cause,
                const char *reason, struct span number) {
    int64_t due_ms = card_due_ms(card);
    bool asked = card->state == CARD_APPLIED;
    struct history_entry entry = apply_entry(apply, cause, reason);
    APPLY_INVARIANT(card_move(card, event, &entry));
    settle(apply, card, event, entry.reason);
    APPLY_TRY(store_move_deadline(apply->store, OBJECT_CARD, &card->id, due_ms, card_due_ms(card)));
    if (asked)
        APPLY_TRY(end_asking(apply, card));
    struct card_private secret = {.number = number};
    bool rewrite = asked || number.size > 0;
    APPLY_TRY(store_put_card(apply->store, card, rewrite ? &secret : NULL, false));
    return notice_card(apply, card);
}

static int plain_step(struct apply *apply, struct card *card, enum card_event event,
                      enum cause cause) {
    return step(apply, card, event, cause, "", span_of(NULL, 0));
}

/* What is due is done before anything else. */
static int expire(struct apply *apply, struct card *card) {
    int64_t due_ms = card_due_ms(card);
    while (due_ms && due_ms <= apply->now_ms) {
        enum card_event event =
            card->state == CARD_APPLIED ? CARD_EVENT_UNANSWERED : CARD_EVENT_EXPIRE;
        int result = plain_step(apply, card, event, CAUSE_DEADLINE);
        if (result)
            return result;
        due_ms = card_due_ms(card);
    }
    return 0;
}

int card_expire(struct apply *apply, const struct store_deadline *due) {
    struct card card;
    int result = store_get_card(apply->store, &due->object, &card);
    APPLY_TRY(result);
    if (result || card_due_ms(&card) != due->at_ms)
        return deadline_drop_stray(apply, due);
    apply_touch(apply, OBJECT_CARD, &card.id);
    return expire(apply, &card);
}

/* One that this bank is part of, with what was due done. */
static int touch(struct apply *apply, const struct id *id, bool class2, struct card *card_out) {
    int result = store_get_card(apply->store, id, card_out);
    APPLY_TRY(result);
    if (result || apply->command->bank != (class2 ? card_out->class2_bank : card_out->class1_bank))
        return refuse(apply, REFUSAL_NO_SUCH_CARD, "card_id");
    apply_touch(apply, OBJECT_CARD, id);
    return expire(apply, card_out);
}

/* ---- applying ---- */

static int check_partner(struct apply *apply, const struct apply_card *request) {
    const struct bank *partner;
    if (request->class1_bank == apply->command->bank)
        return refuse(apply, REFUSAL_SAME_BANK, "class1_bank_code");
    APPLY_TRY(apply_bank(apply, request->class1_bank, &partner));
    if (!partner || !bank_has_role(partner, BANK_ROLE_CLASS1))
        return refuse(apply, REFUSAL_BANK_CODE_DEBTOR, "class1_bank_code");
    if (!request->consent.present)
        return refuse(apply, REFUSAL_CONSENT, "consent");
    return apply_check_peer(apply, request->class1_bank, "class1_bank_code", REFUSAL_BANK_OFFLINE);
}

/* None of this person is open at that bank: one whose time is over ends here. */
static int check_alone(struct apply *apply, const struct card *card) {
    struct digest key = live_person_key(card->class1_bank, &card->person_key);
    struct card other;
    struct id id;
    int result = store_next_card_of_person(apply->store, &key, NULL, &id);
    APPLY_TRY(result);
    if (result)
        return 0;
    result = store_get_card(apply->store, &id, &other);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    result = expire(apply, &other);
    if (result)
        return result;
    return card_final(other.state) ? 0 : refuse(apply, REFUSAL_CARD_EXISTS, "person");
}

static struct card new_card(struct apply *apply, const struct apply_card *request) {
    const struct rules *rules = apply->rules;
    struct card card = {
        .id = apply_new_id(apply),
        .class2_bank = apply->command->bank,
        .class1_bank = request->class1_bank,
        .delivery = request->delivery,
        .person_key =
            apply_person_key(apply->ledger, request->person.id_type, request->person.id_number),
        .consent_sha256 = request->consent.sha256,
        .consent_at_ms = request->consent.at_ms,
        .request = request->request,
        .applied_at_ms = apply->now_ms,
        .answer_due_ms = apply->now_ms + apply_timeout_ms(apply, rules->verify_timeout_ms,
                                                          rules->verify_timeout_min_ms,
                                                          rules->verify_timeout_max_ms),
        .expires_at_ms = apply->now_ms + rules->activation_wait_ms,
    };
    apply_copy_text(card.consent_purpose, sizeof card.consent_purpose, request->consent.purpose);
    return card;
}

/* Asks, and puts it with the question sealed. */
static int ask(struct apply *apply, const struct card *card, const struct apply_card *request) {
    const struct ask_card question = {
        .card = card->id,
        .requesting_bank = card->class2_bank,
        .person = request->person,
        .delivery = request->delivery,
        .deliver_to = request->deliver_to,
        .consent = request->consent,
    };
    struct buf *scratch = &apply->ledger->scratch;
    buf_clear(scratch);
    message_encode_ask_card(&question, scratch);
    struct card_private secret = {.asked = buf_span(scratch)};
    struct store_open_row row = open_row(card);
    store_put_open(apply->store, &row);
    APPLY_TRY(store_move_deadline(apply->store, OBJECT_CARD, &card->id, 0, card_due_ms(card)));
    APPLY_TRY(store_put_card(apply->store, card, &secret, true));
    apply_send(apply, card->class1_bank, MESSAGE_ASK_CARD, &card->id, card->answer_due_ms,
               buf_span(scratch));
    return 0;
}

int card_apply(struct apply *apply) {
    const struct apply_card *request = &apply->command->body.apply_card;
    int result = check_partner(apply, request);
    if (result)
        return result;
    struct card card = new_card(apply, request);
    result = check_alone(apply, &card);
    if (result == 0)
        result = link_count_person(apply, &card.person_key);
    if (result)
        return result;
    struct history_entry entry = apply_entry(apply, CAUSE_REQUEST, "");
    APPLY_INVARIANT(card_move(&card, CARD_EVENT_APPLY, &entry));
    apply_touch(apply, OBJECT_CARD, &card.id);
    result = ask(apply, &card, request);
    return result ? result : reply(apply, &card, false);
}

int card_resume(struct apply *apply, const struct id *id) {
    struct card card;
    struct card_private secret;
    int result = store_get_card(apply->store, id, &card);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (card.state != CARD_APPLIED || card.answer_due_ms <= apply->now_ms)
        return 0;
    result = store_get_card_private(apply->store, id, &secret);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0 && secret.asked.size > 0);
    apply_send(apply, card.class1_bank, MESSAGE_ASK_CARD, &card.id, card.answer_due_ms,
               secret.asked);
    return 0;
}

/* ---- the partner's word ---- */

/* Also a late one, of what nobody knew meanwhile. Once more, it says nothing new. */
int card_answer(struct apply *apply) {
    const struct ask_card_reply *answer = &apply->command->body.card_answer;
    struct card card;
    int result = store_get_card(apply->store, &answer->card, &card);
    APPLY_TRY(result);
    if (result || card.class1_bank != apply->command->bank) {
        apply_alarm(apply, "an answer about a card came from a bank that was not asked",
                    &answer->card);
        return 0;
    }
    apply_touch(apply, OBJECT_CARD, &card.id);
    result = expire(apply, &card);
    if (result || (card.state != CARD_APPLIED && card.state != CARD_UNKNOWN))
        return result;
    if (answer->outcome == CARD_OUTCOME_NONE) {
        apply_alarm(apply, "the answer to an application for a card cannot be read; it waits",
                    &card.id);
        return 0;
    }
    if (answer->outcome == CARD_OUTCOME_TAKEN)
        return plain_step(apply, &card, CARD_EVENT_TAKEN, CAUSE_ANSWER);
    char reason[REASON_SIZE];
    apply_copy_text(reason, sizeof reason,
                    answer->reason.size ? answer->reason : SPAN_LITERAL("MS03"));
    return step(apply, &card, CARD_EVENT_REFUSED, CAUSE_ANSWER, reason, span_of(NULL, 0));
}

static int check_report(struct apply *apply, const struct card *card,
                        const struct card_status *report) {
    enum card_state next;
    if (!card_next(card->state, report->event, &next))
        return refuse(apply, REFUSAL_CARD_STATE, "event");
    if (card_full(card, report->event))
        return refuse(apply, REFUSAL_HISTORY, "card_id");
    if (report->event != CARD_EVENT_ISSUED)
        return 0;
    struct digest key = apply_account_key(apply->ledger, card->class1_bank, report->number);
    if (digest_equal(&key, &card->class1_key))
        return refuse(apply, REFUSAL_CARD_NUMBER, "card_number");
    return 0;
}

/* What the links of that number learn of it. */
static int tell_links(struct apply *apply, const struct card *card, enum card_event event) {
    enum account_event told = event == CARD_EVENT_ACTIVATED ? ACCOUNT_EVENT_ACTIVATED
                              : event == CARD_EVENT_LOST    ? ACCOUNT_EVENT_CLOSED
                                                            : ACCOUNT_EVENT_CARD_REFUSED;
    bool tells = event == CARD_EVENT_ACTIVATED || event == CARD_EVENT_LOST ||
                 event == CARD_EVENT_REFUSED || event == CARD_EVENT_CANCEL;
    if (!tells || card->issues == 0)
        return 0;
    int result = account_tell(apply, &card->class1_key, told);
    apply_touch(apply, OBJECT_CARD, &card->id);
    return result;
}

int card_report(struct apply *apply) {
    const struct card_status *report = &apply->command->body.card_status;
    char reason[REASON_SIZE];
    struct card card;
    put_be32(apply->detail.bytes, (uint32_t)report->event);
    int result = touch(apply, &report->card, false, &card);
    if (result == 0)
        result = check_report(apply, &card, report);
    if (result)
        return result;
    if (report->event == CARD_EVENT_ISSUED) {
        card.class1_key = apply_account_key(apply->ledger, card.class1_bank, report->number);
        link_mask(card.masked, sizeof card.masked, report->number);
    }
    apply_copy_text(reason, sizeof reason, report->reason);
    result = step(apply, &card, report->event, CAUSE_REQUEST, reason, report->number);
    if (result == 0)
        result = tell_links(apply, &card, report->event);
    return result ? result : reply(apply, &card, false);
}

/* ---- the customer's, and looking at it ---- */

int card_cancel(struct apply *apply) {
    const struct cancel_card *request = &apply->command->body.cancel_card;
    char reason[REASON_SIZE];
    struct card card;
    enum card_state next;
    int result = touch(apply, &request->card, true, &card);
    if (result)
        return result;
    if (!card_next(card.state, CARD_EVENT_CANCEL, &next))
        return refuse(apply, REFUSAL_CARD_STATE, "card_id");
    apply_copy_text(reason, sizeof reason, request->reason);
    result = step(apply, &card, CARD_EVENT_CANCEL, CAUSE_REQUEST, reason, span_of(NULL, 0));
    if (result == 0)
        result = tell_links(apply, &card, CARD_EVENT_CANCEL);
    return result ? result : reply(apply, &card, false);
}

int card_get(struct apply *apply) {
    bank_code bank = apply->command->bank;
    struct card card;
    int result = apply_check_bank(apply);
    if (result)
        return result;
    result = store_get_card(apply->store, &apply->command->body.get_card.card, &card);
    APPLY_TRY(result);
    if (result || (card.class2_bank != bank && card.class1_bank != bank))
        return refuse(apply, REFUSAL_NO_SUCH_CARD, "card_id");
    return reply(apply, &card, false);
}

/* ---- the same request again, with other content ---- */

static const char *differing_application(struct apply *apply, const struct apply_card *now,
                                         const struct card *then) {
    struct digest person =
        apply_person_key(apply->ledger, now->person.id_type, now->person.id_number);
    if (now->class1_bank != then->class1_bank)
        return "class1_bank_code";
    if (!digest_equal(&person, &then->person_key))
        return "person.id_number";
    if (now->delivery != then->delivery)
        return "delivery";
    bool same = span_equal(now->consent.purpose, span_text(then->consent_purpose)) &&
                digest_equal(&now->consent.sha256, &then->consent_sha256) &&
                now->consent.at_ms == then->consent_at_ms;
    return same ? "" : "consent";
}

/* The event stands in the replay row. */
static const char *differing_report(const struct card_status *now,
                                    const struct store_request *then) {
    if (!id_equal(&now->card, &then->object))
        return "card_id";
    if ((uint32_t)now->event != get_be32(then->detail.bytes))
        return "event";
    return now->event == CARD_EVENT_ISSUED ? "card_number" : "reason";
}

int card_differs(struct apply *apply, const struct store_request *then, const char **field_out) {
    const struct command *command = apply->command;
    struct card card;
    int result = store_get_card(apply->store, &then->object, &card);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (command->kind == COMMAND_APPLY_CARD)
        *field_out = differing_application(apply, &command->body.apply_card, &card);
    else if (command->kind == COMMAND_CARD_STATUS)
        *field_out = differing_report(&command->body.card_status, then);
    else if (command->kind == COMMAND_CANCEL_CARD)
        *field_out = id_equal(&command->body.cancel_card.card, &card.id) ? "reason" : "card_id";
    return 0;
}
