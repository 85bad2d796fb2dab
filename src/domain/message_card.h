/*
 * The messages about applications for cards as values. See message.h.
 */
#ifndef LG_DOMAIN_MESSAGE_CARD_H
#define LG_DOMAIN_MESSAGE_CARD_H

#include "domain/card.h"
#include "domain/message_link.h"

struct apply_card {
    struct id request;
    bank_code class1_bank;
    struct person_elements person;
    enum card_delivery delivery;
    struct span deliver_to;
    struct consent_given consent;
};

struct ask_card {
    struct id card;
    bank_code requesting_bank;
    struct person_elements person;
    enum card_delivery delivery;
    struct span deliver_to;
    struct consent_given consent;
};

enum card_outcome { CARD_OUTCOME_NONE = 0, CARD_OUTCOME_TAKEN = 1, CARD_OUTCOME_REFUSED = 2 };
struct ask_card_reply {
    struct id card;
    enum card_outcome outcome;
    struct span reason; /* empty when it is none */
};

struct card_status {
    struct id request, card;
    enum card_event event;
    struct span number; /* with ISSUED */
    struct span reason; /* with REFUSED */
};

struct get_card {
    struct id card;
};

struct cancel_card {
    struct id request, card;
    struct span reason;
};

/* An application as a bank may see it; also the body of a notice. */
struct card_view {
    struct id card;
    enum card_state state;
    bank_code class2_bank, class1_bank;
    enum card_delivery delivery;
    struct span masked;
    struct span number; /* to the Class II bank, while it is ISSUED or ACTIVATED */
    struct span reason;
    int64_t applied_at_ms, expires_at_ms, issued_at_ms, dispatched_at_ms, activated_at_ms;
    uint32_t issues;
    bool replayed;
};

#endif
