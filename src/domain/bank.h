/*
 * A partner bank as the registry knows it. DESIGN.md §3, Identity.
 */
#ifndef LG_DOMAIN_BANK_H
#define LG_DOMAIN_BANK_H

#include "domain/types.h"

#define BANK_NAME_MAX 64
#define BANK_PINS_MAX 2

enum bank_role { BANK_ROLE_CLASS1 = 1, BANK_ROLE_CLASS2 = 2, BANK_ROLE_ISSUER = 4 }; /* bits */

#define BANK_ROLES_ALL ((uint32_t)(BANK_ROLE_CLASS1 | BANK_ROLE_CLASS2 | BANK_ROLE_ISSUER))

/* Kinds of messages that a bank may not send although its roles would allow it. A set of message
 * kinds: all of them are below 256. */
#define BANK_KINDS 256u
struct bank_denied {
    uint64_t bits[BANK_KINDS / 64];
};

struct bank {
    bank_code code;
    char name[BANK_NAME_MAX + 1];
    bool active;
    uint32_t roles;
    uint32_t pin_count;
    struct digest pins[BANK_PINS_MAX]; /* SHA-256 of the certificate's SPKI */
    int64_t pin_added_at_ms[BANK_PINS_MAX];
    /* End of the certificate last seen with that pin; 0: none was seen yet. */
    int64_t pin_expires_at_ms[BANK_PINS_MAX];
    struct bank_denied denied;
    int64_t added_at_ms;
    int64_t changed_at_ms;
};

/* The bank is active and this is one of its pins; a zero digest never is. */
bool bank_pin_active(const struct bank *bank, const struct digest *pin);
bool bank_has_role(const struct bank *bank, enum bank_role role);
/* Index of the pin, or -1. */
int bank_pin_index(const struct bank *bank, const struct digest *pin);
bool bank_kind_denied(const struct bank *bank, uint32_t message_kind);
void bank_deny_kind(struct bank *bank, uint32_t message_kind, bool denied);

#endif
