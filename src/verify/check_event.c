/*
 * Events at counters and referrals: I4, I13 to I15, I19, and that what they say of persons is gone
 * when it has to be.
 */
#include "domain/message_link.h"
#include "verify/checks.h"

static struct about of(const struct bank_event *event) {
    return about(OBJECT_EVENT, &event->id);
}

static void check_fields(struct look *look, const struct bank_event *event) {
    bool waits = event->state == EVENT_WAITING;
    bool offline = event->kind == EVENT_OFFLINE;
    bool typed = event->type > EVENT_TYPE_NONE && event->type < EVENT_TYPES;
    if ((!offline && event->kind != EVENT_REFERRAL) || event->state <= EVENT_STATE_NONE ||
        event->state >= EVENT_STATES || waits != (event->ended_at_ms == 0) ||
        event->from == event->to)
        look_found(look, LAW_I4, of(event), "it is of no kind, in no state, or of one bank");
    if (offline != typed || offline == id_is_zero(&event->link) || offline != (event->at_ms > 0) ||
        offline != (event->id_type == 0) || offline != (event->consent_fields == 0) ||
        offline != (event->consent_purpose[0] == '\0'))
        look_found(look, LAW_I4, of(event), "it has what another kind of event has");
    if (event->amount.fen < 0 || (event->amount.fen > 0 && !event_type_moves_money(event->type)))
        look_found(look, LAW_I9, of(event), "its amount is %lld fen", (long long)event->amount.fen);
}

static void check_link_of(struct look *look, const struct bank_event *event) {
    struct link link;
    if (event->kind != EVENT_OFFLINE)
        return;
    enum got got = look_link(look, &event->link, &link);
    bool right =
        got == GOT && ((event->from == link.class1_bank && event->to == link.class2_bank) ||
                       (event->from == link.class2_bank && event->to == link.class1_bank));
    if (got != GOT_DAMAGED && !right)
        look_found(look, LAW_I15, of(event), "its banks are not those of its link");
}

static void check_content(struct look *look, const struct bank_event *event) {
    struct event_content content;
    int rc = store_get_event_content(look->store, &event->id, &content);
    if (rc == STORE_DAMAGED)
        look_found(look, LAW_I19, of(event), "what it says does not open in its place");
    else if (look_got(look, rc, of(event)) == GOT) {
        bool said = content.texts[0].size > 0;
        bool whole = said && content.texts[1].size > 0 && content.texts[2].size > 0;
        bool waits = event->state == EVENT_WAITING;
        if ((said && !waits) || (waits && event->kind == EVENT_REFERRAL && !whole))
            look_found(look, LAW_I7, of(event), "it is %s, and what it says is %s",
                       event_state_name(event->state), said ? "there" : "gone");
    }
}

void check_bank_event(struct look *look, const struct bank_event *event) {
    bool waits = event->state == EVENT_WAITING;
    struct told told = {OBJECT_EVENT, event->id, 0};
    check_fields(look, event);
    check_link_of(look, event);
    check_content(look, event);
    life_check_id(look, of(event), event->received_at_ms, event->sequence);
    life_check_time(look, of(event), event->received_at_ms, event->sequence, 0, 0);
    if (!waits)
        life_check_time(look, of(event), event->ended_at_ms, event->sequence, event->received_at_ms,
                        0);
    notice_owed(look, event->to, &told, event->sequence);
    if (waits)
        look_bank(look, event->to)->events++;
    check_deadline_row(look, of(event), waits ? event->expires_at_ms : 0);
}
