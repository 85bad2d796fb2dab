/*
 * What a bank may send: the one table. A kind that is not in it is granted to nobody.
 *
 * The registry that is asked is this process's copy; the ledger checks bank and pin again.
 */
#include "session/internal.h"

#define EITHER (BANK_ROLE_CLASS1 | BANK_ROLE_CLASS2)

/* Any one of these roles; 0: nobody. */
static uint32_t roles_for(enum command_kind kind) {
    switch ((int)kind) {
    case COMMAND_OPEN_LINK:
    case COMMAND_START_CHALLENGE:
    case COMMAND_ANSWER_CHALLENGE:
        return BANK_ROLE_CLASS2;
    case COMMAND_VERIFY_ANSWER:
    case COMMAND_ISSUE_ANSWER:
    case COMMAND_CHECK_ANSWER:
        return BANK_ROLE_CLASS1;
    case COMMAND_CLOSE_LINK:
    case COMMAND_GET_LINK:
    case COMMAND_SUBMIT_TRANSFER:
    case COMMAND_POSTING_ANSWER:
    case COMMAND_CONFIRM_CREDIT:
    case COMMAND_GET_TRANSFER:
    case COMMAND_ACK_NOTICES:
        return EITHER;
    default:
        return 0;
    }
}

enum refusal_code rights_check(const struct bank *bank, const struct digest *pin,
                               enum command_kind kind) {
    if (bank == NULL || !bank->active || !bank_pin_active(bank, pin))
        return REFUSAL_BANK_SUSPENDED;
    uint32_t roles = roles_for(kind);
    if (roles == 0)
        return REFUSAL_NOT_GRANTED;
    return (bank->roles & roles) != 0 ? REFUSAL_NONE : REFUSAL_ROLE;
}
