/*
 * Names of events, and which of them have an amount.
 */
#include "domain/event.h"

const char *event_kind_name(enum event_kind kind) {
    static const char *const names[] = {"", "OFFLINE", "REFERRAL"};
    return (unsigned)kind < sizeof names / sizeof names[0] ? names[kind] : "";
}

const char *event_type_name(enum event_type type) {
    static const char *const names[EVENT_TYPES] = {
        "",          "CASH_DEPOSIT",    "CASH_WITHDRAWAL", "COUNTER_TRANSFER", "CARD_REPLACED",
        "CARD_LOST", "DETAILS_CHECKED", "COUNTER_SERVICE"};
    return (unsigned)type < EVENT_TYPES ? names[type] : "";
}

const char *event_state_name(enum event_state state) {
    static const char *const names[EVENT_STATES] = {"", "WAITING", "DELIVERED", "EXPIRED"};
    return (unsigned)state < EVENT_STATES ? names[state] : "";
}

bool event_type_moves_money(enum event_type type) {
    return type >= EVENT_CASH_DEPOSIT && type <= EVENT_COUNTER_TRANSFER;
}
