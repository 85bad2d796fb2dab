/*
 * Events at counters and referrals as values. See message.h.
 */
#ifndef LG_DOMAIN_MESSAGE_EVENT_H
#define LG_DOMAIN_MESSAGE_EVENT_H

#include "domain/event.h"
#include "domain/message_link.h"

struct offline_event {
    struct id request, link;
    enum event_type type;
    int64_t at_ms;
    struct money amount; /* 0 fen: none */
    struct span place;
};

struct referral {
    struct id request;
    bank_code bank;
    struct person_elements person;
    struct consent_given consent;
};

/* EventReply and EventNotice: what of it each of them tells. */
struct event_view {
    struct id event;
    enum event_kind kind;
    enum event_state state;
    int64_t received_at_ms, ended_at_ms;
    bool replayed;
    bank_code from;
    struct id link;
    enum event_type type;
    int64_t at_ms;
    struct money amount;
    struct span place;
    bool has_person;
    struct person_elements person;
    struct consent_given consent;
};

#endif
