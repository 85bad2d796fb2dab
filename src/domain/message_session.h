/*
 * A connection's own messages and the notices' numbers, as values. See message.h.
 */
#ifndef LG_DOMAIN_MESSAGE_SESSION_H
#define LG_DOMAIN_MESSAGE_SESSION_H

#include "domain/types.h"

struct hello {
    uint32_t protocol_min, protocol_max;
    struct span software;
    uint32_t window;
    uint64_t last_notice_sequence;
    struct span last_notice_token;
};

struct hello_reply {
    uint32_t protocol;
    struct span software;
    uint32_t window;
    uint32_t heartbeat_ms;
    int64_t ledger_time_ms;
};

struct heartbeat {
    uint64_t nonce;
};
struct go_away {
    struct span code, text;
    uint32_t drain_ms;
};

struct participant {
    bank_code code;
    struct span name;
    bool active, class1, class2, issuer;
};
/* So many fit a frame whatever their names are. */
#define SYSTEM_NOTICE_PARTICIPANTS_MAX 400u
struct system_notice {
    int64_t ledger_time_ms;
    struct span business_date;
    int64_t cut_off_at_ms;
    const struct participant *participants; /* borrowed */
    uint32_t participant_count;
    bool complete;
    uint32_t transfer_timeout_min_ms, transfer_timeout_max_ms;
};

struct notice_place {
    uint64_t sequence;
    struct digest token;
}; /* token: HMAC, DESIGN.md, HAZARDS.md §2 */

struct ack_notices {
    uint64_t up_to_sequence;
};

#endif
