/*
 * What is agreed with banks, and what they pay in or take out, as records. Each field stands here once
 * in each direction, but for those in the key.
 */
#include "store/record_money.h"

void exposure_to_record(const struct exposure_terms *terms, struct exposure_records *records_out) {
    Linkgate__Store__V1__Exposure *record = &records_out->exposure;
    linkgate__store__v1__exposure__init(record);
    record->has_cap = terms->has_cap;
    record->cap_fen = terms->cap_fen;
    record->prefunded = terms->prefunded;
    record->balance_fen = terms->balance_fen;
    record->out_reserved_fen = terms->out_reserved_fen;
    record->level = terms->level;
    record->warn_percent = records_out->warn_percent;
    while (record->n_warn_percent < EXPOSURE_WARNINGS &&
           terms->warn_percent[record->n_warn_percent] != 0) {
        records_out->warn_percent[record->n_warn_percent] =
            terms->warn_percent[record->n_warn_percent];
        record->n_warn_percent++;
    }
}

bool exposure_from_record(const Linkgate__Store__V1__Exposure *record,
                          struct exposure_terms *terms) {
    if (record->n_warn_percent > EXPOSURE_WARNINGS)
        return false;
    terms->has_cap = record->has_cap;
    terms->cap_fen = record->cap_fen;
    terms->prefunded = record->prefunded;
    terms->balance_fen = record->balance_fen;
    terms->out_reserved_fen = record->out_reserved_fen;
    terms->level = record->level;
    for (size_t i = 0; i < record->n_warn_percent; i++) {
        if (record->warn_percent[i] == 0)
            return false;
        terms->warn_percent[i] = record->warn_percent[i];
    }
    return true;
}

void funds_to_record(const struct funds *funds, struct funds_records *records_out) {
    Linkgate__Store__V1__Funds *record = &records_out->funds;
    linkgate__store__v1__funds__init(record);
    record->bank = funds->bank;
    record->state = funds->state;
    record->direction = funds->direction;
    record->amount_fen = funds->amount.fen;
    record->currency = record_text(funds->amount.currency);
    record->reference = record_text(funds->reference);
    record->end_reference = record_text(funds->end_reference);
    record->begun_at_ms = funds->begun_at_ms;
    record->ended_at_ms = funds->ended_at_ms;
    history_to_records(&funds->history, funds->begun_at_ms, &records_out->history);
    record->n_history = funds->history.count;
    record->history = records_out->history.pointers;
}

bool funds_from_record(const Linkgate__Store__V1__Funds *record, const struct id *id,
                       struct funds *funds_out) {
    *funds_out = (struct funds){
        .id = *id,
        .bank = record->bank,
        .state = (enum funds_state)record->state,
        .direction = (enum funds_direction)record->direction,
        .amount.fen = record->amount_fen,
        .begun_at_ms = record->begun_at_ms,
        .ended_at_ms = record->ended_at_ms,
    };
    return text_from_record(record->currency, funds_out->amount.currency,
                            sizeof(funds_out->amount.currency)) &&
           text_from_record(record->reference, funds_out->reference,
                            sizeof(funds_out->reference)) &&
           text_from_record(record->end_reference, funds_out->end_reference,
                            sizeof(funds_out->end_reference)) &&
           history_from_records(record->n_history, record->history, record->begun_at_ms,
                                &funds_out->history);
}
