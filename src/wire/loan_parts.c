/*
 * Instalments of a loan, both ways.
 *
 * What is read here is a schedule by itself, for gateway and partner alike; whether it fits its loan is
 * the ledger's.
 */
#include "wire/loan_parts.h"

#include "domain/calendar.h"

_Static_assert((int)LOAN_OFFERED == (int)LINKGATE__V1__LOAN_STATE__LOAN_STATE_OFFERED &&
                   (int)LOAN_APPLIED == (int)LINKGATE__V1__LOAN_STATE__LOAN_STATE_APPLIED &&
                   (int)LOAN_APPROVED == (int)LINKGATE__V1__LOAN_STATE__LOAN_STATE_APPROVED &&
                   (int)LOAN_DECLINED == (int)LINKGATE__V1__LOAN_STATE__LOAN_STATE_DECLINED &&
                   (int)LOAN_DISBURSING == (int)LINKGATE__V1__LOAN_STATE__LOAN_STATE_DISBURSING &&
                   (int)LOAN_OUTSTANDING == (int)LINKGATE__V1__LOAN_STATE__LOAN_STATE_OUTSTANDING &&
                   (int)LOAN_OVERDUE == (int)LINKGATE__V1__LOAN_STATE__LOAN_STATE_OVERDUE &&
                   (int)LOAN_REPAID == (int)LINKGATE__V1__LOAN_STATE__LOAN_STATE_REPAID &&
                   (int)LOAN_CANCELLED == (int)LINKGATE__V1__LOAN_STATE__LOAN_STATE_CANCELLED &&
                   (int)LOAN_EXPIRED == (int)LINKGATE__V1__LOAN_STATE__LOAN_STATE_EXPIRED,
               "wire values");
_Static_assert((int)LOAN_STATUS_SCHEDULE == (int)LINKGATE__V1__LOAN_EVENT__LOAN_EVENT_SCHEDULE &&
                   (int)LOAN_STATUS_WAIVED == (int)LINKGATE__V1__LOAN_EVENT__LOAN_EVENT_WAIVED &&
                   (int)LOAN_STATUS_WRITTEN_OFF ==
                       (int)LINKGATE__V1__LOAN_EVENT__LOAN_EVENT_WRITTEN_OFF &&
                   (int)LOAN_STATUS_CANCELLED ==
                       (int)LINKGATE__V1__LOAN_EVENT__LOAN_EVENT_CANCELLED,
               "wire values");

void loan_read_product(struct shape *shape, const char *text, struct span *out) {
    struct span code = shape_text(text);
    if (code.size == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "product_code");
    else if (!product_code_valid(code))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "product_code");
    else
        *out = code;
}

void loan_read_schedule(struct shape *shape, Linkgate__V1__LoanInstalment *const *instalments,
                        size_t count, struct loan_schedule *out) {
    if (count > PRODUCT_INSTALMENTS_MAX) {
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "instalments");
        return;
    }
    out->count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        struct loan_instalment *one = &out->instalments[i];
        *one = (struct loan_instalment){.due_fen = instalments[i]->due_fen};
        if (!date_parse(shape_text(instalments[i]->due_on), &one->due_day))
            shape_refuse(shape, REFUSAL_FIELD_INVALID, "instalments.due_on");
        else if (i > 0 && one->due_day <= one[-1].due_day)
            shape_refuse(shape, REFUSAL_FIELD_INVALID, "instalments.due_on");
        if (one->due_fen <= 0)
            shape_refuse(shape, one->due_fen == 0 ? REFUSAL_AMOUNT_ZERO : REFUSAL_AMOUNT_NEGATIVE,
                         "instalments.due_fen");
    }
}

void loan_pack_schedule(const struct loan_schedule *schedule, struct packed_schedule *out) {
    for (uint32_t i = 0; i < schedule->count; i++) {
        Linkgate__V1__LoanInstalment *wire = &out->instalments[i];
        linkgate__v1__loan_instalment__init(wire);
        date_format(schedule->instalments[i].due_day, out->dates[i]);
        wire->due_on = out->dates[i];
        wire->due_fen = schedule->instalments[i].due_fen;
        out->pointers[i] = wire;
    }
}
