/*
 * SystemNotice: what every bank is told of the system, after Hello and again when it changes.
 *
 * Invariants: the participants are the registry's entries, in order of their codes; a session has been
 * told the present version, or is held and is told it when it takes its output again; what did not
 * change is not told again. Nothing of it is stored here: it is made from the registry, the open
 * settlement window and the rules.
 */
#include <stdlib.h>
#include <string.h>

#include "domain/calendar.h"
#include "session/internal.h"
#include "wire/message.h"

void system_init(struct system_view *view) {
    memset(view, 0, sizeof *view);
    rulebook_init(&view->book);
}

void system_deinit(struct system_view *view) {
    free(view->participants);
    rulebook_deinit(&view->book);
}

/* What it changes begins on a day to come, with which all are told anew. */
void system_rules(struct system_view *view, uint64_t number, struct span bytes) {
    struct rules_document *document = xcalloc(1, sizeof *document);
    struct rules_problem problem;
    ENSURE(rules_document_decode(bytes, document) &&
           rulebook_add(&view->book, number, document, &problem)); /* the ledger did so, too */
    free(document);
}

static size_t place_of(const struct system_view *view, bank_code code) {
    size_t place = 0;
    while (place < view->count && view->participants[place].code < code)
        place++;
    return place;
}

static bool same(const struct system_participant *a, const struct system_participant *b) {
    return a->active == b->active && a->roles == b->roles && strcmp(a->name, b->name) == 0;
}

void system_learn(struct system_view *view, const struct bank *bank) {
    struct system_participant now = {
        .code = bank->code, .active = bank->active, .roles = bank->roles};
    memcpy(now.name, bank->name, sizeof now.name);
    size_t place = place_of(view, bank->code);
    bool known = place < view->count && view->participants[place].code == bank->code;
    if (known && same(&view->participants[place], &now))
        return;
    if (!known) {
        if (view->count == view->cap) {
            view->cap = view->cap ? 2 * view->cap : 16;
            view->participants =
                xrealloc(view->participants, view->cap * sizeof view->participants[0]);
        }
        memmove(&view->participants[place + 1], &view->participants[place],
                (view->count - place) * sizeof view->participants[0]);
        view->count++;
    }
    view->participants[place] = now;
    view->version++;
}

void system_learn_window(struct system_view *view, const struct effect *effect) {
    view->day = effect->day;
    view->cut_off_ms = effect->deadline_ms;
    view->version++;
}

/* One notice, of the participants from first on. */
static void append_part(struct session *session, size_t first, size_t count, bool complete) {
    struct participant told[SYSTEM_NOTICE_PARTICIPANTS_MAX];
    const struct system_view *view = &session->front->system;
    int64_t now_ms = session->front->door->ledger_now_ms(session->front->door->context);
    const struct rules *rules = rulebook_at(&view->book, now_ms);
    char date[DATE_TEXT_SIZE];
    for (size_t i = 0; i < count; i++) {
        const struct system_participant *from = &view->participants[first + i];
        told[i] = (struct participant){
            .code = from->code,
            .name = span_text(from->name),
            .active = from->active,
            .class1 = (from->roles & BANK_ROLE_CLASS1) != 0,
            .class2 = (from->roles & BANK_ROLE_CLASS2) != 0,
            .issuer = (from->roles & BANK_ROLE_ISSUER) != 0,
        };
    }
    date_format(view->day, date);
    struct system_notice notice = {
        .ledger_time_ms = now_ms,
        .business_date = span_text(date),
        .cut_off_at_ms = view->cut_off_ms,
        .participants = told,
        .participant_count = (uint32_t)count,
        .complete = complete,
        .transfer_timeout_min_ms = (uint32_t)rules->transfer_timeout_min_ms,
        .transfer_timeout_max_ms = (uint32_t)rules->transfer_timeout_max_ms,
    };
    struct buf *scratch = &session->front->scratch;
    buf_clear(scratch);
    message_encode_system_notice(&notice, scratch);
    struct envelope envelope = {
        .kind = MESSAGE_SYSTEM_NOTICE, .direction = MESSAGE_NOTICE, .payload = buf_span(scratch)};
    session_append(session, &envelope);
}

void system_tell(struct session *session) {
    const struct system_view *view = &session->front->system;
    if (session->state != SESSION_OPEN || session->peer.held ||
        session->system_version == view->version)
        return;
    session->system_version = view->version;
    size_t first = 0;
    do {
        size_t left = view->count - first;
        size_t count =
            left < SYSTEM_NOTICE_PARTICIPANTS_MAX ? left : SYSTEM_NOTICE_PARTICIPANTS_MAX;
        append_part(session, first, count, count == left);
        first += count;
    } while (first < view->count);
}

/* Other rules may be in force on another day. */
static void look_at_rules(struct system_view *view, int64_t now_ms) {
    int64_t today = shanghai_day(now_ms);
    if (today == view->today)
        return;
    int64_t before_ms = shanghai_day_start_ms(view->today);
    view->version += rulebook_at(&view->book, before_ms) != rulebook_at(&view->book, now_ms);
    view->today = today;
}

void system_turn(struct front *front) {
    struct system_view *view = &front->system;
    look_at_rules(view, front->door->ledger_now_ms(front->door->context));
    if (view->version == view->told)
        return;
    view->told = view->version;
    struct session *session;
    TAILQ_FOREACH (session, &front->sessions, entry) {
        system_tell(session);
    }
}
