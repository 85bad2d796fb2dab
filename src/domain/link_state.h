/*
 * The states of a link and what leads from one to another. DOMAIN.md §3.
 */
#ifndef LG_DOMAIN_LINK_STATE_H
#define LG_DOMAIN_LINK_STATE_H

#include "domain/types.h"

/* Values equal the wire's. */
enum link_state {
    LINK_NONE = 0,
    LINK_REQUESTED = 1,
    LINK_VERIFYING = 2,
    LINK_AWAITING_AUTHENTICATION = 3,
    LINK_ACTIVE = 4,
    LINK_SUSPENDED = 5,
    LINK_CLOSING = 6,
    LINK_CLOSED = 7,
    LINK_PENDING_ACTIVATION = 8,
    LINK_REJECTED = 9,
    LINK_EXPIRED = 10,
    LINK_STATES
};

enum link_event {
    LINK_EVENT_REQUEST,       /* a valid OpenLink */
    LINK_EVENT_ASKED,         /* VerifyAccount is on its way */
    LINK_EVENT_NOT_ACTIVATED, /* the Class I account is not activated yet */
    LINK_EVENT_RESUME,        /* activation: fresh elements */
    LINK_EVENT_VERIFIED,      /* all match, class I */
    LINK_EVENT_MISMATCH,      /* mismatch, wrong class, joint, credit; no answer in time */
    LINK_EVENT_CODE_RIGHT,
    LINK_EVENT_CODE_TOO_MANY,
    LINK_EVENT_DEADLINE, /* the waiting state's time is over */
    LINK_EVENT_HOLD,     /* the set of holds is no longer empty */
    LINK_EVENT_HOLDS_LIFTED,
    LINK_EVENT_CLOSE, /* unbind by either bank, consent withdrawn, rebind done */
    LINK_EVENT_AGREEMENT_END,
    LINK_EVENT_RUN_OFF, /* nothing open any more */
    LINK_EVENT_CARD_REFUSED,
    /* these leave the state as it is, and stand in the history for what happened */
    LINK_EVENT_ACTIVATED,     /* the Class I bank reported the activation */
    LINK_EVENT_CODE_SENT,     /* a one-time code is out */
    LINK_EVENT_CODE_WRONG,    /* and was answered wrongly; tries are left */
    LINK_EVENT_AMEND_ASKED,   /* a wider scope or limit waits for its code */
    LINK_EVENT_AMENDED,       /* scopes and limits are other ones now */
    LINK_EVENT_AMEND_DROPPED, /* the code was wrong too often, or too late, or another one came */
    LINK_EVENT_HOLD_LIFTED,   /* one of several holds went; while CLOSING also the last */
    LINK_EVENT_RECHECKED,     /* the Class I bank was asked again, and all was well */
    LINK_EVENT_REVERIFYING,   /* fresh elements are with the Class I bank */
    LINK_EVENT_REVERIFIED,    /* and matched */
    LINK_EVENT_REVERIFY_FAILED,
    LINK_EVENT_REPORTED, /* what a bank reported of its account changed the link's record */
    LINK_EVENTS
};

/* True and the successor, or false: the event is refused in that state and nothing changes. */
bool link_next(enum link_state state, enum link_event event, enum link_state *next_out);
bool link_final(enum link_state state);
/* REQUESTED, VERIFYING, AWAITING_AUTHENTICATION, PENDING_ACTIVATION: counts as "live" for one
 * link per pair, as do ACTIVE, SUSPENDED and CLOSING. */
bool link_waiting(enum link_state state);
const char *link_state_name(enum link_state state);
const char *link_event_name(enum link_event event);

#endif
