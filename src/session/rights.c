/*
 * What a bank may send: its roles by the table of command kinds, less the kinds that it was denied.
 *
 * The registry that is asked is this process's copy; the ledger checks bank and pin again.
 */
#include "session/internal.h"

enum refusal_code rights_check(const struct bank *bank, const struct digest *pin,
                               enum command_kind kind) {
    if (bank == NULL || !bank->active || !bank_pin_active(bank, pin))
        return REFUSAL_BANK_SUSPENDED;
    const struct command_row *row = command_row(kind);
    if (row == NULL || row->roles == 0)
        return REFUSAL_NOT_GRANTED;
    if ((bank->roles & row->roles) == 0)
        return REFUSAL_ROLE;
    /* What it was asked it may always answer. */
    if (row->direction == MESSAGE_REQUEST && bank_kind_denied(bank, row->message))
        return REFUSAL_NOT_GRANTED;
    return REFUSAL_NONE;
}
