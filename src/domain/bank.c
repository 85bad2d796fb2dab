/*
 * What a registry entry allows. Fail closed: a disabled bank has no active pin, no pin at all is
 * never a match, and a role is held only if all of its bits are.
 *
 * Pins are public (they are digests of public keys), so they are compared without care for time.
 */
#include "domain/bank.h"

#include <string.h>

int bank_pin_index(const struct bank *bank, const struct digest *pin) {
    for (uint32_t i = 0; i < bank->pin_count && i < BANK_PINS_MAX; i++) {
        if (memcmp(&bank->pins[i], pin, sizeof(*pin)) == 0)
            return (int)i;
    }
    return -1;
}

bool bank_pin_active(const struct bank *bank, const struct digest *pin) {
    static const struct digest none;
    if (!bank->active || memcmp(pin, &none, sizeof(none)) == 0)
        return false;
    return bank_pin_index(bank, pin) >= 0;
}

bool bank_has_role(const struct bank *bank, enum bank_role role) {
    uint32_t bits = (uint32_t)role;
    return bits != 0 && (bank->roles & bits) == bits;
}

bool bank_kind_denied(const struct bank *bank, uint32_t message_kind) {
    return message_kind < BANK_KINDS &&
           (bank->denied.bits[message_kind / 64] >> (message_kind % 64) & 1) != 0;
}

void bank_deny_kind(struct bank *bank, uint32_t message_kind, bool denied) {
    if (message_kind >= BANK_KINDS)
        return;
    uint64_t bit = (uint64_t)1 << (message_kind % 64);
    if (denied)
        bank->denied.bits[message_kind / 64] |= bit;
    else
        bank->denied.bits[message_kind / 64] &= ~bit;
}
