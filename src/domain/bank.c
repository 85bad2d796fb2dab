/*
 * What a registry entry allows. Fail closed: a disabled bank has no active pin, no pin at all is
 * never a match, and a role is held only if all of its bits are.
 *
 * Pins are public (they are digests of public keys), so they are compared without care for time.
 */
#include "domain/bank.h"

#include <string.h>

bool bank_pin_active(const struct bank *bank, const struct digest *pin) {
    static const struct digest none;
    if (!bank->active || memcmp(pin, &none, sizeof(none)) == 0)
        return false;
    for (uint32_t i = 0; i < bank->pin_count && i < BANK_PINS_MAX; i++) {
        if (memcmp(&bank->pins[i], pin, sizeof(*pin)) == 0)
            return true;
    }
    return false;
}

bool bank_has_role(const struct bank *bank, enum bank_role role) {
    uint32_t bits = (uint32_t)role;
    return bits != 0 && (bank->roles & bits) == bits;
}
