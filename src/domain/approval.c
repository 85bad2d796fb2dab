/*
 * Names of the states of orders that wait for a second person. What happens to them is for the
 * ledger.
 */
#include "domain/approval.h"

const char *approval_state_name(enum approval_state state) {
    static const char *const names[APPROVAL_STATES] = {
        [APPROVAL_NONE] = "NONE",         [APPROVAL_WAITING] = "WAITING",
        [APPROVAL_DONE] = "DONE",         [APPROVAL_REFUSED] = "REFUSED",
        [APPROVAL_REJECTED] = "REJECTED", [APPROVAL_EXPIRED] = "EXPIRED",
    };
    return (unsigned)state < APPROVAL_STATES ? names[state] : "INVALID";
}
